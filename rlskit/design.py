"""From a formula and a table of nights to arrays: y, X, Z, person and night indices, and every row left out with why.

The one place that picks rows or columns for a model. Columns are standardised inside (centre 0, sd 1), so that a
caffeine column in milligrams and a yes/no column are equally easy to fit; `Design.to_user` goes back to the user's
scale. Nothing is dropped silently: rows in = rows modelled + rows in `left_out`.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rlskit.columns import (
    check_collinear,
    check_duplicates,
    check_infinite,
    check_numeric,
    check_numeric_outcome,
    check_outcome,
    check_yes_no,
    night_numbers,
    plain,
    require_column,
)  # fmt: skip
from rlskit.engine import Family, Nights, Ordinal, Scenario, YesNo
from rlskit.errors import ModelError
from rlskit.levels import Levels, check_levels, find_levels, read_levels

if TYPE_CHECKING:  # formulaic is loaded by the first formula that is read: it takes a third as long as pandas
    from formulaic import Formula, ModelMatrix

YES_NO, ORDERED, NUMERIC = "yes/no", "ordinal", "numeric"
_CHECKS = {YES_NO: (check_yes_no, check_outcome), NUMERIC: (check_numeric, check_numeric_outcome)}
_SPLIT = re.compile(r"\b(within|between)\(\s*([A-Za-z_.][\w.]*)\s*\)")


@dataclass(frozen=True)
class Design:
    """A model's rows and columns, sorted by person, then night.

    formula as typed; outcome: name of the outcome column, response (n,): it as numbers (yes 1, no 0), levels: those of
    an ordinal one, else None. frame: the modelled rows, yes/no columns as 1.0/0.0. nights: engine arrays. x (n, p)
    standardised columns named `names`; centre, scale (p,). slope_names: columns whose coefficient differs between
    people, the intercept first. people: labels, in the order of `nights.starts`. columns: source columns of the
    right-hand side. left_out: row, person, night, reason. left_out_terms: term → reason.
    """

    formula: str
    outcome: str
    response: np.ndarray
    frame: pd.DataFrame
    nights: Nights
    x: np.ndarray
    names: tuple[str, ...]
    centre: np.ndarray
    scale: np.ndarray
    slope_names: tuple[str, ...]
    people: tuple[Any, ...]
    columns: tuple[str, ...]
    left_out: pd.DataFrame
    left_out_terms: dict[str, str]
    spec: Any = field(repr=False)
    levels: Levels | None = None

    @property
    def to_user(self) -> np.ndarray:
        """(p, p): coefficients on the user's scale = to_user @ coefficients on the standardised scale."""
        change = np.diag(1.0 / self.scale)
        if "Intercept" in self.names:
            change[self.names.index("Intercept")] -= self.centre / self.scale
            change[self.names.index("Intercept"), self.names.index("Intercept")] = 1.0
        return change

    @property
    def weights(self) -> np.ndarray:
        """(n,): nights count equally within a person, people count equally; sums to one."""
        sizes = np.diff(np.append(self.nights.starts, len(self.frame)))
        return np.repeat(1.0 / (sizes * sizes.size), sizes)

    def scenario(self, **changes: float | np.ndarray | str) -> Scenario:
        """Every modelled night with some source columns set, the others as recorded. Person means stay."""
        if all(self._stands_alone(name) for name in changes):
            x = self.x.copy()
            for name, value in changes.items():
                at = self.names.index(name)
                x[:, at] = (value - self.centre[at]) / self.scale[at]
        else:
            frame = self.frame.assign(**{k: _as_column(v, self.frame[k]) for k, v in changes.items()})
            for name, value in changes.items():
                if f"within({name})" in frame:
                    mean = self.frame[name] - self.frame[f"within({name})"]
                    frame[f"within({name})"] = value - mean
            matrix = self.spec.get_model_matrix(frame, na_action="raise")
            x = (matrix[list(self.names)].to_numpy(dtype=float) - self.centre) / self.scale
        return Scenario(x, _slope_columns(x, self.names, self.slope_names))

    def _stands_alone(self, name: str) -> bool:
        touched = [str(term) for term, used in self.spec.term_variables.items() if name in {str(v) for v in used}]
        split = any(f"{kind}({name})" in self.frame for kind in ("within", "between"))
        return name in self.names and touched == [name] and not split


def make_design(
    formula: str,
    nights: pd.DataFrame,
    *,
    person: str = "person",
    night: str = "night",
    slopes: tuple[str, ...] = (),
    night_to_night: bool = True,
    kind: str = YES_NO,
) -> Design:
    """Read a formula against a table of nights.

    formula: `outcome ~ columns`, with within(x) and between(x) for the person-mean-centred part and the person mean.
    nights: one row per person-night, in any order; `night` an integer or a date; without a `person` column everything
    is one person's. kind: what the outcome column holds, YES_NO, ORDERED or NUMERIC. Raises ModelError, saying what was
    found, what was expected and what to do.
    """
    outcome, right = _split_formula(formula)
    asked = sorted({f"{part}({name})" for part, name in _SPLIT.findall(right)})
    parsed = _parse(_SPLIT.sub(r"`\1(\2)`", right), formula)
    columns = _source_columns(parsed, asked, right)
    needed = [outcome, *columns] + ([night] if night_to_night or night in nights else [])
    for name in needed:
        require_column(name, nights, formula if name != night else f"night={night!r}")
    if person != "person":
        require_column(person, nights, f"person={person!r}")
    frame = pd.DataFrame({name: plain(nights[name]) for name in dict.fromkeys([outcome, *columns])})
    frame["person "] = nights[person].to_numpy() if person in nights else "one person"
    frame["night "] = night_numbers(nights[night], night) if night in nights else np.arange(len(nights), dtype=float)
    frame["row "] = nights.index.to_numpy()
    declared: dict[float, str] = {}
    if kind == ORDERED:
        frame[outcome], declared = read_levels(nights[outcome], outcome)
    else:
        _CHECKS[kind][0](frame[outcome], outcome)
    check_infinite(frame, [outcome, *columns] if kind == NUMERIC else columns)
    frame, left_out = _leave_out(frame, outcome, columns, nights, person, night)
    frame, people, starts = _sort(frame)
    for name in asked:
        _add_split(frame, name, starts)
    levels = find_levels(frame[outcome], declared) if kind == ORDERED else None
    if levels is None:
        _CHECKS[kind][1](frame[outcome], outcome, len(people), len(left_out))
    else:
        check_levels(frame[outcome], levels, outcome, len(people), len(left_out))
    if night_to_night:
        check_duplicates(frame, night)
    matrix = parsed.get_model_matrix(frame, na_action="ignore")
    x, names, centre, scale, dropped = _columns(matrix, frame, columns, len(people))
    if levels is not None and "Intercept" not in names:
        raise ModelError(
            f'formula "{formula}": found no constant term; expected one, since thresholds between levels take its '
            'place. Leave "0 +" or "- 1" away.'
        )
    slope_names = _slope_names(matrix, slopes, names, dropped, people, formula)
    gap = np.diff(frame["night "].to_numpy(), prepend=np.nan)
    gap[starts] = np.inf
    response = frame[outcome].to_numpy(dtype=float)
    z = _slope_columns(x, names, slope_names)
    return Design(
        formula, outcome, response, frame, Nights(_family(response, kind, levels), starts, gap, z, night_to_night), x,
        names, centre, scale, slope_names, people, tuple(columns), left_out, dropped, matrix.model_spec, levels,
    )  # fmt: skip


def _family(response: np.ndarray, kind: str, levels: Levels | None) -> Family:
    if levels is not None:
        return Ordinal(np.searchsorted(levels.points, response), np.zeros(len(levels.points) - 2))
    # numeric nights have an engine of their own, which reads `response`
    return YesNo(np.where(response > 0.5, 1.0, -1.0) if kind == YES_NO else np.zeros(response.size))


def _split_formula(formula: str) -> tuple[str, str]:
    left, tilde, right = formula.partition("~")
    if not tilde or not left.strip() or not right.strip():
        raise ModelError(
            f'formula "{formula}": found no outcome and columns around a "~"; expected "symptoms ~ stretched + …". '
            'Write the outcome left of "~"; "symptoms ~ 1" fits the rate alone.'
        )
    return left.strip().strip("`"), right.strip()


def _parse(right: str, formula: str) -> Formula:
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    try:
        return Formula(right, _ordering="none")
    except FormulaicError as problem:
        plain = re.sub(r"\x1b\[[\d;]*m|[⧛⧚]", "", str(problem)).strip().splitlines()[0].rstrip(".")
        raise ModelError(f'formula "{formula}": could not be read: {plain}. Expected names joined by "+".') from problem


def _source_columns(parsed: Formula, asked: list[str], formula: str) -> list[str]:
    found = sorted({str(v) for v in parsed.required_variables} | _inside_functions(parsed))
    plain = [c for c in found if c not in asked]
    sources = [_SPLIT.sub(r"\2", name) for name in asked]
    return sorted(dict.fromkeys([*plain, *sources]), key=lambda c: (formula.find(c), c))


def _inside_functions(parsed: Formula) -> set[str]:
    """Columns inside a function of the formula, such as x in cr(x, df=3): formulaic itself names those of a function
    that remembers the data (splines, scale) only once it has seen them."""
    from formulaic.parser.types import Factor

    found: set[str] = set()
    for factor in (f for term in parsed for f in term.factors if f.eval_method is Factor.EvalMethod.PYTHON):
        try:
            tree = ast.parse(str(factor.expr), mode="eval")
        except SyntaxError:  # names in backquotes, which formulaic lists
            continue
        asides = [call.func for call in ast.walk(tree) if isinstance(call, ast.Call)]
        callers = {id(node) for aside in asides for node in ast.walk(aside)}
        found |= {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in callers}
    return found


def _leave_out(frame, outcome, columns, nights, person, night):
    watched = list(dict.fromkeys([outcome, *columns]))
    empty = frame[watched].isna()
    empty[person] = frame["person "].isna()
    empty[night] = frame["night "].isna()
    gone = empty.any(axis=1)
    names = empty.columns.to_numpy()
    reasons = [", ".join(names[row]) + " empty" for row in empty[gone].to_numpy()]
    left_out = pd.DataFrame(
        {
            "row": frame.loc[gone, "row "].to_numpy(),
            "person": frame.loc[gone, "person "].to_numpy(),
            "night": nights[night].array[gone.to_numpy()] if night in nights else frame.loc[gone, "night "].to_numpy(),
            "reason": reasons,
        }
    )
    kept = frame[~gone].copy()
    for name in columns:
        if isinstance(kept[name].dtype, pd.CategoricalDtype):
            kept[name] = kept[name].cat.remove_unused_categories()
    return kept, left_out


def _sort(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Any, ...], np.ndarray]:
    try:
        code, people = pd.factorize(frame["person "], sort=True)
    except TypeError:
        code, people = pd.factorize(frame["person "].astype(str), sort=True)
    order = np.lexsort((frame["night "].to_numpy(), code))
    code = code[order]
    starts = np.flatnonzero(np.diff(code, prepend=-1)) if code.size else np.zeros(0, dtype=int)
    return frame.iloc[order].reset_index(drop=True), tuple(people), starts


def _add_split(frame: pd.DataFrame, name: str, starts: np.ndarray) -> None:
    kind, source = name.removesuffix(")").split("(")
    if frame[source].dtype != float:
        raise ModelError(f'{name}: found words in column "{source}"; expected numbers or yes/no. Leave {kind}() away.')
    sizes = np.diff(np.append(starts, len(frame)))
    means = np.repeat(np.add.reduceat(frame[source].to_numpy(), starts) / sizes, sizes) if len(frame) else 0.0
    frame[name] = frame[source] - means if kind == "within" else means


def _columns(matrix: ModelMatrix, frame: pd.DataFrame, columns: list[str], people: int):
    values, names = matrix.to_numpy(dtype=float), [str(c) for c in matrix.columns]
    if not np.isfinite(values).all():
        row, at = np.argwhere(~np.isfinite(values))[0]
        raise ModelError(
            f'term "{names[at]}", row {frame["row "].iloc[row]}: not a finite number there; expected a term defined on '
            "every complete night (log(0) is not). Change the term."
        )
    sd = values.std(axis=0)
    constant = sd <= 1e-12 * np.maximum(1.0, np.abs(values).max(axis=0))
    intercept = np.array([name == "Intercept" for name in names])
    same = [n for n, c in zip(names, constant & ~intercept, strict=True) if c]
    same += [n for n in columns if frame[n].dtype != float and len(frame[n].unique()) == 1]
    dropped = dict.fromkeys(same, f"the same on all {len(values)} modelled nights")
    keep = ~constant | intercept
    values, names = values[:, keep], [n for n, k in zip(names, keep, strict=True) if k]
    centred = "Intercept" in names
    is_one = np.array([n == "Intercept" for n in names])
    centre = np.where(is_one | (not centred), 0.0, values.mean(axis=0))
    scale = np.where(is_one, 1.0, sd[keep])
    x = (values - centre) / scale
    check_collinear(x, names)
    return x, tuple(names), centre, scale, dropped


def _slope_names(matrix, slopes, names, dropped, people, formula) -> tuple[str, ...]:
    if len(people) <= 1:
        if slopes:
            raise ModelError(
                f"slopes={tuple(slopes)!r}: found one person; expected several, since slopes are what differs between "
                "people. Leave slopes away: the coefficient is this person's own."
            )
        return ()
    terms = {str(term): at for term, at in matrix.model_spec.term_indices.items()}
    found = ["Intercept"]
    for slope in slopes:
        if slope not in terms:
            near = get_close_matches(slope, list(terms), n=1)
            advice = f'Did you mean "{near[0]}"?' if near else "Add it to the formula."
            raise ModelError(f'slopes: found "{slope}", which is no term of "{formula}". {advice}')
        found += [n for n in (str(matrix.columns[i]) for i in terms[slope]) if n in names and n not in dropped]
    return tuple(found)


def _slope_columns(x: np.ndarray, names: tuple[str, ...], slope_names: tuple[str, ...]) -> np.ndarray:
    ones = np.ones((len(x), 1))
    parts = [ones if name == "Intercept" else x[:, [names.index(name)]] for name in slope_names]
    return np.hstack(parts) if parts else np.zeros((len(x), 0))


def _as_column(value: Any, like: pd.Series) -> Any:
    if isinstance(like.dtype, pd.CategoricalDtype):
        return pd.Categorical([value] * len(like), categories=like.cat.categories)
    return value
