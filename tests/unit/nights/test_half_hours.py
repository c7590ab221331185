"""Half-hour rows: built by hand, by brute force over evenings, and the spline against its definition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import CubicSpline

from rlskit.nights.half_hours import (
    Evening,
    Told,
    chance_of_none_yet,
    evening_of,
    half_hour_rows,
    natural_spline,
    path_rows,
    told_of,
)

EVENING = Evening(np.arange(18, 24, 0.5) - 12)  # 18:00 to 23:30
NONE = np.nan


def told(ill=False, onset=NONE, stretched=NONE, since=-np.inf, until=np.inf, after_bad=False):
    kinds = ((ill, bool), (onset, float), (stretched, float), (since, float), (until, float), (after_bad, bool))
    return Told(*np.broadcast_arrays(*(np.atleast_1d(np.asarray(one, dtype=kind)) for one, kind in kinds)))


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
    assert (len(found), int(found["untold"].gt(0).sum())) == (rows, untold)
    assert found["untold"].to_numpy()[-untold:].all() and not found["begins"].any()


def test_a_stretch_leaves_a_part_of_its_half_hour_to_symptoms_that_came_after_it():
    rows = half_hour_rows(told(True, stretched=20.9 - 12), EVENING)
    assert rows["untold"].to_numpy() == pytest.approx([0] * 5 + [0.2] + [1] * 6)
    assert half_hour_rows(told(True, stretched=25 - 12), EVENING)["untold"].tolist() == [0] * 11 + [1]


def test_symptoms_of_untold_hour_without_a_stretch_came_before_one_could():
    """Four quiet evenings, two of them with stretches, at 19:15 and 20:00."""
    ill, stretched = [False] * 4 + [True], [19.25 - 12, 20 - 12, NONE, NONE, NONE]
    found = half_hour_rows(told(ill, stretched=stretched), EVENING)
    expected = [1, 1, 1 - 1 / 8, 3 / 4, 3 / 4 * (1 - 1 / 6)] + [1 / 2] * 7
    assert found.loc[found["evening"].eq(4), "untold"].to_numpy() == pytest.approx(expected)
    earlier = told([*ill, False], stretched=[*stretched, 15 - 12])  # a stretch before all rows is no longer to come
    assert chance_of_none_yet(earlier, EVENING)[0, :2] == pytest.approx([0.8, 0.8])


def test_evenings_that_tell_the_hour_stand_for_those_that_do_not_and_bad_nights_are_apart():
    rng = np.random.default_rng(1)
    n = 60
    ill, bad = rng.random((2, n)) < 0.5
    stretched = np.where(rng.random(n) < 0.4, rng.uniform(5, 9, n), NONE)
    onset = np.where(ill, np.fmax(rng.uniform(6, 13, n), stretched + 0.1), NONE)
    whole = told(ill, onset, stretched, after_bad=bad)
    stays = ill & np.isnan(stretched)
    twice = [np.append(one, one[stays]) for one in (ill, stretched, bad)]
    silent = told(twice[0], np.append(onset, np.full(stays.sum(), NONE)), twice[1], after_bad=twice[2])
    copied = told(twice[0], np.append(onset, onset[stays]), twice[1], after_bad=twice[2])
    assert chance_of_none_yet(silent, EVENING) == pytest.approx(chance_of_none_yet(copied, EVENING))
    found = chance_of_none_yet(whole, EVENING)
    for side in (bad, ~bad):
        alone = told(ill[side], onset[side], stretched[side])
        assert found[side] == pytest.approx(chance_of_none_yet(alone, EVENING))
    assert (np.diff(found, axis=1) <= 1e-12).all() and found.min() > 0


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
    rows = half_hour_rows(told(ill, onset, stretched), EVENING)
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
        found = told_of(nights.assign(onset_h=nights["onset_h"] + hours), np.zeros(5, dtype=bool))
        assert found.ill.tolist() == [True, True, True, False, True]
        assert found.since.tolist() == [mark, -np.inf, -np.inf, mark, mark] and found.until[1] == mark
    nights.attrs = {}
    found = told_of(nights, np.zeros(5, dtype=bool))
    assert np.isinf(found.since).all() and np.isinf(found.until).all()
