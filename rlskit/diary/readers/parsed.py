"""What every reader hands over: the file's rows in the app's own terms, times made local, nothing mapped yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rlskit.diary.mapping import Redcap, Tag
from rlskit.diary.own import Habit, OwnOutcome
from rlskit.diary.travel import Journey

# One row per thing a file row mentions: a ticked tag, a rated symptom, a dose.
MENTION_COLUMNS: dict[str, str] = {
    "person": "object",
    "row": "Int64",  # line in the file
    "moment": "datetime64[us]",  # local; midnight of the date where there is no clock time
    "precision": "object",  # minute | slot | date
    "slot": "object",
    # event: the clock time is when it happened; entry: when the entry was made; sleep: it stands beside a night's
    # sleep; night: the moment is the night that it tells of
    "entry_clock": "object",
    "beside": "datetime64[us]",  # start of the sleep it stands beside: one night's two sleeps can name the same tag
    "group": "object",  # the app's category: Symptom, Factors, activities ...
    "tag": "object",  # cleaned name, as the user would say it: "Coffee"
    "raw": "object",  # verbatim: "☕ Coffee - Little"
    "level": "object",  # "Little"
    "amount": "Float64",
    "unit": "object",
    "item": "object",  # the movement, and the intent, where the row itself says them; else those of the tag
    "intent": "object",
}

# One row per sleep.
SLEEP_COLUMNS: dict[str, str] = {
    "person": "object",
    "row": "Int64",
    "start": "datetime64[us]",  # local; try-to-sleep or asleep
    "end": "datetime64[us]",
    "bed_time": "datetime64[us]",
    "out_of_bed_time": "datetime64[us]",
    "hours": "Float64",  # elapsed
    "tz": "object",
    "is_nap": "boolean",
    "night": "datetime64[us]",  # only where the source dates the sleep without giving clock times
    "quality": "Float64",  # 1-5
    "origin": "object",  # diary_reported | diary_computed | device:<name>
}

# One row per file row that shows the diary was open that day.
ENTRY_COLUMNS: dict[str, str] = {
    "person": "object",
    "row": "Int64",
    "moment": "datetime64[us]",
    "precision": "object",
    "slot": "object",
    "group": "object",
    "beside": "datetime64[us]",  # start of the sleep, where the row is one
    "tells_of": "object",  # "last night" where the moment is the night before the entry's own; else ""
}

# kinds of issues that others look for
NOT_FILLED = "the night was not filled in"
MORNING_DATES = "dates with a clock time by day"


@dataclass(frozen=True)
class Parsed:
    """One file in the app's terms.

    `answers` (canonical daily columns) and `events` (canonical event columns), both with `row`, are for sources that
    name nights and answers themselves, such as rlskit's own template; they pass through unmapped.

    `reasons` says, for rows that end up with nothing used, why (row → kind); other such rows are explained as
    "no mapped tag" if they are entries.

    `tags` is what the file's own columns mean where they are read as tags, by tag_key; the other tags stand in the
    mapping.
    """

    file: str
    app: str
    layout: str
    rows: int  # data rows (records) in the file
    mentions: list[dict] = field(default_factory=list)
    sleeps: list[dict] = field(default_factory=list)
    entries: list[dict] = field(default_factory=list)
    answers: list[dict] = field(default_factory=list)
    events: list[dict] = field(default_factory=list)
    issues: list[dict] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    sites: tuple[tuple[str, str], ...] = ()  # (person, site)
    timezone: str = ""
    date_order: str = ""
    columns: str = ""  # of a table of one's own: what rlskit.toml says that each is
    says_no: bool = False  # a no is written down, so that what is not there is no answer


@dataclass(frozen=True)
class Options:
    """What the caller states: each wins over rlskit.toml."""

    timezone: str = ""
    zone: str = ""  # the same, else that of rlskit.toml
    travel: tuple[Journey, ...] = ()  # days in another time zone than that
    date_order: str = ""
    decimal_mark: str = ""  # "," or ".", of tables
    person: str = "me"
    year: int | None = None  # of the first date, where dates have none
    tells_of: str = ""  # the night that a row of a template tells of
    redcap: Redcap = field(default_factory=Redcap)  # what only a REDCap study says
    tags: dict[str, Tag] = field(default_factory=dict)  # those of rlskit.toml, by tag_key
    columns: dict[str, Tag] = field(default_factory=dict)  # what the columns of a table mean, by tag_key(header)
    own: tuple[Habit | OwnOutcome, ...] = ()  # habits and outcomes of one's own


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What a reader says of itself: its `app`, what people call it, the `files` it reads where that needs saying,
    and whether it is a `device`, whose records do not show that anybody wrote in a diary.

    streams : it reads files of any size as they stream by, and is asked before the limit on a file's size.
    recognises : says by content whether the app wrote a file; never raises. parse : reads the whole file.
    columns, needed : the names in the app's header, and those without which nothing is read, as `spelled` spells them:
        by these a file that is almost an export of the app is told what it lacks (resembles.py).
    """

    app: str
    called: str
    recognises: Callable[[Path], bool]
    parse: Callable[[Path, Options], Parsed]
    files: str = ""
    device: bool = False
    streams: bool = False
    columns: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    spelled: Callable[[str], str] = str.casefold
