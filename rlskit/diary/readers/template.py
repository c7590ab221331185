"""rlskit's own diary template, CSV or XLSX: one row per night, named by the date of its evening.

The columns stand in template_columns.py, what a cell may say in template_answers.py. Rules that join cells:

* Symptoms, their severity and their beginning must agree, and so must the cells about stretching. Where they do not,
  all of them are left out for that night: nothing is guessed. A severity or a time alone is an answer, too.
* A clock time before 06:00, or inside that night's time in bed, is after midnight. Lights out before noon is the next
  morning; waking is the first such clock time after lights out, and more than 18 hours later is a mistake.
  Lights out in the morning and more than 14 hours in bed are asked about: a 12-hour clock without am and pm; and so are
  hours of the morning for symptoms and stretches, where no cell shows that the clock has 24 (one_sided.py).
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

from rlskit.diary.mapping import Tag, tag_key
from rlskit.diary.night_rule import night_told
from rlskit.diary.readers import clock, template_cells
from rlskit.diary.readers.decimals import unclear_issues
from rlskit.diary.readers.loop import not_loop
from rlskit.diary.readers.one_sided import lacking_half, never_how_much, one_sided
from rlskit.diary.readers.parsed import NOT_FILLED, Options, Parsed, Reader
from rlskit.diary.readers.table_rows import WORDS, Plan, Row, as_answer, plan_columns, read_cells, refuse_one_sided
from rlskit.diary.readers.template_answers import split_cell, text
from rlskit.diary.readers.template_columns import AMOUNTS, BY_NAME, CUP, column_name
from rlskit.diary.readers.template_rows import (
    CLOCKS,
    EVENING,
    NO_DATE,
    SERVINGS,
    as_serving,
    date_of,
    morning_dates,
    read_as,
    read_row,
    serving_remarks,
)
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
    added = _added(options)
    grid = template_cells.read_grid(path, added, options.decimal_mark)
    if not grid.rows:
        raise DiaryError(f"{grid.file}: expected at least one night below the header, found none. "
                         "Fill in a night and try again.", kind="no night of a diary in it")
    nights = with_years([row.get("night") for _, row in grid.rows], grid.year or options.year, options.date_order,
                        grid.file, "night")
    words = [str(split_cell(n)[0]) for n in nights if isinstance(n, str | dt.date)]
    order = clock.date_order(words, options.date_order, grid.file, "night")
    tells_of = options.tells_of or grid.tells_of
    plan = refuse_one_sided(plan_columns([added[name] for name in grid.added], grid.file, tells_of),
                            ((added[name], [row.get(name) for _, row in grid.rows]) for name in grid.added))
    out = Parsed(grid.file, APP, grid.layout, rows=len(grid.rows), tags=plan.tags,
                 issues=grid.issues + template_cells.mixed_dates(grid.file, nights),
                 date_order="iso" if order == "ymd" else order)
    yes_no, amounts = ({c.name: [row.get(c.name) for _, row in grid.rows] for c in BY_NAME.values() if c.kind in kinds}
                       for kinds in (("yes_no",), AMOUNTS))
    not_loop(grid.file, yes_no)
    clocks = {name: [row.get(name) for _, row in grid.rows] for name in CLOCKS}
    refused = lacking_half(clocks, EVENING) | one_sided(
        {name: (read_as(name), said) for name, said in (yes_no | amounts).items()}, amounts)
    servings = never_how_much({name: (read_as(name), [row.get(name) for _, row in grid.rows])
                               for name in SERVINGS.keys() - refused})
    out.issues.extend(serving_remarks(out.file, {**{name: name for name in servings}, **plan.servings}))
    people = {text(row.get("person")) for _, row in grid.rows} - {""}
    seen: dict[tuple, dict] = {}
    for (line, row), date in zip(grid.rows, nights, strict=True):
        if line in grid.broken:
            out.issues.append(issue(out.file, grid.broken[line], row=line))
        elif dated := date_of(line, split_cell(date)[0], order, out):
            more = tuple((added[name], row.pop(name, None)) for name in grid.added)
            filled = any(text(value) for name, value in row.items() if name not in ("night", "person"))
            person, hour, before = options.person if len(people) < 2 else "", split_cell(date)[1], len(out.answers)
            if filled or not any(text(value) for _, value in more):
                row |= {name: as_serving(name, row.get(name)) for name in servings}
                told = _cups_in_mg(row, grid.cup_mg, refused) | {"night": night_told(dated, hour, tells_of)}
                read_row(line, told, order, person, seen, out, refused=refused)
            if more:
                _read_added(Row(line=line, day=dated, clock=hour, person=person or text(row.get("person")), cells=more),
                            plan, options, out, alone=len(out.answers) == before)
    out.issues.extend(morning_dates(out.file, "night", [hour for _, hour in map(split_cell, nights)],
                                    told=bool(options.tells_of) or grid.tells_of == LAST))
    out.issues.extend(unclear_issues(out.file, grid.unclear, {
        name: (name, added[name].column if name in added else name) for name in grid.unclear if name not in WORDS}))
    commas = sum(bool(_COMMA.fullmatch(text(v))) for _, row in grid.rows for v in row.values())
    if commas:
        out.issues.append(issue(out.file, f"{commas} numbers with a decimal comma", outcome=KEPT))
    rows = [i for i in out.issues if i["row"] is not None]
    if not (out.answers or out.mentions) and all(
            i["kind"] == NOT_FILLED or (i["kind"] == NO_DATE and not i["found"]) for i in rows):
        raise DiaryError(f"{grid.file}: expected at least one night filled in, found {len(grid.rows)} empty ones. "
                         "Fill in a night and try again.", kind="no night of a diary in it")
    return out


def _added(options: Options) -> dict[str, Tag]:
    """What columns mean that somebody added to the template, by tag_key: those that rlskit.toml names, and habits and
    outcomes of one's own under their own names."""
    own = {tag_key(one.name): Tag(one.name, one.column, own=one) for one in options.own}
    return {name: tag for name, tag in (own | options.columns).items() if column_name(name) not in BY_NAME}


def _read_added(row: Row, plan: Plan, options: Options, out: Parsed, *, alone: bool) -> None:
    """The cells of a row that are not the template's; alone : it has no other answer."""
    if alone and not any(text(value) for _, value in row.cells):
        return
    read_cells(row, plan, out, options.tags)
    if not alone:
        out.reasons.pop(row.line, None)


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
