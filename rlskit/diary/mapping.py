"""rlskit.toml: what the user's own tag names mean. Nothing is mapped that this file does not name."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from rlskit.diary import toml_values
from rlskit.diary.night_rule import YEARS, zone
from rlskit.diary.own import (
    COUNT,
    HABITS,
    NUMBER,
    OUTCOMES,
    SLEEP_QUALITY,
    Habit,
    OwnOutcome,
    column_of,
    on_scale,
    scale_of,
)
from rlskit.diary.own_sections import read_horizon, read_own, read_primary
from rlskit.diary.tables import CAFFEINE_MG_PER_SERVING, GRAMS_PER_DRINK, STRETCH_DETAILS
from rlskit.diary.travel import Journey, read_travel
from rlskit.diary.units import factor
from rlskit.errors import DiaryError
from rlskit.utils.files import check_file
from rlskit.utils.kinds import PATH, takes
from rlskit.utils.shown import Shown
from rlskit.utils.text_files import read_toml

FILE_NAME = "rlskit.toml"
# Windows adds a .txt that it does not show, and some disks tell capitals apart.
OPEN_QUESTION = "an open question in rlskit.toml"
MAPPING_NAMES = (FILE_NAME, f"{FILE_NAME}.txt", "Rlskit.toml", "RLSKIT.TOML")

# column in rlskit.toml → (event type, unit of an amount, what one tick stands for when no amount is given)
COLUMNS: dict[str, tuple[str, str, float | None]] = {
    "symptoms": ("symptom", "score", None),
    "early_symptoms": ("symptom", "score", None),  # "my legs were already restless at stretching time"
    "stretched": ("stretch", "min", None),
    **{name: ("detail", unit, None) for name, unit in STRETCH_DETAILS.items()},
    "caffeine_mg": ("caffeine", "mg", CAFFEINE_MG_PER_SERVING),
    "alcohol_drinks": ("alcohol", "drinks", 1.0),
    "iron": ("supplement", "", None),
    "magnesium": ("supplement", "", None),
    "free_night": ("free", "", None),
    "medicine_change": ("medication", "", None),
    "ignore": ("", "", None),
}
INTENTS = ("preventive", "responsive", "unknown")
UNTICKED = ("no", "not_recorded")
ENTRY_TIMES = ("event", "day")
ORDERS = ("dmy", "mdy", "ymd")
DECIMAL_MARKS = (",", ".")
_KEYS = {"column", "intent", "unticked", "amount", "levels", "time", "entry_time", "movement", "tells_of",
         "tracked_from", "tracked_until"}
_TOP = {"timezone", "date_order", "decimal_mark", "year", "tells_of", "grams_per_drink", "person", "primary", "looks",
        "tags", "columns", "redcap", "sleep_from", "travel", HABITS, OUTCOMES}
# What a column of one's own table can hold beyond what a tag can: the night of a row, and more exact answers.
TABLE_COLUMNS = (
    "night", "time", "person", "tags", "amount", "severity_0_10", "symptoms_began", "stretch_time", "stretch_min",
    "symptoms_before_stretch", "movement", "caffeine_before_noon_cups", "caffeine_after_noon_cups",
    "caffeine_before_noon_mg", "caffeine_after_noon_mg", "lights_out", "woke_up",
)  # fmt: skip
UNITS = ("cups", "mg", "drinks", "min", "h", "s")
TELLS_OF = ("last night", "tonight", "the clock time")


@dataclass(frozen=True)
class Tag:
    """What one tag means. `amount` is per tick in the unit of the column (mg, drinks, min)."""

    __module__ = "rlskit"

    name: str
    column: str
    intent: str = "unknown"
    unticked: str = "not_recorded"
    amount: float | None = None
    levels: dict[str, float] = field(default_factory=dict)  # "Little" → 50
    time: str = ""  # the clock time that the tag stands for
    entry_time: str = ""  # "event": an entry is made when it happens; "day": it speaks of the day; "" = the app's habit
    movement: str = ""  # movement_<name>
    tells_of: str = ""  # the night an entry speaks of, one of TELLS_OF; "" = the clock time
    cell_unit: str = ""  # of a column: what a number without a unit counts, `unit` in rlskit.toml
    tracked_from: dt.date | None = None
    tracked_until: dt.date | None = None
    question: str = ""  # of a column: what is to be settled before anything is claimed of it
    own: Habit | OwnOutcome | None = None  # the user's own habit or outcome whose `column` it is

    @property
    def type(self) -> str:
        return self.own.type if self.own else COLUMNS[self.column][0]

    @property
    def unit(self) -> str:
        return self.own.unit if self.own else COLUMNS.get(self.column, ("", ""))[1]

    @property
    def told_intent(self) -> str:
        """Why a stretch was done, of a stretch and what is said about one; else nothing."""
        return self.intent if self.type in ("stretch", "detail") else ""

    @property
    def scale(self) -> str:
        """The scale of its numbers where it has one, as [outcomes] names it."""
        return self.own.scale if isinstance(self.own, OwnOutcome) else scale_of(self.unit)

    def holds(self, value: float) -> bool:
        """Whether a number can be an answer of the column."""
        return on_scale(value, self.scale) and (value >= 0 or self.scale == NUMBER)

    @property
    def per_tick(self) -> float | None:
        """What a tick without an amount stands for; nothing where that is not said. A tick counts one."""
        if self.amount is None and isinstance(self.own, OwnOutcome) and self.own.scale == COUNT:
            return 1.0
        return self.amount if self.amount is not None or self.own else COLUMNS[self.column][2]

    @property
    def item(self) -> str:
        """Normalised name: the movement of a stretch, else the column."""
        return self.movement or self.column


@dataclass(frozen=True)
class Redcap:
    """What only a REDCap study says: `missing_codes`, cells that mean missing. Its variables stand in [columns]."""

    __module__ = "rlskit"

    missing_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mapping(Shown):
    """The whole of one rlskit.toml; an empty one maps nothing."""

    __module__ = "rlskit"

    timezone: str = ""
    timezone_from: str = ""
    date_order: str = ""
    decimal_mark: str = ""  # of tables: "," or "."
    year: int | None = None  # of the first date, where dates have none
    tells_of: str = ""  # the night that a row of rlskit's template tells of, one of TELLS_OF
    grams_per_drink: float = GRAMS_PER_DRINK
    person: str = "me"
    sleep_from: tuple[str, ...] = ()  # apps whose sleep is a night's where several have one, the first before the next
    travel: tuple[Journey, ...] = ()  # days in another time zone
    tags: dict[str, Tag] = field(default_factory=dict)  # by tag_key(name)
    columns: dict[str, Tag] = field(default_factory=dict)  # of one's own table, by tag_key(header)
    redcap: Redcap = field(default_factory=Redcap)
    path: Path | None = None
    habits: tuple[Habit, ...] = ()
    outcomes: tuple[OwnOutcome, ...] = ()
    primary: str = ""  # the first question, a value of `question` in the answers
    primary_since: str = ""  # the day from which it is, ISO
    horizon: int = 0  # nights over which looks are counted; 0 = not stated

    def parts(self) -> list[str]:
        lines = [f"Mapping of {len(self.tags)} tag{'' if len(self.tags) == 1 else 's'}"
                 + (f", time zone {self.timezone}" if self.timezone else "")]
        return [*lines, *(f"  {tag.name}: {tag.column}" for tag in self.tags.values())]

    def tag(self, name: str) -> Tag | None:
        return self.tags.get(tag_key(name))


@lru_cache(maxsize=4096)  # a diary says the same few again and again
def tag_key(name: str) -> str:
    """Two spellings are the same tag when they differ only in case, outer or repeated space, or emoji presentation."""
    plain = unicodedata.normalize("NFC", name).replace("\ufe0f", "")
    return " ".join(plain.split()).casefold()


@takes(PATH)
def read_mapping(path: str | Path) -> Mapping:
    """Read rlskit.toml; every wrong key or value is a DiaryError naming it.

    Example: ``rk.read_mapping("my/rlskit.toml")``
    """
    path = Path(path)
    raw = read_toml(path, "Correct it, or move it away and draft a new one with `rlskit check FILE --write-mapping`.")
    toml_values.known(raw, _TOP, path.name)
    order = raw.get("date_order", "")
    if order and order not in ORDERS:
        raise DiaryError(f'{path.name}, date_order: expected one of {", ".join(ORDERS)}, found "{order}".')
    year = raw.get("year")
    if year is not None and (type(year) is not int or not YEARS[0] <= year <= YEARS[1]):
        raise DiaryError(f'{path.name}, year: expected a year without quotes such as 2026, found "{year}".')
    toml_values.one_of(raw.get("decimal_mark", DECIMAL_MARKS[0]), DECIMAL_MARKS, f"{path.name}, decimal_mark")
    toml_values.one_of(raw.get("tells_of", TELLS_OF[0]), TELLS_OF, f"{path.name}, tells_of")
    if raw.get("timezone"):
        zone(str(raw["timezone"]), f"{path.name}, timezone")
    habits, outcomes = read_own(raw, path.name, (*COLUMNS, *TABLE_COLUMNS))
    own: tuple[Habit | OwnOutcome, ...] = (*habits, *outcomes, SLEEP_QUALITY)
    return Mapping(
        timezone=raw.get("timezone", ""), timezone_from=path.name if raw.get("timezone") else "", date_order=order,
        decimal_mark=raw.get("decimal_mark", ""), year=year, tells_of=raw.get("tells_of", ""),
        grams_per_drink=toml_values.positive(
            raw.get("grams_per_drink", GRAMS_PER_DRINK), f"{path.name}, grams_per_drink", zero=False),
        person=str(raw.get("person", "me")), tags=_section(raw, "tags", path.name, own),
        columns=_section(raw, "columns", path.name, own), redcap=_redcap(raw.get("redcap", {}), path.name), path=path,
        sleep_from=_apps(raw.get("sleep_from", []), path.name), travel=read_travel(raw.get("travel", []), path.name),
        habits=habits, outcomes=outcomes,
        **read_primary(raw, path.name), horizon=read_horizon(raw, path.name))


def _apps(said: object, file: str) -> tuple[str, ...]:
    if not isinstance(said, list) or not all(isinstance(app, str) for app in said):
        raise DiaryError(f'{file}, sleep_from: expected a list of apps such as ["oura", "fitbit"], found "{said}".')
    return tuple(said)


def mapping_file(folder: Path) -> Path | None:
    """The mapping of a folder of exports, if there is one; DiaryError where there are several, or it is no file."""
    found: dict[tuple[int, int], Path] = {}  # by what the disk calls it: two spellings can be one file
    for path in (folder / name for name in MAPPING_NAMES):
        check_file(path)
        if path.is_file():
            there = path.stat()
            found.setdefault((there.st_dev, there.st_ino), path)
    if len(found) > 1:
        raise DiaryError(f"{folder}: expected one {FILE_NAME}, found {' and '.join(p.name for p in found.values())}. "
                         f"Keep the one that you edited and name it {FILE_NAME}.")
    return next(iter(found.values()), None)


def find_mapping(folder: Path) -> Mapping:
    """The rlskit.toml of a folder of exports, or an empty mapping."""
    path = mapping_file(folder)
    return Mapping() if path is None else read_mapping(path)


# Keys of [redcap] that are lines of [columns] now → what to write in their place, with the variable they name.
_MOVED = {"night": 'column = "night"', "columns": 'column = "{}"', "ignore": 'column = "ignore"'}


def _redcap(spec: object, file: str) -> Redcap:
    where = f"{file}, [redcap]"
    if not isinstance(spec, dict):
        raise DiaryError(f'{where}: expected a line such as missing_codes = ["-9", "999"].')
    for key in _MOVED.keys() & spec.keys():
        named = spec[key] if isinstance(spec[key], dict | list) else {spec[key]: ""}
        name = str(next(iter(named), "diary_date"))
        line = _MOVED[key].format(named.get(name, "") if isinstance(named, dict) else "")
        raise DiaryError(f'{where}: {key} is now said in [columns]. Write '
                         f"[columns.{toml_values.toml_text(name)}] and below it {line} in its place.")
    for key in ("tells_of", "night_means"):
        if key in spec:
            told = "last night" if spec[key] in ("morning", "last night") else "tonight"
            raise DiaryError(f'{where}: {key} is now said in [columns]. Write tells_of = "{told}" below the variable '
                             "that is the night.")
    toml_values.known(spec, {"missing_codes"}, where)
    codes = spec.get("missing_codes", [])
    if not isinstance(codes, list):
        raise DiaryError(f'{where}, missing_codes: expected a list such as ["-9", "999"], found "{codes}".')
    return Redcap(tuple(str(code) for code in codes))


def _section(raw: dict, section: str, file: str, own: Sequence[Habit | OwnOutcome]) -> dict[str, Tag]:
    """The entries of [tags] or [columns], by tag_key of their name."""
    example = {"tags": "Calf stretch", "columns": "Restless legs?"}[section]
    entries = raw.get(section, {})
    if not isinstance(entries, dict):
        raise DiaryError(f'{file}, {section}: expected sections such as [{section}."{example}"], found "{entries}".')
    found: dict[str, Tag] = {}
    for name, spec in entries.items():
        if tag_key(name) in found:
            raise DiaryError(f'{file}, [{section}."{name}"]: expected each {section[:-1]} once, found it again '
                             f'(first as "{found[tag_key(name)].name}"). Spaces and capitals make no difference.')
        found[tag_key(name)] = _tag(name, spec, f'{file}, [{section}."{name}"]', own, of_table=section == "columns")
    return found


def _tag(name: str, spec: object, where: str, own: Sequence[Habit | OwnOutcome], *, of_table: bool) -> Tag:
    if not isinstance(spec, dict) or "column" not in spec:
        raise DiaryError(f'{where}: expected a line such as column = "stretched".')
    toml_values.known(spec, _KEYS | {"unit", "question"} if of_table else _KEYS, where)
    named = spec["column"] if isinstance(spec["column"], str) else ""
    mine = next((one for one in own if one.column == column_of(named)), None)
    if mine is None:
        names = [*COLUMNS, *(TABLE_COLUMNS if of_table else ()), *(one.name for one in own if one != SLEEP_QUALITY)]
        toml_values.one_of(spec["column"], names, f"{where}, column",
                f'One of your own needs a section [{HABITS}."{spec["column"]}"] or [{OUTCOMES}."{spec["column"]}"].')
    if mine is None:
        toml_values.one_of(spec.get("unit", UNITS[0]), UNITS, f"{where}, unit")
    elif isinstance(mine, Habit) and "unit" in spec and mine.unit and factor(str(spec["unit"]), mine.unit) is None:
        raise DiaryError(f'{where}, unit: expected a unit that measures {mine.unit}, found "{spec["unit"]}".')
    toml_values.one_of(spec.get("intent", "unknown"), INTENTS, f"{where}, intent")
    toml_values.one_of(spec.get("unticked", "not_recorded"), UNTICKED, f"{where}, unticked")
    toml_values.one_of(spec.get("entry_time", "day"), ENTRY_TIMES, f"{where}, entry_time")
    toml_values.one_of(spec.get("tells_of", "the clock time"), TELLS_OF, f"{where}, tells_of")
    time = spec["time"].strftime("%H:%M") if isinstance(spec.get("time"), dt.time) else str(spec.get("time", ""))
    if time:
        toml_values.clock(time, f"{where}, time")
    levels = spec.get("levels", {})
    if not isinstance(levels, dict):
        raise DiaryError(f"{where}, levels: expected a table such as {{ Little = 50, Moderate = 100 }}.")
    for day in ("tracked_from", "tracked_until"):
        if day in spec:
            toml_values.day(spec[day], f"{where}, {day}")
    movement = str(spec.get("movement", ""))
    if movement and not re.fullmatch(r"[a-z][a-z0-9_]*", movement):
        raise DiaryError(f'{where}, movement: expected one lower-case word such as "calf", found "{movement}".')
    _only_of_stretches(spec, mine, where)
    amount = spec.get("amount")
    tag = Tag(
        name=name, column=mine.column if mine else spec["column"], own=mine, intent=spec.get("intent", "unknown"),
        unticked=spec.get("unticked", "not_recorded"),
        amount=None if amount is None else toml_values.positive(amount, f"{where}, amount"),
        levels={tag_key(k): toml_values.positive(v, f"{where}, levels, {k}") for k, v in levels.items()},
        time=time, entry_time=spec.get("entry_time", ""), movement=movement,
        tells_of=spec.get("tells_of", ""), cell_unit=str(spec.get("unit", "")), question=str(spec.get("question", "")),
        tracked_from=spec.get("tracked_from"), tracked_until=spec.get("tracked_until"))
    for key, value in {"amount": tag.amount, **{f"levels, {word}": n for word, n in tag.levels.items()}}.items():
        if mine is not None and value is not None and not tag.holds(value):
            raise DiaryError(f'{where}, {key}: expected a value of {tag.scale}, found "{value:g}".')
    return tag


def _only_of_stretches(spec: dict, mine: Habit | OwnOutcome | None, where: str) -> None:
    """DiaryError for keys about a stretch at what is none: a movement would make another column of it."""
    is_other = mine is not None or COLUMNS.get(spec["column"], ("stretch",))[0] not in ("stretch", "detail", "")
    if "movement" in spec and is_other:
        raise DiaryError(f'{where}, movement: only a stretch has one, found "{spec["movement"]}". Leave the line out.')
    if "intent" in spec and isinstance(mine, Habit):
        raise DiaryError(f'{where}, intent: only a stretch has one, found "{spec["intent"]}". Leave the line out; '
                         f"preventive = true in [{HABITS}.{toml_values.toml_text(mine.name)}] says that it is done "
                         "against symptoms.")
