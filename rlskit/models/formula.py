"""Reading a formula: its outcome, the source columns it needs, and the columns it makes of them: within(x), between(x),
lag(x) and rolling(x, nights).

Oracle: tests/unit/models/test_design.py.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rlskit.errors import ModelError

if TYPE_CHECKING:  # formulaic is loaded by the first formula that is read: it takes a third as long as pandas
    from formulaic import Formula
    from formulaic.parser.types import Factor

_GROUPED = re.compile(r"\bC\(\s*(?:([A-Za-z_.][\w.]*)|`([^`]+)`)\s*[,)]")
_NUMBER = re.compile(r"`\s*([\d.]+)\s*`")
_MADE = re.compile(r"(?<![\w.])(within|between|lag|rolling)\s*\(\s*([A-Za-z_.][\w.]*)\s*"
                   r"(?:,\s*(?:nights\s*=\s*)?([1-9]\d{0,3})\s*)?\)")
_UNMADE = re.compile(r"(?<![\w.])(within|between|lag|rolling)\s*\(")
# methods of a column that take the row above for the night before, whoever's it is
_BY_ROW = re.compile(r"\.(shift|diff|rolling|expanding|ewm|cum\w+|[fb]fill|pct_change)\s*\(")
_QUOTED = re.compile(r"`([^`]*)`")
_LEVELS = re.compile(r"\bC\(.*\blevels\s*=")
_DOTS = re.compile(r"(?<![\w.])(\.+)(?![\w.])")
# what NumPy and pandas say of words where a function takes numbers
_OF_NUMBERS = re.compile(r"\bufunc\b|convert string|dtype category|numpy op")
_CALLED = re.compile(r"(?<![\w.])(\w+)\(")


@dataclass(frozen=True)
class Made:
    """A column that a formula makes of another: its `name`, the `kind` (within, between, lag or rolling), the `source`,
    which may itself be made, and over how many `nights` it looks back (0: it does not)."""

    name: str
    kind: str
    source: str
    nights: int


@dataclass(frozen=True)
class Asked:
    """A formula, read: the `outcome` and source `columns`, those that look back among them; `split`: made of modelled
    nights (within(x)), `back`: made of the whole table (lag(x)), each after what it is made of; columns that it calls
    groups (C(x)); and formulaic's own."""

    formula: str
    outcome: str
    columns: tuple[str, ...]
    split: tuple[Made, ...]
    back: tuple[Made, ...]
    grouped: frozenset[str]
    parsed: Formula

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that the table of nights must have."""
        made = {one.name for one in self.back}
        sources = {one.source for one in self.back} - made
        return tuple(dict.fromkeys([*(name for name in self.columns if name not in made), *sorted(sources)]))


def grouped_column(code: str) -> str | None:
    """The column whose values are groups by this part of a formula: x of C(x, …)."""
    found = _GROUPED.match(code)
    return None if found is None else found[1] or found[2]


def read_formula(formula: str) -> Asked:
    """Raises ModelError for a formula that cannot be read."""
    outcome, right = _split_formula(formula)
    text, made = _make_columns(right, formula)
    parsed = _parse(text, formula)
    split = tuple(one for one in made if not one.nights)
    columns = tuple(_source_columns(parsed, split, right.replace("`", "")))
    _check_calls(columns, text, formula)
    if outcome in columns:
        raise ModelError(
            f'formula "{formula}": found "{outcome}" on both sides of the "~"; expected other columns on the right. '
            "Leave it out there: nothing explains itself."
        )
    if "~" in columns:
        raise ModelError(f'formula "{formula}": found a column named "~", which a formula takes for its own sign; '
                         "expected another name. Rename the column.")
    number = _NUMBER.search(right)
    if number is not None:
        raise ModelError(
            f'formula "{formula}": found a column named "{number[1]}", which a formula takes for the number; expected '
            "another name. Rename the column."
        )
    if "Intercept" in columns:
        raise ModelError(
            f'formula "{formula}": found a column named "Intercept"; expected another name, since the constant of '
            "every model is called that. Rename the column."
        )
    grouped = frozenset(plain or quoted for plain, quoted in _GROUPED.findall(text))
    return Asked(formula, outcome, columns, split, tuple(one for one in made if one.nights), grouped, parsed)


def _make_columns(right: str, formula: str) -> tuple[str, list[Made]]:
    """The right-hand side with the quoted name of every column that it makes in its place, and those columns, innermost
    first. Raises ModelError for one that cannot be made."""
    names: dict[str, str] = {}
    made: dict[str, Made] = {}

    def stand_in(name: str) -> str:
        names[f"_name_{len(names)}_"] = name
        return list(names)[-1]

    text = _QUOTED.sub(lambda quoted: stand_in(quoted[1]), right)
    while found := _MADE.search(text):
        kind, source, nights = found.groups()
        source = names.get(source, source)
        one = _made_of(kind, source, nights)
        if one is None:
            raise _unmade(kind, formula)
        if one.nights and source in made and not made[source].nights:
            raise ModelError(f'formula "{formula}": found {kind}() of {source}; expected it the other way round, as in '
                             f"{made[source].kind}({kind}(…)): a mean is taken once it is known which nights count.")
        made[one.name] = one
        text = text[: found.start()] + stand_in(one.name) + text[found.end() :]
    unmade, row = _UNMADE.search(text), _BY_ROW.search(text)
    if unmade:
        raise _unmade(unmade[1], formula)
    if row:
        raise ModelError(f'formula "{formula}": found .{row[1]}(…), which takes the row above for the night before, '
                         "whoever's it is and however long ago; expected lag(x) or rolling(x, nights), which know "
                         "people and calendar nights.")
    for key, name in names.items():
        text = text.replace(key, f"`{name}`")
    return text, list(made.values())


_TAKES = {
    "within": "which takes the name of one column", "between": "which takes the name of one column",
    "lag": "which takes the name of one column, and perhaps how many nights before, as in lag(x, 2)",
    "rolling": "which takes the name of one column and over how many nights before, as in rolling(x, 7)",
}  # fmt: skip


def _unmade(kind: str, formula: str) -> ModelError:
    return ModelError(f'formula "{formula}": found {kind}(…), {_TAKES[kind]}. Make a column of what is inside it '
                      "first.")


def _made_of(kind: str, source: str, nights: str | None) -> Made | None:
    """None where that many nights cannot be asked for."""
    if (kind == "rolling" and nights is None) or (kind in ("within", "between") and nights is not None):
        return None
    said = f", {nights}" if nights not in (None, "1") or kind == "rolling" else ""
    return Made(f"{kind}({source}{said})", kind, source, int(nights or kind == "lag"))


def _split_formula(formula: str) -> tuple[str, str]:
    if not isinstance(formula, str):
        raise ModelError(f'formula: found {formula!r}; expected text such as "symptoms ~ stretched".')
    if "``" in formula:
        raise ModelError(f'formula "{formula}": found "``", a column without a name; expected a name between the two '
                         "signs. Give the column a name.")
    left, tilde, right = formula.partition("~")
    bare = _QUOTED.sub("", right)
    if "~" in bare:
        raise ModelError(f'formula "{formula}": found "~" more than once; expected one, between the outcome and the '
                         'columns. Join columns by "+".')
    dots = _DOTS.search(bare)
    if dots is not None:
        raise ModelError(f'formula "{formula}": found "{dots[1]}"; expected the names of columns. Write each one, '
                         'joined by "+".')
    if not tilde or not left.strip() or not right.strip():
        raise ModelError(
            f'formula "{formula}": found no outcome and columns around a "~"; expected "symptoms ~ stretched + …". '
            'Write the outcome left of "~"; "symptoms ~ 1" fits the rate alone.'
        )
    return left.strip().strip("`"), right.strip()


def _parse(right: str, formula: str) -> Formula:
    from formulaic import Formula
    from formulaic.errors import FormulaicError
    from formulaic.formula import SimpleFormula

    try:
        parsed = Formula(right, _ordering="none")
        parsed.required_variables  # noqa: B018  a function of columns is only read when it is asked for them
        if isinstance(parsed, SimpleFormula):
            return parsed
        raise _bar(formula)
    except SyntaxError as problem:
        found = f'"{problem.text.strip()}"' if problem.text else "a function in it"
        raise ModelError(f'formula "{formula}": could not be read: {found} is not complete. Look for what is missing '
                         "inside its brackets.") from problem
    except FormulaicError as problem:
        if "Operator `|" in str(problem) or "||" in _QUOTED.sub("", right):
            raise _bar(formula) from problem
        plain = re.sub(r"\x1b\[[\d;]*m|[⧛⧚]", "", str(problem)).strip().splitlines()[0].rstrip(".")
        raise ModelError(f'formula "{formula}": could not be read: {plain}. Expected names joined by "+".') from problem


def _bar(formula: str) -> ModelError:
    return ModelError(
        f'formula "{formula}": found "|"; expected columns joined by "+", and in brackets what differs between '
        "people: (1 + x | person)."
    )


def model_matrix(asked: Asked, frame: pd.DataFrame) -> Any:
    """formulaic's model matrix of the rows of a frame. Raises ModelError for a term that cannot be worked out, or whose
    levels leave a value out."""
    _check_listed(asked.formula, asked.parsed, frame)
    try:
        with np.errstate(all="ignore"):  # what is no finite number is refused by whoever asked
            return asked.parsed.get_model_matrix(frame, na_action="ignore")
    except Exception as problem:  # whatever a function of the user's says
        raise _not_worked_out(asked, frame, problem) from problem


def _not_worked_out(asked: Asked, frame: pd.DataFrame, problem: Exception) -> ModelError:
    """Names the first term that fails by itself: formulaic does not say it of every problem."""
    from formulaic.errors import FactorEvaluationError
    from formulaic.formula import SimpleFormula

    term: Any = asked.formula
    for one in asked.parsed:
        try:
            SimpleFormula([one]).get_model_matrix(frame, na_action="ignore")
        except Exception as own:
            term, problem = one, own
            break
    own_words = problem.__cause__ if isinstance(problem, FactorEvaluationError) else problem
    text = str(own_words) or type(own_words).__name__
    used = sorted(set().union(*(_columns_of(factor) for factor in getattr(term, "factors", ()))))
    words = next((name for name in used if frame[name].dtype != float), None)
    if words is not None and _OF_NUMBERS.search(text):
        return ModelError(f'formula "{asked.formula}": found words in column "{words}", of which "{term}" cannot be '
                          "worked out; expected numbers or yes/no. Write the column by itself.")
    said = re.sub(r"\s+", " ", text.strip().splitlines()[0]).rstrip(".")
    return ModelError(f'formula "{asked.formula}": found "{term}", which cannot be worked out: {said}. Correct what is '
                      "inside its brackets, or make a column of it first.")


def _check_calls(columns: tuple[str, ...], right: str, formula: str) -> None:
    """Refuses functions that are none, which would be looked for among the columns."""
    name = next((name for name in _CALLED.findall(_QUOTED.sub("", right)) if name in columns), None)
    if name is None:
        return
    why = {"offset": "but there are no offsets: docs/limits.md says which software has them. Leave it out"}
    raise ModelError(f'formula "{formula}": found {name}(…), '
                     f"{why.get(name, 'which is no function of a formula. Make a column of it first')}.")


def _source_columns(parsed: Formula, split: tuple[Made, ...], formula: str) -> list[str]:
    found = sorted(set().union(*(_columns_of(factor) for term in parsed for factor in term.factors)))
    made = {one.name: one.source for one in split}
    while set(found) & set(made):
        found = [made.get(name, name) for name in found]
    return sorted(dict.fromkeys(found), key=lambda c: (formula.find(c), c))


def _columns_of(factor: Factor) -> set[str]:
    """Columns of one part of a formula, such as x in cr(x, df=3). Formulaic names those of a function that remembers
    the data (splines, scale) only once it has seen them, and cuts a quoted name at its dot."""
    from formulaic.parser.types import Factor
    from formulaic.transforms import TRANSFORMS

    if factor.eval_method is not Factor.EvalMethod.PYTHON:
        return {str(factor.expr)} if factor.eval_method is Factor.EvalMethod.LOOKUP else set()
    tree, quoted = _tree_of(str(factor.expr))
    names = {n.id: n for n in ast.walk(tree) if isinstance(n, ast.Name)}
    called = {n.id for call in ast.walk(tree) if isinstance(call, ast.Call) for n in ast.walk(call.func)
              if isinstance(n, ast.Name)}
    listed = {str(one.root) for one in factor.required_variables} & set(names)
    plain = ((set(names) - called) | listed) - set(quoted)
    return (plain - set(TRANSFORMS)) | set(quoted.values())


def _check_listed(formula: str, parsed: Any, frame: pd.DataFrame) -> None:
    """Refuses C(x, levels=[…]) where a value of the column is not among the levels listed: formulaic takes it for an
    empty cell, and that for the level the others are compared with. parsed: formulaic's terms."""
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


def _tree_of(code: str) -> tuple[ast.Expression, dict[str, str]]:
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
        tree, quoted = _tree_of(code)
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "C" and call.args:
                column, levels = getattr(call.args[0], "id", None), _literal(call)
                if column and levels is not None and len(set(levels)) == len(levels):
                    yield quoted.get(column, column), levels


def _literal(call: ast.Call) -> list | None:
    written = next((one.value for one in call.keywords if one.arg == "levels"), None)
    return list(ast.literal_eval(written)) if isinstance(written, ast.List | ast.Tuple) and all(
        isinstance(one, ast.Constant) for one in written.elts) else None
