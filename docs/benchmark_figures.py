"""The two benchmark pictures of the README, drawn from the committed tables: speed.csv and coverage.csv."""

from __future__ import annotations

import importlib.util
import itertools
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from rlskit.figures.style import BLUE, INK, RULE, SMALL, SOFT, style

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
OURS = "rlskit"
MARKERS = {"rlskit": "o", "glmmTMB": "s", "lme4": "D", "glmm": "^", "gpboost": "P", "statsmodels VB": "X",
           "statsmodels GEE": "*"}
CLEAR = 1.5  # points between a name and what is drawn
# Where a name may stand beside the end of its line: points right and up, and which side of it is meant.
SPOTS = (*(((7, up), "left", "center") for up in (0, 2, -2, 4, -4, 6, -6, 8, 10)),
         ((4, 6), "right", "bottom"), ((-4, -6), "left", "top"), ((0, 6), "center", "bottom"))


def draw_speed() -> Figure:
    """Processor seconds by person-nights, without and with persistence; every line named beside its end."""
    d = pd.read_csv(BENCHMARKS / "speed.csv")
    d = d[d["cpu_seconds"].notna()].assign(size=lambda t: t["people"] * t["nights"])
    with style():
        figure = Figure(figsize=(8.2, 4.4))
        panels = figure.subplots(1, 2, sharey=True, width_ratios=(1.15, 1))
        able = ~d["method"].str.contains("no persistence")
        titles = "Nights do not follow one another", "With night-to-night persistence"
        for ax, kind, title in zip(panels, ("none", "AR(1)"), titles, strict=True):
            _speed_panel(ax, d[(d["persistence"] == kind) & able & (d["tool"] != "glmm, 9 nodes")], title)
        panels[0].set_ylabel("processor seconds of one fit", fontsize=SMALL)
        low, high = d["cpu_seconds"].min() / 1.6, d["cpu_seconds"].max() * 1.6
        panels[0].set_ylim(low, high)
        for ax in panels:
            ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
        figure.subplots_adjust(left=0.08, right=0.91, top=0.92, bottom=0.12, wspace=0.42)
        for ax in panels:
            _name_lines(ax)
    return figure


def _speed_panel(ax: Axes, d: pd.DataFrame, title: str) -> None:
    for tool, mine in d.groupby("tool", sort=False):
        mine = mine.sort_values("size")
        ours = tool == OURS
        ax.plot(mine["size"], mine["cpu_seconds"], marker=MARKERS[tool], color=BLUE if ours else SOFT,
                linewidth=2.0 if ours else 1.0, markersize=6 if ours else 5, zorder=3 if ours else 2, label=tool)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_title(title, fontsize=SMALL, loc="left", color=INK)
    ax.set_xlabel("person-nights", fontsize=SMALL)
    ax.set_xlim(800, 1.25e6)
    ax.xaxis.set_major_locator(LogLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}" if v < 1e6 else "1 million"))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_formatter(NullFormatter())
    ax.grid(color=RULE, linewidth=0.6)
    ax.tick_params(labelsize=SMALL)


def _name_lines(ax: Axes) -> None:
    """Every name beside the end of its line, at the first of SPOTS where it lies on no line, mark or other name."""
    drawn = np.concatenate([_along(ax, line) for line in ax.lines])
    names: list[Annotation] = []
    for line in sorted(ax.lines, key=lambda one: one.get_label() != OURS):
        ours = line.get_label() == OURS
        for offset, ha, va in SPOTS:
            name = ax.annotate(
                line.get_label(), (line.get_xdata()[-1], line.get_ydata()[-1]), offset, textcoords="offset points",
                fontsize=SMALL, ha=ha, va=va, color=BLUE if ours else INK, fontweight="bold" if ours else "normal",
                annotation_clip=False)
            box = name.get_window_extent().padded(CLEAR * ax.figure.dpi / 72)
            if not box.count_contains(drawn) and not box.count_overlaps([n.get_window_extent() for n in names]):
                break
            name.remove()
        else:
            raise ValueError(f"no room for the name of {line.get_label()}: make the picture larger")
        names.append(name)


def _along(ax: Axes, line: Line2D) -> np.ndarray:
    """(points, 2): pixels all along a drawn line."""
    corners = ax.transData.transform(np.column_stack([line.get_xdata(), line.get_ydata()]).astype(float))
    return np.concatenate([np.linspace(one, two, 200) for one, two in itertools.pairwise(corners)])


def draw_coverage_grid() -> Figure:
    """Coverage of every one-person cell: ours with its Monte-Carlo range, plain logistic regression beside it."""
    spec = importlib.util.spec_from_file_location("coverage_grid", BENCHMARKS / "coverage.py")
    assert spec is not None and spec.loader is not None
    grid = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(grid)
    table = pd.read_csv(grid.OUT)
    table = table[table["correction"] == table["people"].map(grid.CORRECTION)]
    by = {key: grid.add_up(mine) for key, mine in table.groupby([*grid.KEYS, "method"])}
    cells = [c for c in grid.cells() if c[5] == 1]
    with style():
        figure = Figure(figsize=(7.2, 0.26 * len(cells) + 1.25))
        ax = figure.add_axes((0.37, 0.62 / figure.get_figheight(), 0.61, 1 - 1.05 / figure.get_figheight()))
        for y, cell in enumerate(cells):
            for method, marker in (("logit HAC", "x"), ("logit Wald", "^"), ("rlskit", "o")):
                shown = by.get((*cell, method))
                if shown is None:
                    continue
                ours = method == OURS
                if ours:
                    reach = 1.96 * shown["error"]
                    ax.plot([shown["coverage"] - reach, min(shown["coverage"] + reach, 100)], [y, y], color=BLUE,
                            linewidth=1.3, zorder=2)
                ax.plot([shown["coverage"]], [y], marker=marker, color=BLUE if ours else SOFT, markersize=6, zorder=3,
                        linestyle="none")
            ax.annotate(f"{cell[0]} nights, rate {cell[1]:.0%}, σ {cell[2]:g} φ {cell[3]:g}"
                        + (f", {cell[4]:.0%} gone" if cell[4] else ""),
                        (0, y), (-6, 0), xycoords=("axes fraction", "data"), textcoords="offset points", ha="right",
                        va="center", fontsize=SMALL, color=INK, annotation_clip=False)
        ax.axvline(95, color=SOFT, linewidth=1, zorder=1)
        ax.set_ylim(len(cells) - 0.4, -0.6)
        ax.set_xlim(66, 101)
        ax.yaxis.set_visible(False)
        ax.spines[["left", "top", "right"]].set_visible(False)
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.0f}%"))
        ax.set_xlabel("95% intervals that hold the truth", fontsize=SMALL)
        handles = [ax.plot([], [], marker=m, color=c, linestyle="none", markersize=6, label=text)[0]
                   for m, c, text in (
                       ("o", BLUE, "rlskit, with its 95% counting range"), ("^", SOFT, "logistic, Wald"),
                       ("x", SOFT, "logistic, HAC"))]
        figure.legend(handles=handles, loc="upper right", ncols=3, fontsize=SMALL, frameon=False, handletextpad=0.2,
                      columnspacing=1.2, bbox_to_anchor=(0.99, 1.0))
    return figure
