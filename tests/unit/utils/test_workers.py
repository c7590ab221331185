"""Calls that are made in other processes, and made again where a process dies."""

from __future__ import annotations

import os

import pytest
from joblib import parallel_config

from rlskit.utils.workers import everywhere, in_order


def fragile(number, marker):
    """The first process that is asked for 3 ends; everybody else answers."""
    if number == 3:
        try:
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return number
        os._exit(9)
    return number


def test_calls_lost_with_their_process_are_made_again_in_order(tmp_path):
    with parallel_config(backend="loky", n_jobs=2):
        assert list(in_order((fragile, (i, str(tmp_path / "one"))) for i in range(8))) == list(range(8))
        assert everywhere((fragile, (i, str(tmp_path / "all"))) for i in range(8)) == list(range(8))
    assert (tmp_path / "one").exists() and (tmp_path / "all").exists()


def test_an_answer_comes_before_the_next_is_asked_and_a_mistake_is_not_made_twice():
    asked = []

    def task(number):
        asked.append(number)
        if number == 2:
            raise ValueError("no")
        return number

    answers = in_order((task, (i,)) for i in range(4))
    assert next(answers) == 0 and asked == [0]
    with pytest.raises(ValueError, match="no"):
        list(answers)
    assert asked == [0, 1, 2]
