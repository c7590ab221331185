"""Every command, every option that takes a path, every kind of path that cannot be used: one sentence, exit code 1, and
nothing is waited for."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner

import rlskit as rk
from rlskit.cli import cli
from rlskit.cli.paths import FACTS, OUT_FILE, OUT_FOLDER, PLAN, READ, READ_FILE, READ_FOLDER, SECRET, Place
from tests.helpers.unwrapped import unwrapped

DIARY = rk.sample_path() / "other-formats" / "template" / "template.csv"
SECONDS = 20  # far more than any of them takes, on a busy machine too
LONG = "x" * 255
APP = "Give the file that your app exported."
NO_LINK = {"a link to nothing": f"{{name}}: a link to nothing. {APP}", "a loop": f"{{name}}: a link to nothing. {APP}"}
NO_FILE = dict.fromkeys(("a pipe", "a device"), f"{{name}}: expected a file, found a pipe or a device. {APP}")
READING = NO_LINK | NO_FILE | {
    "nothing": "{path}: no such file or folder. The folder bad is empty.",
    "a name that is too long": "{path}: cannot be opened (File name too long). Check its name.",
    "bytes that are not UTF-8": "a?: expected a name in UTF-8, found other bytes. Rename it and try again.",
    "below a file": "{path}: no such file or folder. The folder bad holds file.",
    "no right": "{path}: you have no right to read it. Ask whoever it belongs to, or copy it from where you have."}
FOLDER_READ = {"a folder": "{path}: expected a file, found a folder. Name the file in it."}
OTHER = "Choose another name."
WRITING = dict.fromkeys(("a link to nothing", "a loop"), f"{{path}}: a link to nothing. {OTHER}") | {
    "a name that is too long": f"xxxxxxxxxxxxxxxxxxxx…: expected a name of at most 230 bytes, found 259. {OTHER}",
    "bytes that are not UTF-8": f"{{folder}}/a?: expected a name in UTF-8, found other bytes. {OTHER}",
    "below a file": f"{{folder}}/file: expected a folder to write {{name}} to, found a file. {OTHER}"}
NO_RIGHT = f"{{path}}: you have no right to write there. {OTHER}"
NOT = {"file": "expected a file to write", "folder": "expected a folder to write to"}
SAID: dict[Place, dict[str, str]] = {
    READ: READING,
    READ_FILE: READING | FOLDER_READ,
    READ_FOLDER: READING | {"a file": "{path}: expected a folder, found a file. Name the folder that it is in."},
    OUT_FILE: WRITING | dict.fromkeys(("a pipe", "a device"), f"{{path}}: {NOT['file']}, found a pipe or a device. "
                                      f"{OTHER}") | {"a folder": f"{{path}}: {NOT['file']}, found a folder. {OTHER}",
                                                  "no right": NO_RIGHT},
    OUT_FOLDER: WRITING | dict.fromkeys(("a pipe", "a device"), f"{{path}}: {NOT['folder']}, found a pipe or a device. "
                                        f"{OTHER}") | {"a file": f"{{path}}: {NOT['folder']}, found a file. {OTHER}",
                                                    "no right in it": NO_RIGHT},
}
SAID[PLAN] = {kind: said for kind, said in READING.items() if kind not in ("nothing", "below a file")}
SAID[FACTS] = SAID[PLAN] | FOLDER_READ
SAID[SECRET] = SAID[OUT_FILE] | {kind: SAID[READ_FILE][kind] for kind in (*NO_LINK, *NO_FILE, "a folder", "no right")}

# The words of a command, its path in question as `None`, which is there for the parameter of this name.
PATHS = [
    ("files", ["check", None]), ("files", ["convert", None, "--out", "o"]), ("files", ["report", None]),
    ("files", ["clinic", None]), ("files", ["plan", None, "--out", "o"]), ("files", ["analyse", "p", None]),
    ("plan", ["analyse", None, "d"]), ("folder", ["tonight", None]), ("folder", ["pool", None, "--out", "o"]),
    ("file", ["redact", None]), ("facts", ["clinic", "d", "--facts", None]),
    ("traits", ["anonymise", "d", "--key", "k", "--out", "o", "--people", None]),
    ("key", ["anonymise", "d", "--out", "o", "--key", None]), ("key", ["pool", "d", "--out", "o", "--key", None]),
    ("who_is_who", ["pool", "d", "--out", "o", "--who-is-who", None]),
    *(("out", [*words, "--out", None]) for words in (
        ["convert", "d"], ["report", "d"], ["clinic", "d"], ["plan", "--rate", "0.5"], ["analyse", "p", "d"],
        ["anonymise", "d", "--key", "k"], ["pool", "d"], ["redact", "d/x.csv"], ["template"], ["demo"], ["lab"])),
]  # fmt: skip


def put(kind: str, folder: Path, end: str) -> Path:
    """A path of a kind in a folder."""
    path = folder / f"x{end}"
    if kind in ("a file", "no right"):
        path.write_bytes(b"hello")
        path.chmod(0o000 if kind == "no right" else 0o644)
    elif kind in ("a folder", "no right in it"):
        path.mkdir(mode=0o000 if kind == "no right in it" else 0o755)
    elif kind == "a link to nothing":
        path.symlink_to("nowhere")
    elif kind == "a loop":
        path.symlink_to(path.name)
    elif kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a device":
        path.symlink_to("/dev/zero")
    elif kind == "below a file":
        (folder / "file").write_bytes(b"hello")
        path = folder / "file" / path.name
    elif kind == "a name that is too long":
        path = folder / f"{LONG}{end}"
    elif kind == "bytes that are not UTF-8":
        path = folder / os.fsdecode(b"a\xff")
    return path


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder with a diary in d; a user who has no right to a file whose mode says so, root too."""
    (tmp_path / "d").mkdir()
    (tmp_path / "bad").mkdir()
    (tmp_path / "p").mkdir()
    shutil.copy(DIARY, tmp_path / "d" / "x.csv")
    monkeypatch.chdir(tmp_path)
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: real(path, mode) and os.stat(path).st_mode & 0o777 != 0)
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    def late(*_):
        raise TimeoutError(f"waited for: {words}")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        done = CliRunner().invoke(cli, words)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done.exit_code, unwrapped(done.output).strip()


def place_of(param: str, words: list) -> tuple[Place, str]:
    """How a parameter reads its path, and how it is named before what is wrong with it."""
    found = next(p for p in cli.commands[words[0]].params if p.name == param)
    assert isinstance(found.type, Place)
    return found.type, f"{found.opts[0]}: " if found.opts[0].startswith("-") else ""


CASES = [pytest.param(param, words, kind, id=f"{words[0]} {param}, {kind}")
         for param, words in PATHS for kind in SAID[place_of(param, words)[0]]]


@pytest.mark.parametrize(("param", "words", "kind"), CASES)
def test_a_path_that_cannot_be_used_is_one_sentence(here, param, words, kind):
    place, option = place_of(param, words)
    path = put(kind, here / "bad", ".csv")
    said = SAID[place][kind].format(path=path, name=path.name, folder=here / "bad")
    before = sorted(here.rglob("*"))
    assert run(*(str(path) if word is None else word for word in words)) == (1, f"rlskit: {option}{said}")
    assert sorted(here.rglob("*")) == before


def test_every_path_of_every_command_is_in_the_table():
    """`anonymise` names a file by its place: its name may be a person's."""
    asked = {(words[0], param) for param, words in PATHS} | {("anonymise", "files")}
    given = {(name, param.name) for name, command in cli.commands.items() for param in command.params
             if "path" in param.type.name}
    assert given == asked


@pytest.mark.parametrize(("kind", "said"), [
    ("nothing", "no such file"), ("a link to nothing", "a link to nothing"), ("a loop", "a link to nothing"),
    ("a pipe", "a pipe or a device"), ("a device", "a pipe or a device"), ("below a file", "no such file"),
    ("a name that is too long", "could not be opened"), ("bytes that are not UTF-8", "a name that is not UTF-8"),
    ("no right", "could not be opened"), ("a folder", "not a diary that rlskit knows"),
])  # fmt: skip
def test_anonymise_names_no_file(here, kind, said):
    path = put(kind, here / "bad", ".csv")
    assert run("anonymise", str(path), "d", "--key", "k", "--out", "o") == (
        1, f"rlskit: file 1 of 2: {said}. `rlskit check` on that file says more. Correct it or leave it out.")
    assert not Path("o").exists() and not Path("k").exists()


NO_FILE_THERE = [("a folder", "a folder"), ("a link to nothing", "a link to nothing"), ("a loop", "a link to nothing"),
                 ("a pipe", "a pipe or a device"), ("a device", "a pipe or a device"),
                 ("no right", "one that you have no right to read")]


@pytest.mark.parametrize(("kind", "found"), NO_FILE_THERE)
@pytest.mark.parametrize(("file", "words"), [
    ("d/rlskit.toml", ["check", "d"]), ("d/rlskit.toml", ["report", "d/x.csv"]), ("d/rlskit.toml", ["clinic", "d"]),
    ("d/rlskit.toml", ["convert", "d", "--out", "o"]), ("d/rlskit.toml", ["pool", "d", "--out", "o"]),
    ("d/rlskit.toml", ["plan", "d", "--out", "o"]), ("p/plan.json", ["tonight", "p"]),
    ("p/plan.json", ["analyse", "p", "d"]), ("o.key", ["pool", "d", "--out", "o"]),
])  # fmt: skip
def test_a_file_of_rlskit_that_is_none_is_named_and_not_passed_over(here, kind, found, file, words):
    path = put(kind, here / "bad", "")
    (here / file).symlink_to(path) if kind == "a loop" else path.rename(here / file)
    code, said = run(*words)
    assert (code, said.endswith(f"{file}: expected a file, found {found}. Move it away, or put the right file there.")
            ) == (1, True), said
