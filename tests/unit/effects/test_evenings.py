"""Risk under two paths of every evening: sums by hand at the estimate, limits by a constrained optimiser."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import NonlinearConstraint, minimize
from scipy.special import expit, ndtri

from rlskit.effects.evenings import compare_paths, paths_of
from rlskit.engine import profile_limits
from rlskit.models.evenings import fit_evenings
from tests.unit.models.test_evenings import FORMULA, rows_of

HOURS = 6


@pytest.fixture(scope="module")
def fitted():
    rows = rows_of(70, seed=5)
    model = fit_evenings(FORMULA, rows, untold="untold")
    hours = pd.DataFrame({"hour": np.arange(6.0)})
    whole = rows.drop_duplicates("night")[["night", "weekend"]].merge(hours, how="cross")
    a, b = whole.assign(done=(whole["hour"] > 1).astype(float)), whole.assign(done=0.0)
    return model, a, b, paths_of(model, a, b, HOURS)


def test_the_estimate_is_what_the_coefficients_say(fitted):
    model, a, b, paths = fitted
    v, weight = np.polynomial.hermite_e.hermegauss(60)

    def risk(table):
        f = sum(model.coef[name] * table[name].to_numpy() for name in ("done", "hour", "weekend"))
        f = (f + model.coef["Intercept"]).reshape(-1, HOURS, 1) + model.night_sd * v
        return 1 - (np.prod(1 - expit(f), axis=1) @ weight / weight.sum()).mean()

    found = compare_paths(model, paths, (0.95,)).iloc[0]
    assert found["estimate"] == pytest.approx(30 * (risk(a) - risk(b)), abs=0.01)
    assert found["base_rate"] == pytest.approx(30 * risk(b), abs=0.01)
    assert found["base_lower"] < found["base_rate"] < found["base_upper"]


def test_limits_by_a_constrained_optimiser(fitted):
    model, _, _, paths = fitted
    objective, best = model.maximum.objective, model.maximum.optimum
    ranged = paths.difference(objective.layout)
    _, found, factor = profile_limits(model.maximum, paths.difference, (0.95,), paths.change)
    assert 1.0 < factor < 1.5
    reach = ndtri(0.975) * np.sqrt(factor)
    for limit, sign in ((found.lower[0], 1.0), (found.upper[0], -1.0)):
        near = NonlinearConstraint(lambda t: objective(t)[0], best.value - reach**2 / 2, np.inf,
                                   jac=lambda t: objective(t)[1])
        theirs = minimize(lambda t, sign=sign: sign * 30 * ranged(t)[0], best.theta,
                          jac=lambda t, sign=sign: sign * 30 * ranged(t)[1],
                          constraints=[near], method="SLSQP", options={"ftol": 1e-9, "maxiter": 200})
        assert 30 * limit == pytest.approx(sign * theirs.fun, abs=0.03)
