"""The maths, on arrays: frozen dataclasses in and out, NumPy and SciPy only. A folder imports only those before it:

parameters.py (one parameter vector) · families/ (kinds of outcome: the curve averaged, yes/no, levels; small diaries) ·
nights.py (rows, and what is known of all of them) · integrals/ (over persistence and people: propagation, quadrature,
the exact filter) · fitting/ (prior, shards of people, likelihood, how exact it is, the maximum, separation) ·
limits/ (what is asked of a fit, its profile, small diaries) · draws/ (all parameters at once, each person's effect,
weekly rates, new outcomes) · gaussian/ (numeric nights).
docs/decisions/0004-engine.md says why it is built this way.
"""

from rlskit.engine.draws.adaptive import ParameterDraws
from rlskit.engine.draws.draw import draw_levels, draw_nights, draw_numbers
from rlskit.engine.draws.night_values import night_values
from rlskit.engine.draws.person_effects import PersonEffects, person_effects
from rlskit.engine.draws.sampling import draw_parameters
from rlskit.engine.draws.smooth import Rates, smooth_rates
from rlskit.engine.families.bartlett import bartlett_factor
from rlskit.engine.families.evenings import Evenings
from rlskit.engine.families.family import Family, YesNo
from rlskit.engine.families.logistic import mean_probability
from rlskit.engine.families.ordinal import Ordinal, thresholds
from rlskit.engine.fitting.likelihood import Objective
from rlskit.engine.fitting.maximum import Maximum, fit_maximum, fit_near, fit_objective
from rlskit.engine.fitting.prior import WEAK, Prior
from rlskit.engine.fitting.separation import opens, opens_in
from rlskit.engine.fitting.shard import InMemory, Parts, Shard, borders
from rlskit.engine.fitting.unbounded import ends_of, telling
from rlskit.engine.gaussian.fitting import GaussianMaximum, fit_gaussian, fit_gaussian_objective
from rlskit.engine.gaussian.likelihood import Covariance, GaussianObjective, Moments
from rlskit.engine.gaussian.limits import gaussian_limits
from rlskit.engine.gaussian.night_values import gaussian_night_values
from rlskit.engine.gaussian.person_effects import GaussianPersonEffects, Mixture, draw_spread, gaussian_person_effects
from rlskit.engine.gaussian.spread import (
    gaussian_component,
    gaussian_night_correlation,
    gaussian_night_spread,
    gaussian_person_correlation,
    gaussian_spread,
)
from rlskit.engine.integrals.forward_filter import filter_log_likelihood
from rlskit.engine.limits.bounded_scale import Ranged
from rlskit.engine.limits.estimand import (
    Scenario,
    linear,
    log_odds_ratio,
    log_ratio,
    night_correlation,
    night_spread,
    person_correlation,
    person_spread,
    ranged_difference,
    ranged_risk,
    rest,
    risk,
    risk_difference,
)
from rlskit.engine.limits.evening import Path, evening_difference, evening_risk
from rlskit.engine.limits.interval import profile_limits
from rlskit.engine.limits.median import median_interval
from rlskit.engine.limits.profile import Limits, limits
from rlskit.engine.nights import Facts, Nights
from rlskit.engine.parameters import Layout, Parameters

__all__ = [
    "WEAK",
    "Covariance",
    "Evenings",
    "Facts",
    "Family",
    "GaussianMaximum",
    "GaussianObjective",
    "GaussianPersonEffects",
    "InMemory",
    "Layout",
    "Limits",
    "Maximum",
    "Mixture",
    "Moments",
    "Nights",
    "Objective",
    "Ordinal",
    "ParameterDraws",
    "Parameters",
    "Parts",
    "Path",
    "PersonEffects",
    "Prior",
    "Ranged",
    "Rates",
    "Scenario",
    "Shard",
    "YesNo",
    "bartlett_factor",
    "borders",
    "draw_levels",
    "draw_nights",
    "draw_numbers",
    "draw_parameters",
    "draw_spread",
    "ends_of",
    "evening_difference",
    "evening_risk",
    "filter_log_likelihood",
    "fit_gaussian",
    "fit_gaussian_objective",
    "fit_maximum",
    "fit_near",
    "fit_objective",
    "gaussian_component",
    "gaussian_limits",
    "gaussian_night_correlation",
    "gaussian_night_spread",
    "gaussian_night_values",
    "gaussian_person_correlation",
    "gaussian_person_effects",
    "gaussian_spread",
    "limits",
    "linear",
    "log_odds_ratio",
    "log_ratio",
    "mean_probability",
    "median_interval",
    "night_correlation",
    "night_spread",
    "night_values",
    "opens",
    "opens_in",
    "person_correlation",
    "person_effects",
    "person_spread",
    "profile_limits",
    "ranged_difference",
    "ranged_risk",
    "rest",
    "risk",
    "risk_difference",
    "smooth_rates",
    "telling",
    "thresholds",
]  # fmt: skip
