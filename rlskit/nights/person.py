"""All columns of one person's nights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rlskit.diary.night_rule import LAST_NIGHT, NIGHT_STARTS, clock_minutes, clock_on_night, day_text, nights_told
from rlskit.diary.own import SLEEP_QUALITY, Habit, OwnOutcome
from rlskit.diary.readers.detect import readers
from rlskit.diary.tables import SHIFTED, SHIFTS
from rlskit.nights.cells import only, text, yes_no
from rlskit.nights.details import detail_columns
from rlskit.nights.evening import Evenings, answered_states, first_stretch, gather, stretched_at, symptoms_at, when_done
from rlskit.nights.exposures import NOON, amounts, past_jetlag, sleep_columns, supplement
from rlskit.nights.landmark import TIMED, find_landmark, minutes_on_night
from rlskit.nights.own import habit_columns, outcome_columns
from rlskit.nights.tracking import column_states

LEAST_OF_14 = 10  # answered evenings of the last 14; the days stretched are then scaled up to 14
LEAST_A_WEEK = 5  # days of 7 that make a week of stretching, and answered evenings that tell one
WEEKEND = ("No free days were written down, so the row on later sleep on free days takes the calendar's weekend: the "
           "nights of Friday and Saturday.")
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


@dataclass(frozen=True)
class PersonNights:
    """One person's rows, with what has to be said about them."""

    table: pd.DataFrame
    landmark: str
    landmark_from: str
    notes: tuple[str, ...]
    tag_choices: tuple[str, ...]


def person_nights(
    daily: pd.DataFrame, events: pd.DataFrame, tags: pd.DataFrame, person: str, landmark: str | None,
    night_starts: str = NIGHT_STARTS, habits: Sequence[Habit] = (),
    outcomes: Sequence[OwnOutcome] = (SLEEP_QUALITY,),
) -> PersonNights:
    """The model rows of one person, from that person's rows of the canonical tables; make_nights names the columns."""
    events = events[events["night"].notna()]
    tags = tags[tags["column"].ne("") & tags["column"].ne("ignore")]
    entries = _diary_entries(events, daily, tags)
    own = daily.loc[_has_answer(daily), "night"]
    nights = _calendar(events, daily, entries, tags, own)

    asleep = sleep_columns(daily, nights)
    stretches = events[events["type"].eq("stretch")]
    against = events[events["item"].isin([habit.column for habit in habits if habit.preventive])]
    found, found_from = find_landmark(pd.concat([stretches, against]), asleep["bed_min"].to_numpy(), night_starts)
    mark_text, mark_from = (found, found_from) if landmark is None else (landmark, f"{landmark}, as given")
    mark, noon = clock_on_night(mark_text, night_starts), clock_minutes(night_starts)

    answered = daily.set_index("night").reindex(nights)
    of = gather(events, answered, nights, tags, entries, noon)
    seen = symptoms_at(of, mark)
    out: dict[str, Any] = {
        "person": person, "night": nights,
        "recorded": nights.isin(entries["night"]) | nights.isin(own),
        "symptoms": yes_no(seen.late, nights), "symptoms_state": text(seen.late, nights),
        "early_symptoms": yes_no(seen.early, nights), "early_symptoms_state": text(seen.early, nights),
        "onset_h": of.onset_h, "severity_0_10": of.severity,
        **_stretching(of, stretches, mark, stretched_at(of, mark, seen.early)),
        **_before_symptoms(of, mark, seen.early)}
    out |= detail_columns(of, mark, events, out["stretched"])
    for column in ("caffeine", "alcohol"):
        out |= amounts(column, events, answered, nights, tags, entries)
    for column in ("iron", "magnesium"):
        out |= supplement(column, events, answered, nights, tags, entries)
    own, said = habit_columns(habits, of, mark, seen.early, events, tags, entries)
    judged, more = outcome_columns(outcomes, events, answered, nights, tags, entries)
    out |= own | judged
    out |= asleep.drop(columns=["bed_min", "mid_min"])
    out |= _free(events, answered, nights, tags, entries)
    out["social_jetlag_28_min"], ticked = _jetlag(asleep["mid_min"], out["free_night"])
    for ending, minutes in SHIFTS.items():
        seen = symptoms_at(of, mark + minutes, told_at=mark)
        states = (seen.late, seen.early, stretched_at(of, mark + minutes, seen.early))
        out |= {f"{name}_{ending}": yes_no(one, nights) for name, one in zip(SHIFTED, states, strict=True)}
    out["weekday"] = pd.Categorical.from_codes(nights.day_of_week, WEEKDAYS)
    out["day_index"] = np.arange(len(nights))
    out["medicine_period"] = _medicine_periods(events, answered, nights)
    table = pd.DataFrame(out, index=nights)
    notes = (*_notes(events, table, night_starts), *said, *more, *ticked)
    return PersonNights(table.reset_index(drop=True), mark_text, mark_from, notes, tuple(_choices(tags)))


def _diary_entries(events: pd.DataFrame, daily: pd.DataFrame, tags: pd.DataFrame) -> pd.DataFrame:
    """Signs that the diary itself was open: everything but sleeps; a device's records only if its tags are mapped.

    opens : the night that an empty box of the entry speaks of; before : the same where the box tells of last night.
    """
    kept = events[~events["type"].isin(["sleep", "nap"])]
    mapped = set(tags.loc[tags["n"] > 0, "file"])
    device = kept["app"].isin([reader.app for reader in readers() if reader.device])
    told = kept["night_rule"].eq(LAST_NIGHT)
    entries = kept[["file", "night"]].assign(opens=kept["night"].mask(told), before=nights_told(kept, ~told & ~device))
    return entries[~device | kept["file"].isin(mapped)]


def _has_answer(daily: pd.DataFrame) -> pd.Series:
    said = ["symptoms", "caffeine_any", "alcohol_any", "stretched", "iron", "magnesium"]
    return daily[said].ne("").any(axis=1)


def _calendar(events, daily, entries, tags, own) -> pd.DatetimeIndex:
    """Every night from the first to the last of the symptom diary; of everything, where there is no symptom diary.
    own : nights with an answer of their own."""
    files = set(tags.loc[tags["column"].eq("symptoms"), "file"])
    mine = pd.concat([entries.loc[entries["file"].isin(files), "night"], own])
    if mine.empty:
        mine = entries["night"] if len(entries) else pd.concat([daily["night"], events["night"]])
    return pd.date_range(mine.min(), mine.max(), name="night").as_unit("us")


def _of(events: pd.DataFrame, item: str) -> pd.DataFrame:
    return events[events["item"].eq(item)]


def _stretching(of: Evenings, stretches: pd.DataFrame, mark: int, states: np.ndarray) -> dict[str, pd.Series]:
    """stretched (preventive, before the landmark), stretch_min, stretch_h, stretch_responsive, stretched_days_14,
    movements.

    stretches : every stretch event of the person. states : of preventive stretching, (nights,).
    """
    nights = of.nights
    stretched = yes_no(states, nights)
    preventive = of.stretches[when_done(of, mark)[0] & (of.why != "responsive")]
    minutes = preventive.groupby("night")["amount"].sum(min_count=1).reindex(nights)
    minutes = minutes.where(stretched.fillna(False)).mask(stretched.eq(False).fillna(False), 0.0)
    responsive = np.isin(np.arange(len(nights)), of.done.night[of.why == "responsive"])
    did, answered = (np.isin(states, said) for said in (["yes"], ["yes", "no"]))
    counts, known = _past(did, 14), _past(answered, 14)
    out = {
        "stretched": stretched, "stretched_state": text(states, nights), "stretch_min": minutes.astype("Float64"),
        "stretch_h": _last_hour(of, mark).where(stretched.fillna(False)).astype("Float64"),
        "stretch_responsive": only(responsive, np.isin(states, ["yes", "no", "unknown_order"]), "boolean", nights),
        "stretched_days_14": only(np.round(counts * 14 / np.maximum(known, 1)), known >= LEAST_OF_14, "Int64", nights),
        "stretched_weeks_28": _weeks_in_a_row(did, answered, nights)}
    for name in sorted(set(stretches["item"][stretches["amount"].ne(0).fillna(True)]) - {"stretched", ""}):
        did = nights.isin(preventive.loc[preventive["item"].eq(name), "night"])
        out[f"movement_{name}"] = only(did, stretched.notna().to_numpy(), "boolean", nights)
    return out


def _before_symptoms(of: Evenings, mark: int, early: np.ndarray) -> dict[str, pd.Series]:
    """stretched_before, stretched_before_h: whether there was a stretch before any symptoms, at whatever hour of the
    evening, and when the first of them began."""
    states, minute = first_stretch(of, mark, early)
    hour = pd.Series((minute - NOON) / 60, index=of.nights)
    return {"stretched_before": yes_no(states, of.nights), "stretched_before_h": hour.astype("Float64")}


def _last_hour(of: Evenings, mark: int) -> pd.Series:
    """Hours after noon at which the last preventive stretch before the landmark began, float of (nights,); empty where
    one without a clock time may have come later."""
    hour = np.full(len(of.nights), np.nan)
    timed = of.stretches["time_precision"].isin(TIMED).to_numpy(bool)
    maybe = (of.done.begin <= mark) & (of.why != "responsive")  # before the landmark, perhaps
    known = maybe & timed
    np.fmax.at(hour, of.done.night[known], of.done.begin[known])
    later = maybe & ~timed & ~(of.done.end <= hour[of.done.night])
    hour[of.done.night[later]] = np.nan
    return pd.Series((hour - NOON) / 60, index=of.nights)


def _past(answers: np.ndarray, first: int, last: int = 0) -> np.ndarray:
    """How many of the nights from `first` to `last` + 1 before each, (nights,)."""
    total = np.concatenate([[0], np.cumsum(answers)])
    at = np.arange(len(answers))
    return total[np.maximum(at - last, 0)] - total[np.maximum(at - first, 0)]


def _weeks_in_a_row(did: np.ndarray, answered: np.ndarray, nights: pd.DatetimeIndex) -> pd.Series:
    """Of the four weeks before each night, how many in a row up to last night had stretching on 5 days or more of 7;
    empty where one of the four has under 5 answered evenings."""
    weeks = [(7 * back, 7 * back - 7) for back in range(1, 5)]
    counts, known = (np.array([_past(one, *week) for week in weeks]) for one in (did, answered))
    kept = counts * 7 >= LEAST_A_WEEK * np.maximum(known, 1)
    told = np.asarray((known >= LEAST_A_WEEK).all(axis=0))
    return only(np.cumprod(kept, axis=0).sum(axis=0), told, "Int64", nights)


def _jetlag(mid: pd.Series, free: pd.Series) -> tuple[pd.Series, list[str]]:
    """Later sleep on free days, of the calendar's weekend where no free day was ticked; and that this is so."""
    if free.notna().any():
        return past_jetlag(mid, free), []
    found = past_jetlag(mid, pd.Series(mid.index.day_of_week.isin([4, 5]), index=mid.index, dtype="boolean"))
    return found, [WEEKEND] if found.notna().any() else []


def _free(events, answered, nights, tags, entries) -> dict[str, pd.Series]:
    state = answered_states(column_states(nights, _of(events, "free_night"), entries,
                                          tags[tags["column"].eq("free_night")]), answered["free_night"])
    return {"free_night": yes_no(state.to_numpy(object), nights), "free_night_state": state}


def _medicine_periods(events, answered, nights) -> pd.Categorical:
    """A new period starts on the night of each typed or ticked medicine change."""
    changes = nights.isin(_of(events, "medicine_change")["night"]) | answered["medicine_change"].fillna("").ne("")
    period = np.cumsum(np.asarray(changes, dtype=int)) + 1
    return pd.Categorical([f"period {p}" for p in period], [f"period {p}" for p in range(1, int(period.max()) + 1)])


def _choices(tags: pd.DataFrame) -> list[str]:
    """What was decided about unticked boxes, for printing."""
    lines = []
    for t in tags[tags["n"] > 0].itertuples(index=False):
        when = f"{day_text(t.first)} to {day_text(t.last)}"
        if t.unticked == "no":
            lines.append(f'"{t.tag}" (ticked {t.n} times, {when}): not ticked counts as "no" on nights with another '
                         "entry, while the tag was in use.")
        else:
            lines.append(f'"{t.tag}" (ticked {t.n} times, {when}): not ticked counts as not recorded.')
    return lines


def _notes(events: pd.DataFrame, out: pd.DataFrame, night_starts: str) -> list[str]:
    """What else a reader has to know about these rows."""
    notes = []
    ill = events[events["type"].eq("symptom") & events["time_precision"].isin(("minute", "quarter_hour"))]
    morning = minutes_on_night(ill["start_local"], ill["night"]).lt(clock_minutes(night_starts)).sum()
    if morning:
        until = "noon" if night_starts == NIGHT_STARTS else night_starts
        what = "1 symptom" if morning == 1 else f"{morning} symptoms"
        notes.append(f"{what} between waking and {until} {'counts' if morning == 1 else 'count'} for no night.")
    for column, word in (("symptoms", "symptoms"), ("stretched", "stretching"), ("caffeine_after_noon_mg", "caffeine"),
                         ("alcohol_drinks", "alcohol")):
        off = int(out[f"{column}_state"].eq("not_tracked").sum())
        if 0 < off < len(out):
            notes.append(f"{off} nights lie outside the time in which {word} was tracked; they are set aside.")
    return notes
