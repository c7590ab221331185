"""Was a tag in use, and what does an unticked box say? States of answers, and the spells in which a tag was tracked."""

from __future__ import annotations

import numpy as np
import pandas as pd

# A run without a tick counts as "not tracked" when so long a run would be this unlikely at the tag's own rate.
UNLIKELY_AT_THE_ENDS = 0.005
UNLIKELY_INSIDE = 0.0005
LEAST_RUN_AT_THE_ENDS = 7  # entry nights
LEAST_GAP_INSIDE = 28


def tracked_spells(ticked: np.ndarray, *, start_only: bool = False) -> np.ndarray:
    """Which of a diary's entry nights lie inside a tag's tracking regime.

    ticked : bool, one per entry night, in order.
    start_only : only the run before the first tick is judged. For the outcome: a long spell without symptoms at the
        end may be the very thing the diary is to show, and dropping it would look at the outcome.

    A run without ticks before the first or after the last tick is "not tracked" when it is longer than every gap
    between ticks, at least 7 entry nights, and at the rate of ticking in between had a probability under 0.5%; a gap
    inside under 0.05% and at least 28 entry nights. Ticks that never happen: never tracked.
    """
    ticked = np.asarray(ticked, dtype=bool)
    n, at = len(ticked), np.flatnonzero(ticked)
    tracked = np.ones(n, dtype=bool)
    if at.size == 0:
        return ~tracked
    first, last = at[0], at[-1]
    gaps = np.diff(at) - 1
    longest = int(gaps.max()) if gaps.size else 0
    rate = at.size / (last - first + 2) if at.size >= 4 else at.size / (n + 1)

    def unlikely(run: int, level: float) -> bool:
        return run >= LEAST_RUN_AT_THE_ENDS and run * np.log1p(-rate) < np.log(level)

    if first > longest and unlikely(first, UNLIKELY_AT_THE_ENDS):
        tracked[:first] = False
    if start_only:
        return tracked
    if n - 1 - last > longest and unlikely(n - 1 - last, UNLIKELY_AT_THE_ENDS):
        tracked[last + 1:] = False
    for start, gap in zip(at[:-1], gaps, strict=True):
        inside = at.size / (last - first + 2 - gap)
        if gap >= LEAST_GAP_INSIDE and gap * np.log1p(-inside) < np.log(UNLIKELY_INSIDE):
            tracked[start + 1:start + 1 + gap] = False
    return tracked


def column_states(
    nights: pd.DatetimeIndex, ticks: pd.DataFrame, entries: pd.DataFrame, tags: pd.DataFrame, *, outcome: bool = False,
    counts: pd.Series | None = None,
) -> pd.Series:
    """State of one canonical column on each night, from ticks alone: yes | no | not_recorded | not_tracked.

    ticks : events of the column (columns `file`, `night`, `amount`); an amount of 0 is an explicit "no".
    entries : every sign that a file's diary was open (columns `file`, `opens`, `before`; nights/person.py).
    tags : the tags mapped to the column (columns of diary.TAG_COLUMNS).
    counts : bool per tick, which of them answer "yes" for their night; the others only show that the tag was in use.

    Unticked is "no" only where every tag of the column says so, on a night that another entry in the same file speaks
    of (where the tags tell of last night, one of the day after), and inside the tracking regime of the column's tags
    taken together.
    """
    state = pd.Series("not_recorded", index=nights, dtype=object)
    if ticks.empty and tags.empty:
        return state
    zero = ticks["amount"].eq(0).fillna(False).astype(bool)
    for file, mine in tags[tags["n"] > 0].groupby("file", sort=False):
        open_nights = _open_nights(nights, entries[entries["file"].eq(file)], mine["tells_of"])
        yes = ticks.loc[ticks["file"].eq(file), "night"]
        spells = pd.Series(tracked_spells(open_nights.isin(yes), start_only=outcome), index=open_nights)
        spells = _stated(spells, mine)
        if mine["unticked"].eq("no").all():
            state[spells.index[spells & state[spells.index].ne("no")]] = "no"
        outside = _outside(nights, spells)
        state[outside & state.eq("not_recorded")] = "not_tracked"
    if len(tags) and not (tags["n"] > 0).any():
        state[:] = "not_tracked"
    state[nights.isin(ticks.loc[zero, "night"])] = "no"
    yes = ~zero if counts is None else ~zero & counts
    state[nights.isin(ticks.loc[yes, "night"])] = "yes"
    return state


def _open_nights(nights: pd.DatetimeIndex, entries: pd.DataFrame, tells_of: pd.Series) -> pd.DatetimeIndex:
    """The nights of which an empty box speaks: those before the entries where every tag of the column tells of last
    night; where one tells of tonight, an entry of the evening has spoken."""
    return nights[nights.isin(entries["before" if tells_of.eq("last night").all() else "opens"])]


def _stated(spells: pd.Series, tags: pd.DataFrame) -> pd.Series:
    """The user's own `tracked_from` / `tracked_until` win over what was detected."""
    begin, end = tags["tracked_from"].min(), tags["tracked_until"].max()
    if pd.notna(begin) or pd.notna(end):
        inside = pd.Series(True, index=spells.index)
        if pd.notna(begin):
            inside &= spells.index >= begin
        if pd.notna(end):
            inside &= spells.index <= end
        return inside
    return spells


def _outside(nights: pd.DatetimeIndex, spells: pd.Series) -> pd.Series:
    """Calendar nights, entries or not, that lie between entry nights outside the regime."""
    if spells.empty:
        return pd.Series(False, index=nights)
    filled = spells.astype(float).reindex(nights)
    before, after = filled.ffill(), filled.bfill()
    return before.fillna(after).eq(0) & after.fillna(before).eq(0)
