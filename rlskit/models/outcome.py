"""What kind of answer a night gives: yes or no, a level, or a number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rlskit.errors import ModelError
from rlskit.models.rows import NUMERIC, ORDERED, YES_NO
from rlskit.utils.shown import Columns, Part

_SAID = re.compile(r'"[^"\n]*"|\brk\.\w+\([^)]*\)|\bpoints of severity\b|\b(?:symptom )?nights?\b', re.IGNORECASE)


@dataclass(frozen=True)
class Outcome:
    """What kind of answer a night gives: `name`, the `scale` of the coefficients, and the scales that effects can be
    told on, the usual one first. noun, unit: what sentences call a night that counts, and the nights themselves; they
    make no other kind of outcome."""

    __module__ = "rlskit"

    name: str
    scale: str
    effects: tuple[str, ...] = ()
    noun: str = field(default="symptom night", compare=False)
    unit: str = field(default="nights", compare=False)

    def __repr__(self) -> str:
        """As it is typed, so that signatures can be read."""
        return {YES_NO: "rk.BINARY", ORDERED: "rk.ORDINAL", NUMERIC: "rk.GAUSSIAN"}.get(self.name, self.name)

    @property
    def own_name(self) -> str:
        """The noun where somebody gave one; else empty."""
        return "" if self.noun == "symptom night" else self.noun

    def said(self, text: str) -> str:
        """What is written about symptom nights, about this outcome. Code and what stands in quotes stay."""
        words = {"symptom night": self.noun, "symptom nights": f"{self.noun}s", "night": self.unit.removesuffix("s"),
                 "nights": self.unit, "points of severity": f"points of {self.own_name or 'severity'}"}

        def instead(found: re.Match[str]) -> str:
            word = found[0]
            new = words.get(word.lower(), word)
            return new[:1].upper() + new[1:] if word[:1].isupper() else new

        return _SAID.sub(instead, text) if (self.own_name or self.unit != "nights") else text


BINARY = Outcome(YES_NO, "log odds", ("nights_per_30", "probability", "risk_ratio", "odds_ratio"))
ORDINAL = Outcome(ORDERED, "log odds", ("points", "nights_per_30", "probability", "risk_ratio", "odds_ratio"))
GAUSSIAN = Outcome(NUMERIC, "own units", ("points",))


def name_outcome(name: str, unit: str = "nights", *, like: Outcome = BINARY) -> Outcome:
    """An outcome of your own: what every sentence, axis, table and methods paragraph calls it.

    Parameters
    ----------
    name : one of them, such as "headache day"; of a number what it is, such as "hours of sleep".
    unit : what the rows are, such as "days".
    like : the kind of answer: BINARY, ORDINAL or GAUSSIAN.

    Raises
    ------
    ModelError : for a name or a unit that is no text.

    Examples
    --------
    >>> import rlskit as rk
    >>> rk.name_outcome("headache day", unit="days").said("2 fewer symptom nights per 30 nights")
    '2 fewer headache days per 30 days'
    """
    for what, given in (("name", name), ("unit", unit)):
        if not isinstance(given, str) or not given.strip():
            raise ModelError(f'name_outcome, {what}: found {given!r}; expected text, as in '
                             'rk.name_outcome("headache day", unit="days").')
    if not isinstance(like, Outcome):
        raise ModelError(f"name_outcome, like: found {like!r}; expected BINARY, ORDINAL or GAUSSIAN.")
    return replace(like, noun=name.strip(), unit=unit.strip())


def told_as(result: object, text: str) -> str:
    """Words about symptom nights as words about the outcome of a result, where it has one."""
    outcome = getattr(result, "outcome", None)
    return outcome.said(text) if isinstance(outcome, Outcome) else text


def told_parts(outcome: Outcome, parts: Iterable[Part]) -> list[Part]:
    """The parts of a result in the words of its outcome."""
    return [replace(part, rows=[[outcome.said(cell) for cell in row] for row in part.rows])
            if isinstance(part, Columns) else outcome.said(part) for part in parts]
