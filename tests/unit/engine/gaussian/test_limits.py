"""Limits of a contrast against statsmodels and against dense likelihoods maximised without gradients."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.stats import norm
from scipy.stats import t as student

from rlskit.engine import fit_gaussian, gaussian_limits
from rlskit.engine.fitting.optimise import maximise
from rlskit.engine.gaussian.limits import _contrast, _Search
from tests.unit.engine.build import several
from tests.unit.engine.gaussian.test_likelihood import nights_of


def test_without_persistence_and_people_it_is_the_t_interval():
    nights, _, x, y = nights_of(3, 0, False)
    peer = sm.OLS(y, x).fit()
    found = fit_gaussian(nights, y, x)
    for j, change in enumerate(np.eye(3)):
        got, freedom = gaussian_limits(found, change, (0.95, 0.8))
        assert freedom == pytest.approx(len(y) - 3)
        for k, level in enumerate((0.95, 0.8)):
            expected = peer.conf_int(1 - level)[j]
            np.testing.assert_allclose([got.lower[k], got.upper[k]], expected, atol=1e-4 * peer.bse[j])


@pytest.mark.parametrize(("q", "persistence"), [(0, True), (2, True), (2, False)])
def test_the_likelihood_of_a_contrast(q, persistence):
    """Against full matrices: the restricted likelihood of y - h X d on the columns left, and its slopes."""
    nights, night, x, y = nights_of(q, q, persistence)
    change = np.array([0.3, 1.0, -2.0])
    found = fit_gaussian(nights, y, x)
    objective = found.objective
    rng = np.random.default_rng(1)
    function = _contrast(objective, change)
    y = y / found.unit - x @ objective.shift
    rest = np.linalg.svd(change[None, :])[2][1:].T
    same = nights.person[:, None] == nights.person[None, :]
    lag = np.abs(night[:, None] - night[None, :])

    def dense(both):
        part = objective.unpack(both[1:])
        v = np.where(same, float(part.phi) ** lag, 0.0) if persistence else np.eye(len(x))
        g = nights.z @ part.scale
        v = v + np.where(same, g @ g.T, 0.0)
        shifted, left = y - both[0] * x @ change / (change @ change), x @ rest
        seen = left.T @ np.linalg.solve(v, left)
        over = shifted - left @ np.linalg.solve(seen, left.T @ np.linalg.solve(v, shifted))
        free = len(x) - 2
        rss = over @ np.linalg.solve(v, over)
        return -0.5 * (free * np.log(rss) + np.linalg.slogdet(v)[1] + np.linalg.slogdet(seen)[1])

    one, other = rng.normal(size=(2, 1 + objective.size))
    # up to a constant of the columns
    assert function(one)[0] - function(other)[0] == pytest.approx(dense(one) - dense(other), abs=1e-8)
    numeric = [(dense(one + e) - dense(one - e)) / 2e-5 for e in 1e-5 * np.eye(one.size)]
    np.testing.assert_allclose(function(one)[1], numeric, atol=1e-6)


@pytest.mark.parametrize(("q", "persistence"), [(0, True), (1, True)])
def test_limits_lie_where_the_profile_has_fallen_by_the_cut_off(q, persistence):
    nights, _, x, y = nights_of(7 + q, q, persistence)
    found = fit_gaussian(nights, y, x)
    change = np.array([0.0, 1.0, 0.0])
    function = _contrast(found.objective, change)

    shift, unit = found.objective.shift[1], found.unit

    def highest(free):
        """Without gradients, over all coordinates of free(t)."""
        return -minimize(lambda t: -function(free(t))[0], free.start, method="Nelder-Mead",
                         options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 4000}).fun

    def at(h):
        def free(t):
            return np.append(h, t)

        free.start = found.optimum.theta
        return free

    def anywhere(t):
        return t

    anywhere.start = np.append(found.beta[1] / unit - shift, found.optimum.theta)
    got, freedom = gaussian_limits(found, change, (0.95,))
    cut = (freedom + 1.0) * np.log1p(student.ppf(0.975, freedom) ** 2 / freedom)
    top = highest(anywhere)
    for limit in (got.lower[0], got.upper[0]):
        assert np.sqrt(2.0 * (top - highest(at(limit / unit - shift)))) == pytest.approx(np.sqrt(cut), abs=2e-3)


def test_uncorrected_limits_are_narrower_and_levels_keep_their_order():
    nights, _, x, y = nights_of(4, 1, True)
    found = fit_gaussian(nights, y, x)
    change = np.array([0.0, 1.0, 0.0])
    wide, _ = gaussian_limits(found, change, (0.8, 0.99, 0.95))
    plain, _ = gaussian_limits(found, change, (0.8, 0.99, 0.95), corrected=False)
    assert wide.upper[0] < wide.upper[2] < wide.upper[1] and wide.lower[1] < wide.lower[2] < wide.lower[0]
    assert np.all(plain.upper < wide.upper) and np.all(plain.lower > wide.lower)
    assert wide.estimate == plain.estimate == pytest.approx(found.beta[1])


def wandering(seed, n=28):
    """One diary that wanders: nearly a random walk, with a slow column."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), np.cumsum(rng.normal(size=n)) / 3.0])
    y = np.cumsum(rng.normal(size=n)) + 0.2 * x[:, 1]
    return several(np.zeros(n), np.arange(n), np.zeros(n), np.zeros((n, 0)), True), x, y


@pytest.mark.parametrize("seed", [0, 5, 10])
def test_a_correlation_of_one_is_an_end_that_is_reached(seed):
    nights, x, y = wandering(seed)
    found = fit_gaussian(nights, y, x)
    assert found.optimum.converged and found.phi > 0.9999
    got, freedom = gaussian_limits(found, np.array([0.0, 1.0]), (0.95, 0.5))
    assert np.isfinite(got.lower).all() and np.isfinite(got.upper).all() and freedom == pytest.approx(26.0, abs=0.1)
    assert got.lower[0] < got.lower[1] <= got.estimate <= got.upper[1] < got.upper[0]


def test_bracketing_finds_the_limits_that_newton_finds():
    nights, _, x, y = nights_of(4, 1, True)
    found = fit_gaussian(nights, y, x)
    change = np.array([0.0, 1.0, 0.0])
    got, _ = gaussian_limits(found, change, (0.95,), corrected=False)
    function, shift, unit = _contrast(found.objective, change), found.objective.shift[1], found.unit
    error = found.covariance[1, 1] ** 0.5 / unit
    top = maximise(function, np.append(found.beta[1] / unit - shift, found.optimum.theta), np.eye(3), 1e-10)
    for step, limit in ((-error, got.lower[0]), (error, got.upper[0])):
        search = _Search(function, top, found.optimum.inverse, step, 1e-10, True)
        assert shift + search.reach(norm.ppf(0.975)) == pytest.approx(limit / unit, abs=2e-3 * error)
