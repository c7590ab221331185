"""explain_spread(): what the effect of a change is at each level of something about the person, and how much of the
spread between people that leaves.

The fit holds the interaction, such as symptoms ~ within(x) * m + between(x), with within(x) among its slopes. At each
level everybody's nights are taken as if the person had it, all else as recorded, so that the difference between levels
is the interaction on the scale of nights and not a difference of base rates; profile-likelihood limits on each and on
the difference. The spread is the sd of people's own coefficients (log odds), with profile limits, in this model and in
the same one without the interaction. Oracle: tests/oracles/moderator (lme4), tests/test_moderators.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtrit

from rlskit.contrasts import Contrast, is_yes_no, prestated_contrast
from rlskit.design import Design
from rlskit.engine import Maximum, draw_parameters, fit_maximum, person_spread, profile_limits, risk_difference
from rlskit.errors import ModelError
from rlskit.estimates import SCALES, limit_text
from rlskit.markup import ShownAsHtml
from rlskit.models import BINARY, Fit

FEW_AT_A_LEVEL = 8
COLUMNS = ["row", "level", "estimate", "lower", "upper", "n_people"]


@dataclass(frozen=True)
class Moderation(ShownAsHtml):
    """One effect by one trait of people.

    table: row ("effect" at a level, "difference" of that level from the first), level, estimate, lower, upper (symptom
    nights per 30), n_people who have that level (of a number: who are nearer to it). spread: model ("with", "without"
    the moderator), sd, lower, upper: of people's own coefficients, log odds; a lower limit of 0 means that none was
    found above it. Plus term, contrast, moderator, formula, interval_level, method, n_nights, n_people, caveats.
    """

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

    def __repr__(self) -> str:
        return "\n".join(_describe(self))


def explain_spread(
    fit: Fit, term: str, moderator: str, *, at: tuple[float | str, ...] | None = None, level: float = 0.95
) -> Moderation:
    """The effect of `term` at each level of `moderator`, their difference, and the spread with and without it.

    fit: of several people and yes/no nights, with the interaction in its formula and the term among its slopes.
    moderator: a column that is the same on all nights of a person, or between(x). at: the levels, the first of which
    the others are compared with; left away: no and yes, every word, or the 10th and 90th percentile over people. level:
    of the intervals. Raises ModelError, saying which formula to fit.
    """
    design = fit.design
    contrast, name = _contrast(fit, term, moderator, level)
    values = design.frame[moderator].iloc[design.nights.starts].reset_index(drop=True)
    levels = _levels(design, moderator, values, at)
    maximum, rows, weights = fit.maximum, [], design.weights
    sides = [tuple(design.scenario(**{contrast.column: side, moderator: one}) for side in (contrast.a, contrast.b))
             for one in levels]

    def limits(of: list[tuple[int, float]]):
        def estimand(layout):
            def value(theta):
                parts = [risk_difference(layout, theta, weights * sign, *sides[i]) for i, sign in of]
                return sum(v for v, _ in parts), sum((g for _, g in parts), np.zeros(layout.size))
            return value

        nothing = np.zeros(design.x.shape[1])
        change = sum((sign * (weights @ (sides[i][0].x - sides[i][1].x)) for i, sign in of), nothing)
        return _limits(maximum, estimand, wider, SCALES["nights_per_30"], change)

    # a trait is a comparison of people, of whom there are few: the cut-off is Student's t instead of the normal
    free = max(fit.n_people - len(levels), 1)
    wider = float(2.0 * ndtr(stdtrit(free, 0.5 * (1.0 + level))) - 1.0)
    counts = _people_at(values, levels)
    labels = [_label(design, moderator, one) for one in levels]
    for i, label in enumerate(labels):
        rows.append(["effect", label, *limits([(i, 1.0)]), counts[i]])
    for i, label in enumerate(labels[1:], 1):
        rows.append(["difference", f"{label} − {labels[0]}", *limits([(i, 1.0), (0, -1.0)]), counts[i] + counts[0]])
    table = pd.DataFrame(rows, columns=COLUMNS)
    spread = pd.DataFrame([["without", *_spread(_plain(fit, name, moderator), design, name, level)],
                           ["with", *_spread(fit.maximum, design, name, level)]],
                          columns=["model", "sd", "lower", "upper"])
    method = (f"profile likelihood on each effect, each difference and each sd, {fit.status.method}; effects and "
              f"differences by Student's t with {free} degrees of freedom")
    return Moderation(table, spread, contrast.term, contrast.text, moderator, fit.formula, level, method, fit.n_nights,
                      fit.n_people, _caveats(moderator, labels, counts))


def _contrast(fit: Fit, term: str, moderator: str, level: float) -> tuple[Contrast, str]:
    """The pre-stated contrast and the name of its slope, or the error that says what to fit."""
    design = fit.design
    column = term[7:-1] if term.startswith("within(") and term.endswith(")") else term
    if fit.outcome is not BINARY or fit.n_people == 1:
        raise ModelError("explain_spread: expected yes/no nights of several people, found "
                         f"{'one person' if fit.n_people == 1 else f'the outcome {fit.outcome.name}'}.")
    if not 0.0 < level < 1.0:
        raise ModelError(f"level: found {level!r}; expected a number between 0 and 1, such as 0.95.")
    if column not in design.columns:
        raise ModelError(f'explain_spread: found no column "{term}" in "{fit.formula}"; expected one of: '
                         f'{", ".join(design.columns)}.')
    name = f"within({column})" if f"within({column})" in design.names else column
    advice = f'Fit {design.outcome} ~ {name} * {moderator} + … with slopes=("{name}",).'
    if moderator not in design.frame:
        raise ModelError(f'explain_spread: found no "{moderator}" in "{fit.formula}". {advice}')
    changed = design.frame[moderator].groupby(design.nights.person).nunique().max() > 1
    if changed:
        raise ModelError(f'explain_spread: "{moderator}" changes within a person; expected one value for each person. '
                         f"Use between({moderator}), or a column of your own.")
    if name not in design.slope_names or not _interaction(design, name, moderator):
        what = "no slopes for" if name not in design.slope_names else f"no interaction with {moderator} of"
        raise ModelError(f'explain_spread: found {what} "{name}" in "{fit.formula}". {advice}')
    contrast = prestated_contrast(design, column)
    if contrast is None or contrast.refused:
        why = "it holds words" if contrast is None else contrast.refused
        raise ModelError(f'explain_spread: found nothing to compare in "{name}" ({why}). Choose another column.')
    if not fit.status.converged:
        raise ModelError(f'"{fit.formula}" did not converge, so there is no interval to give.')
    return contrast, name


def _interaction(design: Design, name: str, moderator: str) -> list[str]:
    """Columns of the model matrix in which both stand."""
    terms = {str(term): {str(v) for v in used} for term, used in design.spec.term_variables.items()}
    columns = {str(term): [str(design.spec.column_names[i]) for i in at]
               for term, at in design.spec.term_indices.items()}
    found = [columns[term] for term, used in terms.items() if {name, moderator} <= used]
    return [column for some in found for column in some if column in design.names]


def _levels(design: Design, moderator: str, values: pd.Series, at: tuple | None) -> list:
    if at is not None:
        unknown = [one for one in at if values.dtype != float and one not in set(values)]
        if len(at) < 2 or unknown:
            raise ModelError(f"at: found {at!r}; expected two or more levels of {moderator}.")
        return list(at)
    if values.dtype != float:
        return sorted(values.unique())
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


def _plain(fit: Fit, name: str, moderator: str) -> Maximum:
    """The same nights without the interaction."""
    design = fit.design
    gone = set(_interaction(design, name, moderator))
    keep = [i for i, column in enumerate(design.names) if column not in gone]
    return fit_maximum(design.nights, design.x[:, keep], fit.maximum.objective.prior)


def _spread(maximum: Maximum, design: Design, name: str, level: float) -> tuple[float, float, float]:
    """Sd of people's own coefficients in the user's units. The lower limit is 0 where the likelihood sets none above
    it; an upper one that the profile does not reach is taken from draws of all parameters, as in estimate_people."""
    change = np.zeros(len(design.slope_names))
    change[design.slope_names.index(name)] = 1.0 / design.scale[design.names.index(name)]
    estimate, lower, upper = _limits(
        maximum, lambda layout: lambda theta: person_spread(layout, theta, change), level, 1.0)
    if not np.isfinite(upper):
        draws = draw_parameters(maximum)
        layout = maximum.objective.layout
        sds = np.array([person_spread(layout, theta, change)[0] for theta in draws.theta])
        order = np.argsort(sds)
        upper = float(np.interp((1.0 + level) / 2.0, np.cumsum(draws.weight[order]), sds[order]))
    return estimate, max(lower, 0.0), upper


def _limits(maximum: Maximum, estimand: Callable, level: float, unit: float, change: np.ndarray | None = None):
    _, found, _ = profile_limits(maximum, estimand, [level], change, corrected=False)
    return unit * found.estimate, unit * float(found.lower[0]), unit * float(found.upper[0])


def _caveats(moderator: str, labels: list[str], counts: list[int]) -> tuple[str, ...]:
    notes = []
    few = [f"{n} at {label}" for label, n in zip(labels, counts, strict=True) if n < FEW_AT_A_LEVEL]
    if few:
        notes.append(f"Few people: {', '.join(few)}. These limits are then somewhat too narrow.")
    notes.append(f"People who differ in {moderator} differ in much else: nobody's {moderator} was changed, so this is "
                 "not an effect of it.")
    return tuple(notes)


def _describe(found: Moderation) -> list[str]:
    what = f"{100 * found.interval_level:.3g}% interval"
    lines = [f"Change in symptom nights per 30 nights by {found.moderator}; {found.term}, {found.contrast}",
             f"{found.formula}; {found.n_nights} nights of {found.n_people} people", ""]
    names = [(f"{found.moderator}: {row.level}" if row.row == "effect" else f"difference: {row.level}")
             for row in found.table.itertuples()]
    wide = max(len(name) for name in names)
    lines.append(f"{'':{wide}}  {'estimate':>8}  {what:<20}  people")
    for name, row in zip(names, found.table.itertuples(), strict=True):
        interval = f"{limit_text(row.lower, 'nights_per_30')} to {limit_text(row.upper, 'nights_per_30')}"
        lines.append(f"{name:{wide}}  {row.estimate:>8.2f}  {interval:<20}  {row.n_people}")
    lines.append("")
    for row in found.spread.itertuples():
        lines.append(f"Spread between people {row.model} {found.moderator}: sd {row.sd:.2f} ({row.lower:.2f} to "
                     f"{row.upper:.2f}), log odds")
    return [*lines, f"Method: {found.method}.", *found.caveats]
