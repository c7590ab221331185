"""Limits of a number beside the end of its range, against the likelihood climbed under a hard constraint."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq, minimize
from scipy.special import expit, log_expit, logsumexp

import rlskit as rk
from rlskit.engine import Layout, Scenario, ranged_difference, ranged_risk, rest, risk
from tests.unit.checks.test_simulated_fit import diary

Z = 1.959963984540054
OPEN = "An open limit: these nights set no bound on that side."
NOT_FOUND = "An open limit: none was found on that side, though there may be one."


def steep(slope, seed, n=120):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    return pd.DataFrame({"night": range(n), "symptoms": rng.random(n) < expit(slope * x), "x": x})


def told_by_a_number(n=100):
    x = np.linspace(-1, 1, n)
    return pd.DataFrame({"night": range(n), "symptoms": x > 0.1, "x": x})


def u_of(h):
    return float(np.log((1.0 + h) / (1.0 - h)))


def brute(nights, a, b, start=None):
    """Both limits of u = log((1 + h) / (1 - h)), h = P(a) - P(b) of plain logistic regression: the likelihood climbed
    at one u after the other (SLSQP), away from the maximum. start: under complete separation, where the top is 0."""
    x, sign = nights["x"].to_numpy(), np.where(nights["symptoms"], 1.0, -1.0)

    def drop(beta):
        return -2.0 * log_expit(sign * (beta[0] + beta[1] * x)).sum()

    def u(beta):
        high, low = beta[0] + beta[1] * a, beta[0] + beta[1] * b
        return logsumexp([log_expit(high), log_expit(-low)]) - logsumexp([log_expit(-high), log_expit(low)])

    def lowest(t, beta):
        return minimize(drop, beta, method="SLSQP", constraints={"type": "eq", "fun": lambda beta: u(beta) - t},
                        options={"ftol": 1e-12, "maxiter": 500})

    best, top = start, 0.0
    if start is None:
        free = minimize(drop, [0.0, 1.0], method="BFGS", options={"gtol": 1e-8})
        best, top = free.x, free.fun
    ends = []
    for step in (-0.25, 0.25) if start is None else (-1.0,):
        t, beta, over = u(best), best, -1.0
        while over < 0.0:
            t += step
            found = lowest(t, beta)
            beta, over = found.x, found.fun - top - Z**2
        ends.append(brentq(lambda v, near=beta: lowest(v, near).fun - top - Z**2, t - step, t, xtol=1e-4))
    return ends


def limits_of(nights, a, b, **more):
    return rk.compare(rk.fit("symptoms ~ x", nights, **more), "x", a, b, correction=None, scale="probability")


@pytest.mark.parametrize(("slope", "seed"), [(2, 1), (6, 3), (8, 1), (8, 2), (8, 3)])
def test_limits_beside_the_end_are_those_of_a_constrained_climb(slope, seed):
    """Both were open at (8, 1) and (8, 3), the upper at (8, 2), and the lower was 29.64 in place of 29.62 at (6, 3)."""
    nights = steep(slope, seed)
    found = limits_of(nights, 1, -1, night_to_night=False)
    row = found.table.iloc[0]
    assert [u_of(row["lower"]), u_of(row["upper"])] == pytest.approx(brute(nights, 1.0, -1.0), abs=0.01)
    assert OPEN not in found.caveats and NOT_FOUND not in found.caveats


@pytest.mark.parametrize("side", [0.5, 0.3, 0.2])
def test_complete_separation_by_a_number_closes_below(side):
    nights = told_by_a_number()
    found = limits_of(nights, side, -side, night_to_night=False)
    row = found.table.iloc[0]
    assert [u_of(row["lower"])] == pytest.approx(brute(nights, side, -side, np.array([-10.1, 100.0])), abs=0.05)
    assert row["upper"] == np.inf
    assert OPEN in found.caveats and NOT_FOUND not in found.caveats


@pytest.mark.parametrize(("slope", "seed"), [(6, 2), (8, 3), (12, 1)])
def test_with_persistence_the_drop_at_a_limit_is_the_cut_off(slope, seed):
    nights = steep(slope, seed)
    fit = rk.fit("symptoms ~ x", nights)
    row = rk.compare(fit, "x", 1, -1, correction=None, scale="probability").table.iloc[0]
    objective, design, best = fit.maximum.objective, fit.design, fit.maximum.optimum
    h = ranged_difference(objective.layout, design.weights, design.scenario(x=1.0), design.scenario(x=-1.0))

    def falling(theta):
        value, gradient = objective(theta)
        return (-value, -gradient) if np.isfinite(value) else (1e6, 0.0 * gradient)

    for limit in (row["lower"], row["upper"]):
        held = {"type": "eq", "fun": lambda theta, at=limit: h.stretched(theta)[0] - u_of(at),
                "jac": lambda theta: h.stretched(theta)[1]}
        tried = [minimize(falling, np.append(best.theta[:2], [sigma, 0.0]), jac=True, method="SLSQP",
                          constraints=held, options={"maxiter": 300, "ftol": 1e-10}) for sigma in (0.05, 1.0, 2.0)]
        lowest = min(one.fun for one in tried if one.success)
        assert 2.0 * (lowest + best.value) == pytest.approx(Z**2, abs=0.03)


@pytest.mark.parametrize("levels", [(0.95,), (0.5, 0.95), (0.5, 0.8, 0.9, 0.95)])
@pytest.mark.parametrize("persistence", [False, True])
def test_a_limit_within_the_range_but_beside_a_wall(levels, persistence):
    """A severity that x tells nearly: an upper limit of 3.9947 points, of 5 that there are, by the likelihood climbed
    under a hard constraint (SLSQP). It was open, unless levels between led to it."""
    nights = diary()
    nights["x"] = nights["severity"] + 0.3 * np.random.default_rng(2).normal(size=60)
    fit = rk.fit("severity ~ x", nights, outcome=rk.ORDINAL, night_to_night=persistence)
    found = rk.estimate_effects(fit, level=levels, correction=None).table["upper"].iloc[-1]
    wider = rk.estimate_effects(fit, level=levels).table["upper"].iloc[-1]
    assert found == pytest.approx(3.9947, abs=2e-4) and wider == pytest.approx(3.9986, abs=2e-4)


def test_nights_told_perfectly_with_a_gap_close_below_with_persistence_too():
    """Two ridges cross on the way, one without persistence and one with an sd of 2, and a soft penalty passed over all
    between them: the side was open. At 22.891 the likelihood climbed under a hard constraint (SLSQP) has that drop."""
    nights = diary()
    nights["x"] = nights["tea"] + 10.0 * nights["symptoms"]
    found = rk.estimate_effects(rk.fit("symptoms ~ x", nights))
    assert "correction up to 4.00" in found.method
    assert found.table["lower"].iloc[0] == pytest.approx(22.891, abs=0.01) and found.table["upper"].iloc[0] == np.inf


def test_a_severity_told_perfectly_closes_below_with_persistence_too():
    """As without persistence, since an sd only takes away: every long step led to where nothing could be found."""
    nights = diary()
    nights["x"] = nights["severity"].astype(float)
    with_it, without = (rk.estimate_effects(rk.fit("severity ~ x", nights, outcome=rk.ORDINAL, night_to_night=one),
                                            correction=None).table.iloc[0] for one in (True, False))
    assert with_it["lower"] == pytest.approx(without["lower"], abs=0.01)
    assert without["lower"] == pytest.approx(3.760, abs=0.002)


def test_a_limit_that_is_not_found_is_not_called_no_bound():
    """Between the last quiet night and the first night with symptoms the threshold may be anywhere, and the change in
    risk from 0 to 1: the profile is flat and ends in a wall."""
    found = limits_of(told_by_a_number(40), 0.1, -0.1, night_to_night=False)
    assert found.table["lower"].iloc[0] == -np.inf
    assert NOT_FOUND in found.caveats


@pytest.fixture
def case():
    rng = np.random.default_rng(2)
    layout = Layout(2, 1, True, 1)
    theta = layout.pack(np.array([0.5, 0.8]), np.array([[0.6]]), 0.7, 0.2, np.array([0.3]))
    x = rng.normal(size=20)
    high, low = (Scenario(np.column_stack([np.ones(20), x + v]), np.ones((20, 1))) for v in (1.0, -1.0))
    return layout, theta, np.full(20, 0.05), high, low


def test_what_is_left_is_computed_as_such(case):
    layout, theta, weights, high, _ = case
    steps = np.array([1.0, 2.5])
    value = risk(layout, theta, weights, high, steps)[0]
    assert value + rest(layout, theta, weights, high, steps) == pytest.approx(3.5, abs=1e-12)
    far = theta.copy()
    far[0] = 60.0
    assert risk(layout, far, weights, high)[0] == pytest.approx(1.0, abs=1e-15)
    assert 0.0 < rest(layout, far, weights, high) < 1e-20


@pytest.mark.parametrize("kind", ["risk", "difference", "points"])
def test_the_stretched_scale_and_back(case, kind):
    layout, theta, weights, high, low = case
    steps = np.array([1.0, 2.5]) if kind == "points" else np.ones(1)
    h = ranged_risk(layout, weights, high) if kind == "risk" else ranged_difference(layout, weights, high, low, steps)
    u, gradient = h.stretched(theta)
    assert h.back(np.array([u, -np.inf, np.inf])) == pytest.approx([h(theta)[0], -np.inf, np.inf], rel=1e-12)
    for j in range(theta.size):
        move = 1e-5 * (np.arange(theta.size) == j)
        up, down = (h.stretched(theta + s * move)[0] for s in (1, -1))
        assert gradient[j] == pytest.approx((up - down) / 2e-5, abs=1e-8)
