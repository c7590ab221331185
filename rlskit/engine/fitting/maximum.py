"""The maximum of the penalised likelihood, its curvature, and what can be said about separation.

Equation. theta-hat = argmax l(theta) by engine/fitting/optimise.py; covariance = inverse of minus the Hessian (central
differences of the analytic gradient). Separation is looked for where a predictor runs away
(engine/fitting/separation.py). Everything is asked of the shards, so that it makes no difference where they are.
Oracle: tests/unit/engine/fitting/test_maximum.py (statsmodels Logit at sigma = 0, built separations).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import logit

from rlskit.engine.fitting.accuracy import Accuracy, affordable, measure, surer
from rlskit.engine.fitting.ep_correction import EPCorrection
from rlskit.engine.fitting.likelihood import Objective
from rlskit.engine.fitting.optimise import Optimum, curvature_of, maximise, safe_inverse
from rlskit.engine.fitting.prior import Prior
from rlskit.engine.fitting.separation import back_in_sight, furthest, separation_of
from rlskit.engine.integrals.quadrature import first_nodes, too_coarse
from rlskit.engine.nights import Facts, Nights
from rlskit.engine.parameters import Parameters

STARTS = ((0.8, 0.5), (1.2, 0.85))
SUSPICIOUS = 6.0
OUT_OF_SIGHT, LIGHTLY = 120.0, 1e-3
NEAR, ROUGHLY, SHORT = 1.0, 1e-3, 0.6
# the largest miss of a site, phase by phase: the mean is a hundredth of it
NEAR_SITES, ROUGH_SITES, FINE_SITES = 1e-3, 1e-4, 1e-6
GAIN, GAIN_MANY, MANY_NIGHTS = 1e-9, 1e-7, 1000
LITTLE = 1e-3
MOST_NEAR = 30
PEOPLE_ENOUGH = 3
MANY_SITES = 20_000
FLOOR, FLOOR_OFF_MAXIMUM = 1e-7, 1e-2
_MOST_TILTS = 5


@dataclass(frozen=True)
class Maximum:
    """The fit on arrays.

    `objective`; `optimum`; `covariance` (k, k); `parameters`; `log_likelihood` without the prior; `separation`: a
    direction (p,) along which the likelihood never falls, or None; `anchor` (k,): the maximum, or under separation a
    nearby point with finite curvature, where the covariance was taken. `error`: log-likelihood minus that of twice the
    quadrature nodes, near the maximum; nan without quadrature. `accuracy`: how far propagation is from exact, where it
    was measured (`log_likelihood` has its error taken off).
    """

    __module__ = "rlskit"

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
    """Fit. x (n, p) should have columns of about unit scale (rlskit.models.design standardises them).

    Where propagation is too far from exact, the exact likelihood is climbed instead, or, where that takes too long,
    propagation with what it lacks added to it (engine/fitting/accuracy.py, engine/fitting/ep_correction.py).
    """
    return fit_objective(Objective(nights, x, prior), start)


def fit_objective(objective: Objective, start: np.ndarray | None = None) -> Maximum:
    """The same for nights in shards, wherever they are."""
    many, facts = _many(objective), objective.parts.facts
    if many:  # rough sites until the maximum is near
        objective.tolerance = NEAR_SITES
    if start is not None:
        starts = [start]
    else:
        starts = [_start(objective, *one) for one in (STARTS if facts.persistence and not many else STARTS[:1])]
    found = _climb(objective, starts, _curvature_from_people(objective, starts[0]) if many else None)
    if objective.nodes or not found.has_integral or found.separation is not None or not found.optimum.converged:
        return found
    accuracy = measure(found.objective, found.optimum.theta, found.covariance)
    if accuracy is None:
        return found
    if accuracy.far:
        if affordable(facts):
            return _climb(objective.anew(first_nodes(facts)), [found.optimum.theta], found.covariance)
        found, accuracy = _moved(objective, found, accuracy)
        if accuracy is None:
            return found
    exact = objective.log_likelihood(found.optimum.theta) - accuracy.error * facts.people
    return replace(found, accuracy=accuracy, log_likelihood=exact)


def fit_near(nights: Nights, x: np.ndarray, old: Maximum, start: np.ndarray, inverse: np.ndarray) -> Maximum:
    """The fit of nights that are nearly those of `old`: its maximum is near `start` (k,), where `inverse` (k, k) is
    about that of the curvature.

    Where people are many this takes a few steps. The covariance is then that of the search, and what propagation lacks
    is taken to be what it was, night by night: for estimates and likelihood ratios, not for new standard errors.
    """
    objective, before = Objective(nights, x, old.objective.prior), old.objective
    told = old.accuracy is not None and not old.accuracy.far
    if objective.nodes or not told or old.separation is not None or not _many(objective):
        return fit_objective(objective, start)
    facts, p = objective.parts.facts, before.layout.p
    objective = objective.tilted(before.tilt.carried(p, objective.layout.p - p, facts.size / before.parts.facts.size))
    objective.tolerance = FINE_SITES * min(1.0, np.sqrt(MANY_SITES / facts.size))
    best = maximise(objective, start, inverse, least_gain(facts), most=MOST_NEAR, noise=objective.noise)
    if not best.converged or furthest(objective.parts, objective.layout, best.theta) > SUSPICIOUS:
        return fit_objective(objective.anew(), start)
    return Maximum(
        objective=objective, optimum=best, covariance=best.inverse, parameters=objective.layout.unpack(best.theta),
        log_likelihood=objective.log_likelihood(best.theta), separation=None, anchor=best.theta, error=np.nan)


def _moved(objective: Objective, found: Maximum, near: Accuracy) -> tuple[Maximum, Accuracy | None]:
    """Propagation with what it lacks at the maximum added to it, as often as that leads nearer to the exact one.

    Where what it lacks changes on the way, a whole step leads too far: each further step is as long as the last two
    lead to expect (Irons & Tuck 1969, Int. J. Numer. Methods Eng. 1, 275-277, lengths in standard errors).
    """
    facts, inverse = objective.parts.facts, found.covariance
    accuracy = surer(objective, found.optimum.theta, inverse, near)
    here, seen, length, before = found, accuracy, 1.0, None
    for _ in range(_MOST_TILTS):
        # beside a spread near zero, where the likelihood is far from a parabola, one step does not lead there
        if accuracy is None or seen is None or not accuracy.far or not seen.missing.all():
            break
        theta = here.optimum.theta
        added = here.objective.tilt(theta)[1]
        lacks = seen.missing - added
        if before is not None:
            turned = before - lacks
            length *= float(np.clip((before @ inverse @ turned) / (turned @ inverse @ turned), 0.1, 2.0))
        before = lacks
        tilt = EPCorrection(added + length * lacks, theta, -seen.error * facts.people, np.linalg.inv(inverse))
        tilted = objective.tilted(tilt)
        # the tilt changes no curvature, so the covariance stays
        best = replace(maximise(tilted, theta, inverse, least_gain(facts), noise=tilted.noise), inverse=inverse)
        seen = measure(tilted, best.theta, inverse, accuracy.nodes, accuracy.people) if best.converged else None
        if seen is None:
            break
        here = replace(found, objective=tilted, optimum=best, parameters=tilted.layout.unpack(best.theta),
                       anchor=best.theta)
        if np.abs(seen.off).max() < np.abs(accuracy.off).max():
            found, accuracy = here, seen
    return found, accuracy


def _many(objective: Objective) -> bool:
    facts = objective.parts.facts
    return facts.people >= PEOPLE_ENOUGH * objective.layout.size and facts.size >= MANY_NIGHTS


def _climb(objective: Objective, starts: list[np.ndarray], first: np.ndarray | None) -> Maximum:
    """From `starts`, with the inverse curvature `first` there, to the maximum and its covariance."""
    many, error, parts = _many(objective), np.nan, objective.parts
    first = _first_curvature(objective) if first is None else first
    if objective.nodes:
        objective, starts, error = _enough_nodes(objective, starts[0], first)
    if many:
        near = maximise(objective, starts[0], first, gain=NEAR, most=6, reach=SHORT, noise=objective.noise)
        objective.tolerance = ROUGH_SITES
        objective.settle(near.theta)
        rough = maximise(objective, near.theta, _curvature_from_people(objective, near.theta), ROUGHLY, reach=SHORT,
                         noise=objective.noise)
        # what a site lacks adds up over nights, a standard error only over their root
        objective.tolerance = FINE_SITES * min(1.0, np.sqrt(MANY_SITES / parts.facts.size))
        objective.settle(rough.theta)
        starts, first = [rough.theta], rough.inverse
    tried = [maximise(objective, one, first, least_gain(parts.facts), noise=objective.noise) for one in starts]
    best = max(tried, key=lambda one: (one.converged, one.value))
    parameters = objective.layout.unpack(best.theta)
    separation, anchor, converged = None, best.theta, best.converged
    if furthest(parts, objective.layout, best.theta) > SUSPICIOUS:
        separation = separation_of(parts)
        if separation is not None:
            anchor = back_in_sight(best.theta, parts, separation)
            if furthest(parts, objective.layout, anchor) > OUT_OF_SIGHT:
                anchor = _pulled_in(objective, starts[0], first)
            # there is no maximum to arrive at, only less and less to gain
            converged = converged or best.gain < LITTLE
    # the anchor is no maximum: a direction that happens to be flat there would send every later step far away
    floor = FLOOR if separation is None else FLOOR_OFF_MAXIMUM
    covariance = safe_inverse(curvature_of(objective.gradients, anchor, central=not many), floor)
    best = Optimum(best.theta, best.value, best.gradient, covariance, converged, best.iterations)
    log_likelihood = objective.log_likelihood(best.theta)
    return Maximum(
        objective=objective, optimum=best, covariance=covariance, parameters=parameters, log_likelihood=log_likelihood,
        separation=separation, anchor=anchor, error=error)


def _pulled_in(objective: Objective, start: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    """The maximum with a light pull on the predictor's mean square. Where a number tells every night, the nights on
    either side of its threshold are so close that with one of them in sight others are hundreds away."""
    p, facts = objective.layout.p, objective.parts.facts

    def pulled(theta):
        value, gradient = objective(theta)
        pull = LIGHTLY * (facts.gram @ theta[:p]) / facts.size
        return value - 0.5 * float(theta[:p] @ pull), gradient - np.pad(pull, (0, gradient.size - p))

    return maximise(pulled, start, inverse, ROUGHLY, noise=objective.noise).theta


def least_gain(nights: Nights | Facts) -> float:
    """When to stop, in log-likelihood: 1e-7 a thousand nights is far below a standard error, and above rounding."""
    return GAIN if nights.size < MANY_NIGHTS else GAIN_MANY * nights.size / MANY_NIGHTS


def _enough_nodes(objective: Objective, start: np.ndarray, inverse: np.ndarray):
    """More quadrature nodes until twice as many change the log-likelihood too little to matter near the maximum."""
    if not objective.layout.q:  # nothing to integrate by them
        return objective, [start], 0.0
    while True:
        start = maximise(objective, start, inverse, gain=ROUGHLY, most=40, noise=objective.noise).theta
        error = objective.log_likelihood(start) - objective.finer().log_likelihood(start)
        if not too_coarse(objective.parts.facts, objective.nodes, error):
            return objective, [start], error
        objective = objective.denser()


def _constant(facts: Facts, level: float) -> np.ndarray:
    """The least-squares combination of columns that gives `level` on every night: the intercept, where there is one."""
    return np.linalg.lstsq(facts.gram, level * facts.total, rcond=None)[0]


def _start(objective: Objective, sigma: float, phi: float) -> np.ndarray:
    layout, facts = objective.layout, objective.parts.facts
    level, shape = facts.family.start(facts.counts)
    beta = _constant(facts, level)
    return layout.pack(beta, 0.5 * np.eye(layout.q), sigma, float(logit(phi)), shape)


def _first_curvature(objective: Objective) -> np.ndarray:
    layout, facts = objective.layout, objective.parts.facts
    n, information = facts.size, facts.family.information(facts.counts, facts.gram, facts.total)
    inverse = np.eye(layout.size)
    inverse[: layout.fixed, : layout.fixed] = safe_inverse(information)
    people = facts.people
    for j in range(layout.fixed, layout.fixed + layout.q * (layout.q + 1) // 2):
        inverse[j, j] = 1.0 / people
    if layout.persistence:
        inverse[-2, -2], inverse[-1, -1] = 1.0 / (1.0 + 0.02 * n), 1.0 / (1.0 + 0.005 * n)
    return inverse


def _curvature_from_people(objective: Objective, theta: np.ndarray) -> np.ndarray:
    """Inverse of the covariance of the people's slopes, summed: what the curvature is expected to be near the maximum
    (Berndt, Hall, Hall & Hausman 1974)."""
    found = objective.people_spread(theta)
    return _first_curvature(objective) if found is None else safe_inverse(found, 1e-6)
