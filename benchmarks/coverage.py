"""Do 95% intervals hold the truth 95 times in 100? Diaries with a known truth, cell by cell.

Run: python benchmarks/coverage.py                 (make coverage: what is missing, block by block; stop it any time)
     python benchmarks/coverage.py --cells 60,0.3,1.2,0.8,0,1 --seed 2 --diaries 800      (these cells only)
     python benchmarks/coverage.py --table         (coverage.md from the blocks that are there)

The grid is people {1, 6, 30} × nights {30, 60, 120, 365} × base rate {0.1, 0.3, 0.6} × (sigma, phi) {(0, 0),
(0.8, 0.5), (1.2, 0.8)} × missing {0, 30%}. Of the one-person part the quarter is run whose level numbers add up to a
multiple of four: 18 cells, every level of each factor in it. Of the pooled part POOLED, 6 cells. 400 diaries (pooled:
400 studies) a cell. Every diary has five exposures with effects: one with autocorrelation of 0.7 or more, one of 10%
prevalence, one bound to the weekday, the spread of bedtimes over the past 7 nights, and spells of 14 nights. Pooled,
people differ in their intercept (sd 1) and in the effect of the first exposure (sd 0.5).

A diary's truth is its own: 30 × the mean over its modelled nights of P(a) - P(b), integrated over the night-to-night
process and over people with the true parameters. Coverage counts answered contrasts (the rules of answers/refusals.py
apply); the refused share and the median width stand beside it. Next to it, on the same diaries: one person, a plain
logistic regression with Wald and with HAC errors; pooled, GEE; risk differences by the delta method.

coverage.csv has one row per block of 20 diaries and method, with counts and sums that blocks can be added up from. A
cell is run again with fresh diaries by another --seed. `correction` names the small-diary correction of its time.
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
from rlskit.nights.regularity import past_clock_sd

SEED, DIARIES, BLOCK = 20261122, 400, 20  # stated beforehand
# by number of people; rows with another name are of an earlier correction
CORRECTION = {1: "coefficients + persistence", 6: "few people", 30: "few people"}
OUT = Path(__file__).with_name("coverage.csv")
PEERS = Path(__file__).with_name("coverage_peers.csv")
NIGHTS, RATES, MISSING = (30, 60, 120, 365), (0.1, 0.3, 0.6), (0.0, 0.3)
PROCESSES = ((0.0, 0.0), (0.8, 0.5), (1.2, 0.8))
KEYS = ["nights", "base_rate", "sigma", "phi", "missing", "people"]
POOLED = [(60, 0.3, 0.8, 0.5, 0.0, 6), (30, 0.6, 1.2, 0.8, 0.0, 6), (120, 0.1, 0.0, 0.0, 0.3, 6),
          (60, 0.3, 0.8, 0.5, 0.0, 30), (30, 0.6, 0.0, 0.0, 0.3, 30), (120, 0.3, 1.2, 0.8, 0.0, 30)]
PERSON_SD, SLOPE_SD, SLOPE = 1.0, 0.5, "persistent"
EXPOSURES = ("persistent", "rare", "weekday_bound", "bedtime_sd_7_min", "spells")
BETA = {"persistent": -0.7, "rare": 0.8, "weekday_bound": 0.5, "bedtime_sd_7_min": 0.01, "spells": -0.5}
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(61)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
METHODS = {1: ("rlskit", "logit Wald", "logit HAC"), 6: ("rlskit", "GEE"), 30: ("rlskit", "GEE")}


Cell = tuple[int, float, float, float, float, int]


def cells() -> list[Cell]:
    levels = product(enumerate(NIGHTS), enumerate(RATES), enumerate(PROCESSES), enumerate(MISSING))
    alone = [(n, rate, *process, gone, 1) for (i, n), (j, rate), (k, process), (m, gone) in levels
             if (i + j + k + 2 * m) % 4 == 0]
    return [*alone, *POOLED]


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


def probability(eta: np.ndarray, sd: np.ndarray | float) -> np.ndarray:
    """P(y) of each night, integrated over N(0, sd^2) around its predictor."""
    return (1 / (1 + np.exp(-(eta[:, None] + np.reshape(sd, (-1, 1)) * NODES)))) @ WEIGHTS


def spread(sigma: float, people: int, slope: np.ndarray | float) -> np.ndarray | float:
    """Sd of everything random in a night's predictor, for a value of the column whose effect differs."""
    return np.sqrt(sigma**2 + PERSON_SD**2 + (SLOPE_SD * slope) ** 2) if people > 1 else sigma


def simulate(rng: np.random.Generator, cell: Cell) -> tuple[pd.DataFrame, np.ndarray]:
    """The diaries as one table, and the fixed part of the linear predictor (n,)."""
    n, rate, sigma, phi, gone, people = cell
    tables = [exposures(rng, n).assign(person=who, night=np.arange(n)) for who in range(people)]
    x = pd.concat(tables, ignore_index=True)
    fixed = x[list(EXPOSURES)].to_numpy() @ np.array([BETA[c] for c in EXPOSURES])
    sd, low, high = spread(sigma, people, x[SLOPE].to_numpy()), -12.0, 12.0
    for _ in range(50):  # the constant that gives the base rate
        middle = (low + high) / 2
        low, high = (middle, high) if probability(fixed + middle, sd).mean() < rate else (low, middle)
    eta = fixed + low
    coin = rng.random(len(x))
    carried = sigma * np.concatenate([ar1(rng, n, phi) for _ in range(people)])
    own = np.zeros(len(x))
    if people > 1:
        u = rng.normal(size=(people, 2)) * (PERSON_SD, SLOPE_SD)
        who = x["person"].to_numpy()
        own = u[who, 0] + u[who, 1] * x[SLOPE].to_numpy()
    x["symptoms"] = (coin < 1 / (1 + np.exp(-(eta + own + carried)))).astype(float)
    kept = rng.random(len(x)) >= gone
    return x[kept].reset_index(drop=True), eta[kept]


def truth(nights: pd.DataFrame, eta: np.ndarray, cell: Cell, term: str, a: float, b: float) -> float:
    """Symptom nights per 30, a against b: over a person's nights first, then equally over people."""
    _, _, sigma, _, _, people = cell
    without = eta - BETA[term] * nights[term].to_numpy()
    at = []
    for value in (a, b):
        sd = spread(sigma, people, value if term == SLOPE else nights[SLOPE].to_numpy())
        at.append(probability(without + BETA[term] * value, sd))
    return 30 * float(pd.Series(at[0] - at[1]).groupby(nights["person"]).mean().mean())


def peer_limits(
    nights: pd.DataFrame, contrasts: pd.DataFrame, method: str, columns: tuple[str, ...] = EXPOSURES
) -> dict[str, tuple[float, float]]:
    """Risk differences per 30 nights with delta-method limits, from statsmodels' Logit or GEE."""
    import statsmodels.api as sm

    x = sm.add_constant(nights[list(columns)])
    if method == "GEE":
        found = sm.GEE(nights["symptoms"], x, groups=nights["person"], family=sm.families.Binomial(),
                       cov_struct=sm.cov_struct.Exchangeable()).fit()
    else:
        kind = {"cov_type": "HAC", "cov_kwds": {"maxlags": int(len(x) ** (1 / 3)) + 1}} if "HAC" in method else {}
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


def generator(cell: Cell, seed: int, number: int) -> np.random.Generator:
    """The random numbers of one diary (or study), whoever simulates it."""
    n, rate, sigma, phi, gone, people = cell
    whose = [] if people == 1 else [people]
    return np.random.default_rng([seed, n, int(1000 * rate), int(10 * sigma), int(10 * phi), int(100 * gone), *whose,
                                  number])


def one(cell: Cell, seed: int, number: int) -> list[tuple]:
    """(method, term, status, covered, width) of one diary; status answered | refused | failed."""
    n, people = cell[0], cell[5]
    nights, eta = simulate(generator(cell, seed, number), cell)
    symptom, methods = nights["symptoms"].to_numpy(bool), METHODS[people]
    try:
        fit = rk.fit("symptoms ~ " + " + ".join(EXPOSURES), nights, slopes=(SLOPE,) if people > 1 else ())
        contrasts = rk.estimate_effects(fit).table
    except rk.ModelError:
        return [(m, t, "refused", 0, np.nan) for m in methods for t in EXPOSURES]
    middle, person = (contrasts["a"] + contrasts["b"]).to_numpy() / 2, nights["person"].to_numpy()
    asked = {t: not refusal(count(symptom, nights[t].to_numpy() > m, person), "", "", n)[0]
             for t, m in zip(contrasts["term"], middle, strict=True)}
    limits = {"rlskit": {c.term: (c.lower, c.upper) for c in contrasts.itertuples() if not c.reason}}
    for method in methods[1:]:
        try:
            limits[method] = peer_limits(nights, contrasts[contrasts["reason"] == ""], method)
        except Exception:  # a peer that fails on a diary is counted, whatever its error
            limits[method] = {}
    rows = []
    for method in methods:
        for c in contrasts.itertuples():
            if not asked[c.term] or c.reason:
                rows.append((method, c.term, "refused", 0, np.nan))
            elif c.term not in limits[method] or np.isnan(limits[method][c.term]).any():
                rows.append((method, c.term, "failed", 0, np.nan))
            else:
                low, high = limits[method][c.term]
                inside = low <= truth(nights, eta, cell, c.term, c.a, c.b) <= high
                rows.append((method, c.term, "answered", int(inside), high - low))
    return rows


def _quiet(cell: Cell, seed: int, number: int) -> list[tuple]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return one(cell, seed, number)


def run_block(cell: Cell, seed: int, first: int, jobs: int) -> list[dict]:
    """One row per method of BLOCK diaries. hits2, cross and asked2 are sums over diaries of squares and products of
    contrasts covered and contrasts answered: contrasts of one diary are not independent."""
    found = Parallel(n_jobs=jobs)(delayed(_quiet)(cell, seed, i) for i in range(first, first + BLOCK))
    rows = []
    for method in METHODS[cell[5]]:
        mine = [[r for r in diary if r[0] == method] for diary in found]
        hits = np.array([sum(r[3] for r in diary if r[2] == "answered") for diary in mine])
        asked = np.array([sum(r[2] == "answered" for r in diary) for diary in mine])
        status = [r[2] for diary in mine for r in diary]
        widths = [r[4] for diary in mine for r in diary if r[2] == "answered"]
        rows.append(dict(zip(KEYS, cell, strict=True)) | {
            "method": method, "seed": seed, "first": first, "diaries": BLOCK, "answered": int(asked.sum()),
            "covered": int(hits.sum()), "refused": status.count("refused"), "failed": status.count("failed"),
            "hits2": int((hits**2).sum()), "cross": int((hits * asked).sum()), "asked2": int((asked**2).sum()),
            "median_width": round(float(np.median(widths)), 2) if widths else "", "correction": CORRECTION[cell[5]],
            "rlskit": rk.__version__})
    return rows


def add_up(blocks: pd.DataFrame) -> pd.Series:
    """A cell from its blocks: coverage in %, its Monte-Carlo error with diaries as clusters (ratio estimator), the
    answered-weighted mean of the blocks' median widths, shares refused and failed."""
    t = blocks[["diaries", "answered", "covered", "refused", "failed", "hits2", "cross", "asked2"]].sum()
    share = t["covered"] / t["answered"] if t["answered"] else np.nan
    residual = t["hits2"] - 2 * share * t["cross"] + share**2 * t["asked2"]
    known = blocks[blocks["median_width"].notna()]
    width = (known["median_width"] * known["answered"]).sum() / max(known["answered"].sum(), 1)
    every = t["answered"] + t["refused"] + t["failed"]
    return pd.Series({
        "diaries": t["diaries"], "answered": t["answered"], "covered": t["covered"], "coverage": 100 * share,
        "error": 100 * np.sqrt(max(residual, 0)) / t["answered"] if t["answered"] else np.nan, "width": width,
        "refused": t["refused"] / every, "failed": t["failed"] / every})


def markdown() -> str:
    from scipy.stats import binomtest
    from statsmodels.stats.multitest import multipletests

    table = pd.read_csv(OUT)
    ours_now = table["correction"] == table["people"].map(CORRECTION)
    now = table[(table["method"] == "rlskit") & ours_now]
    by = now.groupby([*KEYS, "method"]).apply(add_up, include_groups=False)
    earlier = table[(table["method"] == "rlskit") & ~ours_now]
    before = earlier.groupby(KEYS).apply(add_up, include_groups=False) if len(earlier) else None
    # the same diaries again, under a later correction, are the same diaries to a peer
    peers = table[table["method"] != "rlskit"].drop_duplicates([*KEYS, "method", "seed", "first"])
    peers = peers.groupby([*KEYS, "method"]).apply(add_up, include_groups=False)
    lines, ours, few = [], {}, other_peers()
    for people, title in ((1, "One person"), (6, "Six people"), (30, "Thirty people")):
        methods = METHODS[people][1:] + (("VB", "glmmTMB") if people > 1 else ())
        lines += ["", f"## {title}", "", "| nights | base rate | σ, φ | missing | diaries | rlskit | before | "
                  + " | ".join(methods) + " | width | refused |", "|---" * (9 + len(methods)) + "|"]
        for cell in [c for c in cells() if c[5] == people]:
            mine = by.loc[(*cell, "rlskit")] if (*cell, "rlskit") in by.index else None
            old = before.loc[cell] if before is not None and cell in before.index else None
            if mine is not None:
                ours[cell] = mine
            shown = mine if mine is not None else old
            others = [_pm(peers.loc[(*cell, m)]) if (*cell, m) in peers.index else few.get((*cell, m), "")
                      for m in methods]
            lines.append(
                f"| {cell[0]} | {cell[1]:g} | {cell[2]:g}, {cell[3]:g} | {cell[4]:.0%} | "
                f"{'' if mine is None else int(mine['diaries'])} | {'not run' if mine is None else _pm(mine)} | "
                f"{'' if old is None else _pm(old)} | " + " | ".join(others)
                + (" | | |" if shown is None else f" | {shown['width']:.1f} | {shown['refused']:.0%} |"))
    whole = {c: r for c, r in ours.items() if r["diaries"] >= DIARIES}
    tests = [binomtest(int(r["covered"]), int(r["answered"]), 0.935, alternative="less").pvalue for r in whole.values()]
    under = int(multipletests(tests, method="holm")[0].sum()) if tests else 0
    mean = np.mean([r["coverage"] for r in whole.values()]) if whole else np.nan
    said = (f"Cells with at least {DIARIES} diaries: {len(whole)} of {len(cells())}; mean coverage {mean:.1f}%; cells "
            f"under 93.5% by the exact binomial test (one-sided 5%, Holm over cells): {under}.")
    if few:
        lines += ["", "VB and glmmTMB: `make coverage-peers`, on the first studies of each cell (in brackets how many, "
                  "and how many contrasts the peer failed on)."]
    return "\n".join([said, *lines])


def other_peers() -> dict[tuple, str]:
    """Coverage of the peers of benchmarks/coverage_peers.py, studies as clusters, by cell and method."""
    if not PEERS.exists():
        return {}
    said = {}
    for key, t in pd.read_csv(PEERS).groupby([*KEYS, "method"]):
        known, answered = t["covered"].sum(), t["answered"].sum()
        share = known / answered if answered else np.nan
        error = np.sqrt(((t["covered"] - share * t["answered"]) ** 2).sum()) / max(answered, 1)
        failed = f", {t['failed'].sum()} failed" if t["failed"].sum() else ""
        said[key] = f"{100 * share:.1f} ± {100 * error:.1f} ({len(t)}{failed})"
    return said


def _pm(cell: pd.Series) -> str:
    return f"{cell['coverage']:.1f} ± {cell['error']:.1f}"


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--table", action="store_true", help="only write coverage.md")
    words.add_argument("--cells", nargs="+", help="nights,base rate,sigma,phi,missing,people")
    words.add_argument("--seed", type=int, default=SEED)
    words.add_argument("--diaries", type=int, default=DIARIES, help="wanted in every cell, whatever their seed")
    words.add_argument("--jobs", type=int, default=-1)
    asked = words.parse_args()
    wanted = cells() if not asked.cells else [_cell(text) for text in asked.cells]
    for cell in [] if asked.table else wanted:
        while True:
            there = pd.read_csv(OUT) if OUT.exists() else pd.DataFrame(columns=[*KEYS, "method", "seed", "correction"])
            mine = there[(there["method"] == "rlskit") & (there["correction"] == CORRECTION[cell[5]])]
            for key, value in zip(KEYS, cell, strict=True):
                mine = mine[mine[key] == value]
            if len(mine) * BLOCK >= asked.diaries:
                break
            rows = run_block(cell, asked.seed, BLOCK * int((mine["seed"] == asked.seed).sum()), asked.jobs)
            new = not OUT.exists()
            with OUT.open("a", newline="") as out:
                writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
                if new:
                    writer.writeheader()
                writer.writerows(rows)
            print(cell, (len(mine) + 1) * BLOCK, file=sys.stderr, flush=True)
    page = OUT.with_suffix(".md")
    head = page.read_text().split(MARK)[0] if page.exists() else "# Coverage of 95% intervals\n\n"
    page.write_text(head + MARK + "\n" + markdown() + "\n")


def _cell(text: str) -> Cell:
    *numbers, people = text.split(",")
    return (int(numbers[0]), *map(float, numbers[1:]), int(people))


MARK = "<!-- below: python benchmarks/coverage.py --table -->"


if __name__ == "__main__":
    main()
