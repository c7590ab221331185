"""The answer on stretching at other landmarks: one hour earlier and one hour later than the person's own.

A clock time is a choice. An answer that turns with it is a weak one, so all three stand side by side. The nights carry
the evening as seen from the other two times in columns that end in _1h_earlier and _1h_later (nights/person.py).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.answers.frames import Frame, frame_of
from rlskit.answers.questions import STRETCHING
from rlskit.diary.night_rule import clock_minutes
from rlskit.diary.tables import SHIFTED, SHIFTS

COLUMNS = ("landmark", "shift_h", "estimate", "lower", "upper", "n_nights", "n_exposed", "reason")


def shifted_frames(nights: pd.DataFrame) -> list[tuple[str, int, Frame]]:
    """(clock time, hours from the person's own, frame) at one hour earlier and later; none where the nights do not
    carry them or several people have times of their own."""
    landmark = nights.attrs.get("landmark")
    if not isinstance(landmark, str):
        return []
    frames = []
    for ending, minutes in SHIFTS.items():
        if not all(f"{name}_{ending}" in nights for name in SHIFTED):
            continue
        other = nights.assign(**{name: nights[f"{name}_{ending}"] for name in SHIFTED})
        at = (clock_minutes(landmark) + minutes) % 1440
        clock = f"{at // 60:02d}:{at % 60:02d}"
        other.attrs = dict(nights.attrs) | {"landmark": clock}
        frames.append((clock, minutes // 60, frame_of(STRETCHING, other)))
    return frames


def landmark_row(clock: str, hours: int, frame: Frame, found: dict | None) -> dict:
    """One row of the table; `found` holds estimate, lower and upper, or is None with a reason in the frame."""
    row = dict.fromkeys(COLUMNS, np.nan) | {"landmark": clock, "shift_h": hours, "n_nights": len(frame.nights),
                                            "n_exposed": frame.n_exposed or 0, "reason": frame.reason}
    if frame.no_claim and not frame.reason:
        return row | {"reason": f"The diary does not tell what came before {clock} and what after."}
    return row if found is None else row | found


def landmark_table(rows: list[dict]) -> pd.DataFrame:
    """The table, earliest first."""
    return pd.DataFrame(rows, columns=list(COLUMNS)).sort_values("shift_h", ignore_index=True)
