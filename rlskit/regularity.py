"""Sleep regularity on arrays of clock times. Timing uses the wall clock; a missing night is NaN.

Circular quantities: minutes wrap to (-720, 720]; the mean of times is the circular mean. The sleep regularity index is
that of Phillips et al. 2017 (Sci Rep 7:3216), on noon-to-noon windows and wall-clock minutes.
"""

from __future__ import annotations

import numpy as np

MINUTES = 1440


def wrap(minutes: np.ndarray) -> np.ndarray:
    """Minutes mapped to (-720, 720]."""
    return -((-np.asarray(minutes, dtype=float) + 720) % MINUTES - 720)


def circular_mean(minutes: np.ndarray) -> float:
    """Mean clock time in minutes [0, 1440) of times in minutes; NaN for no times."""
    known = np.asarray(minutes, dtype=float)
    known = known[~np.isnan(known)]
    if known.size == 0:
        return np.nan
    angle = known * (2 * np.pi / MINUTES)
    return float(np.arctan2(np.sin(angle).mean(), np.cos(angle).mean()) * MINUTES / (2 * np.pi) % MINUTES)


def clock_sd(minutes: np.ndarray) -> tuple[float, int]:
    """SD (ddof 1, minutes) of clock times about their circular mean, and how many times were known."""
    known = np.asarray(minutes, dtype=float)
    known = known[~np.isnan(known)]
    if known.size < 2:
        return np.nan, int(known.size)
    return float(np.std(wrap(known - circular_mean(known)), ddof=1)), int(known.size)


def past_clock_sd(minutes: np.ndarray, window: int = 7, least: int = 4) -> np.ndarray:
    """For each calendar night t, the SD of the times of nights t-window … t-1; NaN where fewer than `least` are known.

    Strictly past: the value of night t does not depend on night t or later. Shape (nights,) in and out.
    """
    out = np.full(len(minutes), np.nan)
    for t in range(1, len(minutes)):
        sd, n = clock_sd(minutes[max(0, t - window):t])
        if n >= least:
            out[t] = sd
    return out


def last_shift(minutes: np.ndarray) -> np.ndarray:
    """Signed shift of the last bedtime: wrap(bed[t-1] - bed[t-2]) in minutes; NaN where either is unknown."""
    bed = np.asarray(minutes, dtype=float)
    out = np.full(len(bed), np.nan)
    out[2:] = wrap(bed[1:-1] - bed[:-2])
    return out


def asleep_minutes(start_min: np.ndarray, end_min: np.ndarray) -> np.ndarray:
    """Sleep state of each minute of each noon-to-noon window, shape (nights, 1440); a row is NaN where unknown.

    start_min, end_min : wall-clock minutes after noon of the night's evening (end may not exceed 1440).
    """
    start, end = np.asarray(start_min, dtype=float)[:, None], np.asarray(end_min, dtype=float)[:, None]
    clock = np.arange(MINUTES)[None, :]
    state = ((clock >= start) & (clock < end)).astype(float)
    state[np.isnan(start[:, 0]) | np.isnan(end[:, 0])] = np.nan
    return state


def day_agreement(asleep: np.ndarray) -> np.ndarray:
    """Share of minutes in the same state as 24 wall-clock hours later, per pair of adjacent windows; NaN if unknown."""
    return np.where(np.isnan(asleep[1:]).any(axis=1) | np.isnan(asleep[:-1]).any(axis=1), np.nan,
                    (asleep[1:] == asleep[:-1]).mean(axis=1))


def sri(asleep: np.ndarray, least_pairs: int = 5) -> tuple[float, int]:
    """Sleep regularity index (-100 … 100) and the number of valid pair-days; NaN below `least_pairs`."""
    share = day_agreement(asleep)
    n = int((~np.isnan(share)).sum())
    return (float(-100 + 200 * np.nanmean(share)) if n >= least_pairs else np.nan), n


def past_sri(asleep: np.ndarray, window: int = 7, least_pairs: int = 4) -> np.ndarray:
    """For each night t, the SRI of windows t-window … t-1; NaN where fewer than `least_pairs` pairs are valid."""
    share = day_agreement(asleep)
    out = np.full(len(asleep), np.nan)
    for t in range(1, len(asleep)):
        past = share[max(0, t - window):t - 1]
        if (~np.isnan(past)).sum() >= least_pairs:
            out[t] = -100 + 200 * np.nanmean(past)
    return out
