"""Under separation: which combinations of coefficients have no finite estimate, and which columns are the reason.

Equation. The separating directions d (engine/fitting/separation.py) are a cone, and any in its interior leads to the
supremum of the likelihood. c @ beta grows without end along all of those, and so has no finite estimate, where it can
grow along some direction of the cone and fall along none; it keeps one value, found from the nights that stay, where
it can do neither; where it can do both, some of those directions move it up, some down and some not at all, and these
nights set it in no way (the limiting model of Geyer 2009, Electron. J. Stat. 3, 259-289). Oracle:
tests/unit/engine/fitting/test_unbounded.py.
"""

from __future__ import annotations

import numpy as np

from rlskit.engine.fitting.separation import moves_all_in, opens_in
from rlskit.engine.fitting.shard import Parts


def ends_of(parts: Parts, changes: np.ndarray) -> np.ndarray:
    """Of each combination changes @ (beta, thresholds), changes (m, p or more): inf or -inf where it runs away, nan
    where it may lie anywhere, 0 where it is held; (m,)."""
    found = np.zeros(len(changes))
    for row, change in enumerate(changes):
        below, above = opens_in(parts, change / np.abs(change).max())
        found[row] = np.nan if below and above else np.inf * (above - below) if above or below else 0.0
    return found


def telling(parts: Parts, direction: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Which columns (p,) tell nights perfectly, constant ones aside. ends (p,): those of their coefficients.

    Those that run away, where all nights of the direction can do so with them alone. Of columns that may lie anywhere
    any that complete them by themselves, of which one would do; where none does, all.
    """
    varies = parts.facts.varies
    needed, perhaps = np.isinf(ends) & varies, np.isnan(ends) & varies
    if not perhaps.any() or moves_all_in(parts, direction, ~perhaps):
        return needed
    each = np.eye(ends.size, dtype=bool)
    alone = [j for j in np.flatnonzero(perhaps) if moves_all_in(parts, direction, ~perhaps | each[j])]
    return needed | (each[alone].any(axis=0) if alone else perhaps)
