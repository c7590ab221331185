"""Nights without an answer: how far off could rates and the answer be, if those nights were unlike the others?

Rates: all of them symptomatic, all of them free (Manski 1990). The answer, where only the outcome is missing: missing
exposed nights symptomatic with missing unexposed ones free, and the reverse. Where the exposure is missing too, a
tipping point: how many of those nights, exposed and ending against the answer, undo the claim (Yan, Lee & Li 2009).
Adjusters that are empty on such nights stand at their mean, or their commonest word.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.checks.material import Material
from rlskit.checks.refit import PER, Refit
from rlskit.checks.row import FAIL, LOOK, PASS, Row, grade, impossible, interval, number, row, signed
from rlskit.design import make_design
from rlskit.engine import fit_maximum

RATE, EFFECT, TIPPING = "empty nights and the rate", "empty nights and the answer", "nights that say nothing"
# Share of nights without an answer from which on the nights that have one no longer speak for the diary.
LOOK_SHARE, FAIL_SHARE = 0.10, 0.50


def rate_bounds(m: Material) -> Row:
    """Symptom nights in 30 had all nights without an answer been symptomatic, or free."""
    empty = int(m.table["outcome"].isna().sum())
    ill, n = int(m.ill.sum()), m.ill.size
    rate, low, high = PER * ill / n, PER * ill / (n + empty), PER * (ill + empty) / (n + empty)
    if not m.calendar:
        return impossible(RATE, "the nights are too far apart to say which are missing.")
    if not empty:
        return row(RATE, PASS, "Every night of the diary has an answer about symptoms.", rate, rate, rate)
    text = (f"{_nights(empty, 'has', 'have')} no answer about symptoms, beside {n} compared. {rate:.1f} in 30 were "
            f"symptom nights; with all the empty ones free it would be {low:.1f}, with all of them symptom nights "
            f"{high:.1f}.")
    return row(RATE, grade(empty / (n + empty), LOOK_SHARE, FAIL_SHARE), text, rate, low, high)


def _nights(n: int, one: str, many: str) -> str:
    """"1 night has", "2 nights have"."""
    return f"{number(n, 'night')} {one if n == 1 else many}"


def effect_bounds(m: Material) -> Row:
    """The answer under the two worst ways in which nights with a known exposure could have ended."""
    table = m.table
    rows = table["outcome"].isna().to_numpy() & table["exposure"].notna().to_numpy()
    if not rows.any():
        return row(EFFECT, PASS, "No night has an answer about what was done but none about symptoms.",
                   m.answer.estimate, m.answer.estimate, m.answer.estimate)
    exposed = m.is_exposed(table["exposure"].to_numpy()[rows])
    found = [_completed(m, rows, np.where(exposed == bad, 1.0, 0.0)).limits(m.claim_level) for bad in (False, True)]
    low, high = sorted(found, key=lambda one: one.estimate)
    kept = all(one.claim == m.answer.claim for one in found)
    n = int(rows.sum())
    result = PASS if kept else grade(n / (n + m.exposed.size), 0.0, FAIL_SHARE)
    text = (f"{_nights(n, 'says', 'say')} what was done but not how the night was. At worst they would move the answer "
            f"from {signed(m.answer.estimate)} to anything between {signed(low.estimate)} and {signed(high.estimate)} "
            f"({interval(low.lower, high.upper)} with chance); ")
    text += "what it claims would stay." if kept and m.answer.claim else \
        "it would still claim nothing." if kept else "what it claims would not stay in every case."
    return row(EFFECT, result, text, m.answer.estimate, low.estimate, high.estimate)


def tipping_point(m: Material) -> Row:
    """How many nights with neither exposure nor outcome it takes to undo the claim."""
    if not m.calendar:
        return impossible(TIPPING, "the nights are too far apart to say which are missing.")
    rows = (m.table["outcome"].isna() & m.table["exposure"].isna()).to_numpy()
    n = int(rows.sum())
    if not n:
        return row(TIPPING, PASS, "No night is empty of both answers.", 0)
    said = f"{_nights(n, 'says', 'say')} neither what was done nor how the night was."
    if not m.answer.claim:
        return row(TIPPING, PASS, f"{said} The answer claims nothing that they could undo.", np.nan)
    enough = _tips_at(m, np.flatnonzero(rows))
    against = "symptom nights" if m.answer.claim < 0 else "nights free of symptoms"
    if enough is None:
        return row(TIPPING, PASS, f"{said} Had all been nights {m.with_it} and {against}, the answer would still be "
                   "clear.", np.inf)
    result = FAIL if n >= FAIL_SHARE * (n + m.ill.size) else LOOK
    return row(TIPPING, result, f"{said} Had {enough} of them been nights {m.with_it} and {against}, the answer would "
               "not be clear any more.", enough)


def _tips_at(m: Material, empty: np.ndarray) -> int | None:
    """The least number of `empty` nights, spread evenly, that undoes the claim; None where all of them do not."""
    ending = 1.0 if m.answer.claim < 0 else 0.0

    def stands(k: int) -> bool:
        rows = np.zeros(len(m.table), dtype=bool)
        rows[empty[np.linspace(0, empty.size - 1, k).round().astype(int)]] = True
        return _completed(m, rows, np.full(k, ending), m.a).limits(m.claim_level).claim == m.answer.claim

    if stands(empty.size):
        return None
    low, high = 0, empty.size  # stands at low, not at high
    while high - low > max(1, 0.05 * empty.size):
        middle = (low + high) // 2
        low, high = (middle, high) if stands(middle) else (low, middle)
    return high


def _completed(m: Material, rows: np.ndarray, outcome: np.ndarray, exposure: float | None = None) -> Refit:
    """The model fitted again with more nights: rows (table,) bool, how they ended (k,), their exposure (k,) as recorded
    or one value for all."""
    design, table = m.fit.design, m.table[rows]
    known = design.frame[[design.outcome, *design.columns, "person ", "night "]]
    new = pd.DataFrame({"person ": table["person"].to_numpy(), "night ": table["night"].to_numpy(),
                        design.outcome: outcome})
    for name in design.columns:
        new[name] = _filled(m.nights.loc[rows, name] if name in m.nights else None, known[name], len(new))
    new[m.exposure] = table["exposure"].to_numpy() if exposure is None else exposure
    frame = pd.concat([known.assign(**{c: known[c].astype(object) for c in known if known[c].dtype != float}), new],
                      ignore_index=True)
    terms = {str(t): [str(design.spec.column_names[i]) for i in at] for t, at in design.spec.term_indices.items()}
    slopes = tuple(t for t, names in terms.items() if t != "1" and set(names) & set(design.slope_names))
    grown = make_design(design.formula, frame, person="person ", night="night ", slopes=slopes,
                        night_to_night=design.nights.persistence)
    same = grown.names == design.names and grown.nights.z.shape[1] == design.nights.z.shape[1]
    maximum = fit_maximum(grown.nights, grown.x, m.fit.maximum.objective.prior,
                          start=m.fit.maximum.optimum.theta if same else None)
    a, b = grown.scenario(**{m.exposure: m.a}), grown.scenario(**{m.exposure: m.b})
    return Refit(maximum, grown.nights, grown.x, a, b, grown.weights)


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

