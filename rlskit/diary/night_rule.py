"""Which night does a moment belong to: date and clock arithmetic, and only here (docs/decisions/0002-night-rule.md).

A night is named by the local date of its *evening*.

* Main sleep starting in [12:00 D, 12:00 D+1) belongs to night D (the 12:00 can be moved, for people who sleep by day).
* A timed event belongs to the diary day that runs from waking on D's morning to the next waking; where the waking is
  unknown, from 06:00 (six hours before the night starts).
* A time slot or a date without a time follows its date, but a slot before 06:00 belongs to the night in progress.
* An entry that tells of last night (`tells_of` in rlskit.toml) belongs to the night before its diary day; where its
  source itself writes it beside the sleep of a night, it is that night's, whatever rlskit.toml says.
* A wake-date label (Fitbit, Oura, Bearable sleep) is the evening's date plus one.

All moments are naive local wall-clock times; durations need a zone and come from :func:`elapsed_hours`.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from rlskit.errors import DiaryError

NIGHT_STARTS = "12:00"
DAY = np.timedelta64(1, "D")
LAST_NIGHT = "last_night"  # the rule of an entry that tells of the night before its diary day
OF_THE_SLEEP = "noon_sleep_start"  # the rule of a sleep, and of what its source writes beside it on waking
UP_BEFORE = 120  # minutes before a diary day begins from which an answer about last night is given after waking:
UP_FROM = dt.time(4)  # of an ordinary night from this hour on
YEARS = (1900, 2199)  # outside them nobody keeps a diary, and arithmetic with dates may end
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# Six-hour slots as Bearable names them: start and end in hours of the calendar day.
SLOT_HOURS = {"pre": (0, 6), "am": (6, 12), "mid": (12, 18), "pm": (18, 24), "all_day": (0, 24)}


def clock_minutes(clock: str) -> int:
    """Minutes after midnight of ``"HH:MM"``; DiaryError for anything else."""
    hours, colon, minutes = str(clock).strip().partition(":")
    if colon and hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60:
        return 60 * int(hours) + int(minutes)
    raise DiaryError(f'expected a clock time like "21:30", found "{clock}".')


def day_text(day: dt.date) -> str:
    """A date as people write it, "3 Mar 2026", the same on every platform."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def night_of_sleep(start: pd.Series, night_starts: str = NIGHT_STARTS) -> pd.Series:
    """Night (midnight-normalised date) of main sleeps from their local start; NaT stays NaT."""
    return (start - pd.Timedelta(minutes=clock_minutes(night_starts))).dt.normalize()


def night_of_start(start: dt.datetime) -> dt.datetime:
    """The same of one sleep."""
    return dt.datetime.combine((start - dt.timedelta(minutes=clock_minutes(NIGHT_STARTS))).date(), dt.time())


def night_of_clock(day: dt.date, clock: dt.time, night_starts: str = NIGHT_STARTS) -> dt.date:
    """The night that a clock time of a date belongs to where no waking is known: before 06:00 the one before."""
    moment = dt.datetime.combine(day, clock) - dt.timedelta(minutes=_fallback_offset(night_starts))
    return moment.date()


def night_before(day: dt.date, clock: dt.time | None) -> dt.date:
    """The night that an answer about last night tells of, where no waking is known: who answers at 04:00 or later is
    up, and before that hour the night in progress is not over."""
    return (day if clock is None or clock >= UP_FROM else night_of_clock(day, clock)) - dt.timedelta(days=1)


def night_told(day: dt.date, clock: dt.time | None, tells_of: str) -> dt.date:
    """The night that an answer of this date, and clock time where there is one, tells of; tells_of : "last night", else
    the clock time decides, and a date alone is the evening's."""
    if tells_of == "last night":
        return night_before(day, clock)
    return day if clock is None else night_of_clock(day, clock)


def _fallback_offset(night_starts: str) -> int:
    """Minutes from midnight of the night's date at which a diary day begins where its waking is unknown: 06:00, six
    hours before noon. Below zero where it falls on the date before."""
    return clock_minutes(night_starts) - 360


def clock_on_night(clock: str, night_starts: str = NIGHT_STARTS) -> int:
    """Minutes after midnight of the night's date at which a clock time falls in that night's diary day: 01:00 of a
    night that starts at noon is 1500."""
    begins = _fallback_offset(night_starts)
    return (clock_minutes(clock) - begins) % 1440 + begins


def night_of_events(
    moment: pd.Series, precision: pd.Series, slot: pd.Series, wakes: pd.Series, night_starts: str = NIGHT_STARTS
) -> tuple[pd.Series, pd.Series]:
    """Night and the rule that decided it, for events of one person.

    Parameters
    ----------
    moment : local wall-clock time; for a slot or a date only its calendar date is read.
    precision : ``minute`` | ``quarter_hour`` | ``slot`` | ``date``.
    slot : one of SLOT_HOURS, or empty.
    wakes : local waking moments (end of main sleep), indexed by the night whose diary day they begin: the night after
        the one slept through, which for people who wake in the morning is that morning's date.

    Returns
    -------
    night (midnight-normalised) and rule (``wake_to_wake`` | ``fallback_0600`` | ``slot`` | ``source_date``).
    """
    date = moment.dt.normalize()
    night, known = _diary_day(moment, date, wakes, night_starts)
    rule = pd.Series(np.where(known, "wake_to_wake", "fallback_0600"), index=date.index, dtype=object)

    # A slot is placed by its middle and the clock alone: a waking inside it says nothing about the event.
    middle = slot.map({name: sum(ends) / 2 for name, ends in SLOT_HOURS.items()}).astype(float).fillna(12)
    by_slot = precision.eq("slot")
    slot_night, _ = _diary_day(date + pd.to_timedelta(middle, unit="h"), date, wakes.iloc[:0], night_starts)
    night, rule = night.mask(by_slot, slot_night), rule.mask(by_slot, "slot")
    by_date = precision.eq("date") | (by_slot & slot.eq("all_day"))
    return night.mask(by_date, date), rule.mask(by_date, "source_date")


def _diary_day(
    moment: pd.Series, date: pd.Series, wakes: pd.Series, night_starts: str
) -> tuple[pd.Series, np.ndarray]:
    """The night whose diary day holds each moment, and whether a known waking decided it.

    The diary day of a moment is named by the day before, by its own date, or (sleep by day, counted from an early
    hour) by the next date: the latest that has begun.
    """
    night = date - DAY
    decided_by = date
    for days in (0, 1):
        name = date + days * DAY
        begins = name.map(wakes) if len(wakes) else pd.Series(pd.NaT, index=name.index, dtype=name.dtype)
        begins = begins.astype(moment.dtype).fillna(name + pd.Timedelta(minutes=_fallback_offset(night_starts)))
        has_begun = moment >= begins
        night = night.mask(has_begun, name)
        decided_by = decided_by.mask(has_begun, name)
    return night, decided_by.isin(wakes.dropna().index).to_numpy()


def hours_after_noon(moment: pd.Series, night: pd.Series) -> pd.Series:
    """Wall-clock hours from noon of the night's evening; a 02:00 symptom is 14.0, a 21:30 one 9.5."""
    return (moment - night) / pd.Timedelta(hours=1) - 12.0


def zone(name: str, where: str = "timezone") -> ZoneInfo:
    """The IANA zone of that name, or a DiaryError that says what a zone looks like."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise DiaryError(
            f'{where}: expected an IANA time zone such as "Europe/London" or "America/New_York", found "{name}". '
            "Correct it in rlskit.toml or give --timezone."
        ) from None


def on_night(night: dt.date, clock: dt.time, day_starts: str) -> dt.datetime:
    """The moment that a clock reading means on a night: before `day_starts` it is the next calendar day."""
    early = 60 * clock.hour + clock.minute < clock_minutes(day_starts)
    return dt.datetime.combine(night + dt.timedelta(days=early), clock)


def elapsed_hours(start: dt.datetime, end: dt.datetime, tz: ZoneInfo | None) -> float:
    """Hours that really passed between two local wall-clock times; without a zone, the wall-clock difference.

    An hour that occurs twice in autumn is taken as its first pass for the start and its second for the end only when
    the clock readings leave no other choice (end before start otherwise).
    """
    if tz is None:
        return (end - start).total_seconds() / 3600
    a, b = start.replace(tzinfo=tz), end.replace(tzinfo=tz)
    hours = (b.astimezone(dt.UTC) - a.astimezone(dt.UTC)).total_seconds() / 3600
    if hours < 0:
        hours = (b.replace(fold=1).astimezone(dt.UTC) - a.astimezone(dt.UTC)).total_seconds() / 3600
    return hours


def add_elapsed(start: dt.datetime, hours: float, tz: ZoneInfo) -> dt.datetime:
    """Local wall-clock time that many elapsed hours after a local start."""
    instant = start.replace(tzinfo=tz).astimezone(dt.UTC) + dt.timedelta(hours=hours)
    return instant.astimezone(tz).replace(tzinfo=None)


def follow_entries(events: pd.DataFrame, night_starts: str = NIGHT_STARTS) -> pd.DataFrame:
    """Events that took the night of the row they were written in, put on the night where that row stands now.

    A tag that speaks of a day has no clock time, or the one that rlskit.toml states. When another hour, or a waking
    that another file tells, moves its row (known by the sleep in it, else by a note with a clock time or slot), the tag
    and its clock time move too; one that tells of last night stays the night before. Columns: EVENT_COLUMNS.
    """
    row = pd.MultiIndex.from_frame(events[["person", "file", "row"]])
    timed_note = events["type"].eq("note") & events["time_precision"].isin(["minute", "slot"])
    asleep = events["type"].isin(["sleep", "nap"])
    before = events["night"].where(_is_up(events, night_starts), events["night"] - DAY)
    anchors = events[["type", "night"]].assign(before=before).set_index(row)[(asleep | timed_note).to_numpy()]
    anchors = anchors.sort_values("type", key=lambda t: t.eq("note"), kind="stable")
    at = anchors[~anchors.index.duplicated()].reindex(row).set_index(events.index)
    night = at["night"].where(events["night_rule"].ne(LAST_NIGHT), at["before"])
    dated, timed = (events["time_precision"].eq(kind) for kind in ("date", "quarter_hour"))
    named = events["night_rule"].isin(["source_date", OF_THE_SLEEP, LAST_NIGHT]) & ~asleep
    mine = (dated | timed) & named & events["row"].notna() & night.notna()
    minutes = pd.Series(0.0, index=events.index)
    clock = events.loc[mine & timed, "start_local"].dt.strftime("%H:%M")
    minutes[clock.index] = [float(clock_on_night(c, night_starts)) for c in clock]
    out = events.copy()
    out.loc[mine, "night"] = night[mine]
    out.loc[mine, "start_local"] = (night + pd.to_timedelta(minutes, unit="min"))[mine]
    return out


def on_the_day(events: pd.DataFrame, which: pd.Series | np.ndarray, last_night: pd.Series | np.ndarray) -> pd.DataFrame:
    """Events of which `which` tell of a night as a whole, those of `last_night` of the one before their diary day: an
    entry that tells of another night says nothing about the hour at which it happened."""
    out = events.assign(night=nights_told(events, last_night))
    out.loc[which, "start_local"] = out.loc[which, "night"]
    out.loc[which, ["time_precision", "slot", "night_rule"]] = ["date", "", "source_date"]
    out.loc[last_night, "night_rule"] = LAST_NIGHT
    return out


def nights_told(events: pd.DataFrame, last_night: pd.Series | np.ndarray) -> pd.Series:
    """The nights of events of which those of `last_night` tell of the one before their diary day."""
    return events["night"].mask(last_night & ~_is_up(events), events["night"] - DAY)


def _is_up(events: pd.DataFrame, night_starts: str = NIGHT_STARTS) -> pd.Series:
    """Whether an entry about last night tells of the night it stands on: made two hours before the diary day begins or
    later (as in night_before), or in a slot of the next date, it is of somebody who is up, though no waking is known
    yet."""
    up = DAY + pd.Timedelta(minutes=_fallback_offset(night_starts) - UP_BEFORE)
    start, night, precision = events["start_local"], events["night"], events["time_precision"]
    return (precision.eq("minute") & (start - night >= up)) | (precision.eq("slot") & (start.dt.normalize() > night))


def assign_nights(events: pd.DataFrame, wakes: pd.DataFrame, night_starts: str = NIGHT_STARTS) -> pd.DataFrame:
    """Events with `night` and `night_rule` set from their moments, person by person.

    Rows whose source named the night itself (`night_rule` "source_date" or "last_night" with a night) keep it, as do
    sleeps and what was written beside them. `wakes` has columns `person`, `woke_up` (local) and
    `night`, the night slept through; without the last, the date of waking is taken for the day that it begins.
    """
    fixed = events["night_rule"].isin(["source_date", OF_THE_SLEEP, LAST_NIGHT]) & events["night"].notna()
    out = events.copy()
    awake = wakes[wakes["woke_up"].notna()]
    places = awake.groupby("person", sort=False).indices
    for person, mine in events[~fixed].groupby("person", sort=False):
        known = awake.iloc[places.get(person, [])]
        ends = known["woke_up"]
        begins = known["night"] + DAY if "night" in known else ends.dt.normalize()
        night, rule = night_of_events(mine["start_local"], mine["time_precision"], mine["slot"],
                                      ends.groupby(begins).max(), night_starts)
        out.loc[mine.index, "night"] = night
        out.loc[mine.index, "night_rule"] = rule
    return out
