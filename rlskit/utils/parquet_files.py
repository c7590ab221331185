"""The tables that `rlskit convert --parquet` writes, and the reader of them. pyarrow is imported only here and then."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from rlskit.errors import DiaryError

NEEDED = 'Parquet needs pyarrow, which is not installed. Run: python -m pip install "rlskit[pool]"'
FOOTER = 2**16  # bytes at the end, where the names of the columns stand


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """The table as Parquet, every column with its type."""
    plain = table.copy()
    plain.attrs = {}
    with _pyarrow(path):
        plain.to_parquet(path, engine="pyarrow", index=False)


def read_parquet(path: Path) -> pd.DataFrame:
    """A table that `write_parquet` wrote; DiaryError where it is damaged."""
    with _pyarrow(path):
        return pd.read_parquet(path, engine="pyarrow")


def has_column(path: Path, name: str) -> bool:
    """Whether a file is Parquet with such a column, by its end alone. OSError where it cannot be read."""
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(max(0, path.stat().st_size - FOOTER))
        return start == b"PAR1" and name.encode() in file.read()


@contextlib.contextmanager
def _pyarrow(path: Path) -> Iterator[None]:
    try:
        import pyarrow as pa
    except ImportError:
        raise DiaryError(f"{path.name}: {NEEDED}", kind="pyarrow is not installed") from None
    try:
        yield
    except pa.ArrowException as wrong:
        raise DiaryError(f"{path.name}: expected the Parquet that rlskit convert writes, found a damaged one "
                         f"({' '.join(str(wrong).split())[:100]}). Convert the export again.",
                         kind="not the tables that rlskit convert writes") from None
