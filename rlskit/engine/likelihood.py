"""The penalised log-likelihood as a function of one parameter vector, with its gradient.

Parameters, in this order: beta (p,); the family's shape (m,); the lower triangle of Lambda row by row (q(q+1)/2,);
and, with persistence, sigma and logit(phi). sigma and Lambda's diagonal may have either sign: the likelihood is
even in them, so the optimiser needs no bounds and zero is an interior point. The integral is adaptive quadrature over
people (engine/quadrature.py) where `nodes` are given, or nothing carries over from night to night and at most one slope
differs; expectation propagation otherwise (engine/ep.py). The prior is engine/prior.py.
Oracle: finite differences in tests/engine/test_likelihood.py.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import expit

from rlskit.engine.ep import TOLERANCE, Nights, Slopes, integrate, slopes
from rlskit.engine.prior import Prior, penalty
from rlskit.engine.quadrature import finer, first_nodes, integrate_people, suits

LOGIT_PHI_REACH = 9.0

NO_SHAPE = np.zeros(0)
_triangle = cache(np.tril_indices)


@dataclass(frozen=True)
class Parameters:
    """beta (p,), scale = Lambda (q, q), sigma, phi, shape (m,); sigma = 0 and phi = 0 without persistence."""

    beta: np.ndarray
    scale: np.ndarray
    sigma: float
    phi: float
    shape: np.ndarray


@dataclass(frozen=True)
class Layout:
    """Where each parameter stands in the vector."""

    p: int
    q: int
    persistence: bool
    shapes: int = 0

    @property
    def fixed(self) -> int:
        """Length of what is not about spread: beta and shape, which come first."""
        return self.p + self.shapes

    @property
    def size(self) -> int:
        """Length of the parameter vector."""
        return self.fixed + self.q * (self.q + 1) // 2 + 2 * self.persistence

    @property
    def even(self) -> list[int]:
        """Coordinates in which the likelihood may be flat at zero: the diagonal of Lambda, and sigma."""
        diagonal = [self.fixed + (j + 1) * (j + 2) // 2 - 1 for j in range(self.q)]
        return diagonal + ([self.size - 2] if self.persistence else [])

    def unpack(self, theta: np.ndarray) -> Parameters:
        """Vector to named parts."""
        scale = np.zeros((self.q, self.q))
        last = self.fixed + self.q * (self.q + 1) // 2
        scale[_triangle(self.q)] = theta[self.fixed : last]
        beta, shape = theta[: self.p], theta[self.p : self.fixed]
        if not self.persistence:
            return Parameters(beta, scale, 0.0, 0.0, shape)
        return Parameters(beta, scale, float(theta[last]), float(expit(theta[last + 1])), shape)

    def pack(
        self, beta: np.ndarray, scale: np.ndarray, sigma: float, logit_phi: float, shape: np.ndarray = NO_SHAPE
    ) -> np.ndarray:
        """Named parts, or their slopes, to one vector."""
        tail = [sigma, logit_phi] if self.persistence else []
        return np.concatenate([beta, shape, scale[_triangle(self.q)], tail])


class Objective:
    """Penalised log-likelihood of `nights` with fixed columns x (n, p). Calling it gives (value, gradient).

    `nodes`: quadrature nodes a dimension, 0 for expectation propagation; chosen where None. `tolerance`: of the sites.
    Remembers the last converged sites or modes as the next starting point: a cache that changes speed, not values.
    """

    def __init__(self, nights: Nights, x: np.ndarray, prior: Prior | None, nodes: int | None = None):
        self.nights, self.x, self.prior = nights, x, prior
        self.layout = Layout(x.shape[1], nights.z.shape[1], nights.persistence, nights.family.shapes)
        self.nodes = (first_nodes(nights) if suits(nights) else 0) if nodes is None else nodes
        self.tolerance = TOLERANCE
        self._sites: tuple[np.ndarray, np.ndarray] | None = None
        self._modes: np.ndarray | None = None
        self.evaluations = self.sweeps = 0
        # a straight line added to the log-likelihood: its slope, where it is `lift`, and that
        self.tilt, self._tilt_at, self._lift = np.zeros(self.layout.size), np.zeros(self.layout.size), 0.0

    def tilted(self, slope: np.ndarray, at: np.ndarray, lift: float) -> Objective:
        """With lift + slope'(theta - at) added to the log-likelihood: what it lacks near `at`."""
        other = copy(self)
        other.tilt, other._tilt_at, other._lift = slope, at, lift
        return other

    def finer(self) -> Objective:
        """The same likelihood by about twice the nodes."""
        return Objective(self.nights, self.x, self.prior, finer(self.nodes))

    def log_likelihood(self, theta: np.ndarray) -> float:
        """Without the prior; nan where the integral fails."""
        found = self._integral(self.layout.unpack(theta))
        return np.nan if found is None else found[0] + self._line(theta)

    def _line(self, theta: np.ndarray) -> float:
        return self._lift + float(self.tilt @ (theta - self._tilt_at))

    def _integral(self, part: Parameters) -> tuple[float, Slopes] | None:
        self.evaluations += 1
        offset, nights = self.x @ part.beta, self.nights.at(part.shape)
        if self.nodes:
            return self._by_quadrature(nights, part, offset)
        return self._by_propagation(nights, part, offset)

    def _by_quadrature(self, nights: Nights, part: Parameters, offset: np.ndarray) -> tuple[float, Slopes] | None:
        found = integrate_people(nights, offset, part.scale, part.sigma, part.phi, self.nodes, self._modes)
        if not found.converged:
            return None
        self._modes = found.predictor
        return found.log_likelihood, found.slopes

    def _by_propagation(self, nights: Nights, part: Parameters, offset: np.ndarray) -> tuple[float, Slopes] | None:
        found = integrate(nights, offset, part.scale, part.sigma, part.phi, self._sites, self.tolerance)
        self.sweeps += found.sweeps
        if not found.converged and self._sites is not None:
            # a warm start may fail where empty sites do not
            found = integrate(nights, offset, part.scale, part.sigma, part.phi, None, self.tolerance)
            self.sweeps += found.sweeps
        if not found.converged:
            return None
        self._sites = (found.precision, found.shift)
        return found.log_likelihood, slopes(nights, found, part.sigma)

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        if self.layout.persistence and abs(theta[-1]) > LOGIT_PHI_REACH:
            return -np.inf, np.zeros_like(theta)
        part = self.layout.unpack(theta)
        try:
            found = self._integral(part)
        except np.linalg.LinAlgError:
            found = None
        if found is None or not np.isfinite(found[0]):
            return -np.inf, np.zeros_like(theta)
        log_likelihood, by = found
        phi = part.phi if self.layout.persistence else None
        value, scale, sigma, logit_phi = penalty(self.prior, part.scale, part.sigma, phi)
        gradient = self.layout.pack(
            self.x.T @ by.offset,
            np.tril(self.nights.z.T @ by.moment) + scale,
            float(by.sigma.sum()) + sigma,
            float(by.phi.sum()) + logit_phi,
            by.shape.sum(axis=0),
        )
        return log_likelihood + value + self._line(theta), gradient + self.tilt

    def night_slopes(self, theta: np.ndarray) -> tuple[float, np.ndarray] | None:
        """The integral's log-likelihood and what every night adds to its slope, (n, k); None where it fails."""
        try:
            found = self._integral(self.layout.unpack(theta))
        except np.linalg.LinAlgError:
            found = None
        if found is None:
            return None
        by, z = found[1], self.nights.z
        columns = [self.x * by.offset[:, None], by.shape]
        columns += [(z[:, j] * by.moment[:, k])[:, None] for j in range(z.shape[1]) for k in range(j + 1)]
        if self.layout.persistence:
            columns += [by.sigma[:, None], by.phi[:, None]]
        return found[0], np.hstack(columns)

    def people_slopes(self, theta: np.ndarray) -> tuple[float, np.ndarray] | None:
        """The integral's log-likelihood and every person's slope of it, (people, k); None where it fails."""
        found = self.night_slopes(theta)
        return None if found is None else (found[0], np.add.reduceat(found[1], self.nights.starts, axis=0))
