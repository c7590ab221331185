"""The penalised log-likelihood as a function of one parameter vector, with its gradient.

The parameters are those of engine/parameters.py, the sum over shards of people is that of engine/fitting/shard.py.
The integral is adaptive quadrature over people (engine/integrals/quadrature.py) where `nodes` are given, or nothing
carries over from night to night and at most one slope differs; expectation propagation otherwise
(engine/integrals/ep.py). The prior is engine/fitting/prior.py. Oracle: finite differences in
tests/unit/engine/fitting/test_likelihood.py.
"""

from __future__ import annotations

from copy import copy

import numpy as np

from rlskit.engine.fitting.ep_correction import EPCorrection, no_tilt
from rlskit.engine.fitting.prior import Prior, penalty
from rlskit.engine.fitting.shard import (
    LAST,
    InMemory,
    Parts,
    Rule,
    gradient,
    gradients,
    night_slopes,
    people_slopes,
    slopes_squared,
    value,
)
from rlskit.engine.integrals.ep import TOLERANCE
from rlskit.engine.integrals.quadrature import allowed_error, denser, finer, first_nodes, integrates_together, suits
from rlskit.engine.nights import Nights

LOGIT_PHI_REACH = 9.0
# of the exact filter: nearer to one its grid no longer carries the slope in phi, and no diary tells the difference
LOGIT_PHI_OF_GRID = 7.5
# tolerance of sites that begin nowhere
SCRATCH_SITES = 1e-4
# what a site misses on average, where the furthest misses the tolerance
MEAN_MISS = 1e-2


class Objective:
    """Penalised log-likelihood of `nights` with fixed columns x (n, p). Calling it gives (value, gradient).

    `nodes`: quadrature nodes a dimension, 0 for expectation propagation; chosen where None. `tolerance`: of the sites.
    Remembers where sites or modes may begin: that changes speed, and values within their tolerance.
    """

    __module__ = "rlskit"

    def __init__(self, nights: Nights, x: np.ndarray, prior: Prior | None, nodes: int | None = None):
        self._over(InMemory(nights, x), prior, nodes)

    @classmethod
    def over(cls, parts: Parts, prior: Prior | None, nodes: int | None = None) -> Objective:
        """Of shards, wherever they are."""
        objective = cls.__new__(cls)
        objective._over(parts, prior, nodes)
        return objective

    def _over(self, parts: Parts, prior: Prior | None, nodes: int | None) -> None:
        self.parts, self.prior, self.layout = parts, prior, parts.facts.layout
        self.nodes = (first_nodes(parts.facts) if suits(parts.facts) else 0) if nodes is None else nodes
        self.tolerance = TOLERANCE
        self._begin: np.ndarray | None = None
        self.evaluations = self.sweeps = 0
        self.tilt = no_tilt(self.layout.size)

    @property
    def nights(self) -> Nights:
        """Everybody's nights in one table."""
        return self.parts.nights

    @property
    def x(self) -> np.ndarray:
        """Everybody's columns (n, p)."""
        return self.parts.x

    def tilted(self, tilt: EPCorrection) -> Objective:
        """With `tilt` added to the log-likelihood: what it lacks near a point."""
        other = copy(self)
        other.tilt = tilt
        return other

    def anew(self, nodes: int | None = None) -> Objective:
        """The same nights and prior, without a tilt, by the rule that suits them or by `nodes`."""
        return Objective.over(self.parts.fresh(), self.prior, nodes)

    def finer(self) -> Objective:
        """The same likelihood by about twice the nodes."""
        return self.anew(finer(self.nodes))

    def denser(self) -> Objective:
        """The same likelihood by about half as many nodes more."""
        return self.anew(denser(self.nodes))

    @property
    def noise(self) -> float:
        """How far values may be off without the gradient showing it: quadrature whose nodes move; sites that are not
        quite at rest, by what they miss on average, night by night."""
        if not self.nodes:
            return MEAN_MISS * self.tolerance * self.parts.facts.size
        return allowed_error(self.parts.facts) if self.layout.persistence and self.layout.q else 0.0

    def settle(self, theta: np.ndarray) -> None:
        """From now on many shards begin where they end at theta: worth it where several evaluations near it follow."""
        self._begin = theta.copy()

    def _ask(self, task, theta: np.ndarray, scratch: bool = False) -> list | None:
        """The answers of all shards in order; None where the integral of one fails."""
        self.evaluations += 1
        begin = LAST if self.parts.alone else self._begin
        rule = Rule(self.nodes, SCRATCH_SITES, None) if scratch else Rule(self.nodes, self.tolerance, begin)
        found = self.parts.each(task, theta, rule)
        return None if any(one is None for one in found) else found

    def log_likelihood(self, theta: np.ndarray) -> float:
        """Without the prior; nan where the integral fails."""
        found = self._ask(value, theta)
        return np.nan if found is None else sum(found) + self.tilt(theta)[0]

    def from_scratch(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """As a call, with sites that begin nowhere: what is left to converge is then the same at every theta, and
        differences of gradients are free of it: standard errors are within 0.1% of those at 1e-11, for sigma up to 4
        and phi up to 0.96. From warm sites a curvature is up to a fifth too high."""
        return self(theta, scratch=not self.nodes)

    def gradients(self, thetas: np.ndarray) -> np.ndarray:
        """Those at many points (m, k), from scratch, (m, k): together where one pass of the filter does for several."""
        if not self._by_grid:
            return np.array([self.from_scratch(theta)[1] for theta in thetas])
        self.evaluations += len(thetas)
        held = np.array([self._held(theta) for theta in thetas])
        slopes = sum(self.parts.each(gradients, held)) + np.array([self._added(theta)[1] for theta in held])
        return np.where(held == thetas, slopes, 0.0)

    @property
    def _by_grid(self) -> bool:
        """Whether persistence is integrated by the exact filter."""
        return bool(self.nodes) and integrates_together(self.parts.facts)

    def _held(self, theta: np.ndarray) -> np.ndarray:
        """theta, its correlation no nearer to one than the filter's grid can tell: beyond, the likelihood is level."""
        if not (self._by_grid and self.layout.persistence and theta[-1] > LOGIT_PHI_OF_GRID):
            return theta
        return np.append(theta[:-1], LOGIT_PHI_OF_GRID)

    def __call__(self, theta: np.ndarray, scratch: bool = False) -> tuple[float, np.ndarray]:
        held = self._held(theta)
        if self.layout.persistence and abs(held[-1]) > LOGIT_PHI_REACH:
            return -np.inf, np.zeros_like(theta)
        found = self._ask(gradient, held, scratch)
        if found is None or not np.isfinite(log_likelihood := sum(one[0] for one in found)):
            return -np.inf, np.zeros_like(theta)
        self.sweeps += sum(one[2] for one in found)
        value, slope = self._added(held)
        return log_likelihood + value, np.where(held == theta, sum(one[1] for one in found) + slope, 0.0)

    def _added(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """The prior and the tilt, and their slopes (k,)."""
        part = self.layout.unpack(theta)
        phi = part.phi if self.layout.persistence else None
        prior, scale, sigma, logit_phi = penalty(self.prior, part.scale, part.sigma, phi)
        slope = self.layout.pack(np.zeros(self.layout.p), scale, sigma, logit_phi, np.zeros(self.layout.shapes))
        lift, tilt = self.tilt(theta)
        return prior + lift, slope + tilt

    def night_slopes(self, theta: np.ndarray) -> tuple[float, np.ndarray] | None:
        """The integral's log-likelihood and what every night adds to its slope, (n, k); None where it fails."""
        found = self._ask(night_slopes, theta)
        return None if found is None else (sum(one[0] for one in found), np.vstack([one[1] for one in found]))

    def people_slopes(self, theta: np.ndarray) -> tuple[float, np.ndarray] | None:
        """The integral's log-likelihood and every person's slope of it, (people, k); None where it fails."""
        found = self._ask(people_slopes, theta)
        return None if found is None else (sum(one[0] for one in found), np.vstack([one[1] for one in found]))

    def people_spread(self, theta: np.ndarray) -> np.ndarray | None:
        """Sum of squares and products of the people's slopes about their mean, (k, k); None where the integral
        fails."""
        if (found := self._ask(slopes_squared, theta)) is None:
            return None
        total = sum(one[0] for one in found)
        return sum(one[1] for one in found) - np.outer(total, total) / self.parts.facts.people
