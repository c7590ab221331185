"""A backup is a zip that somebody else made: damaged, locked or swollen, it is refused in one sentence."""

from __future__ import annotations

import zipfile

import pytest

from rlskit.diary.readers import daylio_backup, limits, sleep_as_android
from rlskit.diary.readers.read import read_diary
from rlskit.errors import DiaryError

MEMBERS = (daylio_backup.MEMBER, sleep_as_android.MEMBER)


def backup(path, member, text):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(member, text)
    return path


@pytest.mark.parametrize("member", MEMBERS)
def test_every_damaged_byte_is_a_refusal_or_harmless(tmp_path, member):
    whole = backup(tmp_path / "b.zip", member, "".join(chr(33 + i * i % 90) for i in range(300))).read_bytes()
    for at in range(len(whole)):
        (tmp_path / "b.zip").write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1:])
        with pytest.raises(DiaryError, match=r"^b\.zip: "):
            read_diary(tmp_path / "b.zip")


@pytest.mark.parametrize("member", MEMBERS)
def test_a_small_file_that_unpacks_to_a_large_one_is_refused_unread(tmp_path, member, monkeypatch):
    monkeypatch.setattr(limits, "UNPACKED", 1000)
    with pytest.raises(DiaryError, match=r"backup of at most 1,000 bytes, found 1,001 when unpacked\."):
        read_diary(backup(tmp_path / "b.zip", member, "0" * 1001))
