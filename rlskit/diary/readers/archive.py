"""What apps and spreadsheets pack: members of a zip, and whatever a library makes of them. Knows no app."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from rlskit.diary.readers import limits
from rlskit.errors import DiaryError

SHOWN = 100  # characters of what a library says


@contextlib.contextmanager
def library(file: str, expected: str, advice: str, kind: str) -> Iterator[None]:
    """Whatever another library raises at bytes that it cannot read is a DiaryError. Only its calls may stand inside:
    what rlskit itself does wrong must be seen."""
    try:
        yield
    except DiaryError:
        raise
    except Exception as wrong:
        said = " ".join((str(wrong) or type(wrong).__name__).split())
        said = said if len(said) <= SHOWN else f"{said[:SHOWN]} …"
        raise DiaryError(f"{file}: expected {expected}, found a damaged one ({said}). {advice}", kind=kind) from None


def members(path: Path) -> dict[str, int]:
    """Name → unpacked size of what a zip holds; nothing for any other file. Never raises."""
    try:
        with library(path.name, "a zip", "", "damaged"), zipfile.ZipFile(path) as archive:
            return {info.filename: info.file_size for info in archive.infolist()}
    except DiaryError:
        return {}


def read_member(path: Path, member: str, backup: str) -> bytes:
    """The bytes of the member; DiaryError where they are damaged, locked by a password or too many.

    `backup` is what people call the file: "a Daylio backup".
    """
    with in_backup(path, backup), zipfile.ZipFile(path) as archive:
        size = archive.getinfo(member).file_size
        if size > limits.UNPACKED:
            raise DiaryError(f"{path.name}: expected {backup} of at most {limits.UNPACKED:,} bytes, found {size:,} "
                             "when unpacked. Make the backup again in the app.", kind="damaged backup")
        return archive.read(member)


def in_backup(path: Path, backup: str) -> contextlib.AbstractContextManager[None]:
    """`library` for what an app packed."""
    return library(path.name, backup, "Make the backup again in the app, or export the CSV.", "damaged backup")
