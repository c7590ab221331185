"""The table of a model: coefficients, how far people differ, how nights follow one another, each with limits.

Columns by the names of R's broom, which users of any model know: term, estimate, std.error, conf.low, conf.high.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from rlskit.effects.components import Three, night_limits, night_sd_limits, person_correlation_limits, person_sd_limits
from rlskit.effects.estimates import estimate_coefficients
from rlskit.effects.prediction import predict_nights
from rlskit.effects.scales import SCALES
from rlskit.errors import ModelError
from rlskit.models.columns import NIGHT, PERSON
from rlskit.models.fitting import FIT, Fitted, person_units
from rlskit.models.outcome import GAUSSIAN
from rlskit.models.rows import read_answers
from rlskit.utils.arguments import check_level
from rlskit.utils.dataset import as_table
from rlskit.utils.kinds import takes
from rlskit.utils.stamp import INPUTS, inputs_of

COLUMNS = ["effect", "group", "term", "estimate", "std.error", "conf.low", "conf.high"]


@takes(FIT)
def tabulate_model(fit: Fitted, *, level: float = 0.95) -> pd.DataFrame:
    """Every coefficient and variance component of a model, for a table in a paper (write_table).

    Parameters
    ----------
    fit : from fit().
    level : of the limits.

    Returns
    -------
    effect ("fixed", "threshold" of an ordinal outcome, "random"), group (who or what differs), term, estimate,
    std.error, conf.low, conf.high: profile-likelihood limits, empty where there are none. Coefficients are log odds
    (numeric outcome: its own units), "sd__x" is how far people differ in x, "cor__x.z" how that goes together. Outcome,
    nights and method stand once, in attrs["note"].

    Raises
    ------
    ModelError : for a fit that did not converge.

    Examples
    --------
    >>> import rlskit as rk
    >>> fit = rk.fit("symptoms ~ stretched", rk.simulate_diaries(people=6, nights=40, seed=1).nights)
    >>> list(rk.tabulate_model(fit)["term"])
    ['Intercept', 'stretched', 'sd__Intercept', 'sd__night', 'cor__night']
    """
    check_level(level, "tabulate_model, level")
    limits, errors = coefficient_limits(fit, level), np.sqrt(np.diag(fit.cov))
    rows: list[tuple] = [("fixed", "", name, fit.coef[name], error, *limits.loc[name])
                         for name, error in zip(fit.coef.index, errors, strict=True)]
    rows += [("threshold", "", name, value, np.nan, np.nan, np.nan) for name, value in fit.thresholds.items()]
    rows += [("random", group, term, value, np.nan, lower, upper)
             for group, term, (value, lower, upper) in _components(fit, level)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    table.attrs |= {"note": note_of_model(fit, level), INPUTS: inputs_of(fit)}
    return table


def coefficient_limits(fit: Fitted, level: float) -> pd.DataFrame:
    """Profile-likelihood limits of every coefficient, on its own scale: lower, upper."""
    effects = estimate_coefficients(fit, level=level)
    limits = effects.table.set_index("term")[["lower", "upper"]].astype(float)
    return np.log(limits) if SCALES[effects.scale].log else limits


def _components(fit: Fitted, level: float) -> Iterator[tuple[str, str, Three]]:
    design, maximum = fit.design, fit.maximum
    who, own = design.person_column, list(zip(design.slope_names, person_units(design), strict=True))
    for name, change in own:
        yield who, f"sd__{name}", person_sd_limits(maximum, change, level)
    for (name, one), (second, other) in combinations(own, 2):
        yield who, f"cor__{name}.{second}", person_correlation_limits(maximum, one, other, level)
    if design.persistence:
        sd, phi = night_limits(maximum, level)
        yield design.night_column, f"sd__{design.night_column}", sd
        yield design.night_column, f"cor__{design.night_column}", phi
    elif fit.outcome == GAUSSIAN:
        yield design.night_column, f"sd__{design.night_column}", night_sd_limits(maximum, level)


def note_of_model(fit: Fitted, level: float) -> str:
    """What stands once below a table of the model."""
    people = "one person" if fit.n_people == 1 else f"{fit.n_people} people"
    kept = " Persistence from night to night is in the model." if fit.design.persistence else ""
    return f"Outcome: {fit.outcome.own_name or fit.design.outcome} ({fit.outcome.name}). " + fit.outcome.said(
        f"{fit.n_nights} nights of {people}; coefficients in {fit.outcome.scale}, with {100 * level:.3g}% "
        f"profile-likelihood limits ({fit.status.method}).{kept}")


def glance_at(fit: Fitted) -> pd.DataFrame:
    """The model in one row, by the names of broom where it has them."""
    size = len(fit.coef) + len(fit.thresholds) + len(fit.person_sd) * (len(fit.person_sd) + 1) // 2
    return pd.DataFrame([{
        "nobs": fit.n_nights, "n_people": fit.n_people, "n_left_out": fit.n_left_out, "logLik": fit.log_likelihood,
        "df": size + 2 * fit.design.persistence + (fit.outcome == GAUSSIAN and not fit.design.persistence),
        "converged": fit.status.converged, "method": fit.status.method}])


def augment_nights(fit: Fitted, nights: Any = None, *, level: float = 0.95) -> pd.DataFrame:
    """The nights with what the model expects of them beside: .fitted, .lower, .upper, and .resid where the outcome is
    known. nights: as in predict_nights."""
    nights, design = as_table(nights), fit.design
    found = predict_nights(fit, nights, level=level)
    if nights is None:
        table = design.frame.rename(columns={PERSON: design.person_column, NIGHT: design.night_column})
        table = table[[design.person_column, design.night_column, design.outcome, *design.columns]]
        table.index = found.index
    else:
        table = nights.copy(deep=False)
    taken = [name for name in (".fitted", ".lower", ".upper", ".resid") if name in table]
    if taken:
        raise ModelError(f'augment: found a column "{taken[0]}" in the table; expected none. Rename it.')
    table[[".fitted", ".lower", ".upper"]] = found.to_numpy()
    if design.outcome in table:
        answers, _ = read_answers(table[design.outcome], design.outcome, fit.outcome.name)
        table[".resid"] = answers.to_numpy(dtype=float) - table[".fitted"]
    return table
