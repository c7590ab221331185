"""The estimand of evenings told by the half hour: how many nights with symptoms, whenever they begin, under one path of
an evening less those under another.

Equation. With h_k = logistic(x_k'beta + sigma v) the chance that symptoms begin in row k of an evening still quiet,
    risk = mean over evenings of 1 - E_v prod_k (1 - h_k),    v ~ N(0, 1), the same for a whole evening,
and the contrast is risk(path a) - risk(path b): every evening of the diary taken twice, as it would go under either
(the parametric g-formula; Robins 1986, Mathematical Modelling 7, 1393-1512). With S = prod_k (1 - h_k),
dS / d x_k'beta = -S h_k. Oracle: brute-force sums over all courses of an evening and finite differences in
tests/unit/engine/limits/test_evening.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rlskit.engine.limits.bounded_scale import Ranged
from rlskit.engine.parameters import Layout

NODES = 11
STEEPEST = 30.0
_NO_SPREAD = 1e-6
_AT, _WEIGHT = np.polynomial.hermite_e.hermegauss(NODES)
_WEIGHT = _WEIGHT / _WEIGHT.sum()


@dataclass(frozen=True)
class Path:
    """Columns x (evenings * rows, p) of every evening under one path, evening by evening, each of `rows` rows."""

    __module__ = "rlskit"

    x: np.ndarray
    rows: int


def evening_risk(layout: Layout, theta: np.ndarray, path: Path) -> tuple[float, float, np.ndarray]:
    """Risk under a path, 1 minus it to its own digits, and the gradient of the risk (k,)."""
    part = layout.unpack(theta)
    at, weight = (_AT, _WEIGHT) if abs(part.sigma) > _NO_SPREAD else (np.zeros(1), np.ones(1))
    mean = (path.x @ part.beta).reshape(-1, path.rows).T
    rise, e = (np.exp(np.minimum(one, STEEPEST, order="C")) for one in (mean, part.sigma * at))
    odds = rise[:, None, :] * e[:, None]  # row by row of the evening: (rows, nodes, evenings)
    quiet = 1.0 / (1.0 + odds)
    chance = np.multiply(odds, quiet, out=odds)
    for earlier, now in pairwise(quiet):  # several times faster than an accumulate along the first axis
        now *= earlier
    n, always = mean.shape[1], quiet[-1]
    # begun in the first row, or after quiet ones: sums of what is positive keep their digits
    begun = chance[0].mean(axis=1) + np.einsum("kmn,kmn->m", chance[1:], quiet[:-1]) / n
    by_row = np.einsum("kmn,mn->nk", chance, weight[:, None] * always) / n
    by_sigma = float((chance.sum(axis=0) * always).sum(axis=1) @ (weight * at)) / n
    gradient = layout.pack(path.x.T @ by_row.ravel(), np.zeros((layout.q, layout.q)), by_sigma, 0.0)
    return float(begun @ weight), float(always.mean(axis=1) @ weight), gradient


def evening_difference(layout: Layout, a: Path, b: Path) -> Ranged:
    """Risk under a minus risk under b, as an estimand that knows its ends."""

    def value(theta):
        (high, _, by_high), (low, _, by_low) = (evening_risk(layout, theta, path) for path in (a, b))
        return high - low, by_high - by_low

    def gaps(theta):
        (high, less, _), (low, more, _) = (evening_risk(layout, theta, path) for path in (a, b))
        return high + more, less + low

    return Ranged(value, gaps, -1.0, 1.0)
