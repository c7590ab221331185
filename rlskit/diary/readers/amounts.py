"""How much a mention stands for, in the unit of the column that its tag is mapped to."""

from __future__ import annotations

import pandas as pd

from rlskit.diary.mapping import COLUMNS, Mapping, Tag, tag_key
from rlskit.diary.tables import KEPT, issue

NOT_CONVERTED = "an amount in a unit that does not fit the column"

# Written amounts → the unit of a column; a counted unit stands for that many ticks.
FACTORS = {("g", "mg"): 1000.0, ("mcg", "mg"): 0.001, ("h", "min"): 60.0}
COUNTED = ("count", "cup", "cups", "serving", "servings", "dose", "doses", "tablet", "tablets", "pill", "pills")


def amount(tag: Tag, mention) -> float | None:
    """Amount in the column's unit: as written, else by level, else per tick. A written zero or "None" is an answer."""
    written = None if pd.isna(mention.amount) else float(mention.amount)
    if written == 0 or tag_key(mention.level) == "none":
        return 0.0
    if written is not None and mention.unit != "count" and (mention.unit == tag.unit or tag.unit in ("score", "")):
        return written
    if written is not None and (mention.unit, tag.unit) in FACTORS:
        return written * FACTORS[mention.unit, tag.unit]
    if mention.level and tag_key(mention.level) in tag.levels:
        return tag.levels[tag_key(mention.level)]
    per_tick = tag.amount if tag.amount is not None else COLUMNS[tag.column][2]
    if written is None or per_tick is None or mention.unit not in COUNTED:
        return per_tick
    return written * per_tick


def unfit_amounts(mentions: pd.DataFrame, mapping: Mapping, file: str) -> list[dict]:
    """Remarks on written amounts that `amount` cannot turn into the column's unit."""
    remarks = []
    for m in mentions[mentions["amount"].fillna(0).ne(0)].itertuples(index=False):
        tag = mapping.tag(m.tag)
        if tag is None or tag.unit in ("score", "", m.unit) or (m.unit, tag.unit) in FACTORS or m.unit in COUNTED:
            continue
        remarks.append(issue(file, NOT_CONVERTED, row=int(m.row), column=tag.column,
                             found=f"{m.amount:g} {m.unit}".strip(), expected=f"an amount in {tag.unit}",
                             outcome=KEPT, advice="The amount per tick of rlskit.toml is used."))
    return remarks
