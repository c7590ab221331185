"""One row of the table of checks, and the few ways of saying a number that the sentences share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PASS, LOOK, FAIL, UNSEEN, IMPOSSIBLE = "pass", "look", "fail", "could not have shown it", "not possible"
RESULTS = (PASS, LOOK, FAIL, UNSEEN, IMPOSSIBLE)
COLUMNS = ["check", "result", "value", "lower", "upper", "sentence"]


@dataclass(frozen=True)
class Row:
    """`check`: its name; `result`: one of RESULTS; `value` with `lower` and `upper` where they mean something, else
    nan; `sentence`: what was seen, in plain words."""

    check: str
    result: str
    value: float
    lower: float
    upper: float
    sentence: str


def row(check: str, result: str, sentence: str, value: float = np.nan, lower: float = np.nan,
        upper: float = np.nan) -> Row:
    """A row; numbers that are not there are nan."""
    return Row(check, result, float(value), float(lower), float(upper), sentence)


def impossible(check: str, why: str) -> Row:
    """A check that these nights do not allow; `why` goes on after "Not possible:"."""
    return row(check, IMPOSSIBLE, f"Not possible: {why}")


def grade(value: float, look: float, fail: float) -> str:
    """pass below `look`, look from there on, fail from `fail` on; for a value that is better when low, look < fail, and
    the other way round for one that is better when high."""
    worse = value if look <= fail else -value
    at_look, at_fail = (look, fail) if look <= fail else (-look, -fail)
    return FAIL if worse >= at_fail else LOOK if worse >= at_look else PASS


def number(n: int, noun: str) -> str:
    """"1 night", "2 nights"."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def more_or_fewer(value: float) -> str:
    """"2.1 more", "0.4 fewer"."""
    return f"{abs(value):.1f} {'fewer' if value < 0 else 'more'}"
