"""C(x, levels=[…]) in a formula: every value of the column must be among the levels listed. formulaic takes one that is
not for an empty cell, and that for the level the others are compared with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from rlskit.errors import ModelError

_QUOTED = re.compile(r"`([^`]*)`")
_LEVELS = re.compile(r"\bC\(.*\blevels\s*=")


def check_listed(formula: str, parsed: Any, frame: pd.DataFrame) -> None:
    """Refuses a column of the frame with a value that its levels leave out. parsed: formulaic's terms."""
    for column, listed in _listed(parsed):
        values = frame[column].dropna().unique()
        # as pandas, and so formulaic, finds them: 1.0 is 1, and not True
        missing = list(values[pd.Index(listed).get_indexer_for(values) == -1])
        if missing:
            advice = ("Write levels=[0, 1]: no is 0 there, and yes 1." if any(isinstance(one, bool) for one in listed)
                      else "Add it to the levels, or leave those nights out of the table.")
            known = " or ".join(_said(one) for one in listed) or "some levels"
            raise ModelError(f'formula "{formula}": found {_said(min(missing))} in column "{column}", which its '
                             f"levels leave out; expected {known}. {advice}")


def _said(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)


def tree_of(code: str) -> tuple[ast.Expression, dict[str, str]]:
    """The parts of a function in a formula, with names in place of its `quoted` columns, and what each stands for."""
    names = {f"_quoted_{i}": name for i, name in enumerate(_QUOTED.findall(code))}
    for name in names:
        code = _QUOTED.sub(name, code, count=1)
    return ast.parse(code, mode="eval"), names


def _listed(parsed: Any) -> Iterator[tuple[str, list]]:
    """Columns that stand in C() with levels written out, and those levels."""
    for code in dict.fromkeys(str(factor.expr) for term in parsed for factor in term.factors):
        if not _LEVELS.search(code):
            continue
        tree, quoted = tree_of(code)
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "C" and call.args:
                column, levels = getattr(call.args[0], "id", None), _literal(call)
                if column and levels is not None and len(set(levels)) == len(levels):
                    yield quoted.get(column, column), levels


def _literal(call: ast.Call) -> list | None:
    written = next((one.value for one in call.keywords if one.arg == "levels"), None)
    return list(ast.literal_eval(written)) if isinstance(written, ast.List | ast.Tuple) and all(
        isinstance(one, ast.Constant) for one in written.elts) else None
