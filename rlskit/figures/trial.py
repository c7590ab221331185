"""A trial closing in: limits that hold on any morning, the planned looks, and what a naive reader would have said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from rlskit.answers.sentences import count, long_date, short_date, signed, signed_interval
from rlskit.answers.trial_sentences import name_outcome, verdict_text
from rlskit.figures.style import (
    BAND,
    BLUE,
    INK,
    LEADING,
    NORMAL,
    PAGE_WIDTH,
    PAPER,
    RULE,
    SMALL,
    SOFT,
    Sheet,
    number_tick,
    sheet_for,
    style,
    wrap,
)
from rlskit.trials.plan import YES_NO
from rlskit.trials.result import MORNING, TRIAL, TrialResult
from rlskit.utils.kinds import takes
from rlskit.utils.words import capital, join

LEFT, RIGHT, BODY, TICKS = 30.0, 14.0, 190.0, 36.0  # points
SETTLED = 21  # nights; the plain difference of fewer leaps too far to set the axis
ROOM = 0.07  # of the axis, for the marks at its foot


@takes(TRIAL)
def plot_trial(result: TrialResult, ax: Axes | None = None, *, width: float = PAGE_WIDTH) -> Axes:
    """Draw the TrialResult of analyse_trial: night by night the plain difference, limits that hold on any morning, each
    planned look with its interval, and at the foot the mornings on which a naive reader would have claimed something.

    Example: ``rk.plot_trial(rk.analyse_trial(plan, run))``
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_trial(result, sheet)


def draw_trial(result: TrialResult, sheet: Sheet) -> Axes:
    """The same on a given sheet."""
    ax, course, text = sheet.ax, result.course, trial_caption(result)
    title = wrap(_title(result), sheet.width - 4, NORMAL, "bold")
    legend = _legend(result)
    rows = 1 if sheet.width > 400 else len(legend)
    top = len(title) * NORMAL * LEADING + (rows + 1) * SMALL * LEADING + 16
    sheet.size(left=LEFT, right=RIGHT, top=top, bottom=TICKS + sheet.caption_height(text), body=BODY)
    sheet.write_caption(text, left=LEFT - 2, right=RIGHT, drop=TICKS + 2)
    low, high = _limits(result)
    ax.set_xlim(0, len(result.plan.schedule) + 1)
    ax.set_ylim(low, high)
    x = course["number"].to_numpy()
    if _has_bets(result):
        ax.fill_between(x, course["lower"].clip(low, high), course["upper"].clip(low, high), facecolor=BAND,
                        edgecolor=BLUE, linewidth=0.5, zorder=1, gid="any morning")
    ax.axhline(0, color=SOFT, linewidth=1, zorder=1.5, gid="zero")
    ax.plot(x, course["naive"].clip(low, high), color=INK, linewidth=1.0, zorder=2, gid="difference")
    _draw_looks(ax, result, low, high)
    _draw_claims(ax, result, low, high)
    _axes(ax, result, sheet)
    _heads(ax, result, title, legend, rows)
    sheet.describe(trial_alt(result))
    ax.set_gid("trial")
    return ax


def naive_claims(result: TrialResult) -> pd.DataFrame:
    """The nights after which the naive limits leave zero out, with the side that would have been claimed."""
    course = result.course
    return course[course["naive_lower"].gt(0) | course["naive_upper"].lt(0)]


def _has_bets(result: TrialResult) -> bool:
    return bool(result.course["e_value"].notna().any())


def _limits(result: TrialResult) -> tuple[float, float]:
    """The axis: the looks, the settled difference with its naive limits, no difference, and room at the foot."""
    settled = result.course.iloc[SETTLED:] if len(result.course) > SETTLED else result.course
    looks = result.looks[result.looks["taken"]].tail(2)
    values = np.concatenate([settled["naive_lower"], settled["naive_upper"], looks["lower"], looks["upper"]])
    values = values[np.isfinite(values)]
    smallest = 2.0 if result.plan.outcome_kind == YES_NO else 0.1
    low, high = min(-smallest, values.min(initial=0.0)), max(smallest, values.max(initial=0.0))
    room = ROOM * (high - low)
    return low - 2.0 * room, high + room


def _draw_looks(ax: Axes, result: TrialResult, low: float, high: float) -> None:
    """Planned looks: a dotted upright each; once taken, a dot with its interval, filled where it claimed."""
    for look in result.looks.itertuples(index=False):
        ax.axvline(look.nights, color=SOFT, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1.4, gid="planned look")
        if not look.taken or not np.isfinite(look.estimate):
            continue
        ax.plot([look.nights] * 2, np.clip([look.lower, look.upper], low, high), color=BLUE, linewidth=2.0,
                solid_capstyle="butt", zorder=3, gid="interval")
        ax.plot(look.nights, np.clip(look.estimate, low, high), marker="o", markersize=6, color=BLUE, clip_on=False,
                markerfacecolor=BLUE if look.claimed else PAPER, markeredgewidth=1.4, zorder=3.5, gid="look")


def _draw_claims(ax: Axes, result: TrialResult, low: float, high: float) -> None:
    at = naive_claims(result)["number"].to_numpy(float)
    foot = low + 0.6 * ROOM * (high - low)
    ax.plot(at, np.full(len(at), foot), linestyle="none", marker="|", markersize=7, markeredgewidth=1.1, color=INK,
            zorder=2, gid="naive claim")


def _axes(ax: Axes, result: TrialResult, sheet: Sheet) -> None:
    across = sheet.width - LEFT - RIGHT if sheet.owned else sheet.width
    most = max(2, int(across // 45))
    nights = len(result.plan.schedule)
    even = MaxNLocator(nbins=most, steps=[1, 2, 3, 5, 6, 10], integer=True).tick_values(0, nights)
    ax.xaxis.set_major_locator(FixedLocator([v for v in even if 0 <= v <= nights]))
    bottom, top = ax.get_ylim()
    even = MaxNLocator(nbins=6, steps=[1, 2, 5, 10]).tick_values(bottom, top)
    ax.yaxis.set_major_locator(FixedLocator([v for v in even if bottom <= v <= top - 0.04 * (top - bottom)]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: number_tick(v)))
    ax.grid(axis="y", color=RULE, linewidth=0.6, zorder=0)
    ax.set_axisbelow(True)
    ax.set_xlabel(f"night of the plan, from {short_date(result.plan.start)}", fontsize=SMALL)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=SMALL)


def _legend(result: TrialResult) -> list[Any]:
    handles: list[Any] = [Line2D([], [], color=INK, linewidth=1.0, label="plain difference")]
    if _has_bets(result):
        handles.append(Patch(facecolor=BAND, edgecolor=BLUE, linewidth=0.5, label="holds on any morning"))
    handles.append(Line2D([], [], color=BLUE, linewidth=2.0, marker="o", markersize=5, markerfacecolor=PAPER,
                          label="planned look"))
    handles.append(Line2D([], [], color=INK, linestyle="none", marker="|", markersize=7, label="naive claim"))
    return handles


def _heads(ax: Axes, result: TrialResult, title: list[str], legend: list[Any], rows: int) -> None:
    """Above the axes, from the bottom: what the axis counts, the legend, the name."""
    over: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom",
                            "ha": "left", "annotation_clip": False}
    ax.annotate(_axis_name(result), (0, 1), (-LEFT + 2, 6), fontsize=SMALL, color=INK, gid="axis name", **over)
    step = SMALL * LEADING
    figure: Any = ax.figure
    box = ax.get_window_extent()
    place = (box.x0 + (-LEFT + 2) * figure.dpi / 72, box.y1 + (step + 8) * figure.dpi / 72)
    ax.legend(handles=legend, loc="lower left", bbox_to_anchor=figure.transFigure.inverted().transform(place),
              bbox_transform=figure.transFigure, ncols=-(-len(legend) // rows), frameon=False, fontsize=SMALL,
              borderaxespad=0, borderpad=0, handlelength=1.8, handletextpad=0.5, columnspacing=1.3,
              labelspacing=LEADING - 1.0).set_gid("legend")
    ax.annotate("\n".join(title), (0, 1), (-LEFT + 2, (rows + 1) * step + 10), fontsize=NORMAL, fontweight="bold",
                color=INK, linespacing=LEADING, gid="title", **over)


def _axis_name(result: TrialResult) -> str:
    if result.plan.outcome_kind == YES_NO:
        return f"{name_outcome(result.plan.outcome)} per 30, more (+) or fewer (−)"
    return f"{name_outcome(result.plan.outcome)}, more (+) or less (−)"


def _title(result: TrialResult) -> str:
    return f"{capital(result.plan.treatment)}: {verdict_text(result)}"


# --- words ---------------------------------------------------------------------------------------------------------
def trial_caption(result: TrialResult) -> str:
    """What the picture shows, in words."""
    claims, nights = naive_claims(result), len(result.plan.schedule)
    first = "none" if claims.empty else f"{len(claims)}, the first {long_date(claims['night'].iloc[0])}"
    bets = f"Band: {100 * result.course.attrs['level']:.0f}% limits that hold however often one looks."
    return join("No fair test." if result.unfair else "A coin chose the nights.",
                "Line: plain difference so far, nights with a yes against nights with a no.",
                bets if _has_bets(result) else "",
                "" if result.unfair else "Dots: planned looks, filled where they claim.",
                f"Marks: mornings on which a naive reader would have claimed something: {first}.",
                f"{result.nights} of {count(nights, 'night')}; {result.design_tag}.")


def trial_alt(result: TrialResult) -> str:
    """The same for somebody who does not see it, with the last look."""
    taken = result.looks[result.looks["taken"]]
    said = f"{result.unfair or 'No planned look has been taken.'} "
    if len(taken):
        look = taken.iloc[-1]
        said = (f"Look after {look['nights']} nights: {signed(look['estimate'])} "
                f"({signed_interval(look['lower'], look['upper'])}), {verdict_text(result)}. ")
    if _has_bets(result):
        row = result.row(MORNING) if not result.unfair else None
        said += "" if row is None else f"On any morning: {signed_interval(row['lower'], row['upper'])}. "
    return f"{capital(result.plan.treatment)}, trial night by night. {said}{trial_caption(result)}"
