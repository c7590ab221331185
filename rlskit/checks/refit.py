"""A fit as arrays, changed a little and fitted again: what all checks that ask "and if …?" share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from scipy.special import chdtrc, fdtrc

from rlskit.engine import (
    GaussianMaximum,
    Maximum,
    Nights,
    Objective,
    Ordinal,
    Scenario,
    YesNo,
    fit_gaussian,
    fit_maximum,
    fit_near,
    gaussian_limits,
    profile_limits,
    ranged_difference,
    risk_difference,
)
from rlskit.engine.gaussian.likelihood import GaussianObjective, solve
from rlskit.engine.limits.estimand import ONE_STEP, log_ratio, risk

PER = 30.0
FADED, SHORTER = 1e-4, 0.25  # of a night in one so far off; pieces are worth it where they hold so much of all
ROUGHLY = 6.0  # over the nights: the variance of a new column's coefficient, in units of its sd


@dataclass(frozen=True)
class Numbers:
    """An answer, a minus b, in what it is counted in (unit.py): `estimate`, `lower`, `upper` (infinite where open)."""

    estimate: float
    lower: float
    upper: float

    @property
    def claim(self) -> int:
        """-1 fewer symptom nights, +1 more, 0 where the interval holds no difference."""
        return -1 if self.upper < 0 else 1 if self.lower > 0 else 0


@dataclass(frozen=True)
class Refit:
    """A maximum with its nights, columns x (n, p), the two scenarios of the contrast and weights (n,).

    steps (thresholds,) and times: what a night counts for at every threshold it has passed, and how many nights are
    counted: 30 symptom nights, or points of severity once.
    """

    maximum: Maximum
    nights: Nights
    x: np.ndarray
    a: Scenario
    b: Scenario
    weights: np.ndarray
    steps: np.ndarray = field(default_factory=lambda: ONE_STEP)
    times: float = PER

    @property
    def estimate(self) -> float:
        """The answer, a minus b."""
        return self._at(self.maximum.optimum.theta)

    @property
    def standard_error(self) -> float:
        """Of the estimate, by the delta method: a yardstick that is finite where a limit may be open."""
        slope = self._difference(self.maximum.objective.layout, self.maximum.anchor)[1]
        return self.times * float(np.sqrt(max(slope @ self.maximum.covariance @ slope, 0.0)))

    @property
    def stepped(self) -> float:
        """The estimate after one Newton step towards these nights; nan where the likelihood fails there."""
        old = self.maximum
        _, gradient = Objective(self.nights, self.x, old.objective.prior, old.objective.nodes)(old.optimum.theta)
        return self._at(old.optimum.theta + old.covariance @ gradient)

    def limits(self, level: float, tails: tuple[float, float] | None = None, only: int = 0) -> Numbers:
        """The estimate with profile-likelihood limits. tails: what the lower and the upper limit leave out, together
        1 - level; None leaves out as much on either side. only: -1 or 1 for the lower or the upper one alone."""
        levels = [level] if tails is None else [max(1.0 - 2.0 * tail, 1e-3) for tail in tails]
        _, found, _ = profile_limits(
            self.maximum, lambda layout: ranged_difference(layout, self.weights, self.a, self.b, self.steps), levels,
            self.weights @ (self.a.x - self.b.x), only=only,
        )  # fmt: skip
        return Numbers(*(self.times * h for h in (found.estimate, found.lower[0], found.upper[-1])))

    def claims(self, level: float, claim: int) -> bool:
        """Whether its limits make that claim, -1 or 1: the one next to no difference tells."""
        return self.limits(level, only=-claim).claim == claim

    def log_ratio_limits(self, level: float) -> tuple[float, float, float]:
        """Estimate and profile limits of log P(a) - log P(b)."""

        def function(layout):
            return lambda theta: log_ratio(*(risk(layout, theta, self.weights, at) for at in (self.a, self.b)))

        _, found, _ = profile_limits(self.maximum, function, [level], self.weights @ (self.a.x - self.b.x))
        return found.estimate, float(found.lower[0]), float(found.upper[0])

    def chance(self, grown: Refit, columns: int) -> float:
        """How often chance alone makes `columns` more of them fit so much better: by likelihood ratio."""
        gain = 2.0 * (grown.maximum.optimum.value - self.maximum.optimum.value)
        return float(chdtrc(columns, max(gain, 0.0)))

    def adding(self, columns: np.ndarray) -> Refit:
        """The same nights with more columns (n, m), as they are in both scenarios."""
        here = with_columns(self._merged(), standardised(columns))
        return replace(here, maximum=fit_like(self.maximum, here.nights, here.x))

    def keeping(self, keep: np.ndarray, night: np.ndarray) -> Refit:
        """Only some nights, keep (n,) bool; not fitted yet: `maximum` is still the old one. night (n,): numbers."""
        return keeping(self, keep, night)

    def again(self) -> Refit:
        """Fitted to these nights and columns, starting from the old maximum."""
        here = self._merged()
        return replace(here, maximum=fit_like(self.maximum, here.nights, here.x))

    def without_each(self, group: np.ndarray, night: np.ndarray) -> np.ndarray:
        """The estimate without the nights of each group, (groups,), after one Newton step; group (n,): people, or weeks
        of one, in order. Without a group the slope lacks what its nights add to it."""
        theta, person, groups = self.maximum.optimum.theta, self.nights.person, int(group.max()) + 1
        added = self._added_by_each(group, night)
        if added is None:
            return np.array([self.keeping(group != g, night).stepped for g in range(groups)])
        steps = (self.maximum.objective(theta)[1] - added) @ self.maximum.covariance
        return np.array([replace(self, weights=equal_weights(person, group != g))._at(theta + steps[g])
                         for g in range(groups)])

    def _added_by_each(self, group: np.ndarray, night: np.ndarray) -> np.ndarray | None:
        """What the nights of each group add to the slope, (groups, k); None where that is not known in a short way.

        People are independent given the parameters. Weeks of one person are not, but what a night says of another
        fades with phi^gap (Kuensch 1989, Ann. Stat. 17, 1217-1241, leaves out blocks for the same reason): a week and
        the nights around it, as a diary of its own, tell what it adds.
        """
        theta = self.maximum.optimum.theta
        if self.nights.people > 1:
            found = self.maximum.objective.people_slopes(theta)
            return None if found is None else found[1]
        reach = self._reach()
        first, last = (np.searchsorted(group, np.arange(group[-1] + 1), side) for side in ("left", "right"))
        begin, end = np.maximum(first - reach, 0), np.minimum(last + reach, group.size)
        if (end - begin).sum() > SHORTER * group.size * begin.size:
            return None
        rows = np.concatenate([np.arange(one, other) for one, other in zip(begin, end, strict=True)])
        piece = np.repeat(np.arange(begin.size), end - begin)
        both = []
        for keep in (np.ones(rows.size, dtype=bool), group[rows] != piece):
            some = taking(self, rows[keep], piece[keep], night)
            objective = Objective(some.nights, some.x, None, self.maximum.objective.nodes)
            both.append(objective.people_slopes(theta))
        with_it, without = both
        return None if with_it is None or without is None else with_it[1] - without[1]

    def _reach(self) -> int:
        """Behind so many nights hardly anything of a night is left."""
        layout, theta = self.maximum.objective.layout, self.maximum.optimum.theta
        return int(np.ceil(np.log(FADED) / np.log(layout.unpack(theta).phi))) if layout.persistence else 1

    def _merged(self) -> Refit:
        """Without levels of which no night is left: their thresholds count for the next level that is."""
        family = self.nights.family
        found, level = np.unique(family.level, return_inverse=True)
        if not isinstance(family, Ordinal) or found.size in (1, family.shapes + 2):
            return self
        fewer = replace(self.nights, family=Ordinal(level, np.zeros(found.size - 2)))
        return replace(self, nights=fewer, steps=np.diff(np.append(0.0, np.cumsum(self.steps))[found]))

    def _difference(self, layout, theta: np.ndarray) -> tuple[float, np.ndarray]:
        return risk_difference(layout, theta, self.weights, self.a, self.b, self.steps)

    def _at(self, theta: np.ndarray) -> float:
        return self.times * self._difference(self.maximum.objective.layout, theta)[0]


@dataclass(frozen=True)
class NumericRefit:
    """As Refit, with the numbers themselves: response (n,). The answer is in the outcome's own units."""

    maximum: GaussianMaximum
    nights: Nights
    response: np.ndarray
    x: np.ndarray
    a: Scenario
    b: Scenario
    weights: np.ndarray

    @property
    def change(self) -> np.ndarray:
        """(p,): how the contrast moves every column."""
        return self.weights @ (self.a.x - self.b.x)

    @property
    def estimate(self) -> float:
        """The answer, a minus b."""
        return float(self.change @ self.maximum.beta)

    @property
    def standard_error(self) -> float:
        """Of the estimate."""
        return float(np.sqrt(self.change @ self.maximum.covariance @ self.change))

    @property
    def stepped(self) -> float:
        """The estimate from these nights at the old persistence and spread between people, by least squares."""
        objective = GaussianObjective(self.nights, self.response, self.x)
        found = solve(objective.moments(self.maximum.optimum.theta).product)
        return np.nan if found is None else float(self.change @ (objective.shift + found.beta))

    def without_each(self, group: np.ndarray, night: np.ndarray) -> np.ndarray:
        """The estimate without the nights of each group, (groups,), as `stepped`."""
        return np.array([self.keeping(group != g, night).stepped for g in range(int(group.max()) + 1)])

    def limits(self, level: float) -> Numbers:
        """The estimate with profile limits read by Student's t."""
        found, _ = gaussian_limits(self.maximum, self.change, [level])
        return Numbers(found.estimate, float(found.lower[0]), float(found.upper[0]))

    def claims(self, level: float, claim: int) -> bool:
        """Whether its limits make that claim."""
        return self.limits(level).claim == claim

    def chance(self, grown: NumericRefit, columns: int) -> float:
        """How often chance alone makes `columns` more of them fit so much better: F of the new coefficients, the last
        ones, since restricted likelihoods of different columns do not compare (Pinheiro & Bates 2000, section 2.4.2).
        """
        new = grown.maximum.beta[-columns:]
        statistic = new @ np.linalg.solve(grown.maximum.covariance[-columns:, -columns:], new) / columns
        return float(fdtrc(columns, max(len(grown.x) - grown.x.shape[1], 1), statistic))

    def adding(self, columns: np.ndarray) -> NumericRefit:
        """The same nights with more columns (n, m), as they are in both scenarios."""
        return with_columns(self, standardised(columns)).again()

    def keeping(self, keep: np.ndarray, night: np.ndarray) -> NumericRefit:
        """Only some nights, keep (n,) bool; not fitted yet: `maximum` is still the old one. night (n,): numbers."""
        return replace(keeping(self, keep, night), response=self.response[keep])

    def again(self) -> NumericRefit:
        """Fitted to these nights and columns."""
        found = fit_gaussian(self.nights, self.response, self.x)
        assert found is not None  # nights that are fitted exactly have no estimate of one step either
        return replace(self, maximum=found)


def fit_like(old: Maximum, nights: Nights, x: np.ndarray) -> Maximum:
    """A fit that begins at `old`, of nights and columns x (n, p + m), of which the first p are those of `old`."""
    p, m = old.objective.layout.p, x.shape[1] - old.objective.layout.p
    if nights.family.shapes != old.objective.layout.shapes:  # other thresholds
        return fit_maximum(nights, x, old.objective.prior)
    start, inverse = np.insert(old.optimum.theta, p, np.zeros(m)), old.covariance
    for axis in (0, 1):
        inverse = np.insert(inverse, [p] * m, 0.0, axis=axis)
    new = np.arange(p, p + m)
    inverse[new, new] = ROUGHLY / nights.size
    return fit_near(nights, x, old, start, inverse)


Either = TypeVar("Either", bound="Refit | NumericRefit")


def with_columns(refit: Either, columns: np.ndarray) -> Either:
    """More columns (n, m) in the model and in both scenarios; not fitted yet."""
    a, b = (Scenario(np.hstack([s.x, columns]), s.z) for s in (refit.a, refit.b))
    return replace(refit, x=np.hstack([refit.x, columns]), a=a, b=b)


def keeping(refit: Either, keep: np.ndarray, night: np.ndarray) -> Either:
    """Only some nights, keep (n,) bool, people counting equally; not fitted yet."""
    return taking(refit, np.flatnonzero(keep), refit.nights.person[keep], night)


def taking(refit: Either, rows: np.ndarray, person: np.ndarray, night: np.ndarray) -> Either:
    """These `rows` (m,), some of them perhaps several times, as the nights of `person` (m,), who count equally; night
    (n,): numbers. Not fitted yet."""
    old, starts = refit.nights, np.flatnonzero(np.diff(person, prepend=-1))
    gap = np.diff(night[rows], prepend=np.nan)
    gap[starts] = np.inf
    nights = replace(old, family=old.family.take(rows), starts=starts, gap=gap, z=old.z[rows])
    a, b = (Scenario(s.x[rows], s.z[rows]) for s in (refit.a, refit.b))
    everyone = np.ones(person.size, dtype=bool)
    return replace(refit, nights=nights, x=refit.x[rows], a=a, b=b, weights=equal_weights(person, everyone))


def equal_weights(person: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """(n,): every person counts as much, each of their nights that is kept as much, the others nothing."""
    _, who = np.unique(person, return_inverse=True)
    nights = np.bincount(who, weights=keep)
    return keep / (np.maximum(nights, 1.0)[who] * np.count_nonzero(nights))


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
