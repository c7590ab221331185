"""cross_check_effects(): the same contrasts by a method that rests on other assumptions, for several people.

Generalised estimating equations on the difference scale (statsmodels): identity link, independence working correlation,
errors robust to any dependence within a person, bias-reduced (Mancl & DeRouen 2001, Biometrics 57, 126-134), and
Student's t with people minus columns degrees of freedom. No normal person effects, no logit, no model of persistence is
assumed; the price is that a straight line stands for the curve, nights instead of people are counted equally, and that
the errors need a fair number of people. Where it and the mixed model disagree, one of these assumptions matters.
Oracle: tests/unit/checks/test_gee.py (simulated truth; the two arms' plain difference where that is what GEE gives).
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from rlskit.effects.contrasts import Contrast, prestated_contrasts
from rlskit.effects.estimates import COLUMNS, Effects, count_exposed
from rlskit.effects.scales import SCALES
from rlskit.effects.spread import spread_notes
from rlskit.errors import ModelError
from rlskit.models.fitting import FIT, Fitted
from rlskit.models.outcome import GAUSSIAN, ORDINAL
from rlskit.utils.arguments import check_level
from rlskit.utils.kinds import takes
from rlskit.utils.progress import doing
from rlskit.utils.stamp import INPUTS, inputs_of

FEWEST_PEOPLE = 8
NEEDED = 'cross_check_effects: statsmodels is not installed. Run: python -m pip install "rlskit[pool]"'


@takes(FIT)
@doing("Fitting another kind of model")
def cross_check_effects(fit: Fitted, *, level: float = 0.95) -> Effects:
    """The pre-stated contrasts of estimate_effects(fit), by GEE on the difference scale.

    The table has the columns of Effects.table; base_rate is nan. Raises ModelError for an ordinal outcome, or fewer
    than eight people: a robust error is itself estimated from people.

    Example: ``rk.cross_check_effects(rk.fit("symptoms ~ stretched", several))``
    """
    check_level(level, "cross_check_effects, level")
    design = fit.design
    return cross_check(fit, [one for column in design.columns for one in prestated_contrasts(design, column)], level)


def cross_check(fit: Fitted, contrasts: list[Contrast], level: float) -> Effects:
    """cross_check_effects() of these contrasts."""
    design, people = fit.design, fit.n_people
    if fit.outcome == ORDINAL:
        raise ModelError("cross_check_effects: expected a yes/no or numeric outcome, found an ordinal one. Fit the "
                         "severity as a number with outcome=GAUSSIAN.")
    degrees = people - len(design.names)
    if people < FEWEST_PEOPLE or degrees < 1:
        raise ModelError(f"cross_check_effects: found {people} people and {len(design.names)} columns; expected at "
                         f"least {FEWEST_PEOPLE} people and more people than columns, since the error is taken over "
                         "people.")
    scale = fit.outcome.effects[0]
    unit = SCALES[scale].times
    coefficients, covariance = _gee(design.frame[design.outcome].to_numpy(dtype=float), design)
    reach = -stdtrit(degrees, (1 - level) / 2)  # Student's t; scipy.stats takes half as long to load as pandas
    rows = []
    for contrast in contrasts:
        row = dict.fromkeys(COLUMNS, np.nan) | {"term": contrast.term, "contrast": contrast.text,
                                                "n_nights": fit.n_nights, "n_exposed": count_exposed(design, contrast),
                                                "reason": contrast.refused, "level": level}
        if not contrast.refused:
            a, b = (design.scenario(**{contrast.column: value}) for value in (contrast.a, contrast.b))
            change = (a.x - b.x).mean(axis=0)
            estimate, error = change @ coefficients, np.sqrt(change @ covariance @ change)
            row |= {"a": contrast.a, "b": contrast.b, "estimate": unit * estimate,
                    "lower": unit * (estimate - reach * error), "upper": unit * (estimate + reach * error)}
        rows.append(row)
    method = (f"GEE on the difference scale, independence working correlation, bias-reduced robust errors, "
              f"t with {degrees} degrees of freedom")
    table = pd.DataFrame(rows, columns=COLUMNS)
    table.attrs[INPUTS] = inputs_of(fit)
    differ, _ = spread_notes(fit, contrasts)  # of the fit that is checked: these errors are no model of people
    return Effects(table, scale, level, method, fit.n_nights, people, (
        *differ, f"A cross-check on {people} people: straight lines instead of curves, nights counted equally.",
        "An association in recorded nights; whether it is a cause depends on how the nights came about."),
        base_unit=(fit.outcome.own_name or design.outcome) if fit.outcome == GAUSSIAN else "nights per 30",
        outcome=fit.outcome)


def _gee(y: np.ndarray, design) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (p,) and their bias-reduced covariance (p, p) on the standardised columns."""
    try:
        import statsmodels.api as sm
    except ModuleNotFoundError as missing:
        if not (missing.name or "").startswith("statsmodels"):
            raise
        raise ModelError(NEEDED) from None

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the iteration, of which identity link and independence need one
        model = sm.GEE(y, design.x, groups=design.nights.person, family=sm.families.Gaussian(),
                       cov_struct=sm.cov_struct.Independence())
        found = model.fit(cov_type="bias_reduced")
    return np.asarray(found.params), np.asarray(found.cov_params())
