"""A number with a range, such as a share of nights, on a scale that has no ends.

Equation. u = log((h - lowest) / (highest - h)), du = dh (1 / (h - lowest) + 1 / (highest - h)): the logit of a share,
twice the inverse hyperbolic tangent of a difference of two. Limits of a likelihood ratio move with any such change of
scale, but a search by parabolas does not: beside an end the profile of h is a wall, that of u nearly a parabola. Both
distances are handed over as such, since a difference of 1 - 1e-12 has lost their digits. Oracle: limits by a
constrained optimiser in tests/unit/engine/limits/test_bounded_scale.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

_LEAST = 1e-300  # a distance; below it there is no logarithm


@dataclass(frozen=True)
class Ranged:
    """An estimand with a range: called, it is `value`, (h, gradient) of theta. `gaps` of theta: how far h is from
    `lowest` and from `highest`, each to its own digits."""

    value: Callable[[np.ndarray], tuple[float, np.ndarray]]
    gaps: Callable[[np.ndarray], tuple[float, float]]
    lowest: float
    highest: float

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        return self.value(theta)

    def stretched(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """u and its gradient (k,)."""
        below, above = (max(one, _LEAST) for one in self.gaps(theta))
        return float(np.log(below / above)), self.value(theta)[1] * (1.0 / below + 1.0 / above)

    def back(self, u: np.ndarray) -> np.ndarray:
        """h at u; what is infinite stays so."""
        size = self.highest - self.lowest
        h = np.where(u < 0.0, self.lowest + size * expit(u), self.highest - size * expit(-u))
        return np.where(np.isfinite(u), h, u)
