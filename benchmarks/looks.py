"""Reading a report again and again: how often is something claimed that is not there, and what does caution cost?

Run: python benchmarks/looks.py [--diaries 400] [--jobs 2]     (resumes; stop it any time)

Two parts. Paths: 200,000 Brownian motions, the nights being the information, read by each rule; one row of the advice
table. Diaries: simulate_diaries without any effect, 365 nights, read by answer_questions at the end of every month with
`looks = { horizon = 365 }` stated beforehand; a claim of any row at any look counts, held to 5% plus two Monte-Carlo
errors. Seeds count up from SEED; one row per diary.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.special import ndtri

import rlskit as rk
from rlskit.answers.looks import Look, cut_of
from rlskit.answers.result import CLEAR

SEED, PATHS, YEAR, BLOCK = 80_000, 200_000, 365, 4
MONTHS = [round(YEAR * month / 12) for month in range(1, 13)]
FIRST = dt.date(2026, 1, 1)
OUT = Path(__file__).with_name("looks.csv")
FIELDS = ["seed", "claims_by_look", "unshared_by_look"]
RULES = {  # name: (nights of the looks, horizon; None = the same limits every time)
    "the same limits every month": (MONTHS, None), "horizon of a year stated, every month": (MONTHS, YEAR),
    "none stated, every month from the third": (MONTHS[2:], 0), "none stated, once at 120 nights": ([120], 0),
    "horizon of a year stated, once at 120 nights": ([120], YEAR), "none stated, once at 365 nights": ([365], 0)}


def cuts_of(nights: list[int], horizon: int | None) -> np.ndarray:
    """The cut of each look in turn."""
    if horizon is None:
        return np.full(len(nights), ndtri(0.975))
    looks: list[Look] = []
    for n in nights:
        this = Look(date=FIRST, person="me", first_night=FIRST, last_night=FIRST + dt.timedelta(n - 1))
        looks.append(replace(this, cuts={"row": cut_of("row", looks, this, 0.05, horizon)}))
    return np.array([np.inf if one.cuts["row"] is None else one.cuts["row"] for one in looks])


def ever(nights: list[int], cuts: np.ndarray, shift: float) -> float:
    """Percent of paths that pass a cut at any look; shift : expected z after a year."""
    steps = np.diff(np.array(nights, dtype=float), prepend=0.0)
    drawn = np.random.default_rng(SEED).normal(size=(PATHS, len(nights))) * np.sqrt(steps)
    z = (drawn + shift / np.sqrt(YEAR) * steps).cumsum(axis=1) / np.sqrt(nights)
    return 100.0 * float((np.abs(z) > cuts).any(axis=1).mean())


def one(seed: int) -> dict:
    """Rows claimed about at each monthly look: with looks counted, and with each look taken for the only one."""
    warnings.simplefilter("ignore")
    nights = rk.simulate_diaries(1, YEAR, effects={}, night_sd=0.8, night_correlation=0.5, seed=seed).nights
    looks: tuple[Look, ...] = ()
    counted, alone = [], []
    for n in MONTHS:
        part = nights.iloc[:n].copy()
        part.attrs = nights.attrs | {"horizon": YEAR}
        answers = rk.answer_questions(part, looks=looks, today=FIRST + dt.timedelta(n))
        new = {key for key in answers.look.claims if all(key not in look.claims for look in looks)}
        counted.append(len(new))
        alone.append(_claims_alone(answers.table, part, nights.attrs))
        looks = (*looks, answers.look)
    return {"seed": seed, "claims_by_look": " ".join(map(str, counted)), "unshared_by_look": " ".join(map(str, alone))}


def _claims_alone(counted: pd.DataFrame, part: pd.DataFrame, attrs: dict) -> int:
    """Rows claimed where this look is taken for the only one. Its limits lie between a row's own and those with looks
    counted, so that it is asked again only where the two differ."""
    own = (counted["lower_pointwise"] > 0) | (counted["upper_pointwise"] < 0)
    family = (counted["lower"] > 0) | (counted["upper"] < 0)
    if own.eq(family).all():
        return int(own.sum())
    part.attrs = attrs
    return int(rk.answer_questions(part).table["verdict"].isin(CLEAR).sum())


def there() -> pd.DataFrame:
    return pd.read_csv(OUT) if OUT.exists() else pd.DataFrame(columns=FIELDS)


def markdown() -> str:
    lines = ["# Looks", "", f"`python benchmarks/looks.py`, rlskit {rk.__version__}. One row of the advice table, "
             f"{PATHS:,} paths (Monte-Carlo error 0.1):", "",
             "| rule | null: ever claims, % | power, %, where one look at a year has 80 | where one at 120 has 80 |",
             "|---|---|---|---|"]
    size = float(ndtri(0.975) + ndtri(0.8))
    for name, (nights, horizon) in RULES.items():
        cuts = cuts_of(nights, horizon)
        found = [ever(nights, cuts, shift) for shift in (0.0, size, size * np.sqrt(YEAR / 120))]
        lines.append(f"| {name} | {found[0]:.1f} | {found[1]:.1f} | {found[2]:.1f} |")
    d = there()
    if len(d):
        shares = [float(d[name].map(lambda text: any(int(n) for n in text.split())).mean()) for name in FIELDS[1:]]
        error = np.sqrt(0.05 * 0.95 / len(d))
        lines += ["", f"{len(d)} diaries without any effect, twelve monthly reports each, all rows: "
                  f"{100 * shares[0]:.1f}% ever claim something with looks counted (held to 5% plus "
                  f"two errors, {5 + 200 * error:.1f}%), {100 * shares[1]:.1f}% with the limits of a single look."]
    return "\n".join([*lines, ""])


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--diaries", type=int, default=400, help="in all")
    words.add_argument("--jobs", type=int, default=-1)
    asked = words.parse_args()
    for first in range(len(there()), asked.diaries, BLOCK):
        last = min(first + BLOCK, asked.diaries)
        rows = Parallel(n_jobs=asked.jobs)(delayed(one)(SEED + i) for i in range(first, last))
        new = not OUT.exists()
        with OUT.open("a", newline="") as out:
            writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
            if new:
                writer.writeheader()
            writer.writerows(rows)
    OUT.with_suffix(".md").write_text(markdown())


if __name__ == "__main__":
    main()
