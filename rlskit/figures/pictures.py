"""A picture for a page: SVG text with its caption and the words that stand for it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rlskit.figures.captions import alt_text, caption
from rlskit.figures.coverage_dots import draw_coverage
from rlskit.figures.dose_curve import draw_dose
from rlskit.figures.forest import draw_effects
from rlskit.figures.night_grid import draw_calendar
from rlskit.figures.onset import draw_onset
from rlskit.figures.sleep_bars import draw_sleep
from rlskit.figures.style import COLUMN_WIDTH, DARK, PAGE_WIDTH, bare_sheet, style
from rlskit.figures.weekly import draw_rates


@dataclass(frozen=True)
class Picture:
    """One table as a picture, drawn for a page and again for a narrow screen; the page must print the caption."""

    wide: str  # SVG
    narrow: str  # SVG
    caption: str
    alt: str


def render(table: Any, **options: Any) -> Picture:
    """The picture of nights, weekly rates, Answers or Effects; `options` go to the plot (such as too_small=2)."""
    draw = _drawing(table)
    return Picture(_svg(draw, table, PAGE_WIDTH, options), _svg(draw, table, COLUMN_WIDTH, options), caption(table),
                   alt_text(table))


def _drawing(table: Any) -> Callable:
    if hasattr(table, "simulations"):
        return draw_coverage
    if hasattr(table, "curved"):
        return draw_dose
    if hasattr(table, "table"):
        return draw_effects
    if isinstance(table, pd.DataFrame) and "start_h" in table:
        return draw_sleep
    if isinstance(table, pd.DataFrame) and {"onset_h", "median"} <= set(table):
        return draw_onset
    return draw_calendar if isinstance(table, pd.DataFrame) and "night" in table else draw_rates


def _svg(draw: Callable, table: Any, width: float, options: dict[str, Any]) -> str:
    with style():
        sheet = bare_sheet(width)
        draw(table, sheet, **options)
        out = io.StringIO()
        sheet.figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    return _day_and_night(text[text.index("<svg") :])


def _day_and_night(svg: str) -> str:
    """The SVG with its few colours as variables that follow the reader's light or dark setting."""
    for light in DARK:
        svg = svg.replace(light, f"var(--c{light[1:]})")
    day = "".join(f"--c{light[1:]}:{light};" for light in DARK)
    night = "".join(f"--c{light[1:]}:{dark};" for light, dark in DARK.items())
    rule = f"<style>svg{{{day}}}@media screen and (prefers-color-scheme:dark){{svg{{{night}}}}}</style>"
    end = svg.index(">", svg.index("<svg")) + 1
    return svg[:end] + rule + svg[end:]
