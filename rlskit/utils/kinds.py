"""What a public function takes first: a wrong object is one sentence that says what was found, what was expected, how
to make that, and which function takes what was found.

Oracle: tests/whole/test_wrong_objects.py, every public function with every public result.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import pandas as pd

from rlskit.errors import DiaryError, ModelError
from rlskit.utils.dataset import as_table
from rlskit.utils.frames import as_pandas

Function = TypeVar("Function", bound=Callable[..., Any])
_KNOWN: list[Kind] = []


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Something to hand over. `said`: "a fit"; `made`: how to make one; `taken`: the function that takes it on, where
    there is one. types : its classes; columns : that a table of this kind has. Each stands beside the class it is
    about, so that a kind is known as soon as there can be a thing of it."""

    said: str
    made: str
    taken: str = ""
    types: tuple[type, ...] = (pd.DataFrame,)
    columns: tuple[str, ...] = ()
    error: type[Exception] = ModelError

    def __post_init__(self) -> None:
        _KNOWN.append(self)

    def fits(self, value: Any) -> bool:
        return isinstance(value, self.types) and (
            not self.columns or (isinstance(value, pd.DataFrame) and set(self.columns) <= set(value)))


PATH = Kind(said="a path", made='Write it as text, such as "my/diary.csv".', types=(str, Path), error=DiaryError)
TABLE = Kind(said="a table", made="pandas.DataFrame(...) makes one.")


def takes(*kinds: Kind) -> Callable[[Function], Function]:
    """A function whose first argument has to be of one of these kinds; the first of them is named where it is not. A
    table may be of any library that narwhals knows, or a dataset by pool_diaries, all people at once."""

    def decorate(function: Function) -> Function:
        name = next(iter(inspect.signature(function).parameters))
        to_table = as_pandas if PATH in kinds else as_table  # a path that is taken as such stays one
        tables = any(pd.DataFrame in kind.types for kind in kinds)

        @functools.wraps(function)
        def checked(*given: Any, **named: Any) -> Any:
            if tables and given:
                given = (to_table(given[0]), *given[1:])
            elif tables and name in named:
                named[name] = to_table(named[name])
            if given or name in named:
                check_kind(given[0] if given else named[name], function.__name__, *kinds)
            return function(*given, **named)

        return cast(Function, checked)

    return decorate


def check_kind(value: Any, where: str, *kinds: Kind) -> None:
    """Raise the first kind's error where the value is of none of them. where : the function, for the message."""
    if any(kind.fits(value) for kind in kinds):
        return
    found = next((kind for kind in _KNOWN if kind not in (PATH, TABLE) and kind.fits(value)), None)
    goes = f" What you have goes to {found.taken}." if found and found.taken else ""
    raise kinds[0].error(f"{where}: found {found.said if found else _plainly(value)}; expected {kinds[0].said}. "
                         f"{kinds[0].made}{goes}")


def _plainly(value: Any) -> str:
    """What an object is that is no result of rlskit."""
    if value is None:
        return "nothing (None)"
    if isinstance(value, str | Path):
        return f'the text "{value}"'
    if isinstance(value, pd.DataFrame):
        if not value.shape[1]:
            return "an empty table"
        return f"a table with the columns {', '.join(map(str, list(value)[:5]))}{', …' if value.shape[1] > 5 else ''}"
    if isinstance(value, int | float):
        return f"the number {value}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"
