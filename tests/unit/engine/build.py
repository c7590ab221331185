"""Small arrays for engine tests."""

import numpy as np
from scipy.special import expit

from rlskit.engine import Nights, YesNo

NO_SCALE = np.zeros((0, 0))


def one_person(night, y):
    night = np.asarray(night, dtype=float)
    gap = np.diff(night, prepend=0.0)
    gap[0] = np.inf
    return Nights(YesNo(np.where(np.asarray(y) > 0.5, 1.0, -1.0)), np.array([0]), gap, np.zeros((night.size, 0)), True)


def several(person, night, y, z, persistence=True):
    starts = np.flatnonzero(np.diff(np.asarray(person, dtype=float), prepend=-1.0))
    gap = np.diff(np.asarray(night, dtype=float), prepend=0.0)
    gap[starts] = np.inf
    return Nights(YesNo(np.where(np.asarray(y) > 0.5, 1.0, -1.0)), starts, gap, np.asarray(z, dtype=float), persistence)


def simulate(seed, n, beta, sigma, phi):
    """Nights, columns x (n, p) of one person."""
    rng = np.random.default_rng(seed)
    e = np.empty(n)
    e[0] = rng.normal()
    for t in range(1, n):
        e[t] = phi * e[t - 1] + np.sqrt(1 - phi**2) * rng.normal()
    x = np.column_stack([np.ones(n), rng.normal(size=(n, len(beta) - 1))])
    y = rng.random(n) < expit(x @ np.asarray(beta) + sigma * e)
    return one_person(np.arange(n), y), x


def group(seed, people, each, sd, sigma, phi):
    """Nights, columns x (n, 2) of people whose intercepts differ with sd `sd`."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(people), each)
    e = rng.normal(size=(people, each))
    for t in range(1, each):
        e[:, t] = phi * e[:, t - 1] + np.sqrt(1 - phi**2) * e[:, t]
    x = np.column_stack([np.ones(who.size), rng.normal(size=who.size)])
    y = rng.random(who.size) < expit(x @ [-0.4, 0.5] + sd * rng.normal(size=people)[who] + sigma * e.ravel())
    return several(who, np.tile(np.arange(each), people), y, x[:, :1]), x


def dense_covariance(nights, scale, sigma, phi, night):
    """K = sigma^2 R + Z Lambda Lambda' Z' as a full matrix."""
    who = nights.person
    same = who[:, None] == who[None, :]
    lag = np.abs(np.asarray(night, dtype=float)[:, None] - np.asarray(night, dtype=float)[None, :])
    k = sigma**2 * np.where(same, phi**lag, 0.0)
    if nights.z.shape[1]:
        g = nights.z @ scale
        k = k + np.where(same, g @ g.T, 0.0)
    return k
