"""Nights that follow one another, exactly: everybody's forward filter and backward smoother at once, with slopes.

Equation. e = sigma v is Markov, so on a grid of v with transition K_r(v, v') = N(v'; r v, 1 - r^2), r = phi^gap,
    forward    alpha_t(v') = L_t(v') sum_v alpha_{t-1}(v) K_r(v, v') / c_t,   L_t(v) = P(y_t | m_t + sigma v),
    backward   beta_{t-1}(v) = sum_v' K_r(v, v') L_t(v') beta_t(v') / c_t,
log P(y) = sum log c_t, and alpha_t beta_t is the distribution of v_t given all nights. Slopes are means under it
(Fisher's identity): of the night's residual by m_t, of residual times v by sigma; phi needs E v_t^2 and E v_{t-1} v_t
(engine/integrals/ar1.py). Sums over an equally spaced grid converge like exp(-2 pi^2 s^2 / h^2) for the narrowest
factor s of the integrand (Trefethen & Weideman 2014, SIAM Review 56, 385-458): 30 to 70 points do. The loop runs over
nights, but over all people and offsets together. Baum et al. (1970); Zucchini & MacDonald (2009). Oracle:
engine/integrals/forward_filter.py and finite differences in tests/unit/engine/integrals/test_forward_backward.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import expit

from rlskit.engine.families.family import Split
from rlskit.engine.nights import Facts, Nights

REACH, MOST_POINTS = 7.0, 401
# spacing in units of the integrand's narrowest factor
_SPACING = 0.8
# numbers held at once: nights x offsets x points of the grid
_HELD = 2_000_000


@dataclass(frozen=True)
class ForwardBackward:
    """For every person and offset `log_p` (people, m). Means given all nights of the person, for every offset: of each
    row's `residual` (rows, m) and of residual times v, `with_v` (rows, m); of v_t^2, `second` (n, m), and of
    v_{t-1} v_t, `product` (n, m), 0 at a person's first night."""

    log_p: np.ndarray
    residual: np.ndarray
    with_v: np.ndarray
    second: np.ndarray
    product: np.ndarray


def grid_points(nights: Nights | Facts, sigma: float, phi: float) -> int:
    """How many points of v the integrals need; more than MOST_POINTS are not used."""
    nearest = nights.nearest
    conditional = 1.0 - float(np.power(phi, 2.0 * nearest)) if np.isfinite(nearest) else 1.0
    narrowest = 1.0 / np.sqrt(2.0 / max(conditional, 1e-8) + 0.4 * sigma * sigma)
    return int(2 * np.ceil(REACH / (_SPACING * narrowest)) + 1)


def integrate_forward_backward(
    nights: Nights, rows: Split, offset: np.ndarray, sigma: float, phi: float
) -> ForwardBackward:
    """P(y_i) of every person's nights, as yes/no `rows`, for m offsets (rows, m), integrated over persistence alone."""
    v = np.linspace(-REACH, REACH, min(MOST_POINTS, grid_points(nights, sigma, phi)))
    kernels = _Kernels(v, phi)
    m = offset.shape[1]
    ends = nights.starts + nights.sizes
    last = np.append(rows.first, rows.night.size)
    found = []
    for one, other in blocks(ends * m * v.size, _HELD):
        mine = slice(nights.starts[one], ends[other - 1])
        here = slice(last[mine.start], last[mine.stop])
        first, starts = rows.first[mine] - here.start, nights.starts[one:other] - mine.start
        likelihood = expit(rows.sign[here, None, None] * (offset[here][:, :, None] + sigma * v))
        by_night = likelihood if first.size == len(likelihood) else np.multiply.reduceat(likelihood, first, axis=0)
        if rows.some is not None:
            by_night, grown = _some_one(likelihood, by_night, first, rows.some[here])
        log_p, smooth, product = _filter(by_night, nights.gap[mine], starts, nights.sizes[one:other], kernels)
        residual = 1.0 - likelihood
        residual *= smooth if by_night is likelihood else smooth[rows.night[here] - mine.start]
        residual *= rows.sign[here, None, None]
        if rows.some is not None:
            residual[rows.some[here]] *= grown
        found.append((log_p, residual.sum(axis=2), residual @ v, smooth @ (v * v), product))
    return ForwardBackward(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _some_one(likelihood, by_night, first, some) -> tuple[np.ndarray, np.ndarray]:
    """by_night where at least one of the rows `some` is a yes, given that of no yes in them; and, row by row of those,
    what the residual of a no is to be multiplied by: d log(1 - S) = -S / (1 - S) d log S for their product S."""
    ones = np.where(some[:, None, None], likelihood, 1.0)
    none = np.multiply.reduceat(ones, first, axis=0)
    one = np.maximum(1.0 - none, 1e-300)
    there = np.logical_or.reduceat(some, first)
    night = np.repeat(np.arange(first.size), np.diff(np.append(first, some.size)))[some]
    others = np.multiply.reduceat(np.where(some[:, None, None], 1.0, likelihood), first, axis=0)
    by_night = by_night.copy()
    by_night[there] = (others * one)[there]
    return by_night, -(none / one)[night]


class _Kernels:
    """Row-stochastic transition matrices on the grid, one per length of gap."""

    def __init__(self, v: np.ndarray, phi: float):
        self.v, self.phi = v, phi
        stationary = np.exp(-0.5 * v * v)
        self.stationary = stationary / stationary.sum()
        self._made: dict[float, np.ndarray] = {}

    def _one(self, gap: float) -> np.ndarray:
        if gap not in self._made:
            r, v = self.phi**gap, self.v
            kernel = np.exp(-0.5 * (v[None, :] - r * v[:, None]) ** 2 / max(1.0 - r * r, 1e-8))
            self._made[gap] = kernel / kernel.sum(axis=1, keepdims=True)
        return self._made[gap]

    def move(self, weight: np.ndarray, gap: np.ndarray, out: np.ndarray, back: bool = False) -> np.ndarray:
        """weight (k, points) through the kernel of each row's gap (k,), or back through its transpose, into out."""
        if gap.size < 2 or (gap == gap[0]).all():
            kernel = self._one(gap[0] if gap.size else 1.0)
            return np.matmul(weight, kernel.T if back else kernel, out=out)
        for one in np.unique(gap):
            rows = gap == one
            kernel = self._one(one)
            out[rows] = weight[rows] @ (kernel.T if back else kernel)
        return out


def blocks(ends: np.ndarray, most: int):
    """Runs of people (first, behind the last) that hold about `most` numbers; ends (people,): held up to each one."""
    return pairwise(np.append(np.flatnonzero(np.diff(ends // most, prepend=-1)), ends.size))


def _filter(likelihood, gap, starts, sizes, kernels):
    """log P (people, m), the distribution of v_t given all nights (n, m, points), E v_{t-1} v_t (n, m)."""
    n, m, points = likelihood.shape
    # everybody's t-th night side by side, the longest diaries first: those still running are the first ones
    longest = np.argsort(-sizes, kind="stable")
    running = np.searchsorted(-sizes[longest], -np.arange(sizes.max()), side="left")
    order = np.concatenate([starts[longest[:count]] + t for t, count in enumerate(running)])
    ends = np.cumsum(running) * m
    steps = [slice(end - count * m, end) for count, end in zip(running, ends, strict=True)]
    before = [slice(one.start, one.start + two.stop - two.start) for one, two in pairwise(steps)]
    likelihood, gap = likelihood[order].reshape(n * m, points), np.repeat(gap[order], m)
    alpha, size = np.empty_like(likelihood), np.empty((n * m, 1))
    for t, here in enumerate(steps):
        if t:
            kernels.move(alpha[before[t - 1]], gap[here], alpha[here])
            alpha[here] *= likelihood[here]
        else:
            alpha[here] = kernels.stationary * likelihood[here]
        np.sum(alpha[here], axis=1, keepdims=True, out=size[here])
        alpha[here] /= size[here]
    likelihood /= size
    # smooth holds beta on the way back; diaries that end at a step join with beta = 1
    smooth, message = np.ones_like(alpha), np.empty_like(alpha)
    for t in range(len(steps) - 1, -1, -1):
        here = steps[t]
        np.multiply(smooth[here], likelihood[here], out=message[here])
        if t:
            kernels.move(message[here], gap[here], smooth[before[t - 1]], back=True)
    smooth *= alpha
    product, later = np.zeros(n * m), steps[0].stop
    earlier = np.concatenate([np.arange(0), *(np.arange(one.start, one.stop) for one in before)])
    message[later:] *= kernels.v
    moved = kernels.move(message[later:], gap[later:], np.empty_like(message[later:]), back=True)
    product[later:] = (moved * alpha[earlier]) @ kernels.v
    back = np.empty(n, dtype=int)
    back[order] = np.arange(n)
    log_p = np.add.reduceat(np.log(size).reshape(n, m)[back], starts, axis=0)
    return log_p, smooth.reshape(n, m, points)[back], product.reshape(n, m)[back]
