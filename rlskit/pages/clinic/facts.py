"""clinic.toml: facts for the clinic page that no diary holds, typed by the user and printed as typed."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any

from rlskit.diary.night_rule import clock_minutes
from rlskit.errors import DiaryError
from rlskit.utils.kinds import PATH, takes
from rlskit.utils.shown import Shown
from rlskit.utils.text_files import read_toml

FILE_NAME = "clinic.toml"
UNITS = ("ng/mL", "µg/L")
DRUG_GROUPS = {
    "antihistamine": "sedating antihistamines",
    "serotonergic": "medicines that act on serotonin",
    "dopamine_blocking": "medicines that block dopamine",
}
MIMICS = {
    "cramp_knot": "cramp with a hard knot",
    "numb_all_day": "numb all day",
    "one_change_of_position": "gone after changing position once",
    "swelling": "swelling",
    "joint_pain": "joint pain",
    "habitual_tapping": "habitual tapping",
    "snoring_or_pauses": "snoring or pauses in breathing",
}
PARTS = ("other_parts", "other_parts_before")
COUNTS = {"sleep_lost": 366, "rest_minutes": 600, "rest_minutes_before": 600}  # key of [body] → most
BACKGROUND = ("kidney", "pregnancy")
MOST = {"irls": 24, "medicines": 8, "past_dopamine": 3, "iron": 2, "questions": 3}
SHORT_LINE, LINE, LONG_LINE = 40, 60, 120  # letters


@dataclass(frozen=True)
class Medicine:
    """One medicine as typed; `clocks` are the doses that were typed as clock times."""

    __module__ = "rlskit"

    name: str
    dose: str = ""
    time: str = ""
    clocks: tuple[str, ...] = ()
    start: dt.date | None = None
    stop: dt.date | None = None


@dataclass(frozen=True)
class PastMedicine:
    """A dopamine medicine of the past as typed; `taken`: when, in words."""

    __module__ = "rlskit"

    name: str
    dose: str = ""
    taken: str = ""


@dataclass(frozen=True)
class Iron:
    """One blood test as typed. `tsat`: transferrin saturation in percent."""

    __module__ = "rlskit"

    ferritin: float | None = None
    unit: str = UNITS[0]
    tsat: float | None = None
    date: dt.date | None = None
    conditions: str = ""


@dataclass(frozen=True)
class Irls:
    """A questionnaire total (0 to 40) with its date."""

    __module__ = "rlskit"

    total: int
    date: dt.date


@dataclass(frozen=True)
class ClinicFacts(Shown):
    """Everything in clinic.toml; what was not filled in is empty. `drug_groups`: name → answered true or false;
    `rest_minutes`: of sitting until symptoms come; names in `_before`: the same at the start or before treatment."""

    __module__ = "rlskit"

    name: str = ""
    since: dt.date | None = None
    questions: tuple[str, ...] = ()
    other_parts: str = ""
    other_parts_before: str = ""
    rest_minutes: int | None = None
    rest_minutes_before: int | None = None
    sleep_lost: int | None = None
    kidney: str = ""
    pregnancy: str = ""
    irls: tuple[Irls, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    past_dopamine: tuple[PastMedicine, ...] = ()
    iron: tuple[Iron, ...] = ()
    drug_groups: dict[str, bool] = field(default_factory=dict)
    mimics: tuple[str, ...] = ()

    def parts(self) -> list[str]:
        lines = [f"Facts for the clinic page{f' of {self.name}' if self.name else ''}"]
        parts = {"medicines": self.medicines, "iron values": self.iron, "IRLS totals": self.irls,
                 "questions": self.questions}
        lines += [f"  {len(some)} {noun}" for noun, some in parts.items() if some]
        return [*lines, "  next: rk.write_clinic_page(..., facts=facts)"]


def facts_template() -> str:
    """The text of an empty clinic.toml, with comments."""
    return resources.files("rlskit.pages.clinic").joinpath(FILE_NAME).read_text(encoding="utf-8")


@takes(PATH)
def read_facts(path: str | Path) -> ClinicFacts:
    """Read clinic.toml. The first wrong key or value is a DiaryError that names it, and the nearest right one.

    Example: ``facts = rk.read_facts("my/clinic.toml")``
    """
    path = Path(path)
    raw = read_toml(path, "Correct it, or draft an empty one with `rlskit template --clinic --out clinic.toml`.")
    file = path.name
    _known(raw, {"person", "visit", "body", "background", "irls", "medicines", "past_dopamine", "iron", "drug_groups",
                 "mimics"}, file)
    person, visit = _section(raw, "person", {"name"}, file), _section(raw, "visit", {"since", "questions"}, file)
    body = _section(raw, "body", {*PARTS, *COUNTS}, file)
    background = _section(raw, "background", set(BACKGROUND), file)
    groups = _section(raw, "drug_groups", set(DRUG_GROUPS), file)
    mimics = _section(raw, "mimics", set(MIMICS), file)
    plain: dict[str, Any] = {
        **{key: _words(body.get(key, ""), f"{file}, [body] {key}") for key in PARTS},
        **{key: int(_number(body[key], 0, most, f"{file}, [body] {key}", whole=True))
           for key, most in COUNTS.items() if key in body},
        **{key: _words(_answer(background.get(key, "")), f"{file}, [background] {key}") for key in BACKGROUND}}
    return ClinicFacts(
        **plain, name=_words(person.get("name", ""), f"{file}, [person] name"),
        since=_day(visit["since"], f"{file}, [visit] since") if "since" in visit else None,
        questions=_questions(visit.get("questions", []), f"{file}, [visit] questions"),
        irls=tuple(sorted(_list(raw, "irls", {"total", "date"}, _irls, file), key=lambda one: one.date)),
        medicines=_list(raw, "medicines", {"name", "dose", "time", "start", "stop"}, _medicine, file),
        past_dopamine=_list(raw, "past_dopamine", {"name", "dose", "taken"}, _past, file),
        iron=_list(raw, "iron", {"ferritin", "unit", "tsat", "date", "conditions"}, _iron, file),
        drug_groups={name: _yes_no(value, f"{file}, [drug_groups] {name}") for name, value in groups.items()},
        mimics=tuple(name for name, value in mimics.items() if _yes_no(value, f"{file}, [mimics] {name}")),
    )


# --- sections ------------------------------------------------------------------------------------------------------
def _named(spec: dict, where: str) -> str:
    if name := _words(spec.get("name", ""), f"{where} name"):
        return name
    raise DiaryError(f'{where}: expected a line such as name = "name on the box", found none.')


def _past(spec: dict, where: str) -> PastMedicine:
    dose, taken = (_words(spec.get(key, ""), f"{where} {key}", SHORT_LINE) for key in ("dose", "taken"))
    return PastMedicine(name=_named(spec, where), dose=dose, taken=taken)


def _medicine(spec: dict, where: str) -> Medicine:
    name = _named(spec, where)
    times = spec.get("time", "")
    times = [_time(one, f"{where} time") for one in (times if isinstance(times, list) else [times])]
    start, stop = (_day(spec[k], f"{where} {k}") if k in spec else None for k in ("start", "stop"))
    if start and stop and stop < start:
        raise DiaryError(f'{where} stop: expected a date after start ({start}), found "{stop}".')
    return Medicine(
        name=name, dose=_words(spec.get("dose", ""), f"{where} dose", SHORT_LINE),
        time=_words(", ".join(t for t in times if t), f"{where} time", SHORT_LINE),
        clocks=tuple(t for t in times if re.fullmatch(r"\d\d:\d\d", t)), start=start, stop=stop)


def _iron(spec: dict, where: str) -> Iron:
    if "ferritin" not in spec and "tsat" not in spec:
        raise DiaryError(f"{where}: expected a line such as ferritin = 52 or tsat = 24, found neither.")
    unit = str(spec.get("unit", UNITS[0])).replace("\u03bc", "\u00b5")  # Greek mu and the micro sign look alike
    if unit not in UNITS:
        raise DiaryError(f'{where} unit: expected one of {", ".join(UNITS)}, found "{unit}".{_near(unit, UNITS)}')
    return Iron(
        ferritin=_number(spec["ferritin"], 0, 20_000, f"{where} ferritin") if "ferritin" in spec else None, unit=unit,
        tsat=_number(spec["tsat"], 0, 100, f"{where} tsat") if "tsat" in spec else None,
        date=_day(spec["date"], f"{where} date") if "date" in spec else None,
        conditions=_words(spec.get("conditions", ""), f"{where} conditions", LONG_LINE))


def _irls(spec: dict, where: str) -> Irls:
    for key, example in (("total", "21"), ("date", "2026-11-02")):
        if key not in spec:
            raise DiaryError(f"{where}: expected a line such as {key} = {example}, found none. A total needs its date.")
    total = _number(spec["total"], 0, 40, f"{where} total", whole=True)
    return Irls(total=int(total), date=_day(spec["date"], f"{where} date"))


def _questions(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise DiaryError(f'{where}: expected a list such as ["First question?"], found "{value}".')
    lines = [_words(one, where, LONG_LINE) for one in value]
    return _few(tuple(line for line in lines if line), "questions", where)


# --- single values -------------------------------------------------------------------------------------------------
def _section(raw: dict, name: str, keys: set[str], file: str) -> dict:
    found = raw.get(name, {})
    if not isinstance(found, dict):
        raise DiaryError(f'{file}, {name}: expected a section [{name}], found "{found}".')
    _known(found, keys, f"{file}, [{name}]")
    return found


def _list(raw: dict, name: str, keys: set[str], read: Callable[[dict, str], Any], file: str) -> tuple:
    """The filled sections [[name]]; an empty one, as the template has it, says nothing."""
    found = raw.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise DiaryError(f"{file}, {name}: expected sections that begin with [[{name}]], in double brackets.")
    out = []
    for i, spec in enumerate(found, 1):
        where = f"{file}, [[{name}]] {i}" if len(found) > 1 else f"{file}, [[{name}]]"
        _known(spec, keys, where)
        if spec:
            out.append(read(spec, where + ","))
    return _few(tuple(out), name, f"{file}, [[{name}]]")


def _few(values: tuple, name: str, where: str) -> tuple:
    if len(values) > MOST[name]:
        raise DiaryError(f"{where}: expected at most {MOST[name]}, found {len(values)}. The page has one side.")
    return values


def _known(found: dict, allowed: set[str], where: str) -> None:
    for key in found:
        if key not in allowed:
            raise DiaryError(f'{where}: expected {", ".join(sorted(allowed))}, found "{key}".{_near(key, allowed)}')


def _near(found: str, allowed: Any) -> str:
    near = get_close_matches(found, list(allowed), 1, cutoff=0.5)
    return f' Did you mean "{near[0]}"?' if near else ""


def _words(value: Any, where: str, most: int = LINE) -> str:
    """One line of text: spaces joined, no control characters, and none that turn the direction of what follows."""
    if not isinstance(value, str):
        raise DiaryError(f'{where}: expected text in quotes, found "{value}".')
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in value
                   if not ("\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"))
    text = " ".join(text.split())
    if len(text) > most:
        raise DiaryError(f'{where}: expected at most {most} letters, found {len(text)} ("{text[:30]}…").')
    return text


def _time(value: Any, where: str) -> str:
    """A dose time: a clock time as "20:00", or words such as "at bedtime" as they are."""
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    text = _words(value, where)
    if not re.fullmatch(r"\d+:\d+", text):
        return text
    try:
        return "{:02d}:{:02d}".format(*divmod(clock_minutes(text), 60))
    except DiaryError as wrong:
        raise DiaryError(f"{where}: {wrong}") from None


def _day(value: Any, where: str) -> dt.date:
    if type(value) is dt.date:
        return value
    raise DiaryError(f'{where}: expected a date without quotes such as 2026-03-01, found "{value}".')


def _number(value: Any, low: float, high: float, where: str, whole: bool = False) -> float:
    right = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    if not right or (whole and value != int(value)):
        what = "a whole number" if whole else "a number"
        raise DiaryError(f'{where}: expected {what} from {low:g} to {high:g}, found "{value}".')
    return float(value)


def _answer(value: Any) -> Any:
    """true and false as the words they stand for, where words may be typed as well."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _yes_no(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise DiaryError(f'{where}: expected true or false, found "{value}".')
    return value
