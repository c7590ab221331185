"""Is there memory from night to night that the model does not hold?

Judged on one-step-ahead residuals r_t = (y_t - p_t) / sqrt(p_t (1 - p_t)), p_t = P(y_t | past): under the model they
follow one another by chance, while marginal residuals are autocorrelated by construction. For each lag k up to 7,
z_k = sum r_t r_(t-k) / sqrt(sum r_t^2 r_(t-k)^2) over pairs of recorded nights k apart, about normal; Q = sum z_k^2 is
the test of Ljung & Box (1978, Biometrika 65, 297-303) for nights with gaps and unequal variances. False alarms measured
in benchmarks/negative_control.py.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2

from rlskit.checks.material import Material
from rlskit.checks.row import FAIL, LOOK, PASS, Row, impossible, row
from rlskit.engine.one_step import predict_ahead

NAME = "memory left over"
LAGS = 7
LEAST_PAIRS = 10
LOOK_AT, FAIL_AT = 0.05, 0.001


def residual_persistence(m: Material) -> Row:
    """Looks or fails where nights still follow one another after the model's own memory."""
    lag_one, p_value, pairs = left_over(m)
    if np.isnan(p_value):
        return impossible(NAME, f"fewer than {LEAST_PAIRS} pairs of nights next to each other.")
    half = 1.96 / np.sqrt(pairs)
    held = "its memory from night to night" if m.fit.design.nights.persistence else "no memory from night to night"
    if p_value >= LOOK_AT:
        return row(NAME, PASS, f"The model, with {held}, leaves no clear pattern behind: what one night brings beyond "
                   "what was expected says nothing about the next seven.", lag_one, lag_one - half, lag_one + half)
    text = (f"The model, with {held}, leaves a pattern behind: nights still tell something about the nights after them "
            f"(by chance this would be seen in {_chance(p_value)}). The interval may be too narrow.")
    return row(NAME, FAIL if p_value < FAIL_AT else LOOK, text, lag_one, lag_one - half, lag_one + half)


def left_over(m: Material) -> tuple[float, float, int]:
    """Correlation of the residuals of adjacent nights, the p-value of all lags together, number of adjacent pairs."""
    design, part = m.fit.design, m.fit.maximum.parameters
    p = np.clip(predict_ahead(design.nights, design.x @ part.beta, part), 1e-9, 1 - 1e-9)
    r = ((design.nights.sign > 0) - p) / np.sqrt(p * (1 - p))
    return _portmanteau(r, design.nights.person, design.frame["night "].to_numpy())


def _portmanteau(r: np.ndarray, person: np.ndarray, night: np.ndarray) -> tuple[float, float, int]:
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
    return float(first), float(chi2.sf(statistic, used)), pairs


def _chance(p_value: float) -> str:
    return "fewer than 1 in 1,000 diaries" if p_value < 0.001 else f"{max(1, round(1000 * p_value)):,} in 1,000 diaries"
