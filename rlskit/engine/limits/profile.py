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
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rlskit.engine.fitting.optimise import Function, Optimum, maximise
from rlskit.engine.limits.bounded_scale import Ranged

Estimand = Callable[[np.ndarray], tuple[float, np.ndarray]]
STIFFNESS = 20.0
CLOSE = 0.01
MOST_POINTS = 15
MOST_EVALUATIONS = 150  # of one point; points that are found take 5 to 100, one that runs away would take thousands
MOST_FAILURES = 4  # points of one limit that could not be found
AWAY_FROM_ZERO = 0.25
FIT = 4.0  # a penalty is changed where it ought to be so many times as stiff, or as soft
STONE = 0.5
NEAR_AN_END = 0.02  # of the range


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

    `higher` is a parameter point better than the supposed maximum, where the search met one. `open_below`,
    `open_above`: whether that side is known to have no limit; another infinite one is merely not found.
    """

    estimate: float
    lower: np.ndarray
    upper: np.ndarray
    higher: np.ndarray | None
    open_below: bool = False
    open_above: bool = False


class _Higher(Exception):
    def __init__(self, theta):
        self.theta = theta


class _Spent(Exception):
    """A point has had all its evaluations."""


def _rationed(function: Function, most: int) -> Function:
    """The same function for `most` calls: where nearly every night is separated a search wanders for minutes."""
    left = iter(range(most))

    def rationed(theta):
        if next(left, None) is None:
            raise _Spent
        return function(theta)

    return rationed


def limits(
    function: Function,
    best: Optimum,
    estimand: Estimand,
    cutoffs: Sequence[float],
    even: Sequence[int] = (),
    open_below: bool = False,
    open_above: bool = False,
    anchor: np.ndarray | None = None,
    gain: float = 1e-7,
    noise: float = 0.0,
) -> Limits:
    """Limits at each signed-root cut-off.

    best: the maximum of `function`, its `inverse` a good curvature. even: coordinates in which the function is even, to
    be started away from zero, where their slope vanishes. open_below, open_above: known not to close (separation).
    anchor: where to start from instead of a maximum at infinity. gain, noise: as in maximise.
    """
    wanted = np.sort(np.asarray(cutoffs, dtype=float))
    anchor = best.theta if anchor is None else anchor
    scales = _scales(estimand, best.theta, anchor)
    sides: list[np.ndarray] = []
    try:
        for sign, is_open in ((-1.0, open_below), (1.0, open_above)):
            found = np.full(wanted.size, sign * np.inf)
            for scale in () if is_open else scales:
                missed = np.isinf(found)
                if missed.any():
                    here = _one_side(
                        function=function, best=best, scale=scale, anchor=anchor, wanted=wanted, sign=sign, even=even,
                        gain=gain, noise=noise)
                    found[missed] = scale.back(here)[missed]
            sides.append(found)
    except _Higher as higher:
        nothing = np.full(wanted.size, np.nan)
        return Limits(estimand(best.theta)[0], nothing, nothing, higher.theta)
    return Limits(estimand(best.theta)[0], sides[0], sides[1], None, open_below, open_above)


@dataclass(frozen=True)
class _Scale:
    """What is profiled, with the way back to the estimand; both of the maximum `top` and of the anchor are known."""

    estimand: Estimand
    back: Callable[[np.ndarray], np.ndarray]
    top: np.ndarray
    anchor: np.ndarray

    @cached_property
    def known(self) -> tuple[float, float, np.ndarray]:
        """The value at the top; value and gradient at the anchor."""
        return self.estimand(self.top)[0], *self.estimand(self.anchor)


def _scales(estimand: Estimand, top: np.ndarray, anchor: np.ndarray) -> list[_Scale]:
    """The scales on which a limit is looked for, until it is found: beside an end of its range not first as it is."""
    scales = [_Scale(estimand, np.asarray, top, anchor)]
    if isinstance(estimand, Ranged):
        h, size = scales[0].known[1], estimand.highest - estimand.lowest
        near = min(h - estimand.lowest, estimand.highest - h) < NEAR_AN_END * size
        scales.insert(0 if near else 1, _Scale(estimand.stretched, estimand.back, top, anchor))
    return scales


@dataclass(frozen=True)
class _Side:
    """What stays the same while one side is searched."""

    function: Function
    highest: float
    estimand: Estimand
    kappa: float
    along: np.ndarray
    sign: float
    even: Sequence[int]
    unsure: Sequence[int]  # of those: within a standard error may lie as much as AWAY_FROM_ZERO
    gain: float
    noise: float
    home: tuple[ProfilePoint, ...]  # where else every point may be looked for from


def _one_side(function, best, scale, anchor, wanted, sign, even, gain, noise) -> np.ndarray:
    estimate, near, by_theta = scale.known
    response = best.inverse @ by_theta
    sd = float(np.sqrt(by_theta @ response))
    if not sd > 0.0:
        return np.full(wanted.size, sign * np.inf)
    kappa = STIFFNESS / sd**2
    # under separation the anchor may lie beyond the maximum, on the other side than the one that is searched
    near = estimate if sign * (near - estimate) < 0.0 else near
    top, here = (ProfilePoint(h, 0.0, 1.0 / sd, anchor) for h in (estimate, near))
    off_top = not np.array_equal(anchor, best.theta)
    unsure = [j for j in even if best.inverse[j, j] > AWAY_FROM_ZERO**2]
    side = _Side(
        function=function, highest=best.value, estimand=scale.estimand, kappa=kappa, along=response / sd**2, sign=sign,
        even=even, unsure=unsure, gain=gain, noise=noise, home=(here,) * off_top)
    inverse = best.inverse - np.outer(response, response) * (kappa / (1.0 + kappa * sd**2))
    found = _walk(side, wanted, top, here, inverse, stones=off_top)
    if off_top or np.isfinite(found).all():
        return found
    return _walk(side, wanted, top, here, inverse, stones=True)


def _walk(side: _Side, wanted: np.ndarray, top: ProfilePoint, here: ProfilePoint, inverse: np.ndarray, stones: bool):
    """The limits at all cut-offs, each begun where the last one was found.

    stones: by small steps. Far from a parabola, as under separation, a long step may land on a lower ridge, and a
    search that finds nothing there cannot tell it from a side without a bound. The first stone lies at the anchor's own
    value: nearer to a maximum at infinity the highest ridge is another one, on which coefficients keep running away.
    """
    path = wanted
    if stones:
        target = here.h + side.sign * STONE * here.slope / side.kappa
        first, turned = _profile_point(side, target, [here.theta], inverse)
        here, inverse = (here, inverse) if first is None else (first, turned)
        path = np.union1d(np.arange(abs(here.root) + STONE, wanted[-1], STONE), wanted)
    found = dict.fromkeys(path, side.sign * np.inf)
    for z in path:
        found[z], here, side, inverse = _reach(side, side.sign * z, top, here, inverse)
        if not np.isfinite(found[z]):
            break
    return np.array([found[z] for z in wanted])


def _reach(side: _Side, target: float, top: ProfilePoint, here: ProfilePoint, inverse: np.ndarray):
    """Newton on the signed root until it is within CLOSE of the target, then one last extrapolation.

    A step that would leave the bracket of points already known, or fails, is halved towards the nearer known point.
    """
    inside = here if 0.0 < abs(here.root) < abs(target) else top
    outside = None if abs(here.root) < abs(target) else here
    jump = (target - here.root) / here.slope
    failures = 0
    for attempt in range(MOST_POINTS):
        h = here.h + jump
        if outside is not None and not min(inside.h, outside.h) < h < max(inside.h, outside.h):
            share = (target - inside.root) / (outside.root - inside.root)
            h = inside.h + share * (outside.h - inside.h)
        # a long step may lead to where nothing is found: after that only the penalty pulls
        starts = [one.theta + side.along * (h - one.h) * (failures == 0) for one in (here, *side.home)]
        # a spread that is zero where the last limit was found would stay there, with a higher ridge beside it
        for j in side.even if here.root == 0.0 else side.unsure if attempt == 0 else ():
            if abs(starts[0][j]) < AWAY_FROM_ZERO:
                starts[0][j] = AWAY_FROM_ZERO
        point, new_inverse = _profile_point(side, h + target * here.slope / side.kappa, starts, inverse)
        if point is None:
            failures += 1
            if failures == MOST_FAILURES:
                break
            jump *= 0.5
            continue
        stuck = abs(point.h - here.h) < 1e-7 * abs(jump)
        here = point
        side, inverse = _as_stiff_as_needed(side, here, new_inverse)
        jump = (target - here.root) / here.slope
        if abs(here.root - target) < CLOSE:
            return here.h + jump, here, side, inverse
        if stuck:
            break
        if abs(here.root) < abs(target):
            inside = here
        else:
            outside = here
    return side.sign * np.inf, here, side, inverse


def _as_stiff_as_needed(side: _Side, here: ProfilePoint, inverse: np.ndarray) -> tuple[_Side, np.ndarray]:
    """The side with a penalty as stiff as `here` needs, and the inverse curvature with it.

    Beside a wall the profile's slope grows many times over, and a penalty that was stiff at the maximum is soft there:
    every point of Newton's falls short of its h by the same share, and none arrives; and where another ridge begins, a
    whole stretch of the profile is passed over in one point. Under separation the curvature at the anchor may also
    be many times that of the profile, and beside a penalty as stiff the rest of the likelihood is hardly climbed.
    """
    more = STIFFNESS * here.slope**2 - side.kappa
    too_soft = more > side.kappa * (FIT - 1.0)
    too_stiff = side.home and more < side.kappa * (1.0 / FIT - 1.0)
    if not too_soft and not too_stiff:
        return side, inverse
    by_theta = side.estimand(here.theta)[1]
    along = inverse @ by_theta
    # less than that under the penalty alone, which rough curvatures may miss
    size = min(by_theta @ along, 0.95 / side.kappa)
    inverse = inverse - np.outer(along, along) * (more / (1.0 + more * size))
    return replace(side, kappa=side.kappa + more), inverse


def _profile_point(side: _Side, t: float, starts: Sequence[np.ndarray], inverse: np.ndarray):
    """The best that is reached from `starts`, and its inverse curvature; None where nothing is."""

    def stiffened(theta):
        value, gradient = side.function(theta)
        if not np.isfinite(value):
            return value, gradient
        h, by_theta = side.estimand(theta)
        return value - 0.5 * side.kappa * (h - t) ** 2, gradient - side.kappa * (h - t) * by_theta

    tried = []
    for one in starts:
        rationed = _rationed(stiffened, MOST_EVALUATIONS)
        with suppress(_Spent):
            tried.append(maximise(rationed, one, inverse, gain=side.gain, noise=side.noise))
    found = max((one for one in tried if one.converged), key=lambda one: one.value, default=None)
    if found is None:
        return None, inverse
    h, _ = side.estimand(found.theta)
    drop = 2.0 * (side.highest - found.value - 0.5 * side.kappa * (h - t) ** 2)
    if drop < -1e-3 - 2.0 * side.noise:
        raise _Higher(found.theta)
    root = side.sign * np.sqrt(max(drop, 1e-12))
    # D = root^2 falls at -2 dl/dh, so d root / d h = -kappa (h - t) / root
    slope = -side.kappa * (h - t) / root
    if not slope > 0.0:
        return None, inverse
    return ProfilePoint(h, root, slope, found.theta), found.inverse
