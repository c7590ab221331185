"""Ordinal nights through the public functions: thresholds, empty levels, effects in points, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import rlskit as rk
from rlskit.engine import filter_log_likelihood
from rlskit.errors import ModelError


def diary(seed=1, n=120, cuts=(-1.0, 0.0, 1.0, 2.0), effect=-0.9, sigma=0.8, phi=0.5, person="me"):
    rng = np.random.default_rng(seed)
    e = rng.normal(size=n)
    for t in range(1, n):
        e[t] = phi * e[t - 1] + np.sqrt(1 - phi**2) * e[t]
    stretched, caffeine = rng.random(n) < 0.5, rng.choice([0.0, 80.0, 200.0], n)
    f = effect * stretched + 0.004 * caffeine + sigma * e + rng.logistic(size=n)
    severity = (f[:, None] > np.array(cuts)).sum(axis=1)
    return pd.DataFrame(
        {"person": person, "night": range(n), "severity": severity, "stretched": stretched, "caffeine": caffeine}
    )


def ordinal(nights, formula="severity ~ stretched + caffeine", **settings):
    return rk.fit(formula, nights, outcome=rk.ORDINAL, **settings)


@pytest.fixture(scope="module")
def one():
    return ordinal(diary(sigma=1.2))


def test_the_fields_of_an_ordinal_fit(one):
    assert one.outcome is rk.ORDINAL
    assert list(one.coef.index) == ["stretched", "caffeine"] == list(one.cov.index) == list(one.cov.columns)
    assert list(one.thresholds.index) == ["0|1", "1|2", "2|3", "3|4"]
    assert (np.diff(one.thresholds) > 0).all() and one.thresholds.name == "thresholds"
    assert one.status.converged
    assert one.status.accuracy.startswith("log-likelihood exact at the estimate; estimates within 0.0")
    filtered, _ = filter_log_likelihood(
        one.design.nights.at(one.maximum.parameters.shape).family, one.design.nights.gap,
        one.design.x @ one.maximum.parameters.beta, one.night_sd, one.night_correlation,
    )  # fmt: skip
    assert one.log_likelihood == pytest.approx(filtered, abs=1e-3)
    assert rk.fit("y ~ stretched", diary().assign(y=lambda t: t["severity"] > 1)).thresholds.empty


def test_what_a_fit_says():
    nights = diary(n=40, cuts=(0.0, 0.5, 3.0), sigma=0.0)
    nights["severity"] = nights["severity"].replace({2: 5})
    assert repr(ordinal(nights, "severity ~ stretched", night_to_night=False)) == WHAT_IT_SAYS


WHAT_IT_SAYS = """\
severity ~ stretched
40 nights of one person; ordinal outcome

           log odds  std. error
stretched   -0.5858       0.633

Thresholds: 0|1 -0.305, 1|3 0.425, 3|5 0.656
Levels that no night has, without a probability: 2, 4

Log-likelihood -46.348 by logistic likelihood, nothing to integrate
Status: converged
Next: estimate_effects(fit) says it in points of severity, with intervals."""


def test_two_levels_are_a_yes_no_fit():
    nights = diary().assign(worse=lambda t: t["severity"] >= 2)
    yes_no = rk.fit("worse ~ stretched + caffeine", nights)
    two = ordinal(nights.assign(severity=nights["worse"].astype(int)))
    assert two.coef.to_numpy() == pytest.approx(yes_no.coef.to_numpy()[1:], abs=1e-5)
    assert two.thresholds["0|1"] == pytest.approx(-yes_no.coef["Intercept"], abs=1e-5)
    assert two.log_likelihood == pytest.approx(yes_no.log_likelihood, abs=1e-7)
    points, nights_per_30 = (
        rk.estimate_effects(f, scale=s, correction=None).table for f, s in ((two, "points"), (yes_no, "nights_per_30"))
    )
    for name in ("estimate", "lower", "upper", "base_rate", "base_lower", "base_upper"):
        assert 30 * points[name].to_numpy() == pytest.approx(nights_per_30[name].to_numpy(), abs=0.01)


def test_turning_the_scale_round_turns_every_answer_round(one):
    turned = ordinal(diary(sigma=1.2).assign(severity=lambda t: 4 - t["severity"]))
    assert turned.coef.to_numpy() == pytest.approx(-one.coef.to_numpy(), rel=1e-4)
    assert turned.thresholds.to_numpy() == pytest.approx(-one.thresholds.to_numpy()[::-1], abs=1e-4)
    plain, other = (rk.estimate_effects(f).table for f in (one, turned))
    assert plain["lower"].to_numpy() == pytest.approx(-other["upper"].to_numpy(), abs=0.005)


def test_the_estimate_is_the_average_difference_in_expected_points():
    """By hand, without persistence: P(y > k) night by night; levels keep their distances."""
    nights = diary()
    nights["severity"] = nights["severity"].map({0: 0, 1: 1, 2: 2, 3: 6, 4: 7})
    found = ordinal(nights, night_to_night=False)
    steps = np.array([1.0, 1.0, 4.0, 1.0])

    def above(stretched):
        f = found.coef["stretched"] * stretched + found.coef["caffeine"] * nights["caffeine"].to_numpy()
        return expit(f[:, None] - found.thresholds.to_numpy()).mean(axis=0)

    row = rk.estimate_effects(found).table.iloc[0]
    assert row["estimate"] == pytest.approx((above(1) - above(0)) @ steps, abs=1e-4)
    assert row["base_rate"] == pytest.approx(above(0) @ steps, abs=1e-4)
    assert row["lower"] < row["estimate"] < row["upper"]
    count = rk.estimate_effects(found, scale="nights_per_30", at_least=6).table.iloc[0]
    assert count["estimate"] == pytest.approx(30 * (above(1) - above(0))[2], abs=1e-3)
    assert count["base_rate"] == pytest.approx(30 * above(0)[2], abs=1e-3)
    # nobody was at 4 or 5: at least 4 is at least 6
    four = rk.compare(found, "stretched", True, False, scale="nights_per_30", at_least=4).table.iloc[0]
    assert four["estimate"] == pytest.approx(count["estimate"])


def test_levels_that_never_occur_are_said_and_change_nothing_else():
    nights = diary()
    gap = ordinal(nights.assign(severity=nights["severity"].replace({3: 8, 4: 9})))
    plain = ordinal(nights)
    assert list(gap.thresholds.index) == ["0|1", "1|2", "2|8", "8|9"]
    assert gap.thresholds.to_numpy() == pytest.approx(plain.thresholds.to_numpy(), abs=1e-6)
    said = "Levels that no night has, without a probability: 3, 4, 5, 6, 7"
    assert said in repr(gap).splitlines() and said + "." in rk.estimate_effects(gap).caveats
    assert "Levels that no night has" not in repr(plain)


def test_ordered_words_are_levels():
    words = ["none", "mild", "bad", "awful", "extreme"]
    nights = diary()
    named = nights.assign(severity=pd.Categorical.from_codes(nights["severity"], [*words, "worst"], ordered=True))
    found = ordinal(named)
    assert list(found.thresholds.index) == ["none|mild", "mild|bad", "bad|awful", "awful|extreme"]
    assert found.log_likelihood == pytest.approx(ordinal(nights).log_likelihood)
    assert "Levels that no night has, without a probability: worst" in repr(found)
    some = rk.estimate_effects(found, scale="nights_per_30", at_least="bad").table
    assert some.equals(rk.estimate_effects(ordinal(nights), scale="nights_per_30", at_least=2).table)
    numbers = nights.assign(severity=pd.Categorical(2 * nights["severity"], [0, 2, 4, 6, 8, 10], ordered=True))
    assert ordinal(numbers).design.levels.points.tolist() == [0.0, 2.0, 4.0, 6.0, 8.0]


def test_people_differ_with_and_without_persistence():
    nights = pd.concat([diary(i, 30, person=f"p{i}") for i in range(8)], ignore_index=True)
    alone = ordinal(nights, night_to_night=False)
    assert "adaptive Gauss-Hermite quadrature over people" in alone.status.method
    assert alone.status.accuracy == "log-likelihood within 0.0001 of twice the nodes"
    together = ordinal(nights, slopes=("stretched",))
    assert list(together.person_sd.index) == ["Intercept", "stretched"] and together.status.converged
    assert together.status.method == "expectation propagation"
    table = rk.estimate_effects(together).table
    assert np.isfinite(table[["lower", "upper"]].to_numpy()).all()


def test_rows_in_any_order_and_gaps_of_any_length():
    nights = diary()
    nights["night"] = nights["night"] * 3 + (nights["night"] > 60) * 400
    one, other = ordinal(nights), ordinal(nights.sample(frac=1, random_state=0))
    assert one.log_likelihood == pytest.approx(other.log_likelihood)
    assert one.thresholds.to_numpy() == pytest.approx(other.thresholds.to_numpy())


def test_separation_gives_an_open_side():
    nights = diary(sigma=0.0)
    nights["severity"] = np.where(nights["stretched"], 0, nights["severity"])
    found = ordinal(nights)
    assert found.coef["stretched"] == -np.inf and "separation: stretched predicts" in found.status.message
    # the curvature is taken where the nearest of those nights is 3 from its threshold, nothing else moved
    anchor, top = found.maximum.anchor, found.maximum.optimum.theta
    assert anchor[2:] == pytest.approx(top[2:])
    exposed = found.design.frame["stretched"].to_numpy() == 1.0
    assert (found.design.x @ anchor[:3])[exposed].max() == pytest.approx(-3.0)
    for scale, extra in (("nights_per_30", {"at_least": 2}), ("odds_ratio", {})):
        row = rk.compare(found, "stretched", True, False, scale=scale, **extra).table.iloc[0]
        assert row["lower"] == (0.0 if scale == "odds_ratio" else -np.inf)
        assert np.isfinite(row["upper"])
    points = rk.estimate_effects(found)
    assert points.table["lower"].iloc[0] == -np.inf and points.table["upper"].iloc[0] < -1.0
    assert "An open limit: these nights set no bound on that side." in points.caveats
    assert np.isfinite(points.table[["lower", "upper"]].iloc[1].to_numpy(dtype=float)).all()


def test_a_column_that_tells_every_severity_is_named_alone():
    rng = np.random.default_rng(3)
    nights = pd.DataFrame({"night": range(60), "x": rng.permutation(60) / 20.0, "caf": rng.integers(0, 4, 60) * 50.0})
    nights["severity"] = np.digitize(nights["x"], [0.81, 1.61])
    found = ordinal(nights, "severity ~ x + caf")
    assert found.status.message.split("; ")[0] == (
        "separation: x predicts some nights perfectly, which leaves too little to tell the effect of caf")
    assert found.coef["x"] == np.inf and np.isnan(found.coef["caf"])
    assert (found.thresholds == np.inf).all()
    # standing apart only where x is 0: the lowest threshold may lie on either side of it
    nights["x"] -= 0.9
    lowest = ordinal(nights, "severity ~ x + caf")
    assert np.isnan(lowest.thresholds.iloc[0]) and lowest.thresholds.iloc[1] == np.inf
    assert "Thresholds: 0|1 open, 1|2 inf" in repr(lowest)


@pytest.mark.parametrize("night_to_night", [False, True])
def test_nights_that_run_away_with_the_thresholds_around_them(night_to_night):
    """Severity 0 or 1 without stretching, 2 or 3 with it: every night stays near a threshold, and those drift apart."""
    rng = np.random.default_rng(4)
    stretched = rng.random(90) < 0.4
    severity = np.where(stretched, rng.integers(2, 4, 90), rng.integers(0, 2, 90))
    nights = pd.DataFrame({"night": range(90), "severity": severity, "stretched": stretched})
    found = ordinal(nights, "severity ~ stretched", night_to_night=night_to_night)
    assert found.status.converged and "separation: stretched predicts" in found.status.message
    assert found.coef["stretched"] == np.inf
    row = rk.compare(found, "stretched", True, False, scale="odds_ratio").table.iloc[0]
    assert 10.0 < row["lower"] < row["upper"] == np.inf
    points = rk.compare(found, "stretched", True, False, scale="points").table.iloc[0]
    seen = severity[stretched].mean() - severity[~stretched].mean()
    assert points["estimate"] == pytest.approx(seen, abs=0.05)
    assert 1.5 < points["lower"] < points["estimate"] and points["upper"] == np.inf


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s + 0.5, 'outcome "severity": found 4.5; expected whole numbers, such as a severity from 0 to 10. '
                            "Round them first."),
        (lambda s: s * 0 + 3, 'outcome "severity": found level 3 on all 120 modelled nights; expected two or more '
                              "levels. Nothing can be compared when every night ends alike; keep recording."),
        (lambda s: np.arange(120) % 12, 'outcome "severity": found 12 different levels; expected at most 11, such as a '
                                        "severity from 0 to 10. Join neighbouring levels."),
        (lambda s: s.map({0: "none", 1: "mild"}), 'outcome "severity": found "none"; expected whole numbers, such as a '
            "severity from 0 to 10, or ordered words. Say the order: pandas.Categorical(nights['severity'], "
            "[lowest, …, highest], ordered=True)."),
        (lambda s: pd.Categorical(s.astype(str)), 'outcome "severity": found words without an order; expected ordered '
            "ones. Say it: nights['severity'].cat.set_categories([lowest, …, highest], ordered=True)."),
        (lambda s: (s.index < 3).astype(int), 'outcome "severity": found level 0 on 117 of 120 nights; expected at '
            "least 5 nights at other levels for one person. Record until there are 2 more of those."),
        (lambda s: s.where(s.index < 10), 'outcome "severity": found 10 complete nights (110 more were left out for '
            "empty cells); expected at least 14 for one person. Record 4 more, or ask about fewer columns."),
    ],
)  # fmt: skip
def test_outcomes_that_are_none_are_refused(change, message):
    nights = diary(3, sigma=0.0)
    nights["severity"] = change(nights["severity"])
    with pytest.raises(ModelError) as found:
        ordinal(nights)
    assert str(found.value) == message


def test_a_formula_without_a_constant_is_refused():
    with pytest.raises(ModelError) as found:
        ordinal(diary(), "severity ~ 0 + stretched")
    assert str(found.value) == (
        'formula "severity ~ 0 + stretched": found no constant term; expected one, since thresholds between levels '
        'take its place. Leave "0 +" or "- 1" out.'
    )


def test_questions_that_do_not_fit_the_outcome_are_refused(one):
    yes_no = rk.fit("y ~ stretched", diary().assign(y=lambda t: t["severity"] > 1))
    cases = [
        (one, {"scale": "nights_per_30"}, 'scale "nights_per_30": found no at_least; expected the severity from which '
         'a night counts, one of 1, 2, 3, 4. Say it, or use scale="points".'),
        (one, {"at_least": 2}, 'at_least: found 2 with scale "points"; expected nothing there. Leave it out.'),
        (one, {"scale": "nights_per_30", "at_least": 0},
         'at_least: found "0"; expected one of 1, 2, 3, 4, a level that only some nights reach.'),
        (one, {"scale": "nights_per_30", "at_least": "bad"},
         'at_least: found "bad"; expected one of 1, 2, 3, 4, a level that only some nights reach.'),
        (yes_no, {"scale": "points"},
         'scale: found "points"; expected one of nights_per_30, probability, risk_ratio, odds_ratio.'),
        (yes_no, {"at_least": 2}, "at_least: found 2 with a yes/no outcome; expected nothing there. Leave it out."),
    ]  # fmt: skip
    for fitted, asked, message in cases:
        with pytest.raises(ModelError) as found:
            rk.estimate_effects(fitted, **asked)
        assert str(found.value) == message


def test_what_effects_say(one):
    at_least = {"at_least": 3}
    asked = ({}, {"scale": "nights_per_30"} | at_least, {"scale": "probability"} | at_least, {"scale": "odds_ratio"})
    head = [repr(rk.estimate_effects(one, **one_scale)).splitlines()[0] for one_scale in asked]
    assert head == [
        "Change in points of severity; 120 nights of one person",
        "Change in nights at 3 or more per 30 nights; 120 nights of one person",
        "Change in probability of a night at 3 or more; 120 nights of one person",
        "Odds ratio; 120 nights of one person",
    ]
    assert repr(rk.estimate_effects(one)).splitlines()[2].endswith("points otherwise")
    assert "nights per 30 otherwise" in repr(rk.estimate_effects(one, scale="nights_per_30", at_least=3))


def test_coefficients_have_no_intercept_row(one):
    table = rk.estimate_coefficients(one).table
    assert list(table["term"]) == ["stretched", "caffeine"]
    assert np.log(table["estimate"].to_numpy(float)) == pytest.approx(one.coef.to_numpy(), abs=1e-6)


@pytest.mark.parametrize(
    ("asked", "axis", "sides", "caption"),
    [
        ({}, "difference in points", ("← lower", "higher →"), "Difference in points"),
        ({"scale": "nights_per_30", "at_least": 3}, "difference in nights at 3 or more per 30 nights",
         ("← fewer", "more →"), "Difference in nights at 3 or more per 30 nights"),
        ({"scale": "probability", "at_least": 3}, "difference in probability", ("← fewer", "more →"),
         "Difference in the probability of a night at 3 or more"),
        ({"scale": "odds_ratio"}, "odds ratio", ("← milder nights", "worse nights →"), "Odds ratio of a worse night"),
    ],
)  # fmt: skip
def test_figures_speak_of_severity_and_not_of_symptom_nights(one, asked, axis, sides, caption):
    ax = rk.plot_effects(rk.estimate_effects(one, **asked))
    words = [text.get_text() for text in (*ax.texts, *ax.figure.texts)]
    assert ax.get_xlabel() == axis
    assert set(sides) <= set(words)
    assert any(caption in text.replace("\n", " ") for text in words)
    assert not any("symptom" in text for text in words)


def test_a_severity_rounded_to_minus_nought_is_level_0():
    """numpy.round(-0.2) is -0.0, which is said "-0"."""
    rng = np.random.default_rng(3)
    nights = pd.DataFrame({"night": range(40), "severity": np.round(rng.uniform(-0.4, 2.4, 40)),
                           "done": rng.random(40) < 0.5})
    assert np.signbit(nights["severity"][nights["severity"] == 0]).any()
    assert rk.fit("severity ~ done", nights, outcome=rk.ORDINAL, night_to_night=False).design.levels.labels[0] == "0"
