"""What every check works on: the fit beside the calendar it came from, one row per person and night, gaps included."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import ndtri

from rlskit.checks.refit import Numbers, NumericRefit, Refit
from rlskit.checks.row import number
from rlskit.checks.unit import Unit, unit_of
from rlskit.diary.tables import LOOKS_BACK
from rlskit.effects.contrasts import Contrast, level_text, one_contrast
from rlskit.effects.estimates import column_of
from rlskit.engine import GaussianMaximum, Maximum, Prior
from rlskit.errors import ModelError
from rlskit.models.columns import NIGHT, PERSON, night_numbers, plain
from rlskit.models.design import Design
from rlskit.models.fitting import Fitted
from rlskit.models.formula import Asked, read_formula
from rlskit.models.outcome import BINARY, GAUSSIAN
from rlskit.models.past import nights_back, with_past
from rlskit.models.rows import read_answers

BEFORE = "early_symptoms"
_STRETCH = re.compile(r"stretch|^movement_")
# A calendar with more empty nights than this for each one recorded is no diary kept night by night.
MOST_EMPTY = 10

_WORDS = {
    "stretched": "stretching", "stretch_min": "minutes of stretching", "alcohol_drinks": "alcohol",
    "caffeine_after_noon_mg": "caffeine after noon", "caffeine_before_noon_mg": "caffeine before noon",
    "bedtime_sd_7_min": "spread of bedtimes", "waketime_sd_7_min": "spread of wake times",
    "stretched_weeks_28": "weeks in a row with stretching", "stretched_days_14": "days with stretching",
    "stretch_hold_s": "holding time", "stretch_intensity_0_10": "intensity of stretching",
}


@dataclass(frozen=True)
class Context:
    """A fit, one of its columns (`exposure`) at the two values of a `contrast`, and the nights around those modelled.

    a, b: those values; of levels 1 and 0. label: the exposure in words. table: person, night (number), given (whether
    the user's table has the night), modelled, row (position in the design, -1 outside), outcome, exposure, before
    (float, nan where empty, and where the exposure is at a level that is not compared; any may be all nan), told
    (whether the exposure was recorded), by person and night; one row per calendar night where `calendar`. nights: the
    user's rows, indexed like `table`, empty on nights that have no row. dated: whether nights are dates. before: the
    column of symptoms that came before the exposure, or None. window: whether the exposure looks back over several
    nights; reach: over how many, 0 where it does not or that is not known. yes_no: whether it is a yes or a no. level:
    of the checks' own intervals; claim_level: of the limits by which the answer itself is judged.
    """

    fit: Fitted
    exposure: str
    contrast: Contrast
    label: str
    table: pd.DataFrame
    nights: pd.DataFrame
    dated: bool
    calendar: bool
    before: str | None
    window: bool
    yes_no: bool
    level: float
    claim_level: float
    reach: int = 0

    @property
    def a(self) -> float:
        return 1.0 if self.contrast.groups else float(self.contrast.a)

    @property
    def b(self) -> float:
        return 0.0 if self.contrast.groups else float(self.contrast.b)

    @cached_property
    def refit(self) -> Refit | NumericRefit:
        """The fit itself as arrays, ready to be changed and fitted again."""
        return self.refitted(self.fit.design, self.fit.maximum)

    def refitted(self, design: Design, maximum: Maximum | GaussianMaximum) -> Refit | NumericRefit:
        """The same question to a fit of other nights."""
        a, b = (design.scenario(**{self.exposure: side}) for side in (self.contrast.a, self.contrast.b))
        if isinstance(maximum, GaussianMaximum):
            return NumericRefit(maximum, design.nights, design.response, design.x, a, b, design.weights)
        if design.levels is not None:
            return Refit(
                maximum=maximum, nights=design.nights, x=design.x, a=a, b=b, weights=design.weights,
                steps=design.levels.steps, times=1.0)
        return Refit(maximum, design.nights, design.x, a, b, design.weights)

    @cached_property
    def answer(self) -> Numbers:
        """The answer that is being checked, a minus b, with limits."""
        return self.refit.limits(self.claim_level)

    @cached_property
    def unit(self) -> Unit:
        """What the answer is counted in."""
        return unit_of(self.fit)

    @property
    def prior(self) -> Prior | None:
        """That of the fit; a numeric outcome has none."""
        return None if self.fit.outcome == GAUSSIAN else self.fit.maximum.objective.prior

    @property
    def separation(self) -> np.ndarray | None:
        """Direction along which the model's columns (p,) tell endings apart; a numeric outcome has no endings."""
        direction = None if self.fit.outcome == GAUSSIAN else self.fit.maximum.separation
        return None if direction is None else direction[: len(self.fit.design.names)]

    @cached_property
    def exposed(self) -> np.ndarray:
        """(n,) bool: modelled nights on which the exposure was nearer to a than to b; of levels, at a."""
        return self.is_exposed(_coded(self.fit.design.frame[self.exposure], self.contrast))

    @cached_property
    def compared(self) -> np.ndarray:
        """(n,) bool: modelled nights that are on either side: all, but for levels besides the two."""
        return ~np.isnan(_coded(self.fit.design.frame[self.exposure], self.contrast))

    def is_exposed(self, values: np.ndarray) -> np.ndarray:
        """Nearer to a than to b, for any values."""
        return np.abs(values - self.a) < np.abs(values - self.b)

    @cached_property
    def worth(self) -> float:
        """As how many nights the outcome counts when columns are weighed against nights: of two endings those of the
        rarer; of more levels n - sum n_k^3 / n^2; of numbers all (Harrell 2015, Regression Modeling Strategies, table
        4.1)."""
        counts = np.unique(self.fit.design.response, return_counts=True)[1]
        if self.fit.outcome == GAUSSIAN:
            return float(counts.sum())
        if counts.size < 3:
            return float(counts.min()) if counts.size == 2 else 0.0
        return float(counts.sum() - (counts.astype(float) ** 3).sum() / counts.sum() ** 2)

    def other_endings(self, keep: np.ndarray) -> int:
        """Of some modelled nights, keep (n,) bool: how many did not end like most of them."""
        return int(keep.sum() - np.unique(self.fit.design.response[keep], return_counts=True)[1].max(initial=0))

    @cached_property
    def any_symptoms(self) -> np.ndarray:
        """How each night of `table` ended, symptoms before the landmark included; severities and numbers as they were,
        nan where it is not known."""
        outcome = self.table["outcome"].to_numpy()
        if self.fit.outcome != BINARY:
            return outcome
        early = self.table["before"].to_numpy() > 0
        if self.fit.design.outcome == "symptoms":
            early |= _numbers(self.nights, BEFORE) > 0
        return np.where(early, 1.0, outcome)

    def modelled(self, values: np.ndarray) -> np.ndarray:
        """A column of `table`, (nights,), on the modelled nights, in the order of the design."""
        row = self.table["row"].to_numpy()
        out = np.empty(self.fit.design.size)
        out[row[row >= 0]] = values[row >= 0]
        return out

    @cached_property
    def hidden(self) -> int:
        """Nights that were set aside before the fit and are not in the table handed over, where they look empty."""
        aside = sum(n for _, n in self.fit.design.set_aside)
        there = self.table["given"].to_numpy() & (_numbers(self.nights, BEFORE) != 0)
        return max(aside - int(there.sum()), 0)

    @cached_property
    def counted(self) -> str:
        """In which nights the answer is counted: those left where others were set aside before the model."""
        early, modelled = _numbers(self.nights, BEFORE), self.table["modelled"].to_numpy()
        aside = bool(self.fit.design.set_aside) or bool((early[~modelled] > 0).any())
        quiet = aside and bool((early[modelled] == 0).all())
        return f"nights{' still symptom-free at the landmark' if quiet else ''}"

    @cached_property
    def worth_seeing(self) -> float:
        """How large a link has to be to matter to the answer: as large as it is, or as half of its interval."""
        return max(abs(self.refit.estimate), float(ndtri(0.5 + self.level / 2.0)) * self.refit.standard_error)

    @property
    def several(self) -> bool:
        """More than one person."""
        return self.fit.n_people > 1

    @property
    def with_it(self) -> str:
        """"with stretching", "with more alcohol", "with arm b"."""
        return f"with {self.label}" if self.yes_no or self.contrast.groups else f"with more {self.label}"

    @property
    def without_it(self) -> str:
        """"without stretching", "with less alcohol", "with arm a"."""
        if self.contrast.groups and not self.yes_no:
            return f"with {_at(_in_words(self.exposure, read_formula(self.fit.formula)), self.contrast.b)}"
        return f"without {self.label}" if self.yes_no else f"with less {self.label}"

    def shifted(self, name: str, by: int) -> np.ndarray:
        """A column of `table`, or "any_symptoms", `by` nights earlier (1: last night's), nan where that night is empty
        or absent."""
        table = self.table.assign(any_symptoms=self.any_symptoms) if name == "any_symptoms" else self.table
        if self.calendar:
            return table.groupby("person", sort=False)[name].shift(by).to_numpy(float)
        other = table[["person", "night", name]].assign(night=table["night"] + by)
        return table[["person", "night"]].merge(other, on=["person", "night"], how="left")[name].to_numpy(float)


def line_up(
    fit: Fitted, nights: pd.DataFrame, exposure: str | None, contrast: tuple | None, before: str | None,
    label: str | None, person: str, night: str, level: float, window: bool | int | None = None,
    claim_level: float | None = None,
) -> Context:
    """The fit and its nights, side by side. Raises ModelError where they do not belong together."""
    if not fit.status.converged:
        raise ModelError(f'check_fit: "{fit.formula}" did not converge, so there is nothing to check. Use fewer columns'
                         + ("." if fit.outcome == GAUSSIAN else ", or the weak prior (prior=WEAK)."))
    asked, name = read_formula(fit.formula), _exposure(fit, exposure)
    nights = with_past(asked, nights, person, night)
    stated = one_contrast(fit.design, name, name, contrast, "check_fit")
    given = _given(nights, person, night)
    table, source, calendar = _table(fit, given, stated)
    told = nights_back(asked, LOOKS_BACK).get(name, 0)
    # over how many nights, where only that it looks back was stated, may not be known
    reach = told if window is None or window is True else int(window)
    window = reach > 0 if window is None else bool(window)
    column = _before(name, before, nights, window)
    table["before"] = np.nan if column is None else _numbers(source, column)
    dated = night in nights and not pd.api.types.is_numeric_dtype(nights[night].dtype)
    values = fit.design.frame[name]
    yes_no = bool(values.isin((0.0, 1.0)).all())
    words = _in_words(name, asked)
    own = _at(words, stated.a) if stated.groups and not yes_no else words
    return Context(
        fit=fit, exposure=name, contrast=stated, label=label or own, table=table, nights=source, dated=dated,
        calendar=calendar, before=column, window=window, yes_no=yes_no, level=level,
        claim_level=level if claim_level is None else claim_level, reach=reach)


def _in_words(name: str, asked: Asked) -> str:
    """"stretching", "last night's stretching", "caffeine mg over the 7 nights before"."""
    made = next((one for one in asked.back if one.name == name), None)
    if made is None:
        return _WORDS.get(name, name.replace("_", " ").strip())
    source = _in_words(made.source, asked)
    if made.kind == "rolling":
        return f"{source} over the {number(made.nights, 'night')} before"
    return f"last night's {source}" if made.nights == 1 else f"{source} {made.nights} nights before"


def _at(words: str, level: float | str) -> str:
    """"arm b"."""
    return f"{words} {level_text(level)}"


def _exposure(fit: Fitted, exposure: str | None) -> str:
    columns = fit.design.columns
    if exposure is None and columns:
        return columns[0]
    if exposure is None or column_of(exposure) not in columns:
        if not columns:
            raise ModelError(f'check_fit: found no column in "{fit.formula}"; expected one to check. Add the column '
                             "you ask about.")
        raise ModelError(f'check_fit, exposure: found "{exposure}"; expected a column of "{fit.formula}": '
                         f"{', '.join(columns)}.")
    return column_of(exposure)


def _given(nights: pd.DataFrame, person: str, night: str) -> pd.DataFrame:
    """The user's rows with their keys; nights without a `night` column are numbered as they stand."""
    keys = {
        PERSON: nights[person].to_numpy() if person in nights else "one person",
        NIGHT: night_numbers(nights[night], night) if night in nights else np.arange(len(nights), dtype=float),
    }
    given = nights.reset_index(drop=True).assign(**keys)
    given = given[given[PERSON].notna() & np.isfinite(given[NIGHT])]
    twice = given.duplicated([PERSON, NIGHT])
    if twice.any():
        one = given.loc[twice].iloc[0]
        raise ModelError(f'check_fit: found two rows for one night of person "{one[PERSON]}"; expected one row per '
                         "person and night. Keep one of them.")
    return given


def _table(fit: Fitted, given: pd.DataFrame, stated: Contrast) -> tuple[pd.DataFrame, pd.DataFrame, bool]:
    """Rows of the calendar, the user's rows beside them, and whether the calendar is complete."""
    frame = fit.design.frame
    keys = [PERSON, NIGHT]
    modelled = frame[keys].assign(row=np.arange(len(frame)))
    found = given[keys].merge(modelled, on=keys, how="right", indicator=True)["_merge"].eq("both")
    if not found.all():
        raise ModelError(f"check_fit: found {int((~found).sum())} modelled nights that are not in the table of nights; "
                         "expected the table that was fitted, or the whole one it was taken from.")
    spans = given.groupby(PERSON, sort=False)[NIGHT].agg(["min", "max"])
    total = float((spans["max"] - spans["min"] + 1).sum())
    calendar = total <= MOST_EMPTY * len(given)
    if calendar:
        every = pd.DataFrame({
            PERSON: np.repeat(spans.index.to_numpy(), (spans["max"] - spans["min"] + 1).astype(int)),
            NIGHT: np.concatenate([np.arange(lo, hi + 1) for lo, hi in spans.to_numpy()]),
        })
    else:
        every = given[keys].sort_values(keys, kind="stable")
    table = every.merge(modelled, on=keys, how="left")
    source = every.merge(given, on=keys, how="left")
    row = table["row"].fillna(-1).astype(int).to_numpy()
    there = every.merge(given[keys], on=keys, how="left", indicator=True)["_merge"].eq("both").to_numpy()
    out = pd.DataFrame({"person": table[PERSON], "night": table[NIGHT], "given": there, "modelled": row >= 0,
                        "row": row})
    outcome, exposure = fit.design.outcome, stated.column
    out["outcome"] = _answers(source, outcome, fit.outcome.name)
    out.loc[row >= 0, "outcome"] = frame[outcome].to_numpy(float)[row[row >= 0]]
    recorded = plain(source[exposure]) if exposure in source else pd.Series(np.nan, source.index)
    out["exposure"], out["told"] = _coded(recorded, stated), recorded.notna().to_numpy() | (row >= 0)
    out.loc[row >= 0, "exposure"] = _coded(frame[exposure], stated)[row[row >= 0]]
    return out, source, calendar


def _coded(values: pd.Series, stated: Contrast) -> np.ndarray:
    """An exposure as floats, nan where it is empty or no number; of levels 1 at a, 0 at b, nan at any other."""
    if stated.groups:
        at_a, at_b = (values.eq(side).fillna(False).to_numpy(dtype=bool) for side in (stated.a, stated.b))
        return np.where(at_a, 1.0, np.where(at_b, 0.0, np.nan))
    return values.to_numpy(float, copy=True) if values.dtype == float else np.full(len(values), np.nan)


def _numbers(source: pd.DataFrame, column: str) -> np.ndarray:
    """A column as floats, nan where it is empty, absent or no number."""
    if column not in source:
        return np.full(len(source), np.nan)
    values = plain(source[column])
    return values.to_numpy(float, copy=True) if values.dtype == float else np.full(len(source), np.nan)


def _answers(source: pd.DataFrame, column: str, kind: str) -> np.ndarray:
    """The outcome, in numbers or in words, as floats."""
    if column not in source:
        return np.full(len(source), np.nan)
    return read_answers(source[column], column, kind)[0].to_numpy(float, copy=True)


def _before(exposure: str, before: str | None, nights: pd.DataFrame, window: bool) -> str | None:
    if before is not None:
        if before not in nights:
            raise ModelError(f'check_fit, before: found no column "{before}" in the table of nights; expected the '
                             "column of symptoms that came before the exposure that evening.")
        return before
    return BEFORE if BEFORE in nights and _STRETCH.search(exposure) and not window else None
