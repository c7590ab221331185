"""What the model leaves out: a steady trend, and the day of the week. Each is put beside the model's own columns.

The question is twofold: do the nights follow it (likelihood ratio, of numbers F; 1 in 20 by chance), and does the
answer move by a standard error or more when it is taken into account? Both together mean that leaving it out matters;
where only the answer moves, these nights could not have shown it.
"""

from __future__ import annotations

import numpy as np

from rlskit.checks.context import Context
from rlskit.checks.refit import already_in
from rlskit.checks.row import FAIL, LOOK, PASS, UNSEEN, Row, impossible, row
from rlskit.models.columns import NIGHT

TREND, WEEKDAY = "trend", "day of the week"
CHANCE = 0.05
MUCH = 1.0  # standard errors
ROOM = 5  # nights of the rarer kind for each column that a check adds
THURSDAY = 3  # 1970-01-01


def trend(m: Context) -> Row:
    """A straight line over the diary, on top of what the model holds."""
    design = m.fit.design
    night = design.frame[NIGHT].to_numpy()
    since = night - np.minimum.reduceat(night, design.nights.starts)[design.nights.person]
    return _left_out(m, TREND, "a steady trend", since[:, None])


def weekday(m: Context) -> Row:
    """The seven days where there are nights enough, else Friday and Saturday evenings against the others."""
    if not m.dated:
        return impossible(WEEKDAY, "the nights are numbered, so the day of the week is not known.")
    night = m.fit.design.frame[NIGHT].to_numpy()
    day = (night.astype(int) + THURSDAY) % 7  # Monday is 0
    weekend = np.isin(day, (4, 5))[:, None].astype(float)
    seven = np.column_stack([day == d for d in range(1, 7)]).astype(float)
    if m.worth >= ROOM * (m.refit.x.shape[1] + 6) and (seven.sum(axis=0) > 0).all() \
            and not already_in(m.refit.x, seven):
        return _left_out(m, WEEKDAY, "the day of the week", seven)
    return _left_out(m, WEEKDAY, "the weekend (Friday and Saturday evenings)", weekend)


def _left_out(m: Context, name: str, what: str, columns: np.ndarray) -> Row:
    here = m.refit
    if already_in(here.x, columns):
        return row(name, PASS, f"The model takes {what} into account already.")
    if m.worth < ROOM * columns.shape[1]:
        return impossible(name, f"too few nights to see {what}.")
    grown = here.adding(columns)
    seen = here.chance(grown, columns.shape[1]) < CHANCE  # type: ignore[arg-type]
    estimate = grown.estimate
    moved = abs(estimate - here.estimate)
    then, now = m.unit.signed(estimate), m.unit.signed(here.estimate)
    numbers = f"the answer would be {then} instead of {now}" if then != now else f"the answer stays at {now}"
    much = moved >= MUCH * here.standard_error
    if not seen:
        text = f"{m.unit.nights} do not clearly follow {what}. With it, {numbers}."
        if much:
            text += " That is far, and these nights are too few to say whether it is there."
        return row(name, UNSEEN if much else PASS, text, estimate)
    result = FAIL if much else LOOK
    text = f"{m.unit.nights} follow {what}, which the model leaves out. With it, {numbers}."
    return row(name, result, text, estimate)
