"""The E-value: how strongly something that was not written down would have to go with both exposure and symptoms.

VanderWeele & Ding (2017), Annals of Internal Medicine 167, 268-274: E = RR + sqrt(RR (RR - 1)) for a risk ratio RR
above 1 (its inverse where below), here the profiled P(a) / P(b) at the limit nearest to 1; E = 1 where the interval
holds 1. It speaks of unmeasured confounding alone, and of nothing else that may be wrong.
"""

from __future__ import annotations

import numpy as np

from rlskit.checks.material import Material
from rlskit.checks.row import PASS, Row, grade, row

NAME = "E-value"
WEAK_ENOUGH, TRIFLE = 2.0, 1.25


def e_value_row(m: Material) -> Row:
    """Looks below 2, fails below 1.25; passes with the value 1 where no effect is claimed."""
    estimate, lower, upper = m.refit.log_ratio_limits(m.claim_level)
    near = lower if lower > 0 else upper if upper < 0 else 0.0
    value, best = e_value(float(np.exp(near))), e_value(float(np.exp(estimate)))
    if near == 0.0:
        return row(NAME, PASS, "The interval holds \"no difference\", so there is nothing to explain away (E-value 1).",
                   1.0, 1.0, best)
    result = grade(value, WEAK_ENOUGH, TRIFLE)
    text = (f"To explain this away, something not written down would have to make symptoms, and {m.label}, at least "
            f"{value:.1f} times as likely (E-value {value:.1f}; {best:.1f} at the best guess).")
    return row(NAME, result, text, value, value, best)


def e_value(ratio: float) -> float:
    """E-value of a risk ratio; 1 for a ratio of 1, infinite for 0 or infinity."""
    if ratio <= 0 or np.isinf(ratio):
        return np.inf
    ratio = max(ratio, 1.0 / ratio)
    return float(ratio + np.sqrt(ratio * (ratio - 1.0)))
