"""What the tables say, as plain sentences: caveats first, then an answer per question, from the rows of the figure.

Nothing is computed here. Words are kept short and plain (a reader of 12 can follow), name no illness, give no advice.
"""

from __future__ import annotations

import datetime as dt
import math
import textwrap
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from rlskit.answers import Answers

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")

STRETCH_FOLLOWS = "Stretching often follows symptoms; this diary cannot show whether it helps."
WHAT_CAME_FIRST = "On too many nights it does not tell which of the two came first."
NOT_ENOUGH = "not enough recorded to say"
LINE = 80  # letters a line of plain text
TWO_YEARS = 730  # nights; beyond it more watching is no honest advice

LIMITS = (
    "This page is not a diagnosis. It only counts what was written down.",
    "Comparing nights is not a trial. Nights differ in many ways at once, and a link is not a cause.",
    "A night with nothing written down is not a good night. If bad nights are written down more often than good ones, "
    "or the other way round, every number here is off.",
    "Expecting to feel better helps by itself. In trials, 40 in 100 people (95% interval 32 to 48) got better on a "
    "dummy treatment, so before and after prove little.",
    "An interval shows what chance alone could do. It does not cover mistakes in the diary.",
    "An unclear answer does not mean there is no effect. It means this diary cannot tell.",
    "What holds for one person here may not hold for anyone else.",
    "Nothing here is advice to start, stop or change anything. Take questions to someone who knows your health.",
)

DESIGN_MEANS = {
    "coin-flip": "A coin chose the nights, so this is a fair test.",
    "before-symptom only": "Only what came before any symptoms counts. But you chose the nights yourself, so this is "
    "not a fair test.",
    "association only": "This is a link, not proof. Something else about those nights may be behind it.",
}


# --- whole texts ---------------------------------------------------------------------------------------------------
def describe(answers: Answers) -> str:
    """The answers as plain text: what was recorded and the caveats first, then a paragraph per question.

    Drawn from the rows that `plot_effects` draws, so the two cannot disagree.
    """
    parts = ["Before you read on", *_bullets(list_caveats(answers)), "", "What this diary says"]
    for label, contrast, text in describe_rows(answers):
        parts += ["", f"{label} ({contrast})" if contrast else label, textwrap.fill(text, LINE)]
    parts += ["", "What this cannot tell you", *_bullets(LIMITS)]
    return "\n".join(parts) + "\n"


def describe_rows(answers: Answers) -> list[tuple[str, str, str]]:
    """(name, contrast, sentences) of each question, in the order of the table; what the diary has nothing about comes
    last, in one sentence."""
    rows = [(str(row["label"]), str(row["contrast"]), describe_row(row, answers))
            for _, row in answers.table.iterrows() if row["verdict"] != "not_recorded"]
    silent = answers.table.loc[answers.table["verdict"].eq("not_recorded"), "label"]
    return [*rows, *([("Not recorded", "", _nothing_about(silent))] if len(silent) else [])]


def is_answered(row: pd.Series) -> bool:
    """Whether a row of answers has an estimate, clear or not."""
    return row["verdict"] in ("fewer", "more", "unclear")


def list_caveats(answers: Answers) -> list[str]:
    """What to know before reading any number: the nights written down, then the caveats of the answers."""
    return [describe_period(answers), *(_sentence(c) for c in answers.caveats)]


def describe_period(answers: Answers) -> str:
    """"The diary runs from … to …; 150 of 180 nights have something written down."""
    nights = count(answers.n_nights, "night")
    verb = "has" if answers.n_recorded == 1 else "have"
    return (f"The diary runs from {long_date(answers.first_night)} to {long_date(answers.last_night)}. "
            f"{answers.n_recorded} of {nights} {verb} something written down.")


def summarise(answers: Answers) -> list[str]:
    """At most a handful of short lines for the top of a page: what stands out, what stays open, what was refused."""
    table = answers.table
    lines = [_headline(row, answers) for _, row in table.iterrows() if row["verdict"] in ("fewer", "more")
             and not claims_nothing(row)]
    silent = table.apply(claims_nothing, axis=1).astype(bool) if len(table) else pd.Series(dtype=bool)
    if silent.any():
        lines.append(STRETCH_FOLLOWS)
    unclear = table["verdict"].eq("unclear") & ~silent
    if unclear.any():
        lines.append(f"This diary cannot tell yet: {_and_list(table.loc[unclear, 'label'])}.")
    refused = table["verdict"].eq("refused") & ~silent
    if refused.any():
        lines.append(f"Not enough is written down to say: {_and_list(table.loc[refused, 'label'])}.")
    silent = table["verdict"].eq("not_recorded")
    if silent.any():
        lines.append(_nothing_about(table.loc[silent, "label"]))
    return lines


def _nothing_about(labels: pd.Series) -> str:
    return f"The diary holds nothing about: {_and_list(labels)}."


# --- one question --------------------------------------------------------------------------------------------------
def describe_row(row: pd.Series, answers: Answers) -> str:
    """The sentences of one row of `answers.table`."""
    if row["verdict"] in ("plan", "not_recorded"):
        return _join(_sentence(row["reason"]), _smallest(row) if row["verdict"] == "plan" else "")
    if row["verdict"] == "refused":
        return _join(*dict.fromkeys([f"{_capital(NOT_ENOUGH)}{why(row['reason'], ': ')}", needed(row["nights_needed"]),
                                     STRETCH_FOLLOWS if claims_nothing(row) else ""]))
    if claims_nothing(row):
        return _join(STRETCH_FOLLOWS, WHAT_CAME_FIRST, _nights(row), _reason(row))
    return _join(_finding(row, answers.level), f"This compares {row['compares']}.", _base(row), _nights(row),
                 DESIGN_MEANS.get(row["design_tag"], ""), _adjusted(row), _other_times(row, answers), _reason(row),
                 _patience(row))


def _finding(row: pd.Series, level: float) -> str:
    spread = f"{_interval(row['lower'], row['upper'])} ({level:.0%} interval)"
    if row["verdict"] in ("fewer", "more"):
        return (f"{_capital(row['verdict'])} symptom nights: {_about(row['estimate'], '')} {row['population']}, "
                f"and {spread}.")
    return f"Not clear: the best guess is {_about(row['estimate'])} {row['population']}, but it could be {spread}."


def _headline(row: pd.Series, answers: Answers) -> str:
    return (f"{row['label']}: {_about(row['estimate'])} {row['population']} "
            f"({_interval(row['lower'], row['upper'])}; {row['design_tag']}).")


def _base(row: pd.Series) -> str:
    if not math.isfinite(_number(row["base_rate"])):
        return ""
    return f"On the nights compared with, about {plain(row['base_rate'])} in 30 were symptom nights."


def _nights(row: pd.Series) -> str:
    if pd.isna(row["n_nights"]):
        return ""
    text = f"This uses {count(row['n_nights'], 'night')}"
    if pd.notna(row["n_exposed"]) and pd.notna(row["n_unexposed"]):
        text += f": {int(row['n_exposed'])} with and {int(row['n_unexposed'])} without"
    return text + "."


def _adjusted(row: pd.Series) -> str:
    text = str(row.get("adjusted_for", "") or "").strip().rstrip(".")
    return f"Taken into account: {text}." if text else ""


def _reason(row: pd.Series) -> str:
    text = _sentence(row["reason"])
    text = "" if text == STRETCH_FOLLOWS else text
    return f"Main reason for doubt: {_carry_on(text)}" if text else ""


def _other_times(row: pd.Series, answers: Answers) -> str:
    """The same answer with the evening split an hour earlier and later."""
    table = answers.landmark_table
    if row["question"] != "stretching" or table["estimate"].notna().sum() < 2:
        return ""
    said = [f"at {r.landmark}, {_about(r.estimate, '')} ({_interval(r.lower, r.upper)})"
            for r in table[table["shift_h"].ne(0) & table["estimate"].notna()].itertuples()]
    return f"Splitting the evening at another time: {'; '.join(said)}."


def _patience(row: pd.Series) -> str:
    """How long until an effect worth seeing would show, where the answer is unclear."""
    if row["verdict"] != "unclear" or pd.isna(row["nights_needed"]):
        return ""
    more = int(row["nights_needed"])
    if more > TWO_YEARS:
        return "Watching alone cannot answer this: to see an effect of 3 nights in 30 would take more than two years."
    when = f"in about {more:,} more nights" if more else "in this diary"
    return f"An effect of 3 nights in 30 would show {when}. {_smallest(row)}".strip()


def _smallest(row: pd.Series) -> str:
    size = row.get("smallest_effect", math.nan)
    return "" if pd.isna(size) else f"This diary could have shown an effect of {plain(size)} nights in 30 or more."


def why(reason: Any, lead: str) -> str:
    """A reason that carries on the words "not enough recorded to say", which it may hold already."""
    text = _sentence(reason)
    if text == STRETCH_FOLLOWS:
        text = ""
    if text.lower().startswith(NOT_ENOUGH):
        text = text[len(NOT_ENOUGH) :].lstrip(" :.")
    return f"{lead}{_carry_on(text)}" if text else "."


def needed(nights: Any) -> str:
    """How many more nights would do, or that watching alone will not."""
    if pd.isna(nights):
        return ""
    if nights > TWO_YEARS:
        return "Watching alone cannot answer this: it would take more than two years of nights."
    return f"About {count(nights, 'more night')} would be needed."


def _is_link(row: pd.Series) -> bool:
    return row["design_tag"] == "association only"


def claims_nothing(row: pd.Series) -> bool:
    """True for stretching without times or intent: it may follow the symptoms, so neither benefit nor harm is said."""
    return row["question"] == "stretching" and _is_link(row)


# --- numbers in words ----------------------------------------------------------------------------------------------
def plain(value: float) -> str:
    """A number of nights without sign: whole, or "less than 1"."""
    size = abs(_number(value))
    return "0" if size == 0 else "less than 1" if size < 1 else str(_round(size))


def _about(value: float, noun: str = "symptom night") -> str:
    value = _number(value)
    if value == 0:
        return f"no difference in {noun or 'night'}s"
    amount, side = plain(value), "fewer" if value < 0 else "more"
    guess = amount if amount == "less than 1" else f"about {amount}"
    plural = "s" if noun and amount not in ("1", "less than 1") else ""
    return f"{guess} {side} {noun}{plural}".strip()


def _interval(lower: float, upper: float) -> str:
    lower, upper = _number(lower), _number(upper)
    if math.isinf(lower) and math.isinf(upper):
        return "anything at all, with no lower and no upper limit"
    if math.isinf(upper):
        return f"{_side(lower)} or anything above that, with no upper limit"
    if math.isinf(lower):
        return f"{_side(upper)} or anything below that, with no lower limit"
    if plain(lower) == plain(upper) and lower * upper > 0:
        return f"near {_side(lower)} at both ends"
    return f"between {_side(lower)} and {_side(upper)}"


def _side(value: float) -> str:
    return "0" if value == 0 else f"{plain(value)} {'fewer' if value < 0 else 'more'}"


def signed(value: float, digits: int = 1) -> str:
    """A number with its sign, a true minus, and no "−0.0"."""
    text = f"{abs(value):.{digits}f}"
    return text if float(text) == 0 else ("−" if value < 0 else "+") + text


def signed_interval(lower: float, upper: float, digits: int = 1) -> str:
    """"−6.0 to +1.0"; an open side is said in words."""
    low = "no lower limit" if math.isinf(lower) else signed(lower, digits)
    high = "no upper limit" if math.isinf(upper) else signed(upper, digits)
    return f"{low} to {high}"


def count(n: Any, noun: str) -> str:
    """"1 night", "2 nights"."""
    return f"{int(n):,} {noun}{'' if int(n) == 1 else 's'}"


def long_date(day: Any) -> str:
    """"1 March 2026", in English on every machine."""
    day = pd.Timestamp(day)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(day: Any) -> str:
    """"1 Mar 2026"."""
    day = pd.Timestamp(day)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def date_range(first: Any, last: Any) -> str:
    """"1 March to 27 August 2026"; the year once where it is the same."""
    first, last = pd.Timestamp(first), pd.Timestamp(last)
    if first == last:
        return long_date(first)
    start = long_date(first) if first.year != last.year else f"{first.day} {MONTHS[first.month - 1]}"
    return f"{start} to {long_date(last)}"


# --- small parts ---------------------------------------------------------------------------------------------------
def _number(value: Any) -> float:
    return math.nan if value is None or value is pd.NA or value is pd.NaT else float(value)


def _round(value: float) -> int:
    return math.floor(value + 0.5)  # 2.5 nights are 3, not Python's 2


def _sentence(text: Any) -> str:
    text = "" if text is None or (not isinstance(text, str) and pd.isna(text)) else str(text).strip()
    return _capital(text if not text or text[-1] in ".!?" else text + ".")


def _carry_on(text: str) -> str:
    """A sentence that goes on after a colon: small first letter, except in "RLS" and the like."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _join(*sentences: str) -> str:
    return " ".join(s for s in sentences if s)


def _and_list(names: Any) -> str:
    names = [str(n) for n in names]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _bullets(lines: Any) -> list[str]:
    return [textwrap.fill(line, LINE, initial_indent="- ", subsequent_indent="  ") for line in lines]


def night_dates(nights: pd.DataFrame) -> tuple[dt.date, dt.date]:
    """First and last night of a table of nights."""
    days = pd.to_datetime(nights["night"])
    return days.min().date(), days.max().date()
