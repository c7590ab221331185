"""What the commands print: at most 80 columns, colour where there is a terminal, letters that it can show.

No line of a diary reaches the screen but through here: what steers a terminal is shown as a mark (words.visible).
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rlskit.utils.progress import doing
from rlskit.utils.words import LINE, MARK, visible

FITS = "rlskit-fits"  # an error handler of codecs
INSTEAD = {"→": "->", "…": "...", "–": "-", "—": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "×": "x",
           "·": "*", "≤": "<=", "≥": ">=", MARK: "?", "\u2068": "", "\u2069": ""}
# A command in a sentence is never broken, nor is a path: both are there to be copied.
_WORD = re.compile(r"\s*(?:`[^`]{,70}`\S*|\S+)")

Part = str | tuple[str, str]  # text, or text and its style


def _ascii(wrong: UnicodeError) -> tuple[str, int]:
    """What stands for letters that a stream cannot hold: something near, else a question mark."""
    assert isinstance(wrong, UnicodeEncodeError)
    return "".join(INSTEAD.get(c, "?") for c in wrong.object[wrong.start:wrong.end]), wrong.end


codecs.register_error(FITS, _ascii)


def never_break() -> None:
    """Streams show what they can of any text, that of click's pages too, whatever their encoding."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=FITS)


class Screen:
    """One stream, standard output unless another is given."""

    def __init__(self, stream: TextIO | None = None):
        stream = stream or sys.stdout
        self.is_terminal = stream.isatty()
        self.encoding = stream.encoding or "utf-8"
        self.console = Console(file=stream, force_terminal=self.is_terminal, highlight=False, markup=False, emoji=False)
        self.width = min(LINE, self.console.width) if self.is_terminal else LINE
        self.begun = False

    def holds(self, text: str) -> bool:
        """Whether the stream can show all of these letters."""
        return text == _within(text, self.encoding)

    def say(self, *parts: Part, indent: int = 0, hang: int = 2, whole: bool = False) -> None:
        """One paragraph, wrapped unless `whole`; its further lines stand `hang` columns further in. Without parts an
        empty line."""
        self.begun = True
        text = Text()
        for part in parts:
            words, style = (part, "") if isinstance(part, str) else part
            text.append(_within(visible(words), self.encoding), style)
        lines = [text] if whole else text.divide(_breaks(text.plain, self.width - indent, hang))
        for number, line in enumerate(lines):
            line.rstrip()
            space = " " * (indent + (hang if number else 0)) if line else ""
            self.console.print(Text(space).append_text(line), soft_wrap=True)

    def lines(self, text: str) -> None:
        """A text of several lines, each wrapped below its own beginning."""
        for line in text.split("\n"):
            self.say(line.lstrip(), indent=len(line) - len(line.lstrip()))

    def heading(self, text: str) -> None:
        """The first line of a part of the page, after an empty one."""
        if self.begun:
            self.say()
        self.say((text, "bold"))

    def command(self, words: Sequence[str]) -> None:
        """A command to copy, its words quoted for the shell of this computer; there a backslash ends a broken line."""
        if os.name == "nt":
            self.say((subprocess.list2cmdline(words), "bold"), indent=2, whole=True)
            return
        lines = [""]
        for word in map(shlex.quote, words):
            if lines[-1] and cell_len(f"{lines[-1]} {word}") > self.width - 6:
                lines.append("")
            lines[-1] += f" {word}" if lines[-1] else word
        for number, line in enumerate(lines):
            more = " \\" if number < len(lines) - 1 else ""
            self.say((line + more, "bold"), indent=4 if number else 2, whole=True)

    def verdict(self, good: bool, text: str) -> None:
        """What it all comes to, last on the page."""
        self.say()
        self.say((text, "bold green" if good else "bold magenta"), hang=0)

    def written(self, sentence: str, *paths: object) -> None:
        """Where a result is, last on the page."""
        listed = [part for path in paths for part in (", ", (str(path), "bold"))][1:]
        self.say(f"{sentence} ", *listed)


def _within(text: str, encoding: str) -> str:
    return text.encode(encoding, FITS).decode(encoding)


def _breaks(text: str, width: int, hang: int) -> list[int]:
    """Where lines of at most `width` columns begin, further lines being shorter by `hang`. A word that is longer than a
    line is cut, as in languages without spaces, unless it is a path."""
    found: list[int] = []
    used = 0
    for word in _WORD.finditer(text):
        bare = word.group().lstrip()
        begin, gap = word.end() - len(bare), len(word.group()) - len(bare)
        if used and used + gap + cell_len(bare) > width:
            found, used, gap = [*found, begin], hang, 0
        used += gap
        if used + cell_len(bare) > width and not re.search(r"[/\\]", bare):
            for at, letter in enumerate(bare, begin):
                if used + cell_len(letter) > width:
                    found, used = [*found, at], hang
                used += cell_len(letter)
        else:
            used += cell_len(bare)
    return found


@contextlib.contextmanager
def working() -> Iterator[Callable[[str], None]]:
    """A function that says what is being done, in one line that goes again. Nothing else may be printed in the
    block."""
    with doing() as work:
        yield work.say
