"""Yes/no nights: the logistic curve, averaged over a normal spread of the linear predictor, in closed form.

Equation. The logistic distribution is a normal scale mixture (Andrews & Mallows 1974, JRSS B 36, 99-102), so

    logistic(x) ~ sum_k w_k Phi(x / s_k)        and, for f ~ N(m, v),
    E logistic(f) ~ sum_k w_k Phi(m / sqrt(s_k^2 + v)),

whatever the size of v: no quadrature nodes to place, nothing lost at a large spread. The eight terms (Monahan &
Stefanski 1992 used the same device) were fitted to the relative error of logistic(x), at most 4e-6 for x >= -14, by
tests/oracles/forward_filter/fit_mixture.py. Oracle: tests/unit/engine/families/test_logistic.py against 400-node
quadrature.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

WEIGHTS = np.array([
    0.022060099557576335, 0.15333619611503585, 0.2928599088550409, 0.28261282059538323,
    0.17203816532204544, 0.06476318404288371, 0.011772847885498167, 0.00055677762653627,
])  # fmt: skip
SCALES = np.array([
    0.8419957848889207, 1.1127943797795459, 1.4322911239573002, 1.8132840980593952,
    2.267896745993739, 2.8174419010819496, 3.5034123706783498, 4.422343315178727,
])[:, None]  # fmt: skip
_SCALES_2 = SCALES**2
_DENSITY = WEIGHTS / np.sqrt(2.0 * np.pi)
_TINY = 1e-300
# nights a block: eight rows of it stay in the processor's cache
_BLOCK = 2048


def mean_probability(mean: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """E logistic(f) for f ~ N(mean, variance), with its first and second derivative in the mean.

    The derivative in the variance is half the second one (the heat equation). Arrays of one shape (n,).
    """
    p, first, second = np.empty(mean.size), np.empty(mean.size), np.empty(mean.size)
    for start in range(0, mean.size, _BLOCK):
        rows = slice(start, start + _BLOCK)
        root = _SCALES_2 + variance[rows]
        np.sqrt(root, out=root)
        np.reciprocal(root, out=root)
        u = mean[rows] * root
        p[rows] = WEIGHTS @ ndtr(u)
        density = u * u
        density *= -0.5
        np.exp(density, out=density)
        density *= root
        first[rows] = _DENSITY @ density
        density *= u
        density *= root
        second[rows] = _DENSITY @ density
    return p, first, -second


def tilted(sign: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """log E logistic(sign * f) for f ~ N(mean, variance), its slope in the mean, and minus its curvature (>= 0).

    The moments of the tilted distribution follow: mean + variance * slope and variance - variance^2 * curvature
    (Rasmussen & Williams 2006, Gaussian Processes for Machine Learning, section 3.6).
    """
    p, first, second = mean_probability(sign * mean, variance)
    p = np.maximum(p, _TINY)
    ratio = first / p
    return np.log(p), sign * ratio, ratio * ratio - second / p
