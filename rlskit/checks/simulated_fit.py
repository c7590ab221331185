"""One simulated diary of a fit: its nights answered anew by the fitted model, fitted again, and its intervals.

A model is drawn from at theta: the engine's vector of parameters, of a numeric outcome the coefficients (p,) beside its
spreads at their estimates. `without` gives the nearest theta at which one contrast is nothing.
Oracle: tests/unit/checks/test_simulated_fit.py (shares, means and correlations of drawn nights, contrasts at zero).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rlskit.effects.contrasts import Contrast, mean_change
from rlskit.effects.counting import count_steps
from rlskit.effects.estimates import Correction, effects_of, estimand_for
from rlskit.effects.scales import SCALES
from rlskit.engine import Parameters, Scenario, draw_levels, draw_numbers, risk
from rlskit.errors import ModelError
from rlskit.models.design import Design, with_answers
from rlskit.models.fitting import Fitted, fit_design
from rlskit.models.outcome import GAUSSIAN

ANSWERED, REFUSED, FAILED = "answered", "refused", "failed"
_NEWTON_STEPS, _LONGEST = 40, 3.0
_NO_SHAPE = np.zeros(0)


@dataclass(frozen=True)
class Asked:
    """What every simulated diary of `fit` is asked for; level … at_least as in estimate_effects."""

    fit: Fitted
    level: float
    correction: Correction | None
    scale: str
    at_least: float | str | None
    seed: int


@dataclass(frozen=True)
class Found:
    """One contrast of one simulated diary: `status`, and its limits on the scale asked for."""

    status: str
    lower: float = np.nan
    upper: float = np.nan


def start(fit: Fitted) -> np.ndarray:
    """theta of the fit itself; under separation a nearby one with finite log odds."""
    return fit.maximum.beta if fit.outcome == GAUSSIAN else fit.maximum.anchor


def value_at(asked: Asked, theta: np.ndarray, contrast: Contrast) -> float:
    """The contrast under the model at theta, on the scale asked for."""
    return float(SCALES[asked.scale].told(np.array(_estimand(asked, contrast)(theta)[0])))


def without(asked: Asked, theta: np.ndarray, contrast: Contrast) -> np.ndarray:
    """theta (k,) with that contrast at exactly nothing, and as many symptom nights (points) as before.

    The columns it moves lose their coefficients. Newton steps along those columns take out what slopes that differ
    between people leave over, and along the intercept they keep the rate, which coefficients of nights that are
    predicted perfectly would take far away.
    """
    design, estimand, rate = asked.fit.design, _estimand(asked, contrast), _rate(asked)
    a, b = design.scenario(**{contrast.column: contrast.a}), design.scenario(**{contrast.column: contrast.b})
    moved = np.flatnonzero(np.abs(a.x - b.x).max(axis=0) > 0.0)
    constant = np.array([i for i, name in enumerate(design.names) if name == "Intercept"], dtype=int)
    as_before = rate(theta)[0]
    theta = theta.copy()
    theta[moved] = 0.0
    for _ in range(_NEWTON_STEPS):
        value, slope = estimand(theta)
        off, by_rate = rate(theta)[0] - as_before, rate(theta)[1][constant]
        if abs(value) < 1e-12 and (abs(off) < 1e-9 or not constant.size):
            break
        if abs(value) >= 1e-12:
            theta[moved] -= value * slope[moved] / float(slope[moved] @ slope[moved])
        if constant.size and abs(off) >= 1e-9:
            theta[constant] -= np.clip(off * by_rate / np.maximum(by_rate @ by_rate, 1e-12), -_LONGEST, _LONGEST)
    return theta


def simulate_one(asked: Asked, theta: np.ndarray, contrasts: list[Contrast], number: tuple[int, int]) -> list[Found]:
    """Draw diary `number` at theta, fit it again, and give the limits of these contrasts."""
    fit, rng = asked.fit, np.random.default_rng([asked.seed, *number])
    try:
        design = with_answers(fit.design, fit.outcome.name, _draw(fit, theta, rng))
        at_least = _reached(design, asked)
    except ModelError:
        return [Found(REFUSED)] * len(contrasts)
    again = fit_design(design, fit.outcome, getattr(fit.maximum.objective, "prior", None))
    if not again.status.converged:
        return [Found(FAILED)] * len(contrasts)
    rows = effects_of(again, contrasts, asked.level, asked.scale, asked.correction, at_least).table
    return [Found(FAILED) if np.isnan([row.lower, row.upper]).any() else
            Found(ANSWERED, float(row.lower), float(row.upper)) for row in rows.itertuples()]


def _draw(fit: Fitted, theta: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Every night's answer (n,), as the fit's own response has them."""
    design, maximum = fit.design, fit.maximum
    if fit.outcome == GAUSSIAN:
        part = Parameters(theta, maximum.scale, maximum.sigma, maximum.phi, _NO_SHAPE)
        return draw_numbers(design.nights, design.x, part, rng)
    levels = draw_levels(design.nights, design.x, maximum.objective.layout.unpack(theta), rng)
    return levels.astype(float) if design.levels is None else design.levels.points[levels]


def _reached(design: Design, asked: Asked) -> float | str | None:
    """at_least among the levels that a simulated diary has: its lowest level that counts. Raises ModelError where none
    of its nights, or all of them, count."""
    first = asked.fit.design.levels
    if first is None or design.levels is None or asked.at_least is None:
        return asked.at_least
    counts = first.points[1:][first.at_least(asked.at_least) > 0.0][0]
    reaching = [label for label, point in zip(design.levels.labels, design.levels.points, strict=True)
                if point >= counts]
    if len(reaching) in (0, len(design.levels.labels)):
        raise ModelError(f"at_least: found all nights on one side of {asked.at_least}; expected both.")
    return reaching[0]


def _rate(asked: Asked) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    """The average chance of a symptom night, or of a point of severity, on the nights as they were, and its gradient;
    of a numeric outcome nothing, since coefficients of centred columns leave its mean alone."""
    fit = asked.fit
    if fit.outcome == GAUSSIAN:
        return lambda theta: (0.0, np.zeros_like(theta))
    design, layout = fit.design, fit.maximum.objective.layout
    steps = count_steps(design, fit.outcome.name, fit.outcome.effects[0], None).steps
    as_recorded = Scenario(design.x, design.nights.z)
    return lambda theta: risk(layout, theta, design.weights, as_recorded, steps / steps.sum())


def _estimand(asked: Asked, contrast: Contrast) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    """The contrast at theta and its gradient (k,), before it is told on a scale."""
    fit = asked.fit
    if fit.outcome == GAUSSIAN:
        change, _ = mean_change(fit.design, contrast)
        return lambda theta: (float(change @ theta), change)
    steps = count_steps(fit.design, fit.outcome.name, asked.scale, asked.at_least).steps
    return estimand_for(fit.design, contrast, asked.scale, steps)[0](fit.maximum.objective.layout)
