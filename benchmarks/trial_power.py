"""What coin-flip nights can see: what plans promise beside what the analysis finds, and the tables that plans show.

Run: python benchmarks/trial_power.py            (make trial-power; writes benchmarks/trial_power.md in some minutes)

Base rate 0.5. "in runs": log odds with a night-to-night sd of 2 and correlation 0.8. Promised: rlskit.trials.power.
Found: FOUND trials drawn here by another route and read by the analysis itself (compare_schedules), two-sided at 5%, in
the true direction. McNemar: the exact test on the same design's pairs, MCNEMAR trials. Coin: a coin for every night by
itself, read by the difference of the two shares (normal, unpooled).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from scipy.optimize import brentq
from scipy.signal import lfilter
from scipy.special import expit
from scipy.stats import binomtest

from rlskit.trials.design import block_orders
from rlskit.trials.plan import DESIGNS
from rlskit.trials.power import LENGTHS, SIZES, Habits, chances, fewest_nights, power_at
from rlskit.trials.randomisation import compare_schedules, redraw, weigh_nights

SEED, FOUND, MCNEMAR, REDRAWN = 20261130, 400, 2000, 499
WORLDS = {"independent": Habits(0.5), "in runs": Habits(0.5, 2.0, 0.8),
          "in runs, 80% written": Habits(0.5, 2.0, 0.8, 0.8)}
CELLS = [("pairs", 40, 12), ("pairs", 180, 6), ("pairs", 540, 3), ("blocks of 4", 180, 6), ("periods", 180, 9)]
STATED = {("independent", 40): 67, ("independent", 180): 73, ("independent", 540): 61,
          ("in runs", 40): 78, ("in runs", 180): 85, ("in runs", 540): 78}


@cache
def log_odds(rate: float, sd: float) -> float:
    """The intercept at which the chance, over all nights, is `rate`."""
    grid = np.linspace(-8, 8, 801)
    weight = np.exp(-0.5 * grid**2) / np.exp(-0.5 * grid**2).sum()
    return brentq(lambda at: weight @ expit(at + sd * grid) - rate, -50, 50)


def draw(habits: Habits, treat: np.ndarray, effect: float, rng: np.random.Generator) -> np.ndarray:
    """(n,) answers of one trial, nan where nothing was written."""
    fresh = rng.standard_normal(len(treat))
    fresh[1:] *= np.sqrt(1 - habits.phi**2)
    run = lfilter([1.0], [1.0, -habits.phi], fresh)
    a, b = log_odds(habits.rate, habits.sd), log_odds(habits.rate - effect / 30, habits.sd)
    ill = (rng.random(len(treat)) < expit(np.where(treat, b, a) + habits.sd * run)).astype(float)
    return np.where(rng.random(len(treat)) < habits.answered, ill, np.nan)


def schedule(design: str, nights: int, rng: np.random.Generator) -> np.ndarray:
    orders = block_orders(design)
    return orders[rng.integers(len(orders), size=nights // orders.shape[1])].ravel()


def found(habits: Habits, design: str, nights: int, effect: float) -> float:
    rng = np.random.default_rng([SEED, nights, int(10 * habits.sd), int(100 * habits.answered), len(design)])
    orders = block_orders(design)
    every = redraw(orders, nights // orders.shape[1], draws=REDRAWN, seed=1)
    counted = np.arange(nights // orders.shape[1] * orders.shape[1]) % 7 >= (2 if design == "periods" else 0)
    seen = 0
    for _ in range(FOUND):
        treat = schedule(design, nights, rng)
        ill = draw(habits, treat, effect, rng)
        here = ~np.isnan(ill) & counted
        some = type(every)(treat=every.treat[:, here], every=every.every)
        result = compare_schedules(ill[here], treat[here].astype(float), treat[here], some,
                                   weigh_nights(np.flatnonzero(here).astype(float)))
        seen += result.p <= 0.05 and result.estimate < 0
    return seen / FOUND


@cache
def mcnemar(fewer: int, differ: int) -> float:
    return binomtest(fewer, differ).pvalue


def plain(habits: Habits, nights: int, effect: float) -> tuple[float, float]:
    """McNemar on pairs, and a coin for every night by itself."""
    rng = np.random.default_rng([SEED, nights, int(10 * habits.sd)])
    seen = np.zeros(2)
    for _ in range(MCNEMAR):
        treat = schedule("pairs", nights, rng)
        ill = draw(habits, treat, effect, rng)
        apart = (np.where(treat, ill, -ill)).reshape(-1, 2).sum(axis=1)
        fewer, differ = int((apart < 0).sum()), int((apart != 0).sum())
        p = mcnemar(fewer, differ) if differ else 1.0
        seen[0] += p <= 0.05 and 2 * fewer > differ
        coin = rng.random(nights) < 0.5
        ill = draw(habits, coin, effect, rng)
        means, n = [ill[side].mean() for side in (coin, ~coin)], [coin.sum(), (~coin).sum()]
        spread = np.sqrt(sum(m * (1 - m) / k for m, k in zip(means, n, strict=True)))
        seen[1] += means[0] - means[1] < -1.96 * spread
    return seen[0] / MCNEMAR, seen[1] / MCNEMAR


HEAD = f"""# What coin-flip nights can see

`make trial-power`. Base rate 0.5; in runs: night-to-night sd 2 on log odds, correlation 0.8. Chances in 100 that a fall
of so many nights in 30 is found, two-sided at 5%. Promised: what `rk.plan_trial` says. Found: {FOUND} trials read by
the test of `rk.analyse_trial` (± {196 * np.sqrt(0.16 / FOUND):.0f}). McNemar: the exact test on the pairs,
{MCNEMAR:,} trials (± 2), beside what had been stated of it beforehand. Coin: one for every night by itself, read by the
difference of shares. (Blocks of 4, independent: 77 found in 6,000 further trials.)

| nights | design | nights in 30 | promised | found | McNemar | stated | coin |
|---|---|---|---|---|---|---|---|
"""


def compared() -> list[str]:
    """A row of the first table for each cell of each world."""
    lines = []
    for world, habits in WORLDS.items():
        for design, nights, effect in CELLS:
            alone = plain(habits, nights, effect) if design == "pairs" and habits.answered == 1 else None
            row = [f"{nights}, {world}", design, effect, per_cent(power_at(habits, design, effect, nights)),
                   per_cent(found(habits, design, nights, effect)), per_cent(alone[0]) if alone else "",
                   STATED.get((world, nights), "") if design == "pairs" else "", per_cent(alone[1]) if alone else ""]
            lines.append("| " + " | ".join(map(str, row)) + " |")
            print(lines[-1], flush=True)
    return lines


def foreseen(design: str) -> list[str]:
    """What a design sees by nights, and the nights it needs."""
    some = [(world, size) for world in list(WORLDS)[:2] for size in SIZES]
    lines = ["", f"## {design.capitalize()}", "", "| nights | " + " | ".join(
        f"{size} in 30, {world}" for world, size in some) + " |", "|---" * (1 + len(some)) + "|"]
    for n in LENGTHS:
        powers = [power_at(WORLDS[world], design, size, n) for world, size in some]
        lines.append(f"| {n} | " + " | ".join(map(per_cent, powers)) + " |")
    needed = [fewest_nights(chances(WORLDS[world], design)[size]) for world, size in some]
    return [*lines, "| **needed for 80** | " + " | ".join(str(n or "over 1,095") for n in needed) + " |"]


def per_cent(share: float) -> str:
    return f"{100 * share:.0f}"


def main() -> None:
    rows = [*compared(), *(line for design in DESIGNS for line in foreseen(design))]
    Path(__file__).with_suffix(".md").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
