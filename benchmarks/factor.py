"""How the persistence part of the small-diary correction was chosen: once, by simulation, at fixed seeds.

Run: python benchmarks/factor.py [--minutes 15]     (writes factor.csv; the same seeds give the same rows)
     python benchmarks/factor.py --table            (factor.md)

Diaries of benchmarks/coverage.py at random nights, base rates, persistence, missing nights and one to five of its
exposures, and a second set at the cells where coverage was lowest. Each contrast gives its likelihood-ratio statistic
at the truth, the closed-form factor of the coefficients, what engine/limits/persistence.py would add at each of three
references, and the estimated sigma. A rule for the factor is judged by the share of statistics below
chi-square's 95% point times the factor, in groups of nights, terms and persistence. Contrasts of separated diaries,
whose limits are open, are left out: shares are a little lower than the coverage people see.
"""

from __future__ import annotations

import argparse
import csv
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from coverage import BETA, EXPOSURES, simulate, truth
from scipy.stats import chi2

import rlskit as rk
from rlskit.answers.refusals import count, refusal
from rlskit.engine import WEAK, bartlett_factor, mean_probability, risk_difference
from rlskit.engine.fitting.maximum import least_gain
from rlskit.engine.limits import persistence, profile
from rlskit.engine.limits.persistence import night_weight, persistence_excess

OUT = Path(__file__).with_name("factor.csv")
REFERENCES = ((0.5, 0.5), (0.8, 0.65), (1.2, 0.8))
LOW = [(60, 0.3, 1.2, 0.8, 0.0, 1), (120, 0.6, 1.2, 0.8, 0.3, 1), (30, 0.6, 1.2, 0.8, 0.0, 1),
       (120, 0.1, 1.2, 0.8, 0.0, 1), (60, 0.3, 0.0, 0.0, 0.0, 1)]
PROCESSES = ((0, 0), (0.5, 0.5), (0.8, 0.5), (0.8, 0.8), (1.2, 0.8), (1.6, 0.9))
SEEDS = {"low cells": 101, "wide": 202}


def setting(rng: np.random.Generator, kind: str, number: int) -> tuple[tuple, list[str]]:
    if kind == "low cells":
        return LOW[(number + 1) % len(LOW)], list(EXPOSURES)
    process = PROCESSES[rng.integers(6)]
    nights, rate = int(rng.choice([30, 45, 60, 90, 120, 180, 365])), float(rng.choice([0.15, 0.3, 0.5, 0.7]))
    cell = (nights, rate, *process, float(rng.choice([0, 0.3])), 1)
    terms = rng.integers(1, 6)
    return cell, [EXPOSURES[j] for j in sorted(rng.permutation(5)[:terms])]


def root_at(maximum, estimand, value: float) -> float:
    """Signed root of the likelihood-ratio statistic where the estimand has this value."""
    objective, best = maximum.objective, maximum.optimum
    estimate, by_theta = estimand(best.theta)
    response = best.inverse @ by_theta
    sd = float(np.sqrt(by_theta @ response))
    kappa, sign = profile.STIFFNESS / sd**2, 1.0 if value > estimate else -1.0
    side = profile._Side(objective, best.value, estimand, kappa, response / sd**2, sign, objective.layout.even,
                         max(1e-7, least_gain(objective.nights)))
    inverse = best.inverse - np.outer(response, response) * (kappa / (1 + kappa * sd**2))
    here = profile.ProfilePoint(estimate, 0.0, 1 / sd, best.theta)
    for _ in range(6):
        target, start = here.root + here.slope * (value - here.h), here.theta + side.along * (value - here.h)
        for j in side.even if here.root == 0.0 else ():
            start[j] = max(start[j], 0.25)
        point, inverse = profile._profile_point(side, value + target * here.slope / kappa, start, inverse)
        if point is None:
            return np.nan
        here = point
        if abs(here.slope * (value - here.h)) < 0.02:
            break
    return here.root + here.slope * (value - here.h)


def one(kind: str, number: int) -> list[dict]:
    rng = np.random.default_rng([SEEDS[kind], number])
    cell, terms = setting(rng, kind, number)
    nights, eta = simulate(rng, cell)
    try:
        fit = rk.fit("symptoms ~ " + " + ".join(terms), nights)
        contrasts = rk.estimate_effects(fit).table
    except rk.ModelError:
        return []
    maximum, design = fit.maximum, fit.design
    if not fit.status.converged or maximum.separation is not None:
        return []
    part, weight, rows = maximum.parameters, night_weight(np.bincount(design.nights.family.level)), []
    for c in contrasts[contrasts["reason"] == ""].itertuples():
        exposed = nights[c.term].to_numpy() > (c.a + c.b) / 2
        if refusal(count(nights["symptoms"].to_numpy(bool), exposed, np.zeros(len(nights))), "", "", cell[0])[0]:
            continue
        a, b = design.scenario(**{c.term: c.a}), design.scenario(**{c.term: c.b})

        def estimand(theta, a=a, b=b):
            return risk_difference(maximum.objective.layout, theta, design.weights, a, b)

        m, _, _ = mean_probability(design.x @ part.beta, np.full(len(design.x), part.sigma**2))
        true = truth(nights, eta, cell, c.term, c.a, c.b) / 30
        try:
            root = root_at(maximum, estimand, true)
        except profile._Higher:
            continue
        added = {}
        for reference in REFERENCES:
            persistence.REFERENCE = reference
            added[f"excess_{reference[0]:g}"] = round(persistence_excess(
                design.x, design.nights.gap, weight, design.weights @ (a.x - b.x), 0.0, WEAK), 4)
        rows.append({
            "set": kind, "number": number, "nights": cell[0], "base_rate": cell[1], "sigma": cell[2], "phi": cell[3],
            "missing": cell[4], "terms": len(terms), "term": c.term, "statistic": round(root**2, 4),
            "coefficients": round(bartlett_factor(design.x, m, estimand(maximum.anchor)[1][: len(design.names)]), 4),
            **added, "sigma_found": round(abs(part.sigma), 3)})
    return rows


RULES = {
    "coefficients only": lambda d: d["coefficients"],
    "+ at (0.5, 0.5)": lambda d: d["coefficients"] + d["excess_0.5"] * np.maximum(0, 1 - d["sigma_found"] / 0.5),
    "+ at (0.8, 0.65)": lambda d: d["coefficients"] + d["excess_0.8"] * np.maximum(0, 1 - d["sigma_found"] / 0.8),
    "+ at (1.2, 0.8)": lambda d: d["coefficients"] + d["excess_1.2"] * np.maximum(0, 1 - d["sigma_found"] / 1.2),
    "1.5 x that": lambda d: d["coefficients"] + 1.5 * d["excess_1.2"] * np.maximum(0, 1 - d["sigma_found"] / 1.2),
}


def markdown() -> str:
    d = pd.read_csv(OUT)
    d = d[d["statistic"].notna()]
    d["process"] = d["sigma"].astype(str) + ", " + d["phi"].astype(str)
    d["sigma found"] = pd.cut(d["sigma_found"], [-1, 0.05, 0.8, 99], labels=["0", "0.05–0.8", "over 0.8"])
    factors = {name: rule(d) for name, rule in RULES.items()}
    cut = chi2.ppf(0.95, 1)
    lines = ["# The persistence part of the small-diary correction", "",
             f"`python benchmarks/factor.py`: {len(d):,} contrasts, effects {BETA}. Percent of statistics below the "
             "corrected cut-off (nominal 95), by rule; last line: mean width of an interval against the first rule's.",
             "", "| group | contrasts | mean statistic | " + " | ".join(factors) + " |",
             "|---" * (3 + len(factors)) + "|"]
    groups = [("all", pd.Series("", index=d.index))]
    groups += [(name, d[column]) for name, column in (("nights", "nights"), ("σ, φ", "process"), ("term", "term"),
                                                      ("terms", "terms"), ("σ found", "sigma found"), ("", "set"))]
    for name, by in groups:
        for value, mine in d.groupby(by, observed=True):
            shares = [100 * (mine["statistic"] < cut * f[mine.index]).mean() for f in factors.values()]
            lines.append(f"| {name} {value} | {len(mine)} | {mine['statistic'].mean():.2f} | "
                         + " | ".join(f"{s:.1f}" for s in shares) + " |")
    first = factors["coefficients only"]
    lines.append("| width | | | " + " | ".join(f"{np.sqrt(f / first).mean():.3f}" for f in factors.values()) + " |")
    return "\n".join(lines)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--table", action="store_true")
    words.add_argument("--minutes", type=float, default=15)
    asked = words.parse_args()
    if not asked.table:
        warnings.simplefilter("ignore")
        rows = []
        for kind in SEEDS:
            start, number = time.time(), 0
            while time.time() - start < 30 * asked.minutes:
                rows += one(kind, number)
                number += 1
        with OUT.open("w", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    OUT.with_suffix(".md").write_text(markdown() + "\n")


if __name__ == "__main__":
    main()
