"""What a column's cells say together: only one side is understood (yes without no, or clock times of one half of the
day), or of how much only whether."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

from rlskit.diary.readers.template_answers import Unreadable, clocks, text

SLIPS = 0.1  # of the cells of a column of amounts
LEAST_EARLY, MOSTLY = 3, 0.5  # cells, and their share; fewer are slips, or mornings
_SAYS_HALF = re.compile(r"^\s*0\d|[ap]\.?\s?m\b|\d\s?[ap]\b", re.IGNORECASE)


def one_sided(columns: Mapping[str, tuple[Callable[[object], object], Iterable[object]]],
              amounts: Collection[str]) -> frozenset[str]:
    """The columns in which yes or no (or some, or none) is understood and the other is not: to use the one alone would
    make a diary of nothing but yeses, or of none.

    columns : name → how a cell is read (Unreadable where it cannot be), and its cells. amounts : those of how much. In
    them a number that cannot be read is some of it all the same, and a few slips are no other side."""
    found = set()
    for name, (read, cells) in columns.items():
        said = Counter(_side(read, cell) for cell in cells if text(cell))
        understood = [side for side in ("yes", "no") if said[side]]
        other = said["?"] + (0 if name in amounts and understood == ["yes"] else said["number"])
        if len(understood) == 1 and other > (max(1, SLIPS * said.total()) if name in amounts else 0):
            found.add(name)
    return frozenset(found)


def never_how_much(columns: Mapping[str, tuple[Callable[[object], object], Iterable[object]]]) -> frozenset[str]:
    """The columns of how much that say yes or no and nowhere a number, not even one that cannot be read: a yes is one
    serving, as a tick in an app is.

    columns : as in one_sided, those of drinks and of caffeine."""
    found = set()
    for name, (read, cells) in columns.items():
        said = {what_it_says(read, cell) for cell in cells if text(cell)}
        if "yes" in said and not any(one == "number" or (isinstance(one, float) and one) for one in said):
            found.add(name)
    return frozenset(found)


def what_it_says(read: Callable[[object], object], cell: object) -> object:
    """What a cell is read as; where it cannot be, "number" if it holds one and "?" if not."""
    try:
        return read(cell)
    except Unreadable:
        return "number" if any(c.isdigit() for c in text(cell)) else "?"


def _side(read: Callable[[object], object], cell: object) -> str:
    """"yes" or "no" of a cell, "" of one that is no answer; "?" or "number" of one that cannot be read."""
    said = what_it_says(read, cell)
    if said is None or said == []:
        return ""
    if said in ("?", "number"):
        return str(said)
    return "no" if said == "no" or said == 0 or (isinstance(said, list) and not any(said)) else "yes"


def lacking_half(columns: Mapping[str, Iterable[object]], evening: Collection[str]) -> frozenset[str]:
    """Which columns of the `evening` hold hours of the morning, in a table that shows nowhere that its clock has 24: no
    am or pm, no hour from 13 on, no 0:15 and no 09:30. columns : name → cells, of all that hold clock times."""
    said = {name: [c for c in cells if text(c)] for name, cells in columns.items()}
    hours = {name: [_hours(c) for c in cells] for name, cells in said.items()}
    if any(h >= 13 or h == 0 for some in hours.values() for each in some for h in each) or any(
            isinstance(c, str) and _SAYS_HALF.search(c) for cells in said.values() for c in cells):
        return frozenset()
    early = {name: sum(bool(each) and all(6 <= h < 12 for h in each) for each in some) for name, some in hours.items()}
    return frozenset(name for name in evening if early.get(name, 0) >= max(LEAST_EARLY, MOSTLY * len(said[name])))


def _hours(cell: object) -> list[int]:
    try:
        return [at.hour for at in clocks(cell) or []]
    except Unreadable:
        return []
