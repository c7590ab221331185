"""Evenings of several rows: statsmodels' logit where nothing carries over, the rate where onsets are untold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.special import expit

from rlskit.engine.fitting.optimise import maximise
from rlskit.errors import ModelError
from rlskit.models.evenings import fit_evenings

FORMULA = "begins ~ done + hour + weekend"


def rows_of(nights=90, seed=1, gaps=()):
    rng, found = np.random.default_rng(seed), []
    for t in sorted(set(range(nights)) - set(gaps)):
        done, weekend = rng.random() < 0.5, t % 7 > 4
        for hour in range(6):
            begins = rng.random() < expit(-2.5 + 0.2 * hour + 0.5 * weekend - 0.7 * (done and hour > 1))
            found.append((pd.Timestamp("2026-01-01") + pd.Timedelta(days=t), float(hour), float(done and hour > 1),
                          float(weekend), float(begins)))
            if begins:
                break
    return pd.DataFrame(found, columns=["night", "hour", "done", "weekend", "begins"]).assign(untold=False)


def test_without_persistence_it_is_the_plain_logit_of_the_rows():
    rows = rows_of()
    model = fit_evenings(FORMULA, rows, untold="untold")
    theirs = smf.logit(FORMULA, rows).fit(disp=0)
    objective, to_user, p = model.maximum.objective, model.design.to_user, 4

    def still(beta):
        value, slope = objective(np.append(beta, [0.0, 0.0]))
        return value, slope[:p]

    best = maximise(still, np.zeros(p), np.linalg.inv(0.05 * model.design.x.T @ model.design.x))
    assert to_user @ best.theta == pytest.approx(theirs.params[model.coef.index].to_numpy(), abs=1e-4)
    assert objective.log_likelihood(np.append(best.theta, [0.0, 0.0])) == pytest.approx(theirs.llf, abs=1e-5)


def test_rows_count_as_one_night_and_gaps_are_between_nights():
    rows = rows_of(40, gaps=(7, 8, 20))
    shuffled = rows.groupby("night", sort=False).ngroup().sample(frac=1, random_state=3).index
    later_first = rows.loc[sorted(shuffled, key=lambda i: (-rows["night"][i].value, i))]
    for table in (rows, later_first):
        model = fit_evenings(FORMULA, table, untold="untold")
        assert model.n_nights == 37 and model.status.method == "the exact forward filter"
        gap = model.maximum.objective.nights.gap
        assert np.isinf(gap[0]) and sorted(set(gap[1:])) == [1, 2, 3] and gap.size == 37
        assert model.log_likelihood == pytest.approx(fit_evenings(FORMULA, rows, untold="untold").log_likelihood)


def test_however_few_rows_are_integrated_at_once(monkeypatch):
    """Ten years of evenings are more than are integrated at once even at one offset."""
    rows = rows_of(40)
    expected = fit_evenings(FORMULA, rows, untold="untold")
    monkeypatch.setattr("rlskit.engine.integrals.quadrature._TOGETHER", 10)
    found = fit_evenings(FORMULA, rows, untold="untold")
    assert found.maximum.covariance == pytest.approx(expected.maximum.covariance)


def test_symptoms_of_untold_beginning_are_no_quiet_evening():
    """Half of the evenings with symptoms do not tell when: the rate stays what it is, which it would not with them left
    out or taken for quiet."""
    rows = rows_of(240, seed=2)
    ill = rows.groupby("night")["begins"].max()
    hidden = ill.index[ill.eq(1)][::2]
    whole = pd.DataFrame([(n, float(h)) for n in hidden for h in range(6)], columns=["night", "hour"])
    half = pd.concat([rows[~rows["night"].isin(hidden)], whole.assign(begins=0.0, untold=True)])

    def rate(table):
        model = fit_evenings("begins ~ hour", table, untold="untold")
        f = model.coef["Intercept"] + model.coef["hour"] * np.arange(6.0)
        v, weight = np.polynomial.hermite_e.hermegauss(30)
        return 1 - np.prod(1 - expit(f[:, None] + model.night_sd * v), axis=0) @ weight / weight.sum()

    assert rate(half) == pytest.approx(ill.mean(), abs=0.03)
    assert rate(half[~half["untold"]]) < ill.mean() - 0.1 and rate(half.assign(untold=False)) < ill.mean() - 0.1


def test_what_it_refuses():
    rows = rows_of(40)
    with pytest.raises(ModelError, match="found 2 rows with an empty cell; expected evenings of which every row is"):
        fit_evenings(FORMULA, rows.assign(hour=rows["hour"].where(rows.index > 1)), untold="untold")
    with pytest.raises(ModelError, match="found 2 people; expected the evenings of one"):
        fit_evenings(FORMULA, rows.assign(person=rows.index % 2), untold="untold")


@pytest.mark.parametrize("logit_phi", [0.0, 5.0, 7.4, 8.5, 12.0])
def test_the_slope_is_that_of_the_value_however_near_to_one_the_correlation_is(logit_phi):
    """Beyond what the filter's grid can carry the likelihood is level: its slope in phi was 40 there, and fits of a
    year whose search came that far did not converge."""
    objective = fit_evenings(FORMULA, rows_of(), untold="untold").maximum.objective
    theta = np.array([-2.0, 0.2, 0.3, -0.5, 2.5, logit_phi])
    for j, slope in enumerate(objective(theta)[1]):
        move = 1e-4 * (np.arange(theta.size) == j)
        assert slope == pytest.approx((objective(theta + move)[0] - objective(theta - move)[0]) / 2e-4, abs=2e-3), j
    assert objective.gradients(theta[None])[0] == pytest.approx(objective(theta)[1], abs=1e-8)
