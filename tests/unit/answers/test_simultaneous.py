"""One family of limits: known quantiles, and the correlation of estimates from different models."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

import rlskit as rk
from rlskit.answers.simultaneous import correlation_of, family_level, joint_level, weigh


def test_independent_estimates_give_the_sidak_level_and_equal_ones_their_own():
    assert joint_level(np.eye(5), 0.95) == pytest.approx(0.95 ** (1 / 5), abs=5e-4)
    assert joint_level(np.ones((5, 5)), 0.95) == pytest.approx(0.95, abs=2e-3)
    assert joint_level(np.eye(1), 0.95) == 0.95


def test_the_cut_off_of_two_correlated_estimates_is_the_tabled_one():
    both = joint_level(np.array([[1.0, 0.5], [0.5, 1.0]]), 0.95)
    assert ndtri(0.5 + both / 2) == pytest.approx(2.212, abs=0.012)  # Dunnett's two-sided table, two contrasts, rho 0.5


@pytest.fixture(scope="module")
def two_models():
    """Two exposures that do nothing, each with a model of its own; and their correlation, near 0.7."""
    rng = np.random.default_rng(20261122)
    n = 400
    both = rng.multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]], n)
    nights = pd.DataFrame({"night": np.arange(n), "ill": rng.random(n) < 0.4, "one": both[:, 0], "two": both[:, 1]})
    return [*(rk.fit(f"ill ~ {name}", nights) for name in ("one", "two")), nights["one"].corr(nights["two"])]


def test_what_nights_add_says_how_two_models_go_together(two_models):
    """With no effects, the estimates correlate as the exposures do."""
    weighed = [weigh(two_models[0], "one", 1.0, 0.0), weigh(two_models[1], "two", 1.0, 0.0)]
    together = pd.concat([w.added for w in weighed], axis=1).to_numpy()
    assert correlation_of(together.T @ together)[0, 1] == pytest.approx(two_models[2], abs=0.05)
    assert 0.95 < family_level(weighed, 0.95) < 0.95**0.5


def test_the_error_is_that_of_the_interval(two_models):
    model, error = two_models[0], weigh(two_models[0], "one", 1.0, 0.0).error
    found = rk.compare(model, "one", 1.0, 0.0, correction=None).table.iloc[0]
    assert (found["upper"] - found["lower"]) / (2 * 1.96) == pytest.approx(error, rel=0.03)


def test_nights_that_only_one_model_has_go_with_nothing():
    some = rk.answers.simultaneous.Weighed(1.0, pd.Series([1.0, -1.0], index=[0, 1]))
    other = rk.answers.simultaneous.Weighed(1.0, pd.Series([1.0, -1.0], index=[2, 3]))
    assert family_level([some, other], 0.95) == pytest.approx(0.95**0.5, abs=1e-3)
    assert family_level([some], 0.9) == 0.9
