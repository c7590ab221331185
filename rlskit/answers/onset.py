"""When symptoms begin, and whether that moved: the second half of a diary against its first.

Symptoms that begin earlier in the day are what clinicians ask about. Median onset in hours after noon, its shift with
the limits of engine/draws/median_shift.py, and beside it how often there were symptoms: a night without any has no
onset, so fewer and later symptoms can look like a shift. Described, never claimed: no row of the family of limits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlskit.engine.draws.median_shift import LEAST_VALUES, median_shift
from rlskit.nights.outcomes import symptom_nights
from rlskit.utils.open_questions import why_open

MUCH_EARLIER = -2.0  # hours
PER = 30.0


@dataclass(frozen=True)
class OnsetShift:
    """Onset of symptoms, hours after noon. `now` and `before`: medians of the second and of the first half of the
    diary; `change`: now minus before, in hours, with `lower` and `upper` at `level`; `n_now`, `n_before`: onsets they
    rest on; `rate_now`, `rate_before`: symptom nights in 30 of the answered ones. `reason`: why there is no shift; the
    numbers that are not there are nan.
    """

    __module__ = "rlskit"

    now: float
    before: float
    change: float
    lower: float
    upper: float
    level: float
    n_now: int
    n_before: int
    rate_now: float
    rate_before: float
    reason: str


def onset_shift(nights: pd.DataFrame, level: float = 0.95) -> OnsetShift | None:
    """The shift in one person's nights; None where no hour was ever written down, while it is not settled which nights
    had symptoms, or for several people."""
    if "onset_h" not in nights or nights["person"].nunique() != 1 or why_open(nights, "symptoms"):
        return None
    ill = symptom_nights(nights)
    onset = nights["onset_h"].astype("Float64").where(ill.fillna(False).astype(bool), pd.NA)
    if not onset.notna().any():
        return None
    table = pd.DataFrame({"onset": onset.to_numpy(float, na_value=np.nan),
                          "ill": ill.astype("Float64").to_numpy(float, na_value=np.nan)},
                         index=pd.DatetimeIndex(nights["night"]))
    table = table.reindex(pd.date_range(table.index.min(), table.index.max()))
    half = len(table) // 2
    first, second = table.iloc[:half], table.iloc[half:]
    counts = [int(part["onset"].notna().sum()) for part in (second, first)]
    rates = [PER * part["ill"].mean() for part in (second, first)]
    medians = [float(part["onset"].median()) for part in (second, first)]
    change, lower, upper = median_shift(second["onset"].to_numpy(), first["onset"].to_numpy(), level)
    reason = ""
    if min(counts) < LEAST_VALUES:
        reason = (f"Not enough recorded to say: the hour is known on {counts[1]} nights of the first half of the diary "
                  f"and on {counts[0]} of the second; at least {LEAST_VALUES} are needed in each.")
    elif np.isnan(lower):
        reason = "Not enough recorded to say: the diary is too short, or its hours are too much alike."
    return OnsetShift(
        now=medians[0], before=medians[1], change=change, lower=lower, upper=upper, level=level, n_now=counts[0],
        n_before=counts[1], rate_now=rates[0], rate_before=rates[1], reason=reason)
