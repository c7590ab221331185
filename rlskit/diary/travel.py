"""Where somebody was when: the time zone stated for every day, and those of journeys. For files whose moments are
instants that name no zone of their own (Apple Health, Garmin)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from rlskit.diary import toml_values
from rlskit.diary.night_rule import zone
from rlskit.errors import DiaryError


@dataclass(frozen=True, kw_only=True)
class Journey:
    """The days from `since` to `until`, both of them too, spent in another time zone; dates are local ones there."""

    since: dt.date
    until: dt.date
    timezone: str


def read_travel(said: object, file: str) -> tuple[Journey, ...]:
    """The [[travel]] sections of rlskit.toml; DiaryError for what is none, or where two share a day."""
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise DiaryError(f'{file}, travel: expected sections such as [[travel]], found "{said}".')
    found = sorted((_journey(one, f"{file}, [[travel]] {n}") for n, one in enumerate(said, 1)),
                   key=lambda one: one.since)
    for before, after in pairwise(found):
        if after.since <= before.until:
            raise DiaryError(f"{file}, [[travel]]: expected each day in one journey, found {after.since} in two.")
    return tuple(found)


def _journey(said: dict, where: str) -> Journey:
    toml_values.known(said, ("from", "until", "timezone"), where)
    since, until = (toml_values.day(said.get(key), f"{where}, {key}") for key in ("from", "until"))
    if until < since:
        raise DiaryError(f"{where}: expected until on or after from, found {until} before {since}.")
    zone(str(said.get("timezone", "")), f"{where}, timezone")
    return Journey(since=since, until=until, timezone=str(said["timezone"]))


def zone_at(moment: dt.datetime, home: str, travel: tuple[Journey, ...]) -> ZoneInfo | None:
    """The zone that an instant was lived in: that of the journey it falls in by the clocks there, else home's."""
    for one in travel:
        there = zone(one.timezone)
        if one.since <= moment.astimezone(there).date() <= one.until:
            return there
    return zone(home) if home else None
