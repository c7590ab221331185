"""What the diary can say, in at most three lines drawn from Answers, and the questions for the visit."""

from __future__ import annotations

import pandas as pd

from rlskit.answers.frames import OWN_RANGE
from rlskit.answers.onset import is_much_earlier
from rlskit.answers.result import Answers
from rlskit.answers.sentences import (
    NOT_ENOUGH,
    STRETCH_FOLLOWS,
    claims_nothing,
    count,
    is_answered,
    is_of_nights,
    one_of_many,
    signed,
    signed_interval,
)
from rlskit.answers.trial_sentences import headline
from rlskit.pages.clinic.facts import ClinicFacts
from rlskit.utils.words import isolate

MOST = 3
# Other ways of asking about the same stretching, and change over time, which the numbers above show by period.
ELSEWHERE = ("stretch_", "stretching_", "movement_", "trend")
TOO_FEW = "Too few nights recorded to compare nights with one another."


def list_sayings(answers: Answers, enough: bool) -> list[str]:
    """At most three lines: effect, interval, nights and design of the clearest answers, coin-flip nights first; nothing
    else is claimed.

    enough: whether the whole diary has enough nights for rates. The line on stretching that claims nothing is always
    there unless stretching has an answer of its own.
    """
    trials = [headline(trial) for trial in answers.trials][: MOST - 1]
    if not enough:
        return [*trials, TOO_FEW, STRETCH_FOLLOWS][:MOST]
    rows = [row for _, row in answers.table.iterrows()
            if is_answered(row) and is_of_nights(row) and not claims_nothing(row)
            and not row["question"].startswith(ELSEWHERE)]
    # Clear ones first, else the table's own order; caffeine before noon behind what is said more often.
    rows.sort(key=lambda row: (row["verdict"] not in ("fewer", "more"), row["question"] == "caffeine_before_noon"))
    room = MOST - len(trials)
    told = any(row["question"] == "stretching" for row in rows[:room])
    lines = trials + [_line(row, answers) for row in rows[: room if told else room - 1]]
    if not lines:
        lines.append(f"{NOT_ENOUGH[0].upper()}{NOT_ENOUGH[1:]} what goes with more or fewer symptom nights.")
    return lines if told else [*lines, STRETCH_FOLLOWS]


def _line(row: pd.Series, answers: Answers) -> str:
    """With the row's own interval. The report spells out which percentiles of the own range; here the amounts do."""
    unclear = " Unclear." if row["verdict"] == "unclear" else ""
    if because := one_of_many(row, answers):
        unclear = f" Unclear: {because}."
    contrast = str(row["contrast"]).replace(OWN_RANGE, " (own range)")
    return (f"{isolate(row['label'])}, {contrast}: {signed(row['estimate'])} symptom nights {row['population']} "
            f"({answers.level:.0%} interval {signed_interval(row['lower_pointwise'], row['upper_pointwise'])}); "
            f"{count(row['n_nights'], 'night')}; {row['design_tag']}.{unclear}")


def began_much_earlier(numbers: pd.DataFrame) -> bool:
    """Whether symptoms may begin at least two hours earlier than in the previous period."""
    shift = numbers[numbers["measure"].eq("onset") & numbers["period"].eq("change")].iloc[0]
    return is_much_earlier(shift["value"], shift["lower"], shift["upper"])


def list_questions(facts: ClinicFacts, numbers: pd.DataFrame) -> list[tuple[str, bool]]:
    """Three lines (text, suggested): the user's own questions, then suggestions, then room to write."""
    suggested = []
    if began_much_earlier(numbers):
        suggested.append("My symptoms begin earlier in the day than before. What could be behind it?")
    if any(facts.drug_groups.values()):
        suggested.append("Could one of the medicines ticked above play a part?")
    if not facts.iron:
        suggested.append("Is there a recent ferritin and transferrin saturation, and what do they say?")
    lines = [(text, False) for text in facts.questions] + [(text, True) for text in suggested]
    return [*lines, *[("", False)] * MOST][:MOST]
