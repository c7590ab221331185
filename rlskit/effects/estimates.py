"""Fit → Effects: symptom nights per 30 nights, or points of severity, with profile-likelihood intervals on that number.

Estimand (docs/decisions/0003-estimand.md): 30 x the average of P(y | x = a) - P(y | x = b), every other column as
recorded, averaged over persistence and over people, within a person first and then equally over people. Ordinal nights
(docs/decisions/0010-ordinal-nights.md): expected severity in place of P, or P(y >= at_least).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtri

from rlskit.effects.caveats import effect_caveats
from rlskit.effects.contrasts import (
    Contrast,
    contrast_of,
    mean_change,
    prestated_contrasts,
    scenario_at,
)  # fmt: skip
from rlskit.effects.counting import count_steps
from rlskit.effects.scales import ODDS, RATIO, SCALES
from rlskit.effects.text import effect_parts
from rlskit.engine import (
    GaussianMaximum,
    Layout,
    Limits,
    Maximum,
    Ranged,
    gaussian_limits,
    linear,
    log_ratio,
    profile_limits,
    rest,
    risk,
)  # fmt: skip
from rlskit.errors import ModelError
from rlskit.models.design import AnyDesign, Design
from rlskit.models.fitting import FIT, Fitted, check_converged
from rlskit.models.outcome import BINARY, GAUSSIAN, Outcome, told_parts
from rlskit.utils.arguments import is_level
from rlskit.utils.kinds import Kind, takes
from rlskit.utils.progress import doing
from rlskit.utils.shown import Part, Shown
from rlskit.utils.stamp import INPUTS, inputs_of


@dataclass(frozen=True)
class Correction:
    """A small-diary correction of the intervals: its `name`, and where it comes from."""

    __module__ = "rlskit"

    name: str
    source: str

    def __repr__(self) -> str:
        """As it is typed, so that signatures can be read."""
        return f"rk.{self.name.upper()}"


BARTLETT = Correction(
    "Bartlett", "closed form for the coefficients (Lawley 1956, Cordeiro 1983), at a reference persistence for what is "
    "not known about it, and for how far a few people differ (Zucker, Lieberman & Manor 2000)")

COLUMNS = [
    "term", "contrast", "a", "b", "estimate", "lower", "upper", "base_rate", "base_lower", "base_upper", "n_nights",
    "n_exposed", "reason", "level",
]  # fmt: skip


@dataclass(frozen=True)
class Effects(Shown):
    """Answers of one fit, as one tidy `table`.

    One row per contrast and level: term, contrast, a, b, estimate, lower, upper, base_rate (under b: symptom nights
    per 30, or points) with base_lower and base_upper (delta method on its logit; nan where nothing bounds it),
    n_nights, n_exposed (nights nearer to a than to b; of levels, at a), reason, level. In a refused row the numbers are
    nan and `reason` says why; a limit of inf or -inf is open. Plus scale, level, method, n_nights, n_people, caveats,
    at_least: the severity from which a night counts, where that was asked; base_unit, of the base rates; outcome.
    """

    __module__ = "rlskit"

    table: pd.DataFrame
    scale: str
    level: float | tuple[float, ...]
    method: str
    n_nights: int
    n_people: int
    caveats: tuple[str, ...]
    at_least: float | str | None = None
    base_unit: str = "nights per 30"
    outcome: Outcome = BINARY

    def parts(self) -> list[Part]:
        return told_parts(self.outcome, effect_parts(self))


EFFECTS = Kind(said="effects", made="Make them with rk.estimate_effects(fit).",
               taken="rk.plot_effects(effects)", types=(Effects,))


@takes(FIT)
@doing("Working out the intervals")
def estimate_effects(
    fit: Fitted,
    *,
    level: float | tuple[float, ...] = 0.95,
    scale: str | None = None,
    correction: Correction | None = BARTLETT,
    at_least: float | str | None = None,
    every_pair: bool = False,
) -> Effects:
    """The pre-stated contrast of every column, with profile-likelihood limits; of words and C(x) every level.

    level: 0.95, or a tuple such as (0.95, 0.95 ** (1 / 5)) for pointwise and simultaneous limits from one profile: the
    table then has one row per contrast and level, distinguished by its `level` column. scale: "nights_per_30",
    "probability", "risk_ratio", "odds_ratio" (conditional), or "points" (of severity; of a numeric outcome its own
    units); left out
    it is nights_per_30 for yes/no nights and points for others. at_least: for nights_per_30 and probability of an
    ordinal outcome, the severity from which a night counts. correction: BARTLETT widens the limits of one person's
    short diary (more so for an exposure in spells) and, of few people, those of columns whose effects differ between
    them (docs/decisions/0014-coverage.md); limits of a numeric outcome use Student's t
    (docs/decisions/0011-numeric-nights.md) instead; None is the plain chi-square cut-off. A contrast is kept inside the
    5-95% range of the values recorded, else the 90th and 10th percentiles are used and named. Levels (words, numbers in
    C()) are compared with the model's reference, the first in order where C() names none; every_pair: each with each.
    Raises ModelError for a fit that did not converge.

    Example: ``effects = rk.estimate_effects(fit)``
    """
    if not isinstance(every_pair, bool):
        raise ModelError(f"every_pair: found {every_pair!r}; expected True or False.")
    contrasts = [one for column in fit.design.columns for one in prestated_contrasts(fit.design, column, every_pair)]
    return effects_of(fit, contrasts, level, scale, correction, at_least)


@takes(FIT)
def compare(
    fit: Fitted,
    term: str,
    a: float | str,
    b: float | str,
    *,
    level: float | tuple[float, ...] = 0.95,
    scale: str | None = None,
    correction: Correction | None = BARTLETT,
    at_least: float | str | None = None,
) -> Effects:
    """One contrast of your own: `term` at a against b, in the units of the column ("yes" and "no", or True and False,
    for yes/no).

    Other arguments as in estimate_effects. Raises ModelError for a column the model does not have.

    Example: ``rk.compare(fit, "alcohol_drinks", 2, 0)``
    """
    design = fit.design
    column = column_of(term)
    if column not in (*design.columns, *design.names) or not all(design.each(_holds, column)):
        known = ", ".join(design.columns)
        meant = next((c for c in design.columns if re.search(rf"(?<!\w){re.escape(c)}(?!\w)", str(term))), None)
        advice = "" if meant is None else f' Did you mean "{meant}"?'
        raise ModelError(f'compare: found no column "{term}" in "{fit.formula}"; expected one of: {known}.{advice}')
    contrast = contrast_of(design, column, term, a, b, "compare")
    return effects_of(fit, [contrast], level, scale, correction, at_least)


def column_of(term: str) -> str:
    """The column that is set: x of x, of within(x), and of C(x), whose values are those of x."""
    found = re.fullmatch(r"(?:within|C)\((.*)\)", term) if isinstance(term, str) else None
    return found[1].strip("`") if found else str(term)


@takes(FIT)
def estimate_coefficients(
    fit: Fitted, *, level: float | tuple[float, ...] = 0.95, correction: Correction | None = BARTLETT
) -> Effects:
    """The odds ratio of every coefficient of the model, with profile-likelihood limits: for setting a model beside
    another program's (lme4's confint), and for interactions.

    Each column of the model matrix moves by one unit, all others held: `treatment * time` has rows treatment, time and
    treatment:time, and the Intercept's row is the odds where every column is zero. numpy.log of estimate, lower and
    upper gives the coefficient and its limits. Conditional on the person and the night; base_rate is nan. Coefficients
    of a numeric outcome are themselves, in its own units. Other arguments as in estimate_effects, which says what a
    column does in symptom nights.

    Example: ``rk.estimate_coefficients(fit)``
    """
    contrasts = [Contrast(name, name, "one unit", 1.0, 0.0, coefficient=True) for name in fit.coef.index]
    return effects_of(fit, contrasts, level, "points" if fit.outcome == GAUSSIAN else "odds_ratio", correction)


def effects_of(fit: Fitted, contrasts: list[Contrast], level, scale, correction, at_least=None) -> Effects:
    """Contrasts as rows of a table; other arguments as in estimate_effects."""
    known = fit.outcome.effects
    scale = known[0] if scale is None else scale
    if scale not in known:
        expected = f"one of {', '.join(known)}" if len(known) > 1 else f'"{known[0]}" for a {fit.outcome.name} outcome'
        raise ModelError(f'scale: found "{scale}"; expected {expected}.')
    counted = count_steps(fit.design, fit.outcome.name, scale, at_least)
    if correction is not None and correction != BARTLETT:
        raise ModelError(f"correction: found {correction!r}; expected BARTLETT or None.")
    levels = level if isinstance(level, tuple) else (level,)
    if not levels or not all(map(is_level, levels)):
        raise ModelError(f"level: found {level!r}; expected a number between 0 and 1, such as 0.95, or several.")
    check_converged(fit)
    maximum, rows, factors = fit.maximum, [], []
    for contrast in contrasts:
        if fit.outcome == GAUSSIAN:
            found, factor = _numeric_rows(fit.design, maximum, contrast, levels, correction)
        else:
            maximum, found, factor = _rows(fit.design, maximum, contrast, levels, scale, counted, correction)
        rows += found
        factors.append(factor)
    table = pd.DataFrame(rows, columns=COLUMNS)
    table.attrs[INPUTS] = inputs_of(fit)
    method = f"profile likelihood on the contrast itself, {fit.status.method}" + _small(fit, factors, correction)
    opened = set().union(*(row["open"] for row in rows))
    caveats = effect_caveats(fit, opened, correction is not None, contrasts)
    unit = "nights per 30" if counted.times > 1.0 else "points"
    if fit.outcome == GAUSSIAN:
        unit = fit.outcome.own_name or fit.design.outcome
    return Effects(
        table=table, scale=scale, level=level, method=method, n_nights=fit.n_nights, n_people=fit.n_people,
        caveats=caveats, at_least=at_least, base_unit=unit, outcome=fit.outcome)


def _small(fit: Fitted, factors: list[float], correction: Correction | None) -> str:
    """What the limits were widened by, in words."""
    if fit.outcome == GAUSSIAN:
        known = [factor for factor in factors if np.isfinite(factor)]
        return f", Student's t with {min(known):.0f} degrees of freedom or more" if correction and known else ""
    largest = max(factors, default=1.0)
    what = "small-diary correction" if fit.n_people == 1 else "correction for few people"
    return f", {what} up to {largest:.2f}" if largest > 1.005 else ""


def _numeric_rows(design: AnyDesign, maximum: GaussianMaximum, contrast: Contrast, levels, correction):
    """Rows of one contrast of numeric nights, in the outcome's own units, and its degrees of freedom (inf: none)."""
    row = _plain_row(design, contrast)
    if contrast.refused:
        return [row | {"a": np.nan, "b": np.nan, "level": one} for one in levels], np.inf
    if contrast.coefficient:
        change = design.to_user[design.names.index(contrast.column)]
    else:
        change, _ = mean_change(design, contrast)
    found, freedom = gaussian_limits(maximum, change, levels, corrected=correction is not None)
    return [row | {"estimate": found.estimate, "lower": lower, "upper": upper, "level": one,
                   "open": _open(found, lower, upper)}
            for one, lower, upper in zip(levels, found.lower, found.upper, strict=True)], freedom


def _risk(design: Design, layout: Layout, theta: np.ndarray, column: str, values: tuple, steps: np.ndarray):
    """risk() under each value of a column: this part's share of everybody's average, and its gradient."""
    return [risk(layout, theta, design.weights, scenario_at(design, column, value), steps) for value in values]


def _gaps(design: Design, layout: Layout, theta: np.ndarray, column: str, values: tuple, steps: np.ndarray):
    """risk() and rest() under each value of a column."""
    scenarios = [scenario_at(design, column, value) for value in values]
    return [(risk(layout, theta, design.weights, at, steps)[0], rest(layout, theta, design.weights, at, steps))
            for at in scenarios]


def _holds(design: Design, column: str) -> bool:
    return column in design.frame


def _plain_row(design: AnyDesign, contrast: Contrast) -> dict[str, Any]:
    return dict.fromkeys(COLUMNS, np.nan) | {
        "term": contrast.term, "contrast": contrast.text, "a": contrast.a, "b": contrast.b,
        "n_nights": design.size, "n_exposed": count_exposed(design, contrast), "reason": contrast.refused,
        "open": frozenset(),
    }  # fmt: skip


def _open(found: Limits, lower: float, upper: float) -> frozenset[bool]:
    """Of the open sides of one row: whether it is known that no limit exists there, or only that none was found."""
    return frozenset(known for limit, known in ((lower, found.open_below), (upper, found.open_above))
                     if np.isinf(limit))


def _rows(design: AnyDesign, maximum: Maximum, contrast: Contrast, levels, scale, counted, correction):
    row = _plain_row(design, contrast)
    if contrast.refused:
        return maximum, [row | {"a": np.nan, "b": np.nan, "level": one} for one in levels], 1.0
    estimand_of, change = estimand_for(design, contrast, scale, counted.steps)
    maximum, found, factor = profile_limits(maximum, estimand_of, levels, change, corrected=correction is not None)
    bases = _base_rates(design, maximum, contrast, levels, counted)
    rows, best = [], found.estimate
    if SCALES[scale].compares == ODDS and maximum.separation is not None and np.isinf([found.lower, found.upper]).any():
        # where the optimiser stopped on its way is nobody's odds ratio
        best = np.copysign(np.inf, best)
    for one, lower, upper, base in zip(levels, found.lower, found.upper, bases, strict=True):
        values, row["open"] = np.array([best, lower, upper]), _open(found, lower, upper)
        values = SCALES[scale].told(values)
        rows.append(row | dict(zip(("estimate", "lower", "upper"), values, strict=True)) | base | {"level": one})
    return maximum, rows, factor


def estimand_for(design: AnyDesign, contrast: Contrast, scale: str, steps: np.ndarray):
    """The number asked for, as a function of layout and theta; its change by column (p,)."""
    change = (design.to_user[design.names.index(contrast.column)] if contrast.coefficient
              else mean_change(design, contrast)[0])
    if contrast.coefficient or SCALES[scale].compares == ODDS:
        return lambda layout: lambda theta: linear(layout, theta, change), change
    values = (contrast.a, contrast.b)

    def ratio(layout: Layout, theta: np.ndarray) -> tuple[float, np.ndarray]:
        parts = design.each(_risk, layout, theta, contrast.column, values, steps)
        return log_ratio(*((sum(part[i][0] for part in parts), sum(part[i][1] for part in parts)) for i in (0, 1)))

    if SCALES[scale].compares == RATIO:
        return lambda layout: partial(ratio, layout), change

    def difference(layout: Layout, theta: np.ndarray) -> tuple[float, np.ndarray]:
        parts = design.each(_risk, layout, theta, contrast.column, values, steps)
        return sum(a[0] - b[0] for a, b in parts), sum(a[1] - b[1] for a, b in parts)

    def gaps(layout: Layout, theta: np.ndarray) -> tuple[float, float]:
        (high, less), (low, more) = np.sum(design.each(_gaps, layout, theta, contrast.column, values, steps), axis=0)
        return high + more, less + low

    most = float(steps.sum())
    return lambda layout: Ranged(partial(difference, layout), partial(gaps, layout), -most, most), change


def _base_rates(design: AnyDesign, maximum: Maximum, contrast: Contrast, levels, counted) -> list[dict[str, float]]:
    """Symptom nights per 30 (or points) under b with its limits at every level: the delta method on the logit of its
    share of the possible, which keeps them inside 0 and 30. A profile would double the work for a number that
    stands beside the answer."""
    if contrast.coefficient:
        return [{} for _ in levels]
    layout, theta = maximum.objective.layout, maximum.optimum.theta
    most = counted.steps.sum()
    parts = design.each(_risk, layout, theta, contrast.column, (contrast.b,), counted.steps / most)
    base, by_theta = sum(one[0] for one, in parts), sum(one[1] for one, in parts)
    spread = base * (1.0 - base)
    # under separation the rate itself may be 0 or 1, and its logit endless
    error = np.sqrt(by_theta @ maximum.covariance @ by_theta) / spread if spread > 1e-6 else np.nan
    reach = -ndtri((1.0 - np.asarray(levels)) / 2.0) * error
    shares = [(base, expit(logit(base) - far), expit(logit(base) + far)) for far in reach]
    values = [counted.times * (counted.lowest + most * np.array(share)) for share in shares]
    return [dict(zip(("base_rate", "base_lower", "base_upper"), value, strict=True)) for value in values]


def count_exposed(design: AnyDesign, contrast: Contrast) -> int:
    """Nights on which the column was nearer to a than to b; of levels, at a."""
    return sum(design.each(_count_nearer, contrast))


def _count_nearer(design: Design, contrast: Contrast) -> int:
    return int(nearer(design, contrast).sum())


def nearer(design: Design, contrast: Contrast) -> np.ndarray:
    """(n,) bool: on which nights the column was nearer to a than to b; of levels, at a."""
    if contrast.coefficient:
        at = design.names.index(contrast.column)
        values = pd.Series(design.x[:, at] * design.scale[at] + design.centre[at])
    else:
        values = design.frame[contrast.column]
    if contrast.groups:
        return values.eq(contrast.a).to_numpy(dtype=bool)
    if not np.isfinite([contrast.a, contrast.b]).all():
        return np.zeros(len(values), dtype=bool)
    return (np.abs(values - contrast.a) < np.abs(values - contrast.b)).to_numpy()
