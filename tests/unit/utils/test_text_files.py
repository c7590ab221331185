"""Text comes back from whatever encoding an editor of Windows gave it; what is no text, or damaged, is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlskit.errors import DiaryError
from rlskit.utils.text_files import MARKED, UTF_16, WINDOWS, decode, read_toml

WORDS = st.text(st.characters(codec="cp1252", exclude_categories=("Cc",)), min_size=1)


@given(WORDS)
def test_text_that_windows_wrote_comes_back(words):
    assert decode(words.encode("utf-8")) == (words, "")
    assert decode(words.encode("utf-8-sig")) == (words, MARKED)
    assert decode(words.encode("utf-16")) == (words, UTF_16)


def test_the_code_page_of_windows_is_read_and_said():
    for page, text in (("cp1252", "Müdigkeit; „später“ €"), ("cp1252", "ouïe; Noël; çà et là; naïf"),
                       ("cp1251", "Дата;Беспокойные ноги;Кофе\n01.03.2026;да;2\n02.03.2026;нет;ё")):
        assert decode(text.encode(page)) == (text, WINDOWS)


@pytest.mark.parametrize("raw", [
    b"\xff\xd8\xff\xe0\x00\x10JFIF", b"\x89PNG\r\n\x1a\n\x00", b"caf\xe9\x00", b"\xff\xfea", b"\x01caf\xe9",
    b"\x81\x8d", "süß und müde".encode() + b"\xc3", b"\xef\xbb\xbfcaf\xe9",
])
def test_no_text_or_damaged_text_is_never_guessed(raw):
    with pytest.raises(UnicodeError):
        decode(raw)


@pytest.mark.parametrize("content", [b"a." * 10_000 + b"a = 1", b"a = 1\n" * 200_000])
def test_a_toml_of_more_than_anybody_writes_is_refused_unread(tmp_path, content):
    (tmp_path / "a.toml").write_bytes(content)
    with pytest.raises(DiaryError) as wrong:
        read_toml(tmp_path / "a.toml", "Do this.")
    assert str(wrong.value) == ("a.toml: expected at most 1 MB, and 20,000 characters in a line, found more. Do this.")


@pytest.mark.parametrize("content", [b"a = \n", b"\xff\xfea", b"a = " + b"[" * 9999, b"a = " + b"9" * 5000])
def test_what_is_no_toml_is_one_message(tmp_path, content):
    (tmp_path / "a.toml").write_bytes(content)
    with pytest.raises(DiaryError, match=r"^a\.toml: not valid TOML \(.*\)\. Do this\.$"):
        read_toml(tmp_path / "a.toml", "Do this.")
