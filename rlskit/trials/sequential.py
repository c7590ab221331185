"""Looks that were fixed beforehand: O'Brien-Fleming cuts, early ones very high, the last hardly above that of one look.

With I_k nights by look k the cut is c * sqrt(I_K / I_k) on the standard normal scale, and c is solved for so that a
trial without any effect is claimed at one look or another with the stated probability. That probability is integrated
look by look (Armitage, McPherson & Rowe 1969). Oracle: simulation, and twelve equal looks at 5%: 2.095
(tests/unit/trials/test_sequential.py).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

POINTS = 80  # of the integral between the cuts of one look


def cut_looks(looks: tuple[int, ...], level: float = 0.95) -> np.ndarray:
    """Cuts on |z| at each look, (looks,); of a single look 1.96 at 95%. looks : nights by each, the last is the end."""
    nights = np.asarray(looks, dtype=float)
    shape = np.sqrt(nights[-1] / nights)
    alone = float(ndtri(0.5 + 0.5 * level))
    if len(nights) == 1:
        return np.array([alone])
    return shape * float(brentq(lambda c: _ever(c * shape, nights) - (1.0 - level), alone, 2.0 * alone))


def level_of(cut: float) -> float:
    """The level of the interval at a look with that cut."""
    return float(2.0 * ndtr(cut) - 1.0)


def _ever(cuts: np.ndarray, nights: np.ndarray) -> float:
    """Probability that |z| reaches its cut at one look or another when nothing has an effect.

    The sum of scores s = z * sqrt(nights) grows by independent normal steps; its density inside the cuts is carried on
    from look to look by Gauss-Legendre quadrature.
    """
    nodes, weights = np.polynomial.legendre.leggauss(POINTS)
    s, mass, before, crossed = np.zeros(1), np.ones(1), 0.0, 0.0
    for cut, now in zip(cuts, nights, strict=True):
        edge, step = cut * np.sqrt(now), np.sqrt(now - before)
        crossed += float(mass @ (ndtr((-edge - s) / step) + ndtr((s - edge) / step)))
        reach = min(edge, 8.0 * np.sqrt(now))
        inside = reach * nodes
        density = np.exp(-0.5 * ((inside[:, None] - s[None, :]) / step) ** 2) / (step * np.sqrt(2.0 * np.pi))
        s, mass, before = inside, reach * weights * (density @ mass), now
    return crossed
