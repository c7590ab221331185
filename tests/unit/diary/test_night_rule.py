"""The night rule: every branch, the clock changes, people who sleep by day, and its invariants."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlskit.diary import night_rule as rule
from rlskit.errors import DiaryError

LONDON = rule.zone("Europe/London")
MOMENTS = st.datetimes(dt.datetime(2000, 1, 2), dt.datetime(2040, 12, 30)).map(lambda t: t.replace(microsecond=0))


def wakes(*moments: str) -> pd.Series:
    """Wakings of an ordinary sleeper: each begins the diary day of its own date."""
    times = pd.to_datetime(pd.Series(list(moments), dtype="object")).astype("datetime64[us]")
    return pd.Series(times.to_numpy(), index=times.dt.normalize())


def night(moment: str, precision="minute", slot="", known=(), night_starts="12:00", begins=None) -> tuple[str, str]:
    """Night as MM-DD, and the rule, of one event."""
    known = wakes(*known) if begins is None else pd.Series(
        pd.to_datetime(list(known)), index=pd.to_datetime(list(begins))).astype("datetime64[us]")
    when = pd.Series(pd.to_datetime([moment])).astype("datetime64[us]")
    got, why = rule.night_of_events(when, pd.Series([precision]), pd.Series([slot]), known, night_starts)
    return f"{got[0]:%m-%d}", why[0]


# --- sleeps --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("start", "night_starts", "expected"), [
    ("2026-03-10 12:00", "12:00", "03-10"), ("2026-03-11 11:59", "12:00", "03-10"),
    ("2026-03-10 23:30", "12:00", "03-10"), ("2026-03-11 03:00", "12:00", "03-10"),
    ("2026-03-11 08:00", "12:00", "03-10"), ("2026-03-11 08:00", "02:00", "03-11"),
    ("2026-01-01 00:30", "12:00", "12-31"), ("2024-03-01 01:00", "12:00", "02-29")])
def test_a_sleep_belongs_to_the_night_it_starts_in(start, night_starts, expected):
    got = rule.night_of_sleep(pd.Series([pd.Timestamp(start)]), night_starts)
    assert f"{got[0]:%m-%d}" == expected


def test_an_unknown_start_has_no_night():
    assert rule.night_of_sleep(pd.Series([pd.NaT])).isna().all()


# --- events --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("event", "expected"), [
    (("2026-03-11 02:00",), ("03-10", "fallback_0600")),  # a symptom in the small hours: the night in progress
    (("2026-03-11 07:30",), ("03-11", "fallback_0600")),  # a coffee at breakfast: the night to come
    (("2026-03-11 05:59",), ("03-10", "fallback_0600")),
    (("2026-03-11 06:00",), ("03-11", "fallback_0600")),
    (("2026-03-11 23:59",), ("03-11", "fallback_0600")),
    (("2026-03-11 00:00",), ("03-10", "fallback_0600")),
    (("2026-03-11 09:00", "minute", "", ("2026-03-11 10:00",)), ("03-10", "wake_to_wake")),  # still asleep at nine
    (("2026-03-11 10:00", "minute", "", ("2026-03-11 10:00",)), ("03-11", "wake_to_wake")),
    (("2026-03-11 05:00", "quarter_hour", "", ("2026-03-11 04:30",)), ("03-11", "wake_to_wake")),  # an early riser
    (("2026-03-12 02:00", "minute", "", ("2026-03-11 04:30",)), ("03-11", "fallback_0600")),
    (("2026-03-11", "slot", "pre"), ("03-10", "slot")),
    (("2026-03-11", "slot", "am"), ("03-11", "slot")),
    (("2026-03-11", "slot", "mid"), ("03-11", "slot")),
    (("2026-03-11", "slot", "pm"), ("03-11", "slot")),
    (("2026-03-11", "slot", "all_day"), ("03-11", "source_date")),
    (("2026-03-11", "slot", "am", ("2026-03-11 10:00",)), ("03-11", "slot")),  # a slot does not ask when one woke
    (("2026-03-11", "date"), ("03-11", "source_date")),
    (("2026-03-11 02:00", "date"), ("03-11", "source_date"))])
def test_an_event_belongs_to_the_diary_day_from_waking_to_waking(event, expected):
    assert night(*event) == expected


def test_sleep_by_day_with_the_night_moved():
    """A night worker sleeps 8:00 to 15:30; with nights from 2:00, that sleep is the night of its own date."""
    known, begins = ("2026-03-11 15:30",), ("2026-03-12",)  # the waking that ends night 11 begins the day of night 12
    day = {"known": known, "begins": begins, "night_starts": "02:00"}
    assert night("2026-03-11 16:00", **day) == ("03-12", "wake_to_wake")  # coffee on getting up: for the next sleep
    assert night("2026-03-11 07:00", **day) == ("03-11", "fallback_0600")  # symptoms before bed
    assert night("2026-03-11 12:00", **day) == ("03-11", "fallback_0600")  # and in the middle of it
    assert night("2026-03-12 03:00", **day) == ("03-12", "wake_to_wake")
    assert night("2026-03-10 21:00", night_starts="02:00") == ("03-11", "fallback_0600")  # 20:00 begins the day
    assert night("2026-03-10 19:00", night_starts="02:00") == ("03-10", "fallback_0600")
    assert night("2026-03-10", "slot", "pm", night_starts="02:00") == ("03-11", "slot")


def test_an_evening_sleeper_who_wakes_at_one():
    """Asleep 17:00 to 1:00: the waking after midnight begins the day of its own date."""
    assert night("2026-03-11 02:00", known=("2026-03-11 01:00",)) == ("03-11", "wake_to_wake")


@pytest.mark.parametrize(("night_starts", "clock", "minutes"), [
    ("12:00", "06:00", 360), ("12:00", "21:30", 1290), ("12:00", "05:59", 1799),
    ("18:00", "11:59", 2159), ("18:00", "12:00", 720),
    ("02:00", "19:00", 1140), ("02:00", "20:00", -240)])  # the diary day begins at 20:00 of the date before
def test_a_clock_time_falls_in_the_diary_day_of_its_night(night_starts, clock, minutes):
    assert rule.clock_on_night(clock, night_starts) == minutes


@given(MOMENTS, st.integers(0, 23))
def test_a_diary_day_is_a_day_long_and_nights_follow_one_another(moment, hour):
    """Without known wakings, 24 hours later is the next night, and a second later never an earlier one."""
    starts = f"{hour:02d}:00"
    later = [moment, moment + dt.timedelta(days=1), moment + dt.timedelta(seconds=1)]
    when = pd.Series(pd.to_datetime(later)).astype("datetime64[us]")
    got, _ = rule.night_of_events(when, pd.Series(["minute"] * 3), pd.Series([""] * 3), wakes(), starts)
    assert got[1] - got[0] == pd.Timedelta(days=1)
    assert got[0] <= got[2] <= got[0] + pd.Timedelta(days=1)
    assert abs(got[0] - pd.Timestamp(moment).normalize()) <= pd.Timedelta(days=1)


@given(MOMENTS, st.integers(-300, 300), st.integers(0, 1439))
def test_waking_parts_the_night_from_the_day(waking, shift, minute):
    """With waking known between 1:00 and 11:00, everything before it is last night's and everything after today's."""
    waking = waking.replace(hour=6, minute=0, second=0) + dt.timedelta(minutes=shift)
    moment = dt.datetime.combine(waking.date(), dt.time()) + dt.timedelta(minutes=minute)
    got, why = night(str(moment), known=(str(waking),))
    expected = waking.date() if moment >= waking else waking.date() - dt.timedelta(days=1)
    assert (got, why) == (f"{expected:%m-%d}", "wake_to_wake")


@given(MOMENTS)
def test_sleep_and_symptom_at_the_same_moment_of_the_night_agree(moment):
    """Between 12:00 and 6:00 a sleep and an event that start together are on the same night."""
    if 6 <= moment.hour < 12:
        moment = moment.replace(hour=23)
    sleep = rule.night_of_sleep(pd.Series([pd.Timestamp(moment)]))
    assert night(str(moment))[0] == f"{sleep[0]:%m-%d}"


# --- clocks and zones ----------------------------------------------------------------------------------------------
def test_clock_times():
    assert rule.clock_minutes("21:30") == 1290
    assert rule.clock_minutes(" 0:05 ") == 5
    for wrong in ("24:00", "12:60", "noon", "", "12", "-1:00"):
        with pytest.raises(DiaryError) as error:
            rule.clock_minutes(wrong)
        assert str(error.value) == f'expected a clock time like "21:30", found "{wrong}".'


@pytest.mark.parametrize("wrong", ["Mars/Base", "", "../etc/passwd", "CEST"])
def test_an_unknown_zone_says_what_a_zone_looks_like(wrong):
    with pytest.raises(DiaryError) as error:
        rule.zone(wrong, "--timezone")
    assert str(error.value) == (
        f'--timezone: expected an IANA time zone such as "Europe/London" or "America/New_York", found "{wrong}". '
        "Correct it in rlskit.toml or give --timezone.")


@pytest.mark.parametrize(("start", "end", "zone", "hours"), [
    ("2021-03-27 23:00", "2021-03-28 06:00", LONDON, 6),  # clocks go forward
    ("2021-10-30 23:00", "2021-10-31 06:00", LONDON, 8),  # and back
    ("2021-10-30 23:00", "2021-10-31 06:00", None, 7),
    ("2021-10-31 01:50", "2021-10-31 01:10", LONDON, 20 / 60),  # across the repeated hour
    ("2021-06-01 23:00", "2021-06-02 06:30", LONDON, 7.5)])
def test_elapsed_hours(start, end, zone, hours):
    got = rule.elapsed_hours(dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end), zone)
    assert got == pytest.approx(hours, abs=1e-12)


@given(st.datetimes(dt.datetime(2019, 1, 1), dt.datetime(2030, 1, 1)), st.floats(0.1, 16))
def test_adding_elapsed_hours_is_undone_by_measuring_them(start, hours):
    """Except within the repeated hour of autumn, where a clock reading alone is two moments."""
    end = rule.add_elapsed(start, hours, LONDON)
    repeated = any(t.replace(tzinfo=LONDON).utcoffset() != t.replace(tzinfo=LONDON, fold=1).utcoffset()
                   for t in (start, end))
    if not repeated:
        assert rule.elapsed_hours(start, end, LONDON) == pytest.approx(hours, abs=1e-6)


def test_hours_after_noon():
    evening = pd.Series([pd.Timestamp("2026-03-10")] * 2)
    at = pd.Series([pd.Timestamp("2026-03-11 02:00"), pd.Timestamp("2026-03-10 21:30")])
    assert rule.hours_after_noon(at, evening).tolist() == [14.0, 9.5]


# --- whole tables --------------------------------------------------------------------------------------------------
def events(*rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["person", "start_local", "time_precision", "slot", "night",
                                        "night_rule"])
    for column in ("start_local", "night"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[us]")
    return frame


def test_each_person_has_their_own_wakings_and_named_nights_stay():
    table = events(("a", "2026-03-11 09:00", "minute", "", None, ""), ("b", "2026-03-11 09:00", "minute", "", None, ""),
                   ("b", "2026-03-11 09:00", "minute", "", "2026-03-05", "source_date"),
                   ("b", "2026-03-11 09:00", "minute", "", "2026-03-06", "noon_sleep_start"))
    slept = pd.DataFrame({"person": ["a"], "night": pd.to_datetime(["2026-03-10"]),
                          "woke_up": pd.to_datetime(["2026-03-11 10:00"])})
    got = rule.assign_nights(table, slept)
    assert got["night"].dt.day.tolist() == [10, 11, 5, 6]
    assert got["night_rule"].tolist() == ["wake_to_wake", "fallback_0600", "source_date", "noon_sleep_start"]
    assert table["night"].isna().sum() == 2  # the table given is not changed


def test_a_waking_begins_the_day_after_the_night_slept_through():
    table = events(("a", "2026-03-11 16:00", "minute", "", None, ""))
    slept = pd.DataFrame({"person": ["a"], "night": pd.to_datetime(["2026-03-11"]),
                          "woke_up": pd.to_datetime(["2026-03-11 15:30"])})
    assert rule.assign_nights(table, slept, "02:00")["night"].dt.day.tolist() == [12]


def test_the_later_of_two_wakings_counts_and_unknown_ones_do_not():
    table = events(("a", "2026-03-11 07:00", "minute", "", None, ""))
    slept = pd.DataFrame({"person": "a", "night": pd.to_datetime(["2026-03-10"] * 3),
                          "woke_up": pd.to_datetime(["2026-03-11 06:30", "2026-03-11 08:00", None])})
    assert rule.assign_nights(table, slept)["night"].dt.day.tolist() == [10]
    assert rule.assign_nights(table.iloc[:0], slept).empty
