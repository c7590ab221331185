"""What every question says to a table that is not one of make_nights."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk

ASK = {
    "answer_questions": rk.answer_questions,
    "check_answer": rk.check_answer,
    "plan_nights": rk.plan_nights,
    "trace_trend": rk.trace_trend,
    "trace_dose": lambda nights, **options: rk.trace_dose(nights, "alcohol_drinks", **options),
}
MAKE = "Make one with rk.make_nights(diary)."


@pytest.fixture(scope="module")
def nights():
    return rk.simulate_diaries(nights=30, seed=3).nights


def said(ask, *given, **options):
    with pytest.raises(rk.ModelError) as caught:
        ask(*given, **options)
    return str(caught.value)


@pytest.mark.parametrize("name", ASK)
def test_a_table_of_another_kind(name, nights):
    own = pd.DataFrame({"person": "me", "night": pd.date_range("2024-01-01", periods=20), "symptoms": True,
                        "stretched": False})
    assert said(ASK[name], own) == (
        f'{name}: found a table of nights without "recorded", "early_symptoms", "stretched_state", '
        '"stretch_responsive", "weekday", "day_index", "medicine_period"; expected one as make_nights gives it. '
        f"{MAKE}")
    assert said(ASK[name], None) == f"{name}: found NoneType; expected a table of nights. {MAKE}"
    assert said(ASK[name], pd.concat([nights, nights.iloc[[4]]])) == (
        f'{name}: found the night 2026-05-14 of person "me" more than once; expected one row per person and night. '
        "Keep one of them.")
    assert said(ASK[name], nights, level=1.5) == (
        f"{name}, level: found 1.5; expected a number between 0 and 1, such as 0.95.")


def test_cells_that_no_diary_gives(nights):
    ask = rk.answer_questions
    column = nights["caffeine_after_noon_mg"].astype(float)
    column.iloc[7] = np.inf
    assert said(ask, nights.assign(caffeine_after_noon_mg=column)) == (
        'answer_questions, column "caffeine_after_noon_mg", night 2026-05-17: found an infinite value; expected a '
        "finite number or an empty cell. Correct the value, or empty the cell.")
    assert said(ask, nights.assign(night=nights["night"].astype(str))) == (
        'answer_questions, column "night": found "2026-05-10"; expected dates. Turn them into dates with '
        "pandas.to_datetime first.")
    assert said(ask, nights[:0]) == "answer_questions: found no nights in the table; expected at least one."
    assert said(ask, pd.concat([nights, nights[["iron"]]], axis=1)) == (
        'answer_questions: found more than one column named "iron" in the table of nights; expected one. Rename one '
        "of them, or take it out.")
    assert said(rk.check_answer, nights, claim_level=99) == (
        "check_answer, claim_level: found 99; expected a number between 0 and 1, such as 0.95.")
