"""Last night in the adjustment set: of every row about tonight, never guessed, and the bias that it takes away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.answers.confounders import CONFOUNDERS, HABIT, LAST_NIGHT, LOOKING_BACK, PREVENTIVE_HABIT, TONIGHT
from rlskit.answers.frames import AFTER_UNKNOWN, frame_of
from rlskit.answers.questions import ALCOHOL, BEDTIMES, HOUR, QUESTIONS, STRETCHING, TREND_OVER_TIME
from rlskit.answers.simultaneous import weigh
from tests.helpers.places import ROOT
from tests.helpers.scripts import script

N = 120


def gone(n, share, seed=5):
    return np.random.default_rng(seed).random(n) < share


def unanswered(nights, which):
    nights.loc[which, ["symptoms", "early_symptoms"]] = pd.NA
    return nights


# --- the table of confounders ----------------------------------------------------------------------------------------
def test_the_table_knows_every_row_and_no_other():
    keys = {q.row for q in (*QUESTIONS, HOUR)} | {HABIT, PREVENTIVE_HABIT}
    assert {key for one in CONFOUNDERS for key in (*one.needs, *one.uses)} == keys == {
        *TONIGHT, *LOOKING_BACK, "trend"}
    assert all(one.why.endswith(".") for one in CONFOUNDERS)


def test_rows_about_tonight_need_last_night_and_rows_that_look_back_do_not():
    for question in (*QUESTIONS, HOUR):
        assert (LAST_NIGHT in question.always) == (question.row in TONIGHT)
    assert BEDTIMES.always == ("past_share", "past_severity") and TREND_OVER_TIME.always == ()


def test_the_decision_shows_the_table_of_the_code():
    text = (ROOT / "docs" / "decisions" / "0024-last-night.md").read_text(encoding="utf-8")
    for one in CONFOUNDERS:
        assert f"| `{one.column}` |" in text and one.why in text


# --- which nights ----------------------------------------------------------------------------------------------------
def test_nights_after_an_unknown_one_are_set_aside_and_counted(nights_of):
    empty = gone(N, 0.3)
    nights = unanswered(nights_of(), empty)
    frame = frame_of(ALCOHOL, nights)
    after = np.r_[True, empty[:-1]] & ~empty
    assert frame.aside == ((empty.sum(), "no answer about symptoms"), (after.sum(), AFTER_UNKNOWN))
    assert len(frame.nights) == N - empty.sum() - after.sum()
    assert frame.nights["last_night"].notna().all() and not set(np.flatnonzero(after)) & set(frame.nights.index)


def test_the_flow_of_every_row_adds_up_and_can_be_drawn(nights_of):
    early = pd.array(np.arange(N) % 4 == 0, dtype="boolean")
    answers = rk.answer_questions(unanswered(nights_of(early_symptoms=early), gone(N, 0.2)))
    for key, flow in answers.flow.groupby("question"):
        kept = flow["n"].dropna()
        assert list(kept) == [N, answers.table.set_index("question").loc[key, "n_nights"]]
        assert kept.iloc[0] == kept.iloc[1] + flow["left_out"].sum()
    mine = answers.flow[answers.flow["question"].eq("stretching")]
    assert list(mine["reason"].iloc[1:-1]) == [
        "no answer about symptoms", "that evening already had symptoms", AFTER_UNKNOWN]
    assert len(rk.plot_flow(mine).patches) == 3  # two steps, and what was left out between them
    said = f"{mine['left_out'].iloc[3]} more nights are left out: nothing is known about the night before."
    assert said in " ".join(rk.describe(answers).split())


def test_last_night_is_needed_however_seldom_it_is_known(nights_of):
    """An adjuster that is missing on more than a tenth of the nights is dropped; this one never."""
    frame = frame_of(STRETCHING, unanswered(nights_of(), gone(N, 0.4)))
    assert frame.adjusted_for[0] == "symptoms last night" and "last_night" in frame.formula


def test_a_row_with_enough_nights_but_too_few_after_known_ones_is_refused_and_says_why(nights_of):
    """Every other night is written down: 30 of them, none after a known one."""
    nights = unanswered(nights_of(60), np.arange(60) % 2 == 1)
    frame = frame_of(ALCOHOL, nights)
    assert frame.reason == (
        "Not enough recorded to say: 0 nights that can be compared; at least 14 are needed. 30 more nights cannot be: "
        "nothing is known about the night before.")
    assert frame_of(BEDTIMES, nights).reason == ""


def test_an_exposure_that_last_night_tells_is_refused(nights_of):
    """Stretching after every bad night and after no other: nothing tells the two apart."""
    ill = np.random.default_rng(3).random(N) < 0.4
    follows = pd.array(np.r_[False, ill[:-1]], dtype="boolean")
    frame = frame_of(STRETCHING, nights_of(symptoms=pd.array(ill, dtype="boolean"), stretched=follows))
    assert frame.reason == (
        "Not enough recorded to say: the night before tells exactly which nights were with stretching.")
    nearly = follows.copy()
    nearly[5:15] = ~nearly[5:15]
    assert frame_of(STRETCHING, nights_of(symptoms=pd.array(ill, dtype="boolean"), stretched=nearly)).reason == ""


def test_of_several_people_who_has_bad_nights_stands_apart_from_which_night_was_bad():
    nights = rk.simulate_diaries(4, 60, seed=3).nights
    frame = frame_of(STRETCHING, nights)
    assert "within(last_night) + between(last_night)" in frame.formula
    assert frame.adjusted_for[0] == "symptoms last night"
    fit = rk.fit(frame.formula, frame.nights, slopes=frame.slopes)
    assert {"within(last_night)", "between(last_night)"} <= set(fit.coef.index) and not len(fit.left_out)


# --- what it is for --------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def scenarios():
    return script("benchmarks/scenarios.py")


@pytest.mark.parametrize(("world", "biased"), [
    ("the same, both strongly", 0.5), ("the same, strongly, 40% of good nights not written down", 0.5),
    ("the same, both strongly, coffee", 0.8)])
def test_what_does_nothing_does_nothing_although_bad_nights_bring_it_about(scenarios, world, biased):
    """16 diaries of a year, mean log odds: far from nothing without last night, within two Monte-Carlo errors with it;
    the interval grows by a third at most."""
    found = {True: [], False: []}
    for number in range(16):
        nights, question, _ = scenarios.night_by_night(np.random.default_rng([7, number]), scenarios.WORLDS[world], 365)
        for known in found:
            frame = frame_of(question if known else scenarios.unadjusted(question), nights)
            model = rk.fit(frame.formula, frame.nights, night_to_night=False)
            step = frame.a - frame.b
            found[known].append((step * model.coef["exposure"], weigh(model, "exposure", frame.a, frame.b).error))
    (with_it, error), (without, usual) = (np.transpose(found[known]) for known in (True, False))
    monte_carlo = with_it.std() / np.sqrt(16)
    assert abs(with_it.mean()) < 2 * monte_carlo < biased < without.mean() - 2 * monte_carlo
    assert error.mean() < 1.35 * usual.mean()
