"""One-step-ahead predictions of a night from the same person's nights before: what is left may be chance.

Equation. The state of person i on night t is (w_i, v_it) ~ N(0, I) at the start, f = offset + (z Lambda)'w + sigma v,
and v moves by v' = r v + sqrt(1 - r^2) noise, r = phi^gap. Before an answer is seen f is normal with mean m and
variance s^2, so P(y_t > k | past) = E logistic(f - c_k) (engine/families/logistic.py); after it, the normal closest
in its first two moments is kept: mean + C h a, C - C h h'C c, with a and c the slope and curvature of log E P(y | f),
h the loading of f on the state. Of numeric nights y = f is seen itself: a = (y - m) / s^2 and c = 1 / s^2, which is the
Kalman filter and exact, and (y_t - m) / s are the standardised innovations (Harvey 1989, Forecasting, section 3.2).
Person effects are integrated over, never plugged in, so that nothing of the future leaks into a prediction.
Assumed-density filtering: Maybeck (1982), Stochastic Models, vol. 2; Minka (2001), section 3.2.
Oracle: tests/unit/engine/draws/test_one_step_ahead.py, the exact forward filter for one person, quadrature over a
person effect, and dense covariance matrices.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rlskit.engine.families.logistic import mean_probability
from rlskit.engine.families.ordinal import thresholds
from rlskit.engine.integrals.forward_filter import filter_log_likelihood
from rlskit.engine.nights import Nights
from rlskit.engine.parameters import Parameters

# From rows, and mean and variance of f there, to the slope and curvature of what was answered, and what to keep.
Answer = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]


def predict_ahead(nights: Nights, offset: np.ndarray, part: Parameters) -> np.ndarray:
    """P(y > k | the same person's nights before) for every threshold k, (n, K-1); yes/no nights have one.

    offset (n,) = x beta; `part` holds Lambda, sigma, phi and the shape. One person: the exact forward filter. Several:
    assumed-density filtering, all people at once.
    """
    if nights.starts.size == 1 and nights.z.shape[1] == 0:
        points = int(np.clip(80 / np.sqrt(max(1.0 - part.phi**2, 1e-3)), 121, 401))
        family = nights.at(part.shape).family
        levels = filter_log_likelihood(family, nights.gap, offset, part.sigma, part.phi, points)[1]
        return np.cumsum(levels[:, :0:-1], axis=1)[:, ::-1]
    return filter_moments(nights, offset, part)


def filter_moments(nights: Nights, offset: np.ndarray, part: Parameters) -> np.ndarray:
    """The same by moments alone, whatever the number of people."""
    family, cuts = nights.at(part.shape).family, thresholds(part.shape)

    def answer(row: np.ndarray, m: np.ndarray, s2: np.ndarray):
        _, slope, curve = family.take(row).tilted(m, s2)
        return slope, curve, np.column_stack([mean_probability(m - cut, s2)[0] for cut in cuts])

    return _filter(nights, offset, part, cuts.size, answer)


def innovations(nights: Nights, response: np.ndarray, offset: np.ndarray, part: Parameters) -> np.ndarray:
    """Standardised innovations (n,) of numeric nights, response (n,): independent N(0, 1) under the model, exactly."""

    def answer(row: np.ndarray, m: np.ndarray, s2: np.ndarray):
        left = response[row] - m
        return left / s2, 1.0 / s2, (left / np.sqrt(s2))[:, None]

    return _filter(nights, offset, part, 1, answer)[:, 0]


def _filter(nights: Nights, offset: np.ndarray, part: Parameters, width: int, answer: Answer) -> np.ndarray:
    people, q = nights.starts.size, nights.z.shape[1]
    loading = np.hstack([nights.z @ part.scale, np.full((offset.size, 1), part.sigma)])
    mean = np.zeros((people, q + 1))
    spread = np.broadcast_to(np.eye(q + 1), (people, q + 1, q + 1)).copy()
    kept = np.empty((offset.size, width))
    for step in range(int(nights.sizes.max())):
        who = np.flatnonzero(nights.sizes > step)
        row = nights.starts[who] + step
        r = np.power(part.phi, nights.gap[row]) if step else np.zeros(who.size)
        mu, c, h = mean[who], spread[who], loading[row]
        mu[:, q] *= r
        c[:, q, :] *= r[:, None]
        c[:, :, q] *= r[:, None]
        c[:, q, q] += 1.0 - r * r
        ch = np.einsum("pij,pj->pi", c, h)
        m, s2 = offset[row] + (h * mu).sum(axis=1), (h * ch).sum(axis=1)
        slope, curve, kept[row] = answer(row, m, s2)
        mean[who] = mu + ch * slope[:, None]
        spread[who] = c - ch[:, :, None] * ch[:, None, :] * curve[:, None, None]
    return kept
