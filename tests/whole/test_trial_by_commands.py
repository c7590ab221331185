"""A fair test by commands alone: plan, the table of the plan filled in as a person would, the answer."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from click.testing import CliRunner

import rlskit as rk
from rlskit.cli import cli


def run(*words):
    done = CliRunner().invoke(cli, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def fill(folder, seed=1):
    """The plan's own table with yes and no: seven in ten evenings with a yes followed, one night in ten left empty."""
    rng = np.random.default_rng(seed)
    rows = list(csv.reader((folder / "nights.csv").read_text(encoding="utf-8").splitlines()))
    for row in rows[1:]:
        done = not row[1].startswith("no ") and rng.random() < 0.7
        bad = rng.random() < (0.2 if done else 0.6)
        if rng.random() < 0.9:
            row[2:] = ["yes" if done else "no", "yes" if bad else "no", "6" if bad else "0"]
    with (folder / "nights.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


@pytest.mark.parametrize("treatment", ["calf stretch at 19:30", "evening walk at 18:00"])
def test_plan_fill_in_analyse(tmp_path, treatment):
    folder = tmp_path / "trial"
    run("plan", "--rate", 0.6, "--treatment", treatment, "--nights", 60, "--out", folder)
    plan = rk.read_plan(folder)
    assert "No coin tonight" in run("tonight", folder)
    fill(folder)
    said = run("analyse", folder, folder / "nights.csv")
    assert "A coin chose the nights, so this is a fair test." in said
    result = rk.analyse_trial(plan, rk.read_diary(folder / "nights.csv"), draws=99)
    arms = result.arms.set_index("arm")
    assert arms.loc["with", "nights"] == arms.loc["without", "nights"] == 30
    assert 10 < arms.loc["with", "done"] < 30 and arms.loc["without", "done"] == 0
