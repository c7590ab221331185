"""One export of a pool → its people's nights, without a name in them. What a worker does for pool_diaries.

`read_export` is a pure function of the files, the settings and the key: it writes nothing and knows nothing of the
other exports, so that it may run in any process and be asked again. Oracle: tests/unit/pool/test_build.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rlskit.diary.mapping import Mapping, find_mapping, mapping_file
from rlskit.diary.readers.read import NOT_OPENED, read_diary
from rlskit.diary.readers.redcap_dictionary import is_dictionary
from rlskit.diary.tables import Diary, people
from rlskit.errors import DiaryError
from rlskit.nights.make import make_nights
from rlskit.nights.outcomes import symptom_nights
from rlskit.pool.coarsen import known_columns
from rlskit.pool.ids import hash_id
from rlskit.pool.store import SITE
from rlskit.utils.open_questions import OPEN
from rlskit.utils.stamp import file_sha256

ANSWERS = ("symptoms", "severity_0_10", "early_symptoms", "stretched", "caffeine_after_noon_mg", "alcohol_drinks",
           "iron", "magnesium", "bedtime_sd_7_min", "sleep_h")  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """What bears on every export alike. `shared`: files of the folder that do (the mapping, data dictionaries), and
    whether on folders in it too."""

    folder: Path
    key: bytes
    landmark: str | None = None
    night_starts: str = "12:00"
    timezone: str = ""
    date_order: str = ""
    same_ids: bool = False
    shared: tuple[tuple[Path, bool], ...] = ()


@dataclass(frozen=True)
class Export:
    """One export as it was read. people : new id, id without its export (hashed), nights, summary. `reason` where it
    was left out. `unchanged`: as it was at the run before, and not read again. content : SHA-256 of its files."""

    stamp: str
    content: str
    people: tuple[tuple[str, str, pd.DataFrame, dict], ...] = ()
    reason: str = ""
    unchanged: bool = False


def read_export(export: Path, settings: Settings, words: str, before: str) -> Export:
    """The nights of an export's people. words : the settings as text, for its stamp. before : its stamp at the run
    before; an export that has it still is not read."""
    content, stamp = _stamps(export, settings.shared, words)
    if not stamp:
        return Export("", "", reason=NOT_OPENED)
    if stamp == before:
        return Export(stamp, content, unchanged=True)
    try:
        nights = named_nights(export, settings.folder, landmark=settings.landmark, night_starts=settings.night_starts,
                              timezone=settings.timezone, date_order=settings.date_order)
    except DiaryError as wrong:
        return Export(stamp, content, reason=wrong.kind)
    landmark = nights.attrs.get("landmark")
    found = []
    for person, mine in nights.groupby("person", sort=False):
        known = known_columns(mine)[0]
        safe = known.drop(columns="person")
        if SITE in mine:
            safe[SITE] = mine[SITE].map(lambda name: hash_id(name, settings.key), na_action="ignore").array
        own = landmark.get(person) if isinstance(landmark, dict) else landmark
        bare = hash_id(person, settings.key)
        new = hash_id(pooled_name(export, str(person), settings.same_ids), settings.key)
        settle = sorted({begins for who, begins, _ in nights.attrs[OPEN] if who in ("", person)
                         and any(column.startswith(begins) for column in safe)})
        found.append((new, bare, safe, {"person": new, "landmark": own or "", "open": settle} | _summary(known)))
    return Export(stamp, content, tuple(found))


def pooled_name(export: Path, person: str, same_ids: bool = False) -> str:
    """What a person of an export is called before the name is hashed: who has no id in it by the export, who has one by
    both. Record 7 of one project is not record 7 of another, unless the user says so (`same_ids`)."""
    return person if same_ids or person == export.stem else f"{export.stem}/{person}"


def named_nights(
    export: Path, folder: Path, *, landmark: str | None = None, night_starts: str = "12:00", timezone: str = "",
    date_order: str = "",
) -> pd.DataFrame:
    """The nights of one export; who has no id in it is called by its name. Whatever goes wrong is a DiaryError whose
    `kind` says it without a name or a cell: one file must not stop the others, or put itself into a log."""
    try:
        diary = read_one(export, folder, timezone, date_order)
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
    nights.attrs[OPEN] = [[export.stem if who == "me" else who, *asked] for who, *asked in nights.attrs[OPEN]]
    if isinstance(own := nights.attrs.get("landmark"), dict):
        nights.attrs["landmark"] = {export.stem if who == "me" else who: clock for who, clock in own.items()}
    return nights


def read_one(export: Path, folder: Path, timezone: str, date_order: str) -> Diary:
    """The diary of an export, with the mapping beside it or else that of the folder."""
    home = export if export.is_dir() else export.parent
    mapping: Mapping = find_mapping(home if mapping_file(home) else folder)
    return read_diary(export, mapping=mapping, timezone=timezone, date_order=date_order)


def people_of_export(export: Path, folder: Path, timezone: str, date_order: str) -> list[str]:
    """The ids of an export's people; who has none in it is called by its name. Empty for one that cannot be read."""
    try:
        who = people(read_one(export, folder, timezone, date_order))
    except Exception:  # whatever it is, pool_diaries has told it
        return []
    return [export.stem if one == "me" else one for one in who]


def shared_files(folder: Path) -> tuple[tuple[Path, bool], ...]:
    """Files that bear on several exports, and whether on folders too: the mapping, and data dictionaries."""
    mapping = mapping_file(folder)
    dictionaries = tuple((p, False) for p in sorted(folder.glob("*.csv")) if p.is_file() and is_dictionary(p))
    return dictionaries if mapping is None else ((mapping, True), *dictionaries)


def _summary(nights: pd.DataFrame) -> dict:
    """Counts of one person's nights. A night follows the one before it: make_nights has every calendar night."""
    ill = symptom_nights(nights.assign(person="one person")).astype("Float64")  # who it is does not stand in a part
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


def _stamps(export: Path, shared: Sequence[tuple[Path, bool]], words: str) -> tuple[str, str]:
    """SHA-256 of the export's content, and a stamp that changes when it, its mapping or the settings change; both empty
    where it cannot be opened, so that the next run tries again."""
    digests = hashlib.sha256(words.encode())
    if not export.is_dir() and not export.is_file():
        return "", ""  # a link to nothing; a pipe would be waited for
    try:
        content = file_sha256(export)
        if export.is_dir():
            names = "/".join(p.name for p in sorted(export.rglob("*")))
            digests.update(names.encode(errors="surrogatepass"))
        for path, always in shared:
            if always or export.is_file():
                digests.update(path.read_bytes())
    except OSError:
        return "", ""
    digests.update(content.encode())
    return content, digests.hexdigest()
