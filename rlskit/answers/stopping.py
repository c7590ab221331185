"""The weeks after a routine was stopped: did the nights stay as they were, "for good"?

A stop is an evening without preventive stretching after four weeks with it on 5 days of 7 or more, the evening before
among them, and before four weeks with it on 1 day of 7 or fewer. Symptom nights of the weeks after it against those of
the weeks before, with the night-to-night model's limits. It takes no part in the family of limits and claims nothing: a
stop is one event, and whatever else changed in those weeks changed along with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlskit.answers.refusals import LEAST_OF_EACH_OUTCOME
from rlskit.effects.estimates import compare
from rlskit.effects.fit import fit
from rlskit.errors import ModelError
from rlskit.nights.outcomes import symptom_nights
from rlskit.utils.open_questions import why_open
from rlskit.utils.words import about, count, interval, plain

SPAN = 28  # nights on each side
LEAST_TOLD = 20  # of them with an answer on stretching
KEPT, STOPPED = 5 / 7, 1 / 7  # shares of evenings with stretching
PER = 30.0
NO_STOP = ("Not enough recorded to say: no routine was kept for four weeks (5 days of 7) and then stopped for four (1 "
           "day of 7 at most).")
DOUBT = "A routine may be stopped because the legs changed, or when a season or a medicine did."


@dataclass(frozen=True)
class Stopped:
    """Symptom nights in 30 around the evenings `stops` (dates of the first evening without): `before` and `after`, on
    `n_before` and `n_after` answered nights; `change`: after minus before, with `lower` and `upper` at `level`.
    `reason`: why there is nothing to say; the numbers that are not there are nan.
    """

    __module__ = "rlskit"

    stops: tuple[pd.Timestamp, ...]
    n_before: int
    n_after: int
    before: float
    after: float
    change: float
    lower: float
    upper: float
    level: float
    reason: str = ""

    @property
    def sentence(self) -> str:
        """What it says, or why it says nothing."""
        if self.reason:
            return self.reason
        often = "a routine was stopped" if len(self.stops) == 1 else f"{len(self.stops)} stops of a routine"
        return (f"In the four weeks before {often} {plain(self.before)} in 30 were symptom nights "
                f"({count(self.n_before, 'night')}), in the four after {plain(self.after)} "
                f"({count(self.n_after, 'night')}): {about(self.change)}, and {interval(self.lower, self.upper)} "
                f"({100 * self.level:.3g}% interval). {DOUBT}")


def after_stopping(nights: pd.DataFrame, level: float = 0.95) -> Stopped | None:
    """The weeks around the stops in one person's nights; None where nothing about stretching was written down."""
    if not nights["stretched"].notna().any():
        return None
    nothing = Stopped(
        stops=(), n_before=0, n_after=0, before=math.nan, after=math.nan, change=math.nan, lower=math.nan,
        upper=math.nan, level=level)
    if why := why_open(nights, "symptoms", "stretched"):
        return _refused(nothing, why)
    people = nights["person"].nunique()
    if people > 1:
        return _refused(nothing, f"Stops are described for one person's diary at a time; these are {people:,} "
                                 "people's.")
    table = pd.DataFrame({"night": nights["night"], "ill": symptom_nights(nights).astype("Float64"),
                          "did": nights["stretched"].astype("Float64")}).set_index("night")
    table = table.reindex(pd.date_range(table.index.min(), table.index.max(), name="night"))
    at = find_stops(table["did"].to_numpy(float, na_value=np.nan))
    if not at:
        return _refused(nothing, NO_STOP)
    table["after"] = math.nan
    for stop in at:
        table.iloc[stop - SPAN:stop, table.columns.get_loc("after")] = 0.0
        table.iloc[stop:stop + SPAN, table.columns.get_loc("after")] = 1.0
    rows = table[["ill", "after"]].dropna().astype(float).reset_index().assign(person="me")
    ill, free = int(rows["ill"].sum()), int((1 - rows["ill"]).sum())
    if min(ill, free) < LEAST_OF_EACH_OUTCOME:
        few = f"{ill} of these nights had symptoms" if ill < free else f"{free} of these nights were free of symptoms"
        return _refused(nothing, f"Not enough recorded to say: around the stop {few}; at least "
                                 f"{LEAST_OF_EACH_OUTCOME} are needed.")
    try:
        found = compare(fit("ill ~ after", rows.astype({"ill": bool})), "after", 1, 0, level=level).table.iloc[0]
    except ModelError as wrong:
        return _refused(nothing, f"No answer could be computed: {wrong}")
    if found["reason"]:
        return _refused(nothing, f"Not enough recorded to say: {found['reason']}.")
    sides = [rows.loc[rows["after"].eq(side), "ill"] for side in (0.0, 1.0)]
    return Stopped(
        stops=tuple(table.index[at]), n_before=len(sides[0]), n_after=len(sides[1]), before=PER * sides[0].mean(),
        after=PER * sides[1].mean(), change=found["estimate"], lower=found["lower"], upper=found["upper"], level=level)


def _refused(nothing: Stopped, reason: str) -> Stopped:
    return Stopped(**{**vars(nothing), "reason": reason})


def find_stops(did: np.ndarray) -> list[int]:
    """Places of the stops. did : 1 and 0 for evenings with and without preventive stretching, nan where not known, one
    per calendar night. Of evenings within four weeks of each other the one that parts them best."""
    found = []
    for at in range(SPAN, len(did) - SPAN + 1):
        before, after = did[at - SPAN:at], did[at:at + SPAN]
        if min((~np.isnan(before)).sum(), (~np.isnan(after)).sum()) < LEAST_TOLD or not (did[at - 1] == 1 > did[at]):
            continue
        kept, left = np.nanmean(before), np.nanmean(after)
        if kept >= KEPT and left <= STOPPED:
            found.append((kept - left, at))
    stops: list[int] = []
    for _, at in sorted(found, reverse=True):
        if all(abs(at - other) >= SPAN for other in stops):
            stops.append(at)
    return sorted(stops)
