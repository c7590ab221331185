"""The restricted likelihood of numeric nights over a dataset: a sum over shards of people, like every other.

engine/gaussian/likelihood.py needs of the nights only M and log|V|, and a slope for a weight that is known once M
is: both are sums over people. A shard answers from its nights, the columns' shift and the covariance asked about, and
remembers nothing.
Oracle: tests/unit/models/test_shards.py (against the same nights in one table).
"""

from __future__ import annotations

from functools import reduce

import numpy as np

from rlskit.engine import Covariance, GaussianObjective, Moments
from rlskit.engine.gaussian.fitting import unit_of
from rlskit.models.design import Design
from rlskit.models.shards.recipe import ShardedDesign

Sums = tuple[np.ndarray, np.ndarray, float]


class DispersedGaussian(GaussianObjective):
    """A GaussianObjective, of the response in `unit`s, whose nights stay in their dataset."""

    def __init__(self, design: ShardedDesign):
        products, with_response, squares = reduce(_add, design.each(_ordinary))
        self.design, self.n, self.p, self.people = design, design.size, len(design.names), len(design.people)
        self.q, self.persistence, self.restricted = len(design.slope_names), design.persistence, True
        # any shift near the least squares one serves: it only saves digits
        shift = np.linalg.solve(products, with_response)
        left = sum(design.each(_left_over, shift))
        self.size = self.q * (self.q + 1) // 2 + self.persistence
        self.unit, self.exact = unit_of(left, self.n), self.leaves_nothing(left, squares)
        self.shift = shift / self.unit

    def moments_at(self, part: Covariance) -> Moments:
        found = self.design.each(_moments, self.shift, self.unit, part)
        nobody = np.empty((0, self.q, self.q))
        product = np.add.reduce([one for one, _ in found])
        return Moments(part, product, sum(one for _, one in found), nobody, nobody, nobody)

    def slope(
        self, seen: Moments, weight: np.ndarray, determinant: bool = True, still: bool = False
    ) -> np.ndarray:
        asked = (self.shift, self.unit, seen.covariance, weight, determinant, still)
        return np.add.reduce(self.design.each(_slope, *asked))


def _add(one: Sums, other: Sums) -> Sums:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


# --- in the process that answers --------------------------------------------------------------------------------------
def _ordinary(design: Design) -> Sums:
    y = design.response
    return design.x.T @ design.x, design.x.T @ y, float(y @ y)


def _left_over(design: Design, shift: np.ndarray) -> float:
    left = design.response - design.x @ shift
    return float(left @ left)


def _moments(design: Design, shift: np.ndarray, unit: float, part: Covariance) -> tuple[np.ndarray, float]:
    seen = _objective(design, shift, unit).moments_at(part)
    return seen.product, seen.log_det


def _slope(
    design: Design, shift: np.ndarray, unit: float, part: Covariance, weight, determinant: bool, still: bool
) -> np.ndarray:
    objective = _objective(design, shift, unit)
    return objective.slope(objective.moments_at(part), weight, determinant, still)


def _objective(design: Design, shift: np.ndarray, unit: float) -> GaussianObjective:
    return GaussianObjective(design.nights, design.response / unit, design.x, shift=shift)
