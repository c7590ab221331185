"""Each person's own effect: what is refused, what is said, and that disagreement shows.

Numbers against brute force are in tests/unit/engine/draws/test_sampling.py, coverage in benchmarks/new_person.md.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import rlskit as rk
from rlskit.answers.result_sentences import tell
from rlskit.errors import ModelError
from rlskit.figures import alt_text, caption
from tests.helpers import picture_samples as samples

OPPOSED = (-2.4, -2.0, 2.0, 2.4)


def opposed(slopes=OPPOSED, n=60, seed=5):
    """People who answer to the same change in opposite directions, as in Holsteen's migraine diaries."""
    rng = np.random.default_rng(seed)
    tables = []
    for i, slope in enumerate(slopes):
        done = rng.random(n) < 0.5
        y = rng.random(n) < expit(-0.1 + slope * (done - 0.5))
        tables.append(pd.DataFrame({"person": f"person {'ABCDEFGH'[i]}", "night": np.arange(n), "symptoms": y * 1.0,
                                    "done": done * 1.0, "level": float(i)}))
    return pd.concat(tables, ignore_index=True)


@pytest.fixture(scope="module")
def four():
    nights = opposed()
    nights.loc[nights["person"] == "person D", "seldom"] = 0.0
    fit = rk.fit("symptoms ~ done", nights, slopes=("done",), night_to_night=False)
    return fit, rk.estimate_people(fit, "done")


def test_the_table_has_everybody_the_average_and_one_more(four):
    fit, found = four
    table = found.table
    assert list(table.columns) == [
        "kind", "person", "estimate", "lower", "upper", "n_nights", "n_exposed", "n_unexposed", "reason",
    ]  # fmt: skip
    assert table["kind"].tolist() == ["person"] * 4 + ["average", "new person"]
    assert table["person"].tolist() == ["person A", "person B", "person C", "person D", "", ""]
    assert (table["lower"] < table["estimate"]).all() and (table["estimate"] < table["upper"]).all()
    nights = opposed().groupby("person")["done"]
    assert table["n_exposed"].tolist()[:4] == nights.sum().tolist()
    assert (table["n_exposed"] + table["n_unexposed"])[:5].tolist() == [60, 60, 60, 60, 240]
    assert table.iloc[5][["n_nights", "n_exposed", "n_unexposed"]].isna().all()
    same = rk.estimate_effects(fit).table.iloc[0]
    for name in ("estimate", "lower", "upper"):
        assert table[name].iloc[4] == pytest.approx(same[name], abs=0.01)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.scale = "other"


def test_four_people_who_disagree_are_not_summed_up_as_no_effect(four):
    _, found = four
    people = found.table.head(4)
    assert (people["upper"].to_numpy()[:2] < 0).all() and (people["lower"].to_numpy()[2:] > 0).all()
    average, new = found.table.iloc[4], found.table.iloc[5]
    assert average["lower"] < 0 < average["upper"]
    assert new["lower"] < people["lower"].min() and new["upper"] > people["upper"].max() - 3
    said = ("These people differ: 2 of 4 have fewer symptom nights and 2 more, each with the whole interval on that "
            "side. The average speaks for neither.")
    assert found.caveats[0] == said and said in repr(found)
    assert [c for c in found.caveats if c.startswith("Only")] == [
        "Only 4 people: how much people differ is hardly known, so the interval for a new person is wide."]
    assert said in caption(found)
    assert "2 with fewer symptom nights, 2 with more symptom nights, 0 unclear" in alt_text(found)
    share = found.heterogeneity.set_index("direction")
    assert share.loc["fewer", "lower"] < 0.4 and share.loc["fewer", "upper"] > 0.6
    assert share.loc["more", ["share", "lower", "upper"]].to_numpy() == pytest.approx(
        1 - share.loc["fewer", ["share", "upper", "lower"]].to_numpy())


def test_partial_pooling_lies_between_a_persons_own_nights_and_everybodys(four):
    _, found = four
    alone = []
    for _, mine in opposed().groupby("person"):
        rate = mine.groupby("done")["symptoms"].mean()
        alone.append(30 * (rate[1.0] - rate[0.0]))
    own, middle = found.table["estimate"].to_numpy()[:4], found.table["estimate"].iloc[4]
    pulled = np.abs(own - middle) / np.abs(np.array(alone) - middle)
    assert (pulled < 1.0).all() and (pulled > 0.6).all()


def test_people_who_are_alike_are_not_promised_to_be():
    """A spread estimated as nearly zero still leaves a new person wider than the average."""
    nights = opposed((-1.0,) * 6, seed=11)
    fit = rk.fit("symptoms ~ done", nights, slopes=("done",), night_to_night=False)
    assert fit.person_sd["done"] < 0.3
    table = rk.estimate_people(fit, "done").table
    average, new = table.iloc[6], table.iloc[7]
    assert new["upper"] - new["lower"] > 1.4 * (average["upper"] - average["lower"])


def test_scales_are_views_of_the_same_draws(four):
    fit, found = four
    odds = rk.estimate_people(fit, "done", scale="odds_ratio")
    assert (np.log(odds.table["lower"]) < 0).tolist() == (found.table["lower"] < 0).tolist()
    assert (np.log(odds.table["upper"]) < 0).tolist() == (found.table["upper"] < 0).tolist()
    # one column and no interaction: the odds ratio is the exponential of the person's own coefficient
    assert 4 < odds.table["estimate"].iloc[3] < 16
    assert odds.heterogeneity.equals(found.heterogeneity)


def test_who_never_changed_it_has_nothing_of_their_own():
    nights = opposed((-1.0, -1.5, -1.2, -1.0, -1.1))
    nights.loc[nights["person"] == "person B", "done"] = 0.0
    rare = (nights["person"] == "person C") & (nights["night"] > 4)
    nights.loc[rare, "done"] = 0.0
    found = rk.estimate_people(rk.fit("symptoms ~ done", nights, slopes="done", night_to_night=False), "done")
    one, other = found.table.iloc[1], found.table.iloc[2]
    assert one["reason"] == "never changed it: nothing here is their own"
    assert one[["estimate", "lower", "upper"]].isna().all() and one["n_exposed"] == 0
    n = int(other["n_exposed"])
    assert other["reason"] == f"only {n} nights with and {60 - n} without: leans on the others" and n < 5
    assert np.isfinite(other["estimate"])
    assert "person B" in repr(found) and "never changed it: nothing here is their own" in repr(found)


def test_within_changes_move_and_means_stay():
    nights = opposed((-1.0, -1.5, -1.2, -1.0))
    fit = rk.fit("symptoms ~ within(done) + between(done)", nights, slopes="within(done)", night_to_night=False)
    found = rk.estimate_people(fit, "done")
    assert found.term == "within(done)" and found.table["estimate"].between(-12, 0).all()


def test_slopes_as_the_formula_has_the_term_are_enough():
    """What the advice says works, and is the same model."""
    plain, groups = (rk.estimate_people(rk.fit(f"symptoms ~ {term}", opposed(), slopes=(term,), night_to_night=False),
                                        term).table for term in ("done", "C(done)"))
    assert groups["estimate"].to_numpy() == pytest.approx(plain["estimate"].to_numpy(), abs=0.3)


ERRORS = {
    "one person": (
        lambda: rk.fit("symptoms ~ done", opposed().query("person == 'person A'"), night_to_night=False), "done",
        "estimate_people: found one person; expected several. estimate_effects(fit) is this person's own effect.",
    ),
    "no slopes": (
        lambda: rk.fit("symptoms ~ done", opposed(), night_to_night=False), "done",
        'estimate_people: found one coefficient of "done" for everybody in this fit; expected one for each person. Fit '
        'again with slopes=("done",).',
    ),
    "no slope of the within part": (
        lambda: rk.fit("symptoms ~ within(done)", opposed(), night_to_night=False), "done",
        'estimate_people: found one coefficient of "within(done)" for everybody in this fit; expected one for each '
        'person. Fit again with slopes=("within(done)",).',
    ),
    "no slope of the groups": (
        lambda: rk.fit("symptoms ~ C(done)", opposed(), night_to_night=False), "C(done)",
        'estimate_people: found one coefficient of "C(done)" for everybody in this fit; expected one for each person. '
        'Fit again with slopes=("C(done)",).',
    ),
    "no slope of a function": (
        lambda: rk.fit("symptoms ~ exp(done)", opposed(), night_to_night=False), "done",
        'estimate_people: found one coefficient of "exp(done)" for everybody in this fit; expected one for each '
        'person. Fit again with slopes=("exp(done)",).',
    ),
    "unknown column": (
        lambda: rk.fit("symptoms ~ done", opposed(), slopes="done", night_to_night=False), "tea",
        'estimate_people: found no column "tea" in "symptoms ~ done"; expected one of: done.',
    ),
    "nobody changed it": (
        lambda: rk.fit("symptoms ~ level", opposed(), slopes="level", night_to_night=False), "level",
        'estimate_people: found nothing to compare in "level" (no person ever changed it: comparing people is not an '
        "effect of changing it); expected a column that changed. Choose another column.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors_say_what_to_do(case):
    fitted, term, message = ERRORS[case]
    with pytest.raises(ModelError) as caught:
        rk.estimate_people(fitted(), term)
    assert str(caught.value) == message


def test_no_numbers_from_a_fit_that_did_not_converge(four):
    fit, _ = four
    lost = dataclasses.replace(fit, status=dataclasses.replace(fit.status, converged=False))
    with pytest.raises(ModelError) as caught:
        rk.estimate_people(lost, "done")
    assert str(caught.value) == (
        '"symptoms ~ done" did not converge, so there is no interval to give. Use fewer columns, or the weak prior '
        "(prior=WEAK)."
    )


@pytest.mark.parametrize(("option", "message"), [
    ({"scale": "points"}, 'scale: found "points"; expected one of nights_per_30, probability, risk_ratio, odds_ratio.'),
    ({"at_least": 3}, "at_least: found 3 with a yes/no outcome; expected nothing there. Leave it out."),
    ({"level": 95}, "level: found 95; expected a number between 0 and 1, such as 0.95."),
])
def test_options_out_of_range_are_refused(four, option, message):
    with pytest.raises(ModelError) as caught:
        rk.estimate_people(four[0], "done", **option)
    assert str(caught.value) == message


def test_exact_text_of_people():
    """A made-up table, so that the words are pinned and not the numbers."""
    found = samples.make_people(3, opposing=True, unchanged=1, names=["Ada", "Ben", "Participant 003"],
                                caveats=("These people differ.", "An association."))
    lines = repr(found).splitlines()
    assert lines == [
        "Change in symptom nights per 30 nights, person by person; stretched, yes vs no",
        "180 nights of 3 people",
        "",
        "person           estimate  95% interval     nights with / without",
        "Ada                     —  never changed it: nothing here is their own",
        "Ben                  9.32  5.34 to 13.70    28 / 32",
        "Participant 003    -11.32  -17.03 to -5.05  28 / 32",
        "average             -0.40  -6.20 to 5.50",
        "new person          -0.50  -22.00 to 19.80",
        "",
        "Of all people like these, about 74% (45% to 94%) would have fewer symptom nights and about 26% (6% to 55%) "
        "more.",
        "Method: partial pooling; average by profile likelihood.",
        "These people differ.",
        "An association.",
    ]
    html = found._repr_html_()
    assert "<th>estimate</th>" in html.replace(' scope="col"', "") and html.count("<tr>") == 6


def test_many_people_are_shown_from_both_ends():
    lines = repr(samples.make_people(200)).splitlines()
    assert "… 170 people between these two groups …" in lines and len(lines) == 4 + 31 + 2 + 4


# --- severity and numbers --------------------------------------------------------------------------------------------
def graded(seed=8):
    """Four people of opposite response, as a severity of four grades and as hours of sleep."""
    nights, rng = opposed(seed=seed), np.random.default_rng(seed)
    slope = nights["person"].map(dict(zip(sorted(set(nights["person"])), OPPOSED, strict=True)))
    f = slope * (nights["done"] - 0.5) + rng.logistic(size=len(nights))
    return nights.assign(severity=np.digitize(f, [-1.0, 0.5, 2.0]), sleep_h=7.0 - 0.6 * f)


@pytest.fixture(scope="module")
def severity():
    return rk.fit("severity ~ done", graded(), outcome=rk.ORDINAL, slopes="done", night_to_night=False)


@pytest.fixture(scope="module")
def hours():
    fit = rk.fit("sleep_h ~ done", graded(), outcome=rk.GAUSSIAN, slopes="done", night_to_night=False)
    return fit, rk.estimate_people(fit, "done")


def test_severity_person_by_person(severity):
    found = rk.estimate_people(severity, "done")
    assert found.scale == "points" and found.base_unit == "points"
    own = graded().pivot_table("severity", "person", "done")
    alone = (own[1.0] - own[0.0]).to_numpy()
    table = found.table
    pulled = table["estimate"].to_numpy()[:4] / alone
    assert (pulled > 0.6).all() and (pulled < 1.05).all()
    assert (table["upper"][:2] < 0).all() and (table["lower"][2:4] > 0).all()
    assert table["lower"].iloc[5] < table["lower"][:4].min() + 0.2 and table["upper"].iloc[5] > table["upper"][2] - 0.4
    assert found.caveats[0] == (
        "These people differ: 2 of 4 have milder nights and 2 worse ones, each with the whole interval on that side. "
        "The average speaks for neither.")
    assert found.heterogeneity["direction"].tolist() == ["lower", "higher"]
    said = [text for _, _, text in tell(found).rows]
    assert any("2 clearly had lower severity, 2 clearly had higher severity, and for 0 it is not clear." in text
               for text in said)
    lines = repr(found).splitlines()
    assert lines[0] == "Change in points of severity, person by person; done, yes vs no"
    assert any(line.startswith("Of all people like these, about ") and " would have milder nights and about " in line
               and line.endswith(" worse ones.") for line in lines)


def test_nights_at_a_severity_are_counted_when_asked(severity):
    found = rk.estimate_people(severity, "done", scale="nights_per_30", at_least=2)
    assert found.at_least == 2 and found.heterogeneity["direction"].tolist() == ["fewer", "more"]
    own = graded().assign(bad=lambda d: (d["severity"] >= 2) * 1.0).pivot_table("bad", "person", "done")
    alone = 30 * (own[1.0] - own[0.0]).to_numpy()
    assert np.abs(found.table["estimate"].to_numpy()[:4] - alone).max() < 5
    assert repr(found).startswith("Change in nights at 2 or more per 30 nights, person by person; done, yes vs no")
    assert " would have fewer nights at 2 or more and about " in repr(found)
    with pytest.raises(ModelError) as caught:
        rk.estimate_people(severity, "done", scale="nights_per_30")
    assert str(caught.value) == (
        'scale "nights_per_30": found no at_least; expected the severity from which a night counts, one of 1, 2, 3. '
        'Say it, or use scale="points".')


def test_hours_of_sleep_person_by_person(hours):
    fit, found = hours
    assert found.scale == "points" and found.base_unit == "sleep_h"
    own = graded().pivot_table("sleep_h", "person", "done")
    alone = (own[1.0] - own[0.0]).to_numpy()
    table, average = found.table, rk.estimate_effects(fit).table.iloc[0]
    pulled = (table["estimate"].to_numpy()[:4] - average["estimate"]) / (alone - average["estimate"])
    assert (pulled < 1.0).all() and (pulled > 0.7).all()
    assert table[["estimate", "lower", "upper"]].iloc[4].tolist() == pytest.approx(
        average[["estimate", "lower", "upper"]].tolist(), abs=1e-6)
    assert table["lower"].iloc[5] < table["lower"][:4].min() and table["upper"].iloc[5] > table["upper"][:4].max()
    assert "These people differ: 2 of 4 have a lower sleep_h and 2 a higher one" in found.caveats[0]
    large = rk.estimate_people(fit, "done", beyond=0.5).heterogeneity
    assert large["direction"].tolist() == ["lower", "higher"] * 2 and large["beyond"].tolist() == [0.0, 0.0, 0.5, 0.5]
    assert (large["share"].to_numpy()[2:] < large["share"].to_numpy()[:2]).all()
    lines = repr(found).splitlines()
    assert lines[0] == "Change in sleep_h, in its own units, person by person; done, yes vs no"
    assert lines[-5].startswith("Of all people like these, about ") and lines[-5].endswith("a higher one.")
    assert lines[-4].startswith(
        "Method: own and new-person intervals by partial pooling (exact given the spread between people, over draws of "
        "it from the restricted likelihood); average by profile likelihood on the contrast itself")
    assert caption(found).startswith("Difference in sleep (h): done, yes vs no. Dot, line: ")
    assert "2 lower, 2 higher, 0 unclear" in alt_text(found)
    with pytest.raises(ModelError) as caught:
        rk.estimate_people(fit, "done", scale="nights_per_30")
    assert str(caught.value) == 'scale: found "nights_per_30"; expected "points" for a numeric outcome.'


def test_hours_follow_their_unit(hours):
    """Minutes in place of hours: everything times sixty."""
    _, found = hours
    nights = graded().assign(sleep_min=lambda d: 60.0 * d["sleep_h"])
    fit = rk.fit("sleep_min ~ done", nights, outcome=rk.GAUSSIAN, slopes="done", night_to_night=False)
    numbers = ["estimate", "lower", "upper"]
    np.testing.assert_allclose(rk.estimate_people(fit, "done").table[numbers], 60.0 * found.table[numbers], rtol=0.02)
    lost = dataclasses.replace(fit, status=dataclasses.replace(fit.status, converged=False))
    with pytest.raises(ModelError) as caught:
        rk.estimate_people(lost, "done")
    assert str(caught.value) == (
        '"sleep_min ~ done" did not converge, so there is no interval to give. Use fewer columns or slopes.')


def test_a_middle_of_new_people_far_from_the_average_is_explained(four):
    rng, tables = np.random.default_rng(1), []
    for i, (level, change) in enumerate(zip((-3, -1, 0, 3), (2, 2, 1, 0), strict=True)):
        done = rng.random(60) < 0.5
        symptoms = rng.random(60) < expit(level + change * done)
        tables.append(pd.DataFrame({"person": i, "night": np.arange(60), "done": done * 1.0, "symptoms": symptoms}))
    fit = rk.fit("symptoms ~ done", pd.concat(tables), slopes=("done",), night_to_night=False)
    found = rk.estimate_people(fit, "done")
    average, new = found.table["estimate"].iloc[4:]
    assert 0 <= new < 0.75 * average
    assert (
        "The estimate for a new person is the middle one of all that new people may show. It is nearer to no "
        "change than the average: among people who may differ so much, many hardly change.") in found.caveats
    assert not any("middle one" in note for note in four[1].caveats)
