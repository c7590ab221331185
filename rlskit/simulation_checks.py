"""coverage_check(): do the intervals of this very fit hold what they say, if its model is right?

Diaries shaped like the user's (the same nights, gaps, exposures and people) are drawn from the fitted model, fitted
again with the same prior, and their intervals made by the same code with the same correction and refusals. Coverage is
the share of answered contrasts whose interval holds the model's own contrast. For the false alarms a second set of
diaries is drawn for each contrast, in which that contrast is exactly zero and everything else as fitted.
Oracle: tests/test_simulation_checks.py (a share counted by hand, a model whose intervals are known to be too short).
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.stats import binomtest

from rlskit.arguments import check_count, check_jobs, check_level
from rlskit.columns import check_outcome
from rlskit.engine import draw_nights, fit_maximum, risk_difference
from rlskit.errors import ModelError
from rlskit.estimates import BARTLETT, Correction, compare, estimate_effects
from rlskit.markup import ShownAsHtml
from rlskit.models import BINARY, Fit

COLUMNS = [
    "term", "contrast", "truth", "simulations", "answered", "refused", "failed", "covered", "coverage", "error",
    "coverage_lower", "coverage_upper", "null_answered", "false_alarms", "false_alarm_error",
]  # fmt: skip
ANSWERED, REFUSED, FAILED = "answered", "refused", "failed"
_NEWTON_STEPS = 20
T = TypeVar("T")


@dataclass(frozen=True)
class CoverageCheck(ShownAsHtml):
    """What simulated diaries shaped like one's own say about its intervals, if the model is right.

    table: one row per contrast. truth: the model's own contrast, in symptom nights per 30. simulations = answered +
    refused (too few nights of either outcome) + failed (no interval could be found). coverage = covered / answered,
    error its Monte-Carlo standard error, coverage_lower and coverage_upper its 95% (Wilson) range. false_alarms: share
    of the null_answered diaries without that effect whose interval leaves zero out; false_alarm_error likewise.
    Shares lie between 0 and 1. caveats: what to know before reading it.
    """

    table: pd.DataFrame
    level: float
    simulations: int
    seed: int
    n_nights: int
    n_people: int
    method: str
    caveats: tuple[str, ...]

    def __repr__(self) -> str:
        return "\n".join(_describe(self))


def coverage_check(
    fit: Fit,
    *,
    simulations: int = 200,
    seed: int | None = None,
    jobs: int = -1,
    progress: bool = True,
    level: float = 0.95,
    correction: Correction | None = BARTLETT,
) -> CoverageCheck:
    """Coverage and false alarms of the intervals of `fit`, by simulation, if its model is right.

    simulations: diaries drawn for the coverage, and again for the false alarms of each contrast. seed: None takes one
    from the data, so that the same diary gives the same answer. jobs: processes (joblib; -1 is every core, and the
    result does not depend on it). progress: a bar on anything over two seconds, on a terminal or in a notebook. level,
    correction: as given to estimate_effects, whose intervals of symptom nights per 30 these are. Raises ModelError for
    a fit that did not converge or an outcome that is not yes/no.
    """
    _check(fit, simulations, jobs, level)
    if seed is not None:
        check_count(seed, "coverage_check, seed", 0, 1)
    seed = _seed(fit) if seed is None else int(seed)
    settings = _Settings(fit, level, correction, seed)
    asked = _asked(settings)
    if not asked:
        raise ModelError(f'"{fit.formula}" has no contrast with an interval, so there is none to check.')
    theta = fit.maximum.anchor
    truths = [_contrast_at(fit, theta, c) for c in asked]
    jobs_to_do = [(settings, theta, asked, (0, i)) for i in range(simulations)]
    for k, contrast in enumerate(asked, 1):
        null = _without(fit, theta, contrast)
        jobs_to_do += [(settings, null, [contrast], (k, i)) for i in range(simulations)]
    found = list(run_all(_one, jobs_to_do, jobs, progress))
    rows = []
    for k, (contrast, truth) in enumerate(zip(asked, truths, strict=True)):
        own = [one[k] for one in found[:simulations]]
        null_rows = [one[0] for one in found[(k + 1) * simulations : (k + 2) * simulations]]
        rows.append(_row(contrast, truth, own, null_rows))
    method = "profile likelihood on the contrast itself" + (", small-diary correction" if correction else "")
    return CoverageCheck(
        pd.DataFrame(rows, columns=COLUMNS), level, simulations, seed, fit.n_nights, fit.n_people, method,
        _caveats(fit),
    )  # fmt: skip


@dataclass(frozen=True)
class _Settings:
    """What every simulated diary shares."""

    fit: Fit
    level: float
    correction: Correction | None
    seed: int


@dataclass(frozen=True)
class _Contrast:
    """`term` at a against b, in the `text` of the table of effects."""

    term: str
    text: str
    a: float
    b: float

    @property
    def column(self) -> str:
        """The column that moves: within(x) moves x, and the person means stay."""
        return self.term[7:-1] if self.term.startswith("within(") else self.term


@dataclass(frozen=True)
class _Result:
    """One contrast of one simulated diary: `status`, and its limits in symptom nights per 30."""

    status: str
    lower: float = np.nan
    upper: float = np.nan


def _check(fit: Fit, simulations: int, jobs: int, level: float) -> None:
    if fit.outcome is not BINARY and fit.outcome.name != BINARY.name:
        raise ModelError(
            f"coverage_check: found a {fit.outcome.name} outcome; expected a yes/no one. Make a yes/no column first, "
            "for example nights[\"severity_0_10\"] >= 4."
        )
    if not fit.status.converged:
        raise ModelError(
            f'coverage_check: "{fit.formula}" did not converge, so it has no intervals to check. '
            "Use fewer columns, or the weak prior (prior=WEAK)."
        )
    check_count(simulations, "coverage_check, simulations", 1, 200)
    check_jobs(jobs, "coverage_check, jobs")
    check_level(level, "coverage_check, level")


def _asked(settings: _Settings) -> list[_Contrast]:
    """The contrasts that estimate_effects gives an interval."""
    table = estimate_effects(settings.fit, level=settings.level, correction=settings.correction).table
    return [_Contrast(row.term, row.contrast, float(row.a), float(row.b)) for row in table.itertuples()
            if not row.reason]


def _seed(fit: Fit) -> int:
    """A number from the modelled nights and columns: the same diary and model give the same simulations."""
    design = fit.design
    data = np.ascontiguousarray(np.column_stack([design.x, design.frame[design.outcome].to_numpy(dtype=float)]))
    return zlib.crc32(data.round(9).tobytes())


def _contrast_at(fit: Fit, theta: np.ndarray, contrast: _Contrast) -> float:
    """Symptom nights per 30 under a minus under b, at theta (k,)."""
    return 30.0 * _risk_difference(fit, theta, contrast)[0]


def _risk_difference(fit: Fit, theta: np.ndarray, contrast: _Contrast) -> tuple[float, np.ndarray]:
    design, layout = fit.design, fit.maximum.objective.layout
    a, b = design.scenario(**{contrast.column: contrast.a}), design.scenario(**{contrast.column: contrast.b})
    return risk_difference(layout, theta, design.weights, a, b)


def _without(fit: Fit, theta: np.ndarray, contrast: _Contrast) -> np.ndarray:
    """theta (k,) with that contrast at exactly zero: the columns it moves lose their coefficients, then Newton steps
    along those columns take out what slopes that differ between people leave over."""
    design = fit.design
    a, b = design.scenario(**{contrast.column: contrast.a}), design.scenario(**{contrast.column: contrast.b})
    moved = np.flatnonzero(np.abs(a.x - b.x).max(axis=0) > 0.0)
    theta = theta.copy()
    theta[moved] = 0.0
    for _ in range(_NEWTON_STEPS):
        value, gradient = _risk_difference(fit, theta, contrast)
        if abs(value) < 1e-12:
            break
        theta[moved] -= value * gradient[moved] / float(gradient[moved] @ gradient[moved])
    return theta


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


def _one(settings: _Settings, theta: np.ndarray, contrasts: list[_Contrast], number: tuple[int, int]) -> list[_Result]:
    """Draw one diary at theta, fit it again, and give the limits of these contrasts."""
    fit, rng = settings.fit, np.random.default_rng([settings.seed, *number])
    design, objective = fit.design, fit.maximum.objective
    nights = draw_nights(design.nights, design.x, objective.layout.unpack(theta), rng)
    frame = design.frame.assign(**{design.outcome: nights.family.level.astype(float)})
    try:
        check_outcome(frame[design.outcome], design.outcome, len(design.people), 0)
    except ModelError:
        return [_Result(REFUSED)] * len(contrasts)
    maximum = fit_maximum(nights, design.x, objective.prior)
    if not maximum.optimum.converged:
        return [_Result(FAILED)] * len(contrasts)
    again = replace(fit, design=replace(design, nights=nights, frame=frame), maximum=maximum)
    found = []
    for c in contrasts:
        row = compare(again, c.term, c.a, c.b, level=settings.level, correction=settings.correction).table.iloc[0]
        nothing = np.isnan([row["lower"], row["upper"]]).any()
        found.append(_Result(FAILED) if nothing else _Result(ANSWERED, float(row["lower"]), float(row["upper"])))
    return found


def _row(contrast: _Contrast, truth: float, own: list[_Result], null: list[_Result]) -> dict:
    answered = [r for r in own if r.status == ANSWERED]
    covered = sum(r.lower <= truth <= r.upper for r in answered)
    share, error, low, high = _share(covered, len(answered))
    quiet = [r for r in null if r.status == ANSWERED]
    alarms, alarm_error, _, _ = _share(sum(not r.lower <= 0.0 <= r.upper for r in quiet), len(quiet))
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
    if fit.maximum.separation is not None:
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
    for row in table.itertuples():
        held = "—" if not row.answered else (
            f"{100 * row.coverage:.1f}% ({100 * row.coverage_lower:.1f} to {100 * row.coverage_upper:.1f})")
        alarms = "—" if not row.null_answered else f"{100 * row.false_alarms:.1f}%"
        refused = f"{100 * row.refused / row.simulations:.0f}%"
        failed = f", {row.failed} failed" if row.failed else ""
        lines.append(f"{row.term:{term}}  {row.contrast:{wide}}  {row.truth:>6.2f}  {held:<22}  {alarms:>12}  "
                     f"{refused:>7}{failed}")
    lines += ["", f"{100 * check.level:.3g}% intervals of symptom nights per 30 nights by {check.method}; they should "
              f"hold the truth {100 * check.level:.3g} times in 100 and raise {100 * (1 - check.level):.3g} false "
              f"alarms. Seed {check.seed}."]
    return [*lines, *check.caveats, "Next: rk.plot_coverage(check) draws it."]
