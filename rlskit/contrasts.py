"""Which two settings of a column are compared: stated before looking, and kept where each person has been.

docs/decisions/0003-estimand.md. One table by column name; the rest by rule. A contrast can be refused, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlskit.design import Design

# The pre-stated contrasts, a against b, by column name. "shift": the middle of the diary, later against earlier.
CONTRASTS: dict[str, tuple[float, float]] = {
    "caffeine_after_noon_mg": (200.0, 0.0),
    "caffeine_before_noon_mg": (200.0, 0.0),
    "alcohol_drinks": (2.0, 0.0),
    "bedtime_sd_7_min": (90.0, 15.0),
    "stretch_min": (20.0, 0.0),
    "stretched_days_14": (14.0, 0.0),
}
SHIFTS: dict[str, float] = {"day_index": 28.0}


@dataclass(frozen=True)
class Contrast:
    """One question to a design: `column` set to `a` against `b`, its `text`, or the `refused` reason. coefficient:
    whether `column` is one of the model matrix, moved alone, and not one of the table of nights."""

    term: str
    column: str
    text: str
    a: float | str
    b: float | str
    refused: str = ""
    coefficient: bool = False


def prestated_contrast(design: Design, column: str) -> Contrast | None:
    values = design.frame[column]
    term = f"within({column})" if f"within({column})" in design.names else column
    refused = refuse_column(design, column)
    if values.dtype != float:
        return Contrast(term, column, "", np.nan, np.nan, refused) if refused else None
    if is_yes_no(design, column) and column not in CONTRASTS:
        return Contrast(term, column, "yes vs no", 1.0, 0.0, refused)
    if column in SHIFTS:
        middle, shift = 0.5 * (values.min() + values.max()), SHIFTS[column]
        a, b, text = middle + shift / 2, middle - shift / 2, f"+{shift:g}"
    elif column in CONTRASTS:
        a, b = CONTRASTS[column]
        text = f"{a:g} vs {b:g}"
    else:
        a, b, text = np.inf, -np.inf, ""
    if refused:
        return Contrast(term, column, text or "own 90th vs own 10th percentile", a, b, refused)
    own = np.split(values.to_numpy(), design.nights.starts[1:])
    if not _been_at(own, a, b):
        b, a, alike = _own_percentiles(own)
        text = f"own 90th vs own 10th percentile ({a:.3g} vs {b:.3g})"
        if alike:
            whose = "" if len(own) == 1 else " of most people"
            refused = f"at least 80% of nights{whose} had the same value ({a:.3g}): nothing to compare it with"
    return Contrast(term, column, text, float(a), float(b), refused)


def _been_at(own: list[np.ndarray], a: float, b: float) -> bool:
    """Whether a and b lie in the 5-95% range of their own nights for at least half of the people."""
    ranges = np.array([np.quantile(values, [0.05, 0.95]) for values in own])
    return bool(np.mean((ranges[:, 0] <= min(a, b)) & (max(a, b) <= ranges[:, 1])) >= 0.5)


def _own_percentiles(own: list[np.ndarray]) -> tuple[float, float, bool]:
    """10th and 90th percentile of the middle person, not of everybody's nights thrown together: people who differ from
    each other have not been where the others were. Whether they are the same for most people."""
    ends = np.array([np.quantile(values, [0.1, 0.9], method="inverted_cdf") for values in own])
    low, high = np.median(ends, axis=0)
    return float(low), float(high), bool(np.mean(ends[:, 0] == ends[:, 1]) > 0.5 or low == high)


def _moves(design: Design, column: str) -> bool:
    """Whether changing the column on a night changes anything in the model: between() alone stays where it is."""
    terms = {str(term) for term in design.spec.term_variables}
    return any(name != f"between({column})" and column in name for name in terms)


def is_yes_no(design: Design, column: str) -> bool:
    return bool(design.frame[column].isin((0.0, 1.0)).all())


def refuse_column(design: Design, column: str) -> str:
    values = design.frame[column]
    if len(values.unique()) <= 1:
        return "the same on every modelled night: it never varied"
    if column.startswith("between(") or len(design.people) == 1:
        return ""
    if set(design.names) >= {f"between({column})"} and not _moves(design, column):
        return f"only between({column}) is in the model: comparing people is not an effect of changing it"
    if values.groupby(design.nights.person).nunique().max() <= 1:
        return "no person ever changed it: comparing people is not an effect of changing it"
    return ""
