"""Habits and outcomes of one's own as columns of the nights (docs/decisions/0025-own-questions.md): what was done in
its part of the day, and before symptoms where that is the point of it; how each night was judged.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rlskit.diary.own import COUNT, PARTS, SLEEP_QUALITY, YES_NO, Habit, OwnOutcome
from rlskit.nights.cells import yes_no
from rlskit.nights.evening import Evenings, doing_else, stretched_at, when_done
from rlskit.nights.exposures import filled, totals
from rlskit.nights.landmark import spans
from rlskit.nights.tracking import column_states

LONGEST_SLOT = 720.0  # minutes; what may have been at any time within more has no hour


def habit_columns(
    habits: Sequence[Habit], of: Evenings, mark: int, early: np.ndarray, events, tags, entries
) -> tuple[dict[str, pd.Series], list[str]]:
    """Each habit with its state, and what has to be said about them. of, mark, early : the evenings, the landmark and
    the states of symptoms before it, for habits that are compared like stretching."""
    out: dict[str, pd.Series] = {}
    notes = []
    for habit in habits:
        mine = events[events["type"].eq("habit") & events["item"].eq(habit.column)]
        span, inside = _in_its_part(spans(mine), habit.when)
        state = column_states(of.nights, mine, entries, tags[tags["column"].eq(habit.column)], counts=inside)
        counted = mine[inside]
        if habit.preventive:
            counted, state = _before_symptoms(of, mark, early, counted, span[inside], state)
        values = (yes_no(state.to_numpy(object), of.nights) if habit.kind == YES_NO
                  else filled(totals(counted, of.nights), state))
        out |= {habit.column: values, f"{habit.column}_state": state}
        if not inside.all():
            n = int((~inside).sum())
            notes.append(f'"{habit.name}" {"once" if n == 1 else f"{n} times"} at another time of day than '
                         f"{habit.when} {'does' if n == 1 else 'do'} not count.")
    return out, notes


def outcome_columns(
    outcomes: Sequence[OwnOutcome], events, answered, nights: pd.DatetimeIndex, tags, entries
) -> tuple[dict[str, pd.Series], list[str]]:
    """Each outcome, of the night itself: the mean of its ratings, the sum of what was counted; and what has to be said
    about them. answered : the daily row of each night."""
    out: dict[str, pd.Series] = {}
    notes = []
    for one in outcomes:
        mine = events[events["type"].eq("outcome") & events["item"].eq(one.column)]
        if one.scale == COUNT:
            state = column_states(nights, mine, entries, tags[tags["column"].eq(one.column)])
            values = filled(totals(mine, nights), state)
        else:
            values = mine.groupby("night")["amount"].mean().reindex(nights).astype("Float64")
        if one.column == SLEEP_QUALITY.column:
            rated = answered["sleep_quality"].astype("Float64")
            if one.scale == SLEEP_QUALITY.scale:
                values = rated.fillna(values)
            elif rated.notna().any():
                notes.append(f"The app's own ratings of sleep, 1 to 5, are not used: in rlskit.toml {one.name} has the "
                             f"scale {one.scale}.")
        out[one.column] = values
    return out, notes


def _in_its_part(span: pd.DataFrame, when: str) -> tuple[pd.DataFrame, pd.Series]:
    """The spans cut to a part of the day, and which lie in it: of a slot its middle decides, and where no hour is known
    the part itself says when."""
    first, last = PARTS.get(when, (-np.inf, np.inf))
    inside = ((span["begin"] + span["end"]) / 2).between(first, last) | (span["end"] - span["begin"]).gt(LONGEST_SLOT)
    return span.clip(lower=first, upper=last), inside


def _before_symptoms(of: Evenings, mark: int, early: np.ndarray, events, span, state) -> tuple[pd.DataFrame, pd.Series]:
    """What was done before the landmark and not because of symptoms, and the states of the nights by it."""
    other = doing_else(of, events, span, state)
    judged = pd.Series(stretched_at(other, mark, early), index=of.nights, dtype=object)
    return other.stretches[when_done(other, mark)[0] & (other.why != "responsive")], judged
