"""A fit of numeric nights as arrays, changed a little and fitted again: refit.py for a number."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import fdtrc

from rlskit.checks.refit import Numbers, keeping, standardised, with_columns
from rlskit.engine import GaussianMaximum, Nights, Scenario, fit_gaussian, gaussian_limits
from rlskit.engine.gaussian.likelihood import GaussianObjective, solve


@dataclass(frozen=True)
class NumericRefit:
    """As Refit, with the numbers themselves: response (n,). The answer is in the outcome's own units."""

    maximum: GaussianMaximum
    nights: Nights
    response: np.ndarray
    x: np.ndarray
    a: Scenario
    b: Scenario
    weights: np.ndarray

    @property
    def change(self) -> np.ndarray:
        """(p,): how the contrast moves every column."""
        return self.weights @ (self.a.x - self.b.x)

    @property
    def estimate(self) -> float:
        """The answer, a minus b."""
        return float(self.change @ self.maximum.beta)

    @property
    def standard_error(self) -> float:
        """Of the estimate."""
        return float(np.sqrt(self.change @ self.maximum.covariance @ self.change))

    @property
    def stepped(self) -> float:
        """The estimate from these nights at the old persistence and spread between people, by least squares."""
        objective = GaussianObjective(self.nights, self.response, self.x)
        found = solve(objective.moments(self.maximum.optimum.theta).product)
        return np.nan if found is None else float(self.change @ (objective.shift + found.beta))

    def limits(self, level: float) -> Numbers:
        """The estimate with profile limits read by Student's t."""
        found, _ = gaussian_limits(self.maximum, self.change, [level])
        return Numbers(found.estimate, float(found.lower[0]), float(found.upper[0]))

    def chance(self, grown: NumericRefit, columns: int) -> float:
        """How often chance alone makes `columns` more of them fit so much better: F of the new coefficients, the last
        ones, since restricted likelihoods of different columns do not compare (Pinheiro & Bates 2000, section 2.4.2).
        """
        new = grown.maximum.beta[-columns:]
        statistic = new @ np.linalg.solve(grown.maximum.covariance[-columns:, -columns:], new) / columns
        return float(fdtrc(columns, max(len(grown.x) - grown.x.shape[1], 1), statistic))

    def adding(self, columns: np.ndarray) -> NumericRefit:
        """The same nights with more columns (n, m), as they are in both scenarios."""
        return with_columns(self, standardised(columns)).again()

    def keeping(self, keep: np.ndarray, night: np.ndarray) -> NumericRefit:
        """Only some nights, keep (n,) bool; not fitted yet: `maximum` is still the old one. night (n,): numbers."""
        return replace(keeping(self, keep, night), response=self.response[keep])

    def again(self) -> NumericRefit:
        """Fitted to these nights and columns."""
        found = fit_gaussian(self.nights, self.response, self.x)
        assert found is not None  # nights that are fitted exactly have no estimate of one step either
        return replace(self, maximum=found)
