"""Four diaries whose slopes oppose each other: whatever speaks of the average says that it speaks for nobody.

Made like Holsteen's four migraine diaries, in which what helps one hurts another. The numbers of estimate_people are
checked in tests/unit/engine/draws/test_sampling.py; here the words are.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import rlskit as rk
from rlskit.answers.result_sentences import tell
from rlskit.errors import ModelError
from rlskit.figures import alt_text, caption
from tests.helpers import picture_samples
from tests.unit.effects.test_people import opposed

DIFFER = ('People differ in done: by the spread between them it goes with fewer symptom nights for about 52 in 100 '
          'people and with more for 48. The average speaks for neither. estimate_people(fit, "done") shows each.')
SAME = ("Taken to be the same in everybody: done. An average near zero may hide people who go opposite ways; slopes= "
        "lets them differ.")


@pytest.fixture(scope="module")
def nights():
    return opposed()


@pytest.fixture(scope="module")
def fit(nights):
    return rk.fit("symptoms ~ done", nights, slopes=("done",), night_to_night=False)


@pytest.fixture(scope="module")
def people(fit):
    return rk.estimate_people(fit, "done", beyond=3)


def test_the_table_of_effects_opens_with_the_disagreement(fit):
    effects = rk.estimate_effects(fit)
    row = effects.table.iloc[0]
    assert row["lower"] < 0 < row["upper"] and abs(row["estimate"]) < 2
    assert effects.caveats[0] == DIFFER
    assert repr(effects).splitlines()[5:7] == [f"Method: {effects.method}.", DIFFER]
    assert DIFFER in caption(effects)


def test_a_model_that_cannot_show_it_says_so(nights):
    effects = rk.estimate_effects(rk.fit("symptoms ~ done", nights, night_to_night=False))
    assert effects.caveats == (
        "Only 4 people, each counted equally: it says little about anybody else.", SAME,
        "An association in recorded nights; whether it is a cause depends on how the nights came about.")


def test_the_table_of_models_carries_it_beside_the_average(nights, fit):
    """In a paper the table stands alone."""
    alike = rk.fit("symptoms ~ done", nights, night_to_night=False)
    table = rk.tabulate_effects({"slopes": rk.estimate_effects(fit), "no slopes": rk.estimate_effects(alike)})
    assert table["note"].tolist() == [DIFFER.partition(" estimate_people")[0], "Taken to be the same in everybody."]
    eight = rk.fit("symptoms ~ done", opposed((2.0, -2.0) * 4, n=30), slopes=("done",), night_to_night=False)
    cross = rk.tabulate_effects({"GEE": rk.cross_check_effects(eight)})["note"][0]
    assert cross.startswith("People differ in done: ") and cross.endswith("The average speaks for neither.")
    one = rk.fit("symptoms ~ done", opposed((-2.0,)), night_to_night=False)
    assert rk.tabulate_effects({"one": rk.estimate_effects(one)})["note"].tolist() == [""]


def test_people_who_agree_and_one_person_are_not_said_to_differ():
    alike = rk.fit("symptoms ~ done", opposed((-2.0, -2.2, -2.4, -2.0)), slopes=("done",), night_to_night=False)
    assert not [c for c in rk.estimate_effects(alike).caveats if c.startswith(("People differ", "Taken to be"))]
    one = rk.fit("symptoms ~ done", opposed((-2.0,)), night_to_night=False)
    assert not [c for c in rk.estimate_effects(one).caveats if c.startswith(("People differ", "Taken to be"))]


def test_a_spread_lost_in_the_error_of_the_average_is_not_said_to_divide_people():
    rng = np.random.default_rng(4)
    nights = pd.DataFrame({"person": np.repeat(np.arange(8), 25), "night": np.tile(np.arange(25), 8),
                           "done": rng.integers(0, 2, 200) * 1.0})
    nights["sleep"] = rng.normal(7, 1, 200) + np.repeat(rng.normal(0, 0.5, 8), 25)
    fit = rk.fit("sleep ~ done", nights, outcome=rk.GAUSSIAN, slopes=("done",), night_to_night=False)
    assert not [c for c in rk.estimate_effects(fit).caveats if c.startswith("People differ")]


def test_other_outcomes_say_it_in_their_own_words(nights):
    pain = nights.assign(pain=2.0 * nights["symptoms"] + np.random.default_rng(1).normal(0, 0.3, len(nights)))
    found = rk.estimate_effects(rk.fit("pain ~ done", pain, outcome=rk.GAUSSIAN, slopes=("done",),
                                       night_to_night=False)).caveats[0]
    assert re.fullmatch(r"People differ in done: by the spread between them it goes with less pain for about \d\d in "
                        r"100 people and with more for \d\d\. The average speaks for neither\. "
                        r'estimate_people\(fit, "done"\) shows each\.', found)
    grade = nights.assign(grade=nights["symptoms"].astype(int) + (nights["night"] % 3 == 0))
    found = rk.estimate_effects(rk.fit("grade ~ done", grade, outcome=rk.ORDINAL, slopes=("done",),
                                       night_to_night=False)).caveats[0]
    assert found.startswith("People differ in done: by the spread between them it goes with milder nights for about ")


def shares(effects):
    """What the shares of the table read as, rounded."""
    said = []
    for _, rows in effects.heterogeneity.groupby("beyond"):
        said.append([f"{100 * r.share:.0f}% ({100 * r.lower:.0f}% to {100 * r.upper:.0f}%)" for r in rows.itertuples()])
    (fewer, more), (much_fewer, much_more) = said
    return (f"Of all people like these, about {fewer} would have fewer symptom nights and about {more} more. For about "
            f"{much_fewer} it would be fewer by more than 3 in 30, for about {much_more} more by more than 3 in 30.")


def test_the_text_tells_each_person_before_the_average(people):
    """Exact; the numbers are those of the table."""
    text = rk.describe(people)
    table = people.table.set_index("kind")
    assert ("- These people differ: 2 of 4 have fewer symptom nights and 2 more, each with the whole interval on that "
            "side. The average speaks for neither.") in " ".join(text.split("What these")[0].split())
    body = text[text.index("What these diaries say"):text.index("\n\nWhat this cannot")].split("\n\n")
    said = {part.split("\n")[0]: " ".join(part.split("\n")[1:]) for part in body[1:]}
    assert list(said) == [f"{name} (done, yes vs no)" for name in ("Person by person", "One more person", "On average")]
    assert said["Person by person (done, yes vs no)"] == (
        "Of 4 people who changed it, 2 clearly had fewer symptom nights, 2 clearly had more, and for 0 it is not "
        f"clear. {shares(people)}")
    new, average = table.loc["new person"], table.loc["average"]
    assert said["One more person (done, yes vs no)"] == (
        f"For one more person like these it could be between {-new['lower']:.0f} fewer and {new['upper']:.0f} more "
        "(95% interval) per 30 nights.")
    assert said["On average (done, yes vs no)"] == (
        "The best guess is less than 1 fewer symptom night per 30 nights; it could be between "
        f"{-average['lower']:.0f} fewer and {average['upper']:.0f} more (95% interval). Some people are clearly on "
        "each side of it, so the average speaks for neither. This is a link, not proof. Something else about those "
        "nights may be behind it.")


def test_people_who_agree_have_their_average_first():
    agreed = tell(picture_samples.make_people(6))
    assert [name for name, _, _ in agreed.rows] == ["On average", "Person by person", "One more person"]
    assert "speaks for neither" not in agreed.rows[0][2]


def test_the_people_figure_says_it_under_and_instead_of_the_picture(people):
    assert shares(people) in caption(people) and shares(people) in alt_text(people)
    assert ("These people differ: 2 of 4 have fewer symptom nights and 2 more, each with the whole interval on that "
            "side. The average speaks for neither.") in caption(people)
    assert "4 people: 2 with fewer symptom nights, 2 with more symptom nights, 0 unclear." in alt_text(people)


def test_the_tally_counts_those_who_go_each_way(nights):
    tally = rk.tally_people(nights, "done")
    said = "bars: the person in the middle. Fewer with it: 2 people; more: 2 people. Nothing else is taken into account"
    assert said in caption(tally) and said in alt_text(tally)
    even = tally.assign(per_30=10.0)
    assert "Fewer with it: 0 people; more: 0 people; as many: 4 people." in caption(even)


def test_the_advice_table_of_several_people_doubts_its_average():
    nights = rk.simulate_diaries(people=4, nights=60, seed=3, effects={"stretched": 0.0},
                                 person_sd={"intercept": 0.3}).nights
    quiet = (nights["early_symptoms"].eq(False).fillna(False) & nights["stretched"].notna()).to_numpy()
    slope = nights["person"].map(dict(zip(("p1", "p2", "p3", "p4"), (-2.4, -2.0, 2.0, 2.4), strict=True)))
    chance = expit(slope.astype(float) * (nights["stretched"].astype("Float64").fillna(0).astype(float) - 0.5))
    nights.loc[quiet, "symptoms"] = (np.random.default_rng(1).random(len(nights)) < chance)[quiet]
    wanted = ["person", "night", "recorded", "symptoms", "symptoms_state", "early_symptoms", "stretched",
              "stretched_state", "stretch_responsive", "weekday", "day_index", "free_night", "medicine_period",
              "severity_0_10"]
    only = nights[wanted].copy()
    only.attrs = dict(nights.attrs)
    row = rk.answer_questions(only).table.set_index("question").loc["stretching"]
    assert row["verdict"] == "unclear"
    assert re.fullmatch(r"People differ: for about [45]\d in 100 it goes with fewer symptom nights and for [45]\d with "
                        r"more, so the average speaks for neither\.", row["reason"])


# --- the share of people beyond a size -----------------------------------------------------------------------------
def test_the_share_beyond_a_size_holds_the_truth_and_is_smaller_than_the_share():
    rng = np.random.default_rng(12)

    def people(n):
        return rng.normal(-0.4, 0.5, n), rng.normal(-0.8, 1.5, n)

    levels, slopes = people(24)
    tables = [pd.DataFrame({"person": f"p{i:02d}", "night": np.arange(40), "done": (rng.random(40) < 0.5) * 1.0})
              for i in range(24)]
    nights = pd.concat([table.assign(symptoms=rng.random(40) < expit(level + slope * table["done"]))
                        for table, level, slope in zip(tables, levels, slopes, strict=True)])
    level, slope = people(100_000)
    own = 30 * (expit(level + slope) - expit(level))
    fit = rk.fit("symptoms ~ done", nights, slopes=("done",), night_to_night=False)
    shares = rk.estimate_people(fit, "done", beyond=3).heterogeneity.set_index(["direction", "beyond"])
    for (direction, size), row in shares.iterrows():
        truth = float((own < -size).mean() if direction == "fewer" else (own > size).mean())
        assert row["lower"] <= truth <= row["upper"], (direction, size, truth)
        assert row["upper"] - row["lower"] < 0.45
    for direction in ("fewer", "more"):
        assert (shares.loc[(direction, 3.0)] < shares.loc[(direction, 0.0)]).all()


@pytest.mark.parametrize(("options", "message"), [
    ({"beyond": 30}, "beyond: found 30 on the scale nights_per_30; expected a size above 0 and under 30 symptom nights "
     '(nights_per_30) or 1 ("probability").'),
    ({"beyond": 2.0, "scale": "odds_ratio"}, "beyond: found 2.0 on the scale odds_ratio; expected a size above 0 and "
     'under 30 symptom nights (nights_per_30) or 1 ("probability").'),
    ({"beyond": True}, "beyond: found True on the scale nights_per_30; expected a size above 0 and under 30 symptom "
     'nights (nights_per_30) or 1 ("probability").'),
])  # fmt: skip
def test_a_size_that_makes_no_sense_is_refused(fit, options, message):
    with pytest.raises(ModelError) as wrong:
        rk.estimate_people(fit, "done", **options)
    assert str(wrong.value) == message
