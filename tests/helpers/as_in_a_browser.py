"""A Python as a browser has it: no thread and no process can be started, and what Pyodide leaves out cannot be loaded.

`python tests/helpers/as_in_a_browser.py CODE` runs code in it. Missing are the modules that the core of Pyodide 314.0.6
did not load in Chromium, and fcntl and termios, which older ones lacked; what has no wheel for a browser; and what
belongs to no base install.
"""

from __future__ import annotations

import _posixsubprocess
import _thread
import os
import sys
from importlib.abc import MetaPathFinder

MISSING = {"fcntl", "termios", "pwd", "grp", "resource", "syslog", "curses", "dbm", "ensurepip", "idlelib", "tkinter",
           "turtle", "venv", "_posixshmem", "_multiprocessing"}
NO_WHEEL = {"typst"}  # written in Rust: the clinic page and the sheets on paper
NOT_BASE = {"pyarrow", "statsmodels", "distributed", "ipykernel", "jupyterlab", "nbclient", "psutil", "numexpr",
            "bottleneck"}


class Browser(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MISSING | NO_WHEEL | NOT_BASE:
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)
        return None


def no_thread(*_, **__):
    raise RuntimeError("can't start new thread")


def no_process(*_, **__):
    raise OSError(138, "emscripten does not support processes")


def enter() -> None:
    for name in MISSING & set(sys.modules):
        del sys.modules[name]
    sys.meta_path.insert(0, Browser())
    for name in ("start_new_thread", "start_new", "start_joinable_thread"):
        setattr(_thread, name, no_thread)
    _posixsubprocess.fork_exec = no_process
    for name in ("fork", "forkpty", "posix_spawn", "posix_spawnp", "system", "popen", "execv"):
        if name in dir(os):
            setattr(os, name, no_process)


if __name__ == "__main__":
    enter()
    exec(sys.argv[1], {"__name__": "__main__"})
