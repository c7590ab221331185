"""Looks are counted: a diary that is read again and again has as many chances of a false alarm, unless they are shared.

Equation. Lan & DeMets (1983, Biometrika 70, 659-663) with spending of O'Brien-Fleming type: at a share t of the horizon
a row has spent alpha(t) = 2 - 2 Phi(z / sqrt t) of its alpha, z = Phi^-1(1 - alpha / 2), the nights being the
information. The cut of this look is the one at which the chance of passing any cut so far is alpha(t): that of a
Brownian motion, carried from look to look over the values at which it has passed none (Armitage, McPherson & Rowe 1969,
JRSS A 132, 235-244). Without a horizon the first look spends the whole and nothing is left for later ones: who reads
once loses nothing. Measured: docs/decisions/0038-looks-and-the-first-question.md. Oracle: cuts of 100,000 paths drawn
at random, and the chance at one look, in tests/unit/answers/test_looks.py.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

LARGEST = 6.0  # a cut beyond it is none: nothing of a diary gets there
TINY = 1e-9
POINTS_A_STEP, GRID = 3, 32  # of the integral: for each standard deviation of the smallest step; sizes kept


@dataclass(frozen=True, kw_only=True)
class Look:
    """One reading of a diary. `cuts`: by question the |z| from which something was claimed; None where nothing could
    be. `claims`: by question the side ("fewer", "more", "lower", "higher"). `inputs`: SHA-256 of the nights."""

    __module__ = "rlskit"

    date: dt.date
    person: str
    first_night: dt.date
    last_night: dt.date
    inputs: str = ""
    cuts: Mapping[str, float | None] = field(default_factory=dict)
    claims: Mapping[str, str] = field(default_factory=dict)


def earlier(looks: Iterable[Look], this: Look) -> tuple[Look, ...]:
    """The looks at this diary before its last night, in order: nights up to the same one are the same look, and a diary
    that shares no night with it is another."""
    return tuple(sorted((one for one in looks if one.person == this.person
                         and this.first_night <= one.last_night < this.last_night), key=lambda one: one.last_night))


def counted(looks: Sequence[Look], this: Look) -> tuple[list[int], int]:
    """Calendar nights from the first one that any look saw to the last of each look, and to the last of this one."""
    first = min(one.first_night for one in (*looks, this))
    return [(one.last_night - first).days + 1 for one in looks], (this.last_night - first).days + 1


def cut_of(question: str, looks: Sequence[Look], this: Look, alpha: float, horizon: int) -> float | None:
    """The |z| above which this look claims something about the question; None where no alpha is left, or too little.

    looks : those earlier; alpha : of this row, two-sided; horizon : nights over which it is spent, 0 for none stated.
    """
    if not horizon and any(question in one.cuts for one in looks):
        return None
    ends, nights = counted(looks, this)
    past = [(float(n), cut) for n, one in zip(ends, looks, strict=True) if (cut := one.cuts.get(question)) is not None]
    share = min(nights / horizon, 1.0) if horizon else 1.0
    allowed = 2.0 - 2.0 * float(ndtr(ndtri(1.0 - alpha / 2.0) / math.sqrt(share)))
    walk = _kept_walk(past, float(nights))

    def too_much(cut: float) -> float:
        return 1.0 - _kept(walk, float(nights), cut)[1].sum() - allowed

    if too_much(LARGEST) > -TINY:
        return None
    return float(brentq(too_much, 0.0, LARGEST, xtol=1e-4))


def chance_of_passing(nights: Sequence[float], cuts: Sequence[float]) -> float:
    """The chance that |z| passes any of these cuts, looked at after these nights, where nothing has an effect."""
    walk = _kept_walk(list(zip(nights, cuts, strict=True)), math.inf)
    return 1.0 - float(walk.weight.sum())


@dataclass(frozen=True, kw_only=True)
class _Walk:
    """Where paths are that passed no cut so far: their `place` after so many `nights`, with the chance of each."""

    nights: float
    place: np.ndarray
    weight: np.ndarray
    finest: float  # standard deviation of the smallest step of the whole walk


def _kept_walk(past: Sequence[tuple[float, float]], until: float) -> _Walk:
    ends = [n for n, _ in past] + ([until] if math.isfinite(until) else [])
    finest = math.sqrt(float(np.diff(ends, prepend=0.0).min())) if ends else 1.0
    walk = _Walk(nights=0.0, place=np.zeros(1), weight=np.ones(1), finest=finest)
    for nights, cut in past:
        place, weight = _kept(walk, nights, cut)
        walk = _Walk(nights=nights, place=place, weight=weight, finest=finest)
    return walk


def _kept(walk: _Walk, nights: float, cut: float) -> tuple[np.ndarray, np.ndarray]:
    """Places and chances after `nights` of the paths within the cut."""
    reach, step = cut * math.sqrt(nights), nights - walk.nights
    unit, width = _legendre(GRID * math.ceil(POINTS_A_STEP * reach / walk.finest / GRID + 1))
    place = reach * unit
    density = np.exp(-0.5 * (place[:, None] - walk.place) ** 2 / step) / math.sqrt(2.0 * math.pi * step)
    return place, reach * width * (density @ walk.weight)


@cache
def _legendre(points: int) -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(points)


def first_claims(looks: Sequence[Look]) -> dict[str, tuple[str, Look]]:
    """By question the first claim made about it, and the look that made it."""
    found: dict[str, tuple[str, Look]] = {}
    for one in looks:
        for question, side in one.claims.items():
            found.setdefault(question, (side, one))
    return found
