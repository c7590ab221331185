"""Against simulation, and the published final cuts of O'Brien & Fleming's looks."""

from __future__ import annotations

import numpy as np
import pytest

from rlskit.trials.sequential import cut_looks, level_of


@pytest.mark.parametrize(("looks", "last"), [(1, 1.960), (2, 1.977), (5, 2.040), (10, 2.087), (12, 2.098)])
def test_final_cuts_of_equal_looks_are_those_of_the_tables(looks, last):
    cuts = cut_looks(tuple(30 * k for k in range(1, looks + 1)))
    assert cuts[-1] == pytest.approx(last, abs=5e-4)
    assert cuts * np.sqrt(np.arange(1, looks + 1)) == pytest.approx(np.full(looks, cuts[-1] * np.sqrt(looks)))


def test_unequal_looks_are_claimed_in_five_of_a_hundred_trials_without_an_effect():
    looks = np.array([40, 60, 150, 180])
    cuts = cut_looks(tuple(looks))
    steps = np.random.default_rng(8).standard_normal((400_000, 4)) * np.sqrt(np.diff(looks, prepend=0))
    z = np.cumsum(steps, axis=1) / np.sqrt(looks)
    assert (np.abs(z) >= cuts).any(axis=1).mean() == pytest.approx(0.05, abs=0.001)


def test_a_cut_has_its_level():
    assert level_of(1.959964) == pytest.approx(0.95)
