"""Oura: the sleep table of an account export (CSV), and sleeps as the web API gives them (JSON).

Facts:

* Seen in real files: CSV of 2022 with one column a number, and sleeps of the API written by pandas in 2026. Only in
  the code of other parsers: the API's own JSON, {"data": […]}.
* `bedtime_start` and `bedtime_end` are local clock times with their offset from UTC; `day` is the morning's date, and
  an evening doze is filed under the next: the start decides.
* A day has several rows: `long_sleep`, `sleep`, and a rest, whose type is blank. Rests are minutes long, often without
  sleep; they are naps here, and none of them begins a night.
* Not read: heart rate, temperature, scores.
"""

from __future__ import annotations

import re
from pathlib import Path

from rlskit.diary.readers.devices import add_sleep, is_json_with, moment, number_of, read_json, records_of
from rlskit.diary.readers.parsed import Options, Parsed, Reader
from rlskit.diary.readers.rows import first_cells, read_records
from rlskit.diary.tables import KEPT, issue
from rlskit.utils.words import count

APP, CALLED = "oura", "Oura"
NEEDED = ("bedtime_start", "bedtime_end", "type")
COLUMNS = (*NEEDED, "day", "awake_time", "restless_periods", "total_sleep_duration", "time_in_bed")
NIGHTS = ("long_sleep", "sleep", "late_nap")
NO_SLEEP = "a rest without sleep"
_FRACTION = re.compile(r"(:\d\d)\.\d+(?=$|Z|[+-])")


def recognises(path: Path) -> bool:
    """Whether these are Oura's sleeps, by its columns or the keys of its JSON."""
    return is_json_with(path, b"bedtime_start", b"bedtime_end") or set(NEEDED) <= set(first_cells(path))


def parse(path: Path, options: Options) -> Parsed:
    """Every sleep of the file. A row is a record of the JSON, counted from 1, or a line of the CSV."""
    if is_json_with(path, b"bedtime_start"):
        records = records_of(path, read_json(path, CALLED), CALLED, ("data", "sleep"))
        rows = [(row, one) for row, one in enumerate(records, 1) if isinstance(one, dict)]
        bad = sorted(set(range(1, len(records) + 1)) - {row for row, _ in rows})
        out = Parsed(path.name, APP, "JSON", len(records),
                     issues=[issue(path.name, "a record that cannot be read", row=row) for row in bad])
    else:
        read = read_records(path, [*COLUMNS, *first_cells(path)], NEEDED[:2], ())
        unread = len(set(read.columns) - set(COLUMNS) - {""})
        others = [issue(path.name, f"{count(unread, 'column')} of other measures not read", outcome=KEPT)]
        out = Parsed(path.name, APP, "CSV", read.rows, issues=[*read.issues, *(others if unread else [])])
        rows = [(record.line, record.cells) for record in read.records]
    for row, one in rows:
        _sleep(out, row, one)
    return out


def _sleep(out: Parsed, row: int, one: dict) -> None:
    kind, slept = str(one.get("type") or "").strip(), number_of(one.get("total_sleep_duration"))
    if kind == "deleted" or (kind not in NIGHTS and not slept):
        out.issues.append(issue(out.file, NO_SLEEP if kind != "deleted" else "a sleep deleted in the app", row=row))
        return
    start, end = (moment(_FRACTION.sub(r"\1", said)) if isinstance(said := one.get(name), str) else None
                  for name in NEEDED[:2])
    add_sleep(out, row, start, end, main=kind == "long_sleep" or None, nap=kind not in NIGHTS, counted={
        "Minutes asleep": (None if slept is None else slept / 60, "min"),
        "Restless periods": (one.get("restless_periods"), "count")})


READER = Reader(app=APP, called=CALLED, recognises=recognises, parse=parse, files="CSV or JSON", device=True,
                columns=COLUMNS, needed=NEEDED)
