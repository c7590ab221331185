"""Simulated arrays (people, nights) as the tables that make_nights returns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.diary.tables import NIGHT_COLUMNS
from rlskit.nights.outcomes import last_night
from rlskit.nights.person import LEAST_OF_14
from rlskit.nights.regularity import MINUTES, wrap
from rlskit.simulate.settings import AMOUNTS, LANDMARK, LEAST, WEEKDAYS, WINDOW, YES_NO, calendar, names


def night_table(v: dict[str, np.ndarray], bed, wake, kept, recorded, tracked) -> pd.DataFrame:
    """The columns that make_nights returns; answers are empty where nothing was recorded or tracked."""
    people, nights = recorded.shape
    flat = {name: np.asarray(value).reshape(-1) for name, value in v.items()}
    written = recorded.reshape(-1)
    dates = calendar(nights)
    out = {"person": np.repeat(names(people), nights), "night": np.tile(dates, people), "recorded": written}
    # At the landmark nobody can tell a stretch that answers early symptoms from one before them: no answer.
    unclear = flat["responsive"] & flat["early_symptoms"]
    for name in (*YES_NO, *AMOUNTS):
        state = np.where(flat[name] > 0, "yes", "no").astype(object)
        if name == "stretched":
            state[unclear] = "unknown_order"
        state[~written] = "not_recorded"
        first, last = tracked.get(name, (0, nights - 1))
        state[(flat["day_index"] < first) | (flat["day_index"] > last)] = "not_tracked"
        answered = np.isin(state, ("yes", "no"))
        kind = "boolean" if name in YES_NO else "Float64"
        value = flat[name].astype(bool) if kind == "boolean" else flat[name]
        out[name] = pd.array(value, dtype=kind)
        out[name][~answered] = pd.NA
        out[f"{name}_state"] = state

    did = ~np.isin(out["stretched_state"], ("not_recorded", "not_tracked"))
    out["stretch_responsive"] = _only(flat["responsive"], did, "boolean")
    out["stretch_min"] = _only(flat["stretch_min"].astype(float), np.isin(out["stretched_state"], ("yes", "no")),
                               "Float64")
    ill = np.isin(out["symptoms_state"], ("yes", "no"))
    out["severity_0_10"] = _only(flat["severity_0_10"], ill, "Int64")
    out["onset_h"] = _number(np.where(ill, flat["onset_h"], np.nan))
    out["stretched_days_14"] = _past_14(out["stretched"], people)
    out["bedtime_sd_7_min"] = _number(flat["shown_sd"])
    shown_bed, shown_wake = (np.where(kept, t, np.nan) for t in (bed, wake))
    out["last_shift_min"] = _number(wrap(_ago(shown_bed, 1) - _ago(shown_bed, 2)))
    out["sri_7"] = _number(_past_sri(shown_bed, shown_wake))
    out["sleep_h"] = _number(_ago(shown_wake - shown_bed, 1) / 60)
    out["weekday"] = pd.Categorical(np.array(WEEKDAYS)[np.tile(dates.day_of_week, people)], WEEKDAYS)
    out["day_index"] = np.tile(np.arange(nights), people)
    out["medicine_period"] = pd.Categorical(["period 1"] * people * nights)
    order = [c for name in NIGHT_COLUMNS for c in (name, f"{name}_state") if c in out]
    table = pd.DataFrame({c: out[c] for c in order})
    table["last_night"] = last_night(table)
    table.attrs = {"landmark": LANDMARK, "landmark_from": "simulated"}
    return table


def _only(values: np.ndarray, where: np.ndarray, kind: str):
    column = pd.array(values, dtype=kind)
    column[~where] = pd.NA
    return column


def _number(values: np.ndarray):
    """Nullable floats, NaN as empty."""
    return _only(np.nan_to_num(values.reshape(-1)), ~np.isnan(values.reshape(-1)), "Float64")


def _ago(values: np.ndarray, nights: int) -> np.ndarray:
    """The value so many nights before, NaN where the diary had not begun."""
    return np.hstack([np.full((len(values), nights), np.nan), values])[:, :values.shape[1]]


def _past_14(stretched, people: int):
    """Nights stretched among the last 14, scaled up where 10 to 13 of them are answered, else empty."""
    value = stretched.to_numpy(dtype=float, na_value=np.nan).reshape(people, -1)
    before = np.hstack([np.full((people, 14), np.nan), value])[:, :-1]
    last = np.lib.stride_tricks.sliding_window_view(before, 14, axis=1)
    known = (~np.isnan(last)).sum(axis=2).reshape(-1)
    count = np.round(np.nansum(last, axis=2).reshape(-1) * 14 / np.maximum(known, 1))
    return _only(count.astype(int), known >= LEAST_OF_14, "Int64")


def _past_sri(bed: np.ndarray, wake: np.ndarray) -> np.ndarray:
    """Sleep regularity index of the seven noon-to-noon windows before each night, at least four valid pairs.

    With one sleep a window, and sleeps that overlap, a pair of windows disagrees for |bed shift| + |waking shift|
    minutes; checked against regularity.past_sri.
    """
    agree = 1 - (np.abs(bed - _ago(bed, 1)) + np.abs(wake - _ago(wake, 1))) / MINUTES
    pairs = np.hstack([np.full((len(agree), WINDOW), np.nan), agree])[:, :-1]
    past = np.lib.stride_tricks.sliding_window_view(pairs, WINDOW, axis=1)[:, :bed.shape[1], 1:]
    n = (~np.isnan(past)).sum(axis=2)
    return np.where(n >= LEAST, -100 + 200 * np.nansum(past, axis=2) / np.maximum(n, 1), np.nan)


def sleep_table(bed: np.ndarray, wake: np.ndarray, kept: np.ndarray) -> pd.DataFrame:
    """The recorded sleeps on the wall clock of a place without clock changes."""
    people, nights = bed.shape
    night = np.tile(calendar(nights), people)
    times = {name: pd.to_datetime(night) + pd.to_timedelta(minutes.reshape(-1), unit="min")
             for name, minutes in (("lights_out", bed), ("woke_up", wake))}
    table = pd.DataFrame({"person": np.repeat(names(people), nights), "night": night, **times})
    return table[kept.reshape(-1)].reset_index(drop=True)
