"""Adaptive multiple importance sampling: weighted draws of a few parameters from a density known up to its size.

Method. Multivariate t proposals whose mean and covariance are taken from all draws so far, round by round; every draw
is weighed against the mixture of all proposals, p(eta_i) / sum_r n_r/N t(eta_i; m_r, S_r) (Cornuet, Marin, Mira &
Robert 2012, Scand. J. Stat. 39, 798-812). Coordinates in which the density is even are folded to one side, where the
proposals' density is that of both. Oracle: a known density in tests/unit/engine/draws/test_sampling.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.special import gammaln, logsumexp

from rlskit.engine.draws.foretold import Foretold

FREEDOM = 5.0
ROUNDS, FIRST, LATER = 14, 100, 80
# later proposals are wider than what was seen by this: tails that no draw has reached yet
WIDER = 1.3
SEED = 20130213


@dataclass(frozen=True)
class ParameterDraws:
    """`theta` (m, k) with `weight` (m,) that sum to one; `effective`: how many independent draws they are worth.
    `sites`: the propagation that made them, which knows where to begin near them; None where it was none."""

    theta: np.ndarray
    weight: np.ndarray
    effective: float
    sites: Foretold | None = None

    def resample(self, size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Distinct parameter points (d, k) and how often each comes among `size` draws (d,): systematic resampling."""
        edges = (np.arange(size) + rng.random()) / size
        at = np.minimum(np.searchsorted(np.cumsum(self.weight), edges), self.weight.size - 1)
        rows, often = np.unique(at, return_counts=True)
        return self.theta[rows], often


@dataclass(frozen=True)
class Proposal:
    """`size` draws from a multivariate t: mean (k,), covariance (k, k)."""

    mean: np.ndarray
    covariance: np.ndarray
    size: int


def importance_draws(
    log_density: Callable[[np.ndarray], np.ndarray],
    first: Sequence[Proposal],
    enough: float,
    even: Sequence[int] = (),
) -> ParameterDraws:
    """Draws of eta in rounds, until they are worth `enough` independent ones.

    log_density: of eta (m, k), (m,), -inf where there is none. first: what the first round is drawn from. even:
    coordinates in which the density is even, drawn at zero or above. A fixed seed: the same density, the same draws.
    """
    rng = np.random.default_rng(SEED)
    proposals: list[tuple[np.ndarray, np.ndarray, int]] = []
    round_, covariance = list(first), first[0].covariance
    eta, value = np.zeros((0, len(covariance))), np.zeros(0)
    for _ in range(ROUNDS):
        drawn = []
        for one in round_:
            root = np.linalg.cholesky(one.covariance)
            stretch = np.sqrt(FREEDOM / rng.chisquare(FREEDOM, one.size))[:, None]
            drawn.append(fold(one.mean + stretch * (rng.normal(size=(one.size, len(root))) @ root.T), even))
            proposals.append((one.mean, root, one.size))
        new = np.vstack(drawn)
        eta, value = np.vstack([eta, new]), np.append(value, log_density(new))
        log_weight = value - log_mixture(eta, proposals, even)
        weight = np.exp(log_weight - log_weight.max())
        weight /= weight.sum()
        effective = 1.0 / float((weight**2).sum())
        if effective >= enough:
            break
        mean, covariance = _moments(eta, weight, covariance, effective)
        round_ = [Proposal(mean, covariance, LATER)]
    return ParameterDraws(eta, weight, effective)


def fold(eta: np.ndarray, even: Sequence[int]) -> np.ndarray:
    """The same rows with the even coordinates at zero or above."""
    eta = eta.copy()
    eta[:, list(even)] = np.abs(eta[:, list(even)])
    return eta


def log_mixture(eta: np.ndarray, proposals, even: Sequence[int] = ()) -> np.ndarray:
    """Log density of the folded mixture of proposals (mean, root of the covariance, size) at eta (m, k), (m,)."""
    flips = []
    for signs in product((1.0, -1.0), repeat=len(even)):
        flip = np.ones(eta.shape[1])
        flip[list(even)] = signs
        flips.append(flip)
    total = sum(size for _, _, size in proposals)
    parts = [
        _log_t(eta * flip, mean, root) + np.log(size / total) for mean, root, size in proposals for flip in flips
    ]
    return logsumexp(parts, axis=0)


def _log_t(eta: np.ndarray, mean: np.ndarray, root: np.ndarray) -> np.ndarray:
    k = mean.size
    z = np.linalg.solve(root, (eta - mean).T)
    size = gammaln(0.5 * (FREEDOM + k)) - gammaln(0.5 * FREEDOM) - 0.5 * k * np.log(FREEDOM * np.pi)
    return size - np.log(np.diag(root)).sum() - 0.5 * (FREEDOM + k) * np.log1p((z * z).sum(axis=0) / FREEDOM)


def _moments(eta, weight, before, effective) -> tuple[np.ndarray, np.ndarray]:
    """Weighted mean and covariance, held towards the covariance before while few draws carry the weight."""
    mean = weight @ eta
    off = eta - mean
    seen = (weight[:, None] * off).T @ off
    share = effective / (effective + 2.0 * mean.size)
    return mean, WIDER * share * seen + (1.0 - share) * before


def within_reach(covariance: np.ndarray, least: np.ndarray, most: np.ndarray) -> np.ndarray:
    """A covariance with no coordinate hopelessly narrow or wide, in standard deviations least, most (k,): at a spread
    of zero the curvature says nothing."""
    sd = np.maximum(np.sqrt(np.diag(covariance)), 1e-8)
    by = np.clip(sd, least, most) / sd
    return covariance * by[:, None] * by[None, :] + np.diag((0.05 * least) ** 2)
