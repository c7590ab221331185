"""The public names for type checkers and editors; `__init__.py` loads each when it is first used."""

from rlskit.answers.advice import answer_questions as answer_questions
from rlskit.answers.checks import check_answer as check_answer
from rlskit.answers.dose import (
    DoseCurve as DoseCurve,
    trace_dose as trace_dose,
)
from rlskit.answers.plan import (
    NightsPlan as NightsPlan,
    plan_nights as plan_nights,
)
from rlskit.answers.result import Answers as Answers
from rlskit.answers.sentences import describe as describe
from rlskit.answers.trend import (
    Trend as Trend,
    trace_trend as trace_trend,
)
from rlskit.checks.coverage import (
    CoverageCheck as CoverageCheck,
    coverage_check as coverage_check,
)
from rlskit.checks.fit_checks import (
    Checks as Checks,
    check_fit as check_fit,
)
from rlskit.checks.gee import cross_check_effects as cross_check_effects
from rlskit.checks.specifications import (
    Specifications as Specifications,
    vary_analysis as vary_analysis,
)
from rlskit.diary.combine import combine_diaries as combine_diaries
from rlskit.diary.draft import draft_mapping as draft_mapping
from rlskit.diary.mapping import read_mapping as read_mapping
from rlskit.diary.readers.read import read_diary as read_diary
from rlskit.diary.tables import (
    Diary as Diary,
    account as account,
)
from rlskit.effects.estimates import (
    BARTLETT as BARTLETT,
    Effects as Effects,
    compare as compare,
    estimate_coefficients as estimate_coefficients,
    estimate_effects as estimate_effects,
)
from rlskit.effects.fit import (
    Fit as Fit,
    fit as fit,
)
from rlskit.effects.model_table import tabulate_model as tabulate_model
from rlskit.effects.moderators import (
    Moderation as Moderation,
    explain_spread as explain_spread,
)
from rlskit.effects.people import (
    PeopleEffects as PeopleEffects,
    estimate_people as estimate_people,
)
from rlskit.effects.prediction import predict_nights as predict_nights
from rlskit.effects.rates import (
    estimate_rate as estimate_rate,
    estimate_rates as estimate_rates,
    tally_people as tally_people,
)
from rlskit.engine.fitting.prior import WEAK as WEAK
from rlskit.errors import (
    DiaryError as DiaryError,
    ModelError as ModelError,
)
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
from rlskit.nights.regularity_table import (
    measure_regularity as measure_regularity,
    trace_sleep as trace_sleep,
)
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
from rlskit.pages.paper import (
    tabulate_effects as tabulate_effects,
    write_table as write_table,
)
from rlskit.pages.people_table import describe_people as describe_people
from rlskit.pages.report import write_report as write_report
from rlskit.pages.start.page import start as start
from rlskit.pages.template import write_template as write_template
from rlskit.pages.trial import write_plan_files as write_plan_files
from rlskit.pool.anonymise import (
    Anonymised as Anonymised,
    anonymise as anonymise,
)
from rlskit.pool.build import (
    load_nights as load_nights,
    match_ids as match_ids,
    pool_diaries as pool_diaries,
    read_pool as read_pool,
)
from rlskit.pool.flow import (
    Pool as Pool,
    tabulate_flow as tabulate_flow,
)
from rlskit.pool.ids import hash_id as hash_id
from rlskit.simulate.diaries import simulate_diaries as simulate_diaries
from rlskit.trials.analyse import (
    analyse_trial as analyse_trial,
    analyse_trials as analyse_trials,
)
from rlskit.trials.plan import TrialPlan as TrialPlan
from rlskit.trials.planning import plan_trial as plan_trial
from rlskit.trials.result import (
    TrialResult as TrialResult,
    TrialSeries as TrialSeries,
)
from rlskit.trials.seal import (
    read_plan as read_plan,
    write_plan as write_plan,
)
from rlskit.trials.simulate import simulate_trial as simulate_trial
from rlskit.utils.resources import sample_path as sample_path
from rlskit.utils.stamp import stamp_analysis as stamp_analysis

__version__: str
__all__: list[str]
