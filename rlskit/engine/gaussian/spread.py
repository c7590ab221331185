"""Limits of the sd between people of change @ u, numeric nights: its profile restricted likelihood.

Equation. u_i ~ N(0, sigma^2 Lambda Lambda'), so the sd is h = sigma |Lambda'c|. With sigma = exp(tau) kept as a
coordinate beside theta (engine/gaussian/likelihood.py, whose M, rss and n - p these are),
    l(tau, theta) = -1/2 [(n - p) (log 2 pi + 2 tau) + rss exp(-2 tau) + log|V| + log|M_xx|],
and the limits are where 2 (l_max - max {l : h = h0}) = z^2 (engine/limits/profile.py). Its maximum over tau is l_R
itself. Oracle: a dense grid of fixed h in tests/unit/engine/gaussian/test_spread.py.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from rlskit.engine.fitting.optimise import Function, Optimum, curvature, safe_inverse
from rlskit.engine.gaussian.fitting import GaussianMaximum, least_gain
from rlskit.engine.gaussian.likelihood import residual_maker, solve
from rlskit.engine.gaussian.person_effects import draw_spread
from rlskit.engine.limits.estimand import correlation_of
from rlskit.engine.limits.profile import Estimand, Limits, limits


def gaussian_spread(maximum: GaussianMaximum, change: np.ndarray, level: float) -> Limits:
    """Sd between people of change @ u, change (q,), with its limits at one level: lower and upper (1,). The lower one
    is 0 where the likelihood sets none above it; an upper one that the profile does not reach is taken from draws of
    the covariance."""
    found = gaussian_component(maximum, _sd(maximum, change), level)
    settled = found.higher is None
    lower = np.fmax(found.lower, 0.0) if settled else np.zeros(1)
    reached = settled and np.isfinite(found.upper[0])
    upper = found.upper if reached else np.array([_drawn(maximum, change, (1.0 + level) / 2.0)])
    unit = maximum.unit
    return Limits(unit * found.estimate, unit * lower, unit * upper, None)


def gaussian_component(maximum: GaussianMaximum, estimand: Estimand, level: float) -> Limits:
    """Profile limits at one level of a function of (tau, theta) that gives its value and gradient."""
    objective, function = maximum.objective, _likelihood(maximum)
    top = np.append(np.log(maximum.sigma / maximum.unit), maximum.optimum.theta)
    value, gradient = function(top)
    best = Optimum(top, value, gradient, safe_inverse(curvature(function, top)), True, 0)
    return limits(function, best, estimand, [float(ndtri((1.0 + level) / 2.0))], [1 + j for j in objective.even],
                  gain=max(1e-7, least_gain(objective.n)))


def gaussian_night_spread(maximum: GaussianMaximum) -> Estimand:
    """Sd of a night, sigma, in the outcome's units."""

    def estimand(both: np.ndarray) -> tuple[float, np.ndarray]:
        gradient = np.zeros_like(both)
        gradient[0] = sigma = maximum.unit * float(np.exp(both[0]))
        return sigma, gradient

    return estimand


def gaussian_night_correlation(maximum: GaussianMaximum) -> Estimand:
    """Correlation from one night to the next, phi."""

    def estimand(both: np.ndarray) -> tuple[float, np.ndarray]:
        gradient = np.zeros_like(both)
        gradient[-1] = 1.0 - np.tanh(both[-1]) ** 2
        return float(np.tanh(both[-1])), gradient

    return estimand


def gaussian_person_correlation(maximum: GaussianMaximum, one: np.ndarray, other: np.ndarray) -> Estimand:
    """Correlation between people of one @ u and other @ u, (q,) each."""

    def estimand(both: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = correlation_of(maximum.objective.unpack(both[1:]).scale, one, other)
        gradient, q = np.zeros_like(both), maximum.objective.q
        gradient[1 : 1 + q * (q + 1) // 2] = slope[np.tril_indices(q)]
        return value, gradient

    return estimand


def _likelihood(maximum: GaussianMaximum) -> Function:
    """l(tau, theta), with its gradient."""
    objective, free = maximum.objective, maximum.objective.freedom

    def function(both: np.ndarray) -> tuple[float, np.ndarray]:
        tau, theta = both[0], both[1:]
        seen = objective.moments(theta)
        found = solve(seen.product)
        if found is None:
            return -np.inf, np.zeros_like(both)
        share = found.rss * np.exp(-2.0 * tau)
        value = -0.5 * (free * (np.log(2.0 * np.pi) + 2.0 * tau) + share + seen.log_det)
        weight = np.outer(residual_maker(found), residual_maker(found)) * np.exp(-2.0 * tau)
        if objective.restricted:
            value -= 0.5 * found.log_det_x
            weight[:-1, :-1] += found.unscaled
        return float(value), np.append(share - free, objective.slope(seen, weight, still=objective.beyond(theta)))

    return function


def _sd(maximum: GaussianMaximum, change: np.ndarray) -> Estimand:
    """h(tau, theta), with its gradient. Zero has none."""
    q = maximum.objective.q

    def estimand(both: np.ndarray) -> tuple[float, np.ndarray]:
        scale = maximum.objective.unpack(both[1:]).scale
        along, sigma = scale.T @ change, np.exp(both[0])
        size = float(np.linalg.norm(along))
        gradient = np.zeros_like(both)
        gradient[0] = sigma * size
        gradient[1 : 1 + q * (q + 1) // 2] = sigma * np.outer(change, along)[np.tril_indices(q)] / max(size, 1e-9)
        return sigma * size, gradient

    return estimand


def _drawn(maximum: GaussianMaximum, change: np.ndarray, chance: float) -> float:
    """A quantile of the sd over draws of the covariance."""
    draws, objective, sds = draw_spread(maximum), maximum.objective, []
    for theta in draws.theta:
        seen = objective.moments(theta)
        found = solve(seen.product)
        assert found is not None  # a point of finite density
        sds.append(np.sqrt(found.rss / objective.freedom) * np.linalg.norm(seen.covariance.scale.T @ change))
    order = np.argsort(sds)
    return float(np.interp(chance, np.cumsum(draws.weight[order]), np.array(sds)[order]))
