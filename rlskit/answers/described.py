"""Rows of the advice table that describe and claim nothing: relief after a stretch, the weeks after a routine stopped.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from rlskit.answers.frames import NO_ANSWERS, NOT_RECORDED
from rlskit.answers.questions import ASSOCIATION_TAG
from rlskit.answers.relief import DESCRIBED_TAG, Relief, relief_of
from rlskit.answers.result import COLUMNS, COUNTS, NIGHTS
from rlskit.answers.stopping import Stopped, after_stopping


def described_rows(nights: pd.DataFrame, level: float) -> tuple[list[dict], dict[str, Any]]:
    """The rows, and the numbers behind them as Answers holds them."""
    relief, stopped = relief_of(nights, level), after_stopping(nights, level)
    return [_of_relief(relief), _of_stopping(stopped)], {"relief": relief, "stopped": stopped}


def blank_row(key: str, advice: str, label: str, contrast: str, tag: str = "") -> dict:
    """A row without numbers, of which the diary holds nothing yet."""
    return dict.fromkeys(COLUMNS, np.nan) | {
        "question": key, "advice": advice, "label": label, "contrast": contrast, "compares": "", "population": "",
        "design_tag": tag, "adjusted_for": "", "verdict": "not_recorded", "reason": NOT_RECORDED, "unit": NIGHTS,
        "code": "", "exposure_unit": "", "coin": "",
        "better": "fewer", **dict.fromkeys(COUNTS)}


def _of_relief(relief: Relief | None) -> dict:
    """What followed a stretch because of symptoms."""
    row = blank_row("relief", "stretch when symptoms come", "Relief after a stretch", "before vs after", DESCRIBED_TAG)
    if relief is None:
        return row
    return row | _said(relief) | {"n_nights": max(relief.n, relief.n_quiet), "nights_needed": relief.nights_needed}


def _of_stopping(stopped: Stopped | None) -> dict:
    """The weeks after a routine was stopped."""
    row = blank_row("after_stopping", "keep it up for good", "After a routine was stopped",
                    "four weeks after vs four before", ASSOCIATION_TAG)
    if stopped is None:
        return row
    told = {} if stopped.reason else {"n_nights": stopped.n_before + stopped.n_after, "n_exposed": stopped.n_after,
                                      "n_unexposed": stopped.n_before}
    return row | _said(stopped) | told


def _said(found: Relief | Stopped) -> dict:
    refused = found.reason.startswith(NO_ANSWERS)
    return {"verdict": "refused" if refused else "described", "reason": found.sentence}
