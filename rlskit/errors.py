"""The two errors a user can meet. Each message says where, what was found, what was expected and what to do."""

from __future__ import annotations

import textwrap

WIDTH = 88  # letters in a line of a notebook


class RlskitError(Exception):
    """Base of both errors: the command line prints its message and ends with exit code 1, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback: the message, wrapped."""
        return textwrap.wrap(str(self), WIDTH, break_long_words=False, break_on_hyphens=False) or [type(self).__name__]


class DiaryError(RlskitError):
    """A diary file that cannot be read without guessing.

    kind : the trouble in a few fixed words. The message may hold the name of a file, a tag or a cell; `kind` never
    does, so that exclusions can be counted by it and shared.
    """

    __module__ = "rlskit"

    def __init__(self, message: str, *, kind: str = "could not be understood"):
        super().__init__(message)
        self.kind = kind


class ModelError(RlskitError):
    """A model that cannot be fitted or asked for an answer."""

    __module__ = "rlskit"


class ArgumentError(ModelError):
    """What is wrong with one argument of a function; a command says its own option instead of `argument`."""

    __module__ = "rlskit"

    def __init__(self, where: str, argument: str, text: str):
        super().__init__(f"{where}, {argument}: {text}")
        self.argument, self.text = argument, text
