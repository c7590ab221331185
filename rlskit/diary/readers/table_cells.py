"""The cells of a table of one's own, CSV or XLSX: where its header stands, and which column holds the dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from rlskit.diary.mapping import tag_key
from rlskit.diary.readers import table_words
from rlskit.diary.readers.clock import parse_date, split_moment
from rlskit.diary.readers.decimals import settle
from rlskit.diary.readers.rows import CUT_OFF
from rlskit.diary.readers.template_answers import plain_date, text
from rlskit.diary.readers.template_cells import HEADER_WITHIN, csv_lines
from rlskit.diary.readers.workbook import is_workbook, sheets
from rlskit.diary.readers.yearless import lacks_year
from rlskit.diary.tables import KEPT, issue

DATED = 0.8  # share of filled cells that are dates where a column holds dates
DAYS = 3  # a line of more dates than this has a day in every column
LOOKED_AT = 200  # rows, and columns, that are looked at for dates
YEARS = (1990, 2100)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A header and the rows below it: (line in the file, cells). broken : line → why a row cannot be read at all."""

    layout: str  # CSV | XLSX
    header: tuple[str, ...]
    rows: list[tuple[int, list[object]]]
    broken: dict[int, str] = field(default_factory=dict)
    issues: list[dict] = field(default_factory=list)
    unclear: dict[int, str] = field(default_factory=dict)  # column → a number of it that can be read two ways

    def column(self, at: int) -> list[object]:
        """The cells of a column, empty where a row is too short."""
        return [cells[at] if at < len(cells) else None for _, cells in self.rows]


def read_sheet(path: Path, known: Collection[str], decimal_mark: str = "", words: Collection[str] = ()) -> Sheet | None:
    """The table of a file: below the line that holds most of the `known` headers (by tag_key), or where none is known
    the line above the first date. None where there is no such table. decimal_mark : as rlskit.toml states it;
    words : headers of columns that count nothing, by tag_key."""
    sheet = _read(path, known)
    if sheet is None:
        return None
    rows, unclear = settle(sheet.rows, decimal_mark,
                           [at for at, name in enumerate(sheet.header) if tag_key(name) in words])
    return replace(sheet, rows=rows, unclear=unclear)


def _read(path: Path, known: Collection[str]) -> Sheet | None:
    if is_workbook(path):
        found = [(name, s) for name, lines in sheets(path) if (s := _below_header(path.name, "XLSX", lines, known, []))]
        if not found:
            return None
        best = max(found, key=lambda one: _known(one[1].header, known))[1]
        rest = [issue(path.name, f'sheet "{name}" has dates too; only one sheet is read',
                      advice="Save every sheet as a file of its own, in one folder.") for name, s in found if s != best]
        best.issues.extend(rest)
        return best
    table = csv_lines(path)
    sheet = _below_header(path.name, "CSV", table.lines, known, list(table.issues))
    if sheet and table.truncated and sheet.rows and sheet.rows[-1][0] == table.lines[-1][0]:
        sheet.broken[table.lines[-1][0]] = CUT_OFF
    return sheet


def _known(header: tuple[str, ...], known: Collection[str]) -> int:
    return sum(tag_key(name) in known for name in header)


def _below_header(file: str, layout: str, lines: list, known: Collection[str], issues: list[dict]) -> Sheet | None:
    if not lines:
        return None
    if (days := _days_across(lines)) is not None:
        lines = _turned(lines[days:])
        issues.append(issue(file, "a day is a column of this table", outcome=KEPT,
                            advice='A "line" below is the column of that number.'))
    scores = [_known(tuple(text(c) for c in cells), known) for _, cells in lines[:HEADER_WITHIN]]
    # One known name alone may stand anywhere, as in the data dictionary of a study.
    at = scores.index(max(scores)) if max(scores) >= min(2, len(known)) > 0 else _above_dates(lines)
    if at is None:
        return None
    header = tuple(text(c) for c in lines[at][1])
    rows = lines[at + 1:]
    broken = {line: "the header again" for line, cells in rows if tuple(text(c) for c in cells) == header}
    broken |= {line: "more cells than the header" for line, cells in rows if any(text(c) for c in cells[len(header):])}
    return Sheet(layout=layout, header=header, rows=rows, broken=broken, issues=issues)


def _days_across(lines: list) -> int | None:
    """The line that holds the dates of a table with a day in every column: a name perhaps, and dates after it. Where
    none has a year, the name says that they are dates, or there is none."""
    for at, (_, line) in enumerate(lines[:HEADER_WITHIN]):
        corner, cells = line[0], line[1:]
        if len([c for c in line if text(c)]) <= DAYS or is_date(corner) or lacks_year(corner):
            continue
        if holds_dates(cells[:LOOKED_AT]) or (holds_dates(cells[:LOOKED_AT], lacks_year) and (
                not text(corner) or table_words.NIGHT.search(tag_key(text(corner))))):
            return at
    return None


def _turned(lines: list) -> list:
    """Columns as lines, numbered from 1 on; the dates have the name "date" where they have none."""
    width = max(len(cells) for _, cells in lines)
    rows = [[*cells, *[None] * (width - len(cells))] for _, cells in lines]
    (corner, *dates), *others = rows
    rows = [[text(corner) or "date", *dates], *others]
    return [(number, list(cells)) for number, cells in enumerate(zip(*rows, strict=True), 1) if any(map(text, cells))]


def _above_dates(lines: list) -> int | None:
    """The line above the first date of the first column that holds dates. Where none has a year, "3/5" may be many a
    thing: its header must say that it is a date. A line with a date that has no names above it is no row of a table."""
    width = min(max(len(cells) for _, cells in lines[:LOOKED_AT]), LOOKED_AT)
    for is_one in (is_date, lacks_year):
        for at in range(width):
            cells = [row[at] if at < len(row) else None for _, row in lines[:LOOKED_AT]]
            first = next((i for i, cell in enumerate(cells) if is_one(cell)), None)
            if first and first <= HEADER_WITHIN and holds_dates(cells[first:], is_one) and is_header_of(
                    lines[first - 1][1], at, lines[first][1], is_one):
                return first - 1
    return None


def is_header_of(names: list[object], at: int, cells: list[object], is_one: Callable[[object], bool]) -> bool:
    """Whether a line names the columns of the next one, of which the one `at` holds dates."""
    filled = [sum(bool(text(c)) for c in line) for line in (names, cells)]
    name = text(names[at]) if at < len(names) else ""
    return bool(name) and (filled[0] > 1 or filled[1] == 1) and (
        is_one is is_date or bool(table_words.NIGHT.search(tag_key(name))))


def headless(path: Path) -> bool:
    """Whether a file is rows that begin with a date, without a line of names above them. Never raises."""
    try:
        tables = [lines for _, lines in sheets(path)] if is_workbook(path) else [csv_lines(path).lines]
        return any(_is_headless(lines) for lines in tables)
    except Exception:  # a damaged file of any kind is no table
        return False


def _is_headless(lines: list) -> bool:
    dates = [cells[0] if cells else None for _, cells in lines[:LOOKED_AT]]
    first = next((i for i, cell in enumerate(dates) if is_date(cell) or lacks_year(cell)), None)
    if first is None or first > HEADER_WITHIN or sum(map(bool, map(text, lines[first][1]))) < 2:
        return False
    return holds_dates(dates[first:]) or holds_dates(dates[first:], lacks_year)


def holds_dates(cells: list[object], is_one: Callable[[object], bool] | None = None) -> bool:
    """Whether the filled cells of a column are dates, by far most of them; is_one : what a date is, by default is_date.
    """
    filled = [c for c in cells if text(c)]
    return bool(filled) and sum(map(is_one or is_date, filled)) >= DATED * len(filled)


def is_date(value: object) -> bool:
    """Whether a cell is a date, or a date with a clock time, whichever of day and month stands first."""
    if isinstance(value, dt.date):
        return YEARS[0] <= value.year <= YEARS[1]
    if not isinstance(value, str) or not any(c.isdigit() for c in value[:40]):
        return False
    day = plain_date(split_moment(value)[0])
    return any(_builds(day, order) for order in ("ymd", "dmy", "mdy"))


def _builds(day: object, order: str) -> bool:
    try:
        found = parse_date(day, order)
    except ValueError:
        return False
    return found is not None and YEARS[0] <= found.year <= YEARS[1]
