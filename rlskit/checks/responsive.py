"""Responses that the diary tells by itself: evenings with the exposure on which stretching answered symptoms.

Where times or reasons were written down no statistics are needed to see that symptoms came before the exposure: the
diary names the evenings. The exposure is taken for any stretching, responses included, where it agrees with the diary's
own two columns, planned and responsive, on nearly every night; a column that leaves responses out disagrees on them.
Measured: benchmarks/negative_control.py, docs/decisions/0015-checks.md.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.checks.context import Context
from rlskit.models.columns import plain

PLANNED, RESPONSE = "stretched", "stretch_responsive"
AGREES = 0.95  # of the nights on which the diary tells whether anybody stretched
MANY = 0.05  # of the compared nights with the exposure


def _planned(nights: pd.DataFrame) -> np.ndarray:
    """1 and 0 for a yes and a no, (nights,): by what make_nights wrote down about it, because `stretched` itself may
    have been overwritten with any stretching."""
    state = nights.get(f"{PLANNED}_state")
    return plain(nights[PLANNED] if state is None else state.map({"yes": 1.0, "no": 0.0})).to_numpy(float)


def recorded_responses(m: Context) -> tuple[int, int] | None:
    """On how many compared nights with the exposure it answered symptoms, by the diary, and how many with it there are;
    None where the diary does not tell, the exposure is something else, or they are few."""
    if m.window or not {PLANNED, RESPONSE} <= set(m.nights):
        return None
    planned, answered = _planned(m.nights), plain(m.nights[RESPONSE]).to_numpy(float)
    exposure = m.table["exposure"].to_numpy()
    any_stretch = np.fmax(planned, answered)
    # "not because of symptoms" alone does not say whether there was any
    told = ~np.isnan(exposure) & ((any_stretch > 0) | ~np.isnan(planned))
    exposed = m.is_exposed(exposure)
    if not told.any() or (exposed == (any_stretch > 0))[told].mean() < AGREES:
        return None
    compared = m.table["modelled"].to_numpy() & exposed
    because = int((compared & (answered > 0) & ~(planned > 0)).sum())
    return (because, int(compared.sum())) if because >= max(1.0, MANY * compared.sum()) else None
