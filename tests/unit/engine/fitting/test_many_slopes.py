"""An intercept and four correlated slopes: propagation against the five-dimensional integral by importance sampling.

No grid reaches five dimensions, so a person's integral is a mean over draws from a t distribution around the posterior
that propagation has, P(y_i) = E [prod_n logistic(z_n f_n(w)) N(w; 0, I) / q(w)], and its slope (Fisher's identity) the
weighted mean of the slopes; 20,000 draws a person put the slopes off by 0.03 standard errors.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, gammaln, log_expit, logsumexp

import rlskit as rk
from rlskit.engine.integrals.ep import integrate
from rlskit.engine.integrals.scattered_points import scattered_points, turns

PEOPLE, NIGHTS, DRAWS, FREEDOM = 30, 40, 20000, 30.0
TERMS = ["a", "b", "c", "d"]


@pytest.fixture(scope="module")
def fitted():
    rng = np.random.default_rng(12)
    x = (rng.random((PEOPLE, NIGHTS, 4)) < 0.5) * 1.0
    root = np.linalg.cholesky(0.5 * np.eye(5) + 0.2)
    u = rng.normal(size=(PEOPLE, 5)) @ root.T
    f = -0.4 + u[:, :1] + np.einsum("int,it->in", x, u[:, 1:] + [-0.6, 0.4, 0.0, 0.3])
    table = pd.DataFrame(x.reshape(-1, 4), columns=TERMS).assign(
        person=np.repeat(np.arange(PEOPLE), NIGHTS), night=np.tile(np.arange(NIGHTS), PEOPLE),
        symptoms=(rng.random(f.size) < expit(f.ravel())) * 1.0)
    return rk.fit("symptoms ~ a + b + c + d", table, slopes=tuple(TERMS), night_to_night=False)


def test_four_slopes_fit_and_say_how_exact_they_are(fitted):
    assert fitted.status.converged and list(fitted.person_sd.index) == ["Intercept", *TERMS]
    assert fitted.status.method == "expectation propagation"
    assert fitted.status.accuracy.startswith("log-likelihood exact at the estimate; estimates within 0.0")
    assert fitted.person_sd.between(0.2, 2.0).all()


def test_likelihood_and_estimates_are_those_of_the_exact_integral(fitted):
    maximum, nights = fitted.maximum, fitted.design.nights
    objective, part = maximum.objective, maximum.parameters
    offset, sign, q = objective.x @ part.beta, nights.family.sign, 5
    post = integrate(nights, offset, part.scale, 0.0, 0.0).posterior
    rng, total, slope = np.random.default_rng(5), 0.0, np.zeros(objective.layout.size)
    for i, start in enumerate(nights.starts):
        mine = slice(start, start + nights.sizes[i])
        root = np.linalg.cholesky(post.people.covariance[i])
        stretch = np.sqrt(FREEDOM / rng.chisquare(FREEDOM, DRAWS))
        z = rng.normal(size=(DRAWS, q)) * stretch[:, None]
        w = post.people_mean[:, start] + z @ root.T
        log_t = gammaln(0.5 * (FREEDOM + q)) - gammaln(0.5 * FREEDOM) - 0.5 * q * np.log(FREEDOM * np.pi)
        log_t = log_t - np.log(np.diag(root)).sum() - 0.5 * (FREEDOM + q) * np.log1p((z**2).sum(axis=1) / FREEDOM)
        f = offset[mine] + w @ (nights.z[mine] @ part.scale).T
        log_w = log_expit(sign[mine] * f).sum(axis=1) - 0.5 * (w**2).sum(axis=1) - 0.5 * q * np.log(2 * np.pi) - log_t
        total += logsumexp(log_w) - np.log(DRAWS)
        share = np.exp(log_w - logsumexp(log_w))
        miss = (sign[mine] * expit(-sign[mine] * f)) * share[:, None]
        by_scale = np.tril(nights.z[mine].T @ (miss.T @ w))
        slope += objective.layout.pack(objective.x[mine].T @ miss.sum(axis=0), by_scale, 0.0, 0.0)
    assert abs(fitted.log_likelihood - total) < 0.02 * PEOPLE
    # at the maximum the propagated slope is minus the prior's, so the difference is what one Newton step would go
    _, whole = objective(maximum.optimum.theta)
    near = objective.night_slopes(maximum.optimum.theta)[1].sum(axis=0)
    off = maximum.covariance @ (whole - near + slope) / np.sqrt(np.diag(maximum.covariance))
    assert np.abs(off[: objective.layout.p]).max() < 0.05 and np.abs(off).max() < 0.1, off
    # the engine's own rule says the same
    assert fitted.maximum.accuracy.off == pytest.approx(off, abs=0.06)
    assert fitted.log_likelihood == pytest.approx(total, abs=0.1)


@pytest.mark.parametrize("q", [4, 6])
def test_scattered_points_integrate_what_is_known(q):
    """The moments of a normal off the centre, where the points are densest."""
    x, log_weight = scattered_points(4096, q)
    middle, weight = np.full(q, 0.4), np.exp(log_weight)
    weight = weight * np.exp(-0.5 * ((x - middle) ** 2).sum(axis=1)) / (2 * np.pi) ** (0.5 * q)
    assert weight.sum() == pytest.approx(1.0, abs=0.01)
    assert weight @ x == pytest.approx(middle, abs=0.02)
    assert (weight[:, None] * (x - middle)).T @ (x - middle) == pytest.approx(np.eye(q), abs=0.08)


def test_turns_keep_lengths_and_differ_between_people():
    found = turns(3, 5)
    assert found @ found.transpose(0, 2, 1) == pytest.approx(np.broadcast_to(np.eye(5), (3, 5, 5)), abs=1e-12)
    assert np.abs(found[0] - found[1]).max() > 0.1
