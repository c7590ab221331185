"""Files beside a path that leads to nothing."""

from __future__ import annotations

import pytest

import rlskit as rk
from rlskit.utils.files import beside


def test_a_wrong_path_says_what_there_is_the_likeliest_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my").mkdir()
    for name in ("a.csv", "bearable.csv", ".hidden"):
        (tmp_path / "my" / name).touch()
    with pytest.raises(rk.DiaryError) as wrong:
        rk.read_diary("my/bearabel.csv")
    assert str(wrong.value) == ("my/bearabel.csv: no such file or folder. The folder my holds bearable.csv, a.csv.")
    with pytest.raises(rk.DiaryError, match=r"This folder holds my/\.$"):
        rk.read_diary("mine/bearable.csv")


def test_many_files_are_counted(tmp_path):
    for number in range(12):
        (tmp_path / f"{number:02d}.csv").touch()
    assert beside(tmp_path / "x").endswith("06.csv, 07.csv and 4 more.")
