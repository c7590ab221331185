"""Limits of a median, against SciPy's quantile test, and that they hold what they say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from rlskit.engine import median_interval


@pytest.mark.parametrize("n", [6, 10, 11, 25, 60])
@pytest.mark.parametrize("level", [0.5, 0.95])
def test_the_limits_are_those_of_the_quantile_test(n, level):
    values = np.random.default_rng(n).normal(size=n)
    theirs = stats.quantile_test(values, p=0.5).confidence_interval(level)
    assert median_interval(values, level) == (np.median(values), *theirs)


def test_too_few_values_have_no_limits():
    assert median_interval(np.array([3.0, 1.0, 2.0, 2.0, 5.0])) == (2.0, -math.inf, math.inf)


def test_ratings_with_ties_are_covered_at_least_as_often_as_said():
    drawn = np.random.default_rng(20261122).binomial(10, 0.3, (2000, 15))  # the median is 3
    found = [median_interval(values, 0.9) for values in drawn]
    assert np.mean([lower <= 3 <= upper for _, lower, upper in found]) >= 0.9
