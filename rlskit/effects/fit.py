"""fit(), and Fit: a fitted model that answers to the names of statsmodels, bambi and lme4.

Every method is one line to the verb that does it. They stand here, above rlskit/models, since limits and predictions
do; what rlskit itself works with is models/fitting.py's Fitted. Oracle: tests/whole/test_dialect.py.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rlskit.effects.model_table import augment_nights, coefficient_limits, glance_at, tabulate_model
from rlskit.effects.prediction import predict_nights
from rlskit.engine import WEAK, Prior
from rlskit.errors import ModelError
from rlskit.models.fitting import Fitted, fit_model
from rlskit.models.outcome import BINARY, Outcome
from rlskit.utils.dataset import Dataset

_NO_P = "read the interval, of rk.estimate_effects(fit) or fit.conf_int(); no p-values are given"
_NO_IC = "there is none of a fit with a prior or by REML: rk.vary_analysis shows what other models say; fit.llf"
_TEST = "there are no tests: rk.compare(fit, term, a, b) gives any contrast with its interval"
_PEOPLE = "rk.estimate_people(fit, term) has everybody's own effect, fit.person_sd how far they differ"
_RESIDUALS = "fit.augment() has them as .resid, beside .fitted; rk.check_fit(fit, nights) says what they show"
_NO_DRAWS = "nothing is sampled: fit.conf_int() has profile limits, fit.predict() intervals of nights"
# a name of other packages → what to use here
_INSTEAD = (
    dict.fromkeys(("pvalues", "pvalue", "p_values", "tvalues", "zvalues"), _NO_P)
    | dict.fromkeys(("aic", "bic", "AIC", "BIC", "deviance", "rsquared", "r2", "waic", "loo"), _NO_IC)
    | dict.fromkeys(("t_test", "f_test", "wald_test", "wald_test_terms", "anova", "compare_lr_test"), _TEST)
    | dict.fromkeys(("random_effects", "ranef", "re", "random_effects_cov", "u"), _PEOPLE)
    | dict.fromkeys(("resid", "residuals", "resid_pearson", "resid_response", "fittedvalues", "fitted"), _RESIDUALS)
    | dict.fromkeys(("posterior", "idata", "sample", "trace", "posterior_predictive"), _NO_DRAWS)
    | dict.fromkeys(("cov_re", "vcomp", "VarCorr", "vcov_re", "scale", "sigma"),
                    "fit.person_sd, fit.night_sd and fit.tidy() have how far people and nights differ")
    | dict.fromkeys(("fe_params", "fixef", "beta", "coefficients", "coefs"), "fit.params")
    | dict.fromkeys(("bse_fe", "std_errors", "se"), "fit.bse")
    | dict.fromkeys(("vcov", "normalized_cov_params"), "fit.cov_params()")
    | dict.fromkeys(("confint", "hdi"), "fit.conf_int()")
    | dict.fromkeys(("logLik", "loglik", "loglike"), "fit.llf")
    | dict.fromkeys(("n_obs", "df_resid", "df_model", "ngroups", "n_groups"), "fit.glance()")
    | dict.fromkeys(("get_prediction", "predictions", "fitted_values", "simulate"), "fit.predict(nights)")
    | dict.fromkeys(("get_margeff", "margeff", "slopes", "comparisons", "avg_comparisons", "emmeans"),
                    "rk.estimate_effects(fit), and rk.compare(fit, term, a, b)")
    | dict.fromkeys(("plot", "plot_predict", "plot_partial_dependence"), "rk.plot_effects(rk.estimate_effects(fit))")
    | dict.fromkeys(("summary2", "summary_frame", "summary_col"), "fit.summary(), fit.tidy()")
    | dict.fromkeys(("tables", "as_latex", "as_html", "as_csv"), "rk.write_table(fit.tidy(), path)")
    | dict.fromkeys(("save", "remove_data", "to_netcdf"), "pickle.dump(fit, file)")
    | {"model": "fit.formula and fit.design", "fit": "rk.fit(formula, nights)"}
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class Fit(Fitted):
    """A fitted model of nights, with the names that users of statsmodels, bambi and lme4 look for.

    Attributes
    ----------
    formula, outcome, coef, cov, thresholds, person_sd, night_sd, night_correlation, log_likelihood, n_nights, n_people,
    left_out, status, caveats : as Fitted has them: coefficients on the log-odds scale (numeric outcome: in its own
        units), sds between people and from night to night, nights left out with the reason.
    params, bse, llf, nobs, converged : the same by their names in statsmodels.

    Examples
    --------
    >>> import rlskit as rk
    >>> fit = rk.fit("symptoms ~ stretched", rk.simulate_diaries(people=6, nights=40, seed=1).nights)
    >>> list(fit.params.index), fit.converged
    (['Intercept', 'stretched'], True)
    """

    __module__ = "rlskit"

    @property
    def params(self) -> pd.Series:
        """The coefficients: `coef`."""
        return self.coef

    @property
    def bse(self) -> pd.Series:
        """Standard errors of the coefficients. An interval is better read off conf_int()."""
        return pd.Series(np.sqrt(np.diag(self.cov)), index=self.cov.index, name="bse")

    @property
    def llf(self) -> float:
        """The log-likelihood."""
        return self.log_likelihood

    @property
    def nobs(self) -> int:
        """Number of modelled nights."""
        return self.n_nights

    @property
    def converged(self) -> bool:
        """Whether the maximum was found, without which there are no intervals."""
        return self.status.converged

    def cov_params(self) -> pd.DataFrame:
        """Covariance of the coefficients: `cov`."""
        return self.cov

    def conf_int(self, alpha: float | None = None, *, level: float = 0.95) -> pd.DataFrame:
        """Profile-likelihood limits of the coefficients: lower, upper. alpha: 1 - level, as statsmodels has it."""
        return coefficient_limits(self, level if alpha is None else 1.0 - alpha)

    def predict(self, nights: Any = None, *, level: float = 0.95, scale: str | None = None, new_person: bool = False,
                at_least: float | str | None = None) -> pd.DataFrame:
        """What to expect of nights, with intervals: predict_nights."""
        return predict_nights(self, nights, level=level, scale=scale, new_person=new_person, at_least=at_least)

    def summary(self) -> Fit:
        """The fit itself, which print() and a notebook show; fit.tidy() is its table."""
        return self

    def tidy(self, *, level: float = 0.95) -> pd.DataFrame:
        """A row for every coefficient and variance component, with limits: tabulate_model."""
        return tabulate_model(self, level=level)

    def to_frame(self) -> pd.DataFrame:
        """The table of tidy()."""
        return self.tidy()

    def glance(self) -> pd.DataFrame:
        """The model in one row."""
        return glance_at(self)

    def augment(self, nights: Any = None, *, level: float = 0.95) -> pd.DataFrame:
        """The nights with .fitted, .lower, .upper and .resid beside them; None takes the modelled ones."""
        return augment_nights(self, nights, level=level)

    def __getattr__(self, name: str) -> Any:
        """Only for what is not there: names the verb that does it."""
        if name.startswith("__"):
            raise AttributeError(name)
        near = get_close_matches(name, [one for one in dir(type(self)) if not one.startswith("_")], n=1)
        advice = _INSTEAD.get(name) or (f"fit.{near[0]}" if near else "print(fit) shows what it has")
        raise AttributeError(f"Fit has no '{name}'; instead: {advice}.")


def fit(
    formula: str,
    nights: Any = None,
    *,
    data: Any = None,
    outcome: Outcome = BINARY,
    person: str = "person",
    night: str = "night",
    slopes: tuple[str, ...] = (),
    night_to_night: bool = True,
    prior: Prior | None = WEAK,
) -> Fit:
    """Fit a mixed model to yes/no, ordinal or numeric nights: persistence from night to night, and people who differ.

    Parameters
    ----------
    formula : "symptoms ~ stretched + …". within(x) and between(x) split x into a person's own changes and their mean;
        lag(x) is x of the night before, rolling(x, 7) its mean over the seven nights before, by the calendar.
        "… + (1 + stretched | id)" says person="id" and slopes=("stretched",).
    nights : one row per person-night, a table of pandas, Polars, Arrow or any other library; no `person` column means
        one person. Or the folder of a dataset by pool_diaries (or quiet_nights of it), which is read some people at a
        time, wherever joblib.parallel_config says, with the same numbers (docs/decisions/0019-scale-out.md).
    data : the same by its name in statsmodels and bambi.
    outcome : BINARY (yes/no), ORDINAL (whole numbers or ordered words in at most 11 levels, by a cumulative logit: a
        positive coefficient means worse nights) or GAUSSIAN (a number such as hours of sleep).
    person, night : what the table calls them; `night` is an integer or a date, and gaps keep their length. Later verbs
        know them from the fit.
    slopes : terms whose coefficient differs between people, correlated with the intercept.
    night_to_night : whether something carries over from night to night.
    prior : WEAK (half-normal sd 1.5 on the night-to-night sd, Beta(2, 2) on its correlation, half-normal 2.5 on person
        sds; nothing on the coefficients) or None for plain maximum likelihood. GAUSSIAN needs none and has none.

    Raises
    ------
    ModelError : where nothing can be fit, with what was found, what was expected and what to do.

    Examples
    --------
    >>> import rlskit as rk
    >>> nights = rk.simulate_diaries(people=6, nights=40, seed=1).nights
    >>> rk.fit("symptoms ~ stretched + (1 | person)", nights).n_people
    6

    Example: ``fit = rk.fit("symptoms ~ stretched + alcohol_drinks", rk.quiet_nights(nights))``
    """
    if nights is not None and data is not None:
        raise ModelError("fit: found nights, and data= too; expected one of them, as in rk.fit(formula, nights).")
    table: pd.DataFrame | str | Path | Dataset = data if nights is None else nights
    fitted = fit_model(formula, table, outcome=outcome, person=person, night=night, slopes=slopes,
                       night_to_night=night_to_night, prior=prior)
    return Fit(**{one.name: getattr(fitted, one.name) for one in fields(fitted)})
