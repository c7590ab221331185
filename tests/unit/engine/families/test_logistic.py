"""Tolerances: the mixture is good to 4e-6 relative above -14; quadrature with 400 nodes is exact to rounding."""

import numpy as np
import pytest
from scipy.special import expit, log_expit

from rlskit.engine.families.logistic import SCALES, WEIGHTS, mean_probability, tilted

NODES, W = np.polynomial.hermite_e.hermegauss(300)
W = W / W.sum()


def test_the_mixture_is_the_logistic_curve_in_relative_terms():
    x = np.linspace(-14.0, 14.0, 561)
    p, _, _ = mean_probability(x, np.zeros_like(x))
    assert np.abs(p / expit(x) - 1.0).max() < 4e-6
    assert WEIGHTS.sum() == pytest.approx(1.0, abs=1e-12)
    assert (np.diff(SCALES[:, 0]) > 0).all()


@pytest.mark.parametrize("sd", [0.0, 0.3, 1.0, 3.0])
def test_average_probability_equals_quadrature(sd):
    mean = np.linspace(-5.0, 5.0, 21)
    p, _, _ = mean_probability(mean, np.full(21, sd**2))
    assert np.abs(p - expit(mean[:, None] + sd * NODES) @ W).max() < 2e-6


def test_derivatives_equal_finite_differences_and_the_heat_equation():
    mean, variance, h = np.linspace(-4.0, 4.0, 17), np.full(17, 1.7), 1e-4
    _, first, second = mean_probability(mean, variance)
    up, down = mean_probability(mean + h, variance), mean_probability(mean - h, variance)
    assert np.abs((up[0] - down[0]) / (2 * h) - first).max() < 1e-8
    assert np.abs((up[1] - down[1]) / (2 * h) - second).max() < 1e-8
    more, less = mean_probability(mean, variance + h)[0], mean_probability(mean, variance - h)[0]
    assert np.abs((more - less) / (2 * h) - 0.5 * second).max() < 1e-8


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_tilted_moments_equal_quadrature(sign):
    mean, sd = np.linspace(-3.0, 3.0, 13), 1.3
    log_z, slope, curve = tilted(np.full(13, sign), mean, np.full(13, sd**2))
    f = mean[:, None] + sd * NODES
    weight = np.exp(log_expit(sign * f)) * W
    z = weight.sum(1)
    first = (weight * f).sum(1) / z
    second = (weight * f**2).sum(1) / z - first**2
    assert np.abs(log_z - np.log(z)).max() < 1e-5
    assert np.abs(mean + sd**2 * slope - first).max() < 1e-4
    assert np.abs(sd**2 - sd**4 * curve - second).max() < 1e-4


def test_far_tails_stay_finite():
    log_z, slope, curve = tilted(np.ones(2), np.array([-200.0, 200.0]), np.zeros(2))
    assert np.isfinite(log_z).all() and np.isfinite(slope).all() and np.isfinite(curve).all()
    assert log_z[1] == pytest.approx(0.0, abs=1e-12)
