"""combine_diaries(): one person's symptom diary and wearable sleep, joined on the night."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from rlskit.diary.conflicts import disagreements
from rlskit.diary.mapping import tag_key
from rlskit.diary.night_rule import assign_nights, follow_entries
from rlskit.diary.sleeps import sleep_again, sleep_from
from rlskit.diary.tables import (
    DAILY_COLUMNS,
    ISSUE_COLUMNS,
    KEPT,
    TAG_COLUMNS,
    Diary,
    Source,
    diary_of_file,
    issue,
    join,
    merge,
    people,
    table,
)
from rlskit.errors import DiaryError

SEVERITY_CELLS = ("severity_0_10", "severity_raw", "severity_scale")
TELL_APART = pd.Timedelta(hours=1)
HOW_CHOSEN = "That of the first app in sleep_from of rlskit.toml is used, else the device's, else the longer sleep."
TWICE = "already read in another file"


def combine_diaries(*diaries: Diary) -> Diary:
    """One diary of one person out of several files, for example Bearable for symptoms and Sleep as Android for sleep.

    The order in which the diaries are given makes no difference: apps come by name, and of one app the export that
    goes on longest comes first. Every answer keeps its first value; sleep cells come as a block, from the first app of
    `sleep_from` in rlskit.toml that has the night, else from a device, else the longest. Nights on which two sources
    put the main sleep more than an hour apart are listed in `issues`, as is every night and column in which two
    files answer differently, with the file whose answer is used.
    Events, and tags that speak of the day of their entry, are put on their nights again, now that more waking times are
    known; an event that is in two files counts once, and the row of the second is listed. Files of one name are told
    apart as "name", "name (2)".

    Raises
    ------
    DiaryError : no diary given, or diaries of different people.

    Example: ``diary = rk.combine_diaries(diary)``
    """
    if not diaries:
        raise DiaryError("combine_diaries: expected at least one diary, found none.")
    if len(diaries) == 1:
        return diaries[0]
    who = sorted({p for d in diaries for p in people(d)})
    if len(who) > 1:
        raise DiaryError(f"combine_diaries: expected files of one person, found {len(who)} ({', '.join(who[:5])}). "
                         "Read each person's files on their own.")
    parts = _told_apart(sorted(diaries, key=_place))
    both = merge(parts)
    events = both.events.drop_duplicates("event_id").reset_index(drop=True)
    daily, events = sleep_again(both.daily, events, sleep_from=sleep_from(both))
    daily = _calm(daily)
    twice = _rows_read_twice(both.events, events)
    on_their_nights = [replace(d, events=follow_entries(assign_nights(d.events, daily))) for d in parts]
    said = [*(issue(file, TWICE, row=row) for file, row in twice), *_disagreements(both.daily),
            *disagreements(on_their_nights)]
    issues = join([both.issues, table(said, ISSUE_COLUMNS)], ISSUE_COLUMNS)
    return replace(both, daily=daily, events=follow_entries(assign_nights(events, daily)), issues=issues,
                   source=_used_once(both.source, twice), tags=_tags(both, overlap=len(events) < len(both.events)))


def _place(diary: Diary) -> tuple:
    """Apps by name, and of one app the newest export first: what was corrected since stands in it."""
    last = diary.events["night"].max() if len(diary.events) else diary.daily["night"].max()
    return ([s.app for s in diary.source], -last.value if pd.notna(last) else 0,
            [(s.file, s.sha256) for s in diary.source], -len(diary.events))


def _told_apart(diaries: Sequence[Diary]) -> list[Diary]:
    """The diaries with a file name of its own for every file, so that rows and entries of two are never mixed up."""
    taken: set[str] = set()
    parts = []
    for diary in diaries:
        new = {}
        for name in dict.fromkeys(s.file for s in diary.source):
            number = 2
            new[name] = name
            while new[name] in taken:
                new[name] = f"{name} ({number})"
                number += 1
        taken |= set(new.values())
        if any(name != other for name, other in new.items()):
            events, issues, tags = (t.assign(file=t["file"].replace(new))
                                    for t in (diary.events, diary.issues, diary.tags))
            source = tuple(replace(s, file=new[s.file]) for s in diary.source)
            diary = replace(diary, events=events, issues=issues, source=source, tags=tags)
        parts.append(diary)
    return parts


def _rows_read_twice(events: pd.DataFrame, kept: pd.DataFrame) -> list[tuple[str, int]]:
    """(file, row) of rows whose every event is in an earlier file; the rows of a template answer more than events."""
    rows = [t.loc[t["type"].ne("note") & t["app"].ne("template") & t["row"].notna(), ["file", "row"]]
            .drop_duplicates() for t in (events, kept)]
    left = set(rows[1].itertuples(index=False, name=None))
    return [(str(file), int(row)) for file, row in rows[0].itertuples(index=False, name=None)
            if (file, row) not in left]


def _used_once(source: Iterable[Source], twice: list[tuple[str, int]]) -> tuple[Source, ...]:
    files = [file for file, _ in twice]
    return tuple(replace(s, rows_used=s.rows_used - files.count(s.file)) for s in source)


def _tags(both: Diary, *, overlap: bool) -> pd.DataFrame:
    """Each tag of a diary once, with its dates over all files; one that is mapped but was never seen, once of all apps.

    overlap : the files have events in common. Then the number is that of the file with most: at least so many.
    """
    tags = both.tags.assign(key=both.tags["tag"].map(tag_key),
                            diary=both.tags["file"].replace(diary_of_file(both.source)))
    unused = tags["n"].eq(0)
    tags = tags[~unused | (~tags["key"].isin(tags["key"][~unused]) & ~tags["key"].duplicated())]
    same = tags.groupby(["person", "diary", "key"], sort=False)
    once = same.agg("first")
    once["n"], once["first"] = same["n"].agg("max" if overlap else "sum"), same["first"].min()
    once["last"] = same["last"].max()
    return table(once.reset_index(), TAG_COLUMNS)


def _calm(daily: pd.DataFrame) -> pd.DataFrame:
    """A night that the first answer calls free of symptoms takes none from another file; conflicts.py lists them."""
    out = daily.copy()
    calm = out["symptoms"].eq("no")
    out.loc[calm, "symptoms_began"] = None
    out.loc[calm & out["severity_0_10"].gt(0).fillna(False), list(SEVERITY_CELLS)] = None
    return table(out, DAILY_COLUMNS)


def _disagreements(daily: pd.DataFrame) -> list[dict]:
    """Issues for nights whose sources put lights-out more than an hour apart."""
    found = []
    for night, rows in daily[daily["lights_out"].notna()].groupby("night"):
        spread = rows["lights_out"].max() - rows["lights_out"].min()
        if rows["tst_source"].nunique() > 1 and spread > TELL_APART:
            clocks = " and ".join(f"{t:%H:%M}" for t in rows["lights_out"])
            found.append(issue(
                " + ".join(dict.fromkeys(rows["tst_source"])), "two sources disagree about the sleep of a night",
                column="lights_out", found=f"{night:%Y-%m-%d}: {clocks}", expected="one time",
                outcome=KEPT, advice=HOW_CHOSEN))
    return found
