"""Do 95% intervals of numeric nights (hours of sleep) hold the truth 95 times in 100? Cell by cell, truth known.

Run: python benchmarks/coverage_gaussian.py            (make coverage-numeric; appends and resumes)
     python benchmarks/coverage_gaussian.py --table    (the Markdown table of what is there)

One person: nights {30, 60, 120} × phi {0, 0.5, 0.8}. Several: people {6, 12, 30} × nights {30, 60} with intercepts and
slopes that differ. Beyond the model: half of each night's variance is fresh noise that no AR(1) describes ("noise
0.5"). One night in ten is missing. Exposures as in benchmarks/coverage.py: one persistent (autocorrelation 0.7), one of
10% prevalence, one bound to the weekday, the spread of bedtimes over the past 7 nights, spells of 14 nights; the slope
that differs between people is that of the weekday-bound one. The outcome has sd 1 about its mean.

Beside rlskit's intervals, on the same diaries: the t interval nlme prints (same fit, n - p degrees of freedom), and
ordinary least squares. An exposure that never varied in a short diary is refused and counted. The engine is called as
rk.fit and rk.estimate_effects call it (tests/unit/models/test_gaussian.py holds them to the same numbers), without
their tables.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from scipy.signal import lfilter
from scipy.stats import binom
from scipy.stats import t as student

from rlskit.engine import Nights, YesNo, fit_gaussian, gaussian_limits

SEED = 20261123  # stated beforehand
EXPOSURES = ("persistent", "rare", "weekday_bound", "bedtime_sd_7_min", "spells")
OUT = Path(__file__).with_name("coverage_gaussian.csv")
BETA = {"persistent": -0.3, "rare": -0.5, "weekday_bound": 0.4, "bedtime_sd_7_min": -0.005, "spells": 0.2}
PERSON_SD, MISSING, LEVEL = 0.7, 0.1, 0.95
KEYS, COUNTS = ["people", "nights", "phi", "slope_sd", "noise"], ["diaries", "answered", "refused", "failed", "covered"]
BATCH = 100
METHODS = ("rlskit", "REML, t(n - p)", "OLS")
# people, nights, phi, sd of the slope that differs, share of fresh noise, diaries
CELLS = [
    *((1, nights, 0.8, 0.0, 0.0, 400) for nights in (30, 60, 120)),
    (6, 30, 0.5, 0.4, 0.0, 400), (1, 30, 0.5, 0.0, 0.0, 400), (12, 30, 0.8, 0.4, 0.0, 400),
    (1, 60, 0.8, 0.0, 0.5, 400), (1, 30, 0.0, 0.0, 0.0, 400), (30, 30, 0.5, 0.4, 0.0, 400),
    (6, 60, 0.5, 0.0, 0.0, 400), (1, 120, 0.9, 0.0, 0.5, 400), (6, 60, 0.8, 0.4, 0.0, 400),
    (30, 60, 0.8, 0.4, 0.0, 400),
    *((1, nights, phi, 0.0, 0.0, 400) for phi in (0.5, 0.0) for nights in (60, 120)),
]  # fmt: skip


def ar1(rng: np.random.Generator, shape: tuple[int, int], phi: float) -> np.ndarray:
    """Stationary AR(1) of unit variance along the nights of every person."""
    shocks = rng.normal(size=shape) * np.sqrt(1.0 - phi**2)
    shocks[:, 0] /= np.sqrt(1.0 - phi**2)
    return lfilter([1.0], [1.0, -phi], shocks, axis=1)


def exposures(rng: np.random.Generator, people: int, n: int) -> np.ndarray:
    """(5, people, n), in the order of EXPOSURES."""
    shape = (people, n)
    weekday = (np.arange(n) + rng.integers(7, size=(people, 1))) % 7
    bed = np.exp(0.5 * ar1(rng, (people, n + 6), 0.97)) * 35.0 * rng.normal(size=(people, n + 6))
    spell = (np.arange(n) + rng.integers(14, size=(people, 1))) // 14
    drawn = np.take_along_axis(rng.integers(0, 2, (people, n // 14 + 2)), spell, axis=1)
    return np.stack([ar1(rng, shape, 0.9) > 0, rng.random(shape) < 0.1, (weekday >= 5) ^ (rng.random(shape) < 0.1),
                     sliding_window_view(bed, 7, axis=1).std(axis=2), drawn]).astype(float)  # fmt: skip


def simulate(rng: np.random.Generator, people: int, n: int, phi: float, slope_sd: float, noise: float):
    """Nights of people with a known truth, one in ten missing: engine arrays as rlskit.models.design makes them of
    `sleep_h ~ ...` with slopes=("weekday_bound",); y; standardised columns (n, p); names and sds of those that vary."""
    raw = exposures(rng, people, n)
    e = np.sqrt(1.0 - noise) * ar1(rng, (people, n), phi) + np.sqrt(noise) * rng.normal(size=(people, n))
    own = np.array([PERSON_SD, slope_sd])[:, None, None] * rng.normal(size=(2, people, 1)) * (people > 1)
    y = 7.0 + np.einsum("k,kpn->pn", list(BETA.values()), raw) + own[0] + own[1] * raw[2] + e
    kept = rng.random((people, n)) >= MISSING
    person, night = np.nonzero(kept)
    raw, y = raw[:, kept].T, y[kept]
    sd = raw.std(axis=0)
    names = [name for name, one in zip(EXPOSURES, sd, strict=True) if one > 0]
    x = np.column_stack([np.ones(len(y)), ((raw - raw.mean(axis=0))[:, sd > 0]) / sd[sd > 0]])
    starts = np.flatnonzero(np.diff(person, prepend=-1))
    gap = np.diff(night.astype(float), prepend=0.0)
    gap[starts] = np.inf
    z = x[:, [0, 1 + names.index("weekday_bound")]] if people > 1 else np.zeros((len(x), 0))
    return Nights(YesNo(np.zeros(len(x))), starts, gap, z, True), y, x, names, sd[sd > 0]


def one(cell: tuple, number: int) -> list[tuple[str, str, str, int, float]]:
    """(method, term, status, covered, width) of one simulation, width per unit of the exposure; status answered |
    refused (the exposure never varied) | failed."""
    people, n, phi, slope_sd, noise, _ = cell
    rng = np.random.default_rng([SEED, people, n, int(10 * phi), int(10 * slope_sd), int(10 * noise), number])
    nights, y, x, names, sds = simulate(rng, people, n, phi, slope_sd, noise)
    maximum = fit_gaussian(nights, y, x)
    rows = [(m, t, "refused", 0, np.nan) for m in METHODS for t in EXPOSURES if t not in names]
    if maximum is None or not maximum.optimum.converged:
        return rows + [(m, t, "failed", 0, np.nan) for m in METHODS for t in names]
    free = len(x) - x.shape[1]
    reach = student.ppf((1 + LEVEL) / 2, free)
    plain = np.linalg.inv(x.T @ x)
    beta = plain @ (x.T @ y)
    error = np.sqrt(((y - x @ beta) ** 2).sum() / free * np.diag(plain))
    for j, (name, sd) in enumerate(zip(names, sds, strict=True), start=1):
        found, _ = gaussian_limits(maximum, np.eye(x.shape[1])[j], (LEVEL,))
        wide = reach * np.sqrt(maximum.covariance[j, j])
        limits = {
            "rlskit": (found.lower[0], found.upper[0]),
            "REML, t(n - p)": (maximum.beta[j] - wide, maximum.beta[j] + wide),
            "OLS": (beta[j] - reach * error[j], beta[j] + reach * error[j]),
        }
        for method, (low, high) in limits.items():
            inside = low <= BETA[name] * sd <= high
            rows.append((method, name, "answered", int(inside), (high - low) / sd))
    return rows


def run() -> None:
    """A hundred diaries of every cell, then the next hundred: whatever is there says something about all cells."""
    done: set[tuple] = set()
    if OUT.exists():
        for row in pd.read_csv(OUT)[[*KEYS, "first", "diaries"]].drop_duplicates().itertuples(index=False):
            done |= {(*row[:5], first) for first in range(row[5], row[5] + row[6], BATCH)}
    for first in range(0, max(cell[5] for cell in CELLS), BATCH):
        for cell in CELLS:
            if first >= cell[5] or (*cell[:5], first) in done:
                continue
            rows = [row for number in range(first, first + BATCH) for row in one(cell, number)]
            found = pd.DataFrame(rows, columns=["method", "term", "status", "covered", "width"])
            new = not OUT.exists()
            with OUT.open("a", newline="") as file:
                writer = csv.writer(file)
                if new:
                    writer.writerow([*KEYS, "first", "method", "term", *COUNTS, "width"])
                for (method, term), some in found.groupby(["method", "term"], sort=False):
                    states, good = some["status"].value_counts(), some[some["status"] == "answered"]
                    counts = [int(states.get(s, 0)) for s in ("answered", "refused", "failed")]
                    writer.writerow([*cell[:5], first, method, term, BATCH, *counts, int(good["covered"].sum()),
                                     f"{good['width'].median():.4g}"])  # fmt: skip
            mine = found[(found["method"] == "rlskit") & (found["status"] == "answered")]
            print(cell, first, f"{100 * mine['covered'].mean():.1f}% of {len(mine)}", flush=True)


def table() -> str:
    """Coverage of every cell, over its exposures, and the median width; in brackets the chance of so few or fewer at
    93.5%, diaries taken as the unit: exposures of one diary miss together."""
    lines = ["| people | nights | phi | slope sd | noise | diaries | answered | " + " | ".join(METHODS)
             + " | width | width OLS |", "|" + "---|" * (9 + len(METHODS))]  # fmt: skip
    every: dict[str, list[float]] = {method: [] for method in METHODS}
    data = pd.read_csv(OUT)
    for keys, cell in data.groupby(KEYS, sort=False):
        shown = []
        for method in METHODS:
            some = cell[cell["method"] == method]
            share = some["covered"].sum() / some["answered"].sum()
            every[method].append(share)
            shown.append(f"{100 * share:.1f}")
        mine, plain = cell[cell["method"] == "rlskit"], cell[cell["method"] == "OLS"]
        answered, diaries = int(mine["answered"].sum()), int(mine["diaries"].sum() / len(EXPOSURES))
        low = binom.cdf(round(every["rlskit"][-1] * answered), answered, 0.935)
        shown[0] += f" ({low:.2f})"
        lines.append("| " + " | ".join([*(f"{k:g}" for k in keys), str(diaries),
                     f"{100 * answered / (diaries * len(EXPOSURES)):.0f}%", *shown, f"{mine['width'].median():.2f}",
                     f"{plain['width'].median():.2f}"]) + " |")  # fmt: skip
    means = " | ".join(f"{100 * np.mean(every[method]):.1f}" for method in METHODS)
    return "\n".join([*lines, f"| mean | | | | | | | {means} | | |"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", action="store_true", help="print the Markdown table of coverage_gaussian.csv")
    if parser.parse_args().table:
        print(table())
    else:
        run()
