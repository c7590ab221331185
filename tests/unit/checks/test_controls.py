"""Symptoms before the exposure, and tomorrow's exposure."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rlskit.checks.controls import _last_known, _tails, negative_control, tomorrow
from tests.unit.checks.build import diary, material


def answering(rng, table):
    """Stretching done mostly because symptoms had come."""
    return np.where(table["early_symptoms"], rng.random(len(table)) < 0.9, rng.random(len(table)) < 0.35)


def early(rng, table):
    return rng.random(len(table)) < 0.2


def test_a_response_of_the_same_evening_fails():
    found = negative_control(material(diary(early_symptoms=early, done=answering), before="early_symptoms"))
    assert found.result == "fail" and found.lower > 0
    assert found.sentence == (
        f"Evenings with done had symptoms before it on {found.value:.1f} more nights in 30 (+{found.lower:.1f} to "
        f"+{found.upper:.1f}). Nothing acts backwards in time, so these evenings were different from the start, and "
        "part of the answer is that difference.")


def test_stretching_that_waits_for_a_quiet_evening_fails_too():
    """Preventive stretching against all other nights: the control has no lower limit, and still fires."""
    nights = diary(early_symptoms=early)
    nights["stretched"] = nights["done"] & ~nights["early_symptoms"]
    found = negative_control(material(nights, "symptoms ~ stretched"))
    assert found.result == "fail" and found.lower == -np.inf and found.upper < 0
    assert "(no lower limit to −" in found.sentence


def test_a_habit_passes_and_says_how_little_could_have_been_seen():
    nights = diary(early_symptoms=early)
    m = material(nights, before="early_symptoms")
    found = negative_control(m)
    assert found.result == "pass" and found.lower < 0 < found.upper
    assert found.sentence.startswith("No clear link with symptoms that came before it: ")
    # 4% below: 1.75 standard errors, and 0.84 more for four times in five; a 92% interval is 3.5 of them wide
    error = (found.value - found.lower) / 1.7507
    assert nights["early_symptoms"].sum() == 30
    assert found.sentence.endswith(f" 30 evenings had such symptoms, so a link of less than about {2.59 * error:.0f} "
                                   "nights in 30 would often stay unseen.")
    few = diary(seed=2, early_symptoms=lambda rng, t: rng.random(len(t)) < 0.08)
    said = negative_control(material(few, before="early_symptoms")).sentence
    assert f" Only {few['early_symptoms'].sum()} evenings had such symptoms, so " in said


def test_evenings_still_quiet_pass_by_design():
    nights = diary(early_symptoms=early, done=answering)
    quiet = nights[~nights["early_symptoms"]]
    found = negative_control(material(quiet, nights=nights, before="early_symptoms"))
    assert (found.result, found.value) == ("pass", 0)
    assert found.sentence == (f"All {len(quiet)} compared nights were still free of symptoms at that hour, so done "
                              "among them cannot answer symptoms of the same evening.")


def test_what_came_last_night_is_not_taken_for_tonight():
    """Done after every bad night, symptoms in long spells: the link with early symptoms is last night's."""
    def spells(rng, table):
        return (np.arange(len(table)) // 12 % 2 == 0) & (rng.random(len(table)) < 0.9)

    nights = diary(240, symptoms=spells)
    nights["early_symptoms"] = nights["symptoms"] & (np.random.default_rng(3).random(240) < 0.5)
    nights["done"] = nights["symptoms"].shift(1, fill_value=False)
    alone = nights.assign(done=np.random.default_rng(4).permutation(nights["done"]))
    assert negative_control(material(alone, before="early_symptoms")).result == "pass"
    noisy = nights.assign(done=nights["done"] ^ (np.random.default_rng(5).random(240) < 0.15))
    assert negative_control(material(noisy, before="early_symptoms")).result == "pass"
    assert negative_control(material(nights, before="early_symptoms")).sentence == (
        "Not possible: the night before tells exactly which evenings were with done.")


def test_most_of_the_false_alarms_are_left_to_the_side_on_which_stretching_answers_symptoms():
    """The lower limit is that of a 92% interval, the upper one that of a 98% interval; turned round with the contrast,
    and even for a column that may answer symptoms either way."""
    nights = diary(early_symptoms=early, done=answering)
    nights["warning"] = nights["early_symptoms"]
    uneven, even = (negative_control(material(nights, before=name)) for name in ("early_symptoms", "warning"))
    turned = negative_control(material(nights, before="early_symptoms", contrast=(0.0, 1.0)))
    assert even.lower < uneven.lower < uneven.value < even.upper < uneven.upper
    assert uneven.value == pytest.approx(even.value)
    assert (turned.lower, turned.upper) == pytest.approx((-uneven.upper, -uneven.lower), abs=0.02)
    m = material(nights, before="warning")
    for tails, side in (((0.04, 0.01), uneven), ((0.025, 0.025), even)):
        assert _tails(replace(m, before="early_symptoms" if side is uneven else "warning")) == pytest.approx(tails)


def test_an_empty_night_before_is_bridged_by_the_last_known_one():
    nights = diary(20, early_symptoms=False)
    nights.loc[5:7, ["symptoms", "done", "early_symptoms"]] = pd.NA
    nights.loc[4, "done"], nights.loc[8, "done"] = True, False
    m = material(nights, before="early_symptoms")
    last = _last_known(m, "exposure")
    assert last[0] == pytest.approx(nights["done"].astype(float).mean())  # nothing before the first
    assert last[5:9].tolist() == [1.0] * 4 and last[9] == 0.0
    apart = _last_known(replace(m, calendar=False), "exposure")
    assert apart[5] == 1.0 and apart[6:9] == pytest.approx([nights["done"].astype(float).mean()] * 3)


@pytest.mark.parametrize(("formula", "why"), [
    ("symptoms ~ alcohol_drinks", "this evening's early symptoms may have come after the alcohol, as its effect."),
    ("symptoms ~ bedtime_sd_7_min", "what is compared (spread of bedtimes) looks back over several nights, so it "
     "comes before this evening's symptoms."),
])
def test_what_may_have_caused_early_symptoms_has_no_control(formula, why):
    rng = np.random.default_rng(2)
    nights = diary(early_symptoms=early, alcohol_drinks=rng.integers(0, 4, 160).astype(float),
                   bedtime_sd_7_min=rng.uniform(5, 120, 160))
    found = negative_control(material(nights, formula))
    assert (found.result, found.sentence) == ("not possible", f"Not possible: {why}")


def test_a_diary_without_times_has_no_control():
    found = negative_control(material(diary()))
    assert found.sentence == ("Not possible: the diary does not tell which evenings already had symptoms before the "
                              "done.")


def test_too_few_early_symptoms_are_no_control():
    found = negative_control(material(diary(early_symptoms=lambda rng, t: np.arange(len(t)) % 50 == 0),
                                      before="early_symptoms"))
    assert found.sentence == ("Not possible: symptoms had come before it on 4 nights and not on 156; at least 5 of "
                              "each are needed.")


def test_a_bad_night_that_changes_the_next_day_says_look():
    def after(rng, table):
        bad = table["symptoms"].shift(1, fill_value=False)
        return np.where(bad, rng.random(len(table)) < 0.85, rng.random(len(table)) < 0.3)

    found = tomorrow(material(diary(done=after)))
    assert found.result == "look" and found.lower > 0
    assert found.sentence.startswith(f"The nights before days with done had {found.value:.1f} more symptom nights in ")
    assert found.sentence.endswith(
        "Tomorrow cannot act on tonight. A bad night may change what is done on the next day. With last night's "
        "symptoms in the model the answer would be −3.0 instead of −3.8, on the 159 nights that know them. Or "
        "something else drives both.")


def one_brings_the_next(rng, table):
    """Symptoms after symptoms, and the column `done` after them: what is done does nothing."""
    ill = np.zeros(len(table), bool)
    for t in range(1, len(table)):
        ill[t] = rng.random() < (0.75 if ill[t - 1] else 0.2)
    table["done"] = np.where(np.r_[False, ill[:-1]], rng.random(len(table)) < 0.85, rng.random(len(table)) < 0.25)
    return ill


def test_last_night_left_out_that_moves_the_answer_fails_and_says_by_how_much():
    nights = diary(300, symptoms=one_brings_the_next)
    m = material(nights)
    found = tomorrow(m)
    nights["last"] = nights["symptoms"].shift(1)
    with_it = material(nights, "symptoms ~ done + last")
    assert found.result == "fail" and m.refit.estimate > 2 > abs(with_it.refit.estimate)
    fitted = material(nights[1:], "symptoms ~ done").refit.estimate
    assert (f"would be {with_it.unit.signed(with_it.refit.estimate)} instead of {with_it.unit.signed(fitted)}, on the "
            "299 nights that know them.") in found.sentence


def test_last_night_in_the_model_is_said_to_be_there():
    nights = diary(300, symptoms=one_brings_the_next)
    nights["last_night"] = nights["symptoms"].shift(1)
    found = tomorrow(material(nights, "symptoms ~ done + last_night"))
    assert found.result == "look" and found.sentence.endswith(
        "A bad night may change what is done on the next day; the answer takes last night's symptoms into account. Or "
        "something else drives both.")


def test_of_several_people_last_night_is_split_within_and_between():
    parts = [diary(120, seed=seed, symptoms=one_brings_the_next).assign(person=f"p{seed}") for seed in range(4)]
    nights = pd.concat(parts, ignore_index=True)
    nights["last"] = nights.groupby("person")["symptoms"].shift(1)
    known = nights[nights["last"].notna()]
    with_it = material(known, "symptoms ~ done + within(last) + between(last)").refit.estimate
    found = tomorrow(material(nights, "symptoms ~ done"))
    assert f"would be {f'{with_it:+.1f}'.replace('-', '−')} instead of " in found.sentence
    split = tomorrow(material(known, "symptoms ~ done + within(last) + between(last)", nights=nights))
    assert split.result != "look" or "takes last night's symptoms into account" in split.sentence


WIDE = " That is as wide as the answer itself: a link that would explain it could not have been shown."


def test_a_habit_of_its_own_is_silent_tomorrow():
    """Tonight's answer is unclear, and tomorrow's control no narrower: that is no pass."""
    m = material(diary())
    found = tomorrow(m)
    assert found.result == "could not have shown it" and found.lower < 0 < found.upper
    assert found.sentence.endswith(WIDE) and (found.upper - found.lower) / 2 >= m.worth_seeing > abs(m.refit.estimate)


def test_a_control_narrower_than_the_answer_passes():
    clear = diary(240, symptoms=lambda rng, t: rng.random(240) < np.where(t["done"], 0.2, 0.7), early_symptoms=early)
    for check in (tomorrow, negative_control):
        m = material(clear, before="early_symptoms")
        found = check(m)
        assert found.result == "pass" and not found.sentence.endswith(WIDE)
        assert (found.upper - found.lower) / 2 < m.worth_seeing == pytest.approx(abs(m.refit.estimate))


def test_a_control_as_wide_as_the_answer_could_not_have_shown_it():
    nights = diary(symptoms=lambda rng, t: rng.random(160) < 0.2, early_symptoms=lambda rng, t: rng.random(160) < 0.5)
    found = negative_control(material(nights, before="early_symptoms"))
    assert found.result == "could not have shown it" and found.sentence.endswith(WIDE)


def test_an_effect_tonight_is_not_seen_tomorrow():
    """A persistent habit with a true effect: tomorrow's, beside tonight's, stays silent."""
    def habit(rng, table):
        return np.repeat(rng.random(60) < 0.5, 4)[: len(table)]

    nights = diary(240, done=habit, symptoms=lambda rng, t: rng.random(len(t)) < 0.6)
    nights["symptoms"] = np.random.default_rng(8).random(240) < np.where(nights["done"], 0.2, 0.7)
    assert tomorrow(material(nights)).result == "pass"


def unruly(rng, table):
    """Spread of seven past bedtimes, in spells of thirty nights; the legs know the same spells."""
    loose = np.arange(len(table)) // 30 % 2 == 0
    past = [loose[max(t - 7, 0):t].mean() if t else 0.0 for t in range(len(table))]
    return 10 + rng.uniform(60, 100, len(table)) * past


def in_spells(rng, table):
    return rng.random(len(table)) < np.where(np.arange(len(table)) // 30 % 2 == 0, 0.75, 0.2)


def test_a_bad_spell_shows_in_the_week_after_too():
    """The week after tonight cannot act on tonight: what drives both does."""
    m = material(diary(240, symptoms=in_spells, bedtime_sd_7_min=unruly), "symptoms ~ bedtime_sd_7_min",
                 night_to_night=False)
    found = tomorrow(m)
    assert (m.window, m.reach, found.result) == (True, 7, "look")
    assert found.sentence == (
        f"Nights followed by 7 nights with more spread of bedtimes had {found.value:.1f} more symptom nights in 30 "
        f"(+{found.lower:.1f} to +{found.upper:.1f}). What came later cannot act on tonight. Bad nights may bring it "
        "about, or a bad spell may drive both, and then it drives the answer too.")


def test_a_window_by_chance_passes_and_never_holds_tonight():
    nights = diary(bedtime_sd_7_min=np.random.default_rng(1).uniform(5, 120, 160))
    m = material(nights, "symptoms ~ bedtime_sd_7_min")
    found = tomorrow(m)
    assert found.result == "could not have shown it" and found.lower < 0 < found.upper
    assert found.sentence.endswith(f"). No clear link.{WIDE}")
    ahead = m.shifted("exposure", -1 - m.reach)
    assert ahead[:152].tolist() == nights["bedtime_sd_7_min"].to_numpy()[8:].tolist()


@pytest.mark.parametrize(("name", "window", "reach"), [
    ("bedtime_sd_7_min", None, 7), ("social_jetlag_28_min", None, 28), ("last_shift_min", None, 2),
    ("exposure", 14, 14), ("exposure", False, 0), ("past_share", None, 0), ("sri_7", None, 7), ("last_night", None, 1),
    ("bedtime_sd_7_min", True, 7), ("stretched", None, 0)])
def test_how_far_back_an_exposure_looks(name, window, reach):
    nights = diary(**{name: np.random.default_rng(1).uniform(5, 120, 160)})
    m = material(nights, f"symptoms ~ {name}", window=window)
    assert (m.reach, m.window) == (reach, bool(reach))


@pytest.mark.parametrize("name", ["ropinirole_30", "walked_7_km", "past_fear", "b_14"])
def test_a_name_of_ones_own_is_no_window(name):
    m = material(diary(**{name: np.random.default_rng(1).uniform(5, 120, 160)}), f"symptoms ~ {name}")
    assert (m.reach, m.window) == (0, False)
    assert tomorrow(m).sentence.startswith(("No clear link between tomorrow's", "The nights before days with"))


@pytest.mark.parametrize(("term", "reach", "label"), [
    ("lag(done)", 1, "last night's done"), ("lag(done, 3)", 3, "done 3 nights before"),
    ("rolling(done, 7)", 7, "done over the 7 nights before"), ("rolling(bedtime_sd_7_min, 2)", 9,
     "spread of bedtimes over the 2 nights before"), ("lag(lag(done))", 2, "last night's last night's done")])
def test_what_a_formula_looks_back_by_counts_as_looking_back(term, reach, label):
    nights = diary(early_symptoms=early, bedtime_sd_7_min=np.random.default_rng(1).uniform(5, 120, 160))
    m = material(nights, f"symptoms ~ {term}", nights=nights)
    assert (m.window, m.reach, m.before, m.label) == (True, reach, None, label)
    control = negative_control(m)
    assert control.sentence == (f"Not possible: what is compared ({label}) looks back over several nights, so it comes "
                                "before this evening's symptoms.")
    # the whole table is looked back at: the nights that were not modelled too
    assert np.isnan(m.table["exposure"]).sum() < 8


def test_tomorrow_of_last_night_is_the_first_night_that_does_not_know_tonight():
    nights = diary()
    m = material(nights, "symptoms ~ lag(done)")
    ahead = m.shifted("exposure", -1 - m.reach)
    assert ahead[:158].tolist() == nights["done"].astype(float)[1:159].tolist()
    assert tomorrow(m).sentence.startswith("Nights followed by 1 night with last night's done had ")


def test_a_window_of_unknown_length_is_skipped():
    nights = diary(past_load=np.random.default_rng(1).uniform(5, 120, 160))
    assert tomorrow(material(nights, "symptoms ~ past_load", window=True)).sentence == (
        "Not possible: what is compared (past load) looks back at tonight too, tomorrow.")


def test_a_night_that_is_nearly_never_followed_by_another_is_no_test():
    nights = diary()
    found = tomorrow(material(nights[nights.index % 2 == 0].reset_index(drop=True)))
    assert found.result == "not possible"
