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

import re
from pathlib import Path

from rlskit.diary.readers import clock, template_answers, template_cells
from rlskit.diary.readers.parsed import Options, Parsed, Reader
from rlskit.diary.readers.template_answers import text
from rlskit.diary.readers.template_columns import BY_NAME, column_name
from rlskit.diary.readers.template_rows import NO_DATE, NOT_FILLED, read_row
from rlskit.diary.readers.text import read_table
from rlskit.diary.tables import KEPT, issue
from rlskit.errors import DiaryError

APP = "template"
_COMMA = re.compile(r"\d+,\d+")


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
                         "Fill in a night and try again.", kind="no night of a diary in it")
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
            read_row(line, row, order, options.person if len(people) < 2 else "", seen, out)
    commas = sum(bool(_COMMA.fullmatch(text(v))) for _, row in grid.rows for v in row.values())
    if commas:
        out.issues.append(issue(out.file, f"{commas} numbers with a decimal comma", outcome=KEPT))
    if not out.answers and all(i["kind"] in (NOT_FILLED, NO_DATE) for i in out.issues if i["row"] is not None):
        raise DiaryError(f"{grid.file}: expected at least one night filled in, found {len(grid.rows)} empty ones. "
                         "Fill in a night and try again.", kind="no night of a diary in it")
    return out


READER = Reader(app=APP, called="rlskit template", recognises=recognises, parse=parse, files="CSV or XLSX",
                columns=tuple(BY_NAME), needed=("night",), spelled=column_name)
