"""The check panel, a row per check with its result as mark and word; and the negative control beside the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rlskit.answers.sentences import count
from rlskit.checks.fit_checks import CHECKED
from rlskit.effects.contrasts import level_text
from rlskit.effects.scales import SCALES
from rlskit.errors import ModelError
from rlskit.figures.effects import draw_rows
from rlskit.figures.rows import Row, numbers
from rlskit.figures.style import (
    BLUE,
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
    wrap,
)
from rlskit.utils.kinds import takes
from rlskit.utils.words import isolate

GAP, PAD, MARK = 10.0, 4.0, 12.0  # points: between columns, above and below a row, room of the mark
WIDE = 390.0  # from here on the sentence stands beside the name, else below it
BEFORE_IT = "symptoms before it"

# result → marker, filled or not: shape and word say it, never colour alone
MARKS = {"pass": ("o", False), "look": ("^", True), "fail": ("X", True), "could not have shown it": ("D", False),
         "not possible": ("_", False)}


@takes(CHECKED)
def plot_checks(checks: Any, figure: Figure | None = None, *, width: float = PAGE_WIDTH) -> Figure:
    """Draw Checks: every row with its result, name and sentence. Returns the Figure.

    figure: an empty one to draw in, which is given the height that the text needs; None makes one. width in inches.

    Example: ``rk.plot_checks(checks)``
    """
    if figure is None:
        sheet = sheet_for(None, width)
    else:
        with style():
            sheet = Sheet(figure.add_axes((0, 0, 1, 1)), width * 72, owned=True)
    with style():
        draw_checks(checks, sheet)
    return sheet.figure


@takes(CHECKED)
def plot_negative_control(checks: Any, ax: Axes | None = None, *, width: float = PAGE_WIDTH) -> Axes:
    """Draw the answer beside its negative control: symptoms that came before the exposure that evening.

    checks: from check_fit. Where there is no control, its row says why.

    Example: ``rk.plot_negative_control(checks)``
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_negative_control(checks, sheet)


def draw_negative_control(checks: Any, sheet: Sheet) -> Axes:
    """The same on a given sheet."""
    mine = checks.table[checks.table["check"].eq(BEFORE_IT)]
    if mine.empty:
        raise ModelError("There is no negative control in this table; expected Checks from check_fit.")
    control = mine.iloc[0]
    sides = f"{level_text(checks.a)} vs {level_text(checks.b)}"
    contrast = "with vs without" if {checks.a, checks.b} == {0.0, 1.0} else sides
    name = checks.label[:1].upper() + checks.label[1:]
    drawn = all(pd.notna(control[c]) for c in ("value", "lower", "upper"))
    rows = [
        _row("Symptoms of the night: the answer", f"{name}, {contrast}", checks.estimate, checks.lower, checks.upper),
        _row("Symptoms before it: the control", f"{name}, {contrast}", control["value"], control["lower"],
             control["upper"]) if drawn else
        Row(
            label="Symptoms before it: the control", contrast=f"{name}, {contrast}", estimate=np.nan, lower=np.nan,
            upper=np.nan, lower_alone=None, upper_alone=None, tag="", nights="", reason="", refused=True, claim=False,
            instead=str(control["sentence"])),
    ]  # fmt: skip
    if checks.unit != "per 30 nights":  # the answer is on another scale than its control
        outcome = "severity" if checks.unit == "points" else checks.unit
        rows[0] = replace(rows[0], label=f"{outcome[:1].upper()}{outcome[1:]}: the answer", refused=True,
                          instead=_elsewhere(checks))
    scale = SCALES["nights_per_30"]
    ax = draw_rows(rows, scale, sheet, control_caption(checks))
    said = [f"{row.label}: {row.instead or numbers(row, scale)}" for row in rows]
    sheet.describe(" ".join(["The answer beside its negative control.", *(line.rstrip(".") + "." for line in said)]))
    ax.set_gid("negative control")
    return ax


def _elsewhere(checks: Any) -> str:
    amounts = numbers(_row("", "", checks.estimate, checks.lower, checks.upper), replace(SCALES["points"], digits=2))
    return f"{amounts} {'in ' * (checks.unit != 'points')}{checks.unit}, which is another scale."


def _row(label: str, contrast: str, estimate: float, lower: float, upper: float) -> Row:
    return Row(
        label=label, contrast=contrast, estimate=float(estimate), lower=float(lower), upper=float(upper),
        lower_alone=None, upper_alone=None, tag="", nights="", reason="", refused=False,
        claim=bool(lower > 0 or upper < 0))


# --- the panel -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Place:
    """One check on the sheet, in points: its top and bottom, the lines of its name and of its sentence."""

    result: str
    top: float
    bottom: float
    name: list[str]
    sentence: list[str]


def draw_checks(checks: Any, sheet: Sheet) -> Axes:
    """The same on a given sheet."""
    table = checks.table
    if table.empty:
        raise ModelError("There are no checks to draw: the table is empty.")
    wide, words = sheet.width >= WIDE, max(text_width(r) for r in table["result"])
    first = GAP + MARK + words + GAP  # where names begin
    second = first + max(text_width(n, SMALL, "bold") for n in table["check"]) + GAP if wide else first
    places, y = [], 0.0
    for row in table.itertuples(index=False):
        name = wrap(str(row.check), sheet.width - first - GAP, SMALL, "bold")
        sentence = wrap(str(row.sentence), sheet.width - second - GAP)
        lines = max(len(name), len(sentence)) if wide else len(name) + len(sentence)
        bottom = y + 2 * PAD + lines * SMALL * LEADING
        places.append(Place(str(row.result), y, bottom, name, sentence))
        y = bottom
    text, ax = checks_caption(checks), sheet.ax
    sheet.size(left=0, right=0, top=2, bottom=2 + sheet.caption_height(text), body=y)
    sheet.write_caption(text, left=-2, right=0, drop=4)
    ax.set_xlim(0, sheet.width)
    ax.set_ylim(y, 0)
    ax.axis("off")
    for place in places:
        _draw(ax, place, first, second, sheet.width)
    sheet.describe(checks_alt(checks))
    ax.set_gid("checks")
    return ax


def _draw(ax: Axes, place: Place, first: float, second: float, width: float) -> None:
    if place.top:
        ax.plot([0, width], [place.top] * 2, color=RULE, linewidth=0.8, zorder=0, gid="rule")
    step = SMALL * LEADING
    middle = place.top + PAD + step / 2
    marker, filled = MARKS[place.result]
    ink = SOFT if place.result == "not possible" else BLUE if place.result == "pass" else INK
    ax.plot([GAP], [middle], linestyle="none", marker=marker, markersize=7, color=ink, markeredgewidth=1.4,
            markerfacecolor=ink if filled else PAPER, gid=f"mark {place.result}")
    urgent = place.result in ("look", "fail")
    _lines(ax, GAP + MARK, middle, [place.result], ink, "bold" if urgent else "normal", "result")
    _lines(ax, first, middle, place.name, INK, "bold", "check")
    below = middle + (len(place.name) * step if second == first else 0)
    _lines(ax, second, below, place.sentence, SOFT if place.result == "not possible" else INK, "normal", "sentence")


def _lines(ax: Axes, x: float, middle: float, lines: list[str], ink: str, weight: str, gid: str) -> None:
    for i, line in enumerate(lines):
        ax.text(x, middle + i * SMALL * LEADING, line, ha="left", va="center_baseline", fontsize=SMALL,
                fontweight=weight, color=ink, gid=gid)


# --- words ---------------------------------------------------------------------------------------------------------
def checks_caption(checks: Any) -> str:
    """How many checks ended how, and of what."""
    counts = checks.table["result"].value_counts()
    order = ("pass", "look", "fail", "could not have shown it", "not possible")
    said = ", ".join(f"{counts[name]} {name}" for name in order if name in counts)
    people = "one person" if checks.n_people == 1 else f"{checks.n_people:,} people"
    return (f"What could overturn the answer on {isolate(checks.label)}: {said}. Pass: nothing was found, which does "
            "not prove that nothing is there. Look: read the line. Fail: the answer may be wrong. "
            f"{count(checks.n_nights, 'night')} of {people}; intervals at {checks.level:.0%}.")


def checks_alt(checks: Any) -> str:
    """Every check with its result and sentence."""
    lines = [f"{row.check}: {row.result}. {row.sentence}" for row in checks.table.itertuples(index=False)]
    return " ".join(["Checks, one row each.", *lines])


def control_caption(checks: Any) -> str:
    """What the two rows of the negative control mean."""
    people = "One person" if checks.n_people == 1 else f"{checks.n_people:,} people"
    before = "symptoms that had come before it that evening, which it cannot have caused."
    both = (f"symptoms of the night, which are the answer, and {before} The second should lie around zero."
            if checks.unit == "per 30 nights" else f"{before} It should lie around zero.")
    return (f"Difference in nights per 30 between nights with more and with less {isolate(checks.label)}: {both} "
            f"Dot: best estimate; line: {checks.level:.0%} interval. {people}, {count(checks.n_nights, 'night')}.")
