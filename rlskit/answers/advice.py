"""answer_questions(): model nights → the advice table. Figures, sentences and pages draw these rows alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from rlskit.answers.claims import HORIZON, Allowed, Primary, allowed, chosen_late, cut_at, family, primary_of
from rlskit.answers.coin import coin_nights, coin_treatment
from rlskit.answers.described import blank_row, described_rows
from rlskit.answers.flow import flow_table
from rlskit.answers.frames import Frame, nights_kept
from rlskit.answers.half_hours import POINTS_AWAY, ask, usual_clock, why_split
from rlskit.answers.landmarks import landmark_row, landmark_table, shifted_frames
from rlskit.answers.looks import Look, earlier
from rlskit.answers.onset import onset_shift
from rlskit.answers.power import WORTH_SEEING, more_nights, pace_of, patience, smallest_effect
from rlskit.answers.questions import (
    AT_THE_LANDMARK,
    LANDMARK_TAG,
    ORDER_IN_DOUBT,
    STRETCH_FOLLOWS,
    STRETCHING,
    TREND,
    questions_of,
)
from rlskit.answers.refusals import CLOSED, FAILED, FOLLOWS, NO_ANSWERS, ORDER, PEOPLE_DIFFER, STAYS, TURNS, Refused
from rlskit.answers.result import ANSWERED, CLEAR, COLUMNS, COUNTS, NIGHTS, POINTS, Answers
from rlskit.answers.simultaneous import Weighed, weigh, weigh_paths
from rlskit.diary.own import OwnOutcome
from rlskit.effects.contrasts import Contrast
from rlskit.effects.estimates import compare
from rlskit.effects.evenings import Paths, compare_paths, paths_of
from rlskit.effects.fit import fit
from rlskit.effects.spread import hides_people, share_below
from rlskit.errors import ModelError
from rlskit.models.evenings import fit_evenings
from rlskit.models.fitting import Fitted
from rlskit.models.outcome import BINARY, GAUSSIAN
from rlskit.nights.outcomes import symptom_nights
from rlskit.nights.validate import check_nights, in_order
from rlskit.utils.arguments import check_level
from rlskit.utils.open_questions import why_open
from rlskit.utils.progress import doing
from rlskit.utils.stamp import INPUTS, table_sha256
from rlskit.utils.words import TWO_YEARS, carry_on, count, of_people

READ_ONCE = "These limits are for reading the diary once: reading it again and again raises false alarms."


@dataclass(frozen=True)
class _Asked:
    """A frame with its model; `refused` where it has none, or gave no answer; `paths` of evenings by the half hour."""

    frame: Frame
    model: Fitted | None = None
    weight: Weighed | None = None
    refused: Refused | None = None
    paths: Paths | None = None


def answer_questions(
    nights: pd.DataFrame, *, level: float = 0.95, primary: str | Primary | None = None,
    looks: Sequence[Look] | None = None, today: dt.date | None = None,
) -> Answers:
    """Every question of the advice table, asked of these nights.

    Parameters
    ----------
    nights : from make_nights.
    level : of the simultaneous intervals (single-step max-|z| over the questions that could be asked).
    primary : the question asked first, with most of the alpha; default what rlskit.toml says.
    looks : earlier readings of this diary, from read_looks; None where they are not counted. Over how many nights they
        are counted rlskit.toml says (`looks = { horizon = 365 }`).
    today : the day of this look; default today's date.

    Returns
    -------
    Answers, frozen. Questions that the diary cannot answer are rows with a reason, never missing.

    Raises
    ------
    ModelError : a table that is not as make_nights gives it, or a level out of range.

    Example: ``answers = rk.answer_questions(nights)``
    """
    nights = check_nights(nights, "answer_questions")
    check_level(level, "answer_questions, level")
    nights = in_order(nights)
    frames = [ask(question, nights) for question in questions_of(nights).values()]
    first = primary_of(primary, nights, [frame.question.key for frame in frames])
    look = _look(nights, today)
    past = earlier(looks or (), look)
    with doing("Answering the questions") as work:
        asked = [_fitted(frame) for frame in work.each(frames, len(frames))]
        rows, may = _rows(asked, level, nights, first, lambda key, together: allowed(
            key, together, past, look, 0 if looks is None else nights.attrs.get(HORIZON, 0)))
    look = replace(look, cuts={key: None if one.closed else cut_at(one.level) for key, one in may.items()},
                   claims={row["question"]: row["verdict"] for row in rows if row["verdict"] in CLEAR})
    together = max((one.together for key, one in may.items() if first is None or key != first.question), default=level)
    split = _split(rows)
    others, more = _landmarks(nights, split, may)
    if turned := _turns(others):
        split |= {"reason": turned, "code": TURNS}
    others_said, numbers = described_rows(nights, level)
    rows += [*others_said, _patience(asked, rows, may, nights)]
    longest = max((row["nights_needed"] or 0 for row in rows if pd.notna(row["nights_needed"])), default=0)
    table = pd.DataFrame(sorted(rows, key=lambda row: row["verdict"] == "not_recorded"), columns=list(COLUMNS))
    for name in COUNTS:
        table[name] = table[name].astype("Int64")
    people = nights["person"].unique()
    for name in ("contrast", "compares", "reason"):
        table[name] = table[name].map(lambda text: of_people(text, len(people)))
    others["reason"] = others["reason"].map(lambda text: of_people(text, len(people)))
    table.attrs[INPUTS] = nights.attrs.get(INPUTS, [])
    models = int(table["verdict"].isin(ANSWERED).sum()) + more
    answered = int(symptom_nights(nights).notna().sum())
    landmark, half_hour = nights.attrs.get("landmark"), usual_clock(frames[0].question, nights)
    return Answers(
        table=table, level=level, claim_level=together, n_people=len(people),
        person=str(people[0]) if len(people) == 1 else "",
        landmark=landmark if isinstance(landmark, str) else None, first_night=nights["night"].min().date(),
        last_night=nights["night"].max().date(), n_nights=len(nights), n_recorded=int(nights["recorded"].sum()),
        method=_method(table, more, half_hour),
        caveats=(*chosen_late(first, nights), *_caveats(nights, answered), *([READ_ONCE] if looks is None else [])),
        landmark_table=others, n_models=models,
        flow=flow_table(frames, nights), onset=onset_shift(nights, level), half_hour=half_hour,
        why_split=why_split(nights), primary=first,
        claim_levels={key: one.level for key, one in may.items()}, look=look,
        coin=coin_nights(nights, look.date) if len(people) == 1 and longest > TWO_YEARS else None, **numbers)


def _look(nights: pd.DataFrame, today: dt.date | None) -> Look:
    people = nights["person"].unique()
    return Look(date=today or dt.date.today(), person=str(people[0]) if len(people) == 1 else f"{len(people)} people",
                first_night=nights["night"].min().date(), last_night=nights["night"].max().date(),
                inputs=table_sha256(nights))


def _rows(
    asked: list[_Asked], level: float, nights: pd.DataFrame, first: Primary | None,
    may_claim: Callable[[str, float], Allowed],
) -> tuple[list[dict], dict[str, Allowed]]:
    """The rows in their order, and by question what each may claim; the question asked first decides how much alpha the
    others have."""
    weights = {one.frame.question.key: one.weight for one in asked if one.weight is not None}
    key = "" if first is None or first.question not in weights else first.question

    def shared(claimed: bool) -> tuple[list[dict], dict[str, Allowed]]:
        levels = family(weights, level, key, claimed)
        may = {question: may_claim(question, together) for question, together in levels.items()}
        rows = [_row(one, level, may.get(one.frame.question.key), nights) for one in asked]
        rows[0] |= _against(rows[0], _split(rows), nights)
        return rows, may

    rows, may = shared(False)
    passed_on = any(row["question"] == key and row["verdict"] in CLEAR for row in rows)
    return shared(True) if passed_on else (rows, may)


def _split(rows: list[dict]) -> dict:
    """The row that splits the evening at the landmark: a check beside stretching by the half hour, or stretching."""
    return next(row for row in reversed(rows[:2]) if row["question"] in (AT_THE_LANDMARK.key, STRETCHING.key))


def _method(table: pd.DataFrame, others: int, half_hour: str = "") -> str:
    asked = int(table["verdict"].isin(ANSWERED).sum())
    if not asked:
        return "no question could be asked"
    again = f", and {others} more for other landmarks" if others else ""
    models = f"{asked} model{'' if asked == 1 else 's'}{again}"
    elsewhere = table["verdict"].isin(ANSWERED) & table["unit"].ne(NIGHTS)
    linear = "; for other outcomes a linear model, likewise" if elsewhere.any() else ""
    hours = "; stretching by a model of every half hour still quiet" if half_hour else ""
    return ("logistic model with night-to-night persistence, profile likelihood with a small-diary correction; one "
            f"model per question ({models}), limits simultaneous over the questions{hours}{linear}")


def _fitted(frame: Frame) -> _Asked:
    if frame.refused:
        return _Asked(frame, refused=frame.refused)
    try:
        if (by := frame.evenings) is not None:
            model = fit_evenings(frame.formula, by.rows, untold="untold")
            paths = paths_of(model, by.stretched, by.never, by.per_evening)
            return _Asked(frame, model, weigh_paths(model, paths), paths=paths)
        model = fit(frame.formula, frame.nights, slopes=frame.slopes,
                    outcome=GAUSSIAN if frame.question.outcome else BINARY)
        return _Asked(frame, model, weigh(model, "exposure", frame.a, frame.b))
    except ModelError as wrong:
        return _Asked(frame, refused=_failed(wrong))


def _failed(wrong: ModelError) -> Refused:
    return Refused(FAILED, f"No answer could be computed: {wrong}")


def _limits(one: _Asked, levels: tuple[float, ...]) -> pd.DataFrame | Refused:
    """The contrast's rows of Effects at these levels, or why there are none."""
    if one.model is None or one.refused:
        return one.refused or Refused(FAILED, "")
    try:
        if one.paths is not None:
            return compare_paths(one.model, one.paths, levels)
        found = compare(one.model, "exposure", one.frame.a, one.frame.b, level=levels).table
    except ModelError as wrong:
        return _failed(wrong)
    refused = found["reason"].iloc[0]
    return Refused(FAILED, f"{NO_ANSWERS}{refused}.") if refused else found


def _row(one: _Asked, level: float, may: Allowed | None, nights: pd.DataFrame) -> dict:
    """One row of the table: refused, or estimated with pointwise and simultaneous limits."""
    frame, q = one.frame, one.frame.question
    label = q.outcome.name if q.outcome and not frame.recorded else q.label
    row = dict.fromkeys(COLUMNS, np.nan) | {
        "question": q.key, "advice": q.advice, "label": label, "contrast": frame.contrast,
        "compares": frame.compares, "population": frame.population, "design_tag": frame.design_tag,
        "adjusted_for": ", ".join(frame.adjusted_for), "verdict": "refused" if frame.recorded else "not_recorded",
        "n_nights": len(frame.nights), "n_exposed": frame.n_exposed,
        "n_unexposed": frame.n_unexposed, "unit": _unit(q.outcome),
        "better": q.outcome.better if q.outcome else "fewer", "a": frame.a, "b": frame.b, "exposure_unit": q.unit,
        "coin": coin_treatment(q)}
    found = _limits(one, (level, level if may is None else may.level))
    if isinstance(found, Refused) or may is None:
        why = found if isinstance(found, Refused) else Refused(FAILED, "")
        return row | {"reason": why.said, "code": why.code, "have": why.have, "need": why.need,
                      "nights_needed": why.more}
    alone, family = found.iloc[0], found.iloc[1]
    less, more = ("lower", "higher") if q.outcome else ("fewer", "more")
    verdict = less if family["upper"] < 0 else more if family["lower"] > 0 else "unclear"
    closed = may.closed if verdict in CLEAR else ""
    verdict = may.side or ("unclear" if closed else verdict)
    return row | {
        "estimate": alone["estimate"], "lower": family["lower"], "upper": family["upper"],
        "lower_pointwise": alone["lower"], "upper_pointwise": alone["upper"], "base_rate": alone["base_rate"],
        "base_lower": alone["base_lower"], "base_upper": alone["base_upper"],
        "verdict": "unclear" if frame.no_claim else verdict,
        **_doubt(one, nights, may.since, closed),
        **_power(one, verdict, bool(np.isfinite(family[["lower", "upper"]].astype(float)).all()), may.together, nights)}


def _unit(outcome: OwnOutcome | None) -> str:
    return NIGHTS if outcome is None else POINTS if outcome.unit else carry_on(outcome.name)


def _doubt(one: _Asked, nights: pd.DataFrame, since: str, closed: str) -> dict[str, str]:
    """The main reason for doubt: of stretching whose order is not told, that; then what earlier looks did; then people
    who differ, else its own."""
    if one.frame.no_claim:
        follows = nights["stretch_responsive"].eq(True).fillna(False).any()
        return {"code": FOLLOWS if follows else ORDER, "reason": STRETCH_FOLLOWS if follows else ORDER_IN_DOUBT}
    said = {STAYS: since, CLOSED: closed, PEOPLE_DIFFER: "" if since or closed else _people_differ(one)}
    return next(({"code": code, "reason": why} for code, why in said.items() if why),
                {"code": "", "reason": one.frame.question.doubt})


def _people_differ(one: _Asked) -> str:
    """The reason for doubt where an average hides people on the other side; empty for one person."""
    assert one.model is not None
    if one.model.n_people == 1 or one.frame.question.outcome:
        return ""
    contrast = Contrast("exposure", "exposure", "", one.frame.a, one.frame.b)
    if not hides_people(one.model, contrast):
        return ""
    below = share_below(one.model, contrast)
    return (f"People differ: for about {100 * below:.0f} in 100 it goes with fewer symptom nights and for "
            f"{100 - round(100 * below):.0f} with more, so the average speaks for neither.")


def _power(one: _Asked, verdict: str, closed: bool, together: float, nights: pd.DataFrame) -> dict:
    """Nights still needed and the smallest effect, for one person's answer that more nights could settle."""
    of_symptoms = one.frame.question.outcome is None and not one.frame.no_claim
    if not of_symptoms or not closed or one.weight is None or nights["person"].nunique() > 1:
        return {"nights_needed": None}
    more = _more(one, together, nights) if verdict == "unclear" else None
    return {"nights_needed": more, "smallest_effect": smallest_effect(one.weight.error, together)}


def _more(one: _Asked, together: float, nights: pd.DataFrame) -> int:
    assert one.weight is not None
    kept = nights_kept(one.frame.question, nights)
    return more_nights(one.weight.error, together, kept, pace=pace_of(one.frame.question))


def _patience(asked: list[_Asked], rows: list[dict], may: dict[str, Allowed], nights: pd.DataFrame) -> dict:
    """The row of the advice to switch after a few weeks: how long until stretching could be told to work or not; where
    that was not asked, the first habit that was. Time is no habit: nobody can switch it."""
    row = blank_row("nights_needed", "switch if nothing changed in a few weeks", "Switching after a few weeks",
                    f"an effect of {WORTH_SEEING:g} nights in 30")
    people = nights["person"].nunique()
    if people > 1:
        return row | {"verdict": "plan", "reason": f"How long to go on is worked out for one person's diary at a time; "
                                                   f"these are {people:,} people's."}
    known = [(one, r) for one, r in zip(asked, rows, strict=True)
             if one.frame.question.kind != TREND and not np.isnan(r["smallest_effect"])]
    if not known:
        reason = "no habit has an answer yet that more nights would sharpen"
        return row | {"verdict": "refused", "reason": f"Not enough recorded to say: {reason}."}
    one, about = known[0]
    more = _more(one, may[one.frame.question.key].together, nights)
    topic = "stretching" if about["question"] == "stretching" else one.frame.question.topic
    return row | {"verdict": "plan", "reason": patience(more, topic), "nights_needed": more,
                  "coin": coin_treatment(one.frame.question), "smallest_effect": about["smallest_effect"]}


def _turns(landmarks: pd.DataFrame) -> str:
    """The reason for doubt where the answer changes sides with the clock time; empty where it does not."""
    own = landmarks.loc[landmarks["shift_h"].eq(0), "estimate"]
    other = landmarks[landmarks["estimate"].mul(own.sum()).lt(0) & landmarks["estimate"].abs().ge(1)]
    if not len(other) or abs(own.sum()) < 1:
        return ""
    clock = landmarks.loc[landmarks["shift_h"].eq(0), "landmark"].iloc[0]
    return f"The answer changes sides when the evening is split at {other['landmark'].iloc[0]} instead of {clock}."


def _against(own: dict, split: dict, nights: pd.DataFrame) -> dict:
    """What becomes of an answer by the half hour where the evening split at one time points the other way: no claim,
    and that is said."""
    if own is split or not own["estimate"] * split["estimate"] < 0:
        return {}
    if min(abs(own["estimate"]), abs(split["estimate"])) < POINTS_AWAY:
        return {}
    at = nights.attrs.get("landmark")
    return {"verdict": "unclear", "code": TURNS,
            "reason": f"With the evening split at {at} instead, the answer points the other way."}


def _landmarks(nights: pd.DataFrame, own: dict, may: dict[str, Allowed]) -> tuple[pd.DataFrame, int]:
    """The table of answers at other landmarks, and how many models it took."""
    if own["verdict"] not in ANSWERED or own["design_tag"] != LANDMARK_TAG:
        return landmark_table([]), 0
    shifted = shifted_frames(nights)
    if not shifted:
        return landmark_table([]), 0
    rows = [{"landmark": nights.attrs["landmark"], "shift_h": 0, "n_nights": own["n_nights"], "reason": "",
             **{name: own[name] for name in ("estimate", "lower", "upper", "n_exposed")}}]
    for clock, hours, frame in shifted:
        one = _Asked(frame, refused=frame.refused) if frame.no_claim else _fitted(frame)
        found = _limits(one, (may[own["question"]].level,))
        if isinstance(found, Refused):
            frame = replace(frame, refused=found if found.said else None)
        numbers = None if isinstance(found, Refused) else found.iloc[0][["estimate", "lower", "upper"]].to_dict()
        rows.append(landmark_row(clock, hours, frame, numbers))
    return landmark_table(rows), sum(not row["reason"] for row in rows) - 1


def _caveats(nights: pd.DataFrame, answered: int) -> list[str]:
    """What to know before reading any row, strongest first."""
    lines = []
    if not answered:
        return ["No night has an answer about symptoms, so nothing can be compared.", *nights.attrs.get("notes", [])]
    if answered < 60:
        have = f"{count(answered, 'night')} {'has' if answered == 1 else 'have'}"
        lines.append(f"Only {have} an answer about symptoms; with few nights the intervals are wide, and they may be "
                     "somewhat too narrow all the same.")
    missing = 1 - answered / len(nights)
    if missing > 0.3:
        lines.append(f"{missing:.0%} of the nights have no answer about symptoms. If those nights were unlike the "
                     "others, the numbers below are off.")
    if answered < len(nights) and not why_open(nights, "symptoms"):
        lines.append(_bounds(nights, answered))
    lines.append("Comparing nights that happened is not a trial: other things may differ between them.")
    lines += nights.attrs.get("notes", [])
    return lines


def _bounds(nights: pd.DataFrame, answered: int) -> str:
    """The symptom-night rate if every night without an answer had been symptom-free, and if every one had not."""
    ill, n = int(symptom_nights(nights).sum()), len(nights)
    return (f"{ill} of the {answered} nights with an answer were symptom nights, {30 * ill / answered:.1f} in 30. "
            f"Had all {n - answered} nights without an answer been free of symptoms it would be {30 * ill / n:.1f}, "
            f"had all been symptom nights {30 * (ill + n - answered) / n:.1f}.")
