"""A file of any size and shape is read, or refused in a sentence that names the limit; neither takes long."""

from __future__ import annotations

import time
import zipfile

import openpyxl
import pytest

from rlskit.diary.readers import (
    apple_health_xml,
    daylio_backup,
    health_connect,
    limits,
    packs,
    sleep_as_android,
    workbook,
)
from rlskit.diary.readers.detect import UnknownFile, find_reader
from rlskit.diary.readers.read import read_diary
from rlskit.errors import DiaryError
from tests.helpers.scripts import script

made = script("benchmarks/device_samples.py")
HEADER = "night,symptoms,stretched"
NIGHTS = "".join(f"2026-03-{day:02d},yes,no\n" for day in range(1, 31))


def table(path, text):
    path.write_text(text)
    return path


def book(path, *far, note=" "):
    """A template of 30 nights, with a blank cell, or a note, at each of these coordinates."""
    made = openpyxl.Workbook()
    for line in (f"{HEADER}\n{NIGHTS}").splitlines():
        made.active.append(line.split(","))
    for coordinate in far:
        made.active[coordinate] = note
    made.save(path)
    return path


@pytest.mark.parametrize(("limit", "most", "said"), [
    ("LARGEST", 99, "t.csv: found more than 0 MB. Export a shorter time, or fewer people, and give that file."),
    ("MOST_LINES", 29, "t.csv: found more than 29 lines. Export a shorter time, or fewer people, and give that file."),
    ("MOST_CELLS", 61, "t.csv: found more than 61 cells. Export a shorter time, or fewer people, and give that file."),
    ("MOST_COLUMNS", 2, "t.csv: found more than 2 columns. Delete the columns that are not of the diary."),
])
def test_a_text_beyond_a_limit_is_refused_unread(tmp_path, monkeypatch, limit, most, said):
    path = table(tmp_path / "t.csv", f"{HEADER}\n{NIGHTS}")
    assert read_diary(path).source[0].rows == 30
    monkeypatch.setattr(limits, limit, most)
    with pytest.raises(UnknownFile) as wrong:
        read_diary(path)
    assert str(wrong.value) == said and wrong.value.kind in said


@pytest.mark.parametrize(("limit", "most"), [
    ("UNPACKED", 999), ("MOST_TAGS", 99), ("MOST_STYLES", 99), ("MOST_ROWS", 30), ("MOST_CELLS", 92)])
def test_a_workbook_beyond_a_limit_is_refused(tmp_path, monkeypatch, limit, most):
    path = book(tmp_path / "t.xlsx")
    workbook._kept.cache_clear()
    monkeypatch.setattr(limits, limit, most)
    with pytest.raises(UnknownFile) as wrong:
        read_diary(path)
    assert str(wrong.value) == ("t.xlsx: a workbook too large for a diary. Copy the cells of the diary into a new "
                                "workbook and give that file.")


def test_a_folder_names_what_is_too_large_and_reads_the_rest(tmp_path, monkeypatch):
    table(tmp_path / "t.csv", f"{HEADER}\n{NIGHTS}")
    table(tmp_path / "heart.csv", "1,2\n" * 40)
    monkeypatch.setattr(limits, "MOST_LINES", 39)
    assert list(read_diary(tmp_path).issues["message"]) == [
        "heart.csv: more than 39 lines. Left out; see diary.issues."]


@pytest.mark.parametrize("far", ["A1048576", "XFD20", "XFD1048576"])
def test_one_blank_cell_far_away_costs_nothing(tmp_path, far):
    path = book(tmp_path / "t.xlsx", far)
    began = time.process_time()
    diary = read_diary(path)
    assert time.process_time() - began < 5
    assert (diary.source[0].rows, len(diary.issues)) == (30, 0)


def test_a_cell_in_a_column_without_a_name_takes_no_row_away(tmp_path):
    diary = read_diary(book(tmp_path / "t.xlsx", "F9", note="ring the doctor"))
    assert (diary.source[0].rows_used, len(diary.issues)) == (30, 0)


def test_thousands_of_columns_are_counted_and_a_few_are_named(tmp_path):
    wide = ",".join(f"extra {i}" for i in range(16_000))
    path = table(tmp_path / "t.csv", f"{HEADER},{wide}\n{NIGHTS}")
    began = time.process_time()
    said = list(read_diary(path).issues["message"])
    assert time.process_time() - began < 5
    assert said[0] == ('t.csv, column "extra 0": unknown column. Left out; see diary.issues. If you added it, a '
                       'section [columns."extra 0"] in rlskit.toml says what it holds.')
    assert said[20:] == ["t.csv: 15,980 more columns not read. Kept."]


@pytest.mark.parametrize("long", ["a" + " " * 30_000 + "b", "a" * 30_000, "1a" * 15_000, "1/" * 15_000, "a, " * 2_000])
def test_very_long_cells_take_no_time(tmp_path, long):
    names = "severity_0_10,stretch_time,stretch_min,movement,alcohol_drinks,lights_out"
    rows = "".join(f'2026-03-{day:02d},yes,{",".join([f""""{long}" """.strip()] * 6)}\n' for day in range(1, 6))
    own = "".join(f'2026-03-{day:02d},yes,"{long}"\n' for day in range(1, 6))
    (tmp_path / "rlskit.toml").write_text('[columns.Tag]\ncolumn = "night"\n[columns.Beine]\ncolumn = "symptoms"\n'
                                          '[columns.Liste]\ncolumn = "tags"\n[tags."walk, long"]\ncolumn = "stretched"')
    began = time.process_time()
    for text, name in ((f"night,symptoms,{names}\n{rows}", "t.csv"), (f"Tag,Beine,Liste\n{own}", "own.csv")):
        assert read_diary(table(tmp_path / name, text)).source[0].rows_used == 5
    dated = f'{HEADER}\n2026-03-01,yes,no\n"{long}",yes,no\n'
    assert read_diary(table(tmp_path / "d.csv", dated)).source[0].rows_used == 1
    assert time.process_time() - began < 2


def test_thousands_of_columns_of_a_table_of_ones_own(tmp_path):
    wide = ",".join(f"extra {i}" for i in range(16_000))
    body = NIGHTS[:60].replace("\n", "," + ",".join(["1"] * 16_000) + "\n")
    (tmp_path / "rlskit.toml").write_text('[columns.Tag]\ncolumn = "night"\n[columns.Beine]\ncolumn = "symptoms"\n')
    path = table(tmp_path / "t.csv", f"Tag,Beine,Extra,{wide}\n{body}")
    began = time.process_time()
    diary = read_diary(path)
    assert time.process_time() - began < 5
    assert list(diary.issues["message"])[-1] == "t.csv: 15,981 more columns not read. Kept."


def test_a_zip_of_many_files_is_refused(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for i in range(11):
            archive.writestr(f"{i}.csv", "")
    monkeypatch.setattr(limits, "MOST_MEMBERS", 10)
    with pytest.raises(UnknownFile, match=r"^z\.zip: found a zip of more than 10 files\. Unzip it and give"):
        find_reader(tmp_path / "z.zip")


def test_a_backup_of_more_lines_than_any_diary_is_refused(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        archive.writestr(sleep_as_android.MEMBER, "Id,From,To,Hours,Tz,Rating\n" + "\n" * 40)
    monkeypatch.setattr(limits, "MOST_LINES", 39)
    with pytest.raises(DiaryError, match=r"^s\.zip: found more than 39 lines\. Export a shorter time"):
        read_diary(tmp_path / "s.zip")


def test_a_backup_of_more_values_than_any_diary_is_refused(tmp_path, monkeypatch):
    import base64

    with zipfile.ZipFile(tmp_path / "b.daylio", "w") as archive:
        archive.writestr(daylio_backup.MEMBER, base64.b64encode(b'{"dayEntries": [[], [], []]}'))
    monkeypatch.setattr(limits, "MOST_VALUES", 5)
    with pytest.raises(DiaryError) as wrong:
        read_diary(tmp_path / "b.daylio")
    assert str(wrong.value) == ("b.daylio: expected the backup of one diary, found more values than any has. Export "
                                "the CSV in Daylio and give that file.")


@pytest.mark.parametrize("damage", [
    lambda xml: xml.replace(b"<row r=\"2\"", b"<row r=\"99999999999\""), lambda xml: xml[:200],
    lambda xml: xml.replace(b"</sheetData>", b""), lambda xml: b"",
    lambda xml: xml.replace(b'<row r="2"', b'<row r="7"'), lambda xml: xml.replace(b'<row r="2"', b"<row")])
def test_a_damaged_workbook_is_called_one(tmp_path, damage):
    with zipfile.ZipFile(book(tmp_path / "whole.xlsx")) as whole, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as out:
        for name in whole.namelist():
            content = whole.read(name)
            out.writestr(name, damage(content) if "sheet1" in name else content)
    with pytest.raises(UnknownFile) as wrong:
        read_diary(tmp_path / "t.xlsx")
    assert wrong.value.kind in (workbook.DAMAGED, workbook.TOO_LARGE)


# --- devices ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("beyond", [{"LARGEST_STREAM": 99}, {"UNPACKED": 99, "MOST_INFLATED": 2}])
def test_an_export_that_streams_by_has_a_limit_in_its_zip(tmp_path, monkeypatch, beyond):
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("apple_health_export/export.xml", made.apple(made.slept()))
    assert len(read_diary(tmp_path / "export.zip").daily)
    for limit, most in beyond.items():
        monkeypatch.setattr(apple_health_xml, limit, most)
    with pytest.raises(DiaryError) as wrong:
        read_diary(tmp_path / "export.zip")
    assert str(wrong.value) == ("export.zip: found more than any export holds. Export it again in Health and give that "
                                "file.")


def test_a_database_of_more_rows_is_refused_and_not_read_in_part(tmp_path, monkeypatch):
    (tmp_path / "h.db").write_bytes(made.health_connect(made.slept()))
    monkeypatch.setattr(health_connect, "MOST_ROWS", 2)
    with pytest.raises(DiaryError) as wrong:
        read_diary(tmp_path / "h.db")
    assert str(wrong.value) == ("h.db: found more than 2 rows in sleep_session_record_table. Export a shorter time, or "
                                "fewer people, and give that file.")


@pytest.mark.parametrize(("limit", "most"), [("MOST_UNPACKED", 99), ("MOST_JUDGED", 0), ("LARGEST", 99)])
def test_of_a_pack_so_much_is_unpacked_and_the_rest_is_named(tmp_path, monkeypatch, limit, most):
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("a.csv", f"{HEADER}\n{NIGHTS}")
    for folder in ("all", "some"):
        (tmp_path / folder).mkdir()
    assert packs.unpack(tmp_path / "p.zip", tmp_path / "all", [])[1] == []
    monkeypatch.setattr(packs, limit, most)
    found, remarks = packs.unpack(tmp_path / "p.zip", tmp_path / "some", [])
    assert found == [] and [one["kind"] for one in remarks] == ["1 file in it not read"]


@pytest.mark.parametrize("year", [1899, 2200])
def test_a_year_in_which_nobody_keeps_a_diary_is_no_date(tmp_path, year):
    diary = read_diary(table(tmp_path / "t.csv", f"{HEADER}\n{year}-03-01,yes,no\n{NIGHTS}"))
    assert diary.issues.loc[diary.issues["row"].eq(2), "outcome"].tolist() == ["left out"]
