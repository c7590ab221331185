"""Relief: how bad the legs were before and after a stretch that was done because of symptoms, and minutes until quiet.

Described, never claimed: symptoms come and go by themselves, and nobody knows how the same evening would have gone
without the stretch. Medians with the limits of engine/limits/median.py; no row of the family of limits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlskit.engine import median_interval
from rlskit.utils.words import count, three_digits

LEAST_RATED = 10  # nights
DESCRIBED_TAG = "described only"
NOTHING = (math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Relief:
    """Nights with a stretch because of symptoms. `n`: those rated both before and after it; `before`, `after`: medians,
    0 to 10; `eased`: the median of before minus after, with `lower` and `upper` at `level`; `n_quiet`: those with the
    minutes until quiet; `quiet`: their median, with limits too. `reason`: why there is nothing to say; the numbers that
    are not there are nan.
    """

    __module__ = "rlskit"

    n: int
    before: float
    after: float
    eased: float
    lower: float
    upper: float
    n_quiet: int
    quiet: float
    quiet_lower: float
    quiet_upper: float
    level: float
    reason: str = ""
    nights_needed: int | None = None

    @property
    def sentence(self) -> str:
        """What it says, or why it says nothing."""
        if self.reason:
            return self.reason
        level, parts = f"{100 * self.level:.3g}% interval", []
        if self.n >= LEAST_RATED:
            moved = f"eased by {_points(self.eased)}" if self.eased >= 0 else f"got worse by {_points(-self.eased)}"
            ends = (self.lower, self.upper) if self.eased >= 0 else (-self.upper, -self.lower)
            parts.append(f"On {count(self.n, 'night')} the legs went from {three_digits(self.before)} of 10 before to "
                         f"{three_digits(self.after)} after (middle values), and {moved} on the middle night "
                         f"({level} {_span(*ends)}).")
        if self.n_quiet >= LEAST_RATED:
            who = "They" if parts else "The legs"
            parts.append(f"{who} were quiet after {count(round(self.quiet), 'minute')} (middle of "
                         f"{count(self.n_quiet, 'night')}; {level} {_span(self.quiet_lower, self.quiet_upper)}).")
        return " ".join(parts)


def relief_of(nights: pd.DataFrame, level: float = 0.95) -> Relief | None:
    """The relief in one person's nights; None where nothing about it was written down."""
    before, after, quiet = (_values(nights, name) for name in ("symptom_before", "symptom_after", "quiet_min"))
    rated, timed = ~np.isnan(before) & ~np.isnan(after), ~np.isnan(quiet)
    n, n_quiet = int(rated.sum()), int(timed.sum())
    if not n and not n_quiet:
        return None
    people = nights["person"].nunique()
    reason, needed = "", None
    if people > 1:
        reason = f"Relief is described for one person's diary at a time; these are {people:,} people's."
    elif max(n, n_quiet) < LEAST_RATED:
        reason = (f"Not enough recorded to say: {count(max(n, n_quiet), 'night')} with a stretch because of symptoms "
                  f"that was rated before and after; at least {LEAST_RATED} are needed.")
        needed = math.ceil((LEAST_RATED - max(n, n_quiet)) * len(nights) / max(n, n_quiet))
    enough, told = n >= LEAST_RATED and not reason, n_quiet >= LEAST_RATED and not reason
    eased, lower, upper = median_interval(before[rated] - after[rated], level) if enough else NOTHING
    calm, calm_lower, calm_upper = median_interval(quiet[timed], level) if told else NOTHING
    first, last = (float(np.median(one[rated])) if enough else math.nan for one in (before, after))
    return Relief(n=n, before=first, after=last, eased=eased, lower=lower, upper=upper, n_quiet=n_quiet, quiet=calm,
                  quiet_lower=calm_lower, quiet_upper=calm_upper, level=level, reason=reason, nights_needed=needed)


def _values(nights: pd.DataFrame, name: str) -> np.ndarray:
    return nights[name].to_numpy(float, na_value=np.nan) if name in nights else np.full(len(nights), np.nan)


def _points(value: float) -> str:
    return f"{three_digits(value)} point{'' if value == 1 else 's'}"


def _span(lower: float, upper: float) -> str:
    return f"{three_digits(lower)} to {three_digits(upper)}".replace("-", "−")
