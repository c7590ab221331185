"""Coverage of simulated diaries: a dot and its Monte-Carlo range for every contrast, a line where it should be."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from rlskit.answers.sentences import count
from rlskit.checks.coverage import COVERAGE
from rlskit.effects.scales import SCALES
from rlskit.figures.style import (
    BLUE,
    INK,
    LEADING,
    NORMAL,
    PAGE_WIDTH,
    RULE,
    SMALL,
    SOFT,
    Sheet,
    sheet_for,
    style,
    text_width,
    wrap,
)
from rlskit.models.outcome import told_as
from rlskit.utils.kinds import takes
from rlskit.utils.words import readable, sentence

GAP, PAD, HEAD, TICKS = 10.0, 7.0, 16.0, 34.0
RIGHT = 14.0  # half of "100%"
WIDE = 390.0  # from here on the words stand beside the dots, else above them
STRIP = 18.0
WORDS = 0.47  # share of the width that the words take


@takes(COVERAGE)
def plot_coverage(check: Any, ax: Axes | None = None, *, width: float = PAGE_WIDTH) -> Axes:
    """Draw a coverage_check: how often the intervals held the truth, beside the level they claim.

    Example: ``rk.plot_coverage(covered)``
    """
    sheet = sheet_for(ax, width)
    with style():
        return draw_coverage(check, sheet)


def draw_coverage(check: Any, sheet: Sheet) -> Axes:
    """The same on a given sheet."""
    ax, text = sheet.ax, told_as(check, coverage_caption(check))
    beside = round(sheet.width * WORDS) if sheet.owned and sheet.width >= WIDE else 0.0
    room = beside - GAP if beside else sheet.width - GAP
    y, places = 0.0, []
    for row in check.table.itertuples():
        words = [(line, "bold") for line in wrap(readable(row.term), room, NORMAL, "bold")]
        words += [(line, "plain") for item in _details(row) for line in wrap(item, room)]
        tall = sum(_step(kind) for _, kind in words)
        body = max(tall, STRIP) if beside else tall + STRIP
        top = y + PAD
        middle = top + body / 2 if beside else top + tall + STRIP / 2
        # the line of the level stays clear of words, which it would cross
        line = (y, top + body + PAD) if beside else (middle - STRIP / 2, middle + STRIP / 2)
        places.append((row, y, top, words, middle, line))
        y = top + body + PAD
    left = beside + GAP / 2 if beside else GAP if sheet.owned else 0.0
    sheet.size(left=left, right=RIGHT, top=HEAD, bottom=TICKS + sheet.caption_height(text), body=y)
    sheet.write_caption(text, left=left - 2, right=GAP, drop=TICKS + 2)
    _axis(ax, check.table, check.level, y)
    _claim(ax, check.level, sheet.width - left - RIGHT if sheet.owned else sheet.width)
    for row, above, top, words, middle, line in places:
        _rule(ax, above, left, sheet)
        _write(ax, top, words, left)
        ax.plot([100 * check.level] * 2, line, color=SOFT, linewidth=1, zorder=1, gid="nominal")
        _dot(ax, row, middle)
    ax.set_gid("coverage")
    return ax


def _details(row: Any) -> list[str]:
    if not row.answered:
        return [row.contrast, f"no interval in {row.simulations:,} simulated diaries"]
    numbers = (f"{100 * row.coverage:.1f}% ({100 * row.coverage_lower:.1f} to {100 * row.coverage_upper:.1f}%) of "
               f"{row.answered:,}")
    alarms = "none counted" if not row.null_answered else f"{100 * row.false_alarms:.1f}%"
    if 0 < row.null_answered < row.simulations:
        alarms += f" of {row.null_answered:,}"
    without = row.simulations - row.answered
    return [f"{row.contrast}: {numbers}", f"false alarms: {alarms}",
            *([f"no interval in {without:,} of {row.simulations:,}"] if without else [])]


def _step(kind: str) -> float:
    return (NORMAL if kind == "bold" else SMALL) * LEADING


def _axis(ax: Axes, table: Any, level: float, bottom: float) -> None:
    low = min([100 * level - 8, *(100 * table["coverage_lower"].dropna() - 1)])
    ax.set_xlim(max(low, 0), 100.6)
    ax.set_ylim(bottom, 0)
    ax.yaxis.set_visible(False)
    ax.spines[["left", "top", "right"]].set_visible(False)
    even = MaxNLocator(nbins=6, integer=True, steps=[1, 2, 5, 10]).tick_values(*ax.get_xlim())
    ax.xaxis.set_major_locator(FixedLocator([v for v in even if ax.get_xlim()[0] <= v <= 100]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.0f}%"))
    ax.set_xlabel("simulated diaries whose interval held the truth", fontsize=SMALL)
    ax.tick_params(axis="x", labelsize=SMALL)


def _claim(ax: Axes, level: float, across: float) -> None:
    """The words above the line of the level, moved to the left where they would leave the paper; across: in points."""
    words, (low, high) = f"should be {100 * level:.3g}%", ax.get_xlim()
    room = across * (high - 100 * level) / (high - low) + RIGHT - 2
    moved = min(0.0, room - text_width(words) / 2)
    ax.annotate(words, (100 * level, 0), (moved, 4), textcoords="offset points", ha="center", va="bottom",
                fontsize=SMALL, color=INK, annotation_clip=False, gid="nominal label")


def _rule(ax: Axes, y: float, left: float, sheet: Sheet) -> None:
    if not y:
        return
    across = sheet.width - left - RIGHT if sheet.owned else sheet.width
    ax.plot([-(left - 2) / across if left else 0, 1], [y, y], transform=ax.get_yaxis_transform(), color=RULE,
            linewidth=0.8, clip_on=False, zorder=0, gid="rule")


def _write(ax: Axes, top: float, words: list[tuple[str, str]], left: float) -> None:
    y = top
    for text, kind in words:
        step = _step(kind)
        ax.annotate(text, (0, y + step / 2), (2 - left if left else 0, 0), xycoords=("axes fraction", "data"),
                    textcoords="offset points", ha="left", va="center", fontsize=NORMAL if kind == "bold" else SMALL,
                    fontweight="bold" if kind == "bold" else "normal", color=INK, annotation_clip=False, gid="row text")
        y += step


def _dot(ax: Axes, row: Any, y: float) -> None:
    if not row.answered:
        return
    low, middle, high = (100 * v for v in (row.coverage_lower, row.coverage, row.coverage_upper))
    ax.plot([low, high], [y, y], color=BLUE, linewidth=1.3, solid_capstyle="butt", zorder=2, gid="range")
    for value in (low, high):
        ax.plot([value, value], [y - 3, y + 3], color=BLUE, linewidth=1.3, zorder=2, gid="end")
    ax.plot([middle], [y], marker="o", markersize=7, color=BLUE, zorder=3, clip_on=False, gid="coverage")


# --- words ---------------------------------------------------------------------------------------------------------
def coverage_caption(check: Any) -> str:
    level = f"{100 * check.level:.3g}%"
    people = "one person" if check.n_people == 1 else f"{check.n_people:,} people"
    return " ".join([
        f"{check.diaries}, each with the same {count(check.n_nights, 'night')} of {people}: share of the {level} "
        f"intervals for the {check.unit}{',' if check.unit.endswith('own units') else ''} that held the truth.",
        "Dot: the share; line: its own 95% range from counting so many diaries; upright line: where it should be.",
        f"False alarms: diaries without that effect whose interval leaves {_nothing(check)} out; they should be "
        f"{100 * (1 - check.level):.3g}%.",
        f"Intervals by {sentence(check.method)[0].lower()}{sentence(check.method)[1:]}",
        *(sentence(c) for c in check.caveats),
    ])


def _nothing(check: Any) -> str:
    return "one" if SCALES[check.scale].log else "zero"


def coverage_alt(check: Any) -> str:
    level = f"{100 * check.level:.3g}%"
    lines = [f"If the model is right: how often {level} intervals for the {check.unit} hold the truth, one row per "
             "contrast."]
    for row in check.table.itertuples():
        said = (f"{100 * row.coverage:.1f}% ({100 * row.coverage_lower:.1f} to {100 * row.coverage_upper:.1f}%) of "
                f"{row.answered:,}" if row.answered else "no interval in any simulated diary")
        alarms = f", false alarms {100 * row.false_alarms:.1f}%" if row.null_answered else ""
        lines.append(f"{readable(row.term)}, {row.contrast}: {said}{alarms}.")
    return " ".join(lines)
