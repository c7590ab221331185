"""From the nights of the calendar to those that each row compares: how many were left out, and why.

One step for all nights and one for those compared, with the columns of tabulate_flow, so that plot_flow draws the
rows of one question. In every question n of the first step = n of the last + what was left out.
"""

from __future__ import annotations

import pandas as pd

from rlskit.answers.frames import AFTER_UNKNOWN, Frame
from rlskit.utils.words import count

COLUMNS = ("question", "step", "n", "people", "left_out", "reason")
ALL, COMPARED = "Nights from the first to the last entry", "Nights compared"


def flow_table(frames: list[Frame], nights: pd.DataFrame) -> pd.DataFrame:
    """The flow of every question that the diary holds something about, refused ones too. Of one person's nights no step
    counts people."""
    several = nights["person"].nunique() > 1
    rows: list[tuple] = []
    for frame in frames:
        if not frame.recorded:
            continue
        key, used = frame.question.key, frame.nights
        rows.append((key, ALL, len(nights), nights["person"].nunique() if several else None, None, ""))
        rows += [(key, ALL, None, None, n, why) for n, why in frame.aside]
        rows.append((key, COMPARED, len(used), used["person"].nunique() if several else None, None, ""))
    counts = ("n", "people", "left_out")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(counts, "Int64"))


def left_out(flow: pd.DataFrame, question: str) -> list[tuple[int, str]]:
    """(nights, why) of what one question does not compare."""
    mine = flow[flow["question"].eq(question) & flow["left_out"].notna()]
    return list(zip(mine["left_out"].astype(int), mine["reason"], strict=True))


def after_unknown(flow: pd.DataFrame, question: str) -> str:
    """The sentence on nights left out because the night before them is not known; empty where there are none."""
    n = sum(n for n, why in left_out(flow, question) if why == AFTER_UNKNOWN)
    return f"{count(n, 'more night')} {'is' if n == 1 else 'are'} left out: {AFTER_UNKNOWN}." if n else ""
