"""The lines of a Sleep as Android export, put together to records: a header line, a data line, and lines of noise."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

# The columns that every version writes; older exports stop at Cycles.
FIXED = ("Id", "Tz", "From", "To", "Sched", "Hours", "Rating", "Comment", "Framerate", "Snore", "Noise", "Cycles")
NEEDED = ("Id", "From", "To", "Hours")  # what a sleep cannot be read without; its owner may have cut the others
NAMED = 15  # columns with a name of their own; behind them stand movement and events
_CLOCK = re.compile(r"\d{1,2}:\d\d")


@dataclass(frozen=True)
class Record:
    """One record as written: its cells by column name, the line of its data, the columns it has no cell for, and the
    cells below clock times (movement) and below "Event"."""

    line: int
    cells: dict[str, str]
    absent: tuple[str, ...]
    movement: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    @property
    def cut_off(self) -> bool:
        return bool(set(NEEDED) & set(self.absent))


def is_header(cells: list[str]) -> bool:
    """Whether a record's header stands here: its needed columns, and two more that only this app has."""
    return bool(cells) and cells[0] == "Id" and set(NEEDED) <= set(cells) and len(set(FIXED) & set(cells)) > 5


def delimiter_of(text: str) -> str:
    """The delimiter of the first line: a spreadsheet may have saved the file with semicolons or tabs."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return next((d for d in ",;\t" if is_header(cells_of(first, d))), ",")


def read_records(text: str) -> tuple[list[Record], list[int]]:
    """Records of the file, and the numbers of lines that are neither header, data nor noise."""
    records: list[Record] = []
    stray: list[int] = []
    header: list[str] = []
    behind: list[str] = []  # the names of the header's other columns
    waiting = 0  # line of a header whose data line has not come yet
    lines = _lines(text, delimiter_of(text))
    for line, cells in lines:
        first = cells[0].strip() if cells else ""
        if first == "Id":
            stray += [waiting] if waiting else []
            header, behind, waiting = [c.strip() for c in cells[:NAMED]], cells[NAMED:], line
            if not is_header(header):
                header = []
        elif first and header and len(cells) > FIXED.index("From"):
            if line == lines[-1][0] and len(cells) < len(header) and not text.endswith(("\n", "\r")):
                cells = cells[:-1]  # the file breaks off here: the last cell may have lost its end
            found = dict(zip(header, cells, strict=False))
            later = list(zip(behind, cells[NAMED:], strict=False)) if len(header) == NAMED else []
            records.append(Record(line, found, tuple(name for name in FIXED if name not in found),
                                  tuple(cell for name, cell in later if _CLOCK.fullmatch(name.strip())),
                                  tuple(cell for name, cell in later if name.strip() == "Event")))
            waiting = 0
        elif first:
            stray.append(line)
        # A line whose first cell is empty holds the noise of the record above it, or nothing.
    return records, sorted(stray + ([waiting] if waiting and records else []))


def _lines(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """(line number, cells). A quotation mark that is never closed must not swallow the records after it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines, start = [], 1
    try:
        for cells in reader:
            lines.append((start, cells))
            start = reader.line_num + 1
    except csv.Error:  # a cell of more than 131,072 characters
        lines = []
    if lines and not any(part.startswith("Id" + delimiter) for _, cells in lines for cell in cells
                         for part in cell.splitlines()[1:]):
        return lines
    return [(n, cells_of(line, delimiter)) for n, line in enumerate(text.replace("\r", "").split("\n"), 1)]


def cells_of(line: str, delimiter: str) -> list[str]:
    """The trimmed cells of one line; one cell where they cannot be told apart."""
    try:
        return [c.strip() for c in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return [line.strip()]
