"""The exact likelihood of one diary, by a forward filter over a fine grid of e: the reference, not the workhorse.

Equation. e is Markov, so P(y) = product of P(y_t | past), with
    P(y_t | past) = integral logistic(z_t (m_t + e)) p(e | past) de,
    p(e' | past, y_t) = integral N(e'; r e, sigma^2 (1 - r^2)) p(e | y_1..t) de,   r = phi^gap.
The integrals are sums over an equally spaced grid of v = e / sigma on [-7, 7], which converges faster than any power of
the spacing for these smooth densities once the spacing is well under the conditional sd sqrt(1 - r^2).
Hamilton (1994), Time Series Analysis, section 22.4; Zucchini & MacDonald (2009) for the grid device.
Oracle: brute-force integration for three nights in tests/engine/test_forward_filter.py.
"""

from __future__ import annotations

import numpy as np
from scipy.special import log_expit

REACH = 7.0


def filter_log_likelihood(
    sign: np.ndarray, gap: np.ndarray, offset: np.ndarray, sigma: float, phi: float, points: int = 401
) -> tuple[float, np.ndarray]:
    """log P(y) and the one-step-ahead P(symptoms_t | past), for one person.

    sign, gap, offset (n,): as in engine.ep.Nights; the first gap is ignored. points: size of the grid. Returns a float
    and probabilities (n,) of a symptom night given the nights before.
    """
    sigma = abs(sigma)
    v = np.linspace(-REACH, REACH, points)
    stationary = np.exp(-0.5 * v * v)
    stationary /= stationary.sum()
    kernels: dict[float, np.ndarray] = {}
    weight = stationary
    total, ahead = 0.0, np.empty(sign.size)
    for t in range(sign.size):
        if t > 0:
            r = float(phi) ** float(gap[t])
            if r not in kernels:
                kernels[r] = _transition(v, r, stationary)
            weight = weight @ kernels[r]
        log_p = log_expit(offset[t] + sigma * v)
        ahead[t] = weight @ np.exp(log_p)
        seen = weight * np.exp(log_p if sign[t] > 0 else log_expit(-(offset[t] + sigma * v)))
        size = seen.sum()
        total += np.log(size)
        weight = seen / size
    return float(total), ahead


def _transition(v: np.ndarray, r: float, stationary: np.ndarray) -> np.ndarray:
    """Row-stochastic N(v'; r v, 1 - r^2) on the grid."""
    if r < 1e-12:
        return np.broadcast_to(stationary, (v.size, v.size))
    kernel = np.exp(-0.5 * (v[None, :] - r * v[:, None]) ** 2 / (1.0 - r * r))
    return kernel / kernel.sum(axis=1, keepdims=True)
