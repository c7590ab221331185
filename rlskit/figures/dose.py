"""The dose-response curve: what more of it goes with, the smooth curve in its band and the straight line beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from rlskit.answers.dose import CURVE
from rlskit.answers.sentences import NOT_ENOUGH, count, signed, signed_interval, why
from rlskit.figures.style import (
    BAND,
    BLUE,
    INK,
    LEADING,
    NORMAL,
    PAGE_WIDTH,
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
from rlskit.utils.kinds import takes
from rlskit.utils.words import CLOCK, UNITS, amount_of, clock, comma_list, isolate

LEFT, RIGHT, BODY, TICKS = 30.0, 14.0, 170.0, 36.0  # points
FURTHEST = 30.0  # nights per 30: no limit is shown beyond


@takes(CURVE)
def plot_dose(curve: Any, ax: Axes | None = None, *, width: float = PAGE_WIDTH, too_small: float | None = None) -> Axes:
    """Draw the DoseCurve of trace_dose: curve and band, straight line and its limits, the line of no difference.

    too_small: differences within ± this many nights are shaded. A curve that was refused gives words in its place.

    Example: ``rk.plot_dose(rk.trace_dose(nights, "alcohol_drinks"))``
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_dose(curve, sheet, too_small=too_small)


def draw_dose(curve: Any, sheet: Sheet, *, too_small: float | None = None) -> Axes:
    """The same on a given sheet."""
    ax, text = sheet.ax, dose_caption(curve)
    if curve.reason:
        return _refused(sheet, curve, text)
    if too_small:
        text += f" Shaded: within {too_small:g}, named too small to matter."
    title = wrap(curve.label, sheet.width - 4, NORMAL, "bold")
    top = len(title) * NORMAL * LEADING + 2 * SMALL * LEADING + 14
    sheet.size(left=LEFT, right=RIGHT, top=top, bottom=TICKS + sheet.caption_height(text), body=BODY)
    sheet.write_caption(text, left=LEFT - 2, right=RIGHT, drop=TICKS + 2)
    table = curve.table
    x = table["x"].to_numpy()
    low, high = _limits(curve)
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(low, high)
    ax.axhline(0, color=SOFT, linewidth=1, zorder=1.5, gid="zero")
    if too_small:
        ax.axhspan(-too_small, too_small, facecolor=ZONE, edgecolor="none", zorder=0, gid="too small")
    if curve.curved:
        lower, upper = (table[c].clip(low, high) for c in ("lower", "upper"))
        ax.fill_between(x, lower, upper, facecolor=BAND, edgecolor=BLUE, linewidth=0.5, zorder=1, gid="band")
        ax.plot(x, table["estimate"], color=BLUE, linewidth=2.0, zorder=3, gid="curve")
    for column, wide in (("line", 1.4), ("line_lower", 0.8), ("line_upper", 0.8)):
        ax.plot(x, table[column].clip(low, high), color=INK, linewidth=wide, linestyle=(0, (5, 2.5)), zorder=2.5,
                gid=column)
    _axes(ax, curve, sheet)
    _heads(ax, title, curve.curved)
    sheet.describe(dose_alt(curve))
    ax.set_gid("dose")
    return ax


def _limits(curve: Any) -> tuple[float, float]:
    """The axis: everything finite that is drawn, no difference, and a little room."""
    columns = ["line", "line_lower", "line_upper", *(["estimate", "lower", "upper"] if curve.curved else [])]
    values = curve.table[columns].to_numpy().ravel()
    ends = np.clip(values[np.isfinite(values)], -FURTHEST, FURTHEST)
    low, high = min(-2.0, ends.min(initial=0)), max(2.0, ends.max(initial=0))
    if np.isposinf(values).any():
        high *= 1.15
    if np.isneginf(values).any():
        low *= 1.15
    return low - 0.06 * (high - low), high + 0.06 * (high - low)


def _axes(ax: Axes, curve: Any, sheet: Sheet) -> None:
    across = sheet.width - LEFT - RIGHT if sheet.owned else sheet.width
    low, high = ax.get_xlim()
    timed, most = curve.unit == CLOCK, max(2, int(across // 45))
    even = (_hours(low, high, most) if timed else
            MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high))
    ax.xaxis.set_major_locator(FixedLocator([v for v in even if low <= v <= high]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: clock(v) if timed else f"{v:g}"))
    bottom, top = ax.get_ylim()
    even = MaxNLocator(nbins=6, steps=[1, 2, 5, 10]).tick_values(bottom, top)
    ax.yaxis.set_major_locator(FixedLocator([v for v in even if bottom <= v <= top - 0.04 * (top - bottom)]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: number_tick(v)))
    ax.grid(axis="y", color=RULE, linewidth=0.6, zorder=0)
    ax.set_axisbelow(True)
    ax.set_xlabel(UNITS.get(curve.unit, curve.unit), fontsize=SMALL)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=SMALL)


def _hours(low: float, high: float, most: int) -> np.ndarray:
    """Round clock times, at most so many."""
    step = next((s for s in (0.25, 0.5, 1, 2, 3) if (high - low) / s <= most), 6)
    return np.arange(np.floor(low / step), np.ceil(high / step) + 1) * step


def _heads(ax: Axes, title: list[str], curved: bool) -> None:
    """Above the axes, from the bottom: what the axis counts, the legend, the name."""
    over: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom",
                            "ha": "left", "annotation_clip": False}
    ax.annotate("symptom nights per 30, more (+) or fewer (−)", (0, 1), (-LEFT + 2, 6), fontsize=SMALL, color=INK,
                gid="axis name", **over)
    handles = [Line2D([], [], color=INK, linewidth=1.4, linestyle=(0, (5, 2.5)), label="straight line")]
    if curved:
        handles.insert(0, Line2D([], [], color=BLUE, linewidth=2.0, label="smooth curve"))
    step = SMALL * LEADING
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(-LEFT + 2, step + 6), ncols=2, frameon=False,
              bbox_transform=_points(ax), fontsize=SMALL, borderaxespad=0, borderpad=0, handlelength=2.2,
              handletextpad=0.5, columnspacing=1.4).set_gid("legend")
    ax.annotate("\n".join(title), (0, 1), (-LEFT + 2, 2 * step + 10), fontsize=NORMAL, fontweight="bold", color=INK,
                linespacing=LEADING, gid="title", **over)


def _points(ax: Axes) -> Any:
    """Points to the right of and above the upper left corner of the axes."""
    from matplotlib.transforms import Affine2D, ScaledTranslation

    corner: Any = ax.transAxes
    return Affine2D().scale(1 / 72) + ax.figure.dpi_scale_trans + ScaledTranslation(0, 1, corner)


def _refused(sheet: Sheet, curve: Any, text: str) -> Axes:
    """Words in the place of an empty panel."""
    lines = [(line, "bold") for line in wrap(curve.label, sheet.width - 4, NORMAL, "bold")]
    lines += [(line, "plain") for line in wrap(NOT_ENOUGH + why(curve.reason, ": "), sheet.width - 4)]
    step = NORMAL * LEADING
    sheet.size(left=2, right=0, top=4, bottom=sheet.caption_height(text), body=len(lines) * step)
    sheet.write_caption(text, left=0, right=0, drop=4)
    sheet.ax.axis("off")
    for i, (line, kind) in enumerate(lines):
        sheet.ax.annotate(line, (0, 1), (0, -i * step), xycoords="axes fraction", textcoords="offset points", va="top",
                          ha="left", fontsize=NORMAL if kind == "bold" else SMALL, annotation_clip=False, color=INK,
                          fontweight="bold" if kind == "bold" else "normal",
                          style="normal" if kind == "bold" else "italic", gid="title" if kind == "bold" else "refused")
    sheet.ax.set_gid("dose")
    return sheet.ax


# --- words ---------------------------------------------------------------------------------------------------------
def dose_caption(curve: Any) -> str:
    """What the picture shows, in words."""
    timed = curve.unit == CLOCK
    more = "later" if timed else "with more"
    basis = f"{count(curve.n_nights, 'night')}, {curve.n_exposed} {more} than that; {curve.design_tag}."
    if curve.reason:
        asked = "Does the hour matter?" if timed else f"More {UNITS.get(curve.unit, curve.unit)}, more effect?"
        return f"{asked} {count(curve.n_nights, 'night')}{curve.design_tag and '; '}{curve.design_tag}."
    shape = (f"Blue: smooth curve with a {curve.level:.0%} band that holds for the whole curve. " if curve.curved else
             f"Too few different {'hours' if timed else 'amounts'} for a curve. ")
    adjusted = f" Taken into account: {comma_list(curve.adjusted_for)}." if curve.adjusted_for else ""
    method = curve.method[:1].upper() + curve.method[1:]
    against = amount_of(curve.reference, curve.unit)
    return (f"Difference in symptom nights {curve.population}, against {against}. {shape}Dashed: "
            f"straight line with {curve.level:.0%} limits. {basis}{adjusted} {method}.")


def dose_alt(curve: Any) -> str:
    """The same for somebody who does not see it, with both ends of the curve."""
    if curve.reason:
        return f"{isolate(curve.label)}: {NOT_ENOUGH}{why(curve.reason, ': ').rstrip('.')}. {dose_caption(curve)}"
    last = curve.table.iloc[-1]
    most = amount_of(last["x"], curve.unit)
    return (f"{isolate(curve.label)}, dose-response curve. At {most}: {signed(last['estimate'])} "
            f"({signed_interval(last['lower'], last['upper'])}); by the straight line {signed(last['line'])} "
            f"({signed_interval(last['line_lower'], last['line_upper'])}). {dose_caption(curve)}")
