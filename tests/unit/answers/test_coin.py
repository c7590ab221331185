"""What a coin would take, wherever watching cannot answer."""

import datetime as dt
from dataclasses import replace

import pytest

import rlskit as rk
from rlskit.answers.coin import CoinNights, coin_nights, coin_step, coin_treatment, plan_of, plan_words
from rlskit.answers.questions import STRETCHING, questions_of
from rlskit.pages.cards import _after_answer
from tests.helpers import picture_samples as samples
from tests.helpers.made_trials import made_plan
from tests.unit.answers.test_trial_sentences import made

COIN = CoinNights(nights=186, end=dt.date(2027, 6, 4), power=0.81)


def test_every_answer_that_watching_cannot_give_names_the_command_the_nights_and_the_date():
    answers = samples.make_answers(samples.ROW | {"verdict": "unclear", "nights_needed": 900}, samples.ALCOHOL | {
        "nights_needed": 900}, samples.BEDTIME | {"verdict": "unclear", "nights_needed": 900}, coin=COIN)
    said = " ".join(rk.describe(answers).split())
    takes = "takes 186 nights, to 4 June 2027 if begun tomorrow, to show a change of 6 in 30."
    assert said.count("Watching alone cannot answer this") == 3 and said.count(takes) == 2
    assert f"A coin can: `rlskit plan FILES --out my/trial` {takes}" in said
    assert f"`rlskit plan FILES --out my/trial --treatment 'no alcohol at 18:00'` {takes}" in said
    assert said.count("Nor can a coin, one evening at a time.") == 1


@pytest.mark.parametrize(("coin", "words"), [
    (None, "A coin might: `rlskit plan FILES --out my/trial` says how many nights it takes."),
    (replace(COIN, nights=360, power=0.643), "A coin could try: `rlskit plan FILES --out my/trial --nights 360`, begun "
     "tomorrow, ends on 4 June 2027, with 64 chances in 100 to show a change of 6 in 30.")])
def test_where_no_number_of_nights_is_proposed(coin, words):
    assert coin_step("calf stretch at 19:30", coin) == words


def test_a_plan_of_the_same_thing_stands_in_its_place():
    result = made()
    answers = samples.make_answers(samples.ROW | {"verdict": "unclear", "nights_needed": 900}, coin=COIN,
                                   trials=(result,))
    assert "`rlskit plan" not in rk.describe(answers) and "The coin-flip nights to" in rk.describe(answers)
    assert _after_answer(answers.table.iloc[0], False, answers, "a.csv") == (
        "the coin-flip nights, on the first card, answer this.", "")
    calf, walk = made_plan(40), made_plan(40, treatment="evening walk at 18:00", at="18:00",
                                                done="evening_walk")
    assert plan_of("calf stretch at 19:30", [calf, walk]) == calf
    assert plan_of("hamstring stretch at 19:30", [calf]) is None and plan_of("", [calf]) is None
    assert plan_of("Evening walk at 18:00", [calf, walk]) == walk


def test_what_a_coin_could_try():
    nights = rk.make_nights(rk.read_diary(rk.sample_path()))
    assert coin_nights(nights.head(10)) is None
    tried = {key: coin_treatment(one) for key, one in questions_of(nights).items()}
    assert tried["stretching"] == "calf stretch at 19:30"
    assert {tried[key] for key in ("stretch_routine", "stretch_steadiness", "stretch_minutes", "stretch_hold")} == {""}
    assert tried["evening_walk"] == "Evening walk at 18:00" and tried["movement_hamstring"] == (
        "hamstring stretch at 19:30")
    assert {key for key, one in tried.items() if not one} >= {"iron", "bedtime_regularity", "caffeine_before_noon"}


def test_medicine_is_never_proposed():
    habit = replace(STRETCHING, key="sifrol", advice="a question of your own", label="Sifrol")
    assert coin_treatment(habit) == "" and coin_treatment(replace(habit, label="Walk")) == "Walk at 18:00"
    assert coin_treatment(replace(habit, label="Walk and bath")) == ""


def test_the_command_names_the_files():
    assert plan_words("my bath at 18:00", COIN, "a.csv") == (
        "rlskit plan a.csv --out my/trial --treatment 'my bath at 18:00'")
