"""Tolerances: 1e-6 in log-likelihood against the reference filter's fine grid; 1e-5 for slopes by differences."""

import numpy as np
import pytest
from scipy.special import expit

from rlskit.engine import filter_log_likelihood
from rlskit.engine.families.family import yes_no_rows
from rlskit.engine.integrals import forward_backward as markov
from rlskit.engine.integrals.ar1 import chain, phi_slope
from rlskit.engine.integrals.forward_backward import integrate_forward_backward
from tests.unit.engine.build import several


def exact(nights, offset, sigma, phi):
    return integrate_forward_backward(nights, yes_no_rows(nights.family), offset, sigma, phi)


@pytest.fixture
def uneven():
    """Five people, 1 to 23 nights, gaps of 1 to 3, rows of different lengths in no order of length."""
    rng = np.random.default_rng(8)
    sizes = (9, 1, 23, 4, 9)
    person = np.repeat(np.arange(5), sizes)
    night = np.concatenate([np.cumsum(rng.integers(1, 4, size=k)) for k in sizes])
    nights = several(person, night, rng.random(46) < 0.4, np.zeros((46, 0)))
    return nights, rng.normal(size=(46, 3))


@pytest.mark.parametrize(("sigma", "phi"), [(0.0, 0.5), (0.8, 0.5), (1.2, 0.8), (2.0, 0.97), (4.0, 0.9), (-6.0, 0.3)])
def test_it_equals_the_reference_filter(uneven, sigma, phi):
    nights, offset = uneven
    found = exact(nights, offset, sigma, phi)
    for i in range(5):
        mine = nights.person == i
        for k in range(3):
            family = nights.family.take(mine)
            points = 801 if phi > 0.9 else 301
            fine, _ = filter_log_likelihood(family, nights.gap[mine], offset[mine, k], sigma, phi, points)
            assert found.log_p[i, k] == pytest.approx(fine, abs=1e-6)


def test_slopes_equal_finite_differences(uneven):
    nights, offset = uneven
    sigma, logit, h = 1.3, 0.9, 1e-4

    def value(sigma=sigma, logit=logit, offset=offset):
        return exact(nights, offset, sigma, expit(logit)).log_p

    found = exact(nights, offset, sigma, expit(logit))
    by_sigma = np.add.reduceat(found.with_v, nights.starts, axis=0)
    assert by_sigma == pytest.approx((value(sigma=sigma + h) - value(sigma=sigma - h)) / (2 * h), abs=1e-5)
    expected = (value(logit=logit + h) - value(logit=logit - h)) / (2 * h)
    for k in range(3):
        nothing = np.zeros(46)
        by_phi = phi_slope(
            chain(nights.gap, expit(logit)), nights.gap, found.second[:, k], nothing, found.product[1:, k]
        )
        by_phi = np.add.reduceat(np.append(0.0, by_phi), nights.starts)
        assert by_phi == pytest.approx(expected[:, k], abs=1e-5)
    for n in (0, 9, 30, 45):
        move = np.zeros_like(offset)
        move[n] = h
        expected = (value(offset=offset + move) - value(offset=offset - move)) / (2 * h)
        assert found.residual[n] == pytest.approx(expected.sum(axis=0), abs=1e-6)


def test_blocks_of_people_change_nothing(uneven, monkeypatch):
    nights, offset = uneven
    whole = exact(nights, offset, 1.0, 0.7)
    monkeypatch.setattr(markov, "_HELD", 1_000)
    parts = exact(nights, offset, 1.0, 0.7)
    for name in ("log_p", "residual", "with_v", "second", "product"):
        assert getattr(parts, name) == pytest.approx(getattr(whole, name), abs=1e-12)
