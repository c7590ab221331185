"""Daylio's backup: a zip with one base64 text of JSON in it. Local date and clock are stated; months count from 0."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from pathlib import Path

from rlskit.diary.readers.archive import damaged, holds, read_member
from rlskit.diary.readers.clock import real_day
from rlskit.diary.readers.parsed import Options, Parsed
from rlskit.diary.readers.rows import SAME_AGAIN
from rlskit.diary.tables import KEPT, issue
from rlskit.errors import DiaryError

MEMBER = "backup.daylio"
BACKUP = "a Daylio backup"


def recognises(path: Path) -> bool:
    """Is it a zip that holds a Daylio backup?"""
    return holds(path, MEMBER)


def parse(path: Path, options: Options) -> Parsed:
    """One backup in the app's terms; a row is an entry, counted from 1 in the order of the file."""
    data = _load(path)
    entries_in = data["dayEntries"]
    if not entries_in:
        raise DiaryError(f"{path.name}: a Daylio backup without entries. Export the diary again and give that file.",
                         kind="no rows below the header")
    groups = {g.get("id"): _whole(str(g.get("name", ""))) for g in data.get("tag_groups", [])}
    tags = {t.get("id"): (_whole(str(t.get("name", ""))).strip(), groups.get(t.get("id_tag_group"), ""))
            for t in data.get("tags", [])}
    entries, mentions, issues = [], [], []
    seen: set[str] = set()
    for row, entry in enumerate(entries_in, start=1):
        said = json.dumps({k: v for k, v in entry.items() if k != "id"}, sort_keys=True)
        if said in seen:
            issues.append(issue(path.name, SAME_AGAIN, row=row))
            continue
        seen.add(said)
        moment = _moment(entry)
        if moment is None:
            issues.append(issue(path.name, "entry without a date and time", row=row))
            continue
        if _contradicted(entry, moment):
            issues.append(issue(path.name, "clock and time stamp disagree", row=row, column="datetime",
                                found=entry["datetime"], expected=f"{moment:%Y-%m-%d %H:%M}", outcome=KEPT,
                                advice="The clock is used."))
        when = {"row": row, "moment": moment, "precision": "minute", "slot": ""}
        entries.append({**when, "group": "mood"})
        for number in dict.fromkeys(entry.get("tags", [])):
            name, group = tags.get(number, ("", ""))
            if name:
                mentions.append({**when, "entry_clock": "entry", "group": group or "activities", "tag": name,
                                 "raw": name})
            else:
                issues.append(issue(path.name, "activity that the backup does not name", row=row, column="tags",
                                    found=number, expected="the number of one of its tags", outcome=KEPT,
                                    advice="That activity was not read."))
    return Parsed(path.name, "daylio", f"backup, version {data.get('version', 'unknown')}", len(entries_in), mentions,
                  entries=entries, issues=issues, date_order="ymd")


def _load(path: Path) -> dict:
    try:
        data = json.loads(base64.b64decode(read_member(path, MEMBER, BACKUP)))
    except (binascii.Error, ValueError, RecursionError) as wrong:
        raise damaged(path, BACKUP, wrong) from None
    if not isinstance(data, dict) or not isinstance(data.get("dayEntries"), list):
        raise DiaryError(f'{path.name}: expected a Daylio backup with "dayEntries", found none. '
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
    local = dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=stamp + offset)
    return abs(local - moment) > dt.timedelta(minutes=1)
