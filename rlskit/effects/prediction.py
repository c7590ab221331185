"""predict_nights(): what to expect of nights with these columns, of a person of the fit or of one more, with intervals.

An expectation, averaged over what carries over from night to night: the chance of a symptom night, and not whether
there is one. engine/draws/night_values.py and engine/gaussian/night_values.py have the equations. Oracle:
tests/unit/effects/test_prediction.py (exact integrals; lme4 and nlme in tests/oracles).
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from rlskit.effects.counting import count_steps
from rlskit.effects.scales import SCALES, differences
from rlskit.engine import draw_parameters, draw_spread, gaussian_night_values, night_values
from rlskit.errors import ModelError
from rlskit.models.columns import ROW, plain, require_column
from rlskit.models.design import Design
from rlskit.models.fitting import FIT, Fitted, check_converged
from rlskit.models.formula import Asked, read_formula
from rlskit.models.outcome import GAUSSIAN
from rlskit.models.past import with_past
from rlskit.utils.arguments import check_level
from rlskit.utils.dataset import as_table
from rlskit.utils.kinds import takes


@takes(FIT)
def predict_nights(
    fit: Fitted, nights: pd.DataFrame | None = None, *, level: float = 0.95, scale: str | None = None,
    new_person: bool = False, at_least: float | str | None = None,
) -> pd.DataFrame:
    """What to expect of nights with these columns.

    Parameters
    ----------
    fit : from fit().
    nights : rows with the columns of the formula and, of several people, the column of the person; None takes the
        modelled nights. A row with an empty cell gets empty numbers.
    level : of the intervals.
    scale : "probability" (the default for yes/no nights), "nights_per_30", or "points" (the default for others).
    new_person : whether the rows are of one more person, of whom no night is known.
    at_least : of an ordinal outcome on the scale of probability or nights, the severity from which a night counts.

    Returns
    -------
    A table with the rows of `nights`: estimate, lower, upper. The estimate is the middle of what the person's own
    nights, the other people and every parameter leave open; the interval is of the expectation, not of a single night.

    Raises
    ------
    ModelError : for people and levels that the fit does not know, missing columns, or a fit that did not converge.

    Examples
    --------
    >>> import rlskit as rk
    >>> nights = rk.simulate_diaries(people=6, nights=40, seed=1).nights
    >>> fit = rk.fit("symptoms ~ stretched", nights)
    >>> list(rk.predict_nights(fit, nights.head(3)))
    ['estimate', 'lower', 'upper']
    """
    check_level(level, "predict_nights, level")
    check_converged(fit)
    usual = "points" if "points" in fit.outcome.effects else "probability"
    scale = usual if scale is None else scale
    known = differences(fit.outcome.effects)
    if scale not in known:
        raise ModelError(f'predict_nights, scale: found "{scale}"; expected one of {", ".join(known)}.')
    if new_person and fit.n_people == 1:
        raise ModelError("predict_nights: found one person, who says nothing about another; expected a fit of several "
                         "people. Leave new_person out.")
    counted = count_steps(fit.design, fit.outcome.name, scale, at_least)
    x, person, complete, index = _rows(fit, nights, new_person)
    at, chances = fit.design.scenario_of(x), np.array([0.5, (1.0 - level) / 2.0, (1.0 + level) / 2.0])
    out = np.full((complete.size, 3), np.nan)
    if fit.outcome == GAUSSIAN:
        out[complete] = gaussian_night_values(fit.maximum, draw_spread(fit.maximum), at, person).quantiles(chances)
    else:
        found = night_values(
            fit.maximum.objective, draw_parameters(fit.maximum), at, person, chances, counted.steps)
        out[complete] = SCALES[scale].told(counted.lowest + found)
    return pd.DataFrame(out, index=index, columns=["estimate", "lower", "upper"])


def _rows(fit: Fitted, nights: pd.DataFrame | None, new_person: bool):
    """The complete rows' standardised columns (rows, p) and people (rows,), which rows are complete, and the index."""
    design = fit.design
    nights = as_table(nights)
    if nights is None:
        person = np.full(design.size, -1) if new_person else design.nights.person
        return design.x, person, np.ones(design.size, dtype=bool), pd.Index(design.frame[ROW])
    if not isinstance(nights, pd.DataFrame):
        raise ModelError(f"predict_nights, nights: found {type(nights).__name__}; expected a table of nights with the "
                         f"columns of \"{fit.formula}\".")
    person = _people(design, nights, new_person)
    frame, complete = _frame(design, nights, person)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of levels that the rows do not have; those that the fit does not are refused
        x = design.columns_of(frame[complete]) if complete.any() else np.empty((0, len(design.names)))
    return x, person[complete], complete, nights.index


def _people(design: Design, nights: pd.DataFrame, new_person: bool) -> np.ndarray:
    """Which person of the fit each row is of, -1 for one more."""
    name = design.person_column
    if new_person:
        return np.full(len(nights), -1)
    if len(design.people) == 1 and name not in nights:
        return np.zeros(len(nights), dtype=int)
    require_column(name, nights, f"person={name!r}")
    place = {who: number for number, who in enumerate(design.people)}
    unknown = next((who for who in nights[name] if who not in place), None)
    if unknown is not None:
        raise ModelError(f'predict_nights: found person "{unknown}", of whom no night was modelled; expected people of '
                         "the fit. Say new_person=True for one more person.")
    return nights[name].map(place).to_numpy(dtype=int)


def _frame(design: Design, nights: pd.DataFrame, person: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """The columns of the formula as the model has them, and which rows are complete."""
    asked = read_formula(design.formula)
    nights = with_past(asked, nights, design.person_column, design.night_column)
    for name in asked.columns:
        require_column(name, nights, design.formula)
    frame = pd.DataFrame({name: plain(nights[name]) for name in asked.columns})
    frame.index = pd.RangeIndex(len(nights))
    for name in asked.columns:
        _check_known(design, frame[name], name)
    _add_split(design, asked, frame, person)
    return frame, frame.notna().all(axis=1).to_numpy()


def _check_known(design: Design, values: pd.Series, name: str) -> None:
    """Refuses words where the fit has numbers, and levels that it has not seen."""
    modelled = design.frame[name]
    if modelled.dtype == float and values.dtype != float and values.notna().any():
        raise ModelError(f'predict_nights: found words in column "{name}"; expected numbers or yes/no, as in the fit.')
    if modelled.dtype != float:
        seen = set(modelled)
        odd = next((one for one in values.dropna() if one not in seen), None)
        if odd is not None:
            raise ModelError(f'predict_nights: found "{odd}" in column "{name}", which no modelled night had; expected '
                             f"one of {', '.join(sorted(map(str, seen)))}.")


def _add_split(design: Design, asked: Asked, frame: pd.DataFrame, person: np.ndarray) -> None:
    """within(x) and between(x), by the mean that the fit took; of one more person by that of the rows."""
    for made in asked.split:
        own = design.frame[made.source].groupby(design.nights.person).mean().to_numpy()
        means = np.where(person < 0, frame[made.source].mean(), own[person])
        frame[made.name] = frame[made.source] - means if made.kind == "within" else means
