"""The text of a result as HTML for a notebook: lines as paragraphs, indented lines as a list, columns as a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import groupby

_COLUMNS = re.compile(r"\s{2,}")


class ShownAsHtml:
    """A result that a notebook shows as HTML: what its repr says."""

    def _repr_html_(self) -> str:
        return as_html(repr(self).split("\n"))


def as_html(lines: Sequence[str]) -> str:
    """HTML of the lines of a repr; nothing in them is taken for a tag.

    Lines between two blank ones whose columns stand two or more spaces apart become a table, the first its header. A
    line with fewer columns than the header ends in one wide cell.
    """
    parts = []
    for blank, some in groupby(lines, key=lambda line: not line.strip()):
        block = list(some)
        if blank:
            continue
        header = _cells(block[0])
        is_table = len(block) > 1 and len(header) > 1 and not block[0].startswith("  next")
        parts.append(_table(header, block[1:]) if is_table else _text(block))
    return f'<div class="rlskit">{"".join(parts)}</div>'


def _cells(line: str) -> list[str]:
    """The cells of a line; one that begins with a gap has an empty first cell, unless it is merely indented."""
    cells = _COLUMNS.split(line.strip())
    return ["", *cells] if line.startswith("   ") else cells


def _table(header: list[str], rows: Sequence[str]) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = []
    for row in rows:
        first, *others = _COLUMNS.split(row.strip(), maxsplit=len(header) - 1)
        wide = len(header) - len(others)
        cells = [f"<td>{escape(cell)}</td>" for cell in others]
        if wide > 1 and cells:
            cells[-1] = f'<td colspan="{wide}">{escape(others[-1])}</td>'
        body.append(f'<tr><th scope="row">{escape(first)}</th>{"".join(cells)}</tr>')
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def _text(block: Sequence[str]) -> str:
    parts = []
    for indented, some in groupby(block, key=lambda line: line.startswith("  ")):
        if indented:
            parts.append("<ul>" + "".join(f"<li>{escape(line.strip())}</li>" for line in some) + "</ul>")
        else:
            parts += [f"<p>{escape(line)}</p>" for line in some]
    return "".join(parts)
