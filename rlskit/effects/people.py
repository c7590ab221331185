"""Fit → PeopleEffects: what one change does to each person, to people on average, and to one more person.

An average of zero may hide four people who respond in opposite directions. Each person's own effect is the posterior of
their own coefficients (partial pooling) on the scale of docs/decisions/0003-estimand.md, at their own nights; the
interval for a new person carries the uncertainty of the spread itself, so that a spread estimated as zero does not pass
for people who are alike (docs/decisions/0013-people.md; engine/draws/sampling.py, engine/draws/person_effects.py,
engine/gaussian/person_effects.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd

from rlskit.effects.caveats import FEW_PEOPLE
from rlskit.effects.contrasts import Contrast, one_contrast, term_of
from rlskit.effects.counting import count_steps
from rlskit.effects.estimates import column_of, compare, nearer
from rlskit.effects.scales import ODDS, RATIO, SCALES
from rlskit.effects.spread import DIFFER, FEW, Caveat, key_of
from rlskit.effects.text import in_own_units, limit_text, number_text, said_unit
from rlskit.engine import (
    GaussianPersonEffects,
    PersonEffects,
    Scenario,
    draw_parameters,
    draw_spread,
    gaussian_person_effects,
    person_effects,
)
from rlskit.errors import ModelError
from rlskit.models.design import Design
from rlskit.models.fitting import FIT, Fitted, check_converged
from rlskit.models.outcome import BINARY, GAUSSIAN, Outcome, told_parts
from rlskit.utils.arguments import check_level
from rlskit.utils.kinds import Kind, takes
from rlskit.utils.progress import doing
from rlskit.utils.shown import Columns, Part, Shown

FEW_NIGHTS, FEW_DRAWS = 7, 50
NEARER = 0.75  # of an average of 1 night and more: the middle of new people is then explained
PEOPLE_COLUMNS = ["kind", "person", "estimate", "lower", "upper", "n_nights", "n_exposed", "n_unexposed", "reason"]
SHOWN = 30


@dataclass(frozen=True)
class PeopleEffects(Shown):
    """One change, person by person.

    table: kind ("person", "average", "new person"), person, estimate, lower, upper, n_nights, n_exposed (nights nearer
    to a than to b), n_unexposed, reason. A person who never changed it has nan for numbers and the reason; with few
    nights on one side the numbers stand and `reason` says what they rest on. heterogeneity: direction ("fewer",
    "more"; "lower", "higher" for points), share, lower, upper: the share of all people, not only of these, whom the
    change gives fewer or more symptom nights. Plus term, contrast, scale, level, method, n_nights, n_people, caveats,
    at_least, base_unit and outcome as in Effects.
    """

    __module__ = "rlskit"

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
    at_least: float | str | None = None
    base_unit: str = "nights per 30"
    outcome: Outcome = BINARY

    def parts(self) -> list[Part]:
        return told_parts(self.outcome, _parts(self))


PEOPLE_EFFECTS = Kind(said="effects of each person", made="Make them with rk.estimate_people(fit, term).",
                      taken="rk.plot_people(effects)", types=(PeopleEffects,))


@takes(FIT)
@doing("Working out each person's own effect")
def estimate_people(
    fit: Fitted,
    term: str,
    *,
    level: float = 0.95,
    scale: str | None = None,
    at_least: float | str | None = None,
    beyond: float | None = None,
    contrast: tuple[float | str, float | str] | None = None,
) -> PeopleEffects:
    """Each person's own effect of `term`, the average and what to expect of one more person, with intervals.

    fit: of several people, with `term` among its slopes. contrast: the two values compared; left out, those of
    estimate_effects; of more than two levels they must be said. scale, at_least: as in estimate_effects; left out,
    scale is nights_per_30 for yes/no nights and points for others. A person's interval mixes the uncertainty of their
    own coefficients with that of every parameter, the spread between people included; the average has the limits of
    estimate_effects. beyond: a size that matters, in the units of the scale, such as 3 symptom nights per 30: the share
    of all people whose own effect is larger is then told too. Raises ModelError where people have no effects of their
    own to tell apart.

    Example: ``people = rk.estimate_people(rk.fit("severity_0_10 ~ stretched", several,
    outcome=rk.GAUSSIAN, slopes=("stretched",)), "stretched")``
    """
    scale = fit.outcome.effects[0] if scale is None else scale
    if scale in SCALES and SCALES[scale].compares == RATIO:
        known = ", ".join(one for one in fit.outcome.effects if SCALES[one].compares != RATIO)
        raise ModelError(f'scale: found "{scale}", which is told of everybody together; expected one of {known}.')
    chosen = _contrast(fit, term, level, contrast)
    design = fit.design
    average = compare(fit, chosen.term, chosen.a, chosen.b, level=level, scale=scale, at_least=at_least)
    size, tail = _size(beyond, scale), np.array([0.5, (1.0 - level) / 2.0, (1.0 + level) / 2.0])
    if fit.outcome == GAUSSIAN:
        found = _numeric(fit, chosen, size, tail)
    else:
        found = _levels(fit, chosen, scale, at_least, size, tail)
    table = pd.DataFrame(_people_rows(design, chosen, found.own), columns=PEOPLE_COLUMNS)
    counted = table[["n_nights", "n_exposed", "n_unexposed"]].sum()
    middle = average.table.iloc[0]
    others = [
        {"kind": "average", **middle[["estimate", "lower", "upper"]], **counted},
        {"kind": "new person", **dict(zip(("estimate", "lower", "upper"), found.new, strict=True)),
         **dict.fromkeys(counted.index, pd.NA)},
    ]  # fmt: skip
    table = pd.concat([table, pd.DataFrame(others).assign(person="", reason="")], ignore_index=True)
    table[list(counted.index)] = table[list(counted.index)].astype("Int64")
    words = ("fewer", "more") if average.base_unit == "nights per 30" else ("lower", "higher")
    sizes = [0.0] if beyond is None else [0.0, float(beyond)]
    shares = [[way, at, *share] for (at, way), share in zip(product(sizes, words), found.shares, strict=True)]
    heterogeneity = pd.DataFrame(shares, columns=["direction", "beyond", "share", "lower", "upper"])
    method = f"own and new-person intervals by partial pooling {found.method}; average by {average.method}"
    effects = PeopleEffects(
        table=table[PEOPLE_COLUMNS], heterogeneity=heterogeneity, term=chosen.term, contrast=chosen.text, scale=scale,
        level=level, method=method, n_nights=fit.n_nights, n_people=fit.n_people, caveats=(), at_least=at_least,
        base_unit=average.base_unit, outcome=fit.outcome)  # fmt: skip
    return replace(effects, caveats=_caveats(effects, average.caveats, found.effective))


@dataclass(frozen=True)
class _Found:
    """own (people, 3), new (3,), shares, (3,) each: estimate, lower and upper on the scale asked for."""

    own: np.ndarray
    new: np.ndarray
    shares: list[np.ndarray]
    method: str
    effective: float


def _scenarios(design: Design, contrast: Contrast) -> tuple[Scenario, Scenario]:
    return design.scenario(**{contrast.column: contrast.a}), design.scenario(**{contrast.column: contrast.b})


def _levels(fit: Fitted, contrast: Contrast, scale: str, at_least, size: float | None, tail: np.ndarray) -> _Found:
    """Yes/no and ordinal nights."""
    design, steps = fit.design, count_steps(fit.design, fit.outcome.name, scale, at_least).steps
    draws = draw_parameters(fit.maximum)
    a, b = _scenarios(design, contrast)
    found = person_effects(fit.maximum.objective, draws, a, b, design.weights, steps, size)
    told, odds = SCALES[scale].told, SCALES[scale].compares == ODDS
    own, new = (found.log_odds, found.new_log_odds) if odds else (found.risk, found.new_risk)
    return _Found(
        told(np.quantile(own, tail, axis=1).T), told(np.quantile(new, tail)),
        _shares(found, size, tail), "over draws of every parameter from the penalised likelihood", draws.effective,
    )  # fmt: skip


def _size(beyond: float | None, scale: str) -> float | None:
    """`beyond` on the scale of risk."""
    if beyond is None:
        return None
    number = isinstance(beyond, (int, float)) and not isinstance(beyond, bool)
    most = np.inf if scale == "points" else SCALES[scale].times
    if SCALES[scale].log or not number or not 0.0 < beyond < most:
        raise ModelError(f"beyond: found {beyond!r} on the scale {scale}; expected a size above 0 and under 30 symptom "
                         'nights (nights_per_30) or 1 ("probability").')
    return float(beyond) / SCALES[scale].times


def _numeric(fit: Fitted, contrast: Contrast, size: float | None, tail: np.ndarray) -> _Found:
    draws = draw_spread(fit.maximum)
    a, b = _scenarios(fit.design, contrast)
    found = gaussian_person_effects(fit.maximum, draws, a, b, size)
    return _Found(
        found.own.quantiles(tail), found.new.quantiles(tail)[0], _shares(found, size, tail),
        "(exact given the spread between people, over draws of it from the restricted likelihood)", draws.effective,
    )  # fmt: skip


def _shares(found: PersonEffects | GaussianPersonEffects, size: float | None, tail: np.ndarray) -> list[np.ndarray]:
    """Of all people: fewer, more; and by more than the size asked for."""
    draws = [found.fewer, 1.0 - found.fewer] + ([] if size is None else [found.below, found.above])
    return [np.quantile(one, tail) for one in draws]


def _contrast(fit: Fitted, term: str, level: float, asked: object) -> Contrast:
    """The contrast of `term`, or the error that says what to do."""
    design = fit.design
    check_level(level, "level")
    if fit.n_people == 1:
        raise ModelError(
            "estimate_people: found one person; expected several. estimate_effects(fit) is this person's own effect."
        )
    column = column_of(term)
    if column not in design.columns:
        raise ModelError(
            f'estimate_people: found no column "{term}" in "{fit.formula}"; expected one of: '
            f'{", ".join(design.columns)}.'
        )
    name, own = term_of(design, column)
    if not set(own) & set(design.slope_names):
        raise ModelError(
            f'estimate_people: found one coefficient of "{name}" for everybody in this fit; expected one for each '
            f'person. Fit again with slopes=("{name}",).'
        )
    contrast = one_contrast(design, column, name, asked, "estimate_people")
    check_converged(fit)
    return contrast


def _people_rows(design: Design, contrast: Contrast, numbers: np.ndarray) -> list[dict]:
    values, near_a = design.frame[contrast.column].to_numpy(), nearer(design, contrast)
    near_b = nearer(design, replace(contrast, a=contrast.b, b=contrast.a)) if contrast.groups else ~near_a
    rows = []
    starts, ends = design.nights.starts, design.nights.starts + design.nights.sizes
    for person, start, end, (estimate, lower, upper) in zip(design.people, starts, ends, numbers, strict=True):
        n_with = int(near_a[start:end].sum())
        n_without = int(near_b[start:end].sum())
        row = {"kind": "person", "person": str(person), "estimate": estimate, "lower": lower, "upper": upper,
               "n_nights": int(end - start), "n_exposed": n_with, "n_unexposed": n_without, "reason": ""}
        if len(set(values[start:end])) == 1:
            row |= dict.fromkeys(("estimate", "lower", "upper"), np.nan)
            row["reason"] = "never changed it: nothing here is their own"
        elif min(n_with, n_without) < FEW_NIGHTS:
            row["reason"] = f"only {n_with} nights with and {n_without} without: leans on the others"
        rows.append(row)
    return rows


def _caveats(effects: PeopleEffects, average: tuple[str, ...], effective: float) -> tuple[str, ...]:
    people = effects.table[effects.table["kind"] == "person"]
    notes: list[str] = []
    nothing = SCALES[effects.scale].zero
    less, more = _directions(effects)
    fewer, higher = int((people["upper"] < nothing).sum()), int((people["lower"] > nothing).sum())
    if fewer and higher:
        notes.append(Caveat(f"These people differ: {fewer} of {effects.n_people} have {less} and {higher} {more}, each "
                            "with the whole interval on that side. The average speaks for neither.", DIFFER))
    # said better here, by the shares and by the interval for a new person
    average = tuple(note for note in average if key_of(note) not in (DIFFER, FEW))
    if effects.n_people < FEW_PEOPLE:
        notes.append(f"Only {effects.n_people} people: how much people differ is hardly known, so the interval for a "
                     "new person is wide.")
    mean, new = (effects.table.loc[effects.table["kind"] == kind, "estimate"].iloc[0]
                 for kind in ("average", "new person"))
    if effects.scale == "nights_per_30" and abs(mean) >= 1.0 and 0.0 <= new * np.sign(mean) < NEARER * abs(mean):
        notes.append("The estimate for a new person is the middle one of all that new people may show. It is nearer to "
                     "no change than the average: among people who may differ so much, many hardly change.")
    if effective < FEW_DRAWS:
        notes.append("These intervals are rough: the likelihood was hard to draw from.")
    return (*notes, *average)


def _directions(effects: PeopleEffects) -> tuple[str, str]:
    """What people have less and more of."""
    if effects.at_least is not None:
        return f"fewer nights at {effects.at_least} or more", "more"
    if in_own_units(effects):
        return f"a lower {effects.base_unit}", "a higher one"
    return ("fewer symptom nights", "more") if effects.base_unit == "nights per 30" else ("milder nights", "worse ones")


def describe_share(effects: PeopleEffects) -> str:
    """The share of all people with fewer and with more symptom nights, in one sentence; in two, where a size that
    matters was stated."""
    said, words = [], _directions(effects)
    for beyond, rows in effects.heterogeneity.groupby("beyond"):
        fewer, more = (f"about {100 * row.share:.0f}% ({100 * row.lower:.0f}% to {100 * row.upper:.0f}%)"
                       for row in rows.itertuples())
        by = "" if not beyond else f" by more than {beyond:g}" + (" in 30" if effects.scale == "nights_per_30" else "")
        way = rows["direction"].tolist()
        said.append(f"Of all people like these, {fewer} would have {words[0]} and {more} {words[1]}." if not by else
                    f"For {fewer} it would be {way[0]}{by}, for {more} {way[1]}{by}.")
    return effects.outcome.said(" ".join(said))


def _parts(effects: PeopleEffects) -> list[Part]:
    what, table = said_unit(effects), effects.table
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
    title = f"{100 * effects.level:.3g}% interval"
    cells: list[tuple[str, ...]] = [("person", "estimate", title, "nights with / without")]
    for number, row in enumerate(shown.itertuples()):
        if left_out and number == SHOWN // 2:
            cells.append((f"… {left_out} people between these two groups …",))
        cells.append(_cells(row.person, row, effects))
    cells += [_cells(row.kind, row, effects) for row in rest.itertuples()]
    return [*lines, Columns(cells, left=(0, 2, 3)), "", describe_share(effects), f"Method: {effects.method}.",
            *effects.caveats]


def _cells(name: str, row, effects: PeopleEffects) -> tuple[str, ...]:
    if np.isnan(row.estimate):
        return name, "—", row.reason
    own = in_own_units(effects)
    interval = " to ".join(limit_text(end, effects.scale, own) for end in (row.lower, row.upper))
    nights = f"{row.n_exposed} / {row.n_unexposed}" if row.kind == "person" else ""
    reason = f"({row.reason})" if row.reason else ""
    return name, number_text(row.estimate, own), interval, "  ".join(filter(None, (nights, reason)))
