"""The methods paragraph of a paper and its STROBE checklist, made from the analysis itself.

Nothing is typed by hand that a fit already knows; what only its authors know is read from a small file (read_study),
and what they have not said shows as a gap. STROBE for cohort studies: von Elm et al. 2007, PLoS Med. 4, e296; items
named in our own words. Oracle: exact texts in tests/unit/pages/test_methods.py.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from pathlib import Path
from textwrap import fill
from typing import Any

import pandas as pd

from rlskit.diary.toml_values import known
from rlskit.effects.estimates import EFFECTS, Effects
from rlskit.effects.scales import ODDS, SCALES
from rlskit.effects.text import said_unit
from rlskit.errors import DiaryError, ModelError
from rlskit.models.fitting import FIT, Fitted
from rlskit.models.formula import read_formula
from rlskit.models.outcome import GAUSSIAN, ORDINAL
from rlskit.models.status import roughness
from rlskit.utils.kinds import PATH, check_kind, takes
from rlskit.utils.stamp import versions
from rlskit.utils.text_files import read_toml

# What only the authors know: key → the STROBE item it belongs to, and what it is called where it is not said.
STUDY = {
    "design": ("4–5", "the design"), "setting": ("4–5", "where and from when to when"),
    "eligibility": ("6", "who could take part"), "recruitment": ("6", "how they were found"),
    "symptoms_asked": ("8", "how symptoms were asked about"), "device": ("8", "the app or device"),
    "size": ("10", "why this many"), "ethics": ("22", "the ethics committee"),
    "registration": ("22", "the registration"), "funding": ("22", "the funding"),
}  # fmt: skip
_ADVICE = 'Write lines such as: eligibility = "Adults with restless legs by the criteria of 2014."'


@takes(PATH)
def read_study(path: str | Path) -> dict[str, str]:
    """What only the authors of a study know, from a small TOML file, for describe_methods and strobe_checklist.

    Parameters
    ----------
    path : a file of lines ``key = "A sentence."``. Keys: design, setting, eligibility, recruitment, symptoms_asked,
        device, size, ethics, registration, funding; each may be missing.

    Raises
    ------
    DiaryError : for no such file, no TOML, another key, or a value that is no text.

    Examples
    --------
    >>> import rlskit as rk, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "study.toml")
    >>> _ = file.write_text('design = "A diary study."')
    >>> rk.read_study(file)
    {'design': 'A diary study.'}
    """
    path = Path(path)
    found = read_toml(path, _ADVICE)
    known(found, STUDY, path.name)
    for key, value in found.items():
        if not isinstance(value, str) or not value.strip():
            raise DiaryError(f"{path.name}, {key}: expected a sentence in quotes, found {value!r}. {_ADVICE}")
    return {key: value.strip() for key, value in found.items()}


@takes(FIT)
def describe_methods(
    fit: Fitted, effects: Effects, *, study: Mapping[str, str] | None = None, seed: int | None = None,
    cross_check: Effects | None = None, varied: Any = None, width: int | None = None,
) -> str:  # fmt: skip
    """The methods paragraph of this very analysis: design, nights set aside, model, likelihood, estimand, intervals,
    missing nights, sensitivity, versions.

    Parameters
    ----------
    study : from read_study: what only the authors know. What is not in it stands in the paragraph as a gap, in [ ].
    seed : of what was drawn at random beside the fit itself (simulated diaries, draws of people), to be stated.
    cross_check : from cross_check_effects. varied : from vary_analysis. Left out, the paragraph has no sentence on
        sensitivity, which a paper needs.
    width : letters a line, for a page that breaks lines anywhere; None is one line.

    Raises
    ------
    ModelError : for what is no fit or no effects, or a study with other keys than read_study has.

    Examples
    --------
    >>> import rlskit as rk
    >>> fit = rk.fit("symptoms ~ stretched", rk.simulate_diaries(people=6, nights=40, seed=1).nights)
    >>> rk.describe_methods(fit, rk.estimate_effects(fit), study={"design": "A diary study."})[:14]
    'A diary study.'
    """
    said = " ".join(text for _, text in _sentences(fit, effects, study, seed, cross_check, varied))
    return said if width is None else fill(said, width, break_long_words=False, break_on_hyphens=False)


def _sentences(fit: Fitted, effects: Effects, study, seed, cross_check, varied) -> list[tuple[str, str]]:
    """The paragraph as (STROBE item, sentence)."""
    check_kind(effects, "describe_methods, effects", EFFECTS)
    text = [*_study(study or {}), *_aside(fit), ("12a", _model(fit))]
    if fit.design.persistence:
        text.append(("12a", "Persistence is in the model since nights that follow one another tell less than as many "
                            "independent ones: without it intervals are too narrow."))
    text += [("12a", line) for line in roughness(fit.maximum)]
    asked = read_formula(fit.formula)
    if asked.split:
        text.append(("11", "within(x) is x less the person's own mean and between(x) is that mean."))
    if asked.back:
        text.append(("11", "lag(x) is x of the night before, lag(x, n) of n nights before and rolling(x, n) the mean "
                           "over the n nights before, where at least half of them are known."))
    if fit.outcome != GAUSSIAN and fit.maximum.objective.prior is not None:
        text.append(("12a", f"The penalty: {_penalty(fit)}."))
    change = "conditional odds ratio" if SCALES[effects.scale].compares == ODDS else said_unit(effects)
    level = effects.level if isinstance(effects.level, tuple) else (effects.level,)
    text.append(("16", f"Effects are the {change} between two stated values of an exposure, all else as recorded, "
                       "averaged over nights within a person and then equally over people; "
                       f"{' and '.join(f'{100 * one:.3g}%' for one in level)} limits: {effects.method}."))
    gone = (fit.left_out.set_index("reason")["nights"] if "nights" in fit.left_out
            else fit.left_out["reason"].value_counts())
    if len(gone):
        text.append(("13", f"{fit.n_left_out} nights were left out ("
                           + "; ".join(f"{reason}: {n}" for reason, n in gone.items()) + ")."))
    text.append(("12c", "No missing answer was imputed, and a night without an answer never counts as one without "
                        "symptoms."))
    text += [("12e", line) for line in _sensitivity(cross_check, varied)]
    text += [("18–21", "Nights were observed, not assigned, so that a difference need not be an effect."),
             ("12a", f"Software: {versions()}, Python {platform.python_version()}."
                     + ("" if seed is None else f" Seed of random numbers: {seed}."))]
    return [(item, line if item in _THEIRS else fit.outcome.said(line)) for item, line in text]


_THEIRS = {"6", "8", "10", "22"}  # items answered in the authors' own words alone


def _study(study: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the authors said, and one gap that names what they did not say."""
    if strange := set(study) - set(STUDY):
        raise ModelError(f"describe_methods, study: found {', '.join(sorted(strange))}; expected "
                         f"{', '.join(STUDY)}. Read it with rk.read_study.")
    said = [(item, study[key]) for key, (item, _) in STUDY.items() if key in study]
    gaps = [what for key, (_, what) in STUDY.items() if key not in study]
    return said + ([("gap", f"[Not said yet: {', '.join(gaps)}.]")] if gaps else [])


def _aside(fit: Fitted) -> list[tuple[str, str]]:
    aside = fit.design.set_aside
    if not aside:
        return []
    total = fit.n_nights + fit.n_left_out + sum(n for _, n in aside)
    return [("13", f"Only evenings known to be free of symptoms at the landmark were analysed: of {total} nights, "
                   + " and ".join(f"{n} were set aside because {reason}" for reason, n in aside) + ".")]


def _model(fit: Fitted) -> str:
    several = fit.n_people > 1
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
    return (", " if len(parts) < 2 else " ").join(parts) + how


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


@takes(FIT)
def strobe_checklist(
    fit: Fitted | None = None, effects: Effects | None = None, *, study: Mapping[str, str] | None = None,
    cross_check: Effects | None = None, varied: Any = None,
) -> pd.DataFrame:
    """The STROBE items for cohort studies and where each is answered.

    Parameters
    ----------
    fit, effects, study, cross_check, varied : as in describe_methods; left out, the list is that of any analysis.

    Returns
    -------
    One row an item: `item`, `asks`, `where` this kit answers it or leaves it to the authors, and with a fit `says`: the
    sentences of its methods paragraph that answer it, empty where none does.

    Raises
    ------
    ModelError : as in describe_methods.

    Examples
    --------
    >>> import rlskit as rk
    >>> rk.strobe_checklist().columns.tolist()
    ['item', 'asks', 'where']
    """
    table = pd.DataFrame(STROBE, columns=["item", "asks", "where"])
    if fit is None or effects is None:
        return table
    said = _sentences(fit, effects, study, None, cross_check, varied)
    return table.assign(says=[" ".join(line for of, line in said if of == item) for item in table["item"]])
