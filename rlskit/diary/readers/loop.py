"""The numbers of Loop Habit Tracker in yes/no columns: 1 there is no yes, and 2 no amount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rlskit.diary.readers.template_answers import text
from rlskit.errors import DiaryError

CODES = {"-1", "0", "1", "2", "3"}
OWN = ("-1", "2", "3")  # those that nobody writes for yes or no
SHARE = 0.1  # of the filled cells; fewer are slips


def not_loop(file: str, columns: Mapping[str, Sequence[object]]) -> None:
    """DiaryError where the yes/no columns of a file, at least two of them, hold Loop's numbers and nothing else."""
    filled = {name: [text(c) for c in cells if text(c)] for name, cells in columns.items()}
    said = [(name, one) for name, cells in filled.items() for one in cells]
    own = [(name, one) for name, one in said if one in OWN]
    if own and len({name for name, _ in said}) > 1 and {one for _, one in said} <= CODES and (
            len(own) >= SHARE * len(said)):
        name, number = own[0]
        raise DiaryError(
            f'{file}, column "{name}": expected yes and no, found numbers such as {number}. This looks like Loop Habit '
            "Tracker: 2 = done, 1 = not due, 0 = not done, 3 = skipped, -1 = unknown. Write yes for 2 and no for 0, "
            "leave the others empty, and try again.", kind="looks like Loop Habit Tracker")
