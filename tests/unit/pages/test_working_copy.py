"""The working copy of the notebooks: unedited copies follow rlskit, edited ones are their owner's."""

from __future__ import annotations

import json

import nbformat
import pytest

from rlskit.pages.working_copy import Copies, copy_notebooks

NOTHING = Copies(renewed=(), kept=())


@pytest.fixture
def place(tmp_path):
    """(the shipped notebook 01, the folder of the copies) after the first `rlskit lab`."""
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    write(shipped / "01-load.ipynb", "path = rk.sample_path()")
    assert copy_notebooks(shipped, tmp_path / "work") == NOTHING
    return shipped / "01-load.ipynb", tmp_path / "work" / "01-load.ipynb"


def write(path, *code):
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in code]), path)


def change(path, source=None, outputs=()):
    book = nbformat.read(path, as_version=4)
    book.cells[0].source = source or book.cells[0].source
    book.cells[0].outputs = list(outputs)
    nbformat.write(book, path)


def sources(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def test_a_copy_that_nobody_edited_is_renewed_even_if_it_was_run(place):
    shipped, copy = place
    nbformat.validate(nbformat.read(copy, as_version=4))
    change(copy, outputs=[nbformat.v4.new_output("stream", text="of the sample")])
    before = copy.read_bytes()
    assert copy_notebooks(shipped.parent, copy.parent) == NOTHING and copy.read_bytes() == before
    write(shipped, "path = rk.sample_path()", "new()")
    assert copy_notebooks(shipped.parent, copy.parent) == Copies(renewed=("01-load.ipynb",), kept=())
    assert sources(copy) == sources(shipped)
    assert copy_notebooks(shipped.parent, copy.parent) == NOTHING


def test_an_edited_copy_is_kept_and_named_once_there_is_a_newer_one(place):
    shipped, copy = place
    change(copy, 'path = "my/bearable.csv"')
    before = copy.read_bytes()
    assert copy_notebooks(shipped.parent, copy.parent) == NOTHING
    write(shipped, "new()")
    assert copy_notebooks(shipped.parent, copy.parent) == Copies(renewed=(), kept=("01-load.ipynb",))
    assert copy.read_bytes() == before
    copy.unlink()  # what the message says brings the new one
    assert copy_notebooks(shipped.parent, copy.parent) == NOTHING and sources(copy) == ["new()"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', '{"cells": []}', '{"cells": [], "metadata": []}'])
def test_what_is_no_notebook_of_rlskit_is_kept(place, text):
    shipped, copy = place
    copy.write_text(text)
    assert copy_notebooks(shipped.parent, copy.parent).kept == ("01-load.ipynb",)
    assert copy.read_text() == text


def test_a_copy_made_before_copies_were_marked_is_kept_unless_it_says_the_same(place):
    shipped, copy = place
    copy.write_bytes(shipped.read_bytes())
    assert copy_notebooks(shipped.parent, copy.parent) == NOTHING
    write(shipped, "new()")
    assert copy_notebooks(shipped.parent, copy.parent).kept == ("01-load.ipynb",)
    assert "rlskit" not in json.loads(copy.read_text())["metadata"]
