"""What somebody types who comes from statsmodels, bambi or lme4: it works, or one sentence names what does."""

from __future__ import annotations

import copy
import doctest
import pickle

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.checks.specifications import _start

FORMULA = "headache ~ stretch + caffeine"


@pytest.fixture(scope="module")
def days() -> pd.DataFrame:
    """Somebody else's table: integer ids, own names, an outcome in words."""
    rng = np.random.default_rng(4)
    people, nights = np.repeat(np.arange(8), 30), np.tile(np.arange(30), 8)
    stretch, caffeine = rng.integers(0, 2, 240), rng.poisson(1.0, 240)
    logit = rng.normal(0, 0.8, 8)[people] - 0.7 * stretch + 0.4 * caffeine
    ill = rng.random(240) < 1 / (1 + np.exp(-logit))
    return pd.DataFrame({"id": people, "day": nights, "headache": np.where(ill, "yes", "no"), "stretch": stretch,
                         "caffeine": caffeine, "ill": ill})


@pytest.fixture(scope="module")
def fit(days):
    return rk.fit(FORMULA, days, person="id", night="day", night_to_night=False)


WORKS = {
    "fit.summary()": lambda fit, days: fit.summary(),
    "print(fit.summary())": lambda fit, days: str(fit.summary()),
    "fit.params": lambda fit, days: fit.params["stretch"],
    "fit.bse": lambda fit, days: fit.bse["stretch"],
    "fit.cov_params()": lambda fit, days: fit.cov_params().loc["stretch", "caffeine"],
    "fit.llf": lambda fit, days: fit.llf + 1,
    "fit.nobs": lambda fit, days: fit.nobs + 1,
    "fit.converged": lambda fit, days: bool(fit.converged),
    "fit.conf_int()": lambda fit, days: fit.conf_int().loc["stretch", "lower"],
    "fit.conf_int(alpha=0.1)": lambda fit, days: fit.conf_int(alpha=0.1),
    "fit.conf_int(0.1)": lambda fit, days: fit.conf_int(0.1),
    "fit.predict()": lambda fit, days: fit.predict(),
    "fit.predict(new)": lambda fit, days: fit.predict(days.head(3)),
    "fit.predict(one more person)": lambda fit, days: fit.predict(days.drop(columns="id").head(3), new_person=True),
    "fit.predict(scale=)": lambda fit, days: fit.predict(days.head(3), scale="nights_per_30"),
    "fit.tidy()": lambda fit, days: fit.tidy()[["term", "estimate", "std.error", "conf.low", "conf.high"]],
    "fit.to_frame()": lambda fit, days: fit.to_frame(),
    "fit.glance()": lambda fit, days: fit.glance()[["nobs", "logLik", "df"]],
    "fit.augment()": lambda fit, days: fit.augment()[["id", "day", "headache", ".fitted", ".resid"]],
    "fit.augment(new)": lambda fit, days: fit.augment(days.head(3))[[".fitted", ".resid"]],
    "pickle": lambda fit, days: pickle.loads(pickle.dumps(fit)).params,
    "copy": lambda fit, days: copy.deepcopy(fit).params,
    "data=": lambda fit, days: rk.fit(FORMULA, data=days, person="id", night="day", night_to_night=False),
    "(1 | id)": lambda fit, days: rk.fit(FORMULA + " + (1 | id)", days, night="day", night_to_night=False),
    "(stretch | id)": lambda fit, days: rk.fit(FORMULA + " + (stretch|id)", days, night="day", night_to_night=False),
    "True/False": lambda fit, days: rk.fit("ill ~ stretch", days, person="id", night="day", night_to_night=False),
    "C(x)": lambda fit, days: rk.fit("ill ~ C(stretch)", days, person="id", night="day", night_to_night=False),
    "compare": lambda fit, days: rk.compare(fit, "caffeine", 2, 0),
    "a check": lambda fit, days: rk.check_fit(fit, days, exposure="caffeine"),
    "a cross-check": lambda fit, days: rk.cross_check_effects(fit),
    "other models": lambda fit, days: rk.vary_analysis(fit, days, "stretch"),
}


@pytest.mark.parametrize("typed", WORKS)
def test_what_is_typed_works(typed, fit, days):
    assert WORKS[typed](fit, days) is not None


INSTEAD = {
    "pvalues": "rk.estimate_effects", "tvalues": "fit.conf_int()", "aic": "rk.vary_analysis", "bic": "fit.llf",
    "rsquared": "rk.vary_analysis", "resid": "fit.augment()", "fittedvalues": "fit.augment()", "ranef":
    "rk.estimate_people(fit, term)", "random_effects": "rk.estimate_people(fit, term)", "fixef": "fit.params",
    "fe_params": "fit.params", "VarCorr": "fit.tidy()", "cov_re": "fit.person_sd", "confint": "fit.conf_int()",
    "wald_test": "rk.compare", "t_test": "rk.compare", "anova": "rk.compare", "get_margeff": "rk.estimate_effects",
    "logLik": "fit.llf", "vcov": "fit.cov_params()", "posterior": "fit.conf_int()", "get_prediction": "fit.predict",
    "df_resid": "fit.glance()", "sumary": "fit.summary", "model": "fit.formula", "scale": "fit.night_sd",
}  # fmt: skip


@pytest.mark.parametrize("name", INSTEAD)
def test_what_is_not_there_names_what_is(name, fit):
    with pytest.raises(AttributeError) as said:
        getattr(fit, name)
    assert INSTEAD[name] in str(said.value) and not hasattr(fit, name)


def test_p_values_are_refused_in_one_sentence(fit):
    with pytest.raises(AttributeError) as said:
        _ = fit.pvalues
    assert str(said.value) == ("Fit has no 'pvalues'; instead: read the interval, of rk.estimate_effects(fit) or "
                               "fit.conf_int(); no p-values are given.")


@pytest.mark.parametrize(("name", "verb"), [
    ("glmer", "rk.fit"), ("mixedlm", "rk.fit"), ("logit", "rk.fit"), ("Model", "rk.fit"), ("read_csv", "rk.read_diary"),
    ("predictions", "rk.predict_nights"), ("ranef", "rk.estimate_people"), ("avg_comparisons", "rk.estimate_effects")])
def test_names_of_other_packages_lead_to_the_verb(name, verb):
    with pytest.raises(AttributeError) as said:
        getattr(rk, name)
    assert str(said.value) == f"module 'rlskit' has no attribute '{name}'; instead: {verb}"


def test_the_same_model_however_it_is_typed(fit, days):
    bars = WORKS["(1 | id)"](fit, days)
    words = rk.fit(FORMULA, days.assign(headache=days["ill"]), person="id", night="day", night_to_night=False)
    for other in (bars, words, WORKS["data="](fit, days)):
        pd.testing.assert_series_equal(other.params, fit.params)
    assert bars.formula == FORMULA and list(WORKS["(stretch | id)"](fit, days).person_sd.index) == [
        "Intercept", "stretch"]


def test_limits_are_those_of_the_verb(fit):
    table = rk.estimate_coefficients(fit, level=0.9).table.set_index("term")
    assert np.allclose(fit.conf_int(alpha=0.1), np.log(table[["lower", "upper"]].astype(float)))
    tidy = fit.tidy().set_index("term")
    assert np.allclose(tidy.loc[fit.params.index, ["conf.low", "conf.high"]], fit.conf_int())
    low, at, high = tidy.loc["sd__Intercept", ["conf.low", "estimate", "conf.high"]]
    assert 0 <= low < at < high and at == pytest.approx(fit.person_sd["Intercept"])
    assert tidy.attrs["note"].startswith("Outcome: headache (yes/no). 240 nights of 8 people; coefficients in log odds")


def test_later_verbs_know_the_names_that_the_fit_was_told(days):
    typed = dict(person="id", night="day", slopes=("stretch",), night_to_night=False)
    fit = rk.fit("headache ~ stretch", days, **typed)
    own = rk.estimate_people(fit, "stretch").table.query("kind == 'person'")
    assert own["person"].tolist() == [str(i) for i in range(8)]
    start = _start(fit, days, "stretch", (), "person", "night", None)
    assert {name: getattr(start, name) for name in typed} == typed
    assert start.nights["headache"].sum() == days["ill"].sum()


@pytest.mark.parametrize("name", ["fit", "Fit", "predict_nights", "tabulate_model", "name_outcome", "describe_people"])
def test_the_example_of_the_docstring_runs(name):
    example = doctest.DocTestFinder(recurse=False).find(getattr(rk, name), name, globs={})[0]
    assert example.examples and doctest.DocTestRunner().run(example).failed == 0
