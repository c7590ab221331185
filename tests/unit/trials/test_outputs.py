"""The nights of a plan on a phone, in a table and in rlskit.toml: what is written is what the coin said."""

import csv
import datetime as dt
import io

import icalendar
import pandas as pd
import pytest

import rlskit as rk
from rlskit.trials.outputs import plan_calendar, plan_mapping, plan_table

MADE = dt.datetime(2027, 1, 2, 18, tzinfo=dt.UTC)
PLANS = {"stretch": {}, "own habit": {"treatment": "Evening \"slow\" walk at 18:00"},
         "magnesium": {"treatment": "Magnesium at 20:00"},
         "hours slept": {"also": ["sleep_h"], "control": "reading, in an armchair"},
         "formula": {"treatment": "=walk at 18:00"}, "periods": {"design": "periods"}}


@pytest.fixture(params=PLANS.values(), ids=PLANS)
def plan(request):
    return rk.plan_trial(0.5, **{"treatment": "calf stretch at 19:30", "nights": 42, "seed": 4, "made": MADE,
                                 **request.param})


def test_the_calendar_says_what_the_coin_said(plan):
    events = icalendar.Calendar.from_ical(plan_calendar(plan)).walk("VEVENT")
    assert len(events) == len(plan.schedule) == len({str(event["UID"]) for event in events})
    for event, one in zip(events, plan.schedule, strict=True):
        start = event["DTSTART"].dt
        assert start == dt.datetime.combine(one.night, dt.time.fromisoformat(plan.at)) and start.tzinfo is None
        assert str(event["SUMMARY"]) == f"Tonight: {plan.treatment if one.treat else plan.control}"
        assert len(event.walk("VALARM")) == 1  # on either kind of night alike


def filled(plan, answers) -> str:
    """The table with what a person wrote into it."""
    rows = list(csv.reader(plan_table(plan).splitlines()))
    for row, said in zip(rows[1:], answers, strict=True):
        row[2:] = said
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def test_a_filled_table_is_read_against_the_plan(plan, tmp_path):
    (tmp_path / "rlskit.toml").write_text(plan_mapping(plan), encoding="utf-8")
    more = ["23:00", "7:00"] if plan.outcomes[-1].column == "sleep_h" else []
    answers = [["yes" if i % 2 else "no", "yes" if i % 3 == 0 else "no", str(6 * (i % 3 == 0)), *more]
               for i in range(len(plan.schedule))]
    answers[5] = [""] * len(answers[5])
    (tmp_path / "nights.csv").write_text(filled(plan, answers), encoding="utf-8")
    diary = rk.read_diary(tmp_path / "nights.csv")
    assert list(diary.issues["found"]) == [f"{plan.schedule[5].night}"]
    nights = rk.make_nights(diary, landmark=plan.at).set_index("night")
    for i, one in enumerate(plan.schedule):
        row = nights.loc[pd.Timestamp(one.night)]
        if i == 5:
            assert pd.isna(row["symptoms"]) and pd.isna(row[plan.done])
        else:
            assert row["symptoms"] == (i % 3 == 0)
            assert row[plan.done] == bool(i % 2)
    if more:
        assert nights["sleep_h"].notna().sum() > 30


def test_the_sections_hold_for_an_app_too(plan, tmp_path):
    path = tmp_path / "rlskit.toml"
    path.write_text(plan_mapping(plan), encoding="utf-8")
    mapping = rk.read_mapping(path)
    name = plan.treatment.removesuffix(f" at {plan.at}")
    assert mapping.tag(name).column == plan.done and mapping.tag("Restless legs").column == "symptoms"


def test_a_treatment_that_is_a_formula_runs_in_no_spreadsheet():
    plan = rk.plan_trial(0.5, **PLANS["formula"], nights=42, seed=4, made=MADE)
    assert plan_table(plan).startswith("Night,Coin,'=walk done,") and ",'=walk at 18:00," in plan_table(plan)
