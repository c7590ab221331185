"""What a trial says: exact text at pinned numbers, plain words, claims only where the verdict claims."""

from __future__ import annotations

import datetime as dt
import textwrap
from dataclasses import replace

import pandas as pd
import pytest

import rlskit as rk
from rlskit.answers.trial_sentences import answer, tell_trial
from rlskit.trials.plan import POINTS, TrialOutcome
from rlskit.trials.result import (
    ASSIGNED,
    BEFORE,
    COLUMNS,
    DONE,
    FEWER,
    GOING_ON,
    MODEL,
    MORNING,
    TOO_EARLY,
    TOO_FEW,
    UNCLEAR,
    UNFAIR,
    TrialResult,
)
from tests.helpers.made_trials import made_plan
from tests.helpers.reading_age import grade

ROW = dict.fromkeys(COLUMNS) | {
    "analysis": ASSIGNED, "outcome": "symptoms", "unit": "nights in 30", "estimate": -5.2, "lower": -8.1, "upper": -2.2,
    "level": 0.95, "p": 0.001, "n_nights": 112, "n_with": 55, "design_tag": "coin-flip", "reason": ""}


def made(verdict=FEWER, *, row=ROW, claimed=(False, True), taken=(True, True), **fields):
    plan = made_plan(120, looks=(60, 120), outcomes=(TrialOutcome(column="symptoms"),
                                                    TrialOutcome(column="severity_0_10", kind=POINTS)))
    looks = pd.DataFrame({
        "nights": [60, 120], "date": [dt.date(2026, 4, 30), dt.date(2026, 6, 29)], "taken": taken, "claimed": claimed})
    rows = [row, ROW | {"analysis": DONE, "estimate": -7.4, "lower": -11.9, "upper": -3.0},
            ROW | {"analysis": MODEL, "estimate": -5.0}, ROW | {"analysis": BEFORE, "estimate": 1.2, "upper": 5.0},
            ROW | {"analysis": MORNING, "lower": -10.0, "upper": -0.3},
            ROW | {"outcome": "severity_0_10", "unit": "points", "estimate": -0.8, "lower": -1.5, "upper": -0.1}]
    arms = pd.DataFrame({"arm": ["with", "without"], "nights": [60, 60], "answered": [55, 57], "missing": [5, 3],
                         "done": [38, 1], "done_known": [55, 57], "mean": [0.3, 0.5]})
    whole = {"plan": plan, "verdict": verdict, "design_tag": "coin-flip",
             "table": pd.DataFrame(rows, columns=list(COLUMNS)), "looks": looks,
             "course": pd.DataFrame({"e_value": [1.0, 23.4]}), "arms": arms, "lowest": -7.5, "highest": -3.1,
             "unfair": "", "remarks": (), "looked_at": 120, "nights": 120, "method": "randomisation test"}
    return TrialResult(**(whole | fields))


def test_the_whole_text_of_a_trial():
    text = rk.describe(made())
    assert text.startswith(textwrap.dedent("""\
        Before you read on
        - The plan runs from 2 March 2026 to 29 June 2026. Of the 120 nights that count
          so far, 112 have an answer.

        What this trial says

        Calf stretch at 19:30 (nights with a yes of the coin vs nights with a no)
        Fewer symptom nights: about 5 fewer per 30 nights, and between 8 fewer and 2
        fewer (95% interval). A coin chose the nights, so this is a fair test. This
        compares 55 nights on which it said yes with 57 on which it said no, whatever
        was then done.

        If it is done
        On nights with a yes it was done on 38 of 55, on nights with a no on 1 of 57.
        For a night on which it is done because the coin says so, the best guess is
        about 7 fewer symptom nights per 30 nights; it could be between 12 fewer and 3
        fewer (95% interval). This takes it that a yes that was not followed changed
        nothing.

        In a model of the nights
        A model that knows that nights follow one another says about 5 fewer symptom
        nights per 30 nights; it could be between 8 fewer and 2 fewer (95% interval). It
        is a check, and decides nothing.

        The night before
        After a night with a yes, against after one with a no: about 1 more symptom
        night per 30 nights; it could be between 8 fewer and 5 more (95% interval).
        Nothing clear carries over to the next night.

        Looking every morning
        Fair bets on a difference, one for each block of nights, have turned 1 into 23.4
        at most; that is enough to claim one on any morning. Limits that hold however
        often one looks: between 10 fewer and less than 1 fewer (95% interval). Looking
        every morning has its price: they are wider than at a planned look.

        Nights without an answer
        5 of 60 nights with a yes and 3 of 60 nights with a no have no answer. Whatever
        those nights were like, the plain difference lies between 8 fewer and 3 fewer.
        The answer above takes it that leaving a night unwritten had nothing to do with
        the coin.

        Severity from 0 to 10 (nights with a yes of the coin vs nights with a no)
        The best guess is about 0.8 points lower; it could be between 1.5 points lower
        and 0.1 points lower (95% interval). This was asked beside the first question,
        and decides nothing.

        What this cannot tell you
        - You knew which nights were which, and expecting to feel better helps by
          itself. A coin cannot take that away: what is measured is the treatment
          together with knowing about it.
        """))


OPEN = ROW | {"estimate": -2.0, "lower": -6.1, "upper": 2.3}


GUESS = ("the best guess is about 2 fewer symptom nights per 30 nights, but it could be between 6 fewer and 2 more "
         "(95% interval).")


@pytest.mark.parametrize(("result", "said"), [
    (made(UNCLEAR, row=OPEN, claimed=(False, False)),
     f"Not clear: {GUESS} The plan promised to see 6 nights in 30 in 80 of 100 such trials; less than that it often "
     "misses. "),
    (made(GOING_ON, row=OPEN, claimed=(False, False), taken=(True, False), looked_at=60),
     f"Not yet clear: after 60 nights {GUESS} The next look is after 120 nights, on 29 June 2026. "),
    (made(TOO_EARLY, claimed=(False, False), taken=(False, False), looked_at=0, nights=31),
     "Too early to say: 31 nights have come. The first planned look is after 60 nights, on 30 April 2026."),
    (made(TOO_FEW, row=OPEN), f"Too few nights have an answer to claim anything: {GUESS} "),
    (made(claimed=(True, True)), "Fewer symptom nights: about 5 fewer per 30 nights, and between 8 fewer and 2 fewer "
     "(95% interval). The look after 60 nights claimed it already, and a claim once made stays made. "),
    (made(UNFAIR, unfair="The schedule goes to and fro."), "This was not a fair test. The schedule goes to and fro."),
])
def test_the_answer_of_each_verdict(result, said):
    assert answer(result).startswith(said)


def test_where_it_was_no_trial_the_rest_is_a_link():
    rows = tell_trial(made(UNFAIR, unfair="The schedule goes to and fro.")).rows
    assert [row[0] for row in rows] == ["Calf stretch at 19:30", "Watching alone"]
    assert rows[1][2].endswith("This is a link, not proof. Something else about those nights may be behind it.")


def test_the_words_are_plain():
    for _, _, text in tell_trial(made()).rows:
        assert grade(text) <= 9.5, text


def test_what_carries_over_is_said():
    result = made()
    table = result.table.copy()
    table.loc[table["analysis"].eq(BEFORE), ["estimate", "lower", "upper"]] = (-6.0, -9.0, -3.0)
    (text,) = [row[2] for row in tell_trial(replace(result, table=table)).rows if row[0] == "The night before"]
    assert text.endswith("So what was done on one evening may still work the next, and the answer above is then too "
                         "small.")
