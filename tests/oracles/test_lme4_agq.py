"""Estimates and profile limits of random-intercept models against lme4 with 49 quadrature nodes.

Numbers: tests/oracles/lme4_agq/make.R. Tolerance 0.01 standard errors, 1e-3 in log-likelihood: lme4's
log-likelihood leaves nothing out for yes/no outcomes, so the values are comparable.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from tests.helpers.places import ORACLES

ORACLE = ORACLES / "lme4_agq"


@pytest.mark.parametrize("case", ["diaries", "visits"])
def test_random_intercept_estimates_and_intervals_equal_lme4(case):
    nights = pd.read_csv(ORACLE / "nights.csv").query("case == @case")
    nights = nights.assign(caffeine_100=nights["caffeine"] / 100)
    peer = pd.read_csv(ORACLE / "estimates.csv").query("case == @case")
    peer = peer.assign(term=peer["term"].replace({"(Intercept)": "Intercept"})).set_index("term")
    found = rk.fit("symptoms ~ stretched * caffeine_100", nights, night_to_night=False, prior=None)
    table = rk.estimate_coefficients(found, correction=None).table.set_index("term")
    assert list(table.index) == list(peer.index) and found.n_nights == peer["n"].iloc[0]
    got = np.log(table[["estimate", "lower", "upper"]].astype(float)).to_numpy()
    off = (got - peer[["estimate", "lower", "upper"]].to_numpy()) / peer[["se"]].to_numpy()
    assert np.abs(off).max() < 0.01, pd.DataFrame(off, peer.index, ["estimate", "lower", "upper"])
    assert found.person_sd["Intercept"] == pytest.approx(peer["person_sd"].iloc[0], rel=2e-3)
    assert found.log_likelihood == pytest.approx(peer["log_likelihood"].iloc[0], abs=1e-3)
