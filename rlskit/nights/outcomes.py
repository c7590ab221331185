"""What a night is asked about: any symptoms, symptoms after a quiet evening, and the sleep that followed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rlskit.nights.validate import NIGHTS, check_rows
from rlskit.utils.dataset import Dataset, find_dataset, keep_quiet
from rlskit.utils.kinds import PATH, takes

DAYS = 10_000_000  # between two people's dates


@takes(NIGHTS)
def symptom_nights(nights: pd.DataFrame) -> pd.Series:
    """Any symptoms that night, before or after the landmark: nullable boolean, missing where neither was answered.

    Example: ``rk.symptom_nights(nights).mean()``
    """
    late, early = (nights[name].astype("boolean").array for name in ("symptoms", "early_symptoms"))
    return pd.Series(late | early.fillna(False), index=nights.index)


@takes(NIGHTS, PATH)
def quiet_nights(nights: pd.DataFrame | str | Path) -> Any:
    """The nights known to be still free of symptoms at the landmark: the ones on which stretching may be compared.

    A preventive stretch can only happen on an evening that is still quiet. Comparing such nights with all others would
    count every evening that was already bad against not stretching (docs/decisions/0005-landmark.md).
    nights : a table, which comes back shorter; or the folder of a dataset by pool_diaries, which comes back as a
    `Dataset` of which fit reads the quiet nights only.

    Example: ``quiet = rk.quiet_nights(nights)``
    """
    if not isinstance(nights, pd.DataFrame):
        return Dataset(find_dataset(nights), quiet=True)
    return keep_quiet(nights)


def last_night(nights: pd.DataFrame) -> pd.Series:
    """Any symptoms on the night before, early ones too: nullable boolean, missing where the calendar night before is
    absent or unanswered. A bad night makes the next one likelier to be bad, and changes what is done next day."""
    return _of_night(nights, symptom_nights(nights), -1).astype("boolean").rename("last_night")


def sleep_after(nights: pd.DataFrame) -> pd.Series:
    """Hours slept in the night that follows each evening, as an outcome: Float64, missing where it is not known.

    `sleep_h` of a row is the sleep *before* that day, since a predictor may look at the past alone; what an evening may
    have changed stands in the row of the next night of that person. nights : from make_nights or load_nights.
    Raises ModelError for a table without these columns, without dates, or with a night of one person twice.

    Example: ``nights.assign(sleep_after_h=rk.sleep_after(nights))``
    """
    nights = check_rows(nights, "sleep_after", ("person", "night", "sleep_h"))
    return _of_night(nights, nights["sleep_h"].astype("Float64"), 1).rename("sleep_after_h")


def _of_night(nights: pd.DataFrame, values: pd.Series, later: int) -> pd.Series:
    """The same person's value so many calendar nights later (-1: the night before), missing where there is none."""
    day = nights["night"].to_numpy("datetime64[D]")
    person, dated = pd.factorize(nights["person"])[0], ~np.isnat(day)
    key = person * DAYS + np.where(dated, day, np.datetime64(0, "D")).astype(np.int64)
    rows = np.flatnonzero(dated)
    rows = rows[np.argsort(key[rows], kind="stable")]
    wanted = key + later
    at = np.minimum(np.searchsorted(key[rows], wanted), max(rows.size - 1, 0))
    there = dated & (key[rows[at]] == wanted) if rows.size else dated
    return pd.Series(values.array.take(np.where(there, rows[at] if rows.size else -1, -1), allow_fill=True),
                     index=nights.index)
