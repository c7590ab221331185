import numpy as np
import pytest
from scipy.special import expit

from rlskit.engine import Layout, Scenario, log_odds_ratio, risk, risk_difference


@pytest.fixture
def case():
    rng = np.random.default_rng(8)
    layout = Layout(3, 2, True)
    theta = layout.pack(np.array([-0.5, 0.8, 0.3]), np.array([[0.7, 0.0], [-0.2, 0.6]]), 0.9, 0.4)
    x = np.column_stack([np.ones(12), rng.integers(0, 2, 12), rng.normal(size=12)])
    high, low = x.copy(), x.copy()
    high[:, 1], low[:, 1] = 1.0, 0.0
    return layout, theta, np.full(12, 1 / 12), Scenario(high, high[:, :2]), Scenario(low, low[:, :2])


def test_risk_is_averaged_over_people_with_their_slopes_and_over_persistence(case):
    layout, theta, weights, high, _ = case
    nodes, w = np.polynomial.hermite_e.hermegauss(40)
    w = w / w.sum()
    part = layout.unpack(theta)
    expected = 0.0
    for i, a in enumerate(nodes):
        for j, b in enumerate(nodes):
            u = part.scale @ np.array([a, b])
            inner = expit((high.x @ part.beta + high.z @ u)[:, None] + part.sigma * nodes) @ w
            expected += w[i] * w[j] * weights @ inner
    assert risk(layout, theta, weights, high)[0] == pytest.approx(expected, abs=2e-6)


@pytest.mark.parametrize("function", [risk_difference, log_odds_ratio])
def test_gradients(case, function):
    layout, theta, weights, high, low = case
    _, gradient = function(layout, theta, weights, high, low)
    for j in range(theta.size):
        move = np.zeros(theta.size)
        move[j] = 1e-5
        up, down = (function(layout, theta + s * move, weights, high, low)[0] for s in (1, -1))
        assert gradient[j] == pytest.approx((up - down) / 2e-5, abs=1e-8)


def test_risk_difference_survives_a_misjudged_spread_better_than_the_odds_ratio():
    """Collapsibility: adding spread and rescaling beta to the same marginal curve moves the log odds, not the risk."""
    layout, weights = Layout(2, 0, True), np.array([1.0])
    high, low = (Scenario(np.array([[1.0, v]]), np.zeros((1, 0))) for v in (1.0, 0.0))
    narrow, wide = np.array([0.0, 0.8, 0.0, 0.0]), np.array([0.0, 0.8 * 1.295, 1.4, 0.0])
    risks = [risk_difference(layout, t, weights, high, low)[0] for t in (narrow, wide)]
    odds = [log_odds_ratio(layout, t, weights, high, low)[0] for t in (narrow, wide)]
    assert abs(risks[1] / risks[0] - 1) < 0.05
    assert abs(odds[1] / odds[0] - 1) > 0.25
