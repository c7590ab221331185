"""pool_diaries(): a folder of many people's exports → one Parquet dataset of nights, partitioned by person.

One export after the other: the memory needed is that of one diary, whatever their number. Every finished export leaves
a small record beside the dataset (`done/`), so that a run that was interrupted, or one with more exports, does only
what is new; an export that changed is read again, one that is gone is taken out. A damaged export is set aside with its
reason and the run goes on. What is written is written whole (rlskit/files.py), and only one run may write at a time.

Oracle: tests/test_pool.py (the dataset against make_nights on each file; faults put in on purpose).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from rlskit.diary import Diary, people
from rlskit.errors import DiaryError, RlskitError
from rlskit.files import whole_file, write_whole
from rlskit.mapping import FILE_NAME
from rlskit.markup import as_html
from rlskit.nights import make_nights, symptom_nights
from rlskit.readers import read_diary
from rlskit.readers.redcap_dictionary import is_dictionary

FORMAT = 1  # of the dataset; another one is written anew
NIGHTS, DONE, LOCK = "nights", "done", ".writing"
ANSWERS = ("symptoms", "severity_0_10", "early_symptoms", "stretched", "caffeine_after_noon_mg", "alcohol_drinks",
           "iron", "magnesium", "bedtime_sd_7_min", "sleep_h")  # fmt: skip


@dataclass(frozen=True)
class Pool:
    """A dataset of pooled nights and what went into it.

    path : of the dataset, for pandas.read_parquet (columns of make_nights; `person` is the partition).
    people : person, export, nights, answered (nights with an answer about symptoms), symptom_nights, after_symptoms and
        after_none (share of symptom nights after a night with and without them: persistence), first_tracked_late
        (columns tracked only from later on).
    columns : column, answered (share of all nights), people (with at least one answer).
    exclusions : export, reason; one row for each export that gave nothing.
    """

    path: Path
    people: pd.DataFrame
    columns: pd.DataFrame
    exclusions: pd.DataFrame

    def __repr__(self) -> str:
        return "\n".join(_describe(self))

    def _repr_html_(self) -> str:
        return as_html(_describe(self))


def pool_diaries(
    folder: str | Path, out: str | Path, *, landmark: str | None = None, night_starts: str = "12:00",
    timezone: str = "", date_order: str = "", progress: bool = True,
) -> Pool:
    """Pool every diary export in a folder.

    Parameters
    ----------
    folder : each file, and each folder in it, is one person's (a REDCap export: its records'); a person whose export
        has no id is called by its name. An rlskit.toml is looked for beside the file, then in `folder` itself.
    out : folder for the dataset; an earlier one of the same settings is brought up to date.
    landmark, night_starts, timezone, date_order : as in make_nights and read_diary, for everybody.

    Raises
    ------
    DiaryError : no such folder, no export in it could be read, `out` holds something else, or another run writes there.
    OSError : the disk is full; what was finished stays and is used by the next run.
    """
    folder, out = Path(folder), Path(out)
    exports = _exports(folder)
    settings = {"format": FORMAT, "landmark": landmark, "night_starts": night_starts, "timezone": timezone,
                "date_order": date_order}
    with _only_one(out):
        _check_is_ours(out)
        done = _done(out)
        _take_out(out, [record for name, record in done.items() if name not in {e.name for e in exports}])
        owners = {p: name for name, record in done.items() if name in {e.name for e in exports}
                  for p in record["people"]}
        quiet = not progress or not sys.stderr.isatty()
        for export in tqdm(exports, "pooling", disable=quiet, delay=2):
            stamp = _stamp(export, folder, settings)
            before = done.get(export.name)
            if before is not None and before["stamp"] == stamp:
                continue
            if before is not None:
                _take_out(out, [before])
                owners = {p: name for p, name in owners.items() if name != export.name}
            record = _pool_one(export, folder, out, settings, owners)
            owners |= dict.fromkeys(record["people"], export.name)
            # last: a run that stops before this line does the export again
            write_whole(_record_path(out, export.name), json.dumps(record | {"export": export.name, "stamp": stamp}))
    found = read_pool(out)
    if found.people.empty:
        reasons = "; ".join(found.exclusions["reason"].head(3)) or "the folder is empty"
        raise DiaryError(f"{folder}: expected at least one diary that can be read, found none ({reasons}).")
    return found


def read_pool(out: str | Path) -> Pool:
    """What stands in a dataset that pool_diaries wrote. DiaryError where there is none."""
    out = Path(out)
    records = list(_done(out).values())
    if not records:
        raise DiaryError(f"{out}: expected a dataset that pool_diaries wrote, found none.")
    rows = [person | {"export": r["export"]} for r in records for person in r["summary"]]
    table = pd.DataFrame(rows, columns=["person", "export", "nights", "answered", "symptom_nights", "after_symptoms",
                                        "after_none", "first_tracked_late", "columns"])
    total = max(int(table["nights"].sum()), 1)
    answered = pd.DataFrame(list(table["columns"]), columns=list(ANSWERS)).fillna(0)
    columns = pd.DataFrame({"column": ANSWERS, "answered": [answered[c].sum() / total for c in ANSWERS],
                            "people": [int(answered[c].gt(0).sum()) for c in ANSWERS]})
    gone = [(r["export"], reason) for r in records for reason in r["excluded"]]
    return Pool(out / NIGHTS, table.drop(columns="columns").sort_values("person", ignore_index=True), columns,
                pd.DataFrame(gone, columns=["export", "reason"]))


def load_nights(out: str | Path) -> pd.DataFrame:
    """The nights of a dataset that pool_diaries wrote, as one table; columns as in make_nights, by person and night.

    All of it is held in memory; pandas.read_parquet(pool.path, columns=...) takes less. DiaryError as in read_pool.
    """
    nights = pd.read_parquet(read_pool(out).path)
    nights["person"] = nights["person"].astype(str)
    order = ["person", *(c for c in nights if c != "person")]
    return nights[order].sort_values(["person", "night"], ignore_index=True)


# --- one export ------------------------------------------------------------------------------------------------------
def _pool_one(export: Path, folder: Path, out: Path, settings: dict, owners: dict[str, str]) -> dict:
    """Read one export and write its people's nights; a damaged one is a reason."""
    try:
        diary = _read(export, folder, settings)
        nights = make_nights(diary, landmark=settings["landmark"], night_starts=settings["night_starts"])
    except RlskitError as wrong:
        return {"people": [], "summary": [], "excluded": [str(wrong)]}
    except UnicodeError as wrong:
        return {"people": [], "summary": [], "excluded": [f"{export.name}: cannot be read ({wrong})."]}
    summary, excluded = [], []
    for person, mine in nights.groupby("person", sort=False):
        name = str(person)
        if owners.get(name, export.name) != export.name:
            excluded.append(f"{name}: already read from {owners[name]}. "
                            "Put one person's files in a folder of their own.")
            continue
        mine = mine.drop(columns="person").reset_index(drop=True)
        mine.attrs = {}
        with whole_file(_part(out, name)) as draft:
            mine.to_parquet(draft, index=False)
        summary.append({"person": name} | _summary(mine))
    return {"people": [s["person"] for s in summary], "summary": summary, "excluded": excluded}


def _read(export: Path, folder: Path, settings: dict) -> Diary:
    from rlskit.mapping import find_mapping

    home = export if export.is_dir() else export.parent
    mapping = find_mapping(home if (home / FILE_NAME).is_file() else folder)
    given = {"mapping": mapping, "timezone": settings["timezone"], "date_order": settings["date_order"]}
    diary = read_diary(export, **given)
    return diary if people(diary) != ["me"] else read_diary(export, person=export.stem, **given)


def _summary(nights: pd.DataFrame) -> dict:
    ill = symptom_nights(nights).astype("Float64")
    last = ill.shift(1)
    late = [c for c in ANSWERS if f"{c}_state" in nights and nights[f"{c}_state"].iloc[0] == "not_tracked"
            and nights[f"{c}_state"].ne("not_tracked").any()]
    after = [float(ill[last.eq(one).fillna(False)].mean()) if last.eq(one).sum() else None for one in (1.0, 0.0)]
    after = [None if share is None or pd.isna(share) else share for share in after]
    return {"nights": len(nights), "answered": int(ill.notna().sum()), "symptom_nights": int(ill.sum()),
            "after_symptoms": after[0], "after_none": after[1], "first_tracked_late": ", ".join(late),
            "columns": {c: int(nights[c].notna().sum()) for c in ANSWERS if c in nights}}


# --- what stands on the disk -----------------------------------------------------------------------------------------
def _exports(folder: Path) -> list[Path]:
    if not folder.is_dir():
        what = "a file" if folder.exists() else "none"
        raise DiaryError(f"{folder}: expected a folder of diary exports, found {what}.")
    found = sorted(p for p in folder.iterdir() if not p.name.startswith(".") and p.name != FILE_NAME)
    return [p for p in found if p.is_dir() or not is_dictionary(p)]


def _stamp(export: Path, folder: Path, settings: dict) -> str:
    """Changes when the export, its mapping or the settings change."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    files = sorted(p for p in export.rglob("*") if p.is_file()) if export.is_dir() else [export]
    maps = [folder / FILE_NAME, *([p for p in folder.glob("*.csv") if is_dictionary(p)] if export.is_file() else [])]
    for path in [*files, *(p for p in maps if p.is_file())]:
        digest.update(path.name.encode())
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _part(out: Path, person: str) -> Path:
    return out / NIGHTS / f"person={_safe(person)}" / "nights.parquet"


def _safe(person: str) -> str:
    """A person's id as the name of a folder: what Hive partitions escape is escaped as they do (%2F)."""
    return "".join(c if c.isalnum() or c in "-_." else "".join(f"%{b:02X}" for b in c.encode()) for c in person)


def _record_path(out: Path, export: str) -> Path:
    return out / DONE / f"{hashlib.sha256(export.encode()).hexdigest()[:16]}.json"


def _done(out: Path) -> dict[str, dict]:
    records = [json.loads(p.read_text(encoding="utf-8")) for p in sorted((out / DONE).glob("*.json"))]
    return {r["export"]: r for r in sorted(records, key=lambda r: r["export"])}


def _take_out(out: Path, records: list[dict]) -> None:
    """Forget exports: first the record, so that a run which stops in between reads them again."""
    for record in records:
        _record_path(out, record["export"]).unlink(missing_ok=True)
        for person in record["people"]:
            shutil.rmtree(_part(out, person).parent, ignore_errors=True)


def _check_is_ours(out: Path) -> None:
    strangers = [p.name for p in out.iterdir() if p.name not in (NIGHTS, DONE, LOCK)]
    if strangers:
        raise DiaryError(f"{out}: expected an empty folder, or a dataset of an earlier run; found {strangers[0]}. "
                         "Name another folder with --out.")


@contextlib.contextmanager
def _only_one(out: Path) -> Iterator[None]:
    """Keep two runs from writing one dataset. A lock left by a run that was killed is taken over."""
    if out.exists() and not out.is_dir():
        raise DiaryError(f"{out}: expected a folder to write to, found a file. Name another with --out.")
    out.mkdir(parents=True, exist_ok=True)
    lock = out / LOCK
    try:
        handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        if _alive(lock):
            raise DiaryError(f"{out}: another run is writing there. Wait for it, or name another folder.") from None
        lock.unlink(missing_ok=True)
        handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    os.write(handle, str(os.getpid()).encode())
    os.close(handle)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _alive(lock: Path) -> bool:
    try:
        os.kill(int(lock.read_text()), 0)
    except (ValueError, ProcessLookupError, FileNotFoundError):
        return False
    except OSError:
        return True
    return True


def _describe(pool: Pool) -> list[str]:
    table = pool.people
    nights, answered = int(table["nights"].sum()), int(table["answered"].sum())
    lines = [f"Pooled nights: {len(table)} people, {nights} nights, {answered} with an answer about symptoms"]
    if answered:
        rates = 30 * table["symptom_nights"] / table["answered"].where(table["answered"].gt(0))
        low, mid, high = rates.quantile([0.1, 0.5, 0.9])
        lines.append(f"  symptom nights per 30: median person {mid:.0f}, from {low:.0f} to {high:.0f} in most (10-90%)")
        said = [f"{100 * table[c].mean():.0f}%" for c in ("after_symptoms", "after_none")]
        lines.append(f"  a symptom night followed a symptom night in {said[0]}, a night without in {said[1]}")
    for row in pool.columns.itertuples():
        lines.append(f"  {row.column}: {100 * row.answered:.0f}% of nights, {row.people} people")
    late = table[table["first_tracked_late"].ne("")]
    if len(late):
        lines.append(f"  {len(late)} people began to track something later; the nights before are not tracked")
    lines += [f"  left out: {e.export}: {e.reason}" for e in pool.exclusions.itertuples()]
    return [*lines, "  next: rk.fit(formula, pandas.read_parquet(pool.path), slopes=...)"]
