"""Which mark parts the decimals of a table: "8.412" is 8412 to some and 8.412 to others. rlskit.toml says it, else
other numbers of its column, else those of the whole table; where nothing does it is asked, and never chosen."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from rlskit.diary.readers.text import DECIMAL_COMMA, DECIMAL_POINT, TWO_NUMBERS
from rlskit.diary.tables import KEPT, issue

UNCLEAR = "numbers that can be read two ways"
_CELL = re.compile(r"(~?\s*)(\d[\d.,]*)(\s*[^\d.,]*)")
# A clock time, or a day and a month: no decimals, wherever else in the table they stand.
_NO_DECIMALS = re.compile(r"([01]?\d|2[0-3])[.,][0-5]\d|([1-9]|[12]\d|3[01])[.,]([1-9]|1[0-2])")
Cell = TypeVar("Cell", str, object)
Key = TypeVar("Key", int, str)


def settle(rows: Sequence[tuple[int, list[Cell]]], stated: str, words: Collection[int] = (),
           ) -> tuple[list[tuple[int, list[Cell]]], dict[int, str]]:
    """The rows below a header, thousands without their mark; and the columns with numbers that nothing settles, each
    with one of them. stated : the mark of decimals in rlskit.toml, "" where it is not said. words : columns that count
    nothing, such as the names of people, and stay as they are."""
    found = {at for _, cells in rows for at, cell in enumerate(cells) if _two(cell)} - {*words}
    if not found:
        return list(rows), {}
    columns = {at: [row[at] for _, row in rows if at < len(row)] for at in found}
    whole = {_mark(cell) for _, cells in rows for cell in cells if not _is_no_decimal(cell)} - {""}
    marks = {at: stated or _only({_mark(cell) for cell in columns[at]} - {""} or whole) for at in found}
    unclear = {at: next(str(c).strip() for c in columns[at] if _two(c)) for at in sorted(found) if not marks[at]}
    return [(line, [_plain(cell, marks.get(at, "")) for at, cell in enumerate(cells)]) for line, cells in rows], unclear


def unclear_issues(file: str, unclear: Mapping[Key, str], names: Mapping[Key, tuple[str, str]]) -> list[dict]:
    """A question for each column with numbers that can be read two ways. names : the same key → its
    header and what it holds."""
    return [issue(file, UNCLEAR, column=names[at][0], found=names[at][1], outcome=KEPT,
                  advice=f'{_either(example)}: left out until rlskit.toml says, above all sections, decimal_mark = "," '
                         'or decimal_mark = ".".') | {"expected": _either(example)}
            for at, example in unclear.items() if at in names]


def _two(cell: object) -> bool:
    found = _CELL.fullmatch(cell.strip()) if isinstance(cell, str) else None
    return bool(found and TWO_NUMBERS.fullmatch(found[2]))


def _is_no_decimal(cell: object) -> bool:
    return isinstance(cell, str) and bool(_NO_DECIMALS.fullmatch(cell.strip()))


def _mark(cell: object) -> str:
    """The mark of decimals that a cell shows, "" where it shows none."""
    found = _CELL.fullmatch(cell.strip()) if isinstance(cell, str) else None
    if not found or TWO_NUMBERS.fullmatch(found[2]):
        return ""
    if DECIMAL_COMMA.fullmatch(found[2]) or re.fullmatch(r"\d+,\d+", found[2]):
        return ","
    return "." if DECIMAL_POINT.fullmatch(found[2]) or re.fullmatch(r"\d+\.\d+", found[2]) else ""


def _only(marks: set[str]) -> str:
    """The one mark that there is, "" where there is none or both."""
    return next(iter(marks)) if len(marks) == 1 else ""


def _plain(cell: Cell, mark: str) -> Cell:
    """A cell whose number has one meaning."""
    if not mark or not isinstance(cell, str) or not _two(cell):
        return cell
    said = cell.strip()
    if mark not in said:
        return _thousands(said)
    found = _CELL.fullmatch(said)
    return f"{found[1]}{_decimals(found[2])}0{found[3]}" if found else said  # four decimals can be no thousands


def _either(example: str) -> str:
    return f'"{example}" can be {_thousands(example)} or {_decimals(example)}'


def _decimals(said: str) -> str:
    return said.replace(",", ".")


def _thousands(said: str) -> str:
    return said.replace(",", "").replace(".", "", 1)
