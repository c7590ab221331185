"""Attacks find what can be found, and hardly anything in what anonymise gives out (benchmarks/attacks.md has more)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.pool.attacks import (
    ALL,
    CALENDARS,
    attack_dates,
    attack_edges,
    attack_lengths,
    attack_sequences,
    best_by_chance,
    succeeds,
)

KEY = bytes(range(32))
SHIFTS = np.array([*range(-26, 0), *range(1, 27)])
DAY = np.timedelta64(1, "D")


def days(*dates: str) -> np.ndarray:
    return np.array(dates, dtype="datetime64[D]")


@pytest.mark.parametrize(("calendar", "marked"), [
    ("public holidays (Britain)", {"2024-12-31": 1, "2025-04-17": 1, "2025-04-20": 1, "2025-05-04": 1, "2025-05-25": 1,
                                   "2025-08-24": 1, "2025-12-24": 1, "2025-12-25": 1, "2026-12-27": 1}),
    ("public holidays (United States)", {"2025-07-03": 1, "2025-11-26": 1}),
    ("clock changes (Europe)", {"2025-03-30": -1, "2025-10-26": 1}),
    ("clock changes (United States)", {"2025-03-09": -1, "2025-11-02": 1}),
])  # fmt: skip
def test_calendars_mark_the_days_they_are_about(calendar, marked):
    every = np.arange("2024-12-31", "2026-12-31", dtype="datetime64[D]")
    mark = dict(zip(every.astype(str), CALENDARS[calendar](every), strict=True))
    assert all(mark[day] == value for day, value in marked.items())
    assert mark["2025-06-17"] == mark["2025-02-11"] == 0


def test_day_length_and_moon_turn_where_they_should():
    assert CALENDARS["day length"](days("2025-06-21", "2025-12-21")) == pytest.approx([1, -1], abs=0.01)
    assert CALENDARS["the moon"](days("2025-01-13", "2025-01-29")) == pytest.approx([1, -1], abs=0.02)  # full, new


def by_the_clock(people: int = 8) -> pd.DataFrame:
    """People who sleep eight hours of every night by the clock, and are free at weekends and on public holidays."""
    nights = rk.simulate_diaries(people=people, nights=180, seed=2).nights
    place = {p: n for n, p in enumerate(nights["person"].unique())}
    nights["night"] += pd.to_timedelta(nights["person"].map(place) * 23, unit="D")
    at = nights["night"].to_numpy().astype("datetime64[D]")
    nights["weekday"] = pd.Categorical(nights["night"].dt.strftime("%a"))
    free = (nights["night"] + DAY).dt.day_of_week.ge(5) | (CALENDARS["public holidays (Britain)"](at) > 0)
    nights["free_night"] = free.astype("boolean")
    nights["sleep_h"] = pd.array(8 + CALENDARS["clock changes (Europe)"](at), "Float64")
    nights["severity_0_10"] = pd.array([5] * len(nights), "Int64")
    return nights


def test_free_days_and_hours_slept_date_nights_and_after_anonymise_nothing_does():
    """The attacks by which every date of eight people was found, on the moved table and on what is given out."""
    nights = by_the_clock()
    found = rk.anonymise(nights, key=KEY)
    weeks = {p: int(SHIFTS[n * 5]) for n, p in enumerate(nights["person"].unique())}
    moved = nights.assign(night=nights["night"] + pd.to_timedelta(7 * nights["person"].map(weeks), unit="D"))
    before = attack_dates(moved, weeks, SHIFTS).found().set_index(["attack", "column"])["found"]
    assert before["public holidays (Britain)", "free_night"] == 8
    assert before["clock changes (Europe)", "sleep_h"] >= 4
    told = found.manifest["attacks"]
    assert max(n for name, n in told.items() if name.startswith(("public", "clock", "day ", "the moon"))) <= 2
    assert told["first night known"] < 2 and told["last night known"] < 2
    free = found.nights.groupby(["person", "weekday"], observed=True)["free_night"].nunique()
    assert free.max() == 1


def test_a_column_by_which_dates_are_found_is_left_away():
    nights = by_the_clock()
    light = CALENDARS["clock changes (Europe)"](nights["night"].to_numpy().astype("datetime64[D]"))
    nights["alcohol_drinks"] = pd.array(np.where(light == 0, 0.0, 3.0), "Float64")
    found = rk.anonymise(nights, key=KEY)
    assert "alcohol_drinks" not in found.nights and "alcohol_drinks_state" not in found.nights
    assert found.manifest["left_away"]["alcohol_drinks"]["attack"].startswith("clock changes")
    assert any(line.startswith("alcohol_drinks was left out: by it and clock changes") for line in
               found.manifest["done"])


def test_what_guessing_finds_is_no_success():
    """Of 8 people and 52 shifts 3 are one; of one person none can be."""
    assert [succeeds(n, 8, 1 / 52) for n in (1, 2, 2.5, 3)] == [False, False, True, True]
    assert not succeeds(1, 1, 1 / 52) and not succeeds(0, 0, 1 / 52)
    assert best_by_chance(1, 8, 1 / 52) == 0 and best_by_chance(200, 8, 1 / 52) == 2


def test_ties_are_shared_out_and_no_signal_is_no_hit():
    nights = rk.simulate_diaries(people=1, nights=60, seed=1).nights[["person", "night"]].assign(recorded=True)
    found = attack_dates(nights, {"me": 3}, SHIFTS).found()
    assert found["found"].eq(0).all() and set(found["column"]) == {"recorded", ALL}


def test_edges_lengths_and_sequences_are_counted():
    assert attack_edges(pd.DataFrame({"first": [0, 6, 7, 35], "last": [0, 0, 0, 0]})) == {
        "first": pytest.approx(1 + 1 + 1 / 2 + 1 / 6), "last": 4}
    people = pd.DataFrame({"person": list("abc"), "sex": ["f", None, "m"]})
    lengths = pd.DataFrame({"at_least": [50, 50, 90], "at_most": [80, 80, 120], "true": [60, 70, 100]})
    assert attack_lengths(people, lengths) == pytest.approx(1 / 2 + 1 / 2 + 1)
    alike = pd.DataFrame({"person": ["a"] * 30 + ["b"] * 30, "symptoms": pd.array([True, False] * 30, "boolean")})
    assert attack_sequences(alike) == 0
    alike.loc[40, "symptoms"] = pd.NA
    assert attack_sequences(alike) == 2
