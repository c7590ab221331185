"""Separation: a direction along which the likelihood never falls, so that a coefficient has no finite estimate.

Equation. Quasi-complete separation is a property of answers and columns alone: a direction d with r'd >= 0 in all
margins r (z_n x_n for yes/no nights) and > 0 in some, found by linear programming (Konis 2007, DPhil thesis, Oxford).
Of several shards, or where one combination of coefficients is asked about, it is given some rows of each and,
where its direction breaks others, those as well: rows only take directions away, so that none among some rows is none
at all (cutting planes; Kelley 1960, J. SIAM 8, 703-712). Oracle: tests/unit/engine/fitting/test_maximum.py (built
separations), tests/unit/engine/fitting/test_shard.py (the same in shards).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack

from rlskit.engine.families.ordinal import thresholds
from rlskit.engine.fitting.shard import Parts, Shard
from rlskit.engine.parameters import Layout

CLEAR, LEAST_GAP = 3.0, 1e-2
_NOTHING, _BROKEN, _EACH, _ROUNDS, _COUNTED = 1e-7, 1e-6, 40, 100, 0.1


def separating_direction(margins: np.ndarray) -> np.ndarray | None:
    """A direction (k,), largest entry at most 1, with margins @ d >= 0 everywhere, and > 0 wherever any such direction
    has it; None where there is none.

    margins (rows, k) as Family.margins gives them, beta first. Maximises sum min(margins @ d, _COUNTED): the plain sum
    would pick a direction at the edge of them all, along which some nights that can run away stay where they are, and
    the likelihood beside them would still be flat.
    """
    rows, k = margins.shape
    beyond = np.append(np.zeros(k), -np.ones(rows))
    bounds = [(-1.0, 1.0)] * k + [(0.0, _COUNTED)] * rows
    found = linprog(beyond, A_ub=hstack([-csr_array(margins), eye_array(rows)]), b_ub=np.zeros(rows), bounds=bounds,
                    method="highs")
    if found.status != 0 or -found.fun < _NOTHING:
        return None
    return np.where(np.abs(found.x[:k]) < 1e-9, 0.0, found.x[:k])


def opens(margins: np.ndarray, change: np.ndarray) -> tuple[bool, bool]:
    """Whether change @ beta, change (p,), can fall (below) or grow (above) without end at no cost in likelihood."""
    change = np.concatenate([change, np.zeros(margins.shape[1] - change.size)])
    return _programme(margins, -change) is not None, _programme(margins, change) is not None


def separation_of(parts: Parts) -> np.ndarray | None:
    """separating_direction of the nights of all shards.

    Of several shards: the sum of directions, each with the largest sum over the rows that stood still under those
    before. Each of them takes at least one dimension from what those rows span, so that there are at most k.
    """
    if parts.alone:
        return separating_direction(parts.each(_margins)[0])
    found, rows = np.zeros(parts.facts.layout.fixed), _first_rows(parts)
    still, towards = _standing(parts, found)
    while still:
        further, rows = _cutting_planes(parts, towards, rows)
        if further is None:
            break
        before, (still, towards) = still, _standing(parts, found + further)
        if still == before:  # nothing but rounding
            break
        found = found + further
    return found / np.abs(found).max() if found.any() else None


def opens_in(parts: Parts, change: np.ndarray) -> tuple[bool, bool]:
    """opens for the nights of all shards; of thousands of nights in one, cutting planes are a hundred times faster."""
    change = np.concatenate([change, np.zeros(parts.facts.layout.fixed - change.size)])
    below, rows = _cutting_planes(parts, -change, _first_rows(parts))
    above, _ = _cutting_planes(parts, change, rows)
    return below is not None, above is not None


def moves_all_in(parts: Parts, direction: np.ndarray, columns: np.ndarray) -> bool:
    """Whether some direction in these columns alone, columns (p,) of True and False, moves every row that `direction`
    moves: the largest least move of those is found as one more column, which each of them lacks."""
    free = np.append(columns, np.ones(direction.size - columns.size, dtype=bool))
    towards = np.append(np.zeros(np.count_nonzero(free)), 1.0)
    found, _ = _cutting_planes(parts, towards, _first_rows(parts, direction, free), direction, free)
    return found is not None and bool(found[-1] > 2.0 * _BROKEN)


def back_in_sight(theta: np.ndarray, parts: Parts, direction: np.ndarray) -> np.ndarray:
    """Under separation the likelihood is flat at its top: go back along the direction until a night that runs away is
    within CLEAR of its threshold, and take the curvature there."""
    layout = parts.facts.layout
    part = layout.unpack(theta)
    cuts = thresholds(part.shape)
    fastest = max(parts.each(_fastest, direction))
    back = max(0.0, min(parts.each(_clearance, direction, np.concatenate([part.beta, cuts[1:]]), 1e-6 * fastest)))
    moved = theta.copy()
    moved[: layout.p] -= back * direction[: layout.p]
    kept = np.diff(cuts) - back * np.diff(direction[layout.p :], prepend=0.0)
    moved[layout.p : layout.fixed] = np.log(np.maximum(kept, LEAST_GAP))
    return moved


def furthest(parts: Parts, layout: Layout, theta: np.ndarray) -> float:
    """How far any night's predictor is from the middle of the thresholds, beyond the outer ones, or how far two
    neighbouring thresholds are from each other: nights may run away with the thresholds around them."""
    part = layout.unpack(theta)
    cuts = thresholds(part.shape)
    half = 0.5 * cuts[-1]
    return max(max(parts.each(_furthest_from, part.beta, half)) - half, np.diff(cuts).max(initial=0.0))


def _first_rows(parts: Parts, *seen: np.ndarray) -> np.ndarray:
    return np.unique(np.vstack(parts.each(_some, *seen)), axis=0)


def _cutting_planes(
    parts: Parts, towards: np.ndarray, rows: np.ndarray, *seen: np.ndarray
) -> tuple[np.ndarray | None, np.ndarray]:
    """The separating direction furthest towards `towards`, if any, and the rows that it took to find it; seen: as in
    _rows."""
    for _ in range(_ROUNDS):
        found = _programme(rows, towards)
        if found is None:
            return None, rows
        broken = np.vstack(parts.each(_broken, found, *seen))
        if not len(broken):
            return found, rows
        rows = np.vstack([rows, broken])
    return None, rows


def _standing(parts: Parts, direction: np.ndarray) -> tuple[int, np.ndarray]:
    """How many rows of all shards the direction does not move, and their sum (k,)."""
    counts, sums = zip(*parts.each(_still, direction), strict=True)
    return sum(counts), np.sum(sums, axis=0)


def _programme(rows: np.ndarray, towards: np.ndarray) -> np.ndarray | None:
    found = linprog(-towards, A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=(-1.0, 1.0), method="highs")
    if found.status != 0 or -found.fun < _NOTHING:
        return None
    return np.where(np.abs(found.x) < 1e-9, 0.0, found.x)


# --- what a shard is asked -------------------------------------------------------------------------------------------
def _margins(shard: Shard) -> np.ndarray:
    return shard.nights.family.margins(shard.x)


def _still(shard: Shard, direction: np.ndarray) -> tuple[int, np.ndarray]:
    rows = _margins(shard)
    rows = rows[rows @ direction <= _BROKEN]
    return len(rows), rows.sum(axis=0)


def _rows(shard: Shard, direction: np.ndarray | None = None, free: np.ndarray | None = None) -> np.ndarray:
    """The margins; or, in the columns that are `free`, with one more column for those that the direction moves."""
    rows = _margins(shard)
    if direction is None:
        return rows
    moved = rows @ direction > _BROKEN
    return np.column_stack([rows[:, free], np.where(moved, -1.0, 0.0)])


def _some(shard: Shard, *seen: np.ndarray) -> np.ndarray:
    rows = _rows(shard, *seen)
    return rows[np.unique(np.linspace(0, len(rows) - 1, _EACH).round().astype(int))]


def _broken(shard: Shard, found: np.ndarray, *seen: np.ndarray) -> np.ndarray:
    """The rows that the direction found breaks most, at most _EACH of them."""
    rows = _rows(shard, *seen)
    along = rows @ found
    worst = np.argsort(along, kind="stable")[:_EACH]
    return rows[worst[along[worst] < -_BROKEN]]


def _fastest(shard: Shard, direction: np.ndarray) -> float:
    return float((_margins(shard) @ direction).max())


def _clearance(shard: Shard, direction: np.ndarray, at: np.ndarray, least: float) -> float:
    """How far one can go back until a night that moves faster than `least` is within CLEAR; inf where none moves."""
    rows = _margins(shard)
    speed = rows @ direction
    away = speed > least
    return float(((rows[away] @ at - CLEAR) / speed[away]).min(initial=np.inf))


def _furthest_from(shard: Shard, beta: np.ndarray, middle: float) -> float:
    return float(np.abs(shard.x @ beta - middle).max())
