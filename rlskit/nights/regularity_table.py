"""measure_regularity(): one person's sleep regularity, each measure with its n, or empty where too few nights."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from rlskit.diary.tables import DIARY, Diary, people
from rlskit.errors import DiaryError
from rlskit.nights.regularity import (
    asleep_minutes,
    clock_sd,
    corrected_mid_sleep,
    mid_sleep,
    phase_deviation,
    rmssd,
    shift_between,
    sri,
    sri_interval,
)
from rlskit.utils.kinds import takes

NOON = 720
LEAST_TIMES, LEAST_WORK, LEAST_FREE, LEAST_PAIRS = 5, 5, 3, 5


@takes(DIARY)
def measure_regularity(diary: Diary) -> pd.DataFrame:
    """The regularity card of one person: columns `measure, value, lower, upper, unit, n, n_of, note`.

    `n` counts what the value rests on (`n_of`: nights, adjacent nights, pair-days, work and free nights); the value is
    empty where there are too few. Lights-out and final waking on the wall clock; missing nights are missing, never
    disagreement. There are no benchmarks: two published scorings of one cohort have medians 81 and 60.

    Raises
    ------
    DiaryError : more than one person, or no sleep with clock times.

    Example: ``rk.measure_regularity(rk.read_diary(rk.sample_path() / "sleep-as-android.csv"))``
    """
    nights, cells = _slept(diary, "measure_regularity")
    bed, wake = (_after_noon(cells[c], nights) for c in ("lights_out", "woke_up"))
    free = cells["free_night"].eq("yes").to_numpy()
    work = cells["free_night"].eq("no").to_numpy()
    return pd.DataFrame(_rows(bed, wake, cells["tst_min"].astype(float).to_numpy() / 60, free, work,
                              asleep_minutes(bed, wake, _naps(diary, nights), skipped_minutes(nights, cells["tz"]))),
                        columns=["measure", "value", "lower", "upper", "unit", "n", "n_of", "note"])


@takes(DIARY)
def trace_sleep(diary: Diary) -> pd.DataFrame:
    """The sleeps of one person for plot_sleep: columns `night, kind, start_h, end_h`, the times in hours after noon.

    kind: "main" (lights out to final waking) or "nap". A night without both times keeps one row, with empty times.
    `attrs["regularity"]` holds the rows of measure_regularity as dictionaries, `attrs["measured_on"]` the number of
    nights with times. A diary without any gives no rows. Raises DiaryError for more than one person.

    Example: ``rk.plot_sleep(rk.trace_sleep(diary))``
    """
    if not (diary.daily["lights_out"].notna() & diary.daily["woke_up"].notna()).any():
        empty = pd.DataFrame({"night": pd.Series(dtype="datetime64[us]"), "kind": pd.Series(dtype=object),
                              "start_h": pd.Series(dtype=float), "end_h": pd.Series(dtype=float)})
        empty.attrs = {"regularity": [], "measured_on": 0}
        return empty
    nights, cells = _slept(diary, "trace_sleep")
    bed, wake = (_after_noon(cells[c], nights) / 60 for c in ("lights_out", "woke_up"))
    main = pd.DataFrame({"night": nights, "kind": "main", "start_h": bed, "end_h": wake})
    naps = [(nights[i], "nap", begin / 60, end / 60) for i, begin, end in _naps(diary, nights)]
    table = pd.concat([main, pd.DataFrame(naps, columns=list(main))], ignore_index=True) if naps else main
    table = table.sort_values(["night", "start_h"], kind="stable", ignore_index=True)
    table.attrs = {"regularity": measure_regularity(diary).to_dict("records"),
                   "measured_on": int((~np.isnan(bed)).sum())}
    return table


def _slept(diary: Diary, verb: str) -> tuple[pd.DatetimeIndex, pd.DataFrame]:
    """Every night from the first to the last with both sleep times, and the daily row of each; missing ones empty."""
    who = people(diary)
    if len(who) > 1:
        raise DiaryError(f"{verb}: expected the diary of one person, found {len(who)}. Read one at a time.")
    slept = diary.daily.dropna(subset=["lights_out", "woke_up"])
    if slept.empty:
        raise DiaryError(f"{verb}: expected nights with lights-out and waking times, found none. "
                         "Add a sleep tracker's file, or write both times in the diary.")
    nights = pd.date_range(slept["night"].min(), slept["night"].max(), name="night").as_unit("us")
    return nights, slept.set_index("night").reindex(nights)


def _rows(bed, wake, hours, free, work, asleep) -> list[tuple]:
    mid = mid_sleep(bed, wake)
    rows: list[tuple] = []
    for name, at in (("SD of lights-out", bed), ("SD of mid-sleep", mid)):
        sd, n = clock_sd(at)
        rows.append((name, sd if n >= LEAST_TIMES else np.nan, np.nan, np.nan, "min", n, "nights", ""))
    step, pairs = rmssd(mid)
    rows.append(("RMSSD of mid-sleep", step if pairs >= LEAST_TIMES else np.nan, np.nan, np.nan, "min", pairs,
                 "adjacent nights", ""))
    known = ~np.isnan(mid)
    n_work, n_free = int((known & work).sum()), int((known & free).sum())
    enough = n_work >= LEAST_WORK and n_free >= LEAST_FREE
    rows.append(("Social jetlag", shift_between(mid[known & free], mid[known & work]) if enough else np.nan, np.nan,
                 np.nan, "min", n_work + n_free, f"{n_work} work and {n_free} free nights",
                 "" if enough else "needs 5 work and 3 free nights, as free_night says"))
    value, days = sri(asleep, LEAST_PAIRS)
    low, high = sri_interval(asleep)
    rows.append(("Sleep regularity index", value, low, high, "-100 to 100", days, "pair-days",
                 "weekly bootstrap; such an interval holds the truth somewhat less often than 95%"
                 if not np.isnan(low) else "no interval under 56 pair-days"))
    if enough:
        cpd, n = phase_deviation(mid, corrected_mid_sleep(mid, hours, free))
        rows.append(("Composite phase deviation", cpd, np.nan, np.nan, "h", n, "nights with a night before",
                     "reference: mid-sleep on free nights, corrected for sleep debt"))
    return rows


def _after_noon(times: pd.Series, nights: pd.DatetimeIndex) -> np.ndarray:
    """Wall-clock minutes after noon of the night's evening."""
    return ((times - pd.Series(nights, index=nights)) / pd.Timedelta(minutes=1)).to_numpy(float) - NOON


def _naps(diary: Diary, nights: pd.DatetimeIndex) -> list[tuple[int, float, float]]:
    """Naps with clock times, as (window, start, end): a window runs from noon to noon."""
    naps = diary.events[diary.events["type"].eq("nap") & diary.events["end_local"].notna()]
    found = []
    for start, end in naps[["start_local", "end_local"]].itertuples(index=False):
        window = (start - pd.Timedelta(minutes=NOON)).normalize()
        if window in nights:
            begin = (start - window) / pd.Timedelta(minutes=1) - NOON
            found.append((nights.get_loc(window), begin, begin + (end - start) / pd.Timedelta(minutes=1)))
    return found


def skipped_minutes(nights: pd.DatetimeIndex, zones: pd.Series) -> list[tuple[int, float, float]]:
    """(window, start, end) of the wall-clock minutes that did not exist because the clocks went forward."""
    found = []
    for i, (night, name) in enumerate(zip(nights, zones, strict=True)):
        if not isinstance(name, str) or not name:
            continue
        zone, noon = ZoneInfo(name), night.to_pydatetime() + dt.timedelta(hours=12)
        before, after = noon.replace(tzinfo=zone), (noon + dt.timedelta(days=1)).replace(tzinfo=zone)
        jump = after.utcoffset() - before.utcoffset()
        if jump <= dt.timedelta(0):
            continue
        begin = next(m for m in range(0, 1440, 15) if _absent(noon + dt.timedelta(minutes=m), zone))
        found.append((i, float(begin), begin + jump.total_seconds() / 60))
    return found


def _absent(moment: dt.datetime, zone: ZoneInfo) -> bool:
    """True for a wall-clock time that the zone skips."""
    there = moment.replace(tzinfo=zone)
    return there.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != moment
