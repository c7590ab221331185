"""Bearable's CSV export, both generations (2020-22 and, with a column "date formatted", since about 2023).

A row is one slot or moment of one category. Bearable writes no row for a symptom that was absent, and writes the word
"None" for zero. Mood, energy, gratitudes, food and notes only show that the diary was open: their words are not kept.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from rlskit.diary.readers import bearable_cells as cells
from rlskit.diary.readers.clock import date_order, parse_clock, parse_date, real_day
from rlskit.diary.readers.months import month_number
from rlskit.diary.readers.parsed import Options, Parsed, Reader
from rlskit.diary.readers.rows import Record, Records, first_cells, read_records, weekday_remarks
from rlskit.diary.tables import CELL_OUT, KEPT, issue

COLUMNS = ("date", "date formatted", "weekday", "time of day", "category", "rating/amount", "detail", "notes")
NEEDED = ("date", "time of day", "category", "rating/amount", "detail")
SLOTS = ("pre", "am", "mid", "pm")
ALL_DAY = re.compile(r"^(all day|day \d+)?$")

# Categories by what they hold; every other one is a group of factors, which users name themselves.
SLEEP, SLEEP_QUALITY, SLEEP_FACTORS = "sleep", "sleep quality", "sleep factors"
SYMPTOMS = ("symptom", "symptoms")
DOSES = ("meds/supplements", "medication", "medications", "meds", "supplements", "health measurements")
DAY_OPEN = ("mood", "energy", "gratitudes", "gratitude", "food diary", "bowel movements", "journal", "notes", "note")

NO_TIME = "time of day not understood"
NO_SLEEP = "sleep row without a time or a length"
CONTRADICTION = "sleep times that contradict each other"
_ORDINAL = re.compile(r"^\s*(\d{1,2})(?:st|nd|rd|th)?\s+([^\W\d]+)\.?,?\s+(\d{4})\s*$", re.IGNORECASE)


def recognises(path: Path) -> bool:
    """Is it a Bearable export? By the names in the header."""
    return set(NEEDED) <= {name.casefold() for name in first_cells(path)}


def parse(path: Path, options: Options) -> Parsed:
    """One Bearable export in its own terms, every row used or explained."""
    table = read_records(path, COLUMNS, NEEDED, free_text=("notes",))
    out = _Reading(table.file, issues=list(table.issues))
    dates, order = _dates(table, options, out)
    out.issues += weekday_remarks(table.file, [(r.line, dates[r.line], r["weekday"]) for r in table.records
                                               if r.line in dates])
    for record in table.records:
        if record.line in dates:
            _read_row(record, dates[record.line], out)
    layout = "v2, with ISO dates" if "date formatted" in table.columns else "v1"
    return Parsed(
        file=table.file, app="bearable", layout=layout, rows=table.rows, mentions=out.mentions, sleeps=out.sleeps,
        entries=out.entries, answers=out.answers, issues=out.issues, reasons=out.reasons, date_order=order)


@dataclass
class _Reading:
    """What has been read so far."""

    file: str
    mentions: list[dict] = field(default_factory=list)
    sleeps: list[dict] = field(default_factory=list)
    entries: list[dict] = field(default_factory=list)
    answers: list[dict] = field(default_factory=list)
    issues: list[dict] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)

    def remark(self, kind: str, record: Record, column: str, expected: str = "", **more) -> None:
        found = record[column] if expected and column != "detail" else ""  # details can be free text: not repeated
        self.issues.append(issue(self.file, kind, row=record.line, column=column, found=found, expected=expected,
                                 **more))


# --- when ----------------------------------------------------------------------------------------------------------
def _dates(table: Records, options: Options, out: _Reading) -> tuple[dict[int, dt.date], str]:
    """Date of every row by its line, and the order of day and month; rows whose date is not understood are listed.

    "22nd Sep 2020" can only be read one way; numeric dates appear where a spreadsheet has saved the file again.
    """
    column = "date formatted" if "date formatted" in table.columns else "date"
    numeric = [r[column] for r in table.records if not _ORDINAL.match(r[column])]
    order = date_order(numeric, options.date_order, table.file, column)
    dates = {}
    for record in table.records:
        try:
            day = _ordinal(record[column]) or parse_date(record[column], order)
        except ValueError:
            day = None
        if day is None:
            out.remark("date not understood", record, column, 'a date such as "22nd Sep 2020" or "2020-09-22"')
            continue
        dates[record.line] = day
        if column == "date formatted" and _ordinal(record["date"]) not in (None, day):
            out.remark("the two date columns disagree", record, "date", f"{day:%Y-%m-%d}", outcome=KEPT,
                       advice='"date formatted" is used.')
    return dates, order


@lru_cache(maxsize=2**14)  # every row of a day has its date
def _ordinal(text: str) -> dt.date | None:
    found = _ORDINAL.match(text)
    month = month_number(found[2]) if found else None
    try:
        return real_day(int(found[3]), month, int(found[1])) if found and month else None
    except ValueError:
        return None


def _moment(cell: str, day: dt.date) -> dict | None:
    """Moment, precision and slot of a time-of-day cell; None where it is not understood."""
    midnight = dt.datetime.combine(day, dt.time())
    text = cell.casefold()
    if text in SLOTS:
        return {"moment": midnight, "precision": "slot", "slot": text}
    if ALL_DAY.match(text):
        return {"moment": midnight, "precision": "date", "slot": "all_day" if text == "all day" else ""}
    try:
        clock = parse_clock(cell)
    except ValueError:
        return None
    return {"moment": dt.datetime.combine(day, clock), "precision": "minute", "slot": ""} if clock is not None else None


# --- what ----------------------------------------------------------------------------------------------------------
def _read_row(record: Record, day: dt.date, out: _Reading) -> None:
    category = record["category"].casefold()
    if category == SLEEP:
        return _sleep(record, day, out)
    if category == SLEEP_QUALITY:
        return _sleep_quality(record, day, out)
    if category == SLEEP_FACTORS:
        # Filled in on waking, about the night before: labelled by the morning, as the sleep itself is.
        evening = dt.datetime.combine(day - dt.timedelta(days=1), dt.time())
        when: dict | None = {"moment": evening, "precision": "date", "slot": "all_day", "entry_clock": "sleep"}
    else:
        when = _moment(record["time of day"], day)
    if when is None:
        return out.remark(NO_TIME, record, "time of day", "a clock time, pre, am, mid, pm or all day")
    out.entries.append({"row": record.line, "group": record["category"], **when})
    if category in DAY_OPEN:
        return None
    base = {"row": record.line, "group": record["category"], "entry_clock": "event", **when}
    if category in SYMPTOMS:
        return _symptoms(record, base, out)
    if category in DOSES:
        return _doses(record, base, out)
    return _factors(record, base, out)


def _items(record: Record, read, out: _Reading) -> list[cells.Item]:
    """The items of the detail cell, each once; text too long to be a name is not copied anywhere."""
    found: dict[tuple[str, str], cells.Item] = {}
    for raw in cells.split_items(record["detail"]):
        item = read(raw)
        if len(item.name) > cells.LONGEST_NAME:
            out.remark("an item too long to be a tag", record, "detail", outcome=KEPT, advice="That item was not read.")
        elif (item.name.casefold(), item.level.casefold()) in found:
            out.remark("the same tag twice in a row", record, "detail", outcome=KEPT, advice="It counts once.")
        else:
            found[item.name.casefold(), item.level.casefold()] = item
    return list(found.values())


def _mention(base: dict, item: cells.Item, amount: float | None, unit: str, level: str = "") -> dict:
    return {**base, "tag": item.name, "raw": item.raw, "level": item.level or level, "amount": amount, "unit": unit}


def _amount(record: Record, out: _Reading, expected: str, **more) -> tuple[bool, float | None]:
    """Whether the rating cell is understood, and its number; the word "None" is zero."""
    cell = record["rating/amount"]
    try:
        return True, 0.0 if cells.is_none(cell) else cells.number(cell)
    except ValueError:
        out.remark("rating or amount not understood", record, "rating/amount", expected, **more)
        return False, None


def _symptoms(record: Record, base: dict, out: _Reading) -> None:
    # A severity that is not understood says nothing about how bad it was, but the symptom was there all the same:
    # without its row, the night would look free of symptoms.
    fine, rating = _amount(record, out, "1–4", outcome=CELL_OUT)
    if fine and rating is not None and rating != 0 and not 1 <= rating <= 4:
        out.remark("severity out of range", record, "rating/amount", "1–4", outcome=CELL_OUT)
        fine = False
    items = _items(record, cells.symptom, out)
    for item in items:
        word = cells.SEVERITIES.get(item.level.casefold())
        # One rating belongs to one symptom; where several share a row, each has only its own word.
        amount = (rating if rating is not None and (len(items) == 1 or word is None) else word) if fine else None
        if word is not None and amount is not None and round(amount) != word:
            out.remark("severity and its word disagree", record, "rating/amount", item.level, outcome=KEPT,
                       advice="The number is used.")
        level = "None" if amount == 0 else ""
        out.mentions.append(_mention(base, item, None if amount is None else float(amount), "likert_1_4", level))


def _doses(record: Record, base: dict, out: _Reading) -> None:
    fine, amount = _amount(record, out, "a number")
    if fine and amount is not None and amount < 0:
        return out.remark("dose below zero", record, "rating/amount", "0 or more")
    if fine:
        for item in _items(record, cells.dose, out):
            out.mentions.append(_mention(base, item, amount, item.unit, "None" if amount == 0 else ""))


def _factors(record: Record, base: dict, out: _Reading) -> None:
    fine, amount = _amount(record, out, "a number, None or nothing")
    if not fine:
        return
    items = _items(record, cells.factor, out)
    for item in items:
        # A number beside several factors cannot be dealt out between them.
        mine = amount if len(items) == 1 else None
        level = "None" if mine == 0 else ""
        out.mentions.append(_mention(base, item, 0.0 if item.level.casefold() == "none" else mine, "", level))


# --- sleep ---------------------------------------------------------------------------------------------------------
def _sleep_quality(record: Record, day: dt.date, out: _Reading) -> None:
    try:
        quality = cells.number(record["rating/amount"])
    except ValueError:
        quality = -1.0
    if quality is None:
        out.reasons[record.line] = "sleep quality without a rating"
    elif not 1 <= quality <= 5:
        out.remark("sleep quality out of range", record, "rating/amount", "1–5")
    else:
        out.answers.append({"row": record.line, "night": _evening(day), "sleep_quality": quality})


def _sleep(record: Record, day: dt.date, out: _Reading) -> None:
    """Sleep dated by the morning of waking. What contradicts itself is listed and not used; nothing is corrected."""
    detail = cells.sleep_detail(record["detail"])
    if detail.strange:
        out.remark("part of the sleep detail was not understood", record, "detail", outcome=KEPT)
    for nap in detail.naps:
        night = _evening(day) if nap.slot == "pre" else dt.datetime.combine(day, dt.time())
        out.sleeps.append({"row": record.line, "hours": nap.hours, "is_nap": True, "night": night,
                           "origin": "diary_reported"})
    if cells.is_none(record["rating/amount"]):
        out.answers.append({"row": record.line, "night": _evening(day), "tst_min": 0.0,
                            "tst_source": "diary_reported"})
        return
    try:
        length = cells.hours(record["rating/amount"])
    except ValueError:
        return out.remark("length of sleep not understood", record, "rating/amount", "H:MM")
    placed = cells.place(detail, day)
    if not placed.possible:
        out.remark(CONTRADICTION, record, "detail", **({} if length is None else {"outcome": KEPT}),
                   advice="Asleep outside the in-bed times, or too long: a slip of 12 hours? The clock times are "
                          "not used.")
        placed = cells.Placed()
    if placed.start is None and length is None:
        if not detail.naps:
            out.reasons[record.line] = NO_SLEEP
        return None
    out.sleeps.append({
        "row": record.line, "start": placed.start, "end": placed.end, "bed_time": placed.bed,
        "out_of_bed_time": placed.out, "hours": _checked(length, placed, record, out), "is_nap": False,
        "night": None if placed.start else _evening(day), "origin": "diary_reported" if length is not None else ""})


def _checked(length: float | None, placed: cells.Placed, record: Record, out: _Reading) -> float | None:
    """The stated length, unless it is over an hour (a clock change) longer than the times beside it allow."""
    if length is None or placed.start is None or placed.end is None:
        return length
    span = (placed.end - placed.start).total_seconds() / 3600
    if length <= span + 1:
        return length
    out.remark("more sleep than its times hold", record, "rating/amount", f"at most {span:.1f} h", outcome=KEPT,
               advice="The clock times are used, the length is not.")
    return None


def _evening(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day - dt.timedelta(days=1), dt.time())


READER = Reader(app="bearable", called="Bearable", recognises=recognises, parse=parse, columns=COLUMNS,
                needed=NEEDED)
