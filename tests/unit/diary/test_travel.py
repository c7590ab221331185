"""Journeys of rlskit.toml: which zone an instant was lived in, and what is refused."""

from __future__ import annotations

import datetime as dt
import tomllib

import pytest

from rlskit.diary.travel import read_travel, zone_at
from rlskit.errors import DiaryError

TRIP = '[[travel]]\nfrom = 2026-07-02\nuntil = 2026-07-03\ntimezone = "America/New_York"\n'


def travel(text: str):
    return read_travel(tomllib.loads(text).get("travel", []), "rlskit.toml")


@pytest.mark.parametrize(("utc", "there"), [
    ("2026-07-02T03:59", "Europe/Berlin"), ("2026-07-02T04:00", "America/New_York"),
    ("2026-07-04T03:59", "America/New_York"), ("2026-07-04T04:00", "Europe/Berlin")])
def test_a_journey_begins_and_ends_by_the_clocks_there(utc, there):
    moment = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    assert zone_at(moment, "Europe/Berlin", travel(TRIP)).key == there
    assert zone_at(moment, "", ()) is None


@pytest.mark.parametrize(("text", "said"), [
    ("travel = 3", 'rlskit.toml, travel: expected sections such as [[travel]], found "3".'),
    (TRIP + TRIP, "rlskit.toml, [[travel]]: expected each day in one journey, found 2026-07-02 in two."),
    (TRIP.replace("-03", "-01"), "rlskit.toml, [[travel]] 1: expected until on or after from, found 2026-07-01 before "
                                 "2026-07-02."),
    (TRIP.replace("until = 2026-07-03", ""), "rlskit.toml, [[travel]] 1, until: expected a date without quotes such as "
                                             '2026-03-01, found "None".'),
    (TRIP.replace("America/New_York", "New York"), "rlskit.toml, [[travel]] 1, timezone: expected an IANA time zone "
     'such as "Europe/London" or "America/New_York", found "New York". Correct it in rlskit.toml or give --timezone.')])
def test_what_is_no_journey_is_refused_in_a_sentence(text, said):
    with pytest.raises(DiaryError) as wrong:
        travel(text)
    assert str(wrong.value) == said
