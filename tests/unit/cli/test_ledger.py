"""`rlskit report` counts its looks, in one file beside the diary."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import rlskit as rk
from rlskit.answers.ledger import LEDGER
from rlskit.cli import cli
from tests.unit.cli.test_commands import diary

MAKES = "rlskit.pages.make_report"


@pytest.fixture
def unchecked(monkeypatch):
    """Everything is done but the checks and the curves, which take the longest."""
    monkeypatch.setattr(f"{MAKES}.check_answer", lambda *_, **__: None)
    monkeypatch.setattr(f"{MAKES}.amounts_in", lambda *_: ())


@pytest.fixture
def undrawn(unchecked, monkeypatch):
    """Nor is the page drawn."""
    monkeypatch.setattr(f"{MAKES}.write_report", lambda _, nights, answers, rates, out, *__, **___: out / "index.html")


@pytest.fixture
def report(tmp_path):
    """report(nights, *words) writes a diary of so many nights and reads it; its ledger, None where there is none."""
    def run(nights, *words):
        (tmp_path / "diary.csv").write_text(diary(nights), encoding="utf-8")
        where = [str(tmp_path / "diary.csv"), "--out", str(tmp_path / "out")]
        result = CliRunner().invoke(cli, ["report", *where, *words])
        assert result.exit_code == 0, result.output
        path = tmp_path / LEDGER
        return json.loads(path.read_text(encoding="utf-8"))["looks"] if path.exists() else None

    return run


def test_looks_are_counted_and_the_same_nights_are_the_same_look(report, undrawn):
    assert len(report(40)) == 1
    assert len(report(40)) == 1
    first, second = report(50)
    assert [look["last_night"] for look in (first, second)] == ["2026-02-12", "2026-02-22"]
    assert {second["cuts"][row] for row in first["cuts"]} == {None}  # no horizon was stated: the first look spent all


def test_without_a_ledger_nothing_is_kept_and_the_page_says_what_that_means(report, unchecked, tmp_path):
    assert report(40, "--no-ledger") is None
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "reading it again and again raises false alarms" in page


def test_a_folder_that_cannot_be_written_is_a_remark(report, undrawn, monkeypatch):
    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr("rlskit.pages.make_report.keep_look", full)
    assert report(40) is None


def test_the_sample_keeps_no_ledger(tmp_path, undrawn):
    result = CliRunner().invoke(cli, ["report", str(rk.sample_path() / "bearable.csv"), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0 and not (rk.sample_path() / LEDGER).exists()
