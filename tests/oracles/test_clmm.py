"""Ordinal fits against R's ordinal::clm and clmm, and statsmodels: estimates, thresholds, limits, log-likelihoods.

Numbers: tests/oracles/clmm/make.R. Tolerance 0.01 standard errors (the limits of ours are extrapolated from within 0.01
of the cut-off), 1e-3 in log-likelihood, with prior=None, night_to_night=False, correction=None.
"""


import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

import rlskit as rk
from rlskit.engine import Objective
from tests.helpers.places import ORACLES

ORACLE = ORACLES / "clmm"
TERMS = ["stretched", "caffeine_100"]


def fitted(case):
    nights = pd.read_csv(ORACLE / "nights.csv").query("case == @case")
    found = rk.fit(
        "severity ~ stretched + caffeine_100", nights, outcome=rk.ORDINAL, night_to_night=False, prior=None
    )
    return nights, found


@pytest.mark.parametrize("case", ["one diary", "severity", "diaries", "visits"])
def test_estimates_thresholds_and_intervals_equal_clm_and_clmm(case):
    nights, found = fitted(case)
    peer = pd.read_csv(ORACLE / "estimates.csv").query("case == @case").set_index("term")
    overall = pd.read_csv(ORACLE / "fits.csv").query("case == @case").iloc[0]
    assert found.status.converged and found.n_nights == overall["n"] == len(nights)
    assert found.log_likelihood == pytest.approx(overall["log_likelihood"], abs=1e-3)
    cuts = peer.drop(TERMS)
    assert list(found.thresholds.index) == list(cuts.index)
    assert np.abs((found.thresholds - cuts["estimate"]) / cuts["se"]).max() < 0.01
    table = rk.estimate_coefficients(found, correction=None).table.set_index("term")
    got = np.log(table[["estimate", "lower", "upper"]].astype(float))
    wanted = peer.loc[TERMS, ["estimate", "lower", "upper"]]
    off = (got - wanted).to_numpy() / peer.loc[TERMS, ["se"]].to_numpy()
    assert np.abs(off).max() < 0.01, pd.DataFrame(off, TERMS, ["estimate", "lower", "upper"])
    assert np.sqrt(np.diag(found.cov)) == pytest.approx(peer.loc[TERMS, "se"].to_numpy(), rel=2e-3)
    if case in ("diaries", "visits"):
        assert found.person_sd["Intercept"] == pytest.approx(overall["person_sd"], rel=2e-3)


def test_one_node_is_the_laplace_approximation_of_clmm():
    _, found = fitted("visits")
    one_node = Objective(found.design.nights, found.design.x, None, nodes=1)
    start = found.maximum.optimum.theta
    best = minimize(lambda theta: -one_node.log_likelihood(theta), start, method="BFGS", options={"gtol": 0.01})
    laplace = pd.read_csv(ORACLE / "fits.csv").query("case == 'visits'")["laplace"].iloc[0]
    assert -best.fun == pytest.approx(laplace, abs=1e-3)


def test_statsmodels_agrees_where_people_do_not_differ():
    from statsmodels.miscmodels.ordinal_model import OrderedModel  # every worker loads every file

    nights, found = fitted("severity")
    model = OrderedModel(nights["severity"].astype(pd.CategoricalDtype(ordered=True)), nights[TERMS], distr="logit")
    peer = model.fit(method="bfgs", disp=False)
    cuts = model.transform_threshold_params(peer.params)[1:-1]
    assert found.coef.to_numpy() == pytest.approx(peer.params[TERMS].to_numpy(), abs=1e-3)
    assert found.thresholds.to_numpy() == pytest.approx(cuts, abs=1e-3)
    assert found.log_likelihood == pytest.approx(peer.llf, abs=1e-3)
