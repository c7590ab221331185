"""How a trial closes in: its planned looks, and night by night what bets and a naive reader make of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from rlskit.trials.betting import bet_on, block_differences
from rlskit.trials.nights import TrialNights
from rlskit.trials.plan import POINTS, YES_NO, TrialPlan
from rlskit.trials.randomisation import CoinEffect
from rlskit.trials.result import date_of
from rlskit.trials.sequential import cut_looks, level_of

REACH = {YES_NO: 1.0, POINTS: 10.0}  # the largest difference that an answer can have; bets need one
NAIVE_FROM = 10  # answered nights


def take_looks(plan: TrialPlan, nights: TrialNights, compare: Callable[..., CoinEffect], level: float, times: float, *,
               fair: bool) -> pd.DataFrame:
    """The planned looks. A look is taken once its last night has come; until then it has no number.

    compare : nights, level → the effect as assigned, in units of the answer, of which `times` are one of the unit told.
    """
    cuts, rows = cut_looks(plan.looks, level), []
    for number, cut in zip(plan.looks, cuts, strict=True):
        taken, at = fair and (nights.over or len(nights.day) >= number), level_of(float(cut))
        row = {"nights": number, "date": date_of(plan, number), "cut": float(cut), "level": at, "taken": taken,
               "estimate": np.nan, "lower": np.nan, "upper": np.nan, "p": np.nan, "claimed": False}
        if taken:
            found = compare(nights.until(number), at)
            row |= {"estimate": times * found.estimate, "lower": times * found.lower, "upper": times * found.upper,
                    "p": found.p, "claimed": bool(found.p <= 1.0 - at)}
        rows.append(row)
    return pd.DataFrame(rows)


def follow(plan: TrialPlan, nights: TrialNights, level: float, times: float) -> pd.DataFrame:
    """A row for each night that has come: naive, naive_lower, naive_upper (difference of means, as if all nights were
    alike and this were the only look); in_blocks, e_value, lower, upper (bets, valid on any morning)."""
    answer = np.where(nights.counted, nights.answers[0], np.nan)
    frame = pd.DataFrame({"night": nights.night, "number": np.arange(1, len(answer) + 1),
                          "answered": np.cumsum(~np.isnan(answer))})
    naive, reach = _naive(answer, nights.treat)
    frame["naive"], frame["naive_lower"], frame["naive_upper"] = times * naive, times * (naive - reach), times * (
        naive + reach)
    for name in ("in_blocks", "e_value", "lower", "upper"):
        frame[name] = np.nan
    frame.attrs["level"] = level
    if (most := REACH.get(plan.outcome_kind)) is None:
        return frame
    differences, last = block_differences(answer, nights.treat, nights.block)
    frame["e_value"], frame["lower"], frame["upper"] = 1.0, -times * most, times * most
    if len(differences):
        bets = bet_on(differences / most, blocks=len({one.block for one in plan.schedule}), level=level)
        place = np.searchsorted(last, np.arange(len(answer)), side="right") - 1
        begun = place >= 0
        mean = np.cumsum(differences) / np.arange(1, len(differences) + 1)
        for name, values in (("in_blocks", times * mean), ("e_value", bets.e_value),
                             ("lower", times * most * bets.lower), ("upper", times * most * bets.upper)):
            frame.loc[begun, name] = values[place[begun]]
    return frame


def _naive(answer: np.ndarray, treat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Difference of means after each night and 1.96 standard errors, as a textbook has them; (n,) each."""
    known = ~np.isnan(answer)
    value, parts = np.nan_to_num(answer), []
    for side in (treat & known, ~treat & known):
        n = np.cumsum(side)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.cumsum(value * side) / n
            variance = (np.cumsum(value**2 * side) / n - mean**2) / n
        parts.append((mean, variance))
    enough = np.cumsum(known) >= NAIVE_FROM
    difference = np.where(enough, parts[0][0] - parts[1][0], np.nan)
    return difference, 1.96 * np.sqrt(np.maximum(parts[0][1] + parts[1][1], 0.0))
