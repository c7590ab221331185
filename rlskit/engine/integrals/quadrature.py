"""Adaptive Gauss-Hermite quadrature over what differs between people: exact where expectation propagation is weak.

Equation. Given w_i ~ N(0, I_q) the nights of person i depend on each other through persistence alone, so

    P(y_i) = integral exp(h_i(w)) dw,   h_i(w) = log P(y_i | w) + log N(w; 0, I_q),

where P(y_i | w) is a product of logistic(z_n (m_n + g_n'w)) without persistence, G = Z Lambda, and the exact filter of
engine/integrals/forward_backward.py with it. With w* and C C' the mode and the inverse curvature of
engine/integrals/laplace.py, nodes x_k and weights c_k of the q-fold product rule,

    P(y_i) ~ |C| sum_k c_k (2 pi)^(q/2) exp(x_k'x_k / 2) exp(h_i(w* + C x_k)).

Beyond three columns the points are those of engine/integrals/scattered_points.py, without persistence only: the
filter at thousands of points would take longer than the fit.

d log P(y_i) is the mean of d h_i under the same nodes (Fisher's identity), which differs from the slope of the sum
itself only by the error of the rule. One person alone has q = 0: one node, the filter itself.
Naylor & Smith (1982), Appl. Stat. 31, 214-225; Pinheiro & Bates (1995), JCGS 4, 12-35.
Oracles: brute-force integration in tests/unit/engine/integrals/test_quadrature.py and tests/oracles/forward_filter,
lme4 in tests/oracles/lme4_agq and the anchors.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from rlskit.engine.families.evenings import Evenings
from rlskit.engine.families.family import Split, yes_no_rows
from rlskit.engine.integrals.ar1 import chain, phi_slope
from rlskit.engine.integrals.ep import Slopes
from rlskit.engine.integrals.forward_backward import blocks, integrate_forward_backward
from rlskit.engine.integrals.laplace import laplace
from rlskit.engine.integrals.scattered_points import POINTS, scattered_points, turns
from rlskit.engine.nights import Facts, Nights

# by number of columns that differ between people, 0 to 3
FEWEST_NODES, FEWEST_LONG, MOST_NODES, LONG = (1, 15, 9, 7), (1, 9, 7, 5), (1, 255, 79, 23), 30
MOST_COLUMNS, MOST_SCATTERED = len(FEWEST_NODES) - 1, 6
ALLOWED_ERROR, ALLOWED_EACH = 1e-4, 1e-6
# with the filter at every node: slopes are then within 0.01 standard errors of those of four times the nodes
ALLOWED_WITH_FILTER = 2e-3
# nights x nodes a block, so that its arrays stay in the processor's cache
_BLOCK = 50_000
# rows x offsets that go through the filter together
_TOGETHER = 20_000
_NEGLIGIBLE = 1e-12
_FACTORS_BEFORE_OVERFLOW = 1000


@dataclass(frozen=True)
class PeopleIntegral:
    """`log_likelihood`, `converged`, the mode `predictor` (n,) to start from next time, and what every night adds to
    the slopes."""

    log_likelihood: float
    converged: bool
    predictor: np.ndarray
    slopes: Slopes


def suits(nights: Nights | Facts) -> bool:
    """Whether the rule is the first choice: evenings of several rows that follow each other; several people, nothing
    carried over from night to night, at most one slope."""
    if isinstance(nights.family, Evenings):
        return nights.persistence
    return not nights.persistence and 0 < nights.q <= 2


def first_nodes(nights: Nights | Facts) -> int:
    """Nodes a dimension to begin with, or all points where they are scattered; 0 where neither rule applies."""
    if nights.q > MOST_COLUMNS:
        return POINTS if nights.q <= MOST_SCATTERED and not nights.persistence else 0
    if not (nights.persistence or nights.q):
        return 0
    # many nights a person make the integrand nearly normal
    long = nights.size >= LONG * nights.people
    return (FEWEST_LONG if long else FEWEST_NODES)[nights.q]


def finer(nodes: int) -> int:
    """The rule that `nodes` is judged by."""
    return 2 * nodes + 1


def denser(nodes: int) -> int:
    """The rule to take where `nodes` are too few."""
    return 3 * nodes // 2 | 1


def points(nodes: int, q: int) -> int:
    """How many points the rule has."""
    return len(_rule(nodes, q)[0])


def too_coarse(nights: Nights | Facts, nodes: int, error: float) -> bool:
    """Whether `error`, log-likelihood minus that of the finer rule, is too large and a finer rule may be used."""
    return abs(error) > allowed_error(nights) and denser(nodes) <= MOST_NODES[nights.q]


def allowed_error(nights: Nights | Facts) -> float:
    """How far the log-likelihood may be off. The slopes are those of the integral and not of the sum, so an optimiser
    has to know how little of a difference is one."""
    return ALLOWED_WITH_FILTER if nights.persistence else ALLOWED_ERROR + ALLOWED_EACH * nights.people


def integrate_people(
    nights: Nights,
    offset: np.ndarray,
    scale: np.ndarray,
    sigma: float,
    phi: float,
    nodes: int,
    start: np.ndarray | None = None,
) -> PeopleIntegral:
    """log P(y) and its slopes at one parameter point. offset (n,): X beta. scale (q, q): Lambda. nodes: as those of
    `first_nodes`. start (n,): a predictor from which the modes are looked for."""
    q = scale.shape[0]
    at, log_weight = _rule(nodes, q)
    if q:
        mode = laplace(nights, offset, scale, sigma, phi, start)
        post = mode.posterior
        assert post.people is not None and post.people_mean is not None
        modes, root = post.people_mean[:, nights.starts].T, np.linalg.cholesky(post.people.covariance)
        predictor, converged = mode.predictor, mode.converged
    else:
        modes, root = np.zeros((nights.starts.size, 0)), np.zeros((nights.starts.size, 0, 0))
        predictor, converged = offset, True
    log_weight = log_weight + np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)[:, None]
    if q > MOST_COLUMNS:
        root = root @ turns(len(root), q)
    w = modes[:, None, :] + at @ root.transpose(0, 2, 1)
    log_weight -= 0.5 * (w * w).sum(axis=2)
    # a row's predictor at node x is centre + slope @ x
    rows, g, who = yes_no_rows(nights.family), nights.z @ scale, nights.person
    centre = rows.at_rows(offset) + (g * modes[who]).sum(axis=1)[rows.night] - rows.shift
    slope = (g[:, None, :] @ root[who])[:, 0, :][rows.night]
    over = _over_nights if nights.persistence else _over_people
    total, by_row, by_point, by_sigma, by_phi = over(nights, rows, centre, slope, sigma, phi, points=at,
                                                     log_weight=log_weight)
    by_offset, by_shape = nights.family.join(by_row)
    by_point = np.add.reduceat(by_point, rows.first, axis=0)
    moment = np.add.reduceat(by_row, rows.first)[:, None] * modes[who] + (root[who] @ by_point[:, :, None])[:, :, 0]
    slopes = Slopes(by_offset, by_shape, by_sigma, by_phi, moment)
    return PeopleIntegral(total + rows.log_constant, converged, predictor, slopes)


def integrates_together(nights: Nights | Facts) -> bool:
    """Whether one pass does for several offsets: those of rows of evenings, where nothing differs between people."""
    return isinstance(nights.family, Evenings) and nights.persistence and nights.q == 0


def integrate_together(nights: Nights, offset: np.ndarray, sigma: float, phi: float) -> tuple[np.ndarray, ...]:
    """Slopes of log P(y) at m offsets (rows, m): by every row's predictor (rows, m), by sigma and by logit phi (m,)."""
    rows, parts = yes_no_rows(nights.family), []
    for few in np.array_split(offset, min(-(-offset.size // _TOGETHER), offset.shape[1]), axis=1):
        found = integrate_forward_backward(nights, rows, few, sigma, phi)
        by_phi = _by_phi(nights, phi, found.second, found.product)
        parts.append((found.residual, found.with_v.sum(axis=0), by_phi.sum(axis=0)))
    return tuple(np.concatenate(one, axis=-1) for one in zip(*parts, strict=True))


def _by_phi(nights: Nights, phi: float, second: np.ndarray, product: np.ndarray) -> np.ndarray:
    """The slope by logit phi, night by night, (n, m)."""
    links, nothing = chain(nights.gap, phi), np.zeros(nights.size)
    found = np.zeros(second.shape)
    for k in range(second.shape[1]):
        found[1:, k] = phi_slope(links, nights.gap, second[:, k], nothing, product[1:, k])
    return found


def _over_people(nights: Nights, rows: Split, centre, slope, sigma, phi, points, log_weight):
    """Without persistence: sums over a person's rows."""
    n, q = slope.shape
    sign = rows.sign[:, None]
    starts = rows.first[nights.starts]
    ends = np.append(starts[1:], n)
    sizes = ends - starts
    centre, slope = sign * centre[:, None], sign * slope
    total, by_row, by_point = 0.0, np.empty(n), np.empty((n, q))
    for one, other in blocks(ends * len(points), _BLOCK):
        here, mine = slice(starts[one], ends[other - 1]), slice(one, other)
        x = slope[here] @ points.T
        x += centre[here]
        log_p, miss = _log_logistic(x, starts[mine] - starts[one], sizes[mine])
        value, share = _mixed(log_p + log_weight[mine])
        total += value
        # the row's residual at every node, weighted by the node's share
        miss *= np.repeat(share, sizes[mine], axis=0)
        by_row[here] = miss.sum(axis=1)
        by_point[here] = miss @ points
    nothing = np.zeros(nights.size)
    return total, rows.sign * by_row, sign * by_point, nothing, nothing


def _over_nights(nights: Nights, rows: Split, centre, slope, sigma, phi, points, log_weight):
    """With persistence: the exact filter at every node."""
    found = integrate_forward_backward(nights, rows, centre[:, None] + slope @ points.T, sigma, phi)
    total, share = _mixed(found.log_p + log_weight)
    share = np.repeat(share, nights.sizes, axis=0)
    by_row = share[rows.night] * found.residual
    by_sigma = np.add.reduceat((share[rows.night] * found.with_v).sum(axis=1), rows.first)
    second, product = ((share * one).sum(axis=1, keepdims=True) for one in (found.second, found.product))
    return total, by_row.sum(axis=1), by_row @ points, by_sigma, _by_phi(nights, phi, second, product)[:, 0]


def _mixed(log_p: np.ndarray) -> tuple[float, np.ndarray]:
    """Sum over people of the log of the sum over nodes, and every node's share, (people, nodes)."""
    top = log_p.max(axis=1, keepdims=True)
    share = np.exp(log_p - top)
    size = share.sum(axis=1, keepdims=True)
    return float((top + np.log(size)).sum()), share / size


def _log_logistic(x: np.ndarray, starts: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Per person the sum of log logistic(x) over nights, (people, nodes), and 1 - logistic(x) of every night."""
    t = np.abs(x)
    np.negative(t, out=t)
    np.exp(t, out=t)
    grown = 1.0 + t
    linear = np.add.reduceat(np.minimum(x, 0.0), starts, axis=0)
    if sizes.max() < _FACTORS_BEFORE_OVERFLOW:
        # one logarithm of a product of factors in (1, 2] instead of one per night and node
        log_p = linear - np.log(np.multiply.reduceat(grown, starts, axis=0))
    else:
        log_p = linear - np.add.reduceat(np.log(grown), starts, axis=0)
    t[x <= 0.0] = 1.0
    t /= grown
    return log_p, t


@cache
def _rule(nodes: int, q: int) -> tuple[np.ndarray, np.ndarray]:
    """Points (m, q) and log(c_k) + x_k'x_k / 2, corners of no weight left out (Jaeckel 2005)."""
    if q == 0:
        return np.zeros((1, 0)), np.zeros(1)
    if q > MOST_COLUMNS:
        at, log_weight = scattered_points(nodes, q)
        return at, log_weight - 0.5 * q * np.log(2.0 * np.pi)
    x, c = np.polynomial.hermite_e.hermegauss(nodes)
    c = c / c.sum()
    grid = np.stack(np.meshgrid(*[x] * q, indexing="ij"), axis=-1).reshape(-1, q)
    weight = np.prod(np.stack(np.meshgrid(*[c] * q, indexing="ij"), axis=-1).reshape(-1, q), axis=1)
    kept = weight > (_NEGLIGIBLE if q > 1 else 0.0)
    return grid[kept], np.log(weight[kept]) + 0.5 * (grid[kept] ** 2).sum(axis=1)
