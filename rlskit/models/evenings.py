"""One person's evenings as several rows → a Fitted: when symptoms begin, row by row, with persistence between nights.

The rows of a night share its e (a gap of 0 inside it); engine/families/evenings.py has the likelihood. Oracle:
statsmodels' logit where sigma is 0, tests/unit/models/test_evenings.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from rlskit.engine import WEAK, Evenings, Nights, Prior
from rlskit.errors import ModelError
from rlskit.models.columns import NIGHT
from rlskit.models.design import make_design
from rlskit.models.fitting import Fitted, fit_design
from rlskit.models.outcome import BINARY
from rlskit.models.rows import YES_NO


def fit_evenings(formula: str, rows: pd.DataFrame, *, untold: str, prior: Prior | None = WEAK) -> Fitted:
    """Fitted the chance that symptoms begin in a row of an evening that was quiet so far.

    formula: "begins ~ …", outcome yes in the row in which they began. rows: by night (column `night`), in the order of
    the evening, all complete; column `untold`: above 0 in the rows in one of which symptoms of that night began, which
    one is not known: how likely the rest that is known of the evening is if they did. n_nights of the result counts
    nights. Raises ModelError where rows are empty or nothing can be fit.
    """
    design = make_design(formula, rows, night_to_night=False, kind=YES_NO)
    if len(design.left_out):
        raise ModelError(f'"{formula}": found {len(design.left_out)} rows with an empty cell; expected evenings of '
                         "which every row is complete. Leave such nights out as a whole.")
    if len(design.people) > 1:
        raise ModelError(f'"{formula}": found {len(design.people)} people; expected the evenings of one.')
    number = design.frame[NIGHT].to_numpy()
    first = np.flatnonzero(np.diff(number, prepend=np.nan) != 0.0)
    gap = np.diff(number[first], prepend=np.nan)
    gap[0] = np.inf
    # the rows come back sorted by night, in the order of the evening
    some = rows[untold].to_numpy(dtype=float)[np.argsort(rows["night"].to_numpy(), kind="stable")]
    evenings = Evenings(np.where(design.response > 0.5, 1.0, -1.0), first=first, some=some)
    nights = Nights(evenings, np.array([0]), gap, np.zeros((first.size, 0)), True)
    return replace(fit_design(replace(design, nights=nights), BINARY, prior), n_nights=first.size)
