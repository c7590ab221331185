"""A fit of evenings → symptom nights in 30 under one path of every evening, less those under another.

docs/decisions/0037-half-hours.md. The estimand is engine/limits/evening.py's; limits by the profile likelihood of it,
with the steps for small diaries of every other contrast. Oracle: tests/unit/effects/test_evenings.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtri

from rlskit.engine import Layout, Limits, Path, Ranged, evening_difference, evening_risk, profile_limits
from rlskit.models.fitting import Fitted, check_converged

PER = 30.0


@dataclass(frozen=True)
class Paths:
    """Every evening twice, under path `a` and under path `b`."""

    a: Path
    b: Path

    def difference(self, layout: Layout) -> Ranged:
        return evening_difference(layout, self.a, self.b)

    @property
    def change(self) -> np.ndarray:
        """By how much the columns differ on average, (p,)."""
        return np.asarray((self.a.x - self.b.x).mean(axis=0))


def paths_of(fit: Fitted, a: pd.DataFrame, b: pd.DataFrame, rows: int) -> Paths:
    """a, b: the source columns of every row of every evening, evening by evening, each of `rows` rows."""
    return Paths(Path(fit.design.columns_of(a), rows), Path(fit.design.columns_of(b), rows))


def compare_paths(fit: Fitted, paths: Paths, levels: Sequence[float]) -> pd.DataFrame:
    """A row for each level: estimate, lower, upper, and base_rate with base_lower and base_upper (under b), all in
    nights in 30. Raises ModelError for a fit that did not converge."""
    check_converged(fit)
    maximum, found, _ = profile_limits(fit.maximum, paths.difference, levels, paths.change)
    layout, theta = maximum.objective.layout, maximum.anchor
    base, rest, by_theta = evening_risk(layout, theta, paths.b)
    # of the logit of the rate, which keeps the limits inside 0 and 30
    error = np.sqrt(by_theta @ maximum.covariance @ by_theta) / (base * rest) if base * rest > 1e-6 else np.nan
    reach = -ndtri((1.0 - np.asarray(levels)) / 2.0) * error
    return pd.DataFrame({
        "level": levels, **_in_nights(found), "base_rate": PER * base,
        "base_lower": PER * expit(logit(base) - reach), "base_upper": PER * expit(logit(base) + reach)})


def _in_nights(found: Limits) -> dict[str, np.ndarray | float]:
    return {"estimate": PER * found.estimate, "lower": PER * found.lower, "upper": PER * found.upper}
