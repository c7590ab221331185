"""Columns about the weeks before: stretching kept up, wake times, sleep on free days."""

from __future__ import annotations

import numpy as np
import pandas as pd

import rlskit as rk

FIRST = pd.Timestamp("2026-03-02")  # a Monday


def test_weeks_in_a_row_count_back_from_last_night_and_never_see_tonight(diary_of, days):
    dates = days("2026-03-01", 60)
    kept = [d for i, d in enumerate(dates) if i < 35 or (42 <= i < 56 and i % 7 < 5)]  # five weeks, a pause, two weeks
    ticks = [*(("Calf stretch", f"{d} 20:00") for d in kept), ("Restless legs", "2026-03-05 23:00")]
    found = rk.make_nights(diary_of(ticks, dates))["stretched_weeks_28"]
    assert found[:26].isna().all() and found[28] == 4 == found[35]
    assert found[42] == 0 and found[49] == 1 and found[56] == 2
    fewer = [tick for tick in ticks if not tick[1].startswith(dates[49])]
    again = rk.make_nights(diary_of(fewer, dates))["stretched_weeks_28"]
    assert again[:50].equals(found[:50]) and again[56] == 0


def slept(late_on, n=42):
    """Sleeps of n nights; those of the weekdays in `late_on` come two hours later."""
    nights = pd.date_range(FIRST, periods=n)
    return [(f"{night:%Y-%m-%d} {'23:30' if night.day_of_week in late_on else '21:30'}", 8.0) for night in nights]


def test_without_free_days_the_weekend_of_the_calendar_is_taken_and_said(diary_of, days):
    nights = rk.make_nights(diary_of([("Restless legs", "2026-03-05 23:00")], days("2026-03-02", 42), slept((4, 5))))
    assert nights["free_night"].isna().all()
    assert np.allclose(nights["social_jetlag_28_min"].iloc[-1], 120)
    said = ("No free days were written down, so the row on later sleep on free days takes the calendar's weekend: the "
            "nights of Friday and Saturday.")
    assert said in nights.attrs["notes"]


def test_wake_times_have_a_spread_of_their_own(diary_of, days):
    nights = rk.make_nights(diary_of([("Restless legs", "2026-03-05 23:00")], days("2026-03-02", 42), slept((4, 5))))
    wake = nights["waketime_sd_7_min"]
    assert wake[:4].isna().all() and np.allclose(wake[7:], np.std([0.0] * 5 + [120.0] * 2, ddof=1))
