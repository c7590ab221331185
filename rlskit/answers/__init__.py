"""answer_questions(): model nights → the advice table. Figures, sentences and pages draw these rows and nothing else.

questions.py states the questions, frames.py picks the nights and columns each one may use, refusals.py says when a
question cannot be asked yet.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlskit.answers.dose import DoseCurve, trace_dose
from rlskit.answers.frames import Frame, frame_of
from rlskit.answers.questions import ALCOHOL, BEDTIMES, CAFFEINE_AFTER, STRETCHING, UNTIMED
from rlskit.errors import ModelError
from rlskit.estimates import compare
from rlskit.models import fit
from rlskit.nights import symptom_nights

__all__ = ["Answers", "DoseCurve", "answer_questions", "trace_dose"]

COLUMNS = (
    "question", "advice", "label", "contrast", "compares", "estimate", "lower", "upper", "lower_pointwise",
    "upper_pointwise", "base_rate", "n_nights", "n_exposed", "n_unexposed", "population", "design_tag", "adjusted_for",
    "verdict", "reason", "nights_needed",
)  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """One row per question in `table`; `estimate`, `lower`, `upper` are symptom nights per 30 nights.

    `lower` and `upper` are simultaneous limits at `level` over all questions answered (claims use these);
    `lower_pointwise` and `upper_pointwise` hold for one question on its own. `verdict`: fewer | more | unclear |
    refused. Refused rows have no numbers but a `reason` and, where it can be told, `nights_needed`.
    """

    table: pd.DataFrame
    level: float
    n_people: int
    person: str
    landmark: str | None
    first_night: dt.date
    last_night: dt.date
    n_nights: int
    n_recorded: int
    method: str
    caveats: tuple[str, ...]

    def __repr__(self) -> str:
        nights = f"{self.n_nights} night" + ("" if self.n_nights == 1 else "s")
        lines = [f"Answers of {nights} ({self.n_recorded} recorded), symptom nights per 30 nights"]
        for row in self.table.itertuples(index=False):
            if row.verdict == "refused":
                lines.append(f"  {row.label}: {row.reason}")
            else:
                lines.append(f"  {row.label}, {row.contrast}: {row.estimate:+.1f} "
                             f"({row.lower:+.1f} to {row.upper:+.1f}), {row.n_nights} nights, {row.design_tag}")
        return "\n".join([*lines, "  next: print(rk.describe(answers)), rk.plot_effects(answers)"])

    def _repr_html_(self) -> str:
        shown = ["label", "contrast", "estimate", "lower", "upper", "n_nights", "design_tag", "verdict", "reason"]
        return self.table[shown].to_html(index=False, float_format=lambda v: f"{v:+.1f}", na_rep="", border=0)


def answer_questions(nights: pd.DataFrame, *, level: float = 0.95) -> Answers:
    """Every question of the advice table, asked of these nights.

    Parameters
    ----------
    nights : from make_nights.
    level : of the simultaneous intervals (Šidák over the questions that could be asked).

    Returns
    -------
    Answers, frozen. Questions that the diary cannot answer are rows with a reason, never missing.
    """
    nights = nights.sort_values(["person", "night"], kind="stable")
    nights.attrs = dict(nights.attrs)
    frames = [frame_of(question, nights) for question in (STRETCHING, CAFFEINE_AFTER, ALCOHOL, BEDTIMES)]
    asked = sum(not frame.reason for frame in frames)
    simultaneous = level ** (1 / max(asked, 1))
    rows = [_row(frame, level, simultaneous) for frame in frames]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("n_nights", "n_exposed", "n_unexposed", "nights_needed"):
        table[name] = table[name].astype("Int64")
    people = nights["person"].unique()
    answered = int(symptom_nights(nights).notna().sum())
    landmark = nights.attrs.get("landmark")
    return Answers(
        table=table, level=level, n_people=len(people), person=str(people[0]) if len(people) == 1 else "",
        landmark=landmark if isinstance(landmark, str) else None, first_night=nights["night"].min().date(),
        last_night=nights["night"].max().date(), n_nights=len(nights), n_recorded=int(nights["recorded"].sum()),
        method=f"logistic model with night-to-night persistence, profile likelihood with a "
               f"small-diary correction; one model per question "
               f"({asked} asked), simultaneous over them" if asked else "no question could be asked",
        caveats=tuple(_caveats(nights, answered)))


def _row(frame: Frame, level: float, simultaneous: float) -> dict:
    """One row of the table: refused, or estimated with pointwise and simultaneous limits."""
    q = frame.question
    row = dict.fromkeys(COLUMNS, np.nan) | {
        "question": q.key, "advice": q.advice, "label": q.label, "contrast": frame.contrast,
        "compares": frame.compares, "population": frame.population, "design_tag": frame.design_tag,
        "adjusted_for": ", ".join(frame.adjusted_for), "verdict": "refused", "reason": frame.reason,
        "n_nights": len(frame.nights), "n_exposed": frame.n_exposed, "n_unexposed": frame.n_unexposed,
        "nights_needed": pd.NA if frame.nights_needed is None else frame.nights_needed}
    if frame.reason:
        return row
    try:
        effects = compare(fit(frame.formula, frame.nights, slopes=frame.slopes), "exposure", frame.a, frame.b,
                          level=(level, simultaneous)).table
    except ModelError as wrong:
        return row | {"reason": f"No answer could be computed: {wrong}"}
    if effects["reason"].ne("").any():
        return row | {"reason": f"Not enough recorded to say: {effects['reason'].iloc[0]}."}
    one, family = effects.iloc[0], effects.iloc[1]
    verdict = "fewer" if family["upper"] < 0 else "more" if family["lower"] > 0 else "unclear"
    if frame.no_claim:
        verdict = "unclear"
    return row | {
        "estimate": one["estimate"], "lower": family["lower"], "upper": family["upper"],
        "lower_pointwise": one["lower"], "upper_pointwise": one["upper"], "base_rate": one["base_rate"],
        "verdict": verdict, "reason": UNTIMED if frame.no_claim else q.doubt}


def _caveats(nights: pd.DataFrame, answered: int) -> list[str]:
    """What to know before reading any row, strongest first."""
    lines = []
    if not answered:
        return ["No night has an answer about symptoms, so nothing can be compared.", *nights.attrs.get("notes", [])]
    if answered < 60:
        lines.append(f"Only {answered} nights have an answer about symptoms; with few nights the intervals are wide, "
                     "and they may be somewhat too narrow all the same.")
    missing = 1 - answered / len(nights)
    if missing > 0.3:
        lines.append(f"{missing:.0%} of the nights have no answer about symptoms. If those nights were unlike the "
                     "others, the numbers below are off.")
    if answered < len(nights):
        lines.append(_bounds(nights, answered))
    lines.append("Comparing nights that happened is not a trial: other things may differ between them.")
    lines += nights.attrs.get("notes", [])
    return lines


def _bounds(nights: pd.DataFrame, answered: int) -> str:
    """The symptom-night rate if every night without an answer had been symptom-free, and if every one had not."""
    ill, n = int(symptom_nights(nights).sum()), len(nights)
    return (f"{ill} of the {answered} nights with an answer were symptom nights, {30 * ill / answered:.1f} in 30. "
            f"Had all {n - answered} nights without an answer been free of symptoms it would be {30 * ill / n:.1f}, "
            f"had all been symptom nights {30 * (ill + n - answered) / n:.1f}.")
