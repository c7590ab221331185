"""One vector of parameters, and what stands where in it.

In this order: beta (p,); the family's shape (m,); the lower triangle of Lambda row by row (q(q+1)/2,); and, with
persistence, sigma and logit(phi). sigma and Lambda's diagonal may have either sign: the likelihood is even in them, so
the optimiser needs no bounds and zero is an interior point. Oracle: tests/unit/engine/fitting/test_likelihood.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import expit

NO_SHAPE = np.zeros(0)
_triangle = cache(np.tril_indices)


@dataclass(frozen=True)
class Parameters:
    """beta (p,), scale = Lambda (q, q), sigma, phi, shape (m,); sigma = 0 and phi = 0 without persistence."""

    __module__ = "rlskit"

    beta: np.ndarray
    scale: np.ndarray
    sigma: float
    phi: float
    shape: np.ndarray


@dataclass(frozen=True)
class Layout:
    """Where each parameter stands in the vector."""

    __module__ = "rlskit"

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
