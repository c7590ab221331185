"""Fit → PeopleEffects: what one change does to each person, to people on average, and to one more person.

An average of zero may hide four people who respond in opposite directions. Each person's own effect is the posterior of
their own coefficients (partial pooling) on the scale of docs/decisions/0003-estimand.md, at their own nights; the
interval for a new person carries the uncertainty of the spread itself, so that a spread estimated as zero does not pass
for people who are alike (docs/decisions/0013-people.md; engine/sampling.py, engine/own.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlskit.contrasts import Contrast, prestated_contrast
from rlskit.design import Design
from rlskit.engine import draw_parameters, own_effects
from rlskit.errors import ModelError
from rlskit.estimates import FEW_PEOPLE, SCALES, UNITS, compare, limit_text
from rlskit.markup import as_html
from rlskit.models import BINARY, Fit
from rlskit.spread import DIFFER

FEW_NIGHTS, FEW_DRAWS = 7, 50
PEOPLE_COLUMNS = ["kind", "person", "estimate", "lower", "upper", "n_nights", "n_exposed", "n_unexposed", "reason"]
PEOPLE_SCALES = ("nights_per_30", "probability", "odds_ratio")
SHOWN = 30


@dataclass(frozen=True)
class PeopleEffects:
    """One change, person by person.

    table: kind ("person", "average", "new person"), person, estimate, lower, upper, n_nights, n_exposed (nights nearer
    to a than to b), n_unexposed, reason. A person who never changed it has nan for numbers and the reason; with few
    nights on one side the numbers stand and `reason` says what they rest on. heterogeneity: direction ("fewer",
    "more"), share, lower, upper: the share of all people, not only of these, whom the change gives fewer or more
    symptom nights. Plus term, contrast, scale, level, method, n_nights, n_people, caveats.
    """

    table: pd.DataFrame
    heterogeneity: pd.DataFrame
    term: str
    contrast: str
    scale: str
    level: float
    method: str
    n_nights: int
    n_people: int
    caveats: tuple[str, ...]

    def __repr__(self) -> str:
        return "\n".join(_describe(self))

    def _repr_html_(self) -> str:
        return as_html(_describe(self))


def estimate_people(
    fit: Fit, term: str, *, level: float = 0.95, scale: str = "nights_per_30", beyond: float | None = None
) -> PeopleEffects:
    """Each person's own effect of `term`, the average and what to expect of one more person, with intervals.

    fit: of several people, with `term` among its slopes. The contrast is the pre-stated one of estimate_effects. scale:
    "nights_per_30", "probability" or "odds_ratio". A person's interval mixes the uncertainty of their own coefficients
    with that of every parameter, the spread between people included; the average has profile-likelihood limits as in
    estimate_effects. beyond: a size that matters, in the units of the scale, such as 3 symptom nights per 30: the share
    of all people whose own effect is larger is then told too. Raises ModelError where people have no effects of their
    own to tell apart.
    """
    contrast = _contrast(fit, term, level, scale)
    size = _size(beyond, scale)
    design = fit.design
    average = compare(fit, contrast.term, contrast.a, contrast.b, level=level, scale=scale)
    draws = draw_parameters(fit.maximum)
    a, b = (design.scenario(**{contrast.column: side}) for side in (contrast.a, contrast.b))
    found = own_effects(fit.maximum.objective, draws, a, b, design.weights, beyond=size)
    own, new = (found.log_odds, found.new_log_odds) if scale == "odds_ratio" else (found.risk, found.new_risk)
    tail = [0.5, (1.0 - level) / 2.0, (1.0 + level) / 2.0]
    people = _people_rows(design, contrast, _on_scale(np.quantile(own, tail, axis=1).T, scale))
    table = pd.DataFrame(people, columns=PEOPLE_COLUMNS)
    counted = table[["n_nights", "n_exposed", "n_unexposed"]].sum()
    middle = average.table.iloc[0]
    others = [
        {"kind": "average", **middle[["estimate", "lower", "upper"]], **counted},
        {"kind": "new person", **dict(zip(("estimate", "lower", "upper"), _on_scale(np.quantile(new, tail), scale),
                                          strict=True)), **dict.fromkeys(counted.index, pd.NA)},
    ]  # fmt: skip
    table = pd.concat([table, pd.DataFrame(others).assign(person="", reason="")], ignore_index=True)
    table[list(counted.index)] = table[list(counted.index)].astype("Int64")
    share = np.quantile(found.fewer, tail)
    shares = [["fewer", 0.0, *share], ["more", 0.0, 1.0 - share[0], 1.0 - share[2], 1.0 - share[1]]]
    if beyond is not None:
        shares += [["fewer", float(beyond), *np.quantile(found.below, tail)],
                   ["more", float(beyond), *np.quantile(found.above, tail)]]
    heterogeneity = pd.DataFrame(shares, columns=["direction", "beyond", "share", "lower", "upper"])
    method = (
        "own and new-person intervals by partial pooling over draws of every parameter from the penalised likelihood; "
        f"average by {average.method}"
    )
    return PeopleEffects(
        table[PEOPLE_COLUMNS], heterogeneity, contrast.term, contrast.text, scale, level, method, fit.n_nights,
        fit.n_people, _caveats(fit, table, scale, average.caveats, draws.effective),
    )  # fmt: skip


def _size(beyond: float | None, scale: str) -> float | None:
    """`beyond` on the scale of risk."""
    if beyond is None:
        return None
    if scale == "odds_ratio" or isinstance(beyond, bool) or not isinstance(beyond, (int, float)) or \
            not 0.0 < beyond < SCALES[scale]:
        raise ModelError(f"beyond: found {beyond!r} on the scale {scale}; expected a size above 0 and under 30 symptom "
                         'nights (nights_per_30) or 1 ("probability").')
    return float(beyond) / SCALES[scale]


def _contrast(fit: Fit, term: str, level: float, scale: str) -> Contrast:
    """The pre-stated contrast of `term`, or the error that says what to do."""
    design = fit.design
    if fit.outcome is not BINARY:
        raise ModelError(f"estimate_people: found the outcome {fit.outcome.name}; expected yes/no nights.")
    if scale not in PEOPLE_SCALES:
        raise ModelError(f'scale: found "{scale}"; expected one of {", ".join(PEOPLE_SCALES)}.')
    if not isinstance(level, float) or not 0.0 < level < 1.0:
        raise ModelError(f"level: found {level!r}; expected a number between 0 and 1, such as 0.95.")
    if fit.n_people == 1:
        raise ModelError(
            "estimate_people: found one person; expected several. estimate_effects(fit) is this person's own effect."
        )
    column = term[7:-1] if term.startswith("within(") and term.endswith(")") else term
    if column not in design.columns:
        raise ModelError(
            f'estimate_people: found no column "{term}" in "{fit.formula}"; expected one of: '
            f'{", ".join(design.columns)}.'
        )
    name = f"within({column})" if f"within({column})" in design.names else column
    if name not in design.slope_names:
        raise ModelError(
            f'estimate_people: found one coefficient of "{name}" for everybody in this fit; expected one for each '
            f'person. Fit again with slopes=("{name}",).'
        )
    contrast = prestated_contrast(design, column)
    if contrast is None or contrast.refused:
        why = "it holds words" if contrast is None else contrast.refused
        raise ModelError(f'estimate_people: found nothing to compare in "{name}" ({why}); expected a yes/no column or '
                         "a number that people changed. Choose another column.")
    if not fit.status.converged:
        raise ModelError(
            f'"{fit.formula}" did not converge, so there is no interval to give. '
            "Use fewer columns, or the weak prior (prior=WEAK)."
        )
    return contrast


def _people_rows(design: Design, contrast: Contrast, numbers: np.ndarray) -> list[dict]:
    values = design.frame[contrast.column].to_numpy(dtype=float)
    near_a = np.abs(values - contrast.a) < np.abs(values - contrast.b)
    rows = []
    starts, ends = design.nights.starts, design.nights.starts + design.nights.sizes
    for person, start, end, (estimate, lower, upper) in zip(design.people, starts, ends, numbers, strict=True):
        n_with = int(near_a[start:end].sum())
        n_without = int(end - start) - n_with
        row = {"kind": "person", "person": str(person), "estimate": estimate, "lower": lower, "upper": upper,
               "n_nights": int(end - start), "n_exposed": n_with, "n_unexposed": n_without, "reason": ""}
        if len(np.unique(values[start:end])) == 1:
            row |= dict.fromkeys(("estimate", "lower", "upper"), np.nan)
            row["reason"] = "never changed it: nothing here is their own"
        elif min(n_with, n_without) < FEW_NIGHTS:
            row["reason"] = f"only {n_with} nights with and {n_without} without: leans on the others"
        rows.append(row)
    return rows


def _on_scale(values: np.ndarray, scale: str) -> np.ndarray:
    return np.exp(values) if scale == "odds_ratio" else SCALES[scale] * values


def _caveats(fit: Fit, table: pd.DataFrame, scale: str, average: tuple[str, ...], effective: float) -> tuple[str, ...]:
    people, notes = table[table["kind"] == "person"], []
    nothing = 1.0 if scale == "odds_ratio" else 0.0
    fewer, more = int((people["upper"] < nothing).sum()), int((people["lower"] > nothing).sum())
    if fewer and more:
        notes.append(f"These people differ: {fewer} of {fit.n_people} have fewer symptom nights and {more} more, each "
                     "with the whole interval on that side. The average speaks for neither.")
    average = tuple(note for note in average if not note.startswith(DIFFER))  # said better by the shares here
    if fit.n_people < FEW_PEOPLE:
        average = tuple(note for note in average if not note.startswith("Only "))
        notes.append(f"Only {fit.n_people} people: how much people differ is hardly known, so the interval for a new "
                     "person is wide.")
    if effective < FEW_DRAWS:
        notes.append("These intervals are rough: the likelihood was hard to draw from.")
    return (*notes, *average)


def describe_share(effects: PeopleEffects) -> str:
    """The share of all people with fewer and with more symptom nights, in one sentence; in two, where a size that
    matters was stated."""
    said = []
    for beyond, rows in effects.heterogeneity.groupby("beyond"):
        fewer, more = (f"about {100 * row.share:.0f}% ({100 * row.lower:.0f}% to {100 * row.upper:.0f}%)"
                       for row in rows.itertuples())
        by = "" if not beyond else f" by more than {beyond:g}" + (" in 30" if effects.scale != "probability" else "")
        said.append(f"Of all people like these, {fewer} would have fewer symptom nights and {more} more." if not by else
                    f"For {fewer} it would be fewer{by}, for {more} more{by}.")
    return " ".join(said)


def _describe(effects: PeopleEffects) -> list[str]:
    what = UNITS[effects.scale] if effects.scale == "odds_ratio" else "change in " + UNITS[effects.scale]
    table = effects.table
    people, rest = table[table["kind"] == "person"], table[table["kind"] != "person"]
    lines = [
        f"{what[0].upper()}{what[1:]}, person by person; {effects.term}, {effects.contrast}",
        f"{effects.n_nights} nights of {effects.n_people} people",
        "",
    ]
    shown, left_out = people, 0
    if len(people) > SHOWN:
        order = people.sort_values("estimate")
        shown, left_out = pd.concat([order.head(SHOWN // 2), order.tail(SHOWN // 2)]), len(people) - SHOWN
    width = max(len(name) for name in [*shown["person"], "new person"])
    interval = f"{100 * effects.level:.3g}% interval"
    lines.append(f"{'person':{width}}  {'estimate':>8}  {interval:<20}  nights with / without")
    for number, row in enumerate(shown.itertuples()):
        if left_out and number == SHOWN // 2:
            lines.append(f"… {left_out} people between these two groups …")
        lines.append(_line(row.person, row, width, effects.scale))
    lines += [_line(row.kind, row, width, effects.scale) for row in rest.itertuples()]
    return [*lines, "", describe_share(effects), f"Method: {effects.method}.", *effects.caveats]


def _line(name: str, row, width: int, scale: str) -> str:
    if np.isnan(row.estimate):
        return f"{name:{width}}  {'—':>8}  {row.reason}"
    interval = f"{limit_text(row.lower, scale)} to {limit_text(row.upper, scale)}"
    nights = "" if row.kind != "person" else f"  {row.n_exposed} / {row.n_unexposed}"
    reason = f"  ({row.reason})" if row.reason else ""
    return f"{name:{width}}  {row.estimate:>8.2f}  {interval:<20}{nights}{reason}".rstrip()
