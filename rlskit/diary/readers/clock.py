"""Dates and clock times as people and phones write them. The order of day and month is decided from a whole column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import pandas as pd

from rlskit.diary.night_rule import YEARS
from rlskit.errors import DiaryError

_NUMERIC = re.compile(r"^\s*(\d{1,4})\s*[./\-]\s*(\d{1,2})\s*[./\-]\s*(\d{1,4})\.?\s*$")
_COMPACT = re.compile(r"^\s*(\d{4})(\d\d)(\d\d)\s*$")  # 20260301
_UNITS = r"(?:uhr|h|hrs?|uur|ч)\.?"  # behind the hour in one or another language
_CLOCK = re.compile(r"^(?:~|ca\.?|circa)?\s*(\d{1,2})\s*(?:[:.h]\s*|(?=\d\d\s*$))(\d{2})(?::\d{2})?\s*"
                    rf"(?:([ap])\s?\.?\s*m?\.?|{_UNITS})?$", re.IGNORECASE)
_HOUR_ONLY = re.compile(rf"^(?:~|ca\.?|circa)?\s*(\d{{1,2}})\s*(?:([ap])\s?\.?\s*m\.?|{_UNITS})$", re.IGNORECASE)
# A date, then a clock time, then perhaps a zone: "9/21/2026 6:30:00 PM", "2026-03-01T07:30:00Z", "… 2023 um 13:39:50".
_MOMENT = re.compile(r"^(?P<date>.*\d[.,]?)(?:\s*(?:T|,|\b(?:um|at|a las|alle|às|à|om|в)\b)\s*|\s+)"
                     r"(?P<clock>\d{1,2}(?:[:.h]\d{2}|(?=\s?(?:[ap]\.?\s?m\b|uhr\b|h\b))))(?:[:.]\d{2}(?:[.,]\d+)?)?"
                     r"\s*(?P<half>[ap]\.?\s?m\.?|uhr\b|h\b)?\s*(?:z|[a-z]{2,4})?\s*(?:[+\-]\d{1,2}(?::?\d{2})?)?$",
                     re.IGNORECASE)
_WORDS = {
    **dict.fromkeys(("midnight", "mitternacht", "medianoche", "minuit", "meia-noite", "mezzanotte", "middernacht",
                     "полночь"), dt.time(0, 0)),
    **dict.fromkeys(("noon", "mittag", "mediodía", "midi", "meio-dia", "mezzogiorno", "полдень"), dt.time(12, 0)),
}

MOSTLY = 0.8  # share of rows that follow one another
LONGEST = 80  # characters of a date with a clock time; a longer cell is neither
SWAPPED = "a spreadsheet has swapped day and month"
ORDER = "day and month cannot be told apart"


def parse_clock(text: object) -> dt.time | None:
    """``9:03``, ``21.30``, ``2230``, ``3:26 AM``, ``22:30 Uhr``, ``22 h``, ``~22:30``, ``18:43:00``, ``24:30`` (half
    past midnight), ``midnight``, a datetime.time; None for an empty cell; ValueError otherwise."""
    if text is None or (isinstance(text, float) and pd.isna(text)):
        return None
    if isinstance(text, dt.datetime):
        return text.time().replace(second=0, microsecond=0)
    if isinstance(text, dt.time):
        return text.replace(second=0, microsecond=0)
    said = str(text).replace("\u202f", " ").replace("\u00a0", " ").strip()
    if not said:
        return None
    if said.casefold() in _WORDS:
        return _WORDS[said.casefold()]
    if found := _HOUR_ONLY.match(said):
        hour, minute, half = int(found[1]), 0, (found[2] or "").lower()
    elif found := _CLOCK.match(said):
        hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    else:
        raise ValueError(f'not a clock time: "{text}"')
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f'not a clock time: "{text}"')
        hour = hour % 12 + (12 if half == "p" else 0)
    elif hour == 24:
        hour = 0
    return dt.time(hour, minute)


def lacks_half(start: dt.time, end: dt.time) -> bool:
    """Whether a sleep from one clock time to another looks like one of a 12-hour clock without am and pm: it begins
    between 6:00 and 12:59 and would last more than 14 hours."""
    minutes = (60 * (end.hour - start.hour) + end.minute - start.minute) % 1440
    return 6 <= start.hour < 13 and minutes > 840


def split_moment(text: str) -> tuple[str, str]:
    """A date with a clock time as the two of them, such as ("9/21/2026", "6:30 PM"); the clock is "" where there is
    none. A zone behind it is left out: the wall clock counts."""
    plain = text.replace("\u202f", " ").replace("\u00a0", " ").strip()
    return _split(plain) if len(plain) <= LONGEST else (plain, "")


@lru_cache(maxsize=2**14)  # a column of dates is looked at several times
def _split(plain: str) -> tuple[str, str]:
    found = _MOMENT.match(plain)
    if not found:
        return plain, ""
    return found["date"].strip(" ,"), f"{found['clock']} {found['half'] or ''}".strip()


def date_order(texts: Sequence[str], stated: str, file: str, column: str) -> str:
    """``ymd``, ``dmy`` or ``mdy`` for a whole column of numeric dates, with a clock time behind them or without.

    The stated order wins if it fits. Otherwise a day above 12 anywhere in the column decides; else DiaryError naming
    --date-order: two readings that both fit are never chosen between. Dates with the year first fit every order.
    """
    found = [m for m in (_NUMERIC.match(split_moment(str(t))[0]) for t in texts) if m]
    parts = [m for m in found if len(m[1]) < 4]
    if not parts:
        return "ymd"
    _not_swapped([m for m in found if len(m[1]) == 4], parts, file, column)
    fits = {o for o in ("dmy", "mdy") if all(_build(m, o) is not None for m in parts)}
    if stated in fits:
        return stated
    if stated in ("dmy", "mdy"):
        raise DiaryError(f'{file}, column "{column}": the dates do not fit the order {stated} that was given. '
                         f"Correct --date-order or date_order in rlskit.toml.", kind=ORDER)
    if len(fits) == 1:
        return fits.pop()
    if not fits:
        raise DiaryError(f'{file}, column "{column}": some dates only fit day first, others only month first. '
                         "Write them as 2026-03-31 and try again.", kind=ORDER)
    example = parts[0][0].strip()
    raise DiaryError(f'{file}, column "{column}": every date, such as "{example}", could be day first or month first. '
                     "Say which with --date-order dmy or --date-order mdy (or date_order in rlskit.toml).", kind=ORDER)


def order_of_rows(texts: Sequence[str]) -> str:
    """``dmy`` or ``mdy`` where both could be and the rows follow one another, day by day, in one of them only; else "".
    """
    try:
        date_order(texts, "", "", "")
    except DiaryError:
        steps = {order: _steps(texts, order) for order in ("dmy", "mdy")}
        best = max(steps, key=lambda order: steps[order])
        if steps[best] >= MOSTLY and min(steps.values()) < 0.5:
            return best
    return ""


def _steps(texts: Sequence[str], order: str) -> float:
    """The share of rows whose date is at most two days from that of the row before."""
    try:
        days = [d for t in texts if (d := parse_date(t, order))]
    except ValueError:
        return 0.0
    steps = [abs((b - a).days) <= 2 for a, b in pairwise(days)]
    return sum(steps) / len(steps) if steps else 0.0


def _not_swapped(iso: list[re.Match], others: list[re.Match], file: str, column: str) -> None:
    """DiaryError where a spreadsheet took days up to 12 for months, made dates of them, and left the rest as text."""
    if iso and all(int(m[3]) <= 12 for m in iso) and all(max(int(m[1]), int(m[2])) > 12 for m in others):
        raise DiaryError(
            f'{file}, column "{column}": {len(iso)} dates, such as {iso[0][0].strip()}, have the year first and no day '
            f"above the 12th; {len(others)}, such as {others[0][0].strip()}, stand otherwise, all after it. "
            "A spreadsheet has taken days for months. Write every date as 2026-03-31 and try again.", kind=SWAPPED)


def parse_date(text: object, order: str) -> dt.date | None:
    """One numeric date in a known order, whatever clock time stands behind it; None for an empty cell; ValueError
    otherwise."""
    if isinstance(text, dt.date):
        return real_day(text.year, text.month, text.day)
    if text is None or not str(text).strip():
        return None
    said = split_moment(str(text))[0]
    found = _NUMERIC.match(said) or _COMPACT.match(said)
    built = _build(found, "ymd" if found and len(found[1]) == 4 else order) if found else None
    if built is None:
        raise ValueError(f'not a date: "{text}"')
    return built


def _build(found: re.Match, order: str) -> dt.date | None:
    a, b, c = (int(found[i]) for i in (1, 2, 3))
    year, month, day = {"ymd": (a, b, c), "dmy": (c, b, a), "mdy": (c, a, b)}[order]
    if year < 100:
        year += 2000
    try:
        return real_day(year, month, day)
    except ValueError:
        return None


def real_day(year: int, month: int, day: int) -> dt.date:
    """The date; ValueError for one that there is not, or of a year that no diary has."""
    if not YEARS[0] <= year <= YEARS[1]:
        raise ValueError(f"not a year of a diary: {year}")
    return dt.date(year, month, day)
