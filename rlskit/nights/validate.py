"""The table handed to a function of nights: whether it is one that make_nights gives.

Oracle: tests/unit/nights/test_validate.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rlskit.errors import ModelError
from rlskit.utils.attrs import shared
from rlskit.utils.frames import as_pandas
from rlskit.utils.kinds import Kind

NEEDED = ("person", "night", "recorded", "symptoms", "early_symptoms", "stretched", "stretched_state",
          "stretch_responsive", "weekday", "day_index", "medicine_period")
MAKE = "Make one with rk.make_nights(diary)."
NIGHTS = Kind(said="nights", made="Make them with rk.make_nights(diary).", taken="rk.answer_questions(nights)",
              columns=("person", "night", "symptoms", "early_symptoms"))


def check_nights(nights: Any, where: str) -> pd.DataFrame:
    """The nights, if they are what every question asks of them; a table of another library as pandas'. where: name of
    the function, for the message."""
    nights = check_rows(nights, where, NEEDED)
    if nights.empty:
        raise ModelError(f"{where}: found no nights in the table; expected at least one.")
    numbers = nights.select_dtypes("number")
    infinite = np.isinf(numbers.to_numpy(dtype=float, na_value=np.nan))
    if infinite.any():
        row, column = np.argwhere(infinite)[0]
        raise ModelError(f'{where}, column "{numbers.columns[column]}", night {nights["night"].iloc[row]:%Y-%m-%d}: '
                         "found an infinite value; expected a finite number or an empty cell. Correct the value, or "
                         "empty the cell.")
    return nights


def in_order(nights: pd.DataFrame) -> pd.DataFrame:
    """The nights of each person in calendar order."""
    ordered = nights.sort_values(["person", "night"], kind="stable", ignore_index=True)
    ordered.attrs = shared(nights.attrs)
    return ordered


def check_rows(nights: Any, where: str, needed: Sequence[str]) -> pd.DataFrame:
    """The nights, one row per person and dated night, with the `needed` columns, person and night among them."""
    nights = as_pandas(nights)
    if not isinstance(nights, pd.DataFrame):
        raise ModelError(f"{where}: found {type(nights).__name__}; expected a table of nights. {MAKE}")
    missing = [name for name in needed if name not in nights]
    if missing:
        said = ", ".join(f'"{name}"' for name in missing)
        raise ModelError(f"{where}: found a table of nights without {said}; expected one as make_nights gives it. "
                         f"{MAKE}")
    doubled = nights.columns[nights.columns.duplicated()]
    if len(doubled):
        raise ModelError(f'{where}: found more than one column named "{doubled[0]}" in the table of nights; expected '
                         "one. Rename one of them, or take it out.")
    if not pd.api.types.is_datetime64_any_dtype(nights["night"].dtype):
        raise ModelError(f'{where}, column "night": found "{nights["night"].iloc[:1].squeeze()}"; expected dates. '
                         'Turn them into dates with pandas.to_datetime first.')
    twice = nights.duplicated(["person", "night"])
    if twice.any():
        one = nights.loc[twice.to_numpy(), ["person", "night"]].iloc[0]
        raise ModelError(f'{where}: found the night {one["night"]:%Y-%m-%d} of person "{one["person"]}" more than '
                         "once; expected one row per person and night. Keep one of them.")
    return nights
