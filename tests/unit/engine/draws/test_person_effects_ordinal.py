"""Draws and own effects in ordinal nights, against a grid over all parameters with everybody's level integrated."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, log_expit

from rlskit.engine import WEAK, Nights, Ordinal, Scenario, draw_parameters, fit_maximum, person_effects

# nights of each person at levels 0, 1, 2
COUNTS = np.array([[9, 3, 1], [2, 4, 8], [5, 6, 3], [11, 1, 1], [3, 7, 5]])
STEPS = np.array([1.0, 3.0])


def small_model():
    """A level of their own for everybody, and nothing else: x is the constant, z as well."""
    level = np.concatenate([np.repeat([0, 1, 2], row) for row in COUNTS])
    starts = np.append(0, np.cumsum(COUNTS.sum(axis=1))[:-1])
    ones = np.ones((level.size, 1))
    gap = np.ones(level.size)
    gap[starts] = np.inf
    return Nights(Ordinal(level, np.zeros(1)), starts, gap, ones, False), ones


def points(f, distance):
    return STEPS[0] * expit(f) + STEPS[1] * expit(f - distance)


def brute_force():
    """Quantiles of everybody's and a new person's expected points against those at f = 0, written out on a grid."""
    constant, shape, size = np.linspace(-3.5, 3.5, 36), np.linspace(-1.6, 1.6, 28), np.linspace(-3.2, 2.1, 30)
    c, s, log_sd = (part.ravel() for part in np.meshgrid(constant, shape, size, indexing="ij"))
    w = np.linspace(-4.5, 4.5, 37)
    f = c[:, None] + np.exp(log_sd)[:, None] * w
    distance = np.exp(s)[:, None]
    between = log_expit(f) + log_expit(distance - f) + np.log(-np.expm1(-distance))
    log_p = np.stack([log_expit(-f), between, log_expit(f - distance)])
    each = np.einsum("ik,kgw->igw", COUNTS, log_p) - 0.5 * w**2
    evidence = np.log(np.exp(each).sum(axis=2))
    # constant N(0, 10^2), sd half-normal(2.5) with a flat variance, on a grid even in log sd; flat in the shape
    prior = -0.5 * (c / 10.0) ** 2 - 0.5 * (np.exp(log_sd) / 2.5) ** 2 + 2.0 * log_sd
    posterior = np.exp(evidence.sum(axis=0) + prior - (evidence.sum(axis=0) + prior).max())
    posterior /= posterior.sum()
    gain = points(f, distance) - points(0.0, distance)
    chances = [0.025, 0.5, 0.975]
    shares = [np.exp(one - log_e[:, None]) * posterior[:, None] for one, log_e in zip(each, evidence, strict=True)]
    new = np.exp(-0.5 * w**2) / np.exp(-0.5 * w**2).sum() * posterior[:, None]
    out = []
    for share in [*shares, new]:
        order = np.argsort(gain, axis=None)
        out.append(np.interp(chances, np.cumsum(share.ravel()[order]), gain.ravel()[order]))
    moments = {name: (posterior @ v, np.sqrt(posterior @ (v - posterior @ v) ** 2))
               for name, v in (("constant", c), ("shape", s), ("log sd", log_sd))}
    return moments, np.array(out)


@pytest.fixture(scope="module")
def both():
    nights, x = small_model()
    maximum = fit_maximum(nights, x, WEAK)
    draws = draw_parameters(maximum, enough=600)
    zero = np.zeros_like(x)
    weights = np.full(len(x), 1.0 / len(x))
    found = person_effects(maximum.objective, draws, Scenario(x, x), Scenario(zero, zero), weights, STEPS)
    return draws, found, brute_force()


def test_parameters_have_their_exact_posterior(both):
    draws, _, (moments, _) = both
    for name, values in (("constant", draws.theta[:, 0]), ("shape", draws.theta[:, 1]),
                         ("log sd", np.log(draws.theta[:, 2]))):
        middle, spread = moments[name]
        assert draws.weight @ values == pytest.approx(middle, abs=0.15 * spread)
        assert np.sqrt(draws.weight @ (values - middle) ** 2) == pytest.approx(spread, rel=0.15)


def test_everybody_and_a_new_person_have_their_exact_posterior(both):
    _, found, (_, exact) = both
    for got, row in zip([*found.risk, found.new_risk], exact, strict=True):
        off = np.abs(np.quantile(got, [0.025, 0.5, 0.975]) - row) / (0.25 * (row[2] - row[0]))
        assert off[1] < 0.25 and off.max() < 0.4
