"""Whether a trial is a fair test: if the coin drew the schedule, and before the first evening.

What is not is analysed as what it is, nights that were compared because they happened, and says why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

import numpy as np

from rlskit.trials.design import draw_schedule
from rlskit.trials.nights import TrialNights
from rlskit.trials.plan import PERIODS, Assignment, TrialPlan
from rlskit.trials.words import clock_changes
from rlskit.utils.words import count, long_date

LEAST_NIGHTS = 40  # with an answer
LEAST_KNOWN = 10  # nights of either kind that say what was done, to tell that the coin was not followed


def unfair(plan: TrialPlan, nights: TrialNights) -> str:
    """Why the coin did not decide these nights, in a sentence; empty where it did."""
    if alternates(one.treat for one in plan.schedule):
        return ("The schedule goes to and fro in a fixed order. No coin was tossed, so everybody knew what came next, "
                "and whatever else comes and goes at the same pace looks like an effect.")
    if plan.made >= _first_evening(plan):
        return (f"The plan was made on {long_date(plan.made.date())}, after its first evening on "
                f"{long_date(plan.start)}. Nights that were already known could have been chosen.")
    if plan.schedule != _drawn_again(plan):
        return ("The schedule is not the one that the plan's own seed draws, so it was written by hand or changed.")
    said, yes = nights.counted & ~np.isnan(nights.done), nights.treat
    (done, of), (undue, beside) = ((int(nights.done[said & side].sum()), int((said & side).sum()))
                                   for side in (yes, ~yes))
    if min(of, beside) >= LEAST_KNOWN and done * beside <= undue * of:
        hour, minute = map(int, plan.at.split(":"))
        return (f"The coin was not followed: it was done on {done} of {of} nights with a yes and on {undue} of "
                f"{beside} nights with a no (done later than {hour + 1}:{minute:02} is not done).")
    return ""


def alternates(treat: Iterable[bool]) -> bool:
    """Whether with and without follow one another in spells of one length: (AB)^n, from six spells on."""
    values = np.array(list(treat), dtype=int)
    ends = np.flatnonzero(np.diff(values)) + 1
    spells = np.diff(np.concatenate([[0], ends, [len(values)]]))
    return len(spells) >= 6 and bool((spells[:-1] == spells[0]).all() and spells[-1] <= spells[0])


def remarks(plan: TrialPlan, nights: TrialNights, others: Sequence[TrialPlan]) -> tuple[str, ...]:
    """What a reader has to know about these nights, a sentence each."""
    said = []
    late = (nights.diary_starts - plan.start).days
    if late > 0:
        said.append(f"The diary starts on {long_date(nights.diary_starts)}, {count(late, 'night')} after the plan; "
                    f"{'this night counts' if late == 1 else 'these nights count'} as not written down.")
    if against := int((counted_against(nights)).sum()):
        said.append(f"On {count(against, 'night')} the coin said one thing and the other was done. They stay where the "
                    "coin put them.")
    for other in others:
        shared = len({one.night for one in plan.schedule} & {one.night for one in other.schedule})
        if shared:
            said.append(f"Another trial ran on {count(shared, 'night')} of these ({other.treatment}). Each had its own "
                        "coin, so both stay fair, but each says what it does while the other goes on.")
    if days := clock_changes(plan):
        said.append(f"The clocks changed in the night of {' and of '.join(map(long_date, days))}. The plan goes by "
                    "evenings and by the clock on the wall, so nothing moves.")
    return tuple(said)


def counted_against(nights: TrialNights) -> np.ndarray:
    """(n,) bool: counted nights on which the other thing was done."""
    return nights.counted & ~np.isnan(nights.done) & (nights.done != nights.treat)


def _first_evening(plan: TrialPlan) -> dt.datetime:
    hour, minute = map(int, plan.at.split(":"))
    zone = ZoneInfo(plan.timezone) if plan.timezone else plan.made.tzinfo
    return dt.datetime.combine(plan.start, dt.time(hour, minute), zone)


def period_of(plan: TrialPlan) -> int:
    """Nights of one period, of the "periods" design; 1 otherwise."""
    if plan.design != PERIODS:
        return 1
    return sum(one.block == plan.schedule[0].block for one in plan.schedule) // 2


def _drawn_again(plan: TrialPlan) -> tuple[Assignment, ...]:
    return draw_schedule(plan.start, len(plan.schedule), design=plan.design, seed=plan.seed, washout=plan.washout,
                         period=period_of(plan))
