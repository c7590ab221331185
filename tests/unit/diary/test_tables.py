"""The canonical tables: types, first answers, the account, and what a diary says when it is printed."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlskit.diary import tables as d

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
        "daily": d.table([{"participant_id": "me", "night_date": n} for n in NIGHTS[:2]], d.DAILY_COLUMNS),
        "events": d.table([{"participant_id": "me", "night_date": NIGHTS[2]}], d.EVENT_COLUMNS),
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


def test_cells_become_what_their_column_holds():
    row = {"participant_id": None, "night_date": "2026-03-10", "tst_min": "420", "source": 7, "not_a_column": 1}
    got = d.table(pd.DataFrame([row, {"tst_min": None}], index=[8, 9]), d.DAILY_COLUMNS)
    assert got.index.tolist() == [0, 1]
    assert got.loc[0, ["participant_id", "night_date", "tst_min", "source"]].tolist() == ["", NIGHTS[0], 420.0, 7]
    assert got["tst_min"].isna().tolist() == [False, True]
    assert got["bed_time"].isna().all()
    assert "not_a_column" not in got


def test_a_table_made_of_a_table_is_its_own():
    first = d.table([{"participant_id": "me", "night_date": NIGHTS[0], "tst_min": 400.0}], d.DAILY_COLUMNS)
    second = d.join([first], d.DAILY_COLUMNS)
    second.loc[0, ["participant_id", "night_date", "tst_min"]] = ["you", NIGHTS[1], 1.0]
    assert first.loc[0, ["participant_id", "night_date", "tst_min"]].tolist() == ["me", NIGHTS[0], 400.0]


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 2), st.sampled_from(["", "yes", "no"]),
                          st.one_of(st.none(), st.floats(0, 10))), max_size=12))
def test_the_first_answer_of_each_column_is_picked(rows):
    table = d.table([{"participant_id": who, "night_date": NIGHTS[n], "rls_present": said, "rls_severity": score}
                     for who, n, said, score in rows], d.DAILY_COLUMNS)
    got = d.first_answers(table)
    assert dtypes(got) == d.DAILY_COLUMNS
    assert len(got) == len({(who, n) for who, n, *_ in rows})
    for row in got.itertuples():
        mine = [r for r in rows if (r[0], NIGHTS[r[1]]) == (row.participant_id, row.night_date)]
        assert row.rls_present == next((said for *_, said, _ in mine if said), "")
        score = next((s for *_, s in mine if s is not None), None)
        assert pd.isna(row.rls_severity) if score is None else row.rls_severity == score


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
    events = d.table([{"participant_id": "z"}, {"participant_id": "me"}], d.EVENT_COLUMNS)
    assert d.people(example(events=events)) == ["me", "z"]


def test_merging_joins_everything_and_changes_nothing():
    one, two = example(), example()
    both = d.merge([one, two])
    assert [len(t) for t in (both.daily, both.events, both.issues, both.tags)] == [4, 2, 16, 4]
    assert both.source == one.source + two.source
    assert dtypes(both.events) == d.EVENT_COLUMNS
    assert len(one.daily) == 2
