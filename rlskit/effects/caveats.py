"""What has to be said beside a table of effects: who it is about, what was left out, what its limits leave open.

Oracle: exact text in tests/whole/test_bad_input.py, tests/whole/test_opposing.py and
tests/unit/effects/test_estimates.py.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from rlskit.effects.contrasts import Contrast
from rlskit.effects.spread import FEW, Caveat, spread_notes
from rlskit.models.design import AnyDesign, Design
from rlskit.models.fitting import Fitted

FEW_PEOPLE = 6


def _between(design: AnyDesign, contrast: Contrast) -> bool:
    """Whether the contrast, or coefficient, tells people apart and nothing within any of them."""
    if contrast.term.startswith("between("):
        return True
    if not contrast.coefficient or contrast.column == "Intercept" or len(design.people) == 1:
        return False
    return all(design.each(_never_changes, contrast.column))


def _never_changes(design: Design, name: str) -> bool:
    values = design.x[:, design.names.index(name)]
    return bool((np.repeat(values[design.nights.starts], design.nights.sizes) == values).all())


def _whose(fit: Fitted) -> str:
    """How many people the average is over, and what so few leave open."""
    if fit.n_people >= FEW_PEOPLE:
        return f"An average over {fit.n_people} people, each counted equally."
    more = (". The limits are those of many people like them, who may differ more than these do."
            if len(fit.design.slope_names) > 1 else ": it says little about anybody else.")
    return Caveat(f"Only {fit.n_people} people, each counted equally{more}", FEW)


def effect_caveats(
    fit: Fitted, opened: Collection[bool], corrected: bool, contrasts: list[Contrast]
) -> tuple[str, ...]:
    """opened: of the open sides, True where the nights set no bound and False where none was found. corrected: whether
    limits have the small-diary correction."""
    differing, same = spread_notes(fit, contrasts)
    notes: list[str] = [*differing, *fit.caveats]
    if fit.n_people == 1:
        notes.append("One person's diary: it says nothing about other people.")
    else:
        notes.append(_whose(fit))
    notes += [f"{term} compares people with each other: it is not an effect of changing it."
              for term in dict.fromkeys(c.term for c in contrasts if _between(fit.design, c))]
    asked = {name for c in contrasts for name in (c.term, f"between({c.column})" if c.refused else "")}
    if apart := [name for name in fit.design.names if name.startswith("between(") and name not in asked]:
        tell, it = ("tells", "it") if len(apart) == 1 else ("tell", "them")
        notes.append(f"{' and '.join(apart)} {tell} people apart, without a row here: rk.estimate_coefficients(fit) "
                     f"shows {it}.")
    if aside := sum(n for _, n in fit.design.set_aside):
        others = "1 other was" if aside == 1 else f"{aside} others were"
        notes.append(f"Counted in nights still symptom-free at the landmark; {others} set aside before the fit.")
    if fit.n_left_out:
        one = fit.n_left_out == 1
        notes.append("1 night with an empty cell was left out." if one else
                     f"{fit.n_left_out} nights with an empty cell were left out.")
    if True in opened:
        notes.append("An open limit: these nights set no bound on that side.")
    if False in opened:
        notes.append("An open limit: none was found on that side, though there may be one.")
    if fit.n_people == 1 and fit.n_nights < 60 and not corrected:
        notes.append("Fewer than 60 nights: a 95% interval covers somewhat less often than it says.")
    if fit.design.levels is not None and fit.design.levels.absent:
        notes.append(f"Levels that no night has, without a probability: {', '.join(fit.design.levels.absent)}.")
    notes += same
    notes.append("An association in recorded nights; whether it is a cause depends on how the nights came about.")
    return tuple(notes)
