"""The closed form against dense matrices, and against what is exact for the mean of equal people."""

import numpy as np
import pytest
from scipy.special import digamma

from rlskit.engine.fitting.shard import InMemory
from rlskit.engine.limits.few_people import MANY_PEOPLE, few_people_excess
from rlskit.engine.parameters import Parameters
from tests.unit.engine.build import several

WEIGHT = 0.22


def people(count: int, nights: int, seed: int = 1, slope: bool = True):
    """Columns: constant, half of the nights, anything; a constant and the second differ between people."""
    rng = np.random.default_rng(seed)
    n = count * nights
    x = np.column_stack([np.ones(n), rng.random(n) < 0.5, rng.normal(size=n)]).astype(float)
    night = np.concatenate([np.sort(rng.choice(2 * nights, nights, replace=False)) for _ in range(count)])
    who = np.repeat(np.arange(count), nights)
    return several(who, night, rng.random(n) < 0.4, x[:, : 1 + slope]), x, who, night


def dense(x, z, who, night, part, change) -> float:
    """Everything n x n, derivatives by differences."""
    lag = np.abs(night[:, None] - night[None, :])
    same = (who[:, None] == who[None, :]) * 1.0
    q = z.shape[1]
    entries = [(j, k) for j in range(q) for k in range(j, q)]
    basis = []
    for j, k in entries:
        e = np.zeros((q, q))
        e[j, k] = e[k, j] = 1.0
        basis.append(e)
    base = np.eye(len(x)) / WEIGHT + part.sigma**2 * part.phi**lag * same

    def spread(psi):
        total = sum((value * e for value, e in zip(psi, basis, strict=True)), np.zeros((q, q)))
        information = x.T @ np.linalg.solve(base + z @ total @ z.T * same, x)
        return np.array([np.log(change @ np.linalg.solve(information, change)), np.linalg.slogdet(information)[1]])

    sigma = part.scale @ part.scale.T
    psi, h = np.array([sigma[j, k] for j, k in entries]), 1e-4
    slopes = np.array([(spread(psi + step) - spread(psi - step)) / (2 * h) for step in h * np.eye(len(psi))])
    inverse = np.linalg.inv(base + z @ sigma @ z.T * same)
    moved = [inverse @ (z @ e @ z.T * same) for e in basis]
    information = 0.5 * np.array([[np.trace(a @ b) for b in moved] for a in moved])
    first = float(slopes[:, 0] @ np.linalg.solve(information, 0.25 * slopes[:, 0] - 0.5 * slopes[:, 1]))
    return exact(1.5 / first) - 1.0 if first > 1e-6 else 0.0


def exact(count: float) -> float:
    """Mean of N log(1 + t^2 / (N - 1)), the statistic of the mean of N people with one number each."""
    return count * (digamma(count / 2) - digamma((count - 1) / 2))


@pytest.mark.parametrize("sigma", [0.0, 0.9])
@pytest.mark.parametrize("slope", [True, False])
def test_against_dense_matrices(sigma, slope):
    nights, x, who, night = people(5, 14, slope=slope)
    scale = np.array([[0.8, 0.0], [0.3, 0.5]])[: 1 + slope, : 1 + slope]
    part = Parameters(np.zeros(3), scale, sigma, 0.6, np.zeros(0))
    for change in np.eye(3):
        found = few_people_excess(InMemory(nights, x), part, WEIGHT, change)
        assert found == pytest.approx(dense(x, nights.z, who, night, part, change), abs=2e-4)


@pytest.mark.parametrize("count", [2, 6, 12, 30])
def test_the_mean_of_equal_people_is_exact(count):
    nights, x, *_ = people(count, 60, slope=False)
    part = Parameters(np.zeros(1), np.array([[3.0]]), 0.0, 0.0, np.zeros(0))
    found = 1.0 + few_people_excess(InMemory(nights, x[:, :1]), part, WEIGHT, np.ones(1))
    assert found == pytest.approx(exact(count), abs=1e-6)
    # which is what the limits need: Student's t in place of the normal
    rng = np.random.default_rng(count)
    statistic = count * np.log1p(rng.standard_t(count - 1, 200_000) ** 2 / (count - 1))
    assert statistic.mean() == pytest.approx(found, rel=0.02)


def test_only_what_differs_between_people_is_widened():
    nights, x, *_ = people(6, 60)
    part = Parameters(np.zeros(3), np.array([[0.8, 0.0], [0.0, 0.8]]), 0.0, 0.0, np.zeros(0))
    level, own, alike = (few_people_excess(InMemory(nights, x), part, WEIGHT, change) for change in np.eye(3))
    assert level > 0.2 and own > 0.2 and alike < 0.01
    assert few_people_excess(InMemory(nights, x), part, WEIGHT, np.zeros(3)) == 0.0


def test_many_people_and_people_alike_are_left_as_they_are():
    part = Parameters(np.zeros(3), np.array([[0.8, 0.0], [0.0, 0.8]]), 0.0, 0.0, np.zeros(0))
    counts = (MANY_PEOPLE, MANY_PEOPLE + 1)
    some, many = (few_people_excess(InMemory(*people(n, 10)[:2]), part, WEIGHT, np.eye(3)[1]) for n in counts)
    assert 0.0 < some < 0.05 and many == 0.0
    nights, x, *_ = people(6, 20)
    none = Parameters(np.zeros(3), np.zeros((0, 0)), 0.5, 0.5, np.zeros(0))
    assert few_people_excess(InMemory(nights, x), none, WEIGHT, np.eye(3)[1]) == 0.0


def test_it_does_not_depend_on_shards_or_units(monkeypatch):
    nights, x, *_ = people(8, 20)
    part = Parameters(np.zeros(3), np.array([[0.8, 0.0], [0.2, 0.6]]), 0.7, 0.5, np.zeros(0))
    one = few_people_excess(InMemory(nights, x), part, WEIGHT, np.eye(3)[1])
    monkeypatch.setattr("rlskit.engine.fitting.shard.NIGHTS", 40)
    parts = InMemory(nights, x)
    assert len(parts._shards) == 4
    assert few_people_excess(parts, part, WEIGHT, np.eye(3)[1]) == pytest.approx(one, rel=1e-10)
    units = np.array([1.0, 1.0, 7.0])
    assert few_people_excess(InMemory(nights, x * units), part, WEIGHT, np.eye(3)[1]) == pytest.approx(one, rel=1e-10)
