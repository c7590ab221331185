"""Files written whole or not at all: through a temporary neighbour that takes the name only when all is in it."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import glob
import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches
from pathlib import Path

from rlskit.errors import DiaryError

# What systems and spreadsheets leave in the folders of people.
LEFT, LEFT_STARTS = ("thumbs.db", "desktop.ini", "__macosx", "icon\r"), (".", "~$")
SHOWN, MANY = 8, 1000  # names of a folder that are told, that are compared
NOTHING_THERE = "no such file"  # `kind` of a DiaryError
LONGEST = 230  # bytes of a name to write to: a disk takes 255, and the name of a draft is longer


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` to write to; it becomes `path` when the block ends well, else nothing is left.

    A reader finds the old file, the new one, or none. Folders on the way are made. Raises DiaryError where one of them
    is a file.
    """
    make_folder(path.parent, path.name)
    with draft_of(path) as draft:
        yield draft
        draft.replace(path)


@contextlib.contextmanager
def whole_folder(folder: Path, *, names: Collection[str]) -> Iterator[Path]:
    """A temporary folder to write the files `names` to; it becomes `folder` when the block ends well, else nothing is
    left. Where there is an earlier one the two change places in one step: a reader finds the old files or the new ones.

    DiaryError where the earlier one holds other files, which would be lost, or is the folder that one is in.
    """
    folder = folder.resolve()
    make_folder(folder.parent, folder.name)
    _take_back(folder)
    if folder.exists():
        strangers = sorted(shown_name(one) for one in folder.iterdir() if one.name not in names)
        if strangers:
            raise DiaryError(f"{folder}: expected an empty folder, or one that this command wrote; found "
                             f"{strangers[0]}. Name another folder with --out.")
        if folder == Path.cwd():
            raise DiaryError(f"{folder}: this is the folder you are in, which would be replaced. Name one in it with "
                             "--out.")
    with draft_of(folder) as draft:
        draft.mkdir()
        yield draft
        if folder.exists():
            _exchange(draft, folder)
        else:
            draft.rename(folder)


@contextlib.contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """A name beside `path` of this process, gone at the end; those of processes that were killed go before. What the
    system refuses is said of `path`, the name that the user knows."""
    clear_drafts(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield draft
    except OSError as wrong:
        if wrong.filename is not None and draft in (Path(wrong.filename), *Path(wrong.filename).parents):
            wrong.filename = str(path)
        raise
    finally:
        _remove(draft)


def clear_drafts(path: Path) -> None:
    """Remove the drafts of `path` whose processes were killed."""
    for old in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        owner = old.name.rsplit(".", 2)[1]
        if owner.isdecimal() and int(owner) != os.getpid() and not _runs(int(owner)):
            _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    """Whether there is such a process; where that cannot be asked without harm (Windows), yes."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _exchange(one: Path, other: Path) -> None:
    """Let two folders change places, in one step where the system can (Linux, macOS); else in two, between which the
    old one has another name, from which `_take_back` brings it."""
    if sys.platform in _SWAP:
        call, more = _SWAP[sys.platform]
        function = getattr(ctypes.CDLL(None, use_errno=True), call, None)
        if function is not None and function(*more(os.fsencode(one), os.fsencode(other))) == 0:
            return
    aside = _aside(other)
    other.rename(aside)
    one.rename(other)
    aside.rename(one)


# renameat2(2) with RENAME_EXCHANGE, paths from the working folder; renamex_np(2) with RENAME_SWAP
_SWAP: dict[str, tuple[str, Callable[[bytes, bytes], tuple]]] = {
    "linux": ("renameat2", lambda one, other: (-100, one, -100, other, 2)),
    "darwin": ("renamex_np", lambda one, other: (one, other, 2))}


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.before")


def _take_back(folder: Path) -> None:
    """After an exchange that was stopped half-way: the earlier folder has its name again, or goes if there is a new
    one."""
    aside = _aside(folder)
    if aside.exists() and not folder.exists():
        aside.rename(folder)
    elif aside.exists():
        _remove(aside)


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> Path:
    """Write text (as UTF-8) or bytes through `whole_file`, and return the path. private : no other user may read it."""
    with whole_file(path) as draft:
        if private:
            draft.touch(mode=0o600)
        draft.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def write_new(path: Path, content: str) -> None:
    """Write a file that no other user may read, whole, where there is none. FileExistsError where there is one by now.
    """
    make_folder(path.parent, path.name)
    with draft_of(path) as draft:
        draft.touch(mode=0o600)
        draft.write_text(content, encoding="utf-8")
        try:
            os.link(draft, path)  # unlike a move it takes nobody's place
        except FileExistsError:
            raise
        except OSError:  # a disk that has no links
            if path.exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
            draft.rename(path)


def is_left_behind(path: Path) -> bool:
    """Whether the system, or a spreadsheet that has a file open, made it and not the person whose folder it is in."""
    return path.name.startswith(LEFT_STARTS) or path.name.casefold() in LEFT


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


def check_file(path: Path) -> None:
    """DiaryError where what is there is no file that can be read: a pipe would be waited for, a folder passed over."""
    if not os.path.lexists(path):
        return
    found = ("a folder" if path.is_dir() else "a link to nothing" if not path.exists() else
             "a pipe or a device" if not path.is_file() else "" if os.access(path, os.R_OK) else
             "one that you have no right to read")
    if found:
        raise DiaryError(f"{path}: expected a file, found {found}. Move it away, or put the right file there.")


def check_place(path: Path, *, folder: bool = False) -> None:
    """DiaryError where no file, or no folder, can be written at `path`, as far as can be told beforehand."""
    said, other = f"{path.parent / shown_name(path)}", "Choose another name."
    try:
        if shown_name(path) != path.name:
            raise DiaryError(f"{said}: expected a name in UTF-8, found other bytes. {other}")
        if (size := len(os.fsencode(path.name))) > LONGEST:
            raise DiaryError(f"{path.name[:20]}…: expected a name of at most {LONGEST} bytes, found {size}. {other}")
        if path.is_symlink() and not path.exists():
            raise DiaryError(f"{said}: a link to nothing. {other}")
        if path.exists() and not (path.is_dir() if folder else path.is_file()):
            found = "a folder" if path.is_dir() else "a file" if path.is_file() else "a pipe or a device"
            raise DiaryError(f"{said}: expected a {'folder to write to' if folder else 'file to write'}, found {found}."
                             f" {other}")
        place = next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
        if place != path.absolute() and not place.is_dir():
            raise DiaryError(f"{place}: expected a folder to write {path.name} to, found a file. {other}")
        if not os.access(place, os.W_OK):
            raise DiaryError(f"{place}: you have no right to write there. {other}")
    except OSError as wrong:
        raise DiaryError(f"{said}: {os.strerror(wrong.errno or 0)}. {other}") from None


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
