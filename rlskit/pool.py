"""pool_diaries(): a folder of many people's exports → one Parquet dataset of nights, partitioned by person.

One export after the other: the memory needed is that of one diary, whatever their number. Every finished export leaves
a small record beside the dataset, so that a run that was interrupted, or one with more exports, does only what is new;
an export that changed is read again, one that is gone is taken out. A damaged export is set aside with its reason and
the run goes on. What is written is written whole (rlskit/files.py), and only one run may write at a time (locks.py).

People and exports are called by keyed hashes: names of files are names of people more often than not. The key stays
with the user, outside the dataset (docs/decisions/0021).

Oracle: tests/test_pool.py (the dataset against make_nights on each file; faults put in on purpose).
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from rlskit.diary import Diary, people
from rlskit.errors import DiaryError
from rlskit.files import whole_file
from rlskit.ids import check_key, digest, find_key, hash_id
from rlskit.locks import only_one
from rlskit.mapping import FILE_NAME, Mapping, find_mapping
from rlskit.markup import ShownAsHtml
from rlskit.nights import make_nights, symptom_nights
from rlskit.pool_store import (
    FORMAT,
    LOCK,
    NIGHTS,
    STAMP,
    SUMMARY,
    check_is_ours,
    movement_columns,
    read_records,
    require_pyarrow,
    sweep,
    take_out,
    write_part,
    write_record,
)
from rlskit.pool_words import describe_pool, write_summary
from rlskit.privacy import known_columns
from rlskit.readers import read_diary
from rlskit.readers.redcap_dictionary import is_dictionary
from rlskit.stamp import INPUTS, file_sha256, private_stamp, stamp_analysis

ANSWERS = ("symptoms", "severity_0_10", "early_symptoms", "stretched", "caffeine_after_noon_mg", "alcohol_drinks",
           "iron", "magnesium", "bedtime_sd_7_min", "sleep_h")  # fmt: skip
TWICE = "the same person is in an export that was read before"
NOT_OPENED = "could not be opened"
PEOPLE = ["person", "export", "nights", "answered", "symptom_nights", "not_tracked", "after_symptoms", "after_none",
          "tracked_late", "stopped_early", "landmark"]  # fmt: skip


@dataclass(frozen=True)
class Pool(ShownAsHtml):
    """A dataset of pooled nights and what went into it.

    path : of the dataset, for pandas.read_parquet (columns of make_nights; `person` is the partition).
    people : person, export, nights, answered (nights with an answer about symptoms), symptom_nights, not_tracked
        (nights without an answer because symptoms were not tracked yet, or no longer), after_symptoms and after_none
        (share of symptom nights after a night with and without them: persistence), tracked_late and stopped_early
        (columns tracked only from, or until, some night inside the diary), landmark.
    columns : column, answered (share of all nights), people (with at least one answer), tracked_late, stopped_early
        (people).
    exports : export, content (keyed hash of its files), people.
    exclusions : export, person (empty where the whole export was left out), reason.
    stamp : what it takes to make the dataset again.
    """

    path: Path
    people: pd.DataFrame
    columns: pd.DataFrame
    exports: pd.DataFrame
    exclusions: pd.DataFrame
    stamp: pd.DataFrame = field(repr=False)

    def __repr__(self) -> str:
        return "\n".join(describe_pool(self))


def pool_diaries(
    folder: str | Path, out: str | Path, *, key: bytes | None = None, landmark: str | None = None,
    night_starts: str = "12:00", timezone: str = "", date_order: str = "", progress: bool = True,
    command: str | None = None,
) -> Pool:
    """Pool every diary export in a folder.

    Parameters
    ----------
    folder : each file, and each folder in it, is one person's (a REDCap export, or a table with a person column: its
        people's). An rlskit.toml is looked for beside the file, then in `folder` itself.
    out : folder for the dataset; an earlier one of the same settings and key is brought up to date.
    key : at least 16 secret bytes, from which the new ids are made (hash_id finds a person's). None: the file
        `<out>.key` beside the dataset, made where there is none. Whoever has the key can test guesses at names.
    landmark, night_starts, timezone, date_order : as in make_nights and read_diary, for everybody.
    command : for the stamp; default the settings above.

    Raises
    ------
    DiaryError : no such folder, no export in it could be read, `out` holds something else, or another run writes there.
    OSError : the disk is full; what was finished stays and is used by the next run.
    """
    folder, out = Path(folder), Path(out)
    require_pyarrow()
    exports = list_exports(folder, out)
    find_mapping(folder)  # a mistake in it would leave everybody out, one by one
    if out.exists() and not out.is_dir():
        raise DiaryError(f"{out}: expected a folder to write to, found a file. Name another with --out.")
    out.mkdir(parents=True, exist_ok=True)
    with only_one(out, LOCK):
        check_is_ours(out)
        secret = find_key(key_path(out)) if key is None else key
        check_key(secret, "pool_diaries")
        settings = {"format": FORMAT, "landmark": landmark, "night_starts": night_starts, "timezone": timezone,
                    "date_order": date_order, "key": digest(secret, "check", "")}
        shared = _shared_files(folder)
        names = {hash_id(export.name, secret): export for export in exports}
        done = read_records(out)
        for record in [r for name, r in done.items() if name not in names]:
            take_out(out, done.pop(record["export"]))
        sweep(out, done)
        owners = {p: name for name, record in done.items() for p in record["people"]}
        quiet = not progress or not sys.stderr.isatty()
        for name, export in tqdm(names.items(), "pooling", disable=quiet, delay=2):
            content, stamp = _stamps(export, shared, settings)
            if name in done and done[name]["stamp"] == stamp:
                continue
            if name in done:
                take_out(out, done[name])
                owners = {p: owner for p, owner in owners.items() if owner != name}
            record = _pool_one(export, name, folder, out, settings, secret, owners) if stamp else _left_out(NOT_OPENED)
            owners |= dict.fromkeys(record["people"], name)
            # last: a run that stops before this line does the export again
            write_record(out, record | {"format": FORMAT, "export": name, "stamp": stamp,
                                        "content": digest(secret, "content", content)})
        contents = [record["content"] for record in read_records(out).values()]
        said = [f"{name}={value}" for name, value in settings.items() if value and name not in ("format", "key")]
        again = private_stamp(secret, contents, command or f"pool_diaries({', '.join(said)})")
        with whole_file(out / SUMMARY / STAMP) as draft:
            again.to_csv(draft, index=False)
        found = read_pool(out)
        write_summary(found, out)
    if found.people.empty:
        reasons = "; ".join(found.exclusions["reason"].drop_duplicates().head(3)) or "the folder is empty"
        raise DiaryError(f"{folder}: expected at least one diary that can be read, found none ({reasons}).")
    return found


def read_pool(out: str | Path) -> Pool:
    """What stands in a dataset that pool_diaries wrote. DiaryError where there is none."""
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
    for name in ("tracked_late", "stopped_early"):
        table[name] = table[name].map(", ".join)
    gone = [(r["export"], person, reason) for r in records for person, reason in r["excluded"]]
    exports = pd.DataFrame([(r["export"], r["content"], len(r["people"])) for r in records],
                           columns=["export", "content", "people"])
    again = out / SUMMARY / STAMP
    stamp = pd.read_csv(again, keep_default_na=False) if again.is_file() else stamp_analysis()
    return Pool(out / NIGHTS, table[PEOPLE].sort_values("person", ignore_index=True), columns, exports,
                pd.DataFrame(gone, columns=["export", "person", "reason"]), stamp)


def load_nights(out: str | Path) -> pd.DataFrame:
    """The nights of a dataset that pool_diaries wrote, as one table; columns as in make_nights, by person and night.

    All of it is held in memory; pandas.read_parquet(pool.path, columns=...) takes less. Movements that nobody made are
    left away. DiaryError as in read_pool.
    """
    pool = read_pool(out)
    nights = pd.read_parquet(pool.path)
    nights["person"] = nights["person"].astype(str)
    order = ["person", *(c for c in nights if c != "person")]
    unused = [c for c in movement_columns() if not nights[c].fillna(False).any()]
    nights = nights[order].drop(columns=unused).sort_values(["person", "night"], ignore_index=True)
    of = pool.stamp.set_index("what")["value"].get("keyed sha256 of the inputs", "")
    nights.attrs = {INPUTS: [("pooled dataset (keyed)", of)]}
    return nights


def match_ids(folder: str | Path, *, key: bytes, timezone: str = "", date_order: str = "") -> pd.DataFrame:
    """Who is who: `export` (file or folder), `export_id`, `person` (id in the export, or its name), `person_id`.

    This is the list that must not be shared. Every export is read again. An export that cannot be read has no person.
    """
    folder = Path(folder)
    rows: list[tuple[str, str, str, str]] = []
    for export in list_exports(folder):
        try:
            who = people(_read(export, folder, timezone, date_order))
        except Exception:  # whatever it is, pool_diaries has told it
            who = []
        named = [export.stem if one == "me" else one for one in who]
        rows += [(export.name, hash_id(export.name, key), one, hash_id(one, key)) for one in named] or [
            (export.name, hash_id(export.name, key), "", "")]
    return pd.DataFrame(rows, columns=["export", "export_id", "person", "person_id"])


def key_path(out: Path) -> Path:
    """Where the key of a dataset stands unless another is given: beside it, never in it."""
    return out.with_name(f"{out.name}.key")


def list_exports(folder: Path, out: Path | None = None) -> list[Path]:
    """The files and folders of people; a data dictionary, the dataset itself and its key are none of them."""
    if not folder.is_dir():
        what = "a file" if folder.exists() else "none"
        raise DiaryError(f"{folder}: expected a folder of diary exports, found {what}.")
    own = set() if out is None else {out.resolve(), key_path(out).resolve()}
    found = sorted(p for p in folder.iterdir() if not p.name.startswith(".") and p.name != FILE_NAME
                   and p.resolve() not in own)
    return [p for p in found if p.is_dir() or not is_dictionary(p)]


# --- one export ------------------------------------------------------------------------------------------------------
def _pool_one(export: Path, name: str, folder: Path, out: Path, settings: dict, key: bytes, owners: dict[str, str]
              ) -> dict:
    """Read one export and write its people's nights; a damaged one is a reason."""
    try:
        nights = named_nights(export, folder, landmark=settings["landmark"], night_starts=settings["night_starts"],
                              timezone=settings["timezone"], date_order=settings["date_order"])
    except DiaryError as wrong:
        return _left_out(wrong.kind)
    landmark = nights.attrs.get("landmark")
    summary, excluded = [], []
    for person, mine in nights.groupby("person", sort=False):
        new = hash_id(person, key)
        if owners.get(new, name) != name:
            excluded.append((new, TWICE))
            continue
        safe = known_columns(mine)[0].drop(columns="person")
        write_part(out, new, safe)
        own = landmark.get(person) if isinstance(landmark, dict) else landmark
        summary.append({"person": new, "landmark": own or ""} | _summary(safe))
    return {"people": [s["person"] for s in summary], "summary": summary, "excluded": excluded}


def named_nights(
    export: Path, folder: Path, *, landmark: str | None = None, night_starts: str = "12:00", timezone: str = "",
    date_order: str = "",
) -> pd.DataFrame:
    """The nights of one export; who has no id in it is called by its name. Whatever goes wrong is a DiaryError whose
    `kind` says it without a name or a cell: one file must not stop the others, or put itself into a log."""
    try:
        diary = _read(export, folder, timezone, date_order)
        nights = make_nights(diary, landmark=landmark, night_starts=night_starts)
    except DiaryError:
        raise
    except UnicodeError as wrong:
        raise DiaryError(str(wrong), kind="not text in UTF-8") from None
    except OSError as wrong:
        raise DiaryError(str(wrong), kind=NOT_OPENED) from None
    except MemoryError:
        raise
    except Exception as wrong:  # damaged in a way that no reader foresaw
        raise DiaryError(str(wrong), kind=f"damaged: the reader stopped ({type(wrong).__name__})") from None
    nights["person"] = nights["person"].replace("me", export.stem)
    if isinstance(own := nights.attrs.get("landmark"), dict):
        nights.attrs["landmark"] = {export.stem if who == "me" else who: clock for who, clock in own.items()}
    return nights


def _left_out(reason: str) -> dict:
    return {"people": [], "summary": [], "excluded": [("", reason)]}


def _read(export: Path, folder: Path, timezone: str, date_order: str) -> Diary:
    home = export if export.is_dir() else export.parent
    mapping: Mapping = find_mapping(home if (home / FILE_NAME).is_file() else folder)
    return read_diary(export, mapping=mapping, timezone=timezone, date_order=date_order)


def _summary(nights: pd.DataFrame) -> dict:
    """Counts of one person's nights. A night follows the one before it: make_nights has every calendar night."""
    ill = symptom_nights(nights).astype("Float64")
    last = ill.shift(1)
    off = {c: nights[f"{c}_state"].eq("not_tracked").to_numpy(dtype=bool) for c in ANSWERS if f"{c}_state" in nights}
    after = [ill[last.eq(one).fillna(False)].mean() for one in (1.0, 0.0)]
    return {"nights": len(nights), "answered": int(ill.notna().sum()), "symptom_nights": int(ill.sum()),
            "not_tracked": int((off["symptoms"] & ill.isna().to_numpy()).sum()),
            "after_symptoms": None if pd.isna(after[0]) else float(after[0]),
            "after_none": None if pd.isna(after[1]) else float(after[1]),
            "tracked_late": [c for c, gone in off.items() if gone[0] and not gone.all()],
            "stopped_early": [c for c, gone in off.items() if gone[-1] and not gone.all()],
            "columns": {c: int(nights[c].notna().sum()) for c in ANSWERS if c in nights}}


def _shared_files(folder: Path) -> list[tuple[Path, bool]]:
    """Files that bear on several exports, and whether on folders too: the mapping, and data dictionaries."""
    found = [(folder / FILE_NAME, True), *((p, False) for p in sorted(folder.glob("*.csv")) if is_dictionary(p))]
    return [(path, always) for path, always in found if path.is_file()]


def _stamps(export: Path, shared: list[tuple[Path, bool]], settings: dict) -> tuple[str, str]:
    """SHA-256 of the export's content, and a stamp that changes when it, its mapping or the settings change; both empty
    where it cannot be opened, so that the next run tries again."""
    digests = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    try:
        content = file_sha256(export)
        if export.is_dir():
            digests.update("/".join(p.name for p in sorted(export.rglob("*"))).encode())
        for path, always in shared:
            if always or export.is_file():
                digests.update(path.read_bytes())
    except OSError:
        return "", ""
    digests.update(content.encode())
    return content, digests.hexdigest()
