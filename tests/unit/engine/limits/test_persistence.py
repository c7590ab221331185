"""The closed form against dense matrices: derivatives by differences, J as traces of n x n products."""

import numpy as np
import pytest
from scipy.special import expit, logit

from rlskit.engine import WEAK
from rlskit.engine.limits.persistence import REFERENCE, night_weight, persistence_excess


def diary(n: int, seed: int, missing: float):
    """Columns: constant, one with a memory of 0.9, one without; and the gaps between modelled nights."""
    rng = np.random.default_rng(seed)
    slow = np.zeros(n)
    for t in range(1, n):
        slow[t] = 0.9 * slow[t - 1] + rng.normal()
    x = np.column_stack([np.ones(n), slow / slow.std(), rng.normal(size=n)])
    night = np.flatnonzero(rng.random(n) >= missing)
    return x[night], np.append(np.inf, np.diff(night)).astype(float), night


def dense(x, night, weight, change, prior) -> float:
    """-(d log v)' J^-1 (d log|I|) / 2 at the reference, everything n x n."""
    lag = np.abs(night[:, None] - night[None, :])

    def spread(psi):
        s = np.eye(len(night)) / weight + psi[0] ** 2 * expit(psi[1]) ** lag
        information = x.T @ np.linalg.solve(s, x)
        return np.array([np.log(change @ np.linalg.solve(information, change)), np.linalg.slogdet(information)[1]])

    psi, h = np.array([REFERENCE[0], logit(REFERENCE[1])]), 1e-3
    slopes = np.array([(spread(psi + e) - spread(psi - e)) / (2 * h) for e in h * np.eye(2)])
    sigma, phi = REFERENCE
    inverse = np.linalg.inv(np.eye(len(night)) / weight + sigma**2 * phi**lag)
    moved = [inverse @ (2 * sigma * phi**lag), inverse @ (sigma**2 * lag * phi**lag * (1 - phi))]
    j = 0.5 * np.array([[np.trace(a @ b) for b in moved] for a in moved])
    if prior is not None:
        j += np.diag([1 / prior.night_sd**2, 2 * phi * (1 - phi)])
    return float(-slopes[:, 0] @ np.linalg.solve(j, 0.5 * slopes[:, 1]))


@pytest.mark.parametrize(("n", "missing", "prior"), [(30, 0.0, WEAK), (90, 0.5, WEAK), (90, 0.0, None)])
def test_against_dense_matrices(n, missing, prior):
    x, gap, night = diary(n, 3, missing)
    for change in np.eye(3)[1:]:
        found = persistence_excess(x, gap, 0.21, change, 0.0, prior)
        assert found == pytest.approx(dense(x, night, 0.21, change, prior), abs=0.004)


def test_it_is_for_persistent_exposures_in_short_diaries():
    found = {}
    for n in (30, 120, 480, 4000):
        x, gap, _ = diary(n, 1, 0.0)
        found[n] = [persistence_excess(x, gap, 0.24, change, 0.0, WEAK) for change in np.eye(3)[1:]]
        assert found[n][0] > 2 * found[n][1]
    assert found[30][0] > found[120][0] > found[480][0] > 0.01 > found[4000][0]


def test_it_fades_as_persistence_is_found_and_is_never_negative():
    x, gap, _ = diary(60, 2, 0.0)
    change = np.array([0.0, 1.0, 0.0])
    none, half, found = (persistence_excess(x, gap, 0.24, change, share * REFERENCE[0], WEAK) for share in (0, 0.5, 1))
    assert none > 0.05 and half == pytest.approx(none / 2) and found == 0.0
    assert persistence_excess(x, gap, 0.24, change, -0.5 * REFERENCE[0], WEAK) == half
    assert persistence_excess(x, gap, 0.24, np.zeros(3), 0.0, WEAK) == 0.0
    x, gap, night = diary(240, 3, 0.0)
    x[:, 2] = (-1.0) ** night
    last = np.array([0.0, 0.0, 1.0])
    assert dense(x, night, 0.21, last, WEAK) < -0.0005
    assert persistence_excess(x, gap, 0.21, last, 0.0, WEAK) == 0.0


def test_the_unit_of_a_column_changes_nothing():
    x, gap, _ = diary(60, 2, 0.2)
    change = np.array([0.0, 1.0, 0.0])
    scale = np.array([1.0, 7.0, 0.1])
    one, other = (persistence_excess(x * s, gap, 0.24, change / s, 0.0, WEAK) for s in (np.ones(3), scale))
    assert one == pytest.approx(other, rel=1e-9)


def test_the_information_of_a_night():
    assert night_weight(np.array([3, 1])) == pytest.approx(0.75 * 0.25)
    # three levels alike: the cumulative logit's information on a common shift, (1 - sum p^3) / 3
    assert night_weight(np.array([1, 1, 1])) == pytest.approx((1 - 1 / 9) / 3)
