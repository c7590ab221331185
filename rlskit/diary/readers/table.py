"""A table of one's own, CSV or XLSX, headers in any language: [columns] in rlskit.toml says what each column holds.

One column is the `night`, a date with or without a clock time; one row a night, or one row an entry where there is a
column `time` too, or the night's column has entry_time = "event". What is a night's answer and what a tick, and which
night a cell tells of: table_rows.py. A column that rlskit.toml does not name counts for nothing and is listed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from rlskit.diary.mapping import Tag, tag_key
from rlskit.diary.readers import clock, template_answers
from rlskit.diary.readers.decimals import unclear_issues
from rlskit.diary.readers.parsed import NOT_FILLED, Options, Parsed, Reader
from rlskit.diary.readers.rows import MOST_NAMED, and_more
from rlskit.diary.readers.table_cells import LOOKED_AT, Sheet, holds_dates, read_sheet
from rlskit.diary.readers.table_rows import (
    ABOUT_ROW,
    DETAILS,
    WORDS,
    Plan,
    Row,
    column_remarks,
    plan_columns,
    read_cells,
    refuse_one_sided,
)
from rlskit.diary.readers.template_answers import Unreadable, split_cell, text
from rlskit.diary.readers.template_rows import date_of, morning_dates
from rlskit.diary.readers.yearless import with_years, year_in
from rlskit.diary.tables import KEPT, issue
from rlskit.errors import DiaryError

APP = "table"
NO_COLUMNS = "no column of this table is named in rlskit.toml"
OF_THE_NIGHT = ("symptoms", *DETAILS["symptoms"])
NOT_NAMED = "a column that rlskit.toml does not name"
NO_CLOCK = "no clock time in the row"


def recognises(path: Path) -> bool:
    """Whether the file is a table with a column of dates. Never raises."""
    return has_columns(path, ())


def has_columns(path: Path, known: Collection[str]) -> bool:
    """Whether the file is a table, and has two of these headers where any are given. Never raises."""
    try:
        sheet = read_sheet(path, known)
    except (OSError, DiaryError):  # a damaged file of any kind is no table; recognising never raises
        return False
    return sheet is not None and sum(tag_key(name) in known for name in sheet.header) >= min(2, len(known))


def parse(path: Path, options: Options) -> Parsed:
    """Every row of the table as answers and ticks of a night, or an issue that says why not.

    Raises
    ------
    DiaryError : no rows, no column named as the night, two columns for one answer, dates without a year, or dates that
        could be day first or month first.
    """
    sheet = read_sheet(path, options.columns, options.decimal_mark,
                       {key for key, tag in options.columns.items() if tag.column in WORDS})
    if sheet is None or not sheet.rows:
        raise DiaryError(f"{path.name}: only a header line, no rows. Fill in a night and try again.",
                         kind="no rows below the header")
    tags = _tags(sheet, options.columns)
    layout = f"{sheet.layout}, one row a night"
    if not tags:
        out = Parsed(path.name, APP, sheet.layout, rows=len(sheet.rows), issues=list(sheet.issues),
                     reasons={line: NO_COLUMNS for line, _ in sheet.rows})
        return out
    night = _night(path.name, sheet, tags)
    plan = refuse_one_sided(plan_columns(tags.values(), path.name),
                            ((tag, sheet.column(at)) for at, tag in tags.items()))
    dates = with_years(sheet.column(night), year_in(sheet.header[night]) or options.year, options.date_order, path.name,
                       tags[night].name)
    moments = {line: split_cell(date) for (line, _), date in zip(sheet.rows, dates, strict=True)}
    words = [str(day) for day, _ in moments.values() if isinstance(day, str | dt.date)]
    order = clock.date_order(words, options.date_order, path.name, tags[night].name)
    out = Parsed(path.name, APP, layout.replace("a night", "an entry") if plan.entries else layout,
                 rows=len(sheet.rows), issues=list(sheet.issues), tags=plan.tags,
                 columns=", ".join(sorted(f'"{tag.name}" → {tag.column}' for tag in tags.values())),
                 date_order="iso" if order == "ymd" else order)
    people = {text(cell) for at, tag in tags.items() if tag.column == "person" for cell in sheet.column(at)} - {""}
    stated = replace(options, person="" if len(people) > 1 else options.person)  # several keep their own names
    for line, cells in sheet.rows:
        if line in sheet.broken:
            out.issues.append(issue(out.file, sheet.broken[line], row=line))
            continue
        _read_row(
            line=line, cells=dict(enumerate(cells)), moment=moments[line], tags=tags, plan=plan, order=order,
            options=stated, out=out)
    if not plan.entries:
        asked = any(not tag.tells_of for tag in tags.values() if tag.column in OF_THE_NIGHT)
        out.issues.extend(morning_dates(out.file, tags[night].name, [hour for _, hour in moments.values()],
                                        told=bool(plan.tells_of) or not asked or bool(tags[night].question)))
    out.issues.extend(unclear_issues(out.file, sheet.unclear, {at: (tag.name, tag.column) for at, tag in tags.items()
                                                               if tag.column not in WORDS}))
    out.issues.extend(_unread(sheet, tags, out.file) + column_remarks(plan, options.columns, sheet.header, out.file))
    return out


def _tags(sheet: Sheet, columns: dict[str, Tag]) -> dict[int, Tag]:
    """What each column means, by its position; a header that is there twice counts once."""
    found: dict[int, Tag] = {}
    for at, name in enumerate(sheet.header):
        tag = columns.get(tag_key(name))
        if tag is not None and tag not in found.values():
            found[at] = tag
    return found


def _night(file: str, sheet: Sheet, tags: dict[int, Tag]) -> int:
    """The position of the column that holds the dates."""
    nights = [at for at, tag in tags.items() if tag.column == "night"]
    if len(nights) == 1:
        return nights[0]
    if nights:
        names = " and ".join(f'"{tags[at].name}"' for at in nights)
        raise DiaryError(f'{file}: expected one column that is the night, found {names}. Write column = "ignore" for '
                         "the other in rlskit.toml.")
    dated = [name for at, name in enumerate(sheet.header[:LOOKED_AT])
             if name and holds_dates(sheet.column(at)[:LOOKED_AT])]
    which = f"Columns that hold dates: {', '.join(dated)}. " if dated else ""
    raise DiaryError(f'{file}: no column is named as the night. {which}Write in rlskit.toml a section such as '
                     f'[columns."{dated[0] if dated else "Date"}"] with column = "night".')


def _read_row(line: int, cells: dict[int, object], moment: tuple, tags: dict[int, Tag], plan: Plan, order: str,
              options: Options, out: Parsed) -> None:
    said = tuple((tag, cells.get(at)) for at, tag in tags.items() if tag.column not in ABOUT_ROW)
    about = {tag.column: cells.get(at) for at, tag in tags.items() if tag.column in ABOUT_ROW}
    day = date_of(line, moment[0], order, out, next(t.name for t in tags.values() if t.column == "night"))
    if day is None:
        return
    if not any(text(value) for _, value in said):
        out.issues.append(issue(out.file, NOT_FILLED, row=line, found=f"{day:%Y-%m-%d}"))
        return
    at: dt.time | dt.datetime | None = None
    try:
        at = template_answers.clock(about.get("time") or moment[1])
    except Unreadable as expected:
        column = next((t.name for t in tags.values() if t.column == "time"), "")
        out.issues.append(issue(out.file, NO_CLOCK, row=line, column=column, found=text(about.get("time")),
                                expected=str(expected), outcome=KEPT, advice="The row counts by its date."))
    person = options.person if options.person not in ("", "me") else text(about.get("person"))
    read_cells(Row(line=line, day=day, clock=at.time() if isinstance(at, dt.datetime) else at, person=person,
                   cells=said, amount=about.get("amount")), plan, out, options.tags)


def _unread(sheet: Sheet, tags: dict[int, Tag], file: str) -> list[dict]:
    """A remark for every filled column that counts for nothing, and for a header that is there twice."""
    remarks = []
    named = {tag_key(tag.name) for tag in tags.values()}
    counts = Counter(at for _, cells in sheet.rows for at, cell in enumerate(cells) if text(cell))
    unread = [(at, name, counts[at]) for at, name in enumerate(sheet.header) if at not in tags and counts[at]]
    for at, name, filled in unread[:MOST_NAMED]:
        twice = name and tag_key(name) in named
        kind = "a column that is there twice" if twice else NOT_NAMED
        advice = "The first is used." if twice else f"{filled} filled cells count for nothing."
        remarks.append(issue(file, kind, column=name or f"number {at + 1}", outcome=KEPT, advice=advice))
    return remarks + and_more(file, len(unread))


READER = Reader(app=APP, called="a table of your own", recognises=recognises, parse=parse, files="CSV or XLSX")
