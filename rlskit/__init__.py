"""rlskit: a restless-legs diary turned into honest answers. The public names, loaded when first used."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

__version__ = "0.1.0"

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
    "describe_methods": "pages.paper",
    "describe_people": "pages.paper",
    "stamp_analysis": "utils.stamp",
    "strobe_checklist": "pages.paper",
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
    "fit": "models.fitting",
    "Fit": "models.fitting",
    "BINARY": "models.fitting",
    "GAUSSIAN": "models.fitting",
    "ORDINAL": "models.fitting",
    "WEAK": "models.fitting",
    "simulate_diaries": "simulate.diaries",
    "estimate_effects": "effects.estimates",
    "compare": "effects.estimates",
    "estimate_coefficients": "effects.estimates",
    "Effects": "effects.estimates",
    "BARTLETT": "effects.estimates",
    "estimate_people": "effects.people",
    "PeopleEffects": "effects.people",
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
    "Outcome": "models.fitting",
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
    "Description": "utils.shown",
}
__all__ = ["__version__", *sorted(_HOME)]

if TYPE_CHECKING:
    from rlskit.answers.advice import answer_questions
    from rlskit.answers.checks import check_answer
    from rlskit.answers.dose import DoseCurve, trace_dose
    from rlskit.answers.plan import NightsPlan, plan_nights
    from rlskit.answers.result import Answers
    from rlskit.answers.sentences import describe
    from rlskit.answers.trend import Trend, trace_trend
    from rlskit.checks.coverage import CoverageCheck, coverage_check
    from rlskit.checks.fit_checks import Checks, check_fit
    from rlskit.checks.gee import cross_check_effects
    from rlskit.checks.specifications import Specifications, vary_analysis
    from rlskit.diary.combine import combine_diaries
    from rlskit.diary.draft import draft_mapping
    from rlskit.diary.mapping import read_mapping
    from rlskit.diary.readers.read import read_diary
    from rlskit.diary.tables import Diary, account
    from rlskit.effects.estimates import BARTLETT, Effects, compare, estimate_coefficients, estimate_effects
    from rlskit.effects.moderators import Moderation, explain_spread
    from rlskit.effects.people import PeopleEffects, estimate_people
    from rlskit.effects.rates import estimate_rate, estimate_rates, tally_people
    from rlskit.errors import DiaryError, ModelError
    from rlskit.figures import (
        alt_text,
        plot_calendar,
        plot_checks,
        plot_coverage,
        plot_dose,
        plot_effects,
        plot_flow,
        plot_negative_control,
        plot_onset,
        plot_people,
        plot_rates,
        plot_sleep,
        plot_specifications,
        plot_strip,
        plot_tally,
        plot_trend,
        plot_trial,
        save_picture,
    )
    from rlskit.models.fitting import BINARY, GAUSSIAN, ORDINAL, WEAK, Fit, fit
    from rlskit.models.past import look_back
    from rlskit.nights.make import make_nights
    from rlskit.nights.outcomes import quiet_nights, sleep_after, symptom_nights
    from rlskit.nights.regularity_table import measure_regularity, trace_sleep
    from rlskit.pages.clinic import compare_periods, read_facts, split_periods, trace_onset, write_clinic_page
    from rlskit.pages.paper import (
        describe_methods,
        describe_people,
        strobe_checklist,
        tabulate_effects,
        write_table,
    )
    from rlskit.pages.report import write_report
    from rlskit.pages.start.page import start
    from rlskit.pages.template import write_template
    from rlskit.pages.trial import write_plan_files
    from rlskit.pool.anonymise import Anonymised, anonymise
    from rlskit.pool.build import load_nights, match_ids, pool_diaries, read_pool
    from rlskit.pool.flow import Pool, tabulate_flow
    from rlskit.pool.ids import hash_id
    from rlskit.simulate.diaries import simulate_diaries
    from rlskit.trials.analyse import analyse_trial, analyse_trials
    from rlskit.trials.plan import TrialPlan
    from rlskit.trials.planning import plan_trial
    from rlskit.trials.result import TrialResult, TrialSeries
    from rlskit.trials.seal import read_plan, write_plan
    from rlskit.trials.simulate import simulate_trial
    from rlskit.utils.resources import sample_path
    from rlskit.utils.stamp import stamp_analysis


def __getattr__(name: str):
    """Load a name from its module on first use, so that `import rlskit` stays light."""
    home = _HOME.get(name) or _STORED.get(name)
    if home is None:
        raise AttributeError(f"module 'rlskit' has no attribute '{name}'")
    if f"rlskit.{home}" not in sys.modules and sys._getframe(1).f_globals["__name__"].startswith("jedi."):
        raise AttributeError(name)  # a Tab asks what kind of thing every name is, and would load them all
    value = getattr(importlib.import_module(f"rlskit.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
