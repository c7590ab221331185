"""Google Health Connect's health_connect_export.db: sleep that Samsung, Fitbit, Garmin and others have written there.

Nothing of it was seen in a real file: known from the code of other parsers.

* SQLite. `sleep_session_record_table`: start and end in milliseconds, each with its offset from UTC in seconds;
  `sleep_stages_table`: stages of a session by `parent_key`; `nutrition_record_table`: caffeine, iron, magnesium in
  grams, where the smallest number there is stands for none. Columns stand in any order and are read by name.
* Several apps may write the same night. Of sessions that overlap one counts: with stages before without, then the
  longer.
* `exercise_session_record_table`: stretching and yoga, by the numbers that Android's own constants give them, with
  their minutes from start to end; other kinds are not read.
* Iron and magnesium are what food held, not a supplement, and wait as tags for rlskit.toml.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from rlskit.diary.night_rule import YEARS
from rlskit.diary.readers.archive import library
from rlskit.diary.readers.devices import OTHER_SOURCE, SQLITE, add_sleep, best_of, number_of, starts_with, wall
from rlskit.diary.readers.limits import SMALLER
from rlskit.diary.readers.parsed import Options, Parsed, Reader
from rlskit.diary.tables import issue
from rlskit.errors import DiaryError

APP, CALLED = "health_connect", "Health Connect"
SESSIONS, STAGES, FOOD = "sleep_session_record_table", "sleep_stages_table", "nutrition_record_table"
EXERCISE, KINDS = "exercise_session_record_table", {46: "stretched", 57: "yoga"}  # exercise_type of Android
AWAKE, MOST_ROWS, MOST_STEPS = (1, 3, 7), 500_000, 400_000_000  # kinds of stages; steps of SQLite's machine
EATEN = {"iron": "Dietary iron", "magnesium": "Dietary magnesium"}
LEAST_G = 1e-12


def recognises(path: Path) -> bool:
    """Whether it is a database with Health Connect's table of sleep. Never raises."""
    if not starts_with(path, 16).startswith(SQLITE):
        return False
    try:
        with library(path.name, "a database", "", "damaged"), _opened(path) as base:
            return bool(base.execute("select 1 from sqlite_master where type = 'table' and name = ?", (SESSIONS,))
                        .fetchall())
    except DiaryError:  # also what SQLite says of damage in bytes that are no text
        return False


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, read only; what takes too long is broken off."""
    steps = iter(range(MOST_STEPS // 100_000))
    where = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    with contextlib.closing(sqlite3.connect(where, uri=True)) as base:
        base.set_progress_handler(lambda: next(steps, None) is None, 100_000)
        base.execute("pragma trusted_schema = off")
        yield base


def parse(path: Path, options: Options) -> Parsed:
    """Every session of sleep and every meal with caffeine, iron or magnesium. A row is one of them, counted from 1."""
    with library(path.name, "a Health Connect export", "Export it again and give that file.", "damaged backup"), (
            _opened(path)) as base:
        sessions, stages, food, exercise = (
            _rows(base, name, path.name) for name in (SESSIONS, STAGES, FOOD, EXERCISE))
    meals = [one for one in food if any(_grams(one.get(name)) for name in ("caffeine", *EATEN))]
    moved = [one for one in exercise if one.get("exercise_type") in KINDS]
    if not sessions and not meals and not moved:
        raise DiaryError(f"{path.name}: a Health Connect export without sleep, caffeine or stretching. Let the app on "
                         "your wrist write sleep to Health Connect, and export again.", kind="no rows below the header")
    out = Parsed(path.name, APP, "SQLite", len(sessions) + len(meals) + len(moved))
    awake: dict[object, int] = {}
    for one in stages:
        awake[one.get("parent_key")] = awake.get(one.get("parent_key"), 0) + (one.get("stage_type") in AWAKE)
    spans = [(_moment(one, "start"), _moment(one, "end")) for one in sessions]
    known = {i: (start, end) for i, (start, end) in enumerate(spans) if start is not None and end is not None}
    worth = [sessions[i].get("row_id") in awake for i in known]
    counts = dict(zip(known, best_of(list(known.values()), worth), strict=True))
    for i, (start, end) in enumerate(spans):
        key = sessions[i].get("row_id")
        if not counts.get(i, True):
            out.issues.append(issue(out.file, OTHER_SOURCE, row=i + 1, column="sleep"))
        else:
            add_sleep(out, i + 1, start, end, counted={"Awakenings": (awake.get(key), "count")})
    for row, one in enumerate(meals, len(sessions) + 1):
        _add_meal(out, row, one)
    for row, one in enumerate(moved, len(sessions) + len(meals) + 1):
        _add_stretch(out, row, one)
    return out


def _rows(base: sqlite3.Connection, name: str, file: str) -> list[dict]:
    """The rows of a table, by column name; none where it is not there."""
    if not base.execute("select 1 from sqlite_master where type = 'table' and name = ?", (name,)).fetchall():
        return []
    found = base.execute(f"select * from {name} limit {MOST_ROWS + 1}")  # one of four names above
    columns, rows = [column[0] for column in found.description], found.fetchall()
    if len(rows) > MOST_ROWS:
        raise DiaryError(f"{file}: found more than {MOST_ROWS:,} rows in {name}. {SMALLER}", kind="too many values")
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _moment(row: dict, which: str) -> dt.datetime | None:
    """The start or end of a row, on its own wall clock."""
    stamp, offset = _number(row.get(f"{which}_time")), _number(row.get(f"{which}_zone_offset"))
    if stamp is None or abs(offset or 0) >= 86_400:
        return None
    try:
        zone = dt.timezone(dt.timedelta(seconds=round(offset or 0)))
        found = dt.datetime.fromtimestamp(stamp / 1000, dt.UTC).astimezone(zone)
    except (ValueError, OverflowError, OSError):
        return None
    return found if YEARS[0] < found.year < YEARS[1] else None


def _number(said: object) -> float | None:
    return float(said) if isinstance(said, (int, float)) and not isinstance(said, bool) else None


def _grams(said: object) -> float | None:
    value = number_of(said)
    return value if value is not None and value > LEAST_G else None


def _add_meal(out: Parsed, row: int, one: dict) -> None:
    at = _moment(one, "start")
    if at is None:
        out.issues.append(issue(out.file, "a meal whose time cannot be read", row=row))
        return
    told = {"row": row, "unit": "mg"}
    if (grams := _grams(one.get("caffeine"))) is not None:
        out.events.append({**told, "amount": 1000 * grams, "type": "caffeine", "start_local": wall(at),
                           "time_precision": "minute", "item": "caffeine_mg", "item_raw": "caffeine"})
    for name, tag in EATEN.items():
        if (grams := _grams(one.get(name))) is not None:
            out.mentions.append({**told, "amount": 1000 * grams, "moment": wall(at), "precision": "minute", "slot": "",
                                 "entry_clock": "event", "group": "food", "tag": tag, "raw": tag, "level": ""})


def _add_stretch(out: Parsed, row: int, one: dict) -> None:
    start, end = (_moment(one, which) for which in ("start", "end"))
    if start is None or end is None or end < start:
        out.issues.append(issue(out.file, "an exercise whose time cannot be read", row=row))
        return
    item = KINDS[one["exercise_type"]]
    out.events.append({"row": row, "amount": (end - start).total_seconds() / 60, "unit": "min", "type": "stretch",
                       "start_local": wall(start), "time_precision": "minute", "item": item, "item_raw": item,
                       "intent": "unknown"})


READER = Reader(app=APP, called=CALLED, recognises=recognises, parse=parse, files="its SQLite export", device=True,
                streams=True)
