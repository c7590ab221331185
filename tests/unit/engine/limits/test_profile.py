"""Limits are extrapolated from within 0.01 of the cut-off: 1e-3 of a standard error."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import logit, xlogy

from rlskit.engine import WEAK, Scenario, fit_maximum, limits, risk, risk_difference
from rlskit.engine.fitting.optimise import Optimum
from tests.unit.engine.build import one_person, simulate

Z = 1.959963984540054


def test_a_quadratic_has_wald_limits():
    a = np.array([[3.0, 1.0], [1.0, 2.0]])
    inverse = np.linalg.inv(a)
    best = Optimum(np.zeros(2), 0.0, np.zeros(2), inverse, True, 0)
    found = limits(lambda t: (-0.5 * t @ a @ t, -a @ t), best, lambda t: (t[0], np.array([1.0, 0.0])), [Z, 3.0])
    assert found.upper == pytest.approx(np.sqrt(inverse[0, 0]) * np.array([Z, 3.0]), rel=1e-4)
    assert found.lower == pytest.approx(-found.upper, rel=1e-4)


def test_without_persistence_the_rate_has_the_likelihood_ratio_limits_of_a_binomial():
    n, k = 40, 11
    y = np.arange(n) < k
    nights = one_person(np.arange(n), y)
    nights = replace(nights, persistence=False)
    x = np.ones((n, 1))
    best = fit_maximum(nights, x, None)
    at = Scenario(x, nights.z)
    found = limits(best.objective, best.optimum, lambda t: risk(best.objective.layout, t, np.full(n, 1 / n), at), [Z])

    def deviance(p):
        return 2 * (xlogy(k, k / n / p) + xlogy(n - k, (1 - k / n) / (1 - p))) - Z**2

    assert found.estimate == pytest.approx(k / n, abs=1e-5)
    assert found.lower[0] == pytest.approx(brentq(deviance, 1e-6, k / n), abs=2e-4)
    assert found.upper[0] == pytest.approx(brentq(deviance, k / n, 1 - 1e-6), abs=2e-4)


MILD = ["81 nights", "30 nights", "120 nights"]
STRONG = ["strong, 80 nights", "very strong, 80 nights", "very strong, 120 nights"]


@pytest.mark.parametrize("diary", [*MILD, *STRONG])
def test_intervals_against_the_exact_filter(exact, diary):
    """Where persistence is strong too: both limits within 0.05 SE of those of the exact likelihood, in symptom nights
    per 30; coefficients, sigma and logit phi within 0.05 of their own; likelihood-ratio statistics within 0.05."""
    made = exact["diaries"][diary]
    nights, x = one_person(made["night"], made["y"]), np.array(made["x"])
    best = fit_maximum(nights, x, WEAK)
    high, low = x.copy(), x.copy()
    high[:, 1], low[:, 1] = 1.0, 0.0
    weights = np.full(len(x), 1 / len(x))
    layout = best.objective.layout
    found = limits(
        best.objective,
        best.optimum,
        lambda t: risk_difference(layout, t, weights, Scenario(high, nights.z), Scenario(low, nights.z)),
        [Z],
        even=[layout.size - 2],
    )
    truth = made["interval"]
    se = (truth["upper"] - truth["lower"]) / (2 * Z)
    got = 30 * np.array([found.estimate, found.lower[0], found.upper[0]])
    assert np.abs(got - [truth["estimate"], truth["lower"], truth["upper"]]).max() < 0.05 * se
    penalty = best.optimum.value - best.objective.log_likelihood(best.optimum.theta)
    assert best.log_likelihood + penalty == pytest.approx(truth["penalised"], abs=1e-3)
    part, errors = best.parameters, np.sqrt(np.diag(best.covariance))
    off = np.array([*part.beta, abs(part.sigma), logit(part.phi)]) - [*truth["theta"][:4], logit(truth["theta"][4])]
    assert np.abs(off / errors).max() < 0.05
    without = fit_maximum(nights, x[:, [0, 2]], WEAK).optimum.value
    assert 2 * (best.optimum.value - without) == pytest.approx(truth["statistic"], abs=0.05)


def test_wider_levels_give_wider_limits_from_one_profile():
    nights, x = simulate(5, 90, [-0.3, 0.6], 0.8, 0.5)
    best = fit_maximum(nights, x, WEAK)
    layout = best.objective.layout
    at = Scenario(x, nights.z)
    found = limits(best.objective, best.optimum, lambda t: risk(layout, t, np.full(90, 1 / 90), at), [1.0, 2.0, 3.0])
    assert (np.diff(found.lower) < 0).all() and (np.diff(found.upper) > 0).all()
    assert found.lower[0] < found.estimate < found.upper[0]


@pytest.mark.parametrize("steepness", [1.5, 2.0])
@pytest.mark.parametrize("cutoffs", [[2.7], [0.7, 2.7], [0.7, 1.3, 1.6, 2.0, 2.7]])
def test_a_limit_beside_a_wall_is_found_whichever_levels_are_asked(steepness, cutoffs):
    """The root is theta_0, and h = 1 - exp(-steepness theta_0) ends in a wall at 1, along which a nuisance bends: each
    of Newton's points fell short by the same share, and after fifteen the side was called open."""

    def bent(theta):
        off = theta[1] - 0.3 * theta[0] ** 2
        return -0.5 * (theta[0] ** 2 + off**2), np.array([-theta[0] + 0.6 * theta[0] * off, -off])

    def h(theta):
        left = np.exp(-steepness * theta[0])
        return 1.0 - left, np.array([steepness * left, 0.0])

    best = Optimum(np.zeros(2), 0.0, np.zeros(2), np.eye(2), True, 0)
    found = limits(bent, best, h, cutoffs)
    assert -np.log(1.0 - found.upper) / steepness == pytest.approx(cutoffs, abs=0.02)


def test_a_supposed_maximum_that_is_none_is_reported():
    best = Optimum(np.array([2.0, 0.0]), -2.0, np.zeros(2), np.eye(2), True, 0)
    found = limits(lambda t: (-0.5 * t @ t, -t), best, lambda t: (t[1], np.array([0.0, 1.0])), [1.0])
    assert found.higher is not None


def test_the_closed_side_under_separation_is_that_of_a_binomial():
    """No symptoms on 44 nights without, 19 of 80 with: the limit is that of 19 in 80, though the shrunken point from
    which the search starts lies on the other side of the maximum."""
    rng = np.random.default_rng(0)
    order = rng.permutation(124)
    done, y = np.repeat([0.0, 1.0], [44, 80])[order], np.repeat([0.0, 1.0], [105, 19])[order]
    centre, scale = done.mean(), done.std()
    x = np.column_stack([np.ones(124), (done - centre) / scale])
    nights = replace(one_person(np.arange(124), y), persistence=False)
    best = fit_maximum(nights, x, None)
    high, low = x.copy(), x.copy()
    high[:, 1], low[:, 1] = (1.0 - centre) / scale, (0.0 - centre) / scale
    weights, a, b = np.full(124, 1 / 124), Scenario(high, nights.z), Scenario(low, nights.z)

    def h(theta):
        return risk_difference(best.objective.layout, theta, weights, a, b)

    shrunken = best.optimum.theta * (3.0 / np.abs(x @ best.optimum.theta).max())
    assert h(shrunken)[0] > h(best.optimum.theta)[0]
    beyond = limits(best.objective, best.optimum, h, [Z], open_above=True, anchor=shrunken)

    def deviance(p):
        return 2 * (xlogy(19, 19 / 80 / p) + xlogy(61, 61 / 80 / (1 - p))) - Z**2

    assert beyond.lower[0] == pytest.approx(brentq(deviance, 1e-6, 19 / 80), abs=1e-3)
    assert np.isinf(beyond.upper[0])


def test_a_search_that_never_settles_ends_with_open_limits():
    """Where nearly every night is separated the likelihood rises for ever along a nuisance; without a ration this
    one took 274,836 calls."""
    calls = []

    def endless(theta):
        calls.append(theta)
        return float(theta[1] - 0.5 * theta[0] ** 2), np.array([-theta[0], 1.0])

    best = Optimum(np.zeros(2), 0.0, np.zeros(2), np.eye(2), True, 0)
    found = limits(endless, best, lambda t: (float(t[0]), np.array([1.0, 0.0])), [Z])
    assert (found.lower[0], found.upper[0]) == (-np.inf, np.inf)
    # two sides, four points that cannot be found; then a first stone and four more
    assert len(calls) <= 2 * (4 + 1 + 4) * 150
