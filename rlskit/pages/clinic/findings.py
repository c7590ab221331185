"""What the diary can say, in at most three lines drawn from Answers, and the questions for the visit."""

from __future__ import annotations

import pandas as pd

from rlskit.answers.frames import OWN_RANGE
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
NAMED = 3  # answers that are not clear, by name
# Other ways of asking about the same stretching, and change over time, which the numbers above show by period.
ELSEWHERE = ("stretch_", "stretching_", "movement_", "trend")
TOO_FEW = "Too few nights recorded to compare nights with one another."


def list_sayings(answers: Answers, enough: bool) -> list[str]:
    """At most three lines: coin-flip nights first, then the clear answers with effect, interval, nights and design,
    then one line for all that are not clear; nothing else is claimed.

    enough: whether the whole diary has enough nights for rates. The line on stretching that claims nothing is always
    there unless stretching has an answer of its own.
    """
    trials = [headline(trial) for trial in answers.trials][: MOST - 1]
    if not enough:
        return [*trials, TOO_FEW, STRETCH_FOLLOWS][:MOST]
    rows = [row for _, row in answers.table.iterrows()
            if is_answered(row) and is_of_nights(row) and not claims_nothing(row)
            and not row["question"].startswith(ELSEWHERE)]
    rows.sort(key=lambda row: row["question"] == "caffeine_before_noon")  # behind what is said more often
    clear = [row for row in rows if row["verdict"] in ("fewer", "more")]
    open_still = [row for row in rows if row["verdict"] == "unclear"]
    told = any(row["question"] == "stretching" for row in [*clear, *open_still[:NAMED]])
    room = MOST - len(trials) - (not told)
    lines = [_line(row, answers) for row in clear[: room - bool(open_still) if room > 1 else room]]
    if open_still and len(lines) < room:
        lines.append(_unclear(open_still, answers))
    lines = trials + lines
    if not lines:
        lines.append(f"{NOT_ENOUGH[0].upper()}{NOT_ENOUGH[1:]} what goes with more or fewer symptom nights.")
    return lines if told else [*lines, STRETCH_FOLLOWS]


def _line(row: pd.Series, answers: Answers) -> str:
    """With the row's own interval."""
    return (f"{_name(row)}: {signed(row['estimate'])} symptom nights {row['population']} "
            f"({answers.level:.0%} interval {signed_interval(row['lower_pointwise'], row['upper_pointwise'])}); "
            f"{count(row['n_nights'], 'night')}; {row['design_tag']}.")


def _unclear(rows: list[pd.Series], answers: Answers) -> str:
    """All that is not clear in one line, each with its own interval; what more there is stands in the report."""
    nights = sorted({int(row["n_nights"]) for row in rows[:NAMED]})
    parts = [f"{_name(row).removesuffix(' (own range)')}, {signed(row['estimate'])} "
             f"({signed_interval(row['lower_pointwise'], row['upper_pointwise'])}){_of_which(row)}"
             for row in rows[:NAMED]]
    more = f"; {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    chance = next((text for row in rows[:NAMED] if (text := one_of_many(row, answers))), "")
    return (f"Not clear yet in {' to '.join(map(str, {nights[0]: 0, nights[-1]: 0}))} nights, symptom nights per 30 "
            f"({answers.level:.0%} interval): {'; '.join(parts)}{more}."
            f"{f' {chance[0].upper()}{chance[1:]}.' if chance else ''}")


def _of_which(row: pd.Series) -> str:
    """" of nights still symptom-free at 21:00"; nothing where all nights count."""
    which = str(row["population"]).removeprefix("per 30 nights")
    return which and f" of nights{which}"


def _name(row: pd.Series) -> str:
    """The report spells out which percentiles of the own range are meant; here the amounts do."""
    return f"{isolate(row['label'])}, {str(row['contrast']).replace(OWN_RANGE, ' (own range)')}"


def list_questions(facts: ClinicFacts, much_earlier: bool) -> list[tuple[str, bool]]:
    """Three lines (text, suggested): the user's own questions, then suggestions, then room to write."""
    suggested = []
    if much_earlier:
        suggested.append("My symptoms begin earlier in the day than before. What could be behind it?")
    if any(facts.drug_groups.values()):
        suggested.append("Could one of the medicines ticked above play a part?")
    if not facts.iron:
        suggested.append("Is there a recent ferritin and transferrin saturation, and what do they say?")
    lines = [(text, False) for text in facts.questions] + [(text, True) for text in suggested]
    return [*lines, *[("", False)] * MOST][:MOST]
