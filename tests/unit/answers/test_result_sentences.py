"""describe() of everything but the advice table: exact text at pinned numbers, plain words, one clear error."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.answers.result_sentences import LINK, OWN_MODEL, tell
from rlskit.answers.sentences import LIMITS
from tests.helpers import check_samples, picture_samples
from tests.helpers.reading_age import grade

ROW = {"term": "stretched", "contrast": "True vs False", "estimate": -3.6, "lower": -6.4, "upper": -0.7,
       "base_rate": 12.2, "n_nights": 132, "n_exposed": 60, "reason": "", "level": 0.95}


def effects(*rows, **fields):
    values = {"scale": "nights_per_30", "level": 0.95, "method": "profile likelihood", "n_nights": 132, "n_people": 1,
              "caveats": ("One person's diary: it says nothing about other people.",), "at_least": None,
              "base_unit": "nights per 30"} | fields
    return rk.Effects(table=pd.DataFrame([*(rows or (ROW,))]), **values)


def first(result):
    return tell(result).rows[0][2]


def test_the_whole_text_of_a_model_of_ones_own():
    text = rk.describe(effects())
    assert text.startswith(
        "Before you read on\n"
        "- This uses 132 nights of one person.\n"
        "- This is a model of your own choice. It takes the nights as they come, whatever\n"
        "  came first on them.\n"
        "- One person's diary: it says nothing about other people.\n"
        "\n"
        "What this model says\n"
        "\n"
        "stretched (yes vs no)\n"
        "Fewer symptom nights: about 4 fewer per 30 nights, and between 6 fewer and less\n"
        "than 1 fewer (95% interval). This compares stretched at yes with stretched at\n"
        "no; the rest of the model stays as it was. On the nights compared with, about 12\n"
        "in 30 were symptom nights. This uses 132 nights: 60 with and 72 without. This is\n"
        "a link, not proof. Something else about those nights may be behind it.\n"
        "\n"
        "What this cannot tell you\n"
        "- This page is not a diagnosis. It only counts what was written down.\n")
    assert OWN_MODEL in " ".join(text.split()) and " ".join(LIMITS[-1].split()) in " ".join(text.split())


@pytest.mark.parametrize(("row", "said"), [
    ({"upper": 1.2}, "Not clear: the best guess is about 4 fewer symptom nights per 30 nights, but it could be between "
     "6 fewer and 1 more (95% interval)."),
    ({"estimate": 3.6, "lower": 0.7, "upper": np.inf}, "More symptom nights: about 4 more per 30 nights, and less than "
     "1 more or anything above that, with no upper limit (95% interval)."),
])
def test_clear_only_where_the_interval_is_on_one_side(row, said):
    assert first(effects(ROW | row)).startswith(said)


def test_a_contrast_that_was_refused_says_why():
    row = ROW | dict.fromkeys(("estimate", "lower", "upper", "base_rate"), np.nan)
    assert first(effects(row | {"reason": "The same on every modelled night: it never varied"})) == (
        "Not enough recorded to say: the same on every modelled night: it never varied.")


@pytest.mark.parametrize(("contrast", "said"), [
    ("yes vs no", "132 nights: 60 with and 72 without."),
    ("200 vs 0", "132 nights: 60 nearer 200 than 0 and 72 not."),
    ("own 90th vs own 10th percentile (95 vs 12.5)", "132 nights: 60 nearer 95 than 12.5 and 72 not."),
    ("period 2 vs period 1", "132 nights: 60 at period 2 and 72 not."),
    ("+28", "132 nights."),
])
def test_which_nights_were_counted(contrast, said):
    """"With" and "without" are true of yes and no alone: on a night with 50 mg there was some."""
    assert f" This uses {said} " in first(effects(ROW | {"contrast": contrast}))


def test_a_claim_at_one_level_that_the_wider_one_does_not_bear_is_not_clear():
    found = effects(ROW, ROW | {"lower": -7.0, "upper": 0.4, "level": 0.99}, level=(0.95, 0.99))
    assert len(tell(found).rows) == 1
    assert first(found).startswith(
        "Not clear: the best guess is about 4 fewer symptom nights per 30 nights, but it could be between 6 fewer and "
        "less than 1 fewer (95% interval). Wider: between 7 fewer and less than 1 more (99% "
        "interval). This compares")


def test_other_scales_have_words_of_their_own():
    assert first(effects(ROW | {"estimate": -0.12, "lower": -0.21, "upper": -0.02}, scale="probability")).startswith(
        "Fewer symptom nights: about 12 fewer per 100 nights, and between 21 fewer and 2 fewer (95% interval).")
    points = first(effects(ROW | {"estimate": 0.34, "lower": -0.2, "upper": 0.9}, scale="points", base_unit="points"))
    assert points == (
        "Not clear: the best guess for severity is about 0.3 points higher, but it could be between 0.2 points lower "
        "and 0.9 points higher (95% interval). This compares stretched at yes with stretched at no; the rest of the "
        f"model stays as it was. This uses 132 nights: 60 with and 72 without. {LINK}")
    own = first(effects(ROW | {"estimate": -0.268, "lower": -np.inf, "upper": -0.013}, scale="points",
                        base_unit="sleep_h"))
    assert own.startswith("Lower sleep (h): about 0.27 lower, and 0.013 lower or anything below that, with no lower "
                          "limit (95% interval).")
    bad = first(effects(scale="nights_per_30", at_least=7))
    assert bad.startswith("Fewer nights at 7 or more: about 4 fewer per 30 nights, and between 6 fewer and ")
    assert "On the nights compared with, about 12 in 30 were nights at 7 or more." in bad


def test_a_clock_or_a_range_of_ones_own_is_named_as_it_stands():
    assert "This compares day index: +28." in first(effects(ROW | {"term": "day_index", "contrast": "+28"}))
    own = ROW | {"term": "bedtime_sd_7_min", "contrast": "own 90th vs own 10th percentile (82 vs 17)"}
    assert ("This compares bedtime sd 7 (min): own 90th vs own 10th percentile (82 vs 17)." in first(effects(own)))


def test_people_one_by_one():
    rows = tell(picture_samples.make_people(12, opposing=True, unchanged=2)).rows
    assert [name for name, *_ in rows] == ["Person by person", "One more person", "On average"]
    assert rows[2][2] == ("The best guess is less than 1 fewer symptom night per 30 nights; it could be between 6 "
                          "fewer and 6 more (95% interval). Some people are clearly on each side of it, so the average "
                          f"speaks for neither. {LINK}")
    assert rows[0][2] == (
        "Of 10 people who changed it, 5 clearly had fewer symptom nights, 5 clearly had more, and for 0 it is not "
        "clear. 2 people never changed it. Of all people like these, about 74% (45% to 94%) would have fewer symptom "
        "nights and about 26% (6% to 55%) more.")
    assert rows[1][2] == ("For one more person like these it could be between 22 fewer and 20 more (95% interval) per "
                          "30 nights.")


def test_the_checks_worst_first():
    text = rk.describe(check_samples.make_checks())
    assert text.startswith(
        "Before you read on\n"
        "- The answer that was checked, on stretching: about 4 fewer symptom nights per\n"
        "  30 nights, between 6 fewer and 1 fewer (95% interval).\n"
        "- This uses 132 nights of one person. The checks: 1 fail, 1 look, 1 pass and 1\n"
        "  not possible.\n"
        "- A pass means that nothing was found. It does not prove that nothing is there.\n"
        "\n"
        "What could overturn the answer\n"
        "\n"
        "Symptoms before it (fail)\n"
        "Evenings with stretching had symptoms before it on 7.8 more nights in 30 (+4.6\n")
    turned = check_samples.make_checks(*check_samples.CHECK_ROWS[::-1])
    assert [r[1] for r in tell(turned).rows] == ["fail", "look", "pass", "not possible"]


def test_a_curve_says_what_the_straight_line_says():
    rows = tell(picture_samples.make_curve()).rows
    assert [contrast for _, contrast, _ in rows] == ["1.5 drinks against 0", "3 drinks against 0"]
    assert rows[1][2] == (
        "The best guess is about 9 more symptom nights per 30 nights; it could be between 5 more and 14 more (95% band "
        "of the whole curve). A straight line puts it at about 9 more (between 5 more and 14 more).")
    assert "straight line puts" not in tell(picture_samples.make_curve(curved=False)).rows[1][2]
    assert tell(picture_samples.make_curve(reason="Not enough recorded to say: x")).rows == (
        ("Alcohol", "", "Not enough recorded to say: x."),)


def trend(**fields):
    values = {"table": pd.DataFrame({"week": range(26)}), "change": 2.4, "lower": 0.3, "upper": 4.6, "level": 0.95,
              "n_nights": 153, "reason": ""} | fields
    return rk.Trend(person="me", method="", **values)


def test_a_trend_in_words():
    told = tell(trend())
    assert told.rows[0][1:] == (
        "four weeks later vs now",
        "About 2 more symptom-free nights per 30, and between less than 1 more and 5 more (95% interval). Main reason "
        "for doubt: a run of bad weeks can look like a change. Whatever else changed over these weeks changes along "
        "with time.")
    assert first(trend(lower=-0.4)).startswith(
        "Not clear: the best guess is about 2 more symptom-free nights per 30, but it could be between less than 1 "
        "fewer and 5 more (95% interval).")
    assert told.caveats[0] == "This uses 153 nights with an answer, over 26 weeks."
    assert first(trend(reason="Too short")) == "Too short."


def plan(**fields):
    values = {"label": "Alcohol", "effect": 3.0, "power": 0.8, "level": 0.95, "nights_so_far": 120,
              "nights_needed": 1090, "earliest": 70, "latest": None, "closed_form": 80, "seed": 7,
              "table": pd.DataFrame({"simulations": [50, 50]}), "caveats": ("If the model is right.",)} | fields
    return rk.NightsPlan(question="alcohol", **values)


def test_how_long_to_go_on_in_words():
    told = tell(plan())
    assert told.rows == (("Alcohol", "an effect of 3 nights in 30", (
        "To see an effect of 3 nights in 30 would take about 1,090 more nights. That is a guess from 100 made-up "
        "diaries; it could be 70 to more than two years.")),)
    assert told.caveats == (
        "This uses 120 nights. Made-up diaries were put together from them, all with an effect of 3 nights in 30. Long "
        "enough means that 80 in 100 of them show it.", "If the model is right.")
    assert first(plan(nights_needed=0)) == (
        "This diary is long enough to show an effect of 3 nights in 30, were there one.")
    assert first(plan(nights_needed=None)) == (
        "Watching alone cannot answer this: to see an effect of 3 nights in 30 would take more than two years of "
        "nights.")


# --- what has no words ---------------------------------------------------------------------------------------------
EXPECTED = "expected Answers, Effects, PeopleEffects, Checks, DoseCurve, NightsPlan, Trend or TrialResult."


@pytest.mark.parametrize(("thing", "message"), [
    (object.__new__(rk.Fit), f"describe: found a Fit; {EXPECTED} Of a fit: rk.describe(rk.estimate_effects(fit))."),
    (rk.Diary(None, None, None, (), None),
     f"describe: found a Diary; {EXPECTED} Of a diary: rk.describe(rk.answer_questions("
     "rk.make_nights(diary)))."),
    (pd.DataFrame({"night": [], "symptoms": []}),
     f"describe: found a table of nights; {EXPECTED} Of nights: rk.describe(rk.answer_questions(nights)). Any other "
     "table is read as it stands."),
    (3, f"describe: found an int; {EXPECTED} print() shows what it is."),
    (effects(scale="odds_ratio"),
     "describe: found odds ratios, which are easily read as more than they say; expected effects in nights or points. "
     "Use rk.describe(rk.estimate_effects(fit))."),
    (picture_samples.make_people(scale="odds_ratio"),
     "describe: found odds ratios, which are easily read as more than they say; expected nights. Use "
     'rk.estimate_people(fit, term, scale="nights_per_30").'),
])
def test_what_has_no_words_says_what_to_do(thing, message):
    with pytest.raises(rk.ModelError) as wrong:
        rk.describe(thing)
    assert str(wrong.value) == message


# --- the real results ----------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def real():
    nights = rk.simulate_diaries(1, 90, seed=3).nights
    fit = rk.fit("symptoms ~ stretched + alcohol_drinks", rk.quiet_nights(nights))
    return {"effects": rk.estimate_effects(fit), "trend": rk.trace_trend(nights),
            "curve": rk.trace_dose(nights, "alcohol_drinks"), "checks": rk.check_fit(fit, nights)}


def test_every_public_result_has_words_that_a_reader_of_twelve_can_follow(real):
    for name, result in {**real, "people": picture_samples.make_people()}.items():
        told = tell(result)
        assert len(told.rows) and rk.describe(result).startswith("Before you read on\n"), name
        assert grade(" ".join(text for *_, text in told.rows)) <= 7.5, name


def test_the_nights_that_a_checked_answer_counts_in_are_named(real):
    assert " per 30 nights still symptom-free at the landmark, " in " ".join(rk.describe(real["checks"]).split())
    assert "nights of one person, still symptom-free at the landmark: " in repr(real["checks"])


def test_no_word_of_a_statistician_and_no_advice(real):
    text = " ".join(rk.describe(result) for result in real.values()).lower()
    for word in ("significan", "p-value", "odds", "regression", "should", "recommend", "you must", "try to", "nan"):
        assert word not in text, word
