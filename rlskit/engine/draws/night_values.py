"""What to expect of nights of these people, or of one more: averaged over what carries over from night to night.

Equation. For a night with columns x and z of person i,
    r = sum_k steps_k F(x'beta + z'u_i - c_k, sigma^2),   u_i = Lambda w_i,
F as in engine/limits/estimand.py. Draws of theta are those of engine/draws/sampling.py; given theta, w_i is drawn from
its posterior (partial pooling), and a person of whom no night is known has w ~ N(0, I), as in
engine/draws/person_effects.py. Oracle: tests/unit/effects/test_prediction.py (brute force over a grid).
"""

from __future__ import annotations

import numpy as np

from rlskit.engine.draws.adaptive import ParameterDraws
from rlskit.engine.draws.foretold import foretold_near
from rlskit.engine.draws.person_effects import DRAWS, EACH, GRID, POINTS, SEED, curve_of, people_of, spread_evenly
from rlskit.engine.fitting.likelihood import Objective
from rlskit.engine.limits.estimand import ONE_STEP, Scenario

ROWS = 2000  # worked out together


def night_values(
    objective: Objective, draws: ParameterDraws, at: Scenario, person: np.ndarray, chances: np.ndarray,
    steps: np.ndarray = ONE_STEP,
) -> np.ndarray:
    """Quantiles of r of every night, (rows, chances). at: columns of the nights; person (rows,): which of these people
    each is of, -1 for one more; chances (m,); steps as in risk()."""
    rng = np.random.default_rng(SEED)
    nights, layout = objective.nights, objective.layout
    thetas, often = draws.resample(POINTS, rng)
    often = EACH * often
    z = spread_evenly(rng, (nights.starts.size + 1, layout.q), DRAWS)  # the last row is one more person
    parts, w = [layout.unpack(theta) for theta in thetas], np.empty_like(z)
    sites = draws.sites or foretold_near(nights, objective.x, layout, thetas)
    w[-1] = z[-1]
    ends = np.cumsum(often)
    for theta, count, last in zip(thetas, often, ends, strict=True) if layout.q else ():
        these = slice(last - count, last)
        w[:-1, these] = people_of(sites(theta).posterior, nights.starts, z[:-1, these])
    curves = [curve_of(part, steps) for part in parts]
    out = np.empty((len(at.x), chances.size))
    for first in range(0, len(at.x), ROWS):
        rows = slice(first, first + ROWS)
        values = np.empty((len(at.x[rows]), DRAWS))
        for part, curve, count, last in zip(parts, curves, often, ends, strict=True):
            these = slice(last - count, last)
            own = np.einsum("nq,nmq->nm", at.z[rows] @ part.scale, w[person[rows], these])
            values[:, these] = np.interp((at.x[rows] @ part.beta)[:, None] + own, GRID, curve)
        out[rows] = np.quantile(values, chances, axis=1).T
    return out
