"""Kills, full and read-only disks: is every result old or new as a whole, and does the same command, run again,
complete it?

Run: python benchmarks/faults.py [--only convert …] [--again]
     python benchmarks/faults.py --quick convert plan         (killed before some steps; no file above 3 kB)

Six commands over the results of an earlier run on other diaries. Killed (SIGKILL) at random moments, and before each
step on the disk: whatever opens a file to write, moves, makes or removes one. Faults of the system are put in where
only the process sees them (Linux's mount namespaces, as root or where a user may make them). After each the result must
be the old one or the new one, no file of it half, and the same command must complete it and leave no draft. A pool is
brought up to date person by person, so each of its files is judged by itself.
Coins, keys and the clock are those of a seed, so that a complete run always writes the same bytes. Rows of faults.csv
that are there are not run again. Writes faults.md.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import datetime as dt
import importlib
import os
import pkgutil
import random
import resource
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import rlskit
from rlskit.cli import cli
from rlskit.utils import files

HERE = Path(__file__).resolve().parent
OUT = HERE / "faults.csv"
SEED, KILLS, FEW = 20261130, 50, 3
FIELDS = ["command", "fault", "tries", "old", "between", "new", "wrong", "completed"]
STATES = ("old", "between", "new")
NOW = dt.datetime(2026, 11, 30, 20, 0)
LONG_AGO = dt.datetime(1975, 1, 1, 9, 0)
FILE_BYTES, DISK_BYTES, ROOM = 3000, 8 << 20, (0, 4, 16, 64, 256)  # limits of a file, a disk; kB left on a full one


@dataclass(frozen=True)
class Command:
    """A command, its words for the diaries of a folder, and where its results are.

    by_file : its files are renewed one by one, and are judged so. more : words where /dev/shm is asked of.
    """

    words: Callable[[str], list[str]]
    results: tuple[str, ...]
    by_file: bool = False
    once: bool = False
    more: tuple[str, ...] = ()


COMMANDS = {
    "report": Command(words=lambda of: ["report", f"{of}-alone/ann.csv", "--out", "page"],
                      results=("page", "late-alone/rlskit-looks.json"), by_file=True),
    "clinic": Command(words=lambda of: ["clinic", f"{of}-alone/ann.csv", "--out", "clinic.pdf"],
                      results=("clinic.pdf",)),
    "convert": Command(words=lambda of: ["convert", f"{of}/ann.csv", "--out", "tables"], results=("tables",)),
    "pool": Command(words=lambda of: ["pool", of, "--out", "pooled", "--who-is-who", "who.csv"],
                    results=("pooled", "who.csv", "pooled.key"), by_file=True, more=("--jobs", "2")),
    "anonymise": Command(words=lambda of: ["anonymise", *(f"{of}/{name}.csv" for name in ("ann", "ben", "cleo")),
                                           "--key", f"keys/{of}.key", "--out", "shared"],
                         results=("shared", "keys"), by_file=False),
    "plan": Command(words=lambda of: ["plan", f"{of}/ann.csv", "--out", f"trial-{of}", "--nights", "40"],
                    results=("trial-early", "trial-late"), once=True),
}


# --- a home with diaries and results ---------------------------------------------------------------------------------
def diary(path: Path, first: str, nights: int, every: int) -> None:
    days = pd.date_range(first, periods=nights)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("night,symptoms,stretched,alcohol_drinks\n" + "".join(
        f"{day:%Y-%m-%d},{'yes' if i % every else 'no'},{'yes' if i * i % 3 else 'no'},{i % 3}\n"
        for i, day in enumerate(days)))


def diaries(home: Path) -> None:
    """Those of the earlier run, and those of a month later: one person is new, one as before. Alone: a diary without a
    question, whose pages are quick to make."""
    for of, nights in (("early", 50), ("late", 80)):
        diary(home / of / "ann.csv", "2026-03-01", nights, 3)
        diary(home / of / "ben.csv", "2026-02-01", nights, 2)
        diary(home / of / "cleo.csv", "2026-02-01", 60, 4)
        days = pd.date_range("2026-03-01", periods=nights // 3)
        (home / f"{of}-alone").mkdir()
        (home / f"{of}-alone" / "ann.csv").write_text("night,symptoms,severity_0_10\n" + "".join(
            f"{day:%Y-%m-%d},{'yes' if i % 3 else 'no'},\n" for i, day in enumerate(days)))
    diary(home / "late" / "dora.csv", "2026-04-01", 60, 2)


# --- one run ---------------------------------------------------------------------------------------------------------
def run(home: Path, words: list[str], *, before: Callable[[], None] = lambda: None, after: float | None = None,
        ) -> tuple[int, str]:
    """(exit code, output) of a command in a process of its own, which `before` may harm; killed `after` seconds."""
    with tempfile.TemporaryFile() as said:
        process = os.fork()
        if not process:
            _command(home, words, before, said.fileno())
        if after is not None:
            time.sleep(after)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        said.seek(0)
        return code, said.read().decode(errors="replace")


def _command(home: Path, words: list[str], before: Callable[[], None], said: int | None) -> None:
    """The process of a command; it does not return."""
    code = 70
    try:
        os.chdir(home)
        if said is not None:
            os.setsid()
            for stream in (1, 2):
                os.dup2(said, stream)
        set_clock(NOW)
        coin = random.Random(SEED)
        secrets.randbits, secrets.token_hex = coin.getrandbits, lambda n: coin.randbytes(n).hex()
        before()
        sys.argv = ["rlskit", *words]
        cli(prog_name="rlskit")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as wrong:
        print(f"Traceback: {type(wrong).__name__}: {wrong}", file=sys.stderr)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def set_clock(now: dt.datetime) -> None:
    """The clock of this process stands."""
    real, day = type(now), type(now.date())

    class Kind(type):
        def __instancecheck__(cls, thing: object) -> bool:
            return isinstance(thing, real if cls is dt.datetime else day)

    class Moment(real, metaclass=Kind):  # type: ignore[misc, valid-type]
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return now if tz is None else now.astimezone(tz)

    class Day(day, metaclass=Kind):  # type: ignore[misc, valid-type]
        @classmethod
        def today(cls) -> dt.date:
            return now.date()

    dt.datetime, dt.date = Moment, Day  # type: ignore[misc]
    time.time = now.timestamp  # type: ignore[assignment]


def kill_at(step: int, told: int | None = None) -> Callable[[], None]:
    """For `before` of a run: a kill before this step on the disk. told : a pipe that gets a byte for every step."""
    seen = 0

    def one_more() -> None:
        nonlocal seen
        seen += 1
        if told is not None:
            os.write(told, b".")
        if seen == step:
            os.killpg(0, signal.SIGKILL)

    def hear(event: str, given: tuple) -> None:
        writes = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        named = (writes or event in MOVES) and isinstance(given[0], str | bytes | os.PathLike)
        if named and os.path.abspath(os.fsdecode(given[0])).startswith(f"{os.getcwd()}/"):
            one_more()

    def put_in() -> None:
        exchange = files._exchange

        def exchanged(*both: Path) -> None:
            one_more()
            exchange(*both)

        files._exchange = exchanged  # type: ignore[assignment]
        sys.addaudithook(hear)

    return put_in


MOVES = {"os.rename", "os.link", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "shutil.rmtree"}


def count_steps(home: Path, words: list[str]) -> int:
    ours, theirs = os.pipe()
    run(home, words, before=kill_at(0, theirs))
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        return len(pipe.read())


# --- what is there ---------------------------------------------------------------------------------------------------
def found(home: Path, command: Command) -> dict[str, dict[str, bytes]]:
    """The files that a user sees of each result."""
    parts = {}
    for name in command.results:
        here = [p for p in (home / name, *(home / name).rglob("*")) if p.is_file()]
        seen = [p for p in here if not any(part.startswith(".") for part in p.relative_to(home).parts)]
        parts[name] = {str(p.relative_to(home)): p.read_bytes() for p in seen}
    if not command.by_file:
        return parts
    return {name: {name: raw} for part in parts.values() for name, raw in part.items()}


def judge(now: dict, old: dict, new: dict) -> str:
    """ "old" where nothing of the new result is there, "new" where it is complete, "between" where each part is one of
    both, else "half"."""
    if now in (old, new):
        return "old" if now == old else "new"
    for part in {*now, *old, *new}:
        if now.get(part) not in (old.get(part), new.get(part)) and not (part not in now and "/done/" in part):
            return f"half: {part}"
    return "between"


def drafts(home: Path) -> list[str]:
    return [str(p.relative_to(home)) for p in home.rglob(".*") if p.name not in (".writing",)]


class Case:
    """A command over an earlier result: the old and the new state, and a home to try it in again and again."""

    def __init__(self, name: str, room: Path) -> None:
        self.name, self.command, self.room = name, COMMANDS[name], room
        self.words = self.command.words("late")
        self.start, self.home = room / "start", room / "home"
        diaries(self.start)
        self._complete(self.start, self.command.words("early"))
        self.begin()
        self.old = found(self.home, self.command)
        self.takes = self._complete(self.home, self.words)
        self.new = found(self.home, self.command)

    def _complete(self, home: Path, words: list[str]) -> float:
        began = time.monotonic()
        code, said = run(home, words)
        assert code == 0, said
        return time.monotonic() - began

    def begin(self, home: Path | None = None) -> None:
        self.home = self.room / "home" if home is None else home
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self.start, self.home)

    def after(self, fault: str, code: int, said: str) -> dict[str, Any]:
        """What a run left, and whether the next one completes it. A run that was not killed ends well or in a
        sentence, and leaves no draft."""
        state = judge(found(self.home, self.command), self.old, self.new)
        ended = code < 0 or (code in (0, 1) and "Traceback" not in said and not drafts(self.home))
        again, said_again = run(self.home, self.words)
        whole = judge(found(self.home, self.command), self.old, self.new) == "new"
        done = whole and not drafts(self.home) and (again == 0 or (self.command.once and state == "new"))
        wrong = [state] * (state not in STATES) + [f"ended badly: {said}"] * (not ended)
        wrong += [f"not completed ({again}): {said_again} {drafts(self.home)}"] * (not done)
        return {"fault": fault, "state": state, "done": done, "wrong": "; ".join(wrong), "code": code, "said": said}


# --- faults ----------------------------------------------------------------------------------------------------------
def kills_at_random(case: Case, kills: int) -> Iterator[dict]:
    rng = random.Random(f"{SEED} {case.name}")
    for _ in range(kills):
        case.begin()
        yield case.after("killed at a random moment", *run(case.home, case.words, after=rng.uniform(0, case.takes)))


def kills_at_steps(case: Case, few: int | None = None) -> Iterator[dict]:
    """Before every step, or a few of them."""
    case.begin()
    steps = range(1, count_steps(case.home, case.words) + 1)
    for step in steps if few is None else random.Random(SEED).sample(steps, few):
        case.begin()
        yield case.after("killed before a step", *run(case.home, case.words, before=kill_at(step)))


def full_disks(case: Case) -> Iterator[dict]:
    """A disk that has room for so many kB; then the room is made."""
    for room in ROOM:
        disk = case.room / "disk"
        disk.mkdir(exist_ok=True)
        mount("tmpfs", disk, kind="tmpfs", options=f"size={DISK_BYTES}")
        case.begin(disk / "home")
        free = os.statvfs(disk)
        (disk / "filler").write_bytes(bytes(max(free.f_bavail * free.f_frsize - room * 1024, 0)))
        code, said = run(case.home, case.words)
        (disk / "filler").unlink()
        yield case.after("full disk", code, said)
        subprocess.run(["umount", disk], check=True)


def small_files(case: Case) -> Iterator[dict]:
    case.begin()
    limit = (FILE_BYTES, FILE_BYTES)
    yield case.after("no file above 3 kB", *run(
        case.home, case.words, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit)))


def read_only(case: Case) -> Iterator[dict]:
    case.begin()
    mount(case.home, case.home, options="bind")
    mount(case.home, case.home, options="remount,bind,ro")
    code, said = run(case.home, case.words)
    subprocess.run(["umount", case.home], check=True)
    yield case.after("read-only folder", code, said)


def no_shared_memory(case: Case) -> Iterator[dict]:
    case.begin()
    mount("tmpfs", Path("/dev/shm"), kind="tmpfs", options="ro,size=4k")
    yield case.after("no /dev/shm", *run(case.home, [*case.words, *case.command.more]))


def no_home(case: Case) -> Iterator[dict]:
    """Without a HOME, and with one that is not there, from the imports on."""
    for value in (None, "/nonexistent"):
        case.begin()
        kept = {k: v for k, v in os.environ.items() if k not in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
        done = subprocess.run([sys.executable, __file__, "--run", *case.words], cwd=case.home, text=True, check=False,
                              capture_output=True, env=kept | ({} if value is None else {"HOME": value}))
        yield case.after("no HOME", done.returncode, done.stdout + done.stderr)


def clock_back(case: Case) -> Iterator[dict]:
    """The clock stands in 1975, and all that is there is younger. The result says that day, and else all of it."""
    case.begin()
    for path in case.home.rglob("*"):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    code, said = run(case.home, case.words, before=lambda: set_clock(LONG_AGO))
    same = {part: [*names] for part, names in found(case.home, case.command).items()}
    complete = code == 0 and same == {part: [*names] for part, names in case.new.items()}
    if case.command.once:
        case.new = found(case.home, case.command)
    told = case.after("clock set back", code, said)
    yield told | ({"state": "new", "wrong": "" if told["done"] else told["wrong"]} if complete else {})


def mount(what: object, where: Path, *, kind: str = "", options: str = "") -> None:
    subprocess.run(["mount", *(["-t", kind] if kind else []), *(["-o", options] if options else []), str(what), where],
                   check=True)


def in_namespace() -> None:
    """From here on what this process mounts is seen by it and its children alone."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x00020000):
        raise OSError(ctypes.get_errno(), "no mount namespace: run as root")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)


FAULTS: dict[str, Callable[[Case], Iterator[dict]]] = {
    "killed at a random moment": lambda case: kills_at_random(case, KILLS), "killed before a step": kills_at_steps,
    "full disk": full_disks, "no file above 3 kB": small_files, "read-only folder": read_only,
    "no /dev/shm": no_shared_memory, "no HOME": no_home, "clock set back": clock_back}


# --- all of it -------------------------------------------------------------------------------------------------------
def try_out(name: str, asked: dict[str, Callable[[Case], Iterator[dict]]]) -> Iterator[dict]:
    """A row for each fault, and on the screen what went wrong."""
    with tempfile.TemporaryDirectory() as room:
        case = Case(name, Path(room))
        for fault, tries in asked.items():
            told = list(tries(case))
            for one in told:
                if one["wrong"]:
                    print(f"{name}, {fault}: {' '.join(one['wrong'].split())}", flush=True)
            states = [one["state"] for one in told]
            yield dict(zip(FIELDS, (name, fault, len(told), *(states.count(state) for state in STATES),
                                    sum(bool(one["wrong"]) for one in told), sum(one["done"] for one in told)),
                           strict=True))


def markdown() -> str:
    rows = pd.read_csv(OUT)
    lines = [f"| {r.command} | {r.fault} | {r.tries} | {r.old} | {r.between} | {r.new} | {r.wrong} | {r.completed} |"
             for r in rows.itertuples()]
    return "\n".join([
        "# Kills, full disks and other faults", "",
        f"`make faults` (seed {SEED}). Each command over the results of an earlier run. Old: its results are as they "
        "were; new: complete; between: each part is whole, of one or the other (a pool goes person by person; a key "
        "is made before what it is for). Wrong: half a file, a traceback, a draft that stays, or a result that the "
        "next run does not complete. A kill ends the process; what a power cut does to a disk is not tried.", "",
        "| command | fault | tries | old | between | new | wrong | completed by the next run |",
        "|---|---|---|---|---|---|---|---|", *lines, ""])


def quick(names: list[str]) -> int:
    """A few tries of each; how many went wrong."""
    asked = {"killed before a step": lambda case: kills_at_steps(case, FEW), "no file above 3 kB": small_files}
    return sum(row["wrong"] for name in names for row in try_out(name, asked))


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--only", nargs="*", default=list(COMMANDS), choices=list(COMMANDS))
    words.add_argument("--quick", nargs="*", choices=list(COMMANDS))
    words.add_argument("--run", nargs=argparse.REMAINDER)
    words.add_argument("--again", action="store_true")
    asked = words.parse_args()
    if asked.run:
        _command(Path.cwd(), asked.run, lambda: None, None)
    for module in pkgutil.walk_packages(rlskit.__path__, "rlskit."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)  # once, so that a run is what the command does
    if asked.quick is not None:
        sys.exit(quick(asked.quick) > 0)
    if asked.again:
        OUT.unlink(missing_ok=True)
    in_namespace()
    there = set(pd.read_csv(OUT)[["command", "fault"]].itertuples(index=False, name=None)) if OUT.exists() else set()
    for name in asked.only:
        left = {fault: tries for fault, tries in FAULTS.items() if (name, fault) not in there}
        for row in try_out(name, left):
            pd.DataFrame([row]).to_csv(OUT, mode="a", index=False, header=not OUT.exists())
    OUT.with_suffix(".md").write_text(markdown(), encoding="utf-8")


if __name__ == "__main__":
    main()
