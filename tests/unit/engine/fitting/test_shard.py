"""The likelihood in shards: the same number whatever the shards, and to the last bit whoever computed before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, linprog, minimize
from scipy.special import expit, log_expit

from rlskit.engine import (
    WEAK,
    InMemory,
    Objective,
    Ordinal,
    Scenario,
    borders,
    fit_maximum,
    opens,
    profile_limits,
    ranged_difference,
)
from rlskit.engine import Nights as Table
from rlskit.engine.fitting.optimise import curvature
from rlskit.engine.fitting.separation import back_in_sight, opens_in, separating_direction, separation_of
from tests.unit.engine.build import several, simulate

PEOPLE, EACH = 24, 30
Z = 1.959963984540054
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
        monkeypatch.setattr("rlskit.engine.fitting.shard.NIGHTS", nights)

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
        patch.setattr("rlskit.engine.fitting.shard.NIGHTS", 150)
        value, slope = Objective(nights, x, WEAK, 0)(THETA)
        got, by = Objective(mixed, x[rows], WEAK, 0)(THETA)
    assert got == pytest.approx(value, rel=1e-8) and by == pytest.approx(slope, abs=1e-4)


def test_a_fit_in_shards_is_the_fit(shards_of, monkeypatch):
    monkeypatch.setattr("rlskit.engine.fitting.maximum.affordable", lambda facts: False)
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


def apart(seed, kind, people=PEOPLE, each=EACH):
    """Severity 0 or 1 without a cause, 2 or 3 with it: every night stays near a threshold, and those drift apart.
    kind: what a second cause does. Without persistence and with nothing that differs between people."""
    rng = np.random.default_rng(seed)
    n = people * each
    cause, second = rng.random(n) < 0.4, rng.random(n) < 0.3
    level = np.where(cause, rng.integers(2, 4, n), rng.integers(0, 2, n))
    if kind == "ends the quiet ones":
        level = np.where(second & ~cause, 0, level)
    if kind == "is a cause too":
        level = np.where(cause, 3, np.where(second, rng.integers(2, 4, n), rng.integers(0, 2, n)))
    gap = np.where(np.arange(n) % each == 0, np.inf, 1.0)
    x = np.column_stack([np.ones(n), cause - 0.4, second - 0.3])
    return Table(Ordinal(level, np.zeros(2)), np.arange(0, n, each), gap, np.zeros((n, 0)), False), x


@pytest.mark.parametrize("kind", ["does nothing", "ends the quiet ones", "is a cause too"])
def test_shards_move_every_night_that_can_run_away(shards_of, kind):
    """The direction with the largest plain sum left one to two rows in three where they were."""
    nights, x = apart(4, kind)
    margins = nights.family.margins(x)
    whole = separation_of(InMemory(nights, x))
    shards_of(100)
    parts = separation_of(InMemory(nights, x))
    assert ((margins @ whole > 1e-6) == (margins @ parts > 1e-6)).all()
    assert (margins @ parts).min() > -1e-6 and np.abs(parts).max() == pytest.approx(1.0)
    plain = linprog(-margins.sum(axis=0), A_ub=-margins, b_ub=np.zeros(len(margins)), bounds=(-1.0, 1.0)).x
    assert (margins @ plain > 1e-6).sum() < (margins @ parts > 1e-6).sum()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.0, 3.0), st.integers(1, 4))
def test_shards_move_the_rows_that_one_shard_moves(seed, steep, columns):
    """Any nights: whole numbers in the columns, so that many stand at an edge; steep: how often they are told apart."""
    rng = np.random.default_rng(seed)
    n, each = 60, 6
    x = np.column_stack([np.ones(n), rng.integers(-1, 2, (n, columns))])
    yes = rng.random(n) < expit(steep * x @ rng.integers(-3, 4, columns + 1))
    nights = several(np.repeat(np.arange(n // each), each), np.tile(np.arange(each), n // each), yes, np.zeros((n, 0)))
    margins, whole = nights.family.margins(x), separation_of(InMemory(nights, x))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rlskit.engine.fitting.shard.NIGHTS", 12)
        patch.setattr("rlskit.engine.fitting.separation._EACH", 3)
        parts = separation_of(InMemory(nights, x))
    assert (whole is None) == (parts is None)
    if whole is not None:
        assert ((margins @ whole > 1e-6) == (margins @ parts > 1e-6)).all() and (margins @ parts).min() > -1e-6


def lower_at_infinity(nights, x):
    """The lower 95% limit of the change in points where the second cause does nothing to tell nights apart: with the
    thresholds infinitely far from each other these are two yes/no answers with one coefficient of the second cause in
    common, climbed under a hard constraint."""
    cause, second, level = x[:, 1] > 0.0, x[:, 2], nights.family.level
    sign = np.where(level > np.where(cause, 2, 0), 1.0, -1.0)

    def drop(t):
        return -2.0 * log_expit(sign * (np.where(cause, t[0], t[1]) + t[2] * second)).sum()

    def points(t):
        return 2.0 + (expit(t[0] + t[2] * second) - expit(t[1] + t[2] * second)).mean()

    best = minimize(drop, np.zeros(3))

    def over(h):
        return minimize(drop, best.x, method="SLSQP", options={"ftol": 1e-12},
                        constraints={"type": "eq", "fun": lambda t: points(t) - h}).fun - best.fun - Z**2

    return brentq(over, points(best.x) - 0.5, points(best.x))


@pytest.mark.parametrize(("kind", "people"), [("does nothing", 24), ("is a cause too", 12)])
def test_limits_under_separation_are_the_same_in_shards(shards_of, kind, people):
    """Of 720 nights no point of the profile, all of them at infinity, could be found to 1e-5."""
    nights, x = apart(4, kind, people)
    a, b = (Scenario(np.column_stack([x[:, 0], np.full(len(x), v), x[:, 2]]), nights.z) for v in (0.6, -0.4))
    weights, steps, ends = np.full(len(x), 1.0 / len(x)), np.ones(3), []
    for size in (20_000, 90):
        shards_of(size)
        best = fit_maximum(nights, x, WEAK)
        assert best.optimum.converged
        _, found, _ = profile_limits(best, lambda layout: ranged_difference(layout, weights, a, b, steps), [0.95],
                                     weights @ (a.x - b.x), corrected=False)
        ends.append(found.lower[0])
        assert np.isinf(found.upper[0])
    assert ends[1] == pytest.approx(ends[0], abs=1e-3)
    if kind == "does nothing":
        assert ends[0] == pytest.approx(lower_at_infinity(nights, x), abs=1e-3)


def test_the_curvature_does_not_depend_on_where_sites_begin():
    """From warm sites the standard error of sigma was 12% too small here."""
    nights, x = simulate(1, 120, [-0.4, 0.5, 0.3], 1.2, 0.8)
    found = fit_maximum(nights, x, WEAK)
    sharp = Objective(nights, x, WEAK, 0)
    sharp.tolerance = 1e-11
    right = np.linalg.inv(curvature(sharp, found.optimum.theta))
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(np.sqrt(np.diag(right)), rel=1e-3)
