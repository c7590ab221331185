"""The columns of rlskit's own diary template: one row per night, the same in CSV, XLSX and PDF.

A name says what goes in, and in which unit. Reader (template.py) and writer (rlskit/pages/template.py) both start here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rlskit.diary.tables import CAFFEINE_MG_PER_SERVING


@dataclass(frozen=True)
class Column:
    """One column: its name, what kind of answer it takes, and how to fill it in one line."""

    name: str
    kind: str  # date | count | mg, or a key of READ in template_answers.py
    how: str
    in_template: bool = True


COLUMNS: tuple[Column, ...] = (
    Column("night", "date", "Date of the evening. What happens after midnight still belongs to this row."),
    Column("person", "text", "Only where several people share one file.", in_template=False),
    Column("symptoms", "yes_no", "Restless legs this evening or night: yes or no. Write no too: an empty cell means "
                                 "not recorded."),
    Column("severity_0_10", "severity", "How bad at the worst: 0 = none, 10 = as bad as can be."),
    Column("symptoms_began", "clock", "When the restlessness began, as 21:30. Without it few nights can show whether "
                                      "stretching helps."),
    Column("stretched", "yes_no", "Stretched, or did another movement for the legs, this evening: yes or no."),
    Column("stretch_time", "clocks", "When, as 20:30. Several: 20:30; 22:00."),
    Column("stretch_min", "minutes", "How many minutes. Several: 15; 10."),
    Column("symptoms_before_stretch", "yes_nos", "Were the legs already restless when you began to stretch? Yes or "
                                                 "no. This tells stretching before symptoms from stretching because "
                                                 "of them."),
    Column("stretch_hold_s", "seconds", "Seconds that each stretch was held. Several: 30; 20.", in_template=False),
    Column("stretch_intensity_0_10", "scores", "How strong the pull was: 0 = none, 10 = as strong as can be.",
           in_template=False),
    Column("symptom_before", "scores", "How bad the legs were just before a stretch, 0 to 10. Several: 6; 4.",
           in_template=False),
    Column("symptom_after", "scores", "How bad the legs were after it, 0 to 10.", in_template=False),
    Column("quiet_min", "minutes", "Minutes until the legs were quiet.", in_template=False),
    Column("movement", "movements", "Which movement: calf, hamstring, walk, yoga or a word of your own."),
    Column("caffeine_before_noon_cups", "count", "Cups of coffee (or the like) before noon, as 2 or ½; 0 if none."),
    Column("caffeine_after_noon_cups", "count", "Cups after noon; 0 if none."),
    Column("caffeine_before_noon_mg", "mg", "Milligrams, if you know them, in place of cups.", in_template=False),
    Column("caffeine_after_noon_mg", "mg", "Milligrams, if you know them, in place of cups.", in_template=False),
    Column("alcohol_drinks", "count", "Standard drinks; 0 if none."),
    Column("lights_out", "clock", "When you put the light out to sleep, as 23:15."),
    Column("woke_up", "clock", "When you woke for the last time, as 7:00."),
    Column("iron", "yes_no", "Took an iron supplement today: yes or no."),
    Column("magnesium", "yes_no", "Took a magnesium supplement today: yes or no."),
    Column("free_night", "yes_no", "Is the next day free of work or school? Yes or no."),
    Column("medicine_change", "text", "Only on the day of a change: which medicine, and what changed."),
)
@dataclass(frozen=True)
class Setting:
    """A line above the header that speaks of every row: its name, its value unless changed, and what to write."""

    name: str
    value: float | str
    how: str


CUP = Setting("mg_in_a_cup", CAFFEINE_MG_PER_SERVING,
              "Milligrams of caffeine in one of your cups. Coffee has about 95 and black tea about 40.")
TELLS_OF = Setting("each_row_tells_of", "tonight",
                   'Write "last night" if you date a row by the morning after it and not by its evening.')
SETTINGS = (CUP, TELLS_OF)
YEAR = "year"  # read there too: of the first night, where dates have none
BY_NAME = {c.name: c for c in COLUMNS}
WRITTEN = tuple(c for c in COLUMNS if c.in_template)
AMOUNTS = ("count", "mg")  # kinds of which a zero says no; severity and minutes are often written beside a yes alone
SYMPTOMS = ("symptoms", "severity_0_10", "symptoms_began")
MOVEMENTS = ("calf", "hamstring", "walk", "yoga")

# Names that people and rlskit's own night table use for the same column.
ALIASES = {
    "date": "night", "night_date": "night", "evening": "night", "participant_id": "person", "participant": "person",
    "severity": "severity_0_10", "rls_severity": "severity_0_10", "rls_present": "symptoms",
    "symptom_onset": "symptoms_began", "caffeine_before_noon": "caffeine_before_noon_cups",
    "caffeine_after_noon": "caffeine_after_noon_cups", "alcohol": "alcohol_drinks", "wake_up": "woke_up",
    "free_tomorrow": "free_night",
}


@lru_cache(maxsize=4096, typed=True)
def column_name(header: object) -> str:
    """A header cell in the spelling of the columns: ``"Severity 0–10"`` and ``" severity_0_10"`` are the same."""
    plain = re.sub(r"[^\w]+", "_", str("" if header is None else header).casefold()).strip("_")
    return ALIASES.get(plain, plain)


def is_header(cells) -> bool:
    """Whether these cells are the header of a template: `night` and at least two other columns of it. Where none is
    about symptoms there is no other column: "Date, Restless legs, Lights out, Woke up" is a table of one's own."""
    names = {column_name(c) for c in cells} - {""}
    known = names & BY_NAME.keys()
    return "night" in known and len(known) >= 3 and (not known.isdisjoint(SYMPTOMS) or names == known)
