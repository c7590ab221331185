"""Exports of one diary that overlap, however cut and in whatever order: the nights are those of the whole export."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rlskit as rk
from rlskit.diary.readers.detect import readers
from tests.helpers.places import SAMPLE
from tests.helpers.scripts import script

made = script("benchmarks/device_samples.py")
DAYS = 24
MORNINGS = pd.date_range("2026-03-01", periods=DAYS)


def daylio() -> tuple[str, list[str], str]:
    rows = []
    for i, day in enumerate(MORNINGS):
        date = f"{day:%Y-%m-%d},{day:%B} {day.day},{day:%A}"
        evening, morning = "wine | " * (i % 3 == 0), "restless legs | " * (i % 4 == 1)
        rows.append(f'{date},21:30,meh,"{evening}tea",""\n{date},07:30,meh,"{morning}tv",""\n')
    tags = ('[tags.wine]\ncolumn = "alcohol_drinks"\nunticked = "no"\n'
            '[tags."restless legs"]\ncolumn = "symptoms"\nunticked = "no"\ntells_of = "last night"\n')
    return "full_date,date,weekday,time,mood,activities,note\n", rows, tags


def bearable() -> tuple[str, list[str], str]:
    header, *lines = (SAMPLE / "bearable.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    days = [("".join(rows)) for _, rows in itertools.groupby(lines, key=lambda line: line.split(",")[1])]
    return header, days[:DAYS], (SAMPLE / "rlskit.toml").read_text(encoding="utf-8")


def sleep_as_android() -> tuple[str, list[str], str]:
    rows = []
    for i, day in enumerate(MORNINGS):
        pieces = ((23, 0, 2.5), (26, 0, 5.0)) if i % 2 else ((23, 10, 7.5),)
        for hour, minute, hours in pieces:  # every second night in two pieces, each a record with its own header
            start = day + pd.Timedelta(hours=hour, minutes=minute)
            end, tag = start + pd.Timedelta(hours=hours), " #wine" if i % 3 == 0 else ""
            rows.append("Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles,DeepSleep,LenAdjust,"
                        "Geo\n"
                        f'"{start.value // 10**6}","Europe/London","{start:%d. %m. %Y %H:%M}","{end:%d. %m. %Y %H:%M}",'
                        f'"{end:%d. %m. %Y %H:%M}","{hours}","3.0","{tag}","10000","-1","-1.0","2","0.2","0",""\n')
    return "", rows, '[tags.wine]\ncolumn = "alcohol_drinks"\nunticked = "no"\n'


def template() -> tuple[str, list[str], str]:
    rows = [f"{day:%Y-%m-%d},{'yes' if i % 4 == 1 else 'no'},23:{i:02d},07:00,{i % 3}\n"
            for i, day in enumerate(MORNINGS)]
    return "night,symptoms,lights_out,woke_up,alcohol_drinks\n", rows, ""


def table() -> tuple[str, list[str], str]:
    rows = [f"{day:%d.%m.%Y},{'ja' if i % 4 == 1 else 'nein'},{i % 3},{1 + i % 2}\n" for i, day in enumerate(MORNINGS)]
    columns = {"Datum": "night", "Unruhige Beine": "symptoms", "Bier": "alcohol_drinks", "Wein": "alcohol_drinks"}
    said = "".join(f'[columns."{name}"]\ncolumn = "{column}"\n' for name, column in columns.items())
    return ",".join(columns) + "\n", rows, 'date_order = "dmy"\n' + said


def redcap() -> tuple[str, list[str], str]:
    rows = [f"101,{i + 1},{day:%Y-%m-%d},{int(i % 4 == 1)},{i % 3},2\n" for i, day in enumerate(MORNINGS)]
    columns = {"diary_date": "night", "rls": "symptoms", "drinks": "alcohol_drinks"}
    said = "".join(f'[columns.{name}]\ncolumn = "{column}"\n' for name, column in columns.items())
    return "record_id,redcap_repeat_instance,diary_date,rls,drinks,evening_complete\n", rows, said


def as_text(header: str, days: list[str], mapping: str) -> tuple[Callable[[list], bytes], list, str]:
    return lambda some: (header + "".join(some)).encode(), days, mapping


def of_device(write: Callable[[list], bytes], tag: str = "") -> tuple[Callable[[list], bytes], list, str]:
    return write, made.slept(DAYS), f'timezone = "{made.ZONE}"\n' + (
        f'[tags."{tag}"]\ncolumn = "alcohol_drinks"\n' if tag else "")


# app → what writes some of its days, all days, and rlskit.toml
TEXTS = (bearable, daylio, sleep_as_android, redcap, template, table)
WRITERS = {make.__name__: as_text(*make()) for make in TEXTS} | {
    "apple_health": of_device(made.apple), "health_connect": of_device(made.health_connect),
    "fitbit": of_device(made.fitbit), "oura": of_device(made.oura), "garmin": of_device(made.garmin),
    "sleep_cycle": of_device(made.sleep_cycle, "Wine"), "whoop": of_device(made.whoop_sleeps),
    "whoop_journal": of_device(made.whoop_journal, "Have any alcoholic drinks?"),
    "loop_habits": of_device(made.loop_habits, "Wine")}


def nights_of(folder: Path, files: list[bytes], mapping: str) -> tuple[pd.DataFrame, rk.Diary]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "rlskit.toml").write_text(mapping, encoding="utf-8")
    for i, raw in enumerate(files):
        (folder / f"export-{i}.csv").write_bytes(raw)
    diary = rk.read_diary(folder)
    return rk.make_nights(diary), diary


def test_every_reader_is_tried():
    assert set(WRITERS) == {reader.app for reader in readers()}


def test_a_night_of_two_sleeps_may_be_cut_between_them(tmp_path):
    """Both of its records name the wine: one each in either file, as in the whole."""
    write, records, mapping = WRITERS["sleep_as_android"]
    whole, _ = nights_of(tmp_path / "whole", [write(records)], mapping)
    between = [i for i in range(1, len(records)) if "#wine" in records[i - 1] and "#wine" in records[i]]
    assert len(between) == 4
    for cut in between:
        nights, _ = nights_of(tmp_path / "cut", [write(records[cut:]), write(records[:cut])], mapping)
        pd.testing.assert_frame_equal(nights, whole)


@pytest.mark.parametrize("app", WRITERS)
@settings(max_examples=3, deadline=None)
@given(data=st.data())
def test_overlapping_exports_in_any_order_give_the_same_nights(tmp_path_factory, app, data):
    write, days, mapping = WRITERS[app]
    folder = tmp_path_factory.mktemp(app) / "diary"
    whole, alone = nights_of(folder, [write(days)], mapping)
    assert alone.source[0].app == app and len(whole) > DAYS / 3

    cut, overlap = data.draw(st.integers(3, len(days) - 3)), data.draw(st.integers(0, 3))
    parts = [days[:cut], days[cut - overlap:], data.draw(st.sampled_from([days, days[1:5], days[-4:]]))]
    order = data.draw(st.permutations(range(len(parts))))
    nights, diary = nights_of(folder, [write(parts[i]) for i in order], mapping)
    pd.testing.assert_frame_equal(nights, whole)
    events = [one.events.drop(columns=["file", "row"]).sort_values("event_id", ignore_index=True)
              for one in (diary, alone)]
    pd.testing.assert_frame_equal(*events)
    assert not diary.tags.duplicated(["app", "tag"]).any()
    assert rk.account(diary)["rows"].sum() == sum(s.rows for s in diary.source)
