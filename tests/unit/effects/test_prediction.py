"""What to expect of nights: exact integrals, and what lme4 and nlme say of the same people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import norm, t

import rlskit as rk
from rlskit.engine import gaussian_night_values
from rlskit.engine.draws.adaptive import ParameterDraws
from rlskit.errors import ModelError
from tests.helpers.places import ORACLES

YES = np.array([3, 9, 14, 6, 11])  # of 20 nights, five people


def quantiles(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    order = np.argsort(values)
    return np.interp([0.5, 0.025, 0.975], np.cumsum(weight[order]) / weight.sum(), values[order])


@pytest.fixture(scope="module")
def people():
    table = pd.DataFrame({"who": np.repeat(np.arange(5) + 100, 20), "night": np.tile(np.arange(20), 5),
                          "y": np.concatenate([np.arange(20) < yes for yes in YES])})
    return rk.fit("y ~ 1", table, person="who", night_to_night=False), table


def test_a_known_and_a_new_person_by_brute_force(people):
    """beta ~ N(0, 10^2), sd half-normal 2.5 times sd (flat variance); grids of beta, sd and everybody's own level."""
    fit, table = people
    beta, sd, w = np.linspace(-3, 3, 121), np.linspace(0.01, 6, 120), np.linspace(-4, 4, 161)
    chance = expit(beta[:, None, None] + sd[None, :, None] * w)
    one = [norm.pdf(w) * chance**yes * (1 - chance) ** (20 - yes) for yes in YES]
    each = np.stack([part.sum(axis=2) for part in one])
    prior = norm.pdf(beta, 0, 10)[:, None] * (norm.pdf(sd, 0, 2.5) * sd)[None, :]
    others = prior * np.prod(np.delete(each, 1, axis=0), axis=0)
    known = quantiles(chance.ravel(), (others[:, :, None] * one[1]).ravel())
    new = quantiles(chance.ravel(), ((others * each[1])[:, :, None] * norm.pdf(w)).ravel())
    rows = table[table["who"] == 101].head(1)
    assert fit.predict(rows).to_numpy()[0] == pytest.approx(known, abs=0.012)
    assert fit.predict(rows, new_person=True).to_numpy()[0] == pytest.approx(new, abs=0.025)


def test_numeric_nights_of_one_person_are_linear_regression():
    rng = np.random.default_rng(1)
    x = rng.normal(size=30)
    table = pd.DataFrame({"night": range(30), "x": x, "y": 7 + 0.5 * x + rng.normal(size=30)})
    fit = rk.fit("y ~ x", table, outcome=rk.GAUSSIAN, night_to_night=False)
    found = fit.predict(pd.DataFrame({"x": [2.0, np.nan]}))
    design = np.column_stack([np.ones(30), x])
    beta, rss, *_ = np.linalg.lstsq(design, table["y"], rcond=None)
    error = np.sqrt(rss[0] / 28 * np.array([1, 2.0]) @ np.linalg.solve(design.T @ design, [1, 2.0]))
    middle = beta @ [1, 2.0]
    assert found.to_numpy()[0] == pytest.approx(middle + error * t.ppf([0.5, 0.025, 0.975], 28), abs=1e-6)
    assert found.iloc[1].isna().all()


@pytest.mark.parametrize(("tool", "case", "folder", "formula"), [
    ("lme4", "slope", "lmer_slopes", "sleep_h ~ stretched + caffeine_100"),
    ("nlme", "people", "nlme_ar1", "sleep_h ~ stretched + caffeine_100 + spell")])
def test_everybody_s_own_nights_are_those_of_lme4_and_nlme(tool, case, folder, formula):
    """At their estimate: two predictions that differ by a stretch differ by the person's own coefficient."""
    nights = pd.read_csv(ORACLES / folder / "nights.csv").query("case == @case")
    if "kind" in nights:
        nights = nights[nights["kind"] == nights["kind"].iloc[0]]
    peer = pd.read_csv(ORACLES / "gaussian_people" / "people.csv").query("tool == @tool and case == @case")
    fit = rk.fit(formula, nights, outcome=rk.GAUSSIAN, slopes=("stretched",), night_to_night=tool == "nlme")
    design, theta = fit.design, fit.maximum.optimum.theta[None]
    person = np.arange(len(design.people))
    with_it, without = (gaussian_night_values(
        fit.maximum, ParameterDraws(theta, np.ones(1), 1.0),
        design.scenario_of(design.scenario(stretched=value).x[design.nights.starts]), person).centre[:, 0]
        for value in (1.0, 0.0))
    wanted = peer.set_index(peer["person"].astype(type(design.people[0])))["effect"].loc[list(design.people)]
    assert with_it - without == pytest.approx(wanted.to_numpy(), abs=2e-3)


def test_within_and_between_use_the_mean_of_the_fit():
    nights = rk.simulate_diaries(people=6, nights=40, seed=3).nights
    fit = rk.fit("symptoms ~ within(alcohol_drinks) + between(alcohol_drinks)", nights, night_to_night=False)
    at = fit.design.frame.index[:5]
    rows = nights.loc[fit.design.frame["\0row"].iloc[at]]
    assert fit.predict(rows).to_numpy() == pytest.approx(fit.predict().iloc[at].to_numpy())


@pytest.mark.parametrize(("change", "said"), [
    (dict(who=7), 'predict_nights: found person "7", of whom no night was modelled; expected people of the fit. Say '
                  "new_person=True for one more person."),
    (None, 'formula "person=\'who\'": found no column "who" in the table of nights. The table has: night, y.')])
def test_people_that_the_fit_does_not_know_are_refused(people, change, said):
    fit, table = people
    with pytest.raises(ModelError) as refused:
        fit.predict(table.drop(columns="who") if change is None else table.assign(**change))
    assert str(refused.value) == said


def test_a_level_that_no_night_had_is_refused():
    rng = np.random.default_rng(2)
    table = pd.DataFrame({"night": range(40), "arm": ["a", "b"] * 20, "y": rng.random(40) < 0.5})
    fit = rk.fit("y ~ arm", table, night_to_night=False)
    with pytest.raises(ModelError, match='found "c" in column "arm", which no modelled night had; expected one of a'):
        fit.predict(table.assign(arm="c"))
    assert len(fit.predict(table[table["arm"] == "b"])) == 20  # one level alone is no other model


def test_scales_of_a_prediction(people):
    fit, table = people
    chance, counted = fit.predict(table.head(2)), fit.predict(table.head(2), scale="nights_per_30")
    assert counted.to_numpy() == pytest.approx(30 * chance.to_numpy())
    with pytest.raises(ModelError, match='scale: found "odds_ratio"; expected one of nights_per_30, probability'):
        fit.predict(table, scale="odds_ratio")
