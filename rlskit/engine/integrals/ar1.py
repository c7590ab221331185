"""Night-to-night persistence: a stationary AR(1) process of unit variance, all persons in one tridiagonal matrix.

Equation. corr(v_s, v_t) = phi^|s - t| within a person, 0 between persons. With r_k = phi^gap for the link into row k
(0 where a person starts), the precision Q has diagonal 1/(1 - r_k^2) + r_{k+1}^2/(1 - r_{k+1}^2) and off-diagonal
-r/(1 - r^2); log det Q = -sum log(1 - r_k^2). A gap needs no imputed nights: only its length enters.
Rue & Held (2005), Gaussian Markov Random Fields, section 1.1; the inverse's diagonal from forward and backward pivots
is Meurant (1992), SIAM J. Matrix Anal. 13, 707-728. Oracle: dense matrices in tests/unit/engine/integrals/test_ar1.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpttrf, dpttrs


@dataclass(frozen=True)
class Chain:
    """Q for one `phi`: `links` r_k (n,), `diagonal` (n,), `off` (n-1,), `log_det`."""

    phi: float
    links: np.ndarray
    diagonal: np.ndarray
    off: np.ndarray
    log_det: float


@dataclass(frozen=True)
class ChainFactor:
    """A = Q + diag(t) factored as L D L': `pivots` D (n,), `lower` (n-1,), `variance` = diag(A^-1) (n,), `log_det`."""

    pivots: np.ndarray
    lower: np.ndarray
    variance: np.ndarray
    log_det: float

    def solve(self, right: np.ndarray) -> np.ndarray:
        """A^-1 right, for (n,) or (n, m)."""
        if self.lower.size == 0:
            return right / (self.pivots if right.ndim == 1 else self.pivots[:, None])
        return dpttrs(self.pivots, self.lower, right)[0]

    def link_covariance(self) -> np.ndarray:
        """(A^-1)_{k-1,k} for every link into rows 1..n-1, (n-1,)."""
        return -self.lower * self.variance[1:]


def chain(gap: np.ndarray, phi: float) -> Chain:
    """Q for correlation phi in [0, 1); gap (n,) in nights, inf where a person starts."""
    with np.errstate(under="ignore"):
        links = np.power(phi, gap)
    inverse = 1.0 / (1.0 - links * links)
    diagonal = inverse.copy()
    diagonal[:-1] += (links * links * inverse)[1:]
    return Chain(phi, links, diagonal, -(links * inverse)[1:], float(np.log(inverse).sum()))


def factor(matrix: Chain, extra: np.ndarray) -> ChainFactor:
    """Factor Q + diag(extra), extra (n,) >= 0."""
    a = matrix.diagonal + extra
    if a.size == 1:
        return ChainFactor(a, matrix.off, 1.0 / a, float(np.log(a[0])))
    d, lower, info = dpttrf(a, matrix.off)
    c, _, back = dpttrf(a[::-1], matrix.off[::-1])
    if info or back:
        raise np.linalg.LinAlgError("night-to-night precision is not positive definite")
    return ChainFactor(d, lower, 1.0 / (d + c[::-1] - a), float(np.log(d).sum()))


def phi_slope(matrix: Chain, gap: np.ndarray, variance: np.ndarray, mean: np.ndarray, cross: np.ndarray) -> np.ndarray:
    """d E log N(v; 0, Q^-1) / d logit(phi) under posterior moments of v, link by link, (n-1,).

    variance, mean (n,): of v; cross (n-1,): covariance of v_{k-1} and v_k.
    """
    r = matrix.links[1:]
    keep = 1.0 - r * r
    second = variance + mean * mean
    product = cross + mean[1:] * mean[:-1]
    # residual v_k - r v_{k-1}: its square and its product with v_{k-1}
    square = second[1:] - 2.0 * r * product + r * r * second[:-1]
    d_link = r / keep + (product - r * second[:-1]) / keep - r * square / keep**2
    # phi d r / d phi = gap * r; at r = 0 (a new person, an endless gap) the product is 0, not nan
    steps = np.where(r > 0.0, gap[1:], 0.0)
    phi_share = steps * r
    return d_link * phi_share * (1.0 - matrix.phi)
