"""Real Sleep as Android exports, read in place: sleeps counted independently, the clock-change nights pinned by date.

The counting here shares no code with the reader: lines and the csv module only.
"""

from __future__ import annotations

import csv
import datetime as dt
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from rlskit.diary.readers.read import read_diary
from rlskit.diary.tables import account

pytestmark = pytest.mark.exports

EXCEL = "swan11jf_sleep-export.csv"
WATCH = "ckondek_sleep-export.csv"


@pytest.fixture(scope="module")
def folder(real_exports) -> Path:
    return real_exports / "sleep_as_android"


@pytest.fixture(scope="module")
def read(folder):
    """read_diary of a file by name, each file once."""
    return cache(lambda file: read_diary(folder / file))


def records(path: Path) -> list[list[str]]:
    """The data lines: neither header ("Id" first) nor noise (nothing first)."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [cells for cells in csv.reader(lines) if cells and cells[0] not in ("", "Id")]


def clock(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, "%d. %m. %Y %H:%M")


def test_every_record_of_every_file_is_used_or_explained(folder, read):
    files = sorted(folder.glob("*.csv"))
    assert files
    for path in files:
        diary = read(path.name)
        rows = account(diary).groupby("reason")["rows"].sum()
        assert rows.sum() == diary.source[0].rows == len(records(path))
        assert rows["used"] == len(records(path))  # no record of these files is beyond reading


@pytest.mark.parametrize(("file", "n", "main"), [(EXCEL, 750, 744), (WATCH, 15, 15)])  # three in pieces
def test_sleeps_are_those_counted_independently(folder, file, n, main, read):
    diary = read(file)
    kinds = diary.events["type"].value_counts()
    assert len(records(folder / file)) == n
    assert kinds["sleep"] + kinds.get("nap", 0) == n
    # One main sleep per night: as many as there are dates of From less twelve hours.
    nights = {(clock(r[2]) - dt.timedelta(hours=12)).date() for r in records(folder / file)}
    asleep = diary.events[diary.events["type"].eq("sleep")]
    assert asleep["night"].nunique() == len(nights) == len(diary.daily) == main
    assert len(asleep) == main + diary.daily["awakenings_n"].sum()


@pytest.mark.parametrize("file", [EXCEL, WATCH])
def test_every_length_is_hours_and_every_end_is_from_plus_hours(folder, file, read):
    events = read(file).events
    got = {(e.start_local, e.tz): (e.amount, e.end_local)
           for e in events[events["type"].isin(["sleep", "nap"])].itertuples()}
    for cells in records(folder / file):
        start, tz, hours = clock(cells[2]), ZoneInfo(cells[1]), float(cells[5])
        instant = start.replace(tzinfo=tz).astimezone(dt.UTC) + dt.timedelta(hours=hours)
        end = instant.astimezone(tz).replace(tzinfo=None)
        length, ended = got[pd.Timestamp(start), cells[1]]
        assert length == hours
        assert abs(ended - end) < dt.timedelta(seconds=1)


# The nights on which To - From is an hour off; the night is that of the evening before the clocks change.
CLOCK_CHANGES = {
    "2017-10-28": (9.71, "2017-10-29 07:58:36"),
    "2018-03-24": (8.11, "2018-03-25 08:32:36"),
    "2019-03-30": (8.13, "2019-03-31 08:43:48"),
    "2020-03-28": (7.05, "2020-03-29 08:04:00"),
}


def test_the_four_clock_change_nights_are_those_found_independently(folder, read):
    off = [cells for cells in records(folder / EXCEL)
           if abs(abs((clock(cells[3]) - clock(cells[2])).total_seconds() / 60 - 60 * float(cells[5])) - 60) < 5]
    nights = sorted(str((clock(cells[2]) - dt.timedelta(hours=12)).date()) for cells in off)
    assert nights == sorted(CLOCK_CHANGES)
    remarks = read(EXCEL).issues
    assert remarks["row"].notna().sum() == 4
    assert remarks["kind"].str.startswith("the clocks changed in this night").sum() == 4


@pytest.mark.parametrize("night", sorted(CLOCK_CHANGES))
def test_on_a_clock_change_night_the_length_is_hours_and_the_end_from_plus_hours_in_london(folder, night, read):
    daily = read(EXCEL).daily.set_index("night").loc[night]
    hours, end = CLOCK_CHANGES[night]
    assert daily["tst_min"] / 60 == pytest.approx(hours)
    assert daily["woke_up"].round("1s") == pd.Timestamp(end)
    assert daily["tz"] == "Europe/London"


def test_hashtags_are_those_counted_independently(folder, read):
    tags = read(EXCEL).tags.set_index("tag")["n"]
    written = " ".join(cells[7] for cells in records(folder / EXCEL)).split()
    for name in ("sport", "stress", "sick", "home", "newmoon", "geo1"):
        counted = sum(w == f"#{name}" or (w.startswith(f"#{name}_") and w.endswith("x")) for w in written)
        assert tags[name] == counted > 0
    assert tags["sport"] == 23


def test_ids_destroyed_by_the_spreadsheet_are_noticed(folder, read):
    assert "Ids destroyed" in read(EXCEL).source[0].layout
    assert read(WATCH).source[0].layout == "CSV"


def test_ratings_of_zero_are_no_ratings(folder, read):
    rated = sum(float(cells[6]) > 0 for cells in records(folder / WATCH))
    assert read(WATCH).daily["sleep_quality"].notna().sum() == rated
