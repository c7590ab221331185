"""Two things the exposure cannot have caused: symptoms that came before it that evening, and, tomorrow's exposure,
tonight's symptoms. Where it seems to, something else is at work.

Where the diary tells on which evenings the exposure answered symptoms, it is believed (rlskit/checks/responsive.py).
Else the first is a negative control outcome (Lipsitch, Tchetgen Tchetgen & Cohen 2010, Epidemiology 21, 383-388),
given the last known night's outcome and exposure. Stretching answers symptoms, so most of the chance of a false alarm
is spent on that side: limits that together leave out 5% leave 4% to "more symptoms before it" and 1% to fewer. The
second can be true of a diary whose answer is right: a bad night may lead to stretching on the day after. Then last
night's symptoms have to be in the model, and where they are not the row says what the answer would be with them. It
stands beside tonight's exposure, never in its place. What looks back over several nights is taken from the first night
whose window begins after tonight. A control whose own interval is as wide as the answer could not have shown what is
behind it, and says so.
Measured: benchmarks/negative_control.py, docs/decisions/0015-checks.md.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import ndtri

from rlskit.checks.context import BEFORE, Context
from rlskit.checks.omitted_terms import MUCH
from rlskit.checks.refit import PER, Numbers, Refit, already_in, small_fit
from rlskit.checks.responsive import recorded_responses
from rlskit.checks.row import FAIL, LOOK, PASS, UNSEEN, Row, impossible, more_or_fewer, number, row
from rlskit.engine import WEAK, Scenario
from rlskit.models.columns import LEAST_OF_EITHER, NIGHT
from rlskit.utils.words import signed_interval

BEFORE_IT, TOMORROW = "symptoms before it", "tomorrow's exposure"
LEAST_EXPOSED = 7
CARRIED = 7  # nights back to the last known one
FEW_EARLY = 30  # evenings with early symptoms
OFTEN = 0.8  # how often what "would be seen" is seen
TOWARDS = 0.8  # share of the false alarms left to the side on which the exposure answers symptoms


def negative_control(m: Context) -> Row:
    """Fails where the diary itself says that the exposure answered symptoms, or symptoms before it go with it."""
    if (told := recorded_responses(m)) is None:
        return link_with_before(m)
    because, exposed = told
    text = (f"On {because} of {number(exposed, 'compared night')} {m.with_it}, the diary itself says that it answered "
            "symptoms: they had come first, and no stretch that surely came before them is written down. Such nights "
            f"count as nights {m.with_it} because they were bad, and part of the answer is that.")
    return row(BEFORE_IT, FAIL, text, because)


def link_with_before(m: Context) -> Row:
    """Fails where symptoms before the exposure go with it, given last night's outcome and exposure."""
    if m.before is None:
        return impossible(BEFORE_IT, _why_no_control(m))
    table = m.table
    early = table["before"].to_numpy()
    usable = table["modelled"].to_numpy() & ~np.isnan(early)
    modelled = int(table["modelled"].sum())
    if not usable.any():
        return impossible(BEFORE_IT, "no compared night says whether symptoms had come before it.")
    if not (early[usable] > 0).any() and usable.sum() >= 0.9 * modelled:
        return row(BEFORE_IT, PASS, f"All {number(int(usable.sum()), 'compared night')} were still free of symptoms at "
                   f"that hour, so {m.label} among them cannot answer symptoms of the same evening.", 0.0)
    usable &= table["exposure"].notna().to_numpy()
    columns = np.column_stack([table["exposure"], *(_last_known(m, name) for name in ("any_symptoms", "exposure"))])
    bad = int((early[usable] > 0).sum())
    good = int(usable.sum()) - bad
    if min(bad, good) < LEAST_OF_EITHER:
        return impossible(BEFORE_IT, f"symptoms had come before it on {number(bad, 'night')} and not on {good}; at "
                          f"least {LEAST_OF_EITHER} of each are needed.")
    if _too_few(m, columns[usable, 0]):
        return impossible(BEFORE_IT, f"fewer than {LEAST_EXPOSED} nights {m.with_it}, or {m.without_it}, say whether "
                          "symptoms had come before it.")
    columns = columns[usable]
    ones = np.ones((len(columns), 1))
    # Only nights after a known one tell whether the night before gives the exposure away.
    told = ~np.isnan(m.shifted("any_symptoms", 1) + m.shifted("exposure", 1))[usable]
    told = told if told.sum() > columns.shape[1] else np.ones_like(told)
    if already_in(np.hstack([ones, columns[:, 1:]])[told], columns[told][:, [0]]):
        return impossible(BEFORE_IT, f"the night before tells exactly which evenings were {m.with_it}.")
    for j in range(columns.shape[1] - 1, 0, -1):
        if already_in(np.hstack([ones, np.delete(columns, j, axis=1)]), columns[:, [j]]):
            columns = np.delete(columns, j, axis=1)
    person = pd.factorize(table["person"][usable])[0]
    control = small_fit(
        sign=np.where(early[usable] > 0, 1.0, -1.0), person=person, night=table["night"].to_numpy()[usable],
        columns=columns, at=0, values=(m.a, m.b), prior=m.prior or WEAK, persistence=m.calendar)  # fmt: skip
    found = control.limits(m.level, _tails(m))
    numbers = f"{more_or_fewer(found.estimate)} nights in 30 ({signed_interval(found.lower, found.upper)})"
    if found.claim:
        text = (f"Evenings {m.with_it} had symptoms before it on {numbers}. Nothing acts backwards in time, so these "
                "evenings were different from the start, and part of the answer is that difference.")
        return row(BEFORE_IT, FAIL, text, found.estimate, found.lower, found.upper)
    text = (f"No clear link with symptoms that came before it: {numbers} {m.with_it}. {'Only ' * (bad < FEW_EARLY)}"
            f"{number(bad, 'evening')} had such symptoms, so a link of less than about {_smallest(m, control):.0f} "
            "nights in 30 would often stay unseen.")
    return _nothing_seen(m, BEFORE_IT, text, found)


def _nothing_seen(m: Context, check: str, text: str, found: Numbers) -> Row:
    """A control without a clear link: passed, unless its interval is as wide as the answer. (A severity or a number is
    on another scale than symptoms before it.)"""
    alike = check != BEFORE_IT or m.unit.times == PER
    if alike and (found.upper - found.lower) / 2.0 >= m.worth_seeing:
        text += " That is as wide as the answer itself: a link that would explain it could not have been shown."
        return row(check, UNSEEN, text, found.estimate, found.lower, found.upper)
    return row(check, PASS, text, found.estimate, found.lower, found.upper)


def _smallest(m: Context, control: Refit) -> float:
    """The smallest link that would be seen 4 times in 5 on the side that is watched more."""
    return float(ndtri(1.0 - max(_tails(m))) + ndtri(OFTEN)) * control.standard_error


def _last_known(m: Context, name: str) -> np.ndarray:
    """The value of the last known night, up to a week back, else the mean of all: no night is lost for an empty one
    before it, and none asks for a column of its own."""
    values = m.shifted(name, 1)
    if m.calendar:
        values = pd.Series(values).groupby(m.table["person"].to_numpy(), sort=False).ffill(limit=CARRIED - 1).to_numpy()
    mean = float(pd.Series(m.any_symptoms if name == "any_symptoms" else m.table[name]).mean())
    return np.where(np.isnan(values), 0.0 if np.isnan(mean) else mean, values)


def _tails(m: Context) -> tuple[float, float]:
    """Shares of false alarms below the lower and above the upper limit, together 1 - level.

    Symptoms that came early make people stretch: more exposure on such evenings is what is looked for, and seen with a
    lower limit above zero. Fewer (a planned stretch left undone) is seen too, by the smaller share. Any other exposure
    may answer symptoms either way.
    """
    alarms = 1.0 - m.level
    if m.before != BEFORE:
        return alarms / 2.0, alarms / 2.0
    more, fewer = TOWARDS * alarms, (1.0 - TOWARDS) * alarms
    return (more, fewer) if m.a > m.b else (fewer, more)


def _why_no_control(m: Context) -> str:
    if m.window:
        return (f"what is compared ({m.label}) looks back over several nights, so it comes before this evening's "
                "symptoms.")
    if BEFORE in m.nights:
        return f"this evening's early symptoms may have come after the {m.label}, as its effect."
    return f"the diary does not tell which evenings already had symptoms before the {m.label}."


def tomorrow(m: Context) -> Row:
    """Looks where tomorrow's exposure goes with tonight's symptoms, beside tonight's exposure."""
    if m.window and not m.reach:
        return impossible(TOMORROW, f"what is compared ({m.label}) looks back at tonight too, tomorrow.")
    ahead, design = m.modelled(m.shifted("exposure", -1 - m.reach)), m.fit.design
    keep = ~np.isnan(ahead)
    if keep.sum() < 14 or _too_few(m, ahead[keep]):
        then = f"by {number(m.reach, 'night')} {{}}" if m.window else "by one {}"
        return impossible(TOMORROW, f"fewer than {LEAST_EXPOSED} nights are followed {then.format(m.with_it)}, or "
                          f"{then.format(m.without_it)}.")
    sub = m.refit.keeping(keep, design.frame[NIGHT].to_numpy())
    column = ahead[keep][:, None]
    if m.other_endings(keep) < LEAST_OF_EITHER or already_in(sub.x, column):
        return impossible(TOMORROW, "too few nights are left, or tomorrow's can be computed from tonight's.")
    grown = sub.adding(column)
    a, b = (_with_last(grown.x, (value - column.mean()) / column.std()) for value in (m.a, m.b))
    found = replace(grown, a=Scenario(a, grown.nights.z), b=Scenario(b, grown.nights.z)).limits(m.level)
    numbers = f"{m.unit.moved(found.estimate)} ({m.unit.interval(found.lower, found.upper)})"
    if m.window:
        text = f"Nights followed by {number(m.reach, 'night')} {m.with_it} had {numbers}. "
        if found.claim:
            text += ("What came later cannot act on tonight. Bad nights may bring it about, or a bad spell may drive "
                     "both, and then it drives the answer too.")
            return row(TOMORROW, LOOK, text, found.estimate, found.lower, found.upper)
        return _nothing_seen(m, TOMORROW, f"{text}No clear link.", found)
    if found.claim:
        said, result = _with_last_night(m)
        text = f"The nights before days {m.with_it} had {numbers}. Tomorrow cannot act on tonight. {said}"
        return row(TOMORROW, result, text, found.estimate, found.lower, found.upper)
    text = f"No clear link between tomorrow's {m.label} and tonight's {m.unit.outcome}: {numbers}."
    return _nothing_seen(m, TOMORROW, text, found)


def _with_last_night(m: Context) -> tuple[str, str]:
    """What a bad night that changes the next day does to the answer, and the result: last night's symptoms are in the
    model already, or the answer is what it would be with them, on the nights that know them."""
    lead = "A bad night may change what is done on the next day"
    last = m.modelled(m.shifted("any_symptoms", 1))
    known = ~np.isnan(last)
    column = last[known][:, None]
    if m.other_endings(known) < LEAST_OF_EITHER or np.ptp(column) == 0:
        return f"{lead}; too few nights follow a known one to say what that does to the answer.", LOOK
    sub = m.refit.keeping(known, m.fit.design.frame[NIGHT].to_numpy())
    if already_in(sub.x, column):
        return f"{lead}; the answer takes last night's symptoms into account. Or something else drives both.", LOOK
    person = sub.nights.person
    own = np.array([column[person == i].mean() for i in range(person.max() + 1)])[person][:, None]
    both = np.hstack([column - own, own])
    before, after = sub.again(), sub.adding(column if already_in(sub.x, both) else both)
    moved = abs(after.estimate - before.estimate)
    then, now = m.unit.signed(after.estimate), m.unit.signed(before.estimate)
    text = (f"{lead}. With last night's symptoms in the model the answer would be {then} instead of {now}, on the "
            f"{number(int(known.sum()), 'night')} that know them. Or something else drives both.")
    return text, FAIL if moved >= MUCH * before.standard_error else LOOK


def _with_last(x: np.ndarray, value: float) -> np.ndarray:
    moved = x.copy()
    moved[:, -1] = value
    return moved


def _too_few(m: Context, values: np.ndarray) -> bool:
    exposed = int(m.is_exposed(values).sum())
    return min(exposed, values.size - exposed) < LEAST_EXPOSED
