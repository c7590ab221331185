"""rlskit: a restless-legs diary turned into honest answers. The public names, loaded when first used."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:  # the same names for type checkers and editors; "as" hands a name on
    from rlskit.answers.advice import answer_questions as answer_questions
    from rlskit.answers.checks import check_answer as check_answer
    from rlskit.answers.dose import DoseCurve as DoseCurve, trace_dose as trace_dose
    from rlskit.answers.plan import NightsPlan as NightsPlan, plan_nights as plan_nights
    from rlskit.answers.result import Answers as Answers
    from rlskit.answers.sentences import describe as describe
    from rlskit.answers.trend import Trend as Trend, trace_trend as trace_trend
    from rlskit.checks.coverage import CoverageCheck as CoverageCheck, coverage_check as coverage_check
    from rlskit.checks.fit_checks import Checks as Checks, check_fit as check_fit
    from rlskit.checks.gee import cross_check_effects as cross_check_effects
    from rlskit.checks.specifications import Specifications as Specifications, vary_analysis as vary_analysis
    from rlskit.diary.combine import combine_diaries as combine_diaries
    from rlskit.diary.draft import draft_mapping as draft_mapping
    from rlskit.diary.mapping import read_mapping as read_mapping
    from rlskit.diary.readers.read import read_diary as read_diary
    from rlskit.diary.tables import Diary as Diary, account as account
    from rlskit.effects.estimates import (
        BARTLETT as BARTLETT,
        Effects as Effects,
        compare as compare,
        estimate_coefficients as estimate_coefficients,
        estimate_effects as estimate_effects,
    )
    from rlskit.effects.fit import Fit as Fit, fit as fit
    from rlskit.effects.model_table import tabulate_model as tabulate_model
    from rlskit.effects.moderators import Moderation as Moderation, explain_spread as explain_spread
    from rlskit.effects.people import PeopleEffects as PeopleEffects, estimate_people as estimate_people
    from rlskit.effects.prediction import predict_nights as predict_nights
    from rlskit.effects.rates import (
        estimate_rate as estimate_rate,
        estimate_rates as estimate_rates,
        tally_people as tally_people,
    )
    from rlskit.engine.fitting.prior import WEAK as WEAK
    from rlskit.errors import DiaryError as DiaryError, ModelError as ModelError
    from rlskit.figures import (
        alt_text as alt_text,
        plot_calendar as plot_calendar,
        plot_checks as plot_checks,
        plot_coverage as plot_coverage,
        plot_dose as plot_dose,
        plot_effects as plot_effects,
        plot_flow as plot_flow,
        plot_negative_control as plot_negative_control,
        plot_onset as plot_onset,
        plot_people as plot_people,
        plot_rates as plot_rates,
        plot_sleep as plot_sleep,
        plot_specifications as plot_specifications,
        plot_strip as plot_strip,
        plot_tally as plot_tally,
        plot_trend as plot_trend,
        plot_trial as plot_trial,
        save_picture as save_picture,
    )
    from rlskit.models.outcome import (
        BINARY as BINARY,
        GAUSSIAN as GAUSSIAN,
        ORDINAL as ORDINAL,
        name_outcome as name_outcome,
    )
    from rlskit.models.past import look_back as look_back
    from rlskit.nights.make import make_nights as make_nights
    from rlskit.nights.outcomes import (
        quiet_nights as quiet_nights,
        sleep_after as sleep_after,
        symptom_nights as symptom_nights,
    )
    from rlskit.nights.regularity_table import measure_regularity as measure_regularity, trace_sleep as trace_sleep
    from rlskit.pages.clinic import (
        compare_periods as compare_periods,
        read_facts as read_facts,
        split_periods as split_periods,
        trace_onset as trace_onset,
        write_clinic_page as write_clinic_page,
    )
    from rlskit.pages.methods import (
        describe_methods as describe_methods,
        read_study as read_study,
        strobe_checklist as strobe_checklist,
    )
    from rlskit.pages.paper import tabulate_effects as tabulate_effects, write_table as write_table
    from rlskit.pages.people_table import describe_people as describe_people
    from rlskit.pages.report import write_report as write_report
    from rlskit.pages.start.page import start as start
    from rlskit.pages.template import write_template as write_template
    from rlskit.pages.trial import write_plan_files as write_plan_files
    from rlskit.pool.anonymise import Anonymised as Anonymised, anonymise as anonymise
    from rlskit.pool.build import (
        load_nights as load_nights,
        match_ids as match_ids,
        pool_diaries as pool_diaries,
        read_pool as read_pool,
    )
    from rlskit.pool.flow import Pool as Pool, tabulate_flow as tabulate_flow
    from rlskit.pool.ids import hash_id as hash_id
    from rlskit.simulate.diaries import simulate_diaries as simulate_diaries
    from rlskit.trials.analyse import analyse_trial as analyse_trial, analyse_trials as analyse_trials
    from rlskit.trials.plan import TrialPlan as TrialPlan
    from rlskit.trials.planning import plan_trial as plan_trial
    from rlskit.trials.result import TrialResult as TrialResult, TrialSeries as TrialSeries
    from rlskit.trials.seal import read_plan as read_plan, write_plan as write_plan
    from rlskit.trials.simulate import simulate_trial as simulate_trial
    from rlskit.utils.resources import sample_path as sample_path
    from rlskit.utils.stamp import stamp_analysis as stamp_analysis

# public name → module that holds it. No public name equals a module name (tested), or lazy loading would break.
_HOME = {
    "DiaryError": "errors",
    "ModelError": "errors",
    "Diary": "diary.tables",
    "account": "diary.tables",
    "read_mapping": "diary.mapping",
    "draft_mapping": "diary.draft",
    "read_diary": "diary.readers.read",
    "combine_diaries": "diary.combine",
    "cross_check_effects": "checks.gee",
    "describe_methods": "pages.methods",
    "read_study": "pages.methods",
    "describe_people": "pages.people_table",
    "stamp_analysis": "utils.stamp",
    "strobe_checklist": "pages.methods",
    "tabulate_effects": "pages.paper",
    "write_table": "pages.paper",
    "pool_diaries": "pool.build",
    "read_pool": "pool.build",
    "load_nights": "pool.build",
    "match_ids": "pool.build",
    "tabulate_flow": "pool.flow",
    "hash_id": "pool.ids",
    "Pool": "pool.flow",
    "anonymise": "pool.anonymise",
    "Anonymised": "pool.anonymise",
    "make_nights": "nights.make",
    "measure_regularity": "nights.regularity_table",
    "look_back": "models.past",
    "quiet_nights": "nights.outcomes",
    "sleep_after": "nights.outcomes",
    "symptom_nights": "nights.outcomes",
    "trace_sleep": "nights.regularity_table",
    "fit": "effects.fit",
    "Fit": "effects.fit",
    "BINARY": "models.outcome",
    "GAUSSIAN": "models.outcome",
    "ORDINAL": "models.outcome",
    "name_outcome": "models.outcome",
    "WEAK": "engine.fitting.prior",
    "simulate_diaries": "simulate.diaries",
    "estimate_effects": "effects.estimates",
    "compare": "effects.estimates",
    "estimate_coefficients": "effects.estimates",
    "Effects": "effects.estimates",
    "BARTLETT": "effects.estimates",
    "estimate_people": "effects.people",
    "PeopleEffects": "effects.people",
    "predict_nights": "effects.prediction",
    "tabulate_model": "effects.model_table",
    "estimate_rate": "effects.rates",
    "estimate_rates": "effects.rates",
    "tally_people": "effects.rates",
    "explain_spread": "effects.moderators",
    "Moderation": "effects.moderators",
    "vary_analysis": "checks.specifications",
    "Specifications": "checks.specifications",
    "coverage_check": "checks.coverage",
    "CoverageCheck": "checks.coverage",
    "answer_questions": "answers.advice",
    "Answers": "answers.result",
    "check_answer": "answers.checks",
    "plan_nights": "answers.plan",
    "NightsPlan": "answers.plan",
    "trace_dose": "answers.dose",
    "DoseCurve": "answers.dose",
    "check_fit": "checks.fit_checks",
    "Checks": "checks.fit_checks",
    "trace_trend": "answers.trend",
    "Trend": "answers.trend",
    "describe": "answers.sentences",
    "plot_calendar": "figures",
    "plot_coverage": "figures",
    "plot_rates": "figures",
    "plot_dose": "figures",
    "plot_effects": "figures",
    "plot_flow": "figures",
    "plot_onset": "figures",
    "plot_people": "figures",
    "plot_sleep": "figures",
    "plot_specifications": "figures",
    "plot_strip": "figures",
    "plot_tally": "figures",
    "plot_trend": "figures",
    "plot_trial": "figures",
    "alt_text": "figures",
    "save_picture": "figures",
    "plot_checks": "figures",
    "plot_negative_control": "figures",
    "write_report": "pages.report",
    "start": "pages.start.page",
    "read_facts": "pages.clinic",
    "split_periods": "pages.clinic",
    "compare_periods": "pages.clinic",
    "trace_onset": "pages.clinic",
    "write_clinic_page": "pages.clinic",
    "write_template": "pages.template",
    "analyse_trial": "trials.analyse",
    "analyse_trials": "trials.analyse",
    "simulate_trial": "trials.simulate",
    "TrialResult": "trials.result",
    "TrialSeries": "trials.result",
    "TrialPlan": "trials.plan",
    "plan_trial": "trials.planning",
    "read_plan": "trials.seal",
    "write_plan": "trials.seal",
    "write_plan_files": "pages.trial",
    "sample_path": "utils.resources",
}
# What results are made of. Like the public classes these say that they live in rlskit itself, so that a result that was
# stored (pickle) is read again after a file has moved.
_STORED = {
    "Primary": "answers.claims",
    "Look": "answers.looks",
    "OnsetShift": "answers.onset",
    "Relief": "answers.relief",
    "Stopped": "answers.stopping",
    "Habit": "diary.own",
    "OwnOutcome": "diary.own",
    "Mapping": "diary.mapping",
    "Redcap": "diary.mapping",
    "Tag": "diary.mapping",
    "Source": "diary.tables",
    "Correction": "effects.estimates",
    "YesNo": "engine.families.family",
    "Ordinal": "engine.families.ordinal",
    "Accuracy": "engine.fitting.accuracy",
    "EPCorrection": "engine.fitting.ep_correction",
    "Objective": "engine.fitting.likelihood",
    "Maximum": "engine.fitting.maximum",
    "Optimum": "engine.fitting.optimise",
    "Prior": "engine.fitting.prior",
    "InMemory": "engine.fitting.shard",
    "Shard": "engine.fitting.shard",
    "GaussianMaximum": "engine.gaussian.fitting",
    "Covariance": "engine.gaussian.likelihood",
    "GaussianObjective": "engine.gaussian.likelihood",
    "Moments": "engine.gaussian.likelihood",
    "Scenario": "engine.limits.estimand",
    "Facts": "engine.nights",
    "Nights": "engine.nights",
    "Layout": "engine.parameters",
    "Parameters": "engine.parameters",
    "Design": "models.design",
    "Outcome": "models.outcome",
    "Fitted": "models.fitting",
    "Levels": "models.levels",
    "Status": "models.status",
    "ClinicFacts": "pages.clinic.facts",
    "Irls": "pages.clinic.facts",
    "Iron": "pages.clinic.facts",
    "Medicine": "pages.clinic.facts",
    "StartPage": "pages.start.page",
    "StartResult": "pages.start.result",
    "SimulatedDiaries": "simulate.diaries",
    "Truth": "simulate.diaries",
    "Bets": "trials.betting",
    "CoinEffect": "trials.randomisation",
    "Assignment": "trials.plan",
    "Chance": "trials.plan",
    "TrialOutcome": "trials.plan",
    "Dataset": "utils.dataset",
    "CoinNights": "answers.coin",
    "Description": "utils.shown",
}
# What other packages call it → the public name here.
_INSTEAD = {
    "fit": ("glm", "glmer", "lmer", "lme", "glmmTMB", "clmm", "logit", "ols", "mixedlm", "MixedLM", "Model"),
    "read_diary": ("read_csv", "read_excel", "read"),
    "predict_nights": ("predict", "predictions", "avg_predictions"),
    "estimate_people": ("ranef", "random_effects"),
    "estimate_effects": ("margins", "slopes", "comparisons", "avg_comparisons", "emmeans"),
    "tabulate_model": ("tidy", "summary"),
}
__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str):
    """Load a name from its module on first use, so that `import rlskit` stays light."""
    home = _HOME.get(name) or _STORED.get(name)
    if home is None:
        meant = next((f"; instead: rk.{verb}" for verb, names in _INSTEAD.items() if name in names), "")
        raise AttributeError(f"module 'rlskit' has no attribute '{name}'{meant}")
    if f"rlskit.{home}" not in sys.modules and sys._getframe(1).f_globals.get("__name__", "").startswith("jedi."):
        raise AttributeError(name)  # a Tab asks what kind of thing every name is, and would load them all
    value = getattr(importlib.import_module(f"rlskit.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
