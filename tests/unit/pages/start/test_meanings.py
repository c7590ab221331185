"""Meanings of tags: drafted, chosen, written into rlskit.toml without touching what was not chosen."""

from __future__ import annotations

import pytest

import rlskit as rk
from rlskit.pages.start.meanings import MEANINGS, UNUSED, Choice, Row, list_rows, write_meanings
from tests.helpers.places import ROOT

STATED = """# my own words
timezone = "Europe/London"

[tags."Calf stretch"]   # every evening
column = "stretched"
intent = "preventive"
time = "21:00"
unticked = "no"

[tags."Coffee"]
column = "caffeine_mg"
levels = { Little = 50, "A lot" = 200 }
unticked = "no"
"""


@pytest.fixture
def folder(tmp_path):
    """Two weeks of the sample's Bearable file."""
    lines = (ROOT / "data" / "sample" / "bearable.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "bearable.csv").write_text("".join(lines[:150]), encoding="utf-8")
    return tmp_path


def rows_of(folder):
    return {row.name: row for row in list_rows(rk.read_diary(folder), folder)}


def choice(row, **other):
    told = {"meaning": row.meaning, "tells_of": row.keys.get("tells_of", ""),
            "unticked": row.keys.get("unticked", "not_recorded")}
    return Choice(row=row, **(told | other))


def test_words_that_are_recognised_are_drafted_and_nothing_is_in_force(folder):
    rows = rows_of(folder)
    assert not any(row.stated for row in rows.values())
    assert rows["Calf stretch"].meaning == "stretched, not known which came first"
    assert rows["Restless legs"].meaning == "restless legs that night" and rows["Stress"].meaning == UNUSED
    assert list(rows)[-1] not in ("Restless legs", "Calf stretch", "Coffee")  # what is not recognised comes last


def test_what_is_chosen_is_what_the_diary_is_then_read_by(folder):
    rows = rows_of(folder)
    path = write_meanings(folder, [
        choice(rows["Restless legs"]), choice(rows["Calf stretch"], meaning="stretched, before any symptoms"),
        choice(rows["Coffee"], amount=80.0), choice(rows["Stress"])], "Europe/London")
    mapping = rk.read_mapping(path)
    assert mapping.timezone == "Europe/London" and set(mapping.tags) == {"restless legs", "calf stretch", "coffee"}
    assert mapping.tag("Calf stretch").intent == "preventive" and mapping.tag("Calf stretch").movement == "calf"
    assert mapping.tag("Coffee").amount == 80.0
    rows = rows_of(folder)
    assert [name for name, row in rows.items() if row.stated] == list(rows)[:3]
    assert rows["Calf stretch"].meaning == "stretched, before any symptoms"


def test_only_the_chosen_lines_of_a_file_change(folder):
    (folder / "rlskit.toml").write_text(STATED, encoding="utf-8")
    rows = rows_of(folder)
    write_meanings(folder, [choice(rows["Calf stretch"], meaning="stretched, because of symptoms")])
    assert (folder / "rlskit.toml").read_text(encoding="utf-8") == STATED.replace("preventive", "responsive")
    write_meanings(folder, [choice(rows["Coffee"]), choice(rows["Restless legs"])])
    text = (folder / "rlskit.toml").read_text(encoding="utf-8")
    assert text.startswith(STATED.replace("preventive", "responsive").rstrip()) and "Restless legs" in text
    write_meanings(folder, [choice(rows["Calf stretch"], meaning=UNUSED)])
    assert rk.read_mapping(folder / "rlskit.toml").tag("Calf stretch").column == "ignore"


def test_a_detail_keeps_what_is_stated_of_it(folder):
    row = Row(section="tags", name="Held", said="", stated=True,
              keys={"column": "stretch_hold_s", "intent": "preventive"})
    assert row.meaning == "seconds a stretch was held"
    assert choice(row).keys == {"column": "stretch_hold_s", "intent": "preventive", "unticked": "not_recorded"}


def test_a_file_that_would_not_be_understood_is_not_written(folder):
    before = 'date_order = "dmy"\n'
    (folder / "rlskit.toml").write_text(before)
    row = Row(section="tags", name="X", said="", keys={})
    with pytest.raises(rk.DiaryError):
        write_meanings(folder, [choice(row, meaning="caffeine", amount=-1.0)])
    assert (folder / "rlskit.toml").read_text() == before and len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("meaning", [m for m in MEANINGS if m != UNUSED])
def test_every_meaning_can_be_written_and_is_read_back(tmp_path, meaning):
    row = Row(section="tags", name='A $5 "b" [c] \\ é', said="", keys={})
    write_meanings(tmp_path, [choice(row, meaning=meaning)])
    tag = rk.read_mapping(tmp_path / "rlskit.toml").tag(row.name)
    again = Row(section="tags", name=row.name, said="", keys={"column": tag.column, "intent": tag.intent})
    assert again.meaning == meaning
