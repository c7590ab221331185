"""plan_trial(): a fair test of one thing, planned before its first night.

Everything that could be chosen later to please is fixed here: the schedule, the question, what decides, when it is
looked at and when it ends. The number of nights comes from power.py. Oracle: tests/unit/trials/test_planning.py.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rlskit.diary.draft import suggest
from rlskit.diary.night_rule import clock_minutes
from rlskit.diary.own import SCALES, column_of, outcomes_of
from rlskit.effects.fit import fit
from rlskit.errors import ArgumentError, DiaryError, ModelError
from rlskit.nights.outcomes import symptom_nights
from rlskit.nights.validate import check_nights
from rlskit.trials.design import WASHOUT, block_orders, draw_schedule
from rlskit.trials.plan import (
    COUNT,
    DESIGNS,
    HOURS,
    PAIRS,
    PERIODS,
    POINTS,
    TREATMENT,
    WORTH_SEEING,
    Chance,
    TrialOutcome,
    TrialPlan,
)
from rlskit.trials.power import (
    EFFECTS,
    LENGTHS,
    LONGEST,
    SIZES,
    Habits,
    chances,
    fewest_nights,
    power_at,
)
from rlskit.trials.refused import refuse_medicine
from rlskit.utils.arguments import is_level, is_whole
from rlskit.utils.open_questions import why_open
from rlskit.utils.progress import doing
from rlskit.utils.words import count, long_date, whole

LEAST, MOST = 40, 360  # nights: fewer see next to nothing; more are proposed to nobody
MONTH = 30
LETTERS = 40
RECALLED = 28  # nights before, by which a diary is known again
KNOWN = 14  # answered nights from which a rate is taken
EARLIEST, LATEST = 12 * 60, 21 * 60
NAMED = re.compile(r"(?P<name>.*\S)\s+at\s+(?P<clock>\d{1,2}:\d{2})", re.IGNORECASE)
TWO = re.compile(r"\s(?:and|plus|or|then|und|et|y)\s|[+&;/]", re.IGNORECASE)
END, MONTHLY = "end", "monthly"
WHERE = "plan_trial"
SECOND = {"severity_0_10": TrialOutcome(column="severity_0_10", kind=POINTS),
          "sleep_h": TrialOutcome(column="sleep_h", kind=HOURS, better="higher")}


@doing("Planning the coin-flip nights")
def plan_trial(
    nights_or_rate: pd.DataFrame | float, treatment: str = TREATMENT, *, control: str = "", also: Sequence[str] = (),
    start: dt.date | None = None, nights: int | None = None, design: str = PAIRS, looks: str | Sequence[int] = END,
    seed: int | None = None, made: dt.datetime | None = None,
) -> TrialPlan:
    """Plan coin-flip nights: a coin decides each evening, so that bad and good nights fall on both sides alike.

    Parameters
    ----------
    nights_or_rate : nights of one person from make_nights, whose rate and persistence the plan is made for; or the
        share of nights with symptoms, such as 0.5, of nights that do not depend on the night before.
    treatment : what is done on half of the nights, with its clock time, 12:00 to 21:00. control : what on the others.
    also : columns judged too, beside symptoms: "severity_0_10", "sleep_h", "sleep_quality" or an outcome of one's own.
    start : the first evening; default the day after it is made. nights : 40 or more, rounded up to whole blocks;
        default the fewest up to 360 that show 6 fewer symptom nights in 30 with 80 chances in 100.
    design : "pairs"; "blocks of 4" where the treatment may still work the next night; "periods" of a week, of which the
        first two nights do not count, for what works slowly.
    looks : "end"; "monthly"; or numbers of nights. seed : of the coin; default a new one. made : when; default now.

    Raises ModelError for medicine, two treatments, an hour at which symptoms have begun already, under 40 nights, a
    first night that is over, or where no number of nights up to 360 would show the effect.

    Examples
    --------
    >>> import datetime as dt
    >>> import rlskit as rk
    >>> made = dt.datetime(2027, 1, 2, 18, 0, tzinfo=dt.timezone.utc)
    >>> plan = rk.plan_trial(0.5, "calf stretch at 19:30", nights=180, seed=1, made=made)
    >>> plan.end.isoformat(), [night.treat for night in plan.schedule[:4]], round(plan.power, 1)
    ('2027-07-01', [True, False, False, True], 0.8)

    Example: ``plan = rk.plan_trial(0.5, "calf stretch at 19:30", nights=40, seed=5)``
    """
    what, moment = name_treatment(treatment, control), _moment(made)
    first, coin = _start(start, moment, what.at), _seed(seed)
    if design not in DESIGNS:
        raise _wrong("design", f'found "{design}"; expected one of {", ".join(DESIGNS)}.')
    person, before, habits = _person(nights_or_rate)
    block = block_orders(design).shape[1]
    length = block * math.ceil((_proposed(habits, design) if nights is None else _stated(nights)) / block)
    return TrialPlan(
        treatment=what.text, control=what.control, at=what.at, done=what.done,
        question=f"Do nights on which the coin says “{what.name}” have fewer symptoms after {what.at} than nights on "
                 f"which it says “{what.control}”?",
        outcomes=(TrialOutcome(column="symptoms"), *_second(also, nights_or_rate)), design=design,
        washout=WASHOUT if design == PERIODS else 0, seed=coin,
        schedule=draw_schedule(first, length, design=design, seed=coin), looks=_looks(looks, length, block),
        person=person, before=before, timezone=getattr(moment.tzinfo, "key", ""), rate=habits.rate,
        night_sd=habits.sd, phi=habits.phi, answered=habits.answered, effect=float(WORTH_SEEING), made=moment,
        **_foreseen(habits, design, length))


@dataclass(frozen=True)
class Treatment:
    """What is done, in words and without its clock time, that time, what is done on the other nights, and the column of
    the nights that says whether it was done: that of stretches, of magnesium, or one of its own."""

    name: str
    at: str
    control: str = ""

    @property
    def text(self) -> str:
        return f"{self.name} at {self.at}"

    @property
    def done(self) -> str:
        column = str((suggest(self.name) or {}).get("column", ""))
        return column if column in ("stretched", "magnesium") else column_of(self.name)


def name_treatment(treatment: str, control: str = "") -> Treatment:
    """What is said by "calf stretch at 19:30". Raises ArgumentError for medicine, for two things, and for an hour that
    is too early or too late."""
    for argument, text in (("treatment", treatment), ("control", control)):
        if not isinstance(text, str):
            raise _wrong(argument, f"found {text!r}; expected one treatment in words, such as {TREATMENT!r}. A coin "
                                   "can tell about one thing at a time.")
        refuse_medicine(WHERE, argument, text)
    match = NAMED.fullmatch(treatment.strip())
    if match is None:
        raise _wrong("treatment", f'found "{treatment}"; expected what is done and its clock time, such as '
                                  f'"{TREATMENT}".')
    name, at = match["name"].strip(), match["clock"].zfill(5)
    for argument, text in (("treatment", name), ("control", control)):
        if len(text) > LETTERS or not text.isprintable():
            raise _wrong(argument, f"found a name of {len(text)} letters; expected a short one on one line, {LETTERS} "
                                   "at most, for it stands on every row of the sheet and in the calendar.")
    if TWO.search(name):
        raise _wrong("treatment", f'found "{name}", which is two things; expected one, for a coin can tell about one '
                                  "thing at a time. If they always go together, give them one name, such as “evening "
                                  "stretches”.")
    try:
        minutes = clock_minutes(at)
    except DiaryError as wrong:
        raise _wrong("treatment", str(wrong)) from None
    if not EARLIEST <= minutes <= LATEST:
        raise _wrong("treatment", f"found {at}; expected a time from 12:00 to 21:00, since what is done later comes "
                                  "after many evenings' symptoms have begun and cannot change them.")
    return Treatment(name, at, control.strip() or f"no {name}")


def propose(nights: pd.DataFrame) -> Chance | None:
    """The fewest nights up to 360 that show an effect of 6 in 30 with 80 chances in 100, else 360, with their chance;
    None where no plan can be made of these nights, or where they have no room for the effect."""
    try:
        habits = measure_habits(nights)
    except ModelError:
        return None
    curve = chances(habits, PAIRS, (WORTH_SEEING,), MOST + MONTH)[WORTH_SEEING]
    n = fewest_nights(curve, MOST) or MOST
    return None if curve.isna().all() else Chance(nights=n, effect=float(WORTH_SEEING), power=float(curve.loc[n]))


def measure_habits(nights: pd.DataFrame) -> Habits:
    """Rate, persistence and share of answers of one person's nights. Raises ModelError for under 14 answered nights, or
    all alike."""
    nights = check_nights(nights, WHERE)
    if why := why_open(nights, "symptoms"):
        raise _wrong("diary", why)
    ill = symptom_nights(nights)
    known = ill.dropna()
    if len(known) < KNOWN:
        how = ("`rlskit check FILE --write-mapping` drafts which of your own tags or columns mean symptoms"
               if known.empty else "Write down two weeks first")
        raise _wrong("diary", f"found {count(len(known), 'night')} with an answer about symptoms; expected {KNOWN} or "
                              f"more to know how often they come. {how}; or give a share of nights, such as 0.5.")
    rate = float(known.mean())
    if rate in (0.0, 1.0):
        raise _wrong("diary", f"found symptoms on {'every' if rate else 'no'} night; expected some nights with and "
                              "some without. " + ("Where hardly a night is free of them, give a share such as 0.95 "
                                                  "(--rate)."
                                             if rate else "There is nothing that could get better."))
    fitted = fit("ill ~ 1", nights.assign(ill=ill.astype("Int64")))
    runs = fitted.night_sd > 0.0 and fitted.night_correlation > 0.0
    sd, phi = (float(fitted.night_sd), float(fitted.night_correlation)) if runs else (0.0, 0.0)
    return Habits(rate=round(rate, 3), sd=round(sd, 2), phi=round(phi, 2), answered=round(len(known) / len(ill), 2))


# --- what was asked for ----------------------------------------------------------------------------------------------
def _wrong(argument: str, text: str) -> ArgumentError:
    return ArgumentError(WHERE, argument, text)


def _moment(made: dt.datetime | None) -> dt.datetime:
    if made is None:
        return dt.datetime.now().astimezone().replace(microsecond=0)
    if not isinstance(made, dt.datetime) or made.tzinfo is None:
        raise _wrong("made", f"found {made!r}; expected a moment with its time zone.")
    return made.replace(microsecond=0)


def _start(start: dt.date | None, made: dt.datetime, at: str) -> dt.date:
    if start is None:
        return made.date() + dt.timedelta(days=1)
    if not isinstance(start, dt.date):
        raise _wrong("start", f"found {start!r}; expected a date, such as datetime.date(2027, 1, 4).")
    day = start.date() if isinstance(start, dt.datetime) else start
    if dt.datetime.combine(day, dt.time.fromisoformat(at), made.tzinfo) <= made:
        raise _wrong("start", f"found {long_date(day)}, and the plan is made on {long_date(made)} at {made:%H:%M}; "
                              "expected an evening that has not begun. A plan made after its nights is no plan: those "
                              "nights can only be read as watching, as `rlskit report` does.")
    return day


def _person(nights_or_rate: object) -> tuple[str | None, str, Habits]:
    """Whose nights they are, the last of them, and what they are like."""
    if isinstance(nights_or_rate, pd.DataFrame):
        nights = check_nights(nights_or_rate, WHERE)
        people = nights["person"].unique()
        if len(people) != 1:
            raise _wrong("diary", f"found nights of {len(people)} people; expected one. Make a plan for each person, "
                                  "with the same treatment, question and number of nights.")
        last = nights.sort_values("night").tail(RECALLED)
        ill = symptom_nights(last).map({True: "y", False: "n"}).astype(object).fillna("-")
        return str(people[0]), f"{last['night'].iloc[0]:%Y-%m-%d} {''.join(ill)}", measure_habits(nights)
    if not is_level(nights_or_rate):
        raise _wrong("rate", f"found {nights_or_rate!r}; expected the share of nights with symptoms, between 0 and 1, "
                             "such as 0.5; or nights from make_nights.")
    return None, "", Habits(rate=float(nights_or_rate))  # type: ignore[arg-type]


def _stated(nights: object) -> int:
    if not is_whole(nights) or not LEAST <= nights <= LONGEST:  # type: ignore[operator]
        raise _wrong("nights", f"found {nights!r}; expected {LEAST} to {LONGEST}. Under {LEAST} nights nothing but a "
                               "huge effect could be seen.")
    return int(nights)  # type: ignore[call-overload]


def _proposed(habits: Habits, design: str) -> int:
    fewest = fewest_nights(chances(habits, design)[WORTH_SEEING], MOST)
    if fewest is not None:
        return fewest
    if 30 * habits.rate <= WORTH_SEEING:
        raise _wrong("nights", f"with {whole(30 * habits.rate)} symptom nights in 30 there is no room for "
                               f"{WORTH_SEEING} fewer, so none is proposed. State how many to do it all the same.")
    power = power_at(habits, design, WORTH_SEEING, MOST)
    raise _wrong("nights", f"no number up to {MOST} shows {WORTH_SEEING} fewer symptom nights in 30 with 80 chances in "
                           f"100 ({MOST} nights: {whole(100 * power)}). "
                 + ("Write down more of the nights, or state" if habits.answered < 0.8 else "State")
                 + " how many to do it all the same.")


def _seed(seed: object) -> int:
    if seed is None:
        return secrets.randbits(48)
    if not is_whole(seed) or seed < 0:  # type: ignore[operator]
        raise _wrong("seed", f"found {seed!r}; expected a whole number, 0 or more.")
    return int(seed)  # type: ignore[call-overload]


def _looks(looks: str | Sequence[int], length: int, block: int) -> tuple[int, ...]:
    """Numbers of nights, at ends of blocks, the last the end."""
    if isinstance(looks, str) and looks in (END, MONTHLY):
        asked = range(MONTH, length, MONTH) if looks == MONTHLY else range(0)
        return (*sorted({one // block * block for one in asked} - {0}), length)
    said = list(looks) if isinstance(looks, Sequence) and not isinstance(looks, str) else []
    if not said or not all(is_whole(one) and block <= one <= length for one in said) or sorted(set(said)) != said:
        raise _wrong("looks", f'found {looks!r}; expected "{END}", "{MONTHLY}", or rising numbers of nights from '
                              f"{block} to {length}.")
    return tuple(sorted({*(int(one) // block * block for one in said), length}))


def _second(also: Sequence[str], nights: object) -> tuple[TrialOutcome, ...]:
    known = dict(SECOND)
    if isinstance(nights, pd.DataFrame):
        for one in outcomes_of(nights):
            if one.scale in SCALES and one.scale != "number":
                known[one.column] = TrialOutcome(column=one.column, kind=COUNT if one.scale == "count" else POINTS,
                                                 better=one.better)
    names = [also] if isinstance(also, str) else list(also)
    wrong = [name for name in names if name not in known]
    if wrong or len(set(names)) < len(names):
        raise _wrong("also", f"found {names!r}; expected some of {', '.join(known)}, each once. Symptom nights decide "
                             "in any case.")
    return tuple(known[name] for name in names)


def _foreseen(habits: Habits, design: str, nights: int) -> dict[str, Any]:
    """What these nights promise to see, followed on every evening and on 7 in 10; what other numbers of nights see, and
    how many nights other effects need."""
    curves = chances(habits, design)
    needed = {size: fewest_nights(curves[size]) for size in SIZES}

    def chance(size: float, n: int) -> Chance:
        return Chance(nights=n, effect=float(size), power=power_at(habits, design, size, n))

    # no chance where the nights have no room for it
    power, followed = (float(np.nan_to_num(power_at(habits, design, size, nights)))
                       for size in (WORTH_SEEING, EFFECTS[-1]))
    return {"power": power, "power_followed": followed,
            "chances": tuple(chance(size, n) for n in LENGTHS for size in SIZES if size / 30.0 < habits.rate),
            "needed": tuple(chance(size, n) for size, n in needed.items() if n)}
