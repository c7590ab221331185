"""The adjustment set: candidate columns of one question, and which of them its nights can carry."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.answers.confounders import CONFOUNDERS, LAST_NIGHT
from rlskit.answers.questions import EVENINGS, Question
from rlskit.nights.half_hours import COLUMNS_OF_CLOCK
from rlskit.nights.outcomes import last_night, symptom_nights

# An adjuster that is missing more often than this costs more nights than it is worth; it is left out and not claimed.
ADJUSTER_KNOWN = 0.9
OUTCOMES_PER_TERM = 5
LEAST_SHARE_OF_WINDOW = 0.5

NAMES = {one.column: one.name for one in CONFOUNDERS}
SPANS = {7: "past week", 14: "past two weeks", 28: "past four weeks"}


def name_of(column: str, question: Question) -> str:
    """An adjustment column in words."""
    if column == "past_share":
        return f"symptom nights in the {SPANS[question.window]}"
    if column == "past_severity":
        return f"how bad they were in the {SPANS[question.window]}"
    return NAMES.get(column) or column.removeprefix("movement_").replace("_", " ")


def candidates(question: Question, nights: pd.DataFrame) -> pd.DataFrame:
    """The columns of `question.adjust`; trend in units of 30 nights, the weekend by the evening.

    past_share and past_severity look back over the question's window and never at tonight: the share of answered
    nights with symptoms, and their mean severity (0 to 10, nights without symptoms count as 0).
    """
    out = {}
    for name in question.adjust:
        if name == LAST_NIGHT:
            out[name] = last_night(nights).astype("Float64")
        elif name == "weekend":
            out[name] = nights["weekday"].isin(["Fri", "Sat"]).astype(float)
        elif name == "trend":
            out[name] = nights["day_index"].astype(float) / 30
        elif name == "medicine_period":
            out[name] = nights["medicine_period"].astype(str)
        elif name in ("past_share", "past_severity"):
            out[name] = _past(nights, name == "past_severity", question.window)
        elif name in nights:
            out[name] = nights[name].astype("Float64")
    return pd.DataFrame(out, index=nights.index)


def _past(nights: pd.DataFrame, severity: bool, window: int) -> pd.Series:
    ill = symptom_nights(nights)
    values = ill.astype("Float64")
    if severity:
        if "severity_0_10" not in nights:
            return pd.Series(pd.NA, index=nights.index, dtype="Float64")
        values = nights["severity_0_10"].astype("Float64").mask(ill.eq(False).fillna(False).astype(bool), 0.0)
        if not values.gt(0).fillna(False).any():
            return pd.Series(pd.NA, index=nights.index, dtype="Float64")
    least = int(np.ceil(window * LEAST_SHARE_OF_WINDOW))
    past = values.groupby(nights["person"]).transform(lambda s: s.rolling(window, min_periods=least).mean().shift(1))
    return past.astype("Float64")


def choose(question: Question, adjusters: pd.DataFrame, exposure: np.ndarray, symptom: np.ndarray) -> list[str]:
    """The adjusters that vary, say something new, are known on nearly all of these nights and that the number of
    events can carry.

    One without which the answer would be wrong (`question.always`) is used whatever it costs, if it was recorded.
    """
    rarer = min(symptom.sum(), (~symptom).sum())
    first = 2 + COLUMNS_OF_CLOCK + 1 if question.kind == EVENINGS else 2  # the constant, the exposure, the clock
    room = int(rarer // OUTCOMES_PER_TERM) - first
    chosen: list[str] = []
    for name in adjusters:
        values = adjusters[name]
        if values.nunique(dropna=True) < 2:
            continue
        words = not pd.api.types.is_numeric_dtype(values.dtype)
        cost = values.nunique() - 1 if words else 1
        if not words and _says_nothing_new(adjusters[[c for c in chosen if c != "medicine_period"]], values, exposure):
            continue
        if name in question.always or (cost <= room and values.notna().mean() >= ADJUSTER_KNOWN):
            chosen.append(name)
            room -= cost
    return chosen


def _says_nothing_new(chosen: pd.DataFrame, values: pd.Series, exposure: np.ndarray) -> bool:
    """Whether a column can be computed exactly from those chosen before it and the exposure."""
    both = pd.concat([chosen, values], axis=1).to_numpy(dtype=float, na_value=np.nan)
    known = ~np.isnan(both).any(axis=1)
    x = np.column_stack([np.ones(known.sum()), exposure[known], both[known]])
    spread = x[:, 1:].std(axis=0)
    if known.sum() < x.shape[1] or not (spread > 0).all():
        return True
    x[:, 1:] = (x[:, 1:] - x[:, 1:].mean(axis=0)) / spread
    return bool(np.linalg.matrix_rank(x, tol=1e-6 * np.sqrt(len(x))) < x.shape[1])
