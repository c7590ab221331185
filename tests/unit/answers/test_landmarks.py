"""The answer on stretching an hour earlier and an hour later, from what the nights carry."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.answers.advice import _turns
from rlskit.answers.landmarks import COLUMNS, shifted_frames


@pytest.fixture(scope="module")
def timed(tmp_path_factory):
    """160 nights in the own template; stretching at 20:15 or 20:45, symptoms from 19:30, 20:30, 21:40 or 22:40 on."""
    rng = np.random.default_rng(20261122)
    lines = ["night,symptoms,symptoms_began,stretched,stretch_time,symptoms_before_stretch"]
    for date in np.datetime64("2026-01-01") + np.arange(160):
        ill, stretched = rng.random() < 0.5, rng.random() < 0.5
        began = rng.choice(["19:30", "20:30", "21:40", "22:40"]) if ill else ""
        at = rng.choice(["20:15", "20:45"]) if stretched else ""
        lines.append(",".join([str(date), "yes" if ill else "no", began, "yes" if stretched else "no", at, ""]))
    path = tmp_path_factory.mktemp("diary") / "diary.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return rk.make_nights(rk.read_diary(path))


def test_the_evening_is_seen_from_three_times(timed):
    assert timed.attrs["landmark"] == "21:00"
    late = pd.to_timedelta(timed["onset_h"].astype(float) + 12, unit="h") / pd.Timedelta(hours=1)
    for ending, hour in (("_1h_earlier", 20.0), ("", 21.0), ("_1h_later", 22.0)):
        early = timed[f"early_symptoms{ending}"].astype(bool)
        assert early.equals(late.lt(hour)), ending
    assert not timed["stretched_1h_earlier"].fillna(False).any()  # nobody stretched before eight
    assert timed["stretched_1h_later"].sum() >= timed["stretched"].sum() > 0


def test_all_three_answers_stand_side_by_side(timed):
    answers = rk.answer_questions(timed)
    table = answers.landmark_table
    assert tuple(table.columns) == COLUMNS
    assert table["landmark"].tolist() == ["20:00", "21:00", "22:00"] and table["shift_h"].tolist() == [-1, 0, 1]
    own = answers.table.set_index("question").loc["stretching_landmark"]
    assert table.loc[1, ["estimate", "lower", "upper"]].tolist() == own[["estimate", "lower", "upper"]].tolist()
    assert pd.isna(table.loc[0, "estimate"]) and table.loc[0, "reason"] != ""
    assert table.loc[2, "reason"] == "" and table.loc[2, "lower"] < table.loc[2, "estimate"] < table.loc[2, "upper"]
    assert answers.n_models == answers.table["estimate"].notna().sum() + 1
    assert "and 1 more for other landmarks)" in answers.method
    assert ("Splitting the evening at another time, with limits for all rows together: at 22:00, "
            in " ".join(rk.describe(answers).split()))


def test_nights_without_the_other_times_have_no_table(nights_of):
    nights = nights_of(40)
    assert shifted_frames(nights) == []
    assert len(rk.answer_questions(nights).landmark_table) == 0


def test_an_answer_that_changes_sides_says_so():
    table = pd.DataFrame({"landmark": ["20:00", "21:00", "22:00"], "shift_h": [-1, 0, 1],
                          "estimate": [2.0, -3.0, -2.5]})
    assert _turns(table) == "The answer changes sides when the evening is split at 20:00 instead of 21:00."
    assert _turns(table.assign(estimate=[0.5, -3.0, np.nan])) == ""


def test_a_tag_that_speaks_of_nine_tells_about_ten_only_what_must_follow():
    nights = rk.make_nights(rk.read_diary(rk.sample_path() / "bearable.csv"))
    untold = nights["onset_h"].isna()  # the tag alone speaks of these evenings
    restless, quiet = (nights["early_symptoms"].eq(v).fillna(False).astype(bool) & untold for v in (True, False))
    ill = rk.symptom_nights(nights).fillna(False).astype(bool)
    assert restless.sum() > 3 and (quiet & ill).sum() > 5
    assert nights.loc[restless, "early_symptoms_1h_later"].all()
    assert nights.loc[restless, "early_symptoms_1h_earlier"].isna().all()
    later = nights.loc[quiet & ill, "early_symptoms_1h_later"]  # known only where a clock time says so
    assert later.isna().mean() > 0.3 and not later.any()
    assert not nights.loc[quiet, "early_symptoms_1h_earlier"].any()
