"""Columns of answers from arrays: nullable where nothing is known, text as Python's own."""

from __future__ import annotations

import numpy as np
import pandas as pd

_ARRAYS = {"boolean": (pd.arrays.BooleanArray, bool), "Int64": (pd.arrays.IntegerArray, np.int64),
           "Float64": (pd.arrays.FloatingArray, np.float64)}  # fmt: skip


def only(values: np.ndarray, known: np.ndarray, kind: str, index: pd.Index) -> pd.Series:
    """The values where they are known, missing elsewhere. values, known (n,). kind : boolean | Int64 | Float64."""
    array, plain = _ARRAYS[kind]
    return pd.Series(array(np.where(known, values, 0).astype(plain), ~known), index=index)


def yes_no(states: np.ndarray, index: pd.Index) -> pd.Series:
    """States → nullable boolean: "yes" is True, "no" False, whatever else missing."""
    return only(states == "yes", (states == "yes") | (states == "no"), "boolean", index)


def text(states: np.ndarray, index: pd.Index) -> pd.Series:
    """Words as a column of Python's own text; from a bare array pandas 3 would make its own text type."""
    return pd.Series(states, index=index, dtype=object)
