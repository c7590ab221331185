"""The report: one HTML file with everything in it, drawn from the tables it is handed, written whole or not at all."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from rlskit import wording
from rlskit.diary import account
from rlskit.files import write_whole

if TYPE_CHECKING:
    from rlskit.answers import Answers
    from rlskit.checks import Checks
    from rlskit.diary import Diary

PAGE = "index.html"
TEMPLATE, SHEET = "report_page.html.j2", "report_page.css"

APPS = {"bearable": "Bearable", "daylio": "Daylio", "sleep_as_android": "Sleep as Android",
        "template": "rlskit template"}


def write_report(
    diary: Diary, nights: pd.DataFrame, answers: Answers, rates: pd.DataFrame, out_dir: str | Path,
    checks: Checks | None = None,
) -> Path:
    """Write the page into `out_dir` (made if needed) and return its path. Nothing is written when anything fails.

    checks : of one of the answers, from check_answer or check_fit; None leaves that part of the page away. Raises
    DiaryError where `out_dir` cannot be a folder.
    """
    return write_whole(Path(out_dir) / PAGE, render_page(diary, nights, answers, rates, checks))


def render_page(
    diary: Diary, nights: pd.DataFrame, answers: Answers, rates: pd.DataFrame, checks: Checks | None = None
) -> str:
    """The HTML of the report: no address, script or font from anywhere else."""
    from jinja2 import Environment, StrictUndefined

    files = resources.files("rlskit")
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
        files.joinpath(TEMPLATE).read_text(encoding="utf-8"))
    return page.render(
        css=files.joinpath(SHEET).read_text(encoding="utf-8"),
        person=None if answers.person in (None, "", "me") else str(answers.person),
        period=wording.describe_period(answers),
        dates=wording.date_range(answers.first_night, answers.last_night),
        summary=wording.summarise(answers),
        reading=_reading(diary, nights),
        pictures=_pictures(nights, answers, rates, checks),
        checked=None if checks is None else checks.label,
        caveats=wording.list_caveats(answers),
        sentences=wording.describe_rows(answers),
        limits=wording.LIMITS,
    )


# --- tables for the page -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Table:
    """A table of the page: every cell is text, the first of a row is its heading. `folded`: closed until opened."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    folded: bool = False


def _reading(diary: Diary, nights: pd.DataFrame) -> dict[str, Any]:
    """What was read and what was left out: files, rows, tags, choices and notes."""
    return {
        "files": _files(diary),
        "rows": _rows(diary),
        "remarks": _remarks(diary),
        "unmapped": _unmapped(diary),
        "choices": [str(c) for c in nights.attrs.get("tag_choices", ())],
        "notes": [*_landmark(nights), *(str(n) for n in nights.attrs.get("notes", ()))],
    }


def _files(diary: Diary) -> Table:
    rows = [(s.file, f"{APPS.get(s.app, s.app)} ({s.layout})", f"{s.rows:,}", f"{s.rows_used:,}",
             f"{s.timezone} (from {s.timezone_from})" if s.timezone_from else s.timezone or "not known")
            for s in diary.source]
    return Table("Files", ("file", "kind", "rows", "rows used", "time zone"), rows)


def _rows(diary: Diary) -> Table:
    rows = [(str(r.file), str(r.reason), f"{r.rows:,}") for r in account(diary).itertuples()]
    return Table("What became of every row", ("file", "what became of it", "rows"), rows)


def _remarks(diary: Diary) -> Table:
    rows = [(str(kind), f"{len(some):,}", str(some["outcome"].iloc[0]), str(some["message"].iloc[0]))
            for kind, some in diary.issues.groupby("kind", sort=False)]
    return Table("Remarks on single rows and files", ("remark", "times", "outcome", "for example"), rows, folded=True)


def _unmapped(diary: Diary) -> Table:
    tags = diary.tags[diary.tags["column"].eq("")].sort_values("n", ascending=False, kind="stable")
    rows = [(str(t.tag), f"{t.n:,}", str(t.group or ""), _dates(t.first, t.last)) for t in tags.itertuples()]
    return Table("Tags that were not used", ("tag", "times", "group", "dates"), rows, folded=len(rows) > 12)


def _dates(first: Any, last: Any) -> str:
    return "" if pd.isna(first) or pd.isna(last) else f"{wording.short_date(first)} to {wording.short_date(last)}"


def _landmark(nights: pd.DataFrame) -> list[str]:
    landmark, source = nights.attrs.get("landmark"), str(nights.attrs.get("landmark_from") or "").rstrip(".")
    if not landmark:
        return []
    clock = source if source.startswith(str(landmark)) else f"{landmark}, {source}" if source else str(landmark)
    return [f"Each evening is split at {clock}. Stretching before it is compared with symptoms after it."]


def _month_table(states: pd.DataFrame) -> Table:
    rows = []
    for month, some in states.groupby(states["night"].dt.to_period("M"), sort=True):
        none, empty = int(some["state"].eq("none").sum()), int(some["state"].eq("not_recorded").sum())
        counts = (len(some), len(some) - none - empty, none, empty)
        rows.append((f"{wording.MONTHS[month.month - 1][:3]} {month.year}", *(str(n) for n in counts)))
    return Table("Nights by month", ("month", "nights", "symptoms", "no symptoms", "not recorded"), rows)


def _night_table(states: pd.DataFrame, words: dict[str, str]) -> Table:
    rows = [(wording.short_date(r.night), words[r.state].split(",")[0],
             "" if pd.isna(r.severity) else f"{r.severity:g}") for r in states.itertuples()]
    return Table("Every night", ("night", "written down", "severity, 0 to 10"), rows, folded=True)


def _week_table(rates: pd.DataFrame) -> Table:
    rows = []
    for r in rates.itertuples():
        known = pd.notna(r.rate)
        bad = "–" if pd.isna(r.n_symptom_nights) else str(int(r.n_symptom_nights))
        rows.append((wording.short_date(r.week), str(int(r.n_answered)), bad,
                     f"{r.rate:.1f}" if known else "not enough recorded",
                     f"{r.lower:.1f} to {r.upper:.1f}" if known else ""))
    return Table("Every week", ("week from", "nights answered", "symptom nights", "estimate for 7 nights", "interval"),
                 rows, folded=True)


_NO_NUMBER = {"not_recorded": "not recorded", "plan": ""}


def _answer_table(answers: Answers) -> Table:
    rows = []
    for _, r in answers.table.iterrows():
        refused = not wording.is_answered(r)
        alone = pd.notna(r["lower_pointwise"]) and not refused
        rows.append((
            str(r["label"]), str(r["contrast"]),
            _NO_NUMBER.get(r["verdict"], wording.NOT_ENOUGH) if refused else wording.signed(r["estimate"]),
            "" if refused else wording.signed_interval(r["lower"], r["upper"]),
            wording.signed_interval(r["lower_pointwise"], r["upper_pointwise"]) if alone else "",
            "" if pd.isna(r["base_rate"]) else f"{r['base_rate']:.1f}",
            *("" if pd.isna(r[c]) else f"{int(r[c]):,}" for c in ("n_nights", "n_exposed", "n_unexposed")),
            str(r["population"]), str(r["design_tag"]), str(r["adjusted_for"] or ""),
        ))
    level = f"{answers.level:.0%}"
    return Table("The numbers of this figure", (
        "question", "compared", "symptom nights per 30", f"{level} limits, all rows together",
        f"{level} interval, this row alone", "symptom nights per 30 without it", "nights", "with", "without", "counted",
        "design", "taken into account"), rows)


def _check_table(checks: Checks) -> Table:
    rows = [(str(r.check), str(r.result), str(r.sentence)) for r in checks.table.itertuples()]
    return Table("Every check", ("check", "result", "what was seen"), rows, folded=True)


# --- pictures ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Shown:
    """A picture of the page and the tables under it. `wide` and `narrow` are data: addresses."""

    wide: str
    narrow: str
    alt: str
    caption: str
    tables: tuple[Table, ...]


def _pictures(nights, answers: Answers, rates: pd.DataFrame, checks: Checks | None) -> dict[str, Shown | None]:
    from rlskit.figures import night_states  # matplotlib is loaded here and no earlier
    from rlskit.figures.states import WORDS

    states = night_states(nights)
    return {
        "calendar": _shown(nights, _month_table(states), _night_table(states, WORDS)),
        "rates": _shown(rates, _week_table(rates)) if len(rates) else None,
        "effects": _shown(answers, _answer_table(answers)),
        "checks": None if checks is None else _shown(checks, _check_table(checks)),
    }


def _shown(table: Any, *tables: Table) -> Shown:
    from rlskit.figures import render

    picture = render(table)
    return Shown(_address(picture.wide), _address(picture.narrow), picture.alt, picture.caption, tables)


def _address(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")
