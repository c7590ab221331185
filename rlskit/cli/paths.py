"""Paths of the command line: what cannot be read, or written to, is said before anything is worked out, and nothing is
waited for.

Each type is a click.Path, so that shells complete it. What is wrong is one sentence with the option before it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from rlskit.cli.common import clear_errors, named
from rlskit.errors import DiaryError
from rlskit.utils.files import NOTHING_THERE, check_place


class Place(click.Path):
    """A path that passes a test, which raises a DiaryError where it does not."""

    def __init__(self, test: Callable[[Path], None]):
        super().__init__(path_type=Path, readable=False)
        self.test = test

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(os.fsdecode(value))
        option = named(param.opts[0]) if isinstance(param, click.Option) else contextlib.nullcontext()
        with clear_errors(), option:
            self.test(path)
        return path


def _read(path: Path) -> None:
    from rlskit.diary.readers.read import check_is_there

    check_is_there(path)


def _read_file(path: Path) -> None:
    _read(path)
    if path.is_dir():
        raise DiaryError(f"{path}: expected a file, found a folder. Name the file in it.")


def _read_folder(path: Path) -> None:
    _read(path)
    if not path.is_dir():
        raise DiaryError(f"{path}: expected a folder, found a file. Name the folder that it is in.")


def _there(path: Path) -> None:
    """Where there is nothing, what reads it says how to make one."""
    try:
        _read(path)
    except DiaryError as wrong:
        if wrong.kind != NOTHING_THERE:
            raise


def _facts(path: Path) -> None:
    _there(path)
    if path.is_dir():
        _read_file(path)


def _secret(path: Path) -> None:
    """A file that is made where there is none."""
    (_read_file if os.path.lexists(path) else check_place)(path)


READ, READ_FILE, READ_FOLDER = Place(_read), Place(_read_file), Place(_read_folder)
OUT_FILE, OUT_FOLDER = Place(check_place), Place(lambda path: check_place(path, folder=True))
SECRET, PLAN, FACTS = Place(_secret), Place(_there), Place(_facts)
UNNAMED = Place(lambda path: None)  # tested where it is read: what is wrong with it is said without its name
FILES = click.argument("files", nargs=-1, required=True, type=READ)
