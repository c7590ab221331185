"""Answers → the cards of the report: a question, its verdict, a sentence with a best guess and both ends, a picture,
what kind of comparison it is, and what to do next. The numbers are those of the advice table, in whole nights of 30."""

from __future__ import annotations

import datetime as dt
import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from rlskit.answers.coin import plan_of, plan_words
from rlskit.answers.questions import LANDMARK, LANDMARK_TAG, OWN, Question, questions_of
from rlskit.answers.result import CLEAR, POINTS, Answers
from rlskit.answers.sentences import by_half_hour, claims_nothing, is_answered, is_of_nights
from rlskit.diary.tables import Diary
from rlskit.pages.card_words import DOUBTS, ORDER, REASONS, TOPICS, Said, Topic
from rlskit.pages.drawings import NOTHING, draw_counts, draw_range
from rlskit.utils.words import (
    TWO_YEARS,
    and_list,
    capital,
    carry_on,
    count,
    isolate,
    join,
    long_date,
    number,
    one_amount,
    two_ends,
)

# How long to go on is the next step of each card; what is only described stands with the sentences of all rows.
TOLD_BELOW = ("nights_needed", "relief", "after_stopping")
NOT_CLEAR, SAME_STEP = "Not clear yet", "let a coin decide too."
MANY_FILES = 2  # more are not named one by one


@dataclass(frozen=True)
class Card:
    """One answer. questions : their keys; state : clear, unclear, refused or not_recorded, as the icon shows it; kind :
    of comparison, and how many nights; picture : SVG; command : of the next step, "" where there is none."""

    questions: tuple[str, ...]
    ask: str
    state: str
    verdict: str
    sentence: str
    kind: str
    picture: str
    next: str
    command: str

    @property
    def has_range(self) -> bool:
        """Whether its picture stands on the axis of nights in 30."""
        return self.state in ("clear", "unclear") and bool(self.picture)


@dataclass(frozen=True)
class _Asked:
    """A row of the advice table with the words for it."""

    row: pd.Series
    topic: Topic
    question: Question | None

    @property
    def is_own_habit(self) -> bool:
        return self.question is not None and self.question.advice == OWN and self.question.outcome is None

    @property
    def said(self) -> Said | None:
        """Why there is no answer; None where there is one."""
        silent = is_answered(self.row) and claims_nothing(self.row)
        return REASONS[self.row["code"]] if silent or not is_answered(self.row) else None


def list_cards(diary: Diary, nights: pd.DataFrame, answers: Answers) -> tuple[list[Card], list[Card]]:
    """The cards of the first screen, in the order in which people ask, own habits last; and those of all other rows."""
    asked = {str(row["question"]): _asked(row, nights) for _, row in answers.table.iterrows()
             if row["question"] not in TOLD_BELOW}
    own = [key for key, one in asked.items() if one.is_own_habit]
    front = [key for key in (*(_best(asked, keys) for keys in ORDER), *own) if key]
    groups = [_shared([asked[key] for key in front]), _shared([one for key, one in asked.items() if key not in front])]
    span = common_span(answers)
    files = files_of(diary)
    cards = [[_card(together, answers, nights, files, span) for together in group] for group in groups]
    return _told_once(cards[0], files), _told_once(cards[1], files)


def _told_once(cards: list[Card], files: str) -> list[Card]:
    """Files of a command and the reason for it stand in full where they come first."""
    full = f" plan {files} --out my/trial"
    seen, told, out = False, set(), []
    for card in cards:
        again = seen and full in card.command
        out.append(replace(card, command=card.command.replace(full, " plan …") if again else card.command,
                           next=SAME_STEP if card.command and card.next in told else card.next))
        seen |= full in card.command
        told.add(card.next)
    return out


def _asked(row: pd.Series, nights: pd.DataFrame) -> _Asked:
    key = str(row["question"])
    question = questions_of(nights).get(key)
    return _Asked(row, TOPICS.get(key) or _topic(row, question), question)


def _topic(row: pd.Series, question: Question | None) -> Topic:
    """The words for a habit, a movement or an outcome of one's own, or for a row that has none of its own here."""
    if question is None:
        return Topic(f"{row['label']}?", carry_on(str(row["label"])), "", "Nights", "", "")
    if question.outcome:
        name = carry_on(isolate(question.outcome.name))
        doubt = "A night may be judged by how the legs were."
        return Topic(f"{isolate(row['label'])}?", name, question.more, "Nights", doubt, f"Write {name} each day.")
    own = question.advice == OWN  # a habit by the name its owner gave it, else a movement
    name = f"“{isolate(row['label'])}”" if own else f"the movement “{isolate(question.topic)}”"
    said = name.replace("{", "{{").replace("}", "}}")
    helps = question.kind == LANDMARK
    change = f"with {{a}} of {said}, not {{b}}" if question.unit else f"with {said}"
    return Topic(f"Does {name} {'help' if helps else 'matter'}?", name, change, "Evenings" if helps else "Days",
                 "Those days may differ in other ways.", f"Write {name} each day.")


def _best(asked: dict[str, _Asked], keys: Sequence[str]) -> str:
    """Of rows that share a card the first with an answer, else the first the diary holds something about, else the
    first there is."""
    there = [key for key in keys if key in asked]
    verdicts = [asked[key].row["verdict"] for key in there]
    rank = [(not is_answered(asked[key].row), v == "not_recorded") for key, v in zip(there, verdicts, strict=True)]
    return there[rank.index(min(rank))] if there else ""


def _shared(asked: list[_Asked]) -> list[list[_Asked]]:
    """Questions side by side whose sentence is the same share a card."""
    groups: dict[tuple, list[_Asked]] = {}
    for i, one in enumerate(asked):
        key = (one.row["code"], number(one.row["have"])) if one.said and one.said.shared else (i,)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def common_span(answers: Answers) -> float:
    """Half of the axis that all pictures share: whole tens of nights, 10 to 30."""
    rows = [r for _, r in answers.table.iterrows() if is_answered(r) and is_of_nights(r)]
    ends = [abs(number(r[side])) for r in rows for side in ("lower", "upper")]
    most = max([end for end in ends if math.isfinite(end)], default=0.0)
    return min(30.0, max(10.0, 10.0 * math.ceil(most / 10.0)))


# --- one card ------------------------------------------------------------------------------------------------------
def _card(together: list[_Asked], answers: Answers, nights: pd.DataFrame, files: str, span: float) -> Card:
    one = together[0]
    return _no_answer(together, answers, nights, files) if one.said else _answer(one, answers, files, span)


def _answer(one: _Asked, answers: Answers, files: str, span: float) -> Card:
    row, topic = one.row, one.topic
    clear, low, high = row["verdict"] in CLEAR, number(row["lower"]), number(row["upper"])
    change = topic.change.format(a=amount_words(row, "a"), b=amount_words(row, "b"))
    if is_of_nights(row):
        quiet = _which_evenings(row, answers)
        guess, ends = f"{one_amount(row['estimate'])} in 30 {change}{quiet}", two_ends(low, high)
        verdict = f"{capital(row['verdict'])} symptom nights"
        picture = draw_range(number(row["estimate"]), low, high, span, filled=clear)
    else:
        guess = f"{_of_scale(row['estimate'], ' points' if row['unit'] == POINTS else '')} {change}"
        ends, picture = f"{_of_scale(low)} to {_of_scale(high)}", ""
        verdict = "Better" if row["verdict"] == row["better"] else "Worse"
    doubt = DOUBTS.get(row["code"], topic.doubt)
    sentence = f"{'About' if clear else 'Perhaps'} {guess}. It could be {ends}."
    step, command = _after_answer(row, clear, answers, files)
    return Card(
        questions=(str(row["question"]),), ask=capital(topic.ask), state="clear" if clear else "unclear",
        verdict=verdict if clear else NOT_CLEAR, sentence=join(sentence, doubt and f"But: {carry_on(doubt)}"),
        kind=_kind(row, topic, by_half_hour(row, answers)), picture=picture, next=step, command=command)


def _which_evenings(row: pd.Series, answers: Answers) -> str:
    if row["design_tag"] != LANDMARK_TAG:
        return ""
    if by_half_hour(row, answers):
        return f" at {answers.half_hour} on evenings still quiet then"
    return f", on evenings still quiet at {answers.landmark}"


def _of_scale(value: float, unit: str = "") -> str:
    """"0.30 points higher", of an outcome that is not counted in nights."""
    value = number(value)
    return "no limit" if math.isinf(value) else f"{abs(value):.2f}{unit} {'higher' if value > 0 else 'lower'}"


def amount_words(row: pd.Series, name: str) -> str:
    """One of the two amounts that a row compares: "2 drinks", "none"; "more" and "less" where there are none."""
    value, unit = number(row[name]), str(row["exposure_unit"] or "")
    if not unit or not math.isfinite(value):
        return "more" if name == "a" else "less"
    if value == 0:
        return "none"
    if unit in ("drinks", "days", "weeks", "cups") and value == int(value):
        return count(value, unit.rstrip("s"))
    return f"{value:.0f} {unit}".replace("-", "−") if abs(value) >= 10 else f"{value:.2g} {unit}".replace("-", "−")


def _kind(row: pd.Series, topic: Topic, half_hour: bool) -> str:
    """"Quiet evenings compared, no trial", and how many nights of either kind."""
    quiet = "Evenings compared while still quiet" if half_hour else "Quiet evenings compared"
    kind = {"coin-flip": "A coin decided each evening", LANDMARK_TAG: f"{quiet}, no trial"}.get(
        row["design_tag"], f"{topic.compared} compared, no trial")
    if pd.isna(row["n_exposed"]) or pd.isna(row["n_unexposed"]):
        return f"{kind}: {count(row['n_nights'], 'night')}"
    words = ("with more", "with less") if row["exposure_unit"] else ("with", "without")
    return f"{kind}: {int(row['n_exposed']):,} {words[0]}, {int(row['n_unexposed']):,} {words[1]}"


def _no_answer(together: list[_Asked], answers: Answers, nights: pd.DataFrame, files: str) -> Card:
    one = together[0]
    row, said, question = one.row, one.said, one.question
    assert said is not None
    ill = nights["symptoms_state"] if "symptoms_state" in nights else pd.Series(dtype=str)
    writes = {each.topic.write for each in together}
    have = _count(row["have"])
    words: dict[str, Any] = {
        "these": one.topic.name if len(together) == 1 else "these", "names": one.topic.name,
        "topic": question.topic if question else one.topic.name, "have": have, "nights_had": count(have, "night"),
        "changes": count(have, "change"), "need": _count(row["need"]), "nights": _count(row["n_nights"]),
        "write": one.topic.write if len(writes) == 1 else "Write down what you want to know about.",
        "answered": int(ill.isin(["yes", "no"]).sum()), "exposed": _count(row["n_exposed"]),
        "more": question.more if question else "with it", "less": question.less if question else "without it"}
    sentence = said.sentence.format(**words)
    step = said.next.format(**words) or (
        _keep_writing(row["nights_needed"], answers) if have or not words["need"] else
        f"keep writing: at least {count(words['need'], 'more night')}.")
    step = join(step, said.slow if _count(row["nights_needed"]) > words["need"] - have else "")
    ask = one.topic.ask if len(together) == 1 else capital(and_list(each.topic.name for each in together))
    state = "not_recorded" if row["verdict"] == "not_recorded" else "refused"
    picture = NOTHING if row["verdict"] == "not_recorded" else draw_counts(words["have"], words["need"])
    command = f"rlskit check {files}" if step.endswith(":") else ""
    keys = tuple(str(each.row["question"]) for each in together)
    return Card(
        questions=keys, ask=capital(ask), state=state, verdict=said.verdict, sentence=capital(sentence), kind="",
        picture=picture, next=carry_on(step), command=command)


def _count(value: Any) -> int:
    return 0 if pd.isna(value) else int(value)


# --- what to do next -----------------------------------------------------------------------------------------------
def _after_answer(row: pd.Series, clear: bool, answers: Answers, files: str) -> tuple[str, str]:
    more, tried = row["nights_needed"], str(row["coin"])
    if plan_of(tried, [trial.plan for trial in answers.trials]) is not None:
        return "the coin-flip nights, on the first card, answer this.", ""
    plan = plan_words(tried, answers.coin, files) if tried else ""
    if clear:
        return ("a coin could tell link from cause." if plan else
                "keep writing; more nights may still change it."), plan
    if pd.isna(more):
        return "keep writing.", ""
    if more > TWO_YEARS:
        coin = answers.coin
        takes = f": {count(coin.nights, 'night')}, to {long_date(coin.end)} if begun tomorrow" if coin else ""
        return (f"let a coin decide{takes}. Watching alone takes over two years to show a change of 3 in 30."
                if plan else "keep writing; to show a change of 3 in 30 takes over two years."), plan
    watch = _keep_writing(more, answers, " to see a change of 3 in 30")
    return (f"{watch[:-1]}. Or let a coin decide." if plan else watch), plan


def _keep_writing(more: Any, answers: Answers, what: str = "") -> str:
    """"keep writing: about 40 more nights, until about 3 May 2027"."""
    if pd.isna(more):
        return "keep writing."
    more = int(more)
    if not more:
        return "none needed. This diary is long enough to see a change of 3 in 30."
    if more > TWO_YEARS:
        return "at this pace it would take more than two years."
    until = long_date(answers.last_night + dt.timedelta(days=more))
    return f"keep writing: about {count(more, 'more night')}{what}, until about {until}."


def files_of(diary: Diary) -> str:
    names = list(dict.fromkeys(source.file for source in diary.source))
    return " ".join(shlex.quote(name) for name in names) if len(names) <= MANY_FILES else "FILES"
