"""Many people at once, as counted: a dot for each person's nights without and with something, and a line between."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.ticker import FixedLocator, FuncFormatter

from rlskit.answers.sentences import count
from rlskit.effects.rates import TALLY
from rlskit.figures.style import (
    BLUE,
    INK,
    PAGE_WIDTH,
    PAPER,
    RULE,
    SMALL,
    SOFT,
    Sheet,
    sheet_for,
    style,
)
from rlskit.utils.kinds import takes
from rlskit.utils.words import count_people, readable

LEFT, RIGHT, TOP, BODY, TICKS = 30.0, 14.0, 24.0, 190.0, 22.0  # points
SIDES = ("without", "with")
REACH = 0.27  # of the room between the two columns that the dots of each may take


@takes(TALLY)
def plot_tally(tally: pd.DataFrame, ax: Axes | None = None, *, width: float = PAGE_WIDTH) -> Axes:
    """Draw the table of tally_people: hollow dots without, filled dots with, a line for each person, bars: medians.

    Example: ``rk.plot_tally(rk.tally_people(several))``
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_tally(tally, sheet)


def draw_tally(tally: pd.DataFrame, sheet: Sheet) -> Axes:
    """The same on a given sheet."""
    ax, text = sheet.ax, tally_caption(tally)
    if tally.empty:
        return sheet.say("not enough nights with and without it", text, "tally")
    sheet.size(left=LEFT, right=RIGHT, top=TOP, bottom=TICKS + sheet.caption_height(text), body=BODY)
    sheet.write_caption(text, left=LEFT - 2, right=RIGHT, drop=TICKS + 2)
    sheet.describe(tally_alt(tally))
    ax.set_xlim(-0.35, 1.35)
    ax.set_ylim(-0.6, 30.6)
    ax.grid(axis="y", color=RULE, linewidth=0.6)
    ax.set_axisbelow(True)
    pairs = tally.pivot_table(index="person", columns="side", values="per_30")
    thin = 0.6 if len(pairs) <= 60 else 0.3
    swarms = [_dots(ax, pairs[side].dropna(), x, len(pairs)) for x, side in enumerate(SIDES)]
    sheet.figure.draw_without_rendering()  # seaborn moves the dots apart when they are drawn
    for dots in swarms:
        vars(dots).pop("draw", None)  # and again at every drawing: at another resolution they would leave their lines
    placed = [dict(zip(pairs[side].dropna().index, np.asarray(dots.get_offsets()).tolist(), strict=True))
              for side, dots in zip(SIDES, swarms, strict=True)]
    ax.add_collection(LineCollection([[placed[0][who], placed[1][who]] for who in pairs.dropna().index],
                                     colors=SOFT, linewidths=thin, zorder=1, gid="person"), autolim=False)
    for x, side in enumerate(SIDES):
        middle = pairs[side].median()
        ax.plot([x - REACH, x + REACH], [middle] * 2, color=INK, linewidth=2.2, zorder=4, solid_capstyle="butt",
                gid="median")
    _axes(ax, str(tally.attrs.get("by", "it")))
    ax.set_gid("tally")
    return ax


def _dots(ax: Axes, mine: pd.Series, x: int, people: int) -> Any:
    """Dots that do not hide one another: seaborn places them, when the picture is drawn."""
    import seaborn  # loaded for this picture alone: it takes as long as everything else

    size = float(np.clip(7.0 - people / 20, 2.5, 6.0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # where hundreds of dots do not fit, some overlap
        seaborn.swarmplot(x=np.full(len(mine), x), y=mine.to_numpy(), native_scale=True, ax=ax, size=size,
                          color=(PAPER, BLUE)[x], edgecolor=BLUE, linewidth=0.9, zorder=3, legend=False)
    ax.collections[-1].set_gid(SIDES[x])
    return ax.collections[-1]


def _axes(ax: Axes, by: str) -> None:
    name = readable(by)
    ax.xaxis.set_major_locator(FixedLocator([0, 1]))
    ax.set_xticklabels([f"{name}: no", f"{name}: yes"])
    ax.yaxis.set_major_locator(FixedLocator([0, 5, 10, 15, 20, 25, 30]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    ax.set_xlabel("")
    ax.set_ylabel("")
    ax.annotate("symptom nights per 30 nights, as counted", (0, 1), (-LEFT + 2, 8), xycoords="axes fraction",
                textcoords="offset points", ha="left", va="bottom", fontsize=SMALL, color=INK, annotation_clip=False,
                gid="axis name")
    ax.tick_params(length=2, pad=3, labelsize=SMALL)
    ax.spines[["top", "right"]].set_visible(False)


# --- words ---------------------------------------------------------------------------------------------------------
def tally_caption(tally: pd.DataFrame) -> str:
    """What the picture shows, in words."""
    people, nights = tally["person"].nunique(), int(tally["n_nights"].sum())
    gone = int(tally.attrs.get("left_out", 0))
    least = tally.attrs.get("least", 0)
    missing = f" Left out, under {least} answered nights on a side: {count_people(gone)}." if gone else ""
    return (f"Each person's symptom nights per 30 nights as counted, without (hollow) and with (filled), joined by a "
            f"line; bars: the person in the middle. {_directions(tally)}Nothing else is taken into account, so this is "
            f"no effect. {count_people(people)}, {count(nights, 'night')}.{missing}")


def _directions(tally: pd.DataFrame) -> str:
    """How many lines go down and how many go up: the bars alone would hide people who differ."""
    pairs = tally.pivot_table(index="person", columns="side", values="per_30")
    if not set(SIDES) <= set(pairs):
        return ""
    change = pairs["with"] - pairs["without"]
    down, up, same = int((change < 0).sum()), int((change > 0).sum()), int((change == 0).sum())
    as_many = f"; as many: {count_people(same)}" if same else ""
    return f"Fewer with it: {count_people(down)}; more: {count_people(up)}{as_many}. "


def tally_alt(tally: pd.DataFrame) -> str:
    """The same for somebody who does not see it, with the middle person of both sides."""
    middle = tally.groupby("side")["per_30"].median()
    said = "".join(f" The person in the middle has {middle[side]:.1f} {side}." for side in SIDES if side in middle)
    return f"{tally_caption(tally)}{said}"
