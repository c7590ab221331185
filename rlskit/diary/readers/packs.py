"""A zip as an app or a service gives it, whole, or the folder that somebody unpacked it to: the files in it that a
reader knows are read, the others counted.

A backup that a reader takes as it is (Daylio, Sleep as Android, Apple Health), a workbook and a text document are no
pack. Members are judged by their beginning before they are unpacked: most of what a service packs is no diary.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Collection, Sequence
from pathlib import Path

from rlskit.diary.readers.archive import library, members
from rlskit.diary.readers.detect import UnknownFile, find_reader, readers
from rlskit.diary.readers.devices import HEAD, JSON_KEYS, SQLITE, starts_with
from rlskit.diary.readers.limits import LARGEST, MOST_MEMBERS
from rlskit.diary.tables import KEPT, issue
from rlskit.utils.files import is_left_behind, shown_name
from rlskit.utils.words import count

DOCUMENTS = {"[Content_Types].xml", "mimetype", "Index/Document.iwa"}  # of workbooks and text documents
MOST_UNPACKED = 400 * 2**20  # bytes of all that is unpacked
MOST_JUDGED = 300  # members that are looked at whole
NAMED = 3


def is_pack(path: Path) -> bool:
    """Whether it is a zip that no reader takes as it is. Never raises."""
    names = members(path)
    if not 0 < len(names) <= MOST_MEMBERS or names.keys() & DOCUMENTS:
        return False
    large = path.stat().st_size > LARGEST
    return not any(reader.recognises(path) for reader in readers() if reader.streams or not large)


def unpack(path: Path, folder: Path, columns: Collection[str]) -> tuple[list[Path], list[dict]]:
    """The diaries of a pack, unpacked into a folder, and a remark on what else is in it.

    columns : headers that rlskit.toml names; without them a table of no app is not a diary that somebody packed.
    """
    found: list[Path] = []
    unread: list[str] = []
    left, judged = MOST_UNPACKED, 0
    with library(path.name, "a zip", "Make it again and give that file.", "damaged backup"), (
            zipfile.ZipFile(path)) as archive:
        for number, one in enumerate(sorted(archive.infolist(), key=lambda one: one.filename)):
            if one.is_dir():
                continue
            target = folder / str(number) / (Path(one.filename).name or "file")
            may_be = one.file_size <= min(LARGEST, left) and judged < MOST_JUDGED and _may_be(archive, one)
            judged += may_be
            if may_be and _unpacked(archive, one, target) and _is_diary(target, columns):
                found.append(target)
                left -= one.file_size
            else:
                unread.append(target.name)
                shutil.rmtree(target.parent, ignore_errors=True)
    return found, _not_read(path, unread)


def look_into(folder: Path, columns: Collection[str]) -> tuple[list[Path], list[dict]]:
    """The diaries and the zips in a folder and in those within, and a remark on what else is in it. Links to folders
    are not followed."""
    found: list[Path] = []
    unread: list[str] = []
    judged = 0
    for home, inner, files in os.walk(folder, onerror=lambda wrong: unread.append(Path(wrong.filename).name)):
        inner[:] = sorted(name for name in inner if not is_left_behind(Path(home, name)) and not name.startswith("__"))
        for path in (Path(home, name) for name in sorted(files)):
            if is_left_behind(path):
                continue
            may_be = judged < MOST_JUDGED and path.is_file() and shown_name(path) == path.name and (
                is_pack(path) or _begins_as_one(starts_with(path)) or bool(members(path)))
            judged += may_be
            if may_be and (is_pack(path) or _is_diary(path, columns)):
                found.append(path)
            else:
                unread.append(shown_name(path))
    return found, _not_read(folder, unread)


def _not_read(path: Path, unread: Sequence[str]) -> list[dict]:
    if not unread:
        return []
    named = ", ".join(unread[:NAMED]) + (", …" if len(unread) > NAMED else "")
    return [issue(path.name, f"{count(len(unread), 'file')} in it not read", found=named, outcome=KEPT,
                  advice=f"Such as {named}")]


def _may_be(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a member begins as a diary may: JSON with a key of an app, another text, or a database."""
    try:
        with archive.open(member) as file:
            head = file.read(HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    except Exception:  # whatever zipfile raises at a damaged or locked member: it is told as not read
        return False
    return _begins_as_one(head)


def _begins_as_one(head: bytes) -> bool:
    if head[:1] in (b"[", b"{"):
        return any(key in head for key in JSON_KEYS)
    return head.startswith(SQLITE) or (bool(head) and (b"\x00" not in head or head[:2] in (b"\xff\xfe", b"\xfe\xff")))


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> bool:
    target.parent.mkdir()
    try:
        with archive.open(member) as file, target.open("wb") as out:
            shutil.copyfileobj(file, out)
    except Exception:  # as above
        return False
    return True


def _is_diary(path: Path, columns: Collection[str]) -> bool:
    from rlskit.diary.readers.table import has_columns

    try:
        reader = find_reader(path, columns)
    except UnknownFile:
        return False
    return reader.app != "table" or bool(columns and has_columns(path, columns))
