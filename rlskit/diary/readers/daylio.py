"""Daylio: four CSV layouts (2017 to 2026), with or without their header line; the .daylio backup is daylio_backup.py.

Header names are English whatever the language; dates, weekdays, moods and activities are in the user's. The clock is
that of the entry, not of what it tells. A mood only shows that the diary was open; activities and scales are mentions.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from rlskit.diary.readers import daylio_backup
from rlskit.diary.readers.clock import date_order, parse_clock, parse_date, real_day
from rlskit.diary.readers.months import day_and_month
from rlskit.diary.readers.parsed import Options, Parsed, Reader
from rlskit.diary.readers.rows import Record, Records, first_cells, read_records, weekday_remarks
from rlskit.diary.readers.text import TWO_NUMBERS, number
from rlskit.diary.tables import KEPT, issue

FREE_TEXT = ("note_title", "note")
_START = ("date", "weekday", "time", "mood", "activities")
LAYOUTS: dict[str, tuple[str, ...]] = {
    "2017-18, year column": ("year", *_START, "note"),
    "2020, full date": ("full_date", *_START, "note"),
    "2020-25, note titles": ("full_date", *_START, "note_title", "note"),
    "2026, scales": ("full_date", *_START, "scales", "note_title", "note"),
}
KNOWN = ("year", "full_date", *_START, "scales", "note_title", "note")
NEEDED = ("full_date", "mood")  # and one more; `date` and `weekday` only repeat `full_date`
NEEDED_WITH_YEAR = ("year", "date", "mood")
WITHOUT = {"time": "Every entry stands for its date, without a clock time.",
           "activities": "The entries only show that the diary was kept."}


def recognises(path: Path) -> bool:
    """Is it a Daylio export? By the header, by the shape of the first row where the header is missing, or the zip."""
    if daylio_backup.recognises(path):
        return True
    names = {name.casefold() for name in first_cells(path)}
    return bool(_needed(names)) or bool(_headerless(path))


def _needed(names: set[str]) -> tuple[str, ...]:
    """The columns without which a file with this header is not read; empty where they are not all there."""
    if len(names & set(KNOWN)) < 4 and not names & {"activities", "time"}:
        return ()
    return next((needed for needed in (NEEDED, NEEDED_WITH_YEAR) if set(needed) <= names), ())


def parse(path: Path, options: Options) -> Parsed:
    """One Daylio export in its own terms, every row used or explained."""
    if daylio_backup.recognises(path):
        return daylio_backup.parse(path, options)
    columns = _headerless(path)
    needed = _needed(set(columns or map(str.casefold, first_cells(path))))
    table, dated = read_records(path, KNOWN, needed, FREE_TEXT, columns), needed[0]
    issues = list(table.issues)
    issues += [issue(table.file, f'no column "{name}"', outcome=KEPT, advice=without)
               for name, without in WITHOUT.items() if name not in table.columns]
    if columns:
        issues.append(issue(table.file, "no header line", outcome=KEPT,
                            advice=f"The columns were taken to be {', '.join(columns)}."))
    days, order = _dates(table, dated, options, issues)
    issues += weekday_remarks(table.file, [(r.line, days[r.line], r["weekday"]) for r in table.records
                                           if r.line in days])
    entries, mentions = [], []
    for record in table.records:
        if record.line in days:
            entry, said = _read_row(record, days[record.line], table.file, issues)
            entries += entry
            mentions += said
    layout = next((name for name, names in LAYOUTS.items() if set(names) <= set(table.columns)
                   and ("scales" in names) == ("scales" in table.columns)
                   and ("note_title" in names) == ("note_title" in table.columns)), "some columns cut")
    return Parsed(table.file, "daylio", layout, table.rows, mentions, entries=entries, issues=issues, date_order=order)


def _headerless(path: Path) -> tuple[str, ...]:
    """The columns of a file whose first line is already an entry; empty where it is not."""
    first = first_cells(path)
    for columns in LAYOUTS.values():
        dated = r"\d{4}" if columns[0] == "year" else r"\d{4}-\d\d-\d\d"
        if len(first) == len(columns) and re.fullmatch(dated, first[0]) and _is_clock(first[3]):
            return columns
    return ()


def _is_clock(text: str) -> bool:
    try:
        return parse_clock(text) is not None
    except ValueError:
        return False


# --- when ----------------------------------------------------------------------------------------------------------
def _dates(table: Records, dated: str, options: Options, issues: list[dict]) -> tuple[dict[int, dt.date], str]:
    """Date of every row by its line; rows whose date is not understood are listed."""
    yearly = dated == "year"
    order = "" if yearly else date_order([r[dated] for r in table.records], options.date_order, table.file, dated)
    days = {}
    for record in table.records:
        try:
            day = _with_year(record) if yearly else parse_date(record[dated], order)
        except ValueError:
            day = None
        if day is None:
            column = "date" if yearly else dated
            wanted = 'a day and a month name such as "22 June"' if yearly else 'a date such as "2020-05-30"'
            issues.append(issue(table.file, "date not understood", row=record.line, column=column,
                                found=record[column], expected=wanted))
        else:
            days[record.line] = day
    return days, order


def _with_year(record: Record) -> dt.date | None:
    said = day_and_month(record["date"])
    return real_day(int(record["year"]), said[1], said[0]) if said else None


# --- what ----------------------------------------------------------------------------------------------------------
def _read_row(record: Record, day: dt.date, file: str, issues: list[dict]) -> tuple[list[dict], list[dict]]:
    """The entry of a row and what it mentions; nothing where the time is not understood."""
    try:
        clock = parse_clock(record["time"])
    except ValueError:
        clock = None
    if clock is None and "time" in record.cells:
        issues.append(issue(file, "time not understood", row=record.line, column="time", found=record["time"],
                            expected='a clock time such as "18:43" or "6:43 PM"'))
        return [], []
    when = {"row": record.line, "moment": dt.datetime.combine(day, clock or dt.time()),
            "precision": "date" if clock is None else "minute", "slot": ""}
    base = {**when, "entry_clock": "entry"}
    mentions = [{**base, "group": "activities", "tag": name, "raw": name} for name in activities(record["activities"])]
    for part in record["scales"].split("|"):
        if part.strip():
            read = scale(part)
            if read is None:
                issues.append(issue(file, "scale not understood", row=record.line, column="scales", outcome=KEPT,
                                    advice="The rest of the row is read."))
            else:
                name, amount, unit = read
                mentions.append({**base, "group": "scales", "tag": name, "raw": " ".join(part.split()),
                                 "amount": amount, "unit": unit})
    return [{**when, "group": "mood"}], mentions


def activities(cell: str) -> list[str]:
    """The names in an activities cell, each once: ``tired | `` and ``sad `` carry stray spaces."""
    return list(dict.fromkeys(part.strip() for part in cell.split("|") if part.strip()))


_SCALE = re.compile(r"^(?P<name>.+):\s+(?P<value>\S.*)$")


def scale(part: str) -> tuple[str, float, str] | None:
    """``Sleep Quality: 8/10 points`` → name, 8.0, "nrs_0_10"; ``Stretching: 0:20`` → 20.0, "min"; None if unclear.

    Of the rating scales only 0-10 and 1-5 have a name of their own; others are "of_<top>".
    """
    found = _SCALE.match(part.strip())
    if not found:
        return None
    name, value = found["name"].strip(), " ".join(found["value"].split())
    length = re.fullmatch(r"(\d+):([0-5]\d)", value)
    if length:
        return name, 60.0 * int(length[1]) + int(length[2]), "min"
    rating = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*/\s*(\d+)(?:\s\D*)?", value)
    plain = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s?([^\W\d]*|%)", value)
    if _two_numbers(rating or plain):
        return None
    if rating:
        top = int(rating[2])
        return name, number(rating[1]) or 0.0, {10: "nrs_0_10", 5: "likert_1_5"}.get(top, f"of_{top}")
    return (name, number(plain[1]) or 0.0, plain[2].casefold()) if plain else None


def _two_numbers(found: re.Match | None) -> bool:
    return found is not None and TWO_NUMBERS.fullmatch(found[1]) is not None


READER = Reader(app="daylio", called="Daylio", recognises=recognises, parse=parse, files="CSV or .daylio",
                columns=LAYOUTS["2026, scales"], needed=NEEDED)
