"""Answers of coin-flip nights that stand before everything that was only watched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from rlskit.answers.result import Answers
from rlskit.diary.tables import Diary
from rlskit.errors import ArgumentError, ModelError
from rlskit.trials.analyse import analyse_trial
from rlskit.trials.find import find_plans


def add_trials(answers: Answers, diary: Diary, places: Iterable[Path]) -> Answers:
    """The answers with those of the plans that lie where the diary lies, beside its files or one folder below.

    A plan that cannot be read against the diary is a caveat. Raises DiaryError for one changed after it was sealed.
    """
    plans = find_plans(places)
    trials, caveats = [], []
    for plan in plans:
        try:
            trials.append(analyse_trial(plan, diary, others=[one for one in plans if one is not plan]))
        except ModelError as wrong:
            text = wrong.text if isinstance(wrong, ArgumentError) else str(wrong)
            caveats.append(f"Coin-flip nights of {plan.treatment}: {text}")
    return replace(answers, trials=tuple(trials), caveats=(*answers.caveats, *caveats))
