"""From a maximum to limits of one estimand: which side is open, which cut-off, and what if a better maximum turns up.

Equation. Cut-off z = Phi^-1((1 + level)/2) on the signed root of engine/limits/profile.py, times the square root of the
statistic's mean: of one person's diary by engine/families/bartlett.py for the coefficients plus
engine/limits/persistence.py for sigma and phi, of a few people's by engine/limits/few_people.py for how far they
differ. Oracle: tests/unit/engine/limits/test_profile.py, and coverage by simulation (benchmarks/coverage.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from rlskit.engine.fitting.maximum import Maximum, fit_objective, least_gain
from rlskit.engine.fitting.separation import opens_in
from rlskit.engine.limits.few_people import few_people_excess
from rlskit.engine.limits.persistence import night_weight, persistence_excess
from rlskit.engine.limits.profile import Estimand, Limits, limits
from rlskit.engine.parameters import Layout

# of a point of the profile: its signed root is then good to 1e-5, and limits to four decimals of a night
GAIN = 1e-5
# under separation a point of the profile lies at infinity: less and less is gained on the way, and limits move by less
# than a hundredth of a standard error
GAIN_ON_THE_WAY = 1e-4
# a mean beyond this is no correction any more: its expansion has broken down, as where most nights are separated
MOST_FACTOR = 4.0


def profile_limits(
    maximum: Maximum,
    estimand_of: Callable[[Layout], Estimand],
    levels: Sequence[float],
    change: np.ndarray | None = None,
    corrected: bool = True,
    only: int = 0,
) -> tuple[Maximum, Limits, float]:
    """Limits of one estimand at several levels, in the order asked.

    estimand_of(layout): a function of theta giving (value, gradient). change (p,): the columns' average change under a
    contrast, to see under separation which side is open, and how persistent it is. corrected: whether the cut-off of
    one person, or of few, is widened by the mean of its statistic. only: -1 or 1, to look for the lower or the upper
    limit alone; the other is then left infinite. Returns the maximum (a better one, where the search
    met it), the limits and the factor. Limits that do not settle are open.
    """
    cutoffs = -ndtri((1.0 - np.asarray(levels)) / 2.0)
    rank = np.argsort(np.argsort(cutoffs))
    for _ in range(3):
        objective, layout = maximum.objective, maximum.objective.layout
        below = above = False
        if maximum.separation is not None and change is not None:
            below, above = opens_in(objective.parts, change)
        even = layout.even
        estimand = estimand_of(layout)
        factor = min(_factor(maximum, estimand, change), MOST_FACTOR) if corrected else 1.0
        reach = cutoffs * np.sqrt(factor)
        enough = GAIN if maximum.separation is None else GAIN_ON_THE_WAY
        gain = max(enough, least_gain(objective.parts.facts))
        found = limits(
            function=objective, best=maximum.optimum, estimand=estimand, cutoffs=reach, even=even,
            open_below=below or only > 0, open_above=above or only < 0, anchor=maximum.anchor, gain=gain,
            noise=objective.noise)
        if found.higher is None:
            return maximum, replace(found, lower=found.lower[rank], upper=found.upper[rank]), factor
        maximum = fit_objective(objective.anew(), start=found.higher)
    nothing = np.full(rank.size, np.inf)
    return maximum, replace(found, lower=-nothing, upper=nothing), factor


def _factor(maximum: Maximum, estimand: Estimand, change: np.ndarray | None) -> float:
    layout, parts = maximum.objective.layout, maximum.objective.parts
    part, weight = layout.unpack(maximum.anchor), night_weight(parts.facts.counts)
    by_beta = estimand(maximum.anchor)[1][: layout.fixed]
    along = by_beta[: layout.p] if change is None else change
    if parts.facts.people > 1:
        return 1.0 + few_people_excess(parts, part, weight, along)
    nights, x = maximum.objective.nights, maximum.objective.x
    family, variance = nights.at(part.shape).family, np.full(len(x), part.sigma**2)
    factor = family.mean_statistic(x, x @ part.beta, variance, by_beta)
    if not nights.persistence:
        return factor
    return factor + persistence_excess(x, nights.gap, weight, along, part.sigma, maximum.objective.prior,
                                       nights.family.sum_rows)
