"""A dataset and a formula → a ShardedDesign, in two passes over the people; a small dataset → a table.

The first pass counts: modelled nights of every person, which set the borders of shards, left-out nights by reason, the
words of every column. The second makes every shard's model matrix with those words and returns its moments and the R
of its QR factors: together the centre, the sd and the rank of everybody's columns (Chan, Golub & LeVeque 1983; stacked
R: Demmel et al. 2012, SIAM J. Sci. Comput. 34, A206-A239). A term that learns from other nights than its own row would
mean something else in every shard, and is refused. Oracle: tests/unit/models/test_shards.py (against make_design).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from rlskit.engine import borders
from rlskit.errors import ModelError
from rlskit.models.columns import PERSON, ROW, check_collinear, check_outcome, require_column
from rlskit.models.design import check_constant
from rlskit.models.formula import Asked, model_matrix, read_formula
from rlskit.models.levels import Levels, check_levels, find_levels
from rlskit.models.matrix import Moments, choose_columns, rounding_of
from rlskit.models.rows import ORDERED, Rows
from rlskit.models.shards.recipe import (
    Dispersed,
    Question,
    Recipe,
    Run,
    ShardedDesign,
    matrix_of,
    nights_of,
    rows_of,
)
from rlskit.utils.dataset import EARLY, SET_ASIDE, columns_of, digests_of, find_dataset, people_of, stamp_of
from rlskit.utils.stamp import INPUTS
from rlskit.utils.workers import everywhere

CHUNK = 100  # people read together in the first pass


@dataclass(frozen=True)
class _Look:
    """The first pass over some people: modelled nights of each (people,); left_out: reason → nights; the outcome's
    values that occur, and `yes`: their sum; declared words of an ordinal one; words: column → (kind, categories); how
    many modelled nights had early symptoms; digests: SHA-256 of the people's files; aside: reason → nights
    that are not asked for."""

    sizes: np.ndarray
    left_out: dict[str, int]
    seen: tuple[float, ...]
    yes: float
    declared: dict[float, str]
    words: dict[str, tuple[str, tuple]]
    early: int
    digests: list[str]
    aside: dict[str, int]


@dataclass(frozen=True)
class _Measure:
    """The second pass over a shard: names of the model matrix's columns, its count, mean, sum of squares about it, what
    rounding may do and R (p, p), and from the first shard formulaic's spec."""

    names: list[str]
    moments: Moments
    triangle: np.ndarray
    spec: Any


def open_dataset(question: Question) -> pd.DataFrame | tuple[ShardedDesign, int]:
    """The nights as one table where they fill no more than one shard; otherwise their design and the number of modelled
    nights with early symptoms. Arguments and errors as in make_design."""
    question = replace(question, home=find_dataset(question.home))
    asked, home = read_formula(question.formula), question.home
    held = pd.DataFrame(columns=columns_of(home))
    for name in (asked.outcome, *asked.needed, *([question.night] if question.night_to_night else []),
                 *([EARLY] if question.quiet else [])):
        require_column(name, held, question.formula if name != question.night else f"night={question.night!r}")
    if question.person != "person":
        raise ModelError(f'person={question.person!r}: found a dataset, partitioned by "person"; expected that name.')
    everyone = len(people_of(home))
    looks = everywhere((_look, (question, first, min(first + CHUNK, everyone))) for first in range(0, everyone, CHUNK))
    sizes = np.concatenate([one.sizes for one in looks])
    there = np.flatnonzero(sizes)
    digest = hashlib.sha256("".join(one for look in looks for one in look.digests).encode()).hexdigest()
    inputs = ((f"dataset of {everyone} people", digest),)
    if borders(sizes[there]).size <= 1:
        nights = nights_of(question, asked, 0, everyone, (EARLY,))
        nights.attrs[INPUTS] = list(inputs)
        return nights
    recipe = Recipe(question, _words(looks, asked), _levels(looks, asked, question, sizes))
    runs = _runs(home, sizes, there)
    aside: Counter = sum((Counter(one.aside) for one in looks), Counter())
    design = replace(_design(recipe, runs, asked, looks, people_of(home), there), inputs=inputs,
                     aside=tuple(aside.items()))
    return design, sum(one.early for one in looks)


def _look(question: Question, first: int, stop: int) -> _Look:
    asked = read_formula(question.formula)
    nights = nights_of(question, asked, first, stop, (EARLY,))
    rows = rows_of(question, asked, nights)
    counts = rows.frame[PERSON].value_counts()
    sizes = np.array([counts.get(name, 0) for name in people_of(question.home)[first:stop]], dtype=int)
    early = 0
    if EARLY in nights and "stretched" in asked.columns:
        early = int(nights.loc[rows.frame[ROW], EARLY].eq(True).fillna(False).sum())
    outcome = rows.frame[asked.outcome].to_numpy(dtype=float)
    return _Look(
        sizes=sizes, left_out=dict(Counter(rows.left_out["reason"])), seen=tuple(np.unique(outcome)[:50]),
        yes=float(outcome.sum()), declared=rows.declared,
        words={name: _kind(rows.frame[name]) for name in asked.columns}, early=early,
        digests=digests_of(question.home, first, stop), aside=dict(nights.attrs.get(SET_ASIDE, ())))


def _kind(column: pd.Series) -> tuple[str, tuple]:
    """"number", "words" or "empty", and the words that occur in the order they have."""
    if not len(column):
        return "empty", ()
    if column.dtype == float:
        return "number", ()
    if isinstance(column.dtype, pd.CategoricalDtype):
        return "ordered words", tuple(column.cat.categories)
    return "words", tuple(sorted(column.unique()))


def _words(looks: Sequence[_Look], asked: Asked) -> tuple[tuple[str, tuple], ...]:
    """The words of every column of words. Those of a categorical column come in the order of its categories, others
    sorted, as in a table."""
    found = []
    for name in asked.columns:
        kinds = {one.words[name][0] for one in looks} - {"empty"}
        if len(kinds) > 1:
            raise ModelError(f'column "{name}": found {" and ".join(sorted(kinds))} in one dataset; expected one kind. '
                             "Pool the exports again with one mapping.")
        if kinds and kinds != {"number"}:
            words = list(dict.fromkeys(word for one in looks for word in one.words[name][1]))
            found.append((name, tuple(sorted(words) if kinds == {"words"} else words)))
    return tuple(found)


def _levels(looks: Sequence[_Look], asked: Asked, question: Question, sizes: np.ndarray):
    """Of an ordinal outcome; refuses an outcome that is the same on every night."""
    total, left = int(sizes.sum()), sum(sum(one.left_out.values()) for one in looks)
    seen = np.unique(np.concatenate([one.seen for one in looks]))
    # what the checks ask of a column of several people: its length where all are alike, its values where not
    column = pd.Series(np.repeat(seen, total if seen.size == 1 else 1))
    if question.kind != ORDERED:
        check_outcome(column, asked.outcome, len(sizes), left)
        return None
    declared = [one.declared for one in looks if one.declared]
    if any(one != declared[0] for one in declared):
        raise ModelError(f'outcome "{asked.outcome}": found different orders of its words; expected one for everybody.')
    levels = find_levels(column, declared[0] if declared else {})
    check_levels(column, levels, asked.outcome, len(sizes), left)
    return tuple(map(float, levels.points)), levels.labels, levels.absent


def _runs(home: str, sizes: np.ndarray, there: np.ndarray) -> tuple[Run, ...]:
    """The shards. there: the people with modelled nights, whose number in order is what borders are about."""
    starts = borders(sizes[there])
    ends = np.append(starts[1:], there.size)
    spans = [(int(there[one]), int(there[other - 1]) + 1, int(one)) for one, other in zip(starts, ends, strict=True)]
    return tuple(Run(first, stop, before, stamp_of(home, first, stop)) for first, stop, before in spans)


def _design(recipe: Recipe, runs, asked: Asked, looks: Sequence[_Look], names: tuple[str, ...], there) -> ShardedDesign:
    question = recipe.question
    measures = everywhere((_measure, (recipe, run)) for run in runs)
    found, spec = measures[0].names, measures[0].spec
    odd = [one.names for one in measures if one.names != found]
    if odd:
        raise _own_rows(question.formula, next(iter(set(found) ^ set(odd[0]))))
    moments = _together([one.moments for one in measures])
    alone = [name for name, words in recipe.words if len(words) == 1]
    people = tuple(names[i] for i in there)
    columns = choose_columns(found, moments, alone, spec, question.slopes, people, question.formula)
    triangle = np.linalg.qr(np.vstack([one.triangle[:, columns.keep] for one in measures]), mode="r")
    change = np.diag(1.0 / columns.scale)
    if "Intercept" in columns.names:
        at = columns.names.index("Intercept")
        change[at] -= columns.centre / columns.scale
        change[at, at] = 1.0
    check_collinear(triangle @ change, list(columns.names), moments.count)
    levels = None if recipe.levels is None else Levels(recipe.levels[1], np.array(recipe.levels[0]), recipe.levels[2])
    check_constant(columns, levels, question.formula)
    recipe = replace(
        recipe, keep=tuple(map(bool, columns.keep)), names=columns.names, centre=tuple(map(float, columns.centre)),
        scale=tuple(map(float, columns.scale)), slope_names=columns.slope_names, everybody=len(people),
    )  # fmt: skip
    left: Counter = sum((Counter(one.left_out) for one in looks), Counter())
    return ShardedDesign(
        formula=question.formula, outcome=asked.outcome, names=columns.names, centre=columns.centre,
        scale=columns.scale, slope_names=columns.slope_names, people=people, columns=asked.columns,
        left_out=pd.DataFrame(left.most_common(), columns=["reason", "nights"]), left_out_terms=columns.dropped,
        spec=spec, levels=levels, parts=Dispersed(recipe, runs), total=moments.count,
        night_column=question.night,
    )  # fmt: skip


def _measure(recipe: Recipe, run: Run) -> _Measure:
    asked, rows, values, names, spec = matrix_of(recipe, run)
    _refuse_learning(recipe.question.formula, asked, rows, values, names, spec)
    mean = values.mean(axis=0)
    moments = Moments(len(values), mean, ((values - mean) ** 2).sum(axis=0),
                      rounding_of(values, names, spec, rows.frame))
    return _Measure(names, moments, np.asarray(np.linalg.qr(values, mode="r")), spec if run.before == 0 else None)


def _refuse_learning(formula: str, asked: Asked, rows: Rows, values: np.ndarray, names: list[str], spec) -> None:
    """A term may look at its own row only: made from a few rows at a time it must come out the same."""
    if spec.transform_state:
        raise _own_rows(formula, next(iter(spec.transform_state)))
    made = {one.name for one in (*asked.split, *asked.back)}
    if all(name.isidentifier() or name in made for name in map(str, spec.variables)) and not _calls(asked):
        return
    cuts = [0, 1, len(values) // 3, len(values)]
    for one, other in pairwise(cuts):
        part = model_matrix(asked, rows.frame.iloc[one:other])
        here = part.to_numpy(dtype=float)
        if [str(c) for c in part.columns] != names:
            raise _own_rows(formula, str(next(iter(set(names) ^ {str(c) for c in part.columns}))))
        off = (here != values[one:other]) & ~(np.isnan(here) & np.isnan(values[one:other]))
        if off.any():
            raise _own_rows(formula, names[int(np.flatnonzero(off.any(axis=0))[0])])


def _calls(asked: Asked) -> bool:
    from formulaic.parser.types import Factor

    return any(factor.eval_method is Factor.EvalMethod.PYTHON for term in asked.parsed for factor in term.factors)


def _own_rows(formula: str, term: str) -> ModelError:
    return ModelError(
        f'formula "{formula}": found that "{term}" depends on other nights than its own; expected terms that a night '
        "gives by itself, since a dataset is read some people at a time. Make it a column before pooling, or fit "
        "rk.load_nights(...)."
    )


def _together(parts: Sequence[Moments]) -> Moments:
    """Moments of all rows from those of the parts, whose `sd` holds sums of squares about their mean."""
    total = parts[0]
    for one in parts[1:]:
        count, away = total.count + one.count, one.mean - total.mean
        total = Moments(
            count, total.mean + away * (one.count / count),
            total.sd + one.sd + away**2 * (total.count * one.count / count), np.maximum(total.rounding, one.rounding),
        )  # fmt: skip
    return replace(total, sd=np.sqrt(total.sd / total.count))
