"""Apple Health's export.zip, or the export.xml in it, read as it streams by: it may be larger than the memory.

Facts:

* Seen in real files (2017 to 2025): sleep as "in bed" and "asleep", one night from one source in both; HKTimeZone
  beside a record; records inside a Correlation; workouts with their minutes. Only in the code of other parsers, and in
  Apple's documents: stages of sleep, dietary caffeine, alcoholic drinks, flexibility and yoga workouts, the broken list
  of elements of iOS 16, control characters, names of the folder and the file in the phone's language.
* The offset beside a time is that of the day of the export, not of the record: what counts is the instant, in the
  record's HKTimeZone, else in that of the journey stated for its day, else in the time zone stated, else with the
  offset as it stands.
* Several sources tell of one night. Of sleeps that overlap one counts: that of a source that knows stages before one
  that knows "asleep", before one that knows "in bed"; of the same kind the longer. The records of a source less than an
  hour apart are one sleep, and a row here: from the first "asleep" to the last.
* A caffeine, a drink, and minutes of flexibility, yoga, or mind and body are rows too. Iron and magnesium are what food
  held, not a supplement, and wait as tags for rlskit.toml.
* Who the person is (Me), names of devices, and everything else is left out and counted.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from rlskit.diary.night_rule import YEARS, zone
from rlskit.diary.readers.apple_health_xml import Element, elements, is_export
from rlskit.diary.readers.devices import OTHER_SOURCE, add_sleep, best_of, number_of
from rlskit.diary.readers.parsed import Options, Parsed, Reader
from rlskit.diary.tables import KEPT, issue
from rlskit.diary.travel import zone_at
from rlskit.errors import DiaryError
from rlskit.utils.words import count

APP = "apple_health"
SLEEP = "HKCategoryTypeIdentifierSleepAnalysis"
MG = {"mg": 1.0, "g": 1000.0, "mcg": 0.001}
AMOUNTS = {  # quantity → type of event, its item, unit of rlskit, factors by the export's unit
    "HKQuantityTypeIdentifierDietaryCaffeine": ("caffeine", "caffeine_mg", "mg", MG),
    "HKQuantityTypeIdentifierNumberOfAlcoholicBeverages": ("alcohol", "alcohol_drinks", "drinks", {"count": 1.0}),
}
EATEN = {"HKQuantityTypeIdentifierDietaryIron": "Dietary iron",
         "HKQuantityTypeIdentifierDietaryMagnesium": "Dietary magnesium"}
STRETCHES = {"HKWorkoutActivityTypeFlexibility": "stretched", "HKWorkoutActivityTypeYoga": "yoga",
             "HKWorkoutActivityTypeMindAndBody": "stretched"}
WANTED = {SLEEP, *AMOUNTS, *EATEN, *STRETCHES}
IN_BED, ASLEEP, AWAKE, STAGE = range(4)
VALUES = {"InBed": IN_BED, "0": IN_BED, "Asleep": ASLEEP, "AsleepUnspecified": ASLEEP, "1": ASLEEP, "Awake": AWAKE,
          "2": AWAKE, "AsleepCore": STAGE, "AsleepDeep": STAGE, "AsleepREM": STAGE, "3": STAGE, "4": STAGE, "5": STAGE}
APART = dt.timedelta(hours=1)
NO_TIME = "a record whose time or value cannot be read"
MINUTES = {"min": 1.0, "hr": 60.0, "h": 60.0, "s": 1 / 60, "sec": 1 / 60}


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One record of sleep: from when to when, what it says, and its zone where it names one."""

    start: dt.datetime
    end: dt.datetime
    value: int
    tz: str


@dataclass(frozen=True, kw_only=True)
class Read:
    """What stands in an export: the sleep of each source, the other records wanted, and counts of what is left."""

    pieces: dict[str, list[Piece]] = field(default_factory=dict)
    others: list[Element] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    set_aside: Counter[str] = field(default_factory=Counter)


def recognises(path: Path) -> bool:
    """Whether it is Apple's XML, or a zip with it, whatever their names. Never raises."""
    return is_export(path)


def parse(path: Path, options: Options) -> Parsed:
    """The sleeps, amounts and stretches of an export. A row is one of them, counted from 1."""
    read = _read(path)
    sessions = _by_priority([s for found in read.pieces.values() for s in _sessions(found)])
    if not sessions and not read.others:
        raise DiaryError(f"{path.name}: an Apple Health export without sleep, caffeine, alcohol or stretching. "
                         f"Found {_named(read.unread) or 'nothing'}. Switch on sleep in Health, or give the diary you "
                         "keep.", kind="no rows below the header")
    zoneless = not options.zone and any(not any(p.tz for p in session) for session, _ in sessions)
    out = Parsed(path.name, APP, "XML", len(sessions) + len(read.others),
                 issues=_remarks(path.name, read, len(sessions), zoneless))
    for row, (session, counts) in enumerate(sessions, 1):
        _add_session(out, row, session, counts, options)
    for row, one in enumerate(read.others, len(sessions) + 1):
        _add_other(out, row, one, options)
    return out


def _read(path: Path) -> Read:
    read = Read()
    seen: set[tuple] = set()
    for one in elements(path, WANTED, read.unread):
        said = one.attributes
        key = (one.type, *(said.get(name) for name in ("startDate", "endDate", "value", "duration", "sourceName")))
        if key in seen:
            read.set_aside["the same record again"] += 1
            continue
        seen.add(key)
        if one.type != SLEEP:
            read.others.append(one)
            continue
        start, end = (_instant(said.get(name)) for name in ("startDate", "endDate"))
        value = VALUES.get(said.get("value", "").removeprefix("HKCategoryValueSleepAnalysis"))
        if start is None or end is None or value is None or end <= start:
            read.set_aside["a record of sleep that cannot be read"] += 1
        else:
            read.pieces.setdefault(said.get("sourceName", ""), []).append(
                Piece(start=start, end=end, value=value, tz=one.zone))
    return read


def _remarks(file: str, read: Read, sleeps: int, zoneless: bool) -> list[dict]:
    """What became of the records, and what else stands in the export."""
    records = sum(map(len, read.pieces.values()))
    said = [f"{count(records, 'record')} of sleep make {count(sleeps, 'sleep')}"] if records else []
    said += [f"{kind}: {n:,}" for kind, n in read.set_aside.items()]
    said += [f"not read: {_named(read.unread)}"] if read.unread else []
    remarks = [issue(file, one, outcome=KEPT) for one in said]
    if zoneless:
        remarks.append(issue(file, "no time zone known: clock times are those of the day of the export", outcome=KEPT,
                             advice="Write timezone in rlskit.toml, or give --timezone."))
    return remarks


def _named(unread: Counter[str]) -> str:
    """The commonest of what is not read, and how much of the rest."""
    first = [f"{n:,} of {name.partition('Identifier')[2] or name}" for name, n in unread.most_common(5)]
    rest = unread.total() - sum(n for _, n in unread.most_common(5))
    return ", ".join([*first, *([f"{rest:,} others"] if rest else [])])


def _instant(said: str | None) -> dt.datetime | None:
    """2025-04-28 01:05:06 +0100"""
    try:
        found = dt.datetime.fromisoformat(said) if said and len(said) < 40 else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None and YEARS[0] < found.year < YEARS[1] else None


def _zone_of(moment: dt.datetime, tz: str, options: Options) -> ZoneInfo | None:
    """The zone that the record names, else the one stated for its day."""
    try:
        return zone(tz) if tz else zone_at(moment, options.zone, options.travel)
    except DiaryError:
        return zone_at(moment, options.zone, options.travel)


def _local(moment: dt.datetime, where: ZoneInfo | None) -> dt.datetime:
    """The instant on the wall clock of a zone."""
    return moment if where is None else moment.astimezone(where)


# --- sleep -----------------------------------------------------------------------------------------------------------
def _sessions(pieces: list[Piece]) -> list[list[Piece]]:
    """The records of one source, those less than an hour apart together."""
    sessions: list[list[Piece]] = []
    end = None
    for piece in sorted(pieces, key=lambda p: (p.start, p.end)):
        if end is None or piece.start - end >= APART:
            sessions.append([])
            end = piece.end
        sessions[-1].append(piece)
        end = max(end, piece.end)
    return sessions


def _span(session: list[Piece]) -> tuple[dt.datetime, dt.datetime]:
    """From the first "asleep" to the last; of what is only in bed, all of it."""
    slept = [p for p in session if p.value in (ASLEEP, STAGE)] or session
    return min(p.start for p in slept), max(p.end for p in slept)


def _by_priority(sessions: Iterable[list[Piece]]) -> list[tuple[list[Piece], bool]]:
    """Every session in the order of time, and whether it counts: those that a better one overlaps do not."""
    ordered = sorted(sessions, key=_span)
    worth = [max((p.value for p in session if p.value != AWAKE), default=IN_BED) for session in ordered]
    return list(zip(ordered, best_of(list(map(_span, ordered)), worth), strict=True))


def _add_session(out: Parsed, row: int, session: list[Piece], counts: bool, options: Options) -> None:
    if not counts:
        out.issues.append(issue(out.file, OTHER_SOURCE, row=row, column="sleep"))
        return
    tz = _zone_of(_span(session)[0], next((p.tz for p in session if p.tz), ""), options)
    start, end = (_local(moment, tz) for moment in _span(session))
    bed = [p for p in session if p.value == IN_BED]
    in_bed = (_local(min(p.start for p in bed), tz), _local(max(p.end for p in bed), tz)) if (
        bed and len(bed) < len(session)) else (None, None)
    staged = any(p.value == STAGE for p in session)
    asleep = sum((p.end - p.start).total_seconds() for p in session if p.value in (ASLEEP, STAGE)) / 60
    counted = {"Awakenings": (sum(p.value == AWAKE for p in session), "count"), "Minutes asleep": (asleep, "min")}
    add_sleep(out, row, start, end, in_bed=in_bed, counted=counted if staged else {},
              tz=tz.key if tz else "")


# --- amounts and stretches -------------------------------------------------------------------------------------------
def _add_other(out: Parsed, row: int, one: Element, options: Options) -> None:
    said, start, end = one.attributes, *(_instant(one.attributes.get(name)) for name in ("startDate", "endDate"))
    name = one.type.removeprefix("HKWorkoutActivityType").removeprefix("HKQuantityTypeIdentifier")
    value, unit = number_of(said.get("value")), said.get("unit", "")
    kind, item, to, factors = AMOUNTS.get(one.type, ("", "", "mg", MG))
    if one.type in STRETCHES:
        kind, item, to, factors = "stretch", STRETCHES[one.type], "min", MINUTES
        value, unit = number_of(said.get("duration")), said.get("durationUnit", "min")
        if value is None and start is not None and end is not None:
            value, unit = (end - start).total_seconds() / 60, "min"
    if start is None or value is None or value < 0 or unit not in factors:
        found = f"{said.get('startDate', '')} {said.get('value', '')} {unit}"[:80].strip()
        out.issues.append(issue(out.file, NO_TIME, row=row, column=name, found=found))
        return
    at = _local(start, _zone_of(start, one.zone, options)).replace(tzinfo=None, fold=0)
    told = {"row": row, "amount": value * factors[unit], "unit": to}
    if one.type in EATEN:
        out.mentions.append({**told, "moment": at, "precision": "minute", "slot": "", "entry_clock": "event",
                             "group": "food", "tag": EATEN[one.type], "raw": EATEN[one.type], "level": ""})
    else:
        out.events.append({**told, "type": kind, "start_local": at, "time_precision": "minute", "item": item,
                           "item_raw": name, "intent": "unknown" if kind == "stretch" else ""})


READER = Reader(app=APP, called="Apple Health", recognises=recognises, parse=parse, files="export.zip", device=True,
                streams=True)
