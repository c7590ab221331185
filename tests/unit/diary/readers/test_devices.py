"""The same made-up nights in the format of every wearable and habit tracker: read back, they are the same nights."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import zipfile

import pandas as pd
import pytest

from rlskit.diary.draft import draft_mapping
from rlskit.diary.mapping import Mapping, Tag, tag_key
from rlskit.diary.readers import health_connect
from rlskit.diary.readers.read import read_diary
from rlskit.diary.tables import Diary, account
from rlskit.errors import DiaryError
from rlskit.nights.make import make_nights
from tests.helpers.scripts import script

made = script("benchmarks/device_samples.py")
NIGHTS = made.slept()
WATCHES = (made.apple, made.health_connect, made.fitbit, made.fitbit_site, made.oura, made.oura_json, made.garmin,
           made.sleep_cycle, made.sleep_cycle_2, made.whoop_sleeps)
# How often somebody was awake, by the name that a format has for it; the others cannot hold it.
COUNTS = {**dict.fromkeys(("apple", "health_connect", "fitbit", "fitbit_site", "garmin"), "Awakenings"),
          "oura": "Restless periods", "oura_json": "Restless periods"}
WINE = {made.whoop_journal: "Have any alcoholic drinks?", made.loop_habits: "Wine", made.loop_words: "Wine"}


def read(tmp_path, raw: bytes, **columns) -> Diary:
    file = tmp_path / "export"
    file.write_bytes(raw)
    tags = {tag_key(name): Tag(name, column) for name, column in columns.items()}
    return read_diary(file, mapping=Mapping(timezone=made.ZONE, tags=tags))


@pytest.mark.parametrize("write", WATCHES, ids=lambda one: one.__name__)
def test_the_nights_of_every_wearable_are_those_that_were_written(tmp_path, write):
    diary = read(tmp_path, write(NIGHTS))
    assert diary.daily[["night", "lights_out", "woke_up"]].values.tolist() == [
        [pd.Timestamp(one.evening), pd.Timestamp(one.start), pd.Timestamp(one.end)] for one in NIGHTS]
    elapsed = [(one.at(end=True).timestamp() - one.at().timestamp()) / 60 for one in NIGHTS]
    assert diary.daily["tst_min"].tolist() == pytest.approx(elapsed)
    assert set(diary.daily["tst_source"]) == {f"device:{diary.source[0].app}"}
    assert account(diary)["rows"].sum() == diary.source[0].rows
    # What another source tells of the same night; a placeholder of Garmin's.
    more = len(NIGHTS) if write in (made.apple, made.health_connect) else int(write is made.garmin)
    assert diary.issues["outcome"].eq("left out").sum() == more


@pytest.mark.parametrize("write", WATCHES, ids=lambda one: one.__name__)
def test_what_the_device_counted_is_a_tag_of_its_night(tmp_path, write):
    name = COUNTS.get(write.__name__, "")
    tags = read(tmp_path, write(NIGHTS)).tags.set_index("tag")["n"]
    assert tags.get(name, 0) == (len(NIGHTS) if name else 0)


def test_what_the_device_counted_may_be_an_outcome_of_ones_own(tmp_path):
    (tmp_path / "rlskit.toml").write_text('[outcomes."Nights awake"]\nscale = "count"\nbetter = "lower"\n'
                                          '[tags."Awakenings"]\ncolumn = "Nights awake"\n')
    (tmp_path / "sleep.json").write_bytes(made.fitbit(NIGHTS))
    nights = make_nights(read_diary(tmp_path / "sleep.json"))
    assert nights["nights_awake"].tolist() == [one.awake for one in NIGHTS]


@pytest.mark.parametrize("write", WINE, ids=lambda one: one.__name__)
def test_a_written_no_is_a_no_and_what_is_not_there_is_no_answer(tmp_path, write):
    diary = read(tmp_path, write(NIGHTS), **{WINE[write]: "alcohol_drinks"})
    nights = make_nights(diary)
    assert nights["alcohol_drinks"].tolist() == [float(one.wine) for one in NIGHTS]
    assert nights["night"].tolist() == [pd.Timestamp(one.evening) for one in NIGHTS]


@pytest.mark.parametrize("write", WINE, ids=lambda one: one.__name__)
def test_the_draft_of_an_app_that_writes_no_makes_none_of_a_missing_answer(tmp_path, write):
    drafted = draft_mapping(read(tmp_path, write(NIGHTS)).tags)
    section = drafted.partition(f'[tags."{WINE[write]}"]')[2].splitlines()[1:4]
    assert section == ['column = "alcohol_drinks"', "amount = 1.0", 'unticked = "not_recorded"']


def test_loops_numbers_that_are_no_answer_say_nothing(tmp_path):
    rows = "2026-03-01,1,-1\n2026-03-02,3,-1\n2026-03-03,2,0\n2026-03-04,-1,-1\n"
    diary = read(tmp_path, f"Date,Wine,Legs\n{rows}".encode(), Wine="alcohol_drinks", Legs="symptoms")
    assert diary.events.query("type == 'alcohol'")["night"].tolist() == [pd.Timestamp("2026-03-03")]
    assert diary.issues.query("outcome == 'left out'")["kind"].tolist() == ["the night was not filled in"] * 3


def test_a_measured_habit_of_loop_is_a_thousandth_of_its_number(tmp_path):
    diary = read(tmp_path, b"Date,Hours,Other\n2026-03-01,6500,-1\n2026-03-02,0,0\n", Hours="symptom_before")
    assert diary.events.query("type == 'detail'")["amount"].tolist() == [6.5, 0.0]


def test_a_table_of_scores_is_not_loop(tmp_path):
    assert read(tmp_path, b"Date,Legs,Coffee\n2026-03-01,3,2\n2026-03-02,0,1\n").source[0].app == "table"


def test_whoop_is_known_in_every_language_and_its_answers_are_of_the_day_before(tmp_path):
    raw = made.whoop_journal(NIGHTS).decode().replace("Answered yes", '"Respondió ""Sí"""').replace(
        "Cycle start time", "Hora de inicio del ciclo").replace("Question text", "Texto de la pregunta")
    assert read(tmp_path, raw.encode()).source[0].app == "whoop_journal"


def test_a_sleep_that_is_not_the_nights_is_a_nap_by_day_and_a_piece_at_night(tmp_path):
    def one(number, start, end, main):
        return {"logId": number, "dateOfSleep": "2026-03-02", "startTime": start, "endTime": end, "mainSleep": main}

    diary = read(tmp_path, json.dumps([
        one(1, "2026-03-01T23:00:00.000", "2026-03-02T03:00:00.000", True),
        one(2, "2026-03-02T04:00:00.000", "2026-03-02T06:30:00.000", False),
        one(3, "2026-03-02T14:00:00.000", "2026-03-02T15:00:00.000", False),
        one(1, "2026-03-01T23:00:00.000", "2026-03-02T03:00:00.000", True)]).encode())
    assert diary.events.query("type != 'note'")["type"].tolist() == ["sleep", "sleep", "nap"]
    assert diary.daily[["woke_up", "tst_min", "awakenings_n"]].values.tolist() == [
        [pd.Timestamp("2026-03-02 06:30"), 390.0, 1]]
    assert diary.issues.query("outcome == 'left out'")["kind"].tolist() == ["the same row again"]


def test_garmin_without_a_time_zone_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "x_sleepData.json").write_bytes(made.garmin(NIGHTS))
    with pytest.raises(DiaryError, match="its times are UTC, and no time zone is known"):
        read_diary(tmp_path / "x_sleepData.json")


@pytest.mark.parametrize("raw", [b'[{"dateOfSleep": 1, "startTime": 2}]', b'{"sleep": [], "dateOfSleep": "startTime"}',
                                 b'[{"dateOfSleep": "x", "startTime": "2026-03-01T23:00:00"}, 3]',
                                 b'[{"dateOfSleep":"x","startTime":'])
def test_json_of_another_shape_ends_in_a_sentence(tmp_path, raw):
    with pytest.raises(DiaryError):
        read(tmp_path, raw)


# --- Apple Health ----------------------------------------------------------------------------------------------------
def health(*records: str) -> bytes:
    return f'<HealthData locale="en_US">{"".join(records)}</HealthData>'.encode()


def record(kind: str, start: str, end: str, value: str = "", more: str = "", zone: str = "") -> str:
    inner = f'<MetadataEntry key="HKTimeZone" value="{zone}"/>' if zone else ""
    return (f'<Record type="HK{kind}" startDate="{start}" endDate="{end}" value="{value}" {more}>{inner}</Record>')


def asleep(start: str, end: str, value: str, source: str = "A", zone: str = "") -> str:
    return record("CategoryTypeIdentifierSleepAnalysis", start, end, f"HKCategoryValueSleepAnalysis{value}",
                  f'sourceName="{source}"', zone)


def test_one_sleep_a_night_of_several_sources_by_what_they_know(tmp_path):
    night = ("2026-03-01 23:00:00 +0100", "2026-03-02 07:00:00 +0100")
    later = ("2026-03-01 22:00:00 +0100", "2026-03-02 08:00:00 +0100")
    diary = read(tmp_path, health(asleep(*later, "InBed", "Phone"), asleep(*later, "Asleep", "Ring"),
                                  asleep(*night, "AsleepCore", "Watch")))
    assert diary.daily[["lights_out", "tst_min"]].values.tolist() == [[pd.Timestamp("2026-03-01 23:00"), 480.0]]
    assert diary.issues.query("outcome == 'left out'")["kind"].tolist() == [
        "another source tells of this sleep already"] * 2
    assert "Ring" not in diary.issues.to_csv() + diary.events.to_csv() + diary.daily.to_csv()


def test_a_time_is_that_of_the_zone_beside_it_not_of_the_export(tmp_path):
    away = asleep("2026-07-02 08:00:00 +0100", "2026-07-02 15:00:00 +0100", "Asleep", zone="America/New_York")
    assert read(tmp_path, health(away)).daily["lights_out"].tolist() == [pd.Timestamp("2026-07-02 03:00")]
    assert read(tmp_path, health(away.replace("America/New_York", ""))).daily["lights_out"].tolist() == [
        pd.Timestamp("2026-07-02 09:00")]  # Berlin, as stated


def test_days_elsewhere_have_the_clock_of_there(tmp_path):
    (tmp_path / "rlskit.toml").write_text('timezone = "Europe/Berlin"\n[[travel]]\nfrom = 2026-07-02\n'
                                          'until = 2026-07-02\ntimezone = "America/New_York"\n')
    nights = [(f"2026-07-0{day} 08:00:00 +0100", f"2026-07-0{day} 15:00:00 +0100") for day in (1, 2, 3)]
    coffee = record("QuantityTypeIdentifierDietaryCaffeine", *nights[1], "90", 'unit="mg"')
    (tmp_path / "a.xml").write_bytes(health(*(asleep(*night, "AsleepCore") for night in nights), coffee))
    diary = read_diary(tmp_path / "a.xml")
    slept = diary.events[diary.events["type"].isin(["sleep", "nap"])]
    assert slept["start_local"].dt.hour.tolist() == [9, 3, 9]
    assert diary.events.loc[diary.events["type"].eq("caffeine"), "start_local"].dt.hour.tolist() == [3]
    (tmp_path / "a.xml").unlink()
    (tmp_path / "g.json").write_text(json.dumps([{
        "sleepStartTimestampGMT": f"{night[0][:10]}T07:00:00.0", "sleepEndTimestampGMT": f"{night[0][:10]}T14:00:00.0",
        "calendarDate": night[0][:10]} for night in nights]))
    assert read_diary(tmp_path / "g.json").daily["lights_out"].dt.hour.tolist() == [9, 3, 9]


def test_in_bed_and_asleep_of_one_source_are_one_sleep(tmp_path):
    diary = read(tmp_path, health(asleep("2026-03-01 22:30:00 +0100", "2026-03-02 07:30:00 +0100", "InBed"),
                                  asleep("2026-03-01 23:00:00 +0100", "2026-03-02 07:00:00 +0100", "Asleep")))
    cells = ["bed_time", "lights_out", "woke_up", "out_of_bed_time"]
    assert diary.daily[cells].iloc[0].dt.strftime("%H:%M").tolist() == ["22:30", "23:00", "07:00", "07:30"]


def test_caffeine_drinks_and_stretches_have_their_hour_and_food_iron_waits_for_its_meaning(tmp_path):
    at = ("2026-03-01 15:00:00 +0100",) * 2
    yoga = ('<Workout workoutActivityType="HKWorkoutActivityTypeYoga" duration="0.5" durationUnit="hr" '
            f'startDate="{at[0]}" endDate="{at[0]}"/>')
    run = yoga.replace("Yoga", "Running")
    coffee = record("QuantityTypeIdentifierDietaryCaffeine", *at, "0.095", 'unit="g"')
    diary = read(tmp_path, health(yoga, run, coffee, coffee, record(
        "QuantityTypeIdentifierNumberOfAlcoholicBeverages", *at, "2", 'unit="count"'), record(
        "QuantityTypeIdentifierDietaryIron", *at, "4.1", 'unit="mg"'), record(
        "QuantityTypeIdentifierDietaryCaffeine", *at, "x", 'unit="mg"')))
    said = diary.events[["type", "amount", "unit", "item"]].values.tolist()
    assert sorted(said) == [["alcohol", 2.0, "drinks", "alcohol_drinks"], ["caffeine", 95.0, "mg", "caffeine_mg"],
                            ["stretch", 30.0, "min", "yoga"]]
    assert diary.tags[["tag", "n"]].values.tolist() == [["Dietary iron", 1]]
    assert {"the same record again: 1", "not read: 1 of HKWorkoutActivityTypeRunning"} <= set(diary.issues["kind"])
    assert account(diary)["rows"].sum() == diary.source[0].rows == 5


def test_an_export_is_read_from_its_zip_whatever_its_names_are(tmp_path):
    with zipfile.ZipFile(tmp_path / "Exportieren.zip", "w") as archive:
        archive.writestr("apple_health_export/Exportieren.xml", made.apple(NIGHTS))
        archive.writestr("apple_health_export/export_cda.xml", "<ClinicalDocument/>")
    assert len(read_diary(tmp_path / "Exportieren.zip").daily) == len(NIGHTS)


@pytest.mark.parametrize(("raw", "why"), [
    (health("<a>" * 60 + "</a>" * 60), "elements in elements in elements"),
    (b"<HealthData><Record", "without sleep, caffeine"),
    (health("&who;"), "undefined entity"),
    (health(), "without sleep, caffeine, alcohol or stretching"),
    (b"<!DOCTYPE HealthData [" + b" " * 2**20, "no HealthData in it")])
def test_damaged_xml_ends_in_a_sentence(tmp_path, raw, why):
    with pytest.raises(DiaryError, match=why):
        read(tmp_path, raw)


# --- zips -------------------------------------------------------------------------------------------------------------
def pack(path, members: dict[str, bytes]):
    with zipfile.ZipFile(path, "w") as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return path


def test_takeout_is_given_whole_and_what_is_not_read_is_counted(tmp_path):
    diary = read_diary(pack(tmp_path / "takeout.zip", made.takeout(NIGHTS)))
    assert len(diary.daily) == len(NIGHTS)
    assert [s.file for s in diary.source] == ["sleep-2026-04-19.json", "sleep-2026-03-20.json"]
    remark = diary.issues[diary.issues["file"].eq("takeout.zip")]
    assert remark["kind"].tolist() == ["3 files in it not read"]
    assert "heart_rate-2026-03-20.json" in remark["found"].item()


def test_a_pack_of_whoop_is_a_journal_and_sleeps_and_the_mapping_beside_it_counts(tmp_path):
    (tmp_path / "rlskit.toml").write_text('[tags."Have any alcoholic drinks?"]\ncolumn = "alcohol_drinks"\n')
    diary = read_diary(pack(tmp_path / "my_whoop_data.zip", {
        "sueño.csv": made.whoop_sleeps(NIGHTS), "journal_entries.csv": made.whoop_journal(NIGHTS),
        "workouts.csv": b"Cycle start time,Cycle end time\n2026-03-01,2026-03-02\n"}))
    nights = make_nights(diary)
    assert nights["alcohol_drinks"].tolist() == [float(one.wine) for one in NIGHTS]
    assert diary.daily["lights_out"].notna().all() and len(diary.daily) == len(NIGHTS)


def test_a_zip_without_a_diary_is_told_so(tmp_path):
    with pytest.raises(DiaryError, match="a zip without a backup that rlskit knows"):
        read_diary(pack(tmp_path / "x.zip", {"a.txt": b"hello", "b.json": b"{}"}))


def test_health_connect_counts_each_night_once_and_grams_are_milligrams(tmp_path):
    diary = read(tmp_path, made.health_connect(NIGHTS))
    assert diary.events.query("type == 'caffeine'")["amount"].tolist() == pytest.approx([95.0] * len(NIGHTS))
    assert not diary.tags["tag"].str.startswith("Dietary").any()  # the smallest number stands for none


def test_health_connect_has_the_minutes_of_stretching_and_yoga(tmp_path):
    (tmp_path / "h.db").write_bytes(made.health_connect(NIGHTS))
    with contextlib.closing(sqlite3.connect(tmp_path / "h.db")) as base, base:
        base.execute("delete from exercise_session_record_table")
        at = int(NIGHTS[2].at().timestamp() * 1000)
        base.executemany("insert into exercise_session_record_table (exercise_type, start_time, end_time,"
                         " start_zone_offset, end_zone_offset) values (?, ?, ?, 3600, 3600)", [
            (46, at - 7_200_000, at - 6_600_000), (57, at - 3_600_000, at - 1_800_000), (42, at, at), (46, at, at - 1),
            (57, "x", at)])
    diary = read_diary(tmp_path / "h.db", mapping=Mapping())
    said = diary.events.loc[diary.events["type"].eq("stretch"), ["night", "item", "amount"]].values.tolist()
    night = pd.Timestamp(NIGHTS[2].evening)
    assert said == [[night, "stretched", 10.0], [night, "yoga", 30.0]]
    assert diary.issues["kind"].eq("an exercise whose time cannot be read").sum() == 2
    assert account(diary)["rows"].sum() == diary.source[0].rows


def test_a_database_whose_damage_is_no_text_is_not_recognised(tmp_path):
    raw = made.health_connect(NIGHTS)
    (tmp_path / "h.db").write_bytes(raw.replace(b"CREATE TABLE nutrition", b"CREATE TABL\xc5 nutrition"))
    assert health_connect.recognises(tmp_path / "h.db") is False
    with pytest.raises(DiaryError):
        read_diary(tmp_path / "h.db")


def test_a_damaged_database_ends_in_a_sentence(tmp_path):
    raw = made.health_connect(NIGHTS)
    with pytest.raises(DiaryError, match="expected a Health Connect export, found a damaged one"):
        read(tmp_path, raw[:4096] + b"\xff" * (len(raw) - 4096))
