"""The advice table: each piece of popular advice as a question, its contrast stated before any diary was read.

The list is data, not code: figures, sentences and pages draw the rows that answer_questions() makes of it. A habit of
one's own (diary/own.py) is one record more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import nan

import pandas as pd

from rlskit.answers.confounders import HABIT, PREVENTIVE_HABIT, TONIGHT, columns_for
from rlskit.diary.own import COUNT, SLEEP_QUALITY, YES_NO, Habit, OwnOutcome, habits_of, outcomes_of
from rlskit.nights.half_hours import tells_half_hours
from rlskit.utils.words import CLOCK, carry_on, isolate

LANDMARK, EVENINGS, ANY, TREND = "landmark", "evenings", "any", "trend"
OWN = "a question of your own"  # the advice that a habit or outcome of one's own follows


@dataclass(frozen=True)
class Question:
    """One row of the advice table.

    kind : LANDMARK (exposure before, symptoms after the landmark, on evenings still quiet), EVENINGS (every half
    hour still quiet), ANY (any symptoms that night), TREND (time itself). a, b : the pre-stated contrast, in the
    unit of the column; `unit` is empty for yes/no. compares : what with what, {a} and {b} for the amounts. topic,
    more, less : the exposure, and nights with and without it, as a refusal says them. beside : columns of the other
    kinds of movement, for the row of one. window : past nights that the exposure and the symptoms adjusted for look
    back on. done : the column that says whether what comes before the landmark was done at all. dose : amounts may
    be drawn as a curve; on_page : by the report too, as each curve costs a second. outcome : what the night is
    judged by where it is not symptoms. like : key in the table of confounders, where it is not the row's own. own :
    columns of habits of one's own that follow bad nights, which every other row about tonight takes into account.
    made_of : columns that hold what the exposure is worked out from, where one night of it is not enough.

    Without a contrast of its own (a and b are nan) the person's own 90th and 10th percentile are compared.
    """

    key: str
    advice: str
    label: str
    kind: str
    term: str
    a: float
    b: float
    unit: str
    compares: str
    topic: str
    more: str
    less: str
    doubt: str
    beside: tuple[str, ...] = ()
    window: int = 7
    done: str = "stretched"
    dose: bool = False
    on_page: bool = True
    outcome: OwnOutcome | None = None
    like: str = ""
    own: tuple[str, ...] = ()
    made_of: tuple[str, ...] = ()

    @property
    def row(self) -> str:
        """Its key in the table of confounders, where all movements share one, and all habits of one's own."""
        return self.like or ("movement" if self.key.startswith("movement") else self.key)

    @property
    def adjust(self) -> tuple[str, ...]:
        """Candidate columns of the adjustment set, most important first."""
        return tuple(dict.fromkeys((*columns_for(self.row, self.beside), *self.own)))

    @property
    def always(self) -> tuple[str, ...]:
        """Those of them without which the answer would mislead."""
        return (*columns_for(self.row, self.beside, needed=True), *self.own)


STRETCHING = Question(
    key="stretching", advice="a calf stretch before bed stops restless legs", label="Stretching before symptoms",
    kind=LANDMARK, term="stretched", a=1, b=0, unit="",
    compares="nights you stretched before any symptoms with nights you did not", topic="stretching",
    more="with stretching", less="without stretching",
    doubt="Evenings on which you stretched may differ from the others in ways the diary does not hold.")
# By the half hour, where the diary tells the hours; beside it, as a check, what a split at one time says.
BY_THE_HALF_HOUR = replace(
    STRETCHING, kind=EVENINGS, term="stretched_before",
    compares="stretching at {a} on every evening that is still quiet with not stretching before symptoms",
    doubt="Stretching because the evening already feels uneasy would hide or undo what it does; only a coin that "
    "chooses the evenings can tell that apart.")
AT_THE_LANDMARK = replace(
    STRETCHING, key="stretching_landmark", label="Stretching, evening split at one time", like=STRETCHING.key,
    doubt="Early evenings are left out, and later stretches count with the evenings without. This row is a check of "
    "the one above; the two should point the same way.")
ROUTINE = Question(
    key="stretch_routine", advice="a daily routine builds up", label="A stretching routine", kind=ANY,
    made_of=("stretched_state",), term="stretched_days_14", a=14, b=0, unit="days",
    compares="nights after stretching on {a} of the last 14 with nights after {b}", topic="stretching",
    more="after much stretching", less="after little stretching",
    doubt="Good spells leave more quiet evenings to stretch on, and people with a routine stretch tonight too.",
    window=14)
STEADINESS = Question(
    key="stretch_steadiness", advice="keep at it, week after week", label="Weeks of stretching in a row", kind=ANY,
    made_of=("stretched_state",), term="stretched_weeks_28", a=4, b=0, unit="weeks",
    compares="nights after {a} in a row with stretching on 5 days or more of 7 with nights after {b}",
    topic="weeks of stretching in a row", more="after more weeks in a row", less="after fewer weeks in a row",
    doubt="Good spells leave more quiet evenings to stretch on, and a bad spell can end a routine.", window=28)
MINUTES = Question(
    key="stretch_minutes", advice="stretch for 15 to 20 minutes", label="Minutes of stretching", kind=LANDMARK,
    term="stretch_min", a=20, b=0, unit="min",
    compares="evenings with {a} of stretching before any symptoms with evenings with {b}",
    topic="minutes of stretching", more="with more minutes of stretching", less="with fewer minutes of stretching",
    doubt="Evenings with time for a long stretch may differ from the others in ways the diary does not hold.",
    dose=True)
HOLD = Question(
    key="stretch_hold", advice="hold each stretch for 30 seconds", label="Seconds a stretch is held", kind=LANDMARK,
    term="stretch_hold_s", a=30, b=10, unit="s",
    compares="evenings with stretches held for {a} before any symptoms with evenings with {b}", topic="holding time",
    more="with longer holds", less="with shorter holds",
    doubt="Long holds come with more minutes of stretching, and on evenings that may differ from the others.")
INTENSITY = Question(
    key="stretch_intensity", advice="stretch gently, never hard", label="Intensity of stretching", kind=LANDMARK,
    term="stretch_intensity_0_10", a=7, b=3, unit="of 10",
    compares="evenings with a pull of {a} before any symptoms with evenings with {b}", topic="intensity of stretching",
    more="with harder stretching", less="with gentler stretching",
    doubt="How the legs feel may decide how hard the pull is, even before there are symptoms.")
# No row of the table: a curve beside that of minutes (docs/decisions/0016-advice-table.md).
HOUR = Question(
    key="stretch_hour", advice="stretch in the evening", label="Hour of stretching", kind=LANDMARK, term="stretch_h",
    a=9, b=6, unit=CLOCK,
    compares="evenings with stretching at {a}, before any symptoms, with evenings with stretching at {b}",
    topic="the hour of stretching", more="with later stretching", less="with earlier stretching",
    doubt="Evenings with late stretching may differ from the others in ways the diary does not hold.", dose=True)
CAFFEINE_BEFORE = Question(
    key="caffeine_before_noon", advice="cut caffeine", label="Caffeine before noon", kind=ANY,
    term="caffeine_before_noon_mg", a=200, b=0, unit="mg",
    compares="days with {a} of caffeine before noon with days with {b}", topic="caffeine",
    more="with more caffeine before noon", less="with less caffeine before noon",
    doubt="Tired or busy days have more coffee in the morning, and differ in other ways too.", dose=True, on_page=False)
CAFFEINE_AFTER = Question(
    key="caffeine_after_noon", advice="cut caffeine, above all after noon", label="Caffeine after noon", kind=ANY,
    term="caffeine_after_noon_mg", a=200, b=0, unit="mg",
    compares="days with {a} of caffeine after noon with days with {b}", topic="caffeine",
    more="with more caffeine after noon", less="with less caffeine after noon",
    doubt="Tired or busy days have more coffee after noon, and differ in other ways too.", dose=True)
ALCOHOL = Question(
    key="alcohol", advice="limit alcohol", label="Alcohol", kind=ANY, term="alcohol_drinks", a=2, b=0, unit="drinks",
    compares="evenings with {a} with evenings with {b}", topic="alcohol", more="with more alcohol",
    less="with less alcohol", doubt="Evenings with drinks are often late or busy evenings too.", dose=True)
BEDTIMES = Question(
    key="bedtime_regularity", advice="keep regular bedtimes", label="Irregular bedtimes", kind=ANY,
    made_of=("sleep_h",), term="bedtime_sd_7_min", a=90, b=15, unit="min",
    compares="nights after a week of irregular bedtimes (spread of {a}) with nights after a regular week (spread of "
    "{b})",
    topic="bedtimes", more="after irregular bedtimes", less="after regular bedtimes",
    doubt="Bad nights make bedtimes irregular too. Counting the symptom nights of that week does not undo all of it: "
    "in made-up diaries where bedtimes did nothing, a bad spell alone added about 4 symptom nights in 30 here.")
WAKE_TIMES = Question(
    key="waketime_regularity", advice="get up at the same time every day", label="Irregular wake times", kind=ANY,
    made_of=("sleep_h",), term="waketime_sd_7_min", a=90, b=15, unit="min",
    compares="nights after a week of irregular wake times (spread of {a}) with nights after a regular week (spread of "
    "{b})",
    topic="wake times", more="after irregular wake times", less="after regular wake times",
    doubt="Bad nights make wake times irregular too, and counting the symptom nights of that week does not undo all of "
    "it.")
JETLAG = Question(
    key="social_jetlag", advice="keep sleep times steady, weekends too", label="Later sleep on free days", kind=ANY,
    made_of=("sleep_h",), term="social_jetlag_28_min", a=90, b=15, unit="min",
    compares="nights after four weeks in which sleep on free days came {a} later than on working days with nights "
    "after weeks with {b}",
    topic="sleep on free days", more="after later sleep on free days", less="after steadier sleep on free days",
    doubt="A bad spell can make both sleep and legs irregular, and this habit changes slowly, as the legs do.",
    window=28)


def _supplement(name: str) -> Question:
    return Question(
        key=name, advice="take enough iron and magnesium", label=f"{name.capitalize()} taken", kind=ANY, term=name, a=1,
        b=0, unit="", compares=f"days with {name} with days without", topic=name, more=f"with {name}",
        less=f"without {name}",
        doubt="People take more of it when their legs are bad, or when they hope for a good night.")


SUPPLEMENTS = (_supplement("iron"), _supplement("magnesium"))
TREND_OVER_TIME = Question(
    key="trend", advice="symptom-free nights rise week by week", label="Change over time", kind=TREND, term="day_index",
    a=28, b=0, unit="", compares="nights four weeks apart", topic="time", more="late in the diary",
    less="early in the diary", doubt="Whatever changed over these weeks, a season or a habit, changes along with time.")

BEFORE_MOVEMENTS = (STRETCHING, ROUTINE, STEADINESS, MINUTES, HOLD, INTENSITY)
AFTER_MOVEMENTS = (CAFFEINE_BEFORE, CAFFEINE_AFTER, ALCOHOL, BEDTIMES, WAKE_TIMES, JETLAG, *SUPPLEMENTS)
MOVEMENTS = Question(
    key="movements", advice="find the movement that works for you", label="Movements compared", kind=LANDMARK,
    term="movement_", a=1, b=0, unit="", compares="each movement with none", topic="two or more kinds of movement",
    more="with it", less="without it", doubt="")


def questions_for(columns: Iterable[str], habits: Sequence[Habit] = ()) -> tuple[Question, ...]:
    """The advice table for a diary with these columns: one row for each kind of movement, where there are several, and
    for each habit of one's own."""
    names = [c.removeprefix("movement_") for c in columns if c.startswith("movement_") and not c.endswith("_state")]
    own = tuple(_movement(name, names) for name in names) if len(names) > 1 else (MOVEMENTS,)
    return (*BEFORE_MOVEMENTS, *own, *AFTER_MOVEMENTS, *map(_habit, habits), TREND_OVER_TIME)


def questions_of(nights: pd.DataFrame) -> dict[str, Question]:
    """The advice table of these nights, by key. Other outcomes than symptoms are asked about stretching; where the
    diary holds nothing about that, about the first of its own habits that it does."""
    habits = habits_of(nights)
    *asked, over_time = questions_for(nights.columns, habits)
    if tells_half_hours(nights):
        asked[asked.index(STRETCHING):1] = [BY_THE_HALF_HOUR, AT_THE_LANDMARK]
    there = [one for one in (STRETCHING, *map(_habit, habits)) if _is_told(one, nights)]
    judged = [_judged_by(one, there[0] if there else STRETCHING) for one in outcomes_of(nights)]
    after = tuple(habit.column for habit in habits if habit.after_bad_nights)
    return {one.key: _beside(one, after) for one in (*asked, *judged, over_time)}


def _beside(question: Question, habits: tuple[str, ...]) -> Question:
    """The question with the habits that follow bad nights beside what it asks about, where it is about tonight."""
    if question.row not in TONIGHT:
        return question
    return replace(question, own=tuple(column for column in habits if column != question.term))


def _is_told(question: Question, nights: pd.DataFrame) -> bool:
    return f"{question.term}_state" in nights and bool(
        nights[f"{question.term}_state"].isin(["yes", "no", "unknown_order"]).any())


def _judged_by(outcome: OwnOutcome, question: Question) -> Question:
    """A question asked of another outcome than symptoms: same nights, contrast and adjustment set."""
    what = "stretching" if question.done == STRETCHING.done else question.topic
    advice = "better sleep" if outcome == SLEEP_QUALITY else OWN
    counted = "Counts are treated like any other number. " if outcome.scale == COUNT else ""
    return replace(
        question, key=outcome.column, advice=advice, label=f"{outcome.name}, with {what}", outcome=outcome, dose=False,
        like=question.row,
        doubt=f"{counted}{question.doubt} A night may also be judged by how the legs were, and not for itself.")


def _habit(habit: Habit) -> Question:
    """A habit of one's own, asked like what is built in: like stretching where it is done against symptoms, else like
    a drink."""
    name, day = carry_on(isolate(habit.name)), "evenings" if habit.when == "evening" else "days"
    a, b = (1.0, 0.0) if habit.kind == YES_NO else habit.contrast or (nan, nan)
    if habit.kind == YES_NO:
        compares, more, less = f"{day} with {name} with {day} without it", f"with {name}", f"without {name}"
    else:
        said = name.replace("{", "{{").replace("}", "}}")
        compares = f"{day} with {{a}} of {said} with {day} with {{b}}"
        more, less = f"with more of {name}", f"with less of {name}"
    return Question(
        key=habit.column, advice=OWN, label=habit.name, kind=LANDMARK if habit.preventive else ANY, term=habit.column,
        a=a, b=b, unit=habit.unit, compares=compares, topic=name, more=more, less=less,
        doubt=f"{day.capitalize()} with it may differ from the others in ways the diary does not hold, and how the "
        "legs feel may decide whether it is done.",
        done=habit.column, dose=habit.kind != YES_NO, like=PREVENTIVE_HABIT if habit.preventive else HABIT)


def _movement(name: str, names: list[str]) -> Question:
    said = name.replace("_", " ")
    others = tuple(f"movement_{other}" for other in names if other != name)
    return Question(
        key=f"movement_{name}", advice="find the movement that works for you", label=f"Movement: {said}", kind=LANDMARK,
        term=f"movement_{name}", a=1, b=0, unit="",
        compares=f"evenings with {said} before any symptoms with evenings without it", topic=said, more=f"with {said}",
        less=f"without {said}", doubt="You chose the movement, perhaps by how your legs felt.", beside=others)


LANDMARK_TAG = "before-symptom only"
ASSOCIATION_TAG = "association only"
STRETCH_FOLLOWS = "Stretching often follows symptoms; this diary cannot show whether it helps."
ORDER_IN_DOUBT = ("The diary does not tell whether stretching came before or after the symptoms, so nobody can say "
                  "whether it helps.")
QUESTIONS = (*BEFORE_MOVEMENTS, MOVEMENTS, *AFTER_MOVEMENTS, TREND_OVER_TIME)
