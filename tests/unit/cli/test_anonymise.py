"""rlskit anonymise: files to share, and a key that stays at home."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner

import rlskit as rk
from rlskit.cli import cli
from tests.helpers.unwrapped import unwrapped


def run(*words) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["anonymise", *map(str, words)])
    return done.exit_code, done.output


@pytest.fixture
def diary(tmp_path):
    """A diary that names its owner in the file's name, and its mapping."""
    folder = tmp_path / "diaries"
    folder.mkdir()
    sample = rk.sample_path() / "other-formats" / "template" / "template.csv"
    shutil.copy(sample, folder / "ann_example.csv")
    return folder / "ann_example.csv"


def test_the_files_hold_no_name_and_no_date_of_the_diary(tmp_path, diary):
    key, out = tmp_path / "home" / "secret.key", tmp_path / "shared"
    code, said = run(diary, "--key", key, "--out", out)
    assert code == 0, said
    assert sorted(p.name for p in out.iterdir()) == ["manifest.json", "nights.csv", "people.csv"]
    text = "".join(p.read_text() for p in out.iterdir())
    nights = rk.make_nights(rk.read_diary(diary))
    assert "ann" not in text and "template" not in text
    assert f"{nights['night'].iloc[0]:%Y-%m-%d}," not in (out / "nights.csv").read_text().splitlines()[1]
    assert json.loads((out / "manifest.json").read_text())["people"] == 1
    assert key.stat().st_mode & 0o077 == 0 and key.read_text() not in text
    again = tmp_path / "again"
    assert run(diary, "--key", key, "--out", again)[0] == 0
    assert (again / "nights.csv").read_bytes() == (out / "nights.csv").read_bytes()


def test_the_key_does_not_stand_beside_what_is_shared(tmp_path, diary):
    code, said = run(diary, "--key", tmp_path / "out" / "k", "--out", tmp_path / "out")
    assert (code, unwrapped(said)) == (1, f"rlskit: --key: {tmp_path / 'out' / 'k'}: the key would stand beside the "
                                          "files to share. Keep it in another folder.")
    assert not (tmp_path / "out").exists()


def test_one_person_twice_is_one_error(tmp_path, diary):
    other = tmp_path / "more"
    other.mkdir()
    shutil.copy(diary, other / diary.name)
    code, said = run(diary, other / diary.name, "--key", tmp_path / "k", "--out", tmp_path / "out")
    assert code == 1 and unwrapped(said).startswith(
        "rlskit: file 2 of 2: expected each person once, found one of file 1 again.")
    assert not (tmp_path / "out").exists() and not (tmp_path / "k").exists()
