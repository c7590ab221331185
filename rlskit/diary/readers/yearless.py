"""Dates without a year, "3.5.", "5/3", "Mon 3 May": read where the year of the first of them is stated once. The others
follow it, each in the year in which it lies nearest to the date of the row before. Never guessed: the day on which a
file is read says nothing about it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from rlskit.diary.readers.clock import LONGEST, date_order, parse_date
from rlskit.diary.readers.months import day_and_month, month_number
from rlskit.diary.readers.template_answers import plain_date, split_cell, text
from rlskit.errors import DiaryError

NO_YEAR = "dates without a year"
_YEAR = re.compile(r"\d{4}")
_NUMERIC = re.compile(r"^(?:[^\W\d]+\.?,?\s+)?(\d{1,2})\s*([./-])\s*(\d{1,2})\.?$")
_BEFORE_CLOCK = re.compile(r"^(.*?\w\.?),?\s+(\d{1,2}[:.h]\d{2}(?:\s*[ap]\.?\s?m\.?)?)$", re.IGNORECASE)


def lacks_year(cell: object) -> bool:
    """Whether a cell is a date, with a clock time or without, that has no year."""
    return _split(cell) is not None


def year_in(header: str) -> int | None:
    """The year that a header states, such as "Date 2026"."""
    years = re.findall(r"(?<!\d)(?:19|20|21)\d\d(?!\d)", header)
    return int(years[0]) if len(years) == 1 else None


def with_years(cells: Sequence[object], year: int | None, order: str, file: str, column: str) -> list[object]:
    """The cells of a column of dates, those without a year with theirs, as ISO text; cells that are no such date stay.

    year : of the first date, None where it is not stated. order : of day and month, as in date_order.

    Raises
    ------
    DiaryError : most dates have no year and none is stated, or day and month cannot be told apart.
    """
    lacking = {at: found for at, cell in enumerate(cells) if (found := _split(cell))}
    if year is None:
        if 2 * len(lacking) <= sum(bool(text(cell)) for cell in cells):
            return list(cells)  # a slip in a few rows: each is listed as no date
        first = text(cells[min(lacking)])
        raise DiaryError(f'{file}, column "{column}": expected dates with a year, found "{first}" and others without. '
                         f"Write the year of the first one in rlskit.toml, above its sections, such as year = 2026.",
                         kind=NO_YEAR)
    order = date_order([_in_year(day, year) for day, _ in lacking.values()], order, file, column) if lacking else "ymd"
    out, before = list(cells), None
    for at, cell in enumerate(cells):
        if at not in lacking:
            before = _date(split_cell(cell)[0], order) or before
            continue
        day, clock = lacking[at]
        years = (year,) if before is None else (before.year - 1, before.year, before.year + 1)
        dates = [date for one in years if (date := _date(_in_year(day, one), order))]
        if dates:
            before = min(dates, key=lambda date: abs(date - (before or date)))
            out[at] = f"{before:%Y-%m-%d} {clock}".strip()
    return out


def _split(cell: object) -> tuple[str, str] | None:
    """Day and month, and the clock time behind them; None for anything but a date without a year."""
    if not isinstance(cell, str) or len(cell) > LONGEST or _YEAR.search(cell):
        return None
    said, clock = text(cell), ""
    if not _is_day(said) and (found := _BEFORE_CLOCK.match(said)):
        said, clock = found[1], found[2]
    return (said, clock) if _is_day(said) else None


def _is_day(said: str) -> bool:
    if found := _NUMERIC.match(said):
        one, other = sorted((int(found[1]), int(found[3])))
        return 1 <= one <= 12 and other <= 31
    return _named(said) is not None


def _named(said: str) -> tuple[int, int] | None:
    """(day, month) of a date with the month as a word, with a weekday before it or without."""
    words = re.findall(r"[^\W\d_]+", said)
    if not words or month_number(words[0]) is None:  # a weekday: what is left must be a date
        return day_and_month(said) or day_and_month(re.sub(r"^[^\W\d_]+\.?,?\s+(?=\w)", "", said))
    return day_and_month(said)


def _in_year(day: str, year: int) -> str:
    """A date with its year, for parse_date."""
    if found := _NUMERIC.match(day):
        return f"{found[1]}{found[2]}{found[3]}{found[2]}{year}"
    number, month = _named(day) or (0, 0)
    return f"{year}-{month:02d}-{number:02d}"


def _date(said: object, order: str) -> dt.date | None:
    try:
        return parse_date(plain_date(said), order)
    except ValueError:
        return None
