"""Symptoms told in the morning: of which night? Until rlskit.toml says so (`tells_of`), nothing is claimed of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from rlskit.diary.night_rule import LAST_NIGHT, NIGHT_STARTS, clock_minutes, on_the_day
from rlskit.diary.tables import Diary, diary_of_file
from rlskit.nights.landmark import minutes_on_night, spans

ENTRY = ["file", "row"]
BY_CLOCK = ("wake_to_wake", "fallback_0600", "slot")
# Restless legs by day happen, too: so many ticks, and such a share of all, are no longer a few of those.
LEAST, SHARE = 3, 0.1


@dataclass(frozen=True, kw_only=True)
class Unsettled:
    """`morning` of `ticks` symptom ticks stand in the morning or at midday; `tags` are the (app, tag) that they are of,
    whose night nobody has told."""

    morning: int
    ticks: int
    tags: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return (f"{self.morning} of {self.ticks} entries about restless legs were made in the morning or at midday, "
                "and rlskit.toml does not say whether they tell of the night before. `rlskit check` shows what each "
                "reading gives and the line that settles it.")


def told_in_the_morning(diary: Diary, night_starts: str = NIGHT_STARTS) -> pd.DataFrame:
    """The symptom ticks that were written between waking and noon, or for a slot of the morning or midday, while
    rlskit.toml leaves open which night they tell of: rows of `diary.events`. Where an entry has a clock time and its
    ticks have none, the entry's counts."""
    ticks, noon = _open_ticks(diary), clock_minutes(night_starts)
    notes = diary.events[diary.events["type"].eq("note") & diary.events["time_precision"].eq("minute")]
    entry = minutes_on_night(notes["start_local"], notes["night_date"]).set_axis(pd.MultiIndex.from_frame(notes[ENTRY]))
    clock = entry[~entry.index.duplicated()].reindex(pd.MultiIndex.from_frame(ticks[ENTRY])).to_numpy(float)
    by_clock = ticks["night_rule"].isin(BY_CLOCK) & (spans(ticks)["end"].le(noon) | ticks["slot"].isin(["am", "mid"]))
    return ticks[by_clock | (ticks["time_precision"].eq("date") & (clock <= noon))]


def unsettled(diary: Diary, night_starts: str = NIGHT_STARTS) -> Unsettled | None:
    """What is to be settled before anything is claimed about symptoms; None where nothing is."""
    morning, ticks = len(told_in_the_morning(diary, night_starts)), len(_symptoms(diary.events))
    if morning < LEAST or morning < SHARE * ticks:
        return None
    named = diary.tags[_open(diary.tags)][["app", "tag"]].drop_duplicates()
    return Unsettled(morning=morning, ticks=ticks, tags=tuple(named.itertuples(index=False, name=None)))


def read_as(diary: Diary, tells_of: str) -> Diary:
    """The diary with the symptom ticks that are open read so; tells_of : "last night", "tonight", "the clock time"."""
    tags = diary.tags.assign(tells_of=diary.tags["tells_of"].mask(_open(diary.tags), tells_of))
    if tells_of == "the clock time":
        return replace(diary, tags=tags)
    which = diary.events.index.isin(_open_ticks(diary).index)
    return replace(diary, tags=tags, events=on_the_day(diary.events, which, which & (tells_of == "last night")))


def _symptoms(events: pd.DataFrame) -> pd.DataFrame:
    """Ticks of a yes, with a night."""
    return events[events["type"].eq("symptom") & events["item"].ne("early_symptoms") & events["night_date"].notna()
                  & events["amount"].ne(0).fillna(True)]


def _open_ticks(diary: Diary) -> pd.DataFrame:
    """The symptom ticks of diaries that have a tag of which nobody said which night it tells of."""
    whole, ticks = diary_of_file(diary.source), _symptoms(diary.events)
    return ticks[ticks["file"].replace(whole).isin(diary.tags.loc[_open(diary.tags), "file"].replace(whole))
                 & ticks["night_rule"].ne(LAST_NIGHT)]


def _open(tags: pd.DataFrame) -> pd.Series:
    return tags["column"].eq("symptoms") & tags["n"].gt(0) & tags["tells_of"].eq("")
