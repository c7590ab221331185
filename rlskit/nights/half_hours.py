"""Evenings as rows, one for each half hour that is still quiet: what a half-hour hazard model is fitted to.

A row is judged at its beginning: a stretch at 19:40 counts from the row of 20:00 on. Counted from 19:30 on, an evening
on which symptoms began at 19:35 could not be one with stretching, and stretching would look better than it is.
The rows run from the half hour by which symptoms have begun on 1 in 40 evenings with symptoms to the one by which they
have on all but 1 in 40; the first and the last hold what lies beyond. Oracle: tests/unit/nights/test_half_hours.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlskit.diary.night_rule import clock_minutes
from rlskit.nights.landmark import EVENING
from rlskit.nights.outcomes import symptom_nights
from rlskit.utils.words import count

NOON = 12
HALF = 0.5  # hours
ONSETS_TOLD, ORDER_TOLD = 0.5, 0.9  # shares of symptom nights, and of evenings with stretching, that a diary must tell
LEAST_ONSETS, LEAST_HALF_HOURS = 10, 4  # told, and half hours in which symptoms begin
SOON = 2.0  # hours after a stretch that are told from what is later
BEYOND = 0.025
COLUMNS_OF_CLOCK = 4
NEEDED = frozenset({"onset_h", "stretched_before", "stretched_before_h"})
LEAST_CHANCE = 1e-3


@dataclass(frozen=True)
class Evening:
    """The half hours of an evening, `hours` after noon at which each begins, (rows,)."""

    hours: np.ndarray

    @property
    def knots(self) -> np.ndarray:
        return np.linspace(self.hours[0], self.hours[-1], min(COLUMNS_OF_CLOCK + 1, self.hours.size))


@dataclass(frozen=True)
class Told:
    """What is known of n evenings, arrays (n,): `ill`, with symptoms; `onset`, hours after noon at which they began,
    nan where that is not told or there were none; `stretched`, the hour of the first stretch before them, nan without
    one; `since` and `until`: hours between which symptoms of untold onset began, -inf and inf where nothing tells;
    `after_bad`: whether the night before had symptoms, which changes who stretches when."""

    ill: np.ndarray
    onset: np.ndarray
    stretched: np.ndarray
    since: np.ndarray
    until: np.ndarray
    after_bad: np.ndarray

    @property
    def silent(self) -> np.ndarray:
        """With symptoms of untold beginning."""
        return self.ill & np.isnan(self.onset)


def tells_half_hours(nights: pd.DataFrame) -> bool:
    """Whether one person's nights tell the hours of at least half of the first symptoms, at several times of the
    evening, and, of nearly all evenings with stretching, whether and when it came before any symptoms: on nights with
    symptoms too, or setting the others aside would choose nights by their outcome."""
    return set(nights) >= NEEDED and not lacks_for_half_hours(nights)


def lacks_for_half_hours(nights: pd.DataFrame) -> str:
    """What nights with the columns NEEDED lack for being asked by the half hour, in words; "" where they lack nothing.
    """
    people = nights["person"].nunique()
    if people != 1:
        return "half hours are worked out for one person's diary at a time"
    ill = symptom_nights(nights).fillna(False).to_numpy(bool)
    onset = nights["onset_h"].to_numpy(float, na_value=np.nan)[ill]
    before = nights["stretched_before"].astype("boolean")
    did = (nights["stretched_state"].isin(["yes", "unknown_order"]) | before.fillna(False)).to_numpy(bool)
    hours, known = onset[~np.isnan(onset)], before.notna().to_numpy()
    least = max(LEAST_ONSETS, int(np.ceil(ONSETS_TOLD * ill.sum())))
    if hours.size < least:
        return f"the hour of the first symptoms is told on {count(hours.size, 'night')}; {least} are needed"
    if np.unique(np.floor(hours / HALF)).size < LEAST_HALF_HOURS:
        return f"symptoms began in fewer than {LEAST_HALF_HOURS} different half hours"
    if not did.any() or usual_hour(nights) is None:
        return "no evening tells at what hour a stretch before symptoms was"
    for arm, of in ((did, "evenings with stretching"), (did & ill, "such evenings that ended with symptoms")):
        if arm.any() and known[arm].mean() < ORDER_TOLD:
            return (f"whether and when a stretch came before symptoms is told on {known[arm].sum()} of {arm.sum()} "
                    f"{of}; 9 in 10 are needed")
    return ""


def usual_hour(nights: pd.DataFrame) -> float | None:
    """The middle of the hours of the first stretch before symptoms on evenings with one, in hours after noon, to the
    half hour; None where there is none in the evening. It never looks at symptoms that follow."""
    hour = nights["stretched_before_h"].to_numpy(float, na_value=np.nan)
    first, last = (minutes / 60 for minutes in EVENING)
    evening = hour[(hour >= first) & (hour < last)]
    return float(np.floor(np.median(evening) / HALF + 0.5) * HALF) if evening.size else None


def told_of(nights: pd.DataFrame, after_bad: np.ndarray) -> Told:
    """What nights from make_nights tell; whether there was a stretch is known on all of them, and `after_bad` whether
    the night before had symptoms. Symptoms of untold onset began before or after the landmark where that is known."""
    restless = nights["early_symptoms"].astype("boolean")
    ill, early, late = (one.fillna(False).to_numpy(bool)
                        for one in (symptom_nights(nights), restless.eq(True), restless.eq(False)))
    onset, stretched = (nights[name].to_numpy(float, na_value=np.nan) for name in ("onset_h", "stretched_before_h"))
    landmark = nights.attrs.get("landmark")
    since, until = np.full(len(nights), -np.inf), np.full(len(nights), np.inf)
    if isinstance(landmark, str):
        mark = clock_minutes(landmark) / 60 - NOON
        mark += 24 * np.round((np.nanmedian(onset) - mark) / 24)  # of the clock times so called the one in the evening
        since[late], until[early] = mark, mark
    return Told(ill, np.where(ill, onset, np.nan), stretched, since, until, after_bad)


def evening_of(onset: np.ndarray) -> Evening:
    """The half hours in which symptoms begin, from the hours at which they did, (m,)."""
    first, last = np.floor(np.quantile(onset, [BEYOND, 1.0 - BEYOND], method="inverted_cdf") / HALF) * HALF
    return Evening(np.arange(first, last + HALF / 2, HALF))


def half_hour_rows(told: Told, evening: Evening) -> pd.DataFrame:
    """A row for each half hour that an evening was still quiet at, evening by evening.

    Columns: `evening`, its number; `begins`, whether symptoms began in it (0 or 1); `untold`, above 0 in the rows in
    one of which they began: how likely the rest that is known of the evening is if they did; and those of `path_rows`.
    Of an evening with symptoms of untold onset the rows run to the last in which they may have begun.
    """
    last = evening.hours.size - 1
    at, untold = _row(told.onset, evening), told.silent
    since = np.fmax(told.since, np.nan_to_num(told.stretched, nan=-np.inf))
    first = np.where(untold, np.clip(np.searchsorted(evening.hours, since, "right") - 1, 0, last), 0)
    until = np.where(untold, np.maximum(np.searchsorted(evening.hours, told.until) - 1, first), last)
    end = np.where(told.ill & ~untold, at, until)
    rows = np.arange(evening.hours.size)
    quiet = rows <= end[:, None]
    table = path_rows(told.stretched, evening)[quiet.ravel()].reset_index(drop=True)
    begins = (told.ill & ~untold)[:, None] & (rows == at[:, None])
    maybe = (untold[:, None] & (rows >= first[:, None])).astype(float)
    if untold.any():
        maybe *= _chance_of_the_rest(told, evening)
    return table.assign(begins=begins[quiet].astype(float), untold=maybe[quiet])


def _chance_of_the_rest(told: Told, evening: Evening) -> np.ndarray:
    """Had symptoms begun in a row, the chance of the stretch that is told, or that none came before, (n, rows)."""
    left = (evening.hours + HALF - told.stretched[:, None]) / HALF  # of the half hour, after the stretch
    left[:, -1] = 1.0  # which holds what lies beyond
    none = np.isnan(told.stretched)[:, None]
    return np.clip(np.where(none, chance_of_none_yet(told, evening), left), LEAST_CHANCE, 1.0)


def chance_of_none_yet(told: Told, evening: Evening) -> np.ndarray:
    """The chance that no stretch has come before symptoms that begin in a row, (n, rows), evenings after a bad night
    apart from others.

    On an evening without a stretch symptoms of untold onset came before one could, and so rather early: this is how
    much. A product over half hours of one minus the share stretching among those still quiet and without a stretch
    (Kaplan & Meier 1958), the half hour itself by half. Evenings with symptoms and no stretch stay in it until they
    began; where that is not told, those on which it is stand for them.
    """
    found = np.ones((told.ill.size, evening.hours.size))
    for side in (told.after_bad, ~told.after_bad):
        told_there = side & told.ill & ~told.silent & np.isnan(told.stretched)
        found[side] = _none_yet(told, side if told_there.any() else np.ones_like(side), evening)
    return found


def _none_yet(told: Told, mine: np.ndarray, evening: Evening) -> np.ndarray:
    """Of the evenings `mine`, (rows,)."""
    did, beyond = ~np.isnan(told.stretched), evening.hours.size + 1  # the first of these bins holds what lies before
    ill = told.ill & ~did
    ended = np.searchsorted(evening.hours, np.where(did, told.stretched, told.onset), "right")
    until = np.where(did | ill, ended, beyond)
    known = mine & ~(ill & told.silent)
    weight = np.where(ill, (mine & ill).sum() / max((known & ill).sum(), 1), 1.0)
    there, left, began = (np.bincount(until[some], weight[some], beyond + 1)
                          for some in (known, known & did, known & ill))
    still = np.cumsum(there[::-1])[::-1] - 0.5 * began
    share = (left / np.maximum(still, 1e-9))[:-1]
    before = np.cumprod(1.0 - share)
    return before[:-1] * (1.0 - 0.5 * share[1:])


def path_rows(stretched: np.ndarray, evening: Evening) -> pd.DataFrame:
    """Every half hour of n evenings, whatever comes of them, on which the first stretch is at the hours `stretched`
    (n,), nan for none: `evening`, `hour`, `stretched_soon` (in the two hours before the row begins), `stretched_later`
    (earlier than that), and the clock as a natural spline, `clock_1`, `clock_2`, …"""
    n, hours = stretched.size, evening.hours
    ago = hours - stretched[:, None]
    clock = np.tile(natural_spline(hours, evening.knots), (n, 1))
    columns = {"evening": np.repeat(np.arange(n), hours.size), "hour": np.tile(hours, n),
               "stretched_soon": ((ago >= 0) & (ago < SOON)).ravel().astype(float),
               "stretched_later": (ago >= SOON).ravel().astype(float)}
    return pd.DataFrame(columns | {f"clock_{k + 1}": column for k, column in enumerate(clock.T)})


def _row(hour: np.ndarray, evening: Evening) -> np.ndarray:
    """The row of each hour, (n,) of integers, 0 for nan."""
    steps = np.nan_to_num(np.floor((hour - evening.hours[0]) / HALF))
    return np.clip(steps, 0, evening.hours.size - 1).astype(int)


def natural_spline(x: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """The columns, beside a constant, of a cubic spline that is straight beyond its outer knots: x itself and one more
    for each inner knot, (n, knots - 1). With t+ = max(t, 0) and knots t_1 … t_k the column of t_j is
    (x - t_j)+^3 - (x - t_k-1)+^3 (t_k - t_j)/(t_k - t_k-1) + (x - t_k)+^3 (t_k-1 - t_j)/(t_k - t_k-1), in units of the
    knots' squared range (Harrell 2015, Regression Modeling Strategies, section 2.4.5)."""
    if knots.size < 2:
        return np.zeros((x.size, 0))
    *inner, before, end = knots
    gap, size = end - before, (end - knots[0]) ** 2

    def cube(knot):
        return np.maximum(x - knot, 0.0) ** 3

    bent = [(cube(t) - cube(before) * (end - t) / gap + cube(end) * (before - t) / gap) / size for t in inner]
    return np.column_stack([x, *bent])
