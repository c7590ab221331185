"""The tables and the methods paragraph of a paper, made from the analysis itself.

describe_people() is Table 1, tabulate_effects() the table of models, write_table() their CSV, HTML or LaTeX by pandas,
describe_methods() the paragraph, strobe_checklist() where each item of
the STROBE statement for cohort studies stands (von Elm et al. 2007, PLoS Med. 4, e296; items named in our own words).
Nothing is typed by hand that a fit already knows. Oracle: exact texts in tests/test_paper.py.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from rlskit.errors import ModelError
from rlskit.estimates import Effects
from rlskit.files import whole_file
from rlskit.models import GAUSSIAN, ORDINAL, Fit
from rlskit.nights import symptom_nights
from rlskit.spread import note_of
from rlskit.stamp import INPUTS, stamp_html, stamp_lines, stamp_table, versions

YES_NO = {"stretched": "Stretched before symptoms", "stretch_responsive": "Stretched because of symptoms",
          "iron": "Iron supplement", "magnesium": "Magnesium supplement"}  # fmt: skip
NUMBERS = {"caffeine_before_noon_mg": ("Caffeine before noon", "mg"),
           "caffeine_after_noon_mg": ("Caffeine after noon", "mg"), "alcohol_drinks": ("Alcohol", "drinks"),
           "bedtime_sd_7_min": ("Spread of bedtimes over 7 nights", "min"), "sleep_h": ("Sleep", "h"),
           "severity_0_10": ("Severity on symptom nights", "0–10")}  # fmt: skip


def describe_people(nights: pd.DataFrame, traits: pd.DataFrame | None = None) -> pd.DataFrame:
    """Table 1: who is in the analysis. Columns `what`, `value`, `people` (with anything recorded of it).

    nights : from make_nights or a pooled dataset. traits : one row per person, column `person` and what is known of
    them. Amounts are means of each person's nights, then median and quartiles over people, so that nobody counts
    twice.
    """
    who = nights.groupby("person", sort=False, observed=True)
    answered = symptom_nights(nights).astype("Float64")
    per = answered.groupby(nights["person"], sort=False, observed=True)
    rows = [("People", f"{who.ngroups}", who.ngroups), ("Nights", f"{len(nights)}", who.ngroups),
            ("Nights per person", _quartiles(who.size(), ""), who.ngroups),
            ("Nights with an answer about symptoms", f"{int(answered.notna().sum())} ({answered.notna().mean():.0%})",
             int(per.count().gt(0).sum())),
            ("Symptom nights per 30 answered", _quartiles(30 * per.mean(), ""), int(per.count().gt(0).sum()))]
    for column, name in YES_NO.items():
        if column in nights:
            share = nights[column].astype("Float64").groupby(nights["person"], sort=False, observed=True).mean()
            rows.append((f"{name}, share of nights recorded", _quartiles(100 * share, "%"), int(share.notna().sum())))
    for column, (name, unit) in NUMBERS.items():
        if column in nights:
            values = nights[column].astype("Float64")
            if column == "severity_0_10":
                values = values.where(values.gt(0))
            mean = values.groupby(nights["person"], sort=False, observed=True).mean()
            rows.append((f"{name}, {unit}", _quartiles(mean, ""), int(mean.notna().sum())))
    about = pd.DataFrame({"person": []}) if traits is None else traits[traits["person"].isin(nights["person"].unique())]
    for column in [c for c in about if c != "person"]:
        known = about[column].dropna()
        if pd.api.types.is_numeric_dtype(known):
            rows.append((str(column), _quartiles(known, ""), len(known)))
            continue
        rows += [(f"{column}: {value}", f"{n} ({n / len(known):.0%})", len(known))
                 for value, n in known.value_counts(sort=False).sort_index().items()]
    table = pd.DataFrame(rows, columns=["what", "value", "people"])
    table.attrs[INPUTS] = nights.attrs.get(INPUTS, [])
    return table


def _quartiles(values: pd.Series, unit: str) -> str:
    known = values.dropna().astype(float)
    if known.empty:
        return "not recorded"
    low, mid, high = known.quantile([0.25, 0.5, 0.75])
    return f"{mid:.3g}{unit} ({low:.3g}{unit} to {high:.3g}{unit})"


def tabulate_effects(models: dict[str, Effects]) -> pd.DataFrame:
    """The table of models: model, term, contrast, estimate, interval, level, unit, nights, people, method, note.

    models : name → effects. Estimate and interval are text, rounded alike; a refused contrast says why in `interval`.
    note : whether people go opposite ways, so that the average speaks for nobody, or were taken to be alike.
    """
    rows = []
    for name, effects in models.items():
        for row in effects.table.itertuples():
            refused = bool(row.reason)
            rows.append({
                "model": name, "term": row.term, "contrast": row.contrast,
                "estimate": "" if refused else _round(row.estimate, effects.scale),
                "interval": f"refused: {row.reason}" if refused else
                            f"{_round(row.lower, effects.scale)} to {_round(row.upper, effects.scale)}",
                "level": f"{100 * row.level:.3g}%", "unit": effects.scale.replace("_", " "),
                "nights": effects.n_nights, "people": effects.n_people, "method": effects.method,
                "note": "" if refused else note_of(effects.caveats, row.term)})
    table = pd.DataFrame(rows)
    table.attrs[INPUTS] = list(dict.fromkeys(i for e in models.values() for i in e.table.attrs.get(INPUTS, ())))
    return table


def _round(value: float, scale: str) -> str:
    if np.isinf(value) or (scale == "odds_ratio" and value == 0):
        return "open"
    return f"{value:.2f}" if scale in ("odds_ratio", "probability", "points") else f"{value:.1f}"


def write_table(table: pd.DataFrame, path: str | Path, stamp: pd.DataFrame | None = None) -> Path:
    """Write a table as .csv, .html or .tex, by the ending of `path`. ModelError for another ending.

    stamp : from stamp_analysis; default that of the table's inputs. It stands in small print below an HTML table, in
    remarks above a LaTeX one, and beside a CSV as `<name>.stamp.csv`.
    """
    path = Path(path)
    lines = stamp_table(table, stamp)
    writers = {".csv": lambda to: table.to_csv(to, index=False),
               ".html": lambda to: table.to_html(to, index=False, na_rep="", border=0, encoding="utf-8"),
               ".tex": lambda to: table.style.hide(axis="index").to_latex(
                   to, hrules=True, convert_css=False, encoding="utf-8")}
    if path.suffix not in writers:
        raise ModelError(f'write_table: expected a path ending in .csv, .html or .tex, found "{path.name}".')
    if path.suffix == ".tex":
        table = table.map(_tex).rename(columns=_tex)
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


def describe_methods(fit: Fit, effects: Effects, *, seed: int | None = None) -> str:
    """The methods paragraph of this very analysis: model, likelihood, estimand, intervals, exclusions, versions.

    seed : of what was drawn at random beside the fit itself (simulated diaries, draws of people), to be stated.
    """
    several = fit.n_people > 1
    family = {ORDINAL: "a cumulative logit model", GAUSSIAN: "a linear model"}.get(fit.outcome, "a logistic model")
    slopes = [n for n in fit.person_sd.index if n != "Intercept"]
    parts = [f"{fit.n_nights} nights of {fit.n_people} {'people' if several else 'person'} were analysed by {family} "
             f"({fit.formula})"]
    if several:
        parts.append("with a random intercept for each person" + (
            f" and correlated random slopes for {' and '.join(slopes)}" if slopes else ""))
    if fit.design.persistence:
        parts.append("and a stationary first-order autoregressive process from night to night, whose correlation falls "
                     "with the number of nights between two records")
    if fit.outcome is GAUSSIAN:
        how = ", fitted by restricted maximum likelihood."
    else:
        weighed = "maximum" if fit.maximum.objective.prior is None else "penalised maximum"
        how = f", fitted by {weighed} likelihood (likelihood: {fit.status.method})."
    text = [", ".join(parts) + how if len(parts) < 2 else " ".join(parts) + how]
    said = {"nights_per_30": "the difference in symptom nights per 30 nights", "probability": "the risk difference",
            "odds_ratio": "the conditional odds ratio", "points": "the difference in points of the outcome"}
    level = effects.level if isinstance(effects.level, tuple) else (effects.level,)
    text.append(f"Effects are {said[effects.scale]} between two stated values of an exposure, all else as recorded, "
                "averaged over nights within a person and then equally over people; "
                f"{' and '.join(f'{100 * one:.3g}%' for one in level)} limits: {effects.method}.")
    gone = (fit.left_out.set_index("reason")["nights"] if "nights" in fit.left_out
            else fit.left_out["reason"].value_counts())
    if len(gone):
        text.append(f"{fit.n_left_out} nights were left out ("
                    + "; ".join(f"{reason}: {n}" for reason, n in gone.items()) + "); none was imputed.")
    text.append("Nights were observed, not assigned, so that a difference need not be an effect.")
    text.append(f"Software: {versions()}." + ("" if seed is None else f" Seed of random numbers: {seed}."))
    return " ".join(text)


STROBE = (
    ("1", "Title and summary name the design", "yours to write: an observational diary study"),
    ("2–3", "Background and aims", "yours to write; the questions were stated before any diary was read "
                                    "(answer_questions)"),
    ("4–5", "Design, setting, dates", "describe_people: nights; pooled dates are shifted by whole weeks if anonymised"),
    ("6", "Who took part, how they were chosen", "yours to write; read_pool(...).exclusions: exports left out"),
    ("7", "Outcomes, exposures, confounders defined", "docs/data-dictionary.md; answers.table: contrast, adjusted_for"),
    ("8", "Sources and measurement", "account(diary); the landmark stands in every caption"),
    ("9", "Bias", "check_fit: negative control, tomorrow's exposure, regimes; decision 0005 (landmark)"),
    ("10", "Size of the study", "answers.table: nights_needed"),
    ("11", "Numeric variables", "estimate_effects: contrast, inside the recorded range"),
    ("12", "Statistical methods", "describe_methods"),
    ("12c", "Missing data", "fit.left_out; check_fit: missing-night bounds"),
    ("12e", "Sensitivity", "cross_check_effects; check_fit; the landmark an hour earlier and later"),
    ("13", "Numbers at each stage", "tabulate_flow, plot_flow; fit.left_out"),
    ("14", "Description of the people", "describe_people"),
    ("15", "Outcome data", "describe_people: symptom nights per 30"),
    ("16", "Main results with intervals", "tabulate_effects; base_rate beside each effect"),
    ("17", "Other analyses", "tabulate_effects with several models; estimate_people"),
    ("18–21", "Discussion: key results, limits, reading, reach", "yours to write; describe(answers) has the limits"),
    ("22", "Funding", "yours to write"),
)  # fmt: skip


def strobe_checklist() -> pd.DataFrame:
    """The STROBE items for cohort studies: `item`, `asks`, `where` this kit answers it or leaves it to the authors."""
    return pd.DataFrame(STROBE, columns=["item", "asks", "where"])
