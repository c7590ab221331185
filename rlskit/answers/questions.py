"""The advice table: each piece of popular advice as a question, its contrast stated before any diary was read.

The list is data, not code: figures, sentences and pages draw the rows that answer_questions() makes of it. A habit of
one's own (diary/own.py) is one record more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import nan

import pandas as pd

from rlskit.answers.confounders import HABIT, PREVENTIVE_HABIT, columns_for
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
    judged by where it is not symptoms. like : key in the table of confounders, where it is not the row's own.

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

    @property
    def row(self) -> str:
        """Its key in the table of confounders, where all movements share one, and all habits of one's own."""
        return self.like or ("movement" if self.key.startswith("movement") else self.key)

    @property
    def adjust(self) -> tuple[str, ...]:
        """Candidate columns of the adjustment set, most important first."""
        return columns_for(self.row, self.beside)

    @property
    def always(self) -> tuple[str, ...]:
        """Those of them without which the answer would mislead."""
        return columns_for(self.row, self.beside, needed=True)


STRETCHING = Question(
    "stretching", "a calf stretch before bed stops restless legs", "Stretching before symptoms", LANDMARK, "stretched",
    1, 0, "", "nights you stretched before any symptoms with nights you did not", "stretching", "with stretching",
    "without stretching", "Evenings on which you stretched may differ from the others in ways the diary does "
    "not hold.")
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
    "stretch_routine", "a daily routine builds up", "A stretching routine", ANY, "stretched_days_14", 14, 0, "days",
    "nights after stretching on {a} of the last 14 with nights after {b}", "stretching", "after much stretching",
    "after little stretching",
    "Good spells leave more quiet evenings to stretch on, and people with a routine stretch tonight too.", window=14)
STEADINESS = Question(
    "stretch_steadiness", "keep at it, week after week", "Weeks of stretching in a row", ANY, "stretched_weeks_28", 4,
    0, "weeks", "nights after {a} in a row with stretching on 5 days or more of 7 with nights after {b}",
    "weeks of stretching in a row", "after more weeks in a row", "after fewer weeks in a row",
    "Good spells leave more quiet evenings to stretch on, and a bad spell can end a routine.", window=28)
MINUTES = Question(
    "stretch_minutes", "stretch for 15 to 20 minutes", "Minutes of stretching", LANDMARK, "stretch_min", 20, 0, "min",
    "evenings with {a} of stretching before any symptoms with evenings with {b}", "minutes of stretching",
    "with more minutes of stretching", "with fewer minutes of stretching",
    "Evenings with time for a long stretch may differ from the others in ways the diary does not hold.", dose=True)
HOLD = Question(
    "stretch_hold", "hold each stretch for 30 seconds", "Seconds a stretch is held", LANDMARK, "stretch_hold_s", 30, 10,
    "s", "evenings with stretches held for {a} before any symptoms with evenings with {b}",
    "holding time", "with longer holds", "with shorter holds",
    "Long holds come with more minutes of stretching, and on evenings that may differ from the others.")
INTENSITY = Question(
    "stretch_intensity", "stretch gently, never hard", "Intensity of stretching", LANDMARK, "stretch_intensity_0_10", 7,
    3, "of 10", "evenings with a pull of {a} before any symptoms with evenings with {b}",
    "intensity of stretching", "with harder stretching", "with gentler stretching",
    "How the legs feel may decide how hard the pull is, even before there are symptoms.")
# No row of the table: a curve beside that of minutes (docs/decisions/0016-advice-table.md).
HOUR = Question(
    "stretch_hour", "stretch in the evening", "Hour of stretching", LANDMARK, "stretch_h", 9, 6, CLOCK,
    "evenings with stretching at {a}, before any symptoms, with evenings with stretching at {b}",
    "the hour of stretching", "with later stretching", "with earlier stretching",
    "Evenings with late stretching may differ from the others in ways the diary does not hold.", dose=True)
CAFFEINE_BEFORE = Question(
    "caffeine_before_noon", "cut caffeine", "Caffeine before noon", ANY, "caffeine_before_noon_mg", 200, 0, "mg",
    "days with {a} of caffeine before noon with days with {b}", "caffeine", "with more caffeine before noon",
    "with less caffeine before noon",
    "Tired or busy days have more coffee in the morning, and differ in other ways too.", dose=True, on_page=False)
CAFFEINE_AFTER = Question(
    "caffeine_after_noon", "cut caffeine, above all after noon", "Caffeine after noon", ANY, "caffeine_after_noon_mg",
    200, 0, "mg", "days with {a} of caffeine after noon with days with {b}", "caffeine",
    "with more caffeine after noon", "with less caffeine after noon",
    "Tired or busy days have more coffee after noon, and differ in other ways too.", dose=True)
ALCOHOL = Question(
    "alcohol", "limit alcohol", "Alcohol", ANY, "alcohol_drinks", 2, 0, "drinks",
    "evenings with {a} with evenings with {b}", "alcohol", "with more alcohol", "with less alcohol",
    "Evenings with drinks are often late or busy evenings too.", dose=True)
BEDTIMES = Question(
    "bedtime_regularity", "keep regular bedtimes", "Irregular bedtimes", ANY, "bedtime_sd_7_min", 90, 15, "min",
    "nights after a week of irregular bedtimes (spread of {a}) with nights after a regular week (spread of {b})",
    "bedtimes", "after irregular bedtimes", "after regular bedtimes",
    "Bad nights make bedtimes irregular too. Counting the symptom nights of that week does not undo all of it: in "
    "made-up diaries where bedtimes did nothing, a bad spell alone added about 4 symptom nights in 30 here.")
WAKE_TIMES = Question(
    "waketime_regularity", "get up at the same time every day", "Irregular wake times", ANY, "waketime_sd_7_min", 90,
    15, "min", "nights after a week of irregular wake times (spread of {a}) with nights after a regular week (spread "
    "of {b})", "wake times", "after irregular wake times", "after regular wake times",
    "Bad nights make wake times irregular too, and counting the symptom nights of that week does not undo all of it.")
JETLAG = Question(
    "social_jetlag", "keep sleep times steady, weekends too", "Later sleep on free days", ANY, "social_jetlag_28_min",
    90, 15, "min", "nights after four weeks in which sleep on free days came {a} later than on working days with "
    "nights after weeks with {b}", "sleep on free days", "after later sleep on free days",
    "after steadier sleep on free days",
    "A bad spell can make both sleep and legs irregular, and this habit changes slowly, as the legs do.", window=28)


def _supplement(name: str) -> Question:
    return Question(
        name, "take enough iron and magnesium", f"{name.capitalize()} taken", ANY, name, 1, 0, "",
        f"days with {name} with days without", name, f"with {name}", f"without {name}",
        "People take more of it when their legs are bad, or when they hope for a good night.")


SUPPLEMENTS = (_supplement("iron"), _supplement("magnesium"))
TREND_OVER_TIME = Question(
    "trend", "symptom-free nights rise week by week", "Change over time", TREND, "day_index", 28, 0, "",
    "nights four weeks apart", "time", "late in the diary", "early in the diary",
    "Whatever changed over these weeks, a season or a habit, changes along with time.")

BEFORE_MOVEMENTS = (STRETCHING, ROUTINE, STEADINESS, MINUTES, HOLD, INTENSITY)
AFTER_MOVEMENTS = (CAFFEINE_BEFORE, CAFFEINE_AFTER, ALCOHOL, BEDTIMES, WAKE_TIMES, JETLAG, *SUPPLEMENTS)
MOVEMENTS = Question(
    "movements", "find the movement that works for you", "Movements compared", LANDMARK, "movement_", 1, 0, "",
    "each movement with none", "two or more kinds of movement", "with it", "without it", "")


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
    return {one.key: one for one in (*asked, *judged, over_time)}


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
        habit.column, OWN, habit.name, LANDMARK if habit.preventive else ANY, habit.column, a, b,
        habit.unit, compares, name, more, less,
        f"{day.capitalize()} with it may differ from the others in ways the diary does not hold, and how the legs feel "
        "may decide whether it is done.", done=habit.column, dose=habit.kind != YES_NO,
        like=PREVENTIVE_HABIT if habit.preventive else HABIT)


def _movement(name: str, names: list[str]) -> Question:
    said = name.replace("_", " ")
    others = tuple(f"movement_{other}" for other in names if other != name)
    return Question(
        f"movement_{name}", "find the movement that works for you", f"Movement: {said}", LANDMARK, f"movement_{name}",
        1, 0, "", f"evenings with {said} before any symptoms with evenings without it", said, f"with {said}",
        f"without {said}", "You chose the movement, perhaps by how your legs felt.", beside=others)


LANDMARK_TAG = "before-symptom only"
ASSOCIATION_TAG = "association only"
STRETCH_FOLLOWS = "Stretching often follows symptoms; this diary cannot show whether it helps."
ORDER_IN_DOUBT = ("The diary does not tell whether stretching came before or after the symptoms, so nobody can say "
                  "whether it helps.")
QUESTIONS = (*BEFORE_MOVEMENTS, MOVEMENTS, *AFTER_MOVEMENTS, TREND_OVER_TIME)
