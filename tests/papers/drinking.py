"""Drinking days of 185 people: is a day of more stress than usual a day with fewer or more of them?

    python tests/papers/drinking.py FOLDER               (the folder that holds dora_drinking.csv)

Data: openESM 0023 (Dora and others), CC BY 4.0, one row a day. Model: stress against the person's own mean, that mean,
and the day of the week; intercepts differ between people and days follow one another (AR(1)). No software gives the
likelihood of such a model exactly, so it is written out again here, without rlskit: every person's by a forward filter
on a grid, inside a sum over the person's intercept.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import log_expit

import rlskit as rk

FULL, LESS = "drank ~ within(stress) + between(stress) + dow", "drank ~ between(stress) + dow"
DAY, PERSON = np.linspace(-7, 7, 201), np.linspace(-7, 7, 81)  # in standard deviations


def read(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "dora_drinking.csv").dropna(subset=["drank", "stress"])


def fitted(days: pd.DataFrame, formula: str) -> rk.Fit:
    return rk.fit(formula, days, person="id", night="day", outcome=rk.name_outcome("drinking day", unit="days"))


def log_likelihood(days: pd.DataFrame, fit: rk.Fit) -> float:
    """What the days say of the fit's numbers, by sums over grids alone."""
    beta, mean = fit.params, days.groupby("id")["stress"].transform("mean")
    offset = beta["Intercept"] + beta["between(stress)"] * mean
    offset += beta.get("within(stress)", 0.0) * (days["stress"] - mean)
    offset += days["dow"].map(lambda day: beta.get(f"dow[T.{day}]", 0.0))
    weight = np.exp(-(PERSON**2) / 2)
    total = 0.0
    for _, own in days.sort_values("day").groupby("id"):
        each = _filtered(own["day"].to_numpy(), np.where(own["drank"], 1, -1), offset[own.index].to_numpy(), fit)
        top = each.max()
        total += top + np.log(weight @ np.exp(each - top) / weight.sum())
    return total


def _filtered(day: np.ndarray, sign: np.ndarray, offset: np.ndarray, fit: rk.Fit) -> np.ndarray:
    """One person's log-likelihood at each intercept of PERSON: (81,)."""
    density = np.exp(-(DAY**2) / 2)
    density /= density.sum()
    weight, total = np.tile(density, (PERSON.size, 1)), np.zeros(PERSON.size)
    at = fit.person_sd["Intercept"] * PERSON[:, None] + fit.night_sd * DAY
    for t in range(day.size):
        if t:
            r = fit.night_correlation ** (day[t] - day[t - 1])
            moved = np.exp(-((DAY - r * DAY[:, None]) ** 2) / (2 * (1 - r * r)))
            weight = weight @ (moved / moved.sum(1, keepdims=True))
        weight = weight * np.exp(log_expit(sign[t] * (offset[t] + at)))
        size = weight.sum(1)
        total += np.log(size)
        weight /= size[:, None]
    return total


def table(folder: Path) -> pd.DataFrame:
    """Log-likelihood of both models, and what stress adds (twice the difference): ours and the sums."""
    days = read(folder)
    found = {formula: fitted(days, formula) for formula in (FULL, LESS)}
    both = pd.DataFrame({formula: {"rlskit": fit.log_likelihood, "sums": log_likelihood(days, fit)}
                         for formula, fit in found.items()}).T
    return pd.concat([both, 2 * both.diff(-1).iloc[[0]].set_axis(["twice the difference"])])


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    print(table(folder).round(3).to_string(), rk.estimate_effects(fitted(read(folder), FULL)), sep="\n\n")
