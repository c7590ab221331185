"""rlskit's own diary template, CSV or XLSX: one row per night, named by the date of its evening.

The columns stand in template_columns.py, what a cell may say in template_answers.py. Rules that join cells:

* Symptoms, their severity and their beginning must agree, and so must the cells about stretching. Where they do not,
  all of them are left out for that night: nothing is guessed. A severity or a time alone is an answer, too.
* A clock time before 06:00, or inside that night's time in bed, is after midnight. Lights out before noon is the next
  morning; waking is the first such clock time after lights out, and more than 18 hours later is a mistake.
  Lights out in the morning and more than 14 hours in bed are asked about: a 12-hour clock without am and pm.
* A stretch is responsive if the legs were restless before it, preventive if they were not, unknown if the cell is
  empty or the clock times say otherwise.
* Lines above the header may say how many mg a cup has, that a row is dated by the morning after its night, and the year
  of the first night where dates have none.
* Cups become mg by that, else by CAFFEINE_MG_PER_SERVING. "No caffeine" needs both halves of the day answered.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from pathlib import Path

from rlskit.diary.mapping import Tag
from rlskit.diary.night_rule import night_told
from rlskit.diary.readers import clock, template_cells
from rlskit.diary.readers.loop import not_loop
from rlskit.diary.readers.parsed import NOT_FILLED, Options, Parsed, Reader
from rlskit.diary.readers.table_rows import as_answer
from rlskit.diary.readers.template_answers import one_sided, split_cell, text
from rlskit.diary.readers.template_columns import AMOUNTS, BY_NAME, CUP, column_name
from rlskit.diary.readers.template_rows import NO_DATE, date_of, morning_dates, read_as, read_row
from rlskit.diary.readers.text import read_table
from rlskit.diary.readers.workbook import is_workbook, sheets
from rlskit.diary.readers.yearless import with_years
from rlskit.diary.tables import KEPT, issue
from rlskit.errors import DiaryError

APP = "template"
LAST = "last night"
CUPS = ("caffeine_before_noon_cups", "caffeine_after_noon_cups")
_COMMA = re.compile(r"\d+,\d+")


def recognises(path: Path) -> bool:
    """Whether the file has the template's header. An empty workbook is claimed too, so that parse() can say so."""
    try:
        if is_workbook(path):
            filled = [rows for _, rows in sheets(path) if rows]
            return not filled or any(template_cells.header_at(rows) is not None for rows in filled)
        return template_cells.header_at(read_table(path).lines) is not None
    except (OSError, DiaryError):  # a damaged file of any kind is simply not a template; recognising never raises
        return False


def parse(path: Path, options: Options) -> Parsed:
    """Every night of the file as answers and events, or an issue that says why not.

    Raises
    ------
    DiaryError : empty, header only, no night filled in, dates without a year, or dates that could be day first or month
        first.
    """
    grid = template_cells.read_grid(path)
    if not grid.rows:
        raise DiaryError(f"{grid.file}: expected at least one night below the header, found none. "
                         "Fill in a night and try again.", kind="no night of a diary in it")
    nights = with_years([row.get("night") for _, row in grid.rows], grid.year or options.year, options.date_order,
                        grid.file, "night")
    words = [str(split_cell(n)[0]) for n in nights if isinstance(n, str | dt.date)]
    order = clock.date_order(words, options.date_order, grid.file, "night")
    out = Parsed(grid.file, APP, grid.layout, rows=len(grid.rows),
                 issues=grid.issues + template_cells.mixed_dates(grid.file, nights),
                 date_order="iso" if order == "ymd" else order)
    yes_no, amounts = ({c.name: [row.get(c.name) for _, row in grid.rows] for c in BY_NAME.values() if c.kind in kinds}
                       for kinds in (("yes_no",), AMOUNTS))
    not_loop(grid.file, yes_no)
    refused = one_sided({name: (read_as(name), said) for name, said in (yes_no | amounts).items()}, amounts)
    people = {text(row.get("person")) for _, row in grid.rows} - {""}
    seen: dict[tuple, dict] = {}
    for (line, row), date in zip(grid.rows, nights, strict=True):
        if line in grid.broken:
            out.issues.append(issue(out.file, grid.broken[line], row=line))
        elif night := _night(line, date, order, options.tells_of or grid.tells_of, out):
            told = _cups_in_mg(row, grid.cup_mg, refused) | {"night": night}
            read_row(line, told, order, options.person if len(people) < 2 else "", seen, out, refused=refused)
    out.issues.extend(morning_dates(out.file, "night", [hour for _, hour in map(split_cell, nights)],
                                    told=bool(options.tells_of) or grid.tells_of == LAST))
    commas = sum(bool(_COMMA.fullmatch(text(v))) for _, row in grid.rows for v in row.values())
    if commas:
        out.issues.append(issue(out.file, f"{commas} numbers with a decimal comma", outcome=KEPT))
    rows = [i for i in out.issues if i["row"] is not None]
    if not out.answers and all(i["kind"] == NOT_FILLED or (i["kind"] == NO_DATE and not i["found"]) for i in rows):
        raise DiaryError(f"{grid.file}: expected at least one night filled in, found {len(grid.rows)} empty ones. "
                         "Fill in a night and try again.", kind="no night of a diary in it")
    return out


def _night(line: int, value: object, order: str, tells_of: str, out: Parsed) -> dt.date | None:
    """The night of a row, or None and an issue."""
    day, hour = split_cell(value)
    date = date_of(line, day, order, out)
    if date is None:
        return None
    return night_told(date, hour, tells_of)


def _cups_in_mg(row: dict[str, object], cup_mg: float, refused: Collection[str]) -> dict[str, object]:
    """The row with its cups as milligrams, where a cup of it is not the usual one. refused : columns that stay as they
    are, to be listed."""
    if cup_mg == CUP.value:
        return row
    cups = [name for name in CUPS if name not in refused]
    mg = {name: said for column in cups if text(row.get(column))
          for name, said in as_answer(Tag(column, column, amount=cup_mg), row[column]).items()}
    return {**{name: said for name, said in row.items() if name not in cups}, **mg,
            **{name: said for name, said in row.items() if name.endswith("_mg") and text(said)}}


READER = Reader(app=APP, called="rlskit template", recognises=recognises, parse=parse, files="CSV or XLSX",
                columns=tuple(BY_NAME), needed=("night",), spelled=column_name)
