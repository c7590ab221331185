"""rlskit's template: what a person wrote is what the tables say, and what cannot be read is named. Synthetic files."""

from __future__ import annotations

import pandas as pd
import pytest

from rlskit.diary.mapping import Mapping
from rlskit.diary.readers import bearable, daylio, sleep_as_android, template, template_answers
from rlskit.diary.readers.detect import UnknownFile
from rlskit.diary.readers.read import read_diary
from rlskit.diary.tables import CAFFEINE_MG_PER_SERVING, CELL_OUT, KEPT, LEFT_OUT, Diary, account
from rlskit.errors import DiaryError
from rlskit.nights.make import make_nights
from rlskit.utils.open_questions import why_open
from tests.helpers.places import EXPORTS

EXPORTS = EXPORTS / "template"
REFUSED = ("empty.csv", "empty.xlsx", "header_only.csv", "header_only.xlsx", "no_night_filled_in.csv",
           "dates_day_or_month_first.csv", "quote_never_closed.csv", "damaged.xlsx", "not_a_diary.xlsx")
READABLE = sorted(p.name for p in EXPORTS.iterdir() if p.name not in REFUSED)


def read(file: str, **options) -> Diary:
    return read_diary(EXPORTS / file, **options)


def night(file: str, date: str, **options) -> pd.Series:
    """The daily row of one night."""
    return read(file, **options).daily.set_index("night").loc[date]


def events(file: str, kind: str) -> pd.DataFrame:
    found = read(file).events
    return found[found["type"].eq(kind)].reset_index(drop=True)


def remarks(file: str) -> list[tuple[object, str, str, str]]:
    """(line, column, found, what became of it) of every remark about a row."""
    issues = read(file).issues
    return [(i.row, i.column, i.found, i.outcome) for i in issues[issues["row"].notna()].itertuples()]


# --- recognising -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("file", READABLE)
def test_every_file_is_known_by_its_header_and_by_no_other_reader(file):
    assert [m.recognises(EXPORTS / file) for m in (template, bearable, daylio, sleep_as_android)] == [
        True, False, False, False]


@pytest.mark.parametrize("file", ["damaged.xlsx", "not_a_diary.xlsx", "empty.csv"])
def test_other_content_is_not_recognised_and_nothing_is_raised(file):
    assert template.recognises(EXPORTS / file) is False


def test_a_spreadsheet_is_known_by_its_content_not_by_its_name(tmp_path):
    path = tmp_path / "diary.backup"
    path.write_bytes((EXPORTS / "real_cells.xlsx").read_bytes())
    assert read_diary(path).source[0].layout == "XLSX"


@pytest.mark.parametrize("file", READABLE)
def test_rows_in_are_rows_used_and_rows_explained(file):
    diary = read(file)
    assert account(diary)["rows"].sum() == diary.source[0].rows


# --- a night filled in -----------------------------------------------------------------------------------------------
def test_a_full_row_becomes_the_canonical_night():
    got = night("full_and_blank.csv", "2026-03-28", timezone="Europe/London")
    assert {name: got[name] for name in (
        "symptoms", "severity_0_10", "severity_scale", "caffeine_any", "caffeine_before_noon_mg",
        "caffeine_after_noon_mg", "alcohol_any", "alcohol_drinks", "stretched", "iron", "magnesium",
        "free_night", "medicine_change", "tst_source", "tz")} == {
        "symptoms": "yes", "severity_0_10": 6.0, "severity_scale": "nrs_0_10", "caffeine_any": "yes",
        "caffeine_before_noon_mg": 2 * CAFFEINE_MG_PER_SERVING, "caffeine_after_noon_mg": 0.0, "alcohol_any": "yes",
        "alcohol_drinks": 1.5, "stretched": "yes", "iron": "yes", "magnesium": "no", "free_night": "no",
        "medicine_change": "new tablet, half a dose", "tst_source": "diary_computed", "tz": "Europe/London"}
    assert got["wake_date"] == pd.Timestamp("2026-03-29")
    # 00:30 is after midnight of that evening.
    assert got["symptoms_began"] == pd.Timestamp("2026-03-29 00:30")
    assert (got["lights_out"], got["woke_up"]) == (
        pd.Timestamp("2026-03-28 23:15"), pd.Timestamp("2026-03-29 07:00"))
    # 7 h 45 min on the clock; the clocks went forward.
    assert got["tst_min"] == 405.0


def test_a_full_row_becomes_a_stretch_and_a_timed_symptom():
    stretch, symptom = (events("full_and_blank.csv", kind).iloc[0] for kind in ("stretch", "symptom"))
    assert (stretch["start_local"], stretch["time_precision"], stretch["amount"], stretch["unit"], stretch["item"],
            stretch["intent"]) == (pd.Timestamp("2026-03-28 20:30"), "minute", 15.0, "min", "calf", "preventive")
    assert (symptom["start_local"], symptom["time_precision"]) == (pd.Timestamp("2026-03-29 00:30"), "minute")
    for event in (stretch, symptom):
        assert (event["night"], event["night_rule"]) == (pd.Timestamp("2026-03-28"), "source_date")


def test_an_empty_cell_is_not_recorded_and_never_no():
    got = night("full_and_blank.csv", "2026-03-30")
    assert got["symptoms"] == "no"
    assert (got[["caffeine_any", "alcohol_any", "stretched", "iron", "magnesium", "free_night"]] == "").all()
    assert got[["severity_0_10", "caffeine_after_noon_mg", "alcohol_drinks", "tst_min"]].isna().all()


def test_a_night_with_nothing_but_its_date_is_listed_and_is_no_answer():
    assert remarks("full_and_blank.csv") == [(3, "", "2026-03-29", LEFT_OUT)]
    assert pd.Timestamp("2026-03-29") not in set(read("full_and_blank.csv").daily["night"])


def test_the_zone_of_the_mapping_decides_how_long_a_clock_change_night_was():
    assert night("clocks_forward.csv", "2026-03-28")["tst_min"] == 480.0
    mapping = Mapping(timezone="Europe/London", timezone_from="rlskit.toml")
    assert night("clocks_forward.csv", "2026-03-28", mapping=mapping)["tst_min"] == 420.0


def test_who_sleeps_by_day_wakes_and_has_symptoms_on_the_same_row():
    got = night("sleep_by_day.csv", "2026-03-30")
    assert (got["lights_out"], got["woke_up"], got["symptoms_began"]) == tuple(
        pd.Timestamp(f"2026-03-31 {t}") for t in ("07:00", "15:00", "07:30"))


# --- the ways people write -------------------------------------------------------------------------------------------
def test_twelve_hour_clocks():
    got = night("twelve_hour_clock.csv", "2026-03-30")
    assert (got["symptoms_began"], got["lights_out"], got["woke_up"]) == (
        pd.Timestamp("2026-03-31 00:30"), pd.Timestamp("2026-03-30 23:15"), pd.Timestamp("2026-03-31 07:00"))
    assert events("twelve_hour_clock.csv", "stretch")["start_local"].iloc[0] == pd.Timestamp("2026-03-30 20:30")


def test_none_and_not_applicable_in_a_number_are_zero_and_an_answer():
    got = night("none_means_zero.csv", "2026-03-30")
    assert got[["caffeine_before_noon_mg", "caffeine_after_noon_mg", "alcohol_drinks"]].tolist() == [0, 0, 0]
    assert got[["symptoms", "caffeine_any", "alcohol_any", "stretched"]].tolist() == ["no"] * 4
    assert got["medicine_change"] == ""


def test_yes_in_a_number_is_some_of_unknown_amount():
    first, second = (night("some_without_amount.csv", d) for d in ("2026-03-30", "2026-03-31"))
    assert (first["caffeine_any"], first["alcohol_any"]) == ("yes", "yes")
    assert first[["caffeine_after_noon_mg", "alcohol_drinks"]].isna().all()
    # Nothing after noon, nothing said about before noon: whether there was any caffeine is not known.
    assert (second["caffeine_after_noon_mg"], second["caffeine_any"], second["alcohol_drinks"]) == (0, "", 2)


def test_milligrams_are_taken_as_they_are():
    got = night("milligrams.csv", "2026-03-30")
    assert (got["caffeine_before_noon_mg"], got["caffeine_after_noon_mg"]) == (80.0, 120.0)


def test_cells_of_a_spreadsheet_may_be_dates_times_day_numbers_or_text():
    daily = read("real_cells.xlsx").daily
    assert [str(d.date()) for d in daily["night"]] == ["2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"]
    assert set(daily["lights_out"].dt.strftime("%H:%M")) == {"23:15"}
    assert set(daily["woke_up"].dt.strftime("%H:%M")) == {"07:00"}
    assert daily[["symptoms", "iron", "magnesium"]].iloc[0].tolist() == ["yes", "yes", "no"]
    # 21.3 could be 21:30 or 21:18: not guessed.
    assert remarks("real_cells.xlsx") == [(4, "stretch_time", "21.3", CELL_OUT)]


def test_a_title_merged_rows_and_a_repeated_header_are_no_nights():
    diary = read("title_and_merged_rows.xlsx")
    assert diary.daily["symptoms"].tolist() == ["yes", "no"]
    assert [(i.row, i.kind) for i in diary.issues[diary.issues["row"].notna()].itertuples()] == [
        (6, "no date of the night"), (7, "the header again")]


def test_a_second_sheet_with_nights_is_named():
    assert read("two_sheets.xlsx").issues["message"].tolist() == [
        'two_sheets.xlsx: sheet "April" looks like a diary too; only the first one is read. Left out; see '
        "diary.issues. Save every sheet as a file of its own, in one folder."]


@pytest.mark.parametrize(("file", "nights", "order"), [
    ("dates_day_first_by_the_last_row.csv", ["2026-04-03", "2026-04-13"], "dmy"),
    ("dates_month_first.csv", ["2026-03-04", "2026-03-14"], "mdy"),
    ("dates_in_words.csv", ["2026-03-02", "2026-03-03", "2026-03-04"], "iso"),
])
def test_the_order_of_day_and_month_is_decided_from_the_whole_file(file, nights, order):
    diary = read(file)
    assert [str(d.date()) for d in diary.daily["night"]] == nights
    assert diary.source[0].date_order == order


def test_dates_that_could_be_either_are_refused_and_the_option_that_settles_it_is_named():
    with pytest.raises(DiaryError) as wrong:
        read("dates_day_or_month_first.csv")
    assert str(wrong.value) == (
        'dates_day_or_month_first.csv, column "night": every date, such as "03/04/2026", could be day first or month '
        "first. Say which with --date-order dmy or --date-order mdy (or date_order in rlskit.toml).")
    dmy, mdy = (read("dates_day_or_month_first.csv", date_order=o).daily["night"].iloc[0] for o in ("dmy", "mdy"))
    assert (dmy, mdy) == (pd.Timestamp("2026-04-03"), pd.Timestamp("2026-03-04"))


# --- stretching ------------------------------------------------------------------------------------------------------
def test_several_stretches_each_have_their_time_minutes_movement_and_intent():
    got = events("several_stretches.csv", "stretch")
    rows = [(str(e.start_local), e.time_precision, None if pd.isna(e.amount) else e.amount, e.item, e.intent)
            for e in got.itertuples()]
    assert rows == [
        ("2026-03-28 20:30:00", "minute", 15.0, "calf", "preventive"),
        ("2026-03-29 00:15:00", "minute", 10.0, "walk", "responsive"),
        ("2026-03-29 20:30:00", "minute", None, "stretched", "preventive"),  # 15 minutes of which of the two?
        ("2026-03-29 22:00:00", "minute", None, "stretched", "preventive"),
        ("2026-03-30 00:00:00", "date", 20.0, "calf", "unknown"),  # one stretch of 20 minutes, two movements
        ("2026-03-30 00:00:00", "date", None, "yoga", "unknown"),
        ("2026-03-31 00:00:00", "date", None, "stretched", "unknown")]
    assert remarks("several_stretches.csv") == [(3, "stretch_min", "stretch_min 15", CELL_OUT)]


def test_answers_that_contradict_each_other_are_left_out_together():
    daily = read("answers_that_contradict.csv").daily.set_index("night")
    assert daily["symptoms"].tolist() == ["", "", "yes", "yes", "yes"]
    assert daily["severity_0_10"].isna().all()
    assert daily["stretched"].tolist() == ["", "", "yes", "yes", ""]
    # The two stretches whose order the clock times deny are of unknown order, not preventive and not responsive.
    assert events("answers_that_contradict.csv", "stretch")["intent"].tolist() == ["unknown", "unknown"]
    assert remarks("answers_that_contradict.csv") == [
        (2, "symptoms", "symptoms no, severity_0_10 5", CELL_OUT),
        (3, "stretched", "stretched no, stretch_min 15", CELL_OUT),
        (4, "symptoms_before_stretch", "symptoms_before_stretch no, stretch_time 21:00, symptoms_began 20:00",
         CELL_OUT),
        (5, "symptoms_before_stretch", "symptoms_before_stretch yes, stretch_time 21:00, symptoms_began 22:00",
         CELL_OUT),
        (6, "symptoms_before_stretch", "symptoms_before_stretch yes", CELL_OUT)]


# --- defects that are read, and named --------------------------------------------------------------------------------
def test_severity_out_of_range_is_worded_as_the_design_says():
    diary = read("severity_out_of_range.csv")
    assert diary.issues["message"].iloc[0] == (
        'severity_out_of_range.csv, line 3, column "severity_0_10": expected 0–10, found "11". Left out; see '
        "diary.issues.")
    assert diary.daily["severity_0_10"].tolist() == [10.0, pd.NA, pd.NA, pd.NA]
    assert diary.daily["symptoms"].tolist() == ["yes"] * 4
    assert diary.source[0].rows_used == 4


@pytest.mark.parametrize(("file", "expected"), [
    ("counts_out_of_range.csv", [(2, "stretch_min", "1441", CELL_OUT), (2, "caffeine_before_noon_cups", "-1", CELL_OUT),
                                 (2, "caffeine_after_noon_cups", "21", CELL_OUT),
                                 (2, "alcohol_drinks", "41", CELL_OUT)]),
    ("yes_no_unreadable.csv", [(2, "symptoms", "maybe", CELL_OUT), (2, "iron", "n/a", CELL_OUT),
                               (3, "symptoms", "maybe", CELL_OUT), (3, "", "", LEFT_OUT)]),
    ("dates_unreadable.csv", [(3, "night", "Total", LEFT_OUT), (4, "night", "2026-02-30", LEFT_OUT),
                              (5, "night", "", LEFT_OUT), (6, "night", "2206-03-01", LEFT_OUT)]),
    ("cut_off_in_last_row.csv", [(3, "", "", LEFT_OUT)]),
    ("row_too_long.csv", [(2, "", "", LEFT_OUT)]),
    ("impossible_times.csv", [
        (2, "lights_out", "lights_out 10:30, woke_up 06:30", CELL_OUT),
        (3, "lights_out", "lights_out 2026-03-29 23:00:00, woke_up 2026-03-29 22:00:00", CELL_OUT),
        (4, "lights_out", "lights_out 2026-03-30 23:00:00, woke_up 2026-04-01 23:30:00", CELL_OUT),
        (5, "lights_out", "25:10", CELL_OUT)]),
    ("duplicate_nights.csv", [(3, "night", "2026-03-30", LEFT_OUT), (4, "night", "2026-03-30", LEFT_OUT)]),
])
def test_what_cannot_be_read_is_named_with_its_line_and_column(file, expected):
    assert remarks(file) == expected


def test_impossible_times_leave_both_out_and_say_what_a_twelve_hour_clock_needs():
    diary = read("impossible_times.csv")
    assert diary.daily["tst_min"].isna().all() and diary.daily["lights_out"].isna().all()
    assert diary.daily["symptoms"].tolist() == ["no"] * 4
    assert diary.issues["message"].iloc[0].endswith("If the light went out at night, write 22:30.")
    assert diary.issues["message"].iloc[1].endswith("If your clock has 12 hours, write 10:30 pm.")


@pytest.mark.parametrize(("lights", "woke", "later"), [
    ("11:30", "5:00", "23:30"), ("9:50", "3:40", "21:50"), ("12:30", "7:00", "0:30"), ("11:15", "6:45", "23:15")])
def test_a_twelve_hour_clock_without_am_and_pm_is_asked_about(tmp_path, lights, woke, later):
    path = tmp_path / "d.csv"
    path.write_text("night,symptoms,stretch_time,symptoms_began,lights_out,woke_up\n"
                    f"2026-01-01,yes,8:30,21:00,{lights},{woke}\n")
    diary = read_diary(path)
    assert diary.daily[["symptoms", "symptoms_began"]].to_numpy().tolist() == [
        ["yes", pd.Timestamp("2026-01-01 21:00")]]
    assert diary.daily["tst_min"].isna().all() and not diary.events["type"].eq("stretch").any()
    assert list(diary.issues["message"]) == [
        'd.csv, line 2, column "lights_out": expected clock times with am or pm, or of a 24-hour clock, found '
        f'"lights_out {lights:0>5}, woke_up {woke:0>5}, stretch_time 08:30". Left out; see diary.issues. '
        f"If the light went out at night, write {later}."]


@pytest.mark.parametrize(("lights", "woke", "hours"), [
    ("8:00", "15:00", 7), ("17:30", "9:00", 15.5), ("0:30", "7:00", 6.5)])
def test_who_sleeps_by_day_or_long_is_not_asked(tmp_path, lights, woke, hours):
    path = tmp_path / "d.csv"
    path.write_text(f"night,symptoms,lights_out,woke_up\n2026-01-01,yes,{lights},{woke}\n")
    assert read_diary(path).daily["tst_min"].tolist() == [60 * hours]


def test_of_two_rows_of_a_night_that_disagree_the_first_is_used_and_its_stretch_only():
    diary = read("duplicate_nights.csv")
    assert diary.issues["message"].iloc[0] == (
        'duplicate_nights.csv, line 3, column "night": expected one row per night (they differ in symptoms, '
        'stretch_time), found "2026-03-30". Left out; see diary.issues. The first row is used.')
    assert diary.issues["kind"].tolist() == [
        "a second row for the same night, and it disagrees", "the same night twice"]
    assert diary.events["start_local"].tolist() == [pd.Timestamp("2026-03-30 20:00")]
    # The fourth row answers another column of the same night.
    got = diary.daily.iloc[0]
    assert (len(diary.daily), got["symptoms"], got["alcohol_drinks"]) == (1, "no", 2.0)


@pytest.mark.parametrize(("file", "kinds"), [
    ("bom.csv", ["byte-order mark at the start of the file"]),
    ("semicolons_decimal_comma.csv", ["semicolons between the cells", "2 numbers with a decimal comma"]),
    ("column_twice.csv", ["a column that is there twice"]),
    ("unknown_columns.csv", ["unknown column", "unknown column"]),
])
def test_what_is_unusual_about_the_whole_file_is_named_and_the_night_is_read(file, kinds):
    diary = read(file)
    assert diary.issues["kind"].tolist() == kinds
    assert diary.daily["symptoms"].tolist() == ["no"]


def test_an_unknown_column_is_named_with_the_nearest_known_one():
    assert read("unknown_columns.csv").issues["message"].tolist() == [
        'unknown_columns.csv, column "alcohol_drink": unknown column. Left out; see diary.issues. Did you mean '
        '"alcohol_drinks"?',
        'unknown_columns.csv, column "favourite colour": unknown column. Left out; see diary.issues. If you added it, '
        'a section [columns."favourite colour"] in rlskit.toml says what it holds.']


def test_decimal_commas_are_numbers():
    got = night("semicolons_decimal_comma.csv", "2026-03-30")
    assert (got["alcohol_drinks"], got["caffeine_after_noon_mg"]) == (1.5, 0.5 * CAFFEINE_MG_PER_SERVING)


def test_text_and_real_dates_in_one_column_are_remarked_upon():
    found = read("real_cells.xlsx").issues.iloc[0]
    assert (found["kind"], found["outcome"]) == ("2 of the nights are text and the others real dates", KEPT)


# --- people ----------------------------------------------------------------------------------------------------------
def test_two_people_may_share_a_file():
    daily = read("two_people.csv").daily
    assert dict(zip(daily["person"], daily["symptoms"], strict=True)) == {"ann": "no", "ben": "yes"}
    assert read("two_people.csv", person="eve").daily["person"].tolist() == ["ann", "ben"]


def test_a_stated_person_wins_over_the_one_name_in_the_file():
    assert read("one_person_named.csv").daily["person"].tolist() == ["ann"]
    assert read("one_person_named.csv", person="eve").daily["person"].tolist() == ["eve"]


# --- refused, with one clear message ---------------------------------------------------------------------------------
@pytest.mark.parametrize(("file", "message"), [
    ("empty.csv", "empty.csv: the file is empty. Export the diary again and give that file."),
    ("empty.xlsx", "empty.xlsx: the file is empty. Fill in the diary, save it and give that file."),
    ("header_only.csv", "header_only.csv: expected at least one night below the header, found none. Fill in a night "
                        "and try again."),
    ("header_only.xlsx", "header_only.xlsx: expected at least one night below the header, found none. Fill in a night "
                         "and try again."),
    ("no_night_filled_in.csv", "no_night_filled_in.csv: expected at least one night filled in, found 2 empty ones. "
                               "Fill in a night and try again."),
    ("quote_never_closed.csv", "quote_never_closed.csv, line 2: expected the end of a quoted cell, found later rows "
                               "inside it. Remove the stray quotation mark in this line."),
])
def test_a_file_without_a_night_is_refused(file, message):
    with pytest.raises(DiaryError) as wrong:
        read(file)
    assert str(wrong.value) == message


@pytest.mark.parametrize("file", ["damaged.xlsx", "not_a_diary.xlsx"])
def test_a_spreadsheet_that_is_no_diary_is_unknown(file):
    with pytest.raises(UnknownFile, match=rf"^{file}: not a diary that rlskit knows\."):
        read(file)


@pytest.mark.parametrize(("written", "name"), [
    ("Calf stretch", "calf"), ("Étirement du mollet", "etirement_du_mollet"), ("מתיחת שוקיים", "מתיחת_שוקיים"),
    ("تمدد الساق", "تمدد_الساق"), ("伸展", "伸展"), ("🦵", "stretched"),
])  # fmt: skip
def test_a_movement_keeps_its_name_in_any_script(written, name):
    assert template_answers.movement_name(written) == name


# --- lines above the header ------------------------------------------------------------------------------------------
def typed(folder, *lines: str) -> Diary:
    (folder / "diary.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_diary(folder / "diary.csv")


HEAD = "night,symptoms,stretched,caffeine_before_noon_cups,caffeine_after_noon_mg"


def test_a_stated_cup_and_the_night_that_a_row_tells_of(tmp_path):
    diary = typed(tmp_path, "Mg in a cup,60", "each row tells of,Last night", HEAD, "2026-03-02,yes,no,½,",
                  "2026-03-03,,,,40")
    assert diary.daily["night"].dt.day.tolist() == [1, 2]
    assert diary.daily["caffeine_before_noon_mg"].tolist() == [30, pd.NA]
    assert diary.daily["caffeine_after_noon_mg"].tolist() == [pd.NA, 40]


@pytest.mark.parametrize(("line", "message"), [
    ("mg_in_a_cup,strong", 'diary.csv, line 1, mg_in_a_cup: expected a number up to 500, found "strong".'),
    ("mg_in_a_cup,0", 'diary.csv, line 1, mg_in_a_cup: expected a number up to 500, found "0".'),
    ("each_row_tells_of,yesterday",
     'diary.csv, line 1, each_row_tells_of: expected one of tonight, last night, found "yesterday".')])
def test_a_line_above_the_header_that_cannot_be_read_is_named(tmp_path, line, message):
    with pytest.raises(DiaryError) as wrong:
        typed(tmp_path, line, HEAD, "2026-03-02,yes,no,1,")
    assert str(wrong.value) == message


def test_a_date_with_a_clock_time_is_read_and_a_morning_is_asked_about(tmp_path):
    rows = [f"2026-03-0{d} {hour},yes,no,," for d, hour in ((2, "07:30:00"), (3, "21:30"), (5, "02:00"))]
    diary = typed(tmp_path, HEAD, *rows)
    assert diary.daily["night"].dt.day.tolist() == [2, 3, 4]
    assert diary.issues["message"].tolist() == [
        'diary.csv, column "night": 1 clock time between 6:00 and noon. Kept. Taken for the night to come. If it '
        'is to tell of last night, write tells_of = "last night" in rlskit.toml.']


@pytest.mark.parametrize(("mapping", "above", "night", "is_open"), [
    ("", "", 2, True), ("# in the afternoon", "", 2, True), ("", "each_row_tells_of,tonight", 2, True),
    ("", "each_row_tells_of,last night", 1, False),
    ('tells_of = "last night"', "", 1, False), ('tells_of = "the clock time"', "", 2, False)])
def test_dates_with_a_time_in_the_morning_are_an_open_question(tmp_path, mapping, above, night, is_open):
    (tmp_path / "rlskit.toml").write_text(mapping)
    hour = "13:30" if "afternoon" in mapping else "07:30"
    rows = [f"2026-03-{d:02d} {hour},{'yes' if d % 3 else 'no'},no,," for d in range(2, 30)]
    diary = typed(tmp_path, *([above] if above else []), HEAD, *rows)
    nights = make_nights(diary)
    assert diary.daily["night"].dt.day[0] == night
    assert why_open(nights, "symptoms") == ("28 of 28 rows have a date with a clock time by day, and it is not said "
                                            "whether they tell of the night before. `rlskit check` shows the line "
                                            "that settles it." if is_open else "")


def test_where_no_date_can_be_read_the_first_is_named(tmp_path):
    with pytest.raises(DiaryError) as wrong:
        typed(tmp_path, HEAD, "soon,yes,no,,", "later,no,no,,")
    assert str(wrong.value) == ('diary.csv: of its 2 rows none could be read. The first: diary.csv, line 2, column '
                                '"night": expected a date such as 2026-03-31, found "soon".')


def test_the_names_of_earlier_templates_are_still_read(tmp_path):
    file = tmp_path / "diary.csv"
    file.write_text("night_date,symptoms,lights_out,free_tomorrow\n2026-03-28,no,23:00,yes\n", encoding="utf-8")
    diary = read_diary(file)
    assert diary.daily.loc[0, ["symptoms", "free_night"]].tolist() == ["no", "yes"]
    assert diary.issues.empty


@pytest.mark.parametrize(("cups", "mg", "expected"), [
    ("200 mg", "", 200), ("0.2 g", "", 200), ("2 cups", "", 190), ("2", "", 190), ("0 mg", "", 0),
    ("200 mg", "50", 50)])
def test_milligrams_among_cups_are_milligrams(tmp_path, cups, mg, expected):
    (tmp_path / "t.csv").write_text("night,symptoms,caffeine_after_noon_cups,caffeine_after_noon_mg\n"
                                    f"2026-03-01,yes,{cups},{mg}\n")
    diary = read_diary(tmp_path / "t.csv")
    assert diary.daily["caffeine_after_noon_mg"].tolist() == [expected]
    assert diary.issues["found"].tolist() == (["200 mg"] if mg else [])
