"""The XML of an Apple Health export as a stream of the elements asked for: from a file or straight from its zip.

What Apple writes before the first element, its list of elements, is skipped: iOS 16 wrote it wrong, and entities that
it could define have no place in a diary. Control characters, which XML forbids, are taken out.
"""

from __future__ import annotations

import contextlib
import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate

from rlskit.diary.readers.archive import library, members
from rlskit.diary.readers.devices import starts_with
from rlskit.diary.readers.limits import LARGEST_STREAM, MOST_INFLATED, UNPACKED
from rlskit.errors import DiaryError
from rlskit.utils.progress import doing

ROOT = re.compile(rb"<HealthData\b")
HEAD, BLOCK, LONGEST_TAG, DEEPEST = 2**12, 2**20, 2**22, 50
FIRST_ELEMENT = 2**20  # bytes in which the first element is looked for
CONTROLS = bytes(set(range(32)) - {9, 10, 13})
_REFERENCES = re.compile(rb"&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));")
DAMAGED, BEYOND = "damaged XML", "more than can be read"
KINDS, NAMED = ("Record", "Workout"), ("type", "workoutActivityType")
MOST_TYPES = 1000  # that are counted by name


@dataclass(frozen=True, kw_only=True)
class Element:
    """A record or workout: its type, its attributes as written, and the zone (HKTimeZone) beside it."""

    type: str
    attributes: dict[str, str]
    zone: str = ""


def is_export(path: Path) -> bool:
    """Whether it is Apple's XML or a zip with it. Never raises."""
    return _is_ours(starts_with(path, HEAD)) or bool(_member(path))


def _is_ours(head: bytes) -> bool:
    return head.startswith(b"<") and (b"<!DOCTYPE HealthData" in head or bool(ROOT.search(head)))


def _member(path: Path) -> str:
    """The largest XML of a zip that begins as Apple's export; "" where there is none."""
    names = [(size, name) for name, size in members(path).items() if name.lower().endswith(".xml")]
    for _, name in sorted(names, reverse=True)[:20]:
        with (contextlib.suppress(DiaryError), library(path.name, "a zip", "", "damaged"),
              zipfile.ZipFile(path) as archive, archive.open(name) as file):
            if _is_ours(file.read(HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()):
                return name
    return ""


def elements(path: Path, wanted: Collection[str], unread: Counter[str]) -> Iterator[Element]:
    """The records and workouts of the types wanted; the others are counted in `unread`."""
    name = _member(path)
    with contextlib.ExitStack() as opened:
        if name:
            archive = opened.enter_context(zipfile.ZipFile(path))
            inside = archive.getinfo(name)
            if inside.file_size > LARGEST_STREAM or (
                    inside.file_size > UNPACKED and inside.file_size > MOST_INFLATED * inside.compress_size):
                raise DiaryError(f"{path.name}: found more than any export holds. Export it again in Health and give "
                                 "that file.", kind=BEYOND)
            file, size = opened.enter_context(archive.open(name)), inside.file_size
        else:
            file, size = opened.enter_context(path.open("rb")), path.stat().st_size
        yield from _parsed(path.name, file, size, wanted, unread)


def _parsed(name: str, file: IO[bytes], size: int, wanted: Collection[str], unread: Counter[str]) -> Iterator[Element]:
    found: list[Element] = []
    parser = ParserCreate("UTF-8")
    _listen(parser, name, wanted, unread, found)
    with doing(f"Reading {name}") as now:
        read = 0
        for block in _whole_tags(name, file):
            try:
                parser.Parse(block, False)
            except ExpatError as wrong:
                raise _damaged(name, str(wrong)) from None
            read += len(block)
            now.count(read // BLOCK, max(size // BLOCK, 1))
            yield from found
            found.clear()


def _listen(parser, name: str, wanted: Collection[str], unread: Counter[str], found: list[Element]) -> None:
    """What the parser does at each element: as little as can be, a large export has millions."""
    depth = 0
    waiting: list[tuple[int, Element]] = []  # wanted ones whose end has not come yet, with their depth

    def start(tag: str, said: list[str]) -> None:
        nonlocal depth
        depth += 1
        if tag in KINDS:
            kind = said[1] if said and said[0] in NAMED else next(
                (said[i + 1] for i in range(0, len(said), 2) if said[i] in NAMED), tag)
            if kind in wanted:
                waiting.append((depth, Element(type=kind, attributes=dict(zip(said[::2], said[1::2], strict=True)))))
            elif kind in unread or len(unread) < MOST_TYPES:
                unread[kind] += 1
            else:
                unread["others"] += 1
        elif waiting and tag == "MetadataEntry" and "HKTimeZone" in said:
            at, one = waiting.pop()
            waiting.append((at, replace(one, zone=said[said.index("value") + 1] if "value" in said else "")))
        if depth > DEEPEST:
            raise _damaged(name, "elements in elements in elements")

    def end(tag: str) -> None:
        nonlocal depth
        if waiting and waiting[-1][0] == depth:
            found.append(waiting.pop()[1])
        depth -= 1

    parser.ordered_attributes, parser.StartElementHandler, parser.EndElementHandler = True, start, end


def _whole_tags(name: str, file: IO[bytes]) -> Iterator[bytes]:
    """The content from the first element on, in blocks that end with a tag."""
    rest = b""
    with library(name, "an Apple Health export", "Export it again in Health and give that file.", DAMAGED):
        rest = file.read(FIRST_ELEMENT)
    root = ROOT.search(rest)
    if root is None:
        raise _damaged(name, "no HealthData in it")
    rest = rest[root.start():]
    while True:
        cut = rest.rfind(b">") + 1
        if cut:
            block = rest[:cut].translate(None, CONTROLS)
            yield _REFERENCES.sub(b"", block) if b"&#" in block else block
            rest = rest[cut:]
        if len(rest) > LONGEST_TAG:
            raise _damaged(name, "a tag that never ends")
        with library(name, "an Apple Health export", "Export it again in Health and give that file.", DAMAGED):
            more = file.read(BLOCK)
        if not more:
            return
        rest += more


def _damaged(name: str, why: str) -> DiaryError:
    return DiaryError(f"{name}: expected an Apple Health export, found a damaged one ({why}). Export it again in "
                      "Health and give that file.", kind=DAMAGED)
