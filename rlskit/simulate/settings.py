"""What is fixed about the simulated world: calendar, landmark, columns, and contrasts whose size is known."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

LANDMARK = "21:00"
LANDMARK_H = 9.0  # hours after noon
FIRST_NIGHT = "2026-05-10"
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
WINDOW, LEAST = 7, 4  # bedtime SD: past nights looked at, and how many of them must be recorded

# Log odds of symptoms per unit of the column: strong effects that 180 nights can show.
EFFECTS: Mapping[str, float] = MappingProxyType({
    "stretched": -1.6, "caffeine_after_noon_mg": 0.006, "alcohol_drinks": 1.3,
    "bedtime_sd_7_min": 0.006})
PERSON_SD: Mapping[str, float] = MappingProxyType({"intercept": 1.0, "stretched": 0.5})
# Columns that move f; `stretched` acts only on nights that are quiet at the landmark.
LINEAR = ("caffeine_before_noon_mg", "caffeine_after_noon_mg", "alcohol_drinks", "iron", "magnesium",
          "bedtime_sd_7_min", "free_night", "day_index")
# The contrasts whose true size is known: a against b. stretched_before: a stretch at the landmark on every evening
# still quiet against none, in nights of the calendar.
CONTRASTS = (("stretched", 1.0, 0.0), ("stretched_before", 1.0, 0.0), ("caffeine_after_noon_mg", 200.0, 0.0),
             ("alcohol_drinks", 2.0, 0.0), ("bedtime_sd_7_min", 90.0, 15.0))
# … and of these where an effect of the column is stated.
MORE_CONTRASTS = (("caffeine_before_noon_mg", 200.0, 0.0), ("iron", 1.0, 0.0), ("magnesium", 1.0, 0.0))
YES_NO = ("symptoms", "early_symptoms", "stretched", "iron", "magnesium", "free_night")
AMOUNTS = ("caffeine_before_noon_mg", "caffeine_after_noon_mg", "alcohol_drinks")


def calendar(nights: int) -> pd.DatetimeIndex:
    return pd.date_range(FIRST_NIGHT, periods=nights, freq="D").as_unit("us")


def names(people: int) -> list[str]:
    return ["me"] if people == 1 else [f"p{i + 1:0{len(str(people))}d}" for i in range(people)]
