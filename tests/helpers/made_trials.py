"""Plans, and nights of made-up people who follow them more or less."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from scipy.signal import lfilter
from scipy.special import expit

from rlskit.trials.design import WASHOUT, draw_schedule
from rlskit.trials.plan import PAIRS, PERIODS, TrialOutcome, TrialPlan

START = dt.date(2026, 3, 2)


def made_plan(
    nights: int = 60, *, design: str = PAIRS, seed: int = 3, start: dt.date = START, **more: Any
) -> TrialPlan:
    """A plan of calf stretches, made the day before it starts; `more` replaces what is in it."""
    washout = WASHOUT if design == PERIODS else 0
    schedule = draw_schedule(start, nights, design=design, seed=seed, washout=washout)
    made = dt.datetime.combine(start - dt.timedelta(days=1), dt.time(9), dt.UTC)
    whole: dict[str, Any] = {
        "treatment": "calf stretch", "control": "no stretch", "at": "19:30", "done": "stretched",
        "question": "Does a calf stretch at 19:30 lower the number of nights with symptoms?",
        "outcomes": (TrialOutcome(column="symptoms"),), "design": design, "washout": washout, "seed": seed,
        "schedule": schedule, "looks": (len(schedule),), "person": None, "timezone": "Europe/London", "rate": 0.5,
        "night_sd": 1.0, "phi": 0.6, "answered": 0.9, "effect": 6.0, "power": 0.8, "made": made}
    return TrialPlan(**(whole | more))


def followed(
    plan: TrialPlan, *, effect: float = 0.0, seed: int = 0, sd: float = 1.0, phi: float = 0.6, follows: float = 0.7,
    missing: float = 0.1, nights: int | None = None, person: str = "me",
) -> pd.DataFrame:
    """Nights as make_nights gives them (the columns that a trial reads). effect : log odds where it was done; follows :
    share of nights with a yes on which it was done."""
    rng = np.random.default_rng(seed)
    n = len(plan.schedule) if nights is None else nights
    steps = rng.standard_normal(n)
    steps[1:] *= np.sqrt(1.0 - phi**2)
    treat = np.array([one.treat for one in plan.schedule[:n]])
    done = treat & (rng.random(n) < follows)
    ill = rng.random(n) < expit(sd * lfilter([1.0], [1.0, -phi], steps) + effect * done)
    severity = np.where(ill, 1 + rng.binomial(9, expit(-0.5 + 0.5 * effect * done)), 0)
    known = rng.random(n) >= missing

    def yes_no(values: np.ndarray) -> pd.api.extensions.ExtensionArray:
        return pd.array(np.where(known, values, None), dtype="boolean")

    return pd.DataFrame({
        "person": person, "night": pd.date_range(plan.start, periods=n).as_unit("us"), "recorded": known,
        "symptoms": yes_no(ill), "early_symptoms": yes_no(np.zeros(n, dtype=bool)), "stretched": yes_no(done),
        "stretched_state": np.select([~known, done], ["not_recorded", "yes"], "no"),
        "stretch_responsive": yes_no(np.zeros(n, dtype=bool)),
        "severity_0_10": pd.array(np.where(known, severity, None), dtype="Int64"),
        "sleep_h": pd.array(np.where(known, 7.0 + rng.normal(size=n), None), dtype="Float64"),
        "weekday": pd.date_range(plan.start, periods=n).day_name(), "day_index": np.arange(n),
        "medicine_period": "period 1"})
