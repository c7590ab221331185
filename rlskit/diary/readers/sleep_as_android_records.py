"""The lines of a Sleep as Android export, put together to records: a header line, a data line, and lines of noise."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

# The columns that every version has; older exports stop at Cycles.
FIXED = ("Id", "Tz", "From", "To", "Sched", "Hours", "Rating", "Comment", "Framerate", "Snore", "Noise", "Cycles")


@dataclass(frozen=True)
class Record:
    """One record as written: its cells by column name, and the line of its data."""

    line: int
    cells: dict[str, str]
    cut_off: bool


def read_records(text: str) -> tuple[list[Record], list[int]]:
    """Records of the file, and the numbers of lines that are neither header, data nor noise."""
    delimiter = ";" if text.lstrip("\r\n").split("\n", 1)[0].count(";") >= len(FIXED) - 1 else ","
    records: list[Record] = []
    stray: list[int] = []
    header: list[str] = []
    waiting = 0  # line of a header whose data line has not come yet
    for line, cells in _lines(text, delimiter):
        first = cells[0].strip() if cells else ""
        if first == "Id":
            stray += [waiting] if waiting else []
            header, waiting = [c.strip() for c in cells], line
        elif first and header and len(cells) > FIXED.index("From"):
            # Only a record that stops before its fixed columns is damaged: older exports have fewer event columns.
            fixed = min(len(header), len(FIXED))
            records.append(Record(line, dict(zip(header[:15], cells, strict=False)), len(cells) < fixed))
            waiting = 0
        elif first:
            stray.append(line)
        # A line whose first cell is empty holds the noise of the record above it, or nothing.
    return records, stray + ([waiting] if waiting and records else [])


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
