"""The choices of an analysis that could have been made differently, each as a change of how it is set up.

A Setup is what is fitted and on which nights; `prepare` makes the table of nights from it. A Variation changes a Setup.
They are applied in the order of DIMENSIONS: what the evening looked like, what a symptom night is, what empty nights
are taken for, and only then which nights count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from rlskit.diary.tables import SHIFTED, SHIFTS
from rlskit.effects.contrasts import Contrast
from rlskit.effects.estimates import column_of
from rlskit.errors import ModelError
from rlskit.models.columns import night_numbers, plain
from rlskit.models.fitting import Fitted
from rlskit.models.outcome import BINARY, Outcome

DIMENSIONS = ("landmark", "outcome", "empty nights", "nights", "site", "model")
EARLY, SEVERITY, PERIOD = "early_symptoms", "severity_0_10", "medicine_period"
WITHOUT_GRADE = "severity of no night is known"


@dataclass(frozen=True)
class Setup:
    """An analysis: `formula`, whole table of `nights`, `exposure`, slopes, names of columns; quiet: only evenings free
    of symptoms at the landmark. keep: further choices of rows, made last, each from a table to (rows,) bool. told: what
    the outcome is called."""

    formula: str
    nights: pd.DataFrame
    exposure: str
    slopes: tuple[str, ...]
    person: str
    night: str
    quiet: bool | None
    night_to_night: bool = True
    gee: bool = False
    correction: bool = True
    keep: tuple[Callable[[pd.DataFrame], np.ndarray], ...] = ()
    told: Outcome = BINARY

    @property
    def outcome(self) -> str:
        return self.formula.partition("~")[0].strip().strip("`")


@dataclass(frozen=True)
class Variation:
    """One other choice: its `dimension`, `choice` in words, and what it changes; or why it is impossible here."""

    dimension: str
    choice: str
    change: Callable[[Setup], Setup]
    impossible: str = ""


def is_quiet(setup: Setup) -> bool:
    """Whether only quiet evenings are compared."""
    if setup.quiet is None:
        return "stretch" in setup.exposure and EARLY in setup.nights
    if setup.quiet and EARLY not in setup.nights:
        raise ModelError(f'quiet: found no column "{EARLY}"; expected it in the nights. Leave quiet out.')
    return setup.quiet


def prepare(setup: Setup) -> Setup:
    """The same with the rows that its choices leave, ready to be fitted."""
    table = setup.nights
    if is_quiet(setup):
        table = table[table[EARLY].eq(False).fillna(False).astype(bool)]
    for keep in setup.keep:
        table = table[keep(table)]
    if table.empty:
        raise ModelError("no night is left")
    return replace(setup, nights=table, keep=())


def variations(
    start: Setup, main: Fitted, stated: Contrast, *, severity: tuple[float, ...], least_nights: int,
    settling_nights: int,
    medicine_nights: int, site: str,
) -> list[Variation]:
    """Every other choice of this analysis, in the order of DIMENSIONS."""
    several = main.n_people > 1
    found = [*_landmarks(start), *(_graded(start, one) for one in severity), *_empty(start, main, stated),
             _seldom(start, least_nights) if several else None, _settling(start, settling_nights),
             _medicine(start, medicine_nights), *(_sites(start, site) if several else []), *_models(start, several)]
    return [one for one in found if one is not None]


# --- landmark and outcome --------------------------------------------------------------------------------------------
def _landmarks(start: Setup) -> list[Variation]:
    if not is_quiet(start):
        return []
    made = []
    for ending, minutes in SHIFTS.items():
        choice = f"landmark {abs(minutes) // 60} h {'earlier' if minutes < 0 else 'later'}"
        there = all(f"{name}_{ending}" in start.nights for name in SHIFTED)

        def change(setup: Setup, ending: str = ending) -> Setup:
            moved = {name: setup.nights[f"{name}_{ending}"] for name in SHIFTED}
            return replace(setup, nights=setup.nights.assign(**moved))

        made.append(Variation("landmark", choice, change, "" if there else "the nights do not say how the evening "
                              "looked at that hour; make_nights does, where times are known"))
    return made


def _graded(start: Setup, least: float) -> Variation:
    def change(setup: Setup) -> Setup:
        grade = pd.to_numeric(setup.nights[SEVERITY]).astype("Float64")
        ill = setup.nights[setup.outcome].astype("boolean")
        graded = grade.ge(least).astype("boolean").mask(ill.eq(False).fillna(False), False)
        return replace(setup, nights=setup.nights.assign(**{setup.outcome: graded.where(ill.notna(), pd.NA)}))

    known = SEVERITY in start.nights and start.nights[SEVERITY].notna().any()
    return Variation("outcome", f"severity {least:g} or more", change, "" if known else WITHOUT_GRADE)


# --- nights without an answer ----------------------------------------------------------------------------------------
def _empty(start: Setup, main: Fitted, stated: Contrast) -> list[Variation]:
    """The two worst ways in which nights without an answer could have ended. Where the exposure is not known either,
    the night is taken for an exposed one; whatever else is empty, for the person's usual."""
    empty = _unanswered(start.nights, start.outcome)
    why = "" if empty.any() else "every night has an answer"

    def bound(bad: bool) -> Callable[[Setup], Setup]:
        def change(setup: Setup) -> Setup:
            table = setup.nights.copy()
            rows = _unanswered(table, setup.outcome)
            if stated.groups:
                value = table[stated.column].fillna(stated.a)
                exposed = value.eq(stated.a).to_numpy(dtype=bool)
            else:
                value = pd.to_numeric(table[stated.column]).astype("Float64").fillna(stated.a)
                exposed = (value - stated.a).abs().lt((value - stated.b).abs()).to_numpy()
            for column in main.design.columns:
                table[column] = value if column == stated.column else _usual(table[column], table[setup.person], rows)
            ill = table[setup.outcome].astype("boolean")
            ill[rows] = exposed[rows] == bad
            table[setup.outcome] = ill
            if EARLY in table:
                table[EARLY] = table[EARLY].astype("boolean").mask(rows, False)
            # answered nights whose exposure is unknown stay out
            unknown = ~rows & setup.nights[stated.column].isna().to_numpy()
            return replace(setup, nights=table[~unknown])
        return change

    return [Variation("empty nights", "empty nights bad with it, good without", bound(True), why),
            Variation("empty nights", "empty nights good with it, bad without", bound(False), why)]


def _unanswered(table: pd.DataFrame, outcome: str) -> np.ndarray:
    return table[outcome].isna().to_numpy()


def _usual(column: pd.Series, person: pd.Series, rows: np.ndarray) -> pd.Series:
    """A column whose empty cells in these rows are the person's mean, or most frequent word."""
    values = plain(column)
    if values.dtype != float:
        common = column.mode()
        return column.where(~(rows & column.isna().to_numpy()), common.iloc[0] if len(common) else column)
    own = values.groupby(person.to_numpy()).transform("mean").fillna(values.mean())
    return values.where(~(rows & values.isna().to_numpy()), own)


# --- which nights ----------------------------------------------------------------------------------------------------
def _keeping(keep: Callable[[pd.DataFrame], np.ndarray]) -> Callable[[Setup], Setup]:
    return lambda setup: replace(setup, keep=(*setup.keep, keep))


def _seldom(start: Setup, least: int) -> Variation:
    used = [start.outcome, column_of(start.exposure)]

    def keep(table: pd.DataFrame) -> np.ndarray:
        known = table[used].notna().all(axis=1)
        return known.groupby(table[start.person].to_numpy()).transform("sum").ge(least).to_numpy()

    everybody = keep(prepare(start).nights).all()
    return Variation("nights", f"people with {least} nights or more", _keeping(keep),
                     f"everybody has {least} nights or more" if everybody else "")


def _settling(start: Setup, first: int) -> Variation:
    def keep(table: pd.DataFrame) -> np.ndarray:
        begins = began.reindex(table[start.person].to_numpy()).to_numpy()
        return night_numbers(table[start.night], start.night) >= begins + first

    numbers = pd.Series(night_numbers(start.nights[start.night], start.night))
    began = numbers.groupby(start.nights[start.person].to_numpy()).min()
    return Variation("nights", f"without the first {first} nights", _keeping(keep))


def _medicine(start: Setup, after: int) -> Variation:
    choice = f"without {after} nights from a medicine change"
    if PERIOD not in start.nights:
        return Variation("nights", choice, lambda setup: setup, "medicine changes were not recorded")
    table = pd.DataFrame({"person": start.nights[start.person].to_numpy(),
                          "night": night_numbers(start.nights[start.night], start.night),
                          "period": start.nights[PERIOD].astype(str).to_numpy()}).sort_values(["person", "night"])
    changed = table["period"].ne(table.groupby("person")["period"].shift()) & table["person"].duplicated()
    changes = table[changed]

    def keep(rows: pd.DataFrame) -> np.ndarray:
        here = pd.DataFrame({"person": rows[start.person].to_numpy(),
                             "night": night_numbers(rows[start.night], start.night)})
        last = here.assign(at=np.arange(len(here))).merge(changes, on="person", suffixes=("", "_change"))
        near = last[last["night"].ge(last["night_change"]) & last["night"].lt(last["night_change"] + after)]["at"]
        return ~np.isin(np.arange(len(here)), near)

    return Variation("nights", choice, _keeping(keep), "" if changed.any() else "no medicine change was recorded")


def _sites(start: Setup, site: str) -> list[Variation]:
    if site not in start.nights:
        return []
    names = sorted(start.nights[site].dropna().astype(str).unique())
    if len(names) < 2:
        return [Variation("site", "one site left out", lambda setup: setup, "everybody comes from one site")]

    def elsewhere(name: str) -> Callable[[pd.DataFrame], np.ndarray]:
        return lambda table: table[site].astype(str).ne(name).to_numpy()

    return [Variation("site", f"without {name}", _keeping(elsewhere(name))) for name in names]


# --- model -----------------------------------------------------------------------------------------------------------
def _models(start: Setup, several: bool) -> list[Variation]:
    made = [Variation("model", f"with{'out' * start.night_to_night} persistence from night to night",
                      lambda s: replace(s, night_to_night=not s.night_to_night))]
    if not several:
        return [*made, Variation("model", "no small-diary correction", lambda s: replace(s, correction=False))]
    if start.slopes:
        made.append(Variation("model", "one effect for everybody", lambda s: replace(s, slopes=())))
    return [*made, Variation("model", "GEE on the difference scale", lambda s: replace(s, gee=True))]
