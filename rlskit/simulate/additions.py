"""What a pooled study has beside the nights: traits of people, where they come from, the evening at other landmarks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.diary.tables import SHIFTED, SHIFTS
from rlskit.models.columns import set_columns
from rlskit.simulate.settings import LANDMARK_H

DONE_WITHIN_H = 2.0  # hours before the landmark in which a planned stretch is done


def draw_halves(rng: np.random.Generator, people: int) -> np.ndarray:
    """(people,) 1.0 for a half of them taken at random, 0.0 for the others."""
    return (rng.permutation(people) < people / 2).astype(float)


def add_people(table: pd.DataFrame, nights: int, has: dict[str, np.ndarray], sites: int) -> pd.DataFrame:
    """The nights with a column for each trait and, of more than no sites, one of the site, in turns."""
    people = len(table) // nights
    new: dict[str, np.ndarray | pd.Series] = {
        name: pd.array(np.repeat(value > 0, nights), dtype="boolean") for name, value in has.items()}  # type: ignore
    if sites:
        names = np.array([f"site {i + 1}" for i in range(sites)])
        new["site"] = np.repeat(names[np.arange(people) % sites], nights)
    return set_columns(table, new)


def add_landmarks(
    table: pd.DataFrame, rng: np.random.Generator, planned: np.ndarray, happened: dict[str, np.ndarray]
) -> pd.DataFrame:
    """The nights with symptoms, early symptoms and stretching as they were known at the other two clock times.

    planned (n,) bool. A stretch planned for a minute before the first symptom was done; one that an earlier clock time
    comes before does not count as done by then, as in make_nights.
    """
    onset = np.nan_to_num(happened["onset_h"].reshape(-1), nan=np.inf)
    at = LANDMARK_H - DONE_WITHIN_H * rng.random(len(table))
    answered = table["symptoms"].notna().to_numpy()
    tracked = answered & table["stretched_state"].ne("not_tracked").to_numpy()
    new = {}
    for ending, minutes in SHIFTS.items():
        mark = LANDMARK_H + minutes / 60
        done = planned & (at < np.minimum(mark, onset)) if minutes < 0 else happened["stretched"].reshape(-1)
        values = {"symptoms": happened["symptoms"].reshape(-1), "early_symptoms": onset < mark, "stretched": done}
        for name in SHIFTED:
            column = pd.array(values[name].astype(bool), dtype="boolean")
            column[~(tracked if name == "stretched" else answered)] = pd.NA
            new[f"{name}_{ending}"] = column
    out = table.assign(**new)
    out.attrs = dict(table.attrs)
    return out
