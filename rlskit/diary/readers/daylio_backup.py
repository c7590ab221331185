"""Daylio's backup: a zip with one base64 text of JSON in it. Local date and clock are stated; months count from 0."""

from __future__ import annotations

import base64
import datetime as dt
import json
from pathlib import Path

from rlskit.diary.readers.archive import in_backup, members, read_member
from rlskit.diary.readers.clock import real_day
from rlskit.diary.readers.limits import beyond_json
from rlskit.diary.readers.parsed import Options, Parsed
from rlskit.diary.readers.rows import SAME_AGAIN
from rlskit.diary.tables import KEPT, issue
from rlskit.errors import DiaryError

MEMBER = "backup.daylio"
BACKUP = "a Daylio backup"
NO_NAME = "activity that the backup does not name"


def recognises(path: Path) -> bool:
    """Is it a zip that holds a Daylio backup?"""
    return MEMBER in members(path)


def parse(path: Path, options: Options) -> Parsed:
    """One backup in the app's terms; a row is an entry, counted from 1 in the order of the file."""
    data = _load(path)
    entries_in = data["dayEntries"]
    if not entries_in:
        raise DiaryError(f"{path.name}: a Daylio backup without entries. Export the diary again and give that file.",
                         kind="no rows below the header")
    names = _names(data)
    out = Parsed(path.name, "daylio", f"backup, version {_whole(str(data.get('version', 'unknown')))}", len(entries_in),
                 date_order="ymd")
    seen: set[str] = set()
    for row, entry in enumerate(entries_in, start=1):
        if not isinstance(entry, dict) or not isinstance(entry.get("tags", []), list):
            out.issues.append(issue(path.name, "an entry that cannot be read", row=row))
            continue
        said = json.dumps({k: v for k, v in entry.items() if k != "id"}, sort_keys=True)
        if said in seen:
            out.issues.append(issue(path.name, SAME_AGAIN, row=row))
            continue
        seen.add(said)
        moment = _moment(entry)
        if moment is None:
            out.issues.append(issue(path.name, "entry without a date and time", row=row))
            continue
        if _contradicted(entry, moment):
            out.issues.append(issue(path.name, "clock and time stamp disagree", row=row, column="datetime",
                                    found=entry["datetime"], expected=f"{moment:%Y-%m-%d %H:%M}", outcome=KEPT,
                                    advice="The clock is used."))
        when = {"row": row, "moment": moment, "precision": "minute", "slot": ""}
        _read_entry(entry.get("tags", []), when, names, out)
    return out


def _names(data: dict) -> dict[str, tuple[str, str]]:
    """(name, group) of each activity by its number; what has no name in the backup is told where an entry has it."""
    def named(key: str) -> list[dict]:
        return [one for one in data.get(key, []) if isinstance(one, dict) and isinstance(one.get("name"), str)]

    groups = {str(g.get("id")): _whole(g["name"]) for g in named("tag_groups")}
    return {str(t.get("id")): (_whole(t["name"]).strip(), groups.get(str(t.get("id_tag_group")), ""))
            for t in named("tags")}


def _read_entry(numbers: list, when: dict, names: dict[str, tuple[str, str]], out: Parsed) -> None:
    """What an entry mentions. Where one of its activities has no name, it does not show that another was left out."""
    told = {number: names.get(number, ("", "")) for number in (_whole(str(n)) for n in numbers)}
    for number, (name, group) in told.items():
        if name:
            out.mentions.append({**when, "entry_clock": "entry", "group": group or "activities", "tag": name,
                                 "raw": name})
        else:
            out.issues.append(issue(out.file, NO_NAME, row=when["row"], column="tags", found=number,
                                    expected="the number of one of its tags", outcome=KEPT,
                                    advice="That activity was not read."))
    if all(name for name, _ in told.values()):
        out.entries.append({**when, "group": "mood"})
    elif not any(name for name, _ in told.values()):
        out.reasons[when["row"]] = NO_NAME


def _load(path: Path) -> dict:
    raw = read_member(path, MEMBER, BACKUP)
    with in_backup(path, BACKUP):
        text = base64.b64decode(raw)
        if beyond_json(text):
            raise DiaryError(f"{path.name}: expected the backup of one diary, found more values than any has. Export "
                             "the CSV in Daylio and give that file.", kind="damaged backup")
        data = json.loads(text)
    if not isinstance(data, dict) or not isinstance(data.get("dayEntries"), list):
        raise DiaryError(f'{path.name}: expected a Daylio backup with "dayEntries", found none. '
                         "Export the CSV in Daylio and give that file.", kind="damaged backup")
    for key in ("tags", "tag_groups"):
        if not isinstance(data.get(key, []), list):
            raise DiaryError(f'{path.name}: expected a Daylio backup with a list of "{key}", found something else. '
                             "Export the CSV in Daylio and give that file.", kind="damaged backup")
    return data


def _whole(text: str) -> str:
    """The text with half emoji (lone surrogates, which no file could hold again) replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _moment(entry: dict) -> dt.datetime | None:
    """Local wall clock of an entry. January is month 0."""
    try:
        day = real_day(entry["year"], entry["month"] + 1, entry["day"])
        return dt.datetime.combine(day, dt.time(entry["hour"], entry["minute"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _contradicted(entry: dict, moment: dt.datetime) -> bool:
    """Does the time stamp, with its own offset from UTC, say another minute than the clock fields?"""
    stamp, offset = entry.get("datetime"), entry.get("timeZoneOffset")
    if not isinstance(stamp, int) or not isinstance(offset, int):
        return False
    try:
        local = dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=stamp + offset)
    except OverflowError:  # of no year
        return True
    return abs(local - moment) > dt.timedelta(minutes=1)
