import numpy as np
import pytest

from rlskit.engine.fitting.optimise import curvature, maximise, safe_inverse


def rosenbrock(theta):
    x, y = theta
    return -((1 - x) ** 2) - 100 * (y - x * x) ** 2, np.array([2 * (1 - x) + 400 * x * (y - x * x), -200 * (y - x * x)])


def test_a_bent_valley():
    found = maximise(rosenbrock, np.array([-1.2, 1.0]), 0.01 * np.eye(2))
    assert found.converged
    assert found.theta == pytest.approx([1.0, 1.0], abs=1e-3)


def test_known_curvature_needs_one_step():
    a = np.array([[3.0, 1.0], [1.0, 2.0]])
    found = maximise(lambda t: (-0.5 * t @ a @ t, -a @ t), np.array([1.0, -2.0]), np.linalg.inv(a))
    assert found.converged and found.iterations == 1
    assert found.theta == pytest.approx([0.0, 0.0], abs=1e-9)


def test_a_wall_of_minus_infinity_is_a_step_too_far():
    def walled(t):
        return (np.log(t[0]) - t[0], np.array([1 / t[0] - 1])) if t[0] > 0 else (-np.inf, np.zeros(1))

    found = maximise(walled, np.array([3.0]), 50.0 * np.eye(1))
    assert found.converged
    assert found.theta == pytest.approx([1.0], abs=1e-3)


def test_a_start_outside_is_not_convergence():
    assert not maximise(lambda t: (-np.inf, np.zeros(1)), np.zeros(1), np.eye(1)).converged


def test_curvature_and_its_inverse():
    a = np.array([[3.0, 1.0], [1.0, 2.0]])
    assert curvature(lambda t: (-0.5 * t @ a @ t, -a @ t), np.zeros(2)) == pytest.approx(a, abs=1e-8)
    assert safe_inverse(a) == pytest.approx(np.linalg.inv(a))
    assert np.isfinite(safe_inverse(np.diag([1.0, -1e-9]))).all()


def test_values_that_ripple_more_than_their_gradient_shows():
    """As those of quadrature, whose nodes move with the parameters."""
    a = np.array([[30.0, 5.0], [5.0, 2.0]])

    def rippled(t):
        return -0.5 * t @ a @ t + 1e-3 * np.sin(997.0 * t.sum()), -a @ t

    def climb(noise):
        return maximise(rippled, np.array([1.0, -2.0]), np.eye(2), noise=noise)

    assert not climb(0.0).converged
    found = climb(2e-3)
    assert found.converged and found.theta == pytest.approx([0.0, 0.0], abs=1e-4)
