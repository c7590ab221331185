"""The filled rows of an .xlsx, read one after the other: blank cells and rows far away cost nothing. Knows no app."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from rlskit.diary.readers import limits
from rlskit.diary.readers.archive import library, members
from rlskit.diary.readers.template_answers import text
from rlskit.errors import DiaryError

HEADER_WITHIN = 20  # filled rows: a title and merged rows may stand above the header
DAMAGED, TOO_LARGE = "a damaged workbook", "a workbook too large for a diary"
_XML = ("xl/worksheets/", "xl/sharedStrings")  # parts that hold the cells
_MEDIA = ("xl/media/", "xl/embeddings/")  # not read
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_NUMBERED = re.compile(rb'<(?:\w+:)?row\b[^>]*?\sr="(\d{1,9})"')

Rows = list[tuple[int, list[object]]]


def is_workbook(path: Path) -> bool:
    """Whether the file is an Office Open XML workbook, whatever its name. Never raises."""
    return "xl/workbook.xml" in members(path)


def sheets(path: Path) -> list[tuple[str, Rows]]:
    """Every sheet's name and its filled rows, numbered as the spreadsheet numbers them; formulas as last computed.

    DiaryError for a damaged workbook, and for one that holds or unpacks to more than a diary.
    """
    found = _kept(path.name, path.read_bytes())
    if isinstance(found, DiaryError):
        raise found
    return [(name, list(rows)) for name, rows in found]


@lru_cache(maxsize=1)  # several readers ask for the same workbook, one after the other
def _kept(file: str, raw: bytes) -> list[tuple[str, Rows]] | DiaryError:
    try:
        return _sheets(file, raw)
    except DiaryError as wrong:
        return wrong


def _sheets(file: str, raw: bytes) -> list[tuple[str, Rows]]:
    from openpyxl import load_workbook

    with library(file, "a workbook", f"Open it in a spreadsheet. {limits.SAVE_ANEW}", DAMAGED):
        _check(file, raw)
        book = load_workbook(io.BytesIO(raw), data_only=True, read_only=True)
        found = []
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # they are what some program wrote there, right or wrong
            found.append((sheet.title, _as_wide(list(_filled(file, sheet.iter_rows(values_only=True))))))
        return found


def _as_wide(rows: Rows) -> Rows:
    """The rows, those among which a header may stand as wide as the widest: a column can have no name."""
    width = max((len(cells) for _, cells in rows), default=0)
    return [(at, cells + [None] * (width - len(cells))) for at, cells in rows[:HEADER_WITHIN]] + rows[HEADER_WITHIN:]


def _filled(file: str, rows: Iterable[tuple]) -> Iterator[tuple[int, list[object]]]:
    cells = filled = 0
    for number, row in enumerate(rows, 1):
        cells += len(row)
        if number > limits.MOST_ROWS or cells > limits.MOST_CELLS:
            raise _too_large(file)
        if row and any(text(cell) for cell in row):
            filled += 1
            if filled > limits.MOST_LINES:
                raise _too_large(file)
            width = next(at for at in range(len(row), 0, -1) if text(row[at - 1]))
            yield number, list(row[:width])


def _check(file: str, raw: bytes) -> None:
    """Raises where the parts of the workbook are too large, or rows of it would be lost."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = [one for one in archive.infolist() if not one.filename.startswith(_MEDIA)]
        if sum(one.file_size for one in parts) > limits.UNPACKED:
            raise _too_large(file)
        contents = [(one.filename, archive.read(one)) for one in parts]
    if limits.beyond_xml(contents, _XML):
        raise _too_large(file)
    if not all(_in_order(content) for name, content in contents if name.startswith(_XML)):
        raise ValueError("rows that are not in their order")  # the library would leave them out


def _in_order(content: bytes) -> bool:
    """Whether the rows of a sheet are numbered upwards, or not at all."""
    numbers = [int(found[1]) for found in _NUMBERED.finditer(content)]
    return not numbers or (len(numbers) == len(_ROW.findall(content)) and all(a < b for a, b in pairwise(numbers)))


def _too_large(file: str) -> DiaryError:
    return DiaryError(f"{file}: {TOO_LARGE}. {limits.SAVE_ANEW}", kind=TOO_LARGE)
