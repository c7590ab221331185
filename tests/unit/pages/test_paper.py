"""What goes into a paper says what was done: exact texts at pinned parameters."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import rlskit as rk


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


@pytest.mark.parametrize("ending", ["html", "tex"])
def test_what_every_row_says_alike_stands_once_below_the_table(tmp_path, nights, ending):
    effects = rk.estimate_effects(rk.fit("symptoms ~ alcohol_drinks + stretched", nights))
    table = rk.tabulate_effects({"all": effects})
    text = rk.write_table(table, tmp_path / f"models.{ending}").read_text(encoding="utf-8")
    assert text.count(effects.method) == 1 and text.index(effects.method) > text.index("alcohol")
    assert "Unit: change in symptom nights per 30 nights." in text and "Nights: " in text
    assert effects.method in rk.write_table(table, tmp_path / "models.csv").read_text(encoding="utf-8").splitlines()[2]
    several = rk.tabulate_effects({"all": effects, "ratio": rk.estimate_effects(
        rk.fit("symptoms ~ alcohol_drinks", nights), scale="odds_ratio")})
    text = rk.write_table(several, tmp_path / f"two.{ending}").read_text(encoding="utf-8")
    assert "Unit: " not in text and "Level: 95" in text and "odds ratio" in text


def test_numbers_on_a_page_have_three_figures_and_the_note_of_a_model_stands_below(tmp_path, fit):
    model = rk.tabulate_model(fit)
    text = rk.write_table(model, tmp_path / "model.tex").read_text(encoding="utf-8")
    assert f"& {model['estimate'][0]:#.3g} &" in text and model.attrs["note"][:20] in text.split("bottomrule")[1]
    table = pd.DataFrame({"a": [1234.5, 0.5, 12.0, float("nan")]})
    text = rk.write_table(table, tmp_path / "a.tex").read_text(encoding="utf-8")
    assert [line.strip(" \\") for line in text.splitlines()[-6:-2]] == ["1234", "0.500", "12.0", ""]


def test_another_ending_is_an_error(tmp_path):
    with pytest.raises(rk.ModelError) as wrong:
        rk.write_table(pd.DataFrame({"a": [1]}), tmp_path / "models.docx")
    assert str(wrong.value) == 'write_table: expected a path ending in .csv, .html or .tex, found "models.docx".'
    assert not list(tmp_path.iterdir())


def test_a_name_of_a_row_is_text_to_latex_and_to_a_spreadsheet(tmp_path):
    names = ["[1] main", "<40", "a|b", "*", "two\nlines\r\x0c", "=1+1", "-2.0 to 0.5"]
    table = pd.DataFrame({"model": names, "n": [-1] * 7})
    stamp = pd.DataFrame({"what": ["command"], "value": ["a\n\\input{x}"]})
    text = rk.write_table(table, tmp_path / "a.tex", stamp=stamp).read_text(encoding="utf-8")
    assert [line.split(" & ")[0] for line in text.splitlines() if line.endswith("& -1 \\\\")] == [
        "{[}1] main", r"\textless{}40", r"a\textbar{}b", "{*}", "two lines ", "=1+1", "-2.0 to 0.5"]
    assert text.startswith("% command: a \\input{x}\n% sha256")
    rows = rk.write_table(table, tmp_path / "a.csv", stamp=stamp).read_bytes().decode().replace('"', "").split(",-1\n")
    assert rows[5:7] == ["'=1+1", "-2.0 to 0.5"]
