"""Plans that lie where a diary lies, so that whatever reads the diary can show their answer first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from rlskit.trials.plan import TrialPlan
from rlskit.trials.seal import FILE_NAME, read_plan
from rlskit.utils.words import long_date


def find_plans(places: Iterable[Path]) -> tuple[TrialPlan, ...]:
    """The plans beside files and up to two folders below (`--out my/trial`), the earliest first; each once.

    Raises DiaryError for one that was changed after it was sealed.
    """
    folders = dict.fromkeys(place if place.is_dir() else place.parent for place in places)
    files = (file for folder in folders for below in ("", "*/", "*/*/")
             for file in sorted(folder.glob(f"{below}{FILE_NAME}")))
    plans = {plan.sha256: plan for plan in (read_plan(file) for file in files if file.is_file())}
    return tuple(sorted(plans.values(), key=lambda plan: plan.start))


def at_once(plan: TrialPlan, others: Iterable[TrialPlan]) -> str:
    """What is to be said where another plan runs at the same time; "" where none does."""
    for other in others:
        if other.sha256 != plan.sha256 and other.start <= plan.end and plan.start <= other.end:
            return (f"Another plan beside it ({other.treatment}) runs to {long_date(other.end)}. Two at once cannot be "
                    "told apart: follow one of them, or begin this one afterwards, with --start "
                    f"{other.end + dt.timedelta(days=1)}.")
    return ""
