"""The maths, on arrays: frozen dataclasses in and out, NumPy and SciPy only. Read the files from the top of this list:

logistic (the curve, averaged) · family (kinds of outcome) · ordinal · chain (night-to-night persistence) ·
people (person effects) · ep (the integral) ·
laplace (the mode) · markov (persistence, exactly) · quadrature (the integral over people by nodes) ·
prior · layout (one parameter vector) · shard (runs of people) · likelihood (their sum) ·
optimise · separation · endless (what it leaves without an estimate) · maximum (the fit) · ends ·
estimand (symptom nights) · profile (the limits) ·
bartlett, lawley, persistence (small diaries) · interval · smooth (weekly rates) · draw (new outcomes) ·
adaptive, straight, sampling (all parameters at once) · own (each person's effect) ·
forward_filter (the exact reference) · one_step (one night ahead) · gaussian (numeric nights) · gaussian_fit ·
gaussian_limits · gaussian_own · gaussian_spread.
docs/decisions/0004-engine.md says why it is built this way.
"""

from rlskit.engine.draws.adaptive import ParameterDraws
from rlskit.engine.draws.draw import draw_levels, draw_nights, draw_numbers
from rlskit.engine.draws.person_effects import OwnEffects, own_effects
from rlskit.engine.draws.sampling import draw_parameters
from rlskit.engine.draws.smooth import Rates, smooth_rates
from rlskit.engine.families.bartlett import bartlett_factor
from rlskit.engine.families.family import Family, YesNo
from rlskit.engine.families.logistic import mean_probability
from rlskit.engine.families.ordinal import Ordinal, thresholds
from rlskit.engine.fitting.likelihood import Objective
from rlskit.engine.fitting.maximum import Maximum, fit_maximum, fit_objective
from rlskit.engine.fitting.prior import WEAK, Prior
from rlskit.engine.fitting.separation import opens, opens_in
from rlskit.engine.fitting.shard import InMemory, Parts, Shard, borders
from rlskit.engine.fitting.unbounded import ends_of, telling
from rlskit.engine.gaussian.fitting import GaussianMaximum, fit_gaussian, fit_gaussian_objective
from rlskit.engine.gaussian.likelihood import Covariance, GaussianObjective, Moments
from rlskit.engine.gaussian.limits import gaussian_limits
from rlskit.engine.gaussian.person_effects import GaussianOwn, Mixture, draw_spread, gaussian_own
from rlskit.engine.gaussian.spread import gaussian_spread
from rlskit.engine.integrals.forward_filter import filter_log_likelihood
from rlskit.engine.limits.bounded_scale import Ranged
from rlskit.engine.limits.estimand import (
    Scenario,
    linear,
    log_odds_ratio,
    person_spread,
    ranged_difference,
    ranged_risk,
    rest,
    risk,
    risk_difference,
)
from rlskit.engine.limits.interval import profile_limits
from rlskit.engine.limits.profile import Limits, limits
from rlskit.engine.nights import Facts, Nights
from rlskit.engine.parameters import Layout, Parameters

__all__ = [
    "WEAK", "Covariance", "Facts", "Family", "GaussianMaximum", "GaussianObjective", "GaussianOwn", "InMemory",
    "Layout", "Limits", "Maximum", "Mixture", "Moments", "Nights", "Objective", "Ordinal", "OwnEffects",
    "ParameterDraws", "Parameters", "Parts", "Prior", "Ranged", "Rates", "Scenario", "Shard", "YesNo",
    "bartlett_factor", "borders", "draw_levels", "draw_nights", "draw_numbers", "draw_parameters", "draw_spread",
    "ends_of", "filter_log_likelihood", "fit_gaussian", "fit_gaussian_objective", "fit_maximum", "fit_objective",
    "gaussian_limits", "gaussian_own", "gaussian_spread", "limits", "linear", "log_odds_ratio", "mean_probability",
    "opens", "opens_in", "own_effects", "person_spread", "profile_limits", "ranged_difference", "ranged_risk", "rest",
    "risk", "risk_difference", "smooth_rates", "telling", "thresholds",
]  # fmt: skip
