"""Nights that follow one another, exactly: everybody's forward filter and backward smoother at once, with slopes.

Equation. e = sigma v is Markov, so on a grid of v the filter and smoother of engine/integrals/chains.py give log P(y),
from L_t(v) = P(y_t | m_t + sigma v), and the distribution of v_t given all nights. Slopes are means under it
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

from rlskit.engine.families.family import Split
from rlskit.engine.integrals.chains import Kernels, smooth
from rlskit.engine.nights import Facts, Nights

REACH, MOST_POINTS = 7.0, 401
# spacing in units of the integrand's narrowest factor
_SPACING = 0.8
# of a predictor: beyond it nothing changes
_FARTHEST = 350.0
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
    kernels = Kernels(v, phi)
    m = offset.shape[1]
    ends = nights.starts + nights.sizes
    last = np.append(rows.first, rows.night.size)
    moments = np.column_stack([np.ones(v.size), v])
    found = []
    for one, other in blocks(ends * m * v.size, _HELD):
        mine = slice(nights.starts[one], ends[other - 1])
        here = slice(last[mine.start], last[mine.stop])
        first, starts = rows.first[mine] - here.start, nights.starts[one:other] - mine.start
        likelihood = _logistic(rows.sign[here, None] * offset[here], rows.sign[here], sigma * v)
        by_night = likelihood if first.size == len(likelihood) else np.multiply.reduceat(likelihood, first, axis=0)
        some = np.zeros(0) if rows.some is None else rows.some[here]
        if some.any():
            by_night, grown = _some_one(likelihood, first, some)
        smoothed = smooth(by_night, nights.gap[mine], starts, nights.sizes[one:other], kernels)
        share = smoothed.share
        residual = np.subtract(1.0, likelihood, out=None if by_night is likelihood else likelihood)
        residual *= share if by_night is likelihood else share[rows.night[here] - mine.start]
        if some.any():
            residual[some > 0.0] *= grown
        means = (residual.reshape(-1, v.size) @ moments).reshape(-1, m, 2)
        with_1, with_v = rows.sign[here, None] * np.moveaxis(means, 2, 0)
        found.append((smoothed.log_p, with_1, with_v, share @ (v * v), smoothed.product))
    return ForwardBackward(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _logistic(offset: np.ndarray, sign: np.ndarray, e: np.ndarray) -> np.ndarray:
    """logistic(offset + sign e) of rows (n, m) and points of e, (n, m, points): two small tables of exponentials."""
    by_row, by_point = (np.exp(np.clip(one, -_FARTHEST, _FARTHEST)) for one in (-offset, e))
    by_sign = np.stack([by_point, np.ones_like(e), 1.0 / by_point])
    grown = by_row[:, :, None] * by_sign[(sign + 1.0).astype(int), None, :]
    grown += 1.0
    return np.reciprocal(grown, out=grown)


def _some_one(likelihood, first, chance) -> tuple[np.ndarray, np.ndarray]:
    """By night the product of its rows, those with a `chance` c > 0 as a sum: with the rows k of a night among them,
    q their likelihoods of a no and S_k = prod_{j<k} q_j, sum_k c_k S_k (1 - q_k). And, row by row of those, what the
    residual of a no is to be multiplied by: (sum_{j>k} c_j S_j (1 - q_j) - c_k S_k q_k) / sum."""
    some = np.flatnonzero(chance)
    night = np.searchsorted(first, some, "right") - 1
    begin = np.flatnonzero(np.diff(night, prepend=-1))
    there, at = night[begin], np.repeat(np.arange(begin.size), np.diff(np.append(begin, some.size)))
    place = np.arange(some.size) - begin[at]
    no = np.ones((place.max() + 1, begin.size, *likelihood.shape[1:]))
    no[place, at] = likelihood[some]
    c = np.zeros((*no.shape[:2], 1, 1))
    c[place, at, 0, 0] = chance[some]
    quiet = np.ones_like(no)
    for earlier, here, now in zip(quiet, no, quiet[1:], strict=False):
        np.multiply(earlier, here, out=now)
    begun = c * quiet * (1.0 - no)
    one = np.maximum(begun.sum(axis=0), 1e-300)
    grown = (one - np.cumsum(begun, axis=0) - c * quiet * no) / one
    others = likelihood.copy()
    others[some] = 1.0
    by_night = np.multiply.reduceat(others, first, axis=0)
    by_night[there] *= one
    return by_night, grown[place, at]


def blocks(ends: np.ndarray, most: int):
    """Runs of people (first, behind the last) that hold about `most` numbers; ends (people,): held up to each one."""
    return pairwise(np.append(np.flatnonzero(np.diff(ends // most, prepend=-1)), ends.size))
