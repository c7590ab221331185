"""One person's files joined on the night: answers from the diary, sleep from the device, every event once."""

from __future__ import annotations

import pandas as pd
import pytest

from rlskit.diary.combine import SEVERITY_CELLS, combine_diaries
from rlskit.diary.readers.read import read_diary
from rlskit.diary.tables import (
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
from rlskit.nights.make import make_nights

NIGHT = pd.Timestamp("2026-03-10")
SLEPT = {"lights_out": pd.Timestamp("2026-03-10 23:00"), "woke_up": pd.Timestamp("2026-03-11 09:30"),
         "tst_min": 630.0, "tst_source": "device:watch", "tz": "Europe/London"}


def diary(*, daily=(), events=(), tags=None, file="a.csv", app="bearable", person="me") -> Diary:
    nights = [{"person": person, "night": NIGHT, "wake_date": NIGHT + pd.Timedelta(days=1), **row}
              for row in daily]
    happened = [{"person": person, "type": "supplement", "time_precision": "minute", "file": file, "app": app,
                 "row": i, **row} for i, row in enumerate(events)]
    seen = [{"person": person, "tag": tag, "n": n, "file": file} for tag, n in (tags or {"Iron": 2}).items()]
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
    both = combine_diaries(diary(daily=[{"symptoms": "yes", "sleep_quality": 3.0}]),
                           diary(daily=[SLEPT], file="s.csv", app="sleep_as_android"))
    night = both.daily.iloc[0]
    assert len(both.daily) == 1
    assert (night["symptoms"], night["sleep_quality"], night["tst_min"], night["tz"]) == (
        "yes", 3.0, 630.0, "Europe/London")
    assert [s.file for s in both.source] == ["a.csv", "s.csv"]
    assert both.tags["file"].tolist() == ["a.csv", "s.csv"]
    assert len(both.issues) == 2
    assert account(both)["file"].tolist() == ["a.csv", "a.csv", "s.csv", "s.csv"]
    assert {n: str(t) for n, t in both.daily.dtypes.items()} == DAILY_COLUMNS


@pytest.mark.parametrize("device_first", [True, False])
def test_the_sleep_of_a_night_comes_whole_from_the_device(device_first):
    typed = diary(daily=[{"bed_time": pd.Timestamp("2026-03-10 21:00"), "tst_source": "diary_reported",
                          "lights_out": pd.Timestamp("2026-03-10 22:45"), "tst_min": 500.0, "tz": ""}])
    device = diary(daily=[SLEPT], file="s.csv")
    both = combine_diaries(*((device, typed) if device_first else (typed, device)))
    night = both.daily.iloc[0]
    assert (night["tst_min"], night["tst_source"], night["lights_out"]) == (
        630.0, "device:watch", SLEPT["lights_out"])
    assert pd.isna(night["bed_time"])  # from the diary, and not mixed into the device's night
    assert "two sources disagree about the sleep of a night" not in set(both.issues["kind"])  # 15 minutes apart


def test_two_sources_that_start_in_the_same_minute_are_still_told_apart():
    def asleep(app, end, hours, origin):
        when = {"type": "sleep", "start_local": SLEPT["lights_out"], "end_local": pd.Timestamp(end), "unit": "h",
                "amount": hours, "item": "sleep", "night": NIGHT, "event_id": app}
        row = SLEPT | {"woke_up": pd.Timestamp(end), "tst_min": 60 * hours, "tst_source": origin}
        return diary(daily=[row], events=[when], file=f"{app}.csv", app=app)

    both = combine_diaries(asleep("bearable", "2026-03-11 07:00", 8.0, "diary_reported"),
                           asleep("sleep_as_android", "2026-03-11 06:58", 7.9, "device:phone"))
    row = both.daily.iloc[0]
    assert (row["tst_source"], row["tst_min"]) == ("device:phone", pytest.approx(474))


def test_the_first_of_two_answers_is_kept():
    both = combine_diaries(diary(daily=[{"symptoms": "yes"}]),
                           diary(daily=[{"symptoms": "no", "iron": "no"}]))
    assert both.daily[["symptoms", "iron"]].to_numpy().tolist() == [["yes", "no"]]


def contradictions(*diaries: Diary) -> list[str]:
    return [m for m in combine_diaries(*diaries).issues["message"] if "expected" in m]


def said(column: str, found: str, used: str = "a.csv", night: str = "2026-03-10") -> str:
    return (f'a.csv + b.csv, column "{column}": expected one answer, found "{night}: {found}". Kept. '
            f"The answer of {used} is used.")


@pytest.mark.parametrize(("column", "first", "second", "found"), [
    *((name, "yes", "no", "yes in a.csv, no in b.csv") for name in (
        "symptoms", "caffeine_any", "alcohol_any", "stretched", "iron", "magnesium", "free_night")),
    *((name, 2.0, 0.5, "2 in a.csv, 0.5 in b.csv") for name in (
        "severity_0_10", "sleep_quality", "caffeine_before_noon_mg", "caffeine_after_noon_mg", "alcohol_drinks")),
    ("symptoms_began", NIGHT + pd.Timedelta("22:00:00"), NIGHT + pd.Timedelta("23:30:00"),
     "22:00 in a.csv, 23:30 in b.csv"),
    ("medicine_change", "less of mine", "more of mine", "a text in a.csv, a text in b.csv")])
def test_an_answer_that_another_file_contradicts_is_listed_with_the_one_used(column, first, second, found):
    one, other = diary(daily=[{column: first}]), diary(daily=[{column: second}], file="b.csv")
    assert contradictions(one, other) == [said(column, found)]
    assert combine_diaries(one, other).daily[column].tolist() == [first]
    assert contradictions(one, diary(daily=[{column: first}], file="b.csv")) == []
    assert contradictions(one, diary(daily=[{}], file="b.csv")) == []


def test_every_night_and_column_is_listed_once_and_three_files_in_one_row():
    later = {"night": NIGHT + pd.Timedelta(days=1)}
    mine = diary(daily=[{"symptoms": "no", "iron": "no"}, {"symptoms": "no", **later}])
    other = diary(daily=[{"symptoms": "yes", "iron": "yes"}, {"symptoms": "yes", **later}], file="b.csv")
    assert contradictions(mine, other) == [
        said("iron", "no in a.csv, yes in b.csv"), said("symptoms", "no in a.csv, yes in b.csv"),
        said("symptoms", "no in a.csv, yes in b.csv", night="2026-03-11")]
    listed = combine_diaries(mine, other, diary(daily=[{"iron": "yes"}], file="c.csv")).issues.iloc[3]
    assert listed[["file", "column", "found", "outcome", "kind"]].tolist() == [
        "a.csv + b.csv + c.csv", "iron", "2026-03-10: no in a.csv, yes in b.csv, yes in c.csv", "kept",
        "two files answer differently for one night"]


@pytest.mark.parametrize(("typed", "tick", "lines"), [
    ({"symptoms": "no"}, {"type": "symptom", "item": "symptoms"},
     [said("symptoms", "yes in a.csv, no in b.csv", "b.csv")]),
    ({"severity_0_10": 3.0}, {"type": "symptom", "item": "symptoms", "amount": 6.0, "unit": "nrs_0_10"},
     [said("severity_0_10", "6 in a.csv, 3 in b.csv", "b.csv")]),
    ({"iron": "no"}, {"item": "iron"}, [said("iron", "yes in a.csv, no in b.csv", "b.csv")]),
    ({"alcohol_any": "yes", "alcohol_drinks": 1.0}, {"type": "alcohol", "amount": 2.0, "unit": "drinks"},
     [said("alcohol_drinks", "2 in a.csv, 1 in b.csv", "b.csv")]),
    ({"caffeine_before_noon_mg": 0.0, "caffeine_after_noon_mg": 95.0}, {"type": "caffeine", "amount": 190.0},
     [said("caffeine_mg", "190 in a.csv, 95 in b.csv", "b.csv")]),
    ({"symptoms": "no"}, {"type": "symptom", "item": "early_symptoms"}, []),
    ({"stretched": "yes"}, {"type": "stretch", "amount": 10.0}, [])])
def test_ticks_that_a_typed_answer_of_another_file_overrules_are_listed(typed, tick, lines):
    ticked = {"event_id": "x", "night": NIGHT, "night_rule": "source_date",
              "start_local": pd.Timestamp("2026-03-10 20:00"), **tick}
    assert contradictions(diary(events=[ticked]), diary(daily=[typed], file="b.csv")) == lines


def test_of_ticks_alone_the_worst_counts_and_the_other_is_listed():
    ill = {"type": "symptom", "item": "symptoms", "unit": "nrs_0_10", "night": NIGHT, "night_rule": "source_date",
           "start_local": pd.Timestamp("2026-03-10 22:00")}
    assert contradictions(diary(events=[{**ill, "event_id": "x", "amount": 3.0}]),
                          diary(events=[{**ill, "event_id": "y", "amount": 6.0}], file="b.csv")) == [
        said("severity_0_10", "3 in a.csv, 6 in b.csv", "b.csv")]


ILL = {"symptoms": "yes", "severity_0_10": 6.0, "severity_raw": "6", "severity_scale": "nrs_0_10",
       "symptoms_began": NIGHT + pd.Timedelta("22:00:00")}


@pytest.mark.parametrize("quiet", [
    {}, {"severity_0_10": 0.0, "severity_raw": "0", "severity_scale": "nrs_0_10"}])
def test_a_night_without_symptoms_takes_no_severity_and_no_onset_from_another_file(quiet):
    free = diary(daily=[{"symptoms": "no", **quiet}])
    assert contradictions(free, diary(daily=[ILL], file="b.csv")) == [
        said("severity_0_10", "no symptoms in a.csv, 6 in b.csv"),
        said("symptoms", "no in a.csv, yes in b.csv"),
        said("symptoms_began", "no symptoms in a.csv, 22:00 in b.csv")]
    night = combine_diaries(free, diary(daily=[ILL], file="b.csv")).daily.iloc[0]
    assert night["symptoms"] == "no" and pd.isna(night["symptoms_began"])
    assert night[list(SEVERITY_CELLS)].fillna("").tolist() == [quiet.get(name, "") for name in SEVERITY_CELLS]


def test_a_night_without_symptoms_takes_a_severity_of_zero():
    free, zero = diary(daily=[{"symptoms": "no"}]), diary(daily=[{"severity_0_10": 0.0}], file="b.csv")
    assert contradictions(free, zero) == [] and combine_diaries(free, zero).daily["severity_0_10"].tolist() == [0.0]


def test_a_night_with_symptoms_takes_severity_and_onset_from_another_file():
    mine, free = diary(daily=[{"symptoms": "yes"}]), diary(daily=[{"symptoms": "no"}], file="b.csv")
    later = {name: ILL[name] for name in ILL if name != "symptoms"}
    three = mine, free, diary(daily=[later], file="c.csv")
    night = combine_diaries(*three).daily.iloc[0]
    assert night["severity_0_10"] == 6.0 and night["symptoms_began"] == ILL["symptoms_began"]
    assert contradictions(*three) == [said("symptoms", "yes in a.csv, no in b.csv")]


def test_a_typed_no_leaves_out_the_severity_and_onset_of_ticks():
    tick = {"event_id": "x", "type": "symptom", "item": "symptoms", "unit": "nrs_0_10", "amount": 6.0,
            "night": NIGHT, "night_rule": "source_date", "start_local": pd.Timestamp("2026-03-10 22:00")}
    ticked, free = diary(events=[tick]), diary(daily=[{"symptoms": "no"}], file="b.csv")
    assert contradictions(ticked, free) == [
        said("severity_0_10", "no symptoms in b.csv, 6 in a.csv", "b.csv").replace("a.csv + b.csv", "b.csv + a.csv"),
        said("symptoms", "yes in a.csv, no in b.csv", "b.csv")]
    columns = ["symptoms", "severity_0_10", "onset_h"]
    assert make_nights(ticked)[columns].to_numpy().tolist() == [[True, 6, 10.0]]
    assert make_nights(combine_diaries(ticked, free))[columns].fillna(-1).to_numpy().tolist() == [[False, -1, -1.0]]


def test_drinks_of_one_evening_in_two_files_are_both_counted_and_listed():
    wine = {"type": "alcohol", "amount": 1.0, "night": NIGHT, "night_rule": "source_date",
            "start_local": pd.Timestamp("2026-03-10 20:00")}
    one, two, three = ({**wine, "event_id": i} for i in "xyz")
    assert contradictions(diary(events=[one, three]), diary(events=[two], file="b.csv")) == [
        'a.csv + b.csv, column "alcohol": expected events in one file, found "2026-03-10: 2 in a.csv, 1 in b.csv". '
        "Kept. All of them count, unless a typed answer says otherwise. If they are the same, take them out of one "
        "file."]
    assert contradictions(diary(events=[one]), diary(events=[one, two], file="b.csv")) == []  # a later export


@pytest.mark.parametrize(("minutes", "listed"), [(60, 0), (61, 1)])
def test_sources_agree_within_an_hour(minutes, listed):
    later = SLEPT["lights_out"] + pd.Timedelta(minutes=minutes)
    typed = diary(daily=[{**SLEPT, "tst_source": "diary_reported", "lights_out": later}])
    both = combine_diaries(typed, diary(daily=[SLEPT], file="s.csv"))
    assert both.issues["kind"].eq("two sources disagree about the sleep of a night").sum() == listed


def test_sources_that_tell_another_sleep_are_listed():
    typed = diary(daily=[{**SLEPT, "tst_source": "diary_reported",
                          "lights_out": pd.Timestamp("2026-03-11 00:10")}])
    both = combine_diaries(typed, diary(daily=[SLEPT], file="s.csv"))
    assert both.issues["message"].tolist()[-1] == (
        'diary_reported + device:watch, column "lights_out": expected one time, '
        'found "2026-03-10: 00:10 and 23:00". Kept. That of the first app in sleep_from of rlskit.toml is '
        "used, else the device's, else the longer sleep.")


def test_events_find_their_night_again_now_that_waking_is_known():
    dose = {"start_local": pd.Timestamp("2026-03-11 08:00"), "event_id": "x", "night_rule": "fallback_0600",
            "night": NIGHT + pd.Timedelta(days=1)}
    named = {**dose, "event_id": "y", "night_rule": "source_date"}
    both = combine_diaries(diary(events=[dose, named]), diary(daily=[SLEPT], file="s.csv"))
    assert both.events["night"].tolist() == [NIGHT, NIGHT + pd.Timedelta(days=1)]  # asleep until half past nine
    assert both.events["night_rule"].tolist() == ["wake_to_wake", "source_date"]


@pytest.mark.parametrize(("tells_of", "alone", "woken"), [
    ("", 10, 11), ("tonight", 10, 11), ("last night", 9, 10)])
def test_a_tag_of_the_day_moves_with_its_entry_now_that_waking_is_known(tmp_path, tells_of, alone, woken):
    """Written at 03:30, after the night: on its own the file does not show that the person is up."""
    (tmp_path / "daylio.csv").write_text("full_date,date,weekday,time,mood,activities,note\n"
                                         "2026-03-11,March 11,Wednesday,03:30,meh,Wine,\n", encoding="utf-8")
    told = f'tells_of = "{tells_of}"\n' if tells_of else ""
    (tmp_path / "rlskit.toml").write_text(f'[tags.Wine]\ncolumn = "alcohol_drinks"\n{told}', encoding="utf-8")
    wine = read_diary(tmp_path / "daylio.csv")
    woke = diary(daily=[{**SLEPT, "woke_up": pd.Timestamp("2026-03-11 03:00")}], file="s.csv", app="watch")
    nights = [d.events.loc[d.events["type"].eq("alcohol"), "night"].item().day
              for d in (wine, combine_diaries(woke, wine))]
    assert nights == [alone, woken]


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
    mine, device = diary(daily=[{"symptoms": "yes"}]), diary(daily=[SLEPT], file="s.csv")
    before = mine.daily.copy(), device.daily.copy()
    combine_diaries(mine, device)
    pd.testing.assert_frame_equal(mine.daily, before[0])
    pd.testing.assert_frame_equal(device.daily, before[1])


def test_diaries_without_any_sleep_or_answers_combine():
    dose = {"start_local": pd.Timestamp("2026-03-11 08:00"), "event_id": "x"}
    both = combine_diaries(diary(events=[dose]), diary(events=[{**dose, "event_id": "y"}], file="b.csv"))
    assert both.daily.empty
    assert len(both.events) == 2


def test_the_app_stated_first_tells_the_sleep_of_a_night_and_the_others_nothing_twice(tmp_path):
    (tmp_path / "a.json").write_text(
        '[{"logId": 1, "dateOfSleep": "2026-03-02", "startTime": "2026-03-01T22:00:00.000", '
        '"endTime": "2026-03-02T08:00:00.000", "mainSleep": true}]')
    (tmp_path / "b.csv").write_text("bedtime_start,bedtime_end,type,total_sleep_duration\n"
                                    "2026-03-01T23:30:00+01:00,2026-03-02T06:30:00+01:00,long_sleep,25200\n")
    longest = read_diary(tmp_path).daily
    (tmp_path / "rlskit.toml").write_text('sleep_from = ["oura", "fitbit"]\n')
    stated = read_diary(tmp_path)
    assert [len(longest), len(stated.daily)] == [1, 1]
    assert longest["lights_out"].tolist() == [pd.Timestamp("2026-03-01 22:00")]
    assert stated.daily["lights_out"].tolist() == [pd.Timestamp("2026-03-01 23:30")]
    assert stated.issues["kind"].tolist() == ["two sources disagree about the sleep of a night"]
    (tmp_path / "rlskit.toml").write_text('sleep_from = ["my ring"]\n')
    with pytest.raises(DiaryError, match=r'sleep_from: expected some of .* found "my ring"'):
        read_diary(tmp_path)
