"""What a pooled dataset is on the disk: the parts with people's nights, and a record of every export that was read.

`nights/person=<id>/nights.parquet` are the parts, all of one schema: a reader that takes the schema of the first part
must not lose a column that only others fill. `done/<export id>.json` are the records; `summary/` is written from them.
No name of a person, a file or a tag stands in any of it: ids are keyed hashes (rlskit/pool/ids.py), columns those of
make_nights, movements the few known ones.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from rlskit.diary.tables import MORE_NIGHT_COLUMNS, NIGHT_COLUMNS
from rlskit.errors import DiaryError
from rlskit.pool.coarsen import MOVEMENTS, OTHER_MOVEMENT
from rlskit.utils.files import whole_file, write_whole
from rlskit.utils.open_questions import OPEN

FORMAT = 9  # of the dataset; another one is written anew
NIGHTS, DONE, LOCK, SUMMARY, STAMP = "nights", "done", ".writing", "summary", "stamp.csv"
SITE = "site"  # a keyed hash of its name, as people are called
WITH_STATE = ("symptoms", "early_symptoms", "stretched", "caffeine_before_noon_mg", "caffeine_after_noon_mg",
              "alcohol_drinks", "iron", "magnesium", "free_night")  # fmt: skip
NEEDED = 'pool: pyarrow is not installed. Run: python -m pip install "rlskit[pool]"'


def require_pyarrow() -> None:
    """Raise DiaryError, naming the extra, where what writes Parquet is not installed."""
    try:
        __import__("pyarrow")
    except ImportError:
        raise DiaryError(NEEDED) from None


def schema() -> Any:
    """The Arrow schema of every part: the columns of make_nights, but `person`, in their documented order,
    and `site`."""
    import pyarrow as pa

    words = pa.dictionary(pa.int32(), pa.string())
    kinds = {"night": pa.timestamp("us"), "recorded": pa.bool_(), "weekday": words, "medicine_period": words,
             "day_index": pa.int64(), "severity_0_10": pa.int64(), "stretched_days_14": pa.int64()}
    yes_no = {"symptoms", "early_symptoms", "stretched", "stretch_responsive", "iron", "magnesium", "free_night",
              "last_night", "stretched_before"}
    fields = []
    for name in (*NIGHT_COLUMNS, *MORE_NIGHT_COLUMNS):
        if name == "person":
            continue
        answer = name.removesuffix("_1h_earlier").removesuffix("_1h_later") in yes_no
        fields.append(pa.field(name, kinds.get(name, pa.bool_() if answer else pa.float64())))
        if name in WITH_STATE:
            fields.append(pa.field(f"{name}_state", pa.string()))
        if name == "stretched_days_14":
            fields += [pa.field(one, pa.bool_()) for one in movement_columns()]
    fields.append(pa.field(SITE, pa.string()))
    return pa.schema(fields)


def movement_columns() -> list[str]:
    """The movements that a dataset can hold."""
    return sorted(f"movement_{name}" for name in (*MOVEMENTS, OTHER_MOVEMENT))


def write_part(out: Path, person: str, nights: pd.DataFrame, settle: Sequence[str]) -> None:
    """One person's nights, whole or not at all. settle : how the columns begin about which a question is open, which a
    model of these nights has to know (utils/dataset.py)."""
    form = schema().with_metadata({OPEN: ",".join(settle)})
    columns = {name: nights[name].array if name in nights else [None] * len(nights) for name in form.names}
    table = pd.DataFrame(columns)
    with whole_file(part_path(out, person)) as draft:
        table.to_parquet(draft, index=False, schema=form)


def part_path(out: Path, person: str) -> Path:
    return out / NIGHTS / f"person={person}" / "nights.parquet"


def record_path(out: Path, export: str) -> Path:
    return out / DONE / f"{export}.json"


def write_record(out: Path, record: dict) -> None:
    """Say that an export is done. Its parts are on the disk by then: a run that stops before does the export again."""
    write_whole(record_path(out, record["export"]), json.dumps(record))


def read_records(out: Path) -> dict[str, dict]:
    """Export id → record, of this format; a record that cannot be read is as good as none."""
    found = {}
    for path in sorted((out / DONE).glob("*.json")):
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        if record.get("format") == FORMAT:
            found[record["export"]] = record
    return found


def forget(out: Path, export: str) -> None:
    """Take away the record of an export, so that a run which stops after this reads it again."""
    record_path(out, export).unlink(missing_ok=True)


def take_out(out: Path, people: Iterable[str]) -> None:
    """Take away the parts of people whose export was forgotten."""
    for person in people:
        shutil.rmtree(part_path(out, person).parent, ignore_errors=True)


def sweep(out: Path, records: dict[str, dict]) -> None:
    """Remove what a run left that was stopped half-way, or that wrote another format: parts and records that no record
    accounts for, and drafts."""
    known = {f"person={person}" for record in records.values() for person in record["people"]}
    for part in (out / NIGHTS).glob("person=*"):
        if part.name not in known:
            shutil.rmtree(part, ignore_errors=True)
    for path in (out / DONE).glob("*.json"):
        if path.stem not in records:
            path.unlink()
    for draft in out.rglob(".*.part"):
        draft.unlink(missing_ok=True)


def check_is_ours(out: Path) -> None:
    """DiaryError where `out` holds something that pool_diaries did not write."""
    strangers = [p.name for p in out.iterdir() if p.name not in (NIGHTS, DONE, LOCK, SUMMARY)]
    if strangers:
        raise DiaryError(f"{out}: expected an empty folder, or a dataset of an earlier run; found {strangers[0]}. "
                         "Name another folder with --out.")
