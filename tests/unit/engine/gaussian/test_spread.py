"""Limits of a spread between people in numeric nights, against dense matrices searched without its formulas."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import ndtri

from rlskit.engine import fit_gaussian, gaussian_spread
from tests.unit.engine.gaussian.test_person_effects import dense, some_nights


def restricted(nights, y, x, sigma, scale, phi):
    """The restricted log-likelihood, written out."""
    cov = sigma**2 * dense(nights, y, x, scale, phi)
    inverse = np.linalg.inv(cov)
    seen = x.T @ inverse @ x
    left = y - x @ np.linalg.solve(seen, x.T @ inverse @ y)
    dets = np.linalg.slogdet(cov)[1] + np.linalg.slogdet(seen)[1]
    return -0.5 * ((y.size - 2) * np.log(2 * np.pi) + dets + left @ inverse @ left)


def profile(nights, y, x, sd, start):
    """The highest likelihood with that sd of the second coefficient: sigma, its correlation and the rest are free."""
    def minus(free):
        tau, first, angle, *phi = free
        row = sd / np.exp(tau) * np.array([np.sin(angle), np.cos(angle)])
        return -restricted(nights, y, x, np.exp(tau), np.array([[first, 0.0], row]), np.tanh(phi[0]) if phi else 0.0)
    return -minimize(minus, start, method="BFGS", options={"gtol": 1e-5}).fun


@pytest.mark.parametrize("persistence", [False, True])
def test_the_likelihood_has_fallen_by_the_cutoff_at_each_limit(persistence):
    nights, y, x = some_nights(people=8, n=9, persistence=persistence)
    found = fit_gaussian(nights, y, x)
    limits = gaussian_spread(found, np.array([0.0, 1.0]), 0.9)
    sd, (lower,), (upper,) = limits.estimate, limits.lower, limits.upper
    assert 0 < lower < sd < upper and sd == pytest.approx(np.linalg.norm(found.scale[1]), rel=1e-9)
    first, angle = found.scale[0, 0] / found.sigma, np.arctan2(*found.scale[1])
    start = [np.log(found.sigma), first, angle, *([np.arctanh(found.phi)] if persistence else [])]
    top = profile(nights, y, x, sd, start)
    assert top == pytest.approx(found.log_likelihood, abs=1e-5)
    for limit in (lower, upper):
        assert np.sqrt(2 * (top - profile(nights, y, x, limit, start))) == pytest.approx(ndtri(0.95), abs=0.01)


def test_people_who_are_alike_have_no_lower_limit():
    nights, _, x = some_nights(people=8, n=9, persistence=False)
    y = x @ [2.0, 0.5] + np.random.default_rng(1).normal(size=len(x))
    limits = gaussian_spread(fit_gaussian(nights, y, x), np.array([0.0, 1.0]), 0.95)
    assert limits.lower == 0.0 <= limits.estimate < limits.upper < 2.0
