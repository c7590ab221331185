"""The exact likelihood of one diary, by a forward filter over a fine grid of e: the reference, not the workhorse.

Equation. e is Markov, so P(y) = product of P(y_t | past), with
    P(y_t | past) = integral P(y_t | m_t + e) p(e | past) de,
    p(e' | past, y_t) = integral N(e'; r e, sigma^2 (1 - r^2)) p(e | y_1..t) de,   r = phi^gap.
The integrals are sums over an equally spaced grid of v = e / sigma on [-7, 7], which converges faster than any power of
the spacing for these smooth densities once the spacing is well under the conditional sd sqrt(1 - r^2).
Hamilton (1994), Time Series Analysis, section 22.4; Zucchini & MacDonald (2009) for the grid device.
Oracle: brute-force integration for three nights in tests/unit/engine/integrals/test_forward_filter.py.
"""

from __future__ import annotations

import numpy as np

from rlskit.engine.families.family import Family

REACH = 7.0


def filter_log_likelihood(
    family: Family, gap: np.ndarray, offset: np.ndarray, sigma: float, phi: float, points: int = 401
) -> tuple[float, np.ndarray]:
    """log P(y) and the one-step-ahead P(level | past), for one person.

    family, gap, offset (n,): as in engine.ep.Nights; the first gap is ignored. points: size of the grid. Returns a
    float and the probabilities (n, levels) of every level given the nights before: no and yes for yes/no nights.
    """
    level = family.level
    sigma = abs(sigma)
    v = np.linspace(-REACH, REACH, points)
    stationary = np.exp(-0.5 * v * v)
    stationary /= stationary.sum()
    kernels: dict[float, np.ndarray] = {}
    weight = stationary
    total, ahead = 0.0, []
    for t in range(level.size):
        if t > 0:
            r = float(phi) ** float(gap[t])
            if r not in kernels:
                kernels[r] = _transition(v, r, stationary)
            weight = weight @ kernels[r]
        p = np.exp(family.log_levels(offset[t] + sigma * v))
        ahead.append(p @ weight)
        seen = weight * p[level[t]]
        size = seen.sum()
        total += np.log(size)
        weight = seen / size
    return float(total), np.array(ahead)


def _transition(v: np.ndarray, r: float, stationary: np.ndarray) -> np.ndarray:
    """Row-stochastic N(v'; r v, 1 - r^2) on the grid."""
    if r < 1e-12:
        return np.broadcast_to(stationary, (v.size, v.size))
    kernel = np.exp(-0.5 * (v[None, :] - r * v[:, None]) ** 2 / (1.0 - r * r))
    return kernel / kernel.sum(axis=1, keepdims=True)
