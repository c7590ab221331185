"""The oracle is simulation: the mean of the statistic over exact enumeration (small) or 4,000 draws (error 0.03)."""

import numpy as np
import pytest
from scipy.special import expit, gammaln, xlogy

from rlskit.engine.families.bartlett import bartlett_factor


def test_one_rate_against_the_exact_mean_of_its_statistic():
    """Intercept alone, n = 40, m = 0.4: sum over the binomial distribution of the likelihood-ratio statistic."""
    n, m = 40, 0.4
    k = np.arange(n + 1)
    log_p = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + xlogy(k, m) + xlogy(n - k, 1 - m)
    statistic = 2 * (xlogy(k, k / n / m) + xlogy(n - k, (1 - k / n) / (1 - m)))
    exact = (np.exp(log_p) * statistic).sum()
    assert bartlett_factor(np.ones((n, 1)), np.full(n, m), np.ones(1)) == pytest.approx(exact, abs=0.002)
    assert exact > 1.005


def test_a_coefficient_among_others_against_simulation():
    rng = np.random.default_rng(5)
    n, reps = 40, 4000
    x = np.column_stack([np.ones(n), rng.normal(size=(n, 3))])
    beta = np.array([-0.3, 0.5, -0.4, 0.0])

    def deviance(columns, y):
        b = np.zeros((reps, columns.shape[1]))
        for _ in range(30):
            p = expit(b @ columns.T)
            w = p * (1 - p) + 1e-9
            hessian = np.einsum("ri,ij,ik->rjk", w, columns, columns)
            b = b + np.linalg.solve(hessian, ((y - p) @ columns)[:, :, None])[:, :, 0].clip(-2, 2)
        p = expit(b @ columns.T).clip(1e-12, 1 - 1e-12)
        return -2 * (y * np.log(p) + (1 - y) * np.log(1 - p)).sum(1)

    y = (rng.random((reps, n)) < expit(x @ beta)).astype(float)
    found = (deviance(x[:, :3], y) - deviance(x, y)).mean()
    assert bartlett_factor(x, expit(x @ beta), np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(found, abs=0.06)
    assert found > 1.08


def test_the_sums_over_pairs_are_those_of_the_formula():
    rng = np.random.default_rng(3)
    x, m = np.column_stack([np.ones(60), rng.normal(size=(60, 3))]), rng.uniform(0.05, 0.6, 60)
    v = m * (1 - m)
    third, fourth = v * (1 - 2 * m), v * (1 - 6 * m + 6 * m * m)

    def excess(columns):
        z = columns @ np.linalg.solve(columns.T @ (v[:, None] * columns), columns.T)
        own = np.diag(z)
        pairs = 2 * z**3 + 3 * own[:, None] * z * own
        return -(fourth @ own**2) / 4 + third @ pairs @ third / 12

    g = np.array([0.5, 1.0, -0.3, 0.2])
    null = np.linalg.svd(g[None])[2][1:].T
    assert bartlett_factor(x, m, g) == pytest.approx(1 + excess(x) - excess(x @ null), abs=1e-10)


def test_it_fades_with_length_and_never_shrinks_an_interval():
    rng = np.random.default_rng(1)
    factors = []
    for n in (30, 120, 480, 4000):
        x = np.column_stack([np.ones(n), rng.normal(size=(n, 4))])
        factors.append(bartlett_factor(x, np.full(n, 0.4), np.eye(5)[2]))
    assert factors == sorted(factors, reverse=True) and factors[0] > 1.1 and factors[2] < 1.02
    assert 1.0 < factors[3] < 1.003
    assert bartlett_factor(x[:20], np.full(20, 0.4), np.zeros(5)) == 1.0


def test_without_information_on_a_direction_nothing_is_corrected():
    """A night type whose probability is 0 to the last digit: X'VX is singular."""
    x = np.column_stack([np.ones(20), np.repeat([0.0, 1.0], 10)])
    m = np.where(x[:, 1] > 0, 0.0, 0.4)
    assert bartlett_factor(x, m, np.array([0.0, 1.0])) == 1.0
