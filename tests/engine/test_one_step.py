"""P(y_t | past) without anything of the future: against the exact filter, and quadrature over a person effect."""

import numpy as np
import pytest
from scipy.special import expit

from rlskit.engine import filter_log_likelihood
from rlskit.engine.layout import Parameters
from rlskit.engine.one_step import filter_moments, predict_ahead
from tests.engine.build import NO_SCALE, several, simulate


@pytest.mark.parametrize(("sigma", "phi", "far"), [(0.8, 0.5, 0.002), (2.0, 0.8, 0.02)])
def test_moments_stay_close_to_the_exact_filter(sigma, phi, far):
    nights, x = simulate(3, 120, [-0.4, 0.7], sigma, phi)
    part = Parameters(np.array([-0.4, 0.7]), NO_SCALE, sigma, phi, np.zeros(0))
    offset = x @ part.beta
    exact = filter_log_likelihood(nights.family, nights.gap, offset, sigma, phi)[1][:, 1]
    assert np.abs(filter_moments(nights, offset, part) - exact).max() < far
    assert predict_ahead(nights, offset, part) == pytest.approx(exact, abs=1e-6)


def test_a_person_effect_is_integrated_over_not_plugged_in():
    """Two people, no memory: P(y_t | past) = E[p prod past] / E[prod past] over u ~ N(0, 1.3^2)."""
    rng = np.random.default_rng(1)
    person = np.repeat([0, 1], [12, 7])
    y = rng.random(19) < 0.4
    offset = rng.normal(0, 0.5, 19)
    nights = several(person, np.concatenate([np.arange(12), np.arange(7)]), y, np.ones((19, 1)), persistence=False)
    found = filter_moments(nights, offset, Parameters(np.zeros(0), np.array([[1.3]]), 0.0, 0.0, np.zeros(0)))
    u, w = np.polynomial.hermite_e.hermegauss(60)
    for i in (0, 1):
        weight, rows = w / w.sum(), np.flatnonzero(person == i)
        for n in rows:
            p = expit(offset[n] + 1.3 * u)
            assert found[n] == pytest.approx(weight @ p / weight.sum(), abs=0.01)
            weight = weight * (p if y[n] else 1 - p)


def test_the_first_night_of_everybody_is_the_average_curve():
    nights = several([0, 0, 1, 1], [0, 1, 0, 3], [1, 0, 0, 1], np.ones((4, 1)))
    part = Parameters(np.zeros(0), np.array([[0.9]]), 1.1, 0.6, np.zeros(0))
    found = filter_moments(nights, np.full(4, 0.3), part)
    z = np.random.default_rng(0).normal(size=400_000)
    average = expit(0.3 + np.sqrt(0.9**2 + 1.1**2) * z).mean()
    assert found[[0, 2]] == pytest.approx(average, abs=0.002)
    assert found[1] > average > found[3]  # a bad night before, a good one three nights before
