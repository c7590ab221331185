"""Garmin's sleeps from an account export: DI_CONNECT/DI-Connect-Wellness/*_sleepData.json.

Nothing of it was seen in a real file: known from the code of other parsers.

* A list of nights: `calendarDate` (the morning's), `sleepStartTimestampGMT`, `sleepEndTimestampGMT` ("2024-01-05T
  22:31:00.0"), seconds of light, deep, REM and waking. Placeholders without `calendarDate`, and duplicates, occur.
* Times are UTC and no zone is named: without one in rlskit.toml or --timezone the file is refused, since a night would
  be moved by hours.
* Not read: naps (`napList`), scores, breaths, and the answers of Garmin's own web service, whose "Local" times are
  written otherwise.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from rlskit.diary.readers.devices import add_sleep, is_json_with, moment, number_of, read_json, records_of
from rlskit.diary.readers.parsed import Options, Parsed, Reader
from rlskit.diary.readers.rows import SAME_AGAIN
from rlskit.diary.tables import issue
from rlskit.diary.travel import zone_at
from rlskit.errors import DiaryError

APP, CALLED = "garmin", "Garmin"
START, END = "sleepStartTimestampGMT", "sleepEndTimestampGMT"
SLEPT = ("deepSleepSeconds", "lightSleepSeconds", "remSleepSeconds")
PLACEHOLDER = "a placeholder without a night"


def recognises(path: Path) -> bool:
    """Whether this is a list of Garmin's nights. Placeholders may stand first, so any of its keys will do."""
    return is_json_with(path, START.encode())


def parse(path: Path, options: Options) -> Parsed:
    """Every night of the file. A row is a record, counted from 1."""
    records = records_of(path, read_json(path, CALLED), CALLED)
    if not options.zone:
        raise DiaryError(f"{path.name}: its times are UTC, and no time zone is known. Write timezone = "
                         '"Europe/London", or yours, in rlskit.toml, or give --timezone.', kind="no time zone known")
    out = Parsed(path.name, APP, "account export", len(records))
    seen: set[tuple[object, object]] = set()
    for row, one in enumerate(records, 1):
        if not isinstance(one, dict) or START not in one or not one.get("calendarDate"):
            out.issues.append(issue(path.name, PLACEHOLDER, row=row))
            continue
        if (times := (str(one[START]), str(one.get(END)))) in seen:
            out.issues.append(issue(path.name, SAME_AGAIN, row=row))
            continue
        seen.add(times)
        parts = [number_of(one.get(name)) for name in SLEPT]
        asleep = sum(part for part in parts if part is not None) / 60 if any(p is not None for p in parts) else None
        awake = number_of(one.get("awakeSleepSeconds"))
        start, end = (_utc(said) for said in times)
        tz = zone_at(start, options.zone, options.travel) if start else None
        add_sleep(out, row, start and start.astimezone(tz), end and end.astimezone(tz), main=True,
                  tz=tz.key if tz else "", counted={
            "Minutes asleep": (asleep, "min"), "Minutes awake": (None if awake is None else awake / 60, "min"),
            "Awakenings": (one.get("awakeCount"), "count")})
    return out


def _utc(said: str) -> dt.datetime | None:
    """A moment such as 2024-01-05T22:31:00.0."""
    found = moment(said.partition(".")[0].removesuffix("Z"))
    return None if found is None else found.replace(tzinfo=dt.UTC)


READER = Reader(app=APP, called=CALLED, recognises=recognises, parse=parse, files="JSON of an account export",
                device=True)
