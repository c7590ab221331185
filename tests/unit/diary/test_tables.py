"""The canonical tables: types, first answers, the account, and what a diary says when it is printed."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlskit.diary import mapping
from rlskit.diary import tables as d
from rlskit.diary.readers.template_columns import COLUMNS as TEMPLATE

NIGHTS = pd.to_datetime(["2026-03-10", "2026-03-11", "2026-03-12"])
COLUMNS = [d.DAILY_COLUMNS, d.EVENT_COLUMNS, d.ISSUE_COLUMNS, d.TAG_COLUMNS]


def dtypes(frame: pd.DataFrame) -> dict[str, str]:
    return {name: str(kind) for name, kind in frame.dtypes.items()}


def example(**more) -> d.Diary:
    issues = [d.issue("a.csv", "no rating", row=3), d.issue("a.csv", "no rating", row=4),
              d.issue("a.csv", "odd", row=4), d.issue("a.csv", "remark", row=2, outcome=d.KEPT),
              d.issue("a.csv", "one cell", row=2, outcome=d.CELL_OUT), d.issue("a.csv", "semicolons"),
              d.issue("a.csv", "nothing mapped", row=5, outcome=d.DAY_ONLY), d.issue("b.csv", "no rating", row=3)]
    parts = {
        "daily": d.table([{"person": "me", "night": n} for n in NIGHTS[:2]], d.DAILY_COLUMNS),
        "events": d.table([{"person": "me", "night": NIGHTS[2]}], d.EVENT_COLUMNS),
        "issues": d.table(issues, d.ISSUE_COLUMNS),
        "source": (d.Source("a.csv", "bearable", "v1", 4, 1, timezone="Europe/London", timezone_from="--timezone"),
                   d.Source("b.csv", "daylio", "2026, scales", 1, 0)),
        "tags": d.table([{"tag": "Coffee", "column": "caffeine_mg"}, {"tag": "Home"}], d.TAG_COLUMNS)}
    return d.Diary(**{**parts, **more})


@pytest.mark.parametrize("columns", COLUMNS)
def test_every_table_has_its_columns_and_types_even_when_it_is_empty(columns):
    assert dtypes(d.table([], columns)) == columns
    assert dtypes(d.table([{}], columns)) == columns
    assert dtypes(d.join([], columns)) == columns
    assert dtypes(d.join([d.table([{}], columns), d.table([], columns)], columns)) == columns


# What a table has of its own: everything else has the one name that all tables, the template and rlskit.toml use.
OF_ONE_ROW = {"stretch_time", "symptoms_before_stretch", "movement", "caffeine_before_noon_cups",
              "caffeine_after_noon_cups"}  # written by hand; they become events
OF_A_TAG = {"caffeine_mg", "ignore", "time", "tags", "amount"}
OF_DAILY = {"wake_date", "tz", "severity_raw", "severity_scale", "bed_time", "out_of_bed_time", "awakenings_n",
            "tst_min", "tst_source", "caffeine_any", "alcohol_any", "source"}
OF_NIGHTS = {"recorded", "early_symptoms", "onset_h", "stretch_responsive", "stretched_days_14", "bedtime_sd_7_min",
             "last_shift_min", "sri_7", "sleep_h", "weekday", "day_index", "medicine_period"}


def test_what_means_the_same_has_one_name_in_every_table_the_template_and_rlskit_toml():
    daily, nights = set(d.DAILY_COLUMNS), set(d.NIGHT_COLUMNS)
    typed, tagged = {c.name for c in TEMPLATE}, {*mapping.COLUMNS, *mapping.TABLE_COLUMNS}
    derived = nights | set(d.MORE_NIGHT_COLUMNS)
    assert typed - OF_ONE_ROW <= daily | derived
    assert tagged - OF_A_TAG <= typed | derived
    assert daily - OF_DAILY <= typed | derived
    assert nights - OF_NIGHTS <= daily | typed
    assert {"person", "night"} <= set(d.EVENT_COLUMNS) & daily & nights & typed & tagged
    assert "person" in d.TAG_COLUMNS and "person" in d.Source.__dataclass_fields__


def test_cells_become_what_their_column_holds():
    row = {"person": None, "night": "2026-03-10", "tst_min": "420", "source": 7, "not_a_column": 1}
    got = d.table(pd.DataFrame([row, {"tst_min": None}], index=[8, 9]), d.DAILY_COLUMNS)
    assert got.index.tolist() == [0, 1]
    assert got.loc[0, ["person", "night", "tst_min", "source"]].tolist() == ["", NIGHTS[0], 420.0, 7]
    assert got["tst_min"].isna().tolist() == [False, True]
    assert got["bed_time"].isna().all()
    assert "not_a_column" not in got


def test_a_table_made_of_a_table_is_its_own():
    first = d.table([{"person": "me", "night": NIGHTS[0], "tst_min": 400.0}], d.DAILY_COLUMNS)
    second = d.join([first], d.DAILY_COLUMNS)
    second.loc[0, ["person", "night", "tst_min"]] = ["you", NIGHTS[1], 1.0]
    assert first.loc[0, ["person", "night", "tst_min"]].tolist() == ["me", NIGHTS[0], 400.0]


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 2), st.sampled_from(["", "yes", "no"]),
                          st.one_of(st.none(), st.floats(0, 10))), max_size=12))
def test_the_first_answer_of_each_column_is_picked(rows):
    table = d.table([{"person": who, "night": NIGHTS[n], "symptoms": said, "severity_0_10": score}
                     for who, n, said, score in rows], d.DAILY_COLUMNS)
    got = d.first_answers(table)
    assert dtypes(got) == d.DAILY_COLUMNS
    assert len(got) == len({(who, n) for who, n, *_ in rows})
    for row in got.itertuples():
        mine = [r for r in rows if (r[0], NIGHTS[r[1]]) == (row.person, row.night)]
        assert row.symptoms == next((said for *_, said, _ in mine if said), "")
        score = next((s for *_, s in mine if s is not None), None)
        assert pd.isna(row.severity_0_10) if score is None else row.severity_0_10 == score


@pytest.mark.parametrize(("more", "expected"), [
    ({"row": 41, "column": "rating", "found": 11, "expected": "1–4"},
     'f.csv, line 41, column "rating": expected 1–4, found "11". Left out; see diary.issues.'),
    ({"row": 41, "outcome": d.CELL_OUT, "expected": "1–4", "found": ""},
     'f.csv, line 41: expected 1–4, found "". Left out; see diary.issues.'),
    ({"outcome": d.KEPT, "advice": "Nothing to do."}, "f.csv: the kind. Kept. Nothing to do."),
    ({"outcome": d.DAY_ONLY}, "f.csv: the kind. Used only as a sign that the day was kept.")])
def test_an_issue_says_where_what_was_found_and_what_became_of_it(more, expected):
    assert d.issue("f.csv", "the kind", **more)["message"] == expected


def test_the_account_counts_each_row_once_under_its_first_reason():
    assert d.account(example()).to_numpy().tolist() == [
        ["a.csv", "used", 1], ["a.csv", "no rating", 2], ["a.csv", "nothing mapped", 1],
        ["b.csv", "used", 0], ["b.csv", "no rating", 1]]


def test_what_a_diary_says():
    assert repr(example()) == "\n".join([
        "Diary of one person",
        "  3 nights with something written, 10 Mar 2026 to 12 Mar 2026",
        "  a.csv: bearable (v1), 4 rows, 1 used, times in Europe/London (from --timezone)",
        "  b.csv: daylio (2026, scales), 1 row, 0 used, no time zone known",
        "  1 tag mapped, 1 not mapped",
        "  8 remarks: see diary.issues; what became of every row: rk.account(diary)",
        "  next: rk.make_nights(diary)"])


def test_what_an_empty_diary_says():
    empty = {name: d.table([], columns) for name, columns in
             zip(("daily", "events", "issues", "tags"), COLUMNS, strict=True)}
    empty["issues"], empty["tags"] = d.table([], d.ISSUE_COLUMNS), d.table([], d.TAG_COLUMNS)
    assert repr(d.Diary(source=(), **empty)) == "\n".join([
        "Diary of 0 people", "  0 remarks: see diary.issues; what became of every row: rk.account(diary)",
        "  next: rk.make_nights(diary)"])


def test_a_diary_in_a_notebook_is_escaped():
    bad = d.Source("<b>.csv", "bearable", "v1", 1, 1)
    html = example(source=(bad,))._repr_html_()
    assert "&lt;b&gt;.csv" in html
    assert "<b>" not in html


def test_people_are_named_in_order_of_appearance():
    events = d.table([{"person": "z"}, {"person": "me"}], d.EVENT_COLUMNS)
    assert d.people(example(events=events)) == ["me", "z"]


def test_merging_joins_everything_and_changes_nothing():
    one, two = example(), example()
    both = d.merge([one, two])
    assert [len(t) for t in (both.daily, both.events, both.issues, both.tags)] == [4, 2, 16, 4]
    assert both.source == one.source + two.source
    assert dtypes(both.events) == d.EVENT_COLUMNS
    assert len(one.daily) == 2
