"""Bytes of a text file → its text, whatever a spreadsheet or an editor of Windows made of it; TOML in such a file."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from rlskit.errors import DiaryError

UTF_16, MARKED, WINDOWS = "UTF-16 text", "byte-order mark at the start of the file", "not UTF-8: read as Windows text"

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


def decode(raw: bytes) -> tuple[str, str]:
    """The text, and what is unusual about its encoding ("" = plain UTF-8).

    What is not UTF-8 is taken for the code page of Windows in western Europe (cp1252), unless most of its letters
    beyond ASCII are UTF-8 all the same: then bytes of it are damaged.

    Raises
    ------
    UnicodeError : not text, or damaged.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16"), UTF_16
    if b"\x00" in raw:
        raise UnicodeError("bytes that no text holds")
    marked = raw.startswith(b"\xef\xbb\xbf")
    try:
        return raw[3 * marked:].decode("utf-8"), MARKED * marked
    except UnicodeDecodeError:
        kept = sum(not c.isascii() for c in raw.decode("utf-8", "ignore"))
        if marked or _CONTROL.search(raw) or kept > raw.decode("utf-8", "replace").count("\ufffd"):
            raise
    return raw.decode("cp1252"), WINDOWS


def read_toml(path: Path, advice: str) -> dict:
    """The tables of a TOML file; DiaryError with what to do, `advice`, where it is none."""
    try:
        return tomllib.loads(decode(path.read_bytes())[0])
    except FileNotFoundError:
        raise DiaryError(f"{path}: no such file. {advice}") from None
    except (tomllib.TOMLDecodeError, UnicodeError, RecursionError) as wrong:
        raise DiaryError(f"{path.name}: not valid TOML ({wrong}). {advice}") from None
