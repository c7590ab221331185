"""Real Daylio exports against facts counted with csv.DictReader or json and nothing of rlskit."""

from __future__ import annotations

import pytest

from rlskit.diary.mapping import Mapping, Tag
from rlskit.diary.readers.read import read_diary
from rlskit.diary.tables import account

pytestmark = pytest.mark.exports

# file → entries; entries timed 0:00-5:59; a tag and how often it is ticked
FACTS = {
    "en_v2_12h_kayraucklnc.csv": (419, 46, "friends", 21),
    "en_v3_fixture_staticf0x.csv": (32, 5, "gaming", 5),
    "en_v3_sample_24h_MichaelCurrin.csv": (7, 0, "Sleeping", 2),
    "en_v4_scales_fixture_obsidian.csv": (7, 0, "Sleep Quality", 3),
    "pl_v1_year_kplich.csv": (21, 0, None, 0),
    "backup_english.daylio": (5, 0, "exercice", 1),
}


def test_every_file_of_the_folder_is_counted_here(real_exports):
    files = {p.name for p in (real_exports / "daylio").iterdir() if p.suffix in (".csv", ".daylio")}
    assert files == set(FACTS)


@pytest.mark.parametrize("file", FACTS)
def test_every_entry_is_read_and_explained(real_exports, file):
    entries, _, tag, ticks = FACTS[file]
    diary = read_diary(real_exports / "daylio" / file, mapping=Mapping())
    assert diary.source[0].rows == entries
    assert account(diary).set_index("reason")["rows"].to_dict() == {
        "used": 0, "no tag in this row is mapped in rlskit.toml": entries}
    assert diary.events["type"].eq("note").sum() == entries
    if tag:
        assert diary.tags.set_index("tag").loc[tag, "n"] == ticks


@pytest.mark.parametrize("file", FACTS)
def test_entries_after_midnight_speak_of_the_night_in_progress(real_exports, file):
    events = read_diary(real_exports / "daylio" / file, mapping=Mapping()).events
    assert (events["night"] < events["start_local"].dt.normalize()).sum() == FACTS[file][1]


def test_mapped_ticks_are_used(real_exports):
    for file, (entries, _, tag, ticks) in FACTS.items():
        if tag:
            mapping = Mapping(tags={tag.casefold(): Tag(tag, "stretched")})
            counts = account(read_diary(real_exports / "daylio" / file, mapping=mapping)).set_index("reason")["rows"]
            assert (counts["used"], counts.sum()) == (ticks, entries), file


def test_the_scale_of_2026(real_exports):
    mapping = Mapping(tags={"sleep quality": Tag("Sleep Quality", "symptoms")})
    events = read_diary(real_exports / "daylio" / "en_v4_scales_fixture_obsidian.csv", mapping=mapping).events
    assert sorted(events.query("type == 'symptom'")["amount"]) == [4.0, 6.0, 8.0]


def test_the_backup_spans_its_years(real_exports):
    nights = read_diary(real_exports / "daylio" / "backup_english.daylio").events["night"]
    assert (f"{nights.min():%Y-%m-%d}", f"{nights.max():%Y-%m-%d}") == ("2015-05-16", "2023-01-24")  # months 4 and 0
