"""`rlskit` alone, and the help of each command: short lines, and examples that run."""

from __future__ import annotations

import datetime as dt
import shlex
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

import rlskit as rk
from rlskit.cli import begin, cli
from rlskit.pages import make_report, notebooks
from tests.helpers.places import SAMPLE

COMMANDS = sorted(cli.commands)


def ask(*words):
    return CliRunner().invoke(cli, list(words))


def examples(*words) -> list[str]:
    """The lines of a help page that begin with the command's own name, without what is said of them."""
    lines = [line.strip() for line in ask(*words, "--help").output.splitlines() if line.startswith("    rlskit ")]
    return [line.partition("   ")[0] for line in lines]


def diary(first: dt.date, n: int) -> str:
    rows = [f"{first + dt.timedelta(days=i)},{'no' if i % 3 else 'yes'},{i % 2}" for i in range(n)]
    return "night,symptoms,alcohol_drinks\n" + "\n".join(rows) + "\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder with the files that the examples name."""
    monkeypatch.chdir(tmp_path)
    for name in ("my-export.csv", "my/exports/diary.csv", "diaries/ann.csv", "diaries/bob.csv"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(diary(dt.date(2026, 1, 1), 16), encoding="utf-8")
    sleep = (SAMPLE / "sleep-as-android.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    Path("sleep-export.csv").write_text("".join(sleep[:20]), encoding="utf-8")
    return tmp_path


def test_alone_it_says_the_three_things_to_do():
    page = ask()
    assert (page.exit_code, page.output) == (0, """\
rlskit reads a restless-legs diary and says what it shows. Nothing leaves this
computer.

1. Is my diary understood?
  rlskit check my-export.csv

2. What does it say?
  rlskit report my-export.csv

3. Settle it by a fair test
  rlskit plan my-export.csv --out my/trial

No diary yet? `rlskit template --out diary.pdf` makes one to fill by pen, and
`rlskit demo` shows it all on a made-up diary. Everything else: `rlskit --help`.
""")


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS)], ids=" ".join)
def test_help_keeps_to_80_columns_and_cuts_no_sentence(words):
    lines = ask(*words, "--help").output.splitlines()
    assert max(map(len, lines)) <= 80 and not any(line.endswith("...") for line in lines[1:])
    assert examples(*words)


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_run(home, monkeypatch, name):
    """Each as it stands, in one folder, but for notebooks and JupyterLab, which have tests of their own; of reports
    the first one is drawn."""
    started = []
    monkeypatch.setattr(subprocess, "call", lambda command, env: started.append(command) or 0)
    monkeypatch.setattr(rk, "sample_path", lambda: Path("my-export.csv"))  # tests/whole runs the demo as it is
    monkeypatch.setattr(notebooks, "run_notebooks", lambda *files, **how: [])
    monkeypatch.setattr(begin, "_is_root", lambda: False)
    if name in ("analyse", "tonight"):
        ask("plan", "--rate", "0.5", "--nights", "40", "--out", "my/trial")
        Path("my-export.csv").write_text(diary(dt.date.today(), 60), encoding="utf-8")
    for number, line in enumerate(examples(name)):
        words = shlex.split(line)[1:]
        files = [str(f) for w in words for f in (sorted(Path().glob(w)) if "*" in w else [w])]
        if number:
            monkeypatch.setattr(make_report, "make_report", lambda *files, **how: (Path("page"), ""))
        done = ask(*files)
        assert done.exit_code == 0, (line, done.output)
    assert bool(started) == (name == "lab")
