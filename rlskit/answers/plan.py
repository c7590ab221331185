"""plan_nights(): how many more nights until an effect of a stated size would be seen, simulated from one's own diary.

Equation. Whole weeks of the person's own nights (their exposures, adjusters, last night's symptoms among them, and
empty nights as they stand) are drawn with replacement to make a diary of N nights. Time itself, where it is the
question, goes on from night to night, the middle of the new diary at the middle of the old one; then medicine changes
stay on their nights, and the nights to come are all in the last period. Outcomes come from the model fitted to the
diary, parameters drawn from its penalised likelihood, with the contrast set to exactly the stated effect, fewer and
more in turn. The share of such diaries in which the interval lies on the effect's side is the power at N. It grows as
Phi((k N)^r - c), c the cut-off of the interval and r the pace at which errors fall (power.py), so k is estimated from
all diaries drawn, at two lengths, and N = (c + z_power)^(1/r) / k. The first length is the closed form's. Oracle:
tests/unit/answers/test_plan.py, where power is known, and benchmarks/nights_needed.md for the closed form beside it.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.special import log_ndtr, ndtri

from rlskit.answers.claims import alone
from rlskit.answers.coin import coin_nights, coin_step, coin_treatment
from rlskit.answers.frames import Frame, frame_of
from rlskit.answers.half_hours import checked_by
from rlskit.answers.power import PACE, POWER, WORTH_SEEING, more_nights, pace_of
from rlskit.answers.questions import TREND, questions_of
from rlskit.answers.simultaneous import weigh
from rlskit.effects.fit import fit
from rlskit.engine import (
    Nights,
    Scenario,
    draw_nights,
    draw_parameters,
    fit_maximum,
    profile_limits,
    ranged_difference,
    risk_difference,
)
from rlskit.errors import ModelError
from rlskit.models.columns import NIGHT
from rlskit.models.fitting import Fitted
from rlskit.nights.validate import check_nights, in_order
from rlskit.utils.arguments import check_count, check_jobs, check_level
from rlskit.utils.shown import Columns, Part, Shown
from rlskit.utils.words import TWO_YEARS, join

COLUMNS = ("nights", "effect", "simulations", "seen", "power", "lower", "upper")
WEEK = 7
DRAWS = 200  # parameter draws kept for all simulated diaries
STEPS, CLOSE = 50, 1e-4  # Newton steps to the stated effect, and how near (nights in 30)
LEAST_OF_EITHER = 5
PERIOD = "medicine_period"


@dataclass(frozen=True)
class NightsPlan(Shown):
    """How long a diary must go on, by simulation.

    `nights_needed`: more calendar nights until an effect of `effect` symptom nights in 30 is seen with probability
    `power` at `level`, rounded up to tens; 0 where the diary is long enough; None beyond two years. `earliest`,
    `latest`: the same at the two ends of the simulation's own 95% range, None beyond two years. `closed_form`: what the
    advice table says. `table`: one row for each length and direction: nights, effect, simulations, seen, power with
    lower and upper (95%, Wilson). `nights_so_far`: calendar nights of the diary. `step`: what to do beyond two years.
    """

    __module__ = "rlskit"

    question: str
    label: str
    effect: float
    power: float
    level: float
    nights_so_far: int
    nights_needed: int | None
    earliest: int | None
    latest: int | None
    closed_form: int
    table: pd.DataFrame
    seed: int
    caveats: tuple[str, ...]
    step: str = ""

    def parts(self) -> list[Part]:
        return _parts(self)


def plan_nights(
    nights: pd.DataFrame,
    question: str = "stretching",
    *,
    effect: float = WORTH_SEEING,
    power: float = POWER,
    level: float | None = None,
    simulations: int = 200,
    seed: int | None = None,
    jobs: int = -1,
    progress: bool = True,
) -> NightsPlan:
    """How many more nights until an effect of exactly `effect` would be seen, by simulation from this very diary.

    Parameters
    ----------
    nights : from make_nights, one person.
    question : as in the `question` column of the answers; stretching by the half hour is planned as the same evenings
        split at one time, stretching_landmark.
    effect : symptom nights in 30, stated beforehand; never the estimate, which promises what it happened to find.
    power : the share of such diaries that would show it.
    level : of the interval that shows it: Answers.claim_levels of the question where it is one of several. None takes
        that of the first question (`primary` in rlskit.toml) for it, and 0.95, of a question asked alone, for others.
    simulations : diaries drawn, half of them at each of two lengths.
    seed : None takes one from the data. jobs : processes (joblib; the result does not depend on it). progress : a bar
        on anything over two seconds, on a terminal or in a notebook.

    Returns
    -------
    NightsPlan, frozen.

    Raises
    ------
    ModelError : no such question, one without an answer, several people, or an effect that these nights cannot have.

    Example: ``rk.plan_nights(nights, "alcohol", simulations=20)``
    """
    nights = check_nights(nights, "plan_nights")
    level = alone(nights, question) if level is None else level
    _check(nights, effect, power, level, simulations, jobs)
    frame = _frame(nights, question)
    model = fit(frame.formula, frame.nights)
    if not model.status.converged:
        raise ModelError(f'plan_nights: "{model.formula}" did not converge, so there is nothing to draw diaries from.')
    ordered = nights["night"].sort_values()
    so_far = int((ordered.iloc[-1] - ordered.iloc[0]) / pd.Timedelta(days=1)) + 1
    world = _world(model, ("exposure", frame.a, frame.b), so_far, level, effect, seed, frame.question.kind == TREND)
    pace = pace_of(frame.question)
    closed = more_nights(weigh(model, "exposure", frame.a, frame.b).error, level, so_far, effect, pace)
    rows, lengths = search(
        world=world, closed=closed, effect=effect, power=power, simulations=simulations, jobs=jobs, progress=progress,
        pace=pace)
    best, least, most = (_more(n, so_far) for n in lengths)
    caveats = ["If the model is right and the diary goes on as it was kept so far."]
    if len(world.thetas) == 1:
        caveats.append("So large an effect fits these nights on one side only, and that side was drawn.")
    return NightsPlan(
        question=question, label=frame.question.label, effect=effect, power=power, level=level, nights_so_far=so_far,
        nights_needed=best, earliest=least, latest=most, closed_form=closed,
        table=pd.DataFrame(rows, columns=list(COLUMNS)), seed=world.seed, caveats=tuple(caveats),
        step=coin_step(coin_treatment(frame.question), coin_nights(nights)) if best is None else "")


def search(world: _World, closed: int, effect: float, power: float, simulations: int, jobs: int, progress: bool,
           pace: float = PACE) -> tuple[list[dict], tuple[float, float, float]]:
    """Rows of the table, and calendar nights with the ends of their range: half of the diaries at the closed form's
    length, half at the one that the first half points to."""
    from rlskit.checks.coverage import run_all  # joblib takes a moment to load

    rows: list[dict] = []
    cut, half = float(ndtri(0.5 + world.level / 2.0)), max(simulations // 2, 1)
    length = world.so_far + min(closed, TWO_YEARS)
    for stage in range(2):
        seen = list(run_all(_one, [(world, length, stage, i) for i in range(half)], jobs, progress))
        shown = {way: [one for one, side in seen if side == way] for way in sorted(world.thetas)}
        rows += [_row(length, way * effect, some) for way, some in shown.items() if some]
        aimed = _length(rows, cut, power, pace)[0]
        length = int(np.clip(10 * math.ceil(aimed / 10), world.so_far, world.so_far + TWO_YEARS))
    return rows, _length(rows, cut, power, pace)


def _check(nights: pd.DataFrame, effect: float, power: float, level: float, simulations: int, jobs: int) -> None:
    if nights["person"].nunique() != 1:
        raise ModelError(f"plan_nights: found nights of {nights['person'].nunique()} people; expected one. Choose one "
                         "person's nights.")
    for name, value, fine, said in (
        ("effect", effect, 0.0 < effect < 30.0, "nights in 30, such as 3"),
        ("power", power, 0.0 < power < 1.0, "a share between 0 and 1, such as 0.8"),
    ):
        if not fine:
            raise ModelError(f"plan_nights, {name}: found {value!r}; expected {said}.")
    check_level(level, "plan_nights, level")
    check_count(simulations, "plan_nights, simulations", 2, 200)
    check_jobs(jobs, "plan_nights, jobs")


def _frame(nights: pd.DataFrame, question: str) -> Frame:
    ordered = in_order(nights)
    known = questions_of(ordered)
    if question not in known:
        raise ModelError(f'plan_nights: found "{question}"; expected one of {", ".join(known)}.')
    frame = frame_of(checked_by(known[question], known), ordered)
    if frame.reason:
        raise ModelError(f'plan_nights: "{frame.question.label}" cannot be asked yet. {frame.reason}')
    if frame.question.outcome:
        raise ModelError(f'plan_nights: "{frame.question.label}" is not about symptom nights; expected a question that '
                         "is.")
    if frame.no_claim:
        raise ModelError(f'plan_nights: "{frame.question.label}" claims nothing however long the diary is: it does not '
                         "tell which came first. Write down the time of stretching and of the first symptoms.")
    return frame


def _seed(model: Fitted) -> int:
    data = np.column_stack([model.design.x, model.design.response])
    return zlib.crc32(np.ascontiguousarray(data.round(9)).tobytes())


# --- diaries of any length -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _World:
    """What every drawn diary shares. day (n,): calendar night of each modelled one, from 0 on, of `so_far`; x, a, b
    (n, p): columns as they were and in the two scenarios; each_night (p,): what a night adds to the columns of time,
    0 in all others; dated (p,): columns that stay on their nights in place of coming with redrawn weeks; thetas {sign:
    (m, k)}: parameters with the effect in them."""

    nights: Nights
    day: np.ndarray
    so_far: int
    x: np.ndarray
    a: np.ndarray
    b: np.ndarray
    each_night: np.ndarray
    dated: np.ndarray
    prior: Any
    layout: Any
    thetas: dict[int, np.ndarray]
    level: float
    seed: int


def _world(
    model: Fitted, contrast: tuple[str, float, float], so_far: int, level: float, effect: float,
    seed: int | None = None,
    over_time: bool = False,
) -> _World:
    """contrast: column, a, b; over_time: whether the column counts days. Raises ModelError where the nights cannot have
    so large an effect."""
    design, maximum = model.design, model.maximum
    seed = _seed(model) if seed is None else int(seed)
    a, b = (design.scenario(**{contrast[0]: value}) for value in contrast[1:])
    night = design.frame[NIGHT].to_numpy(dtype=float)
    layout = maximum.objective.layout
    drawn, _ = draw_parameters(maximum).resample(DRAWS, np.random.default_rng(seed))
    thetas = {}
    for sign in (-1, 1):
        some = [_with_effect(layout, theta, design.weights, a, b, sign * effect / 30.0) for theta in drawn]
        kept = [theta for theta in some if theta is not None]
        if len(kept) >= 0.5 * len(some):
            thetas[sign] = np.array(kept)
    if not thetas:
        raise ModelError(f"plan_nights: an effect of {effect:g} nights in 30 does not fit these nights on either side; "
                         "expected a smaller one.")
    first = night.min()
    each_night = (a.x - b.x)[0] / (contrast[1] - contrast[2]) if over_time else np.zeros(design.x.shape[1])
    return _World(
        nights=design.nights, day=night - first, so_far=max(so_far, int(night.max() - first) + 1), x=design.x, a=a.x,
        b=b.x, each_night=each_night, dated=_medicine(model) & over_time, prior=maximum.objective.prior, layout=layout,
        thetas=thetas, level=level, seed=seed)


def _medicine(model: Fitted) -> np.ndarray:
    """(p,): which columns of the model tell medicine periods apart."""
    spec = model.design.spec
    terms = [term for term, used in spec.term_variables.items() if PERIOD in used]
    return np.isin(model.design.names, [spec.column_names[at] for term in terms for at in spec.term_indices[term]])


def _with_effect(layout, theta: np.ndarray, weights, a: Scenario, b: Scenario, target: float) -> np.ndarray | None:
    """theta (k,) with the contrast at exactly `target`: Newton steps along the columns that it moves, so that the log
    odds at the average exposure stay as they are; None where no step leads there."""
    moved = np.flatnonzero(np.abs(a.x - b.x).max(axis=0) > 1e-12)
    theta = theta.copy()
    theta[moved] = 0.0
    for _ in range(STEPS):
        value, gradient = risk_difference(layout, theta, weights, a, b)
        if abs(30.0 * (value - target)) < CLOSE:
            return theta
        slope = float(gradient[moved] @ gradient[moved])
        if slope < 1e-14:
            return None
        step = (target - value) * gradient[moved] / slope
        theta[moved] += step * min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-12))
    return None


def _one(world: _World, length: int, stage: int, number: int) -> tuple[bool, int]:
    """Whether one drawn diary of `length` calendar nights shows the effect, and which way it was."""
    rng = np.random.default_rng([world.seed, stage, number])
    ways = sorted(world.thetas)
    way = ways[number % len(ways)]
    theta = world.thetas[way][rng.integers(len(world.thetas[way]))]
    rows, day = _weeks(world.day, world.so_far, length, rng)
    gap = np.diff(day, prepend=np.nan)
    gap[0] = np.inf
    blank = replace(world.nights, family=world.nights.family.take(rows), starts=np.array([0]), gap=gap,
                    z=world.nights.z[rows])
    x, a, b = _columns(world, rows, day, length)
    z = world.nights.z[rows]
    drawn = draw_nights(blank, x, world.layout.unpack(theta), rng)
    ill = int((drawn.family.level > 0).sum())
    if min(ill, len(rows) - ill) < LEAST_OF_EITHER:
        return False, way
    maximum = fit_maximum(drawn, x, world.prior, start=theta)
    one, other = Scenario(a, z), Scenario(b, z)
    weights = np.full(len(rows), 1.0 / len(rows))
    _, found, _ = profile_limits(
        maximum, lambda layout: ranged_difference(layout, weights, one, other), [world.level],
        weights @ (a - b), corrected=True)
    return bool(found.upper[0] < 0.0 if way < 0 else found.lower[0] > 0.0), way


def _columns(world: _World, rows: np.ndarray, day: np.ndarray, length: int) -> tuple[np.ndarray, ...]:
    """x, a, b of a drawn diary. Columns of time go on through its nights, around the middle of the scenarios: there the
    stated effect holds, and as many of its nights come before as after. A medicine starts once and then goes on, so
    dated columns are those of the same night of the old diary, and of its last night for all nights to come."""
    now = np.searchsorted(world.day, day, side="right") - 1
    x, a, b = (np.where(world.dated, columns[now], columns[rows]) for columns in (world.x, world.a, world.b))
    through = 0.5 * (a + b) + np.outer(day - 0.5 * (length - 1), world.each_night)
    return np.where(world.each_night != 0.0, through, x), a, b


def _weeks(day: np.ndarray, so_far: int, length: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the diary and their place in one of `length` nights: runs of four whole weeks drawn with replacement,
    each beginning on the weekday on which the last one ended."""
    run = min(4 * WEEK, max(WEEK, so_far // WEEK * WEEK))
    first = np.arange(0, max(so_far - run, 0) + 1, WEEK)
    rows, place, at = [], [], 0
    while at < length:
        begin = int(rng.choice(first))
        here = np.flatnonzero((day >= begin) & (day < begin + min(run, length - at)))
        rows.append(here)
        place.append(day[here] - begin + at)
        at += run
    return np.concatenate(rows), np.concatenate(place).astype(float)


# --- from shares to a length ---------------------------------------------------------------------------------------
def _row(length: int, effect: float, seen: list[bool]) -> dict:
    from rlskit.checks.coverage import wilson

    share, low, high = wilson(sum(seen), len(seen))
    return {"nights": length, "effect": effect, "simulations": len(seen), "seen": int(sum(seen)), "power": share,
            "lower": low, "upper": high}


def _length(rows: list[dict], cut: float, power: float, pace: float = PACE) -> tuple[float, float, float]:
    """Calendar nights for that power, and the ends of the simulation's 95% range: k by maximum likelihood, its error
    from the curvature on log k."""
    n = np.array([row["nights"] for row in rows], dtype=float)
    seen = np.array([row["seen"] for row in rows], dtype=float)
    missed = np.array([row["simulations"] for row in rows], dtype=float) - seen

    def loss(log_k: float) -> float:
        z = (np.exp(log_k) * n) ** pace - cut
        return -float(seen @ log_ndtr(z) + missed @ log_ndtr(-z))

    found = float(minimize_scalar(loss, bounds=(math.log(1e-6), math.log(100.0)), method="bounded").x)
    step = 1e-3
    bend = (loss(found + step) - 2.0 * loss(found) + loss(found - step)) / step**2
    error = 1.0 / math.sqrt(max(bend, 1e-6))
    reach = cut + float(ndtri(power))
    return tuple(reach ** (1.0 / pace) / math.exp(min(max(k, -40.0), 40.0))  # type: ignore[return-value]
                 for k in (found, found + 1.96 * error, found - 1.96 * error))


def _more(length: float, so_far: int) -> int | None:
    """More nights, rounded up to tens; None beyond two years."""
    more = max(0, 10 * math.ceil(min(length - so_far, 10.0 * TWO_YEARS) / 10))
    return more if more <= TWO_YEARS else None


def _said(more: int | None) -> str:
    return "more than two years" if more is None else f"{more:,}"


def _parts(plan: NightsPlan) -> list[Part]:
    lines = [f"{plan.label}: an effect of {plan.effect:g} symptom nights in 30, seen {100 * plan.power:.0f} times in "
             f"100 at {100 * plan.level:.3g}%", ""]
    if plan.nights_needed is None:
        lines.append(join("Watching alone cannot answer this: it would take more than two years of nights.", plan.step))
    elif plan.nights_needed == 0:
        lines.append(f"This diary of {plan.nights_so_far} nights is long enough.")
    else:
        lines.append(f"About {plan.nights_needed:,} more nights, beside {plan.nights_so_far:,} so far (simulation "
                     f"alone: {_said(plan.earliest)} to {_said(plan.latest)}).")
    lines += [f"The advice table's quick formula says {plan.closed_form:,} at this level; the table asks at the level "
              "of all its questions together.", ""]
    shares = [(str(row.nights), f"{row.effect:+g}", str(row.simulations),
               f"{100 * row.power:.0f}% ({100 * row.lower:.0f} to {100 * row.upper:.0f})")
              for row in plan.table.itertuples(index=False)]
    table = Columns([("nights", "effect", "diaries", "share that showed it"), *shares], left=(3,))
    return [*lines, table, "", *plan.caveats, f"Seed {plan.seed}."]
