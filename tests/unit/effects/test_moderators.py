"""What explains the spread: the effect at each level of a trait, their difference, the spread that is left."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import rlskit as rk
from rlskit.engine import person_spread
from rlskit.errors import ModelError
from tests.helpers.places import ORACLES

FORMULA = "symptoms ~ within(done) * trait + between(done)"
SLOPES = ("within(done)",)


def made(people=24, n=40, seed=9, difference=-1.6, spread=0.3):
    rng = np.random.default_rng(seed)
    trait = np.arange(people) % 2
    level, own = rng.normal(-0.2, 0.6, people), rng.normal(-0.1, spread, people) + difference * trait
    who = np.repeat(np.arange(people), n)
    done = rng.integers(0, 2, people * n).astype(float)
    chance = expit(level[who] + own[who] * done)
    return pd.DataFrame({"person": who, "night": np.tile(np.arange(n), people), "done": done, "trait": trait[who] * 1.0,
                         "group": np.where(trait[who] > 0, "old", "young"), "age": 30.0 + 20 * trait[who] + who % 5,
                         "symptoms": rng.random(people * n) < chance})


@pytest.fixture(scope="module")
def nights():
    return made()


@pytest.fixture(scope="module")
def fit(nights):
    return rk.fit(FORMULA, nights, slopes=SLOPES, night_to_night=False)


@pytest.fixture(scope="module")
def found(fit):
    return rk.explain_spread(fit, "done", "trait")


def test_the_truth_lies_inside_and_the_difference_is_one_of_effects(found):
    rng = np.random.default_rng(1)
    level, own = rng.normal(-0.2, 0.6, 200_000), rng.normal(-0.1, 0.3, 200_000)
    truth = [30 * np.mean(expit(level + own + shift) - expit(level)) for shift in (0.0, -1.6)]
    table = found.table
    assert table["row"].tolist() == ["effect", "effect", "difference"]
    assert table["level"].tolist() == ["no", "yes", "yes − no"] and table["n_people"].tolist() == [12, 12, 24]
    for row, true in zip(table.itertuples(), [*truth, truth[1] - truth[0]], strict=True):
        assert row.lower < true < row.upper and row.lower < row.estimate < row.upper
    assert table["estimate"][2] == pytest.approx(table["estimate"][1] - table["estimate"][0], abs=1e-6)
    assert table["upper"][2] < 0
    apart = np.hypot(*(table["upper"] - table["lower"])[:2])  # people are others at each level: nearly independent
    assert 0.8 < (table["upper"] - table["lower"])[2] / apart < 1.2


def test_the_spread_is_larger_where_the_trait_is_left_out(found, fit):
    spread = found.spread.set_index("model")
    assert spread.loc["with", "sd"] == pytest.approx(fit.person_sd["within(done)"], abs=1e-3)
    assert spread.loc["without", "sd"] > spread.loc["with", "sd"] + 0.3
    assert spread.loc["without", "lower"] > 0 and spread.loc["with", "lower"] < 0.1
    assert spread.loc["with", "lower"] <= 0.3 <= spread.loc["with", "upper"]
    # trait as a coin: variance a quarter of the squared difference, on top of 0.3
    assert spread.loc["without", "lower"] < np.hypot(0.8, 0.3) < spread.loc["without", "upper"]


def test_words_and_numbers_are_levels_too(nights):
    words = rk.fit("symptoms ~ within(done) * group + between(done)", nights, slopes=SLOPES, night_to_night=False)
    told = rk.explain_spread(words, "within(done)", "group")
    assert told.table["level"].tolist() == ["old", "young", "young − old"]
    again = rk.explain_spread(words, "within(done)", "group", at=("young", "old"))
    assert again.table["estimate"][2] == pytest.approx(-told.table["estimate"][2], abs=1e-4)
    ages = rk.fit("symptoms ~ within(done) * age + between(done)", nights, slopes=SLOPES, night_to_night=False)
    low, high = np.quantile(nights.groupby("person")["age"].first(), [0.1, 0.9])
    number = rk.explain_spread(ages, "done", "age").table
    assert number["level"].tolist()[:2] == [f"{low:.3g}", f"{high:.3g}"] and number["estimate"][2] < 0


def test_the_sd_has_the_slope_that_it_says(fit):
    layout, theta = fit.maximum.objective.layout, fit.maximum.optimum.theta + 0.1
    value, by_theta = person_spread(layout, theta, np.array([0.4, 1.0]))
    for j in range(layout.size):
        step = np.zeros(layout.size)
        step[j] = 1e-6
        up, down = (person_spread(layout, theta + sign * step, np.array([0.4, 1.0]))[0] for sign in (1, -1))
        assert by_theta[j] == pytest.approx((up - down) / 2e-6, abs=1e-6)
    assert value > 0


def test_exact_text(found):
    rows = found.table.itertuples()
    cells = [f"{r.estimate:.2f}" + f"  {r.lower:.2f} to {r.upper:.2f}" for r in rows]
    lines = [" ".join(line.split()) for line in repr(found).splitlines()]
    assert lines[:3] == ["Change in symptom nights per 30 nights by trait; within(done), yes vs no",
                         f"{FORMULA}; 960 nights of 24 people", ""]
    names, people = ("trait: no", "trait: yes", "difference: yes − no"), (12, 12, 24)
    assert lines[4:7] == [" ".join(f"{name} {cell} {n}".split())
                          for name, cell, n in zip(names, cells, people, strict=True)]
    assert lines[-1] == ("People who differ in trait differ in much else: nobody's trait was changed, so this is not "
                         "an effect of it.")
    assert lines[8].startswith("Spread between people without trait: sd ") and lines[8].endswith("log odds")


ERRORS = {
    "no interaction": (
        "symptoms ~ within(done) + trait", SLOPES, "trait",
        'explain_spread: found no interaction with trait of "within(done)" in "symptoms ~ within(done) + trait". Fit '
        'symptoms ~ within(done) * trait + … with slopes=("within(done)",).'),
    "not in the model": (
        "symptoms ~ within(done)", SLOPES, "trait",
        'explain_spread: found no "trait" in "symptoms ~ within(done)". Fit symptoms ~ within(done) * trait + … with '
        'slopes=("within(done)",).'),
    "no slopes": (
        "symptoms ~ within(done) * trait", (), "trait",
        'explain_spread: found no slopes for "within(done)" in "symptoms ~ within(done) * trait". Fit symptoms ~ '
        'within(done) * trait + … with slopes=("within(done)",).'),
    "no slopes of the groups": (
        "symptoms ~ C(done) * trait", (), "trait",
        'explain_spread: found no slopes for "C(done)" in "symptoms ~ C(done) * trait". Fit symptoms ~ C(done) * trait '
        '+ … with slopes=("C(done)",).'),
    "no interaction of the groups": (
        "symptoms ~ C(done) + trait", ("C(done)",), "trait",
        'explain_spread: found no interaction with trait of "C(done)" in "symptoms ~ C(done) + trait". Fit symptoms ~ '
        'C(done) * trait + … with slopes=("C(done)",).'),
    "several slopes": (
        "symptoms ~ poly(night, 2) * trait", ("poly(night, 2)",), "trait",
        'explain_spread: found 2 slopes for "poly(night, 2)", one for each column that it makes; expected one. Make a '
        "yes/no column or a number of it."),
    "changes within a person": (
        "symptoms ~ within(done) * night", SLOPES, "night",
        'explain_spread: "night" changes within a person; expected one value for each person. Use between(night), or a '
        "column of your own."),
}  # fmt: skip


def test_the_advice_for_groups_works():
    fit = rk.fit("symptoms ~ C(done) * trait", made(6, 20), slopes=("C(done)",), night_to_night=False)
    found = rk.explain_spread(fit, "C(done)", "trait")
    assert np.isfinite(found.table["estimate"]).all() and np.isfinite(found.spread["sd"]).all()


def test_a_name_with_a_gap_is_advised_as_a_formula_takes_it():
    nights = made(6, 20).rename(columns={"done": "was done"})
    fit = rk.fit("symptoms ~ within(`was done`) + trait", nights, slopes=("within(was done)",), night_to_night=False)
    with pytest.raises(ModelError) as wrong:
        rk.explain_spread(fit, "was done", "trait")
    assert "Fit symptoms ~ within(`was done`) * trait + … with slopes=" in str(wrong.value)


@pytest.mark.parametrize("case", ERRORS)
def test_errors_say_which_formula_to_fit(case):
    formula, slopes, moderator, message = ERRORS[case]
    fit = rk.fit(formula, made(6, 20), slopes=slopes, night_to_night=False)
    with pytest.raises(ModelError) as wrong:
        rk.explain_spread(fit, "night" if "night," in formula else "done", moderator)
    assert str(wrong.value) == message


def test_severity_and_hours_have_moderators_too():
    """The same trait behind the same nights: points of severity follow the share of bad nights, hours a line."""
    nights = made(24, 40)
    rng = np.random.default_rng(3)
    nights["grade"] = nights["symptoms"].astype(int) * rng.integers(1, 4, len(nights))
    who = nights["person"].to_numpy()
    own = rng.normal(0.0, 0.4, 24)[who] + 0.8 * nights["trait"]
    nights["hours"] = 6.5 + rng.normal(0.0, 0.3, 24)[who] + own * nights["done"] + rng.normal(0.0, 0.7, len(nights))
    fits = [rk.fit(f"{name} ~ within(done) * trait + between(done)", nights, outcome=kind, slopes=SLOPES,
                   night_to_night=False) for name, kind in (("grade", rk.ORDINAL), ("hours", rk.GAUSSIAN))]
    grade, hours = (rk.explain_spread(fit, "done", "trait") for fit in fits)
    assert grade.scale == hours.scale == "points" and (grade.base_unit, hours.base_unit) == ("points", "hours")
    assert grade.table["upper"][2] < 0 and hours.table["lower"][2] < 0.8 < hours.table["upper"][2]
    for found in (grade, hours):
        table, spread = found.table, found.spread.set_index("model")
        assert table["estimate"][2] == pytest.approx(table["estimate"][1] - table["estimate"][0], abs=1e-6)
        assert spread.loc["without", "sd"] > spread.loc["with", "sd"]
        assert ((table["lower"] < table["estimate"]) & (table["estimate"] < table["upper"])).all()
    assert hours.spread["lower"][1] < 0.4 < hours.spread["upper"][1]
    lines = repr(hours).splitlines()
    assert lines[0] == "Change in hours, in its own units by trait; within(done), yes vs no"
    assert re.fullmatch(r"Spread between people with trait: sd [\d.]+ \([\d.]+ to [\d.]+\), hours, in its own "
                        "units", lines[9])
    assert repr(grade).startswith("Change in points of severity by trait; within(done), yes vs no")
    bad = rk.explain_spread(fits[0], "done", "trait", scale="nights_per_30", at_least=1)
    assert repr(bad).startswith("Change in nights at 1 or more per 30 nights by trait")
    for found, asked in ((grade, {}), (bad, {"scale": "nights_per_30", "at_least": 1})):  # half of them have the trait
        both = rk.compare(fits[0], "done", 1, 0, **asked).table["estimate"][0]
        assert found.table["estimate"][:2].mean() == pytest.approx(both, abs=0.15 * abs(both))
    with pytest.raises(ModelError, match='scale: found "odds_ratio"; expected one of points, nights_per_30, probab'):
        rk.explain_spread(fits[0], "done", "trait", scale="odds_ratio")


def test_few_people_at_a_level_are_said():
    fit = rk.fit(FORMULA, made(8, 30), slopes=SLOPES, night_to_night=False)
    assert rk.explain_spread(fit, "done", "trait").caveats[0] == (
        "Few people: 4 at no, 4 at yes. These limits are then somewhat too narrow.")


def test_sleep_after_an_evening_is_that_of_the_next_row():
    nights = rk.simulate_diaries(people=2, nights=12, seed=1).nights
    after = rk.sleep_after(nights)
    for _, mine in nights.groupby("person"):
        assert after[mine.index[:-1]].reset_index(drop=True).equals(
            mine["sleep_h"].iloc[1:].reset_index(drop=True).rename("sleep_after_h"))
        assert pd.isna(after[mine.index[-1]])
    gap = nights[nights["day_index"] != 5]
    assert rk.sleep_after(gap)[gap["day_index"] == 4].isna().all()
    assert rk.sleep_after(gap.sample(frac=1, random_state=0)).reindex(gap.index).equals(rk.sleep_after(gap))
    assert rk.sleep_after(nights[:0]).empty


def test_sleep_after_a_night_that_is_there_twice_is_not_guessed():
    nights = rk.simulate_diaries(people=2, nights=12, seed=1).nights
    doubled = pd.concat([nights, nights.iloc[[4]].assign(sleep_h=5.0)])
    for table, message in (
        (doubled, 'found the night 2026-05-14 of person "p1" more than once; expected one row per person and '
                  "night. Keep one of them."),
        (nights.drop(columns="sleep_h"), 'found a table of nights without "sleep_h"; expected one as make_nights gives '
                                         "it. Make one with rk.make_nights(diary)."),
    ):
        with pytest.raises(ModelError) as wrong:
            rk.sleep_after(table)
        assert str(wrong.value) == f"sleep_after: {message}"


# --- lme4: tests/oracles/moderator/make.R --------------------------------------------------------------------------
# lme4 integrates by Laplace, ours is exact: with 60 nights a person they differ by some hundredths of a standard error.
ORACLE = ORACLES / "moderator"


def test_lme4_says_the_same_with_and_without_the_moderator():
    nights = pd.read_csv(ORACLE / "nights.csv").astype({"done": float, "trait": float})
    peer = pd.read_csv(ORACLE / "coefficients.csv").set_index("what")
    fit = rk.fit("symptoms ~ within(done) * trait + between(done)", nights, slopes=SLOPES, night_to_night=False,
                 prior=None)
    odds = rk.estimate_coefficients(fit, correction=None).table.set_index("term").loc["within(done):trait"]
    got = np.log(odds[["estimate", "lower", "upper"]].astype(float))
    width = peer.loc["interaction", "upper"] - peer.loc["interaction", "lower"]
    assert np.abs(got - peer.loc["interaction"]).max() < 0.05 * width / 4
    found = rk.explain_spread(fit, "done", "trait")
    for row in found.spread.itertuples():
        said = peer.loc[f"sd {row.model}"]
        assert np.abs(np.array([row.sd, row.lower, row.upper]) - said).max() < 0.1 * (said["upper"] - said["lower"]) / 4
    effects = pd.read_csv(ORACLE / "effects.csv")["nights_per_30"].to_numpy()
    assert found.table["estimate"].to_numpy() == pytest.approx([*effects, effects[1] - effects[0]], abs=0.05)
