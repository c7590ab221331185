"""Limits of a contrast c'beta of numeric nights: its own restricted likelihood, profiled, and read by Student's t.

Equation. Write h = c'beta and integrate everything else out of beta. With beta-hat, C = M_xx^-1 and rss of
engine/gaussian/likelihood.py at theta, v = c'Cc and m = n - p,
    l(h, theta) = -1/2 [(m + 1) log(rss + (h - c'beta-hat)^2 / v) + log|V| + log|M_xx| + log v].
Its profile over theta carries the uncertainty of the persistence and of the spread between people into h. Where theta
is known the drop from the top is D = (m + 1) log(1 + t^2/m), t Student's with m degrees of freedom; so limits are where
    D = (k + 1) log(1 + t_k^2 / k),   t_k the quantile for k degrees of freedom,
k = 2 / (2/m + g'Sg) after Satterthwaite (1946), Biometrics Bull. 2, 110-114; Giesbrecht & Burns (1985), Biometrics 41,
477-486: g the slope of log(sigma^2-hat v) by theta, S the covariance of theta-hat. Uncorrected: D = z^2.
Without persistence and people this is the t interval of linear regression, exactly. Measured coverage:
benchmarks/coverage_gaussian.md. Oracle: dense likelihoods and statsmodels in tests/unit/engine/gaussian/test_limits.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri, stdtrit

from rlskit.engine.fitting.optimise import Optimum, maximise
from rlskit.engine.gaussian.fitting import GaussianMaximum, least_gain
from rlskit.engine.gaussian.likelihood import GaussianObjective, Solution, residual_maker, solve
from rlskit.engine.limits.profile import Limits, limits

LEAST_FREEDOM = 1.0


def gaussian_limits(
    maximum: GaussianMaximum, change: np.ndarray, levels: Sequence[float], corrected: bool = True
) -> tuple[Limits, float]:
    """Limits of change @ beta, change (p,), at several levels, in the order asked; and k. The estimate is that of
    REML. Limits that do not settle are open. corrected: cut-offs by Student's t, else by the normal curve."""
    objective, chance = maximum.objective, (1.0 + np.asarray(levels)) / 2.0
    # of y less its ordinary least squares prediction, in units, as the objective has it
    shift, unit = float(change @ objective.shift), maximum.unit
    estimate = float(change @ maximum.beta) / unit - shift
    freedom, inverse = _freedom(maximum, change)
    if corrected:
        cutoffs = np.sqrt((freedom + 1.0) * np.log1p(stdtrit(freedom, chance) ** 2 / freedom))
    else:
        cutoffs = ndtri(chance)
    rank = np.argsort(np.argsort(cutoffs))
    gain = least_gain(objective.n)
    function = _contrast(objective, change)
    start, even = np.append(estimate, maximum.optimum.theta), [1 + j for j in objective.even]
    for _ in range(3):
        top = maximise(function, start, inverse, max(gain, 1e-9))
        best = Optimum(top.theta, top.value, top.gradient, inverse, top.converged, top.iterations)
        found = limits(function, best, _first, cutoffs, even, gain=max(gain, 1e-8))
        if found.higher is None:
            ends = []
            error = float(np.sqrt(inverse[0, 0]))
            for step, limit in ((-error, found.lower[rank]), (error, found.upper[rank])):
                search = _Search(function, top, maximum.optimum.inverse, step, gain, objective.persistence)
                ends.append([h if np.isfinite(h) else search.reach(z) for h, z in zip(limit, cutoffs, strict=True)])
            # where phi has two good values, the likelihood of h may be highest away from the REML estimate
            values = np.stack([np.minimum(ends[0], estimate), np.maximum(ends[1], estimate)])
            lower, upper = unit * (shift + values)
            return replace(found, estimate=unit * (shift + estimate), lower=lower, upper=upper), freedom
        start = found.higher
    nothing = np.full(rank.size, np.inf)
    return Limits(unit * (shift + estimate), -nothing, nothing, None), freedom


@dataclass(frozen=True)
class _Search:
    """Where Newton steps lose their way (the profile has a kink where the best phi jumps): by bracketing, in steps of
    `step` away from the top. Every limit exists, since the likelihood falls without end as h moves away."""

    function: Callable[[np.ndarray], tuple[float, np.ndarray]]
    top: Optimum
    inverse: np.ndarray
    step: float
    gain: float
    persistence: bool

    def root(self, h: float) -> float:
        """The square root of D at h, theta taken from several starts."""

        def at(theta: np.ndarray) -> tuple[float, np.ndarray]:
            value, gradient = self.function(np.append(h, theta))
            return value, gradient[1:]

        theta = self.top.theta[1:]
        others = (0.2, 1.0, 2.0) if self.persistence else ()
        starts = [theta, *(np.append(theta[:-1], atanh_phi) for atanh_phi in others)]
        best = max(maximise(at, start, self.inverse, self.gain, reach=1.0).value for start in starts)
        return float(np.sqrt(max(2.0 * (self.top.value - best), 0.0)))

    def reach(self, cutoff: float) -> float:
        """The h at which the root is `cutoff`; endless where forty doublings do not get there."""
        middle, far = self.top.theta[0], self.step
        for _ in range(40):
            if self.root(middle + far) > cutoff:
                return float(brentq(lambda h: self.root(h) - cutoff, middle, middle + far, xtol=1e-4 * abs(self.step)))
            far *= 1.6
        return float(np.copysign(np.inf, self.step))


def _first(theta: np.ndarray) -> tuple[float, np.ndarray]:
    gradient = np.zeros_like(theta)
    gradient[0] = 1.0
    return float(theta[0]), gradient


def _contrast(objective: GaussianObjective, change: np.ndarray):
    """l(h, theta) of (h, theta), with its gradient."""
    m = objective.n - objective.p

    def function(both: np.ndarray) -> tuple[float, np.ndarray]:
        h, theta = both[0], both[1:]
        seen = objective.moments(theta)
        found = solve(seen.product)
        if found is None:
            return -np.inf, np.zeros_like(both)
        direction, v = _direction(found, change)
        off = (h - change @ found.beta) / v
        rss = found.rss + off * off * v
        value = -0.5 * ((m + 1.0) * np.log(rss) + seen.log_det + found.log_det_x + np.log(v))
        left = residual_maker(found) - off * direction
        weight = np.outer(left, left) * ((m + 1.0) / rss) - np.outer(direction, direction) / v
        weight[:-1, :-1] += found.unscaled
        by_theta = objective.slope(seen, weight, still=objective.beyond(theta))
        return float(value), np.append(-(m + 1.0) * off / rss, by_theta)

    return function


def _direction(found: Solution, change: np.ndarray) -> tuple[np.ndarray, float]:
    """(C c, 0) of length p + 1, and v = c'C c."""
    direction = np.append(found.unscaled @ change, 0.0)
    return direction, float(direction[:-1] @ change)


def _freedom(maximum: GaussianMaximum, change: np.ndarray) -> tuple[float, np.ndarray]:
    """Satterthwaite's k, and the inverse curvature of l(h, theta) near its top (1 + k, 1 + k)."""
    objective, seen, spread = maximum.objective, maximum.moments, maximum.optimum.inverse
    found = solve(seen.product)
    assert found is not None
    direction, v = _direction(found, change)
    left = residual_maker(found)
    m = objective.n - objective.p
    variance = found.rss / m * v

    def by_theta(vector: np.ndarray) -> np.ndarray:
        """vector' dM vector."""
        return -2.0 * objective.slope(seen, np.outer(vector, vector), False)

    g = by_theta(left) / found.rss - by_theta(direction) / v
    # the cross term by polarisation, both vectors of one length
    size = np.linalg.norm(left) / np.linalg.norm(direction)
    moved = (by_theta(left + size * direction) - by_theta(left - size * direction)) / (4.0 * size)
    inverse = np.empty((1 + objective.size, 1 + objective.size))
    inverse[1:, 1:] = spread
    inverse[0, 1:] = inverse[1:, 0] = spread @ moved
    inverse[0, 0] = variance + moved @ spread @ moved
    return max(2.0 / (2.0 / m + float(g @ spread @ g)), LEAST_FREEDOM), inverse
