"""The sentences of every result but the advice table: a model of one's own, people, checks, curve, trend, plan.

Nothing is computed here. What a model of one's own
says carries the tag of a link: it takes the nights as they come, whatever came first on them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rlskit.answers.dose import DoseCurve
from rlskit.answers.plan import NightsPlan
from rlskit.answers.trend import Trend
from rlskit.checks.fit_checks import Checks
from rlskit.diary.tables import Diary
from rlskit.effects.estimates import Effects
from rlskit.effects.people import PeopleEffects, describe_share
from rlskit.effects.scales import SCALES
from rlskit.effects.text import in_own_units
from rlskit.errors import ModelError
from rlskit.models.fitting import Fitted
from rlskit.utils.words import (
    CLOCK,
    about,
    amount_of,
    and_list,
    capital,
    carry_on,
    clock,
    comma_list,
    count,
    interval,
    isolate,
    join,
    number,
    plain,
    readable,
    sentence,
    split_nights,
    yes_no,
)

LINK = "This is a link, not proof. Something else about those nights may be behind it."
OWN_MODEL = "This is a model of your own choice. It takes the nights as they come, whatever came first on them."
A_PASS = "A pass means that nothing was found. It does not prove that nothing is there."
WORST_FIRST = ("fail", "look", "could not have shown it", "pass", "not possible")


@dataclass(frozen=True)
class Told:
    """A text in parts: its `title`, what to know first, rows of (name, contrast, sentences), and what it cannot tell,
    where that is not what no diary can tell."""

    title: str
    caveats: tuple[str, ...]
    rows: tuple[tuple[str, str, str], ...]
    limits: tuple[str, ...] = ()


def tell(result: Any) -> Told:
    """The parts of the text on a result. Raises ModelError where there are no words for it, and says what to do."""
    for kind, told in _TOLD:
        if isinstance(result, kind):
            return told(result)
    raise ModelError(f"describe: found {_kind(result)}; expected Answers, Effects, PeopleEffects, Checks, DoseCurve, "
                     f"NightsPlan, Trend or TrialResult. {_instead(result)}")


def _kind(result: Any) -> str:
    if isinstance(result, pd.DataFrame):
        return "a table of nights" if {"night", "symptoms"} <= set(result) else "a table"
    name = type(result).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"


def _instead(result: Any) -> str:
    """What to hand over instead."""
    if isinstance(result, pd.DataFrame):
        return "Of nights: rk.describe(rk.answer_questions(nights)). Any other table is read as it stands."
    if isinstance(result, Fitted):
        return "Of a fit: rk.describe(rk.estimate_effects(fit))."
    if isinstance(result, Diary):
        return "Of a diary: rk.describe(rk.answer_questions(rk.make_nights(diary)))."
    return "print() shows what it is."


# --- a model of one's own ------------------------------------------------------------------------------------------
def _effects(effects: Any) -> Told:
    if SCALES[effects.scale].log:
        raise ModelError(f"describe: found {SCALES[effects.scale].of}s, which are easily read as more than they say; "
                         "expected effects in nights or points. Use rk.describe(rk.estimate_effects(fit)).")
    basis = f"This uses {count(effects.n_nights, 'night')} of {_folk(effects.n_people)}."
    rows = tuple((readable(some["term"].iloc[0]), yes_no(str(some["contrast"].iloc[0])), _effect(some, effects))
                 for _, some in effects.table.groupby(["term", "contrast"], sort=False, dropna=False))
    return Told("What this model says", (basis, OWN_MODEL, *(sentence(c) for c in effects.caveats)), rows)


def _effect(some: pd.DataFrame, effects: Any) -> str:
    """One contrast at one or more levels; it is clear only where the widest of its intervals is."""
    some = some.sort_values("level") if "level" in some else some
    row = some.iloc[0]
    if pd.isna(row["estimate"]):
        return sentence(f"Not enough recorded to say: {carry_on(str(row['reason']))}")
    widest = some.iloc[-1]
    clear = -1 if widest["upper"] < 0 else 1 if widest["lower"] > 0 else 0
    levels = some.get("level", [effects.level])
    counted = bool(SCALES[effects.scale].said_per)
    amount, spread = (_nights_amount, _nights_spread) if counted else (_points_amount, _points_spread)
    spreads = [f"{spread(r, effects)} ({100 * level:.3g}% interval)"
               for (_, r), level in zip(some.iterrows(), levels, strict=True)]
    ways = ("fewer", "more") if counted else ("lower", "higher")
    if counted:
        name, per = f"{ways[clear > 0]} {_noun(effects)}s", f" {SCALES[effects.scale].said_per}"
        guess = f"the best guess is {amount(row, effects, clear)}{per}"
    else:
        name, per = f"{ways[clear > 0]} {_unit(effects)}", ""
        guess = f"the best guess for {_unit(effects)} is {amount(row, effects, clear)}"
    first = (f"{capital(name)}: {amount(row, effects, clear)}{per}, and {spreads[0]}." if clear
             else f"Not clear: {guess}, but it could be {spreads[0]}.")
    wider = f"Wider: {and_list(spreads[1:])}." if len(spreads) > 1 else ""
    text = join(first, wider, _compared(row), _base(row, effects), _used(row), LINK)
    return re.sub(r"such (nights?)", rf"\1 at {effects.at_least} or more", text)


def _noun(effects: Any) -> str:
    return "symptom night" if effects.at_least is None else "such night"


def _unit(effects: Any) -> str:
    return readable(effects.base_unit) if in_own_units(effects) else "severity"


def _nights_amount(row: pd.Series, effects: Any, clear: int) -> str:
    return about(row["estimate"] * SCALES[effects.scale].said_times, "" if clear else _noun(effects))


def _nights_spread(row: pd.Series, effects: Any) -> str:
    times = SCALES[effects.scale].said_times
    return interval(row["lower"] * times, row["upper"] * times)


def _points_amount(row: pd.Series, effects: Any, clear: int) -> str:
    return f"about {shift(row['estimate'], in_own_units(effects))}"


def _points_spread(row: pd.Series, effects: Any) -> str:
    return shift_spread(row["lower"], row["upper"], in_own_units(effects))


def shift_spread(low: float, high: float, own: bool) -> str:
    low, high = number(low), number(high)
    if math.isinf(low) and math.isinf(high):
        return "anything at all, with no lower and no upper limit"
    if math.isinf(low) or math.isinf(high):
        known, word, side = (low, "above", "upper") if math.isinf(high) else (high, "below", "lower")
        return f"{shift(known, own)} or anything {word} that, with no {side} limit"
    return f"between {shift(low, own)} and {shift(high, own)}"


def shift(value: float, own: bool) -> str:
    """"0.8 points lower"; of a numeric outcome, two figures in its own unit."""
    value = number(value)
    size = f"{abs(value):.2g}" if own else f"{abs(value):.1f}"
    if float(size) == 0:
        return "0"
    return f"{size}{'' if own else ' points'} {'lower' if value < 0 else 'higher'}"


def _compared(row: pd.Series) -> str:
    text, name = yes_no(str(row["contrast"])), readable(row["term"])
    sides = text.split(" vs ")
    if len(sides) != 2:  # a shift of the calendar, or a range of one's own
        return f"This compares {name}: {text}."
    return f"This compares {name} at {sides[0]} with {name} at {sides[1]}; the rest of the model stays as it was."


def _base(row: pd.Series, effects: Any) -> str:
    if not math.isfinite(number(row["base_rate"])) or not SCALES[effects.scale].said_per:
        return ""
    per = "in 30" if effects.scale == "nights_per_30" else "in 30 nights"
    return f"On the nights compared with, about {plain(row['base_rate'])} {per} were {_noun(effects)}s."


def _used(row: pd.Series) -> str:
    if pd.isna(row.get("n_exposed")) or pd.isna(row["n_nights"]):
        return ""
    n, exposed = int(row["n_nights"]), int(row["n_exposed"])
    split = split_nights(yes_no(str(row["contrast"])), exposed, n - exposed)
    return f"This uses {count(n, 'night')}{f': {and_list(split)}' if split else ''}."


def _folk(people: int) -> str:
    return "one person" if people == 1 else f"{people:,} people"


# --- people --------------------------------------------------------------------------------------------------------
def tell_people(effects: Any, what: str = "", tag: str = LINK) -> Told:
    """Several people in one model. what : the contrast, where it has a better name than its term's; tag : what kind of
    comparison it is."""
    if SCALES[effects.scale].log:
        raise ModelError(f'describe: found {SCALES[effects.scale].of}s, which are easily read as more than they say; '
                         'expected nights. Use rk.estimate_people(fit, term, scale="nights_per_30").')
    table, counted = effects.table, bool(SCALES[effects.scale].said_per)
    amount, wide = (_nights_amount, _nights_spread) if counted else (_points_amount, _points_spread)
    per = f" {SCALES[effects.scale].said_per}" if counted else ""
    lowered, raised = (f"had {way} {_noun(effects)}s" if counted else f"had {way} {_unit(effects)}"
                       for way in (("fewer", "more") if counted else ("lower", "higher")))
    people, rest = table[table["kind"].eq("person")], table[table["kind"].ne("person")].set_index("kind")
    known = people[people["estimate"].notna()]
    fewer, more = int(known["upper"].lt(0).sum()), int(known["lower"].gt(0).sum())
    spread = {kind: f"{wide(r, effects)} ({100 * effects.level:.3g}% interval)" for kind, r in rest.iterrows()}
    what = what or f"{readable(effects.term)}, {yes_no(effects.contrast)}"
    both = "Some people are clearly on each side of it, so the average speaks for neither." if fewer and more else ""
    rows = [
        ("On average", what, join(f"The best guess is {amount(rest.loc['average'], effects, 0)}{per}; it could be "
                                  f"{spread['average']}.", both, tag)),
        ("Person by person", what, join(
            f"Of {count(len(known), 'person') if len(known) == 1 else f'{len(known):,} people'} who changed it, "
            f"{fewer} clearly {lowered}, {more} clearly {raised if not counted else 'had more'}, and for "
            f"{len(known) - fewer - more} it is not clear.",
            f"{_folk(len(people) - len(known)).capitalize()} never changed it." if len(people) > len(known) else "",
            describe_share(effects))),
        ("One more person", what, f"For one more person like these it could be {spread['new person']}{per}."),
    ]
    rows = [(head, what, re.sub(r"such (nights?)", rf"\1 at {effects.at_least} or more", text))
            for head, what, text in rows]
    if both:  # an average near zero is not the first thing to read of people who go opposite ways
        rows = [*rows[1:], rows[0]]
    basis = f"This uses {count(effects.n_nights, 'night')} of {_folk(effects.n_people)}."
    return Told("What these diaries say", (basis, OWN_MODEL, *(sentence(c) for c in effects.caveats)), tuple(rows))


# --- checks --------------------------------------------------------------------------------------------------------
def _checks(checks: Any) -> Told:
    order = {result: at for at, result in enumerate(WORST_FIRST)}
    table = checks.table.assign(order=checks.table["result"].map(order)).sort_values("order", kind="stable")
    counts = table["result"].value_counts()
    said = and_list([f"{counts[result]} {result}" for result in WORST_FIRST if result in counts])
    answer = f"The answer that was checked, on {isolate(checks.label)}: {_answer_checked(checks)}"
    basis = f"This uses {count(checks.n_nights, 'night')} of {_folk(checks.n_people)}. The checks: {said}."
    rows = tuple((capital(r.check), r.result, str(r.sentence)) for r in table.itertuples(index=False))
    return Told("What could overturn the answer", (answer, basis, A_PASS), rows)


def _answer_checked(checks: Any) -> str:
    level = f"({100 * checks.level:.3g}% interval)"
    if checks.unit == "per 30 nights":
        return f"{about(checks.estimate)} per 30 {checks.counted}, {interval(checks.lower, checks.upper)} {level}."
    own = checks.unit != "points"
    on = "" if checks.counted == "nights" else f" on {checks.counted}"
    return (f"{checks.unit if own else 'severity'} about {shift(checks.estimate, own)}{on}, "
            f"{shift_spread(checks.lower, checks.upper, own)} {level}.")


# --- curve and trend -----------------------------------------------------------------------------------------------
def _curve(curve: Any) -> Told:
    if curve.reason:
        return Told("What this curve says", (), ((curve.label, "", sentence(curve.reason)),))
    timed = curve.unit == CLOCK
    more, what = ("later than", "hours") if timed else ("with more than", "amounts")
    against = clock(curve.reference) if timed else f"{curve.reference:g}"
    level, table = f"{curve.level:.0%}", curve.table
    rows = []
    for at in sorted({len(table) // 2, len(table) - 1}):
        r = table.iloc[at]
        text = (f"The best guess is {about(r['estimate'])} {curve.population}; it could be "
                f"{interval(r['lower'], r['upper'])} ({level} band of the whole curve).")
        if curve.curved:
            text += (f" A straight line puts it at {about(r['line'], '')} "
                     f"({interval(r['line_lower'], r['line_upper'])}).")
        rows.append((curve.label, f"{amount_of(r['x'], curve.unit)} against {against}", text))
    known = f" Taken into account: {comma_list(curve.adjusted_for)}." if curve.adjusted_for else ""
    shape = "" if curve.curved else f" Too few {what} were written down for more than a straight line."
    basis = (f"This uses {count(curve.n_nights, 'night')}, {curve.n_exposed} of them {more} "
             f"{amount_of(curve.reference, curve.unit)}.{shape}{known}")
    tag = LINK if curve.design_tag == "association only" else (
        "Only what came before any symptoms counts. But you chose the nights yourself, so this is not a fair test.")
    return Told("What this curve says", (basis, tag), tuple(rows))


def _plan(plan: Any) -> Told:
    effect = f"an effect of {plan.effect:g} nights in 30"
    if plan.nights_needed is None:
        text = join(f"Watching alone cannot answer this: to see {effect} would take more than two years of nights.",
                    plan.step)
    elif not plan.nights_needed:
        text = f"This diary is long enough to show {effect}, were there one."
    else:
        ends = ["more than two years" if end is None else f"{end:,}" for end in (plan.earliest, plan.latest)]
        text = (f"To see {effect} would take about {plan.nights_needed:,} more nights. That is a guess from "
                f"{int(plan.table['simulations'].sum()):,} made-up diaries; it could be {ends[0]} to {ends[1]}.")
    basis = (f"This uses {count(plan.nights_so_far, 'night')}. Made-up diaries were put together from them, all with "
             f"{effect}. Long enough means that {100 * plan.power:.0f} in 100 of them show it.")
    return Told("How long to go on", (basis, *(sentence(c) for c in plan.caveats)), ((plan.label, effect, text),))


def _trend(trend: Any) -> Told:
    basis = f"This uses {count(trend.n_nights, 'night')} with an answer, over {count(len(trend.table), 'week')}."
    name = "Symptom-free nights"
    if trend.reason:
        return Told("What these weeks say", (basis,), ((name, "", sentence(trend.reason)),))
    spread = f"{interval(trend.lower, trend.upper)} ({trend.level:.0%} interval)"
    guess = about(trend.change, "symptom-free night")
    clear = trend.lower > 0 or trend.upper < 0
    text = (f"{guess[:1].upper()}{guess[1:]} per 30, and {spread}." if clear
            else f"Not clear: the best guess is {guess} per 30, but it could be {spread}.")
    doubt = "A run of bad weeks can look like a change. Whatever else changed over these weeks changes along with time."
    return Told("What these weeks say", (basis, LINK),
                ((name, "four weeks later vs now", join(text, f"Main reason for doubt: {carry_on(doubt)}")),))


_TOLD: tuple[tuple[type, Callable[..., Told]], ...] = (
    (PeopleEffects, tell_people), (DoseCurve, _curve), (NightsPlan, _plan), (Trend, _trend), (Checks, _checks),
    (Effects, _effects),
)
