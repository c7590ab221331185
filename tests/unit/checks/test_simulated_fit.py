"""Simulated diaries of a fit: what is drawn, what nothing is, and what another process or kind of outcome finds."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.checks import simulated_fit as simulated
from rlskit.checks.simulated_fit import ANSWERED, REFUSED, simulate_one, start, value_at, without
from rlskit.effects.scales import SCALES
from tests.helpers.simulated_nights import asked_of, contrasts


def diary(n: int = 60, level: float = 0.0, seed: int = 3) -> pd.DataFrame:
    """Severity 0 to 5 and hours of sleep, both worse with tea, better with walking."""
    rng = np.random.default_rng(seed)
    walked, tea = rng.random(n) < 0.5, rng.integers(0, 4, n)
    f = level - 0.9 * walked + 0.3 * tea + 0.7 * rng.normal(size=n)
    severity = (f[:, None] + rng.logistic(size=(n, 1)) > np.array([-1.0, 0, 1, 2, 3])).sum(axis=1)
    hours = 7.0 + 0.3 * walked - 0.2 * tea + level / 2 + 0.6 * rng.normal(size=n)
    return pd.DataFrame({"night": np.arange(n), "severity": severity, "hours": hours, "symptoms": severity >= 2,
                         "walked": walked, "tea": tea})


def people(of: int = 5, nights: int = 40) -> pd.DataFrame:
    levels = np.random.default_rng(9).normal(size=of)
    return pd.concat([diary(nights, level, seed).assign(person=seed) for seed, level in enumerate(levels)])


KINDS = {"symptoms": rk.BINARY, "severity": rk.ORDINAL, "hours": rk.GAUSSIAN}
ASKED = [("symptoms", "nights_per_30", None), ("symptoms", "risk_ratio", None), ("symptoms", "odds_ratio", None),
         ("severity", "points", None), ("severity", "risk_ratio", 2),
          ("severity", "probability", 3), ("severity", "nights_per_30", 2), ("severity", "odds_ratio", None),
          ("hours", "points", None)]


@pytest.fixture(scope="module")
def pooled() -> dict[str, rk.Fit]:
    return {name: rk.fit(f"{name} ~ walked * tea", people(), outcome=kind, slopes=("walked",), night_to_night=False)
            for name, kind in KINDS.items()}


@pytest.mark.parametrize(("name", "scale", "at_least"), ASKED)
def test_the_truth_is_the_estimate_and_without_it_there_is_exactly_none(pooled, name, scale, at_least):
    fit = pooled[name]
    asked, theta = asked_of(fit, scale=scale, at_least=at_least), start(fit)
    table = rk.estimate_effects(fit, scale=scale, at_least=at_least).table.set_index("term")
    names, p = list(fit.design.names), len(fit.design.names)
    nothing = SCALES[scale].zero
    for contrast in contrasts(fit):
        truth = value_at(asked, theta, contrast)
        assert truth == pytest.approx(table.loc[contrast.term, "estimate"], rel=1e-3, abs=1e-4)
        null = without(asked, theta, contrast)
        assert abs(truth - nothing) > 0.01
        assert value_at(asked, null, contrast) == pytest.approx(nothing, abs=1e-9)
        assert (null[p:] == theta[p:]).all()
        as_recorded = simulated._rate(asked)
        assert as_recorded(null)[0] == pytest.approx(as_recorded(theta)[0], abs=1e-8)
        if contrast.term == "tea":  # no slope of its own: it and its interaction simply have none
            assert all(null[names.index(n)] == 0.0 for n in names if "tea" in n)
            assert len([n for n in names if "tea" in n]) == 2
    assert {c.term for c in contrasts(fit)} == {"walked", "tea"}


def test_a_diary_without_a_perfect_predictor_has_as_many_symptom_nights():
    """The coefficient of what tells every night is far out, and the intercept beside it."""
    table = diary()
    fit = rk.fit("symptoms ~ x", table.assign(x=table["tea"] + 10 * table["symptoms"]))
    (contrast,) = contrasts(fit)
    asked = asked_of(fit)
    null = without(asked, start(fit), contrast)
    drawn = simulated._draw(fit, null, np.random.default_rng(1))
    assert abs(drawn.mean() - table["symptoms"].mean()) < 0.2
    assert value_at(asked, null, contrast) == pytest.approx(0.0, abs=1e-9)


def test_within_moves_the_column_itself():
    nights = people(4)
    fit = rk.fit("symptoms ~ within(tea) + between(tea)", nights, night_to_night=False)
    (contrast,) = [c for c in contrasts(fit) if c.term == "within(tea)"]
    estimate = rk.estimate_effects(fit).table.set_index("term").loc["within(tea)", "estimate"]
    assert value_at(asked_of(fit), start(fit), contrast) == pytest.approx(estimate, abs=1e-6)


@pytest.mark.parametrize("name", list(KINDS))
def test_drawn_nights_have_the_moments_of_the_model(name):
    """20,000 nights of the model alone, against its mean; five Monte-Carlo standard errors."""
    n = 20_000
    rng = np.random.default_rng(6)
    table = diary(n, seed=5)
    fit = rk.fit(f"{name} ~ walked + tea", table, outcome=KINDS[name], night_to_night=False)
    drawn = simulated._draw(fit, start(fit), rng)
    own = fit.design.response
    for walked in (0.0, 1.0):
        here = fit.design.frame["walked"].to_numpy() == walked
        error = np.hypot(own[here].std(), drawn[here].std()) / np.sqrt(here.sum())
        assert drawn[here].mean() == pytest.approx(own[here].mean(), abs=5 * error)
    assert drawn.std() == pytest.approx(own.std(), rel=0.05)
    assert set(drawn) <= set(own) or name == "hours"


def test_numeric_nights_carry_over_and_people_differ():
    table = people(40, 60)
    fit = rk.fit("hours ~ walked", table, outcome=rk.GAUSSIAN)
    fit = replace(fit, maximum=replace(fit.maximum, sigma=2.0, phi=0.8, scale=np.array([[3.0]])))
    drawn = simulated._draw(fit, start(fit), np.random.default_rng(1)) - fit.design.x @ start(fit)
    by_person = drawn.reshape(40, 60)
    assert by_person.mean(axis=1).std() == pytest.approx(3.0, rel=0.4)
    inside = by_person - by_person.mean(axis=1, keepdims=True)
    assert inside.std() == pytest.approx(2.0, rel=0.15)
    assert np.corrcoef(inside[:, 1:].ravel(), inside[:, :-1].ravel())[0, 1] == pytest.approx(0.8, abs=0.08)


@pytest.mark.parametrize(("name", "scale", "at_least"), ASKED)
def test_one_diary_is_the_fit_of_its_own_nights(name, scale, at_least):
    """Drawn nights given to fit() and estimate_effects() as a user's table give the same limits; so does a process."""
    fit = rk.fit(f"{name} ~ walked + tea", diary(), outcome=KINDS[name])
    asked = asked_of(fit, seed=4, scale=scale, at_least=at_least)
    task = (asked, start(fit), contrasts(fit), (0, 1))
    found = simulate_one(*task)
    answers = simulated._draw(fit, start(fit), np.random.default_rng([4, 0, 1]))
    table = diary().assign(**{name: answers})
    again = rk.fit(f"{name} ~ walked + tea", table, outcome=KINDS[name])
    rows = rk.estimate_effects(again, scale=scale, at_least=at_least).table
    assert [one.status for one in found] == [ANSWERED] * 2
    assert [one.lower for one in found] == pytest.approx(list(rows["lower"]), rel=1e-3, abs=1e-3)
    assert [one.upper for one in found] == pytest.approx(list(rows["upper"]), rel=1e-3, abs=1e-3)
    assert simulate_one(*pickle.loads(pickle.dumps(task))) == found


def test_a_diary_whose_nights_end_alike_is_refused():
    table = diary(40, -2.0).assign(severity=lambda t: (t["severity"] >= 2) * 2)
    table.loc[:7, "severity"] = [2, 2, 2, 2, 2, 0, 0, 0]
    fit = rk.fit("severity ~ walked", table, outcome=rk.ORDINAL)
    found = [simulate_one(asked_of(fit), start(fit), contrasts(fit), (0, i))[0].status for i in range(8)]
    assert REFUSED in found and ANSWERED in found


def test_at_least_is_the_lowest_level_that_a_drawn_diary_has():
    words = pd.Categorical(np.array(["none", "mild", "strong", "severe"])[np.minimum(diary()["severity"], 3)],
                           ["none", "mild", "strong", "severe"], ordered=True)
    fit = rk.fit("severity ~ walked", diary().assign(severity=words), outcome=rk.ORDINAL)
    asked = asked_of(fit, scale="probability", at_least="strong")
    answers = fit.design.response.copy()
    reached = {}
    for gone, text in (((2.0,), "severe"), ((1.0,), "strong"), ((0.0,), "strong")):
        kept = np.where(np.isin(answers, gone), (gone[0] + 1) % 4, answers)
        reached[text] = simulated._reached(simulated.with_answers(fit.design, "ordinal", kept), asked)
        assert reached[text] == text
    low = simulated.with_answers(fit.design, "ordinal", np.where(answers > 1, 0.0, answers))
    high = simulated.with_answers(fit.design, "ordinal", np.where(answers > 2, 3.0, 2.0))
    for one_side in (low, high):
        with pytest.raises(rk.ModelError, match="at_least: found all nights on one side of strong; expected both"):
            simulated._reached(one_side, asked)


def test_a_numeric_fit_that_was_stored_is_still_one():
    """The kind of outcome is compared by what it is: a pickled fit has another object of the same kind."""
    fit = rk.fit("hours ~ walked", diary(), outcome=rk.GAUSSIAN)
    stored = pickle.loads(pickle.dumps(fit))
    assert stored.outcome is not rk.GAUSSIAN and repr(stored) == repr(fit)
    assert repr(rk.estimate_effects(stored)) == repr(rk.estimate_effects(fit))
