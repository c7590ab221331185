"""One member of a zip, as apps write their backups. Knows no app."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from rlskit.errors import DiaryError

LARGEST = 256 * 2**20  # bytes of one member; no diary comes near it, and a small file can unpack to any size

_DAMAGED = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError)


def holds(path: Path, member: str) -> bool:
    """Whether the file is a zip with this member at its top. Never raises."""
    try:
        with zipfile.ZipFile(path) as archive:
            return member in archive.namelist()
    except _DAMAGED:
        return False


def read_member(path: Path, member: str, backup: str) -> bytes:
    """The bytes of the member; DiaryError where they are damaged, locked by a password or too many.

    `backup` is what people call the file: "a Daylio backup".
    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = archive.getinfo(member).file_size
            if size <= LARGEST:
                return archive.read(member)
    except _DAMAGED as wrong:
        raise damaged(path, backup, wrong) from None
    raise DiaryError(f"{path.name}: expected {backup} of at most {LARGEST:,} bytes, found {size:,} when unpacked. "
                     "Make the backup again in the app.", kind="damaged backup")


def damaged(path: Path, backup: str, wrong: object) -> DiaryError:
    """The error for a backup that cannot be read."""
    return DiaryError(f"{path.name}: expected {backup}, found a damaged one ({wrong}). Make the backup again in the "
                      "app, or export the CSV.", kind="damaged backup")
