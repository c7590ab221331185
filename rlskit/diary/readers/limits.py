"""How large a diary file may be: every limit, and the words for each (docs/decisions/0031). That of rlskit.toml
stands with its reading, in utils/text_files.py.

What is counted here is counted in bytes, before anything is made of them, so that no file of any shape takes more time
or memory than a diary of the largest size. The limits lie far beyond what one person writes down.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

LARGEST = 60 * 2**20  # bytes of a file
LARGEST_STREAM = 8 * 2**30  # bytes of a file that is read as it streams by, as Apple Health's is
MOST_INFLATED = 200  # times that a member of a zip is larger than packed: records of an app pack to a thirtieth
UNPACKED = 64 * 2**20  # bytes of what is read of a zip: a small file can unpack to any size
MOST_MEMBERS = 10_000  # files in a zip
MOST_LINES = 200_000  # 2,000 people of 90 nights; ten years of one who ticks fifty things a day
MOST_COLUMNS = 16_384  # as many as a spreadsheet has
MOST_ROWS = 1_048_576  # of a spreadsheet, blank ones counted
MOST_CELLS = 10_000_000  # blank ones counted
MOST_TAGS = 1_000_000  # of the XML of a workbook's cells: some 200,000 of them
MOST_STYLES = 200_000  # of its other XML
MOST_VALUES = 1_000_000  # of JSON

SMALLER = "Export a shorter time, or fewer people, and give that file."
SAVE_ANEW = "Copy the cells of the diary into a new workbook and give that file."


def beyond(path: Path) -> tuple[str, str]:
    """(what there is too much of, what to do about it); ("", "") for a file that may be read."""
    if path.stat().st_size > LARGEST:
        return f"more than {LARGEST // 2**20} MB", SMALLER
    raw = path.read_bytes()
    if raw.count(b"PK\x01\x02") > MOST_MEMBERS:
        return f"a zip of more than {MOST_MEMBERS:,} files", "Unzip it and give the diary in it."
    if raw.startswith(b"PK"):
        return "", ""  # what is read of it is counted when it is unpacked
    return beyond_text(raw)


def beyond_text(raw: bytes) -> tuple[str, str]:
    """The same of the content of a text."""
    end = max((b"\n", b"\r"), key=raw.count)
    if raw.count(end) > MOST_LINES:
        return f"more than {MOST_LINES:,} lines", SMALLER
    for delimiter in (b",", b";", b"\t", b"|", b"^"):
        if raw.count(delimiter) > MOST_CELLS:
            return f"more than {MOST_CELLS:,} cells", SMALLER
        if raw.count(delimiter) >= MOST_COLUMNS and max(
                line.count(delimiter) for line in raw.split(end)) >= MOST_COLUMNS:
            return f"more than {MOST_COLUMNS:,} columns", "Delete the columns that are not of the diary."
    return "", ""


def beyond_json(raw: bytes) -> bool:
    """Whether JSON holds more values than a diary."""
    return sum(map(raw.count, (b",", b"[", b"{"))) > MOST_VALUES


def beyond_xml(parts: Iterable[tuple[str, bytes]], cells: Collection[str]) -> bool:
    """Whether the XML of a workbook, (name, content) of each part, is more than that of a diary. cells : what the names
    of the parts that hold cells begin with."""
    tags = {True: 0, False: 0}
    for name, raw in parts:
        tags[name.startswith(tuple(cells))] += raw.count(b"<")
    return tags[True] > MOST_TAGS or tags[False] > MOST_STYLES
