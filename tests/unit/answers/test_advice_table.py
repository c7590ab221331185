"""Each row of the advice table asks what it says: outcome, nights, contrast, adjustment set."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.answers.adjusters import candidates, name_of
from rlskit.answers.frames import frame_of
from rlskit.answers.power import PACE_OF_TREND, more_nights, pace_of, patience, smallest_effect
from rlskit.answers.questions import BEDTIMES, JETLAG, MINUTES, ROUTINE, TREND_OVER_TIME, questions_for
from rlskit.answers.refusals import ONE_KIND
from rlskit.answers.simultaneous import weigh

RNG = np.random.default_rng(20261122)
N = 120


def yes_no(share, n=N):
    return pd.array(RNG.random(n) < share, dtype="boolean")


def question(nights, key):
    return next(q for q in questions_for(nights.columns) if q.key == key)


def test_a_routine_looks_at_symptoms_of_any_hour_and_adjusts_for_the_two_weeks_it_looks_back_on(nights_of):
    days = pd.array(RNG.integers(0, 15, N), dtype="Int64")
    nights = nights_of(stretched_days_14=days, early_symptoms=yes_no(0.2),
                       severity_0_10=pd.array(RNG.integers(1, 11, N), dtype="Int64"))
    frame = frame_of(ROUTINE, nights)
    assert (frame.contrast, frame.a, frame.b) == ("14 days vs 0 days", 14, 0)
    assert frame.adjusted_for[:2] == ("symptom nights in the past two weeks", "how bad they were in the past two weeks")
    assert frame.population == "per 30 nights" and frame.design_tag == "association only"


def test_the_past_window_never_holds_tonight_and_counts_quiet_nights_as_0(nights_of):
    ill = pd.array([True, False] * 10, dtype="boolean")
    severity = pd.array([8, pd.NA] * 10, dtype="Int64")
    nights = nights_of(20, symptoms=ill, severity_0_10=severity)
    past = candidates(BEDTIMES, nights)
    assert past["past_share"][:4].isna().all()
    assert past["past_share"].iloc[7] == pytest.approx(4 / 7) and past["past_severity"].iloc[7] == pytest.approx(32 / 7)
    assert past["past_share"].iloc[8] == pytest.approx(3 / 7)
    assert name_of("past_share", JETLAG) == "symptom nights in the past four weeks"


def test_minutes_are_compared_on_evenings_quiet_at_the_landmark_inside_the_own_range(nights_of):
    minutes = np.where(np.arange(N) % 2 == 0, 0.0, 5.0 * RNG.integers(1, 4, N))
    nights = nights_of(stretched=pd.array(minutes > 0, dtype="boolean"), stretch_min=pd.array(minutes, dtype="Float64"),
                       early_symptoms=pd.array(np.arange(N) % 4 == 0, dtype="boolean"))
    frame = frame_of(MINUTES, nights)
    assert len(frame.nights) == 90 and frame.population == "per 30 nights still symptom-free at 21:00"
    assert frame.contrast == "15 min vs 0 min, your own 90th and 10th percentile"
    untold = frame_of(MINUTES, nights.assign(early_symptoms=pd.array([pd.NA] * N, dtype="boolean")))
    assert untold.reason == ("Not enough recorded to say: the diary does not tell whether stretching came before or "
                             "after symptoms.")


def test_every_movement_has_a_row_adjusted_for_the_others(nights_of):
    calf, walk = yes_no(0.4), yes_no(0.3)
    nights = nights_of(movement_calf=calf, movement_walk=walk, stretched=calf | walk)
    keys = [q.key for q in questions_for(nights.columns)]
    assert keys[6:8] == ["movement_calf", "movement_walk"]
    frame = frame_of(question(nights, "movement_calf"), nights)
    assert frame.formula.startswith("symptom ~ exposure + last_night + movement_walk")
    assert frame.adjusted_for[:2] == ("symptoms last night", "walk") and frame.contrast == "with vs without"
    same = nights.assign(movement_walk=calf)
    assert frame_of(question(same, "movement_walk"), same).reason == (
        "Not enough recorded to say: walk was always done together with another movement.")


def test_one_kind_of_movement_has_nothing_to_be_compared_with(nights_of):
    nights = nights_of(movement_calf=yes_no(0.4))
    frame = frame_of(question(nights, "movements"), nights)
    assert (frame.recorded, frame.refused.code) == (True, ONE_KIND)
    assert frame.reason == "Nothing to compare: one kind of movement was done so far; a second one is needed."


def test_time_needs_five_weeks_and_no_two_kinds_of_night(nights_of):
    frame = frame_of(TREND_OVER_TIME, nights_of())
    assert (frame.reason, frame.a - frame.b, frame.n_exposed) == ("", 28.0, None)
    assert frame.formula == "symptom ~ exposure + weekend"
    short = frame_of(TREND_OVER_TIME, nights_of(30))
    assert short.reason == "Not enough recorded to say: the diary covers hardly more than 4 weeks."
    assert short.nights_needed == 3


def test_a_medicine_change_is_adjusted_for_before_anything_but_last_night(nights_of):
    period = pd.Categorical(["period 1"] * 60 + ["period 2"] * 60)
    frame = frame_of(question(nights_of(), "alcohol"), nights_of(medicine_period=period))
    assert frame.adjusted_for[:2] == ("symptoms last night", "recorded medicine changes")


def test_severity_that_only_repeats_the_share_is_left_out(nights_of):
    nights = nights_of()
    nights["severity_0_10"] = nights["symptoms"].map({True: 5, False: 0}).astype("Int64")
    assert frame_of(BEDTIMES, nights).adjusted_for[:2] == ("symptom nights in the past week", "weekend evenings")


def test_what_was_never_written_down_is_a_short_row_at_the_end(nights_of):
    found = rk.answer_questions(nights_of(10)).table
    tail = found[found["verdict"].eq("not_recorded")]
    assert tail.index.min() == len(found) - len(tail) and tail["reason"].eq("Not recorded.").all()


# --- how long to go on ---------------------------------------------------------------------------------------------
def test_four_times_the_nights_halve_the_error():
    seen = smallest_effect(2.0, 0.95)
    assert seen == pytest.approx((1.959964 + 0.841621) * 2.0)
    assert more_nights(2.0, 0.95, 100, effect=seen / 2) == 300
    assert more_nights(2.0, 0.95, 100, effect=seen + 0.01) == 0


def test_four_times_the_nights_make_the_error_of_a_trend_an_eighth():
    assert pace_of(TREND_OVER_TIME) == PACE_OF_TREND and pace_of(BEDTIMES) == 0.5
    seen = smallest_effect(2.0, 0.95)
    assert more_nights(2.0, 0.95, 100, effect=seen / 8.01, pace=PACE_OF_TREND) == 310
    assert more_nights(2.0, 0.95, 100, effect=seen / 7.99, pace=PACE_OF_TREND) == 300


def test_a_trend_shows_after_about_the_nights_that_were_asked_for():
    """60 nights say how long; the same diary at that length has the error that was foretold."""
    nights = rk.simulate_diaries(1, 180, seed=1).nights

    def error(length):
        some = nights.head(length).copy()
        some.attrs = dict(nights.attrs)
        frame = frame_of(TREND_OVER_TIME, some)
        return weigh(rk.fit(frame.formula, frame.nights), "exposure", frame.a, frame.b).error

    first = error(60)
    asked = 60 + more_nights(first, 0.95, 60, pace=PACE_OF_TREND)
    assert asked == 130
    assert smallest_effect(error(asked), 0.95) == pytest.approx(3.0, rel=0.15)
    assert error(180) == pytest.approx(first / 3**1.5, rel=0.15)


def test_nights_needed_for_a_trend_in_the_table(nights_of):
    table = nights_of(60)[["person", "night", "recorded", "symptoms", "early_symptoms", "stretched", "weekday",
                           "day_index", "medicine_period"]].assign(
        stretched=pd.array([pd.NA] * 60, dtype="boolean"), stretched_state="not_tracked",
        stretch_responsive=pd.array([pd.NA] * 60, dtype="boolean"))
    table.attrs = {"landmark": "21:00"}
    found = rk.answer_questions(table).table.set_index("question")
    row = found.loc["trend"]
    assert row["verdict"] == "unclear"
    assert row["nights_needed"] == 10 * np.ceil(((row["smallest_effect"] / 3) ** (2 / 3) - 1) * 6)
    assert pd.isna(found.loc["nights_needed", "nights_needed"])  # nobody can switch the passing of time


@pytest.mark.parametrize(("more", "said"), [
    (0, "This diary is long enough to show an effect of 3 nights in 30 from stretching, were there one."),
    (240, "To see an effect of 3 nights in 30 from stretching would take about 240 more nights."),
    (731, "Watching alone cannot answer this: to see an effect of 3 nights in 30 from stretching would take more than "
     "two years of nights."),
])  # fmt: skip
def test_patience_in_words(more, said):
    assert patience(more, "stretching") == said


def test_nights_needed_come_from_the_error_never_from_the_estimate(nights_of):
    rng = np.random.default_rng(3)
    drinks = rng.integers(0, 3, 150)
    quiet = nights_of(150, alcohol_drinks=pd.array(drinks.astype(float), dtype="Float64"))[
        ["person", "night", "recorded", "symptoms", "early_symptoms", "stretched", "stretched_state", "weekday",
         "stretch_responsive", "alcohol_drinks", "alcohol_drinks_state", "day_index", "medicine_period",
         "caffeine_after_noon_mg"]].assign(caffeine_after_noon_mg=0.0)
    quiet.attrs = {"landmark": "21:00"}
    row = rk.answer_questions(quiet).table.set_index("question").loc["alcohol"]
    assert row["nights_needed"] == 10 * np.ceil(((row["smallest_effect"] / 3) ** 2 - 1) * 15)
