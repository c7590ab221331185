"""What a change does to each of these people, and to one more, in numeric nights: exactly, given the spread.

Equation. Given theta = (Lambda, phi), with the M, K_i and H_i of engine/gaussian/likelihood.py, C = M_xx^-1 and
b = beta-hat,
    u_i | beta, sigma ~ N(K_i (H_iy - H_ix beta), sigma^2 K_i),   beta | sigma ~ N(b, sigma^2 C),
so person i's own effect d_i = c_i'beta + z_i'u_i has, sigma^2 integrated out too, Student's t with n - p degrees around
    c_i'b + z_i'K_i (H_iy - H_ix b),   squared scale rss/(n - p) [z_i'K_i z_i + l_i'C l_i],   l_i = c_i - H_ix'K_i z_i,
the prediction error variance of Henderson (1975), Biometrics 31, 423-447. A new person with the nights of i has c_i'b
and |Lambda'z_i|^2 + c_i'C c_i. Over theta these are mixed with the weights of draws from exp(l_R) x p(theta): person
variances flat as in engine/draws/sampling.py, times a half-normal of 5 sigma on every person sd; phi flat in (-1, 1).
Oracles: dense matrices and brute force over theta in tests/unit/engine/gaussian/test_person_effects.py; lme4 and
nlme in tests/oracles/gaussian_people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtr, stdtrit

from rlskit.engine.draws.adaptive import FIRST, ParameterDraws, Proposal, importance_draws, within_reach
from rlskit.engine.draws.reparameterise import bend, reparameterise, reparameterised_slope
from rlskit.engine.draws.sampling import ENOUGH, REACH, away_from_zero, flat_variances, spread_kinds
from rlskit.engine.gaussian.fitting import GaussianMaximum
from rlskit.engine.gaussian.likelihood import GaussianObjective, solve
from rlskit.engine.limits.estimand import Scenario
from rlskit.engine.parameters import Layout

WIDE = 5.0
POINTS, EACH = 200, 5
SEED = 19470203
_HALVINGS = 45


@dataclass(frozen=True)
class Mixture:
    """Rows of mixtures of Student's t: `centre`, `spread` (rows, m), `weight` (m,) that sum to one, `freedom`."""

    centre: np.ndarray
    spread: np.ndarray
    weight: np.ndarray
    freedom: float

    def quantiles(self, chances: np.ndarray) -> np.ndarray:
        """(rows, chances), by halving between the lowest and the highest of the mixed quantiles."""
        out = np.empty((len(self.centre), len(chances)))
        for at, chance in enumerate(chances):
            ends = self.centre + stdtrit(self.freedom, chance) * self.spread
            low, high = ends.min(axis=1), ends.max(axis=1)
            for _ in range(_HALVINGS):
                middle = 0.5 * (low + high)
                below = stdtr(self.freedom, (middle[:, None] - self.centre) / self.spread) @ self.weight < chance
                low, high = np.where(below, middle, low), np.where(below, high, middle)
            out[:, at] = 0.5 * (low + high)
        return out


@dataclass(frozen=True)
class GaussianPersonEffects:
    """`own`: a row for everybody here; `new`: one row, one more person; `fewer` (m,): equally weighted draws of the
    share of all people whose outcome falls; `below`, `above` (m,): falls or rises by more than the size asked for
    (nan where none was)."""

    own: Mixture
    new: Mixture
    fewer: np.ndarray
    below: np.ndarray
    above: np.ndarray


def draw_spread(maximum: GaussianMaximum, enough: float = ENOUGH) -> ParameterDraws:
    """Weighted draws of theta = (lower triangle of Lambda relative to sigma, atanh phi with persistence)."""
    objective = maximum.objective
    layout, persistence = Layout(0, objective.q, False), objective.persistence
    if not objective.size:  # one person, night by night: nothing to draw
        return ParameterDraws(np.zeros((1, 0)), np.ones(1), np.inf)

    def log_density(eta: np.ndarray) -> np.ndarray:
        theta, log_size = bend(layout, eta)
        return log_size + np.array([_log_density(objective, one) for one in theta])

    theta = maximum.optimum.theta.copy()
    scale = away_from_zero(objective.unpack(theta).scale)
    theta[: layout.size] = scale[np.tril_indices(objective.q)]
    slope = reparameterised_slope(layout, theta)
    kinds = spread_kinds(objective.q) + ["phi"] * persistence
    least, most = np.array([REACH[kind] if kind != "phi" else (0.05, 0.5) for kind in kinds]).T
    covariance = within_reach(slope @ maximum.optimum.inverse @ slope.T, least, most)
    found = importance_draws(log_density, [Proposal(reparameterise(layout, theta[None])[0], covariance, FIRST)], enough)
    return ParameterDraws(bend(layout, found.theta)[0], found.weight, found.effective)


def _log_density(objective: GaussianObjective, theta: np.ndarray) -> float:
    if objective.beyond(theta):
        return -np.inf
    value, _ = objective(theta)
    scale = objective.unpack(theta).scale
    value += flat_variances(scale) - 0.5 * float((scale**2).sum()) / WIDE**2
    return value - 2.0 * float(np.log(np.cosh(theta[-1]))) if objective.persistence else value


def gaussian_person_effects(
    maximum: GaussianMaximum, draws: ParameterDraws, a: Scenario, b: Scenario, beyond: float | None = None
) -> GaussianPersonEffects:
    """Everybody's own effect and that of one more person, a minus b, each averaged over a person's own nights.

    a, b: every modelled night under both settings. A new person has the nights of one of these people, at random.
    beyond: a size in the outcome's units, for `below` and `above`.
    """
    objective, rng = maximum.objective, np.random.default_rng(SEED)
    starts, sizes = objective.nights.starts, objective.nights.sizes[:, None]
    change, change_z = (np.add.reduceat(part, starts, axis=0) / sizes for part in (a.x - b.x, a.z - b.z))
    thetas, often = draws.resample(POINTS, rng)
    free = objective.n - objective.p
    shift, mean_change, mean_z = change @ objective.shift, change.mean(axis=0), change_z.mean(axis=0)
    centre, spread, new_centre, new_spread, shares = [], [], [], [], []
    for theta, count in zip(thetas, often, strict=True):
        seen = objective.moments(theta)
        found = solve(seen.product)
        assert found is not None  # a point of finite density
        variance, scale = found.rss / free, seen.covariance.scale
        by = np.einsum("iqk,iq->ik", seen.inner, change_z)
        left = change - np.einsum("iqp,iq->ip", seen.cross[:, :, :-1], by)
        miss = seen.cross[:, :, -1] - seen.cross[:, :, :-1] @ found.beta
        fixed = shift + change @ found.beta
        centre.append(fixed + (by * miss).sum(axis=1))
        spread.append((by * change_z).sum(axis=1) + quadratic(left, found.unscaled))
        new_centre.append(fixed)
        new_spread.append(((change_z @ scale) ** 2).sum(axis=1) + quadratic(change, found.unscaled))
        spread[-1], new_spread[-1] = np.sqrt(variance * spread[-1]), np.sqrt(variance * new_spread[-1])
        sigma = np.sqrt(found.rss / rng.chisquare(free, EACH * count))
        z = rng.normal(size=sigma.size)
        middle = shift.mean() + mean_change @ found.beta
        middle = middle + sigma * np.sqrt(mean_change @ found.unscaled @ mean_change) * z
        between = sigma * max(float(np.linalg.norm(scale.T @ mean_z)), 1e-9)
        size = np.nan if beyond is None else beyond / maximum.unit
        shares.append(ndtr(np.stack([-middle, -size - middle, middle - size]) / between))
    weight = often / often.sum()
    people = len(change)
    here, around, new, new_around = (maximum.unit * np.array(a) for a in (centre, spread, new_centre, new_spread))
    own = Mixture(here.T, around.T, weight, free)
    one_more = Mixture(new.reshape(1, -1), new_around.reshape(1, -1), np.repeat(weight / people, people), free)
    return GaussianPersonEffects(own, one_more, *np.hstack(shares))


def quadratic(rows: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """r'Ar of every row (k,) of rows (n, k)."""
    return ((rows @ matrix) * rows).sum(axis=1)
