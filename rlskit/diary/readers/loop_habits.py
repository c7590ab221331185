"""Loop Habit Tracker's Checkmarks.csv: a day in each row, a habit in each column.

Facts:

* Seen in a real file of 2024: numbers. -1 unknown, 0 no, 1 not due by the habit's schedule (not done!), 2 done, 3
  skipped; a measurable habit is its value times 1000. A spreadsheet had made MM-DD-YY of its ISO dates.
* Only in reports of others: the words UNKNOWN, NO, YES_AUTO, YES_MANUAL, SKIP, and an empty last column.
* A no is written. What is unknown, not due or skipped is no answer.
* A file of numbers is Loop's where a -1 stands in it, which nobody writes into a diary, or the words do.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from rlskit.diary.readers.clock import date_order, parse_date
from rlskit.diary.readers.parsed import NOT_FILLED, Options, Parsed, Reader
from rlskit.diary.readers.rows import SAME_AGAIN
from rlskit.diary.readers.text import read_table
from rlskit.diary.tables import CELL_OUT, issue
from rlskit.errors import DiaryError

APP = "loop_habits"
UNKNOWN, NO, NOT_DUE, DONE, SKIPPED = -1.0, 0.0, 1.0, 2.0, 3.0
WORDS = {"UNKNOWN": UNKNOWN, "NO": NO, "YES_AUTO": NOT_DUE, "YES_MANUAL": DONE, "SKIP": SKIPPED}
NO_ANSWER = (UNKNOWN, NOT_DUE, SKIPPED)
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d-\d\d-\d\d(\d\d)?")
_NUMBER = re.compile(r"-?\d{1,9}(\.\d+)?")


def recognises(path: Path) -> bool:
    """Whether the header begins with Date, each row with a date, and all else is Loop's words or numbers."""
    try:
        (_, header), *body = read_table(path).lines
    except (DiaryError, OSError):
        return False
    cells = [cell.strip() for _, row in body for cell in row[1:] if cell.strip()]
    return (header[0].strip() == "Date" and len(header) > 1 and bool(body)
            and all(_DATE.fullmatch(row[0].strip()) for _, row in body)
            and all(cell in WORDS or _NUMBER.fullmatch(cell) for cell in cells)
            and ("-1" in cells or any(cell in WORDS for cell in cells)))


def parse(path: Path, options: Options) -> Parsed:
    """Every day's answers as mentions of its habits, a written no with the amount 0."""
    table = read_table(path)
    (_, header), *body = table.lines
    habits = {at: name.strip() for at, name in enumerate(header) if at and name.strip()}
    order = date_order([row[0] for _, row in body], options.date_order, path.name, "Date")
    said = {at: [_value(row[at]) if at < len(row) else None for _, row in body] for at in habits}
    out = Parsed(path.name, APP, "Checkmarks", len(body), issues=list(table.issues), date_order=order, says_no=True)
    days: set[object] = set()
    for i, (line, row) in enumerate(body):
        day = _day(row[0], order)
        if day is None:
            out.issues.append(issue(out.file, "a date that cannot be read", row=line, column="Date", found=row[0]))
        elif day in days:
            out.issues.append(issue(out.file, f"{SAME_AGAIN}, or another of the same day", row=line))
        else:
            days.add(day)
            _read_day(out, line, pd.Timestamp(day), [(habits[at], values[i], _is_measured(values))
                                                     for at, values in said.items()])
    return out


def _read_day(out: Parsed, line: int, day: pd.Timestamp, answers: list[tuple[str, float | None, bool]]) -> None:
    when = {"row": line, "moment": day, "precision": "date", "slot": ""}
    told = [(habit, value, measured) for habit, value, measured in answers
            if value is not None and value not in NO_ANSWER]
    for habit, value, measured in told:
        if value == DONE and not measured:
            amount = None
        elif value == NO or measured:
            amount = value / 1000
        else:
            out.issues.append(issue(out.file, "a number that Loop does not write", row=line, column=habit,
                                    found=f"{value:g}", expected="-1 to 3", outcome=CELL_OUT))
            continue
        out.mentions.append({**when, "entry_clock": "event", "group": "habits", "tag": habit, "raw": habit,
                             "level": "", "amount": amount, "unit": ""})
    if told:
        out.entries.append({**when, "group": "habits"})
    else:
        out.issues.append(issue(out.file, NOT_FILLED, row=line))


def _value(cell: str) -> float | None:
    said = cell.strip()
    return WORDS[said] if said in WORDS else float(said) if _NUMBER.fullmatch(said) else None


def _is_measured(values: list[float | None]) -> bool:
    """Whether a habit is measured: it has values that no yes or no has."""
    return any(value is not None and value > SKIPPED for value in values)


def _day(cell: str, order: str) -> object | None:
    try:
        return parse_date(cell, order)
    except ValueError:
        return None


READER = Reader(app=APP, called="Loop Habit Tracker", recognises=recognises, parse=parse, files="Checkmarks.csv")
