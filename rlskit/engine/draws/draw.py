"""New answers for the same nights, drawn from a model: what simulation checks are made of.

Equation. f = x'beta + z'u + sigma v, u = Lambda w with w ~ N(0, I) a person, and v the chain of
engine/integrals/ar1.py: v_k - r_k v_{k-1} = sqrt(1 - r_k^2) xi_k with xi ~ N(0, 1), one bidiagonal solve for
everybody (r = 0 where a person starts). A night passes threshold c_k where a uniform number lies below logistic(f -
c_k), one number for all thresholds of a night: so y > k with the chance of engine/families/ordinal.py, and yes/no
nights are those of the single threshold 0. A numeric night is f itself.
Oracle: shares, correlations and gaps against their known values in tests/unit/engine/draws/test_draw.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.linalg import solve_banded
from scipy.special import expit

from rlskit.engine.families.family import YesNo
from rlskit.engine.families.ordinal import thresholds
from rlskit.engine.nights import Nights
from rlskit.engine.parameters import Parameters


def draw_nights(nights: Nights, x: np.ndarray, part: Parameters, rng: np.random.Generator) -> Nights:
    """The same nights with yes/no outcomes drawn anew. x (n, p); the same people, gaps and slope columns."""
    return replace(nights, family=YesNo(2.0 * draw_levels(nights, x, part, rng) - 1.0))


def draw_levels(nights: Nights, x: np.ndarray, part: Parameters, rng: np.random.Generator) -> np.ndarray:
    """The level 0 … K-1 of every night, (n,), for K-1 thresholds (two levels where part has no shape)."""
    f = _between_people(nights, x, part, rng)
    if nights.persistence:
        f = f + part.sigma * draw_chain(nights.gap, part.phi, rng)
    return (rng.random(f.size) < expit(f - thresholds(part.shape)[:, None])).sum(axis=0)


def draw_numbers(nights: Nights, x: np.ndarray, part: Parameters, rng: np.random.Generator) -> np.ndarray:
    """Numeric nights (n,); without persistence each night differs by itself, with sd sigma."""
    f = _between_people(nights, x, part, rng)
    alone = not nights.persistence
    return f + part.sigma * (rng.normal(size=f.size) if alone else draw_chain(nights.gap, part.phi, rng))


def _between_people(nights: Nights, x: np.ndarray, part: Parameters, rng: np.random.Generator) -> np.ndarray:
    f = x @ part.beta
    if not nights.z.shape[1]:
        return f
    u = rng.normal(size=(nights.starts.size, nights.z.shape[1])) @ part.scale.T
    return f + (nights.z * u[nights.person]).sum(axis=1)


def draw_chain(gap: np.ndarray, phi: float, rng: np.random.Generator) -> np.ndarray:
    """One stationary AR(1) path of unit variance a person, (n,); gap (n,) in nights, inf where a person starts."""
    with np.errstate(under="ignore"):
        links = np.power(phi, gap)
    bands = np.vstack([np.ones(gap.size), np.append(-links[1:], 0.0)])
    return solve_banded((1, 0), bands, np.sqrt(1.0 - links * links) * rng.normal(size=gap.size))
