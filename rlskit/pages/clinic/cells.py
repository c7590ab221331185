"""Numbers, facts and dates of the page as text: one line or cell at a time, and nothing computed."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from rlskit.answers.sentences import count, short_date, signed, signed_interval
from rlskit.pages.clinic.facts import ClinicFacts, Iron, Medicine
from rlskit.pages.clinic.numbers import NOT_RECORDED
from rlskit.utils.words import clock

NAMES = {"symptom_nights": "Symptom nights per week", "severity": "Median severity (0 to 10) on symptom nights",
         "onset": "Median onset of symptoms", "sleep": "Median hours of sleep"}
CHANGE_UNITS = {"onset": " h", "sleep": " h"}
BANDS = ((1, 10, "mild"), (11, 20, "moderate"), (21, 30, "severe"), (31, 40, "very severe"))
LONG_WORD, BREAK = 20, "\u200b"  # a word of more letters may be broken at the end of a line


def number_rows(table: pd.DataFrame) -> list[list[str]]:
    """Rows of the numbers block: name, this period, previous period, change."""
    rows = []
    for measure, name in NAMES.items():
        mine = table[table["measure"].eq(measure)].set_index("period")
        rows.append([name, *(_cell(mine.loc[p]) for p in ("this", "previous")), _change(mine.loc["change"], measure)])
    return rows


def _cell(row: pd.Series) -> str:
    if row["reason"]:
        return str(row["reason"])
    if row["measure"] == "symptom_nights":
        return (f"{row['value']:.1f} ({row['lower']:.1f} to {row['upper']:.1f}); "
                f"{row['n']} of {count(row['of'], 'night')}")
    say = clock if row["measure"] == "onset" else short
    return f"{say(row['value'])} (IQR {say(row['lower'])}–{say(row['upper'])}; n = {row['n']})"


def _change(row: pd.Series, measure: str) -> str:
    if row["reason"]:
        return str(row["reason"])
    unit = CHANGE_UNITS.get(measure, "")
    return f"{signed(row['value'])}{unit} ({signed_interval(row['lower'], row['upper'])})"


def short(value: float) -> str:
    """A number with at most one decimal: "7", "7.5"."""
    return f"{value:.1f}".removesuffix(".0")


def short_range(first: Any, last: Any) -> str:
    """"5 Jan to 18 Feb 2026"; the year once where it is the same."""
    first, last = pd.Timestamp(first), pd.Timestamp(last)
    start = short_date(first)
    return f"{start if first.year != last.year else start.rsplit(' ', 1)[0]} to {short_date(last)}"


def irls_text(facts: ClinicFacts) -> str:
    """The newest two typed totals, newest first."""
    said = []
    for one in facts.irls[:-3:-1]:
        band = next((f" (the scale calls {a} to {b} {name})" for a, b, name in BANDS if a <= one.total <= b), "")
        said.append(f"{one.total} of 40 on {short_date(one.date)}{band}")
    return "; ".join(said) or NOT_RECORDED


def medicine_row(number: int, medicine: Medicine) -> list[str]:
    """Number, name, dose, time, start and stop, as typed."""
    dates = [short_date(day) if day else "–" for day in (medicine.start, medicine.stop)]
    return [str(number), breakable(medicine.name), *(breakable(t) or "–" for t in (medicine.dose, medicine.time)),
            *dates]


def iron_text(iron: Iron) -> str:
    """One blood test on one line, as typed."""
    parts = [f"ferritin {iron.ferritin:g} {iron.unit}" if iron.ferritin is not None else "",
             f"transferrin saturation {iron.tsat:g}%" if iron.tsat is not None else "",
             short_date(iron.date) if iron.date else "date not recorded",
             breakable(iron.conditions) or "conditions not recorded"]
    return "; ".join(p for p in parts if p)


def breakable(text: Any) -> str:
    """Text whose very long words may be cut at the end of a line."""
    return re.sub(rf"\S{{{LONG_WORD + 1},}}", lambda m: BREAK.join(re.findall(r"\S{1,10}", m[0])), str(text))
