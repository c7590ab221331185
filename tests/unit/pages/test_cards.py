"""The cards: a true sentence for every reason, words a reader of twelve can follow, and the table's numbers."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from rlskit.answers import refusals
from rlskit.answers.questions import OWN
from rlskit.pages.card_words import DOUBTS, REASONS, TOPICS
from rlskit.pages.cards import list_cards
from rlskit.pages.side_by_side import left_out_line, list_lines
from tests.helpers import picture_samples as samples
from tests.helpers.reading_age import grade
from tests.helpers.told_diaries import ROWS, told
from tests.unit.pages.test_report import make_diary

BANNED = ("percentile", "rmssd", "spline", "e-value", "small-diary correction", "limits that hold for all rows", "odds",
          "before-symptom only", "association", "confound", "within(", "augmentation", "significan", "regression")


def cards_of(*rows):
    return list_cards(make_diary(), samples.make_nights(30), samples.make_answers(*rows))[0]


def first(*rows):
    return cards_of(*rows)[0]


def no_answer(code, **more):
    row = samples.refused(samples.ROW) | {"code": code, "nights_needed": pd.NA} | more
    return first(row)


# --- every reason --------------------------------------------------------------------------------------------------
def test_every_reason_has_a_sentence_and_every_sentence_a_reason():
    codes = {value for name, value in vars(refusals).items() if name.isupper() and isinstance(value, str)}
    codes -= {refusals.NO_ANSWERS, refusals.NOTHING}
    assert codes == set(REASONS) | set(DOUBTS)
    sentences = [said.sentence for said in REASONS.values()]
    assert len(set(sentences)) == len(sentences)  # none is generic


@pytest.mark.parametrize("code", REASONS)
def test_the_card_of_a_reason_says_its_numbers_and_a_next_step(code):
    card = no_answer(code, have=3, need=14)
    said = REASONS[code]
    assert card.verdict == said.verdict and "{" not in card.sentence + card.next
    assert card.next
    for name, number in (("{have}", "3"), ("{need}", "14"), ("{nights_had}", "3 nights"), ("{changes}", "3 changes")):
        assert name not in said.sentence or number in card.sentence


def test_one_is_not_a_plural():
    assert no_answer(refusals.FEW_WITH, have=1, need=7).sentence == "1 night with stretching so far. It needs 7."
    assert no_answer(refusals.FEW_CHANGES, have=1, need=4).sentence.startswith("1 change from one night")


def test_a_date_is_given_where_the_nights_needed_are_known():
    card = no_answer(refusals.FEW_WITH, have=3, need=7, nights_needed=40)
    assert card.next == "keep writing: about 40 more nights, until about 7 October 2026."
    assert no_answer(refusals.FEW_WITH, have=3, need=7, nights_needed=900).next == (
        "at this pace it would take more than two years.")
    assert no_answer(refusals.FEW_NIGHTS, have=0, need=14, nights_needed=14).next == (
        "keep writing: at least 14 more nights.")


def test_more_nights_than_are_short_are_explained():
    few = {"have": 10, "need": 14}
    assert no_answer(refusals.FEW_NIGHTS, **few, nights_needed=25).next == (
        "keep writing: about 25 more nights, until about 22 September 2026. Some of them may not count, and it needs "
        "enough nights of each kind: with and without.")
    assert no_answer(refusals.FEW_NIGHTS, **few, nights_needed=4).next == (
        "keep writing: about 4 more nights, until about 1 September 2026.")


# --- answers -------------------------------------------------------------------------------------------------------
def test_best_guess_both_ends_and_kind_of_comparison():
    card = first(samples.ROW)
    assert (card.verdict, card.state) == ("Fewer symptom nights", "clear")
    assert card.sentence == (
        "About 4 fewer symptom nights in 30 with stretching, on evenings still quiet at 22:30. It could be less than 1 "
        "to 6 fewer. But: evenings you stretch on may differ in other ways.")
    assert card.kind == "Quiet evenings compared, no trial: 60 with, 72 without"


def test_a_row_by_the_half_hour_does_not_say_that_only_quiet_evenings_count():
    answers = replace(samples.make_answers(samples.ROW), half_hour="19:30")
    (card, *_), _ = list_cards(make_diary(), samples.make_nights(30), answers)
    assert card.kind == "Evenings compared while still quiet, no trial: 60 with, 72 without"


@pytest.mark.parametrize(("more", "words"), [
    (240, "keep writing: about 240 more nights to see a change of 3 in 30, until about 25 April 2027. Or let a coin "
     "decide."),
    (900, "let a coin decide. Watching alone takes over two years to show a change of 3 in 30.")])
def test_an_unclear_answer_names_the_nights_and_the_coin(more, words):
    card = first(samples.ROW | {"verdict": "unclear", "nights_needed": more})
    assert (card.verdict, card.next) == ("Not clear yet", words)
    assert card.command == "rlskit plan bearable.csv sleep.csv --out my/trial"


def test_a_command_stands_in_full_once():
    stretching = samples.ROW | {"verdict": "unclear", "nights_needed": 900}
    cards = cards_of(stretching, samples.CAFFEINE | {"nights_needed": 900})
    assert [card.command for card in cards[:2]] == [
        "rlskit plan bearable.csv sleep.csv --out my/trial", "rlskit plan … --treatment 'no caffeine at 12:00'"]
    assert cards[1].next == "let a coin decide too."


def test_words_and_overview_round_alike():
    row = samples.ROW | {"question": "alcohol", "label": "Alcohol", "design_tag": "association only", "estimate": 11.46,
                         "lower": 0.4, "upper": 19.2, "verdict": "more", "a": 2.0, "b": 0.0, "exposure_unit": "drinks"}
    card, ((heading, (line,)),) = first(row), list_lines(samples.make_answers(row))
    assert card.sentence.startswith("About 11 more symptom nights in 30 with 2 drinks, not none. It could be less than "
                                    "1 to 19 more.")
    assert (heading, line.numbers, line.compared) == ("Clear", "+11 (just over 0 to +19)", "2 drinks, not none")


def test_the_overview_has_clear_rows_first_then_by_size():
    groups = list_lines(samples.make_answers(samples.CAFFEINE, samples.ROW, samples.BEDTIME, samples.ALCOHOL))
    assert [(heading, [one.name for one in some]) for heading, some in groups] == [
        ("Clear", ["Irregular bedtimes", "Stretching before symptoms"]), ("Not clear yet", ["Caffeine after noon"])]
    _, (rest, folded) = list_lines(samples.make_answers(samples.ROW, samples.CAFFEINE), ["stretching"])
    assert rest == "More answers, none clear" and [line.name for line in folded] == ["Caffeine after noon"]
    assert left_out_line(samples.make_answers(samples.ROW, samples.ALCOHOL)) == "Cannot be asked yet: alcohol."


# --- made-up diaries that a page could say something false about ---------------------------------------------------
def said_of(name):
    diary, nights, answers = told(name)
    front, others = list_cards(diary, nights, answers)
    return {card.ask: f"{card.verdict}. {card.sentence} Next: {card.next}" for card in (*front, *others)}


@pytest.mark.parametrize(("name", "about", "said", "never"), [
    ("all symptoms", "Stretching, ", "All 115 nights had symptoms. It needs at least 5 nights without.", "more night"),
    ("no symptoms", "Stretching, ", "None of the 60 nights had symptoms. It needs at least 5 nights", "more night"),
    ("always no", "Do nights differ with iron?", "Always no: none of the 27 nights compared has iron.", "Not written"),
    ("always no", "Does stretching before", "Always no: none of the 27 nights compared has stretching.", "follows"),
    ("untimed", "Does stretching before", "You stretched on 19 nights. The diary does not say which came first",
     "because of"),
    ("sparse", "Stretching, ", "So far 4 of 14 nights can be compared.", "not written"),
    ("tagged late", "Does alcohol", "So far 10 of 14 nights can be compared. Next: keep writing: about 25 more nights",
     "150"),
])
def test_what_is_said_of_a_diary_is_true_of_it(name, about, said, never):
    (text,) = [text for ask, text in said_of(name).items() if ask.startswith(about)]
    assert said in text and never not in text


def test_one_movement_is_neither_the_best_of_several_nor_left_unwritten():
    (text,) = [text for ask, text in said_of("one movement").items() if "another movement" in ask]
    assert text.startswith("Nothing to compare. So far you wrote down one kind of movement only. Next: it can be")


@pytest.mark.parametrize("name", ROWS)
def test_not_written_down_is_said_of_nothing_that_stands_in_the_diary(name):
    """Each diary has every column of the template but these, iron in one of them alone."""
    table = told(name)[2].table
    silent = set(table.loc[table["verdict"].eq("not_recorded"), "question"])
    absent = {"stretch_minutes", "stretch_hold", "stretch_intensity", "caffeine_before_noon", "magnesium",
              "sleep_quality", "relief"}
    assert silent == absent | ({"movements"} if name == "always no" else {"iron"})


def test_a_habit_of_ones_own_keeps_its_letters():
    rows = [samples.refused(samples.ROW) | {"question": name, "label": name, "advice": OWN}
            for name in ("Kaffee", "iPad")]
    assert left_out_line(samples.make_answers(*rows)) == "Cannot be asked yet: “Kaffee” and “iPad”."


# --- a lay reader --------------------------------------------------------------------------------------------------
def every_sentence():
    topics = [text for topic in TOPICS.values() for text in (topic.ask, topic.doubt, topic.write) if text]
    reasons = [text for said in REASONS.values() for text in (said.sentence, said.next) if text]
    return [*topics, *reasons, *DOUBTS.values()]


@pytest.mark.parametrize("word", BANNED)
def test_words_of_the_method_are_not_on_a_card(word):
    assert word not in " ".join(every_sentence()).lower()
    for name in ("all symptoms", "untimed", "tagged late"):
        assert word not in " ".join(said_of(name).values()).lower()


def test_a_reader_of_twelve_can_follow():
    text = re.sub(r"\{\w+\}", "it", " ".join(every_sentence()))
    assert grade(text) <= 7
    assert max(grade(re.sub(r"\{\w+\}", "it", one)) for one in every_sentence()) <= 13
