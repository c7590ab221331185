"""rlskit clinic and rlskit template --clinic, as typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from rlskit.cli import cli
from tests.helpers.unwrapped import unwrapped
from tests.unit.pages.clinic import build


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    build.write(tmp_path / "diary.csv", build.rows(n=30))
    return lambda *words: CliRunner().invoke(cli, list(words))


def test_from_an_empty_template_to_a_page(run, tmp_path):
    made = run("template", "--clinic", "--out", "clinic.toml")
    assert (made.exit_code, made.output) == (0, "Wrote clinic.toml\n")
    page = run("clinic", "diary.csv", "--facts", "clinic.toml", "--out", "my/page.pdf", "--paper", "letter")
    assert (page.exit_code, page.output) == (0, f"The page is {Path('my') / 'page.pdf'}\n")
    (one,) = PdfReader(tmp_path / "my" / "page.pdf").pages
    assert float(one.mediabox[3]) == pytest.approx(792)


def test_a_filled_template_is_never_overwritten(run, tmp_path):
    (tmp_path / "clinic.toml").write_text("mine")
    again = run("template", "--clinic", "--out", "clinic.toml")
    assert again.exit_code == 1 and "exists already" in again.stderr
    assert (tmp_path / "clinic.toml").read_text() == "mine"


def test_another_ending_for_the_facts(run):
    result = run("template", "--clinic", "--out", "clinic.xlsx")
    assert result.exit_code == 1
    assert unwrapped(result.stderr) == (
        "rlskit: --out: clinic.xlsx: expected a name that ends in .toml for the facts of the clinic page.")


def test_wrong_facts_are_one_message_and_no_page(run, tmp_path):
    (tmp_path / "clinic.toml").write_text("[mimics]\nsweling = true\n")
    result = run("clinic", "diary.csv", "--facts", "clinic.toml", "--out", "page.pdf")
    assert result.exit_code == 1 and unwrapped(result.stderr).endswith('found "sweling". Did you mean "swelling"?')
    assert not (tmp_path / "page.pdf").exists()


def test_facts_that_are_not_there(run, tmp_path):
    result = run("clinic", "diary.csv", "--facts", "nowhere.toml")
    assert result.exit_code == 1 and result.stderr.startswith("rlskit: --facts: nowhere.toml: no such file.")
    assert not (tmp_path / "clinic.pdf").exists()


def test_another_ending_or_paper(run):
    assert run("clinic", "diary.csv", "--out", "page.html").stderr == (
        "rlskit: --out: page.html: expected a name that ends in .pdf.\n")
    assert run("clinic", "diary.csv", "--paper", "a3").exit_code == 2
