"""The two stretches of nights that the page compares, and whether each has enough nights for rates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlskit.answers.sentences import count, date_range
from rlskit.errors import DiaryError
from rlskit.nights.outcomes import symptom_nights
from rlskit.nights.validate import NIGHTS
from rlskit.utils.kinds import Kind, takes
from rlskit.utils.shown import Shown

LEAST_NIGHTS, LEAST_SHARE = 14, 0.7  # below either: too few nights for rates
SHORT_DIARY, LONGEST = 56, 90  # nights: below the first nothing is split off; a default period is at most the second


@dataclass(frozen=True)
class Period(Shown):
    """Nights `first` to `last`, both included. `nights`: the rows of make_nights, one a calendar night.

    n_answered: nights with an answer about symptoms. longest_gap: most nights in a row without one. `enough`: at least
    14 answered nights, and 70% of the calendar.
    """

    first: dt.date
    last: dt.date
    nights: pd.DataFrame
    n_nights: int
    n_answered: int
    longest_gap: int
    enough: bool

    def parts(self) -> list[str]:
        return _describe(self)


PERIOD = Kind(said="a period of the diary", made="Make one with rk.split_periods(nights).",
              taken="rk.compare_periods(this, other)", types=(Period,))


def _describe(period: Period) -> list[str]:
    lines = [f"Period of {count(period.n_nights, 'night')}, {date_range(period.first, period.last)}",
             f"  {period.n_answered} answered, longest gap {count(period.longest_gap, 'night')}"]
    return lines if period.enough else [*lines, "  too few for rates: 14 answered nights and 70% are needed"]


@takes(NIGHTS)
def split_periods(nights: pd.DataFrame, since: dt.date | None = None) -> tuple[Period, Period | None]:
    """This period, and the equally long one before it (None where the diary does not reach back).

    nights: of one person, from make_nights. since: first night of this period. Without it a diary of under 56 nights is
    one period, and a longer one gives its last half, at most 90 nights.

    Example: ``this, previous = rk.split_periods(nights)``
    """
    first, last = nights["night"].min().date(), nights["night"].max().date()
    if since is None:
        length = (last - first).days + 1
        since = first if length < SHORT_DIARY else last - dt.timedelta(days=min(length // 2, LONGEST) - 1)
    if not first <= since <= last:
        raise DiaryError(f"[visit] since: expected a date in the diary, {first} to {last}, found {since}.")
    length = (last - since).days + 1
    before = since - dt.timedelta(days=length)
    end = since - dt.timedelta(days=1)
    return period_between(nights, since, last), period_between(nights, before, end) if end >= first else None


def period_between(nights: pd.DataFrame, first: dt.date, last: dt.date) -> Period:
    """The nights from `first` to `last`, both included."""
    calendar = pd.date_range(first, last)
    mine = nights[nights["night"].between(calendar[0], calendar[-1])]
    ill = symptom_nights(mine)
    answered = np.isin(calendar, mine.loc[ill.notna(), "night"].to_numpy())
    n = int(answered.sum())
    return Period(first, last, mine, len(calendar), n, longest_run(~answered),
                  n >= LEAST_NIGHTS and n >= LEAST_SHARE * len(calendar))


def longest_run(flags: np.ndarray) -> int:
    """The most True values in a row."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return int((edges[1::2] - edges[::2]).max(initial=0))
