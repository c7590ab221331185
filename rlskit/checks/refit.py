"""A fit as arrays, changed a little and fitted again: what all checks that ask "and if …?" share."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rlskit.engine import Maximum, Nights, Scenario, YesNo, fit_maximum, profile_limits, risk_difference
from rlskit.engine.estimand import risk

PER = 30.0


@dataclass(frozen=True)
class Numbers:
    """Symptom nights per 30 nights, a minus b: `estimate`, `lower`, `upper` (infinite where open)."""

    estimate: float
    lower: float
    upper: float

    @property
    def claim(self) -> int:
        """-1 fewer symptom nights, +1 more, 0 where the interval holds no difference."""
        return -1 if self.upper < 0 else 1 if self.lower > 0 else 0


@dataclass(frozen=True)
class Refit:
    """A maximum with its nights, columns x (n, p), the two scenarios of the contrast and weights (n,)."""

    maximum: Maximum
    nights: Nights
    x: np.ndarray
    a: Scenario
    b: Scenario
    weights: np.ndarray

    @property
    def estimate(self) -> float:
        """Symptom nights per 30, a minus b."""
        layout, theta = self.maximum.objective.layout, self.maximum.optimum.theta
        return PER * risk_difference(layout, theta, self.weights, self.a, self.b)[0]

    @property
    def standard_error(self) -> float:
        """Of the estimate, by the delta method: a yardstick that is finite where a limit may be open."""
        layout, theta = self.maximum.objective.layout, self.maximum.anchor
        slope = risk_difference(layout, theta, self.weights, self.a, self.b)[1]
        return PER * float(np.sqrt(max(slope @ self.maximum.covariance @ slope, 0.0)))

    def limits(self, level: float, tails: tuple[float, float] | None = None) -> Numbers:
        """The estimate with profile-likelihood limits. tails: what the lower and the upper limit leave out, together
        1 - level; None leaves out as much on either side."""
        levels = [level] if tails is None else [max(1.0 - 2.0 * tail, 1e-3) for tail in tails]
        _, found, _ = profile_limits(
            self.maximum, lambda layout: lambda theta: risk_difference(layout, theta, self.weights, self.a, self.b),
            levels, self.weights @ (self.a.x - self.b.x),
        )  # fmt: skip
        return Numbers(PER * found.estimate, PER * found.lower[0], PER * found.upper[-1])

    def log_ratio_limits(self, level: float) -> tuple[float, float, float]:
        """Estimate and profile limits of log P(a) - log P(b)."""

        def function(layout):
            def value(theta):
                high, by_high = risk(layout, theta, self.weights, self.a)
                low, by_low = risk(layout, theta, self.weights, self.b)
                high, low = max(high, 1e-12), max(low, 1e-12)
                return float(np.log(high / low)), by_high / high - by_low / low
            return value

        _, found, _ = profile_limits(self.maximum, function, [level], self.weights @ (self.a.x - self.b.x))
        return found.estimate, float(found.lower[0]), float(found.upper[0])

    def adding(self, columns: np.ndarray) -> Refit:
        """The same nights with more columns (n, m), as they are in both scenarios."""
        columns = standardised(columns)
        old, layout = self.maximum.optimum.theta, self.maximum.objective.layout
        start = np.concatenate([old[: layout.p], np.zeros(columns.shape[1]), old[layout.p :]])
        x = np.hstack([self.x, columns])
        a, b = (Scenario(np.hstack([s.x, columns]), s.z) for s in (self.a, self.b))
        maximum = fit_maximum(self.nights, x, self.maximum.objective.prior, start=start)
        return Refit(maximum, self.nights, x, a, b, self.weights)

    def keeping(self, keep: np.ndarray, night: np.ndarray) -> Refit:
        """Only some nights, keep (n,) bool; not fitted yet: `maximum` is still the old one. night (n,): numbers."""
        person = self.nights.person[keep]
        starts = np.flatnonzero(np.diff(person, prepend=-1))
        gap = np.diff(night[keep], prepend=np.nan)
        gap[starts] = np.inf
        nights = replace(
            self.nights, family=self.nights.family.take(keep), starts=starts, gap=gap, z=self.nights.z[keep]
        )
        sizes = np.diff(np.append(starts, person.size))
        a, b = (Scenario(s.x[keep], s.z[keep]) for s in (self.a, self.b))
        return Refit(self.maximum, nights, self.x[keep], a, b, np.repeat(1.0 / (sizes * sizes.size), sizes))

    def again(self) -> Refit:
        """Fitted to these nights and columns, starting from the old maximum."""
        start = self.maximum.optimum.theta
        return replace(self, maximum=fit_maximum(self.nights, self.x, self.maximum.objective.prior, start=start))


def standardised(columns: np.ndarray) -> np.ndarray:
    """Columns (n, m) with mean 0 and sd 1, as the engine likes them."""
    columns = np.asarray(columns, dtype=float).reshape(len(columns), -1)
    return (columns - columns.mean(axis=0)) / np.maximum(columns.std(axis=0), 1e-12)


def small_fit(sign: np.ndarray, person: np.ndarray, night: np.ndarray, columns: np.ndarray, at: int,
              values: tuple[float, float], prior, persistence: bool) -> Refit:
    """A fit of its own: sign (n,) explained by columns (n, m) and a constant; the contrast is column `at` set to
    values[0] against values[1]. Rows by person, then night. Several people differ in their level."""
    starts = np.flatnonzero(np.diff(person, prepend=person[0] - 1))
    gap = np.diff(night, prepend=np.nan)
    gap[starts] = np.inf
    centre, scale = columns.mean(axis=0), np.maximum(columns.std(axis=0), 1e-12)
    x = np.hstack([np.ones((sign.size, 1)), (columns - centre) / scale])
    z = np.ones((sign.size, 1)) if starts.size > 1 else np.zeros((sign.size, 0))
    nights = Nights(YesNo(sign), starts, gap, z, persistence)
    scenarios = []
    for value in values:
        moved = x.copy()
        moved[:, 1 + at] = (value - centre[at]) / scale[at]
        scenarios.append(Scenario(moved, z))
    sizes = np.diff(np.append(starts, sign.size))
    weights = np.repeat(1.0 / (sizes * sizes.size), sizes)
    return Refit(fit_maximum(nights, x, prior), nights, x, scenarios[0], scenarios[1], weights)


def already_in(x: np.ndarray, columns: np.ndarray) -> bool:
    """Whether columns (n, m) say nothing that x (n, p) does not say already, or never change."""
    new = standardised(columns)
    if (np.std(columns, axis=0) < 1e-9).all():
        return True
    rank = np.linalg.matrix_rank
    tolerance = 1e-8 * np.sqrt(len(x))
    return bool(rank(np.hstack([x, new]), tol=tolerance) < rank(x, tol=tolerance) + new.shape[1])
