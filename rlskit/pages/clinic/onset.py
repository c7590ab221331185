"""The hours at which symptoms began, noon to noon, with a running median: the table that plot_onset draws."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.nights.outcomes import symptom_nights
from rlskit.nights.validate import NIGHTS
from rlskit.utils.kinds import takes

WINDOW, LEAST = 21, 5  # calendar nights around each night, and onsets among them


@takes(NIGHTS)
def trace_onset(nights: pd.DataFrame) -> pd.DataFrame:
    """One row a calendar night: night, onset_h (hours after noon, NaN without one), median, lower, upper.

    nights: of one person, from make_nights. median, lower and upper: median and quartiles of the onsets on the 21
    nights around each night, where there are at least 5; a description of the nights, not an interval.

    Example: ``rk.plot_onset(rk.trace_onset(nights))``
    """
    ill = symptom_nights(nights).fillna(False).to_numpy(dtype=bool)
    onset = nights["onset_h"].astype("Float64").where(ill, pd.NA)
    series = pd.Series(onset.to_numpy(dtype=float, na_value=np.nan), index=pd.DatetimeIndex(nights["night"]))
    series = series.sort_index().reindex(pd.date_range(series.index.min(), series.index.max()))
    around = series.rolling(WINDOW, center=True, min_periods=LEAST)
    table = pd.DataFrame({"night": series.index, "onset_h": series.to_numpy()})
    for name, share in (("median", 0.5), ("lower", 0.25), ("upper", 0.75)):
        table[name] = around.quantile(share).to_numpy()
    table.attrs["window"] = WINDOW
    return table
