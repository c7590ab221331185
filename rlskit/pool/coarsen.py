"""Nights made fit to be shared: what make_nights derives and nothing else, coarse enough, ends cut, calendar taken out.

* Only known columns; movements outside a few names, or made by fewer than k people, become "other".
* Random numbers of first and last nights go, so that a known first day of a diary dates none of it; columns that look
  back are empty at the new beginning, where they would tell how much is gone.
* Free days are those of the weekday, for a free Tuesday is a public holiday; hours slept lack the nights from Saturday
  to Sunday, on which clocks change, all of them, for one alone would be seen.
* Clock hours are half hours, spreads of times tens of minutes, and amounts are cut down to what k people reach.

Oracle: tests/unit/pool/test_coarsen.py.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.diary.own import SLEEP_QUALITY, outcomes_of
from rlskit.diary.tables import LOOKS_BACK, MORE_NIGHT_COLUMNS, NIGHT_COLUMNS, STATES
from rlskit.pool.ids import digest

MOVEMENTS = ("calf", "hamstring", "walk", "yoga")  # names of movements that tell nothing about anybody
OTHER_MOVEMENT = "other"  # all else
AMOUNTS = ("stretch_min", "stretch_hold_s", "quiet_min", "caffeine_before_noon_mg", "caffeine_after_noon_mg",
           "alcohol_drinks")
CUT_DAYS, CUT_SHARE = 35, 5  # at either end at most so many nights, and one in so many, are left out
LOOKED_BACK = LOOKS_BACK | {"waketime_sd_7_min": 7, "stretched_weeks_28": 28}  # nights
HALF_HOUR, STEPS = 0.5, {"bedtime_sd_7_min": 10, "waketime_sd_7_min": 10, "last_shift_min": 10,
                         "social_jetlag_28_min": 10, "sri_7": 5}
CLOCK_CHANGE = "Sun"  # of the row: its hours slept are those of the night that ended on that day
NEEDED = ("person", "night", "recorded", "symptoms", "early_symptoms", "stretched", "stretch_responsive", "weekday",
          "day_index", "medicine_period")  # what every model of nights asks for


def most_cut(nights: int) -> int:
    """How many nights of a diary may go at either end."""
    return min(CUT_DAYS, nights // CUT_SHARE)


def cut_ends(nights: pd.DataFrame, key: bytes) -> pd.DataFrame:
    """Each person's nights without a number of the first and the last ones that only the key tells."""
    parts = []
    for person, mine in nights.groupby("person", sort=False):
        mine = mine.sort_values("night", kind="stable")
        most = most_cut(len(mine))
        first, last = (int(digest(key, use, person), 16) % (most + 1) for use in ("first night", "last night"))
        parts.append(mine.iloc[first:len(mine) - last])
    return pd.concat(parts)


def without_beginnings(shared: pd.DataFrame) -> None:
    """Empty what looks back beyond the first night of a person, and count days and medicine periods from there."""
    night = shared.groupby("person", sort=False)["night"]
    day = (shared["night"] - night.transform("min")).dt.days
    if "day_index" in shared:
        shared["day_index"] = day
    for name, back in LOOKED_BACK.items():
        if name in shared:
            shared.loc[day.lt(back).to_numpy(), name] = pd.NA


def without_calendar(shared: pd.DataFrame) -> None:
    """Free days as those of the person's weekday, no hours slept where clocks may have changed, coarse times."""
    if "free_night" in shared:
        known = shared["free_night"].astype("Float64")
        usual = known.groupby([shared["person"], shared["night"].dt.day_of_week], sort=False).transform("mean")
        shared["free_night"] = usual.gt(0.5).astype("boolean").mask(known.isna(), pd.NA)
        if "free_night_state" in shared:
            said = shared["free_night"].map({True: "yes", False: "no"})
            shared["free_night_state"] = said.where(known.notna(), shared["free_night_state"])
    if "sleep_h" in shared:
        shared.loc[shared["night"].dt.strftime("%a").eq(CLOCK_CHANGE).to_numpy(), "sleep_h"] = pd.NA
        shared["sleep_h"] = (shared["sleep_h"] / HALF_HOUR).round() * HALF_HOUR
    if "onset_h" in shared:  # a stretch is moved to the end of its half hour and an onset to its begin: so rows count
        shared["onset_h"] = shared["onset_h"].floordiv(HALF_HOUR) * HALF_HOUR
    for name in ("stretch_h", "stretched_before_h"):
        if name in shared:
            shared[name] = -((-shared[name]).floordiv(HALF_HOUR) * HALF_HOUR)
    for name, step in STEPS.items():
        if name in shared:
            shared[name] = (shared[name] / step).round() * step


def without_small_cells(shared: pd.DataFrame, k: int) -> list[str]:
    """Take out the columns that fewer than k people answered at all, and their states; their names."""
    if not 1 < k <= shared["person"].nunique():
        return []
    rare = [c for c in shared if c not in NEEDED and not str(c).endswith("_state")
            and 0 < shared.loc[shared[c].notna(), "person"].nunique() < k]
    take_out(shared, rare)
    return rare


def take_out(shared: pd.DataFrame, columns: list[str]) -> None:
    """Drop columns, with their states."""
    for column in [c for name in columns for c in (name, f"{name}_state") if c in shared]:
        del shared[column]


def known_columns(nights: pd.DataFrame, k: int = 1) -> tuple[pd.DataFrame, int]:
    """Only what make_nights derives, with movements outside the known names, or made by fewer than k people, merged;
    and how many columns were dropped."""
    moved = [c for c in nights if str(c).startswith("movement_") and not str(c).endswith("_state")]
    made = {c: nights.loc[nights[c].eq(True).fillna(False).to_numpy(dtype=bool), "person"].nunique() for c in moved}
    own = [c for c in moved if str(c).removeprefix("movement_") not in MOVEMENTS or made[c] < k]
    rescaled = [one.column for one in outcomes_of(nights) if one.scale != SLEEP_QUALITY.scale]
    plain = [c for c in (*NIGHT_COLUMNS, *MORE_NIGHT_COLUMNS) if c in nights and c not in rescaled]
    plain += [c for c in moved if c not in own]
    out = {}
    for name in plain:
        out[name] = nights[name].array
        if f"{name}_state" in nights:
            state = nights[f"{name}_state"]
            known = state.isin(STATES)
            out[f"{name}_state"] = (state if known.all() else state.where(known, None)).array
    shared = pd.DataFrame(out)
    if own:
        did = nights[own].astype("boolean")
        some, known = did.fillna(False).any(axis=1), did.notna().any(axis=1)
        shared[f"movement_{OTHER_MOVEMENT}"] = some.astype("boolean").where(some | known, pd.NA).array
    if "medicine_period" in shared:  # numbered within the person, whatever it was called
        number = nights.groupby("person", sort=False)["medicine_period"].transform(lambda s: pd.factorize(s)[0])
        shared["medicine_period"] = pd.Categorical([f"period {n + 1}" for n in number.astype(int)])
    merged = len(own) + sum(f"{c}_state" in nights for c in own)
    return shared, nights.shape[1] - len(out) - merged


def top_code(shared: pd.DataFrame, k: int) -> dict[str, tuple[float, int]]:
    """Cut amounts down to the k-th largest of the people's own maxima; column → (limit, cells changed)."""
    changed = {}
    people = shared["person"].nunique()
    for name in AMOUNTS if 1 < k <= people else ():
        if name not in shared:
            continue
        largest = shared.groupby("person")[name].max().dropna().sort_values(ascending=False)
        if len(largest) < k:
            continue
        limit = float(largest.iloc[k - 1])
        above = shared[name].gt(limit).fillna(False).to_numpy(dtype=bool)
        if above.any():
            shared.loc[above, name] = limit
            changed[name] = (limit, int(above.sum()))
    return changed


def cap_periods(shared: pd.DataFrame, k: int) -> None:
    """Count medicine periods only up to a number that k people reach: later ones are one with it."""
    if not 1 < k <= shared["person"].nunique() or "medicine_period" not in shared:
        return
    number = shared["medicine_period"].astype(str).str.removeprefix("period ").astype(int)
    most = int(number.groupby(shared["person"]).max().nlargest(k).min())
    shared["medicine_period"] = pd.Categorical([f"period {n}" for n in np.minimum(number, most)])
