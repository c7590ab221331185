"""A file that is almost an app's export is told which app it looks like and what it lacks."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest

from rlskit.diary.readers.detect import UnknownFile, find_reader, readers
from rlskit.diary.readers.resembles import NO_DIARY
from tests.helpers.places import EXPORTS

HEADED = [reader for reader in readers() if reader.columns]
LACKING = [(reader, column) for reader in HEADED for column in reader.needed]


def refused(path) -> str:
    with pytest.raises(UnknownFile) as wrong:
        find_reader(path)
    assert str(wrong.value).startswith(f"{path.name}: {wrong.value.kind}. ")
    return str(wrong.value.kind)


@pytest.mark.parametrize(("reader", "column"), LACKING, ids=[f"{r.app}-{c}" for r, c in LACKING])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_header_without_a_needed_column_names_the_app_and_the_column(tmp_path, reader, column, delimiter):
    path = tmp_path / "export.csv"
    path.write_text(delimiter.join(c for c in reader.columns if c != column) + "\n" + delimiter.join("abcd") + "\n")
    assert refused(path) == f'looks like {reader.called} without the column "{column}"'


@pytest.mark.parametrize("reader", HEADED, ids=[r.app for r in HEADED])
def test_a_workbook_of_an_export_says_what_to_save(tmp_path, reader):
    book = openpyxl.Workbook()
    book.active.append(list(reader.columns))
    book.active.append(["x"] * len(reader.columns))
    book.save(tmp_path / "export.xlsx")
    if reader.app == "template":
        assert find_reader(tmp_path / "export.xlsx") is reader
    else:
        assert refused(tmp_path / "export.xlsx") == f"looks like {reader.called}, saved as a workbook"


@pytest.mark.parametrize("app", ["bearable/v1.csv", "daylio/scales.csv"])
def test_lines_above_the_header_are_to_be_deleted(tmp_path, app):
    path = tmp_path / "export.csv"
    path.write_text("My diary\n\n" + (EXPORTS / app).read_text(encoding="utf-8-sig"), encoding="utf-8")
    assert refused(path) == f"looks like {app.split('/')[0].capitalize()}, with its header in line 3"


@pytest.mark.parametrize("header", ["date,amount,category,note", "night,b,c", "Cycle start,Cycle end", "x" * 9000])
def test_what_resembles_no_app_is_not_said_to(tmp_path, header):
    path = tmp_path / "export.csv"
    path.write_text(f"{header}\n1,2,3\n")
    assert refused(path) == NO_DIARY


def test_a_table_of_ones_own_with_dates_is_not_taken_for_a_template_that_lacks_its_nights(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("Tag,symptoms,iron,magnesium\n2026-03-01,yes,no,no\n2026-03-02,yes,no,no\n")
    assert find_reader(path).app == "table"


def test_a_data_dictionary_alone_is_named():
    assert refused(EXPORTS / "redcap/study/dictionary.csv") == "a REDCap data dictionary"


@pytest.mark.parametrize(("begins", "what"), [
    (b"\x89PNG\r\n\x1a\n0000", "a picture"), (b"\xff\xd8\xff\xe0xxxx", "a picture"), (b"GIF89a00", "a picture"),
    (b"RIFF0000WEBPVP8 ", "a picture or a film"), (b"\x00\x00\x00\x18ftypheic0000", "a picture or a film"),
    (b"%PDF-1.4\n%abc", "a PDF"), (b"{\\rtf1\\ansi", "a text document"), (b'\xef\xbb\xbf{"sleep": []}', "JSON"),
    (b'[{"dateOfSleep": "2026-01-01"}]', "JSON"), (b'<?xml version="1.0"?>\n<Health>', "XML or a page of the web"),
    (b"<!doctype html>", "XML or a page of the web")])
def test_what_is_no_table_is_called_what_it_is(tmp_path, begins, what):
    path = tmp_path / "export.csv"
    path.write_bytes(begins)
    assert refused(path) == what


def test_a_letter_is_a_text_document(tmp_path):
    with zipfile.ZipFile(tmp_path / "diary.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    assert refused(tmp_path / "diary.docx") == "a text document"
