"""The maximum of the Gaussian restricted likelihood, and what follows from it.

Equation. theta-hat = argmax l_R(theta) (engine/gaussian/likelihood.py) by engine/fitting/optimise.py, from two
starts; then beta-hat by generalised least squares, sigma^2-hat = rss/(n - p), cov(beta-hat) = sigma^2-hat M_xx^-1 as
in lme4 and nlme. Oracle: tests/oracles/nlme_ar1, tests/oracles/lmer_slopes, statsmodels MixedLM in
tests/unit/models/test_gaussian.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rlskit.engine.fitting.optimise import Optimum, curvature, maximise, safe_inverse
from rlskit.engine.gaussian.likelihood import ATANH_REACH, Covariance, GaussianObjective, Moments, solve
from rlskit.engine.nights import Nights

INSIDE = 0.01
STARTS = ((1.0, 0.2), (0.3, 0.7))
GAIN, GAIN_MANY, MANY_NIGHTS = 1e-10, 1e-8, 1000


@dataclass(frozen=True)
class GaussianMaximum:
    """The fit on arrays: `beta` (p,) and its `covariance` (p, p); `sigma`, the night-to-night sd; `scale` (q, q), sd
    sqrt((scale scale')_jj) between people; `phi`; `log_likelihood` restricted where the objective is.

    `objective`, `optimum` over theta and `moments` there are about the response in `unit`s, so that hours and
    microseconds are fitted alike; the numbers above are in the response's own.
    """

    __module__ = "rlskit"

    objective: GaussianObjective
    optimum: Optimum
    moments: Moments
    beta: np.ndarray
    covariance: np.ndarray
    sigma: float
    scale: np.ndarray
    phi: float
    log_likelihood: float
    unit: float


def fit_gaussian(
    nights: Nights, response: np.ndarray, x: np.ndarray, restricted: bool = True
) -> GaussianMaximum | None:
    """Fit. x (n, p) of about unit scale; response (n,) in any unit. None where the columns leave nothing over."""
    shift = np.linalg.lstsq(x, response, rcond=None)[0]
    left = response - x @ shift
    unit = unit_of(float(left @ left), left.size)
    return fit_gaussian_objective(GaussianObjective(nights, response / unit, x, restricted, shift / unit), unit)


def unit_of(squares: float, n: int) -> float:
    """What the response is counted in: the size of what ordinary least squares leaves over of it."""
    return float(np.sqrt(squares / n)) or 1.0


def fit_gaussian_objective(objective: GaussianObjective, unit: float = 1.0) -> GaussianMaximum | None:
    """Fit an objective of the response in `unit`s, wherever its nights are. None where the columns leave nothing
    over."""
    if objective.exact:
        return None
    best = _best(objective)
    seen = objective.moments(best.theta)
    found = solve(seen.product)
    if found is None or not np.isfinite(best.value):
        return None
    if objective.size:
        best = Optimum(best.theta, best.value, best.gradient, safe_inverse(curvature(objective, best.theta)),
                       best.converged, best.iterations)  # fmt: skip
    sigma = unit * float(np.sqrt(found.rss / objective.freedom))
    part: Covariance = seen.covariance
    return GaussianMaximum(
        objective=objective, optimum=best, moments=seen, beta=unit * (objective.shift + found.beta),
        covariance=sigma**2 * found.unscaled, sigma=sigma, scale=sigma * part.scale, phi=part.phi,
        log_likelihood=best.value - objective.freedom * float(np.log(unit)), unit=unit)


def least_gain(n: int) -> float:
    """When to stop, in log-likelihood."""
    return GAIN if n < MANY_NIGHTS else GAIN_MANY * n / MANY_NIGHTS


def _best(objective: GaussianObjective) -> Optimum:
    if not objective.size:
        value, gradient = objective(np.zeros(0))
        return Optimum(np.zeros(0), value, gradient, np.zeros((0, 0)), bool(np.isfinite(value)), 0)
    people, n = objective.people, objective.n
    inverse = np.diag([1.0 / people] * (objective.size - objective.persistence) + [1.0 / n] * objective.persistence)
    starts = STARTS if n < MANY_NIGHTS and objective.persistence else STARTS[:1]
    tried = [maximise(objective, _start(objective, *one), inverse, least_gain(n), reach=1.0) for one in starts]
    best = max(tried, key=lambda one: (one.converged, one.value))
    if objective.beyond(best.theta):
        # phi at one: stay where the curvature can still be taken
        theta = best.theta.copy()
        theta[-1] = np.copysign(ATANH_REACH - INSIDE, theta[-1])
        best = replace(best, theta=theta, value=objective(theta)[0])
    return best


def _start(objective: GaussianObjective, spread: float, phi: float) -> np.ndarray:
    theta = np.zeros(objective.size)
    theta[objective.even] = spread
    if objective.persistence:
        theta[-1] = np.arctanh(phi)
    return theta
