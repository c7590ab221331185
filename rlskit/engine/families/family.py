"""What a night's answer says about its linear predictor f: the one place where kinds of outcome differ.

Everything else in the engine (chains, people, propagation, quadrature, profiles) asks a family. A family holds the
answers of all nights, and the shape parameters its curve needs beside the coefficients: none for yes/no nights
(`YesNo`, here), the distances between thresholds for ordinal ones (`Ordinal`, engine/families/ordinal.py).
Equation. P(y | f) = logistic(sign f); what follows from it is in engine/families/logistic.py, bartlett.py and
engine/fitting/separation.py. Oracle: ordinal nights of two levels have the same moments and margins,
tests/unit/engine/families/test_ordinal.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeVar

import numpy as np
from scipy.special import log_expit, logit

from rlskit.engine.families.bartlett import bartlett_factor
from rlskit.engine.families.logistic import mean_probability, tilted

Own = TypeVar("Own", bound="Family")


@dataclass(frozen=True)
class Split:
    """Nights without persistence as yes/no rows of the very same likelihood.

    sign (m,): of each row; night (m,): whose predictor it has, ascending; first (n,): each night's first row;
    shift (m,): taken off the predictor; log_constant: what the rows leave out of the log-likelihood. own: whether every
    row has a predictor of its own, its night's and more; some (m,): above 0 for rows, with sign -1, in one of which a
    yes came first in its night: the chance of what else is known of the night if it did.
    """

    sign: np.ndarray
    night: np.ndarray
    first: np.ndarray
    shift: np.ndarray
    log_constant: float
    own: bool = False
    some: np.ndarray | None = None

    def at_rows(self, offset: np.ndarray) -> np.ndarray:
        """The predictor of every row, (m,), from that of the nights, or of the rows where they have their own."""
        return offset if self.own else offset[self.night]


def yes_no_rows(family: Family) -> Split:
    """The nights as yes/no rows, each a row of its own where that is what they are."""
    split, every = family.split(), np.arange(family.size)
    return split or Split(2.0 * family.level - 1.0, every, every, np.zeros(family.size), 0.0)


class Family(Protocol):
    """Answers of n nights. Methods give arrays of one entry per night unless stated otherwise."""

    @property
    def size(self) -> int:
        """Number of nights."""
        ...

    @property
    def shapes(self) -> int:
        """Number m of shape parameters."""
        ...

    @property
    def level(self) -> np.ndarray:
        """The answer as a level 0, 1, … of log_levels, (n,)."""
        ...

    def at(self: Own, shape: np.ndarray) -> Own:
        """The same nights under other shape parameters (m,)."""
        ...

    def take(self: Own, rows: np.ndarray | slice) -> Own:
        """Some of the nights, or nights repeated."""
        ...

    def tilted(self, mean: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """log E P(y | f) for f ~ N(mean, variance), its slope in the mean, and minus its curvature."""
        ...

    def tilted_by_shape(self, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
        """The slope of log E P(y | f) by every shape parameter, (n, m)."""
        ...

    def log_levels(self, f: np.ndarray) -> np.ndarray:
        """log P of every level at predictors f (m,): (levels, m)."""
        ...

    def split(self) -> Split | None:
        """The nights as yes/no rows; None where that is what they are."""
        ...

    def sum_rows(self, values: np.ndarray) -> np.ndarray:
        """Of a value for each row of columns, (rows, k), the sums by night, (n, k): the values themselves where a night
        has one row."""
        ...

    def join(self, by_row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From the slope by every row's predictor to those by night (n,) and by shape (n, m)."""
        ...

    def start(self, counts: np.ndarray) -> tuple[float, np.ndarray]:
        """The constant predictor and the shape parameters that give the shares of `counts` (levels,) nights."""
        ...

    def information(self, counts: np.ndarray, gram: np.ndarray, total: np.ndarray) -> np.ndarray:
        """A rough expected information on (beta, shape), (p + m, p + m): where climbing begins. From the nights at
        each level, X'X (p, p) and X'1 (p,)."""
        ...

    def margins(self, x: np.ndarray) -> np.ndarray:
        """Rows r (rows, p + thresholds): the likelihood never falls along d exactly where r @ d >= 0 for all."""
        ...

    def mean_statistic(self, x: np.ndarray, mean: np.ndarray, variance: np.ndarray, gradient: np.ndarray) -> float:
        """Mean of one person's likelihood-ratio statistic for a contrast with gradient (p + m,) by beta and shape."""
        ...


@dataclass(frozen=True)
class YesNo:
    """P(y) = logistic(sign * f). sign (n,): +1 for a symptom night, -1 for a night without, 0 for one not answered."""

    __module__ = "rlskit"

    sign: np.ndarray
    shapes: ClassVar[int] = 0

    @property
    def size(self) -> int:
        return self.sign.size

    @property
    def level(self) -> np.ndarray:
        return (self.sign > 0).astype(int)

    def at(self, shape: np.ndarray) -> YesNo:
        return self

    def take(self, rows: np.ndarray | slice) -> YesNo:
        return YesNo(self.sign[rows])

    def tilted(self, mean: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return tilted(self.sign, mean, variance)

    def tilted_by_shape(self, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
        return np.zeros((mean.size, 0))

    def log_levels(self, f: np.ndarray) -> np.ndarray:
        return np.stack([log_expit(-f), log_expit(f)])

    def split(self) -> Split | None:
        return None

    def sum_rows(self, values: np.ndarray) -> np.ndarray:
        return values

    def join(self, by_row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return by_row, np.zeros((by_row.size, 0))

    def start(self, counts: np.ndarray) -> tuple[float, np.ndarray]:
        return float(logit(np.clip(counts[1] / counts.sum(), 0.02, 0.98))), np.zeros(0)

    def information(self, counts: np.ndarray, gram: np.ndarray, total: np.ndarray) -> np.ndarray:
        return 0.16 * gram

    def margins(self, x: np.ndarray) -> np.ndarray:
        return np.unique(self.sign[:, None] * x, axis=0)

    def mean_statistic(self, x: np.ndarray, mean: np.ndarray, variance: np.ndarray, gradient: np.ndarray) -> float:
        return bartlett_factor(x, mean_probability(mean, variance)[0], gradient)
