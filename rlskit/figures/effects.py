"""The effects figure: a row per question, its estimate and interval on a line, its name, design and nights in words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from matplotlib.axes import Axes

from rlskit.answers.result import ANSWERS, Answers, judged_together
from rlskit.answers.sentences import count, date_range
from rlskit.effects.estimates import EFFECTS
from rlskit.effects.scales import Scale
from rlskit.effects.spread import disagreements
from rlskit.errors import ModelError
from rlskit.figures.effects_layout import GAP, Columns, Line, Place, columns_for, places_for
from rlskit.figures.rows import Row, counted, effect_rows, levels_of, numbers, refusal, scale_of
from rlskit.figures.scale_axis import draw_scale, label_height, name_ends
from rlskit.figures.style import (
    BLUE,
    INK,
    NORMAL,
    PAGE_WIDTH,
    PAPER,
    RULE,
    SMALL,
    SOFT,
    ZONE,
    Sheet,
    sheet_for,
    style,
    text_width,
)
from rlskit.models.outcome import told_as
from rlskit.utils.kinds import takes
from rlskit.utils.words import isolate, sentence

HEAD = 30.0  # points: the words "fewer" and "more", and the ticks, above the first row
LIFT = 17.0  # of those words, over the ticks
KEY = 14.0  # the key below the axis title
TICKS = 34.0  # tick labels and axis title below the last row
HEADING = "estimate (limits)"  # above the numbers


@takes(ANSWERS, EFFECTS)
def plot_effects(source: Any, ax: Axes | None = None, *, width: float = PAGE_WIDTH,
                 too_small: float | None = None) -> Axes:
    """Draw Answers or Effects: estimate and interval of every row, the zero line, design tag and nights in words.

    Refused rows keep their place and say why. `too_small`: effects within ± this many are shaded "too small to matter".

    Example: ``rk.plot_effects(answers)``
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_effects(source, sheet, too_small=too_small)


def draw_effects(source: Any, sheet: Sheet, *, too_small: float | None = None) -> Axes:
    """The same on a given sheet."""
    rows, scale = effect_rows(source), scale_of(source)
    if not rows:
        raise ModelError("There are no effects to draw: the table is empty.")
    text = told_as(source, effects_caption(source))
    if too_small:
        text += f" Shaded: within {too_small:g}, named too small to matter."
    ax = draw_rows(rows, scale, sheet, text, too_small)
    sheet.describe(told_as(source, effects_alt(source)))
    ax.set_gid("effects")
    return ax


def draw_rows(rows: list[Row], scale: Scale, sheet: Sheet, text: str, too_small: float | None = None) -> Axes:
    """Rows of any table on a given sheet, with `text` as the caption."""
    ax, columns = sheet.ax, columns_for(rows, scale, sheet)
    places = places_for(rows, scale, sheet, columns)
    _frame(ax, sheet, places, columns, scale, text, too_small)
    beside = -columns.left + 2 if sheet.owned else 0.0
    for place in places:
        _write(ax, place.words, 0, beside, "row text")
        if place.row.refused:
            _write(ax, place.refusal, 0, 0.0, "refused", style="italic")
        else:
            _write(ax, place.numbers, 1, GAP, "row numbers")
            _interval(ax, place, scale)
    return ax


# --- drawing -------------------------------------------------------------------------------------------------------
def _frame(ax: Axes, sheet: Sheet, places: list[Place], columns: Columns, scale: Scale, text: str,
           too_small: float | None) -> None:
    """Size, axis, row rules, the line of no difference and the words at both ends; no axis where nothing is drawn."""
    body, drawn, across = places[-1].bottom, [p for p in places if not p.row.refused], columns.across
    room = across + 2 * min(columns.left, columns.right)  # the axis title may reach below the words beside
    ticks = TICKS + label_height(scale, room) + KEY if drawn else 2.0
    sheet.size(left=columns.left, right=columns.right, top=HEAD if drawn else 2.0,
               bottom=ticks + sheet.caption_height(text), body=body)
    sheet.write_caption(text, left=columns.left - 2, right=columns.right, drop=ticks + 2)
    ax.set_ylim(body, 0)
    ax.yaxis.set_visible(False)
    ax.spines[["left", "top", "right"]].set_visible(False)
    ends = (-(columns.left - 2) / across, 1 + (columns.right - 2) / across) if sheet.owned else (0, 1)
    for place in places[1:]:
        ax.plot(ends, [place.top] * 2, transform=ax.get_yaxis_transform(), color=RULE, linewidth=0.8, clip_on=False,
                zorder=0, gid="rule")
    if not drawn:
        ax.xaxis.set_visible(False)
        ax.spines["bottom"].set_visible(False)
        return
    rows = [p.row for p in drawn]
    values = [v for r in rows for v in (r.lower, r.upper, r.lower_alone, r.upper_alone, r.estimate)]
    draw_scale(ax, scale, values, across, room)
    ax.tick_params(axis="x", top=True, labeltop=True)
    name_ends(ax, scale, across, LIFT)
    _key(ax, any(r.lower_alone is not None for r in rows), ticks - KEY, -ends[0] * across if sheet.owned else 0.0)
    low, high = ax.get_xlim()
    grid = [float(at) for at in ax.get_xticks() if low <= at <= high and at != scale.zero]
    if text_width(HEADING) <= columns.numbers:
        ax.annotate(HEADING, (1, 1), (GAP, LIFT), xycoords="axes fraction", textcoords="offset points", ha="left",
                    va="bottom", fontsize=SMALL, color=SOFT, annotation_clip=False, gid="heading")
    for place in drawn:  # the line stops at a refused row and at words, which it would cross
        top, bottom = (place.top, place.bottom) if columns.words else (place.middle - place.half,
                                                                       place.middle + place.half)
        ax.plot([scale.zero] * 2, [top, bottom], color=SOFT, linewidth=1, zorder=1, gid="zero")
        ax.vlines(grid, top, bottom, color=RULE, linewidth=0.6, zorder=0.5, gid="rule")
        if too_small:
            ax.fill_between([scale.zero - too_small, scale.zero + too_small], top, bottom, color=ZONE, linewidth=0,
                            zorder=0, gid="too small")


def _key(ax: Axes, both: bool, drop: float, left: float) -> None:
    """What dot and lines are, below the axis: a sample of each before its words, from the left edge of the paper."""
    x = -left
    for words, wide, dot in (("best guess", 0.0, True), ("all rows together" if both else "interval", 1.3, False),
                             *((("this row alone", 3.6, False),) if both else ())):
        at: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "annotation_clip": False}
        ax.annotate("●" if dot else "▬" if wide > 2 else "—", (0, 0), (x, -drop - 6), ha="left", va="center",
                    fontsize=SMALL, color=BLUE, gid="key", **at)
        ax.annotate(words, (0, 0), (x + 12, -drop - 6), ha="left", va="center", fontsize=SMALL, color=SOFT, gid="key",
                    **at)
        x += 12 + text_width(words) + 12


def _write(ax: Axes, lines: Iterable[Line], x: float, offset: float, gid: str, *, style: str = "normal") -> None:
    """Lines of text, `offset` points from the left (x = 0) or the right (x = 1) edge of the axes."""
    for line in lines:
        bold, ink = line.kind == "bold", SOFT if line.kind == "soft" else INK
        ax.annotate(line.text, (x, line.y), (offset + line.x, 0), xycoords=("axes fraction", "data"),
                    textcoords="offset points", ha="left", va="center", fontsize=NORMAL if bold else SMALL,
                    fontweight="bold" if bold else "normal", color=ink, style=style, annotation_clip=False, gid=gid)


def _interval(ax: Axes, place: Place, scale: Scale) -> None:
    row, y = place.row, place.middle
    low, high = ax.get_xlim()
    if not math.isnan(row.lower) and not math.isnan(row.upper):
        start, end = max(row.lower, low), min(row.upper, high)
        ax.plot([start, end], [y, y], color=BLUE, linewidth=1.3, solid_capstyle="butt", zorder=2, clip_on=False,
                gid="interval")
        for value, edge, marker in ((row.lower, low, "<"), (row.upper, high, ">")):
            if math.isinf(value):
                ax.plot([edge], [y], marker=marker, color=BLUE, markersize=6, clip_on=False, zorder=3, gid="open")
            else:
                ax.plot([value, value], [y - 3, y + 3], color=BLUE, linewidth=1.3, zorder=2, gid="end")
    if row.lower_alone is not None and row.upper_alone is not None:
        ax.plot([max(row.lower_alone, low), min(row.upper_alone, high)], [y, y], color=BLUE, linewidth=3.6,
                solid_capstyle="butt", zorder=2, gid="interval alone")
    ax.plot([row.estimate], [y], marker="o", markersize=7, color=BLUE, markerfacecolor=BLUE if row.claim else PAPER,
            markeredgewidth=1.6, zorder=4, clip_on=False, gid="estimate")


# --- words ---------------------------------------------------------------------------------------------------------
def effects_caption(source: Any) -> str:
    rows, scale = effect_rows(source), scale_of(source)
    drawn = [r for r in rows if not r.refused]
    if not drawn:
        return f"{scale.caption} No row has enough recorded nights to draw. {_basis(source)}"
    both = any(r.lower_alone is not None for r in drawn)
    thin, thick = _thin(source), levels_of(source)[1]
    lines = f"Thin line and brackets: {thin}; thick: {thick} interval of that row alone." if both else f"Line: {thin}."
    parts = [f"{scale.title}. {lines} Filled dot: wholly on one side of {scale.nothing}."]
    parts += [f"Rows marked {tag}: {only}." for tag, only in counted(rows).items()]
    return " ".join([*parts, *disagreements(source.caveats), _basis(source)])


def _thin(source: Any) -> str:
    """What the thin line is: of answers the limits by which they are judged."""
    level = levels_of(source)[0]
    return f"{level} limits that hold {judged_together(source)}" if isinstance(source, Answers) else f"{level} interval"


def _basis(source: Any) -> str:
    people = "One person" if source.n_people == 1 else f"{source.n_people:,} people"
    if isinstance(source, Answers):
        dates = date_range(source.first_night, source.last_night)
        return f"{people}, {dates}: {source.n_recorded:,} of {count(source.n_nights, 'night')} recorded."
    return f"{people}, {count(source.n_nights, 'night')}."


def effects_alt(source: Any) -> str:
    scale = scale_of(source)
    lines = [f"{scale.title}, one row per question; in brackets: {_thin(source)}."]
    for row in effect_rows(source):
        tag = f", {row.tag}" if row.tag else ""
        said = sentence(refusal(row)) if row.refused else f"{numbers(row, scale)}{tag}."
        lines.append(f"{isolate(row.label)}, {row.contrast}: {said[0].lower()}{said[1:]}")
    return " ".join(lines)
