"""Nights without an answer: how far off could rates and the answer be, if those nights were unlike the others?

Rates: all of them symptomatic, all of them free (Manski 1990); averages: all at the highest level, all at the lowest.
Numbers have no highest, so that the highest and lowest seen stand for it, and the sentence says so. The answer, where
only the outcome is missing: missing exposed nights at one end with missing unexposed ones at the other, and the
reverse. Where the exposure is missing too, a
tipping point: how many of those nights, exposed and ending against the answer, undo the claim (Yan, Lee & Li 2009).
Adjusters that are empty on such nights stand at their mean, or their commonest word.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.checks.context import Context
from rlskit.checks.refit import PER, NumericRefit, Refit, fit_like
from rlskit.checks.row import FAIL, LOOK, PASS, Row, grade, impossible, number, row
from rlskit.engine import fit_gaussian, fit_maximum
from rlskit.errors import ModelError
from rlskit.models.columns import NIGHT, PERSON, set_columns
from rlskit.models.design import make_design
from rlskit.models.outcome import GAUSSIAN

RATE, AVERAGE = "empty nights and the rate", "empty nights and the average"
EFFECT, TIPPING = "empty nights and the answer", "nights that say nothing"
BEYOND = " Nights unlike any seen could move it further."
# Share of nights without an answer from which on the nights that have one no longer speak for the diary.
LOOK_SHARE, FAIL_SHARE = 0.10, 0.50


def rate_bounds(m: Context) -> Row:
    """Symptom nights in 30 had all nights without an answer been symptomatic, or free; or the average."""
    unit, y = m.unit, m.fit.design.response
    name = RATE if unit.times == PER else AVERAGE
    if why := _untold(m):
        return impossible(name, why)
    told = m.any_symptoms[~np.isnan(m.any_symptoms)]
    beside = f"beside {y.size} compared"
    if told.size > y.size:  # the compared nights were chosen, so they do not speak for the diary
        beside, y = f"beside {told.size} that have one, {y.size} of them compared", told
    empty, n = int(np.isnan(m.any_symptoms).sum()), y.size
    rate = unit.times * y.sum() / n
    low, high = (unit.times * (y.sum() + empty * worst) / (n + empty) for worst in (unit.low, unit.high))
    if not empty:
        return row(name, PASS, f"Every night of the diary has an answer about {unit.outcome}.", rate, rate, rate)
    text = f"{_nights(empty, 'has', 'have')} no answer about {unit.outcome}, {beside}. "
    if absent := int((~m.table["given"]).sum()):
        text += f"{absent:,} of them {'is' if absent == 1 else 'are'} not in the table of nights: empty, or set aside. "
    if unit.times == PER:
        of = " of the nights in the table" if absent else ""
        text += (f"{rate:.1f} in 30{of} were symptom nights; with all the empty ones free it would be {low:.1f}, with "
                 f"all of them symptom nights {high:.1f}.")
    else:
        text += (f"The average is {unit.plain(rate)}; were all the empty ones {unit.low_as} it would be "
                 f"{unit.plain(low)}, were they {unit.high_as} {unit.plain(high)}.{BEYOND if unit.seen else ''}")
    return row(name, grade(empty / (n + empty), LOOK_SHARE, FAIL_SHARE), text, rate, low, high)


def _untold(m: Context) -> str:
    """Why nobody can say which nights are empty; "" where it can be said."""
    if not m.calendar:
        return "the nights are too far apart to say which are missing."
    if m.hidden:
        return (f"{_nights(m.hidden, 'was', 'were')} set aside before the fit, not known to be quiet at the landmark, "
                "and cannot be told from empty ones here. Hand over the whole table of nights.")
    return ""


def _nights(n: int, one: str, many: str) -> str:
    """"1 night has", "2 nights have"."""
    return f"{number(n, 'night')} {one if n == 1 else many}"


def effect_bounds(m: Context) -> Row:
    """The answer under the two worst ways in which nights with a known exposure could have ended."""
    table = m.table
    rows = table["outcome"].isna().to_numpy() & table["exposure"].notna().to_numpy()
    if not rows.any():
        return row(EFFECT, PASS, "No night has an answer about what was done but none about symptoms.",
                   m.answer.estimate, m.answer.estimate, m.answer.estimate)
    exposed = m.is_exposed(table["exposure"].to_numpy()[rows])
    found = [_completed(m, rows, np.where(exposed == bad, m.unit.high, m.unit.low)).limits(m.claim_level)
             for bad in (False, True)]
    low, high = sorted(found, key=lambda one: one.estimate)
    kept = all(one.claim == m.answer.claim for one in found)
    n = int(rows.sum())
    result = PASS if kept else grade(n / (n + m.exposed.size), 0.0, FAIL_SHARE)
    said = m.unit.signed
    text = (f"{_nights(n, 'says', 'say')} what was done but not how the night was. At worst they would move the answer "
            f"from {said(m.answer.estimate)} to anything between {said(low.estimate)} and {said(high.estimate)} "
            f"({m.unit.interval(low.lower, high.upper)} with chance); ")
    text += "what it claims would stay." if kept and m.answer.claim else \
        "it would still claim nothing." if kept else "what it claims would not stay in every case."
    if m.unit.seen:
        text += f" At worst means {m.unit.low_as}, or {m.unit.high_as}.{BEYOND}"
    return row(EFFECT, result, text, m.answer.estimate, low.estimate, high.estimate)


def tipping_point(m: Context) -> Row:
    """How many nights with neither exposure nor outcome it takes to undo the claim."""
    if why := _untold(m):
        return impossible(TIPPING, why)
    rows = (m.table["outcome"].isna() & ~m.table["told"]).to_numpy()
    n = int(rows.sum())
    if not n:
        return row(TIPPING, PASS, "No night is empty of both answers.", 0)
    said = f"{_nights(n, 'says', 'say')} neither what was done nor how the night was."
    if not m.answer.claim:
        return row(TIPPING, PASS, f"{said} The answer claims nothing that they could undo.", np.nan)
    enough = _tips_at(m, np.flatnonzero(rows))
    against = m.unit.high_as if m.answer.claim < 0 else m.unit.low_as
    if enough is None:
        return row(TIPPING, PASS, f"{said} Had all been nights {m.with_it} and {against}, the answer would still be "
                   "clear.", np.inf)
    result = FAIL if n >= FAIL_SHARE * (n + m.exposed.size) else LOOK
    return row(TIPPING, result, f"{said} Had {enough} of them been nights {m.with_it} and {against}, the answer would "
               "not be clear any more.", enough)


def _tips_at(m: Context, empty: np.ndarray) -> int | None:
    """The least number of `empty` nights, spread evenly, that undoes the claim; None where all of them do not."""
    ending = m.unit.high if m.answer.claim < 0 else m.unit.low

    def stands(k: int) -> bool:
        rows = np.zeros(len(m.table), dtype=bool)
        rows[empty[np.linspace(0, empty.size - 1, k).round().astype(int)]] = True
        return _completed(m, rows, np.full(k, ending), m.a).claims(m.claim_level, m.answer.claim)

    if stands(empty.size):
        return None
    low, high = 0, empty.size  # stands at low, not at high
    while high - low > max(1, 0.05 * empty.size):
        middle = (low + high) // 2
        low, high = (middle, high) if stands(middle) else (low, middle)
    return high


def _completed(m: Context, rows: np.ndarray, outcome: np.ndarray, exposure: float | None = None
               ) -> Refit | NumericRefit:
    """The model fitted again with more nights: rows (table,) bool, how they ended (k,), their exposure (k,) as recorded
    or one value for all."""
    design, table = m.fit.design, m.table[rows]
    known = design.frame[[design.outcome, *design.columns, PERSON, NIGHT]]
    new = pd.DataFrame({PERSON: table["person"].to_numpy(), NIGHT: table["night"].to_numpy(),
                        design.outcome: outcome})
    for name in design.columns:
        new[name] = _filled(m.nights.loc[rows, name] if name in m.nights else None, known[name], len(new))
    done = table["exposure"].to_numpy() if exposure is None else np.full(len(new), exposure)
    sides = np.array([m.contrast.a, m.contrast.b], dtype=object)
    new[m.exposure] = np.where(m.is_exposed(done), *sides) if m.contrast.groups else done
    words = {c: known[c].astype(object) for c in known if known[c].dtype != float}
    frame = pd.concat([set_columns(known, words), new], ignore_index=True)
    terms = {str(t): [str(design.spec.column_names[i]) for i in at] for t, at in design.spec.term_indices.items()}
    slopes = tuple(t for t, names in terms.items() if t != "1" and set(names) & set(design.slope_names))
    grown = make_design(design.formula, frame, person=PERSON, night=NIGHT, slopes=slopes,
                        night_to_night=design.nights.persistence, kind=m.fit.outcome.name)
    if m.fit.outcome == GAUSSIAN:
        found = fit_gaussian(grown.nights, grown.response, grown.x)
        if found is None:
            raise ModelError(f'check_fit: "{design.formula}" fits its nights exactly, so there is nothing to check.')
        return m.refitted(grown, found)
    same = grown.names == design.names and grown.nights.z.shape[1] == design.nights.z.shape[1]
    return m.refitted(grown, fit_like(m.fit.maximum, grown.nights, grown.x) if same else
                      fit_maximum(grown.nights, grown.x, m.prior))


def _filled(column: pd.Series | None, known: pd.Series, n: int):
    """An adjuster's values on the new nights; empty ones are the mean, or the commonest word."""
    if known.dtype == float:
        mean = float(known.mean())
        values = np.full(n, np.nan) if column is None else pd.to_numeric(column, errors="coerce").to_numpy(
            float, na_value=np.nan)
        return np.where(np.isnan(values), mean, values)
    usual = known.mode().iloc[0]
    if column is None:
        return [usual] * n
    return [v if isinstance(v, str) and v in set(known) else usual for v in column]

