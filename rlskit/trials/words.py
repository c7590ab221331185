"""What a plan of coin-flip nights says, in plain words. It takes any plan and imports none."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any
from zoneinfo import ZoneInfo

from rlskit.utils.shown import Columns, Part
from rlskit.utils.words import count, long_date, readable, whole

ORDER = {
    "pairs": "in pairs: of each two nights one has it, and the coin says which",
    "blocks of 4": "in blocks of four: of each four nights two have it, and the coin says which",
    "periods": "in fortnights: one week has it and the other does not, and the coin says which comes first",
}
LABELS = {"symptoms": "symptoms", "severity_0_10": "severity from 0 to 10", "sleep_h": "hours slept"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TO_KNOW = (
    "You will know which kind of night it is, so this cannot be blinded. Hoping for a better night can make it better, "
    "or make it seem so: in trials about 4 in 10 people improved on a dummy treatment. The answer includes that.",
    "How long exercise and stretching go on working is not known. If they still work the next night, the two kinds of "
    "night differ by less than what they do; blocks of 4, or periods with nights in between that do not count, lose "
    "less.",
    "Follow the coin even when you would rather not, and write down what you did. A night on which you did otherwise "
    "still counts as what the coin said: leaving it out would make the test unfair.",
    "The seal shows any change to the plan. To others it proves that the plan came first only if they were given the "
    "SHA-256 before the first night.",
    "A coin is for what you are free to do or leave, never for medicine, its dose or leaving it out.",
)


def plan_parts(plan: Any) -> list[Part]:
    """The plan as the screen shows it."""
    return [f"A fair test: {plan.treatment}, or {plan.control}", *(f"  {line}" for line in _facts(plan)),
            *_tables(plan), "", "Good to know", *(f"  {line}" for line in TO_KNOW), "",
            f"Sealed {long_date(plan.made)}, SHA-256 {plan.sha256}"]


def _facts(plan: Any) -> list[str]:
    nights = len(plan.schedule)
    also = [LABELS.get(one.column) or readable(one.column) for one in plan.outcomes[1:]]
    looks = (f"read once, after the last night ({long_date(plan.end)})" if len(plan.looks) == 1 else
             f"read after {', '.join(map(str, plan.looks[:-1]))} and {plan.looks[-1]} nights, with stricter limits at "
             "the early looks")
    return [
        f"{nights} nights, {day_name(plan.start)} {long_date(plan.start)} to {day_name(plan.end)} "
        f"{long_date(plan.end)}",
        ORDER[plan.design],
        *([f"the first {count(plan.washout, 'night')} of each week do not count"] if plan.washout else []),
        f"question: {plan.question}",
        *([f"asked beside it, stated beforehand: {', '.join(also)}"] if also else []),
        looks,
        *(f"the clocks change in the night of {long_date(day)}: {plan.at} stays {plan.at} by the clock on the wall"
          for day in clock_changes(plan)),
        f"planned with {habit_words(plan)}",
        promise(plan),
    ]


def clock_changes(plan: Any) -> list[dt.date]:
    """The nights on which the clocks change, by their evenings, where the plan knows its zone."""
    if not plan.timezone:
        return []
    zone, noon, day = ZoneInfo(plan.timezone), dt.time(12), dt.timedelta(days=1)
    return [one.night for one in plan.schedule if dt.datetime.combine(one.night, noon, zone).utcoffset()
            != dt.datetime.combine(one.night + day, noon, zone).utcoffset()]


def name_of(plan: Any) -> str:
    """What is done, without its clock time."""
    return plan.treatment.removesuffix(f" at {plan.at}")


def coin_says(plan: Any, treat: bool) -> str:
    """What the coin said for an evening: "calf stretch at 19:30" or "no calf stretch"."""
    return plan.treatment if treat else plan.control


def tonight_line(plan: Any, evening: dt.date) -> str:
    """What is to be done on an evening, or why nothing is."""
    said = {one.night: (number, one) for number, one in enumerate(plan.schedule, 1)}
    if evening in said:
        number, one = said[evening]
        counted = "" if one.counted else " It does not count yet, but do it all the same."
        return (f"Tonight, {day_name(evening)} {long_date(evening)}: {coin_says(plan, one.treat)}. Night {number} of "
                f"{len(plan.schedule)}.{counted}")
    if evening < plan.start:
        return (f"No coin tonight: the first of {count(len(said), 'night')} is {day_name(plan.start)} "
                f"{long_date(plan.start)}.")
    return (f"No coin tonight: the last night was {day_name(plan.end)} {long_date(plan.end)}. Read the answer with "
            "`rlskit analyse`.")


def habit_words(plan: Any) -> str:
    """What the plan takes the nights to be like."""
    runs = ("bad nights that come in runs as they did" if plan.night_sd > 0.1 else
            "nights that do not depend on the night before")
    return f"{whole(30 * plan.rate)} symptom nights in 30, {plan.answered:.0%} of nights written down, {runs}"


def promise(plan: Any) -> str:
    """What the number of nights can see."""
    if 30.0 * plan.rate <= plan.effect:
        return (f"no test can show {plan.effect:g} fewer symptom nights in 30 where there are only "
                f"{whole(30 * plan.rate)}")
    said = (f"if it means {plan.effect:g} fewer symptom nights in 30, {chance(plan.power)} that this many nights "
            "show it")
    return said if plan.power_followed is None else (
        f"{said}; followed on 7 evenings in 10, {chance(plan.power_followed)}")


def chance(share: float) -> str:
    """"80 chances in 100"."""
    return f"{whole(100 * share)} chances in 100"


def _tables(plan: Any) -> list[Part]:
    if not plan.chances:
        return []
    sizes = sorted({one.effect for one in plan.chances})
    lengths = sorted({one.nights for one in plan.chances})
    power = {(one.nights, one.effect): one.power for one in plan.chances}
    needs = {one.effect: one for one in plan.needed}
    rows = [["nights", *(f"{size:g} fewer in 30" for size in sizes)]]
    rows += [[str(n), *(_per_cent(power[n, size]) for size in sizes)] for n in lengths]
    rows.append(["needed", *(_needed(needs.get(size)) for size in sizes)])
    return ["", "How likely so many nights show an effect, and nights needed for 80 in 100", "",
            Columns(rows)]


def _per_cent(share: float | None) -> str:
    if share is None or math.isnan(share):
        return "–"
    return "under 1%" if share < 0.005 else "over 99%" if share > 0.994 else f"{whole(100 * share)}%"


def _needed(one: Any) -> str:
    return "–" if one is None else f"{one.nights} nights"


def day_name(day: dt.date) -> str:
    return DAYS[day.weekday()]
