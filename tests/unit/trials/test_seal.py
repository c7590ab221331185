"""The sealed file: what was written is read, and any edit is seen."""

import datetime as dt
import json
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rlskit as rk
from rlskit.trials.design import draw_schedule
from rlskit.trials.plan import DESIGNS, Assignment, TrialOutcome, TrialPlan


def plan_of(design="pairs", seed=7, nights=40, **other) -> TrialPlan:
    return TrialPlan(**{
        "treatment": "calf stretch at 19:30", "control": "no calf stretch", "at": "19:30", "done": "stretched",
        "question": "Fewer nights with symptoms?", "outcomes": (TrialOutcome(column="symptoms"),), "design": design,
        "washout": 2 if design == "periods" else 0, "seed": seed,
        "schedule": draw_schedule(dt.date(2026, 3, 1), nights, design=design, seed=seed), "looks": (nights,),
        "person": "Zoë", "timezone": "Europe/London", "rate": 0.5, "night_sd": 0.0, "phi": 0.0, "answered": 1.0,
        "effect": 6.0, "power": 0.18, "made": dt.datetime(2026, 2, 27, 20, 15, tzinfo=dt.UTC), **other})


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(DESIGNS), st.integers(0, 2**32), st.integers(40, 400), st.text(max_size=20))
def test_what_was_written_is_read(tmp_path_factory, design, seed, nights, person):
    plan = plan_of(design, seed, nights, person=person)
    path = rk.write_plan(plan, tmp_path_factory.mktemp("plan"))
    assert rk.read_plan(path) == rk.read_plan(path.parent) == plan
    assert rk.read_plan(path).sha256 == plan.sha256


def test_nobody_else_may_read_it_and_it_is_never_overwritten(tmp_path):
    path = rk.write_plan(plan_of(), tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(rk.DiaryError, match="a plan is never overwritten"):
        rk.write_plan(plan_of(seed=8), tmp_path)
    assert rk.read_plan(path) == plan_of()


def edits(values: dict):
    """The values with one thing changed, in every way there is."""
    for name, value in values.items():
        if name == "schedule":
            for at, one in enumerate(value[:4]):
                yield {**values, name: [*value[:at], {**one, "treat": not one["treat"]}, *value[at + 1:]]}
            yield {**values, name: value[:-1]}
        elif isinstance(value, str) and name != "made":
            yield {**values, name: value + "x"}
        elif isinstance(value, int | float):
            yield {**values, name: value + 1}


def test_every_edit_is_seen(tmp_path):
    path = rk.write_plan(plan_of(), tmp_path)
    original = path.read_text(encoding="utf-8")
    for changed in edits(json.loads(original)):
        path.write_text(json.dumps(changed), encoding="utf-8")
        with pytest.raises(rk.DiaryError, match="this plan was changed after it was sealed"):
            rk.read_plan(path)
    # another layout of the same values is the same plan
    path.write_text(json.dumps(json.loads(original), indent=4), encoding="utf-8")
    assert rk.read_plan(path) == plan_of()


NO_PLANS = ["", "[]", "{}", "null", '{"sha256": "a"}', "[" * 100_000, "\x00", "night,symptoms\n"]


@pytest.mark.parametrize("content", NO_PLANS, ids=range(len(NO_PLANS)))
def test_something_else_is_no_plan(tmp_path, content):
    (tmp_path / "plan.json").write_text(content)
    with pytest.raises(rk.DiaryError, match="expected a plan written by `rlskit plan`"):
        rk.read_plan(tmp_path)


def test_a_plan_that_is_not_there(tmp_path):
    with pytest.raises(rk.DiaryError, match="no plan there"):
        rk.read_plan(tmp_path)


def test_a_result_that_was_stored_outlives_a_move_of_files():
    assert {TrialPlan.__module__, Assignment.__module__, TrialOutcome.__module__} == {"rlskit"}
