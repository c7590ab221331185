"""What is to be settled before anything is claimed: symptoms told of which night? And questions open in rlskit.toml.

A symptom ticked in the morning, or by a tag that is called so, may tell of the night before. Until rlskit.toml says
(`tells_of`), nothing is claimed of symptoms (docs/decisions/0027-told-in-the-morning.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from rlskit.diary.draft import says_last_night
from rlskit.diary.mapping import OPEN_QUESTION
from rlskit.diary.night_rule import LAST_NIGHT, NIGHT_STARTS, OF_THE_SLEEP, clock_minutes, on_the_day
from rlskit.diary.readers.decimals import UNCLEAR
from rlskit.diary.readers.parsed import MORNING_DATES
from rlskit.diary.tables import Diary, diary_of_file, people
from rlskit.nights.landmark import minutes_on_night, spans

ENTRY = ["file", "row"]
BY_CLOCK = ("wake_to_wake", "fallback_0600", "slot")
# Restless legs by day happen, too: so many ticks, and such a share of all, are no longer a few of those. After noon
# they are so ordinary that only where most are told by day, before 17:00, somebody may write once a day of the night.
LEAST, SHARE = 3, 0.1
AFTERNOON, MOST = 300, 0.5  # minutes
# Kind of an issue about a column → what is open, of its name.
ASKED = {OPEN_QUESTION: 'rlskit.toml has an open question about "{}"',
         UNCLEAR: 'numbers in "{}" can be read two ways'}
# Column that rlskit.toml names → how the columns of nights begin that it feeds, where that is not its own name.
FEEDS = {
    **dict.fromkeys(("early_symptoms", "severity_0_10", "symptoms_began"), ("symptoms",)),
    **dict.fromkeys(("stretched", "stretch_time", "stretch_min", "symptoms_before_stretch", "movement"),
                    ("stretch", "movement_")),
    **{f"caffeine_{half}_noon_cups": (f"caffeine_{half}_noon_mg",) for half in ("before", "after")},
    **dict.fromkeys(("lights_out", "woke_up"), ("bedtime_", "waketime_", "social_jetlag_", "sleep_")),
    "amount": ("caffeine_", "alcohol_", "stretch_min"),
    "caffeine_mg": ("caffeine_",), "free_night": ("social_jetlag_",), "medicine_change": ("medicine_",),
    **dict.fromkeys(("night", "time", "person", "tags"), ("symptoms",)),  # without its night no answer is known
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Unsettled:
    """`doubtful` of `ticks` symptom ticks of a person may tell of the night before: `by_day` of them by their hour, the
    others by name; `late` where hours after noon are among those; `tags` are the (app, tag) that they are of, whose
    night nobody has told."""

    person: str
    doubtful: int
    by_day: int
    late: bool
    ticks: int
    tags: tuple[tuple[str, str], ...]

    @property
    def how_many(self) -> str:
        hours = "were made by day, before 17:00" if self.late else "were made in the morning or at midday"
        of = f"{self.doubtful} of {self.ticks} entries about restless legs"
        if self.by_day == self.doubtful:
            return f"{of} {hours}"
        return f"{of} are called last night" + (f", or {hours}" if self.by_day else "")

    def __str__(self) -> str:
        return (f"{self.how_many}, and rlskit.toml does not say whether they tell of the night before. `rlskit check` "
                "shows what each reading gives and the line that settles it.")


def open_questions(diary: Diary, doubtful: pd.DataFrame) -> list[list[str]]:
    """What is not settled, as the `attrs` of nights hold it (utils/open_questions.py). doubtful : from doubtful_ticks.
    """
    asked = diary.issues[diary.issues["kind"].isin(ASKED)]
    dated = [["", "symptoms", f"{one.found} have a date with a clock time by day, and it is not said whether they "
              "tell of the night before. `rlskit check` shows the line that settles it."]
             for one in diary.issues[diary.issues["kind"].eq(MORNING_DATES)].itertuples()]
    drafted = [["", begins, f'{ASKED[one.kind].format(one.column)}, and nothing is claimed of it before that is '
                "settled. `rlskit check` shows it."]
               for one in asked.itertuples() for begins in FEEDS.get(one.found, (one.found,))]
    return [*([one.person, "symptoms", str(one)] for one in _unsettled(diary, doubtful)), *dated, *drafted]


def doubtful_ticks(diary: Diary, night_starts: str = NIGHT_STARTS) -> pd.DataFrame:
    """The symptom ticks that may tell of the night before while rlskit.toml leaves it open: rows of `diary.events`,
    `by_day`, whether by their hour, and `late`, whether that is after noon. By hour: written between waking and noon,
    or for a slot of the morning or midday, or up to 17:00 by who tells most of them by day; where an entry has a clock
    time and its ticks have none, the entry's counts. Else by the name of their tag."""
    ticks, noon = _open_ticks(diary), clock_minutes(night_starts)
    if ticks.empty:
        return ticks.assign(by_day=False, late=False)
    notes = diary.events[diary.events["type"].eq("note") & diary.events["time_precision"].eq("minute")]
    entry = minutes_on_night(notes["start_local"], notes["night"]).set_axis(pd.MultiIndex.from_frame(notes[ENTRY]))
    clock = entry[~entry.index.duplicated()].reindex(pd.MultiIndex.from_frame(ticks[ENTRY])).to_numpy(float)
    by_clock = ticks["night_rule"].isin(BY_CLOCK) & (spans(ticks)["end"].le(noon) | ticks["slot"].isin(["am", "mid"]))
    dated = ticks["time_precision"].eq("date")
    morning = by_clock | (dated & (clock <= noon))
    at = minutes_on_night(ticks["start_local"], ticks["night"]).where(~dated, clock)
    late = ~morning & at.between(noon, noon + AFTERNOON) & (ticks["time_precision"].eq("minute") | dated)
    by_person = (morning | late).groupby(ticks["person"])
    late &= late.groupby(ticks["person"]).transform("sum").ge(LEAST) & by_person.transform("mean").ge(MOST)
    by_day = morning | late
    return ticks.assign(by_day=by_day, late=late)[by_day | ticks["item_raw"].map(says_last_night).astype(bool)]


def unsettled(diary: Diary, night_starts: str = NIGHT_STARTS) -> list[Unsettled]:
    """What is to be settled before anything is claimed about symptoms, of each person of whom anything is."""
    return _unsettled(diary, doubtful_ticks(diary, night_starts))


def _unsettled(diary: Diary, doubtful: pd.DataFrame) -> list[Unsettled]:
    if doubtful.empty:
        return []
    ticks = _symptoms(diary.events)
    named = diary.tags[_open(diary.tags)][["app", "tag"]].drop_duplicates()
    found = []
    for person in people(diary):
        mine, of = doubtful[doubtful["person"].eq(person)], int(ticks["person"].eq(person).sum())
        if len(mine) >= LEAST and len(mine) >= SHARE * of:
            found.append(Unsettled(person=person, doubtful=len(mine), by_day=int(mine["by_day"].sum()),
                                   late=bool(mine["late"].any()), ticks=of,
                                   tags=tuple(named.itertuples(index=False, name=None))))
    return found


def read_as(diary: Diary, tells_of: str) -> Diary:
    """The diary with the symptom ticks that are open read so; tells_of : "last night", "tonight", "the clock time"."""
    tags = diary.tags.assign(tells_of=diary.tags["tells_of"].mask(_open(diary.tags), tells_of))
    if tells_of == "the clock time":
        return replace(diary, tags=tags)
    which = diary.events.index.isin(_open_ticks(diary).index)
    return replace(diary, tags=tags, events=on_the_day(diary.events, which, which & (tells_of == "last night")))


def _symptoms(events: pd.DataFrame) -> pd.DataFrame:
    """Ticks of a yes, with a night."""
    return events[events["type"].eq("symptom") & events["item"].ne("early_symptoms") & events["night"].notna()
                  & events["amount"].ne(0).fillna(True)]


def _open_ticks(diary: Diary) -> pd.DataFrame:
    """The symptom ticks of diaries that have a tag of which nobody said which night it tells of."""
    whole, ticks = diary_of_file(diary.source), _symptoms(diary.events)
    return ticks[ticks["file"].replace(whole).isin(diary.tags.loc[_open(diary.tags), "file"].replace(whole))
                 & ~ticks["night_rule"].isin([LAST_NIGHT, OF_THE_SLEEP])]


def _open(tags: pd.DataFrame) -> pd.Series:
    return tags["column"].eq("symptoms") & tags["n"].gt(0) & tags["tells_of"].eq("")
