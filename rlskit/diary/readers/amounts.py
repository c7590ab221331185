"""How much a mention stands for, in the unit of the column that its tag is mapped to."""

from __future__ import annotations

import pandas as pd

from rlskit.diary.mapping import Mapping, Tag, tag_key
from rlskit.diary.tables import KEPT, issue

NOT_CONVERTED = "an amount in a unit that does not fit the column"
OFF_SCALE = "a value that is not on the scale of the column"

# Written amounts → the unit of a column; a counted unit stands for that many ticks.
FACTORS = {("g", "mg"): 1000.0, ("mcg", "mg"): 0.001, ("h", "min"): 60.0, ("min", "s"): 60.0, ("sec", "s"): 1.0}
COUNTED = ("count", "cup", "cups", "serving", "servings", "dose", "doses", "tablet", "tablets", "pill", "pills")


def amount(tag: Tag, mention) -> float | None:
    """Amount in the column's unit: as written, else by level, else per tick. A written zero or "None" is an answer. A
    scale has its own values and no others."""
    found = _amount(tag, mention)
    return None if found is not None and not tag.holds(found) else found


def _amount(tag: Tag, mention) -> float | None:
    written = None if pd.isna(mention.amount) else float(mention.amount)
    if written == 0 or tag_key(mention.level) == "none":
        return 0.0
    if written is not None and mention.unit != "count" and _as_written(tag, mention.unit):
        return written
    if written is not None and (mention.unit, tag.unit) in FACTORS:
        return written * FACTORS[mention.unit, tag.unit]
    if mention.level and tag_key(mention.level) in tag.levels:
        return tag.levels[tag_key(mention.level)]
    if written is None or tag.per_tick is None or mention.unit not in COUNTED:
        return tag.per_tick
    return written * tag.per_tick


def _as_written(tag: Tag, unit: str) -> bool:
    """Whether a number in this unit is one in the column's."""
    return tag.own.takes(unit) if tag.own else tag.unit in ("score", "", unit) or (tag.type == "detail" and not unit)


def unfit_amounts(mentions: pd.DataFrame, mapping: Mapping, file: str) -> list[dict]:
    """Remarks on written amounts that `amount` cannot turn into the column's unit or scale."""
    remarks = []
    for m in mentions[mentions["amount"].notna()].itertuples(index=False):
        tag = mapping.tag(m.tag)
        if tag is not None and tag.scale:
            if amount(tag, m) is None:
                remarks.append(issue(file, OFF_SCALE, row=int(m.row), column=tag.own.name if tag.own else tag.column,
                                     found=f"{m.amount:g} {m.unit}".strip(), expected=f"a value of {tag.scale}",
                                     outcome=KEPT, advice="The night gets no value from it."))
            continue
        if m.amount == 0 or tag is None or _as_written(tag, m.unit):
            continue
        if (m.unit, tag.unit) in FACTORS or m.unit in COUNTED:
            continue
        remarks.append(issue(file, NOT_CONVERTED, row=int(m.row), column=tag.column,
                             found=f"{m.amount:g} {m.unit}".strip(), expected=f"an amount in {tag.unit}",
                             outcome=KEPT, advice="The amount per tick of rlskit.toml is used."))
    return remarks
