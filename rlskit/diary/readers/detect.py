"""Which app wrote this file? Decided by content; every known app is asked, and exactly one must say yes."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from rlskit.diary.readers import bearable, daylio, redcap, sleep_as_android, table, template
from rlskit.diary.readers.parsed import Reader
from rlskit.diary.readers.resembles import NO_DIARY, what_it_is
from rlskit.errors import DiaryError

# Asked in this order, a table of one's own after all of them. A new app is one file with a READER, and its line here.
READERS = (bearable.READER, daylio.READER, sleep_as_android.READER, redcap.READER, template.READER, table.READER)
CALLED = {reader.app: reader.called for reader in READERS}
DEVICES = tuple(reader.app for reader in READERS if reader.device)


class UnknownFile(DiaryError):
    """No reader knows this file: it is empty, not text, or of no app that is known."""


def find_reader(path: Path, columns: Collection[str] = ()) -> Reader:
    """The reader of the app that wrote the file; UnknownFile names what is known.

    columns : headers (by tag_key) that rlskit.toml names; a file of no app that has one of them is a table of one's
        own.
    """
    if not path.stat().st_size:
        raise UnknownFile(f"{path.name}: the file is empty. Export the diary again and give that file.",
                          kind="empty file")
    *apps, own, any_table = READERS
    if found := next((reader for reader in apps if reader.recognises(path)), None):
        return found
    if columns and table.has_columns(path, columns):
        return any_table
    if own.recognises(path):
        return own
    what, advice = what_it_is(path, apps)
    if not what:
        if any_table.recognises(path):
            return any_table
        what, advice = what_it_is(path, [own])
    if what:
        raise UnknownFile(f"{path.name}: {what}. {advice}", kind=what)
    raise UnknownFile(f"{path.name}: {NO_DIARY}. Known: {_known()}. "
                      "For a paper or spreadsheet diary start from `rlskit template --out diary.xlsx`.", kind=NO_DIARY)


def _known() -> str:
    *first, last = (f"{reader.called} ({reader.files})" if reader.files else reader.called for reader in READERS)
    return f"{', '.join(first)} and {last}"
