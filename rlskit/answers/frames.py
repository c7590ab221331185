"""Which nights, outcome and adjustment set one question may use: model nights → a frame ready for fit().

Stretching is asked on nights still symptom-free at the landmark (both arms), with symptoms after it as the outcome.
Caffeine, alcohol and regularity are never conditioned on the evening's symptoms; their outcome is any symptoms.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlskit.answers.questions import ASSOCIATION_TAG, LANDMARK_TAG, Question
from rlskit.answers.refusals import LEAST_EXPOSED, LEAST_NIGHTS, count, refusal
from rlskit.nights import symptom_nights

# The order of symptoms and landmark must be known on this share of symptom nights, with and without stretching, or
# dropping the rest would choose nights by their outcome.
ORDER_KNOWN = 0.9
# An adjuster that is missing more often than this costs more nights than it is worth; it is left out and not claimed.
ADJUSTER_KNOWN = 0.9
OUTCOMES_PER_TERM = 5

NAMES = {"weekend": "weekend evenings", "trend": "a steady trend", "medicine_period": "recorded medicine changes",
         "alcohol_drinks": "alcohol", "caffeine_after_noon_mg": "caffeine after noon",
         "caffeine_before_noon_mg": "caffeine before noon", "past_symptom_share": "symptom nights in the past week"}


@dataclass(frozen=True)
class Frame:
    """One question with its rows. `nights` has columns person, night, symptom, exposure and the adjusters."""

    question: Question
    nights: pd.DataFrame
    formula: str
    a: float
    b: float
    contrast: str
    compares: str
    population: str
    design_tag: str
    adjusted_for: tuple[str, ...]
    slopes: tuple[str, ...]
    n_exposed: int
    n_unexposed: int
    reason: str
    nights_needed: int | None
    no_claim: bool = False


def frame_of(question: Question, nights: pd.DataFrame) -> Frame:
    """The frame of one question; `reason` is non-empty where it cannot be asked."""
    table = pd.DataFrame({"person": nights["person"], "night": nights["night"]}, index=nights.index)
    adjusters = _adjusters(nights)
    landmark = nights.attrs.get("landmark")
    if question.key == "stretching":
        outcome, exposure, timed = _stretching(nights)
        population = (f"per 30 nights still symptom-free at {landmark}" if timed and isinstance(landmark, str)
                      else "per 30 nights still symptom-free at the landmark" if timed else "per 30 nights")
    else:
        outcome, exposure, timed = symptom_nights(nights), nights[question.term].astype("Float64"), False
        population = "per 30 nights"
    table["symptom"], table["exposure"] = outcome.astype("boolean"), exposure.astype("Float64")
    rows = table[table["symptom"].notna() & table["exposure"].notna()].copy()
    a, b, contrast, compares = _contrast(question, rows["exposure"].to_numpy(float), timed)

    exposed = np.abs(rows["exposure"].to_numpy(float) - a) < np.abs(rows["exposure"].to_numpy(float) - b)
    symptom = rows["symptom"].to_numpy(bool)
    reason, needed = _reason(question, nights, rows, exposed, a == b)
    adjusted = [] if reason else _adjusted(question, adjusters.loc[rows.index], symptom)
    rows = rows.join(adjusters[adjusted]).dropna().astype({"symptom": bool, "exposure": float})
    exposed = np.abs(rows["exposure"].to_numpy() - a) < np.abs(rows["exposure"].to_numpy() - b)
    if not reason and adjusted:  # nights that an adjuster lacks are gone now
        reason, needed = _reason(question, nights, rows, exposed, False)
    several = rows["person"].nunique() > 1
    return Frame(
        question=question, nights=rows, formula=" + ".join(["symptom ~ exposure", *adjusted]), a=a, b=b,
        contrast=contrast, compares=compares, population=population,
        design_tag=LANDMARK_TAG if timed else ASSOCIATION_TAG,
        adjusted_for=tuple(NAMES[name] for name in adjusted), slopes=("exposure",) if several else (),
        n_exposed=int(exposed.sum()), n_unexposed=int((~exposed).sum()), reason=reason, nights_needed=needed,
        no_claim=question.key == "stretching" and not timed)


def _stretching(nights: pd.DataFrame) -> tuple[pd.Series, pd.Series, bool]:
    """Outcome, exposure and whether the order against the landmark is known, else a bare association."""
    any_symptoms = symptom_nights(nights)
    ill = any_symptoms.fillna(False).astype(bool)
    known = nights["early_symptoms"].notna()
    stretched = nights["stretched"].astype("boolean")
    arms = [ill, *(ill & stretched.eq(arm).fillna(False).astype(bool) for arm in (True, False))]
    ordered = all(known[arm].mean() >= ORDER_KNOWN for arm in arms if arm.any())
    if ill.any() and ordered and stretched.fillna(False).any():
        quiet = nights["early_symptoms"].eq(False).fillna(False).astype(bool)
        return nights["symptoms"].where(quiet, pd.NA), nights["stretched"].astype("Float64"), True
    state = nights["stretched_state"]
    did = state.map({"yes": 1.0, "unknown_order": 1.0, "no": 0.0}).astype("Float64")
    return any_symptoms, did.mask(nights["stretch_responsive"].fillna(False).astype(bool), 1.0), False


def _adjusters(nights: pd.DataFrame) -> pd.DataFrame:
    """Candidate adjustment columns; trend in units of 30 nights, the weekend by the evening."""
    ill = symptom_nights(nights).astype("Float64")
    by_person = ill.groupby(nights["person"])
    past = by_person.transform(lambda s: s.rolling(7, min_periods=4).mean().shift(1))
    return pd.DataFrame({
        "weekend": nights["weekday"].isin(["Fri", "Sat"]).astype(float),
        "trend": nights["day_index"].astype(float) / 30,
        "medicine_period": nights["medicine_period"].astype(str),
        "alcohol_drinks": nights["alcohol_drinks"].astype("Float64"),
        "caffeine_after_noon_mg": nights["caffeine_after_noon_mg"].astype("Float64"),
        "caffeine_before_noon_mg": nights["caffeine_before_noon_mg"].astype("Float64"),
        "past_symptom_share": past.astype("Float64")}, index=nights.index)


def _adjusted(question: Question, adjusters: pd.DataFrame, symptom: np.ndarray) -> list[str]:
    """The adjusters that vary, are known on nearly all of these nights and that the number of events can carry.

    One without which the answer would be wrong (`question.always`) is used whatever it costs.
    """
    rarer = min(symptom.sum(), (~symptom).sum())
    room = int(rarer // OUTCOMES_PER_TERM) - 2  # the constant and the exposure come first
    chosen = []
    for name in question.adjust:
        values = adjusters[name]
        if values.nunique(dropna=True) < 2:
            continue
        cost = values.nunique() - 1 if values.dtype == object or str(values.dtype) == "str" else 1
        if name in question.always or (cost <= room and values.notna().mean() >= ADJUSTER_KNOWN):
            chosen.append(name)
            room -= cost
    return chosen


def _contrast(question: Question, values: np.ndarray, timed: bool) -> tuple[float, float, str, str]:
    """The pre-stated contrast where it lies within the person's own 5-95% range, else their own 10th and 90th
    percentile, named as such."""
    a, b = float(question.a), float(question.b)
    if question.key == "stretching":
        if timed:
            return a, b, "stretched vs not", question.compares
        return a, b, "stretched at some time vs not", "nights you stretched at some time with nights you did not"
    own, said = "", (a, b)
    if len(values) >= LEAST_NIGHTS:
        low, high = np.quantile(values, [0.05, 0.95])
        if not (low <= b and a <= high):
            b, a = (float(v) for v in np.quantile(values, [0.1, 0.9], method="inverted_cdf"))
            if a != b:
                own, said = ", your own 90th and 10th percentile", (a, b)
    words = [_amount(v, question.unit) for v in said]
    return a, b, f"{words[0]} vs {words[1]}{own}", question.compares.format(a=words[0], b=words[1])


def _amount(value: float, unit: str) -> str:
    return f"{value:.3g} {'drink' if unit == 'drinks' and value == 1 else unit}"


def _reason(question, nights, rows, exposed, constant: bool) -> tuple[str, int | None]:
    """Why the question cannot be asked, in words for the person who kept the diary."""
    answered = symptom_nights(nights).notna()
    state = nights.get(f"{question.term}_state")
    counts = count(rows["symptom"].to_numpy(bool), exposed, rows["person"].to_numpy())
    span = max(len(nights), 1)
    said, needed = refusal(counts, "nights " + _side(question, True), "nights " + _side(question, False), span)
    if not answered.any():
        return "Not enough recorded to say: the diary has no answers about symptoms yet.", needed
    if state is not None and not state.isin(["yes", "no", "unknown_order"]).any():
        return f"Not enough recorded to say: the diary has no answers about {_topic(question)} yet.", needed
    if state is not None and state.eq("unknown_order").sum() > state.isin(["yes", "no"]).sum() and len(rows) < 14:
        return (f"Not enough recorded to say: the diary does not tell at what time of day {_topic(question)} was.",
                needed)
    if constant and len(rows) >= LEAST_NIGHTS:
        # Another value must be at least 1 night in 10 before two percentiles of the diary differ.
        usual = rows["exposure"].eq(rows["exposure"].median())
        other = int((~usual).sum())
        more = max(LEAST_EXPOSED - other, math.ceil((len(rows) / 10 - other) / 0.9), 1)
        return f"Not enough recorded to say: {_topic(question)} was the same on nearly every night.", more
    return said, needed


def _side(question: Question, exposed: bool) -> str:
    words = {"stretching": ("with stretching", "without stretching"),
             "caffeine_after_noon": ("with more caffeine after noon", "with less caffeine after noon"),
             "alcohol": ("with more alcohol", "with less alcohol"),
             "bedtime_regularity": ("after irregular bedtimes", "after regular bedtimes")}
    return words[question.key][0 if exposed else 1]


def _topic(question: Question) -> str:
    return {"stretching": "stretching", "caffeine_after_noon": "caffeine", "alcohol": "alcohol",
            "bedtime_regularity": "bedtimes"}[question.key]
