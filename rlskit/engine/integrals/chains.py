"""A Markov chain on a grid, everybody's at once: forward filter and backward smoother.

Equation. With transition K_r(v, v') = N(v'; r v, 1 - r^2), r = phi^gap, and likelihoods L_t(v) of the nights,
    forward    alpha_t(v') = L_t(v') sum_v alpha_{t-1}(v) K_r(v, v') / c_t,
    backward   beta_{t-1}(v) = sum_v' K_r(v, v') L_t(v') beta_t(v') / c_t,
log P = sum log c_t, and alpha_t beta_t is the distribution of v_t given all nights. The c_t are taken after the loop:
inside it alpha is only brought back to a sum of 1 before it could underflow. K keeps its sum and L lies between its
lowest and its highest value, so that a night can lower it by no more than their ratio. Oracle: as
engine/integrals/forward_backward.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

# how far the sum of alpha may fall, as a logarithm
_FALL, _STEEPEST = 200.0, 400.0
# what a night may still say of one far off; how long a piece is, in such distances; so many rows are no longer few
FADED, LONG_PIECE, FEW = 1e-9, 8, 8


@dataclass(frozen=True)
class Smoothed:
    """log_p (people, m); `share` (n, m, points), the distribution of v_t given all nights of the person; `product`
    (n, m), E v_{t-1} v_t, 0 at a person's first night."""

    log_p: np.ndarray
    share: np.ndarray
    product: np.ndarray


class Kernels:
    """Row-stochastic transition matrices on the grid v, one per length of gap."""

    def __init__(self, v: np.ndarray, phi: float):
        self.v, self.phi = v, phi
        stationary = np.exp(-0.5 * v * v)
        self.stationary = stationary / stationary.sum()
        self._made: dict[float, np.ndarray] = {}

    def of(self, gap: float) -> np.ndarray:
        if gap not in self._made:
            r, v = self.phi**gap, self.v
            kernel = np.exp(-0.5 * (v[None, :] - r * v[:, None]) ** 2 / max(1.0 - r * r, 1e-8))
            self._made[gap] = kernel / kernel.sum(axis=1, keepdims=True)
        return self._made[gap]

    def move(self, weight: np.ndarray, gap: np.ndarray, out: np.ndarray, back: bool = False) -> np.ndarray:
        """weight (k, points) through the kernel of each row's gap (k,), or back through its transpose, into out."""
        shortest = gap.min()  # that of nearly all
        np.dot(weight, self.of(shortest).T if back else self.of(shortest), out=out)
        others = np.flatnonzero(gap != shortest)
        for one in set(gap[others].tolist()):
            rows, kernel = others[gap[others] == one], self.of(one)
            out[rows] = weight[rows] @ (kernel.T if back else kernel)
        return out


class _Steps:
    """Everybody's t-th night side by side, the longest diaries first, so that those still running are the first ones;
    each night m rows, one an offset. `through`: the kernel to each step, None where gaps differ in it."""

    def __init__(self, gap: np.ndarray, starts: np.ndarray, sizes: np.ndarray, m: int, kernels: Kernels):
        longest = np.argsort(-sizes, kind="stable")
        running = np.searchsorted(-sizes[longest], -np.arange(sizes.max()), side="left")
        begins = np.cumsum(running) - running
        step = np.repeat(np.arange(running.size), running)
        self.order = starts[longest[np.arange(step.size) - begins[step]]] + step
        self.begins, count = begins * m, running * m
        self.here = [slice(one, other) for one, other in pairwise([*self.begins.tolist(), step.size * m])]
        self.before = [slice(one, one + size) for one, size in zip(self.begins[:-1].tolist(), count[1:].tolist(),
                                                                   strict=True)]
        self.earlier = np.arange(count[0], step.size * m) - np.repeat(count[:-1], count[1:])
        self.gap, self.kernels = np.repeat(gap[self.order], m), kernels
        low, high = (extreme.reduceat(self.gap, self.begins).tolist() for extreme in (np.minimum, np.maximum))
        known = {one: kernels.of(one) for one in set(low)}
        self.through = [known[one] if one == other else None for one, other in zip(low, high, strict=True)]


def _views(values: np.ndarray, steps: list[slice]) -> list[np.ndarray]:
    """The rows of every step; single ones as vectors, which multiply faster."""
    if steps and steps[0].stop - steps[0].start == 1:
        return list(values[: len(steps)])
    return [values[one] for one in steps]


def smooth(
    likelihood: np.ndarray, gap: np.ndarray, starts: np.ndarray, sizes: np.ndarray, kernels: Kernels
) -> Smoothed:
    """Nights with `likelihood` (n, m, points) of m offsets and `gap` (n,) to the night before, of people whose first
    nights are `starts` and who have `sizes` nights."""
    begin, first, last, end = _pieces(starts, sizes, likelihood.shape[1], kernels.phi)
    log_c, share, product = _each_at_once(likelihood, gap, begin, end, kernels)
    if begin.size > starts.size:
        at = np.cumsum(end - begin) - end
        kept = _ranges(at + first, at + last)
        log_c, share, product = log_c[kept], share[kept], product[kept]
    return Smoothed(np.add.reduceat(log_c, starts, axis=0), share, product)


def _pieces(starts: np.ndarray, sizes: np.ndarray, m: int, phi: float) -> tuple[np.ndarray, ...]:
    """Of every piece of a diary: where it begins, the first and behind the last of its nights that count, and its end.

    Side by side is faster than one after the other, so the diaries of few people are cut. What lies so far off that
    phi^distance is below FADED changes nothing; that much of the diary stands on either side of what counts.
    """
    reach = int(np.ceil(np.log(FADED) / np.log(phi))) if 0.0 < phi < 1.0 else 1
    count = np.maximum(sizes // (LONG_PIECE * reach), 1) if starts.size * m < FEW else np.ones_like(sizes)
    who = np.repeat(np.arange(sizes.size), count)
    number, of = np.arange(who.size) - (np.cumsum(count) - count)[who], count[who]
    begin, size = starts[who], sizes[who]
    first, last = begin + size * number // of, begin + size * (number + 1) // of
    return np.maximum(first - reach, begin), first, last, np.minimum(last + reach, begin + size)


def _ranges(begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """All numbers from each begin to before its end."""
    sizes = end - begin
    return np.arange(sizes.sum()) + np.repeat(begin - np.cumsum(sizes) + sizes, sizes)


def _each_at_once(
    likelihood: np.ndarray, gap: np.ndarray, begin: np.ndarray, end: np.ndarray, kernels: Kernels
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """log c (k, m), share (k, m, points) and product (k, m) of the nights from each begin to before its end."""
    rows, sizes = _ranges(begin, end), end - begin
    n, m, points = rows.size, *likelihood.shape[1:]
    steps = _Steps(gap[rows], np.cumsum(sizes) - sizes, sizes, m, kernels)
    likelihood = likelihood[rows[steps.order]].reshape(n * m, points)
    highest = likelihood.max(axis=1, keepdims=True)
    likelihood /= highest
    alpha, size = _forward(likelihood, steps)
    likelihood /= size
    share, message = _backward(likelihood, steps)
    share *= alpha
    later, v = steps.here[0].stop, kernels.v
    product = np.zeros(n * m)
    message[later:] *= v
    moved = kernels.move(message[later:], steps.gap[later:], np.empty_like(message[later:]), back=True)
    product[later:] = (moved * alpha[steps.earlier]) @ v
    back = np.empty(n, dtype=int)
    back[steps.order] = np.arange(n)
    log_c = np.log(size * highest).reshape(n, m)[back]
    return log_c, share.reshape(n, m, points)[back], product.reshape(n, m)[back]


def _forward(likelihood: np.ndarray, steps: _Steps) -> tuple[np.ndarray, np.ndarray]:
    """alpha (rows, points) and c (rows, 1)."""
    alpha, size = np.empty_like(likelihood), np.ones((len(likelihood), 1))
    lowest = np.maximum(likelihood.min(axis=1), np.exp(-_STEEPEST))
    fallen = np.cumsum(np.maximum.reduceat(-np.log(lowest), steps.begins))
    full = np.diff(fallen // _FALL, prepend=0.0) > 0.0
    now, earlier = _views(alpha, steps.here), _views(alpha, steps.before)
    seen, sizes = _views(likelihood, steps.here), _views(size, steps.here)
    np.multiply(steps.kernels.stationary, seen[0], out=now[0])
    for t, kernel in enumerate(steps.through[1:], start=1):
        if kernel is None:
            steps.kernels.move(earlier[t - 1], steps.gap[steps.here[t]], now[t])
        else:
            earlier[t - 1].dot(kernel, now[t])
        np.multiply(now[t], seen[t], now[t])
        if full[t]:
            np.sum(now[t], axis=-1, keepdims=True, out=sizes[t])
            np.divide(now[t], sizes[t], out=now[t])
    total = alpha.sum(axis=1, keepdims=True)
    alpha /= total
    size *= total
    size[steps.here[0].stop :] /= total[steps.earlier]
    return alpha, size


def _backward(likelihood: np.ndarray, steps: _Steps) -> tuple[np.ndarray, np.ndarray]:
    """beta (rows, points), 1 at everybody's last night, and what each night sends back to the one before."""
    beta, message = np.ones_like(likelihood), np.empty_like(likelihood)
    now, earlier = _views(beta, steps.here), _views(beta, steps.before)
    seen, sent = _views(likelihood, steps.here), _views(message, steps.here)
    for t in range(len(now) - 1, 0, -1):
        np.multiply(now[t], seen[t], sent[t])
        if (kernel := steps.through[t]) is None:
            steps.kernels.move(sent[t], steps.gap[steps.here[t]], earlier[t - 1], back=True)
        else:
            sent[t].dot(kernel.T, earlier[t - 1])
    return beta, message
