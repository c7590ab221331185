"""make_report(): from a diary to its page, with all that stands on it; `rlskit report` and the start notebook do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from rlskit.answers.advice import answer_questions
from rlskit.answers.checks import check_answer
from rlskit.answers.dose import amounts_in, trace_dose
from rlskit.answers.ledger import LEDGER, keep_look, read_looks
from rlskit.answers.trend import trace_trend
from rlskit.answers.trials import add_trials
from rlskit.diary.tables import Diary
from rlskit.effects.rates import estimate_rates
from rlskit.nights.make import make_nights
from rlskit.nights.regularity_table import trace_sleep
from rlskit.pages.report import write_report
from rlskit.utils.resources import sample_path


def make_report(
    diary: Diary, out: Path, *, now: Callable[[str], None], night_starts: str = "12:00", landmark: str | None = None,
    stamp: pd.DataFrame | None = None, ledger: Path | None = None, files: Sequence[Path] = (),
) -> tuple[Path, str]:
    """The page, and what is to be said about it. now : says what is being done; ledger : the folder in which looks are
    counted, None where they are not; files : where plans of coin-flip nights may lie."""
    now("Answering the questions")
    nights = make_nights(diary, night_starts=night_starts, landmark=landmark)
    looks = None if ledger is None else read_looks(ledger)
    answers = add_trials(answer_questions(nights, looks=looks), diary, files)
    # what stands on the order of stretching and symptoms is tried before it is shown
    question = "stretching_landmark" if answers.half_hour else "stretching"
    asked = answers.table[answers.table["question"].eq(question)].iloc[0]
    tried = asked["verdict"] in ("fewer", "more", "unclear") and asked["design_tag"] == "before-symptom only"
    if tried:
        now("Trying what could overturn the answer about stretching")
    checks = check_answer(nights, question, claim_level=answers.claim_levels[question]) if tried else None
    now("Drawing the page")
    page = write_report(diary, nights, answers, estimate_rates(nights), out, checks, sleep=trace_sleep(diary),
                        trend=trace_trend(nights), stamp=stamp,
                        doses=[trace_dose(nights, term) for term in amounts_in(answers, nights)])
    if ledger is None or looks is None or answers.look is None:
        return page, ""
    try:
        keep_look(ledger, looks, answers.look)
    except OSError:
        return page, (f"{LEDGER} could not be written in {ledger}, so this look is not counted. Reading a diary "
                      "again and again raises false alarms.")
    return page, ""


def ledger_of(first: Path) -> Path | None:
    """The folder in which looks at a diary are counted: that of its first file; none for the sample."""
    folder = first if first.is_dir() else first.parent
    return None if folder.resolve().is_relative_to(sample_path().resolve()) else folder
