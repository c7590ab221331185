"""For the reference pages: `name : what it is` of our docstrings, as numpydoc's two lines."""

from __future__ import annotations

import re

import griffe

ENTRY = re.compile(r"^(\w[^\n:]*?) : (?=\S)", re.MULTILINE)
ALONE = re.compile(r"(?<!\n)\n(Example: ``)")


def two_lines(text: str) -> str:
    """The type stands in the signature, so that only the description is left to tell."""
    return ALONE.sub(r"\n\n\1", ENTRY.sub(r"\1\n    ", text))


class DocstringLines(griffe.Extension):
    """Rewrites every docstring before it is parsed."""

    def on_instance(self, *, obj: griffe.Object, **_: object) -> None:
        if obj.docstring:
            obj.docstring.value = two_lines(obj.docstring.value)
