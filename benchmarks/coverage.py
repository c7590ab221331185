"""Do 95% intervals hold the truth 95 times in 100? One-person diaries with a known truth, cell by cell.

Run: python benchmarks/coverage.py            (make coverage; appends to benchmarks/coverage.csv and resumes)
     python benchmarks/coverage.py --table    (the Markdown table of what is there)

The grid is nights {30, 60, 120, 365} × base rate {0.1, 0.3, 0.6} × (sigma, phi) {(0, 0), (0.8, 0.5), (1.2, 0.8)} ×
missing {0, 30%}. What is run is the quarter of it whose level numbers add up to a multiple of four: 18 cells, every
level of each factor in it, 400 diaries a cell. Every diary has five exposures with effects: one with autocorrelation of
0.7 or more, one of 10% prevalence, one bound to the weekday, the spread of bedtimes over the past 7 nights, and
spells of 14 nights.

A diary's truth is its own: 30 × the mean over its modelled nights of P(a) - P(b), integrated over the night-to-night
process with the true parameters. Coverage counts answered contrasts (the rules of answers/refusals.py apply); the
refused share and the median width stand beside it. Next to it: a plain logistic regression with Wald and with HAC
errors, risk differences by the delta method, on the same diaries.
"""

from __future__ import annotations

import argparse
import csv
import sys
import warnings
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

import rlskit as rk
from rlskit.answers.refusals import count, refusal
from rlskit.regularity import past_clock_sd

SEED, DIARIES = 20261122, 400  # stated beforehand
OUT = Path(__file__).with_name("coverage.csv")
NIGHTS, RATES, MISSING = (30, 60, 120, 365), (0.1, 0.3, 0.6), (0.0, 0.3)
PROCESSES = ((0.0, 0.0), (0.8, 0.5), (1.2, 0.8))
EXPOSURES = ("persistent", "rare", "weekday_bound", "bedtime_sd_7_min", "spells")
BETA = {"persistent": -0.7, "rare": 0.8, "weekday_bound": 0.5, "bedtime_sd_7_min": 0.01, "spells": -0.5}
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(61)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
METHODS = ("rlskit", "logit Wald", "logit HAC")


def cells() -> list[tuple[int, float, float, float, float]]:
    levels = product(enumerate(NIGHTS), enumerate(RATES), enumerate(PROCESSES), enumerate(MISSING))
    return [(n, rate, *process, gone) for (i, n), (j, rate), (k, process), (m, gone) in levels
            if (i + j + k + 2 * m) % 4 == 0]


def ar1(rng: np.random.Generator, n: int, phi: float) -> np.ndarray:
    out = rng.normal(size=n)
    for t in range(1, n):
        out[t] = phi * out[t - 1] + np.sqrt(1 - phi**2) * out[t]
    return out


def exposures(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Five exposures of n nights; a month of bedtimes before the first night, so that the 7-night spread is known."""
    weekday = (np.arange(n) + rng.integers(7)) % 7
    spread = np.exp(0.5 * ar1(rng, n + 30, 0.97))
    bed = 1380 + 35 * spread * rng.normal(size=n + 30)
    spell = np.repeat(rng.integers(0, 2, n // 14 + 2), 14)[rng.integers(14):][:n]
    return pd.DataFrame({
        "persistent": (ar1(rng, n, 0.9) > 0).astype(float), "rare": (rng.random(n) < 0.1).astype(float),
        "weekday_bound": ((weekday >= 5) ^ (rng.random(n) < 0.1)).astype(float),
        "bedtime_sd_7_min": past_clock_sd(bed)[30:], "spells": spell.astype(float)})


def probability(eta: np.ndarray, sigma: float) -> np.ndarray:
    """P(y) of each night, integrated over e ~ N(0, sigma^2)."""
    return (1 / (1 + np.exp(-(eta[:, None] + sigma * NODES)))) @ WEIGHTS


def simulate(rng: np.random.Generator, n: int, rate: float, sigma: float, phi: float, gone: float) -> tuple:
    """The diary as a table, and the linear predictor without its constant term's uncertainty: (nights, eta)."""
    x = exposures(rng, n)
    fixed = x.to_numpy() @ np.array([BETA[c] for c in x])
    low, high = -12.0, 12.0
    for _ in range(60):  # the constant that gives the base rate
        middle = (low + high) / 2
        low, high = (middle, high) if probability(fixed + middle, sigma).mean() < rate else (low, middle)
    eta = fixed + low
    x["symptoms"] = (rng.random(n) < 1 / (1 + np.exp(-(eta + sigma * ar1(rng, n, phi))))).astype(float)
    x["night"] = np.arange(n)
    kept = rng.random(n) >= gone
    return x[kept].reset_index(drop=True), eta[kept]


def truth(nights: pd.DataFrame, eta: np.ndarray, sigma: float, term: str, a: float, b: float) -> float:
    without = eta - BETA[term] * nights[term].to_numpy()
    at_a, at_b = (probability(without + BETA[term] * value, sigma) for value in (a, b))
    return 30 * float(np.mean(at_a - at_b))


def logit_limits(nights: pd.DataFrame, contrasts: pd.DataFrame, robust: bool) -> dict[str, tuple[float, float]]:
    """Risk differences per 30 nights with delta-method limits, from statsmodels' Logit."""
    import statsmodels.api as sm

    x = sm.add_constant(nights[list(EXPOSURES)])
    kind = {"cov_type": "HAC", "cov_kwds": {"maxlags": int(len(x) ** (1 / 3)) + 1}} if robust else {}
    found = sm.Logit(nights["symptoms"], x).fit(disp=0, maxiter=100, **kind)
    limits = {}
    for c in contrasts.itertuples():
        at = []
        for value in (c.a, c.b):
            design = x.assign(**{c.term: value}).to_numpy()
            p = 1 / (1 + np.exp(-design @ found.params.to_numpy()))
            at.append((p.mean(), (design * (p * (1 - p))[:, None]).mean(axis=0)))
        gradient, middle = at[0][1] - at[1][1], at[0][0] - at[1][0]
        error = np.sqrt(gradient @ found.cov_params().to_numpy() @ gradient)
        limits[c.term] = (30 * (middle - 1.96 * error), 30 * (middle + 1.96 * error))
    return limits


def one(cell: tuple, number: int) -> list[tuple]:
    """(method, term, status, covered, width) of one diary; status answered | refused | failed."""
    n, rate, sigma, phi, gone = cell
    rng = np.random.default_rng([SEED, n, int(1000 * rate), int(10 * sigma), int(10 * phi), int(100 * gone), number])
    nights, eta = simulate(rng, n, rate, sigma, phi, gone)
    symptom = nights["symptoms"].to_numpy(bool)
    try:
        fit = rk.fit("symptoms ~ " + " + ".join(EXPOSURES), nights)
        contrasts = rk.estimate_effects(fit).table
    except rk.ModelError:
        return [(m, t, "refused", 0, np.nan) for m in METHODS for t in EXPOSURES]
    middle = (contrasts["a"] + contrasts["b"]).to_numpy() / 2
    asked = {t: not refusal(count(symptom, nights[t].to_numpy() > m), "", "", n)[0]
             for t, m in zip(contrasts["term"], middle, strict=True)}
    limits = {"rlskit": {c.term: (c.lower, c.upper) for c in contrasts.itertuples() if not c.reason}}
    for method, robust in (("logit Wald", False), ("logit HAC", True)):
        try:
            limits[method] = logit_limits(nights, contrasts[contrasts["reason"] == ""], robust)
        except Exception:  # a peer that fails on a diary is counted, whatever its error
            limits[method] = {}
    rows = []
    for method in METHODS:
        for c in contrasts.itertuples():
            if not asked[c.term] or c.reason:
                rows.append((method, c.term, "refused", 0, np.nan))
            elif c.term not in limits[method] or np.isnan(limits[method][c.term]).any():
                rows.append((method, c.term, "failed", 0, np.nan))
            else:
                low, high = limits[method][c.term]
                inside = low <= truth(nights, eta, sigma, c.term, c.a, c.b) <= high
                rows.append((method, c.term, "answered", int(inside), high - low))
    return rows


def run_cell(cell: tuple, jobs: int) -> list[dict]:
    found = Parallel(n_jobs=jobs)(delayed(_quiet)(cell, i) for i in range(DIARIES))
    table = pd.DataFrame([r for rows in found for r in rows], columns=["method", "term", "status", "covered", "width"])
    rows = []
    for method, mine in table.groupby("method", sort=False):
        answered = mine[mine["status"] == "answered"]
        rows.append({
            "nights": cell[0], "base_rate": cell[1], "sigma": cell[2], "phi": cell[3], "missing": cell[4],
            "method": method, "diaries": DIARIES, "answered": len(answered), "covered": int(answered["covered"].sum()),
            "coverage": round(100 * answered["covered"].mean(), 2) if len(answered) else "",
            # contrasts of one diary are not independent: the error is taken over diaries
            "error": round(_error(found, method), 2), "median_width": round(answered["width"].median(), 2),
            "refused_share": round((mine["status"] == "refused").mean(), 3),
            "failed_share": round((mine["status"] == "failed").mean(), 3), "seed": SEED, "rlskit": rk.__version__})
    return rows


def _error(found: list, method: str) -> float:
    """Monte-Carlo standard error of the coverage in points, diaries as clusters (ratio estimator)."""
    hits = np.array([sum(r[3] for r in rows if r[0] == method and r[2] == "answered") for rows in found], dtype=float)
    asked = np.array([sum(r[0] == method and r[2] == "answered" for r in rows) for rows in found], dtype=float)
    if not asked.sum():
        return np.nan
    return float(100 * np.sqrt(np.sum((hits - hits.sum() / asked.sum() * asked) ** 2)) / asked.sum())


def _quiet(cell: tuple, number: int) -> list[tuple]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return one(cell, number)


def markdown() -> str:
    table = pd.read_csv(OUT)
    keys = ["nights", "base_rate", "sigma", "phi", "missing"]
    lines = ["| nights | base rate | σ, φ | missing | " + " | ".join(METHODS) + " | width (rlskit) | refused |",
             "|---" * (6 + len(METHODS)) + "|"]
    for key, mine in table.groupby(keys):
        by = mine.set_index("method")
        cover = " | ".join(f"{by.loc[m, 'coverage']:.1f} ± {by.loc[m, 'error']:.1f}" for m in METHODS)
        lines.append(f"| {key[0]} | {key[1]:g} | {key[2]:g}, {key[3]:g} | {key[4]:.0%} | {cover} | "
                     f"{by.loc['rlskit', 'median_width']:.1f} | {by.loc['rlskit', 'refused_share']:.0%} |")
    means = table.groupby("method")["coverage"].mean()
    lines.append("| mean | | | | " + " | ".join(f"{means[m]:.1f}" for m in METHODS) + " | | |")
    return "\n".join(lines)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--table", action="store_true")
    words.add_argument("--jobs", type=int, default=-1)
    asked = words.parse_args()
    if asked.table:
        print(markdown())
        return
    done = set()
    if OUT.exists():
        before = pd.read_csv(OUT)
        done = {tuple(k) for k in before[["nights", "base_rate", "sigma", "phi", "missing"]].to_numpy()}
    for cell in cells():
        if cell in done:
            continue
        rows = run_cell(cell, asked.jobs)
        new = not OUT.exists()
        with OUT.open("a", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            if new:
                writer.writeheader()
            writer.writerows(rows)
        print(cell, {r["method"]: r["coverage"] for r in rows}, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
