"""BFGS with a known first curvature: a handful of evaluations where the curvature is nearly right already.

Equation. Nocedal & Wright (2006), Numerical Optimization, algorithm 6.1 with the weak Wolfe bisection of Lewis &
Overton (2013), Math. Program. 141, 135-163; maximising. Stops when the predicted gain g' H g / 2 is below `gain`, a
distance in log-likelihood units that no scaling of the exposures changes. A value of -inf is a step too far. Where a
value carries an error that its gradient does not have (`noise`: quadrature, whose nodes move), two values within it
count as level and the slope along the step decides (Hager & Zhang 2005, SIAM J. Optim. 16, 170-192, equation 4.1).
Oracle: quadratics and Rosenbrock's function in tests/unit/engine/fitting/test_optimise.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Function = Callable[[np.ndarray], tuple[float, np.ndarray]]


@dataclass(frozen=True)
class Optimum:
    """`theta` (k,), `value`, `gradient` (k,), `inverse` (k, k) of minus the Hessian, roughly, and `converged`."""

    __module__ = "rlskit"

    theta: np.ndarray
    value: float
    gradient: np.ndarray
    inverse: np.ndarray
    converged: bool
    iterations: int

    @property
    def gain(self) -> float:
        """What one more step is predicted to gain."""
        return 0.5 * float(self.gradient @ self.inverse @ self.gradient)


def maximise(
    function: Function, start: np.ndarray, inverse: np.ndarray, gain: float = 1e-9, most: int = 200, reach: float = 4.0,
    noise: float = 0.0,
) -> Optimum:
    """Maximise from `start` with first inverse curvature `inverse` (positive definite). `reach`: longest step, per
    coordinate. `noise`: how far values may be off without the gradient showing it."""
    theta, (value, gradient) = start, function(start)
    if not np.isfinite(value):
        return Optimum(theta, value, gradient, inverse, False, 0)
    small = 0
    for iteration in range(most):
        direction = inverse @ gradient
        predicted = 0.5 * float(direction @ gradient)
        if predicted < gain:
            return Optimum(theta, value, gradient, inverse, True, iteration)
        longest = np.abs(direction).max()
        if longest > reach:
            direction = direction * (reach / longest)
        step = _line_search(function, theta, value, gradient, direction, noise)
        if step is None:
            inverse = _reset(inverse, gradient)
            small += 1
            if small > 2:
                return Optimum(theta, value, gradient, inverse, predicted < 1e3 * gain, iteration)
            continue
        new_theta, new_value, new_gradient = step
        inverse = _update(inverse, new_theta - theta, gradient - new_gradient)
        theta, value, gradient = new_theta, new_value, new_gradient
    return Optimum(theta, value, gradient, inverse, False, most)


def _line_search(function, theta, value, gradient, direction, noise):
    """Weak Wolfe by bisection; None when no step improves."""
    rise = float(gradient @ direction)
    low, high, step, best = 0.0, np.inf, 1.0, None
    for _ in range(25):
        new_theta = theta + step * direction
        new_value, new_gradient = function(new_theta)
        fallen = not np.isfinite(new_value) or new_value < value + 1e-4 * step * rise
        if fallen and abs(new_value - value) <= noise:
            fallen = float(new_gradient @ direction) < -(1.0 - 2e-4) * rise
        if fallen:
            # differences under rounding of the value itself count as level ground
            if np.isfinite(new_value) and abs(new_value - value) < 1e-11 * (1 + abs(value)) and best is None:
                return new_theta, new_value, new_gradient
            high = step
        else:
            best = (new_theta, new_value, new_gradient)
            if float(new_gradient @ direction) <= 0.9 * rise:
                return best
            low = step
        if best is not None and low > 0.0 and (high < np.inf and high - low < 0.1 * low):
            return best
        step = 2.0 * low if high == np.inf else 0.5 * (low + high)
    return best


def _update(inverse, moved, turned):
    """BFGS update of the inverse; skipped where curvature is not positive."""
    along = float(moved @ turned)
    if along <= 1e-12 * float(np.linalg.norm(moved) * np.linalg.norm(turned)):
        return inverse
    seen = inverse @ turned
    outer = np.outer(moved, seen)
    return inverse + (1.0 + turned @ seen / along) * np.outer(moved, moved) / along - (outer + outer.T) / along


def _reset(inverse, gradient):
    """Fall back to a diagonal of modest steps."""
    return np.diag(np.minimum(np.diag(inverse), 0.1 / (np.abs(gradient) + 1e-8)))


def curvature(function: Function, theta: np.ndarray, step: float = 1e-3, central: bool = True) -> np.ndarray:
    """Minus the Hessian by differences of the gradient, symmetrised, (k, k); one-sided ones, good to about one part in
    a thousand, for half the evaluations."""
    return curvature_of(lambda points: np.array([function(one)[1] for one in points]), theta, step, central)


def curvature_of(
    gradients: Callable[[np.ndarray], np.ndarray], theta: np.ndarray, step: float = 1e-3, central: bool = True
) -> np.ndarray:
    """The same from the gradients (m, k) at many points (m, k), asked for at once."""
    moves = step * np.eye(theta.size)
    found = gradients(np.vstack([theta - moves if central else theta[None, :], theta + moves]))
    behind, ahead = found[: -theta.size], found[-theta.size :]
    rows = (behind - ahead) / (2.0 * step if central else step)
    return 0.5 * (rows + rows.T)


def safe_inverse(matrix: np.ndarray, floor: float = 1e-7) -> np.ndarray:
    """Inverse of a symmetric matrix with eigenvalues lifted to floor * the largest."""
    values, vectors = np.linalg.eigh(matrix)
    values = np.maximum(values, floor * max(values.max(), 1e-300))
    return (vectors / values) @ vectors.T
