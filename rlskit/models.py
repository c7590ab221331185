"""fit(): a formula and a table of nights → a Fit. The only place that chooses an engine.

Model (STATISTICS: docs/decisions/0003-estimand.md): logit P(symptoms) = x'beta + z'u + e, u ~ N(0, Sigma) between
people, e a stationary AR(1) from night to night. Integral by expectation propagation, or by adaptive Gauss-Hermite
quadrature where nothing carries over from night to night (docs/decisions/0004-engine.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

import numpy as np
import pandas as pd

from rlskit.design import Design, make_design
from rlskit.engine import WEAK, Maximum, Prior, filter_log_likelihood, fit_maximum
from rlskit.errors import ModelError

_NEARLY_ZERO_SD = 0.02
_NEARLY_ONE = 0.995


@dataclass(frozen=True)
class Outcome:
    """What kind of answer a night gives: `name`, and the `scale` of the coefficients."""

    name: str
    scale: str


BINARY = Outcome("yes/no", "log odds")


@dataclass(frozen=True)
class Status:
    """How the fit ended. converged; at_boundary: a spread of zero, a correlation near one, or separation; message: in
    words; method: how the likelihood was integrated; accuracy: how far that is from exact."""

    converged: bool
    at_boundary: bool
    message: str
    method: str
    accuracy: str


@dataclass(frozen=True)
class Fit:
    """A fitted model of nights.

    coef (Series) and cov (DataFrame) on the log-odds scale, in the user's units; an infinite coefficient means
    separation. person_sd (Series, empty for one person), night_sd, night_correlation (per night; nan without
    persistence). log_likelihood without the prior. left_out: one row per night not modelled, with the reason.
    caveats: what to know about these nights, repeated in every table of effects.
    """

    formula: str
    outcome: Outcome
    coef: pd.Series
    cov: pd.DataFrame
    person_sd: pd.Series
    night_sd: float
    night_correlation: float
    log_likelihood: float
    n_nights: int
    n_people: int
    left_out: pd.DataFrame
    status: Status
    design: Design = field(repr=False)
    maximum: Maximum = field(repr=False)
    caveats: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "\n".join(_describe(self))

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"


def fit(
    formula: str,
    nights: pd.DataFrame,
    *,
    outcome: Outcome = BINARY,
    person: str = "person",
    night: str = "night",
    slopes: tuple[str, ...] = (),
    night_to_night: bool = True,
    prior: Prior | None = WEAK,
) -> Fit:
    """Fit a mixed model to yes/no nights: persistence from night to night, and people who differ.

    formula: "symptoms ~ stretched + …"; within(x), between(x) split x into a person's own changes and their mean.
    nights: one row per person-night; `night` an integer or a date (gaps keep their length); no `person` column means
    one person. slopes: terms whose coefficient differs between people, correlated with the intercept. prior: `WEAK`
    (half-normal sd 1.5 on the night-to-night sd, Beta(2, 2) on its correlation, half-normal 2.5 on person sds; nothing
    on the coefficients) or None for plain maximum likelihood. Raises ModelError where there is nothing to fit.
    """
    if outcome is not BINARY:
        raise ModelError(f"outcome: found {outcome!r}; expected BINARY, the only kind there is. Leave it away.")
    slopes = (slopes,) if isinstance(slopes, str) else tuple(slopes)
    design = make_design(formula, nights, person=person, night=night, slopes=slopes, night_to_night=night_to_night)
    maximum = fit_maximum(design.nights, design.x, prior)
    part = maximum.parameters
    to_user = design.to_user
    p = len(design.names)
    names = list(design.names)
    coef = pd.Series(to_user @ part.beta, index=names, name="coef")
    cov = pd.DataFrame(to_user @ maximum.covariance[:p, :p] @ to_user.T, index=names, columns=names)
    if maximum.separation is not None:
        away = to_user @ maximum.separation
        for name, share in zip(names, away, strict=True):
            if abs(share) > 1e-9:
                coef[name], cov[name], cov.loc[name] = np.copysign(np.inf, share), np.nan, np.nan
    return Fit(
        formula, outcome, coef, cov, _person_sd(design, part.scale), abs(part.sigma),
        part.phi if night_to_night else np.nan, maximum.log_likelihood, len(design.frame), len(design.people),
        design.left_out, _status(design, maximum), design, maximum, _early(design, nights),
    )  # fmt: skip


def _early(design: Design, nights: pd.DataFrame) -> tuple[str, ...]:
    """A warning where stretching is compared with evenings that were bad before anyone could have stretched.

    A preventive stretch needs a quiet evening, so such a comparison makes it look better than it is (decision 0005).
    """
    if "stretched" not in design.columns or "early_symptoms" not in nights:
        return ()
    modelled = ~nights.index.isin(design.left_out["row"])
    early = int(nights.loc[modelled, "early_symptoms"].eq(True).fillna(False).sum())
    if not early:
        return ()
    return (f"{early} of these nights had symptoms before the landmark, where nobody could stretch in time: this "
            "flatters stretching. Fit it on rk.quiet_nights(nights).",)


def _person_sd(design: Design, scale: np.ndarray) -> pd.Series:
    names = list(design.slope_names)
    at = [design.names.index(n) if n in design.names else None for n in names]
    change = np.eye(len(names))
    for j, where in enumerate(at):
        if names[j] != "Intercept" and where is not None:
            change[j, j] = 1.0 / design.scale[where]
            change[0, j] = -design.centre[where] / design.scale[where]
    factor = change @ scale
    return pd.Series(np.sqrt((factor**2).sum(axis=1)), index=names, name="person_sd", dtype=float)


def _status(design: Design, maximum: Maximum) -> Status:
    part, notes = maximum.parameters, []
    if not maximum.optimum.converged:
        notes.append("did not converge: no intervals can be given")
    boundary = False
    if maximum.separation is not None:
        boundary = True
        apart = [n for n, d in zip(design.names, maximum.separation, strict=True) if abs(d) > 1e-9 and n != "Intercept"]
        notes.append("separation: " + ", ".join(apart or ["Intercept"]) + " predicts some nights perfectly")
    if design.nights.persistence and abs(part.sigma) < _NEARLY_ZERO_SD:
        boundary = True
        notes.append("no night-to-night persistence was found (sd 0)")
    if design.nights.persistence and part.phi > _NEARLY_ONE:
        boundary = True
        notes.append("night-to-night correlation is at one: it cannot be told from a lasting difference")
    spread = np.sqrt((part.scale**2).sum(axis=1))
    if spread.size and spread.min() < _NEARLY_ZERO_SD:
        boundary = True
        notes.append("no difference between people was found in at least one respect (sd 0)")
    return Status(
        maximum.optimum.converged, boundary, "; ".join(notes) or "converged", _method(maximum),
        _accuracy(design, maximum),
    )  # fmt: skip


def _method(maximum: Maximum) -> str:
    nodes, q = maximum.objective.nodes, maximum.objective.layout.q
    if not maximum.has_integral:
        return "logistic likelihood, nothing to integrate"
    if nodes:
        return f"adaptive Gauss-Hermite quadrature over people, {' x '.join([str(nodes)] * q)} nodes"
    return "expectation propagation"


def _accuracy(design: Design, maximum: Maximum) -> str:
    """One person: compare with the exact forward filter, at the estimate. Several: what was measured elsewhere."""
    part, nights = maximum.parameters, design.nights
    if not maximum.has_integral:
        return "exact up to 1e-5 per night"
    if maximum.objective.nodes:
        return f"log-likelihood within {max(abs(maximum.error), 1e-4):.1g} of twice the nodes"
    if len(design.people) > 1:
        return "log-likelihood usually within 0.02 per person; weaker with few nights a person and large person sds"
    points = int(np.clip(80 / np.sqrt(max(1.0 - part.phi**2, 1e-3)), 121, 601))
    exact, _ = filter_log_likelihood(nights.family, nights.gap, design.x @ part.beta, part.sigma, part.phi, points)
    return f"log-likelihood {maximum.log_likelihood - exact:+.4f} from the exact forward filter at the estimate"


def _describe(fitted: Fit) -> list[str]:
    people = "one person" if fitted.n_people == 1 else f"{fitted.n_people} people"
    left = f", {len(fitted.left_out)} left out" if len(fitted.left_out) else ""
    width = max([len(n) for n in fitted.coef.index] + [12])
    lines = [f"{fitted.formula}", f"{fitted.n_nights} nights of {people}{left}; {fitted.outcome.name} outcome", ""]
    lines.append(f"{'':{width}}  {fitted.outcome.scale:>10}  {'std. error':>10}")
    se = np.sqrt(np.diag(fitted.cov))
    for name, value, error in zip(fitted.coef.index, fitted.coef, se, strict=True):
        lines.append(f"{name:{width}}  {value:>10.4g}  {'open' if np.isnan(error) else format(error, '.3g'):>10}")
    lines.append("")
    for term, why in fitted.design.left_out_terms.items():
        lines.append(f"Left out of the model: {term} ({why})")
    for name, value in fitted.person_sd.items():
        lines.append(f"Between people, {name}: sd {value:.3g}")
    if fitted.design.nights.persistence:
        sd = fitted.night_sd if fitted.night_sd > 1e-4 else 0.0  # an optimiser's zero
        lines.append(f"Night to night: sd {sd:.3g}, correlation {fitted.night_correlation:.2f} per night")
    lines.append(f"Log-likelihood {fitted.log_likelihood:.3f} by {fitted.status.method}")
    lines.append(f"Status: {fitted.status.message}")
    if fitted.status.converged:
        lines.append("Next: estimate_effects(fit) says it in symptom nights per 30 nights, with intervals.")
    else:
        lines.append("Next: fewer columns, or prior=WEAK; estimate_effects(fit) gives no interval for this fit.")
    return lines
