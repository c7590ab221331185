"""What an answer is counted in, and the words its sentences share: symptom nights in 30, points of severity, or the
outcome's own units. The one place in checks/ that knows how kinds of outcome are spoken of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlskit.checks.refit import PER
from rlskit.models.fitting import Fitted
from rlskit.models.outcome import BINARY, ORDINAL
from rlskit.utils.words import isolate, readable, signed, signed_interval


@dataclass(frozen=True)
class Unit:
    """outcome: what a night says ("symptoms", "severity", "sleep (h)"). counted: what follows an amount. ways: of a
    fall and of a rise. nights: what follows a trend; bad: what follows one another. low, high: as what nights without
    an answer may at worst have ended, and low_as, high_as: such nights in words; seen: whether these are only the
    lowest and highest seen. times: nights that an average counts. digits: of an amount.
    """

    outcome: str
    counted: str
    ways: tuple[str, str]
    nights: str
    bad: str
    low: float
    high: float
    low_as: str
    high_as: str
    seen: bool
    times: float
    digits: int

    def signed(self, value: float) -> str:
        """"+2.1", "−0.35"."""
        return signed(value, self.digits)

    def interval(self, lower: float, upper: float) -> str:
        """"−6.0 to +1.0"; an open side in words."""
        return signed_interval(lower, upper, self.digits)

    def plain(self, value: float) -> str:
        """"13.1"."""
        return f"{value:.{self.digits}f}"

    def amount(self, value: float) -> str:
        """"1.2 symptom nights in 30", "0.35 points", "0.35"."""
        return f"{abs(value):.{self.digits}f}{self.counted}"

    def moved(self, value: float) -> str:
        """"2.1 more symptom nights in 30", "severity higher by 0.35 points", "sleep (h) higher by 0.35"."""
        way = self.ways[bool(value >= 0)]
        if self.times == PER:
            return f"{abs(value):.{self.digits}f} {way}{self.counted}"
        return f"{self.outcome} {way} by {self.amount(value)}"


def unit_of(fit: Fitted) -> Unit:
    """How this fit's outcome is counted and spoken of."""
    design = fit.design
    if fit.outcome.name == BINARY.name:
        return Unit(
            outcome="symptoms", counted=" symptom nights in 30", ways=("fewer", "more"), nights="Symptom nights",
            bad="Bad nights", low=0.0, high=1.0, low_as="nights free of symptoms", high_as="symptom nights", seen=False,
            times=PER, digits=1)
    if fit.outcome.name == ORDINAL.name:
        assert design.levels is not None
        low, high = float(design.levels.points[0]), float(design.levels.points[-1])
        return Unit(
            outcome="severity", counted=" points", ways=("lower", "higher"), nights="Nights", bad="Bad nights", low=low,
            high=high, low_as=f"nights at the lowest level ({design.levels.labels[0]})",
            high_as=f"nights at the highest level ({design.levels.labels[-1]})", seen=False, times=1.0, digits=2)
    name, low, high = isolate(readable(design.outcome)), float(design.response.min()), float(design.response.max())
    digits = int(np.clip(2 - np.floor(np.log10(design.response.std())), 0, 6))
    return Unit(
        outcome=name, counted="", ways=("lower", "higher"), nights="Nights", bad="Nights", low=low, high=high,
        low_as=f"nights like the lowest seen ({low:.{digits}f})",
        high_as=f"nights like the highest seen ({high:.{digits}f})", seen=True, times=1.0, digits=digits)
