"""How far expectation propagation is from exact, measured on the nights at hand, and what is done about it.

Equation. At the maximum theta of the propagated likelihood its slope is 0. With s the slopes of the exact
log-likelihood (engine/integrals/quadrature.py, the exact filter inside) minus the propagated ones, the exact maximum
lies covariance @ s further, to first order (one Newton step), and a likelihood-ratio statistic z^2 is off by about 2 z
d where d is that distance in standard errors. Where everybody would take too long, s is that of people spread evenly
through the table, scaled up: only the difference of two nearly equal slopes is sampled. Adding s'(theta - theta0) to
the propagated log-likelihood moves its maximum to the exact one and keeps its curvature
(engine/fitting/ep_correction.py). Oracle: tests/unit/engine/fitting/test_accuracy.py fits both ways and compares.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rlskit.engine.fitting.likelihood import Objective
from rlskit.engine.fitting.shard import LAST, Rule, Shard, people_slopes
from rlskit.engine.integrals.ep import TOLERANCE
from rlskit.engine.integrals.forward_backward import MOST_POINTS, grid_points
from rlskit.engine.integrals.quadrature import first_nodes, points
from rlskit.engine.nights import Facts, Nights
from rlskit.engine.parameters import Layout

# the most that a coefficient asked about, and any other parameter, may be off, in standard errors
FAR_EFFECT, FAR = 0.02, 0.05
# nights x nodes for one look, with the exact filter (a tenth of a second; where propagation turned out to be far from
# exact and the nodes were too few, a second) and without (half a second); and with it for every evaluation of a fit
_LOOKED_AT, _LOOKED_AT_CLOSELY, _LOOKED_AT_PLAINLY, _AFFORDED = 40_000, 400_000, 10_000_000, 60_000
# people looked at, at least: what chance adds to `off` then is about 0.03
_FEWEST_PEOPLE, _FEWEST_SHARE, _MORE_NODES = 12, 1.0 / 20.0, 4


@dataclass(frozen=True)
class Accuracy:
    """`error`: propagated minus exact log-likelihood per person, over the `people` compared; `missing` (k,): exact
    minus propagated slopes, everybody's; `off` (k,): how far each parameter would still move to the exact maximum, in
    standard errors; `far`: whether that is too far; `nodes`: of the exact rule, a dimension."""

    __module__ = "rlskit"

    error: float
    missing: np.ndarray
    off: np.ndarray
    far: bool
    people: int
    nodes: int


def affordable(nights: Facts) -> bool:
    """Whether a fit may evaluate the exact likelihood as often as it likes."""
    return nights.size * points(first_nodes(nights), nights.q) <= _AFFORDED


def measure(
    objective: Objective, theta: np.ndarray, covariance: np.ndarray, nodes: int = 0, people: int = 0
) -> Accuracy | None:
    """Compare at theta (k,), the maximum, whose covariance (k, k) is known. None where nothing exact is at hand.

    nodes, people: of the exact rule and looked at; as many as a short look needs where not given.
    """
    nights = objective.parts.facts
    nodes, every, part = nodes or first_nodes(nights), nights.people, objective.layout.unpack(theta)
    # where sigma has run off no grid is fine enough
    if not nodes or (nights.persistence and grid_points(nights, part.sigma, part.phi) > MOST_POINTS):
        return None
    most = _LOOKED_AT if nights.persistence else _LOOKED_AT_PLAINLY
    count = min(every, people or _enough(nights, first_nodes(nights), most))
    chosen = np.unique(np.linspace(0, every - 1, count).round().astype(int))
    found = objective.parts.each(compare, theta, chosen, nodes)
    if any(one is None for one in found):
        return None
    missing = sum(one[1] for one in found) / count * every
    missing[_undetermined(objective.layout, theta, covariance)] = 0.0
    off = covariance @ (missing - objective.tilt(theta)[1]) / np.sqrt(np.diag(covariance))
    asked = np.append(nights.varies, np.zeros(off.size - nights.varies.size, dtype=bool))
    far = bool((np.abs(off) > np.where(asked, FAR_EFFECT, FAR)).any())
    return Accuracy(sum(one[0] for one in found) / count, missing, off, far, count, nodes)


def surer(objective: Objective, theta: np.ndarray, covariance: np.ndarray, near: Accuracy) -> Accuracy | None:
    """`near` again, by more nodes over more people, where a few people show that its nodes are too few.

    Where parameters are tied to one another, as where sigma is hardly determined, a little error in a slope is a large
    part of a standard error.
    """
    nights = objective.parts.facts
    if nights.people == 1:
        return near
    finer = near.nodes + _MORE_NODES
    few = [measure(objective, theta, covariance, nodes, _FEWEST_PEOPLE) for nodes in (near.nodes, finer)]
    if few[0] is not None and few[1] is not None and np.abs(few[0].off - few[1].off).max() < FAR_EFFECT:
        return near
    return measure(objective, theta, covariance, finer, _enough(nights, finer, _LOOKED_AT_CLOSELY))


def _enough(nights: Facts, nodes: int, most: int) -> int:
    """How many people are looked at."""
    share = max(_FEWEST_SHARE, most / (nights.size * points(nodes, nights.q)))
    return max(_FEWEST_PEOPLE, int(nights.people * share))


def compare(shard: Shard, theta: np.ndarray, chosen: np.ndarray, nodes: int) -> tuple[float, np.ndarray] | None:
    """Of the `chosen` people in this shard: propagated minus exact log-likelihood, and exact minus propagated slopes
    (k,); None where an integral fails."""
    nights, x = shard.nights, shard.x
    mine = chosen[(chosen >= shard.first) & (chosen < shard.first + nights.people)] - shard.first
    if not mine.size:
        return 0.0, np.zeros(theta.size)
    rows = np.isin(nights.person, mine)
    some = Shard(nights if mine.size == nights.people else of_people(nights, mine, rows), x[rows])
    near, exact = (people_slopes(some, theta, Rule(one, TOLERANCE, LAST)) for one in (0, nodes))
    return None if near is None or exact is None else (near[0] - exact[0], (exact[1] - near[1]).sum(axis=0))


def _undetermined(layout: Layout, theta: np.ndarray, covariance: np.ndarray) -> list[int]:
    """Spreads within a standard error of zero, where the likelihood is even and flat: a slope there says nothing."""
    found = [j for j in layout.even if abs(theta[j]) < np.sqrt(covariance[j, j])]
    return [*found, layout.size - 1] if layout.persistence and layout.size - 2 in found else found


def of_people(nights: Nights, chosen: np.ndarray, rows: np.ndarray) -> Nights:
    """The nights of the `chosen` people alone, which are the `rows`."""
    sizes = nights.sizes[chosen]
    return replace(
        nights, family=nights.family.take(rows), starts=np.cumsum(sizes) - sizes, gap=nights.gap[rows], z=nights.z[rows]
    )
