"""How a fit ended, in words: convergence, boundaries, separation, and how the integral was computed and how well.

Oracle: exact text in tests/unit/models/test_fitting.py, tests/unit/models/test_ordinal.py and
tests/unit/models/test_gaussian.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rlskit.engine import GaussianMaximum, Maximum, ends_of, telling
from rlskit.engine.fitting.accuracy import Accuracy
from rlskit.models.design import AnyDesign

_NEARLY_ZERO_SD = 0.02
# of the logit: even with a prior nothing the nights say is beyond it
_RUN_AWAY_SD = 15.0
_NEARLY_ONE = 0.995
_ROUGH = 0.1  # standard errors from exact that are said


@dataclass(frozen=True)
class Status:
    """How the fit ended. converged; at_boundary: a spread of zero, a correlation near one, or separation; message: in
    words; method: how the likelihood was integrated; accuracy: how far that is from exact."""

    __module__ = "rlskit"

    converged: bool
    at_boundary: bool
    message: str
    method: str
    accuracy: str


def ends_under(maximum: Maximum, changes: np.ndarray) -> np.ndarray:
    """inf, -inf or nan of each combination changes @ (beta, thresholds) that separation leaves without an estimate; 0
    of the others."""
    if maximum.separation is None:
        return np.zeros(len(changes))
    return ends_of(maximum.objective.parts, changes)


def gaussian_status(design: AnyDesign, maximum: GaussianMaximum) -> Status:
    notes, boundary = [], False
    if not maximum.optimum.converged:
        notes.append("did not converge: no intervals can be given")
    if design.persistence and abs(maximum.phi) > _NEARLY_ONE:
        boundary = True
        notes.append("night-to-night correlation is at one: it cannot be told from a lasting difference")
    if np.linalg.eigvalsh(maximum.scale @ maximum.scale.T).min(initial=np.inf) < (_NEARLY_ZERO_SD * maximum.sigma) ** 2:
        boundary = True
        notes.append("no difference between people was found in at least one respect (sd 0)")
    message = "; ".join(notes) or "converged"
    return Status(maximum.optimum.converged, boundary, message, "restricted maximum likelihood (REML)", "exact")


def levels_status(design: AnyDesign, maximum: Maximum, ends: np.ndarray) -> Status:
    part, notes = maximum.parameters, []
    if not maximum.optimum.converged:
        notes.append("did not converge: no intervals can be given")
    boundary = False
    if maximum.separation is not None:
        boundary = True
        notes.append(_separation(design, maximum, ends))
    if design.persistence and abs(part.sigma) < _NEARLY_ZERO_SD:
        boundary = True
        notes.append("no night-to-night persistence was found (sd 0)")
    if design.persistence and abs(part.sigma) > _RUN_AWAY_SD:
        boundary = True
        notes.append(f"the night-to-night sd has run off ({abs(part.sigma):.0f}): without a prior these nights put no "
                     "upper limit on it")
    if design.persistence and part.phi > _NEARLY_ONE:
        boundary = True
        notes.append("night-to-night correlation is at one: it cannot be told from a lasting difference")
    spread = np.sqrt((part.scale**2).sum(axis=1))
    if spread.size and spread.min() < _NEARLY_ZERO_SD:
        boundary = True
        notes.append("no difference between people was found in at least one respect (sd 0)")
    if roughness(maximum):
        notes.append("estimates are rougher than they should be (accuracy)")
    return Status(
        maximum.optimum.converged, boundary, "; ".join(notes) or "converged", _method(maximum),
        _accuracy(maximum),
    )  # fmt: skip


def telling_columns(fit: Any) -> list[str]:
    """Names of the columns that predict nights perfectly, the constant aside; none without separation."""
    maximum: Maximum = fit.maximum
    ends = ends_under(maximum, fit.design.to_user)
    return _telling(fit.design, maximum, ends) if maximum.separation is not None else []


def _telling(design: AnyDesign, maximum: Maximum, ends: np.ndarray) -> list[str]:
    assert maximum.separation is not None
    tells = telling(maximum.objective.parts, maximum.separation, ends)
    return [name for name, one in zip(design.names, tells, strict=True) if one]


def _separation(design: AnyDesign, maximum: Maximum, ends: np.ndarray) -> str:
    names = _telling(design, maximum, ends) or ["Intercept"]
    untold = [name for name, end in zip(design.names, ends, strict=True)
              if np.isnan(end) and name not in [*names, "Intercept"]]
    found = f"separation: {', '.join(names)} {'predicts' if len(names) == 1 else 'predict'} some nights perfectly"
    return found + (f", which leaves too little to tell the effect of {', '.join(untold)}" if untold else "")


def _method(maximum: Maximum) -> str:
    nodes, layout, accuracy = maximum.objective.nodes, maximum.objective.layout, maximum.accuracy
    if not maximum.has_integral:
        return "logistic likelihood, nothing to integrate"
    if nodes:
        grid = f"adaptive Gauss-Hermite quadrature over people, {' x '.join([str(nodes)] * layout.q)} nodes"
        if not layout.persistence:
            return grid
        return f"{grid}, the exact forward filter at each" if layout.q else "the exact forward filter"
    if accuracy is not None and maximum.objective.tilt.slope.any():
        return f"expectation propagation, moved to the exact slopes of {accuracy.people} people"
    return "expectation propagation"


def _accuracy(maximum: Maximum) -> str:
    """As measured on these nights: engine/fitting/accuracy.py."""
    accuracy = maximum.accuracy
    if not maximum.has_integral:
        return "exact up to 1e-5 per night"
    if maximum.objective.nodes:
        if not maximum.objective.layout.q:
            return "exact"
        return f"log-likelihood within {max(abs(maximum.error), 1e-4):.1g} of twice the nodes"
    if accuracy is None:
        return "log-likelihood usually within 0.02 a person; not compared with the exact one here"
    off = f"estimates within {_furthest_off(accuracy):.2f} standard errors of exact"
    people = maximum.objective.parts.facts.people
    if accuracy.people == people:
        return f"log-likelihood exact at the estimate; {off}"
    added = f"log-likelihood {-accuracy.error:+.4f} a person to exact, which is added"
    return f"judged by {accuracy.people} of {people} people: {added}; {off}"


def _furthest_off(accuracy: Accuracy) -> float:
    return float(np.ceil(100 * max(np.abs(accuracy.off).max(), 1e-4)) / 100)


def roughness(maximum: Any) -> tuple[str, ...]:
    """What to say where propagation could not be moved near enough to exact."""
    accuracy = getattr(maximum, "accuracy", None)
    if accuracy is None or (off := _furthest_off(accuracy)) <= _ROUGH:
        return ()
    return (f"The integral is rough here: estimates may be {off:.1f} standard errors from exact ones, and their limits "
            "as much. With fewer slopes, or without night_to_night, it can be computed exactly.",)
