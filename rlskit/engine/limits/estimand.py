"""The estimand: how many more symptom nights with a than with b, averaged over persistence and people.

Equation. h(theta) = sum_n w_n [ F(x_n(a)' beta, s_n(a)^2) - F(x_n(b)' beta, s_n(b)^2) ], where
F(m, s^2) = E logistic(m + s Z) in the closed form of engine/families/logistic.py, s_n^2 = sigma^2 + |Lambda' z_n|^2,
and the weights average within a person first, then equally over people. With thresholds c_k it is sum_k steps_k times
the same with x'beta - c_k: expected points where steps are the distances between levels, nights at a level or worse
where one of them is 1. The odds ratio is exp(sum w (x(a) - x(b))' beta), at
one person's own level of everything else: conditional, not averaged. Zeger, Liang & Albert (1988), Biometrics 44,
1049-1060, for the marginal reading. Oracle: quadrature and finite differences in
tests/unit/engine/limits/test_estimand.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlskit.engine.families.logistic import mean_probability
from rlskit.engine.families.ordinal import by_shape, thresholds
from rlskit.engine.limits.bounded_scale import Ranged
from rlskit.engine.parameters import Layout, Parameters

ONE_STEP = np.ones(1)
LEAST_RISK = 1e-12  # below it there is no logarithm worth having


@dataclass(frozen=True)
class Scenario:
    """Every modelled night as it would be under one setting: columns x (n, p), z (n, q)."""

    __module__ = "rlskit"

    x: np.ndarray
    z: np.ndarray


def risk(
    layout: Layout, theta: np.ndarray, weights: np.ndarray, at: Scenario, steps: np.ndarray = ONE_STEP
) -> tuple[float, np.ndarray]:
    """Average of sum_k steps_k P(y > k) under `at`, and its gradient. weights (n,) sum to one; steps (thresholds,).

    Without steps: the probability of a symptom night.
    """
    part = layout.unpack(theta)
    g = at.z @ part.scale
    spread = part.sigma**2 + np.einsum("nq,nq->n", g, g)
    mean, cuts = at.x @ part.beta, thresholds(part.shape)
    value, slope, curve, by_cut = 0.0, np.zeros_like(mean), np.zeros_like(mean), np.zeros(cuts.size)
    for k in np.flatnonzero(steps):
        p, first, second = mean_probability(mean - cuts[k], spread)
        value += steps[k] * float(weights @ p)
        by_cut[k] = -steps[k] * float(weights @ first)
        slope += steps[k] * first
        curve += steps[k] * weights * second
    by_scale = np.tril(at.z.T @ (curve[:, None] * g))
    by_sigma = part.sigma * float(curve.sum())
    gradient = layout.pack(at.x.T @ (weights * slope), by_scale, by_sigma, 0.0, by_shape(part.shape, by_cut))
    return value, gradient


def risk_difference(
    layout: Layout, theta: np.ndarray, weights: np.ndarray, a: Scenario, b: Scenario, steps: np.ndarray = ONE_STEP
) -> tuple[float, np.ndarray]:
    """Risk under a minus risk under b, with its gradient (k,)."""
    high, by_high = risk(layout, theta, weights, a, steps)
    low, by_low = risk(layout, theta, weights, b, steps)
    return high - low, by_high - by_low


def rest(layout: Layout, theta: np.ndarray, weights: np.ndarray, at: Scenario, steps: np.ndarray = ONE_STEP) -> float:
    """How far risk() is from the sum of its steps, computed as such: where nearly every night is a symptom night the
    difference would have lost its digits."""
    part = layout.unpack(theta)
    spread = part.sigma**2 + np.square(at.z @ part.scale).sum(axis=1)
    below = thresholds(part.shape)[:, None] - at.x @ part.beta
    return float(sum(steps[k] * (weights @ mean_probability(below[k], spread)[0]) for k in np.flatnonzero(steps)))


def ranged_risk(layout: Layout, weights: np.ndarray, at: Scenario) -> Ranged:
    """The probability of a symptom night, as an estimand that knows its ends."""

    def gaps(theta):
        return risk(layout, theta, weights, at)[0], rest(layout, theta, weights, at)

    return Ranged(lambda theta: risk(layout, theta, weights, at), gaps, 0.0, 1.0)


def ranged_difference(
    layout: Layout, weights: np.ndarray, a: Scenario, b: Scenario, steps: np.ndarray = ONE_STEP
) -> Ranged:
    """risk_difference as an estimand that knows its ends."""

    def gaps(theta):
        (high, less), (low, more) = (
            (risk(layout, theta, weights, at, steps)[0], rest(layout, theta, weights, at, steps)) for at in (a, b))
        return high + more, less + low

    most = float(steps.sum())
    return Ranged(lambda theta: risk_difference(layout, theta, weights, a, b, steps), gaps, -most, most)


def log_ratio(a: tuple[float, np.ndarray], b: tuple[float, np.ndarray]) -> tuple[float, np.ndarray]:
    """log of one risk over another, each with its gradient (k,), with its own gradient."""
    (high, by_high), (low, by_low) = ((max(value, LEAST_RISK), by) for value, by in (a, b))
    return float(np.log(high / low)), by_high / high - by_low / low


def log_odds_ratio(
    layout: Layout, theta: np.ndarray, weights: np.ndarray, a: Scenario, b: Scenario
) -> tuple[float, np.ndarray]:
    """Average difference in the conditional log odds, a minus b, with its gradient (k,)."""
    return linear(layout, theta, weights @ (a.x - b.x))


def linear(layout: Layout, theta: np.ndarray, change: np.ndarray) -> tuple[float, np.ndarray]:
    """change @ beta, change (p,), with its gradient (k,)."""
    gradient = np.zeros(layout.size)
    gradient[: layout.p] = change
    return float(change @ theta[: layout.p]), gradient


def person_spread(layout: Layout, theta: np.ndarray, change: np.ndarray) -> tuple[float, np.ndarray]:
    """Sd between people of change @ u, change (q,): |Lambda' change|, with its gradient (k,). Zero has no gradient."""
    part = layout.unpack(theta)
    along = part.scale.T @ change
    size = float(np.linalg.norm(along))
    by_scale = np.tril(np.outer(change, along)) / max(size, 1e-9)
    return size, layout.pack(np.zeros(layout.p), by_scale, 0.0, 0.0, _no_shape(part))


def person_correlation(
    layout: Layout, theta: np.ndarray, one: np.ndarray, other: np.ndarray
) -> tuple[float, np.ndarray]:
    """Correlation between people of one @ u and other @ u, (q,) each, with its gradient (k,)."""
    part = layout.unpack(theta)
    value, by_scale = correlation_of(part.scale, one, other)
    return value, layout.pack(np.zeros(layout.p), by_scale, 0.0, 0.0, _no_shape(part))


def correlation_of(scale: np.ndarray, one: np.ndarray, other: np.ndarray) -> tuple[float, np.ndarray]:
    """The same of Lambda (q, q), with its slope by Lambda's lower triangle; none where people do not differ."""
    a, b = scale.T @ one, scale.T @ other
    size_a, size_b = max(float(np.linalg.norm(a)), 1e-9), max(float(np.linalg.norm(b)), 1e-9)
    value = float(a @ b) / (size_a * size_b)
    slope = (np.outer(one, b) + np.outer(other, a)) / (size_a * size_b)
    slope -= value * (np.outer(one, a) / size_a**2 + np.outer(other, b) / size_b**2)
    return value, np.tril(slope)


def night_spread(layout: Layout, theta: np.ndarray) -> tuple[float, np.ndarray]:
    """Sd from night to night, |sigma|, with its gradient (k,)."""
    part = layout.unpack(theta)
    sign = -1.0 if part.sigma < 0.0 else 1.0
    nothing = np.zeros((layout.q, layout.q))
    return abs(part.sigma), layout.pack(np.zeros(layout.p), nothing, sign, 0.0, _no_shape(part))


def night_correlation(layout: Layout, theta: np.ndarray) -> tuple[float, np.ndarray]:
    """Correlation from one night to the next, phi, with its gradient (k,)."""
    part = layout.unpack(theta)
    nothing = np.zeros((layout.q, layout.q))
    slope = part.phi * (1.0 - part.phi)
    return part.phi, layout.pack(np.zeros(layout.p), nothing, 0.0, slope, _no_shape(part))


def _no_shape(part: Parameters) -> np.ndarray:
    return by_shape(part.shape, np.zeros(thresholds(part.shape).size))
