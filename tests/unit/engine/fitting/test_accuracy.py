"""Propagation against exact fits. Tolerances are what the fits are held to: 0.05 standard errors in estimates and
limits, 0.05 in likelihood-ratio statistics."""

from dataclasses import replace

import numpy as np
import pytest

from rlskit.checks.refit import fit_like, standardised
from rlskit.engine import WEAK, Objective, fit_maximum, limits, linear
from rlskit.engine.fitting import maximum
from rlskit.engine.fitting.accuracy import Accuracy, measure, of_people
from rlskit.engine.integrals.quadrature import first_nodes
from tests.unit.engine.build import group, several, simulate


@pytest.fixture(scope="module")
def few_nights():
    """40 people of 10 nights who differ much and whose nights hang together."""
    return group(2, 40, 10, 3.0, 1.2, 0.8)


@pytest.fixture(scope="module")
def exact_fit(few_nights):
    return fit_maximum(*few_nights, WEAK)


def slope_limits(found):
    layout, change = found.objective.layout, np.array([0.0, 1.0])
    both = limits(
        found.objective, found.optimum, lambda theta: linear(layout, theta, change), [1.96], layout.even,
        noise=found.objective.noise,
    )  # fmt: skip
    return np.array([both.estimate, both.lower[0], both.upper[0]])


def test_few_nights_with_persistence_are_fitted_exactly(few_nights, exact_fit):
    nights, x = few_nights
    assert exact_fit.objective.nodes >= 15 and exact_fit.accuracy is None and exact_fit.optimum.converged
    assert abs(exact_fit.error) < 2e-4
    # propagation alone is further off than it may be
    only = Objective(nights, x, WEAK, 0)
    near = measure(only, exact_fit.optimum.theta, exact_fit.covariance)
    assert near.far and np.abs(near.off).max() > 0.1 and near.people == 40 and near.error < -0.01
    moved = only.log_likelihood(exact_fit.optimum.theta) - 40 * near.error
    assert exact_fit.log_likelihood == pytest.approx(moved, abs=1e-3)


def test_a_straight_line_moves_propagation_to_the_exact_fit(few_nights, exact_fit, monkeypatch):
    monkeypatch.setattr(maximum, "affordable", lambda nights: False)
    found = fit_maximum(*few_nights, WEAK)
    assert found.objective.nodes == 0 and found.objective.tilt.slope.any() and not found.accuracy.far
    se = np.sqrt(np.diag(exact_fit.covariance))
    assert np.abs((found.optimum.theta - exact_fit.optimum.theta) / se).max() < 0.05
    assert found.log_likelihood == pytest.approx(exact_fit.log_likelihood, abs=1e-2)
    assert np.abs(slope_limits(found) - slope_limits(exact_fit)).max() / se[1] < 0.05
    # the likelihood-ratio statistic of the slope
    nights, x = few_nights
    without = [fit_maximum(nights, x[:, :1], WEAK).log_likelihood]
    monkeypatch.undo()
    without.append(fit_maximum(nights, x[:, :1], WEAK).log_likelihood)
    assert 2 * (found.log_likelihood - without[0]) == pytest.approx(
        2 * (exact_fit.log_likelihood - without[1]), abs=0.05
    )


def test_a_fit_begun_near_one_takes_over_what_propagation_lacked_there(monkeypatch):
    monkeypatch.setattr(maximum, "affordable", lambda nights: False)
    nights, x = group(3, 60, 20, 2.0, 1.2, 0.8)
    old = fit_maximum(nights, x, WEAK)
    more = np.hstack([x, standardised(np.arange(len(x)) % 7)])
    near, whole = fit_like(old, nights, more), fit_maximum(nights, more, WEAK)
    assert old.objective.tilt.slope.any() and near.accuracy is None  # the short way
    off = (near.optimum.theta - whole.optimum.theta) / np.sqrt(np.diag(whole.covariance))
    assert np.abs(off).max() < 0.01
    assert near.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-3)


def test_steps_that_lead_too_far_are_shortened(few_nights, monkeypatch):
    """What propagation lacks is made to turn round by 1.2 times the step taken: whole steps lead further each time."""
    monkeypatch.setattr(maximum, "measure", lambda *_: None)
    nights, x = few_nights
    monkeypatch.setattr(maximum, "affordable", lambda nights: False)
    found = fit_maximum(nights, x, WEAK)
    start, inverse = found.optimum.theta, found.covariance
    holds, se = np.linalg.inv(inverse), np.sqrt(np.diag(inverse))
    lacking, asked = holds @ (0.1 * se * np.array([1.0, 1.0, 0.1, 0.1, 0.1])), []

    def lacks(objective, theta, covariance, nodes=0, people=0):
        missing = lacking - 1.2 * holds @ (theta - start)
        off = covariance @ (missing - objective.tilt(theta)[1]) / se
        asked.append(np.abs(off).max())
        return Accuracy(-0.01, missing, off, bool(asked[-1] > 0.005), 40, 15)

    monkeypatch.setattr(maximum, "measure", lacks)
    monkeypatch.setattr(maximum, "surer", lambda objective, theta, covariance, near: near)
    moved, accuracy = maximum._moved(found.objective, found, lacks(found.objective, start, inverse))
    assert asked[1] > asked[0] and not accuracy.far and len(asked) <= 6
    assert np.abs(accuracy.off).max() == min(asked)
    # half way: as far as it lacks there what was added
    assert moved.optimum.theta[1] - start[1] == pytest.approx(0.1 * se[1] / 2.2, rel=0.15)


def test_a_sample_of_people_stands_for_everybody(monkeypatch):
    nights, x = group(5, 80, 20, 2.5, 1.2, 0.8)
    monkeypatch.setattr(maximum, "affordable", lambda nights: False)
    found = fit_maximum(nights, x, WEAK)
    theta, covariance = found.optimum.theta, found.covariance
    only = Objective(nights, x, WEAK, 0)
    monkeypatch.setattr("rlskit.engine.fitting.accuracy._LOOKED_AT", 8_000)
    some = measure(only, theta, covariance)
    monkeypatch.setattr("rlskit.engine.fitting.accuracy._LOOKED_AT", 10**9)
    every = measure(only, theta, covariance)
    assert some.people < 40 and every.people == 80
    assert some.error == pytest.approx(every.error, rel=0.3)
    assert np.abs(some.off - every.off).max() < 0.05 < np.abs(every.off).max()


def test_one_persons_diary_is_measured_and_where_it_is_far_fitted_by_the_filter(monkeypatch):
    nights, x = simulate(3, 90, [-0.4, 0.5], 2.0, 0.9)
    near = fit_maximum(nights, x, WEAK)
    assert near.objective.nodes == 0 and not near.accuracy.far
    monkeypatch.setattr("rlskit.engine.fitting.accuracy.FAR", 1e-6)
    exact = fit_maximum(nights, x, WEAK)
    assert exact.objective.nodes == 1
    se = np.sqrt(np.diag(exact.covariance))
    off = (exact.optimum.theta - near.optimum.theta) / se
    assert np.abs(off).max() < 0.05
    assert off == pytest.approx(near.accuracy.off, abs=0.01)
    assert near.log_likelihood == pytest.approx(exact.log_likelihood, abs=1e-2)


def test_a_handful_of_people_who_differ_much_need_few_nodes(monkeypatch):
    """The filter at every node is dear: the rule is only as fine as limits can tell, and the optimiser knows."""
    nights, x = group(5, 4, 14, 3.0, 1.2, 0.8)
    nights = replace(nights, z=x)
    monkeypatch.setattr("rlskit.engine.fitting.accuracy.FAR", 1e-6)
    found = fit_maximum(nights, x, WEAK)
    assert 1e-4 < abs(found.error) < 2e-3 and found.optimum.converged
    assert found.objective.noise == 2e-3 and found.objective.anew(0).noise == pytest.approx(56 * 1e-9)
    monkeypatch.setattr("rlskit.engine.integrals.quadrature.ALLOWED_WITH_FILTER", 5e-5)
    fine = fit_maximum(nights, x, WEAK)
    assert fine.objective.nodes > 1.5 * found.objective.nodes and abs(fine.error) < 5e-5
    se = np.sqrt(np.diag(fine.covariance))
    assert np.abs((found.optimum.theta - fine.optimum.theta) / se).max() < 0.02
    assert np.abs(slope_limits(found) - slope_limits(fine)).max() / se[1] < 0.02


def test_some_people_are_a_table_of_their_own(few_nights):
    nights, x = few_nights
    rows = np.isin(nights.person, [3, 17])
    some = of_people(nights, np.array([3, 17]), rows)
    assert some.sizes.tolist() == [10, 10] and some.size == 20
    theta = np.array([-0.3, 0.4, 1.5, 1.0, 0.5])
    parts = Objective(nights, x, None, 0).people_slopes(theta)[1][[3, 17]]
    assert Objective(some, x[rows], None, 0).people_slopes(theta)[1] == pytest.approx(parts, abs=1e-5)


def test_nothing_exact_for_many_slopes_or_a_spread_that_ran_off():
    nights, x = group(1, 5, 10, 1.0, 1.0, 0.5)
    many = several(nights.person, np.tile(np.arange(10), 5), np.ones(50), np.random.default_rng(1).normal(size=(50, 4)))
    assert many.persistence and first_nodes(many) == 0 and first_nodes(replace(many, persistence=False)) > 0
    most = replace(many, persistence=False, z=np.ones((50, 7)))
    assert first_nodes(most) == 0
    objective = Objective(many, x, WEAK)
    assert measure(objective, np.zeros(objective.layout.size), np.eye(objective.layout.size)) is None
    objective = Objective(nights, x, None, 0)
    for sigma, measured in ((2.0, True), (150.0, False)):
        assert (measure(objective, np.array([-0.3, 0.4, 0.9, sigma, 0.5]), np.eye(5)) is not None) == measured


def test_a_spread_near_zero_says_nothing_about_its_slope(few_nights):
    """The likelihood is even in sigma and flat at zero."""
    nights, x = few_nights
    objective, covariance = Objective(nights, x, WEAK, 0), np.diag([0.1, 0.1, 0.1, 1.0, 1.0])
    near = measure(objective, np.array([-0.8, 0.3, 2.3, 0.9, 0.6]), covariance)
    sure = measure(objective, np.array([-0.8, 0.3, 2.3, 1.1, 0.6]), covariance)
    assert near.missing[3:].tolist() == [0.0, 0.0] and np.abs(near.missing[:3]).min() > 0
    assert np.abs(sure.missing).min() > 0
