"""rlskit: a restless-legs diary turned into honest answers. The public names, loaded when first used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

# public name → module that holds it. No public name equals a module name (tested), or lazy loading would break.
_HOME = {
    "DiaryError": "errors",
    "ModelError": "errors",
    "Diary": "diary",
    "account": "diary",
    "read_mapping": "mapping",
    "draft_mapping": "mapping",
    "read_diary": "readers",
    "combine_diaries": "combine",
    "cross_check_effects": "cross_check",
    "describe_methods": "paper",
    "describe_people": "paper",
    "stamp_analysis": "stamp",
    "strobe_checklist": "paper",
    "tabulate_effects": "paper",
    "write_table": "paper",
    "pool_diaries": "pool",
    "read_pool": "pool",
    "load_nights": "pool",
    "match_ids": "pool",
    "tabulate_flow": "pool_words",
    "hash_id": "ids",
    "Pool": "pool",
    "anonymise": "privacy",
    "Anonymised": "privacy",
    "make_nights": "nights",
    "measure_regularity": "nights",
    "quiet_nights": "nights",
    "sleep_after": "nights",
    "symptom_nights": "nights",
    "trace_sleep": "nights",
    "fit": "models",
    "Fit": "models",
    "BINARY": "models",
    "GAUSSIAN": "models",
    "ORDINAL": "models",
    "WEAK": "models",
    "simulate_diaries": "simulate",
    "estimate_effects": "estimates",
    "compare": "estimates",
    "estimate_coefficients": "estimates",
    "Effects": "estimates",
    "BARTLETT": "estimates",
    "estimate_people": "people",
    "PeopleEffects": "people",
    "estimate_rate": "rates",
    "estimate_rates": "rates",
    "tally_people": "rates",
    "explain_spread": "moderators",
    "Moderation": "moderators",
    "vary_analysis": "sensitivity",
    "Specifications": "sensitivity",
    "coverage_check": "simulation_checks",
    "CoverageCheck": "simulation_checks",
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
    "describe": "wording",
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
    "write_report": "report",
    "read_facts": "clinic",
    "split_periods": "clinic",
    "compare_periods": "clinic",
    "trace_onset": "clinic",
    "write_clinic_page": "clinic",
    "write_template": "template",
    "sample_path": "resources",
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
    from rlskit.checks import Checks, check_fit
    from rlskit.clinic import compare_periods, read_facts, split_periods, trace_onset, write_clinic_page
    from rlskit.combine import combine_diaries
    from rlskit.cross_check import cross_check_effects
    from rlskit.diary import Diary, account
    from rlskit.errors import DiaryError, ModelError
    from rlskit.estimates import BARTLETT, Effects, compare, estimate_coefficients, estimate_effects
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
    from rlskit.ids import hash_id
    from rlskit.mapping import draft_mapping, read_mapping
    from rlskit.models import BINARY, GAUSSIAN, ORDINAL, WEAK, Fit, fit
    from rlskit.moderators import Moderation, explain_spread
    from rlskit.nights import make_nights, measure_regularity, quiet_nights, sleep_after, symptom_nights, trace_sleep
    from rlskit.paper import (
        describe_methods,
        describe_people,
        strobe_checklist,
        tabulate_effects,
        write_table,
    )
    from rlskit.people import PeopleEffects, estimate_people
    from rlskit.pool import Pool, load_nights, match_ids, pool_diaries, read_pool
    from rlskit.pool_words import tabulate_flow
    from rlskit.privacy import Anonymised, anonymise
    from rlskit.rates import estimate_rate, estimate_rates, tally_people
    from rlskit.readers import read_diary
    from rlskit.report import write_report
    from rlskit.resources import sample_path
    from rlskit.sensitivity import Specifications, vary_analysis
    from rlskit.simulate import simulate_diaries
    from rlskit.simulation_checks import CoverageCheck, coverage_check
    from rlskit.stamp import stamp_analysis
    from rlskit.template import write_template
    from rlskit.wording import describe


def __getattr__(name: str):
    """Load a public name from its module on first use, so that `import rlskit` stays light."""
    if name not in _HOME:
        raise AttributeError(f"module 'rlskit' has no attribute '{name}'")
    value = getattr(importlib.import_module(f"rlskit.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
