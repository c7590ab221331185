"""Which app wrote this file? Decided by content; every known app is asked, and exactly one must say yes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rlskit.diary.readers import bearable, daylio, redcap, sleep_as_android, template
from rlskit.diary.readers.parsed import Options, Parsed
from rlskit.errors import DiaryError

Reader = Callable[[Path, Options], Parsed]

# Each reader module has recognises(path) → bool, which never raises, and parse(path, options) → Parsed.
READERS = (bearable, daylio, sleep_as_android, redcap, template)
KNOWN = "rlskit's own template (CSV or XLSX), Bearable, Daylio (CSV or .daylio), Sleep as Android and REDCap"


class UnknownFile(DiaryError):
    """No reader knows this file."""


def find_reader(path: Path) -> Reader:
    """The parse function of the app that wrote the file; UnknownFile names what is known."""
    if not path.stat().st_size:
        raise DiaryError(f"{path.name}: the file is empty. Export the diary again and give that file.",
                         kind="empty file")
    for module in READERS:
        if module.recognises(path):
            return module.parse
    if path.suffix.lower() not in (".xlsx", ".daylio", ".zip"):
        from rlskit.diary.readers.text import read_text

        read_text(path)  # an empty or undecodable file has a better message of its own
    raise UnknownFile(f"{path.name}: not a diary that rlskit knows. Known: {KNOWN}. "
                      "For a paper or spreadsheet diary start from `rlskit template --out diary.xlsx`.",
                      kind="not a diary that rlskit knows")
