"""New outcomes for the same nights, drawn from a model: what simulation checks are made of.

Equation. y ~ Bernoulli(logistic(x'beta + z'u + sigma v)), u = Lambda w with w ~ N(0, I) a person, and v the chain of
engine/chain.py: v_k - r_k v_{k-1} = sqrt(1 - r_k^2) xi_k with xi ~ N(0, 1), one bidiagonal solve for everybody (r = 0
where a person starts). Oracle: shares, correlations and gaps against their known values in tests/engine/test_draw.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.linalg import solve_banded
from scipy.special import expit

from rlskit.engine.ep import Nights
from rlskit.engine.family import YesNo
from rlskit.engine.layout import Parameters


def draw_nights(nights: Nights, x: np.ndarray, part: Parameters, rng: np.random.Generator) -> Nights:
    """The same nights with yes/no outcomes drawn anew. x (n, p); the same people, gaps and slope columns."""
    f = x @ part.beta
    if nights.z.shape[1]:
        u = rng.normal(size=(nights.starts.size, nights.z.shape[1])) @ part.scale.T
        f = f + (nights.z * u[nights.person]).sum(axis=1)
    if nights.persistence:
        f = f + part.sigma * draw_chain(nights.gap, part.phi, rng)
    return replace(nights, family=YesNo(np.where(rng.random(f.size) < expit(f), 1.0, -1.0)))


def draw_chain(gap: np.ndarray, phi: float, rng: np.random.Generator) -> np.ndarray:
    """One stationary AR(1) path of unit variance a person, (n,); gap (n,) in nights, inf where a person starts."""
    with np.errstate(under="ignore"):
        links = np.power(phi, gap)
    bands = np.vstack([np.ones(gap.size), np.append(-links[1:], 0.0)])
    return solve_banded((1, 0), bands, np.sqrt(1.0 - links * links) * rng.normal(size=gap.size))
