"""Habits and outcomes of one's own as columns: when a tick counts, amounts, ratings, what is done against symptoms."""

from __future__ import annotations

import pytest

import rlskit as rk
from rlskit.diary.mapping import Tag
from rlskit.diary.own import SLEEP_QUALITY, Habit, OwnOutcome, habits_of, outcomes_of

LEGS = Tag("Restless legs", "symptoms", unticked="no")


def nights(diary_of, habit, ticks, days, tag=None, **options):
    tag = tag or Tag(habit.name, habit.column, own=habit, unticked="no")
    return rk.make_nights(diary_of(ticks, days, tags=(LEGS, tag), habits=(habit,), **options))


def test_a_habit_is_a_column_with_its_state_before_those_of_sleep(diary_of, days):
    walk = Habit("Evening walk", "evening_walk", when="evening")
    found = nights(diary_of, walk, [("Evening walk", "2026-03-02 18:30"), ("Restless legs", "2026-03-01 22:00")],
                   days("2026-03-01", 3))
    assert found["evening_walk"].tolist() == [False, True, False] and found["evening_walk"].dtype == "boolean"
    assert found["evening_walk_state"].tolist() == ["no", "yes", "no"]
    at = list(found.columns).index("evening_walk")
    assert list(found.columns[at - 1:at + 3]) == ["magnesium_state", "evening_walk", "evening_walk_state",
                                                  "bedtime_sd_7_min"]
    assert habits_of(found) == (walk,)


def test_what_is_done_at_another_time_of_day_does_not_count_and_is_said(diary_of, days):
    walk = Habit("Evening walk", "evening_walk", when="evening")
    ticks = [("Evening walk", "2026-03-01 08:00"), ("Evening walk", "2026-03-02", "am"),
             ("Evening walk", "2026-03-03", "pm"), ("Evening walk", "2026-03-04"), ("Evening walk", "2026-03-06 00:30")]
    found = nights(diary_of, walk, ticks, days("2026-03-01", 6))
    assert found["evening_walk"].tolist() == [False, False, True, True, True, False]
    assert '"Evening walk" 2 times at another time of day than evening do not count.' in found.attrs["notes"]
    careful = Tag("Evening walk", "evening_walk", own=walk, unticked="not_recorded")
    found = nights(diary_of, walk, ticks, days("2026-03-01", 6), careful)
    assert found["evening_walk_state"].tolist() == ["not_recorded"] * 2 + ["yes"] * 3 + ["not_recorded"]


def test_amounts_add_up_none_is_zero_and_an_amount_that_was_not_said_is_empty(diary_of, days):
    cocoa = Habit("Cocoa", "cocoa", "amount", "cups")
    ticks = [("Cocoa", "2026-03-01 15:00", 2.0), ("Cocoa", "2026-03-01 20:00", 0.5), ("Cocoa", "2026-03-02 15:00", 0.0),
             ("Cocoa", "2026-03-03 15:00")]
    found = nights(diary_of, cocoa, ticks, days("2026-03-01", 4))
    assert found["cocoa"].fillna(-1).tolist() == [2.5, 0.0, -1.0, 0.0]
    assert found["cocoa_state"].tolist() == ["yes", "no", "yes", "no"]
    each = Tag("Cocoa", "cocoa", own=cocoa, unticked="no", amount=1.5)
    assert nights(diary_of, cocoa, ticks, days("2026-03-01", 4), each)["cocoa"].tolist() == [2.5, 0.0, 1.5, 0.0]


def test_what_is_done_against_symptoms_counts_before_the_landmark_alone(diary_of, days):
    bath = Habit("Foot bath", "foot_bath", "minutes", "min", preventive=True)
    ticks = [*(("Foot bath", f"{day} 20:00", 15.0) for day in days("2026-03-01", 9)),
             ("Foot bath", "2026-03-10 23:30", 10.0),  # after the landmark: not before symptoms
             ("Foot bath", "2026-03-11"),  # nobody knows when
             ("Restless legs", "2026-03-02 19:00")]  # the bath of that evening answers symptoms
    found = nights(diary_of, bath, ticks, days("2026-03-01", 12))
    assert found.attrs["landmark"] == "20:00"
    assert found["foot_bath_state"].tolist() == [
        "yes", "unknown_order", *["yes"] * 7, "no", "unknown_order", "no"]
    assert found["foot_bath"].fillna(-1).tolist() == [15.0, -1.0, *[15.0] * 7, 0.0, -1.0, 0.0]


def test_before_noon_is_before_any_evening(diary_of, days):
    tea = Habit("Nettle tea", "nettle_tea", when="before noon", preventive=True)
    found = nights(diary_of, tea, [("Nettle tea", "2026-03-02"), ("Restless legs", "2026-03-02 23:00")],
                   days("2026-03-01", 3))
    assert found["nettle_tea"].tolist() == [False, True, False]


def test_a_habit_of_which_nothing_was_written_is_there_and_empty(diary_of, days):
    walk = Habit("Evening walk", "evening_walk")
    found = rk.make_nights(diary_of([("Restless legs", "2026-03-02 23:00")], days("2026-03-01", 3), tags=(LEGS,),
                                    habits=(walk,)))
    assert found["evening_walk"].isna().all() and found["evening_walk_state"].eq("not_recorded").all()


@pytest.mark.parametrize("start", ["12:00", "18:00"])
def test_it_moves_with_the_start_of_the_night(diary_of, days, start):
    walk = Habit("Evening walk", "evening_walk")
    diary = diary_of([("Evening walk", "2026-03-02 17:30"), ("Restless legs", "2026-03-02 23:00")],
                     days("2026-03-01", 3), tags=(LEGS, Tag("Evening walk", "evening_walk", own=walk, unticked="no")),
                     habits=(walk,))
    found = rk.make_nights(diary, night_starts=start)
    assert found["evening_walk_state"].tolist() == ["no", "yes", "no"] and habits_of(found) == (walk,)


# --- outcomes --------------------------------------------------------------------------------------------------------
def judged(diary_of, outcome, ticks, days, **tag):
    tag = Tag(outcome.name, outcome.column, own=outcome, **{"unticked": "no", **tag})
    diary = diary_of([*ticks, ("Restless legs", "2026-03-01 22:00")], days, tags=(LEGS, tag), outcomes=(outcome,))
    return diary, rk.make_nights(diary)


def test_a_rating_is_the_mean_of_its_night_and_an_empty_night_is_empty(diary_of, days):
    mood = OwnOutcome("Evening mood", "evening_mood", "0-10", "higher")
    ticks = [("Evening mood", "2026-03-01 20:00", 4.0), ("Evening mood", "2026-03-01 22:00", 7.0),
             ("Evening mood", "2026-03-02 20:00", 0.0), ("Evening mood", "2026-03-03 20:00", 11.0),
             ("Evening mood", "2026-03-04 20:00")]
    diary, nights = judged(diary_of, mood, ticks, days("2026-03-01", 5))
    assert nights["evening_mood"].fillna(-1).tolist() == [5.5, 0.0, -1.0, -1.0, -1.0]
    assert outcomes_of(nights) == (mood, SLEEP_QUALITY)
    said = diary.issues.loc[diary.issues["kind"].eq("a value that is not on the scale of the column"), "message"]
    assert said.tolist() == ['diary.csv, line 5, column "Evening mood": expected a value of 0-10, found "11". Kept. '
                             "The night gets no value from it."]


def test_what_is_counted_adds_up_and_an_unticked_night_is_none(diary_of, days):
    woke = OwnOutcome("Awakenings", "awakenings", "count", "lower")
    ticks = [("Awakenings", "2026-03-02 02:00"), ("Awakenings", "2026-03-02 04:00"),
             ("Awakenings", "2026-03-03 02:00", 3.0)]
    nights = judged(diary_of, woke, ticks, days("2026-03-01", 4))[1]
    assert nights["awakenings"].tolist() == [2.0, 3.0, 0.0, 0.0]
    careful = judged(diary_of, woke, ticks, days("2026-03-01", 4), unticked="not_recorded")[1]
    assert careful["awakenings"].fillna(-1).tolist() == [2.0, 3.0, -1.0, -1.0]


def test_sleep_quality_is_that_of_the_night_and_needs_no_section(tmp_path):
    rows = "".join(f'"{d}th May 2026","Monday","","Sleep quality","{d % 5 + 1}","Good",""\n' for d in range(4, 9))
    (tmp_path / "x.csv").write_text("date,weekday,time of day,category,rating/amount,detail,notes\n" + rows)
    nights = rk.make_nights(rk.read_diary(tmp_path / "x.csv"))
    assert f"{nights['night'].iloc[0]:%d}" == "03"  # told on the morning of the fourth
    assert nights["sleep_quality"].tolist() == [5.0, 1.0, 2.0, 3.0, 4.0]
    (tmp_path / "rlskit.toml").write_text('[outcomes."Sleep quality"]\nscale = "0-10"\nbetter = "higher"\n')
    other = rk.make_nights(rk.read_diary(tmp_path / "x.csv"))
    assert other["sleep_quality"].isna().all() and other.attrs["notes"] == [
        "The app's own ratings of sleep, 1 to 5, are not used: in rlskit.toml Sleep quality has the scale 0-10."]
