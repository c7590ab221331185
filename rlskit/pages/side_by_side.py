"""Answers on one axis, clear ones first, then by size: the rows of the report's overview."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from rlskit.answers.questions import OWN
from rlskit.answers.result import CLEAR, Answers
from rlskit.answers.sentences import claims_nothing, is_answered, is_of_nights
from rlskit.pages.cards import TOLD_BELOW, amount_words, common_span
from rlskit.pages.drawings import draw_range
from rlskit.utils.words import and_list, carry_on, isolate, number, whole_signed

CLEAR_FIRST, OPEN, REST = "Clear", "Not clear yet", "More answers, none clear"


@dataclass(frozen=True)
class Line:
    """name, what is compared, picture (SVG), and the numbers as text."""

    name: str
    compared: str
    picture: str
    numbers: str


def list_lines(answers: Answers, cards: Iterable[str] | None = None) -> list[tuple[str, list[Line]]]:
    """(heading, lines) of clear answers about symptom nights, of those whose question has a card on the first
    screen, and of the rest, which is folded. cards : the keys of those questions; None for all."""
    rows = [r for _, r in answers.table.iterrows() if is_answered(r) and is_of_nights(r) and not claims_nothing(r)]
    rows.sort(key=lambda r: -abs(number(r["estimate"])))
    span = common_span(answers)
    front = {str(r["question"]) for r in rows} if cards is None else set(cards)
    groups: dict[str, list[Line]] = {CLEAR_FIRST: [], OPEN: [], REST: []}
    for row in rows:
        group = CLEAR_FIRST if row["verdict"] in CLEAR else OPEN if row["question"] in front else REST
        groups[group].append(_line(row, span))
    return [(name, lines) for name, lines in groups.items() if lines]


def _line(row: pd.Series, span: float) -> Line:
    guess, low, high = (number(row[name]) for name in ("estimate", "lower", "upper"))
    ends = " to ".join("no limit" if math.isinf(v) else whole_signed(v) for v in (low, high))
    compared = f"{amount_words(row, 'a')}, not {amount_words(row, 'b')}" if row["exposure_unit"] else ""
    picture = draw_range(guess, low, high, span, filled=row["verdict"] in CLEAR, named=False)
    return Line(str(row["label"]), compared, picture, f"{whole_signed(guess)} ({ends})")


def left_out_line(answers: Answers) -> str:
    """What has no line, in a sentence; empty where everything has one."""
    table = answers.table
    silent = table["verdict"].eq("refused") | table.apply(lambda r: is_answered(r) and claims_nothing(r), axis=1)
    parts = [f"{head}: {and_list(_name_of(row) for _, row in rows.iterrows())}." for head, rows in (
        ("Cannot be asked yet", table[silent & ~table["question"].isin(TOLD_BELOW)]),
        ("Not written down", table[table["verdict"].eq("not_recorded")])) if len(rows)]
    return " ".join(parts)


def _name_of(row: pd.Series) -> str:
    """The name of a row inside a sentence; one of its owner's as it was typed."""
    return f"“{isolate(row['label'])}”" if row["advice"] == OWN else carry_on(str(row["label"]))
