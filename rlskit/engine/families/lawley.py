"""Small diaries of ordinal nights: the mean of the likelihood-ratio statistic, as bartlett.py has it for yes/no.

Equation. Lawley (1956), Biometrika 43, 295-303, for any regular likelihood: E[2 (l(theta-hat) - l(theta))] = k + e with

    e = sum v^rs v^tu (k_rstu / 4 - k_rst^(u) + k_rt^(su))
      + sum v^rs v^tu v^vw { k_rtv (k_suw / 6 - k_sw^(u)) + k_rtu (k_svw / 4 - k_sw^(v)) + k_rt^(v) k_sw^(u)
                             + k_rt^(u) k_sw^(v) },

k_rs.. = E of the derivatives of l, upper indices in brackets derivatives of those, v the inverse of -k_rs. A night at
level k has l = log F(h_k) + log F(-h_{k-1}) + log(1 - exp(h_{k-1} - h_k)), h_j = c_j - x'beta: two predictors, so
every expectation is a sum over levels of 2 x 2 x .. blocks, and derivatives of expectations follow from
k_rs^(t) = E[l_rst + l_rs l_t] and so on. Parameters are beta and c_1 .. c_{K-2}; averaged over persistence h_j is the
logit of P(y <= j). Oracles: engine/families/bartlett.py at two levels, and simulated means, in
tests/unit/engine/families/test_lawley.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

_SIGNS = np.array([1.0, -1.0])
_CLOSE = 1e-8


@dataclass(frozen=True)
class _Blocks:
    """Rows = nights x levels. chance (m,); first .. fourth derivatives of l by the upper and the lower predictor of the
    level (m, 2), (m, 2, 2), …; columns (m, 2, k): derivatives of the two predictors by the parameters."""

    chance: np.ndarray
    first: np.ndarray
    second: np.ndarray
    third: np.ndarray
    fourth: np.ndarray
    columns: np.ndarray


def lawley_factor(x: np.ndarray, below: np.ndarray, gradient: np.ndarray) -> float:
    """Mean of the likelihood-ratio statistic of one contrast, at least 1.

    x (n, p); below (n, K-1): P(y <= k) of every night; gradient (p + K-2,): of the contrast by beta and c_1 ….
    """
    if not np.abs(gradient).max() > 0.0:
        return 1.0
    blocks = _blocks(x, below)
    null = np.linalg.svd(gradient[None, :])[2][1:].T
    try:
        factor = 1.0 + _excess(blocks, blocks.columns) - _excess(blocks, blocks.columns @ null)
    except np.linalg.LinAlgError:  # no information on some direction, as in bartlett.py
        return 1.0
    return float(max(1.0, factor)) if np.isfinite(factor) else 1.0


def _blocks(x: np.ndarray, below: np.ndarray) -> _Blocks:
    n, k = below.shape[0], below.shape[1] + 1
    below = np.clip(below, _CLOSE, 1.0 - _CLOSE)
    h = np.log(below) - np.log1p(-below)
    p = np.diff(below, prepend=0.0, append=1.0, axis=1)
    ends = np.zeros((n, k, 2))
    ends[:, :-1, 0], ends[:, 1:, 1] = h, h
    there = np.zeros((n, k, 2))
    there[:, :-1, 0], there[:, 1:, 1] = 1.0, 1.0
    f = expit(ends)
    v = f * (1.0 - f) * there
    # log(1 - exp(-d)) of the middle levels and its derivatives by d
    gap = np.zeros((n, k))
    gap[:, 1:-1] = 1.0 / np.expm1(np.maximum(np.diff(h, axis=1), _CLOSE))
    first = np.stack([1.0 - f[..., 0], -f[..., 1]], axis=-1) * there + gap[..., None] * _SIGNS
    grown = gap * (1.0 + gap)
    by_gap = (-grown, grown * (1.0 + 2.0 * gap), -grown * (1.0 + 6.0 * gap + 6.0 * gap**2))
    alone = (-v, -v * (1.0 - 2.0 * f), -v * (1.0 - 6.0 * f + 6.0 * f * f))
    blocks, signs = [], _SIGNS
    for order, (own, both) in enumerate(zip(alone, by_gap, strict=True), start=2):
        signs = np.multiply.outer(signs, _SIGNS)
        block = both.reshape(n, k, *[1] * order) * signs
        for j in range(2):
            block[(..., *[j] * order)] += own[..., j]
        blocks.append(block.reshape(n * k, *block.shape[2:]))
    columns = np.zeros((n, k, 2, x.shape[1] + k - 2))
    columns[..., : x.shape[1]] = -x[:, None, None, :]
    for j in range(1, k - 1):
        columns[:, j, 0, x.shape[1] + j - 1] = 1.0
        columns[:, j + 1, 1, x.shape[1] + j - 1] = 1.0
    columns *= there[..., None]
    second, third, fourth = blocks
    return _Blocks(p.ravel(), first.reshape(-1, 2), second, third, fourth, columns.reshape(n * k, 2, -1))


def _excess(b: _Blocks, columns: np.ndarray) -> float:
    if not columns.shape[-1]:
        return 0.0
    weight = b.chance
    information = -_gather(weight[:, None, None] * b.second, columns)
    inverse = np.linalg.inv(information)
    g = columns @ inverse @ columns.transpose(0, 2, 1)
    third_first = np.einsum("mabc,md->mabcd", b.third, b.first)
    # k_abc^(d), and k_ac^(bd) with its indices in the order a b c d
    turned = b.fourth + third_first
    second_first = np.einsum("mac,mb,md->mabcd", b.second, b.first, b.first)
    twice = (
        b.fourth + third_first + np.einsum("macd,mb->mabcd", b.third, b.first)
        + np.einsum("mac,mbd->mabcd", b.second, b.second) + second_first
    )  # fmt: skip
    quartic = np.einsum("m,mabcd,mab,mcd->", weight, 0.25 * b.fourth - turned + twice, g, g)
    t = _gather3(weight[:, None, None, None] * b.third, columns)
    # s[r, w, u] = k_rw^(u)
    s = t + _gather3(weight[:, None, None, None] * np.einsum("mab,mc->mabc", b.second, b.first), columns)
    return float(quartic + _cubic(t, s, inverse))


def _cubic(t: np.ndarray, s: np.ndarray, v: np.ndarray) -> float:
    """The terms of two third-order arrays: t symmetric, s[., ., u] the derivative by u."""
    def raised(a: np.ndarray) -> np.ndarray:
        return np.einsum("rst,ra,sb,tc->abc", a, v, v, v, optimize=True)

    t_up, s_up = raised(t), raised(s)
    total = np.einsum("suw,suw->", t_up, t / 6.0) - np.einsum("suw,swu->", t_up, s)
    # k_rtu v^tu, and the same trace of s over its last two indices
    trace = np.einsum("rtu,tu->r", t, v)
    own = np.einsum("svw,vw->s", t, v) / 4.0 - np.einsum("swv,vw->s", s, v)
    total += trace @ v @ own
    # k_rt^(v) k_sw^(u): pairs r-s, t-u, v-w
    total += np.einsum("suw,swu->", s_up, s)
    inner = np.einsum("rtu,tu->r", s, v)
    total += inner @ v @ np.einsum("swv,vw->s", s, v)
    return float(total)


def _gather(block: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Sum over rows of C' block C, (k, k)."""
    return np.einsum("mar,mas->rs", columns, block @ columns, optimize=True)


def _gather3(block: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Sum over rows of a third-order block, each index turned to parameters, (k, k, k)."""
    m, _, k = columns.shape
    inner = np.einsum("mabc,mct->mabt", block, columns)
    total = np.zeros((k * k, k))
    for a in range(2):
        for b in range(2):
            left = (columns[:, a, :, None] * columns[:, b, None, :]).reshape(m, k * k)
            total += left.T @ inner[:, a, b]
    return total.reshape(k, k, k)
