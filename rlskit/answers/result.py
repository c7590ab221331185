"""Answers: the advice table as a result, in print and in a notebook with the same rows, words and numbers.

The table has to be read in a column of 760 pixels: what is short stands on two lines of one cell, so that the reason,
which is a sentence, has the room. Oracle: tests/unit/answers/test_display.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from rlskit.answers.claims import Primary
from rlskit.answers.coin import CoinNights, coin_beside
from rlskit.answers.looks import Look
from rlskit.answers.onset import OnsetShift
from rlskit.answers.relief import Relief
from rlskit.answers.stopping import Stopped
from rlskit.trials.result import TrialResult
from rlskit.utils.kinds import Kind
from rlskit.utils.shown import as_written
from rlskit.utils.words import join, signed, signed_interval

CLEAR = ("fewer", "more", "lower", "higher")
ANSWERED = (*CLEAR, "unclear")
NIGHTS, POINTS = "nights in 30", "points"  # units of an answer
NEXT = "next: print(rk.describe(answers)), rk.plot_effects(answers)"
LEFT = "text-align:left;vertical-align:top"  # JupyterLab sets cells to the right, in the middle
COLUMNS = (
    "question", "advice", "label", "contrast", "compares", "estimate", "lower", "upper", "lower_pointwise",
    "upper_pointwise", "base_rate", "base_lower", "base_upper", "n_nights", "n_exposed", "n_unexposed", "population",
    "design_tag", "adjusted_for", "verdict", "reason", "nights_needed", "smallest_effect", "unit", "better",
    "code", "have", "need", "a", "b", "exposure_unit", "coin",
)  # fmt: skip
COUNTS = ("n_nights", "n_exposed", "n_unexposed", "nights_needed")


@dataclass(frozen=True)
class Answers:
    """One row per question in `table`; `estimate`, `lower`, `upper` are symptom nights per 30 nights, where `unit` is
    "nights in 30". Of another outcome they are in its own unit: "points" of a scale, or a number or count by its
    name.

    `lower` and `upper` are simultaneous limits at `level` over all questions answered (claims use these);
    `lower_pointwise` and `upper_pointwise` hold for one question on its own. `verdict`: fewer | more | unclear |
    refused (a `reason`, no numbers) | not_recorded (nothing about it in the diary; these rows come last) |
    described (numbers in the `reason`, nothing claimed) | plan (the row on how long to go on, a `reason` only); of
    another outcome higher and lower stand for more and fewer, and `better` says which of them is. `nights_needed`:
    where refused, nights until it can be asked; where unclear, nights until an effect of 3 in 30 would show with
    80% power. `smallest_effect`: what this diary would have shown with that power. `claim_level`: of one row's
    limits, so that all rows together hold at `level`; `claim_levels`: by question, as the question asked first
    (`primary`) has a larger share, and a `look` (this one) may have less to spend. `landmark_table`: stretching as
    answered at one hour earlier and later. `flow`: for each question, from all nights to those compared, with why
    the others are left out (plot_flow draws one question's rows). `onset`: when symptoms begin, and whether that
    moved; None where no hour was written down. `half_hour`: the clock time of the stretch that the row `stretching`
    is about, where it is asked by the half hour and the row `stretching_landmark` stands beside it as a check; else
    empty, and `why_split` says why, where hours are told. `relief`, `stopped`: what followed a stretch because of
    symptoms, and the weeks around the stop of a routine; None where nothing about it was written down. `code`: the
    reason as answers/refusals.py names it, "" for the habit's own doubt; `have`, `need`: the count that is short
    where refused; `a`, `b`: the two amounts compared, in `exposure_unit`, which is empty for yes and no.
    `trials`: answers of coin-flip nights, which come first. `coin` of a row: what coin-flip nights could try in its
    place, "" for nothing; of the answers: what that takes, where watching cannot answer one of the rows.
    """

    __module__ = "rlskit"

    table: pd.DataFrame
    level: float
    claim_level: float
    n_people: int
    person: str
    landmark: str | None
    first_night: dt.date
    last_night: dt.date
    n_nights: int
    n_recorded: int
    method: str
    caveats: tuple[str, ...]
    landmark_table: pd.DataFrame
    n_models: int
    flow: pd.DataFrame
    onset: OnsetShift | None = None
    half_hour: str = ""
    why_split: str = ""
    primary: Primary | None = None
    claim_levels: Mapping[str, float] = field(default_factory=dict)
    look: Look | None = None
    relief: Relief | None = None
    stopped: Stopped | None = None
    trials: tuple[TrialResult, ...] = ()
    coin: CoinNights | None = None

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


ANSWERS = Kind(said="answers", made="Make them with rk.answer_questions(nights).",
               taken="rk.plot_effects(answers)", types=(Answers,))


def as_text(answers: Answers) -> str:
    """A line for each question, then what the diary holds nothing about."""
    lines = [_title(answers)]
    for row in answers.table.reindex(columns=list(COLUMNS)).itertuples(index=False):
        if row.verdict in ANSWERED:
            unit, digits = unit_and_digits(row.unit)
            own, family = (f"{low:+.{digits}f} to {high:+.{digits}f}" for low, high in (
                (row.lower_pointwise, row.upper_pointwise), (row.lower, row.upper)))
            lines.append(f"  {row.label}, {row.contrast}: {row.estimate:+.{digits}f}{unit} ({answers.level:.0%} "
                         f"interval {own}; {judged(row.question, answers)} {family}), {row.n_nights} nights, "
                         f"{row.design_tag}")
        elif row.verdict != "not_recorded":
            lines.append(f"  {row.label}: {join(row.reason, coin_beside(row._asdict(), answers.coin, answers.trials))}")
    silent = _not_recorded(answers)
    return "\n".join([*lines, *([f"  {silent}"] if silent else []), f"  {NEXT}"])


def as_html(answers: Answers) -> str:
    """The same as a table; nothing in it is taken for a tag."""
    heads = ("question", f"estimate ({answers.level:.0%} interval) [{judged_together(answers)}]", "nights",
             "verdict, design", "reason")
    head = "".join(f"<th scope='col' style='{LEFT}'>{name}</th>" for name in heads)
    table = answers.table.reindex(columns=list(COLUMNS))
    rows = "".join(_row(row) for row in table.itertuples(index=False) if row.verdict != "not_recorded")
    after = "".join(f"<p>{escape(line)}</p>" for line in (_not_recorded(answers), NEXT) if line)
    return as_written(f"<p>{escape(_title(answers))}</p><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"
                      f"</table>{after}")


def unit_and_digits(unit: Any) -> tuple[str, int]:
    """What stands behind a number in this unit, where nothing stands behind nights in 30; and its digits."""
    return (f" {unit}", 2) if isinstance(unit, str) and unit != NIGHTS else ("", 1)


def judged(question: str, answers: Answers) -> str:
    """What the limits are by which a row is judged."""
    first = answers.primary is not None and answers.primary.question == question
    return "as the first question" if first else "for all rows together"


def split_row(answers: Answers) -> str:
    """The question that splits the evening at the landmark: a check where stretching is asked by the half hour."""
    return "stretching_landmark" if answers.half_hour else "stretching"


def judged_together(answers: Answers) -> str:
    """What the limits of a table or picture of all rows are."""
    key = "" if answers.primary is None else answers.primary.question
    first = answers.table.loc[answers.table["question"].eq(key), "label"]
    return "for all rows together" + "".join(f" ({name}: as the first question)" for name in first)


def _title(answers: Answers) -> str:
    nights = f"{answers.n_nights} night" + ("" if answers.n_nights == 1 else "s")
    folk = f" of {answers.n_people:,} people" if answers.n_people > 1 else ""
    return f"Answers of {nights}{folk} ({answers.n_recorded} recorded), symptom nights per 30 nights"


def _not_recorded(answers: Answers) -> str:
    labels = answers.table.loc[answers.table["verdict"].eq("not_recorded"), "label"]
    return f"Not recorded: {', '.join(labels)}." if len(labels) else ""


def _row(row) -> str:
    """Question over contrast, estimate over its own limits and those for all rows, nights, verdict over design, reason.
    """
    answered = row.verdict in ANSWERED
    nights = "" if pd.isna(row.n_nights) else f"{row.n_nights:,}"
    unit, digits = unit_and_digits(row.unit)
    estimate = (signed(row.estimate, digits) + unit, f"({_together(row.lower_pointwise, row.upper_pointwise, digits)})",
                f"[{_together(row.lower, row.upper, digits)}]") if answered else ()
    question = f"{_lines(row.label)}<br><span style='font-weight:normal'>{escape(row.contrast)}</span>"
    cells = (_lines(*estimate), nights, _lines(row.verdict, *([row.design_tag] if answered else [])),
             escape(str(row.reason)))
    return (f"<tr><th scope='row' style='{LEFT}'>{question}</th>"
            + "".join(f"<td style='{LEFT}'>{cell}</td>" for cell in cells) + "</tr>")


def _together(low: float, high: float, digits: int) -> str:
    """An interval that is never broken between two lines."""
    return signed_interval(low, high, digits).replace(" to ", "\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}")


def _lines(*texts: str) -> str:
    return "<br>".join(escape(text) for text in texts)
