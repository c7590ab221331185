"""Adaptive Gauss-Hermite quadrature over what differs between people: exact where expectation propagation is weak.

Equation. Without persistence the nights of person i are independent given w_i ~ N(0, I_q), so

    P(y_i) = integral exp(h_i(w)) dw,   h_i(w) = sum_n log logistic(z_n (m_n + g_n'w)) + log N(w; 0, I_q),

G = Z Lambda. With w* the maximum of h_i and C C' = (-h_i''(w*))^-1, nodes x_k and weights c_k of the q-fold product
rule,

    P(y_i) ~ |C| sum_k c_k (2 pi)^(q/2) exp(x_k'x_k / 2) exp(h_i(w* + C x_k)).

d log P(y_i) is the mean of d h_i under the same nodes (Fisher's identity), which differs from the slope of the sum
itself only by the error of the rule. h_i is concave, so Newton steps with halving find w*; Lambda = 0 gives w* = 0
and C = I. Naylor & Smith (1982), Appl. Stat. 31, 214-225; Pinheiro & Bates (1995), JCGS 4, 12-35.
Oracles: brute-force integration in tests/engine/test_quadrature.py, lme4 in tests/oracles/lme4_agq and the anchors.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
from scipy.special import log_expit

from rlskit.engine.ep import Nights
from rlskit.engine.family import YesNo

MOST_SLOPES = 1
FEWEST_NODES, FEWEST_LONG, MOST_NODES, LONG = (15, 9), (9, 7), (255, 79), 30
ALLOWED_ERROR, ALLOWED_EACH = 1e-4, 1e-6
_NEWTON_STEPS = 100
# nights x nodes a block, so that its arrays stay in the processor's cache
_BLOCK = 50_000
_NEGLIGIBLE = 1e-12
_FACTORS_BEFORE_OVERFLOW = 1000


@dataclass(frozen=True)
class PeopleIntegral:
    """`log_likelihood`, `converged`, `modes` w* (people, q), d log P by `offset` (n,) and by `shape`
    (n, m), and `moment` (n, q), with Z' moment the slope by Lambda."""

    log_likelihood: float
    converged: bool
    modes: np.ndarray
    offset: np.ndarray
    moment: np.ndarray
    shape: np.ndarray


def suits(nights: Nights) -> bool:
    """Whether the rule applies: several people, nothing carried over from night to night, at most one slope."""
    return not nights.persistence and 0 < nights.z.shape[1] <= 1 + MOST_SLOPES


def first_nodes(nights: Nights) -> int:
    """Nodes a dimension to begin with; 0 where the rule does not apply."""
    if not suits(nights):
        return 0
    # many nights a person make the integrand nearly normal
    long = nights.size >= LONG * nights.starts.size
    return (FEWEST_LONG if long else FEWEST_NODES)[nights.z.shape[1] - 1]


def finer(nodes: int) -> int:
    """The rule that `nodes` is judged by."""
    return 2 * nodes + 1


def too_coarse(nights: Nights, nodes: int, error: float) -> bool:
    """Whether `error`, log-likelihood minus that of the finer rule, is too large and a finer rule may be used.

    Tight, since the slopes are those of the integral and not of the sum: an optimiser needs both to agree.
    """
    allowed = ALLOWED_ERROR + ALLOWED_EACH * nights.starts.size
    return abs(error) > allowed and finer(nodes) <= MOST_NODES[nights.z.shape[1] - 1]


def integrate_people(
    nights: Nights, offset: np.ndarray, scale: np.ndarray, nodes: int, start: np.ndarray | None = None
) -> PeopleIntegral:
    """log P(y) and its slopes at one parameter point. offset (n,): X beta. scale (q, q): Lambda. nodes: per dimension.
    start (people, q): where to look for the modes."""
    split = nights.family.split()
    if split is None:
        return _yes_no_people(nights, nights.family.level, offset, scale, nodes, start)
    sizes = np.add.reduceat(np.diff(np.append(split.first, split.night.size)), nights.starts)
    rows = replace(
        nights, family=YesNo(split.sign), gap=nights.gap[split.night], z=nights.z[split.night],
        starts=np.cumsum(sizes) - sizes,
    )  # fmt: skip
    found = integrate_people(rows, offset[split.night] - split.shift, scale, nodes, start)
    by_offset, by_shape = nights.family.join(found.offset)
    moment = np.add.reduceat(found.moment, split.first, axis=0)
    return PeopleIntegral(
        found.log_likelihood + split.log_constant, found.converged, found.modes, by_offset, moment, by_shape
    )


def _yes_no_people(nights, level, offset, scale, nodes, start) -> PeopleIntegral:
    q, signs = scale.shape[0], 2.0 * level - 1.0
    g = nights.z @ scale
    modes, precision, converged = _modes(nights, signs, offset, g, start)
    root = np.linalg.inv(np.linalg.cholesky(precision)).transpose(0, 2, 1)
    points, log_weight = _rule(nodes, q)
    log_root = np.log(np.abs(np.diagonal(root, axis1=1, axis2=2))).sum(axis=1)
    sign, who, sizes = signs[:, None], nights.person, nights.sizes
    # a night's signed predictor at node x is centre + slope @ x
    centre = sign * (offset + (g * modes[who]).sum(axis=1))[:, None]
    slope = sign * (g[:, None, :] @ root[who])[:, 0, :]
    total, by_offset, by_point = 0.0, np.empty_like(offset), np.empty((offset.size, q))
    ends = np.append(nights.starts[1:], offset.size)
    for one, other in _blocks(nights.starts, ends, len(points)):
        rows, mine = slice(nights.starts[one], ends[other - 1]), slice(one, other)
        x = slope[rows] @ points.T
        x += centre[rows]
        log_p, miss = _log_logistic(x, nights.starts[mine] - nights.starts[one], sizes[mine])
        # w (people, nodes, q)
        w = modes[mine, None, :] + points @ root[mine].transpose(0, 2, 1)
        log_p += log_weight - 0.5 * (w * w).sum(axis=2) + log_root[mine, None]
        top = log_p.max(axis=1, keepdims=True)
        share = np.exp(log_p - top)
        size = share.sum(axis=1, keepdims=True)
        total += float((top + np.log(size)).sum())
        # the night's residual at every node, weighted by the node's share
        miss *= np.repeat(share / size, sizes[mine], axis=0)
        by_offset[rows] = miss.sum(axis=1)
        by_point[rows] = miss @ points
    by_offset *= signs
    moment = by_offset[:, None] * modes[who] + sign * (root[who] @ by_point[:, :, None])[:, :, 0]
    return PeopleIntegral(total, converged, modes, by_offset, moment, np.zeros((offset.size, 0)))


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


def _blocks(starts: np.ndarray, ends: np.ndarray, nodes: int):
    """Runs of people whose nights x nodes fit in a block: (first, behind the last)."""
    share = (ends * nodes) // _BLOCK
    cuts = np.append(np.flatnonzero(np.diff(share, prepend=-1)), starts.size)
    return pairwise(cuts)


def _modes(nights, sign, offset, g, start) -> tuple[np.ndarray, np.ndarray, bool]:
    """w* (people, q) and -h'' there (people, q, q): Newton for everybody at once, a step halved where h would fall."""
    who, starts, q = nights.person, nights.starts, g.shape[1]

    def state(w):
        x = sign * (offset + (g * w[who]).sum(axis=1))
        value = np.add.reduceat(log_expit(x), starts) - 0.5 * (w * w).sum(axis=1)
        # 1 - logistic(x)
        miss = np.exp(log_expit(-x))
        slope = np.add.reduceat(g * (sign * miss)[:, None], starts, axis=0) - w
        weight = miss * (1.0 - miss)
        products = g[:, :, None] * (weight[:, None] * g)[:, None, :]
        return value, slope, np.add.reduceat(products, starts, axis=0) + np.eye(q)

    w = np.zeros((starts.size, q)) if start is None else start
    value, slope, precision = state(w)
    size = np.ones(starts.size)
    for _ in range(_NEWTON_STEPS):
        step = np.linalg.solve(precision, slope[:, :, None])[:, :, 0]
        if np.einsum("iq,iq->i", step, slope).max() < 1e-14:
            return w, precision, True
        tried = w + size[:, None] * step
        new_value, new_slope, new_precision = state(tried)
        better = new_value >= value - 1e-12 * (1.0 + np.abs(value))
        size = np.where(better, np.minimum(2.0 * size, 1.0), 0.5 * size)
        w = np.where(better[:, None], tried, w)
        value = np.where(better, new_value, value)
        slope = np.where(better[:, None], new_slope, slope)
        precision = np.where(better[:, None, None], new_precision, precision)
    return w, precision, False


@cache
def _rule(nodes: int, q: int) -> tuple[np.ndarray, np.ndarray]:
    """Points (m, q) and log(c_k) + x_k'x_k / 2, corners of no weight left out (Jaeckel 2005)."""
    x, c = np.polynomial.hermite_e.hermegauss(nodes)
    c = c / c.sum()
    grid = np.stack(np.meshgrid(*[x] * q, indexing="ij"), axis=-1).reshape(-1, q)
    weight = np.prod(np.stack(np.meshgrid(*[c] * q, indexing="ij"), axis=-1).reshape(-1, q), axis=1)
    kept = weight > (_NEGLIGIBLE if q > 1 else 0.0)
    return grid[kept], np.log(weight[kept]) + 0.5 * (grid[kept] ** 2).sum(axis=1)
