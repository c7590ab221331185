"""Calls of pure functions, made wherever joblib runs: here, on the cores of this computer, on a cluster.

joblib.parallel_config says where. A call that was lost with its process is made again (docs/decisions/0019).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor
from typing import TypeVar

TRIES = 4
Answer = TypeVar("Answer")


def everywhere(calls: Iterable[tuple[Callable[..., Answer], tuple]]) -> list[Answer]:
    """Every call's answer, in order."""
    return list(in_order(calls, at_once=True))


def in_order(calls: Iterable[tuple[Callable[..., Answer], tuple]], *, at_once: bool = False) -> Iterator[Answer]:
    """Every call's answer, in order, each as soon as those before it are there, so that few are held at a time; with
    `at_once` when all are there, which costs a little less."""
    from joblib import Parallel, delayed  # here: a table in one piece does without it

    calls = list(calls)
    how, done = "list" if at_once else "generator", 0
    for left in range(TRIES - 1, -1, -1):
        try:
            for answer in Parallel(return_as=how)(delayed(task)(*given) for task, given in calls[done:]):
                done += 1
                yield answer
            return
        except Exception as problem:
            if not left or not lost(problem):
                raise


def lost(problem: Exception) -> bool:
    """Whether a worker died, and not the work."""
    return isinstance(problem, BrokenExecutor) or type(problem).__module__.startswith("distributed.")
