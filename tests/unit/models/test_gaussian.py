"""Numeric nights through the public functions. Oracles against nlme and lme4: tests/oracles/test_nlme_lmer.py."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st

import rlskit as rk
from rlskit.engine import gaussian_limits
from rlskit.figures.rows import scale_of

FORMULA = "sleep_h ~ stretched + caffeine_after_noon_mg"


def diary(n=90, seed=3, phi=0.6, person=None, u=(0.0, 0.0)):
    rng = np.random.default_rng(seed)
    e = rng.normal(size=n)
    for t in range(1, n):
        e[t] = phi * e[t - 1] + np.sqrt(1 - phi**2) * e[t]
    table = pd.DataFrame(
        {
            "night": pd.date_range("2024-01-01", periods=n),
            "stretched": pd.array(rng.random(n) < 0.5, dtype="boolean"),
            "caffeine_after_noon_mg": rng.choice([0.0, 80.0, 200.0], n),
        }
    )
    stretched = table["stretched"].to_numpy(dtype=float)
    table["sleep_h"] = (
        7.2 + u[0] + (0.3 + u[1]) * stretched - 0.003 * table["caffeine_after_noon_mg"] + 0.8 * e
    ).round(3)
    return table if person is None else table.assign(person=person)


def group(people=8, n=40):
    rng = np.random.default_rng(0)
    return pd.concat(
        [diary(n, seed=i, person=f"p{i}", u=rng.normal(size=2) * [0.5, 0.6]) for i in range(people)],
        ignore_index=True,
    )


@pytest.fixture(scope="module")
def one():
    nights = diary()
    nights.loc[[4, 8], "stretched"] = pd.NA
    return rk.fit(FORMULA, nights, outcome=rk.GAUSSIAN)


def test_the_fields_of_a_fit(one):
    assert one.outcome is rk.GAUSSIAN and one.status.converged
    assert (one.n_nights, one.n_people, len(one.left_out)) == (88, 1, 2)
    assert list(one.coef.index) == list(one.cov.index) == ["Intercept", "stretched", "caffeine_after_noon_mg"]
    assert one.person_sd.empty and one.night_sd > 0 and -1 < one.night_correlation < 1
    assert (one.status.method, one.status.accuracy) == ("restricted maximum likelihood (REML)", "exact")


def test_exact_text_of_a_fit_and_its_effects(one):
    assert repr(one).splitlines() == [
        "sleep_h ~ stretched + caffeine_after_noon_mg",
        "88 nights of one person, 2 left out; numeric outcome",
        "",
        "                        own units  std. error",
        "Intercept                   7.067       0.168",
        "stretched                  0.4666       0.134",
        "caffeine_after_noon_mg  -0.003024    0.000855",
        "",
        "Night to night: sd 0.769, correlation 0.46 per night",
        "Log-likelihood -98.243 by restricted maximum likelihood (REML)",
        "Status: converged",
        "Next: estimate_effects(fit) says it in the outcome's own units, with intervals.",
    ]
    assert repr(rk.estimate_effects(one)).splitlines() == [
        "Change in sleep_h, in its own units; 88 nights of one person",
        "",
        "term                    contrast   estimate  95% interval",
        "stretched               yes vs no      0.47  0.20 to 0.73",
        "caffeine_after_noon_mg  200 vs 0      -0.60  -0.95 to -0.26",
        "",
        "Method: profile likelihood on the contrast itself, restricted maximum likelihood (REML), "
        "Student's t with 68 degrees of freedom or more.",
        "One person's diary: it says nothing about other people.",
        "2 nights with an empty cell were left out.",
        "An association in recorded nights; whether it is a cause depends on how the nights came about.",
    ]
    assert repr(rk.estimate_coefficients(one)).splitlines()[2:6] == [
        "term                    contrast  estimate  95% interval",
        "Intercept               one unit      7.07  6.72 to 7.41",
        "stretched               one unit      0.47  0.20 to 0.73",
        "caffeine_after_noon_mg  one unit  -0.00302  -0.00474 to -0.00132",
    ]


def test_exact_text_of_several_people():
    found = rk.fit(FORMULA, group(), outcome=rk.GAUSSIAN, slopes=("stretched",), night_to_night=False)
    assert repr(found).splitlines()[6:] == [
        "caffeine_after_noon_mg  -0.002892    0.000502",
        "",
        "Between people, Intercept: sd 0.665",
        "Between people, stretched: sd 0.305",
        "Night to night: sd 0.721, each night by itself",
        "Log-likelihood -373.750 by restricted maximum likelihood (REML)",
        "Status: converged",
        "Next: estimate_effects(fit) says it in the outcome's own units, with intervals.",
    ]


def test_random_intercepts_equal_statsmodels():
    """MixedLM is right where people differ clearly; where they do not it may return zeros (statsmodels #10239)."""
    nights = group().astype({"stretched": float})
    peer = smf.mixedlm(FORMULA, nights, groups="person", re_formula="~ stretched").fit(reml=True, method="lbfgs")
    found = rk.fit(FORMULA, nights, outcome=rk.GAUSSIAN, slopes="stretched", night_to_night=False)
    assert np.sqrt(np.diag(peer.cov_re)).min() > 0.1
    np.testing.assert_allclose(found.coef, peer.fe_params, atol=0.01 * peer.bse_fe.min())
    np.testing.assert_allclose(np.sqrt(np.diag(found.cov)), peer.bse_fe, rtol=0.01)
    assert found.log_likelihood == pytest.approx(peer.llf, abs=1e-4)


def test_effects_are_the_limits_of_the_engine(one):
    """benchmarks/coverage_gaussian.py measures the engine's limits: these are what a reader sees."""
    shown = rk.compare(one, "caffeine_after_noon_mg", 200, 0, level=(0.9, 0.95)).table
    change = 200.0 * one.design.to_user[2]
    limits, _ = gaussian_limits(one.maximum, change, (0.9, 0.95))
    np.testing.assert_allclose(shown["lower"], limits.lower, rtol=1e-12)
    np.testing.assert_allclose(shown["upper"], limits.upper, rtol=1e-12)
    np.testing.assert_allclose(shown["estimate"], 200.0 * one.coef["caffeine_after_noon_mg"], rtol=1e-9)


def test_levels_from_one_profile_equal_one_by_one(one):
    both = rk.estimate_effects(one, level=(0.95, 0.99)).table
    for level in (0.95, 0.99):
        alone = rk.estimate_effects(one, level=level).table
        np.testing.assert_allclose(both.loc[both["level"] == level, ["lower", "upper"]], alone[["lower", "upper"]],
                                   atol=1e-3)  # fmt: skip


def test_people_are_told_apart_by_persistence_that_starts_anew():
    """Two diaries one after the other in time are not one long diary: the link across people is cut."""
    apart = pd.concat([diary(40, 1, person="a"), diary(40, 2, person="b")], ignore_index=True)
    shown = rk.fit(FORMULA, apart, outcome=rk.GAUSSIAN)
    moved = apart.assign(night=apart["night"] + pd.to_timedelta(np.where(apart["person"] == "b", 4000, 0), unit="D"))
    assert rk.fit(FORMULA, moved, outcome=rk.GAUSSIAN).log_likelihood == pytest.approx(shown.log_likelihood, abs=1e-7)


@settings(max_examples=8, deadline=None)
@given(shift=st.floats(-1e4, 1e4), factor=st.sampled_from([-60.0, 0.01, 60.0]), seed=st.integers(0, 5))
def test_units_of_the_outcome_and_order_of_rows_change_nothing(shift, factor, seed):
    nights = diary(50, seed)
    other = nights.assign(sleep_h=shift + factor * nights["sleep_h"]).sample(frac=1, random_state=seed)
    fits = [rk.fit(FORMULA, table, outcome=rk.GAUSSIAN) for table in (nights, other)]
    a, b = (rk.compare(found, "stretched", 1, 0).table.iloc[0] for found in fits)
    expected = np.sort(factor * a[["estimate", "lower", "upper"]].astype(float))
    np.testing.assert_allclose(np.sort(b[["estimate", "lower", "upper"]].astype(float)), expected, rtol=2e-3,
                               atol=2e-3 * abs(factor))  # fmt: skip


def text(**changes):
    with pytest.raises(rk.ModelError) as caught:
        rk.fit(changes.pop("formula", FORMULA), diary(changes.pop("n", 60)).assign(**changes), outcome=rk.GAUSSIAN)
    return str(caught.value)


def test_outcomes_that_cannot_be_modelled():
    assert text(sleep_h="good") == (
        'outcome "sleep_h": found "good"; expected numbers for a GAUSSIAN outcome. Turn it into numbers first, for '
        "example with pandas.to_numeric(nights['sleep_h'])."
    )
    assert text(sleep_h=7.5) == (
        'outcome "sleep_h": found 7.5 on all 60 modelled nights; expected numbers that vary. Nothing can be compared '
        "when every night ends alike; keep recording."
    )
    assert text(n=10) == (
        'outcome "sleep_h": found 10 complete nights; expected at least 14 for one person. Record 4 more, or ask about '
        "fewer columns."
    )
    endless = np.where(np.arange(60) == 7, np.inf, 7.0 + np.arange(60) % 3)
    assert text(sleep_h=endless) == (
        'column "sleep_h", row 7: found an infinite value; expected a finite number or an empty cell. Correct the '
        "value, or empty the cell so that the night is left out."
    )
    exact = diary(60)["caffeine_after_noon_mg"] * 2.0 + 1.0
    assert text(sleep_h=exact) == (
        f'"{FORMULA}": found that the columns tell sleep_h exactly on all 60 nights, which leaves nothing to judge by; '
        "expected nights that differ by themselves. Leave out the column that sleep_h was made from."
    )


def test_scales_of_other_outcomes_are_refused(one):
    with pytest.raises(rk.ModelError) as caught:
        rk.estimate_effects(one, scale="odds_ratio")
    assert str(caught.value) == 'scale: found "odds_ratio"; expected "points" for a numeric outcome.'
    with pytest.raises(rk.ModelError, match="at_least: found 3 with a numeric outcome"):
        rk.estimate_effects(one, at_least=3)


def test_an_exposure_that_never_varied_is_refused():
    found = rk.fit(FORMULA + " + iron", diary().assign(iron=True), outcome=rk.GAUSSIAN)
    row = rk.estimate_effects(found).table.set_index("term").loc["iron"]
    assert np.isnan(row["estimate"]) and row["reason"] == "the same on every modelled night: it never varied"


def test_a_correlation_at_one_is_said():
    rng = np.random.default_rng(0)
    nights = diary(28).assign(caffeine_after_noon_mg=np.cumsum(rng.normal(size=28)))
    nights["sleep_h"] = np.cumsum(rng.normal(size=28)) + nights["caffeine_after_noon_mg"] / 3
    found = rk.fit("sleep_h ~ caffeine_after_noon_mg", nights, outcome=rk.GAUSSIAN)
    assert found.status.converged and found.status.at_boundary
    assert found.status.message == (
        "night-to-night correlation is at one: it cannot be told from a lasting difference"
    )
    assert np.isfinite(rk.estimate_effects(found).table[["lower", "upper"]].astype(float)).all(axis=None)


def test_figures_and_cross_checks_speak_of_the_outcome(one):
    scale = scale_of(rk.estimate_effects(one))
    assert (scale.title, scale.axis) == ("Difference in sleep (h)", "difference in sleep (h)")
    peer = rk.cross_check_effects(rk.fit(FORMULA, group(), outcome=rk.GAUSSIAN, slopes=("stretched",)))
    assert repr(peer).startswith("Change in sleep_h, in its own units; 320 nights of 8 people")
