"""Risk over evenings: sums over every course that an evening can take, with v by fine quadrature."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.special import expit
from scipy.stats import norm

from rlskit.engine.limits.evening import Path, evening_difference, evening_risk
from rlskit.engine.parameters import Layout

RNG = np.random.default_rng(4)
ROWS, LAYOUT = 4, Layout(3, 0, True)
A, B = (Path(np.column_stack([np.ones(12), RNG.normal(size=(12, 2))]), ROWS) for _ in range(2))


def theta(sigma):
    return np.array([-1.2, 0.5, -0.4, sigma, 0.3])


def by_brute_force(path, at, sigma):
    """Every course of every evening: symptoms, once there, stay; P(any) by adding up all courses that have some."""
    v = np.linspace(-8, 8, 4001)
    weight = norm.pdf(v) / norm.pdf(v).sum()
    found = []
    for x in path.x.reshape(-1, ROWS, 3):
        h = expit((x @ at[:3])[:, None] + sigma * v)
        total = np.zeros_like(v)
        for course in product((0, 1), repeat=ROWS):
            if any(course) and list(course) == sorted(course):
                begin = course.index(1)
                total += np.prod(1 - h[:begin], axis=0) * h[begin]
        found.append(weight @ total)
    return float(np.mean(found))


@pytest.mark.parametrize("sigma", [0.0, 0.6, 1.4])
def test_the_risk_is_the_sum_over_all_courses_of_an_evening(sigma):
    risk, rest, _ = evening_risk(LAYOUT, theta(sigma), A)
    assert risk == pytest.approx(by_brute_force(A, theta(sigma), sigma), abs=1e-4)
    assert risk + rest == pytest.approx(1.0, abs=1e-12)
    difference, _ = evening_difference(LAYOUT, A, B)(theta(sigma))
    assert difference == pytest.approx(by_brute_force(A, theta(sigma), sigma) - by_brute_force(B, theta(sigma), sigma),
                                       abs=1e-4)


@pytest.mark.parametrize("sigma", [0.0, 0.6, -1.4])
def test_its_gradient_by_finite_differences(sigma):
    ranged = evening_difference(LAYOUT, A, B)
    numeric = approx_fprime(theta(sigma), lambda t: ranged(t)[0], 1e-6)
    assert ranged(theta(sigma))[1] == pytest.approx(numeric, abs=1e-6)


def test_ends_keep_their_digits():
    far = np.array([40.0, 0.0, 0.0, 0.0, 0.0])
    assert 0 < evening_risk(LAYOUT, -far, A)[0] < 1e-15 and 0 < evening_risk(LAYOUT, far, A)[1] < 1e-15
    below, above = evening_difference(LAYOUT, A, B).gaps(theta(0.5))
    assert below + above == pytest.approx(2.0)
