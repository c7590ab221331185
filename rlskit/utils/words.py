"""Numbers, counts, dates and lists as a person says them: what every sentence of the kit is put together from."""

from __future__ import annotations

import datetime as dt
import math
import re
import textwrap
from collections.abc import Iterable
from typing import Any
from unicodedata import bidirectional, category

import pandas as pd

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")
LINE = 80  # letters a line of plain text
TWO_YEARS = 730  # nights; beyond it more watching is no honest advice, and sentences say so instead of a number
WITH = ("yes", "with", "stretched", "stretched at some time")  # the first side of a contrast of yes and no
PERCENTILES = re.compile(r"percentile \((.+)\)$")
OF_SEVERAL = {  # what is said to one person → of several people
    "nights you stretched before any symptoms with nights you did not":
        "nights with stretching before any symptoms with nights without",
    "nights you stretched at some time with nights you did not":
        "nights with stretching at some time with nights without",
    "your own 90th and 10th percentile": "the 90th and 10th percentile of all nights",
    "Evenings on which you stretched": "Evenings with stretching",
    "You chose the movement, perhaps by how your legs felt.":
        "People chose the movement themselves, perhaps by how their legs felt.",
    "you chose the nights yourself": "people chose the nights themselves",
    "Take questions to someone who knows your health.":
        "A question about one person goes to someone who knows that person's health.",
    "this diary cannot": "these diaries cannot",
    "This diary cannot": "These diaries cannot",
    "the diary does not": "these diaries do not",
    "The diary does not": "These diaries do not",
    "the diary itself says": "these diaries themselves say",
    "the diary has no answers": "these diaries have no answers",
    "the diary covers": "these diaries cover",
    "The diary holds nothing": "These diaries hold nothing",
    "Every night of the diary": "Every night of these diaries",
    "during the diary": "during these diaries",
    "for a part of the diary": "for a part of these diaries",
    "in the diary": "in these diaries",
}
CLOCK = "clock"  # the unit of hours after noon, which are said as clock times
UNITS = {"min": "minutes", CLOCK: "clock time"}
AMOUNT = re.compile(r"[−-]?\d")
MARK = "\ufffd"  # stands for a character that shows nothing itself
TURNS = "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067"  # breaks lines, or turns what stands after it


# --- numbers in words ----------------------------------------------------------------------------------------------
def plain(value: float) -> str:
    """A number of nights without sign: whole, or "less than 1"."""
    size = abs(number(value))
    return "0" if size == 0 else "less than 1" if size < 1 else str(whole(size))


def about(value: float, noun: str = "symptom night") -> str:
    said = one_amount(value, noun)
    return said if number(value) == 0 or said.startswith("less") else f"about {said}"


def one_amount(value: float, noun: str = "symptom night") -> str:
    """"5 fewer symptom nights", "less than 1 more symptom night"."""
    value = number(value)
    if value == 0:
        return f"no difference in {noun or 'night'}s"
    amount = plain(value)
    plural = "s" if noun and amount not in ("1", "less than 1") else ""
    return f"{amount} {'fewer' if value < 0 else 'more'} {noun}{plural}".strip()


def two_ends(lower: float, upper: float) -> str:
    """"11 fewer to 2 more", "4 to 19 more": both ends of a range in whole nights."""
    lower, upper = number(lower), number(upper)
    if math.isinf(lower) or math.isinf(upper):
        return interval(lower, upper)
    if lower * upper <= 0:
        return f"{side(lower)} to {side(upper)}"
    near, far = sorted((lower, upper), key=abs)
    last = side(far)
    return f"about {last} at both ends" if plain(near) == plain(far) else f"{plain(near)} to {last}"


def interval(lower: float, upper: float) -> str:
    lower, upper = number(lower), number(upper)
    if math.isinf(lower) and math.isinf(upper):
        return "anything at all, with no lower and no upper limit"
    if math.isinf(upper):
        return f"{side(lower)} or anything above that, with no upper limit"
    if math.isinf(lower):
        return f"{side(upper)} or anything below that, with no lower limit"
    if plain(lower) == plain(upper) and lower * upper > 0:
        return f"near {side(lower)} at both ends"
    return f"between {side(lower)} and {side(upper)}"


def side(value: float) -> str:
    return "0" if value == 0 else f"{plain(value)} {'fewer' if value < 0 else 'more'}"


def signed(value: float, digits: int = 1) -> str:
    """A number with its sign, a true minus, and no "−0.0"."""
    text = f"{abs(value):.{digits}f}"
    return text if float(text) == 0 else ("−" if value < 0 else "+") + text


def whole_signed(value: float) -> str:
    """"−5", "+12", and "just over 0" where `plain` says less than 1: one rounding in words and pictures."""
    value = number(value)
    sign, beside, size = ("−", "under", -value) if value < 0 else ("+", "over", value)
    return "0" if size == 0 else f"just {beside} 0" if size < 1 else f"{sign}{whole(size)}"


def signed_interval(lower: float, upper: float, digits: int = 1) -> str:
    """"−6.0 to +1.0"; an open side is said in words."""
    low = "no lower limit" if math.isinf(lower) else signed(lower, digits)
    high = "no upper limit" if math.isinf(upper) else signed(upper, digits)
    return f"{low} to {high}"


def count(n: Any, noun: str) -> str:
    """"1 night", "2 nights"."""
    return f"{int(n):,} {noun}{'' if int(n) == 1 else 's'}"


def count_people(n: int) -> str:
    """"1 person", "20 people"."""
    return "1 person" if n == 1 else f"{n:,} people"


def clock(hours_after_noon: float) -> str:
    """"22:30" for 10.5 hours after noon."""
    minutes = whole(60.0 * float(hours_after_noon)) + 720
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def amount_of(value: float, unit: str) -> str:
    """"20 minutes", "200 mg"; for hours after noon the clock time, "21:30"."""
    return clock(value) if unit == CLOCK else f"{three_digits(value)} {UNITS.get(unit, unit)}"


def three_digits(value: float) -> str:
    """"37.5", "1240": as much as one can take in, and never an exponent."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def hours_moved(hours: float) -> str:
    """"1.5 hours earlier", "40 minutes later"; "0 minutes later" for no change."""
    minutes = round(60.0 * abs(hours))
    size = f"{minutes} minute{'' if minutes == 1 else 's'}" if minutes < 90 else f"{minutes / 60:.1f} hours"
    return f"{size} {'earlier' if hours < 0 and minutes else 'later'}"


def long_date(day: Any) -> str:
    """"1 March 2026", in English on every machine."""
    day = pd.Timestamp(day)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(day: Any) -> str:
    """"1 Mar 2026"."""
    day = pd.Timestamp(day)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def date_range(first: Any, last: Any) -> str:
    """"1 March to 27 August 2026"; the year once where it is the same."""
    first, last = pd.Timestamp(first), pd.Timestamp(last)
    if first == last:
        return long_date(first)
    start = long_date(first) if first.year != last.year else f"{first.day} {MONTHS[first.month - 1]}"
    return f"{start} to {long_date(last)}"


# --- small parts ---------------------------------------------------------------------------------------------------
def number(value: Any) -> float:
    return math.nan if value is None or value is pd.NA or value is pd.NaT else float(value)


def whole(value: float) -> int:
    return math.floor(value + 0.5)  # 2.5 nights are 3, not Python's 2


def sentence(text: Any) -> str:
    text = "" if text is None or (not isinstance(text, str) and pd.isna(text)) else str(text).strip()
    return capital(text if not text or text[-1] in ".!?" else text + ".")


def carry_on(text: str) -> str:
    """A sentence that goes on after a colon: small first letter, except in "RLS" and the like."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def of_people(text: str, people: int) -> str:
    """What is said to the person who kept the diary; of several people, said about them and their diaries."""
    for said, instead in OF_SEVERAL.items() if people > 1 else ():
        text = text.replace(said, instead)
    return text


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def join(*sentences: str) -> str:
    return " ".join(s for s in sentences if s)


def isolate(name: Any) -> str:
    """A name among other words, in its own direction of writing (Unicode isolates).

    Without them two names written from right to left change places in a list, and a number after one stands before it.
    """
    text = str(name)
    return f"\u2068{text}\u2069" if any(bidirectional(letter) in ("R", "AL") for letter in text) else text


def visible(text: str) -> str:
    """Text fit for one line of a screen. Control characters, halves of letters and what turns the direction of writing
    are shown as a mark: a tag or a file's name can hold them, and a terminal obeys them. What `isolate` sets stays: it
    turns nothing but what stands in it."""
    return "".join(" " if c in "\t\r\n" else MARK if c in TURNS or category(c) in ("Cc", "Cs") else c for c in text)


def comma_list(names: Iterable[Any]) -> str:
    return ", ".join(isolate(n) for n in names)


def and_list(names: Iterable[Any]) -> str:
    names = [isolate(n) for n in names]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def bullets(lines: Any) -> list[str]:
    return [textwrap.fill(line, LINE, initial_indent="- ", subsequent_indent="  ") for line in lines]


def night_dates(nights: pd.DataFrame) -> tuple[dt.date, dt.date]:
    """First and last night of a table of nights."""
    days = pd.to_datetime(nights["night"])
    return days.min().date(), days.max().date()


# --- columns -------------------------------------------------------------------------------------------------------
# What a formula does to a column, in words.
SAID = {"within": ", each person's own nights", "between": ", people compared", "lag": ", the night before",
        "rolling": ", last {} nights", "C": ""}
TERM = re.compile(rf"(?P<of>{'|'.join(SAID)})\((?P<name>\w+)(?:, ?(?P<more>\d+))?\)")


def readable(term: Any) -> str:
    """A model term in words: "caffeine_after_noon_mg" → "caffeine after noon (mg)", "within(stretched)" → "stretched,
    each person's own nights"."""
    if found := TERM.fullmatch(str(term).strip()):
        return f"{readable(found['name'])}{SAID[found['of']].format(found['more'] or '')}"
    words = str(term).replace("_", " ").strip()
    for unit in ("mg", "min", "drinks", "h"):
        words = words.removesuffix(f" {unit}") + (f" ({unit})" if words.endswith(f" {unit}") else "")
    return words


def yes_no(contrast: str) -> str:
    """"True vs False" as a person says it."""
    return "yes vs no" if contrast in ("True vs False", "1 vs 0", "true vs false") else readable(contrast)


def split_nights(contrast: str, exposed: Any, others: Any) -> tuple[str, ...]:
    """"60 with", "72 without"; of amounts, where "with" would be false, "25 nearer 200 mg than 0 mg", "131 not"; of
    other words "25 at period 2", "131 not"; nothing for a shift of the calendar, which has no two kinds of night."""
    found = PERCENTILES.search(contrast)
    sides = (found[1] if found else contrast.split(", ")[0]).split(" vs ")
    if len(sides) != 2:
        return ()
    a, b = sides
    if a in WITH or a.startswith("stretched at "):
        return f"{int(exposed):,} with", f"{int(others):,} without"
    return f"{int(exposed):,} {f'nearer {a} than {b}' if AMOUNT.match(a) else f'at {a}'}", f"{int(others):,} not"
