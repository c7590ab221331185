"""WHOOP's sleeps.csv (sueño.csv in Spanish, and so on).

Facts, seen in a real file of 2023 to 2024; a Spanish header was quoted by its owner:

* A cycle as in the journal, then when the sleep began and ended, minutes, percents, and last whether it is a nap.
  Headers are in the language of the account: the file is known by its cells, and read by the place of its columns.
* Clock times are local; the offset beside them is that of the cycle.
* A night that the strap could not judge has times and nothing else. Scores and breaths are not read.
"""

from __future__ import annotations

from pathlib import Path

from rlskit.diary.readers.devices import add_sleep, moment
from rlskit.diary.readers.parsed import Options, Parsed, Reader
from rlskit.diary.readers.rows import first_rows
from rlskit.diary.readers.text import read_table
from rlskit.diary.readers.whoop_journal import is_cycle, rows_once

APP = "whoop"
ONSET, WAKE = 3, 4
ASLEEP, AWAKE = "asleep duration (min)", "awake duration (min)"  # known in English only
LEAST = 10  # columns


def recognises(path: Path) -> bool:
    """Whether the first row below the header is a sleep of a cycle, with a yes or no to "nap" at its end."""
    rows = [cells for _, cells in first_rows(path, 2)]
    return len(rows) == 2 and len(rows[0]) >= LEAST and _is_sleep(rows[1])


def _is_sleep(cells: list[str]) -> bool:
    return (is_cycle(cells) and len(cells) >= LEAST and moment(cells[ONSET]) is not None
            and cells[-1].casefold() in ("true", "false"))


def parse(path: Path, options: Options) -> Parsed:
    """Every row as a sleep or a nap."""
    table = read_table(path)
    header = [name.strip().casefold() for name in table.lines[0][1]]
    out = Parsed(path.name, APP, "sleeps", len(table.lines) - 1, issues=list(table.issues))
    for line, cells in rows_once(out, table, _is_sleep, "a sleep that cannot be read"):
        said, nap = dict(zip(header, cells, strict=False)), cells[-1].casefold() == "true"
        add_sleep(out, line, moment(cells[ONSET]), moment(cells[WAKE]), main=not nap, nap=nap, counted={
            "Minutes asleep": (said.get(ASLEEP), "min"), "Minutes awake": (said.get(AWAKE), "min")})
    return out


READER = Reader(app=APP, called="WHOOP", recognises=recognises, parse=parse,
                files="journal_entries.csv and sleeps.csv", device=True)
