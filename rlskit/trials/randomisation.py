"""The randomisation test: every schedule that the coin could have drawn, set beside the one that it drew.

Statistic. y (n,): answers; z (n,): the schedule, True with the treatment; W (n, n): fixed weights from the dates alone
(weigh_nights), rows adding up to 0. T(z, y) = z'Wy / sqrt(z'Wz). If the treatment adds `effect` to what was done d on
every night, y - effect * d would have been the same under any schedule, so T of it is compared with T under schedules
redrawn as the design draws. T is linear in the effect, so each redrawn schedule changes sides at one effect only,

    t = (T(z, y) - T(z*, y)) / (T(z, d) - T(z*, d)),

and the limits are quantiles of these t (Cauchy-Schwarz: with d = z the denominator is never negative). No model of the
nights is needed: nights that follow one another, trends and nights without an answer leave it valid, as long as the
coin did not decide which nights have an answer. Redrawn at random the p-value is (b + 1) / (m + 1) (Phipson & Smyth
2010). Oracles: every schedule enumerated, and McNemar's exact test (tests/unit/trials/test_randomisation.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

DRAWS = 9_999
ALL_UP_TO = 5_000  # schedules; fewer are all gone through
# Share and pace of what nights have in common with the nights around them, as the weights take it. Any values leave the
# test valid; these were fixed before any diary was seen (docs/decisions/0036-trial-analysis.md).
SHARED, PACE = 0.3, 0.8
CLOSE = 1e-9


@dataclass(frozen=True, kw_only=True)
class CoinEffect:
    """What the test says of an effect in units of the answer. p : two-sided. schedules : how many it was compared with;
    every : whether these are all there are. estimate and limits are nan where the coin changed nothing that was done.
    """

    __module__ = "rlskit"

    estimate: float
    lower: float
    upper: float
    p: float
    level: float
    schedules: int
    every: bool


@dataclass(frozen=True, kw_only=True)
class Redrawn:
    """Schedules that the coin could have drawn: treat (m, nights), True with the treatment. every : all there are, the
    drawn one among them; otherwise m at random."""

    treat: np.ndarray
    every: bool


def redraw(orders: np.ndarray, blocks: int, *, draws: int = DRAWS, seed: int = 0) -> Redrawn:
    """All schedules of so many blocks, or `draws` of them. orders (k, length): what one block can look like, each as
    likely as the others."""
    kinds, length = orders.shape
    every = kinds**blocks <= ALL_UP_TO
    if every:
        chosen = np.array(list(product(range(kinds), repeat=blocks)))
    else:
        chosen = np.random.default_rng(seed).integers(kinds, size=(draws, blocks))
    return Redrawn(treat=orders[chosen].reshape(len(chosen), blocks * length), every=every)


def weigh_nights(day: np.ndarray, shared: float = SHARED, pace: float = PACE) -> np.ndarray:
    """W (n, n) of nights on these days: a night counts against the nights around it, nearer ones more.

    The inverse of a correlation `shared` * `pace`^(nights apart), its common mean taken out.
    """
    apart = np.abs(day[:, None] - day[None, :])
    inverse = np.linalg.inv(shared * pace**apart + (1.0 - shared) * np.eye(len(day)))
    total = inverse.sum(axis=1)
    return inverse - np.outer(total, total) / total.sum()


def weigh_blocks(block: np.ndarray) -> np.ndarray:
    """W (n, n) that compares nights inside their block alone, (n,): of pairs, the pairs of which both nights count."""
    same = (block[:, None] == block[None, :]).astype(float)
    return np.eye(len(block)) - same / same.sum(axis=1, keepdims=True)


def compare_schedules(
    answer: np.ndarray, done: np.ndarray, assigned: np.ndarray, redrawn: Redrawn, weights: np.ndarray, *,
    level: float = 0.95,
) -> CoinEffect:
    """The effect of one unit of `done` on `answer`, both (n,), by comparing schedules.

    done : what the effect is of; `assigned` itself for the effect of the coin, what was really done for that of doing
    it (then the coin must have changed what was done). assigned (n,) and redrawn.treat (m, n): the same n nights.
    """
    z, others = assigned.astype(float), redrawn.treat.astype(float)
    both = np.column_stack([answer, done]).astype(float)
    weighed = weights @ both
    spread = float(np.sqrt(z @ weights @ z))
    if not spread > CLOSE:
        return _nothing(redrawn, level)
    here = z @ weighed / spread
    spreads = np.sqrt(np.maximum(np.einsum("ij,ij->i", others @ weights, others), 0.0))
    there = (others @ weighed) / np.where(spreads > CLOSE, spreads, np.inf)[:, None]
    change, reach = (here - there).T
    if not here[1] > CLOSE:
        return _nothing(redrawn, level)
    turns = reach > CLOSE
    at = np.sort(change[turns] / reach[turns])
    # schedules that say nothing against any effect: the drawn one itself and, of what was done, those that go with it
    # as closely as the coin did
    always = int((~turns).sum()) + (0 if redrawn.every else 1)
    total = len(others) + (0 if redrawn.every else 1)
    tails = [always + int(side.sum()) for side in (at <= CLOSE, at >= -CLOSE)]
    first = int(np.floor(0.5 * (1.0 - level) * total + CLOSE)) - always
    outside = first < 0 or first >= len(at)
    return CoinEffect(
        estimate=float(here[0] / here[1]), lower=-np.inf if outside else float(at[first]),
        upper=np.inf if outside else float(at[-first - 1]), p=min(1.0, 2.0 * min(tails) / total), level=level,
        schedules=len(others), every=redrawn.every)


def _nothing(redrawn: Redrawn, level: float) -> CoinEffect:
    return CoinEffect(estimate=np.nan, lower=np.nan, upper=np.nan, p=1.0, level=level, schedules=len(redrawn.treat),
                  every=redrawn.every)
