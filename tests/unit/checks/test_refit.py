"""What checks take a short way to, against the long way. Tolerance: a hundredth of a standard error, to which limits
are found."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.checks.refit import standardised
from rlskit.engine import fit_maximum
from rlskit.models.columns import NIGHT
from tests.unit.checks.build import material


@pytest.fixture(scope="module")
def m():
    rng = np.random.default_rng(3)
    people, each = 30, 40
    own = np.repeat(rng.normal(size=people), each)
    done = rng.random(people * each) < 0.5
    table = pd.DataFrame({"person": np.repeat(np.arange(people), each), "night": np.tile(np.arange(each), people),
                          "done": done, "symptoms": rng.random(people * each) < 0.35 + 0.1 * np.tanh(own) - 0.2 * done})
    return material(table)


def test_without_a_person_the_slope_lacks_what_their_nights_add(m):
    night, person = m.fit.design.frame[NIGHT].to_numpy(), m.refit.nights.person
    quick = m.refit.without_each(person, night)
    for i in (0, 11, 29):
        assert quick[i] == pytest.approx(m.refit.keeping(person != i, night).stepped, abs=0.01 * m.refit.standard_error)


@pytest.mark.parametrize(("outcome", "kind"), [("symptoms", {}), ("severity", {"outcome": rk.ORDINAL})])
def test_a_week_and_the_nights_around_it_tell_what_it_adds(outcome, kind):
    rng = np.random.default_rng(4)
    day = np.flatnonzero(rng.random(400) < 0.9)  # some were not noted
    e = np.zeros(400)
    for t in range(1, 400):
        e[t] = 0.4 * e[t - 1] + 2.0 * rng.normal()
    done = rng.random(day.size) < 0.5
    worse = rng.logistic(size=day.size) + e[day] - done
    table = pd.DataFrame({"person": "a", "night": day, "done": done, "symptoms": worse > 0,
                          "severity": np.digitize(worse, [-0.5, 1.0])})
    m = material(table, f"{outcome} ~ done", **kind)
    night, week = m.fit.design.frame[NIGHT].to_numpy(), day // 7
    _, week = np.unique(week, return_inverse=True)
    assert m.refit._added_by_each(week, night) is not None  # the short way
    quick = m.refit.without_each(week, night)
    slow = np.array([m.refit.keeping(week != g, night).stepped for g in range(week.max() + 1)])
    assert quick == pytest.approx(slow, abs=1e-3 * m.refit.standard_error)


def test_weeks_that_reach_far_are_left_out_the_long_way():
    m = material(pd.DataFrame({"person": "a", "night": np.arange(30), "done": np.arange(30) % 2 == 0,
                               "symptoms": np.arange(30) % 5 < 2}))
    assert m.refit._added_by_each(np.arange(30) // 7, np.arange(30.0)) is None


def test_a_fit_begun_near_its_maximum_is_the_fit(m):
    column = np.arange(len(m.refit.x)) % 7
    near = m.refit.adding(column)
    whole = fit_maximum(m.refit.nights, np.hstack([m.refit.x, standardised(column)]), m.prior)
    assert near.maximum.objective.nodes == 0 and near.maximum.accuracy is None  # the short way
    error = np.sqrt(np.diag(whole.covariance))
    assert np.abs((near.maximum.optimum.theta - whole.optimum.theta) / error)[:3].max() < 0.01
    assert near.maximum.optimum.value == pytest.approx(whole.optimum.value, abs=1e-3)


def test_one_limit_tells_the_claim(m):
    both = m.refit.limits(0.95)
    one = m.refit.limits(0.95, only=1)
    assert both.claim == -1 and m.refit.claims(0.95, -1)
    assert one.lower == -np.inf and one.upper == pytest.approx(both.upper, abs=0.01 * m.refit.standard_error)
