"""The same made-up nights as the exports of wearables and habit trackers write them: for fuzz.py, and for the test that
each format, read back, gives the same nights. The same bytes each time."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

ZONE = "Europe/Berlin"


@dataclass(frozen=True, kw_only=True)
class Slept:
    """One night, in local time: from when to when, minutes asleep of it, how often awake, wine before it or none."""

    start: dt.datetime
    end: dt.datetime
    asleep: int
    awake: int
    wine: bool

    @property
    def evening(self) -> dt.date:
        return (self.start - dt.timedelta(hours=12)).date()

    def at(self, end: bool = False) -> dt.datetime:
        """Its start or its end with the offset from UTC."""
        return (self.end if end else self.start).replace(tzinfo=ZoneInfo(ZONE))


def slept(nights: int = 14) -> list[Slept]:
    """Nights from 20 March 2026: the clocks change in the tenth, and some begin after midnight."""
    first = dt.datetime(2026, 3, 20, 22, 40)
    starts = [first + dt.timedelta(days=n, minutes=37 * (n % 5)) for n in range(nights)]
    return [Slept(start=start, end=dt.datetime.combine((start - dt.timedelta(hours=12)).date() + dt.timedelta(days=1),
                                                       dt.time(6, 50 + n % 7)),
                  asleep=400 - n, awake=n % 4 + 1, wine=n % 3 == 0) for n, start in enumerate(starts)]


def iso(moment: dt.datetime) -> str:
    return moment.isoformat(sep=" ")


def fitbit(nights: list[Slept]) -> bytes:
    """Takeout: newest first."""
    return json.dumps([{
        "logId": 1000 + (one.evening - dt.date(2026, 3, 20)).days, "dateOfSleep": str(one.end.date()),
        "startTime": f"{one.start.isoformat()}.000",
        "endTime": f"{one.end.isoformat()}.000", "duration": 1000 * int((one.end - one.start).total_seconds()),
        "minutesAsleep": one.asleep, "type": "stages", "levels": {"summary": {"wake": {"count": one.awake}}},
        "mainSleep": True} for one in reversed(nights)], indent=1).encode()


def fitbit_site(nights: list[Slept]) -> bytes:
    lines = [f'"{one.start:%Y-%m-%d %I:%M%p}","{one.end:%Y-%m-%d %I:%M%p}","{one.asleep}","35","{one.awake}","480"'
             for one in nights]
    return "\n".join(["Body", "Date,Weight,BMI,Fat", '"2026-03-20","70","22","0"', "", "Sleep",
                      "Start Time,End Time,Minutes Asleep,Minutes Awake,Number of Awakenings,Time in Bed", *lines, "",
                      ]).encode()


def oura(nights: list[Slept]) -> bytes:
    lines = [f"{one.at(end=True).isoformat(timespec='milliseconds')},{one.at().isoformat(timespec='milliseconds')},"
             f"{one.end.date()},{one.awake},{60 * one.asleep},long_sleep" for one in nights]
    return "\n".join(["bedtime_end,bedtime_start,day,restless_periods,total_sleep_duration,type", *lines, ""]).encode()


def oura_json(nights: list[Slept]) -> bytes:
    return json.dumps({"data": [{
        "bedtime_start": one.at().isoformat(), "bedtime_end": one.at(end=True).isoformat(), "day": str(one.end.date()),
        "restless_periods": one.awake, "total_sleep_duration": 60 * one.asleep, "type": "long_sleep"}
        for one in nights]}).encode()


def garmin(nights: list[Slept]) -> bytes:
    def utc(moment: dt.datetime) -> str:
        return f"{moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat()}.0"

    return json.dumps([{"sleepWindowConfirmationType": "UNCONFIRMED"}, *({
        "sleepStartTimestampGMT": utc(one.at()), "sleepEndTimestampGMT": utc(one.at(end=True)),
        "calendarDate": str(one.end.date()), "deepSleepSeconds": 6000, "lightSleepSeconds": 60 * one.asleep - 6000,
        "awakeCount": one.awake} for one in nights)]).encode()


def sleep_cycle(nights: list[Slept]) -> bytes:
    lines = [f"{iso(one.start)};{iso(one.end)};75%;7:50;:);{'Wine' if one.wine else ''};;900" for one in nights]
    return "\n".join(["Start;End;Sleep quality;Time in bed;Wake up;Sleep Notes;Heart rate;Activity (steps)", *lines, "",
                      ]).encode()


def sleep_cycle_2(nights: list[Slept]) -> bytes:
    lines = [f"{iso(one.start)};{iso(one.end)};75%;{9 * one.awake};28200;{60 * one.asleep};{'Wine' if one.wine else ''}"
             for one in nights]
    return "\n".join(["Start;End;Sleep Quality;Movements per hour;Time in bed (seconds);Time asleep (seconds);Notes",
                      *lines, ""]).encode()


def _cycle(one: Slept) -> str:
    return f"{iso(one.start)},{iso(one.start + dt.timedelta(days=1))},UTC+01:00"


def whoop_sleeps(nights: list[Slept]) -> bytes:
    lines = [f"{_cycle(one)},{iso(one.start)},{iso(one.end)},90,15.1,{one.asleep},{35 + one.awake},false"
             for one in nights]
    return "\n".join(["Cycle start time,Cycle end time,Cycle timezone,Sleep onset,Wake onset,Sleep performance %,"
                      "Respiratory rate (rpm),Asleep duration (min),Awake duration (min),Nap", *lines, ""]).encode()


def whoop_journal(nights: list[Slept]) -> bytes:
    lines = [f"{_cycle(one)},Have any alcoholic drinks? ,{str(one.wine).lower()}," for one in nights]
    return "\n".join(["Cycle start time,Cycle end time,Cycle timezone,Question text,Answered yes,Notes", *lines, "",
                      ]).encode()


def loop_habits(nights: list[Slept]) -> bytes:
    lines = [f"{one.evening},{2 if one.wine else 0},-1,{6500 + n}," for n, one in enumerate(nights)]
    return "\n".join(["Date,Wine,Reading,Hours,", *reversed(lines), ""]).encode()


def loop_words(nights: list[Slept]) -> bytes:
    lines = [f"{one.evening},{'YES_MANUAL' if one.wine else 'NO'},UNKNOWN" for one in nights]
    return "\n".join(["Date,Wine,Reading", *lines, ""]).encode()


APPLE_START = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 12 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
<!ATTLIST VisionPrescription
  type CDATA #REQUIRED
<!ELEMENT Eye EMPTY>
]>
<HealthData locale="de_DE">
 <ExportDate value="2026-11-22 10:00:00 +0100"/>
 <Me HKCharacteristicTypeIdentifierDateOfBirth="1980-01-01"/>
"""
EXPORTED = dt.timezone(dt.timedelta(hours=1))  # every time has the offset of the day of the export


def apple(nights: list[Slept]) -> bytes:
    """A phone knows when somebody was in bed, a watch the stages of sleep; a glass of wine; what else lies about."""
    def at(moment: dt.datetime) -> str:
        return moment.replace(tzinfo=ZoneInfo(ZONE)).astimezone(EXPORTED).strftime("%Y-%m-%d %H:%M:%S %z")

    def sleep(source: str, value: str, start: dt.datetime, end: dt.datetime) -> str:
        return (f' <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="{source}" startDate="{at(start)}" '
                f'endDate="{at(end)}" value="HKCategoryValueSleepAnalysis{value}">\n'
                f'  <MetadataEntry key="HKTimeZone" value="{ZONE}"/>\n </Record>\n')

    parts = []
    for one in nights:
        minute = dt.timedelta(minutes=1)
        parts.append(sleep("Somebody's Phone", "InBed", one.start - 10 * minute, one.end + 5 * minute))
        edges = [one.start + n * (one.end - one.start) // (one.awake + 1) for n in range(one.awake + 2)]
        for n, (begin, over) in enumerate(pairwise(edges)):
            parts.append(sleep("Somebody's Watch", ("AsleepCore", "AsleepREM")[n % 2], begin,
                               over - minute * (n < one.awake)))
            if n < one.awake:
                parts.append(sleep("Somebody's Watch", "Awake", over - minute, over))
        evening = at(one.start - 120 * minute)
        if one.wine:
            parts.append(f' <Record type="HKQuantityTypeIdentifierNumberOfAlcoholicBeverages" unit="count" '
                         f'startDate="{evening}" endDate="{evening}" value="1"/>\n')
        parts.append(f' <Record type="HKQuantityTypeIdentifierHeartRate" device="\x0b" startDate="{evening}" '
                     f'endDate="{evening}" value="60"/>\n')
    return f"{APPLE_START}{''.join(parts)}</HealthData>\n".encode()


def health_connect(nights: list[Slept]) -> bytes:
    """The database of the phone: a watch's nights with stages, a ring's of the same nights without, a coffee,
    stretching and a run."""
    def stamp(moment: dt.datetime) -> int:
        return int(moment.timestamp() * 1000)

    def offset(moment: dt.datetime) -> int:
        return int(moment.utcoffset().total_seconds())

    base = sqlite3.connect(":memory:")
    base.executescript(
        "create table sleep_session_record_table (row_id integer primary key, app_info_id int, end_time int,"
        " end_zone_offset int, start_time int, start_zone_offset int);"
        "create table sleep_stages_table (parent_key int, stage_start_time int, stage_end_time int, stage_type int);"
        "create table nutrition_record_table (row_id integer primary key, start_time int, start_zone_offset int,"
        " caffeine real, iron real, magnesium real);"
        "create table exercise_session_record_table (row_id integer primary key, exercise_type int, start_time int,"
        " start_zone_offset int, end_time int, end_zone_offset int);")
    for n, one in enumerate(nights):
        start, end = one.at(), one.at(end=True)
        for app in (0, 1):
            base.execute("insert into sleep_session_record_table values (?, ?, ?, ?, ?, ?)", (
                2 * n + app + 1, app, stamp(end), offset(end), stamp(start), offset(start)))
        base.executemany("insert into sleep_stages_table values (?, ?, ?, ?)", [
            (2 * n + 1, stamp(start), stamp(end), kind) for kind in [4, *[1] * one.awake]])
        base.execute("insert into nutrition_record_table values (?, ?, ?, ?, ?, ?)", (
            n + 1, stamp(start) - 10 * 3_600_000, offset(start), 0.095, 5e-324, 5e-324))
        base.execute("insert into exercise_session_record_table values (?, ?, ?, ?, ?, ?)", (
            n + 1, 46 if one.wine else 56, stamp(start) - 3_600_000, offset(start), stamp(start) - 3_000_000,
            offset(start)))
    base.commit()
    return base.serialize()


def takeout(nights: list[Slept]) -> dict[str, bytes]:
    """What a service packs: the nights in two files of which one night is in both, and much that is no diary."""
    home = "Takeout/Fitbit/Global Export Data"
    return {f"{home}/sleep-2026-03-20.json": fitbit(nights[:8]),
            f"{home}/sleep-2026-04-19.json": fitbit_part(nights, 7),
            f"{home}/heart_rate-2026-03-20.json": b'[{"dateTime": "03/20/26 00:00:01", "value": {"bpm": 60}}]',
            "Takeout/Photos/a.jpg": b"\xff\xd8\xff\x00", "Takeout/archive_browser.html": b"<html></html>"}


def fitbit_part(nights: list[Slept], first: int) -> bytes:
    """The nights from one on, numbered as all of them are."""
    return json.dumps([one for one in json.loads(fitbit(nights)) if one["logId"] >= 1000 + first]).encode()
