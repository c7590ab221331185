"""What is said about a stretch reaches the nights: hold and intensity of preventive ones, relief of the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.diary.mapping import Tag
from tests.unit.nights.conftest import TAGS

COLUMNS = ["stretch_hold_s", "stretch_intensity_0_10", "symptom_before", "symptom_after", "quiet_min"]
DETAILS = (*TAGS, *(Tag(name, name) for name in COLUMNS), Tag("Long hold", "stretch_hold_s", amount=45.0),
           Tag("Legs before", "symptom_before", levels={"bad": 8.0}))


def cells(nights, night="2026-03-02"):
    """The five cells of a night, None where empty."""
    row = nights.set_index("night").loc[night]
    return [None if pd.isna(row[name]) else row[name] for name in COLUMNS]


def test_ticks_beside_a_stretch_count_for_it(diary_of):
    before = [("Calf stretch", "2026-03-02 20:00"), ("stretch_hold_s", "2026-03-02 20:00", 30.0),
              ("Long hold", "2026-03-02"), ("stretch_intensity_0_10", "2026-03-02 20:00", 4.0)]
    assert cells(rk.make_nights(diary_of(before))) == [37.5, 4.0, None, None, None]
    because = [("Restless legs", "2026-03-02 22:00"), ("Stretched because", "2026-03-02 22:10"),
               ("symptom_before", "2026-03-02 22:10", 6.0), ("symptom_after", "2026-03-02 22:30", 0.0),
               ("quiet_min", "2026-03-02 22:30", 20.0), ("stretch_hold_s", "2026-03-02 22:10", 30.0)]
    assert cells(rk.make_nights(diary_of(because, tags=DETAILS))) == [None, None, 6.0, 0.0, 20.0]


@pytest.fixture
def diary_of(diary_of):
    return lambda ticks, tags=DETAILS: diary_of(ticks, tags=tags)


def test_before_without_after_or_without_symptoms_is_no_relief(diary_of):
    at = "2026-03-02 22:10"
    start = [("Restless legs", "2026-03-02 22:00"), ("symptom_before", at, 6.0)]
    assert cells(rk.make_nights(diary_of(start)))[2:] == [None, None, None]
    assert cells(rk.make_nights(diary_of([*start, ("symptom_after", at, 3.0), ("symptom_after", at, 2.0)])))[2:4] == [
        None, None]
    calm = [("Calf stretch", at), ("symptom_before", at, 0.0), ("symptom_after", at, 0.0)]
    assert cells(rk.make_nights(diary_of(calm)))[2:4] == [None, None]


def test_what_is_off_the_scale_is_a_remark_and_no_value(diary_of):
    diary = diary_of([("Restless legs", "2026-03-02 22:00"), ("symptom_before", "2026-03-02 22:10", 14.0),
                      ("symptom_after", "2026-03-02 22:30", 3.0)])
    assert list(diary.issues["message"]) == [
        'diary.csv, line 3, column "symptom_before": expected a value of 0-10, found "14". Kept. The night gets no '
        "value from it."]
    assert cells(rk.make_nights(diary))[2:4] == [None, None]


HEADER = ("night,symptoms,symptoms_began,stretched,stretch_time,symptoms_before_stretch,stretch_hold_s,"
          "stretch_intensity_0_10,symptom_before,symptom_after,quiet_min\n")


def typed(tmp_path, *rows):
    """The template with these rows: its diary and nights."""
    path = tmp_path / "diary.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    diary = rk.read_diary(path)
    return diary, rk.make_nights(diary)


def test_the_template_tells_each_stretch_apart(tmp_path):
    diary, nights = typed(tmp_path, "2026-03-01,no,,yes,20:00,no,20 s,3/10,,,",
                          "2026-03-02,yes,22:00,yes,20:00; 22:30,,30,5,0; 7/10,0; 3/10,",
                          "2026-03-03,yes,22:00,yes,22:30,yes,,,6,2,15")
    assert diary.issues.empty
    assert cells(nights, "2026-03-01") == [20.0, 3.0, None, None, None]
    assert cells(nights) == [30.0, 5.0, 7.0, 3.0, None]
    assert cells(nights, "2026-03-03") == [None, None, 6.0, 2.0, 15.0]


def test_a_rating_before_a_stretch_says_whether_the_legs_were_restless(tmp_path):
    diary, _ = typed(tmp_path, "2026-03-01,yes,,yes,,,,,5,2,", "2026-03-02,yes,,yes,,,,,0,0,")
    stretches = diary.events[diary.events["type"].eq("stretch")]
    assert list(stretches["intent"]) == ["responsive", "preventive"]


@pytest.mark.parametrize(("row", "kind"), [
    ("2026-03-01,yes,,no,,,30,,,,", "more about a stretch that is not recorded"),
    ("2026-03-01,yes,,yes,,no,,,6,2,", "answers of one night that contradict each other"),
    ("2026-03-01,yes,,yes,,yes,,,6; 5,2,", "symptom_before does not fit the number of stretches"),
    ("2026-03-01,yes,,yes,,yes,,11,6,2,", "unreadable stretch_intensity_0_10"),
    ("2026-03-01,yes,,yes,,yes,soon,,6,2,", "unreadable stretch_hold_s"),
])  # fmt: skip
def test_what_cannot_be_is_named(tmp_path, row, kind):
    diary, _ = typed(tmp_path, row)
    assert list(diary.issues["kind"]) == [kind]


def test_a_table_of_ones_own_has_them_by_night_and_by_entry(tmp_path):
    rows = "Tag,Beine,Dehnen,Halten,Davor,Danach\n2026-03-01,ja,ja,30 Sek,6,2\n"
    (tmp_path / "own.csv").write_text(rows, encoding="utf-8")
    columns = {"Tag": "night", "Beine": "symptoms", "Dehnen": "stretched", "Halten": "stretch_hold_s",
               "Davor": "symptom_before", "Danach": "symptom_after"}
    said = "".join(f'[columns.{name}]\ncolumn = "{column}"\n' for name, column in columns.items())
    for entries in ("", 'entry_time = "event"\n'):
        (tmp_path / "rlskit.toml").write_text(said.replace('"night"\n', f'"night"\n{entries}'), encoding="utf-8")
        diary = rk.read_diary(tmp_path)
        assert diary.issues.empty
        nights = rk.make_nights(diary)
        assert np.array_equal(nights[COLUMNS[2:4]].to_numpy(float), [[6.0, 2.0]])
        details = diary.events[diary.events["type"].eq("detail")]
        assert list(details[["item", "amount", "unit"]].itertuples(index=False, name=None)) == [
            ("stretch_hold_s", 30.0, "s"), ("symptom_before", 6.0, "nrs_0_10"), ("symptom_after", 2.0, "nrs_0_10")]
