"""To rounding against what is known in closed form: two levels, and thresholds alone, which are a multinomial.

By simulation (2,500 samples of 40 nights, 4 levels, no persistence) the mean of the statistic of one coefficient was
1.113 +- 0.033 where the formula has 1.117.
"""

import numpy as np
import pytest
from scipy.special import expit

from rlskit.engine import bartlett_factor
from rlskit.engine.families import lawley
from rlskit.engine.families.lawley import lawley_factor


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_two_levels_are_the_yes_no_formula(seed):
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(40), rng.normal(size=(40, 3))])
    below = expit(x @ np.array([0.6, -0.8, 0.3, 0.2]))
    for gradient in (np.array([0.0, 1.0, 0.0, 0.0]), np.array([0.3, 0.5, -0.2, 0.0])):
        expected = bartlett_factor(x, 1 - below, gradient)
        assert lawley_factor(x, below[:, None], gradient) == pytest.approx(expected, abs=1e-8)
        assert expected > 1.02


@pytest.mark.parametrize("share", [[0.5, 0.3, 0.2], [0.1, 0.2, 0.3, 0.25, 0.15], [0.05] * 6 + [0.1, 0.2, 0.4]])
def test_thresholds_alone_are_a_multinomial(share):
    """Williams (1976), Biometrika 63, 33-37: the likelihood-ratio statistic of K shares against n nights has mean
    K - 1 + (sum 1/p - 1) / (6 n)."""
    n, share = 30, np.array(share)
    blocks = lawley._blocks(np.ones((n, 1)), np.tile(np.cumsum(share)[:-1], (n, 1)))
    assert lawley._excess(blocks, blocks.columns) == pytest.approx(((1 / share).sum() - 1) / (6 * n), rel=1e-6)


def test_the_contrast_may_be_written_in_any_units_of_the_columns():
    rng = np.random.default_rng(4)
    x = np.column_stack([np.ones(50), rng.normal(size=(50, 2))])
    below = expit(np.array([-1.0, 0.3, 1.4]) - (x @ np.array([0.2, 0.7, -0.4]))[:, None])
    gradient = np.array([0.2, 1.0, 0.0, 0.1, -0.3])
    plain = lawley_factor(x, below, gradient)
    assert 1.01 < plain < 1.5
    turn = np.array([[1.0, 2.0, 0.0], [0.0, 5.0, 1.0], [0.0, 0.0, 0.1]])
    turned = np.concatenate([turn.T @ gradient[:3], gradient[3:]])
    assert lawley_factor(x @ turn, below, turned) == pytest.approx(plain, abs=1e-9)
