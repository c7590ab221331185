"""The Gaussian restricted likelihood against dense matrices and finite differences."""

import numpy as np
import pytest

from rlskit.engine.gaussian.likelihood import GaussianObjective, solve
from tests.unit.engine.build import several


def nights_of(seed, q, persistence, people=6, each=11):
    """People with gaps of one to nine nights, three columns, and a response: (nights, night numbers, x, y)."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(people), each)
    night = np.concatenate([np.sort(rng.choice(20, each, replace=False)) for _ in range(people)])
    x = np.column_stack([np.ones(who.size), rng.normal(size=(who.size, 2))])
    y = rng.normal(size=who.size) + x @ [1.0, 0.5, 0.0]
    return several(who, night, np.zeros(who.size), x[:, :q], persistence), night, x, y


def dense(nights, night, x, y, part, restricted):
    """The same log-likelihood written with full matrices."""
    same = nights.person[:, None] == nights.person[None, :]
    lag = np.abs(night[:, None] - night[None, :])
    v = np.where(same, float(part.phi) ** lag, 0.0) if nights.persistence else np.eye(len(x))
    g = nights.z @ part.scale
    v = v + np.where(same, g @ g.T, 0.0)
    seen = x.T @ np.linalg.solve(v, x)
    residual = y - x @ np.linalg.solve(seen, x.T @ np.linalg.solve(v, y))
    free = len(x) - restricted * x.shape[1]
    rss = residual @ np.linalg.solve(v, residual)
    value = -0.5 * (free * (1.0 + np.log(2.0 * np.pi * rss / free)) + np.linalg.slogdet(v)[1])
    return value - 0.5 * restricted * np.linalg.slogdet(seen)[1]


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize(("q", "persistence"), [(0, True), (1, True), (1, False), (2, True), (2, False), (3, True)])
@pytest.mark.parametrize("phi", [0.7, -0.5, 0.0])
def test_value_and_gradient(q, persistence, restricted, phi):
    nights, night, x, y = nights_of(q, q, persistence)
    objective = GaussianObjective(nights, y, x, restricted)
    theta = np.random.default_rng(q).normal(size=objective.size)
    if persistence:
        theta[-1] = np.arctanh(phi)
    value, gradient = objective(theta)
    assert value == pytest.approx(dense(nights, night, x, y, objective.unpack(theta), restricted), abs=1e-9)
    step = 1e-5 * np.eye(objective.size)
    numeric = [(objective(theta + e)[0] - objective(theta - e)[0]) / 2e-5 for e in step]
    np.testing.assert_allclose(gradient, numeric, atol=1e-7)


def test_least_squares_from_the_moments():
    nights, _, x, y = nights_of(5, 0, False)
    objective = GaussianObjective(nights, y, x)
    found = solve(objective.moments(np.zeros(0)).product)
    beta, rss, *_ = np.linalg.lstsq(x, y, rcond=None)
    np.testing.assert_allclose(objective.shift + found.beta, beta, atol=1e-12)
    np.testing.assert_allclose(found.unscaled, np.linalg.inv(x.T @ x), atol=1e-12)
    assert found.rss == pytest.approx(rss[0])


def test_an_exact_fit_has_no_likelihood():
    nights, _, x, _ = nights_of(6, 0, True)
    assert GaussianObjective(nights, x @ [1.0, 2.0, 3.0], x)(np.array([0.3]))[0] == -np.inf


def test_a_large_constant_costs_no_digits():
    nights, _, x, y = nights_of(8, 2, True)
    theta = np.array([0.5, 0.1, 0.4, 0.3])
    value, gradient = GaussianObjective(nights, y, x)(theta)
    far, by = GaussianObjective(nights, y + 1e6, x)(theta)
    assert far == pytest.approx(value, abs=1e-5)
    np.testing.assert_allclose(by, gradient, atol=1e-5)
