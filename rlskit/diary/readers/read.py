"""read_diary(): a file or a folder → Diary. Recognises the app by content, not by name (detect.py)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rlskit.diary.combine import combine_diaries
from rlskit.diary.mapping import FILE_NAME, MAPPING_NAMES, Mapping, find_mapping
from rlskit.diary.own import SLEEP_QUALITY
from rlskit.diary.readers.assemble import assemble
from rlskit.diary.readers.canonical import is_canonical, read_canonical
from rlskit.diary.readers.detect import UnknownFile, find_reader, readers
from rlskit.diary.readers.parsed import NOT_FILLED, Options, Parsed
from rlskit.diary.readers.years import without_odd_years
from rlskit.diary.tables import ISSUE_COLUMNS, KEPT, Diary, issue, join, table
from rlskit.diary.toml_values import toml_text
from rlskit.errors import DiaryError
from rlskit.utils.files import NOTHING_THERE, beside, is_left_behind, shown_name
from rlskit.utils.kinds import PATH, takes
from rlskit.utils.stamp import file_sha256, unchanged
from rlskit.utils.words import count

NOT_ENTERED = "a folder in the folder, which is not looked into"
USED_BY_NONE = "no tag and no column points to"
NOT_OPENED = "could not be opened"
OWN = ("clinic.toml", "rlskit-looks.json")  # what rlskit keeps beside a diary and its mapping


@takes(PATH)
def read_diary(
    path: str | Path, *, mapping: Mapping | None = None, timezone: str = "", date_order: str = "", person: str = "",
) -> Diary:
    """Read one diary export, or every export in a folder as one person's diary.

    Parameters
    ----------
    path : a file of any known app, or a folder.
    mapping : what the user's tags mean; default: the rlskit.toml beside the file.
    timezone : IANA name; wins over rlskit.toml and the file.
    date_order : ``"dmy"`` or ``"mdy"`` for dates that could be either.
    person : id to give this person; default "me".

    Returns
    -------
    Diary : frozen; every row of the file is used or explained in `Diary.issues`.

    Raises
    ------
    DiaryError : empty, unreadable or unknown file; dates that could be read two ways; unknown time zone.

    Example: ``diary = rk.read_diary("my/bearable.csv")``
    """
    return read_together([Path(path)], mapping=mapping, timezone=timezone, date_order=date_order, person=person)


def read_together(paths: Iterable[Path], **options) -> Diary:
    """Files and folders of one person, as read_diary reads one: their dates are judged beside one another."""
    with tempfile.TemporaryDirectory() as home:
        return _joined([_open(path, Path(home), **options) for path in paths])


def _joined(found: list[tuple[list[_Opened], list[dict], list[Diary]]]) -> Diary:
    opened = [one for files, _, _ in found for one in files]
    judged = without_odd_years([one.parsed for one in opened],
                               [one.options.person or one.mapping.person for one in opened])
    diaries = [_assembled(one, parsed) for one, parsed in zip(opened, judged, strict=True)]
    diary = combine_diaries(*diaries, *(whole for _, _, tables in found for whole in tables))
    unread = [one for _, issues, _ in found for one in issues] + _unused(opened)
    return replace(diary, issues=join([diary.issues, table(unread, ISSUE_COLUMNS)], ISSUE_COLUMNS)) if unread else diary


def _unused(opened: Sequence[_Opened]) -> list[dict]:
    """A remark for each habit and outcome of one's own that no tag and no column of the files points to."""
    told = {tag.own for one in opened
            for tag in (one.mapping.tags | one.mapping.columns | one.parsed.tags).values() if tag.own}
    asked = {own: one.mapping.path for one in opened for own in one.options.own}
    return [issue(path.name if path else FILE_NAME, f"{USED_BY_NONE} [{own.type}s.{toml_text(own.name)}]", outcome=KEPT,
                  advice=f"Write column = {toml_text(own.name)} in the section of the tag or column that holds it.")
            for own, path in asked.items() if own not in told and own.column != SLEEP_QUALITY.column]


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """A file in its app's terms, with what is stated about it."""

    path: Path
    parsed: Parsed
    mapping: Mapping
    options: Options
    sha256: str


def _open(path: Path, home: Path, **options) -> tuple[list[_Opened], list[dict], list[Diary]]:
    """The files of a path, the issues of those that are not read, and the tables of rlskit convert. home : a folder
    for what a zip holds."""
    check_is_there(path)
    if not path.is_dir():
        return *_open_one(path, home, **options), []
    if is_canonical(path):
        return [], [], [read_canonical(path, str(options["person"]))]
    return *_open_folder(path, home, **options), []


def _open_one(path: Path, home: Path, *, mapping: Mapping | None, **options) -> tuple[list[_Opened], list[dict]]:
    """A file, or those in a zip that holds several."""
    from rlskit.diary.readers.packs import is_pack, unpack

    mapping = find_mapping(path.parent) if mapping is None else mapping
    if not is_pack(path):
        return [_open_file(path, mapping=mapping, **options)], []
    files, remarks = unpack(path, Path(tempfile.mkdtemp(dir=home)), mapping.columns)
    if not files:
        find_reader(path)  # says what is wrong with it
    return [_open_file(file, mapping=mapping, **options) for file in files], remarks


def _open_file(path: Path, *, mapping: Mapping, timezone: str, date_order: str, person: str) -> _Opened:
    if unknown := [app for app in mapping.sleep_from if app not in (known := [one.app for one in readers()])]:
        raise DiaryError(f'rlskit.toml, sleep_from: expected some of {", ".join(known)}, found "{unknown[0]}".')
    options = Options(timezone=timezone, zone=timezone or mapping.timezone, travel=mapping.travel, person=person,
                      year=mapping.year, date_order=date_order or mapping.date_order, decimal_mark=mapping.decimal_mark,
                      tells_of=mapping.tells_of, redcap=mapping.redcap,
                      tags=mapping.tags, columns=mapping.columns, own=(*mapping.habits, *mapping.outcomes))
    with unchanged(path) as digest:
        parsed = find_reader(path, mapping.columns).parse(path, options)
    return _Opened(path=path, parsed=_something_read(parsed), mapping=mapping, options=options, sha256=digest)


def _assembled(opened: _Opened, parsed: Parsed) -> Diary:
    diary, mapping = assemble(parsed, opened.mapping, opened.options), opened.mapping.path
    of_mapping = file_sha256(mapping) if mapping is not None and mapping.is_file() else ""
    return replace(diary, source=tuple(replace(s, sha256=opened.sha256, mapping_sha256=of_mapping)
                                       for s in diary.source))


def check_is_there(path: Path) -> None:
    """DiaryError for what is not there, cannot be opened or named in a text, or is no file: a pipe would be waited for.
    """
    if shown_name(path) != path.name:
        raise UnknownFile(f"{shown_name(path)}: expected a name in UTF-8, found other bytes. Rename it and try again.",
                          kind="a name that is not UTF-8")
    try:
        is_there, is_file = path.exists(), path.is_file()
    except OSError as wrong:  # a name longer than a disk takes
        raise DiaryError(f"{path}: cannot be opened ({os.strerror(wrong.errno or 0)}). Check its name.",
                         kind=NOT_OPENED) from None
    if path.is_symlink() and not is_there:
        raise UnknownFile(f"{path.name}: a link to nothing. Give the file that your app exported.",
                          kind="a link to nothing")
    if not is_there:
        raise DiaryError(f"{path}: no such file or folder. {beside(path)}", kind=NOTHING_THERE)
    if not path.is_dir() and not is_file:
        raise UnknownFile(f"{path.name}: expected a file, found a pipe or a device. Give the file that your app "
                          "exported.", kind="a pipe or a device")
    if not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
        raise DiaryError(f"{path}: you have no right to read it. Ask whoever it belongs to, or copy it from where you "
                         "have.", kind=NOT_OPENED)


def _something_read(parsed: Parsed) -> Parsed:
    """The file as parsed; DiaryError where no row of it could be read. What only waits for its tags to be mapped has
    been read."""
    if any((parsed.mentions, parsed.sleeps, parsed.entries, parsed.answers, parsed.events, parsed.reasons)):
        return parsed
    rows = [i for i in parsed.issues if i["row"] is not None]
    if rows and all(i["kind"] == NOT_FILLED for i in rows):  # no answers, or columns that wait for a name
        return parsed
    first = f" The first: {rows[0]['message'].partition(' Left out;')[0]}" if rows else ""
    raise DiaryError(f"{parsed.file}: of its {count(parsed.rows, 'row')} none could be read.{first}",
                     kind="no row could be read")


def _is_filled_folder(path: Path) -> bool:
    """Whether it is a folder with something in it, or one that cannot be looked into; not one of a system."""
    if not path.is_dir() or is_left_behind(path) or path.name.startswith("__"):
        return False
    try:
        return any(path.iterdir())
    except OSError:
        return True


def _open_folder(folder: Path, home: Path, **options) -> tuple[list[_Opened], list[dict]]:
    files = sorted(p for p in folder.iterdir() if not p.is_dir() and p.name not in OWN and p.name not in MAPPING_NAMES
                   and not is_left_behind(p))
    opened, unread = [], [issue(shown_name(inner), NOT_ENTERED, advice="Give its path too, or put its files here.")
                          for inner in sorted(folder.iterdir()) if _is_filled_folder(inner)]
    first: dict[str, str] = {}  # sha256 → the file that holds these bytes
    for file in files:
        try:
            check_is_there(file)
            same = first.setdefault(file_sha256(file), file.name)
            if same == file.name:
                files_of, remarks = _open_one(file, home, **options)
                opened += files_of
                unread += remarks
            else:
                unread.append(issue(file.name, f"the same bytes as {same}, which counts once"))
        except UnknownFile as wrong:  # a known app's file that cannot be read stops the folder: half a diary misleads
            unread.append(issue(shown_name(file), wrong.kind))
    if not opened:
        found = ", ".join(map(shown_name, files[:5])) or "no files"
        raise DiaryError(f"{folder}: expected at least one diary export, found {found}. "
                         "Give the file that your app exported.", kind="not a diary that rlskit knows")
    return opened, unread
