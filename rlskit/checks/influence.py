"""Does one week, or one person, carry the answer?

Every calendar week is left out in turn: the parameters move by one Newton step, theta - H^-1 grad, from the maximum
on all nights (Cook & Weisberg 1982, Residuals and Influence in Regression, chapter 5), with the likelihood of the
remaining nights evaluated afresh because neighbouring nights share a memory. The week that moves the answer most, and
the one that moves it most towards no difference, are then fitted anew. Several people: one person at a time instead,
and since people share none, each one's part of the slope is known from one evaluation.
"""

from __future__ import annotations

import numpy as np

from rlskit.checks.context import Context
from rlskit.checks.row import FAIL, LOOK, PASS, Row, impossible, row
from rlskit.models.columns import NIGHT
from rlskit.utils.words import long_date

WEEKS, PEOPLE = "single weeks", "single people"
MUCH = 1.0  # standard errors
MONDAY = 4  # 1970-01-05, in days since 1970-01-01


def influence(m: Context) -> Row:
    """Looks where leaving one week (person) out moves the answer much or takes the claim away; fails where both."""
    name = PEOPLE if m.several else WEEKS
    unit = "person" if m.several else "week"
    night = m.fit.design.frame[NIGHT].to_numpy()
    group = m.fit.design.nights.person if m.several else _weeks(night, m.dated)
    _, group = np.unique(group, return_inverse=True)
    groups = int(group.max()) + 1
    if groups < 3:
        return impossible(name, f"fewer than three {'people' if m.several else 'weeks'}.")
    if m.separation is not None:
        return impossible(name, "some nights are predicted perfectly, see \"one-sided nights\".")
    whole, answer = m.refit, m.answer
    moved = whole.without_each(group, night) - whole.estimate
    towards = moved * -np.sign(whole.estimate)
    worst, change, lost = -1, 0.0, False
    for g in dict.fromkeys([int(np.nanargmax(np.abs(moved))), int(np.nanargmax(towards))]):
        without = whole.keeping(group != g, night).again()
        shift = without.estimate - whole.estimate
        gone = answer.claim != 0 and not without.claims(m.claim_level, answer.claim)
        if worst < 0 or (gone and not lost) or (gone == lost and abs(shift) > abs(change)):
            worst, change, lost = g, shift, gone
    much = abs(change) >= MUCH * whole.standard_error
    result = FAIL if much and lost else LOOK if much or lost else PASS
    label = "one person" if m.several else f"the week from {_week_name(group, worst, night, m.dated)}"
    now = m.unit.signed(whole.estimate + change)
    if result == PASS:
        return row(name, PASS, f"Leaving out any single {unit} moves the answer by at most {m.unit.amount(change)} (to "
                   f"{now}).", change)
    text = (f"Leaving out {label} alone moves the answer from {m.unit.signed(whole.estimate)} "
            f"({m.unit.interval(answer.lower, answer.upper)}) to {now}")
    text += ", and nothing is clear any more." if lost else "; it is still on the same side." if answer.claim else "."
    return row(name, result, text, change)


def _weeks(night: np.ndarray, dated: bool) -> np.ndarray:
    """Calendar weeks from Monday on, or sevens of numbered nights from the first."""
    return np.floor_divide(night - (MONDAY if dated else night.min()), 7)


def _week_name(group: np.ndarray, worst: int, night: np.ndarray, dated: bool) -> str:
    first = night[group == worst].min()
    if not dated:
        return f"night {first:.0f}"
    day = np.datetime64("1970-01-01") + int(np.floor_divide(first - MONDAY, 7) * 7 + MONDAY)
    return long_date(day)
