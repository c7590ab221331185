"""What goes into a paper says what was done: exact texts at pinned parameters."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

import rlskit as rk


@pytest.fixture(scope="module")
def nights() -> pd.DataFrame:
    return rk.simulate_diaries(people=4, nights=40, seed=5).nights


@pytest.fixture(scope="module")
def fit(nights) -> rk.Fit:
    return rk.fit("symptoms ~ alcohol_drinks", nights)


def test_table_1_counts_people_once():
    nights = pd.DataFrame({
        "person": ["a"] * 3 + ["b"] * 1, "night": pd.date_range("2026-03-01", periods=4),
        "symptoms": pd.array([True, False, None, True], "boolean"), "early_symptoms": pd.array([False] * 4, "boolean"),
        "alcohol_drinks": [1.0, 1.0, 4.0, 0.0], "iron": pd.array([True, True, None, False], "boolean")})
    traits = pd.DataFrame({"person": ["a", "b"], "sex": ["f", "m"], "age": [40, 60]})
    assert rk.describe_people(nights, traits).to_numpy().tolist() == [
        ["People", "2", 2], ["Nights", "4", 2], ["Nights per person", "2 (1.5 to 2.5)", 2],
        ["Nights with an answer about symptoms", "3 (75%)", 2],
        ["Symptom nights per 30 answered", "22.5 (18.8 to 26.2)", 2],
        ["Iron supplement, share of nights recorded", "50% (25% to 75%)", 2],
        ["Alcohol, drinks", "1 (0.5 to 1.5)", 2], ["sex: f", "1 (50%)", 2], ["sex: m", "1 (50%)", 2],
        ["age", "50 (45 to 55)", 2]]


def test_the_table_of_models_says_estimate_interval_n_and_method(fit):
    effects = rk.estimate_effects(fit)
    row = effects.table.iloc[0]
    table = rk.tabulate_effects({"adjusted": effects, "odds": rk.estimate_effects(fit, scale="odds_ratio")})
    assert table.loc[0, ["model", "term", "contrast", "nights", "people"]].tolist() == [
        "adjusted", "alcohol_drinks", row["contrast"], fit.n_nights, 4]
    assert table["estimate"][0] == f"{row['estimate']:.1f}"
    assert table["interval"][0] == f"{row['lower']:.1f} to {row['upper']:.1f}"
    assert table["unit"].tolist() == ["nights per 30", "odds ratio"] and table["method"][0] == effects.method


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
    text = rk.describe_methods(fit, effects)
    assert re.sub(r"Software: .*", "Software: …", text) == (
        f"{fit.n_nights} nights of 4 people were analysed by a logistic model (symptoms ~ alcohol_drinks) with a "
        "random intercept for each person and correlated random slopes for alcohol_drinks and a stationary first-order "
        "autoregressive process from night to night, whose correlation falls with the number of nights between two "
        f"records, fitted by penalised maximum likelihood (likelihood: {fit.status.method}). Effects are the "
        "difference in symptom nights per 30 nights between two stated values of an exposure, all else as recorded, "
        f"averaged over nights within a person and then equally over people; 95% limits: {effects.method}. "
        f"{len(fit.left_out)} nights were left out ("
        + "; ".join(f"{r}: {n}" for r, n in fit.left_out["reason"].value_counts().items())
        + "); none was imputed. Nights were observed, not assigned, so that a difference need not be an effect. "
        "Software: …")
    assert f"rlskit {rk.__version__}" in text
    plain = rk.fit("symptoms ~ alcohol_drinks", nights, prior=None)
    assert ", fitted by maximum likelihood (" in rk.describe_methods(plain, effects)


def test_every_name_in_the_checklist_exists():
    table = rk.strobe_checklist()
    assert list(table.columns) == ["item", "asks", "where"] and len(table) == 19
    named = set(re.findall(r"\b(?!not_)[a-z]+_[a-z]+\b", " ".join(table["where"])))
    columns = {"adjusted_for", "nights_needed", "base_rate", "left_out"}
    assert named - columns <= set(rk._HOME), named - columns - set(rk._HOME)
