"""trace_trend(): do symptom-free nights become more? Weeks and a straight line, with bands that know persistence.

A run of bad nights looks like a trend. So the weekly band comes from the night-to-night model
(engine/draws/smooth.py), and the line is the logistic model of the night's number with the same night-to-night
process, its limits profiled at five times and drawn through them by monotone cubic interpolation. Oracle:
tests/unit/answers/test_trend.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlskit.answers.frames import frame_of
from rlskit.answers.questions import TREND_OVER_TIME
from rlskit.answers.refusals import FAILED
from rlskit.effects.estimates import compare
from rlskit.effects.fit import fit
from rlskit.effects.rates import estimate_rates
from rlskit.engine import profile_limits, ranged_risk
from rlskit.errors import ModelError
from rlskit.models.fitting import Fitted
from rlskit.nights.outcomes import symptom_nights
from rlskit.nights.validate import check_nights
from rlskit.utils.arguments import check_level
from rlskit.utils.kinds import Kind
from rlskit.utils.shown import Shown

COLUMNS = ("week", "n_answered", "n_free_nights", "rate", "lower", "upper", "open", "line", "line_lower",
           "line_upper")
NODES = 5
PER_4_WEEKS = 28.0


@dataclass(frozen=True)
class Trend(Shown):
    """Symptom-free nights per 7, week by week.

    `table`: week (first day), n_answered, n_free_nights, then rate, lower, upper of each week, open (as in
    estimate_rates), and line, line_lower, line_upper of the straight line (on the log-odds scale), all limits at
    `level`. `change`, `lower`, `upper`: more symptom-free nights per 30, four weeks later against now. `reason`: why
    there is no line, and its `code` (answers/refusals.py).
    """

    __module__ = "rlskit"

    table: pd.DataFrame
    change: float
    lower: float
    upper: float
    level: float
    n_nights: int
    person: str
    method: str
    reason: str
    code: str = ""

    def parts(self) -> list[str]:
        weeks = f"{len(self.table)} week" + ("" if len(self.table) == 1 else "s")
        lines = [f"Symptom-free nights over {weeks}, {self.n_nights} answered nights"]
        if self.reason:
            return [*lines, f"  no line: {self.reason}"]
        lines.append(f"  four weeks later against now: {self.change:+.1f} symptom-free nights per 30 ({self.level:.0%} "
                     f"interval {self.lower:+.1f} to {self.upper:+.1f})")
        return [*lines, "  next: rk.plot_trend(trend)"]


TREND_RESULT = Kind(said="a trend", made="Make one with rk.trace_trend(nights).",
                    taken="rk.plot_trend(trend)", types=(Trend,))


def trace_trend(nights: pd.DataFrame, *, level: float = 0.95) -> Trend:
    """Symptom-free nights (no symptoms at any hour) of one person, week by week, and their straight line.

    Parameters
    ----------
    nights : from make_nights, one person.
    level : of all limits. A week's band holds for that week.

    Returns
    -------
    Trend, frozen. Where there is too little for a line, the weeks alone and a `reason`.

    Raises
    ------
    ModelError : nights of several people, or a table that is not as make_nights gives it.

    Example: ``rk.trace_trend(nights)``
    """
    nights = check_nights(nights, "trace_trend")
    check_level(level, "trace_trend, level")
    people = nights["person"].unique()
    if len(people) != 1:
        raise ModelError(f"trace_trend: found nights of {len(people)} people; expected one. Choose one person's.")
    nights = nights.sort_values("night", kind="stable", ignore_index=True)
    nights["free"] = ~symptom_nights(nights)
    table = estimate_rates(nights, outcome="free", level=level).rename(columns={"n_symptom_nights": "n_free_nights"})
    method = "; ".join(table.pop("method").unique())
    answered, person = int(nights["free"].notna().sum()), str(people[0])
    line = dict.fromkeys(("line", "line_lower", "line_upper"), np.nan)
    nothing = Trend(
        table=table.assign(**line), change=np.nan, lower=np.nan, upper=np.nan, level=level, n_nights=answered,
        person=person, method=method, reason="")
    frame = frame_of(TREND_OVER_TIME, nights)
    if frame.reason:
        return Trend(**{**vars(nothing), "reason": frame.reason, "code": frame.refused.code if frame.refused else ""})
    try:
        model = fit("free ~ day_index", nights)
        change = compare(model, "day_index", frame.a, frame.b, level=level).table.iloc[0]
        first = nights["night"].min()
        middle = (table["week"] - first) / pd.Timedelta(days=1) + 3.0
        known = model.design.frame["day_index"]
        table = table.assign(**_line(model, middle.clip(known.min(), known.max()).to_numpy(float), level))
    except ModelError as wrong:
        return Trend(**{**vars(nothing), "reason": f"No line could be computed: {wrong}", "code": FAILED})
    return Trend(
        table=table, change=change["estimate"], lower=change["lower"], upper=change["upper"], level=level,
        n_nights=answered, person=person,
        method=f"{method}; line: logistic model with night-to-night persistence, profile likelihood", reason="")


def _share_on(model: Fitted, day: float):
    """The share of symptom-free nights on a day, as a function of layout and theta."""
    here, weights = model.design.scenario(day_index=day), model.design.weights
    return lambda layout: ranged_risk(layout, weights, here)


def _line(model: Fitted, day: np.ndarray, level: float) -> dict[str, np.ndarray]:
    """The share of symptom-free nights, in nights per 7, that the straight line gives on these days."""
    from scipy.interpolate import PchipInterpolator  # takes a moment to load

    maximum = model.maximum
    nodes = np.linspace(day.min(), day.max(), NODES) if len(day) > 1 else day
    rows = []
    for at in nodes:
        maximum, found, _ = profile_limits(maximum, _share_on(model, float(at)), [level])
        rows.append((found.estimate, found.lower[0], found.upper[0]))
    drawn = np.clip(7.0 * np.array(rows), 0.0, 7.0)  # an open side of a share ends at none or all
    through = [PchipInterpolator(nodes, column)(day) if len(nodes) > 1 else column for column in drawn.T]
    return dict(zip(("line", "line_lower", "line_upper"), through, strict=True))
