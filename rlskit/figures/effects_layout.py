"""Where the words and the interval of every row of the effects figure stand, in points, before anything is drawn.

Rows are as flat as their words allow, so that ten exposures fit one side of A4 or of Letter (tested). On a page the
name and what is compared stand left of the interval, its numbers right of it; in a column the name stands above.
"""

from __future__ import annotations

from dataclasses import dataclass

from rlskit.effects.scales import Scale
from rlskit.figures.rows import NOTHING, Row, numbers, refusal
from rlskit.figures.style import LEADING, NORMAL, SMALL, Sheet, text_width, wrap

GAP = 10.0  # points between two columns, and at the edges of the paper
PAD = 3.0  # above and below the text of a row
STRIP = 18.0  # height of an interval that stands below its words
WIDE = 390.0  # from here on the words stand beside the interval, else above it
WORDS_SHARE = 0.42  # of a wide sheet, for the words
NUMBERS = 116.0  # points that the numbers take at the most


@dataclass(frozen=True)
class Line:
    """One line of text; `x` in points from where its column begins, `y` from the top of the axes to its middle."""

    text: str
    y: float
    kind: str  # bold | plain | soft
    x: float = 0.0


@dataclass(frozen=True)
class Columns:
    """Points of the three columns; `words` is 0 where the words stand above, `numbers` 0 where they are among them."""

    words: float
    across: float  # the interval
    numbers: float
    left: float  # of the axes
    right: float


@dataclass(frozen=True)
class Place:
    """Where a row stands: from `top` to `bottom`, its interval `half` above and below `middle`, its lines by column."""

    row: Row
    top: float
    bottom: float
    middle: float
    half: float
    words: tuple[Line, ...]
    numbers: tuple[Line, ...]
    refusal: tuple[Line, ...]


def columns_for(rows: list[Row], scale: Scale, sheet: Sheet) -> Columns:
    """The widths: of the numbers as much as they need, of the words a share, the interval has the rest."""
    if not sheet.owned:
        return Columns(0.0, sheet.width, 0.0, 0.0, 0.0)
    words = round(sheet.width * WORDS_SHARE) if sheet.width >= WIDE else 0.0
    wide = [text_width(word[0]) for row in rows if not row.refused for word in _said(row, scale, NUMBERS)]
    left, beside = words + GAP / 2 if words else GAP, max(wide, default=0.0) + 2.0  # words with gaps are a little wider
    right = beside + 1.5 * GAP if wide else GAP
    return Columns(words, sheet.width - left - right, beside, left, right)


def places_for(rows: list[Row], scale: Scale, sheet: Sheet, columns: Columns) -> list[Place]:
    """The place of every row, from the top down."""
    places, y = [], 0.0
    edge = GAP if sheet.owned else 0.0
    for row in rows:
        room = columns.words - GAP if columns.words else sheet.width - edge
        words = _words(row, scale, room, with_numbers=not columns.numbers)
        said = _said(row, scale, columns.numbers) if columns.numbers and not row.refused else []
        over = sheet.width - columns.left - GAP if columns.words else room
        refused = _lines(refusal(row), over) if row.refused else []
        tall = _height(words)
        strip = _height(refused) if refused else max(_height(said), 0.0 if columns.words else STRIP)
        body = max(tall, strip) if columns.words else tall + strip
        top = y + PAD
        at = top + (body - tall) / 2 if columns.words else top
        from_ = top + (body - strip) / 2 if columns.words else top + tall
        middle = from_ + strip / 2
        places.append(Place(
            row=row, top=y, bottom=top + body + PAD, middle=middle, half=strip / 2, words=_stack(words, at),
            numbers=_stack(said, middle - _height(said) / 2), refusal=_stack(refused, from_)))
        y = top + body + PAD
    return places


# --- the words of a row --------------------------------------------------------------------------------------------
Word = tuple[str, str, float]  # text, kind, and how far right it stands: one that does shares the line before it


def _words(row: Row, scale: Scale, room: float, *, with_numbers: bool) -> list[Word]:
    """What stands left of, or above, the interval."""
    words = _lines(row.label, room, "bold")
    if row.refused and row.instead == NOTHING:
        return words
    words += _lines(row.contrast, room)
    if row.refused:
        return words
    words += _behind(words[-1], row.tag, room)
    if with_numbers:
        words += _lines(numbers(row, scale), room)
        words += _behind(words[-1], row.nights, room)
    return words


def _said(row: Row, scale: Scale, room: float) -> list[Word]:
    """The numbers of a row and its nights; the interval below the estimate where they are too wide for one line."""
    text = numbers(row, scale)
    parts = [text] if text_width(text) <= room else text.split(" ", 1)
    return [word for part in parts for word in _lines(part, room)] + _lines(row.nights, room, "soft")


def _lines(text: str, room: float, kind: str = "plain") -> list[Word]:
    weight = "bold" if kind == "bold" else "normal"
    return [(line, kind, 0.0) for line in wrap(text, room, NORMAL if kind == "bold" else SMALL, weight) if line]


def _behind(last: Word, text: str, room: float) -> list[Word]:
    """`text` on the line of the last word where it fits, else on lines of its own."""
    x = last[2] + text_width(last[0]) + 3
    if text and last[1] != "bold" and x + text_width(f"· {text}") <= room:
        return [(f"· {text}", "soft", x)]
    return _lines(text, room, "soft")


def _step(word: Word) -> float:
    """Points down from this word to the next line."""
    return 0.0 if word[2] else (NORMAL if word[1] == "bold" else SMALL) * LEADING


def _height(words: list[Word]) -> float:
    return sum(_step(word) for word in words)


def _stack(words: list[Word], top: float) -> tuple[Line, ...]:
    lines: list[Line] = []
    for word in words:
        text, kind, x = word
        lines.append(Line(text, lines[-1].y if x else top + _step(word) / 2, kind, x))
        top += _step(word)
    return tuple(lines)
