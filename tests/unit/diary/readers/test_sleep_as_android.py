"""Sleep as Android: the end is start + Hours in the record's zone; every record is used or named. Synthetic files."""

from __future__ import annotations

import datetime as dt
import zipfile

import pandas as pd
import pytest

from rlskit.diary.mapping import Mapping, Tag
from rlskit.diary.readers import bearable, daylio, sleep_as_android, template
from rlskit.diary.readers.parsed import Options
from rlskit.diary.readers.read import read_diary
from rlskit.diary.tables import CELL_OUT, KEPT, LEFT_OUT, account
from rlskit.errors import DiaryError
from tests.helpers.places import EXPORTS

EXPORTS = EXPORTS / "sleep_as_android"
READABLE = sorted(p.name for p in EXPORTS.glob("*.csv") if p.name not in ("empty.csv", "header_only.csv"))


def sleeps(file: str, **options) -> pd.DataFrame:
    """The sleeps of a file, naps among them: start, end and hours."""
    events = read_diary(EXPORTS / file, **options).events
    return events[events["type"].isin(["sleep", "nap"])].reset_index(drop=True)


def remarks(file: str) -> list[tuple[int, str, str]]:
    """(line, kind, what became of the row) of every remark about a row."""
    issues = read_diary(EXPORTS / file).issues
    return [(i.row, i.kind, i.outcome) for i in issues[issues["row"].notna()].itertuples()]


@pytest.mark.parametrize("file", [*READABLE, "header_only.csv"])
def test_every_file_is_known_by_its_header_and_by_no_other_reader(file):
    assert [m.recognises(EXPORTS / file) for m in (sleep_as_android, bearable, daylio, template)] == [
        True, False, False, False]


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"Id,Tz,From\n1,2,3\n", b"\xff\xfe\xfa", b'"' * 200_000])
def test_other_content_is_not_recognised_and_nothing_is_raised(tmp_path, content):
    path = tmp_path / "sleep-export.csv"
    path.write_bytes(content)
    assert sleep_as_android.recognises(path) is False


def test_the_backup_is_read_as_the_export_inside(tmp_path):
    with zipfile.ZipFile(tmp_path / "backup.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(EXPORTS / "three_zones.csv", "sleep-export.csv")
        archive.writestr("prefs.xml", "<map/>")
    backup, export = read_diary(tmp_path / "backup.zip"), read_diary(EXPORTS / "three_zones.csv")
    assert backup.source[0].file == "backup.zip"
    pd.testing.assert_frame_equal(backup.daily.drop(columns="source"), export.daily.drop(columns="source"))


NIGHT = '"1772493000000","Europe/London","02. 03. 2026 23:10","03. 03. 2026 7:10","","8.000","0.5","#tea"'
HEADER = "Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles"


@pytest.mark.parametrize(("text", "said"), [
    (f"{HEADER}\n{NIGHT}\n", "f.csv, line 2: 1 record without Framerate, Snore, Noise, Cycles. Kept."),
    (f"{HEADER}\n{NIGHT.rpartition(',')[0]}\n",
     "f.csv, line 2: 1 record without Comment, Framerate, Snore, Noise, Cycles. Kept."),
    (f"{HEADER.rpartition(',Framerate')[0]}\n{NIGHT}\n",
     "f.csv, line 2: 1 record without Framerate, Snore, Noise, Cycles. Kept."),
    (f"{HEADER}\n{NIGHT}", "f.csv, line 2: 1 record without Comment, Framerate, Snore, Noise, Cycles. Kept."),
])
def test_cells_that_somebody_cut_are_named_and_the_sleep_is_read(tmp_path, text, said):
    (tmp_path / "f.csv").write_text(text)
    diary = read_diary(tmp_path / "f.csv")
    assert [m for m in diary.issues["message"] if "record" in m] == [said]
    assert diary.daily[["tst_min", "sleep_quality"]].to_numpy().tolist() == [[480.0, 0.5]]
    assert list(diary.tags["tag"]) == (["tea"] if text.endswith("\n") and "tea" in text else [])


def test_cut_before_its_hours_a_record_is_left_out_and_named(tmp_path):
    (tmp_path / "f.csv").write_text(f"{HEADER}\n{NIGHT}\n{HEADER}\n{NIGHT[:65]}\n")
    said = [i.message for i in read_diary(tmp_path / "f.csv").issues.itertuples() if i.row == 4]
    assert said == ["f.csv, line 4: the file breaks off in this record. Left out; see diary.issues."]


def test_a_later_header_that_lacks_a_column_is_named_with_its_record(tmp_path):
    (tmp_path / "f.csv").write_text(f"{HEADER}\n{NIGHT}\n{HEADER.replace('From', 'Form')}\n{NIGHT}\n")
    diary = read_diary(tmp_path / "f.csv")
    assert [(i.row, i.kind) for i in diary.issues.itertuples() if i.outcome == LEFT_OUT] == [
        (3, "a line that belongs to no record"), (4, "a line that belongs to no record")]
    assert account(diary)["rows"].sum() == diary.source[0].rows == 3


@pytest.mark.parametrize("file", READABLE)
def test_rows_in_are_rows_used_and_rows_explained(file):
    diary = read_diary(EXPORTS / file)
    assert account(diary)["rows"].sum() == diary.source[0].rows


# --- when ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("file", "start", "end", "hours"), [
    ("events_and_noise.csv", "2026-03-02 23:10", "2026-03-03 07:10", 8.0),
    ("clocks_forward.csv", "2026-03-28 23:00", "2026-03-29 08:00", 8.0),  # the clock on the wall says nine hours
    ("clocks_back.csv", "2026-10-24 23:00", "2026-10-25 07:00", 9.0),  # and here eight
    ("starts_in_repeated_hour.csv", "2026-10-25 01:30", "2026-10-25 07:30", 6.0),  # Id says: the second 01:30
    ("header_up_to_cycles.csv", "2026-03-02 23:10", "2026-03-03 07:10", 8.0),
    ("resaved_by_spreadsheet.csv", "2026-03-02 23:10", "2026-03-03 07:10", 8.0),
    ("decimal_comma.csv", "2026-03-02 23:10", "2026-03-03 03:10", 4.0),
    ("semicolons.csv", "2026-03-02 23:10", "2026-03-03 03:10", 4.0),
    ("bom.csv", "2026-03-02 23:10", "2026-03-03 07:10", 8.0),
    ("day_first_although_ambiguous.csv", "2026-02-03 23:10", "2026-02-04 07:10", 8.0),
    ("hours_missing.csv", "2026-03-28 23:00", "2026-03-29 08:00", 8.0),
    ("to_disagrees.csv", "2026-03-02 23:10", "2026-03-03 06:40", 7.5),
    ("unknown_zone.csv", "2026-03-02 23:10", "2026-03-03 07:10", 8.0),
])
def test_the_end_is_the_start_plus_hours(file, start, end, hours):
    first = sleeps(file).iloc[0]
    assert (first["start_local"], first["end_local"]) == (pd.Timestamp(start), pd.Timestamp(end))
    assert first["amount"] == hours


def test_an_end_in_the_repeated_hour_does_not_need_an_intact_id():
    second = sleeps("resaved_by_spreadsheet.csv").iloc[1]
    assert (second["end_local"], second["amount"]) == (pd.Timestamp("2026-10-25 07:00"), 9.0)


def test_without_an_intact_id_the_first_pass_of_a_repeated_hour_is_meant(tmp_path):
    text = (EXPORTS / "starts_in_repeated_hour.csv").read_text(encoding="utf-8")
    written = next(cell for cell in text.split('"') if cell.isdigit())
    (tmp_path / "sleep.csv").write_text(text.replace(written, "1.79E+12"), encoding="utf-8")
    assert read_diary(tmp_path / "sleep.csv").daily["woke_up"].iloc[0] == pd.Timestamp("2026-10-25 06:30")


def test_every_record_has_its_own_zone_and_the_commonest_is_the_diary_s():
    diary = read_diary(EXPORTS / "three_zones.csv")
    assert diary.daily["tz"].tolist() == ["Europe/London", "Europe/London", "America/New_York"]
    assert (diary.source[0].timezone, diary.source[0].timezone_from) == ("Europe/London", "the file")


def test_a_zone_that_does_not_exist_is_named_and_the_stated_one_used():
    assert remarks("unknown_zone.csv") == [(2, "unknown time zone", KEPT)]
    assert read_diary(EXPORTS / "unknown_zone.csv", timezone="Europe/London").daily["tz"].tolist() == ["Europe/London"]


# --- naps ------------------------------------------------------------------------------------------------------------
def test_naps_are_short_sleeps_by_day_and_those_that_say_so():
    parsed = sleep_as_android.parse(EXPORTS / "naps.csv", Options())
    said = {s["start"]: s["is_nap"] for s in parsed.sleeps}
    assert said == {
        dt.datetime(2026, 3, 2, 23): False,
        dt.datetime(2026, 3, 3, 14): True,  # 40 minutes in the afternoon
        dt.datetime(2026, 3, 3, 19): True,  # "Nap length 0:25"
        dt.datetime(2026, 3, 3, 20): True,  # #nap
        dt.datetime(2026, 3, 3, 23): False,
        dt.datetime(2026, 3, 4, 12, 30): False,  # seven hours: a shift worker's night
    }


# --- hashtags --------------------------------------------------------------------------------------------------------
def test_hashtags_keep_their_counts_and_the_words_around_them_are_not_copied():
    parsed = sleep_as_android.parse(EXPORTS / "events_and_noise.csv", Options())
    assert [(m["tag"], m["amount"], m["group"]) for m in parsed.mentions] == [
        ("sport", 3.0, "hashtags"), ("alcohol", None, "hashtags"), ("watch", None, "added by the app"),
        ("newmoon", None, "added by the app"), ("Mean movement", 0.875, "measured by the device"),
        ("Awakenings", 0.0, "measured by the device"), ("alcohol", 2.0, "hashtags")]
    assert "dinner" not in str(parsed)


def test_a_counted_hashtag_is_that_many_drinks_on_the_night_of_its_sleep():
    mapping = Mapping(tags={"alcohol": Tag("alcohol", "alcohol_drinks")})
    drinks = read_diary(EXPORTS / "events_and_noise.csv", mapping=mapping).events.query("type == 'alcohol'")
    assert drinks["amount"].tolist() == [1.0, 2.0]
    # The second sleep starts at 00:20 on 4 March: the night of the 3rd.
    assert drinks["night"].tolist() == [pd.Timestamp("2026-03-02"), pd.Timestamp("2026-03-03")]
    assert drinks["time_precision"].tolist() == ["date", "date"]


@pytest.mark.parametrize(("cells", "told"), [
    ('"0.5","-0.001","AWAKE_START-1","AWAKE_START-2"', {"Mean movement": 0.5, "Awakenings": 2.0}),  # a paused minute
    ('"-0.001","","RR-1","DEVICE-2"', {}),  # no stages known: none awake is not told
    ('"1e9","nan","LIGHT_START-1","x"', {"Awakenings": 0.0}),
    ('"0,25","0,75"', {"Mean movement": 0.5}),
])
def test_what_the_phone_counted_in_a_night_is_a_tag_of_it(tmp_path, cells, told):
    text = (EXPORTS / "events_and_noise.csv").read_text(encoding="utf-8").splitlines()
    text[1] = text[1].partition('"0.5"')[0] + cells
    (tmp_path / "s.csv").write_text("\n".join([*text[:2], ""]), encoding="utf-8")
    parsed = sleep_as_android.parse(tmp_path / "s.csv", Options())
    assert {m["tag"]: m["amount"] for m in parsed.mentions if m["group"] == "measured by the device"} == told


def test_unmapped_hashtags_are_listed_with_counts_and_every_night_shows_the_app_was_used():
    diary = read_diary(EXPORTS / "events_and_noise.csv")
    assert dict(zip(diary.tags["tag"], diary.tags["n"], strict=True)) == {
        "alcohol": 2, "newmoon": 1, "sport": 1, "watch": 1, "Mean movement": 1, "Awakenings": 1}
    assert diary.tags["column"].eq("").all()
    assert diary.events.query("type == 'note'")["night"].nunique() == 2


def test_a_rating_of_zero_is_no_rating_and_stars_go_in_quarters_from_a_quarter(tmp_path):
    assert read_diary(EXPORTS / "events_and_noise.csv").daily["sleep_quality"].tolist() == [3.75, 0.5]
    assert remarks("events_and_noise.csv") == []
    text = (EXPORTS / "events_and_noise.csv").read_text(encoding="utf-8")
    (tmp_path / "six.csv").write_text(text.replace('"3.75"', '"6.0"'), encoding="utf-8")
    (said,) = read_diary(tmp_path / "six.csv").issues.query("kind == 'rating out of range'").itertuples()
    assert (said.row, said.outcome) == (2, CELL_OUT)
    assert said.message == 'six.csv, line 2, column "Rating": expected 0.25–5, found "6". Left out; see diary.issues.'
    assert read_diary(EXPORTS / "bom.csv").daily["sleep_quality"].isna().all()


# --- remarks ---------------------------------------------------------------------------------------------------------
CLOCK_CHANGE = "the clocks changed in this night: From to To is not the time slept, Hours is"


@pytest.mark.parametrize(("file", "expected"), [
    ("clocks_forward.csv", [(2, CLOCK_CHANGE, KEPT)]),
    ("clocks_back.csv", [(2, CLOCK_CHANGE, KEPT)]),
    ("resaved_by_spreadsheet.csv", [(5, CLOCK_CHANGE, KEPT)]),
    ("to_disagrees.csv", [(2, "To does not agree with From + Hours", KEPT)]),  # line 4: LenAdjust explains it
    ("hours_zero.csv", [(2, "sleep of no or impossible length", LEFT_OUT)]),
    ("hours_missing.csv", [(2, "no Hours: the length is that from From to To", KEPT)]),
    ("date_unreadable.csv", [(2, "the start of the sleep cannot be read", LEFT_OUT)]),
    ("same_sleep_twice.csv", [(4, "the same sleep again", LEFT_OUT),
                              (6, "the same sleep again, with other hashtags", LEFT_OUT)]),
    ("cut_off_in_data.csv", [(4, "the file breaks off in this record", LEFT_OUT)]),
    ("cut_off_in_header.csv", [(3, "a line that belongs to no record", LEFT_OUT)]),
    ("stray_line.csv", [(5, "a line that belongs to no record", LEFT_OUT)]),
    ("quote_never_closed.csv", [(2, "1 record without Framerate, Snore, Noise, Cycles", KEPT)]),
    ("events_and_noise.csv", []),
    ("day_first_although_ambiguous.csv", []),
    ("three_zones.csv", []),
])
def test_what_is_unusual_is_named_with_its_line(file, expected):
    assert remarks(file) == expected


@pytest.mark.parametrize(("file", "kind"), [
    ("bom.csv", "byte-order mark at the start of the file"), ("semicolons.csv", "semicolons between the cells")])
def test_what_is_unusual_about_the_whole_file_is_named(file, kind):
    assert read_diary(EXPORTS / file).issues["kind"].tolist() == [kind]


def test_a_disagreement_is_worded_with_both_stories():
    message = read_diary(EXPORTS / "to_disagrees.csv").issues["message"].iloc[0]
    assert message == ('to_disagrees.csv, line 2, column "To": expected 03. 03. 2026 06:40, found "02. 03. 2026 23:10 '
                       'to 03. 03. 2026 7:10, Hours 7.500". Kept. Hours is used.')


def test_a_left_out_record_gives_neither_sleep_nor_tag_nor_note():
    mapping = Mapping(tags={"alcohol": Tag("alcohol", "alcohol_drinks"), "sport": Tag("sport", "stretched")})
    zero = read_diary(EXPORTS / "hours_zero.csv", mapping=mapping).events
    assert set(zero["row"]) == {4} and set(zero["type"]) == {"sleep", "note"}
    again = read_diary(EXPORTS / "same_sleep_twice.csv", mapping=mapping).events
    assert set(again["row"]) == {2} and set(again["type"]) == {"sleep", "alcohol", "note"}


def test_headers_without_a_sleep_are_an_error_that_says_what_to_do():
    with pytest.raises(DiaryError) as wrong:
        read_diary(EXPORTS / "header_only.csv")
    assert str(wrong.value) == (
        "header_only.csv: expected sleeps below the header, found none. Export again from Sleep as Android "
        "(Settings > Backup > Export data) and give that file.")


def test_an_empty_file_is_an_error():
    with pytest.raises(DiaryError, match=r"^empty.csv: the file is empty\."):
        read_diary(EXPORTS / "empty.csv")


def test_reading_again_gives_the_same_event_ids():
    first, second = (read_diary(EXPORTS / "naps.csv").events["event_id"].tolist() for _ in range(2))
    assert first == second and len(set(first)) == len(first)
