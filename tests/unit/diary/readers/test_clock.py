"""Dates and clock times as people and phones write them."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlskit.diary.readers.clock import date_order, parse_clock, parse_date, split_moment
from rlskit.diary.readers.template_answers import plain_date
from rlskit.errors import DiaryError

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2068, 12, 31))
WRITTEN = {"dmy": "{0.day:02d}/{0.month:02d}/{0.year}", "mdy": "{0.month}/{0.day}/{0.year}", "ymd": "{0:%Y-%m-%d}"}


@pytest.mark.parametrize(("text", "expected"), [
    ("9:03", "09:03"), ("21.30", "21:30"), ("3:26 AM", "03:26"), ("6:50 pm", "18:50"), ("12:19 am", "00:19"),
    ("12:00 PM", "12:00"), ("18:43:00", "18:43"), ("7h30", "07:30"), ("3:26\u202fp.m.", "15:26"), ("24:00", "00:00"),
    (" 03:00 ", "03:00"), (dt.time(7, 5, 59), "07:05"), (dt.datetime(2026, 1, 1, 23, 4), "23:04")])
def test_clock_times(text, expected):
    assert f"{parse_clock(text):%H:%M}" == expected


@pytest.mark.parametrize("text", ["25:00", "12:60", "13:00 pm", "0:30 am", "9", "9:3", "1:234"])
def test_what_is_not_a_clock_time(text):
    with pytest.raises(ValueError, match=r"not a clock time|must be in"):
        parse_clock(text)


@pytest.mark.parametrize("empty", [None, "", "  ", float("nan")])
def test_an_empty_cell_is_no_time_and_no_date(empty):
    assert parse_clock(empty) is None
    if empty is None or isinstance(empty, str):
        assert parse_date(empty, "dmy") is None


@given(st.times(), st.sampled_from(["%H:%M", "%H.%M", "%I:%M %p", "%H:%M:%S", "%I:%M%p"]))
def test_every_written_clock_time_is_read_back(time, how):
    assert parse_clock(time.strftime(how)) == time.replace(second=0, microsecond=0)


# --- the order of day and month --------------------------------------------------------------------------------------
@pytest.mark.parametrize(("texts", "stated", "expected"), [
    (["2026-03-01", "2026-13-45"], "", "ymd"), (["13/02/2026", "01/02/2026"], "", "dmy"),
    (["01/13/2026", "01/02/2026"], "", "mdy"), (["01.02.2026"], "dmy", "dmy"), (["01/02/2026"], "mdy", "mdy"),
    ([], "", "ymd"), (["soon", "2026-01-01"], "", "ymd")])
def test_the_whole_column_decides(texts, stated, expected):
    assert date_order(texts, stated, "f.csv", "night") == expected


@pytest.mark.parametrize(("texts", "stated", "expected"), [
    (["01/02/2026", "03/02/2026"], "",
     'f.csv, column "night": every date, such as "01/02/2026", could be day first or month first. '
     "Say which with --date-order dmy or --date-order mdy (or date_order in rlskit.toml)."),
    (["13/02/2026", "02/13/2026"], "",
     'f.csv, column "night": some dates only fit day first, others only month first. '
     "Write them as 2026-03-31 and try again."),
    (["13/02/2026"], "mdy",
     'f.csv, column "night": the dates do not fit the order mdy that was given. '
     "Correct --date-order or date_order in rlskit.toml.")])
def test_two_readings_that_both_fit_are_not_chosen_between(texts, stated, expected):
    with pytest.raises(DiaryError) as wrong:
        date_order(texts, stated, "f.csv", "night")
    assert str(wrong.value) == expected


@pytest.mark.parametrize(("text", "order", "expected"), [
    ("3.4.2026", "dmy", "2026-04-03"), ("3/4/26", "mdy", "2026-03-04"), ("2026-04-03", "dmy", "2026-04-03"),
    ("2026/4/3", "mdy", "2026-04-03"), ("2026-04-03T00:00:00", "ymd", "2026-04-03"),
    ("2026-04-03 00:00:00", "ymd", "2026-04-03"), (dt.datetime(2026, 4, 3, 5), "dmy", "2026-04-03"),
    (dt.date(2026, 4, 3), "dmy", "2026-04-03"), (" 3. 4. 2026. ", "dmy", "2026-04-03"),
    ("20260403", "dmy", "2026-04-03"), ("20260403 9pm", "mdy", "2026-04-03")])
def test_dates(text, order, expected):
    assert str(parse_date(text, order)) == expected


@pytest.mark.parametrize("text", ["31/02/2026", "2026-13-01", "tomorrow", "1/2", "22nd Sep 2020", "0/1/2026",
                                  "20261301"])
def test_what_is_not_a_date(text):
    with pytest.raises(ValueError, match="not a date"):
        parse_date(text, "dmy")


@given(st.lists(DAYS, min_size=1, max_size=20), st.sampled_from(["dmy", "mdy"]))
def test_a_column_of_dates_is_read_back_or_refused(days, order):
    """Whatever the file holds, the dates come back as written, or two readings fit and the reader says so."""
    texts = [WRITTEN[order].format(day) for day in days]
    assert [parse_date(t, date_order(texts, order, "f", "c")) for t in texts] == days
    telling = any(day.day > 12 for day in days)
    if telling:
        assert date_order(texts, "", "f", "c") == order
    else:
        with pytest.raises(DiaryError, match="--date-order"):
            date_order(texts, "", "f", "c")


@given(DAYS)
def test_iso_dates_need_no_order(day):
    assert parse_date(WRITTEN["ymd"].format(day), "mdy") == day


@pytest.mark.parametrize(("written", "expected"), [
    ("2230", "22:30"), ("0730", "07:30"), ("24:30", "00:30"), ("24:00", "00:00"), ("midnight", "00:00"),
    ("noon", "12:00"), ("22:30 Uhr", "22:30"), ("10:30 p. m.", "22:30"), ("10:30 p.m.", "22:30"),
    ("12:15 am", "00:15"), ("22 Uhr", "22:00"), ("7h", "07:00"), ("22:30h", "22:30"), ("22:30 uur", "22:30"),
    ("23 ч.", "23:00"), ("~22:30", "22:30"), ("ca. 22:30", "22:30"), ("11 p. m.", "23:00"), ("Mitternacht", "00:00"),
    ("полночь", "00:00"), ("midi", "12:00")])
def test_clock_times_as_people_write_them(written, expected):
    assert f"{parse_clock(written):%H:%M}" == expected


@pytest.mark.parametrize("written", ["2260", "25:00", "22", "12345", "24:30 pm", "25 Uhr", "13 pm"])
def test_what_is_no_clock_time_stays_unread(written):
    with pytest.raises(ValueError, match=r"not a clock time|minute must be|hour must be"):
        parse_clock(written)


def test_a_cell_of_any_length_is_split_at_once():
    began = time.process_time()
    for cell in ("9" * 400_000, "9 " * 200_000, "9:" * 200_000, "1/2/2026 " + "9" * 400_000) * 50:
        assert split_moment(cell) == (cell.strip(), "")
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(("cell", "clock"), [
    ("2026-03-01 9pm", "21:00"), ("2026-03-01 9 p.m.", "21:00"), ("1.3.2026 22 Uhr", "22:00"), ("1/3/26 22h", "22:00"),
    ("1 Mar 26 9:05 am", "09:05"), ("1.3.2026 21:30 Uhr", "21:30"), ("2026-03-01T21:30:00.000+01:00", "21:30")])
def test_a_date_and_an_hour_in_one_cell(cell, clock):
    day, hour = split_moment(cell)
    assert f"{parse_clock(hour):%H:%M}" == clock and str(parse_date(plain_date(day), "dmy")) == "2026-03-01"
