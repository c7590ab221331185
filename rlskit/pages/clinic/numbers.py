"""The numbers block: this period, the one before it, and the change with its interval, as one table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.answers.onset import is_much_earlier
from rlskit.effects.estimates import compare
from rlskit.effects.fit import fit
from rlskit.effects.rates import estimate_rate
from rlskit.engine.draws.median_shift import median_shift
from rlskit.errors import ModelError
from rlskit.nights.outcomes import symptom_nights
from rlskit.pages.clinic.periods import PERIOD, Period
from rlskit.utils.kinds import takes
from rlskit.utils.open_questions import why_open

TOO_FEW = "too few nights for rates"
NOT_RECORDED = "not recorded"
NOT_SETTLED = "open: `rlskit check` asks"
COLUMNS = ["measure", "unit", "period", "value", "lower", "upper", "n", "of", "reason"]
# measure → unit; `lower` and `upper` are an interval for the rate and for every change, else the middle half of nights
MEASURES = {"symptom_nights": "per week", "severity": "of 10", "onset": "hours after noon", "sleep": "h"}
LEVEL = 0.95


@takes(PERIOD)
def compare_periods(this: Period, previous: Period | None) -> pd.DataFrame:
    """Rows `measure` × `period` (this | previous | change), with value, lower, upper, n nights used, of how many.

    symptom_nights: nights per 7, with the interval of rk.estimate_rate; the change is the contrast of the two periods
    in one model with night-to-night persistence. severity (on symptom nights), onset, sleep: median and quartiles;
    the change is that of the medians (engine/draws/median_shift.py). `reason` is filled where a number is withheld.

    Example: ``rk.compare_periods(*rk.split_periods(nights))``
    """
    rows = [_rate(this, "this"), _rate(previous, "previous"), _rate_change(this, previous)]
    for measure in ("severity", "onset", "sleep"):
        now = values_of(measure, this)
        before = values_of(measure, previous) if previous is not None else np.full(0, np.nan)
        rows += [_median(measure, now, "this"), _median(measure, before, "previous"),
                 _median_change(measure, now, before, this, previous)]
    return pd.DataFrame(rows, columns=COLUMNS)


def values_of(measure: str, period: Period) -> np.ndarray:
    """One value per calendar night of the period, NaN where there is none."""
    nights = period.nights.set_index("night")
    if measure == "sleep":  # make_nights keeps the sleep that came before a night; here it belongs to the night itself
        values = nights["sleep_h"].astype("Float64").shift(-1)
    else:
        values = nights[{"severity": "severity_0_10", "onset": "onset_h"}[measure]].astype("Float64")
        ill = symptom_nights(period.nights).fillna(False).to_numpy(dtype=bool)
        values = values.where(ill, pd.NA)
    calendar = pd.date_range(period.first, period.last)
    return values.reindex(calendar).to_numpy(dtype=float, na_value=np.nan)


def began_much_earlier(numbers: pd.DataFrame) -> bool:
    """Whether symptoms may begin at least two hours earlier than in the previous period."""
    shift = numbers[numbers["measure"].eq("onset") & numbers["period"].eq("change")].iloc[0]
    return is_much_earlier(shift["value"], shift["lower"], shift["upper"])


# --- rows ----------------------------------------------------------------------------------------------------------
def _row(measure: str, period: str, **cells) -> dict:
    empty = {"value": np.nan, "lower": np.nan, "upper": np.nan, "n": 0, "of": 0, "reason": ""}
    return {"measure": measure, "unit": MEASURES[measure], "period": period} | empty | cells


def _rate(period: Period | None, name: str) -> dict:
    if period is None or not period.n_answered:
        return _row("symptom_nights", name, reason=NOT_RECORDED)
    if not period.enough:
        return _row("symptom_nights", name, of=period.n_answered, reason=TOO_FEW)
    rate = estimate_rate(period.nights, out_of=7, level=LEVEL).iloc[0]
    if rate["open"]:
        return _row("symptom_nights", name, of=period.n_answered, reason=NOT_SETTLED)
    return _row("symptom_nights", name, value=rate["rate"], lower=rate["lower"], upper=rate["upper"],
                n=int(rate["n_symptom_nights"]), of=int(rate["n_answered"]))


def _rate_change(this: Period, previous: Period | None) -> dict:
    if previous is None or not previous.n_answered:
        return _row("symptom_nights", "change", reason=NOT_RECORDED)
    if not (this.enough and previous.enough):
        return _row("symptom_nights", "change", reason="too few nights")
    if why_open(this.nights, "symptoms"):
        return _row("symptom_nights", "change", reason=NOT_SETTLED)
    both = pd.concat([previous.nights.assign(later=0.0), this.nights.assign(later=1.0)], ignore_index=True)
    both = both[["person", "night", "later"]].assign(symptom=symptom_nights(both))
    try:
        table = compare(fit("symptom ~ later", both[both["symptom"].notna()]), "later", 1, 0, level=LEVEL,
                        scale="probability").table.iloc[0]
    except ModelError:
        return _row("symptom_nights", "change", reason="nights too alike")
    return _row("symptom_nights", "change", value=7 * table["estimate"], lower=7 * table["lower"],
                upper=7 * table["upper"], n=int(table["n_nights"]), of=int(table["n_nights"]))


def _median(measure: str, values: np.ndarray, name: str) -> dict:
    known = values[~np.isnan(values)]
    if not known.size:
        return _row(measure, name, reason=NOT_RECORDED)
    low, middle, high = np.quantile(known, [0.25, 0.5, 0.75])
    return _row(measure, name, value=middle, lower=low, upper=high, n=known.size, of=values.size)


def _median_change(measure: str, now: np.ndarray, before: np.ndarray, this: Period, previous: Period | None) -> dict:
    if previous is None or np.isnan(now).all() or np.isnan(before).all():
        return _row(measure, "change", reason=NOT_RECORDED)
    if not (this.enough and previous.enough):
        return _row(measure, "change", reason="too few nights")
    value, lower, upper = median_shift(now, before, LEVEL)
    if np.isnan(lower):
        return _row(measure, "change", reason="too few or too alike")
    n = int((~np.isnan(now)).sum() + (~np.isnan(before)).sum())
    return _row(measure, "change", value=value, lower=lower, upper=upper, n=n, of=now.size + before.size)
