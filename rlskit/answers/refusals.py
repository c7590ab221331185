"""When a question cannot be asked of a diary yet, and how many more nights would do. Low power is never a reason.

A reason is a code with its counts, so that every page can say it to its own readers (pages/card_words.py does), and the
sentence that describe() and the figures print.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

LEAST_NIGHTS = 14
LEAST_OF_EACH_OUTCOME = 5
LEAST_EXPOSED = 7
LEAST_SWITCHES = 4
NO_ANSWERS, NOTHING = "Not enough recorded to say: ", "Nothing to compare: "

# --- codes: why there is no answer -----------------------------------------------------------------------------------
NOT_RECORDED, NO_SYMPTOMS_ASKED, UNSETTLED = "not recorded", "no answers about symptoms", "unsettled"
ALL_ILL, NONE_ILL, ALWAYS, NEVER, SAME = "all symptom nights", "no symptom night", "always", "never", "always the same"
FEW_NIGHTS, FEW_ILL, FEW_FREE = "few nights", "few symptom nights", "few symptom-free nights"
FEW_WITH, FEW_WITHOUT, FEW_CHANGES, SHORT, ALIKE = "few with", "few without", "few changes", "short diary", "alike"
UNTOLD, NO_HOUR, TOGETHER, ONE_KIND, FORETOLD, FAILED = (
    "order not told", "hour not told", "always together", "one kind of movement", "told by the night before",
    "not computed")
# --- codes: why an answer is in doubt; the habit's own doubt has none -----------------------------------------------
FOLLOWS, ORDER, TURNS, PEOPLE_DIFFER = "follows symptoms", "order in doubt", "changes sides", "people differ"
STAYS, CLOSED = "claimed before", "no claim at this look"

# What is said of the nights of either outcome.
SYMPTOMS = ("had symptoms", "were free of symptoms")
USUAL = ("had higher values than the others", "had lower values than the others")


@dataclass(frozen=True)
class Refused:
    """Why a question cannot be asked. said : as a sentence; more : calendar nights until it can be, None where more
    nights kept in the same way would not do, or nobody can tell;
    have, need : the count that is short, 0 where none is."""

    code: str
    said: str
    more: int | None = None
    have: int = 0
    need: int = 0


@dataclass(frozen=True)
class Counts:
    """What one question has to go on. Shapes: all scalars, counted over the modelled nights."""

    nights: int
    symptom_nights: int
    exposed: int
    unexposed: int
    switches: int


def count(outcome: np.ndarray, exposed: np.ndarray, person: np.ndarray) -> Counts:
    """outcome, exposed : bool, one per modelled night; person : whose; by person, then in calendar order.

    Only what one person changes is a switch: from the last night of one to the first of the next nothing changed.
    """
    exposed = np.asarray(exposed, dtype=bool)
    same = person[1:] == person[:-1]
    return Counts(len(exposed), int(np.sum(outcome)), int(exposed.sum()), int((~exposed).sum()),
                  int(np.sum((exposed[1:] != exposed[:-1]) & same)))


def refusal(c: Counts, more: str, less: str, nights_kept: int, kinds: tuple[str, str] = SYMPTOMS) -> Refused | None:
    """Why there are too few nights; None if the question may be asked. more, less : nights of either kind, in words;
    kinds : of outcome, as said of nights.

    nights_kept : calendar nights over which the counts came together; the rate of each count per calendar night tells
    how long its shortage takes to fill. Where a count is still zero, the least number that could do is given.
    """
    never, always = not c.exposed and c.unexposed, not c.unexposed and c.exposed
    return _first((
        *_of_either(c, kinds),
        _none(NEVER, c.nights, less, more) if never else
        _short(FEW_WITH, c.exposed, LEAST_EXPOSED, f"{c.exposed} nights {more}"),
        _none(ALWAYS, c.nights, more, less) if always else
        _short(FEW_WITHOUT, c.unexposed, LEAST_EXPOSED, f"{c.unexposed} nights {less}"),
        _short(FEW_CHANGES, c.switches, LEAST_SWITCHES, f"{c.switches} change{'' if c.switches == 1 else 's'} between "
               "the two kinds of night, so this is only a before and after"),
    ), nights_kept)


def trend_refusal(c: Counts, day: np.ndarray, nights_kept: int, days_apart: float) -> Refused | None:
    """The same for a trend, where time itself is the exposure: enough nights of either outcome, and enough time."""
    low, high = np.quantile(day, [0.05, 0.95]) if len(day) else (0.0, 0.0)
    if high - low < days_apart and c.nights >= LEAST_NIGHTS:
        short = math.ceil((days_apart - (high - low)) / 0.9)
        return Refused(SHORT, f"{NO_ANSWERS}the diary covers hardly more than {days_apart / 7:g} weeks.", max(short, 1))
    return _first(_of_either(c), nights_kept)


def one_sided(answers: int, ill: int) -> Refused | None:
    """Why nothing can be asked of nights that all had symptoms, or none of which had: no habit tells them apart."""
    if answers < LEAST_NIGHTS or 0 < ill < answers:
        return None
    code, how, what = (ALL_ILL, "all", "free of symptoms") if ill else (NONE_ILL, "none", "with symptoms")
    need = LEAST_OF_EACH_OUTCOME
    return Refused(code, f"{NOTHING}{how} of the {answers} nights had symptoms; at least {need} nights {what} are "
                   "needed.", None, 0, need)


def _of_either(c: Counts, kinds: tuple[str, str] = SYMPTOMS) -> tuple[Refused, ...]:
    """Of nights, and of nights of either outcome."""
    free, codes = c.nights - c.symptom_nights, (FEW_ILL, FEW_FREE) if kinds == SYMPTOMS else (ALIKE, ALIKE)
    return (
        _short(FEW_NIGHTS, c.nights, LEAST_NIGHTS,
               f"{c.nights} night{'' if c.nights == 1 else 's'} that can be compared"),
        _short(codes[0], c.symptom_nights, LEAST_OF_EACH_OUTCOME, f"{c.symptom_nights} of these nights {kinds[0]}"),
        _short(codes[1], free, LEAST_OF_EACH_OUTCOME, f"{free} of these nights {kinds[1]}"))


def _short(code: str, have: int, need: int, said: str) -> Refused:
    return Refused(code, f"{NO_ANSWERS}{said}; at least {need} are needed.", need - have, have, need)


def _none(code: str, nights: int, all_of_them: str, none_of_them: str) -> Refused:
    return Refused(code, f"{NOTHING}all {nights} nights are nights {all_of_them}; at least {LEAST_EXPOSED} "
                   f"{none_of_them} are needed.", None, 0, LEAST_EXPOSED)


def _first(counts: tuple[Refused, ...], nights_kept: int) -> Refused | None:
    """The first that is short, with the nights until the last of them would not be."""
    missing = [c for c in counts if c.have < c.need]
    if not missing:
        return None
    needed = max(math.ceil((c.need - c.have) * max(nights_kept, 1) / c.have) if c.have else c.need - c.have
                 for c in missing)
    return replace(missing[0], more=needed if missing[0].more is not None else None)
