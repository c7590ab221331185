"""What people write into a cell of the template, and what it means. Every function: value → answer.

An empty cell is None: not recorded, never "no". A cell that cannot be read raises Unreadable, which says what was
expected. "N/A" and "none" in a cell for a number mean zero: an answer.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable
from functools import partial

from rlskit.diary.readers.clock import LONGEST, parse_clock, split_moment
from rlskit.diary.readers.months import month_number
from rlskit.diary.readers.text import TWO_NUMBERS, number
from rlskit.diary.units import unit_called

# A yes and the no that goes with it: whoever writes the one writes the other, so neither is understood alone.
PAIRS = (
    ("yes", "no"), ("y", "n"), ("1", "0"), ("true", "false"), ("☑", "☐"),
    ("checked", "unchecked"), ("ja", "nein"), ("j", "n"), ("wahr", "falsch"), ("ja", "nee"), ("waar", "onwaar"),
    ("sí", "no"), ("si", "no"), ("s", "n"), ("verdadero", "falso"), ("oui", "non"), ("vrai", "faux"),
    ("sì", "no"), ("vero", "falso"), ("sim", "não"), ("sim", "nao"), ("verdadeiro", "falso"), ("tak", "nie"),
    ("да", "нет"), ("д", "н"), ("истина", "ложь"),
)
# In each of the languages of PAIRS; "null" is a number in some and a cell that is not there in others.
_NOTHING = {
    "none", "nothing", "nil", "zero", "kein", "keine", "keiner", "keins", "nichts", "ninguno", "ninguna", "nada",
    "cero", "aucun", "aucune", "rien", "zéro", "nessuno", "nessuna", "niente", "nulla", "nenhum", "nenhuma", "geen",
    "niets", "nul", "żadne", "ничего", "ноль",
}
TICKS = {"x", "✓", "✔", "✅"}  # their other side is an empty cell; a dash, a circle or a cross may mean anything
YES = {yes for yes, _ in PAIRS} | TICKS
NO = {no for _, no in PAIRS} | _NOTHING
NOT_APPLICABLE = {"n/a", "na", "n.a."}
NONE = NO | NOT_APPLICABLE

LONGEST_ANSWER = 1000  # characters: what parts answers is looked for at every one of them
MAX_CUPS, MAX_DRINKS, MAX_MG, MAX_MINUTES, MAX_SECONDS = 20.0, 40.0, 2000.0, 1440.0, 3600.0

_PARTS = re.compile(r"\s*(?:;|/|\+|&|\n|\band\b)\s*")
_MEASURE = re.compile(r"^(.*[\d½¼¾])\s*([^\d½¼¾]*)$", re.DOTALL)
_HOURS_MINUTES = re.compile(r"(\d{1,2})\s*([^\W\d]+)\.?\s*(?:and |und |et |y |e |en |и )?([0-5]?\d)\s*([^\W\d]*)\.?")
_WITH_COLON = re.compile(r"(\d{1,2}):([0-5]\d)(:[0-5]\d)?\s*([^\W\d]*)\.?")
_BARE = {"minutes": "min", "seconds": "s"}
_FITS = {"cups": {"cups": 1.0, "drinks": 1.0}, "drinks": {"drinks": 1.0}, "mg": {"mg": 1.0, "g": 1000.0},
         "minutes": {"min": 1.0, "h": 60.0}, "seconds": {"s": 1.0, "min": 60.0}}
_RANGE = re.compile(r"^~?(\d+(?:[.,]\d+)?)\s*(?:[-–]|to|bis|à)\s*(\d.*)$")
_OF_TEN = re.compile(r"(?<!\s)\s*/\s*10\b")  # from the first of many blanks, once
_ISO_MOMENT = re.compile(r"^(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2})(?::\d{2}(?:\.0+)?)?$")
_WEEKDAY = re.compile(r"^[^\W\d]+\.?,?\s+(?=\d)")
_DAY_MONTH = re.compile(r"^(?:[^\W\d]+\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th|\.)?[\s\-]+(?:de )?([^\W\d]+)\.?,?[\s\-]+"
                        r"(?:de )?(\d{2,4})$")
_MONTH_DAY = re.compile(r"^(?:[^\W\d]+\.?,?\s+)?([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}


class Unreadable(ValueError):
    """A cell that cannot be read; the text of the exception says what was expected."""


class TwoNumbers(ValueError):
    """A number that is 8412 to some and 8.412 to others."""


def text(value: object) -> str:
    """A cell as the person sees it: 7.0 from a spreadsheet is "7"."""
    if isinstance(value, str):  # first: most cells are, and a large file has a million of them
        return value.replace("\u00a0", " ").replace("\u202f", " ").replace("\ufe0f", "").strip()
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    return str(value)


def word(value: object) -> str:
    """A cell as it is compared; a spreadsheet's own number is one number: four decimals can be no thousands."""
    said = text(value).casefold()
    return f"{said}0" if isinstance(value, float) and TWO_NUMBERS.fullmatch(said) else said


def yes_no(value: object) -> str | None:
    """``"yes"``, ``"no"`` or None."""
    said = word(value).removesuffix(".0")  # as programs write the 1 and 0 of a column that has empty cells
    if not said:
        return None
    if said in YES:
        return "yes"
    if said in NO:
        return "no"
    raise Unreadable("yes or no")


def yes_nos(value: object) -> list[str] | None:
    """A yes or no for each stretch, separated by semicolons; "N/A" is no answer here: there was no stretch."""
    if word(value) in NOT_APPLICABLE:
        return None
    return _several(value, yes_no)


def severity(value: object) -> float | None:
    """A whole number from 0 to 10, also written ``7/10``."""
    said = _OF_TEN.sub("", word(value)).strip()
    if not said:
        return None
    if said in NONE - NOT_APPLICABLE:
        return 0.0
    try:
        found, counts = _number(said)
    except ValueError:
        raise Unreadable("0–10") from None
    if counts or not 0 <= found <= 10 or found % 1:
        raise Unreadable("0–10")
    return found


def count(value: object, most: float, unit: str, bare: str = "") -> float | str | None:
    """A number from 0 to `most`; "none" and "N/A" are 0; "2-3" is its middle; "yes" (and "x") stays "yes": some, nobody
    knows how much.

    unit : a key of _FITS. bare : the unit (a key of UNITS) of a number that has none behind it."""
    said = word(value)
    if not said:
        return None
    if said in NONE:
        return 0.0
    if said in YES and said != "1":
        return "yes"
    try:
        found, counts = measure(said, bare or _BARE.get(unit, ""))
    except ValueError:
        raise Unreadable(f"a number of {unit}") from None
    if counts and counts not in _FITS[unit]:
        raise Unreadable(f"a number of {unit}")
    found *= _FITS[unit].get(counts or bare, 1.0)
    if not 0 <= found <= most:
        raise Unreadable(f"0–{most:g} {unit}")
    return found


def measured(said: str, bare: str = "") -> tuple[float, str]:
    """A number and the word behind it, "" where there is none; of a range such as "2-3" the middle. ValueError for
    anything else. bare : the unit that is asked for; "1:30" is a length in hours, or in seconds, and none in minutes.
    """
    if length := _time_taken(said, bare):
        return length
    ends = _RANGE.match(said)
    if not ends:
        return _number(said)
    low, (high, unit) = _number(ends[1])[0], _number(ends[2])
    if low >= high:
        raise ValueError(said)
    return (low + high) / 2, unit


def _time_taken(said: str, bare: str) -> tuple[float, str] | None:
    """A length in hours and minutes ("1h30", "1 Std. 30 Min.", "1:30 h", "1:30:00"), and its unit; None for anything
    else. Of "1:30" alone the unit that is asked for says what it is; in minutes it may be 90 of them or 1½, and is
    none, but "0:30" is 30."""
    if found := _HOURS_MINUTES.fullmatch(said):
        whole, part = (unit_called(found[at]) for at in (2, 4))
        is_length = whole == "h" and (part == "min" or found[4] in ("", "m"))
        return (60.0 * int(found[1]) + int(found[3]), "min") if is_length else None
    if not (found := _WITH_COLON.fullmatch(said)):
        return None
    large, small, unit = int(found[1]), int(found[2]), unit_called(found[4]) if found[4] else ""
    if found[3] or "h" in (unit, "" if unit else bare) or (bare == "min" and large == 0 and not found[4]):
        return (60.0 * large + small + float((found[3] or ":0")[1:]) / 60, "min") if unit in ("", "h") else None
    return (60.0 * large + small, "s") if bare == "s" and not found[4] else None


def measure(said: str, bare: str = "") -> tuple[float, str]:
    """As `measured`, with the unit that the word behind it is for; ValueError where it is for none."""
    found, written = measured(said, bare)
    unit = unit_called(written)
    if written and not unit:
        raise ValueError(said)
    return found, unit


def unit_of(value: object) -> str:
    """The unit written behind the number of a cell, a key of UNITS; "" where there is none."""
    try:
        return measure(word(value))[1]
    except ValueError:
        return ""


def minutes(value: object) -> list[float] | None:
    """Minutes of each stretch; "none" and "N/A" are zero."""
    if word(value) in NONE:
        return [0.0]
    one = partial(_length, most=MAX_MINUTES, unit="minutes")
    whole = one(value) if _time_taken(word(value), "min") else None  # "1 hour and 5 minutes" is one
    return _several(value, one) if whole is None else [whole]


def seconds(value: object) -> list[float] | None:
    """Seconds that each stretch was held; "N/A" is no answer: there was no stretch."""
    return None if word(value) in NONE else _several(value, lambda part: _length(part, MAX_SECONDS, "seconds"))


def scores(value: object) -> list[float] | None:
    """A whole number from 0 to 10 for each stretch; "N/A" is no answer."""
    if word(value) in NOT_APPLICABLE:
        return None
    return _several(_OF_TEN.sub("", value) if isinstance(value, str) else value, severity)


def _length(value: object, most: float, unit: str) -> float | None:
    found = count(value, most, unit)
    if isinstance(found, str):
        raise Unreadable(f"a number of {unit}")
    return found


def clock(value: object) -> dt.time | dt.datetime | None:
    """A clock time; a moment where the spreadsheet cell holds a date too."""
    if isinstance(value, bool):
        raise Unreadable("a clock time such as 21:30")
    if isinstance(value, dt.timedelta):
        value = value / dt.timedelta(days=1)
    if isinstance(value, str):
        value = _number_or_text(value)
    if isinstance(value, int | float):
        if 100 <= value < 2460 and value % 1 == 0:  # 2230, or 930 where the sheet took the zero of 0930 away
            return clock(f"{value:04.0f}")
        # A spreadsheet's own number: a fraction of a day, or days since 1900. 22 or 21.3 could mean several things.
        if not (0 <= value < 1 or value > 20000) or math.isnan(value):
            raise Unreadable("a clock time such as 21:30")
        moment = spreadsheet_moment(value)
        return moment.time() if value < 1 else moment
    if isinstance(value, dt.datetime):
        return value.time().replace(second=0, microsecond=0) if value.year < 1910 else value.replace(
            second=0, microsecond=0)
    said = text(value)
    if said.casefold() in NONE:
        return None
    try:
        if iso := _ISO_MOMENT.match(said):
            return dt.datetime.fromisoformat(f"{iso[1]}T{iso[2]:0>5}")
        return parse_clock(value if isinstance(value, dt.time) else said)
    except ValueError:
        raise Unreadable("a clock time such as 21:30") from None


def clocks(value: object) -> list[dt.time | dt.datetime] | None:
    """One clock time, or several separated by semicolons; [] for "none" and "N/A": it was not done."""
    if word(value) in NONE:
        return []
    return _several(value, clock)


def movements(value: object) -> list[tuple[str, str]] | None:
    """(name fit for a column, as written) of each movement; [] for "none"."""
    if word(value) in NONE:
        return []
    parts = [p for p in _parts(text(value).replace(",", ";")) if p]
    return [(movement_name(p), p) for p in parts] or None


def movement_name(written: str) -> str:
    """``"Calf stretch"`` → ``"calf"``; letters of any script without accents, digits and underscores; "stretched" if
    none is left."""
    letters = unicodedata.normalize("NFKD", written.casefold())
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    name = re.sub(r"[^\w]+", "_", plain).strip("_")
    name = re.sub(r"_?stretch(es|ing)?$", "", name).lstrip("0123456789_")
    return name or "stretched"


def spreadsheet_moment(days: float) -> dt.datetime:
    """The moment of a spreadsheet's day number, to the minute. Day 0 is 30 December 1899 for every date since 1900."""
    return dt.datetime(1899, 12, 30) + dt.timedelta(minutes=round(days * 1440))


def plain_date(value: object) -> object:
    """A night as the rest of the reader takes it: "Mon 2 March 2026" → "2026-03-02"; "Mon 2/3/2026" → "2/3/2026"."""
    if not isinstance(value, str) or len(value) > LONGEST:
        return value
    said = split_moment(text(value))[0]
    for pattern, order in ((_DAY_MONTH, (1, 2, 3)), (_MONTH_DAY, (2, 1, 3))):
        if (found := pattern.match(said)) and (month := month_number(found[order[1]])):
            year = int(found[order[2]])
            return f"{year + 2000 if year < 100 else year}-{month:02d}-{int(found[order[0]]):02d}"
    return _WEEKDAY.sub("", said)


def split_cell(value: object) -> tuple[object, dt.time | None]:
    """A cell with a date as its day and its clock time; midnight is how a spreadsheet writes a date alone."""
    if isinstance(value, dt.datetime):
        day: object = value.date()
        at: dt.time | None = value.time().replace(second=0, microsecond=0)
    elif isinstance(value, str):
        said, hour = split_moment(value)
        try:
            day, at = plain_date(said), parse_clock(hour)
        except ValueError:
            return value, None
    else:
        return value, None
    return day, at if at != dt.time() else None


def free_text(value: object) -> str | None:
    """Words; "none" and "N/A" are none."""
    return None if word(value) in NONE | {""} else text(value)


def _several(value: object, one: Callable) -> list | None:
    if not isinstance(value, str):
        answer = one(value)
        return None if answer is None else [answer]
    answers = [one(part) for part in _parts(value)]
    if all(a is None for a in answers):
        return None
    if any(a is None for a in answers):
        raise Unreadable("an answer for each stretch, or one for all")
    return answers


def _parts(said: str) -> list[str]:
    """What stands between the semicolons of a cell, or what else parts the answers about several stretches."""
    if len(said) > LONGEST_ANSWER:
        raise Unreadable(f"at most {LONGEST_ANSWER} characters")
    return _PARTS.split(said.strip())


def _number(said: str) -> tuple[float, str]:
    """A number with a point or a decimal comma, or a fraction sign, and the word behind it; ValueError for anything
    else, TwoNumbers for "8.412" and "8,412"."""
    parts = _MEASURE.match(said.removeprefix("~").strip())
    if not parts:
        raise ValueError(said)
    plain = parts[1]
    if TWO_NUMBERS.fullmatch(plain):
        raise TwoNumbers(said)
    if plain[-1] in _FRACTIONS:
        plain = f"{plain[:-1].strip() or '0'}{_FRACTIONS[plain[-1]]}"
    found = number(plain)
    if found is None or not math.isfinite(found):
        raise ValueError(said)
    return found, parts[2].strip().removesuffix(".")


def _number_or_text(said: str) -> float | str:
    """A spreadsheet's day number that a CSV carries as text (0,958333 or 46112.97); else the text."""
    if re.fullmatch(r"\s*(0?[.,]\d{3,}|\d{5}[.,]\d+)\s*", said):
        return float(said.replace(",", "."))
    return said


READ: dict[str, Callable[[object], object]] = {
    "yes_no": yes_no, "yes_nos": yes_nos, "severity": severity, "clock": clock, "clocks": clocks, "minutes": minutes,
    "seconds": seconds, "scores": scores,
    "mg": lambda v: count(v, MAX_MG, "mg"), "movements": movements, "text": free_text,
}
