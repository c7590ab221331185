"""Looking every morning: bets against "no difference" on the difference of each block, valid whenever one stops.

d_b in [-1, 1]: share of bad nights with the treatment minus that without, in block b. As long as the coin falls fairly
and the treatment does nothing, d_b is as likely above 0 as below, whatever came before; so no way of betting on it wins
in the long run, and capital of 20 times the stake turns up at any time in at most 1 of 20 such trials (Ville 1939).
The bets on each mean m are those of Waudby-Smith & Ramdas (2024, theorem 3): half on d above m, half below, the size of
each from what was seen before,

    sqrt(2 log(2 / alpha) / (variance * blocks)),   no larger than half of what keeps the capital above nothing.

Where the number of blocks is not fixed beforehand, `blocks` becomes b log(1 + b). The confidence sequence is every m
whose capital has never reached 1 / alpha; it holds for a mean that stays the same. Oracle: package ville
(tests/oracles/ville).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

GRID = 1201  # means tried, -1 to 1: steps of 0.05 nights in 30
MOST = 0.5


@dataclass(frozen=True, kw_only=True)
class Bets:
    """After each block, (blocks,): capital for each unit staked on "there is a difference" (the e-value), and the
    limits of the confidence sequence at `level`."""

    __module__ = "rlskit"

    e_value: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    level: float


def block_differences(answer: np.ndarray, treat: np.ndarray, block: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean answer with minus mean without, block by block, and the last night of each; nan in `answer` is a night
    without one. Blocks that lack either side are left out. All arrays (n,), in the order of nights."""
    number, where = np.unique(block, return_inverse=True)
    known = ~np.isnan(answer)
    means = []
    for side in (treat & known, ~treat & known):
        n = np.bincount(where[side], minlength=len(number))
        total = np.bincount(where[side], weights=answer[side], minlength=len(number))
        means.append(np.where(n > 0, total / np.maximum(n, 1), np.nan))
    difference = means[0] - means[1]
    last = np.array([np.flatnonzero(where == b)[-1] for b in range(len(number))], dtype=int)
    whole = ~np.isnan(difference)
    return difference[whole], last[whole]


def bet_on(differences: np.ndarray, *, blocks: int | None = None, level: float = 0.95) -> Bets:
    """Capital and confidence sequence after each difference, (n,) in [-1, 1]. blocks : how many were planned."""
    alpha, x = 1.0 - level, 0.5 * (differences + 1.0)
    number = np.arange(1, len(x) + 1)
    mean = (0.5 + np.cumsum(x)) / (number + 1)
    variance = (0.25 + np.cumsum((x - mean) ** 2)) / (number + 1)
    before = np.concatenate([[0.25], variance[:-1]])
    over = number * np.log1p(number) if blocks is None else float(blocks)
    size = np.sqrt(2.0 * np.log(2.0 / alpha) / (before * over))
    m = np.linspace(0.0, 1.0, GRID)
    with np.errstate(divide="ignore"):
        most_up, most_down = MOST / m, MOST / (1.0 - m)
    gap = x[:, None] - m
    up = np.cumsum(np.log1p(np.minimum(size[:, None], most_up) * gap), axis=0)
    down = np.cumsum(np.log1p(-np.minimum(size[:, None], most_down) * gap), axis=0)
    capital = np.logaddexp(up, down) - np.log(2.0)
    alive = np.maximum.accumulate(capital, axis=0) < -np.log(alpha)
    lower, upper = _ends(alive, m, capital)
    return Bets(e_value=np.exp(capital[:, GRID // 2]), lower=2.0 * lower - 1.0, upper=2.0 * upper - 1.0, level=level)


def _ends(alive: np.ndarray, m: np.ndarray, capital: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Limits after each block, out to the next mean of the grid, running together; around the mean with the smallest
    capital where none is left."""
    any_left = alive.any(axis=1)
    poorest = capital.argmin(axis=1)
    first = np.where(any_left, alive.argmax(axis=1), poorest)
    last = np.where(any_left, alive.shape[1] - 1 - alive[:, ::-1].argmax(axis=1), poorest)
    return (np.maximum.accumulate(m[np.maximum(first - 1, 0)]),
            np.minimum.accumulate(m[np.minimum(last + 1, len(m) - 1)]))
