"""What is said about stretches, as columns of the nights: how long and how strong those before symptoms were, and what
became of the legs after those because of them (docs/decisions/0025-own-questions.md)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.diary.tables import STRETCH_DETAILS
from rlskit.nights.evening import Evenings, saying_more, when_done

OF_PREVENTIVE = ("stretch_hold_s", "stretch_intensity_0_10")


def detail_columns(of: Evenings, mark: int, events: pd.DataFrame, stretched: pd.Series) -> dict[str, pd.Series]:
    """The columns of STRETCH_DETAILS, means of a night. events : of the person. stretched : preventively before the
    landmark (`mark`), where the first two count; the others count where the stretch was not done before symptoms."""
    details = events[events["type"].eq("detail")]
    if details.empty:
        return dict.fromkeys(STRETCH_DETAILS, pd.Series(pd.NA, index=of.nights, dtype="Float64"))
    said = saying_more(of, details)
    first = ~when_done(said, mark)[1] & (said.why != "responsive")
    out = {name: _mean(said, name, first).where(stretched.fillna(False)) for name in OF_PREVENTIVE}
    late = said.why != "preventive"
    before, after = ("symptom_before", "symptom_after")
    # As many ratings after as before, and symptoms before: else it is no relief of anything.
    pairs = _count(said, before, late).eq(_count(said, after, late)) & _mean(said, before, late).gt(0).fillna(False)
    out |= {name: _mean(said, name, late).where(pairs) for name in (before, after)}
    out["quiet_min"] = _mean(said, "quiet_min", late).where(_mean(said, before, late).ne(0).fillna(True))
    return {name: out[name].astype("Float64") for name in STRETCH_DETAILS}


def _mine(said: Evenings, name: str, which: np.ndarray) -> pd.core.groupby.SeriesGroupBy:
    rows = said.stretches[which]
    return rows[rows["item"].eq(name)].groupby("night")["amount"]


def _mean(said: Evenings, name: str, which: np.ndarray) -> pd.Series:
    return _mine(said, name, which).mean().reindex(said.nights)


def _count(said: Evenings, name: str, which: np.ndarray) -> pd.Series:
    return _mine(said, name, which).count().reindex(said.nights)
