"""What a trial says, as plain sentences: as assigned first, then what stands beside it."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from rlskit.answers.result_sentences import Told, shift, shift_spread, tell_people
from rlskit.trials.plan import POINTS, YES_NO
from rlskit.trials.result import (
    ASSIGNED,
    BEFORE,
    DONE,
    FEWER,
    GOING_ON,
    MODEL,
    MORE,
    MORNING,
    TOO_EARLY,
    TOO_FEW,
    UNCLEAR,
    UNFAIR,
    UNITS,
    TrialResult,
    TrialSeries,
)
from rlskit.trials.words import LABELS
from rlskit.utils.words import (
    about,
    capital,
    carry_on,
    count,
    interval,
    join,
    long_date,
    readable,
    sentence,
    signed,
    signed_interval,
)

COIN = "A coin chose the nights, so this is a fair test."
WATCHED = "This is a link, not proof. Something else about those nights may be behind it."
LIMITS = (
    "You knew which nights were which, and expecting to feel better helps by itself. A coin cannot take that away: "
    "what is measured is the treatment together with knowing about it.",
    "What was done on one day may work on for days. How long is not known, and nights that follow one another then "
    "differ less than they would.",
    "An unclear answer does not mean there is no effect. It means this trial cannot tell.",
    "The answer is about these nights. In better or worse times, and for anyone else, it may be another.",
    "This is not a diagnosis and no advice to start, stop or change anything. Take questions to someone who knows your "
    "health.",
)
E_VALUE = 20.0
CONTRAST = "nights with a yes of the coin vs nights with a no"


def tell_trial(result: TrialResult) -> Told:
    """The parts of the text on a trial."""
    plan = result.plan
    rows = [(name_trial(result), "" if result.unfair else CONTRAST, answer(result))]
    if result.unfair:
        row = result.row(MODEL)
        rows.append(("Watching alone", row["estimand"], join(_amount(row), WATCHED)))
        return Told("What these nights say", _first(result), tuple(rows), LIMITS)
    if result.looked_at:
        rows += [("If it is done", "", _as_done(result)), ("In a model of the nights", "", _model(result)),
                 ("The night before", "", _night_before(result))]
    rows += [("Looking every morning", "", _morning(result)), ("Nights without an answer", "", _missing(result))]
    for outcome in plan.outcomes[1:] if result.looked_at else ():
        row = result.row(ASSIGNED, outcome.column)
        rows.append((capital(name_outcome(outcome.column)), CONTRAST, join(
            sentence(row["reason"]) if row["reason"] else _amount(row),
            "This was asked beside the first question, and decides nothing.")))
    return Told("What this trial says", _first(result), tuple(rows), LIMITS)


def tell_series(series: TrialSeries) -> Told:
    """Several people with one plan: all together, then each by themselves and beside the others."""
    told, plan = tell_people(series.people, CONTRAST, COIN), next(iter(series.results.values())).plan
    own = []
    for row in series.table.to_dict("records"):
        base = series.results[row["person"]].row(ASSIGNED)
        beside = base.copy()
        beside[["estimate", "lower", "upper", "level"]] = (row["pooled"], row["pooled_lower"], row["pooled_upper"],
                                                           series.people.level)
        own.append((row["person"], "", join(f"By this person's own nights: {carry_on(_amount(base))}",
                                            f"Together with the others: {carry_on(_amount(beside))}")))
    first = (f"{len(own)} people followed one plan: {plan.treatment}, or {plan.control}, as a coin said for each of "
             "them.")
    return Told("What these trials say", (first, told.caveats[0]), (*told.rows, *own), LIMITS)


def answer(result: TrialResult) -> str:
    """The answer to the question of the plan, in a few sentences."""
    if result.verdict == UNFAIR:
        return f"This was not a fair test. {result.unfair}"
    following = result.next_look()
    after = "" if following is None else f"The next look is after {following[0]} nights, on {long_date(following[1])}."
    if result.verdict == TOO_EARLY:
        return (f"Too early to say: {count(result.nights, 'night')} have come. "
                f"{after.replace('The next look', 'The first planned look')}")
    row = result.row(ASSIGNED)
    if row["reason"]:
        return sentence(row["reason"])
    if result.verdict in (FEWER, MORE):
        when = "" if result.claimed_after == result.looked_at else (
            f"The look after {result.claimed_after} nights claimed it already, and a claim once made stays made.")
        amount = f"{about(row['estimate'], '')} per 30 nights" if _counted(row) else _guess(row)
        return join(f"{capital(_better(result))}: {amount}, and {_spread(row)}.", when, COIN, _compared(row))
    guess = f"the best guess is {_guess(row)}, but it could be {_spread(row)}."
    if result.verdict == TOO_FEW:
        return join(f"Too few nights have an answer to claim anything: {guess}", COIN, _compared(row))
    if result.verdict == GOING_ON:
        return join(f"Not yet clear: after {result.looked_at} nights {guess}", after, COIN, _compared(row))
    promise = (f"The plan promised to see {result.plan.effect:g} nights in 30 in {100 * result.plan.power:.0f} of 100 "
               "such trials; less than that it often misses.")
    return join(f"Not clear: {guess}", promise if _counted(row) else "", COIN, _compared(row))


def headline(result: TrialResult) -> str:
    """The answer in one line, for the top of a page: "Calf stretch at 19:30: −5.2 symptom nights per 30 nights (95%
    interval −8.1 to −2.2); 112 nights; coin-flip".
    """
    if result.verdict == TOO_EARLY:
        number, day = result.next_look() or (0, result.plan.end)
        return (f"{name_trial(result)}: coin-flip nights are going on; the first look is after {number} nights, on "
                f"{long_date(day)}.")
    row = result.row(MODEL if result.unfair else ASSIGNED)
    if row["reason"]:
        return f"{name_trial(result)}: {carry_on(sentence(row['reason']))}"
    unit = f"{_noun(row)}s per 30 nights" if _counted(row) else f"{name_outcome(row['outcome'])}, {row['unit']}"
    open_still = "" if result.verdict in (FEWER, MORE) else f" {capital(verdict_text(result))}."
    return (f"{name_trial(result)}: {signed(row['estimate'])} {unit} ({100 * row['level']:.3g}% interval "
            f"{signed_interval(row['lower'], row['upper'])}); {count(row['n_nights'], 'night')}; "
            f"{result.design_tag}.{open_still}")


def _first(result: TrialResult) -> tuple[str, ...]:
    """What to know first: the nights, then the remarks."""
    plan, arms = result.plan, result.arms
    answered, nights = int(arms["answered"].sum()), int(arms["nights"].sum())
    text = (f"The plan runs from {long_date(plan.start)} to {long_date(plan.end)}. Of the {count(nights, 'night')} "
            f"that count so far, {answered} {'has' if answered == 1 else 'have'} an answer.")
    return (text, *result.remarks)


def name_trial(result: TrialResult) -> str:
    """What was tried, with its hour."""
    return f"{capital(result.plan.treatment)}" + ("" if result.plan.at in result.plan.treatment else
                                                 f" at {result.plan.at}")


def _as_done(result: TrialResult) -> str:
    row, arms = result.row(DONE), result.arms.set_index("arm")
    kept = (f"On nights with a yes it was done on {int(arms.loc['with', 'done'])} of "
            f"{int(arms.loc['with', 'done_known'])}, on nights with a no on {int(arms.loc['without', 'done'])} of "
            f"{int(arms.loc['without', 'done_known'])}.")
    if row["reason"]:
        return join(kept, sentence(row["reason"]))
    return join(kept, f"For a night on which it is done because the coin says so, {_amount(row, False)}",
                "This takes it that a yes that was not followed changed nothing.")


def _model(result: TrialResult) -> str:
    row, first = result.row(MODEL), result.row(ASSIGNED)
    if row["reason"]:
        return sentence(row["reason"])
    same = _sign(row) == _sign(first) or 0 in (_sign(row), _sign(first))
    return join(f"A model that knows that nights follow one another says {_guess(row)}; it could be {_spread(row)}.",
                "" if same else "The two do not agree on the side, so trust neither alone.",
                "It is a check, and decides nothing.")


def _night_before(result: TrialResult) -> str:
    row = result.row(BEFORE)
    if row["reason"]:
        return sentence(row["reason"])
    told = f"After a night with a yes, against after one with a no: {_guess(row)}; it could be {_spread(row)}."
    clear = row["lower"] > 0 or row["upper"] < 0
    return join(told, "So what was done on one evening may still work the next, and the answer above is then too small."
                if clear else "Nothing clear carries over to the next night.")


def _morning(result: TrialResult) -> str:
    row = result.row(MORNING)
    if row["reason"]:
        return sentence(row["reason"])
    e_value = float(result.course["e_value"].max())
    most = f"{e_value:.1f}" if e_value < 100 else "over 100"
    state = f"{'that is' if e_value >= E_VALUE else f'{E_VALUE:g} would be'} enough to claim one on any morning"
    return join(f"Fair bets on a difference, one for each block of nights, have turned 1 into {most} at most; {state}.",
                f"Limits that hold however often one looks: {_spread(row)}.",
                "Looking every morning has its price: they are wider than at a planned look.")


def _missing(result: TrialResult) -> str:
    arms = result.arms.set_index("arm")
    text = (f"{int(arms.loc['with', 'missing'])} of {int(arms.loc['with', 'nights'])} nights with a yes and "
            f"{int(arms.loc['without', 'missing'])} of {int(arms.loc['without', 'nights'])} nights with a no have no "
            "answer.")
    if not int(arms["missing"].sum()):
        return "Every night that counts has an answer."
    if math.isnan(result.lowest) or not result.looked_at:
        return text
    counted = _counted(result.row(ASSIGNED))
    ends = interval(result.lowest, result.highest) if counted else shift_spread(result.lowest, result.highest, False)
    return join(text, f"Whatever those nights were like, the plain difference lies {ends}.",
                "The answer above takes it that leaving a night unwritten had nothing to do with the coin.")


# --- numbers in words ----------------------------------------------------------------------------------------------
def name_outcome(column: str) -> str:
    """An outcome as a person calls it."""
    return "symptom nights" if column == "symptoms" else LABELS.get(column, readable(column))


def _counted(row: Any) -> bool:
    return row["unit"] == UNITS[YES_NO]


def _noun(row: Any) -> str:
    return "symptom night" if row["outcome"] == "symptoms" else "such night"


def _guess(row: Any) -> str:
    if _counted(row):
        return f"{about(row['estimate'], _noun(row))} per 30 nights"
    return f"about {_shift(row)(row['estimate'])}"


def _spread(row: Any) -> str:
    level = f"({100 * row['level']:.3g}% interval)"
    if _counted(row):
        return f"{interval(row['lower'], row['upper'])} {level}"
    return f"between {_shift(row)(row['lower'])} and {_shift(row)(row['upper'])} {level}"


def _shift(row: Any):
    """A number of the row in words, with its unit: "0.8 points lower", "0.3 hours more"."""
    if row["unit"] == UNITS[POINTS]:
        return lambda value: shift(value, False)
    return lambda value: f"{abs(value):.1f} {row['unit']} {'less' if value < 0 else 'more'}"


def _amount(row: pd.Series, capitals: bool = True) -> str:
    if row["reason"]:
        return sentence(row["reason"])
    text = f"the best guess is {_guess(row)}; it could be {_spread(row)}."
    return capital(text) if capitals else text


def verdict_text(result: TrialResult) -> str:
    """The verdict in two or three words: "fewer symptom nights", "not yet clear"."""
    said = {TOO_EARLY: "too early to say", GOING_ON: "not yet clear", TOO_FEW: "too few answers",
            UNFAIR: "no fair test", UNCLEAR: "not clear"}
    return said.get(result.verdict) or _better(result)


def _better(result: TrialResult) -> str:
    way = 0 if result.verdict == FEWER else 1
    if _counted(result.row(ASSIGNED)):
        return f"{('fewer', 'more')[way]} {_noun(result.row(ASSIGNED))}s"
    return f"{('lower', 'higher')[way]} {name_outcome(result.plan.outcome)}"


def _compared(row: Any) -> str:
    return (f"This compares {int(row['n_with'])} nights on which it said yes with "
            f"{int(row['n_nights'] - row['n_with'])} on which it said no, whatever was then done.")


def _sign(row: Any) -> int:
    return -1 if row["upper"] < 0 else 1 if row["lower"] > 0 else 0

