"""Evenings of several yes/no rows each: symptoms begin in the last one, in none, or in one of those marked `some`.

Equation. With h_k = logistic(f_k) the chance that symptoms begin in row k of an evening that is quiet so far,
    P(evening) = prod_quiet (1 - h_k) * { h_last | 1 | sum_some c_k h_k prod_{j<k in some} (1 - h_j) },
where f_k = x_k'beta + e, columns x of every row and one e for the whole evening (a gap of 0 inside it). The third
form is that of symptoms whose beginning was not told: c_k is the chance of what else is known of the evening, had they
begun in row k (that nothing else had happened by then); with all c_k = 1 it is 1 - prod_some (1 - h_k). Integrated over
e by the exact filter (engine/integrals/forward_backward.py). Oracle: products over evenings by brute force in
tests/unit/engine/families/test_evenings.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlskit.engine.families.family import Split, YesNo


@dataclass(frozen=True, kw_only=True)
class Evenings(YesNo):
    """sign (rows,): +1 where symptoms begin, else -1; first (n,): each evening's first row; some (rows,): c_k, above 0
    in the rows of an evening in one of which symptoms began, else 0. Levels are those of rows."""

    __module__ = "rlskit"

    first: np.ndarray
    some: np.ndarray

    @property
    def size(self) -> int:
        return self.first.size

    @property
    def night(self) -> np.ndarray:
        """The evening of every row, (rows,)."""
        return np.repeat(np.arange(self.size), self._sizes)

    @property
    def _sizes(self) -> np.ndarray:
        return np.diff(np.append(self.first, self.sign.size))

    def at(self, shape: np.ndarray) -> Evenings:
        return self

    def take(self, rows: np.ndarray | slice) -> Evenings:
        chosen = np.arange(self.size)[rows]
        sizes = self._sizes[chosen]
        first = np.cumsum(sizes) - sizes
        here = np.repeat(self.first[chosen] - first, sizes) + np.arange(sizes.sum())
        return Evenings(self.sign[here], first=first, some=self.some[here])

    def split(self) -> Split | None:
        return Split(self.sign, self.night, self.first, np.zeros(self.sign.size), 0.0, own=True,
                     some=self.some if self.some.any() else None)

    def sum_rows(self, values: np.ndarray) -> np.ndarray:
        return np.add.reduceat(values, self.first, axis=0)

    def join(self, by_row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return by_row, np.zeros((self.size, 0))

    def information(self, counts: np.ndarray, gram: np.ndarray, total: np.ndarray) -> np.ndarray:
        share = counts[1] / counts.sum()
        return max(share * (1.0 - share), 0.01) * gram

    def margins(self, x: np.ndarray) -> np.ndarray:
        """Of rows of which some one is a yes their middle: it is no row of the evening, but a direction that raises
        all of them raises it, and one that lowers all lowers it."""
        some = self.some > 0.0
        told = np.unique((self.sign[:, None] * x)[~some], axis=0)
        if not some.any():
            return told
        night = self.night[some]
        at = np.flatnonzero(np.diff(night, prepend=-1))
        middle = np.add.reduceat(x[some], at) / np.diff(np.append(at, night.size))[:, None]
        return np.vstack([told, np.unique(middle, axis=0)])

    def mean_statistic(self, x: np.ndarray, mean: np.ndarray, variance: np.ndarray, gradient: np.ndarray) -> float:
        """Of the rows told one by one: those of which some one is a yes say less than as many others."""
        told = self.some == 0.0
        return super().mean_statistic(x[told], mean[told], variance[told], gradient)
