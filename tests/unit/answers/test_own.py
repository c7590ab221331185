"""A habit or outcome of one's own is a row like the built-in ones: contrast, adjusters, refusal, curve, sentence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.answers.confounders import TONIGHT
from rlskit.answers.frames import frame_of
from rlskit.answers.questions import questions_of
from rlskit.diary.own import HABITS, OUTCOMES, Habit, OwnOutcome, as_attrs
from rlskit.figures.rows import effect_rows, refusal

RNG = np.random.default_rng(7)
N = 150
WALK = Habit("Evening walk", "evening_walk", when="evening")
COCOA = Habit("Cocoa {dark}", "cocoa", "amount", "cups", contrast=(2.0, 0.0))
BATH = Habit("Foot bath", "foot_bath", "minutes", "min", preventive=True, contrast=(20.0, 0.0))


@pytest.fixture
def with_habits(nights_of):
    def build(habits, n=N, **columns):
        nights = nights_of(n, **columns)
        nights.attrs[HABITS] = as_attrs(habits)
        return nights

    return build


def asked(nights, key):
    return frame_of(questions_of(nights)[key], nights)


def test_yes_and_no_are_asked_like_a_drink(with_habits):
    nights = with_habits([WALK], evening_walk=pd.array(RNG.random(N) < 0.5, dtype="boolean"))
    frame = asked(nights, "evening_walk")
    assert (frame.contrast, frame.compares, frame.design_tag, frame.population) == (
        "with vs without", "evenings with evening walk with evenings without it", "association only", "per 30 nights")
    assert frame.question.adjust == ("last_night", "medicine_period", "medicine_as_needed", "weekend", "alcohol_drinks",
                                     "caffeine_after_noon_mg", "trend", "nap_min", "sleep_h")
    assert frame.reason == ""


def test_amounts_have_the_stated_contrast_or_their_own_range(with_habits):
    cups = pd.array(RNG.integers(0, 4, N).astype(float), dtype="Float64")
    frame = asked(with_habits([COCOA], cocoa=cups), "cocoa")
    assert frame.contrast == "2 cups vs 0 cups"
    assert frame.compares == "days with 2 cups of cocoa {dark} with days with 0 cups"
    free = Habit("Cocoa", "cocoa", "amount", "cups")
    assert asked(with_habits([free], cocoa=cups), "cocoa").contrast == (
        "3 cups vs 0 cups, your own 90th and 10th percentile")
    for column in (cups[:10], pd.array([1.0] * 40, dtype="Float64")):  # too few, and always the same
        assert asked(with_habits([free], len(column), cocoa=column), "cocoa").contrast == "more vs less"


def test_what_is_done_against_symptoms_is_asked_on_quiet_evenings(with_habits):
    minutes = np.where(RNG.random(N) < 0.5, 20.0, 0.0)
    nights = with_habits([BATH], foot_bath=pd.array(minutes, dtype="Float64"),
                         early_symptoms=pd.array(np.arange(N) % 5 == 0, dtype="boolean"))
    frame = asked(nights, "foot_bath")
    assert frame.design_tag == "before-symptom only" and len(frame.nights) == 120
    assert frame.population == "per 30 nights still symptom-free at 21:00"
    untold = nights.assign(early_symptoms=pd.array([pd.NA] * N, dtype="boolean"))
    assert asked(untold, "foot_bath").reason == (
        "Not enough recorded to say: the diary does not tell whether foot bath came before or after symptoms.")


def test_the_row_has_a_refusal_a_sentence_and_its_place_before_time(with_habits):
    walked = RNG.random(N) < 0.5
    ill = pd.array(RNG.random(N) < np.where(walked, 0.2, 0.8), dtype="boolean")
    nights = with_habits([WALK, COCOA], symptoms=ill, evening_walk=pd.array(walked, dtype="boolean"),
                         cocoa=pd.array([0.0] * (N - 9) + [2.0] * 9, dtype="Float64"))
    answers = rk.answer_questions(nights)
    keys = list(answers.table["question"])
    assert keys[keys.index("trend") - 2:keys.index("trend")] == ["evening_walk", "cocoa"]
    row = answers.table.set_index("question").loc["evening_walk"]
    assert row["verdict"] == "fewer" and row["advice"] == "a question of your own"
    assert row["lower"] < -18 < row["upper"]
    said = rk.describe(answers).replace("\n", " ")
    assert "Evening walk (with vs without) Fewer symptom nights: about" in said
    assert "This compares evenings with evening walk with evenings without it." in said
    assert ("Cocoa {dark} (2 cups vs 0 cups) Not enough recorded to say: 1 change between the two kinds of night, so "
            "this is only a before and after; at least 4 are needed.") in said
    assert rk.check_answer(nights, "evening_walk").label == "evening walk"


def test_amounts_make_a_curve_and_yes_and_no_do_not(with_habits):
    cups = RNG.integers(0, 5, N).astype(float)
    ill = pd.array(RNG.random(N) < 0.2 + 0.15 * cups, dtype="boolean")
    nights = with_habits([COCOA, WALK], symptoms=ill, cocoa=pd.array(cups, dtype="Float64"),
                         evening_walk=pd.array(cups > 2, dtype="boolean"))
    curve = rk.trace_dose(nights, "cocoa")
    assert (curve.label, curve.unit, curve.reason) == ("Cocoa {dark}", "cups", "")
    assert curve.table["estimate"].iloc[-1] > 5
    with pytest.raises(rk.ModelError, match=r'^trace_dose: found "evening_walk"; expected one of stretch_min, '
                                            r"stretch_h, caffeine_before_noon_mg, caffeine_after_noon_mg, "
                                            r"alcohol_drinks, cocoa\.$"):
        rk.trace_dose(nights, "evening_walk")


# --- outcomes --------------------------------------------------------------------------------------------------------
PULSE = OwnOutcome("Resting pulse", "resting_pulse", "number", "lower")
WOKE = OwnOutcome("Awakenings", "awakenings", "count", "lower")


@pytest.fixture
def judged(with_habits):
    """Nights on which a stretch adds 0.8 points of sleep quality and takes 3 from the pulse."""
    def build(**more):
        stretched = RNG.random(N) < 0.5
        nights = with_habits([], stretched=pd.array(stretched, dtype="boolean"),
                             sleep_quality=pd.array((2.4 + 0.8 * stretched + RNG.normal(0, 0.6, N)), dtype="Float64"),
                             resting_pulse=pd.array(60 - 3 * stretched + RNG.normal(0, 3, N), dtype="Float64"), **more)
        nights.attrs[OUTCOMES] = as_attrs([PULSE, WOKE])
        return nights

    return build


def test_another_outcome_is_a_row_in_its_own_unit_on_the_nights_of_stretching(judged):
    nights = judged(early_symptoms=pd.array(np.arange(N) % 5 == 0, dtype="boolean"))
    answers = rk.answer_questions(nights)
    table = answers.table.set_index("question")
    sleep, pulse = table.loc["sleep_quality"], table.loc["resting_pulse"]
    assert (sleep["verdict"], sleep["unit"], sleep["better"], sleep["n_nights"]) == ("higher", "points", "higher", 120)
    assert (pulse["verdict"], pulse["unit"], pulse["better"]) == ("lower", "resting pulse", "lower")
    assert sleep["lower"] < 0.8 < sleep["upper"] and pulse["lower"] < -3 < pulse["upper"]
    assert sleep["lower"] < sleep["lower_pointwise"]  # one family with the other rows
    assert table.loc["awakenings", "verdict"] == "not_recorded"
    assert answers.method.endswith("over the questions; for other outcomes a linear model, likewise")
    assert pd.isna(sleep["smallest_effect"]) and table.loc["stretching", "unit"] == "nights in 30"
    said = rk.describe(answers).replace("\n", " ")
    assert "Sleep quality, with stretching (with vs without) Better: about 0.8 points higher on nights still " in said
    assert f"Resting pulse, with stretching (with vs without) Better: about {-pulse['estimate']:.2g} lower on" in said
    assert "A night may also be judged by how the legs were, and not for itself." in said
    row = next(r for r in effect_rows(answers) if r.label.startswith("Sleep quality"))
    assert row.refused and refusal(row) == (
        f"{sleep['estimate']:+.2f} points ({sleep['lower']:+.2f} to {sleep['upper']:+.2f}), higher is better, 120 "
        f"nights; {sleep['design_tag']}")


def test_an_outcome_of_which_the_order_is_not_known_is_refused_like_minutes(judged):
    nights = judged(early_symptoms=pd.array([pd.NA] * N, dtype="boolean"))
    assert asked(nights, "sleep_quality").reason == (
        "Not enough recorded to say: the diary does not tell whether stretching came before or after symptoms.")


def test_without_stretching_an_outcome_is_asked_about_the_first_habit(with_habits):
    walked = RNG.random(N) < 0.5
    woke = pd.array(RNG.poisson(np.where(walked, 1.0, 3.0)).astype(float), dtype="Float64")
    nights = with_habits([COCOA, WALK], stretched=pd.array([pd.NA] * N, dtype="boolean"),
                         stretched_state="not_recorded", awakenings=woke,
                         evening_walk=pd.array(walked, dtype="boolean"),
                         evening_walk_state=np.where(walked, "yes", "no"))
    nights.attrs[OUTCOMES] = as_attrs([WOKE])
    frame = asked(nights, "awakenings")
    assert frame.question.label == "Awakenings, with evening walk" and frame.population == "on average"
    assert frame.question.doubt.startswith("Counts are treated like any other number. ")
    few = nights.assign(awakenings=pd.array([0.0] * (N - 3) + [1.0] * 3, dtype="Float64"))
    assert asked(few, "awakenings").reason == (
        "Not enough recorded to say: 3 of these nights had higher values than the others; at least 5 are needed.")
    fair = nights.assign(awakenings=pd.array([5.0] * (N - 60) + [4.0] * 60, dtype="Float64"))
    assert asked(fair, "awakenings").reason == ""  # its middle is its highest value


def test_an_outcome_can_be_checked_and_is_not_planned_for(judged):
    nights = judged()
    checks = rk.check_answer(nights, "sleep_quality")
    assert checks.label == "sleep quality, with stretching" and checks.estimate == pytest.approx(0.8, abs=0.3)
    with pytest.raises(rk.ModelError) as wrong:
        rk.plan_nights(nights, "sleep_quality")
    assert str(wrong.value) == ('plan_nights: "Sleep quality, with stretching" is not about symptom nights; expected a '
                                "question that is.")


def test_a_habit_that_follows_bad_nights_is_taken_into_account_by_every_other_row_about_tonight(with_habits):
    nap = Habit("Nap", "nap", "minutes", "min", "after noon", contrast=(20.0, 0.0), after_bad_nights=True)
    minutes = pd.array(np.where(RNG.random(N) < 0.3, 30.0, 0.0), dtype="Float64")
    nights = with_habits([nap, WALK], nap=minutes, evening_walk=pd.array(RNG.random(N) < 0.5, dtype="boolean"))
    known = questions_of(nights)
    assert {key for key, one in known.items() if "nap" in one.always} == {
        key for key, one in known.items() if one.row in TONIGHT} - {"nap"}
    assert "nap" in asked(nights, "evening_walk").adjusted_for and "nap" not in asked(nights, "nap").adjusted_for
    assert "nap" not in known["trend"].adjust
    plain = with_habits([replace(nap, after_bad_nights=False), WALK], nap=minutes, evening_walk=nights["evening_walk"])
    assert "nap" not in asked(plain, "evening_walk").adjusted_for
