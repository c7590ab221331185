"""simulate_trial(): the nights of a made-up person who follows a plan more or less, with a known effect.

Symptoms of night t with probability expit(base + slope * done_t + e_t), e a stationary AR(1) with the plan's sd and
correlation; base and slope are solved for so that the share of bad nights without it is the plan's rate, and the
difference where it is done the stated effect. Oracle: tests/unit/trials/test_simulate.py.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.signal import lfilter
from scipy.special import expit

from rlskit.engine import mean_probability
from rlskit.errors import ModelError
from rlskit.trials.plan import PLAN, TrialPlan
from rlskit.utils.kinds import takes

FURTHEST = 15.0  # log odds


@takes(PLAN)
def simulate_trial(
    plan: TrialPlan, effect: float = 0.0, *, follows: float = 0.7, missing: float = 0.1, nights: int | None = None,
    person: str = "me", seed: int | np.random.Generator = 0,
) -> pd.DataFrame:
    """Nights of somebody who follows a plan, as analyse_trial reads them.

    Parameters
    ----------
    plan : from plan_trial or read_plan; its rate and persistence are those of the made-up nights.
    effect : symptom nights in 30, on nights on which it is done against the same nights without it.
    follows : share of the nights with a yes of the coin on which it is done; on the others it never is.
    missing : share of nights that are not written down. nights : how many have come; default all of them.
    person : their name. seed : integer or numpy Generator.

    Returns
    -------
    DataFrame with the columns of make_nights that a trial reads; severity and hours of sleep go with the symptoms.

    Raises
    ------
    ModelError : a share outside 0 to 1, or an effect that the plan's rate has no room for.

    Example: ``run = rk.simulate_trial(plan, -6.0, seed=1)``
    """
    for name, share in (("follows", follows), ("missing", missing)):
        if not 0.0 <= share <= 1.0:
            raise ModelError(f"simulate_trial, {name}: found {share!r}; expected a share between 0 and 1, such as 0.7.")
    if not -30.0 * plan.rate < effect < 30.0 * (1.0 - plan.rate):
        raise ModelError(f"simulate_trial, effect: found {effect!r}; expected a number of nights in 30 that "
                         f"{30.0 * plan.rate:.3g} symptom nights in 30 have room for.")
    rng = np.random.default_rng(seed)
    n = len(plan.schedule) if nights is None else nights
    base, slope = _log_odds(plan, effect)
    steps = rng.standard_normal(n)
    steps[1:] *= np.sqrt(1.0 - plan.phi**2)
    uneasy = plan.night_sd * lfilter([1.0], [1.0, -plan.phi], steps)
    treat = np.array([one.treat for one in plan.schedule[:n]])
    done = treat & (rng.random(n) < follows)
    ill = rng.random(n) < expit(base + slope * done + uneasy)
    severity = np.where(ill, 1 + rng.binomial(9, expit(uneasy - 0.5)), 0)
    slept = 7.2 - 0.6 * ill + 0.8 * rng.standard_normal(n)
    return _table(plan, person, rng.random(n) >= missing, ill, done, severity, slept)


def _log_odds(plan: TrialPlan, effect: float) -> tuple[float, float]:
    """Log odds of a bad night without it, and what doing it adds."""
    variance = np.array([plan.night_sd**2])

    def rate(at: float) -> float:
        return float(mean_probability(np.array([at]), variance)[0][0])

    base = brentq(lambda at: rate(at) - plan.rate, -FURTHEST, FURTHEST)
    slope = brentq(lambda add: 30.0 * (rate(base + add) - plan.rate) - effect, -FURTHEST, FURTHEST) if effect else 0.0
    return base, slope


def _table(plan: TrialPlan, person: str, known: np.ndarray, ill: np.ndarray, done: np.ndarray, severity: np.ndarray,
           slept: np.ndarray) -> pd.DataFrame:
    n = len(known)
    night = pd.date_range(plan.start, periods=n, name="night").as_unit("us")
    never = np.zeros(n, dtype=bool)

    def cells(values: np.ndarray, kind: str = "boolean") -> pd.Series:
        return pd.Series(values).astype(kind).mask(~known)

    return pd.DataFrame({
        "person": person, "night": night, "recorded": known, "symptoms": cells(ill),
        "symptoms_state": _state(known, ill), "early_symptoms": cells(never), plan.done: cells(done),
        f"{plan.done}_state": _state(known, done), **({} if plan.done == "stretched" else {
            "stretched": cells(never), "stretched_state": _state(known, never)}),
        "stretch_responsive": cells(never), "severity_0_10": cells(severity, "Int64"),
        "sleep_h": pd.Series(slept).shift(1).astype("Float64").mask(~known),  # of a row it is the sleep before its day
        "weekday": night.day_name().str[:3], "day_index": np.arange(n), "medicine_period": "period 1"})


def _state(known: np.ndarray, yes: np.ndarray) -> np.ndarray:
    return np.select([~known, yes], ["not_recorded", "yes"], "no")
