"""Last night's symptoms and the sleep that follows: of the same person, on the calendar, never guessed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import rlskit as rk
from rlskit.nights.outcomes import last_night

ANSWERS = st.sampled_from([True, False, None])
NIGHTS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9), ANSWERS, ANSWERS, st.floats(4, 9)), min_size=1,
                  max_size=20, unique_by=lambda night: night[:2])


def table(rows):
    person, day, late, early, slept = zip(*rows, strict=True)
    return pd.DataFrame({
        "person": person, "night": pd.Timestamp("2026-03-01") + pd.to_timedelta(np.array(day), unit="D"),
        "symptoms": pd.array(late, dtype="boolean"), "early_symptoms": pd.array(early, dtype="boolean"),
        "sleep_h": pd.array(slept, dtype="Float64")}, index=np.arange(len(rows)) + 100)


def any_of(late, early):
    return True if early else late


@settings(max_examples=100, deadline=None)
@given(NIGHTS)
def test_last_night_is_what_the_calendar_night_before_was_in_any_order_of_rows(rows):
    known = {(person, day): any_of(late, early) for person, day, late, early, _ in rows}
    slept = {(person, day): hours for person, day, *_, hours in rows}
    found, after = last_night(table(rows)), rk.sleep_after(table(rows))
    assert str(found.dtype) == "boolean" and list(found.index) == list(table(rows).index)
    for value, hours, (person, day, *_) in zip(found, after, rows, strict=True):
        expected = known.get((person, day - 1))
        assert value is pd.NA if expected is None else value == expected
        assert hours is pd.NA if (person, day + 1) not in slept else hours == slept[person, day + 1]


def test_the_nights_carry_it_and_parts_of_them_keep_it():
    nights = rk.make_nights(rk.read_diary(rk.sample_path()))
    pd.testing.assert_series_equal(nights["last_night"], last_night(nights))
    quiet = rk.quiet_nights(nights)
    assert quiet["last_night"].equals(nights["last_night"].loc[quiet.index])
    assert last_night(quiet).isna().sum() > quiet["last_night"].isna().sum()  # the part alone does not know it
