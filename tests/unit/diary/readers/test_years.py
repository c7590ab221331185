"""One mistyped year is listed with its date, and makes no decades of empty nights; a true pause of years stays."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlskit.diary.readers.read import read_diary
from rlskit.diary.readers.years import KEPT_APART, LEFT, YEARS_APART, set_apart
from rlskit.diary.tables import account
from rlskit.errors import DiaryError
from tests.helpers.one_row_a_day import APPS, MAPPING, nights_of, write

START = dt.date(2026, 1, 1)
DAYS = [START + dt.timedelta(days=i) for i in range(30)]
DATES = st.lists(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)), max_size=40)


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("year", [1926, 2006, 2062, 2099])
@pytest.mark.parametrize("at", [0, 11, 29])
def test_one_mistyped_year_is_a_remark_in_every_reader(tmp_path, app, year, at):
    days = [day.replace(year=year) if i == at else day for i, day in enumerate(DAYS)]
    diary = read_diary(write(tmp_path / "f.csv", app, days), mapping=MAPPING)
    assert diary.source[0].app == app
    assert nights_of(diary) == [day for day in DAYS if day != DAYS[at]]
    (said,) = diary.issues[diary.issues["kind"].eq(LEFT)].itertuples()
    assert said.message == (
        f'f.csv, line {2 + at * (2 if app == "sleep_as_android" else 1)}: expected a date within two years of another, '
        f'found "{days[at]}". Left out; see diary.issues. If the year is a slip, correct it in the file.')
    assert account(diary)["rows"].sum() == diary.source[0].rows == 30


@pytest.mark.parametrize("app", APPS)
def test_a_date_a_year_off_is_kept_and_said(tmp_path, app):
    days = [*DAYS[:-1], DAYS[-1].replace(year=2025)]
    diary = read_diary(write(tmp_path / "f.csv", app, days), mapping=MAPPING)
    assert nights_of(diary) == sorted(days)
    (said,) = diary.issues[diary.issues["kind"].eq(KEPT_APART)].itertuples()
    assert said.message.endswith(
        'expected a date within 300 days of another, found "2025-01-30". Kept. Check the year.')


@pytest.mark.parametrize("app", APPS)
def test_a_pause_of_five_years_between_two_diaries_is_nobodys_slip(tmp_path, app):
    days = [*DAYS, *(day.replace(year=2031) for day in DAYS)]
    diary = read_diary(write(tmp_path / "f.csv", app, days), mapping=MAPPING)
    assert nights_of(diary) == days and not set(diary.issues["kind"]) & {LEFT, KEPT_APART}


@pytest.mark.parametrize("app", APPS)
def test_decades_between_dates_of_which_either_may_be_right_are_refused(tmp_path, app):
    with pytest.raises(DiaryError) as wrong:
        read_diary(write(tmp_path / "f.csv", app, [START, dt.date(2099, 1, 1)]), mapping=MAPPING)
    assert str(wrong.value) == ("f.csv: expected the dates of one diary, found none between 1 Jan 2026 and 1 Jan 2099. "
                                "Correct the year where it is a slip, or make two files.")


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("year", ["0001", "1026", "9999"])
def test_a_year_that_no_diary_has_is_no_date(tmp_path, app, year):
    path = write(tmp_path / "f.csv", app, DAYS)
    path.write_text(path.read_text().replace("2026", year, 1))
    diary = read_diary(path, mapping=MAPPING)
    assert nights_of(diary) == DAYS[1:] and account(diary)["rows"].sum() == 30


@pytest.mark.parametrize("app", APPS)
def test_a_file_of_few_nights_is_judged_by_the_other_files_of_its_folder(tmp_path, app):
    write(tmp_path / "good.csv", "template", DAYS)
    alone = write(tmp_path / "short.csv", app, [dt.date(2062, 2, 1)])
    diary = read_diary(tmp_path, mapping=MAPPING, person="me")
    assert nights_of(diary) == DAYS
    (said,) = diary.issues[diary.issues["kind"].eq(LEFT)].itertuples()
    assert (said.file, said.found, account(diary)["rows"].sum()) == ("short.csv", "2062-02-01", 31)
    write(alone, app, [dt.date(2026, 2, 1)])
    assert nights_of(read_diary(tmp_path, mapping=MAPPING, person="me")) == [*DAYS, dt.date(2026, 2, 1)]


def test_two_short_files_decades_apart_are_refused_and_files_of_many_dates_are_not(tmp_path):
    write(tmp_path / "a.csv", "template", DAYS[:2])
    write(tmp_path / "b.csv", "template", [dt.date(2062, 2, 1)])
    with pytest.raises(DiaryError) as wrong:
        read_diary(tmp_path)
    assert str(wrong.value) == ("a.csv: expected the dates of one diary, found none between 1 Jan 2026 and 1 Feb 2062. "
                                "Correct the year where it is a slip, or make two files.")
    for name, year in (("a", 2006), ("b", 2026)):
        write(tmp_path / f"{name}.csv", "template", [day.replace(year=year) for day in DAYS])
    assert len(nights_of(read_diary(tmp_path))) == 60


def test_people_of_one_file_are_judged_each_by_themselves(tmp_path):
    rows = [f"{who},{day.replace(year=year)},yes,0" for who, year in (("a", 2026), ("b", 2056)) for day in DAYS]
    (tmp_path / "f.csv").write_text("person,night,symptoms,alcohol_drinks\n" + "\n".join(rows) + "\n")
    diary = read_diary(tmp_path / "f.csv")
    assert len(diary.daily) == 60 and LEFT not in set(diary.issues["kind"])


@given(DATES)
def test_what_is_set_apart_is_few_and_far(days):
    odd = set_apart(days, YEARS_APART)
    rest = set(days) - odd
    assert not odd or len(odd) <= max(1, 0.1 * len(set(days)))
    assert all(abs(one - other) > YEARS_APART for one in odd for other in rest)
    assert set_apart(reversed(days), YEARS_APART) == odd
