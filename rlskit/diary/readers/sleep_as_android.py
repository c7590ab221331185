"""Sleep as Android's sleep-export.csv, alone or in the app's backup zip.

Every record brings its own header line, then a data line, then noise lines. Whoever shares a file may have cut cells: a
sleep needs its Id, From, To and Hours.

Facts, from real exports (docs/data-dictionary.md):

* `From`, `To` are local clock times, day first whatever the phone's language; `Tz` is the zone of that record.
* `Hours` is what really passed, so the end is start + Hours in `Tz`. `To` goes wrong by an hour on some nights when the
  clocks change and is only compared. `LenAdjust` (minutes) is not applied: Hours agrees with To − From without it.
* `Id` is the start in epoch milliseconds; a spreadsheet turns it into 1.59E+12. It is read only where it agrees with
  `From`, and then only to tell the two passes of the hour that autumn repeats.
* `Rating` goes in quarters of a star from 0.25; 0.0 means not rated; -1 and -2 mean "switched off".
* `Comment` is free text with hashtags. Only the hashtags are read, never the words.
* Behind the fixed columns stand movement, a cell every few minutes below its clock time, and event cells
  (`LABEL-epochms-value`). Movement is a number without a unit, and one below zero, which paused nights are full of, is
  none. Its mean, and the times that AWAKE begins in a night with stages, are tags of the night. Not read: other events,
  and the noise curve.

A sleep is a nap if the comment says "Nap length" or #nap, or if it starts between 09:00 and 18:00 and lasts under 3 h.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from rlskit.diary.night_rule import add_elapsed, elapsed_hours, night_of_sleep, zone
from rlskit.diary.readers.archive import members, read_member
from rlskit.diary.readers.clock import real_day
from rlskit.diary.readers.devices import MEASURED
from rlskit.diary.readers.limits import beyond_text
from rlskit.diary.readers.parsed import Options, Parsed, Reader
from rlskit.diary.readers.sleep_as_android_records import (
    FIXED,
    NEEDED,
    Record,
    cells_of,
    delimiter_of,
    is_header,
    read_records,
)
from rlskit.diary.readers.text import as_text, number, read_text
from rlskit.diary.tables import CELL_OUT, KEPT, issue
from rlskit.errors import DiaryError
from rlskit.utils.words import count

APP = "sleep_as_android"
MEMBER = "sleep-export.csv"  # of the backup
NAP_HOURS = 3.0
NAP_STARTS = (9, 18)  # o'clock, local
LEAST_STARS, MOST_STARS = 0.25, 5
MOST_MOVED = 1e6
STAGES = ("LIGHT_START", "DEEP_START", "REM_START", "AWAKE_START")
TOLERANCE_MIN = 5.0  # To is written to the minute and Hours may be rounded

AGAIN = "the same sleep again"
UNREADABLE = "the start of the sleep cannot be read"
NO_LENGTH = "sleep of no or impossible length"
CUT_OFF = "the file breaks off in this record"
CLOCK_CHANGE = "the clocks changed in this night: From to To is not the time slept, Hours is"
DISAGREES = "To does not agree with From + Hours"

_STAMP = re.compile(r"^\s*(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})\s+(\d{1,2}):(\d{2})\s*$")
_HASHTAG = re.compile(r"#([^\s#,;]+)")
_COUNTED = re.compile(r"^(.+)_(\d+)x$")
_ADDED_BY_APP = re.compile(r"fullmoon|newmoon|geo\d+|watch|light")
_NAP_TEXT = re.compile(r"\bnap length\b|#nap\b", re.IGNORECASE)


@dataclass(frozen=True)
class Sleep:
    """One record understood: local start and end, elapsed hours, and its zone ("" = none known)."""

    start: dt.datetime
    end: dt.datetime
    hours: float
    tz: str


def recognises(path: Path) -> bool:
    """Whether the first line is this app's header, quoted or re-saved by a spreadsheet, or the file its backup."""
    if MEMBER in members(path):
        return True
    try:
        text, _ = read_text(path)
        return is_header(cells_of(text.lstrip("\r\n").split("\n", 1)[0], delimiter_of(text)))
    except (DiaryError, OSError):
        return False


def _text(path: Path) -> tuple[str, list[dict]]:
    """The text of the export, which the app's own backup holds beside its settings."""
    if MEMBER in members(path):
        raw = read_member(path, MEMBER, "a Sleep as Android backup")
        too_much, advice = beyond_text(raw)
        if too_much:
            raise DiaryError(f"{path.name}: found {too_much}. {advice}", kind=too_much)
        return as_text(raw, path.name)
    return read_text(path)


def parse(path: Path, options: Options) -> Parsed:
    """Every record of the file as a sleep with its hashtags, or an issue that says why not.

    Raises
    ------
    DiaryError : empty file, not text, or headers without a record.
    """
    text, issues = _text(path)
    records, stray = read_records(text)
    if delimiter_of(text) == ";":
        issues.append(issue(path.name, "semicolons between the cells", outcome=KEPT))
    if not records:
        raise DiaryError(f"{path.name}: expected sleeps below the header, found none. Export again from Sleep as "
                         "Android (Settings > Backup > Export data) and give that file.",
                         kind="no rows below the header")
    issues += [issue(path.name, "a line that belongs to no record", row=line) for line in stray]
    issues += _absent_cells(path.name, records)
    out = Parsed(path.name, APP, _layout(records), rows=len(records) + len(stray), issues=issues,
                 date_order="dmy")
    seen: dict[tuple, list[str]] = {}
    understood = [(r, sleep) for r in records if (sleep := _understand(r, options, out)) is not None]
    nights = night_of_sleep(pd.Series([sleep.start for _, sleep in understood], dtype="datetime64[us]"))
    for (record, sleep), night in zip(understood, nights, strict=True):
        _hand_over(record, sleep, night, seen, out)
    return replace(out, timezone=_commonest(s["tz"] for s in out.sleeps))


def _absent_cells(file: str, records: list[Record]) -> list[dict]:
    """A remark on the records that somebody cut and that can be read all the same, at the line of the first."""
    cut = [r for r in records if r.absent and not r.cut_off]
    if not cut:
        return []
    names = ", ".join(dict.fromkeys(name for r in cut for name in r.absent))
    return [issue(file, f"{count(len(cut), 'record')} without {names}", row=cut[0].line, outcome=KEPT)]


# --- records to sleeps -----------------------------------------------------------------------------------------------
def _layout(records: list[Record]) -> str:
    if not any(r["Id"].isdecimal() for r in records):
        return "re-saved by a spreadsheet, Ids destroyed"
    return "CSV" if "DeepSleep" in records[0].cells else "CSV up to Cycles"


def _commonest(names) -> str:
    """The zone that most sleeps have; of several, the one that came first."""
    counts = Counter(name for name in names if name)
    return counts.most_common(1)[0][0] if counts else ""


def _understand(record: Record, options: Options, out: Parsed) -> Sleep | None:
    """The sleep of a record; None, with an issue that explains the row, where there is none."""
    def wrong(kind: str, column: str, expected: str, outcome: str | None = None) -> None:
        extra = {"outcome": outcome} if outcome else {}
        out.issues.append(issue(out.file, kind, row=record.line, column=column, found=record[column],
                                expected=expected, **extra))

    if record.cut_off:
        out.issues.append(issue(out.file, CUT_OFF, row=record.line))
        return None
    start, to = _stamp(record["From"]), _stamp(record["To"])
    if start is None:
        wrong(UNREADABLE, "From", "a moment such as 28. 10. 2026 23:16")
        return None
    tz = _zone_of(record["Tz"], options, wrong)
    hours = _number(record["Hours"])
    if hours is None and to is not None:
        hours = elapsed_hours(start, to, tz)
        wrong("no Hours: the length is that from From to To", "Hours", "a number", KEPT)
        to = None  # nothing left to compare it with
    if hours is None or not 0 < hours <= 24:
        wrong(NO_LENGTH, "Hours", "more than 0 and at most 24")
        return None
    start = start.replace(fold=_pass(record["Id"], start, tz))
    end = add_elapsed(start, hours, tz) if tz else start + dt.timedelta(hours=hours)
    sleep = Sleep(start.replace(fold=0), end.replace(fold=0), hours, tz.key if tz else "")
    _compare(record, sleep, to, out)
    return sleep


def _compare(record: Record, sleep: Sleep, to: dt.datetime | None, out: Parsed) -> None:
    """Remarks where To tells another story than From + Hours."""
    if to is None:
        return
    minutes = (to - sleep.end).total_seconds() / 60
    wall = (to - sleep.start).total_seconds() / 60 - 60 * sleep.hours
    adjust = _number(record["LenAdjust"]) or 0.0
    found = f"{record['From']} to {record['To']}, Hours {record['Hours']}"
    agrees = any(abs(minutes + by) <= TOLERANCE_MIN for by in (0.0, adjust, -adjust))
    if not agrees:
        out.issues.append(issue(out.file, DISAGREES, row=record.line, column="To", found=found,
                                expected=f"{sleep.end:%d. %m. %Y %H:%M}", outcome=KEPT, advice="Hours is used."))
    elif abs(minutes - wall) > 30:
        out.issues.append(issue(out.file, CLOCK_CHANGE, row=record.line, column="To", found=found, outcome=KEPT))


def _zone_of(name: str, options: Options, wrong) -> ZoneInfo | None:
    """The record's own zone; the stated one only where the record names none that exists."""
    try:
        return zone(name) if name else zone(options.timezone) if options.timezone else None
    except DiaryError:
        wrong("unknown time zone", "Tz", "an IANA time zone such as Europe/London", KEPT)
        return zone(options.timezone, "--timezone") if options.timezone else None


def _pass(written: str, start: dt.datetime, tz: ZoneInfo | None) -> int:
    """0, or 1 where an intact Id says that the start lies in the second pass of an hour that occurs twice."""
    if tz is None or not written.isdecimal():
        return 0
    moment = dt.datetime.fromtimestamp(int(written) / 1000, tz) if len(written) <= 14 else None
    if moment is None or abs((moment.replace(tzinfo=None, fold=0) - start).total_seconds()) > 120:
        return 0
    return moment.fold


def _stamp(text: str) -> dt.datetime | None:
    found = _STAMP.match(text)
    if not found:
        return None
    day, month, year, hour, minute = (int(part) for part in found.groups())
    try:
        return dt.datetime.combine(real_day(year, month, day), dt.time(hour, minute))
    except ValueError:
        return None


def _number(text: str) -> float | None:
    """A number of the app, three decimals and no thousands, a comma where the phone's language has one."""
    try:
        return number(text.replace(",", "."))
    except ValueError:
        return None


# --- what a record hands over ----------------------------------------------------------------------------------------
def _hand_over(record: Record, sleep: Sleep, night: pd.Timestamp, seen: dict[tuple, list[str]], out: Parsed) -> None:
    """The sleep, its hashtags and the proof that the app was used, unless the same sleep came before."""
    comment = record["Comment"].replace("\\n", " ")
    tags = [_mention(word, sleep, night, record.line) for word in _HASHTAG.findall(comment)]
    is_nap = _is_nap(sleep, comment)
    key = (sleep.start, sleep.hours, sleep.tz)
    if key in seen:
        same = [t["raw"] for t in tags] == seen[key]
        kind = AGAIN if same else f"{AGAIN}, with other hashtags"
        out.issues.append(issue(out.file, kind, row=record.line, advice="The first is used."))
        return
    seen[key] = [t["raw"] for t in tags]
    out.sleeps.append({
        "person": "", "row": record.line, "start": sleep.start, "end": sleep.end, "hours": sleep.hours,
        "tz": sleep.tz, "is_nap": is_nap, "quality": _quality(record, out),
        "origin": f"device:{APP}"})
    out.mentions.extend(tags)
    out.mentions.extend(_of_sleep(sleep, night, record.line) | {
        "group": MEASURED, "tag": name, "raw": name, "amount": amount, "unit": unit}
        for name, amount, unit in ([] if is_nap else _counted(record)))
    out.entries.append({"person": "", "row": record.line, "moment": night, "precision": "date", "slot": "",
                        "group": "sleep", "beside": sleep.start})


def _counted(record: Record) -> list[tuple[str, float, str]]:
    """What the phone counted in the night: how much it moved on average, how often its stages say awake."""
    moved = [value for cell in record.movement if (value := _number(cell)) is not None and 0 <= value < MOST_MOVED]
    labels = [event.partition("-")[0] for event in record.events]
    staged = any(label in STAGES for label in labels)
    return [*([("Mean movement", sum(moved) / len(moved), "")] if moved else []),
            *([("Awakenings", float(labels.count("AWAKE_START")), "count")] if staged else [])]


def _of_sleep(sleep: Sleep, night: pd.Timestamp, line: int) -> dict:
    """A mention of what stands beside a sleep."""
    return {"person": "", "row": line, "moment": night, "precision": "date", "slot": "", "entry_clock": "sleep",
            "beside": sleep.start, "level": ""}


def _mention(word: str, sleep: Sleep, night: pd.Timestamp, line: int) -> dict:
    """A hashtag: its name, how often (where written), on the night of its sleep; it has no clock time of its own."""
    word = word.rstrip(".!?:)")
    counted = _COUNTED.match(word)
    name = counted[1] if counted else word
    return _of_sleep(sleep, night, line) | {
        "group": "added by the app" if _ADDED_BY_APP.fullmatch(name) else "hashtags", "tag": name, "raw": f"#{word}",
        "amount": float(counted[2]) if counted else None, "unit": "count" if counted else ""}


def _is_nap(sleep: Sleep, comment: str) -> bool:
    by_day = NAP_STARTS[0] <= sleep.start.hour < NAP_STARTS[1]
    return bool(_NAP_TEXT.search(comment)) or (by_day and sleep.hours < NAP_HOURS)


def _quality(record: Record, out: Parsed) -> float | None:
    """The stars, up to 5; 0.0 and what is below it is "not rated"."""
    rating = _number(record["Rating"])
    if rating is None or rating <= 0:
        return None
    if LEAST_STARS <= rating <= MOST_STARS:
        return rating
    out.issues.append(issue(out.file, "rating out of range", row=record.line, column="Rating", found=f"{rating:g}",
                            expected=f"{LEAST_STARS}–{MOST_STARS}", outcome=CELL_OUT))
    return None


READER = Reader(app=APP, called="Sleep as Android", recognises=recognises, parse=parse, files="CSV or its backup zip",
                device=True, columns=FIXED, needed=NEEDED)
