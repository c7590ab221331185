"""Weak priors: they hold sigma and phi, which one short diary barely identifies, and leave the effects alone.

Equation (added to the log-likelihood; logit scale, exposures in units of their own sd):
    - sigma^2 / (2 s_e^2)               half-normal on the night-to-night sd, s_e = 1.5
    - sum Lambda_jk^2 / (2 s_u^2)       half-normal on the person sds (sum_k Lambda_jk^2 = sd_j^2), s_u = 2.5
    + log(4 phi (1 - phi))              Beta(2, 2) on the night-to-night correlation
Nothing is said about beta. Unpenalised, sigma runs off in one diary of 130 nights and drags beta with it while
nights-per-30 does not move (docs/decisions/0004-engine.md). Chung et al. 2013, Psychometrika 78, 685-709, for
penalised likelihood on variance components. Oracle: finite differences in tests/unit/engine/fitting/test_likelihood.py.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np


@dataclass(frozen=True)
class Prior:
    """Scales of the half-normal priors, and whether phi has its Beta(2, 2)."""

    __module__ = "rlskit"

    night_sd: float = 1.5
    person_sd: float = 2.5
    correlation: bool = True

    def __repr__(self) -> str:
        """As it is typed, so that signatures can be read."""
        given = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        return f"rk.Prior({', '.join(f'{name}={value}' for name, value in given.items())})" if given else "rk.WEAK"


WEAK = Prior()


def penalty(
    prior: Prior | None, scale: np.ndarray, sigma: float, phi: float | None
) -> tuple[float, np.ndarray, float, float]:
    """Log prior (0 at sigma = 0, Lambda = 0, phi = 1/2) and its slopes by Lambda, sigma and logit phi.

    phi is None in a model without persistence.
    """
    if prior is None:
        return 0.0, np.zeros_like(scale), 0.0, 0.0
    value = -0.5 * (sigma / prior.night_sd) ** 2 - 0.5 * float((scale**2).sum()) / prior.person_sd**2
    by_phi = 0.0
    if prior.correlation and phi is not None:
        value += float(np.log(4.0) + np.log(max(phi, 1e-300)) + np.log1p(-phi))
        by_phi = 1.0 - 2.0 * phi
    return value, -scale / prior.person_sd**2, -sigma / prior.night_sd**2, by_phi
