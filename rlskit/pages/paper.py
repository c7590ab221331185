"""The table of models and the methods paragraph of a paper, made from the analysis itself.

tabulate_effects() is the table, write_table() its CSV, HTML or LaTeX by pandas, describe_methods() the paragraph,
strobe_checklist() where each item of the STROBE statement for cohort studies stands (von Elm et al. 2007, PLoS Med. 4,
e296; items named in our own words).
Nothing is typed by hand that a fit already knows. Oracle: exact texts in tests/unit/pages/test_paper.py.
"""

from __future__ import annotations

import platform
from functools import partial
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd

from rlskit.effects.estimates import EFFECTS, Effects
from rlskit.effects.scales import ODDS, SCALES
from rlskit.effects.spread import note_of
from rlskit.effects.text import in_own_units, limit_text, said_unit
from rlskit.errors import ModelError
from rlskit.models.fitting import FIT, Fitted
from rlskit.models.formula import read_formula
from rlskit.models.outcome import GAUSSIAN, ORDINAL
from rlskit.utils.files import whole_file
from rlskit.utils.kinds import TABLE, Kind, check_kind, takes
from rlskit.utils.stamp import INPUTS, stamp_html, stamp_lines, stamp_table, versions

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
    table.attrs[INPUTS] = list(dict.fromkeys(i for e in models.values() for i in e.table.attrs.get(INPUTS, ())))
    return table


def _round(value: float, effects: Effects) -> str:
    """One decimal of a night, two of anything else; "open" for a limit that these nights do not set."""
    text = limit_text(value, effects.scale, in_own_units(effects))
    return f"{value:.1f}" if effects.scale == "nights_per_30" and text != "open" else text


@takes(TABLE)
def write_table(table: pd.DataFrame, path: str | Path, stamp: pd.DataFrame | None = None) -> Path:
    """Write a table as .csv, .html or .tex, by the ending of `path`. ModelError for another ending.

    stamp : from stamp_analysis; default that of the table's inputs. It stands in small print below an HTML table, in
    remarks above a LaTeX one, and beside a CSV as `<name>.stamp.csv`.
    """
    path = Path(path)
    lines = stamp_table(table, stamp)
    shown = table.astype(object).where(table.notna(), "")  # an empty cell is empty, not "<NA>"
    writers = {".csv": lambda to: table.to_csv(to, index=False),
               ".html": lambda to: shown.to_html(to, index=False, border=0, justify="left", encoding="utf-8"),
               ".tex": lambda to: shown.map(_tex).rename(columns=_tex).style.hide(axis="index").to_latex(
                   to, hrules=True, convert_css=False, encoding="utf-8")}
    if path.suffix not in writers:
        raise ModelError(f'write_table: expected a path ending in .csv, .html or .tex, found "{path.name}".')
    with whole_file(path) as draft:
        writers[path.suffix](draft)
        if path.suffix == ".html":
            draft.write_text(f"{draft.read_text('utf-8')}\n<small>{stamp_html(lines)}</small>\n", encoding="utf-8")
        elif path.suffix == ".tex":
            remarks = "".join(f"% {line}\n" for line in stamp_lines(lines))
            draft.write_text(remarks + draft.read_text("utf-8"), encoding="utf-8")
        else:
            with whole_file(path.with_suffix(".stamp.csv")) as beside:
                lines.to_csv(beside, index=False)
    return path


def _tex(cell: object) -> object:
    """Text with LaTeX's own signs escaped."""
    if not isinstance(cell, str):
        return cell
    signs = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return "".join(signs.get(c, f"\\{c}" if c in "&%$#_{}" else c) for c in cell)


@takes(FIT)
def describe_methods(
    fit: Fitted, effects: Effects, *, seed: int | None = None, cross_check: Effects | None = None, varied: Any = None,
    width: int | None = None,
) -> str:  # fmt: skip
    """The methods paragraph of this very analysis: nights set aside, model, likelihood, estimand, intervals, missing
    nights, sensitivity, versions.

    seed : of what was drawn at random beside the fit itself (simulated diaries, draws of people), to be stated.
    cross_check : from cross_check_effects. varied : from vary_analysis. Left away, the paragraph has no sentence on
    sensitivity, which a paper needs. width : letters a line, for a page that breaks lines anywhere; None is one line.
    """
    check_kind(effects, "describe_methods, effects", EFFECTS)
    several, text = fit.n_people > 1, []
    if aside := fit.design.set_aside:
        total = fit.n_nights + fit.n_left_out + sum(n for _, n in aside)
        text.append(f"Only evenings known to be free of symptoms at the landmark were analysed: of {total} nights, "
                    + " and ".join(f"{n} were set aside because {reason}" for reason, n in aside) + ".")
    mixed = " mixed" if several else ""
    family = {ORDINAL: f"a cumulative logit{mixed} model", GAUSSIAN: f"a linear{mixed} model"}.get(
        fit.outcome, f"a logistic{mixed} model")
    slopes = [n for n in fit.person_sd.index if n != "Intercept"]
    parts = [f"{fit.n_nights} nights of {fit.n_people} {'people' if several else 'person'} were analysed by {family} "
             f"({fit.formula})"]
    if several:
        parts.append("with a normally distributed random intercept for each person" + (
            f" and correlated random slopes for {' and '.join(slopes)}" if slopes else ""))
    if fit.design.persistence:
        parts.append("and a stationary first-order autoregressive process from night to night, whose correlation falls "
                     "with the number of nights between two records")
    if fit.outcome == GAUSSIAN:
        how = ", fitted by restricted maximum likelihood."
    else:
        weighed = "maximum" if fit.maximum.objective.prior is None else "penalised maximum"
        how = f", fitted by {weighed} likelihood (likelihood: {fit.status.method})."
    text.append((", " if len(parts) < 2 else " ").join(parts) + how)
    if fit.design.persistence:
        text.append("Persistence is in the model since nights that follow one another tell less than as many "
                    "independent ones: without it intervals are too narrow.")
    asked = read_formula(fit.formula)
    if asked.split:
        text.append("within(x) is x less the person's own mean and between(x) is that mean.")
    if asked.back:
        text.append("lag(x) is x of the night before, lag(x, n) of n nights before and rolling(x, n) the mean over the "
                    "n nights before, where at least half of them are known.")
    if fit.outcome != GAUSSIAN and fit.maximum.objective.prior is not None:
        text.append(f"The penalty: {_penalty(fit)}.")
    change = "conditional odds ratio" if SCALES[effects.scale].compares == ODDS else said_unit(effects)
    level = effects.level if isinstance(effects.level, tuple) else (effects.level,)
    text.append(f"Effects are the {change} between two stated values of an exposure, all else as recorded, "
                "averaged over nights within a person and then equally over people; "
                f"{' and '.join(f'{100 * one:.3g}%' for one in level)} limits: {effects.method}.")
    gone = (fit.left_out.set_index("reason")["nights"] if "nights" in fit.left_out
            else fit.left_out["reason"].value_counts())
    if len(gone):
        text.append(f"{fit.n_left_out} nights were left out ("
                    + "; ".join(f"{reason}: {n}" for reason, n in gone.items()) + ").")
    text.append("No missing answer was imputed, and a night without an answer never counts as one without symptoms.")
    text += _sensitivity(cross_check, varied)
    text.append("Nights were observed, not assigned, so that a difference need not be an effect.")
    text.append(f"Software: {versions()}, Python {platform.python_version()}."
                + ("" if seed is None else f" Seed of random numbers: {seed}."))
    said = fit.outcome.said(" ".join(text))
    return said if width is None else fill(said, width, break_long_words=False, break_on_hyphens=False)


def _penalty(fit: Fitted) -> str:
    """The weak prior in words, of what this model has; its numbers are those that were used."""
    prior, said = fit.maximum.objective.prior, []
    if fit.design.persistence:
        said.append(f"half-normal (sd {prior.night_sd:g}) on the sd from night to night")
        said += ["Beta(2, 2) on its correlation"] if prior.correlation else []
    if fit.n_people > 1:
        said.append(f"half-normal (sd {prior.person_sd:g}) on each sd between people")
    return ", ".join([*said, "none on the coefficients"]) + " (log odds, per sd of an exposure)"


def _sensitivity(cross_check: Effects | None, varied: Any) -> list[str]:
    """What else the answer was tried by, in sentences."""
    said = []
    if cross_check is not None:
        said.append(f"As a cross-check that rests on other assumptions: {cross_check.method}.")
    if varied is not None:
        table = varied.table[~varied.table["main"]]
        done = table["reason"].eq("").sum()
        kinds = [name for name in varied.dimensions if table[name].ne("").any()]
        said.append(f"The contrast of {varied.term} was estimated again under {done} other choices ({', '.join(kinds)})"
                    + (f"; {len(table) - done} more could not be done" if done < len(table) else "") + ".")
    return said


STROBE = (
    ("1", "Title and summary name the design", "yours to write: an observational diary study"),
    ("2–3", "Background and aims", "yours to write; the questions were stated before any diary was read "
                                    "(answer_questions)"),
    ("4–5", "Design, setting, dates", "describe_people: nights; pooled dates are shifted by whole weeks if anonymised"),
    ("6", "Who took part, how they were chosen", "yours to write; read_pool(...).exclusions: exports left out"),
    ("7", "Outcomes, exposures, confounders defined", "docs/data-dictionary.md; answers.table: contrast, adjusted_for"),
    ("8", "Sources and measurement", "account(diary); the landmark stands in every caption"),
    ("9", "Bias", "check_fit: negative control, tomorrow's exposure, regimes; quiet_nights (decision 0005)"),
    ("10", "Size of the study", "answers.table: nights_needed"),
    ("11", "Numeric variables", "estimate_effects: contrast, inside the recorded range"),
    ("12a", "Statistical methods, repeated nights, confounding", "describe_methods"),
    ("12b", "Subgroups and interactions", "explain_spread"),
    ("12c", "Missing data", "describe_methods; fit.left_out; check_fit: missing-night bounds; vary_analysis: empty "
                            "nights"),
    ("12d", "Loss to follow-up", "describe_people: nights per person; read_pool(...).columns: stopped early"),
    ("12e", "Sensitivity", "vary_analysis, plot_specifications; cross_check_effects; describe_methods says which"),
    ("13", "Numbers at each stage", "tabulate_flow, plot_flow; fit.left_out"),
    ("14", "Description of the people, missing data of each variable", "describe_people: nights, people"),
    ("15", "Outcome data", "describe_people: symptom nights per 30"),
    ("16", "Main results with intervals", "tabulate_effects: estimate, interval, otherwise (the base rate)"),
    ("17", "Other analyses", "estimate_people; explain_spread; tabulate_effects with several models"),
    ("18–21", "Discussion: key results, limits, reading, reach", "yours to write; describe(answers) has the limits"),
    ("22", "Funding", "yours to write"),
)  # fmt: skip


def strobe_checklist() -> pd.DataFrame:
    """The STROBE items for cohort studies: `item`, `asks`, `where` this kit answers it or leaves it to the authors."""
    return pd.DataFrame(STROBE, columns=["item", "asks", "where"])
