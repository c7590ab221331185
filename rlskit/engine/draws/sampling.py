"""Draws of all parameters from their penalised likelihood: what the spread between people may be, not only its maximum.

Six people whose slopes happen to look alike have Sigma-hat = 0, and a maximum plugged in would promise that the next
person is like them. So theta is drawn from exp(penalised log-likelihood) x p(theta), with
    beta ~ N(0, 10^2) on standardised columns (keeps separated columns proper), and
    prod_j sd_j^(2 - j), j = 1..q, so that every person *variance* is flat, times the half-normal of
    engine/fitting/prior.py:
row j of Lambda has j entries, flat in which would mean sd_j^(j-2) d sd_j^2. Flat variances give intervals that hold at
every spread (Morris & Tang 2011, Statist. Sci. 26, 271-287); flat sds, with which 30 people are covered less often than
said, were tried too (docs/decisions/0013-people.md). Where nights follow one another all this is said of beta / s and
sd_j / s, s^2 = 1 + 0.346 sigma^2 (engine/draws/reparameterise.py), a factor s^-(p + 2q): what the nights tell is
beta / s, and flat in beta itself there would be s^(p + 2q) more room the larger sigma is, for no reason that the
nights give.

Method: engine/draws/adaptive.py in the coordinates of engine/draws/reparameterise.py, the likelihood by
engine/draws/foretold.py. It is even in sigma, which is drawn at zero or above. Where the nights tell all spreads, most
of the first draws are as wide as the curvature at the maximum says; the others, and all of them elsewhere, are wide in
sigma and phi, whose posterior has a tail that no curvature shows. Oracle: tests/unit/engine/draws/test_sampling.py, a
long random walk.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rlskit.engine.draws.adaptive import FIRST, WIDER, ParameterDraws, Proposal, importance_draws, within_reach
from rlskit.engine.draws.foretold import Foretold
from rlskit.engine.draws.reparameterise import FLATTENS, bend, reparameterise, reparameterised_slope
from rlskit.engine.fitting.likelihood import LOGIT_PHI_REACH, Objective
from rlskit.engine.fitting.maximum import Maximum
from rlskit.engine.fitting.prior import WEAK, Prior, penalty
from rlskit.engine.parameters import Layout

BETA_SD, NEAR_ZERO = 10.0, 0.01
ENOUGH = 120.0
# standard errors from zero at which every spread is told; how many of the first draws are wide even then
TOLD, FIRST_WIDE = 3.0, 40
# standard deviations of the first proposal, by kind of coordinate: (least, most)
REACH = {"beta": (0.02, 3.0), "turn": (0.1, 0.8), "size": (0.1, 0.7), "sigma": (1.0, 1.5), "phi": (1.0, 1.5)}
# a spread's maximum may be at zero, and sigma's is half of the time, whatever it is: proposals begin no lower
LEAST_SPREAD, LEAST_SIGMA = 0.2, 1.5


def draw_parameters(maximum: Maximum, enough: float = ENOUGH) -> ParameterDraws:
    """Draw from the penalised likelihood of a fit, in rounds until the draws are worth `enough` independent ones.

    A fit without a prior is given the weak one here: a flat spread of two or three people has no distribution.
    """
    layout, prior = maximum.objective.layout, maximum.objective.prior or WEAK
    first = _first_proposals(layout, maximum)
    likelihood, sites = _likelihood(maximum.objective, prior, first[0])

    def log_density(eta: np.ndarray) -> np.ndarray:
        theta, value = bend(layout, eta)
        # neighbours in spread follow one another: each starts from the sites of the one before
        for row in np.argsort((theta[:, layout.fixed :] ** 2).sum(axis=1)):
            value[row] += likelihood(theta[row]) + _log_prior(layout, prior, theta[row])
        return value

    even = [layout.size - 2] if layout.persistence else []
    found = importance_draws(log_density, first, enough, even)
    return ParameterDraws(bend(layout, found.theta)[0], found.weight, found.effective, sites)


def _likelihood(
    objective: Objective, prior: Prior, first: Proposal
) -> tuple[Callable[[np.ndarray], float], Foretold | None]:
    """The log-likelihood, -inf where there is none, as rough as weights need it; what it remembers of sites."""
    if objective.nodes:
        own = Objective(objective.nights, objective.x, prior, objective.nodes)
        return lambda theta: _or_none(own.log_likelihood(theta)), None
    layout = objective.layout
    sites = Foretold(objective.nights, objective.x, layout, first.mean, np.sqrt(np.diag(first.covariance)))

    def value(theta: np.ndarray) -> float:
        if layout.persistence and abs(theta[-1]) > LOGIT_PHI_REACH:
            return -np.inf
        try:
            found = sites(theta)
        except np.linalg.LinAlgError:
            return -np.inf
        return _or_none(found.log_likelihood) if found.converged else -np.inf

    return value, sites


def _or_none(value: float) -> float:
    return value if np.isfinite(value) else -np.inf


def _log_prior(layout: Layout, prior: Prior, theta: np.ndarray) -> float:
    part = layout.unpack(theta)
    room = 0.5 * (part.beta.size + 2 * len(part.scale)) * np.log1p(FLATTENS * part.sigma**2)
    value = penalty(prior, part.scale, part.sigma, part.phi if layout.persistence else None)[0]
    return value - 0.5 * float((part.beta**2).sum()) / BETA_SD**2 + flat_variances(part.scale) - room


def flat_variances(scale: np.ndarray) -> float:
    """log prod_j sd_j^(2 - j) of Lambda (q, q)."""
    spread = (scale**2).sum(axis=1) + NEAR_ZERO**2
    return 0.5 * float((1.0 - np.arange(spread.size)) @ np.log(spread))


def away_from_zero(scale: np.ndarray) -> np.ndarray:
    """Lambda (q, q) with its columns turned to a diagonal above zero: where proposals of the spread begin."""
    scale = scale * np.where(np.diag(scale) < 0.0, -1.0, 1.0)
    at = np.diag_indices(len(scale))
    scale[at] = np.maximum(scale[at], LEAST_SPREAD)
    return scale


def spread_kinds(q: int) -> list[str]:
    """The kinds of coordinate that stand for Lambda, row by row."""
    return [kind for j in range(q) for kind in ["turn"] * j + ["size"]]


def _first_proposals(layout: Layout, maximum: Maximum) -> list[Proposal]:
    """From the maximum and its curvature: kept away from spreads of zero, and before that, where none is near it, as
    they are."""
    part, theta = layout.unpack(maximum.anchor), maximum.anchor.copy()
    last = layout.fixed + layout.q * (layout.q + 1) // 2
    theta[layout.fixed : last] = away_from_zero(part.scale)[np.tril_indices(layout.q)]
    if layout.persistence:
        theta[-2] = abs(theta[-2])
    eta, slope = reparameterise(layout, theta[None])[0], reparameterised_slope(layout, theta)
    told, mean = slope @ maximum.covariance @ slope.T, eta.copy()
    if layout.persistence:
        mean[-2] = max(eta[-2], LEAST_SIGMA)
    kinds = ["beta"] * layout.fixed + spread_kinds(layout.q) + (["sigma", "phi"] if layout.persistence else [])
    least, most = np.array([REACH[kind] for kind in kinds]).T
    wide = within_reach(told, least, most)
    sds = np.sqrt(np.diag(maximum.covariance))
    if maximum.separation is not None or any(abs(theta[j]) < TOLD * sds[j] for j in layout.even):
        return [Proposal(mean, wide, FIRST)]
    return [Proposal(eta, WIDER * told, FIRST - FIRST_WIDE), Proposal(mean, wide, FIRST_WIDE)]
