"""What tests of simulated diaries ask a fit for."""

from __future__ import annotations

import rlskit as rk
from rlskit.checks.coverage import contrasts_of
from rlskit.checks.simulated_fit import Asked
from rlskit.effects.contrasts import Contrast


def asked_of(fit: rk.Fit, *, seed: int = 0, correction=rk.BARTLETT, scale: str | None = None, at_least=None) -> Asked:
    return Asked(fit, 0.95, correction, scale or fit.outcome.effects[0], at_least, seed)


def contrasts(fit: rk.Fit) -> list[Contrast]:
    return contrasts_of(fit, rk.estimate_effects(fit))
