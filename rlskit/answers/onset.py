"""When symptoms begin, and whether that moved: the last weeks of a diary against its first, or against those before a
medicine.

Symptoms that begin earlier in the day are what clinicians ask about. Median onset in hours after noon, its shift with
the limits of engine/draws/median_shift.py, and beside it how often there were symptoms: a night without any has no
onset, so fewer and later symptoms can look like a shift. Described, never claimed: no row of the family of limits.

The weeks at the ends are compared, not halves: of a slow drift the halves see one half, neighbouring periods less. They
are the fewest that hold ONSETS hours on both sides, so that they lie as near the ends as their hours allow.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlskit.engine.draws.median_shift import LEAST_VALUES, median_shift
from rlskit.nights.outcomes import symptom_nights
from rlskit.utils.open_questions import why_open

MUCH_EARLIER = -2.0  # hours
PER = 30.0
WEEKS = (4, 13)  # fewest and most that are compared
ONSETS = 20  # on each side, where the diary has them
DAYTIME_H = 6.0  # hours after noon: a symptom before 18:00 is one by day

Span = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class OnsetShift:
    """Onset of symptoms, hours after noon. `now` and `before`: medians of the last weeks, from and to the nights of
    `now_span`, and of the weeks of `before_span`; `change`: now minus before, in hours, with `lower` and `upper` at
    `level`; `n_now`, `n_before`: onsets they rest on, of which `day_now` and `day_before` came before 18:00;
    `rate_now`, `rate_before`: symptom nights in 30 of the answered ones. `reason`: why there is no shift; the numbers
    that are not there are nan.
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
    day_now: int
    day_before: int
    rate_now: float
    rate_before: float
    now_span: Span
    before_span: Span
    reason: str

    @property
    def much_earlier(self) -> bool:
        """Whether it may be two hours or more, from enough hours to say so."""
        return not self.reason and is_much_earlier(self.change, self.lower, self.upper)


def is_much_earlier(change: float, lower: float, upper: float) -> bool:
    """Whether the best guess is two hours earlier, or the interval, clear of no change, reaches that far: the weeks at
    both ends understate a slow drift, and at just two hours every second best guess falls short of them."""
    return bool(change <= MUCH_EARLIER or (upper < 0 and lower <= MUCH_EARLIER))


def onset_shift(nights: pd.DataFrame, level: float = 0.95, since: dt.date | None = None) -> OnsetShift | None:
    """The shift in one person's nights from the first weeks to the last, or from the weeks before the night `since`.

    None where no hour was ever written down, while it is not settled which nights had symptoms, for several people, and
    where the diary has no night on one of the sides.
    """
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
    cut = len(table) // 2 if since is None else (pd.Timestamp(since) - table.index[0]).days
    if not 0 < cut < len(table):
        return None
    before, now = _ends(table.iloc[:cut], table.iloc[cut:], from_the_start=since is None)
    return _compare(before, now, level)


def _ends(before: pd.DataFrame, now: pd.DataFrame, *, from_the_start: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The last weeks of `now`, and as many of `before`: its first, or those next to the cut."""
    for weeks in range(WEEKS[0], WEEKS[1] + 1):
        first = before.iloc[: 7 * weeks] if from_the_start else before.iloc[-7 * weeks :]
        last = now.iloc[-7 * weeks :]
        if min(first["onset"].count(), last["onset"].count()) >= ONSETS:
            break
    return first, last


def _compare(before: pd.DataFrame, now: pd.DataFrame, level: float) -> OnsetShift:
    counts = [int(part["onset"].count()) for part in (now, before)]
    by_day = [int((part["onset"] < DAYTIME_H).sum()) for part in (now, before)]
    rates = [PER * part["ill"].mean() for part in (now, before)]
    medians = [float(part["onset"].median()) for part in (now, before)]
    spans = [(part.index[0].date(), part.index[-1].date()) for part in (now, before)]
    change, lower, upper = median_shift(now["onset"].to_numpy(), before["onset"].to_numpy(), level)
    reason = ""
    if min(counts) < LEAST_VALUES:
        reason = (f"Not enough recorded to say: the hour is known on {counts[1]} nights of the weeks before and on "
                  f"{counts[0]} of the last weeks; at least {LEAST_VALUES} are needed in each.")
    elif np.isnan(lower):
        reason = "Not enough recorded to say: the diary is too short, or its hours are too much alike."
    return OnsetShift(
        now=medians[0], before=medians[1], change=change, lower=lower, upper=upper, level=level, n_now=counts[0],
        n_before=counts[1], day_now=by_day[0], day_before=by_day[1], rate_now=rates[0], rate_before=rates[1],
        now_span=spans[0], before_span=spans[1], reason=reason)
