"""WHOOP's journal_entries.csv: questions answered yes or no each morning, the one app that writes a no down.

Facts, seen in real files of 2023 to 2025:

* Six columns: when the cycle began and ended (the running one has no end yet), its offset from UTC, the question, true
  or false, notes. Headers and file names are in the language of the account: the file is known by its cells.
* A cycle begins with falling asleep. The answers are about the day before that sleep, so their night is that of its
  start by the noon rule; clock times are local.
* A question may end in a space. Notes are not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from rlskit.diary.night_rule import night_of_start
from rlskit.diary.readers.devices import moment, wall
from rlskit.diary.readers.parsed import Options, Parsed, Reader
from rlskit.diary.readers.rows import SAME_AGAIN, first_rows
from rlskit.diary.readers.text import TextTable, read_table
from rlskit.diary.tables import CELL_OUT, issue

APP = "whoop_journal"
BEGAN, ENDED, ZONE, QUESTION, ANSWER = range(5)
YES, NO = ("true", "yes"), ("false", "no")
UNANSWERED = "a question without an answer"
_ZONE = re.compile(r"(UTC|GMT)(Z|[+-]\d{1,2}(:?\d{2})?)?")


def is_cycle(cells: list[str]) -> bool:
    """Whether a row begins with WHOOP's cycle: start, end where it has ended, offset."""
    return (len(cells) > ANSWER and moment(cells[BEGAN]) is not None and bool(_ZONE.fullmatch(cells[ZONE]))
            and (not cells[ENDED] or moment(cells[ENDED]) is not None))


def recognises(path: Path) -> bool:
    """Whether the first row below the header is an answer of a cycle."""
    rows = [cells for _, cells in first_rows(path, 2)]
    return len(rows) == 2 and is_cycle(rows[1]) and len(rows[0]) == 6 and (
        rows[1][ANSWER].casefold() in (*YES, *NO, ""))


def parse(path: Path, options: Options) -> Parsed:
    """Every answer as a mention of its question, a written no with the amount 0."""
    table = read_table(path)
    out = Parsed(path.name, APP, "journal", len(table.lines) - 1, issues=list(table.issues), says_no=True)
    for line, cells in rows_once(out, table, is_cycle, "an answer that cannot be read"):
        _answer(out, line, cells)
    return out


def rows_once(
    out: Parsed, table: TextTable, fits: Callable[[list[str]], bool], unread: str
) -> Iterator[tuple[int, list[str]]]:
    """The rows that fit, each once, with their line; the others are remarks."""
    seen: set[tuple[str, ...]] = set()
    for line, raw in table.lines[1:]:
        cells = [cell.strip() for cell in raw]
        if not fits(cells):
            out.issues.append(issue(out.file, unread, row=line))
        elif tuple(cells) in seen:
            out.issues.append(issue(out.file, SAME_AGAIN, row=line))
        else:
            seen.add(tuple(cells))
            yield line, cells


def _answer(out: Parsed, line: int, cells: list[str]) -> None:
    said, question, began = cells[ANSWER].casefold(), cells[QUESTION], moment(cells[BEGAN])
    if said not in (*YES, *NO) or not question or began is None:
        out.issues.append(issue(out.file, UNANSWERED, row=line, column="answer", found=cells[ANSWER],
                                expected="true or false", outcome=CELL_OUT))
        out.reasons[line] = UNANSWERED
        return
    when = {"row": line, "moment": night_of_start(wall(began)), "precision": "date", "slot": ""}
    out.mentions.append({**when, "entry_clock": "event", "group": "journal", "tag": question, "raw": question,
                         "level": "", "amount": 0.0 if said in NO else None, "unit": ""})
    out.entries.append({**when, "group": "journal"})


READER = Reader(app=APP, called="WHOOP's journal", recognises=recognises, parse=parse)
