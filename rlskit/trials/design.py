"""Schedules: which evenings the coin turns into nights with the treatment.

Inside each block as many nights are with as without: blocks of two nights (pairs), of four, or of two periods. Only
the order inside a block is left to chance, so that good and bad weeks fall on both sides alike.
"""

from __future__ import annotations

import datetime as dt
import math
from itertools import permutations

import numpy as np

from rlskit.trials.plan import BLOCKS, PAIRS, PERIODS, Assignment

PERIOD, WASHOUT = 7, 2  # nights of a period, and how many of its first are not counted


def block_orders(design: str, period: int = PERIOD) -> np.ndarray:
    """Every order that a block can have, all equally likely: (orders, nights of a block), True = with."""
    shortest = {PAIRS: (True, False), BLOCKS: (True, True, False, False), PERIODS: (True, False)}[design]
    orders = np.array(sorted(set(permutations(shortest)), reverse=True))
    return np.repeat(orders, period, axis=1) if design == PERIODS else orders


def draw_schedule(start: dt.date, nights: int, *, design: str, seed: int, washout: int = WASHOUT,
                  period: int = PERIOD) -> tuple[Assignment, ...]:
    """Whole blocks from `start` on, at least `nights` of them; the same seed draws the same schedule.

    washout : of the "periods" design, how many nights at the beginning of each period are not counted.
    """
    orders = block_orders(design, period)
    length = orders.shape[1]
    blocks = math.ceil(nights / length)
    drawn = orders[np.random.default_rng(seed).integers(len(orders), size=blocks)]
    waits = washout if design == PERIODS else 0
    return tuple(
        Assignment(night=start + dt.timedelta(days=block * length + at), block=block + 1, treat=bool(drawn[block, at]),
                   counted=at % period >= waits if waits else True)
        for block in range(blocks) for at in range(length))
