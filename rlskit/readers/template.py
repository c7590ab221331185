"""rlskit's own diary template, CSV or XLSX: one row per night, named by the date of its evening.

The columns stand in template_columns.py, what a cell may say in template_answers.py. Rules that join cells:

* Symptoms, their severity and their beginning must agree, and so must the cells about stretching. Where they do not,
  all of them are left out for that night: nothing is guessed. A severity or a time alone is an answer, too.
* A clock time before 06:00, or inside that night's time in bed, is after midnight. Lights out before noon is the next
  morning; waking is the first such clock time after lights out, and more than 18 hours later is a mistake.
* A stretch is responsive if the legs were restless before it, preventive if they were not, unknown if the cell is
  empty or the clock times say otherwise.
* Cups become mg by CAFFEINE_MG_PER_SERVING. "No caffeine" needs both halves of the day answered.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from rlskit.diary import CELL_OUT, KEPT, issue
from rlskit.errors import DiaryError
from rlskit.readers import clock, template_answers, template_cells
from rlskit.readers.parsed import Options, Parsed
from rlskit.readers.template_answers import Unreadable, text
from rlskit.readers.template_columns import BY_NAME
from rlskit.readers.template_night import Night, night_answers
from rlskit.readers.text import read_table

APP = "template"
YEARS = (1990, 2100)
_COMMA = re.compile(r"\d+,\d+")

NOT_FILLED = "the night was not filled in"
NO_DATE = "no date of the night"
NOTHING = "nothing in this row was understood"
DISAGREES = "a second row for the same night, and it disagrees"
TWICE = "the same night twice"


def recognises(path: Path) -> bool:
    """Whether the file has the template's header. An empty workbook is claimed too, so that parse() can say so."""
    try:
        if template_cells.is_workbook(path):
            filled = [rows for _, rows in template_cells.sheets(path) if rows]
            return not filled or any(template_cells.header_at(rows) is not None for rows in filled)
        return template_cells.header_at(read_table(path).lines) is not None
    except Exception:  # a damaged file of any kind is simply not a template; recognising never raises
        return False


def parse(path: Path, options: Options) -> Parsed:
    """Every night of the file as answers and events, or an issue that says why not.

    Raises
    ------
    DiaryError : empty, header only, no night filled in, or dates that could be day first or month first.
    """
    grid = template_cells.read_grid(path)
    if not grid.rows:
        raise DiaryError(f"{grid.file}: expected at least one night below the header, found none. "
                         "Fill in a night and try again.")
    nights = [row.get("night") for _, row in grid.rows]
    words = [str(template_answers.plain_date(n)) for n in nights if isinstance(n, str)]
    order = clock.date_order(words, options.date_order, grid.file, "night")
    out = Parsed(grid.file, APP, grid.layout, rows=len(grid.rows),
                 issues=grid.issues + template_cells.mixed_dates(grid.file, nights),
                 date_order="iso" if order == "ymd" else order)
    people = {text(row.get("person")) for _, row in grid.rows} - {""}
    seen: dict[tuple, dict] = {}
    for line, row in grid.rows:
        if line in grid.broken:
            out.issues.append(issue(out.file, grid.broken[line], row=line))
        else:
            _read_row(line, row, order, options.person if len(people) < 2 else "", seen, out)
    commas = sum(bool(_COMMA.fullmatch(text(v))) for _, row in grid.rows for v in row.values())
    if commas:
        out.issues.append(issue(out.file, f"{commas} numbers with a decimal comma", outcome=KEPT))
    if not out.answers and all(i["kind"] in (NOT_FILLED, NO_DATE) for i in out.issues if i["row"] is not None):
        raise DiaryError(f"{grid.file}: expected at least one night filled in, found {len(grid.rows)} empty ones. "
                         "Fill in a night and try again.")
    return out


def _read_row(line: int, row: dict, order: str, person: str, seen: dict[tuple, dict], out: Parsed) -> None:
    """One row's answers and events, or the issue that explains it."""
    said = {name: value for name, value in row.items() if name not in ("night", "person") and text(value)}
    date = _night_of(line, row.get("night"), order, bool(said), out)
    if date is None:
        return
    if not said:
        out.issues.append(issue(out.file, NOT_FILLED, row=line, found=f"{date:%Y-%m-%d}"))
        return
    issues: list[dict] = []
    cells = _understand(line, said, out.file, issues)
    who = person or text(row.get("person"))
    before = seen.setdefault((who, date), {})
    if before.keys() & cells.keys():
        _explain_second(line, date, before, cells, out)
        return
    night = Night(date, cells, who, line, out.file)
    answer, events = night_answers(night, issues)
    out.issues.extend(issues)
    if answer is None:
        out.issues.append(issue(out.file, NOTHING, row=line))
        return
    before.update(cells)  # a second row that answers other columns of the same night (evening, morning) is used, too
    out.answers.append(answer)
    out.events.extend(events)


def _night_of(line: int, value: object, order: str, has_more: bool, out: Parsed) -> dt.date | None:
    """The date of the evening, or None and an issue."""
    if not text(value):
        out.issues.append(issue(out.file, NO_DATE, row=line, column="night", found="", expected="a date such as "
                                "2026-03-31"))
        return None
    written, value = value, template_answers.plain_date(value)
    try:
        if isinstance(value, int | float) or (isinstance(value, str) and value.strip().isdigit()):
            value = template_answers.spreadsheet_moment(float(value)) if 30000 < float(value) < 75000 else str(value)
        date = clock.parse_date(value, order)
    except (ValueError, TypeError):
        date = None
    if date is None or not YEARS[0] <= date.year <= YEARS[1]:
        out.issues.append(issue(out.file, NO_DATE, row=line, column="night", found=text(written),
                                expected="a date such as 2026-03-31"))
        return None
    return date


def _understand(line: int, said: dict, file: str, issues: list[dict]) -> dict[str, object]:
    """The cells that can be read, by column; an issue for each that cannot."""
    cells: dict[str, object] = {}
    for name, value in said.items():
        column = BY_NAME[name]
        answer: object
        try:
            if column.kind == "count":
                cups = name.endswith("_cups")
                most = template_answers.MAX_CUPS if cups else template_answers.MAX_DRINKS
                answer = template_answers.count(value, most, "cups" if cups else "drinks")
            else:
                answer = template_answers.READ[column.kind](value)
        except Unreadable as expected:
            issues.append(issue(file, f"unreadable {name}", row=line, column=name, found=text(value),
                                expected=str(expected), outcome=CELL_OUT))
            continue
        if answer is not None:
            cells[name] = answer
    return cells


def _explain_second(line: int, date: dt.date, first: dict, second: dict, out: Parsed) -> None:
    """A second row for a night is never averaged with the first, and never silently dropped."""
    differ = [name for name in BY_NAME if first.get(name) != second.get(name)]
    out.issues.append(issue(
        out.file, DISAGREES if differ else TWICE, row=line, column="night", found=f"{date:%Y-%m-%d}",
        expected="one row per night" + (f" (they differ in {', '.join(differ)})" if differ else ""),
        advice="The first row is used."))
