"""The canonical tables as `rlskit convert` writes them: a folder with daily, events, issues and tags, as CSV or as
Parquet, and habits.csv, outcomes.csv, sites.csv and source.csv. Read back, they are the same diary; of one person, or
of several (column person)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from rlskit.diary.own import Habit, Own, OwnOutcome
from rlskit.diary.tables import DAILY_COLUMNS, EVENT_COLUMNS, ISSUE_COLUMNS, TAG_COLUMNS, Diary, Source, table
from rlskit.errors import DiaryError
from rlskit.utils.csv_files import read_csv
from rlskit.utils.parquet_files import has_column, read_parquet
from rlskit.utils.stamp import unchanged

TABLES = {"daily": DAILY_COLUMNS, "events": EVENT_COLUMNS, "issues": ISSUE_COLUMNS, "tags": TAG_COLUMNS}
SITE_COLUMNS = {"person": "object", "site": "object"}
NEEDED = ("daily", "events", "source")  # what cannot be done without


def is_canonical(folder: Path) -> bool:
    """Whether the folder holds the tables of one conversion. Never raises."""
    try:
        if all(_parquet(folder / f"{name}.csv").is_file() for name in NEEDED[:2]):
            return (folder / "source.csv").is_file() and has_column(folder / "daily.parquet", "tst_source")
        return all((folder / f"{name}.csv").is_file() for name in NEEDED) and (
            "tst_source" in (folder / "daily.csv").open(encoding="utf-8").readline())
    except (OSError, UnicodeError):
        return False


def read_canonical(folder: Path, person: str = "") -> Diary:
    """The diary in these tables; `person` is the id of somebody who has none. DiaryError names the table and column
    that is not as `rlskit convert` writes it."""
    with unchanged(folder) as digest:
        read = {name: _read(folder / f"{name}.csv", columns) for name, columns in TABLES.items()}
        source = _sources(folder, digest)
    if person:
        for one in read.values():
            if "person" in one:
                one["person"] = one["person"].replace("me", person)
    return Diary(**read, source=source, habits=_own(folder / "habits.csv", Habit),
                 outcomes=_own(folder / "outcomes.csv", OwnOutcome), sites=_sites(folder / "sites.csv"))


def _parquet(path: Path) -> Path:
    return path.with_suffix(".parquet")


def _read(path: Path, columns: dict[str, str]) -> pd.DataFrame:
    if not path.is_file():
        path = _parquet(path)
    if not path.is_file():
        return table([], columns)
    typed = path.suffix == ".parquet"
    said = read_parquet(path) if typed else read_csv(path)
    missing = [name for name in columns if name not in said]
    if missing:
        raise DiaryError(f'{path.name}: expected the columns that rlskit convert writes, found no "{missing[0]}". '
                         "Convert the export again.", kind="not the tables that rlskit convert writes")
    parts = {}
    for name, kind in columns.items():
        cells = said[name] if typed or kind == "object" else said[name].where(said[name].ne(""), None)
        try:
            if kind.startswith("datetime") and not typed:
                cells = pd.to_datetime(cells, format="ISO8601")
            parts[name] = table(pd.DataFrame({name: cells}), {name: kind})[name]
        except (ValueError, TypeError):
            raise DiaryError(f'{path.name}, column "{name}": expected {kind}, found something else. Convert the export '
                             "again.", kind="not the tables that rlskit convert writes") from None
    return pd.DataFrame(parts, columns=list(columns))


def _own(path: Path, kind: type[Own]) -> tuple[Own, ...]:
    """The habits or outcomes of one's own that the tables speak of; none in those of an earlier version."""
    if not path.is_file():
        return ()
    as_they_were: dict[str, Callable[[str], Any]] = {"preventive": "True".__eq__, "after_bad_nights": "True".__eq__,
                                                    "contrast": lambda cell: tuple(json.loads(cell))}
    said = read_csv(path)
    try:
        return tuple(kind(**{str(name): as_they_were.get(str(name), str)(cell) for name, cell in row.items()})
                     for row in said.to_dict("records"))
    except (TypeError, ValueError) as wrong:
        raise DiaryError(f"{path.name}: expected what rlskit convert writes, found something else ({wrong}). Convert "
                         "the export again.", kind="not the tables that rlskit convert writes") from None


def _sites(path: Path) -> tuple[tuple[str, str], ...]:
    return tuple(_read(path, SITE_COLUMNS).itertuples(index=False, name=None))


def _sources(folder: Path, digest: str) -> tuple[Source, ...]:
    said = read_csv(folder / "source.csv")
    kinds = {"rows": int, "rows_used": int, "grams_per_drink": float, "horizon": int}
    try:
        return tuple(Source(**{f.name: kinds.get(f.name, str)(row[f.name]) for f in fields(Source)
                               if f.name not in ("sha256", "mapping_sha256")}, sha256=digest)
                     for row in said.to_dict("records"))
    except (KeyError, ValueError) as wrong:
        raise DiaryError(f"source.csv: expected what rlskit convert writes, found something else ({wrong}). Convert "
                         "the export again.", kind="not the tables that rlskit convert writes") from None
