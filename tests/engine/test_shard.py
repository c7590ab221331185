"""The likelihood in shards: the same number whatever the shards, and to the last bit whoever computed before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from rlskit.engine import WEAK, InMemory, Objective, Ordinal, borders, fit_maximum, opens
from rlskit.engine import Nights as Table
from rlskit.engine.optimise import curvature
from rlskit.engine.separation import back_in_sight, opens_in, separating_direction, separation_of
from tests.engine.build import several, simulate

PEOPLE, EACH = 24, 30
THETA = np.array([-0.4, 0.5, 0.9, 0.1, 0.5, 0.8, 0.4])


def group(seed=1, people=PEOPLE, each=EACH):
    """People with their own intercepts and slopes, and nights that hang together."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(people), each)
    e = rng.normal(size=(people, each))
    for t in range(1, each):
        e[:, t] = 0.6 * e[:, t - 1] + 0.8 * e[:, t]
    x = np.column_stack([np.ones(who.size), rng.normal(size=who.size)])
    eta = x @ [-0.4, 0.5] + (x * rng.normal(size=(people, 2))[who] * [0.9, 0.5]).sum(axis=1) + e.ravel()
    return several(who, np.tile(np.arange(each), people), rng.random(who.size) < expit(eta), x), x


@pytest.fixture
def shards_of(monkeypatch):
    def of(nights):
        monkeypatch.setattr("rlskit.engine.shard.NIGHTS", nights)

    return of


def test_a_shard_ends_with_the_person_who_fills_it(shards_of):
    shards_of(100)
    assert borders(np.array([30, 30, 30, 30, 30])).tolist() == [0, 4]
    assert borders(np.array([250, 1, 99, 1, 300, 1])).tolist() == [0, 1, 3, 5]
    assert borders(np.array([99, 1, 99, 2, 1])).tolist() == [0, 2, 4]
    shards_of(20_000)
    assert borders(np.array([30, 30])).tolist() == [0]


@pytest.mark.parametrize("nodes", [0, 5])
@pytest.mark.parametrize("size", [1, 100, 333])
def test_shards_add_up_to_the_whole(shards_of, size, nodes):
    nights, x = group()
    nights = nights if not nodes else several(nights.person, np.tile(np.arange(EACH), PEOPLE), nights.family.sign, x)
    whole = Objective(nights, x, WEAK, nodes)
    value, slope = whole(THETA)
    shards_of(size)
    parts = Objective(nights, x, WEAK, nodes)
    assert len(parts.parts.each(lambda shard: 0)) == {1: 24, 100: 7, 333: 3}[size]
    for start in (None, THETA + 0.05):
        if start is not None:
            parts.settle(start)
        got, by = parts(THETA)
        assert got == pytest.approx(value, rel=1e-8)
        assert by == pytest.approx(slope, abs=1e-4)
    assert parts.log_likelihood(THETA) == pytest.approx(whole.log_likelihood(THETA), rel=1e-8)
    assert parts.people_slopes(THETA)[1] == pytest.approx(whole.people_slopes(THETA)[1], abs=1e-5)
    scores = whole.people_slopes(THETA)[1]
    centred = scores - scores.mean(axis=0)
    assert parts.people_spread(THETA) == pytest.approx(centred.T @ centred, rel=1e-3, abs=1e-3)
    assert parts.parts.facts.gram == pytest.approx(x.T @ x) and parts.parts.facts.people == PEOPLE


def test_what_a_shard_answers_does_not_depend_on_what_it_was_asked_before(shards_of):
    shards_of(200)
    nights, x = group()
    travelled, new = Objective(nights, x, WEAK, 0), Objective(nights, x, WEAK, 0)
    for step in (0.3, -0.2, 0.05):
        travelled.settle(THETA + step)
        travelled(THETA - step)
    travelled.settle(THETA + 0.1)
    new.settle(THETA + 0.1)
    (one, by), (other, also) = travelled(THETA), new(THETA)
    assert one == other and (by == also).all()


@settings(max_examples=8, deadline=None)
@given(st.permutations(range(PEOPLE)))
def test_the_order_of_people_changes_nothing(order):
    nights, x = group()
    rows = np.concatenate([np.flatnonzero(nights.person == one) for one in order])
    mixed = Table(nights.family.take(rows), nights.starts, nights.gap[rows], nights.z[rows], True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rlskit.engine.shard.NIGHTS", 150)
        value, slope = Objective(nights, x, WEAK, 0)(THETA)
        got, by = Objective(mixed, x[rows], WEAK, 0)(THETA)
    assert got == pytest.approx(value, rel=1e-8) and by == pytest.approx(slope, abs=1e-4)


def test_a_fit_in_shards_is_the_fit(shards_of, monkeypatch):
    monkeypatch.setattr("rlskit.engine.maximum.affordable", lambda facts: False)
    nights, x = group(3, 60, 25)
    whole = fit_maximum(nights, x, WEAK)
    shards_of(400)
    parts = fit_maximum(nights, x, WEAK)
    se = np.sqrt(np.diag(whole.covariance))
    assert parts.optimum.converged and not parts.objective.nodes and not parts.objective.parts.alone
    assert parts.log_likelihood == pytest.approx(whole.log_likelihood, rel=1e-6)
    assert np.abs((parts.optimum.theta - whole.optimum.theta) / se).max() < 2e-3
    assert np.sqrt(np.diag(parts.covariance)) == pytest.approx(se, rel=1e-2)
    assert parts.accuracy.people == whole.accuracy.people
    assert parts.accuracy.missing == pytest.approx(whole.accuracy.missing, abs=5e-2)


def test_ordinal_shards_begin_where_the_whole_does(shards_of):
    nights, x = group()
    rng = np.random.default_rng(5)
    nights = Table(Ordinal(rng.permutation(np.arange(nights.size) % 4), np.zeros(2)), nights.starts, nights.gap,
                   nights.z[:, :1], True)
    whole = Objective(nights, x, None)
    theta = np.array([0.3, 0.2, -0.1, 0.2, 0.5, 0.6, 0.1])
    shards_of(200)
    parts = Objective(nights, x, None)
    assert parts(theta)[0] == pytest.approx(whole(theta)[0], rel=1e-8)
    assert parts(theta)[1] == pytest.approx(whole(theta)[1], abs=1e-4)
    assert parts.parts.facts.counts.tolist() == whole.parts.facts.counts.tolist() == [180] * 4


def test_separation_is_found_across_shards(shards_of):
    nights, x = group()
    sign = np.where(x[:, 1] > 0.8, 1.0, -1.0)
    shards_of(100)
    apart, free = (InMemory(several(nights.person, np.tile(np.arange(EACH), PEOPLE), one > 0, x), x)
                   for one in (sign, nights.family.sign))
    found = separation_of(apart)
    assert (apart.nights.family.margins(x) @ found >= -1e-6).all() and found[1] > 0
    assert opens_in(apart, np.array([0.0, 1.0])) == (False, True)
    assert opens(apart.nights.family.margins(x), np.array([0.0, 1.0])) == (False, True)
    assert separation_of(free) is None and opens_in(free, np.array([0.0, 1.0])) == (False, False)
    # one night in one shard that spoils it
    sign[[np.argmax(x[:, 1])]] *= -1.0
    spoiled = InMemory(several(nights.person, np.tile(np.arange(EACH), PEOPLE), sign > 0, x), x)
    assert separation_of(spoiled) is None and separating_direction(spoiled.nights.family.margins(x)) is None
    theta = THETA.copy()
    theta[:2] = [-20.0, 25.0]
    shards_of(10**9)
    one = InMemory(apart.nights, x)
    assert back_in_sight(theta, apart, found) == pytest.approx(back_in_sight(theta, one, found))


def test_the_curvature_does_not_depend_on_where_sites_begin():
    """From warm sites the standard error of sigma was 12% too small here."""
    nights, x = simulate(1, 120, [-0.4, 0.5, 0.3], 1.2, 0.8)
    found = fit_maximum(nights, x, WEAK)
    sharp = Objective(nights, x, WEAK, 0)
    sharp.tolerance = 1e-11
    right = np.linalg.inv(curvature(sharp, found.optimum.theta))
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(np.sqrt(np.diag(right)), rel=1e-3)
