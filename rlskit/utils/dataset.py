"""Reading a Parquet dataset of nights that is partitioned by person, some people at a time.

A dataset is what pool_diaries wrote (its folder, or the `nights` folder inside), or any folder of person=…/*.parquet.
People are named as in load_nights and sorted by name; a run of them is (first, stop) in that order.
Oracle: tests/unit/models/test_shards.py (against load_nights).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pandas as pd

from rlskit.errors import DiaryError, ModelError
from rlskit.utils.frames import as_pandas
from rlskit.utils.open_questions import OPEN

EARLY, SET_ASIDE = "early_symptoms", "set_aside"
SEE_PEOPLE = "`open` in summary/people.csv says of whom; `rlskit check` of the export shows what settles it."
_INSIDE, _KEY = "nights", "person="


@dataclass(frozen=True)
class Dataset:
    """A dataset to fit, or that part of it which is `quiet`: nights known to be free of symptoms at the landmark."""

    __module__ = "rlskit"

    home: str
    quiet: bool = False

    def __repr__(self) -> str:
        what = ", nights still quiet at the landmark" if self.quiet else ""
        return f"Dataset of {len(people_of(self.home))} people{what}"


def keep_quiet(nights: pd.DataFrame) -> pd.DataFrame:
    """The nights known to be free of symptoms at the landmark; `attrs["set_aside"]`: (reason, nights) of the others."""
    early = nights[EARLY].astype("boolean")
    quiet = nights[early.eq(False).fillna(False).astype(bool)]
    reasons = (("symptoms had begun before it", int(early.fillna(False).sum())),
               ("it is not known whether they had", int(early.isna().sum())))
    quiet.attrs = {**nights.attrs, SET_ASIDE: [(reason, n) for reason, n in reasons if n]}
    return quiet


def as_table(nights: Any) -> Any:
    """A table of any library, a dataset's folder or a `Dataset`, all people at once, as a pandas DataFrame; anything
    else as it is."""
    if isinstance(nights, str | Path) and Path(nights).is_dir():
        nights = Dataset(find_dataset(nights))
    if not isinstance(nights, Dataset):
        return as_pandas(nights)
    home = find_dataset(nights.home)
    columns = columns_of(home)
    table = read_people(home, 0, len(people_of(home)), tuple(columns)).reset_index(drop=True)[columns]
    return keep_quiet(table) if nights.quiet else table


def find_dataset(path: str | Path) -> str:
    """The folder that holds the people. DiaryError where there is none."""
    path = Path(path)
    if not path.is_dir():
        what = "a file" if path.exists() else "nothing"
        raise DiaryError(f"{path}: expected the folder of a dataset that pool_diaries wrote, found {what}.")
    home = path / _INSIDE if (path / _INSIDE).is_dir() else path
    if not people_of(str(home), fresh=True):
        raise DiaryError(f"{path}: expected folders named {_KEY}… with Parquet files, as pool_diaries writes them; "
                         "found none.")
    return str(home.resolve())


def people_of(home: str, fresh: bool = False) -> tuple[str, ...]:
    """Everybody's name, sorted. fresh: look at the disk again."""
    if fresh:
        _people.cache_clear()
        _folders.cache_clear()
    return _people(home)


@lru_cache(maxsize=4)
def _people(home: str) -> tuple[str, ...]:
    return tuple(sorted(unquote(p.name[len(_KEY):]) for p in Path(home).iterdir() if p.name.startswith(_KEY)))


def _files(home: str, names: Iterable[str]) -> dict[str, list[Path]]:
    folders = {unquote(p[len(_KEY):]): p for p in _folders(home)}
    return {name: sorted((Path(home) / folders[name]).glob("*.parquet")) for name in names}


@lru_cache(maxsize=4)
def _folders(home: str) -> tuple[str, ...]:
    return tuple(p.name for p in Path(home).iterdir() if p.name.startswith(_KEY))


def read_people(home: str, first: int, stop: int, columns: tuple[str, ...]) -> pd.DataFrame:
    """Nights of people first … stop - 1, with those of `columns` that there are, and `person`. The index names a night
    for messages."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables, names, sizes, asked = [], [], [], []
    for name, files in _files(home, people_of(home)[first:stop]).items():
        for file in files:
            with pq.ParquetFile(file) as source:
                held = [c for c in columns if c in source.schema_arrow.names]
                tables.append(source.read(columns=held).replace_schema_metadata(None))
                begins = (source.schema_arrow.metadata or {}).get(OPEN.encode(), b"").decode()
            asked += [[name, one, SEE_PEOPLE] for one in begins.split(",") if one]
            names.append(name)
            sizes.append(tables[-1].num_rows)
    whole = pa.concat_tables(tables, promote_options="permissive").unify_dictionaries()
    nights = whole.to_pandas(types_mapper=_nullable)
    nights["person"] = np.repeat(np.array(names, dtype=object), sizes)
    nights.index = pd.Index(nights["person"] + ", night " + pd.Series(np.concatenate([np.arange(n) for n in sizes]) + 1,
                                                                     index=nights.index).astype(str))
    nights.attrs[OPEN] = asked
    return nights


def _nullable(kind):
    """Yes/no with empty cells, and whole numbers, keep their kind."""
    import pyarrow as pa

    return {pa.bool_(): pd.BooleanDtype(), pa.int64(): pd.Int64Dtype()}.get(kind)


def columns_of(home: str) -> list[str]:
    """The columns of the first person who has any nights."""
    import pyarrow.parquet as pq

    for name in people_of(home):
        for file in _files(home, [name])[name]:
            return ["person", *pq.read_schema(file).names]
    raise ModelError(f"{home}: found no Parquet file; expected one for each person.")


def digests_of(home: str, first: int, stop: int) -> list[str]:
    """SHA-256 of the files of these people, in the order of their names."""
    return [hashlib.sha256(file.read_bytes()).hexdigest()
            for files in _files(home, people_of(home)[first:stop]).values() for file in files]


def stamp_of(home: str, first: int, stop: int) -> str:
    """Changes when a file of these people does."""
    digest = hashlib.sha256()
    for name, files in _files(home, people_of(home)[first:stop]).items():
        for file in files:
            seen = file.stat()
            digest.update(f"{name} {file.name} {seen.st_size} {seen.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
