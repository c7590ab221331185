"""The card of a trial, which stands before all others: a coin chose its nights."""

from __future__ import annotations

from rlskit.answers.trial_sentences import answer, verdict_text
from rlskit.pages.cards import Card
from rlskit.pages.drawings import draw_counts, draw_range
from rlskit.trials.plan import YES_NO
from rlskit.trials.result import ASSIGNED, FEWER, MODEL, MORE, UNFAIR, TrialResult
from rlskit.utils.words import capital, count, long_date, one_amount, two_ends

OVER = "show it to somebody who knows your health, with the plan."


def trial_card(result: TrialResult, span: float) -> Card:
    """One trial as a card. span : half of the axis that all pictures share."""
    row = result.row(MODEL if result.unfair else ASSIGNED)
    clear, following = result.verdict in (FEWER, MORE), result.next_look()
    counted = result.plan.outcome_kind == YES_NO and not row["reason"]
    sentence, picture = answer(result), ""
    if counted:
        ends = two_ends(row["lower"], row["upper"])
        sentence = f"{'About' if clear else 'Perhaps'} {one_amount(row['estimate'])} in 30. It could be {ends}."
        picture = draw_range(row["estimate"], row["lower"], row["upper"], span, filled=clear)
    elif following and not result.looked_at:
        picture = draw_counts(result.nights, following[0])
    if result.verdict == UNFAIR:
        sentence = f"{sentence} But: {result.unfair}"
    step = OVER if following is None else f"follow the coin until {long_date(following[1])}, the next look."
    kind = "No coin decided" if result.unfair else "A coin decided each evening"
    return Card(
        questions=(), ask=result.plan.question, state="clear" if clear else "unclear" if counted else "refused",
        verdict=capital(verdict_text(result)), sentence=sentence, kind=f"{kind}: {_nights(row, result)}",
        picture=picture, next=step, command="")


def _nights(row, result: TrialResult) -> str:
    if not result.looked_at and not result.unfair:
        return f"{count(result.nights, 'night')} so far"
    return f"{int(row['n_with'])} with, {int(row['n_nights'] - row['n_with'])} without"
