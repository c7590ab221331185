"""Folders written whole or not at all: killed at any replacement, refused by the system, run again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rlskit.errors import DiaryError
from rlskit.utils.files import whole_file, whole_folder, write_new, write_whole

NAMES = ("a.csv", "b.csv")

# Ends with a kill just before, or just after, the n-th time that the system is asked to move something.
KILLED = """
import os, signal, sys
from pathlib import Path
from rlskit.utils import files
at, after, in_one = int(sys.argv[2]), sys.argv[3] == "after", sys.argv[4] == "in one"
if not in_one:
    files._SWAP.clear()
seen = 0
def counted(function):
    def moved(*given):
        global seen
        seen += 1
        if seen == at and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        function(*given)
        if seen == at and after:
            os.kill(os.getpid(), signal.SIGKILL)
    return moved
Path.rename, files._exchange = counted(Path.rename), counted(files._exchange) if in_one else files._exchange
with files.whole_folder(Path(sys.argv[1]), names=("a.csv", "b.csv")) as draft:
    for name in ("a.csv", "b.csv"):
        (draft / name).write_text("new")
"""


def written(folder: Path, text: str) -> None:
    with whole_folder(folder, names=NAMES) as draft:
        for name in NAMES:
            (draft / name).write_text(text)


def stands(folder: Path) -> set[str]:
    """What the files of a result say; both are there."""
    assert sorted(p.name for p in folder.iterdir()) == sorted(NAMES)
    return {p.read_text() for p in folder.iterdir()}


def test_a_folder_is_new_or_old_as_a_whole(tmp_path):
    out = tmp_path / "x" / "out"
    written(out, "old")
    with pytest.raises(ZeroDivisionError), whole_folder(out, names=NAMES) as draft:
        (draft / "a.csv").write_text("half")
        raise ZeroDivisionError
    assert stands(out) == {"old"}
    written(out, "new")
    assert stands(out) == {"new"} and [p.name for p in out.parent.iterdir()] == ["out"]


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
@pytest.mark.parametrize(("how", "moves"), [("in one", 1), ("in steps", 3)])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_at_any_replacement_leaves_one_result_and_the_next_run_completes(tmp_path, how, moves, when):
    out = tmp_path / "out"
    for at in range(1, moves + 1):
        written(out, "old")
        done = subprocess.run([sys.executable, "-c", KILLED, out, str(at), when, how], check=False)
        assert done.returncode == -9
        if out.exists() or how == "in one":
            assert len(stands(out)) == 1
        written(out, "newer")
        assert stands(out) == {"newer"} and [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_file_of_somebody_else_is_not_replaced(tmp_path, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    (out / "letter.txt").write_text("mine")
    with pytest.raises(DiaryError) as wrong:
        written(out, "new")
    assert str(wrong.value) == (f"{out}: expected an empty folder, or one that this command wrote; found letter.txt. "
                                "Name another folder with --out.")
    (out / "letter.txt").unlink()
    monkeypatch.chdir(out)
    with pytest.raises(DiaryError, match="this is the folder you are in, which would be replaced"):
        written(Path("."), "new")


@pytest.mark.skipif(os.name != "posix", reason="asks for processes as POSIX does")
def test_drafts_of_killed_runs_go_and_those_of_others_stay(tmp_path):
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], check=True, capture_output=True)
    dead, alive = int(gone.stdout), os.getppid()
    for owner in (dead, alive):
        (tmp_path / f".out.{owner}.part").mkdir()
        (tmp_path / f".x.csv.{owner}.part").write_text("half")
    written(tmp_path / "out", "new")
    write_whole(tmp_path / "x.csv", "new")
    assert sorted(p.name for p in tmp_path.iterdir()) == [f".out.{alive}.part", f".x.csv.{alive}.part", "out", "x.csv"]


def test_a_new_file_is_whole_its_owners_alone_and_takes_nobodys_place(tmp_path, monkeypatch):
    def no_links(*given):
        raise PermissionError(1, "Operation not permitted")

    for name, link in (("linked", os.link), ("moved", no_links)):
        monkeypatch.setattr(os, "link", link)
        write_new(tmp_path / "keys" / name, "secret")
        with pytest.raises(FileExistsError):
            write_new(tmp_path / "keys" / name, "another")
        assert (tmp_path / "keys" / name).read_text() == "secret"
        assert os.name != "posix" or (tmp_path / "keys" / name).stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in (tmp_path / "keys").iterdir()) == ["linked", "moved"]


def test_what_the_system_refuses_is_said_of_the_name_that_was_given(tmp_path):
    def refused(path: Path) -> None:
        with whole_file(path) as draft:
            raise PermissionError(13, "Permission denied", str(draft))

    with pytest.raises(PermissionError) as wrong:
        refused(tmp_path / "x.csv")
    assert wrong.value.filename == str(tmp_path / "x.csv")
