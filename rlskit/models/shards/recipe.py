"""A model's rows in shards: runs of people that are read, held and asked wherever joblib runs.

A call sends a shard's address, its recipe (formula, levels, centre and scale: a kilobyte) and parameters, and gets sums
back. The process that answers reads the shard from the dataset the first time and keeps it. No shard is bound to a
process: its answer depends on what is asked alone (rlskit/engine/fitting/shard.py), so that a call that was lost
with its process is made again. joblib.parallel_config says where: nothing in this process, "loky" on the cores of
this computer, "dask" on a cluster. docs/decisions/0019-scale-out.md. Oracle: tests/unit/models/test_shards.py.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd

from rlskit.engine import Facts, Nights, Shard
from rlskit.engine.fitting.shard import look
from rlskit.engine.nights import add_facts
from rlskit.errors import ModelError
from rlskit.models.columns import PERSON, ROW
from rlskit.models.design import AnyDesign, Design, build, check_finite
from rlskit.models.formula import Asked, model_matrix, read_formula
from rlskit.models.levels import Levels
from rlskit.models.matrix import Columns
from rlskit.models.past import with_past
from rlskit.models.rows import Rows, read_rows
from rlskit.utils.dataset import EARLY, keep_quiet, people_of, read_people, stamp_of
from rlskit.utils.workers import Answer, everywhere

KEPT_NIGHTS = 4_000_000  # in one process: about a gigabyte


@dataclass(frozen=True)
class Question:
    """What is asked of a dataset: arguments of fit. quiet: only of nights known to be quiet at the landmark."""

    home: str
    formula: str
    kind: str
    person: str
    night: str
    slopes: tuple[str, ...]
    night_to_night: bool
    quiet: bool = False


@dataclass(frozen=True)
class Recipe:
    """How every shard makes its columns: the `question`, the `words` of each column of words, levels (points, labels,
    absent) of an ordinal outcome, and, once they are known, the columns (names, which are kept, centre, scale, slopes)
    and how many people there are. Values only, so that a process knows a recipe again."""

    question: Question
    words: tuple[tuple[str, tuple], ...]
    levels: tuple[tuple[float, ...], tuple[str, ...], tuple[str, ...]] | None = None
    keep: tuple[bool, ...] = ()
    names: tuple[str, ...] = ()
    centre: tuple[float, ...] = ()
    scale: tuple[float, ...] = ()
    slope_names: tuple[str, ...] = ()
    everybody: int = 0


@dataclass(frozen=True)
class Run:
    """People first … stop - 1 of a dataset; `before`: how many people with nights come before them; `stamp` of their
    files."""

    first: int
    stop: int
    before: int
    stamp: str


@dataclass
class _Held:
    design: Design
    shard: Shard


_held: OrderedDict[tuple[Recipe, Run], _Held] = OrderedDict()
_lock = Lock()  # a worker may have several threads


# --- in the process that answers --------------------------------------------------------------------------------------
def needed_columns(asked: Asked, question: Question, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    return tuple(dict.fromkeys([asked.outcome, *asked.needed, question.night, question.person, *more]))


def nights_of(question: Question, asked: Asked, first: int, stop: int, more: tuple[str, ...] = ()) -> pd.DataFrame:
    """The nights of people first … stop - 1 that are asked for."""
    wanted = needed_columns(asked, question, (*more, *((EARLY,) if question.quiet else ())))
    nights = with_past(asked, read_people(question.home, first, stop, wanted), question.person, question.night)
    return keep_quiet(nights) if question.quiet else nights


def rows_of(question: Question, asked: Asked, nights: pd.DataFrame) -> Rows:
    return read_rows(asked, nights, person=question.person, night=question.night,
                     night_to_night=question.night_to_night, kind=question.kind)


def matrix_of(recipe: Recipe, run: Run) -> tuple[Asked, Rows, np.ndarray, list[str], Any]:
    """A run's rows and model matrix (n, all columns), with the names of those and formulaic's spec."""
    question = recipe.question
    if stamp_of(question.home, run.first, run.stop) != run.stamp:
        raise ModelError(f"{question.home}: found files that changed while the model was being fitted; expected the "
                         "dataset to stay as it is. Fit again.")
    asked = read_formula(question.formula)
    rows = rows_of(question, asked, nights_of(question, asked, run.first, run.stop))
    for name, words in recipe.words:
        rows.frame[name] = pd.Categorical(rows.frame[name], categories=list(words))
    matrix = model_matrix(asked, rows.frame)
    values, names = matrix.to_numpy(dtype=float), [str(c) for c in matrix.columns]
    check_finite(values, names, rows.frame)
    return asked, rows, values, names, matrix.model_spec


def _hold(recipe: Recipe, run: Run) -> _Held:
    key = (recipe, run)
    found = _held.get(key)
    if found is None:
        asked, rows, values, _, spec = matrix_of(recipe, run)
        frame = rows.frame.drop(columns=[PERSON, ROW])
        columns = Columns(np.array(recipe.keep), recipe.names, np.array(recipe.centre), np.array(recipe.scale),
                          recipe.slope_names, {})
        light = Rows(frame, rows.people, rows.starts, rows.left_out.iloc[:0], {})
        design = build(
            asked=asked, rows=light, values=values, columns=columns, levels=levels_of(recipe),
            kind=recipe.question.kind, persistence=recipe.question.night_to_night, spec=spec,
            everybody=recipe.everybody)
        found = _Held(design, Shard(design.nights, design.x, run.before))
        with _lock:
            while _held and sum(one.design.size for one in _held.values()) > KEPT_NIGHTS - design.size:
                _held.popitem(last=False)
            _held[key] = found
    else:
        with _lock:
            if key in _held:
                _held.move_to_end(key)
    return found


def levels_of(recipe: Recipe) -> Levels | None:
    if recipe.levels is None:
        return None
    points, labels, absent = recipe.levels
    return Levels(labels, np.array(points), absent)


def _ask_shard(recipe: Recipe, run: Run, task: Callable[..., Answer], given: tuple) -> Answer:
    return task(_hold(recipe, run).shard, *given)


def _ask_design(recipe: Recipe, run: Run, task: Callable[..., Answer], given: tuple) -> Answer:
    return task(_hold(recipe, run).design, *given)


# --- in the process that asks -----------------------------------------------------------------------------------------
class Dispersed:
    """The shards of a dataset, for engine.Objective: engine.shard.Parts."""

    alone = False

    def __init__(self, recipe: Recipe, runs: tuple[Run, ...]):
        self.recipe, self.runs = recipe, runs
        self._facts: Facts | None = None

    @property
    def facts(self) -> Facts:
        if self._facts is None:
            self._facts = add_facts(self.each(look))
        return self._facts

    @property
    def nights(self) -> Nights:
        raise _not_here(self.recipe.question)

    @property
    def x(self) -> np.ndarray:
        raise _not_here(self.recipe.question)

    def each(self, task: Callable[..., Answer], *given: Any) -> list[Answer]:
        return everywhere((_ask_shard, (self.recipe, run, task, given)) for run in self.runs)

    def fresh(self) -> Dispersed:
        return self


def _not_here(question: Question) -> ModelError:
    return ModelError(
        f'"{question.formula}": found a model of a dataset, whose nights are in shards; expected nights in one table '
        "for this. Fit it on rk.load_nights(...) of the people it is about."
    )


@dataclass(frozen=True, kw_only=True)
class ShardedDesign(AnyDesign):
    """A design whose nights stay in their dataset: `parts`; `total` modelled nights. left_out: reason, nights. inputs:
    name and SHA-256 of the dataset, for the stamp. aside: (reason, nights) that were set aside before the model."""

    parts: Dispersed = field(repr=False)
    total: int = 0
    inputs: tuple[tuple[str, str], ...] = ()
    aside: tuple[tuple[str, int], ...] = ()

    @property
    def set_aside(self) -> list[tuple[str, int]]:
        return list(self.aside)

    @property
    def size(self) -> int:
        return self.total

    @property
    def persistence(self) -> bool:
        return self.parts.recipe.question.night_to_night

    def each(self, task: Callable[..., Answer], *given: Any) -> list[Answer]:
        return everywhere((_ask_design, (self.parts.recipe, run, task, given)) for run in self.parts.runs)

    def __getattr__(self, name: str):
        # what only a table in one piece has: frame, nights, x, weights, scenario, …
        if name.startswith("_"):
            raise AttributeError(name)
        if hasattr(Design, name) or name in Design.__dataclass_fields__:
            raise _not_here(self.parts.recipe.question)
        raise AttributeError(name)


def named(home: str, runs: Iterable[Run]) -> tuple[str, ...]:
    """The people of some runs."""
    names = people_of(home)
    return tuple(name for run in runs for name in names[run.first : run.stop])
