"""The tables of the report: every number of a picture as text, and what was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rlskit.answers import sentences as wording
from rlskit.answers.flow import left_out
from rlskit.answers.result import judged, judged_together, split_row, unit_and_digits
from rlskit.diary.readers.detect import readers
from rlskit.diary.tables import LEFT_OUT, account, grouped
from rlskit.utils.words import CLOCK, amount_of, clock, comma_list

if TYPE_CHECKING:
    from rlskit.answers.dose import DoseCurve
    from rlskit.answers.result import Answers
    from rlskit.answers.trend import Trend
    from rlskit.checks.fit_checks import Checks
from rlskit.diary.tables import Diary


@dataclass(frozen=True)
class Table:
    """A table of the page: every cell is text, the first of a row is its heading. `folded`: closed until opened."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    folded: bool = False


def file_table(diary: Diary) -> Table:
    """The files that were read."""
    called = {reader.app: reader.called for reader in readers()}
    rows = [(s.file, f"{called.get(s.app, s.app)} ({s.layout})", f"{s.rows:,}", f"{s.rows_used:,}",
             f"{s.timezone} (from {s.timezone_from})" if s.timezone_from else s.timezone or "not known")
            for s in diary.source]
    return Table("Files", ("file", "kind", "rows", "rows used", "time zone"), rows)


def row_table(diary: Diary) -> Table:
    """Rows read and what became of them."""
    rows = [(str(r.file), str(r.reason), f"{r.rows:,}") for r in account(diary).itertuples()]
    return Table("What became of every row", ("file", "what became of it", "rows"), rows)


def remark_table(diary: Diary) -> Table:
    """Remarks by kind, with one example each; files that were left out are all named."""
    rows = [(str(kind), f"{len(some):,}", str(some["outcome"].iloc[0]), _example(some))
            for kind, some in diary.issues.groupby("kind", sort=False)]
    return Table("Remarks on single rows and files", ("remark", "times", "outcome", "for example"), rows, folded=True)


def _example(some: pd.DataFrame) -> str:
    files = some["row"].isna() & some["outcome"].eq(LEFT_OUT)
    return " ".join(some.loc[files, "message"]) if files.any() else grouped(some)[0]


def unmapped_table(diary: Diary) -> Table:
    """Tags that the mapping does not explain."""
    tags = diary.tags[diary.tags["column"].eq("")].sort_values("n", ascending=False, kind="stable")
    rows = [(str(t.tag), f"{t.n:,}", str(t.group or ""), _dates(t.first, t.last)) for t in tags.itertuples()]
    return Table("Tags that were not used", ("tag", "times", "group", "dates"), rows, folded=len(rows) > 12)


def _dates(first: Any, last: Any) -> str:
    return "" if pd.isna(first) or pd.isna(last) else f"{wording.short_date(first)} to {wording.short_date(last)}"


def landmark_notes(nights: pd.DataFrame) -> list[str]:
    """At which clock time evenings are split, as a sentence; nothing where they are not."""
    landmark, source = nights.attrs.get("landmark"), str(nights.attrs.get("landmark_from") or "").rstrip(".")
    if not landmark:
        return []
    clock = source if source.startswith(str(landmark)) else f"{landmark}, {source}" if source else str(landmark)
    return [f"Each evening is split at {clock}. Stretching before it is compared with symptoms after it."]


def month_table(states: pd.DataFrame) -> Table:
    """Nights of each month by what was written down."""
    rows = []
    for month, some in states.groupby(states["night"].dt.to_period("M"), sort=True):
        none, empty = int(some["state"].eq("none").sum()), int(some["state"].eq("not_recorded").sum())
        counts = (len(some), len(some) - none - empty, none, empty)
        rows.append((f"{wording.MONTHS[month.month - 1][:3]} {month.year}", *(str(n) for n in counts)))
    return Table("Nights by month", ("month", "nights", "symptoms", "no symptoms", "not recorded"), rows)


def night_table(states: pd.DataFrame, words: dict[str, str]) -> Table:
    """Every night, its state and severity."""
    rows = [(wording.short_date(r.night), words[r.state].split(",")[0],
             "" if pd.isna(r.severity) else f"{r.severity:g}") for r in states.itertuples()]
    return Table("Every night", ("night", "written down", "severity, 0 to 10"), rows, folded=True)


def week_table(rates: pd.DataFrame) -> Table:
    """Every week with its estimate."""
    rows = []
    for r in rates.itertuples():
        known = pd.notna(r.rate)
        bad = "–" if pd.isna(r.n_symptom_nights) else str(int(r.n_symptom_nights))
        rows.append((wording.short_date(r.week), str(int(r.n_answered)), bad,
                     f"{r.rate:.1f}" if known else "open" if getattr(r, "open", "") else "not enough recorded",
                     f"{r.lower:.1f} to {r.upper:.1f}" if known else ""))
    return Table("Every week", ("week from", "nights answered", "symptom nights", "estimate for 7 nights", "interval"),
                 rows, folded=True)


_NO_NUMBER = {"not_recorded": "not recorded", "plan": "", "described": ""}


def answer_table(answers: Answers) -> Table:
    """Every question with its numbers."""
    rows = []
    for _, r in answers.table.iterrows():
        refused = not wording.is_answered(r)
        alone = pd.notna(r["lower_pointwise"]) and not refused
        unit, digits = unit_and_digits(r.get("unit"))
        rows.append((
            str(r["label"]), str(r["contrast"]),
            _NO_NUMBER.get(r["verdict"], wording.NOT_ENOUGH) if refused
            else wording.signed(r["estimate"], digits) + unit,
            "" if refused else wording.signed_interval(r["lower"], r["upper"], digits),
            wording.signed_interval(r["lower_pointwise"], r["upper_pointwise"], digits) if alone else "",
            *("" if pd.isna(r[c]) else f"{int(r[c]):,}" for c in ("n_nights", "n_exposed", "n_unexposed")),
        ))
    level = f"{answers.level:.0%}"
    return Table("The numbers of each answer", (
        "question", "compared", "symptom nights per 30", f"{level} limits, {judged_together(answers)}",
        f"{level} interval, this row alone", "nights", "with, or nearer the first amount", "the others"), rows)


def basis_table(answers: Answers) -> Table:
    """What each answer rests on: the rate without it, which nights count and which are left out, the design and what
    was adjusted for."""
    rows = [(str(r["label"]), "" if pd.isna(r["base_rate"]) else f"{r['base_rate']:.1f}", str(r["population"]),
             "; ".join(f"{n:,}: {why}" for n, why in left_out(answers.flow, r["question"])), str(r["design_tag"]),
             comma_list(str(r["adjusted_for"] or "").split(", ")))
            for _, r in answers.table.iterrows() if wording.is_answered(r)]
    return Table("What each answer rests on", (
        "question", "symptom nights per 30 without it", "counted", "nights left out", "design", "taken into account"),
        rows)


def check_table(checks: Checks) -> Table:
    """Every check with its result and sentence."""
    rows = [(str(r.check), str(r.result), str(r.sentence)) for r in checks.table.itertuples()]
    return Table("Every check", ("check", "result", "what was seen"), rows, folded=True)


def landmark_table(answers: Answers) -> Table:
    """Stretching as answered an hour earlier and later; no rows where it was not asked."""
    rows = []
    for r in answers.landmark_table.itertuples():
        known = pd.notna(r.estimate)
        side = "earlier" if r.shift_h < 0 else "later"
        when = f"{abs(int(r.shift_h))} h {side}" if r.shift_h else "your own time"
        rows.append((f"{r.landmark} ({when})", wording.signed(r.estimate) if known else wording.NOT_ENOUGH,
                     wording.signed_interval(r.lower, r.upper) if known else "", f"{int(r.n_nights):,}",
                     f"{int(r.n_exposed):,}", "" if known else str(r.reason or "")))
    return Table("Stretching, with the evening split at another time", (
        "evening split at", "symptom nights per 30",
        f"{answers.level:.0%} limits, {judged(split_row(answers), answers)}", "nights", "with", "why no number"), rows)


def trend_table(trend: Trend) -> Table:
    """Every week of the trend."""
    rows = []
    for r in trend.table.itertuples():
        free = "–" if pd.isna(r.n_free_nights) else str(int(r.n_free_nights))
        rows.append((wording.short_date(r.week), str(int(r.n_answered)), free, *_of_seven(r.rate, r.lower, r.upper),
                     *_of_seven(r.line, r.line_lower, r.line_upper)))
    return Table("Symptom-free nights, every week", (
        "week from", "nights answered", "symptom-free", "estimate for 7 nights", "interval", "straight line",
        "its interval"), rows, folded=True)


def _of_seven(rate: float, lower: float, upper: float) -> tuple[str, str]:
    return (f"{rate:.1f}", f"{lower:.1f} to {upper:.1f}") if pd.notna(rate) else ("–", "")


def dose_table(curve: DoseCurve) -> Table:
    """The curve at a few amounts, from the reference to the most."""
    rows = []
    for i in np.unique(np.linspace(0, len(curve.table) - 1, 7).round().astype(int)):
        r = curve.table.iloc[i]
        rows.append((amount_of(r["x"], curve.unit), wording.signed(r["estimate"]),
                     wording.signed_interval(r["lower"], r["upper"]), wording.signed(r["line"]),
                     wording.signed_interval(r["line_lower"], r["line_upper"])))
    what = "clock time" if curve.unit == CLOCK else "amount"
    return Table(f"{curve.label}: the numbers of this figure", (
        what, "symptom nights per 30", f"{curve.level:.0%} band", "straight line", f"{curve.level:.0%} limits"), rows)


def sleep_table(sleep: pd.DataFrame) -> Table:
    """Every night with its times."""
    rows = []
    for r in sleep.itertuples():
        known = pd.notna(r.start_h)
        rows.append((wording.short_date(r.night), {"main": "night"}.get(r.kind, str(r.kind)),
                     *((clock(r.start_h), clock(r.end_h)) if known else ("not recorded", ""))))
    return Table("Every night's times", ("night", "sleep", "lights out", "woke up"), rows, folded=True)


def regularity_table(sleep: pd.DataFrame) -> Table:
    """The regularity measures, each with what it rests on."""
    rows = []
    for row in sleep.attrs.get("regularity", ()):
        known = pd.notna(row["value"])
        unit = "" if row["unit"] == "-100 to 100" else f" {row['unit']}"
        number = f"{row['value']:.{1 if row['unit'] == 'h' else 0}f}".replace("-", "−")
        limits = f"{row['lower']:.0f} to {row['upper']:.0f}".replace("-", "−") if pd.notna(row["lower"]) else ""
        rows.append((str(row["measure"]), f"{number}{unit}" if known else wording.NOT_ENOUGH, limits,
                     str(row["n_of"]) if str(row["n_of"])[:1].isdigit() else f"{row['n']:.0f} {row['n_of']}"))
    return Table("How regular", ("measure", "value", "95% interval", "from"), rows)
