"""The table of models of a paper, and any table as CSV, HTML or LaTeX (by pandas).

Oracle: exact texts in tests/unit/pages/test_paper.py.
"""

from __future__ import annotations

import re
from functools import partial
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from rlskit.effects.estimates import Effects
from rlskit.effects.spread import note_of
from rlskit.effects.text import in_own_units, limit_text, said_unit
from rlskit.errors import ModelError
from rlskit.utils.csv_files import write_csv
from rlskit.utils.files import whole_file
from rlskit.utils.kinds import TABLE, Kind, takes
from rlskit.utils.stamp import INPUTS, stamp_html, stamp_lines, stamp_table

ONCE, NOTE = "once", "note"  # attrs: columns that a page may say once, and what stands below the table
_BREAKS = re.compile("[\\x00-\\x1f\\x7f\\x85\u2028\u2029]+")
MODELS = Kind(said="effects by the name of their model", made='Write {"all nights": rk.estimate_effects(fit)}.',
              types=(dict,))


@takes(MODELS)
def tabulate_effects(models: dict[str, Effects]) -> pd.DataFrame:
    """The table of models: model, term, contrast, estimate, interval, level, unit, otherwise, nights, exposed, people,
    method, note.

    models : name → effects. Estimate and interval are text, rounded alike; a refused contrast says why in `interval`.
    otherwise : the base rate that the change starts from, with its limits, where the model has one. exposed : nights
    nearer to the first value of the contrast. note : whether people go opposite ways, so that the average speaks for
    nobody, or were taken to be alike.

    Example: ``rk.tabulate_effects({"both habits": effects})``
    """
    rows = []
    for name, effects in models.items():
        said, unit = partial(_round, effects=effects), said_unit(effects)
        for row in effects.table.itertuples():
            refused = bool(row.reason)
            base = "" if refused or np.isnan(row.base_rate) else f"{row.base_rate:.1f}"
            if base and not np.isnan(row.base_lower):
                base += f" ({row.base_lower:.1f} to {row.base_upper:.1f})"
            rows.append({
                "model": name, "term": row.term, "contrast": row.contrast,
                "estimate": "" if refused else said(row.estimate),
                "interval": f"refused: {row.reason}" if refused else f"{said(row.lower)} to {said(row.upper)}",
                "level": f"{100 * row.level:.3g}%", "unit": unit, "otherwise": base, "nights": effects.n_nights,
                "exposed": int(row.n_exposed), "people": effects.n_people,
                "method": effects.method, "note": "" if refused else note_of(effects.caveats, row.term, row.contrast)})
    table = pd.DataFrame(rows)
    table.attrs[ONCE] = ("model", "level", "unit", "nights", "people", "method", "note")
    table.attrs[INPUTS] = list(dict.fromkeys(i for e in models.values() for i in e.table.attrs.get(INPUTS, ())))
    return table


def _round(value: float, effects: Effects) -> str:
    """One decimal of a night, two of anything else; "open" for a limit that these nights do not set."""
    text = limit_text(value, effects.scale, in_own_units(effects))
    return f"{value:.1f}" if effects.scale == "nights_per_30" and text != "open" else text


@takes(TABLE)
def write_table(table: pd.DataFrame, path: str | Path, stamp: pd.DataFrame | None = None) -> Path:
    """Write a table as .csv, .html or .tex, by the ending of `path`. ModelError for another ending.

    For a page, .html and .tex, numbers have three figures, and what a table of models says alike in every row (level,
    unit, method, …) stands once in a note below it.

    stamp : from stamp_analysis; default that of the table's inputs. It stands in small print below an HTML table, in
    remarks above a LaTeX one, and beside a CSV as `<name>.stamp.csv`.

    Example: ``rk.write_table(rk.tabulate_effects({"both habits": effects}), "my/effects.tex")``
    """
    path = Path(path)
    lines = stamp_table(table, stamp)
    shown, note = _for_a_page(table)
    writers = {".csv": lambda to: write_csv(table, to),
               ".html": lambda to: shown.to_html(to, index=False, border=0, justify="left", encoding="utf-8"),
               ".tex": lambda to: shown.map(_tex).rename(columns=_tex).style.hide(axis="index").to_latex(
                   to, hrules=True, convert_css=False, encoding="utf-8")}
    if path.suffix not in writers:
        raise ModelError(f'write_table: expected a path ending in .csv, .html or .tex, found "{path.name}".')
    with whole_file(path) as draft:
        writers[path.suffix](draft)
        if path.suffix == ".html":
            below = f"<p>{escape(note)}</p>\n" if note else ""
            whole = f"{draft.read_text('utf-8')}\n{below}<small>{stamp_html(lines)}</small>\n"
            draft.write_text(whole, encoding="utf-8")
        elif path.suffix == ".tex":
            remarks = "".join(f"% {_one_line(line)}\n" for line in stamp_lines(lines))
            below = f"\n{{\\footnotesize {_tex(note)}\\par}}\n" if note else ""
            draft.write_text(remarks + draft.read_text("utf-8") + below, encoding="utf-8")
        else:
            with whole_file(path.with_suffix(".stamp.csv")) as beside:
                write_csv(lines, beside)
    return path


def _for_a_page(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The cells of a table as they are printed, and its note: what columns that it may say once say alike, and what
    the table says of itself. An empty cell is empty, not "<NA>"."""
    shown = table.map(lambda cell: _figures(cell) if isinstance(cell, float) and np.isfinite(cell) else cell)
    shown = shown.astype(object).where(table.notna(), "")
    alike = {name: str(shown[name].iloc[0]) for name in table.attrs.get(ONCE, ())
             if len(shown) > 1 and shown[name].nunique() == 1}
    said = [f"{name.capitalize()}: {text}." for name, text in alike.items() if text]
    return shown.drop(columns=list(alike)), " ".join([*said, table.attrs.get(NOTE, "")]).strip()


def _figures(value: float) -> str:
    """Three figures, and all of those before the point."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:#.3g}".rstrip(".")


def _tex(cell: object) -> object:
    """Text in one line, with LaTeX's own signs escaped, and those that a line end before them would take for its own:
    behind it, [ opens a length and * a star."""
    if not isinstance(cell, str):
        return cell
    signs = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "[": "{[}", "*": "{*}",
             "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"}
    return "".join(signs.get(c, f"\\{c}" if c in "&%$#_{}" else c) for c in _one_line(cell))


def _one_line(text: str) -> str:
    """Text without line ends and other control characters: a remark would end at one, and LaTeX run the rest."""
    return _BREAKS.sub(" ", text)
