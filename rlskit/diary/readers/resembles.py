"""What a file is that no reader knows: almost an app's export, an archive, another kind of spreadsheet, or no diary."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rlskit.diary.readers.archive import members
from rlskit.diary.readers.limits import SAVE_ANEW
from rlskit.diary.readers.parsed import Reader
from rlskit.diary.readers.redcap_dictionary import is_dictionary
from rlskit.diary.readers.rows import first_rows
from rlskit.diary.readers.template_cells import HEADER_WITHIN
from rlskit.diary.readers.workbook import is_workbook, sheets
from rlskit.errors import DiaryError

NO_DIARY = "not a diary that rlskit knows"
_OLD_OFFICE, _WORKBOOK = b"\xd0\xcf\x11\xe0", "Workbook".encode("utf-16-le")
_OTHER_SHEETS = {"mimetype", "Index/Document.iwa"}  # in the zips that OpenDocument and Numbers write
# How files begin that are no tables, what they are, and what to do.
_EXPORT = ("Give the file that your app exports as CSV; this one is not read. Which are, and how to get them: "
           "docs/formats.md.")
_TYPE = "rlskit reads no pictures and no text documents; type the nights into `rlskit template --out diary.xlsx`."
_BEGINNINGS = ((b"\x89PNG", "a picture", _TYPE), (b"\xff\xd8\xff", "a picture", _TYPE), (b"GIF8", "a picture", _TYPE),
               (b"%PDF", "a PDF", _TYPE), (b"{\\rtf", "a text document", _TYPE),
               (b"<", "XML or a page of the web", _EXPORT), (b"{", "JSON", _EXPORT), (b"[{", "JSON", _EXPORT))
_SHARED = 3  # columns that a header must share with an app's, for the file to look like one of it


def what_it_is(path: Path, readers: Sequence[Reader]) -> tuple[str, str]:
    """(what the file is, what to do about it); ("", "") where nothing can be said. Never raises."""
    try:
        return _archive(path) or _almost(path, readers) or ("", "")
    except DiaryError as wrong:  # a workbook that cannot be read
        return wrong.kind, SAVE_ANEW
    except OSError:
        return "", ""


def _archive(path: Path) -> tuple[str, str] | None:
    with path.open("rb") as file:
        start = file.read(2**20)
    names = members(path).keys()
    if names & _OTHER_SHEETS or (start.startswith(_OLD_OFFICE) and _WORKBOOK in start):
        return "a spreadsheet of another kind than .xlsx", "Open it, save it as .xlsx and give that file."
    if is_dictionary(path):
        return "a REDCap data dictionary", "It is read with the data beside it; give the data."
    if "word/document.xml" in names:
        return "a text document", _TYPE
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if found := next(((what, advice) for begins, what, advice in _BEGINNINGS if bare.startswith(begins)), None):
        return found
    if start[4:8] == b"ftyp" or (start[:4], start[8:12]) == (b"RIFF", b"WEBP"):
        return "a picture or a film", _TYPE
    if names and "[Content_Types].xml" not in names:  # which text documents and workbooks hold: they are zips, too
        return "a zip without a backup that rlskit knows", "Unzip it and give the files in it."
    return None


def _almost(path: Path, readers: Sequence[Reader]) -> tuple[str, str] | None:
    """The app whose header most resembles one of the first lines, if one does: all of its needed columns but one."""
    workbook = is_workbook(path)
    rows = [row for _, rows in sheets(path) for row in rows[:HEADER_WITHIN]] if workbook else (
        first_rows(path, HEADER_WITHIN))
    found = []
    for reader in readers:
        for line, cells in rows:
            names = {reader.spelled(str(cell).strip()) for cell in cells if cell is not None}
            missing = [name for name in reader.needed if reader.spelled(name) not in names]
            shared = names & set(map(reader.spelled, reader.columns))
            if len(shared) >= _SHARED and len(missing) < 2:
                found.append((len(shared), reader, line, next(iter(missing), "")))
    if not found:
        return None
    _, reader, line, lacks = max(found, key=lambda one: one[0])
    looks = f"looks like {reader.called}"
    if lacks:
        return (f'{looks} without the column "{lacks}"',
                "Give the file as the app exported it, or write the header as the app does.")
    if workbook:
        return f"{looks}, saved as a workbook", "Save it as CSV UTF-8 and give that file."
    if line > 1:
        return f"{looks}, with its header in line {line}", "Delete the lines above the header and try again."
    return None
