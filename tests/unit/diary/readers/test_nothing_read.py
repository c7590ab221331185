"""A file of which no row could be read is refused with its first reason; one that waits for its tags is not."""

from __future__ import annotations

import datetime as dt

import pytest

from rlskit.diary.mapping import Mapping
from rlskit.diary.readers.read import read_diary
from rlskit.errors import DiaryError
from tests.helpers.one_row_a_day import APPS, MAPPING, write

DAYS = [dt.date(2026, 1, day) for day in (1, 2, 3)]


@pytest.mark.parametrize("app", [app for app in APPS if app != "table"])  # of no date, a file is no table
def test_where_no_row_could_be_read_the_first_reason_is_said(tmp_path, app):
    path = write(tmp_path / "f.csv", app, DAYS)
    path.write_text(path.read_text().replace("2026", "9999"))
    with pytest.raises(DiaryError, match=r'^f\.csv: of its 3 rows none could be read\. The first: f\.csv, line 2, '
                                         r'column "\w+": expected a \w+ such as .*, found ".*9999.*"\.$'):
        read_diary(path, mapping=MAPPING)


@pytest.mark.parametrize("app", APPS)
def test_what_only_waits_for_its_tags_has_been_read(tmp_path, app):
    assert read_diary(write(tmp_path / "f.csv", app, DAYS), mapping=Mapping()).source[0].rows == 3


@pytest.mark.parametrize("number", ["-1", "2", "3"])
def test_the_numbers_of_loop_are_no_answers(tmp_path, number):
    path = tmp_path / "f.csv"
    path.write_text(f"date,symptoms,alcohol_drinks,stretched\n2026-01-01,0,2,1\n2026-01-02,{number},0,1\n")
    with pytest.raises(DiaryError) as wrong:
        read_diary(path)
    assert str(wrong.value) == (
        f'f.csv, column "symptoms": expected yes and no, found numbers such as {number}. This looks like Loop Habit '
        "Tracker: 2 = done, 1 = not due, 0 = not done, 3 = skipped, -1 = unknown. Write yes for 2 and no for 0, "
        "leave the others empty, and try again.")


def test_one_slip_among_many_answers_is_not_loop(tmp_path):
    rows = [f"2026-01-{day:02d},{2 if day == 5 else day % 2},0,1" for day in range(1, 31)]
    (tmp_path / "f.csv").write_text("date,symptoms,alcohol_drinks,stretched\n" + "\n".join(rows) + "\n")
    diary = read_diary(tmp_path / "f.csv")
    assert len(diary.daily) == 30 and list(diary.issues["kind"]) == ["unreadable symptoms"]
