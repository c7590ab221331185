"""The cells of a template file, CSV or XLSX, below its header: nothing interpreted, every line numbered."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from rlskit.diary.mapping import tag_key
from rlskit.diary.readers.decimals import settle
from rlskit.diary.readers.rows import CUT_OFF, MOST_NAMED, and_more
from rlskit.diary.readers.template_answers import text, word
from rlskit.diary.readers.template_columns import ALIASES, BY_NAME, CUP, TELLS_OF, YEAR, column_name, is_header
from rlskit.diary.readers.text import UNENDING, TextTable, number, read_table
from rlskit.diary.readers.workbook import HEADER_WITHIN, is_workbook, sheets
from rlskit.diary.tables import KEPT, issue
from rlskit.diary.toml_values import toml_text
from rlskit.errors import DiaryError
from rlskit.utils.csv_files import as_meant

MOST_IN_A_CUP = 500  # mg
NIGHTS = ("tonight", "last night")
WORDS = ("night", "person", "movement", "medicine_change")  # columns that count nothing
NEAR = 0.75  # as like as "severty" and "severity", and not as "evening walk" and "evening"


@dataclass(frozen=True)
class Grid:
    """Rows of a diary file: (line in the file, value by column name). Rows without any cell are not rows."""

    file: str
    layout: str  # CSV | XLSX
    rows: list[tuple[int, dict[str, object]]]
    cup_mg: float = float(CUP.value)
    tells_of: str = str(TELLS_OF.value)
    year: int | None = None  # of the first night, where dates have none
    broken: dict[int, str] = field(default_factory=dict)  # line → why the row cannot be read at all
    issues: list[dict] = field(default_factory=list)
    unclear: dict[str, str] = field(default_factory=dict)  # column → a number of it that can be read two ways
    added: tuple[str, ...] = ()  # headers of columns that are not the template's, as `known` has them


def read_grid(path: Path, known: Collection[str] = (), decimal_mark: str = "") -> Grid:
    """The diary in a file that has a header; DiaryError where there is none, or nothing at all. known : columns that
    somebody added to the template, by tag_key; their cells stand under these names. decimal_mark : as rlskit.toml
    states it."""
    if is_workbook(path):
        return _from_workbook(path, known, decimal_mark)
    table = csv_lines(path)
    grid = _below_header(path.name, "CSV", table.lines, list(table.issues), known, decimal_mark)
    if table.truncated and grid.rows and grid.rows[-1][0] == table.lines[-1][0]:
        grid.broken[table.lines[-1][0]] = CUT_OFF
    return grid


def csv_lines(path: Path) -> TextTable:
    """The cells of a CSV; DiaryError where a quotation mark that is never closed swallows the rows after it."""
    table = read_table(path)
    table = replace(table, lines=[(line, [as_meant(c) for c in cells]) for line, cells in table.lines])
    width = max(len(cells) for _, cells in table.lines)
    for line, cells in table.lines:
        if any(part.count(table.delimiter) >= max(width // 2, 2) for c in cells for part in c.splitlines()[1:]):
            raise DiaryError(f"{path.name}, line {line}: expected the end of a quoted cell, found later rows inside "
                             "it. Remove the stray quotation mark in this line.", kind=UNENDING)
    return table


def _from_workbook(path: Path, known: Collection[str], mark: str) -> Grid:
    filled = [(name, rows) for name, rows in sheets(path) if rows]
    if not filled:
        raise DiaryError(f"{path.name}: the file is empty. Fill in the diary, save it and give that file.",
                         kind="empty file")
    diaries = [(name, rows) for name, rows in filled if header_at(rows) is not None]
    issues = [issue(path.name, f'sheet "{name}" looks like a diary too; only the first one is read',
                    advice="Save every sheet as a file of its own, in one folder.") for name, _ in diaries[1:]]
    return _below_header(path.name, "XLSX", diaries[0][1] if diaries else filled[0][1], issues, known,
                         mark)


def header_at(lines) -> int | None:
    """Position of the header among the first filled lines."""
    return next((i for i, (_, cells) in enumerate(lines[:HEADER_WITHIN]) if is_header(cells)), None)


def _below_header(file: str, layout: str, lines: list, issues: list[dict], known: Collection[str], mark: str) -> Grid:
    at = header_at(lines)
    if at is None:
        raise DiaryError(f'{file}: expected a header with "night" and the other columns of the template, found none. '
                         "Start from `rlskit template --out diary.xlsx`.")
    own = {tag_key(text(c)) for c in lines[at][1]} & set(known)
    header = [tag_key(text(c)) if tag_key(text(c)) in own else column_name(c) for c in lines[at][1]]
    issues += _unknown_columns(file, lines[at][1], header, own)
    columns = dict(sorted((header.index(name), name) for name in (*BY_NAME, *own) if name in header))
    rows, broken = [], {}
    below, unclear = settle(lines[at + 1:], mark, [i for i, name in columns.items() if name in WORDS])
    for line, cells in below:
        rows.append((line, {name: cells[i] for i, name in columns.items() if i < len(cells)}))
        if any(text(c) for c in cells[len(header):]):
            broken[line] = "more cells than the header"
        elif is_header(cells):
            broken[line] = "the header again"
    cup_mg, tells_of, year = _settings(file, lines[:at])
    return Grid(file=file, layout=layout, rows=rows, cup_mg=cup_mg, tells_of=tells_of, year=year, broken=broken,
                issues=issues, unclear={columns[i]: number for i, number in unclear.items() if i in columns},
                added=tuple(name for name in columns.values() if name in own))


def _settings(file: str, above: list) -> tuple[float, str, int | None]:
    """What the lines above the header say of every row: milligrams in a cup, the night that a row tells of, and the
    year of the first."""
    said = {column_name(cells[0]): (line, cells[1]) for line, cells in above if len(cells) > 1 and text(cells[1])}
    line, cup = said.get(CUP.name, (0, CUP.value))
    try:
        mg = number(text(cup)) or 0.0
    except ValueError:
        mg = 0.0
    if not 0 < mg <= MOST_IN_A_CUP:
        raise DiaryError(f'{file}, line {line}, {CUP.name}: expected a number up to {MOST_IN_A_CUP}, '
                         f'found "{text(cup)}".')
    line, night = said.get(TELLS_OF.name, (0, TELLS_OF.value))
    if word(night) not in NIGHTS:
        raise DiaryError(f'{file}, line {line}, {TELLS_OF.name}: expected one of {", ".join(NIGHTS)}, '
                         f'found "{text(night)}".')
    line, year = said.get(YEAR, (0, ""))
    if text(year) and not re.fullmatch(r"(19|20|21)\d\d", text(year)):
        raise DiaryError(f'{file}, line {line}, {YEAR}: expected a year such as 2026, found "{text(year)}".')
    return mg, word(night), int(text(year)) if text(year) else None


def _unknown_columns(file: str, written, header: list[str], own: Collection[str]) -> list[dict]:
    """A remark for every column that is not read: unknown, with the nearest known name, or there twice."""
    first: dict[str, int] = {}
    known = {*BY_NAME, *own}
    unread = [(name, text(as_written)) for at, (name, as_written) in enumerate(zip(header, written, strict=True))
              if name and (first.setdefault(name, at) != at or name not in known)]
    return [_unknown_column(file, name, as_written, twice=name in known) for name, as_written in unread[:MOST_NAMED]
            ] + and_more(file, len(unread))


def _unknown_column(file: str, name: str, as_written: str, *, twice: bool) -> dict:
    if twice:
        return issue(file, "a column that is there twice", column=as_written, advice="The first is used.")
    near = difflib.get_close_matches(name, [*BY_NAME, *ALIASES], 1, NEAR)
    hint = (f'Did you mean "{ALIASES.get(near[0], near[0])}"?' if near else
            f"If you added it, a section [columns.{toml_text(as_written)}] in rlskit.toml says what it holds.")
    return issue(file, "unknown column", column=as_written, advice=hint)


def mixed_dates(file: str, nights: list[object]) -> list[dict]:
    """A remark where some nights are real dates and some are text: a spreadsheet may have swapped day and month."""
    dates = [n for n in nights if any(c.isdigit() for c in text(n))]
    words = sum(isinstance(n, str) for n in dates)
    if not words or words == len(dates):
        return []
    return [issue(file, f"{words} of the nights are text and the others real dates", column="night", outcome=KEPT,
                  advice="Check that the spreadsheet did not swap day and month.")]
