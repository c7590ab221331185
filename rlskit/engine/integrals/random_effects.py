"""People differ: a random intercept and correlated slopes, eliminated person by person.

Equation. u_i = Lambda w_i, w_i ~ N(0, I_q), G = Z Lambda. With site precisions T = diag(t) and the chain
A = Q + sigma^2 T, the posterior precision of w_i is the Schur block S_i = I + sum_{n in i} t_n G_n B_n', where
B = G - sigma^2 A^-1 T G is the response of the linear predictor to w once the chain has been integrated out.
All blocks at once by np.add.reduceat and stacked q x q Cholesky factors (Bates et al. 2015, JSS 67(1), section 5,
with the chain in the residual). Lambda is lower triangular and may be singular: people then do not differ along it.
Oracle: dense matrices in tests/unit/engine/integrals/test_ep.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PeopleFactor:
    """`response` B (q, n), `chain_response` sigma A^-1 T G (q, n), `covariance` S^-1 (people, q, q), `log_det`."""

    response: np.ndarray
    chain_response: np.ndarray
    covariance: np.ndarray
    log_det: float


def factor_people(
    g: np.ndarray, weighted: np.ndarray, chain_response: np.ndarray, sigma: float, starts: np.ndarray
) -> PeopleFactor:
    """Schur blocks for G = g (q, n), weighted = T G (q, n), and the rows at which persons start."""
    response = g - sigma * chain_response
    q = len(g)
    block = np.empty((starts.size, q, q))
    for j in range(q):
        for k in range(j + 1):
            block[:, j, k] = block[:, k, j] = np.add.reduceat(weighted[j] * response[k], starts)
        block[:, j, j] += 1.0
    if q == 1:
        return PeopleFactor(response, chain_response, 1.0 / block, float(np.log(block).sum()))
    _, log_det = np.linalg.slogdet(block)
    return PeopleFactor(response, chain_response, np.linalg.inv(block), float(log_det.sum()))


def quadratic(left: np.ndarray, spread: np.ndarray, right: np.ndarray) -> np.ndarray:
    """left_n' spread_n right_n for every night: left, right (q, n), spread (q, q, n); (n,)."""
    total = np.zeros(left.shape[1])
    for j in range(len(left)):
        inner = spread[j, 0] * right[0]
        for k in range(1, len(right)):
            inner += spread[j, k] * right[k]
        inner *= left[j]
        total += inner
    return total
