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
from rlskit.errors import DiaryError, ModelError
from rlskit.figures.calendar import calendar_alt, calendar_caption, draw_calendar
from rlskit.figures.checks import checks_alt, checks_caption, draw_checks
from rlskit.figures.coverage import coverage_alt, coverage_caption, draw_coverage
from rlskit.figures.dose import dose_alt, dose_caption, draw_dose
from rlskit.figures.effects import draw_effects, effects_alt, effects_caption
from rlskit.figures.flow import FLOW, draw_flow, flow_alt, flow_caption
from rlskit.figures.onset import ONSET, draw_onset, onset_alt, onset_caption
from rlskit.figures.people import draw_people, people_alt, people_caption
from rlskit.figures.rates import draw_rates, draw_trend, rates_alt, rates_caption, trend_alt, trend_caption
from rlskit.figures.sleep import SLEPT, draw_sleep, sleep_alt, sleep_caption
from rlskit.figures.specifications import draw_specifications, specifications_alt, specifications_caption
from rlskit.figures.style import COLUMN_WIDTH, DARK, PAGE_WIDTH, Sheet, bare_sheet, style
from rlskit.figures.tally import draw_tally, tally_alt, tally_caption
from rlskit.figures.trial import draw_trial, trial_alt, trial_caption
from rlskit.models.outcome import told_as
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
    return Picture(_svg(_figure(table).draw, table, COLUMN_WIDTH, options), caption(table), alt_text(table))


@dataclass(frozen=True)
class Figure:
    """What is drawn of one kind of table: how, and in which words under it and in its place."""

    kind: Kind
    draw: Callable[..., Any]
    caption: Callable[[Any], str]
    alt: Callable[[Any], str]


def _figure(table: Any) -> Figure:
    for figure in FIGURES:
        if figure.kind.fits(table):
            return figure
    raise ModelError("There is no picture for this table: expected nights (make_nights), Answers (answer_questions), "
                     "Effects (estimate_effects), Checks (check_fit) or weekly rates (estimate_rates), found "
                     f"{type(table).__name__}.")


def caption(table: Any) -> str:
    """The caption of the picture of this table: nights, Answers, Effects or weekly rates."""
    return told_as(table, _figure(table).caption(table))


def alt_text(table: Any) -> str:
    """What the picture of this table shows, for somebody who does not see it.

    Example: ``rk.alt_text(answers)``
    """
    return told_as(table, _figure(table).alt(table))


FIGURES = (
    Figure(PEOPLE_EFFECTS, draw_people, people_caption, people_alt),
    Figure(SPECIFICATIONS, draw_specifications, specifications_caption, specifications_alt),
    Figure(COVERAGE, draw_coverage, coverage_caption, coverage_alt),
    Figure(TREND_RESULT, draw_trend, trend_caption, trend_alt),
    Figure(CURVE, draw_dose, dose_caption, dose_alt),
    Figure(CHECKED, draw_checks, checks_caption, checks_alt),
    Figure(ANSWERS, draw_effects, effects_caption, effects_alt),
    Figure(EFFECTS, draw_effects, effects_caption, effects_alt),
    Figure(NIGHTS, draw_calendar, calendar_caption, calendar_alt),
    Figure(RATES, draw_rates, rates_caption, rates_alt),
    Figure(ONSET, draw_onset, onset_caption, onset_alt),
    Figure(SLEPT, draw_sleep, sleep_caption, sleep_alt),
    Figure(TALLY, draw_tally, tally_caption, tally_alt),
    Figure(FLOW, draw_flow, flow_caption, flow_alt),
    Figure(TRIAL, draw_trial, trial_caption, trial_alt),
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

    Example: ``rk.save_picture(answers, "my/effects.svg")``
    """
    path = Path(path)
    kind, words = path.suffix.lower().lstrip("."), {"png": "Description", "svg": "Description", "pdf": "Subject"}
    again = {"png": "Source", "svg": "Source", "pdf": "Keywords"}
    if kind not in words:
        raise DiaryError(f"{path.name}: expected a name that ends in .png, .svg or .pdf.")
    alt, draw = alt_text(table), _figure(table).draw
    with style(), whole_file(path) as draft:
        sheet = Sheet(bare_sheet(width).ax, width * 72, owned=True)
        draw(table, sheet, **options)
        sheet.figure.savefig(draft, format=kind, metadata={
            words[kind]: alt, again[kind]: "; ".join(stamp_lines(stamp_table(table, stamp))), **_UNDATED[kind]})
    return path
