"""What the exports of wearables share: moments, JSON, and sleeps with what the device counted in them. Knows no app.

A sleep is as long as from its start to its end, whatever of it a device calls asleep: one measure in every source. What
the device counts stands beside it as tags of the night ("Awakenings", "Minutes asleep"), which rlskit.toml may make an
outcome of one's own. A record that its source does not call the night's sleep is a nap where it starts between 09:00
and 18:00 and is shorter than 3 hours; at night it is a piece (docs/decisions/0026).
"""

from __future__ import annotations

import bisect
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rlskit.diary.night_rule import YEARS, night_of_start
from rlskit.diary.readers.archive import library
from rlskit.diary.readers.limits import SMALLER, beyond_json
from rlskit.diary.readers.parsed import Parsed
from rlskit.diary.tables import issue
from rlskit.errors import DiaryError

NAP_HOURS = 3.0
NAP_STARTS = (9, 18)  # o'clock, local
MEASURED = "measured by the device"
UNREADABLE = "the start or the end of the sleep cannot be read"
OTHER_SOURCE = "another source tells of this sleep already"
HEAD = 2**16  # bytes by which a file is recognised
JSON_KEYS = (b'"dateOfSleep"', b'"bedtime_start"', b'"sleepStartTimestampGMT"')  # of Fitbit, Oura and Garmin
SQLITE = b"SQLite format 3\x00"
LONGEST = 80  # characters of a moment


def starts_with(path: Path, size: int = HEAD) -> bytes:
    """The first bytes of a file, without a mark of its encoding; none where it cannot be read. Never raises."""
    try:
        with path.open("rb") as file:
            return file.read(size).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError:
        return b""


def is_json_with(path: Path, *keys: bytes) -> bool:
    """Whether a file is JSON whose beginning holds these keys. Never raises."""
    head = starts_with(path)
    return head[:1] in (b"[", b"{") and all(b'"' + key + b'"' in head for key in keys)


def read_json(path: Path, called: str) -> Any:
    """What JSON says; DiaryError where it is damaged or more than any diary."""
    raw = path.read_bytes()
    if beyond_json(raw):
        raise DiaryError(f"{path.name}: found more values than any diary has. {SMALLER}", kind="too many values")
    with library(path.name, f"JSON of {called}", "Export it again and give that file.", "damaged JSON"):
        return json.loads(raw.decode("utf-8-sig"))


def records_of(path: Path, said: Any, called: str, under: tuple[str, ...] = ()) -> list[Any]:
    """The list of records, which may stand under one of these names; DiaryError where there is none."""
    for name in under:
        said = said[name] if isinstance(said, dict) and isinstance(said.get(name), list) else said
    if not isinstance(said, list) or not said:
        raise DiaryError(f"{path.name}: expected the nights of {called}, found none. Export it again for a longer "
                         "time and give that file.", kind="no rows below the header")
    return said


def moment(said: object) -> dt.datetime | None:
    """A moment as ISO text, with an offset from UTC or without; None where it is none, or of a year of no diary."""
    try:
        found = dt.datetime.fromisoformat(said.strip()) if isinstance(said, str) and len(said) <= LONGEST else None
    except ValueError:
        return None
    return found if found is not None and YEARS[0] < found.year < YEARS[1] else None


def wall(said: dt.datetime) -> dt.datetime:
    """Its wall clock."""
    return said.replace(tzinfo=None, fold=0)


def number_of(said: object) -> float | None:
    """A finite number, written as such or as text; None for anything else."""
    if isinstance(said, bool) or not isinstance(said, (int, float, str)):
        return None
    try:
        value = float(said.replace(",", "") if isinstance(said, str) else said)
    except (ValueError, OverflowError):
        return None
    return value if abs(value) < 1e9 else None


def add_sleep(
    out: Parsed, row: int, start: dt.datetime | None, end: dt.datetime | None, *, main: bool | None = None,
    nap: bool = False, counted: Mapping[str, tuple[object, str]] | None = None, in_bed: tuple = (None, None),
    tz: str = "",
) -> dt.datetime | None:
    """Hand over a sleep as a record of the file, or say why there is none. Returns its start.

    main : what the source says: the sleep of the night, or not; None where it says nothing. nap : the source calls it
    a nap. counted : what the device counted in it, name → (number, unit). in_bed : when to bed and out of it.
    """
    if start is None or end is None:
        out.issues.append(issue(out.file, UNREADABLE, row=row, column="sleep"))
        return None
    hours = None
    if start.tzinfo is not None and end.tzinfo is not None:
        hours = (end.timestamp() - start.timestamp()) / 3600
    begin, over = wall(start), wall(end)
    by_day = NAP_STARTS[0] <= begin.hour < NAP_STARTS[1] and (over - begin).total_seconds() < NAP_HOURS * 3600
    is_nap = nap or (not main and by_day)
    out.sleeps.append({"row": row, "start": begin, "end": over, "hours": hours, "tz": tz, "is_nap": is_nap,
                       "bed_time": in_bed[0] and wall(in_bed[0]), "out_of_bed_time": in_bed[1] and wall(in_bed[1]),
                       "origin": f"device:{out.app}"})
    out.entries.append({"row": row, "moment": night_of_start(begin), "precision": "date", "slot": "",
                        "group": "sleep", "beside": begin})
    for name, (said, unit) in ({} if is_nap else counted or {}).items():
        if (amount := number_of(said)) is not None and amount >= 0:
            out.mentions.append({**of_the_sleep(row, begin, name, MEASURED), "amount": amount, "unit": unit})
    return begin


def best_of(spans: Sequence[tuple[dt.datetime, dt.datetime]], worth: Sequence[float]) -> list[bool]:
    """Which sleeps count, of those that overlap: the one worth most, then the longest, then the first given."""
    order = sorted(range(len(spans)), key=lambda i: (worth[i], spans[i][1] - spans[i][0], -i), reverse=True)
    taken: list[tuple[dt.datetime, dt.datetime]] = []  # in order, none overlaps another
    counts = [False] * len(spans)
    for i in order:
        start, end = spans[i]
        at = bisect.bisect(taken, spans[i])
        if not ((at and taken[at - 1][1] > start) or (at < len(taken) and taken[at][0] < end)):
            taken.insert(at, spans[i])
            counts[i] = True
    return counts


def of_the_sleep(row: int, begin: dt.datetime, tag: str, group: str) -> dict:
    """A mention of what stands beside a sleep: of its night, without an hour of its own."""
    return {"row": row, "moment": night_of_start(begin), "precision": "date", "slot": "", "entry_clock": "sleep",
            "beside": begin, "group": group, "tag": tag, "raw": tag, "level": ""}
