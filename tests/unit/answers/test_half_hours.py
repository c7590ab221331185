"""Stretching by the half hour as a row of the advice table: when it is asked, what it says, and its check beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from benchmarks import evening
from rlskit.answers.advice import _against
from rlskit.answers.half_hours import ask, checked_by, why_split
from rlskit.answers.questions import AT_THE_LANDMARK, BY_THE_HALF_HOUR, STRETCHING, questions_of
from rlskit.effects.evenings import compare_paths, paths_of
from rlskit.models.evenings import fit_evenings
from rlskit.nights.half_hours import tells_half_hours, usual_hour
from rlskit.nights.outcomes import symptom_nights

ROW = {"question": "stretching", "verdict": "fewer", "estimate": -5.0, "reason": "."}


@pytest.fixture(scope="module")
def nights():
    return evening.diary(evening.WORLDS["-6, state dependence weak"], 150, 3)[0]


@pytest.fixture(scope="module")
def answers(nights):
    return rk.answer_questions(nights)


def test_the_row_and_its_check_stand_side_by_side(answers, nights):
    assert answers.table["question"].tolist()[:2] == ["stretching", "stretching_landmark"]
    own, split = (row for _, row in answers.table.iloc[:2].iterrows())
    assert own["contrast"] == f"stretched at {answers.half_hour} vs not before symptoms"
    assert own["compares"] == (f"stretching at {answers.half_hour} on every evening that is still quiet with not "
                               "stretching before symptoms")
    assert (own["population"], own["design_tag"]) == ("per 30 nights", "before-symptom only")
    assert split["population"] == "per 30 nights still symptom-free at 21:00"
    assert own["adjusted_for"] == "symptoms last night, weekend evenings"  # as many as the nights can carry
    assert own["lower"] < own["lower_pointwise"] < own["estimate"] < own["upper_pointwise"] < own["upper"]
    assert own["estimate"] < 0 and 0 < own["base_lower"] < own["base_rate"] < own["base_upper"] < 30
    assert own["n_nights"] == own["n_exposed"] + own["n_unexposed"] > split["n_nights"]  # early evenings count
    assert own["smallest_effect"] > 0 and "every half hour still quiet" in answers.method


def test_every_night_is_compared_or_left_out_with_a_reason(answers, nights):
    flow = answers.flow[answers.flow["question"].eq("stretching")]
    assert flow["n"].iloc[0] == len(nights) == flow["n"].iloc[-1] + flow["left_out"].sum()
    assert set(flow["reason"]) - {""} == {"no answer about symptoms", "nothing is known about the night before"}


def test_what_is_said(answers):
    text = " ".join(rk.describe(answers).split())
    assert (f"stretching at {answers.half_hour} on every evening that is still quiet, instead of not before symptoms, "
            "would mean about ") in text.lower()
    assert "in 30 would be symptom nights. For all rows together:" in text
    assert ("Counted over whole months, early evenings included; effects on the following nights are not counted. An "
            "effect that wears off after two hours counts for those two hours.") in text
    assert ("Main reason for doubt: stretching because the evening already feels uneasy would hide or undo what it "
            "does; only a coin that chooses the evenings can tell that apart.") in text
    assert "This row is a check of the one above; the two should point the same way." in text


def test_a_night_of_unknown_stretching_counts_in_the_average_and_not_in_the_fit(nights):
    some = nights.copy()
    some.attrs = nights.attrs
    which = some.index[some["stretched_before"].eq(True)][:6]
    some.loc[which, ["stretched_before", "stretched_before_h"]] = pd.NA
    whole, less = (ask(BY_THE_HALF_HOUR, one) for one in (nights, some))
    known = nights["last_night"].notna()[which].sum()
    assert len(less.nights) == len(whole.nights) - known < len(whole.nights)
    assert len(less.evenings.stretched) == less.evenings.per_evening * len(whole.nights)
    assert less.evenings.rows.index.nunique() == len(less.nights)
    assert (6, "no answer about stretching, or not when it was") in less.aside


def test_symptoms_of_untold_hour_stay_symptom_nights():
    half, _ = evening.diary(replace(evening.WORLDS["-6, state dependence weak"], told=0.5), 150, 3)
    frame = ask(BY_THE_HALF_HOUR, half)
    rows = frame.evenings.rows
    ill = rows.groupby(level=0)[["begins", "untold"]].max().max(axis=1).astype(bool)
    assert ill.equals(frame.nights["symptom"].rename(None)) and rows["untold"].any() and not frame.reason


def test_only_before_and_after_told_is_asked_at_the_landmark(nights):
    without = nights.drop(columns=["stretched_before", "stretched_before_h"])
    known = questions_of(without)
    assert known["stretching"] == STRETCHING and "stretching_landmark" not in known
    assert ask(STRETCHING, without).evenings is None
    both = questions_of(nights)
    assert checked_by(both["stretching"], both) == AT_THE_LANDMARK
    assert checked_by(known["stretching"], known) == STRETCHING


def test_why_it_is_asked_at_one_time_is_said_where_hours_are_told(nights):
    """Several people, too few hours, an order that is not told: each in the answer itself; no word without any hour."""
    def lacks(table):
        text = why_split(table)
        assert not text or text.startswith("Asked with the evening split at one time and not by the half hour: ")
        return text.rpartition("half hour: ")[2]

    assert why_split(nights) == "" == why_split(nights.assign(onset_h=pd.array([pd.NA] * 150, dtype="Float64")))
    assert lacks(nights.assign(person=["p", "q"] * 75)) == (
        "half hours are worked out for one person's diary at a time.")
    ill = int(symptom_nights(nights).sum())
    told = nights.index[nights["onset_h"].notna()]
    few = nights.assign(onset_h=nights["onset_h"].where(nights.index.isin(told[:12]), pd.NA))
    assert lacks(few) == (f"the hour of the first symptoms is told on 12 nights; {-(-ill // 2)} are needed.")
    before = nights["stretched_before"].copy()
    did = nights.index[before.fillna(False)]
    before[did[::3]] = pd.NA
    states = np.where(before.isna() & nights["recorded"], "unknown_order", nights["stretched_state"])
    some = nights.assign(stretched_before=before, stretched_state=states)
    assert lacks(some).startswith("whether and when a stretch came before symptoms is told on ")
    some.attrs = nights.attrs
    text = " ".join(rk.describe(rk.answer_questions(some)).split())
    assert f"{why_split(some)} This uses " in text


def test_what_a_diary_must_tell(nights):
    ill = symptom_nights(nights).fillna(False).to_numpy(bool)
    at = np.flatnonzero(ill)

    def told(**changes):
        return tells_half_hours(nights.assign(**changes))

    onset = nights["onset_h"].copy()
    onset.iloc[at[: len(at) // 2]] = pd.NA
    assert tells_half_hours(nights) and told(onset_h=onset)
    onset.iloc[at[: len(at) // 2 + 1]] = pd.NA
    assert not told(onset_h=onset)
    assert not told(onset_h=nights["onset_h"].mask(nights["onset_h"].notna(), 10.0))  # always the same hour
    few = nights["onset_h"].where(nights.index < at[9], pd.NA)
    assert not tells_half_hours(nights[: at[9]]) and tells_half_hours(nights[: at[9] + 1]) and not told(onset_h=few)
    assert not told(person=["p", "q"] * 75) and not told(stretched_before_h=pd.array([pd.NA] * 150, dtype="Float64"))
    did = np.flatnonzero(nights["stretched_before"].fillna(False) & ill)
    before = nights["stretched_before"].copy()
    before.iloc[did[: len(did) // 5]] = pd.NA  # of evenings with symptoms it is not told which came first
    states = np.where(before.isna() & nights["recorded"], "unknown_order", nights["stretched_state"])
    assert not told(stretched_before=before, stretched_state=states)
    assert usual_hour(nights.assign(stretched_before_h=nights["stretched_before_h"].mask(
        nights["stretched_before_h"].notna(), 7.7))) == 7.5


def test_too_few_evenings_of_a_kind_are_refused_in_the_same_words(nights):
    rare = nights.copy()
    rare.attrs = nights.attrs
    gone = rare.index[rare["stretched_before"].eq(True).fillna(False)][5:]
    rare.loc[gone, "stretched_before"], rare.loc[gone, "stretched_before_h"] = False, pd.NA
    frame = ask(BY_THE_HALF_HOUR, rare)
    assert frame.evenings is None and frame.reason.endswith(" nights with stretching; at least 7 are needed.")


def test_hours_told_on_nights_that_are_set_aside_do_not_do(nights):
    """Ten hours or more, but on most of those nights nothing is known about the night before."""
    gaps = nights.copy()
    gaps.attrs = nights.attrs
    told = gaps.index[gaps["onset_h"].notna()]
    gaps.loc[told[4:], "last_night"] = pd.NA
    before = gaps["night"].isin(gaps["night"][told[4:]] - pd.Timedelta(days=1))
    gaps.loc[before, ["symptoms", "early_symptoms"]] = pd.NA
    gaps.loc[gaps.index[~gaps.index.isin(told) & gaps["symptoms"].notna()][:6], "symptoms"] = True
    frame = ask(BY_THE_HALF_HOUR, gaps)
    assert frame.evenings is None and frame.nights_needed > 0
    assert " of these nights; at least 10 are needed." in frame.reason


def test_where_the_check_points_the_other_way_nothing_is_claimed(nights):
    split = ROW | {"question": "stretching_landmark", "estimate": 2.0}
    assert _against(ROW, split, nights) == {
        "verdict": "unclear", "code": "changes sides",
        "reason": "With the evening split at 21:00 instead, the answer points the other way."}
    assert _against(ROW, ROW | {"estimate": -0.5}, nights) == {}
    assert _against(ROW, split | {"estimate": 0.5}, nights) == {}
    assert _against(ROW, split | {"estimate": np.nan}, nights) == {}
    assert _against(split, split, nights) == {}


def test_a_change_of_medicine_is_taken_into_account(nights):
    periods = nights.assign(medicine_period=pd.Categorical(np.where(nights.index < 75, "period 1", "period 2")),
                            weekday="Mon")
    periods.attrs = nights.attrs
    frame = ask(BY_THE_HALF_HOUR, periods)
    assert "recorded medicine changes" in frame.adjusted_for
    by = frame.evenings
    model = fit_evenings(frame.formula, by.rows, untold="untold")
    found = compare_paths(model, paths_of(model, by.stretched, by.never, by.per_evening), (0.95,)).iloc[0]
    assert found["lower"] < found["estimate"] < found["upper"] and "medicine_period[T.period 2]" in model.coef.index
