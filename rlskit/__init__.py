"""rlskit: a restless-legs diary turned into honest answers. The public names, loaded when first used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

# public name → module that holds it. No public name equals a module name (tested), or lazy loading would break.
_HOME = {
    "DiaryError": "errors",
    "ModelError": "errors",
    "Diary": "diary.tables",
    "account": "diary.tables",
    "read_mapping": "diary.mapping",
    "draft_mapping": "diary.mapping",
    "read_diary": "diary.readers",
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
    "Pool": "pool.build",
    "anonymise": "pool.anonymise",
    "Anonymised": "pool.anonymise",
    "make_nights": "nights",
    "measure_regularity": "nights",
    "quiet_nights": "nights",
    "sleep_after": "nights",
    "symptom_nights": "nights",
    "trace_sleep": "nights",
    "fit": "models.fitting",
    "Fit": "models.fitting",
    "BINARY": "models.fitting",
    "GAUSSIAN": "models.fitting",
    "ORDINAL": "models.fitting",
    "WEAK": "models.fitting",
    "simulate_diaries": "simulate",
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
    "answer_questions": "answers",
    "Answers": "answers",
    "check_answer": "answers",
    "plan_nights": "answers",
    "NightsPlan": "answers",
    "trace_dose": "answers",
    "DoseCurve": "answers",
    "check_fit": "checks",
    "Checks": "checks",
    "trace_trend": "answers",
    "Trend": "answers",
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
    "alt_text": "figures",
    "save_picture": "figures",
    "plot_checks": "figures",
    "plot_negative_control": "figures",
    "write_report": "pages.report",
    "read_facts": "pages.clinic",
    "split_periods": "pages.clinic",
    "compare_periods": "pages.clinic",
    "trace_onset": "pages.clinic",
    "write_clinic_page": "pages.clinic",
    "write_template": "pages.template",
    "sample_path": "utils.resources",
}
__all__ = ["__version__", *sorted(_HOME)]

if TYPE_CHECKING:
    from rlskit.answers import (
        Answers,
        DoseCurve,
        NightsPlan,
        Trend,
        answer_questions,
        check_answer,
        plan_nights,
        trace_dose,
        trace_trend,
    )
    from rlskit.answers.sentences import describe
    from rlskit.checks import Checks, check_fit
    from rlskit.checks.coverage import CoverageCheck, coverage_check
    from rlskit.checks.gee import cross_check_effects
    from rlskit.checks.specifications import Specifications, vary_analysis
    from rlskit.diary.combine import combine_diaries
    from rlskit.diary.mapping import draft_mapping, read_mapping
    from rlskit.diary.readers import read_diary
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
        save_picture,
    )
    from rlskit.models.fitting import BINARY, GAUSSIAN, ORDINAL, WEAK, Fit, fit
    from rlskit.nights import make_nights, measure_regularity, quiet_nights, sleep_after, symptom_nights, trace_sleep
    from rlskit.pages.clinic import compare_periods, read_facts, split_periods, trace_onset, write_clinic_page
    from rlskit.pages.paper import (
        describe_methods,
        describe_people,
        strobe_checklist,
        tabulate_effects,
        write_table,
    )
    from rlskit.pages.report import write_report
    from rlskit.pages.template import write_template
    from rlskit.pool.anonymise import Anonymised, anonymise
    from rlskit.pool.build import Pool, load_nights, match_ids, pool_diaries, read_pool
    from rlskit.pool.flow import tabulate_flow
    from rlskit.pool.ids import hash_id
    from rlskit.simulate import simulate_diaries
    from rlskit.utils.resources import sample_path
    from rlskit.utils.stamp import stamp_analysis


def __getattr__(name: str):
    """Load a public name from its module on first use, so that `import rlskit` stays light."""
    if name not in _HOME:
        raise AttributeError(f"module 'rlskit' has no attribute '{name}'")
    value = getattr(importlib.import_module(f"rlskit.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
