"""Text files as they come from phones and spreadsheets: encodings, delimiters, truncated rows. Knows no app."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from rlskit.diary.tables import KEPT, issue
from rlskit.errors import DiaryError
from rlskit.utils.text_files import WINDOWS, decode

FIRST_LINES = 2**20  # characters in which the first cells are looked for
# A number with a mark of thousands that cannot be one of decimals; and one that may be either.
DECIMAL_COMMA = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3}){2,}|(?:\.\d{3})+,\d+)")
DECIMAL_POINT = re.compile(r"[1-9]\d{0,2}(?:(?:,\d{3}){2,}|(?:,\d{3})+\.\d+)")
TWO_NUMBERS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_APART = re.compile(r"[1-9]\d{0,2}(?:[ '\u2019]\d{3})+(?:[.,]\d+)?")
UNENDING = "damaged: a row or a quotation mark that never ends"


@dataclass(frozen=True)
class TextTable:
    """Lines of a delimited file, nothing interpreted. `lines[i]` is (line number in the file, cells)."""

    file: str
    lines: list[tuple[int, list[str]]]
    delimiter: str
    truncated: bool  # the file ends without a line end, inside a row or an open quote
    issues: list[dict] = field(default_factory=list)


def read_text(path: Path) -> tuple[str, list[dict]]:
    """The file as text, with what was unusual about its encoding. DiaryError if it is empty or not text."""
    return as_text(path.read_bytes(), path.name)


def as_text(raw: bytes, file: str) -> tuple[str, list[dict]]:
    """The same of bytes that stand in a file of that name."""
    if not raw.strip(b"\xef\xbb\xbf\r\n\t ,;\x00"):
        raise _empty(file)
    try:
        text, unusual = decode(raw)
    except UnicodeDecodeError as wrong:
        raise _unreadable(file, None if b"\x00" in raw else raw[: wrong.start].count(b"\n") + 1) from None
    except UnicodeError:
        raise _unreadable(file) from None
    advice = "If letters look wrong, save it as CSV UTF-8." if unusual == WINDOWS else ""
    return text, [issue(file, unusual, outcome=KEPT, advice=advice)] if unusual else []


def _empty(file: str) -> DiaryError:
    return DiaryError(f"{file}: the file is empty. Export the diary again and give that file.", kind="empty file")


def _unreadable(file: str, line: int | None = None) -> DiaryError:
    where = f"{file}, line {line}" if line else file
    return DiaryError(f"{where}: expected text in UTF-8, found other bytes. Open the file in a spreadsheet, save it as "
                      '"CSV UTF-8" and try again.', kind="not text in UTF-8")


def read_table(path: Path, delimiters: str = ",;\t") -> TextTable:
    """Cells of a delimited file. The delimiter is the one of `delimiters` that the first line with any holds
    most of. DiaryError where a row never ends."""
    text, issues = read_text(path)
    above = text[:FIRST_LINES].splitlines()
    first = next((line for line in above if any(d in line for d in delimiters)), "")  # below a title
    delimiter = max(delimiters, key=first.count)
    if delimiter == ";":
        issues.append(issue(path.name, "semicolons between the cells", outcome=KEPT))
    found = _cells(path.name, text, delimiter)
    if isinstance(found, DiaryError):
        raise found
    return TextTable(path.name, found, delimiter, truncated=_is_truncated(text, found), issues=issues)


@lru_cache(maxsize=1)  # several readers ask for the same file, one after the other
def _cells(file: str, text: str, delimiter: str) -> list[tuple[int, list[str]]] | DiaryError:
    """(line number, cells) of each filled row, or why there are none."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    lines: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            if any(c.strip() for c in cells):
                lines.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as wrong:
        return DiaryError(f"{file}, line {start}: expected rows of cells, found one that never ends ({wrong}). "
                          "Remove the stray quotation mark in this line, or export the diary again.", kind=UNENDING)
    return lines or _empty(file)


def _is_truncated(text: str, lines: list[tuple[int, list[str]]]) -> bool:
    """Cut off in mid-row: no line end at the end, and fewer cells than the line before or an open quote."""
    if text.endswith(("\n", "\r")) or len(lines) < 2:
        return False
    return len(lines[-1][1]) < len(lines[-2][1]) or lines[-1][1][-1].count('"') % 2 == 1 or text.count('"') % 2 == 1


def number(cell: object) -> float | None:
    """A number with a point or a decimal comma, thousands apart by a blank, an apostrophe or the other mark. None
    for an empty cell; ValueError for anything else, and for "8,412": 8412 to some and 8.412 to others."""
    text = " ".join(str(cell if cell is not None else "").split())
    if not text:
        return None
    value = float(_plain(text))
    if not math.isfinite(value):
        raise ValueError(f'not a number: "{text}"')
    return value


def _plain(text: str) -> str:
    """A number as programs write it."""
    if _APART.fullmatch(text):
        text = re.sub("[ '\u2019]", "", text)
    if DECIMAL_COMMA.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if DECIMAL_POINT.fullmatch(text):
        return text.replace(",", "")
    if "," in text and TWO_NUMBERS.fullmatch(text):
        raise ValueError(f'two numbers: "{text}"')
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
