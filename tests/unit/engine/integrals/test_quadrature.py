"""Tolerances: 1e-6 against fine grids where the rule has nodes to spare; 1e-3 at its default size."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, log_expit

from rlskit.engine import Objective, YesNo, fit_maximum
from rlskit.engine.integrals import quadrature
from rlskit.engine.integrals.ep import integrate
from rlskit.engine.integrals.quadrature import first_nodes, integrate_people, suits
from tests.unit.engine.build import one_person, several, simulate


def group(seed, people, each, scale, beta=(-0.5, -0.4)):
    rng = np.random.default_rng(seed)
    scale = np.atleast_2d(scale)
    who = np.repeat(np.arange(people), each)
    x = np.column_stack([np.ones(who.size), rng.normal(size=who.size)])
    z = x[:, : len(scale)]
    u = rng.normal(size=(people, len(scale))) @ scale.T
    y = rng.random(who.size) < expit(x @ beta + (z * u[who]).sum(1))
    return several(who, np.tile(np.arange(each), people), y, z, False), x, x @ np.array(beta)


def by_grid(nights, offset, sd):
    """log P(y) by a sum over 4,001 points of w in [-10, 10], person by person."""
    w = np.linspace(-10.0, 10.0, 4_001)
    log_weight = np.log(w[1] - w[0]) - 0.5 * w * w - 0.5 * np.log(2 * np.pi)
    total = 0.0
    for i in range(nights.starts.size):
        mine = nights.person == i
        inside = log_expit(nights.family.sign[mine, None] * (offset[mine, None] + sd * w)).sum(0)
        total += np.logaddexp.reduce(log_weight + inside)
    return total


@pytest.mark.parametrize(
    ("sd", "each", "nodes", "within"), [(0.8, 30, 15, 1e-6), (2.0, 7, 63, 1e-6), (4.0, 7, 63, 1e-3)]
)
def test_a_random_intercept_equals_a_fine_grid(sd, each, nodes, within):
    nights, _, offset = group(3, 40, each, [[sd]])
    found = integrate_people(nights, offset, np.array([[sd]]), 0.0, 0.0, nodes)
    assert found.converged
    assert found.log_likelihood == pytest.approx(by_grid(nights, offset, sd), abs=within)


def test_few_nights_and_a_large_spread_are_where_propagation_is_weak():
    nights, _, offset = group(3, 200, 7, [[4.0]])
    exact = by_grid(nights, offset, 4.0)
    assert abs(integrate(nights, offset, np.array([[4.0]]), 0.0, 0.0).log_likelihood - exact) > 1.0
    by_people = integrate_people(nights, offset, np.array([[4.0]]), 0.0, 0.0, 63)
    assert by_people.log_likelihood == pytest.approx(exact, abs=1e-3)


def test_intercept_and_slope_equal_brute_force(exact):
    """With persistence too: the filter inside every node."""
    for case in exact["people"]:
        rows = np.array(case["rows"])
        z = np.column_stack([np.ones(len(rows)), rows[:, 2]])
        nights = several(rows[:, 0], rows[:, 1], rows[:, 3], z, case["sigma"] > 0)
        offset, scale = z @ np.array(case["beta"]), np.array(case["scale"])
        found = integrate_people(nights, offset, scale, case["sigma"], case["phi"], 15)
        assert found.log_likelihood == pytest.approx(case["log_likelihood"], abs=1e-5)


@pytest.mark.parametrize("case", [0, 1])
def test_visits_that_follow_one_another_equal_brute_force(exact, case):
    """Few visits, people who differ hugely, AR(1): where propagation is far off."""
    made = exact["visits"][case]
    rows = np.array(made["rows"])
    x = np.column_stack([np.ones(len(rows)), rows[:, 1], rows[:, 1] * rows[:, 2]])
    nights = several(rows[:, 0], rows[:, 1], rows[:, 3], x[:, :1])
    offset = x @ np.array(made["beta"])
    for point in made["exact"]:
        at = np.array([[point["sd"]]]), point["sigma"], point["phi"]
        found = integrate_people(nights, offset, *at, 63)
        assert found.log_likelihood == pytest.approx(point["log_likelihood"], abs=1e-3)
        if point["sd"] == 4.0:
            assert integrate(nights, offset, *at).log_likelihood < found.log_likelihood - 0.5


def test_three_columns_that_differ_equal_brute_force():
    """A sum over 31^3 points of w."""
    scale = np.array([[0.9, 0.0, 0.0], [0.3, 0.6, 0.0], [-0.2, 0.1, 0.5]])
    rng = np.random.default_rng(4)
    person, x = np.repeat(np.arange(4), 12), np.column_stack([np.ones(48), rng.normal(size=(48, 2))])
    nights, offset = several(person, np.tile(np.arange(12), 4), rng.random(48) < 0.4, x, False), 0.4 * x[:, 1] - 0.3
    w = np.stack(np.meshgrid(*[np.linspace(-6, 6, 31)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    log_weight = 3 * np.log(0.4 / np.sqrt(2 * np.pi)) - 0.5 * (w * w).sum(axis=1)
    total = 0.0
    for i in range(4):
        mine = nights.person == i
        at = offset[mine, None] + x[mine] @ scale @ w.T
        total += np.logaddexp.reduce(log_weight + log_expit(nights.family.sign[mine, None] * at).sum(axis=0))
    assert integrate_people(nights, offset, scale, 0.0, 0.0, 9).log_likelihood == pytest.approx(total, abs=1e-3)
    assert integrate(nights, offset, scale, 0.0, 0.0).log_likelihood != pytest.approx(total, abs=1e-3)


@pytest.mark.parametrize("q", [1, 2])
def test_gradients_with_persistence_equal_finite_differences(q):
    scale = np.array([[0.9, 0.0], [0.3, 0.5]])[:q, :q]
    nights, _, offset = group(5, 6, 8, scale)
    nights = replace(nights, persistence=True)
    h = 1e-4

    def value(scale=scale, offset=offset, sigma=0.9, logit=0.4):
        return integrate_people(nights, offset, scale, sigma, expit(logit), 21).log_likelihood

    found = integrate_people(nights, offset, scale, 0.9, expit(0.4), 21).slopes
    assert found.sigma.sum() == pytest.approx((value(sigma=0.9 + h) - value(sigma=0.9 - h)) / (2 * h), abs=1e-5)
    assert found.phi.sum() == pytest.approx((value(logit=0.4 + h) - value(logit=0.4 - h)) / (2 * h), abs=1e-5)
    move = np.zeros_like(scale)
    move[-1, 0] = h
    expected = (value(scale=scale + move) - value(scale=scale - move)) / (2 * h)
    assert (nights.z.T @ found.moment)[-1, 0] == pytest.approx(expected, abs=1e-5)
    move = np.eye(1, 48, 20)[0] * h
    expected = (value(offset=offset + move) - value(offset=offset - move)) / (2 * h)
    assert found.offset[20] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("scale", [[[0.9]], [[0.9, 0.0], [0.3, 0.5]], [[0.0]], [[0.8, 0.0], [0.2, 0.0]]])
def test_gradients_equal_finite_differences(scale):
    scale = np.array(scale)
    nights, _, offset = group(5, 12, 10, scale)
    found = integrate_people(nights, offset, scale, 0.0, 0.0, 31)
    h = 1e-4

    def value(scale=scale, offset=offset):
        return integrate_people(nights, offset, scale, 0.0, 0.0, 31).log_likelihood

    for j, k in zip(*np.tril_indices(len(scale)), strict=True):
        move = np.zeros_like(scale)
        move[j, k] = h
        expected = (value(scale=scale + move) - value(scale=scale - move)) / (2 * h)
        assert (nights.z.T @ found.slopes.moment)[j, k] == pytest.approx(expected, abs=1e-5)
    for n in (0, 50, 119):
        move = np.zeros(offset.size)
        move[n] = h
        expected = (value(offset=offset + move) - value(offset=offset - move)) / (2 * h)
        assert found.slopes.offset[n] == pytest.approx(expected, abs=1e-6)


def test_no_spread_is_plain_logistic():
    nights, _, offset = group(1, 5, 8, [[0.0]])
    found = integrate_people(nights, offset, np.zeros((1, 1)), 0.0, 0.0, 15)
    assert found.log_likelihood == pytest.approx(log_expit(nights.family.sign * offset).sum(), abs=1e-10)
    assert found.slopes.moment.sum() == pytest.approx(0.0, abs=1e-10)


def test_blocks_of_people_and_a_warm_start_change_nothing(monkeypatch):
    nights, _, offset = group(2, 30, 9, [[1.0, 0.0], [0.2, 0.6]])
    scale = np.array([[1.0, 0.0], [0.2, 0.6]])
    whole = integrate_people(nights, offset, scale, 0.0, 0.0, 9)
    monkeypatch.setattr(quadrature, "_BLOCK", 2_000)
    parts = integrate_people(nights, offset, scale, 0.0, 0.0, 9, whole.predictor + 0.3)
    assert parts.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-9)
    assert parts.slopes.offset == pytest.approx(whole.slopes.offset, abs=1e-9)
    assert parts.slopes.moment == pytest.approx(whole.slopes.moment, abs=1e-8)


def test_a_long_diary_does_not_overflow():
    nights, _, offset = group(2, 2, 3_000, [[1.0]])
    assert integrate_people(nights, offset, np.eye(1), 0.0, 0.0, 15).log_likelihood == pytest.approx(
        by_grid(nights, offset, 1.0), abs=1e-5
    )


def test_a_person_all_of_whose_nights_end_alike():
    nights, _, offset = group(2, 6, 40, [[1.0]])
    alike = replace(nights, family=YesNo(np.ones(nights.size)))
    found = integrate_people(alike, offset - 4.0, np.array([[6.0]]), 0.0, 0.0, 127)
    assert found.converged
    assert found.log_likelihood == pytest.approx(by_grid(alike, offset - 4.0, 6.0), abs=1e-3)


def test_it_is_chosen_where_it_applies_and_refined_until_it_is_good():
    nights, x, _ = group(3, 150, 7, [[4.0]])
    found = fit_maximum(nights, x, None)
    assert found.optimum.converged and found.objective.nodes > 15
    assert abs(found.error) < 5e-4
    part = found.parameters
    assert found.log_likelihood == pytest.approx(by_grid(nights, x @ part.beta, part.scale[0, 0]), abs=1e-3)
    one, _ = simulate(1, 30, [0.0], 0.5, 0.5)
    three = several(nights.person, np.arange(1050), nights.family.sign > 0, np.ones((1050, 3)), False)
    together = several(nights.person, np.arange(1050), nights.family.sign > 0, nights.z, True)
    assert not suits(one) and not suits(three) and not suits(together)
    assert suits(nights) and first_nodes(nights) > 0
    assert Objective(one_person([1, 2], [0, 1]), np.ones((2, 1)), None).nodes == 0
