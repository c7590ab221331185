from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from rlskit.engine import WEAK, Objective, YesNo, fit_maximum, opens
from rlskit.engine.fitting import maximum
from rlskit.engine.fitting.separation import separating_direction
from tests.unit.engine.build import group, several, simulate


def test_without_persistence_it_is_logistic_regression():
    nights, x = simulate(3, 150, [-0.4, 0.8, -0.3], 0.0, 0.5)
    plain = replace(nights, persistence=False)
    found = fit_maximum(plain, x, None)
    peer = sm.Logit((nights.family.sign > 0).astype(float), x).fit(disp=0)
    assert found.parameters.beta == pytest.approx(peer.params, abs=1e-4)
    assert found.covariance == pytest.approx(peer.cov_params(), abs=1e-4)
    assert found.log_likelihood == pytest.approx(peer.llf, abs=1e-4)


def test_long_diary_recovers_its_truth():
    nights, x = simulate(7, 3000, [-0.5, -0.4, 0.3], 1.0, 0.7)
    found = fit_maximum(nights, x, WEAK).parameters
    assert found.beta == pytest.approx([-0.5, -0.4, 0.3], abs=0.2)
    assert abs(found.sigma) == pytest.approx(1.0, abs=0.25)
    assert found.phi == pytest.approx(0.7, abs=0.2)


def test_many_people_recover_their_truth():
    rng = np.random.default_rng(12)
    people, each = 60, 40
    x = np.column_stack([np.ones(people * each), rng.normal(size=people * each)])
    who = np.repeat(np.arange(people), each)
    u = rng.normal(size=(people, 2)) @ np.array([[0.9, 0.3], [0.0, 0.4]])
    eta = -0.4 + 0.6 * x[:, 1] + u[who, 0] + u[who, 1] * x[:, 1]
    y = rng.random(eta.size) < 1 / (1 + np.exp(-eta))
    found = fit_maximum(several(who, np.tile(np.arange(each), people), y, x, False), x, WEAK)
    assert found.optimum.converged
    assert found.parameters.beta == pytest.approx([-0.4, 0.6], abs=0.3)
    sd = np.sqrt((found.parameters.scale**2).sum(1))
    assert sd == pytest.approx([0.9, 0.5], abs=0.25)


def test_sites_that_are_not_at_rest_do_not_hold_the_climb_up(monkeypatch):
    """A value from rough sites may be too high by more than the next step gains: the slope decides then. Without that,
    2,953 evaluations here, and minutes for 20,000 people of five nights."""
    monkeypatch.setattr(maximum, "ROUGH_SITES", 1e-2)
    asked, plain = [], Objective.__call__
    monkeypatch.setattr(Objective, "__call__", lambda *args, **more: (asked.append(1), plain(*args, **more))[1])
    nights, x = group(1, 200, 10, 0.8, 0.8, 0.5)
    assert fit_maximum(nights, x, WEAK).optimum.converged
    assert len(asked) < 60
    rough = Objective(nights, x, WEAK, 0)
    rough.tolerance = 1e-4
    assert rough.noise == pytest.approx(2000 * 1e-6)


def test_separation_is_seen_and_only_then():
    nights, x = simulate(3, 60, [-0.4, 0.8], 0.5, 0.5)
    assert separating_direction(nights.family.margins(x)) is None
    exposed = (np.arange(60) % 4 == 0).astype(float)
    sign = np.where(exposed > 0, 1.0, nights.family.sign)
    columns = np.column_stack([np.ones(60), exposed])
    assert separating_direction(YesNo(sign).margins(columns))[1] > 0
    assert opens(YesNo(sign).margins(columns), np.array([0.0, 1.0])) == (False, True)
    assert opens(YesNo(-sign).margins(columns), np.array([0.0, 1.0])) == (True, False)
    assert opens(YesNo(sign).margins(columns), np.array([0.0, 0.0])) == (False, False)


def test_a_direction_moves_all_that_can_run_away():
    """Two columns tell their nights perfectly, twenty of the one and two of the other."""
    few, many = (np.arange(60) < 2).astype(float), (np.arange(60) >= 40).astype(float)
    sign = np.where(few + many > 0, 1.0, np.where(np.arange(60) % 2, 1.0, -1.0))
    margins = YesNo(sign).margins(np.column_stack([np.ones(60), few - many, many]))
    direction = separating_direction(margins)
    assert (margins @ direction >= -1e-9).all()
    assert sorted((margins @ direction > 1e-6).tolist()) == [False, False, True, True]


def test_many_people_climb_in_few_evaluations_to_the_same_maximum(monkeypatch):
    """The quick way (people's slopes as curvature, rough sites first) and the slow one agree."""
    rng = np.random.default_rng(5)
    people, each = 60, 40
    who = np.repeat(np.arange(people), each)
    x = np.column_stack([np.ones(who.size), rng.normal(size=who.size)])
    e = np.empty((people, each))
    e[:, 0] = rng.normal(size=people)
    for t in range(1, each):
        e[:, t] = 0.5 * e[:, t - 1] + np.sqrt(0.75) * rng.normal(size=people)
    eta = -0.5 + 0.4 * x[:, 1] + 0.8 * rng.normal(size=people)[who] + 0.8 * e.ravel()
    y = rng.random(eta.size) < 1 / (1 + np.exp(-eta))
    nights = several(who, np.tile(np.arange(each), people), y, x[:, :1])
    quick = fit_maximum(nights, x, None)
    monkeypatch.setattr(maximum, "PEOPLE_ENOUGH", 10**6)
    slow = fit_maximum(nights, x, None)
    assert quick.optimum.converged and slow.optimum.converged
    assert quick.optimum.value == pytest.approx(slow.optimum.value, abs=1e-5)
    assert quick.covariance == pytest.approx(slow.covariance, rel=0.02, abs=1e-4)
    assert quick.objective.sweeps < 0.6 * slow.objective.sweeps


def test_peoples_slopes_add_up_to_the_gradient():
    rng = np.random.default_rng(2)
    x = np.column_stack([np.ones(60), rng.normal(size=60)])
    for persistence in (True, False):
        nights = several(np.repeat(np.arange(6), 10), np.tile(np.arange(10), 6), rng.random(60) < 0.4, x, persistence)
        objective = Objective(nights, x, None)
        theta = objective.layout.pack(np.array([-0.3, 0.5]), np.array([[0.7, 0.0], [0.2, 0.4]]), 0.8, 0.3)
        scores = objective.people_slopes(theta)[1]
        assert scores.shape == (6, theta.size)
        assert scores.sum(axis=0) == pytest.approx(objective(theta)[1], abs=1e-6)
