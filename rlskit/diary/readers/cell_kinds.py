"""What kind of answer the cells of a column are, as the draft of a table asks it."""

from __future__ import annotations

from collections.abc import Sequence

from rlskit.diary.readers import template_answers
from rlskit.diary.readers.template_answers import TwoNumbers, Unreadable


def share(cells: Sequence[object], fits) -> float:
    return sum(bool(fits(c)) for c in cells) / len(cells)


def is_tick(value: object) -> bool:
    return template_answers.word(value) in template_answers.TICKS


def is_choice(word: str) -> bool:
    parts = word.strip(" ?:").split("/")
    return len(parts) > 1 and all(p in template_answers.YES | template_answers.NO for p in parts)


def is_yes_no(value: object) -> bool:
    return reads(template_answers.yes_no, value)


def is_clock(value: object) -> bool:
    return reads(template_answers.clock, value)


def is_number(value: object) -> bool:
    try:
        return bool(template_answers.measure(template_answers.word(value))) and not isinstance(value, bool)
    except TwoNumbers:
        return True
    except ValueError:
        return False


def is_amount(value: object) -> bool:
    return is_number(value) or template_answers.word(value) in template_answers.NONE


def rating(value: object) -> float | None:
    try:
        return template_answers.severity(value)
    except Unreadable:
        return None


def is_score(value: object) -> bool:
    return rating(value) is not None


def in_mg(value: object) -> bool:
    return template_answers.unit_of(value) == "mg"


def measured(value: object, most: float, unit: str) -> bool:
    return reads(lambda v: template_answers.count(v, most, unit), value)


def reads(read, value: object) -> bool:
    """Whether a cell is an answer of a kind; "N/A" is none of a clock's."""
    try:
        return read(value) is not None
    except Unreadable:
        return False
