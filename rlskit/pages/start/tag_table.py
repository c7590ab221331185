"""The table in which tags get their meanings: a line for each that is recognised or stated, the others to be added."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import ipywidgets as w

from rlskit.pages.start.meanings import AMOUNTS, MEANINGS, NO_TICK, TICK_TELLS, Choice, Row

WIDTHS = ("200px", "260px", "150px", "140px", "110px", "70px")
TEXT = "style='line-height:1.4;margin:.3em 0'"
HEADS = ("Your tag", "It means", "A tick tells of", "No tick means", "", "Is it right?")


class Line:
    """One row of the table."""

    def __init__(self, row: Row):
        self.row = row
        options = [*MEANINGS, *([] if row.meaning in MEANINGS else [row.meaning])]
        said = row.said if len(row.said) < 60 else row.said[:59] + "…"
        asked = f"<br><i>{escape(row.question)}</i>" if row.question else ""
        name = w.HTML(f"<div class='mathjax_ignore' style='line-height:1.3;overflow-wrap:anywhere'>"
                      f"<b>{escape(row.name)}</b><br><small>{escape(said)}</small>{asked}</div>",
                      layout=w.Layout(width=WIDTHS[0]))
        self.meaning = _drop(options, row.meaning, f"What {row.name} means", WIDTHS[1])
        self.tells = _drop(TICK_TELLS, row.keys.get("tells_of", ""), f"Which night {row.name} tells of", WIDTHS[2])
        self.unticked = _drop(NO_TICK, row.keys.get("unticked", "not_recorded"), f"No tick of {row.name}", WIDTHS[3])
        unit, default = AMOUNTS.get(row.meaning, ("", 0.0))
        self.amount = w.FloatText(value=float(row.keys.get("amount", default)), layout=w.Layout(width="60px"))
        self.unit = w.Label(unit)
        self.right = w.Checkbox(value=row.stated, indent=False, description="right", layout=w.Layout(width=WIDTHS[5]))
        self.box = w.HBox([name, self.meaning, self.tells, self.unticked,
                           w.HBox([self.amount, self.unit], layout=w.Layout(width=WIDTHS[4])), self.right],
                          layout=w.Layout(border_top="1px solid var(--jp-border-color2,#dde2e6)", padding="3px 0"))
        self.meaning.observe(lambda _: self._ask_amount(), "value")
        self._ask_amount()

    def _ask_amount(self) -> None:
        """The amount of a tick, where the meaning has one and no levels say it."""
        asked = self.meaning.value in AMOUNTS and "levels" not in self.row.keys
        if asked and self.unit.value != AMOUNTS[self.meaning.value][0]:
            self.unit.value, self.amount.value = AMOUNTS[self.meaning.value]
        for part in (self.amount, self.unit):
            part.layout.display = "" if asked else "none"

    def choice(self) -> Choice:
        asked = self.amount.layout.display == ""
        return Choice(row=self.row, meaning=self.meaning.value, tells_of=self.tells.value, unticked=self.unticked.value,
                      amount=float(self.amount.value) if asked else None)

    def is_changed(self) -> bool:
        keys = self.choice().keys
        return not self.row.stated or any(self.row.keys.get(key) != value for key, value in keys.items()) or (
            "question" in self.row.keys)


class TagTable:
    """All lines, how many of them are confirmed, and the tags that are not used."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.rest: list[Row] = []
        self.confirmed = w.HTML()
        self.body = w.VBox()
        self.others = w.Dropdown(layout=w.Layout(width="320px"))
        add = w.Button(description="Use it", layout=w.Layout(width="auto"))
        add.on_click(lambda _: self._add())
        self.more = w.HBox([w.Label("Another tag:"), self.others, add])
        head = w.HBox([w.HTML(f"<b>{text}</b>", layout=w.Layout(width=width))
                       for text, width in zip(HEADS, WIDTHS, strict=True)])
        self.box = w.VBox([self.confirmed, head, self.body, self.more])

    def fill(self, rows: Sequence[Row]) -> None:
        self.lines = [Line(row) for row in rows if row.keys]
        self.rest = [row for row in rows if not row.keys]
        self._show()

    def has_symptoms(self) -> bool:
        """Whether a line in force says which are symptoms; a file with columns of its own has no lines."""
        stated = [line.row.keys.get("column") for line in self.lines if line.row.stated]
        return not self.lines or bool({"symptoms", "severity_0_10"} & set(stated))

    def changed(self) -> list[Choice]:
        """What is confirmed and does not stand in rlskit.toml as it is."""
        return [line.choice() for line in self.lines if line.right.value and line.is_changed()]

    def _add(self) -> None:
        chosen = next((row for row in self.rest if row.name == self.others.value), None)
        if chosen is not None:
            self.rest.remove(chosen)
            self.lines.append(Line(chosen))
            self._show()

    def _show(self) -> None:
        for line in self.lines:
            line.right.observe(lambda _: self._count(), "value")
        self.body.children = tuple(line.box for line in self.lines)
        self.others.options = [row.name for row in self.rest]
        self.more.layout.display = "" if self.rest else "none"
        self._count()

    def _count(self) -> None:
        n = sum(line.right.value for line in self.lines)
        self.confirmed.value = (
            f"<p {TEXT}>Nothing is used before you say that it is right: {n} of {len(self.lines)} lines are.</p>"
            if self.lines else f"<p {TEXT}>The file says itself what its columns mean.</p>")


def _drop(options: object, value: str, label: str, width: str) -> w.Dropdown:
    return w.Dropdown(options=list(options.items()) if isinstance(options, dict) else options, value=value,
                      tooltip=label, layout=w.Layout(width=width))
