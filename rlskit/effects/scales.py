"""The scales that an effect can be told on: an entry each, with all that numbers, sentences and figures need of it.

A further scale is an entry here, its place among the `effects` of an outcome (models/outcome.py), and its estimand
where it compares the two kinds of night in a new way (estimates.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DIFFERENCE, RATIO, ODDS = "difference", "ratio", "conditional odds"
_TWO_KINDS = "between the two kinds of night that each row compares"


@dataclass(frozen=True)
class Scale:
    """A scale of effects: what it is `of`, in words, how it `compares` two kinds of night, and how it is drawn.

    times: what a probability of 1 is on it. counts: whether nights count from a severity on. said_times, said_per: what
    sentences multiply by, and of how many nights they then speak; empty where they speak of points. span: shown on both
    sides of no difference at least. whole: written in whole numbers.
    """

    of: str
    title: str
    caption: str
    axis: str
    compares: str = DIFFERENCE
    times: float = 1.0
    counts: bool = True
    said_times: float = 1.0
    said_per: str = ""
    less: str = "fewer symptom nights"
    more: str = "more symptom nights"
    span: float = 3.0
    digits: int = 1
    whole: bool = False

    @property
    def log(self) -> bool:
        """Whether it is a ratio: drawn on a logarithmic axis, without a sign, and 1 where nothing differs."""
        return self.compares != DIFFERENCE

    @property
    def zero(self) -> float:
        return 1.0 if self.log else 0.0

    @property
    def signed(self) -> bool:
        return not self.log

    @property
    def nothing(self) -> str:
        """The line of no difference, in words."""
        return "1" if self.log else "zero"

    @property
    def change(self) -> str:
        """What the numbers are, in words: "change in probability", "odds ratio"."""
        return self.of if self.log else f"change in {self.of}"

    def told(self, values: np.ndarray) -> np.ndarray:
        """An estimand's own values (probabilities, points, log ratios) on this scale."""
        return np.exp(values) if self.log else self.times * values


SCALES = {
    "nights_per_30": Scale(
        of="symptom nights per 30 nights", title="Difference in symptom nights per 30 nights",
        caption=f"Difference in symptom nights per 30 nights {_TWO_KINDS}.",
        axis="difference in symptom nights per 30 nights", times=30.0, said_per="per 30 nights"),
    "probability": Scale(
        of="probability", title="Difference in the probability of a symptom night",
        caption=f"Difference in the probability of a symptom night {_TWO_KINDS}.", axis="difference in probability",
        said_times=100.0, said_per="per 100 nights", span=0.1, digits=2),
    "risk_ratio": Scale(
        of="risk ratio", title="Risk ratio of a symptom night",
        caption=f"Risk ratio of a symptom night {_TWO_KINDS}, logarithmic axis.", axis="risk ratio", compares=RATIO,
        span=2.0, digits=2),
    "odds_ratio": Scale(
        of="odds ratio", title="Odds ratio of a symptom night",
        caption="Odds ratio of a symptom night (conditional on the person and the night before), logarithmic axis.",
        axis="odds ratio", compares=ODDS, counts=False, span=2.0, digits=2),
    "points": Scale(
        of="points of severity", title="Difference in points", caption=f"Difference in points {_TWO_KINDS}.",
        axis="difference in points", counts=False, less="lower", more="higher", span=1.0),
}


def differences(scales: tuple[str, ...]) -> tuple[str, ...]:
    """Those of some scales that are differences."""
    return tuple(one for one in scales if not SCALES[one].log)
