"""A formula and a table of nights → a Fitted. The only place that chooses an engine.

Model (STATISTICS: docs/decisions/0003-estimand.md): g(E y) = x'beta + z'u + e, u ~ N(0, Sigma) between people, e a
stationary AR(1) from night to night. Yes/no nights: logit, the integral by expectation propagation or quadrature,
whichever is exact enough on the nights at hand (docs/decisions/0004-engine.md, 0012). Ordinal nights:
logit P(y > k) = x'beta + z'u + e - threshold_k, the same integral (docs/decisions/0010-ordinal-nights.md). Numeric
nights: exact, by restricted maximum likelihood (docs/decisions/0011-numeric-nights.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from rlskit.engine import (
    WEAK,
    GaussianMaximum,
    Maximum,
    Objective,
    Prior,
    fit_gaussian,
    fit_gaussian_objective,
    fit_maximum,
    fit_objective,
    thresholds,
)
from rlskit.errors import ModelError
from rlskit.models.bars import read_bars
from rlskit.models.columns import require_column
from rlskit.models.design import AnyDesign, Design, make_design
from rlskit.models.formula import Asked, read_formula
from rlskit.models.outcome import BINARY, GAUSSIAN, ORDINAL, Outcome, told_parts
from rlskit.models.past import set_aside_before
from rlskit.models.shards.design import open_dataset
from rlskit.models.shards.gaussian import DispersedGaussian
from rlskit.models.shards.recipe import Question, ShardedDesign
from rlskit.models.status import Status, ends_under, gaussian_status, levels_status, roughness
from rlskit.utils.dataset import Dataset
from rlskit.utils.frames import as_pandas
from rlskit.utils.kinds import Kind
from rlskit.utils.open_questions import open_people, why_open
from rlskit.utils.progress import doing
from rlskit.utils.shown import Columns, Part, Shown


@dataclass(frozen=True)
class Fitted(Shown):
    """A fitted model of nights, as values alone: rk.Fit adds the verbs that stand above this layer.

    coef (Series) and cov (DataFrame) on the log-odds scale (numeric outcome: in its own units), in the user's units.
    Under separation a coefficient is infinite where it has no end on one side, nan where these nights do not tell it at
    all. thresholds (Series): of an ordinal outcome, between each level and the next (it has no Intercept, which would
    only move them all); empty otherwise. person_sd (Series, empty for one person), night_sd, night_correlation (per
    night; nan without persistence). log_likelihood without the prior; restricted for a numeric outcome. left_out: one
    row per night not modelled, with the reason. caveats: what to know about these nights, repeated in every table of
    effects.
    """

    __module__ = "rlskit"

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
    design: Design = field(repr=False)  # of a dataset a ShardedDesign, which says so where it cannot answer
    maximum: Any = field(repr=False)  # the engine's: Maximum, or GaussianMaximum of a numeric outcome
    caveats: tuple[str, ...] = ()
    thresholds: pd.Series = field(default_factory=lambda: pd.Series(name="thresholds", dtype=float))

    @property
    def n_left_out(self) -> int:
        """Number of nights not modelled: rows of left_out, or, of a dataset, the sum of its column `nights`."""
        return int(self.left_out["nights"].sum()) if "nights" in self.left_out else len(self.left_out)

    def parts(self) -> list[Part]:
        return told_parts(self.outcome, _parts(self))


FIT = Kind(said="a fit", made="Make one with rk.fit(formula, nights).", taken="rk.estimate_effects(fit)",
           types=(Fitted,))


def fit_model(
    formula: str,
    nights: pd.DataFrame | str | Path | Dataset,
    *,
    outcome: Outcome = BINARY,
    person: str = "person",
    night: str = "night",
    slopes: tuple[str, ...] = (),
    night_to_night: bool = True,
    prior: Prior | None = WEAK,
) -> Fitted:
    """What rk.fit says and takes (effects/fit.py), as a value without verbs."""
    if outcome not in _ENGINES:
        known = " or ".join(_NAMES[one] for one in _ENGINES)
        raise ModelError(f"outcome: found {outcome!r}; expected {known}.")
    slopes = _slopes(slopes)
    formula, person, slopes = read_bars(formula, person, slopes)
    _check(slopes, night_to_night, prior)
    nights = as_pandas(nights)
    notes: tuple[str, ...] = ()
    if not isinstance(nights, pd.DataFrame | str | Path | Dataset):
        raise ModelError(f"nights: found {type(nights).__name__}; expected a table of nights (a pandas DataFrame), or "
                         "the folder of a dataset by pool_diaries.")
    if not isinstance(nights, pd.DataFrame):
        where = nights if isinstance(nights, Dataset) else Dataset(str(nights))
        opened = open_dataset(Question(
            home=where.home, formula=formula, kind=outcome.name, person=person, night=night, slopes=slopes,
            night_to_night=night_to_night, quiet=where.quiet))
    else:
        opened = nights
    design: AnyDesign
    if isinstance(opened, pd.DataFrame):
        _check_settled(read_formula(formula), opened, person)
        design = make_design(
            formula, opened, person=person, night=night, slopes=slopes, night_to_night=night_to_night,
            kind=outcome.name,
        )  # fmt: skip
        notes = set_aside_before(read_formula(formula), opened, design.set_aside)
        early = _early_nights(design, opened)
    else:
        design, early = opened
    return fit_design(design, outcome, prior, (*notes, *_early(early)))


def check_converged(fit: Fitted) -> None:
    """Refuses a fit of which there is no interval to give."""
    if not fit.status.converged:
        raise ModelError(
            f'"{fit.formula}" did not converge, so there is no interval to give. '
            + ("Use fewer columns or slopes." if fit.outcome == GAUSSIAN else
               "Use fewer columns, or the weak prior (prior=WEAK).")
        )


def fit_design(design: AnyDesign, outcome: Outcome, prior: Prior | None, caveats: tuple[str, ...] = ()) -> Fitted:
    """Fit the nights and columns of a design; caveats: what to know about these nights beside what the fit shows."""
    with doing("Fitting the model"):
        found = _ENGINES[outcome](design, prior)
    names = list(design.names)
    coef, cov = pd.Series(found.coef, index=names, name="coef"), pd.DataFrame(found.cov, index=names, columns=names)
    if design.levels is not None:
        # its thresholds take the place of the constant
        coef, cov = coef.drop("Intercept"), cov.drop("Intercept").drop(columns="Intercept")
    return Fitted(
        formula=design.formula, outcome=outcome, coef=coef, cov=cov, person_sd=_person_sd(design, found.scale),
        night_sd=found.sigma, night_correlation=found.phi if design.persistence else np.nan,
        log_likelihood=found.log_likelihood, n_nights=design.size, n_people=len(design.people),
        left_out=design.left_out, status=found.status, design=cast(Design, design), maximum=found.maximum,
        caveats=(*caveats, *roughness(found.maximum)), thresholds=_thresholds(design, found.maximum))  # fmt: skip


def _check_settled(asked: Asked, nights: pd.DataFrame, person: str) -> None:
    """ModelError where nobody is left of whom it is settled what the columns of a formula mean."""
    named = (asked.outcome, *asked.needed)
    who = open_people(nights, *named, person=person)
    if who and (person not in nights or who >= set(nights[person].astype(str))):
        raise ModelError(f'"{asked.formula}": found nights about which a question is open. {why_open(nights, *named)}')


def _slopes(asked: Any) -> tuple[str, ...]:
    """Names of terms; None for none."""
    found = (asked,) if isinstance(asked, str) else () if asked is None else asked
    if not isinstance(found, Iterable) or not all(isinstance(name, str) for name in found):
        raise ModelError(f'slopes: found {asked!r}; expected terms of the formula, such as ("stretched",).')
    return tuple(found)


def _check(slopes: tuple[str, ...], night_to_night: bool, prior: Prior | None) -> None:
    twice = next((name for name in slopes if slopes.count(name) > 1), None)
    if twice is not None:
        raise ModelError(f'slopes: found "{twice}" twice; expected each term once. Leave one of them out.')
    constant = next((name for name in slopes if name in ("1", "Intercept")), None)
    if constant is not None:
        raise ModelError(f'slopes: found "{constant}"; expected terms of the formula. Leave it out: where there are '
                         "several people, everybody has an intercept of their own already.")
    if not isinstance(night_to_night, bool | np.bool_):
        raise ModelError(f"night_to_night: found {night_to_night!r}; expected True or False.")
    if not isinstance(prior, Prior | None):
        raise ModelError(f"prior: found {prior!r}; expected WEAK, or None for plain maximum likelihood.")


@dataclass(frozen=True)
class _Found:
    """What an engine hands back: coef (p,) and cov (p, p) on the user's scale, scale (q, q) of the standardised
    columns, sigma, phi, log_likelihood, status, and the engine's own `maximum`."""

    coef: np.ndarray
    cov: np.ndarray
    scale: np.ndarray
    sigma: float
    phi: float
    log_likelihood: float
    status: Status
    maximum: Maximum | GaussianMaximum


def _fit_levels(design: AnyDesign, prior: Prior | None) -> _Found:
    if isinstance(design, ShardedDesign):
        maximum = fit_objective(Objective.over(design.parts, prior))
    else:
        assert isinstance(design, Design)
        maximum = fit_maximum(design.nights, design.x, prior)
    part, to_user, p = maximum.parameters, design.to_user, len(design.names)
    coef, cov = to_user @ part.beta, to_user @ maximum.covariance[:p, :p] @ to_user.T
    ends = ends_under(maximum, to_user)
    coef = np.where(ends == 0.0, coef, ends)
    cov[ends != 0.0], cov[:, ends != 0.0] = np.nan, np.nan
    return _Found(
        coef=coef, cov=cov, scale=part.scale, sigma=abs(part.sigma), phi=part.phi,
        log_likelihood=maximum.log_likelihood, status=levels_status(design, maximum, ends),
        maximum=maximum)  # fmt: skip


def _thresholds(design: AnyDesign, maximum: Any) -> pd.Series:
    """Of an ordinal outcome on the user's scale: P(y <= k) = logistic(threshold_k - x'beta). Empty for others."""
    if design.levels is None:
        return pd.Series(name="thresholds", dtype=float)
    constant = design.to_user[design.names.index("Intercept")]
    cuts = thresholds(maximum.parameters.shape) - constant @ maximum.parameters.beta
    ends = ends_under(maximum, np.column_stack([np.tile(-constant, (cuts.size, 1)), np.eye(cuts.size)[:, 1:]]))
    cuts = np.where(ends == 0.0, cuts, ends)
    return pd.Series(cuts, index=design.levels.threshold_names, name="thresholds")


def _fit_gaussian(design: AnyDesign, prior: Prior | None) -> _Found:
    if isinstance(design, ShardedDesign):
        dispersed = DispersedGaussian(design)
        maximum = fit_gaussian_objective(dispersed, dispersed.unit)
    else:
        assert isinstance(design, Design)
        maximum = fit_gaussian(design.nights, design.response, design.x)
    if maximum is None:
        if design.size <= len(design.names):
            raise ModelError(
                f'"{design.formula}": found {design.size} nights for {len(design.names)} columns, which fit them '
                "exactly and leave nothing to judge by; expected more nights than columns. Use fewer columns."
            )
        raise ModelError(
            f'"{design.formula}": found that the columns tell {design.outcome} exactly on all {design.size} nights, '
            "which leaves nothing to judge by; expected nights that differ by themselves. Leave out the column that "
            f"{design.outcome} was made from."
        )
    to_user = design.to_user
    # a density in the units of the columns that were integrated out
    log_likelihood = maximum.log_likelihood + float(np.linalg.slogdet(to_user)[1])
    return _Found(
        coef=to_user @ maximum.beta, cov=to_user @ maximum.covariance @ to_user.T, scale=maximum.scale,
        sigma=maximum.sigma, phi=maximum.phi, log_likelihood=log_likelihood, status=gaussian_status(design, maximum),
        maximum=maximum)  # fmt: skip


_ENGINES: dict[Outcome, Callable[[AnyDesign, Prior | None], _Found]] = {
    BINARY: _fit_levels, ORDINAL: _fit_levels, GAUSSIAN: _fit_gaussian,
}  # fmt: skip
_NEXT = {
    BINARY: "symptom nights per 30 nights", ORDINAL: "points of severity", GAUSSIAN: "the outcome's own units",
}  # fmt: skip
_NAMES = {BINARY: "BINARY", ORDINAL: "ORDINAL", GAUSSIAN: "GAUSSIAN"}


def _early_nights(design: AnyDesign, nights: pd.DataFrame) -> int:
    """Modelled nights that were bad before anyone could have stretched, where stretching is asked about."""
    if "stretched" not in design.columns or "early_symptoms" not in nights:
        return 0
    require_column("early_symptoms", nights, design.formula)
    modelled = ~nights.index.isin(design.left_out["row"])
    return int(nights.loc[modelled, "early_symptoms"].eq(True).fillna(False).sum())


def _early(early: int) -> tuple[str, ...]:
    """A warning where stretching is compared with evenings that were bad before anyone could have stretched.

    A preventive stretch needs a quiet evening, so such a comparison makes it look better than it is (decision 0005).
    """
    if not early:
        return ()
    return (f"{early} of these nights had symptoms before the landmark, where nobody could stretch in time: this "
            "flatters stretching. Fit it on rk.quiet_nights(nights).",)


def person_units(design: AnyDesign) -> np.ndarray:
    """(q, q): a person's own coefficients on the user's scale = person_units @ those on the standardised one."""
    names = list(design.slope_names)
    at = [design.names.index(n) if n in design.names else None for n in names]
    change = np.eye(len(names))
    for j, where in enumerate(at):
        if names[j] != "Intercept" and where is not None:
            change[j, j] = 1.0 / design.scale[where]
            change[0, j] = -design.centre[where] / design.scale[where]
    return change


def _person_sd(design: AnyDesign, scale: np.ndarray) -> pd.Series:
    sds = np.sqrt(((person_units(design) @ scale) ** 2).sum(axis=1))
    return pd.Series(sds, index=list(design.slope_names), name="person_sd", dtype=float)


def _parts(fitted: Fitted) -> list[Part]:
    people = "one person" if fitted.n_people == 1 else f"{fitted.n_people} people"
    left = f", {fitted.n_left_out} left out" if fitted.n_left_out else ""
    cells = [(name, _shown(value, ".4g"), _shown(error, ".3g")) for name, value, error in zip(
        fitted.coef.index, fitted.coef, np.sqrt(np.diag(fitted.cov)), strict=True)]
    lines: list[Part] = [
        f"{fitted.formula}", f"{fitted.n_nights} nights of {people}{left}; {fitted.outcome.name} outcome", "",
        Columns([("", fitted.outcome.scale, "std. error"), *cells])]
    if fitted.design.levels is not None:
        cuts = ", ".join(f"{name} {_shown(value, '.3g')}" for name, value in fitted.thresholds.items())
        lines += ["", f"Thresholds: {cuts}"]
        if fitted.design.levels.absent:
            lines.append(f"Levels that no night has, without a probability: {', '.join(fitted.design.levels.absent)}")
    lines.append("")
    for term, why in fitted.design.left_out_terms.items():
        lines.append(f"Left out of the model: {term} ({why})")
    nothing = 1e-4 * (fitted.night_sd if fitted.outcome == GAUSSIAN else 1.0)
    for name, value in fitted.person_sd.items():
        lines.append(f"Between people, {name}: sd {value if value > nothing else 0.0:.3g}")
    if fitted.design.persistence:
        # an optimiser's zero
        sd = fitted.night_sd if fitted.night_sd > 1e-4 or fitted.outcome == GAUSSIAN else 0.0
        lines.append(f"Night to night: sd {sd:.3g}, correlation {fitted.night_correlation:.2f} per night")
    elif fitted.outcome == GAUSSIAN:
        lines.append(f"Night to night: sd {fitted.night_sd:.3g}, each night by itself")
    lines.append(f"Log-likelihood {fitted.log_likelihood:.3f} by {fitted.status.method}")
    lines.append(f"Status: {fitted.status.message}")
    if fitted.status.converged:
        unit = _NEXT[fitted.outcome]
        lines.append(f"Next: estimate_effects(fit) says it in {unit}, with intervals.")
    else:
        lines.append("Next: fewer columns, or prior=WEAK; estimate_effects(fit) gives no interval for this fit.")
    return lines


def _shown(value: float, form: str) -> str:
    return "open" if np.isnan(value) else format(value, form)
