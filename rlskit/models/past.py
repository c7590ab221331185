"""Columns that look back: lag(x) and rolling(x, nights) of a formula, by person and by calendar night.

lag(x) is x of the night before and lag(x, 2) of the one before that; rolling(x, 7) is the mean of x over the seven
nights before tonight, of which at least half must be known. Tonight is never in them, nobody's nights run into anybody
else's, and a night that is missing is an empty cell, not the next row. They are worked out on the whole table, before
any row is left out. Oracle: tests/unit/models/test_past.py (night by night, by hand).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rlskit.errors import ModelError
from rlskit.models.columns import (
    NIGHT,
    PERSON,
    ROW,
    check_duplicates,
    check_no_dates,
    check_words,
    night_numbers,
    plain,
    require_column,
    set_columns,
)
from rlskit.models.formula import Asked, Made, read_formula

LEAST_SHARE = 0.5  # of the nights of a rolling mean


def look_back(nights: pd.DataFrame, *terms: str, person: str = "person", night: str = "night") -> pd.DataFrame:
    """The table with columns that look back, named as they stand in a formula: look_back(nights, "lag(symptoms)").

    A formula makes them itself. Here they are made of the whole table, before nights are set aside: quiet_nights of the
    result still knows what the night before was, whatever it was. Raises ModelError for a term that is neither lag(x)
    nor rolling(x, nights).

    Example: ``rk.look_back(nights, "lag(symptoms)", "rolling(alcohol_drinks, 7)")``
    """
    for term in terms:
        asked = read_formula(f"what ~ {term}")
        if not any(one.name in asked.columns for one in asked.back) or len(asked.columns) > 1 or asked.split:
            raise ModelError(f'look_back: found "{term}"; expected lag(x) or rolling(x, nights), such as '
                             '"lag(symptoms)".')
        nights = with_past(asked, nights, person, night)
    return nights


def with_past(asked: Asked, nights: pd.DataFrame, person: str, night: str) -> pd.DataFrame:
    """The table with the columns that the formula looks back by. One that the table has already is taken as it is."""
    wanted = [one for one in asked.back if one.name not in nights]
    if not wanted:
        return nights
    require_column(night, nights, f"night={night!r}")
    if person != "person" or person in nights:
        require_column(person, nights, f"person={person!r}")
    keys = pd.DataFrame({PERSON: nights[person].to_numpy() if person in nights else "one person",
                         NIGHT: night_numbers(nights[night], night), ROW: nights.index.to_numpy()})
    known = (keys[PERSON].notna() & keys[NIGHT].notna()).to_numpy()
    check_duplicates(keys[known], night)
    for one in wanted:
        require_column(one.source, nights, asked.formula)
        check_no_dates(nights[one.source], one.source)
        values = plain(nights[one.source])
        if one.name not in asked.grouped:
            check_words(values, one.source)
        made = (_lag if one.kind == "lag" else _rolling)(values, keys, known, one)
        nights = set_columns(nights, {one.name: pd.Series(made, index=nights.index)})
    return nights


def _lag(values: pd.Series, keys: pd.DataFrame, known: np.ndarray, made: Made):
    person, night = pd.factorize(keys[PERSON])[0], keys[NIGHT].to_numpy()
    rows = np.flatnonzero(known)
    there = pd.MultiIndex.from_arrays([person[rows], night[rows]])
    found = there.get_indexer(pd.MultiIndex.from_arrays([person[rows], night[rows] - made.nights]))
    at = np.full(len(values), -1)
    at[rows] = np.where(found < 0, -1, rows[found])
    return values.array.take(at, allow_fill=True)


def _rolling(values: pd.Series, keys: pd.DataFrame, known: np.ndarray, made: Made) -> np.ndarray:
    if values.dtype != float:
        raise ModelError(f'{made.name}: found words in column "{made.source}"; expected numbers or yes/no, of which '
                         "there is a mean. Use lag().")
    # a night stands for a second: pandas counts in clock time, and not in rows
    table = pd.DataFrame({"person": pd.factorize(keys[PERSON])[0], "when": pd.to_datetime(keys[NIGHT], unit="s"),
                          "x": values})[known].sort_values(["person", "when"])
    window = table.groupby("person", sort=False).rolling(
        f"{made.nights}s", on="when", closed="left", min_periods=int(np.ceil(LEAST_SHARE * made.nights)))
    found = np.full(len(values), np.nan)
    found[table.index] = window["x"].mean().to_numpy()
    return found


def nights_back(asked: Asked, declared: dict[str, int]) -> dict[str, int]:
    """Over how many nights each column of a formula looks back; declared: those of the table that do, and how far."""
    found = {name: declared[name] for name in asked.columns if name in declared}
    for one in asked.back:
        found[one.name] = one.nights + found.get(one.source, declared.get(one.source, 0))
    return found


def sources_back(asked: Asked) -> dict[str, str]:
    """The column of the table that each column which looks back is made of."""
    found: dict[str, str] = {}
    for one in asked.back:
        found[one.name] = found.get(one.source, one.source)
    return found


def set_aside_before(asked: Asked, table: pd.DataFrame, aside: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """A sentence where nights were set aside before the formula could look back at them."""
    missing = [one.name for one in asked.back if one.name not in table]
    if not missing or not aside:
        return ()
    terms = ", ".join(f'"{name}"' for name in missing)
    return (f"{' and '.join(missing)}: looking back does not find the {sum(n for _, n in aside)} nights set aside, so "
            f"that nights after them are left out. Look back first: rk.quiet_nights(rk.look_back(nights, {terms})).",)
