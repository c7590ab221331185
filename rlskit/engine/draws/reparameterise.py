"""Coordinates in which the penalised likelihood of a mixed model is nearly normal, for engine/draws/sampling.py.

Equation. eta = (beta / s, shape - log s, row by row of Lambda [atanh r_j1, ..., atanh r_j,j-1, log(sd_j / s)], sigma,
logit phi), with s^2 = 1 + 0.346 sigma^2, sd_j the length of row j of Lambda and r_jk the partial correlations
Lambda_jk / sqrt(sd_j^2 - sum_{l<k} Lambda_jl^2). A larger sigma flattens the averaged curve by s (Zeger, Liang & Albert
1988, Biometrics 44, 1049-1060), so beta and Lambda grow along with it on a bent ridge that is straight in eta; a
spread that may be zero or large has a long tail that its logarithm has not (Lewandowski, Kurowicka & Joe 2009, J.
Multivariate Anal. 100, 1989-2001, for the correlations). With q rows,

    |d theta / d eta| = s^p prod_j sd_j^j prod_{k<j} (1 - r_jk^2)^((j - k)/2).

Coordinates behind those of the layout (the phi of numeric nights) stay as they are. Oracle: there and back, and finite
differences of the volume, in tests/unit/engine/draws/test_reparameterise.py.
"""

from __future__ import annotations

import numpy as np

from rlskit.engine.parameters import Layout

FLATTENS = (16.0 * np.sqrt(3.0) / (15.0 * np.pi)) ** 2
# shorter rows and closer correlations are taken as these: their logarithms run away
LEAST_SD, MOST_CORRELATION = 1e-4, 0.999


def _flat(layout: Layout, rows: np.ndarray) -> np.ndarray:
    """log s of every row (m, 1); sigma is the same in both coordinates."""
    return 0.5 * np.log1p(FLATTENS * rows[:, -2:-1] ** 2) if layout.persistence else np.zeros((len(rows), 1))


def _triangle_rows(layout: Layout) -> list[slice]:
    """Where each row of Lambda stands, its diagonal entry last."""
    starts = [layout.fixed + j * (j + 1) // 2 for j in range(layout.q)]
    return [slice(start, start + j + 1) for j, start in enumerate(starts)]


def reparameterise(layout: Layout, theta: np.ndarray) -> np.ndarray:
    """eta (m, k) of parameter vectors theta (m, k) with Lambda's diagonal at least zero."""
    eta, log_s = theta.copy(), _flat(layout, theta)
    eta[:, : layout.p] *= np.exp(-log_s)
    eta[:, layout.p : layout.fixed] -= log_s
    for row in _triangle_rows(layout):
        entries = theta[:, row]
        sd = np.maximum(np.sqrt((entries**2).sum(axis=1)), LEAST_SD)
        left = sd.copy()
        for k in range(entries.shape[1] - 1):
            r = np.clip(entries[:, k] / np.maximum(left, LEAST_SD), -MOST_CORRELATION, MOST_CORRELATION)
            eta[:, row.start + k] = np.arctanh(r)
            left = left * np.sqrt(1.0 - r * r)
        eta[:, row.stop - 1] = np.log(sd) - log_s[:, 0]
    return eta


def bend(layout: Layout, eta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """theta (m, k) of eta (m, k), and log |d theta / d eta| (m,)."""
    theta, log_s = eta.copy(), _flat(layout, eta)
    theta[:, : layout.p] *= np.exp(log_s)
    theta[:, layout.p : layout.fixed] += log_s
    size = layout.p * log_s[:, 0]
    for j, row in enumerate(_triangle_rows(layout), start=1):
        log_left = eta[:, row.stop - 1] + log_s[:, 0]
        size = size + j * log_left
        for k in range(1, j):
            r = np.tanh(eta[:, row.start + k - 1])
            # log(1 - r^2) without cancellation
            log_room = -2.0 * np.logaddexp(eta[:, row.start + k - 1], -eta[:, row.start + k - 1]) + np.log(4.0)
            theta[:, row.start + k - 1] = r * np.exp(log_left)
            log_left = log_left + 0.5 * log_room
            size = size + 0.5 * (j - k) * log_room
        theta[:, row.stop - 1] = np.exp(log_left)
    return theta, size


def reparameterised_slope(layout: Layout, theta: np.ndarray) -> np.ndarray:
    """d eta / d theta (k, k) at theta (k,), by central differences."""
    step, size = 1e-5, theta.size
    moves = np.vstack([step * np.eye(size), -step * np.eye(size)])
    ends = reparameterise(layout, theta + moves)
    return (ends[:size] - ends[size:]).T / (2.0 * step)
