"""What a picture shows, in words drawn from its table: the caption under it and the text read out in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from rlskit.answers.dose import CURVE
from rlskit.answers.result import ANSWERS, Answers
from rlskit.answers.sentences import count, date_range, night_dates, short_date, signed, signed_interval
from rlskit.answers.trend import TREND_RESULT
from rlskit.checks.coverage import COVERAGE
from rlskit.checks.fit_checks import CHECKED
from rlskit.checks.specifications import SPECIFICATIONS
from rlskit.effects.estimates import EFFECTS
from rlskit.effects.people import PEOPLE_EFFECTS
from rlskit.effects.rates import RATES, TALLY
from rlskit.effects.spread import disagreements
from rlskit.errors import ModelError
from rlskit.figures.dose import dose_alt, dose_caption
from rlskit.figures.flow import FLOW, flow_alt, flow_caption
from rlskit.figures.onset import ONSET, onset_alt, onset_caption
from rlskit.figures.people_captions import people_alt, people_caption
from rlskit.figures.rows import counted, effect_rows, levels_of, numbers, refusal, scale_of
from rlskit.figures.sleep import SLEPT, sleep_alt, sleep_caption
from rlskit.figures.specifications import specifications_alt, specifications_caption
from rlskit.figures.states import night_states
from rlskit.figures.tally import tally_alt, tally_caption
from rlskit.figures.trial import trial_alt, trial_caption
from rlskit.models.outcome import told_as
from rlskit.nights.validate import NIGHTS
from rlskit.trials.result import TRIAL
from rlskit.utils.kinds import Kind
from rlskit.utils.words import carry_on, isolate, readable


def caption(table: Any) -> str:
    """The caption of the picture of this table: nights, Answers, Effects or weekly rates."""
    return told_as(table, _kind(table)[0](table))


def alt_text(table: Any) -> str:
    """What the picture of this table shows, for somebody who does not see it."""
    return told_as(table, _kind(table)[1](table))


def _kind(table: Any) -> tuple[Callable[..., str], Callable[..., str]]:
    for kind, said, alt in _WORDS:
        if kind.fits(table):
            return said, alt
    raise ModelError("There is no picture for this table: expected nights (make_nights), Answers (answer_questions), "
                     "Effects (estimate_effects), Checks (check_fit) or weekly rates (estimate_rates), found "
                     f"{type(table).__name__}.")


# --- checks --------------------------------------------------------------------------------------------------------
def checks_caption(checks: Any) -> str:
    """How many checks ended how, and of what."""
    counts = checks.table["result"].value_counts()
    order = ("pass", "look", "fail", "could not have shown it", "not possible")
    said = ", ".join(f"{counts[name]} {name}" for name in order if name in counts)
    people = "one person" if checks.n_people == 1 else f"{checks.n_people:,} people"
    return (f"What could overturn the answer on {isolate(checks.label)}: {said}. Pass: nothing was found, which does "
            "not prove that nothing is there. Look: read the line. Fail: the answer may be wrong. "
            f"{count(checks.n_nights, 'night')} of {people}; intervals at {checks.level:.0%}.")


def checks_alt(checks: Any) -> str:
    """Every check with its result and sentence."""
    lines = [f"{row.check}: {row.result}. {row.sentence}" for row in checks.table.itertuples(index=False)]
    return " ".join(["Checks, one row each.", *lines])


def control_caption(checks: Any) -> str:
    """What the two rows of the negative control mean."""
    people = "One person" if checks.n_people == 1 else f"{checks.n_people:,} people"
    before = "symptoms that had come before it that evening, which it cannot have caused."
    both = (f"symptoms of the night, which are the answer, and {before} The second should lie around zero."
            if checks.unit == "per 30 nights" else f"{before} It should lie around zero.")
    return (f"Difference in nights per 30 between nights with more and with less {isolate(checks.label)}: {both} "
            f"Dot: best estimate; line: {checks.level:.0%} interval. {people}, {count(checks.n_nights, 'night')}.")


# --- calendar ------------------------------------------------------------------------------------------------------
def _nights_caption(nights: pd.DataFrame) -> str:
    states = night_states(nights)["state"]
    bad, good, empty = states.isin(["mild", "moderate", "severe", "ungraded"]).sum(), states.eq("none").sum(), \
        states.eq("not_recorded").sum()
    first, last = night_dates(nights)
    return (f"One square a night, {date_range(first, last)} ({count(len(states), 'night')}). Symptoms: {bad}. "
            f"No symptoms: {good}. Not recorded: {empty}; these are not nights without symptoms.")


def _nights_alt(nights: pd.DataFrame) -> str:
    return f"Calendar of nights. {_nights_caption(nights)}"


# --- weekly rates --------------------------------------------------------------------------------------------------
def _rates_caption(rates: pd.DataFrame) -> str:
    if not rates["n_answered"].sum():
        return f"Symptom nights per week: no answered night in {count(len(rates), 'week')}."
    if why := rate_open(rates):
        return f"Symptom nights per week: open. {why}"
    return f"{_weeks(rates, 'Symptom nights per week', 'with symptoms')} {_answered(rates)}"


def rate_open(rates: pd.DataFrame) -> str:
    """What is to be settled before there is a rate, from estimate_rates; "" where there is one."""
    return str(rates["open"].iloc[0]) if "open" in rates and len(rates) else ""


def _weeks(rates: pd.DataFrame, name: str, kind: str) -> str:
    """What dots, line and band of the weeks are."""
    band = "no line: too little was recorded to estimate one"
    if rates["rate"].notna().any():
        level = float(rates.attrs.get("level", 0.95))
        method = _methods(rates)
        band = f"line and band: estimate and {level:.0%} interval" + (f", {method}" if method else "")
    return (f"{name}. Dots: nights {kind} out of those answered that week, as if all 7 had been answered; hollow dots: "
            f"fewer than 4 answered; {band}.")


def _answered(rates: pd.DataFrame) -> str:
    return f"{count(rates['n_answered'].sum(), 'answered night')} in {count(len(rates), 'week')}."


def _methods(rates: pd.DataFrame) -> str:
    if "method" not in rates:
        return ""
    return "; ".join(str(m).rstrip(".") for m in rates.loc[rates["rate"].notna(), "method"].dropna().unique() if m)


def _rates_alt(rates: pd.DataFrame) -> str:
    known = rates[rates["rate"].notna()]
    if why := rate_open(rates):
        return f"Symptom nights per week: open. {why}"
    if known.empty:
        return "Symptom nights per week: not enough recorded to estimate them."
    first, last = known.iloc[0], known.iloc[-1]
    parts = [f"week of {short_date(r['week'])}: {r['rate']:.1f} ({r['lower']:.1f} to {r['upper']:.1f})"
             for r in ([first, last] if len(known) > 1 else [first])]
    return (f"Symptom nights per week over {count(len(rates), 'week')}, with an interval. From the {parts[0]}"
            + (f" to the {parts[1]}." if len(parts) > 1 else "."))


# --- their straight line -------------------------------------------------------------------------------------------
def _trend_caption(trend: Any) -> str:
    name, weeks = "Symptom-free nights per week", trend.table
    if not weeks["n_answered"].sum():
        return f"{name}: no answered night in {count(len(weeks), 'week')}."
    if why := rate_open(weeks):
        return f"{name}: open. {why}"
    weeks = weeks.copy()
    weeks.attrs["level"] = trend.level
    line = f"No line: {carry_on(trend.reason.rstrip('.'))}." if trend.reason else (
        f"Dashed: straight line with {trend.level:.0%} limits; four weeks later against now "
        f"{signed(trend.change)} ({signed_interval(trend.lower, trend.upper)}) in 30.")
    return f"{_weeks(weeks, name, 'free of symptoms')} {line} {_answered(weeks)}"


def _trend_alt(trend: Any) -> str:
    known = trend.table[trend.table["rate"].notna()]
    if known.empty:
        return f"Weeks of a diary: too little was recorded. {_trend_caption(trend)}"
    first, last = known.iloc[0], known.iloc[-1]
    return (f"Symptom-free nights, week by week, from {first['rate']:.1f} of 7 in the week of "
            f"{short_date(first['week'])} to {last['rate']:.1f} in that of {short_date(last['week'])}. "
            f"{_trend_caption(trend)}")


# --- effects -------------------------------------------------------------------------------------------------------
def _effects_caption(source: Any) -> str:
    rows, scale = effect_rows(source), scale_of(source)
    drawn = [r for r in rows if not r.refused]
    if not drawn:
        return f"{scale.caption} No row has enough recorded nights to draw. {_basis(source)}"
    both = any(r.lower_alone is not None for r in drawn)
    thin, thick = _thin(source), levels_of(source)[1]
    lines = f"Thin line and brackets: {thin}; thick: {thick} interval of that row alone." if both else f"Line: {thin}."
    parts = [f"{scale.title}. {lines} Filled dot: wholly on one side of {scale.nothing}."]
    parts += [f"Rows marked {tag}: {only}." for tag, only in counted(rows).items()]
    return " ".join([*parts, *disagreements(source.caveats), _basis(source)])


def _thin(source: Any) -> str:
    """What the thin line is: of answers the limits by which they are judged."""
    level = levels_of(source)[0]
    return f"{level} limits that hold for all rows together" if isinstance(source, Answers) else f"{level} interval"


def _basis(source: Any) -> str:
    people = "One person" if source.n_people == 1 else f"{source.n_people:,} people"
    if isinstance(source, Answers):
        dates = date_range(source.first_night, source.last_night)
        return f"{people}, {dates}: {source.n_recorded:,} of {count(source.n_nights, 'night')} recorded."
    return f"{people}, {count(source.n_nights, 'night')}."


def _effects_alt(source: Any) -> str:
    scale = scale_of(source)
    lines = [f"{scale.title}, one row per question; in brackets: {_thin(source)}."]
    for row in effect_rows(source):
        tag = f", {row.tag}" if row.tag else ""
        said = _sentence(refusal(row)) if row.refused else f"{numbers(row, scale)}{tag}."
        lines.append(f"{isolate(row.label)}, {row.contrast}: {said[0].lower()}{said[1:]}")
    return " ".join(lines)


# --- coverage of simulated diaries ---------------------------------------------------------------------------------
def _coverage_caption(check: Any) -> str:
    level = f"{100 * check.level:.3g}%"
    people = "one person" if check.n_people == 1 else f"{check.n_people:,} people"
    return " ".join([
        f"{check.diaries}, each with the same {count(check.n_nights, 'night')} of {people}: share of the {level} "
        f"intervals for the {check.unit}{',' if check.unit.endswith('own units') else ''} that held the truth.",
        "Dot: the share; line: its own 95% range from counting so many diaries; upright line: where it should be.",
        f"False alarms: diaries without that effect whose interval leaves {_nothing(check)} out; they should be "
        f"{100 * (1 - check.level):.3g}%.",
        f"Intervals by {_sentence(check.method)[0].lower()}{_sentence(check.method)[1:]}",
        *(_sentence(c) for c in check.caveats),
    ])


def _nothing(check: Any) -> str:
    return "one" if check.scale == "odds_ratio" else "zero"


def _coverage_alt(check: Any) -> str:
    level = f"{100 * check.level:.3g}%"
    lines = [f"If the model is right: how often {level} intervals for the {check.unit} hold the truth, one row per "
             "contrast."]
    for row in check.table.itertuples():
        said = (f"{100 * row.coverage:.1f}% ({100 * row.coverage_lower:.1f} to {100 * row.coverage_upper:.1f}%) of "
                f"{row.answered:,}" if row.answered else "no interval in any simulated diary")
        alarms = f", false alarms {100 * row.false_alarms:.1f}%" if row.null_answered else ""
        lines.append(f"{readable(row.term)}, {row.contrast}: {said}{alarms}.")
    return " ".join(lines)


def _sentence(text: Any) -> str:
    text = str(text or "").strip()
    text = text[:1].upper() + text[1:]
    return text if not text or text[-1] in ".!?" else text + "."


# What is drawn, with its caption and alt text.
_WORDS: tuple[tuple[Kind, Callable[..., str], Callable[..., str]], ...] = (
    (PEOPLE_EFFECTS, people_caption, people_alt), (SPECIFICATIONS, specifications_caption, specifications_alt),
    (COVERAGE, _coverage_caption, _coverage_alt), (TREND_RESULT, _trend_caption, _trend_alt),
    (CURVE, dose_caption, dose_alt), (CHECKED, checks_caption, checks_alt), (ANSWERS, _effects_caption, _effects_alt),
    (EFFECTS, _effects_caption, _effects_alt), (NIGHTS, _nights_caption, _nights_alt),
    (RATES, _rates_caption, _rates_alt), (ONSET, onset_caption, onset_alt), (SLEPT, sleep_caption, sleep_alt),
    (TALLY, tally_caption, tally_alt), (FLOW, flow_caption, flow_alt), (TRIAL, trial_caption, trial_alt),
)
