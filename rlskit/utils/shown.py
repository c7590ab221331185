"""What a result says, once: its parts, which a terminal shows as text and a notebook as HTML."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

COMMAND = re.compile(r"`(rlskit [^`]+)`")


@dataclass(frozen=True)
class Columns:
    """A table: rows of cells, the head first. A row with fewer cells ends in one wide cell. left : the columns set to
    the left; numbers stand to the right."""

    rows: Sequence[Sequence[str]]
    left: Collection[int] = (0,)

    def lines(self) -> list[str]:
        """Lines of text, two spaces between the columns."""
        count = len(self.rows[0])
        narrow = [row if len(row) == count else row[:-1] for row in self.rows]
        wide = [max(len(row[at]) for row in narrow if at < len(row)) for at in range(count)]

        def said(row: Sequence[str]) -> str:
            whole = len(row) == count
            return "  ".join(cell if not whole and at == len(row) - 1 else
                             cell.ljust(wide[at]) if at in self.left else cell.rjust(wide[at])
                             for at, cell in enumerate(row)).rstrip()

        return [said(row) for row in self.rows]

    def html(self) -> str:
        """A table; a cell that stands for several is as wide as they are."""
        head, *rows = self.rows
        top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
        return f"<table><thead><tr>{top}</tr></thead><tbody>{''.join(map(self._row, rows))}</tbody></table>"

    def _row(self, row: Sequence[str]) -> str:
        first, *others = row
        cells = [f"<td>{escape(cell)}</td>" for cell in others]
        wide = len(self.rows[0]) - len(others)
        if wide > 1 and others:
            cells[-1] = f'<td colspan="{wide}">{escape(others[-1])}</td>'
        alone = f' colspan="{wide}"' if wide > 1 and not others else ""
        return f'<tr><th scope="row"{alone}>{escape(first)}</th>{"".join(cells)}</tr>'


Part = str | Columns


class Shown:
    """A result that says itself: parts() are its lines and tables. A line that begins with two spaces is an item of a
    list, an empty one parts two paragraphs."""

    def __init_subclass__(cls) -> None:
        cls.__repr__ = Shown.__repr__  # type: ignore[method-assign]  # or a dataclass would make its own

    def parts(self) -> Iterable[Part]:
        raise NotImplementedError

    def __repr__(self) -> str:
        parts = (part.lines() if isinstance(part, Columns) else [part] for part in self.parts())
        return "\n".join(line for lines in parts for line in lines)

    def _repr_html_(self) -> str:
        return as_html(self.parts())


def as_html(parts: Iterable[Part]) -> str:
    """HTML in which nothing is taken for a tag."""
    return as_written("".join(_html(parts)))


def as_written(html: str) -> str:
    """HTML in which JupyterLab takes no dollar for the begin of a formula."""
    return f'<div class="rlskit mathjax_ignore">{html}</div>'


def marked(text: str) -> str:
    """A sentence as HTML: a command that stands between backticks is set as one."""
    return COMMAND.sub(r"<code>\1</code>", escape(text))


class Description(str):
    """Text of a result, told: headed parts (heading, paragraphs, lines of a list) are what a notebook shows of it."""

    __module__ = "rlskit"
    parts: tuple[tuple[str, Sequence[str], Sequence[str]], ...]

    def __new__(cls, text: str, parts: Sequence[tuple[str, Sequence[str], Sequence[str]]]) -> Description:
        told = super().__new__(cls, text)
        told.parts = tuple(parts)
        return told

    def __getnewargs__(self) -> tuple:
        return str(self), self.parts

    def _repr_html_(self) -> str:
        html = []
        for heading, paragraphs, lines in self.parts:
            level = "h4" if paragraphs else "h3"  # a row of the result, or what stands around them
            html += [f"<{level}>{escape(heading)}</{level}>", *(f"<p>{marked(one)}</p>" for one in paragraphs)]
            html += ["<ul>", *(f"<li>{marked(one)}</li>" for one in lines), "</ul>"] if lines else []
        return as_written("".join(html))


def _html(parts: Iterable[Part]) -> Iterable[str]:
    def kind(part: Part) -> str:
        return "table" if isinstance(part, Columns) else "ul" if part.startswith("  ") else "p"

    for name, some in groupby(parts, key=kind):
        if name == "table":
            yield from (one.html() for one in some if isinstance(one, Columns))
        elif name == "ul":
            yield "<ul>" + "".join(f"<li>{marked(str(line).strip())}</li>" for line in some) + "</ul>"
        else:
            yield from (f"<p>{marked(str(line))}</p>" for line in some if str(line).strip())
