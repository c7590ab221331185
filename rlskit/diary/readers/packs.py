"""A zip as an app or a service gives it, whole: the files in it that a reader knows are read, the others counted.

A backup that a reader takes as it is (Daylio, Sleep as Android, Apple Health), a workbook and a text document are no
pack. Members are judged by their beginning before they are unpacked: most of what a service packs is no diary.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Collection
from pathlib import Path

from rlskit.diary.readers.archive import library, members
from rlskit.diary.readers.detect import UnknownFile, find_reader, readers
from rlskit.diary.readers.devices import HEAD, JSON_KEYS, SQLITE
from rlskit.diary.readers.limits import LARGEST, MOST_MEMBERS
from rlskit.diary.tables import KEPT, issue
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
    if not unread:
        return found, []
    named = ", ".join(unread[:NAMED]) + (", …" if len(unread) > NAMED else "")
    return found, [issue(path.name, f"{count(len(unread), 'file')} in it not read", found=named, outcome=KEPT,
                         advice=f"Such as {named}")]


def _may_be(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a member begins as a diary may: JSON with a key of an app, another text, or a database."""
    try:
        with archive.open(member) as file:
            head = file.read(HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    except Exception:  # whatever zipfile raises at a damaged or locked member: it is told as not read
        return False
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
