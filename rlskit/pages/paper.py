"""The tables and the methods paragraph of a paper, made from the analysis itself.

describe_people() is Table 1, tabulate_effects() the table of models, write_table() their CSV, HTML or LaTeX by pandas,
describe_methods() the paragraph, strobe_checklist() where each item of
the STROBE statement for cohort studies stands (von Elm et al. 2007, PLoS Med. 4, e296; items named in our own words).
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
from rlskit.models.columns import plain
from rlskit.models.fitting import FIT, Fitted
from rlskit.models.formula import read_formula
from rlskit.models.outcome import GAUSSIAN, ORDINAL
from rlskit.nights.outcomes import symptom_nights
from rlskit.nights.validate import NIGHTS
from rlskit.utils.files import whole_file
from rlskit.utils.kinds import TABLE, Kind, check_kind, takes
from rlskit.utils.open_questions import open_people
from rlskit.utils.stamp import INPUTS, stamp_html, stamp_lines, stamp_table, versions
from rlskit.utils.words import readable

MOST_WORDS = 12  # in a column of any table that are rows of their own
YES_NO = {"stretched": "Stretched before symptoms", "stretch_responsive": "Stretched because of symptoms",
          "iron": "Iron supplement", "magnesium": "Magnesium supplement"}  # fmt: skip
NUMBERS = {"caffeine_before_noon_mg": ("Caffeine before noon", "mg"),
           "caffeine_after_noon_mg": ("Caffeine after noon", "mg"), "alcohol_drinks": ("Alcohol", "drinks"),
           "bedtime_sd_7_min": ("Spread of bedtimes over 7 nights", "min"), "sleep_h": ("Sleep", "h"),
           "severity_0_10": ("Severity on symptom nights", "0–10")}  # fmt: skip
MIDDLE = "median (quartiles)"


MODELS = Kind(said="effects by the name of their model", made='Write {"all nights": rk.estimate_effects(fit)}.',
              types=(dict,))


@takes(TABLE)
def describe_people(
    nights: pd.DataFrame, traits: pd.DataFrame | None = None, *, person: str = "person"
) -> pd.DataFrame:
    """Table 1: who is in the analysis.

    Parameters
    ----------
    nights : from make_nights, a pooled dataset, or any table with a column of people: of such a table every other
        column is a row.
    traits : one row per person, the column of people and what is known of them.
    person : what the tables call a person.

    Returns
    -------
    A table: `what` (with its unit and statistic), `value`, `nights` and `people` with anything recorded of it. Amounts
    are means of each person's nights, then median and quartiles over people, so that nobody counts twice. People of
    whom it is not settled which nights had symptoms are in no rate.

    Raises
    ------
    ModelError : for a table without that column.

    Examples
    --------
    >>> import pandas as pd, rlskit as rk
    >>> table = pd.DataFrame({"id": [1, 1, 2], "score": [3.0, 4.0, 5.0]})
    >>> rk.describe_people(table, person="id")["what"].tolist()[-1]
    'score, median (quartiles)'

    Example: ``rk.describe_people(several)``
    """
    if person not in nights:
        raise ModelError(f'describe_people: found no column "{person}"; expected the one that says who it is. Say '
                         'person="…".')
    nights = nights.rename(columns={person: "person"})
    traits = None if traits is None else traits.rename(columns={person: "person"})
    who, n = nights.groupby("person", sort=False, observed=True), len(nights)
    rows = [("People", f"{who.ngroups}", n, who.ngroups), ("Nights", f"{n}", n, who.ngroups),
            (f"Nights per person, {MIDDLE}", _quartiles(who.size()), n, who.ngroups)]
    rows += _diary_rows(nights) if NIGHTS.fits(nights) else [row for name in nights.columns.drop("person")
                                                             for row in _own_rows(nights, name)]
    rows += _trait_rows(nights, traits)
    table = pd.DataFrame(rows, columns=["what", "value", "nights", "people"]).astype({"nights": "Int64"})
    table.attrs[INPUTS] = nights.attrs.get(INPUTS, [])
    return table


def _diary_rows(nights: pd.DataFrame) -> list[tuple]:
    """What make_nights knows."""
    answered = symptom_nights(nights).astype("Float64")
    per = answered.groupby(nights["person"], sort=False, observed=True)
    known = int(answered.notna().sum())
    some = int(per.count().gt(0).sum())
    settled = 30 * per.mean().loc[lambda mean: ~mean.index.astype(str).isin(open_people(nights, "symptoms"))]
    rows = [("Nights with an answer about symptoms, n (%)", f"{known} ({answered.notna().mean():.0%})", known, some),
            (f"Symptom nights per 30 answered, {MIDDLE}", _quartiles(settled) if len(settled) else "open",
             int(per.count()[settled.index].sum()), int(settled.notna().sum()))]
    for column, name in YES_NO.items():
        if column in nights:
            rows.append(_means(f"{name}, % of nights recorded", 100 * nights[column].astype("Float64"), nights))
    for column, (name, unit) in NUMBERS.items():
        if column in nights:
            values = nights[column].astype("Float64")
            rows.append(_means(f"{name}, {unit}", values.where(values.gt(0)) if column == "severity_0_10" else values,
                               nights))
    return rows


def _own_rows(nights: pd.DataFrame, name: str) -> list[tuple]:
    """A column of any table: yes/no and numbers by person, words by their share of what is recorded."""
    values = plain(nights[name]).set_axis(nights.index)
    said = readable(name)
    if values.dtype != float:
        known = values.dropna()
        people = nights.loc[known.index, "person"].nunique()
        if known.nunique() > MOST_WORDS:
            return [(f"{said}, different values", f"{known.nunique()}", len(known), people)]
        return [(f"{said}: {word}, n (%)", f"{count} ({count / len(known):.0%})", len(known), people)
                for word, count in known.astype(str).value_counts().items()]
    yes_no = bool(values.dropna().isin((0.0, 1.0)).all())
    return [_means(f"{said}, % of nights recorded" if yes_no else said, (100 if yes_no else 1) * values, nights)]


def _trait_rows(nights: pd.DataFrame, traits: pd.DataFrame | None) -> list[tuple]:
    """What is known of people themselves."""
    rows: list[tuple] = []
    about = pd.DataFrame({"person": []}) if traits is None else traits[traits["person"].isin(nights["person"].unique())]
    for column in [c for c in about if c != "person"]:
        told = about[column].dropna()
        if pd.api.types.is_numeric_dtype(told):
            rows.append((f"{column}, {MIDDLE}", _quartiles(told), pd.NA, len(told)))
            continue
        rows += [(f"{column}: {value}, n (%)", f"{n} ({n / len(told):.0%})", pd.NA, len(told))
                 for value, n in told.value_counts(sort=False).sort_index().items()]
    return rows


def _means(what: str, values: pd.Series, nights: pd.DataFrame) -> tuple:
    """A row of Table 1: each person's mean over their nights, then median and quartiles over people."""
    mean = values.groupby(nights["person"], sort=False, observed=True).mean()
    return f"{what}, {MIDDLE}", _quartiles(mean), int(values.notna().sum()), int(mean.notna().sum())


def _quartiles(values: pd.Series) -> str:
    known = values.dropna().astype(float)
    if known.empty:
        return "not recorded"
    low, mid, high = known.quantile([0.25, 0.5, 0.75])
    return f"{mid:.3g} ({low:.3g} to {high:.3g})"


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
