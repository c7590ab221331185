import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, xlogy

import rlskit as rk
from rlskit.effects.contrasts import CONTRASTS
from rlskit.effects.estimates import compare, estimate_coefficients, estimate_effects
from rlskit.effects.fit import fit
from rlskit.errors import ModelError
from tests.unit.checks.test_simulated_fit import diary as simulated_diary


def diary(n=120, seed=3, sigma=0.8, phi=0.5, person=None):
    rng = np.random.default_rng(seed)
    e = np.empty(n)
    e[0] = rng.normal()
    for t in range(1, n):
        e[t] = phi * e[t - 1] + np.sqrt(1 - phi**2) * rng.normal()
    table = pd.DataFrame(
        {
            "night": pd.date_range("2024-01-01", periods=n),
            "day_index": np.arange(n),
            "stretched": pd.array(rng.random(n) < 0.5, dtype="boolean"),
            "caffeine_after_noon_mg": rng.choice([0.0, 80.0, 200.0, 240.0], n),
            "alcohol_drinks": np.minimum(rng.poisson(0.6, n), 3).astype(float),
            "steps": rng.gamma(4.0, 1000.0, n).round(),
            "weekday": pd.date_range("2024-01-01", periods=n).day_name(),
        }
    )
    eta = -0.2 - 0.9 * table["stretched"].astype(float) + 0.004 * table["caffeine_after_noon_mg"]
    table["symptoms"] = pd.array(rng.random(n) < expit(eta + sigma * e), dtype="boolean")
    return table if person is None else table.assign(person=person)


def group(people=6, n=30):
    return pd.concat([diary(n, seed=i, person=f"p{i}") for i in range(people)], ignore_index=True)


@pytest.fixture(scope="module")
def one():
    return fit("symptoms ~ stretched + caffeine_after_noon_mg + alcohol_drinks + steps + weekday + day_index", diary())


def test_the_table_and_its_pre_stated_contrasts(one):
    found = estimate_effects(one)
    table = found.table.set_index("term")
    days = table.loc["weekday"]
    assert days["contrast"].tolist() == [f"{day} vs Friday" for day in (
        "Monday", "Saturday", "Sunday", "Thursday", "Tuesday", "Wednesday")]
    assert days["n_exposed"].tolist() == [(diary()["weekday"] == day).sum() for day in days["a"]]
    table = table.drop("weekday")
    assert list(found.table.columns) == [
        "term", "contrast", "a", "b", "estimate", "lower", "upper", "base_rate", "base_lower", "base_upper", "n_nights",
        "n_exposed", "reason", "level",
    ]  # fmt: skip
    assert list(table.index) == ["stretched", "caffeine_after_noon_mg", "alcohol_drinks", "steps", "day_index"]
    assert table["contrast"].drop("steps").tolist() == ["yes vs no", "200 vs 0", "2 vs 0", "+28"]
    assert table.loc["steps", "contrast"].startswith("own 90th vs own 10th percentile (")
    assert ((table["lower"] < table["estimate"]) & (table["estimate"] < table["upper"])).all()
    assert table["base_rate"].between(0, 30).all() and (table["reason"] == "").all()
    assert table.loc["day_index", "a"] - table.loc["day_index", "b"] == 28
    nights = diary()
    assert table.loc["stretched", "n_exposed"] == nights["stretched"].sum()
    assert table.loc["alcohol_drinks", "n_exposed"] == (nights["alcohol_drinks"] > 1).sum()
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.scale = "other"


def test_the_estimate_is_thirty_times_the_average_difference_in_probability():
    """By hand, without persistence: the coefficients through the logistic curve, night by night."""
    found = fit("symptoms ~ stretched + caffeine_after_noon_mg", diary(), night_to_night=False)
    row = estimate_effects(found).table.iloc[0]
    rest = found.coef["Intercept"] + found.coef["caffeine_after_noon_mg"] * diary()["caffeine_after_noon_mg"]
    high, low = expit(rest + found.coef["stretched"]).mean(), expit(rest).mean()
    assert row["estimate"] == pytest.approx(30 * (high - low), abs=1e-3)
    assert row["base_rate"] == pytest.approx(30 * low, abs=1e-3)
    assert estimate_effects(found, scale="risk_ratio").table.iloc[0]["estimate"] == pytest.approx(high / low, abs=1e-3)


def test_limits_of_a_risk_ratio_solve_the_equation_of_two_proportions():
    nights = diary(200)
    y, done = (nights[one].to_numpy(bool) for one in ("symptoms", "stretched"))
    row = compare(fit("symptoms ~ stretched", nights, night_to_night=False, prior=None), "stretched", True, False,
                  scale="risk_ratio", correction=None).table.iloc[0]

    def best(ratio):
        """The highest likelihood at which P(a) is `ratio` times P(b), up to a constant."""
        b = np.linspace(1e-4, min(1.0, 1.0 / ratio) - 1e-4, 200_001)
        return (xlogy(y[done].sum(), ratio * b) + xlogy((~y[done]).sum(), 1 - ratio * b)
                + xlogy(y[~done].sum(), b) + xlogy((~y[~done]).sum(), 1 - b)).max()

    assert row["estimate"] == pytest.approx(y[done].mean() / y[~done].mean(), abs=1e-4)
    for side in ("lower", "upper"):
        assert 2 * (best(row["estimate"]) - best(row[side])) == pytest.approx(3.8415, abs=0.005)


def test_scales_are_views_of_one_answer():
    found = fit("symptoms ~ stretched", diary())
    nights, share, ratio, odds = (estimate_effects(found, scale=s).table.iloc[0] for s in found.outcome.effects)
    for name in ("estimate", "lower", "upper"):
        assert nights[name] == pytest.approx(30 * share[name])
    assert odds["estimate"] == pytest.approx(np.exp(found.coef["stretched"]))
    assert 0 < odds["lower"] < odds["estimate"] < odds["upper"]
    for one in (ratio, odds):  # 1 lies on the same side of a limit as no difference does
        assert np.sign(nights["upper"]) == np.sign(np.log(one["upper"]))
    assert odds["estimate"] < ratio["estimate"] < 1
    turned = compare(found, "stretched", False, True, scale="risk_ratio").table.iloc[0]
    assert [1 / turned[one] for one in ("estimate", "upper", "lower")] == pytest.approx(
        [ratio[one] for one in ("estimate", "lower", "upper")], abs=1e-3)


def test_pointwise_and_simultaneous_limits_from_one_profile():
    found = fit("symptoms ~ stretched + caffeine_after_noon_mg", diary())
    both = estimate_effects(found, level=(0.95, 0.95**0.2))
    assert len(both.table) == 4 and both.level == (0.95, 0.95**0.2)
    narrow, wide = (both.table[both.table["level"] == x].reset_index() for x in both.level)
    assert ((wide["lower"] < narrow["lower"]) & (wide["upper"] > narrow["upper"])).all()
    alone = estimate_effects(found).table
    assert narrow["lower"].to_numpy() == pytest.approx(alone["lower"].to_numpy(), abs=0.005)
    swapped = estimate_effects(found, level=(0.95**0.2, 0.95)).table
    assert swapped["lower"].to_numpy()[1::2] == pytest.approx(alone["lower"].to_numpy(), abs=0.005)


def test_swapping_a_and_b_turns_the_answer_round():
    found = fit("symptoms ~ stretched + caffeine_after_noon_mg", diary())
    one, other = (compare(found, "caffeine_after_noon_mg", *ab).table.iloc[0] for ab in ((240, 80), (80, 240)))
    assert one["estimate"] == pytest.approx(-other["estimate"])
    assert one["lower"] == pytest.approx(-other["upper"], abs=0.01)
    assert one["contrast"] == "240 vs 80"
    assert compare(found, "stretched", True, False).table.iloc[0]["contrast"] == "yes vs no"


@settings(max_examples=6, deadline=None)
@given(st.floats(0.01, 100.0))
def test_units_do_not_matter_to_an_effect(factor):
    nights = diary(60)
    plain = compare(fit("symptoms ~ steps", nights), "steps", 6000, 2000).table.iloc[0]
    scaled = compare(
        fit("symptoms ~ steps", nights.assign(steps=factor * nights["steps"])), "steps", 6000 * factor, 2000 * factor
    ).table.iloc[0]
    for name in ("estimate", "lower", "upper", "base_rate"):
        assert scaled[name] == pytest.approx(plain[name], abs=0.02)


def test_yes_and_no_are_mirror_images():
    nights = diary(80)
    plain = estimate_effects(fit("symptoms ~ stretched", nights)).table.iloc[0]
    turned = estimate_effects(fit("symptoms ~ stretched", nights.assign(symptoms=~nights["symptoms"]))).table.iloc[0]
    assert plain["estimate"] == pytest.approx(-turned["estimate"], abs=0.005)
    assert plain["lower"] == pytest.approx(-turned["upper"], abs=0.02)


def test_a_contrast_stays_where_the_person_has_been():
    nights = diary()
    nights["caffeine_after_noon_mg"] = np.tile([0.0, 40.0, 60.0, 80.0, 90.0], 24)
    row = estimate_effects(fit("symptoms ~ caffeine_after_noon_mg", nights)).table.iloc[0]
    assert row["contrast"] == "own 90th vs own 10th percentile (90 vs 0)"
    assert (row["a"], row["b"]) == (90.0, 0.0)


def test_a_column_that_hardly_varies_is_refused_with_the_reason():
    nights = diary(alcohol := 120).assign(alcohol_drinks=np.where(np.arange(alcohol) % 30 == 0, 1.0, 0.0))
    nights.loc[0, "alcohol_drinks"] = 3.0
    row = estimate_effects(fit("symptoms ~ alcohol_drinks", nights)).table.iloc[0]
    assert row["reason"] == "at least 80% of nights had the same value (0): nothing to compare it with"
    assert row[["estimate", "lower", "upper", "base_rate"]].isna().all()


def test_refused_rows_stand_beside_the_others():
    found = estimate_effects(fit("symptoms ~ stretched + iron + clinic", diary().assign(iron=True, clinic="A")))
    table = found.table.set_index("term")
    assert table.loc["stretched", "reason"] == "" and np.isfinite(table.loc["stretched", "estimate"])
    for name in ("iron", "clinic"):
        assert table.loc[name, "reason"] == "the same on every modelled night: it never varied"
        assert np.isnan(table.loc[name, "estimate"])


def test_an_exposure_nobody_changed_is_no_effect_of_changing_it():
    nights = group()
    nights["iron"] = nights["person"].isin(["p0", "p3"])
    found = fit("symptoms ~ stretched + iron", nights)
    reason = "no person ever changed it: comparing people is not an effect of changing it"
    assert estimate_effects(found).table.set_index("term").loc["iron", "reason"] == reason
    assert compare(found, "iron", True, False).table.iloc[0]["reason"] == reason


@pytest.mark.parametrize(("answer", "side"), [(True, "upper"), (False, "lower")])
@pytest.mark.parametrize("scale", ["nights_per_30", "risk_ratio", "odds_ratio"])
def test_separation_leaves_one_side_open(answer, side, scale):
    nights = diary(60)
    nights.loc[nights["stretched"].fillna(False), "symptoms"] = answer
    found = estimate_effects(fit("symptoms ~ stretched + caffeine_after_noon_mg", nights), scale=scale)
    row, other = found.table.iloc[0], found.table.iloc[1]
    edge = 0.0 if scale.endswith("_ratio") and side == "lower" else np.inf if side == "upper" else -np.inf
    assert row[side] == edge
    assert np.isfinite(row["upper" if side == "lower" else "lower"])
    assert np.isfinite(other[["lower", "upper"]].to_numpy(dtype=float)).all()
    assert "An open limit: these nights set no bound on that side." in found.caveats
    assert "open" in repr(found)


def test_complete_separation_is_open_on_one_side_too():
    nights = diary(60)
    nights["symptoms"] = nights["stretched"]
    row = estimate_effects(fit("symptoms ~ stretched", nights)).table.iloc[0]
    assert row["upper"] == np.inf and 15 < row["lower"] < 30


def test_several_people_slopes_and_within():
    nights = group()
    found = fit("symptoms ~ within(stretched) + between(stretched)", nights, slopes=("within(stretched)",))
    effects = estimate_effects(found)
    assert effects.table["term"].tolist() == ["within(stretched)"]
    assert effects.table["contrast"].tolist() == ["yes vs no"]
    row = effects.table.iloc[0]
    assert row["lower"] < row["estimate"] < row["upper"]
    assert effects.caveats[0] == "An average over 6 people, each counted equally."
    same = compare(found, "within(stretched)", True, False).table.iloc[0]
    assert same["estimate"] == pytest.approx(row["estimate"])
    apart = "between(stretched) tells people apart, without a row here: rk.estimate_coefficients(fit) shows it."
    assert apart in effects.caveats and apart not in rk.estimate_coefficients(found).caveats
    assert np.isfinite(compare(found, "between(stretched)", 0.6, 0.4).table.iloc[0]["estimate"])


def test_people_count_equally_however_many_nights_they_logged():
    nights = pd.concat([diary(150, seed=1, person="a"), diary(20, seed=2, person="b")])
    weights = fit("symptoms ~ stretched", nights).design.weights
    assert weights[:150].sum() == pytest.approx(0.5) and weights[150:].sum() == pytest.approx(0.5)


def test_words_are_compared_on_request(one):
    row = compare(one, "weekday", "Saturday", "Monday").table.iloc[0]
    assert row["contrast"] == "Saturday vs Monday" and np.isfinite(row["estimate"])
    assert row["n_exposed"] == 17
    with pytest.raises(ModelError, match=r"found 'Caturday' and 'Monday' for \"weekday\"; expected two of: Friday"):
        compare(one, "weekday", "Caturday", "Monday")


def test_refusals_say_what_to_do(one):
    with pytest.raises(ModelError, match=r'compare: found no column "tea" .* expected one of: stretched'):
        compare(one, "tea", 1, 0)
    with pytest.raises(ModelError, match='scale: found "nights"; expected one of nights_per_30, prob'):
        estimate_effects(one, scale="nights")
    with pytest.raises(ModelError, match="level: found 95; expected a number between 0 and 1"):
        estimate_effects(one, level=95)
    failed = dataclasses.replace(one, status=dataclasses.replace(one.status, converged=False))
    with pytest.raises(ModelError, match="did not converge, so there is no interval to give"):
        estimate_effects(failed)
    assert repr(failed).splitlines()[-1].startswith("Next: fewer columns")


def test_exact_text_of_effects():
    nights = pd.DataFrame(
        {"night": range(80), "symptoms": [1, 0, 0, 1, 1, 0, 1, 0] * 10, "stretched": [0, 1] * 40, "iron": 1}
    )
    found = estimate_effects(fit("symptoms ~ stretched + iron", nights, night_to_night=False), correction=None)
    assert repr(found) == "\n".join(
        [
            "Change in symptom nights per 30 nights; 80 nights of one person",
            "",
            "term       contrast   estimate  95% interval     nights per 30 otherwise",
            "stretched  yes vs no    -15.00  -20.16 to -8.89  22.5 (17.8 to 25.8)",
            "iron       yes vs no         —  refused: the same on every modelled night: it never varied",
            "",
            "Method: profile likelihood on the contrast itself, logistic likelihood, nothing to integrate.",
            "One person's diary: it says nothing about other people.",
            "An association in recorded nights; whether it is a cause depends on how the nights came about.",
        ]
    )
    html = found._repr_html_()
    assert html.startswith('<div class="rlskit mathjax_ignore"><p>Change in symptom nights')
    assert '<td colspan="2">refused: the same on every modelled night: it never varied</td>' in html
    two = estimate_effects(fit("symptoms ~ stretched", nights, night_to_night=False), level=(0.95, 0.99))
    assert "(95%)" in repr(two) and "(99%)" in repr(two)


def test_the_correction_widens_one_short_diary_and_says_so():
    short = fit("symptoms ~ stretched + caffeine_after_noon_mg", diary(40))
    plain, wider = estimate_effects(short, correction=None), estimate_effects(short)
    width = [(e.table["upper"] - e.table["lower"]).to_numpy() for e in (plain, wider)]
    assert (width[1] > 1.02 * width[0]).all() and (width[1] < 1.12 * width[0]).all()
    assert plain.table["estimate"].tolist() == wider.table["estimate"].tolist()
    assert "small-diary correction up to 1." in wider.method and "correction" not in plain.method
    assert "Fewer than 60 nights: a 95% interval covers somewhat less often than it says." in plain.caveats
    many = fit("symptoms ~ stretched", group())
    assert "correction" not in estimate_effects(many).method
    few = fit("symptoms ~ stretched", group(), slopes=("stretched",))
    plain, wider = estimate_effects(few, correction=None), estimate_effects(few)
    assert "correction for few people up to 1." in wider.method and "correction" not in plain.method
    wide, narrow = ((e.table["upper"] - e.table["lower"]).iloc[0] for e in (wider, plain))
    assert 1.05 * narrow < wide < 1.3 * narrow
    with pytest.raises(ModelError, match="expected BARTLETT or None"):
        estimate_effects(short, correction="bartlett")


def test_pre_stated_contrasts_are_one_table():
    assert CONTRASTS == {
        "caffeine_after_noon_mg": (200.0, 0.0),
        "caffeine_before_noon_mg": (200.0, 0.0),
        "alcohol_drinks": (2.0, 0.0),
        "bedtime_sd_7_min": (90.0, 15.0),
        "stretch_min": (20.0, 0.0),
        "stretch_hold_s": (30.0, 10.0),
        "stretch_intensity_0_10": (7.0, 3.0),
        "stretched_days_14": (14.0, 0.0),
        "stretched_weeks_28": (4.0, 0.0),
        "waketime_sd_7_min": (90.0, 15.0),
    }


def test_every_coefficient_has_limits_of_its_own():
    """Against statsmodels: the estimates, and limits at which the constrained likelihood has fallen by 1.92."""
    import statsmodels.api as sm

    nights = diary(150)
    found = fit("symptoms ~ stretched * caffeine_after_noon_mg", nights, night_to_night=False)
    table = estimate_coefficients(found, correction=None).table.set_index("term")
    assert list(table.index) == ["Intercept", "stretched", "caffeine_after_noon_mg", "stretched:caffeine_after_noon_mg"]
    s, c = nights["stretched"].astype(float), nights["caffeine_after_noon_mg"]
    columns, y = np.column_stack([np.ones(150), s, c, s * c]), nights["symptoms"].astype(float)
    peer = sm.Logit(y, columns).fit(disp=0)
    assert np.log(table["estimate"].astype(float)).to_numpy() == pytest.approx(peer.params.to_numpy(), abs=1e-3)
    for j, name in enumerate(table.index):
        for limit in np.log(table.loc[name, ["lower", "upper"]].to_numpy(dtype=float)):
            rest = sm.GLM(
                y, np.delete(columns, j, axis=1), family=sm.families.Binomial(), offset=limit * columns[:, j]
            ).fit()
            assert 2 * (peer.llf - rest.llf) == pytest.approx(3.8415, abs=0.01)


def test_coefficients_in_the_units_of_the_column_and_as_text():
    nights = diary(100)
    found = fit("symptoms ~ stretched + caffeine_after_noon_mg", nights)
    effects = estimate_coefficients(found)
    row, same = effects.table.iloc[1], compare(found, "stretched", True, False, scale="odds_ratio").table.iloc[0]
    for name in ("estimate", "lower", "upper"):
        assert row[name] == pytest.approx(same[name], rel=1e-3)
    assert row["n_exposed"] == nights["stretched"].sum() and np.isnan(row["base_rate"])
    assert effects.table["contrast"].unique().tolist() == ["one unit"] and effects.scale == "odds_ratio"
    shown = repr(effects).splitlines()
    assert shown[0] == "Odds ratio; 100 nights of one person"
    assert shown[2].endswith("95% interval") and "nan" not in repr(effects)


def test_a_separated_coefficient_is_open():
    nights = diary(60)
    nights.loc[nights["stretched"].fillna(False), "symptoms"] = True
    table = estimate_coefficients(fit("symptoms ~ stretched + caffeine_after_noon_mg", nights)).table
    row = table.set_index("term").loc["stretched"]
    assert row["upper"] == np.inf and row["lower"] > 0


def test_people_who_do_not_differ_at_the_maximum_may_differ_along_the_profile():
    """Person spread exactly zero at the maximum: the profile still looks beside it."""
    rng = np.random.default_rng(8)
    nights = pd.DataFrame({"person": np.repeat(np.arange(6), 20), "night": np.tile(np.arange(20), 6)})
    nights["symptoms"] = np.tile(np.arange(20) % 2 == 0, 6)
    nights["x"] = rng.normal(size=120)
    nights["level"] = rng.normal(size=6)[nights["person"]]
    found = fit("symptoms ~ x + level", nights, night_to_night=False, prior=None)
    assert found.person_sd["Intercept"] < 0.01 and found.status.at_boundary
    plain = fit("symptoms ~ x + level", nights.drop(columns="person"), night_to_night=False, prior=None)
    far, narrow = (
        estimate_coefficients(one, level=0.999, correction=None).table.set_index("term").loc["level"]
        for one in (found, plain)
    )
    # far from the maximum people differ, which plain logistic regression cannot say
    assert np.log(far["upper"]) > 1.05 * np.log(narrow["upper"])
    assert np.log(far["lower"]) < 1.05 * np.log(narrow["lower"])


@pytest.mark.parametrize("levels", [(0.5, 0.95), (0.5, 0.8, 0.9, 0.95)])
def test_a_night_to_night_sd_of_zero_does_not_hold_a_wider_level_back(levels):
    """The sd is zero at the maximum and 2 at the 95% limit, where a constrained climb (SLSQP) has the same drop. From a
    narrower level's limit the search stayed at zero: the limit was 118 instead of 296, as levels were asked along."""
    nights = simulated_diary(seed=2)
    nights["x"] = nights["symptoms"] + 0.84 * np.random.default_rng(2).normal(size=60)
    found = rk.fit("symptoms ~ x + walked", nights)
    assert abs(found.maximum.parameters.sigma) < 0.01
    alone, beside = (estimate_effects(found, level=one, scale="odds_ratio").table.set_index(["term", "level"])
                     for one in (0.95, levels))
    for term in ("x", "walked"):
        for side in ("lower", "upper"):
            assert beside[side][term, 0.95] == pytest.approx(alone[side][term, 0.95], rel=1e-3)


def test_the_base_rate_has_limits_of_its_own():
    """Against a plain logistic regression's prediction at b, whose limits on the logit are textbook."""
    import statsmodels.api as sm

    nights = diary(150)
    found = fit("symptoms ~ stretched", nights, night_to_night=False)
    row = estimate_effects(found, level=(0.9, 0.99)).table
    x = sm.add_constant(nights["stretched"].astype(float))
    peer = sm.Logit(nights["symptoms"].astype(float), x).fit(disp=0)
    middle, error = peer.params["const"], peer.bse["const"]
    for level, z in ((0.9, 1.6448536), (0.99, 2.5758293)):
        one = row[row["level"] == level].iloc[0]
        assert one["base_rate"] == pytest.approx(30 * expit(middle), abs=1e-3)
        assert one["base_lower"] == pytest.approx(30 * expit(middle - z * error), abs=2e-3)
        assert one["base_upper"] == pytest.approx(30 * expit(middle + z * error), abs=2e-3)


def test_the_base_rate_under_separation_stays_where_it_is_known():
    nights = diary(60)
    nights.loc[nights["stretched"].fillna(False), "symptoms"] = True
    found = fit("symptoms ~ stretched", nights)
    row = estimate_effects(found).table.iloc[0]
    assert 0 < row["base_lower"] < row["base_rate"] < row["base_upper"] < 30
    # turned round, the nights compared with are those that were all symptom nights: no limit can be given
    other = compare(found, "stretched", False, True)
    assert other.table[["base_lower", "base_upper"]].iloc[0].isna().all()
    assert repr(other).splitlines()[3].endswith("  30.0")


def separated(seed, sizes, slope):
    """Every night with x a symptom night; `other` tells something of the rest."""
    rng = np.random.default_rng(seed)
    size = int(rng.choice(sizes))
    x, other = rng.random(size) < 0.3, rng.integers(0, 4, size) * 50.0
    y = rng.random(size) < 1 / (1 + np.exp(1.0 - 0.01 * other - slope * x))
    return pd.DataFrame({"night": range(size), "symptoms": np.where(x, True, y), "x": x, "other": other})


@pytest.mark.parametrize(("seed", "nights", "slope", "exact"), [
    (7025, (30, 60, 90), 2.0, 3.5),  # one long step landed on a ridge on which coefficients run away: 7.0
    (7059, (30, 60, 90), 2.0, -2.7),
    (1020, (30, 60), 0.0, 11.4),  # the search gave up, and called that no bound
])  # fmt: skip
def test_under_separation_the_closed_side_is_the_highest_ridges(seed, nights, slope, exact):
    """exact: by a constrained optimiser from six starts (scipy SLSQP on the likelihood itself), at the corrected
    cut-off."""
    fit = rk.fit("symptoms ~ x + other", separated(seed, nights, slope))
    assert "separation" in fit.status.message
    alone = rk.compare(fit, "x", True, False).table.iloc[0]
    assert alone["lower"] == pytest.approx(exact, abs=0.1) and alone["upper"] == np.inf
    # whichever other levels are asked
    many = rk.compare(fit, "x", True, False, level=(0.6, 0.8, 0.95, 0.99)).table.set_index("level")["lower"]
    assert many[0.95] == pytest.approx(alone["lower"], abs=0.05)
    assert many.is_monotonic_decreasing


def test_an_odds_ratio_without_end_is_infinite_and_its_closed_side_stays_closed():
    nights = pd.DataFrame({"night": range(100), "x": np.arange(100) % 3 == 0})
    nights["symptoms"] = nights["x"]
    fit = rk.fit("symptoms ~ x", nights)
    plain, corrected = (rk.compare(fit, "x", True, False, scale="odds_ratio", correction=one) for one in
                        (None, rk.BARTLETT))
    assert plain.table["estimate"].iloc[0] == corrected.table["estimate"].iloc[0] == np.inf
    assert 20.0 < corrected.table["lower"].iloc[0] < plain.table["lower"].iloc[0] < np.inf
    # beyond four the correction is none any more
    assert corrected.method.endswith("small-diary correction up to 4.00")
    assert "inf" in repr(corrected) and "open" in repr(corrected)


def test_a_spread_that_runs_off_without_a_prior_is_said():
    nights = rk.simulate_diaries(1, 60, seed=2).nights
    fit = rk.fit("symptoms ~ stretched", nights, prior=None)
    assert fit.night_sd > 15.0 and fit.status.at_boundary
    assert f"the night-to-night sd has run off ({fit.night_sd:.0f})" in fit.status.message
    assert "run off" not in rk.fit("symptoms ~ stretched", nights).status.message
