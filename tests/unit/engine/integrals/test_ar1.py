import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlskit.engine.integrals.ar1 import chain, factor, phi_slope


def dense(matrix):
    return np.diag(matrix.diagonal) + np.diag(matrix.off, 1) + np.diag(matrix.off, -1)


def two_people():
    gap = np.array([np.inf, 1.0, 3.0, 1.0, np.inf, 2.0, 1.0])
    night = np.array([0.0, 1, 4, 5, 0, 2, 3])
    who = np.array([0, 0, 0, 0, 1, 1, 1])
    return gap, np.where(who[:, None] == who, 0.6 ** np.abs(night[:, None] - night), 0.0)


def test_precision_is_the_inverse_of_the_correlation_with_gaps_and_people():
    gap, correlation = two_people()
    matrix = chain(gap, 0.6)
    assert np.abs(dense(matrix) @ correlation - np.eye(7)).max() < 1e-12
    assert matrix.log_det == pytest.approx(-np.linalg.slogdet(correlation)[1], abs=1e-12)


def test_factor_solves_and_gives_the_inverse_near_its_diagonal():
    gap, _ = two_people()
    matrix, extra = chain(gap, 0.6), np.linspace(0.0, 2.0, 7)
    inverse = np.linalg.inv(dense(matrix) + np.diag(extra))
    found = factor(matrix, extra)
    right = np.arange(14.0).reshape(7, 2)
    assert np.abs(found.solve(right) - inverse @ right).max() < 1e-12
    assert np.abs(found.variance - np.diag(inverse)).max() < 1e-12
    assert np.abs(found.link_covariance() - np.diag(inverse, 1)).max() < 1e-12
    assert found.log_det == pytest.approx(-np.linalg.slogdet(inverse)[1], abs=1e-12)


def test_one_night_needs_no_chain():
    found = factor(chain(np.array([np.inf]), 0.5), np.array([1.0]))
    assert found.solve(np.array([3.0])) == pytest.approx([1.5])
    assert found.variance == pytest.approx([0.5])


@settings(max_examples=40, deadline=None)
@given(st.floats(0.02, 0.98), st.integers(2, 12), st.integers(0, 10**6))
def test_a_gap_is_the_same_as_nights_nobody_looked_at(phi, length, seed):
    """Marginalising the nights inside a gap gives the link phi^gap: the variance at both ends is unchanged."""
    rng = np.random.default_rng(seed)
    extra_left, extra_right = rng.gamma(1.0, size=2)
    short = factor(chain(np.array([np.inf, float(length)]), phi), np.array([extra_left, extra_right]))
    gap = np.ones(length + 1)
    gap[0] = np.inf
    extra = np.zeros(length + 1)
    extra[[0, -1]] = extra_left, extra_right
    long = factor(chain(gap, phi), extra)
    assert long.variance[[0, -1]] == pytest.approx(short.variance, rel=1e-9)


def test_slope_in_phi_is_that_of_the_gaussian_density():
    gap, _ = two_people()
    v = np.array([0.3, -1.0, 0.2, 0.9, -0.4, 0.1, 1.3])

    def log_density(logit):
        matrix = chain(gap, 1 / (1 + np.exp(-logit)))
        return 0.5 * matrix.log_det - 0.5 * v @ dense(matrix) @ v

    h = 1e-5
    slope = phi_slope(chain(gap, 1 / (1 + np.exp(-0.3))), gap, np.zeros(7), v, np.zeros(6)).sum()
    assert slope == pytest.approx((log_density(0.3 + h) - log_density(0.3 - h)) / (2 * h), rel=1e-7)
