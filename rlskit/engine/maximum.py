"""The maximum of the penalised likelihood, its curvature, and what can be said about separation.

Equation. theta-hat = argmax l(theta) by engine/optimise.py; covariance = inverse of minus the Hessian (central
differences of the analytic gradient). Quasi-complete separation is a property of answers and columns alone: a
direction d with r'd >= 0 in all margins r (z_n x_n for yes/no nights) and > 0 in some, found by linear programming
(Konis 2007, DPhil thesis, Oxford); along it the likelihood never falls. Oracle: tests/engine/test_maximum.py
(statsmodels Logit at sigma = 0, built separations).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linprog
from scipy.special import logit

from rlskit.engine.accuracy import Accuracy, affordable, measure
from rlskit.engine.ep import TOLERANCE, Nights
from rlskit.engine.likelihood import Layout, Objective, Parameters
from rlskit.engine.optimise import Optimum, curvature, maximise, safe_inverse
from rlskit.engine.ordinal import thresholds
from rlskit.engine.prior import Prior
from rlskit.engine.quadrature import first_nodes, too_coarse

STARTS = ((0.8, 0.5), (1.2, 0.85))
SUSPICIOUS, CLEAR, LEAST_GAP = 6.0, 3.0, 1e-2
NEAR, ROUGHLY, SHORT = 1.0, 1e-3, 0.6
ROUGH_SITES = 1e-5
GAIN, GAIN_MANY, MANY_NIGHTS = 1e-9, 1e-7, 1000
PEOPLE_ENOUGH = 3
FLOOR, FLOOR_OFF_MAXIMUM = 1e-7, 1e-2
_MOST_TILTS = 2


@dataclass(frozen=True)
class Maximum:
    """The fit on arrays.

    `objective`; `optimum`; `covariance` (k, k); `parameters`; `log_likelihood` without the prior; `separation`: a
    direction (p,) along which the likelihood never falls, or None; `anchor` (k,): the maximum, or under separation a
    nearby point with finite curvature, where the covariance was taken. `error`: log-likelihood minus that of twice the
    quadrature nodes, near the maximum; nan without quadrature. `accuracy`: how far propagation is from exact, where it
    was measured (`log_likelihood` has its error taken off).
    """

    objective: Objective
    optimum: Optimum
    covariance: np.ndarray
    parameters: Parameters
    log_likelihood: float
    separation: np.ndarray | None
    anchor: np.ndarray
    error: float
    accuracy: Accuracy | None = None

    @property
    def has_integral(self) -> bool:
        """Whether persistence or people leave anything to integrate over."""
        return self.objective.layout.persistence or self.objective.layout.q > 0


def fit_maximum(nights: Nights, x: np.ndarray, prior: Prior | None, start: np.ndarray | None = None) -> Maximum:
    """Fit. x (n, p) should have columns of about unit scale (rlskit.design standardises them).

    Where propagation is too far from exact, the exact likelihood is climbed instead, or, where that takes too long,
    propagation with a straight line added to it (engine/accuracy.py).
    """
    objective = Objective(nights, x, prior)
    many = _many(objective)
    if start is not None:
        starts = [start]
    else:
        starts = [_start(objective, *one) for one in (STARTS if nights.persistence and not many else STARTS[:1])]
    found = _climb(objective, starts, _curvature_from_people(objective, starts[0]) if many else None)
    if objective.nodes or not found.has_integral or found.separation is not None or not found.optimum.converged:
        return found
    accuracy = measure(found.objective, found.optimum.theta, found.covariance)
    for _ in range(_MOST_TILTS):
        if accuracy is None or not accuracy.far:
            break
        theta, inverse = found.optimum.theta, found.covariance
        if affordable(nights):
            return _climb(Objective(nights, x, prior, first_nodes(nights)), [theta], inverse)
        # beside a spread near zero, where the likelihood is far from a parabola, one step does not lead there
        if not accuracy.missing.all():
            break
        # a line changes no curvature, so the covariance stays
        tilted = objective.tilted(accuracy.missing, theta, -accuracy.error * nights.starts.size)
        best = replace(maximise(tilted, theta, inverse, least_gain(nights)), inverse=inverse)
        nearer = measure(tilted, best.theta, inverse)
        if nearer is None or not best.converged or np.abs(nearer.off).max() > np.abs(accuracy.off).max():
            break
        accuracy, parameters = nearer, tilted.layout.unpack(best.theta)
        found = replace(found, objective=tilted, optimum=best, parameters=parameters, anchor=best.theta)
    if accuracy is None:
        return found
    exact = objective.log_likelihood(found.optimum.theta) - accuracy.error * nights.starts.size
    return replace(found, accuracy=accuracy, log_likelihood=exact)


def _many(objective: Objective) -> bool:
    nights = objective.nights
    return nights.starts.size >= PEOPLE_ENOUGH * objective.layout.size and nights.size >= MANY_NIGHTS


def _climb(objective: Objective, starts: list[np.ndarray], first: np.ndarray | None) -> Maximum:
    """From `starts`, with the inverse curvature `first` there, to the maximum and its covariance."""
    nights, x, many, error = objective.nights, objective.x, _many(objective), np.nan
    first = _first_curvature(objective) if first is None else first
    if objective.nodes:
        objective, starts, error = _enough_nodes(objective, starts[0], first)
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
    found = objective.people_slopes(theta)
    if found is None:
        return _first_curvature(objective)
    scores = found[1] - found[1].mean(axis=0)
    return safe_inverse(scores.T @ scores, 1e-6)
