"""make_nights: answer states, the night rule at work, the landmark, no look-ahead."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rlskit as rk
from rlskit.diary.mapping import Tag
from rlskit.diary.tables import MORE_NIGHT_COLUMNS, NIGHT_COLUMNS, STATES


def row(nights, day):
    return nights.set_index("night").loc[pd.Timestamp(day)]


def test_columns_are_the_documented_ones(diary_of, days):
    nights = rk.make_nights(diary_of([("Restless legs", "2026-03-02", "pm")], days("2026-03-01", 5)))
    assert list(nights.columns[-len(MORE_NIGHT_COLUMNS):]) == list(MORE_NIGHT_COLUMNS)
    extra = {c for c in nights if c not in (*NIGHT_COLUMNS, *MORE_NIGHT_COLUMNS) and not c.startswith("movement_")}
    assert [c for c in nights if c in NIGHT_COLUMNS] == list(NIGHT_COLUMNS)
    assert all(c.endswith("_state") for c in extra)
    states = pd.concat([nights[c] for c in extra])
    assert set(states) <= set(STATES)


def test_calendar_gaps_stay_gaps(diary_of):
    nights = rk.make_nights(diary_of([("Restless legs", "2026-03-02", "pm")], ["2026-03-01", "2026-03-09"]))
    assert len(nights) == 9
    assert nights["recorded"].tolist() == [True, True, *[False] * 6, True]
    assert row(nights, "2026-03-05")["symptoms_state"] == "not_recorded"
    assert pd.isna(row(nights, "2026-03-05")["symptoms"])


def test_unticked_is_no_only_on_a_night_with_another_entry(diary_of):
    nights = rk.make_nights(diary_of([("Restless legs", "2026-03-02", "pm")], ["2026-03-01", "2026-03-04"]))
    assert nights["symptoms_state"].tolist() == ["no", "yes", "not_recorded", "no"]


def test_unticked_without_the_users_word_is_not_recorded(diary_of, days):
    nights = rk.make_nights(diary_of([("Iron pill", "2026-03-02"), ("Restless legs", "2026-03-01", "pm")],
                                     days("2026-03-01", 4)))
    assert nights["iron_state"].tolist() == ["not_recorded", "yes", "not_recorded", "not_recorded"]


def test_symptoms_after_midnight_belong_to_the_night_in_progress(diary_of, days):
    nights = rk.make_nights(diary_of([("Restless legs", "2026-03-03", "pre")], days("2026-03-01", 4)))
    assert nights["symptoms"].tolist() == [False, True, False, False]


def test_a_waking_that_is_known_moves_a_morning_symptom(diary_of, days):
    # 07:00 is after the fallback of 06:00, but the sleep lasted until 09:00: still the night before.
    ticks = [("Restless legs", "2026-03-03 07:00")]
    asleep = [("2026-03-02 23:30", 9.5)]
    nights = rk.make_nights(diary_of(ticks, days("2026-03-01", 4), asleep))
    assert row(nights, "2026-03-02")["symptoms"]
    nights = rk.make_nights(diary_of(ticks, days("2026-03-01", 4)))
    assert row(nights, "2026-03-02")["symptoms_state"] == "not_recorded"  # it may tell of this night
    assert nights.attrs["notes"] == ["1 symptom between waking and noon counts for no night."]


def test_caffeine_is_split_at_noon_and_a_no_is_zero(diary_of, days):
    ticks = [("Coffee", "2026-03-01", "am"), ("Coffee", "2026-03-01", "mid"), ("Coffee", "2026-03-01", "mid"),
             ("Coffee", "2026-03-02 07:30"), ("Coffee", "2026-03-04"), ("Restless legs", "2026-03-01", "pm")]
    nights = rk.make_nights(diary_of(ticks, days("2026-03-01", 4)))
    assert nights["caffeine_before_noon_mg"].tolist() == [95.0, 95.0, 0.0, pd.NA]
    assert nights["caffeine_after_noon_mg"].tolist() == [190.0, 0.0, 0.0, pd.NA]
    assert nights["caffeine_after_noon_mg_state"].tolist() == ["yes", "no", "no", "unknown_order"]


@pytest.mark.parametrize(("before", "after", "expected"), [
    ("2", "", ("yes", 190.0, "not_recorded", None)),
    ("2", "0", ("yes", 190.0, "no", 0.0)),
    ("x", "0", ("yes", None, "no", 0.0)),
    ("0", "x", ("no", 0.0, "yes", None)),
    ("x", "", ("not_recorded", None, "not_recorded", None)),
    ("0", "", ("no", 0.0, "not_recorded", None)),
    ("none", "N/A", ("no", 0.0, "no", 0.0)),
])  # fmt: skip
def test_a_cell_that_was_not_filled_in_is_never_no_caffeine(tmp_path, before, after, expected):
    (tmp_path / "diary.csv").write_text(
        "night,symptoms,caffeine_before_noon_cups,caffeine_after_noon_cups\n"
        f"2026-03-01,no,{before},{after}\n2026-03-02,no,1,1\n", encoding="utf-8")
    found = rk.make_nights(rk.read_diary(tmp_path / "diary.csv")).iloc[0]
    seen = [found[f"caffeine_{side}_noon_mg{end}"] for side in ("before", "after") for end in ("_state", "")]
    assert tuple(None if pd.isna(cell) else cell for cell in seen) == expected


def test_a_tag_first_used_in_month_two_is_not_tracked_before(diary_of, days):
    wine = [("Wine", d, "pm") for d in days("2026-04-05", 95)[::3]]
    legs = [("Restless legs", d, "pm") for d in days("2026-03-01", 130)[::4]]
    nights = rk.make_nights(diary_of(wine + legs, days("2026-03-01", 130)))
    assert (nights["alcohol_drinks_state"][:35] == "not_tracked").all()
    assert nights["alcohol_drinks"][:35].isna().all()
    assert nights["alcohol_drinks"][35:].notna().all()
    assert "35 nights lie outside the time in which alcohol was tracked; they are set aside." in nights.attrs["notes"]


# --- the landmark ------------------------------------------------------------------------------------------------
CALF_AT_9 = Tag("Calf stretch", "stretched", intent="preventive", unticked="no", time="21:00")


def test_landmark_is_when_nine_in_ten_evening_stretches_were_done(diary_of, days):
    stretches = [("Calf stretch", f"{d} 20:10") for d in days("2026-03-01", 18)]
    stretches += [("Calf stretch", f"{d} 22:40") for d in days("2026-03-19", 2)]
    nights = rk.make_nights(diary_of(stretches, days("2026-03-01", 30)))
    assert nights.attrs["landmark"] == "20:30"


def test_landmark_never_looks_at_symptoms(diary_of, days):
    stretches = [("Calf stretch", f"{d} 20:10") for d in days("2026-03-01", 18)]
    legs = [("Restless legs", f"{d} 19:00") for d in days("2026-03-01", 18)]
    with_symptoms = rk.make_nights(diary_of(stretches + legs, days("2026-03-01", 30)))
    without = rk.make_nights(diary_of(stretches, days("2026-03-01", 30)))
    assert with_symptoms.attrs["landmark"] == without.attrs["landmark"] == "20:30"


def test_landmark_is_no_later_than_the_median_lights_out(diary_of, days):
    stretches = [("Calf stretch", f"{d} 22:50") for d in days("2026-03-01", 10)]
    asleep = [(f"{d} 22:15", 8) for d in days("2026-03-01", 10)]
    nights = rk.make_nights(diary_of(stretches, days("2026-03-01", 10), asleep))
    assert nights.attrs["landmark"] == "22:15"


def test_landmark_without_times_is_nine_in_the_evening(diary_of, days):
    nights = rk.make_nights(diary_of([("Calf stretch", "2026-03-01", "pm")], days("2026-03-01", 3)))
    assert nights.attrs["landmark"] == "21:00"


@pytest.mark.parametrize(("ticks", "state"), [
    ([("Calf stretch", "2026-03-02 20:00")], "yes"),
    ([("Stretched anyhow", "2026-03-02 20:00")], "yes"),  # quiet evening: it came before any symptom
    ([("Stretched anyhow", "2026-03-02 20:00"), ("Restless legs", "2026-03-02 23:00")], "yes"),
    ([("Stretched anyhow", "2026-03-02 20:00"), ("Restless legs", "2026-03-02 19:00")], "unknown_order"),
    ([("Calf stretch", "2026-03-02 22:30")], "no"),  # after the landmark: not stretched at the landmark
    ([("Stretched because", "2026-03-02 23:30"), ("Restless legs", "2026-03-02 23:00")], "no"),
    ([("Stretched because", "2026-03-02", "pm")], "no"),  # a quiet night: a response came after the landmark, if at all
    ([("Stretched because", "2026-03-02", "pm"), ("Restless legs", "2026-03-02", "pm")], "unknown_order"),
    ([("Calf stretch", "2026-03-02", "pm")], "unknown_order"),  # 18 to 24 straddles 21:00
    ([("Calf stretch", "2026-03-02", "mid")], "yes"),  # 12 to 18 is before it
    ([("Calf stretch", "2026-03-02")], "unknown_order"),  # no time at all
    ([], "no"),
])  # fmt: skip
def test_stretching_is_judged_at_the_landmark(diary_of, days, ticks, state):
    often = [("Calf stretch", f"{d} 20:45") for d in days("2026-03-03", 30)[::2]]
    legs = [("Restless legs", f"{d} 23:00") for d in days("2026-03-03", 30)[::3]]
    nights = rk.make_nights(diary_of([*ticks, *often, *legs], days("2026-03-01", 35)), landmark="21:00")
    assert row(nights, "2026-03-02")["stretched_state"] == state
    assert pd.isna(row(nights, "2026-03-02")["stretched"]) == (state == "unknown_order")


@pytest.mark.parametrize(("ticks", "hour"), [
    ([("Calf stretch", "2026-03-02 20:00")], 8.0),
    ([("Calf stretch", "2026-03-02 20:30"), ("Calf stretch", "2026-03-02 17:15")], 8.5),  # the last one
    ([("Calf stretch", "2026-03-02 08:00")], -4.0),  # the coming evening's
    ([("Calf stretch", "2026-03-02 20:00"), ("Calf stretch", "2026-03-02 22:30")], 8.0),  # the last before the landmark
    ([("Calf stretch", "2026-03-02", "mid")], None),  # stretched, at an hour nobody knows
    ([("Calf stretch", "2026-03-02 14:00"), ("Calf stretch", "2026-03-02", "mid")], None),  # which was last?
    ([("Calf stretch", "2026-03-02 20:00"), ("Calf stretch", "2026-03-02", "mid")], 8.0),  # 12 to 18 was not
    ([("Calf stretch", "2026-03-02 20:00"), ("Calf stretch", "2026-03-02", "pm")], None),  # 18 to 24 may have been
    ([("Calf stretch", "2026-03-02 20:00"), ("Calf stretch", "2026-03-02")], None),  # no time at all
    ([("Calf stretch", "2026-03-02 22:30")], None),  # after the landmark: not stretched at the landmark
    ([], None),
])
def test_the_hour_is_that_of_the_last_stretch_before_the_landmark(diary_of, days, ticks, hour):
    often = [("Calf stretch", f"{d} 20:45") for d in days("2026-03-03", 30)[::2]]
    nights = rk.make_nights(diary_of(ticks + often, days("2026-03-01", 33)), landmark="21:00")
    found = row(nights, "2026-03-02")["stretch_h"]
    assert pd.isna(found) if hour is None else found == hour
    assert nights.loc[nights["stretched"].eq(False), "stretch_h"].isna().all()


@pytest.mark.parametrize(("ticks", "before", "hour"), [
    ([("Calf stretch", "2026-03-02 20:00"), ("Calf stretch", "2026-03-02 20:45")], True, 8.0),  # the first one
    ([("Calf stretch", "2026-03-02 22:30")], True, 10.5),  # at whatever hour, after the landmark too
    ([("Calf stretch", "2026-03-02 22:30"), ("Restless legs", "2026-03-02 23:10")], True, 10.5),
    ([("Calf stretch", "2026-03-02 22:30"), ("Restless legs", "2026-03-02 22:10")], False, None),  # they came first
    ([("Stretched anyhow", "2026-03-02 20:00")], True, 8.0),  # no symptoms came: it was before any
    ([("Stretched anyhow", "2026-03-02 20:00"), ("Restless legs", "2026-03-02 23:10")], True, 8.0),
    ([("Stretched anyhow", "2026-03-02 22:00"), ("Restless legs", "2026-03-02", "pm")], None, None),  # which was first?
    ([("Calf stretch", "2026-03-02 22:00"), ("Restless legs", "2026-03-02", "pm")], True, 10.0),  # preventive: it was
    ([("Calf stretch", "2026-03-02", "pm")], None, None),  # at an hour nobody knows
    ([("Calf stretch", "2026-03-02 20:00"), ("Calf stretch", "2026-03-02", "pm")], None, None),  # 18 to 24: earlier?
    ([("Stretched because", "2026-03-02 22:00"), ("Restless legs", "2026-03-02", "pm")], False, None),
    ([], False, None),
])
def test_the_first_stretch_before_any_symptoms(diary_of, days, ticks, before, hour):
    often = [("Calf stretch", f"{d} 20:45") for d in days("2026-03-03", 30)[::2]]
    legs = [("Restless legs", f"{d} 23:45") for d in days("2026-03-04", 30)[::3]]
    nights = rk.make_nights(diary_of(ticks + often + legs, days("2026-03-01", 35)), landmark="21:00")
    found = row(nights, "2026-03-02")
    assert pd.isna(found["stretched_before"]) if before is None else found["stretched_before"] == before
    assert pd.isna(found["stretched_before_h"]) if hour is None else found["stretched_before_h"] == hour
    assert nights["stretched_before_h"].notna().equals(nights["stretched_before"].fillna(False).astype(bool))


def test_clock_times_beat_a_stated_intent(diary_of, days):
    ticks = [("Restless legs", "2026-03-02 19:00"), ("Calf stretch", "2026-03-02 20:00"),
             ("Restless legs", "2026-03-05 23:00")]
    nights = rk.make_nights(diary_of(ticks, days("2026-03-01", 6)), landmark="21:00")
    assert row(nights, "2026-03-02")["stretch_responsive"]
    assert row(nights, "2026-03-02")["stretched_state"] == "unknown_order"


@pytest.mark.parametrize(("ticks", "early", "late"), [
    ([("Restless legs", "2026-03-02 19:30")], True, False),
    ([("Restless legs", "2026-03-02 22:30")], False, True),
    ([("Restless legs", "2026-03-02 19:30"), ("Restless legs", "2026-03-02 23:00")], True, True),
    ([("Restless legs", "2026-03-02", "mid")], True, False),
    ([("Restless legs", "2026-03-03", "pre")], False, True),
    ([("Restless legs", "2026-03-02", "pm")], None, True),  # 18 to 24 straddles 21:00
    ([("Restless legs", "2026-03-02")], None, True),
    ([], False, False),
])  # fmt: skip
def test_symptoms_before_and_after_the_landmark(diary_of, days, ticks, early, late):
    nights = rk.make_nights(diary_of([*ticks, ("Restless legs", "2026-03-05 23:00")], days("2026-03-01", 6)),
                            landmark="21:00")
    found = row(nights, "2026-03-02")
    assert found["symptoms"] == late
    assert pd.isna(found["early_symptoms"]) if early is None else found["early_symptoms"] == early


def test_a_tag_can_tell_that_the_evening_was_already_symptomatic(diary_of, days):
    ticks = [("Already restless", "2026-03-02", "pm"), ("Restless legs", "2026-03-02", "pm"),
             ("Restless legs", "2026-03-04", "pm")]
    nights = rk.make_nights(diary_of(ticks, days("2026-03-01", 5)), landmark="21:00")
    assert row(nights, "2026-03-02")["early_symptoms"]
    assert not row(nights, "2026-03-04")["early_symptoms"]
    assert row(nights, "2026-03-04")["symptoms"]


def test_a_clock_time_beats_an_unticked_early_tag(diary_of, days):
    nights = rk.make_nights(diary_of([("Already restless", "2026-03-02", "pm"), ("Restless legs", "2026-03-03 19:30")],
                                     days("2026-03-01", 5)))
    assert nights["early_symptoms_state"].tolist() == ["no", "yes", "yes", "no", "no"]


@pytest.mark.parametrize(("clock", "already", "early"), [
    ("20:00", "yes", "yes"),  # restless at 20:00 is restless before the landmark at 21:00
    ("21:30", "no", "no"),  # quiet at 21:30 is quiet at the landmark
    ("20:00", "no", "unknown_order"),
    ("21:30", "yes", "unknown_order"),
])  # fmt: skip
def test_what_was_said_about_a_stretch_may_tell_the_order(tmp_path, clock, already, early):
    (tmp_path / "diary.csv").write_text(
        "night,symptoms,stretched,stretch_time,symptoms_before_stretch\n"
        f"2026-03-01,yes,yes,{clock},{already}\n", encoding="utf-8")
    nights = rk.make_nights(rk.read_diary(tmp_path / "diary.csv"), landmark="21:00")
    assert nights["early_symptoms_state"].tolist() == [early]
    assert nights["symptoms_state"].tolist() == ["yes"]


@pytest.mark.parametrize("clock", ["20:24", "22:00", "22:29", "23:07"])
@pytest.mark.parametrize(("already", "stretched", "responsive"), [("yes", "no", True), ("no", "yes", False)])
def test_of_a_stretch_at_the_minute_of_the_symptoms_what_was_said_decides(tmp_path, clock, already, stretched,
                                                                           responsive):
    (tmp_path / "diary.csv").write_text(
        "night,symptoms,symptoms_began,stretched,stretch_time,symptoms_before_stretch\n"
        f"2026-03-01,yes,{clock},yes,{clock},{already}\n", encoding="utf-8")
    nights = rk.make_nights(rk.read_diary(tmp_path / "diary.csv"), landmark=clock)
    assert (nights["stretched_state"].tolist(), nights["stretch_responsive"].tolist()) == ([stretched], [responsive])


def test_a_stated_time_makes_a_slot_tag_timed(diary_of, days):
    tags = (CALF_AT_9, Tag("Restless legs", "symptoms", unticked="no"))
    nights = rk.make_nights(diary_of([("Calf stretch", d, "pm") for d in days("2026-03-01", 4)], days("2026-03-01", 6),
                                     tags=tags))
    assert nights.attrs["landmark"] == "21:00"
    assert nights["stretched"].tolist() == [True, True, True, True, False, False]


def test_any_symptoms_that_night(diary_of, days):
    ticks = [("Restless legs", "2026-03-02 19:00"), ("Restless legs", "2026-03-03 23:00")]
    nights = rk.make_nights(diary_of(ticks, days("2026-03-01", 4)), landmark="21:00")
    assert rk.symptom_nights(nights).tolist() == [False, True, True, False]


# --- no look-ahead -------------------------------------------------------------------------------------------------
PAST = ["bedtime_sd_7_min", "last_shift_min", "sri_7", "stretched_days_14", "sleep_h"]


@settings(max_examples=25, deadline=None)
@given(cut=st.integers(8, 28), late=st.integers(0, 240))
def test_past_columns_do_not_change_with_the_future(cut, late):
    base = pd.date_range("2026-03-01", periods=30)
    rng = np.random.default_rng(7)
    starts = [d + pd.Timedelta(minutes=1380 + int(m)) for d, m in zip(base, rng.integers(-90, 90, 30), strict=True)]
    changed = [s + pd.Timedelta(minutes=late) if i >= cut else s for i, s in enumerate(starts)]

    def past(times):
        from rlskit.diary.mapping import Mapping
        from rlskit.diary.readers.assemble import assemble
        from rlskit.diary.readers.parsed import Options, Parsed

        sleeps = [{"row": i + 2, "start": s, "end": s + pd.Timedelta(hours=7), "hours": 7.0, "is_nap": False}
                  for i, s in enumerate(times)]
        diary = assemble(Parsed("s.csv", "test", "v1", len(sleeps), sleeps=sleeps), Mapping(), Options())
        return rk.make_nights(diary)[PAST]

    before, after = past(starts), past(changed)
    pd.testing.assert_frame_equal(before.iloc[: cut + 1], after.iloc[: cut + 1])


def test_bedtime_spread_of_the_past_week_by_hand(diary_of, days):
    minutes = [0, 30, 60, 90, 15, 45, 75, 20, 10]
    asleep = [(f"{d} 22:{m:02d}" if m < 60 else f"{d} 23:{m - 60:02d}", 7.0)
              for d, m in zip(days("2026-03-01", 9), minutes, strict=True)]
    nights = rk.make_nights(diary_of([], days("2026-03-01", 10), asleep))
    assert np.allclose(nights["bedtime_sd_7_min"][7], np.std(minutes[:7], ddof=1))
    assert nights["bedtime_sd_7_min"][:4].isna().all()  # fewer than four nights recorded
    assert np.allclose(nights["bedtime_sd_7_min"][4], np.std(minutes[:4], ddof=1))
    assert nights["sleep_h"][1] == 7.0


def test_shift_workers_can_move_the_start_of_the_night(diary_of):
    asleep = [("2026-03-02 08:30", 7.0), ("2026-03-03 08:30", 7.0)]
    diary = diary_of([("Restless legs", "2026-03-03 06:30")], ["2026-03-01", "2026-03-02", "2026-03-03"], asleep)
    moved = rk.make_nights(diary, night_starts="18:00")
    # 06:30 lies between the wakings at 15:30 on the 2nd and on the 3rd: the night named after the evening of the 2nd.
    assert row(moved, "2026-03-02")["symptoms"]


def test_for_shift_workers_the_morning_is_the_evening(diary_of, days):
    asleep = [(f"{day} 09:30", 6.5) for day in days("2026-03-02", 9)]
    ticks = [("Stretched anyhow", f"{day} 08:00") for day in days("2026-03-02", 9)]
    ticks += [("Restless legs", f"{day} 09:15") for day in days("2026-03-04", 3)]
    moved = rk.make_nights(diary_of(ticks, days("2026-03-01", 9), asleep), night_starts="18:00")
    assert moved.attrs["landmark"] == "08:00"
    assert row(moved, "2026-03-03")[["symptoms", "early_symptoms", "stretched"]].tolist() == [True, False, True]
    assert row(moved, "2026-03-01")[["symptoms", "early_symptoms", "stretched"]].tolist() == [False, False, True]


@pytest.mark.parametrize(("night_starts", "stretch", "said"), [
    ("12:00", "", "21:00, because the diary holds no clock times of evening stretching"),
    ("12:00", "10:00", "21:00, because the diary holds no clock times of evening stretching"),
    ("00:00", "", "09:00, because the diary holds no clock times of evening stretching"),
    ("00:00", "23:15", "09:00, because the diary holds no clock times of stretching from 05:00 to 18:00, the evening "
                       "of a night that starts at 00:00"),
    ("18:30", "19:00", "03:30, because the diary holds no clock times of stretching from 23:30 to 12:30, the evening "
                       "of a night that starts at 18:30"),
])
def test_without_clock_times_the_landmark_lies_in_the_moved_evening(diary_of, days, night_starts, stretch, said):
    ticks = [("Restless legs", f"{day} 08:00") for day in days("2026-03-02", 3)]
    ticks += [("Stretched anyhow", f"{day} {stretch}") for day in days("2026-03-02", 9) if stretch]
    nights = rk.make_nights(diary_of(ticks, days("2026-03-01", 9)), night_starts=night_starts)
    assert nights.attrs["landmark_from"] == said and nights.attrs["landmark"] == said[:5]


SAID = (Tag("Restless legs", "symptoms", unticked="no"),
        Tag("Morning stretch", "stretched", intent="preventive", time="09:00", unticked="no"),
        Tag("Wine", "alcohol_drinks", amount=1.0, unticked="no", entry_time="day"))


def test_a_tag_with_a_stated_time_moves_with_the_night(diary_of):
    """Written at 10:00 on the 3rd by someone who goes to bed at 11: that is the evening of the night of the 2nd."""
    ticks = [("Restless legs", "2026-03-03 10:30"), ("Morning stretch", "2026-03-03 10:00"),
             ("Wine", "2026-03-03 10:00")]
    diary = diary_of(ticks, ["2026-03-01", "2026-03-04"], tags=SAID, with_notes=True)
    usual, moved = rk.make_nights(diary), rk.make_nights(diary, night_starts="18:00")
    assert row(usual, "2026-03-03")["alcohol_drinks"] == 1 and row(moved, "2026-03-02")["alcohol_drinks"] == 1
    assert moved.attrs["landmark"] == "09:00"
    assert row(moved, "2026-03-02")[["symptoms", "early_symptoms", "stretched"]].tolist() == [True, False, True]
    assert row(moved, "2026-03-03")["stretched_state"] == "not_recorded"


def test_a_tag_written_beside_a_sleep_moves_with_it(diary_of):
    """A sleep from 01:00 counts for the evening before, until the night is said to start at midnight."""
    diary = diary_of([("Wine", "2026-03-02")], ["2026-03-01", "2026-03-05"], [("2026-03-03 01:00", 7.0)], tags=SAID,
                     same_row=True)
    assert row(rk.make_nights(diary), "2026-03-02")["alcohol_drinks"] == 1
    moved = rk.make_nights(diary, night_starts="00:00")
    assert row(moved, "2026-03-03")["alcohol_drinks"] == 1 and row(moved, "2026-03-02")["alcohol_drinks_state"] != "yes"


@pytest.mark.parametrize("night_starts", ["00:00", "06:00", "15:00", "18:00", "23:30"])
def test_sleeps_of_one_moved_night_are_one_row(diary_of, days, night_starts):
    asleep = [(f"{day} 23:40", 6.0) for day in days("2026-03-01", 5)]
    asleep += [(f"{day} 00:30", 7.0) for day in days("2026-03-03", 2)]
    asleep += [(f"{day} 13:00", 3.5) for day in days("2026-03-04", 2)]
    moved = rk.make_nights(diary_of([("Restless legs", "2026-03-02 23:00")], days("2026-03-01", 6), asleep),
                           night_starts=night_starts)
    assert moved["night"].is_unique
    from_23_40_to_7_30 = 47 / 6  # two records of one night that overlap
    known = moved["sleep_h"].dropna()
    assert known.isin([6.0, 7.0, 3.5, from_23_40_to_7_30]).all() and len(known) >= 3


def test_nothing_readable_is_a_clear_error(diary_of):
    with pytest.raises(rk.DiaryError) as wrong:
        rk.make_nights(diary_of([]))
    assert str(wrong.value) == ("diary.csv: nothing in it belongs to a night. `rlskit check` lists what was read.")


def test_quiet_nights_are_those_known_to_be_quiet_at_the_landmark(diary_of, days):
    ticks = [("Restless legs", "2026-03-02 19:00"), ("Restless legs", "2026-03-03 23:00"),
             ("Restless legs", "2026-03-04", "pm")]
    nights = rk.make_nights(diary_of(ticks, ["2026-03-01", "2026-03-06"]), landmark="21:00")
    quiet = rk.quiet_nights(nights)
    assert [d.day for d in quiet["night"]] == [1, 3, 6]  # the 2nd was early, the 4th is unknown, the 5th unrecorded
    assert quiet.attrs["landmark"] == "21:00"


def test_a_typed_yes_stays_a_symptom_night_even_when_it_began_early(tmp_path):
    (tmp_path / "d.csv").write_text("night,symptoms,symptoms_began\n2026-03-01,yes,19:30\n2026-03-02,no,\n")
    nights = rk.make_nights(rk.read_diary(tmp_path / "d.csv"), landmark="21:00")
    assert nights["symptoms"].tolist() == [True, False]
    assert nights["early_symptoms"].tolist() == [True, False]
