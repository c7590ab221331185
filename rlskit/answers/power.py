"""How long a diary must go on: nights still needed to see a stated effect, and the smallest effect that could be seen.

Equation. What a diary tells about a contrast grows with its nights: over t times the nights, kept as they were kept so
far, the standard error is SE / t^r with r = 1/2. An effect d is seen with power p when d >= (c + z_p) SE / t^r, c the
cut-off of the simultaneous limits, so t = ((c + z_p) SE / d)^(1/r); the smallest effect of this diary is (c + z_p) SE.
For change over time r = 3/2: the two times compared stay four weeks apart, while the dates spread out with the nights.
SE is the curvature's at the fit of the person's own nights: their exposures, gaps, symptom rate and persistence.
d is 3 nights in 30, stated beforehand and never the estimate (which would promise what it happened to find).
Oracle: the power that diaries simulated at that length really have, benchmarks/nights_needed.md.
"""

from __future__ import annotations

import math

from scipy.special import ndtri

from rlskit.answers.questions import TREND, Question
from rlskit.utils.words import TWO_YEARS

WORTH_SEEING, POWER = 3.0, 0.8  # symptom nights per 30; share of such diaries that would show it
PACE, PACE_OF_TREND = 0.5, 1.5  # r: how fast the error falls


def pace_of(question: Question) -> float:
    """The power of t with which the standard error of this question's contrast falls."""
    return PACE_OF_TREND if question.kind == TREND else PACE


def more_nights(error: float, level: float, nights: int, effect: float = WORTH_SEEING, pace: float = PACE) -> int:
    """Calendar nights to add to `nights` until an effect of this size would show, rounded up to tens; 0 where it would
    already.

    error : standard error of the contrast in symptom nights per 30; level : of the limits that a claim rests on;
    pace : of the error, as pace_of says.
    """
    times = (smallest_effect(error, level) / effect) ** (1.0 / pace)
    return max(0, 10 * math.ceil((times - 1.0) * nights / 10))


def patience(more: int, about: str) -> str:
    """What that means for the advice to switch after a few weeks; `about`: the exposure in words."""
    effect = f"an effect of {WORTH_SEEING:g} nights in 30 from {about}"
    if not more:
        return f"This diary is long enough to show {effect}, were there one."
    if more > TWO_YEARS:
        return f"Watching alone cannot answer this: to see {effect} would take more than two years of nights."
    return f"To see {effect} would take about {more:,} more nights."


def smallest_effect(error: float, level: float) -> float:
    """The smallest effect, in symptom nights per 30, that this diary would have shown with 80% power."""
    return float((ndtri(0.5 + level / 2.0) + ndtri(POWER)) * error)
