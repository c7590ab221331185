"""What goes into a paper says what was done: exact texts at pinned parameters."""

from __future__ import annotations

import platform
import re
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

import rlskit as rk


@pytest.fixture(scope="module")
def nights() -> pd.DataFrame:
    return rk.simulate_diaries(people=4, nights=40, seed=5).nights


@pytest.fixture(scope="module")
def fit(nights) -> rk.Fit:
    return rk.fit("symptoms ~ alcohol_drinks", nights)


def test_the_table_of_models_says_estimate_interval_unit_base_rate_n_and_method(nights, fit):
    effects = rk.estimate_effects(fit)
    row = effects.table.iloc[0]
    table = rk.tabulate_effects({"adjusted": effects, "odds": rk.estimate_effects(fit, scale="odds_ratio")})
    assert table.loc[0, ["model", "term", "contrast", "nights", "people"]].tolist() == [
        "adjusted", "alcohol_drinks", row["contrast"], fit.n_nights, 4]
    assert table["estimate"][0] == f"{row['estimate']:.1f}"
    assert table["interval"][0] == f"{row['lower']:.1f} to {row['upper']:.1f}"
    assert table["unit"].tolist() == ["change in symptom nights per 30 nights", "odds ratio"]
    assert table["method"][0] == effects.method and table["exposed"][0] == row["n_exposed"]
    assert table["otherwise"][0] == f"{row['base_rate']:.1f} ({row['base_lower']:.1f} to {row['base_upper']:.1f})"
    hours = rk.fit("sleep_h ~ alcohol_drinks", nights, outcome=rk.GAUSSIAN)
    told = rk.tabulate_effects({"sleep": rk.estimate_effects(hours)}).iloc[0]
    assert told["unit"] == "change in sleep_h, in its own units" and told["otherwise"] == ""


def test_a_refused_row_and_an_open_limit_are_said(fit):
    effects = rk.estimate_effects(fit)
    rows = pd.concat([effects.table.assign(upper=float("inf")), effects.table.assign(reason="too few")])
    table = rk.tabulate_effects({"m": replace(effects, table=rows)})
    assert table["interval"][0].endswith(" to open")
    assert table[["estimate", "interval"]].iloc[1].tolist() == ["", "refused: too few"]


@pytest.mark.parametrize("ending", ["csv", "html", "tex"])
def test_a_table_is_written_whole_in_three_forms(tmp_path, fit, ending):
    table = rk.tabulate_effects({"A & B": rk.estimate_effects(fit)})
    text = rk.write_table(table, tmp_path / f"models.{ending}").read_text(encoding="utf-8")
    assert {"csv": "A & B", "html": "A &amp; B", "tex": r"A \& B"}[ending] in text
    assert {"csv": "alcohol_drinks", "html": "alcohol_drinks", "tex": r"alcohol\_drinks"}[ending] in text
    assert f"rlskit {rk.__version__}" in (text if ending != "csv" else (tmp_path / "models.stamp.csv").read_text())
    assert ("\\toprule" in text) is (ending == "tex") and ("<table" in text) is (ending == "html")
    empty = pd.DataFrame({"n": pd.array([1, None], "Int64")})
    assert "NA" not in rk.write_table(empty, tmp_path / f"empty.{ending}").read_text(encoding="utf-8")


def test_another_ending_is_an_error(tmp_path):
    with pytest.raises(rk.ModelError) as wrong:
        rk.write_table(pd.DataFrame({"a": [1]}), tmp_path / "models.docx")
    assert str(wrong.value) == 'write_table: expected a path ending in .csv, .html or .tex, found "models.docx".'
    assert not list(tmp_path.iterdir())


def test_the_methods_paragraph_is_that_of_the_analysis(nights, fit):
    gaps = nights.copy()
    gaps.loc[gaps.index[:3], "alcohol_drinks"] = pd.NA
    fit = rk.fit("symptoms ~ alcohol_drinks", gaps, slopes="alcohol_drinks")
    effects = rk.estimate_effects(fit)
    text = rk.describe_methods(fit, effects, seed=7)
    assert re.sub(r"Software: .*", "Software: …", text) == (
        f"{fit.n_nights} nights of 4 people were analysed by a logistic mixed model (symptoms ~ alcohol_drinks) with a "
        "normally distributed random intercept for each person and correlated random slopes for alcohol_drinks and a "
        "stationary first-order autoregressive process from night to night, whose correlation falls with the number of "
        "nights between two "
        f"records, fitted by penalised maximum likelihood (likelihood: {fit.status.method}). Persistence is in the "
        "model since nights that follow one another tell less than as many independent ones: without it intervals are "
        "too narrow. The penalty: "
        "half-normal (sd 1.5) on the sd from night to night, Beta(2, 2) on its correlation, half-normal (sd 2.5) on "
        "each sd between people, none on the coefficients (log odds, per sd of an exposure). Effects are the "
        "change in symptom nights per 30 nights between two stated values of an exposure, all else as recorded, "
        f"averaged over nights within a person and then equally over people; 95% limits: {effects.method}. "
        f"{len(fit.left_out)} nights were left out ("
        + "; ".join(f"{r}: {n}" for r, n in fit.left_out["reason"].value_counts().items())
        + "). No missing answer was imputed, and a night without an answer never counts as one without symptoms. "
        "Nights were observed, not assigned, so that a difference need not be an effect. Software: …")
    assert f"rlskit {rk.__version__}" in text and f", Python {platform.python_version()}. Seed of random" in text
    assert text.endswith(" Seed of random numbers: 7.")
    plain = rk.fit("symptoms ~ alcohol_drinks", nights, prior=None)
    told = rk.describe_methods(plain, effects)
    assert ", fitted by maximum likelihood (" in told and "penalty" not in told and "Seed" not in told


def test_the_methods_in_lines_are_the_same_words(fit):
    effects = rk.estimate_effects(fit)
    lines = rk.describe_methods(fit, effects, width=60).splitlines()
    assert " ".join(lines) == rk.describe_methods(fit, effects)
    assert len(lines) > 5 and max(map(len, lines)) <= 60


def test_the_methods_say_which_nights_were_set_aside_and_what_else_was_tried(nights):
    early, unknown = nights["early_symptoms"].eq(True).sum(), nights["early_symptoms"].isna().sum()
    formula = "symptoms ~ within(stretched) + between(stretched)"
    fit = rk.fit(formula, rk.quiet_nights(nights), night_to_night=False)
    effects = rk.estimate_effects(fit)
    text = rk.describe_methods(fit, effects)
    assert text.startswith(
        "Only evenings known to be free of symptoms at the landmark were analysed: of 160 nights, "
        f"{early} were set aside because symptoms had begun before it and {unknown} were set aside because it is not "
        f"known whether they had. {fit.n_nights} nights of 4 people were analysed")
    assert "within(x) is x less the person's own mean and between(x) is that mean." in text and "lag(x)" not in text
    back = rk.fit("symptoms ~ lag(stretched)", nights, night_to_night=False)
    told = rk.describe_methods(back, rk.estimate_effects(back))
    assert ("lag(x) is x of the night before, lag(x, n) of n nights before and rolling(x, n) the mean over the n "
            "nights before, where at least half of them are known.") in told
    rows = pd.DataFrame({"main": [True, False, False, False], "landmark": ["", "22:00", "", ""],
                         "site": ["", "", "without a", "without b"], "model": "", "reason": ["", "", "", "too few"]})
    varied = SimpleNamespace(table=rows, dimensions=("landmark", "site", "model"), term="within(stretched)")
    told = rk.describe_methods(fit, effects, cross_check=effects, varied=varied)
    assert (f" As a cross-check that rests on other assumptions: {effects.method}. The contrast of within(stretched) "
            "was estimated again under 2 other choices (landmark, site); 1 more could not be done. Nights were") in told


def test_every_name_in_the_checklist_exists():
    table = rk.strobe_checklist()
    assert list(table.columns) == ["item", "asks", "where"] and len(table) == 21
    named = set(re.findall(r"\b(?!not_)[a-z]+_[a-z]+\b", " ".join(table["where"])))
    columns = {"adjusted_for", "nights_needed", "left_out"}
    assert named - columns <= set(rk._HOME), named - columns - set(rk._HOME)
