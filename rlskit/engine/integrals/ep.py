"""Expectation propagation: the integral over persistence and people that Laplace gets wrong.

Equation. P(y) = integral of prod_n P(y_n | f_n) N(f; m, K), K = sigma^2 R + Z Sigma Z'. Every likelihood term is
replaced by a Gaussian site exp(-t f^2 / 2 + b f), chosen so that cavity x site and cavity x likelihood share their
first two moments (Minka 2001; Rasmussen & Williams 2006, sections 3.6 and 5.5.2). With a = b - t E f at that point,

    d log Z / d m = a,       d log Z / d K = (a a' - (K + T^-1)^-1) / 2,

because only explicit derivatives remain there (Seeger 2005), those by the family's shape among them. One sweep updates
all nights in parallel: one tridiagonal factor for everybody plus one q x q block per person, linear in nights. The
value is second order in the distance from the fixed point, the gradient first order.
Oracle: engine/integrals/forward_filter.py, numbers in tests/oracles/forward_filter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlskit.engine.integrals.ar1 import Chain, ChainFactor, chain, factor, phi_slope
from rlskit.engine.integrals.random_effects import PeopleFactor, factor_people, quadratic
from rlskit.engine.nights import Nights

TOLERANCE = 1e-7
MAX_SWEEPS = 200


@dataclass(frozen=True)
class Posterior:
    """The Gaussian posterior of the linear predictor under the present sites: `mean` (n,), `variance` (n,).

    people_mean (q, n) and people_spread (q, q, n): mean and covariance of w_i, on every night of person i.
    """

    mean: np.ndarray
    variance: np.ndarray
    residual: np.ndarray
    log_integral: float
    chain: Chain | None
    chain_factor: ChainFactor | None
    people: PeopleFactor | None
    people_mean: np.ndarray | None
    people_spread: np.ndarray | None


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
    """What every night adds to the slope of log Z: by `offset` (n,), `shape` (n, m), `sigma` (n,), logit `phi` (n,);
    `moment` (n, q), with Z' moment the slope by Lambda."""

    offset: np.ndarray
    shape: np.ndarray
    sigma: np.ndarray
    phi: np.ndarray
    moment: np.ndarray


def _posterior(nights, matrix, offset, g, sigma, precision, shift) -> Posterior:
    residual = shift - precision * offset
    log_det = 0.0
    mean, variance = np.zeros_like(offset), np.zeros_like(offset)
    chain_factor = people = people_mean = people_spread = None
    weighted = None if g is None else g * precision
    chain_response = np.zeros((1, 1))
    if matrix is not None:
        chain_factor = factor(matrix, sigma * sigma * precision)
        # one solve for the residual and the persons' columns together
        right = residual[None] if weighted is None else np.vstack([residual[None], weighted])
        solved = chain_factor.solve(right.T).T
        mean = sigma * sigma * solved[0]
        variance = sigma * sigma * chain_factor.variance
        chain_response = sigma * solved[1:]
        log_det += chain_factor.log_det - matrix.log_det
    if g is not None and weighted is not None:
        people = factor_people(g, weighted, chain_response, sigma, nights.starts)
        score = np.add.reduceat(people.response * residual, nights.starts, axis=1)
        w = (people.covariance @ score.T[:, :, None])[:, :, 0]
        people_mean = np.repeat(w.T, nights.sizes, axis=1)
        people_spread = np.repeat(people.covariance.transpose(1, 2, 0), nights.sizes, axis=2)
        for j in range(len(g)):
            mean += people.response[j] * people_mean[j]
        variance = variance + quadratic(people.response, people_spread, people.response)
        log_det += people.log_det
    # sums, not dot products: those of long vectors would wake every thread of the BLAS
    log_integral = float(((shift - 0.5 * precision * offset) * offset + 0.5 * residual * mean).sum()) - 0.5 * log_det
    return Posterior(
        mean=offset + mean, variance=variance, residual=residual, log_integral=log_integral, chain=matrix,
        chain_factor=chain_factor, people=people, people_mean=people_mean, people_spread=people_spread)


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
    g = scale.T @ nights.z.T if nights.z.shape[1] else None
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
    g = scale.T @ nights.z.T if nights.z.shape[1] else None
    step, last = 1.0, np.inf
    for sweep in range(1, MAX_SWEEPS + 1):
        post = _posterior(nights, matrix, offset, g, sigma, precision, shift)
        cavity_mean, cavity_variance = _cavity(post, precision, shift)
        log_z, slope, curve = nights.family.tilted(cavity_mean, cavity_variance)
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


def _cavity(post: Posterior, precision: np.ndarray, shift: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    keep = 1.0 - precision * post.variance
    return (post.mean - shift * post.variance) / keep, post.variance / keep


def slopes(nights: Nights, found: Integral, sigma: float) -> Slopes:
    """The gradient of `integrate` at its fixed point."""
    post = found.posterior
    a = found.shift - found.precision * post.mean
    q = nights.z.shape[1]
    by_sigma, by_phi, moment = np.zeros_like(a), np.zeros_like(a), np.zeros((q, a.size))
    people, w_mean, w_spread = post.people, post.people_mean, post.people_spread
    cross = np.zeros((q, a.size))
    if people is not None and w_mean is not None and w_spread is not None:
        # covariance of the predictor with w
        for j in range(q):
            cross += people.response[j] * w_spread[j]
        moment = a * w_mean - found.precision * cross
    if post.chain is not None and post.chain_factor is not None:
        v_mean = sigma * post.chain_factor.solve(post.residual)
        v_variance = post.chain_factor.variance
        v_cross = post.chain_factor.link_covariance()
        with_predictor = sigma * v_variance
        if people is not None and w_mean is not None and w_spread is not None:
            c, spread = people.chain_response, np.zeros((q, a.size))
            for j in range(q):
                spread += c[j] * w_spread[j]
            v_mean = v_mean - (c * w_mean).sum(axis=0)
            v_variance = v_variance + (spread * c).sum(axis=0)
            # at a link between two persons the product is multiplied by r = 0 later on
            v_cross = v_cross + (spread[:, :-1] * c[:, 1:]).sum(axis=0)
            with_predictor = with_predictor - (cross * c).sum(axis=0)
        by_sigma = a * v_mean - found.precision * with_predictor
        by_phi[1:] = phi_slope(post.chain, nights.gap, v_variance, v_mean, v_cross)
    shape = nights.family.tilted_by_shape(*_cavity(post, found.precision, found.shift))
    return Slopes(a, shape, by_sigma, by_phi, moment.T)
