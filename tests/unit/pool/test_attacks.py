"""Attacks find what can be found, and hardly anything in what anonymise gives out (benchmarks/attacks.md has more)."""

from __future__ import annotations

from dataclasses import replace

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
    most_by_chance,
    succeeds,
)
from rlskit.pool.coarsen import LOOKED_BACK

KEY = bytes(range(32))
YEARS = np.array([-3, -2, -1, 1, 2, 3])
SHIFTS = np.array([*range(-26, 0), *range(1, 26)])
DAY = np.timedelta64(1, "D")


def days(*dates: str) -> np.ndarray:
    return np.array(dates, dtype="datetime64[D]")


@pytest.mark.parametrize(("calendar", "marked"), [
    ("public holidays (Britain)", {"2024-12-31": 1, "2025-04-17": 1, "2025-04-20": 1, "2025-05-04": 1, "2025-05-25": 1,
                                   "2025-08-24": 1, "2025-12-24": 1, "2025-12-25": 1, "2026-12-27": 1}),
    ("public holidays (United States)", {"2025-07-03": 1, "2025-11-26": 1}),
    ("clock changes (Europe)", {"2025-03-30": -1, "2025-10-26": 1}),
    ("clock changes (United States)", {"2025-03-09": -1, "2025-11-02": 1}),
    ("public holidays (continental Europe)", {"2025-04-20": 1, "2025-05-28": 1, "2025-06-08": 1, "2025-10-31": 1}),
    ("ends of months", {"2025-01-28": 0, "2025-01-29": 1, "2025-01-31": 1, "2025-02-01": 0, "2025-02-26": 1}),
    ("Ramadan", {"2025-02-28": 0, "2025-03-01": 1, "2025-03-30": 1, "2025-03-31": 0, "2026-02-18": 1}),
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
    before = attack_dates(moved, weeks, SHIFTS, LOOKED_BACK).found().set_index(["attack", "column"])["found"]
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
    """Of 8 people and 51 shifts 3 are one; of one person none can be."""
    assert [succeeds(n, 8, 1 / 51) for n in (1, 2, 2.5, 3)] == [False, False, True, True]
    assert not succeeds(1, 1, 1 / 51) and not succeeds(0, 0, 1 / 51)
    assert most_by_chance(8, 1 / 51) == 2 and most_by_chance(1, 1 / 51) == 1 and most_by_chance(0, 1 / 51) == 0


def eight(start: str = "2025-01-01") -> pd.DataFrame:
    """Nights of eight people who begin a week after one another, and the marks of every calendar on them."""
    nights = rk.simulate_diaries(people=8, nights=180, seed=2).nights
    place = {p: n for n, p in enumerate(nights["person"].unique())}
    nights["night"] += pd.Timestamp(start) - nights["night"].min() + pd.to_timedelta(
        nights["person"].map(place) * 7, unit="D")
    nights["weekday"] = pd.Categorical(nights["night"].dt.strftime("%a"))
    return nights


PLANTED = {
    "no coffee by day in Ramadan": ("Ramadan", "caffeine_before_noon_mg", lambda mark: np.where(mark > 0, 0.0, 95.0)),
    "a drink when wages are paid": ("ends of months", "alcohol_drinks", lambda mark: np.where(mark > 0, 3.0, 0.0)),
    "a drink before public holidays": ("public holidays (continental Europe)", "alcohol_drinks",
                                       lambda mark: np.where(mark > 0, 3.0, 0.0)),
    "nothing said of iron before public holidays": ("public holidays (Britain)", "iron",
                                                    lambda mark: pd.array(np.where(mark > 0, None, True), "boolean")),
    "irregular bedtimes in the week after a clock change": (
        "clock changes (Europe)", "bedtime_sd_7_min",
        lambda mark: 20 + 30 * np.convolve(mark**2, np.ones(7))[:len(mark)]),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_what_goes_with_a_calendar_is_found_and_left_away(what):
    calendar, column, said = PLANTED[what]
    nights = eight()
    mark = nights.groupby("person", sort=False)["night"].transform(
        lambda days: CALENDARS[calendar](days.to_numpy().astype("datetime64[D]")))
    nights[column] = said(mark.to_numpy(float))
    kept = ["person", "night", "weekday", "recorded", "symptoms", column]
    weeks = {p: int(SHIFTS[n * 5]) for n, p in enumerate(nights["person"].unique())}
    moved = nights[kept].assign(night=nights["night"] + pd.to_timedelta(7 * nights["person"].map(weeks), unit="D"))
    before = attack_dates(moved, weeks, SHIFTS, LOOKED_BACK).found()
    assert before.loc[before["attack"].eq(calendar), "found"].max() >= 3
    found = rk.anonymise(nights, key=KEY)
    assert column in found.manifest["left_away"] and column not in found.nights
    assert max(found.manifest["attacks"][name] for name in CALENDARS) == 2


def test_two_releases_with_and_without_the_season_tell_no_year():
    """Linked by their answers, they tell by how many weeks of a year one is moved; six years are left for each."""
    nights = rk.simulate_diaries(people=8, nights=60, seed=3).nights
    one, other = (rk.anonymise(nights, key=KEY, k=1, keep_season=season) for season in (False, True))
    for person in nights["person"].unique():
        ids = [rk.hash_id(person, KEY, release=found.manifest["release"]) for found in (one, other)]
        begins = [found.nights.loc[found.nights["person"].eq(new), "night"].min()
                  for new, found in zip(ids, (one, other), strict=True)]
        apart = (begins[0] - begins[1]).days // 7
        assert sum(plain + year - season == apart for plain in SHIFTS for year in 52 * YEARS
                   for season in 52 * YEARS) == 6


def test_the_manifest_does_not_say_which_guess_is_right():
    """Whoever runs the attacks again on one person's nights finds every shift to fit what the manifest says of them."""
    found = rk.anonymise(rk.simulate_diaries(people=1, nights=120, seed=5).nights, key=KEY, k=1)
    attacked = attack_dates(found.nights, dict.fromkeys(found.nights["person"], int(SHIFTS[0])), SHIFTS, LOOKED_BACK)
    said = {name: found.manifest["attacks"][name] for name in CALENDARS}
    fits = [replace(attacked, true=np.array([shift])).found() for shift in range(len(SHIFTS))]
    rights = [one.groupby("attack")["found"].max().to_dict() for one in fits]
    assert len({tuple(right.values()) for right in rights}) > 5  # exact numbers would tell shifts apart
    assert all(max(1, np.ceil(right[name])) == said[name] for right in rights for name in said)
    assert "cut" not in " ".join(found.manifest) and found.manifest["attacks"]["of"] == 1


def test_ties_are_shared_out_and_no_signal_is_no_hit():
    nights = rk.simulate_diaries(people=1, nights=60, seed=1).nights[["person", "night"]].assign(recorded=True)
    found = attack_dates(nights, {"me": 3}, SHIFTS, LOOKED_BACK).found()
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
