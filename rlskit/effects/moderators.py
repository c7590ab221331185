"""explain_spread(): what the effect of a change is at each level of something about the person, and how much of the
spread between people that leaves.

The fit holds the interaction, such as symptoms ~ within(x) * m + between(x), with within(x) among its slopes. At each
level everybody's nights are taken as if the person had it, all else as recorded, so that the difference between levels
is the interaction on the scale of nights and not a difference of base rates; profile-likelihood limits on each and on
the difference. The spread is the sd of people's own coefficients (log odds), with profile limits, in this model and in
the same one without the interaction. Oracle: tests/oracles/moderator (lme4), tests/unit/effects/test_moderators.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtrit

from rlskit.effects.components import person_sd_limits, profile_of, three_of
from rlskit.effects.contrasts import Contrast, is_yes_no, levels_of, mean_change, one_contrast, term_of
from rlskit.effects.counting import count_steps
from rlskit.effects.estimates import column_of
from rlskit.effects.scales import SCALES, differences
from rlskit.effects.text import in_own_units, limit_text, number_text, said_unit
from rlskit.engine import (
    GaussianMaximum,
    Maximum,
    fit_gaussian,
    fit_maximum,
    gaussian_limits,
    risk_difference,
)
from rlskit.errors import ModelError
from rlskit.models.columns import is_number
from rlskit.models.design import Design
from rlskit.models.fitting import FIT, Fitted, check_converged
from rlskit.models.matrix import touches
from rlskit.models.outcome import BINARY, GAUSSIAN, Outcome, told_parts
from rlskit.utils.arguments import check_level
from rlskit.utils.kinds import Kind, takes
from rlskit.utils.progress import doing
from rlskit.utils.shown import Columns, Part, Shown

FEW_AT_A_LEVEL = 8
COLUMNS = ["row", "level", "estimate", "lower", "upper", "n_people"]


@dataclass(frozen=True)
class Moderation(Shown):
    """One effect by one trait of people.

    table: row ("effect" at a level, "difference" of that level from the first), level, estimate, lower, upper (on the
    scale: symptom nights per 30, points of severity, or a numeric outcome's own units), n_people who have that level
    (of a number: who are nearer to it). spread: model ("with", "without" the moderator), sd, lower, upper: of people's
    own coefficients, log odds (of a numeric outcome, its own units); a lower limit of 0 means that none was found above
    it. Plus term, contrast, moderator, formula, interval_level, method, n_nights, n_people, caveats, and scale,
    at_least, base_unit and outcome as in Effects.
    """

    __module__ = "rlskit"

    table: pd.DataFrame
    spread: pd.DataFrame
    term: str
    contrast: str
    moderator: str
    formula: str
    interval_level: float
    method: str
    n_nights: int
    n_people: int
    caveats: tuple[str, ...]
    scale: str = "nights_per_30"
    at_least: float | str | None = None
    base_unit: str = "nights per 30"
    outcome: Outcome = BINARY

    def parts(self) -> list[Part]:
        return told_parts(self.outcome, _parts(self))


MODERATION = Kind(said="what explains the spread", made="Make it with rk.explain_spread(fit, term, traits).",
                  taken="rk.write_table(moderation.table, path)", types=(Moderation,))


@takes(FIT)
@doing("Asking what tells people apart")
def explain_spread(
    fit: Fitted, term: str, moderator: str, *, at: tuple[float | str, ...] | None = None, level: float = 0.95,
    scale: str | None = None, at_least: float | str | None = None,
    contrast: tuple[float | str, float | str] | None = None,
) -> Moderation:
    """The effect of `term` at each level of `moderator`, their difference, and the spread with and without it.

    fit: of several people, with the interaction in its formula and the term among its slopes. moderator: a column that
    is the same on all nights of a person, or between(x). at: the levels, the first of which the others are compared
    with; left out: no and yes, every word and group, or the 10th and 90th percentile over people. level: of the
    intervals. scale, at_least: as in estimate_effects, but for ratios. contrast: as in estimate_people. Raises
    ModelError, saying which formula to fit.

    Example: ``rk.explain_spread(rk.fit("severity_0_10 ~ stretched * takes_iron", several,
    outcome=rk.GAUSSIAN, slopes=("stretched",)), "stretched", "takes_iron")``
    """
    design = fit.design
    chosen, slope = _contrast(fit, term, moderator, level, contrast)
    scale = fit.outcome.effects[0] if scale is None else scale
    known = differences(fit.outcome.effects)
    if scale not in known:
        raise ModelError(f'scale: found "{scale}"; expected one of {", ".join(known)}: effects are compared as '
                         'differences.')
    counted = count_steps(design, fit.outcome.name, scale, at_least)
    values = design.frame[moderator].iloc[design.nights.starts].reset_index(drop=True)
    levels = _levels(design, moderator, values, at)
    sides = [tuple(design.scenario(**{chosen.column: side, moderator: one}) for side in (chosen.a, chosen.b))
             for one in levels]
    numeric = fit.outcome == GAUSSIAN
    # a trait is a comparison of people, of whom there are few: the cut-off is Student's t instead of the normal
    free = max(fit.n_people - len(levels), 1)
    wider = level if numeric else float(2.0 * ndtr(stdtrit(free, 0.5 * (1.0 + level))) - 1.0)

    def effect(*of: tuple[int, float]) -> tuple[float, float, float]:
        """The sum of the effects at some levels, each with its sign."""
        change = sum((sign * (design.weights @ (sides[i][0].x - sides[i][1].x)) for i, sign in of),
                     np.zeros(design.x.shape[1]))
        if numeric:
            found, _ = gaussian_limits(fit.maximum, change, [wider])
            return three_of(found, 1.0)
        signed = [(design.weights * sign, sides[i]) for i, sign in of]
        return profile_of(fit.maximum, _difference(signed, counted.steps), wider, SCALES[scale].times, change)

    counts = _people_at(values, levels)
    labels = [_label(design, moderator, one) for one in levels]
    rows = [["effect", label, *effect((i, 1.0)), counts[i]] for i, label in enumerate(labels)]
    rows += [["difference", f"{label} − {labels[0]}", *effect((i, 1.0), (0, -1.0)), counts[i] + counts[0]]
             for i, label in enumerate(labels[1:], 1)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    spread = pd.DataFrame([["without", *person_sd_limits(_plain(fit, chosen.column, moderator), slope, level)],
                           ["with", *person_sd_limits(fit.maximum, slope, level)]],
                          columns=["model", "sd", "lower", "upper"])
    method = (f"profile likelihood on each effect, each difference and each sd, {fit.status.method}; effects and "
              f"differences by Student's t{'' if numeric else f' with {free} degrees of freedom'}")
    unit = (fit.outcome.own_name or design.outcome) if numeric else "nights per 30" if counted.times > 1.0 else "points"
    return Moderation(
        table=table, spread=spread, term=chosen.term, contrast=chosen.text, moderator=moderator, formula=fit.formula,
        interval_level=level, method=method, n_nights=fit.n_nights, n_people=fit.n_people,
        caveats=_caveats(moderator, labels, counts), scale=scale, at_least=at_least, base_unit=unit,
        outcome=fit.outcome)


def _difference(signed: list[tuple[np.ndarray, tuple]], steps: np.ndarray) -> Callable:
    """The sum of differences in risk, each under its own weights of nights and pair of scenarios."""
    def estimand(layout):
        def value(theta):
            parts = [risk_difference(layout, theta, weights, *pair, steps) for weights, pair in signed]
            return sum(v for v, _ in parts), sum((g for _, g in parts), np.zeros(layout.size))
        return value
    return estimand


def _contrast(fit: Fitted, term: str, moderator: str, level: float, asked: object) -> tuple[Contrast, np.ndarray]:
    """The contrast and how it moves the slopes (q,), by one unit of a number; or the error that says what to fit."""
    design = fit.design
    column = column_of(term)
    if fit.n_people == 1:
        raise ModelError("explain_spread: expected nights of several people, found one person.")
    check_level(level, "level")
    if column not in design.columns:
        raise ModelError(f'explain_spread: found no column "{term}" in "{fit.formula}"; expected one of: '
                         f'{", ".join(design.columns)}.')
    name, own = term_of(design, column)
    typed = name if column.isidentifier() or "`" in name else name.replace(column, f"`{column}`")
    advice = f'Fit {design.outcome} ~ {typed} * {moderator} + … with slopes=("{name}",).'
    if moderator not in design.frame:
        raise ModelError(f'explain_spread: found no "{moderator}" in "{fit.formula}". {advice}')
    changed = design.frame[moderator].groupby(design.nights.person).nunique().max() > 1
    if changed:
        raise ModelError(f'explain_spread: "{moderator}" changes within a person; expected one value for each person. '
                         f"Use between({moderator}), or a column of your own.")
    slopes = [one for one in own if one in design.slope_names]
    if not slopes or not _interaction(design, column, moderator):
        what = f"no interaction with {moderator} of" if slopes else "no slopes for"
        raise ModelError(f'explain_spread: found {what} "{name}" in "{fit.formula}". {advice}')
    if len(slopes) > 1 and not levels_of(design, column):
        raise ModelError(f'explain_spread: found {len(slopes)} slopes for "{name}", one for each column that it makes; '
                         "expected one. Make a yes/no column or a number of it.")
    contrast = one_contrast(design, column, name, asked, "explain_spread")
    check_converged(fit)
    if contrast.groups:
        return contrast, mean_change(design, contrast)[1]
    slope = np.zeros(len(design.slope_names))
    slope[design.slope_names.index(slopes[0])] = 1.0 / design.scale[design.names.index(slopes[0])]
    return contrast, slope


def _interaction(design: Design, column: str, moderator: str) -> list[str]:
    """Columns of the model matrix in which both stand."""
    spec = design.spec
    name = f"within({column})" if f"within({column})" in design.names else column
    found = [spec.term_indices[term] for term, used in spec.term_variables.items()
             if all(any(touches(variable, one) for variable in used) for one in (name, moderator))]
    both = [str(spec.column_names[i]) for at in found for i in at]
    return [one for one in both if one in design.names]


def _levels(design: Design, moderator: str, values: pd.Series, at: tuple | None) -> list:
    if at is not None:
        known = levels_of(design, moderator)
        unknown = [one for one in at if (one not in known if known else not is_number(one))]
        if len(at) < 2 or unknown:
            raise ModelError(f"at: found {at!r}; expected two or more levels of {moderator}.")
        return list(at)
    if levels := levels_of(design, moderator):
        return list(levels)
    if is_yes_no(design, moderator):
        return [0.0, 1.0]
    low, high = np.quantile(values, [0.1, 0.9])
    return [float(low), float(high)]


def _people_at(values: pd.Series, levels: list) -> list[int]:
    if values.dtype != float:
        return [int((values == one).sum()) for one in levels]
    nearest = np.abs(values.to_numpy()[:, None] - np.array(levels)[None, :]).argmin(axis=1)
    return [int((nearest == i).sum()) for i in range(len(levels))]


def _label(design: Design, moderator: str, value: float | str) -> str:
    if isinstance(value, str) or design.frame[moderator].dtype != float:
        return str(value)
    if is_yes_no(design, moderator) and value in (0.0, 1.0):
        return "yes" if value else "no"
    return f"{value:.3g}"


def _plain(fit: Fitted, column: str, moderator: str) -> Maximum | GaussianMaximum:
    """The same nights without the interaction."""
    design = fit.design
    gone = set(_interaction(design, column, moderator))
    x = design.x[:, [i for i, name in enumerate(design.names) if name not in gone]]
    if fit.outcome != GAUSSIAN:
        return fit_maximum(design.nights, x, fit.maximum.objective.prior)
    found = fit_gaussian(design.nights, design.response, x)
    assert found is not None  # fewer columns leave more over than the model with all of them
    return found


def _caveats(moderator: str, labels: list[str], counts: list[int]) -> tuple[str, ...]:
    notes = []
    few = [f"{n} at {label}" for label, n in zip(labels, counts, strict=True) if n < FEW_AT_A_LEVEL]
    if few:
        notes.append(f"Few people: {', '.join(few)}. These limits are then somewhat too narrow.")
    notes.append(f"People who differ in {moderator} differ in much else: nobody's {moderator} was changed, so this is "
                 "not an effect of it.")
    return tuple(notes)


def _parts(found: Moderation) -> list[Part]:
    what, unit, own = f"{100 * found.interval_level:.3g}% interval", said_unit(found), in_own_units(found)
    lines: list[Part] = [f"{unit[0].upper()}{unit[1:]} by {found.moderator}; {found.term}, {found.contrast}",
             f"{found.formula}; {found.n_nights} nights of {found.n_people} people", ""]
    names = [(f"{found.moderator}: {row.level}" if row.row == "effect" else f"difference: {row.level}")
             for row in found.table.itertuples()]
    cells = [(name, number_text(row.estimate, own),
              " to ".join(limit_text(end, found.scale, own) for end in (row.lower, row.upper)), str(row.n_people))
             for name, row in zip(names, found.table.itertuples(), strict=True)]
    lines += [Columns([("", "estimate", what, "people"), *cells], left=(0, 2, 3)), ""]
    for row in found.spread.itertuples():
        sd, lower, upper = (number_text(value, own) for value in (row.sd, row.lower, row.upper))
        lines.append(f"Spread between people {row.model} {found.moderator}: sd {sd} ({lower} to {upper}), "
                     f"{f'{found.base_unit}, in its own units' if own else 'log odds'}")
    return [*lines, f"Method: {found.method}.", *found.caveats]
