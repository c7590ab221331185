"""Migraine diaries of four people, each alone: stress, sleep and caffeine of the day before.

    python tests/papers/holsteen.py FOLDER               (the folder that holds holsteen_migraine.csv)

Data: github kholsteen/n1coxeval, one row a day; columns are standardised by person. Model: a logistic regression a
person, as published; R's glm with profile limits stands beside ours.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

import rlskit as rk

FORMULA = "migraine ~ stress_global_lag1 + sleep_hours_lag1 + caff_count_dif_lag1"
LIMITS = ["estimate", "lower", "upper"]


def fits(folder: Path) -> dict[int, rk.Fit]:
    days = pd.read_csv(folder / "holsteen_migraine.csv").rename(columns={"mig.ind": "migraine"})
    return {who: rk.fit(FORMULA, own, person="id", night="day", night_to_night=False, prior=None,
                        outcome=rk.name_outcome("migraine day", unit="days"))
            for who, own in days.groupby("id")}


def table(found: dict[int, rk.Fit], glm: pd.DataFrame) -> pd.DataFrame:
    """Log odds with 95% profile limits, one row a person and column: ours, then R's and its standard error.

    glm : columns dataset ("holsteen id 545 glm"), term, est, se, prof_lo, prof_hi."""
    ours = pd.concat({who: np.log(rk.estimate_coefficients(fit, correction=None).table.set_index("term")[LIMITS]
                                  .astype(float)) for who, fit in found.items()}, names=["id", "term"])
    who = glm["dataset"].str.extract(r"id (\d+) glm")[0]
    theirs = glm.assign(id=who.astype("Int64"), term=glm["term"].replace("(Intercept)", "Intercept"))[who.notna()]
    theirs = theirs.set_index(["id", "term"])[["est", "prof_lo", "prof_hi", "se"]]
    return ours.join(theirs.set_axis([*(f"glm {name}" for name in LIMITS), "glm se"], axis=1))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    found = fits(folder)
    print(table(found, pd.read_csv(folder.parent / "anchors_glmer.csv")).round(3).to_string())
    print(*(f"\nPerson {who}\n{rk.estimate_effects(fit)}" for who, fit in found.items()), sep="\n")
