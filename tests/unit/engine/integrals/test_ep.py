"""Tolerances: gradients are first order in the distance from the fixed point (1e-7), so 2e-5 absolute; the likelihood
against exact numbers as stated in docs/decisions/0004-engine.md."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from rlskit.engine import filter_log_likelihood
from rlskit.engine.integrals.ep import integrate, posterior, slopes
from tests.unit.engine.build import NO_SCALE, dense_covariance, one_person, several


@pytest.fixture
def small_group():
    rng = np.random.default_rng(4)
    person = np.repeat([0, 1, 2], [6, 5, 7])
    night = np.concatenate([np.cumsum(rng.integers(1, 4, size=k)) for k in (6, 5, 7)])
    z = np.column_stack([np.ones(18), rng.normal(size=18)])
    nights = several(person, night, rng.random(18) < 0.4, z)
    return nights, night, np.array([[0.9, 0.0], [0.3, 0.5]]), rng.normal(size=18) * 0.4


@pytest.mark.parametrize("sigma", [0.0, 0.7])
def test_the_posterior_equals_dense_algebra(small_group, sigma):
    nights, night, scale, offset = small_group
    rng = np.random.default_rng(1)
    precision, shift = rng.gamma(1.0, size=18), rng.normal(size=18)
    k = dense_covariance(nights, scale, sigma, 0.6, night)
    inside = np.linalg.inv(np.eye(18) + k @ np.diag(precision))
    mean = offset + inside @ k @ (shift - precision * offset)
    found = posterior(nights, offset, scale, sigma, 0.6, precision, shift)
    assert np.abs(found.mean - mean).max() < 1e-10
    assert np.abs(found.variance - np.diag(inside @ k)).max() < 1e-10


@pytest.mark.parametrize("diary", ["81 nights", "30 nights", "120 nights"])
def test_likelihood_against_the_exact_filter(exact, diary):
    made = exact["diaries"][diary]
    nights = one_person(made["night"], made["y"])
    offset = np.array(made["x"]) @ np.array(exact["beta"])
    for point in made["exact"]:
        found = integrate(nights, offset, NO_SCALE, point["sigma"], point["phi"])
        error = found.log_likelihood - point["log_likelihood"]
        allowed = 0.1 if point["sigma"] > 2 else 0.03 if point["sigma"] == 2 else 0.01
        assert found.converged
        assert abs(error) < allowed, (point, error)


def test_likelihood_of_several_people_against_quadrature(exact):
    for case in exact["people"]:
        rows = np.array(case["rows"])
        z = np.column_stack([np.ones(len(rows)), rows[:, 2]])
        nights = several(rows[:, 0], rows[:, 1], rows[:, 3], z, persistence=case["sigma"] > 0)
        found = integrate(nights, z @ np.array(case["beta"]), np.array(case["scale"]), case["sigma"], case["phi"])
        assert abs(found.log_likelihood - case["log_likelihood"]) < 0.02 * nights.starts.size


def test_gradients_equal_finite_differences(small_group):
    nights, _, scale, offset = small_group

    def value(sigma=0.8, logit=0.4, scale=scale, offset=offset):
        return integrate(nights, offset, scale, sigma, expit(logit), tolerance=1e-10).log_likelihood

    found = slopes(nights, integrate(nights, offset, scale, 0.8, expit(0.4), tolerance=1e-10), 0.8)
    h = 1e-4
    assert found.sigma.sum() == pytest.approx((value(sigma=0.8 + h) - value(sigma=0.8 - h)) / (2 * h), abs=2e-5)
    assert found.phi.sum() == pytest.approx((value(logit=0.4 + h) - value(logit=0.4 - h)) / (2 * h), abs=2e-5)
    for j, k in ((0, 0), (1, 0), (1, 1)):
        move = np.zeros((2, 2))
        move[j, k] = h
        expected = (value(scale=scale + move) - value(scale=scale - move)) / (2 * h)
        assert (nights.z.T @ found.moment)[j, k] == pytest.approx(expected, abs=2e-5)
    for n in (0, 5, 17):
        move = np.zeros(18)
        move[n] = h
        expected = (value(offset=offset + move) - value(offset=offset - move)) / (2 * h)
        assert found.offset[n] == pytest.approx(expected, abs=2e-5)


diaries = st.tuples(
    st.integers(0, 10**6), st.integers(3, 25), st.floats(0.0, 1.5), st.floats(0.0, 0.85), st.floats(-1.5, 1.5)
)


@settings(max_examples=25, deadline=None)
@given(diaries)
def test_small_random_diaries_agree_with_the_filter(diary):
    seed, n, sigma, phi, centre = diary
    rng = np.random.default_rng(seed)
    nights = one_person(np.cumsum(rng.integers(1, 4, size=n)), rng.random(n) < 0.4)
    offset = centre + 0.5 * rng.normal(size=n)
    found = integrate(nights, offset, NO_SCALE, sigma, phi)
    truth, _ = filter_log_likelihood(nights.family, nights.gap, offset, sigma, phi, 301)
    assert found.converged
    assert abs(found.log_likelihood - truth) < 0.02


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_yes_and_no_are_mirror_images(seed):
    rng = np.random.default_rng(seed)
    y, offset = rng.random(20) < 0.3, rng.normal(size=20)
    one = integrate(one_person(np.arange(20), y), offset, NO_SCALE, 1.0, 0.6)
    other = integrate(one_person(np.arange(20), ~y), -offset, NO_SCALE, 1.0, 0.6)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-6)


def test_people_add_up(small_group):
    nights, night, scale, offset = small_group
    total = integrate(nights, offset, scale, 0.8, 0.5).log_likelihood
    parts = 0.0
    for i in range(3):
        mine = nights.person == i
        one = several(np.zeros(mine.sum()), night[mine], nights.family.sign[mine], nights.z[mine])
        parts += integrate(one, offset[mine], scale, 0.8, 0.5).log_likelihood
    assert total == pytest.approx(parts, abs=1e-6)


def test_a_huge_spread_still_converges():
    rng = np.random.default_rng(0)
    found = integrate(one_person(np.arange(200), rng.random(200) < 0.5), np.zeros(200), NO_SCALE, 12.0, 0.97)
    assert found.converged


def test_a_warm_start_changes_speed_not_value():
    rng = np.random.default_rng(0)
    nights = one_person(np.arange(100), rng.random(100) < 0.4)
    cold = integrate(nights, np.full(100, -0.3), NO_SCALE, 1.0, 0.6)
    near = integrate(nights, np.full(100, -0.2), NO_SCALE, 1.1, 0.6)
    warm = integrate(nights, np.full(100, -0.3), NO_SCALE, 1.0, 0.6, (near.precision, near.shift))
    assert warm.sweeps <= cold.sweeps
    assert warm.log_likelihood == pytest.approx(cold.log_likelihood, abs=1e-8)
