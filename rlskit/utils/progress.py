"""What is being done, while one waits: said after two seconds, on a terminal or in a notebook, and gone again.

Work within work says nothing of its own: it fills in the count of what is shown already. Where neither a terminal nor a
notebook looks on, nothing is said.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar, copy_context
from html import escape
from typing import Any, TextIO, TypeVar

from rlskit.utils.words import visible

PATIENCE = 2.0  # seconds without a word
Part = TypeVar("Part")
Show = Callable[["Work"], None]


class Work:
    """One piece of work: `what` is being done, `done` parts of `total`; a total of 0 where parts are not counted."""

    def __init__(self, what: str, changed: Show | None):
        self.what, self.done, self.total = what, 0, 0
        self._changed = changed

    def say(self, what: str) -> None:
        self.what = what
        self._tell()

    def count(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        self._tell()

    def each(self, parts: Iterable[Part], total: int) -> Iterator[Part]:
        """The parts, counted as they are done."""
        for done, part in enumerate(parts):
            self.count(done, total)
            yield part

    def _tell(self) -> None:
        if self._changed is not None:
            self._changed(self)


_NOW: ContextVar[Work | None] = ContextVar("what is being done", default=None)


@contextlib.contextmanager
def doing(what: str = "", *, show: Show | None = None, silent: bool = False) -> Iterator[Work]:
    """A piece of work. show : called with it at each change, in place of the terminal or the notebook."""
    outer = _NOW.get()
    with contextlib.ExitStack() as shown:
        if outer is not None and not outer.total:  # its line stands already
            shown.callback(outer.count, 0, 0)
            where: Show | None = lambda work: outer.count(work.done, work.total)  # noqa: E731
        elif outer is not None or silent:
            where = None
        else:
            where = show or _onlooker(shown)
        work = Work(what, where)
        if outer is None:
            _NOW.set(work)
            shown.callback(_NOW.set, None)
            work.say(what)
        yield work


def _onlooker(shown: contextlib.ExitStack) -> Show | None:
    """Who is told: nobody in a process or a thread that works for another one."""
    from multiprocessing import current_process

    if current_process().name != "MainProcess" or threading.current_thread() is not threading.main_thread():
        return None
    if is_attended():
        return shown.enter_context(_in_notebook())
    return shown.enter_context(_on_terminal(sys.stderr)) if sys.stderr is not None and sys.stderr.isatty() else None


@contextlib.contextmanager
def _late(start: Callable[[], object]) -> Iterator[None]:
    """`start` is called after two seconds, unless the block has ended."""
    late = threading.Timer(PATIENCE, copy_context().run, [start])
    late.daemon = True
    late.start()
    try:
        yield
    finally:
        late.cancel()
        late.join()  # it may have begun to start


# --- on a terminal ---------------------------------------------------------------------------------------------------
@contextlib.contextmanager
def _on_terminal(stream: TextIO) -> Iterator[Show]:
    """One line of the terminal, which goes again."""
    now: list[Work] = []
    with contextlib.ExitStack() as line:
        begun: list[Callable[[Work], None]] = []

        def start() -> None:
            begun.append(line.enter_context(_line(stream, now[0])))

        def show(work: Work) -> None:
            now[:] = [work]
            for update in begun:
                update(work)

        with _late(start):
            yield show


@contextlib.contextmanager
def _line(stream: TextIO, first: Work) -> Iterator[Show]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    console = Console(file=stream, force_terminal=True, highlight=False, markup=False, emoji=False)
    plain = (SpinnerColumn("line"), TextColumn("{task.description}", markup=False))
    whole = (*plain, BarColumn(30), MofNCompleteColumn())
    encoding = stream.encoding or "utf-8"
    with Progress(*plain, console=console, transient=True, refresh_per_second=4) as bar:
        task = bar.add_task("", total=None)

        def show(work: Work) -> None:
            said = visible(f"{work.what} …").encode(encoding, stream.errors or "replace").decode(encoding)
            bar.columns = whole if work.total else plain
            bar.update(task, description=said, completed=work.done, total=work.total or None)

        show(first)
        yield show


# --- in a notebook ---------------------------------------------------------------------------------------------------
def is_attended() -> bool:
    """Whether a person runs this cell of a notebook: a front end that can be asked for input says so of each cell it
    runs; papermill and nbconvert say that they cannot."""
    if "ipykernel.zmqshell" not in sys.modules:
        return False
    from ipykernel.zmqshell import ZMQInteractiveShell
    from IPython import get_ipython

    shell: Any = get_ipython()
    if not isinstance(shell, ZMQInteractiveShell) or shell.kernel is None:
        return False
    asked = shell.kernel.get_parent() or {}
    return bool(asked.get("content", {}).get("allow_stdin"))


@contextlib.contextmanager
def _in_notebook() -> Iterator[Show]:
    from IPython.display import HTML, DisplayHandle

    now: list[Work] = []
    handle, begun = DisplayHandle(), threading.Event()

    def start() -> None:
        begun.set()
        handle.display(HTML(as_bar(now[0])))

    def show(work: Work) -> None:
        now[:] = [work]
        if begun.is_set():
            handle.update(HTML(as_bar(work)))

    try:
        with _late(start):
            yield show
    finally:
        if begun.is_set():
            handle.update(HTML(""))


def as_bar(work: Work) -> str:
    """A bar of HTML; one without an end where parts are not counted."""
    of = f" value='{work.done}' max='{work.total}'" if work.total else ""
    so_far = f": {work.done} of {work.total}" if work.total else ""
    said = escape(f"{visible(work.what)}{so_far} …")
    return f"<div class='mathjax_ignore'><progress{of} style='width:16em' aria-label='{said}'></progress> {said}</div>"
