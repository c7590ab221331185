"""Expectation propagation: the integral over persistence and people that Laplace gets wrong.

Equation. P(y) = integral of prod_n logistic(z_n f_n) N(f; m, K), K = sigma^2 R + Z Sigma Z'. Every likelihood term is
replaced by a Gaussian site exp(-t f^2 / 2 + b f), chosen so that cavity x site and cavity x likelihood share their
first two moments (Minka 2001; Rasmussen & Williams 2006, sections 3.6 and 5.5.2). With a = b - t E f at that point,

    d log Z / d m = a,       d log Z / d K = (a a' - (K + T^-1)^-1) / 2,

because only explicit derivatives remain there (Seeger 2005). One sweep updates all nights in parallel: one tridiagonal
factor for everybody plus one q x q block per person, linear in nights. The value is second order in the distance from
the fixed point, the gradient first order. Oracle: engine/forward_filter.py, numbers in tests/oracles/forward_filter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rlskit.engine.chain import Chain, ChainFactor, chain, factor, phi_slope
from rlskit.engine.logistic import tilted
from rlskit.engine.people import PeopleFactor, factor_people

TOLERANCE = 1e-7
MAX_SWEEPS = 200


@dataclass(frozen=True)
class Nights:
    """Rows sorted by person, then night.

    sign (n,): +1 for a symptom night, -1 for a night without. starts (people,): the row at which each person starts.
    gap (n,): nights since the previous row, inf where a person starts. z (n, q): columns whose coefficients differ
    between people, q = 0 for one person. persistence: whether e is in the model.
    """

    sign: np.ndarray
    starts: np.ndarray
    gap: np.ndarray
    z: np.ndarray
    persistence: bool

    @cached_property
    def person(self) -> np.ndarray:
        """Person number of every row, (n,)."""
        sizes = np.diff(np.append(self.starts, self.sign.size))
        return np.repeat(np.arange(self.starts.size), sizes)


@dataclass(frozen=True)
class Posterior:
    """The Gaussian posterior of the linear predictor under the present sites: `mean` (n,), `variance` (n,)."""

    mean: np.ndarray
    variance: np.ndarray
    residual: np.ndarray
    log_integral: float
    chain: Chain | None
    chain_factor: ChainFactor | None
    people: PeopleFactor | None
    people_mean: np.ndarray | None


@dataclass(frozen=True)
class Integral:
    """`log_likelihood`, `converged`, `sweeps`, sites `precision` and `shift` (n,), and the posterior they imply."""

    log_likelihood: float
    converged: bool
    sweeps: int
    precision: np.ndarray
    shift: np.ndarray
    posterior: Posterior


@dataclass(frozen=True)
class Slopes:
    """d log Z by `offset` (n,), `sigma`, logit `phi`, and `scale` = Lambda (q, q, lower triangle)."""

    offset: np.ndarray
    sigma: float
    phi: float
    scale: np.ndarray


def _posterior(nights, matrix, offset, g, sigma, precision, shift) -> Posterior:
    residual = shift - precision * offset
    log_det, mean, variance = 0.0, 0.0, 0.0
    chain_factor = people = people_mean = None
    if matrix is not None:
        chain_factor = factor(matrix, sigma * sigma * precision)
        mean = sigma * sigma * chain_factor.solve(residual)
        variance = sigma * sigma * chain_factor.variance
        log_det += chain_factor.log_det - matrix.log_det
    if g is not None:
        people = factor_people(g, precision, nights.starts, chain_factor, sigma)
        score = np.add.reduceat(people.response * residual[:, None], nights.starts, axis=0)
        people_mean = np.einsum("iqr,ir->iq", people.covariance, score)
        who = nights.person
        mean = mean + np.einsum("nq,nq->n", people.response, people_mean[who])
        spread = np.einsum("nq,nqr->nr", people.response, people.covariance[who])
        variance = variance + np.einsum("nq,nq->n", spread, people.response)
        log_det += people.log_det
    mean = np.zeros_like(offset) + mean
    variance = np.zeros_like(offset) + variance
    log_integral = float((shift - 0.5 * precision * offset) @ offset + 0.5 * (residual @ mean)) - 0.5 * log_det
    return Posterior(offset + mean, variance, residual, log_integral, matrix, chain_factor, people, people_mean)


def posterior(
    nights: Nights,
    offset: np.ndarray,
    scale: np.ndarray,
    sigma: float,
    phi: float,
    precision: np.ndarray,
    shift: np.ndarray,
) -> Posterior:
    """The Gaussian posterior under given sites (n,); a night with precision and shift 0 is predicted, not used."""
    matrix = chain(nights.gap, phi) if nights.persistence else None
    g = nights.z @ scale if nights.z.shape[1] else None
    return _posterior(nights, matrix, offset, g, sigma, precision, shift)


def integrate(
    nights: Nights,
    offset: np.ndarray,
    scale: np.ndarray,
    sigma: float,
    phi: float,
    start: tuple[np.ndarray, np.ndarray] | None = None,
    tolerance: float = TOLERANCE,
) -> Integral:
    """log P(y) at one parameter point, by parallel sweeps from `start` = (precision, shift) or from empty sites.

    offset (n,): X beta. scale (q, q): Lambda. A sweep that moves away from the fixed point halves the step.
    """
    n = offset.size
    precision, shift = (np.zeros(n), np.zeros(n)) if start is None else start
    matrix = chain(nights.gap, phi) if nights.persistence else None
    g = nights.z @ scale if nights.z.shape[1] else None
    step, last = 1.0, np.inf
    for sweep in range(1, MAX_SWEEPS + 1):
        post = _posterior(nights, matrix, offset, g, sigma, precision, shift)
        keep = 1.0 - precision * post.variance
        cavity_variance = post.variance / keep
        cavity_mean = (post.mean - shift * post.variance) / keep
        log_z, slope, curve = tilted(nights.sign, cavity_mean, cavity_variance)
        miss = float(np.abs(slope - (shift - precision * post.mean)).max())
        if miss < tolerance or sweep == MAX_SWEEPS:
            break
        if miss > last:
            step = max(0.5 * step, 0.05)
        last = miss
        room = np.maximum(1.0 - cavity_variance * curve, 1e-10)
        new_precision = np.maximum(curve, 0.0) / room
        new_shift = slope + new_precision * (cavity_mean + cavity_variance * slope)
        precision = precision + step * (new_precision - precision)
        shift = shift + step * (new_shift - shift)
    grown = 1.0 + precision * cavity_variance
    site = (shift * cavity_mean - 0.5 * precision * cavity_mean**2 + 0.5 * shift**2 * cavity_variance) / grown
    value = post.log_integral + float((log_z - site + 0.5 * np.log(grown)).sum())
    return Integral(value, miss < tolerance, sweep, precision, shift, post)


def slopes(nights: Nights, found: Integral, sigma: float) -> Slopes:
    """The gradient of `integrate` at its fixed point."""
    post = found.posterior
    a = found.shift - found.precision * post.mean
    q = nights.z.shape[1]
    by_sigma = by_phi = 0.0
    by_scale = np.zeros((q, q))
    people = post.people
    if people is not None and post.people_mean is not None:
        spread_of_w, mean_of_w = people.covariance[nights.person], post.people_mean[nights.person]
        cross = np.einsum("nq,nqr->nr", people.response, spread_of_w)
        moment = a[:, None] * mean_of_w - found.precision[:, None] * cross
        by_scale = np.tril(nights.z.T @ moment)
    if post.chain is not None and post.chain_factor is not None:
        v_mean = sigma * post.chain_factor.solve(post.residual)
        v_variance = post.chain_factor.variance
        v_cross = post.chain_factor.link_covariance()
        with_predictor = sigma * v_variance
        if people is not None:
            c = people.chain_response
            v_mean = v_mean - np.einsum("nq,nq->n", c, mean_of_w)
            spread = np.einsum("nq,nqr->nr", c, spread_of_w)
            v_variance = v_variance + np.einsum("nq,nq->n", spread, c)
            # at a link between two persons the product is multiplied by r = 0 later on
            v_cross = v_cross + np.einsum("nq,nq->n", spread[:-1], c[1:])
            with_predictor = with_predictor - np.einsum("nq,nq->n", cross, c)
        by_sigma = float(a @ v_mean - found.precision @ with_predictor)
        by_phi = phi_slope(post.chain, nights.gap, v_variance, v_mean, v_cross)
    return Slopes(a, by_sigma, by_phi, by_scale)
