"""The penalised log-likelihood as a function of one parameter vector, with its gradient.

Parameters, in this order: beta (p,); the lower triangle of Lambda row by row (q(q+1)/2,); and, with persistence, sigma
and logit(phi). sigma and Lambda's diagonal may have either sign: the likelihood is even in them, so the optimiser needs
no bounds and zero is an interior point. Equations: engine/ep.py, engine/prior.py.
Oracle: finite differences in tests/engine/test_likelihood.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import expit

from rlskit.engine.ep import Integral, Nights, integrate, slopes
from rlskit.engine.prior import Prior, penalty

LOGIT_PHI_REACH = 9.0

_triangle = cache(np.tril_indices)


@dataclass(frozen=True)
class Parameters:
    """beta (p,), scale = Lambda (q, q), sigma, phi; sigma = 0 and phi = 0 without persistence."""

    beta: np.ndarray
    scale: np.ndarray
    sigma: float
    phi: float


@dataclass(frozen=True)
class Layout:
    """Where each parameter stands in the vector."""

    p: int
    q: int
    persistence: bool

    @property
    def size(self) -> int:
        """Length of the parameter vector."""
        return self.p + self.q * (self.q + 1) // 2 + 2 * self.persistence

    def unpack(self, theta: np.ndarray) -> Parameters:
        """Vector to named parts."""
        scale = np.zeros((self.q, self.q))
        last = self.p + self.q * (self.q + 1) // 2
        scale[_triangle(self.q)] = theta[self.p : last]
        if not self.persistence:
            return Parameters(theta[: self.p], scale, 0.0, 0.0)
        return Parameters(theta[: self.p], scale, float(theta[last]), float(expit(theta[last + 1])))

    def pack(self, beta: np.ndarray, scale: np.ndarray, sigma: float, logit_phi: float) -> np.ndarray:
        """Named parts, or their slopes, to one vector."""
        tail = [sigma, logit_phi] if self.persistence else []
        return np.concatenate([beta, scale[_triangle(self.q)], tail])


class Objective:
    """Penalised log-likelihood of `nights` with fixed columns x (n, p). Calling it gives (value, gradient).

    Remembers the last converged sites as the next starting point: a cache that changes speed, not values.
    """

    def __init__(self, nights: Nights, x: np.ndarray, prior: Prior | None):
        self.nights, self.x, self.prior = nights, x, prior
        self.layout = Layout(x.shape[1], nights.z.shape[1], nights.persistence)
        self._sites: tuple[np.ndarray, np.ndarray] | None = None
        self.evaluations = self.sweeps = 0

    def integral(self, theta: np.ndarray) -> tuple[Parameters, Integral]:
        """The likelihood integral at theta, tried again from empty sites where a warm start fails."""
        part = self.layout.unpack(theta)
        offset = self.x @ part.beta
        found = integrate(self.nights, offset, part.scale, part.sigma, part.phi, self._sites)
        self.sweeps += found.sweeps
        if not found.converged and self._sites is not None:
            found = integrate(self.nights, offset, part.scale, part.sigma, part.phi)
            self.sweeps += found.sweeps
        self.evaluations += 1
        if found.converged:
            self._sites = (found.precision, found.shift)
        return part, found

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        if self.layout.persistence and abs(theta[-1]) > LOGIT_PHI_REACH:
            return -np.inf, np.zeros_like(theta)
        try:
            part, found = self.integral(theta)
        except np.linalg.LinAlgError:
            return -np.inf, np.zeros_like(theta)
        if not found.converged or not np.isfinite(found.log_likelihood):
            return -np.inf, np.zeros_like(theta)
        by = slopes(self.nights, found, part.sigma)
        phi = part.phi if self.layout.persistence else None
        value, scale, sigma, logit_phi = penalty(self.prior, part.scale, part.sigma, phi)
        gradient = self.layout.pack(self.x.T @ by.offset, by.scale + scale, by.sigma + sigma, by.phi + logit_phi)
        return found.log_likelihood + value, gradient
