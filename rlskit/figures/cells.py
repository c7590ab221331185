"""Cells of nights and their legend, one language wherever nights are drawn: filled is symptoms (darker is worse), pale
with an edge is none, hatched is not recorded; a dot where symptoms have no severity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from rlskit.figures.states import STATES
from rlskit.figures.style import (
    HATCH,
    HATCH_INK,
    INK,
    LEADING,
    NO_SYMPTOMS,
    PAPER,
    SMALL,
    SOFT,
    SYMPTOMS,
    text_width,
)

FACES = {"none": NO_SYMPTOMS, **SYMPTOMS, "ungraded": SYMPTOMS["severe"], "not_recorded": PAPER}
SAMPLE, BESIDE = 9.5, 13.5  # points: a cell of the legend, and where its words begin
PERIOD = "this period"  # an entry of the legend that is a line

Place = tuple[str, float, float]  # state, x, y


def draw_cells(ax: Axes, state: str, boxes: Any, *, edge: float = 0.4, gid: str | None = None, **options: Any) -> None:
    """The boxes (corners each) of the nights of one state; hatched ones have the edge of their hatch."""
    hatched = state == "not_recorded"
    ax.add_collection(PolyCollection(
        list(boxes), facecolors=FACES[state], edgecolors=HATCH_INK if hatched else SOFT, linewidths=edge,
        hatch=HATCH if hatched else None, gid=gid or state, **options), autolim=False)


def draw_dots(ax: Axes, x: Any, y: Any, size: float, gid: str = "no severity") -> None:
    """A dot on nights whose symptoms have no severity."""
    ax.plot(x, y, linestyle="none", marker="o", markersize=size, color=PAPER, markeredgewidth=0, gid=gid)


def states_shown(states: Iterable[str], *, scale: bool = False) -> list[str]:
    """Entries of the legend: "none" and "not recorded" always; scale: all severities where there is any."""
    here = set(states)
    graded = scale and bool(here & set(SYMPTOMS))
    return [s for s in STATES if s in here or s in ("none", "not_recorded") or (graded and s in SYMPTOMS)]


def legend_places(shown: Sequence[str], words: dict[str, str], left: float, right: float) -> list[Place]:
    """Where each entry stands, in as many lines as the room from `left` to `right` asks for."""
    places: list[Place] = []
    x, y = left, 3.0
    for state in shown:
        wide = BESIDE + text_width(_said(state, shown, words))
        if x > left and x + wide > right:
            x, y = left, y + SMALL * LEADING + 4
        places.append((state, x, y))
        x += wide + 13
    return places


def draw_legend(ax: Axes, places: list[Place], words: dict[str, str], top: float) -> None:
    """The entries below `top`."""
    shown = [state for state, _, _ in places]
    for state, x, y in places:
        if state == PERIOD:
            ax.plot([x, x + SAMPLE], [top + y + 5] * 2, color=INK, linewidth=1.6, solid_capstyle="butt", gid="legend")
        else:
            corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * SAMPLE + (x, top + y)
            draw_cells(ax, state, [corners], gid=f"legend {state}")
        if state == "ungraded" and set(shown) & set(SYMPTOMS):
            draw_dots(ax, [x + SAMPLE / 2], [top + y + SAMPLE / 2], 2.5, "legend dot")
        ax.text(x + BESIDE, top + y + 5, _said(state, shown, words), ha="left", va="center_baseline", gid="legend")


def _said(state: str, shown: Sequence[str], words: dict[str, str]) -> str:
    """"symptoms" alone where no night has a severity."""
    if state == "ungraded" and not set(shown) & set(SYMPTOMS):
        return "symptoms"
    return words.get(state, state)
