"""Does the interval for a new person hold 95 of 100 new people, and a person's own interval the person? Known truth.

Run: python benchmarks/new_person.py            (make new-person; appends to benchmarks/new_person.csv and resumes)
     python benchmarks/new_person.py --table    (writes benchmarks/new_person.md)

Cells: people {6, 30} × sd of the slope between people {0, 0.5, 1} (log odds), 60 nights each; sd of the intercept 0.8,
night-to-night sd 0.8 and correlation 0.5. One yes/no exposure with an average effect of -0.5, done on 30 to 70% of a
person's nights, and a count with 0.4 per unit. Every data set is judged by the share of 2,000 new people drawn from the
truth whose own effect lies inside the interval; a person's own interval by that person's true effect, the average's by
the true average. Beside it, the plug-in: u ~ N(0, Sigma-hat) at the estimate, as if nothing were uncertain.
"""

from __future__ import annotations

import argparse
import csv
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

import rlskit as rk
from rlskit.engine import mean_probability

SEED, DATA_SETS, BLOCK = 20261123, 200, 10  # stated beforehand
OUT = Path(__file__).with_name("new_person.csv")
PEOPLE, SLOPE_SD, NIGHTS = (30, 6), (0.0, 0.5, 1.0), 60
INTERCEPT, EFFECT, COUNT, INTERCEPT_SD, SIGMA, PHI = -0.4, -0.5, 0.4, 0.8, 0.8, 0.5
FIELDS = ["people", "slope_sd", "number", "new_person", "new_person_width", "own", "own_width", "average", "plug_in",
          "plug_in_width", "shares"]  # fmt: skip


def draw(rng: np.random.Generator, people: int, slope_sd: float) -> tuple[pd.DataFrame, np.ndarray]:
    """The nights, without outcome, and everybody's own coefficients (people, 2)."""
    done = rng.random((people, NIGHTS)) < rng.uniform(0.3, 0.7, (people, 1))
    u = np.array([INTERCEPT, EFFECT]) + np.array([INTERCEPT_SD, slope_sd]) * rng.normal(size=(2, people)).T
    table = pd.DataFrame({
        "person": np.repeat([f"p{i:02d}" for i in range(people)], NIGHTS), "night": np.tile(np.arange(NIGHTS), people),
        "done": done.ravel().astype(float), "count": rng.poisson(0.6, people * NIGHTS).astype(float)})
    return table, u


def answer(rng: np.random.Generator, table: pd.DataFrame, u: np.ndarray) -> pd.DataFrame:
    e = rng.normal(size=(len(u), NIGHTS))
    for t in range(1, NIGHTS):
        e[:, t] = PHI * e[:, t - 1] + np.sqrt(1 - PHI**2) * e[:, t]
    own = np.repeat(u, NIGHTS, axis=0)
    f = own[:, 0] + own[:, 1] * table["done"] + COUNT * table["count"] + SIGMA * e.ravel()
    return table.assign(symptoms=(rng.random(len(f)) < 1 / (1 + np.exp(-f))).astype(float))


def true_effects(table: pd.DataFrame, u: np.ndarray) -> np.ndarray:
    """Symptom nights per 30, done against not, of every person over their own nights."""
    own = np.repeat(u, NIGHTS, axis=0)
    f, spread = own[:, 0] + COUNT * table["count"].to_numpy(), np.full(len(own), SIGMA**2)
    change = mean_probability(f + own[:, 1], spread)[0] - mean_probability(f, spread)[0]
    return 30 * change.reshape(len(u), NIGHTS).mean(axis=1)


def one(people: int, slope_sd: float, number: int) -> dict:
    rng = np.random.default_rng([SEED, people, int(10 * slope_sd), number])
    table, u = draw(rng, people, slope_sd)
    nights, truth = answer(rng, table, u), true_effects(table, u)
    strangers = true_effects(*draw(rng, 2000, slope_sd))
    fit = rk.fit("symptoms ~ done + count", nights, slopes=("done",))
    found = rk.estimate_people(fit, "done")
    rows = found.table.set_index("kind")
    own, new, average = rows.loc["person"], rows.loc["new person"], rows.loc["average"]
    # the plug-in: the next person drawn at the estimate, with the nights of these people
    w = rng.normal(size=(2000, 2)) @ fit.maximum.parameters.scale.T
    slope = fit.coef["done"] + w[:, 1] / fit.design.scale[1]
    level = fit.coef["Intercept"] + w[:, 0] - w[:, 1] * fit.design.centre[1] / fit.design.scale[1]
    guess = draw(rng, 2000, 0.0)[0]["count"].to_numpy()
    f = np.repeat(level, NIGHTS) + fit.coef["count"] * guess
    spread = np.full(f.size, fit.night_sd**2)
    change = mean_probability(f + np.repeat(slope, NIGHTS), spread)[0] - mean_probability(f, spread)[0]
    plug = np.quantile(30 * change.reshape(-1, NIGHTS).mean(axis=1), [0.025, 0.975])
    share = found.heterogeneity.iloc[0]
    true_share = (strangers < 0).mean()
    return {
        "people": people, "slope_sd": slope_sd, "number": number,
        "new_person": np.mean((new["lower"] <= strangers) & (strangers <= new["upper"])).round(4),
        "new_person_width": round(new["upper"] - new["lower"], 2),
        "own": np.mean((own["lower"].to_numpy() <= truth) & (truth <= own["upper"].to_numpy())).round(4),
        "own_width": (own["upper"] - own["lower"]).mean().round(2),
        "average": int(average["lower"] <= strangers.mean() <= average["upper"]),
        "plug_in": np.mean((plug[0] <= strangers) & (strangers <= plug[1])).round(4),
        "plug_in_width": round(plug[1] - plug[0], 2),
        "shares": int(share["lower"] <= true_share <= share["upper"]),
    }  # fmt: skip


def run(jobs: int) -> None:
    done = set()
    if OUT.exists():
        done = {tuple(r) for r in pd.read_csv(OUT)[["people", "slope_sd", "number"]].itertuples(index=False)}
    # block by block over all cells, so that an early stop leaves every cell equally far
    for first in range(0, DATA_SETS, BLOCK):
        for people, sd in product(PEOPLE, SLOPE_SD):
            wanted = [i for i in range(first, first + BLOCK) if (people, sd, i) not in done]
            rows = Parallel(n_jobs=jobs)(delayed(one)(people, sd, i) for i in wanted)
            new = not OUT.exists()
            with OUT.open("a", newline="") as file:
                writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
                if new:
                    writer.writeheader()
                writer.writerows(rows)
            print(people, sd, first + BLOCK, file=sys.stderr, flush=True)


def _rate(values: pd.Series) -> str:
    return f"{100 * values.mean():.1f} ± {100 * values.std() / np.sqrt(len(values)):.1f}"


def write_table() -> None:
    found = pd.read_csv(OUT)
    lines = [
        "# The interval for a new person",
        "",
        f"`make new-person` (seed {SEED}, rlskit {rk.__version__}); what was simulated: `benchmarks/new_person.py`. "
        "Coverage of nominal 95% intervals in per cent ± Monte-Carlo standard error over data sets, median width in "
        "symptom nights per 30.",
        "",
        "| people; slope sd | data sets | new person | width | plug-in Σ̂ | width | own effect | width | average "
        "| share helped |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for (people, sd), cell in found.groupby(["people", "slope_sd"]):
        width = cell[["new_person_width", "plug_in_width", "own_width"]].median()
        shares = _rate(cell["shares"]) if sd > 0 else "—"
        lines.append(
            f"| {people}; {sd:g} | {len(cell)} | {_rate(cell['new_person'])} | {width.iloc[0]:.1f} | "
            f"{_rate(cell['plug_in'])} | {width.iloc[1]:.1f} | {_rate(cell['own'])} | {width.iloc[2]:.1f} | "
            f"{_rate(cell['average'])} | {shares} |"
        )
    OUT.with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", action="store_true", help="write benchmarks/new_person.md")
    parser.add_argument("--jobs", type=int, default=-1)
    asked = parser.parse_args()
    if not asked.table:
        run(asked.jobs)
    write_table()
