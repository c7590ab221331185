"""Empty nights: what they could do to the rate and to the answer."""

import numpy as np
import pandas as pd
import pytest

from rlskit.checks.missing import effect_bounds, rate_bounds, tipping_point
from rlskit.utils.dataset import keep_quiet
from tests.unit.checks.build import diary, helps, material


def with_gaps(nights, outcome=(), both=()):
    nights = nights.copy()
    nights.loc[[*outcome, *both], "symptoms"] = pd.NA
    nights.loc[list(both), "done"] = pd.NA
    return nights


# --- the rate ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("empty", "result"), [(10, "pass"), (40, "look"), (100, "fail")])
def test_bounds_of_the_rate_are_arithmetic(empty, result):
    nights = with_gaps(diary(160), outcome=range(empty))
    found = rate_bounds(material(nights))
    ill, n = int(nights["symptoms"].sum()), 160 - empty
    assert found.result == result
    assert (found.value, found.lower, found.upper) == (30 * ill / n, 30 * ill / 160, 30 * (ill + empty) / 160)


def test_the_sentence_of_the_rate():
    nights = with_gaps(diary(160, symptoms=np.arange(160) % 4 == 0), outcome=range(40))
    assert rate_bounds(material(nights)).sentence == (
        "40 nights have no answer about symptoms, beside 120 compared. 7.5 in 30 were symptom nights; with all the "
        "empty ones free it would be 5.6, with all of them symptom nights 13.1.")


def test_one_empty_night_is_said_as_one():
    nights = with_gaps(diary(160), both=[7])
    assert rate_bounds(material(nights)).sentence.startswith("1 night has no answer about symptoms, ")
    assert tipping_point(material(nights)).sentence.startswith("1 night says neither what was done nor ")
    told = effect_bounds(material(with_gaps(diary(160), outcome=[7]))).sentence
    assert told.startswith("1 night says what was done but not ")


def test_nights_that_have_no_row_are_empty_too():
    nights = diary(160)
    found = rate_bounds(material(nights.drop(index=range(50, 90)).reset_index(drop=True)))
    assert found.sentence.startswith("40 nights have no answer about symptoms, beside 120 compared.")


def test_nights_set_aside_are_nights_of_the_diary():
    """Only evenings still quiet are compared: how the others ended is known, and counts in the rate of the diary."""
    early = np.arange(160) % 4 == 1
    nights = with_gaps(diary(160, early_symptoms=early, symptoms=np.arange(160) % 4 == 0), outcome=range(0, 160, 20))
    nights.loc[range(0, 160, 20), "early_symptoms"] = pd.NA
    quiet = nights[nights["early_symptoms"].eq(False).fillna(False).astype(bool)]
    found = rate_bounds(material(quiet, nights=nights))
    assert found.sentence == (
        "8 nights have no answer about symptoms, beside 152 that have one, 112 of them compared. 14.2 in 30 were "
        "symptom nights; with all the empty ones free it would be 13.5, with all of them symptom nights 15.0.")
    assert found.value == pytest.approx(30 * 72 / 152)
    alone = rate_bounds(material(quiet)).sentence
    assert "46 of them are not in the table of nights: empty, or set aside. " in alone
    assert " in 30 of the nights in the table were symptom nights;" in alone


@pytest.mark.parametrize("check", [rate_bounds, tipping_point])
def test_nights_that_quiet_nights_took_out_are_not_taken_for_empty_ones(check):
    """The bounds of quiet nights are not the diary's: without the whole table nothing is said about either."""
    nights = with_gaps(diary(160, early_symptoms=np.arange(160) % 4 == 1), outcome=range(0, 160, 20))
    nights.loc[range(0, 160, 20), "early_symptoms"] = pd.NA
    quiet = keep_quiet(nights)
    assert check(material(quiet)).sentence == (
        "Not possible: 48 nights were set aside before the fit, not known to be quiet at the landmark, and cannot be "
        "told from empty ones here. Hand over the whole table of nights.")
    assert check(material(quiet, nights=nights)).result != "not possible"


def test_every_night_answered():
    assert rate_bounds(material(diary())).sentence == "Every night of the diary has an answer about symptoms."


def test_nights_far_apart_are_no_calendar():
    nights = diary(40).assign(night=np.arange(40) * 30)
    for check in (rate_bounds, tipping_point):
        assert check(material(nights)).sentence == ("Not possible: the nights are too far apart to say which are "
                                                    "missing.")


# --- the answer ----------------------------------------------------------------------------------------------------
def test_without_gaps_the_answer_stands():
    m = material(diary(symptoms=helps(0.35)))
    assert [effect_bounds(m).result, tipping_point(m).result] == ["pass", "pass"]
    assert tipping_point(m).sentence == "No night is empty of both answers."


def test_a_few_gaps_do_not_undo_a_strong_claim():
    m = material(with_gaps(diary(300, symptoms=helps(0.45)), outcome=range(0, 80, 10)))
    found = effect_bounds(m)
    assert found.result == "pass" and found.lower < found.value < found.upper
    assert found.sentence.startswith("8 nights say what was done but not how the night was. At worst they would move ")
    assert found.sentence.endswith("what it claims would stay.")


def test_many_gaps_may_undo_it():
    found = effect_bounds(material(with_gaps(diary(160, symptoms=helps(0.3)), outcome=range(0, 160, 4))))
    assert found.result == "look" and found.lower < -5 < found.upper
    assert found.sentence.endswith("what it claims would not stay in every case.")


def test_more_gaps_than_answers_fail():
    assert effect_bounds(material(with_gaps(diary(200, symptoms=helps(0.4)), outcome=range(110)))).result == "fail"


def test_the_worst_cases_are_those_of_the_completed_table():
    """Exposed nights bad and the others free, fitted by hand, is the upper end; the reverse the lower."""
    nights = with_gaps(diary(160, symptoms=helps(0.3)), outcome=range(0, 160, 8))
    found = effect_bounds(material(nights))
    empty = nights["symptoms"].isna()
    for end, worst in ((found.upper, nights["done"]), (found.lower, ~nights["done"])):
        filled = nights.assign(symptoms=nights["symptoms"].where(~empty, worst))
        assert end == pytest.approx(material(filled).refit.estimate, abs=0.02)


def test_nothing_claimed_stays_nothing():
    found = effect_bounds(material(with_gaps(diary(100), outcome=[3, 50, 90])))
    assert found.result == "pass" and found.sentence.endswith("it would still claim nothing.")
    empty = tipping_point(material(with_gaps(diary(100), both=range(30))))
    assert empty.sentence == ("30 nights say neither what was done nor how the night was. The answer claims nothing "
                              "that they could undo.")


def test_the_tipping_point_undoes_the_claim_and_fewer_do_not():
    m = material(with_gaps(diary(160, symptoms=helps(0.35)), both=range(1, 160, 5)))
    found = tipping_point(m)
    assert found.result == "look" and 1 <= found.value <= 32
    assert found.sentence == (
        f"32 nights say neither what was done nor how the night was. Had {found.value:.0f} of them been nights with "
        "done and symptom nights, the answer would not be clear any more.")
    nights = with_gaps(diary(160, symptoms=helps(0.35)), both=range(1, 160, 5))
    empty = list(range(1, 160, 5))
    for k, claim in ((int(found.value), 0), (int(found.value) - 3, -1)):
        some = [empty[i] for i in np.linspace(0, 31, k).round().astype(int)]
        filled = nights.copy()
        filled.loc[some, ["symptoms", "done"]] = True
        assert material(filled).answer.claim == claim


def test_a_claim_that_no_empty_night_can_undo():
    found = tipping_point(material(with_gaps(diary(300, symptoms=helps(0.5)), both=[5, 6])))
    assert found.result == "pass" and found.sentence.endswith("the answer would still be clear.")


def test_mostly_empty_diaries_fail():
    empty = [night for night in range(240) if night % 5 > 1]
    assert tipping_point(material(with_gaps(diary(240, symptoms=helps(0.5)), both=empty))).result == "fail"


def test_adjusters_and_words_are_filled_for_empty_nights():
    rng = np.random.default_rng(7)
    nights = diary(160, symptoms=helps(0.3), dose=rng.uniform(0, 2, 160), place=rng.choice(["home", "away"], 160))
    nights = with_gaps(nights, outcome=range(0, 160, 10))
    nights.loc[[0, 10], "dose"] = np.nan
    found = effect_bounds(material(nights, "symptoms ~ done + dose + place"))
    assert np.isfinite([found.lower, found.upper]).all()
