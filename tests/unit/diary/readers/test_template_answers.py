"""Yes and no are symmetric: whatever column understands a written yes understands the no that goes with it."""

from __future__ import annotations

import datetime as dt

import pytest

from rlskit.diary.readers import template_answers as answers

AMOUNTS = {"alcohol_drinks": (answers.MAX_DRINKS, "drinks"), "cups": (answers.MAX_CUPS, "cups"),
           "caffeine_mg": (answers.MAX_MG, "mg"), "minutes": (answers.MAX_MINUTES, "minutes")}


@pytest.mark.parametrize("pair", answers.PAIRS, ids="/".join)
@pytest.mark.parametrize("written", [str, str.upper, str.title, "{} ".format])
def test_both_sides_are_read_as_an_answer(pair, written):
    assert [answers.yes_no(written(side)) for side in pair] == ["yes", "no"]


@pytest.mark.parametrize("pair", answers.PAIRS, ids="/".join)
@pytest.mark.parametrize("kind", AMOUNTS)
def test_both_sides_are_read_where_an_amount_is_asked(pair, kind):
    yes, no = (answers.count(side, *AMOUNTS[kind]) for side in pair)
    assert yes == (1.0 if pair[0] == "1" else "yes") and no == 0.0


@pytest.mark.parametrize("pair", answers.PAIRS, ids="/".join)
def test_a_no_is_nothing_in_every_other_column(pair):
    no = pair[1]
    assert (answers.minutes(no), answers.clocks(no), answers.movements(no)) == ([0.0], [], [])
    assert answers.severity(no) == 0.0


@pytest.mark.parametrize("none", [
    "none", "nothing", "kein", "keine", "keins", "nichts", "ninguno", "nada", "cero", "aucun", "rien", "zéro",
    "nessuno", "niente", "nulla", "nenhum", "nenhuma", "geen", "niets", "ничего", "ноль"])
@pytest.mark.parametrize("kind", AMOUNTS)
def test_none_is_none_in_every_language(none, kind):
    assert answers.count(none.title(), *AMOUNTS[kind]) == 0.0 and answers.yes_no(none) == "no"


@pytest.mark.parametrize(("written", "expected"), [
    ("1.0", "yes"), ("0.0", "no"), ("✔\ufe0f", "yes"), ("✅", "yes")])
def test_a_yes_as_programs_and_telephones_write_it(written, expected):
    assert answers.yes_no(written) == expected


def test_a_bottle_is_no_drink():
    with pytest.raises(answers.Unreadable):
        answers.count("1 bottle", *AMOUNTS["alcohol_drinks"])


@pytest.mark.parametrize("sign", ["-", "–", "o", "✗"])
def test_a_sign_that_may_mean_anything_is_no_answer(sign):
    with pytest.raises(answers.Unreadable):
        answers.yes_no(sign)


def test_a_box_of_a_spreadsheet_is_an_answer_on_either_side():
    assert [answers.count(box, 40.0, "drinks") for box in (True, False)] == ["yes", 0.0]
    assert [answers.yes_no(box) for box in (True, False)] == ["yes", "no"]


@pytest.mark.parametrize(("written", "expected"), [
    ("1 beer", 1.0), ("2 beers", 2.0), ("~2", 2.0), ("~2 glasses", 2.0), ("2-3", 2.5), ("2 – 3 beers", 2.5),
    ("1,5 to 2", 1.75), ("~1-3", 2.0), ("1½", 1.5), ("1 ½ glasses", 1.5), ("2 wijntjes", 2.0)])
def test_amounts_as_people_write_them(written, expected):
    assert answers.count(written, 40.0, "drinks") == expected


@pytest.mark.parametrize("written", ["3-2", "2-", "-2-3", "2-3-4", "2-many"])
def test_what_is_no_range_is_not_read(written):
    with pytest.raises(answers.Unreadable):
        answers.count(written, 40.0, "drinks")


@pytest.mark.parametrize(("written", "expected"), [
    ("1h30", 90), ("1 h 30 min", 90), ("1h 5m", 65), ("2 hours 10 minutes", 130), ("1 hour and 5 minutes", 65),
    ("1 Std. 15 Min.", 75), ("1 Stunde und 20 Minuten", 80), ("2 heures 5", 125), ("1 ч 30 мин", 90), ("1 uur 10", 70),
    ("1:30 h", 90), ("1:30 Std.", 90), ("1:30:00", 90), ("0:20:30", 20.5), ("0:20", 20), ("00:20", 20),
    (dt.time(0, 20), 20), (dt.timedelta(minutes=90), 90)])
def test_hours_and_minutes_are_a_length(written, expected):
    assert answers.minutes(written) == [expected]
    assert answers.count(written, answers.MAX_MINUTES, "minutes", "h") == expected


def test_hours_and_minutes_alone_are_a_length_where_the_unit_says_which():
    assert answers.count("1:30", answers.MAX_MINUTES, "minutes", "h") == 90
    assert answers.seconds("1:30") == [90] and answers.seconds("0:45") == [45]


@pytest.mark.parametrize("written", ["1:30", "10:00", "1:30 min", "0:20 min", "1:75", "1h75", "1 cup 30", "1h30 cups",
                                     "half an hour", "une demi-heure", "anderthalb Stunden", "1:30 mg"])
def test_what_may_be_hours_or_minutes_or_is_no_length_is_not_read(written):
    with pytest.raises(answers.Unreadable):
        answers.minutes(written)


@pytest.mark.parametrize("written", ["1h30", "1:30", "0:20", "1:30:00"])
@pytest.mark.parametrize("kind", ["alcohol_drinks", "cups", "caffeine_mg"])
def test_a_length_is_no_other_amount(written, kind):
    with pytest.raises(answers.Unreadable):
        answers.count(written, *AMOUNTS[kind])


@pytest.mark.parametrize(("value", "expected"), [(2230, "22:30"), (930, "09:30"), (2230.0, "22:30")])
def test_a_clock_time_that_a_spreadsheet_took_for_a_number(value, expected):
    assert f"{answers.clock(value):%H:%M}" == expected
