"""Real exports of wearables and habit trackers against counts made without rlskit (with csv and json alone)."""

from __future__ import annotations

import pandas as pd
import pytest

from rlskit.diary.mapping import Mapping, Tag, tag_key
from rlskit.diary.readers.read import read_diary
from rlskit.diary.tables import account
from rlskit.errors import DiaryError
from rlskit.nights.make import make_nights

pytestmark = pytest.mark.exports


def read(path, **columns):
    tags = {tag_key(name): Tag(name, column) for name, column in columns.items()}
    return read_diary(path, mapping=Mapping(tags=tags))


def slept(diary) -> tuple[int, int, int]:
    """Records of nights, naps, and nights with a main sleep."""
    kinds = diary.events["type"].value_counts()
    return kinds.get("sleep", 0), kinds.get("nap", 0), int(diary.daily["lights_out"].notna().sum())


def test_fitbit_takeout(real_exports):
    diary = read(real_exports / "fitbit/takeout_tobichls")
    assert sum(s.rows for s in diary.source) == 102
    assert slept(diary) == (89, 11, 88)  # 100 sleeps; 87 days with a main one, one of them with two
    told = account(diary).groupby("reason")["rows"].sum()
    assert told.to_dict() == {"used": 100, "already read in another file": 2}  # in two files each
    evening = diary.daily.set_index("night").loc["2021-04-29"]  # dated 29 April by the app, as its main sleep
    assert evening["lights_out"] == pd.Timestamp("2021-04-29 19:06:30")


@pytest.mark.parametrize(("file", "app", "rows", "sleeps"), [
    ("apple_health/grll_export_v14.xml", "apple_health", 1, (1, 0, 1)),  # in bed and asleep of one night
    ("apple_health/tagbug_fixture_export.xml", "apple_health", 1, (1, 0, 1)),
    ("fitbit/takeout_sleep_classic_2015.json", "fitbit", 1, (1, 0, 1)),
    ("fitbit/zachlysobey_fitbit_export.csv", "fitbit", 15, (15, 0, 15)),
    ("oura/account_sleep_Alvarodelamaza_60.csv", "oura", 60, (34, 19, 34)),  # 7 of 17 rests without sleep
    ("oura/annasitu_oura_api_v2_sleep.csv", "oura", 3, (3, 0, 2)),
    ("whoop/sleeps_TheOneRichy.csv", "whoop", 183, (172, 11, 172)),
    ("sleep_cycle/sleepdata_rows.csv", "sleep_cycle", 3, (3, 0, 3)),
    ("sleep_cycle/v2_21columns_junsikkim_1400-1520.csv", "sleep_cycle", 120, (109, 11, 101)),
])
def test_sleeps(real_exports, file, app, rows, sleeps):
    diary = read(real_exports / file)
    assert (diary.source[0].app, diary.source[0].rows, slept(diary)) == (app, rows, sleeps)
    assert account(diary)["rows"].sum() == rows


def test_sleep_cycle_of_the_first_generation(real_exports):
    diary = read(real_exports / "sleep_cycle/v1_TinasheMTapera_first500.csv")
    asleep = diary.events[diary.events["type"].isin(["sleep", "nap"])]
    assert len(asleep) == 500 == account(diary)["rows"].sum()
    assert asleep["night"].nunique() == 492  # by the noon rule
    assert asleep.groupby("night").size().gt(1).sum() == 7


def test_notes_of_sleep_cycle_are_tags(real_exports):
    diary = read(real_exports / "sleep_cycle/v2_21columns_junsikkim_1400-1520.csv", Alcohol="alcohol_drinks")
    assert diary.events["type"].eq("alcohol").sum() == 8


def test_whoops_journal_has_a_written_no(real_exports):
    tags = {"Have any alcoholic drinks?": "alcohol_drinks", "Have any caffeine?": "caffeine_mg"}
    diary = read(real_exports / "whoop/journal_entries_TheOneRichy.csv", **tags)
    assert diary.source[0].rows == 1944
    said = diary.events[diary.events["type"].isin(["alcohol", "caffeine"])]
    counts = said.groupby("type")["amount"].agg(lambda mg: (int(mg.gt(0).sum()), int(mg.eq(0).sum()))).to_dict()
    assert counts == {"alcohol": (70, 102), "caffeine": (161, 11)}
    assert said["night"].nunique() == 172  # cycles, one a night
    assert make_nights(diary)["alcohol_drinks"].value_counts().to_dict() == {0.0: 102, 1.0: 70}


def test_loop_habit_tracker(real_exports):
    file = real_exports / "loop_habit_tracker/Checkmarks_numeric_etiesch.csv"
    diary = read(file, **{"Repas: Alcool": "alcohol_drinks"})
    assert (diary.source[0].app, diary.source[0].rows) == ("loop_habits", 169)
    assert diary.source[0].date_order == "mdy"
    assert account(diary)["rows"].sum() == 169
    wine = diary.events.loc[diary.events["type"].eq("alcohol"), "amount"]
    assert (int(wine.gt(0).sum()), int(wine.eq(0).sum())) == (21, 1)


@pytest.mark.parametrize("file", ["dogsheep_tests_export.xml", "kylemneal_fixture_export.xml",
                                  "paulstaab_fixture_export.xml"])
def test_apple_health_without_anything_for_a_diary_says_what_it_holds(real_exports, file):
    with pytest.raises(DiaryError, match=r"without sleep, caffeine, alcohol or stretching\. Found \d"):
        read(real_exports / "apple_health" / file)


def test_apple_health_of_a_night_in_zurich(real_exports):
    night = read(real_exports / "apple_health/grll_export_v14.xml").daily.iloc[0]
    assert (night["bed_time"], night["lights_out"]) == (pd.Timestamp("2025-04-28 02:05:06"),
                                                        pd.Timestamp("2025-04-28 02:15"))
