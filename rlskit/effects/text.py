"""What a table of effects looks like in text: its unit in words, its rows, its limits.

Oracle: exact text in tests/unit/effects/test_estimates.py and tests/unit/answers/test_result_sentences.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from rlskit.effects.scales import SCALES
from rlskit.utils.shown import Columns, Part


def in_own_units(effects: Any) -> bool:
    """Whether the numbers of a result are those of a numeric outcome, whose name is then `base_unit`."""
    unit = getattr(effects, "base_unit", "points")
    return getattr(effects, "scale", "") == "points" and unit not in ("points", "nights per 30")


def said_unit(effects: Any) -> str:
    """What the numbers of a result are, in words: "change in symptom nights per 30 nights"."""
    scale = SCALES[effects.scale]
    if effects.at_least is not None:
        least = effects.at_least
        worse = f"at {least if isinstance(least, str) else format(least, 'g')} or more"
        nights = f"nights {worse} per {scale.times:g} nights"
        scale = replace(scale, of=nights if scale.times > 1.0 else f"{scale.of} of a night {worse}")
    if in_own_units(effects):
        scale = replace(scale, of=f"{effects.base_unit}, in its own units")
    return effects.outcome.said(scale.change)


def effect_parts(effects: Any) -> list[Part]:
    """What an Effects says: unit, rows, method, caveats."""
    people = "one person" if effects.n_people == 1 else f"{effects.n_people} people"
    levels = effects.level if isinstance(effects.level, tuple) else (effects.level,)
    what, own = said_unit(effects), in_own_units(effects)
    table = effects.table
    title = f"{100 * levels[0]:.3g}% interval" if len(levels) == 1 else "interval"
    no_base = table["base_rate"].isna().all() and (table["reason"] == "").all()
    last = () if no_base else (f"{effects.base_unit} otherwise",)
    cells: list[tuple[str, ...]] = [("term", "contrast", "estimate", title, *last)]
    for row in table.itertuples():
        if row.reason:
            cells.append((row.term, row.contrast, "—", f"refused: {row.reason}"))
            continue
        interval = " to ".join(limit_text(end, effects.scale, own) for end in (row.lower, row.upper))
        if len(levels) > 1:
            interval += f" ({100 * row.level:.3g}%)"
        base = "" if np.isnan(row.base_rate) else f"{row.base_rate:.1f}"
        if base and not np.isnan(row.base_lower):
            base += f" ({row.base_lower:.1f} to {row.base_upper:.1f})"
        cells.append((row.term, row.contrast, number_text(row.estimate, own), interval, *([] if no_base else [base])))
    return [f"{what[0].upper()}{what[1:]}; {effects.n_nights} nights of {people}", "",
            Columns(cells, left=(0, 1, 3, 4)), "", f"Method: {effects.method}.", *effects.caveats]


def limit_text(value: float, scale: str, own_units: bool = False) -> str:
    """A limit as a number, or "open"."""
    is_open = np.isinf(value) or (SCALES[scale].log and value == 0.0)
    return "open" if is_open else number_text(value, own_units)


def number_text(value: float, own_units: bool) -> str:
    """Two decimals; three figures where the unit is the user's and may be anything."""
    return f"{value:.3g}" if own_units and not 0.1 <= abs(value) < 1000.0 else f"{value:.2f}"
