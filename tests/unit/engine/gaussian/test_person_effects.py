"""Own effects in numeric nights: dense matrices at one spread, brute force over spreads, lme4 and nlme."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

import rlskit as rk
from rlskit.engine import (
    Mixture,
    Nights,
    ParameterDraws,
    Scenario,
    YesNo,
    draw_spread,
    fit_gaussian,
    gaussian_person_effects,
)
from tests.helpers.places import ORACLES

ORACLES = ORACLES


def some_nights(people=5, n=9, slope=True, persistence=True, seed=3):
    """Numeric nights with gaps; x: constant and a changing column, z: the same or the constant alone."""
    rng = np.random.default_rng(seed)
    gap = rng.integers(1, 4, people * n).astype(float)
    starts = np.arange(0, people * n, n)
    gap[starts] = np.inf
    x = np.column_stack([np.ones(people * n), rng.normal(size=people * n)])
    z = x if slope else x[:, :1]
    own = rng.normal(size=(people, z.shape[1]))
    y = x @ [2.0, 0.5] + (z * np.repeat(own, n, axis=0)).sum(axis=1) + rng.normal(size=people * n)
    return Nights(YesNo(np.zeros(y.size)), starts, gap, z, persistence), y, x


def dense(nights, y, x, scale, phi):
    """cov(y)/sigma^2 and its parts, written out."""
    when = np.cumsum(np.where(np.isinf(nights.gap), 0.0, nights.gap))
    same = nights.person[:, None] == nights.person
    e = np.where(same, phi ** np.abs(when[:, None] - when), 0.0) if nights.persistence else np.eye(y.size)
    return e + same * (nights.z @ scale @ scale.T @ nights.z.T)


def sides(nights, x):
    """The changing column (or, without a slope, the level) at one and at zero."""
    up, down = x.copy(), x.copy()
    up[:, -1], down[:, -1] = 1.0, 0.0
    z = (up, down) if nights.z.shape[1] == 2 else (np.ones_like(x[:, :1]), np.zeros_like(x[:, :1]))
    return Scenario(up, z[0]), Scenario(down, z[1])


@pytest.mark.parametrize("persistence", [True, False])
def test_at_one_spread_it_is_the_prediction_of_a_dense_mixed_model(persistence):
    nights, y, x = some_nights(persistence=persistence)
    scale, phi = np.array([[0.9, 0.0], [-0.4, 0.6]]), 0.4
    theta = np.array([0.9, -0.4, 0.6, np.arctanh(phi)])[: 3 + persistence]
    at, other = sides(nights, x)
    maximum = fit_gaussian(nights, y, x)
    found = gaussian_person_effects(maximum, ParameterDraws(theta[None], np.ones(1), 1.0), at, other)
    inverse = np.linalg.inv(dense(nights, y, x, scale, phi))
    unscaled = np.linalg.inv(x.T @ inverse @ x)
    beta = unscaled @ x.T @ inverse @ y
    variance = (y - x @ beta) @ inverse @ (y - x @ beta) / (y.size - 2)
    for i in range(nights.starts.size):
        # cov(own effect, y), best prediction and its error
        with_y = (nights.person == i) * (scale[1] @ scale.T @ nights.z.T)
        left = np.array([0.0, 1.0]) - with_y @ inverse @ x
        assert found.own.centre[i, 0] == pytest.approx(beta[1] + with_y @ inverse @ (y - x @ beta), abs=1e-9)
        error = scale[1] @ scale[1] - with_y @ inverse @ with_y + left @ unscaled @ left
        assert found.own.spread[i, 0] == pytest.approx(np.sqrt(variance * error), rel=1e-9)
    assert found.new.centre[0] == pytest.approx(np.full(5, beta[1]))
    assert found.new.spread[0] == pytest.approx(np.full(5, np.sqrt(variance * (scale[1] @ scale[1] + unscaled[1, 1]))))
    assert found.own.freedom == y.size - 2


def test_over_spreads_it_is_brute_force():
    """Both parameters of the spread on a grid: restricted likelihood by dense matrices, times the documented prior."""
    nights, y, x = some_nights(people=6, slope=False)
    at, other = sides(nights, x)
    at, other = (Scenario(np.column_stack([side.z, 0 * side.z]), side.z) for side in (at, other))
    maximum = fit_gaussian(nights, y, x)
    draws = draw_spread(maximum, enough=1500)
    sds, phis = np.geomspace(0.02, 12.0, 50), np.linspace(-0.9, 0.97, 40)
    thetas, log_weight = [], []
    for sd in sds:
        for phi in phis:
            v = dense(nights, y, x, np.array([[sd]]), phi)
            root = np.linalg.cholesky(v)
            both = np.linalg.solve(root, np.column_stack([x, y]))
            product = both.T @ both
            rss = product[2, 2] - product[2, :2] @ np.linalg.solve(product[:2, :2], product[:2, 2])
            value = -np.log(np.diag(root)).sum() - 0.5 * np.linalg.slogdet(product[:2, :2])[1]
            value -= 0.5 * (y.size - 2) * np.log(rss)
            # flat in sd^2 and phi, half-normal of 5; the grid is even in log sd
            log_weight.append(value + 2.0 * np.log(sd) - 0.5 * (sd / 5.0) ** 2)
            thetas.append([sd, np.arctanh(phi)])
    weight = np.exp(np.array(log_weight) - max(log_weight))
    weight /= weight.sum()
    thetas = np.array(thetas)
    for column in (0, 1):
        along = np.log(draws.theta[:, 0]) if column == 0 else np.tanh(draws.theta[:, 1])
        exact = (np.log(thetas[:, 0]) if column == 0 else np.tanh(thetas[:, 1]))
        middle, spread = weight @ exact, np.sqrt(weight @ (exact - weight @ exact) ** 2)
        assert draws.weight @ along == pytest.approx(middle, abs=0.1 * spread)
        assert np.sqrt(draws.weight @ (along - middle) ** 2) == pytest.approx(spread, rel=0.1)
    # the mixture itself, on the grid's points with the grid's weights
    kept = weight > 1e-5
    tail = np.array([0.5, 0.025, 0.975])
    ours = gaussian_person_effects(maximum, draws, at, other)
    parts = [gaussian_person_effects(maximum, ParameterDraws(one[None], np.ones(1), 1.0), at, other)
             for one in thetas[kept]]
    for name in ("own", "new"):
        mixed = [getattr(part, name) for part in parts]
        share = np.repeat(weight[kept] / weight[kept].sum() / len(mixed[0].weight), len(mixed[0].weight))
        exact = Mixture(np.hstack([m.centre for m in mixed]), np.hstack([m.spread for m in mixed]), share,
                        mixed[0].freedom).quantiles(tail)
        unit = (exact[:, 2] - exact[:, 1]) / 4.0
        off = np.abs(getattr(ours, name).quantiles(tail) - exact) / unit[:, None]
        assert off[:, 0].max() < 0.1 and off.max() < 0.3


def test_quantiles_of_a_mixture_are_those_of_its_distribution():
    mixture = Mixture(np.array([[0.0, 5.0], [1.0, 1.0]]), np.array([[1.0, 2.0], [0.5, 0.5]]), np.array([0.3, 0.7]), 7.0)
    chances = np.array([0.01, 0.5, 0.9])
    found = mixture.quantiles(chances)
    total = 0.3 * student.cdf(found[0], 7, 0, 1) + 0.7 * student.cdf(found[0], 7, 5, 2)
    assert total == pytest.approx(chances, abs=1e-9)
    assert found[1] == pytest.approx(student.ppf(chances, 7, 1, 0.5))


def at_the_estimate(case, tool):
    """Own effects of stretching at the REML estimate alone, as lme4 and nlme give them, and the conditional variance
    of the person's own part."""
    folder, formula = ("lmer_slopes", "") if tool == "lme4" else ("nlme_ar1", " + spell")
    nights = pd.read_csv(ORACLES / folder / "nights.csv").query("case == @case")
    slopes = ("stretched", "caffeine_100") if case == "slopes" else ("stretched",)
    fitted = rk.fit(f"sleep_h ~ stretched + caffeine_100{formula}", nights, outcome=rk.GAUSSIAN, slopes=slopes,
                    night_to_night=tool == "nlme")
    maximum, design = fitted.maximum, fitted.design
    a, b = (design.scenario(stretched=value) for value in (1.0, 0.0))
    alone = ParameterDraws(maximum.optimum.theta[None], np.ones(1), 1.0)
    change = (a.z - b.z)[0]
    own = maximum.sigma**2 * np.einsum("q,iqk,k->i", change, maximum.moments.inner, change)
    return design.people, gaussian_person_effects(maximum, alone, a, b).own, own


@pytest.mark.parametrize(("tool", "case"), [("lme4", "slope"), ("lme4", "slopes"), ("nlme", "people")])
def test_everybody_is_where_lme4_and_nlme_have_them(tool, case):
    peer = pd.read_csv(ORACLES / "gaussian_people" / "people.csv").query("tool == @tool and case == @case")
    people, own, conditional = at_the_estimate(case, tool)
    peer = peer.set_index("person").loc[list(people)]
    assert (np.abs(own.centre[:, 0] - peer["effect"].to_numpy()) / own.spread[:, 0]).max() < 0.01
    if tool == "lme4":
        np.testing.assert_allclose(conditional, peer["variance"], rtol=2e-3)
        # theirs takes the fixed effects as known
        assert (own.spread[:, 0] ** 2 > 0.8 * conditional).all()
