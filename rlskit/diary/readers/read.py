"""read_diary(): a file or a folder → Diary. Recognises the app by content, not by name (detect.py)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rlskit.diary.combine import combine_diaries
from rlskit.diary.mapping import MAPPING_NAMES, Mapping, find_mapping
from rlskit.diary.readers.assemble import assemble
from rlskit.diary.readers.canonical import is_canonical, read_canonical
from rlskit.diary.readers.detect import UnknownFile, find_reader
from rlskit.diary.readers.parsed import Options, Parsed
from rlskit.diary.readers.template_rows import NOT_FILLED
from rlskit.diary.tables import ISSUE_COLUMNS, Diary, issue, join, table
from rlskit.errors import DiaryError
from rlskit.utils.kinds import PATH, takes
from rlskit.utils.stamp import file_sha256
from rlskit.utils.words import count

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
    """
    path = Path(path)
    if not path.exists():
        raise DiaryError(f"{path}: no such file or folder.")
    if path.is_dir():
        return _read_folder(path, mapping=mapping, timezone=timezone, date_order=date_order, person=person)
    mapping = find_mapping(path.parent) if mapping is None else mapping
    reader = find_reader(path, mapping.columns)
    options = Options(timezone=timezone, date_order=date_order or mapping.date_order, person=person,
                      redcap=mapping.redcap, tags=mapping.tags, columns=mapping.columns)
    diary = assemble(_something_read(reader.parse(path, options)), mapping, options)
    of_mapping = file_sha256(mapping.path) if mapping.path is not None and mapping.path.is_file() else ""
    return replace(diary, source=tuple(replace(s, sha256=file_sha256(path), mapping_sha256=of_mapping)
                                       for s in diary.source))


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


def _read_folder(folder: Path, **options) -> Diary:
    if is_canonical(folder):
        return read_canonical(folder, str(options["person"]))
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.name not in OWN and p.name not in MAPPING_NAMES
                   and not p.name.startswith("."))
    diaries, unread = [], []
    first: dict[str, str] = {}  # sha256 → the file that holds these bytes
    for file in files:
        same = first.setdefault(file_sha256(file), file.name)
        try:
            if same == file.name:
                diaries.append(read_diary(file, **options))
            else:
                unread.append(issue(file.name, f"the same bytes as {same}, which counts once"))
        except UnknownFile as wrong:  # a known app's file that cannot be read stops the folder: half a diary misleads
            unread.append(issue(file.name, wrong.kind))
    if not diaries:
        found = ", ".join(p.name for p in files[:5]) or "no files"
        raise DiaryError(f"{folder}: expected at least one diary export, found {found}. "
                         "Give the file that your app exported.", kind="not a diary that rlskit knows")
    diary = combine_diaries(*diaries)
    return replace(diary, issues=join([diary.issues, table(unread, ISSUE_COLUMNS)], ISSUE_COLUMNS))
