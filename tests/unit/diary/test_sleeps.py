"""Pieces of a night: what is put together, what stays a nap, and that no minute of sleep counts twice."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlskit.diary.night_rule import night_of_sleep
from rlskit.diary.readers.parsed import SLEEP_COLUMNS
from rlskit.diary.sleeps import nights_in_bed
from rlskit.diary.tables import table

EVENING = pd.Timestamp("2026-03-10")


def records(*spans: tuple[str, str], night_starts="12:00", **more) -> pd.DataFrame:
    """Records from clock times; "+7:00" is on the next day."""
    rows = [{"start": moment(a), "end": moment(b), "origin": "device:watch"} for a, b in spans]
    out = table(pd.DataFrame(rows), SLEEP_COLUMNS).assign(app="watch", person="me", is_nap=False)
    out["hours"] = (out["end"] - out["start"]) / pd.Timedelta(hours=1)
    out["night"] = night_of_sleep(out["start"], night_starts)
    return out.assign(**more)


def moment(clock: str) -> pd.Timestamp:
    return EVENING + pd.Timedelta(days=int(clock.startswith("+"))) + pd.Timedelta(clock.removeprefix("+") + ":00")


def spans_of(nights: pd.DataFrame) -> list[tuple[str, str, float, bool]]:
    return [(f"{n.start:%H:%M}", f"{n.end:%H:%M}", round(float(n.hours), 2), bool(n.main)) for n in nights.itertuples()]


@pytest.mark.parametrize(("spans", "expected"), [
    ([("22:30", "+1:00"), ("+1:30", "+4:00"), ("+4:30", "+7:00")], [("22:30", "07:00", 7.5, True)]),
    ([("23:00", "+1:00"), ("+2:59", "+7:00")], [("23:00", "07:00", 6.02, True)]),
    ([("23:00", "+1:00"), ("+3:00", "+7:00")], [("23:00", "01:00", 2.0, False), ("03:00", "07:00", 4.0, True)]),
    # from six in the evening on; before it one naps
    ([("17:59", "19:00"), ("20:00", "+6:00")], [("17:59", "19:00", 1.02, False), ("20:00", "06:00", 10.0, True)]),
    ([("18:00", "19:00"), ("20:00", "+6:00")], [("18:00", "06:00", 11.0, True)]),
    # until noon, where the next night starts
    ([("+4:00", "+10:00"), ("+11:30", "+12:30")], [("04:00", "12:30", 7.0, True)]),
    ([("+4:00", "+11:30"), ("+12:30", "+13:30")], [("04:00", "11:30", 7.5, True), ("12:30", "13:30", 1.0, True)]),
    # the same sleep in two records, one inside the other or overlapping, is one sleep
    ([("23:00", "+7:00"), ("23:10", "+6:50")], [("23:00", "07:00", 8.0, True)]),
    ([("23:00", "+4:00"), ("+3:00", "+7:00")], [("23:00", "07:00", 8.0, True)])])
def test_what_is_one_night_in_bed(spans, expected):
    assert spans_of(nights_in_bed(records(*spans))) == expected


def test_who_sleeps_by_day_has_an_evening_of_their_own():
    day = [("+7:00", "+11:50"), ("+12:20", "+15:00")]
    assert spans_of(nights_in_bed(records(*day, night_starts="20:00"), "20:00")) == [("07:00", "15:00", 7.5, True)]


def test_what_a_source_calls_a_nap_stays_one():
    one = records(("20:00", "20:30"), ("21:00", "+6:00"))
    one["is_nap"] = [True, False]
    assert spans_of(nights_in_bed(one)) == [("20:00", "20:30", 0.5, False), ("21:00", "06:00", 9.0, True)]


def test_what_two_apps_wrote_is_two_sleeps_and_the_device_comes_first():
    two = records(("22:00", "+7:00"), ("23:00", "+7:00"))
    two["app"], two["origin"] = ["diary", "watch"], ["diary_reported", "device:watch"]
    assert spans_of(nights_in_bed(two)) == [("22:00", "07:00", 9.0, False), ("23:00", "07:00", 8.0, True)]


def test_the_first_times_in_bed_the_last_out_of_it_and_the_rating_of_the_longest():
    pieces = records(("23:00", "+1:00"), ("+1:30", "+7:00"), ("+7:20", "+7:50"))
    pieces["bed_time"] = [moment("22:40"), moment("+1:20"), pd.NaT]
    pieces["out_of_bed_time"] = [moment("+1:05"), moment("+7:15"), moment("+8:00")]
    pieces["quality"] = pd.array([2.0, 4.0, None], dtype="Float64")
    night = nights_in_bed(pieces).iloc[0]
    assert night[["bed_time", "out_of_bed_time", "quality", "awakenings"]].tolist() == [
        moment("22:40"), moment("+8:00"), 4.0, 2]
    assert night["records"] == (0, 1, 2)


def test_nothing_is_counted_where_no_night_is_in_pieces():
    assert nights_in_bed(records(("23:00", "+7:00")))["awakenings"].isna().all()


minutes = st.integers(0, 17 * 60)


@given(st.lists(st.tuples(minutes, st.integers(1, 600)), min_size=1, max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_every_record_is_in_one_night_no_minute_counts_twice_and_order_does_not_matter(pieces, random):
    begin = EVENING + pd.Timedelta(hours=18)
    spans = [(begin + pd.Timedelta(minutes=a), begin + pd.Timedelta(minutes=a + n)) for a, n in pieces]
    table_ = records(*[("0:00", "0:01")] * len(spans))
    table_["start"], table_["end"] = [a for a, _ in spans], [b for _, b in spans]
    table_["hours"] = (table_["end"] - table_["start"]) / pd.Timedelta(hours=1)
    table_["night"] = night_of_sleep(table_["start"])
    nights = nights_in_bed(table_)
    assert sorted(itertools.chain.from_iterable(nights["records"])) == list(range(len(spans)))
    asleep = {m for a, n in pieces for m in range(a, a + n)}
    assert nights["hours"].sum() == pytest.approx(len(asleep) / 60)
    shuffled = list(range(len(spans)))
    random.shuffle(shuffled)
    assert spans_of(nights_in_bed(table_.iloc[shuffled])) == spans_of(nights)
