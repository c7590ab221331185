"""vary_analysis(): one answer under every choice that could have been made differently, for a specification curve.

One choice at a time is changed from the main analysis, or several together where that is asked for: the landmark, which
nights and people count, what empty nights are taken for, which site is left out, what a symptom night is, which model.
The contrast is the one of the main analysis throughout, in nights per 30. Simonsohn, Simmons & Nelson (2020), Nature
Human Behaviour 4, 1208-1214, and Steegen et al. (2016), Perspect. Psychol. Sci. 11, 702-712. A choice that these nights
do not allow is a row with its reason, never missing. Oracle: tests/unit/checks/test_specifications.py (each row is
the fit by hand).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from operator import attrgetter

import numpy as np
import pandas as pd

from rlskit.checks.gee import cross_check
from rlskit.checks.variations import DIMENSIONS, Setup, Variation, prepare, variations
from rlskit.diary.tables import LOOKS_BACK
from rlskit.effects.contrasts import Contrast, contrast_of, one_contrast
from rlskit.effects.estimates import BARTLETT, column_of, compare
from rlskit.effects.fit import fit
from rlskit.effects.text import limit_text
from rlskit.errors import ModelError
from rlskit.models.bars import read_bars
from rlskit.models.columns import require_column, set_columns
from rlskit.models.design import slope_terms
from rlskit.models.fitting import Fitted
from rlskit.models.formula import read_formula
from rlskit.models.outcome import BINARY, Outcome, told_parts
from rlskit.models.past import nights_back, with_past
from rlskit.models.rows import YES_NO, read_answers
from rlskit.utils.arguments import check_level
from rlskit.utils.dataset import as_table
from rlskit.utils.kinds import TABLE, Kind, check_kind
from rlskit.utils.progress import doing
from rlskit.utils.shown import Columns, Part, Shown

COLUMNS = ["specification", *DIMENSIONS, "main", "estimate", "lower", "upper", "n_people", "n_nights", "reason"]
MAIN = "main analysis"
_FITTED = attrgetter("formula", "slopes", "quiet", "night_to_night", "keep")


@dataclass(frozen=True)
class Specifications(Shown):
    """One contrast under many choices.

    table: specification (what differs from the main analysis), a column for each of `dimensions` (the choice taken, ""
    where it is the main one), main, estimate, lower, upper (symptom nights per 30, or more narrowly defined nights),
    n_people, n_nights, reason (why there are no numbers; else empty). The main analysis comes first. Plus term,
    contrast, formula, scale, level, method, n_nights, n_people (of the main analysis), caveats, outcome.
    """

    __module__ = "rlskit"

    table: pd.DataFrame
    dimensions: tuple[str, ...]
    term: str
    contrast: str
    formula: str
    scale: str
    level: float
    method: str
    n_nights: int
    n_people: int
    caveats: tuple[str, ...]
    outcome: Outcome = BINARY

    def parts(self) -> list[Part]:
        return told_parts(self.outcome, _parts(self))


SPECIFICATIONS = Kind(said="the results of several analyses", made="Make them with rk.vary_analysis(formula, nights).",
                      taken="rk.plot_specifications(results)", types=(Specifications,))


def vary_analysis(
    formula: str | Fitted,
    nights: pd.DataFrame,
    exposure: str,
    *,
    slopes: tuple[str, ...] = (),
    quiet: bool | None = None,
    person: str = "person",
    night: str = "night",
    site: str = "site",
    severity: tuple[float, ...] = (4, 7),
    least_nights: int = 30,
    settling_nights: int = 14,
    medicine_nights: int = 14,
    combine: tuple[str, ...] = (),
    level: float = 0.95,
    contrast: tuple[float | str, float | str] | None = None,
) -> Specifications:
    """The pre-stated contrast of one exposure under the main analysis and under each other choice.

    Parameters
    ----------
    formula, slopes, person, night : of the main analysis, as in fit(); a yes/no outcome. A fit in place of the formula
        says them all.
    nights : the whole table, unanswered nights included, as make_nights or load_nights give it.
    exposure : column of the formula that is asked about.
    quiet : whether only evenings still free of symptoms at the landmark are compared (quiet_nights); None: where the
        exposure is about stretching tonight and the nights know `early_symptoms`.
    site : column of the place a person comes from; without it there is nothing to leave out.
    severity : each k makes a specification in which a symptom night is one of `severity_0_10` k or more.
    least_nights, settling_nights, medicine_nights : people with fewer modelled nights than this are left out; the first
        so many nights of everybody; so many nights from each change of `medicine_period` on.
    combine : dimensions whose choices are also tried together, such as ("landmark", "nights").
    level : of every interval, each for itself.
    contrast : its two values; None takes those of estimate_effects; of more than two levels they must be said.

    Returns
    -------
    Specifications, frozen. Severity in points has a scale of its own and is not among them.

    Raises
    ------
    ModelError : where the main analysis itself cannot be done, or a name is not known.

    Example: ``varied = rk.vary_analysis(fit, nights, "stretched")``
    """
    unknown = [name for name in combine if name not in DIMENSIONS]
    if unknown:
        raise ModelError(f'combine: found "{unknown[0]}"; expected names among {", ".join(DIMENSIONS)}.')
    check_level(level, "vary_analysis, level")
    start = _start(formula, nights, exposure, slopes, person, night, quiet)
    base = prepare(start)
    main = _fit(base)
    stated = _contrast(main, exposure, contrast)
    choices = variations(start, main, stated, severity=severity, least_nights=least_nights,
                         settling_nights=settling_nights, medicine_nights=medicine_nights, site=site)
    tried: list[tuple[Variation, ...]] = [(), *((one,) for one in choices)]
    if len(combine) > 1:
        sides = [[None, *(one for one in choices if one.dimension == name)] for name in DIMENSIONS if name in combine]
        together = [tuple(one for one in several if one is not None) for several in product(*sides)]
        tried += [taken for taken in together if len(taken) > 1]
    with doing("Making each choice differently") as work:
        rows = [_row(start, taken, stated, level, main) for taken in work.each(tried, len(tried))]
    table = pd.DataFrame(rows, columns=COLUMNS)
    words = ["specification", *DIMENSIONS, "reason"]
    table[words] = table[words].map(main.outcome.said)
    for name in ("n_people", "n_nights"):
        table[name] = table[name].astype("Int64")
    effects = compare(main, stated.term, stated.a, stated.b, level=level)
    used = tuple(name for name in DIMENSIONS if table[name].ne("").any())
    return Specifications(
        table=table, dimensions=used, term=stated.term, contrast=stated.text, formula=start.formula,
        scale="nights_per_30", level=level, method=effects.method, n_nights=main.n_nights, n_people=main.n_people,
        caveats=_caveats(table, effects.caveats), outcome=main.outcome)


def _start(formula, nights, exposure, slopes, person, night, quiet) -> Setup:
    """The main analysis, with the columns that look back and the outcome as yes and no."""
    kept, outcome, nights = True, BINARY, as_table(nights)
    if isinstance(formula, Fitted):
        design, kept, outcome = formula.design, formula.design.persistence, formula.outcome
        formula, slopes, person, night = (
            formula.formula, slope_terms(design), design.person_column, design.night_column)
    formula, person, slopes = read_bars(formula, person, tuple([slopes] if isinstance(slopes, str) else slopes))
    check_kind(nights, "vary_analysis, nights", TABLE)
    asked = read_formula(formula)
    for name, given in ((person, f"person={person!r}"), (night, f"night={night!r}"), (asked.outcome, formula)):
        require_column(name, nights, given)
    nights = with_past(asked, nights, person, night)
    answers = read_answers(nights[asked.outcome], asked.outcome, YES_NO)[0].to_numpy(dtype=float)
    nights = set_columns(nights, {asked.outcome: pd.array(answers, "Float64")})
    if quiet is None and column_of(exposure) in nights_back(asked, LOOKS_BACK):
        quiet = False
    return Setup(formula, nights, exposure, slopes, person, night, quiet, night_to_night=kept, told=outcome)


def _contrast(main: Fitted, exposure: str, asked: object) -> Contrast:
    column = column_of(exposure)
    if column not in main.design.columns:
        raise ModelError(f'vary_analysis: found no column "{exposure}" in "{main.formula}"; expected one of: '
                         f'{", ".join(main.design.columns)}.')
    return one_contrast(main.design, column, exposure, asked, "vary_analysis")


def _fit(setup: Setup) -> Fitted:
    return fit(setup.formula, setup.nights, person=setup.person, night=setup.night, slopes=setup.slopes,
               night_to_night=setup.night_to_night, outcome=setup.told)


def _fitted_alike(one: Setup, other: Setup) -> bool:
    """Whether both are the same fit, read in another way."""
    return one.nights is other.nights and _FITTED(one) == _FITTED(other)


def _row(start: Setup, taken: tuple[Variation, ...], stated: Contrast, level: float, main: Fitted) -> dict:
    """One specification: its numbers, or the reason that there are none. main: the fit of `start`, which serves again
    where a choice only reads it in another way."""
    row = dict.fromkeys(COLUMNS, np.nan) | dict.fromkeys(DIMENSIONS, "") | {
        "specification": "; ".join(one.choice for one in taken) or MAIN, "main": not taken, "reason": "",
        "n_people": pd.NA, "n_nights": pd.NA} | {one.dimension: one.choice for one in taken}
    wrong = "; ".join(one.impossible for one in taken if one.impossible)
    if wrong:
        return row | {"reason": wrong}
    try:
        setup = start
        for one in taken:
            setup = one.change(setup)
        found = main if _fitted_alike(setup, start) else _fit(prepare(setup))
        asked = (stated.term, stated.a, stated.b)
        again = contrast_of(found.design, stated.column, *asked, "compare")
        one_row = (cross_check(found, [again], level) if setup.gee else compare(
            found, *asked, level=level, correction=BARTLETT if setup.correction else None)).table.iloc[0]
    except ModelError as problem:
        return row | {"reason": str(problem)}
    if one_row["reason"]:
        return row | {"reason": one_row["reason"]}
    return row | {name: float(one_row[name]) for name in ("estimate", "lower", "upper")} | {
        "n_people": found.n_people, "n_nights": found.n_nights}


def _caveats(table: pd.DataFrame, own: tuple[str, ...]) -> tuple[str, ...]:
    notes = ["Each interval is for its own analysis: none allows for choosing one among them, and they share most of "
             "their nights."]
    if table["outcome"].ne("").any():
        notes.append("Nights of a stated severity are fewer than symptom nights, so their difference is smaller by "
                     "itself; severity in points has a scale of its own and is not shown here.")
    return (*notes, *own)


def _parts(found: Specifications) -> list[Part]:
    table = found.table
    done, people = table[table["estimate"].notna()], "one person" if found.n_people == 1 else f"{found.n_people} people"
    title = f"{100 * found.level:.3g}% interval"
    cells: list[tuple[str, ...]] = [("specification", "estimate", title, "nights / people")]
    for row in table.itertuples():
        interval = f"{limit_text(row.lower, found.scale)} to {limit_text(row.upper, found.scale)}"
        cells.append((row.specification, "—", f"not possible: {row.reason}") if row.reason else
                     (row.specification, f"{row.estimate:.2f}", interval, f"{row.n_nights} / {row.n_people}"))
    return [f"Change in symptom nights per 30 nights under {len(done)} specifications; {found.term}, {found.contrast}",
            f"{found.formula}; {found.n_nights} nights of {people} in the main analysis", "",
            Columns(cells, left=(0, 2, 3)), "", summarise_specifications(found), f"Method: {found.method}.",
            *found.caveats]


def summarise_specifications(found: Specifications) -> str:
    """How many specifications agree with the main one, and how far apart they lie, in two sentences."""
    done = found.table[found.table["estimate"].notna()]
    main = float(done["estimate"].iloc[0])
    same = int((np.sign(done["estimate"]) == np.sign(main)).sum())
    clear = int((done["upper"] < 0).sum() if main < 0 else (done["lower"] > 0).sum())
    side = "fewer" if main < 0 else "more"
    return (f"{same} of {len(done)} specifications find {side} symptom nights, {clear} with the whole interval on that "
            f"side. Estimates run from {done['estimate'].min():+.1f} to {done['estimate'].max():+.1f}; the main "
            f"analysis says {main:+.1f}.").replace("-", "−")
