"""The second opinion rests on other assumptions and agrees where both hold."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

import rlskit as rk

FORMULA = "symptoms ~ alcohol_drinks + iron"


@pytest.fixture(scope="module")
def nights() -> pd.DataFrame:
    return rk.simulate_diaries(people=20, nights=50, seed=4).nights


def test_it_agrees_with_the_mixed_model_on_simulated_people(nights):
    fit = rk.fit(FORMULA, nights)
    one, other = rk.estimate_effects(fit).table, rk.cross_check_effects(fit).table
    assert list(one["term"]) == list(other["term"]) and list(one["contrast"]) == list(other["contrast"])
    width = (one["upper"] - one["lower"]).to_numpy()
    assert (np.abs(one["estimate"] - other["estimate"]).to_numpy() < 0.5 * width).all()
    # it also allows for people whose effects differ, which this fit without slopes does not: wider, not by much
    ratio = (other["upper"] - other["lower"]).to_numpy() / width
    assert ((ratio > 0.7) & (ratio < 2)).all()


def test_one_yes_no_column_is_the_plain_difference_of_the_two_arms(nights):
    whole = nights.dropna(subset=["symptoms", "iron"])
    fit = rk.fit("symptoms ~ iron", whole)
    found = rk.cross_check_effects(fit).table.iloc[0]
    means = whole.astype({"symptoms": float}).groupby(whole["iron"].astype(bool))["symptoms"].mean()
    assert found["estimate"] == pytest.approx(30 * (means[True] - means[False]), abs=1e-8)


def test_the_error_is_taken_over_people(nights):
    """Every night twice: no new person, so no narrower interval to speak of."""
    again = pd.concat([nights, nights.assign(night=nights["night"] + pd.Timedelta(days=400))])
    once, twice = (rk.cross_check_effects(rk.fit("symptoms ~ iron", t, prior=None, night_to_night=False)).table.iloc[0]
                   for t in (nights, again))
    assert twice["upper"] - twice["lower"] == pytest.approx(once["upper"] - once["lower"], rel=0.02)


def test_what_it_cannot_do(nights):
    few = nights[nights["person"].isin(["p01", "p02", "p03"])]
    with pytest.raises(rk.ModelError) as wrong:
        rk.cross_check_effects(rk.fit(FORMULA, few))
    assert str(wrong.value) == (
        "cross_check_effects: found 3 people and 3 columns; expected at least 8 people and more people than columns, "
        "since the error is taken over people.")


def test_without_statsmodels_one_sentence_says_what_to_do(nights, monkeypatch):
    monkeypatch.setitem(sys.modules, "statsmodels.api", None)
    monkeypatch.setitem(sys.modules, "statsmodels", None)
    with pytest.raises(rk.ModelError) as told:
        rk.cross_check_effects(rk.fit(FORMULA, nights))
    assert str(told.value) == ("cross_check_effects: statsmodels is not installed. "
                               'Run: python -m pip install "rlskit[pool]"')
