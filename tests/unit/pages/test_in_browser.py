"""What the page in the browser is told: a draft, what is there already, one sentence for what cannot be read."""

from __future__ import annotations

import json

from rlskit.pages.in_browser import answer, read


def put(folder, **files):
    home = folder / "diary"
    home.mkdir()
    for name, text in files.items():
        (home / f"{name}.{'toml' if name == 'rlskit' else 'csv'}").write_text(text, encoding="utf-8")
    return str(home)


def test_a_draft_names_the_zone_of_the_browser(tmp_path):
    folder = put(tmp_path, own="Datum,Unruhige Beine\n2026-03-01,ja\n2026-03-02,nein\n")
    told = json.loads(read(folder, "Europe/Berlin"))
    assert 'timezone = "Europe/Berlin"' in told["toml"] and '[columns."Unruhige Beine"]' in told["toml"]
    assert "own.csv" in told["read"] and "problem" not in told


def test_what_is_there_is_shown_as_it_is(tmp_path):
    folder = put(tmp_path, diary="night,symptoms\n2026-03-01,yes\n", rlskit="# mine\n")
    assert json.loads(read(folder, "Europe/Berlin"))["toml"] == "# mine\n"


def test_what_cannot_be_read_is_one_sentence_and_a_place_to_settle_it(tmp_path):
    folder = put(tmp_path, diary="full_date,time,mood,activities\n03/04/2026,22:00,good,walk\n")
    told = json.loads(read(folder, "Europe/Berlin"))
    assert (told["toml"], "read" in told) == ('timezone = "Europe/Berlin"\n', False)
    assert "03/04/2026" in told["problem"] and "date_order" in told["problem"]


def test_a_mapping_that_is_no_toml_is_a_sentence(tmp_path):
    folder = put(tmp_path, diary="night,symptoms\n2026-03-01,yes\n")
    assert json.loads(answer(folder, "tags = ["))["problem"].startswith("rlskit.toml: not valid TOML")


def test_a_diary_of_two_people_is_a_sentence(tmp_path):
    folder = put(tmp_path, diary="person,night,symptoms\na,2026-03-01,yes\nb,2026-03-01,no\n")
    assert "one person, found 2" in json.loads(answer(folder, ""))["problem"]
