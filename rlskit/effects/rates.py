"""How often symptoms come: per calendar week and over the whole diary, with intervals that know about persistence.

A run of bad nights is not seven independent coin flips, so the interval of a week borrows from the nights around it
through the night-to-night model of engine/draws/smooth.py, and the interval of the whole period is the
profile-likelihood one of engine/limits/profile.py. Diaries too short for either get exact binomial limits, said in
the `method` column.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from rlskit.engine import WEAK, fit_maximum, profile_limits, ranged_risk, smooth_rates
from rlskit.errors import ModelError
from rlskit.models.columns import LEAST_NIGHTS, LEAST_OF_EITHER, night_numbers, plain, require_column
from rlskit.models.design import make_design
from rlskit.utils.arguments import check_level
from rlskit.utils.kinds import TABLE, Kind, takes
from rlskit.utils.open_questions import why_open

SMOOTHED = "smoothed over neighbouring nights (night-to-night model)"
PROFILED = "profile likelihood (night-to-night model)"
BINOMIAL = "exact binomial: too few nights with or without symptoms to see how nights follow one another"
_PERIODS = {"week": "W-SUN", "month": "M"}


TALLY = Kind(said="a tally of people", made="Make one with rk.tally_people(nights, column).",
             taken="rk.plot_tally(tally)", columns=("side", "per_30"))
RATES = Kind(said="rates", made="Make them with rk.estimate_rates(nights).", taken="rk.plot_rates(rates)",
             columns=("n_answered", "n_symptom_nights", "rate", "lower", "upper"))


@takes(TABLE)
def estimate_rates(
    nights: pd.DataFrame,
    *,
    per: str = "week",
    level: float = 0.95,
    outcome: str = "symptoms",
    person: str = "person",
    night: str = "night",
) -> pd.DataFrame:
    """Symptom nights per 7 nights, one row per calendar week (Monday to Sunday) or month of one person's diary.

    nights: one row per night; `night` a date, or an integer (weeks are then counted from the first night). Returns a
    table: `week` or `month` (first day; an integer for integer nights), n_answered, n_symptom_nights (nan where nothing
    was answered), rate, lower, upper (nights per 7, of the underlying chance of symptoms, not of the count), method,
    open.
    A week without an answer keeps its row, with the wider interval its neighbours leave. `open` says what is to be
    settled before the nights with symptoms are known (utils/open_questions.py): the rate and its counts are then nan;
    it is empty where they are known. Raises ModelError for several
    people or an unknown column.

    Example: ``rates = rk.estimate_rates(nights)``
    """
    if per not in _PERIODS:
        raise ModelError(f'per: found "{per}"; expected "week" or "month".')
    check_level(level, "estimate_rates, level")
    day, answer, dated = _one_diary(nights, outcome, person, night)
    if day.size == 0:
        return pd.DataFrame(columns=[per, "n_answered", "n_symptom_nights", "rate", "lower", "upper", "method", "open"])
    first = int(day.min())
    calendar = np.arange(first, int(day.max()) + 1)
    sign = np.zeros(calendar.size, dtype=int)
    seen = ~np.isnan(answer)
    sign[day[seen] - first] = np.where(answer[seen] > 0.5, 1, -1)
    if dated:
        start = pd.Series(pd.to_datetime(calendar, unit="D")).dt.to_period(_PERIODS[per]).dt.start_time
        number, starts = pd.factorize(start)
    else:
        length = 7 if per == "week" else 30
        number = (calendar - first) // length
        starts = pd.Index(first + length * np.arange(number.max() + 1))
    table = pd.DataFrame({per: starts})
    table["n_answered"] = np.bincount(number, sign != 0).astype(int)
    table["n_symptom_nights"] = np.where(table["n_answered"] > 0, np.bincount(number, sign > 0), np.nan)
    if _enough(sign):
        found = smooth_rates(sign, number, level)
        limits, method = (found.mean, found.lower, found.upper), SMOOTHED
    else:
        k, n = table["n_symptom_nights"].to_numpy(), table["n_answered"].to_numpy()
        limits, method = _binomial(k, n, level), BINOMIAL
    for name, values in zip(("rate", "lower", "upper"), limits, strict=True):
        table[name] = 7.0 * values
    return _known(table.assign(method=method), nights, outcome)


@takes(TABLE)
def estimate_rate(
    nights: pd.DataFrame,
    *,
    out_of: int = 7,
    level: float = 0.95,
    outcome: str = "symptoms",
    person: str = "person",
    night: str = "night",
) -> pd.DataFrame:
    """Symptom nights per `out_of` nights over the whole diary of one person, in the long run: a table of one row.

    Columns n_answered, n_symptom_nights, rate, lower, upper, method, open, as in estimate_rates, which raises likewise.

    Example: ``rk.estimate_rate(nights, out_of=30)``
    """
    check_level(level, "estimate_rate, level")
    day, answer, _ = _one_diary(nights, outcome, person, night)
    seen = ~np.isnan(answer)
    sign = np.where(answer[seen] > 0.5, 1, -1)
    k, n = int((sign > 0).sum()), int(seen.sum())
    found, method = None, BINOMIAL
    if _enough(sign):
        table = pd.DataFrame({"answer": answer[seen], "night": day[seen]})
        design = make_design("answer ~ 1", table)
        maximum = fit_maximum(design.nights, design.x, WEAK)
        here = design.scenario()
        if maximum.optimum.converged:
            _, one, _ = profile_limits(maximum, lambda layout: ranged_risk(layout, design.weights, here), [level])
            found, method = (one.estimate, one.lower[0], one.upper[0]), PROFILED
    if found is None:
        found = tuple(values[0] for values in _binomial(np.array([k]), np.array([n]), level))
    rate, lower, upper = (out_of * value for value in found)
    table = pd.DataFrame(
        [{"n_answered": n, "n_symptom_nights": k, "rate": rate, "lower": lower, "upper": upper, "method": method}]
    )
    return _known(table, nights, outcome)


def _known(rates: pd.DataFrame, nights: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """The rates, without a number while it is not settled which nights had symptoms."""
    why = why_open(nights, "symptoms", outcome)
    unknown = dict.fromkeys(("n_symptom_nights", "rate", "lower", "upper"), np.nan) | {"method": ""} if why else {}
    return rates.assign(**unknown, open=why)


def _one_diary(nights, outcome, person, night) -> tuple[np.ndarray, np.ndarray, bool]:
    """Day numbers (n,), answers (n,) as 1, 0, nan, and whether nights are dates."""
    for name in (outcome, night):
        require_column(name, nights, f"{outcome} by {night}")
    if person in nights and nights[person].nunique() > 1:
        raise ModelError(
            f'column "{person}": found {nights[person].nunique()} people; expected one. '
            "Choose one person's nights first."
        )
    number = night_numbers(nights[night], night)
    known = np.isfinite(number)
    day = number[known].astype(int)
    twice = pd.Series(day)[pd.Series(day).duplicated()]
    if len(twice):
        raise ModelError(f'column "{night}": found one night twice; expected one row per night. Keep one of them.')
    answer = np.asarray(plain(nights[outcome]), dtype=float)[known]
    return day, answer, not pd.api.types.is_numeric_dtype(nights[night].dtype)


def _enough(sign: np.ndarray) -> bool:
    yes, no = int((sign > 0).sum()), int((sign < 0).sum())
    return yes + no >= LEAST_NIGHTS and min(yes, no) >= LEAST_OF_EITHER


def _binomial(k: np.ndarray, n: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Clopper & Pearson (1934) limits; nan where nothing was answered."""
    empty = n == 0
    k, n = np.where(empty, 0, k), np.where(empty, 1, n)
    with np.errstate(invalid="ignore"):  # a beta distribution of nothing, replaced by its end
        lower = np.where(k == 0, 0.0, betaincinv(k, n - k + 1, (1 - level) / 2))
        upper = np.where(k == n, 1.0, betaincinv(k + 1, n - k, (1 + level) / 2))
    rate, lower, upper = (np.where(empty, np.nan, v) for v in (k / n, lower, upper))
    return rate, lower, upper


@takes(TABLE)
def tally_people(
    nights: pd.DataFrame, by: str = "stretched", *, outcome: str = "symptoms", person: str = "person", least: int = 5
) -> pd.DataFrame:
    """Symptom nights of every person as counted, on nights with and without something: no model, nothing allowed for.

    by: a column of yes/no or numbers (then: any against none). least: answered nights a person needs on both sides.
    Returns one row per person and side: person, side ("without", "with"), n_nights, n_symptom_nights, per_30 (symptom
    nights per 30 nights). `attrs` holds "by", "least" and "left_out", the number of people with too few nights on a
    side. Raises ModelError for an unknown column.

    Example: ``rk.tally_people(several)``
    """
    for name in (outcome, by, person):
        require_column(name, nights, f"{outcome} by {by}")
    answer, exposed = (np.asarray(plain(nights[name]), dtype=float) for name in (outcome, by))
    known = ~np.isnan(answer) & ~np.isnan(exposed)
    frame = pd.DataFrame({"person": nights[person].to_numpy()[known], "ill": answer[known] > 0.5,
                          "side": np.where(exposed[known] > 0, "with", "without")})
    table = frame.groupby(["person", "side"])["ill"].agg(n_nights="size", n_symptom_nights="sum").reset_index()
    enough = table["n_nights"].ge(least).groupby(table["person"]).transform("sum").eq(2)
    everybody = frame["person"].nunique()
    table = table[enough].sort_values(["person", "side"], ascending=[True, False], ignore_index=True)
    table["per_30"] = 30.0 * table["n_symptom_nights"] / table["n_nights"]
    table.attrs = {"by": by, "least": least, "left_out": everybody - table["person"].nunique()}
    return table
