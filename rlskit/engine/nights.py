"""The nights of everybody as arrays, and what is known of all of them together.

Oracle: tests/unit/engine/fitting/test_shard.py (facts of parts against those of the whole).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rlskit.engine.families.family import Family
from rlskit.engine.parameters import Layout


@dataclass(frozen=True)
class Nights:
    """Rows sorted by person, then night.

    family: the answers of the n nights. starts (people,): the row at which each person starts.
    gap (n,): nights since the previous row, inf where a person starts. z (n, q): columns whose coefficients differ
    between people, q = 0 for one person. persistence: whether e is in the model.
    """

    __module__ = "rlskit"

    family: Family
    starts: np.ndarray
    gap: np.ndarray
    z: np.ndarray
    persistence: bool

    @property
    def size(self) -> int:
        """Number of nights."""
        return self.family.size

    @property
    def people(self) -> int:
        """Number of people."""
        return self.starts.size

    @property
    def q(self) -> int:
        """Number of columns whose coefficients differ between people."""
        return self.z.shape[1]

    @property
    def nearest(self) -> float:
        """The shortest gap, inf where nobody has two nights."""
        return float(self.gap.min(initial=np.inf))

    def at(self, shape: np.ndarray) -> Nights:
        """The same nights under other shape parameters of their family."""
        return self if self.family.shapes == 0 else replace(self, family=self.family.at(shape))

    @cached_property
    def person(self) -> np.ndarray:
        """Person number of every row, (n,)."""
        return np.repeat(np.arange(self.starts.size), self.sizes)

    @cached_property
    def sizes(self) -> np.ndarray:
        """Nights of every person, (people,)."""
        return np.diff(np.append(self.starts, self.size))


@dataclass(frozen=True)
class Facts:
    """What is known of all nights together: n `size`, `people`, q `columns` that differ between people, `persistence`,
    the `nearest` gap, `counts` of every level, X'X `gram` (p, p), X'1 `total` (p,), which columns of x vary (p,), and
    a `family` for its shape."""

    __module__ = "rlskit"

    size: int
    people: int
    q: int
    persistence: bool
    nearest: float
    counts: np.ndarray
    gram: np.ndarray
    total: np.ndarray
    varies: np.ndarray
    family: Family

    @property
    def layout(self) -> Layout:
        return Layout(self.total.size, self.q, self.persistence, self.family.shapes)


def add_facts(parts: Sequence[Facts]) -> Facts:
    """Those of all shards together. A column varies where it does in a shard or its mean differs between them."""
    one, sizes = parts[0], np.array([part.size for part in parts])
    means = np.array([part.total for part in parts]) / sizes[:, None]
    return replace(
        one, size=int(sizes.sum()), people=sum(part.people for part in parts),
        nearest=min(part.nearest for part in parts), counts=np.sum([part.counts for part in parts], axis=0),
        gram=np.sum([part.gram for part in parts], axis=0), total=np.sum([part.total for part in parts], axis=0),
        varies=np.any([part.varies for part in parts], axis=0) | (np.ptp(means, axis=0) > 1e-12),
    )  # fmt: skip
