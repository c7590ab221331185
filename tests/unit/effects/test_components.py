"""Limits of how people and nights differ: where the likelihood, maximised with that number fixed, has fallen enough."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

import rlskit as rk
from rlskit.effects.components import night_limits, person_correlation_limits, person_sd_limits
from rlskit.engine import night_correlation, night_spread, person_correlation, person_spread
from rlskit.engine.gaussian.spread import (
    _likelihood,
    _sd,
    gaussian_night_correlation,
    gaussian_night_spread,
    gaussian_person_correlation,
)
from rlskit.models.fitting import person_units

ENOUGH = 3.841458820694124  # the 95% point of chi-square with one degree of freedom


def table(people: int, nights: int) -> pd.DataFrame:
    rng = np.random.default_rng(11)
    u = rng.multivariate_normal([0, 0], [[1.2, 0.5], [0.5, 0.9]], people)
    rows = []
    for i in range(people):
        x, e = rng.normal(size=nights), np.empty(nights)
        e[0] = rng.normal()
        for n in range(1, nights):
            e[n] = 0.6 * e[n - 1] + 0.8 * rng.normal()
        rows.append(pd.DataFrame({"person": i, "night": range(nights), "x": x, "y": u[i, 0] + u[i, 1] * x + e}))
    return pd.concat(rows, ignore_index=True)


def drop(function, top, estimand, value) -> float:
    """Twice the fall of the likelihood to its best with the estimand at `value`."""
    best = function(top)[0]
    found = minimize(lambda theta: -function(theta)[0], top, jac=lambda theta: -function(theta)[1], method="SLSQP",
                     constraints={"type": "eq", "fun": lambda theta: estimand(theta)[0] - value,
                                  "jac": lambda theta: estimand(theta)[1]}, options={"ftol": 1e-7, "maxiter": 60})
    return 2.0 * (best + found.fun)


def check(function, top, estimand, three):
    value, lower, upper = three
    assert lower < value < upper and estimand(top)[0] == pytest.approx(value, abs=1e-6)
    for end in (lower, upper):
        fall = drop(function, top, estimand, end)
        assert fall < ENOUGH if abs(end) == 1.0 else fall == pytest.approx(ENOUGH, abs=0.03)


def test_of_numeric_nights():
    fit = rk.fit("y ~ x", table(8, 20), outcome=rk.GAUSSIAN, slopes=("x",))
    maximum, (one, other) = fit.maximum, person_units(fit.design)
    function = _likelihood(maximum)
    top = np.append(np.log(maximum.sigma / maximum.unit), maximum.optimum.theta)
    sd, phi = night_limits(maximum, 0.95)
    scaled = [part / maximum.unit for part in person_sd_limits(maximum, other, 0.95)]
    check(function, top, gaussian_night_spread(maximum), sd)
    check(function, top, gaussian_night_correlation(maximum), phi)
    check(function, top, _sd(maximum, other), scaled)
    check(function, top, gaussian_person_correlation(maximum, one, other),
          person_correlation_limits(maximum, one, other, 0.95))
    assert (sd[0], phi[0]) == pytest.approx((fit.night_sd, fit.night_correlation))


def test_of_yes_and_no_nights():
    nights = table(8, 16).assign(y=lambda t: t["y"] > 0)
    fit, level = rk.fit("y ~ 1", nights), rk.fit("y ~ x", nights, slopes=("x",), night_to_night=False)
    function, top = fit.maximum.objective, fit.maximum.optimum.theta
    sd, phi = night_limits(fit.maximum, 0.95)
    check(function, top, lambda theta: night_spread(function.layout, theta), sd)
    check(function, top, lambda theta: night_correlation(function.layout, theta), phi)
    function, top, (one, other) = level.maximum.objective, level.maximum.optimum.theta, person_units(level.design)
    check(function, top, lambda theta: person_spread(function.layout, theta, one),
          person_sd_limits(level.maximum, one, 0.95))
    check(function, top, lambda theta: person_correlation(function.layout, theta, one, other),
          person_correlation_limits(level.maximum, one, other, 0.95))


def test_without_differences_a_correlation_has_no_limits():
    nights = table(5, 12).assign(y=lambda t: np.random.default_rng(1).normal(size=len(t)))
    tidy = rk.fit("y ~ x", nights, outcome=rk.GAUSSIAN, slopes=("x",), night_to_night=False).tidy().set_index("term")
    assert tidy.loc["sd__Intercept", "conf.low"] == 0.0
    assert tidy.loc["cor__Intercept.x", ["conf.low", "conf.high"]].tolist() == [-1.0, 1.0]
