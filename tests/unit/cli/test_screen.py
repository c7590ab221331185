"""What reaches a screen: at most 80 columns, nothing that steers a terminal, letters that the stream can hold."""

from __future__ import annotations

import io
import re
import shlex
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from rlskit.cli import screen
from rlskit.cli.screen import Screen
from rlskit.utils.words import TURNS


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def shown(*parts, encoding="utf-8", **how) -> list[str]:
    """The lines of one paragraph on a stream of that encoding."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="")
    Screen(stream).say(*parts, **how)
    stream.flush()
    return raw.getvalue().decode(encoding).split("\n")[:-1]


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    return Terminal()


def test_a_paragraph_is_wrapped_and_its_further_lines_stand_further_in():
    assert shown(("bearable.csv", "bold"), ": " + "word " * 20, indent=2) == [
        "  bearable.csv: word word word word word word word word word word word word word",
        "    word word word word word word word"]
    assert shown() == [""]


def test_a_path_and_a_command_are_never_broken():
    path, command = "/home/somebody/" + "folder/" * 12 + "diary.csv", "`rlskit check my-export.csv --write-mapping`"
    assert shown(f"The report is {path}", indent=2) == ["  The report is", f"    {path}"]
    assert shown("Columns of a table wait for a name, which drafts them: " + command + ".") == [
        "Columns of a table wait for a name, which drafts them:", f"  {command}."]


@given(st.text(max_size=300), st.integers(0, 6), st.integers(0, 6), st.sampled_from(["utf-8", "cp1252", "ascii"]))
@settings(max_examples=80, deadline=None)
def test_no_line_is_wider_than_80_columns_and_nothing_is_lost(text, indent, hang, encoding):
    text = re.sub(r"[`/\\]", "", text)
    lines = shown(text, indent=indent, hang=hang, encoding=encoding)
    assert max(map(cell_len, lines)) <= 80
    letters = screen._within(screen.visible(text), encoding)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", letters)


@given(st.text(max_size=60).map(lambda text: f"\x1b]0;pwn\x07\u202e{text}\u2066\ud800\x9b31m"))
@settings(max_examples=50, deadline=None)
def test_what_steers_a_terminal_is_shown_as_a_mark(text):
    (line, *more) = shown(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") or c in TURNS for c in line + "".join(more))
    assert line.startswith("�]0;pwn��")


def test_a_tag_on_two_lines_makes_no_line_of_its_own():
    assert shown('"wine\nReady: all is well\r\n"') == ['"wine Ready: all is well  "']


@pytest.mark.parametrize(("encoding", "expected"), [
    ("utf-8", '"ménage" → 5 … 脚'), ("cp1252", '"ménage" -> 5 … ?'), ("ascii", '"m?nage" -> 5 ... ?')])
def test_letters_that_a_stream_cannot_hold_are_replaced(encoding, expected):
    assert shown('"ménage" → 5 … 脚', encoding=encoding) == [expected]


def test_pages_of_click_break_no_stream_either(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii"))
    screen.never_break()
    print("−5 → “less”", flush=True)
    assert raw.getvalue() == b'-5 -> "less"\n'


def test_colour_is_for_terminals_only(terminal, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in shown(("Ready", "bold green"))[0]
    Screen(terminal).verdict(True, "Ready")
    assert terminal.getvalue() == "\n\x1b[1;32mReady\x1b[0m\n"


def test_no_color_is_obeyed(terminal, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    Screen(terminal).verdict(True, "Ready")
    assert "32" not in terminal.getvalue()


@pytest.mark.parametrize(("columns", "widest"), [("120", 80), ("50", 50)])
def test_a_terminal_is_filled_up_to_80_columns(terminal, monkeypatch, columns, widest):
    monkeypatch.setenv("COLUMNS", columns)
    Screen(terminal).say("word " * 60)
    assert widest - 5 < max(map(len, terminal.getvalue().splitlines())) <= widest


@given(st.lists(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=40), max_size=9))
@settings(max_examples=50, deadline=None)
def test_a_command_can_be_copied_whatever_stands_in_it(words):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="utf-8")
    Screen(stream).command(["rlskit", *words])
    stream.flush()
    assert shlex.split(raw.getvalue().decode().replace("\\\n", "")) == ["rlskit", *words]
