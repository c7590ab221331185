"""When symptoms begin: the ends of a diary, the shift between them, and what is said about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.answers.onset import OnsetShift, onset_shift
from rlskit.answers.sentences import EARLIER, describe_onset, describe_rows
from rlskit.engine.draws.median_shift import median_shift
from tests.helpers import picture_samples
from tests.helpers.reading_age import grade


def nights(n=100, moved=-1.5, known=1.0, seed=1):
    """Symptoms on every second night; they begin at 22:00, and `moved` hours later in the second half."""
    rng = np.random.default_rng(seed)
    ill = np.arange(n) % 2 == 0
    hour = 10 + moved * (np.arange(n) >= n / 2) + rng.normal(0, 0.4, n)
    hour[~ill | (rng.random(n) >= known)] = np.nan
    return pd.DataFrame({
        "person": "me", "night": pd.date_range("2026-01-01", periods=n), "symptoms": pd.array(ill, dtype="boolean"),
        "early_symptoms": pd.array([pd.NA] * n, dtype="boolean"), "onset_h": pd.array(hour, dtype="Float64")})


def test_the_shift_is_that_of_the_medians_of_both_ends_with_their_rates():
    table = nights()
    table.loc[60:79:2, "symptoms"] = False  # ten symptom nights of the second half less, their hours set aside
    found = onset_shift(table)
    hour = table["onset_h"].to_numpy(float, na_value=np.nan)
    hour[60:80:2] = np.nan
    assert (found.n_before, found.n_now) == (25, 15)  # 20 hours are not to be had on one side: halves at the most
    assert (found.rate_before, found.rate_now) == (15.0, 9.0)
    assert (found.before, found.now) == pytest.approx((np.nanmedian(hour[:50]), np.nanmedian(hour[50:])))
    assert (found.change, found.lower, found.upper) == median_shift(hour[50:], hour[:50], 0.95)
    assert found.upper < 0 and found.reason == ""


def test_the_weeks_compared_are_the_fewest_that_hold_twenty_hours_on_both_sides():
    found = onset_shift(nights(n=200))
    assert found.before_span == (dt.date(2026, 1, 1), dt.date(2026, 2, 11))  # six weeks of every second night
    assert found.now_span == (dt.date(2026, 6, 8), dt.date(2026, 7, 19)) and found.n_now == found.n_before == 21
    since = onset_shift(nights(n=200), since=dt.date(2026, 3, 2))
    assert since.before_span == (dt.date(2026, 1, 19), dt.date(2026, 3, 1)) and since.now_span == found.now_span


def drift(path, seed, n=365):
    """A year of hours that follow one another, on four nights in ten; `path`: hours by which each night lies off."""
    rng = np.random.default_rng(seed)
    noise = np.zeros(n)
    for i in range(1, n):
        noise[i] = 0.5 * noise[i - 1] + np.sqrt(0.75) * rng.normal()
    ill = rng.random(n) < 0.4
    return nights(n).assign(symptoms=pd.array(ill, dtype="boolean"), onset_h=pd.array(
        np.where(ill, 10 + path + 0.9 * noise, np.nan), dtype="Float64"))


MEDICINE = dt.date(2026, 1, 1) + dt.timedelta(days=120)
PATHS = {
    "two hours over the year": (np.linspace(0, -2, 365), None, -1.7, 0.8),
    "none": (np.zeros(365), None, 0.0, 0.0),
    "a step at a medicine": (np.where(np.arange(365) < 120, 0.0, -2.0), MEDICINE, -2.0, 0.9),
    "a step before the medicine": (np.where(np.arange(365) < 60, 0.0, -2.0), MEDICINE, 0.0, 0.0),
}


@pytest.mark.parametrize("name", PATHS)
def test_a_drift_and_a_step_of_known_size_are_found_and_none_is_not(name):
    path, since, true, share = PATHS[name]
    found = [onset_shift(drift(path, seed), since=since) for seed in range(12)]
    assert np.mean([one.change for one in found]) == pytest.approx(true, abs=0.25)
    assert np.mean([one.lower <= true <= one.upper for one in found]) > 0.8
    said = np.mean([one.much_earlier for one in found])
    assert said >= share and (share or said <= 0.05)


def test_a_medicine_that_began_outside_the_diary_compares_nothing():
    for day in (dt.date(2025, 12, 1), dt.date(2026, 1, 1), dt.date(2027, 1, 1)):
        assert onset_shift(nights(), since=day) is None


def test_few_hours_say_how_many_are_needed():
    found = onset_shift(nights(known=0.3))
    assert found.reason == (
        f"Not enough recorded to say: the hour is known on {found.n_before} nights of the weeks before and on "
        f"{found.n_now} of the last weeks; at least 10 are needed in each.") == describe_onset(found)


def test_without_hours_or_with_several_people_nothing_is_said():
    assert onset_shift(nights(known=0.0)) is None
    assert onset_shift(nights().drop(columns="onset_h")) is None
    assert onset_shift(nights().assign(person=["a", "b"] * 50)) is None


def test_empty_calendar_nights_do_not_move_the_middle():
    table = nights().drop(index=range(10, 40))
    assert (onset_shift(table).n_before, onset_shift(table).n_now) == (10, 25)


def test_the_answers_carry_it():
    answers = rk.answer_questions(rk.simulate_diaries(1, 12, seed=1).nights, level=0.9)  # too short for any question
    assert answers.onset is not None and answers.onset.level == 0.9
    assert [label for label, *_ in describe_rows(answers)].count("When symptoms begin") == 1


# --- words ---------------------------------------------------------------------------------------------------------
PINNED = OnsetShift(
    now=9.25, before=10.5, change=-1.25, lower=-1.9, upper=-0.4, level=0.95, n_now=40, n_before=35, day_now=2,
    day_before=0, rate_now=12.2, rate_before=15.4, now_span=(dt.date(2026, 9, 1), dt.date(2026, 10, 26)),
    before_span=(dt.date(2026, 1, 5), dt.date(2026, 3, 1)), reason="")


def test_a_clear_shift():
    assert describe_onset(PINNED) == (
        "Symptoms began about 75 minutes earlier, and between 1.9 hours earlier and 24 minutes earlier (95% interval). "
        "In the last weeks, from 1 September 2026 on, the middle hour was 21:15 (40 nights). In the first, until 1 "
        "March 2026, it was 22:30 (35 nights). Nights without symptoms have no hour: 12 in 30 were symptom nights in "
        "the last weeks, 15 in 30 in the first. Main reason for doubt: a medicine, a season or a habit may have "
        "changed as well.")
    assert grade(describe_onset(PINNED)) <= 7


def test_an_unclear_shift_and_none():
    assert describe_onset(replace(PINNED, upper=0.5)).startswith(
        "Not clear: the best guess is that they began about 75 minutes earlier, but it could be between 1.9 hours "
        "earlier and 30 minutes later (95% interval).")
    assert describe_onset(replace(PINNED, change=0.01, upper=0.5)).startswith(
        "Not clear: the best guess is that they began at the same hour, but")


@pytest.mark.parametrize(("change", "lower", "upper", "worth_it"), [
    (-1.9, -1.95, -1.8, False), (-2.0, -4.0, 0.5, True), (-1.7, -2.4, -1.0, True), (-1.0, -2.5, 0.5, False),
    (2.5, 1.0, 4.0, False)])
def test_two_hours_earlier_are_worth_mentioning(change, lower, upper, worth_it):
    moved = replace(PINNED, change=change, lower=lower, upper=upper)
    assert describe_onset(moved).endswith(EARLIER) == worth_it


def test_it_stands_after_the_rows_of_the_table():
    rows = describe_rows(picture_samples.make_answers(onset=PINNED))
    assert rows[-1][:2] == ("When symptoms begin", "last weeks of the diary vs first")
    assert "When symptoms begin" not in [label for label, *_ in describe_rows(picture_samples.make_answers())]
