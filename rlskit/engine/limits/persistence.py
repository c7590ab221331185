"""Small diaries again: what not knowing sigma and phi adds to the mean of the likelihood-ratio statistic.

Equation. Take the working model of the log odds: columns X, night weights w, S = diag(1/w) + sigma^2 R(phi). With
I = X' S^-1 X and v = g' I^-1 g the variance of a contrast g'beta, maximum likelihood puts psi = (sigma, logit phi) off
by b = J^-1 d(log|I|)/d psi / 2, because p coefficients have used up part of the variance (that is what restricted
likelihood mends; Zucker, Lieberman & Manor 2000, JRSS B 62, 827-838). The statistic divides by v at that psi, so its
mean grows by -(d log v / d psi)' b: much for an exposure that is itself persistent, nothing for one without memory.
J is Whittle's: half the sum over frequencies of the slopes of the log spectrum 1/w + sigma^2 f(phi), nights times.

One short diary hardly says what psi is: half of them put sigma at zero, where the formula sees nothing to add. So it is
taken at the reference REFERENCE, times 1 - sigma/REFERENCE[0] where less than that was found, and w is that of the
share of symptom nights: nothing here follows the estimated effect. The reference was chosen once, by simulation over
nights, base rates, terms and persistence (docs/decisions/0014-coverage.md, benchmarks/factor.py).
Oracle: dense matrices, tests/unit/engine/limits/test_persistence.py; coverage, benchmarks/coverage.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from rlskit.engine.fitting.prior import Prior
from rlskit.engine.integrals.ar1 import chain, factor

REFERENCE = (1.2, 0.8)
FREQUENCIES = (np.arange(256) + 0.5) * np.pi / 256
STEP = 1e-2


def persistence_excess(
    x: np.ndarray, gap: np.ndarray, weight: float, change: np.ndarray, sigma: float, prior: Prior | None,
    sum_rows: Callable[[np.ndarray], np.ndarray] = np.asarray,
) -> float:
    """What to add to the mean of one person's statistic, at least 0.

    x (rows, p); gap (n,) in nights, inf at the first; weight: information of one row on its log odds; change (p,): the
    contrast by column; sigma: as estimated; sum_rows: of values by row, (rows, k), the sums by night, where a night has
    several rows.
    """
    short = 1.0 - abs(sigma) / REFERENCE[0]
    if short <= 0.0 or not np.abs(change).max() > 0.0:
        return 0.0
    psi = np.array([REFERENCE[0], float(logit(REFERENCE[1]))])
    nights = _Sums(x.T @ x, sum_rows(x), sum_rows(np.ones((len(x), 1)))[:, 0], gap)
    spread, volume = np.empty(2), np.empty(2)
    for k, step in enumerate(STEP * np.eye(2)):
        up, down = (_log_spread(nights, weight, change, at) for at in (psi + step, psi - step))
        spread[k], volume[k] = np.subtract(up, down) / (2.0 * STEP)
    a_night = weight * float(nights.rows.mean())
    bias = np.linalg.solve(_information(gap, a_night, psi, prior), 0.5 * volume)
    excess = -short * float(spread @ bias)
    return max(0.0, excess) if np.isfinite(excess) else 0.0


def night_weight(counts: np.ndarray) -> float:
    """Information of one night on its log odds where every night has the same shares: (1 - sum share^3) / 3, which is
    m (1 - m) for yes/no nights. counts (m,): how many nights are at each level."""
    share = counts / counts.sum()
    return float((1.0 - (share**3).sum()) / 3.0)


@dataclass(frozen=True)
class _Sums:
    """X'X `gram` (p, p), and by night the sum of its rows of X (n, p), how many they are (n,), and `gap` (n,)."""

    gram: np.ndarray
    x: np.ndarray
    rows: np.ndarray
    gap: np.ndarray


def _log_spread(nights: _Sums, weight: float, change, psi: np.ndarray) -> tuple[float, float]:
    """log v and log |I|, by one tridiagonal factor: S^-1 = W - sigma^2 W E (Q + sigma^2 E'W E)^-1 E'W, E the night of
    every row."""
    sigma, logit_phi = psi
    extra = sigma * sigma * weight * nights.rows
    solved = factor(chain(nights.gap, expit(logit_phi)), extra).solve(nights.x)
    information = weight * nights.gram - (sigma * weight) ** 2 * nights.x.T @ solved
    return float(np.log(change @ np.linalg.solve(information, change))), float(np.linalg.slogdet(information)[1])


def _information(gap, weight, psi: np.ndarray, prior: Prior | None) -> np.ndarray:
    """J on (sigma, logit phi), the curvature of the prior included; nights as far apart as they are on average."""
    apart = float(gap[1:].mean()) if gap.size > 1 else 1.0
    sigma, phi = psi[0], expit(psi[1])
    r = phi**apart
    below = 1.0 - 2.0 * r * np.cos(FREQUENCIES) + r * r
    spectrum = (1.0 - r * r) / below
    by_r = -2.0 * r / below - (1.0 - r * r) * (2.0 * r - 2.0 * np.cos(FREQUENCIES)) / below**2
    whole = 1.0 / weight + sigma * sigma * spectrum
    slopes = np.vstack([2.0 * sigma * spectrum, sigma * sigma * by_r * apart * r * (1.0 - phi)]) / whole
    found = 0.5 * gap.size / FREQUENCIES.size * slopes @ slopes.T
    if prior is not None:
        found[0, 0] += 1.0 / prior.night_sd**2
        found[1, 1] += 2.0 * phi * (1.0 - phi) * prior.correlation
    return found
