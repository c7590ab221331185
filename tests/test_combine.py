"""One person's files joined on the night: answers from the diary, sleep from the device, every event once."""

from __future__ import annotations

import pandas as pd
import pytest

from rlskit.combine import combine_diaries
from rlskit.diary import (
    DAILY_COLUMNS,
    EVENT_COLUMNS,
    ISSUE_COLUMNS,
    TAG_COLUMNS,
    Diary,
    Source,
    account,
    issue,
    table,
)
from rlskit.errors import DiaryError
from rlskit.readers import read_diary

NIGHT = pd.Timestamp("2026-03-10")
SLEPT = {"try_sleep_time": pd.Timestamp("2026-03-10 23:00"), "final_wake_time": pd.Timestamp("2026-03-11 09:30"),
         "tst_min": 630.0, "tst_source": "device:watch", "tz": "Europe/London"}


def diary(*, daily=(), events=(), tags=None, file="a.csv", app="bearable", person="me") -> Diary:
    nights = [{"participant_id": person, "night_date": NIGHT, "wake_date": NIGHT + pd.Timedelta(days=1), **row}
              for row in daily]
    happened = [{"participant_id": person, "type": "supplement", "time_precision": "minute", "file": file, "app": app,
                 "row": i, **row} for i, row in enumerate(events)]
    seen = [{"participant_id": person, "tag": tag, "n": n, "file": file} for tag, n in (tags or {"Iron": 2}).items()]
    return Diary(table(nights, DAILY_COLUMNS), table(happened, EVENT_COLUMNS),
                 table([issue(file, "odd", row=9)], ISSUE_COLUMNS), (Source(file, app, "v1", 2, 1),),
                 table(seen, TAG_COLUMNS))


def test_one_diary_is_itself_and_none_is_an_error():
    alone = diary()
    assert combine_diaries(alone) is alone
    with pytest.raises(DiaryError) as wrong:
        combine_diaries()
    assert str(wrong.value) == "combine_diaries: expected at least one diary, found none."


def test_files_of_two_people_are_refused():
    mine, yours = diary(daily=[{}]), diary(daily=[{}], person="you")
    with pytest.raises(DiaryError) as wrong:
        combine_diaries(mine, yours)
    assert str(wrong.value) == ("combine_diaries: expected files of one person, found 2 (me, you). "
                                "Read each person's files on their own.")


def test_answers_and_sleep_meet_on_the_night():
    both = combine_diaries(diary(daily=[{"rls_present": "yes", "sleep_quality": 3.0}]),
                           diary(daily=[SLEPT], file="s.csv", app="sleep_as_android"))
    night = both.daily.iloc[0]
    assert len(both.daily) == 1
    assert (night["rls_present"], night["sleep_quality"], night["tst_min"], night["tz"]) == (
        "yes", 3.0, 630.0, "Europe/London")
    assert [s.file for s in both.source] == ["a.csv", "s.csv"]
    assert both.tags["file"].tolist() == ["a.csv", "s.csv"]
    assert len(both.issues) == 2
    assert account(both)["file"].tolist() == ["a.csv", "a.csv", "s.csv", "s.csv"]
    assert {n: str(t) for n, t in both.daily.dtypes.items()} == DAILY_COLUMNS


@pytest.mark.parametrize("device_first", [True, False])
def test_the_sleep_of_a_night_comes_whole_from_the_device(device_first):
    typed = diary(daily=[{"bed_time": pd.Timestamp("2026-03-10 21:00"), "tst_source": "diary_reported",
                          "try_sleep_time": pd.Timestamp("2026-03-10 22:45"), "tst_min": 500.0, "tz": ""}])
    device = diary(daily=[SLEPT], file="s.csv")
    both = combine_diaries(*((device, typed) if device_first else (typed, device)))
    night = both.daily.iloc[0]
    assert (night["tst_min"], night["tst_source"], night["try_sleep_time"]) == (
        630.0, "device:watch", SLEPT["try_sleep_time"])
    assert pd.isna(night["bed_time"])  # from the diary, and not mixed into the device's night
    assert "two sources disagree about the sleep of a night" not in set(both.issues["kind"])  # 15 minutes apart


def test_the_first_of_two_answers_is_kept():
    both = combine_diaries(diary(daily=[{"rls_present": "yes"}]),
                           diary(daily=[{"rls_present": "no", "iron_any": "no"}]))
    assert both.daily[["rls_present", "iron_any"]].to_numpy().tolist() == [["yes", "no"]]


def test_sources_that_tell_another_sleep_are_listed():
    typed = diary(daily=[{**SLEPT, "tst_source": "diary_reported",
                          "try_sleep_time": pd.Timestamp("2026-03-11 00:10")}])
    both = combine_diaries(typed, diary(daily=[SLEPT], file="s.csv"))
    assert both.issues["message"].tolist()[-1] == (
        'diary_reported + device:watch, column "try_sleep_time": expected one time, '
        'found "2026-03-10: 00:10 and 23:00". Kept. The device\'s time is used where there is one, else the first.')


def test_events_find_their_night_again_now_that_waking_is_known():
    dose = {"start_local": pd.Timestamp("2026-03-11 08:00"), "event_id": "x", "night_rule": "fallback_0600",
            "night_date": NIGHT + pd.Timedelta(days=1)}
    named = {**dose, "event_id": "y", "night_rule": "source_date"}
    both = combine_diaries(diary(events=[dose, named]), diary(daily=[SLEPT], file="s.csv"))
    assert both.events["night_date"].tolist() == [NIGHT, NIGHT + pd.Timedelta(days=1)]  # asleep until half past nine
    assert both.events["night_rule"].tolist() == ["wake_to_wake", "source_date"]


def test_an_event_in_two_exports_counts_once():
    dose = {"start_local": pd.Timestamp("2026-03-11 08:00"), "event_id": "x"}
    both = combine_diaries(diary(events=[dose]), diary(events=[dose, {**dose, "event_id": "y"}], file="later.csv"))
    assert both.events[["event_id", "file"]].to_numpy().tolist() == [["x", "a.csv"], ["y", "later.csv"]]


@pytest.mark.parametrize("names", [("old.csv", "new.csv"), ("mine/export.csv", "phone/export.csv"),
                                   ("mine/export.csv", "mine/export.csv")])
def test_every_row_of_overlapping_exports_is_used_once_or_explained(tmp_path, names):
    lines = [f'"{d}th Mar 2026","","pm","Factors","","Coffee",""\n"{d}th Mar 2026","","8:00","Mood","5","",""\n'
             for d in range(4, 16)]
    head = "date,weekday,time of day,category,rating/amount,detail,notes\n"
    found = []
    for name, some in zip(names, (lines[:8], lines[:8] if names[0] == names[1] else lines[5:]), strict=True):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(head + "".join(some), encoding="utf-8")
        (path.parent / "rlskit.toml").write_text('[tags.Coffee]\ncolumn = "caffeine_mg"\n', encoding="utf-8")
        found.append(read_diary(path))
    both = combine_diaries(*found)
    rows = account(both)
    assert rows.groupby("file")["rows"].sum().to_dict() == {s.file: s.rows for s in both.source}
    assert len(both.source) == rows["file"].nunique() == 2
    twice = 8 if names[0] == names[1] else 3
    assert rows.loc[rows["reason"].eq("already read in another file"), "rows"].tolist() == [twice]
    assert rows.loc[rows["reason"].eq("used"), "rows"].sum() == both.events["type"].eq("caffeine").sum()


def test_a_mapped_tag_that_only_one_file_uses_is_listed_for_that_file_alone():
    both = combine_diaries(diary(tags={"Coffee": 3, "Wine": 0}), diary(tags={"coffee": 0, "wine": 0}, file="s.csv"))
    assert both.tags[["file", "tag", "n"]].to_numpy().tolist() == [["a.csv", "Coffee", 3], ["a.csv", "Wine", 0]]


def test_combining_changes_neither_diary():
    mine, device = diary(daily=[{"rls_present": "yes"}]), diary(daily=[SLEPT], file="s.csv")
    before = mine.daily.copy(), device.daily.copy()
    combine_diaries(mine, device)
    pd.testing.assert_frame_equal(mine.daily, before[0])
    pd.testing.assert_frame_equal(device.daily, before[1])


def test_diaries_without_any_sleep_or_answers_combine():
    dose = {"start_local": pd.Timestamp("2026-03-11 08:00"), "event_id": "x"}
    both = combine_diaries(diary(events=[dose]), diary(events=[{**dose, "event_id": "y"}], file="b.csv"))
    assert both.daily.empty
    assert len(both.events) == 2
