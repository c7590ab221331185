"""Evenings on which the diary itself says that stretching answered symptoms."""

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.checks.controls import link_with_before, negative_control
from rlskit.checks.responsive import recorded_responses
from tests.unit.checks.build import diary, material


def told_diary(because=20, seed=1):
    """160 nights: planned stretches on half of them; on the first `because` other nights stretching answered symptoms;
    on the next three nobody knows which came first."""
    nights = diary(seed=seed)
    planned = nights["done"].astype(bool).to_numpy()
    others = np.flatnonzero(~planned)
    nights["stretch_responsive"] = pd.array(np.isin(np.arange(160), others[:because]), dtype="boolean")
    nights["stretched"] = pd.array(planned, dtype="boolean")
    nights.loc[others[because:because + 3], ["stretched", "stretch_responsive"]] = [pd.NA, False]
    nights["any"] = planned | nights["stretch_responsive"].astype(bool)
    return nights


def test_the_diary_names_the_evenings_itself():
    nights = told_diary()
    m = material(nights, "symptoms ~ any", label="stretching")
    exposed = int(nights["any"].sum())
    assert recorded_responses(m) == (20, exposed)
    found = negative_control(m)
    assert (found.result, found.value) == ("fail", 20) and np.isnan(found.lower)
    assert found.sentence == (
        f"On 20 of {exposed} compared nights with stretching, the diary itself says that it answered symptoms: they "
        "had come first, and no stretch that surely came before them is written down. Such nights count as nights with "
        "stretching because they were bad, and part of the answer is that.")
    # statistics have nothing to go by here
    assert link_with_before(m).result == "not possible"


def test_a_night_with_a_stretch_before_and_one_after_symptoms_is_no_such_evening():
    nights = told_diary()
    nights["stretched"] = nights["stretched"] | nights["stretch_responsive"]
    assert recorded_responses(material(nights, "symptoms ~ any")) is None


def test_planned_stretching_alone_leaves_responses_out():
    nights = told_diary()
    planned = nights[nights["stretched"].notna()]
    assert recorded_responses(material(planned, "symptoms ~ stretched", nights=nights)) is None


def test_another_habit_is_not_taken_for_stretching():
    nights = told_diary()
    nights["walked"] = np.random.default_rng(2).random(160) < 0.5
    assert recorded_responses(material(nights, "symptoms ~ walked")) is None


@pytest.mark.parametrize("because, few", [(3, True), (6, False)])
def test_a_few_such_evenings_do_not_overturn_an_answer(because, few):
    """Five in a hundred do, as a smaller share of the nights leaves an answer as it is."""
    nights = told_diary(because)
    assert 0.05 * nights["any"].sum() == pytest.approx(4.4, abs=0.5)
    assert (recorded_responses(material(nights, "symptoms ~ any")) is None) == few


def test_a_column_overwritten_with_any_stretching_hides_nothing():
    """What was planned stands in its state, whatever became of the column."""
    nights = told_diary()
    nights["stretched_state"] = nights["stretched"].map({True: "yes", False: "no"}).fillna("not_recorded")
    nights["stretched"] = nights["any"]
    assert recorded_responses(material(nights, "symptoms ~ stretched")) == (20, int(nights["any"].sum()))
    assert recorded_responses(material(nights.drop(columns="stretched_state"), "symptoms ~ stretched")) is None


def test_without_times_nothing_is_told():
    nights = told_diary().drop(columns="stretch_responsive")
    assert recorded_responses(material(nights, "symptoms ~ any")) is None
    untold = told_diary().assign(stretch_responsive=pd.array([pd.NA] * 160, dtype="boolean"),
                                 stretched=pd.array([pd.NA] * 160, dtype="boolean"))
    assert recorded_responses(material(untold, "symptoms ~ any")) is None


def test_only_compared_nights_count():
    nights = told_diary()
    quiet = nights[~nights["stretch_responsive"].fillna(False).astype(bool)]
    assert recorded_responses(material(quiet, "symptoms ~ any", nights=nights)) is None


def test_an_untimed_diary_with_reasons_is_checked_by_its_reasons():
    """Nobody knows the hour, but on some evenings that stretching was because of symptoms: the association's check."""
    nights = rk.simulate_diaries(1, 180, seed=5).nights
    nights["early_symptoms"] = pd.array([pd.NA] * len(nights), dtype="boolean")
    found = rk.check_answer(nights, "stretching").table.iloc[0]
    assert found["check"] == "symptoms before it" and found["result"] == "fail"
    assert "the diary itself says that it answered symptoms" in found["sentence"]


def test_the_sentences_on_several_people_speak_of_several_diaries():
    nights = told_diary()
    nights["any_state"] = np.where(nights["any"], "yes", "no")
    other = nights.assign(person="b", symptoms=nights["symptoms"].iloc[::-1].to_numpy())
    both = pd.concat([nights.assign(person="a"), other], ignore_index=True)
    both["symptoms_state"] = np.where(both["symptoms"], "yes", "no")
    for table, one, many in ((nights, "the diary itself says", "during the diary"),
                             (both, "these diaries themselves say", "during these diaries")):
        said = rk.check_fit(rk.fit("symptoms ~ any", table), table, exposure="any").table.set_index("check")["sentence"]
        assert f" compared nights with any, {one} that it answered symptoms: " in said["symptoms before it"]
        assert said["tracking"] == f"Nothing compared here was taken up or dropped {many}."
        assert said["empty nights and the rate"] == (
            f"Every night of {many.removeprefix('during ')} has an answer about symptoms.")
