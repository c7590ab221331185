"""answer_questions(): one row per question, each with its design tag, or a reason why not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rlskit as rk
from rlskit.answers.questions import ORDER_IN_DOUBT, STRETCH_FOLLOWS
from rlskit.answers.refusals import FOLLOWS, NEVER, ORDER, Counts, count, refusal
from rlskit.answers.result import COLUMNS

NA_BOOL = lambda n: pd.array([pd.NA] * n, dtype="boolean")  # noqa: E731


def row(answers, key):
    return answers.table.set_index("question").loc[key]


@pytest.fixture
def answers(nights_of):
    return rk.answer_questions(nights_of())


def test_every_question_has_a_row_in_the_stated_order(answers):
    assert list(answers.table.columns) == list(COLUMNS)
    assert answers.table["question"].tolist() == [
        "stretching", "caffeine_before_noon", "caffeine_after_noon", "alcohol", "bedtime_regularity", "trend",
        "after_stopping", "nights_needed",
        "stretch_routine", "stretch_steadiness", "stretch_minutes", "stretch_hold", "stretch_intensity", "movements",
        "waketime_regularity", "social_jetlag", "iron", "magnesium",
        "sleep_quality", "relief"]  # nothing about these
    assert answers.table["verdict"].tolist()[6:] == ["refused", "plan", *["not_recorded"] * 12]
    assert answers.table["verdict"][:6].isin(["fewer", "more", "unclear"]).all()


def test_simultaneous_limits_hold_the_pointwise_ones(answers):
    t = answers.table.dropna(subset=["estimate"])
    assert len(t) == 6
    assert (t["lower"] < t["lower_pointwise"]).all() and (t["upper"] > t["upper_pointwise"]).all()
    assert ((t["lower_pointwise"] < t["estimate"]) & (t["estimate"] < t["upper_pointwise"])).all()


def test_design_tags(answers):
    assert row(answers, "stretching")["design_tag"] == "before-symptom only"
    assert row(answers, "stretching")["population"] == "per 30 nights still symptom-free at 21:00"
    assert set(answers.table["design_tag"][1:6]) == {"association only"}


def test_both_arms_are_symptom_free_at_the_landmark(nights_of):
    early = pd.array(np.arange(120) % 4 == 0, dtype="boolean")
    found = rk.answer_questions(nights_of(early_symptoms=early))
    assert row(found, "stretching")["n_nights"] == 90
    assert row(found, "alcohol")["n_nights"] == 119  # all but the first; never conditioned on the evening's symptoms


def test_symptoms_before_the_landmark_count_for_the_other_questions(nights_of):
    nights = nights_of(symptoms=pd.array([False] * 120, dtype="boolean"),
                       early_symptoms=pd.array(np.arange(120) % 3 == 0, dtype="boolean"))
    found = rk.answer_questions(nights)
    assert row(found, "alcohol")["verdict"] != "refused"
    assert row(found, "stretching")["verdict"] == "refused"


def test_unknown_order_on_symptom_nights_is_association_only_and_claims_nothing(nights_of):
    nights = nights_of()
    stretched = nights["stretched"].to_numpy(bool)
    ill = pd.array(stretched | (np.arange(120) % 5 == 0), dtype="boolean")  # a link that would be seen from the moon
    early = pd.array(np.zeros(120, dtype=bool), dtype="boolean")
    early[np.asarray(ill, dtype=bool)] = pd.NA
    found = row(rk.answer_questions(nights_of(symptoms=ill, early_symptoms=early)), "stretching")
    assert found["design_tag"] == "association only"
    assert found["lower"] > 0  # the link is there
    assert found["verdict"] == "unclear"  # and nothing is claimed
    assert (found["reason"], found["code"]) == (ORDER_IN_DOUBT, ORDER)  # no stretch of this diary is said to follow
    once = pd.array([True, *[False] * 119], "boolean")
    follows = nights_of(symptoms=ill, early_symptoms=early, stretch_responsive=once)
    found = row(rk.answer_questions(follows), "stretching")
    assert (found["reason"], found["code"]) == (STRETCH_FOLLOWS, FOLLOWS)


def test_order_unknown_in_one_arm_only_is_association_only(nights_of):
    stretched = np.arange(120) % 12 != 0  # on nearly every evening
    ill = np.arange(120) % 4 == 0
    early = pd.array(np.zeros(120, dtype=bool), dtype="boolean")
    early[ill & ~stretched] = pd.NA  # 10 of 30 symptom nights at most, but every one without stretching
    some = nights_of(stretched=pd.array(stretched, dtype="boolean"), symptoms=pd.array(ill, dtype="boolean"),
                     early_symptoms=early)
    assert row(rk.answer_questions(some), "stretching")["design_tag"] == "association only"
    many = pd.array(np.arange(120) % 2 == 0, dtype="boolean")  # now 1 symptom night in 6
    early[:] = False
    early[0:40:12] = pd.NA  # 4 of 60, but 4 of the 10 without stretching
    found = rk.answer_questions(nights_of(stretched=pd.array(stretched, dtype="boolean"), symptoms=many,
                                          early_symptoms=early))
    assert row(found, "stretching")["design_tag"] == "association only"


def test_untimed_stretching_counts_as_stretched_at_some_time(nights_of):
    state = np.array(["unknown_order", "no", "no"] * 40, dtype=object)
    nights = nights_of(stretched=pd.array([pd.NA, False, False] * 40, dtype="boolean"), stretched_state=state,
                       early_symptoms=NA_BOOL(120))
    found = row(rk.answer_questions(nights), "stretching")
    assert (found["n_exposed"], found["n_unexposed"], found["design_tag"]) == (39, 80, "association only")


def test_contrast_stays_where_the_person_has_been(nights_of):
    sober = pd.array(np.r_[np.ones(60), np.zeros(60)][np.random.default_rng(3).permutation(120)], dtype="Float64")
    found = row(rk.answer_questions(nights_of(alcohol_drinks=sober)), "alcohol")
    assert found["contrast"] == "1 drink vs 0 drinks, your own 90th and 10th percentile"


@pytest.mark.parametrize("drinks", [[0.0] * 120, [0.0, 1.0, 11.0]])
def test_a_refused_row_names_the_stated_contrast_where_there_is_no_own_one(nights_of, drinks):
    nights = nights_of(len(drinks), alcohol_drinks=pd.array(drinks, dtype="Float64"))
    found = row(rk.answer_questions(nights), "alcohol")
    assert (found["verdict"], found["contrast"]) == ("refused", "2 drinks vs 0 drinks")


def test_adjustment_sets_are_listed_and_hold_no_mediator(answers):
    t = answers.table.set_index("question")["adjusted_for"]
    assert t["stretching"] == "symptoms last night, weekend evenings, a steady trend"
    assert t["bedtime_regularity"].startswith("symptom nights in the past week")
    assert not t.str.contains("stretch").any()


def test_a_big_effect_is_claimed_and_its_interval_excludes_zero(nights_of):
    rng = np.random.default_rng(20261122)
    drinks = rng.integers(0, 4, 200)
    ill = rng.random(200) < 1 / (1 + np.exp(2 - 1.5 * drinks))
    found = rk.answer_questions(nights_of(200, symptoms=pd.array(ill, dtype="boolean"),
                                          alcohol_drinks=pd.array(drinks.astype(float), dtype="Float64")))
    assert row(found, "alcohol")["verdict"] == "more"
    assert row(found, "alcohol")["lower"] > 0


# --- refusals ------------------------------------------------------------------------------------------------------
def test_three_nights_are_refused_with_the_nights_still_needed(nights_of):
    found = rk.answer_questions(nights_of(3)).table
    assert found["verdict"].value_counts().to_dict() == {"refused": 8, "not_recorded": 12}
    assert (found["nights_needed"][:6] >= 11).all()
    assert found["estimate"].isna().all()


def test_an_exposure_that_never_varies_is_refused_and_the_others_stand(nights_of):
    found = rk.answer_questions(nights_of(alcohol_drinks=pd.array([0.0] * 120, dtype="Float64"))).table
    found = found.set_index("question")
    assert found.loc["alcohol", "reason"] == "Nothing to compare: alcohol was none on all 119 nights."
    assert found.loc["alcohol", "code"] == NEVER and found.loc["alcohol", ["have", "need"]].tolist() == [0, 7]
    assert pd.isna(found.loc["alcohol", "nights_needed"])  # no number of nights without alcohol would do
    assert list(found.index[found["verdict"].eq("refused")]) == ["alcohol", "after_stopping"]


def test_a_yes_that_does_not_say_how_much_is_not_told_as_none(nights_of):
    drinks = pd.array([0.0, None] * 60, dtype="Float64")
    state = ["no", "yes"] * 60
    drinks[1] = 2.0  # an amount that no answer can use: whether there were symptoms is not told
    ill = pd.array([n % 3 == 0 if n != 1 else None for n in range(120)], dtype="boolean")
    found = rk.answer_questions(nights_of(alcohol_drinks=drinks, alcohol_drinks_state=state, symptoms=ill)).table
    assert found.set_index("question").loc["alcohol", "reason"] == (
        "Nothing to compare: alcohol was none on all 58 nights that say how much; 59 more only say yes.")


def test_every_night_a_symptom_night_is_refused_but_is_no_error(nights_of):
    nights = nights_of(symptoms=pd.array([True] * 120, dtype="boolean"))
    found = rk.answer_questions(nights).table
    assert (found["verdict"][:7] == "refused").all()
    assert found["reason"][:6].eq("Nothing to compare: all of the 120 nights had symptoms; at least 5 nights free of "
                                  "symptoms are needed.").all()
    assert found["nights_needed"][:6].isna().all()  # five more nights of the same kind would not do
    with pytest.raises(rk.ModelError):
        rk.fit("symptoms ~ stretched", nights)


def test_no_answers_about_symptoms_at_all(nights_of):
    found = rk.answer_questions(nights_of(symptoms=NA_BOOL(120), early_symptoms=NA_BOOL(120))).table
    assert found["reason"][:6].eq("Not enough recorded to say: the diary has no answers about symptoms yet.").all()


def test_caffeine_without_a_time_of_day_says_so(nights_of):
    nights = nights_of(caffeine_after_noon_mg=pd.array([pd.NA] * 120, dtype="Float64"),
                       caffeine_after_noon_mg_state=np.array(["unknown_order"] * 120, dtype=object))
    found = row(rk.answer_questions(nights), "caffeine_after_noon")
    assert found["reason"] == "Not enough recorded to say: the diary does not tell at what time of day caffeine was."


@pytest.mark.parametrize(("counts", "reason", "needed"), [
    (Counts(10, 5, 5, 5, 8), "Not enough recorded to say: 10 nights that can be compared; at least 14 are needed.", 24),
    (Counts(60, 3, 30, 30, 20),
     "Not enough recorded to say: 3 of these nights had symptoms; at least 5 are needed.", 40),
    (Counts(60, 57, 30, 30, 20),
     "Not enough recorded to say: 3 of these nights were free of symptoms; at least 5 are needed.", 40),
    (Counts(60, 20, 6, 54, 12), "Not enough recorded to say: 6 nights with; at least 7 are needed.", 10),
    (Counts(60, 20, 60, 0, 0), "Nothing to compare: all 60 nights are nights with; at least 7 without are needed.",
     None),
    (Counts(60, 20, 30, 30, 1), "Not enough recorded to say: 1 change between the two kinds of night, so this is only "
     "a before and after; at least 4 are needed.", 180),
])  # fmt: skip
def test_each_refusal_has_its_reason_and_the_nights_needed(counts, reason, needed):
    found = refusal(counts, "with", "without", 60)
    assert (found.said, found.more) == (reason, needed)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=80))
def test_counts_add_up(nights):
    ill, exposed = (np.array(c, dtype=bool) for c in (zip(*nights, strict=True) if nights else ([], [])))
    c = count(ill, exposed, np.repeat("me", len(nights)))
    assert c.exposed + c.unexposed == c.nights == len(nights)
    assert c.switches < max(len(nights), 1)


def test_from_one_person_to_the_next_nothing_was_changed():
    exposed = np.array([True] * 3 + [False] * 3)
    assert count(exposed, exposed, np.array(["a"] * 3 + ["b"] * 3)).switches == 0
    assert count(exposed, exposed, np.array(["a"] * 2 + ["b"] * 4)).switches == 1


def test_regularity_is_always_adjusted_for_the_symptoms_of_the_past_week(nights_of):
    ill = pd.array(np.random.default_rng(1).random(120) < 0.4, dtype="boolean")
    ill[np.arange(120) % 7 > 3] = pd.NA  # a gap every week, so that the past week is often unknown
    ill[60:90] = pd.NA
    found = row(rk.answer_questions(nights_of(symptoms=ill)), "bedtime_regularity")
    assert "symptom nights in the past week" in found["adjusted_for"]


def test_seven_nights_of_each_kind_are_left_once_the_adjusters_have_taken_theirs(nights_of):
    rng = np.random.default_rng(5)
    drinks = np.zeros(120)
    drinks[rng.permutation(120)[:7]] = 2.0
    caffeine = pd.array(100.0 * rng.integers(0, 4, 120), dtype="Float64")
    caffeine[np.flatnonzero(drinks)[:2]] = pd.NA  # two of the seven
    found = row(rk.answer_questions(nights_of(alcohol_drinks=pd.array(drinks, dtype="Float64"),
                                              caffeine_after_noon_mg=caffeine)), "alcohol")
    assert found["verdict"] == "refused" or found["n_exposed"] >= 7


@pytest.mark.parametrize(("drinks", "more"), [(1, 13), (5, 8)])
def test_an_exposure_that_hardly_varies_says_how_many_nights_would_make_it_vary(nights_of, drinks, more):
    taken = np.zeros(120)
    taken[10:10 + drinks] = 2.0
    found = row(rk.answer_questions(nights_of(alcohol_drinks=pd.array(taken, dtype="Float64"))), "alcohol")
    assert (found["verdict"], found["nights_needed"]) == ("refused", more)
    assert (np.r_[taken, np.full(more, 2.0)] > 0).mean() > 0.099


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(seed):
    n = 60
    rng = np.random.default_rng(seed)
    nights = rk.simulate_diaries(people=1, nights=n, seed=seed).nights
    shuffled = nights.iloc[rng.permutation(n)]
    shuffled.attrs = nights.attrs
    a, b = rk.answer_questions(nights).table, rk.answer_questions(shuffled).table
    pd.testing.assert_frame_equal(a, b, rtol=1e-4, atol=1e-3)


def test_when_to_switch_is_not_told_from_the_passing_of_time(nights_of):
    """Of all questions only change over time has an answer: nobody can switch that."""
    nights = nights_of().drop(columns=["caffeine_before_noon_mg", "caffeine_after_noon_mg", "alcohol_drinks",
                                       "bedtime_sd_7_min"])
    nights["stretched"], nights["stretched_state"] = NA_BOOL(120), "not_recorded"
    found = rk.answer_questions(nights)
    assert row(found, "trend")["verdict"] == "unclear" and row(found, "nights_needed")["verdict"] == "refused"
    assert row(found, "nights_needed")["reason"] == (
        "Not enough recorded to say: no habit has an answer yet that more nights would sharpen.")


def test_several_people_are_not_spoken_to_as_one(nights_of):
    both = pd.concat([nights_of(40), nights_of(40, seed=2).assign(person="b")], ignore_index=True)
    both = both.drop(columns=[name for name in both if name.startswith(("caffeine", "alcohol"))])
    both["movement_calf"] = both["stretched"] & (both.index % 3 > 0)
    both["movement_walk"] = both["stretched"] & (both.index % 3 < 2)
    both["stretch_min"] = both["stretched"].astype("Float64") * 10
    both.attrs = {"landmark": "21:00"}
    found = rk.answer_questions(both)
    assert row(found, "stretching")["compares"] == (
        "nights with stretching before any symptoms with nights without")
    assert row(found, "stretch_minutes")["contrast"] == (
        "10 min vs 0 min, the 90th and 10th percentile of all nights")
    assert not found.table[["contrast", "compares", "reason"]].apply(
        lambda words: words.str.contains(r"\b[Yy]our?\b|\b[Tt]h(?:e|is) diary\b")).any(axis=None)
    assert row(found, "stretching")["reason"] == (
        "Evenings with stretching may differ from the others in ways these diaries do not hold.")
    patience = row(found, "nights_needed")
    assert (patience["verdict"], patience["reason"]) == (
        "plan", "How long to go on is worked out for one person's diary at a time; these are 2 people's.")
    assert repr(found).startswith("Answers of 80 nights of 2 people (80 recorded), ")


def test_missing_nights_are_bounded_both_ways(nights_of):
    symptoms = pd.array([True, False, False] * 30 + [pd.NA] * 30, dtype="boolean")
    found = rk.answer_questions(nights_of(symptoms=symptoms))
    assert found.caveats[0] == (
        "30 of the 90 nights with an answer were symptom nights, 10.0 in 30. Had all 30 nights without an answer been "
        "free of symptoms it would be 7.5, had all been symptom nights 15.0.")
