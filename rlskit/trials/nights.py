"""A diary read against a plan: what the coin said, what was done and what came of it, night by night."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rlskit.diary.night_rule import clock_minutes
from rlskit.diary.tables import Diary
from rlskit.errors import ArgumentError
from rlskit.nights.landmark import TIMED, minutes_on_night
from rlskit.nights.make import make_nights
from rlskit.nights.outcomes import sleep_after, symptom_nights
from rlskit.nights.validate import check_nights
from rlskit.trials.plan import HOURS, POINTS, YES_NO, TrialOutcome, TrialPlan
from rlskit.utils.open_questions import why_open
from rlskit.utils.words import long_date

LAST_DAYS = 7  # nights that may be unwritten at the end of a trial that is over
LEAST_BEFORE, ALIKE = 14, 0.75  # nights before the plan, and the share that must say the same to be the same diary
SLACK, LATER = 60, "_1h_later"  # minutes; what was done up to an hour after its time was done


@dataclass(frozen=True, kw_only=True)
class TrialNights:
    """The nights of a plan that have come, (n,) each, in order from the first evening on.

    day : from 0. block. treat : what the coin said. counted : False in a wash-out. done : 1, 0, or nan where nobody
    said. answers : of each outcome of the plan, nan where there is none. night : dates. diary_starts : first night of
    the diary. over : whether the end of the plan has come.
    """

    __module__ = "rlskit"

    night: pd.DatetimeIndex
    day: np.ndarray
    block: np.ndarray
    treat: np.ndarray
    counted: np.ndarray
    done: np.ndarray
    answers: tuple[np.ndarray, ...]
    diary_starts: dt.date
    over: bool

    def until(self, nights: int) -> TrialNights:
        """The first `nights` of them."""
        return TrialNights(
            night=self.night[:nights], day=self.day[:nights], block=self.block[:nights], treat=self.treat[:nights],
            counted=self.counted[:nights], done=self.done[:nights],
            answers=tuple(answer[:nights] for answer in self.answers), diary_starts=self.diary_starts,
            over=self.over and nights >= len(self.day))


def read_trial(plan: TrialPlan, diary: Diary | pd.DataFrame, today: dt.date | None = None) -> TrialNights:
    """The diary, or its nights, beside the schedule of the plan. It is over once its last night is in the table, or,
    where at most a week before it is unwritten, once the last night is past (`today`): never before, or the last week
    would be one look after another. Until the first evening is over it has no nights.

    Raises ModelError for several people, for somebody else's diary, where the diary lacks what the plan asks about, and
    where no night of a plan that has begun is in it.
    """
    nights = make_nights(diary, landmark=plan.at) if isinstance(diary, Diary) else diary
    nights = check_nights(nights, "analyse_trial")
    _check_person(plan, nights)
    _check_before(plan, nights)
    schedule = pd.DatetimeIndex([one.night for one in plan.schedule])
    written = nights["recorded"].astype(bool)
    first, last = nights.loc[written, "night"].min(), nights.loc[written, "night"].max()
    today = today or dt.date.today()
    if not (written & nights["night"].isin(schedule)).any() and today > plan.start:
        raise _wrong(f"the plan runs from {long_date(plan.start)} to {long_date(plan.end)}, and the diary from "
                     f"{long_date(first)} to {long_date(last)}: no night of the plan is written down. Add the file "
                     "with the nights of the plan.")
    past = pd.Timestamp(today) > schedule[-1]
    over = nights["night"].max() >= schedule[-1] or (past and last >= schedule[-1] - pd.Timedelta(days=LAST_DAYS))
    come = len(schedule) if over else int((schedule <= last).sum())
    table = nights.set_index("night").reindex(schedule[:come])
    answers = tuple(_answers(nights, one).reindex(table.index).to_numpy(float) for one in plan.outcomes)
    return TrialNights(
        night=table.index, day=np.asarray((table.index - schedule[0]).days, dtype=float),
        block=np.array([one.block for one in plan.schedule[:come]]),
        treat=np.array([one.treat for one in plan.schedule[:come]], dtype=bool),
        counted=np.array([one.counted for one in plan.schedule[:come]], dtype=bool),
        done=_done(plan, diary, nights, table), answers=answers, diary_starts=first.date(), over=bool(over))


def _wrong(text: str) -> ArgumentError:
    return ArgumentError("analyse_trial", "diary", text)


def _check_person(plan: TrialPlan, nights: pd.DataFrame) -> None:
    people = list(nights["person"].unique())
    if len(people) != 1:
        raise _wrong(f"found nights of {len(people)} people; expected one. Several people who follow one plan: "
                     "rk.analyse_trials.")
    if plan.person is not None and str(people[0]) != plan.person:
        raise _wrong(f'this plan is of "{plan.person}", and the diary of "{people[0]}". Take the plan and the diary of '
                     "one person.")


def _check_before(plan: TrialPlan, nights: pd.DataFrame) -> None:
    """The nights from before the plan say what they said when it was made, or it is another diary."""
    first, letters = plan.before.split() if plan.before else (plan.start.isoformat(), "")
    then = pd.Series(list(letters), index=pd.date_range(first, periods=len(letters)), dtype=object)
    now = pd.Series(symptom_nights(nights).to_numpy(object), index=nights["night"]).reindex(then.index)
    both = then.ne("-") & now.notna()
    alike = int((then.eq("y") == now.eq(True))[both].sum())
    if both.sum() >= LEAST_BEFORE and alike < ALIKE * both.sum():
        raise _wrong(f"of {int(both.sum())} nights before the plan only {alike} say what they said when it was made, "
                     "so this is another person's diary, or one that was changed. Take the diary that the plan was "
                     "made from.")


def _answers(nights: pd.DataFrame, outcome: TrialOutcome) -> pd.Series:
    """The answer of each night, by its date: 1 and 0 for yes and no; symptoms are those after the plan's hour."""
    if outcome.column not in nights:
        raise _wrong(f'the plan asks about "{outcome.column}", and the diary has no such column. rlskit.toml says '
                     "which column of a file means it.")
    if why := why_open(nights, "symptoms", outcome.column):
        raise _wrong(why)
    answer: Any = nights[outcome.column]
    if outcome.kind == HOURS and outcome.column == "sleep_h":
        answer = sleep_after(nights)
    elif outcome.kind == POINTS and outcome.column == "severity_0_10":
        well = symptom_nights(nights).eq(False).fillna(False).astype(bool)
        answer = answer.astype("Float64").mask(well, 0.0)
    kind = "boolean" if outcome.kind == YES_NO else "Float64"
    values = answer.astype(kind).astype("Float64").to_numpy(float, na_value=np.nan)
    return pd.Series(values, index=nights["night"])


def _done(plan: TrialPlan, diary: Diary | pd.DataFrame, nights: pd.DataFrame, table: pd.DataFrame) -> np.ndarray:
    """Whether it was done on each night of the plan, up to an hour after its time and for whatever reason: where a coin
    says when, a stretch that symptoms had come before is one all the same. nan where nobody said."""
    if plan.done not in nights:
        return np.full(len(table), np.nan)
    if not isinstance(diary, Diary):
        name = plan.done + LATER if plan.done + LATER in nights else plan.done
        return table[name].astype("boolean").astype("Float64").to_numpy(float, na_value=np.nan)
    untold = table[f"{plan.done}_state"].isin(["not_recorded", "not_tracked"]) | table[f"{plan.done}_state"].isna()
    return np.select([table.index.isin(_evenings_done(plan, diary)), untold.to_numpy(bool)], [1.0, np.nan], 0.0)


def _evenings_done(plan: TrialPlan, diary: Diary) -> pd.Series:
    """Nights on which it was done by an hour after its time; without a clock time, if it did not answer symptoms."""
    events = diary.events
    mine = events[(events["type"].eq("stretch") if plan.done == "stretched" else events["item"].eq(plan.done))
                  & events["amount"].ne(0).fillna(True)]
    timed = mine["time_precision"].isin(TIMED)
    late = timed & (minutes_on_night(mine["start_local"], mine["night"]) > clock_minutes(plan.at) + SLACK)
    return mine.loc[~late & (timed | mine["intent"].ne("responsive")), "night"]
