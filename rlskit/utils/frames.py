"""Tables of other libraries (Polars, Arrow, DuckDB, …) as pandas, by way of narwhals. Oracle:
tests/unit/utils/test_frames.py."""

from __future__ import annotations

from typing import Any

import pandas as pd


def as_pandas(table: Any) -> Any:
    """A table of any library that narwhals knows as a pandas DataFrame; anything else as it is."""
    if table is None or isinstance(table, pd.DataFrame | str | bytes | int | float):
        return table
    import narwhals as nw

    found = nw.from_native(table, pass_through=True)
    if isinstance(found, nw.LazyFrame):
        found = found.collect()
    return found.to_pandas() if isinstance(found, nw.DataFrame) else table
