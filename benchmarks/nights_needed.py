"""Do diaries as long as rlskit says they must be really show the effect 8 times in 10?

Run: python benchmarks/nights_needed.py [--diaries 60] [--cells NAME ...]   appends to benchmarks/nights_needed.csv
     python benchmarks/nights_needed.py --plan 12    sets plan_nights beside the formula; benchmarks/nights_planned.csv
     python benchmarks/nights_needed.py --table      writes benchmarks/nights_needed.md
All of them resume. Each pilot diary (no effect in it) is fitted and asked how many nights an effect would take. A
fresh diary of just that length, made the same way with exactly that effect, is then fitted: was zero outside its 95%
interval?
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.signal import lfilter
from scipy.special import ndtri
from scipy.stats import beta

import rlskit as rk
from rlskit.answers.plan import _world, search
from rlskit.answers.power import POWER, more_nights
from rlskit.answers.simultaneous import weigh
from rlskit.engine import mean_probability

HERE = Path(__file__).parent
RAW, PLANNED, TABLE = HERE / "nights_needed.csv", HERE / "nights_planned.csv", HERE / "nights_needed.md"
SEED, LEVEL, LONGEST = 20261122, 0.95, 3000
SIMULATIONS = 100  # diaries drawn by plan_nights
LOOKED_AT = ("habit in spells", "3 nights in 30")  # where plan_nights is set beside the formula
# nights of the pilot, symptom share, night sd, night correlation, share exposed, correlation of the habit, effect
CELLS = {
    "plain": (120, 0.4, 0.8, 0.5, 0.5, 0.0, -6.0),
    "strong persistence": (120, 0.4, 1.2, 0.8, 0.5, 0.0, -6.0),
    "no persistence": (120, 0.4, 0.0, 0.0, 0.5, 0.0, -6.0),
    "few symptoms": (120, 0.2, 0.8, 0.5, 0.5, 0.0, -4.0),
    "habit in spells": (120, 0.4, 0.8, 0.5, 0.5, 0.8, -6.0),
    "rarely exposed": (120, 0.4, 0.8, 0.5, 0.2, 0.0, -6.0),
    "short pilot": (60, 0.4, 0.8, 0.5, 0.5, 0.0, -6.0),
    "3 nights in 30": (180, 0.4, 0.8, 0.5, 0.5, 0.0, -3.0),
}


def persistent(rng: np.random.Generator, n: int, correlation: float) -> np.ndarray:
    steps = rng.standard_normal(n)
    steps[1:] *= np.sqrt(1 - correlation**2)
    return lfilter([1.0], [1.0, -correlation], steps)


def diary(rng: np.random.Generator, n: int, cell: tuple, effect: float) -> pd.DataFrame:
    """n nights; `effect` in symptom nights per 30, integrated over the nights' own process."""
    _, rate, sd, correlation, share, habit, _ = cell
    variance = np.array([sd**2])

    def mean_at(log_odds: float) -> float:
        return float(mean_probability(np.array([log_odds]), variance)[0][0])

    base = brentq(lambda b: mean_at(b) - rate, -15, 15)
    slope = brentq(lambda b: 30 * (mean_at(base + b) - mean_at(base)) - effect, -15, 15) if effect else 0.0
    cut = float(ndtri(1 - share))
    x = (persistent(rng, n, habit) > cut).astype(float)
    p = 1 / (1 + np.exp(-(base + slope * x + sd * persistent(rng, n, correlation))))
    return pd.DataFrame({"night": np.arange(n), "ill": rng.random(n) < p, "x": x})


def asked(name: str, number: int) -> tuple[rk.Fit, int, np.random.Generator]:
    """The pilot diary fitted, how many nights the formula asks for in all, and where its random numbers stand."""
    cell = CELLS[name]
    rng = np.random.default_rng([SEED, list(CELLS).index(name), number])
    pilot = rk.fit("ill ~ x", diary(rng, cell[0], cell, 0.0))
    return pilot, cell[0] + more_nights(weigh(pilot, "x", 1.0, 0.0).error, LEVEL, cell[0], abs(cell[-1])), rng


def plan(name: str, number: int) -> dict:
    """What simulation from the very same pilot diary asks for (plan_nights), beside the formula."""
    so_far, effect = CELLS[name][0], abs(CELLS[name][-1])
    pilot, nights, _ = asked(name, number)
    _, (planned, _, _) = search(_world(pilot, ("x", 1.0, 0.0), so_far, LEVEL, effect), nights - so_far, effect, POWER,
                                SIMULATIONS, 1, False)
    return {"cell": name, "number": number, "nights": nights, "planned": round(planned)}


def run(name: str, number: int) -> dict:
    cell = CELLS[name]
    _, nights, rng = asked(name, number)
    if nights > LONGEST:
        return {"cell": name, "number": number, "nights": nights, "seen": ""}
    found = rk.compare(rk.fit("ill ~ x", diary(rng, nights, cell, cell[-1])), "x", 1.0, 0.0, level=LEVEL).table.iloc[0]
    return {"cell": name, "number": number, "nights": nights, "seen": int(found["upper"] < 0)}


def append(path: Path, one: Callable[[str, int], dict], cells: tuple[str, ...], diaries: int) -> None:
    """Rows of one(cell, number) that do not stand in `path` yet, each written as soon as it is known."""
    done = {tuple(r) for r in pd.read_csv(path)[["cell", "number"]].to_numpy()} if path.exists() else set()
    for number in range(diaries):
        for name in cells:
            if (name, number) not in done:
                pd.DataFrame([one(name, number)]).to_csv(path, mode="a", header=not path.exists(), index=False)


def write_table() -> None:
    raw = pd.read_csv(RAW)
    planned = pd.read_csv(PLANNED) if PLANNED.exists() else raw.iloc[:0].assign(planned=[])
    lines = ["# Nights still needed: what rlskit says, and what happens", "",
             "`make patience`; every run is in `nights_needed.csv`. The pilot diary says how long a diary must be to "
             "show the effect with 80% power, by the quick formula of the advice table; a fresh diary of that length "
             "with exactly that effect then shows it, or does not.", "",
             "| diary | pilot nights | effect, nights in 30 | diaries | nights it asked for (median, 10th to 90th "
             "percentile) | share that showed the effect (95% interval) |", "|---|---|---|---|---|---|"]
    for name, cell in CELLS.items():
        some = raw[raw["cell"].eq(name)]
        ran = some["seen"].dropna()
        if ran.empty:
            continue
        k, n = int(ran.sum()), len(ran)
        low, high = beta.ppf(0.025, k, n - k + 1) if k else 0.0, beta.ppf(0.975, k + 1, n - k) if k < n else 1.0
        lines.append(f"| {name} | {cell[0]} | {abs(cell[-1]):g} | {n} | {spread(some['nights'])} | "
                     f"{k / n:.0%} ({low:.0%} to {high:.0%}) |")
    lines += ["", "## plan_nights beside the formula", "",
              f"The first of the same pilot diaries, {SIMULATIONS} diaries drawn from each. Nights in all, median and "
              "10th to 90th percentile; their ratio is the median over diaries.", "",
              "| diary | pilots | formula | plan_nights | plan_nights / formula |", "|---|---|---|---|---|"]
    for name, mine in planned.groupby("cell", sort=False):
        lines.append(f"| {name} | {len(mine)} | {spread(mine['nights'])} | {spread(mine['planned'])} | "
                     f"{spread(mine['planned'] / mine['nights'], '.2f')} |")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def spread(values: pd.Series, form: str = ".0f") -> str:
    mid, few, many = (values.quantile(q) for q in (0.5, 0.1, 0.9))
    return f"{mid:{form}} ({few:{form}} to {many:{form}})"


def main() -> None:
    ask = argparse.ArgumentParser()
    ask.add_argument("--diaries", type=int, default=60)
    ask.add_argument("--cells", nargs="+", choices=CELLS, default=tuple(CELLS))
    ask.add_argument("--plan", type=int, default=0, metavar="DIARIES")
    ask.add_argument("--table", action="store_true")
    given = ask.parse_args()
    if given.plan:
        append(PLANNED, plan, LOOKED_AT, given.plan)
    elif not given.table:
        append(RAW, run, tuple(given.cells), given.diaries)
    write_table()


if __name__ == "__main__":
    main()
