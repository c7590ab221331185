"""When symptoms began, night by night, on an axis cut to the data, with the whole day from noon to noon beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.ticker import FixedLocator

from rlskit.answers.sentences import MONTHS, count
from rlskit.figures.style import (
    BAND,
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
    sheet_for,
    style,
    text_width,
)
from rlskit.utils.kinds import Kind, takes

LEFT, TOP, BODY, TICKS = 30.0, 5.0, 96.0, 13.0
GAP, BAR = 44.0, 13.0  # between the axis and the whole day beside it, which has its own hours; width of the day
LEAST_H = 4.0  # hours that the axis spans at least
FAR = 48.0  # points by which a label may stand behind its line
CLOCKS = {0: "12:00", 6: "18:00", 12: "00:00", 18: "06:00", 24: "12:00"}

# (label, hours after noon, first night or None, last night or None) of a dose that is taken at a clock time
Doses = Sequence[tuple[str, float, dt.date | None, dt.date | None]]
Changes = Sequence[tuple[dt.date, str]]
Spans = Sequence[tuple[dt.date, dt.date]]


ONSET = Kind(said="hours of onset", made="Make them with rk.trace_onset(nights).", taken="rk.plot_onset(onset)",
             columns=("night", "onset_h", "median"))


@takes(ONSET)
def plot_onset(onset: pd.DataFrame, ax: Axes | None = None, *, doses: Doses = (), changes: Changes = (),
               compared: Spans = (), width: float = PAGE_WIDTH, body: float = BODY) -> Axes:
    """Draw the table of trace_onset: a dot a night, running median and quartiles, and beside them the whole day.

    doses, changes : dose times as dashed lines, first nights of a medicine with a short label as upright lines.
    compared : first and last nights of weeks to shade. body : height of the axes in points. A table without a single
    onset gives words in the place of the picture.

    Example: ``rk.plot_onset(rk.trace_onset(nights))``
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_onset(onset, sheet, doses=doses, changes=changes, compared=compared, body=body)


def draw_onset(onset: pd.DataFrame, sheet: Sheet, *, doses: Doses = (), changes: Changes = (), compared: Spans = (),
               body: float = BODY) -> Axes:
    """The same on a given sheet."""
    ax, text = sheet.ax, onset_caption(onset, doses=doses, changes=changes, compared=compared)
    if not onset["onset_h"].notna().any():
        return sheet.say("not recorded: no night says when its symptoms began", text, "onset profile")
    right = GAP + BAR + max([4.0, *(text_width(label) + 10 for label, *_ in doses)])
    line = SMALL * LEADING + 4
    top = TOP + (line if sheet.captioned else 0) + (line if changes else 0)  # a page has a heading of its own
    sheet.size(left=LEFT, right=right, top=top, bottom=TICKS + sheet.caption_height(text), body=body)
    sheet.write_caption(text, left=LEFT, right=right, drop=TICKS + 2)
    across, tall = (sheet.width - LEFT - right, body) if sheet.owned else (
        sheet.width, ax.bbox.height * 72 / sheet.figure.dpi)
    x = date2num(onset["night"].to_numpy())
    ax.set_xlim(x[0] - 1, x[-1] + 1)
    ax.set_ylim(*_hours(onset["onset_h"]))
    _frame(ax, onset, across, tall)
    if sheet.captioned:
        ax.annotate("clock time at which symptoms began", (0, 1), (2 - LEFT, 7 + (line if changes else 0)),
                    xycoords="axes fraction", textcoords="offset points", ha="left", va="bottom", fontsize=SMALL,
                    color=INK, annotation_clip=False, gid="axis name")
    for first, last in compared:
        ax.axvspan(date2num(first) - 0.5, date2num(last) + 0.5, color=ZONE, linewidth=0, zorder=0, gid="compared")
    _median(ax, x, onset)
    _changes(ax, changes, across)
    _doses(ax, x, doses)
    ax.plot(x, onset["onset_h"], linestyle="none", marker="o", markersize=3, color=INK, markeredgewidth=0, zorder=3,
            clip_on=False, gid="onset")
    _whole_day(ax, onset, doses, across, tall)
    sheet.describe(onset_alt(onset, doses=doses, changes=changes, compared=compared))
    ax.set_gid("onset profile")
    return ax


def onset_caption(onset: pd.DataFrame, *, doses: Doses = (), changes: Changes = (), compared: Spans = ()) -> str:
    """What the picture shows, in words."""
    n = int(onset["onset_h"].notna().sum())
    if not n:
        return f"Clock time at which symptoms began: not recorded on any of {count(len(onset), 'night')}."
    window = f" of {onset.attrs['window']} nights" if "window" in onset.attrs else ""
    more = [text for some, text in ((compared, "Grey: weeks compared."), (changes, "Upright: medicines."),
                                    (doses, "Dashed: dose times.")) if some]
    middle, ends = "", ""
    if onset["median"].notna().any():
        middle, ends = f"; line: running median{window}; band: middle half of them", "; ring: first median, dot: last"
    return " ".join([f"When symptoms began, a dot a night ({count(n, 'onset')}){middle}. Right: the same hours in a "
                     f"whole day from noon to noon{ends}.", *more])


def onset_alt(onset: pd.DataFrame, *, doses: Doses = (), changes: Changes = (), compared: Spans = ()) -> str:
    """The same for somebody who does not see it: with the ends of the running median."""
    known = onset["median"].dropna()
    ends = f" Running median from {_clock(known.iloc[0])} to {_clock(known.iloc[-1])}." if len(known) else ""
    return onset_caption(onset, doses=doses, changes=changes, compared=compared) + ends


def _clock(hours_after_noon: float) -> str:
    minutes = round(60 * hours_after_noon) + 720
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


# --- drawing -------------------------------------------------------------------------------------------------------
def _hours(onset: pd.Series) -> tuple[float, float]:
    """Whole hours around the data, at least LEAST_H of them, within the day."""
    low, high = np.floor(onset.min() - 0.2), np.ceil(onset.max() + 0.2)
    more = max(LEAST_H - (high - low), 0.0)
    low, high = low - np.floor(more / 2), high + np.ceil(more / 2)
    low = min(max(low, 0.0), 24.0 - LEAST_H)
    return low, min(max(high, low + LEAST_H), 24.0)


def _frame(ax: Axes, onset: pd.DataFrame, across: float, tall: float) -> None:
    low, high = ax.get_ylim()
    lines = max(tall / (SMALL * LEADING * 1.2), 2.0)
    step = next(hours for hours in (1, 2, 3, 4, 6, 12) if (high - low) / hours <= lines or hours == 12)
    places = np.arange(np.ceil(low / step) * step, high + 0.01, step)
    ax.yaxis.set_major_locator(FixedLocator(list(places)))
    ax.set_yticklabels([_clock(at) for at in places])
    if places[0] == low:
        ax.get_yticklabels()[0].set_verticalalignment("bottom")  # clear of the first date below it
    ax.grid(axis="y", color=RULE, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(length=2, pad=2, labelsize=SMALL)
    days, names = _date_ticks(onset["night"], across)
    ax.xaxis.set_major_locator(FixedLocator(list(date2num(np.array(days, dtype="datetime64[D]")))))
    ax.set_xticklabels(names)


def _whole_day(ax: Axes, onset: pd.DataFrame, doses: Doses, across: float, tall: float) -> None:
    """The same hours in a whole day, noon to noon, so that nobody takes the cut axis for all of it."""
    day = ax.inset_axes((1 + GAP / across, 0, BAR / across, 1))
    day.set_xlim(0, 1)
    day.set_ylim(0, 24)
    day.axhspan(*ax.get_ylim(), color=BAND, linewidth=0, zorder=0, gid="hours drawn")
    day.xaxis.set_visible(False)
    clocks = CLOCKS if tall >= 5 * SMALL * LEADING else {at: name for at, name in CLOCKS.items() if at % 12 == 0}
    day.yaxis.set_major_locator(FixedLocator(list(clocks)))
    day.set_yticklabels(list(clocks.values()))
    day.tick_params(length=2, pad=2, labelsize=SMALL)
    day.spines[["top", "right"]].set_visible(True)
    known = onset["median"].dropna()
    for at, face, name in zip(known.iloc[[0, -1]] if len(known) else (), (PAPER, INK), ("first", "last"), strict=False):
        day.plot([0.5], [at], marker="o", markersize=5, color=INK, markerfacecolor=face, markeredgewidth=1.1,
                 zorder=3, clip_on=False, gid=name)
    drawn = sorted({(hour, label) for label, hour, _, _ in doses})
    step = 24 * SMALL * 1.15 / tall
    for (hour, label), y in zip(drawn, _apart([hour for hour, _ in drawn], step), strict=True):
        day.plot([0, 1], [hour] * 2, color=SOFT, linewidth=1.2, linestyle=(0, (2, 1)), zorder=2, gid="dose")
        day.annotate(label, (1, y), (4, 0), xycoords=("axes fraction", "data"), textcoords="offset points", ha="left",
                     va="center", fontsize=SMALL, color=INK, annotation_clip=False, gid="dose label")


def _date_ticks(nights: pd.Series, across: float) -> tuple[list[pd.Timestamp], list[str]]:
    """Firsts of a month, or days where the picture spans fewer than 70, as many as fit; the year with the first."""
    first, last = nights.iloc[0], nights.iloc[-1]
    if (last - first).days < 70:
        days = list(pd.date_range(first, last, freq="7D"))
        names = [f"{d.day} {MONTHS[d.month - 1][:3]}" for d in days]
    else:
        days = list(pd.date_range(first, last, freq="MS"))
        names = [MONTHS[d.month - 1][:3] for d in days]
    step = max(1, int(np.ceil(len(days) * 52 / across)))
    days, names = days[::step], names[::step]
    for i, day in enumerate(days):
        if i == 0 or day.year != days[i - 1].year:
            names[i] += f" {day.year}"
    return days, names


def _median(ax: Axes, x: np.ndarray, onset: pd.DataFrame) -> None:
    """Line and band, interrupted where too few onsets stand around."""
    middle, low, high = (onset[name].to_numpy(dtype=float) for name in ("median", "lower", "upper"))
    ax.fill_between(x, low, high, where=~np.isnan(middle), facecolor=BAND, edgecolor=BLUE, linewidth=0.5, zorder=1,
                    gid="band")
    ax.plot(x, middle, color=BLUE, linewidth=1.6, zorder=2, gid="median")


def _changes(ax: Axes, changes: Changes, across: float) -> None:
    """An upright line where a change began, its label above, behind the one before it; a label that would then stand
    far from its line is left to the calendar of nights."""
    first, last = ax.get_xlim()
    end = -np.inf
    for day, label in sorted(changes):
        x = date2num(day) - 0.5
        if not first <= x <= last:
            continue
        ax.axvline(x, color=INK, linewidth=0.9, zorder=2, gid="change")
        place, wide = (x - first) / (last - first) * across, text_width(label)
        moved = min(max(place, end + 4), across - wide)
        if end < moved <= place + FAR:
            ax.annotate(label, (0, 1), (moved, 2), xycoords="axes fraction", textcoords="offset points", ha="left",
                        va="bottom", fontsize=SMALL, color=INK, annotation_clip=False, gid="change label")
            end = moved + wide


def _doses(ax: Axes, x: np.ndarray, doses: Doses) -> None:
    """A dashed line at each dose time among the hours drawn, while the dose was taken; the whole day names them."""
    low, high = ax.get_ylim()
    for _, hour, start, stop in doses:
        begin = x[0] if start is None else max(x[0], date2num(np.datetime64(start)))
        end = x[-1] if stop is None else min(x[-1], date2num(np.datetime64(stop)))
        if begin <= end and low <= hour <= high:
            ax.plot([begin, end], [hour] * 2, color=SOFT, linewidth=1.2, linestyle=(0, (4, 2)), zorder=2, gid="dose")


def _apart(places: list[float], step: float) -> list[float]:
    """The sorted places moved no more than needed to lie `step` apart, and below the top of the axis where they fit."""
    out: list[float] = []
    for place in places:
        out.append(max(place, out[-1] + step) if out else place)
    for i in range(len(out) - 1, -1, -1):
        out[i] = min(out[i], (24 if i == len(out) - 1 else out[i + 1]) - (step if i < len(out) - 1 else 0))
    return out
