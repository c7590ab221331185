import numpy as np
import pytest

from rlskit.engine import WEAK, Objective, Prior, fit_maximum
from rlskit.engine.fitting import likelihood
from rlskit.engine.fitting.optimise import curvature
from rlskit.engine.fitting.prior import penalty
from tests.unit.engine.build import several, simulate


@pytest.mark.parametrize("persistence", [True, False])
@pytest.mark.parametrize("prior", [WEAK, None])
def test_gradient_of_the_whole_objective(persistence, prior):
    rng = np.random.default_rng(2)
    x = np.column_stack([np.ones(40), rng.normal(size=40)])
    nights = several(np.repeat(np.arange(4), 10), np.tile(np.arange(10), 4), rng.random(40) < 0.4, x, persistence)
    objective = Objective(nights, x, prior)
    theta = objective.layout.pack(np.array([-0.3, 0.5]), np.array([[0.7, 0.0], [0.2, 0.4]]), 0.8, 0.3)
    _, gradient = objective(theta)
    for j in range(theta.size):
        move = np.zeros(theta.size)
        move[j] = 1e-4
        expected = (objective(theta + move)[0] - objective(theta - move)[0]) / 2e-4
        assert gradient[j] == pytest.approx(expected, abs=3e-5), j


def test_sigma_may_have_either_sign():
    nights, x = simulate(1, 50, [-0.3, 0.5], 0.8, 0.5)
    objective = Objective(nights, x, WEAK)
    plus, minus = np.array([-0.3, 0.5, 0.9, 0.2]), np.array([-0.3, 0.5, -0.9, 0.2])
    assert objective(plus)[0] == pytest.approx(objective(minus)[0], abs=1e-7)


def test_a_correlation_at_one_is_out_of_reach_not_an_error():
    nights, x = simulate(1, 50, [-0.3, 0.5], 0.8, 0.5)
    assert Objective(nights, x, WEAK)(np.array([0.0, 0.0, 1.0, 20.0]))[0] == -np.inf


def test_the_prior_is_zero_at_its_mode_and_what_it_says_elsewhere():
    none = np.zeros((0, 0))
    assert penalty(WEAK, none, 0.0, 0.5)[0] == pytest.approx(0.0)
    assert penalty(WEAK, none, 1.5, 0.5)[0] == pytest.approx(-0.5)
    assert penalty(WEAK, np.array([[2.5]]), 0.0, None)[0] == pytest.approx(-0.5)
    assert penalty(Prior(correlation=False), none, 0.0, 0.9)[0] == 0.0
    assert penalty(None, none, 9.0, 0.9)[0] == 0.0


@pytest.mark.parametrize(("sigma", "phi"), [(1.2, 0.8), (3.0, 0.95)])
def test_the_curvature_of_sites_that_begin_nowhere_is_that_of_exact_ones(sigma, phi, monkeypatch):
    """Loose sites are enough, since what they lack is the same function of theta everywhere; warm ones are not."""
    nights, x = simulate(3, 365, [-0.4, 0.5], sigma, phi)
    theta, objective = fit_maximum(nights, x, WEAK).optimum.theta, Objective(nights, x, WEAK, 0)
    objective(theta)

    def errors(function):
        return np.sqrt(np.diag(np.linalg.inv(curvature(function, theta))))

    loose = errors(objective.from_scratch)
    monkeypatch.setattr(likelihood, "SCRATCH_SITES", 1e-11)
    exact = errors(objective.from_scratch)
    assert loose == pytest.approx(exact, rel=1e-3)
    objective.tolerance = 1e-5
    assert np.abs(errors(objective) / exact - 1.0).max() > 0.01
