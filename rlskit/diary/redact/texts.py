"""The shape of a text: delimited rows, JSON, or XML, whole or damaged. Nothing is parsed that could fail."""

from __future__ import annotations

import csv
import re
from functools import partial

from rlskit.diary.redact.words import Names, mask

_XML_FIRST = re.compile(r"""<\?xml version=["']1\.[01]["'](?: encoding=["'](?:UTF-8|utf-8|UTF-16)["'])?\s*\?>""")
_ENTITY = re.compile(r"(&(?:amp|lt|gt|quot|apos|#\w+);)")
_ESCAPE = re.compile(r"(\\u[0-9a-fA-F]{4}|\\.)", re.DOTALL)
MOST_NAMES = 3  # cells from which on a line of known names is one of names wherever it stands


def redact_text(text: str, names: Names) -> str:
    """A text without its words."""
    begin = text.lstrip()[:1]
    if begin == "<":
        return _xml(text, names)
    return _json(text, names) if begin in ("{", "[") else _rows(text, names)


# --- rows ---------------------------------------------------------------------------------------------------------
def _rows(text: str, names: Names) -> str:
    lines = text.splitlines(keepends=True)
    cells = [_cells(line) for line in lines]
    headers = {at for at in range(len(lines)) if is_header(cells[at], names)}
    headers |= {at for at in range(len(lines) - 1) if at + 1 in headers and len(cells[at]) == 1}  # its title
    headers |= {next((at for at, line in enumerate(lines) if line.strip()), 0)}
    return "".join(_header(line, names) if at in headers else mask(line) for at, line in enumerate(lines))


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count)


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=_delimiter(line)), [])
    except csv.Error:
        return []


def is_header(cells: list[str], names: Names) -> bool:
    """Whether most cells are names of an app: three or more. A clock is a name in Sleep as Android's."""
    filled = [cell for cell in cells if re.search(r"[^\W\d_]", cell)]
    known = sum(map(names.is_known, filled))
    return known >= MOST_NAMES and 2 * known > len(filled)


def _header(line: str, names: Names) -> str:
    """A line cell by cell; quotes and delimiters stay where they are."""
    return re.sub(rf'"[^"]*"|[^"{_delimiter(line)}\r\n]+', partial(_named, names=names), line)


def _named(found: re.Match, names: Names) -> str:
    written = found[0]
    return f'"{names.shown(written[1:-1])}"' if written.startswith('"') else names.shown(written)


# --- JSON -----------------------------------------------------------------------------------------------------------
def _json(text: str, names: Names) -> str:
    def part(found: re.Match) -> str:
        said, colon = found["said"], found["colon"]
        if said is None:
            return mask(found[0])
        inside = names.shown(said, _in_string) if colon is not None else _in_string(said)
        return f'"{inside}"{colon or ""}'

    return re.sub(r'"(?P<said>(?:\\.|[^"\\])*)"(?P<colon>\s*:)?|[^"]+|"', part, text, flags=re.DOTALL)


def _in_string(said: str) -> str:
    return "".join(("x" if part.startswith("\\u") else part) if _ESCAPE.fullmatch(part) else mask(part)
                   for part in _ESCAPE.split(said))


# --- XML ------------------------------------------------------------------------------------------------------------
def _xml(text: str, names: Names) -> str:
    def part(found: re.Match) -> str:
        if _XML_FIRST.fullmatch(found[0]):
            return found[0]
        return _tag(found[0], names) if found[0].startswith("<") else _in_xml(found[0])

    return re.sub(r"<[^>]*>?|[^<]+", part, text)


def _tag(tag: str, names: Names) -> str:
    def part(found: re.Match) -> str:
        quoted = found["double"] if found["double"] is not None else found["single"]
        if quoted is None:
            return names.shown(found[0])
        inside = quoted if quoted.startswith("HK") and names.is_known(quoted) else _in_xml(quoted)
        return found[0][0] + inside + found[0][-1]

    return re.sub(r'''"(?P<double>[^"]*)"|'(?P<single>[^']*)'|[^\s"'<>/=?!()|*,#\[\];]+''', part, tag)


def _in_xml(text: str) -> str:
    return "".join(("x" if part.startswith("&#") else part) if _ENTITY.fullmatch(part) else mask(part)
                   for part in _ENTITY.split(text))
