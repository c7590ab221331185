"""A plan and a diary → the answer: what is claimed when, and what is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.errors import ModelError
from rlskit.trials.plan import BLOCKS, COUNT, HOURS, PAIRS, PERIODS, POINTS, TrialOutcome
from tests.helpers.made_trials import START, followed, made_plan

FEW = 499  # redrawn schedules: enough to see what is tested here


def analyse(plan, nights, **more):
    return rk.analyse_trial(plan, nights, draws=FEW, **more)


@pytest.mark.parametrize("design", [PAIRS, BLOCKS, PERIODS])
def test_a_strong_effect_is_claimed_as_assigned_and_is_larger_where_it_is_done(design):
    plan = made_plan(120, design=design)
    result = analyse(plan, followed(plan, effect=-7.0, sd=0.5, seed=1))
    assigned, done, model = (result.row(name) for name in ("as assigned", "as done", "mixed model"))
    assert (result.verdict, result.design_tag, result.claimed_after) == ("fewer", "coin-flip", len(plan.schedule))
    assert done["estimate"] < assigned["estimate"] < assigned["upper"] < 0
    assert model["lower"] < assigned["estimate"] < model["upper"]
    assert done["estimate"] == pytest.approx(assigned["estimate"] / 0.7, rel=0.25)
    assert result.row("any morning")["lower"] < assigned["estimate"] < result.row("any morning")["upper"]


def test_the_row_as_assigned_is_near_the_plain_difference():
    plan = made_plan(120)
    nights = followed(plan, effect=-2.0, seed=5, missing=0.0)
    result = analyse(plan, nights)
    treat = np.array([one.treat for one in plan.schedule])
    ill = nights["symptoms"].to_numpy(bool)
    plain = 30 * (ill[treat].mean() - ill[~treat].mean())
    assert result.row("as assigned")["estimate"] == pytest.approx(plain, abs=1.0)
    assert (result.arms["missing"] == 0).all() and result.lowest == result.highest
    assert result.course["naive"].iloc[-1] == pytest.approx(result.lowest)


def test_before_the_first_look_there_is_nothing_but_the_bets():
    plan = made_plan(120, looks=(60, 90, 120))
    result = analyse(plan, followed(plan, effect=-4.0, nights=50))
    assert (result.verdict, result.looked_at, result.next_look()) == ("too early", 0, (60, dt.date(2026, 4, 30)))
    known = result.table[result.table["estimate"].notna()]
    assert known["analysis"].tolist() == ["any morning"]
    assert not result.looks["taken"].any()


def test_a_claim_at_an_early_look_stays_made():
    plan = made_plan(180, looks=(90, 180))
    nights = followed(plan, effect=-5.0, follows=1.0, seed=1)
    later = nights["night"].ge(nights["night"].iloc[90])
    nights.loc[later, "symptoms"] = nights.loc[later, "symptoms"].where(~later, True)
    result = analyse(plan, nights)
    assert result.looks["claimed"].tolist()[0] and result.claimed_after == 90 and result.verdict == "fewer"
    assert result.looks["level"].iloc[0] > result.looks["level"].iloc[1] > 0.95


def test_nights_past_the_last_look_wait_for_the_next():
    plan = made_plan(120, looks=(60, 120))
    nights = followed(plan, nights=100, seed=3, missing=0.0)
    some, same = analyse(plan, nights), analyse(plan, nights.iloc[:70])
    assert (some.verdict, some.looked_at, some.nights, same.nights) == ("going on", 60, 100, 70)
    pd.testing.assert_frame_equal(some.looks, same.looks)
    pd.testing.assert_series_equal(some.row("as assigned"), same.row("as assigned"))


def test_a_week_unwritten_at_the_end_ends_the_trial_once_that_end_is_past():
    plan = made_plan(60)
    nights, after = followed(plan, nights=54, missing=0.0), plan.end + dt.timedelta(days=1)
    assert analyse(plan, nights, today=plan.end).verdict == "too early"
    assert analyse(plan, nights, today=after).verdict == "unclear"
    assert analyse(plan, nights.iloc[:52], today=after).verdict == "too early"


def test_a_plan_of_tomorrow_has_no_nights_yet():
    plan = made_plan(60, start=dt.date(2026, 6, 1))
    result = analyse(plan, followed(made_plan(40)), today=dt.date(2026, 5, 31))
    assert (result.verdict, result.nights, result.next_look()) == ("too early", 0, (60, plan.end))
    assert result.table["estimate"].isna().all()
    assert "Too early to say: 0 nights have come." in rk.describe(result) and rk.plot_trial(result)


def test_second_outcomes_stand_below_the_first():
    outcomes = (TrialOutcome(column="symptoms"), TrialOutcome(column="severity_0_10", kind=POINTS),
                TrialOutcome(column="sleep_h", kind=HOURS, better="higher"))
    plan = made_plan(60, outcomes=outcomes)
    result = analyse(plan, followed(plan, effect=-3.0))
    rows = result.table[["analysis", "outcome", "unit"]].iloc[5:].agg(" / ".join, axis=1).tolist()
    assert rows == ["as assigned / severity_0_10 / points", "mixed model / severity_0_10 / points",
                    "as assigned / sleep_h / hours", "mixed model / sleep_h / hours"]
    assert result.table["reason"].eq("").all() and result.table["estimate"].notna().all()


def test_what_carries_over_from_the_night_before_is_seen():
    plan = made_plan(240)
    nights = followed(plan, sd=0.0, missing=0.0, seed=7)
    treat = np.array([one.treat for one in plan.schedule])
    before = np.concatenate([[False], treat[:-1]])
    nights["symptoms"] = pd.array(np.random.default_rng(1).random(240) < np.where(before, 0.15, 0.75), dtype="boolean")
    row = analyse(plan, nights).row("night before")
    assert row["upper"] < -5.0


@pytest.mark.parametrize(("change", "because"), [
    ({"made": dt.datetime(2026, 3, 9, tzinfo=dt.UTC)},
     "The plan was made on 9 March 2026, after its first evening on 2 March 2026. Nights that were already known could "
     "have been chosen."),
    ({"seed": 4}, "The schedule is not the one that the plan's own seed draws, so it was written by hand or changed."),
])
def test_what_the_coin_did_not_decide_beforehand_is_watching(change, because):
    plan = replace(made_plan(60), **change)
    result = analyse(plan, followed(plan, effect=-4.0))
    assert (result.unfair, result.verdict, result.design_tag) == (because, "not randomised", "association only")
    assert result.table["analysis"].tolist() == ["as assigned", "mixed model"]
    assert result.row("as assigned")["reason"] == because and np.isnan(result.row("as assigned")["estimate"])
    assert result.row("mixed model")["design_tag"] == "association only" and not result.looks["taken"].any()


def test_a_schedule_to_and_fro_is_no_coin():
    plan = made_plan(70, design=PERIODS)
    fixed = tuple(replace(one, treat=(at // 7) % 2 == 0) for at, one in enumerate(plan.schedule))
    result = analyse(replace(plan, schedule=fixed), followed(plan))
    assert result.unfair == (
        "The schedule goes to and fro in a fixed order. No coin was tossed, so everybody knew what came next, and "
        "whatever else comes and goes at the same pace looks like an effect.")


def test_a_reader_is_told_of_late_starts_other_trials_clock_changes_and_nights_against_the_coin():
    plan = made_plan(60)
    other = made_plan(20, start=START + dt.timedelta(days=50), treatment="no coffee after noon")
    nights = followed(plan, missing=0.0, follows=0.8).iloc[5:]
    result = analyse(plan, nights, others=[other])
    against = int((np.array([one.treat for one in plan.schedule])[5:] != nights["stretched"].to_numpy(bool)).sum())
    assert result.remarks == (
        "The diary starts on 7 March 2026, 5 nights after the plan; these nights count as not written down.",
        f"On {against} nights the coin said one thing and the other was done. They stay where the coin put them.",
        "Another trial ran on 10 nights of these (no coffee after noon). Each had its own coin, so both stay fair, but "
        "each says what it does while the other goes on.",
        "The clocks changed in the night of 28 March 2026. The plan goes by evenings and by the clock on the wall, so "
        "nothing moves.")


def test_under_forty_answers_claim_nothing():
    plan = made_plan(60)
    nights = followed(plan, effect=-9.0, sd=0.0, follows=1.0, missing=0.5)
    result = analyse(plan, nights)
    assert result.row("as assigned")["n_nights"] < 40 and result.verdict == "too few"


@pytest.mark.parametrize(("plan", "nights", "message"), [
    (made_plan(person="anna"), followed(made_plan()),
     'analyse_trial, diary: this plan is of "anna", and the diary of "me". Take the plan and the diary of one person.'),
    (made_plan(), pd.concat([followed(made_plan()), followed(made_plan(), person="you")], ignore_index=True),
     "analyse_trial, diary: found nights of 2 people; expected one. Several people who follow one plan: "
     "rk.analyse_trials."),
    (made_plan(start=dt.date(2026, 9, 1)), followed(made_plan(20), missing=0.0),
     "analyse_trial, diary: the plan runs from 1 September 2026 to 30 October 2026, and the diary from 2 March 2026 "
     "to 21 "
     "March 2026: no night of the plan is written down. Add the file with the nights of the plan."),
    (made_plan(outcomes=(TrialOutcome(column="awakenings", kind="count"),)), followed(made_plan()),
     'analyse_trial, diary: the plan asks about "awakenings", and the diary has no such column. rlskit.toml says '
     'which column '
     "of a file means it."),
], ids=["another person", "two people", "no night", "no column"])
def test_wrong_input_gets_one_sentence(plan, nights, message):
    with pytest.raises(ModelError) as wrong:
        rk.analyse_trial(plan, nights, today=dt.date(2027, 1, 1))
    assert str(wrong.value) == message


def test_what_was_done_is_not_told_or_does_not_go_with_the_coin():
    plan = made_plan(60)
    nights = followed(plan)
    nobody = pd.array([None] * 60, dtype="boolean")
    untold = analyse(plan, nights.assign(stretched=nobody, stretched_state="not_recorded"))
    assert untold.row("as done")["reason"] == "The diary does not say whether it was done."


@pytest.mark.parametrize("says", [lambda treat: np.ones(60, bool), lambda treat: np.zeros(60, bool), np.logical_not],
                         ids=["always", "never", "the other way"])
def test_where_the_coin_was_not_followed_there_is_no_trial(says):
    plan = made_plan(60)
    treat = np.array([one.treat for one in plan.schedule])
    nights = followed(plan, missing=0.0).assign(stretched=pd.array(says(treat), dtype="boolean"))
    result = analyse(plan, nights)
    assert result.verdict == "not randomised" and result.unfair.startswith("The coin was not followed: it was done on")
    row = result.row("mixed model")
    assert row["estimand"] == "nights on which it was done against nights on which it was not, as they came"
    assert np.isfinite(row["estimate"]) == (0 < nights["stretched"].sum() < 60)


def test_another_persons_diary_is_known_by_the_nights_before():
    before = followed(made_plan(60, start=START - dt.timedelta(days=60), seed=9), missing=0.2)
    plan = rk.plan_trial(before, nights=60, start=START, seed=3, made=made_plan().made)
    mine = pd.concat([before, followed(plan, missing=0.1)], ignore_index=True)
    assert analyse(plan, mine).verdict == analyse(plan, mine.iloc[50:]).verdict == "unclear"
    theirs = mine.assign(symptoms=mine["symptoms"] ^ (mine.index % 2 == 0))
    with pytest.raises(ModelError, match="say what they said when it was made, so this is another person's diary"):
        analyse(plan, theirs)


def test_several_people_with_one_plan():
    trials, rng = {}, np.random.default_rng(3)
    for at, name in enumerate(("anna", "ben", "cleo")):
        plan = made_plan(40, seed=at, outcomes=(TrialOutcome(column="awakenings", kind=COUNT),))
        nights = followed(plan, seed=at, follows=1.0, missing=0.0)
        trials[name] = (plan, nights.assign(awakenings=6.0 - 2.0 * nights["stretched"] + rng.normal(size=40)))
    series = rk.analyse_trials(trials, draws=FEW)
    assert series.table["person"].tolist() == list(trials) and series.table["verdict"].eq("fewer").all()
    assert (series.table["pooled"] - series.table["estimate"]).abs().max() < 0.5
    kinds = series.people.table.set_index("kind")
    new, average = kinds.loc["new person"], kinds.loc["average"]
    assert average["upper"] < 0 and new["upper"] - new["lower"] > average["upper"] - average["lower"]
    assert repr(series).splitlines()[0] == "3 trials with one plan, 2026"
    said = " ".join(rk.describe(series).split())
    assert "3 people followed one plan: calf stretch, or no stretch, as a coin said for each of them." in said
    assert "A coin chose the nights, so this is a fair test." in said and "not proof" not in said
    assert "ben By this person's own nights: the best guess is about" in said and "Together with the others:" in said


def test_plans_that_ask_different_things_are_not_pooled():
    one, other = made_plan(60), made_plan(60, treatment="walk")
    with pytest.raises(ModelError, match="differ in treatment, time or outcome"):
        rk.analyse_trials({"anna": (one, followed(one)), "ben": (other, followed(other))})
