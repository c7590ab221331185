"""Laplace log-likelihoods against glmmTMB (with and without ar1) and lme4, at their estimates: tests/oracles/glmmtmb.

Tolerance 1e-4: lme4 and glmmTMB agree with each other to 1e-4 on these nights.
"""


import numpy as np
import pandas as pd
import pytest

from rlskit.engine.integrals.ep import integrate
from rlskit.engine.integrals.laplace import laplace
from tests.helpers.places import ORACLES
from tests.unit.engine.build import NO_SCALE, one_person, several

ORACLE = ORACLES / "glmmtmb"
ESTIMATES = pd.read_csv(ORACLE / "estimates.csv")


@pytest.fixture(scope="module")
def rows():
    return pd.read_csv(ORACLE / "nights.csv").sort_values(["case", "person", "night"])


def covariance_root(row):
    v = np.zeros((3, 3))
    v[np.tril_indices(3)] = row[["v11", "v21", "v22", "v31", "v32", "v33"]].astype(float)
    q = np.count_nonzero(np.diag(v))
    return np.linalg.cholesky(v[:q, :q])


@pytest.mark.parametrize("row", [row for _, row in ESTIMATES.iterrows()], ids=ESTIMATES.case + " " + ESTIMATES.tool)
def test_it_equals_glmmtmb_and_lme4(rows, row):
    mine = rows[rows["case"] == row["case"]]
    x = np.column_stack([np.ones(len(mine)), mine["stretched"], mine["alcohol"]])
    scale = covariance_root(row)
    nights = several(mine["person"], mine["night"], mine["symptoms"], x[:, : len(scale)], row["sigma"] > 0)
    offset = x @ row[["intercept", "stretched", "alcohol"]].to_numpy(float)
    found = laplace(nights, offset, scale, row["sigma"], row["phi"])
    assert found.converged and len(mine) == row["n"]
    assert found.log_likelihood == pytest.approx(row["log_likelihood"], abs=1e-4)
    assert found.posterior.mean == pytest.approx(found.predictor, abs=1e-8)


def test_from_anywhere_to_the_same_mode():
    """People all of whose nights end alike, a huge spread, a far start: steps are halved and arrive."""
    rng = np.random.default_rng(3)
    person = np.repeat(np.arange(40), 7)
    y = (rng.random(280) < 0.5) & (person % 3 > 0)
    nights = several(person, np.tile(np.arange(7), 40), y, np.ones((280, 1)))
    scale, offset = np.array([[6.0]]), np.full(280, -2.0)
    cold = laplace(nights, offset, scale, 3.0, 0.9)
    far = laplace(nights, offset, scale, 3.0, 0.9, 12.0 * rng.normal(size=280))
    assert cold.converged and far.converged
    assert far.log_likelihood == pytest.approx(cold.log_likelihood, abs=1e-8)
    assert far.predictor == pytest.approx(cold.predictor, abs=1e-7)


def test_it_is_not_honest_where_propagation_is(exact):
    made = exact["diaries"]["81 nights"]
    nights = one_person(made["night"], made["y"])
    offset = np.array(made["x"]) @ np.array(exact["beta"])
    for point in made["exact"]:
        if point["sigma"] >= 1:
            off = laplace(nights, offset, NO_SCALE, point["sigma"], point["phi"]).log_likelihood
            near = integrate(nights, offset, NO_SCALE, point["sigma"], point["phi"]).log_likelihood
            assert abs(off - point["log_likelihood"]) > 0.3 > 3 * abs(near - point["log_likelihood"])
