"""What is said while one waits: on a terminal, in a notebook, to a listener; and nothing anywhere else."""

from __future__ import annotations

import contextlib
import io
import os
import pty
import time

import pytest
from IPython.core.interactiveshell import InteractiveShell

from rlskit.utils import progress
from rlskit.utils.progress import Work, as_bar, doing, is_attended


@pytest.fixture
def told():
    """(what, done, total) of each change, and a `show` that keeps them."""
    class Told(list):
        def show(self, work):
            self.append((work.what, work.done, work.total))

    return Told()


@contextlib.contextmanager
def terminal():
    """Standard error is a terminal of the system; what is written to it comes, in the end, into the list."""
    here, there = pty.openpty()
    os.set_blocking(here, False)
    said = []
    with open(there, "w", encoding="utf-8") as stream, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERM", "xterm")
        patch.setattr(progress, "PATIENCE", 0.05)
        patch.setattr("sys.stderr", stream)
        yield said
        stream.flush()
        with contextlib.suppress(BlockingIOError):  # nothing more is there
            while True:
                said.append(os.read(here, 10_000).decode())
    os.close(here)


def test_on_a_terminal_it_is_said_with_a_count_and_goes_again():
    with terminal() as said, doing("Reading \x1b[31mthe diary") as work:
        for _ in work.each(range(3), 7):
            time.sleep(0.1)
    text = "".join(said)
    assert "Reading �[31mthe diary …" in text and "/7" in text
    assert text.endswith("\x1b[2K")  # the line goes again


def test_what_is_quick_silent_or_redirected_says_nothing(monkeypatch):
    with terminal() as said:
        with doing("Reading the diary"):
            pass
        with doing("Reading the diary", silent=True):
            time.sleep(0.1)
    assert said == []
    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    monkeypatch.setattr("sys.stderr", stream := io.StringIO())
    with doing("Reading the diary"):
        time.sleep(0.1)
    assert stream.getvalue() == ""


def test_work_within_work_fills_in_its_count(told):
    with doing("Making the report", show=told.show) as work:
        work.say("Answering")
        with doing("Asking") as inner:
            for _ in inner.each("ab", 2):
                with doing("Fitting") as innermost:  # the count is taken
                    list(innermost.each("xyz", 3))
        work.say("Drawing")
    assert told == [("Making the report", 0, 0), ("Answering", 0, 0), ("Answering", 0, 2), ("Answering", 1, 2),
                    ("Answering", 0, 0), ("Drawing", 0, 0)]


def test_an_error_ends_the_work(told):
    with pytest.raises(ZeroDivisionError), doing("First", show=told.show) as work:
        for _ in work.each("ab", 2):
            raise ZeroDivisionError
    with doing("Second", show=told.show):
        pass
    assert told[-1] == ("Second", 0, 0)


def test_a_bar_of_html_holds_no_tag_of_its_own():
    work = Work("Reading <b>", None)
    assert as_bar(work).count("<b>") == 0 and "value=" not in as_bar(work)
    work.count(3, 7)
    assert "value='3' max='7'" in as_bar(work) and "Reading &lt;b&gt;: 3 of 7 …" in as_bar(work)


def test_no_notebook_is_attended_here():
    assert not InteractiveShell.initialized() and not is_attended()
