"""The strip calendar: one cell a night in long lines, medicine changes as upright lines. Made for the clinic page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from rlskit.answers.sentences import MONTHS, date_range
from rlskit.figures.cells import PERIOD, draw_cells, draw_dots, draw_legend, legend_places, states_shown
from rlskit.figures.states import STATES, night_states
from rlskit.figures.style import (
    INK,
    LEADING,
    PAGE_WIDTH,
    SMALL,
    SYMPTOMS,
    Sheet,
    sheet_for,
    style,
    text_width,
)
from rlskit.nights.validate import NIGHTS
from rlskit.utils.kinds import takes

WORDS = {"none": "no symptoms", "mild": "symptoms, severity 1–3", "moderate": "4–6", "severe": "7–10 of 10",
         "ungraded": "severity not given", "not_recorded": "not recorded"}
EDGED = 4.0  # points; edges of narrower cells would be all that is seen
A_LINE, MOST = 122, 366  # nights in a line; nights in all, the last ones where there are more
MONTH, CELL, MARK, GAP = 11.0, 12.0, 12.0, 3.0  # points: month names, cells, marks below them, between lines

Changes = Sequence[tuple[dt.date, str]]


@takes(NIGHTS)
def plot_strip(nights: pd.DataFrame, ax: Axes | None = None, *, changes: Changes = (), since: dt.date | None = None,
               width: float = PAGE_WIDTH, a_line: int = A_LINE) -> Axes:
    """Draw one person's nights as strips; `changes`: (first night, short label) of each medicine change.

    since: first night of the period that is underlined. a_line: most nights in a line. Shades as
    in plot_calendar. Raises ModelError likewise.

    Example: ``rk.plot_strip(nights)``
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_strip(nights, sheet, changes=changes, since=since, a_line=a_line)


def draw_strip(nights: pd.DataFrame, sheet: Sheet, *, changes: Changes = (), since: dt.date | None = None,
               a_line: int = A_LINE) -> Axes:
    """The same on a given sheet."""
    cells = night_states(nights).tail(MOST).reset_index(drop=True)
    per_line = -(-len(cells) // -(-len(cells) // a_line))
    wide = min((sheet.width - 2) / per_line, 2 * CELL)
    marks = _marks_by_night(cells, changes)
    number = np.arange(len(cells))
    line = number // per_line
    tops = _tops(int(line[-1]) + 1, {at // per_line for at in marks})
    cells = cells.assign(line=line, x=1 + (number % per_line) * wide, y=tops[line] + MONTH)
    shown = [*states_shown(cells["state"], scale=True), *([PERIOD] if since else [])]
    legend, text = legend_places(shown, WORDS, 1.0, sheet.width), strip_caption(nights, changes=changes)
    body = tops[-1] + legend[-1][2] + SMALL * LEADING
    sheet.size(left=0, right=0, top=2, bottom=2 + sheet.caption_height(text), body=body)
    sheet.write_caption(text, left=0, right=0, drop=4)
    ax = sheet.ax
    ax.set_xlim(0, sheet.width)
    ax.set_ylim(body, 0)
    ax.axis("off")
    if not sheet.owned:
        ax.set_box_aspect(body / sheet.width)
        ax.set_anchor("NW")
    _cells(ax, cells, wide)
    _months(ax, cells, wide, sheet.width)
    _period(ax, cells, wide, since)
    _marks(ax, cells, wide, marks, sheet.width)
    draw_legend(ax, legend, WORDS, tops[-1])
    ax.set_gid("strip")
    return ax


def strip_caption(nights: pd.DataFrame, *, changes: Changes = ()) -> str:
    """What the strips show, in words."""
    states = night_states(nights).tail(MOST)
    empty, calm = (int(states["state"].eq(s).sum()) for s in ("not_recorded", "none"))
    lines = " Upright: medicines." if changes else ""
    return (f"One cell a night, {date_range(states['night'].iloc[0], states['night'].iloc[-1])}: "
            f"{len(states) - empty - calm} with symptoms, {calm} without, {empty} not recorded.{lines}")


def _tops(lines: int, marked: set[int]) -> np.ndarray:
    """Where each line of cells begins, and where the last ends, in points; lines with marks are taller."""
    tall = [MONTH + CELL + (MARK if line in marked else 3.0) + GAP for line in range(lines)]
    return np.concatenate([[0.0], np.cumsum(tall)])


# --- drawing -------------------------------------------------------------------------------------------------------
def _cells(ax: Axes, cells: pd.DataFrame, wide: float) -> None:
    inset = min(0.5, wide / 10)
    for state in STATES:
        mine = cells[cells["state"].eq(state)]
        if mine.empty:
            continue
        boxes = [[(x + a * wide + (inset if a == 0 else -inset), y + b * CELL) for a, b in
                  ((0, 0), (1, 0), (1, 1), (0, 1))] for x, y in zip(mine["x"], mine["y"], strict=True)]
        draw_cells(ax, state, boxes, edge=0.3 if wide > EDGED else 0.0)
        if state == "ungraded" and cells["state"].isin(SYMPTOMS).any():
            draw_dots(ax, mine["x"] + wide / 2, mine["y"] + CELL / 2, 2.5)


def _months(ax: Axes, cells: pd.DataFrame, wide: float, width: float) -> None:
    """The month where it begins and at the start of each line, the year with the first and each January."""
    end, line, year = -np.inf, -1, 0
    starts = cells["night"].dt.day.eq(1) | cells["line"].ne(cells["line"].shift())
    for row in cells[starts].itertuples():
        end = -np.inf if row.line != line else end
        name = MONTHS[row.night.month - 1][:3]
        label = name if row.night.year == year else f"{name} {row.night.year}"
        wide_text = text_width(label)
        soon = row.night.day > 20 and row.line != line and len(cells) > 40  # the next month's name needs the room
        if row.x < end + 4 or row.x + wide_text > width or (soon and (32 - row.night.day) * wide < wide_text + 4):
            continue
        ax.text(row.x, row.y - 2.5, label, ha="left", va="baseline", color=INK, gid="month")
        end, line, year = row.x + wide_text, row.line, row.night.year


def _period(ax: Axes, cells: pd.DataFrame, wide: float, since: dt.date | None) -> None:
    """A thick line under the cells of this period."""
    if since is None:
        return
    for _, mine in cells[cells["night"] >= pd.Timestamp(since)].groupby("line"):
        y = mine["y"].iloc[0] + CELL + 2
        ax.plot([mine["x"].iloc[0], mine["x"].iloc[-1] + wide], [y, y], color=INK, linewidth=1.6,
                solid_capstyle="butt", gid=PERIOD)


def _marks_by_night(cells: pd.DataFrame, changes: Changes) -> dict[int, str]:
    """Number of the night → labels of the changes that began with it; changes outside the picture are left out."""
    first = cells["night"].iloc[0]
    marks: dict[int, str] = {}
    for day, label in sorted(changes, key=lambda one: one[0]):
        at = (pd.Timestamp(day) - first).days
        if 0 <= at < len(cells):
            marks[at] = f"{marks[at]}, {label}" if at in marks else label
    return marks


def _marks(ax: Axes, cells: pd.DataFrame, wide: float, marks: dict[int, str], width: float) -> None:
    """An upright line where a change began, its label below; labels that would touch stand behind one another."""
    end, line = -np.inf, -1
    for at, label in marks.items():
        row = cells.iloc[at]
        end = -np.inf if row["line"] != line else end
        bottom = row["y"] + CELL + 4
        ax.plot([row["x"]] * 2, [row["y"] - 2, bottom], color=INK, linewidth=1.6, zorder=4, solid_capstyle="butt",
                gid="change")
        room = text_width(label)
        x = min(max(row["x"] - room / 2, 0.0, end + 3), width - room)
        ax.text(x, bottom + 0.5, label, ha="left", va="top", color=INK, gid="change label")
        end, line = x + room, row["line"]
