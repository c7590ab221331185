"""The calendar: a square a night. Short diaries hang like a wall calendar, long ones run on, a column a week."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from rlskit.answers.sentences import MONTHS, count, date_range, night_dates
from rlskit.figures.cells import FACES, draw_cells, draw_dots, draw_legend, legend_places, states_shown
from rlskit.figures.states import STATES, WORDS, night_states
from rlskit.figures.style import (
    INK,
    LEADING,
    PAGE_WIDTH,
    PAPER,
    SMALL,
    SOFT,
    SYMPTOMS,
    Sheet,
    lightness,
    sheet_for,
    style,
    text_width,
)
from rlskit.nights.validate import NIGHTS
from rlskit.utils.kinds import takes

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WALL_WEEKS = 9  # up to here a row a week with the day's number in it
WALL_CELL = (30.0, 20.0)  # points
MARGIN, NAMES, HEAD = 4.0, 26.0, 15.0  # points: edge of paper, room of the weekday names, of the month names
SMALLEST, LARGEST = 10.5, 16.0  # points of a square
BAND_GAP = 8.0


@takes(NIGHTS)
def plot_calendar(nights: pd.DataFrame, ax: Axes | None = None, *, width: float = PAGE_WIDTH) -> Axes:
    """Draw one person's nights: symptoms (darker = worse), no symptoms, and not recorded, which is hatched.

    Raises ModelError for an empty table, or one of several people.

    Example: ``rk.plot_calendar(nights)``
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_calendar(nights, sheet)


def draw_calendar(nights: pd.DataFrame, sheet: Sheet) -> Axes:
    """The same on a given sheet."""
    cells, grid = _layout(night_states(nights), sheet.width)
    ax, text = sheet.ax, calendar_caption(nights)
    legend = legend_places(states_shown(cells["state"]), WORDS, MARGIN, sheet.width - MARGIN)
    body = grid.height + 6 + legend[-1][2] + SMALL * LEADING
    sheet.size(left=0, right=0, top=MARGIN, bottom=MARGIN + sheet.caption_height(text), body=body)
    sheet.write_caption(text, left=-MARGIN + 2, right=MARGIN, drop=6)
    ax.set_xlim(0, sheet.width)
    ax.set_ylim(body, 0)
    if not sheet.owned:
        ax.set_box_aspect(body / sheet.width)
        ax.set_anchor("NW")
    ax.axis("off")
    _squares(ax, cells, grid)
    _month_lines(ax, cells, grid)
    _names(ax, cells, grid, sheet.width)
    draw_legend(ax, legend, WORDS, grid.height + 6)
    sheet.describe(calendar_alt(nights))
    ax.set_gid("calendar")
    return ax


# --- where the squares stand ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Grid:
    """The squares: size in points, whether weeks are rows, weeks per band, bands, and the height of it all."""

    cell: tuple[float, float]
    wall: bool
    per_band: int
    bands: int
    height: float


def _layout(states: pd.DataFrame, width: float) -> tuple[pd.DataFrame, Grid]:
    nights = states["night"]
    monday = nights.iloc[0] - pd.Timedelta(days=nights.iloc[0].weekday())
    day = (nights - monday).dt.days.to_numpy()
    week, weekday = day // 7, day % 7
    weeks = int(week[-1]) + 1
    if weeks <= WALL_WEEKS:
        wide, tall = min(WALL_CELL[0], (width - 2 * MARGIN - 2 * NAMES) / 7), WALL_CELL[1]
        x, y = 2 * NAMES + weekday * wide, HEAD + week * tall
        grid = Grid((wide, tall), True, weeks, 1, HEAD + weeks * tall)
        return states.assign(x=x, y=y, week=week, weekday=weekday, band=0), grid
    room = width - NAMES - 2 * MARGIN
    bands = math.ceil(weeks / int(room // SMALLEST))
    per_band = math.ceil(weeks / bands)
    cell = min(LARGEST, room / per_band)
    tall = HEAD + 7 * cell + BAND_GAP
    band = week // per_band
    x = MARGIN + NAMES + (week % per_band) * cell
    y = band * tall + HEAD + weekday * cell
    grid = Grid((cell, cell), False, per_band, bands, bands * tall - BAND_GAP)
    return states.assign(x=x, y=y, week=week, weekday=weekday, band=band), grid


def _boxes(cells: pd.DataFrame, cell: tuple[float, float], inset: float = 0.7) -> np.ndarray:
    x, y = cells["x"].to_numpy() + inset, cells["y"].to_numpy() + inset
    wide, tall = cell[0] - 2 * inset, cell[1] - 2 * inset
    return np.stack([np.stack([x + a * wide, y + b * tall], -1) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))], 1)


def _squares(ax: Axes, cells: pd.DataFrame, grid: Grid) -> None:
    for state in STATES:
        mine = cells[cells["state"].eq(state)]
        if mine.empty:
            continue
        draw_cells(ax, state, _boxes(mine, grid.cell), edge=0.0 if state == "not_recorded" else 0.4)
        if state == "ungraded" and cells["state"].isin(SYMPTOMS).any():
            across, down = (0.86, 0.22) if grid.wall else (0.5, 0.5)
            draw_dots(ax, mine["x"] + across * grid.cell[0], mine["y"] + down * grid.cell[1], min(grid.cell) / 4)
    if grid.wall:
        for row in cells.itertuples():
            dark = lightness(FACES[row.state]) < 55
            ax.text(row.x + grid.cell[0] / 2, row.y + grid.cell[1] / 2, str(row.night.day), ha="center",
                    va="center_baseline", color=PAPER if dark else INK,
                    bbox={"facecolor": PAPER, "edgecolor": "none", "boxstyle": "square,pad=0.15"}
                    if row.state == "not_recorded" else None, gid="day")


def _month_lines(ax: Axes, cells: pd.DataFrame, grid: Grid) -> None:
    """A dark line between two nights of different months that stand side by side."""
    at = {(r.week, r.weekday): r for r in cells.itertuples()}
    wide, tall = grid.cell
    lines = []
    for (week, weekday), one in at.items():
        across, down = (week, weekday - 1), (week - 1, weekday)
        if not grid.wall:
            across, down = down, across
        for key, end in ((across, (one.x, one.y + tall)), (down, (one.x + wide, one.y))):
            other = at.get(key)
            if other is not None and other.band == one.band and other.night.month != one.night.month:
                lines.append([(one.x, one.y), end])
    ax.add_collection(LineCollection(lines, colors=INK, linewidths=1.1, capstyle="projecting", gid="months"),
                      autolim=False)


def _names(ax: Axes, cells: pd.DataFrame, grid: Grid, width: float) -> None:
    wide, tall = grid.cell
    if grid.wall:
        for weekday, name in enumerate(DAYS):
            ax.text(2 * NAMES + (weekday + 0.5) * wide, HEAD - 3, name, ha="center", va="bottom", color=SOFT,
                    gid="name")
    else:
        step = 1 if tall >= SMALL * LEADING * 1.1 else 2
        for band in range(grid.bands):
            for weekday in range(0, 7, step):
                ax.text(MARGIN + NAMES - 4, band * (HEAD + 7 * tall + BAND_GAP) + HEAD + (weekday + 0.5) * tall,
                        DAYS[weekday], ha="right", va="center", color=SOFT, gid="name")
    _month_names(ax, cells, grid, width)


def _month_names(ax: Axes, cells: pd.DataFrame, grid: Grid, width: float) -> None:
    """The name of a month where its first night stands, the year with the first name and each January."""
    first = cells.groupby([cells["band"], cells["night"].dt.year, cells["night"].dt.month], sort=False).head(1)
    end, band, shown = -math.inf, -1, None
    for row in first.itertuples():
        name = MONTHS[row.night.month - 1][:3]
        if grid.wall:
            label, x, y = name, MARGIN, row.y + grid.cell[1] / 2
            if y - end < SMALL * LEADING:
                continue
            end = y
        else:
            if row.band != band:
                end, band = -math.inf, row.band
            label = f"{name} {row.night.year}" if shown != row.night.year else name
            x, y = row.x, row.y - row.weekday * grid.cell[1] - 4
            x += 0 if row.weekday == 0 or row.night.day > 1 else grid.cell[0]  # the first whole week of the month
            if x < end + 5 or x + text_width(label) > width - 1:
                continue
            end, shown = x + text_width(label), row.night.year
        ax.text(x, y, label, ha="left", va="center" if grid.wall else "bottom", gid="month")
        if grid.wall and shown != row.night.year:
            ax.text(MARGIN, HEAD - 3, str(row.night.year) if shown is None else "", ha="left", va="bottom", gid="month")
            shown = row.night.year


# --- words ---------------------------------------------------------------------------------------------------------
def calendar_caption(nights: pd.DataFrame) -> str:
    states = night_states(nights)["state"]
    bad, good, empty = states.isin(["mild", "moderate", "severe", "ungraded"]).sum(), states.eq("none").sum(), \
        states.eq("not_recorded").sum()
    first, last = night_dates(nights)
    return (f"One square a night, {date_range(first, last)} ({count(len(states), 'night')}). Symptoms: {bad}. "
            f"No symptoms: {good}. Not recorded: {empty}; these are not nights without symptoms.")


def calendar_alt(nights: pd.DataFrame) -> str:
    return f"Calendar of nights. {calendar_caption(nights)}"
