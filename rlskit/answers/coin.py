"""Where watching cannot answer, a coin can: which command, how many nights, and the date on which they would end."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rlskit.answers.questions import AT_THE_LANDMARK, OWN, STRETCHING, Question
from rlskit.errors import ModelError
from rlskit.trials.plan import ENOUGH, TREATMENT, WORTH_SEEING, TrialPlan
from rlskit.trials.result import TrialResult
from rlskit.trials.words import chance, name_of
from rlskit.utils.words import TWO_YEARS, long_date

# What a coin could decide in place of a question, evening by evening.
TRIED = {"caffeine_after_noon": "no caffeine at 12:00", "alcohol": "no alcohol at 18:00",
         "magnesium": "magnesium at 18:00"}
STRETCHES = ("calf", "hamstring")
FILES = "FILES"


@dataclass(frozen=True, kw_only=True)
class CoinNights:
    """A plan of the person's own nights, begun tomorrow: how many, the last evening, and the chance that they show 6
    fewer symptom nights in 30."""

    __module__ = "rlskit"

    nights: int
    end: dt.date
    power: float


def coin_nights(nights: pd.DataFrame, today: dt.date | None = None) -> CoinNights | None:
    """What a coin would take; None where no plan can be made of these nights."""
    from rlskit.trials.planning import propose  # here and below: whoever asks for no answers does without

    found = propose(nights)
    if found is None:
        return None
    end = (today or dt.date.today()) + dt.timedelta(days=found.nights)
    return CoinNights(nights=found.nights, end=end, power=found.power)


def coin_treatment(question: Question) -> str:
    """What `rlskit plan` would try of a question; "" where no coin can decide it one evening at a time, or must not."""
    if question.key in TRIED or question.outcome:
        return TRIED.get(question.key, "")
    if question.key in (STRETCHING.key, AT_THE_LANDMARK.key):
        return TREATMENT
    if question.key.startswith("stretch"):  # a routine, or how: nothing that heads or tails of one evening can give
        return ""
    if question.key.startswith("movement"):
        tried = f"{question.topic}{' stretch' if question.topic in STRETCHES else ''} at 19:30"
    else:
        tried = f"{question.label} at 18:00" if question.advice == OWN and not question.unit else ""
    from rlskit.trials.planning import name_treatment

    try:
        return tried and name_treatment(tried).text
    except ModelError:
        return ""


def plan_of(treatment: str, plans: Iterable[TrialPlan]) -> TrialPlan | None:
    """The last plan of the same thing; of any stretch, where any would do."""
    if not treatment:
        return None
    from rlskit.trials.planning import name_treatment

    tried = name_treatment(treatment)
    return next((plan for plan in reversed(list(plans)) if plan.done == tried.done and (
        treatment == TREATMENT or name_of(plan).casefold() == tried.name.casefold())), None)


def plan_words(treatment: str, coin: CoinNights | None, files: str = FILES) -> str:
    """The command that plans it."""
    asked = "" if treatment == TREATMENT else f" --treatment {shlex.quote(treatment)}"
    nights = f" --nights {coin.nights}" if coin is not None and coin.power < ENOUGH else ""
    return f"rlskit plan {files} --out my/trial{asked}{nights}"


def coin_step(treatment: str, coin: CoinNights | None, trials: Iterable[TrialResult] = ()) -> str:
    """What to do where watching would take more than two years."""
    if not treatment:
        return "Nor can a coin, one evening at a time."
    if (plan := plan_of(treatment, [one.plan for one in trials])) is not None:
        return f"The coin-flip nights to {long_date(plan.end)} answer that."
    command = f"`{plan_words(treatment, coin)}`"
    if coin is None:
        return f"A coin might: {command} says how many nights it takes."
    if coin.power < ENOUGH:
        return (f"A coin could try: {command}, begun tomorrow, ends on {long_date(coin.end)}, with "
                f"{chance(coin.power)} to show a change of {WORTH_SEEING} in 30.")
    return (f"A coin can: {command} takes {coin.nights} nights, to {long_date(coin.end)} if begun tomorrow, to show a "
            f"change of {WORTH_SEEING} in 30.")


def coin_beside(row: Any, coin: CoinNights | None, trials: Iterable[TrialResult] = ()) -> str:
    """The same for a row of the advice table; "" where watching will do."""
    more = row["nights_needed"]
    if pd.isna(more) or more <= TWO_YEARS:
        return ""
    return coin_step(row["coin"], coin, trials)
