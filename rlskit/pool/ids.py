"""New ids for people: keyed hashes (HMAC-SHA256, RFC 2104). Without the key nobody can test a guessed name."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from rlskit.errors import DiaryError
from rlskit.utils.files import check_file, clear_drafts, write_new

LEAST_KEY = 16  # bytes
DIGITS = 12  # hex digits of an id: among 40,000 people two share one with probability 3e-6


def digest(key: bytes, use: str, person: object) -> str:
    """64 hex digits that stand for a person, for one use. A name may be any bytes that a disk holds."""
    return hmac.new(key, f"{use}|{person}".encode(errors="surrogatepass"), hashlib.sha256).hexdigest()


def hash_id(person: object, key: bytes, *, release: str = "") -> str:
    """The id that pool_diaries and anonymise give to a person under this key: 12 hex digits.

    person : the id in the export, or the name of the file or folder (without its ending) where the export has none.
    release : of what anonymise gave out, as its manifest names it; a dataset of pool_diaries has none.
    DiaryError for a key of fewer than 16 bytes.

    Example: ``rk.hash_id("Ann", b"sixteen secret bytes")``
    """
    check_key(key, "hash_id")
    return digest(key, f"id {release}".rstrip(), person)[:DIGITS]


def check_key(key: bytes, verb: str) -> None:
    """DiaryError where the key is no bytes, or too short to be secret."""
    if not isinstance(key, bytes):
        raise DiaryError(f"{verb}: expected a key of at least {LEAST_KEY} secret bytes, found {type(key).__name__}. "
                         "secrets.token_bytes(32) makes one; text is turned into bytes by .encode().")
    if len(key) < LEAST_KEY:
        raise DiaryError(f"{verb}: expected a key of at least {LEAST_KEY} secret bytes, found {len(key)}. "
                         "secrets.token_bytes(32) makes one.")


def find_key(path: Path) -> bytes:
    """The key in a file, which is then readable by its owner only; where there is no file it is made."""
    check_file(path)
    clear_drafts(path)  # a run that was killed just after it made the key left a copy
    if not path.exists():
        with contextlib.suppress(FileExistsError):  # another run made it just now
            write_new(path, secrets.token_hex(32))
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(0o600)
    key = path.read_bytes().strip()
    check_key(key, path.name)
    return key
