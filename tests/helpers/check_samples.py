"""A made-up value like that of check_fit, for figures and report."""

from __future__ import annotations

import numpy as np
import pandas as pd

import rlskit as rk

CONTROL = ("symptoms before it", "fail", 7.8, 4.6, 10.9, "Evenings with stretching had symptoms before it on 7.8 more "
           "nights in 30 (+4.6 to +10.9). Nothing acts backwards in time, so these evenings were different from the "
           "start, and part of the answer is that difference.")
CHECK_ROWS = (
    CONTROL,
    ("tomorrow's exposure", "look", 3.0, 0.4, 5.9, "The nights before days with stretching had 3.0 more symptom nights "
     "in 30 (+0.4 to +5.9)."),
    ("trend", "pass", -3.5, np.nan, np.nan, "Symptom nights do not clearly follow a steady trend."),
    ("day of the week", "not possible", np.nan, np.nan, np.nan, "Not possible: the nights are numbered."),
)


def make_checks(*rows, **fields):
    table = pd.DataFrame(rows or CHECK_ROWS, columns=["check", "result", "value", "lower", "upper", "sentence"])
    values = {"formula": "symptoms ~ stretched", "exposure": "stretched", "label": "stretching", "a": 1.0, "b": 0.0,
              "estimate": -3.6, "lower": -6.0, "upper": -1.0, "level": 0.95, "n_nights": 132, "n_people": 1,
              "unit": "per 30 nights"} | fields
    return rk.Checks(table=table, **values)
