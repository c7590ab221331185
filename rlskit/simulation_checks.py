"""coverage_check(): do the intervals of this very fit hold what they say, if its model is right?

Diaries shaped like the user's (the same nights, gaps, exposures and people) are drawn from the fitted model, fitted
again with the same prior, and their intervals made by the same code with the same correction and refusals
(rlskit/simulated.py). Coverage is the share of answered contrasts whose interval holds the model's own contrast. For
the false alarms a second set of diaries is drawn for each contrast, in which that contrast is exactly nothing and
everything else as fitted.
Oracle: tests/test_simulation_checks.py (a share counted by hand, a model whose intervals are known to be too short).
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.stats import binomtest

from rlskit.arguments import check_count, check_jobs, check_level
from rlskit.contrasts import Contrast, prestated_contrast
from rlskit.effects_text import in_own_units, number_text, plain_unit
from rlskit.errors import ModelError
from rlskit.estimates import BARTLETT, Correction, Effects, estimate_effects
from rlskit.markup import ShownAsHtml
from rlskit.models import GAUSSIAN, Fit
from rlskit.simulated import ANSWERED, FAILED, REFUSED, Asked, Found, simulate_one, start, value_at, without

COLUMNS = [
    "term", "contrast", "truth", "simulations", "answered", "refused", "failed", "covered", "coverage", "error",
    "coverage_lower", "coverage_upper", "null_answered", "false_alarms", "false_alarm_error",
]  # fmt: skip
_THE = ("odds_ratio", "probability")
T = TypeVar("T")


@dataclass(frozen=True)
class CoverageCheck(ShownAsHtml):
    """What simulated diaries shaped like one's own say about its intervals, if the model is right.

    table: one row per contrast. truth: the model's own contrast, in `unit`s. simulations = answered + refused (such a
    diary could not be fitted: too few nights of either outcome) + failed (no interval could be found). coverage =
    covered / answered, error its Monte-Carlo standard error, coverage_lower and coverage_upper its 95% (Wilson) range.
    false_alarms: share of the null_answered diaries without that effect whose interval leaves nothing (zero, of an odds
    ratio one) out; false_alarm_error likewise. Shares lie between 0 and 1. scale, at_least, base_unit:
    as in Effects. caveats: what to know before reading it.
    """

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

    def __repr__(self) -> str:
        return "\n".join(_describe(self))

    @property
    def unit(self) -> str:
        """What is counted, in words: "symptom nights per 30 nights"."""
        return plain_unit(self)


def coverage_check(
    fit: Fit,
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
    """
    _check(fit, simulations, jobs, level)
    if seed is not None:
        check_count(seed, "coverage_check, seed", 0, 1)
    seed = _seed(fit) if seed is None else int(seed)
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
    nothing = 1.0 if effects.scale == "odds_ratio" else 0.0
    rows = []
    for k, contrast in enumerate(contrasts):
        own = [one[k] for one in found[:simulations]]
        null_rows = [one[0] for one in found[(k + 1) * simulations : (k + 2) * simulations]]
        rows.append(_row(contrast, value_at(asked, theta, contrast), own, null_rows, nothing))
    return CoverageCheck(
        pd.DataFrame(rows, columns=COLUMNS), level, simulations, seed, fit.n_nights, fit.n_people,
        _method(fit, correction), _caveats(fit), effects.scale, at_least, effects.base_unit,
    )  # fmt: skip


def _check(fit: Fit, simulations: int, jobs: int, level: float) -> None:
    if not fit.status.converged:
        advice = "columns or slopes." if fit.outcome == GAUSSIAN else "columns, or the weak prior (prior=WEAK)."
        raise ModelError(f'coverage_check: "{fit.formula}" did not converge, so it has no intervals to check. Use '
                         f"fewer {advice}")
    check_count(simulations, "coverage_check, simulations", 1, 200)
    check_jobs(jobs, "coverage_check, jobs")
    check_level(level, "coverage_check, level")


def contrasts_of(fit: Fit, effects: Effects) -> list[Contrast]:
    """The contrasts to which estimate_effects gave an interval."""
    every = [prestated_contrast(fit.design, column) for column in fit.design.columns]
    given = set(effects.table.loc[effects.table["reason"] == "", "term"])
    return [c for c in every if c is not None and c.term in given]


def _method(fit: Fit, correction: Correction | None) -> str:
    if fit.outcome == GAUSSIAN:
        small = "Student's t"
    else:
        small = "small-diary correction" if fit.n_people == 1 else "correction for few people"
    return "profile likelihood on the contrast itself" + (f", {small}" if correction else "")


def _seed(fit: Fit) -> int:
    """A number from the modelled nights and columns: the same diary and model give the same simulations."""
    design = fit.design
    data = np.ascontiguousarray(np.column_stack([design.x, design.frame[design.outcome].to_numpy(dtype=float)]))
    return zlib.crc32(data.round(9).tobytes())


def run_all(one: Callable[..., T], tasks: list[tuple], jobs: int, progress: bool) -> Iterator[T]:
    """one(*task) of every task, in their order, on several processes. An interrupt stops the processes and closes the
    bar, then goes on its way."""
    from tqdm import tqdm  # tqdm.auto warns in notebooks without ipywidgets

    seen = sys.stderr.isatty() or "ipykernel" in sys.modules
    results = Parallel(n_jobs=jobs, return_as="generator")(delayed(one)(*task) for task in tasks)
    hidden = not (progress and seen)
    with tqdm(total=len(tasks), desc="simulated diaries", unit="diary", delay=2, disable=hidden) as bar:
        try:
            for result in results:
                bar.update()
                yield result
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
        "coverage_lower": low, "coverage_upper": high, "null_answered": len(quiet), "false_alarms": alarms,
        "false_alarm_error": alarm_error,
    }  # fmt: skip


def _share(hits: int, of: int) -> tuple[float, float, float, float]:
    """Share, Monte-Carlo standard error, and the Wilson 95% range; nan where nothing was answered."""
    if not of:
        return np.nan, np.nan, np.nan, np.nan
    share, low, high = wilson(hits, of)
    return share, float(np.sqrt(share * (1.0 - share) / of)), low, high


def wilson(hits: int, of: int) -> tuple[float, float, float]:
    """A share of simulated diaries and its 95% range."""
    around = binomtest(hits, of).proportion_ci(method="wilson")
    return hits / of, float(around.low), float(around.high)


def _caveats(fit: Fit) -> tuple[str, ...]:
    notes = ["If the model is right: this cannot see what the model leaves out, such as a habit that changed with the "
             "symptoms."]
    if fit.outcome != GAUSSIAN and fit.maximum.separation is not None:
        notes.append("These nights are predicted perfectly in part; the diaries were drawn from a nearby model whose "
                     "log odds stay within 3.")
    return tuple(notes)


def _describe(check: CoverageCheck) -> list[str]:
    people = "one person" if check.n_people == 1 else f"{check.n_people} people"
    table = check.table
    term = max(len("term"), *(len(t) for t in table["term"]))
    wide = max(len("contrast"), *(len(t) for t in table["contrast"]))
    lines = [
        f"If the model is right: {check.simulations} simulated diaries like this one, {check.n_nights} nights of "
        f"{people}", "",
        f"{'term':{term}}  {'contrast':{wide}}  {'truth':>6}  {'intervals that held it':<22}  {'false alarms':>12}  "
        "refused",
    ]  # fmt: skip
    own = in_own_units(check)
    for row in table.itertuples():
        held = "—" if not row.answered else (
            f"{100 * row.coverage:.1f}% ({100 * row.coverage_lower:.1f} to {100 * row.coverage_upper:.1f})")
        alarms = "—" if not row.null_answered else f"{100 * row.false_alarms:.1f}%"
        refused = f"{100 * row.refused / row.simulations:.0f}%"
        failed = f", {row.failed} failed" if row.failed else ""
        lines.append(f"{row.term:{term}}  {row.contrast:{wide}}  {number_text(row.truth, own):>6}  {held:<22}  "
                     f"{alarms:>12}  {refused:>7}{failed}")
    the = "the " if check.scale in _THE else ""
    unit = f"{the}{check.unit}{',' if own else ''}"
    lines += ["", f"{100 * check.level:.3g}% intervals of {unit} by {check.method}; they should "
              f"hold the truth {100 * check.level:.3g} times in 100 and raise {100 * (1 - check.level):.3g} false "
              f"alarms. Seed {check.seed}."]
    return [*lines, *check.caveats, "Next: rk.plot_coverage(check) draws it."]
