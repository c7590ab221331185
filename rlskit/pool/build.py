"""pool_diaries(): a folder of many people's exports → one Parquet dataset of nights, partitioned by person.

Exports are read by workers (read.py) and written here one after the other, in the order of their names: the
memory needed is that of a few diaries, whatever their number. Every finished export leaves a small record beside the
dataset, so that a run that was interrupted, or one with more exports, does only what is new; an export that changed is
read again, one that is gone is taken out. A damaged export is set aside with its reason and the run goes on. What is
written is written whole (rlskit/utils/files.py), and only one run may write at a time (there too).

People and exports are called by keyed hashes: names of files are names of people more often than not. The key stays
with the user, outside the dataset (docs/decisions/0021).

Oracle: tests/unit/pool/test_build.py (the dataset against make_nights on each file; faults put in on purpose).
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

from rlskit.diary.mapping import MAPPING_NAMES, find_mapping
from rlskit.diary.readers.redcap_dictionary import is_dictionary
from rlskit.errors import DiaryError
from rlskit.pool.flow import Pool, write_summary
from rlskit.pool.ids import check_key, digest, find_key, hash_id
from rlskit.pool.read import (
    ANSWERS,
    Export,
    Settings,
    people_of_export,
    pooled_name,
    read_export,
    shared_files,
)
from rlskit.pool.store import (
    FORMAT,
    LOCK,
    NIGHTS,
    SITE,
    STAMP,
    SUMMARY,
    check_is_ours,
    forget,
    movement_columns,
    read_records,
    require_pyarrow,
    sweep,
    take_out,
    write_part,
    write_record,
)
from rlskit.utils.csv_files import read_csv, write_csv
from rlskit.utils.files import is_left_behind, only_one, shown_name, whole_file
from rlskit.utils.kinds import PATH, takes
from rlskit.utils.open_questions import OPEN
from rlskit.utils.progress import doing
from rlskit.utils.stamp import INPUTS, private_stamp, stamp_analysis
from rlskit.utils.workers import in_order

NOT_SETTLED = ("In some of these diaries a question about it is open (`open` in rk.read_pool(folder).people). "
               "`rlskit check` of such an export shows it and the line that settles it.")
TWICE = "the same person is in an export that was read before"
SAME_BYTES = "the same files as another export, which counts once"
PEOPLE = ["person", "export", "nights", "answered", "symptom_nights", "not_tracked", "after_symptoms", "after_none",
          "tracked_late", "stopped_early", "landmark", "open"]  # fmt: skip


@takes(PATH)
def pool_diaries(
    folder: str | Path, out: str | Path, *, key: bytes | None = None, landmark: str | None = None,
    night_starts: str = "12:00", timezone: str = "", date_order: str = "", same_ids: bool = False,
    progress: bool = True, command: str | None = None,
) -> Pool:
    """Pool every diary export in a folder.

    Exports are read where joblib is told to (joblib.parallel_config(backend="loky", n_jobs=8)); the dataset is the
    same, byte for byte, whatever the number of processes.

    Parameters
    ----------
    folder : each file, and each folder in it, is one person's (a REDCap export, or a table with a person column: its
        people's). An rlskit.toml is looked for beside the file, then in `folder` itself.
    out : folder for the dataset; an earlier one of the same settings and key is brought up to date.
    key : at least 16 secret bytes, from which the new ids are made (hash_id finds a person's). None: the file
        `<out>.key` beside the dataset, made where there is none. Whoever has the key can test guesses at names.
    landmark, night_starts, timezone, date_order : as in make_nights and read_diary, for everybody.
    same_ids : an id that stands in two exports (record 7 of two REDCap projects) is one person. Default: two people,
        called "<name of the export>/<id>" before the name is hashed.
    command : for the stamp; default the settings above.

    Raises
    ------
    DiaryError : no such folder, no export in it could be read, `out` holds something else, or another run writes there.
    OSError : the disk is full; what was finished stays and is used by the next run.

    Example: ``pool = rk.pool_diaries("my/exports", "my/pool")``
    """
    folder, out = Path(folder), Path(out)
    require_pyarrow()
    exports = list_exports(folder, out)
    find_mapping(folder)  # a mistake in it would leave everybody out, one by one
    if out.exists() and not out.is_dir():
        raise DiaryError(f"{out}: expected a folder to write to, found a file. Name another with --out.")
    out.mkdir(parents=True, exist_ok=True)
    with only_one(out / LOCK), doing("Pooling diaries", silent=not progress) as work:
        check_is_ours(out)
        secret = find_key(key_path(out)) if key is None else key
        check_key(secret, "pool_diaries")
        said: dict[str, Any] = {"landmark": landmark, "night_starts": night_starts, "timezone": timezone,
                                "date_order": date_order, "same_ids": same_ids}
        settings = Settings(folder, secret, **said, shared=shared_files(folder))
        words = json.dumps(said | {"format": FORMAT, "key": digest(secret, "check", "")}, sort_keys=True)
        names = {hash_id(export.name, secret): export for export in exports}
        done = read_records(out)
        for record in [r for name, r in done.items() if name not in names]:
            forget(out, record["export"])
            take_out(out, done.pop(record["export"])["people"])
        sweep(out, done)
        read = in_order((read_export, (export, settings, words, done.get(name, {}).get("stamp", "")))
                        for name, export in names.items())
        owners = {p: name for name, record in done.items() for p in record["people"]}
        first: dict[str, str] = {}  # hash of an export's files → the first export that holds them
        for name, found in work.each(zip(names, read, strict=True), len(names)):
            content = digest(secret, "content", found.content)
            has_people = done[name]["people"] if found.unchanged else found.people
            if has_people and first.setdefault(content, name) != name:
                found = Export("", found.content, reason=SAME_BYTES)  # no stamp: the other may be gone at the next run
            if found.unchanged:
                continue
            if name in done:
                forget(out, name)
                owners = {p: owner for p, owner in owners.items() if owner != name}
            record = _write_people(out, name, found, owners)  # over the earlier parts: each is old or new
            owners |= dict.fromkeys(record["people"], name)
            take_out(out, set(done[name]["people"] if name in done else ()) - owners.keys())
            # last: a run that stops before this line does the export again
            write_record(out, record | {"format": FORMAT, "export": name, "stamp": found.stamp, "content": content})
        contents = [record["content"] for record in read_records(out).values()]
        options = ", ".join(f"{name}={value}" for name, value in said.items() if value)
        again = private_stamp(secret, contents, command or f"pool_diaries({options})")
        with whole_file(out / SUMMARY / STAMP) as draft:
            write_csv(again, draft)
        pooled = read_pool(out)
        write_summary(pooled, out)
    if pooled.people.empty:
        reasons = "; ".join(pooled.exclusions["reason"].drop_duplicates().head(3)) or "the folder is empty"
        raise DiaryError(f"{folder}: expected at least one diary that can be read, found none ({reasons}).")
    return pooled


def _write_people(out: Path, name: str, found: Export, owners: dict[str, str]) -> dict:
    """Write the nights of an export's people, but of those who are in another one; the record of what was written."""
    summary, excluded, ids = [], [("", found.reason)] if found.reason else [], []
    for new, bare, nights, counts in found.people:
        if owners.get(new, name) != name:
            excluded.append((new, TWICE))
            continue
        write_part(out, new, nights, counts["open"])
        summary.append(counts)
        ids.append(bare)
    return {"people": [s["person"] for s in summary], "ids": ids, "summary": summary, "excluded": excluded}


@takes(PATH)
def read_pool(out: str | Path) -> Pool:
    """What stands in a dataset that pool_diaries wrote. DiaryError where there is none.

    Example: ``rk.read_pool("my/pool")``
    """
    out = Path(out)
    records = list(read_records(out).values())
    if not records:
        raise DiaryError(f"{out}: expected a dataset that pool_diaries wrote, found none.")
    rows = [person | {"export": r["export"]} for r in records for person in r["summary"]]
    table = pd.DataFrame(rows, columns=[*PEOPLE, "columns"])
    total = max(int(table["nights"].sum()), 1)
    answered = pd.DataFrame(list(table["columns"]), columns=list(ANSWERS)).fillna(0)
    late, early = (Counter(c for cell in table[name] for c in cell) for name in ("tracked_late", "stopped_early"))
    columns = pd.DataFrame({"column": ANSWERS, "answered": [answered[c].sum() / total for c in ANSWERS],
                            "people": [int(answered[c].gt(0).sum()) for c in ANSWERS],
                            "tracked_late": [late[c] for c in ANSWERS], "stopped_early": [early[c] for c in ANSWERS]})
    for name in ("tracked_late", "stopped_early", "open"):
        table[name] = table[name].map(", ".join)
    gone = [(r["export"], person, reason) for r in records for person, reason in r["excluded"]]
    exports = pd.DataFrame([(r["export"], r["content"], len(r["people"])) for r in records],
                           columns=["export", "content", "people"])
    again = out / SUMMARY / STAMP
    stamp = read_csv(again) if again.is_file() else stamp_analysis()
    ids = Counter(one for r in records for one in r["ids"])
    return Pool(out / NIGHTS, table[PEOPLE].sort_values("person", ignore_index=True), columns, exports,
                pd.DataFrame(gone, columns=["export", "person", "reason"]), stamp,
                sum(n > 1 for n in ids.values()))


@takes(PATH)
def load_nights(out: str | Path) -> pd.DataFrame:
    """The nights of a dataset that pool_diaries wrote, as one table; columns as in make_nights, by person and night.

    All of it is held in memory; pandas.read_parquet(pool.path, columns=...) takes less. Movements that nobody made, and
    `site` where nobody's is told, are left out. `attrs["open"]` says of whom what is not settled. DiaryError as in
    read_pool.

    Example: ``rk.load_nights("my/pool")``
    """
    pool = read_pool(out)
    nights = pd.read_parquet(pool.path)
    nights["person"] = nights["person"].astype(str)
    order = ["person", *(c for c in nights if c != "person")]
    unused = [c for c in movement_columns() if not nights[c].fillna(False).any()]
    unused += [SITE] if nights[SITE].isna().all() else []
    nights = nights[order].drop(columns=unused).sort_values(["person", "night"], ignore_index=True)
    of = pool.stamp.set_index("what")["value"].get("keyed sha256 of the inputs", "")
    nights.attrs = {INPUTS: [("pooled dataset (keyed)", of)], OPEN: [
        [person, begins, NOT_SETTLED] for person, asked in pool.people.set_index("person")["open"].items() if asked
        for begins in asked.split(", ")]}
    return nights


@takes(PATH)
def match_ids(
    folder: str | Path, *, key: bytes, timezone: str = "", date_order: str = "", same_ids: bool = False
) -> pd.DataFrame:
    """Who is who: `export` (file or folder), `export_id`, `person` (id in the export, or its name), `person_id`.

    This is the list that must not be shared. Every export is read again. An export that cannot be read has no person.
    same_ids : as in pool_diaries.

    Example: ``rk.match_ids("my/exports", key=b"sixteen secret bytes")``
    """
    folder = Path(folder)
    rows: list[tuple[str, str, str, str]] = []
    for export in list_exports(folder):
        who = people_of_export(export, folder, timezone, date_order)
        rows += [(shown_name(export), hash_id(export.name, key), one, hash_id(pooled_name(export, one, same_ids), key))
                 for one in who] or [(shown_name(export), hash_id(export.name, key), "", "")]
    return pd.DataFrame(rows, columns=["export", "export_id", "person", "person_id"])


def key_path(out: Path) -> Path:
    """Where the key of a dataset stands unless another is given: beside it, never in it."""
    out = out if out.name.strip(".") else out.resolve()
    return out.with_name(f"{out.name}.key")


def list_exports(folder: Path, out: Path | None = None) -> list[Path]:
    """The files and folders of people; a data dictionary, what systems and spreadsheets leave behind, the dataset
    itself and its key are none of them."""
    if not folder.is_dir():
        what = "a file" if folder.exists() else "none"
        raise DiaryError(f"{folder}: expected a folder of diary exports, found {what}.")
    own = set() if out is None else {os.path.realpath(out), os.path.realpath(key_path(out))}
    found = sorted(p for p in folder.iterdir() if not is_left_behind(p) and p.name not in MAPPING_NAMES
                   and os.path.realpath(p) not in own)
    return [p for p in found if p.is_dir() or not is_dictionary(p)]
