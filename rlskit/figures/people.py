"""The people figure: a line per person, sorted, with the average and one more person below: who differs from whom."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory

from rlskit.answers.sentences import count, signed, signed_interval
from rlskit.effects.people import PEOPLE_EFFECTS, describe_share
from rlskit.effects.scales import Scale
from rlskit.effects.spread import disagreements
from rlskit.figures.rows import scale_of
from rlskit.figures.scale_axis import draw_scale, label_height, name_ends
from rlskit.figures.style import (
    BLUE,
    INK,
    PAGE_WIDTH,
    PAPER,
    RULE,
    SMALL,
    SOFT,
    SYMPTOMS,
    ZONE,
    Sheet,
    sheet_for,
    style,
    text_width,
)
from rlskit.models.outcome import told_as
from rlskit.utils.kinds import takes
from rlskit.utils.words import count_people, isolate, readable

GAP, HEAD, TICKS = 10.0, 16.0, 34.0  # points at the edges, above the first row, below the last
ROW, SUMMARY_ROW = 13.0, 20.0  # height of a person's row, and of the average's and the new person's
MOST_NAMED, THIN_ROW, TALLEST = 46, 4.0, 480.0  # beyond so many people rows are thin and nameless: a page is full
NAMES_SHARE = 0.32  # of the width, at most, for names


@takes(PEOPLE_EFFECTS)
def plot_people(people_effects: Any, ax: Axes | None = None, *, width: float = PAGE_WIDTH) -> Axes:
    """Draw PeopleEffects: everybody's estimate and interval from lowest to highest, then the average and a new person.

    Hollow dots: the interval reaches over the line of no difference. The grey band is the interval for a new person.

    Example: ``rk.plot_people(people)``
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_people(people_effects, sheet)


def draw_people(source: Any, sheet: Sheet) -> Axes:
    """The same on a given sheet."""
    people, rest = _sorted(source.table)
    ax, scale, text = sheet.ax, scale_of(source), told_as(source, people_caption(source))
    named = len(people) <= MOST_NAMED
    step = min(ROW if named else THIN_ROW, TALLEST / max(len(people), 1))
    body = len(people) * step + 2 * SUMMARY_ROW + GAP
    left = _names_width(people if named else people.head(0), sheet)
    across = sheet.width - left - GAP if sheet.owned else sheet.width
    ticks = TICKS + label_height(scale, across)
    sheet.size(left=left, right=GAP, top=HEAD, bottom=ticks + sheet.caption_height(text), body=body)
    sheet.write_caption(text, left=left - 2, right=GAP, drop=ticks + 2)
    _frame(ax, source.table, scale, body, across)
    below = len(people) * step + GAP / 2
    new = rest.loc["new person"]
    low, high = ax.get_xlim()
    ax.fill_between([max(new["lower"], low), min(new["upper"], high)], 0, below - GAP / 2, color=ZONE, linewidth=0,
                    zorder=0, gid="new person band")
    ax.plot([scale.zero] * 2, [0, body], color=SOFT, linewidth=1, zorder=1, gid="zero")
    for number, (_, row) in enumerate(people.iterrows()):
        y = (number + 0.5) * step
        if named:
            _name(ax, _fit_name(row["person"], left - GAP), y, left)
        _interval(ax, row, y, scale, size=4.5 if named else max(2.0, 0.8 * step), crowded=not named)
    ax.plot([-(left - 2) / across if sheet.owned else 0, 1], [below] * 2, transform=ax.get_yaxis_transform(),
            color=RULE, linewidth=0.8, clip_on=False, zorder=0, gid="rule")
    for number, kind in enumerate(("average", "new person")):
        y = below + (number + 0.5) * SUMMARY_ROW
        _name(ax, kind, y, left, bold=True)
        _interval(ax, rest.loc[kind], y, scale, size=7.0, marker="D" if kind == "average" else "s")
    ax.set_gid("people")
    return ax


def _sorted(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People from the lowest estimate to the highest, those without one last; the two other rows by kind."""
    people = table[table["kind"] == "person"].sort_values("estimate", kind="stable", na_position="last")
    return people, table[table["kind"] != "person"].set_index("kind")


def _names_width(people: pd.DataFrame, sheet: Sheet) -> float:
    widths = [text_width(str(name), SMALL) for name in people["person"]] + [text_width("new person", SMALL, "bold")]
    room = max(NAMES_SHARE * sheet.width, widths[-1])
    return min(max(widths), room) + 1.5 * GAP


def _fit_name(name: str, room: float) -> str:
    """The name, its middle left out where it is too long: the ends of codes tell them apart."""
    if text_width(name, SMALL) <= room:
        return name
    keep = len(name)
    while keep > 4:
        keep -= 1
        short = f"{name[: (keep + 1) // 2]}…{name[len(name) - keep // 2 :]}"
        if text_width(short, SMALL) <= room:
            return short
    return f"{name[:2]}…"


def _frame(ax: Axes, table: pd.DataFrame, scale: Scale, body: float, across: float) -> None:
    ends = [v for c in ("estimate", "lower", "upper") for v in table[c].astype(float)]
    ax.set_ylim(body, 0)
    ax.yaxis.set_visible(False)
    ax.spines[["left", "top", "right"]].set_visible(False)
    draw_scale(ax, scale, ends, across)
    name_ends(ax, scale, across)


def _name(ax: Axes, text: str, y: float, left: float, *, bold: bool = False) -> None:
    ax.annotate(text, (0, y), (-left + 2, 0), xycoords=blended_transform_factory(ax.transAxes, ax.transData),
                textcoords="offset points", ha="left", va="center", fontsize=SMALL,
                fontweight="bold" if bold else "normal", color=INK, annotation_clip=False, gid="name")


def _interval(ax: Axes, row: pd.Series, y: float, scale: Scale, *, size: float, marker: str = "o",
              crowded: bool = False) -> None:
    """Line and dot; where there is no number, the reason in words in its place. crowded: pale lines for the dots."""
    estimate, lower, upper = (float(row[k]) for k in ("estimate", "lower", "upper"))
    low, high = ax.get_xlim()
    if math.isnan(estimate):
        if not crowded:
            ax.annotate(row["reason"].split(":")[0], (0, y), (2, 0), xycoords=ax.get_yaxis_transform(),
                        textcoords="offset points", ha="left", va="center", fontsize=SMALL, color=SOFT,
                        style="italic", gid="reason")
        return
    ax.plot([max(lower, low), min(upper, high)], [y, y], color=SYMPTOMS["mild"] if crowded else BLUE,
            linewidth=0.6 if crowded else 1.3, solid_capstyle="butt", zorder=2, gid="interval")
    for value, edge, side in ((lower, low, "<"), (upper, high, ">")):
        if math.isinf(value) or (scale.log and value == 0.0):
            ax.plot([edge], [y], marker=side, color=BLUE, markersize=6, clip_on=False, zorder=3, gid="open")
    sure = lower > scale.zero or upper < scale.zero
    ax.plot([estimate], [y], marker=marker, markersize=size, color=BLUE, markerfacecolor=BLUE if sure else PAPER,
            markeredgewidth=0.6 if crowded else 1.3, zorder=4, clip_on=False, gid=f"{row.get('kind', row.name)}")


# --- words ---------------------------------------------------------------------------------------------------------
def people_caption(source: Any) -> str:
    """The caption of the picture of PeopleEffects."""
    scale, people = scale_of(source), source.table[source.table["kind"] == "person"]
    level = f"{100 * source.level:.3g}%"
    silent = int(people["estimate"].isna().sum())
    parts = [
        f"{scale.title}: {readable(source.term)}, {source.contrast}.",
        f"Dot, line: estimate, {level} interval; filled: on one side of {scale.nothing}.",
        "Diamond: average; square, band: one more person.",
        f"{count_people(silent)} never changed it." if silent else "",
        *disagreements(source.caveats), describe_share(source),
        f"{count_people(source.n_people)}, {count(source.n_nights, 'night')}.",
    ]  # fmt: skip
    return " ".join(part for part in parts if part)


def people_alt(source: Any) -> str:
    """What the picture of PeopleEffects shows, for somebody who does not see it."""
    scale, table = scale_of(source), source.table
    people = table[table["kind"] == "person"].dropna(subset="estimate").sort_values("estimate")
    rest = table[table["kind"] != "person"].set_index("kind")
    fewer, more = int((people["upper"] < scale.zero).sum()), int((people["lower"] > scale.zero).sum())
    ends = [f"{who}: {isolate(people.iloc[at]['person'])}, {_numbers(people.iloc[at], scale)}."
            for who, at in (("Lowest", 0), ("Highest", -1)) if len(people)]
    lines = [f"{scale.title} for {readable(source.term)}, {source.contrast}, one line per person.",
             f"{count_people(len(people))}: {fewer} {_with(scale.less)}, {more} {_with(scale.more)}, "
             f"{len(people) - fewer - more} unclear.", *ends]
    lines += [f"{name.capitalize()}: {_numbers(rest.loc[name], scale)}." for name in ("average", "new person")]
    return " ".join([*lines, describe_share(source)])


def _with(words: str) -> str:
    return f"with {words}" if " " in words else words


def _numbers(row: Any, scale: Scale) -> str:
    if scale.signed:
        return f"{signed(row['estimate'], scale.digits)} ({signed_interval(row['lower'], row['upper'], scale.digits)})"
    return f"{row['estimate']:.{scale.digits}f} ({row['lower']:.{scale.digits}f} to {row['upper']:.{scale.digits}f})"
