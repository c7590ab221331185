"""A row that is an entry tells of one stretch, in however many columns: done or not, when, how long, which movement,
before symptoms or not. Together they are one tick; each by itself would count the stretch again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from rlskit.diary.mapping import Tag, tag_key
from rlskit.diary.readers import template_answers
from rlskit.diary.readers.parsed import Parsed
from rlskit.diary.readers.template_answers import Unreadable, text
from rlskit.diary.readers.template_night import Night, night_answers
from rlskit.diary.readers.template_rows import understand
from rlskit.errors import DiaryError

COLUMNS = ("stretched", "stretch_time", "stretch_min", "symptoms_before_stretch", "movement")


def one_stretch(tags: Iterable[Tag], file: str) -> tuple[Tag, ...]:
    """The columns that tell of one stretch together, the one that is its tick first; none where no column says more
    than whether it was done. DiaryError where it cannot be told of which stretch one says more."""
    mine = sorted((t for t in tags if t.column in COLUMNS), key=lambda t: COLUMNS.index(t.column))
    if all(t.column == "stretched" for t in mine):
        return ()
    for one, other in pairwise(mine):
        if one.column == other.column:
            raise DiaryError(f'{file}: two columns are "{one.column}", such as "{one.name}", and another says more '
                             'about a stretch. Write column = "ignore" for one of them in rlskit.toml.')
    return tuple(mine)


def read_stretch(columns: Sequence[Tag], cells: Sequence[tuple[Tag, object]], base: dict, when: dict,
                 night: dt.date, out: Parsed) -> bool:
    """The stretches of an entry as mentions, and whether a cell of them could not be read. base : row, person
    of the mentions. when : moment, precision, slot of the entry, which count where no time is written."""
    said = dict(_as_answer(tag, value) for tag, value in cells if tag in columns and text(value))
    if not said:
        return False
    issues: list[dict] = []
    names = {tag.column: tag.name for tag in columns}
    understood = understand(base["row"], said, out.file, issues, names, frozenset())
    answer, events = night_answers(Night(night, understood, base["person"], base["row"], out.file, out.app),
                                   issues)
    out.issues.extend(issues)
    tick = columns[0]
    if answer is not None and answer.get("stretched") == "no":
        events = [{"time_precision": "date", "amount": 0.0, "unit": "", "item": tick.column, "intent": "unknown"}]
    for e in events:
        at = when if e["time_precision"] == "date" else {"moment": e["start_local"], "precision": "minute", "slot": ""}
        out.mentions.append({**base, "group": "column", "tag": tick.name, "raw": tick.name, "entry_clock": "event",
                             **at, "amount": e["amount"], "unit": e["unit"], "intent": e["intent"],
                             "item": "" if e["item"] == "stretched" else e["item"]})
    return bool(issues)


def _as_answer(tag: Tag, value: object) -> tuple[str, object]:
    """A cell under the template's name of its column; minutes in the column of the stretch itself are minutes."""
    level = tag.levels.get(tag_key(text(value)))
    if level is not None and tag.column == "stretched":
        return ("stretch_min", level) if level else ("stretched", "no")
    if tag.column == "stretched" and (tag.cell_unit or template_answers.unit_of(value)):
        try:
            template_answers.yes_no(value)
        except Unreadable:
            return "stretch_min", value
    return tag.column, value


def as_tick(columns: Sequence[Tag]) -> tuple[Tag, ...]:
    """The tag that the mentions are of."""
    return tuple(replace(tag, column="stretched") for tag in columns[:1])
