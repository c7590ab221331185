"""The advice table: each piece of popular advice as a question, its contrast stated before any diary was read.

The list is data, not code: figures, sentences and pages draw the rows that answer_questions() makes of it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """One row of the advice table.

    a, b : the pre-stated contrast, in the unit of the column. `adjust` : candidate columns of the adjustment set, most
    important first; never a mediator. `always` : those of them without which the answer would mislead.
    """

    key: str
    advice: str
    label: str
    term: str
    a: float
    b: float
    unit: str
    compares: str
    adjust: tuple[str, ...]
    doubt: str
    always: tuple[str, ...] = ()


COMMON = ("weekend", "trend", "medicine_period")

QUESTIONS = (
    Question(
        "stretching", "a calf stretch before bed stops restless legs", "Stretching before symptoms", "stretched", 1, 0,
        "", "nights you stretched before any symptoms with nights you did not", COMMON,
        "Evenings on which you stretched may differ from the others in ways the diary does not hold."),
    Question(
        "caffeine_after_noon", "cut caffeine, above all after noon", "Caffeine after noon", "caffeine_after_noon_mg",
        200, 0, "mg", "days with {a} of caffeine after noon with days with {b}",
        ("alcohol_drinks", "caffeine_before_noon_mg", *COMMON),
        "A bad night may lead to more coffee the next day, and busy days differ in other ways too."),
    Question(
        "alcohol", "limit alcohol", "Alcohol", "alcohol_drinks", 2, 0, "drinks",
        "evenings with {a} with evenings with {b}", ("weekend", "caffeine_after_noon_mg", "trend", "medicine_period"),
        "Evenings with drinks are often late or busy evenings too."),
    Question(
        "bedtime_regularity", "keep regular bedtimes", "Irregular bedtimes", "bedtime_sd_7_min", 90, 15, "min",
        "nights after a week of irregular bedtimes (spread of {a}) with nights after a regular week (spread of {b})",
        ("past_symptom_share", "alcohol_drinks", *COMMON),
        "A bad spell can make both sleep and legs irregular.", always=("past_symptom_share",)),
)

LANDMARK_TAG = "before-symptom only"
ASSOCIATION_TAG = "association only"
UNTIMED = "Stretching often follows symptoms; this diary cannot show whether it helps."
