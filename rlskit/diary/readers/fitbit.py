"""Fitbit: sleep-YYYY-MM-DD.json of Google Takeout, the answer of Fitbit's web API, and the CSV of its web site.

Facts:

* Seen in real files: Takeout (stages, and classic of 2015), site CSV of 2019. Only in the code of other parsers: the
  API's `isMainSleep` and {"sleep": […]}.
* Clock times are local and name no zone. `dateOfSleep` is the morning's date, but a sleep from 19:06 to 23:25 has that
  of its own evening: the start decides.
* `mainSleep` false is a nap by day and a piece of the night after dark. The same night stands in two files where their
  months meet.
* The site's CSV is several tables under their titles; only "Sleep" is read.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path

from rlskit.diary.readers.clock import date_order, parse_clock, parse_date
from rlskit.diary.readers.devices import add_sleep, is_json_with, moment, read_json, records_of, starts_with
from rlskit.diary.readers.parsed import Options, Parsed, Reader
from rlskit.diary.readers.rows import SAME_AGAIN
from rlskit.diary.readers.text import read_text
from rlskit.diary.tables import KEPT, issue
from rlskit.errors import DiaryError
from rlskit.utils.words import count

APP, CALLED = "fitbit", "Fitbit"
SITE = ("start time", "end time", "minutes asleep", "minutes awake", "number of awakenings", "time in bed")
_TITLE = re.compile(rb"^(Body|Foods|Activities|Sleep)\r?\n(Date,|Start Time,)", re.MULTILINE)
_SPACED = re.compile(r"(\d)([AaPp][Mm])")


def recognises(path: Path) -> bool:
    """Whether these are Fitbit's sleeps as JSON, or the tables of its site under their titles."""
    return is_json_with(path, b"dateOfSleep", b"startTime") or bool(_TITLE.match(starts_with(path)))


def parse(path: Path, options: Options) -> Parsed:
    """Every sleep of the file. A row is a record of the JSON, counted from 1, or a line of the CSV."""
    return _site(path, options) if _TITLE.match(starts_with(path)) else _json(path)


def _json(path: Path) -> Parsed:
    records = records_of(path, read_json(path, CALLED), CALLED, ("sleep",))
    out = Parsed(path.name, APP, "JSON", len(records))
    seen: set[object] = set()
    for row, one in enumerate(records, 1):
        if not isinstance(one, dict):
            out.issues.append(issue(path.name, "a record that cannot be read", row=row))
            continue
        if (known := str(one.get("logId", f"row {row}"))) in seen:
            out.issues.append(issue(path.name, SAME_AGAIN, row=row))
            continue
        seen.add(known)
        main = one.get("mainSleep", one.get("isMainSleep"))
        add_sleep(out, row, moment(one.get("startTime")), moment(one.get("endTime")),
                  main=main if isinstance(main, bool) else None,
                  counted={"Minutes asleep": (one.get("minutesAsleep"), "min"),
                           "Awakenings": (_times_awake(one), "count")})
    return out


def _times_awake(record: dict) -> object:
    """How often the device saw somebody wake: "wake" where it knows stages, else "awake"."""
    levels = record.get("levels")
    summary = levels.get("summary") if isinstance(levels, dict) else None
    stages = [summary.get(name) for name in ("wake", "awake")] if isinstance(summary, dict) else []
    return next((one.get("count") for one in stages if isinstance(one, dict)), None)


# --- the site's CSV --------------------------------------------------------------------------------------------------
def _site(path: Path, options: Options) -> Parsed:
    text, issues = read_text(path)
    sections = _sections(text)
    rows = sections.pop("Sleep", [])
    if others := sum(map(len, sections.values())):
        issues.append(issue(path.name, f"{count(others, 'row')} of other tables not read", outcome=KEPT))
    header = [name.casefold() for name in rows[0][1]] if rows else []
    if not set(SITE[:2]) <= set(header) or len(rows) < 2:
        raise DiaryError(f"{path.name}: expected Fitbit's table of sleeps, found none. Export again with Sleep ticked "
                         "and give that file.", kind="no rows below the header")
    body = [(line, dict(zip(header, cells, strict=False))) for line, cells in rows[1:]]
    spaced = [{name: _SPACED.sub(r"\1 \2", cell) for name, cell in row.items()} for _, row in body]
    order = date_order([row.get("start time", "") for row in spaced], options.date_order, path.name, "Start Time")
    out = Parsed(path.name, APP, "CSV of the site", len(body), issues=issues, date_order=order)
    for (line, _), row in zip(body, spaced, strict=True):
        start, end = (_at(row.get(name, ""), order) for name in SITE[:2])
        add_sleep(out, line, start, end, counted={"Minutes asleep": (row.get("minutes asleep"), "min"),
                                                  "Awakenings": (row.get("number of awakenings"), "count")})
    return out


def _sections(text: str) -> dict[str, list[tuple[int, list[str]]]]:
    """Title → (line, cells) of the table below it."""
    found: dict[str, list[tuple[int, list[str]]]] = {}
    here: list[tuple[int, list[str]]] = []
    for line, said in enumerate(text.splitlines(), 1):
        try:
            cells = [cell.strip() for cell in next(csv.reader([said]), [])]
        except csv.Error:
            cells = [said.strip()]
        if len(cells) == 1 and cells[0]:
            here = found.setdefault(cells[0], [])
        elif any(cells):
            here.append((line, cells))
    return found


def _at(said: str, order: str) -> dt.datetime | None:
    date, _, clock = said.partition(" ")
    try:
        day, hour = parse_date(date, order), parse_clock(clock)
    except ValueError:
        return None
    return dt.datetime.combine(day, hour) if day and hour else None


READER = Reader(app=APP, called=CALLED, recognises=recognises, parse=parse, files="JSON of Takeout or CSV of the site",
                device=True)
