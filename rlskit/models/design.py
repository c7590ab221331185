"""From a formula and a table of nights to arrays: y, X, Z, person and night indices, and every row left out with why.

The one place that picks rows or columns for a model. Columns are standardised inside (centre 0, sd 1), so that a
caffeine column in milligrams and a yes/no column are equally easy to fit; `Design.to_user` goes back to the user's
scale. Nothing is dropped silently: rows in = rows modelled + rows in `left_out`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from rlskit.engine import Family, Nights, Ordinal, Scenario, YesNo
from rlskit.errors import ModelError
from rlskit.models.columns import (
    LARGEST,
    NIGHT,
    ROW,
    check_collinear,
    check_filled,
    check_numeric_outcome,
    check_outcome,
    set_columns,
)  # fmt: skip
from rlskit.models.formula import Asked, model_matrix, read_formula
from rlskit.models.levels import Levels, check_levels, find_levels
from rlskit.models.matrix import Columns, Moments, choose_columns, rounding_of, touches
from rlskit.models.past import with_past
from rlskit.models.rows import NUMERIC, ORDERED, YES_NO, Rows, read_rows
from rlskit.utils.dataset import SET_ASIDE

Part = TypeVar("Part")
_CHECKS = {YES_NO: check_outcome, NUMERIC: check_numeric_outcome}


@dataclass(frozen=True, kw_only=True)
class AnyDesign:
    """What a fit and its effects ask of a design, wherever its nights are: here (Design) or in shards.

    formula as typed; outcome: name of the outcome column, levels: those of an ordinal one, else None. Standardised
    columns `names` with their centre, scale (p,). slope_names: columns whose coefficient differs between people, the
    intercept first. people: labels, sorted. columns: source columns of the right-hand side. left_out: row, person,
    night, reason. left_out_terms: term → reason. spec: formulaic's. person_column, night_column: names in the table.
    """

    formula: str
    outcome: str
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
    person_column: str = "person"
    night_column: str = "night"

    @property
    def size(self) -> int:
        """Number of modelled nights."""
        raise NotImplementedError

    @property
    def persistence(self) -> bool:
        """Whether something carries over from night to night in the model."""
        raise NotImplementedError

    @property
    def to_user(self) -> np.ndarray:
        """(p, p): coefficients on the user's scale = to_user @ coefficients on the standardised scale."""
        change = np.diag(1.0 / self.scale)
        if "Intercept" in self.names:
            change[self.names.index("Intercept")] -= self.centre / self.scale
            change[self.names.index("Intercept"), self.names.index("Intercept")] = 1.0
        return change

    def each(self, task: Callable[..., Part], *given: Any) -> list[Part]:
        """task(design, *given) of every part of the table, in order."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Design(AnyDesign):
    """A model's rows and columns, sorted by person, then night.

    response (n,): the outcome as numbers (yes 1, no 0). frame: the modelled rows, yes/no columns as 1.0/0.0. nights:
    engine arrays, x (n, p). everybody: number of people of the whole table, where this is a part of it.
    """

    __module__ = "rlskit"

    response: np.ndarray
    frame: pd.DataFrame
    nights: Nights
    x: np.ndarray
    everybody: int = 0
    # scenarios made for these nights (rlskit/effects/estimates.py)
    kept: dict[Any, Scenario] = field(default_factory=dict, repr=False, compare=False)

    @property
    def size(self) -> int:
        """Number of modelled nights."""
        return len(self.frame)

    @property
    def persistence(self) -> bool:
        """Whether something carries over from night to night in the model."""
        return self.nights.persistence

    def each(self, task: Callable[..., Part], *given: Any) -> list[Part]:
        """What `task` says of this table, in a list of one: a design in shards has more."""
        return [task(self, *given)]

    @property
    def set_aside(self) -> list[tuple[str, int]]:
        """(reason, nights) that quiet_nights had set aside before the model."""
        return list(self.frame.attrs.get(SET_ASIDE, ()))

    @cached_property
    def weights(self) -> np.ndarray:
        """(n,): nights count equally within a person, people count equally; sums to one over `everybody`."""
        sizes = np.diff(np.append(self.nights.starts, len(self.frame)))
        return np.repeat(1.0 / (sizes * (self.everybody or sizes.size)), sizes)

    def scenario(self, /, **changes: float | np.ndarray | str) -> Scenario:
        """Every modelled night with some source columns set, the others as recorded. Person means stay."""
        if all(self._stands_alone(name) for name in changes):
            x = self.x.copy()
            for name, value in changes.items():
                at = self.names.index(name)
                x[:, at] = (value - self.centre[at]) / self.scale[at]
        else:
            frame = set_columns(self.frame, {k: _as_column(v, self.frame[k]) for k, v in changes.items()})
            for name, value in changes.items():
                if f"within({name})" in frame:
                    mean = self.frame[name] - self.frame[f"within({name})"]
                    frame[f"within({name})"] = value - mean
            x = self.columns_of(frame)
            _check_defined(x, self.names, changes)
        return self.scenario_of(x)

    def scenario_of(self, x: np.ndarray) -> Scenario:
        """Nights with these standardised columns, (rows, p)."""
        return Scenario(x, _slope_columns(x, self.names, self.slope_names))

    def columns_of(self, frame: pd.DataFrame) -> np.ndarray:
        """The standardised columns of other rows that have the source columns, (rows, p)."""
        with np.errstate(all="ignore"):
            matrix = self.spec.get_model_matrix(frame, na_action="raise")
        return (matrix[list(self.names)].to_numpy(dtype=float) - self.centre) / self.scale

    def _stands_alone(self, name: str) -> bool:
        touched = [str(term) for term, used in self.spec.term_variables.items() if any(touches(v, name) for v in used)]
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

    formula: `outcome ~ columns`, with within(x) and between(x) for the person-mean-centred part and the person mean,
    lag(x) and rolling(x, nights) for the nights before (past.py).
    nights: one row per person-night, in any order; `night` an integer or a date; without a `person` column everything
    is one person's. kind: what the outcome column holds, YES_NO, ORDERED or NUMERIC. Raises ModelError, saying what was
    found, what was expected and what to do.
    """
    asked = read_formula(formula)
    nights = with_past(asked, nights, person, night)
    rows = read_rows(asked, nights, person=person, night=night, night_to_night=night_to_night, kind=kind)
    frame, people = rows.frame, rows.people
    check_filled(nights, asked.columns, formula)
    levels = find_levels(frame[asked.outcome], rows.declared) if kind == ORDERED else None
    _check_answers(frame[asked.outcome], kind, levels, len(people), len(rows.left_out))
    matrix = model_matrix(asked, frame)
    values, found = matrix.to_numpy(dtype=float), [str(c) for c in matrix.columns]
    check_finite(values, found, frame)
    rounding = rounding_of(values, found, matrix.model_spec, frame)
    moments = Moments(len(values), values.mean(axis=0), values.std(axis=0), rounding)
    alone = [n for n in asked.columns if frame[n].dtype != float and len(frame[n].unique()) == 1]
    columns = choose_columns(found, moments, alone, matrix.model_spec, slopes, people, asked.formula)
    design = build(
        asked=asked, rows=rows, values=values, columns=columns, levels=levels, kind=kind, persistence=night_to_night,
        spec=matrix.model_spec)
    check_collinear(design.x, list(columns.names))
    check_constant(columns, levels, formula)
    return design


def build(
    asked: Asked, rows: Rows, values: np.ndarray, columns: Columns, levels: Levels | None, kind: str, persistence: bool,
    spec: Any, everybody: int = 0,
) -> Design:
    """The design of rows whose model matrix is `values`, with columns chosen."""
    x = (values[:, columns.keep] - columns.centre) / columns.scale
    gap = np.diff(rows.frame[NIGHT].to_numpy(), prepend=np.nan)
    gap[rows.starts] = np.inf
    response = rows.frame[asked.outcome].to_numpy(dtype=float)
    z = _slope_columns(x, columns.names, columns.slope_names)
    nights = Nights(_family(response, kind, levels), rows.starts, gap, z, persistence)
    return Design(
        formula=asked.formula, outcome=asked.outcome, response=response, frame=rows.frame, nights=nights, x=x,
        names=columns.names, centre=columns.centre, scale=columns.scale, slope_names=columns.slope_names,
        people=rows.people, columns=asked.columns, left_out=rows.left_out, left_out_terms=columns.dropped, spec=spec,
        levels=levels, everybody=everybody, person_column=rows.person_column, night_column=rows.night_column,
    )  # fmt: skip


def with_answers(design: Design, kind: str, answers: np.ndarray) -> Design:
    """The same nights with other answers (n,), read and refused as a user's own are; of an ordinal outcome some of its
    points."""
    known = design.levels
    frame = set_columns(design.frame, {design.outcome: answers})
    labels = {} if known is None else dict(zip(known.points, known.labels, strict=True))
    levels = None if known is None else find_levels(frame[design.outcome], labels)
    _check_answers(frame[design.outcome], kind, levels, len(design.people), 0)
    nights = replace(design.nights, family=_family(answers, kind, levels))
    return replace(design, response=answers, frame=frame, nights=nights, levels=levels)


def _check_answers(answers: pd.Series, kind: str, levels: Levels | None, people: int, left: int) -> None:
    if levels is None:
        _CHECKS[kind](answers, str(answers.name), people, left)
    else:
        check_levels(answers, levels, str(answers.name), people, left)


def check_constant(columns: Columns, levels: Levels | None, formula: str) -> None:
    if levels is not None and "Intercept" not in columns.names:
        raise ModelError(
            f'formula "{formula}": found no constant term; expected one, since thresholds between levels take its '
            'place. Leave "0 +" or "- 1" out.'
        )


def _family(response: np.ndarray, kind: str, levels: Levels | None) -> Family:
    if levels is not None:
        return Ordinal(np.searchsorted(levels.points, response), np.zeros(len(levels.points) - 2))
    # numeric nights have an engine of their own, which reads `response`
    return YesNo(np.where(response > 0.5, 1.0, -1.0) if kind == YES_NO else np.zeros(response.size))


def _check_defined(x: np.ndarray, names: tuple[str, ...], changes: dict[str, Any]) -> None:
    if np.isfinite(x).all():
        return
    term = names[int(np.argwhere(~np.isfinite(x))[0, 1])]
    said = ", ".join(f'"{name}" set to {value:{"g" if isinstance(value, float) else ""}}'
                     for name, value in changes.items())
    raise ModelError(f'term "{term}": not a finite number with {said}; expected a value at which it is defined (log(0) '
                     "is not). Compare other values.")


def check_finite(values: np.ndarray, names: list[str], frame: pd.DataFrame) -> None:
    if not np.isfinite(values).all():
        row, at = np.argwhere(~np.isfinite(values))[0]
        raise ModelError(
            f'term "{names[at]}", row {frame[ROW].iloc[row]}: not a finite number there; expected a term defined on '
            "every complete night (log(0) is not). Change the term."
        )
    if (np.abs(values) > LARGEST).any():
        row, at = np.argwhere(np.abs(values) > LARGEST)[0]
        raise ModelError(
            f'term "{names[at]}", row {frame[ROW].iloc[row]}: found {values[row, at]:g}, out of range; '
            f"expected numbers up to {LARGEST:g}. Change the term."
        )


def _slope_columns(x: np.ndarray, names: tuple[str, ...], slope_names: tuple[str, ...]) -> np.ndarray:
    ones = np.ones((len(x), 1))
    parts = [ones if name == "Intercept" else x[:, [names.index(name)]] for name in slope_names]
    return np.hstack(parts) if parts else np.zeros((len(x), 0))


def slope_terms(design: AnyDesign) -> tuple[str, ...]:
    """The terms whose coefficients differ between people, as `slopes` takes them."""
    own = set(design.slope_names) - {"Intercept"}
    names = design.spec.column_names
    return tuple(str(term) for term, at in design.spec.term_indices.items() if own & {names[i] for i in at})


def _as_column(value: Any, like: pd.Series) -> Any:
    if isinstance(like.dtype, pd.CategoricalDtype):
        return pd.Categorical([value] * len(like), categories=like.cat.categories)
    return value
