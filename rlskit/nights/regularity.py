"""Sleep regularity on arrays of clock times. Timing uses the wall clock; a missing night is NaN.

Circular quantities: minutes wrap to (-720, 720]; the mean of times is the circular mean. The sleep regularity index is
that of Phillips et al. 2017 (Sci Rep 7:3216), on noon-to-noon windows and wall-clock minutes.
"""

from __future__ import annotations

from collections.abc import Sequence

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


def mid_sleep(start_min: np.ndarray, end_min: np.ndarray) -> np.ndarray:
    """Mid-sleep from start and end in wall-clock minutes on one running clock: onset plus half the duration."""
    start, end = np.asarray(start_min, dtype=float), np.asarray(end_min, dtype=float)
    return start + (end - start) / 2


def shift_between(free: np.ndarray, work: np.ndarray) -> float:
    """Social jetlag: circular mean on free nights minus that on work nights, the shorter arc, signed, in minutes.

    Wittmann et al. 2006 (Chronobiol Int 23:497). NaN where either has no known time.
    """
    return float(wrap(np.asarray(circular_mean(free) - circular_mean(work))))


def rmssd(minutes: np.ndarray) -> tuple[float, int]:
    """Root mean square of the shift from one calendar night to the next, and the number of adjacent known pairs."""
    shift = wrap(np.diff(np.asarray(minutes, dtype=float)))
    shift = shift[~np.isnan(shift)]
    return (float(np.sqrt(np.mean(shift**2))) if shift.size else np.nan), int(shift.size)


def corrected_mid_sleep(mid: np.ndarray, hours: np.ndarray, free: np.ndarray) -> float:
    """MSFsc in minutes: mid-sleep on free nights less half of what sleep then exceeds the average of a week.

    Roenneberg et al. 2004 (Curr Biol 14:R1038), a week of five work and two free nights. `hours` of sleep, `free` bool;
    NaN nights are left out. NaN without nights of both kinds.
    """
    known = ~np.isnan(mid) & ~np.isnan(hours)
    if not (known & free).any() or not (known & ~free).any():
        return np.nan
    on_free, on_work = hours[known & free].mean(), hours[known & ~free].mean()
    longer = 60 * (on_free - (5 * on_work + 2 * on_free) / 7)
    return float((circular_mean(mid[known & free]) - max(longer, 0.0) / 2) % MINUTES)


def phase_deviation(mid: np.ndarray, reference: float) -> tuple[float, int]:
    """Composite phase deviation in hours: mean distance to the reference and to the night before, taken together.

    Fischer et al. 2016 (Chronobiol Int 33:1): mean of sqrt((reference - mid)^2 + (mid - previous mid)^2) over nights
    whose calendar predecessor is known; and their number.
    """
    mid = np.asarray(mid, dtype=float)
    apart = np.hypot(wrap(reference - mid[1:]), wrap(mid[1:] - mid[:-1]))
    apart = apart[~np.isnan(apart)]
    return (float(apart.mean() / 60) if apart.size else np.nan), int(apart.size)


# --- sleep regularity index ------------------------------------------------------------------------------------------
def asleep_minutes(
    start_min: np.ndarray, end_min: np.ndarray, naps: Sequence[tuple[int, float, float]] = (),
    skipped: Sequence[tuple[int, float, float]] = (),
) -> np.ndarray:
    """Sleep state of each minute of each noon-to-noon window, shape (nights, 1440): 1 asleep, 0 awake, NaN unknown.

    start_min, end_min : wall-clock minutes after noon of the night's evening; equal for a night without sleep (an
        all-nighter is data), NaN for a missing night. naps : (night, start, end) further sleeps of a window.
    skipped : (night, start, end) minutes that the clock left out in spring; they are no minutes at all, so unknown.
    """
    start, end = np.asarray(start_min, dtype=float)[:, None], np.asarray(end_min, dtype=float)[:, None]
    clock = np.arange(MINUTES)[None, :]
    state = ((clock >= start) & (clock < end)).astype(float)
    for night, begin, until in naps:
        state[night, (clock[0] >= begin) & (clock[0] < until)] = 1.0
    for night, begin, until in skipped:
        state[night, (clock[0] >= begin) & (clock[0] < until)] = np.nan
    state[np.isnan(start[:, 0]) | np.isnan(end[:, 0])] = np.nan
    return state


def day_agreement(asleep: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Per pair of adjacent windows: minutes in the same state as 24 wall-clock hours later, and minutes comparable."""
    both = ~np.isnan(asleep[1:]) & ~np.isnan(asleep[:-1])
    return ((asleep[1:] == asleep[:-1]) & both).sum(axis=1), both.sum(axis=1)


def sri(asleep: np.ndarray, least_pairs: float = 5) -> tuple[float, float]:
    """Sleep regularity index (-100 … 100) pooled over minutes, and the valid pair-days; NaN below the least."""
    same, valid = day_agreement(asleep)
    days = float(valid.sum() / MINUTES)
    return (float(-100 + 200 * same.sum() / valid.sum()) if days >= least_pairs else np.nan), days


def past_sri(asleep: np.ndarray, window: int = 7, least_pairs: int = 4) -> np.ndarray:
    """For each night t, the SRI of windows t-window … t-1; NaN where fewer than `least_pairs` pairs are valid."""
    same, valid = day_agreement(asleep)
    out = np.full(len(asleep), np.nan)
    for t in range(1, len(asleep)):
        pairs = slice(max(0, t - window), t - 1)
        if (valid[pairs] > MINUTES / 2).sum() >= least_pairs:
            out[t] = -100 + 200 * same[pairs].sum() / valid[pairs].sum()
    return out


def sri_interval(asleep: np.ndarray, level: float = 0.95, resamples: int = 1000, seed: int = 0) -> tuple[float, float]:
    """Percentile interval of the SRI from a bootstrap of whole weeks of pairs; NaN below 56 valid pair-days.

    Weeks, because weekends differ from workdays and nights follow one another. Its coverage is below its level (88% at
    56 pair-days for a nominal 95%), which must be said where it is shown.
    """
    same, valid = day_agreement(asleep)
    if valid.sum() / MINUTES < 56:
        return np.nan, np.nan
    week = np.arange(len(same)) // 7
    same, valid = np.bincount(week, same), np.bincount(week, valid)
    chosen = np.random.default_rng(seed).integers(0, len(same), (resamples, len(same)))
    draws = -100 + 200 * same[chosen].sum(axis=1) / np.maximum(valid[chosen].sum(axis=1), 1)
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
