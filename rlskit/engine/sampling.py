"""Draws of all parameters from their penalised likelihood: what the spread between people may be, not only its maximum.

Six people whose slopes happen to look alike have Sigma-hat = 0, and a maximum plugged in would promise that the next
person is like them. So theta is drawn from exp(penalised log-likelihood) x p(theta), with
    beta ~ N(0, 10^2) on standardised columns (keeps separated columns proper), and
    prod_j sd_j^(2 - j), j = 1..q, so that every person *variance* is flat, times the half-normal of engine/prior.py:
row j of Lambda has j entries, flat in which would mean sd_j^(j-2) d sd_j^2. Flat variances give intervals that hold at
every spread (Morris & Tang 2011, Statist. Sci. 26, 271-287); flat sds, with which 30 people are covered less often than
said, were tried too (docs/decisions/0013-people.md).

Method. Adaptive multiple importance sampling (Cornuet, Marin, Mira & Robert 2012, Scand. J. Stat. 39, 798-812):
multivariate t proposals in the coordinates of engine/straight.py, moments updated between rounds, every draw weighed
against the mixture of all proposals. The likelihood does not change when sigma changes sign: draws are folded to
sigma >= 0 and the proposal's density is that of both signs. Oracle: tests/engine/test_sampling.py, a long random walk.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp

from rlskit.engine.layout import Layout
from rlskit.engine.likelihood import Objective
from rlskit.engine.maximum import Maximum
from rlskit.engine.prior import WEAK
from rlskit.engine.straight import bend, straight_slope, straighten

BETA_SD, NEAR_ZERO = 10.0, 0.01
FREEDOM = 5.0
ROUGH_SITES = 1e-3
ROUNDS, FIRST, LATER = 14, 100, 80
# later proposals are wider than what was seen by this: tails that no draw has reached yet
WIDER = 1.3
ENOUGH = 120.0
SEED = 20130213
# standard deviations of the first proposal, by kind of coordinate: (least, most)
_REACH = {"beta": (0.02, 3.0), "turn": (0.1, 0.8), "size": (0.1, 0.7), "sigma": (1.0, 1.5), "phi": (1.0, 1.5)}
# a spread's maximum may be at zero, and sigma's is half of the time, whatever it is: proposals begin no lower
LEAST_SPREAD, LEAST_SIGMA = 0.2, 1.5


@dataclass(frozen=True)
class ParameterDraws:
    """`theta` (m, k) with `weight` (m,) that sum to one; `effective`: how many independent draws they are worth."""

    theta: np.ndarray
    weight: np.ndarray
    effective: float

    def resample(self, size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Distinct parameter points (d, k) and how often each comes among `size` draws (d,): systematic resampling."""
        edges = (np.arange(size) + rng.random()) / size
        at = np.minimum(np.searchsorted(np.cumsum(self.weight), edges), self.weight.size - 1)
        rows, often = np.unique(at, return_counts=True)
        return self.theta[rows], often


def draw_parameters(maximum: Maximum, enough: float = ENOUGH) -> ParameterDraws:
    """Draw from the penalised likelihood of a fit, in rounds until the draws are worth `enough` independent ones.

    A fit without a prior is given the weak one here: a flat spread of two or three people has no distribution.
    """
    objective = _loose(maximum.objective)
    layout = objective.layout
    rng = np.random.default_rng(SEED)
    mean, covariance = _first_proposal(layout, maximum)
    proposals: list[tuple[np.ndarray, np.ndarray, int]] = []
    eta, value = np.zeros((0, layout.size)), np.zeros(0)
    for number in range(ROUNDS):
        size = FIRST if number == 0 else LATER
        root = np.linalg.cholesky(covariance)
        stretch = np.sqrt(FREEDOM / rng.chisquare(FREEDOM, size))[:, None]
        new = _fold(layout, mean + stretch * (rng.normal(size=(size, layout.size)) @ root.T))
        # neighbours in spread follow one another: each starts from the sites of the one before
        new = new[np.argsort((bend(layout, new)[0][:, layout.fixed :] ** 2).sum(axis=1))]
        proposals.append((mean, root, size))
        eta, (theta, log_size) = np.vstack([eta, new]), bend(layout, new)
        value = np.append(value, [_log_density(objective, one) for one in theta] + log_size)
        log_weight = value - _log_mixture(layout, eta, proposals)
        weight = np.exp(log_weight - log_weight.max())
        weight /= weight.sum()
        effective = 1.0 / float((weight**2).sum())
        if effective >= enough:
            break
        mean, covariance = _moments(eta, weight, covariance, effective)
    return ParameterDraws(bend(layout, eta)[0], weight, effective)


def _first_proposal(layout: Layout, maximum: Maximum) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance from the maximum and its curvature, kept away from spreads of zero."""
    part, theta = layout.unpack(maximum.anchor), maximum.anchor.copy()
    scale = part.scale * np.where(np.diag(part.scale) < 0.0, -1.0, 1.0)
    scale[np.diag_indices(layout.q)] = np.maximum(np.diag(scale), LEAST_SPREAD)
    theta[layout.fixed : layout.fixed + layout.q * (layout.q + 1) // 2] = scale[np.tril_indices(layout.q)]
    if layout.persistence:
        theta[-2] = max(abs(theta[-2]), LEAST_SIGMA)
    slope = straight_slope(layout, theta)
    return straighten(layout, theta[None])[0], _within_reach(layout, slope @ maximum.covariance @ slope.T)


def _loose(objective: Objective) -> Objective:
    """Its own copy, with sites as rough as weights need them and a prior on the spreads in any case."""
    copy = Objective(objective.nights, objective.x, objective.prior or WEAK, objective.nodes)
    copy.tolerance = ROUGH_SITES
    return copy


def _log_density(objective: Objective, theta: np.ndarray) -> float:
    value, _ = objective(theta)
    part = objective.layout.unpack(theta)
    value -= 0.5 * float((part.beta**2).sum()) / BETA_SD**2
    spread = (part.scale**2).sum(axis=1) + NEAR_ZERO**2
    return value + 0.5 * float((1.0 - np.arange(spread.size)) @ np.log(spread))


def _fold(layout: Layout, eta: np.ndarray) -> np.ndarray:
    eta = eta.copy()
    if layout.persistence:
        eta[:, -2] = np.abs(eta[:, -2])
    return eta


def _log_mixture(layout: Layout, eta: np.ndarray, proposals) -> np.ndarray:
    """Log density of the folded mixture of proposals at eta (m, k), (m,)."""
    flips = [np.ones(layout.size)]
    if layout.persistence:
        flips.append(np.where(np.arange(layout.size) == layout.size - 2, -1.0, 1.0))
    total = sum(size for _, _, size in proposals)
    parts = [
        _log_t(eta * flip, mean, root) + np.log(size / total) for mean, root, size in proposals for flip in flips
    ]
    return logsumexp(parts, axis=0)


def _log_t(theta: np.ndarray, mean: np.ndarray, root: np.ndarray) -> np.ndarray:
    k = mean.size
    z = np.linalg.solve(root, (theta - mean).T)
    size = gammaln(0.5 * (FREEDOM + k)) - gammaln(0.5 * FREEDOM) - 0.5 * k * np.log(FREEDOM * np.pi)
    return size - np.log(np.diag(root)).sum() - 0.5 * (FREEDOM + k) * np.log1p((z * z).sum(axis=0) / FREEDOM)


def _within_reach(layout: Layout, covariance: np.ndarray) -> np.ndarray:
    """The curvature's covariance, with no coordinate hopelessly narrow or wide: at a spread of zero it says nothing."""
    rows = [kind for j in range(layout.q) for kind in ["turn"] * j + ["size"]]
    kinds = ["beta"] * layout.fixed + rows + (["sigma", "phi"] if layout.persistence else [])
    least, most = np.array([_REACH[kind] for kind in kinds]).T
    sd = np.maximum(np.sqrt(np.diag(covariance)), 1e-8)
    by = np.clip(sd, least, most) / sd
    return covariance * by[:, None] * by[None, :] + np.diag((0.05 * least) ** 2)


def _moments(eta, weight, before, effective) -> tuple[np.ndarray, np.ndarray]:
    """Weighted mean and covariance, held towards the covariance before while few draws carry the weight."""
    mean = weight @ eta
    off = eta - mean
    seen = (weight[:, None] * off).T @ off
    share = effective / (effective + 2.0 * mean.size)
    return mean, WIDER * share * seen + (1.0 - share) * before
