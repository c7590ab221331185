"""What so many coin-flip nights can see, by simulation.

Nights are drawn from expit(a + d·treat + sd·u), u an AR(1) of unit variance with correlation phi a night; a and d are
set so that the chance of symptoms, over all nights, is the rate without and the rate less the effect with. A share of
the nights has no answer. Each drawn trial is read as the real one is, as assigned, by the randomisation test of
randomisation.py: its statistic is z'Wy, W = Q less its mean, Q the inverse of V = shared·pace^apart + (1 - shared)·I.
Qy = (y - x)/(1 - shared), x what a Kalman smoother of that AR(1) in noise makes of the answers, so that no matrix is
ever built. T of the schedules that were not drawn: its normal limit, its variance the sum over blocks; under
MANY_BLOCKS blocks as many redrawn schedules as REDRAWN. The same trials, cut off, serve for every shorter length (the
last few nights of a cut trial are weighed as if it went on, which moves the chance by less than a point).
Oracle: tests/unit/trials/test_power.py; benchmarks/trial_power.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, ndtri

from rlskit.trials.design import PERIOD, WASHOUT, block_orders
from rlskit.trials.plan import ENOUGH, PAIRS, PERIODS, WORTH_SEEING
from rlskit.trials.randomisation import PACE, SHARED

SIZES = (3, 6, 9, 12)  # nights in 30
FOLLOWED = 0.7  # the share of evenings that people follow
EFFECTS = (*SIZES, round(FOLLOWED * WORTH_SEEING, 1))
LENGTHS = (40, 60, 120, 180, 365)
LEVEL = 0.05
TRIALS, EACH = 2000, 500  # drawn, and how many at a time
REDRAWN, MANY_BLOCKS = 999, 20
LONGEST = 1095  # nights: beyond three years nobody is told a number


@dataclass(frozen=True)
class Habits:
    """What a person's nights are like: rate of symptom nights, sd and phi of what makes bad nights come in runs, share
    answered. The defaults are nights that know nothing of one another."""

    rate: float
    sd: float = 0.0
    phi: float = 0.0
    answered: float = 1.0


@cache
def chances(habits: Habits, design: str = PAIRS, effects: tuple[float, ...] = EFFECTS,
            longest: int = LONGEST) -> pd.DataFrame:
    """Share of drawn trials whose result is significant at 5% in the true direction: a row a length (index `nights`,
    whole blocks), a column an effect, so many fewer symptom nights in 30 by the coin; NaN where the nights have no room
    for it. The same trials are drawn whatever the effects and however long."""
    orders = block_orders(design)
    length = orders.shape[1]
    blocks = longest // length
    some = [size for size in effects if size / 30.0 < habits.rate]
    seen = np.zeros((len(some), blocks))
    counts = np.arange(length) % PERIOD >= (WASHOUT if design == PERIODS else 0)
    for part in range(TRIALS // EACH if some else 0):
        seen += _seen(*_draw(habits, orders, blocks, some, counts, part))
    nights = pd.Index(length * np.arange(1, blocks + 1), name="nights")
    table = pd.DataFrame(seen.T / TRIALS, columns=some, index=nights)
    return table.reindex(columns=list(effects))


def _draw(habits: Habits, orders: np.ndarray, blocks: int, effects: list[float], counts: np.ndarray,
          part: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """EACH trials: Qy (effects, blocks, night, trials), Q1 (blocks, night, trials), which order fell (blocks, trials),
    and the orders as ±1/2."""
    length = orders.shape[1]
    coin, mood, chance, pen = np.random.default_rng([20261130, part]).spawn(4)  # each by itself, so that cut is cut
    order = coin.integers(len(orders), size=(blocks, EACH))
    fell = orders[order].transpose(0, 2, 1).reshape(blocks * length, EACH)
    run = habits.sd * _runs(habits, blocks * length, mood)
    luck = chance.random(fell.shape)
    known = (pen.random(fell.shape) < habits.answered) & np.tile(counts, blocks)[:, None]
    without = expit(_log_odds(habits.rate, habits.sd) + run)
    answers = [luck < np.where(fell, expit(_log_odds(habits.rate - size / 30.0, habits.sd) + run), without)
               for size in effects]
    weighed = _weigh(np.array([*answers, np.ones(fell.shape)], dtype=float), known)
    weighed = weighed.reshape(len(effects) + 1, blocks, length, EACH)
    return weighed[:-1], weighed[-1], order, orders - 0.5


def _runs(habits: Habits, nights: int, rng: np.random.Generator) -> np.ndarray:
    """(nights, trials): AR(1) of unit variance; zeros where nights know nothing of one another."""
    if habits.sd == 0.0:
        return np.zeros((nights, EACH))
    run = rng.standard_normal((nights, EACH))
    fresh = math.sqrt(1.0 - habits.phi**2)
    for night in range(1, nights):
        run[night] = habits.phi * run[night - 1] + fresh * run[night]
    return run


def _log_odds(rate: float, sd: float) -> float:
    """The intercept at which the chance, averaged over all nights, is `rate`."""
    points, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    return float(brentq(lambda a: weights @ expit(a + sd * points) - rate, -60.0, 60.0))


def _weigh(answers: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Qy of (kinds, nights, trials) answers on the known nights, (nights, trials); 0 on the others."""
    noise, renewed = 1.0 - SHARED, SHARED * (1.0 - PACE**2)
    nights = answers.shape[1]
    mean, spread = np.zeros_like(answers), np.zeros(known.shape)
    before, wide = np.zeros_like(answers[:, 0]), np.full(known.shape[1], SHARED)
    ahead = np.empty(known.shape)  # spread before the night's own answer
    for t in range(nights):
        if t:
            before, wide = PACE * mean[:, t - 1], PACE**2 * spread[t - 1] + renewed
        gain = np.where(known[t], wide / (wide + noise), 0.0)
        mean[:, t], spread[t], ahead[t] = before + gain * (answers[:, t] - before), (1.0 - gain) * wide, wide
    for t in range(nights - 2, -1, -1):
        mean[:, t] += PACE * spread[t] / ahead[t + 1] * (mean[:, t + 1] - PACE * mean[:, t])
    return np.where(known, (answers - mean) / noise, 0.0)


# --- the randomisation test, at every length at once -----------------------------------------------------------------
def _seen(weighed: np.ndarray, ones: np.ndarray, order: np.ndarray, sides: np.ndarray) -> np.ndarray:
    """(effects, blocks): how many trials show fewer, were they to end after each block."""
    level = weighed.sum(axis=2).cumsum(axis=1) / np.maximum(ones.sum(axis=1).cumsum(axis=0), 1e-12)
    by_order = np.einsum("ol,eblt->eobt", sides, weighed, optimize=True)
    ones_by_order = np.einsum("ol,blt->obt", sides, ones, optimize=True)
    every = np.broadcast_to(order, (len(weighed), 1, *order.shape))
    fell = np.take_along_axis(by_order, every, axis=1)[:, 0]
    ones_fell = np.take_along_axis(ones_by_order, order[None], axis=0)[0]
    total = fell.cumsum(axis=1) - level * ones_fell.cumsum(axis=0)
    spread = ((by_order**2).mean(axis=1).cumsum(axis=1)
              - 2.0 * level * (by_order * ones_by_order).mean(axis=1).cumsum(axis=1)
              + level**2 * (ones_by_order**2).mean(axis=0).cumsum(axis=0))
    seen = (total < ndtri(LEVEL / 2.0) * np.sqrt(np.maximum(spread, 1e-12))).sum(axis=-1)
    for n in range(max(LENGTHS[0] // sides.shape[1], 1), min(MANY_BLOCKS, order.shape[0] + 1)):
        again, all_there_are = _schedules(n, len(sides))
        for i in range(len(weighed)):
            apart = by_order[i, :, :n] - level[i, n - 1] * ones_by_order[:, :n]
            as_low = (again @ apart.reshape(-1, apart.shape[-1]) <= total[i, n - 1] + 1e-9).sum(axis=0)
            p = 2 * as_low / len(again) if all_there_are else 2 * (1 + as_low) / (1 + len(again))
            seen[i, n - 1] = (p <= LEVEL).sum()
    return seen


@cache
def _schedules(blocks: int, orders: int) -> tuple[np.ndarray, bool]:
    """Every schedule of so few blocks, or REDRAWN of them, (schedules, orders * blocks) of 0 and 1, and whether these
    are all."""
    every = orders**blocks <= REDRAWN
    chosen = (np.array(list(product(range(orders), repeat=blocks))) if every else
              np.random.default_rng(blocks).integers(orders, size=(REDRAWN, blocks)))
    return (chosen[:, None, :] == np.arange(orders)[:, None]).reshape(len(chosen), -1).astype(float), every


# --- read off it ----------------------------------------------------------------------------------------------------
def power_at(habits: Habits, design: str, effect: float, nights: int) -> float:
    """The chance to see it with as many whole blocks as fit into `nights`."""
    curve = chances(habits, design)[effect]
    at = nights // int(curve.index[0]) - 1
    return float(curve.iloc[at]) if at >= 0 else 0.0


def fewest_nights(curve: pd.Series, most: int = LONGEST) -> int | None:
    """The fewest nights, whole blocks and 40 or more, from which on the chance is at least 80%; None where `most`
    nights are too few. curve : a column of `chances`."""
    curve = curve[curve.index >= LENGTHS[0]]
    short = np.flatnonzero(~(curve.to_numpy() >= ENOUGH))
    first = short[-1] + 1 if len(short) else 0
    return int(curve.index[first]) if first < len(curve) and curve.index[first] <= most else None
