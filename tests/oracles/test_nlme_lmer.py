"""Numeric nights against nlme (persistence, gaps) and lme4 (random slopes): estimates, errors, spread, log-likelihood.

Numbers: tests/oracles/nlme_ar1/make.R and tests/oracles/lmer_slopes/make.R. Held to 1e-4 in log-likelihood and 0.01
standard errors. Intervals: lme4's are profiles of the maximum likelihood, so ours is profiled the same way and its drop
at their limits compared; nlme's are t limits around the same estimate and error, which ours may differ from by what the
uncertainty of persistence adds.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

import rlskit as rk
from rlskit.engine import fit_gaussian
from tests.helpers.places import ORACLES

ORACLES = ORACLES
NLME, LMER = ORACLES / "nlme_ar1", ORACLES / "lmer_slopes"


def read(folder: Path, name: str, **only: str) -> pd.DataFrame:
    table = pd.read_csv(folder / f"{name}.csv")
    for column, value in only.items():
        table = table[table[column] == value]
    return table.replace({"term": {"(Intercept)": "Intercept"}})


def nlme_fit(case: str) -> rk.Fit:
    slopes = ("stretched",) if case == "people" else ()
    nights = read(NLME, "nights", case=case)
    return rk.fit("sleep_h ~ stretched + caffeine_100 + spell", nights, outcome=rk.GAUSSIAN, slopes=slopes)


def close(found: pd.Series, peer: pd.Series, se: pd.Series) -> None:
    np.testing.assert_array_less(np.abs(found.to_numpy() - peer.to_numpy()) / se.to_numpy(), 0.01)


KINDS = [("diary", "corAR1"), ("diary", "corCAR1"), ("seesaw", "corAR1"), ("people", "corAR1"), ("people", "corCAR1")]


@pytest.mark.parametrize(("case", "kind"), KINDS)
def test_restricted_fits_equal_nlme(case, kind):
    found = nlme_fit(case)
    terms = read(NLME, "estimates", case=case, kind=kind, method="REML").set_index("term")
    peer = read(NLME, "fits", case=case, kind=kind, method="REML").iloc[0]
    assert list(found.coef.index) == list(terms.index) and found.n_nights == peer["n"]
    close(found.coef, terms["estimate"], terms["se"])
    np.testing.assert_allclose(np.sqrt(np.diag(found.cov)), terms["se"], rtol=1e-3)
    assert found.log_likelihood == pytest.approx(peer["log_likelihood"], abs=1e-4)
    assert found.night_correlation == pytest.approx(peer["phi"], abs=1e-3)
    assert found.night_sd == pytest.approx(peer["sigma"], rel=1e-3)
    if case == "people":
        np.testing.assert_allclose(found.person_sd, peer[["sd_intercept", "sd_stretched"]].astype(float), rtol=1e-3)


@pytest.mark.parametrize(("case", "kind"), KINDS)
def test_maximum_likelihood_equals_nlme(case, kind):
    design = nlme_fit(case).design
    peer = read(NLME, "fits", case=case, kind=kind, method="ML").iloc[0]
    terms = read(NLME, "estimates", case=case, kind=kind, method="ML")
    found = fit_gaussian(design.nights, design.response, design.x, restricted=False)
    assert found.log_likelihood == pytest.approx(peer["log_likelihood"], abs=1e-4)
    assert found.phi == pytest.approx(peer["phi"], abs=1e-3)
    close(pd.Series(design.to_user @ found.beta), terms["estimate"], terms["se"])


@pytest.mark.parametrize("case", ["slope", "slopes", "alike"])
def test_random_slopes_equal_lmer(case):
    slopes = ("stretched", "caffeine_100") if case == "slopes" else ("stretched",)
    nights, peer = read(LMER, "nights", case=case), read(LMER, "fits", case=case).iloc[0]
    terms = read(LMER, "estimates", case=case).set_index("term")
    found = rk.fit("sleep_h ~ stretched + caffeine_100", nights, outcome=rk.GAUSSIAN, slopes=slopes,
                   night_to_night=False)  # fmt: skip
    assert found.log_likelihood == pytest.approx(peer["log_likelihood"], abs=1e-4)
    close(found.coef, terms["estimate"], terms["se"])
    np.testing.assert_allclose(np.sqrt(np.diag(found.cov)), terms["se"], rtol=1e-3)
    sds = peer[["sd_intercept", "sd_stretched", "sd_caffeine_100"]].dropna().astype(float)
    np.testing.assert_allclose(found.person_sd, sds, atol=2e-3)
    assert found.night_sd == pytest.approx(peer["sigma"], rel=1e-4)
    assert np.isnan(found.night_correlation)


@pytest.mark.parametrize("case", ["slope", "slopes", "alike"])
def test_profile_limits_of_lmer_lie_where_our_likelihood_has_fallen_by_as_much(case):
    slopes = ("stretched", "caffeine_100") if case == "slopes" else ("stretched",)
    nights, peer = read(LMER, "nights", case=case), read(LMER, "fits", case=case).iloc[0]
    design = rk.fit("sleep_h ~ stretched + caffeine_100", nights, outcome=rk.GAUSSIAN, slopes=slopes,
                    night_to_night=False).design  # fmt: skip
    raw = np.column_stack([np.ones(len(design.frame)), design.frame[["stretched", "caffeine_100"]]])
    top = fit_gaussian(design.nights, design.response, raw, restricted=False)
    assert top.log_likelihood == pytest.approx(peer["ml_log_likelihood"], abs=1e-4)
    for j, term in enumerate(read(LMER, "estimates", case=case).itertuples()):
        for limit in (term.lower, term.upper):
            rest = fit_gaussian(design.nights, design.response - limit * raw[:, j], np.delete(raw, j, axis=1), False)
            drop = 2.0 * (top.log_likelihood - rest.log_likelihood)
            assert np.sqrt(drop) == pytest.approx(np.sqrt(chi2.ppf(0.95, 1)), abs=0.01), term.term
