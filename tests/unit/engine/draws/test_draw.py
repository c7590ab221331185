"""Drawn outcomes against shares and correlations known in advance; tolerances are five Monte-Carlo standard errors."""

from dataclasses import replace

import numpy as np
import pytest

from rlskit.engine import Nights, Parameters, YesNo, mean_probability
from rlskit.engine.draws.draw import draw_chain, draw_levels, draw_nights, draw_numbers


def nights_of(people: int, each: int, q: int = 0) -> Nights:
    n = people * each
    gap = np.ones(n)
    gap[::each] = np.inf
    return Nights(YesNo(np.ones(n)), np.arange(0, n, each), gap, np.ones((n, q)), True)


def test_a_path_has_unit_variance_and_the_correlation_of_its_gaps():
    gap = np.tile([np.inf, 1.0, 3.0], 20_000)
    path = draw_chain(gap, 0.8, np.random.default_rng(1)).reshape(-1, 3)
    found = np.cov(path.T)
    known = [[1, 0.8, 0.8**4], [0.8, 1, 0.8**3], [0.8**4, 0.8**3, 1]]
    assert found == pytest.approx(np.array(known), abs=5 * np.sqrt(2 / 20_000))
    between = np.corrcoef(path[:-1, 2], path[1:, 0])[0, 1]  # the next person starts anew
    assert abs(between) < 5 / np.sqrt(20_000)


def test_the_share_of_symptom_nights_is_the_one_averaged_over_persistence_and_people():
    nights = nights_of(4_000, 5, q=1)
    part = Parameters(np.array([-0.6]), np.array([[0.9]]), 1.3, 0.5, np.zeros(0))
    drawn = draw_nights(nights, np.ones((20_000, 1)), part, np.random.default_rng(2))
    share = (drawn.family.sign > 0).reshape(-1, 5).mean(axis=1)
    known = mean_probability(np.array([-0.6]), np.array([0.9**2 + 1.3**2]))[0][0]
    assert share.mean() == pytest.approx(known, abs=5 * share.std() / np.sqrt(4_000))
    # people differ: without the 0.9 the variance is 0.062
    assert share.var() > 0.075


def test_the_same_generator_gives_the_same_nights():
    nights, part = nights_of(2, 30), Parameters(np.array([0.2]), np.zeros((0, 0)), 1.0, 0.7, np.zeros(0))
    one, two = (draw_nights(nights, np.ones((60, 1)), part, np.random.default_rng(3)).family.sign for _ in range(2))
    assert (one == two).all() and {-1.0, 1.0} == set(one)


def test_levels_are_passed_with_the_chance_of_their_thresholds():
    nights = nights_of(4_000, 5, q=1)
    part = Parameters(np.array([0.4]), np.array([[0.7]]), 0.9, 0.5, np.log([0.8, 1.5]))
    drawn = draw_levels(nights, np.ones((20_000, 1)), part, np.random.default_rng(4))
    assert set(drawn) == {0, 1, 2, 3}
    for k, cut in enumerate([0.0, 0.8, 2.3]):
        passed = (drawn > k).reshape(-1, 5).mean(axis=1)
        known = mean_probability(np.array([0.4 - cut]), np.array([0.7**2 + 0.9**2]))[0][0]
        assert passed.mean() == pytest.approx(known, abs=5 * passed.std() / np.sqrt(4_000))


@pytest.mark.parametrize("persistence", [True, False])
def test_numbers_have_the_variance_of_people_and_nights(persistence):
    nights = replace(nights_of(4_000, 5, q=1), persistence=persistence)
    part = Parameters(np.array([7.0]), np.array([[0.6]]), 1.1, -0.4, np.zeros(0))
    drawn = draw_numbers(nights, np.ones((20_000, 1)), part, np.random.default_rng(5)).reshape(-1, 5)
    assert drawn.mean() == pytest.approx(7.0, abs=5 * drawn.mean(axis=1).std() / np.sqrt(4_000))
    found, link = np.cov(drawn.T), -0.4 if persistence else 0.0
    known = 0.6**2 + 1.1**2 * np.where(np.eye(5, dtype=bool), 1.0,
                                       link ** np.abs(np.subtract.outer(np.arange(5), np.arange(5))))
    assert found == pytest.approx(known, abs=5 * 1.57 * np.sqrt(2 / 4_000))
