"""A picture for a page or a file: with its caption and the words that stand for it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from rlskit.answers.dose import CURVE
from rlskit.answers.result import ANSWERS
from rlskit.answers.trend import TREND_RESULT
from rlskit.checks.coverage import COVERAGE
from rlskit.checks.fit_checks import CHECKED
from rlskit.checks.specifications import SPECIFICATIONS
from rlskit.effects.estimates import EFFECTS
from rlskit.effects.people import PEOPLE_EFFECTS
from rlskit.effects.rates import RATES, TALLY
from rlskit.errors import DiaryError
from rlskit.figures.calendar import draw_calendar
from rlskit.figures.captions import alt_text, caption
from rlskit.figures.checks import draw_checks
from rlskit.figures.coverage import draw_coverage
from rlskit.figures.dose import draw_dose
from rlskit.figures.effects import draw_effects
from rlskit.figures.flow import FLOW, draw_flow
from rlskit.figures.onset import ONSET, draw_onset
from rlskit.figures.people import draw_people
from rlskit.figures.rates import draw_rates, draw_trend
from rlskit.figures.sleep import SLEPT, draw_sleep
from rlskit.figures.specifications import draw_specifications
from rlskit.figures.style import COLUMN_WIDTH, DARK, PAGE_WIDTH, Sheet, bare_sheet, style
from rlskit.figures.tally import draw_tally
from rlskit.figures.trial import draw_trial
from rlskit.nights.validate import NIGHTS
from rlskit.trials.result import TRIAL
from rlskit.utils.files import whole_file
from rlskit.utils.kinds import Kind
from rlskit.utils.stamp import stamp_lines, stamp_table

# Nothing that changes from one day to the next goes into a file.
_UNDATED: dict[str, dict[str, None]] = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None},
                                        "pdf": {"CreationDate": None, "ModDate": None}}


@dataclass(frozen=True)
class Picture:
    """One table as a picture; the page must print the caption."""

    svg: str
    caption: str
    alt: str


def render(table: Any, **options: Any) -> Picture:
    """The picture of nights, weekly rates, Answers, Effects or Checks, drawn once, for the width of a phone, which a
    wide screen enlarges; `options` go to the plot (too_small=2, say)."""
    return Picture(_svg(_drawing(table), table, COLUMN_WIDTH, options), caption(table), alt_text(table))


def _drawing(table: Any) -> Callable:
    return next(draw for kind, draw in _DRAWN if kind.fits(table))


_DRAWN: tuple[tuple[Kind, Callable], ...] = (
    (PEOPLE_EFFECTS, draw_people), (SPECIFICATIONS, draw_specifications), (COVERAGE, draw_coverage),
    (TREND_RESULT, draw_trend), (CURVE, draw_dose), (CHECKED, draw_checks), (ANSWERS, draw_effects),
    (EFFECTS, draw_effects), (NIGHTS, draw_calendar), (RATES, draw_rates), (ONSET, draw_onset), (SLEPT, draw_sleep),
    (TALLY, draw_tally), (FLOW, draw_flow), (TRIAL, draw_trial),
)


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


def save_picture(
    table: Any, path: str | Path, *, width: float = PAGE_WIDTH, stamp: pd.DataFrame | None = None, **options: Any
) -> Path:
    """Save the picture of a table as .png, .svg or .pdf, with its caption, and with its alt text inside the file.

    width : inches; PAGE_WIDTH (6.5) is the text column of A4 and of Letter, COLUMN_WIDTH (3.5) one of two columns.
    stamp : from stamp_analysis; default that of the table's inputs. It is in the file's metadata.
    PNG has 300 dots an inch, fonts in a PDF are TrueType, letters in an SVG are shapes. The file is written whole or
    not at all. Raises ModelError for a table without a picture, DiaryError for another ending.
    """
    path = Path(path)
    kind, words = path.suffix.lower().lstrip("."), {"png": "Description", "svg": "Description", "pdf": "Subject"}
    again = {"png": "Source", "svg": "Source", "pdf": "Keywords"}
    if kind not in words:
        raise DiaryError(f"{path.name}: expected a name that ends in .png, .svg or .pdf.")
    alt, draw = alt_text(table), _drawing(table)
    with style(), whole_file(path) as draft:
        sheet = Sheet(bare_sheet(width).ax, width * 72, owned=True)
        draw(table, sheet, **options)
        sheet.figure.savefig(draft, format=kind, metadata={
            words[kind]: alt, again[kind]: "; ".join(stamp_lines(stamp_table(table, stamp))), **_UNDATED[kind]})
    return path
