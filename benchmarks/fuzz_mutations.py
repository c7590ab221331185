"""What goes wrong with a file, for fuzz.py: every function takes bytes (or what they stand for) and a source of chance.

A zip is damaged as bytes, or opened: its text, XML or JSON is damaged inside and packed again. A text is damaged as
bytes, as cells, or in its encoding.
"""

from __future__ import annotations

import base64
import contextlib
import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

ODD = (
    "", " ", "0", "-1", "1e308", "-1e-308", "9" * 40, "9" * 5000, "NaN", "inf", "0x1F", "1_000", "1,5",
    "1.234,5", "½", "²", "²1:30", "٣", "24:00", "24:60", "25:61", "12:00 PM", "00:00", "2026-02-30",
    "0000-00-00", "9999-12-31", "1900-01-01", "0001-01-01", "31. 12. 9999 23:59", "29/02/2025", "2026-13-01",
    "20260301", "1.59E+12", "yes", "no", "true", "=1+1", '=HYPERLINK("x")', "'", '"', '""', "|", "a | b", ";",
    ",", "\t", "\n", "\r\n", "\x00", "\x0b", "\x1a", "\x1b[31m", "\x85", "\u2028", "\u202e", "\ufeff", "\ufffd",
    "🦵", "e\u0301", "#N/A", "None", "null", "[]", "{}", "%s", "{0}", "../../etc", "<a>", "&amp;", "x" * 3000,
    "é" * 200, "Europe/Nowhere", "../../etc/passwd", "-9", "Id", "date", "night", "full_date", "Symptom",
    "Restless legs (Severe)",
)  # fmt: skip
ODD_JSON: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, -(10**30), 1e308, 1.5, "", "x", "\ud800", [], {}, [[]], {"id": []}, 2**63, 99999, "2026",
    "9" * 5000, ["a"] * 50)  # fmt: skip
ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "cp1252", "latin-1", "utf-8-sig", "cp1251", "shift_jis", "utf-7", "cp037")
MANY = 20_000  # cells that one thing adds
LONG = (140_000, 400_000)  # characters in a cell; the csv module stops at 131,072
XML_ODD = ("99999999999", "-1", "1048577", "XFD1048576", "ZZZZ1", "A0", "", "s", "1e999", "&#0;", "&#x1F600;", "&bomb;",
           "]]>", "<!--", "9" * 400, "45000.999999", "2958466", "n", "inlineStr", "d", "str", "e")  # fmt: skip
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)) + (
    '<!ENTITY bomb "&i;">]>')


def mutate(raw: bytes, rng: Random) -> bytes:
    """The file with one to three things wrong with it."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        raw = once(raw, rng)
    return raw


def once(raw: bytes, rng: Random) -> bytes:
    if raw[:2] == b"PK" and rng.random() < 0.75:
        with contextlib.suppress(Exception):  # too damaged to be opened by now
            return in_zip(raw, rng)
    if raw[:2] == b"PK" or rng.random() < 0.3:
        return rng.choice(BYTES)(raw, rng)
    return in_text(raw, rng)


# --- bytes -----------------------------------------------------------------------------------------------------------
def flip(raw: bytes, rng: Random) -> bytes:
    out = bytearray(raw)
    for _ in range(rng.choice((1, 1, 4, 32))):
        if out:
            out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def cut(raw: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(raw) + 1)
    return rng.choice((raw[:at], raw[at:]))


def cut_out(raw: bytes, rng: Random) -> bytes:
    first, last = sorted(rng.randrange(len(raw) + 1) for _ in range(2))
    return raw[:first] + raw[last:]


def put_in(raw: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(raw) + 1)
    extra = rng.choice((rng.randbytes(rng.choice((1, 3, 40))), bytes(rng.choice((1, 500))), b'"', b"\xff\xfe", b"\r",
                        raw[:at][-80:]))
    return raw[:at] + extra + raw[at:]


BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (flip, cut, cut_out, put_in)


# --- text and cells --------------------------------------------------------------------------------------------------
def in_text(raw: bytes, rng: Random) -> bytes:
    text = raw.decode("utf-8-sig", "replace")
    way = rng.random()
    if way < 0.1:
        return encoded(text, rng)
    if way < 0.15:
        return text.replace("\n", rng.choice(("\r", "\r\n", "\n\n", "\u2028", "\x0c"))).encode()
    if way < 0.25 or "," not in text:
        return in_words(text, rng).encode("utf-8", "replace")
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:  # a long cell, by now
        return in_words(text, rng).encode("utf-8", "replace")
    for _ in range(rng.choice((1, 1, 2, 6))):
        if sum(map(len, rows)) > 2 * MANY:
            break
        rows = rng.choice(CELLS)([list(row) for row in rows], rng) or [[""]]
    out = io.StringIO()
    with contextlib.suppress(csv.Error):
        csv.writer(out, delimiter=rng.choice(",,,,,;\t|"), lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def encoded(text: str, rng: Random) -> bytes:
    return text.encode(rng.choice(ENCODINGS), "replace")


def in_words(text: str, rng: Random) -> str:
    """A word of the text replaced by an odd one, such as a value of a TOML file."""
    words = list(re.finditer(r"[^\s,=\[\]]+", text))
    found = rng.choice(words) if words else None
    odd = rng.choice((*ODD, "[" * 3000, '"' + "x" * 3000, "{a = 1}", "[1, 2]", "2026-01-01", "1e400"))
    return text[:found.start()] + odd + text[found.end():] if found else odd


def odd_cell(rows: list, rng: Random) -> list:
    row = rng.choice(rows)
    if row:
        row[rng.randrange(len(row))] = rng.choice(ODD)
    return rows


def odd_column(rows: list, rng: Random) -> list:
    at, odd = rng.randrange(max(1, *map(len, rows))), rng.choice(ODD)
    return [[*row[:at], odd, *row[at + 1:]] if n else row for n, row in enumerate(rows)]


def swap_cells(rows: list, rng: Random) -> list:
    a, b = rng.choice(rows), rng.choice(rows)
    if a and b:
        i, j = rng.randrange(len(a)), rng.randrange(len(b))
        a[i], b[j] = b[j], a[i]
    return rows


def drop_cell(rows: list, rng: Random) -> list:
    row = rng.choice(rows)
    if row:
        del row[rng.randrange(len(row))]
    return rows


def more_cells(rows: list, rng: Random) -> list:
    row = rng.choice(rows)
    at = rng.randrange(len(row) + 1)
    row[at:at] = [rng.choice(ODD)] * rng.choice((1, 1, 30, 3000))
    return rows


def long_cell(rows: list, rng: Random) -> list:
    row = rng.choice(rows)
    if row:
        row[rng.randrange(len(row))] = rng.choice(("x", "ab,", "| ", "9", "\n", "é", '"')) * rng.choice(LONG)
    return rows


def drop_column(rows: list, rng: Random) -> list:
    at = rng.randrange(max(1, *map(len, rows)))
    return [row[:at] + row[at + 1:] for row in rows]


def twice_column(rows: list, rng: Random) -> list:
    at, to = (rng.randrange(max(1, *map(len, rows))) for _ in range(2))
    return [[*row[:to], *row[at:at + 1], *row[to:]] for row in rows]


def swap_columns(rows: list, rng: Random) -> list:
    at, to = (rng.randrange(max(1, *map(len, rows))) for _ in range(2))
    for row in rows:
        if max(at, to) < len(row):
            row[at], row[to] = row[to], row[at]
    return rows


def many_columns(rows: list, rng: Random) -> list:
    new = min(rng.choice((300, 16_000)), MANY // len(rows[0] or [""]))
    return [[*row, *([f"extra {i}" for i in range(new)] if not n else [])] for n, row in enumerate(rows)]


def drop_row(rows: list, rng: Random) -> list:
    del rows[rng.randrange(len(rows))]
    return rows


def twice_row(rows: list, rng: Random) -> list:
    rows.insert(rng.randrange(len(rows) + 1), list(rng.choice(rows)))
    return rows


def swap_rows(rows: list, rng: Random) -> list:
    rng.shuffle(rows)
    return rows


def many_rows(rows: list, rng: Random) -> list:
    most = 10 * MANY // max(1, *(sum(map(len, row)) + len(row) for row in rows))
    return rows + [list(rng.choice(rows)) for _ in range(min(most, rng.choice((10, 300))))]


def blank_rows(rows: list, rng: Random) -> list:
    at = rng.randrange(len(rows) + 1)
    return rows[:at] + [[""] * rng.choice((0, 1, 8))] * rng.choice((1, 2000)) + rows[at:]


CELLS: tuple[Callable[[list, Random], list], ...] = (
    odd_cell, odd_cell, odd_cell, odd_column, swap_cells, drop_cell, more_cells, long_cell, drop_column, twice_column,
    swap_columns, many_columns, drop_row, twice_row, swap_rows, many_rows, blank_rows)  # fmt: skip


# --- in a zip --------------------------------------------------------------------------------------------------------
def in_zip(raw: bytes, rng: Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    at = rng.randrange(len(members))
    named = [i for i, (name, _) in enumerate(members) if "sheet1" in name or "sharedStrings" in name]
    at = rng.choice(named) if named and rng.random() < 0.6 else at
    name, content = members[at]
    way = rng.random()
    if way < 0.05:
        del members[at]
    elif way < 0.1:
        members.append((name, rng.choice(members)[1]))
    elif way < 0.15:
        members[at] = (rng.choice(("../x", "x" * 300, "", name.upper(), f"a/{name}")), content)
    else:
        members[at] = (name, in_member(content, rng))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def in_member(content: bytes, rng: Random) -> bytes:
    if rng.random() < 0.15:
        return rng.choice(BYTES)(content, rng)
    if content.lstrip()[:1] == b"<":
        return in_xml(content.decode("utf-8", "replace"), rng).encode("utf-8", "replace")
    with contextlib.suppress(ValueError, RecursionError):
        said = json.loads(base64.b64decode(content, validate=True))
        return base64.b64encode(in_json(said, rng).encode("utf-8", "replace"))
    return in_text(content, rng)


def in_xml(text: str, rng: Random) -> str:
    way = rng.random()
    tags = list(re.finditer(r"<[^>]*>", text))
    values = list(re.finditer(r'(?<==")[^"]*(?=")|(?<=>)[^<]+(?=<)', text))
    if way < 0.6 and values:
        found, new = rng.choice(values), rng.choice((*XML_ODD, *(odd.replace("<", "&lt;") for odd in ODD)))
    elif way < 0.75 and tags:
        found, new = rng.choice(tags), rng.choice(("", "<x>", "<c/>", '<row r="9000000"/>', rng.choice(tags)[0]))
    elif way < 0.8:
        return "<a>" * rng.choice((500, 50_000)) + text
    elif way < 0.85:
        return re.sub(r"^(<\?xml.*?\?>)?", lambda head: head[0] + ENTITIES, text, count=1).replace(">1<", ">&bomb;<")
    else:
        first, last = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        return text[:first] + rng.choice(("", text[first:last] * 2)) + text[last:]
    return text[:found.start()] + new + text[found.end():]


def in_json(said: Any, rng: Random) -> str:
    """Something in the tree replaced, left out, doubled, or nested deeply."""
    places = list(nodes(said))
    if not places or rng.random() < 0.05:
        return rng.choice(("[" * 100_000, '{"a":' * 100_000, "[]", "null", "1", '{"dayEntries": 1}', "NaN", ""))
    for _ in range(rng.choice((1, 1, 3))):
        home, key = rng.choice(places)
        way = rng.random()
        if way < 0.7:
            home[key] = rng.choice(ODD_JSON)
        elif way < 0.85 and isinstance(home, dict):
            home.pop(key, None)
        elif isinstance(home, list):
            home.append(home[0] if home else None)
    return json.dumps(said)


def nodes(said: Any) -> Any:
    """Every place of the tree that has a value, as (list or dict, index or key)."""
    for key, value in list(said.items() if isinstance(said, dict) else enumerate(said)):
        yield said, key
        if isinstance(value, dict | list):
            yield from nodes(value)
