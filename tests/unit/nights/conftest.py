"""Small diaries for the nights tests, made through the real assembly of parsed rows."""

from __future__ import annotations

import pandas as pd
import pytest

from rlskit.diary.mapping import Mapping, Tag, tag_key
from rlskit.diary.readers.assemble import assemble
from rlskit.diary.readers.parsed import Options, Parsed

TAGS = (
    Tag("Restless legs", "symptoms", unticked="no"),
    Tag("Already restless", "early_symptoms", unticked="no"),
    Tag("Calf stretch", "stretched", intent="preventive", unticked="no", movement="calf"),
    Tag("Stretched anyhow", "stretched", intent="unknown", unticked="no"),
    Tag("Stretched because", "stretched", intent="responsive", unticked="no"),
    Tag("Coffee", "caffeine_mg", amount=95.0, unticked="no"),
    Tag("Wine", "alcohol_drinks", amount=1.0, unticked="no"),
    Tag("Iron pill", "iron", unticked="not_recorded"),
)

SLOTS = ("pre", "am", "mid", "pm")


@pytest.fixture
def diary_of():
    """diary_of(ticks, entries=…, sleeps=…) → Diary. A tick is (tag, "YYYY-MM-DD HH:MM" or date, perhaps slot, perhaps
    amount).

    with_notes: each tick is an entry too, as in the apps; same_row: the sleeps stand in the rows of the first ticks.
    """

    def build(ticks, entries=(), sleeps=(), tags=TAGS, app="bearable", with_notes=False, same_row=False, habits=(),
              outcomes=(), **options):
        mentions, notes, row = [], [], 1
        for tag, when, *slot in ticks:
            row += 1
            slot, amount = [one for one in slot if isinstance(one, str)], [one for one in slot if one not in SLOTS]
            moment = pd.Timestamp(when)
            timed = len(when) > 10
            precision = "minute" if timed else "slot" if slot else "date"
            mentions.append({"row": row, "moment": moment, "precision": precision, "slot": slot[0] if slot else "",
                             "entry_clock": "event", "group": "Factors", "tag": tag, "raw": tag,
                             "amount": amount[0] if amount else None})
            if with_notes:
                notes.append({**mentions[-1]})
        for day in entries:
            row += 1
            notes.append({"row": row, "moment": pd.Timestamp(day), "precision": "date", "slot": "", "group": "Mood"})
        naps = []
        for i, (start, hours) in enumerate(sleeps):
            row += not same_row
            begin = pd.Timestamp(start)
            naps.append({"row": i + 2 if same_row else row, "start": begin, "end": begin + pd.Timedelta(hours=hours),
                         "hours": hours, "is_nap": False, "origin": "device:test"})
        parsed = Parsed("diary.csv", app, "test", row - 1, mentions=mentions, sleeps=naps, entries=notes)
        mapping = Mapping(tags={tag_key(t.name): t for t in tags}, habits=tuple(habits),
                          outcomes=tuple(outcomes))
        return assemble(parsed, mapping, Options(**options))

    return build


@pytest.fixture
def days():
    """days("2026-03-01", 5) → five dates as text."""
    return lambda first, n: [f"{d:%Y-%m-%d}" for d in pd.date_range(first, periods=n)]
