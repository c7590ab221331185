"""When symptoms began, night by night, on an axis from noon to noon."""

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
    RULE,
    SMALL,
    SOFT,
    Sheet,
    sheet_for,
    style,
    text_width,
)
from rlskit.utils.kinds import Kind, takes

LEFT, RIGHT, TOP, BODY, TICKS = 30.0, 4.0, 5.0, 96.0, 13.0
CLOCKS = {0: "12:00", 6: "18:00", 12: "00:00", 18: "06:00", 24: "12:00"}

# (label, hours after noon, first night or None, last night or None) of a dose that is taken at a clock time
Doses = Sequence[tuple[str, float, dt.date | None, dt.date | None]]


ONSET = Kind(said="hours of onset", made="Make them with rk.trace_onset(nights).", taken="rk.plot_onset(onset)",
             columns=("night", "onset_h", "median"))


@takes(ONSET)
def plot_onset(onset: pd.DataFrame, ax: Axes | None = None, *, doses: Doses = (), width: float = PAGE_WIDTH,
               body: float = BODY) -> Axes:
    """Draw the table of trace_onset: a dot a night, running median and quartiles, dose times as dashed lines.

    body: height of the axes in points. A table without a single onset gives words in the place of the picture.
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_onset(onset, sheet, doses=doses, body=body)


def draw_onset(onset: pd.DataFrame, sheet: Sheet, *, doses: Doses = (), body: float = BODY) -> Axes:
    """The same on a given sheet."""
    ax, text = sheet.ax, onset_caption(onset, doses=doses)
    if not onset["onset_h"].notna().any():
        return sheet.say("not recorded: no night says when its symptoms began", text, "onset profile")
    right = max([RIGHT, *(text_width(label) + 8 for label, *_ in doses)])
    top = TOP + (SMALL * LEADING + 4 if sheet.captioned else 0)  # a page has a heading of its own
    sheet.size(left=LEFT, right=right, top=top, bottom=TICKS + sheet.caption_height(text), body=body)
    sheet.write_caption(text, left=LEFT, right=right, drop=TICKS + 2)
    x = date2num(onset["night"].to_numpy())
    ax.set_xlim(x[0] - 1, x[-1] + 1)
    ax.set_ylim(0, 24)
    _frame(ax, onset, (sheet.width - LEFT - right) if sheet.owned else sheet.width)
    if sheet.captioned:
        ax.annotate("clock time at which symptoms began", (0, 1), (2 - LEFT, 7), xycoords="axes fraction",
                    textcoords="offset points", ha="left", va="bottom", fontsize=SMALL, color=INK,
                    annotation_clip=False, gid="axis name")
    _median(ax, x, onset)
    _doses(ax, x, doses, body if sheet.owned else ax.bbox.height * 72 / ax.figure.dpi)
    ax.plot(x, onset["onset_h"], linestyle="none", marker="o", markersize=3, color=INK, markeredgewidth=0, zorder=3,
            clip_on=False, gid="onset")
    sheet.describe(onset_alt(onset, doses=doses))
    ax.set_gid("onset profile")
    return ax


def onset_caption(onset: pd.DataFrame, *, doses: Doses = ()) -> str:
    """What the picture shows, in words."""
    n = int(onset["onset_h"].notna().sum())
    if not n:
        return f"Clock time at which symptoms began: not recorded on any of {count(len(onset), 'night')}."
    lines = " Dashed lines: dose times." if doses else ""
    window = f" of {onset.attrs['window']} nights" if "window" in onset.attrs else ""
    return (f"Clock time at which symptoms began, noon to noon: a dot a night ({count(n, 'onset')}); line: running "
            f"median{window}; band: middle half of those onsets, not an interval.{lines}")


def onset_alt(onset: pd.DataFrame, *, doses: Doses = ()) -> str:
    """The same for somebody who does not see it: with the ends of the running median."""
    known = onset["median"].dropna()
    ends = f" Running median from {_clock(known.iloc[0])} to {_clock(known.iloc[-1])}." if len(known) else ""
    return onset_caption(onset, doses=doses) + ends


def _clock(hours_after_noon: float) -> str:
    minutes = round(60 * hours_after_noon) + 720
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


# --- drawing -------------------------------------------------------------------------------------------------------
def _frame(ax: Axes, onset: pd.DataFrame, across: float) -> None:
    ax.yaxis.set_major_locator(FixedLocator(list(CLOCKS)))
    ax.set_yticklabels(list(CLOCKS.values()))
    ax.get_yticklabels()[0].set_verticalalignment("bottom")  # clear of the first date below it
    ax.grid(axis="y", color=RULE, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(length=2, pad=2, labelsize=SMALL)
    days, names = _date_ticks(onset["night"], across)
    ax.xaxis.set_major_locator(FixedLocator(list(date2num(np.array(days, dtype="datetime64[D]")))))
    ax.set_xticklabels(names)


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


def _doses(ax: Axes, x: np.ndarray, doses: Doses, tall: float) -> None:
    """A dashed line at each dose time while the dose was taken, labelled at the right edge; labels keep apart."""
    drawn: set[tuple[float, str]] = set()
    for label, hour, start, stop in doses:
        begin = x[0] if start is None else max(x[0], date2num(np.datetime64(start)))
        end = x[-1] if stop is None else min(x[-1], date2num(np.datetime64(stop)))
        if begin <= end:
            ax.plot([begin, end], [hour] * 2, color=SOFT, linewidth=1.2, linestyle=(0, (4, 2)), zorder=2, gid="dose")
            drawn.add((hour, label))
    step = 24 * SMALL * 1.15 / tall
    for (_, label), y in zip(sorted(drawn), _apart([hour for hour, _ in sorted(drawn)], step), strict=True):
        ax.annotate(label, (1, y), (4, 0), xycoords=("axes fraction", "data"), textcoords="offset points", ha="left",
                    va="center", fontsize=SMALL, color=INK, annotation_clip=False, gid="dose label")


def _apart(places: list[float], step: float) -> list[float]:
    """The sorted places moved no more than needed to lie `step` apart, and below the top of the axis where they fit."""
    out: list[float] = []
    for place in places:
        out.append(max(place, out[-1] + step) if out else place)
    for i in range(len(out) - 1, -1, -1):
        out[i] = min(out[i], (24 if i == len(out) - 1 else out[i + 1]) - (step if i < len(out) - 1 else 0))
    return out
