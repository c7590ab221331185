"""Several contrasts, one family: the level at which each may be drawn so that all of them hold together.

Equation. Single-step max-|z| (Hothorn, Bretz & Westfall 2008, Biometrical Journal 50, 346-363): c is the quantile of
max |Z_j|, Z normal with the correlation R of the estimates. For contrasts of different models on overlapping nights,
R comes from what each night adds to each estimate (Pipper, Ritz & Bisgaard 2012, JRSS C 61, 315-326): it moves by
g' V s_n for night n, with g the contrast's gradient, V the parameters' covariance, s_n the night's score.
Oracle: tabled quantiles, and estimates whose correlation is known, in tests/unit/answers/test_simultaneous.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from rlskit.effects.contrasts import Contrast, mean_change
from rlskit.effects.evenings import Paths
from rlskit.engine import GaussianMaximum, Maximum, risk_difference
from rlskit.models.columns import ROW
from rlskit.models.fitting import Fitted

DRAWS, SEED = 100_000, 20261122


def joint_level(correlation: np.ndarray, level: float) -> float:
    """The level of each single interval, so that all of them hold together with `level`.

    correlation (k, k) of the estimates. k = 1 gives `level` itself; independent estimates give level ** (1 / k).
    Monte-Carlo with a fixed seed: good to about 0.01 in the cut-off.
    """
    k = len(correlation)
    if k <= 1:
        return level
    rng = np.random.default_rng(SEED)
    drawn = rng.multivariate_normal(np.zeros(k), correlation, DRAWS, check_valid="ignore")  # of rank below k, too
    cutoff = float(np.quantile(np.abs(drawn).max(axis=1), level))
    return float(2.0 * ndtr(cutoff) - 1.0)


def correlation_of(covariance: np.ndarray) -> np.ndarray:
    """Covariance (k, k) → correlation; a contrast without variance goes with nothing."""
    sd = np.sqrt(np.diag(covariance))
    sd = np.where(sd > 0, sd, 1.0)
    out = covariance / np.outer(sd, sd)
    np.fill_diagonal(out, 1.0)
    return np.clip(out, -1.0, 1.0)


@dataclass(frozen=True)
class Weighed:
    """A contrast before its limits: the `error` of its estimate (symptom nights per 30, by the curvature at the
    maximum), and what each modelled night adds to it, by the row labels of the table of nights."""

    error: float
    added: pd.Series


def weigh(model: Fitted, column: str, a: float, b: float) -> Weighed:
    """The standard error of the contrast a against b, and the contributions of the nights. Of a numeric outcome both
    are in its own units, and a night adds what it adds to the weighted least squares of the fit."""
    maximum, design = model.maximum, model.design
    if isinstance(maximum, GaussianMaximum):
        change, _ = mean_change(design, Contrast(column, column, "", a, b))
        pull = maximum.covariance @ change
        added = (design.x @ pull) * (design.response - design.x @ maximum.beta) / maximum.sigma**2
        return Weighed(float(np.sqrt(max(change @ pull, 0.0))), pd.Series(added, index=design.frame[ROW].to_numpy()))
    scenarios = (design.scenario(**{column: a}), design.scenario(**{column: b}))
    _, slope = risk_difference(maximum.objective.layout, maximum.anchor, design.weights, *scenarios)
    return _weighed(maximum, slope, design.frame[ROW].to_numpy())


def weigh_paths(model: Fitted, paths: Paths) -> Weighed:
    """The same of two paths of every evening; a night is one, whatever its rows."""
    maximum = model.maximum
    _, slope = paths.difference(maximum.objective.layout)(maximum.anchor)
    return _weighed(maximum, slope, model.design.frame[ROW].to_numpy()[maximum.objective.nights.family.first])


def _weighed(maximum: Maximum, slope: np.ndarray, rows: np.ndarray) -> Weighed:
    """slope (k,): the contrast's; rows (n,): labels of the nights."""
    response = maximum.covariance @ slope
    found = maximum.objective.night_slopes(maximum.anchor)
    added = np.zeros(len(rows)) if found is None else found[1] @ response
    return Weighed(30.0 * float(np.sqrt(max(slope @ response, 0.0))), pd.Series(added, index=rows))


def family_level(contrasts: list[Weighed], level: float) -> float:
    """joint_level of contrasts of different models on overlapping nights."""
    if len(contrasts) <= 1:
        return level
    together = pd.concat([one.added for one in contrasts], axis=1).fillna(0.0).to_numpy()
    return joint_level(correlation_of(together.T @ together), level)
