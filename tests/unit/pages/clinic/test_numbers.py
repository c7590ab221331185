"""The compared periods: which nights, when rates are withheld, and intervals that allow for runs of bad nights."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.engine.draws.median_shift import median_shift
from rlskit.errors import DiaryError
from rlskit.pages.clinic.cells import breakable, number_rows, short, short_range
from rlskit.pages.clinic.numbers import compare_periods, values_of
from rlskit.pages.clinic.periods import longest_run, split_periods
from rlskit.utils.words import clock
from tests.unit.pages.clinic import build


def nights_of(case):
    return build.made(case)[1]


def cell(table, measure, period):
    return table[table["measure"].eq(measure) & table["period"].eq(period)].iloc[0]


# --- periods -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("n, this, previous", [
    (10, 10, None), (30, 30, None), (55, 55, None), (56, 28, 28), (57, 28, 28), (90, 45, 45), (180, 90, 90),
    (365, 90, 90)])
def test_a_short_diary_is_one_period_and_a_longer_one_is_halved(n, this, previous):
    _, nights = build.read(build.rows(n=n, missing=0))
    now, before = split_periods(nights)
    assert now.n_nights == len(now.nights) == this and now.last == nights["night"].max().date()
    assert (before.n_nights if before else None) == previous
    if before:
        assert before.last == now.first - dt.timedelta(days=1)


def test_a_stated_first_night_wins_and_the_period_before_may_reach_beyond_the_diary():
    now, before = split_periods(nights_of("30 nights"), build.START + dt.timedelta(days=10))
    assert (now.n_nights, before.n_nights, len(before.nights)) == (20, 20, 10)
    assert not before.enough
    with pytest.raises(DiaryError, match=r"\[visit\] since: expected a date in the diary, 2026-01-05 to 2026-02-03"):
        split_periods(nights_of("30 nights"), dt.date(2025, 1, 1))


@pytest.mark.parametrize("n, gone, enough", [
    (13, 0, False), (14, 0, True), (20, 6, True), (21, 7, False), (40, 13, False), (40, 12, True)])
def test_enough_is_fourteen_nights_and_seventy_in_a_hundred(n, gone, enough):
    lines = build.rows(n=n, missing=0)
    _, nights = build.read(lines[:1] + lines[1 + gone:])
    now, _ = split_periods(nights)
    assert (now.n_answered, now.longest_gap, now.enough) == (n - gone, gone, enough)


def test_a_night_without_an_answer_about_symptoms_is_not_recorded():
    lines = build.rows(n=30, missing=0)
    for line in lines[10:20]:
        line["symptoms"] = line["severity_0_10"] = line["symptoms_began"] = ""
    now, _ = split_periods(build.read(lines)[1])
    assert (now.n_answered, now.longest_gap) == (20, 10)


def test_longest_run():
    assert [longest_run(np.array(f, bool)) for f in ([], [0], [1], [1, 1, 0, 1], [0, 1, 1, 1])] == [0, 0, 1, 2, 3]


# --- numbers -------------------------------------------------------------------------------------------------------
def test_the_rates_are_those_of_the_kit_and_the_change_is_their_difference():
    now, before = split_periods(nights_of("365 nights"))
    table = compare_periods(now, before)
    this, change, previous = (cell(table, "symptom_nights", p) for p in ("this", "change", "previous"))
    rate = rk.estimate_rate(now.nights).iloc[0]
    assert (this["value"], this["lower"], this["upper"]) == pytest.approx((rate["rate"], rate["lower"], rate["upper"]))
    assert change["value"] == pytest.approx(this["value"] - previous["value"], abs=0.15)
    assert change["lower"] < change["value"] < change["upper"]


def test_the_interval_of_the_change_allows_for_runs_of_bad_nights():
    """The same numbers of symptom nights in runs of nine give a wider interval than one by one."""
    def width(symptom):
        night = pd.date_range("2026-01-05", periods=120)
        nights = pd.DataFrame({"person": "me", "night": night, "symptoms": pd.array(symptom, dtype="boolean"),
                               "early_symptoms": pd.array([False] * 120, dtype="boolean"), "severity_0_10": pd.NA,
                               "onset_h": pd.NA, "sleep_h": pd.NA})
        row = cell(compare_periods(*split_periods(nights)), "symptom_nights", "change")
        return row["upper"] - row["lower"]

    runs = np.arange(120) % 18 < 9
    scattered = np.random.default_rng(1).permutation(runs)
    assert width(runs) > 1.3 * width(scattered)


def test_medians_are_of_symptom_nights_only_and_sleep_is_that_of_the_night_itself():
    lines = build.rows(n=30, missing=0)
    for i, line in enumerate(lines):
        line |= {"symptoms": "yes" if i % 2 else "no", "severity_0_10": 6 if i % 2 else 0,
                 "symptoms_began": "22:30" if i % 2 else "", "lights_out": "23:00",
                 "woke_up": "07:00" if i else "05:00"}
    now, _ = split_periods(build.read(lines)[1])
    assert np.nanmax(values_of("severity", now)) == np.nanmin(values_of("severity", now)) == 6
    assert np.isnan(values_of("severity", now)[0]) and values_of("onset", now)[1] == 10.5
    assert values_of("sleep", now)[:2].tolist() == [6.0, 8.0]


def test_withheld_numbers_say_why():
    few = number_rows(compare_periods(*split_periods(nights_of("60% missing"))))
    assert few[0][1:] == ["too few nights for rates", "too few nights for rates", "too few nights"]
    alike = number_rows(compare_periods(*split_periods(nights_of("all symptom nights"))))
    assert alike[0][1:] == ["7.0 (6.4 to 7.0); 45 of 45 nights"] * 2 + ["nights too alike"]
    short_diary = number_rows(compare_periods(*split_periods(nights_of("30 nights"))))
    assert [row[2:] for row in short_diary] == [["not recorded", "not recorded"]] * 4


# --- the shift of a median -----------------------------------------------------------------------------------------
def test_a_shift_is_the_difference_of_the_medians_and_does_not_hang_on_luck():
    rng = np.random.default_rng(3)
    now, before = rng.normal(8, 1, 60), rng.normal(10, 1, 60)
    found = median_shift(now, before)
    assert found[0] == pytest.approx(np.median(now) - np.median(before))
    assert found == median_shift(now, before) and found[1] < -1.5 and found[2] > -2.7 and found[1] < found[0] < found[2]
    turned = median_shift(before, now)
    assert turned[0] == pytest.approx(-found[0])


@pytest.mark.parametrize("now", [np.full(40, np.nan), np.r_[np.arange(9.0), np.full(31, np.nan)], np.arange(12.0),
                                 np.full(40, 5.0)], ids=["none", "nine values", "short", "all alike"])
def test_a_shift_that_cannot_be_told_has_no_limits(now):
    before = np.full(len(now), 5.0)
    assert np.isnan(median_shift(now, before)[1:]).all()


@pytest.mark.parametrize("n, missing", [(28, 0.2), (90, 0.6)])
def test_a_shift_covers_where_nights_follow_one_another(n, missing):
    """95% limits cover no shift in about 95 of 100 simulated diaries with AR(1) values of correlation 0.5.

    Naive limits (as if nights were independent) cover about 85. 300 diaries: standard error 1.3 points.
    """
    rng, hits, many = np.random.default_rng(11), 0, 300
    for _ in range(many):
        values = np.empty(2 * n)
        values[0] = rng.normal()
        for i in range(1, 2 * n):
            values[i] = 0.5 * values[i - 1] + np.sqrt(0.75) * rng.normal()
        values[rng.random(2 * n) < missing] = np.nan
        _, lower, upper = median_shift(values[n:], values[:n])
        hits += lower <= 0 <= upper
    assert 0.905 <= hits / many <= 0.99


# --- words ---------------------------------------------------------------------------------------------------------
def test_small_words():
    assert [clock(h) for h in (0, 9.5, 12, 14.0, 23.999)] == ["12:00", "21:30", "00:00", "02:00", "12:00"]
    assert [short(v) for v in (7, 7.25, 0.04)] == ["7", "7.2", "0"]
    assert short_range("2026-01-05", "2026-02-18") == "5 Jan to 18 Feb 2026"
    assert short_range("2026-12-05", "2027-02-18") == "5 Dec 2026 to 18 Feb 2027"
    assert breakable("short x" + "y" * 24) == "short xyyyyyyyyy\u200byyyyyyyyyy\u200byyyyy"
