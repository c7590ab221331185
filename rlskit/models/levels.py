"""The levels of an ordinal outcome: reading a column of severities, and refusing what is none.

A level is a whole number (severity 0, 1, … 10) or a word of an ordered categorical (none < mild < strong). Levels that
never occur among the modelled nights have no chance of their own in the model, and are named.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlskit.errors import ModelError
from rlskit.models.columns import LEAST_NIGHTS, LEAST_OF_EITHER, is_number

MOST_LEVELS = 11
_FAR = 100


@dataclass(frozen=True)
class Levels:
    """Levels that occur, lowest first: `labels` (K,), `points` (K,): their numbers, or 0, 1, 2, … in a scale of words.

    absent: labels that were declared, or lie between two others, and never occur.
    """

    __module__ = "rlskit"

    labels: tuple[str, ...]
    points: np.ndarray
    absent: tuple[str, ...]

    @property
    def steps(self) -> np.ndarray:
        """Points from each level to the next, (K-1,)."""
        return np.diff(self.points)

    @property
    def threshold_names(self) -> list[str]:
        """Names of the K-1 thresholds: "0|1", "1|4", …"""
        return [f"{low}|{high}" for low, high in zip(self.labels[:-1], self.labels[1:], strict=True)]

    def at_least(self, level: float | str) -> np.ndarray:
        """Which threshold a night at `level` or above has passed: (K-1,) of 0 and a single 1."""
        words = ", ".join(self.labels[1:])
        text = f"{level:g}" if isinstance(level, int | float) else str(level)
        if text in self.labels:
            at = self.labels.index(text)
        elif isinstance(level, int | float):
            at = int(np.searchsorted(self.points, level))
        else:
            at = 0
        if not 0 < at < len(self.labels):
            raise ModelError(f'at_least: found "{text}"; expected one of {words}, a level that only some nights reach.')
        return (np.arange(1, len(self.labels)) == at).astype(float)


def read_levels(column: pd.Series, name: str) -> tuple[pd.Series, dict[float, str]]:
    """The column as numbers, NaN where empty, and the declared word of each number (empty where they speak themselves).

    Raises ModelError for words without an order, fractions and infinite values.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _read_categorical(column, name)
    filled = column.dropna()
    numbers = pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype)
    if not numbers and not all(map(is_number, filled)):
        odd = next(v for v in filled if not is_number(v))
        raise ModelError(
            f'outcome "{name}": found "{odd}"; expected whole numbers, such as a severity from 0 to 10, or ordered '
            f"words. Say the order: pandas.Categorical(nights[{name!r}], [lowest, …, highest], ordered=True)."
        )
    values = pd.Series([np.nan if pd.isna(v) else float(v) for v in column], dtype=float)
    odd_number = values[values.notna() & (values != np.floor(values)) | np.isinf(values)]
    if len(odd_number):
        raise ModelError(
            f'outcome "{name}": found {odd_number.iloc[0]:g}; expected whole numbers, such as a severity from 0 to 10. '
            + ("Correct the value, or empty the cell." if np.isinf(odd_number.iloc[0]) else "Round them first.")
        )
    return values + 0.0, {}  # a rounded -0.2 is level 0, not "-0"


def _read_categorical(column: pd.Series, name: str) -> tuple[pd.Series, dict[float, str]]:
    if not column.cat.ordered:
        raise ModelError(
            f'outcome "{name}": found words without an order; expected ordered ones. '
            f"Say it: nights[{name!r}].cat.set_categories([lowest, …, highest], ordered=True)."
        )
    words = list(column.cat.categories)
    whole = all(isinstance(w, int | np.integer) and not isinstance(w, bool) for w in words)
    points = [float(w) for w in words] if whole and words == sorted(words) else [float(i) for i in range(len(words))]
    codes = column.cat.codes.to_numpy()
    values = np.where(codes < 0, np.nan, np.array([*points, np.nan])[codes])
    return pd.Series(values), dict(zip(points, map(str, words), strict=True))


def find_levels(values: pd.Series, declared: dict[float, str]) -> Levels:
    """The levels among the modelled nights' values (n,)."""
    seen = np.unique(values.to_numpy(dtype=float))
    close = seen.size and seen[-1] - seen[0] < _FAR
    known = declared or {float(v): f"{v:g}" for v in (np.arange(seen[0], seen[-1] + 1) if close else seen)}
    return Levels(
        tuple(known[v] for v in seen), seen, tuple(label for value, label in known.items() if value not in set(seen))
    )


def check_levels(values: pd.Series, levels: Levels, name: str, people: int, left: int) -> None:
    """Refuse what cannot be compared: one level, too many of them, too few nights."""
    n = len(values)
    left_text = f" ({left} more were left out for empty cells)" if left else ""
    if len(levels.labels) > MOST_LEVELS:
        raise ModelError(
            f'outcome "{name}": found {len(levels.labels)} different levels; expected at most {MOST_LEVELS}, such as a '
            "severity from 0 to 10. Join neighbouring levels."
        )
    if n and len(levels.labels) == 1:
        raise ModelError(
            f'outcome "{name}": found level {levels.labels[0]} on all {n} modelled nights{left_text}; expected two or '
            "more levels. Nothing can be compared when every night ends alike; keep recording."
        )
    if people <= 1 and n < LEAST_NIGHTS:
        raise ModelError(
            f'outcome "{name}": found {n} complete nights{left_text}; expected at least {LEAST_NIGHTS} for one person. '
            f"Record {LEAST_NIGHTS - n} more, or ask about fewer columns."
        )
    common = values.value_counts()
    other = n - int(common.iloc[0]) if n else 0
    if people <= 1 and other < LEAST_OF_EITHER:
        label = levels.labels[int(np.searchsorted(levels.points, common.index[0]))]
        raise ModelError(
            f'outcome "{name}": found level {label} on {common.iloc[0]} of {n} nights{left_text}; expected at least '
            f"{LEAST_OF_EITHER} nights at other levels for one person. Record until there are "
            f"{LEAST_OF_EITHER - other} more of those."
        )
