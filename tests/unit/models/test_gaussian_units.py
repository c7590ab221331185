"""Hours, minutes or microseconds of sleep: the same answers, in their units."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rlskit as rk

NUMBERS = ["estimate", "lower", "upper"]


def some_nights(people=6, n=40):
    rng = np.random.default_rng(7)
    rows = []
    for person in range(people):
        x, e = rng.random(n) < 0.4, rng.normal(size=n)
        for t in range(1, n):
            e[t] = 0.5 * e[t - 1] + 0.87 * e[t]
        hours = 7.0 + rng.normal() + (0.3 + 0.4 * rng.normal()) * x + e
        rows.append(pd.DataFrame({"person": person, "night": np.arange(n), "x": x, "mg": 50 * rng.poisson(1.0, n),
                                  "sleep": hours}))
    return pd.concat(rows, ignore_index=True)


def answers(factor, offset, night_to_night):
    nights = some_nights().assign(sleep=lambda d: factor * d["sleep"] + offset)
    found = rk.fit("sleep ~ x + mg", nights, outcome=rk.GAUSSIAN, slopes=("x",), night_to_night=night_to_night)
    return found, rk.estimate_effects(found).table[NUMBERS].to_numpy(dtype=float)


USUAL = {kind: answers(1.0, 0.0, kind) for kind in (True, False)}


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.floats(-6.0, 6.0), st.booleans())
def test_limits_go_with_the_outcome(power, night_to_night):
    factor = 10.0**power
    (usual, expected), (found, limits) = USUAL[night_to_night], answers(factor, 0.0, night_to_night)
    np.testing.assert_allclose(limits, factor * expected, rtol=1e-6)
    np.testing.assert_allclose(found.coef, factor * usual.coef, rtol=1e-6)
    np.testing.assert_allclose(found.cov, factor**2 * usual.cov, rtol=1e-6)
    np.testing.assert_allclose(found.person_sd, factor * usual.person_sd, rtol=1e-6)
    assert found.night_sd == pytest.approx(factor * usual.night_sd, rel=1e-6)
    # a density in the units of what is left when the columns have been taken out
    free = found.n_nights - len(found.coef)
    assert found.log_likelihood == pytest.approx(usual.log_likelihood - free * np.log(factor), abs=1e-6)


@pytest.mark.parametrize("factor", [1e-9, 3.6e9])
def test_units_of_any_size(factor):
    found, limits = answers(factor, 0.0, True)
    assert found.status == USUAL[True][0].status
    np.testing.assert_allclose(limits, factor * USUAL[True][1], rtol=1e-6)


def test_a_large_constant_moves_the_intercept_alone():
    _, limits = answers(1.0, 1e6, True)
    np.testing.assert_allclose(limits, USUAL[True][1], rtol=1e-6)


def test_people_and_the_spread_between_them_go_with_the_outcome():
    usual, found = (rk.estimate_people(answers(k, 0.0, True)[0], "x", beyond=0.3 * k) for k in (1.0, 3.6e6))
    pd.testing.assert_frame_equal(found.table[NUMBERS] / 3.6e6, usual.table[NUMBERS], rtol=1e-6)


def test_a_small_spread_between_people_is_told_in_small_units():
    assert "Between people, Intercept: sd 0 " not in repr(answers(1e-6, 0.0, True)[0]) + " "
    line = next(line for line in repr(answers(1e-6, 0.0, True)[0]).splitlines() if "Intercept: sd" in line)
    assert line == f"Between people, Intercept: sd {1e-6 * USUAL[True][0].person_sd['Intercept']:.3g}"
