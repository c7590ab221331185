import numpy as np
import pytest
from scipy.special import expit

from rlskit.engine import YesNo, filter_log_likelihood


def test_three_nights_by_brute_force():
    """All eight histories sum to one, and one of them equals a 60^3 quadrature over e."""
    nodes, w = np.polynomial.hermite_e.hermegauss(60)
    w = w / w.sum()
    offset, sigma, phi, gap = np.array([-0.4, 0.6, 0.1]), 1.1, 0.7, np.array([np.inf, 1.0, 2.0])
    a, b, c = np.meshgrid(nodes, nodes, nodes, indexing="ij")
    weight = w[:, None, None] * w[None, :, None] * w[None, None, :]
    e1 = a
    e2 = phi * e1 + np.sqrt(1 - phi**2) * b
    e3 = phi**2 * e2 + np.sqrt(1 - phi**4) * c
    total = 0.0
    for history in np.ndindex(2, 2, 2):
        sign = np.where(np.array(history) == 1, 1.0, -1.0)
        found, _ = filter_log_likelihood(YesNo(sign), gap, offset, sigma, phi)
        product = (
            expit(sign[0] * (offset[0] + sigma * e1))
            * expit(sign[1] * (offset[1] + sigma * e2))
            * expit(sign[2] * (offset[2] + sigma * e3))
        )
        assert np.exp(found) == pytest.approx((weight * product).sum(), rel=1e-8)
        total += np.exp(found)
    assert total == pytest.approx(1.0, abs=1e-10)


def test_one_step_ahead_probabilities_multiply_to_the_likelihood():
    rng = np.random.default_rng(3)
    sign = np.where(rng.random(40) < 0.4, 1.0, -1.0)
    total, ahead = filter_log_likelihood(YesNo(sign), np.ones(40), np.zeros(40), 1.0, 0.6)
    assert np.log(np.where(sign > 0, ahead[:, 1], ahead[:, 0])).sum() == pytest.approx(total, abs=1e-10)


def test_without_spread_it_is_plain_logistic():
    sign, offset = np.array([1.0, -1.0, 1.0]), np.array([0.2, -0.5, 1.0])
    total, _ = filter_log_likelihood(YesNo(sign), np.ones(3), offset, 0.0, 0.5)
    assert total == pytest.approx(np.log(expit(sign * offset)).sum(), abs=1e-12)
