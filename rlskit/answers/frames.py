"""Which nights, outcome and adjustment set one question may use: model nights → a frame ready for fit().

Stretching is asked on nights still symptom-free at the landmark (both arms), with symptoms after it as the outcome.
Caffeine, alcohol, supplements and regularity are never conditioned on the evening's symptoms; their outcome is any
symptoms.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from rlskit.answers.adjusters import candidates, choose, name_of
from rlskit.answers.confounders import LAST_NIGHT
from rlskit.answers.questions import (
    ASSOCIATION_TAG,
    AT_THE_LANDMARK,
    EVENINGS,
    HOUR,
    LANDMARK,
    LANDMARK_TAG,
    MOVEMENTS,
    ROUTINE,
    STEADINESS,
    STRETCHING,
    TREND,
    Question,
)
from rlskit.answers.refusals import (
    FORETOLD,
    LEAST_EXPOSED,
    LEAST_NIGHTS,
    NEVER,
    NO_ANSWERS,
    NO_HOUR,
    NO_SYMPTOMS_ASKED,
    NOTHING,
    ONE_KIND,
    SAME,
    SYMPTOMS,
    TOGETHER,
    UNSETTLED,
    USUAL,
    Refused,
    count,
    one_sided,
    refusal,
    trend_refusal,
)
from rlskit.answers.refusals import (
    NOT_RECORDED as NEVER_RECORDED,
)
from rlskit.answers.refusals import (
    UNTOLD as ORDER_UNTOLD,
)
from rlskit.nights.outcomes import last_night, symptom_nights
from rlskit.utils.open_questions import why_open
from rlskit.utils.words import CLOCK, carry_on, clock, three_digits
from rlskit.utils.words import count as count_of

# The order of symptoms and landmark must be known on this share of symptom nights, with and without stretching, or
# dropping the rest would choose nights by their outcome.
ORDER_KNOWN = 0.9
UNTOLD = f"{NO_ANSWERS}the diary does not tell whether {{}} came before or after symptoms."
NOT_RECORDED = "Not recorded."
ONLY_ONE = Refused(ONE_KIND, f"{NOTHING}one kind of movement was done so far; a second one is needed.")
OWN_RANGE = ", your own 90th and 10th percentile"
AFTER_UNKNOWN = "nothing is known about the night before"
UNKNOWN = "something else to be taken into account is not known"


@dataclass(frozen=True)
class Evenings:
    """What evenings are fitted and compared by: `rows`, one for each half hour still quiet; `stretched` and `never`,
    every half hour of every evening, `per_evening` of each, with the first stretch at one time and without any."""

    rows: pd.DataFrame
    stretched: pd.DataFrame
    never: pd.DataFrame
    per_evening: int


@dataclass(frozen=True)
class Frame:
    """One question with its rows. `nights` has columns person, night, symptom, exposure and the adjusters; `symptom` is
    the value of another outcome, where one is asked about. `evenings`: of a question by the half hour.

    aside : (nights, why) of each kind of night that is not among them, in the order in which they were set aside.
    refused : why it cannot be asked, else None; `recorded` is False where the diary has nothing about it at all.
    """

    question: Question
    nights: pd.DataFrame
    formula: str
    a: float
    b: float
    contrast: str
    compares: str
    population: str
    design_tag: str
    adjusted_for: tuple[str, ...]
    slopes: tuple[str, ...]
    n_exposed: int | None
    n_unexposed: int | None
    refused: Refused | None
    no_claim: bool = False
    recorded: bool = True
    aside: tuple[tuple[int, str], ...] = ()
    evenings: Evenings | None = None

    @property
    def reason(self) -> str:
        return self.refused.said if self.refused else ""

    @property
    def nights_needed(self) -> int | None:
        return self.refused.more if self.refused else None


@dataclass(frozen=True)
class Asked:
    """Outcome and exposure of a question on every night; whether exposure came before symptoms; `why_not` it cannot;
    `quiet`: whether only nights still quiet at the landmark have an outcome."""

    outcome: pd.Series
    exposure: pd.Series
    timed: bool
    why_not: str = ""
    quiet: bool = False


def frame_of(question: Question, nights: pd.DataFrame) -> Frame:
    """The frame of one question; `reason` is non-empty where it cannot be asked."""
    if not _has_anything(question, nights):
        return _nothing(question, nights)
    asked = asked_of(question, nights)
    table = pd.DataFrame({"person": nights["person"], "night": nights["night"]}, index=nights.index)
    table["symptom"] = asked.outcome.astype("Float64" if question.outcome else "boolean")
    table["exposure"] = asked.exposure.astype("Float64")
    told = table[table["symptom"].notna() & table["exposure"].notna()].copy()
    adjusters = candidates(question, nights)
    known = told[adjusters.loc[told.index, LAST_NIGHT].notna()] if LAST_NIGHT in question.always else told
    a, b, contrast, compares = _contrast(question, known["exposure"].to_numpy(float), asked.timed)

    refused = _refused(question, nights, known, (a, b), asked.why_not)
    if refused and len(known) < len(told) and not _refused(question, nights, told, (a, b), asked.why_not):
        lost = f" {count_of(len(told) - len(known), 'more night')} cannot be: {AFTER_UNKNOWN}."
        refused = replace(refused, said=refused.said + lost)
    adjusted = [] if refused else choose(question, adjusters.loc[known.index], known["exposure"].to_numpy(float),
                                        _is_high(question, known))
    rows = known.join(adjusters[adjusted]).dropna().astype({"symptom": float if question.outcome else bool,
                                                            "exposure": float})
    if not refused and adjusted:  # nights that an adjuster lacks are gone now
        refused = _refused(question, nights, rows, (a, b), "")
    exposed = _nearer(rows["exposure"].to_numpy(float), a, b)
    split = question.kind != TREND
    return Frame(
        question=question, nights=rows, a=a, b=b,
        formula=" + ".join(["symptom ~ exposure", *(_term(name, rows) for name in adjusted)]),
        contrast=contrast, compares=compares, population=population_of(nights, asked.timed, question),
        design_tag=LANDMARK_TAG if asked.timed else ASSOCIATION_TAG,
        adjusted_for=tuple(name_of(name, question) for name in adjusted),
        slopes=("exposure",) if rows["person"].nunique() > 1 else (),
        n_exposed=int(exposed.sum()) if split else None, n_unexposed=int((~exposed).sum()) if split else None,
        refused=refused, no_claim=question.key == "stretching" and not asked.timed,
        aside=_set_aside(question, nights, asked, told, {AFTER_UNKNOWN: known, UNKNOWN: rows}))


def _term(name: str, rows: pd.DataFrame) -> str:
    """An adjuster as the formula has it. Of several people, who has bad nights and which night was bad are two things:
    in one column they would pull the effect of a bad night towards how people differ."""
    return f"within({name}) + between({name})" if name == LAST_NIGHT and rows["person"].nunique() > 1 else name


def _set_aside(question: Question, nights: pd.DataFrame, asked: Asked, told: pd.DataFrame,
               kept: dict[str, pd.DataFrame]) -> tuple[tuple[int, str], ...]:
    """How many nights are not compared, and why; one with several reasons counts under the first. told: nights with
    outcome and exposure; kept: those that each further reason leaves."""
    untold = judged(question, nights).isna()
    early = asked.quiet & nights["early_symptoms"].eq(True).fillna(False).astype(bool) & ~untold
    about = carry_on(question.outcome.name) if question.outcome else "symptoms"
    counts = {f"no answer about {about}": untold.sum(), "that evening already had symptoms": early.sum(),
              "whether that evening already had symptoms is not known": (asked.outcome.isna() & ~untold & ~early).sum()}
    when = ", or not when it was" if question.kind == EVENINGS else ""
    counts[f"no answer about {question.topic}{when}"] = len(nights) - len(told) - sum(counts.values())
    left = len(told)
    for why, rows in kept.items():
        counts[why] = left - len(rows)
        left = len(rows)
    return tuple((int(n), why) for why, n in counts.items() if n)


def population_of(nights: pd.DataFrame, timed: bool, question: Question) -> str:
    """Which 30 nights an effect is counted in, naming the clock time of the landmark; of another outcome, on which
    nights it is the average."""
    landmark = nights.attrs.get("landmark")
    per = "on nights" if question.outcome else "per 30 nights"
    if not timed or question.kind == EVENINGS:
        return "on average" if question.outcome else per
    return f"{per} still symptom-free at {landmark if isinstance(landmark, str) else 'the landmark'}"


# --- outcome and exposure ------------------------------------------------------------------------------------------
def _has_anything(question: Question, nights: pd.DataFrame) -> bool:
    """Whether the diary holds any answer to the exposure, or to what it is worked out from; an unasked question gets a
    short row."""
    if question.key == MOVEMENTS.key or question.term not in nights:
        return False
    if question.outcome and not (question.outcome.column in nights and nights[question.outcome.column].notna().any()):
        return False
    if any(_is_told(nights, name) for name in (f"{question.term}_state", *question.made_of)):
        return True
    values = nights[question.term]
    if question.kind == LANDMARK and question not in (STRETCHING, HOUR):
        return bool(values.astype("Float64").gt(0).fillna(False).any())
    return bool(values.notna().any())


def _is_told(nights: pd.DataFrame, column: str) -> bool:
    """Whether any night has a value there, or, in a column of states, an answer."""
    if column not in nights:
        return False
    values = nights[column]
    return bool((values.isin(["yes", "no", "unknown_order"]) if column.endswith("_state") else values.notna()).any())


def _nothing(question: Question, nights: pd.DataFrame) -> Frame:
    one = question.key == MOVEMENTS.key and any(name.startswith("movement_") for name in nights)
    empty = pd.DataFrame({"person": nights["person"], "night": nights["night"], "symptom": False, "exposure": 0.0})[:0]
    a, b, contrast, compares = _contrast(question, np.zeros(0), question.kind == LANDMARK)
    return Frame(
        question=question, nights=empty, formula="", a=a, b=b, contrast=contrast, compares=compares, population="",
        design_tag="", adjusted_for=(), slopes=(), n_exposed=0, n_unexposed=0,
        refused=ONLY_ONE if one else Refused(NEVER_RECORDED, NOT_RECORDED), recorded=one)


def asked_of(question: Question, nights: pd.DataFrame) -> Asked:
    any_symptoms = symptom_nights(nights)
    outcome = judged(question, nights)
    if question.kind == EVENINGS:
        return Asked(any_symptoms, nights[question.term].astype("Float64"), True)
    if question.kind != LANDMARK:
        untold = question in (ROUTINE, STEADINESS) and _order_of_most_is_untold(nights)
        return Asked(outcome, nights[question.term].astype("Float64"), False,
                     UNTOLD.format("stretching") if untold else "")
    did = nights[question.done].astype("Float64").gt(0)
    if order_is_known(nights, any_symptoms, did) and did.fillna(False).any():
        quiet = nights["early_symptoms"].eq(False).fillna(False).astype(bool)
        after = outcome if question.outcome else nights["symptoms"]
        return Asked(after.where(quiet, pd.NA), nights[question.term].astype("Float64"), True, quiet=True)
    if question.key == STRETCHING.key:
        did = nights["stretched_state"].map({"yes": 1.0, "unknown_order": 1.0, "no": 0.0}).astype("Float64")
        return Asked(any_symptoms, did.mask(nights["stretch_responsive"].fillna(False).astype(bool), 1.0), False)
    what = "stretching" if question.done == STRETCHING.done else question.topic
    return Asked(outcome, nights[question.term].astype("Float64"), False, UNTOLD.format(what))


def judged(question: Question, nights: pd.DataFrame) -> pd.Series:
    """What each night is judged by, early or late: symptoms, or another outcome."""
    return nights[question.outcome.column] if question.outcome else symptom_nights(nights)


def order_is_known(nights: pd.DataFrame, any_symptoms: pd.Series, did: pd.Series) -> bool:
    """Whether symptoms can be placed before or after the landmark on nearly every symptom night, in both arms; with
    no symptom night there is none that cannot. did : which evenings are those of the first arm."""
    ill = any_symptoms.fillna(False).astype(bool)
    known = nights["early_symptoms"].notna()
    arms = [ill, *(ill & did.eq(arm).fillna(False).astype(bool) for arm in (True, False))]
    return all(known[arm].mean() >= ORDER_KNOWN for arm in arms if arm.any())


def _order_of_most_is_untold(nights: pd.DataFrame) -> bool:
    """Whether most evenings with stretching may have had symptoms first: such evenings count in no routine, so that
    the days counted are few because of what was not written down."""
    state = nights.get("stretched_state")
    return state is not None and bool(state.eq("unknown_order").sum() > state.eq("yes").sum())


# --- the contrast --------------------------------------------------------------------------------------------------
def _nearer(values: np.ndarray, a: float, b: float) -> np.ndarray:
    """Which values lie nearer to a than to b."""
    return np.abs(values - a) < np.abs(values - b)


def _contrast(question: Question, values: np.ndarray, timed: bool) -> tuple[float, float, str, str]:
    """The pre-stated contrast where it lies within the person's own 5-95% range, else their own 10th and 90th
    percentile, named as such."""
    a, b = float(question.a), float(question.b)
    if question.kind == TREND:
        middle = 0.5 * (values.min() + values.max()) if len(values) else 0.0
        return middle + a / 2, middle - a / 2, "four weeks later vs now", question.compares
    if not question.unit:
        if question.key not in (STRETCHING.key, AT_THE_LANDMARK.key):
            return a, b, "with vs without", question.compares
        if timed:
            return a, b, "stretched vs not", question.compares
        return a, b, "stretched at some time vs not", "nights you stretched at some time with nights you did not"
    own, said = "", (a, b)
    if len(values) >= LEAST_NIGHTS:
        low, high = np.quantile(values, [0.05, 0.95])
        if not (low <= b and a <= high):
            b, a = (float(v) for v in np.quantile(values, [0.1, 0.9], method="inverted_cdf"))
            if a != b:
                own, said = OWN_RANGE, (a, b)
    words = ["more", "less"] if math.isnan(said[0]) else [_amount(v, question.unit) for v in said]
    return a, b, f"{words[0]} vs {words[1]}{own}", question.compares.format(a=words[0], b=words[1])


def _amount(value: float, unit: str) -> str:
    if unit == CLOCK:
        return clock(value)
    number = f"{value:.0f}" if unit == "min" and abs(value) >= 0.5 else three_digits(value)
    return f"{number.replace('-', '−')} {unit[:-1] if unit in ('drinks', 'days', 'weeks') and value == 1 else unit}"


# --- refusals ------------------------------------------------------------------------------------------------------
def _refused(question: Question, nights, rows, contrast: tuple[float, float], why_not: str) -> Refused | None:
    """Why the question cannot be asked, in words for the person who kept the diary; None where it can."""
    answers = symptom_nights(nights).dropna()
    if not question.outcome and answers.empty:
        return Refused(NO_SYMPTOMS_ASKED, f"{NO_ANSWERS}the diary has no answers about symptoms yet.")
    if why := why_open(nights, "symptoms", question.term, *([question.outcome.column] if question.outcome else [])):
        return Refused(UNSETTLED, why)
    one_way = None if question.outcome else one_sided(len(answers), int(answers.sum()))
    return one_way or _untold(question, nights, rows, why_not) or _too_few(question, nights, rows, contrast)


def _untold(question: Question, nights, rows, why_not: str) -> Refused | None:
    """What more nights kept in the same way would not tell either."""
    if why_not:
        return Refused(ORDER_UNTOLD, why_not)
    state = nights.get(f"{question.term}_state")
    if state is not None and state.eq("unknown_order").sum() > state.isin(["yes", "no"]).sum() and len(rows) < 14:
        return Refused(NO_HOUR, f"{NO_ANSWERS}the diary does not tell at what time of day {question.topic} was.")
    if question.key.startswith("movement_") and len(rows) and _same_as_another(question, nights, rows):
        return Refused(TOGETHER, f"{NO_ANSWERS}{question.topic} was always done together with another movement.")
    if LAST_NIGHT in question.always and _told_by_last_night(nights, rows):
        return Refused(FORETOLD, f"{NO_ANSWERS}the night before tells exactly which nights were {question.more}.")
    return None


def _too_few(question: Question, nights, rows, contrast: tuple[float, float]) -> Refused | None:
    a, b = contrast
    values, span = rows["exposure"].to_numpy(float), nights_kept(question, nights)
    if a == b and len(rows) >= LEAST_NIGHTS:
        # Another value must be at least 1 night in 10 before two percentiles of the diary differ.
        other = int(rows["exposure"].ne(rows["exposure"].median()).sum())
        if f"{question.term}_state" in nights and not rows["exposure"].any():
            some = int((nights[f"{question.term}_state"].eq("yes") & nights[question.term].isna()).sum())
            said = f"{NOTHING}{question.topic} was none on all {len(rows)} nights" + (
                f" that say how much; {some} more only say yes." if some else ".")
            return Refused(NEVER, said, None, 0, LEAST_EXPOSED)
        more = max(LEAST_EXPOSED - other, math.ceil((len(rows) / 10 - other) / 0.9), 1)
        return Refused(SAME, f"{NOTHING}hardly any night differs in {question.topic}.", more)
    counts = count(_is_high(question, rows), _nearer(values, a, b), rows["person"].to_numpy())
    if question.kind == TREND:
        return trend_refusal(counts, values, span, question.a)
    return refusal(counts, question.more, question.less, span, USUAL if question.outcome else SYMPTOMS)


def nights_kept(question: Question, nights: pd.DataFrame) -> int:
    """Calendar nights since the habit was first written down: one that was added late is not kept at the pace of the
    whole diary. Of several people all their nights."""
    state = nights.get(f"{question.term}_state")
    if state is None or nights["person"].nunique() > 1:
        return max(len(nights), 1)
    told = nights.loc[state.isin(["yes", "no", "unknown_order"]), "night"]
    return max(int((nights["night"] >= told.min()).sum()), 1)


def _is_high(question: Question, rows: pd.DataFrame) -> np.ndarray:
    """The two kinds of outcome, (rows,) of truth: nights with symptoms; of a number those above its middle, or at it
    too, whichever parts them more evenly."""
    values = rows["symptom"].to_numpy(float)
    if not question.outcome or not len(values):
        return values > 0
    above, at_least = values > np.median(values), values >= np.median(values)
    return above if above.sum() >= (~at_least).sum() else at_least


def _same_as_another(question: Question, nights: pd.DataFrame, rows: pd.DataFrame) -> bool:
    others = nights.loc[rows.index, list(question.beside)].astype("Float64")
    return any(bool(others[name].eq(rows["exposure"]).fillna(False).all()) for name in others)



def _told_by_last_night(nights: pd.DataFrame, rows: pd.DataFrame) -> bool:
    """Whether the exposure took one value after bad nights and another after good ones, always: then nothing tells the
    two apart."""
    bad = last_night(nights)[rows.index]
    values = [set(rows.loc[bad.eq(side).fillna(False).astype(bool), "exposure"]) for side in (True, False)]
    return all(len(some) == 1 for some in values) and values[0] != values[1]
