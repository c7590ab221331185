"""Dates as spreadsheets leave them: with a clock time, or with day and month swapped. The same in every reader."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from rlskit.diary.readers.read import read_diary
from rlskit.errors import DiaryError
from tests.helpers.one_row_a_day import APPS, MAPPING, nights_of, write_dated

DATED = [app for app in APPS if app != "sleep_as_android"]  # whose moments have a form of their own
DAYS = [dt.date(2026, 9, day) for day in range(1, 31)]
SWAPPED = [f"2026-{day.day:02d}-09" if day.day <= 12 else f"{day:%d/%m/%Y}" for day in DAYS]
MESSAGE = ("have the year first and no day above the 12th; 18, such as 13/09/2026, stand otherwise, all after it. "
           "A spreadsheet has taken days for months. Write every date as 2026-03-31 and try again.")


@pytest.mark.parametrize("app", DATED)
@pytest.mark.parametrize("stated", ["", "dmy", "mdy"])
def test_days_that_a_spreadsheet_took_for_months_are_refused_by_name(tmp_path, app, stated):
    with pytest.raises(DiaryError) as wrong:
        read_diary(write_dated(tmp_path / "f.csv", app, SWAPPED), mapping=MAPPING, date_order=stated)
    assert str(wrong.value).endswith(MESSAGE) and "12 dates, such as 2026-01-09," in str(wrong.value)


@pytest.mark.parametrize("app", DATED)
@pytest.mark.parametrize("form", ["%Y-%m-%d 21:30", "%d.%m.%Y 21:30:51", "%m/%d/%Y 9:30:00 PM", "%Y-%m-%dT21:30:51Z"])
def test_a_date_with_a_clock_time_is_a_date(tmp_path, app, form):
    path = write_dated(tmp_path / "f.csv", app, [f"{day:{form}}" for day in DAYS])
    assert nights_of(read_diary(path, mapping=MAPPING)) == DAYS


@pytest.mark.parametrize("app", DATED)
def test_dates_in_both_forms_that_agree_are_read(tmp_path, app):
    path = write_dated(tmp_path / "f.csv", app, [f"{d:%Y-%m-%d}" if d.day % 2 else f"{d:%d/%m/%Y}" for d in DAYS])
    assert nights_of(read_diary(path, mapping=MAPPING)) == DAYS


def test_real_dates_of_a_workbook_beside_text_are_judged_as_one_column(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["night", "symptoms", "alcohol_drinks"])
    for said in SWAPPED:
        book.active.append([dt.datetime.fromisoformat(said) if said[4] == "-" else said, "yes", 0])
    book.save(tmp_path / "d.xlsx")
    with pytest.raises(DiaryError, match="A spreadsheet has taken days for months"):
        read_diary(tmp_path / "d.xlsx")
