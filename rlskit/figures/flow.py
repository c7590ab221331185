"""The flow figure of a study (CONSORT, STROBE item 13c): what was found, what was left out and why, what remained.

Boxes on the left are the steps; a box on the right says what did not reach the next one. Rectangles and arrows of
matplotlib: graph libraries lay out what has no order of its own, and these boxes have one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from rlskit.figures.style import (
    INK,
    LEADING,
    PAGE_WIDTH,
    PAPER,
    SMALL,
    SOFT,
    Sheet,
    sheet_for,
    style,
    wrap,
)
from rlskit.utils.kinds import Kind, takes

COLUMNS = ("step", "n", "people", "left_out", "reason")
PAD, GAP, BETWEEN = 6.0, 16.0, 14.0  # points: inside a box, between steps, between the two columns
STEPS = 0.42  # share of the width that the steps take


@dataclass(frozen=True)
class Box:
    """One box: its lines, and where it stands, in points from the top left corner."""

    lines: list[str]
    bold: int  # of them, from the top
    left: float
    top: float
    width: float
    step: bool

    @property
    def height(self) -> float:
        return len(self.lines) * SMALL * LEADING + 2 * PAD

    @property
    def bottom(self) -> float:
        return self.top + self.height


FLOW = Kind(said="a flow of nights", made="Make one with rk.tabulate_flow(pool).", taken="rk.plot_flow(flow)",
            columns=COLUMNS)


@takes(FLOW)
def plot_flow(flow: pd.DataFrame, ax: Axes | None = None, *, width: float = PAGE_WIDTH) -> Axes:
    """Draw the table of tabulate_flow: one box for each step, and beside it what was left out, with its reasons.

    Example: ``rk.plot_flow(rk.tabulate_flow(pool))``
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_flow(flow, sheet)


def draw_flow(flow: pd.DataFrame, sheet: Sheet) -> Axes:
    """The same on a given sheet."""
    text = flow_caption(flow)
    boxes = _places(flow, sheet.width)
    height = max(box.bottom for box in boxes) + 2
    sheet.size(left=0, right=0, top=2, bottom=sheet.caption_height(text), body=height)
    ax = sheet.ax
    ax.set(xlim=(0, sheet.width), ylim=(height, 0))
    ax.axis("off")
    for box in boxes:
        _draw(ax, box)
    steps = [box for box in boxes if box.step]
    for one, next_one in pairwise(steps):
        middle = one.left + one.width / 2
        _arrow(ax, (middle, one.bottom), (middle, next_one.top))
    for box in [b for b in boxes if not b.step]:
        middle, height = steps[0].left + steps[0].width / 2, box.top + box.height / 2
        _arrow(ax, (middle, height), (box.left, height))
    sheet.write_caption(text, left=0, right=0, drop=4)
    return ax


def _draw(ax: Axes, box: Box) -> None:
    from matplotlib.patches import Rectangle

    ax.add_patch(Rectangle((box.left, box.top), box.width, box.height, facecolor=PAPER, zorder=2,
                           edgecolor=INK if box.step else SOFT, linewidth=0.9 if box.step else 0.7,
                           linestyle="-" if box.step else (0, (4, 2)), gid="step" if box.step else "left out"))
    for i, line in enumerate(box.lines):
        ax.text(box.left + PAD, box.top + PAD + i * SMALL * LEADING, line, fontsize=SMALL, va="top", color=INK,
                zorder=3, weight="bold" if i < box.bold else "normal", gid="step" if box.step else "left out")


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    ax.annotate("", end, start, zorder=1, gid="arrow",
                arrowprops={"arrowstyle": "-|>", "color": SOFT, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0})


def _places(flow: pd.DataFrame, width: float) -> list[Box]:
    """The boxes from top to bottom: what is left out of a step stands between it and the next."""
    across = (width - 2 - BETWEEN) * STEPS
    aside = width - 2 - BETWEEN - across
    boxes, y = [], 0.0
    for step, kept, gone in steps_of(flow):
        number = wrap(_number(kept), across - 2 * PAD, SMALL, "bold")
        box = Box(number + wrap(step, across - 2 * PAD), len(number), 1.0, y, across, step=True)
        boxes.append(box)
        y = box.bottom + GAP
        if gone:
            total = wrap(f"Left out: {sum(n for n, _ in gone):,}", aside - 2 * PAD)
            said = [line for n, reason in gone for line in _hanging(f"{n:,}", reason, aside - 2 * PAD)]
            out = Box(total + said, 0, 1.0 + across + BETWEEN, box.bottom + GAP / 2, aside, step=False)
            boxes.append(out)
            y = out.bottom + GAP / 2
    return boxes


def _hanging(number: str, reason: str, width: float) -> list[str]:
    """A number and its reason; where the reason takes several lines, all but the first are set in."""
    first, *rest = wrap(f"{number}  {reason}", width - 12)
    return [first, *(f"    {line}" for line in rest)]


def _number(row: Any) -> str:
    people = "" if pd.isna(row.people) or row.people == row.n else (
        f" of {int(row.people):,} {'person' if row.people == 1 else 'people'}")
    return f"{int(row.n):,}{people}"


def steps_of(flow: pd.DataFrame) -> list[tuple[str, Any, list[tuple[int, str]]]]:
    """Each step with its row and what was left out after it, as (number, reason)."""
    found: list[tuple[str, Any, list[tuple[int, str]]]] = []
    for row in flow.itertuples():
        if pd.notna(row.n):
            found.append((str(row.step), row, []))
        else:
            found[-1][2].append((int(row.left_out), str(row.reason)))
    return found


def flow_caption(flow: pd.DataFrame) -> str:
    """First and last number, and that nothing else was left out."""
    steps = steps_of(flow)
    first, last = steps[0], steps[-1]
    return (f"{first[0]}: {_number(first[1])}. {last[0]}: {_number(last[1])}. Boxes with a dashed edge: what was left "
            "out before the next step, and why. Nothing else was left out.")


def flow_alt(flow: pd.DataFrame) -> str:
    """Every box in words."""
    said = ["Flow of the study, step by step."]
    for step, row, gone in steps_of(flow):
        out = f" Left out: {'; '.join(f'{n:,} {reason}' for n, reason in gone)}." if gone else ""
        said.append(f"{step}: {_number(row)}.{out}")
    return " ".join(said)

