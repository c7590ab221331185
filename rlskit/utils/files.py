"""Files written whole or not at all: through a temporary neighbour that takes the name only when all is in it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from rlskit.errors import DiaryError

SHOWN, MANY = 8, 1000  # names of a folder that are told, that are compared


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` to write to; it becomes `path` when the block ends well, else nothing is left.

    A reader finds the old file, the new one, or none. Folders on the way are made. Raises DiaryError where one of them
    is a file.
    """
    make_folder(path.parent, path.name)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> Path:
    """Write text (as UTF-8) or bytes through `whole_file`, and return the path. private : no other user may read it."""
    with whole_file(path) as draft:
        if private:
            draft.touch(mode=0o600)
        draft.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def beside(path: Path) -> str:
    """A sentence on what there is where a path leads to nothing, the likeliest names first."""
    folder = next(one for one in path.absolute().parents if one.is_dir())
    where = "This folder" if folder == Path.cwd() else f"The folder {folder.name or folder}"
    try:
        found = sorted(shown_name(one) + "/" * one.is_dir() for one in folder.iterdir() if not one.name.startswith("."))
    except OSError:
        return f"{where} cannot be opened."
    near = get_close_matches(path.name, found[:MANY], SHOWN)
    names = sorted(found, key=lambda name: near.index(name) if name in near else len(near))
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return f"{where} holds {', '.join(names[:SHOWN])}{more}." if names else f"{where} is empty."


def shown_name(path: Path) -> str:
    """The name as text; bytes of it that are not UTF-8 are question marks."""
    return path.name.encode(errors="replace").decode()


def make_folder(folder: Path, what: str) -> None:
    """Make a folder for `what`, and those on the way. DiaryError where one of them is a file."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise DiaryError(f"{folder}: expected a folder to write {what} to, found a file. "
                         "Name another with --out.") from None


@contextlib.contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Keep other runs from writing beside the file `lock` for as long as the block lasts. DiaryError where one does.

    The operating system takes the lock back when its run ends, however it ends; the empty file stays.
    """
    from filelock import FileLock, Timeout

    try:
        with FileLock(lock, blocking=False, mode=0o600):
            yield
    except Timeout:
        raise DiaryError(f"{lock.parent}: another run is writing there. Wait for it, or name another folder.",
                         kind="another run is writing there") from None
