"""One-step-ahead chances of a symptom night, P(y_t | past), for one person or many: what is left may be chance.

Equation. The state of person i on night t is (w_i, v_it) ~ N(0, I) at the start, f = offset + (z Lambda)'w + sigma v,
and v moves by v' = r v + sqrt(1 - r^2) noise, r = phi^gap. Before an answer is seen f is normal with mean m and
variance s^2, so P(y_t | past) = E logistic(f) (engine/logistic.py); after it, the normal closest in its first two
moments is kept: mean + C h a, C - C h h'C c, with a and c the slope and curvature of log E P(y | f), h the
loading of f on the state. Person effects are integrated over, never plugged in, so that nothing of the future leaks
into a prediction. Assumed-density filtering: Maybeck (1982), Stochastic Models, vol. 2; Minka (2001), section 3.2.
Oracle: tests/engine/test_one_step.py, the exact forward filter for one person and quadrature over a person effect.
"""

from __future__ import annotations

import numpy as np

from rlskit.engine.ep import Nights
from rlskit.engine.forward_filter import filter_log_likelihood
from rlskit.engine.layout import Parameters
from rlskit.engine.logistic import mean_probability


def predict_ahead(nights: Nights, offset: np.ndarray, part: Parameters) -> np.ndarray:
    """P(symptoms | the same person's nights before), (n,). offset (n,) = x beta; `part` holds Lambda, sigma, phi.

    One person: the exact forward filter. Several: assumed-density filtering, all people at once.
    """
    if nights.starts.size == 1 and nights.z.shape[1] == 0:
        points = int(np.clip(80 / np.sqrt(max(1.0 - part.phi**2, 1e-3)), 121, 401))
        return filter_log_likelihood(nights.family, nights.gap, offset, part.sigma, part.phi, points)[1][:, 1]
    return filter_moments(nights, offset, part)


def filter_moments(nights: Nights, offset: np.ndarray, part: Parameters) -> np.ndarray:
    """The same by moments alone, whatever the number of people."""
    people, q = nights.starts.size, nights.z.shape[1]
    loading = np.hstack([nights.z @ part.scale, np.full((offset.size, 1), part.sigma)])
    mean = np.zeros((people, q + 1))
    spread = np.broadcast_to(np.eye(q + 1), (people, q + 1, q + 1)).copy()
    ahead = np.empty(offset.size)
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
        ahead[row] = mean_probability(m, s2)[0]
        _, slope, curve = nights.family.take(row).tilted(m, s2)
        mean[who] = mu + ch * slope[:, None]
        spread[who] = c - ch[:, :, None] * ch[:, None, :] * curve[:, None, None]
    return ahead
