"""Dates without a year are read where it is stated once, and asked for where it is not; a table has a header."""

from __future__ import annotations

import datetime as dt

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from rlskit.cli import cli
from rlskit.diary.readers.read import read_diary
from rlskit.diary.readers.yearless import lacks_year, with_years, year_in
from rlskit.errors import DiaryError
from tests.helpers.one_row_a_day import nights_of

TABLE = '[columns."{}"]\ncolumn = "night"\n[columns.Beine]\ncolumn = "symptoms"\n'
ACROSS = [dt.date(2026, 12, 28) + dt.timedelta(days=i) for i in range(8)]
SAID = {"dots": "{d.day}.{d.month}.", "slashes": "{d.month}/{d.day}", "weekday": "{d:%a} {d.day} {d:%b}",
        "word": "{d:%B} {d.day}", "german": "Mo., {d.day}.{d.month}.", "clock": "{d.day}.{d.month}. 22:30"}


def say(how: str, day: dt.date) -> str:
    return SAID[how].format(d=day)


@pytest.mark.parametrize("cell", ["3.5.", "3.5", "5/3", "3-5", "Mon 3 May", "Mo., 3.5.", "3. Mai", "May 3", "3 de mayo",
                                  "3.5. 22:30", "Sun 3 May 10:30 pm", "31/12"])
def test_a_date_without_a_year_is_known(cell):
    assert lacks_year(cell)


@pytest.mark.parametrize("cell", ["", None, "2026-03-05", "3.5.2026", "Mon 3 May 2026", "22:30", "yes", "May", "32/13",
                                  "0/5", 3.5, dt.date(2026, 5, 3), "May 3 or 4"])
def test_and_everything_else_is_not(cell):
    assert not lacks_year(cell)


@pytest.mark.parametrize("how", SAID)
@pytest.mark.parametrize("reader", ["table", "template"])
@pytest.mark.parametrize("stated", ["toml", "in the file"])
@pytest.mark.parametrize("newest_first", [False, True])
def test_the_year_is_stated_once_and_new_year_is_passed(tmp_path, how, reader, stated, newest_first):
    days = ACROSS[::-1] if newest_first else ACROSS
    rows = "".join(f'"{say(how, d)}",{"ja" if d.day % 2 else "nein"}\n' for d in days)
    order = 'date_order = "dmy"\n' if how != "slashes" else ""
    date = f"Datum {days[0].year}" if stated == "in the file" else "Datum"
    if reader == "table":
        text, mapping = f"{date},Beine\n{rows}", TABLE.format(date)
    else:
        above = f"year,{days[0].year}\n" if stated == "in the file" else ""
        text = f"{above}night,symptoms,lights_out\n" + rows.replace("\n", ",\n")
        mapping = ""
    year = f"year = {days[0].year}\n" if stated == "toml" else ""
    (tmp_path / "my.csv").write_text(text, encoding="utf-8")
    (tmp_path / "rlskit.toml").write_text(year + order + mapping, encoding="utf-8")
    diary = read_diary(tmp_path / "my.csv")
    assert diary.source[0].app == reader and nights_of(diary) == ACROSS
    assert diary.daily.set_index("night")["symptoms"].eq("yes").tolist() == [d.day % 2 == 1 for d in ACROSS]


@pytest.mark.parametrize(("header", "mapping", "column"), [
    ("night,symptoms,lights_out", "", "night"), ("Datum,Beine,Wetter", TABLE.format("Datum"), "Datum")])
def test_without_it_one_error_says_what_to_write(tmp_path, header, mapping, column):
    (tmp_path / "my.csv").write_text(f"{header}\n" + "".join(f"{d.day}.{d.month}.,yes,\n" for d in ACROSS))
    (tmp_path / "rlskit.toml").write_text(mapping)
    with pytest.raises(DiaryError) as wrong:
        read_diary(tmp_path / "my.csv")
    assert str(wrong.value) == (
        f'my.csv, column "{column}": expected dates with a year, found "28.12." and others without. Write the year of '
        "the first one in rlskit.toml, above its sections, such as year = 2026.")


def test_a_table_of_them_is_drafted_by_its_headers_and_asks_for_the_year(tmp_path):
    (tmp_path / "my.csv").write_text("Datum;Unruhige Beine\n" + "".join(
        f"{d.day}.{d.month}.;{'ja' if d.day % 2 else 'nein'}\n" for d in ACROSS))
    said = CliRunner().invoke(cli, ["check", str(tmp_path / "my.csv"), "--write-mapping"])
    assert said.exit_code == 1 and "above its sections, such as year = 2026." in " ".join(
        said.output.split())
    drafted = (tmp_path / "rlskit.toml").read_text(encoding="utf-8")
    (tmp_path / "rlskit.toml").write_text(f"year = 2026\ndate_order = 'dmy'\n{drafted}", encoding="utf-8")
    assert nights_of(read_diary(tmp_path / "my.csv")) == ACROSS


def test_a_wrong_year_and_a_year_in_a_header(tmp_path):
    (tmp_path / "rlskit.toml").write_text('year = "2026"\n')
    (tmp_path / "my.csv").write_text("night,symptoms,lights_out\n3.5.,yes,\n")
    with pytest.raises(DiaryError) as wrong:
        read_diary(tmp_path / "my.csv")
    assert str(wrong.value) == 'rlskit.toml, year: expected a year without quotes such as 2026, found "2026".'
    (tmp_path / "rlskit.toml").unlink()
    (tmp_path / "my.csv").write_text("year,26\nnight,symptoms,lights_out\n3.5.,yes,\n")
    with pytest.raises(DiaryError) as wrong:
        read_diary(tmp_path / "my.csv")
    assert str(wrong.value) == 'my.csv, line 1, year: expected a year such as 2026, found "26".'
    assert [year_in(h) for h in ("Date 2026", "Date", "2025/2026", "Room 12026")] == [2026, None, None, None]


@settings(max_examples=50)
@given(st.dates(dt.date(2001, 1, 1), dt.date(2100, 1, 1)), st.lists(st.integers(-150, 150), max_size=20),
       st.sampled_from(sorted(set(SAID) - {"clock"})))
def test_every_date_less_than_half_a_year_from_the_one_before_is_found(first, steps, how):
    days = [first]
    for step in steps:
        days.append(days[-1] + dt.timedelta(days=step))
    order = "mdy" if how == "slashes" else "dmy"
    found = with_years([say(how, day) for day in days], first.year, order, "f.csv", "Datum")
    assert found == [f"{day:%Y-%m-%d}" for day in days]


@pytest.mark.parametrize("text", [
    "2026-03-01,yes,2\n2026-03-02,no,1\n",
    "My diary,,\n2026-03-01,yes,2\n2026-03-02,no,1\n",
    "1.3.,ja,2\n2.3.,nein,1\n3.3.,ja,1\n"])
def test_rows_without_a_header_are_named_as_such(tmp_path, text):
    (tmp_path / "my.csv").write_text(text)
    with pytest.raises(DiaryError) as wrong:
        read_diary(tmp_path / "my.csv")
    assert str(wrong.value) == (
        "my.csv: rows with dates, and no line of names above them. Write above its first row what each column is, such "
        "as Date, Restless legs, Coffee, and give the file again.")


@pytest.mark.parametrize("how", ["dots", "weekday", "word"])
@pytest.mark.parametrize("corner", ["Datum", "Datum 2026", ""])
def test_a_day_in_every_column_needs_its_year_once_too(tmp_path, how, corner):
    said = [("ja" if d.day % 2 else "nein") for d in ACROSS]
    (tmp_path / "my.csv").write_text("\n".join([",".join([corner, *(f'"{say(how, d)}"' for d in ACROSS)]),
                                               ",".join(["Beine", *said])]) + "\n", encoding="utf-8")
    year = "" if "2026" in corner else "year = 2026\n"
    (tmp_path / "rlskit.toml").write_text(f'{year}date_order = "dmy"\n' + TABLE.format(corner or "date"))
    assert nights_of(read_diary(tmp_path / "my.csv")) == ACROSS


@pytest.mark.parametrize("year", ["year = 2026\n", ""])
def test_a_redcap_study_states_it_too(tmp_path, year):
    rows = "".join(f"1,{d.day}.{d.month}.,{d.day % 2},2\n" for d in ACROSS)
    (tmp_path / "study.csv").write_text(f"record_id,diary_date,symptoms,diary_complete\n{rows}")
    (tmp_path / "rlskit.toml").write_text(f'{year}date_order = "dmy"\n[columns.diary_date]\ncolumn = "night"\n')
    if year:
        assert nights_of(read_diary(tmp_path / "study.csv")) == ACROSS
    else:
        with pytest.raises(DiaryError, match=r'column "diary_date": expected dates with a year, found "28\.12\."'):
            read_diary(tmp_path / "study.csv")
