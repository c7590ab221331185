"""Numbers, facts and dates of the page as text: one line or cell at a time, and nothing computed."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from rlskit.answers.sentences import count, short_date, signed, signed_interval
from rlskit.pages.clinic.facts import Irls, Iron, Medicine, PastMedicine
from rlskit.pages.clinic.numbers import NOT_RECORDED
from rlskit.utils.words import clock

NAMES = {"symptom_nights": "Symptom nights per week", "severity": "Median severity (0 to 10)",
         "onset": "Median onset of symptoms", "sleep": "Median hours of sleep"}
CHANGE_UNITS = {"onset": " h", "sleep": " h"}
BANDS = ((1, 10, "mild"), (11, 20, "moderate"), (21, 30, "severe"), (31, 40, "very severe"))
# Of the guideline of the American Academy of Sleep Medicine (J Clin Sleep Med 2025; 21: 137-152): what it discusses.
IRON_HEAD = ["Iron in the blood, as typed", "Ferritin", "Transferrin saturation", "Sample"]
IRON_GUIDELINE = ["Guidelines discuss (AASM 2025)", "75 ng/mL (= µg/L) or less", "under 20%",
                  "morning, off iron for a day"]
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


def number_list(numbers: list[int]) -> str:
    """"1, 3": the numbers of medicines; three and more that follow one another as "1–4"."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def irls_text(one: Irls) -> str:
    """A typed total with its date and what the scale calls it."""
    band = next((f" (IRLS: {name})" for a, b, name in BANDS if a <= one.total <= b), "")
    return f"{one.total} of 40, {short_date(one.date)}{band}"


def medicine_row(number: int, medicine: Medicine) -> list[str]:
    """Number, name, dose, time, start and stop, as typed."""
    dates = [short_date(day) if day else "–" for day in (medicine.start, medicine.stop)]
    return [str(number), breakable(medicine.name), *(breakable(t) or "–" for t in (medicine.dose, medicine.time)),
            *dates]


def past_text(one: PastMedicine) -> str:
    """"Name, up to 1 mg, 2019 to 2022", as typed."""
    return ", ".join(breakable(part) for part in (one.name, one.dose, one.taken) if part)


def iron_row(iron: Iron) -> list[str]:
    """One blood test as typed: date, ferritin, transferrin saturation, conditions."""
    return [short_date(iron.date) if iron.date else "date not recorded",
            f"{iron.ferritin:g} {iron.unit}" if iron.ferritin is not None else NOT_RECORDED,
            f"{iron.tsat:g}%" if iron.tsat is not None else NOT_RECORDED, breakable(iron.conditions) or NOT_RECORDED]


def breakable(text: Any) -> str:
    """Text whose very long words may be cut at the end of a line."""
    return re.sub(rf"\S{{{LONG_WORD + 1},}}", lambda m: BREAK.join(re.findall(r"\S{1,10}", m[0])), str(text))
