"""What the tables say, as plain sentences: caveats first, then an answer per question, from the rows of the figure.

Nothing is computed here. Words are kept short and plain (a reader of 12 can follow), name no illness, give no advice.
utils/words.py holds numbers and dates in words, result_sentences.py the sentences of everything but the advice table.
"""

from __future__ import annotations

import math
import textwrap
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from rlskit.answers.coin import coin_beside
from rlskit.answers.flow import after_unknown
from rlskit.answers.questions import STRETCH_FOLLOWS
from rlskit.answers.refusals import ORDER
from rlskit.answers.result import ANSWERED, NIGHTS, POINTS, Answers, judged, split_row
from rlskit.answers.result_sentences import Told, shift, shift_spread, tell
from rlskit.answers.trial_sentences import answer, name_trial, tell_series, tell_trial
from rlskit.models.outcome import told_as
from rlskit.trials.result import TrialResult, TrialSeries
from rlskit.utils.shown import Description
from rlskit.utils.words import (
    LINE,
    MONTHS,
    TWO_YEARS,
    about,
    and_list,
    bullets,
    capital,
    carry_on,
    clock,
    comma_list,
    count,
    date_range,
    hours_moved,
    interval,
    isolate,
    join,
    long_date,
    night_dates,
    number,
    of_people,
    plain,
    sentence,
    short_date,
    signed,
    signed_interval,
    split_nights,
)

if TYPE_CHECKING:
    from rlskit.answers.onset import OnsetShift

__all__ = [
    "EARLIER",
    "LIMITS",
    "MONTHS",
    "NOT_ENOUGH",
    "STRETCH_FOLLOWS",
    "by_half_hour",
    "claims_nothing",
    "count",
    "date_range",
    "describe",
    "describe_onset",
    "describe_period",
    "describe_row",
    "describe_rows",
    "is_answered",
    "list_caveats",
    "long_date",
    "needed",
    "night_dates",
    "plain",
    "short_date",
    "signed",
    "signed_interval",
    "why",
]  # fmt: skip

EARLIER = ("Symptoms may now begin 2 hours or more earlier: worth mentioning to your clinician, especially on a "
           "dopamine medicine.")
WHAT_CAME_FIRST = "On too many nights it does not tell which of the two came first."
WHOLE_MONTHS = ("Counted over whole months, early evenings included; effects on the following nights are not counted. "
                "An effect that wears off after two hours counts for those two hours.")
LIMITED = "What this cannot tell you"
NOT_ENOUGH = "not enough recorded to say"
ROUGHLY_FROM = 20  # nights; fewer are counted, more are reckoned from how often a kind of night came

LIMITS = (
    "This page is not a diagnosis. It only counts what was written down.",
    "Comparing nights is not a trial. Nights differ in many ways at once, and a link is not a cause.",
    "A night with nothing written down is not a good night. If bad nights are written down more often than good ones, "
    "or the other way round, every number here is off.",
    "Expecting to feel better helps by itself. In trials, 40 in 100 people (95% interval 32 to 48) got better on a "
    "dummy treatment, so before and after prove little.",
    "An interval shows what chance alone could do. It does not cover mistakes in the diary.",
    "An unclear answer does not mean there is no effect. It means this diary cannot tell.",
    "What holds for one person here may not hold for anyone else.",
    "Nothing here is advice to start, stop or change anything. Take questions to someone who knows your health.",
)

DESIGN_MEANS = {
    "coin-flip": "A coin chose the nights, so this is a fair test.",
    "before-symptom only": "Only what came before any symptoms counts. But you chose the nights yourself, so this is "
    "not a fair test.",
    "association only": "This is a link, not proof. Something else about those nights may be behind it.",
    "described only": "This only says what was written down. Symptoms come and go by themselves, so it does not show "
    "what the stretch did.",
}


# --- whole texts ---------------------------------------------------------------------------------------------------
def describe(result: Any) -> str:
    """A result in plain words: what to know first, then a paragraph per row, then what it cannot tell. `print` it, or
    leave it to a notebook, which shows it with headings: ``rk.describe(answers)``.

    result: Answers, Effects, PeopleEffects, Checks, DoseCurve, NightsPlan, Trend, TrialResult or TrialSeries. Answers
    are drawn from the rows that `plot_effects` draws, so the two cannot disagree. Raises ModelError for anything else,
    odds ratios among it.
    """
    if isinstance(result, (TrialResult, TrialSeries)):
        told = tell_trial(result) if isinstance(result, TrialResult) else tell_series(result)
    else:
        told = _told(result) if isinstance(result, Answers) else tell(result)
    said = partial(told_as, result)
    title, caveats = said(told.title), [said(line) for line in told.caveats]
    limits = tuple(map(said, told.limits or [of_people(line, getattr(result, "n_people", 1)) for line in LIMITS]))
    rows = [(said(f"{isolate(label)} ({contrast})" if contrast else isolate(label)), said(text))
            for label, contrast, text in told.rows]
    lines = ["Before you read on", *bullets(caveats), ""] if caveats else []
    lines += [title, *(line for name, text in rows for line in ("", name, textwrap.fill(text, LINE))),
              "", LIMITED, *bullets(limits)]
    parts: list[tuple] = [("Before you read on", (), caveats)] if caveats else []
    parts += [(title, (), ()), *((name, (text,), ()) for name, text in rows), (LIMITED, (), limits)]
    return Description("\n".join(lines) + "\n", parts)


def _told(answers: Answers) -> Told:
    title = "What this diary says" if answers.n_people == 1 else "What these diaries say"
    return Told(title, tuple(list_caveats(answers)), tuple(describe_rows(answers)))


def describe_rows(answers: Answers) -> list[tuple[str, str, str]]:
    """(name, contrast, sentences) of each question, coin-flip nights first, then in the order of the table; what the
    diary has nothing about comes last, in one sentence."""
    rows = [(name_trial(trial), trial.design_tag, answer(trial)) for trial in answers.trials]
    rows += [(str(row["label"]), str(row["contrast"]), describe_row(row, answers))
             for _, row in answers.table.iterrows() if row["verdict"] != "not_recorded"]
    silent = answers.table.loc[answers.table["verdict"].eq("not_recorded"), "label"]
    onset = getattr(answers, "onset", None)
    if onset is not None:
        rows.append(("When symptoms begin", "last weeks of the diary vs first", describe_onset(onset)))
    nothing = of_people(_nothing_about(silent), answers.n_people) if len(silent) else ""
    return [*rows, *([("Not recorded", "", nothing)] if nothing else [])]


def is_answered(row: pd.Series) -> bool:
    """Whether a row of answers has an estimate, clear or not."""
    return row["verdict"] in ANSWERED


def is_of_nights(row: pd.Series) -> bool:
    """Whether a row of answers is about symptom nights, and not about another outcome."""
    return row.get("unit", NIGHTS) == NIGHTS


def one_of_many(row: pd.Series, answers: Answers) -> str:
    """Why nothing is claimed where a row's own interval leaves out "no difference" and the limits for all rows, by
    which it is judged, do not; else nothing."""
    alone = row["lower_pointwise"] > 0 or row["upper_pointwise"] < 0
    if row["verdict"] != "unclear" or not alone or not row["lower"] <= 0 <= row["upper"]:
        return ""
    asked = int(answers.table.apply(is_answered, axis=1).sum())
    return f"of {asked} questions asked at once one may look clear by chance"


def list_caveats(answers: Answers) -> list[str]:
    """What to know before reading any number: the nights written down, then the caveats of the answers."""
    return [describe_period(answers), *(sentence(c) for c in answers.caveats)]


def describe_period(answers: Answers) -> str:
    """"The diary runs from … to …; 150 of 180 nights have something written down."""
    nights = count(answers.n_nights, "night")
    verb = "has" if answers.n_recorded == 1 else "have"
    runs = "The diary runs" if answers.n_people == 1 else f"The diaries of {answers.n_people:,} people run"
    return (f"{runs} from {long_date(answers.first_night)} to {long_date(answers.last_night)}. "
            f"{answers.n_recorded} of {nights} {verb} something written down.")


def _nothing_about(labels: pd.Series) -> str:
    return f"The diary holds nothing about: {and_list(labels)}."


def describe_onset(onset: OnsetShift) -> str:
    """The sentences on the hour at which symptoms begin."""
    if onset.reason:
        return sentence(onset.reason)
    amount = "at the same hour" if abs(onset.change) < 0.05 else f"about {hours_moved(onset.change)}"
    spread = f"between {hours_moved(onset.lower)} and {hours_moved(onset.upper)} ({onset.level:.0%} interval)"
    clear = onset.lower > 0 or onset.upper < 0
    return join(
        f"Symptoms began {amount}, and {spread}." if clear
        else f"Not clear: the best guess is that they began {amount}, but it could be {spread}.",
        f"In the last weeks, from {long_date(onset.now_span[0])} on, the middle hour was {clock(onset.now)} "
        f"({count(onset.n_now, 'night')}).",
        f"In the first, until {long_date(onset.before_span[1])}, it was {clock(onset.before)} "
        f"({count(onset.n_before, 'night')}).",
        f"Nights without symptoms have no hour: {plain(onset.rate_now)} in 30 were symptom nights in the last weeks, "
        f"{plain(onset.rate_before)} in 30 in the first.",
        "Main reason for doubt: a medicine, a season or a habit may have changed as well.",
        EARLIER if onset.much_earlier else "")


# --- one question --------------------------------------------------------------------------------------------------
def describe_row(row: pd.Series, answers: Answers) -> str:
    """The sentences of one row of `answers.table`."""
    return of_people(_described(row, answers), answers.n_people)


def _described(row: pd.Series, answers: Answers) -> str:
    if row["verdict"] in ("plan", "not_recorded"):
        return join(sentence(row["reason"]), _coin(row, answers), _smallest(row) if row["verdict"] == "plan" else "")
    if row["verdict"] == "described":
        return join(sentence(row["reason"]), DESIGN_MEANS[row["design_tag"]])
    if row["verdict"] == "refused":
        return join(sentence(row["reason"]), needed(row["nights_needed"]), _coin(row, answers))
    if claims_nothing(row):
        return join(sentence(row["reason"]), WHAT_CAME_FIRST if row.get("code") != ORDER else "", _nights(row, answers))
    split = answers.why_split if row["question"] == "stretching" else ""
    counted = ((WHOLE_MONTHS,) if by_half_hour(row, answers) else
               (f"This compares {row['compares']}.", _base(row), split))
    doubts = (DESIGN_MEANS.get(row["design_tag"], ""), _adjusted(row), _other_times(row, answers), _reason(row))
    return join(_finding(row, answers), *counted, _nights(row, answers), *doubts, _patience(row), _coin(row, answers))


def by_half_hour(row: pd.Series, answers: Answers) -> bool:
    """Whether a row is stretching as asked by the half hour."""
    return bool(answers.half_hour) and row["question"] == "stretching"


def _finding(row: pd.Series, answers: Answers) -> str:
    """The answer with the row's own interval, then the limits for all rows, by which it is judged."""
    own, family, because = _own(row), _family(row), one_of_many(row, answers)
    spread = f"{own} ({answers.level:.0%} interval)"
    if by_half_hour(row, answers):
        first = _whole_evenings(row, answers, spread)
    elif not is_of_nights(row):
        first = f"{capital(_value(row))} ({answers.level:.0%} interval)."
    elif row["verdict"] in ("fewer", "more"):
        first = (f"{capital(row['verdict'])} symptom nights: {about(row['estimate'], '')} {row['population']}, "
                 f"and {spread}.")
    else:
        first = f"Not clear: the best guess is {about(row['estimate'])} {row['population']}, but it could be {spread}."
    by = capital(judged(str(row["question"]), answers))
    return join(first, f"{by}: {family}." if family != own else "",
                f"Asked alone this would be clear, but {because}, so nothing is claimed." if because else "")


def _whole_evenings(row: pd.Series, answers: Answers, spread: str) -> str:
    """What stretching at one time on every quiet evening would come to in a month."""
    what = f"stretching at {answers.half_hour} on every evening that is still quiet, instead of not before symptoms,"
    base = f"Without it about {plain(row['base_rate'])} in 30 would be symptom nights."
    if row["verdict"] in ("fewer", "more"):
        return join(f"{capital(what)} would mean {about(row['estimate'])} in 30, and {spread}.", base)
    return join(f"Not clear: the best guess is that {what} would mean {about(row['estimate'])} in 30, but it could be "
                f"{spread}.", base)


def _own(row: pd.Series) -> str:
    return _between(row, row["lower_pointwise"], row["upper_pointwise"])


def _family(row: pd.Series) -> str:
    return _between(row, row["lower"], row["upper"])


def _between(row: pd.Series, low: float, high: float) -> str:
    return interval(low, high) if is_of_nights(row) else shift_spread(low, high, row["unit"] != POINTS)


def _value(row: pd.Series) -> str:
    """The finding on another outcome than symptom nights, without its level: "better: about 0.6 points higher …"."""
    own = row["unit"] != POINTS
    guess, spread = shift(row["estimate"], own), _own(row)
    if row["verdict"] == "unclear":
        return f"not clear: the best guess is {guess} {row['population']}, but it could be {spread}"
    word = "better" if row["verdict"] == row["better"] else "worse"
    return f"{word}: about {guess} {row['population']}, and {spread}"


def _base(row: pd.Series) -> str:
    if not math.isfinite(number(row["base_rate"])):
        return ""
    return f"On the nights compared with, about {plain(row['base_rate'])} in 30 were symptom nights."


def _nights(row: pd.Series, answers: Answers) -> str:
    if pd.isna(row["n_nights"]):
        return ""
    text = f"This uses {count(row['n_nights'], 'night')}"
    if pd.notna(row["n_exposed"]) and pd.notna(row["n_unexposed"]):
        split = split_nights(str(row["contrast"]), row["n_exposed"], row["n_unexposed"])
        text += f": {and_list(split)}" if split else ""
    return join(text + ".", after_unknown(answers.flow, row["question"]))


def _adjusted(row: pd.Series) -> str:
    text = str(row.get("adjusted_for", "") or "").strip().rstrip(".")
    return f"Taken into account: {comma_list(text.split(', '))}." if text else ""


def _reason(row: pd.Series) -> str:
    text = sentence(row["reason"])
    return f"Main reason for doubt: {carry_on(text)}" if text else ""


def _other_times(row: pd.Series, answers: Answers) -> str:
    """The same answer with the evening split an hour earlier and later."""
    table = answers.landmark_table
    if row["question"] != split_row(answers) or table["estimate"].notna().sum() < 2:
        return ""
    said = [f"at {r.landmark}, {about(r.estimate, '')} ({interval(r.lower, r.upper)})"
            for r in table[table["shift_h"].ne(0) & table["estimate"].notna()].itertuples()]
    limits = judged(str(row["question"]), answers)
    return f"Splitting the evening at another time, with limits {limits}: {'; '.join(said)}."


def _patience(row: pd.Series) -> str:
    """How long until an effect worth seeing would show, where the answer is unclear."""
    if row["verdict"] != "unclear" or pd.isna(row["nights_needed"]):
        return ""
    more = int(row["nights_needed"])
    if more > TWO_YEARS:
        return "Watching alone cannot answer this: to see an effect of 3 nights in 30 would take more than two years."
    when = f"in about {more:,} more nights" if more else "in this diary"
    return f"An effect of 3 nights in 30 would show {when}. {_smallest(row)}".strip()


def _coin(row: pd.Series, answers: Answers) -> str:
    return coin_beside(row, answers.coin, answers.trials)


def _smallest(row: pd.Series) -> str:
    size = row.get("smallest_effect", math.nan)
    return "" if pd.isna(size) else f"This diary could have shown an effect of {plain(size)} nights in 30 or more."


def why(reason: Any, lead: str) -> str:
    """A reason that carries on the words "not enough recorded to say", which it may hold already."""
    text = sentence(reason)
    if text.lower().startswith(NOT_ENOUGH):
        text = text[len(NOT_ENOUGH) :].lstrip(" :.")
    return f"{lead}{carry_on(text)}" if text else "."


def needed(nights: Any) -> str:
    """How many more nights would do, or that watching alone will not."""
    if pd.isna(nights):
        return ""
    if nights > TWO_YEARS:
        return "Watching alone cannot answer this: it would take more than two years of nights."
    roughly = "about " if nights >= ROUGHLY_FROM else ""
    return f"At least {roughly}{count(nights, 'more night')} would be needed."


def _is_link(row: pd.Series) -> bool:
    return row["design_tag"] == "association only"


def claims_nothing(row: pd.Series) -> bool:
    """True for stretching without times or intent: it may follow the symptoms, so neither benefit nor harm is said."""
    return row["question"] == "stretching" and _is_link(row)
