"""When a question cannot be asked of a diary yet, and how many more nights would do. Low power is never a reason."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

LEAST_NIGHTS = 14
LEAST_OF_EACH_OUTCOME = 5
LEAST_EXPOSED = 7
LEAST_SWITCHES = 4
# What is said of the nights of either outcome.
SYMPTOMS = ("had symptoms", "were free of symptoms")
USUAL = ("had higher values than the others", "had lower values than the others")


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


def refusal(c: Counts, exposed_word: str, unexposed_word: str, nights_kept: int, kinds: tuple[str, str] = SYMPTOMS
            ) -> tuple[str, int | None]:
    """Reason and nights still needed; ("", None) if the question may be asked. kinds : of outcome, as said of nights.

    nights_kept : calendar nights over which the counts came together; the rate of each count per calendar night tells
    how long its shortage takes to fill. Where a count is still zero, the least number that could do is given.
    """
    shortages = (
        *_of_either(c, kinds),
        (LEAST_EXPOSED - c.exposed, c.exposed, f"{c.exposed} {exposed_word}; at least {LEAST_EXPOSED} are needed"),
        (LEAST_EXPOSED - c.unexposed, c.unexposed,
         f"{c.unexposed} {unexposed_word}; at least {LEAST_EXPOSED} are needed"),
        (LEAST_SWITCHES - c.switches, c.switches,
         f"{c.switches} change{'' if c.switches == 1 else 's'} between the two kinds of night, so this is only a "
         f"before and after; at least {LEAST_SWITCHES} are needed"),
    )
    return _first(shortages, nights_kept)


def trend_refusal(c: Counts, day: np.ndarray, nights_kept: int, days_apart: float) -> tuple[str, int | None]:
    """The same for a trend, where time itself is the exposure: enough nights of either outcome, and enough time."""
    low, high = np.quantile(day, [0.05, 0.95]) if len(day) else (0.0, 0.0)
    if high - low < days_apart and c.nights >= LEAST_NIGHTS:
        short = math.ceil((days_apart - (high - low)) / 0.9)
        return (f"Not enough recorded to say: the diary covers hardly more than {days_apart / 7:g} weeks.",
                max(short, 1))
    return _first(_of_either(c), nights_kept)


def _of_either(c: Counts, kinds: tuple[str, str] = SYMPTOMS) -> tuple[tuple[int, int, str], ...]:
    """(short by, have, in words) of nights and of nights of either outcome."""
    free = c.nights - c.symptom_nights
    return (
        (LEAST_NIGHTS - c.nights, c.nights,
         f"{c.nights} night{'' if c.nights == 1 else 's'} that can be compared; at least {LEAST_NIGHTS} are needed"),
        (LEAST_OF_EACH_OUTCOME - c.symptom_nights, c.symptom_nights,
         f"{c.symptom_nights} of these nights {kinds[0]}; at least {LEAST_OF_EACH_OUTCOME} are needed"),
        (LEAST_OF_EACH_OUTCOME - free, free,
         f"{free} of these nights {kinds[1]}; at least {LEAST_OF_EACH_OUTCOME} are needed"))


def _first(shortages, nights_kept: int) -> tuple[str, int | None]:
    missing = [(short, have, said) for short, have, said in shortages if short > 0]
    if not missing:
        return "", None
    needed = max(math.ceil(short * max(nights_kept, 1) / have) if have else short for short, have, _ in missing)
    first = missing[0]
    return f"Not enough recorded to say: {first[2]}.", int(needed)
