"""`rlskit lab`: what JupyterLab is started with, and who may start it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from rlskit.cli import begin, cli
from tests.helpers.unwrapped import unwrapped


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """lab("--allow-root") in an empty folder → click's result; lab.started holds the command."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(begin, "_is_root", lambda: False)

    def run(*words):
        return CliRunner().invoke(cli, ["lab", *words])

    run.started = []
    monkeypatch.setattr(subprocess, "call", lambda command, env: run.started.append((command, env)) or 0)
    return run


def test_it_opens_the_start_on_a_copy_and_asks_nobody_for_news(lab, tmp_path):
    assert lab("--no-browser").output == ""
    assert {"00-start.ipynb", "06-can-i-trust-these-intervals.ipynb"} <= {
        p.name for p in (tmp_path / "rlskit-notebooks").iterdir()}
    ((command, env),) = lab.started
    assert command[1:3] == ["-m", "jupyterlab"] and command[-1] == "--no-browser" and "--allow-root" not in command
    assert "--LabApp.default_url=/lab/tree/00-start.ipynb" in command
    settings = Path(env["JUPYTER_CONFIG_PATH"]) / "labconfig" / "page_config.json"
    assert "apputils-extension:announcements" in settings.read_text() and "PATH" in env


def test_root_is_told_so_and_may_insist(lab, monkeypatch):
    monkeypatch.setattr(begin, "_is_root", lambda: True)
    refused = lab()
    assert refused.exit_code == 1 and not lab.started
    assert unwrapped(refused.stderr) == (
        "rlskit: lab: this is the administrator's account (root), and every notebook could change anything on this "
        "computer. Start it as yourself, or add --allow-root.")
    assert lab("--allow-root").exit_code == 0 and lab.started[0][0][-1] == "--allow-root"


def test_copies_that_were_renewed_or_kept_are_named(lab, tmp_path):
    lab()
    for name, old, new in (("01-load-your-diary", "Load your diary", "My own words"),
                           ("02-what-changes-my-nights", "rk.plot_effects", "rk.plot_rates")):
        copy = tmp_path / "rlskit-notebooks" / f"{name}.ipynb"
        copy.write_text(copy.read_text().replace(old, new).replace('"shipped": "', '"shipped": "0'))
    assert unwrapped(lab().output) == (
        "Kept, as you have edited them: 01-load-your-diary.ipynb, 02-what-changes-my-nights.ipynb. This rlskit has "
        "newer ones: give yours another name, and start `rlskit lab` again to get them.")
