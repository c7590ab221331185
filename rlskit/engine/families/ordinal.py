"""Ordinal nights: a severity in levels 0 … K-1, by the cumulative logit.

Equation. P(y <= k) = logistic(c_k - f), so P(y = k) = logistic(c_k - f) - logistic(c_{k-1} - f) (McCullagh 1980,
JRSS B 42, 109-142). The first threshold is c_0 = 0, since the constant among the columns of f moves them all; the shape
parameters are the logarithms of the K - 2 distances, so that c_k = sum_{j <= k} exp(shape_j) rises whatever they are.
Averaged over f ~ N(m, v) both terms have the closed form of engine/families/logistic.py. A night above the middle of
its interval is mirrored, so that both are small and their difference keeps its digits.

At one predictor a middle level is two yes/no answers, logistic(c_k - f) logistic(f - c_{k-1}) (1 - exp(-distance)):
`split` uses this identity, and quadrature over people needs nothing else.
Oracles: brute force and finite differences in tests/unit/engine/families/test_ordinal.py; clm and clmm in
tests/oracles/clmm.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import log_expit, logit

from rlskit.engine.families.family import Split
from rlskit.engine.families.lawley import lawley_factor
from rlskit.engine.families.logistic import mean_probability

_TINY = 1e-300
_LESS = 0.64
# beyond, the small-diary factor is within 0.01 of 1 in any usable model
_LARGE = 1000


def thresholds(shape: np.ndarray) -> np.ndarray:
    """c_0 = 0, c_1, … c_{K-2}, rising, of shape (K-2,)."""
    return np.concatenate([[0.0], np.cumsum(np.exp(shape))])


def by_shape(shape: np.ndarray, by_threshold: np.ndarray) -> np.ndarray:
    """Slopes by shape (..., K-2) from those by threshold (..., K-1)."""
    above = np.cumsum(by_threshold[..., :0:-1], axis=-1)[..., ::-1]
    return np.exp(shape) * above


@dataclass(frozen=True)
class Ordinal:
    """Nights with answers `level` (n,), whole numbers 0 … K-1, each of which occurs; `shape` (K-2,)."""

    __module__ = "rlskit"

    level: np.ndarray
    shape: np.ndarray

    @property
    def size(self) -> int:
        return self.level.size

    @property
    def shapes(self) -> int:
        return self.shape.size

    @cached_property
    def cuts(self) -> np.ndarray:
        """Thresholds (K-1,)."""
        return thresholds(self.shape)

    @cached_property
    def _bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """The interval of f in which each night's level lies, infinite for the lowest and highest level."""
        edges = np.concatenate([[-np.inf], self.cuts, [np.inf]])
        return edges[self.level], edges[self.level + 1]

    @cached_property
    def _middle(self) -> np.ndarray:
        return np.flatnonzero((self.level > 0) & (self.level < self.cuts.size))

    def at(self, shape: np.ndarray) -> Ordinal:
        return Ordinal(self.level, shape)

    def take(self, rows: np.ndarray | slice) -> Ordinal:
        return Ordinal(self.level[rows], self.shape)

    def _parts(self, mean: np.ndarray, variance: np.ndarray):
        """Of the far and the near end of each night's interval, seen from its mirrored side: the chance to be beyond
        and its two derivatives, (2, 3, n); and the mirror, +1 or -1."""
        lower, upper = self._bounds
        mirror = np.where(lower + upper - 2.0 * mean > 0.0, -1.0, 1.0)
        far = np.where(mirror > 0.0, upper - mean, mean - lower)
        near = (np.where(mirror > 0.0, lower - mean, mean - upper))[self._middle]
        both = mean_probability(np.concatenate([far, near]), np.concatenate([variance, variance[self._middle]]))
        parts = np.zeros((2, 3, self.size))
        for i, values in enumerate(both):
            parts[0, i] = values[: self.size]
            parts[1, i, self._middle] = values[self.size :]
        return parts, mirror

    def tilted(self, mean: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        (far, near), mirror = self._parts(mean, variance)
        p, first, second = far - near
        p = np.maximum(p, _TINY)
        slope = -mirror * first / p
        return np.log(p), slope, slope * slope - second / p

    def tilted_by_shape(self, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
        (far, near), mirror = self._parts(mean, variance)
        p = np.maximum(far[0] - near[0], _TINY)
        # a night's chance grows with the upper end of its interval and falls with the lower
        upper = np.where(mirror > 0.0, far[1], near[1]) / p
        lower = np.where(mirror > 0.0, near[1], far[1]) / p
        return self._by_shape(upper, lower, 0.0)

    def _by_shape(self, upper, lower, constant) -> np.ndarray:
        """From slopes by the ends of each night's interval (n,): constant adds one to the distance of its ends."""
        k = np.arange(1, self.shape.size + 1)
        level = self.level[:, None]
        inside = (level >= k) * upper[:, None] - (level - 1 >= k) * lower[:, None] + (level == k) * constant
        return np.exp(self.shape) * inside

    def log_levels(self, f: np.ndarray) -> np.ndarray:
        below, above = log_expit(self.cuts[:, None] - f), log_expit(f - self.cuts[:, None])
        middle = below[1:] + above[:-1] + np.log(-np.expm1(-np.exp(self.shape)))[:, None]
        return np.concatenate([below[:1], middle, above[-1:]])

    def split(self) -> Split:
        """Row by row: a 'yes' at the lower end of a night's interval, a 'no' at the upper."""
        has_lower, has_upper = self.level > 0, self.level < self.cuts.size
        count = has_lower.astype(int) + has_upper
        night = np.repeat(np.arange(self.size), count)
        first = np.cumsum(count) - count
        sign = np.full(night.size, -1.0)
        sign[first[has_lower]] = 1.0
        cut = self.level[night] - (sign > 0)
        log_inside = np.log(-np.expm1(-np.exp(self.shape)))
        return Split(sign, night, first, self.cuts[cut], float(log_inside[self.level[self._middle] - 1].sum()))

    def sum_rows(self, values: np.ndarray) -> np.ndarray:
        return values

    def join(self, by_row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        has_lower, has_upper = self.level > 0, self.level < self.cuts.size
        count = has_lower.astype(int) + has_upper
        first = np.cumsum(count) - count
        lower, upper = np.zeros(self.size), np.zeros(self.size)
        lower[has_lower] = by_row[first[has_lower]]
        upper[has_upper] = by_row[(first + count - 1)[has_upper]]
        with np.errstate(over="ignore"):
            constant = 1.0 / np.expm1(np.exp(self.shape))
        return lower + upper, self._by_shape(-upper, lower, constant)

    def start(self, counts: np.ndarray) -> tuple[float, np.ndarray]:
        cuts = logit(np.cumsum(_shares(counts))[:-1])
        return float(-cuts[0]), np.log(np.diff(cuts))

    def information(self, counts: np.ndarray, gram: np.ndarray, total: np.ndarray) -> np.ndarray:
        """That of the model without columns, for every night: McCullagh (1980), section 2."""
        share = _shares(counts)
        below = np.cumsum(share)[:-1]
        density = below * (1.0 - below)
        link = -density[:-1] * density[1:] / share[1:-1]
        by_cut = np.diag(density**2 * (1.0 / share[:-1] + 1.0 / share[1:])) + np.diag(link, 1) + np.diag(link, -1)
        turn = by_shape(self.start(counts)[1], np.eye(below.size))
        corner = -np.outer(total, by_cut.sum(axis=0) @ turn)
        inside = counts.sum() * turn.T @ by_cut @ turn
        # persistence and people leave less than that
        return _LESS * np.block([[by_cut.sum() * gram, corner], [corner.T, inside]])

    def margins(self, x: np.ndarray) -> np.ndarray:
        """Each night must not leave its interval: f may not pass the upper end, nor the lower."""
        ends = np.vstack([np.zeros(self.shape.size), np.eye(self.shape.size)])
        lower, upper = self.level > 0, self.level < self.cuts.size
        below = np.hstack([x[lower], -ends[self.level[lower] - 1]])
        above = np.hstack([-x[upper], ends[self.level[upper]]])
        return np.unique(np.vstack([below, above]), axis=0)

    def mean_statistic(self, x: np.ndarray, mean: np.ndarray, variance: np.ndarray, gradient: np.ndarray) -> float:
        if self.size > _LARGE:
            return 1.0
        below = [mean_probability(cut - mean, variance)[0] for cut in self.cuts]
        by_gap = gradient[x.shape[1] :] / np.exp(self.shape)
        by_cut = by_gap - np.append(by_gap[1:], 0.0) if by_gap.size else by_gap
        return lawley_factor(x, np.column_stack(below), np.concatenate([gradient[: x.shape[1]], by_cut]))


def _shares(counts: np.ndarray) -> np.ndarray:
    """Every level's share of the nights, (K,), none of them 0."""
    return (counts + 0.5) / (counts + 0.5).sum()
