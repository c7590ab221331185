"""Daylio: four CSV layouts, a lost header, month names of many languages, and the backup. Files are synthetic."""

from __future__ import annotations

import base64
import datetime as dt
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlskit.diary.mapping import Mapping, Tag
from rlskit.diary.readers import bearable, daylio, daylio_backup, months
from rlskit.diary.readers.parsed import Options
from rlskit.diary.readers.read import read_diary
from rlskit.diary.tables import DAY_ONLY, account
from rlskit.errors import DiaryError
from tests.helpers.places import EXPORTS

EXPORTS = EXPORTS / "daylio"


def mentions(file: str) -> pd.DataFrame:
    return pd.DataFrame(daylio.parse(EXPORTS / file, Options()).mentions)


def messages(file: str) -> list[str]:
    """What was remarked about a file, without the lines about unmapped tags."""
    diary = read_diary(EXPORTS / file)
    assert account(diary)["rows"].sum() == diary.source[0].rows
    return [m for m in diary.issues["message"] if "no tag in this row" not in m]


def backup(path: Path, entries: list[dict], **more) -> Path:
    """A .daylio file: a zip that holds one base64 text of JSON."""
    data = {"version": 15, "dayEntries": entries, "tags": [{"id": 7, "name": "café ", "id_tag_group": 2}],
            "tag_groups": [{"id": 2, "name": "boissons"}], **more}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("backup.daylio", base64.b64encode(json.dumps(data).encode()))
    return path


def entry(**more) -> dict:
    return {"id": 1, "minute": 30, "hour": 1, "day": 24, "month": 0, "year": 2023, "timeZoneOffset": 3_600_000,
            "datetime": 1_674_520_200_000, "mood": 2, "note": "secret", "note_title": "", "tags": [7], **more}


@pytest.mark.parametrize("file", sorted(p.name for p in EXPORTS.glob("*.csv")))
def test_every_file_is_known_by_header_or_shape(file):
    assert daylio.recognises(EXPORTS / file)
    assert not bearable.recognises(EXPORTS / file)


@pytest.mark.parametrize(("file", "layout"), [
    ("year_layout_polish_short_row.csv", "2017-18, year column"), ("long_row.csv", "2020, full date"),
    ("clocks_12h_and_24h.csv", "2020-25, note titles"), ("scales.csv", "2026, scales"),
    ("header_missing.csv", "2020, full date")])
def test_the_four_layouts_are_told_apart(file, layout):
    assert daylio.parse(EXPORTS / file, Options()).layout == layout


WHOLE = {"full_date": "2026-01-02", "date": "January 2", "weekday": "Friday", "time": "01:30", "mood": "meh",
         "activities": "wine", "note": ""}


@pytest.mark.parametrize(("cut", "said", "night"), [
    (("date",), [], "2026-01-01"), (("date", "weekday", "note"), [], "2026-01-01"),
    (("date", "time"), ['d.csv: no column "time". Kept. Every entry stands for its date, without a clock time.'],
     "2026-01-02"),
])
def test_columns_that_somebody_cut_are_not_needed(tmp_path, cut, said, night):
    cells = {name: cell for name, cell in WHOLE.items() if name not in cut}
    (tmp_path / "d.csv").write_text(f"{','.join(cells)}\n{','.join(cells.values())}\n")
    diary = read_diary(tmp_path / "d.csv", mapping=Mapping(tags={"wine": Tag("wine", "alcohol_drinks")}))
    assert list(diary.issues["message"]) == said
    wine = diary.events.query("type == 'alcohol'")
    assert wine["night"].dt.strftime("%Y-%m-%d").tolist() == [night]


def test_without_activities_the_entries_only_show_that_the_diary_was_kept(tmp_path):
    (tmp_path / "d.csv").write_text("full_date,weekday,time,mood\n2026-01-02,Friday,22:00,meh\n")
    diary = read_diary(tmp_path / "d.csv")
    assert diary.issues["message"][0] == (
        'd.csv: no column "activities". Kept. The entries only show that the diary was kept.')
    assert list(diary.events["type"]) == ["note"]


def test_both_clocks_in_one_file():
    said = mentions("clocks_12h_and_24h.csv")
    assert said["tag"].tolist() == ["coffee", "walk", "sad", "coffee"]
    assert said["moment"].dt.strftime("%H:%M").tolist() == ["18:50", "18:50", "14:58", "00:19"]
    assert messages("clocks_12h_and_24h.csv") == [
        'clocks_12h_and_24h.csv, line 6, column "time": expected a clock time such as "18:43" or "6:43 PM", '
        'found "quarter past". Left out; see diary.issues.']


def test_an_entry_speaks_of_the_night_in_progress_and_has_no_event_time():
    tags = {"coffee": Tag("coffee", "caffeine_mg")}
    diary = read_diary(EXPORTS / "clocks_12h_and_24h.csv", mapping=Mapping(tags=tags))
    coffee = diary.events.query("type == 'caffeine'").sort_values("night")
    assert coffee["night"].dt.strftime("%m-%d").tolist() == ["05-29", "05-30"]  # 0:19 and 18:50
    assert set(coffee["time_precision"]) == {"date"}
    assert set(coffee["amount"]) == {95.0}


def test_a_tag_entered_when_it_happens_keeps_its_clock():
    tag = Tag("coffee", "caffeine_mg", entry_time="event")
    events = read_diary(EXPORTS / "clocks_12h_and_24h.csv", mapping=Mapping(tags={"coffee": tag})).events
    at = events.query("type == 'caffeine'")["start_local"]
    assert sorted(at.dt.strftime("%d %H:%M")) == ["30 00:19", "30 18:50"]


def test_moods_are_entries_and_never_symptoms():
    diary = read_diary(EXPORTS / "clocks_12h_and_24h.csv", mapping=Mapping(tags={"rad": Tag("rad", "symptoms")}))
    assert diary.events["type"].tolist() == ["note"] * 4
    assert diary.events["item"].tolist() == ["mood"] * 4


def test_month_names_in_the_languages_of_phones():
    parsed = daylio.parse(EXPORTS / "month_names.csv", Options())
    assert [e["moment"].strftime("%m-%d") for e in parsed.entries] == [
        "06-22", "06-22", "06-05", "03-05", "10-16", "08-01", "09-07", "03-03", "03-09", "09-07", "01-12"]
    assert messages("month_names.csv") == [
        f'month_names.csv, line {line}, column "date": expected a day and a month name such as "22 June", '
        f'found "{found}". Left out; see diary.issues.' for line, found in ((13, "7 blurgh"), (14, "30 February"))]


@pytest.mark.parametrize(("text", "expected"), [
    ("22 June", (22, 6)), ("June 22", (22, 6)), ("Sept. 3", (3, 9)), ("7. Jänner", (7, 1)), ("1º de marzo", (1, 3)),
    ("AOÛT 2", (2, 8)), ("9 augustus", (9, 8)), ("7 wrzesień", (7, 9)), ("2 paź", None), ("3 сентября", (3, 9)),
    ("6月22日", (22, 6)), ("June", None), ("22", None), ("22 June 24", None), ("", None), ("5 ağustos", (5, 8))])
def test_day_and_month(text, expected):
    assert months.day_and_month(text) == expected


def test_no_month_name_means_two_months():
    """Czech "listopadu" is November and Croatian October: a word that two known languages disagree on is not known."""
    assert months.month_number("listopada") == 11
    for language, line in months._LANGUAGES.items():
        words = line.split()
        assert len(words) == 12, language
        for month, spellings in enumerate(words, start=1):
            for word in spellings.split("/"):
                assert months.month_number(word) in (month, None)


def test_a_short_row_of_the_year_layout_is_kept():
    file = "year_layout_polish_short_row.csv"
    assert messages(file) == [f"{file}: byte-order mark at the start of the file. Kept.",
                              f'{file}, line 4: expected 7 cells, found "6 cells". Kept.']
    assert mentions(file)[["tag", "row"]].to_numpy().tolist() == [["kawa", 2], ["rozciąganie", 2], ["kawa", 3]]


def test_a_lost_header_is_said():
    assert messages("header_missing.csv") == [
        "header_missing.csv: byte-order mark at the start of the file. Kept.",
        "header_missing.csv: no header line. Kept. The columns were taken to be full_date, date, weekday, time, mood, "
        "activities, note."]
    assert mentions("header_missing.csv")[["tag", "row"]].to_numpy().tolist() == [["café", 1], ["estirar", 1]]


def test_a_lost_header_of_the_year_layout(tmp_path):
    file = tmp_path / "d.csv"
    file.write_text('2018,2 września,niedziela,21:10,dobrze,"kawa",""\n', encoding="utf-8")
    assert daylio.parse(file, Options()).layout == "2017-18, year column"


def test_scales_are_numbers_with_a_unit():
    said = mentions("scales.csv")
    assert said[["tag", "amount", "unit"]].to_numpy().tolist() == [
        ["Restless legs", 8.0, "nrs_0_10"], ["Stretching", 20.0, "min"], ["Mood swing", 3.0, "likert_1_5"],
        ["Wine", 2.0, "glasses"]]
    assert said["raw"][0] == "Restless legs: 8/10 points"
    assert messages("scales.csv") == [
        'scales.csv, line 2, column "scales": scale not understood. Kept. The rest of the row is read.']


def test_scales_reach_the_columns_in_their_units():
    tags = {"restless legs": Tag("Restless legs", "symptoms"), "stretching": Tag("Stretching", "stretched"),
            "wine": Tag("Wine", "alcohol_drinks")}
    diary = read_diary(EXPORTS / "scales.csv", mapping=Mapping(tags=tags))
    assert diary.events.query("type != 'note'")[["type", "amount", "unit"]].to_numpy().tolist() == [
        ["symptom", 8.0, "nrs_0_10"], ["stretch", 20.0, "min"], ["alcohol", 2.0, "drinks"]]
    assert not diary.issues["column"].eq("alcohol_drinks").any()


@pytest.mark.parametrize(("part", "expected"), [
    ("Pain: 7,5/10 points", ("Pain", 7.5, "nrs_0_10")), ("Sleep Time:\u00a08:00", ("Sleep Time", 480.0, "min")),
    ("a: b: 3/7", ("a: b", 3.0, "of_7")), ("Water: 1.5 l", ("Water", 1.5, "l")),
    ("Battery: 40%", ("Battery", 40.0, "%")), ("Steps: 5000", ("Steps", 5000.0, "")), ("8/10", None),
    ("Pain: lots", None), ("Pain: ", None)])
def test_scale(part, expected):
    assert daylio.scale(part) == expected


@given(st.text(max_size=40))
def test_no_scale_text_is_too_odd_to_read(part):
    read = daylio.scale(part)
    assert read is None or (read[0] and read[1] >= 0)


@pytest.mark.parametrize(("file", "expected"), [
    ("long_row.csv", ['long_row.csv, line 2: expected 7 cells, found "8 cells". Kept.',
                      'long_row.csv, line 3: expected 7 cells, found "5 cells". Left out; see diary.issues.',
                      'long_row.csv, line 4: expected 7 cells, found "6 cells". Kept.']),
    ("cut_off_in_note.csv", ["cut_off_in_note.csv, line 3: last row cut off. Kept."]),
    ("cut_off_in_activities.csv", ["cut_off_in_activities.csv, line 3: last row cut off. Left out; see diary.issues."]),
    ("same_row_twice.csv", ["same_row_twice.csv, line 3: the same row again. Left out; see diary.issues."]),
    ("unknown_column.csv", ['unknown_column.csv, column "photos": unknown column. Kept. It was not read.']),
    ("semicolons.csv", ["semicolons.csv: semicolons between the cells. Kept."]),
])
def test_a_defect_is_named_and_the_rest_is_read(file, expected):
    assert messages(file) == expected


def test_a_header_alone_is_no_diary():
    with pytest.raises(DiaryError) as wrong:
        read_diary(EXPORTS / "header_only.csv")
    assert str(wrong.value) == (
        "header_only.csv: only a header line, no diary rows. Export the diary again and give that file.")


# --- the backup ----------------------------------------------------------------------------------------------------
def test_a_backup_counts_months_from_zero_and_knows_its_tags(tmp_path):
    file = backup(tmp_path / "b.daylio", [entry()])
    assert daylio.recognises(file)
    parsed = daylio.parse(file, Options())
    assert (parsed.rows, parsed.layout) == (1, "backup, version 15")
    said = parsed.mentions[0]
    assert (said["moment"], said["tag"], said["group"]) == (dt.datetime(2023, 1, 24, 1, 30), "café", "boissons")
    assert parsed.issues == []
    assert "secret" not in str(parsed)


def test_the_defects_of_a_backup_are_named(tmp_path):
    file = backup(tmp_path / "b.daylio", [
        entry(), entry(id=2), entry(day=40), entry(tags=[7, 99], hour=2), entry(hour=20, minute=0, timeZoneOffset=0)])
    diary = read_diary(file)
    assert [m for m in diary.issues["message"] if "no tag in this row" not in m] == [
        "b.daylio, line 2: the same row again. Left out; see diary.issues.",
        "b.daylio, line 3: entry without a date and time. Left out; see diary.issues.",
        'b.daylio, line 4, column "datetime": expected 2023-01-24 02:30, found "1674520200000". Kept. '
        "The clock is used.",
        'b.daylio, line 4, column "tags": expected the number of one of its tags, found "99". Kept. '
        "That activity was not read.",
        'b.daylio, line 5, column "datetime": expected 2023-01-24 20:00, found "1674520200000". Kept. '
        "The clock is used."]
    assert account(diary)["rows"].sum() == 5


@pytest.mark.parametrize("stamp", [10**18, -(10**18), 10**30])
def test_a_time_stamp_of_no_year_disagrees_with_the_clock(tmp_path, stamp):
    diary = read_diary(backup(tmp_path / "b.daylio", [entry(datetime=stamp)]))
    assert diary.issues["kind"].tolist()[0] == "clock and time stamp disagree" and diary.tags["n"].tolist() == [1]


@pytest.mark.parametrize("odd", [7, None, "x", [], ["tags"], {"tags": 7}, {"tags": None}, {"tags": {}}])
def test_an_entry_of_another_shape_is_left_out_and_the_others_are_read(tmp_path, odd):
    odd = entry(**odd) if isinstance(odd, dict) else odd
    diary = read_diary(backup(tmp_path / "b.daylio", [entry(), odd]))
    assert "b.daylio, line 2: an entry that cannot be read. Left out; see diary.issues." in list(
        diary.issues["message"])
    assert list(diary.tags["n"]) == [1] and account(diary)["rows"].sum() == 2


@pytest.mark.parametrize("odd", [[7], {"id": 7}, 1e308, None, "seven", "\ud800", 8])
def test_an_activity_of_another_shape_is_named_and_makes_no_no_of_another(tmp_path, odd):
    (tmp_path / "rlskit.toml").write_text('[tags."café"]\ncolumn = "caffeine_mg"\nunticked = "no"\n')
    diary = read_diary(backup(tmp_path / "b.daylio", [entry(), entry(day=25, tags=[odd])]))
    assert account(diary).set_index("reason")["rows"].to_dict() == {"used": 1, daylio_backup.NO_NAME: 1}
    assert DAY_ONLY not in set(diary.issues["outcome"]) and set(diary.events["row"]) == {1}


def test_half_an_emoji_in_a_tag_can_be_written_again(tmp_path):
    file = backup(tmp_path / "b.daylio", [entry()], tags=[{"id": 7, "name": "tea \ud83d"}])
    assert read_diary(file).tags["tag"].str.encode("utf-8").notna().all()


@pytest.mark.parametrize("content", [b"not base64 at all!", base64.b64encode(b"[1, 2]"), base64.b64encode(b"{")])
def test_a_damaged_backup_says_so(tmp_path, content):
    file = tmp_path / "b.daylio"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("backup.daylio", content)
    with pytest.raises(DiaryError, match=r"^b\.daylio: expected a Daylio backup"):
        read_diary(file)


def test_a_backup_without_entries_says_so(tmp_path):
    with pytest.raises(DiaryError) as wrong:
        read_diary(backup(tmp_path / "b.daylio", []))
    assert str(wrong.value) == (
        "b.daylio: a Daylio backup without entries. Export the diary again and give that file.")


def test_another_zip_is_not_a_backup(tmp_path):
    file = tmp_path / "b.daylio"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("photo.jpg", b"")
    assert not daylio.recognises(file)
