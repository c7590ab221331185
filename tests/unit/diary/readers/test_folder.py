"""A folder of one person's files: what is not a diary is named and stops nothing. Tiny files, written here."""

from __future__ import annotations

import io
import os
import zipfile

import pytest

from rlskit.diary.mapping import Mapping
from rlskit.diary.readers.read import read_diary
from rlskit.diary.tables import LEFT_OUT, account
from rlskit.errors import DiaryError
from rlskit.pages.report_tables import remark_table
from rlskit.utils.stamp import file_sha256

DAYLIO = "full_date,date,weekday,time,mood,activities,note\n2026-01-01,January 1,Thursday,22:00,meh,tv,\n"


def zipped(*names: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return whole.getvalue()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "daylio.csv").write_text(DAYLIO)
    return tmp_path


NOT_A_DIARY = "not a diary that rlskit knows"
OTHER_SHEET = "a spreadsheet of another kind than .xlsx"


@pytest.mark.parametrize(("name", "content", "kind"), [
    ("photo.jpg", b"\xff\xd8\xff\xe0\x00", "a picture"),
    ("report.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF"),
    ("notes.docx", zipped("[Content_Types].xml", "word/document.xml"), "a text document"),
    ("diary.xls", b"\xd0\xcf\x11\xe0\x00" + "Workbook".encode("utf-16-le"), OTHER_SHEET),
    ("diary.ods", zipped("mimetype", "content.xml"), OTHER_SHEET),
    ("diary.numbers", zipped("Index/Document.iwa"), OTHER_SHEET),
    ("old.zip", zipped("a.txt"), "a zip without a backup that rlskit knows"),
    ("sleeps.csv", b"Cycle start,Cycle end\n1,2\n", NOT_A_DIARY),
    ("empty.csv", b"", "empty file"),
])
def test_a_file_that_is_no_diary_is_named_and_stops_nothing(folder, name, content, kind):
    (folder / name).write_bytes(content)
    diary = read_diary(folder, mapping=Mapping())
    assert [s.file for s in diary.source] == ["daylio.csv"]
    named = diary.issues[diary.issues["file"].eq(name)]
    assert named[["kind", "outcome", "message"]].values.tolist() == [
        [kind, LEFT_OUT, f"{name}: {kind}. Left out; see diary.issues."]]
    assert any(name in cell for row in remark_table(diary).rows for cell in row)
    with pytest.raises(DiaryError):
        read_diary(folder / name)


def test_two_files_for_one_reason_are_both_named_in_the_report(folder):
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(f"dear {name}\n")
    (row,) = [r for r in remark_table(read_diary(folder)).rows if r[0] == NOT_A_DIARY]
    assert row[3] == ("a.txt: not a diary that rlskit knows. Left out; see diary.issues. "
                      "b.txt: not a diary that rlskit knows. Left out; see diary.issues.")


def test_what_rlskit_and_systems_keep_beside_a_diary_is_not_named_nor_hashed(folder):
    before = file_sha256(folder)
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "Icon\r", "~$diary.xlsx", "__MACOSX/x.csv"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("")
    assert file_sha256(folder) == before
    for name in ("rlskit.toml", "clinic.toml", "rlskit-looks.json"):
        (folder / name).write_text("")
    assert set(read_diary(folder).issues["file"]) <= {"daylio.csv"}


def test_a_folder_within_is_named_unless_it_is_empty_or_a_systems(folder):
    for name in ("2025", "empty", ".git", "__MACOSX"):
        (folder / name).mkdir()
    for name in ("2025", ".git", "__MACOSX"):
        (folder / name / "daylio.csv").write_text(DAYLIO)
    issues = read_diary(folder).issues
    assert issues.loc[issues["file"].ne("daylio.csv"), "message"].tolist() == [
        "2025: a folder in the folder, which is not looked into. Left out; see diary.issues. "
        "Give its path too, or put its files here."]


def test_equal_files_count_once_and_the_second_is_named(folder):
    (folder / "daylio (1).csv").write_text(DAYLIO)
    diary = read_diary(folder)
    assert [s.file for s in diary.source] == ["daylio (1).csv"]
    assert "daylio.csv: the same bytes as daylio (1).csv, which counts once. Left out; see diary.issues." in list(
        diary.issues["message"])
    assert account(diary)["rows"].sum() == 1


def test_a_damaged_file_of_a_known_app_still_stops_the_folder(folder):
    (folder / "second.csv").write_text(DAYLIO.splitlines()[0] + "\n")
    with pytest.raises(DiaryError, match=r"^second\.csv: only a header line"):
        read_diary(folder)


def test_pipes_links_to_nothing_and_names_that_are_no_text_are_named_and_never_waited_for(folder):
    os.mkfifo(folder / "pipe.csv")
    (folder / "gone.csv").symlink_to(folder / "nowhere.csv")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    with open(os.fsencode(folder) + b"/J\x81rgen.csv", "w") as file:
        file.write(DAYLIO)
    said = [m for m in read_diary(folder).issues["message"] if "daylio" not in m]
    assert said == [f"{name}: {what}. Left out; see diary.issues." for name, what in [
        ("J?rgen.csv", "a name that is not UTF-8"), ("gone.csv", "a link to nothing"),
        ("loop.csv", "a link to nothing"), ("pipe.csv", "a pipe or a device")]]


@pytest.mark.parametrize(("name", "said"), [
    ("pipe.csv", "pipe.csv: expected a file, found a pipe or a device. Give the file that your app exported."),
    ("J\udc81rgen.csv", "J?rgen.csv: expected a name in UTF-8, found other bytes. Rename it and try again."),
    ("gone.csv", "gone.csv: a link to nothing. Give the file that your app exported."),
])
def test_alone_they_are_refused_in_a_sentence(tmp_path, name, said):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    (tmp_path / "J\udc81rgen.csv").write_text(DAYLIO)
    with pytest.raises(DiaryError) as wrong:
        read_diary(tmp_path / name)
    assert str(wrong.value) == said
