"""The example in each docstring of a public function runs as it stands, on the sample."""

from __future__ import annotations

import inspect
import re
import shutil

import matplotlib.pyplot as plt
import pytest

import rlskit as rk
from tests.helpers.places import ROOT

# What the others' examples take for granted, each made by the example that makes it.
FIRST = ("read_diary", "make_nights", "fit", "estimate_effects", "answer_questions", "simulate_diaries", "plan_trial",
         "simulate_trial")


def examples():
    functions = {name: getattr(rk, name) for name in rk.__all__ if inspect.isfunction(getattr(rk, name))}
    found = {name: re.findall(r"``((?:\w[\w, ]* = )?(?:print\()?rk\.[^`]*|nights\.[^`]*)``", one.__doc__ or "")
             for name, one in functions.items()}
    return {name: codes[-1] for name, codes in found.items() if codes}


EXAMPLES = examples()


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """What the first examples make, in a folder with a diary in it."""
    folder = tmp_path_factory.mktemp("examples")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        (folder / "my").mkdir()
        shutil.copy(ROOT / "data" / "sample" / "rlskit.toml", folder / "my")
        lines = (ROOT / "data" / "sample" / "bearable.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / "my" / "bearable.csv").write_text("".join(lines[:700]), encoding="utf-8")  # enough, and soon answered
        made = {"rk": rk}
        for name in FIRST:
            exec(EXAMPLES[name], made)
        yield made


def test_the_first_steps_have_examples():
    assert set(FIRST) | {"describe", "start", "write_report", "plot_effects", "check_fit"} <= set(EXAMPLES)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in (*FIRST, "start")])
def test_an_example_runs(name, given):
    assert EXAMPLES[name].count("(") == EXAMPLES[name].count(")") and f"rk.{name}" in EXAMPLES[name]
    exec(EXAMPLES[name], dict(given))
    plt.close("all")
