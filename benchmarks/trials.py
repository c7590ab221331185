"""Do trials claim what is not there, do their intervals hold the truth, and do they find what is there?

Run: python benchmarks/trials.py [--trials 2000] [--cells NAME ...]   appends to benchmarks/trials.csv, resumes
     python benchmarks/trials.py --table                              writes benchmarks/trials.md
Each trial has a schedule of its own, and a made-up person with nights that follow one another (or none that do), who
does it on a share of the nights with a yes and leaves some nights unwritten. The truth is the average difference
between the two kinds of night as assigned over the nights of that trial, with the spells that they fell into; over all
such nights it is the stated effect.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.signal import lfilter
from scipy.special import expit
from scipy.stats import beta

from rlskit.engine import mean_probability
from rlskit.trials.betting import bet_on, block_differences
from rlskit.trials.course import _naive
from rlskit.trials.design import block_orders, draw_schedule
from rlskit.trials.plan import BLOCKS, PAIRS, PERIODS
from rlskit.trials.randomisation import Redrawn, compare_schedules, redraw, weigh_blocks, weigh_nights
from rlskit.trials.sequential import cut_looks, level_of
from rlskit.utils.progress import doing

HERE = Path(__file__).parent
RAW, TABLE = HERE / "trials.csv", HERE / "trials.md"
SEED, DRAWS, RATE = 20261130, 499, 0.5
START = pd.Timestamp(2026, 3, 2).date()
# design, nights, night sd, night correlation, share of a yes that is done, nights unwritten, effect of doing it
CELLS: dict[str, tuple[str, int, float, float, float, float, float]] = {
    "null, pairs, 40": (PAIRS, 40, 1.5, 0.8, 0.7, 0.1, 0.0),
    "null, pairs, 180": (PAIRS, 180, 1.5, 0.8, 0.7, 0.1, 0.0),
    "null, blocks of 4, 180": (BLOCKS, 180, 1.5, 0.8, 0.7, 0.1, 0.0),
    "null, periods, 180": (PERIODS, 180, 1.5, 0.8, 0.7, 0.1, 0.0),
    "6 in 30, pairs, 180": (PAIRS, 180, 1.5, 0.8, 1.0, 0.0, -6.0),
    "6 in 30, pairs, 180, independent": (PAIRS, 180, 0.0, 0.0, 1.0, 0.0, -6.0),
    "6 in 30, pairs, 180, 70% done": (PAIRS, 180, 1.5, 0.8, 0.7, 0.1, -6.0),
    "12 in 30, pairs, 40": (PAIRS, 40, 1.5, 0.8, 1.0, 0.0, -12.0),
    "12 in 30, pairs, 40, independent": (PAIRS, 40, 0.0, 0.0, 1.0, 0.0, -12.0),
    "null, blocks of 4, 40": (BLOCKS, 40, 1.5, 0.8, 0.7, 0.1, 0.0),
    "null, pairs, 180, independent": (PAIRS, 180, 0.0, 0.0, 0.7, 0.1, 0.0),
    "6 in 30, blocks of 4, 180": (BLOCKS, 180, 1.5, 0.8, 1.0, 0.0, -6.0),
    "6 in 30, periods, 180": (PERIODS, 180, 1.5, 0.8, 1.0, 0.0, -6.0),
    "null, pairs, 360": (PAIRS, 360, 1.5, 0.8, 0.7, 0.1, 0.0),
    "3 in 30, pairs, 540": (PAIRS, 540, 1.5, 0.8, 1.0, 0.0, -3.0),
    "3 in 30, pairs, 540, independent": (PAIRS, 540, 0.0, 0.0, 1.0, 0.0, -3.0),
}
COLUMNS = ("cell", "trial", "truth", "estimate", "lower", "upper", "p", "p_pairs", "looks", "bets", "bets_hold",
           "naive")
LOOKED_AT_END_ONLY = ("3 in 30",)
HEAD = """# Trials: false claims, coverage, power

`make trials` (appends to trials.csv and resumes; `--table` writes this page). Base rate 0.5. Persistence where the name
does not say independent: sd 1.5 on log odds, correlation 0.8. Null trials: done on 70% of the nights with a yes, 10%
unwritten; the others followed and written in full, but for "70% done". Shares in 100 trials with their 95% range from
counting.

* claims, end: 0 outside the 95% interval as assigned at the planned end; pairs alone: McNemar's exact test on complete
  pairs instead; looks: monthly, O'Brien and Fleming's cuts; bets: e-value of 20 on any morning; naive: difference over
  1.96 standard errors on any morning from the tenth answer on.
* coverage: of the effect on the nights of the trial, by the interval as assigned; all: of the effect on all such
  nights, in other spells too; bets: of the confidence sequence at the end. Bias, and width (median), in nights in 30.

| trial | trials | claims, end | pairs alone | looks | bets | naive | coverage | all | bets cover | bias | width |"""


@dataclass(frozen=True)
class Drawn:
    """The nights of one trial before anybody looks at them: what the coin said and what was done, log odds of a bad
    night without it, and the generator that goes on."""

    treat: np.ndarray
    counted: np.ndarray
    block: np.ndarray
    done: np.ndarray
    without: np.ndarray
    rng: np.random.Generator


def draw(name: str, number: int, base: float) -> Drawn:
    design, nights, sd, phi, follows, *_ = CELLS[name]
    rng = np.random.default_rng([SEED, list(CELLS).index(name), number])
    schedule = draw_schedule(START, nights, design=design, seed=int(rng.integers(2**31)))
    treat, counted, block = (np.array([getattr(night, what) for night in schedule])
                             for what in ("treat", "counted", "block"))
    steps = rng.standard_normal(len(schedule))
    steps[1:] *= np.sqrt(1.0 - phi**2)
    done = treat & (rng.random(len(schedule)) < follows)
    return Drawn(treat=treat, counted=counted, block=block, done=done, rng=rng,
                 without=base + sd * lfilter([1.0], [1.0, -phi], steps))


def truths(name: str, numbers: Iterable[int]) -> np.ndarray:
    """The effect as assigned on the nights of each trial, in nights in 30."""
    _, _, sd, _, follows, _, effect = CELLS[name]
    base, slope = log_odds_of(sd, effect)
    if not slope:
        return np.zeros(len(list(numbers)))
    nights = (draw(name, number, base) for number in numbers)
    return np.array([30.0 * follows * (expit(one.without + slope) - expit(one.without))[one.counted].mean()
                     for one in nights])


def one(name: str, number: int, redrawn: Redrawn, weights: np.ndarray, log_odds: tuple[float, float],
        cuts: dict[int, float]) -> dict:
    """One trial, analysed at its end, at its monthly looks, and every night by bets and by a naive reader."""
    design, *_, follows, missing, effect = CELLS[name]
    drawn = draw(name, number, log_odds[0])
    treat, counted, block, rng, n = drawn.treat, drawn.counted, drawn.block, drawn.rng, len(drawn.treat)
    ill = rng.random(n) < expit(drawn.without + log_odds[1] * drawn.done)
    answer = np.where(counted & (rng.random(n) >= missing), ill, np.nan).astype(float)

    def compare(until: int, level: float, inside: bool = False):
        use = np.flatnonzero(~np.isnan(answer[:until]))
        some = weigh_blocks(block[use]) if inside else (
            weigh_nights(use.astype(float)) if len(use) < n else weights)
        return compare_schedules(answer[use], treat[use], treat[use],
                                 Redrawn(treat=redrawn.treat[:, use], every=redrawn.every), some, level=level)

    end = compare(n, 0.95)
    # a cut from 2.88 on is beyond what so few redrawn schedules can reach
    looked = any(compare(min(look, n), 0.95).p <= 1.0 - level_of(cut) for look, cut in cuts.items() if cut < 2.88)
    differences, _ = block_differences(answer, treat, block)
    bets = bet_on(differences, blocks=block.max())
    truth = follows * effect
    naive, reach = _naive(answer, treat)
    with np.errstate(invalid="ignore"):
        wrong = bool((np.abs(naive) > reach).any())
    inside = compare(n, 0.95, True).p if design == PAIRS else np.nan
    return dict(zip(COLUMNS, (
        name, number, truth, *(round(30.0 * float(v), 3) for v in (end.estimate, end.lower, end.upper)),
        round(end.p, 4), round(inside, 4), int(looked), int(bets.e_value.max() >= 20.0),
        int(30.0 * bets.lower[-1] <= truth <= 30.0 * bets.upper[-1]), int(wrong)), strict=True))


def log_odds_of(sd: float, effect: float) -> tuple[float, float]:
    """Log odds of a bad night without it, and what doing it adds, so that RATE is the share of bad nights without it
    and `effect` the difference in nights in 30."""
    variance = np.array([sd**2])

    def share(at: float) -> float:
        return float(mean_probability(np.array([at]), variance)[0][0])

    base = brentq(lambda b: share(b) - RATE, -15, 15)
    return base, brentq(lambda b: 30 * (share(base + b) - share(base)) - effect, -15, 15) if effect else 0.0


def run(trials: int, names: Iterable[str]) -> None:
    known = pd.read_csv(RAW) if RAW.exists() else pd.DataFrame(columns=list(COLUMNS))
    fresh = not RAW.exists()
    with RAW.open("a", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, COLUMNS)
        if fresh:
            rows.writeheader()
        for name in names:
            design, nights, sd, *_, effect = CELLS[name]
            did = set(known.loc[known["cell"].eq(name), "trial"])
            length = len(draw_schedule(START, nights, design=design, seed=1))
            orders = block_orders(design)
            redrawn = redraw(orders, length // orders.shape[1], draws=DRAWS, seed=SEED)
            looks = (*(k for k in range(30, length, 30) if k <= length - 15), length)
            if name.startswith(LOOKED_AT_END_ONLY):
                looks = (length,)
            cuts = dict(zip(looks, cut_looks(looks), strict=True))
            weights, odds = weigh_nights(np.arange(float(length))), log_odds_of(sd, effect)
            left = [k for k in range(trials) if k not in did]
            with doing(name) as work:
                for number in work.each(left, len(left)):
                    rows.writerow(one(name, number, redrawn, weights, odds, cuts))
            file.flush()


def share(yes: int, of: int) -> str:
    low = beta.ppf(0.025, yes, of - yes + 1) if yes else 0.0
    high = beta.ppf(0.975, yes + 1, of - yes) if yes < of else 1.0
    return f"{100 * yes / of:.1f} ({100 * low:.1f}–{100 * high:.1f})"


def table() -> None:
    raw = pd.read_csv(RAW)
    lines = [*HEAD.splitlines(), "|" + "---|" * HEAD.splitlines()[-1].count(" |")]
    for name in (name for name in CELLS if (raw["cell"] == name).any()):
        some = raw[raw["cell"].eq(name)]
        n, inside = len(some), some["p_pairs"].notna().all()
        here = truths(name, some["trial"])
        hold, overall = (int((some["lower"].le(truth) & some["upper"].ge(truth)).sum())
                         for truth in (here, some["truth"]))
        cells = [name, str(n), share(int(some["p"].le(0.05).sum()), n),
                 share(int(some["p_pairs"].le(0.05).sum()), n) if inside else "–",
                 "–" if name.startswith(LOOKED_AT_END_ONLY) else share(int(some["looks"].sum()), n),
                 share(int(some["bets"].sum()), n), f"{100 * some['naive'].mean():.0f}", share(hold, n),
                 share(overall, n), f"{100 * some['bets_hold'].mean():.1f}",
                 f"{(some['estimate'] - some['truth']).mean():+.2f}",
                 f"{(some['upper'] - some['lower']).median():.1f}"]
        lines.append(f"| {' | '.join(cells)} |")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--trials", type=int, default=2000)
    options.add_argument("--cells", nargs="*", choices=list(CELLS), default=list(CELLS))
    options.add_argument("--table", action="store_true")
    asked = options.parse_args()
    if not asked.table:
        run(asked.trials, asked.cells)
    table()


if __name__ == "__main__":
    main()
