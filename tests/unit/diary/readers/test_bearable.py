"""Bearable: what a person wrote is what the tables say, and what cannot be read is named. Files are synthetic."""

from __future__ import annotations

import pandas as pd
import pytest

from rlskit.diary.mapping import Mapping, Tag
from rlskit.diary.readers import bearable, daylio
from rlskit.diary.readers.bearable_cells import Item, factor
from rlskit.diary.readers.parsed import Options
from rlskit.diary.readers.read import read_diary
from rlskit.diary.tables import CELL_OUT, KEPT, LEFT_OUT, account
from rlskit.errors import DiaryError
from tests.helpers.places import EXPORTS

EXPORTS = EXPORTS / "bearable"


def mapping(**columns: str) -> Mapping:
    """A mapping of lower-case tag names to columns."""
    return Mapping(tags={name.replace("_", " "): Tag(name, column) for name, column in columns.items()})


def messages(file: str, **options) -> list[str]:
    """What was remarked about a file, without the lines about unmapped tags."""
    diary = read_diary(EXPORTS / file, **options)
    assert account(diary)["rows"].sum() == diary.source[0].rows
    return [m for m in diary.issues["message"] if "no tag in this row" not in m]


def mentions(file: str) -> pd.DataFrame:
    return pd.DataFrame(bearable.parse(EXPORTS / file, Options()).mentions)


@pytest.mark.parametrize("file", sorted(p.name for p in EXPORTS.glob("*.csv") if p.name != "empty.csv"))
def test_every_file_is_known_by_its_header(file):
    assert bearable.recognises(EXPORTS / file)
    assert not daylio.recognises(EXPORTS / file)


def test_what_is_not_bearable_is_not_recognised(tmp_path):
    assert not bearable.recognises(EXPORTS / "empty.csv")
    assert not bearable.recognises(tmp_path / "nowhere.csv")
    (tmp_path / "picture.csv").write_bytes(bytes(range(256)))
    assert not bearable.recognises(tmp_path / "picture.csv")


def test_symptoms_keep_brackets_of_their_names_and_are_rated_1_to_4():
    said = mentions("v1.csv").query("group == 'Symptom'")
    assert said["tag"].tolist() == ["Restless legs (left)"] * 2
    assert said["level"].tolist() == ["Moderate", "Mild"]
    assert said["amount"].tolist() == [2.0, 1.0]
    assert set(said["unit"]) == {"likert_1_4"}
    assert said["raw"].tolist() == ["Restless legs (left) (Moderate)", "Restless legs (left) (Mild)"]


def test_a_symptom_before_six_belongs_to_the_night_in_progress():
    tag = Tag("Restless legs (left)", "symptoms")
    diary = read_diary(EXPORTS / "v1.csv", mapping=Mapping(tags={"restless legs (left)": tag}))
    symptoms = diary.events.query("type == 'symptom'")
    assert symptoms["night"].dt.strftime("%m-%d").tolist() == ["03-01", "03-01"]  # pm of the 1st, pre of the 2nd
    assert symptoms["slot"].tolist() == ["pm", "pre"]


def test_doses_have_a_clock_time_a_number_and_a_unit():
    said = mentions("v1.csv").query("group == 'Meds/Supplements'")
    assert said[["tag", "amount", "unit"]].to_numpy().tolist() == [
        ["Iron", 65.0, "mg"], ["Magnesium (slow release)", 400.0, "mcg"]]
    assert said["moment"].dt.strftime("%d %H:%M").tolist() == ["02 06:50", "02 21:00"]
    assert set(said["entry_clock"]) == {"event"}


def test_sleep_is_dated_by_the_morning_and_put_on_the_evening():
    diary = read_diary(EXPORTS / "v1.csv")
    night = diary.daily.iloc[0]
    assert len(diary.daily) == 1
    assert night["night"] == pd.Timestamp("2021-03-01")
    assert night["wake_date"] == pd.Timestamp("2021-03-02")
    assert [f"{night[c]:%d %H:%M}" for c in ("bed_time", "lights_out", "woke_up", "out_of_bed_time")] == [
        "01 23:00", "01 23:30", "02 06:45", "02 07:10"]
    assert (night["tst_min"], night["tst_source"], night["sleep_quality"]) == (435, "diary_reported", 4)
    nap = diary.events.query("type == 'nap'").iloc[0]
    assert (nap["amount"], nap["night"]) == (1.5, pd.Timestamp("2021-03-02"))


def test_sleep_factors_speak_of_the_night_before():
    diary = read_diary(EXPORTS / "v1.csv", mapping=mapping(kicking_legs="symptoms"))
    assert diary.events.query("type == 'symptom'")["night"].tolist() == [pd.Timestamp("2021-03-01")]


def test_a_dose_before_waking_belongs_to_the_day_that_follows_waking():
    diary = read_diary(EXPORTS / "v1.csv", mapping=mapping(iron="iron"))
    dose = diary.events.query("type == 'supplement'").iloc[0]
    assert (dose["night"], dose["night_rule"]) == (pd.Timestamp("2021-03-02"), "wake_to_wake")  # 6:50, woke 6:45


def test_private_words_are_in_no_table():
    diary = read_diary(EXPORTS / "v1.csv")
    text = "".join(frame.to_csv() for frame in (diary.daily, diary.events, diary.issues, diary.tags))
    assert not [word for word in ("soup", "Ann", "private", "Tired") if word in text]
    long = read_diary(EXPORTS / "free_text_as_factor.csv")
    text = "".join(frame.to_csv() for frame in (long.daily, long.events, long.issues, long.tags))
    assert "Maria" not in text


def test_rows_of_the_first_file_are_accounted_for():
    counts = account(read_diary(EXPORTS / "v1.csv")).set_index("reason")["rows"]
    assert counts.to_dict() == {"used": 2, "no tag in this row is mapped in rlskit.toml": 11}


def test_v2_items_lose_their_emoji_and_give_their_level():
    said = mentions("v2.csv")
    assert said["tag"].tolist() == ["Caffeine", "Salad", "Caffeine", "Caffeine", "Follow-up - dentist", "Calf stretch",
                                    "Flow", "Weight"]
    assert said["level"].tolist() == ["Little", "", "A lot", "None", "", "", "", ""]
    assert said["raw"][0] == "☕ Caffeine - Little"
    assert said["precision"].tolist() == ["slot"] * 6 + ["date", "minute"]


@pytest.mark.parametrize("lost", ["?", "??", "???"])
def test_of_an_emoji_that_a_spreadsheet_lost_nothing_is_left(lost):
    assert factor(f"{lost} Coffee - Little") == Item("Coffee", "Little", f"{lost} Coffee - Little")
    assert (factor("? - Little").name, factor("?").name, factor("Why?").name) == ("?", "?", "Why?")


def test_levels_become_amounts_through_the_mapping_and_none_is_zero():
    tag = Tag("Caffeine", "caffeine_mg", levels={"little": 50.0, "a lot": 300.0})
    events = read_diary(EXPORTS / "v2.csv", mapping=Mapping(tags={"caffeine": tag})).events.query("type == 'caffeine'")
    assert events["amount"].tolist() == [50.0, 300.0, 0.0]
    assert set(events["unit"]) == {"mg"}


def test_the_word_none_is_an_answer_of_zero():
    diary = read_diary(EXPORTS / "word_none_is_zero.csv",
                       mapping=mapping(restless_legs="symptoms", coffee="caffeine_mg", iron="iron"))
    assert diary.events.query("type != 'note'")[["type", "amount"]].to_numpy().tolist() == [
        ["symptom", 0.0], ["caffeine", 0.0], ["supplement", 0.0]]
    assert diary.daily["tst_min"].tolist() == [0.0]
    assert account(diary)["rows"].tolist() == [4]


def test_a_severity_out_of_range_is_left_out_but_the_symptom_is_not():
    said = messages("severity_out_of_range.csv", mapping=mapping(restless_legs="symptoms"))
    assert said == [
        'severity_out_of_range.csv, line 2, column "rating/amount": expected 1–4, found "11". '
        "Left out; see diary.issues.",
        'severity_out_of_range.csv, line 3, column "rating/amount": expected 1–4, found "bad". '
        "Left out; see diary.issues.",
        'severity_out_of_range.csv, line 4, column "rating/amount": expected Severe, found "1". Kept. '
        "The number is used."]
    diary = read_diary(EXPORTS / "severity_out_of_range.csv", mapping=mapping(restless_legs="symptoms"))
    assert diary.events.query("type == 'symptom'")["amount"].isna().tolist() == [True, True, False]
    assert diary.issues["outcome"].tolist() == [CELL_OUT, CELL_OUT, KEPT]


@pytest.mark.parametrize("detail", ["Asleep 11:30 - 05:00", "In bed 10:45 - 04:30", "Asleep 12:30 - 06:00"])
def test_a_twelve_hour_clock_is_not_read_as_seventeen_hours(tmp_path, detail):
    (tmp_path / "b.csv").write_text("date,weekday,time of day,category,rating/amount,detail,notes\n"
                                    f'"2nd Mar 2021","Tuesday","","Sleep","7:00","{detail}",""\n')
    diary = read_diary(tmp_path / "b.csv")
    assert diary.daily["tst_min"].tolist() == [420.0] and diary.daily["lights_out"].isna().all()
    assert ["sleep times that contradict each other" in m for m in diary.issues["message"]] == [True]


def test_impossible_sleep_is_listed_and_not_corrected():
    file = "impossible_sleep.csv"
    slip = "Asleep outside the in-bed times, or too long: a slip of 12 hours? The clock times are not used."
    assert messages(file) == [
        f'{file}, line 2, column "detail": sleep times that contradict each other. Kept. {slip}',
        f'{file}, line 3, column "detail": sleep times that contradict each other. Left out; see diary.issues. {slip}',
        f'{file}, line 4, column "rating/amount": expected at most 5.5 h, found "9:00". Kept. '
        "The clock times are used, the length is not.",
        f'{file}, line 8, column "rating/amount": expected H:MM, found "long". Left out; see diary.issues.',
        f'{file}, line 9, column "detail": part of the sleep detail was not understood. Kept.',
        f'{file}, line 10, column "rating/amount": expected 1–5, found "9". Left out; see diary.issues.',
        f'{file}, line 11, column "sleep": expected more than 0 and at most 24 hours, found "25 h". '
        "Left out; see diary.issues.",
        f"{file}, line 5: sleep row without a time or a length. Left out; see diary.issues."]
    nights = read_diary(EXPORTS / file).daily.set_index("night")
    assert nights["tst_min"].fillna(-1).tolist() == [420, -1, 480, 450, 360]
    assert nights["lights_out"].notna().tolist() == [False, True, False, True, True]
    assert nights["tst_source"].tolist() == ["diary_reported"] * 3 + ["diary_computed", "diary_reported"]


def test_sleep_across_the_clock_change_is_measured_in_elapsed_hours(tmp_path):
    file = tmp_path / "b.csv"
    file.write_text('date,weekday,time of day,category,rating/amount,detail,notes\n'
                    '"28th Mar 2021","Sunday","","Sleep","","Asleep 23:00 - 06:00",""\n', encoding="utf-8")
    assert read_diary(file).daily["tst_min"].tolist() == [420]
    assert read_diary(file, timezone="Europe/London").daily["tst_min"].tolist() == [360]


@pytest.mark.parametrize(("file", "expected"), [
    ("bom_and_crlf.csv", ["bom_and_crlf.csv: byte-order mark at the start of the file. Kept."]),
    ("unknown_column.csv", ['unknown_column.csv, column "colour": unknown column. Kept. It was not read.']),
    ("same_row_twice.csv", [
        "same_row_twice.csv, line 3: the same row again. Left out; see diary.issues.",
        'same_row_twice.csv, line 4, column "detail": the same tag twice in a row. Kept. It counts once.']),
    ("cut_off_in_notes.csv", ["cut_off_in_notes.csv, line 3: last row cut off. Kept."]),
    ("cut_off_in_detail.csv", ["cut_off_in_detail.csv, line 3: last row cut off. Left out; see diary.issues."]),
    ("free_text_as_factor.csv", [
        'free_text_as_factor.csv, line 2, column "detail": an item too long to be a tag. Kept. '
        "That item was not read."]),
    ("not_finite.csv", [
        'not_finite.csv, line 2, column "rating/amount": expected a number, found "inf". Left out; see diary.issues.',
        'not_finite.csv, line 3, column "rating/amount": expected H:MM, found "nan". Left out; see diary.issues.']),
    ("weekday_disagrees.csv", [
        'weekday_disagrees.csv, line 4, column "weekday": expected the weekday of 2021-03-16, found "Monday". Kept. '
        "The date is used."]),
    ("two_date_columns_disagree.csv", [
        'two_date_columns_disagree.csv, line 2, column "date": expected 2024-04-04, found "3rd Apr 2024". Kept. '
        '"date formatted" is used.']),
    ("dates_and_times_not_understood.csv", [
        f'dates_and_times_not_understood.csv, line {line}, column "{column}": expected {wanted}, found "{found}". '
        "Left out; see diary.issues." for line, column, wanted, found in (
            (2, "date", 'a date such as "22nd Sep 2020" or "2020-09-22"', "31st Feb 2021"),
            (3, "date", 'a date such as "22nd Sep 2020" or "2020-09-22"', "soon"),
            (4, "time of day", "a clock time, pre, am, mid, pm or all day", "teatime"),
            (5, "time of day", "a clock time, pre, am, mid, pm or all day", "25:10"))]),
])
def test_a_defect_is_named_and_the_rest_is_read(file, expected):
    assert messages(file) == expected


def test_semicolons_and_a_decimal_comma():
    assert messages("semicolons_decimal_comma.csv") == [
        "semicolons_decimal_comma.csv: semicolons between the cells. Kept."]
    said = mentions("semicolons_decimal_comma.csv")
    assert said[["amount", "unit"]].to_numpy().tolist()[0] == [1.5, "g"]


def test_a_cut_off_row_is_not_half_read():
    assert mentions("cut_off_in_detail.csv")["tag"].tolist() == ["Restless legs"]
    assert mentions("cut_off_in_notes.csv")["tag"].tolist() == ["Restless legs", "Coffee"]


@pytest.mark.parametrize(("file", "expected"), [
    ("empty.csv", "empty.csv: the file is empty. Export the diary again and give that file."),
    ("header_only.csv",
     "header_only.csv: only a header line, no diary rows. Export the diary again and give that file."),
    ("stray_quote.csv",
     "stray_quote.csv, line 2: expected the end of a quoted cell, found later rows inside it. Remove the stray "
     "quotation mark in this line, or export the diary again."),
    ("dates_day_or_month_first.csv",
     'dates_day_or_month_first.csv, column "date": every date, such as "02/03/2021", could be day first or month '
     "first. Say which with --date-order dmy or --date-order mdy (or date_order in rlskit.toml)."),
])
def test_a_file_that_cannot_be_read_says_why(file, expected):
    with pytest.raises(DiaryError) as wrong:
        read_diary(EXPORTS / file)
    assert str(wrong.value) == expected


def test_the_stated_date_order_settles_it():
    diary = read_diary(EXPORTS / "dates_day_or_month_first.csv", date_order="dmy")
    assert diary.tags["first"].tolist() == [pd.Timestamp("2021-03-02")]
    assert diary.source[0].date_order == "dmy"


def test_an_unknown_zone_names_the_option():
    with pytest.raises(DiaryError) as wrong:
        read_diary(EXPORTS / "v1.csv", timezone="Mars/Base")
    assert str(wrong.value) == (
        '--timezone: expected an IANA time zone such as "Europe/London" or "America/New_York", found "Mars/Base". '
        "Correct it in rlskit.toml or give --timezone.")


def test_a_wrong_key_beside_the_file_stops_the_reading(tmp_path):
    (tmp_path / "b.csv").write_bytes((EXPORTS / "v1.csv").read_bytes())
    (tmp_path / "rlskit.toml").write_text('[tags."Coffee"]\ncolum = "caffeine_mg"\ncolumn = "caffeine_mg"\n')
    with pytest.raises(DiaryError) as wrong:
        read_diary(tmp_path / "b.csv")
    assert str(wrong.value).endswith('found "colum". Did you mean "column"?')


def test_a_left_out_row_is_left_out_of_the_account():
    diary = read_diary(EXPORTS / "cut_off_in_detail.csv")
    assert (diary.issues["outcome"].eq(LEFT_OUT) & diary.issues["row"].eq(3)).sum() == 1
    assert account(diary)["rows"].sum() == 2
