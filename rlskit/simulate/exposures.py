"""What people do, whatever their legs do: persistent habits cut into levels, bedtimes, nights that are written down."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter
from scipy.special import ndtri

from rlskit.nights.regularity import MINUTES, wrap
from rlskit.simulate.settings import LEAST, WINDOW, calendar


def persistent(rng: np.random.Generator, shape: tuple[int, int], correlation: float) -> np.ndarray:
    """Stationary unit-variance AR(1) along the nights, shape (people, nights)."""
    steps = rng.standard_normal(shape)
    steps[:, 1:] *= np.sqrt(1 - correlation**2)
    return lfilter([1.0], [1.0, -correlation], steps, axis=1)


def _levels(habit: np.ndarray, shares: tuple[float, ...], values: tuple[float, ...]) -> np.ndarray:
    """Cut a standard normal habit so that the values have these shares."""
    return np.asarray(values)[np.searchsorted(ndtri(np.cumsum(shares)[:-1]), habit)]


def kept_nights(rng: np.random.Generator, shape: tuple[int, int], missing: float, gaps) -> np.ndarray:
    kept = rng.random(shape) >= missing
    for first, last in gaps:
        kept[:, first:last + 1] = False
    return kept


def draw_exposures(rng, shape, kept) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """What people do, whatever their legs do; plus bedtimes and waking, minutes after midnight of the night's date."""
    people, nights = shape
    weekday = calendar(nights).day_of_week.to_numpy()
    weekend = np.isin(weekday, (4, 5)).astype(float)[None, :]  # Friday and Saturday evenings
    habit_sd = 0.5 if people > 1 else 0.0

    def habit(correlation: float) -> np.ndarray:
        return rng.normal(0.0, 1.0, (people, 1)) * habit_sd + persistent(rng, shape, correlation)

    x = {
        "planned": (habit(0.8) > 0).astype(float),  # spells of about five evenings
        "caffeine_before_noon_mg": _levels(habit(0.3), (0.2, 0.1, 0.5, 0.2), (0.0, 50.0, 100.0, 200.0)),
        "caffeine_after_noon_mg": _levels(habit(0.3), (0.4, 0.15, 0.25, 0.2), (0.0, 50.0, 100.0, 200.0)),
        "alcohol_drinks": _levels(habit(0.2) + 1.1 * weekend, (0.7, 0.15, 0.1, 0.05), (0.0, 1.0, 2.0, 3.0)),
        "iron": (habit(0.95) > 0.5).astype(float),
        "magnesium": (habit(0.9) > 0).astype(float),
        "free_night": np.broadcast_to(weekend, shape).copy(),
        "day_index": np.broadcast_to(np.arange(nights, dtype=float), shape).copy(),
    }
    # Bedtimes keep to 23:00 within minutes, or in irregular spells fall anywhere from 22:00 to 03:00. One window more
    # than the diary, so that its first nights have a past too.
    longer = (people, nights + WINDOW)
    usual = 1380 + 30 * habit_sd * rng.standard_normal((people, 1))
    loose = persistent(rng, longer, 0.93) > 0
    bed = np.round(usual + np.where(loose, rng.uniform(-60, 240, longer), rng.normal(0, 10, longer)))
    wake = np.round(bed + rng.normal(435, 40, longer).clip(300, 600))
    # The regularity that acts is the one that the recorded nights show; only where they show none, the true one.
    shown = past_sd(np.where(np.hstack([np.zeros((people, WINDOW), bool), kept]), bed, np.nan))[:, WINDOW:]
    x["shown_sd"] = shown
    x["bedtime_sd_7_min"] = np.where(np.isnan(shown), past_sd(bed)[:, WINDOW:], shown)
    return x, bed[:, WINDOW:], wake[:, WINDOW:]


def past_sd(minutes: np.ndarray) -> np.ndarray:
    """SD (ddof 1) of the clock times of the seven nights before each night, about their circular mean.

    minutes : (people, nights), NaN where unknown; NaN out where fewer than four of the seven are known. The same as
    regularity.past_clock_sd, for many people at once.
    """
    people, nights = minutes.shape
    before = np.hstack([np.full((people, WINDOW), np.nan), minutes])[:, :-1]
    past = np.lib.stride_tricks.sliding_window_view(before, WINDOW, axis=1)[:, :nights]
    known = ~np.isnan(past)
    n = known.sum(axis=2)
    angle = np.where(known, past, 0.0) * (2 * np.pi / MINUTES)
    centre = np.arctan2((np.sin(angle) * known).sum(2), (np.cos(angle) * known).sum(2)) * MINUTES / (2 * np.pi)
    off = np.where(known, wrap(np.where(known, past, 0.0) - centre[:, :, None]), 0.0)
    enough = np.maximum(n, 2)
    variance = (off**2).sum(2) - off.sum(2) ** 2 / enough
    return np.where(n >= LEAST, np.sqrt(np.maximum(variance, 0.0) / (enough - 1)), np.nan)
