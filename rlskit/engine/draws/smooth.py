"""The symptom rate behind each week: smoothed over the nights before and after, gaps included.

Equation. f_t = beta0 + e_t on every calendar night; EP sites come from the answered nights, unanswered nights get none
and are interpolated. For a set W of nights the rate is R = mean of logistic(f_t), t in W, with
    E R = mean F(m_t, s_t^2),   Var R = mean over (s, t) of F'_s F'_t C_st + F''_s F''_t C_st^2 / 2
(the first terms of Price's theorem), mixed over a grid of (sigma, phi) weighted by likelihood x prior, which is the
integrated nested approach of Rue, Martino & Chopin (2009), JRSS B 71, 319-392, with EP inside. beta0 ~ N(0, 2.5^2).
Limits are quantiles of the Beta distribution with those two moments. Oracle: tests/unit/engine/draws/test_smooth.py
compares mean and limits with the exact filter posterior by forward-backward on a grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainccinv, betaincinv

from rlskit.engine.families.family import YesNo
from rlskit.engine.families.logistic import mean_probability
from rlskit.engine.fitting.prior import WEAK, Prior, penalty
from rlskit.engine.integrals.ep import integrate, posterior
from rlskit.engine.nights import Nights

INTERCEPT_SD = 2.5
SIGMAS = np.array([0.1, 0.35, 0.6, 0.9, 1.25, 1.65, 2.1, 2.7, 3.5])
PHIS = np.array([0.1, 0.25, 0.4, 0.55, 0.7, 0.82, 0.91, 0.96])


@dataclass(frozen=True)
class Rates:
    """`mean`, `lower`, `upper` (weeks,): the chance of symptoms on an average night of each week."""

    mean: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


def smooth_rates(sign: np.ndarray, week: np.ndarray, level: float, prior: Prior = WEAK) -> Rates:
    """Rates of consecutive weeks. sign (t,): +1 symptoms, -1 none, 0 not answered, one entry per calendar night.
    week (t,): week number of each night, 0, 1, 2, … without a hole."""
    seen = np.flatnonzero(sign)
    answered = _one_person(sign[seen].astype(float), seen)
    everyone = _one_person(sign.astype(float), np.arange(sign.size))
    scale = np.array([[INTERCEPT_SD]])
    weights, means, variances, sites = [], [], [], None
    for sigma, sigma_width in zip(SIGMAS, np.gradient(SIGMAS), strict=True):
        for phi, phi_width in zip(PHIS, np.gradient(PHIS), strict=True):
            found = integrate(answered, np.zeros(seen.size), scale, sigma, phi, sites, tolerance=1e-5)
            if not found.converged:
                continue
            sites = (found.precision, found.shift)
            log_prior = penalty(prior, np.zeros((0, 0)), sigma, phi)[0]
            weights.append(found.log_likelihood + log_prior + np.log(sigma_width * phi_width))
            full = [np.zeros(sign.size), np.zeros(sign.size)]
            full[0][seen], full[1][seen] = sites
            mean, variance = _week_moments(everyone, scale, sigma, phi, full, week)
            means.append(mean)
            variances.append(variance)
    share = np.exp(np.array(weights) - max(weights))
    share /= share.sum()
    mean = share @ np.array(means)
    variance = share @ (np.array(variances) + (np.array(means) - mean) ** 2)
    size = np.maximum(mean * (1.0 - mean) / variance - 1.0, 1e-3)
    tail = (1.0 - level) / 2.0
    a, b = mean * size, (1.0 - mean) * size
    return Rates(mean, betaincinv(a, b, tail), betainccinv(a, b, tail))


def _one_person(sign: np.ndarray, night: np.ndarray) -> Nights:
    gap = np.diff(night, prepend=0).astype(float)
    gap[0] = np.inf
    return Nights(YesNo(sign), np.array([0]), gap, np.ones((sign.size, 1)), True)


def _week_moments(nights, scale, sigma, phi, sites, week):
    post = posterior(nights, np.zeros(week.size), scale, sigma, phi, *sites)
    p, first, second = mean_probability(post.mean, post.variance)
    count = np.bincount(week)
    mean = np.bincount(week, p) / count
    total = np.bincount(week, first**2 * post.variance + 0.5 * second**2 * post.variance**2)
    response = post.people.response[0]
    spread = post.people.covariance[0, 0, 0]
    chain_cov, lower = post.chain_factor.variance, post.chain_factor.lower
    for lag in range(1, int(count.max())):
        chain_cov = -lower[: week.size - lag] * chain_cov[1:]
        both = sigma**2 * chain_cov + spread * response[:-lag] * response[lag:]
        term = first[:-lag] * first[lag:] * both + 0.5 * second[:-lag] * second[lag:] * both**2
        total += 2.0 * np.bincount(week[lag:], np.where(week[:-lag] == week[lag:], term, 0.0), minlength=count.size)
    return mean, total / count**2
