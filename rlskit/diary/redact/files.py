"""redact(): a file as an app wrote it → the same layout without anything of a person. Whatever readers take: text,
JSON, XML, a zip, a workbook, a database."""

from __future__ import annotations

import base64
import binascii
import contextlib
import datetime as dt
import io
import re
import sqlite3
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rlskit.diary.readers.archive import library
from rlskit.diary.readers.devices import SQLITE
from rlskit.diary.readers.limits import LARGEST, SMALLER, UNPACKED
from rlskit.diary.redact.texts import is_header, redact_text
from rlskit.diary.redact.words import Names, mask
from rlskit.errors import DiaryError
from rlskit.utils.text_files import MARKED, UTF_16, decode

MOST = 2**21  # bytes of a text: its layout shows in them
MOST_ROWS = 200  # of a table of a database, or of a sheet
SHOWN = 300  # files of a zip
ENDINGS = {".csv", ".tsv", ".txt", ".json", ".xml", ".xlsx", ".zip", ".daylio", ".db", ".sqlite", ".gpx", ".toml"}
TYPES = {"INTEGER", "INT", "TEXT", "REAL", "BLOB", "NUMERIC"}
STAMP = (2026, 1, 1, 0, 0, 0)
DAY = dt.datetime(2026, 1, 31)
AGAIN = "Export it again; if that one is damaged too, say so, with the app and its version."


@dataclass(frozen=True, kw_only=True)
class Redacted:
    """A file without what was in it. unknown : names that were replaced; empty : how many files of a zip could not be
    looked into, and are empty here."""

    content: bytes
    unknown: tuple[str, ...]
    empty: int


def redact(path: Path, keep: Collection[str] = ()) -> Redacted:
    """The layout of a file. keep : names of columns, keys or files that are the app's own, to be left as they are.

    Raises DiaryError for what cannot be looked into: there is nothing to redact, and the message says what the file is.
    """
    names, empty = Names(keep), list[str]()
    with path.open("rb") as file:
        head = file.read(MOST + 1)
    if head.startswith(SQLITE) and path.stat().st_size > LARGEST:
        raise DiaryError(f"{path.name}: a database of more than {LARGEST // 2**20} MB. {SMALLER}")
    if head.startswith(b"PK"):
        with library(path.name, "a zip", AGAIN, "damaged zip"):
            content = _zipped(path, names, empty)
    else:
        content = _content(path.name, path.read_bytes() if head.startswith(SQLITE) else head, names)
    return Redacted(content=content, unknown=tuple(sorted(names.unknown)), empty=len(empty))


def _content(name: str, raw: bytes, names: Names) -> bytes:
    """A database, or a text in the encoding in which it came, cut after the last whole line of its first two MB."""
    if raw.startswith(SQLITE):
        with library(name, "a database", AGAIN, "damaged database"):
            return _database(raw, names)
    if len(raw) > MOST:
        raw = raw[: raw.rfind(b"\n", 0, MOST) + 1 or MOST]
    try:
        text, unusual = decode(raw)
    except UnicodeError:
        if b"\x00" in raw:
            raise DiaryError(f"{name}: {len(raw):,} bytes that are no text, no zip and no database, so that nothing of "
                             "them can be shown. Say which app wrote the file, and how.") from None
        text, unusual = raw.decode("cp1252", "replace"), ""
    packed = _from_base64(text)
    made = redact_text(packed or text, names)
    if packed:
        return base64.b64encode(made.encode())
    return made.encode("utf-16" if unusual == UTF_16 else "utf-8-sig" if unusual == MARKED else "utf-8")


def _from_base64(text: str) -> str:
    """The JSON that a text in base64 holds, as Daylio's backup does; "" for any other text."""
    bare = "".join(text.split())
    if not re.fullmatch(r"[A-Za-z0-9+/]{40,}={0,2}", bare):
        return ""
    with contextlib.suppress(binascii.Error, UnicodeError):
        found = base64.b64decode(bare).decode()
        return found if found.lstrip()[:1] in ("{", "[") else ""
    return ""


# --- a zip ----------------------------------------------------------------------------------------------------------
def _zipped(path: Path, names: Names, empty: list[str]) -> bytes:
    out, used = io.BytesIO(), set[str]()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        if "xl/workbook.xml" in archive.namelist():
            return _workbook(path.read_bytes(), names)
        members = [one for one in archive.infolist() if not one.is_dir()]
        for member in members[:SHOWN]:
            name = free("/".join(name_of_file(part, names) for part in member.filename.split("/")), used)
            made.writestr(zipfile.ZipInfo(name, STAMP), _member(archive, member, names, empty), zipfile.ZIP_DEFLATED)
        empty += [one.filename for one in members[SHOWN:]]
    return out.getvalue()


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, names: Names, empty: list[str]) -> bytes:
    """A file of a zip; nothing where it is a picture, another zip, damaged or locked."""
    try:
        with library(member.filename, "a file", "", "damaged"), archive.open(member) as file:
            raw = file.read(MOST + 1)
            if raw.startswith(SQLITE) and member.file_size <= UNPACKED:
                raw += file.read(UNPACKED)
        return _content(member.filename, raw, names)
    except DiaryError:
        empty.append(member.filename)
        return b""


def name_of_file(name: str, names: Names) -> str:
    """A file's name without what a person called it, and with its ending."""
    if names.is_known(name):
        return name
    ending = PurePosixPath(name).suffix
    return mask(name.removesuffix(ending)) + (ending if ending.lower() in ENDINGS else mask(ending))


def free(name: str, used: set[str]) -> str:
    """The name with a number where it is taken already."""
    found, at = name, 1
    while found in used:
        at += 1
        stem, dot, ending = name.rpartition(".")
        found = f"{stem}-{at}.{ending}" if dot else f"{name}-{at}"
    used.add(found)
    return found


# --- a workbook -------------------------------------------------------------------------------------------------------
def _workbook(raw: bytes, names: Names) -> bytes:
    """Its sheets anew: who made it, comments, pictures and formulas stay behind."""
    from openpyxl import Workbook, load_workbook
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    made, used = Workbook(), set[str]()
    made.remove(made.active)
    for sheet in load_workbook(io.BytesIO(raw), data_only=True, read_only=True).worksheets:
        sheet.reset_dimensions()
        copy = made.create_sheet(free(names.shown(sheet.title), used))
        for at, row in enumerate(sheet.iter_rows(max_row=MOST_ROWS), 1):
            said = [cell.value for cell in row]
            named = at == 1 or is_header([str(one) for one in said if isinstance(one, str)], names)
            for number, (cell, value) in enumerate(zip(row, said, strict=True), 1):
                if value is None:
                    continue
                new = copy.cell(at, number, names.shown(value) if named and isinstance(value, str) else shape(value))
                if cell.number_format in BUILTIN_FORMATS.values():
                    new.number_format = cell.number_format
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def shape(value: object) -> object:
    """What stands for a value of a cell, of the same kind."""
    if value is None or isinstance(value, bool):
        return None if value is None else False
    if isinstance(value, dt.datetime):
        return DAY
    if isinstance(value, dt.date):
        return DAY.date()
    if isinstance(value, dt.time | dt.timedelta):
        return type(value)()
    if isinstance(value, int):
        return int(mask(str(abs(value))))
    if isinstance(value, float):
        return 0.5 if value % 1 else float(mask(str(abs(int(value)))))
    return b"" if isinstance(value, bytes) else mask(str(value))


# --- a database -------------------------------------------------------------------------------------------------------
def _database(raw: bytes, names: Names) -> bytes:
    """Its tables anew, with the first rows of each: what was deleted of it stays behind."""
    with (contextlib.closing(sqlite3.connect(":memory:")) as base,
          contextlib.closing(sqlite3.connect(":memory:")) as made):
        base.deserialize(raw)
        base.execute("pragma trusted_schema = off")
        used = set[str]()
        for (table,) in base.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' "
                                     "order by name").fetchall():
            _table(base, made, table, _quoted(free(names.shown(table), used)), names)
        made.commit()
        return made.serialize()


def _table(base: sqlite3.Connection, made: sqlite3.Connection, table: str, called: str, names: Names) -> None:
    used = set[str]()
    heads = [f"{_quoted(free(names.shown(name), used))} {kind.upper() if kind.upper() in TYPES else ''}"
             for _, name, kind, *_ in base.execute(f"pragma table_info({_quoted(table)})")]
    made.execute(f"create table {called} ({', '.join(heads)})")
    rows = base.execute(f"select * from {_quoted(table)} limit {MOST_ROWS}").fetchall()
    made.executemany(f"insert into {called} values ({', '.join('?' * len(heads))})",
                     [[shape(value) for value in row] for row in rows])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
