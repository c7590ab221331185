"""One row in the template's columns → answers and events, or issues. Any source that can name these columns uses it.

A second row of a night that answers other columns of it (an evening and a morning form) is used, too; one that answers
the same again is listed and left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from functools import partial
from types import MappingProxyType

from rlskit.diary.readers import clock, template_answers
from rlskit.diary.readers.one_sided import what_it_says
from rlskit.diary.readers.parsed import MORNING_DATES, NOT_FILLED, Parsed
from rlskit.diary.readers.template_answers import Unreadable, text
from rlskit.diary.readers.template_columns import AMOUNTS, BY_NAME
from rlskit.diary.readers.template_night import NO_HALF, WHOLE_CLOCK, Night, night_answers
from rlskit.diary.tables import CAFFEINE_MG_PER_SERVING, CELL_OUT, KEPT, issue
from rlskit.utils.words import count

NO_DATE = "no date of the night"
MORNING, NOON, LATE = dt.time(6), dt.time(12), dt.time(17)  # before 6:00 it says the night before anyway
LEAST, SHARE, MOST = 3, 0.1, 0.5  # as with ticks (nights/open_questions.py): fewer are slips
EVENING = ("symptoms_began", "stretch_time")  # columns of clock times that are those of an evening or a night
CLOCKS = (*EVENING, "lights_out", "woke_up")
ONE_SIDE = "a column of which only yes or only no is understood"
NO_AMOUNT = "a yes without an amount, which no answer about how much can use"
A_SERVING = "only yes and no, where how much is asked"
SERVINGS = {"alcohol_drinks": (1.0, "one drink"),  # what a yes is in such a column, as a tick of an app is
            **{f"caffeine_{half}_noon_cups": (1.0, "one cup") for half in ("before", "after")},
            **{f"caffeine_{half}_noon_mg": (CAFFEINE_MG_PER_SERVING, f"{CAFFEINE_MG_PER_SERVING:g} mg, a cup of coffee")
               for half in ("before", "after")}}
NOTHING = "nothing in this row was understood"
DISAGREES = "a second row for the same night, and it disagrees"
TWICE = "the same night twice"


def read_row(line: int, row: dict, order: str, person: str, seen: dict[tuple, dict], out: Parsed,
             called: Mapping[str, str] = MappingProxyType({}), refused: frozenset[str] = frozenset()) -> None:
    """One row's answers and events, or the issue that explains it. called : column → what the file calls it. refused :
    columns of which one side alone is understood (one_sided)."""
    said = {name: value for name, value in row.items() if name not in ("night", "person") and text(value)}
    date = date_of(line, row.get("night"), order, out)
    if date is None:
        return
    if not said:
        out.issues.append(issue(out.file, NOT_FILLED, row=line, found=f"{date:%Y-%m-%d}"))
        return
    issues: list[dict] = []
    cells = understand(line, said, out.file, issues, called, refused)
    who = person or text(row.get("person"))
    before = seen.setdefault((who, date), {})
    if before.keys() & cells.keys():
        explain_second(line, date, before, cells, out)
        return
    night = Night(date, cells, who, line, out.file, out.app)
    answer, events = night_answers(night, issues)
    out.issues.extend(issues)
    if answer is None:
        out.issues.append(issue(out.file, NOTHING, row=line))
        return
    before.update(cells)  # a second row that answers other columns of the same night (evening, morning) is used, too
    out.answers.append(answer)
    out.events.extend(events)


def date_of(line: int, value: object, order: str, out: Parsed, column: str = "night") -> dt.date | None:
    """The date in a cell, or None and an issue."""
    if not text(value):
        out.issues.append(issue(out.file, NO_DATE, row=line, column=column, found="", expected="a date such as "
                                "2026-03-31"))
        return None
    written, value = value, template_answers.plain_date(value)
    try:
        if isinstance(value, int | float) or (isinstance(value, str) and value.strip().isdigit()):
            value = template_answers.spreadsheet_moment(float(value)) if 30000 < float(value) < 75000 else str(value)
        date = clock.parse_date(value, order)
    except (ValueError, TypeError):
        date = None
    if date is None:
        out.issues.append(issue(out.file, NO_DATE, row=line, column=column, found=text(written),
                                expected="a date such as 2026-03-31"))
        return None
    return date


def morning_dates(file: str, column: str, hours: Collection[dt.time | None], *, told: bool) -> list[dict]:
    """That many dates have a clock time in the morning, or most of them one by day: do their rows tell of the night to
    come, as read, or of the one before? A remark where they are few; else an open question (nights/open_questions.py).
    hours : of each row; told : rlskit.toml or the file says which night they tell of."""
    early = sum(at is not None and MORNING <= at < NOON for at in hours)
    late = sum(at is not None and NOON <= at < LATE for at in hours)
    by_day = early + late * (late >= LEAST and early + late >= MOST * len(hours))
    if told or not by_day:
        return []
    many = by_day >= LEAST and by_day >= SHARE * len(hours)
    return [issue(file, MORNING_DATES if many else f"{count(early, 'clock time')} between 6:00 and noon", column=column,
                  found=f"{by_day:,} of {count(len(hours), 'row')}" if many else "", outcome=KEPT,
                  advice="Taken for the night to come." if many else "Taken for the night to come. If it is to tell of "
                         'last night, write tells_of = "last night" in rlskit.toml.')]


def understand(line: int, said: dict, file: str, issues: list[dict], called: Mapping[str, str],
               refused: frozenset[str]) -> dict[str, object]:
    """The cells that can be read, by column; an issue for each that cannot."""
    cells: dict[str, object] = {}
    for name, value in said.items():
        if name in refused:
            issues.append(one_side(line, called.get(name, name), value, file, is_clock=name in EVENING))
            continue
        try:
            answer, column = read_as(name)(value), _by_unit(name, value, said)
        except Unreadable as expected:
            issues.append(issue(file, f"unreadable {name}", row=line, column=called.get(name, name), found=text(value),
                                expected=str(expected), outcome=CELL_OUT))
            continue
        if answer is not None:
            cells[column] = answer
        if answer == "yes" and BY_NAME[name].kind in AMOUNTS:
            issues.append(issue(file, NO_AMOUNT, row=line, column=called.get(name, name), found=text(value),
                                expected="how much", outcome=KEPT))
    return cells


def as_serving(name: str, value: object) -> object:
    """A cell of a column of SERVINGS that nowhere says how much: its yes is one serving."""
    return SERVINGS[name][0] if what_it_says(read_as(name), value) == "yes" else value


def serving_remarks(file: str, called: Mapping[str, str]) -> list[dict]:
    """A remark for each such column. called : what the file calls it → its name in SERVINGS."""
    return [issue(file, A_SERVING, column=header, outcome=KEPT, advice=f"A yes counts as {SERVINGS[name][1]}.")
            for header, name in sorted(called.items())]


def _by_unit(name: str, value: object, said: Collection[str]) -> str:
    """The column of a cell: milligrams among cups are those of the column for milligrams."""
    if not name.endswith("_cups") or template_answers.unit_of(value) not in ("mg", "g"):
        return name
    if (in_mg := name.replace("_cups", "_mg")) in said:
        raise Unreadable("a number of cups, where milligrams have a cell of their own")
    return in_mg


def read_as(name: str) -> Callable[[object], object]:
    """How a cell of a column is read."""
    if BY_NAME[name].kind != "count":
        return template_answers.READ[BY_NAME[name].kind]
    if name.endswith("_cups"):
        return _cups
    return partial(template_answers.count, most=template_answers.MAX_DRINKS, unit="drinks")


def _cups(value: object) -> float | str | None:
    """Cups, or milligrams where the cell says so."""
    if template_answers.unit_of(value) in ("mg", "g"):
        return template_answers.count(value, template_answers.MAX_MG, "mg")
    return template_answers.count(value, template_answers.MAX_CUPS, "cups")


def one_side(line: int, column: str, value: object, file: str, *, is_clock: bool = False) -> dict:
    """The issue of a cell in a column of which one side alone is understood, or of whose clock times one half of the
    day."""
    if is_clock:
        return issue(file, NO_HALF, row=line, column=column, found=text(value), outcome=CELL_OUT, expected=WHOLE_CLOCK,
                     advice="Write 21:30, or 9:30 pm.")
    return issue(file, ONE_SIDE, row=line, column=column, found=text(value), outcome=CELL_OUT,
                 expected="yes and no (or some and none) in words that rlskit knows, in the whole column")


def explain_second(line: int, date: dt.date, first: dict, second: dict, out: Parsed) -> None:
    """A second row for a night is never averaged with the first, and never silently dropped."""
    differ = [name for name in dict.fromkeys([*BY_NAME, *first, *second]) if first.get(name) != second.get(name)]
    out.issues.append(issue(
        out.file, DISAGREES if differ else TWICE, row=line, column="night", found=f"{date:%Y-%m-%d}",
        expected="one row per night" + (f" (they differ in {', '.join(differ)})" if differ else ""),
        advice="The first row is used."))
