"""Coverage over simulated diaries, and what any smoother of rates must do."""

import numpy as np
import pytest

from rlskit.engine import smooth_rates


def diary(seed, n, sigma, phi):
    rng = np.random.default_rng(seed)
    e = np.empty(n)
    e[0] = rng.normal()
    for t in range(1, n):
        e[t] = phi * e[t - 1] + np.sqrt(1 - phi**2) * rng.normal()
    p = 1 / (1 + np.exp(0.4 - sigma * e))
    return np.where(rng.random(n) < 0.2, 0, np.where(rng.random(n) < p, 1, -1)), p


def test_weekly_limits_cover_the_underlying_rate():
    hits = []
    for seed in range(12):
        sign, p = diary(seed, 84, 1.0, 0.7)
        found = smooth_rates(sign, np.arange(84) // 7, 0.95)
        truth = p.reshape(-1, 7).mean(1)
        hits.append((found.lower <= truth) & (truth <= found.upper))
    assert np.mean(hits) > 0.9


def test_it_follows_a_change_of_rate_and_widens_over_silence():
    sign = np.concatenate(
        [np.tile([-1, -1, 1, -1, -1, -1, -1], 6), np.zeros(21, int), np.tile([1, 1, 1, -1, 1, 1, 1], 6)]
    )
    found = smooth_rates(sign, np.arange(sign.size) // 7, 0.95)
    assert found.mean[:6].max() < 0.35 and found.mean[9:].min() > 0.65
    width = found.upper - found.lower
    assert width[7] > 1.5 * width[3]
    assert (found.lower > 0).all() and (found.upper < 1).all()


def test_a_higher_level_is_wider_and_turning_yes_to_no_mirrors():
    sign, _ = diary(3, 60, 1.0, 0.7)
    week = np.arange(60) // 7
    narrow, wide, mirror = (smooth_rates(s, week, level) for s, level in ((sign, 0.8), (sign, 0.95), (-sign, 0.95)))
    assert (wide.lower < narrow.lower).all() and (wide.upper > narrow.upper).all()
    assert mirror.mean == pytest.approx(1 - wide.mean, abs=1e-4)
    assert mirror.lower == pytest.approx(1 - wide.upper, abs=1e-4)
