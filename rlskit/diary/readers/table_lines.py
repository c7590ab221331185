"""The lines of rlskit.toml that make a column count which the draft of a table only asks about. What nobody but its
owner knows stands in them as a question mark, so that they are no guess."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import partial

from rlskit.diary.mapping import COLUMNS, TABLE_COLUMNS, Tag, tag_key
from rlskit.diary.own import AMOUNT, HABITS, MINUTES, OUTCOMES, SCALE_UNITS, SLEEP_QUALITY, YES_NO, column_of
from rlskit.diary.own_sections import is_taken
from rlskit.diary.readers import table_words, template_answers
from rlskit.diary.readers.cell_kinds import is_clock, is_number, is_score, is_tick, is_yes_no, rating, reads, share
from rlskit.diary.readers.table_rows import plan_columns, refuse_one_sided
from rlskit.diary.readers.table_ticks import tick
from rlskit.diary.readers.template_answers import text
from rlskit.diary.readers.template_columns import column_name
from rlskit.diary.readers.template_rows import read_as
from rlskit.diary.toml_values import toml_text

MOST_WORDS = 8  # that levels name
MOSTLY = 0.8
AGAIN = 2  # times that a name stands in a column which lists names, on average
_STANDS_FOR = {"alcohol_drinks": "how many drinks each is", "caffeine_mg": "how many mg of caffeine each is"}


def lines_of_known(column: str, cells: Sequence[object]) -> tuple[str, ...]:
    """For a column whose header is known and whose words are not: each of them, and what it stands for."""
    tag = Tag(name="", column=column)
    read = partial(tick, tag) if column in COLUMNS else read_as(column_name(column))
    often = Counter(text(c) for c in cells if not reads(read, c))
    words = ", ".join(f"{toml_text(said)} = ?" for said, _ in often.most_common(MOST_WORDS))
    meant = _STANDS_FOR.get(column, "how many each is" if column not in COLUMNS else "0 for no, 1 for yes")
    return (f'column = "{column}"', *([f"levels = {{ {words} }}    # {meant}, in place of each ?"] if words else []))


def lines_of_unknown(header: str, cells: Sequence[object]) -> tuple[str, ...]:
    """For a column that the words do not know, by the kind of its cells."""
    own = header if _can_be_own(header) else "My own"
    section = (f"column = {toml_text(own)}", f"[{HABITS}.{toml_text(own)}]")
    if share(cells, is_tick) >= MOSTLY:
        return (section[0], 'unticked = "no"    # of an empty cell', section[1], f'kind = "{YES_NO}"')
    if share(cells, is_yes_no) >= MOSTLY:
        return (*section, f'kind = "{YES_NO}"')
    if share(cells, is_score) >= MOSTLY and table_words.SEVERITY.search(tag_key(header)):
        return ('column = "severity_0_10"    # if it says how bad the legs were',)
    if share(cells, lambda cell: is_number(cell) or is_score(cell)) >= MOSTLY:
        return _of_numbers(header, own, cells)
    if share(cells, is_clock) >= MOSTLY:
        return ('column = "lights_out"    # or "woke_up", "symptoms_began", "stretch_time"',)
    if len(cells) >= AGAIN * len(set(map(text, cells))):
        return ('column = "tags"    # if each cell names what was done or felt; then draft again',)
    return ('column = "ignore"    # if nothing in it is to count',)


def is_one_sided(header: str, keys: dict, cells: Sequence[object]) -> bool:
    """Whether the table's reader would refuse the column so drafted, as it understands yes or no alone."""
    tag = Tag(name=header, column=keys["column"], unticked=keys.get("unticked", "not_recorded"),
              amount=keys.get("amount"), cell_unit=keys.get("unit", ""))
    return bool(refuse_one_sided(plan_columns([tag], ""), [(tag, cells)]).refused)


def _can_be_own(header: str) -> bool:
    column = column_of(header)
    return column.isidentifier() and not is_taken(column, (*COLUMNS, *TABLE_COLUMNS))


def _of_numbers(header: str, own: str, cells: Sequence[object]) -> tuple[str, ...]:
    """An outcome of one's own where header or cells say what the scale is, else a habit."""
    scale = next((one for one in SCALE_UNITS if one in header.replace("–", "-") or all(
        re.search(rf"/\s*{one.partition('-')[2]}$", text(c)) for c in cells)), "")
    if table_words.SLEEP_QUALITY.search(tag_key(header)) and share(cells, is_score) == 1:
        own, scale = SLEEP_QUALITY.name, scale or ("0-10" if max(rating(c) or 0.0 for c in cells) > 5 else "1-5")
    column = f"column = {toml_text(own)}"
    if scale:
        return (column, f"[{OUTCOMES}.{toml_text(own)}]", f'scale = "{scale}"', 'better = "higher"    # or "lower"')
    section = (column, f"[{HABITS}.{toml_text(own)}]")
    if table_words.MINUTES.search(tag_key(header)) or any(template_answers.unit_of(c) in ("min", "h") for c in cells):
        return (*section, f'kind = "{MINUTES}"')
    return (*section, f'kind = "{AMOUNT}"', 'unit = "times"    # what is counted')
