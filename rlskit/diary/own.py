"""Habits and outcomes of one's own: `[habits."Evening walk"]` and `[outcomes."Sleep quality"]` in rlskit.toml each make
a column of the nights and a row of the advice table. Definitions go with the Diary, and from there with the nights, as
plain words and numbers in their `attrs`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar

import pandas as pd

from rlskit.errors import DiaryError

HABITS, OUTCOMES = "habits", "outcomes"  # in rlskit.toml, and in the attrs of nights
YES_NO, AMOUNT, MINUTES = "yes/no", "amount", "minutes"
KINDS = (YES_NO, AMOUNT, MINUTES)
# Part of the diary day → first and last minute after midnight of its date.
PARTS = {"before noon": (0.0, 720.0), "after noon": (720.0, 2160.0), "evening": (1020.0, 2160.0)}
NUMBER, COUNT = "number", "count"
SCALES = {"0-10": (0.0, 10.0), "1-5": (1.0, 5.0), NUMBER: (-math.inf, math.inf), COUNT: (0.0, math.inf)}
SCALE_UNITS = {"0-10": "nrs_0_10", "1-5": "likert_1_5"}  # as readers name the scale of a rating
BETTER = ("higher", "lower")


@dataclass(frozen=True)
class Habit:
    """What somebody does besides what rlskit asks about: `name` as they call it, `column` of the nights.

    kind : "yes/no", "amount" (in `unit`) or "minutes". when : the part of the day in which it is done, one of PARTS;
    "" is any. preventive : done against symptoms, so that it is compared on evenings still quiet, as stretching is.
    contrast : the two amounts compared; without one the person's own 90th and 10th percentile are. after_bad_nights :
    done more when the legs were bad or may be, so that every other row about tonight takes it into account.
    """

    __module__ = "rlskit"

    name: str
    column: str
    kind: str = YES_NO
    unit: str = ""
    when: str = ""
    preventive: bool = False
    contrast: tuple[float, ...] = ()
    after_bad_nights: bool = False

    @property
    def type(self) -> str:
        """Of its events."""
        return "habit"


@dataclass(frozen=True)
class OwnOutcome:
    """What somebody judges a night by besides symptoms: `name` as they call it, `column` of the nights.

    scale : "0-10", "1-5", "number" or "count". better : "higher" or "lower" values.
    """

    __module__ = "rlskit"

    name: str
    column: str
    scale: str
    better: str

    @property
    def type(self) -> str:
        """Of its events."""
        return "outcome"

    @property
    def unit(self) -> str:
        return SCALE_UNITS.get(self.scale, "")


def scale_of(unit: str) -> str:
    """The scale that a reader names by this unit; "" where it is none."""
    return next((scale for scale, name in SCALE_UNITS.items() if name == unit), "")


def on_scale(value: float, scale: str) -> bool:
    """Whether a scale has that value; without one any number will do."""
    low, high = SCALES.get(scale, (-math.inf, math.inf))
    return low <= value <= high


# Read from the apps that ask for it, so defined without a section of its own.
SLEEP_QUALITY = OwnOutcome("Sleep quality", "sleep_quality", "1-5", "higher")
Own = TypeVar("Own", Habit, OwnOutcome)


def habits_of(nights: pd.DataFrame) -> tuple[Habit, ...]:
    """The habits defined for these nights."""
    return tuple(Habit(**said | {"contrast": tuple(said["contrast"])}) for said in nights.attrs.get(HABITS, ()))


def outcomes_of(nights: pd.DataFrame) -> tuple[OwnOutcome, ...]:
    """The outcomes of these nights: those defined for them, and the quality of sleep."""
    return with_sleep([OwnOutcome(**said) for said in nights.attrs.get(OUTCOMES, ())])


def with_sleep(outcomes: Sequence[OwnOutcome]) -> tuple[OwnOutcome, ...]:
    """These outcomes, and the quality of sleep as the apps ask for it where they do not define it otherwise."""
    known = any(one.column == SLEEP_QUALITY.column for one in outcomes)
    return (*outcomes, *(() if known else (SLEEP_QUALITY,)))


def as_attrs(own: Sequence[Habit] | Sequence[OwnOutcome]) -> list[dict]:
    """Definitions as the attrs of a table hold them: what any file format can keep."""
    return [{name: list(value) if isinstance(value, tuple) else value for name, value in asdict(one).items()}
            for one in own]


def column_of(name: str) -> str:
    """The column that a name becomes: "Evening walk" → evening_walk."""
    return re.sub(r"\W+", "_", unicodedata.normalize("NFKC", name).lower()).strip("_")


def join_own(one: Sequence[Own], other: Sequence[Own], section: str) -> tuple[Own, ...]:
    """The definitions of two diaries. Raises DiaryError where they define one column in two ways."""
    both = {own.column: own for own in one}
    for own in other:
        if both.setdefault(own.column, own) != own:
            raise DiaryError(f'[{section}."{own.name}"]: expected one meaning, found two in the files put together. '
                             "Make the sections of that name in their rlskit.toml the same.")
    return tuple(both.values())
