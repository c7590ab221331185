"""Sentences are exact text at pinned numbers: what a person reads is the product."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from rlskit.answers.frames import UNTOLD
from rlskit.answers.power import patience
from rlskit.answers.questions import MOVEMENTS, ORDER_IN_DOUBT, questions_for
from rlskit.answers.refusals import NO_ANSWERS, ORDER, Counts, one_sided, refusal
from rlskit.answers.sentences import (
    DESIGN_MEANS,
    LIMITS,
    STRETCH_FOLLOWS,
    WHAT_CAME_FIRST,
    count,
    date_range,
    describe,
    describe_row,
    describe_rows,
    list_caveats,
    needed,
    plain,
    signed,
    signed_interval,
)
from rlskit.diary.own import Habit
from rlskit.utils.words import and_list, isolate, of_people
from tests.helpers import picture_samples as samples
from tests.helpers.reading_age import grade

UNTIMED = samples.ROW | {"design_tag": "association only", "verdict": "unclear", "reason": STRETCH_FOLLOWS}


def said(row, **fields):
    answers = samples.make_answers(row, **fields)
    return describe_row(answers.table.iloc[0], answers)


def test_fewer_nights():
    assert said(samples.ROW) == (
        "Fewer symptom nights: about 4 fewer per 30 nights still symptom-free at 22:30, and between 6 fewer and 1 "
        "fewer (95% interval). For all rows together: between 6 fewer and less than 1 fewer. This compares nights you "
        "stretched before any symptoms with nights you did not. On the nights compared with, about 12 in 30 were "
        "symptom nights. This uses 132 nights: 60 with and 72 without. 9 more nights are left out: nothing is known "
        "about the night before. Only what came before any symptoms counts. But you chose the nights yourself, so this "
        "is not a fair test. Taken into account: weekday and trend. Main reason for doubt: nights without a stretch "
        "may differ in other ways.")


def test_more_nights():
    assert said(samples.BEDTIME) == (
        "More symptom nights: about 4 more per 30 nights, and between 1 more and 8 more (95% interval). For all rows "
        "together: between less than 1 more and 9 more. This compares nights after a week of uneven bedtimes with "
        "nights after a steady one. On the nights compared with, about 10 in 30 were symptom nights. This uses 120 "
        "nights. This is a link, not proof. Something else about those nights may be behind it. Taken into account: "
        "weekday and trend. Main reason for doubt: bad spells also move bedtimes.")


def test_unclear():
    assert said(samples.CAFFEINE) == (
        "Not clear: the best guess is about 2 more symptom nights per 30 nights, but it could be between less than 1 "
        "fewer and 5 more (95% interval). For all rows together: between 1 fewer and 6 more. This compares nights "
        "after 200 mg of caffeine past noon with nights after none. On the nights compared with, about 10 in 30 were "
        "symptom nights. This uses 150 nights: 80 nearer 200 mg than 0 mg and 70 not. This is a link, not proof. "
        "Something else about those nights may be behind it. Taken into account: weekday and trend.")


def test_refused_says_what_is_missing_and_how_many_more_nights():
    assert said(samples.ALCOHOL) == (
        "Not enough recorded to say: only 3 nights with alcohol; 7 are needed. At least about 200 more nights would be "
        "needed.")


@pytest.mark.parametrize(("contrast", "words"), [
    ("200 mg vs 0 mg", "150 nights: 80 nearer 200 mg than 0 mg and 70 not."),
    ("1 drink vs 0 drinks, your own 90th and 10th percentile",
     "150 nights: 80 nearer 1 drink than 0 drinks and 70 not."),
    ("−5 min vs −20 min", "150 nights: 80 nearer −5 min than −20 min and 70 not."),
    ("with vs without", "150 nights: 80 with and 70 without."),
    ("stretched at some time vs not", "150 nights: 80 with and 70 without."),
])
def test_nights_with_an_amount_are_not_called_nights_with_it(contrast, words):
    assert f" This uses {words} " in said(samples.CAFFEINE | {"contrast": contrast})


def test_untimed_stretching_is_neither_praised_nor_blamed():
    text = said(UNTIMED)
    assert text == (STRETCH_FOLLOWS + " On too many nights it does not tell which of the two came first. This uses 132 "
                    "nights: 60 with and 72 without. 9 more nights are left out: nothing is known about the night "
                    "before.")
    assert said(UNTIMED | {"verdict": "fewer"}) == text  # whatever the numbers say
    order = said(UNTIMED | {"reason": ORDER_IN_DOUBT, "code": ORDER})
    assert order.startswith(ORDER_IN_DOUBT + " This uses 132 nights") and STRETCH_FOLLOWS not in order
    refused = said(samples.refused(UNTIMED, reason="Nothing to compare: all 28 nights had symptoms"))
    assert refused.startswith("Nothing to compare") and STRETCH_FOLLOWS not in refused


@pytest.mark.parametrize(("lower", "upper", "words"), [
    (-1.2, np.inf, "it could be 1 fewer or anything above that, with no upper limit (95% interval)"),
    (-np.inf, 5.6, "it could be 6 more or anything below that, with no lower limit (95% interval)"),
    (-np.inf, np.inf, "it could be anything at all, with no lower and no upper limit (95% interval)"),
])
def test_an_open_side_is_said(lower, upper, words):
    text = said(samples.CAFFEINE | {"lower": lower, "upper": upper, "lower_pointwise": lower, "upper_pointwise": upper})
    assert words in text and "all rows together" not in text


def test_why_nothing_is_claimed_where_the_rows_own_interval_is_clear():
    clear = samples.CAFFEINE | {"lower_pointwise": 0.4}
    answers = samples.make_answers(samples.ROW, clear, samples.ALCOHOL, samples.BEDTIME)
    text = describe_row(answers.table.iloc[1], answers)
    assert text.startswith(
        "Not clear: the best guess is about 2 more symptom nights per 30 nights, but it could be between less than 1 "
        "more and 5 more (95% interval). For all rows together: between 1 fewer and 6 more. Asked alone this would be "
        "clear, but of 3 questions asked at once one may look clear by chance, so nothing is claimed. This compares ")
    for other in (clear | {"verdict": "more", "lower": 0.1}, samples.CAFFEINE, clear | {"lower": 0.1}):
        assert "Asked alone" not in said(other)


def test_a_coin_flip_is_called_a_fair_test():
    assert "A coin chose the nights, so this is a fair test." in said(samples.ROW | {"design_tag": "coin-flip"})


def test_the_whole_text_has_caveats_first_and_limits_last():
    text = describe(samples.make_answers())
    assert text.startswith(
        "Before you read on\n"
        "- The diary runs from 2 March 2026 to 28 August 2026. 153 of 180 nights have\n"
        "  something written down.\n"
        "- 27 nights have nothing written down.\n"
        "\n"
        "What this diary says\n"
        "\n"
        "Stretching before symptoms (stretched vs not)\n"
        "Fewer symptom nights: about 4 fewer per 30 nights still symptom-free at 22:30,\n"
        "and between 6 fewer and 1 fewer (95% interval). For all rows together: between 6\n"
        "fewer and less than 1 fewer. This compares nights you stretched before any\n")
    order = [text.index(part) for part in ("Before you read on", "What this diary says", "Caffeine after noon (",
                                           "Alcohol (", "Irregular bedtimes (", "What this cannot tell you")]
    assert order == sorted(order)
    flat = " ".join(text.split())
    assert all(" ".join(line.split()) in flat for line in LIMITS)
    assert all(len(line) <= 80 for line in text.splitlines())


def test_the_caveats_start_with_what_was_recorded():
    assert list_caveats(samples.make_answers(n_nights=1, n_recorded=1, caveats=("a note",))) == [
        "The diary runs from 2 March 2026 to 28 August 2026. 1 of 1 night has something written down.", "A note."]


def test_several_people_are_counted_once_and_not_spoken_to():
    text = describe(samples.make_answers(samples.ROW, n_people=4))
    assert text.startswith(
        "Before you read on\n"
        "- The diaries of 4 people run from 2 March 2026 to 28 August 2026. 153 of 180\n"
        "  nights have something written down.\n")
    flat = " ".join(text.split())
    assert " What these diaries say " in flat
    assert "But people chose the nights themselves, so this is not a fair test." in flat
    assert "It does not cover mistakes in these diaries." in flat
    assert "It means these diaries cannot tell." in flat
    assert flat.endswith("A question about one person goes to someone who knows that person's health.")


def test_several_people_have_several_diaries():
    unclear = samples.CAFFEINE | {"verdict": "unclear"}
    nothing = samples.ALCOHOL | {"verdict": "not_recorded"}
    answers = samples.make_answers(UNTIMED, unclear, nothing, n_people=4)
    follows = "Stretching often follows symptoms; these diaries cannot show whether it helps."
    assert describe_rows(answers)[-1][-1] == "These diaries hold nothing about: Alcohol."
    told = (f"{follows} On too many nights it does not tell which of the two came first. This uses 132 nights: 60 with "
            "and 72 without. 9 more nights are left out: nothing is known about the night before.")
    assert said(UNTIMED, n_people=4) == said(UNTIMED | {"reason": follows}, n_people=4) == told


def test_each_question_has_its_paragraph():
    assert [(label, contrast) for label, contrast, _ in describe_rows(samples.make_answers())] == [
        ("Stretching before symptoms", "stretched vs not"), ("Caffeine after noon", "200 mg vs 0 mg"),
        ("Alcohol", "2 drinks vs 0"), ("Irregular bedtimes", "90 min vs 15 min")]


# --- numbers -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("value", "words"), [
    (0, "0"), (0.04, "less than 1"), (-0.99, "less than 1"), (1, "1"), (-1.4, "1"), (2.5, "3"), (3.5, "4"), (30, "30")])
def test_numbers_in_plain_words(value, words):
    assert plain(value) == words


@pytest.mark.parametrize(("value", "words"), [(-3.64, "−3.6"), (2, "+2.0"), (0, "0.0"), (-0.04, "0.0"), (0.04, "0.0")])
def test_signed_numbers(value, words):
    assert signed(value) == words


def test_signed_intervals():
    assert signed_interval(-6.4, 1) == "−6.4 to +1.0"
    assert signed_interval(-np.inf, np.inf) == "no lower limit to no upper limit"


@pytest.mark.parametrize(("nights", "words"), [
    (pd.NA, ""), (1, "At least 1 more night would be needed."), (60, "At least about 60 more nights would be needed."),
    (731, "Watching alone cannot answer this: it would take more than two years of nights.")])
def test_nights_needed(nights, words):
    assert needed(nights) == words


def test_names_written_from_right_to_left_stay_apart_from_their_neighbours():
    first, second = "\u2068מתיחת שוק\u2069", "\u2068تمدد الساق\u2069"
    assert and_list(["wine", "מתיחת שוק", "تمدد الساق"]) == f"wine, {first} and {second}"
    assert isolate("Dehnübung – Ärzte") == "Dehnübung – Ärzte"
    row = samples.ROW | {"label": "מתיחת שוק", "adjusted_for": "weekday, מתיחת שוק, تمدد الساق"}
    answers = samples.make_answers(row)
    text = " ".join(describe(answers).split())
    assert f"{first} (stretched vs not)" in text and f"Taken into account: weekday, {first}, {second}." in text


def test_dates_and_counts():
    assert date_range("2026-03-01", "2026-03-01") == "1 March 2026"
    assert date_range("2026-03-01", "2026-08-27") == "1 March to 27 August 2026"
    assert date_range("2026-12-30", "2027-01-02") == "30 December 2026 to 2 January 2027"
    assert [count(1, "night"), count(1200, "night")] == ["1 night", "1,200 nights"]


# --- plain language ------------------------------------------------------------------------------------------------
EVERY = describe(samples.make_answers(samples.ROW, samples.CAFFEINE, samples.ALCOHOL, samples.BEDTIME, UNTIMED))


@pytest.mark.parametrize("word", [
    "significant", "p-value", "augmentation", "cause of", "you should", "we recommend", "dose", "medication", "proves",
    "odds", "regression", "baseline"])
def test_words_that_are_never_used(word):
    assert word not in EVERY.lower()


def test_a_reader_of_twelve_can_follow():
    """Age 12 is grade 7."""
    assert grade(" ".join(text for *_, text in describe_rows(samples.make_answers())) + " " + " ".join(LIMITS)) <= 7


OWN = [Habit("Evening walk", "evening_walk", when="evening"), Habit("Cocoa", "cocoa", "amount", "cups"),
       Habit("Foot bath", "foot_bath", "minutes", "min", preventive=True)]
QUESTIONS = [*questions_for(["movement_calf", "movement_walk"], OWN), MOVEMENTS]
REFUSALS = [refusal(Counts(*counts), q.more, q.less, 60).said for q in QUESTIONS for counts in (
    (10, 5, 5, 5, 8), (60, 3, 30, 30, 20), (60, 57, 30, 30, 20), (60, 20, 6, 54, 12), (60, 20, 54, 6, 12),
    (60, 20, 30, 30, 1), (60, 20, 0, 60, 0), (60, 20, 60, 0, 0))]  # fmt: skip
REFUSALS += [one_sided(60, ill).said for ill in (0, 60)]
SENTENCES = [
    *(f"This compares {q.compares.format(a='90 minutes', b='15 minutes')}." for q in QUESTIONS),
    *(q.doubt for q in QUESTIONS if q.doubt), *REFUSALS, *LIMITS, *DESIGN_MEANS.values(), STRETCH_FOLLOWS,
    ORDER_IN_DOUBT,     WHAT_CAME_FIRST,
    *(patience(n, "stretching") for n in (0, 240, 731)), *(needed(n) for n in (1, 60, 731)),
]  # fmt: skip


def test_no_sentence_of_several_people_speaks_of_one_diary():
    own = re.compile(r"\b(your?|yourself|(the|this) diary)\b", re.IGNORECASE)
    alone = [s for s in [*SENTENCES, UNTOLD.format("stretching"),
                         f"{NO_ANSWERS}the diary has no answers about symptoms yet."]
             if not s.startswith("This diary is long enough")]  # asked of one person only
    assert sum(bool(own.search(s)) for s in alone) >= 8
    assert not [s for s in alone if own.search(of_people(s, 2))]
    assert [of_people(s, 1) for s in alone] == alone


def test_all_the_sentences_there_are_can_be_read_at_twelve():
    """Every question's comparison and doubt, every refusal, limit and tag: together grade 7, none over 14."""
    assert grade(" ".join(SENTENCES)) <= 7
    worst = max(SENTENCES, key=grade)
    assert grade(worst) <= 14, worst


@pytest.mark.parametrize("word", [
    "significan", "p-value", "augmentation", "should", "recommend", "you must", "try to", "odds", "regression",
    "baseline", "proves", "benefit", "harm", "placebo"])
def test_no_sentence_there_is_advises_or_claims(word):
    assert not [s for s in SENTENCES if word in s.lower()]


# --- how long to go on, other times, nothing recorded ---------------------------------------------------------------
@pytest.mark.parametrize(("more", "smallest", "words"), [
    (240, 5.2, "An effect of 3 nights in 30 would show in about 240 more nights. This diary could have shown an effect "
     "of 5 nights in 30 or more."),
    (0, 2.4, "An effect of 3 nights in 30 would show in this diary. This diary could have shown an effect of 2 nights "
     "in 30 or more."),
    (1200, 8.0, "Watching alone cannot answer this: to see an effect of 3 nights in 30 would take more than two "
     "years."),
])  # fmt: skip
def test_an_unclear_answer_says_how_long_to_go_on(more, smallest, words):
    assert said(samples.CAFFEINE | {"nights_needed": more, "smallest_effect": smallest, "coin": ""}).removesuffix(
        " Nor can a coin, one evening at a time.").endswith(words)


def test_a_clear_answer_needs_no_more_nights():
    assert "3 nights in 30" not in said(samples.ROW | {"nights_needed": 240, "smallest_effect": 5.0})


PLAN = samples.ALCOHOL | {
    "question": "nights_needed", "label": "Switching after a few weeks", "contrast": "an effect of 3 nights in 30",
    "verdict": "plan", "reason": "To see an effect of 3 nights in 30 from stretching would take about 240 more nights.",
    "smallest_effect": 5.2}
NOTHING = samples.ALCOHOL | {"question": "iron", "label": "Iron taken", "verdict": "not_recorded",
                             "reason": "Not recorded.", "nights_needed": pd.NA}


def test_the_row_on_patience_is_its_reason():
    assert said(PLAN) == ("To see an effect of 3 nights in 30 from stretching would take about 240 more nights. This "
                          "diary could have shown an effect of 5 nights in 30 or more.")


def test_what_was_never_written_down_is_one_sentence_at_the_end():
    more = NOTHING | {"question": "magnesium", "label": "Magnesium taken"}
    answers = samples.make_answers(samples.ROW, PLAN, NOTHING, more)
    assert describe_rows(answers)[2:] == [
        ("Not recorded", "", "The diary holds nothing about: Iron taken and Magnesium taken.")]
    assert "\nNot recorded\nThe diary holds nothing about" in describe(answers)


def test_the_answer_an_hour_earlier_and_later_stands_beside_it():
    table = pd.DataFrame({"landmark": ["21:30", "22:30", "23:30"], "shift_h": [-1, 0, 1],
                          "estimate": [-2.6, -3.6, -4.4], "lower": [-6.0, -6.4, -8.8], "upper": [1.2, -0.7, -0.2]})
    text = describe_row(pd.Series(samples.ROW), samples.make_answers(samples.ROW, landmark_table=table))
    assert ("Splitting the evening at another time, with limits for all rows together: at 21:30, about 3 fewer "
            "(between 6 fewer and 1 more); at 23:30, about 4 fewer (between 9 fewer and less than 1 fewer).") in text
    assert "another time" not in said(samples.ROW)


def test_an_answer_that_changes_sides_with_the_clock_says_so_first_of_all_doubts():
    turned = "The answer changes sides when the evening is split at 21:30 instead of 22:30."
    assert said(samples.ROW | {"reason": turned}).endswith(
        "Main reason for doubt: the answer changes sides when the evening is split at 21:30 instead of 22:30.")
