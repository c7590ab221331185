"""What tags and columns mean, in words to choose from: rows drafted or as rlskit.toml states them, and what was chosen
written into it. Only the lines of what was chosen change; all others stay as they were."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from rlskit.diary.draft import suggest
from rlskit.diary.mapping import FILE_NAME, mapping_file, read_mapping, tag_key
from rlskit.diary.readers.table import APP as TABLE
from rlskit.diary.readers.table_draft import Draft
from rlskit.diary.tables import Diary
from rlskit.utils.files import whole_file
from rlskit.utils.text_files import decode
from rlskit.utils.words import count

UNUSED = "not used"
MEANINGS: dict[str, dict[str, str]] = {
    UNUSED: {},
    "restless legs that night": {"column": "symptoms"},
    "legs restless early in the evening": {"column": "early_symptoms"},
    "stretched, before any symptoms": {"column": "stretched", "intent": "preventive"},
    "stretched, because of symptoms": {"column": "stretched", "intent": "responsive"},
    "stretched, not known which came first": {"column": "stretched", "intent": "unknown"},
    "caffeine": {"column": "caffeine_mg"},
    "alcohol": {"column": "alcohol_drinks"},
    "iron taken": {"column": "iron"},
    "magnesium taken": {"column": "magnesium"},
    "no work the next day": {"column": "free_night"},
    "a medicine was changed": {"column": "medicine_change"},
    "seconds a stretch was held": {"column": "stretch_hold_s"},
    "how hard a stretch was, 0 to 10": {"column": "stretch_intensity_0_10"},
    "legs before a stretch, 0 to 10": {"column": "symptom_before"},
    "legs after a stretch, 0 to 10": {"column": "symptom_after"},
    "minutes until the legs were quiet": {"column": "quiet_min"},
}
TICK_TELLS = {"the night it falls in": "", "last night": "last night", "tonight": "tonight"}
NO_TICK = {"no": "no", "not written down": "not_recorded"}
AMOUNTS = {"caffeine": ("mg", 95.0), "alcohol": ("drinks", 1.0)}
CHOSEN = ("column", "intent", "unticked", "tells_of", "amount")  # the keys that are chosen here
ABOUT = ("# What the tags of your diary mean, as said in the notebook 00-start. You can change it there or here.",
         '# unticked = "no" says: on days with another entry, not ticking this tag means "no".')


@dataclass(frozen=True, kw_only=True)
class Row:
    """A tag, or a column of one's own table. keys : as drafted, or as rlskit.toml states them (`stated`)."""

    section: str  # of rlskit.toml: tags or columns
    name: str
    said: str
    keys: Mapping[str, Any]
    stated: bool = False
    question: str = ""

    @property
    def meaning(self) -> str:
        """One of MEANINGS, or what the file says where none of them does."""
        column, intent = self.keys.get("column", ""), self.keys.get("intent", "unknown")
        if column in ("", "ignore"):
            return UNUSED
        fits = (label for label, keys in MEANINGS.items()
                if keys and keys["column"] == column and keys.get("intent", intent) == intent)
        return next(fits, f"as it stands: {column}")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What was chosen for a row. amount : of one tick, None where it is not asked for or stands in levels."""

    row: Row
    meaning: str
    tells_of: str
    unticked: str
    amount: float | None = None

    @property
    def keys(self) -> dict[str, Any]:
        """The keys of CHOSEN as they are to stand."""
        if self.meaning == UNUSED:
            return {"column": "ignore"}
        as_it_is = {k: v for k, v in self.row.keys.items() if k in ("column", "intent")}
        own = as_it_is if self.meaning == self.row.meaning else MEANINGS[self.meaning]
        unticked = self.unticked if self.row.section == "tags" or "unticked" in self.row.keys else ""
        chosen = {**own, "unticked": unticked, "tells_of": self.tells_of, "amount": self.amount}
        return {key: value for key, value in chosen.items() if value not in (None, "")}


def list_rows(diary: Diary, folder: Path, drafts: Sequence[Draft] = ()) -> list[Row]:
    """What is stated first, then what is recognised, then all others."""
    stated = _stated(folder)
    rows: dict[tuple[str, str], Row] = {}
    for entry in (entry for draft in drafts for entry in draft.entries):
        key = "columns", tag_key(entry.header)
        keys = stated.get(key)
        rows.setdefault(key, Row(section="columns", name=entry.header, said=entry.cells, stated=keys is not None,
                                 keys=entry.keys if keys is None else keys,
                                 question=entry.question if keys is None else str(keys.get("question", ""))))
    for tag in diary.tags.itertuples(index=False):
        key = "columns" if tag.app == TABLE else "tags", tag_key(tag.tag)
        keys = stated.get(key)
        rows.setdefault(key, Row(section=key[0], name=str(tag.tag), said=count(tag.n, "time"), stated=keys is not None,
                                 keys=(suggest(tag.tag) or {}) if keys is None else keys))
    return sorted(rows.values(), key=lambda row: (not row.stated, not row.keys))


def write_meanings(folder: Path, choices: Iterable[Choice], timezone: str = "") -> Path:
    """Write what was chosen into the folder's rlskit.toml, made where there is none. Where that would not be understood
    it is a DiaryError, and nothing is written."""
    path = mapping_file(folder)
    text = _new(timezone) if path is None else decode(path.read_bytes())[0]
    document = tomlkit.parse(text)
    for choice in choices:
        section = document.setdefault(choice.row.section, tomlkit.table(is_super_table=True))
        name = next((key for key in section if tag_key(key) == tag_key(choice.row.name)), None)
        if name is None and choice.meaning == UNUSED:
            continue
        if name is None:
            name = choice.row.name
            section[name] = tomlkit.table()
            if choice.keys["column"] == choice.row.keys.get("column"):  # then what else its draft says holds too
                section[name].update({k: v for k, v in choice.row.keys.items() if k not in CHOSEN})
        for key in CHOSEN:
            if key in choice.keys:
                section[name][key] = choice.keys[key]
            elif key in section[name]:
                del section[name][key]
        if "question" in section[name]:  # it is settled
            del section[name]["question"]
    target = path or folder / FILE_NAME
    with whole_file(target) as draft:
        draft.write_text(tomlkit.dumps(document), encoding="utf-8")
        read_mapping(draft)
    return target


def _new(timezone: str) -> str:
    zone = f'timezone = "{timezone}"\n' if timezone else (
        '# timezone = "Europe/London"   # your time zone: needed for nights when the clocks change\n')
    return "\n".join([*ABOUT, zone])


def _stated(folder: Path) -> dict[tuple[str, str], Mapping[str, Any]]:
    """(section, tag_key of a name) → the keys below it."""
    path = mapping_file(folder)
    if path is None:
        return {}
    read_mapping(path)  # what is wrong in it is said in words
    raw = tomllib.loads(decode(path.read_bytes())[0])
    return {(section, tag_key(name)): keys for section in ("tags", "columns")
            for name, keys in raw.get(section, {}).items()}
