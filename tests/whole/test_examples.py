"""The example in each docstring of a public function runs as it stands, on the sample."""

from __future__ import annotations

import inspect
import re
import shutil

import matplotlib.pyplot as plt
import pytest

import rlskit as rk
from tests.helpers.places import ROOT
from tests.helpers.told_diaries import write_diary

# What the others' examples take for granted, each made by the example that makes it.
FIRST = ("read_diary", "make_nights", "fit", "estimate_effects", "answer_questions", "simulate_diaries", "plan_trial",
         "simulate_trial", "write_plan_files", "check_fit", "coverage_check", "estimate_people", "vary_analysis",
         "pool_diaries")
FUNCTIONS = {name: getattr(rk, name) for name in rk.__all__ if inspect.isfunction(getattr(rk, name))}


def examples():
    found = {name: re.findall(r"``((?:\w[\w, ]* = )?(?:print\()?rk\.[^`]*|nights\.[^`]*)``", one.__doc__ or "")
             for name, one in FUNCTIONS.items()}
    return {name: codes[-1] for name, codes in found.items() if codes}


EXAMPLES = examples()


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """What the first examples make, in a folder with a diary in it."""
    folder = tmp_path_factory.mktemp("examples")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        (folder / "my" / "exports").mkdir(parents=True)
        for name in ("thirty nights", "sparse"):
            write_diary(name, folder / "my" / "exports")
        shutil.copy(ROOT / "rlskit" / "pages" / "clinic" / "clinic.toml", folder / "my")
        shutil.copy(ROOT / "data" / "sample" / "rlskit.toml", folder / "my")
        lines = (ROOT / "data" / "sample" / "bearable.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / "my" / "bearable.csv").write_text("".join(lines[:700]), encoding="utf-8")  # enough, and soon answered
        made = {"rk": rk}
        for name in FIRST:
            exec(EXAMPLES[name], made)
        yield made


def test_every_public_function_has_an_example():
    told = {name for name, one in FUNCTIONS.items() if ">>> " in (one.__doc__ or "")}  # run in test_dialect
    assert set(FUNCTIONS) - set(EXAMPLES) - told == set()


def test_no_signature_shows_what_nobody_can_type():
    shown = {name: str(inspect.signature(one)) for name, one in FUNCTIONS.items()}
    assert [name for name, text in shown.items() if re.search(r"proxy|<| at 0x", text)] == []


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in (*FIRST, "start")])
def test_an_example_runs(name, given):
    assert EXAMPLES[name].count("(") == EXAMPLES[name].count(")") and f"rk.{name}" in EXAMPLES[name]
    exec(EXAMPLES[name], dict(given))
    plt.close("all")
