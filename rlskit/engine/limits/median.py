"""The median of independent values, with an interval that asks nothing of their distribution.

Equation. With k the largest number for which P(Bin(n, 1/2) < k) <= (1 - level)/2, the k-th smallest and the k-th
largest of n values (David & Nagaraja 2003, Order Statistics, section 7.1). It holds what it says or more; ties make it
wider.
Oracle: scipy.stats.quantile_test, tests/unit/engine/limits/test_median.py.
"""

from __future__ import annotations

import numpy as np
from scipy.special import bdtr


def median_interval(values: np.ndarray, level: float = 0.95) -> tuple[float, float, float]:
    """Median, lower and upper limit; infinite limits where there are too few values (n,) for any."""
    ordered = np.sort(np.asarray(values, dtype=float))
    n = ordered.size
    tail = bdtr(np.arange(n), n, 0.5)  # P(Bin(n, 1/2) <= 0), <= 1, …
    k = int(np.sum(tail <= (1.0 - level) / 2.0))
    lower, upper = (ordered[k - 1], ordered[n - k]) if k else (-np.inf, np.inf)
    return float(np.median(ordered)), float(lower), float(upper)
