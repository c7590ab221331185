"""Text that stands for a day, a time or a number, and how to turn a column of it into numbers.

As words, each value would get a coefficient of its own. "3 or more", "<5", "1-2", "p1" and "week 3" are words. Oracle:
tests/unit/models/test_columns.py runs every piece of advice on the very column it was given for.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

# a year, month and day with one sign between them; day, month and year so, the month perhaps by name; Apr 2, 2026
_DAY = re.compile(
    r"(?:\d{4}([-/.])\d\d?\1\d\d?|\d\d?([-/. ])(?:\d\d?|[a-z]{3,9})\2(?:\d{4}|\d\d)|[a-z]{3,9} \d\d?, \d{4})"
    r"([ T]\d\d?:.*)?", re.IGNORECASE)  # fmt: skip
# hours and minutes, or am and pm
_TIME = re.compile(r"\d\d?[:h]\d\d(:\d\d)?( ?[ap]\.?m\.?)?|\d\d? ?[ap]\.?m\.?", re.IGNORECASE)
# digits, perhaps in threes, with one word or % after them
_NUMBER = re.compile(
    r"[-+−]?(?=[.,]?\d)(?:\d{1,3}(?:[ ,.'’\u00a0\u202f]\d{3})+|\d*)(?:[.,]\d*)?(?:e[-+]?\d+)?"
    r"\s?(?P<unit>%|[^\W\d_]+\.?|)", re.IGNORECASE)  # fmt: skip
_COMMAS_IN_THOUSANDS = re.compile(r"\D?\d{1,3}(,\d{3})+(?![\d,]).*")


def is_day(value: Any) -> bool:
    return isinstance(value, dt.date | pd.Period) or _reads(_DAY, value)


def is_time(value: Any) -> bool:
    return isinstance(value, dt.time) or _reads(_TIME, value)


def is_written_number(value: Any) -> bool:
    return _reads(_NUMBER, value)


def _reads(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and bool(pattern.fullmatch(value.strip()))


def how_to_number(values: Sequence[Any], numbers: Sequence[Any], name: str) -> str:
    """A sentence's worth of code that has just worked on these values, of which some are numbers; else in words."""
    texts = [str(number).strip() for number in numbers]
    units = {found["unit"] if (found := _NUMBER.fullmatch(text)) else "" for text in texts}
    swap = dict.fromkeys(units, "") if len(units) == 1 and units != {""} else {}
    if any("−" in text for text in texts):
        swap["−"] = "-"
    commas = [text for text in texts if "," in text]
    thousands = all(map(_COMMAS_IN_THOUSANDS.fullmatch, commas))
    tries = [swap | {",": sign} for sign in ["", "."][not thousands:]] if commas else [swap]
    works = [one for one in tries if _works(_to_numbers(values, one), values, numbers)]
    if not works:
        return "Write plain numbers instead, all in one unit, such as 1200 or 1.5"
    words = len(values) > len(numbers)
    code = f"nights[{name!r}]" + (f".replace({works[0]}, regex=True)" if works[0] else "")
    how = f"Turn them into numbers with pandas.to_numeric({code}" + (', errors="coerce")' if words else ")")
    how += ", which leaves the words empty" if words else ""
    return how if len(works) == 1 else f"{how} if commas mark thousands, or with {works[1]} if they mark decimals"


def how_to_hours(values: Sequence[Any], times: Sequence[Any], name: str) -> str:
    """The same for times."""
    text, code = pd.Series(values, dtype=object), f"nights[{name!r}]"
    if any(isinstance(value, dt.time) for value in values):
        text, code = text.astype(str), f"{code}.astype(str)"
    how = "Make hours of them"
    if _works(pd.to_datetime(text, format="mixed", errors="coerce"), values, times):
        how += (f': with t = pandas.to_datetime({code}, format="mixed", errors="coerce").dt they are '
                "t.hour + t.minute / 60")
    return f"{how}. Of times of day take (hours - 12) % 24, the hours after noon, so that 00:30 comes after 23:30"


def _to_numbers(values: Sequence[Any], swap: dict[str, str]) -> pd.Series:
    return pd.to_numeric(pd.Series(values, dtype=object).replace(swap, regex=True), errors="coerce")


def _works(made: pd.Series, values: Sequence[Any], wanted: Sequence[Any]) -> bool:
    """Whether something was made of the wanted values, and of no other."""
    return bool((made.notna() == pd.Series(values, dtype=object).isin(wanted)).all())
