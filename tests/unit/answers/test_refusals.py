"""Every refusal at its threshold: just enough is asked however little it can tell, one less is refused and says why."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.answers.advice import _method
from rlskit.answers.frames import frame_of
from rlskit.answers.questions import ALCOHOL, CAFFEINE_AFTER, MINUTES, ROUTINE, STRETCHING
from rlskit.answers.refusals import Counts, refusal, trend_refusal
from rlskit.answers.result import NIGHTS

ENOUGH = {"nights": 14, "symptom_nights": 5, "exposed": 7, "unexposed": 7, "switches": 4}


def test_just_enough_is_asked():
    """14 nights tell next to nothing about any effect: that is a wide interval, no refusal."""
    assert refusal(Counts(**ENOUGH), "with", "without", 14) is None


@pytest.mark.parametrize(("less", "reason", "needed"), [
    ({"nights": 13}, "13 nights that can be compared; at least 14 are needed", 3),
    ({"symptom_nights": 4}, "4 of these nights had symptoms; at least 5 are needed", 7),
    ({"symptom_nights": 10}, "4 of these nights were free of symptoms; at least 5 are needed", 7),
    ({"exposed": 6}, "6 nights with; at least 7 are needed", 5),
    ({"unexposed": 6}, "6 nights without; at least 7 are needed", 5),
    ({"switches": 3}, "3 changes between the two kinds of night, so this is only a before and after; at least 4 are "
     "needed", 10),
])
def test_one_less_is_refused_with_the_nights_it_takes_at_its_own_pace(less, reason, needed):
    """28 calendar nights: a count of k grows by k / 28 a night."""
    found = refusal(Counts(**ENOUGH | less), "with", "without", 28)
    assert (found.said, found.more) == (f"Not enough recorded to say: {reason}.", needed)
    assert f"{found.have} " in reason and str(found.need) in reason


def test_a_trend_needs_more_than_four_weeks_between_its_ends():
    counts = Counts(40, 20, 0, 0, 0)
    assert trend_refusal(counts, np.arange(33.0), 33, 28.0) is None
    found = trend_refusal(counts, np.arange(31.0), 31, 28.0)
    assert (found.said, found.more) == ("Not enough recorded to say: the diary covers hardly more than 4 weeks.", 2)


def sixteen(nights_of, exposed=7):
    """16 nights after a first one, 7 of them with two drinks, 5 symptom nights."""
    drinks = np.zeros(17)
    drinks[1 : 2 * exposed : 2] = 2.0
    ill = np.isin(np.arange(17), (1, 4, 7, 10, 13))
    return nights_of(17, alcohol_drinks=pd.array(drinks, dtype="Float64"), symptoms=pd.array(ill, dtype="boolean"))


def test_low_power_alone_is_never_a_reason(nights_of):
    frame = frame_of(ALCOHOL, sixteen(nights_of))
    assert (frame.reason, frame.nights_needed, len(frame.nights), frame.n_exposed) == ("", None, 16, 7)
    fewer = frame_of(ALCOHOL, sixteen(nights_of, exposed=6))
    assert fewer.reason == "Not enough recorded to say: 6 nights with more alcohol; at least 7 are needed."
    assert fewer.nights_needed == 3


def test_what_more_nights_would_not_mend_asks_for_none(nights_of):
    """No hour of the coffee, no answer about symptoms: the reason says what is missing, not how many nights."""
    timeless = nights_of(60, caffeine_after_noon_mg=pd.array([pd.NA] * 60, dtype="Float64"),
                         caffeine_after_noon_mg_state=np.array(["unknown_order"] * 60, dtype=object))
    assert frame_of(CAFFEINE_AFTER, timeless).reason == (
        "Not enough recorded to say: the diary does not tell at what time of day caffeine was.")
    untold = nights_of(60, early_symptoms=pd.array([pd.NA] * 60, dtype="boolean"))
    frame = frame_of(STRETCHING, untold)
    assert (frame.reason, frame.no_claim, frame.design_tag) == ("", True, "association only")


def routine_of(nights_of, untold):
    """60 nights, stretching on every other one; on `untold` of them the order is not known."""
    state = np.where(np.arange(60) % 2 == 0, "yes", "no").astype(object)
    state[: 2 * untold : 2] = "unknown_order"
    days = pd.array(np.where(np.arange(60) < 14, 0, 7 * (np.arange(60) % 3)), dtype="Int64")
    return nights_of(60, stretched_state=state, stretched_days_14=days)


def test_a_routine_whose_order_is_not_told_is_not_called_the_same_every_night(nights_of):
    assert frame_of(ROUTINE, routine_of(nights_of, 15)).reason == ""
    frame = frame_of(ROUTINE, routine_of(nights_of, 16))
    assert (frame.reason, frame.nights_needed) == (
        "Not enough recorded to say: the diary does not tell whether stretching came before or after symptoms.", None)


def test_a_diary_without_symptom_nights_is_not_blamed_for_its_times(nights_of):
    quiet = nights_of(60, symptoms=pd.array([False] * 60, dtype="boolean"))
    quiet["stretch_min"] = quiet["stretched"].astype("Float64") * 15
    for question in (STRETCHING, MINUTES):
        frame = frame_of(question, quiet)
        assert frame.reason == (
            "Nothing to compare: none of the 60 nights had symptoms; at least 5 nights with symptoms are needed.")
        assert (frame.design_tag, frame.no_claim, frame.nights_needed) == ("before-symptom only", False, None)
    assert rk.trace_dose(quiet, "stretch_min").reason == frame.reason


@pytest.mark.parametrize(("verdicts", "others", "models"), [
    (["fewer"], 0, "1 model"), (["more", "unclear", "refused", "plan", "not_recorded"], 0, "2 models"),
    (["fewer", "unclear"], 2, "2 models, and 2 more for other landmarks")])
def test_the_caption_counts_the_models_behind_the_answers(verdicts, others, models):
    """Only answered rows took a model that is shown; a refused one and the row on patience took none."""
    assert _method(pd.DataFrame({"verdict": verdicts, "unit": NIGHTS}), others) == (
        "logistic model with night-to-night persistence, profile likelihood with a small-diary correction; one model "
        f"per question ({models}), limits simultaneous over the questions")
    assert _method(pd.DataFrame({"verdict": ["refused", "plan"], "unit": NIGHTS}), 0) == "no question could be asked"
