"""Symptoms and stretches of one person's evenings, judged at a clock time (docs/decisions/0005-landmark.md).

`gather` collects once what does not depend on the clock time; `symptoms_at` and `stretched_at` look at it from a
landmark, so that the evening as seen an hour earlier and later costs little more. A night is judged by what was true
*at* the landmark and nothing later: a stretch after it, responsive ones included, neither makes a night "stretched" nor
removes it.

Oracle: tests/unit/nights/test_make.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from rlskit.nights.landmark import TIMED, minutes_on_night, spans
from rlskit.nights.tracking import column_states

UNTOLD = ("not_recorded", "not_tracked")


@dataclass(frozen=True)
class Moments:
    """Events that happened some time between two minutes after midnight of their night's date, all arrays (events,).

    night : number of the night in the calendar, never -1. slot : the time is a slot of the day, whose end is excluded.
    """

    night: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    slot: np.ndarray


@dataclass(frozen=True)
class Evenings:
    """What was said about a person's evenings, whatever the landmark; arrays (nights,) unless said otherwise.

    ill, done : moments of symptoms and of stretches. why (stretches,) : preventive | responsive | unknown, by the clock
    where it is known. any_state, early_state, stretch_state : states by ticks and typed answers. typed_yes : "yes"
    was typed about the night's symptoms. onset_h, severity : nullable. said_night, said_at, said (timed stretches,) :
    the night and minute of each stretch of a known hour and what was said about it ("not yet" is preventive, "already
    restless" responsive). stretches : the events of `done`, as they stand in the diary.
    """

    nights: pd.DatetimeIndex
    ill: Moments
    any_state: np.ndarray
    typed_yes: np.ndarray
    early_state: np.ndarray
    onset_h: pd.Series
    severity: pd.Series
    stretches: pd.DataFrame
    done: Moments
    why: np.ndarray
    stretch_state: np.ndarray
    said_night: np.ndarray
    said_at: np.ndarray
    said: np.ndarray


@dataclass(frozen=True)
class Symptoms:
    """late : states of symptoms after the landmark; early : of those before it. (nights,) of text."""

    late: np.ndarray
    early: np.ndarray


def gather(events, answered, nights, tags, entries, noon: int) -> Evenings:
    """events, entries, tags : of this person. answered : the daily row of each night. noon : minute of the night's date
    at which the night starts."""
    symptom = events[events["type"].eq("symptom")]
    ticks = symptom[symptom["item"].ne("early_symptoms")]
    span = spans(ticks)
    in_the_evening = span["end"].gt(noon)
    by_ticks = column_states(nights, ticks, entries, tags[tags["column"].eq("symptoms")], outcome=True,
                             counts=in_the_evening)
    told = ticks.loc[ticks["doubtful"], "night"]  # of that night, or of the one before? (open_questions.py)
    perhaps = nights.isin(told) | nights.isin(told - pd.Timedelta(days=1))
    any_state = answered_states(by_ticks.mask(perhaps & by_ticks.eq("no"), "not_recorded"), answered["symptoms"])
    early_tags = tags[tags["column"].eq("early_symptoms")]
    early = column_states(nights, events[events["item"].eq("early_symptoms")], entries, early_tags, outcome=True) \
        if len(early_tags) else pd.Series("not_recorded", index=nights, dtype=object)
    main = ticks[ticks["amount"].ne(0).fillna(True)]
    ill = main[in_the_evening.loc[main.index]]
    onset_h, severity = _onset_and_severity(main, answered, nights, noon)

    stretches = events[events["type"].eq("stretch")]
    stretch_state = answered_states(column_states(nights, stretches, entries, tags[tags["column"].eq("stretched")]),
                                    answered["stretched"])
    done, moments, why = _done(stretches, spans(stretches), nights, onset_h)
    timed = stretches[stretches["time_precision"].isin(TIMED) & stretches["night"].isin(nights)]
    return Evenings(
        nights=nights, ill=_moments(ill, span, nights), any_state=any_state.to_numpy(object),
        typed_yes=answered["symptoms"].eq("yes").to_numpy(bool), early_state=early.to_numpy(object), onset_h=onset_h,
        severity=severity, stretches=done, done=moments, why=why, stretch_state=stretch_state.to_numpy(object),
        said_night=nights.get_indexer(timed["night"]),
        said_at=minutes_on_night(timed["start_local"], timed["night"]).to_numpy(float),
        said=timed["intent"].to_numpy(object))


def doing_else(of: Evenings, events: pd.DataFrame, span: pd.DataFrame, state: pd.Series) -> Evenings:
    """The same evenings with something else done against symptoms in the place of stretching. events, span : of it.
    state : of each night, by ticks."""
    done, moments, why = _done(events, span, of.nights, of.onset_h)
    return replace(of, stretches=done, done=moments, why=why, stretch_state=state.to_numpy(object))


def saying_more(of: Evenings, details: pd.DataFrame) -> Evenings:
    """The same evenings with what is said about stretches in the place of the stretches; an answer of 0 is one too."""
    said, moments, why = _placed(details, spans(details), of.nights, of.onset_h)
    return replace(of, stretches=said, done=moments, why=why)


def symptoms_at(of: Evenings, mark: int, told_at: int | None = None) -> Symptoms:
    """Symptoms before and after a landmark (minutes of the night's date). told_at : the minute that a tag such as
    "already restless" speaks of, where that is not the landmark."""
    ill = of.ill
    sure_before = (ill.end < mark) | ((ill.end <= mark) & ill.slot)
    sure_after = ill.begin >= mark
    before, after, somewhere = (_on(of, ill.night[which]) for which in
                                (sure_before, sure_after, ~sure_before & ~sure_after))
    told = of.early_state
    if told_at is not None and told_at != mark:  # restless at nine: surely at ten, perhaps at eight
        told = np.where(told == ("yes" if mark < told_at else "no"), "not_recorded", told)
    # Early: proved by the clock, else said by its own tag, else told by what was said about a stretch of known hour
    # ("already restless" before the landmark, "not yet" at or after it); a night without any symptoms had none early.
    restless = _on(of, of.said_night[(of.said == "responsive") & (of.said_at < mark)])
    calm = _on(of, of.said_night[(of.said == "preventive") & (of.said_at >= mark)])
    present, untold = of.any_state == "yes", np.isin(told, UNTOLD)
    all_late = present & after & ~before & ~somewhere
    early = np.where(untold & ((of.any_state == "no") | all_late | (present & calm)), "no", told)
    early = np.where((untold & present & ~all_late & restless) | before, "yes", early)
    early = np.where(np.isin(early, UNTOLD) & present, "unknown_order", early)
    # After the landmark: said by a typed yes for the night, sure by the clock, or somewhere in the night. On a night
    # that was already symptomatic a symptom of unknown hour counts as the night's symptom; the landmark analysis sets
    # such nights aside anyway.
    only_early = present & before & ~after & ~somewhere & ~of.typed_yes
    return Symptoms(np.where(only_early, "no", of.any_state), early)


def stretched_at(of: Evenings, mark: int, early: np.ndarray) -> np.ndarray:
    """States of preventive stretching before a landmark, (nights,) of text; early : states of symptoms before it.

    Where there were none, a stretch that came before the landmark came before any symptom, and a responsive one must
    have come after it.
    """
    before, after = when_done(of, mark)
    quiet = (early == "no")[of.done.night]
    preventive = before & ((of.why == "preventive") | ((of.why == "unknown") & quiet))
    later = after | ((of.why == "responsive") & quiet)
    there, some, not_all = (_on(of, of.done.night[which]) for which in (slice(None), preventive, ~later))
    judged = np.select([some, ~not_all], ["yes", "no"], "unknown_order").astype(object)
    state = np.where(there & (of.stretch_state != "no"), judged, of.stretch_state)
    # "Yes, stretched" without any event says nothing about when.
    return np.where((state == "yes") & ~there, "unknown_order", state)


def first_stretch(of: Evenings, mark: int, early: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """States of stretching before any symptoms, at whatever hour of the evening, and the minute at which the first of
    those stretches began, nan where there is none; (nights,) each. mark, early : a landmark, and the states of symptoms
    before it, for stretches of which nothing else tells whether they came first.

    On an evening without symptoms every stretch came before them. Where one whose order or clock time is not known may
    have come earlier than the first that is, or where "yes" was typed without any, nothing is known of the evening.
    """
    timed = of.stretches["time_precision"].isin(TIMED).to_numpy(bool)
    quiet = (of.any_state == "no")[of.done.night] | ((of.done.end <= mark) & (early == "no")[of.done.night])
    preventive = (of.why == "preventive") | ((of.why == "unknown") & quiet)
    minute = np.full(len(of.nights), np.inf)
    known = timed & preventive
    np.minimum.at(minute, of.done.night[known], of.done.begin[known])
    perhaps = ~known & (of.why != "responsive") & (of.done.begin < minute[of.done.night])
    there, unknown = _on(of, of.done.night), _on(of, of.done.night[perhaps])
    unknown |= (of.stretch_state == "yes") & ~there
    state = np.where(np.isin(of.stretch_state, UNTOLD), of.stretch_state, np.where(np.isfinite(minute), "yes", "no"))
    state = np.where(unknown & (of.stretch_state != "no"), "unknown_order", state)
    state = np.where(of.stretch_state == "no", "no", state)
    return state, np.where(state == "yes", minute, np.nan)


def when_done(of: Evenings, mark: int) -> tuple[np.ndarray, np.ndarray]:
    """Which stretches came surely before, and which surely after a landmark; (stretches,) each."""
    return of.done.end <= mark, (of.done.begin > mark) | (of.done.slot & (of.done.begin >= mark))


def answered_states(states: pd.Series, typed: pd.Series) -> pd.Series:
    """A typed yes or no wins over what ticks say."""
    typed = typed.fillna("").reindex(states.index)
    return states.mask(typed.isin(["yes", "no"]), typed)


def _done(events, span, nights, onset_h) -> tuple[pd.DataFrame, Moments, np.ndarray]:
    """The events that were done, in the calendar; when; and why."""
    return _placed(events[events["amount"].ne(0).fillna(True)], span, nights, onset_h)


def _placed(events, span, nights, onset_h) -> tuple[pd.DataFrame, Moments, np.ndarray]:
    events = events[events["night"].isin(nights)]
    moments = _moments(events, span, nights)
    return events, moments, _why(events, moments, onset_h)


def _moments(events: pd.DataFrame, span: pd.DataFrame, nights: pd.DatetimeIndex) -> Moments:
    """The events that lie in the calendar; span : their first and last minutes, perhaps among those of others."""
    night, mine = nights.get_indexer(events["night"]), span.loc[events.index]
    here = night >= 0
    slot = events["time_precision"].to_numpy(object) == "slot"
    return Moments(night[here], mine["begin"].to_numpy()[here], mine["end"].to_numpy()[here], slot[here])


def _on(of: Evenings, which: np.ndarray) -> np.ndarray:
    """Nights, by their numbers, as (nights,) of truth."""
    there = np.zeros(len(of.nights), dtype=bool)
    there[which] = True
    return there


def _onset_and_severity(main, answered, nights, noon) -> tuple[pd.Series, pd.Series]:
    timed = main[main["time_precision"].isin(TIMED)]
    at = minutes_on_night(timed["start_local"], timed["night"])
    onset = at[at >= noon].groupby(timed["night"]).min().reindex(nights)
    typed = minutes_on_night(answered["symptoms_began"], pd.Series(nights, index=nights))
    severity = main.loc[main["unit"].eq("nrs_0_10")].groupby("night")["amount"].max().reindex(nights)
    # a typed no wins over ticks, here too
    calm = answered["symptoms"].eq("no")
    onset, severity = onset.mask(calm), severity.mask(calm & severity.gt(0).fillna(False))
    severity = answered["severity_0_10"].where(answered["severity_scale"].eq("nrs_0_10")).fillna(severity)
    return (((typed.astype(float).fillna(onset.astype(float)) - 720) / 60).astype("Float64"),
            severity.round().astype("Int64"))


def _why(done: pd.DataFrame, moments: Moments, onset_h: pd.Series) -> np.ndarray:
    """Clock times of stretch and first symptom decide where both are known and differ; else the stated intent."""
    began = (onset_h * 60 + 720).round().to_numpy(float, na_value=np.nan)[moments.night]
    both = done["time_precision"].isin(TIMED).to_numpy(bool) & ~np.isnan(began)
    by_clock = np.where(moments.begin < began, "preventive", "responsive")
    return np.where(both & (moments.begin != began), by_clock, done["intent"].replace("", "unknown").to_numpy(object))
