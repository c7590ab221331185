"""Answers in print and in a notebook: the same rows, words and numbers, as lines or as a table.

The table has to be read in a column of 760 pixels: what is short stands on two lines of one cell, so that the reason,
which is a sentence, has the room. Oracle: tests/unit/answers/test_display.py.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from rlskit.utils.words import signed, signed_interval

if TYPE_CHECKING:
    from rlskit.answers import Answers

ANSWERED = ("fewer", "more", "unclear")
NEXT = "next: print(rk.describe(answers)), rk.plot_effects(answers)"
LEFT = "text-align:left;vertical-align:top"  # JupyterLab sets cells to the right, in the middle


def as_text(answers: Answers) -> str:
    """A line for each question, then what the diary holds nothing about."""
    lines = [_title(answers)]
    for row in answers.table.itertuples(index=False):
        if row.verdict in ANSWERED:
            lines.append(f"  {row.label}, {row.contrast}: {row.estimate:+.1f} "
                         f"({row.lower:+.1f} to {row.upper:+.1f}), {row.n_nights} nights, {row.design_tag}")
        elif row.verdict != "not_recorded":
            lines.append(f"  {row.label}: {row.reason}")
    silent = _not_recorded(answers)
    return "\n".join([*lines, *([f"  {silent}"] if silent else []), f"  {NEXT}"])


def as_html(answers: Answers) -> str:
    """The same as a table; nothing in it is taken for a tag."""
    heads = ("question", "estimate (lower to upper)", "nights", "verdict, design", "reason")
    head = "".join(f"<th scope='col' style='{LEFT}'>{name}</th>" for name in heads)
    rows = "".join(_row(row) for row in answers.table.itertuples(index=False) if row.verdict != "not_recorded")
    after = "".join(f"<p>{escape(line)}</p>" for line in (_not_recorded(answers), NEXT) if line)
    return (f"<p>{escape(_title(answers))}</p><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            f"{after}")


def _title(answers: Answers) -> str:
    nights = f"{answers.n_nights} night" + ("" if answers.n_nights == 1 else "s")
    folk = f" of {answers.n_people:,} people" if answers.n_people > 1 else ""
    return f"Answers of {nights}{folk} ({answers.n_recorded} recorded), symptom nights per 30 nights"


def _not_recorded(answers: Answers) -> str:
    labels = answers.table.loc[answers.table["verdict"].eq("not_recorded"), "label"]
    return f"Not recorded: {', '.join(labels)}." if len(labels) else ""


def _row(row) -> str:
    """Question over contrast, estimate over its limits, nights, verdict over design, reason."""
    answered = row.verdict in ANSWERED
    nights = "" if pd.isna(row.n_nights) else f"{row.n_nights:,}"
    limits = f"({signed_interval(row.lower, row.upper)})".replace(" to ", "\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}")
    estimate = (signed(row.estimate), limits) if answered else ()
    question = f"{_lines(row.label)}<br><span style='font-weight:normal'>{escape(row.contrast)}</span>"
    cells = (_lines(*estimate), nights, _lines(row.verdict, *([row.design_tag] if answered else [])),
             escape(str(row.reason)))
    return (f"<tr><th scope='row' style='{LEFT}'>{question}</th>"
            + "".join(f"<td style='{LEFT}'>{cell}</td>" for cell in cells) + "</tr>")


def _lines(*texts: str) -> str:
    return "<br>".join(escape(text) for text in texts)
