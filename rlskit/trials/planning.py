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
from zoneinfo import ZoneInfo

import pandas as pd

from rlskit.diary.draft import suggest
from rlskit.diary.night_rule import clock_minutes
from rlskit.diary.own import SCALES, column_of, outcomes_of
from rlskit.errors import DiaryError, ModelError
from rlskit.models.fitting import fit
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
    Chance,
    TrialOutcome,
    TrialPlan,
)
from rlskit.trials.power import EFFECTS, LENGTHS, LONGEST, SIZES, WORTH_SEEING, Habits, fewest_nights, power_at
from rlskit.trials.refused import refuse_medicine
from rlskit.utils.arguments import is_level, is_whole
from rlskit.utils.open_questions import why_open
from rlskit.utils.words import count, long_date, whole

TREATMENT = "calf stretch at 19:30"
LEAST, MOST = 40, 360  # nights: fewer see next to nothing; more are proposed to nobody
MONTH = 30
LETTERS = 40
KNOWN = 14  # answered nights from which a rate is taken
EARLIEST, LATEST = 12 * 60, 21 * 60
NAMED = re.compile(r"(?P<name>.*\S)\s+at\s+(?P<clock>\d{1,2}:\d{2})", re.IGNORECASE)
TWO = re.compile(r"\s(?:and|plus|or|then|und|et|y)\s|[+&;/]", re.IGNORECASE)
END, MONTHLY = "end", "monthly"
WHERE = "plan_trial"
SECOND = {"severity_0_10": TrialOutcome(column="severity_0_10", kind=POINTS),
          "sleep_h": TrialOutcome(column="sleep_h", kind=HOURS, better="higher")}


def plan_trial(
    nights_or_rate: pd.DataFrame | float,
    treatment: str = TREATMENT,
    *,
    control: str = "",
    also: Sequence[str] = (),
    start: dt.date | None = None,
    nights: int | None = None,
    design: str = PAIRS,
    looks: str | Sequence[int] = END,
    seed: int | None = None,
    made: dt.datetime | None = None,
) -> TrialPlan:
    """Plan coin-flip nights: a coin decides each evening, so that bad and good nights fall on both sides alike.

    Parameters
    ----------
    nights_or_rate : nights of one person from make_nights, whose rate and persistence the plan is made for; or the
        share of nights with symptoms, such as 0.5, of nights that do not depend on the night before.
    treatment : what is done on half of the nights, with its clock time, between 12:00 and 21:00.
    control : what is done on the others; default "no" and the treatment.
    also : columns of the nights that are judged too, beside symptoms, which decide: "severity_0_10", "sleep_h",
        "sleep_quality" or an outcome of one's own.
    start : the first evening; default the day after it is made.
    nights : how many, 40 or more, rounded up to whole blocks; default the fewest up to 360 that show 6 fewer symptom
        nights in 30 with 80 chances in 100.
    design : "pairs"; "blocks of 4" where the treatment may still work the next night; "periods" of a week, of which the
        first two nights do not count, for what works slowly.
    looks : "end"; "monthly"; or numbers of nights after which the trial is looked at.
    seed : of the coin; default a new one. made : when; default now. Its zone, if it has a name, is the plan's.

    Returns
    -------
    TrialPlan, frozen; write_plan seals it.

    Raises
    ------
    ModelError : medicine, two treatments, an hour at which symptoms have begun already, under 40 nights, a first night
        that is over, or no number of nights up to 360 that would show the effect.

    Examples
    --------
    >>> import datetime as dt
    >>> import rlskit as rk
    >>> plan = rk.plan_trial(0.5, "calf stretch at 19:30", nights=180, seed=1,
    ...                      made=dt.datetime(2027, 1, 2, 18, 0, tzinfo=dt.timezone.utc))
    >>> plan.start.isoformat(), plan.end.isoformat()
    ('2027-01-03', '2027-07-01')
    >>> [night.treat for night in plan.schedule[:4]]
    [True, False, False, True]
    >>> round(plan.power, 1)
    0.8
    """
    name, at = _named(treatment, control)
    if design not in DESIGNS:
        raise ModelError(f'{WHERE}, design: found "{design}"; expected one of {", ".join(DESIGNS)}.')
    moment = _moment(made)
    first = _start(start, moment)
    person, habits = (None, Habits(rate=_rate(nights_or_rate))) if not isinstance(nights_or_rate, pd.DataFrame) else (
        _person(nights_or_rate), measure_habits(nights_or_rate))
    block = block_orders(design).shape[1]
    wanted = _proposed(habits, design) if nights is None else _stated(nights)
    length = block * math.ceil(wanted / block)
    coin = secrets.randbits(48) if seed is None else _seed(seed)
    without = control.strip() or f"no {name}"
    return TrialPlan(
        treatment=f"{name} at {at}", control=without, at=at,
        done=done_column(name),
        question=f"Do nights on which the coin says “{name}” have fewer symptoms after {at} than nights on which it "
                 f"says “{without}”?",
        outcomes=(TrialOutcome(column="symptoms"), *_second(also, nights_or_rate)), design=design,
        washout=WASHOUT if design == PERIODS else 0, seed=coin,
        schedule=draw_schedule(first, length, design=design, seed=coin), looks=_looks(looks, length, block),
        person=person, timezone=moment.tzinfo.key if isinstance(moment.tzinfo, ZoneInfo) else "", rate=habits.rate,
        night_sd=habits.sd, phi=habits.phi, answered=habits.answered, effect=float(WORTH_SEEING),
        power=_promised(habits, design, WORTH_SEEING, length),
        power_followed=_promised(habits, design, EFFECTS[-1], length), made=moment,
        **_tables(habits, design))


def done_column(name: str) -> str:
    """The column of the nights that says whether it was done: that of stretches, of magnesium, or one of its own."""
    column = str((suggest(name) or {}).get("column", ""))
    return column if column in ("stretched", "magnesium") else column_of(name)


def measure_habits(nights: pd.DataFrame) -> Habits:
    """Rate, persistence and share of answers of one person's nights. Raises ModelError for under 14 answered nights, or
    all alike."""
    check_nights(nights, WHERE)
    if why := why_open(nights, "symptoms"):
        raise ModelError(f"{WHERE}: {why}")
    ill = symptom_nights(nights)
    known = ill.dropna()
    if len(known) < KNOWN:
        how = ("`rlskit check FILE --write-mapping` drafts which of your own tags or columns mean symptoms"
               if known.empty else "Write down two weeks first")
        raise ModelError(f"{WHERE}: found {count(len(known), 'night')} with an answer about symptoms; expected {KNOWN} "
                         f"or more to know how often they come. {how}; or give a share of nights, such as 0.5.")
    rate = float(known.mean())
    if rate in (0.0, 1.0):
        raise ModelError(f"{WHERE}: found symptoms on {'every' if rate else 'no'} night; expected some nights with and "
                         "some without. " + ("Where hardly a night is free of them, give a share such as 0.95 (--rate)."
                                             if rate else "There is nothing that could get better."))
    fitted = fit("ill ~ 1", nights.assign(ill=ill.astype("Int64")))
    runs = fitted.night_sd > 0.0 and fitted.night_correlation > 0.0
    sd, phi = (float(fitted.night_sd), float(fitted.night_correlation)) if runs else (0.0, 0.0)
    return Habits(rate=round(rate, 3), sd=round(sd, 2), phi=round(phi, 2), answered=round(len(known) / len(ill), 2))


# --- what was asked for ----------------------------------------------------------------------------------------------
def _named(treatment: str, control: str) -> tuple[str, str]:
    """What is done, and its clock time."""
    if not isinstance(treatment, str) or not isinstance(control, str):
        raise ModelError(f"{WHERE}: found {treatment!r}; expected one treatment in words, such as {TREATMENT!r}. A "
                         "coin can tell about one thing at a time.")
    refuse_medicine(WHERE, treatment, control)
    match = NAMED.fullmatch(treatment.strip())
    if match is None:
        raise ModelError(f'{WHERE}: found "{treatment}"; expected what is done and its clock time, such as '
                         f'"{TREATMENT}".')
    name, at = match["name"].strip(), match["clock"].zfill(5)
    if max(len(name), len(control)) > LETTERS or not (name + control).isprintable():
        raise ModelError(f"{WHERE}: found a name of {max(len(name), len(control))} letters; expected a short one on "
                         f"one line, {LETTERS} at most, for it stands on every row of the sheet and in the calendar.")
    if TWO.search(name):
        raise ModelError(f'{WHERE}: found "{name}", which is two things; expected one, for a coin can tell about one '
                         "thing at a time. If they always go together, give them one name, such as “evening "
                         "stretches”.")
    try:
        minutes = clock_minutes(at)
    except DiaryError as wrong:
        raise ModelError(f"{WHERE}: {wrong}") from None
    if not EARLIEST <= minutes <= LATEST:
        raise ModelError(f"{WHERE}: found {at}; expected a time from 12:00 to 21:00, since what is done later comes "
                         "after many evenings' symptoms have begun and cannot change them.")
    return name, at


def _moment(made: dt.datetime | None) -> dt.datetime:
    if made is None:
        return dt.datetime.now().astimezone().replace(microsecond=0)
    if not isinstance(made, dt.datetime) or made.tzinfo is None:
        raise ModelError(f"{WHERE}, made: found {made!r}; expected a moment with its time zone.")
    return made.replace(microsecond=0)


def _start(start: dt.date | None, made: dt.datetime) -> dt.date:
    if start is None:
        return made.date() + dt.timedelta(days=1)
    if not isinstance(start, dt.date):
        raise ModelError(f"{WHERE}, start: found {start!r}; expected a date, such as datetime.date(2027, 1, 4).")
    day = start.date() if isinstance(start, dt.datetime) else start
    if day < made.date():
        raise ModelError(f"{WHERE}, start: found {long_date(day)}, and the plan is made on {long_date(made)}; expected "
                         "that day or later. A plan made after its nights is no plan: those nights can only be read as "
                         "watching, with rk.answer_questions.")
    return day


def _rate(rate: object) -> float:
    if not is_level(rate):
        raise ModelError(f"{WHERE}: found {rate!r}; expected nights from make_nights, or the share of nights with "
                         "symptoms between 0 and 1, such as 0.5.")
    return float(rate)  # type: ignore[arg-type]


def _person(nights: pd.DataFrame) -> str:
    check_nights(nights, WHERE)
    people = nights["person"].unique()
    if len(people) != 1:
        raise ModelError(f"{WHERE}: found nights of {len(people)} people; expected one. Make a plan for each person, "
                         "with the same treatment, question and number of nights.")
    return str(people[0])


def _stated(nights: object) -> int:
    if not is_whole(nights) or not LEAST <= nights <= LONGEST:  # type: ignore[operator]
        raise ModelError(f"{WHERE}, nights: found {nights!r}; expected {LEAST} to {LONGEST}. Under {LEAST} nights "
                         "nothing but a huge effect could be seen.")
    return int(nights)  # type: ignore[call-overload]


def _proposed(habits: Habits, design: str) -> int:
    fewest = fewest_nights(habits, design, WORTH_SEEING, most=MOST)
    if fewest is not None:
        return fewest
    rate = whole(30 * habits.rate)
    if 30 * habits.rate <= WORTH_SEEING:
        raise ModelError(f"{WHERE}: with {rate} symptom nights in 30 there is no room for {WORTH_SEEING} fewer, so no "
                         f"number of nights is proposed. State nights= (--nights) to do it all the same.")
    power = power_at(habits, design, WORTH_SEEING, MOST)
    raise ModelError(f"{WHERE}: no number of nights up to {MOST} shows {WORTH_SEEING} fewer symptom nights in 30 with "
                     f"80 chances in 100 ({MOST} nights: {whole(100 * power)}). "
                     + ("Write down more of the nights, or state" if habits.answered < 0.8 else "State")
                     + " nights= (--nights) to do it all the same.")


def _seed(seed: object) -> int:
    if not is_whole(seed) or seed < 0:  # type: ignore[operator]
        raise ModelError(f"{WHERE}, seed: found {seed!r}; expected a whole number, 0 or more.")
    return int(seed)  # type: ignore[call-overload]


def _looks(looks: str | Sequence[int], length: int, block: int) -> tuple[int, ...]:
    """Numbers of nights, at ends of blocks, the last the end."""
    if isinstance(looks, str) and looks in (END, MONTHLY):
        asked = range(MONTH, length, MONTH) if looks == MONTHLY else range(0)
        return (*sorted({one // block * block for one in asked} - {0}), length)
    said = list(looks) if isinstance(looks, Sequence) and not isinstance(looks, str) else []
    if not said or not all(is_whole(one) and block <= one <= length for one in said) or sorted(set(said)) != said:
        raise ModelError(f'{WHERE}, looks: found {looks!r}; expected "{END}", "{MONTHLY}", or rising numbers of nights '
                         f"from {block} to {length}.")
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
        raise ModelError(f"{WHERE}, also: found {names!r}; expected some of {', '.join(known)}, each once. Symptom "
                         "nights decide in any case.")
    return tuple(known[name] for name in names)


def _promised(habits: Habits, design: str, effect: float, nights: int) -> float:
    """The chance to see it; none where the nights have no room for it."""
    power = power_at(habits, design, effect, nights)
    return 0.0 if math.isnan(power) else power


def _tables(habits: Habits, design: str) -> dict[str, tuple[Chance, ...]]:
    """What other numbers of nights see, and how many nights other effects need."""
    chances = tuple(Chance(nights=n, effect=float(size), power=power_at(habits, design, size, n))
                    for n in LENGTHS for size in SIZES if size / 30.0 < habits.rate)
    needed = [(size, fewest_nights(habits, design, size)) for size in SIZES]
    return {"chances": chances, "needed": tuple(
        Chance(nights=n, effect=float(size), power=power_at(habits, design, size, n)) for size, n in needed if n)}
