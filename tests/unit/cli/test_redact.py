"""`rlskit redact`: what it writes, what it says, what it refuses."""

from __future__ import annotations

import os
from pathlib import Path

from click.testing import CliRunner

from rlskit.cli import cli


def ask(*words):
    done = CliRunner().invoke(cli, ["redact", *words])
    return done.exit_code, done.output


def test_it_writes_a_file_without_the_name_of_the_one_it_reads(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("anna.csv").write_text("When,Legs score\n2026-03-04,Ben kicked\n", encoding="utf-8")
    assert ask("anna.csv", "--keep", "Legs score") == (0, """\
The new file is taken for: a table of your own.
1 name that rlskit does not know was replaced too. Those that the app made, not
  you, help most: keep each with `--keep "NAME"`.
Open it and look at it before you send it.
Wrote redacted.csv
""")
    assert Path("redacted.csv").read_text(encoding="utf-8") == "xxx,Legs score\n2026-01-01,xxx xxx\n"


def test_the_file_itself_is_never_written_over(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("redacted.csv").write_text("date,note\n", encoding="utf-8")
    assert ask("redacted.csv") == (1, """\
rlskit: redacted.csv: this is the file itself, which would be lost. Name another
  one with --out.
""")
    assert Path("redacted.csv").read_text(encoding="utf-8") == "date,note\n"


def test_no_file_no_traceback(tmp_path):
    assert ask(str(tmp_path / "no.csv"))[0] == 1


def test_a_pipe_is_refused_and_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.csv")
    assert ask("pipe.csv") == (1, """\
rlskit: pipe.csv: expected a file, found a pipe or a device. Give the file that
  your app exported.
""")
