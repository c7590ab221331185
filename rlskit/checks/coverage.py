"""coverage_check(): do the intervals of this very fit hold what they say, if its model is right?

Diaries shaped like the user's (the same nights, gaps, exposures and people) are drawn from the fitted model, fitted
again with the same prior, and their intervals made by the same code with the same correction and refusals
(rlskit/checks/simulated_fit.py). Coverage is the share of answered contrasts whose interval holds the model's own
contrast. For the false alarms a second set of diaries is drawn for each contrast, in which that contrast is exactly
nothing, symptoms are as frequent as fitted, and everything else is as fitted.
Oracle: tests/unit/checks/test_coverage.py (a share counted by hand, a model whose intervals are known to be too short).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from rlskit.checks.simulated_fit import ANSWERED, FAILED, REFUSED, Asked, Found, simulate_one, start, value_at, without
from rlskit.effects.contrasts import Contrast, prestated_contrasts
from rlskit.effects.estimates import BARTLETT, Correction, Effects, estimate_effects
from rlskit.effects.scales import SCALES
from rlskit.effects.text import in_own_units, number_text, said_unit
from rlskit.errors import ModelError
from rlskit.models.fitting import Fitted
from rlskit.models.formula import read_formula
from rlskit.models.outcome import BINARY, GAUSSIAN, Outcome
from rlskit.models.past import sources_back
from rlskit.utils.arguments import check_count, check_jobs, check_level
from rlskit.utils.kinds import Kind
from rlskit.utils.progress import doing
from rlskit.utils.shown import Columns, Part, Shown

COLUMNS = [
    "term", "contrast", "truth", "simulations", "answered", "refused", "failed", "covered", "coverage", "error",
    "coverage_lower", "coverage_upper", "null_answered", "null_refused", "null_failed", "false_alarms",
    "false_alarm_error",
]  # fmt: skip
T = TypeVar("T")


@dataclass(frozen=True)
class CoverageCheck(Shown):
    """What simulated diaries shaped like one's own say about its intervals, if the model is right.

    table: one row per contrast. truth: the model's own contrast, in `unit`s. simulations = answered + refused (such a
    diary could not be fitted: too few nights of either outcome) + failed (no interval could be found). coverage =
    covered / answered, error its Monte-Carlo standard error, coverage_lower and coverage_upper its 95% (Wilson) range.
    false_alarms: share of the null_answered diaries without that effect whose interval leaves nothing (zero, of an odds
    ratio one) out; null_refused, null_failed and false_alarm_error likewise. Shares lie between 0 and 1. scale,
    at_least, base_unit, outcome: as in Effects. caveats: what to know before reading it.
    """

    __module__ = "rlskit"

    table: pd.DataFrame
    level: float
    simulations: int
    seed: int
    n_nights: int
    n_people: int
    method: str
    caveats: tuple[str, ...]
    scale: str = "nights_per_30"
    at_least: float | str | None = None
    base_unit: str = "nights per 30"
    outcome: Outcome = BINARY

    def parts(self) -> list[Part]:
        return _parts(self)

    @property
    def unit(self) -> str:
        """What the intervals are of, in words: "change in symptom nights per 30 nights"."""
        return said_unit(self)

    @property
    def diaries(self) -> str:
        """ "200 simulated diaries"."""
        return "1 simulated diary" if self.simulations == 1 else f"{self.simulations:,} simulated diaries"


COVERAGE = Kind(said="a coverage check", made="Make one with rk.coverage_check(fit, nights).",
                taken="rk.plot_coverage(check)", types=(CoverageCheck,))


def coverage_check(
    fit: Fitted,
    *,
    simulations: int = 200,
    seed: int | None = None,
    jobs: int = -1,
    progress: bool = True,
    level: float = 0.95,
    scale: str | None = None,
    correction: Correction | None = BARTLETT,
    at_least: float | str | None = None,
) -> CoverageCheck:
    """Coverage and false alarms of the intervals of `fit`, by simulation, if its model is right.

    simulations: diaries drawn for the coverage, and again for the false alarms of each contrast. seed: None takes one
    from the data, so that the same diary gives the same answer. jobs: processes (joblib; -1 is every core, and the
    result does not depend on it). progress: a bar on anything over two seconds, on a terminal or in a notebook. level,
    scale, correction, at_least: as given to estimate_effects, whose intervals these are. Raises ModelError for a fit
    that did not converge.

    Example: ``covered = rk.coverage_check(fit, simulations=20)``
    """
    _check(fit, simulations, jobs, level)
    if seed is not None:
        check_count(seed, "coverage_check, seed", 0, 1)
    of_the_data = _seed(fit)
    seed = of_the_data if seed is None else int(seed)
    effects = estimate_effects(fit, level=level, scale=scale, correction=correction, at_least=at_least)
    asked = Asked(fit, level, correction, effects.scale, at_least, seed)
    contrasts = contrasts_of(fit, effects)
    if not contrasts:
        raise ModelError(f'"{fit.formula}" has no contrast with an interval, so there is none to check.')
    theta = start(fit)
    tasks: list[tuple] = [(asked, theta, contrasts, (0, i)) for i in range(simulations)]
    for k, contrast in enumerate(contrasts, 1):
        null = without(asked, theta, contrast)
        tasks += [(asked, null, [contrast], (k, i)) for i in range(simulations)]
    found = list(run_all(simulate_one, tasks, jobs, progress))
    nothing = SCALES[effects.scale].zero
    rows = []
    for k, contrast in enumerate(contrasts):
        own = [one[k] for one in found[:simulations]]
        null_rows = [one[0] for one in found[(k + 1) * simulations : (k + 2) * simulations]]
        rows.append(_row(contrast, value_at(asked, theta, contrast), own, null_rows, nothing))
    return CoverageCheck(
        table=pd.DataFrame(rows, columns=COLUMNS), level=level, simulations=simulations, seed=seed,
        n_nights=fit.n_nights, n_people=fit.n_people, method=_method(effects), caveats=_caveats(fit),
        scale=effects.scale, at_least=at_least, base_unit=effects.base_unit, outcome=fit.outcome)  # fmt: skip


def _check(fit: Fitted, simulations: int, jobs: int, level: float) -> None:
    if not isinstance(fit, Fitted):
        raise ModelError(f"coverage_check: found {type(fit).__name__}; expected a fitted model, the result of fit().")
    if not fit.status.converged:
        advice = "columns or slopes." if fit.outcome == GAUSSIAN else "columns, or the weak prior (prior=WEAK)."
        raise ModelError(f'coverage_check: "{fit.formula}" did not converge, so it has no intervals to check. Use '
                         f"fewer {advice}")
    check_count(simulations, "coverage_check, simulations", 1, 200)
    check_jobs(jobs, "coverage_check, jobs")
    check_level(level, "coverage_check, level")


def contrasts_of(fit: Fitted, effects: Effects) -> list[Contrast]:
    """The contrasts to which estimate_effects gave an interval."""
    every = [one for column in fit.design.columns for one in prestated_contrasts(fit.design, column)]
    return [one for one, reason in zip(every, effects.table["reason"], strict=True) if not reason]


def _method(effects: Effects) -> str:
    """Without the numbers of this one diary."""
    small = ("small-diary correction", "correction for few people", "Student's t")
    return ", ".join(["profile likelihood on the contrast itself", *(one for one in small if one in effects.method)])


def _seed(fit: Fitted) -> int:
    """A number from the modelled nights and columns: the same diary and model give the same simulations."""
    design = fit.design
    data = np.ascontiguousarray(np.column_stack([design.x, design.frame[design.outcome].to_numpy(dtype=float)]))
    return zlib.crc32(data.round(9).tobytes())


def run_all(one: Callable[..., T], tasks: list[tuple], jobs: int, progress: bool) -> Iterator[T]:
    """one(*task) of every task, in their order, on several processes. An interrupt stops the processes and closes the
    bar, then goes on its way."""
    results = Parallel(n_jobs=jobs, return_as="generator")(delayed(one)(*task) for task in tasks)
    try:
        with doing("Trying made-up diaries", silent=not progress) as work:
            yield from work.each(results, len(tasks))
    finally:
        results.close()


def _row(contrast: Contrast, truth: float, own: list[Found], null: list[Found], nothing: float = 0.0) -> dict:
    answered = [r for r in own if r.status == ANSWERED]
    covered = sum(r.lower <= truth <= r.upper for r in answered)
    share, error, low, high = _share(covered, len(answered))
    quiet = [r for r in null if r.status == ANSWERED]
    alarms, alarm_error, _, _ = _share(sum(not r.lower <= nothing <= r.upper for r in quiet), len(quiet))
    return {
        "term": contrast.term, "contrast": contrast.text, "truth": truth, "simulations": len(own),
        "answered": len(answered), "refused": sum(r.status == REFUSED for r in own),
        "failed": sum(r.status == FAILED for r in own), "covered": covered, "coverage": share, "error": error,
        "coverage_lower": low, "coverage_upper": high, "null_answered": len(quiet),
        "null_refused": sum(r.status == REFUSED for r in null), "null_failed": sum(r.status == FAILED for r in null),
        "false_alarms": alarms, "false_alarm_error": alarm_error,
    }  # fmt: skip


def _share(hits: int, of: int) -> tuple[float, float, float, float]:
    """Share, Monte-Carlo standard error, and the Wilson 95% range; nan where nothing was answered."""
    if not of:
        return np.nan, np.nan, np.nan, np.nan
    share, low, high = wilson(hits, of)
    return share, float(np.sqrt(share * (1.0 - share) / of)), low, high


def wilson(hits: int, of: int) -> tuple[float, float, float]:
    """A share of simulated diaries and its 95% range."""
    from scipy.stats import binomtest  # takes half as long to load as pandas, and plan_nights only wants run_all

    around = binomtest(hits, of).proportion_ci(method="wilson")
    return hits / of, float(around.low), float(around.high)


def _caveats(fit: Fitted) -> tuple[str, ...]:
    notes = ["If the model is right: this cannot see what the model leaves out, such as a habit that changed with the "
             "symptoms. The estimates are taken for the truth."]
    if "no night-to-night persistence" in fit.status.message:
        notes.append("No persistence from night to night was found, so the simulated diaries have none.")
    own = [name for name, source in sources_back(read_formula(fit.formula)).items() if source == fit.design.outcome]
    if own:
        notes.append(f"{' and '.join(own)}: kept as recorded, though the simulated nights before ended otherwise.")
    if fit.outcome != GAUSSIAN and fit.maximum.separation is not None:
        notes.append("These nights are predicted perfectly in part; the diaries were drawn from a nearby model, in "
                     "which the least clear of those nights comes out as it did 95 times in 100.")
    return tuple(notes)


def _parts(check: CoverageCheck) -> list[Part]:
    people = "one person" if check.n_people == 1 else f"{check.n_people:,} people"
    table, own = check.table, in_own_units(check)
    cells = [["term", "contrast", "truth", "intervals that held it", "false alarms", "refused"]]
    for row in table.itertuples():
        held = "—" if not row.answered else (
            f"{100 * row.coverage:.1f}% ({100 * row.coverage_lower:.1f} to {100 * row.coverage_upper:.1f})")
        alarms = "—" if not row.null_answered else f"{100 * row.false_alarms:.1f}%"
        if row.null_answered < row.simulations:
            alarms += f" of {row.null_answered}"
        refused = f"{100 * row.refused / row.simulations:.0f}%"
        failed = f", {row.failed} failed" if row.failed else ""
        cells.append([row.term, row.contrast, number_text(row.truth, own), held, alarms, f"{refused:>7}{failed}"])
    unit = f"{check.unit}{',' if own else ''}"
    return [f"If the model is right: {check.diaries} like this one, {check.n_nights} nights of {people}", "",
            Columns(cells, left=(0, 1, 3, 5)), "",
            f"{100 * check.level:.3g}% intervals of the {unit} by {check.method}; they should "
            f"hold the truth {100 * check.level:.3g} times in 100 and raise {100 * (1 - check.level):.3g} false "
            f"alarms. Seed {check.seed}.", *check.caveats, "Next: rk.plot_coverage(check) draws it."]
