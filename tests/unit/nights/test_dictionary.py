"""The data dictionary: the docs page shows its lines, and every column that rlskit convert writes has one."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import rlskit as rk
from rlskit.cli import cli
from rlskit.diary.tables import (
    DAILY_COLUMNS,
    EVENT_COLUMNS,
    ISSUE_COLUMNS,
    MORE_NIGHT_COLUMNS,
    NIGHT_COLUMNS,
    TAG_COLUMNS,
)
from rlskit.nights.dictionary import LINES, data_dictionary, entries
from rlskit.utils.csv_files import read_csv

PAGE = Path(__file__).parents[3] / "docs" / "data-dictionary.md"
KNOWN = {"daily": DAILY_COLUMNS, "events": EVENT_COLUMNS, "issues": ISSUE_COLUMNS, "tags": TAG_COLUMNS,
         "nights": (*NIGHT_COLUMNS, *MORE_NIGHT_COLUMNS, "site")}


@pytest.mark.parametrize("table", LINES)
def test_the_page_shows_the_lines_of_each_table(table):
    section = PAGE.read_text("utf-8").split(f"\n## {table}: ")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    assert rows[1:] == [f"| {escape(' | '.join(line), quote=False)} |" for line in entries(table)]


@pytest.mark.parametrize("table", KNOWN)
def test_every_column_of_the_code_has_a_line_and_no_line_is_of_none(table):
    named = [name for names, _, _ in entries(table) for name in names.split(", ") if "<" not in name]
    shifted = {name for name in KNOWN[table] if name.endswith(("_1h_earlier", "_1h_later"))}
    assert set(named) == set(KNOWN[table]) - shifted and len(named) == len(set(named))


def test_convert_says_of_every_column_what_it_holds(tmp_path):
    (tmp_path / "my.csv").write_text("night,symptoms,iron,Abendspaziergang,Laune\n"
                                     "2026-03-04,yes,no,yes,7\n2026-03-05,no,no,no,3\n")
    (tmp_path / "rlskit.toml").write_text('timezone = "Europe/London"\n[habits.Abendspaziergang]\nkind = "yes/no"\n'
                                          '[outcomes.Laune]\nscale = "0-10"\nbetter = "higher"\n')
    ran = CliRunner().invoke(cli, ["convert", str(tmp_path / "my.csv"), "--out", str(tmp_path / "t")])
    assert ran.exit_code == 0, ran.output
    said = read_csv(tmp_path / "t" / "dictionary.csv")
    for path in (tmp_path / "t").glob("*.csv"):
        if path.stem != "dictionary":
            assert said.loc[said["table"].eq(path.stem), "column"].tolist() == list(read_csv(path).columns)
    assert said["meaning"].ne("").all() and said["unit"].ne("").all()
    nights = said[said["table"].eq("nights")].set_index("column")
    assert nights.loc["abendspaziergang", "meaning"].startswith("a habit of one's own")
    assert nights.loc["laune", "meaning"].startswith("how the night was judged")
    assert nights.loc["symptoms_state", "unit"].startswith("yes, no")
    assert rk.read_diary(tmp_path / "t").habits == rk.read_diary(tmp_path / "my.csv").habits


def test_a_movement_is_a_column_too():
    none = pd.DataFrame({"column": []})
    said = data_dictionary({"nights": pd.DataFrame(columns=["movement_calf"]), "habits": none, "outcomes": none})
    assert said["meaning"].tolist()[0] == "the same by movement"
