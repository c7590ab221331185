"""check_answer(): one answer of the advice table handed to check_fit, with all the diary knows about its nights."""

from __future__ import annotations

import pandas as pd

from rlskit.answers.adjusters import candidates
from rlskit.answers.frames import asked_of, frame_of, judged
from rlskit.answers.half_hours import checked_by
from rlskit.answers.questions import LANDMARK, Question, questions_of
from rlskit.checks.fit_checks import Checks, check_fit
from rlskit.checks.responsive import PLANNED, RESPONSE
from rlskit.effects.fit import fit
from rlskit.errors import ModelError
from rlskit.models.outcome import BINARY, GAUSSIAN
from rlskit.nights.validate import check_nights, in_order
from rlskit.utils.arguments import check_level
from rlskit.utils.progress import doing


@doing("Trying what could overturn the answer")
def check_answer(
    nights: pd.DataFrame, question: str = "stretching", *, level: float = 0.95, claim_level: float | None = None
) -> Checks:
    """Try to overturn one answer of answer_questions: the same nights, model and contrast, checked by check_fit.

    nights : from make_nights. question : as in the `question` column of the answers; stretching by the half hour is
    checked by the same evenings split at one time, stretching_landmark. level : of the checks' own
    intervals; claim_level : of the interval by which the answer is judged. None takes `level`, as for a question asked
    alone, which is narrower than the table's: hand over `Answers.claim_level`, and an answer is clear here where it is
    clear there. (It depends on every answer of the table, so finding it here would fit them all again.)
    Raises ModelError where there is no such question, no answer to it, or a table not as make_nights gives it.

    Example: ``rk.check_answer(nights, "alcohol", claim_level=answers.claim_level)``
    """
    nights = check_nights(nights, "check_answer")
    check_level(level, "check_answer, level")
    if claim_level is not None:
        check_level(claim_level, "check_answer, claim_level")
    ordered = in_order(nights)
    known = questions_of(ordered)
    if question not in known:
        raise ModelError(f'check_answer: found "{question}"; expected one of {", ".join(known)}.')
    asked = checked_by(known[question], known)
    frame = frame_of(asked, ordered)
    if frame.reason:
        raise ModelError(f'check_answer: "{asked.label}" has no answer to check. {frame.reason}')
    model = fit(frame.formula, frame.nights, slopes=frame.slopes, outcome=GAUSSIAN if asked.outcome else BINARY)
    return check_fit(
        model, _whole(asked, ordered), exposure="exposure",
        contrast=(frame.a, frame.b), before="early_symptoms" if asked.kind == LANDMARK else None, label=_label(asked),
        window=asked.window if _looks_back(asked) else False, level=level, claim_level=claim_level,
    )  # fmt: skip


def _looks_back(question: Question) -> bool:
    """Whether the exposure is made of past nights: its row is adjusted for their symptoms."""
    return "past_share" in question.always


def _label(question: Question) -> str:
    own_topic = question.kind == LANDMARK and not question.outcome
    return question.topic if own_topic else question.label[:1].lower() + question.label[1:]


def _whole(question: Question, nights: pd.DataFrame) -> pd.DataFrame:
    """Every night with the question's own columns. An evening set aside because symptoms had come is not an empty one:
    how it ended is known."""
    asked = asked_of(question, nights)
    kind = "Float64" if question.outcome else "boolean"
    outcome, known = (one.astype(kind) for one in (asked.outcome, judged(question, nights)))
    beside = candidates(question, nights)
    kept = [c for c in ("person", "night", "early_symptoms", PLANNED, RESPONSE) if c not in beside]
    table = nights[kept].assign(
        symptom=outcome.fillna(known), exposure=asked.exposure.astype("Float64"))
    state = nights.get(f"{question.term}_state")
    if state is not None:
        table["exposure_state"] = state
    return table.join(beside)
