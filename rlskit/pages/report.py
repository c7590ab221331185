"""The report: one HTML file with everything in it, drawn from the tables it is handed, written whole or not at all."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from rlskit.answers import sentences as wording
from rlskit.answers.refusals import ALL_ILL, FAILED, FEW_FREE, FEW_ILL, NONE_ILL
from rlskit.answers.result import ANSWERS, judged_together
from rlskit.answers.result_sentences import tell
from rlskit.diary.tables import DIARY
from rlskit.effects.rates import RATES, estimate_rate
from rlskit.nights.validate import NIGHTS
from rlskit.pages import drawings
from rlskit.pages import report_tables as tables
from rlskit.pages.cards import common_span, list_cards
from rlskit.pages.clinic.onset import trace_onset
from rlskit.pages.report_tables import Table
from rlskit.pages.side_by_side import REST, left_out_line, list_lines
from rlskit.pages.trial_cards import trial_card
from rlskit.utils.files import write_whole
from rlskit.utils.kinds import check_kind, takes
from rlskit.utils.open_questions import why_open
from rlskit.utils.shown import marked
from rlskit.utils.stamp import HEADING, stamp_analysis, stamp_lines
from rlskit.utils.words import whole

if TYPE_CHECKING:
    from rlskit.answers.dose import DoseCurve
    from rlskit.answers.result import Answers
    from rlskit.answers.trend import Trend
    from rlskit.checks.fit_checks import Checks
    from rlskit.diary.tables import Diary

PAGE = "index.html"
TEMPLATE, SHEET = "report_page.html.j2", "report_page.css"


@takes(DIARY)
def write_report(
    diary: Diary, nights: pd.DataFrame, answers: Answers, rates: pd.DataFrame, out_dir: str | Path,
    checks: Checks | None = None, *, sleep: pd.DataFrame | None = None, trend: Trend | None = None,
    doses: Sequence[DoseCurve] = (), stamp: pd.DataFrame | None = None,
) -> Path:
    """Write the page into `out_dir` (made if needed) and return its path. Nothing is written when anything fails.

    checks : of one of the answers, from check_answer or check_fit. sleep : from trace_sleep. trend : from trace_trend.
    doses : from trace_dose. What is not given, or has nothing in it, leaves its part of the page out. stamp : from
    stamp_analysis; default that of the diary's files. Raises DiaryError where `out_dir` cannot be a folder.

    Example: ``rk.write_report(diary, nights, answers, rk.estimate_rates(nights), "my/report")``
    """
    for thing, name, kind in ((nights, "nights", NIGHTS), (answers, "answers", ANSWERS), (rates, "rates", RATES)):
        check_kind(thing, f"write_report, {name}", kind)
    page = render_page(diary, nights, answers, rates, checks, sleep=sleep, trend=trend, doses=doses, stamp=stamp)
    return write_whole(Path(out_dir) / PAGE, page)


def render_page(
    diary: Diary, nights: pd.DataFrame, answers: Answers, rates: pd.DataFrame, checks: Checks | None = None, *,
    sleep: pd.DataFrame | None = None, trend: Trend | None = None, doses: Sequence[DoseCurve] = (),
    stamp: pd.DataFrame | None = None,
) -> str:
    """The HTML of the report: no address, script or font from anywhere else."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    from rlskit.figures.states import WORDS, night_states  # matplotlib is loaded here and no earlier

    files = resources.files("rlskit.pages")
    written = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    written.filters["marked"] = lambda text: Markup(marked(text))
    page = written.from_string(files.joinpath(TEMPLATE).read_text(encoding="utf-8"))
    states = night_states(nights)
    (asked, others), span = list_cards(diary, nights, answers), common_span(answers)
    cards = [*(trial_card(one, span) for one in answers.trials), *asked]
    return page.render(
        css=files.joinpath(SHEET).read_text(encoding="utf-8"), icon=drawings.icon, hatch=drawings.HATCH,
        person=None if answers.person in (None, "", "me") else str(answers.person),
        dates=wording.date_range(answers.first_night, answers.last_night),
        rate=_rate(nights, rates, trend, len(states)), settle=why_open(nights, "symptoms"),
        cards=cards, others=others, axis=drawings.draw_axis(span), ranges=any(card.has_range for card in cards),
        calendar=drawings.draw_calendar(states, WORDS), graded=states["severity"].notna().any(),
        weeks=drawings.draw_weeks(rates) if len(rates) and not rates["open"].iloc[0] else "",
        smoothed=drawings.is_smoothed(rates),
        counted=(tables.month_table(states), tables.week_table(rates), tables.night_table(states, WORDS)),
        overview=list_lines(answers, [key for card in asked for key in card.questions]), folded=REST,
        rest=left_out_line(answers),
        numbers=(tables.answer_table(answers), tables.basis_table(answers)),
        checks=None if checks is None else _shown(checks, tables.check_table(checks)),
        checked=None if checks is None else checks.label,
        began=None if answers.onset is None else (wording.describe_onset(answers.onset), _shown(trace_onset(nights))),
        level=f"{answers.level:.0%}", together=judged_together(answers), by_half_hour=answers.half_hour,
        slept=_slept(sleep, nights), trend=None if trend is None else (_sentences(trend), _trend(trend)),
        doses=[(curve.label, _sentences(curve), _shown(curve, tables.dose_table(curve)))
               for curve in doses if not curve.reason],
        landmarks=tables.landmark_table(answers), caveats=wording.list_caveats(answers),
        sentences=wording.describe_rows(answers), limits=wording.LIMITS, method=wording.sentence(answers.method),
        reading=_reading(diary, nights), stamp=stamp_lines(stamp_analysis(diary) if stamp is None else stamp),
        again=HEADING,
    )


# --- parts of the page ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Rate:
    """How often, for the first screen: whole nights of 30, and what they rest on."""

    number: str
    counted: str
    squares: str
    spark: str
    over_time: str


def _rate(nights: pd.DataFrame, rates: pd.DataFrame, trend: Trend | None, of: int) -> Rate | None:
    """None where no night says yes or no, or it is not settled which nights had symptoms."""
    found = estimate_rate(nights, out_of=30).iloc[0]
    n = int(found["n_answered"])
    if not n or found["open"]:
        return None
    missing = f"; {wording.count(of - n, 'night')} not written down" if of > n else ""
    counted = f"symptoms on {int(found['n_symptom_nights'])} of {wording.count(n, 'night')} written down"
    return Rate(str(whole(found["rate"])), counted,
                drawings.draw_rate(found["rate"], found["lower"], found["upper"]),
                drawings.draw_weeks(rates, small=True) if len(rates) > 2 else "", f"{_over_time(trend)}{missing}")


NO_CHANGE = {ALL_ILL: "Symptoms every night, so no change", NONE_ILL: "No symptoms, so no change",
             FEW_ILL: "Too few symptom nights for a change over time",
             FEW_FREE: "Too few nights without symptoms for a change over time",
             FAILED: "No change over time could be worked out"}


def _over_time(trend: Trend | None) -> str:
    if trend is None or trend.reason:
        return NO_CHANGE.get(trend.code if trend else "", "Too early for a change over time")
    if trend.lower <= 0 <= trend.upper:
        return "No clear change over time"
    return f"{'Fewer' if trend.change > 0 else 'More'} symptom nights over time"


def _reading(diary: Diary, nights: pd.DataFrame) -> dict[str, Any]:
    """What was read and what was left out: files, rows, tags, choices and notes."""
    return {
        "files": tables.file_table(diary),
        "rows": tables.row_table(diary),
        "remarks": tables.remark_table(diary),
        "unmapped": tables.unmapped_table(diary),
        "choices": [str(c) for c in nights.attrs.get("tag_choices", ())],
        "notes": [*tables.landmark_notes(nights), *(str(n) for n in nights.attrs.get("notes", ()))],
    }


# --- pictures ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Shown:
    """A picture of the page and the tables under it. `address` is a data: address."""

    address: str
    alt: str
    caption: str
    tables: tuple[Table, ...]


def _slept(sleep: pd.DataFrame | None, nights: pd.DataFrame) -> Shown | None:
    """The sleep-timing figure; None where no night has both times."""
    if sleep is None or not sleep["start_h"].notna().any():
        return None
    return _shown(sleep, tables.regularity_table(sleep), tables.sleep_table(sleep), nights=nights)


def _trend(trend: Trend) -> Shown | None:
    """The straight line through the weeks; None where there is none."""
    return None if trend.reason else _shown(trend, tables.trend_table(trend))


def _sentences(result: Any) -> list[str]:
    """What describe() says of the rows of a Trend or DoseCurve, each with the amount it is about."""
    rows = tell(result).rows
    return [f"{what}: {text[:1].lower()}{text[1:]}" if what and len(rows) > 1 else text for _, what, text in rows]


def _shown(table: Any, *tables: Table, **options: Any) -> Shown:
    from rlskit.figures import render

    picture = render(table, **options)
    return Shown(_address(picture.svg), picture.alt, picture.caption, tables)


def _address(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")
