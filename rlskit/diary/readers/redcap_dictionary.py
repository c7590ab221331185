"""The data dictionary that REDCap exports beside the data: which form a variable stands on, and what its codes mean."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

from rlskit.diary.readers.text import read_table
from rlskit.errors import DiaryError

FIRST, FORM, KIND, LABEL = "Variable / Field Name", "Form Name", "Field Type", "Field Label"
CHOICES, VALIDATION = "Choices, Calculations, OR Slider Labels", "Text Validation Type OR Show Slider Number"
DELIMITERS = ",;\t|^"


@dataclass(frozen=True)
class Variable:
    """One row of the dictionary. choices: code → label, for radio buttons, drop-downs and checkboxes."""

    name: str
    form: str = ""
    kind: str = ""
    label: str = ""
    validation: str = ""
    choices: dict[str, str] = field(default_factory=dict)


def is_dictionary(path: Path) -> bool:
    """Whether the file is a data dictionary and not data. Never raises."""
    try:
        return path.is_file() and FIRST in _header(path)
    except (OSError, UnicodeError, csv.Error, DiaryError):
        return False


def find_dictionary(data: Path, columns: set[str]) -> dict[str, Variable]:
    """The dictionary in the same folder that knows at least one of `columns`; empty where there is none.

    Raises DiaryError where two different dictionaries fit.
    """
    found: dict[str, dict[str, Variable]] = {}
    for path in sorted(data.parent.glob("*.csv")):
        if path != data and is_dictionary(path):
            known = read_dictionary(path)
            names = {column.partition("___")[0] for column in columns}
            labels = {v.label for v in known.values()}
            if names & known.keys() or columns & labels:
                found[path.name] = known
    if len({str(one) for one in found.values()}) > 1:
        raise DiaryError(f"{data.name}: expected one data dictionary beside it, found {', '.join(found)}. "
                         "Keep the one that was exported with these data in the folder.")
    return next(iter(found.values()), {})


def read_dictionary(path: Path) -> dict[str, Variable]:
    """name → Variable, in the order of the file."""
    table = read_table(path, DELIMITERS)
    header = [c.strip() for c in table.lines[0][1]]
    known = {}
    for _, cells in table.lines[1:]:
        row = dict(zip(header, (c.strip() for c in cells), strict=False))
        name, kind = row.get(FIRST, ""), row.get(KIND, "")
        choices = _choices(row.get(CHOICES, "")) if kind in ("radio", "dropdown", "checkbox") else {}
        known[name] = Variable(name, row.get(FORM, ""), kind, row.get(LABEL, ""), row.get(VALIDATION, ""), choices)
    return known


def _choices(text: str) -> dict[str, str]:
    """``"1, one | 2, two"`` → {"1": "one", "2": "two"}; spaces around the bar are optional."""
    pairs = (part.partition(",") for part in text.split("|"))
    return {code.strip(): label.strip() for code, comma, label in pairs if comma}


def _header(path: Path) -> list[str]:
    with path.open("rb") as file:
        first = file.readline(65536).decode("utf-8-sig", errors="replace")
    delimiter = max(DELIMITERS, key=first.count)
    return [c.strip() for c in next(csv.reader([first], delimiter=delimiter), [])]
