"""Which columns of a model matrix a model uses: those that vary, how they are standardised, and whose coefficients
differ between people. Oracle: tests/unit/models/test_design.py, tests/unit/models/test_columns.py (columns of any
unit).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from rlskit.errors import ModelError

_TAKES_AWAY = re.compile(r"-|\bcenter\(")
FEW_DIGITS = 32 * np.finfo(float).eps


@dataclass(frozen=True)
class Moments:
    """Of the columns of a model matrix: their `count` of rows, `mean`, `sd` (p,), and the sd that rounding alone may
    give a column that is the same on all of them."""

    count: int
    mean: np.ndarray
    sd: np.ndarray
    rounding: np.ndarray


@dataclass(frozen=True)
class Columns:
    """Which columns of the model matrix are used (`keep`), their `names`, `centre` and `scale` (p,), those whose
    coefficients differ between people, and the terms left out with the reason."""

    keep: np.ndarray
    names: tuple[str, ...]
    centre: np.ndarray
    scale: np.ndarray
    slope_names: tuple[str, ...]
    dropped: dict[str, str]


def rounding_of(values: np.ndarray, names: list[str], spec: Any, frame: pd.DataFrame) -> np.ndarray:
    """Moments.rounding: by the size of the column itself, whatever its unit; a difference, which of columns that are
    alike is nothing but rounding, also by the size of those."""
    found = 1e-12 * np.abs(values).max(axis=0, initial=0.0)
    for term, used in spec.term_variables.items():
        if any(factor.eval_method.name == "PYTHON" and _TAKES_AWAY.search(factor.expr) for factor in term.factors):
            sources = [name for name in frame.columns if frame[name].dtype == float
                       and any(touches(variable, name) for variable in used)]
            size = max((float(frame[name].abs().max()) for name in sources), default=0.0)
            at = spec.term_indices[term]
            found[at] = np.maximum(found[at], FEW_DIGITS * size)
    return found


def choose_columns(
    names: list[str], moments: Moments, alone: list[str], spec: Any, slopes: tuple[str, ...], people: tuple[Any, ...],
    formula: str,
) -> Columns:
    """Which columns of a model matrix vary, and how they are standardised. alone: source columns of a single word."""
    sd = moments.sd
    constant = sd <= moments.rounding
    intercept = np.array([name == "Intercept" for name in names], dtype=bool)
    same = [n for n, c in zip(names, constant & ~intercept, strict=True) if c] + alone
    dropped = dict.fromkeys(same, f"the same on all {moments.count} modelled nights")
    keep = ~constant | intercept
    if not keep.any():
        raise ModelError(f'formula "{formula}": found neither a constant nor a column that varies; expected one of '
                         'them. Write "~ 1" for the rate alone.')
    kept = [n for n, k in zip(names, keep, strict=True) if k]
    is_one = np.array([n == "Intercept" for n in kept])
    centre = np.where(is_one | ("Intercept" not in kept), 0.0, moments.mean[keep])
    scale = np.where(is_one, 1.0, sd[keep])
    slope_names = _slope_names(spec, names, slopes, kept, dropped, people, formula)
    return Columns(keep, tuple(kept), centre, scale, slope_names, dropped)


def _slope_names(spec, columns, slopes, names, dropped, people, formula) -> tuple[str, ...]:
    if len(people) <= 1:
        if slopes:
            raise ModelError(
                f"slopes={tuple(slopes)!r}: found one person; expected several, since slopes are what differs between "
                "people. Leave slopes out: the coefficient is this person's own."
            )
        return ()
    terms = {str(term): at for term, at in spec.term_indices.items()}
    found = ["Intercept"]
    for asked in slopes:
        # as the formula has it: within(`my mg`)
        slope = asked if asked in terms else asked.replace("`", "")
        if slope not in terms:
            near = get_close_matches(slope, list(terms), n=1)
            advice = f'Did you mean "{near[0]}"?' if near else "Add it to the formula."
            raise ModelError(f'slopes: found "{slope}", which is no term of "{formula}". {advice}')
        found += [n for n in (columns[i] for i in terms[slope]) if n in names and n not in dropped]
    return tuple(found)


def touches(variable: Any, column: str) -> bool:
    """Whether a variable, as formulaic lists it, is this column: x, or x.abs of x.abs()."""
    return str(variable) == column or str(variable).startswith(f"{column}.")
