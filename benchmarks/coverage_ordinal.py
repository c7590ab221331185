"""Do 95% intervals in points of severity hold the truth 95 times in 100? One-person diaries with a known truth.

Run: python benchmarks/coverage_ordinal.py        (appends to benchmarks/coverage_ordinal.csv cell by cell, and resumes;
     then writes benchmarks/coverage_ordinal.md)

Severity has six levels, nights follow one another (sd 0.8, correlation 0.5 a night), one night in ten is missing. Two
exposures: a yes/no one in spells (autocorrelation 0.7) and milligrams of caffeine. A diary's truth is its own: the
mean over its modelled nights of the difference in expected points, integrated over the night-to-night process with the
true parameters. With and without the small-diary correction (docs/decisions/0010-ordinal-nights.md).
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

import rlskit as rk

SEED, DIARIES, CELLS = 20261123, 200, (60, 120)  # stated beforehand
OUT = Path(__file__).with_name("coverage_ordinal.csv")
PAGE = OUT.with_suffix(".md")
CUTS, EFFECTS = np.array([-1.0, -0.2, 0.6, 1.4, 2.4]), {"spells": -0.8, "caffeine_after_noon_mg": 0.003}
SIGMA, PHI, MISSING = 0.8, 0.5, 0.1
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def simulate(rng: np.random.Generator, n: int) -> pd.DataFrame:
    e, spell = rng.normal(size=n), np.empty(n, dtype=bool)
    spell[0] = rng.random() < 0.5
    for t in range(1, n):
        e[t] = PHI * e[t - 1] + np.sqrt(1 - PHI**2) * e[t]
        spell[t] = spell[t - 1] if rng.random() < 0.7 else rng.random() < 0.5
    nights = pd.DataFrame({"night": range(n), "spells": spell, "caffeine_after_noon_mg": rng.choice([0, 80, 200], n)})
    f = predictor(nights) + SIGMA * e + rng.logistic(size=n)
    nights["severity"] = (f[:, None] > CUTS).sum(axis=1)
    return nights[rng.random(n) >= MISSING]


def predictor(nights: pd.DataFrame) -> np.ndarray:
    return sum(effect * nights[name].to_numpy(float) for name, effect in EFFECTS.items())


def points(nights: pd.DataFrame) -> float:
    """Expected severity, averaged over nights and over the process."""
    f = predictor(nights)[:, None] + SIGMA * NODES
    return float((expit(f[:, :, None] - CUTS).sum(axis=2) @ WEIGHTS).mean())


def one(n: int, number: int) -> list[dict]:
    nights = simulate(np.random.default_rng([SEED, n, number]), n)
    try:
        fit = rk.fit("severity ~ " + " + ".join(EFFECTS), nights, outcome=rk.ORDINAL)
        tables = {name: rk.estimate_effects(fit, correction=correction).table
                  for name, correction in (("plain", None), ("corrected", rk.BARTLETT))}
    except rk.ModelError:
        return [{"refused": 1}]
    rows = []
    for name, table in tables.items():
        for row in table[table["reason"] == ""].itertuples():
            truth = points(nights.assign(**{row.term: row.a})) - points(nights.assign(**{row.term: row.b}))
            rows.append({"limits": name, "covered": row.lower <= truth <= row.upper, "width": row.upper - row.lower,
                         "open": not np.isfinite(row.upper - row.lower), "error": row.estimate - truth, "refused": 0})
    return rows


def page(table: pd.DataFrame) -> str:
    """The committed table."""
    lines = ["# Do 95% intervals in points of severity hold the truth?", "",
             f"`make coverage-ordinal`; seed {SEED}, {DIARIES} simulated diaries of one person a row, two exposures "
             f"each: six levels of severity, night-to-night sd {SIGMA:g} and correlation {PHI:g}, a night in ten "
             "missing. ± is the Monte-Carlo standard error; width is the median, in points; bias the mean error of the "
             "estimate.", "",
             "| nights | limits | answered | refused | covered | width | open | bias |",
             "|---|---|---|---|---|---|---|---|"]
    words = {"plain": "profile", "corrected": "profile, small-diary correction"}
    for row in table.itertuples(index=False):
        lines.append(f"| {row.nights} | {words[row.limits]} | {row.answered} | {row.refused} | {row.coverage:.1f} ± "
                     f"{row.error:.1f} | {row.median_width:.2f} | {row.open} | {row.bias:+.3f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    done = set(pd.read_csv(OUT)["nights"]) if OUT.exists() else set()
    for n in CELLS:
        if n in done:
            continue
        found = pd.DataFrame([row for number in range(DIARIES) for row in one(n, number)])
        rows = []
        for name, mine in found[found["refused"] == 0].groupby("limits", sort=False):
            share = mine["covered"].mean()
            rows.append({"nights": n, "limits": name, "diaries": DIARIES, "answered": len(mine),
                         "coverage": round(100 * share, 1),
                         "error": round(100 * np.sqrt(share * (1 - share) / len(mine)), 1),
                         "median_width": round(mine["width"].median(), 2), "open": int(mine["open"].sum()),
                         "bias": round(mine["error"].mean(), 3), "refused": int(found["refused"].sum()),
                         "seed": SEED, "rlskit": rk.__version__})
        new = not OUT.exists()
        with OUT.open("a", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            if new:
                writer.writeheader()
            writer.writerows(rows)
        print(pd.DataFrame(rows).to_string(), flush=True)
    PAGE.write_text(page(pd.read_csv(OUT)), encoding="utf-8")


if __name__ == "__main__":
    main()
