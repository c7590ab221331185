"""How much a mention stands for, in the unit of the column that its tag is mapped to."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from rlskit.diary.mapping import Mapping, Tag, tag_key
from rlskit.diary.own import SCALE_UNITS, YES_NO, OwnOutcome
from rlskit.diary.tables import KEPT, issue
from rlskit.diary.toml_values import toml_text
from rlskit.diary.units import factor
from rlskit.utils.words import count

NOT_CONVERTED = "an amount in a unit that does not fit the column"
OFF_SCALE = "a value that is not on the scale of the column"

# Units in which a number counts ticks.
COUNTED = ("count", "cup", "cups", "serving", "servings", "dose", "doses", "tablet", "tablets", "pill", "pills")
_SAID = {"count": "times"} | {unit: f"of {scale.partition('-')[2]}" for scale, unit in SCALE_UNITS.items()}


@dataclass(frozen=True, kw_only=True)
class _Much:
    """An amount in the column's unit, None where it is not known; `lost`: a number was written that says nothing."""

    amount: float | None
    lost: bool = False


def amount(tag: Tag, mention) -> float | None:
    """Amount in the column's unit: as written, else by level, else per tick. A written zero or "None" is an answer. A
    scale has its own values and no others."""
    return _much(tag, mention).amount


def _much(tag: Tag, mention) -> _Much:
    written = None if pd.isna(mention.amount) else float(mention.amount)
    level = tag_key(mention.level)
    if level in tag.levels and (written is None or level == "none"):
        found = tag.levels[level]
    elif level == "none" or (written == 0 and not _is_rated(tag)):
        found = 0.0
    elif written is None:
        return _Much(amount=tag.per_tick)
    else:
        times = _times(tag, mention.unit)
        if times is None:
            told = None if _is_rated(tag) else tag.levels.get(level, tag.per_tick)
            return _Much(amount=told, lost=_asks(tag))
        found = written * times
    return _Much(amount=found) if tag.holds(found) else _Much(amount=None, lost=True)


def _times(tag: Tag, unit: str) -> float | None:
    """How many of the column's unit a number in this unit stands for; None where the one does not measure the other."""
    if unit == "count":
        return tag.per_tick
    if not unit or not _asks(tag) or (isinstance(tag.own, OwnOutcome) and not _is_rated(tag)):
        return 1.0  # an outcome that is a number has the unit that its app writes
    times = factor(unit, tag.unit)
    return times if times is not None or unit not in COUNTED else tag.per_tick


def _asks(tag: Tag) -> bool:
    """Whether it is asked how much, and not only whether."""
    if tag.own:
        return isinstance(tag.own, OwnOutcome) or tag.own.kind != YES_NO
    return tag.unit not in ("score", "")


def _is_rated(tag: Tag) -> bool:
    """Whether its numbers are those of a scale with two ends, and a zero of another scale is none."""
    return tag.scale in SCALE_UNITS


def unfit_amounts(mentions: pd.DataFrame, mapping: Mapping, file: str) -> list[dict]:
    """Remarks on written amounts that `amount` cannot turn into the column's unit or scale, and on the ticks of one's
    own habits and outcomes that do not say how much."""
    remarks = []
    for m in mentions[mentions["amount"].notna()].itertuples(index=False):
        tag = mapping.tag(m.tag)
        if tag is not None and _much(tag, m).lost:
            remarks.append(_unfit(tag, m, file))
    return remarks + _not_said(mentions[mentions["amount"].isna()], mapping, file)


def _unfit(tag: Tag, m, file: str) -> dict:
    unit = _SAID.get(m.unit, m.unit.replace("likert_1_", "of ").replace("_", " "))
    found = m.level if tag_key(m.level) == "none" else f"{m.amount:g} {unit}".strip()
    kind, expected = NOT_CONVERTED, f"an amount in {tag.unit}" if tag.unit else "a number, not how often"
    if _is_rated(tag) or not tag.holds(m.amount):
        kind, expected = OFF_SCALE, f"a value of {tag.scale}" if _is_rated(tag) else "a number of 0 or more"
    told = _much(tag, m).amount
    advice = (f"Taken for one tick, {told:g} {tag.unit}." if told is not None else
              "The night gets no value from it." if tag.scale else "Taken for a yes that does not say how much.")
    return issue(file, kind, row=int(m.row), column=tag.own.name if tag.own else tag.column, found=found,
                 expected=expected, outcome=KEPT, advice=advice)


def _not_said(ticks: pd.DataFrame, mapping: Mapping, file: str) -> list[dict]:
    """A remark for each tag of one's own habit or outcome whose ticks stand for no amount, where one is asked."""
    silent: dict[str, list[str]] = {}
    for m in ticks.itertuples(index=False):
        tag = mapping.tag(m.tag)
        if tag is not None and tag.own and _asks(tag) and _much(tag, m).amount is None:
            silent.setdefault(tag.name, []).append(str(m.level))
    return [_no_amount(mapping.tag(name), levels, file) for name, levels in silent.items()]


def _no_amount(tag: Tag | None, levels: list[str], file: str) -> dict:
    assert tag is not None
    words = [level for level in levels if level]
    line = f"levels = {{ {toml_text(words[0])} = 1, … }}" if words else "amount = 1"
    told = "Their nights get no value from them" if tag.scale else "They are a yes that does not say how much"
    return issue(file, f"{count(len(levels), 'tick')} without an amount", column=tag.name, outcome=KEPT,
                 advice=f"{told}; a line such as {line} in rlskit.toml says what one stands for.")
