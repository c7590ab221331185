"""Caffeine, alcohol, supplements and sleep: columns that need no landmark."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.nights.cells import yes_no
from rlskit.nights.landmark import spans
from rlskit.nights.regularity import asleep_minutes, last_shift, mid_sleep, past_clock_sd, past_sri, shift_between
from rlskit.nights.regularity_table import skipped_minutes
from rlskit.nights.tracking import column_states

NOON = 720
WINDOW, LEAST_WORK, LEAST_FREE = 28, 5, 3


def amounts(column: str, events, answered, nights, tags, entries) -> dict[str, pd.Series]:
    """caffeine_before/after_noon_mg or alcohol_drinks, with states. A "no" is 0; an unknown hour is "unknown_order".

    "Yes" without an amount stays "yes" with an empty cell; it is never 0.
    """
    mine = events[events["type"].eq(column)]
    mapped = tags[tags["column"].eq({"caffeine": "caffeine_mg", "alcohol": "alcohol_drinks"}[column])]
    state = column_states(nights, mine, entries, mapped)
    typed = answered[f"{column}_any"].fillna("")
    state = state.mask(typed.isin(["yes", "no"]), typed)
    if column == "alcohol":
        total = answered["alcohol_drinks"].fillna(totals(mine, nights))
        return {"alcohol_drinks": filled(total, state), "alcohol_drinks_state": state}

    span = spans(mine)
    parts = {"before": span["end"] <= NOON, "after": span["begin"] >= NOON}
    vague = mine.loc[~parts["before"] & ~parts["after"] & mine["amount"].ne(0).fillna(True), "night"]
    # Typed "yes" without cups of a known hour says that there was caffeine, not on which side of noon: unless it was
    # none on one side.
    only_typed = pd.Series(typed.eq("yes").to_numpy() & ~nights.isin(mine["night"]), index=nights)
    out = {}
    for side, other, here in (("before", "after", parts["before"]), ("after", "before", parts["after"])):
        name = f"caffeine_{side}_noon_mg"
        total = totals(mine[here], nights)
        # On a night with caffeine, none on this side of noon is zero, unless a cup's hour is unknown.
        total = total.mask(total.isna() & state.eq("yes") & ~only_typed, 0.0)
        own = state.mask(nights.isin(vague), "unknown_order")
        own = own.mask(only_typed & answered[f"caffeine_{other}_noon_mg"].ne(0).fillna(True), "not_recorded")
        total = answered[name].fillna(total.mask(own.eq("unknown_order")))
        own = own.mask(total.notna(), total.gt(0).map({True: "yes", False: "no"}).astype(object))
        out[name], out[f"{name}_state"] = filled(total, own), own
    return out


def totals(events: pd.DataFrame, nights: pd.DatetimeIndex) -> pd.Series:
    """Sum of the amounts of each night; missing where none was said."""
    if events.empty:
        return pd.Series(pd.NA, index=nights, dtype="Float64")
    return events.groupby("night")["amount"].sum(min_count=1).reindex(nights)


def filled(total: pd.Series, state: pd.Series) -> pd.Series:
    """Amounts: 0 where the answer is no, empty where there is no answer."""
    total = total.astype("Float64")
    return total.mask(state.eq("no"), 0.0).where(state.isin(["yes", "no"]))


def supplement(column: str, events, answered, nights, tags, entries) -> dict[str, pd.Series]:
    """iron or magnesium taken that day: nullable boolean with its state."""
    mine = events[events["item"].eq(column)]
    state = column_states(nights, mine, entries, tags[tags["column"].eq(column)])
    typed = answered[column].fillna("")
    state = state.mask(typed.isin(["yes", "no"]), typed)
    return {column: yes_no(state.to_numpy(object), nights), f"{column}_state": state}


def sleep_columns(daily: pd.DataFrame, nights: pd.DatetimeIndex) -> pd.DataFrame:
    """Past-only sleep predictors; the window may reach back before the first night of the symptom diary.

    `bed_min` (minutes after midnight of the night's date, lights-out) is returned for the landmark, `mid_min` (middle
    of the sleep) for social jetlag.
    """
    known = daily.dropna(subset=["night"]).set_index("night")
    first = min(nights[0], known.index.min()) if len(known) else nights[0]
    longer = pd.date_range(max(first, nights[0] - pd.Timedelta(days=60)), nights[-1]).as_unit("us")
    cells = known[["lights_out", "bed_time", "woke_up", "tst_min", "tz"]].reindex(longer)
    lights_out = cells["lights_out"].fillna(cells["bed_time"])
    date = pd.Series(longer, index=longer)
    bed = ((lights_out - date) / pd.Timedelta(minutes=1)).to_numpy(float)
    wake = ((cells["woke_up"] - date) / pd.Timedelta(minutes=1)).to_numpy(float)
    asleep = asleep_minutes(bed - NOON, wake - NOON, skipped=skipped_minutes(longer, cells["tz"]))
    out = pd.DataFrame({
        "bed_min": bed, "mid_min": mid_sleep(bed, wake), "bedtime_sd_7_min": past_clock_sd(bed),
        "waketime_sd_7_min": past_clock_sd(wake),
        "last_shift_min": last_shift(bed), "sri_7": past_sri(asleep),
        "sleep_h": np.concatenate([[np.nan], cells["tst_min"].astype(float).to_numpy()[:-1] / 60])}, index=longer)
    out = out.loc[nights]
    for name in out.columns.drop(["bed_min", "mid_min"]):
        out[name] = out[name].astype("Float64")
    return out


def past_jetlag(mid: pd.Series, free: pd.Series) -> pd.Series:
    """Social jetlag over the 28 nights before each night, in minutes: how much later the middle of sleep comes on
    nights before a free day. Empty under 5 work and 3 free nights (Wittmann 2006; the sign is kept)."""
    at, kind = mid.to_numpy(float), free.to_numpy(float, na_value=np.nan)
    out = np.full(len(at), np.nan)
    if np.isnan(at).all() or np.isnan(kind).all():
        return pd.Series(out, index=mid.index).astype("Float64")
    for t in range(1, len(at)):
        window = slice(max(0, t - WINDOW), t)
        known = ~np.isnan(at[window])
        work, off = (at[window][known & (kind[window] == value)] for value in (0.0, 1.0))
        if work.size >= LEAST_WORK and off.size >= LEAST_FREE:
            out[t] = shift_between(off, work)
    return pd.Series(out, index=mid.index).astype("Float64")
