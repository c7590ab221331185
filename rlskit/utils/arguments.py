"""Arguments that many functions take, refused alike: what was found, what was expected.

Oracle: tests/whole/test_bad_input.py.
"""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any

from rlskit.errors import ModelError


def is_level(value: Any) -> bool:
    return isinstance(value, Real) and 0.0 < float(value) < 1.0


def is_whole(value: Any) -> bool:
    """Not yes and no either, which Python counts among the whole numbers."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_finite(value: Any) -> bool:
    """A number that floating point can hold."""
    try:
        return isinstance(value, Real) and math.isfinite(value)
    except OverflowError:
        return False


def check_level(value: Any, name: str) -> None:
    """name: of the function and the argument, as the message says it."""
    if not is_level(value):
        raise ModelError(f"{name}: found {value!r}; expected a number between 0 and 1, such as 0.95.")


def check_count(value: Any, name: str, least: int, usual: int) -> None:
    """A whole number of things to do."""
    if not is_whole(value) or int(value) < least:
        raise ModelError(f"{name}: found {value!r}; expected a whole number, {least} or more, such as {usual}.")


def check_jobs(value: Any, name: str) -> None:
    """As joblib takes it; None leaves it to joblib.parallel_config."""
    if value is not None and (not isinstance(value, Integral) or value == 0):
        raise ModelError(f"{name}: found {value!r}; expected a number of processes, such as 2, or -1 for every core.")
