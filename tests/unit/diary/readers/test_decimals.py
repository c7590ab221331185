"""A number that is 8412 to some and 8.412 to others is read as its table shows, or asked about, and never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

import rlskit as rk
from rlskit.diary.readers.daylio import scale
from rlskit.diary.readers.decimals import UNCLEAR, settle
from rlskit.diary.readers.text import number
from rlskit.utils.open_questions import why_open

STEPS = """[columns."Datum"]
column = "night"
[columns."Schritte"]
column = "Schritte"
[columns."Kaffee"]
column = "caffeine_mg"
unit = "mg"
time = "08:00"
[habits."Schritte"]
kind = "amount"
unit = "steps"
"""


def write(folder: Path, *rows: str, above: str = "") -> Path:
    (folder / "rlskit.toml").write_text(above + STEPS, encoding="utf-8")
    days = [f"{day}.03.2026;{row}" for day, row in enumerate(rows, 13)]
    (folder / "mine.csv").write_text("\n".join(["Datum;Schritte;Kaffee", *days]) + "\n", encoding="utf-8")
    return folder / "mine.csv"


def steps(path: Path) -> list:
    events = rk.read_diary(path).events
    return events.loc[events["item"].eq("schritte"), "amount"].tolist()


@pytest.mark.parametrize(("rows", "expected"), [
    (("8.412;", "7,5;"), [8412, 7.5]),
    (("8.412;", "950;0,5"), [8412, 950]),  # a comma before decimals in another column
    (("8.412;", "1.234.567;"), [8412, 1234567]),
    (("8.412;", "1.234,5;"), [8412, 1234.5]),
    (("8.412;", "0.500;"), [8.412, 0.5]),
    (("8.412;", "7.25;"), [8.412, 7.25]),
    (("8,412;", "1,234.5;"), [8412, 1234.5]),
    (("8,412;", "7.25;"), [8412, 7.25]),
    (("8,412;", "7,25;"), [8.412, 7.25]),
    (("8 412;", "8\u00a0412;", "8'412;", "12 345,5;"), [8412, 8412, 8412, 12345.5]),
    (("~8.412 steps;", "7,5;"), [8412, 7.5])])
def test_other_numbers_say_which_mark_parts_the_decimals(tmp_path, rows, expected):
    assert steps(write(tmp_path, *rows)) == expected


@pytest.mark.parametrize("other", ["950", "22.30", "3.12", "", "x"])
@pytest.mark.parametrize("two", ["8.412", "8,412"])
def test_what_nothing_settles_is_asked_about_and_not_read(tmp_path, two, other):
    path = write(tmp_path, f"{two};{other}", "950;")
    diary = rk.read_diary(path)
    assert steps(path) == [950.0]
    [asked] = diary.issues[diary.issues["kind"].eq(UNCLEAR)].itertuples()
    assert (asked.column, asked.expected) == ("Schritte", f'"{two}" can be 8412 or 8.412')
    assert '"Schritte" can be read two ways' in why_open(rk.make_nights(diary), "schritte")


@pytest.mark.parametrize(("mark", "expected"), [(",", [8412]), (".", [8.412])])
def test_rlskit_toml_settles_it(tmp_path, mark, expected):
    assert steps(write(tmp_path, "8.412;", above=f'decimal_mark = "{mark}"\n')) == expected


def test_the_mark_is_one_of_two(tmp_path):
    with pytest.raises(rk.DiaryError, match=r"decimal_mark: expected one of ,, \., found "):
        rk.read_diary(write(tmp_path, "8.412;", above='decimal_mark = "comma"\n'))


def test_a_number_of_a_spreadsheet_is_one_number(tmp_path):
    path, book = write(tmp_path, "1;"), Workbook()
    for row in (["Datum", "Schritte"], ["2026-03-13", 8.412], ["2026-03-14", 8412]):
        book.active.append(row)
    path.unlink()
    book.save(tmp_path / "mine.xlsx")
    assert steps(tmp_path / "mine.xlsx") == [8.412, 8412]


def test_a_template_and_a_study_ask_too(tmp_path):
    (tmp_path / "a.csv").write_text("night,symptoms,caffeine_before_noon_mg\n2026-03-13,yes,1.250\n")
    (tmp_path / "b.csv").write_text("record_id,redcap_event_name,night,symptoms,caffeine_before_noon_mg\n"
                                    "1,e,2026-03-13,yes,1.250\n")
    for name in ("a.csv", "b.csv"):
        issues = rk.read_diary(tmp_path / name).issues
        assert issues["kind"].eq(UNCLEAR).sum() == 1
        assert issues.loc[issues["row"].notna(), "found"].tolist() == ["1.250"]


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from([",", "."]))
def test_no_number_of_two_meanings_is_ever_one_of_them_by_itself(left, right, mark):
    two = f"{left}{mark}{right:03d}"
    rows, unclear = settle([(2, ["2026-03-01", two]), (3, ["2026-03-02", "950"])], "")
    assert (rows[0][1][1], unclear) == (two, {1: two})
    settled = [number(settle([(2, [two]), (3, [other])], "")[0][0][1][0]) for other in ("7,5", "7.5")]
    assert settled == [left * 1000 + right, float(f"{left}.{right:03d}")][:: 1 if mark == "." else -1]


@pytest.mark.parametrize("written", ["Steps: 8.412", "Steps: 8,412", "Steps: 8,412/10"])
def test_of_an_app_it_is_no_amount(written):
    assert scale(written) is None


def test_names_of_people_are_no_numbers(tmp_path):
    (tmp_path / "a.csv").write_text("night,person,symptoms,caffeine_before_noon_mg\n2026-03-13,1.250,yes,\"97,5\"\n")
    (tmp_path / "b.csv").write_text("record_id,redcap_event_name,night,symptoms,caffeine_before_noon_mg\n"
                                    "1.250,e,2026-03-13,yes,\"97,5\"\n")
    for name in ("a.csv", "b.csv"):
        assert rk.read_diary(tmp_path / name, person="").daily["person"].tolist() == ["1.250"]
    (tmp_path / "rlskit.toml").write_text(STEPS.replace('column = "Schritte"', 'column = "person"'), encoding="utf-8")
    (tmp_path / "mine.csv").write_text("Datum;Schritte;Kaffee\n13.03.2026;1.250;97,5\n")
    assert set(rk.read_diary(tmp_path / "mine.csv").events["person"]) == {"1.250"}
