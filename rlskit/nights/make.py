"""make_nights(): Diary → one model-ready row per person and calendar night, gaps kept as gaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from rlskit.diary.night_rule import NIGHT_STARTS, assign_nights, clock_minutes, follow_entries
from rlskit.diary.own import HABITS, OUTCOMES, as_attrs, with_sleep
from rlskit.diary.sleeps import sleep_again, sleep_from
from rlskit.diary.tables import (
    DIARY,
    MORE_NIGHT_COLUMNS,
    NIGHT_COLUMNS,
    Diary,
    diary_of_file,
    people,
)
from rlskit.errors import DiaryError
from rlskit.nights.open_questions import doubtful_ticks, open_questions
from rlskit.nights.outcomes import last_night
from rlskit.nights.person import person_nights
from rlskit.utils.attrs import shared
from rlskit.utils.kinds import takes
from rlskit.utils.open_questions import OPEN
from rlskit.utils.stamp import INPUTS, source_inputs


@takes(DIARY)
def make_nights(diary: Diary, *, night_starts: str = NIGHT_STARTS, landmark: str | None = None) -> pd.DataFrame:
    """One row per person and calendar night from the first to the last night of the symptom diary.

    Parameters
    ----------
    diary : from read_diary or combine_diaries.
    night_starts : clock time at which a new night begins; move it for people who sleep by day.
    landmark : clock time before which things count as exposure and after which symptoms count as outcome; None takes
        each person's own, which never looks at symptoms.

    Returns
    -------
    DataFrame with the columns diary.NIGHT_COLUMNS, `movement_<name>` columns, one for each of `diary.habits` and
    `diary.outcomes`, `last_night`, `social_jetlag_28_min`, `sleep_quality` of the night itself, the evening as seen one
    hour earlier and later (`stretched_1h_earlier`, …), `site` where the diary tells it, and `<name>_state` beside every
    answer (yes | no | not_recorded | not_tracked | unknown_order). Units stand in the names. `attrs` holds "landmark"
    (text, or one per person), "landmark_from", "notes" and "tag_choices" (sentences), "grams_per_drink", "habits" and
    "outcomes" (definitions), "primary" and "horizon" (what is asked first, and over how many nights it is looked at),
    "open" (what is to be settled before anything is claimed: person, columns, why; utils/open_questions.py).

    Raises
    ------
    DiaryError : nothing in the diary belongs to a night, or something that is no clock time.

    Example: ``nights = rk.make_nights(diary)``
    """
    clock_minutes(night_starts)
    if landmark is not None:
        clock_minutes(landmark)
    if night_starts != NIGHT_STARTS:
        diary = _moved(diary, night_starts)
    who = people(diary)
    if not who:
        files = ", ".join(s.file for s in diary.source) or "this diary"
        raise DiaryError(f"{files}: nothing in it belongs to a night. `rlskit check` lists what was read.",
                         kind="no night of a diary in it")
    whole = diary_of_file(diary.source)  # "not ticked" is a matter of the diary, not of the file
    events, tags = (part.assign(file=part["file"].replace(whole)) for part in (diary.events, diary.tags))
    doubtful = doubtful_ticks(diary, night_starts)
    events["doubtful"] = events.index.isin(doubtful.index)
    daily, events, tags = (_by_person(part) for part in (diary.daily, events, tags))
    parts = [person_nights(
        daily=daily(person), events=events(person), tags=tags(person, ""), person=person, landmark=landmark,
        night_starts=night_starts, habits=diary.habits, outcomes=with_sleep(diary.outcomes)) for person in who]
    nights = pd.concat([p.table for p in parts], ignore_index=True)
    nights["last_night"] = last_night(nights)
    if diary.sites:
        nights["site"] = nights["person"].map(dict(diary.sites))
    nights = nights[_ordered(list(nights.columns), diary)]
    nights.attrs = shared({
        "landmark": parts[0].landmark if len(parts) == 1 else {w: p.landmark for w, p in zip(who, parts, strict=True)},
        "landmark_from": parts[0].landmark_from if len(parts) == 1 else "each person's own",
        OPEN: open_questions(diary, doubtful),
        "notes": list(dict.fromkeys(n for p in parts for n in p.notes)),
        "tag_choices": list(dict.fromkeys(n for p in parts for n in p.tag_choices)),
        "grams_per_drink": diary.source[0].grams_per_drink if diary.source else None,
        "primary": _primary(diary), "horizon": diary.source[0].horizon if diary.source else 0,
        INPUTS: source_inputs(diary.source), HABITS: as_attrs(diary.habits),
        OUTCOMES: as_attrs(diary.outcomes),
    })
    return nights


def _primary(diary: Diary) -> dict[str, str] | None:
    """The first question and since when it is, as the first file with one says."""
    said = next((one for one in diary.source if one.primary), None)
    return None if said is None else {"question": said.primary, "since": said.primary_since}


def _by_person(rows: pd.DataFrame) -> Callable[..., pd.DataFrame]:
    """A function of ids that returns the rows of those people, in the order of the table, found once for everybody."""
    places = rows.groupby("person", sort=False).indices
    none = np.array([], dtype=int)
    return lambda *who: rows.iloc[np.sort(np.concatenate([places.get(one, none) for one in who]))]


def _moved(diary: Diary, night_starts: str) -> Diary:
    """The diary with its sleeps and events put on nights that start at another hour. A night that the user named, in a
    template, stays theirs."""
    daily, events = sleep_again(diary.daily, diary.events, night_starts, sleep_from(diary))
    events = follow_entries(assign_nights(events, daily, night_starts), night_starts)
    return replace(diary, daily=daily, events=events)


def _ordered(columns: list[str], diary: Diary) -> list[str]:
    """Columns in the documented order: each answer followed by its state, movements after stretching, habits of one's
    own before sleep, outcomes of one's own before what came later."""
    order = []
    before = NIGHT_COLUMNS.index("bedtime_sd_7_min")
    for name in (*NIGHT_COLUMNS[:before], *(habit.column for habit in diary.habits), *NIGHT_COLUMNS[before:]):
        order += [c for c in (name, f"{name}_state") if c in columns]
        if name == "stretched_days_14":
            order += sorted(c for c in columns if c.startswith("movement_"))
    return [*order, *(one.column for one in diary.outcomes if one.column not in MORE_NIGHT_COLUMNS),
            *MORE_NIGHT_COLUMNS, *(["site"] if diary.sites else [])]
