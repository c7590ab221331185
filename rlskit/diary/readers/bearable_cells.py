"""What stands inside Bearable's cells: items and levels, symptoms, doses, sleep. Text in, values out."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass, field

from rlskit.diary.readers import text
from rlskit.diary.readers.clock import lacks_half, parse_clock

# The words Bearable writes after the last " - " of an item; anything else there belongs to the name.
LEVELS = {"none", "little", "a little", "moderate", "medium", "a lot", "low", "high", "very low", "very high"}
SEVERITIES = {"none": 0, "mild": 1, "moderate": 2, "severe": 3, "unbearable": 4}
# Units of doses; another bracket at the end of a medicine's name is part of the name, such as "(slow release)".
MICROGRAMS = {"mcg", "ug", "\u03bcg"}  # the micro sign becomes a Greek letter when case is folded
UNITS = MICROGRAMS | {
    "mg", "g", "kg", "ml", "l", "iu", "ui", "u", "unit", "units", "tablet", "tablets", "pill", "pills", "capsule",
    "capsules", "drop", "drops", "puff", "puffs", "spray", "sprays", "patch", "patches", "dose", "doses", "serving",
    "servings", "cup", "cups", "tsp", "tbsp", "oz", "%", "mmol", "meq", "min", "drinks"}
LONGEST_NAME = 80  # a longer item is free text that somebody typed, not a tag


@dataclass(frozen=True)
class Item:
    """One item of a detail cell: its name as the user would say it, its level, and the words as written."""

    name: str
    level: str
    raw: str
    unit: str = ""


def split_items(detail: str) -> list[str]:
    """The items of a cell with several, parted by a bar; empty ones dropped."""
    return [part.strip() for part in detail.split("|") if part.strip()]


def without_emoji(name: str) -> str:
    """The name without a leading emoji, or the question marks that a spreadsheet left of it; a name that is nothing
    else stays."""
    rest = re.sub(r"^\?+\s+(?=\w)", "", name.strip())
    while rest and (unicodedata.category(rest[0]) in ("So", "Sk", "Cf", "Mn", "Me", "Cn") or rest[0].isspace()):
        rest = rest[1:]
    return rest or name.strip()


def factor(raw: str) -> Item:
    """``☕ Caffeine - Little`` → Caffeine, Little; ``Follow-up - dentist`` keeps its whole name."""
    name = without_emoji(raw)
    head, dash, tail = name.rpartition(" - ")
    if dash and head.strip() and tail.strip().casefold() in LEVELS:
        return Item(head.strip(), tail.strip(), raw)
    return Item(name, "", raw)


def symptom(raw: str) -> Item:
    """``Back (lower) pain (Mild)`` → Back (lower) pain, Mild; only a severity word in the last bracket is a level."""
    head, word = _last_bracket(without_emoji(raw))
    if word.casefold() in SEVERITIES:
        return Item(head, word, raw)
    return factor(raw)


def dose(raw: str) -> Item:
    """``Iron (mg)`` → Iron, unit mg; ``Levodopa (slow release)`` keeps its whole name."""
    head, word = _last_bracket(without_emoji(raw))
    if word.casefold() in UNITS:
        unit = word.casefold()
        return Item(head, "", raw, "mcg" if unit in MICROGRAMS else unit)
    return Item(without_emoji(raw), "", raw)


def _last_bracket(name: str) -> tuple[str, str]:
    found = re.match(r"^(.*\S)\s*\(([^()]*)\)$", name)
    return (found[1], found[2].strip()) if found else (name, "")


def is_none(cell: str) -> bool:
    """Bearable's word for zero: an answer, never a missing value."""
    return cell.strip().casefold() == "none"


def number(cell: str) -> float | None:
    """A finite number, with a point or a decimal comma; None for an empty cell; ValueError for anything else."""
    value = text.number(cell)
    if value is not None and not math.isfinite(value):
        raise ValueError(f'not a number: "{cell}"')
    return value


def hours(cell: str) -> float | None:
    """A length written ``H:MM`` or as a number of hours; None for an empty cell; ValueError otherwise."""
    found = re.match(r"^\s*(\d{1,2}):(\d{2})\s*$", cell)
    if found and int(found[2]) < 60:
        return int(found[1]) + int(found[2]) / 60
    return number(cell)


# --- sleep ---------------------------------------------------------------------------------------------------------
Span = tuple[dt.time, dt.time]
_SPAN = re.compile(r"^(Asleep|In bed)\s+(\S+(?:\s*[ap]\.?m\.?)?)\s*[-–]\s*(\S+(?:\s*[ap]\.?m\.?)?)$", re.IGNORECASE)
_NAP = re.compile(r"^Nap(?:\s+(\d+(?:[.,]\d+)?)\s*h)?(?:\s*(\d+)\s*m(?:in)?)?(?:\s*\((pre|am|mid|pm)\))?$",
                  re.IGNORECASE)


@dataclass(frozen=True)
class Nap:
    """A nap: elapsed hours where stated, and the time of day."""

    hours: float | None
    slot: str


@dataclass(frozen=True)
class SleepDetail:
    """``Asleep 02:45 - 12:30. In bed 02:15 - 13:15. Nap 4h (mid)``: any part may be missing.

    `strange` counts the parts that were not understood.
    """

    asleep: Span | None = None
    in_bed: Span | None = None
    naps: tuple[Nap, ...] = field(default=())
    strange: int = 0


def sleep_detail(detail: str) -> SleepDetail:
    """The parts of a sleep row's detail cell; a part that is not understood is counted, not guessed."""
    spans: dict[str, Span] = {}
    naps: list[Nap] = []
    strange = 0
    for part in re.split(r"\.\s+|\.$", detail.strip()):
        said = part.strip()
        if not said:
            continue
        nap, span = _NAP.match(said), _SPAN.match(said)
        try:
            if nap:
                length = (number(nap[1]) or 0) + (number(nap[2]) or 0) / 60
                naps.append(Nap(length if nap[1] or nap[2] else None, (nap[3] or "").lower()))
            elif span and span[1].casefold() not in spans:
                spans[span[1].casefold()] = (_clock(span[2]), _clock(span[3]))
            else:
                strange += 1
        except ValueError:
            strange += 1
    return SleepDetail(spans.get("asleep"), spans.get("in bed"), tuple(naps), strange)


def _clock(said: str) -> dt.time:
    time = parse_clock(said)
    if time is None:
        raise ValueError("no clock time")
    return time


@dataclass(frozen=True)
class Placed:
    """Sleep on the calendar, local wall clock; `possible` is False where the times contradict each other."""

    start: dt.datetime | None = None
    end: dt.datetime | None = None
    bed: dt.datetime | None = None
    out: dt.datetime | None = None
    possible: bool = True


def place(detail: SleepDetail, woke_on: dt.date) -> Placed:
    """Clock times on the calendar: both ends fall on the morning of waking unless the clock goes down between them.

    Only in-bed times: they stand for the sleep too, as they do in Bearable's own total. In-bed times must hold the
    asleep times, on the same day or shifted by one; otherwise the row contradicts itself. So does sleep of more than
    14 hours from a morning on.
    """
    if any(span and lacks_half(*span) for span in (detail.asleep, detail.in_bed)):
        return Placed(possible=False)
    asleep = _span(detail.asleep, woke_on)
    in_bed = _span(detail.in_bed, woke_on)
    if in_bed is None:
        return Placed(*asleep) if asleep else Placed()
    if asleep is None:
        return Placed(*in_bed, *in_bed)
    for days in (0, 1, -1):
        bed, out = (t + dt.timedelta(days=days) for t in in_bed)
        if bed <= asleep[0] and asleep[1] <= out:
            return Placed(*asleep, bed, out)
    return Placed(*asleep, *in_bed, possible=False)


def _span(span: Span | None, woke_on: dt.date) -> tuple[dt.datetime, dt.datetime] | None:
    if span is None:
        return None
    start, end = (dt.datetime.combine(woke_on, t) for t in span)
    return (start if start < end else start - dt.timedelta(days=1)), end
