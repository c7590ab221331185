"""Laplace's approximation: the integral as if the nights' curvature at the mode held everywhere.

Equation. With f* the mode of sum_n log P(y_n | f_n) + log N(f; m, K), each night's term is replaced by its second
Taylor polynomial at f*, a Gaussian site with precision t_n = -(log P)'' and shift t_n f*_n + (log P)'. The integral of
the sites is the one of engine/integrals/ep.py, on the same tridiagonal chain and q x q Schur blocks. Newton steps
find f*; with a = K^-1 (f - m) both f and a move along a step, so K is never inverted (Rasmussen & Williams 2006,
algorithm 3.1). Its log-likelihood is lme4's and glmmTMB's (Tierney & Kadane 1986, JASA 81, 82-86), not honest for
yes/no nights (docs/decisions/0004-engine.md). Its use is the mode: it says where quadrature over people puts its nodes
(engine/integrals/quadrature.py). Oracle: tests/oracles/glmmtmb.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit

from rlskit.engine.families.family import Split, yes_no_rows
from rlskit.engine.integrals.ep import Posterior, posterior
from rlskit.engine.nights import Nights

_NEWTON_STEPS = 100
_STILL = 1e-9


@dataclass(frozen=True)
class Mode:
    """`log_likelihood` by Laplace, `converged`, `steps`, the mode `predictor` (n,), the Gaussian `posterior` there."""

    log_likelihood: float
    converged: bool
    steps: int
    predictor: np.ndarray
    posterior: Posterior


def laplace(
    nights: Nights,
    offset: np.ndarray,
    scale: np.ndarray,
    sigma: float,
    phi: float,
    start: np.ndarray | None = None,
) -> Mode:
    """The mode of everybody's nights and log P(y) around it. offset (n,): X beta. scale (q, q): Lambda. start (n,): a
    predictor to begin at. A person's step is halved where it would fall."""
    starts, who, rows = nights.starts, nights.person, yes_no_rows(nights.family)
    f = offset if start is None else start
    a, value, size = np.zeros_like(f), np.full(starts.size, -np.inf), np.ones(starts.size)
    for step in range(1, _NEWTON_STEPS + 1):
        miss = expit(-rows.sign * (f[rows.night] - rows.shift))
        precision = np.add.reduceat(miss * (1.0 - miss), rows.first)
        shift = precision * f + np.add.reduceat(rows.sign * miss, rows.first)
        post = posterior(nights, offset, scale, sigma, phi, precision, shift)
        # the first step lands on a point for which a is known
        moved = (size if step > 1 else np.ones(starts.size))[who]
        tried = f + moved * (post.mean - f)
        tried_a = a + moved * (shift - precision * post.mean - a)
        if np.abs(post.mean - f).max() < _STILL:
            break
        height = np.add.reduceat(_log_p(rows, tried) - 0.5 * tried_a * (tried - offset), starts)
        better = height >= value - 1e-12 * (1.0 + np.abs(value))
        size = np.where(better, np.minimum(2.0 * size, 1.0), 0.5 * size)
        value = np.where(better, height, value)
        f, a = np.where(better[who], tried, f), np.where(better[who], tried_a, a)
    left = float((_log_p(rows, f) + (0.5 * precision * f - shift) * f).sum())
    return Mode(post.log_integral + left + rows.log_constant, step < _NEWTON_STEPS, step, f, post)


def _log_p(rows: Split, f: np.ndarray) -> np.ndarray:
    """log P of every night's answer at its predictor, (n,), but for the rows' constant."""
    return np.add.reduceat(log_expit(rows.sign * (f[rows.night] - rows.shift)), rows.first)
