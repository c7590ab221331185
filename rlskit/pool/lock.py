"""One run at a time: a lock that the operating system takes back when its run ends, however it ends."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from rlskit.errors import DiaryError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def only_one(folder: Path, name: str) -> Iterator[None]:
    """Keep other runs from writing to `folder` for as long as the block lasts. DiaryError where one already does.

    The lock is on an open file (flock; msvcrt.locking on Windows), not on the file's being there: a run that was killed
    leaves nothing to clear away, and two runs cannot both take over what it left.
    """
    path = folder / name
    while True:
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            raise DiaryError(f"{folder}: another run is writing there. Wait for it, or name another folder.",
                             kind="another run is writing there") from None
        if _is_still_there(handle, path):
            break
        os.close(handle)  # its holder removed the file between our opening and our locking it
    try:
        yield
    finally:
        if fcntl is not None:  # removed before it is let go, so that nobody can lock a file that is about to vanish
            path.unlink(missing_ok=True)
        os.close(handle)
        if fcntl is None:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def _lock(handle: int) -> None:
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]


def _is_still_there(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False
