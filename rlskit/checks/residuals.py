"""Is there memory from night to night that the model does not hold?

Judged on one-step-ahead residuals r_t = (y_t - E[y_t | past]) / sd[y_t | past], of yes/no nights
(y_t - p_t) / sqrt(p_t (1 - p_t)), of numbers the standardised innovations: under the model they follow one another by
chance, while marginal residuals are autocorrelated by construction. For each lag k up to 7,
z_k = sum r_t r_(t-k) / sqrt(sum r_t^2 r_(t-k)^2) over pairs of recorded nights k apart, about normal; Q = sum z_k^2 is
the test of Ljung & Box (1978, Biometrika 65, 297-303) for nights with gaps and unequal variances, one degree of freedom
less for a memory that was estimated. A fit without memory is also set against the same one with memory, by (restricted)
likelihood ratio, which sees more. Where as much memory as these nights cannot rule out would undo the claim, they
could not have shown it: of an exposure with correlation s from night to night, memory r widens an interval by
sqrt((1 + r s) / (1 - r s)). False alarms measured in benchmarks/negative_control.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from rlskit.checks.context import Context
from rlskit.checks.row import FAIL, LOOK, PASS, UNSEEN, Row, impossible, row
from rlskit.engine import WEAK, fit_gaussian, fit_maximum
from rlskit.engine.draws.one_step_ahead import innovations, predict_ahead
from rlskit.engine.parameters import NO_SHAPE, Parameters
from rlskit.models.columns import NIGHT
from rlskit.models.outcome import GAUSSIAN

NAME = "memory left over"
LAGS = 7
LEAST_PAIRS = 10
LOOK_AT, FAIL_AT = 0.05, 0.001


def residual_persistence(m: Context) -> Row:
    """Looks or fails where nights still follow one another after the model's own memory."""
    lag_one, p_value, pairs = left_over(m)
    if np.isnan(p_value):
        return impossible(NAME, f"fewer than {LEAST_PAIRS} pairs of nights next to each other.")
    half = 1.96 / np.sqrt(pairs)
    if p_value >= LOOK_AT:
        text, result = f"{m.unit.bad} follow one another about as the model expects.", PASS
        if _undone_by(m, lag_one + half):
            result = UNSEEN
            text += " Memory too small for these nights to show would still be enough to undo the claim."
        return row(NAME, result, text, lag_one, lag_one - half, lag_one + half)
    text = (f"{m.unit.bad} follow one another in a way that the model does not expect; chance alone does this in "
            f"{_chance(p_value)}. The interval may be too narrow.")
    return row(NAME, FAIL if p_value < FAIL_AT else LOOK, text, lag_one, lag_one - half, lag_one + half)


def _undone_by(m: Context, memory: float) -> bool:
    """Whether so much memory, beyond the model's, would widen the interval of a claim until it held no difference."""
    if not m.answer.claim:
        return False
    pairs = pd.DataFrame({"now": m.table["exposure"], "before": m.shifted("exposure", 1)})[m.table["modelled"]].dropna()
    if (pairs.nunique() < 2).any():
        return False
    both = min(memory, 1.0) * max(float(pairs["now"].corr(pairs["before"])), 0.0)
    wider = np.sqrt((1.0 + both) / max(1.0 - both, 1e-9))
    near = m.answer.lower if m.answer.claim > 0 else m.answer.upper
    return bool(abs(m.answer.estimate - near) * wider >= abs(m.answer.estimate))


def left_over(m: Context) -> tuple[float, float, int]:
    """Correlation of the residuals of adjacent nights, the p-value of all lags together, number of adjacent pairs."""
    design = m.fit.design
    nights = design.nights
    found = _portmanteau(residuals(m), nights.person, design.frame[NIGHT].to_numpy(), nights.persistence)
    if design.nights.persistence or np.isnan(found[1]):
        return found
    return found[0], min(found[1], _memory_gain(m)), found[2]


def residuals(m: Context) -> np.ndarray:
    """One-step-ahead residuals (n,), each over its own standard deviation."""
    design, found = m.fit.design, m.fit.maximum
    if m.fit.outcome == GAUSSIAN:
        part = Parameters(found.beta, found.scale, found.sigma, found.phi, NO_SHAPE)
        return innovations(design.nights, design.response, design.x @ part.beta, part)
    part = found.parameters
    above = predict_ahead(design.nights, design.x @ part.beta, part)
    steps = m.refit.steps  # type: ignore[union-attr]
    levels = np.append(0.0, np.cumsum(steps))
    edges = np.ones((len(above), 1)), np.zeros((len(above), 1))
    chance = np.clip(-np.diff(np.hstack([edges[0], above, edges[1]]), axis=1), 1e-9, 1.0)
    chance /= chance.sum(axis=1, keepdims=True)
    mean = chance @ levels
    spread = np.sqrt(((levels - mean[:, None]) ** 2 * chance).sum(axis=1))
    return (levels[design.nights.family.level] - mean) / spread


def _memory_gain(m: Context) -> float:
    """p-value of memory in a fit that has none: half chi-square 1, half chi-square 2 (sd on its edge, Self & Liang
    1987, correlation there without meaning), on the conservative side with the prior in it. Of numbers chi-square 1,
    the correlation alone, which may have either sign."""
    design, old = m.fit.design, m.fit.maximum
    if m.fit.outcome == GAUSSIAN:
        numbers = fit_gaussian(replace(design.nights, persistence=True), design.response, design.x)
        return float(chdtrc(1, max(2.0 * (numbers.log_likelihood - old.log_likelihood), 0.0))) if numbers else 1.0
    with_memory = fit_maximum(replace(design.nights, persistence=True), design.x, old.objective.prior or WEAK)
    gain = max(2.0 * (with_memory.optimum.value - old.optimum.value), 0.0)
    return float(0.5 * chdtrc(1, gain) + 0.5 * chdtrc(2, gain))


def _portmanteau(r: np.ndarray, person: np.ndarray, night: np.ndarray, held: bool) -> tuple[float, float, int]:
    statistic, used, first, pairs = 0.0, 0, np.nan, 0
    # one number line for everybody, with more than LAGS empty nights between two people
    span = night.max() - night.min() + LAGS + 2
    place = person * span + (night - night.min())
    for lag in range(1, LAGS + 1):
        at = np.searchsorted(place, place + lag)
        there = at < place.size
        hit = np.zeros(place.size, dtype=bool)
        hit[there] = place[at[there]] == place[there] + lag
        product = r[hit] * r[at[hit]]
        if product.size < LEAST_PAIRS:
            continue
        statistic += product.sum() ** 2 / (product**2).sum()
        used += 1
        if lag == 1:
            first = product.sum() / np.sqrt((r[hit] ** 2).sum() * (r[at[hit]] ** 2).sum())
            pairs = product.size
    if not used or not pairs:
        return np.nan, np.nan, 0
    return float(first), float(chdtrc(max(used - held, 1), statistic)), pairs


def _chance(p_value: float) -> str:
    return "fewer than 1 in 1,000 diaries" if p_value < 0.001 else f"{max(1, round(1000 * p_value)):,} in 1,000 diaries"
