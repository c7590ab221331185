"""Draws of all parameters and of people's own effects, against a long random walk (tests/oracles/person_draws).

Tolerances: draws worth 600 independent ones put a median off by 0.05 posterior standard deviations and a limit by 0.1;
the 200 of them that people's effects are made from, by 0.1 and 0.2. Allowed is twice to three times that.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, ndtr

from rlskit.engine import WEAK, ParameterDraws, Scenario, draw_parameters, fit_maximum, person_effects
from rlskit.engine.draws.adaptive import fold, log_mixture
from tests.helpers.places import ORACLES
from tests.unit.engine.build import several

ORACLE = ORACLES / "person_draws"


def small_model():
    """The oracle's people as nights: x = -0.5 or 0.5 fixed and random, and a random intercept."""
    rows = []
    for i, person in pd.read_csv(ORACLE / "people.csv").iterrows():
        for value, yes in ((-0.5, person["yes_low"]), (0.5, person["yes_high"])):
            rows += [(i, value, int(k < yes)) for k in range(person["nights_each"])]
    who, x, y = np.array(rows).T
    order = np.argsort(who, kind="stable")
    x = x[order][:, None]
    z = np.hstack([np.ones_like(x), x])
    return several(who[order], np.arange(who.size), y[order], z, persistence=False), x


@pytest.fixture(scope="module")
def drawn():
    nights, x = small_model()
    maximum = fit_maximum(nights, x, WEAK)
    draws = draw_parameters(maximum, enough=600)
    a, b = (Scenario(np.full_like(x, v), np.column_stack([np.ones(len(x)), np.full(len(x), v)])) for v in (0.5, -0.5))
    weights = np.full(len(x), 1.0 / len(x))
    return maximum, draws, person_effects(maximum.objective, draws, a, b, weights), (a, b, weights)


@pytest.fixture(scope="module")
def exact():
    return pd.read_csv(ORACLE / "exact.csv").set_index("quantity")


def close(got, row, middle, ends):
    """Median and limits within so many standard deviations, each a quarter of the interval."""
    unit = (row["upper"] - row["lower"]) / 4.0
    assert got[1] == pytest.approx(row["median"], abs=middle * unit)
    assert got[[0, 2]] == pytest.approx(row[["lower", "upper"]].to_numpy(dtype=float), abs=ends * unit)


@pytest.mark.parametrize("name", ["beta", "sd_0", "sd_1"])
def test_parameters_have_their_exact_posterior(drawn, exact, name):
    _, draws, _, _ = drawn
    beta, l00, l10, l11 = draws.theta.T
    values = {"beta": beta, "sd_0": l00, "sd_1": np.hypot(l10, l11)}[name]
    order = np.argsort(values)
    share = np.cumsum(draws.weight[order])
    close(np.interp([0.025, 0.5, 0.975], share, values[order]), exact.loc[name], 0.15, 0.45)


def test_everybody_and_a_new_person_have_their_exact_posterior(drawn, exact):
    _, _, effects, _ = drawn
    for i, own in enumerate(effects.risk):
        close(np.quantile(own, [0.025, 0.5, 0.975]), exact.loc[f"person_{i}"], 0.25, 0.4)
    close(np.quantile(effects.new_risk, [0.025, 0.5, 0.975]), exact.loc["new_person"], 0.2, 0.3)
    close(np.quantile(effects.fewer, [0.025, 0.5, 0.975]), exact.loc["fewer"], 0.25, 0.4)


def test_a_larger_sigma_gets_no_room_of_its_own():
    """beta / s is what the nights tell: with flat beta and variances sigma was drawn at 3.4 where 0.8 was true."""
    rng = np.random.default_rng(4)
    people, each = 12, 30
    e = rng.normal(size=(people, each))
    for t in range(1, each):
        e[:, t] = 0.5 * e[:, t - 1] + np.sqrt(0.75) * e[:, t]
    x = np.column_stack([np.ones(e.size), rng.random(e.size) < 0.5, rng.normal(size=(e.size, 3))])
    who, z = np.repeat(np.arange(people), each), x[:, :2]
    own = rng.normal(size=(people, 2)) * (0.8, 0.5)
    y = rng.random(e.size) < expit(-0.4 - 0.5 * x[:, 1] + (own[who] * z).sum(axis=1) + 0.8 * e.ravel())
    draws = draw_parameters(fit_maximum(several(who, np.tile(np.arange(each), people), y, z), x, WEAK), enough=30)
    assert 0.3 < draws.weight @ draws.theta[:, -2] < 2.0


def test_draws_are_the_same_every_time_and_say_what_they_are_worth(drawn):
    maximum, draws, _, _ = drawn
    one, other = (draw_parameters(maximum, enough=5) for _ in range(2))
    assert np.array_equal(one.theta, other.theta) and np.array_equal(one.weight, other.weight)
    assert 600 <= draws.effective <= draws.weight.size and draws.weight.sum() == pytest.approx(1.0)
    assert (draws.theta[:, 1] >= 0).all() and (draws.theta[:, 3] >= 0).all() and draws.theta[:, 2].min() < 0


def test_at_one_parameter_point_only_the_people_are_uncertain(drawn):
    """Two people's coefficients known exactly to be their mean: no spread, no spread of effects, closed form."""
    maximum, _, _, (a, b, weights) = drawn
    theta = np.array([-0.8, 0.0, 0.0, 0.0])
    found = person_effects(maximum.objective, ParameterDraws(theta[None], np.ones(1), 1.0), a, b, weights)
    change = expit(-0.4) - expit(0.4)
    for values in (found.risk, found.new_risk):
        assert values == pytest.approx(np.full_like(values, change), abs=3e-5)
    assert found.log_odds == pytest.approx(np.full_like(found.log_odds, -0.8), abs=1e-9)
    assert (found.fewer == 1.0).all()


def test_the_share_comes_from_the_spread_and_not_from_these_people(drawn):
    maximum, _, _, (a, b, weights) = drawn
    theta = np.array([-0.8, 0.5, 0.6, 0.8])
    found = person_effects(maximum.objective, ParameterDraws(theta[None], np.ones(1), 1.0), a, b, weights)
    assert found.fewer == pytest.approx(np.full(found.fewer.size, ndtr(0.8)))
    middle = -0.8 + np.array([-1.2816, 0, 1.2816])
    assert np.quantile(found.new_log_odds, [0.1, 0.5, 0.9]) == pytest.approx(middle, abs=0.05)
    # partial pooling: those here differ less than people do
    assert found.log_odds.mean(axis=1).std() < 0.9


def test_the_folded_mixture_is_a_density():
    """A known density over the folded space, weighed by the mixture, integrates to one."""
    rng, even = np.random.default_rng(0), (4,)
    mean, root = np.array([0.2, 0.3, -0.4, 0.2, 0.5, 0.0]), np.tril(0.3 * np.ones((6, 6))) + 0.7 * np.eye(6)
    stretch = np.sqrt(5.0 / rng.chisquare(5.0, 40_000))[:, None]
    eta = fold(mean + stretch * (rng.normal(size=(40_000, 6)) @ root.T), even)
    assert (eta[:, 4] >= 0).all() and eta[:, [0, 1, 2, 3, 5]].min(axis=0).max() < 0
    log_target = -0.5 * (eta**2).sum(axis=1) - 3.0 * np.log(2.0 * np.pi) + len(even) * np.log(2.0)
    ratio = np.exp(log_target - log_mixture(eta, [(mean, root, 1)], even))
    assert ratio.mean() == pytest.approx(1.0, abs=4.0 * ratio.std() / 200.0) and ratio.std() < 3.0
