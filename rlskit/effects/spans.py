"""What a source column holds over all modelled nights, person by person: enough to choose a contrast or to refuse one.

Summaries of parts of a table add up to that of the whole, so that a table in shards (rlskit/utils/dataset.py)
answers alike. Oracle: tests/unit/models/test_shards.py (parts against the whole).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Span:
    """A column's values: `numeric` or words, lowest and highest number (nan for words), `yes_no` where all are 0 or 1,
    `words` (empty for numbers), `constant`, and `changed`: whether anybody's own values differ."""

    numeric: bool
    low: float
    high: float
    yes_no: bool
    words: frozenset
    constant: bool
    changed: bool


def span_of(values: pd.Series, person: np.ndarray) -> Span:
    """values (n,) and the number of each night's person (n,)."""
    changed = bool(values.groupby(person).nunique().max() > 1) if len(values) else False
    if values.dtype == float:
        low, high = float(values.min()), float(values.max())
        return Span(True, low, high, bool(values.isin((0.0, 1.0)).all()), frozenset(), low == high, changed)
    words = frozenset(values.unique())
    return Span(False, np.nan, np.nan, bool(values.isin((0.0, 1.0)).all()), words, len(words) <= 1, changed)


def join_spans(parts: Sequence[Span]) -> Span:
    """That of all parts together."""
    low, high = min(part.low for part in parts), max(part.high for part in parts)
    words = frozenset().union(*(part.words for part in parts))
    numeric = parts[0].numeric
    return Span(numeric, low, high, all(part.yes_no for part in parts), words,
                low == high if numeric else len(words) <= 1, any(part.changed for part in parts))


def own_quantiles(values: np.ndarray, starts: np.ndarray, at: tuple[float, float], method: str) -> np.ndarray:
    """Two quantiles of every person's own nights, (people, 2). starts (people,): where each person's begin."""
    parts = np.split(values, starts[1:])
    return np.array([np.quantile(own, at, method=method) for own in parts])  # type: ignore[call-overload]
