"""Every CSV that rlskit writes, and those of them that it reads again: text that a spreadsheet would run as a formula
has an apostrophe before it, which the reading takes away.

Oracle: tests/unit/utils/test_csv_files.py, with the standard library's reader.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

from rlskit.errors import DiaryError

# Behind blanks, marks that nobody sees and apostrophes, a sign that opens a formula, in full width too; or a tab, a
# line end or a mark of the file's start, which a reader may take away.
_RUNS = re.compile("[\\s'\\x00-\\x1f\\u200b\\u2060\\ufeff]*[=+\\-@＝＋－＠﹢﹣﹦﹫]|'*[\\t\\r\\n\\ufeff]")
_NUMBER = r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?"
_NUMBERS = re.compile(rf"{_NUMBER}%?(?: to (?:open|{_NUMBER}))?")  # "-2.1 to 0.4": nothing in it can run


def guarded(cell: Any) -> Any:
    """A cell as it is written: text that could run has an apostrophe before it."""
    runs = isinstance(cell, str) and _RUNS.match(cell) and not _NUMBERS.fullmatch(cell)
    return f"'{cell}" if runs else cell


def as_meant(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell[1:]) else cell


def write_csv(table: pd.DataFrame, path: Path | None = None) -> str:
    """The text of a table as CSV, which is also written to `path` where there is one."""
    safe = table.set_axis([guarded(name) for name in table.columns], axis="columns")
    for at, kind in enumerate(table.dtypes):
        if not is_numeric_dtype(kind) and not is_datetime64_any_dtype(kind):
            cells = [guarded(cell) for cell in table.iloc[:, at]]
            safe.isetitem(at, pd.Series(cells, index=safe.index, dtype=object))
    text = safe.to_csv(index=False, lineterminator="\n")
    if "\r" in text:  # it gets no quotation marks, outside of which a reader takes it for the end of the row
        text = safe.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    if path is not None:
        path.write_bytes(text.encode("utf-8"))
    return text


def rows_as_csv(rows: Iterable[Iterable[Any]]) -> str:
    """Rows of cells as CSV."""
    safe = [[guarded(cell) for cell in row] for row in rows]
    text = _rows(safe, csv.QUOTE_MINIMAL)
    return text if "\r" not in text else _rows(safe, csv.QUOTE_NONNUMERIC)


def _rows(cells: list[list[Any]], quoting: Literal[0, 2]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows(cells)
    return out.getvalue()


def read_csv(path: Path) -> pd.DataFrame:
    """A table that `write_csv` wrote, every cell as the text that it was. DiaryError for what it did not write."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = [[as_meant(cell) for cell in row] for row in csv.reader(file) if row]
    except (csv.Error, ValueError):  # no text, or no row at all
        header, rows = [], [[""]]
    if any(len(row) != len(header) for row in rows):
        raise DiaryError(f"{path.name}: expected a table as rlskit wrote it, found a damaged one. Make it again.")
    return pd.DataFrame(rows, columns=header, dtype=str)
