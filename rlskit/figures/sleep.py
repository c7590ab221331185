"""Sleep timing: a line a night, a bar from lights out to waking, each night drawn twice so that noon cuts nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator

from rlskit.answers.sentences import MONTHS, count, date_range
from rlskit.figures import cells
from rlskit.figures.states import night_states
from rlskit.figures.style import (
    BAND,
    BLUE,
    HATCH,
    HATCH_INK,
    INK,
    LEADING,
    PAGE_WIDTH,
    PAPER,
    RULE,
    SMALL,
    SOFT,
    Sheet,
    sheet_for,
    style,
    text_width,
)
from rlskit.utils.kinds import Kind, takes

LEFT, RIGHT, TICKS = 38.0, 16.0, 16.0  # points
TALLEST, LARGEST, FLATTEST = 420.0, 9.0, 48.0  # points: of all lines, of one line, of all lines at least
EMPTY = 0.3  # of its height, what a picture without any times would keep
MARKS, MARK = 11.0, 8.0  # points left of the axis where the marks of the nights begin; their width
NIGHTS_SAID = {"ungraded": "symptoms that night", "none": "no symptoms"}
THIN = 2.5  # points of a line; below it the gaps between bars would be thinner than a dot of a screen, and flicker
LEGEND = {"main": "lights out to waking", "nap": "nap", "not_recorded": "times not recorded"}
GAPS = {"main": 0.12, "nap": 0.28, "not_recorded": 0.0}  # above and below a bar, in lines
FACES = {"main": (BLUE, BLUE), "nap": (BAND, BLUE), "not_recorded": (PAPER, HATCH_INK)}


SLEPT = Kind(said="nights of sleep", made="Make them with rk.trace_sleep(diary).", taken="rk.plot_sleep(sleep)",
             columns=("night", "kind", "start_h", "end_h"))


@takes(SLEPT)
def plot_sleep(sleep: pd.DataFrame, ax: Axes | None = None, *, nights: pd.DataFrame | None = None,
               width: float = PAGE_WIDTH) -> Axes:
    """Draw the table of trace_sleep, double-plotted: each line shows one night and, to its right, the next one.

    nights : of make_nights; a mark before each line then says whether the night had symptoms. The regularity measures
    stand in the caption. Raises ModelError for another table.

    Example: ``rk.plot_sleep(rk.trace_sleep(diary), nights=nights)``
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_sleep(sleep, sheet, nights=nights)


def draw_sleep(sleep: pd.DataFrame, sheet: Sheet, *, nights: pd.DataFrame | None = None) -> Axes:
    """The same on a given sheet."""
    ax, text = sheet.ax, sleep_caption(sleep)
    if not sleep["start_h"].notna().any():
        return sheet.say("not recorded: no night has both bedtime and waking", text, "sleep")
    dates = pd.DatetimeIndex(sleep["night"].drop_duplicates())
    line = pd.Series(np.arange(len(dates)), index=dates)
    timed = sleep.loc[sleep["start_h"].notna(), "night"].nunique()
    share = EMPTY + (1 - EMPTY) * timed / len(dates)
    body = max(min(len(dates) * LARGEST, TALLEST) * share, FLATTEST)
    left = LEFT if nights is None else LEFT + MARKS
    handles = [*_handles(_shown(sleep)), *([] if nights is None else _night_handles())]
    columns = _columns([str(one.get_label()) for one in handles], sheet.width - left - RIGHT)
    top = math.ceil(len(handles) / columns) * SMALL * LEADING * 1.15 + 8
    sheet.size(left=left, right=RIGHT, top=top, bottom=TICKS + sheet.caption_height(text), body=body)
    sheet.write_caption(text, left=left - 2, right=RIGHT, drop=TICKS + 4)
    ax.set_xlim(0, 48)
    ax.set_ylim(len(dates), 0)
    for kind in _shown(sleep):
        _bars(ax, kind, _boxes(sleep, kind, line, 0.0 if body / len(dates) < THIN else GAPS[kind]))
    across = sheet.width - left - RIGHT if sheet.owned else sheet.width
    _axes(ax, dates, body, across)
    if nights is not None:
        _marks(ax, nights, line, across)
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, fontsize=SMALL,
              borderaxespad=0.2, borderpad=0.1, handlelength=1.4, handletextpad=0.5, columnspacing=1.2,
              labelspacing=0.2).set_gid("legend")
    sheet.describe(sleep_alt(sleep))
    ax.set_gid("sleep")
    return ax


def _shown(sleep: pd.DataFrame) -> list[str]:
    known = sleep["start_h"].notna()
    here = {"main": True, "nap": sleep["kind"].eq("nap").any(), "not_recorded": (~known).any()}
    return [kind for kind in LEGEND if here[kind]]


def _handles(shown: list[str]) -> list[Patch]:
    return [Patch(facecolor=FACES[k][0], edgecolor=FACES[k][1], linewidth=0.6, label=LEGEND[k],
                  hatch=HATCH if k == "not_recorded" else None) for k in shown]


def _night_handles() -> list[Patch]:
    return [Patch(facecolor=cells.FACES[state], edgecolor=SOFT, linewidth=0.6, label=said)
            for state, said in NIGHTS_SAID.items()]


def _columns(words: list[str], room: float) -> int:
    """Entries of the legend in one line: all, as many as fill two lines, or one."""
    used = [text_width(text) + 1.4 * SMALL + 0.5 * SMALL for text in words]
    for columns in (len(words), math.ceil(len(words) / 2)):
        if max(used) * columns + 1.2 * SMALL * (columns - 1) <= room:
            return columns
    return 1


def _marks(ax: Axes, nights: pd.DataFrame, line: pd.Series, across: float) -> None:
    """Before each line, whether the night had symptoms, as in the calendar, without shades."""
    states = night_states(nights)
    states = states[states["night"].isin(line.index)]
    states = states.assign(state=states["state"].where(states["state"].isin(["none", "not_recorded"]), "ungraded"))
    left, right = -MARKS * 48 / across, (MARK - MARKS) * 48 / across
    for state, some in states.groupby("state"):
        boxes = [[(left, at), (right, at), (right, at + 1), (left, at + 1)] for at in line[some["night"]]]
        cells.draw_cells(ax, str(state), boxes, edge=0.3, gid=f"mark {state}", clip_on=False)
    ax.tick_params(axis="y", pad=2 + MARKS)


def _boxes(sleep: pd.DataFrame, kind: str, line: pd.Series, inset: float) -> list[np.ndarray]:
    """Corners of the bars of a kind: each in its own line, in the right half of the line above, and where it runs past
    noon, in the line below; runs of nights without times are one box."""
    if kind == "not_recorded":
        empty = line[sleep.loc[sleep["start_h"].isna(), "night"]]
        spans = [(first, last + 1, 0.0, 24.0) for first, last in _runs(empty)]
    else:
        rows = sleep[sleep["kind"].eq(kind) & sleep["start_h"].notna()]
        at = line[rows["night"]].to_numpy()
        spans = list(zip(at, at + 1, rows["start_h"], rows["end_h"], strict=True))
    boxes = []
    for top, bottom, start, end in spans:
        for lines, hours in ((0, 0.0), (-1, 24.0), (1, -24.0)):
            a, b = max(start + hours, 0.0), min(end + hours, 48.0)
            up, down = max(top + lines, 0), min(bottom + lines, len(line))
            if a <= b and up < down and (a < b or start == end):
                boxes.append(np.array([(a, up + inset), (b, up + inset), (b, down - inset), (a, down - inset)]))
    return boxes


def _runs(at: pd.Series) -> list[tuple[int, int]]:
    """First and last of each run of neighbouring whole numbers."""
    numbers = np.sort(at.to_numpy())
    breaks = np.flatnonzero(np.diff(numbers) > 1)
    firsts, lasts = np.append(0, breaks + 1), np.append(breaks, len(numbers) - 1)
    return [(int(numbers[a]), int(numbers[b])) for a, b in zip(firsts, lasts, strict=True)]


def _bars(ax: Axes, kind: str, boxes: list[np.ndarray]) -> None:
    face, edge = FACES[kind]
    hatched = kind == "not_recorded"
    ax.add_collection(PolyCollection(boxes, facecolors=face, edgecolors=edge, linewidths=0.0 if hatched else 0.4,
                                     hatch=HATCH if hatched else None, zorder=1 if hatched else 2, gid=kind),
                      autolim=False)


def _axes(ax: Axes, nights: pd.DatetimeIndex, body: float, across: float) -> None:
    every = 6 if across / 8 > text_width("12:00") + 6 else 12
    hours = list(range(0, 49, every))
    ax.xaxis.set_major_locator(FixedLocator(hours))
    ax.set_xticklabels([f"{(12 + h) % 24:02d}:00" for h in hours])
    for hour in hours[1:-1]:
        ax.axvline(hour, color=SOFT if hour == 24 else RULE, linewidth=0.8 if hour == 24 else 0.6, zorder=1.5,
                   gid="clock")
    places, names = _date_ticks(nights, body)
    ax.yaxis.set_major_locator(FixedLocator(places))
    ax.set_yticklabels(names)
    ax.tick_params(length=2, pad=2, labelsize=SMALL, labelcolor=INK)
    ax.spines[["top", "right"]].set_visible(True)
    for spine in ax.spines.values():
        spine.set_linewidth(0.6)


def _date_ticks(nights: pd.DatetimeIndex, body: float) -> tuple[list[float], list[str]]:
    """Mondays, or firsts of a month where the diary is long, as many as fit; the middle of their lines."""
    chosen = np.flatnonzero(nights.day == 1) if len(nights) > 100 else np.flatnonzero(nights.day_of_week == 0)
    if not len(chosen):
        chosen = np.array([0])
    step = max(1, math.ceil(SMALL * LEADING * 1.2 * len(nights) / (body * np.diff(chosen).min()))) \
        if len(chosen) > 1 else 1
    chosen = chosen[::step]
    return [i + 0.5 for i in chosen], [f"{nights[i].day} {MONTHS[nights[i].month - 1][:3]}" for i in chosen]


# --- words ---------------------------------------------------------------------------------------------------------
def sleep_caption(sleep: pd.DataFrame) -> str:
    """What the picture shows, in words, with the regularity measures of its table."""
    nights = sleep["night"].drop_duplicates()
    if not sleep["start_h"].notna().any():
        return "Sleep from noon to noon: no night has both a time of lights out and a time of waking."
    timed = int(sleep.loc[sleep["kind"].eq("main"), "start_h"].notna().sum())
    same = sleep.attrs.get("measured_on") == timed  # of a part of the table the measures would not be true
    card = sleep.attrs.get("regularity", ()) if same else ()
    said = [_measure(row) for row in card if math.isfinite(float(row["value"]))]
    measures = f" {'. '.join(said)}. No range of these is agreed to be normal." if said else ""
    return (f"Sleep from noon to noon to noon: a line a night, and to its right the night after. "
            f"{date_range(nights.iloc[0], nights.iloc[-1])}: times on {timed} of {count(len(nights), 'night')}."
            f"{measures}")


def _measure(row: Mapping[str, Any]) -> str:
    digits = 1 if row["unit"] == "h" else 0
    unit = "" if row["unit"] == "-100 to 100" else f" {row['unit']}"
    limits = ""
    if math.isfinite(float(row["lower"])):
        limits = f", 95% interval {row['lower']:.0f} to {row['upper']:.0f}"
    value = f"{row['value']:.{digits}f}".replace("-", "−")
    n = row["n_of"] if str(row["n_of"])[:1].isdigit() else f"{row['n']:.0f} {row['n_of']}"
    note = f"; {row['note']}" if row["note"] else ""
    return f"{row['measure']} {value}{unit}{limits} ({n}{note})"


def sleep_alt(sleep: pd.DataFrame) -> str:
    """The same for somebody who does not see it."""
    return f"Bars of sleep, one line a night. {sleep_caption(sleep)}"
