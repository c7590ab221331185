"""Evenings of several rows: products over their rows by brute force, the filter's slopes by finite differences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import multivariate_normal

from rlskit.engine import Nights, Objective, YesNo
from rlskit.engine.families.evenings import Evenings
from rlskit.engine.families.family import yes_no_rows
from rlskit.engine.integrals.forward_backward import integrate_forward_backward
from rlskit.engine.limits.persistence import persistence_excess

SIGN = np.array([-1, -1, 1, -1, -1, -1, -1, -1, -1, 1.0])
SOME = np.array([0, 0, 0, 0, 0, 0, 0, 0.9, 0.4, 0])
EVENINGS = Evenings(SIGN, first=np.array([0, 3, 6, 9]), some=SOME)
GAP = np.array([np.inf, 1.0, 2.0, 1.0])
X = np.column_stack([np.ones(10), np.random.default_rng(2).normal(size=(10, 2))])


def nights(evenings=EVENINGS, gap=GAP):
    return Nights(evenings, np.array([0]), gap, np.zeros((evenings.size, 0)), True)


def chance(f):
    """Of all four evenings: begun in row 2; quiet; begun in row 1 or 2, after a quiet row, each with the chance of what
    else is known; begun at once."""
    h = expit(f)
    quiet = 1 - h
    return np.stack([quiet[0] * quiet[1] * h[2], quiet[3] * quiet[4] * quiet[5],
                     quiet[6] * (0.9 * h[7] + 0.4 * quiet[7] * h[8]), h[9]])


def test_the_likelihood_of_evenings_that_share_their_e_and_follow_each_other():
    """Against the mean of the product over 200,000 draws of e, in closed form where sigma is 0."""
    offset = X @ np.array([-0.8, 0.4, 0.3])
    exact = np.log(chance(offset)).sum()
    found = integrate_forward_backward(nights(), yes_no_rows(EVENINGS), offset[:, None], 1e-9, 0.5).log_p[0, 0]
    assert found == pytest.approx(exact, abs=1e-9)
    day = np.cumsum([0, 1, 2, 1])
    e = multivariate_normal(cov=0.9**2 * 0.5 ** np.abs(np.subtract.outer(day, day))).rvs(200_000, random_state=1)
    drawn = np.prod(chance(offset[:, None] + e.T[EVENINGS.night]), axis=0)
    found = integrate_forward_backward(nights(), yes_no_rows(EVENINGS), offset[:, None], 0.9, 0.5).log_p[0, 0]
    assert np.exp(found) == pytest.approx(drawn.mean(), abs=4 * drawn.std() / np.sqrt(drawn.size))


def test_slopes_by_finite_differences():
    objective = Objective(nights(), X, None)
    assert objective.nodes == 1
    at = np.array([-0.8, 0.4, 0.3, 0.9, 0.2])
    numeric = [(objective(at + step)[0] - objective(at - step)[0]) / 2e-5 for step in 1e-5 * np.eye(5)]
    assert objective(at)[1] == pytest.approx(numeric, abs=1e-6)
    by_night = objective.night_slopes(at)
    assert by_night[1].shape == (4, 5) and by_night[1].sum(axis=0) == pytest.approx(numeric, abs=1e-6)


def test_one_row_an_evening_is_a_night():
    sign = np.array([1, -1, 1, 1, -1.0, -1])
    gap, x = np.array([np.inf, 1, 1, 3, 1, 1]), X[:6]
    one = Evenings(sign, first=np.arange(6), some=np.zeros(6))
    plain = Nights(YesNo(sign), np.array([0]), gap, np.zeros((6, 0)), True)
    at = np.array([-0.2, 0.4, 0.3, 1.1, 0.4])
    ours, theirs = Objective(nights(one, gap), x, None)(at), Objective(plain, x, None, nodes=1)(at)
    assert ours[0] == pytest.approx(theirs[0]) and ours[1] == pytest.approx(theirs[1])
    change = np.array([0, 1.0, 0])
    alone = persistence_excess(x, gap, 0.2, change, 0.3, None)
    assert persistence_excess(x, gap, 0.2, change, 0.3, None, one.sum_rows) == pytest.approx(alone)


def test_what_rows_of_an_evening_add_to_the_statistic_against_dense_matrices():
    """A column that is the same all evening: rows of one evening share e, so they say less than as many evenings."""
    gap = np.r_[np.inf, np.ones(59)]
    evenings = Evenings(-np.ones(180), first=np.arange(0, 180, 3), some=np.zeros(180))
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(180), np.repeat(rng.normal(size=60).cumsum(), 3)])
    found = persistence_excess(x, gap, 0.05, np.array([0, 1.0]), 0.0, None, evenings.sum_rows)
    as_nights = persistence_excess(x[::3], gap, 0.15, np.array([0, 1.0]), 0.0, None)
    assert found == pytest.approx(as_nights)
    with_own = np.column_stack([x, rng.normal(size=180)])
    assert persistence_excess(with_own, gap, 0.05, np.array([0, 0, 1.0]), 0.0, None, evenings.sum_rows) < 0.01


def test_some_evenings_and_their_parts():
    assert yes_no_rows(EVENINGS).own and EVENINGS.night.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]
    some = EVENINGS.take(np.array([0, 2]))
    assert some.first.tolist() == [0, 3] and some.sign.tolist() == SIGN[[0, 1, 2, 6, 7, 8]].tolist()
    assert some.some.tolist() == [0, 0, 0, 0, 0.9, 0.4] and EVENINGS.take(slice(0, 0)).size == 0
    assert EVENINGS.level.tolist() == [0, 0, 1, 0, 0, 0, 0, 0, 0, 1]


def test_margins_of_rows_of_which_some_one_is_a_yes():
    rows = EVENINGS.margins(X)
    assert any(np.allclose(row, X[7:9].mean(axis=0)) for row in rows)
    assert len(rows) == 9 and not any(np.allclose(row, -X[7]) for row in rows)
