"""How far people differ and nights follow one another, each number with its profile-likelihood limits.

Sds between people and their correlations, the sd from night to night and its correlation, in the user's units. The
lower limit of an sd is 0 where the likelihood sets none above it, a correlation without a limit goes to its end.
Oracle: tests/unit/effects/test_components.py (the likelihood maximised at every fixed value).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rlskit.engine import (
    GaussianMaximum,
    Limits,
    Maximum,
    draw_parameters,
    gaussian_component,
    gaussian_night_correlation,
    gaussian_night_spread,
    gaussian_person_correlation,
    gaussian_spread,
    night_correlation,
    night_spread,
    person_correlation,
    person_spread,
    profile_limits,
)

Three = tuple[float, float, float]


def person_sd_limits(maximum: Maximum | GaussianMaximum, change: np.ndarray, level: float) -> Three:
    """Sd of people's own coefficients in the user's units, moved by `change` (q,). The lower limit is 0 where the
    likelihood sets none above it; an upper one that the profile does not reach is taken from draws of all parameters,
    as in estimate_people."""
    if isinstance(maximum, GaussianMaximum):
        return three_of(gaussian_spread(maximum, change, level), 1.0)
    estimate, lower, upper = profile_of(
        maximum, lambda layout: lambda theta: person_spread(layout, theta, change), level, 1.0)
    if not np.isfinite(upper):
        draws = draw_parameters(maximum)
        layout = maximum.objective.layout
        sds = np.array([person_spread(layout, theta, change)[0] for theta in draws.theta])
        order = np.argsort(sds)
        upper = float(np.interp((1.0 + level) / 2.0, np.cumsum(draws.weight[order]), sds[order]))
    return estimate, max(lower, 0.0), upper


def person_correlation_limits(
    maximum: Maximum | GaussianMaximum, one: np.ndarray, other: np.ndarray, level: float
) -> Three:
    """Correlation between people of their own coefficients, moved by `one` and by `other` (q,)."""
    if isinstance(maximum, GaussianMaximum):
        found = gaussian_component(maximum, gaussian_person_correlation(maximum, one, other), level)
        return _within(three_of(found, 1.0), -1.0)
    return _within(profile_of(
        maximum, lambda layout: lambda theta: person_correlation(layout, theta, one, other), level, 1.0), -1.0)


def night_limits(maximum: Maximum | GaussianMaximum, level: float) -> tuple[Three, Three]:
    """Sd from night to night, and its correlation from one night to the next."""
    if isinstance(maximum, GaussianMaximum):
        sd, phi = (three_of(gaussian_component(maximum, one(maximum), level), 1.0)
                   for one in (gaussian_night_spread, gaussian_night_correlation))
        return sd, _within(phi, -1.0)
    sd, phi = (profile_of(maximum, lambda layout, one=one: lambda theta: one(layout, theta), level, 1.0)
               for one in (night_spread, night_correlation))
    return (sd[0], max(sd[1], 0.0), sd[2]), _within(phi, 0.0)


def night_sd_limits(maximum: GaussianMaximum, level: float) -> Three:
    """Sd of numeric nights that do not follow one another."""
    return three_of(gaussian_component(maximum, gaussian_night_spread(maximum), level), 1.0)


def _within(three: Three, least: float) -> Three:
    """A correlation whose missing limits are its ends."""
    return three[0], max(three[1], least), min(three[2], 1.0)


def profile_of(maximum: Maximum, estimand: Callable, level: float, unit: float, change: np.ndarray | None = None):
    _, found, _ = profile_limits(maximum, estimand, [level], change, corrected=False)
    return three_of(found, unit)


def three_of(found: Limits, unit: float) -> Three:
    return unit * found.estimate, unit * float(found.lower[0]), unit * float(found.upper[0])


