"""One row of a table whose columns rlskit.toml names → answers of a night and ticks, or issues.

A column is an *answer* of the night, read as rlskit's template reads it, where the table has one row a night and one
column for it. It is a *tick*, an event with what the keys of a tag say about it, where a row is an entry, where several
columns tell the same (wine and beer are both drinks), or where only a tick can say it (coffee of the whole day).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import partial
from types import MappingProxyType

from rlskit.diary.mapping import COLUMNS, OPEN_QUESTION, Tag, tag_key
from rlskit.diary.night_rule import night_told
from rlskit.diary.own import YES_NO, Habit, OwnOutcome
from rlskit.diary.readers import template_answers
from rlskit.diary.readers.one_sided import lacking_half, never_how_much, one_sided
from rlskit.diary.readers.parsed import Parsed
from rlskit.diary.readers.table_stretch import as_tick, one_stretch, read_stretch
from rlskit.diary.readers.table_ticks import UNITS, how_much, names_in, tick
from rlskit.diary.readers.template_answers import Unreadable, text
from rlskit.diary.readers.template_columns import AMOUNTS, BY_NAME, column_name
from rlskit.diary.readers.template_rows import (
    CLOCKS,
    EVENING,
    NOTHING,
    SERVINGS,
    as_serving,
    explain_second,
    one_side,
    read_as,
    read_row,
    serving_remarks,
)
from rlskit.diary.tables import CELL_OUT, KEPT, STRETCH_DETAILS, issue
from rlskit.errors import DiaryError

MOST_NEAR = 1000  # names of a file that are compared with one of rlskit.toml that it has not
UNCLEAR_AMOUNT = "an amount that does not fit what the row names"
HALF_A_NO = "a no, and another column for the same is empty"

# Columns about a row as a whole, and those that say more about an answer: read together with it.
ABOUT_ROW = ("night", "time", "person", "amount", "ignore")
WORDS = ("night", "time", "person", "ignore", "tags", "movement", "medicine_change")  # in which a number counts nothing
DETAILS = {"symptoms": ("severity_0_10", "symptoms_began"),
           "stretched": ("stretch_time", "stretch_min", *STRETCH_DETAILS, "symptoms_before_stretch", "movement")}
AS_TICK = {"severity_0_10": "symptoms"}  # where a row is an entry
NEVER_ANSWERS = ("caffeine_mg", "early_symptoms", "tags")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row below the header: its date, its clock time where it has one, and its cells with what they mean."""

    line: int
    day: dt.date
    clock: dt.time | None
    person: str
    cells: tuple[tuple[Tag, object], ...]
    amount: object = None  # of what the row names, where a column tells how much


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How the columns of one table are read. entries : a row is an entry, not a night. `tells_of` is that of the column
    with the date."""

    answers: tuple[Tag, ...]
    ticks: tuple[Tag, ...]
    lists: tuple[Tag, ...]  # columns whose cells name tags, one or several
    stretch: tuple[Tag, ...]  # columns that tell of one stretch together
    entries: bool
    tells_of: str
    refused: frozenset[str] = frozenset()  # headers of columns of which one side alone is understood, or half a clock
    servings: Mapping[str, str] = field(default_factory=dict)  # header → name, of answers that nowhere say how much
    seen: dict[tuple, dict] = field(default_factory=dict)  # what the rows so far answered, by person and night

    @property
    def tags(self) -> dict[str, Tag]:
        """The ticks as assemble.py takes them."""
        told = (replace(t, tells_of=t.tells_of or self.tells_of) for t in self.ticks)
        return {tag_key(t.name): t for t in told}


def plan_columns(tags: Iterable[Tag], file: str, tells_of: str = "") -> Plan:
    """Which columns are answers and which are ticks; tells_of : of a row where no column with the date says it.
    DiaryError where that cannot be told."""
    tags = list(tags)
    night = next((t for t in tags if t.column == "night"), None)
    entries = any(t.column == "time" for t in tags) or (night is not None and night.entry_time == "event")
    columns = [t.column for t in tags]
    stretch = one_stretch(tags, file) if entries else ()
    answers, ticks = [], [*as_tick(stretch)]
    for tag in tags:
        if tag.column in (*ABOUT_ROW, "tags") or tag in stretch:
            continue
        several = columns.count(tag.column) > 1
        with_details = [t for t in tags if t.column in DETAILS.get(tag.column, ())]
        if tag.own is not None:
            ticks.append(tag)
        elif entries and tag.column in AS_TICK:
            ticks.append(replace(tag, column=AS_TICK[tag.column]))
        elif tag.column not in COLUMNS or tag.column == "medicine_change" or (with_details and not entries):
            if several:
                raise DiaryError(f'{file}: two columns are "{tag.column}", such as "{tag.name}". '
                                 'Write column = "ignore" for one of them in rlskit.toml.')
            answers.append(tag)
        elif entries or several or tag.column in NEVER_ANSWERS or tag.unticked == "no" or _says_more(tag):
            ticks.append(tag)
        else:
            answers.append(tag)
    return Plan(answers=tuple(answers), ticks=tuple(ticks), lists=tuple(t for t in tags if t.column == "tags"),
                stretch=stretch, entries=entries, tells_of=night.tells_of if night else tells_of)


def _says_more(tag: Tag) -> bool:
    """Whether it has a key that an answer cannot carry."""
    return bool(tag.time or tag.movement or tag.intent != "unknown" or (tag.unit == "min" and tag.cell_unit)
                or tag.tracked_from or tag.tracked_until or (tag.amount is not None and tag.column in COLUMNS))


def refuse_one_sided(plan: Plan, columns: Iterable[tuple[Tag, Iterable[object]]]) -> Plan:
    """The plan with the columns of which yes or no alone, or some or none, is understood; where an empty cell is the
    no, both are. And those of clock times that may lack am or pm."""
    cells, amounts, columns = {}, set(), list(columns)
    for tag, said in columns:
        known = BY_NAME.get(column_name(tag.column))
        kind = known.kind if known else ""
        is_tick = any(t.name == tag.name for t in plan.ticks) and not (
            isinstance(tag.own, OwnOutcome) or tag.column in (*AS_TICK, *DETAILS["stretched"]))
        if tag.unticked == "no" or not (is_tick or (tag in plan.answers and kind in ("yes_no", *AMOUNTS))):
            continue
        cells[tag.name] = (partial(_how_much if is_tick else _answered, tag), said)
        own_amount = isinstance(tag.own, Habit) and tag.own.kind != YES_NO
        if kind in AMOUNTS or own_amount or (is_tick and tag.column in COLUMNS and tag.unit in UNITS):
            amounts.add(tag.name)
    clocks = {tag.name: said for tag, said in columns if tag in plan.answers and tag.column in CLOCKS}
    evening = [tag.name for tag in plan.answers if tag.column in EVENING]
    drinks = {tag.name: name for tag in plan.answers if (name := column_name(tag.column)) in SERVINGS}
    whether = never_how_much({name: cells[name] for name in drinks if name in cells})
    return replace(plan, refused=one_sided(cells, amounts) | lacking_half(clocks, evening),
                   servings={name: drinks[name] for name in whether})


def _answered(tag: Tag, said: object) -> object:
    """What a cell of an answer says."""
    return read_as(column_name(tag.column))(by_level(tag, said))


def _how_much(tag: Tag, said: object) -> float | None:
    """What a tick says, as a number: 0 for a no."""
    if not text(said):
        return None
    one = tick(tag, said)
    amount = tag.levels[tag_key(one["level"])] if "level" in one else one["amount"]
    return 1.0 if amount is None else amount


def by_level(tag: Tag, said: object) -> object:
    """A cell with the word of one's own replaced by what it stands for; of yes and no, 0 is no and any other yes."""
    level = tag.levels.get(tag_key(text(said)))
    if level is None:
        return said
    is_yes_no = BY_NAME[column_name(tag.column)].kind == "yes_no"
    return ("yes" if level else "no") if is_yes_no else level


def column_remarks(plan: Plan, columns: dict[str, Tag], names: Iterable[str], file: str) -> list[dict]:
    """A remark for each name in [columns] that the file has not, but a name much like it that says nothing yet; for
    each of its columns about which a question is open; and for each that says nowhere how much."""
    there = {tag_key(name): name for name in names}
    unnamed = [key for key in there if key not in columns][:MOST_NEAR]
    remarks = serving_remarks(file, plan.servings)
    for key, tag in columns.items():
        if tag.question and key in there:
            remarks.append(issue(file, OPEN_QUESTION, column=tag.name, found=tag.column, outcome=KEPT,
                                 advice=tag.question) | {"expected": tag.question})
        near = get_close_matches(key, unnamed, 1, 0.8) if key not in there else []
        if near:
            remarks.append(issue(file, "a name in rlskit.toml that no column has", column=tag.name, outcome=KEPT,
                                 advice=f'Did you mean "{there[near[0]]}"?'))
    return remarks


def read_cells(row: Row, plan: Plan, out: Parsed, known: Mapping[str, Tag] = MappingProxyType({})) -> None:
    """One row's answers and ticks; an issue for what cannot be read, and a reason where nothing can.

    known : the tags of rlskit.toml, by tag_key: a name in a list may hold a comma, and tell of a night of its own."""
    before, (row, refused) = len(out.answers) + len(out.mentions), _without_refused(row, plan, out)
    missed = _ticks(row, plan, out, known) or refused
    base = {"row": row.line, "person": row.person}
    missed |= read_stretch(plan.stretch, row.cells, base, _when(row), night_of(row, ""), out)
    called = {column_name(t.column): t.name for t in plan.answers}
    for night, cells in _by_night(row, plan).items():
        read_row(row.line, {"night": night, "person": row.person, **cells}, "ymd", "", plan.seen, out, called)
    if len(out.answers) + len(out.mentions) == before:
        out.reasons.setdefault(row.line, NOTHING)
    # Where a cell could not be read, the row does not show that its tick was left out on purpose.
    if (plan.ticks or plan.lists) and not missed:
        out.entries.extend({"row": row.line, "person": row.person, "group": "row", **when}
                           for when in _open_on(row, plan))


def _without_refused(row: Row, plan: Plan, out: Parsed) -> tuple[Row, bool]:
    """The row without cells of columns of which one side alone is understood, each listed; and whether it had any."""
    refused = [(tag, value) for tag, value in row.cells if tag.name in plan.refused and text(value)]
    out.issues.extend(one_side(row.line, tag.name, value, out.file, is_clock=tag.column in EVENING)
                      for tag, value in refused)
    return replace(row, cells=tuple(cell for cell in row.cells if cell not in refused)), bool(refused)


def _open_on(row: Row, plan: Plan) -> list[dict]:
    """The nights for which a row shows that the diary was kept: those that an empty cell of it would be a no for."""
    if plan.entries:
        return [_when(row)]
    ticks, lists = ({t.tells_of or plan.tells_of for t in some} for some in (
        [t for t in plan.ticks if t.unticked == "no"], plan.lists))
    if not ticks and not lists:
        ticks = {plan.tells_of}
    # What a list names has a night of its own in [tags], counted from that of the list.
    return [*(_on(night_of(row, one)) | {"tells_of": one} for one in sorted(ticks)),
            *(_on(night_of(row, one)) for one in sorted(lists))]


def night_of(row: Row, tells_of: str) -> dt.date:
    """The night that a row's date and clock time stand for, or the one before it."""
    return night_told(row.day, row.clock, tells_of)


def _by_night(row: Row, plan: Plan) -> dict[dt.date, dict[str, object]]:
    """The cells that are answers, under the template's names, by the night that they tell of."""
    names = {t.name for t in plan.answers}
    nights: dict[dt.date, dict[str, object]] = {}
    for tag, value in row.cells:
        if tag.name in names and text(value):
            said = by_level(tag, value)
            said = as_serving(plan.servings[tag.name], said) if tag.name in plan.servings else said
            cells = nights.setdefault(night_of(row, tag.tells_of or plan.tells_of), {})
            cells |= as_answer(tag, said)
            cells |= {name: more for name, more in _keys_as_cells(tag, said).items() if name not in cells}
    return nights


def as_answer(tag: Tag, said: object) -> dict[str, object]:
    """An answer under the template's name of its column; cups of a stated strength become milligrams."""
    if tag.column.endswith("_cups") and tag.amount is not None:
        try:
            cups = template_answers.count(said, template_answers.MAX_CUPS, "cups")
        except Unreadable:
            return {tag.column: said}  # to be named as such with its row
        return {tag.column.replace("_cups", "_mg"): cups * tag.amount if isinstance(cups, float) else said}
    return {column_name(tag.column): said}


def _keys_as_cells(tag: Tag, said: object) -> dict[str, object]:
    """What the keys of a stretch say, where the table has other columns about it."""
    if tag.column != "stretched" or template_answers.word(said) not in template_answers.YES:
        return {}
    before = {"preventive": "no", "responsive": "yes"}.get(tag.intent, "")
    return {"symptoms_before_stretch": before, "movement": tag.movement, "stretch_time": tag.time}

# --- ticks -----------------------------------------------------------------------------------------------------------
def _ticks(row: Row, plan: Plan, out: Parsed, known: Mapping[str, Tag]) -> bool:
    """The row's ticks as mentions, and whether a cell of them could not be read."""
    names = {t.name for t in plan.ticks}
    now = {tag.name: text(value) for tag, value in row.cells if tag in plan.lists or tag.name in names if text(value)}
    said, missed = [], False
    for tag, value in row.cells:
        if tag.name not in names or tag in plan.stretch or not text(value):
            continue
        try:
            said.append((tag, tick(tag, value)))
        except Unreadable as expected:
            missed = True
            out.issues.append(issue(out.file, f"unreadable {tag.column}", row=row.line, column=tag.name,
                                    found=text(value), expected=str(expected), outcome=CELL_OUT))
    if not plan.entries and now:
        night = night_of(row, plan.tells_of)
        earlier = plan.seen.setdefault((row.person, night, "ticks"), {})
        if earlier.keys() & now.keys():
            explain_second(row.line, night, earlier, now, out)
            return missed
        earlier.update(now)
    for tag, one in _whole_answers(said, row, plan, out):
        when = _when(row) if plan.entries else _on(night_of(row, tag.tells_of or plan.tells_of))
        out.mentions.append({"row": row.line, "person": row.person, "group": "column", "tag": tag.name,
                             "raw": tag.name, "entry_clock": "event" if plan.entries else "night", **when, **one})
    return missed | _names(row, plan, out, known)


def _names(row: Row, plan: Plan, out: Parsed, known: Mapping[str, Tag]) -> bool:
    """What the lists of a row name, as mentions; and whether how much it was could not be read."""
    missed = False
    for tag, value in ((t, v) for t, v in row.cells if t in plan.lists):
        names = names_in(text(value), known)
        if text(row.amount) and len(names) > 1:  # nobody knows of which it is
            missed, names = True, []
            out.issues.append(issue(out.file, UNCLEAR_AMOUNT, row=row.line, column=tag.name, found=text(value),
                                    expected="one name in a row with an amount", outcome=CELL_OUT))
        for name in names:
            meant, much = known.get(tag_key(name)), {}
            try:
                much = how_much(meant, row.amount)
            except Unreadable as expected:
                some = meant is not None and meant.per_tick is None  # it was, and nobody knows how much
                out.issues.append(issue(
                    out.file, UNCLEAR_AMOUNT, row=row.line, column=name, found=text(row.amount), expected=str(expected),
                    outcome=KEPT if some else CELL_OUT, advice="A yes that does not say how much." if some else ""))
                if not some:
                    missed = True
                    continue
            when = _when(row) if plan.entries else _on(night_of(
                row, "" if meant and meant.tells_of else tag.tells_of or plan.tells_of))
            out.mentions.append({"row": row.line, "person": row.person, "group": tag.name, "tag": name,
                                 "raw": name, "entry_clock": "event", **when, **much})
    return missed


def _whole_answers(said: list[tuple[Tag, dict]], row: Row, plan: Plan, out: Parsed) -> list[tuple[Tag, dict]]:
    """The ticks without a no that is only half of one: no wine is not "no alcohol" where the cell for beer is empty."""
    whole = []
    for tag, one in said:
        others = [t for t in plan.ticks if t.column == tag.column and t.unticked != "no"]
        told = {t.name: tick["amount"] != 0 for t, tick in said if t.column == tag.column and "amount" in tick}
        if plan.entries or one.get("amount") != 0 or any(told.values()) or {t.name for t in others} <= told.keys():
            whole.append((tag, one))
            continue
        out.issues.append(issue(out.file, HALF_A_NO, row=row.line, column=tag.name, outcome=CELL_OUT))
    return whole


def _when(row: Row) -> dict:
    """The moment of an entry."""
    if row.clock is None:
        return _on(row.day)
    return {"moment": dt.datetime.combine(row.day, row.clock), "precision": "minute", "slot": ""}


def _on(night: dt.date) -> dict:
    return {"moment": dt.datetime.combine(night, dt.time()), "precision": "date", "slot": ""}
