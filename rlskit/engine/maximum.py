"""The maximum of the penalised likelihood, its curvature, and what can be said about separation.

Equation. theta-hat = argmax l(theta) by engine/optimise.py; covariance = inverse of minus the Hessian (central
differences of the analytic gradient). Quasi-complete separation is a property of answers and columns alone: a
direction d with r'd >= 0 in all margins r (z_n x_n for yes/no nights) and > 0 in some, found by linear programming
(Konis 2007, DPhil thesis, Oxford); along it the likelihood never falls. Oracle: tests/engine/test_maximum.py
(statsmodels Logit at sigma = 0, built separations).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.special import logit

from rlskit.engine.ep import TOLERANCE, Nights
from rlskit.engine.likelihood import Layout, Objective, Parameters
from rlskit.engine.optimise import Optimum, curvature, maximise, safe_inverse
from rlskit.engine.ordinal import thresholds
from rlskit.engine.prior import Prior
from rlskit.engine.quadrature import too_coarse

STARTS = ((0.8, 0.5), (1.2, 0.85))
SUSPICIOUS, CLEAR, LEAST_GAP = 6.0, 3.0, 1e-2
NEAR, ROUGHLY, SHORT = 1.0, 1e-3, 0.6
ROUGH_SITES = 1e-5
GAIN, GAIN_MANY, MANY_NIGHTS = 1e-9, 1e-7, 1000
PEOPLE_ENOUGH = 3
FLOOR, FLOOR_OFF_MAXIMUM = 1e-7, 1e-2


@dataclass(frozen=True)
class Maximum:
    """The fit on arrays.

    `objective`; `optimum`; `covariance` (k, k); `parameters`; `log_likelihood` without the prior; `separation`: a
    direction (p,) along which the likelihood never falls, or None; `anchor` (k,): the maximum, or under separation a
    nearby point with finite curvature, where the covariance was taken. `error`: log-likelihood minus that of twice the
    quadrature nodes, near the maximum; nan without quadrature.
    """

    objective: Objective
    optimum: Optimum
    covariance: np.ndarray
    parameters: Parameters
    log_likelihood: float
    separation: np.ndarray | None
    anchor: np.ndarray
    error: float

    @property
    def has_integral(self) -> bool:
        """Whether persistence or people leave anything to integrate over."""
        return self.objective.layout.persistence or self.objective.layout.q > 0


def fit_maximum(nights: Nights, x: np.ndarray, prior: Prior | None, start: np.ndarray | None = None) -> Maximum:
    """Fit. x (n, p) should have columns of about unit scale (rlskit.design standardises them)."""
    objective = Objective(nights, x, prior)
    many = nights.starts.size >= PEOPLE_ENOUGH * objective.layout.size and nights.size >= MANY_NIGHTS
    if start is not None:
        starts = [start]
    else:
        starts = [_start(objective, *one) for one in (STARTS if nights.persistence and not many else STARTS[:1])]
    first = _curvature_from_people(objective, starts[0]) if many else _first_curvature(objective)
    if objective.nodes:
        objective, starts, error = _enough_nodes(objective, starts[0], first)
    else:
        error = np.nan
    if many:
        # rough sites until the maximum is near
        objective.tolerance = ROUGH_SITES
        near = maximise(objective, starts[0], first, gain=NEAR, most=6, reach=SHORT)
        rough = maximise(objective, near.theta, _curvature_from_people(objective, near.theta), ROUGHLY, reach=SHORT)
        objective.tolerance = TOLERANCE
        starts, first = [rough.theta], rough.inverse
    tried = [maximise(objective, one, first, least_gain(nights)) for one in starts]
    best = max(tried, key=lambda one: (one.converged, one.value))
    parameters = objective.layout.unpack(best.theta)
    separation, anchor = None, best.theta
    middle, half = _span(parameters.shape)
    if np.abs(x @ parameters.beta - middle).max() > SUSPICIOUS + half:
        margins = nights.family.margins(x)
        separation = separating_direction(margins)
        if separation is not None:
            anchor = _bounded(best.theta, objective.layout, margins, separation)
    # the anchor is no maximum: a direction that happens to be flat there would send every later step far away
    floor = FLOOR if separation is None else FLOOR_OFF_MAXIMUM
    covariance = safe_inverse(curvature(objective, anchor, central=not many), floor)
    best = Optimum(best.theta, best.value, best.gradient, covariance, best.converged, best.iterations)
    log_likelihood = objective.log_likelihood(best.theta)
    return Maximum(objective, best, covariance, parameters, log_likelihood, separation, anchor, error)


def least_gain(nights: Nights) -> float:
    """When to stop, in log-likelihood: 1e-7 a thousand nights is far below a standard error, and above rounding."""
    return GAIN if nights.size < MANY_NIGHTS else GAIN_MANY * nights.size / MANY_NIGHTS


def _enough_nodes(objective: Objective, start: np.ndarray, inverse: np.ndarray):
    """More quadrature nodes until twice as many change the log-likelihood too little to matter near the maximum."""
    while True:
        start = maximise(objective, start, inverse, gain=ROUGHLY, most=40).theta
        check = objective.finer()
        error = objective.log_likelihood(start) - check.log_likelihood(start)
        if not too_coarse(objective.nights, objective.nodes, error):
            return objective, [start], error
        objective = check


def _span(shape: np.ndarray) -> tuple[float, float]:
    """The middle of the thresholds, and how far the outer ones are from it: 0 and 0 for yes/no nights."""
    outer = thresholds(shape)[-1]
    return 0.5 * outer, 0.5 * outer


def _bounded(theta: np.ndarray, layout: Layout, margins: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Under separation the likelihood is flat at its top: go back along the direction until a night that runs away is
    within CLEAR of its threshold, and take the curvature there."""
    part = layout.unpack(theta)
    cuts = thresholds(part.shape)
    speed = margins @ direction
    away = speed > 1e-6 * speed.max()
    clear = margins[away] @ np.concatenate([part.beta, cuts[1:]]) - CLEAR
    back = max(0.0, float((clear / speed[away]).min()))
    moved = theta.copy()
    moved[: layout.p] -= back * direction[: layout.p]
    kept = np.diff(cuts) - back * np.diff(direction[layout.p :], prepend=0.0)
    moved[layout.p : layout.fixed] = np.log(np.maximum(kept, LEAST_GAP))
    return moved


def _constant(x: np.ndarray, level: float) -> np.ndarray:
    """The least-squares combination of columns that gives `level` on every night: the intercept, where there is one."""
    return np.linalg.lstsq(x, np.full(len(x), level), rcond=None)[0]


def separating_direction(margins: np.ndarray) -> np.ndarray | None:
    """A direction (k,), largest entry at most 1, with margins @ d >= 0 everywhere and > 0 somewhere; None if none."""
    return _furthest(margins, margins.sum(axis=0))


def opens(margins: np.ndarray, change: np.ndarray) -> tuple[bool, bool]:
    """Whether change @ beta, change (p,), can fall (below) or grow (above) without end at no cost in likelihood.

    margins (rows, k) as Family.margins gives them, beta first."""
    change = np.concatenate([change, np.zeros(margins.shape[1] - change.size)])
    return _furthest(margins, -change) is not None, _furthest(margins, change) is not None


def _furthest(rows: np.ndarray, towards: np.ndarray) -> np.ndarray | None:
    found = linprog(-towards, A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=(-1.0, 1.0), method="highs")
    if found.status != 0 or -found.fun < 1e-7:
        return None
    return np.where(np.abs(found.x) < 1e-9, 0.0, found.x)


def _start(objective: Objective, sigma: float, phi: float) -> np.ndarray:
    layout = objective.layout
    level, shape = objective.nights.family.start()
    beta = _constant(objective.x, level)
    return layout.pack(beta, 0.5 * np.eye(layout.q), sigma, float(logit(phi)), shape)


def _first_curvature(objective: Objective) -> np.ndarray:
    layout, n = objective.layout, objective.nights.size
    inverse = np.eye(layout.size)
    inverse[: layout.fixed, : layout.fixed] = safe_inverse(objective.nights.family.information(objective.x))
    people = objective.nights.starts.size
    for j in range(layout.fixed, layout.fixed + layout.q * (layout.q + 1) // 2):
        inverse[j, j] = 1.0 / people
    if layout.persistence:
        inverse[-2, -2], inverse[-1, -1] = 1.0 / (1.0 + 0.02 * n), 1.0 / (1.0 + 0.005 * n)
    return inverse


def _curvature_from_people(objective: Objective, theta: np.ndarray) -> np.ndarray:
    """Inverse of the covariance of the people's slopes, summed: what the curvature is expected to be near the maximum
    (Berndt, Hall, Hall & Hausman 1974)."""
    scores = objective.scores(theta)
    if scores is None:
        return _first_curvature(objective)
    scores = scores - scores.mean(axis=0)
    return safe_inverse(scores.T @ scores, 1e-6)
