"""Reading a user's columns for a model, and the checks that refuse them: where, what was found, what was expected,
what to do. Used by design.py and effects/rates.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Hashable, Iterable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from rlskit.errors import ModelError
from rlskit.models.text_values import how_to_hours, how_to_number, is_day, is_time, is_written_number

LEAST_NIGHTS = 14
LEAST_OF_EITHER = 5
YES_NO_WORDS = {"yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0}
FEW_LEVELS = 10  # of words or C(); more have to come back
LARGEST = 1e100  # squares of it are still numbers
# beside the user's own columns in a frame, under names that no table has
PERSON, NIGHT, ROW = "\0person", "\0night", "\0row"


def require_column(name: str, nights: pd.DataFrame, where: str) -> None:
    if name in nights:
        same = list(nights.columns).count(name)
        if same > 1:
            raise ModelError(
                f'formula "{where}": found {same} columns named "{name}" in the table of nights; expected one. '
                "Rename one of them, or take it out."
            )
        return
    near = get_close_matches(name, [str(c) for c in nights.columns], n=1, cutoff=0.6)
    known = ", ".join(map(str, nights.columns[:12]))
    advice = f'Did you mean "{near[0]}"?' if near else f"The table has: {known}."
    raise ModelError(f'formula "{where}": found no column "{name}" in the table of nights. {advice}')


def set_columns(frame: pd.DataFrame, new: Mapping[Any, Any]) -> pd.DataFrame:
    """The same table with columns set, whatever they are called: pandas' own assign cannot take one named "self"."""
    out = frame.copy(deep=False)
    for name, values in new.items():
        out[name] = values
    return out


def plain(column: pd.Series) -> pd.Series:
    """Yes/no and numbers as float with NaN for empty; anything else as it is."""
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype):
        return pd.Series(column.to_numpy(dtype=float, na_value=np.nan))
    filled = column.dropna()
    if column.dtype == object and len(filled) and all(map(is_number, filled)):
        return pd.Series([np.nan if pd.isna(v) else float(v) for v in column])
    if isinstance(column.dtype, pd.CategoricalDtype):
        return pd.Series(column.array)
    return pd.Series(column.to_numpy(dtype=object, na_value=None))


def is_number(value: Any) -> bool:
    """Numbers of any kind: NumPy's and decimal ones too, as a column of objects may hold them."""
    return isinstance(value, Real | Decimal | np.bool_)


def night_numbers(column: pd.Series, name: str) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(column.dtype):
        found = column.to_numpy(dtype=float, na_value=np.nan)
        if np.isinf(found).any():
            raise _infinite(name, column.index[np.isinf(found)][0])
        odd = found[np.isfinite(found) & (found != np.floor(found))]
        if odd.size:
            raise ModelError(
                f'column "{name}": found {odd[0]:g}; expected a whole number or a date. Number the nights.'
            )
        return found
    if isinstance(column.dtype, pd.PeriodDtype) and column.dtype.freq == "D":
        column = column.dt.to_timestamp()
    try:
        days = pd.to_datetime(column, format="ISO8601", errors="raise")
    except (ValueError, TypeError) as problem:
        bad = next((v for v in column.dropna() if not isinstance(v, dt.date) and not _is_date(v)), column.iloc[0])
        raise ModelError(
            f'column "{name}": found "{bad}"; expected a whole number or a date (YYYY-MM-DD). '
            "Turn it into dates with pandas.to_datetime first."
        ) from problem
    if getattr(days.dt, "tz", None) is not None:
        days = days.dt.tz_localize(None)
    return ((days.dt.normalize() - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)).to_numpy(dtype=float)


def _is_date(value: Any) -> bool:
    try:
        pd.Timestamp(value)
    except (ValueError, TypeError):
        return False
    return True


def check_no_dates(column: pd.Series, name: str) -> None:
    """Refuses days, times and lengths of time, which are no numbers yet."""
    if pd.api.types.is_timedelta64_dtype(column.dtype):
        raise ModelError(f'column "{name}": found lengths of time; expected yes/no, numbers or words in a formula. '
                         f"Make hours of them first: nights[{name!r}].dt.total_seconds() / 3600.")
    if pd.api.types.is_numeric_dtype(column.dtype) or isinstance(column.dtype, pd.CategoricalDtype):
        return  # categories are groups, whatever they are called
    moments = pd.api.types.is_datetime64_any_dtype(column.dtype)
    values = [] if moments else _different(column, name)
    if moments or _most(list(filter(is_day, values)), values):
        raise ModelError(
            f'column "{name}": found dates; expected yes/no, numbers or words in a formula. Make a number of them '
            "first, such as the days since the first night (make_nights has day_index)."
        )
    times = list(filter(is_time, values))
    if _most(times, values):
        raise ModelError(f'column "{name}": found times, such as "{times[0]}"; expected numbers. '
                         f"{how_to_hours(values, times, name)}.")


def check_words(column: pd.Series, name: str) -> None:
    """Refuses words that are numbers for the most part: each would get a coefficient of its own without a word."""
    if column.dtype == float or isinstance(column.dtype, pd.CategoricalDtype):
        return
    words = _different(column, name)
    numbers = [word for word in words if is_number(word) or is_written_number(word)]
    if not _most(numbers, words):
        return
    odd = next((word for word in words if word not in numbers), None)
    found = f'numbers written as text, such as "{numbers[0]}"'
    found += "" if odd is None else f', and words, such as "{odd}"'
    said = name if name.isidentifier() else f"`{name}`"
    raise ModelError(f'column "{name}": found {found}; expected numbers. {how_to_number(words, numbers, name)}; where '
                     f"they only name groups, write C({said}).")


def check_levels_come_back(frame: pd.DataFrame, names: Iterable[str], grouped: Container[str]) -> None:
    """Refuses levels of which most stand on one row alone, as of a column of notes: each would get a coefficient."""
    for name in names:
        if frame[name].dtype == float and name not in grouped:
            continue
        found = len(_different(frame[name], name))
        if found > FEW_LEVELS and found > len(frame) / 2:
            raise ModelError(f'column "{name}": found {found} different levels on {len(frame)} nights; expected levels '
                             "that come back, each on several nights. Group them first, or take them as a number.")


def _different(column: pd.Series, name: str) -> list[Any]:
    filled = column.dropna()
    odd = next((value for value in filled if not isinstance(value, Hashable)), None)
    if odd is not None:
        raise ModelError(f'column "{name}": found {odd!r}; expected yes/no, numbers or words. Make one of them first.')
    return list(filled.unique())


def _most(some: list[Any], values: list[Any]) -> bool:
    return 2 * len(some) > len(values)


def read_yes_no(column: pd.Series, name: str) -> pd.Series:
    """A yes/no outcome, already plain, as 1 and 0; also where it is written out."""
    values = column.dropna()
    if len(values) and values.map(lambda one: isinstance(one, str) and one.strip().lower() in YES_NO_WORDS).all():
        return column.map(lambda one: YES_NO_WORDS[one.strip().lower()], na_action="ignore").astype(float)
    odd = [v for v in values.unique() if v not in (0.0, 1.0)] if values.dtype != object else list(values.unique())
    if odd:
        found = format(odd[0], "g") if is_number(odd[0]) else odd[0]
        raise ModelError(
            f'outcome "{name}": found "{found}"; expected yes/no (True/False or 1/0). '
            f"Make a yes/no column first, for example nights[{name!r}] >= 4."
        )
    return column


def read_numeric(column: pd.Series, name: str) -> pd.Series:
    """A numeric outcome, already plain; anything else is refused."""
    values = column.dropna()
    if values.dtype != float:
        found = f'"{values.iloc[0]}"' if len(values) else "an empty column"
        raise ModelError(
            f'outcome "{name}": found {found}; expected numbers for a GAUSSIAN outcome. '
            f"Turn it into numbers first, for example with pandas.to_numeric(nights[{name!r}])."
        )
    return column


def check_infinite(frame: pd.DataFrame, columns: list[str]) -> None:
    for name in columns:
        if frame[name].dtype == float and np.isinf(frame[name]).any():
            raise _infinite(name, frame.loc[np.isinf(frame[name]), ROW].iloc[0])


def check_size(frame: pd.DataFrame, columns: list[str]) -> None:
    """Refuses numbers whose squares, or whose differences, floating-point numbers do not hold."""
    for name in columns:
        if frame[name].dtype != float or frame.empty:
            continue
        values = frame[name].to_numpy()
        size, spread = np.abs(values).max(), np.ptp(values)
        if size > LARGEST:
            at = int(np.abs(values).argmax())
            raise ModelError(f'column "{name}", row {frame[ROW].iloc[at]}: found {values[at]:g}, out of range; '
                             f"expected numbers up to {LARGEST:g}. Correct the value, or use a larger unit.")
        # a number that is the same but for rounding differs by a few units of its last digit
        varies = spread >= 1.0 or spread > 8 * np.finfo(float).eps * size
        if varies and spread <= 1e-12 * size:
            raise ModelError(f'column "{name}": found numbers from {values.min():.17g} to {values.max():.17g}, which '
                             "hardly differ beside their size; expected numbers nearer to 0. Subtract their middle "
                             f"first: nights[{name!r}] - nights[{name!r}].median().")


def _infinite(name: str, row: Any) -> ModelError:
    return ModelError(
        f'column "{name}", row {row}: found an infinite value; expected a finite number or an empty cell. '
        "Correct the value, or empty the cell so that the night is left out."
    )


def check_outcome(column: pd.Series, name: str, people: int, left: int) -> None:
    n, yes = len(column), int((column > 0.5).sum())
    left_text = f" ({left} more were left out for empty cells)" if left else ""
    if n and yes in (0, n):
        what = "yes" if yes else "no"
        raise ModelError(
            f'outcome "{name}": found {what} on all {n} modelled nights{left_text}; expected both yes and no. '
            "Nothing can be compared when every night ends alike; keep recording."
        )
    if people <= 1 and n < LEAST_NIGHTS:
        raise ModelError(
            f'outcome "{name}": found {n} complete nights{left_text}; expected at least {LEAST_NIGHTS} for one person. '
            f"Record {LEAST_NIGHTS - n} more, or ask about fewer columns."
        )
    short = LEAST_OF_EITHER - min(yes, n - yes)
    if people <= 1 and short > 0:
        raise ModelError(
            f'outcome "{name}": found {yes} nights yes and {n - yes} no{left_text}; expected at least '
            f"{LEAST_OF_EITHER} of each for one person. Record until there {'is' if short == 1 else 'are'} {short} "
            "more of the rarer."
        )


def check_numeric_outcome(column: pd.Series, name: str, people: int, left: int) -> None:
    n = len(column)
    left_text = f" ({left} more were left out for empty cells)" if left else ""
    if n and column.nunique() == 1:
        raise ModelError(
            f'outcome "{name}": found {column.iloc[0]:g} on all {n} modelled nights{left_text}; expected numbers that '
            "vary. Nothing can be compared when every night ends alike; keep recording."
        )
    if people <= 1 and n < LEAST_NIGHTS:
        raise ModelError(
            f'outcome "{name}": found {n} complete nights{left_text}; expected at least {LEAST_NIGHTS} for one person. '
            f"Record {LEAST_NIGHTS - n} more, or ask about fewer columns."
        )


def check_duplicates(frame: pd.DataFrame, night: str) -> None:
    """frame: not sorted yet, its index the places of rows in the user's table."""
    twice = frame[frame.duplicated([PERSON, NIGHT], keep=False)]
    if len(twice):
        person, number = twice[PERSON].iloc[0], twice[NIGHT].iloc[0]
        pair = twice[twice[PERSON].eq(person) & twice[NIGHT].eq(number)].iloc[:2]
        one, other = pair[ROW]
        rows = f"{one} and {other}" if one != other else "{} and {} (counted from 0)".format(*pair.index)
        raise ModelError(
            f'column "{night}": found rows {rows} for one night of person "{person}"; expected one row per person and '
            "night. Keep one of them."
        )


def check_filled(nights: pd.DataFrame, names: tuple[str, ...], formula: str) -> None:
    """Refuses a column without any value, which would leave every night out."""
    empty = next((name for name in names if len(nights) and nights[name].isna().all()), None)
    if empty is not None:
        raise ModelError(
            f'formula "{formula}": found column "{empty}" empty on all {len(nights)} nights; expected answers in it. '
            "Leave it out of the formula, or record it."
        )


def check_collinear(x: np.ndarray, names: list[str], rows: int | None = None) -> None:
    """x (n, p), or, with the number of `rows`, the R (p, p) of its QR factors."""
    n, root = (len(x), 1.0) if rows is None else (rows, np.sqrt(rows))
    if x.shape[1] == 0 or np.linalg.matrix_rank(x, tol=1e-8 * np.sqrt(n)) == x.shape[1]:
        return
    if x.shape[1] >= n:
        raise ModelError(
            f"formula: found {x.shape[1]} columns for {n} complete nights; expected far fewer columns than "
            "nights. Leave some out, or record more nights."
        )
    for j in range(1, x.shape[1]):
        share, *_ = np.linalg.lstsq(x[:, :j], x[:, j], rcond=None)
        if np.abs(x[:, j] - x[:, :j] @ share).max() < 1e-7 * root:
            partners = [names[i] for i in np.flatnonzero(np.abs(share) > 1e-6)]
            term = names[j].rpartition("[")[0]
            if term.startswith(("cr(", "cc(")) and {one.rpartition("[")[0] for one in partners} - {""} == {term}:
                raise ModelError(
                    f'term "{term}": found that its columns add up to a constant, which the model has already; '
                    f"expected columns that vary separately. Write {term[:-1]}, constraints='center')."
                )
            raise ModelError(
                f'columns "{names[j]}" and "{", ".join(partners)}": found that one is computed exactly from the other; '
                "expected columns that vary separately. Leave one of them out of the formula."
            )
