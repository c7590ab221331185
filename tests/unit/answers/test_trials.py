"""Coin-flip nights stand before what was only watched: in the sentences, in short, and on the clinic page."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

import rlskit as rk
from rlskit.answers.sentences import describe_rows
from rlskit.answers.trial_sentences import headline
from rlskit.answers.trials import add_trials
from rlskit.errors import DiaryError
from rlskit.pages.clinic.findings import list_sayings
from rlskit.trials.simulate import simulate_trial
from tests.helpers.made_trials import made_plan
from tests.helpers.picture_samples import make_answers

ROW = "Calf stretch at 19:30: −"


@pytest.fixture(scope="module")
def answers():
    plan = made_plan(60, night_sd=0.0)
    trial = rk.analyse_trial(plan, simulate_trial(plan, -14.0, follows=1.0, missing=0.0), draws=199)
    return replace(make_answers(), trials=(trial,))


def test_a_trial_comes_first_with_its_tag(answers):
    assert describe_rows(answers)[0][:2] == ("Calf stretch at 19:30", "coin-flip")
    assert describe_rows(answers)[0][2].startswith("Fewer symptom nights: about")
    assert len(describe_rows(answers)) == len(describe_rows(make_answers())) + 1
    for enough in (True, False):
        lines = list_sayings(answers, enough)
        assert lines[0].startswith(ROW) and lines[0].endswith("; 60 nights; coin-flip.") and len(lines) <= 3
        without = list_sayings(make_answers(), enough)  # a line of it makes room; the order stays
        assert lines[1:] == [line for line in without if line in lines] and lines[1] == without[0]


def test_before_the_first_look_the_line_says_when_that_is():
    plan = made_plan(60, looks=(30, 60))
    early = rk.analyse_trial(plan, simulate_trial(plan, nights=20), draws=99)
    assert headline(early) == (
        "Calf stretch at 19:30: coin-flip nights are going on; the first look is after 30 nights, on 31 March 2026.")


def test_plans_in_the_diarys_folder_are_found_and_one_that_has_not_begun_is_told(tmp_path):
    nights = [dt.date(2026, 3, 2) + dt.timedelta(days=at) for at in range(20)]
    rows = "".join(f"{night},{'yes' if night.day % 3 else 'no'},no\n" for night in nights)
    (tmp_path / "diary.csv").write_text("night,symptoms,stretched\n" + rows, encoding="utf-8")
    (tmp_path / "later").mkdir()
    rk.write_plan(made_plan(40, start=dt.date(2026, 9, 1)), tmp_path / "later")
    diary = rk.read_diary(tmp_path / "diary.csv")
    added = add_trials(make_answers(), diary, [tmp_path / "diary.csv"])
    assert added.trials == () and added.caveats[-1] == (
        "Coin-flip nights of calf stretch: the plan runs from 1 September 2026 to 10 October 2026, and the diary from "
        "2 March 2026 to 21 March 2026: no night of the plan is written down. Add the file with the nights of the "
        "plan.")
    file = tmp_path / "later" / "plan.json"
    file.write_text(file.read_text(encoding="utf-8").replace("calf stretch", "walk"), encoding="utf-8")
    with pytest.raises(DiaryError, match="changed after it was sealed"):
        add_trials(make_answers(), diary, [tmp_path])
