"""Can these nights be compared at all: alike but for the exposure, changed often enough, enough of them, both ways."""

from __future__ import annotations

import numpy as np

from rlskit.checks.context import Context
from rlskit.checks.refit import already_in, standardised
from rlskit.checks.row import FAIL, LOOK, PASS, Row, grade, impossible, number, row
from rlskit.engine import Nights, YesNo, fit_maximum, opens_in
from rlskit.engine.families.logistic import mean_probability
from rlskit.models.columns import NIGHT
from rlskit.models.outcome import BINARY, GAUSSIAN
from rlskit.models.status import telling_columns

OVERLAP, SEPARATION, SWITCHES, ROOM = "nights alike", "one-sided nights", "changes", "nights per column"
SURE = 0.05  # a night whose exposure could be foretold with so little doubt has no counterpart
LOOK_SHARE, FAIL_SHARE = 0.10, 0.50
FEW_SWITCHES, TOO_FEW_SWITCHES = 10, 4
FEW_EVENTS, TOO_FEW_EVENTS = 10, 5


def overlap(m: Context) -> Row:
    """Share of modelled nights whose exposure the other columns and the date foretell nearly surely (positivity).

    Of several people, the nights of those who never changed have no counterpart either.
    """
    exposed, person = m.exposed[m.compared], m.fit.design.nights.person[m.compared]
    if exposed.all() or not exposed.any():
        return impossible(OVERLAP, f"no compared night was {m.without_it if exposed.all() else m.with_it}.")
    alone = np.isin(person, [one for one in np.unique(person) if exposed[person == one].mean() in (0.0, 1.0)])
    x = _others(m)
    if x.shape[1] > 1 and not alone.all():
        sign = np.where(exposed[~alone], 1.0, -1.0)
        together = Nights(YesNo(sign), np.array([0]), np.ones(sign.size), np.zeros((sign.size, 0)), False)
        beta = fit_maximum(together, x[~alone], None).parameters.beta
        chance = mean_probability(x[~alone] @ beta, np.zeros(sign.size))[0]
        alone[np.flatnonzero(~alone)[(chance < SURE) | (chance > 1 - SURE)]] = True
    share = float(alone.mean())
    result = grade(share, LOOK_SHARE, FAIL_SHARE)
    if not alone.any():
        return row(OVERLAP, PASS, f"Each night {m.with_it} has nights {m.without_it} like it: neither the date nor the "
                   "other columns give it away.", share)
    known = "who it was, the date or the other columns give" if m.several else "the date or the other columns give"
    text = (f"{number(int(alone.sum()), 'night')} of {alone.size} without a counterpart: {known} away whether they "
            f"were {m.with_it}.")
    text += {PASS: " The others can be compared.", LOOK: " There the model fills in what was never seen.",
             FAIL: " Most of the answer is the model's guess about nights that never were."}[result]
    return row(OVERLAP, result, text, share)


def _others(m: Context) -> np.ndarray:
    """Of the nights compared: a constant, the model's columns that the exposure does not move, and the date; (n, k)."""
    here, design = m.refit, m.fit.design
    still = np.abs(here.a.x - here.b.x).max(axis=0) < 1e-12
    own = here.x[m.compared]
    x = np.hstack([np.ones((len(own), 1)), own[:, still & (own.std(axis=0) > 1e-9)]])
    night = design.frame[NIGHT].to_numpy()[m.compared, None]
    return x if already_in(x, night) else np.hstack([x, standardised(night)])


def separation(m: Context) -> Row:
    """Fails where the exposure, looks where another column, goes with one ending (or end of the scale) only."""
    levels = m.fit.design.levels is not None
    if m.fit.outcome == GAUSSIAN:
        return impossible(SEPARATION, "a number has no endings to lie on one side; averages always have both limits.")
    if m.separation is None:
        return row(SEPARATION, PASS, "Milder and worse nights are found on both sides." if levels else
                   "Nights with and nights without symptoms are found on both sides.")
    ended = "lie at one end of the scale" if levels else "ended alike"
    here = m.refit
    below, above = opens_in(m.fit.maximum.objective.parts, here.weights @ (here.a.x - here.b.x))
    apart = ", ".join(telling_columns(m.fit)) or "the other columns"
    if below and above:
        return row(SEPARATION, FAIL, f"Grouped by {apart}, the nights of one group all {ended}, which leaves nothing "
                   f"to tell {m.label} by: the interval has no limits.")
    if below or above:
        return row(SEPARATION, FAIL, f"The nights {m.with_it}, or those {m.without_it}, all {ended}. How large the "
                   "difference is cannot be told: the interval has no limit on one side.")
    return row(SEPARATION, LOOK, f"Grouped by {apart}, the nights of one group all {ended}. What is said about "
               f"{m.label} rests on the other nights.")


def switches(m: Context) -> Row:
    """How often one person changed from a night with to one without, or back."""
    exposed, person = m.exposed[m.compared], m.fit.design.nights.person[m.compared]
    n = int(((exposed[1:] != exposed[:-1]) & (person[1:] == person[:-1])).sum())
    result = grade(n, FEW_SWITCHES, TOO_FEW_SWITCHES)
    ending = {PASS: ".", LOOK: ": few, so that a slow change of anything else could look like an effect.",
              FAIL: ": this is only a before and after."}[result]
    text = f"{number(n, 'change')} from nights {m.with_it} to nights {m.without_it} or back{ending}"
    return row(SWITCHES, result, text, n)


def nights_per_column(m: Context) -> Row:
    """Nights for each column of the model, the constant aside (Peduzzi et al. 1996: ten), as far as their endings tell
    something: those of the rarer one, or what levels are worth (Context.worth)."""
    columns = max(sum(name != "Intercept" for name in m.fit.design.names), 1)
    value = m.worth / columns
    result = grade(value, FEW_EVENTS, TOO_FEW_EVENTS)
    text = f"{_counted(m)} for {number(columns, 'column')} in the model, {value:.0f} for each."
    if result != PASS:
        text += f" Fewer than {FEW_EVENTS} for each make estimates shaky; ask about fewer columns."
    return row(ROOM, result, text, value)


def _counted(m: Context) -> str:
    n, worth = m.fit.design.size, int(m.worth)
    if m.fit.outcome == BINARY:
        return f"{number(worth, 'night')} {'with' if m.fit.design.response.mean() <= 0.5 else 'without'} symptoms"
    # levels of which most nights share one tell less
    return number(n, "night") + (f", worth {worth} evenly spread ones," if worth < 0.8 * n else "")
