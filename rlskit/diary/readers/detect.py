"""Which app wrote this file? Decided by content; every known app is asked, and exactly one must say yes."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

from rlskit.diary.readers.limits import beyond
from rlskit.diary.readers.parsed import Reader
from rlskit.errors import DiaryError


@cache
def readers() -> tuple[Reader, ...]:
    """All readers in the order asked, a table of one's own after the apps. A new app is one file with a READER, and its
    name in these lines; imported here, readers cost nothing until a file is read.
    """
    from rlskit.diary.readers import (
        apple_health,
        bearable,
        daylio,
        fitbit,
        garmin,
        health_connect,
        loop_habits,
        oura,
        redcap,
        sleep_as_android,
        sleep_cycle,
        table,
        template,
        whoop_journal,
        whoop_sleeps,
    )

    return tuple(app.READER for app in (
        bearable, daylio, sleep_as_android, apple_health, health_connect, fitbit, garmin, oura, sleep_cycle,
        whoop_journal, whoop_sleeps, loop_habits, redcap, template, table))


NO_HEADER = "rows with dates, and no line of names above them"


class UnknownFile(DiaryError):
    """No reader knows this file: it is empty, too large, not text, or of no app that is known."""


def find_reader(path: Path, columns: Collection[str] = ()) -> Reader:
    """The reader of the app that wrote the file; UnknownFile names what is known.

    columns : headers (by tag_key) that rlskit.toml names; a file of no app that has one of them is a table of one's
        own.
    """
    if not path.stat().st_size:
        raise UnknownFile(f"{path.name}: the file is empty. Export the diary again and give that file.",
                          kind="empty file")
    if found := next((reader for reader in readers() if reader.streams and reader.recognises(path)), None):
        return found
    too_much, advice = beyond(path)
    if too_much:
        raise UnknownFile(f"{path.name}: found {too_much}. {advice}", kind=too_much)
    return _reader_of(path, columns)


def _reader_of(path: Path, columns: Collection[str]) -> Reader:
    from rlskit.diary.readers.resembles import NO_DIARY, what_it_is
    from rlskit.diary.readers.table import has_columns
    from rlskit.diary.readers.table_cells import headless

    *apps, own, any_table = readers()
    if found := next((reader for reader in apps if reader.recognises(path)), None):
        return found
    is_own = own.recognises(path)  # a column added to it may have a meaning; one of its own is given another
    meant = {name for name in columns if own.spelled(name) in own.columns} if is_own else columns
    if meant and has_columns(path, meant):
        return any_table
    if is_own:
        return own
    what, advice = what_it_is(path, apps)
    if not what:
        if any_table.recognises(path):
            return any_table
        what, advice = what_it_is(path, [own])
    if what:
        raise UnknownFile(f"{path.name}: {what}. {advice}", kind=what)
    if headless(path):
        raise UnknownFile(f"{path.name}: {NO_HEADER}. Write above its first row what each column is, such as Date, "
                          "Restless legs, Coffee, and give the file again.", kind=NO_HEADER)
    raise UnknownFile(f"{path.name}: {NO_DIARY}. Known: {_known()}. "
                      "For a paper or spreadsheet diary start from `rlskit template --out diary.xlsx`.", kind=NO_DIARY)


def _known() -> str:
    *first, last = (f"{reader.called} ({reader.files})" if reader.files else reader.called for reader in readers())
    return f"{', '.join(first)} and {last}"
