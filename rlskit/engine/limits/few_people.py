"""Few people: what not knowing how far they differ adds to the mean of the likelihood-ratio statistic.

Equation. Take the working model of the log odds: columns X, night weights w, person columns Z, and of each person
V = diag(1/w) + sigma^2 R(phi) + Z Sigma Z'. With I = sum X' V^-1 X, v = g' I^-1 g the variance of a contrast g'beta,
psi the entries of Sigma and J the information on them, J_ab = sum tr(V^-1 V_a V^-1 V_b) / 2, the statistic's mean is
1 + e,

    e = -(d log v)' J^-1 (d log|I|) / 2 + (d log v)' J^-1 (d log v) / 4,

to first order: maximum likelihood takes the spread too small, because coefficients have used up part of it, and a
spread taken from few people varies, so that the statistic has the longer tails of Student's t (Zucker, Lieberman &
Manor 2000, JRSS B 62, 827-838). For the mean of N equal people e = 3/(2N), where the mean of the statistic,
N log(1 + t^2/(N - 1)), is N (digamma(N/2) - digamma((N - 1)/2)) exactly. So a contrast gets the exact mean of the N
that has its e: with six people 1.32, where the first order alone says 1.25. A column whose effect does not differ
between people gets next to nothing.
Sums over people of A = Z' V^-1 X and M = Z' V^-1 Z suffice, by one tridiagonal factor and a q x q block a person.
Oracle: dense matrices, tests/unit/engine/limits/test_few_people.py; coverage, benchmarks/coverage.md and
benchmarks/new_person.md.
"""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
from scipy.special import digamma

from rlskit.engine.fitting.shard import Parts, Shard
from rlskit.engine.integrals.ar1 import chain, factor
from rlskit.engine.parameters import Parameters

# more people add less than 2% to the statistic, 1% to a width
MANY_PEOPLE, FEWEST = 100, 2.0


def few_people_excess(parts: Parts, part: Parameters, weight: float, change: np.ndarray) -> float:
    """What to add to the mean of the statistic, at least 0.

    part: sigma, phi and Lambda as estimated; weight: information of one night on its log odds; change (p,): the
    contrast by column.
    """
    q = len(part.scale)
    if not q or parts.facts.people > MANY_PEOPLE or not np.abs(change).max() > 0.0:
        return 0.0
    found = parts.each(people_sums, part, weight)
    information, by_x, by_z = (sum(one[k] for one in found) for k in range(3))
    pairs = list(combinations_with_replacement(range(q), 2))
    # E_a of every entry of Sigma, symmetric
    entries = np.zeros((len(pairs), q, q))
    for a, (j, k) in enumerate(pairs):
        entries[a, j, k] = entries[a, k, j] = 1.0
    try:
        inverse = np.linalg.inv(information)
        along = inverse @ change
        # d I / d psi_a = -sum A' E_a A
        spread = np.einsum("ajk,jrks,r,s->a", entries, by_x, along, along) / (change @ along)
        volume = -np.einsum("ajk,jrks,rs->a", entries, by_x, inverse)
        curvature = 0.5 * np.einsum("ajk,bml,kmlj->ab", entries, entries, by_z)
        excess = float(spread @ np.linalg.solve(curvature, 0.25 * spread - 0.5 * volume))
    except np.linalg.LinAlgError:  # no information on some direction, as in engine/families/bartlett.py
        return 0.0
    if not excess > 1e-6:
        return 0.0
    equal = max(FEWEST, 1.5 / excess)
    return float(equal * (digamma(0.5 * equal) - digamma(0.5 * (equal - 1.0))) - 1.0)


def people_sums(shard: Shard, part: Parameters, weight: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Over a shard's people: I (p, p), A x A as [j, r, k, s] (q, p, q, p), M x M as [k, m, l, j] (q, q, q, q)."""
    nights, x = shard.nights, shard.x
    p, both = x.shape[1], np.hstack([x, nights.z])
    solved = weight * both
    if nights.persistence and part.sigma:
        # S^-1 = W - sigma^2 W (Q + sigma^2 W)^-1 W
        carried = factor(chain(nights.gap, part.phi), np.full(len(x), part.sigma**2 * weight)).solve(both)
        solved = solved - (part.sigma * weight) ** 2 * carried
    z = nights.z[:, :, None]
    b = np.add.reduceat(z * solved[:, None, :p], nights.starts, axis=0)
    s = np.add.reduceat(z * solved[:, None, p:], nights.starts, axis=0)
    sigma = part.scale @ part.scale.T
    kept = np.linalg.inv(np.eye(len(sigma)) + s @ sigma)
    a, m = kept @ b, kept @ s
    information = x.T @ solved[:, :p] - np.einsum("ijr,jk,iks->rs", b, sigma, a)
    return information, np.einsum("ijr,iks->jrks", a, a), np.einsum("ikm,ilj->kmlj", m, m)
