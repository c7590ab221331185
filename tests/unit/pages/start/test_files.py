"""Files beside a notebook: found, kept, never written over."""

from __future__ import annotations

import stat

import pytest

import rlskit as rk
from rlskit.pages.start.files import copy_sample, keep_upload, list_files, shown


def test_an_upload_is_kept_for_its_owner_and_no_file_is_written_over(tmp_path):
    first = keep_upload(tmp_path / "my", "a.csv", b"1")
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert keep_upload(tmp_path / "my", "a.csv", b"1") == first
    second = keep_upload(tmp_path / "my", "a.csv", b"2")
    assert (second.name, first.read_bytes(), second.read_bytes()) == ("a (2).csv", b"1", b"2")


@pytest.mark.parametrize("name", ["../../x.csv", "..\\x.csv", "/etc/x.csv"])
def test_an_upload_never_leaves_its_folder(tmp_path, name):
    assert keep_upload(tmp_path / "my", name, b"1") == tmp_path / "my" / "x.csv"


@pytest.mark.parametrize("name", ["", "..", "a/.."])
def test_an_upload_without_a_name_is_refused(tmp_path, name):
    with pytest.raises(rk.DiaryError):
        keep_upload(tmp_path, name, b"1")


def test_what_may_be_a_diary_is_listed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("b.csv", "00-start.ipynb", "my/a.xlsx", "my/rlskit.toml", "other/c.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert list_files(tmp_path) == ["b.csv", "my/a.xlsx"]
    assert shown(tmp_path / "my" / "a.xlsx") == "my/a.xlsx" and shown(tmp_path.parent / "x.csv") == "x.csv"


def test_the_sample_is_copied_once(tmp_path):
    folder = copy_sample(tmp_path / "my")
    assert {"bearable.csv", "rlskit.toml"} <= {p.name for p in folder.iterdir()}
    (folder / "rlskit.toml").write_text("mine")
    assert (copy_sample(tmp_path / "my") / "rlskit.toml").read_text() == "mine"
