"""Nights per week: what was written down as dots, the estimate as a line in its interval; and their straight line."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter

from rlskit.answers.sentences import MONTHS, count, short_date, signed, signed_interval
from rlskit.answers.trend import TREND_RESULT
from rlskit.effects.rates import RATES
from rlskit.errors import ModelError
from rlskit.figures.style import BAND, BLUE, INK, PAGE_WIDTH, PAPER, RULE, SMALL, SOFT, Sheet, sheet_for, style
from rlskit.utils.kinds import takes
from rlskit.utils.words import carry_on

FEW = 4  # answered nights; a week with fewer gets a hollow dot
LEFT, RIGHT, TOP, BODY, TICKS = 30.0, 14.0, 24.0, 150.0, 48.0


@takes(RATES)
def plot_rates(rates: pd.DataFrame, ax: Axes | None = None, *, width: float = PAGE_WIDTH) -> Axes:
    """Draw the table of estimate_rates: a dot a week as observed, line and band as estimated, 0 to 7 nights.

    Example: ``rk.plot_rates(rk.estimate_rates(nights))``
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_rates(rates, sheet)


@takes(TREND_RESULT)
def plot_trend(trend: Any, ax: Axes | None = None, *, width: float = PAGE_WIDTH) -> Axes:
    """Draw the Trend of trace_trend: symptom-free nights a week in their band, and the dashed straight line.

    Example: ``rk.plot_trend(rk.trace_trend(nights))``
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_trend(trend, sheet)


def draw_trend(trend: Any, sheet: Sheet) -> Axes:
    """The same on a given sheet. Without a line (see its reason) the weeks stand alone."""
    ax, table = sheet.ax, trend.table
    weeks = _draw_weeks(table, sheet, "n_free_nights", "symptom-free nights per week", trend_caption(trend))
    if weeks is not None and not trend.reason:
        for column, wide in (("line", 1.4), ("line_lower", 0.8), ("line_upper", 0.8)):
            ax.plot(weeks, table[column], color=INK, linewidth=wide, linestyle=(0, (5, 2.5)), zorder=2.5, gid=column)
    sheet.describe(trend_alt(trend))
    ax.set_gid("trend")
    return ax


def draw_rates(rates: pd.DataFrame, sheet: Sheet) -> Axes:
    """The same on a given sheet."""
    if len(rates) == 0:
        raise ModelError("There are no weeks to draw: the table is empty.")
    _draw_weeks(rates, sheet, "n_symptom_nights", "symptom nights per week", rates_caption(rates))
    sheet.describe(rates_alt(rates))
    sheet.ax.set_gid("rates")
    return sheet.ax


def _draw_weeks(table: pd.DataFrame, sheet: Sheet, column: str, name: str, text: str) -> np.ndarray | None:
    """Dots, band and line of each week, and both axes. The places of the weeks, or None where words stand instead."""
    ax = sheet.ax
    if rate_open(table):
        sheet.say("open: it is not settled which nights had symptoms", text)
        return None
    if not table["n_answered"].sum():
        sheet.say("not enough recorded to show weeks", text)
        return None
    known = table["rate"].notna().any()
    top = TOP if known else 2 * TOP
    sheet.size(left=LEFT, right=RIGHT, top=top, bottom=TICKS + sheet.caption_height(text), body=BODY)
    sheet.write_caption(text, left=LEFT - 2, right=RIGHT, drop=TICKS)
    weeks = pd.to_datetime(table["week"])
    x = date2num(weeks.to_numpy())
    _band(ax, x, table)
    _dots(ax, x, table, column)
    _axes(ax, x, weeks, name)
    if not known:
        ax.annotate("not enough recorded to estimate a rate", (0, 1), (2 - LEFT, TOP), xycoords="axes fraction",
                    textcoords="offset points", ha="left", va="bottom", fontsize=SMALL, style="italic", color=INK,
                    annotation_clip=False, gid="refused")
    return x


def _band(ax: Axes, x: np.ndarray, rates: pd.DataFrame) -> None:
    rate, lower, upper = (rates[c].to_numpy(dtype=float) for c in ("rate", "lower", "upper"))
    known = np.isfinite(rate)
    edges = np.diff(np.concatenate([[0], known.astype(int), [0]]))
    for start, end in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        piece = slice(start, end)
        if end - start == 1:  # a week by itself has no width: an upright line, or nothing would be seen
            ax.plot([x[start]] * 2, [lower[start], upper[start]], color=BAND, linewidth=7, solid_capstyle="butt",
                    zorder=1, gid="band")
            ax.plot(x[start], rate[start], marker="_", markersize=11, markeredgewidth=1.6, color=BLUE, zorder=2,
                    gid="rate")
            continue
        ax.fill_between(x[piece], lower[piece], upper[piece], facecolor=BAND, edgecolor=BLUE, linewidth=0.5, zorder=1,
                        gid="band")
        ax.plot(x[piece], rate[piece], color=BLUE, linewidth=1.6, zorder=2, gid="rate")


def _dots(ax: Axes, x: np.ndarray, rates: pd.DataFrame, column: str) -> None:
    answered = rates["n_answered"].to_numpy(dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        seen = 7 * rates[column].to_numpy(dtype=float) / answered
    for chosen, face, gid in ((answered >= FEW, INK, "observed"), ((answered > 0) & (answered < FEW), PAPER, "few")):
        ax.plot(x[chosen], seen[chosen], linestyle="none", marker="o", markersize=4, color=INK, markerfacecolor=face,
                markeredgewidth=0.9, clip_on=False, zorder=3, gid=gid)


def _axes(ax: Axes, x: np.ndarray, weeks: pd.Series, name: str) -> None:
    room = max(7.0, (x[-1] - x[0]) * 0.02)
    ax.set_xlim(x[0] - room / 2, x[-1] + room / 2)
    ax.set_ylim(0, 7)
    ax.yaxis.set_major_locator(FixedLocator([0, 1, 2, 3, 4, 5, 6, 7]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.0f}"))
    ax.grid(axis="y", color=RULE, linewidth=0.6, zorder=0)
    ax.set_axisbelow(True)
    ax.annotate(name, (0, 1), (-LEFT + 2, 8), xycoords="axes fraction",
                textcoords="offset points", ha="left", va="bottom", fontsize=SMALL, color=INK, annotation_clip=False)
    figure = cast("Figure", ax.get_figure(root=True))
    places, labels = _date_ticks(weeks, ax.get_position().width * figure.get_figwidth() * 72)
    ax.xaxis.set_major_locator(FixedLocator(places))
    ax.set_xticklabels(labels)
    ax.set_xlabel("week" if len(weeks) == 1 else "weeks, each from its Monday", fontsize=SMALL)
    ax.tick_params(color=SOFT, labelsize=SMALL)
    ax.spines[["top", "right"]].set_visible(False)


def _date_ticks(weeks: pd.Series, width: float) -> tuple[list[float], list[str]]:
    """Ticks on Mondays of the table (few weeks) or on firsts of a month, as many as fit beside one another."""
    first, last = weeks.iloc[0], weeks.iloc[-1]
    if (last - first).days < 70:
        days = list(weeks)
        names = [f"{d.day} {MONTHS[d.month - 1][:3]}" for d in days]
    else:
        days = [d for d in pd.date_range(first, last, freq="MS")]
        names = [MONTHS[d.month - 1][:3] for d in days]
    step = max(1, int(np.ceil(len(days) * 44 / width)))
    days, names = days[::step], names[::step]
    years: set[int] = set()
    for i, day in enumerate(days):
        if day.year not in years:
            names[i] += f"\n{day.year}"
            years.add(day.year)
    return list(date2num(np.array(days, dtype="datetime64[D]"))), names


# --- words ---------------------------------------------------------------------------------------------------------
def rates_caption(rates: pd.DataFrame) -> str:
    if not rates["n_answered"].sum():
        return f"Symptom nights per week: no answered night in {count(len(rates), 'week')}."
    if why := rate_open(rates):
        return f"Symptom nights per week: open. {why}"
    return f"{_weeks(rates, 'Symptom nights per week', 'with symptoms')} {_answered(rates)}"


def rate_open(rates: pd.DataFrame) -> str:
    """What is to be settled before there is a rate, from estimate_rates; "" where there is one."""
    return str(rates["open"].iloc[0]) if "open" in rates and len(rates) else ""


def _weeks(rates: pd.DataFrame, name: str, kind: str) -> str:
    """What dots, line and band of the weeks are."""
    band = "no line: too little was recorded to estimate one"
    if rates["rate"].notna().any():
        level = float(rates.attrs.get("level", 0.95))
        method = _methods(rates)
        band = f"line and band: estimate and {level:.0%} interval" + (f", {method}" if method else "")
    return (f"{name}. Dots: nights {kind} out of those answered that week, as if all 7 had been answered; hollow dots: "
            f"fewer than 4 answered; {band}.")


def _answered(rates: pd.DataFrame) -> str:
    return f"{count(rates['n_answered'].sum(), 'answered night')} in {count(len(rates), 'week')}."


def _methods(rates: pd.DataFrame) -> str:
    if "method" not in rates:
        return ""
    return "; ".join(str(m).rstrip(".") for m in rates.loc[rates["rate"].notna(), "method"].dropna().unique() if m)


def rates_alt(rates: pd.DataFrame) -> str:
    known = rates[rates["rate"].notna()]
    if why := rate_open(rates):
        return f"Symptom nights per week: open. {why}"
    if known.empty:
        return "Symptom nights per week: not enough recorded to estimate them."
    first, last = known.iloc[0], known.iloc[-1]
    parts = [f"week of {short_date(r['week'])}: {r['rate']:.1f} ({r['lower']:.1f} to {r['upper']:.1f})"
             for r in ([first, last] if len(known) > 1 else [first])]
    return (f"Symptom nights per week over {count(len(rates), 'week')}, with an interval. From the {parts[0]}"
            + (f" to the {parts[1]}." if len(parts) > 1 else "."))


def trend_caption(trend: Any) -> str:
    name, weeks = "Symptom-free nights per week", trend.table
    if not weeks["n_answered"].sum():
        return f"{name}: no answered night in {count(len(weeks), 'week')}."
    if why := rate_open(weeks):
        return f"{name}: open. {why}"
    weeks = weeks.copy()
    weeks.attrs["level"] = trend.level
    line = f"No line: {carry_on(trend.reason.rstrip('.'))}." if trend.reason else (
        f"Dashed: straight line with {trend.level:.0%} limits; four weeks later against now "
        f"{signed(trend.change)} ({signed_interval(trend.lower, trend.upper)}) in 30.")
    return f"{_weeks(weeks, name, 'free of symptoms')} {line} {_answered(weeks)}"


def trend_alt(trend: Any) -> str:
    known = trend.table[trend.table["rate"].notna()]
    if known.empty:
        return f"Weeks of a diary: too little was recorded. {trend_caption(trend)}"
    first, last = known.iloc[0], known.iloc[-1]
    return (f"Symptom-free nights, week by week, from {first['rate']:.1f} of 7 in the week of "
            f"{short_date(first['week'])} to {last['rate']:.1f} in that of {short_date(last['week'])}. "
            f"{trend_caption(trend)}")
