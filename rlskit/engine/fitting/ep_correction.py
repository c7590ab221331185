"""What propagation lacks near a point, added to it: a straight line there that levels out far away.

Equation. lift + s'd / (1 + d'Ad / R^2) with d = theta - at and A the curvature of the likelihood: slope s at d = 0,
where the curvature stays what it is, 6% less of it two standard errors away, and bounded everywhere. A line without an
end would lift a likelihood that is flat along a ridge, as where sigma is hardly determined, without end.
Oracle: tests/unit/engine/fitting/test_ep_correction.py (finite differences),
tests/unit/engine/fitting/test_accuracy.py (exact fits).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

REACH = 8.0


@dataclass(frozen=True)
class EPCorrection:
    """`slope` (k,) and `lift` at the point `at` (k,); `curvature` (k, k), minus the Hessian there."""

    __module__ = "rlskit"

    slope: np.ndarray
    at: np.ndarray
    lift: float
    curvature: np.ndarray

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """Its value and slope (k,) at theta."""
        moved = theta - self.at
        turned = self.curvature @ moved / REACH**2
        share = 1.0 / (1.0 + float(moved @ turned))
        along = float(self.slope @ moved) * share
        return self.lift + along, share * (self.slope - 2.0 * along * turned)

    def carried(self, at: int, more: int, share: float) -> EPCorrection:
        """For nearly the same nights, `share` as many, with `more` coefficients before parameter `at`, which it leaves
        alone."""
        new, curvature = [at] * more, self.curvature
        for axis in (0, 1):
            curvature = np.insert(curvature, new, 0.0, axis=axis)
        return EPCorrection(share * np.insert(self.slope, new, 0.0), np.insert(self.at, new, 0.0), share * self.lift,
                            share * curvature)


def no_tilt(size: int) -> EPCorrection:
    return EPCorrection(np.zeros(size), np.zeros(size), 0.0, np.zeros((size, size)))
