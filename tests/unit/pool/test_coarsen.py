"""Nights made fit to be shared: what each step takes away, and that it takes no more."""

from __future__ import annotations

import pandas as pd
import pytest

import rlskit as rk
from rlskit.pool.coarsen import (
    LOOKED_BACK,
    cap_periods,
    cut_ends,
    most_cut,
    without_beginnings,
    without_calendar,
    without_small_cells,
)

KEY = bytes(range(32))


def table(**columns) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    return pd.DataFrame({"person": ["a"] * n, "night": pd.date_range("2026-01-05", periods=n)} | columns)


def test_a_random_number_of_nights_goes_at_either_end_the_same_for_one_key():
    nights = rk.simulate_diaries(people=40, nights=60, seed=1).nights
    kept = cut_ends(nights, KEY)
    gone = (kept["night"].groupby(kept["person"]).min() - nights["night"].min()).dt.days
    assert most_cut(60) == 12 and most_cut(1000) == 35 and most_cut(4) == 0
    assert {0, 12} < set(gone) <= set(range(13)) and kept.equals(cut_ends(nights, KEY))


def test_what_looks_back_is_empty_at_the_new_beginning():
    shared = table(**{name: pd.array([1] * 40, "Int64") for name in LOOKED_BACK}, day_index=range(7, 47))
    without_beginnings(shared)
    assert {name: int(shared[name].isna().sum()) for name in LOOKED_BACK} == dict(LOOKED_BACK)
    assert shared["day_index"].tolist() == list(range(40))


def test_every_column_that_looks_back_is_known_to():
    """Columns whose names end in the number of nights that they look back over."""
    named = {c: int(c.removesuffix("_min").rpartition("_")[2]) for c in rk.simulate_diaries(nights=30, seed=1).nights
             if c.removesuffix("_min").rpartition("_")[2].isdecimal() and c != "severity_0_10"}
    assert named and {c: LOOKED_BACK[c] for c in named} == named


def test_free_days_are_those_of_the_weekday():
    """A free Tuesday among ten that are not, and a Saturday at work: neither is seen; a blank stays one."""
    free = [False] * 4 + [True, True, False]
    said = pd.array(free * 10, "boolean")
    said[1], said[4], said[9] = True, False, pd.NA
    shared = table(free_night=said, free_night_state=["yes" if one is True else "no" for one in said])
    shared.loc[9, "free_night_state"] = "not_recorded"
    without_calendar(shared)
    expected = pd.array(free * 10, "boolean")
    expected[9] = pd.NA
    assert shared["free_night"].tolist() == list(expected)
    states = [{True: "yes", False: "no"}.get(one, "not_recorded") for one in expected]
    assert shared["free_night_state"].tolist() == states


def test_hours_are_half_hours_and_an_order_within_one_stays():
    shared = table(onset_h=[8.9, 9.0, 9.1], stretch_h=[8.6, 9.0, 9.1], stretched_before_h=[8.6, 9.0, 9.1],
                   sleep_h=[7.2, 7.3, 7.9], sri_7=[71.0, 73.0, 88.0], bedtime_sd_7_min=[4.0, 26.0, 33.0])
    without_calendar(shared)
    assert shared["onset_h"].tolist() == [8.5, 9, 9] and shared["stretch_h"].tolist() == [9, 9, 9.5]
    assert shared["stretched_before_h"].tolist() == [9, 9, 9.5] and shared["sleep_h"].tolist() == [7, 7.5, 8]
    assert shared["sri_7"].tolist() == [70, 75, 90] and shared["bedtime_sd_7_min"].tolist() == [0, 30, 30]


def people(n: int, nights: int = 3) -> pd.DataFrame:
    return pd.concat([table(symptoms=[True] * nights).assign(person=f"p{i}") for i in range(n)], ignore_index=True)


def test_a_column_that_few_answered_goes_with_its_state():
    shared = people(4).assign(iron=pd.array([True] * 6 + [pd.NA] * 6, "boolean"), iron_state="yes",
                              magnesium=pd.array([True] * 12, "boolean"))
    assert without_small_cells(shared.copy(), 2) == [] and without_small_cells(shared.copy(), 5) == []
    assert without_small_cells(shared, 3) == ["iron"]
    assert "iron_state" not in shared and "magnesium" in shared


@pytest.mark.parametrize(("k", "most"), [(1, 3), (2, 2), (3, 1), (4, 3)])
def test_medicine_periods_count_up_to_what_k_people_reach(k, most):
    shared = people(3).assign(medicine_period=[f"period {n}" for n in (1, 2, 3, 1, 2, 2, 1, 1, 1)])
    cap_periods(shared, k)
    assert sorted(shared["medicine_period"].astype(str).unique())[-1] == f"period {most}"
