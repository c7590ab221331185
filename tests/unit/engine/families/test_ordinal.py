"""Tolerances: closed forms within 1e-5 of quadrature (the mixture is good to 1e-5 in density); derivatives 1e-6 against
central differences; identities to rounding."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.special import expit

from rlskit.engine import (
    WEAK,
    Layout,
    Nights,
    Objective,
    Ordinal,
    Scenario,
    YesNo,
    filter_log_likelihood,
    fit_maximum,
    opens,
    risk,
    thresholds,
)
from rlskit.engine.fitting.separation import separating_direction
from rlskit.engine.integrals.ep import integrate
from rlskit.engine.integrals.quadrature import integrate_people
from tests.unit.engine.build import NO_SCALE, one_person, several

NODES, W = np.polynomial.hermite_e.hermegauss(200)
W = W / W.sum()
SHAPE = np.log([0.7, 1.5, 0.4])


def answered(nights: Nights, level, shape=SHAPE) -> Nights:
    return replace(nights, family=Ordinal(np.asarray(level), np.asarray(shape)))


def simulate(seed, n, beta, cuts, sigma=0.0, phi=0.5):
    rng = np.random.default_rng(seed)
    e = rng.normal(size=n)
    for t in range(1, n):
        e[t] = phi * e[t - 1] + np.sqrt(1 - phi**2) * e[t]
    x = np.column_stack([np.ones(n), rng.normal(size=(n, len(beta) - 1))])
    f = x @ np.asarray(beta) + sigma * e
    level = (f[:, None] + rng.logistic(size=n)[:, None] > np.asarray(cuts)).sum(axis=1)
    return answered(one_person(np.arange(n), np.zeros(n)), level, np.log(np.diff(cuts))), x


def chances(f, shape=SHAPE):
    """P(level) at predictors f, by the definition: (levels, …)."""
    cuts = thresholds(np.asarray(shape)).reshape(-1, *[1] * np.ndim(f))
    below = np.concatenate([np.zeros((1, *np.shape(f))), expit(cuts - f), np.ones((1, *np.shape(f)))])
    return np.diff(below, axis=0)


def test_levels_add_up_to_one_and_follow_the_definition():
    f = np.linspace(-6, 6, 25)
    family = Ordinal(np.array([0]), SHAPE)
    assert np.exp(family.log_levels(f)) == pytest.approx(chances(f), abs=1e-14)
    assert np.exp(family.log_levels(f)).sum(axis=0) == pytest.approx(np.ones(25), abs=1e-12)


@pytest.mark.parametrize("sd", [0.3, 1.3, 3.0])
@pytest.mark.parametrize("level", range(5))
def test_tilted_moments_equal_quadrature(level, sd):
    mean = np.linspace(-4.0, 6.0, 11)
    family = Ordinal(np.full(11, level), SHAPE)
    log_z, slope, curve = family.tilted(mean, np.full(11, sd**2))
    f = mean[:, None] + sd * NODES
    weight = chances(f)[level] * W
    z = weight.sum(1)
    first = (weight * f).sum(1) / z
    second = (weight * f**2).sum(1) / z - first**2
    assert log_z == pytest.approx(np.log(z), abs=2e-5)
    assert mean + sd**2 * slope == pytest.approx(first, abs=3e-4)
    assert sd**2 - sd**4 * curve == pytest.approx(second, abs=3e-3)


def test_tilted_derivatives_equal_finite_differences():
    mean, variance, level, h = np.linspace(-3, 5, 10), np.full(10, 1.7), np.arange(10) % 5, 1e-5
    family = Ordinal(level, SHAPE)
    _, slope, curve = family.tilted(mean, variance)
    up, down = family.tilted(mean + h, variance), family.tilted(mean - h, variance)
    assert slope == pytest.approx((up[0] - down[0]) / (2 * h), abs=1e-8)
    assert curve == pytest.approx(-(up[1] - down[1]) / (2 * h), abs=1e-8)
    by_shape = family.tilted_by_shape(mean, variance)
    for i in range(3):
        move = h * np.eye(3)[i]
        up, down = (family.at(SHAPE + s * move).tilted(mean, variance)[0] for s in (1, -1))
        assert by_shape[:, i] == pytest.approx((up - down) / (2 * h), abs=1e-8)


@settings(max_examples=40)
@example(-14.0, 0.0, np.log(1e-6), 1)
@given(st.floats(-30, 30), st.floats(0.0, 50.0), st.floats(-8, 3), st.integers(0, 2))
def test_tails_stay_finite_and_levels_add_up(mean, variance, log_gap, level):
    """Far from the interval, and where it is narrow, digits are kept: the mirrored night gives the same."""
    shape = np.array([log_gap])
    one = Ordinal(np.array([level]), shape).tilted(np.array([mean]), np.array([variance]))
    mirrored = Ordinal(np.array([2 - level]), shape).tilted(np.array([np.exp(log_gap) - mean]), np.array([variance]))
    assert np.isfinite(one).all()
    assert one[0] == pytest.approx(mirrored[0], rel=1e-9, abs=1e-9)
    assert one[1] == pytest.approx(-mirrored[1], rel=1e-6, abs=1e-9)
    every = [Ordinal(np.array([k]), shape).tilted(np.array([mean]), np.array([variance]))[0][0] for k in range(3)]
    assert np.exp(every).sum() == pytest.approx(1.0, abs=1e-9)


def test_two_levels_are_yes_and_no():
    rng = np.random.default_rng(1)
    y, mean, variance = rng.random(30) < 0.4, rng.normal(size=30), rng.gamma(1.0, size=30)
    two, yes_no = Ordinal(y.astype(int), np.zeros(0)), YesNo(np.where(y, 1.0, -1.0))
    for got, expected in zip(two.tilted(mean, variance), yes_no.tilted(mean, variance), strict=True):
        assert got == pytest.approx(expected, abs=1e-12)
    x = np.column_stack([np.ones(30), mean])
    assert (two.margins(x) == yes_no.margins(x)).all()


@pytest.mark.parametrize(("sigma", "phi"), [(0.0, 0.5), (0.8, 0.5), (1.2, 0.8), (2.0, 0.9)])
def test_likelihood_of_one_person_equals_the_exact_filter(sigma, phi):
    nights, x = simulate(5, 80, [1.0, 0.6], [0.0, 0.9, 1.8, 3.0], sigma, phi)
    offset = x @ np.array([1.0, 0.6])
    found = integrate(nights, offset, NO_SCALE, sigma, phi)
    exact, ahead = filter_log_likelihood(nights.family, nights.gap, offset, sigma, phi)
    by_nodes = integrate_people(nights, offset, NO_SCALE, sigma, phi, 1)
    assert by_nodes.log_likelihood == pytest.approx(exact, abs=1e-6)
    assert found.converged
    assert found.log_likelihood == pytest.approx(exact, abs=0.03 if sigma > 1 else 0.003)
    seen = ahead[np.arange(80), nights.family.level]
    assert np.log(seen).sum() == pytest.approx(exact, abs=1e-9)


def test_the_filter_equals_brute_force_for_two_nights():
    e1, e2 = np.meshgrid(NODES, NODES, indexing="ij")
    weight = W[:, None] * W[None, :]
    second = 0.49 * e1 + np.sqrt(1 - 0.49**2) * e2
    expected = (weight * chances(0.3 + 1.1 * e1)[3] * chances(-0.4 + 1.1 * second)[1]).sum()
    family = Ordinal(np.array([3, 1]), SHAPE)
    found, _ = filter_log_likelihood(family, np.array([np.inf, 2.0]), np.array([0.3, -0.4]), 1.1, 0.7)
    assert np.exp(found) == pytest.approx(expected, rel=1e-8)


def people(persistence, seed=2):
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(96), rng.normal(size=96)])
    night = np.tile(np.cumsum(rng.integers(1, 4, size=12)), 8)
    nights = several(np.repeat(np.arange(8), 12), night, np.zeros(96), x, persistence)
    return answered(nights, rng.integers(0, 5, 96)), x


def test_people_by_quadrature_equal_a_fine_grid():
    nights, x = people(False)
    nights = replace(nights, z=x[:, :1])
    offset = x @ np.array([1.2, 0.5])
    w = np.linspace(-9, 9, 3_001)
    weight = np.exp(-0.5 * w * w) / np.sqrt(2 * np.pi) * (w[1] - w[0])
    total = 0.0
    for i in range(8):
        mine = np.flatnonzero(nights.person == i)
        inside = [np.log(chances(offset[n] + 1.4 * w)[nights.family.level[n]]) for n in mine]
        total += np.log((weight * np.exp(np.sum(inside, axis=0))).sum())
    found = integrate_people(nights, offset, np.array([[1.4]]), 0.0, 0.0, 31)
    assert found.converged
    assert found.log_likelihood == pytest.approx(total, abs=1e-8)


@pytest.mark.parametrize(("persistence", "nodes"), [(True, 0), (True, 9), (False, 41)])
def test_gradients_equal_finite_differences(persistence, nodes):
    nights, x = people(persistence)
    objective = Objective(nights, x, WEAK, nodes)
    objective.tolerance = 1e-10
    scale = np.array([[0.9, 0.0], [0.3, 0.5]])
    theta = objective.layout.pack(np.array([1.1, 0.4]), scale, 0.8, 0.3, SHAPE)
    value, gradient = objective(theta)
    assert np.isfinite(value) and gradient.size == objective.layout.size == 8 + 2 * persistence
    for j in range(theta.size):
        move = 1e-4 * np.eye(theta.size)[j]
        expected = (objective(theta + move)[0] - objective(theta - move)[0]) / 2e-4
        assert gradient[j] == pytest.approx(expected, abs=2e-5), j
    assert replace(objective.layout).unpack(theta).shape == pytest.approx(SHAPE)
    plain = Objective(nights, x, None, objective.nodes)
    assert plain.people_slopes(theta)[1].sum(axis=0) == pytest.approx(plain(theta)[1], abs=1e-6)


def test_expected_points_and_their_gradient():
    layout = Layout(2, 1, True, 3)
    theta = layout.pack(np.array([0.8, 0.5]), np.array([[0.7]]), 0.9, 0.2, SHAPE)
    x = np.column_stack([np.ones(5), np.linspace(-1, 1, 5)])
    at, weights, steps = Scenario(x, x[:, :1]), np.full(5, 0.2), np.array([1.0, 1.0, 2.0, 1.0])
    f = (x @ [0.8, 0.5])[:, None] + np.hypot(0.7, 0.9) * NODES
    expected = weights @ (np.tensordot([0.0, 1.0, 2.0, 4.0, 5.0], chances(f), 1) @ W)
    value, gradient = risk(layout, theta, weights, at, steps)
    assert value == pytest.approx(expected, abs=1e-5)
    for j in range(theta.size):
        move = 1e-5 * np.eye(theta.size)[j]
        up, down = (risk(layout, theta + s * move, weights, at, steps)[0] for s in (1, -1))
        assert gradient[j] == pytest.approx((up - down) / 2e-5, abs=1e-8), j


def test_a_long_diary_recovers_its_truth():
    cuts = [0.0, 0.9, 1.8, 3.0]
    nights, x = simulate(7, 2_500, [1.0, -0.6], cuts, 1.0, 0.7)
    found = fit_maximum(nights, x, WEAK)
    assert found.optimum.converged
    part = found.parameters
    assert part.beta == pytest.approx([1.0, -0.6], abs=0.2)
    assert thresholds(part.shape) == pytest.approx(cuts, abs=0.2)
    assert abs(part.sigma) == pytest.approx(1.0, abs=0.2) and part.phi == pytest.approx(0.7, abs=0.12)


def test_separation_is_seen_and_only_then():
    nights, x = simulate(3, 60, [1.0, 0.6], [0.0, 1.0, 2.0])
    assert separating_direction(nights.family.margins(x)) is None
    exposed = np.arange(60) % 4 == 0
    level = np.where(exposed, 3, nights.family.level)
    columns = np.column_stack([np.ones(60), exposed])
    margins = Ordinal(level, np.zeros(2)).margins(columns)
    assert separating_direction(margins)[1] > 0
    assert opens(margins, np.array([0.0, 1.0])) == (False, True)
    # at one middle level on every exposed night nothing can run off: both neighbours hold it
    held = Ordinal(np.where(exposed, 1, nights.family.level), np.zeros(2)).margins(columns)
    assert opens(held, np.array([0.0, 1.0])) == (False, False)
