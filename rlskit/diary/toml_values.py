"""Values of rlskit.toml, each checked where it is read: a wrong one is a DiaryError that names its place."""

from __future__ import annotations

import datetime as dt
import difflib
import math
import unicodedata
from collections.abc import Iterable

from rlskit.diary.night_rule import clock_minutes
from rlskit.errors import DiaryError


def known(found: dict, allowed: Iterable[str], where: str) -> None:
    """No key of a section but the allowed ones."""
    for key in found:
        if key not in allowed:
            raise DiaryError(f'{where}: expected {", ".join(sorted(allowed))}, found "{key}".{_near(key, allowed)}')


def one_of(value: object, allowed: Iterable[str], where: str, advice: str = "") -> None:
    """One of several words; `advice` where it resembles none of them."""
    if str(value) not in allowed:
        hint = _near(str(value), allowed) or (advice and f" {advice}")
        raise DiaryError(f'{where}: expected one of {", ".join(allowed)}, found "{value}".{hint}')


def clock(text: str, where: str) -> None:
    """A clock time."""
    try:
        clock_minutes(text)
    except DiaryError as wrong:
        raise DiaryError(f"{where}: {wrong}") from None


def day(value: object, where: str) -> dt.date:
    """A date as TOML writes it, without quotes and without a clock time."""
    if type(value) is not dt.date:
        raise DiaryError(f'{where}: expected a date without quotes such as 2026-03-01, found "{value}".')
    return value


def positive(value: object, where: str, *, zero: bool = True) -> float:
    """A finite number of 0 or more, or above 0."""
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if not math.isfinite(number) or number < 0 or (number == 0 and not zero):
        expected = "a number of 0 or more" if zero else "a number above 0"
        raise DiaryError(f'{where}: expected {expected}, found "{value}".')
    return number


def _near(value: str, allowed: Iterable[str]) -> str:
    near = difflib.get_close_matches(value, list(allowed), 1)
    return f' Did you mean "{near[0]}"?' if near else ""


def toml_text(value: str) -> str:
    """A TOML basic string. Control characters, and those that turn the direction of writing, are escaped."""
    def escape(c: str) -> str:
        if c in '"\\':
            return "\\" + c
        turns = c in "\u200e\u200f\u061c\u2028\u2029" or "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"
        return f"\\u{ord(c):04X}" if turns or unicodedata.category(c) == "Cc" else c

    return '"' + "".join(escape(c) for c in value) + '"'
