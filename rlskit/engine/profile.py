"""Profile-likelihood limits on any smooth function of the parameters, the estimand itself.

Equation. With D(h0) = 2 (l_max - max {l(theta): h(theta) = h0}), the limits solve D = z^2. No hard constraint, but
    maximise l(theta) - kappa (h(theta) - t)^2 / 2:
its solution is a point of the profile at h = h(theta), with slope dl/dh = kappa (h - t) for free, and it exists whether
or not the value t can be reached. The signed root of D is nearly linear in h, so two or three such points, joined by
Newton steps, give a limit. Venzon & Moolgavkar (1988), Appl. Stat. 37, 87-94; Nocedal & Wright (2006), section 17.1.
Oracle: limits from the exact filter likelihood, tests/oracles/forward_filter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rlskit.engine.optimise import Function, Optimum, maximise

Estimand = Callable[[np.ndarray], tuple[float, np.ndarray]]
STIFFNESS = 20.0
CLOSE = 0.01
MOST_POINTS = 15
AWAY_FROM_ZERO = 0.25


@dataclass(frozen=True)
class ProfilePoint:
    """One point of the profile: `h`, `root` = signed sqrt(D), `slope` = d root / d h, `theta` (k,)."""

    h: float
    root: float
    slope: float
    theta: np.ndarray


@dataclass(frozen=True)
class Limits:
    """`estimate`, and for every cut-off z (ascending) `lower` and `upper` (m,); -inf / inf where it does not close.

    `higher` is a parameter point better than the supposed maximum, where the search met one.
    """

    estimate: float
    lower: np.ndarray
    upper: np.ndarray
    higher: np.ndarray | None


class _Higher(Exception):
    def __init__(self, theta):
        self.theta = theta


def limits(
    function: Function,
    best: Optimum,
    estimand: Estimand,
    cutoffs: Sequence[float],
    even: Sequence[int] = (),
    open_below: bool = False,
    open_above: bool = False,
    anchor: np.ndarray | None = None,
) -> Limits:
    """Limits at each signed-root cut-off.

    best: the maximum of `function`, its `inverse` a good curvature. even: coordinates in which the function is even, to
    be started away from zero, where their slope vanishes. open_below, open_above: known not to close (separation).
    anchor: where to start from instead of a maximum at infinity.
    """
    wanted = np.sort(np.asarray(cutoffs, dtype=float))
    estimate, _ = estimand(best.theta)
    anchor = best.theta if anchor is None else anchor
    near, by_theta = estimand(anchor)
    sides: list[np.ndarray] = []
    try:
        for sign, is_open in ((-1.0, open_below), (1.0, open_above)):
            if is_open:
                sides.append(np.full(wanted.size, sign * np.inf))
            else:
                sides.append(_one_side(function, best, estimand, near, anchor, by_theta, wanted, sign, even))
    except _Higher as found:
        nothing = np.full(wanted.size, np.nan)
        return Limits(estimate, nothing, nothing, found.theta)
    return Limits(estimate, sides[0], sides[1], None)


def _one_side(function, best, estimand, near, anchor, by_theta, wanted, sign, even) -> np.ndarray:
    response = best.inverse @ by_theta
    sd = float(np.sqrt(by_theta @ response))
    if not sd > 0.0:
        return np.full(wanted.size, sign * np.inf)
    kappa = STIFFNESS / sd**2
    here = ProfilePoint(near, 0.0, 1.0 / sd, anchor)
    inverse = best.inverse - np.outer(response, response) * (kappa / (1.0 + kappa * sd**2))
    found = []
    for z in wanted:
        reached, here, inverse = _reach(function, best, estimand, kappa, response / sd**2, here, inverse, sign, z, even)
        found.append(reached)
    return np.array(found)


def _reach(function, best, estimand, kappa, along, here, inverse, sign, z, even):
    """Newton on the signed root until it is within CLOSE of sign * z, then one last extrapolation."""
    target = sign * z
    for _ in range(MOST_POINTS):
        jump = (target - here.root) / here.slope
        t = here.h + jump + target * here.slope / kappa
        start = here.theta + along * jump
        if here.root == 0.0:
            for j in even:
                if abs(start[j]) < AWAY_FROM_ZERO:
                    start[j] = AWAY_FROM_ZERO
        point, new_inverse = _profile_point(function, best, estimand, kappa, t, start, inverse, sign)
        if point is None and np.any(start != here.theta):
            point, new_inverse = _profile_point(function, best, estimand, kappa, t, here.theta, inverse, sign)
        if point is None:
            return sign * np.inf, here, inverse
        stuck = abs(point.h - here.h) < 1e-7 * abs(jump)
        here, inverse = point, new_inverse
        if abs(here.root - target) < CLOSE:
            return here.h + (target - here.root) / here.slope, here, inverse
        if stuck:
            break
    return sign * np.inf, here, inverse


def _profile_point(function, best, estimand, kappa, t, start, inverse, sign):
    def stiffened(theta):
        value, gradient = function(theta)
        if not np.isfinite(value):
            return value, gradient
        h, by_theta = estimand(theta)
        return value - 0.5 * kappa * (h - t) ** 2, gradient - kappa * (h - t) * by_theta

    found = maximise(stiffened, start, inverse, gain=1e-7)
    if not found.converged:
        return None, inverse
    h, _ = estimand(found.theta)
    value = found.value + 0.5 * kappa * (h - t) ** 2
    drop = 2.0 * (best.value - value)
    if drop < -1e-3:
        raise _Higher(found.theta)
    root = sign * np.sqrt(max(drop, 1e-12))
    # D = root^2 falls at -2 dl/dh, so d root / d h = -kappa (h - t) / root
    slope = -kappa * (h - t) / root
    if not slope > 0.0:
        return None, inverse
    return ProfilePoint(h, root, slope, found.theta), found.inverse
