"""Small diaries: the likelihood-ratio statistic is a little too large on average, and by how much is known.

Equation. For a logistic regression with columns X and probabilities m, E[2 (l(beta-hat) - l(beta))] = p + e(X) with
    e(X) = -1/4 sum_i c4_i Z_ii^2 + 1/12 sum_ij c3_i c3_j (2 Z_ij^3 + 3 Z_ii Z_ij Z_jj),
Z = X (X' V X)^-1 X', V = m (1 - m), c3 = V (1 - 2 m), c4 = V (1 - 6 m + 6 m^2) (Lawley 1956, Biometrika 43, 295-303;
Cordeiro 1983, JRSS B 45, 404-413). A contrast with gradient g by beta leaves the columns X N, N a basis of g's null
space, so its statistic has mean 1 + e(X) - e(X N), by which the cut-off is multiplied. m are the probabilities averaged
over persistence. Since Z_ij = a_i'a_j with a = X C, C C' = (X'VX)^-1, the sums over pairs are squared lengths of
sum_i c3_i a_i (x) a_i (x) a_i and sum_i c3_i Z_ii a_i, linear in nights. The part that sigma and phi add is in
engine/limits/persistence.py.
Oracle: simulated means of the statistic, tests/unit/engine/families/test_bartlett.py.
"""

from __future__ import annotations

import numpy as np


def bartlett_factor(x: np.ndarray, probability: np.ndarray, by_beta: np.ndarray) -> float:
    """Mean of the likelihood-ratio statistic of one contrast, at least 1.

    x (n, p), probability (n,) of a symptom night, by_beta (p,): the contrast's gradient. 1 where probabilities at
    0 or 1 leave no information on some direction, in which the limits are open or nearly so.
    """
    if not np.abs(by_beta).max() > 0.0:
        return 1.0
    null = np.linalg.svd(by_beta[None, :])[2][1:].T
    try:
        factor = 1.0 + _excess(x, probability) - (_excess(x @ null, probability) if null.shape[1] else 0.0)
    except np.linalg.LinAlgError:
        return 1.0
    return float(max(1.0, factor)) if np.isfinite(factor) else 1.0


def _excess(x: np.ndarray, m: np.ndarray) -> float:
    v = m * (1.0 - m)
    third, fourth = v * (1.0 - 2.0 * m), v * (1.0 - 6.0 * m + 6.0 * m * m)
    # of a matrix that is singular there is no factor, and that is said
    a = x @ np.linalg.inv(np.linalg.cholesky(x.T @ (v[:, None] * x))).T
    own = np.square(a).sum(axis=1)
    cubes = (third[:, None] * a).T @ (a[:, :, None] * a[:, None, :]).reshape(len(a), -1)
    skew = 2.0 * np.square(cubes).sum() + 3.0 * np.square((third * own) @ a).sum()
    return float(-0.25 * (fourth @ own**2) + skew / 12.0)
