"""Dates that stand years from all others of a person's diary: one slip of the pen would make decades of empty nights.

Judged by the diary's own dates and nothing else (docs/decisions/0029-odd-years.md): never by today's, so that a file is
the same diary on every day it is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import pandas as pd

from rlskit.diary.night_rule import day_text
from rlskit.diary.readers.parsed import Parsed
from rlskit.diary.tables import KEPT, issue
from rlskit.errors import DiaryError

YEARS_APART = dt.timedelta(days=731)  # further from every other date: left out
DOUBTFUL = dt.timedelta(days=300)  # further than this: kept, and said; about a year is how people mistype in January
HOPELESS = dt.timedelta(days=3653)  # no diary pauses that long: which side is the slip, nobody can tell
FEW = 0.1  # the dates set apart are at most this share of all, or a single one beside MANY
MANY = 5

LEFT = "a date years from all others"
KEPT_APART = "a date most of a year from all others"

_DATED = {"mentions": ("moment",), "sleeps": ("start", "night"), "entries": ("moment",), "answers": ("night",),
          "events": ("night",)}


def without_odd_years(files: Sequence[Parsed], people: Sequence[str]) -> list[Parsed]:
    """Files without rows dated years from all others of the same person, each listed with its date. A file of fewer
    dates than MANY is judged beside the other files. people : whose rows are those of each file that name nobody.

    Raises
    ------
    DiaryError : ten years or more lie between dates, and neither side is a few.
    """
    dated = [_dates(parsed, person) for parsed, person in zip(files, people, strict=True)]
    out = []
    for at, parsed in enumerate(files):
        beside = {person: {day for other in (*dated[:at], *dated[at + 1:]) for day in other.get(person, ())}
                  for person, days in dated[at].items() if len(days) < MANY}
        out.append(_judged(parsed, dated[at], beside))
    return out


def _dates(parsed: Parsed, person: str) -> dict[str, dict[dt.date, set[int]]]:
    """person → date → rows."""
    people: dict[str, dict[dt.date, set[int]]] = {}
    for part, cells in _DATED.items():
        for row in getattr(parsed, part):
            when = next((row[c] for c in cells if row.get(c) is not None and pd.notna(row[c])), None)
            if when is not None:
                days = people.setdefault(str(row.get("person") or person), {})
                days.setdefault(when.date(), set()).add(row["row"])
    return people


def _judged(parsed: Parsed, people: dict[str, dict[dt.date, set[int]]], beside: dict[str, set[dt.date]]) -> Parsed:
    """The file without its odd rows. beside : dates of other files, by person."""
    issues, odd = [], set()
    for person, days in people.items():
        others = beside.get(person, set())
        strange = set_apart(days.keys() | others, YEARS_APART)
        far, near = sorted(days.keys() & strange), sorted(days.keys() - strange)
        _no_gap_of_decades(parsed.file, near)
        for day in near if others else ():
            _no_gap_of_decades(parsed.file, sorted([day, min(others, key=lambda one: abs(one - day))]))
        doubtful = set_apart((days.keys() | others) - strange, DOUBTFUL) & days.keys()
        odd |= {row for day in far for row in days[day]}
        issues += [issue(parsed.file, LEFT, row=row, found=f"{day:%Y-%m-%d}",
                         expected="a date within two years of another",
                         advice="If the year is a slip, correct it in the file.")
                   for day in far for row in sorted(days[day])]
        issues += [issue(parsed.file, KEPT_APART, row=min(days[day]), found=f"{day:%Y-%m-%d}", outcome=KEPT,
                         expected="a date within 300 days of another", advice="Check the year.")
                   for day in sorted(doubtful)]
    if not issues:
        return parsed
    mentions, sleeps, entries, answers, events = (
        [r for r in getattr(parsed, part) if r["row"] not in odd] for part in _DATED)
    reasons = {row: kind for row, kind in parsed.reasons.items() if row not in odd}
    return replace(parsed, mentions=mentions, sleeps=sleeps, entries=entries, answers=answers, events=events,
                   issues=[*parsed.issues, *issues], reasons=reasons)


def set_apart(days: Iterable[dt.date], gap: dt.timedelta) -> set[dt.date]:
    """The few dates that more than `gap` parts from the run that holds nearly all; none where no run does."""
    there = sorted(days)
    runs: list[list[dt.date]] = []
    for day in there:
        if runs and day - runs[-1][-1] <= gap:
            runs[-1].append(day)
        else:
            runs.append([day])
    if len(runs) < 2:
        return set()
    main = max(runs, key=len)
    others = set(there) - set(main)
    return others if len(others) <= FEW * len(there) or (len(others) == 1 and len(main) >= MANY) else set()


def _no_gap_of_decades(file: str, days: list[dt.date]) -> None:
    for before, after in pairwise(days):
        if after - before > HOPELESS:
            raise DiaryError(f"{file}: expected the dates of one diary, found none between {day_text(before)} and "
                             f"{day_text(after)}. Correct the year where it is a slip, or make two files.",
                             kind="dates decades apart")
