"""The tilt: a straight line near its point, with the slope it says, and bounded."""

import numpy as np
import pytest

from rlskit.engine.fitting.ep_correction import REACH, EPCorrection, no_tilt

CURVATURE = np.array([[4.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]])
TILT = EPCorrection(np.array([0.3, -0.2, 0.5]), np.array([1.0, 0.0, -1.0]), 2.5, CURVATURE)


def test_at_its_point_it_is_the_line():
    value, slope = TILT(TILT.at)
    assert value == 2.5 and slope == pytest.approx(TILT.slope)
    near = TILT.at + np.array([1e-3, 2e-3, -1e-3])
    assert TILT(near)[0] - 2.5 == pytest.approx(TILT.slope @ (near - TILT.at), rel=1e-5)


def test_its_slope_is_that_of_its_value():
    for theta in np.random.default_rng(1).normal(scale=5, size=(8, 3)):
        by_value = [(TILT(theta + h)[0] - TILT(theta - h)[0]) / 2e-5 for h in 1e-5 * np.eye(3)]
        assert TILT(theta)[1] == pytest.approx(by_value, abs=1e-7)


def test_two_standard_errors_away_it_is_nearly_the_line_and_far_away_it_ends():
    step = np.linalg.solve(CURVATURE, TILT.slope)
    step /= np.sqrt(step @ CURVATURE @ step)
    there = TILT.slope @ step
    assert TILT(TILT.at + 2 * step)[0] - 2.5 == pytest.approx(2 * there * 0.941, rel=1e-3)
    assert max(TILT(TILT.at + h * step)[0] for h in np.geomspace(1, 1e6, 200)) - 2.5 <= REACH / 2 * there


def test_without_a_tilt_nothing_is_added():
    value, slope = no_tilt(2)(np.array([3.0, -4.0]))
    assert value == 0.0 and not slope.any()


def test_carried_to_half_the_nights_and_more_coefficients_it_is_half_of_what_it_was():
    other, theta = TILT.carried(at=1, more=2, share=0.5), np.array([2.0, 1.0, -3.0])
    value, slope = TILT(TILT.at + 1e-3 * theta)
    found = other(np.insert(TILT.at + 1e-3 * theta, [1, 1], [7.0, -7.0]))
    assert found[0] == pytest.approx(0.5 * value, rel=1e-6)
    assert found[1] == pytest.approx(0.5 * np.insert(slope, [1, 1], 0.0), rel=1e-4)
