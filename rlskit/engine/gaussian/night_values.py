"""What to expect of numeric nights of these people, or of one more: exactly, given the spread.

Equation. The prediction of engine/gaussian/person_effects.py for a single night with columns x and z in place of an
average change: given theta, Student's t around x'b + z'K_i (H_iy - H_ix b), and for a person of whom no night is known
around x'b with squared scale |Lambda'z|^2 + x'C x. It is the night's expectation, without the night's own noise.
Oracle: tests/unit/effects/test_prediction.py (linear regression; lme4 and nlme).
"""

from __future__ import annotations

import numpy as np

from rlskit.engine.draws.adaptive import ParameterDraws
from rlskit.engine.gaussian.fitting import GaussianMaximum
from rlskit.engine.gaussian.likelihood import solve
from rlskit.engine.gaussian.person_effects import POINTS, SEED, Mixture, quadratic
from rlskit.engine.limits.estimand import Scenario


def gaussian_night_values(
    maximum: GaussianMaximum, draws: ParameterDraws, at: Scenario, person: np.ndarray
) -> Mixture:
    """A row for every night. at: columns of the nights; person (rows,): which of these people each is of, -1 for one
    more."""
    objective = maximum.objective
    thetas, often = draws.resample(POINTS, np.random.default_rng(SEED))
    free, known, shift = objective.n - objective.p, person >= 0, at.x @ objective.shift
    centre, spread = [], []
    for theta in thetas:
        seen = objective.moments(theta)
        found = solve(seen.product)
        assert found is not None  # a point of finite density
        by = np.where(known[:, None], np.einsum("nqk,nq->nk", seen.inner[person], at.z), 0.0)
        left = at.x - np.einsum("nqp,nq->np", seen.cross[person, :, :-1], by)
        miss = seen.cross[:, :, -1] - seen.cross[:, :, :-1] @ found.beta
        centre.append(shift + at.x @ found.beta + (by * miss[person]).sum(axis=1))
        own = np.where(known, (by * at.z).sum(axis=1), ((at.z @ seen.covariance.scale) ** 2).sum(axis=1))
        spread.append(np.sqrt(found.rss / free * (own + quadratic(left, found.unscaled))))
    unit = maximum.unit
    return Mixture(unit * np.array(centre).T, unit * np.array(spread).T, often / often.sum(), free)
