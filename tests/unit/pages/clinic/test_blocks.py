"""Habits, sayings and questions: what is counted, at most three claims, and what is suggested."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.answers.sentences import STRETCH_FOLLOWS
from rlskit.pages.clinic.facts import ClinicFacts, Iron
from rlskit.pages.clinic.findings import TOO_FEW, list_questions, list_sayings
from rlskit.pages.clinic.habits import list_habits
from rlskit.pages.clinic.numbers import began_much_earlier, compare_periods
from rlskit.pages.clinic.onset import trace_onset
from rlskit.pages.clinic.periods import split_periods
from tests.helpers import picture_samples as samples
from tests.unit.pages.clinic import build


# --- habits --------------------------------------------------------------------------------------------------------
def habits(lines):
    diary, nights = build.read(lines)
    return dict(list_habits(diary, split_periods(nights)[0]))


def test_habits_are_counted_on_the_nights_that_have_an_answer():
    lines = build.rows(n=20, missing=0)
    for i, line in enumerate(lines):
        line |= {"stretched": "", "caffeine_before_noon_cups": "", "caffeine_after_noon_cups": "",
                 "alcohol_drinks": "" if i < 10 else i % 2, "lights_out": "23:00" if i % 2 else "23:30",
                 "woke_up": "07:00"}
    for i, line in enumerate(lines[:8]):
        line |= {"caffeine_before_noon_cups": 0, "caffeine_after_noon_cups": int(i < 3)}
    found = habits(lines)
    assert found["Caffeine"] == "3 of 8 days" and found["… after noon"] == "3 of 8 days"
    assert found["Alcohol"] == "5 of 10 nights"
    assert found["… last cup"] == found["Stretched before symptoms"] == "not recorded"
    assert found["Bedtime SD"] == "15 min (20 nights)"
    assert found["Sleep regularity (SRI)"] == "96 (19 pair-days)"  # 30 of 1,440 minutes differ between nights


def test_a_stretch_of_unknown_order_is_counted_as_that():
    lines = build.rows(n=20, missing=0, rate=1.1)
    for i, line in enumerate(lines):
        line["stretched"] = "yes" if i < 6 else "no"
    found = habits(lines)
    assert found["Stretched before symptoms"] == "0 of 14 nights, 6 untimed"
    assert found["Stretched because of them"] == "0 of 14 nights"


def test_the_last_cup_is_the_median_of_the_days_with_a_time(sample):
    diary, nights = sample
    period = split_periods(nights)[0]
    assert dict(list_habits(diary, period))["… last cup"] == "not recorded"  # the sample has parts of the day
    events = diary.events.copy()
    cups = events["type"].eq("caffeine")
    events.loc[cups, "time_precision"] = "minute"
    events.loc[cups, "start_local"] = events.loc[cups, "night"] + pd.Timedelta(hours=15, minutes=30)
    timed = type(diary)(diary.daily, events, diary.issues, diary.source, diary.tags)
    days = events.loc[cups & events["night"].ge(pd.Timestamp(period.first)), "night"].nunique()
    assert dict(list_habits(timed, period))["… last cup"] == f"median 15:30 ({days} days)"


@pytest.fixture(scope="module")
def sample():
    diary = rk.read_diary(rk.sample_path())
    return diary, rk.make_nights(diary)


# --- what the diary can say ----------------------------------------------------------------------------------------
def test_clear_answers_come_first_and_each_carries_interval_nights_and_design():
    lines = list_sayings(samples.make_answers(), enough=True)
    assert lines == [
        "Stretching before symptoms, stretched vs not: −3.6 symptom nights per 30 nights still symptom-free at 22:30 "
        "(95% interval −5.8 to −1.3); 132 nights; before-symptom only.",
        "Irregular bedtimes, 90 min vs 15 min: +4.4 symptom nights per 30 nights (95% interval +1.0 to +8.1); 120 "
        "nights; association only.",
        "Not clear yet in 150 nights, symptom nights per 30 (95% interval): Caffeine after noon, 200 mg vs 0 mg, +2.1 "
        "(−0.4 to +4.7).",
    ]
    alone = samples.make_answers(samples.CAFFEINE | {"lower_pointwise": 0.4}, samples.BEDTIME)
    assert list_sayings(alone, enough=True)[1].endswith(
        ", +2.1 (+0.4 to +4.7). Of 2 questions asked at once one may look clear by chance.")


def test_all_that_is_not_clear_is_one_line_with_each_ones_own_limits():
    open_still = samples.ROW | {"verdict": "unclear"}
    rows = [open_still, *[samples.CAFFEINE | {"label": f"Habit {i}", "n_nights": 150 + i} for i in range(4)]]
    assert list_sayings(samples.make_answers(*rows), enough=True) == [
        "Not clear yet in 132 to 151 nights, symptom nights per 30 (95% interval): Stretching before symptoms, "
        "stretched vs not, −3.6 (−5.8 to −1.3) of nights still symptom-free at 22:30; Habit 0, 200 mg vs 0 mg, +2.1 "
        "(−0.4 to +4.7); Habit 1, 200 mg vs 0 mg, +2.1 (−0.4 to +4.7); 2 more."]


def test_stretching_of_unknown_order_claims_nothing_and_there_are_never_more_than_three_lines():
    untimed = samples.ROW | {"design_tag": "association only", "verdict": "unclear"}
    answers = samples.make_answers(untimed, samples.CAFFEINE, samples.BEDTIME, samples.CAFFEINE)
    lines = list_sayings(answers, enough=True)
    assert len(lines) == 3 and lines[-1] == STRETCH_FOLLOWS
    assert not any(line.startswith("Stretching before") for line in lines)


@pytest.mark.parametrize("design", ["before-symptom only", "association only"])
def test_refused_answers_print_no_number(design):
    rows = [samples.ROW | {"design_tag": design}, samples.CAFFEINE]
    answers = samples.make_answers(*(samples.refused(row) for row in rows))
    assert list_sayings(answers, enough=True) == [
        "Not enough recorded to say what goes with more or fewer symptom nights.", STRETCH_FOLLOWS]


def test_too_few_nights_say_only_that():
    assert list_sayings(samples.make_answers(), enough=False) == [TOO_FEW, STRETCH_FOLLOWS]


# --- questions -----------------------------------------------------------------------------------------------------
def test_own_questions_come_first_then_suggestions_then_room_to_write():
    lines = list_questions(ClinicFacts(questions=("Mine?",), drug_groups={"antihistamine": True}), True)
    assert [suggested for _, suggested in lines] == [False, True, True]
    assert lines[0][0] == "Mine?" and lines[1][0].startswith("My symptoms begin earlier")
    assert list_questions(ClinicFacts(iron=(Iron(50),)), False) == [("", False)] * 3


def test_an_onset_two_hours_earlier_than_in_the_period_before_is_worth_mentioning():
    for case, moved in (("90 nights", True), ("365 nights", False)):
        assert began_much_earlier(compare_periods(*split_periods(build.made(case)[1]))) == moved


# --- onset ---------------------------------------------------------------------------------------------------------
def test_the_running_median_is_that_of_the_nights_around_and_stops_where_they_are_few():
    nights = build.made("365 nights")[1]
    table = trace_onset(nights)
    assert len(table) == len(nights) and table["onset_h"].notna().sum() == nights["onset_h"].notna().sum()
    at = 100
    around = table["onset_h"].iloc[at - 10:at + 11].dropna()
    assert len(around) >= 5
    drawn = table.loc[at, ["lower", "median", "upper"]].tolist()
    assert drawn == pytest.approx(list(np.quantile(around, [0.25, 0.5, 0.75])))
    sparse = table["onset_h"].rolling(21, center=True, min_periods=1).count().lt(5)
    assert table.loc[sparse, "median"].isna().all() and sparse.any()
