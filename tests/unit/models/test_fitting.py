import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

import rlskit as rk
from rlskit.effects.fit import fit
from rlskit.engine import WEAK, filter_log_likelihood
from rlskit.engine.fitting import maximum
from rlskit.errors import ModelError
from rlskit.models.outcome import BINARY, Outcome
from tests.unit.engine.fitting.test_accuracy import group as few_nights


def diary(n=90, seed=3, sigma=0.8, phi=0.5, effect=-0.9, person=None):
    rng = np.random.default_rng(seed)
    e = np.empty(n)
    e[0] = rng.normal()
    for t in range(1, n):
        e[t] = phi * e[t - 1] + np.sqrt(1 - phi**2) * rng.normal()
    stretched, caffeine = rng.random(n) < 0.5, rng.choice([0.0, 80.0, 200.0], n)
    y = rng.random(n) < expit(-0.2 + effect * stretched + 0.004 * caffeine + sigma * e)
    table = pd.DataFrame(
        {
            "night": pd.date_range("2024-01-01", periods=n),
            "symptoms": pd.array(y, dtype="boolean"),
            "stretched": pd.array(stretched, dtype="boolean"),
            "caffeine_after_noon_mg": caffeine,
        }
    )
    return table if person is None else table.assign(person=person)


def group(people=8, n=40):
    rng = np.random.default_rng(0)
    return pd.concat(
        [diary(n, seed=i, effect=-0.9 + rng.normal() * 0.5, person=f"p{i}") for i in range(people)], ignore_index=True
    )


FORMULA = "symptoms ~ stretched + caffeine_after_noon_mg"


@pytest.fixture(scope="module")
def one():
    nights = diary()
    nights.loc[[4, 8], "stretched"] = pd.NA
    return fit(FORMULA, nights)


def test_the_fields_of_a_fit(one):
    assert one.formula == FORMULA and one.outcome is BINARY
    assert list(one.coef.index) == ["Intercept", "stretched", "caffeine_after_noon_mg"] == list(one.cov.index)
    assert (one.n_nights, one.n_people, len(one.left_out)) == (88, 1, 2)
    assert one.person_sd.empty and one.night_sd >= 0 and 0 < one.night_correlation < 1
    assert one.status.converged and one.log_likelihood < 0
    assert np.all(np.linalg.eigvalsh(one.cov.to_numpy()) > 0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.formula = "other"


def test_print_is_readable_and_names_the_next_step():
    nights = diary(120, seed=2, sigma=1.5, phi=0.7)
    nights.loc[5, "symptoms"] = pd.NA
    shown = repr(fit(FORMULA + " + iron", nights.assign(iron=True)))
    assert shown.splitlines()[:4] == [
        "symptoms ~ stretched + caffeine_after_noon_mg + iron",
        "119 nights of one person, 1 left out; yes/no outcome",
        "",
        "                        log odds  std. error",
    ]
    assert "Left out of the model: iron (the same on all 119 modelled nights)" in shown
    assert shown.splitlines()[-1] == (
        "Next: estimate_effects(fit) says it in symptom nights per 30 nights, with intervals."
    )
    assert "design" not in shown and "array" not in shown


def test_exact_text_of_a_fit():
    """Pinned to rounding a reader sees; refit numbers move in later digits only."""
    nights = pd.DataFrame({"night": range(40), "symptoms": [1, 0, 0, 1, 1, 0, 1, 0] * 5, "stretched": [0, 1] * 20})
    assert repr(fit("symptoms ~ stretched", nights, night_to_night=False)) == "\n".join(
        [
            "symptoms ~ stretched",
            "40 nights of one person; yes/no outcome",
            "",
            "           log odds  std. error",
            "Intercept     1.099       0.516",
            "stretched    -2.197        0.73",
            "",
            "Log-likelihood -22.493 by logistic likelihood, nothing to integrate",
            "Status: converged",
            "Next: estimate_effects(fit) says it in symptom nights per 30 nights, with intervals.",
        ]
    )


def test_html_has_the_coefficients_as_a_table(one):
    html = one._repr_html_()
    assert html.startswith('<div class="rlskit mathjax_ignore"><p>symptoms ~ stretched')
    assert ('<thead><tr><th scope="col"></th><th scope="col">log odds</th><th scope="col">std. error</th></tr></thead>'
            in html) and html.count("<tr>") == 1 + len(one.coef)


def test_accuracy_is_measured_against_the_exact_filter(one):
    said = "log-likelihood exact at the estimate; estimates within 0.01 standard errors of exact"
    assert one.status.accuracy == said
    design, part = one.design, one.maximum.parameters
    offset = design.x @ part.beta
    exact, _ = filter_log_likelihood(design.nights.family, design.nights.gap, offset, part.sigma, part.phi)
    assert one.log_likelihood == pytest.approx(exact, abs=1e-5)


@settings(max_examples=8, deadline=None)
@given(st.floats(0.01, 100.0), st.floats(-50.0, 50.0))
def test_units_of_an_exposure_do_not_matter(factor, shift):
    nights = diary(60)
    plain = fit(FORMULA, nights)
    nights["caffeine_after_noon_mg"] = shift + factor * nights["caffeine_after_noon_mg"]
    scaled = fit(FORMULA, nights)
    assert scaled.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-4)
    assert scaled.coef["stretched"] == pytest.approx(plain.coef["stretched"], abs=1e-3)
    assert factor * scaled.coef["caffeine_after_noon_mg"] == pytest.approx(
        plain.coef["caffeine_after_noon_mg"], rel=1e-2, abs=1e-5
    )


@settings(max_examples=5, deadline=None)
@given(st.permutations(range(6)))
def test_names_of_people_do_not_matter(order):
    nights = group(6, 25)
    labels = dict(zip(sorted(nights["person"].unique()), order, strict=True))
    one, other = fit(FORMULA, nights), fit(FORMULA, nights.assign(person=nights["person"].map(labels)))
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-4)
    assert other.coef.to_numpy() == pytest.approx(one.coef.to_numpy(), abs=2e-3)
    assert other.person_sd.to_numpy() == pytest.approx(one.person_sd.to_numpy(), abs=5e-3)


def test_row_order_does_not_matter():
    nights = group(5, 30)
    one, other = fit(FORMULA, nights), fit(FORMULA, nights.sample(frac=1.0, random_state=1))
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-8)


def test_a_shifted_calendar_does_not_matter_but_a_gap_does():
    nights = diary(80).assign(symptoms=np.arange(80) // 6 % 2 == 0)
    late = nights.assign(night=nights["night"] + pd.Timedelta(days=400))
    split = nights.assign(night=nights["night"] + pd.to_timedelta(np.where(np.arange(80) >= 40, 60, 0), unit="D"))
    base = fit("symptoms ~ stretched", nights).log_likelihood
    assert fit("symptoms ~ stretched", late).log_likelihood == pytest.approx(base, abs=1e-9)
    assert abs(fit("symptoms ~ stretched", split).log_likelihood - base) > 1e-3


def test_several_people_with_slopes():
    found = fit(FORMULA, group(), slopes=("stretched",))
    assert found.status.converged and found.n_people == 8
    assert list(found.person_sd.index) == ["Intercept", "stretched"]
    assert "Between people, stretched: sd" in repr(found)
    without = fit(FORMULA, group())
    assert found.log_likelihood >= without.log_likelihood - 0.05


def test_two_people_are_allowed():
    assert fit(FORMULA, group(2)).n_people == 2


def test_separation_is_an_open_coefficient_not_a_large_number():
    nights = diary(60)
    nights.loc[nights["stretched"].fillna(False), "symptoms"] = False
    found = fit("symptoms ~ stretched + caffeine_after_noon_mg", nights)
    assert found.coef["stretched"] == -np.inf and np.isnan(found.cov.loc["stretched", "stretched"])
    assert np.isfinite(found.coef["caffeine_after_noon_mg"])
    assert found.status.at_boundary and found.status.converged
    assert "separation: stretched predicts some nights perfectly" in found.status.message
    assert "open" in repr(found)


def told(n=120):
    """x a number, d whether it is large, w three words, caf beside them, and nights that are bad half of the time."""
    rng = np.random.default_rng(4)
    nights = pd.DataFrame({"night": range(n), "x": rng.normal(size=n), "caf": rng.integers(0, 4, n) * 50.0,
                           "w": rng.choice(list("abc"), n)})
    return nights.assign(d=nights["x"] > 0.4, often=rng.random(n) < 0.5)


def test_one_column_that_tells_every_night_is_named_alone():
    """Of the other one nothing can be told, and its interval is open on both sides."""
    found = fit("symptoms ~ d + caf", told().assign(symptoms=told()["d"]))
    assert found.status.message.split("; ")[0] == (
        "separation: d predicts some nights perfectly, which leaves too little to tell the effect of caf")
    assert found.coef["d"] == np.inf and np.isnan(found.coef["caf"]) and np.isnan(found.cov).all(axis=None)
    assert "caf            open        open" in repr(found)
    row = rk.compare(found, "caf", 150.0, 0.0).table.iloc[0]
    assert (row["lower"], row["upper"]) == (-np.inf, np.inf)
    number = fit("symptoms ~ x + caf", told().assign(symptoms=told()["x"] > 0.3))
    assert number.status.message.startswith("separation: x predicts") and np.isnan(number.coef["caf"])


def test_a_column_that_tells_some_nights_leaves_the_other_a_standard_error():
    nights = told().assign(symptoms=told()["d"] | told()["often"])
    found = fit("symptoms ~ d + caf", nights)
    assert found.status.message == "separation: d predicts some nights perfectly"
    assert found.coef["d"] == np.inf and np.isfinite(found.coef[["Intercept", "caf"]]).all()
    assert np.isfinite(found.cov.drop(index="d", columns="d")).all(axis=None)
    # what the other nights say of it
    rest = fit("symptoms ~ caf", nights[~nights["d"]])
    assert found.coef["caf"] == pytest.approx(rest.coef["caf"], abs=1e-4)


def test_two_columns_that_tell_nights_only_together_are_both_named():
    found = fit("symptoms ~ x + caf + w", told().assign(symptoms=told()["x"] + told()["caf"] / 100 > 0.7))
    assert found.status.message.split("; ")[0] == (
        "separation: x, caf predict some nights perfectly, which leaves too little to tell the effect of w[T.b], w[T.c]"
    )
    assert found.coef["x"] == found.coef["caf"] == np.inf and found.coef[["w[T.b]", "w[T.c]"]].isna().all()


@pytest.mark.parametrize(("word", "named", "ends"), [
    ("b", "w[T.b] predicts", {"Intercept": 0, "w[T.b]": np.inf, "w[T.c]": 0}),
    ("a", "w[T.b], w[T.c] predict", {"Intercept": np.inf, "w[T.b]": -np.inf, "w[T.c]": -np.inf}),
])  # fmt: skip
def test_a_word_that_tells_its_nights(word, named, ends):
    nights = told().assign(symptoms=told()["w"].eq(word) | told()["often"])
    found = fit("symptoms ~ w + caf", nights)
    assert found.status.message.split("; ")[0] == f"separation: {named} some nights perfectly"
    for name, end in ends.items():
        assert found.coef[name] == end if end else np.isfinite(found.coef[name])
    assert np.isfinite(found.cov.loc["caf", "caf"])


def test_plain_maximum_likelihood_without_the_prior():
    nights = diary(150, sigma=1.2, phi=0.6)
    assert fit(FORMULA, nights, prior=None).log_likelihood >= fit(FORMULA, nights, prior=WEAK).log_likelihood - 1e-3


def test_an_exposure_nobody_changed_still_fits():
    nights = group(6, 25)
    nights["iron"] = nights["person"].isin(["p0", "p3", "p4"])
    assert "iron" in fit("symptoms ~ stretched + iron", nights).coef


def test_an_unknown_outcome_kind_is_refused():
    with pytest.raises(ModelError, match="expected BINARY"):
        fit(FORMULA, diary(), outcome=Outcome("other", "x"))


def test_a_single_slope_may_be_given_as_text():
    assert fit(FORMULA, group(4, 25), slopes="stretched").person_sd.size == 2


def test_status_says_which_integral_and_how_accurate():
    nights = group(8, 12)
    alone = fit("symptoms ~ stretched", nights, night_to_night=False)
    assert alone.status.method == "adaptive Gauss-Hermite quadrature over people, 15 nodes"
    assert alone.status.accuracy == "log-likelihood within 0.0001 of twice the nodes"
    slope = fit("symptoms ~ stretched", nights, night_to_night=False, slopes="stretched")
    assert slope.status.method == "adaptive Gauss-Hermite quadrature over people, 9 x 9 nodes"
    assert fit("symptoms ~ stretched", nights).status.method == "expectation propagation"


def test_status_says_what_was_done_where_propagation_is_not_enough(monkeypatch):
    rows, x = few_nights(2, 40, 10, 3.0, 1.2, 0.8)
    night, symptoms = np.tile(np.arange(10), 40), rows.family.sign > 0
    nights = pd.DataFrame({"person": rows.person, "night": night, "symptoms": symptoms, "late": x[:, 1]})
    exact = fit("symptoms ~ late", nights)
    assert exact.status.method.startswith("adaptive Gauss-Hermite quadrature over people, ")
    assert exact.status.method.endswith(" nodes, the exact forward filter at each")
    assert exact.status.accuracy.endswith(" of twice the nodes")
    monkeypatch.setattr(maximum, "affordable", lambda nights: False)
    moved = fit("symptoms ~ late", nights)
    assert moved.status.method == "expectation propagation, moved to the exact slopes of 40 people"
    within = "estimates within 0.01 standard errors of exact"
    assert moved.status.accuracy == f"log-likelihood exact at the estimate; {within}"
    assert moved.person_sd.iloc[0] == pytest.approx(exact.person_sd.iloc[0], rel=0.02)
    monkeypatch.setattr("rlskit.engine.fitting.accuracy._LOOKED_AT", 3000)
    some = fit("symptoms ~ late", nights).status
    assert some.method == "expectation propagation, moved to the exact slopes of 20 people"
    assert some.accuracy.startswith("judged by 20 of 40 people: log-likelihood +0.0")
    assert some.accuracy.endswith(f" a person to exact, which is added; {within}")


def test_stretching_on_evenings_that_were_already_bad_is_warned_of():
    nights = rk.simulate_diaries(people=1, nights=120, seed=3).nights
    early = int((nights["early_symptoms"].eq(True) & nights["stretched"].notna()).sum())
    assert early > 0
    loud = rk.estimate_effects(rk.fit("symptoms ~ stretched", nights)).caveats
    assert loud[0] == (
        f"{early} of these nights had symptoms before the landmark, where nobody could stretch in time: this flatters "
        "stretching. Fit it on rk.quiet_nights(nights).")
    quiet = rk.estimate_effects(rk.fit("symptoms ~ stretched", rk.quiet_nights(nights))).caveats
    assert not any("flatters" in c for c in quiet)
    aside = len(nights) - len(rk.quiet_nights(nights))
    assert (f"Counted in nights still symptom-free at the landmark; {aside} others were set aside before the fit."
            in quiet)
    assert not any("landmark" in c for c in rk.estimate_effects(rk.fit("symptoms ~ alcohol_drinks", nights)).caveats)


def test_where_the_night_to_night_sd_is_hardly_determined_propagation_is_moved_to_the_exact_fit():
    """Too few nodes gave slopes that were off by a third of a standard error along the ridge; a climb had no end."""
    nights = rk.simulate_diaries(people=120, nights=100, base_rate=0.2, seed=5).nights
    some = nights[nights["person"].isin(nights["person"].unique()[:60])]
    fit = rk.fit("symptoms ~ stretched", rk.quiet_nights(some), slopes=("stretched",))
    assert fit.status.method == "expectation propagation, moved to the exact slopes of 41 people"
    accuracy = fit.maximum.accuracy
    assert not accuracy.far and np.abs(accuracy.off).max() < 0.02 and fit.status.message == "converged"
    assert fit.maximum.objective.evaluations < 200


def test_an_integral_that_stays_rough_is_said():
    """Visits a month apart of people who differ much: what carries over cannot be told from chance."""
    rng, visit, people = np.random.default_rng(1), np.arange(7), 150
    odds = 4.0 * rng.normal(size=(people, 1)) - 1.5 - 0.15 * visit
    visits = pd.DataFrame({
        "person": np.repeat(np.arange(people), 7), "night": np.tile(30 * visit, people),
        "visit": np.tile(visit / 3.0, people), "symptoms": (rng.random((people, 7)) < expit(odds)).ravel()})
    fit = rk.fit("symptoms ~ visit", visits, slopes=("visit",))
    assert fit.status.message.endswith("estimates are rougher than they should be (accuracy)")
    said = [note for note in rk.estimate_effects(fit).caveats if "rough" in note]
    assert len(said) == 1 and re.fullmatch(
        r"The integral is rough here: estimates may be \d\.\d standard errors from exact ones, and their limits as "
        r"much. With fewer slopes, or without night_to_night, it can be computed exactly.", said[0])
    assert not rk.fit("symptoms ~ visit", visits, slopes=("visit",), night_to_night=False).caveats
