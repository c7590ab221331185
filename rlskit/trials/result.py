"""TrialResult: what a trial says, as tables. Sentences about it stand in answers/trial_sentences.py."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from rlskit.trials.plan import COUNT, HOURS, POINTS, YES_NO, TrialPlan
from rlskit.utils.kinds import Kind
from rlskit.utils.shown import Columns, Part, Shown
from rlskit.utils.words import signed, signed_interval

if TYPE_CHECKING:
    from rlskit.effects.people import PeopleEffects

ASSIGNED, DONE, MODEL, BEFORE, MORNING = (
    "as assigned", "as done", "mixed model", "night before", "any morning")
COIN_FLIP, ASSOCIATION = "coin-flip", "association only"
FEWER, MORE, UNCLEAR, GOING_ON, TOO_EARLY, TOO_FEW, UNFAIR = (
    "fewer", "more", "unclear", "going on", "too early", "too few", "not randomised")
UNITS = {YES_NO: "nights in 30", POINTS: "points", HOURS: "hours", COUNT: "times"}
ESTIMANDS = {
    ASSIGNED: "nights of this trial: those on which the coin said yes against those on which it said no, whatever was "
              "then done",
    DONE: "nights on which it was done because the coin said so against the same nights without it",
    MODEL: "the same two kinds of night in a model that knows that nights follow one another",
    BEFORE: "nights after a yes of the coin against nights after a no, what it said tonight allowed for",
    MORNING: "the same difference, inside the blocks, valid however often one looks",
}
AS_WATCHED = "nights on which it was done against nights on which it was not, as they came"
COLUMNS = ("analysis", "outcome", "unit", "estimate", "lower", "upper", "level", "p", "n_nights", "n_with",
           "design_tag", "estimand", "reason")


@dataclass(frozen=True, kw_only=True)
class TrialResult(Shown):
    """The answer of a trial.

    verdict : "fewer", "more", "unclear" (at the end), "going on" (looked at, and no end), "too early" (no look yet),
    "too few" (under 40 answered nights at the end) or "not randomised". `table`: a row for each analysis (as assigned,
    as done, mixed model, night before, any morning) of the first outcome, and as assigned and the mixed model of the
    others: estimate, lower, upper at `level`, in `unit`, nights, `estimand` in words, or the `reason` why there is no
    number. `looks`: each planned look with its date and cut and, once taken, estimate, limits, p, and whether it
    `claimed`. `course`: after each night the plain difference with limits that nobody may trust (`naive_…`), and
    e-value and limits that hold on any morning. `arms`: nights, answered, missing, done, mean with and without.
    lowest, highest : the plain difference if every unanswered night had been good with it and bad without, and the
    other way round. unfair : why it is no trial. looked_at : nights by the last look taken, 0 for none. nights : of
    the plan that have come.
    """

    __module__ = "rlskit"

    plan: TrialPlan
    verdict: str
    design_tag: str
    table: pd.DataFrame
    looks: pd.DataFrame
    course: pd.DataFrame
    arms: pd.DataFrame
    lowest: float
    highest: float
    unfair: str
    remarks: tuple[str, ...]
    looked_at: int
    nights: int
    method: str

    def row(self, analysis: str, outcome: str | None = None) -> pd.Series:
        """The row of an analysis, of the first outcome unless another is named."""
        outcome = self.plan.outcome if outcome is None else outcome
        return self.table[self.table["analysis"].eq(analysis) & self.table["outcome"].eq(outcome)].iloc[0]

    @property
    def claimed_after(self) -> int:
        """Nights by the first look that claimed; 0 for none."""
        claims = self.looks.loc[self.looks["claimed"], "nights"]
        return int(claims.iloc[0]) if len(claims) else 0

    def next_look(self) -> tuple[int, dt.date] | None:
        """Nights by the first look that has not come, and its date."""
        rows = self.looks[~self.looks["taken"]]
        return None if rows.empty else (int(rows["nights"].iloc[0]), rows["date"].iloc[0])

    def parts(self) -> list[Part]:
        cells = [(row.analysis, row.outcome, "" if row.reason else signed(row.estimate), row.reason or
                  f"{signed_interval(row.lower, row.upper)} ({100 * row.level:.3g}%), {row.unit}, "
                  f"{row.n_nights} nights") for row in self.table.itertuples(index=False)]
        return [f"Trial of {self.plan.treatment}: {self.verdict} [{self.design_tag}]", "",
                Columns([("analysis", "outcome", "estimate", "interval"), *cells], left=(0, 1, 3)), "",
                *([self.unfair] if self.unfair else []), *self.remarks,
                "  next: print(rk.describe(result)), rk.plot_trial(result)"]


TRIAL = Kind(said="the answer of a trial", made="Make one with rk.analyse_trial(plan, diary).",
             taken="rk.plot_trial(result)", types=(TrialResult,))


@dataclass(frozen=True, kw_only=True)
class TrialSeries(Shown):
    """Several people with one plan. results : of each person. people : each person, the average and one more person, by
    the mixed model of all their nights. `table`: person, verdict, and their own trial beside the pooled one."""

    __module__ = "rlskit"

    results: dict[str, TrialResult] = field(repr=False)
    people: PeopleEffects
    table: pd.DataFrame

    def parts(self) -> list[Part]:
        def said(estimate: float, lower: float, upper: float) -> str:
            return "" if pd.isna(estimate) else f"{signed(estimate)} ({signed_interval(lower, upper)})"

        cells = [(row.person, row.verdict, said(row.estimate, row.lower, row.upper),
                  said(row.pooled, row.pooled_lower, row.pooled_upper)) for row in self.table.itertuples(index=False)]
        return [f"{len(self.results)} trials with one plan, {min(r.plan.start for r in self.results.values()):%Y}", "",
                Columns([("person", "verdict", "own trial", "with the others"), *cells], left=(0, 1, 2, 3)),
                "  next: print(rk.describe(series))"]


def date_of(plan: TrialPlan, nights: int) -> dt.date:
    """The date of the n-th night of the plan."""
    return plan.schedule[min(nights, len(plan.schedule)) - 1].night

