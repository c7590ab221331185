"""Propagation at many parameter points near one another: each begins at the sites that the ones before lead to expect.

Method. The sites of a night (engine/integrals/ep.py) are nearly a quadratic function of the coordinates eta of
engine/draws/reparameterise.py: least squares on 1, eta and the squares and the product of its last two (sigma and phi,
which bend them most) over the first points. Begun at the sites of the point before, a thousandth is reached in 2.4
sweeps; begun there, a hundredth in 1.05, and the value is nearer to that of exact sites. Oracle: exact sites,
tests/unit/engine/draws/test_foretold.py.
"""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from rlskit.engine.draws.reparameterise import reparameterise
from rlskit.engine.integrals.ep import Integral, integrate
from rlskit.engine.nights import Nights
from rlskit.engine.parameters import Layout

ROUGH_SITES, FORETOLD_SITES = 1e-3, 1e-2
LEARNT, LEARNT_A_COLUMN = 100, 3
_RIDGE, _LEAST_UNIT = 1e-3, 1e-6


class Foretold:
    """The integral over the same nights at one parameter point after another. x (n, p); centre, unit (k,): of eta, so
    that its columns are of about unit size."""

    __module__ = "rlskit"

    def __init__(self, nights: Nights, x: np.ndarray, layout: Layout, centre: np.ndarray, unit: np.ndarray):
        self.nights, self.x, self.layout, self.centre, self.unit = nights, x, layout, centre, unit
        columns = self._columns(centre).size
        self._enough = max(LEARNT, LEARNT_A_COLUMN * columns)
        self._gram: np.ndarray = _RIDGE * np.eye(columns)
        self._cross: np.ndarray = np.zeros((columns, 2 * nights.size))
        self._seen = 0
        self._last: tuple[np.ndarray, np.ndarray] | None = None

    def __call__(self, theta: np.ndarray) -> Integral:
        found = None
        if (start := self._start(theta)) is not None:
            # a start from elsewhere may fail where empty sites do not
            with suppress(np.linalg.LinAlgError):
                found = self._from(theta, start)
        if found is None or not found.converged:
            found = self._from(theta, None)
        self._last = (found.precision, found.shift) if found.converged else None
        if found.converged and self._seen < self._enough:
            self._learn(theta, found)
        return found

    def _from(self, theta: np.ndarray, start) -> Integral:
        part, tolerance = self.layout.unpack(theta), ROUGH_SITES if self._seen < self._enough else FORETOLD_SITES
        nights = self.nights.at(part.shape)
        return integrate(nights, self.x @ part.beta, part.scale, part.sigma, part.phi, start, tolerance)

    def _start(self, theta: np.ndarray):
        if self._seen < self._enough:
            return self._last
        precision, shift = np.split(self._columns(reparameterise(self.layout, theta[None])[0]) @ self._cross, 2)
        return np.maximum(precision, 0.0), shift

    def _learn(self, theta: np.ndarray, found: Integral) -> None:
        columns = self._columns(reparameterise(self.layout, theta[None])[0])
        self._gram += np.outer(columns, columns)
        self._cross += columns[:, None] * np.append(found.precision, found.shift)
        self._seen += 1
        if self._seen == self._enough:  # from now on these are the coefficients
            self._cross = np.linalg.solve(self._gram, self._cross)

    def _columns(self, eta: np.ndarray) -> np.ndarray:
        off = (eta - self.centre) / self.unit
        return np.concatenate([np.ones(1), off, np.outer(off[-2:], off[-2:])[np.tril_indices(min(off.size, 2))]])


def foretold_near(nights: Nights, x: np.ndarray, layout: Layout, thetas: np.ndarray) -> Foretold:
    """For points such as thetas (m, k)."""
    eta = reparameterise(layout, thetas)
    return Foretold(nights, x, layout, eta.mean(axis=0), np.maximum(eta.std(axis=0), _LEAST_UNIT))
