"""Headache diaries of 133 people: does treatment change the odds of a headache day, and how much do people differ?

    python tests/papers/kostecki_dillon.py FOLDER        (the folder that holds kostecki_dillon.csv)

Data: carData's KosteckiDillon (Kostecki-Dillon, Monette, Wong 1999), one row a day from 29 days before treatment to 99
after it. Model: medication before, treatment, and the square root of the days since it began; intercept, treatment and
time since differ between people. lme4 fits it by Laplace's approximation, which makes standard deviations between
people too small: ours are 2 to 4% larger, coefficients lie within a twentieth of their standard error of lme4's.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

import rlskit as rk

LME4 = {  # glmer, Laplace
    "Intercept": -0.246, "medication[T.reduced]": 2.049, "medication[T.continuing]": 1.153, "treated": 1.064,
    "since": -0.268, "sd Intercept": 1.300, "sd treated": 1.307, "sd since": 0.241}


def read(folder: Path) -> pd.DataFrame:
    """One row a day, in the columns of the model."""
    days = pd.read_csv(folder / "kostecki_dillon.csv")
    after = days["time"].gt(0)
    return days.assign(
        headache=days["headache"].eq("yes"), treated=after.astype(float), since=np.sqrt(days["time"].where(after, 0)),
        medication=pd.Categorical(days["medication"], ["none", "reduced", "continuing"]))


def fitted(folder: Path) -> rk.Fit:
    return rk.fit("headache ~ medication + treated + since", read(folder), person="id", night="time",
                  slopes=("treated", "since"), night_to_night=False, prior=None,
                  outcome=rk.name_outcome("headache day", unit="days"))


def table(fit: rk.Fit) -> pd.DataFrame:
    """Log odds and standard deviations between people: ours, ours' standard error, lme4's."""
    ours = pd.concat([fit.params, fit.person_sd.add_prefix("sd ")])
    return pd.DataFrame({"rlskit": ours, "standard error": fit.bse, "lme4 (Laplace)": LME4}).loc[list(LME4)]


if __name__ == "__main__":
    found = fitted(Path(sys.argv[1]))
    print(table(found).round(3).to_string(), found, rk.estimate_effects(found), sep="\n\n")
