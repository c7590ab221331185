"""analyse_trial(): a plan and a diary → the answer of the trial, as assigned first.

The numbers come from randomisation.py (as assigned, as done, the night before), sequential.py (the planned looks),
betting.py (any morning) and the mixed model of rk.fit. Reasons: docs/decisions/0036-trial-analysis.md. Oracles:
tests/unit/trials, and benchmarks/trials.md for false claims, coverage and power.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from rlskit.diary.tables import Diary
from rlskit.effects.estimates import estimate_effects
from rlskit.effects.fit import fit
from rlskit.effects.people import estimate_people
from rlskit.errors import ModelError
from rlskit.models.outcome import BINARY, GAUSSIAN, ORDINAL, Outcome
from rlskit.trials.course import follow, take_looks
from rlskit.trials.design import block_orders
from rlskit.trials.fairness import LEAST_NIGHTS, period_of, remarks, unfair
from rlskit.trials.nights import TrialNights, read_trial
from rlskit.trials.plan import COUNT, HOURS, PLAN, POINTS, YES_NO, TrialPlan
from rlskit.trials.randomisation import DRAWS, CoinEffect, Redrawn, compare_schedules, redraw, weigh_nights
from rlskit.trials.result import (
    AS_WATCHED,
    ASSIGNED,
    ASSOCIATION,
    BEFORE,
    COIN_FLIP,
    COLUMNS,
    DONE,
    ESTIMANDS,
    FEWER,
    GOING_ON,
    MODEL,
    MORE,
    MORNING,
    TOO_EARLY,
    TOO_FEW,
    UNCLEAR,
    UNFAIR,
    UNITS,
    TrialResult,
    TrialSeries,
)
from rlskit.utils.kinds import Kind, takes
from rlskit.utils.progress import doing

FAMILIES: dict[str, Outcome] = {YES_NO: BINARY, POINTS: ORDINAL, HOURS: GAUSSIAN, COUNT: GAUSSIAN}
TIMES = {YES_NO: 30.0}
SEED = 36  # beside that of the plan, so that no redrawn schedule is the drawn one by construction
LEAST_A_SIDE = 5  # answered nights; fewer make no number
TRIALS = Kind(said="trials by the name of each person", made='Write {"anna": (plan, diary), "ben": (plan, diary)}.',
              types=(Mapping,))


@takes(PLAN)
@doing("Answering as the coin said")
def analyse_trial(
    plan: TrialPlan, diary: Diary | pd.DataFrame, *, others: Sequence[TrialPlan] = (), level: float = 0.95,
    draws: int = DRAWS, today: dt.date | None = None,
) -> TrialResult:
    """The answer of coin-flip nights.

    Parameters
    ----------
    plan : from read_plan or plan_trial.
    diary : of the person of the plan; or its nights, from make_nights(diary, landmark=plan.at).
    others : other plans of the same person, so that nights of two trials are told.
    level : over all planned looks together.
    draws : schedules redrawn, where all there are would be too many. today : default the date of this computer; it
        says whether a plan is over whose last nights, a week at most, were not written down.

    Returns
    -------
    TrialResult, frozen. A trial that the coin did not decide is analysed as watching and says why.

    Raises
    ------
    ModelError : another person's diary, several people, a column that is not there, or no night of the plan.

    Example: ``rk.analyse_trial(plan, run)``
    """
    nights = read_trial(plan, diary, today)
    because = unfair(plan, nights)
    coin = _Coin(plan, redraw(block_orders(plan.design, period_of(plan)), len({n.block for n in plan.schedule}),
                              draws=draws, seed=plan.seed + SEED))
    times = TIMES.get(plan.outcome_kind, 1.0)
    looks = take_looks(plan, nights, lambda some, at: coin.compare(some, 0, at), level, times, fair=not because)
    looked_at = int(looks.loc[looks["taken"], "nights"].max()) if looks["taken"].any() else 0
    now = nights.until(looked_at)
    at = float(looks.loc[looks["taken"], "level"].iloc[-1]) if looked_at else level
    course = follow(plan, nights, level, times)
    rows = _no_trial(plan, nights, level, because) if because else _rows(coin, now, course, at, looks)
    lowest, highest = _bounds(plan, now, times)
    return TrialResult(
        plan=plan, verdict=_verdict(plan, looks, now, because), design_tag=ASSOCIATION if because else COIN_FLIP,
        table=pd.DataFrame(rows, columns=list(COLUMNS)), looks=looks, course=course, arms=_arms(now if looked_at else
                                                                                               nights),
        lowest=lowest, highest=highest, unfair=because, remarks=remarks(plan, nights, others), looked_at=looked_at,
        nights=len(nights.day), method=_method(coin, looks))


@takes(TRIALS)
def analyse_trials(
    trials: Mapping[str, tuple[TrialPlan, Diary | pd.DataFrame]], *, level: float = 0.95, draws: int = DRAWS
) -> TrialSeries:
    """Several people with one plan (a family, a support group, an n-of-1 series): each trial by itself, and all of them
    in one mixed model with an effect of each person, an average and an interval for one more person.

    trials : name of a person → their plan and diary. Raises ModelError where the plans ask different things, or where
    one of them was not randomised.

    Example: ``rk.analyse_trials({"Ann": (plan, run), "Ben": (plan, rk.simulate_trial(plan, 0.0, seed=2))}, draws=999)``
    """
    if len(trials) < 2:
        raise ModelError(f"analyse_trials: found {len(trials)} trial; expected two or more. Of one: rk.analyse_trial.")
    asked = {(plan.treatment, plan.control, plan.at, plan.outcome) for plan, _ in trials.values()}
    if len(asked) > 1:
        raise ModelError("analyse_trials: the plans differ in treatment, time or outcome; expected one plan for "
                         "everybody. Analyse each by itself with rk.analyse_trial.")
    results = {name: analyse_trial(plan, diary, level=level, draws=draws) for name, (plan, diary) in trials.items()}
    if wrong := next((name for name, result in results.items() if result.unfair), None):
        raise ModelError(f"analyse_trials, {wrong}: {results[wrong].unfair} Leave this one out.")
    parts = [_frame(read_trial(plan, diary), 0).assign(person=name) for name, (plan, diary) in trials.items()]
    kind = next(iter(trials.values()))[0].outcome_kind
    model = fit("answer ~ assigned", pd.concat(parts, ignore_index=True), outcome=FAMILIES[kind], slopes=("assigned",))
    people = estimate_people(model, "assigned", level=level)
    pooled = people.table[people.table["kind"].eq("person")].set_index("person")
    rows = []
    for name, result in results.items():
        own, beside = result.row(ASSIGNED), pooled.loc[name]
        rows.append({"person": name, "verdict": result.verdict, "estimate": own["estimate"], "lower": own["lower"],
                     "upper": own["upper"], "pooled": beside["estimate"], "pooled_lower": beside["lower"],
                     "pooled_upper": beside["upper"]})
    return TrialSeries(results=results, people=people, table=pd.DataFrame(rows))


@dataclass(frozen=True)
class _Coin:
    """A plan with the schedules that its coin could have drawn."""

    plan: TrialPlan
    redrawn: Redrawn

    def others(self, which: np.ndarray) -> Redrawn:
        """Their nights `which`, places in the schedule."""
        return Redrawn(treat=self.redrawn.treat[:, which], every=self.redrawn.every)

    def compare(self, nights: TrialNights, outcome: int, level: float) -> CoinEffect:
        """As assigned, of one outcome, in its own units."""
        use = nights.counted & ~np.isnan(nights.answers[outcome])
        which = np.flatnonzero(use)
        treat = nights.treat[which]
        return compare_schedules(nights.answers[outcome][which], treat, treat, self.others(which),
                                 weigh_nights(nights.day[which]), level=level)

    def as_done(self, nights: TrialNights, level: float) -> tuple[CoinEffect, int]:
        """The effect of doing it on the nights on which the coin decided, and the nights it rests on."""
        use = np.flatnonzero(nights.counted & ~np.isnan(nights.answers[0]) & ~np.isnan(nights.done))
        return compare_schedules(nights.answers[0][use], nights.done[use], nights.treat[use], self.others(use),
                                 weigh_nights(nights.day[use]), level=level), len(use)

    def night_before(self, nights: TrialNights, effect: float, level: float) -> tuple[CoinEffect, int]:
        """What the coin of the night before does, on first nights of a block: there it says nothing about tonight's."""
        first = np.flatnonzero(np.diff(nights.block, prepend=nights.block[:1]) > 0)
        use = first[nights.counted[first] & ~np.isnan(nights.answers[0][first])]
        left = nights.answers[0][use] - effect * nights.treat[use]
        return compare_schedules(left, nights.treat[use - 1], nights.treat[use - 1], self.others(use - 1),
                                 weigh_nights(nights.day[use]), level=level), len(use)


# --- rows of the table ---------------------------------------------------------------------------------------------
def _rows(coin: _Coin, nights: TrialNights, course: pd.DataFrame, level: float, looks: pd.DataFrame) -> list[dict]:
    """Every analysis of the first outcome, then the others."""
    plan, first = coin.plan, coin.plan.outcomes[0]
    times, early = TIMES.get(first.kind, 1.0), _too_early(plan, nights, looks)
    primary = _coin_row(plan, ASSIGNED, 0, nights, early, lambda: (coin.compare(nights, 0, level), None))
    rows = [primary, _coin_row(plan, DONE, 0, nights, early or _nobody_said(nights),
                               lambda: coin.as_done(nights, level))]
    rows.append(_model_row(plan, 0, nights, level, early))
    spaced = plan.washout > 0
    no_before = "Wash-out nights keep the nights before apart." if spaced else ""
    effect = primary["estimate"] / times
    rows.append(_coin_row(plan, BEFORE, 0, nights, early or no_before or primary["reason"],
                          lambda: coin.night_before(nights, effect, level)))
    rows.append(_morning_row(plan, course, nights))
    for at in range(1, len(plan.outcomes)):
        rows.append(_coin_row(plan, ASSIGNED, at, nights, early,
                              lambda at=at: (coin.compare(nights, at, level), None)))
        rows.append(_model_row(plan, at, nights, level, early))
    return rows


def _no_trial(plan: TrialPlan, nights: TrialNights, level: float, because: str) -> list[dict]:
    """What is left of a trial that the coin did not decide: its nights as they were watched, by what was done where the
    diary says so."""
    told = np.isfinite(nights.done).sum() >= LEAST_NIGHTS
    watched = replace(nights, treat=nights.done == 1.0, counted=nights.counted & np.isfinite(nights.done)
                      ) if told else nights
    return [_row(plan, ASSIGNED, 0, nights, because), _model_row(plan, 0, watched, level, "") | {
        "design_tag": ASSOCIATION, "estimand": AS_WATCHED if told else ESTIMANDS[MODEL]}]


def _row(plan: TrialPlan, analysis: str, outcome: int, nights: TrialNights, reason: str = "") -> dict:
    use = nights.counted & ~np.isnan(nights.answers[outcome])
    one = plan.outcomes[outcome]
    return dict.fromkeys(COLUMNS, np.nan) | {
        "analysis": analysis, "outcome": one.column, "unit": UNITS[one.kind], "n_nights": int(use.sum()),
        "n_with": int((use & nights.treat).sum()), "design_tag": COIN_FLIP, "estimand": ESTIMANDS[analysis],
        "reason": reason}


def _coin_row(plan: TrialPlan, analysis: str, outcome: int, nights: TrialNights, reason: str, compute) -> dict:
    """A row by comparing schedules; compute() is called only where there is something to compare."""
    row = _row(plan, analysis, outcome, nights, reason)
    with_it = row["n_with"]
    if not reason and min(with_it, row["n_nights"] - with_it) < LEAST_A_SIDE:
        row["reason"] = f"Under {LEAST_A_SIDE} answered nights with it or without it."
    if row["reason"]:
        return row
    found, n = compute()
    if np.isnan(found.estimate):
        return row | {"reason": "What was done did not go with the coin." if analysis == DONE else
                      "Too few nights to compare schedules."}
    kind = plan.outcomes[outcome].kind
    times, most = TIMES.get(kind, 1.0), 30.0 if kind == YES_NO and analysis != DONE else np.inf
    return row | {"estimate": times * found.estimate, "lower": max(times * found.lower, -most),
                  "upper": min(times * found.upper, most), "level": found.level, "p": found.p,
                  "n_nights": row["n_nights"] if n is None else n}


def _model_row(plan: TrialPlan, outcome: int, nights: TrialNights, level: float, reason: str) -> dict:
    row = _row(plan, MODEL, outcome, nights, reason)
    if reason:
        return row
    try:
        model = fit("answer ~ assigned", _frame(nights, outcome), outcome=FAMILIES[plan.outcomes[outcome].kind])
        found = estimate_effects(model, level=level).table.iloc[0]
    except ModelError as wrong:
        return row | {"reason": str(wrong)}
    return row | {name: found[name] for name in ("estimate", "lower", "upper", "level")} | {
        "reason": str(found["reason"] or "")}


def _frame(nights: TrialNights, outcome: int) -> pd.DataFrame:
    """What the mixed model is fitted to."""
    use = nights.counted & ~np.isnan(nights.answers[outcome])
    return pd.DataFrame({"night": nights.night[use], "assigned": nights.treat[use],
                         "answer": nights.answers[outcome][use]})


def _morning_row(plan: TrialPlan, course: pd.DataFrame, nights: TrialNights) -> dict:
    row = _row(plan, MORNING, 0, nights)
    if course["e_value"].isna().all():
        return row | {"reason": "Bets need an outcome of yes or no, or of points." if len(course) else
                      "No night has come yet."}
    last = course.iloc[-1]
    ever = float(course["e_value"].max())
    return row | {"estimate": last["in_blocks"], "lower": last["lower"], "upper": last["upper"],
                  "level": course.attrs["level"], "p": min(1.0, 1.0 / ever), "n_nights": int(last["answered"])}


# --- around them ---------------------------------------------------------------------------------------------------
def _too_early(plan: TrialPlan, nights: TrialNights, looks: pd.DataFrame) -> str:
    if len(nights.day):
        return ""
    return f"The first planned look is after {plan.looks[0]} nights."


def _nobody_said(nights: TrialNights) -> str:
    return "The diary does not say whether it was done." if np.isnan(nights.done).all() else ""


def _verdict(plan: TrialPlan, looks: pd.DataFrame, now: TrialNights, because: str) -> str:
    if because:
        return UNFAIR
    if not looks["taken"].any():
        return TOO_EARLY
    claims = looks[looks["claimed"]]
    answered = int((now.counted & ~np.isnan(now.answers[0])).sum())
    if answered < LEAST_NIGHTS:
        return TOO_FEW if looks["taken"].all() else GOING_ON
    if len(claims):
        return FEWER if claims["estimate"].iloc[0] < 0 else MORE
    return UNCLEAR if looks["taken"].all() else GOING_ON


def _arms(nights: TrialNights) -> pd.DataFrame:
    """What became of the nights of either kind."""
    rows = []
    for name, side in (("with", nights.treat), ("without", ~nights.treat)):
        here = nights.counted & side
        answer, done = nights.answers[0][here], nights.done[here]
        known, said = ~np.isnan(answer), ~np.isnan(done)
        rows.append({"arm": name, "nights": int(here.sum()), "answered": int(known.sum()),
                     "missing": int((~known).sum()), "done": int(np.nansum(done)), "done_known": int(said.sum()),
                     "mean": float(answer[known].mean()) if known.any() else np.nan})
    return pd.DataFrame(rows)


def _bounds(plan: TrialPlan, nights: TrialNights, times: float) -> tuple[float, float]:
    """The plain difference with minus without if every unanswered night had been good with it and bad without it, and
    the other way round: no way of leaving nights away goes further. nan where an answer has no ends."""
    ends = {YES_NO: (0.0, 1.0), POINTS: (0.0, 10.0)}.get(plan.outcome_kind)
    sides = [nights.answers[0][nights.counted & side] for side in (nights.treat, ~nights.treat)]
    if ends is None or min(map(len, sides)) == 0:
        return np.nan, np.nan
    filled = [[float(np.where(np.isnan(one), end, one).mean()) for end in ends] for one in sides]
    return times * (filled[0][0] - filled[1][1]), times * (filled[0][1] - filled[1][0])


def _method(coin: _Coin, looks: pd.DataFrame) -> str:
    how = "all" if coin.redrawn.every else f"{len(coin.redrawn.treat):,} redrawn"
    several = f"; {len(looks)} looks by O'Brien and Fleming" if len(looks) > 1 else ""
    return f"randomisation test, {how} schedules ({coin.plan.design}){several}"
