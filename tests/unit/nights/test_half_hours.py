"""Half-hour rows: built by hand, by brute force over evenings, and the spline against its definition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import CubicSpline

from rlskit.nights.half_hours import Evening, Told, evening_of, half_hour_rows, natural_spline, path_rows, told_of

EVENING = Evening(np.arange(18, 24, 0.5) - 12)  # 18:00 to 23:30
NONE = np.nan


def told(ill=False, onset=NONE, stretched=NONE, since=-np.inf, until=np.inf):
    return Told(*(np.atleast_1d(np.asarray(one, dtype=kind)) for one, kind in
                  ((ill, bool), (onset, float), (stretched, float), (since, float), (until, float))))


def hours(rows, column):
    return (rows.loc[rows[column].gt(0), "hour"] + 12).tolist()


def test_a_quiet_evening_has_all_rows_and_no_beginning():
    rows = half_hour_rows(told(), EVENING)
    assert len(rows) == 12 and not rows["begins"].any() and not rows["untold"].any()


def test_rows_end_with_the_half_hour_in_which_symptoms_began():
    rows = half_hour_rows(told(True, 20.2 - 12), EVENING)
    assert hours(rows, "hour") == [18, 18.5, 19, 19.5, 20] and hours(rows, "begins") == [20]


@pytest.mark.parametrize(("at", "soon", "later"), [
    (19.5, [19.5, 20, 20.5, 21], [21.5, 22, 22.5, 23, 23.5]),
    (19.7, [20, 20.5, 21, 21.5], [22, 22.5, 23, 23.5]),  # the row in which it was done had begun without it
    (8.0, [], [18, 18.5, 19, 19.5, 20, 20.5, 21, 21.5, 22, 22.5, 23, 23.5]),  # in the morning
    (23.9, [], []), (NONE, [], [])])
def test_a_stretch_counts_from_the_next_row_on_and_after_two_hours_apart(at, soon, later):
    rows = half_hour_rows(told(stretched=at - 12), EVENING)
    assert hours(rows, "stretched_soon") == soon and hours(rows, "stretched_later") == later


@pytest.mark.parametrize(("known", "rows", "untold"), [
    ({}, 12, 12),
    ({"stretched": 21 - 12}, 12, 6),  # symptoms came after it
    ({"stretched": 20.9 - 12}, 12, 7),  # perhaps in the row in which it was done
    ({"since": 22.5 - 12}, 12, 3),  # still quiet at 22:30
    ({"until": 20 - 12}, 4, 4),  # they were there at 20:00
    ({"stretched": 19 - 12, "until": 20 - 12}, 4, 2),
    ({"since": 26 - 12}, 12, 1),  # beyond the last row, which holds what lies beyond
    ({"until": 17 - 12}, 1, 1)])
def test_symptoms_of_untold_onset_began_in_one_of_the_rows_that_are_left(known, rows, untold):
    found = half_hour_rows(told(True, **known), EVENING)
    assert (len(found), int(found["untold"].sum())) == (rows, untold)
    assert found["untold"].to_numpy()[-untold:].all() and not found["begins"].any()


def test_hours_beyond_the_rows_are_in_the_first_and_the_last():
    for onset, rows in ((15.0, 1), (27.0, 12)):
        found = half_hour_rows(told(True, onset - 12), EVENING)
        assert len(found) == rows and found["begins"].to_numpy()[-1] == 1


def test_the_evening_leaves_out_one_in_forty_at_either_end():
    onset = np.concatenate([[2.0], np.repeat(8.2, 40), np.repeat(11.9, 40), [20.0]])
    assert (evening_of(onset).hours == np.arange(8.0, 12.0, 0.5)).all()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.floats(5, 14), st.none() | st.floats(5, 14)), min_size=1, max_size=8))
def test_rows_are_those_of_each_evening_by_itself(evenings):
    ill, onset, stretched = (np.array(one, dtype=float) for one in zip(*(
        (a, b if a else NONE, NONE if c is None or (a and c > b) else c) for a, b, c in evenings), strict=True))
    rows = half_hour_rows(told(ill, onset, stretched, np.full(ill.size, -np.inf), np.full(ill.size, np.inf)), EVENING)
    for i in range(ill.size):
        mine, alone = rows[rows["evening"].eq(i)], half_hour_rows(told(ill[i], onset[i], stretched[i]), EVENING)
        assert (mine.drop(columns="evening").to_numpy() == alone.drop(columns="evening").to_numpy()).all()
        for row in alone.itertuples():
            ago = row.hour - stretched[i]
            assert (row.stretched_soon, row.stretched_later) == (0 <= ago < 2, ago >= 2)
        assert alone["begins"].sum() == ill[i]


def test_the_spline_is_natural_and_spans_the_cubic_one_of_scipy():
    knots, x = np.linspace(6, 15, 5), np.linspace(4, 17, 60)
    ours = np.column_stack([np.ones(60), natural_spline(x, knots)])
    inside = (x >= 6) & (x <= 15)
    theirs = CubicSpline(knots, np.eye(5), bc_type="natural")(x[inside])
    fitted = ours[inside] @ np.linalg.lstsq(ours[inside], theirs, rcond=None)[0]
    assert np.abs(fitted - theirs).max() < 1e-9
    for beyond in (x < 6, x > 15):
        assert np.abs(np.diff(ours[beyond], 2, axis=0)).max() < 1e-9
    assert natural_spline(x, knots[:1]).shape == (60, 0)


def test_every_half_hour_of_a_path_whatever_comes_of_it():
    rows = path_rows(np.array([NONE, 7.5]), EVENING)
    assert len(rows) == 24 and not rows[:12]["stretched_soon"].any() and rows[12:]["stretched_soon"].sum() == 4


def test_what_nights_tell_of_each_evening():
    """Landmarks after midnight and of people who sleep by day are clock times of the evening that the hours are of."""
    nights = pd.DataFrame({
        "person": "p", "night": pd.date_range("2026-01-01", periods=5),
        "symptoms": pd.array([True, True, True, False, True], dtype="boolean"),
        "early_symptoms": pd.array([False, True, pd.NA, False, False], dtype="boolean"),
        "onset_h": pd.array([pd.NA, pd.NA, pd.NA, pd.NA, 10.5], dtype="Float64"),
        "stretched_before_h": pd.array([8.0, pd.NA, pd.NA, 9.0, pd.NA], dtype="Float64")})
    for landmark, hours, mark in (("21:00", 0, 9.0), ("00:30", 0, 12.5), ("10:00", -12, -2.0)):
        nights.attrs = {"landmark": landmark}
        found = told_of(nights.assign(onset_h=nights["onset_h"] + hours))
        assert found.ill.tolist() == [True, True, True, False, True]
        assert found.since.tolist() == [mark, -np.inf, -np.inf, mark, mark] and found.until[1] == mark
    nights.attrs = {}
    assert np.isinf(told_of(nights).since).all() and np.isinf(told_of(nights).until).all()
