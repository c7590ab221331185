"""A fair test from one end to the other, by commands: a plan, a diary kept by somebody who follows it more or less, and
the answer."""

from __future__ import annotations

import csv
import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from click.testing import CliRunner

import rlskit as rk
from rlskit.cli import cli


def diary(plan, path, *, effect, seed=1, follows=0.7, missing=0.1):
    """Rows of rlskit's own template, as a person would write them: on some nights with a yes it was not done, on some
    with a no it was, and some nights are not there. Every fourth bad night began before the stretch."""
    rng = np.random.default_rng(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["night", "symptoms", "severity_0_10", "symptoms_began", "stretched", "stretch_time"])
        bad = False
        for one in plan.schedule:
            done = rng.random() < (follows if one.treat else 0.05)
            bad = rng.random() < 0.4 + 0.2 * bad + effect * done
            began = ("18:45" if rng.random() < 0.25 else "22:15") if bad else ""
            if rng.random() >= missing:
                rows.writerow([one.night, "yes" if bad else "no", 5 if bad else "", began, "yes" if done else "no",
                               "19:40" if done else ""])


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """A plan made on 1 March 2026, whenever the test runs, with a coin that falls the same way each time."""
    monkeypatch.setattr("rlskit.trials.planning.secrets.randbits", lambda _: 5)
    monkeypatch.setattr("rlskit.cli.trial._now", lambda _: dt.datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Europe/London")))
    done = run("plan", "--rate", "0.5", "--nights", "180", "--looks", "monthly", "--out", tmp_path / "plan")
    assert done.exit_code == 0, done.output
    return rk.read_plan(tmp_path / "plan"), tmp_path


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_a_helpful_stretch_is_found_as_assigned(planned):
    plan, folder = planned
    diary(plan, folder / "diary.csv", effect=-0.4)
    done = run("analyse", folder / "plan", folder / "diary.csv", "--out", folder / "answer")
    assert done.exit_code == 0, done.output
    text = " ".join(done.output.split())
    assert "Calf stretch at 19:30 (nights with a yes of the coin vs nights with a no) Fewer symptom nights:" in text
    assert "A coin chose the nights, so this is a fair test." in text
    assert "On nights with a yes it was done on" in text and "Looking every morning" in text
    assert sorted(path.name for path in (folder / "answer").iterdir()) == [
        "arms.csv", "course.csv", "looks.csv", "stamp.csv", "table.csv", "trial.svg"]


def test_what_was_done_is_read_whether_or_not_symptoms_came_first(planned):
    plan, folder = planned
    diary(plan, folder / "diary.csv", effect=-0.2, follows=1.0, missing=0.0)
    result = rk.analyse_trial(plan, rk.read_diary(folder / "diary.csv"), draws=99)
    arms = result.arms.set_index("arm")
    assert arms.loc["with", "done"] == arms.loc["with", "done_known"] == arms.loc["with", "nights"] == 90
    assert arms.loc["without", "done"] <= 12


def test_before_the_first_look_it_says_when_that_is(planned):
    plan, folder = planned
    diary(plan, folder / "diary.csv", effect=-0.4)
    lines = (folder / "diary.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "some.csv").write_text("".join(lines[:20]), encoding="utf-8")
    text = " ".join(run("analyse", folder / "plan", folder / "some.csv").output.split())
    assert "Too early to say" in text and "The first planned look is after 30 nights, on 31 March 2026." in text


def test_an_edited_plan_is_seen(planned):
    plan, folder = planned
    diary(plan, folder / "diary.csv", effect=0.0)
    file = folder / "plan" / "plan.json"
    swapped = file.read_text(encoding="utf-8").replace('"treat": true', '"treat": 1', 1).replace(
        '"treat": false', '"treat": true', 1).replace('"treat": 1', '"treat": false', 1)
    file.write_text(swapped, encoding="utf-8")
    done = run("analyse", folder / "plan", folder / "diary.csv")
    assert done.exit_code == 1 and "this plan was changed after it was sealed" in done.output

