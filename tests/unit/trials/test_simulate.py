"""Made-up runs of a plan: the stated effect, the share that is done, the share that is written down."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import rlskit as rk
from rlskit.errors import ModelError
from tests.helpers.made_trials import made_plan


def test_the_nights_are_as_stated():
    plan = made_plan(6000, rate=0.4, night_sd=1.5, phi=0.7)
    nights = rk.simulate_trial(plan, -6.0, follows=0.8, missing=0.2, seed=1)
    treat = np.array([one.treat for one in plan.schedule])
    known, done = nights["recorded"].to_numpy(bool), nights["stretched"].fillna(False).to_numpy(bool)
    ill = nights["symptoms"].fillna(False).to_numpy(bool)
    assert known.mean() == pytest.approx(0.8, abs=0.02) and done[known & treat].mean() == pytest.approx(0.8, abs=0.03)
    assert not done[~treat].any()
    without, with_it = ill[known & ~done].mean(), ill[known & done].mean()
    assert without == pytest.approx(0.4, abs=0.03) and 30 * (with_it - without) == pytest.approx(-6.0, abs=1.3)


def test_a_habit_of_ones_own_and_a_part_of_the_nights():
    plan = replace(made_plan(60), done="evening_walk")
    nights = rk.simulate_trial(plan, nights=25, person="anna", seed=2)
    assert len(nights) == 25 and nights["person"].eq("anna").all() and not nights["stretched"].fillna(False).any()
    assert nights["evening_walk"].fillna(False).any()


@pytest.mark.parametrize(("wrong", "message"), [
    ({"follows": 1.2}, "simulate_trial, follows: found 1.2; expected a share between 0 and 1, such as 0.7."),
    ({"effect": -15.0}, "simulate_trial, effect: found -15.0; expected a number of nights in 30 that 15 symptom nights "
     "in 30 have room for."),
])
def test_what_cannot_be_is_refused(wrong, message):
    with pytest.raises(ModelError) as said:
        rk.simulate_trial(made_plan(20), **wrong)
    assert str(said.value) == message
