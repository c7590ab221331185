"""Sites foretold against sites that are exact. Tolerance: a weight of a draw is off by its log-likelihood's error, and
0.02 is a fiftieth of the weight."""

from __future__ import annotations

import numpy as np
import pytest

from rlskit.engine.draws.foretold import Foretold, foretold_near
from rlskit.engine.draws.reparameterise import bend, reparameterise
from rlskit.engine.integrals.ep import integrate
from rlskit.engine.parameters import Layout
from tests.unit.engine.build import several

LAYOUT = Layout(2, 2, True, 0)
N = 6 * 15
THETA = np.array([-0.4, 0.3, 0.9, 0.1, 0.4, 0.8, 0.3])


@pytest.fixture(scope="module")
def runs():
    """The same 6 people at 120 points about THETA: (integral from foretold sites, exact one)."""
    rng = np.random.default_rng(6)
    who, night = np.repeat(np.arange(6), 15), np.tile(np.arange(15), 6)
    x = np.column_stack([np.ones(N), rng.normal(size=N)])
    nights = several(who, night, rng.random(N) < 0.4, x)
    eta = reparameterise(LAYOUT, THETA[None])[0]
    unit = np.array([0.1, 0.05, 0.1, 0.2, 0.2, 0.2, 0.3])
    thetas = bend(LAYOUT, eta + unit * rng.normal(size=(120, 7)))[0]
    sites = Foretold(nights, x, LAYOUT, eta, unit)
    return nights, x, thetas, [sites(theta) for theta in thetas], [exact(nights, x, theta) for theta in thetas]


def exact(nights, x, theta):
    part = LAYOUT.unpack(theta)
    return integrate(nights, x @ part.beta, part.scale, part.sigma, part.phi, tolerance=1e-9)


def test_one_sweep_is_enough_where_sites_are_foretold(runs):
    *_, found, true = runs
    assert np.mean([one.sweeps for one in found[100:]]) < 1.5 < np.mean([one.sweeps for one in found[1:100]])
    off = [one.log_likelihood - other.log_likelihood for one, other in zip(found, true, strict=True)]
    assert np.abs(off).max() < 0.02


def test_a_start_that_fails_is_given_up(runs, monkeypatch):
    nights, x, thetas, _, true = runs
    sites = foretold_near(nights, x, LAYOUT, thetas)
    monkeypatch.setattr(sites, "_start", lambda theta: (np.full(N, 1e9), np.full(N, 1e12)))
    found = sites(thetas[0])
    assert found.converged and found.log_likelihood == pytest.approx(true[0].log_likelihood, abs=0.02)
