"""trace_dose(): more of it, or later, more effect? A smooth curve with a band, next to the straight line.

Equation. Natural cubic regression spline with 2 or 3 degrees of freedom (formulaic's cr; Wood 2017, Generalized
Additive Models, section 5.3.1), knots at the terciles of the amounts above the reference; a point of curve or line is
the contrast of that amount with the reference, the 5% quantile of the nights' amounts, with profile limits. The band's
level is the single-step max-|z| one over the points (answers/simultaneous.py), so that the whole curve lies inside
it, not only each point. Limits are computed at a few amounts and drawn through them by monotone cubic interpolation
(Fritsch & Carlson 1980).
Oracle: tests/unit/answers/test_dose.py, against compare() on the same formula and truths that are straight and bent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rlskit.answers.frames import Frame, frame_of
from rlskit.answers.questions import HOUR, LANDMARK, LANDMARK_TAG, STRETCHING, Question, questions_of
from rlskit.answers.refusals import LEAST_NIGHTS
from rlskit.answers.simultaneous import correlation_of, joint_level
from rlskit.effects.estimates import compare
from rlskit.effects.fit import fit
from rlskit.engine import risk_difference
from rlskit.errors import ModelError
from rlskit.models.fitting import Fitted
from rlskit.nights.validate import check_nights
from rlskit.utils.arguments import check_level
from rlskit.utils.kinds import Kind
from rlskit.utils.progress import doing
from rlskit.utils.shown import Shown
from rlskit.utils.words import CLOCK, UNITS, amount_of

COLUMNS = ("x", "estimate", "lower", "upper", "line", "line_lower", "line_upper")
POINTS, CURVE_NODES, LINE_NODES = 25, 7, 4


@dataclass(frozen=True)
class DoseCurve(Shown):
    """Symptom nights per 30 nights against the amount `reference`, along the amounts this person has been at.

    `table`: x (in `unit`; hours after noon where that is "clock"); estimate, lower, upper of the smooth curve; line,
    line_lower, line_upper of the straight line. The band holds for the whole curve at `level`, the line's limits for
    the line. `curved` is False where too few amounts or nights allow no more than the line; `reason` says why nothing
    could be drawn, the table is then empty.
    """

    __module__ = "rlskit"

    table: pd.DataFrame
    term: str
    label: str
    unit: str
    reference: float
    level: float
    curved: bool
    population: str
    design_tag: str
    adjusted_for: tuple[str, ...]
    n_nights: int
    n_exposed: int
    person: str
    method: str
    reason: str

    def parts(self) -> list[str]:
        unit = UNITS.get(self.unit, self.unit)
        if self.reason:
            return [f"{self.label}, by {unit}: {self.reason}"]
        against = amount_of(self.reference, self.unit)
        lines = [f"{self.label}, by {unit}: symptom nights {self.population}, against {against}",
                 f"  {self.n_nights} nights, {self.design_tag}; {self.level:.0%} band for the whole curve"]
        for r in self.table.iloc[:: max(1, (len(self.table) - 1) // 4)].itertuples(index=False):
            at = amount_of(r.x, CLOCK) if self.unit == CLOCK else f"{r.x:6.4g} {unit}"
            lines.append(f"  {at}: {r.estimate:+5.1f} ({r.lower:+.1f} to {r.upper:+.1f}), straight line "
                         f"{r.line:+.1f} ({r.line_lower:+.1f} to {r.line_upper:+.1f})")
        return [*lines, "  next: rk.plot_dose(curve)"]


CURVE = Kind(said="a dose curve", made="Make one with rk.trace_dose(nights, term).",
             taken="rk.plot_dose(curve)", types=(DoseCurve,))


def doses_of(nights: pd.DataFrame) -> dict[str, Question]:
    """The questions whose amounts make a curve, by column: those of the advice table and the hour of stretching; what
    is done before symptoms comes first."""
    asked = sorted((*questions_of(nights).values(), HOUR), key=lambda one: one.kind != LANDMARK)
    return {one.term: one for one in asked if one.dose}


def amounts_in(answers: Any, nights: pd.DataFrame) -> tuple[str, ...]:
    """The terms whose curves a report shows: those that these Answers, of these nights, have an answer to; the hour
    where they have one about stretching that came before symptoms."""
    table = answers.table[answers.table["estimate"].notna()]
    known = set(table["question"])
    if (table["question"].eq(STRETCHING.key) & table["design_tag"].eq(LANDMARK_TAG)).any():
        known.add(HOUR.key)
    return tuple(term for term, one in doses_of(nights).items() if one.on_page and one.key in known)


@doing("Drawing the curve")
def trace_dose(nights: pd.DataFrame, term: str, *, level: float = 0.95) -> DoseCurve:
    """The dose-response curve of one exposure in one person's nights, adjusted as its row in the advice table is.

    Parameters
    ----------
    nights : from make_nights, one person.
    term : "stretch_min", "stretch_h" (the hour, among evenings with stretching), "caffeine_before_noon_mg",
        "caffeine_after_noon_mg", "alcohol_drinks", or the column of a habit of one's own that has amounts.
    level : of the band and of the line's limits.

    Returns
    -------
    DoseCurve, frozen; where the question cannot be asked, without rows and with a `reason`.

    Raises
    ------
    ModelError : another term, or nights of several people.

    Example: ``rk.trace_dose(nights, "alcohol_drinks")``
    """
    nights = check_nights(nights, "trace_dose")
    doses = doses_of(nights)
    if term not in doses:
        raise ModelError(f'trace_dose: found "{term}"; expected one of {", ".join(doses)}.')
    check_level(level, "trace_dose, level")
    people = nights["person"].unique()
    if len(people) != 1:
        raise ModelError(f"trace_dose: found nights of {len(people)} people; expected one. Choose one person's nights.")
    nights = nights.sort_values("night", kind="stable")
    frame = frame_of(doses[term], nights)
    if not frame.reason:
        try:
            return _traced(frame, str(people[0]), level)
        except ModelError as wrong:
            return _empty(frame, str(people[0]), level, f"No curve could be computed: {wrong}")
    return _empty(frame, str(people[0]), level, frame.reason)


def _traced(frame: Frame, person: str, level: float) -> DoseCurve:
    values = frame.nights["exposure"].to_numpy(float)
    low, high = np.quantile(values, [0.05, 0.95], method="inverted_cdf")
    straight = fit(frame.formula, frame.nights)
    grid, nodes = (np.linspace(low, high, n) for n in (POINTS, CURVE_NODES))
    line = _through(_limits(straight, np.linspace(low, high, LINE_NODES), low, level), grid)
    knots = _knots(values, low, high)
    if knots:
        spline = (f"cr(exposure, knots={knots}, lower_bound={float(low)!r}, upper_bound={float(high)!r}, "
                  "extrapolation='extend', constraints='center')")
        bent = fit(frame.formula.replace("~ exposure", f"~ {spline}", 1), frame.nights)
        curve = _through(_limits(bent, nodes, low, _band_level(bent, nodes[1:], low, level)), grid)
    else:
        curve = line
    table = pd.DataFrame({"x": grid, **dict(zip(COLUMNS[1:4], curve.T, strict=True)),
                          **dict(zip(COLUMNS[4:], line.T, strict=True))})
    method = f"natural cubic spline with {len(knots) + 1} degrees of freedom" if knots else "a straight line only"
    models = "2 models" if knots else "1 model"
    return DoseCurve(
        table=table, term=frame.question.term, label=frame.question.label, unit=frame.question.unit,
        reference=float(low), level=level, curved=bool(knots), population=frame.population, design_tag=frame.design_tag,
        adjusted_for=frame.adjusted_for, n_nights=len(frame.nights), n_exposed=int((values > low).sum()), person=person,
        method=f"logistic model with night-to-night persistence, {method}, profile likelihood; {models}", reason="")


def _knots(values: np.ndarray, low: float, high: float) -> list[float]:
    """Inner knots: terciles of the amounts above the lowest, or their median where there are few amounts; none where
    fewer than three amounts were seen, or too few nights with any."""
    above = values[(values > low) & (values <= high)]
    amounts = np.unique(np.append(above, low))
    if len(above) < LEAST_NIGHTS or len(amounts) < 3:
        return []
    shares = [1 / 3, 2 / 3] if len(amounts) >= 5 else [0.5]
    inner = np.unique(np.quantile(above, shares, method="inverted_cdf"))
    return [float(k) for k in inner if low < k < high]


def _limits(model: Fitted, nodes: np.ndarray, reference: float, level: float) -> pd.DataFrame:
    """Estimate, lower, upper of every amount against the reference, by amount."""
    rows = [(0.0, 0.0, 0.0)]
    for x in nodes[1:]:
        found = compare(model, "exposure", float(x), reference, level=level).table.iloc[0]
        rows.append((found["estimate"], found["lower"], found["upper"]))
    return pd.DataFrame(rows, index=nodes)


def _through(nodes: pd.DataFrame, grid: np.ndarray) -> np.ndarray:
    """(points, 3) along the grid; between two nodes of which one is open, open."""
    from scipy.interpolate import PchipInterpolator  # takes a moment to load

    out = np.empty((len(grid), nodes.shape[1]))
    for j, values in enumerate(nodes.to_numpy().T):
        finite = np.isfinite(values)
        out[:, j] = PchipInterpolator(nodes.index[finite], values[finite])(grid) if finite.sum() > 1 else 0.0
        if not finite.all():
            nearest = np.searchsorted(nodes.index, grid).clip(0, len(nodes) - 1)
            is_open = ~(finite[nearest] & finite[np.maximum(nearest - 1, 0)])
            out[is_open & (grid > grid[0]), j] = values[~finite][0]
    return out


def _band_level(model: Fitted, grid: np.ndarray, reference: float, level: float) -> float:
    maximum, design = model.maximum, model.design
    layout, theta = maximum.objective.layout, maximum.anchor
    base = design.scenario(exposure=reference)
    slopes = np.array([risk_difference(layout, theta, design.weights, design.scenario(exposure=float(x)), base)[1]
                       for x in grid])
    return joint_level(correlation_of(slopes @ maximum.covariance @ slopes.T), level)


def _empty(frame: Frame, person: str, level: float, reason: str) -> DoseCurve:
    table = pd.DataFrame({name: pd.Series(dtype=float) for name in COLUMNS})
    q = frame.question
    return DoseCurve(
        table=table, term=q.term, label=q.label, unit=q.unit, reference=q.b, level=level, curved=False,
        population=frame.population, design_tag=frame.design_tag, adjusted_for=(), n_nights=len(frame.nights),
        n_exposed=frame.n_exposed or 0, person=person, method="", reason=reason)
