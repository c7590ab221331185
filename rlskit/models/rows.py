"""A table of nights → the rows that a model can use, and every row left out with why.

Rows in = rows modelled + rows in `left_out`. Oracle: tests/unit/models/test_design.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rlskit.errors import ModelError
from rlskit.models.columns import (
    NIGHT,
    PERSON,
    ROW,
    check_duplicates,
    check_infinite,
    check_levels_come_back,
    check_no_dates,
    check_size,
    check_words,
    night_numbers,
    plain,
    read_numeric,
    read_yes_no,
    require_column,
)  # fmt: skip
from rlskit.models.formula import Asked, Made
from rlskit.models.levels import read_levels
from rlskit.models.matrix import FEW_DIGITS
from rlskit.utils.dataset import SET_ASIDE
from rlskit.utils.open_questions import ONE_PERSON, OPEN_STILL, open_people
from rlskit.utils.stamp import INPUTS

YES_NO, ORDERED, NUMERIC = "yes/no", "ordinal", "numeric"
_READS: dict[str, Callable[[pd.Series, str], pd.Series]] = {YES_NO: read_yes_no, NUMERIC: read_numeric}


@dataclass(frozen=True)
class Rows:
    """The rows of a table that a model can use, in a `frame` sorted by person and night; `starts` of the `people`;
    left_out: the others, with reasons; `declared` words of an ordinal outcome; what the table calls a person and a
    night."""

    frame: pd.DataFrame
    people: tuple[Any, ...]
    starts: np.ndarray
    left_out: pd.DataFrame
    declared: dict[float, str]
    person_column: str = "person"
    night_column: str = "night"


def read_rows(
    asked: Asked, nights: pd.DataFrame, *, person: str, night: str, night_to_night: bool, kind: str
) -> Rows:
    """The complete rows of a table of nights; arguments as in make_design."""
    outcome, columns = asked.outcome, list(asked.columns)
    for name in [outcome, *columns] + ([night] if night_to_night or night in nights else []):
        require_column(name, nights, asked.formula if name != night else f"night={night!r}")
    if person != "person" or person in nights:
        require_column(person, nights, f"person={person!r}")
    for name in (outcome, *columns):
        check_no_dates(nights[name], name)
    frame = pd.DataFrame({name: plain(nights[name]) for name in dict.fromkeys([outcome, *columns])})
    for name in set(columns) - asked.grouped:
        check_words(frame[name], name)
    frame[PERSON] = nights[person].to_numpy() if person in nights else ONE_PERSON
    frame[NIGHT] = night_numbers(nights[night], night) if night in nights else np.arange(len(nights), dtype=float)
    frame[ROW] = nights.index.to_numpy()
    frame[outcome], declared = read_answers(nights[outcome], outcome, kind)
    check_infinite(frame, [outcome, *columns] if kind == NUMERIC else columns)
    unsettled = open_people(nights, outcome, *asked.needed, person=person)
    frame, left_out = _leave_out(frame, [outcome, *columns], nights, person, night, unsettled)
    check_levels_come_back(frame, columns, asked.grouped)
    check_size(frame, [outcome, *columns] if kind == NUMERIC else columns)
    if night_to_night:
        check_duplicates(frame, night)
    frame, people, starts = _sort(frame)
    for one in asked.split:
        _add_split(frame, one, starts)
    # for the stamp, and the methods, of what is made of the fit
    frame.attrs |= {name: nights.attrs[name] for name in (INPUTS, SET_ASIDE) if name in nights.attrs}
    return Rows(frame, people, starts, left_out, declared, person, night)


def read_answers(column: pd.Series, name: str, kind: str) -> tuple[pd.Series, dict[float, str]]:
    """An outcome as numbers (yes 1, no 0; nan where empty), and the declared word of each level of an ordinal one."""
    return read_levels(column, name) if kind == ORDERED else (_READS[kind](plain(column), name), {})


def _leave_out(frame, watched, nights, person, night, unsettled):
    """The complete rows, and of the others why. unsettled : people of whose columns it is open what they mean."""
    empty = frame[list(dict.fromkeys(watched))].isna()
    empty[person] = frame[PERSON].isna()
    empty[night] = frame[NIGHT].isna()
    is_open = frame[PERSON].astype(str).isin(unsettled)
    gone = empty.any(axis=1) | is_open
    names = empty.columns.to_numpy()
    reasons = [OPEN_STILL if one else ", ".join(names[row]) + " empty"
               for one, row in zip(is_open[gone], empty[gone].to_numpy(), strict=True)]
    left_out = pd.DataFrame(
        {
            "row": frame.loc[gone, ROW].to_numpy(),
            "person": frame.loc[gone, PERSON].to_numpy(),
            "night": nights[night].array[gone.to_numpy()] if night in nights else frame.loc[gone, NIGHT].to_numpy(),
            "reason": reasons,
        }
    )
    kept = frame[~gone].copy()
    for name in watched:
        if isinstance(kept[name].dtype, pd.CategoricalDtype):
            kept[name] = kept[name].cat.remove_unused_categories()
    return kept, left_out


def _sort(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Any, ...], np.ndarray]:
    try:
        code, people = pd.factorize(frame[PERSON], sort=True)
    except TypeError:
        code, people = pd.factorize(frame[PERSON].astype(str), sort=True)
    order = np.lexsort((frame[NIGHT].to_numpy(), code))
    code = code[order]
    starts = np.flatnonzero(np.diff(code, prepend=-1)) if code.size else np.zeros(0, dtype=int)
    return frame.iloc[order].reset_index(drop=True), tuple(people), starts


def _add_split(frame: pd.DataFrame, made: Made, starts: np.ndarray) -> None:
    name, kind, source = made.name, made.kind, made.source
    if frame[source].dtype != float and len(frame):
        raise ModelError(f'{name}: found words in column "{source}"; expected numbers or yes/no. Leave {kind}() out.')
    if not len(frame):
        frame[name] = 0.0
        return
    values, sizes = frame[source].to_numpy(), np.diff(np.append(starts, len(frame)))
    low, high = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
    # of someone who never changed it any value, and nothing within: a sum may miss it by rounding
    alike = high - low <= FEW_DIGITS * np.maximum(np.abs(low), np.abs(high))
    means = np.repeat(np.where(alike, low, np.add.reduceat(values, starts) / sizes), sizes)
    frame[name] = np.where(np.repeat(alike, sizes), 0.0, values - means) if kind == "within" else means
