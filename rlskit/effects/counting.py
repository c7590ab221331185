"""What a night counts for on a scale: symptom nights are steps past thresholds, points the distances between levels.

Oracle: tests/unit/models/test_ordinal.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlskit.effects.scales import SCALES
from rlskit.errors import ModelError
from rlskit.models.design import AnyDesign


@dataclass(frozen=True)
class Counted:
    """What a night counts for: `steps` (thresholds,) for each threshold passed, on top of `lowest`, `times` so many
    nights. A symptom night is one step; points are the distances between levels."""

    steps: np.ndarray
    lowest: float
    times: float


def count_steps(design: AnyDesign, kind: str, scale: str, at_least: float | str | None) -> Counted:
    """What a night counts for on this scale. Raises ModelError where at_least is missing or has no place."""
    levels, asked = design.levels, SCALES[scale].counts
    if levels is None or not asked:
        if at_least is not None:
            what = f"a {kind} outcome" if levels is None else f'scale "{scale}"'
            raise ModelError(f"at_least: found {at_least!r} with {what}; expected nothing there. Leave it out.")
        return Counted(np.ones(1), 0.0, 30.0) if levels is None else Counted(levels.steps, levels.points[0], 1.0)
    if at_least is None:
        raise ModelError(
            f'scale "{scale}": found no at_least; expected the severity from which a night counts, one of '
            f"{', '.join(levels.labels[1:])}. Say it, or use scale=\"points\"."
        )
    return Counted(levels.at_least(at_least), 0.0, 30.0)
