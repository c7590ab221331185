"""What is asked, in rlskit.toml: habits and outcomes of one's own, the first question, and over how many nights it is
looked at. Read, and every mistake named."""

from __future__ import annotations

from collections.abc import Sequence

from rlskit.diary.own import (
    AMOUNT,
    BETTER,
    HABITS,
    KINDS,
    MINUTES,
    OUTCOMES,
    PARTS,
    SCALES,
    SLEEP_QUALITY,
    YES_NO,
    Habit,
    OwnOutcome,
    column_of,
)
from rlskit.diary.tables import DAILY_COLUMNS, MORE_NIGHT_COLUMNS, NIGHT_COLUMNS
from rlskit.diary.toml_values import day, known, one_of, positive
from rlskit.errors import DiaryError

MINUTES_COMPARED = (20.0, 0.0)
LEAST_HORIZON, MOST_HORIZON = 30, 3660  # nights
_YES_OR_NO = ("preventive", "after_bad_nights")
_KEYS = ("kind", "unit", "when", "contrast", *_YES_OR_NO)
# Keys of rows of the advice table that are no columns (answers/questions.py).
ROWS = ("after_stopping", "alcohol", "bedtime_regularity", "caffeine_after_noon", "caffeine_before_noon", "movements",
        "nights_needed", "relief", "social_jetlag", "stretch_hold", "stretch_hour", "stretch_intensity",
        "stretch_minutes", "stretch_routine", "stretch_steadiness", "stretching", "stretching_landmark", "trend",
        "waketime_regularity")


def read_own(raw: dict, file: str, taken: Sequence[str]) -> tuple[tuple[Habit, ...], tuple[OwnOutcome, ...]]:
    """The sections [habits."…"] and [outcomes."…"] of a file. taken : the columns that a tag can have anyway."""
    found: dict[str, Habit | OwnOutcome] = {}
    for section, example, read in ((HABITS, "Evening walk", _habit), (OUTCOMES, SLEEP_QUALITY.name, _outcome)):
        spec = raw.get(section, {})
        if not isinstance(spec, dict):
            raise DiaryError(f'{file}, {section}: expected sections such as [{section}."{example}"], found "{spec}".')
        for name, said in spec.items():
            where, column = f'{file}, [{section}."{name}"]', column_of(name)
            if not column.isidentifier():
                raise DiaryError(f"{where}: expected a name that begins with a letter. Choose another name.")
            if column in found:
                raise DiaryError(f'{where}: expected each name once, found it again (first as "{found[column].name}"). '
                                 "Spaces, capitals and signs make no difference.")
            if is_taken(column, taken) and (section, column) != (OUTCOMES, SLEEP_QUALITY.column):
                raise DiaryError(f'{where}: "{column}" is a name of rlskit\'s own. Choose another name.')
            found[column] = read(name, column, said, where)
    return (tuple(one for one in found.values() if isinstance(one, Habit)),
            tuple(one for one in found.values() if isinstance(one, OwnOutcome)))


def is_taken(column: str, others: Sequence[str]) -> bool:
    """Whether rlskit itself has a column or row of that name."""
    names = (*DAILY_COLUMNS, *NIGHT_COLUMNS, *MORE_NIGHT_COLUMNS, *ROWS, *others)
    return column in names or column.startswith("movement_") or column.endswith("_state")


def _outcome(name: str, column: str, said: object, where: str) -> OwnOutcome:
    if not isinstance(said, dict) or not {"scale", "better"} <= set(said):
        raise DiaryError(f'{where}: expected the lines scale = "0-10" (one of {", ".join(SCALES)}) and '
                         'better = "higher" (or "lower").')
    known(said, ("scale", "better"), where)
    one_of(said["scale"], SCALES, f"{where}, scale")
    one_of(said["better"], BETTER, f"{where}, better")
    return OwnOutcome(name, column, said["scale"], said["better"])


def _habit(name: str, column: str, said: object, where: str) -> Habit:
    if not isinstance(said, dict) or "kind" not in said:
        raise DiaryError(f'{where}: expected a line such as kind = "yes/no" (one of {", ".join(KINDS)}).')
    known(said, _KEYS, where)
    one_of(said["kind"], KINDS, f"{where}, kind")
    kind, unit = said["kind"], said.get("unit", "")
    if "when" in said:
        one_of(said["when"], PARTS, f"{where}, when")
    for key in _YES_OR_NO:
        if not isinstance(said.get(key, False), bool):
            raise DiaryError(f'{where}, {key}: expected true or false without quotes, found "{said[key]}".')
    if kind == AMOUNT and not (isinstance(unit, str) and unit.strip()):
        raise DiaryError(f'{where}: an amount needs its unit. Add a line such as unit = "cups".')
    if kind != AMOUNT and "unit" in said:
        raise DiaryError(f'{where}, unit: only kind = "amount" has one, found "{unit}". Leave the line out.')
    return Habit(name, column, kind, "min" if kind == MINUTES else unit.strip(), said.get("when", ""),
                 contrast=_contrast(said, kind, f"{where}, contrast"),
                 **{key: said.get(key, False) for key in _YES_OR_NO})


def _contrast(said: dict, kind: str, where: str) -> tuple[float, ...]:
    if "contrast" not in said:
        return MINUTES_COMPARED if kind == MINUTES else ()
    two = said["contrast"]
    if kind == YES_NO:
        raise DiaryError(f'{where}: a yes is compared with a no, found "{two}". Leave the line out.')
    if not isinstance(two, list) or len(two) != 2:
        raise DiaryError(f'{where}: expected two numbers such as [2, 0], found "{two}".')
    more, less = (positive(value, where) for value in two)
    if more <= less:
        raise DiaryError(f'{where}: expected the larger amount first, such as [2, 0], found "{two}".')
    return more, less


def read_primary(raw: dict, file: str) -> dict[str, str]:
    """The first question and since when it is, as fields of the mapping."""
    if (said := raw.get("primary")) is None:
        return {}
    where = f"{file}, primary"
    question = said.get("question") if isinstance(said, dict) else None
    if not isinstance(question, str) or not question:
        raise DiaryError(f'{where}: expected a line such as primary = {{ question = "stretching", since = 2026-09-01 }}'
                         f", found {said!r}.")
    known(said, {"question", "since"}, where)
    since = day(said["since"], f"{where}, since").isoformat() if "since" in said else ""
    return {"primary": question, "primary_since": since}


def read_horizon(raw: dict, file: str) -> int:
    """Nights over which looks are counted; 0 where that is not stated."""
    if (said := raw.get("looks")) is None:
        return 0
    where = f"{file}, looks"
    if not isinstance(said, dict):
        raise DiaryError(f"{where}: expected a line such as looks = {{ horizon = 365 }}, found {said!r}.")
    known(said, {"horizon"}, where)
    nights = said.get("horizon")
    if not isinstance(nights, int) or isinstance(nights, bool) or not LEAST_HORIZON <= nights <= MOST_HORIZON:
        raise DiaryError(f"{where}, horizon: expected a number of nights from {LEAST_HORIZON} to {MOST_HORIZON}, "
                         f"found {nights!r}.")
    return nights
