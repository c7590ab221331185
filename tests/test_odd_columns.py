"""Columns, names and values that were once taken for something else without a word."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.errors import ModelError


def diary(n=90, seed=3, person=None, **columns):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({
        "night": np.arange(n), "symptoms": rng.random(n) < 0.45, "x": rng.random(n) < 0.5,
        "mg": rng.gamma(2.0, 100.0, n).round()}).assign(**columns)
    return table if person is None else table.assign(person=person)


def pooled(people=4, n=40, **columns):
    return pd.concat([diary(n, i, f"p{i}") for i in range(people)], ignore_index=True).assign(**columns)


def refusal(ask):
    with pytest.raises(ModelError) as caught:
        ask()
    return str(caught.value)


# --- numbers that stand for groups ------------------------------------------------------------------------------------
def drinks(n):
    return np.array([0.0, 0.0, 1.0, 3.0])[np.random.default_rng(5).integers(0, 4, n)]


def test_a_number_that_no_night_had_is_in_no_group():
    found = rk.fit("symptoms ~ C(alcohol_drinks)", diary(alcohol_drinks=drinks(90)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        row = rk.estimate_effects(found).table.iloc[0]
        assert row["contrast"] == "2 vs 0" and np.isnan(row["estimate"]) and row["reason"] == (
            "no modelled night had 2, and each number is a group of its own")
        for a, b in ((2, 0), (0, 2)):
            assert refusal(lambda a=a, b=b: rk.compare(found, "alcohol_drinks", a, b)) == (
                f'compare: found {a} and {b} for "alcohol_drinks"; expected two of: 0, 1, 3.')
        known = rk.compare(found, "alcohol_drinks", 3, 0)
    assert np.isfinite(known.table[["estimate", "lower", "upper"]].astype(float)).all(axis=None)


def test_groups_made_by_a_rule_hold_numbers_that_no_night_had():
    found = rk.fit("symptoms ~ C(alcohol_drinks > 0)", diary(alcohol_drinks=drinks(90)))
    assert rk.compare(found, "alcohol_drinks", 2, 0).table["estimate"].notna().all()


def test_groups_of_several_people():
    found = rk.fit("symptoms ~ C(alcohol_drinks) + x", pooled(alcohol_drinks=drinks(160)), night_to_night=False)
    row = rk.estimate_effects(found).table.set_index("term").loc["alcohol_drinks"]
    assert row["reason"] == "no modelled night had 2, and each number is a group of its own"
