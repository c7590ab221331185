"""rlskit anonymise: files to share, and a key that stays at home."""

from __future__ import annotations

import json
import os
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


@pytest.mark.parametrize(("raw", "expected"), [
    (b"person,age\nme,30\nyou,3,4\n", "p.csv, line 3: expected 2 cells as in the header, found 3. Correct that line."),
    (b"", "p.csv: the file is empty. Export the diary again and give that file."),
    (b"\xff\xfe\x00", "p.csv: expected text in UTF-8, found other bytes. Open the file in a spreadsheet, save it as "
                      '"CSV UTF-8" and try again.')])
def test_traits_that_cannot_be_read_are_one_sentence(tmp_path, diary, raw, expected):
    (tmp_path / "p.csv").write_bytes(raw)
    code, said = run(diary, "--key", tmp_path / "k", "--out", tmp_path / "o", "--people", tmp_path / "p.csv")
    assert code == 1 and unwrapped(said) == f"rlskit: --people: {expected}"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["diaries", "p.csv"]


def test_neither_key_nor_list_stands_anywhere_in_a_folder_to_share(tmp_path, diary):
    """In a folder of it, by a link to it, as a link in it or a second name of a file in it; where it is spelled in
    capitals, which many disks do not tell apart."""
    out = tmp_path / "out"
    (out / "a").mkdir(parents=True)
    (tmp_path / "link").symlink_to(out)
    (tmp_path / "k").write_text("0" * 64)
    (out / "to-the-key").symlink_to(tmp_path / "k")
    os.link(tmp_path / "k", out / "a" / "second-name")
    for bad in (out / "a" / "new", tmp_path / "link" / "k", out / "to-the-key", tmp_path / "k", tmp_path / "OUT" / "k"):
        for words in (("anonymise", diary, "--key", bad), ("pool", diary.parent, "--key", bad),
                      ("pool", diary.parent, "--who-is-who", bad)):
            done = CliRunner().invoke(cli, [*map(str, words), "--out", str(out)])
            assert done.exit_code == 1 and "it would stand among the files to share" in unwrapped(done.output), words
    assert sorted(p.name for p in out.rglob("*")) == ["a", "second-name", "to-the-key"]


def test_a_key_and_a_list_are_for_their_owner_only(tmp_path, diary):
    key, who = tmp_path / "k", tmp_path / "who.csv"
    key.write_text("0" * 64)
    key.chmod(0o644)
    done = CliRunner().invoke(cli, ["pool", str(diary.parent), "--out", str(tmp_path / "pool"), "--key", str(key),
                                    "--who-is-who", str(who)])
    assert done.exit_code == 0, done.output
    assert "Not to share: true dates and exact amounts are in it." in unwrapped(done.output)
    assert {p.name: oct(p.stat().st_mode & 0o777) for p in (key, who)} == {"k": "0o600", "who.csv": "0o600"}


def test_the_key_does_not_stand_beside_what_is_shared(tmp_path, diary):
    code, said = run(diary, "--key", tmp_path / "out" / "k", "--out", tmp_path / "out")
    assert (code, unwrapped(said)) == (1, f"rlskit: --key: {tmp_path / 'out' / 'k'}: it would stand among the files "
                                          "to share. Keep it in another folder.")
    assert not (tmp_path / "out").exists()


def test_one_person_twice_is_one_error(tmp_path, diary):
    other = tmp_path / "more"
    other.mkdir()
    shutil.copy(diary, other / diary.name)
    code, said = run(diary, other / diary.name, "--key", tmp_path / "k", "--out", tmp_path / "out")
    assert code == 1 and unwrapped(said).startswith(
        "rlskit: file 2 of 2: expected each person once, found one of file 1 again.")
    assert not (tmp_path / "out").exists() and not (tmp_path / "k").exists()
