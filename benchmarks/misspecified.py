"""Do 95% intervals hold where the model is not the truth? One diary of 120 nights, and 30 people of 60.

Run: python benchmarks/misspecified.py            (make misspecified; appends to misspecified.csv, resumes)
     python benchmarks/misspecified.py --table    (misspecified.md from the rows that are there)

What is true and not in the model that is fitted, DIARIES diaries a case:
as modelled  nothing; beside which the others stand
trend        the log odds rise by 2 from the first night to the last
weekday      1.2 more in the log odds at weekends
drift        a random walk in the log odds, 0.15 a night, in place of a stationary process
logging      a night with symptoms is written down 95 times in 100, one without 60; the truth is that of all nights
slope        30 people whose effect of the first exposure differs (sd 0.8), fitted with a random intercept alone
slope, fitted  the same people, fitted with the slope

Three exposures with effects, none of them bound to what is left out except by chance: a persistent one (autocorrelation
0.7 or more), a coin of 40%, spells of 14 nights. sigma 0.8, phi 0.5 (drift has its walk instead); base rate about 0.35.
Intervals of the contrast and of the base rate beside it (`base_lower`, `base_upper`), next to plain logistic regression
with Wald and HAC errors, or GEE, by the delta method. Refusals are those of answers/refusals.py.
"""

from __future__ import annotations

import argparse
import csv
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from coverage import ar1, peer_limits, probability

import rlskit as rk
from rlskit.answers.refusals import count, refusal

SEED, DIARIES, BLOCK = 20261124, 200, 5  # stated beforehand
OUT = Path(__file__).with_name("misspecified.csv")
EXPOSURES = ("persistent", "coin", "spells")
BETA = np.array([-0.7, 0.6, -0.5])
LEVEL, SIGMA, PHI, PERSON_SD, SLOPE_SD = -0.5, 0.8, 0.5, 1.0, 0.8
CASES = ("as modelled", "trend", "weekday", "drift", "logging", "slope", "slope, fitted")
FIELDS = ["case", "number", "method", "term", "status", "covered", "width", "base_covered", "base_width", "rlskit"]


def exposures(rng: np.random.Generator, n: int) -> np.ndarray:
    spell = np.repeat(rng.integers(0, 2, n // 14 + 2), 14)[rng.integers(14):][:n]
    return np.column_stack([ar1(rng, n, 0.9) > 0, rng.random(n) < 0.4, spell]).astype(float)


def simulate(rng: np.random.Generator, case: str) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, pd.DataFrame]:
    """All nights as they are written down; and of all nights the predictor, the sd that is averaged over, the table."""
    people, n = (30, 60) if case.startswith("slope") else (1, 120)
    tables = []
    for who in range(people):
        x, day = exposures(rng, n), np.arange(n)
        left_out = np.zeros(n)
        if case == "trend":
            left_out = 2.0 * (day / (n - 1) - 0.5)
        elif case == "weekday":
            left_out = 1.2 * (((day + rng.integers(7)) % 7 >= 5) - 2 / 7)
        elif case == "drift":
            walk = np.cumsum(0.15 * rng.normal(size=n))
            left_out = walk - walk.mean()
        carried = 0.0 if case == "drift" else SIGMA * ar1(rng, n, PHI)
        u = rng.normal(size=2) * (PERSON_SD, SLOPE_SD) if people > 1 else np.zeros(2)
        eta = LEVEL + x @ BETA + left_out
        table = pd.DataFrame(x, columns=list(EXPOSURES)).assign(person=who, night=day, eta=eta)
        f = eta + u[0] + u[1] * x[:, 0] + carried
        tables.append(table.assign(symptoms=(rng.random(n) < 1 / (1 + np.exp(-f))).astype(float)))
    whole = pd.concat(tables, ignore_index=True)
    written = np.ones(len(whole), bool)
    if case == "logging":
        written = rng.random(len(whole)) < np.where(whole["symptoms"] > 0, 0.95, 0.6)
    sd = np.full(len(whole), 0.0 if case == "drift" else SIGMA)
    return whole[written].drop(columns="eta").reset_index(drop=True), whole["eta"].to_numpy(), sd, whole


def truth(case: str, whole: pd.DataFrame, eta: np.ndarray, sd: np.ndarray, term: str, a: float, b: float):
    """Symptom nights per 30, a against b, and under b: averaged over nights, and over people that differ."""
    at, slope = [], BETA[EXPOSURES.index(term)]
    for value in (a, b):
        differing = value if term == EXPOSURES[0] else whole[EXPOSURES[0]].to_numpy()
        between = PERSON_SD**2 + (SLOPE_SD * differing) ** 2 if case.startswith("slope") else 0.0
        moved = eta + slope * (value - whole[term].to_numpy())
        at.append(30 * probability(moved, np.sqrt(sd**2 + between)).mean())
    return at[0] - at[1], at[1]


def one(case: str, number: int) -> list[dict]:
    rng = np.random.default_rng([SEED, CASES.index(case.removesuffix(", fitted")), number])
    nights, eta, sd, whole = simulate(rng, case)
    peers = ("GEE",) if case.startswith("slope") else ("logit Wald", "logit HAC")
    blank = {"case": case, "number": number, "covered": "", "width": "", "base_covered": "", "base_width": "",
             "rlskit": rk.__version__}
    try:
        slopes = (EXPOSURES[0],) if case == "slope, fitted" else ()
        found = rk.estimate_effects(rk.fit("symptoms ~ " + " + ".join(EXPOSURES), nights, slopes=slopes)).table
    except rk.ModelError:
        return [blank | {"method": m, "term": t, "status": "refused"} for m in ("rlskit", *peers) for t in EXPOSURES]
    rows, limits = [], {}
    for method in peers:
        try:
            limits[method] = peer_limits(nights, found[found["reason"] == ""], method, EXPOSURES)
        except Exception:  # a peer that fails on a diary is counted, whatever its error
            limits[method] = {}
    symptom, person = nights["symptoms"].to_numpy(bool), nights["person"].to_numpy()
    for c in found.itertuples():
        counts = count(symptom, nights[c.term].to_numpy() > (c.a + c.b) / 2, person)
        if c.reason or refusal(counts, "", "", len(nights))[0]:
            rows += [blank | {"method": m, "term": c.term, "status": "refused"} for m in ("rlskit", *peers)]
            continue
        change, base = truth(case, whole, eta, sd, c.term, c.a, c.b)
        rows.append(blank | {
            "method": "rlskit", "term": c.term, "status": "answered", "covered": int(c.lower <= change <= c.upper),
            "width": round(c.upper - c.lower, 2), "base_covered": int(c.base_lower <= base <= c.base_upper),
            "base_width": round(c.base_upper - c.base_lower, 2)})
        for method in peers:
            low, high = limits[method].get(c.term, (np.nan, np.nan))
            rows.append(blank | {"method": method, "term": c.term} | (
                {"status": "failed"} if np.isnan(low + high) else
                {"status": "answered", "covered": int(low <= change <= high), "width": round(high - low, 2)}))
    return rows


def _share(rows: pd.DataFrame, column: str) -> str:
    """Percent ± Monte-Carlo error, diaries as clusters."""
    by = rows.groupby("number")[column].agg(["sum", "size"])
    share = by["sum"].sum() / by["size"].sum()
    error = np.sqrt(((by["sum"] - share * by["size"]) ** 2).sum()) / by["size"].sum()
    return f"{100 * share:.1f} ± {100 * error:.1f}"


def markdown() -> str:
    table = pd.read_csv(OUT)
    lines = [
        "# Intervals where the model is not the truth", "",
        f"`make misspecified` (seed {SEED}, rlskit {table['rlskit'].iloc[-1]}); what was simulated: "
        "`benchmarks/misspecified.py`. Percent of answered contrasts whose 95% interval holds the truth, ± Monte-Carlo "
        "standard error with diaries as clusters; median width in symptom nights per 30; base rate: its interval, "
        "beside the effect.", "",
        "| case | diaries | rlskit | width | base rate | width | logit Wald | logit HAC | GEE | refused |",
        "|" + "---|" * 10]
    for case in [c for c in CASES if c in set(table["case"])]:
        rows = table[table["case"] == case]
        mine = rows[rows["method"] == "rlskit"]
        said = mine[mine["status"] == "answered"]
        based = said[said["base_width"].notna()]
        peers = []
        for method in ("logit Wald", "logit HAC", "GEE"):
            some = rows[(rows["method"] == method) & (rows["status"] == "answered")]
            peers.append(_share(some, "covered") if len(some) else "")
        lines.append(
            f"| {case} | {mine['number'].nunique()} | {_share(said, 'covered')} | {said['width'].median():.1f} | "
            f"{_share(based, 'base_covered')} | {based['base_width'].median():.1f} | " + " | ".join(peers)
            + f" | {(mine['status'] == 'refused').mean():.0%} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--table", action="store_true", help="only write misspecified.md")
    words.add_argument("--diaries", type=int, default=DIARIES)
    words.add_argument("--cases", nargs="+", default=CASES, choices=CASES)
    asked = words.parse_args()
    done = set()
    if OUT.exists():
        done = set(pd.read_csv(OUT)[["case", "number"]].itertuples(index=False, name=None))
    # block by block over all cases, so that an early stop leaves every case equally far
    for first in range(0, 0 if asked.table else asked.diaries, BLOCK):
        for case in asked.cases:
            rows = []
            for number in range(first, min(first + BLOCK, asked.diaries)):
                if (case, number) not in done:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        rows += one(case, number)
            new = not OUT.exists()
            with OUT.open("a", newline="") as out:
                writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
                if new:
                    writer.writeheader()
                writer.writerows(rows)
            print(case, first + BLOCK, file=sys.stderr, flush=True)
    OUT.with_suffix(".md").write_text(markdown(), encoding="utf-8")


if __name__ == "__main__":
    main()
