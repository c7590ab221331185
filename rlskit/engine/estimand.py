"""The estimand: how many more symptom nights with a than with b, averaged over persistence and people.

Equation. h(theta) = sum_n w_n [ F(x_n(a)' beta, s_n(a)^2) - F(x_n(b)' beta, s_n(b)^2) ], where
F(m, s^2) = E logistic(m + s Z) in the closed form of engine/logistic.py, s_n^2 = sigma^2 + |Lambda' z_n|^2, and the
weights average within a person first, then equally over people. The odds ratio is exp(sum w (x(a) - x(b))' beta), at
one person's own level of everything else: conditional, not averaged. Zeger, Liang & Albert (1988), Biometrics 44,
1049-1060, for the marginal reading. Oracle: quadrature and finite differences in tests/engine/test_estimand.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlskit.engine.likelihood import Layout
from rlskit.engine.logistic import mean_probability


@dataclass(frozen=True)
class Scenario:
    """Every modelled night as it would be under one setting: columns x (n, p), z (n, q)."""

    x: np.ndarray
    z: np.ndarray


def risk(layout: Layout, theta: np.ndarray, weights: np.ndarray, at: Scenario) -> tuple[float, np.ndarray]:
    """Average probability of a symptom night under `at`, and its gradient (k,). weights (n,) sum to one."""
    part = layout.unpack(theta)
    g = at.z @ part.scale
    spread = part.sigma**2 + np.einsum("nq,nq->n", g, g)
    p, first, second = mean_probability(at.x @ part.beta, spread)
    second = weights * second
    by_scale = np.tril(at.z.T @ (second[:, None] * g))
    gradient = layout.pack(at.x.T @ (weights * first), by_scale, part.sigma * float(second.sum()), 0.0)
    return float(weights @ p), gradient


def risk_difference(
    layout: Layout, theta: np.ndarray, weights: np.ndarray, a: Scenario, b: Scenario
) -> tuple[float, np.ndarray]:
    """Risk under a minus risk under b, with its gradient (k,)."""
    high, by_high = risk(layout, theta, weights, a)
    low, by_low = risk(layout, theta, weights, b)
    return high - low, by_high - by_low


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
