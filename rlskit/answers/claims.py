"""How much alpha each row of the advice table has, and what may be claimed with it at this look.

One first question: alpha is split, FIRST of it for the question stated beforehand and the rest for all others, and
what the first question had is passed on to the others once it is claimed (Bretz, Maurer, Brannath & Posch 2009,
Statistics in Medicine 28, 586-604). Looks: each row spends its own share (looks.py).
Measured: docs/decisions/0038-looks-and-the-first-question.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from scipy.special import ndtr, ndtri

from rlskit.answers.looks import Look, counted, cut_of
from rlskit.answers.simultaneous import Weighed, family_level
from rlskit.errors import ModelError
from rlskit.utils.words import count, long_date

PRIMARY, HORIZON = "primary", "horizon"  # in the attrs of nights
FIRST = 0.8  # of alpha


@dataclass(frozen=True, kw_only=True)
class Primary:
    """The question asked first: a value of `question` in the answers, and the day from which it is the first one (None:
    since before the first night)."""

    __module__ = "rlskit"

    question: str
    since: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """The level of the limits that a claim of a row rests on, without looks and with them; `closed`: why nothing can be
    claimed at this look; `side`, `since`: of a claim made at an earlier one, which stays."""

    together: float
    level: float
    closed: str = ""
    side: str = ""
    since: str = ""


def primary_of(given: str | Primary | None, nights: pd.DataFrame, known: Iterable[str]) -> Primary | None:
    """The first question as given, else as the nights have it; ModelError where it is none of those known."""
    said = nights.attrs.get(PRIMARY)
    if given is None and said:
        since = said["since"]
        given = Primary(question=said["question"], since=dt.date.fromisoformat(since) if since else None)
    one = Primary(question=given) if isinstance(given, str) else given
    if one is not None and (not isinstance(one, Primary) or one.question not in set(known)):
        found = one.question if isinstance(one, Primary) else one
        raise ModelError(f'answer_questions, primary: found "{found}"; expected one of {", ".join(known)}.')
    return one


def alone(nights: pd.DataFrame, question: str, level: float = 0.95) -> float:
    """The level of one question's limits where no other is asked: of the one that the nights say comes first its
    share."""
    said = nights.attrs.get(PRIMARY)
    return 1.0 - FIRST * (1.0 - level) if said and said["question"] == question else level


def chosen_late(first: Primary | None, nights: pd.DataFrame) -> list[str]:
    """What has to be said where the first question was chosen when there were nights already."""
    if first is None or first.since is None:
        return []
    seen = int((nights["night"] < pd.Timestamp(first.since)).sum())
    return [] if not seen else [f'The first question, "{first.question}", was chosen on {long_date(first.since)}, '
                                f"after the first {count(seen, 'night')}, which may have suggested it."]


def family(weights: Mapping[str, Weighed], level: float, first: str, claimed: bool) -> dict[str, float]:
    """By question the level of its limits. first : the question asked first, empty where there is none or it could not
    be asked; claimed : whether something is claimed about it."""
    if first not in weights:
        together = family_level(list(weights.values()), level)
        return dict.fromkeys(weights, together)
    alpha = 1.0 - level
    rest = {question: one for question, one in weights.items() if question != first}
    others = family_level(list(rest.values()), level if claimed else 1.0 - (1.0 - FIRST) * alpha)
    return {question: 1.0 - FIRST * alpha if question == first else others for question in weights}


def allowed(question: str, together: float, looks: Sequence[Look], this: Look, horizon: int) -> Allowed:
    """What may be claimed about a question at this look, after those before it."""
    made = next((one for one in looks if question in one.claims), None)
    side, since = ("", "") if made is None else (made.claims[question], _when(made, looks))
    if not looks and not horizon:
        return Allowed(together=together, level=together)
    cut = cut_of(question, looks, this, 1.0 - together, horizon)
    level = together if cut is None else float(2.0 * ndtr(cut) - 1.0)
    closed = "" if cut is not None else _too_early(horizon) if horizon else _again(looks, question)
    return Allowed(together=together, level=level, closed=closed, side=side, since=since)


def cut_at(level: float) -> float:
    """The |z| that limits at this level leave out."""
    return float(ndtri(0.5 + level / 2.0))


def _when(look: Look, looks: Sequence[Look]) -> str:
    nights = counted(looks, look)[1]
    return f"Clear in the report of {long_date(look.date)}, after {count(nights, 'night')}; a claim once made stays."


def _too_early(horizon: int) -> str:
    return (f"Too early for a claim: with reports over {horizon} nights the chance of a false alarm is shared out, and "
            "the first ones have little of it.")


def _again(looks: Sequence[Look], question: str) -> str:
    first = next(one for one in looks if question in one.cuts)
    return (f"Seen on repeated reading: the report of {long_date(first.date)} asked this already, and each further one "
            "adds to the chance of a false alarm. New nights in a folder of their own would settle it.")
