"""When symptoms begin: the halves of a diary, their shift, and what is said about it."""

from __future__ import annotations

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


def test_the_shift_is_that_of_the_medians_of_two_halves_with_their_rates():
    table = nights()
    table.loc[60:79:2, "symptoms"] = False  # ten symptom nights of the second half less, their hours set aside
    found = onset_shift(table)
    hour = table["onset_h"].to_numpy(float, na_value=np.nan)
    hour[60:80:2] = np.nan
    assert (found.n_before, found.n_now) == (25, 15)
    assert (found.rate_before, found.rate_now) == (15.0, 9.0)
    assert (found.before, found.now) == pytest.approx((np.nanmedian(hour[:50]), np.nanmedian(hour[50:])))
    assert (found.change, found.lower, found.upper) == median_shift(hour[50:], hour[:50], 0.95)
    assert found.upper < 0 and found.reason == ""


def test_few_hours_say_how_many_are_needed():
    found = onset_shift(nights(known=0.3))
    assert found.reason == (
        f"Not enough recorded to say: the hour is known on {found.n_before} nights of the first half of the diary and "
        f"on {found.n_now} of the second; at least 10 are needed in each.") == describe_onset(found)


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
PINNED = OnsetShift(9.25, 10.5, -1.25, -2.0, -0.4, 0.95, 40, 35, 12.2, 15.4, "")


def test_a_clear_shift():
    assert describe_onset(PINNED) == (
        "Symptoms began about 75 minutes earlier, and between 2.0 hours earlier and 24 minutes earlier (95% interval). "
        "The middle hour was 21:15 on 40 nights of the second half and 22:30 on 35 nights of the first. Nights without "
        "symptoms have no hour: 12 in 30 were symptom nights in the second half, 15 in 30 in the first. Main reason "
        "for doubt: a medicine, a season or a habit may have changed as well.")
    assert grade(describe_onset(PINNED)) <= 7


def test_an_unclear_shift_and_none():
    assert describe_onset(replace(PINNED, upper=0.5)).startswith(
        "Not clear: the best guess is that they began about 75 minutes earlier, but it could be between 2.0 hours "
        "earlier and 30 minutes later (95% interval).")
    assert describe_onset(replace(PINNED, change=0.01, upper=0.5)).startswith(
        "Not clear: the best guess is that they began at the same hour, but")


@pytest.mark.parametrize(("change", "worth_it"), [(-1.9, False), (-2.0, True), (2.5, False)])
def test_two_hours_earlier_are_worth_mentioning(change, worth_it):
    assert describe_onset(replace(PINNED, change=change)).endswith(EARLIER) == worth_it


def test_it_stands_after_the_rows_of_the_table():
    rows = describe_rows(picture_samples.make_answers(onset=PINNED))
    assert rows[-1][:2] == ("When symptoms begin", "second half of the diary vs first")
    assert "When symptoms begin" not in [label for label, *_ in describe_rows(picture_samples.make_answers())]
