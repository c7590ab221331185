"""A real Bearable export against facts counted with csv.DictReader and nothing of rlskit (numbers as of July 2021).

The counting: rows by `category`; items of `detail.split(" | ")`; hours of `time of day` that start with 0-5.
"""

from __future__ import annotations

import pandas as pd
import pytest

from rlskit.diary.mapping import Mapping, Tag, tag_key
from rlskit.diary.readers.read import read_diary
from rlskit.diary.tables import account

pytestmark = pytest.mark.exports
FILE = "Bearable_Export_20210728_redacted.csv"


def read(folder, **columns):
    tags = {tag_key(name): Tag(name, column) for name, column in columns.items()}
    return read_diary(folder / "bearable" / FILE, mapping=Mapping(tags=tags))


def test_every_row_is_used_or_explained(real_exports):
    diary = read(real_exports)
    assert account(diary).set_index("reason")["rows"].to_dict() == {
        "used": 23 + 16,  # sleeps with something in them, ratings of sleep
        "the same row again": 22,  # gratitudes whose words were redacted to the same text
        "sleep row without a time or a length": 1,
        "no tag in this row is mapped in rlskit.toml": 1040 - 23 - 16 - 22 - 1}
    assert diary.source[0].rows == 1040


def test_sleeps(real_exports):
    diary = read(real_exports)
    assert diary.events["type"].value_counts()[["sleep", "nap"]].tolist() == [23, 4]
    nights = diary.daily.set_index("night")
    assert nights["lights_out"].notna().sum() == 23 - 1  # one night contradicts itself
    assert nights["sleep_quality"].notna().sum() == 16
    # Labelled 13 May in the app, in bed at 23:30: the night of the 12th. Labelled the 15th, asleep at 3:00: the 14th.
    assert nights.loc["2021-05-12", "bed_time"] == pd.Timestamp("2021-05-12 23:30")
    assert nights.loc["2021-05-14", "lights_out"] == pd.Timestamp("2021-05-15 03:00")


def test_the_two_implausible_nights_are_named(real_exports):
    issues = read(real_exports).issues
    assert issues[issues["kind"].eq("sleep times that contradict each other")]["row"].size == 1
    assert issues[issues["kind"].eq("more sleep than its times hold")]["found"].tolist() == ["7:00"]


def test_symptoms(real_exports):
    diary = read(real_exports)
    assert diary.tags.loc[diary.tags["group"].eq("Symptom"), "n"].sum() == 350
    everything = dict.fromkeys(diary.tags.loc[diary.tags["group"].eq("Symptom"), "tag"], "symptoms")
    symptoms = read(real_exports, **everything).events.query("type == 'symptom'")
    assert len(symptoms) == 350
    early = symptoms[symptoms["slot"].eq("pre")]
    assert len(early) == 69
    assert (early["night"] == early["start_local"] - pd.Timedelta(days=1)).all()


def test_one_symptom_with_brackets_in_its_name(real_exports):
    symptoms = read(real_exports, **{"Back (lower) pain": "symptoms"}).events.query("type == 'symptom'")
    assert symptoms["amount"].value_counts().to_dict() == {1.0: 29, 2.0: 2}


def test_caffeine_ticks(real_exports):
    diary = read(real_exports, Caffeine="caffeine_mg")
    ticks = diary.events.query("type == 'caffeine'")
    assert ticks["slot"].replace("", "all_day").value_counts().to_dict() == {"all_day": 14, "mid": 4, "pm": 3}
    assert diary.tags.set_index("tag").loc["Caffeine", "n"] == 21
    counts = account(diary).set_index("reason")["rows"]
    assert (counts["used"], counts.sum()) == (23 + 16 + 21, 1040)


def test_doses(real_exports):
    doses = read(real_exports, **{"Med 532": "iron"}).events.query("type == 'supplement'")
    assert (len(doses), doses["amount"].sum(), set(doses["unit"])) == (19, 800.0, {"mg"})


def test_entries_by_the_clock_before_six_are_on_the_night_before(real_exports):
    notes = read(real_exports).events.query("type == 'note' and time_precision == 'minute'")
    small_hours = notes[notes["start_local"].dt.hour < 6]
    assert len(small_hours) == 75 - 4  # four of the repeated rows are at 0:00-5:59
    assert (small_hours["night"] < small_hours["start_local"].dt.normalize()).all()


def test_no_private_words(real_exports):
    diary = read(real_exports)
    text = "".join(frame.to_csv() for frame in (diary.daily, diary.events, diary.issues, diary.tags))
    assert "redacted]" not in text
    assert "item a" not in text
