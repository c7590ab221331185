"""Stretching asked by the half hour: stretching at the person's usual time on every evening still quiet, against not
before symptoms, in symptom nights of 30 calendar nights (docs/decisions/0037-half-hours.md).

The frame is that of any other row (nights, adjustment set, refusals), with rows of half hours beside its nights. A
night of which it is not known whether or when there was a stretch is left out of the fit and still counts in the
average: every night with an answer about symptoms does, as it would have gone either way.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from rlskit.answers.adjusters import candidates
from rlskit.answers.frames import Evenings, Frame, frame_of
from rlskit.answers.questions import AT_THE_LANDMARK, EVENINGS, Question
from rlskit.answers.refusals import NO_ANSWERS, NO_HOUR, Refused
from rlskit.nights.half_hours import (
    LEAST_ONSETS,
    NEEDED,
    Evening,
    evening_of,
    half_hour_rows,
    lacks_for_half_hours,
    path_rows,
    told_of,
    usual_hour,
)
from rlskit.nights.outcomes import last_night, symptom_nights
from rlskit.utils.words import clock

POINTS_AWAY = 1.0  # nights in 30; what is nearer to no difference points nowhere


def ask(question: Question, nights: pd.DataFrame) -> Frame:
    """The frame of a question, with its evenings where it is asked by the half hour."""
    frame = frame_of(question, nights)
    if question.kind != EVENINGS:
        return frame
    at = usual_clock(question, nights)
    named = replace(frame, contrast=f"stretched at {at} vs not before symptoms",
                    compares=question.compares.format(a=at))
    return named if frame.reason else _with_evenings(named, nights)


def usual_clock(question: Question, nights: pd.DataFrame) -> str:
    """The clock time of the stretch that a question by the half hour is about; empty for any other."""
    hour = usual_hour(nights) if question.kind == EVENINGS else None
    return "" if hour is None else clock(hour)


def why_split(nights: pd.DataFrame) -> str:
    """Why stretching is asked with the evening split at one time, where the diary tells some hours of symptoms; ""
    where it tells none, or is asked by the half hour."""
    told = set(nights) >= NEEDED and all(nights[name].notna().any() for name in ("onset_h", "stretched"))
    if not told:
        return ""
    lacks = lacks_for_half_hours(nights)
    return lacks and f"Asked with the evening split at one time and not by the half hour: {lacks}."


def checked_by(question: Question, known: dict[str, Question]) -> Question:
    """The question by which another is checked: where it is asked by the half hour, the one with the evening split at
    one time, whose nights, model and contrast are those that every check knows."""
    return known[AT_THE_LANDMARK.key] if question.kind == EVENINGS else question


def _with_evenings(frame: Frame, nights: pd.DataFrame) -> Frame:
    hour = usual_hour(nights)
    assert hour is not None
    mine = nights.loc[frame.nights.index]
    mine.attrs = dict(nights.attrs)
    told = told_of(mine, last_night(nights)[mine.index].fillna(False).to_numpy(bool))
    hours = told.onset[~np.isnan(told.onset)]
    if hours.size < LEAST_ONSETS:
        more = math.ceil((LEAST_ONSETS - hours.size) * len(nights) / max(hours.size, 1))
        said = (f"{NO_ANSWERS}when symptoms began is told on {hours.size} of these nights; at least {LEAST_ONSETS} are "
                "needed.")
        return replace(frame, refused=Refused(NO_HOUR, said, more, int(hours.size), LEAST_ONSETS))
    evening = evening_of(hours)
    adjusters = frame.nights.drop(columns=["symptom", "exposure"])
    rows = half_hour_rows(told, evening)
    rows = rows.join(adjusters.reset_index(drop=True), on="evening").set_axis(adjusters.index[rows["evening"]])
    everyone = _everyone(frame, nights, adjusters)
    clocks = [name for name in rows if str(name).startswith("clock_")]
    own = [name for name in adjusters if name not in ("person", "night")]
    formula = " + ".join(["begins ~ stretched_soon", "stretched_later", *clocks, *own])
    return replace(frame, formula=formula, evenings=Evenings(
        rows=rows, stretched=_path(everyone, hour, evening), never=_path(everyone, np.nan, evening),
        per_evening=evening.hours.size))


def _everyone(frame: Frame, nights: pd.DataFrame, adjusters: pd.DataFrame) -> pd.DataFrame:
    """The adjusters of all nights with an answer about symptoms that know them, medicines of the fit among them."""
    own = [name for name in adjusters if name not in ("person", "night")]
    known = candidates(frame.question, nights)[own][symptom_nights(nights).notna()].dropna()
    for name in own:
        if not pd.api.types.is_numeric_dtype(known[name].dtype):
            known = known[known[name].isin(adjusters[name])]
    return known.reset_index(drop=True)


def _path(everyone: pd.DataFrame, hour: float, evening: Evening) -> pd.DataFrame:
    return path_rows(np.full(len(everyone), hour), evening).join(everyone, on="evening")
