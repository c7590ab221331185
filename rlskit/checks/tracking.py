"""Was the exposure, was the outcome, tracked all along? A tag begun in month 5 is no "no" in months 1 to 4."""

from __future__ import annotations

from rlskit.checks.context import Context
from rlskit.checks.row import FAIL, LOOK, PASS, Row, impossible, number, row
from rlskit.nights.tracking import tracked_spells

NAME = "tracking"
EMPTY_STATES = ("not_tracked", "not_recorded")


def regimes(m: Context) -> Row:
    """Fails where modelled nights count as answered though nothing was; looks where a column was tracked for a part of
    the diary only."""
    outcome = m.fit.design.outcome
    stated = {name: f"{name}_state" for name in (m.exposure, outcome) if f"{name}_state" in m.nights}
    modelled = m.table["modelled"].to_numpy()
    filled = {name: int((m.nights[state].isin(EMPTY_STATES).to_numpy() & modelled).sum())
              for name, state in stated.items()}
    if any(filled.values()):
        name = max(filled, key=lambda one: filled[one])
        return row(NAME, FAIL, f"{number(filled[name], 'compared night')} count as answered about {_topic(m, name)}, "
                   "but nothing was written down then. An empty night is not a no.", filled[name])
    if stated:
        off = {name: int(m.nights[state].eq("not_tracked").sum()) for name, state in stated.items()}
        if not any(off.values()):
            return row(NAME, PASS, "Nothing compared here was taken up or dropped during the diary.", 0)
        name = max(off, key=lambda one: off[one])
        return row(NAME, LOOK, f"{_topic(m, name).capitalize()} was tracked for a part of the diary only; "
                   f"{number(off[name], 'night')} outside it are set aside. The answer speaks for the tracked part.",
                   off[name])
    if not m.yes_no:
        return impossible(NAME, "the table does not say when each column was tracked.")
    return _guessed(m)


def _guessed(m: Context) -> Row:
    """Without states: spells of answered nights in which a tick would have been expected (nights/tracking.py)."""
    outside = 0
    for _, mine in m.table[m.table["exposure"].notna()].groupby("person", sort=False):
        ticked = mine["exposure"].to_numpy() > 0.5
        if ticked.any():
            outside += int((~tracked_spells(ticked) & mine["modelled"].to_numpy()).sum())
    if not outside:
        return row(NAME, PASS, f"No long spell without {m.label} at the start, at the end or in between.", 0)
    return row(NAME, LOOK, f"{number(outside, 'compared night')} lie in a spell without any {m.label}, longer than "
               "chance would give. If it was not written down then, these nights are no nights without it.", outside)


def _topic(m: Context, name: str) -> str:
    return m.label if name == m.exposure else m.unit.outcome
