"""P(y_t | past) without anything of the future: against the exact filter, and quadrature over a person effect."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from rlskit.engine import Ordinal, filter_log_likelihood
from rlskit.engine.draws.one_step_ahead import filter_moments, innovations, predict_ahead
from rlskit.engine.parameters import NO_SHAPE, Parameters
from tests.unit.engine.build import NO_SCALE, several, simulate


@pytest.mark.parametrize(("sigma", "phi", "far"), [(0.8, 0.5, 0.002), (2.0, 0.8, 0.02)])
def test_moments_stay_close_to_the_exact_filter(sigma, phi, far):
    nights, x = simulate(3, 120, [-0.4, 0.7], sigma, phi)
    part = Parameters(np.array([-0.4, 0.7]), NO_SCALE, sigma, phi, np.zeros(0))
    offset = x @ part.beta
    exact = filter_log_likelihood(nights.family, nights.gap, offset, sigma, phi)[1][:, 1]
    assert np.abs(filter_moments(nights, offset, part)[:, 0] - exact).max() < far
    assert predict_ahead(nights, offset, part)[:, 0] == pytest.approx(exact, abs=1e-6)


def test_a_person_effect_is_integrated_over_not_plugged_in():
    """Two people, no memory: P(y_t | past) = E[p prod past] / E[prod past] over u ~ N(0, 1.3^2)."""
    rng = np.random.default_rng(1)
    person = np.repeat([0, 1], [12, 7])
    y = rng.random(19) < 0.4
    offset = rng.normal(0, 0.5, 19)
    nights = several(person, np.concatenate([np.arange(12), np.arange(7)]), y, np.ones((19, 1)), persistence=False)
    found = filter_moments(nights, offset, Parameters(np.zeros(0), np.array([[1.3]]), 0.0, 0.0, np.zeros(0)))[:, 0]
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
    found = filter_moments(nights, np.full(4, 0.3), part)[:, 0]
    z = np.random.default_rng(0).normal(size=400_000)
    average = expit(0.3 + np.sqrt(0.9**2 + 1.1**2) * z).mean()
    assert found[[0, 2]] == pytest.approx(average, abs=0.002)
    assert found[1] > average > found[3]  # a bad night before, a good one three nights before


# --- levels and numbers --------------------------------------------------------------------------------------------
def graded(sizes, shape, persistence=True):
    """Ordinal nights of people with so many nights each, one night in four missing."""
    rng = np.random.default_rng(7)
    n = sum(sizes)
    base = several(np.repeat(np.arange(len(sizes)), sizes), np.concatenate([2 * np.arange(k) for k in sizes]),
                   np.zeros(n), np.ones((n, 1)), persistence=persistence)
    return replace(base, family=Ordinal(rng.integers(0, shape.size + 2, n), np.zeros(shape.size)))


def test_levels_ahead_are_those_of_the_exact_filter():
    shape = np.array([0.2, -0.4])
    nights = replace(graded([80], shape), z=np.zeros((80, 0)))
    part = Parameters(np.zeros(0), NO_SCALE, 0.9, 0.6, shape)
    offset = np.random.default_rng(1).normal(0.4, 0.5, 80)
    levels = filter_log_likelihood(nights.family.at(shape), nights.gap, offset, 0.9, 0.6)[1]
    above = np.column_stack([levels[:, k:].sum(axis=1) for k in (1, 2, 3)])
    assert predict_ahead(nights, offset, part) == pytest.approx(above, abs=1e-6)
    assert np.abs(filter_moments(nights, offset, part) - above).max() < 0.01


def test_two_levels_are_yes_and_no():
    nights = graded([12, 9], NO_SHAPE)
    same = several(nights.person, np.concatenate([2 * np.arange(12), 2 * np.arange(9)]), nights.family.level,
                   np.ones((21, 1)))
    part, offset = Parameters(np.zeros(0), np.array([[1.1]]), 0.7, 0.5, NO_SHAPE), np.linspace(-1, 1, 21)
    assert filter_moments(nights, offset, part) == pytest.approx(filter_moments(same, offset, part), abs=1e-6)


@pytest.mark.parametrize(("phi", "persistence"), [(0.7, True), (-0.4, True), (0.0, False)])
def test_innovations_are_the_whitened_numbers_of_the_dense_covariance(phi, persistence):
    """Three people with a level and a slope of their own: L^-1 (y - X beta), L the root of each person's covariance."""
    rng = np.random.default_rng(2)
    sizes = [9, 1, 6]
    z = np.column_stack([np.ones(16), rng.normal(size=16)])
    night = np.concatenate([np.sort(rng.choice(20, k, replace=False)) for k in sizes])
    person = np.repeat(np.arange(3), sizes)
    nights = several(person, night, np.zeros(16), z, persistence=persistence)
    y, offset = rng.normal(5, 2, 16), rng.normal(size=16)
    scale, sigma = np.array([[1.2, 0.0], [-0.3, 0.8]]), 1.7
    found = innovations(nights, y, offset, Parameters(np.zeros(0), scale, sigma, phi, NO_SHAPE))
    for i in range(3):
        at = person == i
        far = np.abs(night[at][:, None] - night[at])
        dense = sigma**2 * np.power(phi, far) + z[at] @ scale @ scale.T @ z[at].T
        expected = np.linalg.solve(np.linalg.cholesky(dense), (y - offset)[at])
        assert found[at] == pytest.approx(expected, abs=1e-9)
