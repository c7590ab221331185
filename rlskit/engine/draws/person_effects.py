"""What a change does to each of these people, and to one more: averaged over their own nights, not over people.

Equation. For person i with coefficients u_i = Lambda w_i,
    d_i = mean over the nights of i of [ F(x_n(a)'beta + z_n(a)'u_i, sigma^2) - F(x_n(b)'beta + z_n(b)'u_i, sigma^2) ],
F as in engine/limits/estimand.py, so that the night-to-night process is averaged over and u_i is not. The draws of
theta are those of engine/draws/sampling.py; given theta, w_i ~ N(mean, S_i^-1) is the posterior of
engine/integrals/ep.py (partial pooling), and a new person has w ~ N(0, I) and the nights of one of these people,
taken at random. With c and c_z the change of a night in x and z, averaged over nights, the odds fall for a share
Phi(-c'beta / |Lambda'c_z|) of all people: read off Sigma, not by counting estimates, which partial pooling draws
together. Oracle: tests/unit/engine/draws/test_sampling.py (a long random walk), and known truth by simulation in
benchmarks/new_person.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from rlskit.engine.draws.adaptive import ParameterDraws
from rlskit.engine.draws.foretold import foretold_near
from rlskit.engine.families.logistic import mean_probability
from rlskit.engine.families.ordinal import thresholds
from rlskit.engine.fitting.likelihood import Objective
from rlskit.engine.limits.estimand import ONE_STEP, Scenario
from rlskit.engine.parameters import Parameters

POINTS, EACH, NEW_EACH = 200, 5, 6
SHARE_PEOPLE, SHARE_NIGHTS, SHARE_DRAWS = 12, 8, 256  # of each parameter point, for the share beyond a size
DRAWS = POINTS * EACH
MOST_NIGHTS, MOST_VALUES = 40, 4_000_000
SEED = 19470203
# F at one sigma is read off a curve: straight lines between these points are off by less than 2e-5
GRID = np.linspace(-16.0, 16.0, 1281)


@dataclass(frozen=True)
class PersonEffects:
    """Equally weighted draws: `risk` and `log_odds` (people, m) of everybody here, a minus b; `new_risk` and
    `new_log_odds` (m',) of one more person; `fewer` (m,): the share of all people whose odds fall; `below` and `above`
    (m,): the share whose risk falls or rises by more than the size asked for (empty where none was)."""

    risk: np.ndarray
    log_odds: np.ndarray
    new_risk: np.ndarray
    new_log_odds: np.ndarray
    fewer: np.ndarray
    below: np.ndarray
    above: np.ndarray


def person_effects(
    objective: Objective,
    draws: ParameterDraws,
    a: Scenario,
    b: Scenario,
    weights: np.ndarray,
    steps: np.ndarray = ONE_STEP,
    beyond: float | None = None,
) -> PersonEffects:
    """a, b: every modelled night under both settings; weights (n,) sum to one, people equally; steps as in risk();
    beyond: a size on the scale of risk, for `below` and `above`.

    Where nights x draws would be too many, each person's nights are represented by 40 of them, evenly spaced.
    """
    rng = np.random.default_rng(SEED)
    nights, layout = objective.nights, objective.layout
    thetas, often = draws.resample(POINTS, rng)
    often = EACH * often
    rows, starts, sizes = _some_nights(nights.starts, nights.sizes)
    a, b = (Scenario(s.x[rows], s.z[rows]) for s in (a, b))
    change, change_z = weights[rows] @ (a.x - b.x), weights[rows] @ (a.z - b.z)
    total = weights[rows].sum()
    z = spread_evenly(rng, (starts.size, layout.q), DRAWS)
    z_new = spread_evenly(rng, (NEW_EACH, layout.q), DRAWS)
    some_a, some_b, some_starts, some_sizes = _some_people(a, b, starts, sizes)
    z_share = spread_evenly(np.random.default_rng(SEED + 1), (1, layout.q), SHARE_DRAWS)[0]
    sites = draws.sites or foretold_near(nights, objective.x, layout, thetas)
    risk, odds, new_risk, new_odds, fewer, below, above = [], [], [], [], [], [], []
    for theta, count, last in zip(thetas, often, np.cumsum(often), strict=True):
        these = slice(last - count, last)
        part = layout.unpack(theta)
        w = people_of(sites(theta).posterior, nights.starts, z[:, these])
        curve = curve_of(part, steps)
        one, two = _effects(part, curve, a, b, w, starts, sizes)
        risk.append(one)
        odds.append(two)
        # more people, with the nights of somebody here
        like = rng.integers(starts.size, size=NEW_EACH)
        mine = np.concatenate([np.arange(starts[i], starts[i] + sizes[i]) for i in like])
        at_a, at_b = (Scenario(s.x[mine], s.z[mine]) for s in (a, b))
        one, two = _effects(part, curve, at_a, at_b, z_new[:, these], np.cumsum(sizes[like]) - sizes[like], sizes[like])
        new_risk.append(one.ravel())
        new_odds.append(two.ravel())
        middle, spread = float(change @ part.beta) / total, np.linalg.norm(part.scale.T @ change_z) / total
        fewer.append(np.full(count, ndtr(-middle / max(spread, 1e-9))))
        if beyond is not None:
            w_some = np.broadcast_to(z_share, (some_starts.size, *z_share.shape))
            many, _ = _effects(part, curve, some_a, some_b, w_some, some_starts, some_sizes)
            below.append(np.full(count, np.mean(many < -beyond)))
            above.append(np.full(count, np.mean(many > beyond)))
    return PersonEffects(
        np.hstack(risk), np.hstack(odds), np.concatenate(new_risk), np.concatenate(new_odds), np.concatenate(fewer),
        np.concatenate(below or [np.zeros(0)]), np.concatenate(above or [np.zeros(0)]),
    )  # fmt: skip


def _some_people(a: Scenario, b: Scenario, starts: np.ndarray, sizes: np.ndarray):
    """The nights of a few people, evenly chosen, under both settings; where each person's begin and how many."""
    chosen = np.unique(np.linspace(0, starts.size - 1, SHARE_PEOPLE).round().astype(int))
    own = [starts[i] + _evenly(sizes[i], min(sizes[i], SHARE_NIGHTS)) for i in chosen]
    rows, kept = np.concatenate(own), np.array([mine.size for mine in own])
    return Scenario(a.x[rows], a.z[rows]), Scenario(b.x[rows], b.z[rows]), np.cumsum(kept) - kept, kept


def _evenly(size: int, some: int) -> np.ndarray:
    """`some` of the numbers 0 to size - 1, evenly spaced."""
    return np.floor((np.arange(some) + 0.5) * size / some).astype(int)


def curve_of(part: Parameters, steps: np.ndarray) -> np.ndarray:
    """sum_k steps_k P(y > k) at every linear predictor of GRID, averaged over the night-to-night process."""
    cuts, spread = thresholds(part.shape), np.full(GRID.size, part.sigma**2)
    return sum((steps[k] * mean_probability(GRID - cuts[k], spread)[0] for k in np.flatnonzero(steps)), 0.0 * GRID)


def _some_nights(starts: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows to average over, and where each person's begin and how many they are."""
    n = int(sizes.sum())
    if n * DRAWS <= MOST_VALUES:
        return np.arange(n), starts, sizes
    kept = np.minimum(sizes, MOST_NIGHTS)
    within = [_evenly(size, k) for size, k in zip(sizes, kept, strict=True)]
    return np.concatenate([s + w for s, w in zip(starts, within, strict=True)]), np.cumsum(kept) - kept, kept


def spread_evenly(rng: np.random.Generator, shape: tuple[int, int], draws: int) -> np.ndarray:
    """Standard normals, (shape[0], draws, shape[1]): every sequence has one draw in each of `draws` equal strata."""
    order = rng.random((shape[0], draws, shape[1])).argsort(axis=1)
    return ndtri((order + rng.random(order.shape)) / draws)


def people_of(post, starts: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Draws of every w_i from standard normals z, both (people, count, q)."""
    root = np.linalg.cholesky(post.people.covariance)
    return post.people_mean[:, starts].T[:, None, :] + z @ root.transpose(0, 2, 1)


def _effects(part: Parameters, curve, a: Scenario, b: Scenario, w: np.ndarray, starts, sizes):
    """Mean change in risk and in log odds of every person: w (people, m, q) gives (people, m) twice. curve: F on GRID.
    """
    own = np.repeat(w, sizes, axis=0)
    change = np.hstack([(a.x - b.x) @ part.beta[:, None], (a.z - b.z) @ part.scale])
    risk, odds = np.zeros(own.shape[:2]), np.add.reduceat(change, starts, axis=0) / sizes[:, None]
    for side, at in ((1.0, a), (-1.0, b)):
        f, g = np.repeat((at.x @ part.beta)[:, None], own.shape[1], axis=1), at.z @ part.scale
        for j in range(own.shape[2]):
            f += g[:, j, None] * own[:, :, j]
        risk += side * np.interp(f, GRID, curve)
    risk = np.add.reduceat(risk, starts, axis=0) / sizes[:, None]
    return risk, odds[:, :1] + (w @ odds[:, 1:, None])[:, :, 0]
