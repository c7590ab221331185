"""Answers or Effects → the rows of the forest figure, one shape for both."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from rlskit.answers.frames import OWN_RANGE
from rlskit.answers.result import unit_and_digits
from rlskit.answers.sentences import (
    NOT_ENOUGH,
    claims_nothing,
    count,
    is_answered,
    is_of_nights,
    signed,
    signed_interval,
    why,
)
from rlskit.effects.scales import SCALES, Scale
from rlskit.effects.text import in_own_units
from rlskit.models.outcome import told_as
from rlskit.utils.words import readable, sentence, split_nights, whole_signed, yes_no

NOTHING = "not recorded"


@dataclass(frozen=True)
class Row:
    """One line of the figure. `lower`/`upper` may be infinite; `lower_alone` is None where only one interval exists."""

    label: str
    contrast: str
    estimate: float
    lower: float
    upper: float
    lower_alone: float | None
    upper_alone: float | None
    tag: str
    nights: str
    reason: str
    refused: bool
    claim: bool  # the interval lies on one side of "no difference" and may be said so
    instead: str = ""  # what stands in the place of an interval, where it is not that too little was recorded
    only: str = ""  # which nights count, where not all do: "nights still symptom-free at 21:00"


def scale_of(source: Any) -> Scale:
    """The scale of a result, in the words of its outcome."""
    scale, said = _scale_of(source), partial(told_as, source)
    return replace(scale, title=said(scale.title), caption=said(scale.caption), axis=said(scale.axis),
                   less=said(scale.less), more=said(scale.more))


def _scale_of(source: Any) -> Scale:
    """The scale of Effects; Answers are always in symptom nights per 30. Ordinal nights are no symptom nights: they are
    at a severity or more, or worse."""
    scale, at_least = SCALES[getattr(source, "scale", "nights_per_30")], getattr(source, "at_least", None)
    if at_least is not None:
        return _reworded(scale, f"night at {at_least} or more", f"nights at {at_least} or more", "fewer", "more")
    if "question" in source.table:
        return replace(scale, whole=True)
    if scale.log and source.base_unit == "points":
        return _reworded(scale, "worse night", "worse nights", "milder nights", "worse nights")
    if in_own_units(source):
        name = readable(source.base_unit)
        caption = f"Difference in {name} between the two kinds of night that each row compares."
        axis = f"difference in {name}"
        return replace(scale, title=f"D{axis[1:]}", axis=axis, caption=caption, span=0.0, digits=2)
    return scale


def _reworded(scale: Scale, night: str, nights: str, less: str, more: str) -> Scale:
    texts = {
        name: getattr(scale, name).replace("symptom nights", nights).replace("symptom night", night)
        for name in ("title", "caption", "axis")
    }
    return replace(scale, less=less, more=more, **texts)


def effect_rows(source: Any) -> list[Row]:
    """The rows of Answers, clear ones first, then by size, those without an interval last; of Effects in the order of
    the table, where several levels share one row."""
    table = source.table
    if "question" in table:
        return _named_once(sorted((_answer(row) for _, row in table.iterrows()), key=_rank))
    scale = scale_of(source)
    if "level" not in table or table["level"].nunique() < 2:
        return _in_own_words(source, [_effect(row, scale) for _, row in table.iterrows()])
    rows = []
    for _, some in table.groupby(["term", "contrast"], sort=False, dropna=False):
        some = some.sort_values("level")
        wide, narrow = _effect(some.iloc[-1], scale), _effect(some.iloc[0], scale)
        rows.append(wide if wide.refused else replace(wide, lower_alone=narrow.lower, upper_alone=narrow.upper))
    return _in_own_words(source, rows)


def _in_own_words(source: Any, rows: list[Row]) -> list[Row]:
    return [replace(row, nights=told_as(source, row.nights), reason=told_as(source, row.reason)) for row in rows]


def _rank(row: Row) -> tuple[bool, bool, bool, float]:
    return row.refused, row.instead == NOTHING, not row.claim, 0.0 if row.refused else -abs(row.estimate)


def _named_once(rows: list[Row]) -> list[Row]:
    """Which nights count is said in the caption where the tag tells it (see `counted`), else with the row's nights."""
    told = counted(rows)
    return [replace(r, nights=f"{r.nights}, {r.only}") if r.only and r.tag not in told else r for r in rows]


def counted(rows: list[Row]) -> dict[str, str]:
    """tag → the nights that count, for tags of which every drawn row counts the same and not all nights."""
    of: dict[str, set[str]] = {}
    for row in rows:
        if not row.refused:
            of.setdefault(row.tag, set()).add(row.only)
    return {tag: only for tag, (only, *others) in of.items() if only and not others}


def levels_of(source: Any) -> tuple[str, str]:
    """The level of the thin line and of the thick one, as text; the same twice where there is one."""
    levels = sorted(source.level) if isinstance(source.level, tuple) else [source.level]
    return _percent(levels[-1]), _percent(levels[0])


def _percent(level: float) -> str:
    return f"{100 * level:.3g}%"


def _answer(row: pd.Series) -> Row:
    elsewhere = is_answered(row) and not is_of_nights(row)  # in a unit that is not that of the axis
    refused = elsewhere or not is_answered(row) or not math.isfinite(_number(row["estimate"]))
    alone = _pair(row.get("lower_pointwise"), row.get("upper_pointwise"))
    nights = "" if pd.isna(row["n_nights"]) else count(row["n_nights"], "night")
    if nights and pd.notna(row["n_exposed"]) and pd.notna(row["n_unexposed"]):
        split = ", ".join(split_nights(str(row["contrast"]), row["n_exposed"], row["n_unexposed"]))
        nights = split if row["n_exposed"] + row["n_unexposed"] == row["n_nights"] else f"{nights} ({split})"
    only = str(row["population"]).removeprefix("per 30 nights").strip()
    silent = claims_nothing(row)
    tag = f"{row['design_tag']}: which came first is not told" if silent else str(row["design_tag"])
    contrast = str(row["contrast"]).replace(OWN_RANGE, " (your own range)")
    return Row(str(row["label"]), contrast, _number(row["estimate"]), _number(row["lower"]),
               _number(row["upper"]), *alone, tag=tag, nights=nights,
               reason=str(row["reason"] or ""), refused=refused,
               claim=row["verdict"] in ("fewer", "more") and not silent,
               instead=in_words(row) if elsewhere else
               {"not_recorded": NOTHING, "refused": sentence(row["reason"]),
                **dict.fromkeys(("plan", "described"), str(row["reason"]))}.get(
                   row["verdict"], ""),
               only=f"nights {only}" if only else "")


def in_words(row: pd.Series) -> str:
    """"+0.60 points (+0.21 to +0.99), higher is better, 120 nights; association only" for what has no place on
    the axis."""
    unit, digits = unit_and_digits(row["unit"])
    return (f"{signed(row['estimate'], digits)}{unit} ({signed_interval(row['lower'], row['upper'], digits)}), "
            f"{row['better']} is better, {count(row['n_nights'], 'night')}; {row['design_tag']}")


def _effect(row: pd.Series, scale: Scale) -> Row:
    estimate, lower, upper = (_number(row[k]) for k in ("estimate", "lower", "upper"))
    if scale.log and lower <= 0:
        lower = -math.inf  # an odds ratio of 0 is as far as a ratio can go: the side is open
    refused = not math.isfinite(estimate)
    reason = row.get("reason", "")
    nights = count(row["n_nights"], "night") if pd.notna(row.get("n_nights")) else ""
    if nights and pd.notna(row.get("n_exposed")):
        split = split_nights(yes_no(str(row["contrast"])), row["n_exposed"], row["n_nights"] - row["n_exposed"])
        nights += f" ({split[0]})" if split else ""
    return Row(readable(row["term"]), yes_no(str(row["contrast"])), estimate, lower, upper, None, None, tag="",
               nights=nights, reason="" if pd.isna(reason) or not reason else str(reason), refused=refused,
               claim=lower > scale.zero or upper < scale.zero)


def numbers(row: Row, scale: Scale) -> str:
    """"−3.6 (−6.4 to −0.7)", an open side in words; of answers in whole nights, as sentences round them."""
    if scale.whole:
        ends = " to ".join(f"no {name} limit" if math.isinf(v) else whole_signed(v)
                           for name, v in (("lower", row.lower), ("upper", row.upper)))
        return f"{whole_signed(row.estimate)} ({ends})"
    if scale.signed:
        return f"{signed(row.estimate, scale.digits)} ({signed_interval(row.lower, row.upper, scale.digits)})"
    low = "no lower limit" if math.isinf(row.lower) else f"{row.lower:.{scale.digits}f}"
    high = "no upper limit" if math.isinf(row.upper) else f"{row.upper:.{scale.digits}f}"
    return f"{row.estimate:.{scale.digits}f} ({low} to {high})"


def refusal(row: Row) -> str:
    """What stands in the place of an interval that was refused."""
    return row.instead or NOT_ENOUGH + why(row.reason, ": ")


def _pair(lower: Any, upper: Any) -> tuple[float | None, float | None]:
    lower, upper = _number(lower), _number(upper)
    return (None, None) if math.isnan(lower) or math.isnan(upper) else (lower, upper)


def _number(value: Any) -> float:
    return math.nan if value is None or value is pd.NA else float(value)
