"""plan_trial(): what is fixed, what is proposed, and what is refused in one sentence."""

import datetime as dt
import doctest
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

import rlskit as rk
from rlskit.trials import planning
from rlskit.trials.plan import Chance

MADE = dt.datetime(2027, 1, 2, 18, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def sample():
    return rk.make_nights(rk.read_diary(rk.sample_path()))


def test_a_diary_and_nothing_else(sample):
    plan = rk.plan_trial(sample, made=MADE)
    assert (plan.treatment, plan.control, plan.at, plan.done) == ("calf stretch at 19:30", "no calf stretch", "19:30",
                                                                  "stretched")
    assert plan.start == dt.date(2027, 1, 3) and plan.design == "pairs" and plan.looks == (len(plan.schedule),)
    assert 40 <= len(plan.schedule) <= 360 and plan.power >= 0.8 > plan.power_followed
    assert plan.person == sample["person"].iloc[0]
    assert planning.propose(sample) == Chance(nights=len(plan.schedule), effect=6.0, power=plan.power)
    assert [one.column for one in plan.outcomes] == ["symptoms"] and plan.outcome_kind == "yes/no"
    assert rk.plan_trial(sample, made=MADE).seed != plan.seed  # a coin that nobody knows beforehand


def test_the_same_seed_is_the_same_plan():
    one, other = (rk.plan_trial(0.5, seed=9, made=MADE) for _ in range(2))
    assert one == other and one.sha256 == other.sha256
    assert one.sha256 != rk.plan_trial(0.5, seed=10, made=MADE).sha256


def test_what_else_can_be_stated():
    made = dt.datetime(2027, 3, 1, 12, tzinfo=ZoneInfo("Europe/London"))
    plan = rk.plan_trial(0.5, "Evening walk at 18:00", control="reading", also=["severity_0_10", "sleep_h"], nights=60,
                         start=dt.date(2027, 3, 1), design="blocks of 4", looks="monthly", seed=1, made=made)
    assert (plan.treatment, plan.control, plan.at, plan.done) == ("Evening walk at 18:00", "reading", "18:00",
                                                                  "evening_walk")
    assert plan.timezone == "Europe/London" and plan.start == made.date()
    assert plan.looks == (28, 60)  # whole blocks
    assert [(one.kind, one.better) for one in plan.outcomes] == [("yes/no", "lower"), ("points", "lower"),
                                                                 ("hours", "higher")]
    assert rk.plan_trial(0.5, nights=41, looks=[21, 30], made=MADE).looks == (20, 30, 42)
    periods = rk.plan_trial(0.5, nights=100, design="periods", made=MADE)
    assert len(periods.schedule) == 112 and periods.washout == 2


def test_a_plan_in_words(sample):
    plan = rk.plan_trial(sample, nights=168, seed=1, made=MADE, also="severity_0_10")
    said = str(plan)
    for part in ("A fair test: calf stretch at 19:30, or no calf stretch",
                 "  168 nights, Sunday 3 January 2027 to Saturday 19 June 2027",
                 "this cannot be blinded", "How long exercise and stretching go on working is not known",
                 "only if they were given the SHA-256 before the first night", "severity from 0 to 10", plan.sha256):
        assert part in said
    assert "<table>" in plan._repr_html_()


WRONG = {
    "under 40 nights": ({"nights": 39}, "plan_trial, nights: found 39; expected 40 to 1095. Under 40 nights nothing "
                                        "but a huge effect could be seen."),
    "no whole number": ({"nights": 60.5}, "plan_trial, nights: found 60.5; expected 40 to 1095."),
    "no clock": ({"treatment": "calf stretch"}, 'found "calf stretch"; expected what is done and its clock time, such '
                                                'as "calf stretch at 19:30".'),
    "no such clock": ({"treatment": "walk at 25:10"}, 'expected a clock time like "21:30", found "25:10".'),
    "too late": ({"treatment": "walk at 22:30"}, "found 22:30; expected a time from 12:00 to 21:00"),
    "two treatments": ({"treatment": "calf stretch and magnesium at 19:30"}, "which is two things; expected one"),
    "a list of them": ({"treatment": ["walk at 19:30", "bath at 20:00"]}, "expected one treatment in words"),
    "a long name": ({"treatment": "a" * 41 + " at 19:30"}, "found a name of 41 letters; expected a short one"),
    "after its nights": ({"start": dt.date(2027, 1, 1)}, "found 1 January 2027, and the plan is made on 2 January "
                         "2027 at 18:00; expected an evening that has not begun. A plan made after its nights is no "
                         "plan: those nights can only be read as watching, as `rlskit report` does."),
    "after this evening": ({"start": MADE.date(), "treatment": "walk at 17:30"}, "plan_trial, start: found 2 January "
                           "2027, and the plan is made on 2 January 2027 at 18:00; expected an evening that has not"),
    "no date": ({"start": "tomorrow"}, "plan_trial, start: found 'tomorrow'; expected a date"),
    "no zone": ({"made": dt.datetime(2027, 1, 1)}, "expected a moment with its time zone"),
    "no design": ({"design": "nightly"}, 'found "nightly"; expected one of pairs, blocks of 4, periods.'),
    "no look": ({"looks": [60, 30]}, "plan_trial, looks: found [60, 30]; expected"),
    "a look past the end": ({"nights": 40, "looks": [41]}, "plan_trial, looks: found [41]; expected"),
    "no outcome": ({"also": ["mood"]}, "plan_trial, also: found ['mood']; expected some of severity_0_10, sleep_h"),
    "no seed": ({"seed": -1}, "plan_trial, seed: found -1; expected a whole number, 0 or more."),
}


@pytest.mark.parametrize(("given", "message"), WRONG.values(), ids=WRONG)
def test_one_sentence_for_what_is_wrong(given, message):
    with pytest.raises(rk.ModelError) as wrong:
        rk.plan_trial(0.5, **{"made": MADE, **given})
    assert message in str(wrong.value)


@pytest.mark.parametrize("rate", [0, 1, 1.5, "half", None, float("nan"), True])
def test_no_rate(rate):
    with pytest.raises(rk.ModelError, match=r"plan_trial, rate: found .*; expected the share of nights"):
        rk.plan_trial(rate)


def test_no_number_of_nights_is_proposed_where_none_would_do(sample):
    with pytest.raises(rk.ModelError) as wrong:
        rk.plan_trial(0.15)
    assert str(wrong.value) == ("plan_trial, nights: with 5 symptom nights in 30 there is no room for 6 fewer, so "
                                "none is "
                                "proposed. State how many to do it all the same.")
    assert "no test can show 6 fewer symptom nights in 30 where there are only 5" in str(rk.plan_trial(
        0.15, nights=60, made=MADE))
    seldom = sample.assign(symptoms=sample["symptoms"].where(sample.index % 4 == 0), early_symptoms=pd.NA)
    with pytest.raises(rk.ModelError, match=r"no number up to 360 shows 6 fewer .* Write down more of the"):
        rk.plan_trial(seldom)


def test_diaries_of_which_no_plan_can_be_made(sample):
    with pytest.raises(rk.ModelError, match="found 5 nights with an answer about symptoms; expected 14 or more"):
        rk.plan_trial(sample[sample["symptoms"].notna()].head(5))
    nothing = sample.assign(symptoms=pd.array([None] * len(sample), dtype="boolean"), early_symptoms=pd.NA)
    with pytest.raises(rk.ModelError, match=r"found 0 nights .* --write-mapping` drafts which of your own tags"):
        rk.plan_trial(nothing)
    with pytest.raises(rk.ModelError, match="found symptoms on no night"):
        rk.plan_trial(sample.assign(symptoms=pd.array([False] * len(sample), dtype="boolean"), early_symptoms=pd.NA))
    two = pd.concat([sample, sample.assign(person="other")], ignore_index=True)
    with pytest.raises(rk.ModelError, match="found nights of 2 people; expected one"):
        rk.plan_trial(two)


def test_the_examples_run():
    assert doctest.testmod(planning).failed == 0
