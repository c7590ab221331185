"""The specification curve: every analysis that could have been done, from the lowest estimate to the highest, and below
it which choice each one made differently."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from rlskit.checks.specifications import SPECIFICATIONS, summarise_specifications
from rlskit.figures.rows import readable, scale_of
from rlskit.figures.style import (
    BLUE,
    INK,
    LEADING,
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
    text_width,
    wrap,
)
from rlskit.models.outcome import told_as
from rlskit.utils.kinds import takes
from rlskit.utils.words import count, isolate, signed, signed_interval

GAP, TOP, CURVE, PAD = 8.0, 16.0, 170.0, 3.0  # points: edges, above the curve, its height, around a row's words
NAMES_SHARE, TICKS = 0.46, 30.0  # of the width, at most, for names; room for the numbers of the axis


@takes(SPECIFICATIONS)
def plot_specifications(specifications: Any, ax: Axes | None = None, *, width: float = PAGE_WIDTH) -> Axes:
    """Draw Specifications (vary_analysis): estimates and intervals by size, below them a dot for each other choice.

    Diamond on a grey band: the main analysis, which has no dot below. Filled: the whole interval is on one side of
    zero.

    Example: ``rk.plot_specifications(varied)``
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_specifications(specifications, sheet)


@dataclass(frozen=True)
class _Line:
    """A line of the matrix, in points from its top: a heading, or a choice with its words."""

    dimension: str
    choice: str
    words: list[str]
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return 0.5 * (self.top + self.bottom)


def draw_specifications(source: Any, sheet: Sheet) -> Axes:
    """The same on a given sheet."""
    ax, done, text = sheet.ax, _sorted(source.table), told_as(source, specifications_caption(source))
    left = _names_width(done, source.dimensions, sheet.width)
    lines = [replace(line, words=[told_as(source, words) for words in line.words])
             for line in _lines(done, source.dimensions, left - GAP)]
    depth = lines[-1].bottom if lines else 0.0
    body = CURVE + GAP + depth
    sheet.size(left=0, right=0, top=TOP, bottom=GAP + sheet.caption_height(text), body=body)
    sheet.write_caption(text, left=-2, right=0, drop=GAP)
    sheet.describe(told_as(source, specifications_alt(source)))
    ax.set_xlim(0, sheet.width)
    ax.set_ylim(body, 0)
    ax.axis("off")
    across = sheet.width - left - GAP
    wide = across / sheet.width
    curve = ax.inset_axes((left / sheet.width, 1.0 - CURVE / body, wide, CURVE / body))
    matrix = ax.inset_axes((left / sheet.width, 0.0, wide, max(depth, 1.0) / body))
    main = int(np.flatnonzero(done["main"])[0])
    for panel in (curve, matrix):
        panel.set_xlim(-0.7, len(done) - 0.3)
        panel.axvspan(main - 0.45, main + 0.45, color=ZONE, linewidth=0, zorder=0, gid="main band")
        panel.patch.set_visible(False)
    _curve(curve, done, source, across)
    _matrix(ax, matrix, done, lines, body - depth, depth, across)
    scale = scale_of(source)
    ax.annotate(wrap(scale.axis, sheet.width - 2 * GAP)[0], (2, 0), (0, 6), textcoords="offset points",
                ha="left", va="bottom", fontsize=SMALL, color=INK, annotation_clip=False, gid="axis name")
    for y, side, words in ((GAP, "top", f"↑ {scale.more}"), (CURVE - GAP, "bottom", f"↓ {scale.less}"),
                           (CURVE / 2, "center", "◆ main analysis")):
        ax.text(2.0, y, words, ha="left", va=side, fontsize=SMALL, color=INK, gid="legend")
    ax.set_gid("specifications")
    return ax


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["estimate"].notna()].sort_values("estimate", kind="stable", ignore_index=True)


def _choices(done: pd.DataFrame, dimensions: tuple[str, ...]) -> dict[str, list[str]]:
    """The choices drawn, by dimension, in the order of the table of specifications."""
    found = {name: [c for c in dict.fromkeys(done[name]) if c] for name in dimensions}
    return {name: sorted(choices) for name, choices in found.items() if choices}


def _names_width(done: pd.DataFrame, dimensions: tuple[str, ...], width: float) -> float:
    words = [c for choices in _choices(done, dimensions).values() for c in choices]
    longest = max([text_width(word) for word in words] + [60.0])
    return min(longest + 1.5 * GAP, NAMES_SHARE * width) + TICKS


def _lines(done: pd.DataFrame, dimensions: tuple[str, ...], room: float) -> list[_Line]:
    lines, y = [], 0.0
    for dimension, choices in _choices(done, dimensions).items():
        for choice in ["", *choices]:
            words = wrap(choice or dimension, room - (GAP if choice else 0.0), SMALL, "normal" if choice else "bold")
            bottom = y + len(words) * SMALL * LEADING + PAD
            lines.append(_Line(dimension, choice, words, y, bottom))
            y = bottom
    return lines


def _curve(ax: Axes, done: pd.DataFrame, source: Any, across: float) -> None:
    ends = [v for c in ("estimate", "lower", "upper") for v in done[c] if np.isfinite(v)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    edge = 0.06 * max(high - low, 1.0)
    ax.set_ylim(low - edge, high + edge)
    ax.yaxis.set_major_locator(FixedLocator([v for v in MaxNLocator(6).tick_values(low - edge, high + edge)
                                             if low - edge <= v <= high + edge]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: number_tick(v)))
    ax.xaxis.set_visible(False)
    ax.spines[["top", "right", "bottom"]].set_visible(False)
    ax.tick_params(labelsize=SMALL, length=2, pad=2)
    ax.axhline(0.0, color=SOFT, linewidth=1, zorder=1, gid="zero")
    size = float(np.clip(across / max(len(done), 1) * 0.45, 2.5, 6.0))
    for x, row in enumerate(done.itertuples()):
        bottom, top = max(row.lower, low - edge), min(row.upper, high + edge)
        ax.plot([x, x], [bottom, top], color=INK if row.main else BLUE, linewidth=2.0 if row.main else 1.2, zorder=2,
                solid_capstyle="butt", gid="main interval" if row.main else "interval")
        for value, at, side in ((row.lower, low - edge, "v"), (row.upper, high + edge, "^")):
            if np.isinf(value):
                ax.plot([x], [at], marker=side, color=BLUE, markersize=5, clip_on=False, zorder=3, gid="open")
        ink = INK if row.main else BLUE
        ax.plot([x], [row.estimate], linestyle="none", marker="D" if row.main else "o",
                markersize=size + (2.0 if row.main else 0.0), color=ink, markeredgewidth=1.2, zorder=4,
                markerfacecolor=ink if row.lower > 0 or row.upper < 0 else PAPER,
                gid="main estimate" if row.main else "estimate")


def _matrix(sheet: Axes, ax: Axes, done: pd.DataFrame, lines: list[_Line], top: float, depth: float,
            across: float) -> None:
    """Dots in the panel `ax`; the words beside them on the whole sheet, so that both share their heights."""
    ax.set_ylim(max(depth, 1.0), 0)
    ax.axis("off")
    size = float(np.clip(across / max(len(done), 1) * 0.5, 2.5, 5.0))
    for line in lines:
        if not line.choice:
            sheet.plot([0, sheet.get_xlim()[1]], [top + line.top] * 2, color=RULE, linewidth=0.8, zorder=0, gid="rule")
        sheet.text(2.0 if not line.choice else 2.0 + GAP, top + line.middle, "\n".join(line.words), ha="left",
                   va="center", fontsize=SMALL, linespacing=LEADING, color=INK,
                   fontweight="normal" if line.choice else "bold", gid="choice" if line.choice else "dimension")
        if line.choice:
            at = np.flatnonzero(done[line.dimension].eq(line.choice))
            ax.plot([-0.7, len(done) - 0.3], [line.middle] * 2, color=RULE, linewidth=0.5, zorder=0, gid="rule")
            ax.plot(at, np.full(at.size, line.middle), linestyle="none", marker="o", markersize=size, color=INK,
                    clip_on=False, zorder=2, gid=f"dots {line.choice}")


# --- words -----------------------------------------------------------------------------------------------------------
def specifications_caption(source: Any) -> str:
    """What the curve shows, what it says in numbers, and what could not be tried."""
    done, scale = _sorted(source.table), scale_of(source)
    missing = source.table[source.table["estimate"].isna()]
    people = "one person" if source.n_people == 1 else f"{source.n_people:,} people"
    parts = [
        f"{scale.title}: {readable(source.term)}, {source.contrast}, under {len(done)} specifications, by size.",
        f"Line: {100 * source.level:.3g}% interval; filled: the whole line is on one side of zero. Diamond on the grey "
        "band: the main analysis. A dot below says what that analysis did differently; where a group has no dot, it "
        "did what the main one does.",
        summarise_specifications(source),
        f"{count(source.n_nights, 'night')} of {people} in the main analysis ({source.formula}).",
        "Not possible here: " + "; ".join(f"{isolate(r.specification)} ({str(r.reason).rstrip('.')})"
                                          for r in missing.itertuples()) + "." if len(missing) else "",
        f"Intervals by {source.method}.", *source.caveats,
    ]
    return " ".join(part for part in parts if part)


def specifications_alt(source: Any) -> str:
    """Every specification with its numbers, for somebody who does not see the curve."""
    done = _sorted(source.table)
    rows = [f"{isolate(row.specification)}: {signed(row.estimate)} ({signed_interval(row.lower, row.upper)})."
            for row in done.itertuples()]
    return " ".join([f"Specification curve for {readable(source.term)}, {source.contrast}, in symptom nights per 30, "
                     "from lowest to highest.", summarise_specifications(source), *rows])
