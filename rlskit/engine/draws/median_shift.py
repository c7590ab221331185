"""How far a median moved between two periods, with an interval that knows that nights follow one another.

Equation. d = median(now) - median(before); se = the sd of d over draws of blocks of nights, laid end to end round each
period's circle (Politis & Romano 1992, in LePage & Billard, Exploring the Limits of Bootstrap, 263-270); limits
d -+ t se, t the quantile of Student's t with as many degrees of freedom as blocks less two.
Oracle: coverage of persistent nights with a known shift, tests/unit/pages/clinic/test_numbers.py.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

BLOCK = 7  # nights; whole weeks are drawn, so that runs of alike nights and weekends stay together
DRAWS = 2000
SEED = 20261122
LEAST_VALUES = 10  # in each period


def median_shift(now: np.ndarray, before: np.ndarray, level: float = 0.95) -> tuple[float, float, float]:
    """Median of `now` minus median of `before`, and its limits; NaN limits where they cannot be told.

    now, before: one value per calendar night, NaN where there is none; nights are drawn with what they lack. Limits by
    t cover better than bootstrap percentiles in short diaries. NaN limits: fewer than 10 values in a period, or values
    too alike to resample.
    """
    counts = [int((~np.isnan(values)).sum()) for values in (now, before)]
    if min(counts) == 0:
        return np.nan, np.nan, np.nan
    shift = float(np.nanmedian(now) - np.nanmedian(before))
    blocks = len(now) // BLOCK + len(before) // BLOCK
    if min(counts) < LEAST_VALUES or blocks < 4:
        return shift, np.nan, np.nan
    rng = np.random.default_rng(SEED)
    error = float(np.nanstd(_medians(now, rng) - _medians(before, rng)))
    if not error > 0:
        return shift, np.nan, np.nan
    half = float(stdtrit(blocks - 2, 0.5 + level / 2)) * error
    return shift, shift - half, shift + half


def _medians(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The medians of DRAWS resampled periods; NaN for a draw without any value."""
    n = len(values)
    starts = rng.integers(0, n, (DRAWS, -(-n // BLOCK)))
    drawn = values[((starts[:, :, None] + np.arange(BLOCK)).reshape(DRAWS, -1) % n)[:, :n]]
    some = ~np.isnan(drawn).all(axis=1)
    out = np.full(DRAWS, np.nan)
    out[some] = np.nanmedian(drawn[some], axis=1)
    return out
