"""Scattered points for a person's integral over four columns and more, where a product rule has too many.

Equation. With x_k spread evenly in the probability of a density f over R^q,

    integral g(x) dx ~ (1/m) sum_k g(x_k) / f(x_k).

f is the multivariate t: heavier tails than the normal, as a person's integral has in a direction of which the nights
say little. x = z / sqrt(c / FREEDOM), z normal and c chi-square by the inverse of their distributions from a scrambled
Sobol sequence, and every point with its mirror image, so that odd moments about the mode vanish. The seed is fixed: a
rule, not a draw. f is round, so everyone has the points turned in a way of their own; the same for all, their errors
would add up over people as standard errors do not.
Owen (1997), SIAM J. Numer. Anal. 34, 1884-1910. Oracle: tests/unit/engine/fitting/test_many_slopes.py (independent
draws).
"""

from __future__ import annotations

import numpy as np
from scipy.special import chdtri, gammaln, ndtri

POINTS, FREEDOM, SEED = 4096, 48.0, 20261122


def scattered_points(count: int, q: int) -> tuple[np.ndarray, np.ndarray]:
    """Points (count, q) and the logs of their weights against dx (count,)."""
    from scipy.stats.qmc import Sobol  # takes half as long to load as pandas

    uniform = Sobol(q + 1, scramble=True, rng=SEED).random(count // 2)
    x = ndtri(uniform[:, :q]) / np.sqrt(chdtri(FREEDOM, uniform[:, q]) / FREEDOM)[:, None]
    x = np.vstack([x, -x])
    log_f = gammaln(0.5 * (FREEDOM + q)) - gammaln(0.5 * FREEDOM) - 0.5 * q * np.log(np.pi * FREEDOM)
    log_f = log_f - 0.5 * (FREEDOM + q) * np.log1p((x * x).sum(axis=1) / FREEDOM)
    return x, -np.log(len(x)) - log_f


def turns(people: int, q: int) -> np.ndarray:
    """One rotation or reflection a person, (people, q, q)."""
    return np.linalg.qr(np.random.default_rng(SEED).normal(size=(people, q, q)))[0]
