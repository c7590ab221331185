"""The effects figure: a row per question, its estimate and interval on a line, its name, design and nights in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter

from rlskit.errors import ModelError
from rlskit.figures.captions import alt_text, caption
from rlskit.figures.rows import NOTHING, Row, Scale, effect_rows, numbers, refusal, scale_of
from rlskit.figures.style import (
    BLUE,
    INK,
    LEADING,
    NORMAL,
    PAGE_WIDTH,
    PAPER,
    RULE,
    SMALL,
    SOFT,
    ZONE,
    Sheet,
    number_tick,
    sheet_for,
    style,
    wrap,
)

GAP = 10.0  # points between two columns, and at the edges of the paper
PAD = 4.0  # above and below the text of a row
STRIP = 20.0  # height of an interval that stands below its text
WIDE = 390.0  # from here on the text stands beside the intervals, else above them
HEAD = 16.0  # the words "fewer" and "more" above the first row
TICKS = 34.0  # tick labels and axis title below the last row


def plot_effects(source: Any, ax: Axes | None = None, *, width: float = PAGE_WIDTH,
                 too_small: float | None = None) -> Axes:
    """Draw Answers or Effects: estimate and interval of every row, the zero line, design tag and nights in words.

    Refused rows keep their place and say why. `too_small`: effects within ± this many are shaded "too small to matter".
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_effects(source, sheet, too_small=too_small)


def draw_effects(source: Any, sheet: Sheet, *, too_small: float | None = None) -> Axes:
    """The same on a given sheet."""
    rows, scale = effect_rows(source), scale_of(source)
    if not rows:
        raise ModelError("There are no effects to draw: the table is empty.")
    text = caption(source)
    if too_small:
        text += f" Shaded: within {too_small:g}, named too small to matter."
    ax = draw_rows(rows, scale, sheet, text, too_small)
    sheet.describe(alt_text(source))
    ax.set_gid("effects")
    return ax


def draw_rows(rows: list[Row], scale: Scale, sheet: Sheet, text: str, too_small: float | None = None) -> Axes:
    """Rows of any table on a given sheet, with `text` as the caption."""
    ax = sheet.ax
    places = _places(rows, scale, sheet)
    _frame(ax, sheet, places, scale, text, too_small)
    for place in places:
        _write(ax, place, sheet)
        if place.row.refused:
            _refuse(ax, place)
        else:
            _interval(ax, place, scale)
    return ax


# --- how much room each row needs ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One line of text of a row, `x` and `y` in points from the left edge of the paper and the top of the axes."""

    text: str
    y: float
    kind: str  # bold | plain | soft


@dataclass(frozen=True)
class Place:
    """Where a row stands: its text lines, the height of its interval, and the room of a refusal."""

    row: Row
    top: float
    bottom: float
    middle: float
    lines: tuple[Line, ...]
    refusal: tuple[Line, ...]


def _text_room(sheet: Sheet) -> float:
    """Points that the column of words takes; 0 where the words stand above the intervals."""
    return round(sheet.width * 0.47) if sheet.owned and sheet.width >= WIDE else 0.0


def _places(rows: list[Row], scale: Scale, sheet: Sheet) -> list[Place]:
    beside = _text_room(sheet)
    room = beside - GAP if beside else sheet.width - (GAP if sheet.owned else 0)
    strip_room = sheet.width - beside - 3 * GAP
    places, y = [], 0.0
    for row in rows:
        words = [(line, "bold") for line in wrap(row.label, room, NORMAL, "bold")]
        words += [(line, kind) for item, kind in _details(row, scale) for line in wrap(item, room)]
        refused = wrap(refusal(row), strip_room if beside else room) if row.refused else []
        tall = _height(words)
        strip = _height([(t, "plain") for t in refused]) if refused else STRIP
        body = max(tall, strip) if beside else tall + strip
        top = y + PAD
        at = top + (body - tall) / 2 if beside else top
        from_ = top + (body - strip) / 2 if beside else top + tall
        places.append(Place(row, y, top + body + PAD, from_ + strip / 2, _stack(words, at),
                            _stack([(t, "plain") for t in refused], from_)))
        y = top + body + PAD
    return places


def _details(row: Row, scale: Scale) -> list[tuple[str, str]]:
    if row.refused:
        return [] if row.instead == NOTHING else [(row.contrast, "plain")]
    soft = [(text, "soft") for text in (row.tag, row.nights) if text]
    return [(f"{row.contrast}: {numbers(row, scale)}", "plain"), *soft]


def _height(words: list[tuple[str, str]]) -> float:
    return sum((NORMAL if kind == "bold" else SMALL) * LEADING for _, kind in words)


def _stack(words: list[tuple[str, str]], top: float) -> tuple[Line, ...]:
    lines, y = [], top
    for text, kind in words:
        step = (NORMAL if kind == "bold" else SMALL) * LEADING
        lines.append(Line(text, y + step / 2, kind))
        y += step
    return tuple(lines)


# --- drawing -------------------------------------------------------------------------------------------------------
def _frame(ax: Axes, sheet: Sheet, places: list[Place], scale: Scale, text: str, too_small: float | None) -> None:
    """Size, axis, row rules, the line of no difference and the words at both ends; no axis where nothing is drawn."""
    beside, body, rows = _text_room(sheet), places[-1].bottom, [p.row for p in places]
    drawn = [p for p in places if not p.row.refused]
    left, ticks = beside + GAP / 2 if beside else GAP, TICKS if drawn else 2.0
    sheet.size(left=left, right=GAP, top=HEAD if drawn else 2.0, bottom=ticks + sheet.caption_height(text), body=body)
    sheet.write_caption(text, left=left - 2, right=GAP, drop=ticks + 2)
    across = sheet.width - left - GAP if sheet.owned else sheet.width
    ax.set_ylim(body, 0)
    ax.yaxis.set_visible(False)
    ax.spines[["left", "top", "right"]].set_visible(False)
    for place in places[1:]:
        ax.plot([-(left - 2) / across if sheet.owned else 0, 1], [place.top] * 2, transform=ax.get_yaxis_transform(),
                color=RULE, linewidth=0.8, clip_on=False, zorder=0, gid="rule")
    if not drawn:
        ax.xaxis.set_visible(False)
        ax.spines["bottom"].set_visible(False)
        return
    _x_axis(ax, rows, scale, across)
    for place in drawn:  # the line stops at a refused row and at words, which it would cross
        top, bottom = (place.top, place.bottom) if beside else (place.middle - STRIP / 2, place.middle + STRIP / 2)
        ax.plot([scale.zero] * 2, [top, bottom], color=SOFT, linewidth=1, zorder=1, gid="zero")
        if too_small:
            ax.fill_between([scale.zero - too_small, scale.zero + too_small], top, bottom, color=ZONE, linewidth=0,
                            zorder=0, gid="too small")
    for words, x, side in ((f"← {scale.less}", 0, "left"), (f"{scale.more} →", 1, "right")):
        ax.annotate(words, (x, 1), (0, 4), xycoords="axes fraction", textcoords="offset points", ha=side, va="bottom",
                    fontsize=SMALL, color=INK, annotation_clip=False, gid="direction")


def _x_axis(ax: Axes, rows: list[Row], scale: Scale, width: float) -> None:
    drawn = [r for r in rows if not r.refused]
    ends = [v for r in drawn for v in (r.lower, r.upper, r.lower_alone, r.upper_alone, r.estimate)
            if v is not None and math.isfinite(v)]
    if scale.log:
        far = max([math.log(scale.span)] + [abs(math.log(v)) for v in ends if v > 0]) * 1.08
        ax.set_xscale("log")
        ax.set_xlim(math.exp(-far), math.exp(far))
        steps = [v for v in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if abs(math.log(v)) <= far]
        ax.xaxis.set_major_locator(FixedLocator(steps[:: max(1, round(len(steps) * 22 / width))]))
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    else:
        low, high = min([-scale.span, *ends]), max([scale.span, *ends])
        edge = (high - low) * 0.05
        ax.set_xlim(low - edge, high + edge)
        even = MaxNLocator(nbins=max(3, int(width // 38)), steps=[1, 2, 5, 10]).tick_values(low - edge, high + edge)
        ax.xaxis.set_major_locator(FixedLocator([v for v in even if low - edge <= v <= high + edge]))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: number_tick(v)))
    ax.set_xlabel(scale.axis, fontsize=SMALL)
    ax.tick_params(axis="x", labelsize=SMALL)


def _write(ax: Axes, place: Place, sheet: Sheet) -> None:
    beside = _text_room(sheet)
    for line in place.lines:
        ax.annotate(line.text, (0, line.y), (-beside - GAP / 2 + 2 if beside else -GAP + 2 if sheet.owned else 0, 0),
                    xycoords=("axes fraction", "data"), textcoords="offset points", ha="left", va="center",
                    fontsize=NORMAL if line.kind == "bold" else SMALL,
                    fontweight="bold" if line.kind == "bold" else "normal", color=SOFT if line.kind == "soft" else INK,
                    annotation_clip=False, gid="row text")


def _refuse(ax: Axes, place: Place) -> None:
    for line in place.refusal:
        ax.annotate(line.text, (0, line.y), (0, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                    ha="left", va="center", fontsize=SMALL, color=INK, style="italic",
                    annotation_clip=False, gid="refused")


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


