"""Bytes of a text file → its text, whatever a spreadsheet or an editor of Windows made of it; TOML in such a file."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from rlskit.errors import DiaryError
from rlskit.utils.files import beside

UTF_16, MARKED, WINDOWS = "UTF-16 text", "byte-order mark at the start of the file", "not UTF-8: read as Windows text"

LARGEST_TOML, LONGEST_LINE = 2**20, 20_000  # bytes: a key of many dots takes the square of its length

# Letters of Russian in cp1251; in the Latin scripts of cp1252 these bytes are accents, of which few stand together.
_RUSSIAN = re.compile(rb"[\xa8\xb8\xc0-\xff]{3,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


def decode(raw: bytes) -> tuple[str, str]:
    """The text, and what is unusual about its encoding ("" = plain UTF-8).

    What is not UTF-8 is taken for the code page of Windows in Russia (cp1251) where most of its letters beyond ASCII
    stand together, else in western Europe (cp1252), unless most of them are UTF-8 all the same: then bytes of it are
    damaged.

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
    together = sum(len(run) for run in _RUSSIAN.findall(raw))
    return raw.decode("cp1251" if together > len(_HIGH.findall(raw)) / 2 else "cp1252"), WINDOWS


def read_toml(path: Path, advice: str) -> dict:
    """The tables of a TOML file; DiaryError with what to do, `advice`, where it is none."""
    if not path.is_file():
        raise DiaryError(f"{path}: no such file. {advice} {beside(path)}")
    raw = path.read_bytes()
    if len(raw) > LARGEST_TOML or any(len(line) > LONGEST_LINE for line in raw.splitlines()):
        raise DiaryError(f"{path.name}: expected at most {LARGEST_TOML // 2**20} MB, and {LONGEST_LINE:,} characters "
                         f"in a line, found more. {advice}")
    try:
        return tomllib.loads(decode(raw)[0])
    except (ValueError, RecursionError) as wrong:  # no TOML, no text, a number of thousands of digits, a deep list
        raise DiaryError(f"{path.name}: not valid TOML ({wrong}). {advice}") from None
