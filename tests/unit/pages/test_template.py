"""The empty diary: the same columns as CSV, spreadsheet and paper, and what is filled in reads back the same."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from rlskit.diary.readers import template
from rlskit.diary.readers.read import read_diary
from rlskit.diary.readers.template_columns import BY_NAME, COLUMNS, WRITTEN, column_name
from rlskit.errors import DiaryError
from rlskit.pages.template import label, write_template

MONDAY = dt.date(2026, 3, 2)
NAMES = [c.name for c in WRITTEN]


def words(page) -> str:
    return " ".join(page.extract_text().split())


# --- three papers, one diary -----------------------------------------------------------------------------------------
def test_csv_has_the_columns_and_a_row_for_every_night(tmp_path):
    path = write_template(tmp_path / "diary.csv", weeks=2, start=MONDAY)
    with path.open(encoding="utf-8", newline="") as file:
        cup, told, header, *rows = csv.reader(file)
    assert [cup[:2], told[:2]] == [["mg_in_a_cup", "95"], ["each_row_tells_of", "tonight"]]
    assert header == NAMES
    assert [r[0] for r in rows] == [str(MONDAY + dt.timedelta(days=i)) for i in range(14)]
    assert not any(cell for r in rows for cell in r[1:])


def test_spreadsheet_has_the_same_columns_choices_and_a_sheet_on_how_to_fill(tmp_path):
    book = load_workbook(write_template(tmp_path / "diary.xlsx", weeks=2, start=MONDAY))
    sheet = book["diary"]
    cup, told, header, *rows = sheet.iter_rows(values_only=True)
    assert [cup[:2], told[:2]] == [("mg_in_a_cup", 95), ("each_row_tells_of", "tonight")]
    assert list(header) == NAMES
    assert [r[0].date() for r in rows] == [MONDAY + dt.timedelta(days=i) for i in range(14)]
    night, *columns = sheet.data_validations.dataValidation
    assert (str(night.sqref), night.formula1) == ("B2", '"tonight,last night"')
    choices = {sheet[str(v.sqref).split(":")[0][:-1] + "3"].value: v for v in columns}
    assert set(choices) == set(NAMES)
    for name in NAMES:
        assert choices[name].prompt == BY_NAME[name].how
        if BY_NAME[name].kind == "yes_no":
            assert (choices[name].type, choices[name].formula1, choices[name].showErrorMessage) == (
                "list", '"yes,no"', True)
    assert (choices["severity_0_10"].formula1, choices["severity_0_10"].formula2) == ("0", "10")
    how = [row for row in book["how to fill"].iter_rows(values_only=True) if row[0] in NAMES]
    assert [row[0] for row in how] == NAMES
    after = [row[0] for row in book["how to fill"].iter_rows(values_only=True)]
    assert after[after.index("columns you may add") + 1:] == [c.name for c in COLUMNS if not c.in_template]


@pytest.mark.parametrize(("paper", "size"), [("a4", (841.89, 595.28)), ("letter", (792, 612))])
def test_paper_has_two_weeks_a_page_with_the_same_columns_as_text(tmp_path, paper, size):
    pdf = PdfReader(write_template(tmp_path / "diary.pdf", weeks=4, start=MONDAY, paper=paper))
    assert pdf.metadata.title == "Restless-legs diary"
    assert pdf.trailer["/Root"]["/Lang"] == "en-GB"
    assert len(pdf.pages) == 2
    for i, page in enumerate(pdf.pages):
        assert tuple(round(float(x), 2) for x in page.mediabox[2:]) == size
        text = words(page)
        for column in WRITTEN:
            assert f"{label(column)}: " in text
        for day in range(14):
            assert str(MONDAY + dt.timedelta(days=14 * i + day)) in text
        # To be circled: every yes/no cell of every night.
        assert text.count("yes no") == 14 * sum(c.kind in ("yes_no", "yes_nos") for c in WRITTEN)


def places(page) -> list[tuple[float, float]]:
    """Where each piece of text on a page begins, in points from the lower left corner."""
    found: list[tuple[float, float]] = []

    def note(text, cm, tm, *_):
        if text.strip():
            found.append((cm[4] + tm[4], cm[5] + tm[5]))

    page.extract_text(visitor_text=note)
    return found


@pytest.mark.parametrize("weeks", [1, 3, 4])
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_nothing_on_paper_runs_over_the_edge_of_a_page(tmp_path, weeks, paper):
    pdf = PdfReader(write_template(tmp_path / "diary.pdf", weeks=weeks, paper=paper))
    assert len(pdf.pages) == (weeks + 1) // 2
    for page in pdf.pages:
        at = places(page)
        assert len(at) > 50
        assert all(20 < x < page.mediabox.right - 20 and 20 < y < page.mediabox.top - 20 for x, y in at)


def test_paper_without_a_start_leaves_the_dates_to_the_pen(tmp_path):
    text = words(PdfReader(write_template(tmp_path / "diary.pdf")).pages[0])
    assert "202" not in text


def test_a_name_on_paper_is_the_name_of_the_column():
    assert [column_name(label(c)) for c in WRITTEN] == NAMES


def test_without_a_start_a_spreadsheet_starts_today(tmp_path):
    before = dt.date.today()
    sheet = load_workbook(write_template(tmp_path / "diary.xlsx"))["diary"]
    assert before <= sheet["A4"].value.date() <= dt.date.today()
    assert sheet.max_row == 31


# --- refusals --------------------------------------------------------------------------------------------------------
def test_a_diary_that_exists_is_never_overwritten(tmp_path):
    path = tmp_path / "diary.csv"
    path.write_text("my two years", encoding="utf-8")
    with pytest.raises(DiaryError) as wrong:
        write_template(path)
    assert str(wrong.value) == ("diary.csv: the file exists already and may hold a filled diary. Give another name.")
    assert path.read_text(encoding="utf-8") == "my two years"


@pytest.mark.parametrize(("name", "options", "message"), [
    ("diary.docx", {}, "diary.docx: expected a name that ends in .xlsx, .csv, .pdf."),
    ("diary.pdf", {"paper": "a5"}, 'paper: expected one of a4, letter, found "a5".'),
    ("diary.pdf", {"weeks": 0}, 'weeks: expected 1–52, found "0".'),
    ("diary.pdf", {"weeks": 53}, 'weeks: expected 1–52, found "53".'),
])
def test_what_cannot_be_written_is_said_and_nothing_is_left_behind(tmp_path, name, options, message):
    with pytest.raises(DiaryError) as wrong:
        write_template(tmp_path / name, **options)
    assert str(wrong.value) == message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_empty_diary_is_known_and_says_that_no_night_is_filled_in(tmp_path, suffix):
    path = write_template(tmp_path / f"diary{suffix}", weeks=1, start=MONDAY)
    assert template.recognises(path)
    with pytest.raises(DiaryError, match="expected at least one night filled in, found 7 empty ones"):
        read_diary(path)


# --- filled by hand, read back ---------------------------------------------------------------------------------------
CLOCK = st.times(max_value=dt.time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0))
ANSWERS = {
    "yes_no": st.sampled_from(["yes", "no"]), "yes_nos": st.sampled_from(["yes", "no"]),
    "severity": st.integers(0, 10), "clock": CLOCK, "clocks": CLOCK, "minutes": st.integers(0, 60),
    "count": st.sampled_from([0, 0.5, 1, 2, 3]), "movements": st.sampled_from(["calf", "walk", "my own"]),
    "text": st.sampled_from(["new tablet; half", 'the "blue" one', "seit heute, ½"]),
}
NIGHT = st.fixed_dictionaries({}, optional={c.name: ANSWERS[c.kind] for c in WRITTEN[1:]})


def fill_csv(path: Path, nights: list[dict], cup: float, told: str) -> None:
    """As somebody types: clock times as 21:30, numbers as they are."""
    with path.open(encoding="utf-8", newline="") as file:
        cups, tells_of, header, *rows = csv.reader(file)
    cups[1], tells_of[1] = f"{cup}", told
    for row, night in zip(rows, nights, strict=False):
        for name, value in night.items():
            row[header.index(name)] = f"{value:%H:%M}" if isinstance(value, dt.time) else str(value)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([cups, tells_of, header, *rows])


def fill_xlsx(path: Path, nights: list[dict], cup: float, told: str) -> None:
    """As a spreadsheet keeps it: clock times and numbers are cells of their own kind."""
    book = load_workbook(path)
    book["diary"]["B1"].value, book["diary"]["B2"].value = cup, told
    for i, night in enumerate(nights, 4):
        for name, value in night.items():
            book["diary"].cell(i, NAMES.index(name) + 1).value = value
    book.save(path)


OF_A_STRETCH = {name for name in NAMES if "stretch" in name} - {"stretched"} | {"movement"}  # nothing without one


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(nights=st.lists(NIGHT, min_size=1, max_size=7).filter(
    lambda nights: any(night.keys() - OF_A_STRETCH for night in nights)),
       cup=st.sampled_from([95, 40, 62.5]), told=st.sampled_from(["tonight", "last night"]))
def test_what_is_filled_in_reads_back_identically_through_csv_and_spreadsheet(tmp_path_factory, nights, cup, told):
    folder = tmp_path_factory.mktemp("filled")
    diaries = []
    for suffix, fill in ((".csv", fill_csv), (".xlsx", fill_xlsx)):
        path = write_template(folder / f"diary{suffix}", weeks=1, start=MONDAY)
        fill(path, nights, cup, told)
        diaries.append(read_diary(path, timezone="Europe/London"))
    first, second = diaries
    pd.testing.assert_frame_equal(first.daily.drop(columns="source"), second.daily.drop(columns="source"))
    pd.testing.assert_frame_equal(first.events.drop(columns="file"), second.events.drop(columns="file"))
    said = ["row", "kind", "column", "found", "expected", "outcome"]
    pd.testing.assert_frame_equal(first.issues[said], second.issues[said])
    # And what was answered is there, cell by cell.
    daily = first.daily.set_index("night")
    for i, night in enumerate(nights):
        date = pd.Timestamp(MONDAY + dt.timedelta(days=i - (told == "last night")))
        for name, column in (("iron", "iron"), ("magnesium", "magnesium"), ("free_night", "free_night"),
                             ("medicine_change", "medicine_change"), ("alcohol_drinks", "alcohol_drinks")):
            if name in night:
                assert daily.loc[date, column] == night[name]
        for half in ("before", "after"):
            if (cups := night.get(f"caffeine_{half}_noon_cups")) is not None:
                assert daily.loc[date, f"caffeine_{half}_noon_mg"] == cups * cup


def test_paper_asks_how_strong_a_cup_is_and_which_night_a_row_tells_of(tmp_path):
    text = words(PdfReader(write_template(tmp_path / "diary.pdf", weeks=1)).pages[0])
    assert ("One of my cups has ______ mg of caffeine (95 if left empty). Circle one: a row is dated by the evening "
            "and tells of tonight, or by the morning after and tells of last night.") in text


def test_no_cell_of_the_workbook_is_a_formula(tmp_path):
    book = load_workbook(write_template(tmp_path / "d.xlsx", weeks=1))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"n", "s", "d"}
