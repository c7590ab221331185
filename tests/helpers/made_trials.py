"""Plans, and nights of made-up people who follow them more or less."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pandas as pd
from scipy.special import expit

from rlskit.trials.design import WASHOUT, draw_schedule
from rlskit.trials.plan import PAIRS, PERIODS, TrialOutcome, TrialPlan
from rlskit.trials.simulate import simulate_trial

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
    plan: TrialPlan, *, effect: float = 0.0, sd: float = 1.0, phi: float = 0.6, **more: Any
) -> pd.DataFrame:
    """Nights of somebody who follows it. effect : roughly log odds where it was done; more : of simulate_trial."""
    return simulate_trial(replace(plan, night_sd=sd, phi=phi), 30.0 * (expit(effect) - 0.5), **more)
