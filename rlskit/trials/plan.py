"""TrialPlan: everything that is fixed before the first coin-flip night. Nothing in it changes afterwards.

How a diary is read against it: `make_nights(diary, landmark=plan.at)`, then night by night `plan.outcome` is the
answer, `plan.done` what was done, and `plan.schedule` what the coin said.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rlskit.trials.words import plan_parts
from rlskit.utils.kinds import Kind
from rlskit.utils.shown import Part, Shown

PAIRS, BLOCKS, PERIODS = "pairs", "blocks of 4", "periods"
DESIGNS = (PAIRS, BLOCKS, PERIODS)
YES_NO, POINTS, HOURS, COUNT = "yes/no", "points", "hours", "count"
TREATMENT = "calf stretch at 19:30"  # where nobody says what to try
WORTH_SEEING, ENOUGH = 6, 0.8  # what a trial is planned for, nights in 30, and with which power


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """What the coin said for one night. night : date of the evening. block : from 1; the coin falls inside it. treat :
    whether the treatment is on. counted : False in a wash-out, of which no answer is used."""

    __module__ = "rlskit"

    night: dt.date
    block: int
    treat: bool
    counted: bool = True


@dataclass(frozen=True, kw_only=True)
class TrialOutcome:
    """What the nights are judged by. column : of the nights. kind : "yes/no", "points", "hours" or "count". better :
    "lower" or "higher"."""

    __module__ = "rlskit"

    column: str
    kind: str = YES_NO
    better: str = "lower"


@dataclass(frozen=True, kw_only=True)
class Chance:
    """How likely so many nights show an effect: `power`, a share, for `effect` symptom nights in 30 by the coin."""

    __module__ = "rlskit"

    nights: int
    effect: float
    power: float


@dataclass(frozen=True, kw_only=True)
class TrialPlan(Shown):
    """A plan of coin-flip nights, as plan_trial makes it and read_plan reads it.

    treatment, control : what is done on either kind of night, in words. at : clock time, "19:30"; answers before it are
    the evening's past. done : column of the nights that says whether it was done. question : what is asked. outcomes :
    the first decides, the others were stated beforehand. looks : numbers of calendar nights after which it is looked
    at; the last is the end. rate, night_sd, phi, answered : symptom nights in a night, size and pace of persistence
    (log odds), share of nights with an answer that the plan was made with. effect : in nights in 30, which `power`
    promises to see at the end if every evening is followed, `power_followed` if 7 in 10 are. chances, needed : what
    other numbers of nights can see, and how many nights effects of 3 to 12 in 30 need (none where three years do not
    do, or where the nights have no room for it). before : the last nights it was made from, by which their diary is
    known again: the first date, then y, n or - a night. made : when, with its zone.
    """

    __module__ = "rlskit"

    treatment: str
    control: str
    at: str
    done: str
    question: str
    outcomes: tuple[TrialOutcome, ...]
    design: str
    washout: int
    seed: int
    schedule: tuple[Assignment, ...]
    looks: tuple[int, ...]
    person: str | None
    timezone: str
    rate: float
    night_sd: float
    phi: float
    answered: float
    effect: float
    power: float
    made: dt.datetime
    power_followed: float | None = None
    before: str = ""
    chances: tuple[Chance, ...] = ()
    needed: tuple[Chance, ...] = ()

    def parts(self) -> list[Part]:
        return plan_parts(self)

    @property
    def outcome(self) -> str:
        """Column of the outcome that decides."""
        return self.outcomes[0].column

    @property
    def outcome_kind(self) -> str:
        return self.outcomes[0].kind

    @property
    def start(self) -> dt.date:
        """The first evening."""
        return self.schedule[0].night

    @property
    def end(self) -> dt.date:
        """The last evening."""
        return self.schedule[-1].night

    @property
    def sha256(self) -> str:
        """Of everything in the plan, whatever the file looks like that holds it."""
        return hashlib.sha256(canonical(plan_values(self)).encode()).hexdigest()


PLAN = Kind(said="a plan of coin-flip nights", made="Make one with rk.plan_trial(nights).",
            taken="rk.analyse_trial(plan, diary)", types=(TrialPlan,))


def plan_values(plan: TrialPlan) -> dict[str, Any]:
    """The plan as what JSON can hold."""
    return _plain(asdict(plan))


def plan_from(values: Mapping[str, Any]) -> TrialPlan:
    """The plan out of `plan_values`. Raises KeyError, TypeError or ValueError for anything else."""
    schedule = tuple(Assignment(**{**one, "night": dt.date.fromisoformat(one["night"])}) for one in values["schedule"])
    outcomes = tuple(TrialOutcome(**one) for one in values["outcomes"])
    made = dt.datetime.fromisoformat(values["made"])
    chances, needed = (tuple(Chance(**one) for one in values.get(name, ())) for name in ("chances", "needed"))
    return TrialPlan(**{**values, "schedule": schedule, "outcomes": outcomes, "made": made,
                        "looks": tuple(values["looks"]), "chances": chances, "needed": needed})


def canonical(values: Mapping[str, Any]) -> str:
    """One spelling of the same values: keys in order, no spaces."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value
