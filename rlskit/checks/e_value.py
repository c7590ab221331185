"""The E-value: how strongly something that was not written down would have to go with both exposure and symptoms.

VanderWeele & Ding (2017), Annals of Internal Medicine 167, 268-274: E = RR + sqrt(RR (RR - 1)) for a risk ratio RR
above 1 (its inverse where below), here the profiled P(a) / P(b) at the limit nearest to 1; E = 1 where the interval
holds 1. Of points and numbers the risk ratio is theirs for averages, exp(0.91 d), d the difference in standard
deviations of such nights (their table 2: of being above a middle that splits them evenly). It speaks of unmeasured
confounding alone, and of nothing else that may be wrong.
"""

from __future__ import annotations

import numpy as np

from rlskit.checks.context import Context
from rlskit.checks.refit import Refit
from rlskit.checks.row import PASS, Row, grade, row
from rlskit.models.outcome import BINARY

NAME = "E-value"
WEAK_ENOUGH, TRIFLE = 2.0, 1.25
HUGE = 100.0
PER_SD = 0.91  # log risk ratio for a difference of one standard deviation


def e_value_row(m: Context) -> Row:
    """Looks below 2, fails below 1.25; passes with the value 1 where no effect is claimed."""
    estimate, lower, upper = _log_ratio(m)
    near = lower if lower > 0 else upper if upper < 0 else 0.0
    value, best = e_value(float(np.exp(near))), e_value(float(np.exp(estimate)))
    level = f"{100.0 * m.claim_level:.3g}%"  # one answer of several has another than one asked alone
    if near == 0.0:
        return row(NAME, PASS, f"The {level} interval holds \"no difference\", so there is nothing to explain away "
                   "(E-value 1).", 1.0, 1.0, best)
    result = grade(value, WEAK_ENOUGH, TRIFLE)
    ending = "symptoms" if m.fit.outcome == BINARY else f"{m.unit.ways[bool(estimate > 0)]} {m.unit.outcome}"
    least = f"at least {value:.1f}" if value <= HUGE else _said(value)
    text = (f"To explain this away, by its {level} interval, something not written down would have to make {ending}, "
            f"and {m.label}, {least} times as likely (E-value {_said(value)}; {_said(best)} at the best guess).")
    if m.fit.outcome != BINARY:
        text += " This is a rule of thumb for averages."
    return row(NAME, result, text, value, value, best)


def _said(value: float) -> str:
    """Beyond HUGE the digits are those of how far the fit was taken, not of the nights."""
    return f"{value:.1f}" if value <= HUGE else f"over {HUGE:g}"


def _log_ratio(m: Context) -> tuple[float, float, float]:
    """Estimate and limits of the log risk ratio."""
    if m.fit.outcome == BINARY:
        assert isinstance(m.refit, Refit)
        return m.refit.log_ratio_limits(m.claim_level)
    y = m.fit.design.response
    sides = [y[m.exposed], y[m.compared & ~m.exposed]]
    within = np.sqrt(sum(((side - side.mean()) ** 2).sum() for side in sides if side.size) / max(y.size - 2, 1))
    answer = m.answer
    low, middle, high = (PER_SD * value / within for value in (answer.lower, answer.estimate, answer.upper))
    return middle, low, high


def e_value(ratio: float) -> float:
    """E-value of a risk ratio; 1 for a ratio of 1, infinite for 0 or infinity."""
    if ratio <= 0 or np.isinf(ratio):
        return np.inf
    ratio = max(ratio, 1.0 / ratio)
    return float(ratio + np.sqrt(ratio * (ratio - 1.0)))
