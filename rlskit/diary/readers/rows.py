"""Rows of a delimited file under their header: unknown columns, short, long, cut and repeated rows. Knows no app."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rlskit.diary.readers.text import UNENDING, TextTable, read_table
from rlskit.diary.tables import KEPT, issue
from rlskit.errors import DiaryError
from rlskit.utils.words import count

SAME_AGAIN = "the same row again"
TOO_SHORT = "row with too few cells"
CUT_OFF = "last row cut off"
MOST_NAMED = 20  # columns that are not read are named, so many of them


@dataclass(frozen=True)
class Record:
    """One usable row: its line in the file and its cells by column name, trimmed; absent cells are empty text."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Records:
    """The rows of one file: `rows` of them stand in the file, the usable ones in `records`, the others in `issues`."""

    file: str
    columns: tuple[str, ...]
    rows: int
    records: list[Record]
    issues: list[dict] = field(default_factory=list)


def and_more(file: str, unread: int) -> list[dict]:
    """The remark on columns that are not read beyond those that have one each."""
    more = unread - MOST_NAMED
    return [issue(file, f"{count(more, 'more column')} not read", outcome=KEPT)] if more > 0 else []


def first_cells(path: Path) -> list[str]:
    """The trimmed cells of the first filled line; empty for anything that is not text. Never raises."""
    return next((cells for _, cells in first_rows(path, 1)), [])


def first_rows(path: Path, most: int) -> list[tuple[int, list[str]]]:
    """(line, trimmed cells) of the first filled lines, each by its own delimiter; none where it is not text. Never
    raises."""
    try:
        with path.open("rb") as file:
            raw = file.read(4096 * most)
        encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
        lines = raw.decode(encoding, errors="replace").splitlines()
        filled = [(number, line) for number, line in enumerate(lines, 1) if line.strip()][:most]
        return [(number, [name.strip() for name in next(csv.reader([line], delimiter=max(",;\t", key=line.count)), [])])
                for number, line in filled]
    except (OSError, UnicodeError, csv.Error):
        return []


def read_records(
    path: Path, known: Sequence[str], needed: Sequence[str], free_text: Sequence[str], columns: Sequence[str] = (),
) -> Records:
    """Rows of a file with a header, or with the stated `columns` where the header line is missing.

    Parameters
    ----------
    known : the columns that the reader understands, lower case; others are listed as unknown.
    needed : a row without one of these cells is left out.
    free_text : columns of free text at the end of a row; a row that lacks or damages only these is whole enough.
    columns : given where the file has no header line.

    Raises
    ------
    DiaryError : nothing but a header; a needed column is absent; a quotation mark swallows later rows.
    """
    table = read_table(path)
    lines = table.lines
    names = [c.strip().casefold() for c in columns or lines[0][1]]
    issues = list(table.issues)
    for name in needed:
        if name not in names:
            raise DiaryError(f'{table.file}, line 1: expected a column "{name}", found {", ".join(names)}.')
    unknown = [name for name in names if name and name not in known]
    issues += [issue(table.file, "unknown column", column=name, outcome=KEPT, advice="It was not read.")
               for name in unknown[:MOST_NAMED]] + and_more(table.file, len(unknown))
    body = lines if columns else lines[1:]
    if not body:
        raise DiaryError(f"{table.file}: only a header line, no diary rows. Export the diary again and give that file.",
                         kind="no rows below the header")
    _no_swallowed_rows(table, body)
    whole = 1 + max(i for i, name in enumerate(names) if name not in free_text)
    records: list[Record] = []
    seen: set[tuple[str, ...]] = set()
    for number, (line, cells) in enumerate(body, start=1):
        cut = table.truncated and number == len(body)
        wrong = _shape(table.file, line, cells, len(names), whole, cut)
        issues += wrong
        if any(w["kind"] in (TOO_SHORT, CUT_OFF) and w["outcome"] != KEPT for w in wrong):
            continue
        key = tuple(c.strip() for c in cells)
        if key in seen:
            issues.append(issue(table.file, SAME_AGAIN, row=line))
            continue
        seen.add(key)
        records.append(Record(line, dict(zip(names, key, strict=False))))
    return Records(table.file, tuple(names), len(body), records, issues)


def _shape(file: str, line: int, cells: list[str], expected: int, whole: int, cut: bool) -> list[dict]:
    """Remarks about a row with too few or too many cells; it is left out where more than free text is missing."""
    found, of = f"{len(cells)} cells", f"{expected} cells"
    if cut:
        # The last cell of a row that was cut off may have lost its end: it does not count as present.
        kept = len(cells) - 1 >= whole
        return [issue(file, CUT_OFF, row=line, **({"outcome": KEPT} if kept else {}))]
    if len(cells) < expected:
        # Apps leave out an empty last cell now and then; only free text can be missing without harm.
        kept = len(cells) >= whole
        return [issue(file, TOO_SHORT, row=line, found=found, expected=of, **({"outcome": KEPT} if kept else {}))]
    if len(cells) > expected and any(c.strip() for c in cells[expected:]):
        return [issue(file, "row with too many cells", row=line, found=found, expected=of, outcome=KEPT)]
    return []


_ROW_START = re.compile(r'^"?(\d{4}-\d\d-\d\d|\d{1,2}(st|nd|rd|th) \w{3,9} \d{4})"?([,;\t]|$)')


def _no_swallowed_rows(table: TextTable, body: list[tuple[int, list[str]]]) -> None:
    """A stray quotation mark turns the rows after it into one cell: better no diary than half of one."""
    for line, cells in body:
        for cell in cells:
            broken = "\n" in cell or "\r" in cell
            if broken and any(_ROW_START.match(part) for part in cell.splitlines()[1:]):
                raise DiaryError(f"{table.file}, line {line}: expected the end of a quoted cell, found later rows "
                                 "inside it. Remove the stray quotation mark in this line, or export the diary again.",
                                 kind=UNENDING)


def weekday_remarks(file: str, said: list[tuple[int, dt.date, str]]) -> list[dict]:
    """Remarks on rows whose weekday word (any language) is not the one that most rows with that weekday use.

    `said` holds (line, date, word). A word that stands for several weekdays equally often proves nothing.
    """
    votes: dict[str, Counter[int]] = {}
    for _, day, word in said:
        if word:
            votes.setdefault(word.casefold(), Counter())[day.weekday()] += 1
    remarks = []
    for line, day, word in said:
        (top, most), *others = votes[word.casefold()].most_common(2) if word else [(day.weekday(), 0)]
        if most > 1 and top != day.weekday() and (not others or others[0][1] < most):
            remarks.append(issue(file, "weekday and date disagree", row=line, column="weekday", found=word,
                                 expected=f"the weekday of {day:%Y-%m-%d}", outcome=KEPT,
                                 advice="The date is used."))
    return remarks
